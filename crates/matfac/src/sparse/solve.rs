//! `S \ B`: the cheapest reliable way to solve a sparse system, chosen by looking at S.
//!
//! | S | method |
//! |---|---|
//! | diagonal, a triangle with its rows and columns in any order | substitution |
//! | few diagonals, most of them full | LU within the band |
//! | Hermitian with a positive diagonal | Cholesky, else the next |
//! | Hermitian | multifrontal LDL' |
//! | square | LU with a threshold on pivots, by fronts where the pattern is nearly symmetric and fills |
//! | tall | Householder QR, least squares |
//! | wide | QR of S', the solution of least norm |
//! | rank-deficient, or singular to working precision | complete orthogonal decomposition by two sparse QR |
//!
//! Solutions of square systems are refined until the componentwise backward error is at rounding level or stops falling; factors
//! that cannot do it are made again with the largest entries as pivots. The condition is estimated, unless the factors are so
//! large that this would take as long as they did and their pivots raise no suspicion. References: Arioli, Demmel & Duff (1989),
//! SIAM J. Matrix Anal. Appl. 10; Davis (2006), Direct Methods for Sparse Linear Systems; Higham (2002), chapters 12 and 15.

use super::chol::{self, Chol};
use super::field::SparseField;
use super::front_qr::FrontQr;
use super::kind::{Analysis, Complete, Kind, Triangle};
use super::ldl::{self, Ldl};
use super::least_squares::{self, LeastSquares};
use super::lu::{ColumnOrder, Lu, Pivoting};
use super::matching::maximum_matching;
use super::multifrontal::{self, Multifrontal};
use super::permute::pattern;
use super::qr::{Order, Qr, default_tolerance};
use super::structure::{Structure, structure};
use crate::error::{Error, Result};
use crate::factor::band::BandLu;
use crate::factor::condition::{inverse_one_norm, rcond_from};
use crate::factor::determinant::Determinant;
use crate::factor::solve::Method;
use crate::factor::structure::permutation_sign;
use crate::linalg::Scalar;
use crate::linalg::sparse::{Entry, Sparse};
use std::sync::{Arc, OnceLock};

/// Why solutions deserve little trust.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Warning {
    /// Whatever its entries are, a square matrix with entries in these places is singular.
    Structural {
        /// The structural rank.
        rank: usize,
        /// A column, from 1, that is empty, or for which the columns before it leave no row.
        column: usize,
        /// Whether it has no entries.
        is_empty: bool,
    },
    /// A square matrix is singular, to working precision when `rcond` is not 0.
    Singular {
        /// The estimate of 1/(‖A‖₁‖A⁻¹‖₁).
        rcond: f64,
        /// The column, from 1, of the smallest pivot.
        column: usize,
    },
    /// A rectangular matrix does not have full rank.
    RankDeficient {
        /// Its numerical rank.
        rank: usize,
    },
    /// Refinement did not bring the backward error down to rounding level.
    Inaccurate {
        /// ‖A*x - b‖/(‖A‖‖x‖ + ‖b‖), of the worst right-hand side.
        backward_error: f64,
        /// The estimate of the reciprocal condition number.
        rcond: f64,
    },
}

/// The largest backward error that needs no warning.
pub const ACCURATE: f64 = 1e-13;

/// Factors with more numbers than this are costly enough not to estimate the condition without need.
const LARGE: usize = 1_000_000;

/// A matrix factored once, to be used for many right-hand sides.
#[derive(Debug, Clone)]
pub struct Factorized<T: Scalar> {
    pub(super) matrix: Arc<Sparse<T>>,
    /// How systems are solved.
    pub method: Method,
    /// What the caller should be told.
    pub warning: Option<Warning>,
    pub(super) kind: Kind<T>,
    analysis: Analysis,
    rcond: OnceLock<f64>,
}

/// Looks at A and factors it, by the method that suits it or by Cholesky, LDL', LU, QR or the complete orthogonal
/// decomposition.
///
/// Errors: [`Error::NonFinite`]; with a method [`Error::NotSquare`], [`Error::NotPositiveDefinite`], [`Error::Argument`].
///
/// ```
/// use matfac::{Matrix, linalg::sparse::Sparse, sparse::solve::factorize};
/// let a = Sparse::from_dense(&Matrix::from_rows(&[&[4.0, 1.0], &[2.0, 3.0]]))?;
/// let (x, error) = factorize(&a, None)?.solve(&Matrix::column_vector(vec![5.0, 5.0]))?;
/// assert!((x[(0, 0)] - 1.0).abs() < 1e-15 && (x[(1, 0)] - 1.0).abs() < 1e-15 && error < 1e-15);
/// # Ok::<(), matfac::Error>(())
/// ```
pub fn factorize<T: SparseField>(a: &Sparse<T>, method: Option<Method>) -> Result<Factorized<T>> {
    T::factorize_sparse(Arc::new(a.clone()), method)
}

pub(super) fn decompose<T: Scalar + Entry>(
    a: Arc<Sparse<T>>,
    method: Option<Method>,
) -> Result<Factorized<T>> {
    a.require_finite("A \\ b")?;
    let parts = match method {
        Some(Method::CompleteOrthogonal) => complete(&a)?,
        Some(Method::Qr | Method::LeastNorm) => by_qr(&a, None)?,
        Some(method @ (Method::Cholesky | Method::Ldl | Method::Lu)) => by_method(&a, method)?,
        _ if a.is_square() => square(&a)?,
        _ => by_qr(&a, None)?,
    };
    judged(a, parts)
}

/// Factors a matrix with entries in the same places: orders and patterns that the first has decided are used once more.
///
/// Errors: [`Error::Argument`] that says where the places differ; [`Error::NonFinite`].
pub fn refactor<T: SparseField>(f: &Factorized<T>, a: &Sparse<T>) -> Result<Factorized<T>> {
    T::refactor_sparse(f, Arc::new(a.clone()))
}

pub(super) fn again<T: Scalar + Entry>(
    f: &Factorized<T>,
    a: Arc<Sparse<T>>,
) -> Result<Factorized<T>> {
    a.require_finite("refactor")?;
    require_same_places(&f.matrix, &a)?;
    let parts = match &f.analysis {
        Analysis::None => None,
        Analysis::Cholesky(symbolic) if is_hermitian(&a) => cholesky(&a, symbolic.clone())?,
        Analysis::Ldl(order) if is_hermitian(&a) => Some(by_ldl(&a, order.clone())),
        Analysis::Lu(order) => Some(by_lu(&a, order.clone(), Pivoting::default())),
        Analysis::Multifrontal(plan) => Some(by_fronts(&a, plan)?),
        analysis @ (Analysis::Qr(_) | Analysis::Fronts(_)) => Some(by_qr(&a, Some(analysis))?),
        _ => None,
    };
    match parts {
        Some(parts) => judged(a, parts),
        None => decompose(a, None),
    }
}

fn require_same_places<T: Entry>(old: &Sparse<T>, new: &Sparse<T>) -> Result<()> {
    let differ = |message: String| {
        let hint =
            "factorize(S2) starts afresh; refactor is for the same places with other entries";
        Err(Error::argument_hint("S2", format!("refactor: {message}"), hint))
    };
    if old.shape() != new.shape() {
        let (old, new) = (old.shape(), new.shape());
        return differ(format!("the factored matrix is {old}, and this one {new}"));
    }
    if old.starts() == new.starts() && old.places() == new.places() {
        return Ok(());
    }
    for j in 0..old.cols() {
        let (before, now) = (old.col(j).0, new.col(j).0);
        if let Some(i) = now.iter().find(|i| before.binary_search(i).is_err()) {
            return differ(format!("entry ({},{}) was zero before", i + 1, j + 1));
        }
        if let Some(i) = before.iter().find(|i| now.binary_search(i).is_err()) {
            return differ(format!("entry ({},{}) is zero now", i + 1, j + 1));
        }
    }
    Ok(())
}

type Parts<T> = (Method, Kind<T>, Analysis);

pub(super) fn is_hermitian<T: Scalar + Entry>(a: &Sparse<T>) -> bool {
    a.is_square() && a.adjoint() == *a
}

fn square<T: Scalar + Entry>(a: &Sparse<T>) -> Result<Parts<T>> {
    let n = a.cols();
    match structure(a) {
        Structure::Diagonal => {
            let diagonal = (0..n).map(|j| a.get(j, j)).collect();
            return Ok((Method::Diagonal, Kind::Diagonal(diagonal), Analysis::None));
        }
        Structure::Triangular { p, q } => {
            let is_lower = a.triplets().all(|(i, j, _)| i >= j);
            let method = if is_lower { Method::Lower } else { Method::Upper };
            return Ok((method, Kind::Triangular(Triangle::new(a, p, q)), Analysis::None));
        }
        Structure::Banded { below, above } => {
            let f = BandLu::from_entries(n, below, above, a.one_norm(), a.triplets());
            return Ok((Method::Band, Kind::Band(f), Analysis::None));
        }
        Structure::General => {}
    }
    if is_hermitian(a) {
        if (0..n).all(|j| a.get(j, j).real_part() > 0.0)
            && let Some(parts) = cholesky(a, chol::analyse(a, false)?)?
        {
            return Ok(parts);
        }
        return Ok(by_ldl(a, Arc::new(ldl::order(a)?)));
    }
    general(a)
}

fn by_method<T: Scalar + Entry>(a: &Sparse<T>, method: Method) -> Result<Parts<T>> {
    a.require_square("factorize")?;
    match method {
        Method::Lu => general(a),
        Method::Ldl => {
            ldl::require_hermitian(a)?;
            Ok(by_ldl(a, Arc::new(ldl::order(a)?)))
        }
        _ => match cholesky(a, chol::analyse(a, false)?)? {
            Some(parts) => Ok(parts),
            None => Err(chol::failure(a)?),
        },
    }
}

fn cholesky<T: Scalar + Entry>(
    a: &Sparse<T>,
    symbolic: chol::Symbolic,
) -> Result<Option<Parts<T>>> {
    let f = Chol::new(a, symbolic.clone())?.ok();
    Ok(f.map(|f| (Method::Cholesky, Kind::Cholesky(f), Analysis::Cholesky(symbolic))))
}

fn by_ldl<T: Scalar + Entry>(a: &Sparse<T>, order: Arc<Vec<u32>>) -> Parts<T> {
    (Method::Ldl, Kind::Ldl(Ldl::new(a, &order)), Analysis::Ldl(order))
}

fn by_lu<T: Scalar + Entry>(
    a: &Sparse<T>,
    order: Arc<ColumnOrder>,
    pivoting: Pivoting,
) -> Parts<T> {
    (Method::Lu, Kind::Lu(Lu::new(a, &order, pivoting)), Analysis::Lu(order))
}

/// LU by fronts where the pattern is nearly symmetric and fills much, else column by column.
fn general<T: Scalar + Entry>(a: &Sparse<T>) -> Result<Parts<T>> {
    let order = ColumnOrder::new(a)?;
    match multifrontal::Plan::new(a, &order)? {
        Some(plan) => by_fronts(a, &Arc::new(plan)),
        None => Ok(by_lu(a, Arc::new(order), Pivoting::default())),
    }
}

/// LU by fronts; a matrix that they cannot factor is factored column by column, which tells why.
fn by_fronts<T: Scalar + Entry>(a: &Sparse<T>, plan: &Arc<multifrontal::Plan>) -> Result<Parts<T>> {
    let Some(f) = Multifrontal::new(a, plan, Pivoting::default()) else {
        return Ok(by_lu(a, Arc::new(ColumnOrder::new(a)?), Pivoting::default()));
    };
    Ok((Method::Lu, Kind::Multifrontal(f), Analysis::Multifrontal(plan.clone())))
}

/// QR of A, or of A' when it is wide, by an analysis of another one or one that is made.
fn by_qr<T: Scalar + Entry>(a: &Sparse<T>, analysis: Option<&Analysis>) -> Result<Parts<T>> {
    let is_wide = a.rows() < a.cols();
    let turned = is_wide.then(|| a.adjoint());
    let tall = turned.as_ref().unwrap_or(a);
    let tolerance = default_tolerance(tall);
    let plan = match analysis {
        Some(Analysis::Fronts(plan)) => Some(plan.clone()),
        Some(_) => None,
        None => least_squares::plan(tall)?,
    };
    let f = match plan.and_then(|plan| FrontQr::new(tall, &plan, tolerance)) {
        Some(f) => LeastSquares::Fronts(f),
        None => {
            let f = match analysis {
                Some(Analysis::Qr(p)) => Qr::in_order(tall, p.to_vec(), tolerance),
                _ => Qr::new(tall, Order::Colamd, tolerance)?,
            };
            if f.rank() < tall.cols() {
                let analysis = Analysis::Qr(Arc::new(f.p.clone()));
                let f = if is_wide { Complete::new(a, Order::Colamd)? } else { Complete::from(f) };
                return Ok((Method::CompleteOrthogonal, Kind::Complete(Box::new(f)), analysis));
            }
            LeastSquares::Columns(f)
        }
    };
    let analysis = f.analysis();
    Ok(match is_wide {
        true => (Method::LeastNorm, Kind::Wide(f), analysis),
        false => (Method::Qr, Kind::Tall(f), analysis),
    })
}

fn complete<T: Scalar + Entry>(a: &Sparse<T>) -> Result<Parts<T>> {
    let f = Complete::new(a, Order::Colamd)?;
    Ok((Method::CompleteOrthogonal, Kind::Complete(Box::new(f)), Analysis::None))
}

/// Looks at what was made: warnings, and other factors where these do not serve.
fn judged<T: Scalar + Entry>(
    matrix: Arc<Sparse<T>>,
    (method, kind, analysis): Parts<T>,
) -> Result<Factorized<T>> {
    let (rcond, warning) = (OnceLock::new(), None);
    let mut f = Factorized { matrix, method, warning, kind, analysis, rcond };
    let least = f.rows().min(f.cols());
    if let Kind::Complete(complete) = &f.kind {
        let rank = complete.first.rank();
        f.warning = (rank < least).then_some(Warning::RankDeficient { rank });
        return Ok(f);
    }
    if !f.matrix.is_square() || least == 0 {
        return Ok(f);
    }
    if f.is_unstable() {
        f = f.with_largest_pivots()?;
    }
    if let Some(warning) = f.singularity() {
        let is_exact =
            matches!(f.kind, Kind::Diagonal(_) | Kind::Triangular(_)) && !f.has_zero_pivot();
        f.warning = Some(warning);
        // Substitution is accurate row by row, whatever the condition; a zero pivot ends it.
        if !is_exact && method != Method::CompleteOrthogonal {
            let complete = Complete::new(&f.matrix, Order::Colamd)?;
            if complete.first.rank() < least || f.has_zero_pivot() {
                f.kind = Kind::Complete(Box::new(complete));
                f.method = Method::CompleteOrthogonal;
            }
        }
    }
    Ok(f)
}

impl<T: Scalar + Entry> Factorized<T> {
    /// Number of rows of A.
    pub fn rows(&self) -> usize {
        self.matrix.rows()
    }

    /// Number of columns of A.
    pub fn cols(&self) -> usize {
        self.matrix.cols()
    }

    /// Numbers stored in the factors.
    pub fn nnz(&self) -> usize {
        self.kind.nnz(&self.matrix)
    }

    /// Stored entries of the factors for each of A.
    pub fn fill(&self) -> f64 {
        self.nnz() as f64 / self.matrix.nnz().max(1) as f64
    }

    /// The name of the order of elimination.
    pub fn ordering(&self) -> &'static str {
        match &self.analysis {
            Analysis::Cholesky(_) | Analysis::Ldl(_) | Analysis::Multifrontal(_) => "amd",
            Analysis::Lu(order) => order.name,
            Analysis::Qr(_) | Analysis::Fronts(_) => "colamd",
            Analysis::None => "natural",
        }
    }

    /// The numerical rank.
    pub fn rank(&self) -> usize {
        match &self.kind {
            Kind::Complete(f) => f.first.rank(),
            _ => self.rows().min(self.cols()),
        }
    }

    fn has_zero_pivot(&self) -> bool {
        let pivots = self.kind.pivots(&self.matrix);
        pivots.len() < self.cols() || pivots.iter().any(|p| p.0 == 0.0 || p.0.is_nan())
    }

    /// The estimated reciprocal condition number in the 1-norm, of R for rectangular matrices: computed when it is asked for.
    pub(super) fn estimate(&self) -> f64 {
        *self.rcond.get_or_init(|| match &self.kind {
            Kind::Complete(f) => {
                let (rank, least) = (f.first.rank(), self.rows().min(self.cols()));
                if rank < least || rank == 0 { 0.0 } else { f.rcond() }
            }
            Kind::Tall(f) | Kind::Wide(f) => f.rcond(),
            _ if self.has_zero_pivot() => 0.0,
            kind => {
                let n = self.cols();
                let by = |x: &mut [T], adjoint| {
                    let y = kind.solve(&self.matrix, x.to_vec(), adjoint);
                    x.copy_from_slice(&y);
                };
                let inverse = inverse_one_norm(n, |x| by(x, false), |x| by(x, true));
                rcond_from(n, self.matrix.one_norm(), inverse)
            }
        })
    }

    /// Whether there is reason to look at the condition: the factors are small, or their pivots differ much.
    fn is_suspicious(&self) -> bool {
        if self.nnz() < LARGE {
            return true;
        }
        let sizes = self.kind.pivots(&self.matrix).into_iter().map(|p| p.0);
        let (low, high) = sizes.fold((f64::INFINITY, 0.0f64), |(l, h), x| (l.min(x), h.max(x)));
        low.is_nan() || low < 1e-8 * high
    }

    fn singularity(&self) -> Option<Warning> {
        let pivots = self.kind.pivots(&self.matrix);
        if self.has_zero_pivot() {
            let matching = maximum_matching(&pattern(&self.matrix));
            if let Some(j) = matching.lonely_column() {
                return Some(Warning::Structural {
                    rank: matching.size(),
                    column: j + 1,
                    is_empty: self.matrix.col_nnz(j) == 0,
                });
            }
        }
        if !self.is_suspicious() || self.estimate() >= f64::EPSILON {
            return None;
        }
        let seen: Vec<usize> = pivots.iter().map(|p| p.1).collect();
        let missing = || {
            let mut is_there = vec![false; self.cols()];
            seen.iter().for_each(|&j| is_there[j] = true);
            is_there.iter().position(|x| !x)
        };
        let smallest = pivots.iter().min_by(|a, b| a.0.total_cmp(&b.0)).map(|p| p.1);
        let column = missing().or(smallest).unwrap_or(0) + 1;
        Some(Warning::Singular { rcond: self.estimate(), column })
    }

    /// Whether factors with small pivots fail to solve a system that is known to the last digit.
    fn is_unstable(&self) -> bool {
        if !matches!(self.kind, Kind::Lu(_) | Kind::Multifrontal(_) | Kind::Ldl(_))
            || self.has_zero_pivot()
        {
            return false;
        }
        let mut b = vec![T::ZERO; self.rows()];
        self.matrix.times_vector(&vec![T::ONE; self.cols()], &mut b);
        let (_, error) = self.refined(&b, false);
        error > ACCURATE || error.is_nan()
    }

    /// The factors by LU with partial pivoting, when they are better.
    fn with_largest_pivots(self) -> Result<Factorized<T>> {
        let order = match &self.analysis {
            Analysis::Lu(order) => order.clone(),
            _ => Arc::new(ColumnOrder::new(&self.matrix)?),
        };
        let pivoting = Pivoting { threshold: 1.0, diagonal: 1.0, ..Default::default() };
        let (method, kind, analysis) = by_lu(&self.matrix, order, pivoting);
        let rcond = OnceLock::new();
        Ok(Factorized { method, kind, analysis, rcond, ..self })
    }

    /// The determinant of a square matrix.
    pub(super) fn determinant(&self) -> Result<Determinant<T>> {
        self.matrix.require_square("det")?;
        let real = |list: Vec<f64>| list.into_iter().flat_map(|d| [T::of(d), T::of(d)]);
        let sign = |p: &[u32]| permutation_sign(&p.iter().map(|&i| i as usize).collect::<Vec<_>>());
        Ok(match &self.kind {
            Kind::Diagonal(d) => Determinant::of(1.0, d.iter().copied()),
            Kind::Triangular(f) => {
                let pivots = f.p.iter().zip(&f.q);
                let pivots = pivots.map(|(&i, &j)| self.matrix.get(i as usize, j as usize));
                Determinant::of(sign(&f.p) * sign(&f.q), pivots)
            }
            Kind::Band(f) => f.determinant(),
            Kind::Cholesky(f) => Determinant::of(1.0, real(f.pivots())),
            Kind::Ldl(f) => f.determinant(),
            Kind::Lu(f) => f.determinant(),
            Kind::Multifrontal(f) => f.determinant(),
            // Forced by the caller; LU has the sign at hand.
            Kind::Tall(_) | Kind::Wide(_) | Kind::Complete(_) if self.rank() == self.cols() => {
                let order = ColumnOrder::new(&self.matrix)?;
                Lu::new(&self.matrix, &order, Pivoting::default()).determinant()
            }
            _ => Determinant::of(0.0, std::iter::empty()),
        })
    }
}

#[cfg(test)]
#[path = "solve_tests.rs"]
mod tests;
