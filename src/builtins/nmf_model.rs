//! The value of `nmf(A, k)`: a fitted model of non-negative parts.

use super::argument::Count;
use super::fitting::tell_end;
use super::models::{Init, Solver};
use super::operand::real;
use crate::value::{Array, Blame, Fault, Host, Object, Precision, Result, Value, format_scalar};
use matfac::Matrix;
use matfac::data::End;
use matfac::models::nmf::{self, Nmf, NmfOptions};
use matfac::plot::Figure;
use std::any::Any;
use std::sync::Arc;

/// A fitted model of an m×n matrix.
#[derive(Debug)]
pub struct NmfModel {
    /// The numbers, without the factors.
    model: Nmf,
    /// m×k, with the names of the rows.
    w: Arc<Array>,
    /// k×n, with the names of the columns.
    h: Arc<Array>,
    /// What it was fitted with.
    options: NmfOptions,
}

/// The options as the numerics name them.
#[allow(clippy::too_many_arguments)] // one for each keyword of the language
pub fn options(
    k: Count,
    init: Init,
    solver: Solver,
    tol: f64,
    maxiter: usize,
    seed: usize,
    restarts: Count,
    l1: f64,
    l2: f64,
) -> NmfOptions {
    NmfOptions {
        k: k.0,
        init: match init {
            Init::Nndsvd => nmf::Init::Nndsvd,
            Init::Nndsvda => nmf::Init::Nndsvda,
            Init::Random => nmf::Init::Random,
        },
        solver: match solver {
            Solver::Hals => nmf::Solver::Hals,
            Solver::Multiplicative => nmf::Solver::Multiplicative,
        },
        tol,
        max_iter: maxiter,
        seed: seed as u64,
        restarts: restarts.0,
        l1,
        l2,
    }
}

/// Fits a model; W and H when there are two outputs.
pub fn fit(
    host: &mut dyn Host,
    a: Value,
    options: NmfOptions,
    nargout: usize,
) -> Result<Vec<Value>> {
    let a = real("nmf", a)?;
    // min(m, n) parts can give any non-negative matrix exactly, so that a larger k is a slip.
    let (m, n) = (a.data.rows(), a.data.cols());
    if options.k > m.min(n) {
        let message = match m.min(n) {
            0 => format!("nmf needs at least one row and one column; this is {m}×{n}"),
            most => {
                format!("k must lie between 1 and {most} for a {m}×{n} matrix; it is {}", options.k)
            }
        };
        let blame = if m.min(n) == 0 { Blame::Positional(0) } else { Blame::Keyword("k".into()) };
        return Err(Fault::new(message).blame(blame));
    }
    // Every iteration polls the interrupt, so that this needs no thread of its own.
    let mut model = nmf::nmf(&a.data, options, &host.monitor())?;
    let reached = format!("relative error {}", number(model.error));
    let advice = "raise maxiter, or tol";
    tell_end(host, model.end, "nmf", model.iterations, &reached, advice)?;
    let (w, h) = (std::mem::take(&mut model.w), std::mem::take(&mut model.h));
    let w = Array::labelled(w, a.row_labels().cloned(), None);
    let h = Array::labelled(h, None, a.col_labels().cloned());
    if nargout > 1 {
        return Ok(vec![w.into(), h.into()]);
    }
    let (w, h) = (Arc::new(w), Arc::new(h));
    Ok(vec![Value::object(NmfModel { model, w, h, options })])
}

fn number(x: f64) -> String {
    format_scalar(x, Precision::SHORT)
}

impl NmfModel {
    /// The relative error after each iteration; of a matrix of zeros, which needs none, the final one.
    fn history(&self) -> Vec<f64> {
        match &self.model.history[..] {
            [] => vec![self.model.error],
            history => history.to_vec(),
        }
    }
}

impl Object for NmfModel {
    fn class(&self) -> &'static str {
        "nmf model"
    }

    fn summary(&self) -> String {
        let (m, k, n) = (self.w.data.rows(), self.w.data.cols(), self.h.data.cols());
        let solver = match self.options.solver {
            nmf::Solver::Hals => "hals",
            nmf::Solver::Multiplicative => "mu",
        };
        let iterations = self.model.iterations;
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let end = match self.model.end {
            End::Converged => "converged",
            End::Limit => "not converged",
            End::Interrupted => "interrupted",
        };
        format!(
            "nmf model: {m}×{n} ≈ W ({m}×{k}) * H ({k}×{n}), {k} part{}\n  relative error  {}\n  residual        {}\n  {solver}, {end} after {iterations} iteration{}\n  fields: {}",
            plural(k),
            number(self.model.error),
            number(self.model.residual),
            plural(iterations),
            self.fields().join(" ")
        )
    }

    fn fields(&self) -> &'static [&'static str] {
        &["W", "H", "error", "history", "residual", "weights", "k", "iterations", "converged"]
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        let shared = |a: &Arc<Array>| match a.data.len() {
            1 if !a.has_labels() => a.data.as_slice()[0].into(),
            _ => Value::Matrix(a.clone()),
        };
        Some(Ok(match name {
            "W" => shared(&self.w),
            "H" => shared(&self.h),
            "error" | "history" => Matrix::column_vector(self.history()).into(),
            "residual" => self.model.residual.into(),
            "weights" => Matrix::column_vector(self.model.weights.clone()).into(),
            "k" => self.options.k.into(),
            "iterations" => self.model.iterations.into(),
            "converged" => (self.model.end == End::Converged).into(),
            _ => return None,
        }))
    }

    fn reconstruct(&self) -> Option<Result<Value>> {
        let product = matfac::linalg::product::multiply(&self.w.data, &self.h.data);
        let (rows, cols) = (self.w.row_labels().cloned(), self.h.col_labels().cloned());
        Some(product.map_err(Into::into).map(|x| Array::labelled(x, rows, cols).into()))
    }

    fn plot(&self) -> Option<Result<Figure>> {
        let history = self.history();
        let iterations = (1..=history.len()).map(|i| i as f64).collect();
        let mut figure = Figure::line(iterations, history);
        let axes = figure.axes_mut();
        axes.title = format!("nmf, {} parts", self.options.k);
        axes.x_label = "iteration".into();
        axes.y_label = "relative error".into();
        Some(Ok(figure))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
