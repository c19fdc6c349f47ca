//! The singular values of a bidiagonal matrix, each with high relative accuracy.
//!
//! Method: the differential quotient-difference algorithm with shifts (Fernando & Parlett 1994; Parlett & Marques 2000)
//! on the squares of the entries: no subtraction but that of the shift, so that small values are as accurate as large
//! ones. A shift may be too large; the transform then says so, and is done again with a smaller one. When only its last
//! number is negative, shift plus that number is a bound from below with an error of third order (Rutishauser 1960).
//! Cost: two to three passes over what is left for each value, about 4n² divisions in all.

use crate::error::{Error, Result};

/// A superdiagonal entry is nothing when its square is this small beside that of the value below it.
const NEGLIGIBLE: f64 = 64.0 * f64::EPSILON * f64::EPSILON;
/// Squares below this are zero: the largest entry is scaled to 1, and quotients must not overflow.
const TINY: f64 = 1e-290;

/// The singular values, descending, of the upper bidiagonal matrix with these diagonals.
///
/// Errors: in theory [`Error::NoConvergence`].
pub(super) fn bidiagonal_values(diagonal: &[f64], above: &[f64]) -> Result<Vec<f64>> {
    let n = diagonal.len();
    let largest = diagonal.iter().chain(above).fold(0.0f64, |m, x| m.max(x.abs()));
    if largest == 0.0 {
        return Ok(vec![0.0; n]);
    }
    let square = |x: &f64| {
        let square = (x / largest) * (x / largest);
        if square < TINY { 0.0 } else { square }
    };
    let mut q: Vec<f64> = diagonal.iter().map(square).collect();
    let mut e: Vec<f64> = above.iter().map(square).collect();
    e.push(0.0);
    let mut spare = (q.clone(), e.clone());
    let mut start = 0;
    while start < n {
        let end = (start..n).find(|&k| e[k] == 0.0).map_or(n, |k| k + 1);
        let (kept_q, kept_e) = (&mut spare.0[start..end], &mut spare.1[start..end]);
        Block { q: &mut q[start..end], e: &mut e[start..end], kept_q, kept_e }.values(0.0)?;
        start = end;
    }
    q.iter_mut().for_each(|q| *q = q.sqrt() * largest);
    q.sort_by(|a, b| b.total_cmp(a));
    Ok(q)
}

/// An unreduced bidiagonal matrix by the squares of its entries, and room for what it was before a transform. `e` ends
/// with a zero.
struct Block<'a> {
    q: &'a mut [f64],
    e: &'a mut [f64],
    kept_q: &'a mut [f64],
    kept_e: &'a mut [f64],
}

/// What a transform says of the matrix it makes: bounds of its smallest value from above, when there is no shift.
#[derive(Debug, Clone, Copy)]
struct Least {
    /// The smallest d of all rows but the last.
    before: f64,
    /// The last d.
    last: f64,
    /// The smallest entry above the diagonal.
    above: f64,
}

impl Block<'_> {
    /// Replaces q by the squares of the singular values, in no order, plus `sigma`, which was shifted away before.
    fn values(&mut self, mut sigma: f64) -> Result<()> {
        let mut n = self.q.len();
        let mut left = 40 * n + 40;
        let mut least: Option<Least> = None;
        while n > 0 {
            if n == 1 || self.e[n - 2] <= NEGLIGIBLE * (sigma + self.q[n - 1]) {
                n -= 1;
                self.q[n] += sigma;
                least = least.map(|l| Least { last: l.before, ..l });
                continue;
            }
            if n == 2 {
                let (small, large) = pair(self.q[0], self.e[0], self.q[1]);
                (self.q[0], self.q[1]) = (large + sigma, small + sigma);
                return Ok(());
            }
            let limit = TINY.max(NEGLIGIBLE * sigma);
            if least.is_none_or(|l| l.above <= limit)
                && let Some(k) = self.e[..n - 2].iter().rposition(|&e| e <= limit)
            {
                self.part(k + 1, n).values(sigma)?;
                (n, least) = (k + 1, None);
                continue;
            }
            // Small values leave at the bottom: turn a matrix that has them at the top.
            if 1.5 * self.q[0] < self.q[n - 1] {
                self.q[..n].reverse();
                self.e[..n - 1].reverse();
                least = None;
            }
            let shift = least.map_or(0.0, |l| self.shift(n, &l));
            let (shift, found) = self.part(0, n).advance(shift, &mut left)?;
            sigma += shift;
            least = Some(found);
        }
        Ok(())
    }

    fn part(&mut self, start: usize, end: usize) -> Block<'_> {
        Block {
            q: &mut self.q[start..end],
            e: &mut self.e[start..end],
            kept_q: &mut self.kept_q[start..end],
            kept_e: &mut self.kept_e[start..end],
        }
    }

    /// One transform that succeeds: with the shift wanted, or with the largest smaller one that is at hand.
    fn advance(&mut self, mut shift: f64, left: &mut usize) -> Result<(f64, Least)> {
        self.kept_q.copy_from_slice(self.q);
        self.kept_e.copy_from_slice(self.e);
        // Without a shift it cannot fail.
        for attempt in 1.. {
            if *left == 0 {
                break;
            }
            *left -= 1;
            let found = self.transform(shift);
            if found.before >= 0.0 && found.last >= 0.0 {
                return Ok((shift, found));
            }
            self.q.copy_from_slice(self.kept_q);
            self.e.copy_from_slice(self.kept_e);
            let bound = (shift + found.last) * (1.0 - 2.0 * f64::EPSILON);
            shift = if attempt > 3 {
                0.0
            } else if found.before > 0.0 && 0.0 < bound && bound < shift {
                bound
            } else {
                shift / 4.0
            };
        }
        Err(Error::NoConvergence { operation: "svd" })
    }

    /// `q, e` of L'*L - shift·I for L*L' given by q and e, in place.
    fn transform(&mut self, shift: f64) -> Least {
        let n = self.q.len();
        let (q, e) = (&mut self.q[..n], &mut self.e[..n]);
        let mut d = q[0] - shift;
        let (mut before, mut above) = (f64::INFINITY, f64::INFINITY);
        for k in 0..n - 1 {
            before = before.min(d);
            let sum = d + e[k];
            let ratio = q[k + 1] / sum;
            q[k] = sum;
            e[k] *= ratio;
            above = above.min(e[k]);
            d = d * ratio - shift;
        }
        q[n - 1] = d;
        Least { before, last: d, above }
    }

    /// A guess, rather from below, at the smallest value of the first n rows and columns.
    fn shift(&self, n: usize, least: &Least) -> f64 {
        let quarter = 0.25 * least.before.min(least.last);
        if least.last > least.before {
            return quarter;
        }
        // The last two rows of the matrix of squares, and how much they have to do with the others: an eigenvalue lies
        // within the residual of theirs.
        let (above, q1, e1, q2) = (self.e[n - 3], self.q[n - 2], self.e[n - 2], self.q[n - 1]);
        let (small, _) = pair(q1, e1, q2);
        let (component, other) = ((q2 - small) * (q2 - small), q2 * e1);
        let weight = if component > 0.0 { component / (component + other) } else { 0.0 };
        let guess = small - (q1 * above * weight).sqrt();
        guess.max(quarter)
    }
}

/// The squares of the singular values, small and large, of the 2×2 matrix with the squares `[q1 e1; 0 q2]`.
fn pair(q1: f64, e1: f64, q2: f64) -> (f64, f64) {
    let difference = q1 + e1 - q2;
    let root = difference.hypot(2.0 * q2.sqrt() * e1.sqrt());
    let large = 0.5 * (q1 + e1 + q2 + root);
    (if large > 0.0 { q1 * (q2 / large) } else { 0.0 }, large)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The product of the values is that of the diagonal: to get it right, the small values must be right.
    fn check(diagonal: &[f64], above: &[f64]) -> Vec<f64> {
        let values = bidiagonal_values(diagonal, above).unwrap();
        let log = |x: &[f64]| x.iter().map(|x| x.abs().ln()).sum::<f64>();
        let error = (log(&values) - log(diagonal)).abs();
        assert!(error < 1e-14 * (diagonal.len() * 4 + 4) as f64, "{error}");
        assert!(values.windows(2).all(|w| w[0] >= w[1]));
        let squares = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
        let trace = squares(diagonal) + squares(above);
        assert!((squares(&values) / trace - 1.0).abs() < 1e-14 * diagonal.len() as f64);
        values
    }

    #[test]
    fn known_values() {
        assert_eq!(bidiagonal_values(&[], &[]).unwrap(), [0.0; 0]);
        assert_eq!(bidiagonal_values(&[-3.0], &[]).unwrap(), [3.0]);
        assert_eq!(bidiagonal_values(&[0.0, 0.0], &[0.0]).unwrap(), [0.0, 0.0]);
        // The golden ratio and its inverse.
        let golden = 0.5 * (1.0 + 5f64.sqrt());
        let values = check(&[1.0, 1.0], &[1.0]);
        assert!((values[0] - golden).abs() < 1e-15 && (values[1] - 1.0 / golden).abs() < 1e-15);
        // Ones on both diagonals: 2cos(kπ/(2n+1)).
        let n = 300;
        for (k, x) in check(&vec![1.0; n], &vec![1.0; n - 1]).iter().enumerate() {
            let expected = 2.0 * ((k + 1) as f64 * std::f64::consts::PI / (2 * n + 1) as f64).cos();
            assert!((x / expected - 1.0).abs() < 1e-12, "{k}: {x} {expected}");
        }
    }

    #[test]
    fn small_values_are_as_accurate_as_large_ones() {
        for n in [3, 10, 50] {
            let graded: Vec<f64> = (0..n).map(|i| 10f64.powf(-2.0 * i as f64)).collect();
            let reversed: Vec<f64> = graded.iter().rev().copied().collect();
            for d in [graded, reversed] {
                check(&d, &d[1..]);
                // Of 50 such rows the smallest value would be 1e-2450.
                if n <= 10 {
                    check(&d, &vec![1.0; n - 1]);
                }
            }
        }
    }

    #[test]
    fn zeros_and_negligible_entries() {
        let values = bidiagonal_values(&[1.0, 0.0, 2.0, 3.0], &[1.0, 1.0, 1.0]).unwrap();
        assert_eq!(values[3], 0.0);
        assert!(values[2] > 0.5);
        let values = bidiagonal_values(&[1.0; 5], &[1e-200; 4]).unwrap();
        assert_eq!(values, [1.0; 5]);
        let ends: Vec<f64> = bidiagonal_values(&[1.0, 2.0, 0.0], &[1.0, 1.0]).unwrap();
        assert_eq!(ends[2], 0.0);
    }

    #[test]
    fn sizes_whose_squares_nearly_vanish() {
        let squares = [8.3e-18, 2e-264, 6.7e-24, 1.1e-32];
        let diagonal = squares.map(f64::sqrt);
        let values = bidiagonal_values(&diagonal, &[0.7, 1.3e-140, 1.0]).unwrap();
        assert!(values.iter().all(|x| x.is_finite()));
    }

    #[test]
    fn clusters() {
        let n = 200;
        let above: Vec<f64> = (0..n - 1).map(|i| 1e-9 * (1.0 + i as f64)).collect();
        check(&vec![1.0; n], &above);
        let steps: Vec<f64> = (0..n).map(|i| 1.0 + (i / 50) as f64).collect();
        check(&steps, &vec![1e-5; n - 1]);
    }
}
