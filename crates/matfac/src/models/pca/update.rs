//! Principal components of rows that come in blocks.
//!
//! Method: the singular value decomposition of the old components times their singular values, the new rows less their mean,
//! and one row for the distance of the two means. It is that of all rows when all components are kept, and the best of its
//! rank for what was kept otherwise; the total variance is exact. Reference: Ross, Lim, Lin & Yang (2008), Int. J. Computer
//! Vision 77. Cost: that of the singular values of (k + m + 1)×d.

use super::columns::Columns;
use super::model::{Found, Pca};
use super::options::{PcaOptions, Solver};
use super::pca;
use crate::data::{End, Monitor};
use crate::error::{Error, Result};
use crate::factor::svd::{SvdForm, svd};
use crate::linalg::{Matrix, Sparse, product};
use crate::models::Data;

/// The fewest rows of sparse data that are written out at a time.
const ROWS: usize = 256;

/// The model of the rows of `model` and those of a block, m×d; of the block alone when there is no model.
///
/// `k` is the most components that are kept, as many as the model has room for when not given. The scores are those of the
/// block. Sparse blocks are taken some rows at a time, and only these are written out.
///
/// Errors: as [`pca()`]; [`Error::Shapes`]; [`Error::Argument`] for a model with scaled columns, whose scales would change.
///
/// ```
/// use matfac::{Matrix, data::Monitor, models::pca::{PcaOptions, pca, update}};
/// let x = Matrix::from_fn(6, 2, |i, j| ((3 * i + 5 * j) % 7) as f64);
/// let rows = |first: usize| Matrix::from_fn(3, 2, |i, j| x[(first + i, j)]);
/// let monitor = Monitor::default();
/// let half = update(None, &rows(0), None, false, &monitor).unwrap();
/// let both = update(Some(&half), &rows(3), None, false, &monitor).unwrap();
/// let whole = pca(&x, &PcaOptions::default(), &monitor).unwrap();
/// assert!((both.variance[0] - whole.variance[0]).abs() < 1e-13 && both.n == 6);
/// ```
pub fn update<'a>(
    model: Option<&Pca>,
    block: impl Into<Data<'a>>,
    k: Option<usize>,
    whiten: bool,
    monitor: &Monitor,
) -> Result<Pca> {
    let block = block.into();
    let limit = k.or(model.and_then(|m| m.limit));
    if let Some(model) = model {
        model.check_columns("add", block.shape(), model.mean.len())?;
        if model.scale.is_some() {
            let message =
                "pca_update: the scales of this model's columns would change with new rows";
            let hint = "standardize the blocks by scales that you know, and leave scale away";
            return Err(Error::argument_hint("m", message, hint));
        }
        if block.rows() == 0 {
            return Ok(model.clone());
        }
    }
    block.require_finite("pca_update")?;
    let (mut now, whiten) = (model.cloned(), model.map_or(whiten, |m| m.whiten));
    match block {
        Data::Full(x) => now = Some(grown(now.as_ref(), x, limit, monitor)?),
        Data::Sparse(x) => {
            let rows = x.transposed();
            let count = ROWS.max(2 * limit.unwrap_or(0));
            for first in (0..x.rows()).step_by(count) {
                monitor.interrupt.check()?;
                let part = written_out(&rows, first, count.min(x.rows() - first));
                now = Some(grown(now.as_ref(), &part, limit, monitor)?);
            }
        }
    }
    let Some(mut model) = now else {
        // No row: the error is that of a fit.
        return pca(block, &PcaOptions::default(), monitor);
    };
    model.whiten = false;
    model.scores = model.project(block)?;
    model.limit = limit;
    Ok(model.whitened(whiten))
}

/// Rows of a matrix that is given by its rows as columns.
fn written_out(rows: &Sparse<f64>, first: usize, count: usize) -> Matrix {
    let mut part = Matrix::zeros(count, rows.rows());
    for i in 0..count {
        let (places, entries) = rows.col(first + i);
        places.iter().zip(entries).for_each(|(&j, &v)| part[(i, j as usize)] = v);
    }
    part
}

/// The model with more rows; its scores are not those of any.
fn grown(model: Option<&Pca>, x: &Matrix, limit: Option<usize>, monitor: &Monitor) -> Result<Pca> {
    let (m, d) = (x.rows(), x.cols());
    let Some(old) = model else {
        let k = limit.map(|k| k.min(m.min(d)));
        let options = PcaOptions { k, solver: Solver::Full, ..PcaOptions::default() };
        return Ok(Pca { solver: "incremental", ..pca(x, &options, monitor)? });
    };
    let (columns, centred) = Columns::centred(x, None)?;
    let (before, added) = (old.n as f64, m as f64);
    let n = old.n + m;
    let weight = (before * added / n as f64).sqrt();
    let apart: Vec<f64> = old.mean.iter().zip(&columns.mean).map(|(a, b)| a - b).collect();
    let k = old.variance.len();
    let stacked = Matrix::from_fn(k + m + 1, d, |i, j| match i {
        i if i < k => old.singular_values[i] * old.components[(j, i)],
        i if i < k + m => centred[(i - k, j)],
        _ => weight * apart[j],
    });
    let f = svd(&stacked, SvdForm::Economy)?;
    let degrees = (n.max(2) - 1) as f64;
    let kept = limit.unwrap_or(usize::MAX).min(n.min(d)).min(f.s.len());
    let total = old.total_variance * (old.n.max(2) - 1) as f64
        + columns.total() * (m.max(2) - 1) as f64
        + weight * weight * product::dot(&apart, &apart);
    let mean = old.mean.iter().zip(&columns.mean).map(|(a, b)| (a * before + b * added) / n as f64);
    let found = Found {
        axes: f.v.columns(0, kept),
        scores: Matrix::zeros(0, kept),
        spectrum: f.s[..kept].iter().map(|s| s * s / degrees).collect(),
        total: total / degrees,
        solver: "incremental",
        end: End::Converged,
        history: Vec::new(),
    };
    Ok(Pca::assembled(found, mean.collect(), None, n))
}
