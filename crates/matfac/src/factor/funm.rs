//! A function of a matrix, for any function that is analytic around the eigenvalues.
//!
//! Method: Schur form, reordered so that eigenvalues which are close stand together; the function of a block with close
//! eigenvalues by its Taylor series, whose coefficients are read off the values on circles (so that no derivative need
//! be known); the blocks above the diagonal by Parlett's recurrence, one Sylvester equation each. References: Davies &
//! Higham (2003), SIAM J. Matrix Anal. Appl. 25; Higham (2008), Functions of Matrices, chapter 9; Lyness & Moler (1967),
//! SIAM J. Numer. Anal. 4, for the coefficients. Cost: the Schur form, n³ complex flops, some hundred values of the
//! function for each group of close eigenvalues.

use super::schur::{Schur, decompose};
use super::sqrtm::MaybeComplex;
use super::sylvester::substitute;
use crate::error::{Error, Result};
use crate::linalg::product::times;
use crate::linalg::{ComplexMatrix, Dense, Matrix, Scalar, c64};
use std::f64::consts::TAU;
use std::ops::Range;

/// Points on a circle, and terms of a series at most.
const POINTS: usize = 64;
/// Circles around a group, each half as wide as the one before.
const CIRCLES: usize = 14;

/// The function of a real or complex matrix in preparation: [`Parlett::points`] says where the function is to be
/// evaluated, [`Parlett::finish`] takes the values.
#[derive(Debug, Clone)]
pub struct Parlett {
    form: Schur<c64>,
    groups: Vec<Range<usize>>,
    is_real: bool,
}

impl Parlett {
    /// Prepares a real n×n matrix. Eigenvalues are close when a chain with steps of at most `gap` joins them; 0.1 is usual.
    ///
    /// Errors: [`Error::NotSquare`], [`Error::NonFinite`].
    ///
    /// ```
    /// use matfac::{Matrix, factor::{MaybeComplex, Parlett}};
    /// let p = Parlett::new(&Matrix::from_rows(&[&[1.0, 1.0], &[0.0, 1.0]]), 0.1).unwrap();
    /// let values: Vec<_> = p.points().iter().map(|z| z.exp()).collect();
    /// let MaybeComplex::Real(x) = p.finish(&values).unwrap() else { panic!() };
    /// assert!((x[(0, 1)] - 1f64.exp()).abs() < 1e-13);
    /// ```
    pub fn new(a: &Matrix, gap: f64) -> Result<Parlett> {
        Ok(Parlett::grouped(decompose("funm", a)?.to_complex(), gap, true))
    }

    /// Prepares a complex matrix, as [`Parlett::new`].
    pub fn new_complex(a: &ComplexMatrix, gap: f64) -> Result<Parlett> {
        Ok(Parlett::grouped(decompose("funm", a)?, gap, false))
    }

    fn grouped(mut form: Schur<c64>, gap: f64, is_real: bool) -> Parlett {
        let labels = labels(&form.values(), gap);
        let sizes = (0..labels.len()).map(|g| labels.iter().filter(|&&l| l == g).count());
        let mut groups = Vec::new();
        for size in sizes.take_while(|&s| s > 0) {
            let start = groups.last().map_or(0, |g: &Range<usize>| g.end);
            groups.push(start..start + size);
        }
        form.sort_by_labels(labels);
        Parlett { form, groups, is_real }
    }

    /// Where the function must be evaluated.
    pub fn points(&self) -> Vec<c64> {
        let mut points = Vec::new();
        for group in &self.groups {
            if group.len() == 1 {
                points.push(self.form.t[(group.start, group.start)]);
                continue;
            }
            let centre = self.centre(group);
            for radius in radii(centre) {
                points.extend((0..POINTS).map(|k| centre + c64::from_polar(radius, angle(k))));
            }
        }
        points
    }

    /// The function of the matrix, from its values at [`Parlett::points`]; real when the matrix was and nothing but
    /// rounding makes the result complex.
    ///
    /// Errors: [`Error::Argument`] when the function is not smooth around close eigenvalues.
    ///
    /// # Panics
    /// When there are fewer values than points.
    pub fn finish(&self, values: &[c64]) -> Result<MaybeComplex> {
        let t = &self.form.t;
        let n = t.cols();
        let mut f = Dense::from_fn(n, n, |_, _| c64::ZERO);
        let mut rest = values;
        for group in &self.groups {
            if group.len() == 1 {
                f[(group.start, group.start)] = rest[0];
                rest = &rest[1..];
                continue;
            }
            let (own, others) = rest.split_at(POINTS * CIRCLES);
            rest = others;
            let block = self.block(group, group);
            let value = series(&block, self.centre(group), own)?;
            put(&mut f, group, group, &value);
        }
        for j in 1..self.groups.len() {
            for i in (0..j).rev() {
                let value = self.above(&f, i, j)?;
                put(&mut f, &self.groups[i], &self.groups[j], &value);
            }
        }
        let x = self.form.transform(&f)?;
        let imaginary = x.as_slice().iter().map(|z| z.im.abs()).fold(0.0, f64::max);
        let is_real = self.is_real && imaginary <= 10.0 * n as f64 * f64::EPSILON * x.one_norm();
        Ok(MaybeComplex::narrowed(x, is_real))
    }

    /// The block (i, j) of F, from those to its left and below: `T(i,i)*X - X*T(j,j)` is known.
    fn above(&self, f: &ComplexMatrix, i: usize, j: usize) -> Result<ComplexMatrix> {
        let (rows, cols) = (&self.groups[i], &self.groups[j]);
        let of_f = |r: &Range<usize>, c: &Range<usize>| cut(f, r, c);
        let mut right = times(&of_f(rows, rows), false, &self.block(rows, cols), false)?;
        subtract(&mut right, &times(&self.block(rows, cols), false, &of_f(cols, cols), false)?);
        // All groups between at once.
        let between = rows.end..cols.start;
        if !between.is_empty() {
            let gain = times(&of_f(rows, &between), false, &self.block(&between, cols), false)?;
            subtract(&mut right, &gain.map(|z| -z));
            subtract(
                &mut right,
                &times(&self.block(rows, &between), false, &of_f(&between, cols), false)?,
            );
        }
        let negative = self.block(cols, cols).map(|z| -z);
        substitute(&self.block(rows, rows), &negative, &mut right);
        Ok(right)
    }

    fn block(&self, rows: &Range<usize>, cols: &Range<usize>) -> ComplexMatrix {
        cut(&self.form.t, rows, cols)
    }

    fn centre(&self, group: &Range<usize>) -> c64 {
        let sum: c64 = group.clone().map(|i| self.form.t[(i, i)]).sum();
        sum.scaled(1.0 / group.len() as f64)
    }
}

fn cut(a: &ComplexMatrix, rows: &Range<usize>, cols: &Range<usize>) -> ComplexMatrix {
    Dense::from_view(a.view().submatrix(rows.start, cols.start, rows.len(), cols.len()))
}

fn put(a: &mut ComplexMatrix, rows: &Range<usize>, cols: &Range<usize>, x: &ComplexMatrix) {
    let place = a.view_mut();
    place.submatrix_mut(rows.start, cols.start, rows.len(), cols.len()).copy_from(x.view());
}

fn subtract(a: &mut ComplexMatrix, b: &ComplexMatrix) {
    a.as_mut_slice().iter_mut().zip(b.as_slice()).for_each(|(x, y)| *x -= y);
}

fn angle(k: usize) -> f64 {
    TAU * (k as f64 + 0.5) / POINTS as f64
}

/// From four times the distance of the centre from 0, or 4 when that is more than 1 or nothing, down.
fn radii(centre: c64) -> impl Iterator<Item = f64> {
    let unit = if centre.norm() > 1e-8 { centre.norm().min(1.0) } else { 1.0 };
    (0..CIRCLES).map(move |k| 4.0 * unit * 0.5f64.powi(k as i32))
}

/// The number of each eigenvalue's group, counted in the order of their first members.
fn labels(values: &[c64], gap: f64) -> Vec<usize> {
    let n = values.len();
    let mut labels = vec![usize::MAX; n];
    let mut count = 0;
    for first in 0..n {
        if labels[first] != usize::MAX {
            continue;
        }
        let mut waiting = vec![first];
        labels[first] = count;
        while let Some(i) = waiting.pop() {
            for j in 0..n {
                if labels[j] == usize::MAX && (values[i] - values[j]).norm() <= gap {
                    labels[j] = count;
                    waiting.push(j);
                }
            }
        }
        count += 1;
    }
    labels
}

/// The Taylor series of the function around `centre`, at a triangular block with eigenvalues near it.
fn series(block: &ComplexMatrix, centre: c64, values: &[c64]) -> Result<ComplexMatrix> {
    let m = block.cols();
    let mut shifted = block.clone();
    (0..m).for_each(|i| shifted[(i, i)] -= centre);
    let spread = (0..m).map(|i| shifted[(i, i)].norm()).fold(0.0, f64::max);
    let Some(coefficients) = coefficients(centre, spread, values) else {
        return Err(Error::argument_hint(
            "f",
            format!("funm: the function is not smooth around the eigenvalues near {centre:.4}"),
            "the matrix has close eigenvalues, and there the function needs derivatives",
        ));
    };
    let mut sum = Dense::from_fn(m, m, |i, j| if i == j { coefficients[0] } else { c64::ZERO });
    let mut power = Dense::<c64>::identity(m);
    for (k, &c) in coefficients.iter().enumerate().skip(1) {
        power = times(&power, false, &shifted, false)?;
        let term = c.norm() * power.one_norm();
        sum.as_mut_slice().iter_mut().zip(power.as_slice()).for_each(|(s, &p)| *s += c * p);
        // Powers below m may vanish and come back.
        if k >= m && term <= 0.1 * f64::EPSILON * sum.one_norm() {
            break;
        }
    }
    Ok(sum)
}

/// Taylor coefficients, each from the circle that gives it with the smallest rounding error; nothing when the function
/// is analytic in no circle twice as wide as the group.
fn coefficients(centre: c64, spread: f64, values: &[c64]) -> Option<Vec<c64>> {
    let mut best = vec![(f64::INFINITY, c64::ZERO); POINTS * 3 / 4];
    let mut mean: Option<c64> = None;
    for (radius, values) in radii(centre).zip(values.chunks(POINTS)) {
        let largest = values.iter().map(|z| z.norm()).fold(0.0, f64::max);
        if radius < 2.0 * spread || values.iter().any(|z| z.bad_part().is_some()) {
            continue;
        }
        let waves: Vec<c64> = (0..POINTS).map(|k| wave(values, k)).collect();
        // What is left of a function that is not analytic in the circle does not fade.
        let tail = waves[POINTS * 3 / 4..].iter().map(|z| z.norm()).fold(0.0, f64::max);
        if tail > 1e-13 * largest {
            continue;
        }
        // The mean over a circle is the value at its centre; of |z|, say, it is not the same for all circles.
        if mean.is_some_and(|m| (m - waves[0]).norm() > 1e-8 * largest) {
            return None;
        }
        mean = Some(waves[0]);
        for (k, (error, value)) in best.iter_mut().enumerate() {
            let power = radius.powi(k as i32);
            if largest / power < *error {
                (*error, *value) = (largest / power, waves[k].scaled(1.0 / power));
            }
        }
    }
    (best[0].0 < f64::INFINITY).then(|| best.into_iter().map(|b| b.1).collect())
}

/// The k-th Fourier coefficient.
fn wave(values: &[c64], k: usize) -> c64 {
    let terms = values.iter().enumerate().map(|(p, &z)| {
        // The angle modulo a turn, exactly.
        let turn = ((2 * p + 1) * k) % (2 * POINTS);
        z * c64::from_polar(1.0, -TAU * turn as f64 / (2 * POINTS) as f64)
    });
    terms.sum::<c64>().scaled(1.0 / POINTS as f64)
}

#[cfg(test)]
mod tests {
    use super::super::expm::{expm, expm_complex};
    use super::super::testdata::{distance, random, random_complex};
    use super::*;
    use crate::linalg::product::multiply;

    fn funm(a: &Matrix, f: impl Fn(c64) -> c64) -> Result<MaybeComplex> {
        let p = Parlett::new(a, 0.1)?;
        let values: Vec<c64> = p.points().into_iter().map(f).collect();
        p.finish(&values)
    }

    fn real(x: MaybeComplex) -> Matrix {
        match x {
            MaybeComplex::Real(x) => x,
            MaybeComplex::Complex(x) => panic!("complex: {x:?}"),
        }
    }

    #[test]
    fn exponentials_of_ordinary_matrices() {
        for n in [0, 1, 2, 3, 12, 40] {
            let a = random(n, n, 2);
            let expected = expm(&a).unwrap();
            let x = real(funm(&a, |z| z.exp()).unwrap());
            assert!(distance(&x, &expected) <= 1e-11 * expected.one_norm(), "{n}");
            let a = random_complex(n, n, 2);
            let p = Parlett::new_complex(&a, 0.1).unwrap();
            let values: Vec<c64> = p.points().into_iter().map(|z| z.exp()).collect();
            let MaybeComplex::Complex(x) = p.finish(&values).unwrap() else { panic!() };
            let expected = expm_complex(&a).unwrap();
            assert!(distance(&x, &expected) <= 1e-11 * expected.one_norm().max(1.0), "{n}");
        }
    }

    #[test]
    fn defective_and_clustered_matrices() {
        for n in [2, 5, 9] {
            let jordan = Matrix::from_fn(n, n, |i, j| if i == j || i + 1 == j { 1.0 } else { 0.0 });
            let x = real(funm(&jordan, |z| z.exp()).unwrap());
            assert!(distance(&x, &expm(&jordan).unwrap()) < 1e-13);
            let root = real(funm(&jordan, |z| z.sqrt()).unwrap());
            assert!(distance(&multiply(&root, &root).unwrap(), &jordan) < 1e-12, "{n}");
            let spread = random(n, n, 3);
            let near = Matrix::from_fn(n, n, |i, j| spread[(i, j)] * 1e-3 + jordan[(i, j)]);
            let (sine, cosine) = (funm(&near, |z| z.sin()), funm(&near, |z| z.cos()));
            let [s, c] = [sine, cosine].map(|x| real(x.unwrap()));
            let (ss, cc) = (multiply(&s, &s).unwrap(), multiply(&c, &c).unwrap());
            let one = Matrix::from_fn(n, n, |i, j| ss[(i, j)] + cc[(i, j)]);
            assert!(distance(&one, &Matrix::identity(n)) < 1e-12 * (1.0 + s.one_norm().powi(2)));
            let log = real(funm(&near, |z| z.ln()).unwrap());
            assert!(distance(&expm(&log).unwrap(), &near) < 1e-11);
        }
    }

    #[test]
    fn a_function_with_a_kink_is_refused_at_close_eigenvalues() {
        let jordan = Matrix::from_rows(&[&[0.0, 1.0], &[0.0, 0.0]]);
        assert!(funm(&jordan, |z| c64::new(z.re.abs(), 0.0)).is_err());
        assert!(funm(&jordan, |z| c64::new(z.norm(), 0.0)).is_err());
        assert!(funm(&jordan, |z| z.conj()).is_err());
        assert!(funm(&jordan, |z| z.sqrt()).is_err());
        let apart = Matrix::from_rows(&[&[-1.0, 1.0], &[0.0, 2.0]]);
        let x = real(funm(&apart, |z| c64::new(z.re.abs(), 0.0)).unwrap());
        assert!((x[(0, 0)] - 1.0).abs() < 1e-15);
        let z = c64::new(0.0, 1.0);
        assert!(matches!(funm(&apart, |x| x * z).unwrap(), MaybeComplex::Complex(_)));
    }
}
