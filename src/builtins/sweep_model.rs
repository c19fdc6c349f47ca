//! The value of `sweep(X, ranks)`: the errors of models of several ranks on cells that they saw and on cells that they did
//! not.

use crate::value::{Object, Precision, Result, Value, format_scalar};
use matfac::data::Ratings;
use matfac::plot::{Figure, Line, LineStyle, Mark, Marker, Rule};
use matfac::{BoolMatrix, Matrix};
use std::any::Any;
use std::fmt::Write;
use std::sync::Arc;

/// Errors of models by rank.
#[derive(Debug)]
pub struct RankSweep {
    pub method: &'static str,
    pub shape: (usize, usize),
    /// How many cells the models were fitted to.
    pub seen: usize,
    /// How many cells judged them.
    pub held_out: usize,
    /// Ascending.
    pub ranks: Vec<usize>,
    /// Root mean square errors on the cells that were seen.
    pub train: Vec<f64>,
    /// Root mean square errors on those that were hidden.
    pub test: Vec<f64>,
    /// That of the mean of the seen cells.
    pub baseline: f64,
    /// The rank with the smallest error on hidden cells; 0 where the mean is better.
    pub best: usize,
    /// Whether every fit met its tolerance, and all ranks were tried.
    pub converged: bool,
    pub hidden: HeldOut,
}

/// The cells that judged the models.
#[derive(Debug)]
pub enum HeldOut {
    /// True where a cell was hidden.
    Cells(BoolMatrix),
    /// Of ratings, those that were hidden.
    Ratings(Arc<Ratings>),
}

fn number(x: f64) -> String {
    format_scalar(x, Precision::SHORT)
}

/// Errors of more than so many times that of the mean are outside the picture.
const FAR: f64 = 2.0;

/// How many ranks a summary lists.
const LISTED: usize = 20;

impl Object for RankSweep {
    fn class(&self) -> &'static str {
        "rank sweep"
    }

    fn summary(&self) -> String {
        let (m, n) = self.shape;
        let mut out = format!(
            "rank sweep: {} of {m}×{n} data, {} cells seen and {} hidden\n  {:>4} {:>12} {:>12}\n",
            self.method, self.seen, self.held_out, "rank", "seen", "hidden"
        );
        // Writing to a string cannot fail.
        for (i, &rank) in self.ranks.iter().enumerate().take(LISTED) {
            let mark = if rank == self.best { " *" } else { "" };
            let (train, test) = (number(self.train[i]), number(self.test[i]));
            let _ = writeln!(out, "  {rank:>4} {train:>12} {test:>12}{mark}");
        }
        if self.ranks.len() > LISTED {
            let _ = writeln!(out, "  … {} more", self.ranks.len() - LISTED);
        }
        let _ = writeln!(out, "  {:>4} {:>12} {:>12}", "mean", "", number(self.baseline));
        let told = match self.best {
            0 => "no rank beats the mean alone".into(),
            best => format!("best rank {best}"),
        };
        let _ = write!(out, "  {told}\n  fields: {}", self.fields().join(" "));
        out
    }

    fn fields(&self) -> &'static [&'static str] {
        &["ranks", "train", "test", "baseline", "best", "hidden", "method", "converged"]
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        let column = |numbers: Vec<f64>| Value::from(Matrix::column_vector(numbers));
        Some(Ok(match name {
            "ranks" => column(self.ranks.iter().map(|&k| k as f64).collect()),
            "train" => column(self.train.clone()),
            "test" => column(self.test.clone()),
            "baseline" => self.baseline.into(),
            "best" => self.best.into(),
            "hidden" => match &self.hidden {
                HeldOut::Cells(mask) => mask.clone().into(),
                HeldOut::Ratings(ratings) => Value::Ratings(ratings.clone()),
            },
            "method" => Value::text(self.method),
            "converged" => self.converged.into(),
            _ => return None,
        }))
    }

    fn plot(&self) -> Option<Result<Figure>> {
        let curve = |errors: &[f64], label: &str| {
            Mark::Line(Line {
                x: self.ranks.iter().map(|&k| k as f64).collect(),
                y: errors.to_vec(),
                marker: Some(Marker::Circle),
                label: Some(label.into()),
                ..Line::default()
            })
        };
        let mut figure = Figure::line(Vec::new(), Vec::new());
        let axes = figure.axes_mut();
        axes.marks = vec![curve(&self.train, "seen cells"), curve(&self.test, "hidden cells")];
        let label = Some("mean alone".into());
        axes.marks.push(Mark::HLine(Rule { at: self.baseline, label, ..Rule::default() }));
        axes.title = format!("{}: no rank beats the mean", self.method);
        if self.best > 0 {
            let (at, style) = (self.best as f64, LineStyle::Dotted);
            axes.marks.push(Mark::VLine(Rule { at, style, ..Rule::default() }));
            axes.title = format!("{}: smallest error at rank {}", self.method, self.best);
        }
        // Errors far above the mean's would press everything else against the axis.
        if self.test.iter().any(|&error| error > FAR * self.baseline) {
            axes.y_limits = Some((0.0, FAR * self.baseline)).filter(|_| self.baseline > 0.0);
        }
        axes.x_label = "rank".into();
        axes.y_label = "root mean square error".into();
        Some(Ok(figure))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
