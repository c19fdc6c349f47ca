//! The best items of many users at once.
//!
//! Scores are made in single precision by tiles that stay in the cache ([`Recommender::packed`], else row by row), and
//! each tile is at once searched for what beats the worst item listed so far: few do, so that the search costs one comparison
//! an item, sixteen at a time. `O(users · items · k)` for factor models; memory for a tile in each thread.

use super::lanes::Lanes;
use super::line::{Line, WIDTH, flat_mut};
use super::ranking::top;
use super::recommender::{Ranked, Recommender, clipped};
use super::widest::widest;
use crate::data::{Monitor, Step};
use crate::error::{Error, Result};
use crate::linalg::simd::clean;
use rayon::prelude::*;

/// Users whose scores are made at a time by one thread.
const BLOCK: usize = 64;
/// Panels of a tile, a multiple of what the kernel takes: 64 users × 1536 items take 400 kB.
const TILE: usize = 96;

/// [`Recommender::recommend_at`] for each of `users` (positions from 0), in their order.
///
/// Scores have single precision, so that items whose scores agree to 7 digits may come in another order.
///
/// # Errors
/// When a position is that of no user, or the monitor interrupts.
pub fn recommend_all(
    model: &dyn Recommender,
    users: &[usize],
    n: usize,
    exclude_seen: bool,
    monitor: &Monitor,
) -> Result<Vec<Vec<Ranked>>> {
    let known = model.users().len();
    if let Some(u) = users.iter().find(|&&u| u >= known) {
        let message = format!("there is no user {}; the model has {known}", u + 1);
        return Err(Error::argument("users", message));
    }
    let items = model.items().len();
    let rated: Vec<bool> = (0..items).map(|i| !model.seen().item_col(i).0.is_empty()).collect();
    let search = Search { model, rated: &rated, n, exclude_seen };
    let packed = model.packed();
    let blocks = users.len().div_ceil(BLOCK).max(1);
    // Reported in tenths, each of which is divided among the threads.
    let portion = blocks.div_ceil(10) * BLOCK;
    let mut lists = Vec::with_capacity(users.len());
    for (step, users) in users.chunks(portion).enumerate() {
        let parts: Vec<Vec<Vec<Ranked>>> = users
            .par_chunks(BLOCK)
            .map(|users| {
                if monitor.interrupt.is_set() {
                    return Vec::new();
                }
                clean();
                let lists = match &packed {
                    Some(packed) => search.by_tiles(users, packed),
                    None => users.iter().map(|&u| search.by_row(u)).collect(),
                };
                clean();
                lists
            })
            .collect();
        lists.extend(parts.into_iter().flatten());
        let (iteration, max_iter) = (step + 1, users.len().div_ceil(portion).max(10));
        let objective = f64::NAN;
        monitor.step(Step { task: "recommend_all", iteration, max_iter, objective })?;
    }
    Ok(lists)
}

struct Search<'a> {
    model: &'a dyn Recommender,
    rated: &'a [bool],
    n: usize,
    exclude_seen: bool,
}

/// The best so far: more than asked for until they are pruned, and the score that has to be beaten.
struct Best {
    held: Vec<Ranked>,
    least: f32,
}

impl Search<'_> {
    fn by_tiles(&self, users: &[usize], packed: &super::PackedFactors) -> Vec<Vec<Ranked>> {
        let mut best: Vec<Best> = users.iter().map(|_| Best::new()).collect();
        let mut tile = Vec::new();
        for from in (0..packed.panels()).step_by(TILE) {
            let to = (from + TILE).min(packed.panels());
            tile.resize(users.len() * (to - from), Line::ZERO);
            packed.tile(users, from, to, &mut tile);
            let rows = tile.chunks_exact(to - from);
            for ((&u, best), row) in users.iter().zip(&mut best).zip(rows) {
                self.search(u, from * WIDTH, row, best);
            }
        }
        best.into_iter().map(|best| self.listed(best)).collect()
    }

    fn by_row(&self, user: usize) -> Vec<Ranked> {
        let items = self.rated.len();
        let mut scores = vec![0.0; items];
        self.model.score_rows(user..user + 1, &mut scores);
        let mut row = vec![Line::ZERO; items.div_ceil(WIDTH)];
        flat_mut(&mut row)[..items].copy_from_slice(&scores);
        let mut best = Best::new();
        self.search(user, 0, &row, &mut best);
        self.listed(best)
    }

    /// Looks through the scores of the items from `first` on.
    fn search(&self, user: usize, first: usize, row: &[Line], best: &mut Best) {
        if self.n == 0 {
            return;
        }
        let seen = if self.exclude_seen { self.model.seen().user_row(user).0 } else { &[] };
        let mut at = 0;
        while let Some(line) = next_above(row, at, best.least) {
            let least = best.least;
            for (lane, &score) in row[line].0.iter().enumerate() {
                // NaN comes last, as in the ranking of one user.
                let score = if score.is_nan() { f32::NEG_INFINITY } else { score };
                let position = first + line * WIDTH + lane;
                let beats = score > least || least == f32::NEG_INFINITY;
                if beats
                    && self.rated.get(position) == Some(&true)
                    && seen.binary_search(&(position as u32)).is_err()
                {
                    best.held.push(Ranked { position, score: f64::from(score) });
                }
            }
            if best.held.len() >= 2 * self.n + WIDTH {
                best.prune(self.n);
            }
            at = line + 1;
        }
    }

    fn listed(&self, mut best: Best) -> Vec<Ranked> {
        best.prune(self.n);
        best.held.iter_mut().for_each(|r| r.score = clipped(r.score, self.model.limits()));
        best.held
    }
}

impl Best {
    fn new() -> Best {
        Best { held: Vec::new(), least: f32::NEG_INFINITY }
    }

    fn prune(&mut self, n: usize) {
        self.held = top(n, self.held.drain(..));
        if let (true, Some(last)) = (self.held.len() == n, self.held.last()) {
            self.least = last.score as f32;
        }
    }
}

/// The first line from `at` on that has a number above `least`, or any line when `least` is -∞.
#[inline(always)]
fn find_above<L: Lanes, const T: usize>(row: &[Line], at: usize, least: f32) -> Option<usize> {
    if least == f32::NEG_INFINITY {
        return (at < row.len()).then_some(at);
    }
    let above = |line: &Line| line.0.iter().fold(false, |any, &x| any | (x > least));
    row[at..].iter().position(above).map(|n| at + n)
}

widest! {
    fn next_above(row: &[Line], at: usize, least: f32) -> Option<usize> = find_above;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Ratings;
    use crate::linalg::{Matrix, Random};
    use crate::recommend::{AlsOptions, als, popularity};
    use std::sync::Arc;

    fn ratings() -> Arc<Ratings> {
        let mut random = Random::seeded(2);
        let a = Matrix::from_fn(75, 123, |i, j| {
            let rated = random.uniform() < 0.1 && i != 70 && j != 50;
            if rated { (1.0 + 5.0 * random.uniform()).floor() } else { f64::NAN }
        });
        Arc::new(Ratings::from_dense(&a).unwrap())
    }

    #[test]
    fn lists_are_those_of_each_user() {
        let (ratings, quiet) = (ratings(), Monitor::default());
        let factors = als(&ratings, &AlsOptions::default(), &quiet).unwrap();
        let popular = popularity(&ratings).unwrap();
        let users: Vec<usize> = (0..75).rev().collect();
        for model in [&factors as &dyn Recommender, &popular] {
            for (n, exclude) in [(1, true), (10, true), (10, false), (200, true), (0, true)] {
                let all = recommend_all(model, &users, n, exclude, &quiet).unwrap();
                assert_eq!(all.len(), 75);
                for (&u, list) in users.iter().zip(&all) {
                    let one = model.recommend_at(u, n, exclude);
                    let positions = |list: &[Ranked]| -> Vec<usize> {
                        list.iter().map(|r| r.position).collect()
                    };
                    if model.packed().is_none() {
                        assert_eq!(positions(list), positions(&one));
                    }
                    assert_eq!(list.len(), one.len());
                    for (a, b) in list.iter().zip(&one) {
                        assert!((a.score - b.score).abs() < 1e-5);
                        assert!(
                            (clipped(model.raw(Some(u), Some(a.position)), model.limits())
                                - a.score)
                                .abs()
                                < 1e-5
                        );
                    }
                }
            }
        }
        assert!(recommend_all(&popular, &[75], 1, true, &quiet).is_err());
        assert!(recommend_all(&popular, &[], 1, true, &quiet).unwrap().is_empty());
    }

    #[test]
    fn rows_of_scores_are_those_of_each_user() {
        let m = als(&ratings(), &AlsOptions::default(), &Monitor::default()).unwrap();
        let mut rows = vec![0.0; 40 * 123];
        m.score_rows(35..75, &mut rows);
        for (row, u) in rows.chunks(123).zip(35..) {
            let near = |(a, b): (&f32, f64)| (f64::from(*a) - b).abs() < 1e-5;
            assert!(row.iter().zip(m.scores(u)).all(near), "{u}");
        }
    }
}
