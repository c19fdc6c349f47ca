//! Tests of `sparse::solve`: against the dense way, and on the matrices of the shared data.

use super::*;
use crate::linalg::{Dense, Matrix, Random, c64};
use crate::sparse::testdata::{convection, gradient, random, random_complex};

fn sparse<T: Scalar + Entry>(full: &Dense<T>) -> Sparse<T> {
    Sparse::from_dense(full).unwrap()
}

/// ‖A*x - b‖ / (‖A‖‖x‖ + ‖b‖).
fn backward_error<T: Scalar + Entry>(a: &Sparse<T>, x: &Dense<T>, b: &Dense<T>) -> f64 {
    let ax = a.times_dense(x).unwrap();
    let left = ax.as_slice().iter().zip(b.as_slice()).map(|(x, y)| (*x - *y).modulus());
    left.fold(0.0, f64::max) / (a.one_norm() * x.largest() + b.largest())
}

fn check<T: SparseField>(a: &Sparse<T>, method: Method) {
    let n = a.cols();
    let b = Dense::from_fn(n, 3, |i, j| T::of((i * 3 + j) as f64 - 4.0));
    let f = factorize(a, None).unwrap();
    assert_eq!(f.method, method, "{:?}", a.to_dense());
    assert_eq!(f.warning, None);
    let (x, error) = f.solve(&b).unwrap();
    assert!(error < ACCURATE && backward_error(a, &x, &b) < ACCURATE);
    let (y, _) = f.solve_adjoint(&b).unwrap();
    assert!(backward_error(&a.adjoint(), &y, &b) < ACCURATE);
    let (z, _) = f.solve_sparse(&sparse(&b), false).unwrap();
    assert_eq!(z, sparse(&x));
    let full = a.to_dense().unwrap();
    let exact = crate::factor::det(&full).unwrap();
    assert!((f.det().unwrap() - exact).modulus() <= 1e-9 * exact.modulus(), "{method:?}");
    let rcond = crate::factor::rcond(&full).unwrap();
    assert!((f.rcond() / rcond).ln().abs() < 1.5, "{method:?}: {} {rcond}", f.rcond());
    let again = refactor(&f, a).unwrap();
    assert_eq!(again.solve(&b).unwrap().0, x);
}

/// A + A' with something on the diagonal.
fn symmetric<T: Scalar + Entry>(a: &Sparse<T>, diagonal: f64) -> Sparse<T> {
    let (full, back) = (a.to_dense().unwrap(), a.adjoint().to_dense().unwrap());
    sparse(&Dense::from_fn(a.cols(), a.cols(), |i, j| {
        full[(i, j)] + back[(i, j)] + if i == j { T::of(diagonal) } else { T::ZERO }
    }))
}

fn structures<T: SparseField>(random: impl Fn(usize, f64, u64) -> Sparse<T>) {
    for seed in 0..12 {
        let n = 20 + 3 * seed as usize;
        let a = random(n, 0.2, seed);
        check(&symmetric(&a, 200.0), Method::Cholesky);
        check(&symmetric(&a, if seed % 2 == 0 { -0.1 } else { 0.0 }), Method::Ldl);
        let full = a.to_dense().unwrap();
        let plus = |keep: &dyn Fn(usize, usize) -> bool| {
            sparse(&Dense::from_fn(n, n, |i, j| match i == j {
                true => T::of(2.0 + i as f64),
                false if keep(i, j) => full[(i, j)],
                false => T::ZERO,
            }))
        };
        check(&plus(&|_, _| true), Method::Lu);
        check(&plus(&|i, j| i < j), Method::Upper);
        check(&plus(&|i, j| i > j), Method::Lower);
        check(&plus(&|_, _| false), Method::Diagonal);
        let band = sparse(&Dense::from_fn(n, n, |i, j| match i.abs_diff(j) {
            0 => T::of(0.5 + j as f64),
            1 => T::of(1.0 + (i * j) as f64),
            _ => T::ZERO,
        }));
        check(&band, Method::Band);
    }
}

#[test]
fn every_structure() {
    structures(|n, density, seed| random(n, n, density, seed));
    structures(|n, density, seed| random_complex(n, n, density, seed));
}

#[test]
fn a_pattern_that_fills_is_factored_by_fronts() {
    let a = convection(&[13, 13, 13], 0.4);
    let z = a.map(|x| c64::new(x, 0.3 * x.cos()));
    fn check<T: SparseField>(a: &Sparse<T>) {
        let f = factorize(a, None).unwrap();
        assert!(matches!(f.kind, Kind::Multifrontal(_)));
        assert_eq!((f.method, f.warning, f.ordering()), (Method::Lu, None, "amd"));
        let n = a.cols();
        let b = Dense::from_fn(n, 3, |i, j| T::of(((i * 7 + j) % 11) as f64 - 4.0));
        let (x, error) = f.solve(&b).unwrap();
        assert!(error < ACCURATE && backward_error(a, &x, &b) < ACCURATE);
        let (y, _) = f.solve_adjoint(&b).unwrap();
        assert!(backward_error(&a.adjoint(), &y, &b) < ACCURATE);
        // As column by column.
        let (_, kind, analysis) =
            by_lu(a, Arc::new(ColumnOrder::new(a).unwrap()), Pivoting::default());
        let rcond = OnceLock::new();
        let g = Factorized { kind, analysis, rcond, ..f.clone() };
        let far = |x: f64, y: f64| (x / y - 1.0).abs();
        assert!(far(f.rcond(), g.rcond()) < 1e-6);
        let ((log, sign), (expected, turn)) = (f.logdet().unwrap(), g.logdet().unwrap());
        assert!(far(log, expected) < 1e-12 && (sign - turn).modulus() < 1e-10);
        // Other numbers in the same places.
        let other = a.map(|x| x.scaled(1.0 + 0.1 * x.modulus().sin()));
        let again = refactor(&f, &other).unwrap();
        assert!(matches!(again.kind, Kind::Multifrontal(_)));
        let (x, error) = again.solve(&b).unwrap();
        assert!(error < ACCURATE && backward_error(&other, &x, &b) < ACCURATE);
        let parts = ["P", "Q", "L", "U"].map(|name| f.part(name).unwrap());
        let ones = vec![T::ONE; n];
        let image = |list: &[&Sparse<T>]| {
            list.iter().fold(ones.clone(), |x, a| {
                let mut y = vec![T::ZERO; n];
                a.times_vector(&x, &mut y);
                y
            })
        };
        let [p, q, l, u] = &parts;
        let (left, right) = (image(&[q, a, p]), image(&[u, l]));
        let apart = left.iter().zip(&right).map(|(x, y)| (*x - *y).modulus());
        assert!(apart.fold(0.0, f64::max) < 1e-12);
    }
    check(&a);
    check(&z);
}

#[test]
fn what_fronts_cannot_factor_is_named_as_before() {
    let a = convection(&[11, 10, 10], 0.4);
    let n = a.cols();
    // The diagonal far too small, so that pivots are elsewhere and put off.
    let weak = Sparse::from_columns(n, n, |j, places, entries| {
        let (rows, values) = a.col(j);
        let of = |(&i, &x): (&u32, &f64)| if i as usize == j { 1e-10 * x } else { x };
        places.extend_from_slice(rows);
        entries.extend(rows.iter().zip(values).map(of));
        Ok(())
    });
    let weak = weak.unwrap();
    let f = factorize(&weak, None).unwrap();
    let b = Matrix::from_fn(n, 1, |i, _| (i % 13) as f64 - 6.0);
    let (x, error) = f.solve(&b).unwrap();
    assert!(f.warning.is_some() || error < ACCURATE && backward_error(&weak, &x, &b) < ACCURATE);
    // Column 1000 without entries, and twice the same.
    for (source, is_empty) in [(None, true), (Some(1000), false)] {
        let broken = Sparse::from_columns(n, n, |j, places, entries| {
            let kept = if j == 1001 { source } else { Some(j) };
            if let Some(j) = kept {
                places.extend_from_slice(a.col(j).0);
                entries.extend_from_slice(a.col(j).1);
            }
            Ok(())
        });
        let f = factorize(&broken.unwrap(), None).unwrap();
        match f.warning {
            Some(Warning::Structural { rank, column, is_empty: empty }) => {
                assert!(is_empty && empty && (rank, column) == (n - 1, 1002));
            }
            Some(Warning::Singular { rcond, .. }) => assert!(!is_empty && rcond < 1e-16),
            other => panic!("{other:?}"),
        }
        assert_eq!((f.method, f.rank()), (Method::CompleteOrthogonal, n - 1));
    }
}

#[test]
fn least_squares_by_fronts() {
    let a = gradient(40);
    let f = factorize(&a, None).unwrap();
    assert!(matches!(f.kind, Kind::Tall(LeastSquares::Fronts(_))));
    assert_eq!((f.method, f.warning, f.rank()), (Method::Qr, None, a.cols()));
    let b = Matrix::from_fn(a.rows(), 2, |i, j| ((i * 13 + j) % 17) as f64 - 8.0);
    let x = f.solve(&b).unwrap().0;
    // The same from reflections column by column.
    let (_, kind, _) = by_qr(&a, Some(&Analysis::Qr(Arc::new((0..1600).collect())))).unwrap();
    assert!(matches!(kind, Kind::Tall(LeastSquares::Columns(_))));
    let g = Factorized { kind, rcond: OnceLock::new(), ..f.clone() };
    let far = |x: &Matrix, y: &Matrix| {
        let apart = x.as_slice().iter().zip(y.as_slice()).map(|(x, y)| (x - y).abs());
        apart.fold(0.0, f64::max) / y.largest()
    };
    assert!(far(&x, &g.solve(&b).unwrap().0) < 1e-11);
    let c = Matrix::from_fn(a.cols(), 1, |i, _| (i % 7) as f64 - 3.0);
    let y = f.solve_adjoint(&c).unwrap().0;
    assert!(far(&y, &g.solve_adjoint(&c).unwrap().0) < 1e-11);
    let wide = factorize(&a.adjoint(), None).unwrap();
    assert_eq!(wide.method, Method::LeastNorm);
    assert!(far(&wide.solve(&c).unwrap().0, &y) < 1e-11);
    // The places alone are used again, and a dependent column is found all the same.
    let other = a.map(|x| 3.0 * x);
    let again = refactor(&f, &other).unwrap();
    assert!(far(&again.solve(&b).unwrap().0, &x.map(|x| x / 3.0)) < 1e-11);
    let loose = Sparse::from_columns(a.rows() - 1, a.cols(), |j, places, entries| {
        let rows = a.col(j).0.iter().zip(a.col(j).1).filter(|(i, _)| **i > 0);
        rows.for_each(|(&i, &x)| {
            places.push(i - 1);
            entries.push(x);
        });
        Ok(())
    });
    // Without a fixed value all of the grid may be moved together.
    let f = factorize(&loose.unwrap(), None).unwrap();
    assert_eq!(f.warning, Some(Warning::RankDeficient { rank: a.cols() - 1 }));
}

#[test]
fn least_squares_are_those_of_the_dense_way() {
    let mut r = Random::seeded(5);
    for seed in 0..60 {
        let (m, n) = (1 + r.below(12), 1 + r.below(12));
        let mut a = random(m, n, 0.5, seed);
        if m == n {
            a = Sparse::from_columns(m, n, |j, places, entries| {
                // The last column repeats the first: singular.
                let (rows, values) = a.col(if j + 1 == n { 0 } else { j });
                places.extend_from_slice(rows);
                entries.extend_from_slice(values);
                Ok(())
            })
            .unwrap();
        }
        let full = a.to_dense().unwrap();
        let f = factorize(&a, None).unwrap();
        let pinv = crate::factor::pinv(&full, None).unwrap();
        let b = Matrix::from_fn(m, 2, |i, j| (i + j) as f64 - 1.5);
        let expected = crate::linalg::product::times(&pinv, false, &b, false).unwrap();
        let x = f.solve(&b).unwrap().0;
        let far = x.as_slice().iter().zip(expected.as_slice()).map(|(x, y)| (x - y).abs());
        let far = far.fold(0.0, f64::max);
        assert!(far <= 1e-9 * (1.0 + expected.largest()), "{m}×{n}: {far}");
        let rank = crate::factor::rank(&full, None).unwrap();
        assert_eq!(f.rank(), rank);
        assert_eq!(f.warning.is_some(), rank < m.min(n));
        let c = Matrix::from_fn(n, 1, |i, _| i as f64);
        let expected = crate::linalg::product::times(&pinv, true, &c, false).unwrap();
        let y = f.solve_adjoint(&c).unwrap().0;
        let far = y.as_slice().iter().zip(expected.as_slice()).map(|(x, y)| (x - y).abs());
        assert!(far.fold(0.0, f64::max) <= 1e-9 * (1.0 + expected.largest()));
    }
}

#[test]
fn singular_matrices_are_named() {
    let empty = sparse(&Matrix::from_rows(&[&[1.0, 0.0, 2.0], &[3.0, 0.0, 1.0], &[1.0, 0.0, 5.0]]));
    let expected = Warning::Structural { rank: 2, column: 2, is_empty: true };
    assert_eq!(factorize(&empty, None).unwrap().warning, Some(expected));
    let shared = Matrix::from_rows(&[&[1.0, 1.0, 1.0], &[0.0, 0.0, 1.0], &[0.0, 0.0, 1.0]]);
    let f = factorize(&sparse(&shared), None).unwrap();
    assert!(matches!(f.warning, Some(Warning::Structural { rank: 2, is_empty: false, .. })));
    let twice = Matrix::from_rows(&[&[1.0, 2.0, 1.0], &[2.0, 4.0, 3.0], &[5.0, 10.0, 1.0]]);
    let f = factorize(&sparse(&twice), None).unwrap();
    assert!(matches!(f.warning, Some(Warning::Singular { .. })), "{:?}", f.warning);
    assert_eq!((f.method, f.rank()), (Method::CompleteOrthogonal, 2));
    let bad = sparse(&Matrix::from_rows(&[&[1.0, f64::NAN], &[2.0, 4.0]]));
    let message = factorize(&bad, None).unwrap_err().to_string();
    assert!(message.contains("entry (1,2) is NaN"), "{message}");
}

#[test]
fn other_places_are_no_refactorization() {
    let a = sparse(&Matrix::from_rows(&[&[4.0, 1.0, 0.0], &[1.0, 4.0, 1.0], &[0.5, 1.0, 4.0]]));
    let f = factorize(&a, None).unwrap();
    let mut full = a.to_dense().unwrap();
    full[(0, 2)] = 1.0;
    let message = refactor(&f, &sparse(&full)).unwrap_err().to_string();
    assert!(message.contains("entry (1,3) was zero before"), "{message}");
    full[(0, 2)] = 0.0;
    full[(2, 0)] = 0.0;
    let message = refactor(&f, &sparse(&full)).unwrap_err().to_string();
    assert!(message.contains("entry (3,1) is zero now"), "{message}");
    assert!(refactor(&f, &Sparse::zeros(2, 2).unwrap()).is_err());
    // Definite and then not.
    let a = symmetric(&random(30, 30, 0.2, 3), 200.0);
    let f = factorize(&a, None).unwrap();
    let indefinite = a.map(|x| if x > 100.0 { x - 200.0 } else { x });
    if indefinite.nnz() == a.nnz() {
        let g = refactor(&f, &indefinite).unwrap();
        assert_eq!(g.method, Method::Ldl);
    }
}

/// The matrices of the shared data: real ones as complex, symmetric ones written out.
fn matrix_market(path: &std::path::Path) -> Option<Sparse<c64>> {
    use std::io::Read;
    let bytes = std::fs::read(path).ok()?;
    let mut text = String::new();
    match path.extension()?.to_str()? {
        "gz" => drop(flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).ok()?),
        _ => text = String::from_utf8(bytes).ok()?,
    }
    let banner = text.lines().next()?.to_lowercase();
    if !banner.contains("coordinate") {
        return None;
    }
    let mut lines = text.lines().filter(|l| !l.starts_with('%') && !l.trim().is_empty());
    let size: Vec<usize> = lines.next()?.split_whitespace().map(|x| x.parse().unwrap()).collect();
    let (mut rows, mut cols, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines {
        let parts: Vec<f64> = line.split_whitespace().map(|x| x.parse().unwrap()).collect();
        let (i, j) = (parts[0] as u32 - 1, parts[1] as u32 - 1);
        let x =
            c64::new(parts.get(2).copied().unwrap_or(1.0), parts.get(3).copied().unwrap_or(0.0));
        rows.push(i);
        cols.push(j);
        entries.push(x);
        if i != j && !banner.contains("general") {
            rows.push(j);
            cols.push(i);
            entries.push(if banner.contains("hermitian") { x.conj() } else { x });
        }
    }
    let sum = crate::linalg::sparse::Duplicates::Sum;
    Sparse::from_triplets(size[0], size[1], &rows, &cols, &entries, sum, |a, b| a + b).ok()
}

/// By fronts, whether they are worth it or not.
fn by_fronts_anyway<T: SparseField>(a: &Sparse<T>) -> Factorized<T> {
    let parts = if a.is_square() {
        let order = ColumnOrder::new(a).unwrap();
        by_fronts(a, &Arc::new(multifrontal::Plan::of(a, &order.q).unwrap()))
    } else {
        let tall = if a.rows() < a.cols() { a.adjoint() } else { a.clone() };
        let order = crate::sparse::ordering::colamd(&pattern(&tall)).unwrap();
        let plan = crate::sparse::front_qr::Plan::new(&tall, &order);
        by_qr(a, Some(&Analysis::Fronts(Arc::new(plan))))
    };
    judged(Arc::new(a.clone()), parts.unwrap()).unwrap()
}

fn trusted<T: SparseField>(name: &str, a: &Sparse<T>) {
    let start = std::time::Instant::now();
    let mut r = Random::seeded(1);
    let b = Dense::from_fn(a.rows(), 1, |_, _| T::of(r.normal()));
    let f = factorize(a, None).unwrap();
    let (x, error) = f.solve(&b).unwrap();
    assert!(x.as_slice().iter().all(|x| x.modulus().is_finite()), "{name}");
    let measured = backward_error(a, &x, &b);
    eprintln!(
        "{name}: {} {:?} rcond {:.1e} fill {:.1} backward error {error:.1e} ({measured:.1e}) {:?} {:?}",
        a.shape(),
        f.method,
        f.rcond(),
        f.fill(),
        f.warning,
        start.elapsed()
    );
    if a.is_square() {
        assert!(f.warning.is_some() || error < ACCURATE && measured < ACCURATE, "{name}");
        for method in [Method::Lu, Method::Ldl, Method::Cholesky] {
            let Ok(g) = factorize(a, Some(method)) else { continue };
            let (x, error) = g.solve(&b).unwrap();
            let measured = backward_error(a, &x, &b);
            assert!(
                g.warning.is_some() || error < ACCURATE && measured < ACCURATE,
                "{name} {method:?}"
            );
        }
        let g = by_fronts_anyway(a);
        let (x, error) = g.solve(&b).unwrap();
        let measured = backward_error(a, &x, &b);
        assert!(g.warning.is_some() || error < ACCURATE && measured < ACCURATE, "{name} fronts");
    } else {
        for x in [x, by_fronts_anyway(a).solve(&b).unwrap().0] {
            // The residual is orthogonal to the columns of A.
            let mut left = a.times_dense(&x).unwrap();
            left.as_mut_slice().iter_mut().zip(b.as_slice()).for_each(|(x, &b)| *x -= b);
            let normal = a.adjoint_times_dense(&left).unwrap().largest();
            let scale = a.one_norm() * (left.largest() + a.one_norm() * x.largest());
            assert!(normal <= 1e-13 * scale * a.rows() as f64, "{name}: {normal} {scale}");
        }
    }
}

#[test]
fn matrices_from_practice() {
    for folder in ["mtx/matrices", "mtx/converted"] {
        let Some(folder) = crate::testdata::shared(folder) else { return };
        let mut files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
        files.sort();
        for path in files {
            let Some(a) = matrix_market(&path) else { continue };
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            match a.entries().iter().all(|x| x.im == 0.0) {
                true => trusted(&name, &a.map(|x| x.re)),
                false => trusted(&name, &a),
            }
        }
    }
}
