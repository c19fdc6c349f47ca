//! What the tests of this layer share: random matrices, comparison, the published data sets.

use crate::Matrix;
use crate::linalg::Random;
use std::io::Read;
use std::path::PathBuf;

pub(crate) fn random(m: usize, n: usize, seed: u64) -> Matrix {
    Matrix::from_vec(m, n, Random::seeded(seed).normals(m * n))
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
