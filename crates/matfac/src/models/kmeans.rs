//! Groups of rows around k means, such that the sum of squared distances to the nearest mean is small.
//!
//! Method: Lloyd's iteration from starts by greedy k-means++, several of which are tried. Distances come from one product of
//! the data with the means, in blocks that stay in a near cache, full data being taken about their mean, so that little
//! cancels. An empty group takes the point that is farthest from its mean. References: Lloyd (1982), IEEE Transactions on
//! Information Theory 28; Arthur & Vassilvitskii (2007), Symposium on Discrete Algorithms. Cost: 2ndk flops an iteration; of
//! sparse data, k for each entry.

use super::Data;
use crate::data::{End, Monitor, Step};
use crate::error::{Error, Result, Shape};
use crate::linalg::simd::{Clean, clean, wide};
use crate::linalg::{Matrix, Random, Sparse, product};
use faer::linalg::matmul::matmul;
use faer::{Accum, Par};
use rayon::prelude::*;

/// Where the means start.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Start {
    /// Rows far from each other, drawn by their squared distances (k-means++).
    #[default]
    PlusPlus,
    /// k different rows.
    Random,
    /// These, k×d; tried once.
    Centers(Matrix),
}

/// Options with their defaults.
#[derive(Debug, Clone, PartialEq)]
pub struct KmeansOptions {
    /// Number of groups (2).
    pub k: usize,
    /// Where the means start.
    pub start: Start,
    /// Number of starts (10), of which the best is kept.
    pub restarts: usize,
    /// Stop when the means move by less, squared, than this times the mean variance of the columns (1e-4).
    pub tol: f64,
    /// Iteration limit of a start (300).
    pub max_iter: usize,
    /// Seed of the starts (0).
    pub seed: u64,
}

impl Default for KmeansOptions {
    fn default() -> KmeansOptions {
        let start = Start::PlusPlus;
        KmeansOptions { k: 2, start, restarts: 10, tol: 1e-4, max_iter: 300, seed: 0 }
    }
}

/// Groups of n rows of d numbers, the largest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Kmeans {
    /// The group of each row, from 0.
    pub labels: Vec<usize>,
    /// The means, k×d.
    pub centers: Matrix,
    /// How many rows each group has.
    pub sizes: Vec<usize>,
    /// The sum of squared distances to the mean in each group.
    pub within: Vec<f64>,
    /// The sum of squared distances of all rows to their means.
    pub inertia: f64,
    /// The inertia at each iteration.
    pub history: Vec<f64>,
    /// How the start that was kept ended.
    pub end: End,
}

/// Groups the rows of n×d data. When the monitor's flag is raised, what was reached by then is returned.
///
/// Errors: [`Error::NonFinite`], which names the entry; [`Error::Argument`] for a k of 0 or above n, a tolerance below 0, or
/// starting means of another shape; [`Error::TooLarge`].
///
/// ```
/// use matfac::{Matrix, data::Monitor, models::{KmeansOptions, kmeans}};
/// let x = Matrix::from_rows(&[&[0.0], &[0.2], &[10.0], &[10.2], &[10.4]]);
/// let m = kmeans(&x, &KmeansOptions::default(), &Monitor::default())?;
/// assert_eq!(m.labels, [1, 1, 0, 0, 0]);
/// assert!((m.inertia - 0.1).abs() < 1e-12);
/// # Ok::<(), matfac::Error>(())
/// ```
pub fn kmeans<'a>(
    x: impl Into<Data<'a>>,
    options: &KmeansOptions,
    monitor: &Monitor,
) -> Result<Kmeans> {
    let x = x.into();
    check(x, options)?;
    let points = Points::new(x)?;
    let mut random = Random::seeded(options.seed);
    let starts =
        if matches!(options.start, Start::Centers(_)) { 1 } else { options.restarts.max(1) };
    let mut best: Option<Run> = None;
    for _ in 0..starts {
        let centers = points.start(options, &mut random)?;
        let run = points.lloyd(centers, options, monitor)?;
        let end = run.end;
        // A difference of rounding is none.
        if best.as_ref().is_none_or(|best| run.inertia() < best.inertia() * (1.0 - 1e-10)) {
            best = Some(run);
        }
        if end == End::Interrupted {
            break;
        }
    }
    let mut model = points.finish(best.expect("at least one start"));
    if monitor.interrupt.is_set() {
        model.end = End::Interrupted;
    }
    Ok(model)
}

fn check(x: Data<'_>, options: &KmeansOptions) -> Result<()> {
    x.require_finite("kmeans")?;
    let (n, d, k) = (x.rows(), x.cols(), options.k);
    if k == 0 || k > n {
        let message = match n {
            0 => format!("kmeans needs at least one row; this is {}", x.shape()),
            _ => format!("k must lie between 1 and {n}, the number of rows; it is {k}"),
        };
        return Err(Error::argument("k", message));
    }
    if options.tol.is_nan() || options.tol < 0.0 {
        let message = format!("tol must not be negative; it is {}", options.tol);
        return Err(Error::argument("tol", message));
    }
    if let Start::Centers(centers) = &options.start {
        if centers.shape() != Shape(k, d) {
            let message =
                format!("the means to start from must be {k}×{d}; these are {}", centers.shape());
            return Err(Error::argument("start", message));
        }
        centers.require_finite("kmeans")?;
    }
    Ok(())
}

impl Kmeans {
    /// The distances of p×d rows to the means, p×k.
    ///
    /// Errors: [`Error::NonFinite`]; [`Error::Shapes`] for rows of another length.
    pub fn distances<'a>(&self, x: impl Into<Data<'a>>) -> Result<Matrix> {
        let x = x.into();
        x.require_finite("transform")?;
        if x.cols() != self.centers.cols() {
            let hint = Some(format!("the model was fitted to {} columns", self.centers.cols()));
            let (left, right) = (x.shape(), self.centers.shape());
            return Err(Error::Shapes { operation: "transform", left, right, hint });
        }
        let points = Points::new(x)?;
        let centers = points.about_origin(&self.centers.transposed());
        let mut squares = points.products(&centers)?;
        for (c, size) in column_squares(&centers).into_iter().enumerate() {
            let column = squares.col_mut(c).iter_mut().zip(&points.squares);
            column.for_each(|(g, x)| *g = (x - 2.0 * *g + size).max(0.0).sqrt());
        }
        Ok(squares)
    }
}

/// Points that a task of a thread takes: the products with the means then stay in its cache.
const BLOCK: usize = 256;

/// The data, and what every iteration needs of them.
struct Points<'a> {
    rows: Rows<'a>,
    /// What was subtracted from each row.
    origin: Vec<f64>,
    /// The squared norm of each row.
    squares: Vec<f64>,
    /// The mean variance of the columns.
    variance: f64,
}

enum Rows<'a> {
    /// d×n: a point's numbers lie together.
    Full(Matrix),
    Sparse(&'a Sparse<f64>),
}

/// One descent. Means are columns, d×k, about the origin.
struct Run {
    centers: Matrix,
    nearest: Nearest,
    history: Vec<f64>,
    end: End,
}

/// The nearest mean of each point, and the squared distance.
#[derive(Clone, PartialEq)]
struct Nearest {
    labels: Vec<u32>,
    squares: Vec<f64>,
}

impl Run {
    fn inertia(&self) -> f64 {
        self.nearest.squares.iter().sum()
    }
}

fn column_squares(a: &Matrix) -> Vec<f64> {
    (0..a.cols()).map(|j| product::dot(a.col(j), a.col(j))).collect()
}

impl<'a> Points<'a> {
    fn new(x: Data<'a>) -> Result<Points<'a>> {
        let (n, d) = (x.rows(), x.cols());
        let count = n.max(1) as f64;
        match x {
            Data::Full(x) => {
                let origin: Vec<f64> =
                    (0..d).map(|j| x.col(j).iter().sum::<f64>() / count).collect();
                let mut rows = x.transposed();
                for i in 0..n {
                    rows.col_mut(i).iter_mut().zip(&origin).for_each(|(x, o)| *x -= o);
                }
                let squares = column_squares(&rows);
                let variance = squares.iter().sum::<f64>() / (count * d.max(1) as f64);
                Ok(Points { rows: Rows::Full(rows), origin, squares, variance })
            }
            Data::Sparse(s) => {
                let (mut squares, mut variance) = (vec![0.0; n], 0.0);
                for j in 0..d {
                    let (places, entries) = s.col(j);
                    let mean = entries.iter().sum::<f64>() / count;
                    for (&i, &x) in places.iter().zip(entries) {
                        squares[i as usize] += x * x;
                    }
                    variance += entries.iter().map(|x| x * x).sum::<f64>() / count - mean * mean;
                }
                let variance = variance.max(0.0) / d.max(1) as f64;
                Ok(Points { rows: Rows::Sparse(s), origin: vec![0.0; d], squares, variance })
            }
        }
    }

    fn count(&self) -> usize {
        self.squares.len()
    }

    /// Columns of d numbers, less the origin.
    fn about_origin(&self, centers: &Matrix) -> Matrix {
        Matrix::from_fn(centers.rows(), centers.cols(), |j, c| centers[(j, c)] - self.origin[j])
    }

    /// Some points as columns, d×p.
    fn columns(&self, places: &[usize]) -> Matrix {
        match &self.rows {
            Rows::Full(rows) => {
                Matrix::from_fn(rows.rows(), places.len(), |j, c| rows[(j, places[c])])
            }
            Rows::Sparse(s) => {
                let mut out = Matrix::zeros(s.cols(), places.len());
                for j in 0..s.cols() {
                    let (rows, entries) = s.col(j);
                    for (c, &place) in places.iter().enumerate() {
                        if let Ok(at) = rows.binary_search(&(place as u32)) {
                            out[(j, c)] = entries[at];
                        }
                    }
                }
                out
            }
        }
    }

    /// The inner products with columns of d numbers, n×p.
    fn products(&self, columns: &Matrix) -> Result<Matrix> {
        match &self.rows {
            Rows::Full(rows) => product::multiply_with(rows, true, columns, false),
            Rows::Sparse(s) => s.times_dense(columns),
        }
    }

    /// The first means, d×k.
    fn start(&self, options: &KmeansOptions, random: &mut Random) -> Result<Matrix> {
        match &options.start {
            Start::Centers(centers) => Ok(self.about_origin(&centers.transposed())),
            Start::Random => {
                let mut places: Vec<usize> = (0..self.count()).collect();
                random.shuffle(&mut places);
                Ok(self.columns(&places[..options.k]))
            }
            Start::PlusPlus => self.far_apart(options.k, random),
        }
    }

    /// Greedy k-means++: of a few candidates, drawn by squared distance, the one that lowers the sum most.
    fn far_apart(&self, k: usize, random: &mut Random) -> Result<Matrix> {
        let n = self.count();
        let trials = 2 + (k as f64).ln() as usize;
        let mut chosen = vec![random.below(n)];
        let mut squares = self.squares_to(&chosen)?.swap_remove(0);
        while chosen.len() < k {
            let mut sums = Vec::with_capacity(n);
            let mut total = 0.0;
            sums.extend(squares.iter().map(|x| {
                total += x;
                total
            }));
            let draw = |_| match total > 0.0 {
                true => {
                    let at = random.uniform() * total;
                    sums.partition_point(|&sum| sum <= at).min(n - 1)
                }
                // Fewer different points than groups.
                false => random.below(n),
            };
            let candidates: Vec<usize> = (0..trials).map(draw).collect();
            let lowered = self.squares_to(&candidates)?.into_iter().map(|mut to| {
                to.iter_mut().zip(&squares).for_each(|(to, &x)| *to = to.min(x));
                (to.iter().sum::<f64>(), to)
            });
            let best = lowered.zip(&candidates).min_by(|a, b| a.0.0.total_cmp(&b.0.0));
            let ((_, lowest), &place) = best.expect("at least two candidates");
            squares = lowest;
            chosen.push(place);
        }
        Ok(self.columns(&chosen))
    }

    /// The squared distances of all points to some of them.
    fn squares_to(&self, places: &[usize]) -> Result<Vec<Vec<f64>>> {
        let columns = self.columns(places);
        let products = self.products(&columns)?;
        let sizes = column_squares(&columns);
        let to = |(c, size): (usize, f64)| {
            let mut to: Vec<f64> = products.col(c).to_vec();
            to.iter_mut().zip(&self.squares).for_each(|(g, x)| *g = (x - 2.0 * *g + size).max(0.0));
            to[places[c]] = 0.0;
            to
        };
        Ok(sizes.into_iter().enumerate().map(to).collect())
    }

    fn lloyd(
        &self,
        mut centers: Matrix,
        options: &KmeansOptions,
        monitor: &Monitor,
    ) -> Result<Run> {
        let mut nearest = self.assign(&centers)?;
        let (mut history, mut end) = (Vec::new(), End::Limit);
        for iteration in 1..=options.max_iter {
            self.fill_empty(&mut nearest, options.k);
            let next = self.means(&nearest.labels, options.k);
            let moved = |c: usize| {
                centers.col(c).iter().zip(next.col(c)).map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
            };
            let shift: f64 = (0..options.k).map(moved).sum();
            centers = next;
            let after = self.assign(&centers)?;
            let is_settled = after.labels == nearest.labels;
            nearest = after;
            let objective = nearest.squares.iter().sum();
            history.push(objective);
            let (task, max_iter) = ("kmeans", options.max_iter);
            if is_settled || shift <= options.tol * self.variance {
                end = End::Converged;
            }
            let goes_on = monitor.goes_on(Step { task, iteration, max_iter, objective });
            if end == End::Converged {
                break;
            }
            if !goes_on {
                end = End::Interrupted;
                break;
            }
        }
        // Of fewer different points than groups some are nearest to the means of others.
        if self.fill_empty(&mut nearest, options.k) {
            centers = self.means(&nearest.labels, options.k);
        }
        Ok(Run { centers, nearest, history, end })
    }

    /// The nearest mean of every point; of equals the first.
    fn assign(&self, centers: &Matrix) -> Result<Nearest> {
        let n = self.count();
        let sizes = column_squares(centers);
        let mut nearest = Nearest { labels: vec![0; n], squares: vec![0.0; n] };
        let blocks =
            nearest.labels.par_chunks_mut(BLOCK).zip(nearest.squares.par_chunks_mut(BLOCK));
        match &self.rows {
            Rows::Full(rows) => {
                let scratch = || Matrix::zeros(BLOCK, sizes.len());
                blocks.enumerate().for_each_init(
                    scratch,
                    |products, (block, (labels, squares))| {
                        let _clean = Clean;
                        let (first, count) = (block * BLOCK, labels.len());
                        let points = rows.view().subcols(first, count).transpose();
                        let mut out = products.view_mut().submatrix_mut(0, 0, count, sizes.len());
                        matmul(out.as_mut(), Accum::Replace, points, centers.view(), 1.0, Par::Seq);
                        let product = |c: usize| &products.col(c)[..count];
                        least(product, &sizes, &self.squares[first..], labels, squares);
                    },
                );
            }
            Rows::Sparse(s) => {
                let products = s.times_dense(centers)?;
                blocks.enumerate().for_each(|(block, (labels, squares))| {
                    clean();
                    let (first, count) = (block * BLOCK, labels.len());
                    let product = |c: usize| &products.col(c)[first..first + count];
                    least(product, &sizes, &self.squares[first..], labels, squares);
                });
            }
        }
        Ok(nearest)
    }

    /// Gives every empty group the point that is farthest from its mean; whether there were such groups.
    fn fill_empty(&self, nearest: &mut Nearest, k: usize) -> bool {
        let mut sizes = vec![0usize; k];
        nearest.labels.iter().for_each(|&l| sizes[l as usize] += 1);
        let empty: Vec<usize> = (0..k).filter(|&c| sizes[c] == 0).collect();
        for &empty in &empty {
            let movable = |i: &usize| sizes[nearest.labels[*i] as usize] > 1;
            let by = |i: &usize, j: &usize| nearest.squares[*i].total_cmp(&nearest.squares[*j]);
            let place = (0..self.count()).filter(movable).max_by(by);
            let place = place.expect("no fewer points than groups");
            sizes[nearest.labels[place] as usize] -= 1;
            sizes[empty] = 1;
            nearest.labels[place] = empty as u32;
            nearest.squares[place] = 0.0;
        }
        !empty.is_empty()
    }

    /// The means of the groups, d×k. Threads share the d numbers, not the points: the bits do not depend on them.
    fn means(&self, labels: &[u32], k: usize) -> Matrix {
        let d = self.origin.len();
        let mut counts = vec![0.0f64; k];
        labels.iter().for_each(|&l| counts[l as usize] += 1.0);
        let parts = if labels.len() * d < 1 << 16 { 1 } else { rayon::current_num_threads() };
        let length = d.div_ceil(parts).max(8).min(d.max(1));
        let ranges: Vec<_> = (0..d).step_by(length).map(|j| j..(j + length).min(d)).collect();
        let part = |range: &std::ops::Range<usize>| {
            let width = range.len();
            let mut sums = vec![0.0; width * k];
            match &self.rows {
                Rows::Full(rows) => wide(|| {
                    for (i, &label) in labels.iter().enumerate() {
                        let x = &rows.col(i)[range.clone()];
                        let sum = &mut sums[label as usize * width..][..width];
                        sum.iter_mut().zip(x).for_each(|(s, x)| *s += x);
                    }
                }),
                Rows::Sparse(s) => {
                    for j in range.clone() {
                        let (places, entries) = s.col(j);
                        for (&i, x) in places.iter().zip(entries) {
                            sums[labels[i as usize] as usize * width + j - range.start] += x;
                        }
                    }
                }
            }
            sums
        };
        let sums: Vec<Vec<f64>> = match ranges.len() {
            0 | 1 => ranges.iter().map(part).collect(),
            _ => ranges.par_iter().map(part).collect(),
        };
        let mut centers = Matrix::zeros(d, k);
        for (range, sums) in ranges.into_iter().zip(sums) {
            for c in 0..k {
                let sums = &sums[c * range.len()..][..range.len()];
                let to = centers.col_mut(c)[range.clone()].iter_mut();
                to.zip(sums).for_each(|(to, sum)| *to = sum / counts[c].max(1.0));
            }
        }
        centers
    }

    /// Numbers the groups by size, and measures them without cancellation where the data are full.
    fn finish(&self, run: Run) -> Kmeans {
        let Run { centers, mut nearest, history, end } = run;
        if let Rows::Full(rows) = &self.rows {
            for (i, square) in nearest.squares.iter_mut().enumerate() {
                let center = centers.col(nearest.labels[i] as usize);
                *square = rows.col(i).iter().zip(center).map(|(x, c)| (x - c) * (x - c)).sum();
            }
        }
        let k = centers.cols();
        let (mut sizes, mut within) = (vec![0usize; k], vec![0.0; k]);
        for (&label, square) in nearest.labels.iter().zip(&nearest.squares) {
            sizes[label as usize] += 1;
            within[label as usize] += square;
        }
        let mut order: Vec<usize> = (0..k).collect();
        order.sort_by_key(|&c| std::cmp::Reverse(sizes[c]));
        let mut number = vec![0; k];
        order.iter().enumerate().for_each(|(to, &from)| number[from] = to);
        Kmeans {
            labels: nearest.labels.iter().map(|&l| number[l as usize]).collect(),
            centers: Matrix::from_fn(k, self.origin.len(), |c, j| {
                centers[(j, order[c])] + self.origin[j]
            }),
            inertia: within.iter().sum(),
            sizes: order.iter().map(|&c| sizes[c]).collect(),
            within: order.iter().map(|&c| within[c]).collect(),
            history,
            end,
        }
    }
}

/// The least of `|x|² - 2x·c + |c|²` over the means, and which it is, for a block of points.
fn least<'p>(
    product: impl Fn(usize) -> &'p [f64],
    sizes: &[f64],
    points: &[f64],
    labels: &mut [u32],
    squares: &mut [f64],
) {
    squares.fill(f64::INFINITY);
    wide(|| {
        for (c, &size) in sizes.iter().enumerate() {
            let column = labels.iter_mut().zip(squares.iter_mut()).zip(product(c));
            for ((label, least), g) in column {
                let to = size - 2.0 * g;
                *label = if to < *least { c as u32 } else { *label };
                *least = if to < *least { to } else { *least };
            }
        }
        squares.iter_mut().zip(points).for_each(|(least, x)| *least = (*least + x).max(0.0));
    });
}

#[cfg(test)]
#[path = "kmeans_tests.rs"]
mod tests;
