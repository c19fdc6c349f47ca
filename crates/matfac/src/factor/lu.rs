//! Gaussian elimination: `P*A = L*U`, `P*A*Q = L*U` or, without pivoting, `A = L*U`.
//!
//! Method: recursive blocked right-looking elimination (faer), in place; the unpivoted form is the
//! same recursion without the search. Reference: Golub & Van Loan (2013), §3.2 and §3.4; the
//! convention is MATLAB's. Cost: ⅔n³ flops for a square matrix; complete pivoting compares as many
//! entries again. Backward stable with partial pivoting for all but contrived matrices; without
//! pivoting only for matrices such as diagonally dominant ones.

use super::condition::{inverse_one_norm, rcond_from};
use super::field::Field;
use super::triangle::{Part, column, substitute, substitute_adjoint};
use crate::error::{Error, Result};
use crate::linalg::par::{Op, order, par};
use crate::linalg::simd::Clean;
use crate::linalg::{Dense, Matrix, Scalar};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::lu::{full_pivoting, partial_pivoting};
use faer::linalg::matmul::matmul;
use faer::linalg::triangular_solve as triangular;
use faer::{Accum, MatMut, Par};

/// Where the pivots are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pivot {
    /// In the current column: rows are exchanged.
    #[default]
    Partial,
    /// In the whole remaining matrix: rows and columns are exchanged.
    Full,
    /// Nowhere: the diagonal is taken as it comes.
    None,
}

/// The factors of an m×n matrix, with r = min(m, n).
#[derive(Debug, Clone, PartialEq)]
pub struct Lu<T> {
    /// Unit lower trapezoidal, m×r.
    pub l: Dense<T>,
    /// Upper trapezoidal, r×n.
    pub u: Dense<T>,
    /// Row i of `P*A` is row `p[i]` of A, from 0.
    pub p: Vec<usize>,
    /// Column j of `A*Q` is column `q[j]` of A, from 0; only with [`Pivot::Full`].
    pub q: Option<Vec<usize>>,
    /// The determinant of the permutations, 1 or -1.
    pub sign: f64,
}

impl<T: Scalar> Lu<T> {
    /// P as an m×m matrix, so that `P*A = L*U`.
    pub fn row_matrix(&self) -> Matrix {
        let m = self.p.len();
        let mut p = Matrix::zeros(m, m);
        self.p.iter().enumerate().for_each(|(i, &k)| p[(i, k)] = 1.0);
        p
    }

    /// Q as an n×n matrix, so that `P*A*Q = L*U`; the identity unless the pivoting was full.
    pub fn column_matrix(&self) -> Matrix {
        let n = self.u.cols();
        let Some(q) = &self.q else { return Matrix::identity(n) };
        let mut matrix = Matrix::zeros(n, n);
        q.iter().enumerate().for_each(|(j, &k)| matrix[(k, j)] = 1.0);
        matrix
    }

    /// `P'*L`, the "psychologically lower triangular" first output of MATLAB's `[L, U] = lu(A)`.
    pub fn permuted_l(&self) -> Dense<T> {
        let mut l = Dense::zeros(self.l.rows(), self.l.cols());
        for j in 0..l.cols() {
            for (i, &k) in self.p.iter().enumerate() {
                l[(k, j)] = self.l[(i, j)];
            }
        }
        l
    }
}

/// Factors an m×n matrix.
///
/// Errors: [`Error::NonFinite`]; with [`Pivot::None`] also [`Error::Singular`], which names the pivot
/// that vanished although entries below it did not. A singular matrix is factored like any other: U
/// then has a zero on its diagonal.
///
/// ```
/// use matfac::{Matrix, factor::{Pivot, lu}, linalg::product::multiply};
/// let a = Matrix::from_rows(&[&[2.0, 1.0, 1.0], &[4.0, 3.0, 3.0], &[8.0, 7.0, 9.0]]);
/// let f = lu(&a, Pivot::None).unwrap();
/// assert_eq!(f.l, Matrix::from_rows(&[&[1.0, 0.0, 0.0], &[2.0, 1.0, 0.0], &[4.0, 3.0, 1.0]]));
/// assert_eq!(f.u, Matrix::from_rows(&[&[2.0, 1.0, 1.0], &[0.0, 1.0, 1.0], &[0.0, 0.0, 2.0]]));
/// assert_eq!(multiply(&f.l, &f.u).unwrap(), a);
/// assert_eq!(lu(&a, Pivot::Partial).unwrap().p, [2, 0, 1]);
/// ```
pub fn lu<T: Field>(a: &Dense<T>, pivot: Pivot) -> Result<Lu<T>> {
    T::lu(a, pivot)
}

pub(super) fn decompose<T: Scalar>(a: &Dense<T>, pivot: Pivot) -> Result<Lu<T>> {
    a.require_finite("lu")?;
    let (m, n) = (a.rows(), a.cols());
    let (packed, p, q, sign) = match pivot {
        Pivot::Partial => {
            let (packed, p, sign) = eliminated(a);
            (packed, p, None, sign)
        }
        Pivot::Full => {
            let mut packed = a.clone();
            let (p, q, sign) = eliminate_fully(&mut packed);
            (packed, p, Some(q), sign)
        }
        Pivot::None => {
            let _clean = Clean;
            let mut packed = a.clone();
            eliminate_unpivoted(packed.view_mut(), 0, par(Op::Lu, order(&[m, n])))?;
            (packed, (0..m).collect(), None, 1.0)
        }
    };
    let (l, u) = split(&packed);
    Ok(Lu { l, u, p, q, sign })
}

/// The unit lower and the upper trapezoid of a packed factorization.
pub(super) fn split<T: Scalar>(packed: &Dense<T>) -> (Dense<T>, Dense<T>) {
    let (m, n) = (packed.rows(), packed.cols());
    let r = m.min(n);
    let mut l = Dense::zeros(m, r);
    let mut u = Dense::zeros(r, n);
    for j in 0..n {
        let column = packed.col(j);
        let top = (j + 1).min(r);
        u.col_mut(j)[..top].copy_from_slice(&column[..top]);
        if j < r {
            l.col_mut(j)[j] = T::ONE;
            l.col_mut(j)[j + 1..].copy_from_slice(&column[j + 1..]);
        }
    }
    (l, u)
}

/// Partial pivoting: L and U in one matrix, the row permutation and its sign.
///
/// faer multiplies by the reciprocal of the pivot, which makes NaN of a column of zeros and overflows for a subnormal
/// pivot; where that has happened the elimination is done again, with divisions and without touching such columns.
pub(crate) fn eliminated<T: Scalar>(a: &Dense<T>) -> (Dense<T>, Vec<usize>, f64) {
    let r = a.rows().min(a.cols());
    let mut packed = a.clone();
    let (p, sign) = eliminate_by_faer(&mut packed);
    if (0..r).all(|i| packed[(i, i)].modulus() >= f64::MIN_POSITIVE) {
        return (packed, p, sign);
    }
    packed.as_mut_slice().copy_from_slice(a.as_slice());
    let (mut p, mut sign): (Vec<usize>, f64) = ((0..a.rows()).collect(), 1.0);
    let _clean = Clean;
    eliminate_safely(packed.view_mut(), &mut p, &mut sign, par(Op::Lu, r));
    (packed, p, sign)
}

fn eliminate_by_faer<T: Scalar>(a: &mut Dense<T>) -> (Vec<usize>, f64) {
    let _clean = Clean;
    let (m, n) = (a.rows(), a.cols());
    let (mut p, mut inverse) = (vec![0usize; m], vec![0usize; m]);
    let threads = par(Op::Lu, order(&[m, n]));
    let params = Default::default();
    let scratch = partial_pivoting::factor::lu_in_place_scratch::<usize, T>(m, n, threads, params);
    let (info, _) = partial_pivoting::factor::lu_in_place(
        a.view_mut(),
        &mut p,
        &mut inverse,
        threads,
        MemStack::new(&mut MemBuffer::new(scratch)),
        params,
    );
    (p, if info.transposition_count.is_multiple_of(2) { 1.0 } else { -1.0 })
}

/// Partial pivoting, recursive over the columns. A column without a pivot is left as it is, with zeros below; `p` and
/// `sign` follow the exchanges of the rows of `a`.
fn eliminate_safely<T: Scalar>(
    mut a: MatMut<'_, T>,
    p: &mut [usize],
    sign: &mut f64,
    threads: Par,
) {
    let (m, n) = (a.nrows(), a.ncols());
    let r = m.min(n);
    if r == 0 {
        return;
    }
    if n == 1 {
        let size = |i: usize| a[(i, 0)].modulus();
        let best = (1..m).fold(0, |b, i| if size(i) > size(b) { i } else { b });
        if best > 0 && size(best) > 0.0 {
            (a[(0, 0)], a[(best, 0)]) = (a[(best, 0)], a[(0, 0)]);
            p.swap(0, best);
            *sign = -*sign;
        }
        let pivot = a[(0, 0)];
        if pivot != T::ZERO {
            (1..m).for_each(|i| a[(i, 0)] = a[(i, 0)].over(pivot));
        }
        return;
    }
    let half = (r / 2).max(1);
    let (mut left, mut right) = a.split_at_col_mut(half);
    let before = p.to_vec();
    eliminate_safely(left.as_mut(), p, sign, threads);
    follow(right.as_mut(), &before, p);
    let (mut u12, mut rest) = right.split_at_row_mut(half);
    let (l11, l21) = left.as_ref().split_at_row(half);
    triangular::solve_unit_lower_triangular_in_place(l11, u12.as_mut(), threads);
    matmul(rest.as_mut(), Accum::Add, l21, u12.as_ref(), -T::ONE, threads);
    let before = p[half..].to_vec();
    eliminate_safely(rest, &mut p[half..], sign, threads);
    let (_, l21) = left.split_at_row_mut(half);
    follow(l21, &before, &p[half..]);
}

/// Moves the rows of `a`, which stand in the order `before`, into the order `after`.
fn follow<T: Scalar>(mut a: MatMut<'_, T>, before: &[usize], after: &[usize]) {
    let position: std::collections::HashMap<usize, usize> =
        before.iter().enumerate().map(|(i, &k)| (k, i)).collect();
    let from: Vec<usize> = after.iter().map(|k| position[k]).collect();
    for j in 0..a.ncols() {
        let column: Vec<T> = (0..a.nrows()).map(|i| a[(i, j)]).collect();
        from.iter().enumerate().for_each(|(i, &k)| a[(i, j)] = column[k]);
    }
}

fn eliminate_fully<T: Scalar>(a: &mut Dense<T>) -> (Vec<usize>, Vec<usize>, f64) {
    let _clean = Clean;
    let (m, n) = (a.rows(), a.cols());
    let (mut p, mut p_inverse) = (vec![0usize; m], vec![0usize; m]);
    let (mut q, mut q_inverse) = (vec![0usize; n], vec![0usize; n]);
    let threads = par(Op::Lu, order(&[m, n]));
    let params = Default::default();
    let scratch = full_pivoting::factor::lu_in_place_scratch::<usize, T>(m, n, threads, params);
    let (info, _, _) = full_pivoting::factor::lu_in_place(
        a.view_mut(),
        &mut p,
        &mut p_inverse,
        &mut q,
        &mut q_inverse,
        threads,
        MemStack::new(&mut MemBuffer::new(scratch)),
        params,
    );
    (p, q, if info.transposition_count.is_multiple_of(2) { 1.0 } else { -1.0 })
}

/// Elimination without exchanges, recursive over the columns; `first` is the number of columns before
/// this block, for the error.
fn eliminate_unpivoted<T: Scalar>(a: MatMut<'_, T>, first: usize, threads: Par) -> Result<()> {
    let (m, n) = (a.nrows(), a.ncols());
    let r = m.min(n);
    if r == 0 {
        return Ok(());
    }
    if r == 1 && n > 1 {
        // One row left: it is U already.
        return eliminate_unpivoted(a.subcols_mut(0, 1), first, threads);
    }
    if n == 1 {
        let column = a.col_mut(0);
        let (mut head, tail) = column.split_at_row_mut(1);
        let pivot = *head.as_mut().get_mut(0);
        let mut tail = tail;
        if pivot == T::ZERO {
            // A column of zeros needs no elimination; anything else cannot be eliminated.
            return match tail.as_ref().iter().all(|&x| x == T::ZERO) {
                true => Ok(()),
                false => Err(Error::Singular { operation: "lu", pivot: first + 1 }),
            };
        }
        tail.as_mut().iter_mut().for_each(|x| *x = x.over(pivot));
        return Ok(());
    }
    let half = (r / 2).max(1);
    let (mut left, right) = a.split_at_col_mut(half);
    eliminate_unpivoted(left.as_mut(), first, threads)?;
    let (l11, l21) = left.as_ref().split_at_row(half);
    let (mut u12, mut rest) = right.split_at_row_mut(half);
    triangular::solve_unit_lower_triangular_in_place(l11, u12.as_mut(), threads);
    matmul(rest.as_mut(), Accum::Add, l21, u12.as_ref(), -T::ONE, threads);
    eliminate_unpivoted(rest, first + half, threads)
}

/// A square matrix factored once, to be used many times: L and U share one buffer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PackedLu<T> {
    /// U on and above the diagonal, L without its unit diagonal below.
    pub lu: Dense<T>,
    /// Row i of `P*A` is row `p[i]` of A, from 0.
    pub p: Vec<usize>,
    /// The determinant of P.
    pub sign: f64,
    /// ‖A‖₁.
    pub norm: f64,
}

impl<T: Scalar> PackedLu<T> {
    /// Factors a square matrix, partial pivoting.
    pub fn new(a: &Dense<T>) -> PackedLu<T> {
        let (lu, p, sign) = eliminated(a);
        PackedLu { lu, p, sign, norm: a.one_norm() }
    }

    /// The diagonal of U.
    pub fn pivots(&self) -> impl Iterator<Item = T> {
        (0..self.lu.cols()).map(|i| self.lu[(i, i)])
    }

    /// Whether a pivot is exactly zero.
    pub fn is_singular(&self) -> bool {
        self.pivots().any(|u| u == T::ZERO)
    }

    /// An estimate of 1 / (‖A‖₁ ‖A⁻¹‖₁), in O(n²): 0 for a singular matrix.
    pub fn rcond(&self) -> f64 {
        if self.is_singular() {
            return 0.0;
        }
        let inverse = inverse_one_norm(
            self.lu.cols(),
            |x| self.solve_in_place(column(x)),
            |x| self.solve_adjoint_in_place(column(x)),
        );
        rcond_from(self.lu.cols(), self.norm, inverse)
    }

    /// `X = A \ X`; infinite or NaN entries when A is singular.
    pub fn solve_in_place(&self, mut x: MatMut<'_, T>) {
        let mut column = vec![T::ZERO; x.nrows()];
        for j in 0..x.ncols() {
            for (c, &k) in column.iter_mut().zip(&self.p) {
                *c = x[(k, j)];
            }
            column.iter().enumerate().for_each(|(i, &c)| x[(i, j)] = c);
        }
        substitute(self.lu.view(), Part::UnitLower, x.as_mut());
        substitute(self.lu.view(), Part::Upper, x);
    }

    /// `X = A' \ X`, with the conjugate transpose.
    pub fn solve_adjoint_in_place(&self, mut x: MatMut<'_, T>) {
        substitute_adjoint(self.lu.view(), Part::Upper, x.as_mut());
        substitute_adjoint(self.lu.view(), Part::UnitLower, x.as_mut());
        let mut column = vec![T::ZERO; x.nrows()];
        for j in 0..x.ncols() {
            for (i, &k) in self.p.iter().enumerate() {
                column[k] = x[(i, j)];
            }
            column.iter().enumerate().for_each(|(i, &c)| x[(i, j)] = c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{assert_close, distance, random, random_complex};
    use super::*;
    use crate::linalg::product::{multiply, times};

    fn magic() -> Matrix {
        Matrix::from_rows(&[&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], &[7.0, 8.0, 9.0]])
    }

    #[test]
    fn every_shape_and_pivoting_rebuilds() {
        let shapes = [(0, 0), (0, 3), (3, 0), (1, 1), (1, 4), (4, 1), (7, 7), (40, 25), (25, 40)];
        for (m, n) in shapes.into_iter().chain([(150, 150), (301, 140)]) {
            let mut a = random(m, n, 5);
            for i in 0..m.min(n) {
                a[(i, i)] += 20.0; // lets elimination without pivoting succeed
            }
            for pivot in [Pivot::Partial, Pivot::Full, Pivot::None] {
                let f = lu(&a, pivot).unwrap();
                let lhs = multiply(&multiply(&f.row_matrix(), &a).unwrap(), &f.column_matrix());
                let rhs = multiply(&f.l, &f.u).unwrap();
                assert_close(&lhs.unwrap(), &rhs, 1e-14 * (m + n) as f64 * 20.0);
                assert_close(
                    &multiply(&f.permuted_l(), &f.u).unwrap(),
                    &{ multiply(&a, &f.column_matrix()).unwrap() },
                    1e-14 * (m + n) as f64 * 20.0,
                );
                if pivot != Pivot::None {
                    assert!(f.l.as_slice().iter().all(|x| x.abs() <= 1.0));
                }
            }
        }
    }

    #[test]
    fn published_factors() {
        let f = lu(&magic(), Pivot::Partial).unwrap();
        assert_eq!(f.p, [2, 0, 1]);
        let l: &[&[f64]] =
            &[&[1.0, 0.0, 0.0], &[0.1428571429, 1.0, 0.0], &[0.5714285714, 0.5, 1.0]];
        assert_close(&f.l, &Matrix::from_rows(l), 1e-10);
        let u: &[&[f64]] =
            &[&[7.0, 8.0, 9.0], &[0.0, 0.8571428571, 1.7142857143], &[0.0, 0.0, 0.0]];
        assert_close(&f.u, &Matrix::from_rows(u), 1e-10);
        let a = Matrix::from_rows(&[&[2.0, 1.0, 1.0], &[4.0, 3.0, 3.0], &[8.0, 7.0, 9.0]]);
        let f = lu(&a, Pivot::Partial).unwrap();
        let u: &[&[f64]] = &[&[8.0, 7.0, 9.0], &[0.0, -0.75, -1.25], &[0.0, 0.0, -2.0 / 3.0]];
        assert_close(&f.u, &Matrix::from_rows(u), 1e-14);
        let l: &[&[f64]] = &[&[1.0, 0.0, 0.0], &[0.25, 1.0, 0.0], &[0.5, 2.0 / 3.0, 1.0]];
        assert_close(&f.l, &Matrix::from_rows(l), 1e-14);
    }

    #[test]
    fn a_zero_pivot_is_named_only_when_it_hurts() {
        let swap = Matrix::from_rows(&[&[0.0, 1.0], &[1.0, 0.0]]);
        let error = lu(&swap, Pivot::None).unwrap_err();
        assert_eq!(error, Error::Singular { operation: "lu", pivot: 1 });
        assert!(lu(&swap, Pivot::Partial).is_ok());
        let late = Matrix::from_rows(&[&[1.0, 1.0, 1.0], &[1.0, 1.0, 2.0], &[1.0, 2.0, 1.0]]);
        assert_eq!(lu(&late, Pivot::None), Err(Error::Singular { operation: "lu", pivot: 2 }));
        assert!(lu(&Matrix::zeros(3, 3), Pivot::None).is_ok());
        assert!(lu(&magic(), Pivot::None).is_ok());
    }

    #[test]
    fn singular_and_subnormal_matrices_have_factors_of_numbers() {
        let diagonal = |d: &[f64]| Matrix::from_fn(5, 5, |i, j| if i == j { d[i] } else { 0.0 });
        let mut low = Matrix::from_fn(30, 30, |i, j| ((i % 3) * (j % 4)) as f64);
        low[(7, 9)] = 5.0;
        for a in [
            Matrix::zeros(4, 4),
            Matrix::filled(6, 6, 1.0).unwrap(),
            diagonal(&[2.0, 0.0, 3.0, 0.0, 1.0]),
            Matrix::from_rows(&[&[1e-310, 2e-310], &[3e-310, 4e-310]]),
            low,
            Matrix::from_fn(9, 4, |i, _| (i % 2) as f64),
        ] {
            let f = lu(&a, Pivot::Partial).unwrap();
            assert!(f.l.as_slice().iter().all(|x| x.abs() <= 1.0), "{a:?}");
            let pa = multiply(&f.row_matrix(), &a).unwrap();
            let rebuilt = multiply(&f.l, &f.u).unwrap();
            assert!(distance(&rebuilt, &pa) <= 1e-15 * a.largest(), "{a:?}");
            let mut swapped = f.p.clone();
            let swaps = (0..swapped.len()).fold(0, |count, i| {
                let k = swapped.iter().position(|&k| k == i).unwrap();
                swapped.swap(i, k);
                count + usize::from(i != k)
            });
            assert_eq!(f.sign, if swaps % 2 == 0 { 1.0 } else { -1.0 });
        }
    }

    #[test]
    fn ties_take_the_first_row_as_in_lapack() {
        let a = Matrix::from_rows(&[&[1.0, 2.0], &[-1.0, 3.0], &[1.0, 4.0]]);
        assert_eq!(lu(&a, Pivot::Partial).unwrap().p[0], 0);
    }

    #[test]
    fn packed_solves_and_conditions() {
        fn check<T: Scalar>(a: &Dense<T>, x: &Dense<T>) {
            let f = PackedLu::new(a);
            let mut y = times(a, false, x, false).unwrap();
            f.solve_in_place(y.view_mut());
            assert!(distance(&y, x) < 1e-10);
            let mut y = times(a, true, x, false).unwrap();
            f.solve_adjoint_in_place(y.view_mut());
            assert!(distance(&y, x) < 1e-10);
        }
        check(&random(60, 60, 9), &random(60, 3, 10));
        check(&random_complex(60, 60, 9), &random_complex(60, 3, 10));
        assert_eq!(PackedLu::new(&Matrix::identity(3)).rcond(), 1.0);
        assert_eq!(PackedLu::new(&Matrix::zeros(3, 3)).rcond(), 0.0);
    }
}
