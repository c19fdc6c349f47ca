//! Neighbourhood models: a rating follows from those of the most similar items by the same user (or of the
//! most similar users for the same item).
//!
//! Users: Resnick, Iacovou, Suchak, Bergstrom and Riedl (1994), "GroupLens"; items: Sarwar, Karypis, Konstan
//! and Riedl (2001), "Item-based collaborative filtering recommendation algorithms"; shrunk correlations about
//! baselines: Koren (2010), "Factor in the neighbors", section 2.2. `base + Σ s (r - base) / Σ s` over the k
//! most similar with a positive similarity s. Similarities cost `O(Σ n²)` over the lengths n of the other
//! axis' rows and take 8 bytes for each positive pair; a prediction costs about the length of a row.

use super::FactorModel;
use super::baseline::{BaselineOptions, baseline};
use super::corated::{Corated, Sums, entries, meet, room_for};
use super::fit::{Aim, Clip, Fit, Setting, check_non_negative, check_ratings};
use super::ranking::top;
use super::recommender::{Axis, Ranked, Recommender, no_similarity, warm};
use crate::data::{Monitor, Ratings};
use crate::error::{Error, Result};
use std::sync::Arc;

/// How alike two items (or users) are, from the ratings they share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Similarity {
    /// Cosine of the angle between the ratings.
    Cosine,
    /// 1 / (1 + mean squared difference).
    Msd,
    /// Correlation of the ratings.
    Pearson,
    /// Correlation of what the biases leave of the ratings.
    PearsonBaseline,
}

/// From where ratings of neighbours are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Centre {
    /// From zero.
    None,
    /// From the mean of each item (or user).
    Mean,
    /// From the mean, in standard deviations, of each item (or user).
    ZScore,
    /// From mean and biases.
    Baseline,
}

/// How [`knn`] fits. The defaults are the best combination for stars.
#[derive(Debug, Clone, PartialEq)]
pub struct KnnOptions {
    /// Whether neighbours are items or users.
    pub by: Axis,
    /// How alike two are.
    pub similarity: Similarity,
    /// From where ratings are counted.
    pub centre: Centre,
    /// Most neighbours of a prediction.
    pub k: usize,
    /// With fewer neighbours than this a prediction rests on its centre alone.
    pub min_k: usize,
    /// Those that share fewer ratings are not alike.
    pub min_support: usize,
    /// Similarities are multiplied by (n - 1) / (n - 1 + shrinkage) for n shared ratings; `None` is 100 for
    /// `PearsonBaseline` and 0 for the others.
    pub shrinkage: Option<f64>,
    /// Most similarities kept of each item (or user); `None` is all, or as many as fit in a gigabyte.
    pub neighbours: Option<usize>,
    /// Penalty of the users' biases; see [`BaselineOptions`].
    pub user_lambda: f64,
    /// Penalty of the items' biases.
    pub item_lambda: f64,
    /// The range of predictions.
    pub clip: Clip,
}

impl Default for KnnOptions {
    fn default() -> KnnOptions {
        KnnOptions {
            by: Axis::Items,
            similarity: Similarity::PearsonBaseline,
            centre: Centre::Baseline,
            k: 40,
            min_k: 1,
            min_support: 1,
            shrinkage: None,
            neighbours: None,
            user_lambda: 3.0,
            item_lambda: 3.0,
            clip: Clip::Observed,
        }
    }
}

/// Memory that similarities may take unless told otherwise.
const BYTES: usize = 1 << 30;

/// A similarity above zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Position of the other.
    pub at: u32,
    /// How alike they are.
    pub similarity: f32,
}

/// A fitted neighbourhood model.
#[derive(Debug, Clone)]
pub struct Knn {
    /// How it was fitted.
    pub fit: Fit,
    /// The settings it was fitted with.
    pub options: KnnOptions,
    /// Mean and biases, where predictions of the unknown fall back to.
    pub base: Arc<FactorModel>,
    /// Mean and standard deviation of each item (or user).
    pub centres: Vec<(f64, f64)>,
    /// The similarities above zero of each item (or user), by ascending position.
    pub near: Arc<Vec<Vec<Near>>>,
}

/// Finds the similarities of items (or users).
///
/// # Errors
/// When there is no rating, an option makes no sense, or the monitor interrupts.
pub fn knn(ratings: &Arc<Ratings>, options: &KnnOptions, monitor: &Monitor) -> Result<Knn> {
    check_ratings("knn", ratings)?;
    check(options)?;
    let biases = BaselineOptions {
        user_lambda: options.user_lambda,
        item_lambda: options.item_lambda,
        clip: Clip::Off,
        ..Default::default()
    };
    let quiet = monitor.quiet();
    let base = baseline(ratings, &biases, &quiet)?;
    let every: Vec<usize> = (0..entries(options.by, ratings).0.outer_dims()).collect();
    let near = similarities(ratings, options, &base, &every, monitor)?;
    let settings = vec![
        ("by", Setting::Word(if options.by == Axis::Users { "user" } else { "item" })),
        ("similarity", Setting::Word(options.similarity.name())),
        ("center", Setting::Word(options.centre.name())),
        ("k", Setting::Number(options.k as f64)),
        ("min_k", Setting::Number(options.min_k as f64)),
        ("min_support", Setting::Number(options.min_support as f64)),
        ("shrinkage", Setting::Number(options.shrinkage())),
    ];
    let fit = Fit {
        clip: options.clip.range(ratings),
        settings,
        ..Fit::new("knn", Aim::Ratings, ratings.clone())
    };
    let centres = centres(ratings, options.by);
    Ok(Knn { fit, options: options.clone(), base: Arc::new(base), centres, near: Arc::new(near) })
}

fn check(options: &KnnOptions) -> Result<()> {
    options.clip.check()?;
    check_non_negative("shrinkage", options.shrinkage())?;
    check_non_negative("user_lambda", options.user_lambda)?;
    check_non_negative("item_lambda", options.item_lambda)?;
    let counts = [
        ("k", options.k),
        ("min_k", options.min_k),
        ("min_support", options.min_support),
        ("neighbours", options.neighbours.unwrap_or(1)),
    ];
    if let Some((name, _)) = counts.iter().find(|(_, count)| *count == 0) {
        return Err(Error::argument(name, format!("{name} must be at least 1")));
    }
    if options.min_k > options.k {
        let message =
            format!("min_k={} neighbours are never found among k={}", options.min_k, options.k);
        return Err(Error::argument("min_k", message));
    }
    Ok(())
}

impl KnnOptions {
    fn shrinkage(&self) -> f64 {
        let usual = if self.similarity == Similarity::PearsonBaseline { 100.0 } else { 0.0 };
        self.shrinkage.unwrap_or(usual)
    }

    /// How alike two are whose shared ratings have these sums.
    fn similarity(&self, sums: &Sums) -> f64 {
        let &Sums { n, x, y, xy, xx, yy } = sums;
        if n < self.min_support as f64 {
            return 0.0;
        }
        let ratio = |top: f64, square: f64| if square > 0.0 { top / square.sqrt() } else { 0.0 };
        let plain = match self.similarity {
            Similarity::Cosine | Similarity::PearsonBaseline => ratio(xy, xx * yy),
            Similarity::Msd => 1.0 / (1.0 + ((xx + yy - 2.0 * xy) / n).max(0.0)),
            Similarity::Pearson => {
                // What rounding leaves of a constant's variance is none.
                let spread = |square: f64, sum: f64| {
                    let left = n * square - sum * sum;
                    if left > 1e-12 * n * square { left } else { 0.0 }
                };
                ratio(n * xy - x * y, spread(xx, x) * spread(yy, y))
            }
        };
        let shrinkage = self.shrinkage();
        if shrinkage > 0.0 { plain * (n - 1.0) / (n - 1.0 + shrinkage) } else { plain }
    }
}

impl Similarity {
    /// Its option word.
    pub fn name(self) -> &'static str {
        match self {
            Similarity::Cosine => "cosine",
            Similarity::Msd => "msd",
            Similarity::Pearson => "pearson",
            Similarity::PearsonBaseline => "pearson_baseline",
        }
    }
}

impl Centre {
    /// Its option word.
    pub fn name(self) -> &'static str {
        match self {
            Centre::None => "none",
            Centre::Mean => "mean",
            Centre::ZScore => "zscore",
            Centre::Baseline => "baseline",
        }
    }
}

/// The similarities above zero of the given rows.
fn similarities(
    ratings: &Ratings,
    options: &KnnOptions,
    base: &FactorModel,
    rows: &[usize],
    monitor: &Monitor,
) -> Result<Vec<Vec<Near>>> {
    let left = options.similarity == Similarity::PearsonBaseline;
    let corated = Corated::new(options.by, ratings, |own, other, r| {
        let (u, i) = if options.by == Axis::Users { (own, other) } else { (other, own) };
        if left { r - base.raw(Some(u), Some(i)) } else { r }
    });
    let count = entries(options.by, ratings).0.outer_dims();
    let most = options.neighbours.unwrap_or_else(|| room_for(count, BYTES, size_of::<Near>()));
    let keep = |at: usize, sums: &Sums| {
        let similarity = options.similarity(sums) as f32;
        (similarity > 0.0).then_some(Near { at: at as u32, similarity })
    };
    corated.rows(rows, most, keep, |near| near.similarity, "knn", monitor)
}

/// Mean and standard deviation of each item (or user); of all ratings where there is no spread.
fn centres(ratings: &Ratings, by: Axis) -> Vec<(f64, f64)> {
    let moments = |values: &[f64]| {
        let n = values.len().max(1) as f64;
        let mean = values.iter().sum::<f64>() / n;
        (mean, (values.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / n).sqrt())
    };
    let (mean, spread) = moments(ratings.values());
    let spread = if spread > 0.0 { spread } else { 1.0 };
    let own = entries(by, ratings).0;
    let rows = own.outer_iterator().map(|row| match moments(row.data()) {
        _ if row.nnz() == 0 => (mean, spread),
        (mean, own) => (mean, if own > 0.0 { own } else { spread }),
    });
    rows.collect()
}

/// A neighbour of a prediction.
struct Voice {
    /// Position among items (or users).
    at: u32,
    similarity: f64,
    /// Its rating, counted from its centre.
    deviation: f64,
}

impl Knn {
    /// The neighbours a prediction rests on, or none when there are fewer than asked for.
    fn voices(&self, user: usize, item: usize) -> Vec<Voice> {
        let (own, (others, ratings)) = match self.options.by {
            Axis::Items => (item, self.seen().user_row(user)),
            Axis::Users => (user, self.seen().item_col(item)),
        };
        let mut found: Vec<(f32, u32, f64)> = Vec::new();
        meet(
            others,
            &self.near[own],
            |near| near.at,
            |n, near| {
                found.push((near.similarity, near.at, ratings[n]));
            },
        );
        let k = self.options.k;
        if found.len() > k {
            let order =
                |a: &(f32, u32, f64), b: &(f32, u32, f64)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
            found.select_nth_unstable_by(k, order);
            found.truncate(k);
            // So that sums do not depend on how the selection went.
            found.sort_unstable_by_key(|x| x.1);
        }
        if found.len() < self.options.min_k {
            found.clear();
        }
        let voice = |(similarity, at, rating): (f32, u32, f64)| {
            let (mean, spread) = self.centres[at as usize];
            let deviation = match self.options.centre {
                Centre::None => rating,
                Centre::Mean => rating - mean,
                Centre::ZScore => (rating - mean) / spread,
                Centre::Baseline if self.options.by == Axis::Items => {
                    rating - self.base.raw(Some(user), Some(at as usize))
                }
                Centre::Baseline => rating - self.base.raw(Some(at as usize), Some(item)),
            };
            Voice { at, similarity: f64::from(similarity), deviation }
        };
        found.into_iter().map(voice).collect()
    }

    /// What deviations are added to, and in which unit they are.
    fn origin(&self, user: usize, item: usize) -> (f64, f64) {
        let (mean, spread) = self.centres[if self.options.by == Axis::Items { item } else { user }];
        match self.options.centre {
            Centre::None => (0.0, 1.0),
            Centre::Mean => (mean, 1.0),
            Centre::ZScore => (mean, spread),
            Centre::Baseline => (self.base.raw(Some(user), Some(item)), 1.0),
        }
    }

    fn value(&self, user: usize, item: usize) -> f64 {
        let voices = self.voices(user, item);
        let total: f64 = voices.iter().map(|v| v.similarity).sum();
        if total > 0.0 {
            let (origin, unit) = self.origin(user, item);
            let sum: f64 = voices.iter().map(|v| v.similarity * v.deviation).sum();
            return origin + unit * sum / total;
        }
        match self.options.centre {
            Centre::None => self.base.raw(Some(user), Some(item)),
            _ => self.origin(user, item).0,
        }
    }
}

impl Recommender for Knn {
    fn fit(&self) -> &Fit {
        &self.fit
    }

    fn raw(&self, user: Option<usize>, item: Option<usize>) -> f64 {
        match warm(self.seen(), user, item) {
            (Some(u), Some(i)) => self.value(u, i),
            (user, item) => self.base.raw(user, item),
        }
    }

    /// By the model's own similarity, of what its neighbours are.
    fn similar_at(&self, axis: Axis, position: usize, n: usize) -> Result<Vec<Ranked>> {
        if axis != self.options.by {
            return Err(no_similarity("knn", axis));
        }
        let all = self.near[position].iter();
        Ok(top(
            n,
            all.map(|near| Ranked { position: near.at as usize, score: near.similarity.into() }),
        ))
    }

    fn contributions(&self, user: usize, item: usize) -> Option<Vec<Ranked>> {
        let voices = self.voices(user, item);
        if self.options.by == Axis::Users || voices.is_empty() {
            return None;
        }
        let total: f64 = voices.iter().map(|v| v.similarity).sum();
        let unit = self.origin(user, item).1;
        let share = |v: &Voice| Ranked {
            position: v.at as usize,
            score: unit * v.similarity * v.deviation / total,
        };
        Some(top(voices.len(), voices.iter().map(share)))
    }

    fn refitted(
        &self,
        seen: Arc<Ratings>,
        changed: &[usize],
        monitor: &Monitor,
    ) -> Result<Arc<dyn Recommender>> {
        let fit = self.fit.over(&seen);
        let base = self.base.user_fit.refitted(&self.base, seen.clone(), changed, monitor)?;
        let (mut near, mut all) = (self.near.clone(), self.centres.clone());
        if self.options.by == Axis::Users {
            all = centres(&seen, Axis::Users);
            let rows = similarities(&seen, &self.options, &base, changed, monitor)?;
            let mut table = near.to_vec();
            table.resize(seen.users().len(), Vec::new());
            replace(&mut table, changed, rows);
            near = Arc::new(table);
        }
        let options = self.options.clone();
        Ok(Arc::new(Knn { fit, options, base: Arc::new(base), centres: all, near }))
    }
}

/// Puts new rows into a table that is to stay symmetric.
fn replace(table: &mut [Vec<Near>], changed: &[usize], rows: Vec<Vec<Near>>) {
    let mut order: Vec<usize> = changed.to_vec();
    order.sort_unstable();
    for row in table.iter_mut() {
        row.retain(|near| order.binary_search(&(near.at as usize)).is_err());
    }
    for (&u, row) in changed.iter().zip(&rows) {
        for near in row.iter().filter(|near| order.binary_search(&(near.at as usize)).is_err()) {
            let other = &mut table[near.at as usize];
            let place = other.partition_point(|x| (x.at as usize) < u);
            other.insert(place, Near { at: u as u32, similarity: near.similarity });
        }
    }
    for (&u, row) in changed.iter().zip(rows) {
        table[u] = row;
    }
}

#[cfg(test)]
#[path = "knn_tests.rs"]
mod tests;
