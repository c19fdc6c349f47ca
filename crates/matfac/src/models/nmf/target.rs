//! The matrix as the iterations take it: at most about 1 in size, with the products they ask for.
//!
//! Data whose largest entry is far from 1 are divided by a power of two, exactly; others are borrowed. Of a sparse matrix a
//! transposed copy makes both products gathers. Of a matrix with missing cells, which are NaN, a copy with zeros in their
//! place serves the products, and their places are kept by columns and by rows; of a sparse one what is not stored is known
//! to be zero.

use super::divergence::{Loss, weigh};
use super::products::product;
use crate::error::{Error, Result};
use crate::linalg::norm::euclidean;
use crate::linalg::simd::clean;
use crate::linalg::sums::sum_slice;
use crate::linalg::{Matrix, Sparse};
use crate::models::Data;
use rayon::prelude::*;
use std::borrow::Cow;
use std::ops::Range;

/// Largest entries between these need no scaling: their powers neither overflow nor vanish.
const FITTING: Range<f64> = 1e-6..1e6;

/// The cells that are missing.
pub(super) struct Holes {
    /// m×n.
    pub(super) by_column: Sparse<bool>,
    /// n×m.
    pub(super) by_row: Sparse<bool>,
}

enum Held<'a> {
    Full(Cow<'a, Matrix>),
    Sparse(Cow<'a, Sparse<f64>>),
}

/// A non-negative m×n matrix to be factored.
pub(super) struct Target<'a> {
    held: Held<'a>,
    /// Of sparse data, n×m, zeros in place of missing cells.
    transposed: Option<Sparse<f64>>,
    /// Of data with missing cells, zeros in their place.
    filled: Option<Filled>,
    pub(super) holes: Option<Holes>,
    /// What the entries were divided by.
    pub(super) scale: f64,
    /// The largest entry, as scaled; 0 when there is none.
    pub(super) largest: f64,
    /// ‖A‖ over the cells that are known, as scaled.
    pub(super) norm: f64,
    /// Their mean.
    pub(super) mean: f64,
    /// How many of them are not zero, whether zeros are stored or not: what the iterations do must not depend on it.
    pub(super) nonzero: f64,
}

/// Data with zeros in place of missing cells.
enum Filled {
    Full(Matrix),
    Sparse(Sparse<f64>),
}

/// Entries of a task that looks at all of them.
const LOOKED: usize = 1 << 16;

/// What one look at the stored entries tells.
struct Look {
    /// Whether all are finite and none is negative.
    is_fit: bool,
    has_holes: bool,
    /// The largest that is known.
    largest: f64,
    nonzero: usize,
}

impl Look {
    fn at(entries: &[f64]) -> Look {
        let of_part = |part: &[f64]| {
            clean();
            let (mut unfit, mut holes, mut nonzero, mut largest) = (0u64, 0u64, 0u64, 0.0f64);
            for &x in part {
                unfit += u64::from(!(0.0..f64::INFINITY).contains(&x));
                holes += u64::from(x.is_nan());
                nonzero += u64::from(x > 0.0);
                largest = if x > largest { x } else { largest };
            }
            let (is_fit, has_holes) = (unfit == 0, holes > 0);
            Look { is_fit, has_holes, largest, nonzero: nonzero as usize }
        };
        let parts: Vec<Look> = entries.par_chunks(LOOKED).map(of_part).collect();
        let nothing = Look { is_fit: true, has_holes: false, largest: 0.0, nonzero: 0 };
        parts.into_iter().fold(nothing, |a, b| Look {
            is_fit: a.is_fit && b.is_fit,
            has_holes: a.has_holes || b.has_holes,
            largest: a.largest.max(b.largest),
            nonzero: a.nonzero + b.nonzero,
        })
    }
}

impl<'a> Target<'a> {
    /// Of finite, non-negative data; NaN cells may be `missing`.
    ///
    /// Errors: [`Error::Argument`] of a NaN where cells may not be missing, and of a zero that the loss cannot take;
    /// [`Error::NonFinite`] of an infinity; [`Error::Negative`]. All name the entry.
    pub(super) fn new(data: Data<'a>, loss: Loss, missing: bool) -> Result<Target<'a>> {
        let Look { is_fit, has_holes, largest, nonzero } = Look::at(data.entries());
        check(data, loss, missing, is_fit)?;
        let known = |x: f64| if x.is_nan() { 0.0 } else { x };
        // A power of two; two of them where one would overflow.
        let scale = match largest {
            0.0 => 1.0,
            l if FITTING.contains(&l) => 1.0,
            l => 2f64.powi(l.log2().floor().clamp(-1022.0, 1023.0) as i32),
        };
        let held = match data {
            Data::Full(a) if scale == 1.0 => Held::Full(Cow::Borrowed(a)),
            Data::Full(a) => Held::Full(Cow::Owned(a.map(|x| x / scale))),
            Data::Sparse(a) if scale == 1.0 => Held::Sparse(Cow::Borrowed(a)),
            Data::Sparse(a) => Held::Sparse(Cow::Owned(a.map(|x| x / scale))),
        };
        let (mut filled, mut holes, mut transposed) = (None, None, None);
        let mut cells = data.rows() * data.cols();
        match &held {
            Held::Full(a) if has_holes => {
                let by_column = Sparse::from_dense(&a.map(|x| x.is_nan()))?;
                cells -= by_column.nnz();
                holes = Some(Holes { by_row: by_column.transposed(), by_column });
                filled = Some(Filled::Full(a.map(known)));
            }
            Held::Full(_) => {}
            Held::Sparse(s) if has_holes => {
                let by_column = s.map(|x| x.is_nan());
                cells -= by_column.nnz();
                holes = Some(Holes { by_row: by_column.transposed(), by_column });
                let stored = s.map(known);
                transposed = Some(stored.transposed());
                filled = Some(Filled::Sparse(stored));
            }
            Held::Sparse(s) => transposed = Some(s.transposed()),
        }
        let entries = match (&filled, &held) {
            (Some(Filled::Full(a)), _) => a.as_slice(),
            (Some(Filled::Sparse(s)), _) => s.entries(),
            (None, Held::Full(a)) => a.as_slice(),
            (None, Held::Sparse(s)) => s.entries(),
        };
        let (norm, mean) = (euclidean(entries), sum_slice(entries) / cells.max(1) as f64);
        let (largest, nonzero) = (largest / scale, nonzero as f64);
        Ok(Target { transposed, filled, holes, scale, largest, norm, mean, nonzero, held })
    }

    /// m.
    pub(super) fn rows(&self) -> usize {
        self.data().rows()
    }

    /// n.
    pub(super) fn cols(&self) -> usize {
        self.data().cols()
    }

    /// The entries as scaled, missing ones NaN.
    pub(super) fn data(&self) -> Data<'_> {
        match &self.held {
            Held::Full(a) => Data::Full(a),
            Held::Sparse(s) => Data::Sparse(s),
        }
    }

    /// The full matrix, without missing cells.
    pub(super) fn full(&self) -> Option<&Matrix> {
        match &self.held {
            Held::Full(a) if self.holes.is_none() => Some(a),
            _ => None,
        }
    }

    /// The sparse matrix and its transpose, without missing cells.
    pub(super) fn sparse(&self) -> Option<(&Sparse<f64>, &Sparse<f64>)> {
        match (&self.held, &self.transposed) {
            (Held::Sparse(s), Some(t)) if self.holes.is_none() => Some((s, t)),
            _ => None,
        }
    }

    /// `Y = A*X`, missing cells being zero.
    pub(super) fn times(&self, x: &Matrix, y: &mut Matrix) -> Result<()> {
        match (&self.filled, &self.transposed, &self.held) {
            (Some(Filled::Full(a)), ..) => product(a, false, x, y),
            (_, Some(t), _) => *y = t.adjoint_times_dense(x)?,
            (_, _, Held::Full(a)) => product(a, false, x, y),
            (_, _, Held::Sparse(s)) => *y = s.times_dense(x)?,
        }
        Ok(())
    }

    /// `Y = A'*X`, missing cells being zero.
    pub(super) fn transposed_times(&self, x: &Matrix, y: &mut Matrix) -> Result<()> {
        match (&self.filled, &self.held) {
            (Some(Filled::Full(a)), _) => product(a, true, x, y),
            (Some(Filled::Sparse(s)), _) => *y = s.adjoint_times_dense(x)?,
            (_, Held::Full(a)) => product(a, true, x, y),
            (_, Held::Sparse(s)) => *y = s.adjoint_times_dense(x)?,
        }
        Ok(())
    }

    /// Rows `rows` of column j; a sparse column is spread into `scratch`, which is as long.
    pub(super) fn segment<'s>(
        &'s self,
        rows: Range<usize>,
        j: usize,
        scratch: &'s mut [f64],
    ) -> &'s [f64] {
        match &self.held {
            Held::Full(a) => &a.col(j)[rows],
            Held::Sparse(s) => {
                let (places, entries) = s.col(j);
                let first = places.partition_point(|&i| (i as usize) < rows.start);
                let scratch = &mut scratch[..rows.len()];
                scratch.fill(0.0);
                for (&i, &x) in places[first..].iter().zip(&entries[first..]) {
                    match scratch.get_mut(i as usize - rows.start) {
                        Some(cell) => *cell = x,
                        None => break,
                    }
                }
                scratch
            }
        }
    }

    /// The loss of the simplest model: 0 everywhere for β = 2, else the mean everywhere.
    pub(super) fn baseline(&self, loss: Loss) -> f64 {
        if loss == Loss::FROBENIUS {
            return 0.5 * self.norm * self.norm;
        }
        let stored = self.data().entries();
        let mut sum = 0.0;
        let mut cells = [0.0; 1024];
        for part in stored.chunks(cells.len()) {
            cells.fill(self.mean);
            sum += weigh(loss, part, &mut cells[..part.len()], None, true);
        }
        let others = (self.rows() * self.cols() - stored.len()) as f64;
        if others > 0.0 { sum + others * loss.of_cell(0.0, self.mean) } else { sum }
    }
}

/// The errors of [`Target::new`].
fn check(data: Data<'_>, loss: Loss, missing: bool, is_fit: bool) -> Result<()> {
    let place = |wanted: &dyn Fn(f64) -> bool| match data {
        Data::Full(a) => {
            let found = a.as_slice().iter().position(|&x| wanted(x));
            found.map(|p| (p % a.rows() + 1, p / a.rows() + 1, a.as_slice()[p]))
        }
        Data::Sparse(s) => s.triplets().find(|t| wanted(t.2)).map(|(i, j, x)| (i + 1, j + 1, x)),
    };
    if is_fit {
        return if loss.needs_positive() { require_positive(data, loss) } else { Ok(()) };
    }
    if let Some((row, col, _)) = place(&f64::is_nan) {
        let message = format!("nmf needs known entries; entry ({row},{col}) is NaN");
        if !missing {
            let hint = "missing=true leaves NaN cells out of the fit";
            return Err(Error::argument_hint("A", message, hint));
        }
    }
    if let Some((row, col, value)) = place(&f64::is_infinite) {
        return Err(Error::NonFinite { operation: "nmf", row, col, value });
    }
    data.require_non_negative("nmf")?;
    match loss.needs_positive() {
        true => require_positive(data, loss),
        false => Ok(()),
    }
}

fn require_positive(data: Data<'_>, loss: Loss) -> Result<()> {
    let found = match data {
        Data::Full(a) => {
            let place = a.as_slice().iter().position(|&x| x == 0.0);
            place.map(|p| (p % a.rows(), p / a.rows()))
        }
        Data::Sparse(s) => (0..s.cols()).find(|&j| s.col_nnz(j) < s.rows()).map(|j| {
            let places = s.col(j).0;
            (places.iter().enumerate().take_while(|(i, p)| *i == **p as usize).count(), j)
        }),
    };
    match found {
        None => Ok(()),
        Some((i, j)) => Err(Error::argument_hint(
            "A",
            format!(
                "loss {} needs positive entries; entry ({},{}) is 0",
                loss.name(),
                i + 1,
                j + 1
            ),
            "loss=\"kl\" takes zeros; a zero that stands for an unknown is NaN with missing=true",
        )),
    }
}
