//! Runs a method, and believes it only when the residual computed anew agrees.

use super::damped::Damped;
use super::run::Run;
use super::{
    Estimates, Field, Method, Options, Problem, Side, Solution, Stop, bicg, bicgstab, cgls, cgs,
    gmres, lsmr, lsqr, minres, pcg, qmr, ritz, symmlq, tfqmr,
};
use crate::data::Monitor;
use crate::error::{Error, Result, Shape};
use crate::linalg::{Operator, Scalar};

/// Solves `A*x = b`, or `min ‖b - A*x‖`, by `method`.
///
/// An iteration that does not get there is a result too: [`Solution::stop`] says why it ended. Errors: those of the
/// operators, [`Error::Shapes`], [`Error::NotSquare`], [`Error::NonFinite`] of b and of the start, [`Error::Argument`],
/// [`Error::Interrupted`]; the monitor hears of every iteration.
///
/// ```
/// use matfac::{Matrix, data::Monitor};
/// use matfac::sparse::krylov::{Method, Options, Problem, solve};
/// let a = Matrix::from_rows(&[&[4.0, 1.0], &[1.0, 3.0]]);
/// let found = solve(Method::Pcg, &Problem::new(&a, &[1.0, 2.0]), Options::default(), &Monitor::default())?;
/// assert!(found.converged() && found.history.len() == 3);
/// assert!((found.x[0] - 1.0 / 11.0).abs() < 1e-12);
/// # Ok::<(), matfac::Error>(())
/// ```
pub fn solve<T: Field>(
    method: Method,
    problem: &Problem<'_, T>,
    options: Options,
    monitor: &Monitor,
) -> Result<Solution<T>> {
    T::iterate(method, problem, options, monitor)
}

/// What `solve` does, once for each field.
pub(super) fn iterate<T: Scalar>(
    method: Method,
    problem: &Problem<'_, T>,
    options: Options,
    monitor: &Monitor,
) -> Result<Solution<T>> {
    check(method, problem, &options)?;
    let norm = T::euclidean(problem.b);
    if norm == 0.0 {
        return Ok(of_zeros(method, problem.a.cols()));
    }
    if !(1e-100..1e100).contains(&norm) {
        return rescaled(method, problem, options, monitor, norm);
    }
    if !method.is_least_squares() || options.damp == 0.0 {
        return Driver::new(method, problem, options, monitor)?.drive();
    }
    let a = Damped { a: problem.a, damp: options.damp };
    let mut b = problem.b.to_vec();
    b.resize(a.rows(), T::ZERO);
    let damped = Problem { a: &a, b: &b, ..*problem };
    let mut found = Driver::new(method, &damped, options, monitor)?.drive()?;
    let mut residual = vec![T::ZERO; problem.b.len()];
    problem.a.apply(&found.x, &mut residual)?;
    residual.iter_mut().zip(problem.b).for_each(|(r, &b)| *r = b - *r);
    found.true_relres = T::euclidean(&residual) / norm;
    found.relres = found.true_relres;
    Ok(found)
}

fn check<T: Scalar>(method: Method, problem: &Problem<'_, T>, options: &Options) -> Result<()> {
    let (name, shape) = (method.name(), Shape(problem.a.rows(), problem.a.cols()));
    if !method.is_least_squares() && shape.0 != shape.1 {
        return Err(Error::NotSquare { operation: name, shape });
    }
    if problem.b.len() != shape.0 {
        let hint = Some(format!("b must have as many entries as A has rows, {}", shape.0));
        let right = Shape(problem.b.len(), 1);
        return Err(Error::Shapes { operation: "solve with", left: shape, right, hint });
    }
    let start = problem.start.unwrap_or_default();
    if problem.start.is_some() && start.len() != shape.1 {
        let message = format!(
            "{name}: the start x0 has {} entries, and A has {} columns",
            start.len(),
            shape.1
        );
        return Err(Error::argument("x0", message));
    }
    for one in [problem.left, problem.right].into_iter().flatten() {
        if (one.rows(), one.cols()) != (shape.1, shape.1) {
            let message = format!(
                "{name}: the preconditioner is {}, and a matrix of {n}×{n} is needed",
                Shape(one.rows(), one.cols()),
                n = shape.1
            );
            return Err(Error::argument("M", message));
        }
    }
    for vector in [problem.b, start] {
        let bad = vector.iter().enumerate().find_map(|(i, x)| Some((i, x.bad_part()?)));
        if let Some((i, value)) = bad {
            return Err(Error::NonFinite { operation: name, row: i + 1, col: 1, value });
        }
    }
    let not_negative = |argument, value: f64| {
        if (0.0..f64::INFINITY).contains(&value) {
            return Ok(());
        }
        Err(Error::argument(argument, format!("{name}: {argument} is {value}, and must be ≥ 0")))
    };
    not_negative("tol", options.tol)?;
    not_negative("damp", options.damp)?;
    if options.restart == Some(0) {
        return Err(Error::argument("restart", format!("{name}: restart is 0, and must be ≥ 1")));
    }
    Ok(())
}

/// The solution for b = 0.
fn of_zeros<T: Scalar>(method: Method, n: usize) -> Solution<T> {
    let none = Estimates { norm: 0.0, condition: 0.0, normal_residual: 0.0 };
    Solution {
        x: vec![T::ZERO; n],
        stop: Stop::Converged,
        relres: 0.0,
        true_relres: 0.0,
        iterations: 0.0,
        cycle: (0, 0),
        history: vec![0.0],
        second_history: vec![0.0],
        eigenvalues: None,
        estimates: method.is_least_squares().then_some(none),
    }
}

/// For b so large or small that its squares overflow or vanish: solves for b of ordinary size.
fn rescaled<T: Scalar>(
    method: Method,
    problem: &Problem<'_, T>,
    options: Options,
    monitor: &Monitor,
    norm: f64,
) -> Result<Solution<T>> {
    let scale = 2f64.powi(norm.log2().floor().clamp(-1000.0, 1000.0) as i32);
    let down = |v: &[T]| -> Vec<T> { v.iter().map(|x| x.scaled(1.0 / scale)).collect() };
    let (b, start) = (down(problem.b), problem.start.map(down));
    let ordinary = Problem { b: &b, start: start.as_deref(), ..*problem };
    let mut found = iterate(method, &ordinary, options, monitor)?;
    found.x.iter_mut().for_each(|x| *x = x.scaled(scale));
    found.history.iter_mut().for_each(|r| *r *= scale);
    found.second_history.iter_mut().for_each(|r| *r *= scale);
    Ok(found)
}

/// A method on its way, with vectors that outlive its restarts.
struct Driver<'a, T: Scalar> {
    method: Method,
    run: Run<'a, T>,
    b: &'a [T],
    b_norm: f64,
    x: Vec<T>,
    r: Vec<T>,
    /// `M\r`, which gmres with a preconditioner on the left measures.
    measured: Vec<T>,
}

impl<'a, T: Scalar> Driver<'a, T> {
    fn new(
        method: Method,
        problem: &Problem<'a, T>,
        options: Options,
        monitor: &'a Monitor,
    ) -> Result<Driver<'a, T>> {
        let mut run = Run::new(method.name(), problem, options, monitor);
        let n = problem.a.cols();
        let x = problem.start.map_or_else(|| vec![T::ZERO; n], <[T]>::to_vec);
        let on_left = method == Method::Gmres && options.side == Side::Left;
        let mut measured = Vec::new();
        let b_norm = T::euclidean(problem.b);
        run.scale = b_norm;
        if on_left && run.is_preconditioned() {
            measured = vec![T::ZERO; n];
            run.precondition(problem.b, &mut measured)?;
            run.scale = T::euclidean(&measured);
        }
        run.target = options.tol * run.scale;
        Ok(Driver { method, run, b: problem.b, b_norm, x, r: problem.b.to_vec(), measured })
    }

    fn drive(mut self) -> Result<Solution<T>> {
        let mut last =
            if self.x.iter().all(|&x| x == T::ZERO) { self.measure()? } else { self.residual()? };
        self.run.record(&self.x, last, 0.0);
        let stop = loop {
            if last <= self.run.target && last.is_finite() {
                break Stop::Converged;
            }
            if !last.is_finite() {
                break match T::all_finite(&self.r) {
                    true => Stop::SingularPreconditioner,
                    false => Stop::Breakdown("a number that is too large"),
                };
            }
            let stop = self.pass()?;
            let now = self.residual()?;
            if now <= self.run.target {
                break Stop::Converged;
            }
            // The method believes in less than there is: it goes on from here as long as that helps.
            let limit = match stop {
                Stop::Converged => 0.5,
                Stop::MaxIter if self.run.steps < self.run.max_steps => 1.0 - 1e-10,
                _ => break stop,
            };
            if now > limit * last {
                break Stop::Stagnated;
            }
            last = now;
        };
        self.finish(stop)
    }

    /// One run of the method from x and r.
    fn pass(&mut self) -> Result<Stop> {
        let (run, x) = (&mut self.run, &mut self.x);
        let r = if self.measured.is_empty() { &mut self.r } else { &mut self.measured };
        match self.method {
            Method::Pcg => pcg::run(run, x, r),
            Method::Minres => minres::run(run, x, r),
            Method::Symmlq => symmlq::run(run, x, r),
            Method::Gmres => gmres::run(run, x, r),
            Method::Bicg => bicg::run(run, x, r),
            Method::Bicgstab => bicgstab::run(run, x, r),
            Method::Cgs => cgs::run(run, x, r),
            Method::Qmr => qmr::run(run, x, r),
            Method::Tfqmr => tfqmr::run(run, x, r),
            Method::Lsqr => lsqr::run(run, x, r),
            Method::Lsmr => lsmr::run(run, x, r),
            Method::Cgls => cgls::run(run, x, r),
        }
    }

    /// `r = b - A*x`, computed anew, and the norm that counts.
    fn residual(&mut self) -> Result<f64> {
        self.run.a.apply(&self.x, &mut self.r)?;
        self.r.iter_mut().zip(self.b).for_each(|(r, &b)| *r = b - *r);
        self.measure()
    }

    fn measure(&mut self) -> Result<f64> {
        if self.measured.is_empty() {
            return Ok(T::euclidean(&self.r));
        }
        let finite = self.run.precondition(&self.r, &mut self.measured)?;
        Ok(if finite { T::euclidean(&self.measured) } else { f64::NAN })
    }

    /// The best of what there is, and its residual.
    fn finish(mut self, stop: Stop) -> Result<Solution<T>> {
        let mut norm = self.residual()?;
        let mut at =
            if self.run.best.is_current { self.run.best.at } else { self.run.steps as f64 };
        if stop != Stop::Converged && !self.run.best.is_current {
            std::mem::swap(&mut self.x, &mut self.run.best.kept);
            let kept = self.residual()?;
            if kept < norm || norm.is_nan() {
                (norm, at) = (kept, self.run.best.at);
            } else {
                std::mem::swap(&mut self.x, &mut self.run.best.kept);
                self.residual()?;
            }
        }
        let estimates = self.estimates()?;
        let cycle = match self.run.options.restart {
            _ if at == 0.0 => (0, 0),
            Some(restart) => ((at as usize - 1) / restart + 1, (at as usize - 1) % restart + 1),
            None => (1, at as usize),
        };
        let ritz = || ritz::extremes(&self.run.coefficients);
        Ok(Solution {
            stop: self.verified(stop, norm, &estimates),
            relres: norm / self.run.scale,
            true_relres: T::euclidean(&self.r) / self.b_norm,
            iterations: at,
            cycle,
            eigenvalues: if self.method == Method::Pcg { ritz() } else { None },
            estimates,
            history: self.run.history,
            second_history: self.run.second_history,
            x: self.x,
        })
    }

    /// A least squares solution must have a residual at right angles to the columns of A.
    fn verified(&self, stop: Stop, norm: f64, estimates: &Option<Estimates>) -> Stop {
        let Some(e) = estimates else { return stop };
        let tol = (10.0 * self.run.options.tol).max(1e4 * f64::EPSILON);
        let meets = e.normal_residual <= tol * e.norm * norm || self.run.is_preconditioned();
        if stop == Stop::LeastSquares && !meets { Stop::Stagnated } else { stop }
    }

    fn estimates(&mut self) -> Result<Option<Estimates>> {
        if !self.method.is_least_squares() {
            return Ok(None);
        }
        let mut normal = vec![T::ZERO; self.x.len()];
        self.run.a.apply_adjoint(&self.r, &mut normal)?;
        let (norm, condition) = match self.method {
            Method::Cgls => {
                let (low, high) = ritz::extremes(&self.run.coefficients).unwrap_or((0.0, 0.0));
                (high.max(0.0).sqrt(), (high / low.max(0.0)).sqrt())
            }
            _ => self.run.estimates,
        };
        Ok(Some(Estimates { norm, condition, normal_residual: T::euclidean(&normal) }))
    }
}
