//! A few eigenvalues of a large matrix, and their vectors.
//!
//! Method: thick-restart Lanczos for Hermitian maps (`krylov_schur.rs`), Krylov–Schur for others (`krylov_general.rs`),
//! both from a block of random vectors, and the dense decomposition where the basis would be a good part of the space.
//! Eigenvalues near a number, or of a pair of matrices, are those of another map (`pair.rs`).

use super::basis;
use super::krylov_general::general;
use super::krylov_schur::{Course, Found, Krylov, hermitian, require_finite};
use super::maps::{images, written_out};
use super::spectral::Spectral;
use crate::data::Monitor;
use crate::error::{Error, Result, Shape};
use crate::factor::svd::fix_signs;
use crate::linalg::{Dense, Operator, Random, Scalar, c64};

/// Which eigenvalues are wanted, in the order in which they are returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Those of largest modulus, descending.
    LargestMagnitude,
    /// Those of smallest modulus: by descending value when Hermitian, by ascending modulus otherwise.
    SmallestMagnitude,
    /// The largest real parts, descending.
    LargestReal,
    /// The smallest real parts, ascending.
    SmallestReal,
    /// Half of them from either end, ascending; the odd one from above.
    BothEnds,
    /// The largest imaginary parts by modulus, descending.
    LargestImaginary,
    /// The smallest imaginary parts by modulus, ascending.
    SmallestImaginary,
}

/// How the eigenvalues are found.
#[derive(Debug, Clone, PartialEq)]
pub struct EigsOptions<T> {
    /// The residual ‖A*x - x*λ‖ allowed, relative to the largest modulus of an eigenvalue that was met.
    pub tol: f64,
    /// The most restarts.
    pub max_iter: usize,
    /// Vectors in the basis before a restart; chosen when not given.
    pub basis: Option<usize>,
    /// The seed of the start.
    pub seed: u64,
    /// The first vector of the start.
    pub start: Option<Vec<T>>,
    /// Whether the residual is measured by the eigenvalue itself, as that of an inverse should be.
    pub is_relative: bool,
}

impl<T> Default for EigsOptions<T> {
    fn default() -> EigsOptions<T> {
        EigsOptions {
            tol: 1e-12,
            max_iter: 300,
            basis: None,
            seed: 0,
            start: None,
            is_relative: false,
        }
    }
}

impl<T> EigsOptions<T> {
    /// The residual allowed for an eigenvalue of this modulus beside the largest.
    fn allowed(&self, modulus: f64, largest: f64) -> f64 {
        match self.is_relative {
            true => (self.tol * modulus).max(64.0 * f64::EPSILON * largest),
            false => self.tol * largest,
        }
    }
}

/// k eigenvalues of an n×n map.
#[derive(Debug, Clone, PartialEq)]
pub struct Eigs<V, T> {
    /// The values, in the order that [`Wanted`] tells.
    pub values: Vec<V>,
    /// Vectors of norm 1, n×k; orthonormal when the map is Hermitian.
    pub vectors: Dense<T>,
    /// ‖A*x - x*λ‖ of each pair.
    pub residuals: Vec<f64>,
    /// How many met the tolerance.
    pub converged: usize,
    /// The largest residual of a wanted pair, as a multiple of what is allowed, at each restart.
    pub history: Vec<f64>,
    /// Products with a vector.
    pub products: usize,
}

/// k eigenvalues of a Hermitian n×n map. Of [`Wanted`], imaginary parts have no meaning here.
///
/// Errors: [`Error::NotSquare`]; [`Error::Argument`] for a k of 0 or above n, or a map that returns NaN; what the map itself
/// fails with; [`Error::TooLarge`]; [`Error::Interrupted`].
///
/// ```
/// use matfac::data::Monitor;
/// use matfac::linalg::Matrix;
/// use matfac::sparse::eigs::{EigsOptions, Wanted, eigs_hermitian};
/// let a = Matrix::from_fn(300, 300, |i, j| if i == j { i as f64 } else { 0.0 });
/// let options = EigsOptions::default();
/// let e = eigs_hermitian(&a, 2, Wanted::LargestReal, &options, &Monitor::default())?;
/// assert!((e.values[0] - 299.0).abs() < 1e-9 && (e.values[1] - 298.0).abs() < 1e-9);
/// # Ok::<(), matfac::Error>(())
/// ```
pub fn eigs_hermitian<T: Spectral>(
    a: &dyn Operator<T>,
    k: usize,
    wanted: Wanted,
    options: &EigsOptions<T>,
    monitor: &Monitor,
) -> Result<Eigs<f64, T>> {
    T::eigs_hermitian(a, k, wanted, options, monitor)
}

/// k eigenvalues of an n×n map that need not be Hermitian; of a real one, in real arithmetic. Errors: as
/// [`eigs_hermitian`].
pub fn eigs_general<T: Spectral>(
    a: &dyn Operator<T>,
    k: usize,
    wanted: Wanted,
    options: &EigsOptions<T>,
    monitor: &Monitor,
) -> Result<Eigs<c64, c64>> {
    T::eigs_general(a, k, wanted, options, monitor)
}

/// The places of real eigenvalues, the most wanted first.
pub fn preferred(values: &[f64], wanted: Wanted) -> Vec<usize> {
    let mut places: Vec<usize> = (0..values.len()).collect();
    let by = |key: &dyn Fn(usize) -> f64, places: &mut Vec<usize>| {
        places.sort_by(|&i, &j| key(i).total_cmp(&key(j)));
    };
    match wanted {
        Wanted::LargestMagnitude => by(&|i| -values[i].abs(), &mut places),
        Wanted::SmallestMagnitude => by(&|i| values[i].abs(), &mut places),
        Wanted::SmallestReal => by(&|i| values[i], &mut places),
        _ => by(&|i| -values[i], &mut places),
    }
    if wanted == Wanted::BothEnds {
        let n = places.len();
        return (0..n).map(|r| places[if r % 2 == 0 { r / 2 } else { n - 1 - r / 2 }]).collect();
    }
    places
}

/// The places of complex eigenvalues, the most wanted first; conjugates stand together.
pub fn preferred_complex(values: &[c64], wanted: Wanted) -> Vec<usize> {
    let key = |z: &c64| match wanted {
        Wanted::LargestMagnitude => -z.modulus(),
        Wanted::SmallestMagnitude => z.modulus(),
        Wanted::SmallestReal => z.re,
        Wanted::LargestImaginary => -z.im.abs(),
        Wanted::SmallestImaginary => z.im.abs(),
        _ => -z.re,
    };
    // Conjugates differ in nothing that the first three keys see; positive imaginary parts come first.
    let mut places: Vec<usize> = (0..values.len()).collect();
    places.sort_by(|&i, &j| {
        let (x, y) = (&values[i], &values[j]);
        let then = x.re.total_cmp(&y.re).then(x.im.abs().total_cmp(&y.im.abs()));
        key(x).total_cmp(&key(y)).then(then).then(y.im.total_cmp(&x.im))
    });
    places
}

/// In which order chosen real values are returned.
pub(super) fn arranged(values: &[f64], wanted: Wanted) -> Vec<usize> {
    preferred(
        values,
        match wanted {
            Wanted::SmallestMagnitude => Wanted::LargestReal,
            Wanted::BothEnds => Wanted::SmallestReal,
            other => other,
        },
    )
}

fn check<T: Scalar>(a: &dyn Operator<T>, k: usize) -> Result<()> {
    let (m, n) = (a.rows(), a.cols());
    if m != n {
        return Err(Error::NotSquare { operation: "eigs", shape: Shape(m, n) });
    }
    check_count(n, k)
}

/// [`Error::Argument`] unless 1 ≤ k ≤ n.
pub(super) fn check_count(n: usize, k: usize) -> Result<()> {
    if (1..=n).contains(&k) {
        return Ok(());
    }
    let message = match n {
        0 => "eigs needs at least one row and one column; this is 0×0".into(),
        _ => format!("eigs: k must lie between 1 and {n} for a {n}×{n} matrix; it is {k}"),
    };
    Err(Error::argument("k", message))
}

fn basis_size<T>(k: usize, options: &EigsOptions<T>) -> usize {
    options.basis.unwrap_or(2 * k + 20)
}

/// Whether a matrix of order n is decomposed whole.
pub(super) fn is_small<T>(n: usize, k: usize, options: &EigsOptions<T>) -> bool {
    n <= 2 * (basis_size(k, options) + 4) || n <= 100
}

/// The course of an iteration; none where the dense decomposition is better.
fn course<T>(n: usize, k: usize, options: &EigsOptions<T>) -> Option<Course> {
    const BLOCK: usize = 2;
    let size = basis_size(k, options).max(k + 2 * BLOCK);
    let max_iter = options.max_iter.max(1);
    (!is_small(n, k, options)).then_some(Course {
        k,
        block: BLOCK,
        size,
        max_iter,
        task: "eigs",
        keep_last: false,
    })
}

fn start<T: Spectral>(n: usize, block: usize, options: &EigsOptions<T>) -> Result<Vec<T>> {
    let mut start = vec![T::ZERO; n * block];
    basis::fill(&mut start, &mut Random::seeded(options.seed));
    if let Some(first) = &options.start {
        if first.len() != n || !T::all_finite(first) {
            let message =
                format!("eigs: the start must have {n} finite numbers; it has {}", first.len());
            return Err(Error::argument("v0", message));
        }
        start[..n].copy_from_slice(first);
    }
    Ok(start)
}

/// The wanted pairs by `iterate`, or by the dense decomposition where that is better or the space is exhausted.
fn found<T: Spectral, V: Copy, X: Scalar>(
    a: &dyn Operator<T>,
    k: usize,
    options: &EigsOptions<T>,
    is_hermitian: bool,
    order: &dyn Fn(&[V]) -> Vec<usize>,
    iterate: impl FnOnce(&mut Krylov<'_, T>, Course) -> Result<Option<Found<V, X>>>,
    dense: impl FnOnce(&Dense<T>) -> Result<(Vec<V>, Dense<X>)>,
) -> Result<Found<V, X>> {
    check(a, k)?;
    let n = a.cols();
    if let Some(course) = course(n, k, options) {
        let start = start(n, course.block, options)?;
        let mut krylov = Krylov::new(a, start, is_hermitian, options.seed);
        let found = iterate(&mut krylov, course)?;
        if let Some(found) = found.filter(|f| f.converged == k || !krylov.is_exhausted()) {
            return Ok(found);
        }
    }
    let full = written_out(a)?;
    require_finite(&full)?;
    let (all, columns) = dense(&full)?;
    let places = order(&all);
    let values = places[..k].iter().map(|&j| all[j]).collect();
    let vectors = Dense::from_fn(n, k, |i, j| columns[(i, places[j])]);
    Ok(Found { values, vectors, converged: k, history: Vec::new(), products: n })
}

pub(super) fn of_hermitian<T: Spectral>(
    a: &dyn Operator<T>,
    k: usize,
    wanted: Wanted,
    options: &EigsOptions<T>,
    monitor: &Monitor,
) -> Result<Eigs<f64, T>> {
    let order = |values: &[f64]| preferred(values, wanted);
    let tol = |value: f64, largest: f64| options.allowed(value.abs(), largest);
    let iterate = |krylov: &mut Krylov<'_, T>, course: Course| {
        hermitian(krylov, course, &order, &tol, &|_, _| false, monitor)
    };
    let dense = |full: &Dense<T>| {
        let e = T::hermitian(&symmetrized(full))?;
        Ok((e.values, e.vectors))
    };
    let Found { values, vectors, converged, history, products } =
        found(a, k, options, true, &order, iterate, dense)?;
    let (n, places) = (a.cols(), arranged(&values, wanted));
    let values: Vec<f64> = places.iter().map(|&j| values[j]).collect();
    let mut vectors = Dense::from_fn(n, k, |i, j| vectors[(i, places[j])]);
    fix_signs(&mut vectors, None, k);
    let mut image = Dense::zeros(n, k);
    a.apply_block(&vectors, &mut image)?;
    let residuals = (0..k).map(|j| off(image.col(j), vectors.col(j), T::of(values[j]))).collect();
    Ok(Eigs { values, vectors, residuals, converged, history, products: products + k })
}

/// The Hermitian part: a map that is one up to rounding is written out as one.
fn symmetrized<T: Scalar>(a: &Dense<T>) -> Dense<T> {
    Dense::from_fn(a.rows(), a.cols(), |i, j| (a[(i, j)] + a[(j, i)].conjugate()).scaled(0.5))
}

/// `‖y - x*value‖`.
pub(super) fn off<T: Scalar>(y: &[T], x: &[T], value: T) -> f64 {
    T::euclidean(&y.iter().zip(x).map(|(&y, &x)| y - x * value).collect::<Vec<T>>())
}

pub(super) fn of_general<T: Spectral>(
    a: &dyn Operator<T>,
    k: usize,
    wanted: Wanted,
    options: &EigsOptions<T>,
    monitor: &Monitor,
) -> Result<Eigs<c64, c64>> {
    let order = |values: &[c64]| preferred_complex(values, wanted);
    let tol = |value: f64, largest: f64| options.allowed(value, largest);
    let iterate = |krylov: &mut Krylov<'_, T>, course: Course| {
        general(krylov, course, &order, &tol, monitor).map(Some)
    };
    let dense = |full: &Dense<T>| {
        let e = T::eigen(full)?;
        Ok((e.values, e.vectors))
    };
    let Found { values, vectors, converged, history, products } =
        found(a, k, options, false, &order, iterate, dense)?;
    let image = images(a, &vectors)?;
    let residuals = (0..k).map(|j| off(image.col(j), vectors.col(j), values[j])).collect();
    Ok(Eigs { values, vectors, residuals, converged, history, products: products + k })
}

impl<V: Copy, T: Copy> Eigs<V, T> {
    /// Some of the pairs, in this order.
    pub(super) fn chosen(&self, places: &[usize]) -> Eigs<V, T> {
        let of = |list: &[f64]| places.iter().filter_map(|&j| list.get(j).copied()).collect();
        Eigs {
            values: places.iter().map(|&j| self.values[j]).collect(),
            vectors: Dense::from_fn(self.vectors.rows(), places.len(), |i, j| {
                self.vectors[(i, places[j])]
            }),
            residuals: of(&self.residuals),
            converged: self.converged.min(places.len()),
            history: self.history.clone(),
            products: self.products,
        }
    }
}

/// One column by what blocks do.
pub(super) fn per_column<T: Scalar>(
    x: &[T],
    y: &mut [T],
    apply: impl FnOnce(&Dense<T>, &mut Dense<T>) -> Result<()>,
) -> Result<()> {
    let mut image = Dense::zeros(y.len(), 1);
    apply(&Dense::column_vector(x.to_vec()), &mut image)?;
    y.copy_from_slice(image.as_slice());
    Ok(())
}

#[cfg(test)]
#[path = "eigs_tests.rs"]
mod tests;
