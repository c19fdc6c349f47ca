//! Which rank to take: models of several ranks, each fitted without some cells and judged by them.
//!
//! Cells are hidden, not rows: every rank fits new rows that it may be fitted to the better the larger it is, but not cells
//! that it has never seen. Reference: Wold (1978), Technometrics 20. Cost: that of the fits; "svd" needs one decomposition
//! for all ranks.

use super::argument::{Vector, dense_ratings, options};
use super::entry::builtins;
use super::operand::{real, run, svd_flops};
use super::sweep_model::{HeldOut, RankSweep};
use crate::value::{Array, Blame, Fault, Host, Precision, Result, Value, format_scalar};
use matfac::data::{End, Monitor, Ratings, Step};
use matfac::linalg::{Matrix, Random};
use matfac::models::{NmfOptions, PcaOptions, nmf, pca};
use matfac::recommend::{self, AlsOptions, Clip};
use matfac::{BoolMatrix, factor};
use std::sync::Arc;

options! {
    /// What is fitted to the cells that are seen.
    Method { Svd = "svd", Pca = "pca", Nmf = "nmf", Als = "als" }
}

builtins! { "models of a matrix";
    /// Which rank to take: models of several ranks, each fitted without some cells and judged by them.
    ///
    /// The cells are hidden at random, though not the last one of a row or column, or as `hidden` says; those that are NaN,
    /// or that ratings lack, count for nothing. The result has fields ranks, train and test (the root mean square error of
    /// each rank on the cells that were seen and on those that were hidden), baseline (the hidden cells' error of the mean
    /// alone, which a model has to beat), best (the rank with the smallest error on hidden cells; 0 where none beats the
    /// mean) and hidden; plot draws it.
    ///
    /// "svd" puts the mean in place of what is hidden and truncates; "pca", "nmf" and "als" fit the seen cells alone, "als"
    /// as the function does for ratings, with biases.
    ///
    /// >>> seed(1); A = (1:30)'*(1:20)/100 + sin((1:30)'*(1:20)) + 0.1*randn(30, 20);
    /// >>> s = sweep(A, [1 2 3], seed=2); s.ranks'
    /// ans = 1×3
    ///    1   2   3
    /// >>> all(s.test < s.baseline)
    /// ans = 1
    /// >>> sweep(ones(3), 4)
    /// error: sweep: ranks must lie between 1 and 3 for a 3×3 matrix; one is 4
    ///
    /// See also: rank_for, pca_cv, nmf, pca, als, denoise
    /// Reference: Wold (1978), Technometrics 20; Owen & Perry (2009), Annals of Applied Statistics 3.
    fn sweep(
        cx,
        /** m×n, or ratings. */ X: Value,
        /** The ranks to try; a few from 1 to 20 without. */ ranks: Option<Vector>,
        /** What is fitted. */ method: Method = "svd",
        /** The share of the cells that is hidden. */ holdout: f64 = 0.2,
        /** The seed of the choice, and of the models. */ seed: usize = 0,
        /** m×n: which cells to hide instead. */ hidden: Option<Arc<Array>>,
    ) -> [s] {
        let choice = Choice { holdout, hidden, seed: seed as u64 };
        swept(cx.host, X, ranks.map(|r| r.0), method, &choice)
    }
}

/// The ranks that are tried without others, as far as the data have them.
const RANKS: &[usize] = &[1, 2, 3, 4, 5, 7, 10, 15, 20];

/// Which cells are hidden.
struct Choice {
    holdout: f64,
    /// Nonzero where a cell is hidden, m×n.
    hidden: Option<Arc<Array>>,
    seed: u64,
}

fn swept(
    host: &mut dyn Host,
    x: Value,
    ranks: Option<Vec<f64>>,
    method: Method,
    choice: &Choice,
) -> Result<Value> {
    let rated = matches!(x, Value::Ratings(_));
    let cells = Cells::of(x)?;
    let ranks = checked(ranks, method, cells.shape)?;
    let hidden = cells.to_hide(choice)?;
    let sample = Sample { cells: &cells, hidden: &hidden };
    let tried = match method {
        Method::Als => sample.by_ratings(host, &ranks, choice.seed)?,
        _ => sample.by_matrices(host, &ranks, method, choice.seed)?,
    };
    tried.tell(host, method)?;
    let held_out = match rated {
        true => HeldOut::Ratings(Arc::new(cells.ratings.filter(|c| hidden[c]))),
        false => HeldOut::Cells(sample.mask()),
    };
    let count = hidden.iter().filter(|h| **h).count();
    Ok(Value::object(RankSweep {
        method: method.name(),
        shape: cells.shape,
        seen: hidden.len() - count,
        held_out: count,
        ranks: ranks[..tried.test.len()].to_vec(),
        best: best(&tried, &ranks, sample.baseline()),
        baseline: sample.baseline(),
        converged: tried.converged(),
        train: tried.train,
        test: tried.test,
        hidden: held_out,
    }))
}

/// The rank with the smallest error on hidden cells; 0 where the mean is better.
fn best(tried: &Tried, ranks: &[usize], baseline: f64) -> usize {
    let smallest = tried.test.iter().zip(ranks).min_by(|a, b| a.0.total_cmp(b.0));
    smallest.filter(|(error, _)| **error < baseline).map_or(0, |(_, rank)| *rank)
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Method::Svd => "svd",
            Method::Pca => "pca",
            Method::Nmf => "nmf",
            Method::Als => "als",
        }
    }
}

/// The ranks in ascending order.
fn checked(ranks: Option<Vec<f64>>, method: Method, (m, n): (usize, usize)) -> Result<Vec<usize>> {
    let refused = |message: String| Fault::new(message).blame(Blame::Keyword("ranks".into()));
    // Principal components of data with holes leave a direction for noise.
    let most = m.min(n) - usize::from(matches!(method, Method::Pca));
    let given = ranks.filter(|ranks| !ranks.is_empty());
    let Some(given) = given else {
        let mut few: Vec<usize> = RANKS.iter().map(|&k| k.min(most)).collect();
        few.dedup();
        return Ok(few);
    };
    let rank = |&k: &f64| {
        if k.fract() != 0.0 || !(1.0..=most as f64).contains(&k) {
            let of = if matches!(method, Method::Pca) { "\"pca\" of " } else { "" };
            return Err(refused(format!(
                "sweep: ranks must lie between 1 and {most} for {of}a {m}×{n} matrix; one is {}",
                format_scalar(k, Precision::SHORT)
            )));
        }
        Ok(k as usize)
    };
    let mut ranks = given.iter().map(rank).collect::<Result<Vec<usize>>>()?;
    ranks.sort_unstable();
    ranks.dedup();
    Ok(ranks)
}

/// The cells that there are, row by row.
struct Cells {
    shape: (usize, usize),
    ratings: Ratings,
}

impl Cells {
    fn of(x: Value) -> Result<Cells> {
        let refused = |message: String| Fault::new(message).blame(Blame::Positional(0));
        let ratings = match x {
            Value::Ratings(ratings) => Arc::unwrap_or_clone(ratings),
            x => {
                let x = real("sweep", x)?;
                let m = x.data.rows();
                if let Some(place) = x.data.as_slice().iter().position(|x| x.is_infinite()) {
                    let (i, j, value) = (place % m, place / m, x.data.as_slice()[place]);
                    return Err(refused(format!(
                        "sweep needs finite numbers; X({},{}) is {}",
                        i + 1,
                        j + 1,
                        if value > 0.0 { "Inf" } else { "-Inf" }
                    )));
                }
                dense_ratings(&x)?
            }
        };
        let shape = (ratings.shape().0, ratings.shape().1);
        let (m, n) = shape;
        if m.min(n) < 2 {
            return Err(refused(format!(
                "sweep needs two rows and two columns or more, so that cells can be hidden; this is {m}×{n}"
            )));
        }
        Ok(Cells { shape, ratings })
    }

    /// Whether each cell is hidden.
    fn to_hide(&self, choice: &Choice) -> Result<Vec<bool>> {
        let hidden = match &choice.hidden {
            Some(mask) => self.masked(mask)?,
            None => self.drawn(choice.holdout, choice.seed)?,
        };
        let count = hidden.iter().filter(|h| **h).count();
        let seen = hidden.len() - count;
        if count == 0 || seen == 0 {
            let message = format!(
                "sweep: {seen} cells are seen and {count} hidden; both are needed to fit a model and to judge it"
            );
            return Err(Fault::new(message).blame(Blame::Positional(0)));
        }
        Ok(hidden)
    }

    fn masked(&self, mask: &Array) -> Result<Vec<bool>> {
        let (m, n) = self.shape;
        let (rows, cols) = (mask.data.rows(), mask.data.cols());
        if (rows, cols) != self.shape {
            return Err(Fault::new(format!(
                "sweep: X is {m}×{n} and hidden {rows}×{cols}; they must have one size"
            ))
            .identified("Octave:nonconformant-args")
            .blame(Blame::Keyword("hidden".into())));
        }
        Ok(self.ratings.iter().map(|(i, j, _)| mask.data[(i, j)] != 0.0).collect())
    }

    /// Cells in a random order, but not the last one that is seen of a row or a column.
    fn drawn(&self, holdout: f64, seed: u64) -> Result<Vec<bool>> {
        if !(holdout > 0.0 && holdout < 1.0) {
            return Err(Fault::new(format!(
                "sweep: holdout must lie between 0 and 1; it is {holdout}"
            ))
            .blame(Blame::Keyword("holdout".into())));
        }
        let (mut in_row, mut in_col) = (vec![0usize; self.shape.0], vec![0usize; self.shape.1]);
        let mut order: Vec<(u32, u32, u32)> = Vec::with_capacity(self.ratings.nnz());
        for (cell, (i, j, _)) in self.ratings.iter().enumerate() {
            in_row[i] += 1;
            in_col[j] += 1;
            order.push((cell as u32, i as u32, j as u32));
        }
        Random::seeded(seed).shuffle(&mut order);
        let mut left = ((holdout * order.len() as f64).round() as usize).max(1);
        let mut hidden = vec![false; order.len()];
        for (cell, i, j) in order {
            let (row, col) = (&mut in_row[i as usize], &mut in_col[j as usize]);
            if left > 0 && *row > 1 && *col > 1 {
                (*row, *col, left) = (*row - 1, *col - 1, left - 1);
                hidden[cell as usize] = true;
            }
        }
        Ok(hidden)
    }
}

/// Cells, some of them hidden.
struct Sample<'a> {
    cells: &'a Cells,
    hidden: &'a [bool],
}

/// Root mean square errors, a number for each rank that was done.
#[derive(Default)]
struct Tried {
    train: Vec<f64>,
    test: Vec<f64>,
    /// The ranks whose fits did not meet their tolerance.
    unsettled: Vec<usize>,
    interrupted: bool,
}

impl Tried {
    fn converged(&self) -> bool {
        self.unsettled.is_empty() && !self.interrupted
    }

    /// A fit; none where an interrupt came before its first iterate.
    fn unless_interrupted<T>(&mut self, fit: matfac::Result<T>) -> Result<Option<T>> {
        match fit {
            Err(matfac::Error::Interrupted) => {
                self.interrupted = true;
                Ok(None)
            }
            fit => Ok(Some(fit?)),
        }
    }

    /// Notes a rank's errors; whether the next one is to be tried.
    fn goes_on(
        &mut self,
        (train, test): (f64, f64),
        rank: usize,
        of: usize,
        end: End,
        monitor: &Monitor,
    ) -> bool {
        // What an interrupt cut short is no fit of that rank.
        if end == End::Interrupted {
            self.interrupted = true;
            return false;
        }
        if end == End::Limit {
            self.unsettled.push(rank);
        }
        self.train.push(train);
        self.test.push(test);
        let iteration = self.test.len();
        let step = Step { task: "sweep", iteration, max_iter: of, objective: test };
        self.interrupted = !monitor.goes_on(step) && iteration < of;
        !self.interrupted
    }

    /// Warnings of an interrupt and of fits that did not settle.
    fn tell(&self, host: &mut dyn Host, method: Method) -> Result<()> {
        if self.interrupted {
            if self.test.is_empty() {
                return Err(matfac::Error::Interrupted.into());
            }
            host.interrupt().clear();
            let done = self.test.len();
            let message = format!(
                "sweep was interrupted; it has {done} rank{}",
                if done == 1 { "" } else { "s" }
            );
            host.warn("mf:interrupted", &message)?;
        }
        if !self.unsettled.is_empty() {
            let ranks: Vec<String> = self.unsettled.iter().map(usize::to_string).collect();
            let (method, ranks) = (method.name(), ranks.join(", "));
            let message = format!("sweep: {method} did not meet its tolerance for rank {ranks}");
            host.warn("mf:not-converged", &message)?;
        }
        Ok(())
    }
}

impl Sample<'_> {
    /// The mean of the cells that are seen.
    fn mean(&self) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for (&x, hidden) in self.cells.ratings.values().iter().zip(self.hidden) {
            if !hidden {
                (sum, count) = (sum + x, count + 1.0);
            }
        }
        sum / count
    }

    /// The error of the mean on hidden cells.
    fn baseline(&self) -> f64 {
        let mean = self.mean();
        self.errors(|_, _| mean).1
    }

    /// Root mean square errors on seen and on hidden cells.
    fn errors(&self, predicted: impl Fn(usize, usize) -> f64) -> (f64, f64) {
        let mut sums = [(0.0, 0.0); 2];
        for ((i, j, x), &hidden) in self.cells.ratings.iter().zip(self.hidden) {
            let (squares, count) = &mut sums[usize::from(hidden)];
            *squares += (x - predicted(i, j)).powi(2);
            *count += 1.0;
        }
        let [seen, hidden] = sums.map(|(squares, count): (f64, f64)| (squares / count).sqrt());
        (seen, hidden)
    }

    fn mask(&self) -> BoolMatrix {
        let (m, n) = self.cells.shape;
        let mut mask = BoolMatrix::from_fn(m, n, |_, _| false);
        for ((i, j, _), &hidden) in self.cells.ratings.iter().zip(self.hidden) {
            mask[(i, j)] = hidden;
        }
        mask
    }

    /// The matrix of the cells that are seen, with `other` elsewhere.
    fn seen(&self, other: f64) -> Result<Matrix> {
        let (m, n) = self.cells.shape;
        let mut known = Matrix::filled(m, n, other)?;
        for ((i, j, x), &hidden) in self.cells.ratings.iter().zip(self.hidden) {
            if !hidden {
                known[(i, j)] = x;
            }
        }
        Ok(known)
    }

    fn by_ratings(&self, host: &mut dyn Host, ranks: &[usize], seed: u64) -> Result<Tried> {
        let all = &self.cells.ratings;
        let train = Arc::new(all.filter(|cell| !self.hidden[cell]));
        let test = all.filter(|cell| self.hidden[cell]);
        let (monitor, silent) = monitors(host);
        let mut tried = Tried::default();
        for &k in ranks {
            let clip = Clip::Observed;
            let options = AlsOptions { k: Some(k), seed, clip, ..AlsOptions::default() };
            let fit = recommend::als(&train, &options, &silent);
            let Some(fit) = tried.unless_interrupted(fit)? else { break };
            let error = |on: &Ratings| recommend::rmse(&fit, on, &silent);
            let errors = error(&train).and_then(|seen| Ok((seen, error(&test)?)));
            let Some(errors) = tried.unless_interrupted(errors)? else { break };
            if !tried.goes_on(errors, k, ranks.len(), fit.fit.end, &monitor) {
                break;
            }
        }
        Ok(tried)
    }

    fn by_matrices(
        &self,
        host: &mut dyn Host,
        ranks: &[usize],
        method: Method,
        seed: u64,
    ) -> Result<Tried> {
        if matches!(method, Method::Svd) {
            return self.by_truncation(host, ranks);
        }
        let known = self.seen(f64::NAN)?;
        let (monitor, silent) = monitors(host);
        let mut tried = Tried::default();
        for &k in ranks {
            let fit = match method {
                Method::Nmf => {
                    let options = NmfOptions { k, seed, missing: true, ..NmfOptions::default() };
                    nmf(&known, &options, &silent).and_then(|m| Ok((m.product()?, m.end)))
                }
                _ => {
                    let k = Some(k);
                    let options = PcaOptions { k, seed, missing: true, ..PcaOptions::default() };
                    let model = pca(&known, &options, &silent);
                    model.and_then(|m| Ok((m.inverse_transform(&m.scores)?, m.end)))
                }
            };
            let Some((model, end)) = tried.unless_interrupted(fit)? else { break };
            let errors = self.errors(|i, j| model[(i, j)]);
            if !tried.goes_on(errors, k, ranks.len(), end, &monitor) {
                break;
            }
        }
        Ok(tried)
    }

    /// One decomposition of the matrix with the mean in its holes, of which each rank takes its part.
    fn by_truncation(&self, host: &mut dyn Host, ranks: &[usize]) -> Result<Tried> {
        let mean = self.mean();
        let centred = Array::from(self.seen(mean)?.map(|x| x - mean));
        let most = ranks.last().copied().unwrap_or(0);
        let flops = svd_flops(&centred.data);
        let whole = run(host, &Arc::new(centred), flops, move |a| factor::lowrank(a, most))?;
        let (monitor, _) = monitors(host);
        let mut tried = Tried::default();
        for &k in ranks {
            let (u, v) = (whole.u.columns(0, k), whole.v.columns(0, k));
            let part = factor::lowrank::LowRank { u, v, s: whole.s[..k].to_vec(), ..whole };
            let model = part.product()?;
            let errors = self.errors(|i, j| mean + model[(i, j)]);
            if !tried.goes_on(errors, k, ranks.len(), End::Converged, &monitor) {
                break;
            }
        }
        Ok(tried)
    }
}

/// The program's monitor, and one for the fits, of which only the errors are told.
fn monitors(host: &dyn Host) -> (Monitor, Monitor) {
    let silent = Monitor::new(host.interrupt().clone(), |_| {});
    (host.monitor(), silent)
}
