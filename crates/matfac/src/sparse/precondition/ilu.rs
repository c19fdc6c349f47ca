//! Incomplete LU factorization: the three kinds, and the one without fill.
//!
//! Reference: Saad, Iterative Methods for Sparse Linear Systems, section 10.3. Cost without fill: the multiplications of
//! the updates, Σ over the entries of U of the length of a column of L.

use super::{crout, ilutp};
use crate::error::{Error, Result};
use crate::linalg::Scalar;
use crate::linalg::sparse::{Entry, Sparse};

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum IluKind {
    /// The places of A, ILU(0).
    #[default]
    NoFill,
    /// Entries above a threshold, row and column together.
    Crout,
    /// Entries above a threshold, with row exchanges.
    Pivoted {
        /// The diagonal is the pivot unless it is smaller than this part of the largest entry: 0 to 1.
        thresh: f64,
        /// Zero pivots become the drop tolerance.
        udiag: bool,
    },
}

/// Where dropped entries are added to the diagonal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Milu {
    /// Nowhere.
    #[default]
    Off,
    /// In their row: `A*e = L*U*e` for ones e.
    Row,
    /// In their column: `e'*A = e'*L*U`.
    Col,
}

/// Options with their defaults.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct IluOptions {
    /// What is kept.
    pub kind: IluKind,
    /// Entries below this part of the 2-norm of their column (row, of U by Crout) of A are dropped (0).
    pub droptol: f64,
    /// Where they go.
    pub milu: Milu,
}

/// Incomplete factors.
#[derive(Debug, Clone, PartialEq)]
pub struct Ilu<T> {
    /// Unit lower triangular.
    pub l: Sparse<T>,
    /// Upper triangular.
    pub u: Sparse<T>,
    /// The row of A (column, with [`Milu::Row`]) that became row k of `P*A` (column k of `A*P`); `None` without exchanges.
    pub pivots: Option<Vec<u32>>,
}

/// What `ilu` does, once for each field.
pub(super) fn decompose<T: Scalar + Entry>(a: &Sparse<T>, options: IluOptions) -> Result<Ilu<T>> {
    a.require_square("ilu")?;
    a.require_finite("ilu")?;
    if !(options.droptol >= 0.0 && options.droptol.is_finite()) {
        let message = format!("ilu: droptol is {}, and must be ≥ 0", options.droptol);
        return Err(Error::argument("droptol", message));
    }
    match options.kind {
        IluKind::NoFill if options.milu == Milu::Row => {
            // What is added within rows is added within columns of the transpose.
            Ok(flipped(no_fill(&a.transposed(), true)?))
        }
        IluKind::NoFill => no_fill(a, options.milu == Milu::Col),
        IluKind::Crout => crout::decompose(a, options.droptol, options.milu),
        IluKind::Pivoted { thresh, udiag } => {
            if !(0.0..=1.0).contains(&thresh) {
                let message = format!("ilu: thresh is {thresh}, and must lie between 0 and 1");
                return Err(Error::argument("thresh", message));
            }
            let rule = ilutp::Rule {
                droptol: options.droptol,
                thresh,
                udiag,
                add: options.milu != Milu::Off,
            };
            match options.milu {
                Milu::Row => Ok(flipped(ilutp::decompose(&a.transposed(), rule)?)),
                _ => ilutp::decompose(a, rule),
            }
        }
    }
}

/// `A = L*U` from `A.' = L*U`: the diagonal changes sides.
fn flipped<T: Scalar + Entry>(f: Ilu<T>) -> Ilu<T> {
    let n = f.u.cols();
    let diagonal: Vec<T> = (0..n).map(|j| f.u.get(j, j)).collect();
    let (mut l, mut u) = (f.u.transposed(), f.l.transposed());
    // Columns of the new L are divided by the pivots; rows of the new U are multiplied by them.
    let starts = l.starts().to_vec();
    for j in 0..n {
        let range = starts[j] as usize..starts[j + 1] as usize;
        l.entries_mut()[range].iter_mut().for_each(|x| *x = x.over(diagonal[j]));
    }
    let places = u.places().to_vec();
    u.entries_mut().iter_mut().zip(places).for_each(|(x, i)| *x *= diagonal[i as usize]);
    let [l, u] = [l, u].map(|m| {
        let (starts, places, entries) = m.into_parts();
        Sparse::without_zeros(n, n, starts, places, entries)
    });
    Ilu { l, u, pivots: f.pivots }
}

/// ILU(0), by columns. What falls outside the places of A is added to the pivot of its column when `add`.
fn no_fill<T: Scalar + Entry>(a: &Sparse<T>, add: bool) -> Result<Ilu<T>> {
    let n = a.cols();
    let starts = a.starts();
    let places = a.places();
    // The factors in the places of A, then taken apart.
    let mut values = a.entries().to_vec();
    let mut diagonal = vec![0usize; n];
    let mut position = vec![usize::MAX; n];
    for j in 0..n {
        let range = starts[j] as usize..starts[j + 1] as usize;
        for p in range.clone() {
            position[places[p] as usize] = p;
        }
        let Some(at) = range.clone().find(|&p| places[p] as usize == j) else {
            return Err(Error::Singular { operation: "ilu", pivot: j + 1 });
        };
        diagonal[j] = at;
        let mut dropped = T::ZERO;
        for p in range.start..at {
            let k = places[p] as usize;
            let factor = values[p];
            for q in diagonal[k] + 1..starts[k + 1] as usize {
                let change = values[q] * factor;
                match position[places[q] as usize] {
                    usize::MAX => dropped += change,
                    into => values[into] -= change,
                }
            }
        }
        if add {
            values[at] -= dropped;
        }
        let pivot = values[at];
        if pivot == T::ZERO || pivot.bad_part().is_some() {
            return Err(Error::Singular { operation: "ilu", pivot: j + 1 });
        }
        values[at + 1..range.end].iter_mut().for_each(|x| *x = x.over(pivot));
        for p in range {
            position[places[p] as usize] = usize::MAX;
        }
    }
    let part = |lower: bool| {
        Sparse::from_columns(n, n, |j, rows, entries| {
            let (from, at, end) = (starts[j] as usize, diagonal[j], starts[j + 1] as usize);
            let range = if lower { at..end } else { from..at + 1 };
            rows.extend_from_slice(&places[range.clone()]);
            entries.extend_from_slice(&values[range]);
            if lower {
                let first = entries.len() - (end - at);
                entries[first] = T::ONE;
            }
            Ok(())
        })
    };
    Ok(Ilu { l: part(true)?, u: part(false)?, pivots: None })
}
