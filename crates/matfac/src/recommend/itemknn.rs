//! Items that the same users have: each item's nearest neighbours, and scores that add up over what a user has.
//!
//! Deshpande and Karypis (2004), "Item-based top-n recommendation algorithms". Columns of the ratings are weighted, compared by
//! inner products, and the k best of each item kept: `s(u, i) = Σ r_uj sim(j, i)` over the items j the user has. Cosine; TF-IDF
//! (Salton and Buckley 1988), where users who have much say little, compared by cosine; BM25 (Robertson and Zaragoza 2009), where
//! also popular items say less. With `shrink`, similarities of pairs few users share are believed less (Koren 2008).
//! Building costs `O(Σ n_u²)` over the users, a column at a time in parallel; a ranking `O(n_u k + items)`.

use super::fit::{Aim, Fit, Setting, check_confidences, check_non_negative, check_positive};
use super::ranking::top;
use super::recommender::{Axis, Ranked, Recommender, no_similarity, popularity_of, warm};
use crate::data::{Monitor, Ratings, Step};
use crate::error::{Error, Result};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// How items are weighed before they are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weighting {
    /// As they are, compared by cosine.
    Cosine,
    /// Square roots times the rarity of what the user does, compared by cosine.
    TfIdf,
    /// Saturating weights times the rarity of what the user does, less for popular items.
    #[default]
    Bm25,
}

impl Weighting {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Weighting::Cosine => "cosine",
            Weighting::TfIdf => "tfidf",
            Weighting::Bm25 => "bm25",
        }
    }
}

/// How [`itemknn`] fits.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemKnnOptions {
    /// Neighbours of each item.
    pub k: usize,
    /// How items are weighed.
    pub weighting: Weighting,
    /// Common users at which a similarity is believed by half; 0 believes all.
    pub shrink: f64,
    /// Weight at which BM25 is saturated by half, of an item of mean popularity.
    pub k1: f64,
    /// How much less popular items say, from 0 (not) to 1 (in proportion); of BM25.
    pub b: f64,
}

impl Default for ItemKnnOptions {
    fn default() -> ItemKnnOptions {
        ItemKnnOptions { k: 200, weighting: Weighting::Bm25, shrink: 0.0, k1: 1.2, b: 0.2 }
    }
}

/// The nearest neighbours of every item.
#[derive(Debug, Clone)]
pub struct ItemKnn {
    /// How it was fitted.
    pub fit: Fit,
    starts: Arc<Vec<usize>>,
    neighbours: Arc<Vec<(u32, f32)>>,
}

/// Finds the neighbours of every item.
///
/// # Errors
/// When nothing is observed, a weight is negative, an option makes no sense, or the monitor interrupts.
pub fn itemknn(
    ratings: &Arc<Ratings>,
    options: &ItemKnnOptions,
    monitor: &Monitor,
) -> Result<ItemKnn> {
    check_confidences("itemknn", ratings)?;
    check_non_negative("shrinkage", options.shrink)?;
    check_positive("k1", options.k1)?;
    if !(0.0..=1.0).contains(&options.b) {
        return Err(Error::argument("b", format!("b must be from 0 to 1; it is {}", options.b)));
    }
    if options.k == 0 {
        return Err(Error::argument("k", "itemknn needs k ≥ 1 neighbours; k is 0"));
    }
    let weighted = Weighted::new(ratings, options);
    let items = ratings.items().len();
    let (mut starts, mut neighbours) = (vec![0], Vec::new());
    let portion = items.div_ceil(10).max(1);
    for (step, first) in (0..items).step_by(portion).enumerate() {
        let found: Vec<Vec<(u32, f32)>> = (first..(first + portion).min(items))
            .into_par_iter()
            .map_init(
                || Sums { sum: vec![0.0; items], common: vec![0; items], met: Vec::new() },
                |sums, i| {
                    if monitor.interrupt.is_set() {
                        return Vec::new();
                    }
                    weighted.neighbours(i, options, sums)
                },
            )
            .collect();
        for list in found {
            neighbours.extend(list);
            starts.push(neighbours.len());
        }
        let (iteration, max_iter) = (step + 1, items.div_ceil(portion));
        let objective = f64::NAN;
        monitor.step(Step { task: "itemknn", iteration, max_iter, objective })?;
    }
    let mut settings = vec![
        ("k", Setting::Number(options.k as f64)),
        ("weighting", Setting::Word(options.weighting.word())),
        ("shrinkage", Setting::Number(options.shrink)),
    ];
    if options.weighting == Weighting::Bm25 {
        settings.extend([("k1", Setting::Number(options.k1)), ("b", Setting::Number(options.b))]);
    }
    let fit = Fit { settings, ..Fit::new("itemknn", Aim::Ranking, ratings.clone()) };
    Ok(ItemKnn { fit, starts: Arc::new(starts), neighbours: Arc::new(neighbours) })
}

/// The weighted entries, by user and by item.
struct Weighted<'a> {
    ratings: &'a Ratings,
    by_user: Vec<f32>,
    by_item: Vec<f32>,
}

/// Inner products with one item, and how many users were common.
struct Sums {
    sum: Vec<f64>,
    common: Vec<u32>,
    met: Vec<u32>,
}

impl<'a> Weighted<'a> {
    fn new(ratings: &'a Ratings, options: &ItemKnnOptions) -> Weighted<'a> {
        let (users, items) = (ratings.by_user(), ratings.by_item());
        let count = items.outer_dims() as f64;
        // A user is a term, and an item a document, of which there are `count`.
        let rarity: Vec<f64> = (0..users.outer_dims())
            .map(|u| count.ln() - (users.indptr().outer_inds_sz(u).len() as f64).ln_1p())
            .collect();
        let lengths: Vec<f64> = (0..items.outer_dims())
            .map(|i| items.data()[items.indptr().outer_inds_sz(i)].iter().sum())
            .collect();
        let mean = lengths.iter().sum::<f64>() / count;
        let weigh = |u: usize, i: usize, r: f64| match options.weighting {
            Weighting::Cosine => r,
            Weighting::TfIdf => r.sqrt() * rarity[u],
            Weighting::Bm25 => {
                let length = 1.0 - options.b + options.b * lengths[i] / mean;
                r * (options.k1 + 1.0) / (options.k1 * length + r) * rarity[u]
            }
        };
        let scale: Vec<f64> = (0..items.outer_dims())
            .map(|i| {
                let (users, values) = ratings.item_col(i);
                let squares =
                    users.iter().zip(values).map(|(&u, &r)| weigh(u as usize, i, r).powi(2));
                let length = squares.sum::<f64>().sqrt();
                let plain = options.weighting == Weighting::Bm25 || length == 0.0;
                if plain { 1.0 } else { 1.0 / length }
            })
            .collect();
        let value = |u, i: usize, r| {
            let weight = weigh(u, i, r) * scale[i];
            if weight.is_finite() { weight as f32 } else { 0.0 }
        };
        let by_user = ratings.iter().map(|(u, i, r)| value(u, i, r)).collect();
        let by_item = (0..items.outer_dims())
            .flat_map(|i| {
                let (users, values) = ratings.item_col(i);
                users.iter().zip(values).map(move |(&u, &r)| (u as usize, i, r))
            })
            .map(|(u, i, r)| value(u, i, r))
            .collect();
        Weighted { ratings, by_user, by_item }
    }

    fn neighbours(&self, i: usize, options: &ItemKnnOptions, sums: &mut Sums) -> Vec<(u32, f32)> {
        let (users, items) = (self.ratings.by_user(), self.ratings.by_item());
        let range = items.indptr().outer_inds_sz(i);
        for (&u, &x) in items.indices()[range.clone()].iter().zip(&self.by_item[range]) {
            let row = users.indptr().outer_inds_sz(u as usize);
            for (&j, &y) in users.indices()[row.clone()].iter().zip(&self.by_user[row]) {
                let at = j as usize;
                if sums.common[at] == 0 {
                    sums.met.push(j);
                }
                sums.common[at] += 1;
                sums.sum[at] += f64::from(x * y);
            }
        }
        sums.met.sort_unstable();
        let similar = sums.met.iter().filter(|&&j| j as usize != i).filter_map(|&j| {
            let common = f64::from(sums.common[j as usize]);
            let score = sums.sum[j as usize] * common / (common + options.shrink);
            (score > 0.0).then_some(Ranked { position: j as usize, score })
        });
        let best = top(options.k, similar);
        for &j in &sums.met {
            sums.sum[j as usize] = 0.0;
            sums.common[j as usize] = 0;
        }
        sums.met.clear();
        best.into_iter().map(|r| (r.position as u32, r.score as f32)).collect()
    }
}

impl ItemKnn {
    /// The neighbours of an item with their similarities, nearest first.
    pub fn neighbours(&self, item: usize) -> &[(u32, f32)] {
        &self.neighbours[self.starts[item]..self.starts[item + 1]]
    }

    /// Adds up the scores of all items; users without ratings get popularity.
    fn add_up(&self, user: usize, scores: &mut [f64]) {
        let (items, values) = self.seen().user_row(user);
        if items.is_empty() {
            let popular = scores.iter_mut().enumerate();
            return popular.for_each(|(i, x)| *x = popularity_of(self.seen(), Some(i)));
        }
        scores.fill(0.0);
        for (&j, &r) in items.iter().zip(values) {
            for &(i, similarity) in self.neighbours(j as usize) {
                scores[i as usize] += r * f64::from(similarity);
            }
        }
    }
}

impl Recommender for ItemKnn {
    fn fit(&self) -> &Fit {
        &self.fit
    }

    fn raw(&self, user: Option<usize>, item: Option<usize>) -> f64 {
        let (Some(user), _) = warm(self.seen(), user, item) else {
            return popularity_of(self.seen(), item);
        };
        let Some(item) = item else { return 0.0 };
        let shares = self.contributions(user, item).unwrap_or_default();
        shares.iter().map(|share| share.score).sum()
    }

    fn scores(&self, user: usize) -> Vec<f64> {
        let mut scores = vec![0.0; self.items().len()];
        self.add_up(user, &mut scores);
        scores
    }

    fn score_rows(&self, users: Range<usize>, out: &mut [f32]) {
        let items = self.items().len().max(1);
        let mut scores = vec![0.0; items];
        for (user, row) in users.zip(out.chunks_exact_mut(items)) {
            self.add_up(user, &mut scores);
            row.iter_mut().zip(&scores).for_each(|(x, &score)| *x = score as f32);
        }
    }

    fn similar_at(&self, axis: Axis, position: usize, n: usize) -> Result<Vec<Ranked>> {
        if axis == Axis::Users {
            return Err(no_similarity("itemknn", axis));
        }
        let near = self.neighbours(position).iter().take(n);
        Ok(near.map(|&(i, x)| Ranked { position: i as usize, score: f64::from(x) }).collect())
    }

    fn contributions(&self, user: usize, item: usize) -> Option<Vec<Ranked>> {
        let (items, values) = self.seen().user_row(user);
        if items.is_empty() {
            return None;
        }
        let shares = items.iter().zip(values).filter_map(|(&j, &r)| {
            let near = self.neighbours(j as usize).iter().find(|near| near.0 as usize == item)?;
            Some(Ranked { position: j as usize, score: r * f64::from(near.1) })
        });
        Some(top(items.len(), shares))
    }

    fn refitted(
        &self,
        seen: Arc<Ratings>,
        _changed: &[usize],
        _monitor: &Monitor,
    ) -> Result<Arc<dyn Recommender>> {
        Ok(Arc::new(ItemKnn { fit: self.fit.over(&seen), ..self.clone() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Matrix;

    fn rated() -> Arc<Ratings> {
        let n = f64::NAN;
        let a = Matrix::from_rows(&[
            &[1.0, 2.0, n, n, n],
            &[3.0, n, 1.0, n, n],
            &[n, 2.0, 2.0, 1.0, n],
            &[n, n, n, 4.0, n],
        ]);
        Arc::new(Ratings::from_dense(&a).unwrap())
    }

    fn fitted(weighting: Weighting, shrink: f64) -> ItemKnn {
        let options = ItemKnnOptions { k: 4, weighting, shrink, ..Default::default() };
        itemknn(&rated(), &options, &Monitor::default()).unwrap()
    }

    fn similarity(m: &ItemKnn, i: usize, j: u32) -> f64 {
        m.neighbours(i).iter().find(|near| near.0 == j).map_or(0.0, |near| f64::from(near.1))
    }

    #[test]
    fn similarities_by_hand() {
        let cosine = fitted(Weighting::Cosine, 0.0);
        let near = |x: f64, y: f64| assert!((x - y).abs() < 1e-6, "{x} is not {y}");
        near(similarity(&cosine, 0, 1), 2.0 / (10f64.sqrt() * 8f64.sqrt()));
        near(similarity(&cosine, 0, 2), 3.0 / (10f64.sqrt() * 5f64.sqrt()));
        near(similarity(&cosine, 0, 3), 0.0);
        near(similarity(&cosine, 3, 2), 2.0 / (17f64.sqrt() * 5f64.sqrt()));
        let shrunk = fitted(Weighting::Cosine, 3.0);
        near(similarity(&shrunk, 0, 1), similarity(&cosine, 0, 1) / 4.0);
        // Users have 2, 2, 3 and 1 of 5 items.
        let rarity = [5.0 / 3.0, 5.0 / 3.0, 5.0 / 4.0, 5.0 / 2.0].map(f64::ln);
        let tfidf = fitted(Weighting::TfIdf, 0.0);
        let root = |r: f64, u: usize| r.sqrt() * rarity[u];
        let length = |x: f64, y: f64| (x * x + y * y).sqrt();
        let (a, b) = (length(root(1.0, 0), root(3.0, 1)), length(root(2.0, 0), root(2.0, 2)));
        near(similarity(&tfidf, 0, 1), root(1.0, 0) * root(2.0, 0) / (a * b));
        let bm25 = fitted(Weighting::Bm25, 0.0);
        let weight = |r: f64, length: f64, u: usize| {
            r * 2.2 / (1.2 * (0.8 + 0.2 * length / (16.0 / 5.0)) + r) * rarity[u]
        };
        near(similarity(&bm25, 0, 1), weight(1.0, 4.0, 0) * weight(2.0, 4.0, 0));
    }

    #[test]
    fn scores_add_up_and_have_reasons() {
        let m = fitted(Weighting::Cosine, 0.0);
        let scores = m.scores(1);
        for (i, score) in scores.iter().enumerate() {
            assert!((m.raw(Some(1), Some(i)) - score).abs() < 1e-12);
        }
        let expected = 3.0 * similarity(&m, 0, 1) + similarity(&m, 2, 1);
        assert!((scores[1] - expected).abs() < 1e-12);
        assert_eq!(m.contributions(1, 1).unwrap().len(), 2);
        assert_eq!(m.recommend("4", 9, true).unwrap()[0].position, 2);
        assert!(m.similar_users("1", 2).is_err());
        let usual = ItemKnnOptions::default();
        for bad in [
            ItemKnnOptions { k: 0, ..usual.clone() },
            ItemKnnOptions { shrink: -1.0, ..usual.clone() },
            ItemKnnOptions { k1: 0.0, ..usual.clone() },
            ItemKnnOptions { b: 1.5, ..usual },
        ] {
            assert!(itemknn(&rated(), &bad, &Monitor::default()).is_err(), "{bad:?}");
        }
    }
}
