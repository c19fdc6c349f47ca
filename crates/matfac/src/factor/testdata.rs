//! What the tests of this layer share: random matrices, comparison, the published data sets.

use crate::linalg::{Dense, Random, Scalar};
use crate::{ComplexMatrix, Matrix, c64};
use std::io::Read;
use std::path::PathBuf;

pub(crate) fn random(m: usize, n: usize, seed: u64) -> Matrix {
    Matrix::from_vec(m, n, Random::seeded(seed).normals(m * n))
}

pub(crate) fn random_complex(m: usize, n: usize, seed: u64) -> ComplexMatrix {
    let (re, im) = (random(m, n, seed), random(m, n, seed + 1000));
    ComplexMatrix::from_fn(m, n, |i, j| c64::new(re[(i, j)], im[(i, j)]))
}

/// The largest modulus of a difference.
#[track_caller]
pub(crate) fn distance<T: Scalar>(a: &Dense<T>, b: &Dense<T>) -> f64 {
    assert_eq!(a.shape(), b.shape());
    let pairs = a.as_slice().iter().zip(b.as_slice());
    pairs
        .map(|(&x, &y)| (x - y).modulus())
        .fold(0.0, |m, d| if m >= d || m.is_nan() { m } else { d })
}

/// `Q'Q = I` within `tol`.
#[track_caller]
pub(crate) fn assert_unitary<T: Scalar>(q: &Dense<T>, tol: f64) {
    let gram = faer::Mat::<T>::from_fn(q.cols(), q.cols(), |i, j| {
        q.col(i).iter().zip(q.col(j)).map(|(x, &y)| x.conjugate() * y).sum()
    });
    let off = distance(&Dense::from_view(gram.as_ref()), &Dense::identity(q.cols()));
    assert!(off <= tol, "not unitary by {off}");
}

/// Every entry within `tol`, absolutely.
#[track_caller]
pub(crate) fn assert_close(a: &Matrix, b: &Matrix, tol: f64) {
    assert_eq!(a.shape(), b.shape());
    for (k, (x, y)) in a.as_slice().iter().zip(b.as_slice()).enumerate() {
        assert!((x - y).abs() <= tol, "entry {k} of a {} matrix: {x} and {y}", a.shape());
    }
}

/// `Q'Q = I` within `tol`.
#[track_caller]
pub(crate) fn assert_orthonormal(q: &Matrix, tol: f64) {
    let gram = crate::linalg::product::gram(q).unwrap();
    assert_close(&gram, &Matrix::identity(q.cols()), tol);
}

/// The folder of the shared data sets, when this machine has it: `MF_SHARED_DATA`, or `../shared/data`
/// beside the workspace.
pub(crate) fn folder() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("MF_SHARED_DATA").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no shared data");
    None
}

/// The numeric columns of a CSV file with one header line; text columns are dropped.
pub(crate) fn csv(path: &str) -> Option<Matrix> {
    let bytes = std::fs::read(folder()?.join(path)).ok()?;
    let mut text = String::new();
    if path.ends_with(".gz") {
        flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).ok()?;
    } else {
        text = String::from_utf8(bytes).ok()?;
    }
    let mut rows = Vec::new();
    for line in text.lines() {
        let row: Vec<f64> = line.split(',').filter_map(|f| f.trim().parse().ok()).collect();
        if !row.is_empty() {
            rows.push(row);
        }
    }
    // A header of numbers only (a count line, say) is shorter than the rows below it.
    let width = rows.last()?.len();
    rows.retain(|r| r.len() == width);
    Some(Matrix::from_fn(rows.len(), width, |i, j| rows[i][j]))
}
