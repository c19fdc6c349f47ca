//! Generalized minimal residuals, with or without restarts, for any square matrix.
//!
//! Arnoldi's basis is kept orthogonal by block Gram-Schmidt, done a second time where the first left anything ("twice is
//! enough"); the least squares problem is reduced by rotations as it grows, so that the residual is known at every step.
//! A preconditioner stands on the left, as in Octave, or on the right, where the residual is that of the system.
//!
//! References: Saad, Schultz, GMRES, SIAM J. Sci. Stat. Comput. 7 (1986); Giraud, Langou, Rozložník, Computers &
//! Mathematics with Applications 50 (2005). Cost of iteration k of a cycle: one product, one preconditioner, two or three
//! readings of k + 1 vectors; the memory of as many vectors as a cycle has iterations.

use super::run::Run;
use super::vectors::{axpy, divide, project, remove};
use super::{Side, Stop};
use crate::error::Result;
use crate::linalg::Scalar;

/// What a cycle needs; kept from cycle to cycle.
struct Cycle<T> {
    basis: Vec<Vec<T>>,
    /// The columns of the triangle that rotations make of Hessenberg's matrix.
    triangle: Vec<Vec<T>>,
    rotations: Vec<(f64, T)>,
    /// The rotated right-hand side.
    g: Vec<T>,
    w: Vec<T>,
    z: Vec<T>,
    again: Vec<T>,
}

/// Improves x, whose residual (preconditioned, when that is on the left) is r, by one cycle.
pub(super) fn run<T: Scalar>(run: &mut Run<'_, T>, x: &mut [T], r: &mut [T]) -> Result<Stop> {
    let n = x.len();
    let length = run.options.restart.unwrap_or(run.max_steps).min(run.max_steps).max(1);
    let zeros = || vec![T::ZERO; n];
    let mut c = Cycle {
        basis: Vec::new(),
        triangle: Vec::new(),
        rotations: Vec::new(),
        g: Vec::new(),
        w: zeros(),
        z: zeros(),
        again: Vec::new(),
    };
    c.begin(r);
    let stop = loop {
        if c.triangle.len() == length {
            break Stop::MaxIter;
        }
        if !run.next()? {
            break Stop::MaxIter;
        }
        if let Some(stop) = c.extend(run)? {
            break stop;
        }
        let norm = c.g[c.triangle.len()].modulus();
        run.record(x, norm, run.steps as f64);
        if norm <= run.target {
            break Stop::Converged;
        }
        if c.basis.len() == c.triangle.len() {
            // Nothing new came of the product: the space is all there is, and the residual should have been 0.
            break Stop::Stagnated;
        }
    };
    let solvable = c.correct(run, x)?;
    Ok(if solvable {
        stop
    } else {
        Stop::Breakdown("a pivot of the projected matrix: A is singular")
    })
}

impl<T: Scalar> Cycle<T> {
    fn begin(&mut self, r: &[T]) {
        let norm = T::euclidean(r);
        let mut v = r.to_vec();
        divide(&mut v, norm);
        self.basis.push(v);
        self.g.push(T::of(norm));
    }

    /// One step of Arnoldi's process.
    fn extend(&mut self, run: &mut Run<'_, T>) -> Result<Option<Stop>> {
        let v = self.basis.last().map(Vec::as_slice).unwrap_or_default();
        let finite = match run.options.side {
            Side::Left => {
                run.a.apply(v, &mut self.z)?;
                run.precondition(&self.z, &mut self.w)?
            }
            Side::Right => {
                let finite = run.precondition(v, &mut self.z)?;
                run.a.apply(&self.z, &mut self.w)?;
                finite
            }
        };
        if !finite && T::all_finite(&self.z) {
            return Ok(Some(Stop::SingularPreconditioner));
        }
        let before = T::euclidean(&self.w);
        if !before.is_finite() {
            return Ok(Some(run.broken("‖A*v‖", T::of(before))));
        }
        let k = self.basis.len();
        let mut h = vec![T::ZERO; k + 1];
        self.again.resize(k, T::ZERO);
        project(&self.basis, &self.w, &mut h[..k]);
        let mut norm = remove(&self.basis, &h[..k], &mut self.w, &mut self.again);
        let mut left = T::euclidean(&self.again);
        if left > 1e-12 * norm {
            (0..k).for_each(|j| h[j] += self.again[j]);
            let second = self.again.clone();
            norm = remove(&self.basis, &second, &mut self.w, &mut self.again);
            left = T::euclidean(&self.again);
        }
        // Below this, what is left of the product is rounding alone.
        let ended = norm <= 10.0 * f64::EPSILON * before || left > 0.1 * norm;
        h[k] = T::of(if ended { 0.0 } else { norm });
        self.rotate(h);
        if !ended {
            let mut v = self.w.clone();
            divide(&mut v, norm);
            self.basis.push(v);
        }
        Ok(None)
    }

    /// Applies the rotations so far to a new column, and one more that makes its last entry 0.
    fn rotate(&mut self, mut h: Vec<T>) {
        let k = h.len() - 1;
        for (j, &(c, s)) in self.rotations.iter().enumerate() {
            let (a, b) = (h[j], h[j + 1]);
            h[j] = a.scaled(c) + s.conjugate() * b;
            h[j + 1] = b.scaled(c) - s * a;
        }
        let (a, b) = (h[k - 1], h[k]);
        let size = a.modulus().hypot(b.modulus());
        let (c, s) = match size {
            0.0 => (1.0, T::ZERO),
            _ => (a.modulus() / size, b.scaled(1.0 / size) * a.sign().conjugate()),
        };
        h[k - 1] = a.scaled(c) + s.conjugate() * b;
        h.truncate(k);
        self.rotations.push((c, s));
        self.triangle.push(h);
        let last = self.g[k - 1];
        self.g[k - 1] = last.scaled(c);
        self.g.push(-(s * last));
    }

    /// Adds the combination of the basis that minimizes the residual; `false` when a pivot is 0 and was left out.
    fn correct(&mut self, run: &mut Run<'_, T>, x: &mut [T]) -> Result<bool> {
        let k = self.triangle.len();
        if k == 0 {
            return Ok(true);
        }
        let largest = (0..k).map(|j| self.triangle[j][j].modulus()).fold(0.0, f64::max);
        let mut y = self.g[..k].to_vec();
        let mut solvable = true;
        for j in (0..k).rev() {
            let pivot = self.triangle[j][j];
            if pivot.modulus() <= f64::EPSILON * largest {
                solvable = false;
                y[j] = T::ZERO;
            } else {
                y[j] = y[j].over(pivot);
            }
            for i in 0..j {
                let change = self.triangle[j][i] * y[j];
                y[i] -= change;
            }
        }
        match run.options.side {
            Side::Right if run.is_preconditioned() => {
                self.w.fill(T::ZERO);
                for (v, &y) in self.basis.iter().zip(&y) {
                    axpy(&mut self.w, y, v);
                }
                run.precondition(&self.w, &mut self.z)?;
                axpy(x, T::ONE, &self.z);
            }
            _ => self.basis.iter().zip(&y).for_each(|(v, &y)| axpy(x, y, v)),
        }
        Ok(solvable)
    }
}
