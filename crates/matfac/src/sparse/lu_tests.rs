//! LU of every shape, with both orders and both ways to choose pivots.

use super::*;
use crate::linalg::product::times;
use crate::sparse::permute::permuted;
use crate::sparse::testdata::{random, random_complex};

fn check<T: Scalar + Entry>(a: &Sparse<T>, pivoting: Pivoting, order: &ColumnOrder) -> Lu<T> {
    let f = Lu::new(a, order, pivoting);
    let scaled = match &f.weights {
        Some(w) => collected(a.rows(), a.cols(), 0, |j, pairs| {
            let (places, entries) = a.col(j);
            let weigh = |(&i, x): (&u32, &T)| (i, x.scaled(w[i as usize]));
            pairs.extend(places.iter().zip(entries).map(weigh));
        }),
        None => a.clone(),
    };
    let expected = permuted(&scaled, Some(&f.p), Some(&f.q)).to_dense().unwrap();
    let (l, u) = (f.lower(), f.upper());
    assert!(l.triplets().all(|(i, j, x)| i >= j && (i > j || x == T::ONE)));
    assert!(u.triplets().all(|(i, j, _)| i <= j));
    let product = times(&l.to_dense().unwrap(), false, &u.to_dense().unwrap(), false).unwrap();
    let pairs = product.as_slice().iter().zip(expected.as_slice());
    let far = pairs.map(|(x, y)| (*x - *y).modulus()).fold(0.0, f64::max);
    assert!(far <= 1e-13 * (1.0 + expected.largest()), "{:?}", a.shape());
    f
}

#[test]
fn the_product_is_the_matrix_in_every_shape() {
    for seed in 0..120 {
        let (m, n) = (seed as usize % 11, (seed as usize * 7) % 13);
        let a = random(m, n, 0.3, seed);
        let z = random_complex(m, n, 0.3, seed);
        let plain = Pivoting { threshold: 1.0, diagonal: 1.0, scaled: false };
        for pivoting in [Pivoting::default(), plain] {
            for order in [ColumnOrder::natural(n), ColumnOrder::new(&a).unwrap()] {
                check(&a, pivoting, &order);
                check(&z, pivoting, &order);
            }
        }
    }
}

#[test]
fn large_enough_for_pruning() {
    for seed in 0..5 {
        let a = random(150, 150, 0.03, seed);
        check(&a, Pivoting::default(), &ColumnOrder::new(&a).unwrap());
        let symmetric = crate::linalg::Matrix::from_fn(150, 150, |i, j| {
            a.get(i.max(j), i.min(j)) + if i == j { 3.0 } else { 0.0 }
        });
        let s = Sparse::from_dense(&symmetric).unwrap();
        let order = ColumnOrder::new(&s).unwrap();
        assert!(order.is_symmetric);
        let f = check(&s, Pivoting::default(), &order);
        assert_eq!(f.rank, 150);
        let mut x: Vec<f64> = (0..150).map(|i| i as f64).collect();
        let (b, mut work) = (x.clone(), vec![0.0; 150]);
        f.solve(&mut x, &mut work);
        let mut back = vec![0.0; 150];
        s.times_vector(&x, &mut back);
        let far = back.iter().zip(&b).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
        let size = x.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
        assert!(far < 1e-12 * (150.0 + s.one_norm() * size), "{far} {size}");
    }
}
