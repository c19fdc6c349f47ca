//! The value of `pca(X)`: a fitted model of principal components.

use super::argument::{Argument, Count};
use super::fitting::{last_change, tell_end};
use super::operand::{real, run, sides, svd_flops};
use super::pca::{Missing, Solver};
use crate::value::{
    Array, Blame, Data, Fault, Host, Object, Precision, Result, Value, format_scalar,
};
use matfac::Matrix;
use matfac::data::{End, Labels, Monitor};
use matfac::models::pca::{self, Pca, PcaOptions};
use matfac::plot::Figure;
use std::any::Any;
use std::fmt::Write;
use std::sync::Arc;

/// A fitted model of n observations of d variables.
#[derive(Debug)]
pub struct PcaModel {
    /// The numbers, without the scores.
    model: Pca,
    /// d×k, with the variables' names.
    components: Arc<Array>,
    /// n×k, with the observations' names.
    scores: Arc<Array>,
    /// The variables' names.
    variables: Option<Labels>,
}

/// The keywords of `pca`.
#[derive(Debug)]
pub struct Request {
    /// A number or "mle".
    pub k: Option<Value>,
    pub energy: Option<f64>,
    pub scale: bool,
    pub solver: Solver,
    pub whiten: bool,
    pub missing: Option<Missing>,
    pub seed: usize,
    pub tol: f64,
    pub maxiter: usize,
}

impl Request {
    /// As the numerics take it.
    fn options(self) -> Result<PcaOptions> {
        let likely = self.k.as_ref().is_some_and(|k| k.as_text() == Some("mle"));
        let refused = |message: String| Fault::new(message).blame(Blame::Keyword("k".into()));
        if likely && self.energy.is_some() {
            return Err(refused(
                "k=\"mle\" and energy both choose the number of components; give one".into(),
            ));
        }
        if likely && self.missing.is_some() {
            let hint = "give a number; pca_cv chooses one by hidden cells";
            return Err(refused("k=\"mle\" needs complete data".into()).hint(hint));
        }
        let k = match self.k {
            Some(k) if !likely => Some(Count::from_value(k).map_err(|what| {
                refused(format!("pca: k must be {} or \"mle\", and is {what}", Count::KIND))
            })?),
            _ => None,
        };
        Ok(PcaOptions {
            k: k.map(|k| k.0),
            energy: self.energy,
            likely,
            scale: self.scale,
            whiten: self.whiten,
            solver: match self.solver {
                Solver::Auto => pca::Solver::Auto,
                Solver::Full => pca::Solver::Full,
                Solver::Covariance => pca::Solver::Covariance,
                Solver::Randomized => pca::Solver::Randomized,
                Solver::Krylov => pca::Solver::Krylov,
            },
            seed: self.seed as u64,
            missing: self.missing.is_some(),
            tol: self.tol,
            max_iter: self.maxiter,
        })
    }
}

/// Fits a model; MATLAB's outputs when there is more than one.
pub fn fit(host: &mut dyn Host, x: Value, request: Request, nargout: usize) -> Result<Vec<Value>> {
    let options = request.options()?;
    let x = data("pca", x, "transform(m, X) applies a fitted model")?;
    let mut model = decomposed(host, &x, &options).map_err(|fault| match &x {
        Data::Full(a) if !options.missing && a.data.as_slice().iter().any(|x| x.is_nan()) => {
            fault.hint("missing=\"em\" fits k components to the cells that are there")
        }
        _ => fault,
    })?;
    let reached = match (model.solver, model.history.last()) {
        ("em", Some(&value)) => {
            let change = last_change(&model.history);
            format!("mean log-likelihood of a row {}{change}", number(-value))
        }
        (_, Some(&value)) => format!("largest residual {} times what is allowed", number(value)),
        _ => String::new(),
    };
    let advice = if model.solver == "em" { "raise maxiter, or tol" } else { "try another solver" };
    tell_end(host, model.end, "pca", model.history.len(), &reached, advice)?;
    let scores = std::mem::take(&mut model.scores);
    if nargout > 1 {
        return Ok(matlab(model, scores));
    }
    Ok(vec![PcaModel::value(model, scores, &x)])
}

/// The data of a fit, full or sparse.
fn data(function: &str, x: Value, hint: &str) -> Result<Data> {
    match x {
        Value::Object(object) => {
            Err(Fault::new(format!("{function} needs a matrix, and this is a {}", object.class()))
                .hint(hint))
        }
        Value::Sparse(s) => Data::of_sparse(s)
            .ok_or_else(|| Fault::unsupported(&format!("{function} of a complex matrix"))),
        x => real(function, x).map(Data::Full),
    }
}

fn decomposed(host: &mut dyn Host, x: &Data, options: &PcaOptions) -> Result<Pca> {
    match x {
        Data::Full(x) if !options.is_polled(x.data.shape()) => {
            let (n, d, r) = sides(&x.data);
            let work = match options.solver_for(x.data.shape()) {
                pca::Solver::Covariance => n * d * r + 9.0 * r.powi(3),
                _ => svd_flops(&x.data),
            };
            let options = options.clone();
            run(host, x, work, move |x| pca::pca(x, &options, &Monitor::default()))
        }
        // Every iteration polls the interrupt, so that this needs no thread of its own.
        x => Ok(pca::pca(x.view(), options, &host.monitor())?),
    }
}

/// A model with more rows, or the first ones.
pub fn update(
    host: &mut dyn Host,
    m: &Value,
    x: Value,
    k: Option<usize>,
    whiten: bool,
) -> Result<Value> {
    let old = match m.as_object::<PcaModel>() {
        Some(model) => Some(model),
        None if m.is_array() && m.numel() == 0 => None,
        None => {
            return Err(Fault::new(format!(
                "pca_update needs a pca model or [], and this is a {}",
                m.describe()
            ))
            .hint("pca_update([], X) starts a model, pca_update(m, X) adds rows to it")
            .blame(Blame::Keyword("m".into())));
        }
    };
    let x = data("pca_update", x, "pca_update(m, X) takes the model first")?;
    let model = old.map(|m| m.model.clone());
    let mut model = match &x {
        Data::Full(a) => {
            // The old components are rows beside the new ones.
            let work =
                svd_flops(&a.data) + model.as_ref().map_or(0.0, |m| svd_flops(&m.components));
            run(host, a, work, move |x| {
                pca::update(model.as_ref(), x, k, whiten, &Monitor::default())
            })?
        }
        // Every part of the rows polls the interrupt.
        sparse => pca::update(model.as_ref(), sparse.view(), k, whiten, &host.monitor())?,
    };
    let scores = std::mem::take(&mut model.scores);
    let value = PcaModel::new(model, scores, &x);
    Ok(Value::object(match old {
        Some(old) if value.variables.is_none() => value.naming(old.variables.clone()),
        _ => value,
    }))
}

fn number(x: f64) -> String {
    format_scalar(x, Precision::SHORT)
}

/// `[coeff, score, latent, tsquared, explained, mu]`
fn matlab(model: Pca, scores: Matrix) -> Vec<Value> {
    // Hotelling's T²; a direction without variance says nothing.
    let floor = f64::EPSILON * model.variance.first().copied().unwrap_or(0.0);
    let mut tsquared = vec![0.0; scores.rows()];
    for (j, &variance) in model.variance.iter().enumerate().filter(|(_, v)| **v > floor) {
        let variance = if model.whiten { 1.0 } else { variance };
        tsquared.iter_mut().zip(scores.col(j)).for_each(|(t, z)| *t += z * z / variance);
    }
    let explained = model.ratio.iter().map(|share| 100.0 * share).collect();
    vec![
        model.components.into(),
        scores.into(),
        Matrix::column_vector(model.variance).into(),
        Matrix::column_vector(tsquared).into(),
        Matrix::column_vector(explained).into(),
        Matrix::row_vector(model.mean).into(),
    ]
}

/// Shares a matrix; 1×1 without names is a number.
fn shared(a: &Arc<Array>) -> Value {
    match a.data.len() {
        1 if !a.has_labels() => a.data.as_slice()[0].into(),
        _ => Value::Matrix(a.clone()),
    }
}

impl PcaModel {
    /// A model with the names of its data.
    fn new(model: Pca, scores: Matrix, x: &Data) -> PcaModel {
        let variables = x.col_labels().cloned();
        // Components get names only where the data have some.
        let labelled = x.row_labels().is_some() || variables.is_some();
        let name = |i| format!("PC{i}").into();
        let names = labelled.then(|| Labels::new((1..=scores.cols()).map(name).collect()));
        let components =
            Array::labelled(model.components.clone(), variables.clone(), names.clone()).into();
        let scores = Array::labelled(scores, x.row_labels().cloned(), names).into();
        PcaModel { model, components, scores, variables }
    }

    fn value(model: Pca, scores: Matrix, x: &Data) -> Value {
        Value::object(PcaModel::new(model, scores, x))
    }

    /// The same with these names of its variables.
    fn naming(mut self, variables: Option<Labels>) -> PcaModel {
        let names = self.components.col_labels().cloned();
        let components = self.model.components.clone();
        self.components = Array::labelled(components, variables.clone(), names).into();
        self.variables = variables;
        self
    }

    /// The smallest number of components, kept or not, that explain this share of the variance.
    pub fn components_for(&self, energy: f64) -> Result<usize> {
        Ok(self.model.components_for(energy)?)
    }

    fn variables(&self, data: Vec<f64>) -> Value {
        Array::labelled(Matrix::row_vector(data), None, self.variables.clone()).into()
    }
}

/// The last one is there when cells were missing.
const FIELDS: &[&str] = &[
    "mean",
    "scale",
    "components",
    "scores",
    "variance",
    "ratio",
    "singular_values",
    "noise_variance",
    "k",
    "n",
    "solver",
    "converged",
    "history",
    "completed",
];

/// How many components a summary lists.
const LISTED: usize = 8;

impl Object for PcaModel {
    fn class(&self) -> &'static str {
        "pca model"
    }

    fn summary(&self) -> String {
        let (n, d, k) = (self.model.n, self.model.mean.len(), self.model.variance.len());
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let available = n.min(d);
        let kept = match k == available {
            true => format!("{k} component{}", plural(k)),
            false => format!("{k} of {available} components"),
        };
        let mut out = format!(
            "pca model: {n} observation{} of {d} variable{}, {kept}{}{}\n",
            plural(n),
            plural(d),
            if self.model.scale.is_some() { ", columns scaled" } else { "" },
            if self.model.whiten { ", whitened" } else { "" },
        );
        let listed = &self.model.variance[..k.min(LISTED)];
        let largest = listed.first().copied().unwrap_or(0.0);
        // Five digits of the largest; the others under it.
        let text = |x: f64| match largest {
            l if l >= 1e7 || (l < 1e-3 && l > 0.0) => format!("{x:.4e}"),
            l => format!("{x:.*}", 4 - l.max(1.0).log10().min(4.0) as usize),
        };
        let width = listed.iter().map(|x| text(*x).len()).max().unwrap_or(0).max(8);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  {:>3}  {:>width$}   explained   cumulative", "", "variance");
        let mut sum = 0.0;
        for (i, (variance, share)) in listed.iter().zip(&self.model.ratio).enumerate() {
            sum += share;
            let _ = writeln!(
                out,
                "  {:>3}  {:>width$}   {:>7.2} %    {:>7.2} %",
                i + 1,
                text(*variance),
                100.0 * share,
                100.0 * sum
            );
        }
        if k > LISTED {
            let all: f64 = self.model.ratio.iter().sum();
            let rest = format!("… {} more", k - LISTED);
            let _ = writeln!(out, "  {rest:<w$}    {:>7.2} %", 100.0 * all, w = width + 18);
        }
        let _ = write!(out, "  fields: {}", self.fields().join(" "));
        out
    }

    fn fields(&self) -> &'static [&'static str] {
        match self.model.completed {
            Some(_) => FIELDS,
            None => &FIELDS[..FIELDS.len() - 1],
        }
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        let column = |data: &Vec<f64>| Value::from(Matrix::column_vector(data.clone()));
        let model = &self.model;
        Some(Ok(match name {
            "mean" => self.variables(model.mean.clone()),
            "scale" => {
                let ones = || vec![1.0; model.mean.len()];
                self.variables(model.scale.clone().unwrap_or_else(ones))
            }
            "components" => shared(&self.components),
            "scores" => shared(&self.scores),
            "variance" => column(&model.variance),
            "ratio" => column(&model.ratio),
            "singular_values" => column(&model.singular_values),
            "noise_variance" => model.noise_variance.into(),
            "k" => model.variance.len().into(),
            "n" => model.n.into(),
            "solver" => Value::text(model.solver),
            "converged" => (model.end == End::Converged).into(),
            "history" => column(&model.history),
            "completed" => {
                let names = self.scores.row_labels().cloned();
                Array::labelled(model.completed.clone()?, names, self.variables.clone()).into()
            }
            _ => return None,
        }))
    }

    fn transform(&self, x: &Data, _host: &mut dyn Host) -> Option<Result<Value>> {
        let names = self.components.col_labels().cloned();
        let scores = self.model.transform(x.view()).map_err(Into::into);
        Some(scores.map(|z| Array::labelled(z, x.row_labels().cloned(), names).into()))
    }

    fn inverse_transform(&self, z: &Array) -> Option<Result<Value>> {
        let rows = self.model.inverse_transform(&z.data).map_err(Into::into);
        let names = self.variables.clone();
        Some(rows.map(|x| Array::labelled(x, z.row_labels().cloned(), names).into()))
    }

    fn reconstruct(&self) -> Option<Result<Value>> {
        let rows = self.model.inverse_transform(&self.scores.data).map_err(Into::into);
        let (names, variables) = (self.scores.row_labels().cloned(), self.variables.clone());
        Some(rows.map(|x| Array::labelled(x, names, variables).into()))
    }

    fn score(&self, x: &Data, _host: &mut dyn Host) -> Option<Result<Value>> {
        Some(self.model.score(x.view()).map(Value::from).map_err(Into::into))
    }

    fn plot(&self) -> Option<Result<Figure>> {
        Some(Ok(matfac::plot::scree(&self.model.ratio, None)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
