//! Parts of spectra against the dense decomposition: symmetric, general, complex, multiple, shifted.

use super::*;
use crate::factor::{QrOptions, qr};
use crate::linalg::{Matrix, product};

fn orthonormal<T: Spectral>(n: usize, seed: u64) -> Dense<T> {
    let mut random = Random::seeded(seed);
    let a = Dense::from_fn(n, n, |_, _| T::drawn(&mut random));
    qr(&a, QrOptions { economy: true, pivot: false, positive: false }).unwrap().q
}

fn with_values<T: Spectral>(values: &[f64], seed: u64) -> Dense<T> {
    let n = values.len();
    let q = orthonormal::<T>(n, seed);
    let scaled = Dense::from_fn(n, n, |i, j| q[(i, j)].scaled(values[j]));
    symmetrized(&product::times(&scaled, false, &q, true).unwrap())
}

fn check<T: Spectral>(values: &[f64], k: usize, wanted: Wanted) {
    let a = with_values::<T>(values, 3);
    let e = eigs_hermitian(&a, k, wanted, &EigsOptions::default(), &Monitor::default()).unwrap();
    let places = preferred(values, wanted);
    let chosen: Vec<f64> = places[..k].iter().map(|&j| values[j]).collect();
    let expected: Vec<f64> = arranged(&chosen, wanted).iter().map(|&j| chosen[j]).collect();
    let largest = values.iter().fold(0.0f64, |m, x| m.max(x.abs())).max(f64::MIN_POSITIVE);
    assert_eq!(e.converged, k, "{wanted:?} {:?}", e.history);
    let apart =
        |x: f64, y: f64| if wanted == Wanted::LargestMagnitude { x.abs() - y.abs() } else { x - y };
    assert!(
        e.values.iter().zip(&expected).all(|(x, y)| apart(*x, *y).abs() <= 1e-10 * largest),
        "{wanted:?}: {:?} {expected:?}",
        e.values
    );
    assert!(e.residuals.iter().all(|r| *r <= 1e-10 * largest), "{:?}", e.residuals);
    let gram = product::times(&e.vectors, true, &e.vectors, false).unwrap();
    let off = Dense::from_fn(k, k, |i, j| gram[(i, j)] - if i == j { T::ONE } else { T::ZERO });
    assert!(off.largest() < 1e-12);
}

#[test]
fn hermitian_spectra_of_every_kind() {
    let n = 260;
    let line: Vec<f64> = (0..n).map(|j| j as f64 - 100.3).collect();
    let mut repeated = line.clone();
    repeated[250..].fill(170.0);
    repeated[..5].fill(-180.0);
    let mut graded: Vec<f64> = (0..n).map(|j| 0.7f64.powi(j)).collect();
    graded[1] = -0.7;
    check::<f64>(&graded, 7, Wanted::LargestMagnitude);
    check::<c64>(&graded, 7, Wanted::LargestReal);
    let spectra = [line, repeated, vec![0.0; 260], vec![-3.0; 260]];
    for values in &spectra {
        for wanted in
            [Wanted::LargestMagnitude, Wanted::LargestReal, Wanted::SmallestReal, Wanted::BothEnds]
        {
            check::<f64>(values, 7, wanted);
            check::<c64>(values, 7, wanted);
        }
    }
}

#[test]
fn small_orders_and_counts_up_to_all() {
    for n in [1, 2, 5, 40] {
        let values: Vec<f64> = (0..n).map(|j| (j as f64 - 1.6).powi(3)).collect();
        for k in [1, n] {
            for wanted in [Wanted::LargestMagnitude, Wanted::SmallestMagnitude, Wanted::BothEnds] {
                check::<f64>(&values, k, wanted);
            }
        }
    }
    let options = EigsOptions::default();
    let run =
        |a: &Matrix, k| eigs_hermitian(a, k, Wanted::LargestReal, &options, &Monitor::default());
    assert!(matches!(run(&Matrix::zeros(3, 4), 1), Err(Error::NotSquare { .. })));
    for (n, k) in [(0, 1), (4, 0), (4, 5)] {
        assert!(run(&Matrix::zeros(n, n), k).is_err());
    }
}

fn check_general<T: Spectral>(a: &Dense<T>, k: usize, wanted: Wanted) {
    let e = eigs_general(a, k, wanted, &EigsOptions::default(), &Monitor::default()).unwrap();
    let full = T::eigen(a).unwrap();
    let expected: Vec<c64> =
        preferred_complex(&full.values, wanted)[..k].iter().map(|&j| full.values[j]).collect();
    let largest = a.one_norm();
    assert_eq!(e.converged, k, "{wanted:?} {:?}", e.history);
    for (x, y) in e.values.iter().zip(&expected) {
        assert!((*x - *y).modulus() <= 1e-8 * largest, "{wanted:?}: {:?} {expected:?}", e.values);
    }
    assert!(e.residuals.iter().all(|r| *r <= 1e-10 * largest), "{:?}", e.residuals);
    assert!((0..k).all(|j| (c64::euclidean(e.vectors.col(j)) - 1.0).abs() < 1e-10));
}

#[test]
fn maps_that_are_not_hermitian() {
    let n = 240;
    let mut r = Random::seeded(9);
    let random = Matrix::from_fn(n, n, |_, _| r.normal() / 20.0);
    // Well separated values at every edge, some of them in pairs.
    let real = Matrix::from_fn(n, n, |i, j| {
        let corner = [[3.0, 2.0], [-2.0, 3.0]];
        match (i, j) {
            (0..=1, 0..=1) => corner[i][j],
            (2..=3, 2..=3) => -corner[i - 2][j - 2] * 0.8,
            (4..=9, _) if i == j => 2.0 + 0.3 * i as f64,
            (10..=15, _) if i == j => -1.5 - 0.2 * i as f64,
            _ => random[(i, j)],
        }
    });
    let complex = real.map(|x| c64::new(x, 0.3 * x * x));
    for wanted in [
        Wanted::LargestMagnitude,
        Wanted::LargestReal,
        Wanted::SmallestReal,
        Wanted::LargestImaginary,
    ] {
        check_general(&real, 6, wanted);
        check_general(&complex, 6, wanted);
    }
    // Five copies of the largest, which a block of two finds only after random vectors have joined.
    let similar = Matrix::from_fn(n, n, |i, j| match (i, j) {
        (0..=4, _) if i == j => 5.0,
        (5..=9, _) if i == j => 2.0,
        _ if j > i && i > 9 => random[(i, j)] * 0.1,
        _ => 0.0,
    });
    let q = orthonormal::<f64>(n, 5);
    let a = product::times(&product::times(&q, false, &similar, false).unwrap(), false, &q, true);
    let e = eigs_general(
        &a.unwrap(),
        6,
        Wanted::LargestMagnitude,
        &EigsOptions::default(),
        &Monitor::default(),
    );
    let e = e.unwrap();
    assert!(
        e.values[..5].iter().all(|z| (*z - c64::new(5.0, 0.0)).modulus() < 1e-9),
        "{:?}",
        e.values
    );
    assert!((e.values[5] - c64::new(2.0, 0.0)).modulus() < 1e-9);
    for n in [1, 3, 8] {
        let a = Matrix::from_fn(n, n, |i, j| random[(i, j)]);
        check_general(&a, n, Wanted::LargestMagnitude);
    }
}
