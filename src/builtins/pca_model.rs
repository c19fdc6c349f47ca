//! The value of `pca(X)`: a fitted model of principal components.

use super::operand::{real, run, sides, svd_flops};
use crate::value::{Array, Data, Fault, Host, Object, Result, SparseArray, Value};
use matfac::Matrix;
use matfac::data::Labels;
use matfac::models::{Pca, PcaOptions, pca, pca_sparse};
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

/// Fits a model; MATLAB's outputs when there is more than one.
pub fn fit(
    host: &mut dyn Host,
    x: Value,
    k: Option<usize>,
    energy: Option<f64>,
    scale: bool,
    nargout: usize,
) -> Result<Vec<Value>> {
    if let Value::Object(object) = &x {
        return Err(Fault::new(format!("pca needs a matrix, and this is a {}", object.class()))
            .hint("transform(m, X) applies a fitted model"));
    }
    if let Value::Sparse(s) = &x {
        return of_sparse(host, s, PcaOptions { k, energy, scale }, nargout);
    }
    let x = real("pca", x)?;
    let (n, d, _) = sides(&x.data);
    // Through the covariance of tall data, else by singular values.
    let work = if n >= 10.0 * d { 2.0 * n * d * d + 9.0 * d.powi(3) } else { svd_flops(&x.data) };
    let options = PcaOptions { k, energy, scale };
    let mut model = run(host, &x, work, move |x| pca(x, options))?;
    let scores = std::mem::take(&mut model.scores);
    if nargout > 1 {
        return Ok(matlab(model, scores));
    }
    // Components get names only where the data have some.
    let names = x
        .has_labels()
        .then(|| Labels::new((1..=scores.cols()).map(|i| format!("PC{i}").into()).collect()));
    let variables = x.col_labels().cloned();
    let components =
        Array::labelled(model.components.clone(), variables.clone(), names.clone()).into();
    let scores = Array::labelled(scores, x.row_labels().cloned(), names).into();
    Ok(vec![Value::object(PcaModel { model, components, scores, variables })])
}

/// Fits a model to sparse data, which stay sparse.
fn of_sparse(
    host: &mut dyn Host,
    x: &SparseArray,
    options: PcaOptions,
    nargout: usize,
) -> Result<Vec<Value>> {
    let SparseArray::Real(x) = x.clone().into_numbers() else {
        return Err(Fault::unsupported("pca of a complex matrix"));
    };
    // Every iteration polls the interrupt, so that this needs no thread of its own.
    let (mut model, converged) = pca_sparse(&x, options, &host.monitor())?;
    if !converged {
        let message = "pca: the components have not converged to the accuracy of svds";
        host.warn("mf:not-converged", message)?;
    }
    let scores = std::mem::take(&mut model.scores);
    if nargout > 1 {
        return Ok(matlab(model, scores));
    }
    let components = Array::labelled(model.components.clone(), None, None).into();
    let scores = Array::labelled(scores, None, None).into();
    Ok(vec![Value::object(PcaModel { model, components, scores, variables: None })])
}

/// `[coeff, score, latent, tsquared, explained, mu]`
fn matlab(model: Pca, scores: Matrix) -> Vec<Value> {
    // Hotelling's T²; a direction without variance says nothing.
    let floor = f64::EPSILON * model.variance.first().copied().unwrap_or(0.0);
    let mut tsquared = vec![0.0; scores.rows()];
    for (j, &variance) in model.variance.iter().enumerate().filter(|(_, v)| **v > floor) {
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
    /// The smallest number of components, kept or not, that explain this share of the variance.
    pub fn components_for(&self, energy: f64) -> Result<usize> {
        Ok(self.model.components_for(energy)?)
    }

    fn variables(&self, data: Vec<f64>) -> Value {
        Array::labelled(Matrix::row_vector(data), None, self.variables.clone()).into()
    }
}

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
            "pca model: {n} observation{} of {d} variable{}, {kept}{}\n",
            plural(n),
            plural(d),
            if self.model.scale.is_some() { ", columns scaled" } else { "" },
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
        &[
            "mean",
            "scale",
            "components",
            "scores",
            "variance",
            "ratio",
            "singular_values",
            "noise_variance",
            "k",
        ]
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
            _ => return None,
        }))
    }

    fn transform(&self, x: &Data) -> Option<Result<Value>> {
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

    fn plot(&self) -> Option<Result<Figure>> {
        Some(Ok(matfac::plot::scree(&self.model.ratio, None)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
