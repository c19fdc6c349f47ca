//! Multifrontal QR: orthogonality, the product, both solves, and matrices that it leaves to the rank-revealing one.

use super::super::ordering::colamd;
use super::super::qr::default_tolerance;
use super::super::testdata::{random, random_complex};
use super::*;
use crate::Matrix;
use crate::linalg::Dense;
use crate::linalg::product::times;

fn factored<T: Scalar + Entry>(a: &Sparse<T>) -> Option<FrontQr<T>> {
    let plan = Arc::new(Plan::new(a, &colamd(&pattern(a)).unwrap()));
    FrontQr::new(a, &plan, default_tolerance(a))
}

fn largest<T: Scalar>(x: impl Iterator<Item = T>) -> f64 {
    x.map(|x| x.modulus()).fold(0.0, |m, x| if x > m || x.is_nan() { x } else { m })
}

fn check<T: Scalar + Entry>(a: &Sparse<T>) {
    let f = factored(a).unwrap();
    let (m, n) = (a.rows(), a.cols());
    let mut q = Dense::<T>::identity(m);
    (0..m).for_each(|j| f.apply(q.col_mut(j)));
    for j in 0..m {
        let mut back = q.col(j).to_vec();
        f.apply_adjoint(&mut back);
        back[j] -= T::ONE;
        assert!(largest(back.into_iter()) < 1e-13);
    }
    let r = f.r(m);
    assert!(r.triplets().all(|(i, j, _)| i <= j));
    let product = times(&q, false, &r.to_dense().unwrap(), false).unwrap();
    let whole = permuted(a, None, Some(&f.plan.order)).to_dense().unwrap();
    let far = product.as_slice().iter().zip(whole.as_slice()).map(|(x, y)| *x - *y);
    assert!(largest(far) < 1e-13 * (1.0 + whole.largest()));
    // R \ and R' \.
    let b: Vec<T> = (0..n).map(|i| T::of((i % 5) as f64 - 1.5)).collect();
    let r = f.r(n);
    for (x, matrix) in [(f.solve_upper(&b), r.clone()), (f.solve_lower(&b), r.adjoint())] {
        let mut back = vec![T::ZERO; n];
        matrix.times_vector(&x, &mut back);
        let size = 1.0 + matrix.one_norm() * largest(x.iter().copied());
        assert!(largest(back.iter().zip(&b).map(|(&x, &y)| x - y)) < 1e-12 * size);
    }
}

/// A random matrix with 3 on its diagonal.
fn of_full_rank(m: usize, n: usize, density: f64, seed: u64) -> Sparse<f64> {
    let a = random(m, n, density, seed);
    let full = Matrix::from_fn(m, n, |i, j| a.get(i, j) + if i == j { 3.0 } else { 0.0 });
    Sparse::from_dense(&full).unwrap()
}

#[test]
fn q_is_orthogonal_and_the_product_the_matrix() {
    for seed in 0..25 {
        let n = 1 + (seed as usize * 11) % 60;
        let m = n + (seed as usize * 7) % 40;
        let a = of_full_rank(m, n, 4.0 / m as f64, seed);
        check(&a);
        check(&a.map(|x| crate::c64::new(x, 0.7 * x.cos())));
    }
    check(&random_complex(90, 70, 0.3, 5));
    // More columns than a panel has, in one front.
    check(&random(130, 100, 0.6, 8));
}

#[test]
fn a_matrix_without_full_rank_is_left_to_others() {
    let a = of_full_rank(60, 40, 0.05, 3).to_dense().unwrap();
    let repeated = Matrix::from_fn(60, 40, |i, j| a[(i, if j == 12 { 30 } else { j })]);
    assert!(factored(&Sparse::from_dense(&repeated).unwrap()).is_none());
    let empty = Matrix::from_fn(60, 40, |i, j| if j == 12 { 0.0 } else { a[(i, j)] });
    assert!(factored(&Sparse::from_dense(&empty).unwrap()).is_none());
    // Structurally: three columns share two rows.
    let crowded = Matrix::from_fn(60, 40, |i, j| match j < 3 {
        true => f64::from(u8::from(i < 2)) * (1 + i * 3 + j * j) as f64,
        false if i < 2 => 0.0,
        false => a[(i, j)],
    });
    assert!(factored(&Sparse::from_dense(&crowded).unwrap()).is_none());
}
