//! Factors against Octave's, and what preconditioners are for: fewer iterations to the same x.

use super::*;
use crate::data::Monitor;
use crate::linalg::sparse::Duplicates;
use crate::linalg::{ComplexMatrix, Matrix, Operator, Random, c64};
use crate::sparse::krylov::{self, Method, Options, Problem, Solution, solve};

fn sparse(rows: &[&[f64]]) -> Sparse<f64> {
    Sparse::from_dense(&Matrix::from_rows(rows)).unwrap()
}

/// Five-point differences on an m×m grid.
fn poisson(m: usize) -> Sparse<f64> {
    let (mut rows, mut cols, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    let mut push = |i: usize, j: usize, x: f64| {
        rows.push(i as u32);
        cols.push(j as u32);
        entries.push(x);
    };
    for k in 0..m * m {
        push(k, k, 4.0);
        for (there, next) in [(k % m + 1 < m, k + 1), (k / m + 1 < m, k + m)] {
            if there {
                push(k, next, -1.0);
                push(next, k, -1.0);
            }
        }
    }
    Sparse::from_triplets(m * m, m * m, &rows, &cols, &entries, Duplicates::Sum, |a, b| a + b)
        .unwrap()
}

fn pcg<T: krylov::Field>(
    method: Method,
    a: &Sparse<T>,
    b: &[T],
    m: Option<&dyn Operator<T>>,
) -> Solution<T> {
    let problem = Problem { left: m, ..Problem::new(a, b) };
    let options = Options { tol: 1e-8, max_iter: 5000, ..Default::default() };
    solve(method, &problem, options, &Monitor::default()).unwrap()
}

fn spd() -> Sparse<f64> {
    sparse(&[
        &[10.0, 1.0, 0.0, 2.0, 0.0, 3.0],
        &[1.0, 9.0, 4.0, 0.0, 1.0, 0.0],
        &[0.0, 4.0, 12.0, 1.0, 0.0, 2.0],
        &[2.0, 0.0, 1.0, 8.0, 3.0, 0.0],
        &[0.0, 1.0, 0.0, 3.0, 11.0, 1.0],
        &[3.0, 0.0, 2.0, 0.0, 1.0, 13.0],
    ])
}

fn general() -> Sparse<f64> {
    sparse(&[
        &[10.0, 1.0, 0.0, 2.0, 0.0, 3.0],
        &[1.0, 9.0, 4.0, 0.0, 1.0, 0.0],
        &[0.0, 2.0, 12.0, 1.0, 0.0, 2.0],
        &[2.0, 0.0, 1.0, 8.0, 3.0, 0.0],
        &[0.0, 1.0, 0.0, -3.0, 11.0, 1.0],
        &[3.0, 0.0, 5.0, 0.0, 1.0, 13.0],
    ])
}

/// Needs exchanges.
fn unruly() -> Sparse<f64> {
    sparse(&[
        &[1.0, 10.0, 0.0, 2.0, 0.0, 3.0],
        &[5.0, 9.0, 4.0, 0.0, 1.0, 0.0],
        &[0.0, 20.0, 12.0, 1.0, 0.0, 2.0],
        &[2.0, 0.0, 1.0, 8.0, 3.0, 0.0],
        &[0.0, 1.0, 0.0, -30.0, 11.0, 1.0],
        &[3.0, 0.0, 5.0, 0.0, 1.0, 13.0],
    ])
}

/// The number of entries, and their sum with weights that tell places apart.
fn fingerprint(a: &Sparse<f64>) -> (usize, f64) {
    let weight = |i: usize, j: usize| 1.0 / (i + 1 + 3 * (j + 1)) as f64;
    (a.nnz(), a.triplets().map(|(i, j, x)| x * weight(i, j)).sum())
}

#[track_caller]
fn same(got: (usize, f64), want: (usize, f64)) {
    assert!(got.0 == want.0 && (got.1 - want.1).abs() < 1e-10, "{got:?} {want:?}");
}

#[test]
fn incomplete_cholesky_is_octaves() {
    let (a, o) = (spd(), IcholOptions::default());
    let ict = |tol, modified| IcholOptions { droptol: Some(tol), modified, ..o };
    let known = [
        (o, (15, 2.48242017703)),
        (IcholOptions { modified: true, ..o }, (15, 2.4520977008)),
        (ict(0.05, false), (16, 2.4701582086)),
        (ict(0.05, true), (16, 2.45155154653)),
        (ict(0.01, false), (19, 2.45158025954)),
        (IcholOptions { diagcomp: 0.1, ..o }, (15, 2.55559191567)),
        (IcholOptions { upper: true, ..o }, (15, 2.30607884478)),
    ];
    for (options, want) in known {
        same(fingerprint(&ichol(&a, options).unwrap()), want);
    }
    // Without dropping it is Cholesky's.
    let l = ichol(&a, ict(0.0, false)).unwrap().to_dense().unwrap();
    let full = crate::factor::chol(&a.to_dense().unwrap(), crate::factor::chol::Triangle::Lower);
    let r = full.unwrap().factor;
    for i in 0..6 {
        for j in 0..=i {
            assert!((l[(i, j)] - r[(i, j)]).abs() < 1e-13);
        }
    }
}

#[test]
fn incomplete_lu_is_octaves() {
    use Milu::{Col, Off, Row};
    let crout = |droptol, milu| IluOptions { kind: IluKind::Crout, droptol, milu };
    let none = |milu| IluOptions { milu, ..IluOptions::default() };
    let known = [
        (none(Off), (15, 0.74698601632), (15, 7.31478746277)),
        (none(Row), (15, 0.746620514653), (15, 7.09332551564)),
        (none(Col), (15, 0.746115174644), (15, 7.0810830158)),
        (crout(0.0, Off), (19, 0.735138607133), (19, 7.22571072889)),
        (crout(0.05, Off), (16, 0.740868767553), (16, 7.26130741908)),
        (crout(0.05, Row), (16, 0.743285506203), (16, 7.12485008127)),
        (crout(0.05, Col), (16, 0.74395152887), (16, 7.11566006525)),
        (crout(0.1, Off), (12, 0.715977315789), (12, 7.08358117917)),
        (crout(0.1, Row), (12, 0.706056993788), (12, 7.61542634082)),
        (crout(0.1, Col), (12, 0.706527803581), (12, 7.60817116191)),
    ];
    for (options, l, u) in known {
        let f = ilu(&general(), options).unwrap();
        same(fingerprint(&f.l), l);
        same(fingerprint(&f.u), u);
    }
    let pivoted = |droptol, milu, thresh| IluOptions {
        kind: IluKind::Pivoted { thresh, udiag: false },
        droptol,
        milu,
    };
    let (moved, turned, stays) = ([1, 2, 5, 4, 3, 0], [1, 0, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]);
    let known = [
        (pivoted(0.0, Off, 1.0), (19, 0.711687833441), (18, 7.56695591548), moved),
        (pivoted(0.0, Off, 0.1), (19, 2.09503693764), (19, -0.959311731703), stays),
        (pivoted(0.0, Row, 1.0), (19, 1.00182265192), (19, 6.8431882683), turned),
        (pivoted(0.05, Off, 1.0), (17, 0.714571199279), (15, 7.37923375242), moved),
        (pivoted(0.05, Off, 0.0), (16, 2.09910329616), (18, -0.980472074672), stays),
        (pivoted(0.05, Row, 1.0), (15, 0.991820510832), (18, 6.91207628628), turned),
        (pivoted(0.05, Row, 0.1), (16, 2.09753479655), (18, -0.890423713721), stays),
        (pivoted(0.05, Col, 1.0), (17, 0.714522042824), (15, 7.56374571191), moved),
        (pivoted(0.05, Col, 0.1), (16, 2.1032199639), (18, -0.826556186384), stays),
    ];
    for (options, l, u, pivots) in known {
        let f = ilu(&unruly(), options).unwrap();
        assert_eq!(f.pivots.as_deref(), Some(&pivots[..]), "{options:?}");
        same(fingerprint(&f.l), l);
        same(fingerprint(&f.u), u);
    }
}

/// Without dropping, the factors give the matrix back.
#[test]
fn complete_factors_are_exact() {
    let n = 60;
    let mut r = Random::seeded(4);
    let full = ComplexMatrix::from_fn(n, n, |i, j| match r.uniform() < 0.1 || i == j {
        true => c64::new(r.normal(), r.normal()),
        false => c64::new(0.0, 0.0),
    });
    let a = Sparse::from_dense(&full).unwrap();
    for milu in [Milu::Off, Milu::Row, Milu::Col] {
        let kind = IluKind::Pivoted { thresh: 1.0, udiag: false };
        let f = ilu(&a, IluOptions { kind, droptol: 0.0, milu }).unwrap();
        let product = f.l.times_dense(&f.u.to_dense().unwrap()).unwrap();
        let p = f.pivots.unwrap();
        for k in 0..n {
            for j in 0..n {
                let at = p[k] as usize;
                let (got, want) = match milu {
                    Milu::Row => (product[(j, k)], full[(j, at)]),
                    _ => (product[(k, j)], full[(at, j)]),
                };
                assert!((got - want).modulus() < 1e-12, "{milu:?}");
            }
        }
    }
    let heavy = full.map(|x| x);
    let mut heavy = heavy;
    (0..n).for_each(|i| heavy[(i, i)] += c64::new(20.0, 0.0));
    let f = ilu(
        &Sparse::from_dense(&heavy).unwrap(),
        IluOptions { kind: IluKind::Crout, ..Default::default() },
    )
    .unwrap();
    let product = f.l.times_dense(&f.u.to_dense().unwrap()).unwrap();
    let apart = product.as_slice().iter().zip(heavy.as_slice()).map(|(a, b)| (*a - *b).modulus());
    assert!(apart.fold(0.0, f64::max) < 1e-12);
    let hermitian = ComplexMatrix::from_fn(n, n, |i, j| heavy[(i, j)] + heavy[(j, i)].conjugate());
    let a = Sparse::from_dense(&hermitian).unwrap();
    for upper in [false, true] {
        let l =
            ichol(&a, IcholOptions { droptol: Some(0.0), upper, ..Default::default() }).unwrap();
        let (left, right) = if upper { (l.adjoint(), l) } else { (l.clone(), l.adjoint()) };
        let product = left.times_dense(&right.to_dense().unwrap()).unwrap();
        let apart =
            product.as_slice().iter().zip(hermitian.as_slice()).map(|(a, b)| (*a - *b).modulus());
        assert!(apart.fold(0.0, f64::max) < 1e-12);
    }
}

/// Scales rows and columns by powers of ten: condition number 1e6 times that of A.
fn ill_scaled(a: &Sparse<f64>) -> Sparse<f64> {
    let scale = |i: usize| 10f64.powf(3.0 * ((i * 7919) % 101) as f64 / 100.0);
    Sparse::from_columns(a.rows(), a.cols(), |j, places, entries| {
        let (rows, values) = a.col(j);
        places.extend_from_slice(rows);
        entries.extend(rows.iter().zip(values).map(|(&i, x)| x * scale(i as usize) * scale(j)));
        Ok(())
    })
    .unwrap()
}

#[test]
fn iterations_drop_on_an_ill_scaled_matrix() {
    let a = ill_scaled(&poisson(24));
    let n = a.cols();
    let exact: Vec<f64> = (0..n).map(|i| (i as f64).sin()).collect();
    let mut b = vec![0.0; n];
    a.times_vector(&exact, &mut b);
    let plain = pcg(Method::Pcg, &a, &b, None);
    let l = ichol(&a, IcholOptions::default()).unwrap();
    let both = pair(&l, &l.adjoint()).unwrap();
    let (jacobi, ssor) = (jacobi(&a).unwrap(), ssor(&a, 1.5).unwrap());
    let amg = amg(&a, AmgOptions { max_coarse: 50, ..Default::default() }).unwrap();
    let all: [(&str, &dyn Operator<f64>, f64); 4] =
        [("jacobi", &jacobi, 0.2), ("ssor", &ssor, 0.1), ("ichol", &both, 0.1), ("amg", &amg, 0.1)];
    for (name, m, part) in all {
        let found = pcg(Method::Pcg, &a, &b, Some(m));
        assert!(found.converged(), "{name}");
        assert!(
            found.iterations < part * plain.iterations,
            "{name}: {} of {}",
            found.iterations,
            plain.iterations
        );
        let apart = found.x.iter().zip(&exact).map(|(x, e)| (x - e).abs()).fold(0.0, f64::max);
        assert!(apart < 1e-3, "{name}: {apart}");
        for method in [Method::Gmres, Method::Bicgstab, Method::Minres, Method::Qmr] {
            assert!(pcg(method, &a, &b, Some(m)).converged(), "{method:?} {name}");
        }
    }
    let f = ilu(&a, IluOptions::default()).unwrap();
    let ilu = pair(&f.l, &f.u).unwrap();
    for method in [Method::Gmres, Method::Bicg, Method::Bicgstab, Method::Cgs, Method::Tfqmr] {
        let found = pcg(method, &a, &b, Some(&ilu));
        assert!(found.converged() && found.iterations < 60.0, "{method:?} {}", found.iterations);
    }
}

#[test]
fn multigrid_iterations_hardly_grow() {
    for (smoother, most) in [(Smoother::GaussSeidel, 14.0), (Smoother::Chebyshev, 14.0)] {
        let mut counts = Vec::new();
        for m in [20, 40, 80, 160] {
            let a = poisson(m);
            let hierarchy = amg(&a, AmgOptions { smoother, ..Default::default() }).unwrap();
            assert!(hierarchy.complexity() < 1.6, "{}", hierarchy.complexity());
            let sizes = hierarchy.sizes();
            assert!(sizes.windows(2).all(|w| w[1] * 3 < w[0]), "{sizes:?}");
            let found = pcg(Method::Pcg, &a, &vec![1.0; m * m], Some(&hierarchy));
            assert!(found.converged());
            counts.push(found.iterations);
        }
        assert!(counts[3] <= most && counts[3] <= counts[1] + 4.0, "{smoother:?}: {counts:?}");
    }
}

#[test]
fn every_preconditioner_is_what_it_says() {
    let n = 100;
    let a = ill_scaled(&poisson(10));
    let l = ichol(&a, IcholOptions::default()).unwrap();
    let cycle = |smoother| AmgOptions { smoother, max_coarse: 10, ..Default::default() };
    let hermitian: [(&str, Box<dyn Operator<f64>>); 4] = [
        ("jacobi", Box::new(jacobi(&a).unwrap())),
        ("ssor", Box::new(ssor(&a, 1.3).unwrap())),
        ("amg", Box::new(amg(&a, cycle(Smoother::GaussSeidel)).unwrap())),
        ("chebyshev", Box::new(amg(&a, cycle(Smoother::Chebyshev)).unwrap())),
    ];
    let full = |m: &dyn Operator<f64>, adjoint: bool| {
        let mut all = Matrix::zeros(n, n);
        for j in 0..n {
            let e: Vec<f64> = (0..n).map(|i| f64::from(u8::from(i == j))).collect();
            match adjoint {
                true => m.apply_adjoint(&e, all.col_mut(j)).unwrap(),
                false => m.apply(&e, all.col_mut(j)).unwrap(),
            }
        }
        all
    };
    for (name, m) in &hermitian {
        let inverse = full(m.as_ref(), false);
        assert!(inverse.is_nearly_hermitian(1e-12 * inverse.largest()), "{name}");
        let symmetric = Matrix::from_fn(n, n, |i, j| (inverse[(i, j)] + inverse[(j, i)]) / 2.0);
        assert!(crate::factor::is_positive_definite(&symmetric, 0.0), "{name}");
    }
    let unsymmetric = Sparse::from_dense(&Matrix::from_fn(n, n, |i, j| {
        a.get(i, j) + if j == i + 1 { 0.3 } else { 0.0 }
    }))
    .unwrap();
    let f = ilu(&unsymmetric, IluOptions::default()).unwrap();
    let others: [(&str, Box<dyn Operator<f64>>); 4] = [
        ("ssor", Box::new(ssor(&unsymmetric, 0.8).unwrap())),
        ("l", Box::new(triangular(&f.l, Triangle::Lower).unwrap())),
        ("u", Box::new(triangular(&f.u, Triangle::Upper).unwrap())),
        ("ichol", Box::new(triangular(&l, Triangle::Lower).unwrap())),
    ];
    for (name, m) in &others {
        let (forward, back) = (full(m.as_ref(), false), full(m.as_ref(), true));
        let apart = (0..n * n).map(|k| (forward[(k / n, k % n)] - back[(k % n, k / n)]).abs());
        assert!(apart.fold(0.0, f64::max) < 1e-12 * forward.largest(), "{name}");
    }
    let product = f.u.to_dense().unwrap();
    let back = full(others[2].1.as_ref(), false);
    let identity = crate::linalg::product::multiply(&product, &back).unwrap();
    assert!((0..n).all(|i| (identity[(i, i)] - 1.0).abs() < 1e-10));
}

#[test]
fn complex_multigrid() {
    let m = 30;
    let real = poisson(m);
    // The same matrix seen through phases: Hermitian, with the same eigenvalues.
    let phase = |i: usize| c64::new(0.0, 0.01 * i as f64).exp();
    let a = Sparse::from_columns(m * m, m * m, |j, places, entries| {
        let (rows, values) = real.col(j);
        places.extend_from_slice(rows);
        let seen = |(&i, &x): (&u32, &f64)| phase(i as usize) * phase(j).conj() * x;
        entries.extend(rows.iter().zip(values).map(seen));
        Ok(())
    })
    .unwrap();
    let b = vec![c64::new(1.0, 1.0); m * m];
    let plain = pcg(Method::Pcg, &a, &b, None);
    let hierarchy = amg(&a, AmgOptions::default()).unwrap();
    let found = pcg(Method::Pcg, &a, &b, Some(&hierarchy));
    assert!(found.converged() && found.iterations < 0.5 * plain.iterations);
}

#[test]
fn a_laplacian_without_boundary() {
    // Singular and consistent: the constant vector is its kernel.
    let m = 40;
    let mut a = poisson(m).to_dense().unwrap();
    for j in 0..m * m {
        let off: f64 = a.col(j).iter().sum::<f64>() - a[(j, j)];
        a[(j, j)] = -off;
    }
    let a = Sparse::from_dense(&a).unwrap();
    let b: Vec<f64> = (0..m * m).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
    let hierarchy = amg(&a, AmgOptions::default()).unwrap();
    let found = pcg(Method::Pcg, &a, &b, Some(&hierarchy));
    assert!(found.converged() && found.iterations < 40.0, "{:?} {}", found.stop, found.iterations);
}

#[test]
fn what_cannot_be_preconditioned() {
    let text = |e: Error| e.to_string();
    let holes = sparse(&[&[1.0, 2.0], &[2.0, 0.0]]);
    assert_eq!(
        text(jacobi(&holes).unwrap_err()),
        "jacobi: the matrix is singular; pivot 2 is zero"
    );
    let o = IluOptions::default();
    assert_eq!(text(ilu(&holes, o).unwrap_err()), "ilu: the matrix is singular; pivot 2 is zero");
    let crout = IluOptions { kind: IluKind::Crout, ..o };
    let pivoted =
        |thresh, udiag| IluOptions { kind: IluKind::Pivoted { thresh, udiag }, droptol: 0.1, ..o };
    let first = sparse(&[&[0.0, 2.0], &[2.0, 5.0]]);
    for options in [o, crout, pivoted(0.0, false)] {
        let refused = ilu(&first, options).unwrap_err();
        assert_eq!(text(refused), "ilu: the matrix is singular; pivot 1 is zero");
    }
    assert!(ilu(&first, pivoted(1.0, false)).is_ok());
    let rank_one = sparse(&[&[1.0, 2.0], &[2.0, 4.0]]);
    assert!(ilu(&rank_one, pivoted(1.0, false)).is_err());
    assert_eq!(ilu(&rank_one, pivoted(1.0, true)).unwrap().u.get(1, 1), 0.1);
    let refused = ichol(&holes, IcholOptions::default()).unwrap_err();
    assert_eq!(text(refused.clone()), "ichol: pivot 2 is -4, and must be positive");
    assert!(refused.hint().unwrap().contains("diagcomp"));
    assert!(text(ssor(&first, 2.0).unwrap_err()).contains("omega is 2"));
    let amg_of = |a: &Sparse<f64>| text(amg(a, AmgOptions::default()).unwrap_err());
    assert_eq!(amg_of(&holes), "amg needs a positive diagonal; A(2,2) is 0");
    let skew = sparse(&[&[2.0, 1.0], &[-1.0, 2.0]]);
    assert_eq!(amg_of(&skew), "amg needs a Hermitian matrix; A(2,1) and A(1,2)' differ");
    let half = sparse(&[&[2.0, 1.0], &[0.0, 2.0]]);
    assert_eq!(amg_of(&half), "amg needs a Hermitian matrix; A(2,1) and A(1,2)' differ");
    let nan = sparse(&[&[f64::NAN]]);
    let wide = Sparse::<f64>::zeros(2, 3).unwrap();
    for a in [&nan, &wide] {
        assert!(
            jacobi(a).is_err() && ssor(a, 1.0).is_err() && amg(a, AmgOptions::default()).is_err()
        );
        assert!(
            ichol(a, IcholOptions::default()).is_err()
                && ilu(a, o).is_err()
                && ilu(a, crout).is_err()
        );
    }
    let none = Sparse::<f64>::zeros(0, 0).unwrap();
    assert!(
        jacobi(&none).is_ok()
            && ssor(&none, 1.0).is_ok()
            && ichol(&none, IcholOptions::default()).is_ok()
    );
    assert!(
        ilu(&none, o).is_ok()
            && ilu(&none, crout).is_ok()
            && ilu(&none, pivoted(1.0, false)).is_ok()
    );
    assert!(amg(&none, AmgOptions::default()).unwrap().sizes() == [0]);
    let diagonal = sparse(&[&[3.0, 0.0], &[0.0, 5.0]]);
    let mut y = [0.0; 2];
    amg(&diagonal, AmgOptions { max_coarse: 1, ..Default::default() })
        .unwrap()
        .apply(&[3.0, 5.0], &mut y)
        .unwrap();
    assert_eq!(y, [1.0, 1.0]);
}
