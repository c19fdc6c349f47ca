//! The value of `nmf(A, k)`: a fitted model of non-negative parts.

use super::fitting::{last_change, tell_end};
use super::operand::real;
use crate::value::{
    Array, Blame, Data, Fault, Host, Object, Precision, Result, Value, format_scalar,
};
use matfac::Matrix;
use matfac::data::{End, Labels};
use matfac::linalg::product::multiply;
use matfac::models::nmf::{self, Init, Loss, Nmf, NmfOptions, Reached, Solver};
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
    /// What it was fitted with, without a given start.
    options: NmfOptions,
}

/// Fits a model; W and H when there are two outputs.
pub fn fit(
    host: &mut dyn Host,
    a: Value,
    options: NmfOptions,
    nargout: usize,
) -> Result<Vec<Value>> {
    let a = data(a, options.missing)?;
    // min(m, n) parts can give any non-negative matrix exactly, so that a larger k is a slip.
    let (m, n) = a.shape();
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
    let mut model = nmf::nmf(a.view(), &options, &host.monitor())?;
    let change = last_change(&model.errors);
    let reached = format!("relative error {}{change}", number(model.error));
    let advice = "raise maxiter, or tol";
    tell_end(host, model.end, "nmf", model.iterations, &reached, advice)?;
    let (w, h) = (std::mem::take(&mut model.w), std::mem::take(&mut model.h));
    let w = Array::labelled(w, a.row_labels().cloned(), None);
    let h = Array::labelled(h, None, a.col_labels().cloned());
    if nargout > 1 {
        return Ok(vec![w.into(), h.into()]);
    }
    let (w, h) = (Arc::new(w), Arc::new(h));
    let options = NmfOptions { init: Init::default(), ..options };
    Ok(vec![Value::object(NmfModel { model, w, h, options })])
}

/// The matrix to be factored. What ratings lack is NaN, where cells may be missing.
fn data(a: Value, missing: bool) -> Result<Data> {
    match a {
        Value::Sparse(s) => Data::of_sparse(s).ok_or_else(|| {
            Fault::unsupported("nmf of a complex matrix").blame(Blame::Positional(0))
        }),
        Value::Ratings(r) if missing => {
            let (users, items) = (r.users().clone(), r.items().clone());
            Ok(Data::Full(Arc::new(Array::labelled(r.to_dense()?, Some(users), Some(items)))))
        }
        full => Ok(Data::Full(real("nmf", full)?)),
    }
}

/// What new rows have reached; a warning when that was interrupted.
fn told<T>(host: &mut dyn Host, reached: Reached<T>, task: &str) -> Result<T> {
    if reached.end == End::Interrupted {
        let rows = "the rows do not have their best parts yet";
        tell_end(host, reached.end, task, reached.iterations, rows, "")?;
    }
    Ok(reached.value)
}

fn number(x: f64) -> String {
    format_scalar(x, Precision::SHORT)
}

impl NmfModel {
    /// What was measured after each iteration; without an iteration, the final error.
    fn course(&self, measured: &[f64]) -> Vec<f64> {
        match measured {
            [] => vec![self.model.error],
            measured => measured.to_vec(),
        }
    }

    /// Rows with names of their own.
    fn labelled(&self, x: Matrix, rows: Option<Labels>) -> Value {
        Array::labelled(x, rows, self.h.col_labels().cloned()).into()
    }
}

impl Object for NmfModel {
    fn class(&self) -> &'static str {
        "nmf model"
    }

    fn summary(&self) -> String {
        let (m, k, n) = (self.w.data.rows(), self.w.data.cols(), self.h.data.cols());
        let solver = match self.options.solver {
            Solver::Hals => "hals",
            Solver::Multiplicative => "mu",
            Solver::Anls => "anls",
        };
        let loss = match self.options.loss {
            Loss::FROBENIUS => String::new(),
            other => format!(" (loss {})", other.name()),
        };
        let iterations = self.model.iterations;
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let end = match self.model.end {
            End::Converged => "converged",
            End::Limit => "not converged",
            End::Interrupted => "interrupted",
        };
        format!(
            "nmf model: {m}×{n} ≈ W ({m}×{k}) * H ({k}×{n}), {k} part{}\n  relative error  {}\n  residual        {}\n  {solver}{loss}, {end} after {iterations} iteration{}\n  fields: {}",
            plural(k),
            number(self.model.error),
            number(self.model.residual),
            plural(iterations),
            self.fields().join(" ")
        )
    }

    fn fields(&self) -> &'static [&'static str] {
        &[
            "W",
            "H",
            "weights",
            "error",
            "history",
            "residual",
            "objective",
            "loss",
            "k",
            "iterations",
            "converged",
        ]
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        let shared = |a: &Arc<Array>| match a.data.len() {
            1 if !a.has_labels() => a.data.as_slice()[0].into(),
            _ => Value::Matrix(a.clone()),
        };
        let column = |data: Vec<f64>| Value::from(Matrix::column_vector(data));
        let model = &self.model;
        Some(Ok(match name {
            "W" => shared(&self.w),
            "H" => shared(&self.h),
            "weights" => column(model.weights.clone()),
            "error" => column(self.course(&model.errors)),
            "history" => column(self.course(&model.history)),
            "residual" => model.residual.into(),
            "objective" => model.objective.into(),
            "loss" => Value::from(self.options.loss.name().as_str()),
            "k" => self.options.k.into(),
            "iterations" => model.iterations.into(),
            "converged" => (model.end == End::Converged).into(),
            _ => return None,
        }))
    }

    fn transform(&self, x: &Data, host: &mut dyn Host) -> Option<Result<Value>> {
        let NmfOptions { loss, missing, .. } = self.options;
        let z = nmf::transform(&self.h.data, x.view(), loss, missing, &host.monitor());
        let rows = x.row_labels().cloned();
        let z = z.map_err(Into::into).and_then(|z| told(host, z, "transform"));
        Some(z.map(|z| Array::labelled(z, rows, None).into()))
    }

    fn inverse_transform(&self, z: &Array) -> Option<Result<Value>> {
        let rows = multiply(&z.data, &self.h.data).map_err(Into::into);
        Some(rows.map(|x| self.labelled(x, z.row_labels().cloned())))
    }

    fn reconstruct(&self) -> Option<Result<Value>> {
        let product = multiply(&self.w.data, &self.h.data).map_err(Into::into);
        Some(product.map(|x| self.labelled(x, self.w.row_labels().cloned())))
    }

    fn score(&self, x: &Data, host: &mut dyn Host) -> Option<Result<Value>> {
        let NmfOptions { loss, missing, .. } = self.options;
        let share = nmf::score(&self.h.data, x.view(), loss, missing, &host.monitor());
        let share = share.map_err(Into::into).and_then(|share| told(host, share, "score"));
        Some(share.map(Value::from))
    }

    fn plot(&self) -> Option<Result<Figure>> {
        let history = self.course(&self.model.history);
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
