//! `A \ B`: the cheapest reliable way to solve, chosen by looking at A.
//!
//! | A | method | cost |
//! |---|---|---|
//! | diagonal, triangular, a triangular matrix with its rows permuted | substitution | n² per column |
//! | symmetric with a positive diagonal | Cholesky, else the next | n³/3 |
//! | square | LU with partial pivoting | 2n³/3 |
//! | tall | Householder QR, least squares | 2mn² |
//! | wide | QR of A', the solution of least norm | 2m²n |
//! | rank-deficient, or singular to working precision | complete orthogonal decomposition | 4mn² |
//!
//! Reference: Golub & Van Loan (2013), chapters 3 to 5; the order of the tests is MATLAB's. As in
//! Octave, a square matrix whose reciprocal condition number is below ε gives a warning and the
//! least-squares solution of least norm. The estimate is Hager and Higham's ([`super::condition`]).

use super::chol::{PackedChol, is_symmetric};
use super::condition::{inverse_one_norm, rcond_from};
use super::lu::PackedLu;
use super::qr::Reflectors;
use super::structure::{Structure, permutation_sign, structure};
use crate::error::{Error, Result};
use crate::linalg::norm::one_norm;
use crate::linalg::par::{Op, order, par};
use crate::linalg::simd::Clean;
use crate::linalg::{Matrix, product};
use faer::linalg::triangular_solve as triangular;
use faer::{MatMut, MatRef};

/// How a system was solved.
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
    /// Cholesky.
    Cholesky,
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
pub struct Solution {
    /// n×k for A m×n and B m×k.
    pub x: Matrix,
    /// The estimated reciprocal condition number in the 1-norm, of R for a tall or wide matrix.
    pub rcond: f64,
    /// How it was found.
    pub method: Method,
    /// What the caller should be told.
    pub warning: Option<Warning>,
}

/// A matrix factored once, to be used for many right-hand sides.
#[derive(Debug, Clone)]
pub struct Factorized {
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
    pub(super) kind: Kind,
}

/// What is stored of the factors.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Diagonal(Vec<f64>),
    /// The triangular matrix with its rows in order, and where they came from.
    Triangular {
        matrix: Matrix,
        rows: Option<Vec<usize>>,
        upper: bool,
    },
    Cholesky(PackedChol),
    Lu(PackedLu),
    Tall(Reflectors),
    Wide(Reflectors),
    Complete {
        outer: Reflectors,
        inner: Reflectors,
        rank: usize,
    },
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
pub fn solve(a: &Matrix, b: &Matrix) -> Result<Solution> {
    if a.len() == 1 {
        let divisor = a.as_slice()[0];
        let warning = (divisor == 0.0).then_some(Warning::Singular { rcond: 0.0, pivot: 1 });
        let rcond = if divisor == 0.0 { 0.0 } else { 1.0 };
        let x = b.map(|v| v / divisor);
        return Ok(Solution { x, rcond, method: Method::Scalar, warning });
    }
    check_rows(a, b)?;
    let f = factorize(a)?;
    let x = f.solve(b)?;
    Ok(Solution { x, rcond: f.rcond, method: f.method, warning: f.warning })
}

/// `B / A`, the solution of `X*A = B`.
pub fn right_divide(b: &Matrix, a: &Matrix) -> Result<Solution> {
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

fn check_rows(a: &Matrix, b: &Matrix) -> Result<()> {
    if a.rows() == b.rows() {
        return Ok(());
    }
    let hint = if a.rows() == b.cols() && b.is_vector() {
        format!("transpose the right-hand side: A \\ b' works, with b' {}×{}", b.cols(), b.rows())
    } else {
        format!("both must have as many rows: {} and {} differ", a.rows(), b.rows())
    };
    let (left, right) = (a.shape(), b.shape());
    Err(Error::Shapes { operation: "solve", left, right, hint: Some(hint) })
}

/// Looks at A and factors it.
///
/// Errors: [`Error::NonFinite`].
pub fn factorize(a: &Matrix) -> Result<Factorized> {
    a.require_finite("A \\ b")?;
    let (m, n) = (a.rows(), a.cols());
    if m != n {
        return Ok(rectangular(a));
    }
    let (method, kind) = square(a)?;
    let rcond = kind.rcond(a);
    if n > 0 && rcond < f64::EPSILON {
        let mut f = complete(a);
        f.rcond = rcond;
        f.warning = Some(Warning::Singular { rcond, pivot: kind.smallest_pivot() });
        return Ok(f);
    }
    Ok(Factorized { rows: m, cols: n, rcond, method, warning: None, kind })
}

/// The factorization of a square matrix, without the fall-back for singular ones.
fn square(a: &Matrix) -> Result<(Method, Kind)> {
    let n = a.cols();
    match structure(a) {
        Structure::Diagonal => {
            let diagonal = (0..n).map(|i| a[(i, i)]).collect();
            return Ok((Method::Diagonal, Kind::Diagonal(diagonal)));
        }
        Structure::Triangular { upper, rows } => {
            let matrix = match &rows {
                Some(rows) => Matrix::from_fn(n, n, |i, j| a[(rows[i], j)]),
                None => a.clone(),
            };
            let method = if upper { Method::Upper } else { Method::Lower };
            return Ok((method, Kind::Triangular { matrix, rows, upper }));
        }
        Structure::Dense => {}
    }
    if (0..n).all(|i| a[(i, i)] > 0.0)
        && is_symmetric(a)
        && let Some(f) = PackedChol::new(a.clone())
    {
        return Ok((Method::Cholesky, Kind::Cholesky(f)));
    }
    Ok((Method::Lu, Kind::Lu(PackedLu::new(a.clone())?)))
}

/// R counts as ill-conditioned from here on, and its rank is then decided with pivoting.
const DOUBTFUL: f64 = 1e-13;

fn rectangular(a: &Matrix) -> Factorized {
    let (m, n) = (a.rows(), a.cols());
    let (method, kind) = if m > n {
        (Method::Qr, Kind::Tall(Reflectors::new(a.clone(), false)))
    } else {
        (Method::LeastNorm, Kind::Wide(Reflectors::new(a.transposed(), false)))
    };
    let rcond = kind.rcond(a);
    if m.min(n) > 0 && rcond < DOUBTFUL {
        let f = complete(a);
        if f.warning.is_some() || m < n {
            return Factorized { rcond, ..f };
        }
    }
    Factorized { rows: m, cols: n, rcond, method, warning: None, kind }
}

/// `A*P = Q*[R; 0]`, `R' = Z*[S; 0]`: solves least squares with least norm at any rank.
fn complete(a: &Matrix) -> Factorized {
    let (m, n) = (a.rows(), a.cols());
    let outer = Reflectors::new(a.clone(), true);
    let rank = outer.rank(m.max(n) as f64 * f64::EPSILON);
    let transposed = Matrix::from_fn(n, rank, |j, i| if j >= i { outer.qr[(i, j)] } else { 0.0 });
    let inner = Reflectors::new(transposed, false);
    let warning = (rank < m.min(n)).then_some(Warning::RankDeficient { rank });
    let kind = Kind::Complete { outer, inner, rank };
    Factorized { rows: m, cols: n, rcond: 0.0, method: Method::CompleteOrthogonal, warning, kind }
}

/// Where the number of smallest magnitude stands, from 1.
fn smallest(pivots: impl Iterator<Item = f64>) -> usize {
    let by_size = |a: &(usize, f64), b: &(usize, f64)| a.1.abs().total_cmp(&b.1.abs());
    pivots.enumerate().min_by(by_size).map_or(1, |(i, _)| i + 1)
}

impl Kind {
    /// Which pivot of the square matrix A is the smallest, from 1.
    fn smallest_pivot(&self) -> usize {
        let of = |a: &Matrix| smallest((0..a.cols()).map(|i| a[(i, i)]));
        match self {
            Kind::Diagonal(d) => smallest(d.iter().copied()),
            Kind::Triangular { matrix, .. } => of(matrix),
            Kind::Cholesky(f) => of(&f.l),
            Kind::Lu(f) => of(&f.lu),
            Kind::Tall(_) | Kind::Wide(_) | Kind::Complete { .. } => 1,
        }
    }

    /// The reciprocal condition number of the square matrix A, or of R.
    fn rcond(&self, a: &Matrix) -> f64 {
        match self {
            Kind::Diagonal(d) => {
                let sizes = d.iter().map(|x| x.abs());
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
                triangular_rcond(matrix.view(), one_norm(a), *upper)
            }
            Kind::Cholesky(f) => f.rcond(),
            Kind::Lu(f) => f.rcond(),
            Kind::Tall(f) | Kind::Wide(f) => {
                let n = f.qr.cols();
                let norm = (0..n).map(|j| f.qr.col(j)[..=j].iter().map(|x| x.abs()).sum());
                let norm = norm.fold(0.0, f64::max);
                triangular_rcond(f.qr.view().subrows(0, n), norm, true)
            }
            Kind::Complete { .. } => 0.0,
        }
    }
}

fn triangular_rcond(t: MatRef<'_, f64>, norm: f64, upper: bool) -> f64 {
    let n = t.ncols();
    if (0..n).any(|i| t[(i, i)] == 0.0) {
        return 0.0;
    }
    let inverse = inverse_one_norm(
        n,
        |x| substitute(t, upper, MatMut::from_column_major_slice_mut(x, n, 1)),
        |x| substitute(t.transpose(), !upper, MatMut::from_column_major_slice_mut(x, n, 1)),
    );
    rcond_from(n, norm, inverse)
}

fn substitute(t: MatRef<'_, f64>, upper: bool, x: MatMut<'_, f64>) {
    let _clean = Clean;
    let threads = par(Op::Product, order(&[t.ncols(), t.ncols(), x.ncols()]));
    if upper {
        triangular::solve_upper_triangular_in_place(t, x, threads);
    } else {
        triangular::solve_lower_triangular_in_place(t, x, threads);
    }
}

/// The first `count` rows.
fn top(b: &Matrix, count: usize) -> Matrix {
    Matrix::from_view(b.view().subrows(0, count))
}

/// B with zero rows appended up to `rows`.
fn padded(b: &Matrix, rows: usize) -> Result<Matrix> {
    let mut x = product::zeros(rows, b.cols())?;
    for j in 0..b.cols() {
        x.col_mut(j)[..b.rows()].copy_from_slice(b.col(j));
    }
    Ok(x)
}

impl Factorized {
    /// `A \ B` with the stored factors.
    pub fn solve(&self, b: &Matrix) -> Result<Matrix> {
        if b.rows() != self.rows {
            let hint = format!("the right-hand side needs {} rows", self.rows);
            let left = crate::error::Shape(self.rows, self.cols);
            return Err(Error::Shapes {
                operation: "solve",
                left,
                right: b.shape(),
                hint: Some(hint),
            });
        }
        b.require_finite("A \\ b")?;
        Ok(match &self.kind {
            Kind::Diagonal(d) => {
                let mut x = b.clone();
                for j in 0..x.cols() {
                    x.col_mut(j).iter_mut().zip(d).for_each(|(x, d)| *x /= d);
                }
                x
            }
            Kind::Triangular { matrix, rows, upper } => {
                let mut x = match rows {
                    Some(p) => Matrix::from_fn(b.rows(), b.cols(), |i, j| b[(p[i], j)]),
                    None => b.clone(),
                };
                substitute(matrix.view(), *upper, x.view_mut());
                x
            }
            Kind::Cholesky(f) => f.solve(b),
            Kind::Lu(f) => f.solve(b),
            Kind::Tall(f) => {
                let mut y = b.clone();
                f.apply(&mut y, true);
                let mut x = top(&y, self.cols);
                substitute(f.qr.view().subrows(0, self.cols), true, x.view_mut());
                x
            }
            Kind::Wide(f) => {
                let mut y = b.clone();
                let r = f.qr.view().subrows(0, self.rows);
                substitute(r.transpose(), false, y.view_mut());
                let mut x = padded(&y, self.cols)?;
                f.apply(&mut x, false);
                x
            }
            Kind::Complete { outer, inner, rank } => {
                let mut y = b.clone();
                outer.apply(&mut y, true);
                let mut y = top(&y, *rank);
                let s = inner.qr.view().subrows(0, *rank);
                substitute(s.transpose(), false, y.view_mut());
                let mut z = padded(&y, self.cols)?;
                inner.apply(&mut z, false);
                let mut x = product::zeros(self.cols, b.cols())?;
                let p = outer.p.as_deref().unwrap_or_default();
                for j in 0..x.cols() {
                    p.iter().enumerate().for_each(|(i, &k)| x[(k, j)] = z[(i, j)]);
                }
                x
            }
        })
    }

    /// det A, for a square matrix: 0 when it is singular to working precision.
    pub fn det(&self) -> Result<f64> {
        if self.rows != self.cols {
            let shape = crate::error::Shape(self.rows, self.cols);
            return Err(Error::NotSquare { operation: "det", shape });
        }
        Ok(match &self.kind {
            Kind::Diagonal(d) => d.iter().product(),
            Kind::Triangular { matrix, rows, .. } => {
                let product: f64 = (0..self.cols).map(|i| matrix[(i, i)]).product();
                product * rows.as_deref().map_or(1.0, permutation_sign)
            }
            Kind::Cholesky(f) => f.det(),
            Kind::Lu(f) => f.det(),
            Kind::Tall(_) | Kind::Wide(_) | Kind::Complete { .. } => 0.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{assert_close, random};
    use super::*;
    use crate::linalg::product::{gram, multiply, multiply_with};

    fn check(a: &Matrix, method: Method, tol: f64) {
        let x = random(a.cols(), 3, 77);
        let s = solve(a, &multiply(a, &x).unwrap()).unwrap();
        assert_eq!((s.method, s.warning), (method, None));
        assert_close(&s.x, &x, tol);
    }

    #[test]
    fn the_structure_chooses_the_method() {
        for n in [2, 3, 20, 150] {
            let dense = random(n, n, 3);
            let upper = Matrix::from_fn(n, n, |i, j| match i.cmp(&j) {
                std::cmp::Ordering::Less => dense[(i, j)] / n as f64,
                std::cmp::Ordering::Equal => 2.0,
                std::cmp::Ordering::Greater => 0.0,
            });
            let turned = Matrix::from_fn(n, n, |i, j| upper[((i + 1) % n, j)]);
            let mut definite = gram(&dense).unwrap();
            (0..n).for_each(|i| definite[(i, i)] += 1.0);
            let diagonal = Matrix::from_fn(n, n, |i, j| if i == j { 1.0 + i as f64 } else { 0.0 });
            check(&diagonal, Method::Diagonal, 1e-14);
            check(&upper, Method::Upper, 1e-10);
            check(&upper.transposed(), Method::Lower, 1e-10);
            check(&turned, Method::Upper, 1e-10);
            let lower = upper.transposed();
            let turned = Matrix::from_fn(n, n, |i, j| lower[((i + 1) % n, j)]);
            check(&turned, Method::Lower, 1e-10);
            check(&definite, Method::Cholesky, 1e-9);
            definite[(0, 0)] = -1.0;
            check(&definite, Method::Lu, 1e-8);
            check(&dense, Method::Lu, 1e-9);
            check(&random(n + 5, n, 4), Method::Qr, 1e-10);
        }
    }

    #[test]
    fn least_squares_examples() {
        let a = Matrix::from_rows(&[&[1.0, 1.0], &[1.0, 0.0], &[0.0, 1.0]]);
        let b = Matrix::column_vector(vec![1.0, 2.0, 3.0]);
        let s = solve(&a, &b).unwrap();
        assert_close(&s.x, &Matrix::column_vector(vec![2.0 / 3.0, 5.0 / 3.0]), 1e-14);
        let fit = multiply(&a, &s.x).unwrap();
        let residual: f64 =
            fit.as_slice().iter().zip(b.as_slice()).map(|(x, y)| (x - y).powi(2)).sum();
        assert!((residual - 16.0 / 3.0).abs() < 1e-13);

        let deficient = Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 4.0], &[3.0, 6.0]]);
        let s = solve(&deficient, &b).unwrap();
        assert_eq!(s.warning, Some(Warning::RankDeficient { rank: 1 }));
        assert_close(&s.x, &Matrix::column_vector(vec![0.2, 0.4]), 1e-14);
    }

    #[test]
    fn squaring_the_condition_loses_everything_and_says_so() {
        let e = 1e-8;
        let a = Matrix::from_rows(&[&[1.0, 1.0], &[e, 0.0], &[0.0, e]]);
        let b = multiply(&a, &Matrix::column_vector(vec![1.0, 1.0])).unwrap();
        let s = solve(&a, &b).unwrap();
        assert_close(&s.x, &Matrix::column_vector(vec![1.0, 1.0]), 1e-7);
        assert_eq!(s.warning, None);
        let normal = solve(&gram(&a).unwrap(), &multiply_with(&a, true, &b, false).unwrap());
        assert!(matches!(normal.unwrap().warning, Some(Warning::Singular { .. })));
    }

    #[test]
    fn singular_square_systems_get_the_least_norm_solution() {
        let a = Matrix::from_rows(&[&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], &[7.0, 8.0, 9.0]]);
        let b = Matrix::column_vector(vec![6.0, 15.0, 24.0]);
        let s = solve(&a, &b).unwrap();
        assert!(matches!(s.warning, Some(Warning::Singular { .. })));
        assert_close(&s.x, &Matrix::column_vector(vec![1.0; 3]), 1e-13);
        let zero = solve(&Matrix::zeros(2, 2), &Matrix::column_vector(vec![1.0, 1.0])).unwrap();
        assert_eq!(zero.x, Matrix::zeros(2, 1));
    }

    #[test]
    fn wide_systems_get_the_least_norm_solution() {
        for k in [4, 2] {
            let a = multiply(&random(4, k, 1), &random(k, 9, 2)).unwrap();
            let b = multiply(&a, &random(9, 2, 3)).unwrap();
            let s = solve(&a, &b).unwrap();
            assert_close(&multiply(&a, &s.x).unwrap(), &b, 1e-12);
            // Least norm: x lies in the row space, hence x = A'*(A'\x) without remainder.
            let coefficients = solve(&a.transposed(), &s.x).unwrap().x;
            assert_close(&multiply_with(&a, true, &coefficients, false).unwrap(), &s.x, 1e-12);
            assert_eq!(s.warning.is_some(), k < 4);
        }
    }

    #[test]
    fn shapes_scalars_and_empties() {
        let a = random(3, 3, 1);
        let error = solve(&a, &Matrix::zeros(1, 3)).unwrap_err();
        assert!(error.hint().unwrap().contains("transpose"));
        let two = Matrix::from_rows(&[&[2.0]]);
        assert_eq!(solve(&two, &two).unwrap().x[(0, 0)], 1.0);
        assert_eq!(right_divide(&a, &two).unwrap().x, a.map(|x| x / 2.0));
        let b = random(2, 3, 2);
        let x = right_divide(&b, &a).unwrap().x;
        assert_close(&multiply(&x, &a).unwrap(), &b, 1e-12);
        for (m, n, k) in [(0, 0, 0), (0, 0, 2), (3, 0, 2), (0, 3, 2), (3, 3, 0)] {
            let s = solve(&Matrix::zeros(m, n), &Matrix::zeros(m, k)).unwrap();
            assert_eq!((s.x.rows(), s.x.cols()), (n, k));
        }
    }

    #[test]
    fn determinants_of_every_structure() {
        let swap = Matrix::from_rows(&[&[0.0, 2.0], &[3.0, 1.0]]);
        assert_eq!(factorize(&swap).unwrap().det().unwrap(), -6.0);
        let a = Matrix::from_rows(&[&[2.0, 1.0, 1.0], &[1.0, 2.0, 1.0], &[1.0, 1.0, 2.0]]);
        assert!((factorize(&a).unwrap().det().unwrap() - 4.0).abs() < 1e-14);
    }
}
