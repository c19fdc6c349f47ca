//! A fitted recommender as a value: what it prints, its fields and its picture; and the types of the
//! arguments that only recommenders take.

use super::argument::{Argument, what};
use super::fitting::tell_end;
use crate::value::{Array, Host, Object, Precision, Result, Struct, Value, format_scalar};
use matfac::Matrix;
use matfac::data::{End, Labels, Monitor, Ratings, number_text};
use matfac::plot::{Axes, Figure, Line, Mark, Scale};
use matfac::recommend::{
    Aim, BaselineOptions, Clip, Epoch, FactorModel, Fit, Recommender, Setting, baseline,
};
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

/// The value that every fit of a recommender gives.
#[derive(Debug)]
pub(super) struct RecommenderModel {
    /// The model.
    pub model: Arc<dyn Recommender>,
    /// Whether it stops by itself, instead of after as many iterations as it was told.
    settles: bool,
    /// Computed for the first summary: a model made in a loop is never shown.
    quality: OnceLock<Option<String>>,
    /// Stops what a summary or a field computes; nothing is reported.
    monitor: Monitor,
}

/// Fits a model, as a value; one that did not settle, or was interrupted, is told.
///
/// `settles` is whether it stops by itself, instead of after as many iterations as it was told.
pub(super) fn fitted<M: Recommender + 'static>(
    host: &mut dyn Host,
    settles: bool,
    fit: impl FnOnce(&Monitor) -> matfac::Result<M>,
) -> Result<Value> {
    let model = fit(&host.monitor())?;
    let Fit { method, end, history, .. } = model.fit();
    let reached = history.last().map_or_else(
        || "nothing was computed yet".to_string(),
        |epoch| format!("objective {}", short(epoch.objective)),
    );
    tell_end(host, *end, method, history.len(), &reached, "try a larger maxiter")?;
    Ok(Value::object(RecommenderModel::new(Arc::new(model), settles, host)))
}

impl RecommenderModel {
    /// A model as a value.
    pub fn new(model: Arc<dyn Recommender>, settles: bool, host: &dyn Host) -> RecommenderModel {
        let monitor = host.monitor().quiet();
        RecommenderModel { model, settles, quality: OnceLock::new(), monitor }
    }

    /// One line for each iteration: its number, the objective, of ratings the training error, and the error on the
    /// held-out ratings when some were held out.
    fn history(&self) -> Array {
        let epochs = &self.model.fit().history;
        let mut columns: Vec<(&str, Vec<f64>)> = vec![
            ("iteration", (1..=epochs.len()).map(|i| i as f64).collect()),
            ("objective", epochs.iter().map(|epoch| epoch.objective).collect()),
        ];
        if epochs.iter().any(|epoch| epoch.rmse.is_some()) {
            let rmse = epochs.iter().map(|epoch| epoch.rmse.unwrap_or(f64::NAN));
            columns.push(("rmse", rmse.collect()));
        }
        if epochs.iter().any(|epoch| epoch.held_out.is_some()) {
            let held_out = epochs.iter().map(|epoch| epoch.held_out.unwrap_or(f64::NAN));
            columns.push(("held_out", held_out.collect()));
        }
        let names = columns.iter().map(|(name, _)| (*name).into()).collect();
        let data = Matrix::from_fn(epochs.len(), columns.len(), |i, j| columns[j].1[i]);
        Array::labelled(data, None, Some(Labels::new(names)))
    }

    /// How good it is on what it was fitted to, beside its rivals.
    ///
    /// [`matfac::Error::Interrupted`] when there was no time for it.
    fn quality(&self) -> matfac::Result<Option<String>> {
        let fit = self.model.fit();
        if fit.aim == Aim::Ranking {
            let objective = |epoch: &Epoch| format!("  objective   {}", short(epoch.objective));
            return Ok(fit.history.last().map(objective));
        }
        let error = |model: &dyn Recommender| -> matfac::Result<String> {
            Ok(model.train_rmse(&self.monitor)?.map(short).unwrap_or_default())
        };
        let own = error(&*self.model)?;
        let is_baseline = fit.method == "baseline";
        let has_biases = self
            .model
            .factors()
            .is_none_or(|factors| factors.user_bias.iter().any(|bias| *bias != 0.0));
        if is_baseline && !has_biases {
            return Ok(Some(format!("  train RMSE  {own}")));
        }
        let rivals = Rivals::fit(&fit.seen, &self.monitor)?;
        let mean = error(&rivals.mean)?;
        Ok(Some(match is_baseline {
            true => format!("  train RMSE  {own} (the mean alone {mean})"),
            false => {
                let biases = error(&rivals.biases)?;
                format!("  train RMSE  {own} (biases alone {biases}, the mean alone {mean})")
            }
        }))
    }

    /// [`RecommenderModel::quality`], computed once; nothing of it after an interrupt, until the next summary.
    fn known_quality(&self) -> Option<String> {
        if let Some(known) = self.quality.get() {
            return known.clone();
        }
        match self.quality() {
            Err(matfac::Error::Interrupted) => None,
            found => self.quality.get_or_init(|| found.ok().flatten()).clone(),
        }
    }
}

fn setting(value: Setting) -> Value {
    match value {
        Setting::Number(x) => x.into(),
        Setting::Word(word) => word.into(),
        Setting::Flag(flag) => flag.into(),
    }
}

fn told(name: &str, value: Setting) -> String {
    match value {
        Setting::Number(x) => format!("{name} = {}", number_text(x)),
        Setting::Word(word) => format!("{name} = {word}"),
        Setting::Flag(true) => name.to_string(),
        Setting::Flag(false) => format!("{name} = false"),
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
        match self.model.fit().method {
            "als" => "als model",
            "baseline" => "baseline model",
            "bpr" => "bpr model",
            "ease" => "ease model",
            "funksvd" => "funksvd model",
            "ials" => "ials model",
            "itemknn" => "itemknn model",
            "knn" => "knn model",
            "popularity" => "popularity model",
            "slopeone" => "slopeone model",
            "svdpp" => "svdpp model",
            _ => "recommender",
        }
    }

    fn labels(&self) -> Vec<Labels> {
        let seen = &self.model.fit().seen;
        vec![seen.users().clone(), seen.items().clone()]
    }

    fn summary(&self) -> String {
        let fit = self.model.fit();
        let (users, items) = (fit.seen.users().len(), fit.seen.items().len());
        let (nnz, percent) = (fit.seen.nnz(), 100.0 * fit.seen.density());
        let mut observed = format!("  observed    {nnz} ({percent:.2} %)");
        if fit.aim == Aim::Ratings {
            observed += &format!(", mean {}", short(fit.seen.mean().unwrap_or(f64::NAN)));
        }
        let mut lines = vec![
            format!("{} of {} × {}", self.class(), counted(users, "user"), counted(items, "item")),
            observed,
        ];
        if !fit.settings.is_empty() {
            let settings: Vec<String> =
                fit.settings.iter().map(|(name, value)| told(name, *value)).collect();
            lines.push(format!("  settings    {}", settings.join(", ")));
        }
        if fit.history.len() > usize::from(fit.method == "baseline") {
            let mut line = format!("  iterations  {}", fit.history.len());
            line += match fit.end {
                End::Interrupted => ", interrupted",
                End::Converged if self.settles => ", converged",
                End::Limit if self.settles => ", not converged",
                _ => "",
            };
            if fit.starts.len() > 1 {
                line += &format!(", best of {}", counted(fit.starts.len(), "start"));
            }
            lines.push(line);
        }
        lines.extend(self.known_quality());
        lines.join("\n")
    }

    fn fields(&self) -> &'static [&'static str] {
        match self.model.factors() {
            Some(_) => &[
                "mean",
                "user_bias",
                "item_bias",
                "P",
                "Q",
                "settings",
                "rmse",
                "objective",
                "history",
                "iterations",
                "converged",
                "starts",
                "seed",
                "clip",
                "aim",
                "ratings",
            ],
            None => &[
                "settings",
                "rmse",
                "objective",
                "history",
                "iterations",
                "converged",
                "seed",
                "clip",
                "aim",
                "ratings",
            ],
        }
    }

    /// Every setting is a field too.
    fn field(&self, name: &str) -> Option<Result<Value>> {
        let fit = self.model.fit();
        let (users, items) = (fit.seen.users(), fit.seen.items());
        let column = |numbers: &[f64]| Matrix::column_vector(numbers.to_vec());
        if let Some(factors) = self.model.factors() {
            match name {
                "mean" => return Some(Ok(factors.mean.into())),
                "user_bias" => return Some(Ok(by_name(&column(&factors.user_bias), users))),
                "item_bias" => return Some(Ok(by_name(&column(&factors.item_bias), items))),
                "P" => return Some(Ok(by_name(&factors.p, users))),
                "Q" => return Some(Ok(by_name(&factors.q, items))),
                "k" => return Some(Ok(factors.k().into())),
                _ => {}
            }
        }
        let known = |x: Option<f64>| x.unwrap_or(f64::NAN).into();
        Some(Ok(match name {
            "settings" => Value::Struct(Arc::new(Struct::from_fields(
                fit.settings.iter().map(|(name, value)| (*name, setting(*value))),
            ))),
            "rmse" => match self.model.train_rmse(&self.monitor) {
                Ok(error) => known(error),
                Err(error) => return Some(Err(error.into())),
            },
            "objective" => known(self.model.objective()),
            "history" => self.history().into(),
            "iterations" => fit.history.len().into(),
            "converged" => fit.converged().into(),
            "starts" => column(&fit.starts).into(),
            "seed" => (fit.seed as f64).into(),
            "aim" => match fit.aim {
                Aim::Ratings => "ratings".into(),
                Aim::Ranking => "ranking".into(),
            },
            "clip" => match fit.clip {
                Some((low, high)) => Matrix::row_vector(vec![low, high]).into(),
                None => Value::empty(),
            },
            "ratings" => Value::Ratings(fit.seen.clone()),
            _ => {
                let found = fit.settings.iter().find(|(known, _)| *known == name)?;
                setting(found.1)
            }
        }))
    }

    /// The objective, falling.
    fn plot(&self) -> Option<Result<Figure>> {
        let history = &self.model.fit().history;
        if history.is_empty() {
            let message = format!("a {} is computed at once and has no history", self.class());
            return Some(Err(crate::value::Fault::new(message)));
        }
        let x = (1..=history.len()).map(|i| i as f64).collect();
        let y: Vec<f64> = history.iter().map(|epoch| epoch.objective).collect();
        let (least, most) = y.iter().fold((f64::MAX, 0.0f64), |(l, m), &v| (l.min(v), m.max(v)));
        // The first steps of a descent dwarf the rest on a linear scale.
        let steep = least > 0.0 && most > 20.0 * least;
        Some(Ok(Figure::of(Axes {
            title: match self.model.factors() {
                Some(factors) => format!("{}, k = {}", self.class(), factors.k()),
                None => self.class().into(),
            },
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
pub(super) struct Model(pub Arc<dyn Recommender>);

impl Argument for Model {
    const KIND: &'static str = "a recommender (from als, funksvd, ials, …)";
    fn from_value(value: Value) -> std::result::Result<Self, String> {
        match value.as_object::<RecommenderModel>() {
            Some(model) => Ok(Model(model.model.clone())),
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
        if let Value::Cell(cells) = &value
            && cells.rows().min(cells.cols()) == 1
        {
            let labels = cells.as_slice().iter().map(|cell| cell.as_text().map(String::from));
            let Some(labels) = labels.collect::<Option<Vec<_>>>() else { return Err(what(&value)) };
            return Ok(LabelList { labels, is_column: cells.cols() == 1 && cells.rows() > 1 });
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
