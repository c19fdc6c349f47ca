//! Every method against the direct solution, real and complex, and everything that must not be called converged.

use super::*;
use crate::data::{Interrupt, Monitor};
use crate::error::{Error, Result};
use crate::factor;
use crate::linalg::{ComplexMatrix, Dense, Matrix, Random, Sparse, c64};

const SQUARE: [Method; 9] = [
    Method::Pcg,
    Method::Minres,
    Method::Symmlq,
    Method::Gmres,
    Method::Bicg,
    Method::Bicgstab,
    Method::Cgs,
    Method::Qmr,
    Method::Tfqmr,
];
const LEAST_SQUARES: [Method; 3] = [Method::Lsqr, Method::Lsmr, Method::Cgls];

/// The inverse of a full matrix, as a preconditioner.
struct Inverse<T: factor::Field>(factor::Factorized<T>, usize);

impl<T: factor::Field> Operator<T> for Inverse<T> {
    fn rows(&self) -> usize {
        self.1
    }
    fn cols(&self) -> usize {
        self.1
    }
    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        y.copy_from_slice(self.0.solve(&Dense::column_vector(x.to_vec()))?.as_slice());
        Ok(())
    }
    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        y.copy_from_slice(self.0.solve_adjoint(&Dense::column_vector(x.to_vec()))?.as_slice());
        Ok(())
    }
}

fn inverse<T: factor::Field>(a: &Dense<T>) -> Inverse<T> {
    Inverse(factor::factorize(a).unwrap(), a.cols())
}

fn options(tol: f64, max_iter: usize) -> Options {
    Options { tol, max_iter, ..Default::default() }
}

fn run<T: Field>(method: Method, a: &dyn Operator<T>, b: &[T], o: Options) -> Solution<T> {
    solve(method, &Problem::new(a, b), o, &Monitor::default()).unwrap()
}

/// Hermitian positive definite, or with `skew` neither.
fn complex(n: usize, skew: f64) -> ComplexMatrix {
    let mut r = Random::seeded(5);
    let g = ComplexMatrix::from_fn(n, n, |_, _| c64::new(r.normal(), r.normal()).scaled(0.2));
    ComplexMatrix::from_fn(n, n, |i, j| {
        let h = g[(i, j)] + g[(j, i)].conjugate() + g[(i, j)].scaled(skew);
        if i == j { c64::new(n as f64 / 2.0 + i as f64, skew * 0.5) } else { h.scaled(0.5) }
    })
}

fn real(n: usize, skew: f64) -> Matrix {
    let a = complex(n, skew);
    Matrix::from_fn(n, n, |i, j| a[(i, j)].re)
}

fn far<T: Scalar>(x: &[T], y: &[T]) -> f64 {
    let apart: f64 = x.iter().zip(y).map(|(&x, &y)| (x - y).modulus()).fold(0.0, f64::max);
    apart / T::largest_modulus(y)
}

/// Every method and every way of preconditioning finds what `A\b` finds.
fn all_agree<T: Field + factor::Field>(spd: &Dense<T>, general: &Dense<T>, b: &[T]) {
    let n = b.len();
    let rhs = Dense::column_vector(b.to_vec());
    for method in SQUARE.into_iter().chain(LEAST_SQUARES) {
        let a = if method.needs_hermitian() { spd } else { general };
        let direct = factor::solve(a, &rhs).unwrap().x;
        let sparse = Sparse::from_dense(a).unwrap();
        let diagonal = Dense::from_fn(n, n, |i, j| if i == j { a[(i, i)] } else { T::ZERO });
        let real_diagonal = diagonal.map(|x| T::of(x.real_part()));
        let near = inverse(&real_diagonal);
        let root = inverse(&real_diagonal.map(|x| T::of(x.real_part().sqrt())));
        let start: Vec<T> = (0..n).map(|i| T::of(i as f64)).collect();
        let full = Problem::new(a as &dyn Operator<T>, b);
        let problems = [
            ("full", Problem { ..full }),
            ("sparse", Problem { a: &sparse, ..full }),
            ("start", Problem { start: Some(&start), ..full }),
            ("left", Problem { left: Some(&near), ..full }),
            ("right", Problem { right: Some(&near), ..full }),
            ("split", Problem { left: Some(&root), right: Some(&root), ..full }),
        ];
        for (name, problem) in &problems {
            let mut o = options(1e-11, 20 * n);
            for restart in [None, Some(7)] {
                if restart.is_some() && method != Method::Gmres {
                    continue;
                }
                o.restart = restart;
                for side in [Side::Left, Side::Right] {
                    o.side = side;
                    let found = solve(method, problem, o, &Monitor::default()).unwrap();
                    let what = format!("{method:?} {name} {restart:?} {side:?}");
                    assert!(found.converged(), "{what}: {:?} {}", found.stop, found.relres);
                    assert!(far(&found.x, direct.as_slice()) < 1e-9, "{what}");
                    assert!(found.true_relres < 1e-9, "{what}");
                    assert!(found.iterations > 0.0 && found.iterations < 3.0 * n as f64, "{what}");
                }
            }
        }
    }
}

#[test]
fn every_method_finds_the_direct_solution() {
    let n = 40;
    let mut r = Random::seeded(2);
    let b = r.normals(n);
    all_agree(&real(n, 0.0), &real(n, 1.0), &b);
    let b: Vec<c64> = b.iter().map(|&x| c64::new(x, r.normal())).collect();
    all_agree(&complex(n, 0.0), &complex(n, 1.0), &b);
}

#[test]
fn the_numbers_of_a_small_system() {
    // Octave 7.3: a = toeplitz([2.5 -1 0 ...]), b = (1:8)'.
    let a = Matrix::from_fn(8, 8, |i, j| match i.abs_diff(j) {
        0 => 2.5,
        1 => -1.0,
        _ => 0.0,
    });
    let b: Vec<f64> = (1..=8).map(f64::from).collect();
    let found = run(Method::Pcg, &a, &b, options(1e-6, 20));
    let expected = [14.282857, 8.7412263, 3.8189642, 1.723761, 0.76212478, 0.32025196, 0.12171445];
    for (got, want) in found.history.iter().zip(expected) {
        assert!((got / want - 1.0).abs() < 1e-7, "{got} {want}");
    }
    assert_eq!((found.iterations, found.flag()), (8.0, 0));
    let (low, high) = found.eigenvalues.unwrap();
    let spread = 2.0 * (std::f64::consts::PI / 9.0).cos();
    assert!((low - 2.5 + spread).abs() < 1e-12 && (high - 2.5 - spread).abs() < 1e-12);
    let c = Matrix::from_fn(8, 8, |i, j| a[(i, j)] + if j == i + 1 { 0.5 } else { 0.0 });
    let last = |method, expected: &[f64], max_iter| {
        let found = run(method, &c, &b, options(1e-8, max_iter));
        assert_eq!(found.history.len(), expected.len() + 1, "{method:?}");
        for (got, want) in found.history[1..].iter().zip(expected) {
            assert!((got / want - 1.0).abs() < 1e-6, "{method:?}: {got} {want}");
        }
        assert_eq!(found.flag(), 1);
    };
    last(Method::Bicg, &[2.7906008, 0.49307336, 0.086286772], 3);
    let halves = [2.7906008, 0.71040473, 0.17883607, 0.059169021, 0.014432542, 0.0063550964];
    last(Method::Bicgstab, &halves, 3);
    last(Method::Cgs, &[3.3308386, 0.26705061, 0.011472625], 3);
    last(Method::Qmr, &[2.7388149, 0.48540366, 0.089347352], 3);
    let halves = [2.7388149, 0.96458606, 0.60958908, 0.1629495, 0.034118178, 0.0098253087];
    last(Method::Tfqmr, &halves, 3);
    last(Method::Gmres, &[2.7388149, 0.48540312, 0.08539095], 3);
    let cycles = Options { restart: Some(3), ..options(1e-8, 20) };
    let found = run(Method::Gmres, &c, &b, cycles);
    assert_eq!((found.cycle, found.flag(), found.history.len()), ((5, 3), 0, 16));
    assert!((found.relres / 5.6047367e-9 - 1.0).abs() < 1e-5);
}

#[test]
fn what_cannot_be_solved_is_said() {
    let b = [1.0, 0.0];
    let indefinite = Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 1.0]]);
    let found = run(Method::Pcg, &indefinite, &[1.0, -1.0], options(1e-6, 20));
    assert_eq!((found.stop, found.flag()), (Stop::IndefiniteMatrix, 4));
    let skew = Matrix::from_rows(&[&[0.0, 1.0], &[-1.0, 0.0]]);
    for method in [Method::Bicg, Method::Bicgstab, Method::Cgs, Method::Qmr, Method::Tfqmr] {
        let found = run(method, &skew, &b, options(1e-6, 20));
        assert!(matches!(found.stop, Stop::Breakdown(_)), "{method:?}: {:?}", found.stop);
        assert_eq!((found.x.as_slice(), found.relres), (&[0.0, 0.0][..], 1.0), "{method:?}");
    }
    assert!(run(Method::Gmres, &skew, &b, options(1e-6, 20)).converged());
    let singular = Matrix::from_rows(&[&[1.0, 1.0], &[1.0, 1.0]]);
    for method in SQUARE {
        let found = run(method, &singular, &b, options(1e-6, 20));
        assert!(!found.converged(), "{method:?} {:?}", found.stop);
        assert!(found.relres <= 1.0 && found.relres > 0.7, "{method:?} {}", found.relres);
    }
    assert_eq!(run(Method::Minres, &singular, &b, options(1e-6, 20)).stop, Stop::LeastSquares);
    for method in LEAST_SQUARES {
        let found = run(method, &singular, &b, options(1e-6, 20));
        assert_eq!((found.stop, found.flag()), (Stop::LeastSquares, 0), "{method:?}");
        assert!(far(&found.x, &[0.25, 0.25]) < 1e-12, "{method:?}");
    }
    let zero = Matrix::zeros(2, 2);
    for method in SQUARE.into_iter().chain(LEAST_SQUARES) {
        let found = run(method, &zero, &b, options(1e-6, 20));
        assert_eq!(found.x, [0.0, 0.0], "{method:?}");
        assert!(!found.converged() || found.stop == Stop::LeastSquares, "{method:?}");
    }
}

#[test]
fn preconditioners_that_are_none() {
    struct Scale(f64);
    impl Operator<f64> for Scale {
        fn rows(&self) -> usize {
            30
        }
        fn cols(&self) -> usize {
            30
        }
        fn apply(&self, x: &[f64], y: &mut [f64]) -> Result<()> {
            y.iter_mut().zip(x).for_each(|(y, x)| *y = x * self.0);
            Ok(())
        }
        fn apply_adjoint(&self, x: &[f64], y: &mut [f64]) -> Result<()> {
            self.apply(x, y)
        }
    }
    let (a, b) = (real(30, 0.0), vec![1.0; 30]);
    for method in SQUARE.into_iter().chain(LEAST_SQUARES) {
        for (scale, expected) in [(f64::INFINITY, 2), (f64::NAN, 2), (-1.0, 4)] {
            let m = Scale(scale);
            let problem = Problem { left: Some(&m), ..Problem::new(&a, &b) };
            let found = solve(method, &problem, options(1e-8, 200), &Monitor::default()).unwrap();
            if expected == 4 && !method.needs_hermitian() {
                assert_eq!(found.flag(), 0, "{method:?}");
            } else {
                assert_eq!(found.flag(), expected, "{method:?} {scale}: {:?}", found.stop);
                assert!(found.x.iter().all(|&x| x == 0.0), "{method:?}");
            }
        }
    }
}

#[test]
fn an_unreachable_tolerance_ends() {
    let (a, g, b) = (real(30, 0.0), real(30, 1.0), vec![1.0; 30]);
    for method in SQUARE.into_iter().chain(LEAST_SQUARES) {
        let a = if method.needs_hermitian() { &a } else { &g };
        let found = run(method, a, &b, options(0.0, 5000));
        assert!(found.flag() != 1 && found.history.len() < 5000, "{method:?}: {:?}", found.stop);
        assert!(found.true_relres < 1e-12, "{method:?}: {}", found.true_relres);
    }
}

#[test]
fn the_limit_is_kept_and_the_best_is_returned() {
    let (a, b) = (real(40, 1.0), vec![1.0; 40]);
    for method in SQUARE.into_iter().chain(LEAST_SQUARES) {
        let a = if method.needs_hermitian() { &real(40, 0.0) } else { &a };
        for limit in [0, 1, 2, 5] {
            let found = run(method, a, &b, options(1e-14, limit));
            assert_eq!(found.flag(), 1, "{method:?} {limit}: {:?}", found.stop);
            let per = if matches!(method, Method::Bicgstab | Method::Tfqmr) { 2 } else { 1 };
            assert_eq!(found.history.len(), 1 + per * limit, "{method:?} {limit}");
            let least = found.history.iter().copied().fold(f64::INFINITY, f64::min);
            if method != Method::Symmlq {
                assert!((found.relres * 40f64.sqrt() / least - 1.0).abs() < 1e-8, "{method:?}");
            }
        }
    }
}

#[test]
fn rectangular_least_squares_with_damping() {
    let mut r = Random::seeded(8);
    for (m, n) in [(60, 20), (20, 60)] {
        let a = Matrix::from_vec(m, n, r.normals(m * n));
        let b = r.normals(m);
        let rhs = Dense::column_vector(b.clone());
        for damp in [0.0, 0.7] {
            let stacked = Matrix::from_fn(m + n, n, |i, j| match i < m {
                true => a[(i, j)],
                false if i - m == j => damp,
                false => 0.0,
            });
            let longer = Matrix::from_fn(m + n, 1, |i, _| if i < m { b[i] } else { 0.0 });
            let direct = match damp {
                0.0 => factor::solve(&a, &rhs).unwrap().x,
                _ => factor::solve(&stacked, &longer).unwrap().x,
            };
            let start: Vec<f64> = vec![if damp > 0.0 || m > n { 1.0 } else { 0.0 }; n];
            for method in LEAST_SQUARES {
                let o = Options { damp, ..options(1e-12, 500) };
                let problem = Problem { start: Some(&start), ..Problem::new(&a, &b) };
                let found = solve(method, &problem, o, &Monitor::default()).unwrap();
                let what = format!("{method:?} {m}×{n} {damp}");
                assert!(found.converged(), "{what}: {:?}", found.stop);
                assert!(far(&found.x, direct.as_slice()) < 1e-8, "{what}");
                let e = found.estimates.unwrap();
                let s = factor::singular_values(if damp > 0.0 { &stacked } else { &a }).unwrap();
                let condition = s[0] / s.last().unwrap();
                assert!(
                    e.condition > 0.1 * condition && e.condition < 30.0 * condition,
                    "{what}: {e:?} {condition}"
                );
                assert!(e.norm > 0.5 * s[0] && e.norm < 20.0 * s[0], "{what}: {e:?}");
            }
        }
    }
}

#[test]
fn extreme_right_hand_sides() {
    let a = real(20, 0.0);
    for method in SQUARE.into_iter().chain(LEAST_SQUARES) {
        for scale in [1e-300, 1e300] {
            let b = vec![scale; 20];
            let found = run(method, &a, &b, options(1e-8, 100));
            assert!(found.converged(), "{method:?} {scale}: {:?}", found.stop);
        }
        let found = run(method, &a, &[0.0; 20], options(1e-8, 100));
        assert_eq!((found.flag(), found.history, found.x), (0, vec![0.0], vec![0.0; 20]));
        let empty = run(method, &Matrix::zeros(0, 0), &[], options(1e-8, 100));
        assert!(empty.x.is_empty() && empty.converged());
        let one = run(method, &Matrix::identity(1).map(|x| 4.0 * x), &[2.0], options(1e-8, 100));
        assert!((one.x[0] - 0.5).abs() < 1e-15, "{method:?}");
    }
}

#[test]
fn nan_and_infinity_in_the_matrix() {
    for bad in [f64::NAN, f64::INFINITY] {
        let mut a = real(10, 0.0);
        a[(3, 4)] = bad;
        for method in SQUARE.into_iter().chain(LEAST_SQUARES) {
            let found = run(method, &a, &[1.0; 10], options(1e-8, 100));
            assert!(matches!(found.stop, Stop::Breakdown(_)), "{method:?}: {:?}", found.stop);
            assert!(found.x.iter().all(|x| x.is_finite()), "{method:?}");
        }
    }
}

#[test]
fn bad_arguments() {
    let (a, b) = (real(4, 0.0), [1.0; 4]);
    let refused = |problem: Problem<'_, f64>, o: Options| {
        solve(Method::Pcg, &problem, o, &Monitor::default()).unwrap_err().to_string()
    };
    let o = Options::default();
    let wide = Matrix::zeros(4, 5);
    assert_eq!(refused(Problem::new(&wide, &b), o), "pcg needs a square matrix; this one is 4×5");
    assert_eq!(refused(Problem::new(&a, &b[..3]), o), "cannot solve with 4×4 and 3×1");
    let short = Problem { start: Some(&b[..2]), ..Problem::new(&a, &b) };
    assert_eq!(refused(short, o), "pcg: the start x0 has 2 entries, and A has 4 columns");
    let m = inverse(&real(3, 0.0));
    let other = Problem { left: Some(&m), ..Problem::new(&a, &b) };
    assert!(refused(other, o).contains("the preconditioner is 3×3, and a matrix of 4×4 is needed"));
    let nan = [1.0, f64::NAN, 0.0, 0.0];
    assert_eq!(refused(Problem::new(&a, &nan), o), "pcg needs finite numbers; entry (2,1) is NaN");
    assert!(refused(Problem::new(&a, &b), options(-1.0, 5)).contains("tol is -1"));
    let none = Options { restart: Some(0), ..o };
    assert!(refused(Problem::new(&a, &b), none).contains("restart is 0"));
}

#[test]
fn an_interrupt_stops_and_steps_are_reported() {
    use std::sync::{Arc, Mutex};
    let (a, b) = (real(30, 1.0), vec![1.0; 30]);
    for method in SQUARE.into_iter().chain(LEAST_SQUARES) {
        let a = if method.needs_hermitian() { &real(30, 0.0) } else { &a };
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (interrupt, sink) = (Interrupt::new(), Arc::clone(&seen));
        let flag = interrupt.clone();
        let monitor = Monitor::new(interrupt, move |step| {
            sink.lock().unwrap().push(step.clone());
            if step.iteration == 2 {
                flag.trigger();
            }
        });
        let stopped = solve(method, &Problem::new(a, &b), options(1e-14, 100), &monitor);
        assert_eq!(stopped.unwrap_err(), Error::Interrupted, "{method:?}");
        let steps = seen.lock().unwrap();
        assert_eq!(steps.len(), 2);
        assert!(steps[1].task == method.name() && steps[1].objective > 0.0);
    }
}

#[test]
fn an_error_of_the_operator_comes_through() {
    struct Fails;
    impl Operator<f64> for Fails {
        fn rows(&self) -> usize {
            3
        }
        fn cols(&self) -> usize {
            3
        }
        fn apply(&self, _: &[f64], _: &mut [f64]) -> Result<()> {
            Err(Error::Callback)
        }
        fn apply_adjoint(&self, _: &[f64], _: &mut [f64]) -> Result<()> {
            Err(Error::Callback)
        }
    }
    for method in SQUARE.into_iter().chain(LEAST_SQUARES) {
        let problem = Problem::new(&Fails, &[1.0; 3]);
        let failed = solve(method, &problem, Options::default(), &Monitor::default());
        assert_eq!(failed.unwrap_err(), Error::Callback);
    }
}
