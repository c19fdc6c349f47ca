//! `A \ B`: the cheapest reliable way to solve, chosen by looking at A.
//!
//! | A | method | cost |
//! |---|---|---|
//! | diagonal, triangular, a triangular matrix with its rows permuted | substitution | n² per column |
//! | few diagonals that are not zero | LU within the band | n·width² |
//! | Hermitian with a positive diagonal | Cholesky, else the next | n³/3 |
//! | Hermitian | LDL' with Bunch and Kaufman's pivoting | n³/3 |
//! | square | LU with partial pivoting | 2n³/3 |
//! | tall | Householder QR with scaled columns, least squares, refined when ill-conditioned | 2mn² |
//! | wide | QR of A', the solution of least norm | 2m²n |
//! | rank-deficient, or singular to working precision | complete orthogonal decomposition | 4mn² |
//!
//! Reference: Golub & Van Loan (2013), chapters 3 to 5; the order of the tests is MATLAB's. As in
//! Octave, a square matrix whose reciprocal condition number is below ε gives a warning and the
//! least-squares solution of least norm. The estimate is Hager and Higham's (`condition.rs`).

use super::band::BandLu;
use super::chol::{PackedChol, Triangle, try_chol};
use super::complete::Complete;
use super::determinant::Determinant;
use super::factors::Factors;
use super::field::Field;
use super::ldl::PackedLdl;
use super::least_squares::LeastSquares;
use super::lu::PackedLu;
use super::structure::{Structure, permutation_sign, structure};
use super::triangle::{Part, substitute, substitute_adjoint, triangular_rcond};
use crate::error::{Error, Result, Shape};
use crate::linalg::{Dense, Scalar};

/// How a system is solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Division by a number.
    Scalar,
    /// Division by the diagonal.
    Diagonal,
    /// Back substitution, after a permutation of the rows where there is one.
    Upper,
    /// Forward substitution, after a permutation of the rows where there is one.
    Lower,
    /// LU within the band.
    Band,
    /// Cholesky.
    Cholesky,
    /// LDL' of a Hermitian matrix that is not definite.
    Ldl,
    /// LU with partial pivoting.
    Lu,
    /// Least squares by QR.
    Qr,
    /// The solution of least norm of an underdetermined system, by QR of the transpose.
    LeastNorm,
    /// The least-squares solution of least norm, by a complete orthogonal decomposition.
    CompleteOrthogonal,
}

/// Why a solution deserves little trust.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Warning {
    /// A square matrix is singular, to working precision when `rcond` is not 0.
    Singular {
        /// The estimate of 1/(‖A‖₁‖A⁻¹‖₁).
        rcond: f64,
        /// The smallest pivot of the elimination, from 1.
        pivot: usize,
    },
    /// A rectangular matrix does not have full rank.
    RankDeficient {
        /// Its numerical rank.
        rank: usize,
    },
}

/// What `A \ B` gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution<T> {
    /// n×k for A m×n and B m×k.
    pub x: Dense<T>,
    /// The estimated reciprocal condition number in the 1-norm, of R for a tall or wide matrix.
    pub rcond: f64,
    /// How it was found.
    pub method: Method,
    /// What the caller should be told.
    pub warning: Option<Warning>,
}

/// A matrix factored once, to be used for many right-hand sides.
#[derive(Debug, Clone)]
pub struct Factorized<T: Scalar> {
    /// Number of rows of A.
    pub rows: usize,
    /// Number of columns of A.
    pub cols: usize,
    /// The reciprocal condition number, as in [`Solution`].
    pub rcond: f64,
    /// How systems are solved.
    pub method: Method,
    /// What the caller should be told.
    pub warning: Option<Warning>,
    pub(super) kind: Kind<T>,
}

/// What is stored of the factors.
#[derive(Debug, Clone)]
pub(super) enum Kind<T: Scalar> {
    Diagonal(Vec<T>),
    /// The triangular matrix with its rows in order, and where they came from.
    Triangular {
        matrix: Dense<T>,
        rows: Option<Vec<usize>>,
        upper: bool,
    },
    Band(BandLu<T>),
    Cholesky(PackedChol<T>),
    Ldl(PackedLdl<T>),
    Lu(PackedLu<T>),
    Tall(LeastSquares<T>),
    /// Of A'.
    Wide(LeastSquares<T>),
    Complete(Complete<T>),
}

/// Solves `A*X = B`, in the least-squares sense where there is no or no unique solution.
///
/// A 1×1 matrix A divides every entry of B. Errors: [`Error::Shapes`], [`Error::NonFinite`].
///
/// ```
/// use matfac::{Matrix, factor::solve};
/// let a = Matrix::from_rows(&[&[1.0, 1.0], &[1.0, 0.0], &[0.0, 1.0]]);
/// let s = solve(&a, &Matrix::column_vector(vec![1.0, 2.0, 3.0])).unwrap();
/// assert!((s.x[(0, 0)] - 2.0 / 3.0).abs() < 1e-15 && (s.x[(1, 0)] - 5.0 / 3.0).abs() < 1e-15);
/// ```
pub fn solve<T: Field>(a: &Dense<T>, b: &Dense<T>) -> Result<Solution<T>> {
    if a.len() == 1 {
        let divisor = a.as_slice()[0];
        let is_zero = divisor == T::ZERO;
        let warning = is_zero.then_some(Warning::Singular { rcond: 0.0, pivot: 1 });
        let rcond = if is_zero { 0.0 } else { 1.0 };
        let x = b.map(|v| v.over(divisor));
        return Ok(Solution { x, rcond, method: Method::Scalar, warning });
    }
    if a.rows() != b.rows() {
        return Err(rows_differ(a.shape(), b.shape()));
    }
    let f = factorize(a)?;
    if f.warning.is_some() && (f64::MIN_POSITIVE * f64::EPSILON..TINY).contains(&a.largest()) {
        // Its inverse overflows: in larger units it may be regular.
        const UNIT: f64 = 1.0 / TINY;
        let mut s = solve(&a.map(|x| x.scaled(UNIT)), b)?;
        s.x.as_mut_slice().iter_mut().for_each(|x| *x = x.scaled(UNIT));
        return Ok(s);
    }
    let x = f.solve(b)?;
    Ok(Solution { x, rcond: f.rcond, method: f.method, warning: f.warning })
}

/// 2^-960: matrices whose entries are all smaller have inverses near the overflow threshold.
const TINY: f64 = f64::from_bits(0x03F0_0000_0000_0000);

/// `B / A`, the solution of `X*A = B`.
pub fn right_divide<T: Field>(b: &Dense<T>, a: &Dense<T>) -> Result<Solution<T>> {
    if a.len() == 1 {
        return solve(a, b);
    }
    if a.cols() != b.cols() {
        let hint = "both must have as many columns".to_string();
        let (left, right) = (b.shape(), a.shape());
        return Err(Error::Shapes { operation: "divide", left, right, hint: Some(hint) });
    }
    let mut s = solve(&a.transposed(), &b.transposed())?;
    s.x = s.x.transposed();
    Ok(s)
}

pub(super) fn rows_differ(a: Shape, b: Shape) -> Error {
    let hint = if a.0 == b.1 && (b.0 == 1 || b.1 == 1) {
        format!("transpose the right-hand side: A \\ b' works, with b' {}×{}", b.1, b.0)
    } else {
        format!("both must have as many rows: {} and {} differ", a.0, b.0)
    };
    Error::Shapes { operation: "solve", left: a, right: b, hint: Some(hint) }
}

/// Looks at A and factors it.
///
/// Errors: [`Error::NonFinite`].
///
/// ```
/// use matfac::{Matrix, factor::{factorize, solve::Method}};
/// let f = factorize(&Matrix::from_rows(&[&[2.0, 1.0], &[1.0, 3.0]])).unwrap();
/// assert_eq!(f.method, Method::Cholesky);
/// assert_eq!(f.det().unwrap().round(), 5.0);
/// ```
pub fn factorize<T: Field>(a: &Dense<T>) -> Result<Factorized<T>> {
    T::factorize(a, None)
}

/// Factors A by a method of the caller's choice: Cholesky, LDL', LU, QR or complete orthogonal; with another method, as
/// [`factorize`] does.
///
/// Errors: [`Error::NonFinite`]; [`Error::NotSquare`] where the method needs a square matrix, [`Error::Argument`] where
/// LDL' is given one that is not Hermitian, [`Error::NotPositiveDefinite`]. Cholesky reads the lower triangle.
pub fn factorize_by<T: Field>(a: &Dense<T>, method: Method) -> Result<Factorized<T>> {
    T::factorize(a, Some(method))
}

pub(super) fn decompose<T: Field>(a: &Dense<T>, method: Option<Method>) -> Result<Factorized<T>> {
    a.require_finite("A \\ b")?;
    let (m, n) = (a.rows(), a.cols());
    let (method, kind) = match method {
        Some(method @ (Method::Cholesky | Method::Ldl | Method::Lu)) => {
            (method, square_by(a, method)?)
        }
        Some(Method::Qr | Method::LeastNorm) => qr(a),
        Some(Method::CompleteOrthogonal) => return Ok(complete(a, None)),
        _ if m != n => return Ok(rectangular(a)),
        _ => {
            let (method, kind) = square(a)?;
            let rcond = kind.rcond(a);
            let mut warning = None;
            if n > 0 && rcond < f64::EPSILON {
                warning = Some(Warning::Singular { rcond, pivot: kind.smallest_pivot() });
                // Substitution is accurate row by row, whatever the condition; a zero pivot ends it.
                if !kind.is_regular_triangle() {
                    return Ok(Factorized { rcond, warning, ..complete(a, None) });
                }
            }
            return Ok(Factorized { rows: m, cols: n, rcond, method, warning, kind });
        }
    };
    let rcond = kind.rcond(a);
    let is_singular = n > 0 && rcond < f64::EPSILON;
    let pivot = kind.smallest_pivot();
    let warning = is_singular.then_some(Warning::Singular { rcond, pivot });
    Ok(Factorized { rows: m, cols: n, rcond, method, warning, kind })
}

fn square_by<T: Field>(a: &Dense<T>, method: Method) -> Result<Kind<T>> {
    a.require_square("factorize")?;
    match method {
        Method::Lu => return Ok(Kind::Lu(PackedLu::new(a))),
        Method::Ldl => return Ok(Kind::Ldl(PackedLdl::new(a)?)),
        _ => {}
    }
    match PackedChol::new(a.clone()) {
        Some(f) => Ok(Kind::Cholesky(f)),
        // Again, for the pivot that failed.
        None => match try_chol(a, Triangle::Lower)?.failure {
            Some((pivot, value)) => Err(Error::NotPositiveDefinite { pivot, value }),
            None => Err(Error::NoConvergence { operation: "chol" }),
        },
    }
}

/// The factorization of a square matrix, without the fall-back for singular ones.
fn square<T: Scalar>(a: &Dense<T>) -> Result<(Method, Kind<T>)> {
    let n = a.cols();
    match structure(a) {
        Structure::Diagonal => {
            let diagonal = (0..n).map(|i| a[(i, i)]).collect();
            return Ok((Method::Diagonal, Kind::Diagonal(diagonal)));
        }
        Structure::Triangular { upper, rows } => {
            let matrix = match &rows {
                Some(rows) => Dense::from_fn(n, n, |i, j| a[(rows[i], j)]),
                None => a.clone(),
            };
            let method = if upper { Method::Upper } else { Method::Lower };
            return Ok((method, Kind::Triangular { matrix, rows, upper }));
        }
        Structure::Banded { below, above } => {
            return Ok((Method::Band, Kind::Band(BandLu::new(a, below, above))));
        }
        Structure::Dense => {}
    }
    if a.is_hermitian() {
        if (0..n).all(|i| a[(i, i)].real_part() > 0.0)
            && let Some(f) = PackedChol::new(a.clone())
        {
            return Ok((Method::Cholesky, Kind::Cholesky(f)));
        }
        return Ok((Method::Ldl, Kind::Ldl(PackedLdl::new(a)?)));
    }
    Ok((Method::Lu, Kind::Lu(PackedLu::new(a))))
}

/// R counts as ill-conditioned from here on, and its rank is then decided with pivoting.
const DOUBTFUL: f64 = 1e-13;

fn qr<T: Scalar>(a: &Dense<T>) -> (Method, Kind<T>) {
    if a.rows() >= a.cols() {
        (Method::Qr, Kind::Tall(LeastSquares::new(a.clone())))
    } else {
        (Method::LeastNorm, Kind::Wide(LeastSquares::new(a.adjoint())))
    }
}

fn rectangular<T: Scalar>(a: &Dense<T>) -> Factorized<T> {
    let (m, n) = (a.rows(), a.cols());
    let (method, kind) = qr(a);
    let rcond = kind.rcond(a);
    if m.min(n) > 0 && rcond < DOUBTFUL {
        let f = complete(a, None);
        if f.warning.is_some() || m < n {
            return Factorized { rcond, ..f };
        }
    }
    Factorized { rows: m, cols: n, rcond, method, warning: None, kind }
}

fn complete<T: Scalar>(a: &Dense<T>, tol: Option<f64>) -> Factorized<T> {
    let (m, n) = (a.rows(), a.cols());
    let f = Complete::new(a, tol);
    let rank = f.rank;
    let warning = (rank < m.min(n)).then_some(Warning::RankDeficient { rank });
    let (method, kind) = (Method::CompleteOrthogonal, Kind::Complete(f));
    Factorized { rows: m, cols: n, rcond: 0.0, method, warning, kind }
}

/// The least-squares solution of least norm, where columns that the others explain up to `tol` (relative to the
/// largest) count as dependent.
pub fn solve_with_tolerance<T: Field>(a: &Dense<T>, b: &Dense<T>, tol: f64) -> Result<Dense<T>> {
    T::solve_with_tolerance(a, b, tol)
}

pub(super) fn by_tolerance<T: Field>(a: &Dense<T>, b: &Dense<T>, tol: f64) -> Result<Dense<T>> {
    a.require_finite("lstsq")?;
    complete(a, Some(tol)).solve(b)
}

/// Where the number of smallest modulus stands, from 1.
fn smallest<T: Scalar>(pivots: impl Iterator<Item = T>) -> usize {
    let sizes = pivots.map(|x| x.modulus()).enumerate();
    sizes.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(1, |(i, _)| i + 1)
}

impl<T: Scalar> Kind<T> {
    /// Whether it is a triangle (or a diagonal) without a zero on its diagonal.
    fn is_regular_triangle(&self) -> bool {
        match self {
            Kind::Diagonal(d) => d.iter().all(|&x| x != T::ZERO),
            Kind::Triangular { matrix, .. } => {
                (0..matrix.cols()).all(|i| matrix[(i, i)] != T::ZERO)
            }
            _ => false,
        }
    }

    /// Which pivot of the square matrix A is the smallest, from 1.
    fn smallest_pivot(&self) -> usize {
        let of = |a: &Dense<T>| smallest((0..a.cols()).map(|i| a[(i, i)]));
        match self {
            Kind::Diagonal(d) => smallest(d.iter().copied()),
            Kind::Triangular { matrix, .. } => of(matrix),
            Kind::Band(f) => smallest(f.pivots()),
            Kind::Cholesky(f) => of(&f.l),
            Kind::Ldl(f) => f.smallest_pivot(),
            Kind::Lu(f) => of(&f.lu),
            Kind::Tall(f) | Kind::Wide(f) => of(&f.reflectors.qr),
            Kind::Complete(f) => f.rank + 1,
        }
    }

    /// The reciprocal condition number of the square matrix A, or of R with scaled columns.
    fn rcond(&self, a: &Dense<T>) -> f64 {
        match self {
            Kind::Diagonal(d) => {
                let sizes = d.iter().map(|x| x.modulus());
                let (low, high) =
                    sizes.fold((f64::INFINITY, 0.0f64), |(l, h), x| (l.min(x), h.max(x)));
                if d.is_empty() {
                    f64::INFINITY
                } else if low == 0.0 {
                    0.0
                } else {
                    low / high
                }
            }
            Kind::Triangular { matrix, upper, .. } => {
                let part = if *upper { Part::Upper } else { Part::Lower };
                triangular_rcond(matrix.view(), a.one_norm(), part)
            }
            Kind::Band(f) => f.rcond(),
            Kind::Cholesky(f) => f.rcond(),
            Kind::Ldl(f) => f.rcond(),
            Kind::Lu(f) => f.rcond(),
            Kind::Tall(f) | Kind::Wide(f) => f.rcond,
            Kind::Complete(_) => 0.0,
        }
    }
}

impl<T: Field> Factorized<T> {
    /// `A \ B` with the stored factors.
    pub fn solve(&self, b: &Dense<T>) -> Result<Dense<T>> {
        T::solve(self, b, false)
    }

    /// `A' \ B` with the stored factors: `B / A` is the conjugate transpose of `A' \ B'`.
    pub fn solve_adjoint(&self, b: &Dense<T>) -> Result<Dense<T>> {
        T::solve(self, b, true)
    }

    /// The factors, written out.
    ///
    /// ```
    /// use matfac::{Matrix, factor::{Factors, factorize}};
    /// let a = Matrix::from_rows(&[&[2.0, 1.0], &[4.0, 4.0]]);
    /// let Factors::Lu { u, p, .. } = factorize(&a).unwrap().factors().unwrap() else { panic!() };
    /// assert_eq!((u[(0, 0)], u[(1, 1)], p), (4.0, -1.0, vec![1, 0]));
    /// ```
    pub fn factors(&self) -> Result<Factors<T>> {
        T::factors(self)
    }

    /// det A of a square matrix: 0 when it is singular to working precision.
    pub fn det(&self) -> Result<T> {
        Ok(T::factorized_determinant(self)?.value())
    }

    /// log |det A|, and the number of modulus 1 with which |det A| is det A.
    pub fn logdet(&self) -> Result<(f64, T)> {
        Ok(T::factorized_determinant(self)?.log())
    }

    /// The numerical rank.
    pub fn rank(&self) -> usize {
        match &self.kind {
            Kind::Complete(f) => f.rank,
            _ => self.rows.min(self.cols),
        }
    }
}

impl<T: Scalar> Factorized<T> {
    pub(super) fn substitute(&self, b: &Dense<T>, adjoint: bool) -> Result<Dense<T>> {
        let rows = if adjoint { self.cols } else { self.rows };
        if b.rows() != rows {
            let hint = format!("the right-hand side needs {rows} rows");
            let left = Shape(self.rows, self.cols);
            let right = b.shape();
            return Err(Error::Shapes { operation: "solve", left, right, hint: Some(hint) });
        }
        b.require_finite("A \\ b")?;
        let mut x = b.clone();
        match &self.kind {
            Kind::Diagonal(d) => {
                for j in 0..x.cols() {
                    let pairs = x.col_mut(j).iter_mut().zip(d);
                    pairs.for_each(|(x, d)| *x = x.over(if adjoint { d.conjugate() } else { *d }));
                }
            }
            Kind::Triangular { matrix, rows, upper } => {
                let part = if *upper { Part::Upper } else { Part::Lower };
                match rows {
                    None if adjoint => substitute_adjoint(matrix.view(), part, x.view_mut()),
                    None => substitute(matrix.view(), part, x.view_mut()),
                    Some(p) if adjoint => {
                        substitute_adjoint(matrix.view(), part, x.view_mut());
                        let y = x.clone();
                        for j in 0..x.cols() {
                            p.iter().enumerate().for_each(|(i, &k)| x[(k, j)] = y[(i, j)]);
                        }
                    }
                    Some(p) => {
                        x = Dense::from_fn(b.rows(), b.cols(), |i, j| b[(p[i], j)]);
                        substitute(matrix.view(), part, x.view_mut());
                    }
                }
            }
            Kind::Band(f) if adjoint => f.solve_adjoint_in_place(x.view_mut()),
            Kind::Band(f) => f.solve_in_place(x.view_mut()),
            Kind::Cholesky(f) => f.solve_in_place(x.view_mut()),
            Kind::Ldl(f) => f.solve_in_place(x.view_mut()),
            Kind::Lu(f) if adjoint => f.solve_adjoint_in_place(x.view_mut()),
            Kind::Lu(f) => f.solve_in_place(x.view_mut()),
            Kind::Tall(f) if adjoint => return f.least_norm(b),
            Kind::Wide(f) if adjoint => return f.solve(b),
            Kind::Tall(f) => return f.solve(b),
            Kind::Wide(f) => return f.least_norm(b),
            Kind::Complete(f) if adjoint => return f.solve_adjoint(b),
            Kind::Complete(f) => return f.solve(b),
        }
        Ok(x)
    }

    pub(super) fn determinant(&self) -> Result<Determinant<T>> {
        if self.rows != self.cols {
            let shape = Shape(self.rows, self.cols);
            return Err(Error::NotSquare { operation: "det", shape });
        }
        let diagonal = |a: &Dense<T>| (0..a.cols()).map(|i| a[(i, i)]).collect::<Vec<T>>();
        Ok(match &self.kind {
            Kind::Diagonal(d) => Determinant::of(1.0, d.iter().copied()),
            Kind::Triangular { matrix, rows, .. } => {
                let sign = rows.as_deref().map_or(1.0, permutation_sign);
                Determinant::of(sign, diagonal(matrix).into_iter())
            }
            Kind::Band(f) => f.determinant(),
            Kind::Cholesky(f) => {
                Determinant::of(1.0, diagonal(&f.l).into_iter().flat_map(|x| [x, x]))
            }
            Kind::Ldl(f) => f.determinant(),
            Kind::Lu(f) => Determinant::of(f.sign, f.pivots()),
            Kind::Tall(f) | Kind::Wide(f) => f.determinant(),
            Kind::Complete(_) => Determinant::of(0.0, std::iter::empty()),
        })
    }
}

#[cfg(test)]
#[path = "solve_tests.rs"]
mod tests;
