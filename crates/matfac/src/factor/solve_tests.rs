//! Every kind of matrix, solved by the method that suits it.

use super::super::testdata::{assert_close, distance, random, random_complex};
use super::*;
use crate::Matrix;
use crate::linalg::product::{gram, multiply, multiply_with, times};

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
        check(&definite, Method::Ldl, 1e-8);
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
    let residual: f64 = fit.as_slice().iter().zip(b.as_slice()).map(|(x, y)| (x - y).powi(2)).sum();
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
fn subnormal_systems() {
    let a = Matrix::from_rows(&[&[2.0, 1.0], &[1.0, 1.0]]).map(|x| 4e-310 * x);
    let s = solve(&a, &Matrix::column_vector(vec![12e-310, 8e-310])).unwrap();
    assert_eq!((s.warning, s.method), (None, Method::Cholesky));
    assert_close(&s.x, &Matrix::column_vector(vec![1.0, 1.0]), 1e-12);
    assert!(solve(&Matrix::zeros(2, 2), &a).unwrap().warning.is_some());
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

/// One matrix of each kind.
fn kinds(n: usize) -> Vec<(crate::ComplexMatrix, Method)> {
    use crate::linalg::c64;
    let dense = random_complex(n, n, 1);
    let zero = c64::new(0.0, 0.0);
    let part = |keep: &dyn Fn(usize, usize) -> bool| {
        crate::ComplexMatrix::from_fn(n, n, |i, j| {
            let size = if i == j { 3.0 } else { 0.3 };
            if keep(i, j) { dense[(i, j)] * size } else { zero }
        })
    };
    let upper = part(&|i, j| i <= j);
    let turned = crate::ComplexMatrix::from_fn(n, n, |i, j| upper[((i + 1) % n, j)]);
    let mut definite = times(&dense, true, &dense, false).unwrap();
    (0..n).for_each(|i| definite[(i, i)] = c64::new(definite[(i, i)].re + 1.0, 0.0));
    let definite = crate::ComplexMatrix::from_fn(n, n, |i, j| match i.cmp(&j) {
        std::cmp::Ordering::Less => definite[(j, i)].conj(),
        _ => definite[(i, j)],
    });
    let mut saddle = definite.clone();
    saddle[(0, 0)] = c64::new(-2.0, 0.0);
    vec![
        (part(&|i, j| i == j), Method::Diagonal),
        (upper.clone(), Method::Upper),
        (upper.adjoint(), Method::Lower),
        (turned, Method::Upper),
        (part(&|i, j| i.abs_diff(j) < 2), Method::Band),
        (definite, Method::Cholesky),
        (saddle, Method::Ldl),
        (dense, Method::Lu),
        (random_complex(n + 4, n, 2), Method::Qr),
        (random_complex(n, n + 4, 2), Method::LeastNorm),
    ]
}

#[test]
fn complex_matrices_and_adjoints_of_every_kind() {
    for (a, method) in kinds(40) {
        let f = factorize(&a).unwrap();
        assert_eq!((f.method, f.warning), (method, None));
        let x = random_complex(a.cols(), 2, 5);
        let b = times(&a, false, &x, false).unwrap();
        let y = f.solve(&b).unwrap();
        let back = times(&a, false, &y, false).unwrap();
        assert!(distance(&back, &b) < 1e-11 / f.rcond.min(1.0), "{method:?}");
        let z = random_complex(a.rows(), 2, 6);
        let b = times(&a, true, &z, false).unwrap();
        let y = f.solve_adjoint(&b).unwrap();
        let back = times(&a, true, &y, false).unwrap();
        assert!(distance(&back, &b) < 1e-11 / f.rcond.min(1.0), "{method:?}, adjoint");
        if a.is_square() {
            let lu = PackedLu::new(&a);
            let expected = Determinant::of(lu.sign, lu.pivots()).value();
            let det = f.det().unwrap();
            assert!((det - expected).modulus() < 1e-10 * expected.modulus(), "{method:?}");
            for forced in [Method::Lu, Method::Qr] {
                let f = factorize_by(&a, forced).unwrap();
                assert_eq!(f.method, forced);
                let det = f.det().unwrap();
                assert!((det - expected).modulus() < 1e-10 * expected.modulus(), "{forced:?}");
            }
        }
    }
    let dense = random(4, 4, 1);
    assert!(factorize_by(&dense, Method::Cholesky).is_err());
    let saddle = Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 1.0]]);
    let error = factorize_by(&saddle, Method::Cholesky).unwrap_err();
    assert!(matches!(error, Error::NotPositiveDefinite { pivot: 2, .. }));
    assert_eq!(factorize_by(&saddle, Method::CompleteOrthogonal).unwrap().rank(), 2);
}

#[test]
fn determinants_of_every_structure() {
    let swap = Matrix::from_rows(&[&[0.0, 2.0], &[3.0, 1.0]]);
    assert_eq!(factorize(&swap).unwrap().det().unwrap(), -6.0);
    let a = Matrix::from_rows(&[&[2.0, 1.0, 1.0], &[1.0, 2.0, 1.0], &[1.0, 1.0, 2.0]]);
    assert!((factorize(&a).unwrap().det().unwrap() - 4.0).abs() < 1e-14);
}
