//! The value of `pca_cv(X, ks)`: how well numbers of components predict hidden cells.

use super::operand::real;
use crate::value::{Blame, Fault, Host, Object, Precision, Result, Value, format_scalar};
use matfac::Matrix;
use matfac::data::End;
use matfac::error::Shape;
use matfac::models::pca::{HeldOut, HeldOutOptions, held_out};
use matfac::plot::{Figure, LineStyle, Mark, Marker, Rule};
use std::any::Any;
use std::fmt::Write;

/// Errors of hidden cells for each number of components.
#[derive(Debug)]
pub struct PcaCv {
    tried: HeldOut,
    shape: Shape,
}

/// Tries numbers of components.
#[allow(clippy::too_many_arguments)] // one for each keyword of the language
pub fn run(
    host: &mut dyn Host,
    x: Value,
    ks: &[f64],
    folds: usize,
    seed: usize,
    scale: bool,
    tol: f64,
    max_iter: usize,
) -> Result<Value> {
    let x = real("pca_cv", x)?;
    let whole = |k: &f64| (*k >= 0.0 && k.fract() == 0.0 && *k < 1e9).then_some(*k as usize);
    let counts: Option<Vec<usize>> = ks.iter().map(whole).collect();
    let Some(ks) = counts else {
        return Err(Fault::new("ks are whole numbers of components, such as 1:10")
            .blame(Blame::Keyword("ks".into())));
    };
    let options = HeldOutOptions { ks, folds, scale, seed: seed as u64, tol, max_iter };
    // Every iteration polls the interrupt, so that this needs no thread of its own.
    let tried = held_out(&x.data, &options, &host.monitor())?;
    if tried.end == End::Interrupted {
        host.interrupt().clear();
        let last = tried.ks.last().copied().unwrap_or(0);
        let message = format!("pca_cv was interrupted; these are the errors up to k = {last}");
        host.warn("mf:interrupted", &message)?;
    }
    Ok(Value::object(PcaCv { tried, shape: x.data.shape() }))
}

fn number(x: f64) -> String {
    format_scalar(x, Precision::SHORT)
}

/// How many numbers of components a summary lists.
const LISTED: usize = 20;

impl Object for PcaCv {
    fn class(&self) -> &'static str {
        "choice of components"
    }

    fn summary(&self) -> String {
        let tried = &self.tried;
        let mut out = format!(
            "choice of components: {} data, hidden cells in {} folds\n     k      error   of the means\n",
            self.shape,
            tried.by_fold.cols()
        );
        // Writing to a string cannot fail.
        for (k, error) in tried.ks.iter().zip(&tried.errors).take(LISTED) {
            let mark = if *k == tried.best { " *" } else { "" };
            let share = 100.0 * error / tried.baseline;
            let _ = writeln!(out, "  {k:>4} {:>10}      {share:>6.2} %{mark}", number(*error));
        }
        if tried.ks.len() > LISTED {
            let _ = writeln!(out, "  … {} more", tried.ks.len() - LISTED);
        }
        let _ = write!(
            out,
            "  best k = {}; error of the means {}\n  fields: {}",
            tried.best,
            number(tried.baseline),
            self.fields().join(" ")
        );
        out
    }

    fn fields(&self) -> &'static [&'static str] {
        &["ks", "errors", "folds", "baseline", "best"]
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        let tried = &self.tried;
        Some(Ok(match name {
            "ks" => Matrix::column_vector(tried.ks.iter().map(|&k| k as f64).collect()).into(),
            "errors" => Matrix::column_vector(tried.errors.clone()).into(),
            "folds" => tried.by_fold.clone().into(),
            "baseline" => tried.baseline.into(),
            "best" => tried.best.into(),
            _ => return None,
        }))
    }

    fn plot(&self) -> Option<Result<Figure>> {
        let tried = &self.tried;
        let x = tried.ks.iter().map(|&k| k as f64).collect();
        let mut figure = Figure::line(x, tried.errors.clone());
        let axes = figure.axes_mut();
        if let Some(Mark::Line(line)) = axes.marks.first_mut() {
            line.marker = Some(Marker::Circle);
        }
        let label = Some("means".into());
        axes.marks.push(Mark::HLine(Rule { at: tried.baseline, label, ..Rule::default() }));
        let (at, style) = (tried.best as f64, LineStyle::Dotted);
        axes.marks.push(Mark::VLine(Rule { at, style, ..Rule::default() }));
        axes.title = format!("smallest at k = {}", tried.best);
        axes.x_label = "components".into();
        axes.y_label = "error of hidden cells".into();
        Some(Ok(figure))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
