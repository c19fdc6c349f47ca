//! Multifrontal LU: the product, solutions, pivots that are put off, and what it leaves to others.

use super::*;
use crate::linalg::product::times;
use crate::linalg::{Random, c64};
use crate::sparse::testdata::{convection, random, random_complex};

fn plan<T: Entry>(a: &Sparse<T>) -> Plan {
    let both = union("lu", &pattern(a), &pattern(a).transposed(), |x, y| x | y).unwrap();
    Plan::of(a, &super::super::ordering::amd(&both).unwrap()).unwrap()
}

fn largest<T: Scalar>(x: impl Iterator<Item = T>) -> f64 {
    x.map(|x| x.modulus()).fold(0.0, |m, x| if x > m || x.is_nan() { x } else { m })
}

/// Factors, and compares the product of the factors and both ways to solve with the matrix.
fn check<T: Scalar + Entry>(a: &Sparse<T>, plan: &Plan) -> Multifrontal<T> {
    let n = a.cols();
    let f = Multifrontal::new(a, plan, Pivoting::default()).unwrap();
    let weighted = collected(n, n, a.nnz(), |j, pairs| {
        let (places, entries) = a.col(j);
        let weigh = |(&i, x): (&u32, &T)| (i, x.scaled(f.weights[i as usize]));
        pairs.extend(places.iter().zip(entries).map(weigh));
    });
    let expected = permuted(&weighted, Some(&f.p()), Some(&f.q())).to_dense().unwrap();
    let (l, u) = (f.lower(), f.upper());
    assert!(l.triplets().all(|(i, j, x)| i > j || i == j && x == T::ONE));
    assert!(u.triplets().all(|(i, j, _)| i <= j));
    let product = times(&l.to_dense().unwrap(), false, &u.to_dense().unwrap(), false).unwrap();
    let size = largest(u.entries().iter().copied());
    let far = product.as_slice().iter().zip(expected.as_slice()).map(|(x, y)| *x - *y);
    assert!(largest(far) <= 1e-13 * (1.0 + size));
    let b: Vec<T> = (0..n).map(|i| T::of((i % 7) as f64 - 2.5)).collect();
    for adjoint in [false, true] {
        let (mut x, mut work) = (b.clone(), vec![T::ZERO; n]);
        if adjoint {
            f.solve_adjoint(&mut x, &mut work)
        } else {
            f.solve(&mut x, &mut work)
        }
        let mut back = vec![T::ZERO; n];
        let matrix = if adjoint { a.adjoint() } else { a.clone() };
        matrix.times_vector(&x, &mut back);
        let whole = matrix.one_norm() * largest(x.iter().copied()) + 1.0;
        assert!(largest(back.iter().zip(&b).map(|(&x, &y)| x - y)) < 1e-11 * whole);
    }
    f
}

/// Random entries around a diagonal whose entries are multiplied with `diagonal`.
fn shifted(n: usize, density: f64, diagonal: f64, seed: u64) -> Sparse<f64> {
    let mut r = Random::seeded(seed);
    let a = random(n, n, density, seed + 100);
    let full = crate::Matrix::from_fn(n, n, |i, j| match i == j {
        true => diagonal * (1.0 + r.uniform()),
        false => a.get(i, j),
    });
    Sparse::from_dense(&full).unwrap()
}

#[test]
fn the_product_is_the_matrix_and_systems_are_solved() {
    for seed in 0..30 {
        let n = 1 + (seed as usize * 13) % 90;
        let a = shifted(n, 3.0 / n as f64, 2.0, seed);
        check(&a, &plan(&a));
        let z = a.map(|x| c64::new(x, 0.5 * x.sin()));
        check(&z, &plan(&z));
    }
    let z = random_complex(80, 80, 0.2, 3);
    check(&z, &plan(&z));
}

#[test]
fn pivots_off_the_diagonal_and_put_off() {
    for seed in 0..20 {
        // Without a diagonal, or with one far too small, every pivot is another entry of its column.
        for diagonal in [0.0, 1e-9] {
            let a = shifted(120, 0.08, diagonal, seed);
            let f = check(&a, &plan(&a));
            assert_ne!(f.p(), f.q());
        }
    }
}

#[test]
fn threads_and_subtrees_change_nothing() {
    // Large enough to be divided.
    let a = convection(&[70, 70], 0.3);
    let n = a.cols();
    let order = ColumnOrder::new(&a).unwrap();
    let plan = Plan::of(&a, &order.q).unwrap();
    assert!(plan.flops() > SEQUENTIAL, "{}", plan.flops());
    let f = Multifrontal::new(&a, &plan, Pivoting::default()).unwrap();
    let again = Multifrontal::new(&a, &plan, Pivoting::default()).unwrap();
    assert!(f.pivots().eq(again.pivots()));
    assert_eq!(f.nnz(), plan.entries() as usize);
    let b: Vec<f64> = (0..n).map(|i| (i as f64).sin()).collect();
    let (mut x, mut work) = (b.clone(), vec![0.0; n]);
    f.solve(&mut x, &mut work);
    let mut back = vec![0.0; n];
    a.times_vector(&x, &mut back);
    assert!(largest(back.iter().zip(&b).map(|(x, y)| x - y)) < 1e-12);
}

#[test]
fn singular_matrices_are_left_to_others() {
    let a = shifted(60, 0.1, 2.0, 4);
    let full = a.to_dense().unwrap();
    let repeated = crate::Matrix::from_fn(60, 60, |i, j| full[(i, if j == 17 { 40 } else { j })]);
    let empty = crate::Matrix::from_fn(60, 60, |i, j| if j == 17 { 0.0 } else { full[(i, j)] });
    let empty = Sparse::from_dense(&empty).unwrap();
    assert!(Multifrontal::new(&empty, &plan(&empty), Pivoting::default()).is_none());
    // Rounding may leave a pivot of a few ulps where there is none.
    let repeated = Sparse::from_dense(&repeated).unwrap();
    if let Some(f) = Multifrontal::new(&repeated, &plan(&repeated), Pivoting::default()) {
        let sizes = f.pivots().map(f64::abs);
        assert!(sizes.fold(f64::INFINITY, f64::min) < 1e-13);
    }
    // An overflow on the way is no pivot either.
    let huge = a.map(|x| x * 1e308);
    let f = Multifrontal::new(&huge, &plan(&huge), Pivoting::default());
    assert!(f.is_none_or(|f| f.pivots().all(|x| x.abs() > 0.0)));
}
