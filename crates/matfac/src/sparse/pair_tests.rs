//! Parts of spectra of pairs against the dense decomposition.

use super::*;
use crate::factor::{PairMethod, eig_pair_complex};
use crate::linalg::{Random, c64};

/// Positive definite with a few entries off the diagonal.
fn definite<T: Spectral>(n: usize, seed: u64) -> Dense<T> {
    let mut r = Random::seeded(seed);
    let mut a = Dense::<T>::zeros(n, n);
    for j in 0..n {
        a[(j, j)] = T::of(3.0 + 0.02 * j as f64);
        for _ in 0..2 {
            let i = r.below(n);
            if i != j {
                let x = T::drawn(&mut r).scaled(0.2);
                a[(i, j)] = x;
                a[(j, i)] = x.conjugate();
            }
        }
    }
    a
}

fn check<T: Spectral>(a: &Dense<T>, b: &Dense<T>, is_hermitian: bool) {
    let n = a.cols();
    let complex = |x: &Dense<T>| x.map(|x| x.complex());
    let all = eig_pair_complex(&complex(a), &complex(b), PairMethod::Cholesky).unwrap().values;
    let (sparse, root) = (Sparse::from_dense(a).unwrap(), Sparse::from_dense(b).unwrap());
    let root = Root::of(&root).unwrap();
    let by = |key: &dyn Fn(&c64) -> f64| {
        let mut sorted = all.clone();
        sorted.sort_by(|x, y| key(x).total_cmp(&key(y)));
        sorted.truncate(4);
        sorted
    };
    let sigma = T::of(all[n / 2].re + 1e-3);
    let questions = [
        (Wanted::LargestReal, None, by(&|z| -z.re)),
        (Wanted::LargestMagnitude, Some(sigma), by(&|z| (*z - sigma.complex()).modulus())),
        (Wanted::SmallestMagnitude, None, by(&|z| z.modulus())),
    ];
    for (wanted, near, expected) in questions {
        for given in [Given::Sparse(&sparse), Given::Dense(a)] {
            let question =
                Question { a: given, root: Some(&root), is_hermitian, k: 4, wanted, near };
            let (values, residuals) =
                match eigs(&question, &EigsOptions::default(), &Monitor::default()).unwrap() {
                    Answer::Hermitian(e) => {
                        assert_eq!(e.converged, 4);
                        (e.values.iter().map(|&x| c64::new(x, 0.0)).collect(), e.residuals)
                    }
                    Answer::General(e) => {
                        assert_eq!(e.converged, 4);
                        (e.values, e.residuals)
                    }
                };
            for z in &expected {
                // Of a conjugate pair at the cut either may be there.
                let apart = |x: &c64| (*x - *z).modulus().min((*x - z.conj()).modulus());
                assert!(
                    values.iter().any(|x| apart(x) < 1e-8),
                    "{wanted:?} {values:?} {expected:?}"
                );
            }
            assert!(residuals.iter().all(|r| *r < 1e-8), "{residuals:?}");
        }
    }
}

#[test]
fn pairs_near_a_number_and_at_the_ends() {
    for n in [12, 260] {
        check(&definite::<f64>(n, 1), &definite::<f64>(n, 2), true);
        check(&definite::<c64>(n, 1), &definite::<c64>(n, 2), true);
        let mut general = definite::<f64>(n, 1);
        general[(0, 1)] += 1.0;
        general[(n - 1, 2)] -= 1.5;
        check(&general, &definite::<f64>(n, 2), false);
    }
}

#[test]
fn a_given_factor_is_the_root() {
    let b = definite::<f64>(40, 3);
    let r = crate::factor::chol(&b, crate::factor::chol::Triangle::Upper).unwrap().factor;
    let r = Sparse::from_dense(&r).unwrap();
    let root = Root::of_factor(&r, (0..40).collect()).unwrap();
    let apart = |root: &Root<f64>| {
        let square = root.square().to_dense().unwrap();
        let pairs = square.as_slice().iter().zip(b.as_slice());
        pairs.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
    };
    assert!(apart(&root) < 1e-13);
    assert!(apart(&Root::of(&Sparse::from_dense(&b).unwrap()).unwrap()) == 0.0);
    assert!(Root::of_factor(&r.transposed(), (0..40).collect()).is_err());
    assert!(Root::of_factor(&r, vec![0; 40]).is_err());
    let negative = Sparse::from_dense(&b.map(|x| -x)).unwrap();
    assert!(matches!(Root::of(&negative), Err(Error::NotPositiveDefinite { .. })));
}

#[test]
fn a_singular_matrix_has_its_smallest_values() {
    // The Laplacian of a cycle.
    let n = 300;
    let a = Dense::from_fn(n, n, |i, j| match (i + n - j) % n {
        0 => 2.0,
        d if d == 1 || d == n - 1 => -1.0,
        _ => 0.0,
    });
    let a = Sparse::from_dense(&a).unwrap();
    let question = Question {
        a: Given::Sparse(&a),
        root: None,
        is_hermitian: true,
        k: 5,
        wanted: Wanted::SmallestMagnitude,
        near: None,
    };
    let Answer::Hermitian(e) =
        eigs(&question, &EigsOptions::default(), &Monitor::default()).unwrap()
    else {
        panic!()
    };
    let value = |j: usize| 2.0 - 2.0 * (std::f64::consts::TAU * j as f64 / n as f64).cos();
    for (x, y) in e.values.iter().zip([value(2), value(2), value(1), value(1), 0.0]) {
        assert!((x - y).abs() < 1e-10, "{:?}", e.values);
    }
}
