//! A fitted recommender as a value: what it prints, its fields and its picture; and the types of the
//! arguments that only recommenders take.

use super::argument::{Argument, what};
use crate::value::{Array, Object, Precision, Result, Value, format_scalar};
use matfac::Matrix;
use matfac::data::{Labels, Monitor, Ratings, number_text};
use matfac::plot::{Axes, Figure, Line, Mark, Scale};
use matfac::recommend::{BaselineOptions, Clip, FactorModel, baseline};
use std::any::Any;
use std::sync::{Arc, OnceLock};

/// What every recommender is measured against: fitted to the same ratings.
#[derive(Debug, Clone)]
pub(super) struct Rivals {
    /// The mean rating for everything.
    pub mean: FactorModel,
    /// The mean and a bias of each user and item.
    pub biases: FactorModel,
}

impl Rivals {
    /// Fits both.
    pub fn fit(ratings: &Arc<Ratings>, monitor: &Monitor) -> matfac::Result<Rivals> {
        let mean = BaselineOptions { biases: false, ..BaselineOptions::default() };
        Ok(Rivals {
            mean: baseline(ratings, &mean, monitor)?,
            biases: baseline(ratings, &BaselineOptions::default(), monitor)?,
        })
    }
}

/// The value that `als`, `funksvd` and `baseline` give.
#[derive(Debug)]
pub(super) struct RecommenderModel {
    /// The fit.
    pub fit: Arc<FactorModel>,
    /// Whether it stops by itself, instead of after as many iterations as it was told.
    settles: bool,
    /// Fitted for the first summary: a model made in a loop is never shown.
    rivals: OnceLock<Option<Box<Rivals>>>,
}

impl RecommenderModel {
    /// A model as a value.
    pub fn new(fit: FactorModel, settles: bool) -> RecommenderModel {
        RecommenderModel { fit: Arc::new(fit), settles, rivals: OnceLock::new() }
    }

    fn rivals(&self) -> Option<&Rivals> {
        let fit = || Rivals::fit(&self.fit.seen, &Monitor::default()).ok().map(Box::new);
        self.rivals.get_or_init(fit).as_deref()
    }

    /// One line for each iteration: its number, the objective, the training error, and the error on the
    /// held-out ratings when some were held out.
    fn history(&self) -> Array {
        let epochs = &self.fit.history;
        let held_out = epochs.iter().any(|epoch| epoch.held_out.is_some());
        let mut names = vec!["iteration".into(), "objective".into(), "rmse".into()];
        if held_out {
            names.push("held_out".into());
        }
        let entry = |i: usize, j: usize| match j {
            0 => (i + 1) as f64,
            1 => epochs[i].objective,
            2 => epochs[i].rmse,
            _ => epochs[i].held_out.unwrap_or(f64::NAN),
        };
        let data = Matrix::from_fn(epochs.len(), names.len(), entry);
        Array::labelled(data, None, Some(Labels::new(names)))
    }
}

fn by_name(data: &Matrix, names: &Labels) -> Value {
    Array::labelled(data.clone(), Some(names.clone()), None).into()
}

fn short(x: f64) -> String {
    format_scalar(x, Precision::SHORT)
}

fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

impl Object for RecommenderModel {
    fn class(&self) -> &'static str {
        match self.fit.method {
            "als" => "als model",
            "funksvd" => "funksvd model",
            _ => "baseline model",
        }
    }

    fn summary(&self) -> String {
        let fit = &*self.fit;
        let (users, items) = (fit.seen.users().len(), fit.seen.items().len());
        let (nnz, percent) = (fit.seen.nnz(), 100.0 * fit.seen.density());
        let mut lines = vec![
            format!("{} of {} × {}", self.class(), counted(users, "user"), counted(items, "item")),
            format!("  observed    {nnz} ({percent:.2} %), mean {}", short(fit.mean)),
        ];
        if fit.k() > 0 {
            let mut line = format!("  factors     k = {}", fit.k());
            line += &format!(", lambda = {}", number_text(fit.penalty.factors));
            line += if fit.penalty.weighted { " for each rating" } else { " for each row" };
            line += if fit.biases { ", with biases" } else { ", without biases" };
            lines.push(line);
        }
        if fit.method != "baseline" || fit.penalty.user_bias > 0.0 {
            let mut line = format!("  iterations  {}", fit.history.len());
            if self.settles {
                line += if fit.converged { ", converged" } else { ", not converged" };
            }
            if fit.starts.len() > 1 {
                line += &format!(", best of {}", counted(fit.starts.len(), "start"));
            }
            lines.push(line);
        }
        let error = short(fit.train_rmse());
        let has_biases = fit.user_bias.iter().any(|b| *b != 0.0);
        lines.push(match self.rivals() {
            Some(rivals) if fit.k() > 0 => format!(
                "  train RMSE  {error} (biases alone {}, the mean alone {})",
                short(rivals.biases.train_rmse()),
                short(rivals.mean.train_rmse())
            ),
            Some(rivals) if has_biases => format!(
                "  train RMSE  {error} (the mean alone {})",
                short(rivals.mean.train_rmse())
            ),
            _ => format!("  train RMSE  {error}"),
        });
        lines.join("\n")
    }

    fn fields(&self) -> &'static [&'static str] {
        &[
            "mean",
            "user_bias",
            "item_bias",
            "P",
            "Q",
            "k",
            "lambda",
            "rmse",
            "objective",
            "history",
            "iterations",
            "converged",
            "starts",
            "seed",
            "clip",
            "ratings",
        ]
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        let fit = &*self.fit;
        let (users, items) = (fit.seen.users(), fit.seen.items());
        let column = |numbers: &[f64]| Matrix::column_vector(numbers.to_vec());
        Some(Ok(match name {
            "mean" => fit.mean.into(),
            "user_bias" => by_name(&column(&fit.user_bias), users),
            "item_bias" => by_name(&column(&fit.item_bias), items),
            "P" => by_name(&fit.p, users),
            "Q" => by_name(&fit.q, items),
            "k" => fit.k().into(),
            "lambda" => fit.penalty.factors.into(),
            "rmse" => fit.train_rmse().into(),
            "objective" => fit.objective().into(),
            "history" => self.history().into(),
            "iterations" => fit.history.len().into(),
            "converged" => fit.converged.into(),
            "starts" => column(&fit.starts).into(),
            "seed" => (fit.seed as f64).into(),
            "clip" => match fit.clip {
                Some((low, high)) => Matrix::row_vector(vec![low, high]).into(),
                None => Value::empty(),
            },
            "ratings" => Value::Ratings(fit.seen.clone()),
            _ => return None,
        }))
    }

    /// The objective, falling.
    fn plot(&self) -> Option<Result<Figure>> {
        let history = &self.fit.history;
        let x = (1..=history.len()).map(|i| i as f64).collect();
        let y: Vec<f64> = history.iter().map(|epoch| epoch.objective).collect();
        let (least, most) = y.iter().fold((f64::MAX, 0.0f64), |(l, m), &v| (l.min(v), m.max(v)));
        // The first steps of a descent dwarf the rest on a linear scale.
        let steep = least > 0.0 && most > 20.0 * least;
        Some(Ok(Figure::of(Axes {
            title: format!("{}, k = {}", self.class(), self.fit.k()),
            x_label: "iteration".into(),
            y_label: "objective".into(),
            marks: vec![Mark::Line(Line { x, y, ..Line::default() })],
            y_scale: if steep { Scale::Log } else { Scale::Linear },
            grid: true,
            ..Axes::default()
        })))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A fitted recommender as an argument.
pub(super) struct Model(pub Arc<FactorModel>);

impl Argument for Model {
    const KIND: &'static str = "a recommender (from als, funksvd or baseline)";
    fn from_value(value: Value) -> std::result::Result<Self, String> {
        match value.as_object::<RecommenderModel>() {
            Some(model) => Ok(Model(model.fit.clone())),
            None => Err(what(&value)),
        }
    }
}

/// The range of predictions as it is written: `[1 5]`, `"observed"` or `"off"`.
pub(super) struct Limits(pub Clip);

impl Argument for Limits {
    const KIND: &'static str = "[low high], \"observed\" or \"off\"";
    fn from_value(value: Value) -> std::result::Result<Self, String> {
        match &value {
            Value::Bool(true) => return Ok(Limits(Clip::Observed)),
            Value::Bool(false) => return Ok(Limits(Clip::Off)),
            Value::Text(text) => match text.as_str() {
                "observed" => return Ok(Limits(Clip::Observed)),
                "off" => return Ok(Limits(Clip::Off)),
                _ => {}
            },
            _ => {
                if let Ok(limits) = value.to_array()
                    && let &[low, high] = limits.data.as_slice()
                {
                    return Ok(Limits(Clip::To(low, high)));
                }
            }
        }
        Err(what(&value))
    }
}

/// Labels of users or items: numbers or a string.
pub(super) struct LabelList {
    /// The labels, in order.
    pub labels: Vec<String>,
    /// Whether they came as a column.
    pub is_column: bool,
}

impl Argument for LabelList {
    const KIND: &'static str = "a label or a vector of labels";
    fn from_value(value: Value) -> std::result::Result<Self, String> {
        if let Some(text) = value.as_text() {
            return Ok(LabelList { labels: vec![text.into()], is_column: false });
        }
        match value.to_array() {
            Ok(numbers) if numbers.data.is_vector() => Ok(LabelList {
                labels: numbers.data.as_slice().iter().map(|&x| number_text(x)).collect(),
                is_column: numbers.data.cols() == 1 && numbers.data.rows() > 1,
            }),
            _ => Err(what(&value)),
        }
    }
}
