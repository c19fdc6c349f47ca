//! LDL' of indefinite matrices, with and without a diagonal.

use super::*;
use crate::linalg::product::times;
use crate::sparse::testdata::{random, random_complex};

fn check<T: Scalar + Entry>(half: &Sparse<T>, keeps_diagonal: bool) {
    let n = half.cols();
    let (full, back) = (half.to_dense().unwrap(), half.adjoint().to_dense().unwrap());
    let a = crate::linalg::Dense::from_fn(n, n, |i, j| match i == j && !keeps_diagonal {
        true => T::ZERO,
        false => full[(i, j)] + back[(i, j)],
    });
    let a = Sparse::from_dense(&a).unwrap();
    let f = decompose(&a).unwrap();
    let (l, d) = (f.lower().to_dense().unwrap(), f.diagonal().to_dense().unwrap());
    let ld = times(&l, false, &d, false).unwrap();
    let product = times(&ld, false, &l, true).unwrap();
    let expected = permuted(&a, Some(&f.p), Some(&f.p)).to_dense().unwrap();
    let pairs = product.as_slice().iter().zip(expected.as_slice());
    let far = pairs.map(|(x, y)| (*x - *y).modulus()).fold(0.0, f64::max);
    assert!(far < 1e-12 * (1.0 + expected.largest()), "n = {n}: {far}");
    assert!(f.lower().triplets().all(|(i, j, _)| i >= j));
    if n > 0 && f.pivot_sizes().iter().all(|&x| x > 1e-6) {
        let b: Vec<T> = (0..n).map(|i| T::of(1.0 + i as f64)).collect();
        let (mut x, mut work, mut back) = (b.clone(), b.clone(), b.clone());
        f.solve(&mut x, &mut work);
        a.times_vector(&x, &mut back);
        let far = back.iter().zip(&b).map(|(x, y)| (*x - *y).modulus()).fold(0.0, f64::max);
        assert!(far < 1e-7, "n = {n}: {far}");
    }
}

#[test]
fn indefinite_matrices() {
    for seed in 0..60 {
        let n = seed as usize % 17;
        for keeps_diagonal in [false, true] {
            check(&random(n, n, 0.25, seed), keeps_diagonal);
            check(&random_complex(n, n, 0.25, seed), keeps_diagonal);
        }
    }
    for keeps_diagonal in [false, true] {
        check(&random(200, 200, 0.01, 5), keeps_diagonal);
        check(&random_complex(150, 150, 0.02, 5), keeps_diagonal);
    }
}
