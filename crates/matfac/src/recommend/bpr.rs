//! Bayesian personalized ranking: what a user has should score above what the user has not.
//!
//! Rendle, Freudenthaler, Gantner and Schmidt-Thieme (2009), "BPR: Bayesian personalized ranking from implicit feedback":
//! for an observation (u, i) and an item j that u does not have, `x = p_u·(q_i - q_j) + b_i - b_j` and
//! `p_u += η (σ(-x) (q_i - q_j) - λ p_u)`, likewise for the items. An epoch takes every observation once, in random
//! order, each with an item drawn anew; it costs `O(nnz (k + log n_u))`. Weights only say what was observed.
//!
//! Threads without chance (Gemulla, Nijkamp, Haas and Sismanis 2011): users and items are divided at random
//! into as many blocks, items anew for each epoch; blocks that share neither are worked on at the same time, with j from the
//! block of i. The number of blocks depends on the data alone, and so do the bits.

use super::factor_model::FactorModel;
use super::fit::{
    Aim, Epoch, Fit, Setting, check_confidences, check_factors, check_iterations,
    check_non_negative, check_positive,
};
use super::lanes::Lanes;
use super::line::{Line, WIDTH, flat, flat_mut, prefetch};
use super::rows::Rows;
use super::widest::widest;
use super::{Penalty, UserFit};
use crate::data::{End, Interrupt, Monitor, Ratings, Step};
use crate::error::{Error, Result};
use crate::linalg::simd::clean;
use crate::linalg::{Matrix, Random};
use rayon::prelude::*;
use std::sync::Arc;

/// How [`bpr`] fits.
#[derive(Debug, Clone, PartialEq)]
pub struct BprOptions {
    /// Number of factors, at most min(users, items); `None` is 64 or that most.
    pub k: Option<usize>,
    /// Learning rate η.
    pub lr: f64,
    /// Penalty of factors and biases.
    pub lambda: f64,
    /// Whether items have a bias: how popular they are with everybody.
    pub item_bias: bool,
    /// Epochs, each as many pairs as there are observations.
    pub max_iter: usize,
    /// Seed of start, order and pairs.
    pub seed: u64,
}

impl Default for BprOptions {
    fn default() -> BprOptions {
        BprOptions { k: None, lr: 0.05, lambda: 0.01, item_bias: true, max_iter: 100, seed: 0 }
    }
}

/// Fits a factor model that ranks what users have above what they have not.
///
/// The history holds the mean of `-ln σ(x)` over the pairs of each epoch as they were met.
///
/// # Errors
/// When nothing is observed, a weight is negative, an option makes no sense, or the descent diverges. Interrupted, it
/// keeps the last iterate.
pub fn bpr(ratings: &Arc<Ratings>, options: &BprOptions, monitor: &Monitor) -> Result<FactorModel> {
    check_confidences("bpr", ratings)?;
    let k = check_factors("bpr", ratings, options.k, 64)?;
    check_positive("lr", options.lr)?;
    check_non_negative("lambda", options.lambda)?;
    check_iterations(options.max_iter)?;
    let mut random = Random::seeded(options.seed);
    let mut descent = Descent::start(ratings, k, options, &mut random);
    let mut history: Vec<Epoch> = Vec::new();
    let mut end = End::Converged;
    for iteration in 1..=options.max_iter {
        let objective = descent.epoch(options, &mut random, &monitor.interrupt);
        if !objective.is_finite() {
            let message = format!("bpr diverged in iteration {iteration} with lr={}", options.lr);
            let hint = format!("try a smaller lr, such as {}", options.lr / 4.0);
            return Err(Error::argument_hint("lr", message, hint));
        }
        history.push(Epoch { objective, rmse: None, held_out: None });
        let max_iter = options.max_iter;
        if !monitor.goes_on(Step { task: "bpr", iteration, max_iter, objective }) {
            end = End::Interrupted;
            break;
        }
    }
    let settings = vec![
        ("k", Setting::Number(k as f64)),
        ("lr", Setting::Number(options.lr)),
        ("lambda", Setting::Number(options.lambda)),
        ("item_bias", Setting::Flag(options.item_bias)),
    ];
    let fit = Fit {
        settings,
        ..Fit::new("bpr", Aim::Ranking, ratings.clone()).iterated(history, end, options.seed)
    };
    Ok(descent.finish(fit, options))
}

struct Descent<'a> {
    ratings: &'a Ratings,
    k: usize,
    blocks: usize,
    /// k factors a row, then 1 for the user and the bias for the item.
    users: Rows,
    items: Rows,
    /// Which user or item each row is of.
    user_at: Vec<u32>,
    item_at: Vec<u32>,
}

/// How a pair moves the rows.
#[derive(Debug, Clone, Copy)]
struct Rates {
    lr: f32,
    lambda: f32,
    /// Place of the bias.
    bias: Option<usize>,
}

/// Pairs of one block of users and one of items.
struct Block<'a> {
    samples: &'a [Sample],
    users: &'a mut [Line],
    items: &'a mut [Line],
    lines: usize,
}

/// A user, an item the user has and one the user has not: rows within their blocks.
type Sample = (u32, u32, u32);

/// Rows per block, so that there are `blocks` at most.
fn per_block(rows: usize, blocks: usize) -> usize {
    rows.div_ceil(blocks).max(1)
}

impl<'a> Descent<'a> {
    fn start(
        ratings: &'a Ratings,
        k: usize,
        options: &BprOptions,
        random: &mut Random,
    ) -> Descent<'a> {
        let (users, items) = (ratings.users().len(), ratings.items().len());
        // Blocks have to be large for the items drawn from one to be as good as drawn from all.
        let large = ratings.nnz() >= 20_000 && users >= 128 && items >= 1024;
        let size = k + usize::from(options.item_bias);
        let scale = 0.1 / (k as f64).sqrt();
        let mut rows = |count: usize, known: &dyn Fn(usize) -> bool| {
            let mut rows = Rows::zeros(count, size);
            for (n, row) in rows.iter_mut().enumerate() {
                let row = &mut flat_mut(row)[..k];
                row.fill_with(|| (scale * random.normal()) as f32);
                if !known(n) {
                    row.fill(0.0);
                }
            }
            rows
        };
        let mut own = rows(users, &|u| !ratings.user_row(u).0.is_empty());
        let other = rows(items, &|i| !ratings.item_col(i).0.is_empty());
        if options.item_bias {
            own.iter_mut().for_each(|row| flat_mut(row)[k] = 1.0);
        }
        let mut descent = Descent {
            ratings,
            k,
            blocks: if large { 8 } else { 1 },
            users: own,
            items: other,
            user_at: (0..users as u32).collect(),
            item_at: (0..items as u32).collect(),
        };
        mix(&mut descent.users, &mut descent.user_at, random);
        descent
    }

    /// One pair for each observation; gives their mean loss.
    fn epoch(&mut self, options: &BprOptions, random: &mut Random, interrupt: &Interrupt) -> f64 {
        mix(&mut self.items, &mut self.item_at, random);
        let (blocks, width) = (self.blocks, self.items.lines);
        let own = per_block(self.user_at.len(), blocks);
        let other = per_block(self.item_at.len(), blocks);
        let mut place = vec![0; self.item_at.len()];
        self.item_at.iter().enumerate().for_each(|(n, &i)| place[i as usize] = n as u32);
        let seeds: Vec<u64> = (0..blocks).map(|_| random.seed()).collect();
        let samples: Vec<Vec<Vec<Sample>>> = self
            .user_at
            .par_chunks(own)
            .zip(&seeds)
            .map(|(users, &seed)| self.samples(users, &place, other, seed))
            .collect();
        let rates = Rates {
            lr: options.lr as f32,
            lambda: options.lambda as f32,
            bias: options.item_bias.then_some(self.k),
        };
        let (mut loss, mut count) = (0.0, 0);
        for stage in 0..blocks {
            let mut items: Vec<(usize, &mut [Line])> =
                self.items.data.chunks_mut(other * width).enumerate().collect();
            // Block b of the users meets block b + stage of the items.
            let turn = stage % items.len().max(1);
            items.rotate_left(turn);
            let users = self.users.data.chunks_mut(own * width).zip(&samples);
            let work: Vec<Block> = users
                .zip(items)
                .map(|((users, samples), (c, items))| Block {
                    samples: &samples[c],
                    users,
                    items,
                    lines: width,
                })
                .collect();
            let losses: Vec<(f64, usize)> = work
                .into_par_iter()
                .with_max_len(1)
                .map(|mut block| {
                    if interrupt.is_set() {
                        return (0.0, 0);
                    }
                    clean();
                    let loss = descend(&mut block, rates);
                    clean();
                    loss
                })
                .collect();
            losses.iter().for_each(|&(x, n)| {
                loss += x;
                count += n;
            });
        }
        loss / f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX))
    }

    /// The observations of a block of users by block of items, each with an item drawn from that, in random order.
    ///
    /// One whose user seems to have the whole block is left out.
    fn samples(&self, users: &[u32], place: &[u32], other: usize, seed: u64) -> Vec<Vec<Sample>> {
        let mut random = Random::seeded(seed);
        let seen: usize = users.iter().map(|&u| self.ratings.user_row(u as usize).0.len()).sum();
        let usual = seen / self.blocks * 9 / 8;
        let mut parts: Vec<Vec<Sample>> =
            (0..self.blocks).map(|_| Vec::with_capacity(usual)).collect();
        for (n, &u) in users.iter().enumerate() {
            let (items, values) = self.ratings.user_row(u as usize);
            for (&i, _) in items.iter().zip(values).filter(|(_, r)| **r > 0.0) {
                let at = place[i as usize] as usize;
                let (part, i) = (at / other, at % other);
                let block = &self.item_at[part * other..];
                let block = &block[..other.min(block.len())];
                let mut tries = (0..TRIES).map(|_| random.below(block.len()));
                if let Some(j) = tries.find(|&j| !has(items, block[j])) {
                    parts[part].push((n as u32, i as u32, j as u32));
                }
            }
        }
        parts.iter_mut().for_each(|part| random.shuffle(part));
        parts
    }

    fn finish(self, fit: Fit, options: &BprOptions) -> FactorModel {
        let back = |rows: &Rows, at: &[u32]| {
            let mut matrix = Matrix::zeros(at.len(), self.k);
            let mut bias = vec![0.0; at.len()];
            for (row, &n) in rows.iter().zip(at) {
                let row = flat(row);
                (0..self.k).for_each(|f| matrix[(n as usize, f)] = f64::from(row[f]));
                bias[n as usize] = if options.item_bias { f64::from(row[self.k]) } else { 0.0 };
            }
            (matrix, bias)
        };
        let (p, _) = back(&self.users, &self.user_at);
        let (q, item_bias) = back(&self.items, &self.item_at);
        let (lr, lambda) = (options.lr, options.lambda);
        FactorModel {
            mean: 0.0,
            biases: options.item_bias,
            user_bias: vec![0.0; p.rows()],
            item_bias,
            p,
            q,
            penalty: Penalty {
                factors: lambda,
                user_bias: 0.0,
                item_bias: lambda,
                weighted: true,
                weighted_biases: true,
            },
            user_fit: UserFit::Pairs(Pairs {
                lr,
                lambda,
                epochs: fit.history.len(),
                seed: options.seed,
            }),
            fit,
        }
    }
}

/// Puts rows into a random order.
fn mix(rows: &mut Rows, at: &mut [u32], random: &mut Random) {
    let mut order: Vec<u32> = (0..at.len() as u32).collect();
    random.shuffle(&mut order);
    let (old, old_at, width) = (rows.data.clone(), at.to_vec(), rows.lines);
    for (to, &from) in order.iter().enumerate() {
        let from = from as usize;
        rows.data[to * width..(to + 1) * width]
            .copy_from_slice(&old[from * width..(from + 1) * width]);
        at[to] = old_at[from];
    }
}

/// How often an item is drawn for a user who has those drawn before.
const TRIES: usize = 20;
/// How many pairs ahead rows are asked for.
const AHEAD: usize = 8;

/// Whether an ascending list has `wanted`.
fn has(list: &[u32], wanted: u32) -> bool {
    if list.len() <= 64 {
        // Comparing with all is faster than a search whose branches nobody can foresee.
        return list.iter().fold(false, |found, &x| found | (x == wanted));
    }
    list.binary_search(&wanted).is_ok()
}

/// One pair after the other; gives the sum of their losses and their number.
#[inline(always)]
fn pairs<L: Lanes, const T: usize>(block: &mut Block, rates: Rates) -> (f64, usize) {
    let width = block.lines;
    let row = |n: u32| n as usize * width..(n as usize + 1) * width;
    let mut loss = 0.0;
    // The logarithm of a product: one for many pairs.
    let mut product = 1.0f64;
    for (n, &(u, i, j)) in block.samples.iter().enumerate() {
        if let Some(&(u, i, j)) = block.samples.get(n + AHEAD) {
            prefetch(&block.users[row(u)]);
            prefetch(&block.items[row(i)]);
            prefetch(&block.items[row(j)]);
        }
        let at = (row(i).start, row(j).start);
        let x = pair::<L>(&mut block.users[row(u)], block.items, at, rates);
        product *= 1.0 + f64::from((-x).exp());
        if product > 1e200 || product.is_nan() {
            loss += product.ln();
            product = 1.0;
        }
    }
    (loss + product.ln(), block.samples.len())
}

/// One step; gives the difference of the scores before it.
#[inline(always)]
fn pair<L: Lanes>(
    user: &mut [Line],
    items: &mut [Line],
    (i, j): (usize, usize),
    rates: Rates,
) -> f32 {
    let width = user.len();
    let minus = L::splat(-1.0);
    let mut sum = L::splat(0.0);
    let (above, below) = (&items[i..i + width], &items[j..j + width]);
    for l in 0..width {
        let difference = L::load(&below[l]).times_plus(minus, L::load(&above[l]));
        sum = difference.times_plus(L::load(&user[l]), sum);
    }
    // Limited so that the exponential is finite; what is not a number stays so, and is noticed in the loss.
    let x = sum.sum().clamp(-60.0, 60.0);
    let z = 1.0 / (1.0 + x.exp());
    let (push, pull) = (L::splat(rates.lr * z), L::splat(-rates.lr * z));
    let keep = L::splat(1.0 - rates.lr * rates.lambda);
    let zero = L::splat(0.0);
    for l in 0..width {
        let (p, a, b) = (L::load(&user[l]), L::load(&items[i + l]), L::load(&items[j + l]));
        let difference = b.times_plus(minus, a);
        difference.times_plus(push, p.times_plus(keep, zero)).store(&mut user[l]);
        p.times_plus(push, a.times_plus(keep, zero)).store(&mut items[i + l]);
        p.times_plus(pull, b.times_plus(keep, zero)).store(&mut items[j + l]);
    }
    if let Some(place) = rates.bias {
        user[place / WIDTH].0[place % WIDTH] = 1.0;
    }
    x
}

widest! {
    fn descend(block: &mut Block, rates: Rates) -> (f64, usize) = pairs;
}

/// How a new user's factors are found when the items are given: as [`bpr`] does, with the items held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pairs {
    /// Learning rate.
    pub lr: f64,
    /// Penalty.
    pub lambda: f64,
    /// Epochs over the user's observations.
    pub epochs: usize,
    /// Seed of order and pairs.
    pub seed: u64,
}

impl Pairs {
    /// New factors of users `changed`, given the items of `m`.
    pub(super) fn fold(
        &self,
        m: &FactorModel,
        seen: &Ratings,
        changed: &[usize],
        p: &mut Matrix,
        monitor: &Monitor,
    ) -> Result<()> {
        let k = m.k();
        for &u in changed {
            let (have, values) = seen.user_row(u);
            let mut random = Random::seeded(self.seed);
            let mut x = vec![0.0; k];
            let mut order: Vec<u32> =
                have.iter().zip(values).filter(|(_, r)| **r > 0.0).map(|(&i, _)| i).collect();
            for _ in 0..self.epochs {
                monitor.interrupt.check()?;
                random.shuffle(&mut order);
                for &i in &order {
                    let found = (0..TRIES)
                        .map(|_| random.below(m.q.rows()))
                        .find(|&j| !has(have, j as u32));
                    let (i, Some(j)) = (i as usize, found) else { continue };
                    let along: f64 = (0..k).map(|f| x[f] * (m.q[(i, f)] - m.q[(j, f)])).sum();
                    let z = 1.0 / (1.0 + (along + m.item_bias[i] - m.item_bias[j]).exp());
                    for (f, x) in x.iter_mut().enumerate() {
                        let slope = z * (m.q[(i, f)] - m.q[(j, f)]) - self.lambda * *x;
                        *x += self.lr * slope;
                    }
                }
            }
            (0..k).for_each(|f| p[(u, f)] = x[f]);
        }
        Ok(())
    }
}
