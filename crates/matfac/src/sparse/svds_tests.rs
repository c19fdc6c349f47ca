//! Truncated singular value decompositions against the dense one, over every kind of spectrum.

use super::*;
use crate::factor::{QrOptions, qr};
use crate::linalg::{ComplexMatrix, Matrix, c64, product};
use crate::sparse::rsvd::{RsvdOptions, rsvd, rsvd_sparse};

fn orthonormal<T: Spectral>(m: usize, n: usize, random: &mut Random) -> Dense<T> {
    let a = Dense::from_fn(m, n, |_, _| T::drawn(random));
    qr(&a, QrOptions { economy: true, pivot: false, positive: false }).unwrap().q
}

/// An m×n matrix with these singular values, and zeros.
fn with_values<T: Spectral>(m: usize, n: usize, s: &[f64], seed: u64) -> Dense<T> {
    let mut random = Random::seeded(seed);
    let (u, v) =
        (orthonormal::<T>(m, s.len(), &mut random), orthonormal::<T>(n, s.len(), &mut random));
    let us = Dense::from_fn(m, s.len(), |i, j| u[(i, j)].scaled(s[j]));
    product::times(&us, false, &v, true).unwrap()
}

/// Orthonormal factors, residuals within `tol` of the largest value, and the values of the dense decomposition.
fn check<T: Spectral>(a: &dyn Operator<T>, part: &Truncated<T>, expected: &[f64], tol: f64) {
    check_against(a, part, expected, expected[0], tol);
}

/// [`check`], with the largest singular value of all.
fn check_against<T: Spectral>(
    a: &dyn Operator<T>,
    part: &Truncated<T>,
    expected: &[f64],
    norm: f64,
    tol: f64,
) {
    let (k, largest) =
        (expected.len(), part.s.first().copied().unwrap_or(0.0).max(f64::MIN_POSITIVE));
    assert_eq!((part.s.len(), part.u.cols(), part.v.cols()), (k, k, k));
    assert!(part.converged, "{:?}", part.history);
    for q in [&part.u, &part.v] {
        let gram = product::times(q, true, q, false).unwrap();
        let off = Dense::from_fn(k, k, |i, j| gram[(i, j)] - if i == j { T::ONE } else { T::ZERO });
        assert!(off.largest() < 1e-12, "{:e}", off.largest());
    }
    let scale = norm.max(largest);
    for (j, (s, e)) in part.s.iter().zip(expected).enumerate() {
        assert!((s - e).abs() <= tol * scale, "{j}: {:?} {expected:?}", part.s);
    }
    let measured = residuals(a, &part.u, &part.s, &part.v).unwrap();
    for (r, told) in measured.iter().zip(&part.residuals) {
        assert!(*r <= tol * scale && (r - told).abs() <= tol * scale, "{measured:?} {told}");
    }
}

fn spectra() -> Vec<(&'static str, Vec<f64>)> {
    let n = 260;
    let decay = |ratio: f64| (0..n).map(|j| ratio.powi(j)).collect::<Vec<f64>>();
    let mut repeated = decay(0.9);
    repeated[..7].fill(1.0);
    repeated.iter_mut().skip(7).for_each(|s| *s = s.min(0.45));
    repeated[9..13].fill(0.45);
    repeated.sort_by(|x, y| y.total_cmp(x));
    let mut clustered: Vec<f64> = decay(0.97);
    (0..8).for_each(|j| clustered[j] = 1.0 - 1e-7 * j as f64);
    let mut low = vec![0.0; n as usize];
    low[..4].copy_from_slice(&[3.0, 2.0, 2.0, 1.0]);
    vec![
        ("decaying", decay(0.9)),
        ("graded", decay(0.05f64.sqrt())),
        ("repeated", repeated),
        ("clustered", clustered),
        ("flat", vec![2.5; n as usize]),
        ("low rank", low),
        ("zero", vec![0.0; n as usize]),
        ("large", decay(0.9).iter().map(|s| s * 1e200).collect()),
        ("small", decay(0.9).iter().map(|s| s * 1e-200).collect()),
    ]
}

#[test]
fn every_kind_of_spectrum_as_the_dense_decomposition() {
    let options = SvdsOptions { basis: Some(40), ..Default::default() };
    for (_, s) in spectra() {
        for (m, n) in [(400, 260), (260, 300)] {
            let a: Matrix = with_values(m, n, &s, 1);
            let part = svds(&a, 10, &options, &Monitor::default()).unwrap();
            check(&a, &part, &s[..10], 1e-9);
            let a: ComplexMatrix = with_values(m, n, &s, 2);
            check(&a, &svds(&a, 10, &options, &Monitor::default()).unwrap(), &s[..10], 1e-9);
        }
    }
}

#[test]
fn the_smallest_without_a_factorization() {
    let s: Vec<f64> = (0..220)
        .map(|j| if j < 216 { 2.0 - 0.001 * j as f64 } else { 0.1 * (220 - j) as f64 })
        .collect();
    let a: Matrix = with_values(300, 220, &s, 3);
    let options = SvdsOptions { smallest: true, basis: Some(40), ..Default::default() };
    let part = svds(&a, 3, &options, &Monitor::default()).unwrap();
    check_against(&a, &part, &s[217..], 2.0, 1e-9);
}

#[test]
fn small_matrices_and_counts_up_to_all() {
    for (m, n) in [(1, 1), (1, 5), (5, 1), (6, 6), (7, 4), (30, 50), (120, 110)] {
        let mut r = Random::seeded(4);
        let a = Matrix::from_vec(m, n, r.normals(m * n));
        let full = svd(&a, SvdForm::Economy).unwrap();
        let most = m.min(n);
        for k in [1, most.div_ceil(2), most] {
            let part = svds(&a, k, &SvdsOptions::default(), &Monitor::default()).unwrap();
            check(&a, &part, &full.s[..k], 1e-12);
            let sparse = Sparse::from_dense(&a).unwrap();
            let part =
                svds_sparse(&sparse, k, &SvdsOptions::default(), &Monitor::default()).unwrap();
            check(&sparse, &part, &full.s[..k], 1e-12);
            let smallest = SvdsOptions { smallest: true, ..Default::default() };
            let part = svds(&a, k, &smallest, &Monitor::default()).unwrap();
            check_against(&a, &part, &full.s[most - k..], full.s[0], 1e-9);
            let part =
                rsvd(&a, k, &RsvdOptions { tol: 1e-9, ..Default::default() }, &Monitor::default());
            assert!((part.unwrap().s[0] - full.s[0]).abs() < 1e-6 * full.s[0]);
        }
        for k in [0, most + 1] {
            let error = svds(&a, k, &SvdsOptions::default(), &Monitor::default()).unwrap_err();
            assert!(error.to_string().contains(&format!("k must lie between 1 and {most}")));
        }
    }
    let none = svds(&Matrix::zeros(0, 4), 1, &SvdsOptions::default(), &Monitor::default());
    assert!(none.unwrap_err().to_string().contains("at least one row and one column"));
}

/// Random entries, 2 % of them, with blocks that make every value appear twice.
fn twice<T: Spectral>(m: usize, n: usize) -> Sparse<T> {
    let mut r = Random::seeded(8);
    let half = Dense::from_fn(m / 2, n / 2, |_, _| match r.uniform() < 0.02 {
        true => T::drawn(&mut r),
        false => T::ZERO,
    });
    let full = Dense::from_fn(m, n, |i, j| match (i < m / 2) == (j < n / 2) {
        true => half[(i % (m / 2), j % (n / 2))],
        false => T::ZERO,
    });
    Sparse::from_dense(&full).unwrap()
}

fn sparse_matrices<T: Spectral>() {
    for (m, n) in [(900, 500), (500, 900)] {
        let a = twice::<T>(m, n);
        let full = svd(&a.to_dense().unwrap(), SvdForm::Economy).unwrap();
        let part = svds_sparse(&a, 12, &SvdsOptions::default(), &Monitor::default()).unwrap();
        check(&a, &part, &full.s[..12], 1e-10);
        let again = svds_sparse(&a, 12, &SvdsOptions::default(), &Monitor::default()).unwrap();
        assert_eq!(part, again);
        let map = svds(&a, 12, &SvdsOptions::default(), &Monitor::default()).unwrap();
        check(&a, &map, &full.s[..12], 1e-10);
    }
}

#[test]
fn sparse_matrices_whose_values_are_double() {
    sparse_matrices::<f64>();
    sparse_matrices::<c64>();
}

#[test]
fn a_sketch_is_honest_on_a_flat_spectrum() {
    let s: Vec<f64> = (0..500).map(|j| 1.0 - 2e-4 * j as f64).collect();
    let a: Matrix = with_values(600, 500, &s, 5);
    let part = rsvd(&a, 10, &RsvdOptions::default(), &Monitor::default()).unwrap();
    assert!(part.converged && (part.s[0] - s[0]).abs() < 0.02);
    assert!(part.residuals[0] > 1e-6, "the residuals tell that the vectors are not accurate");
    let few =
        rsvd(&a, 10, &RsvdOptions { power: Some(0), ..Default::default() }, &Monitor::default());
    assert!(few.unwrap().s[0] < part.s[0]);
    let decaying: Vec<f64> = (0..500).map(|j| 0.8f64.powi(j)).collect();
    let a: Matrix = with_values(600, 500, &decaying, 5);
    let part =
        rsvd(&a, 10, &RsvdOptions { power: Some(4), ..Default::default() }, &Monitor::default());
    check(&a, &part.unwrap(), &decaying[..10], 1e-6);
    let a = twice::<c64>(400, 300);
    let error = |s: &[f64]| s.iter().map(|s| s * s).sum::<f64>();
    let full = svd(&a.to_dense().unwrap(), SvdForm::Economy).unwrap();
    let part = rsvd_sparse(&a, 8, &RsvdOptions::default(), &Monitor::default()).unwrap();
    // Row 56 of the worked examples: the error of the approximation within 1 % of the best.
    assert!(error(&full.s) - error(&part.s) <= 1.01f64.powi(2) * error(&full.s[8..]));
}

/// A map that fails, or returns NaN, in its third product.
struct Failing(Matrix, std::cell::Cell<usize>, Option<Error>);

impl Operator<f64> for Failing {
    fn rows(&self) -> usize {
        self.0.rows()
    }

    fn cols(&self) -> usize {
        self.0.cols()
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) -> Result<()> {
        self.1.set(self.1.get() + 1);
        match &self.2 {
            Some(error) if self.1.get() > 3 => Err(error.clone()),
            None if self.1.get() > 3 => {
                y.fill(f64::NAN);
                Ok(())
            }
            _ => self.0.apply(x, y),
        }
    }

    fn apply_adjoint(&self, x: &[f64], y: &mut [f64]) -> Result<()> {
        self.0.apply_adjoint(x, y)
    }
}

#[test]
fn faults_of_the_map_and_interrupts_end_it() {
    let a: Matrix = with_values(300, 250, &[3.0, 2.0, 1.0], 1);
    let run = |fault, monitor: &Monitor| {
        svds(&Failing(a.clone(), Default::default(), fault), 2, &SvdsOptions::default(), monitor)
    };
    let error = run(Some(Error::Callback), &Monitor::default()).unwrap_err();
    assert_eq!(error, Error::Callback);
    assert!(run(None, &Monitor::default()).unwrap_err().to_string().contains("NaN"));
    let monitor = Monitor::default();
    monitor.interrupt.trigger();
    assert_eq!(svds(&a, 2, &SvdsOptions::default(), &monitor).unwrap_err(), Error::Interrupted);
    let mut bad = twice::<f64>(300, 250).to_dense().unwrap();
    bad[(7, 4)] = f64::NAN;
    let bad = Sparse::from_dense(&bad).unwrap();
    let error = svds_sparse(&bad, 2, &SvdsOptions::default(), &Monitor::default()).unwrap_err();
    assert!(matches!(error, Error::NonFinite { row: 8, col: 5, .. }));
}

#[test]
fn what_has_not_converged_says_so() {
    let s: Vec<f64> = (0..300).map(|j| 1.0 - 1e-4 * j as f64).collect();
    let a: Matrix = with_values(400, 300, &s, 5);
    let options = SvdsOptions { max_iter: 1, ..Default::default() };
    let part = svds(&a, 6, &options, &Monitor::default()).unwrap();
    assert!(!part.converged && part.residuals[5] > 1e-8);
}
