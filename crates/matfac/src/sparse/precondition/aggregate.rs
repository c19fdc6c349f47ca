//! Grouping unknowns that depend strongly on each other: the coarse unknowns of smoothed aggregation.
//!
//! Reference: Vaněk, Mandel, Brezina, Algebraic multigrid by smoothed aggregation for second and fourth order elliptic
//! problems, Computing 56 (1996), section 5. Cost: a few passes over the entries.

use crate::error::Result;
use crate::linalg::Scalar;
use crate::linalg::sparse::{Entry, Sparse};

/// An unknown of no aggregate: nothing depends on it strongly.
pub(super) const NONE: u32 = u32::MAX;

/// A without weak entries, which are added to the diagonal: `|a(i,j)|² ≤ θ² a(i,i) a(j,j)` is weak.
pub(super) fn filtered<T: Scalar + Entry>(
    a: &Sparse<T>,
    diagonal: &[f64],
    theta: f64,
) -> Result<Sparse<T>> {
    Sparse::from_columns(a.rows(), a.cols(), |j, places, entries| {
        let (rows, values) = a.col(j);
        let mut lumped = T::ZERO;
        let mut at = None;
        for (&i, &x) in rows.iter().zip(values) {
            let i1 = i as usize;
            let size = x.modulus();
            if i1 == j {
                at = Some(entries.len());
            } else if size <= theta * (diagonal[i1] * diagonal[j]).sqrt() {
                lumped += x;
                continue;
            }
            places.push(i);
            entries.push(x);
        }
        if let Some(at) = at {
            // A diagonal that lumping would make useless stays.
            let with = entries[at].real_part() + lumped.real_part();
            if with > 0.1 * diagonal[j] {
                entries[at] = T::of(with);
            }
        }
        Ok(())
    })
}

/// The aggregate of every unknown, and their number, from the strong entries.
pub(super) fn aggregates<T: Scalar + Entry>(strong: &Sparse<T>) -> (Vec<u32>, usize) {
    let n = strong.cols();
    let neighbours =
        |i: usize| strong.col(i).0.iter().map(|&j| j as usize).filter(move |&j| j != i);
    let mut of = vec![NONE; n];
    let mut count = 0u32;
    // Whole neighbourhoods that are still free.
    for i in 0..n {
        let mut degree = 0;
        let free = of[i] == NONE
            && neighbours(i).all(|j| {
                degree += 1;
                of[j] == NONE
            });
        if free && degree > 0 {
            of[i] = count;
            neighbours(i).for_each(|j| of[j] = count);
            count += 1;
        }
    }
    // What is left joins the neighbour that it depends on most, as the first pass left them.
    let first = of.clone();
    for i in (0..n).filter(|&i| first[i] == NONE) {
        let (rows, values) = strong.col(i);
        let joined = rows.iter().zip(values).filter(|(j, _)| first[**j as usize] != NONE);
        let strongest = joined.max_by(|a, b| a.1.modulus().total_cmp(&b.1.modulus()));
        if let Some((&j, _)) = strongest {
            of[i] = first[j as usize];
        }
    }
    // Remnants make aggregates of their own.
    for i in 0..n {
        if of[i] == NONE && neighbours(i).next().is_some() {
            of[i] = count;
            for j in neighbours(i) {
                if of[j] == NONE {
                    of[j] = count;
                }
            }
            count += 1;
        }
    }
    (of, count as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Matrix;

    #[test]
    fn a_path_is_cut_into_threes() {
        let a = Matrix::from_fn(9, 9, |i, j| match i.abs_diff(j) {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        });
        let a = Sparse::from_dense(&a).unwrap();
        let (of, count) = aggregates(&filtered(&a, &[2.0; 9], 0.08).unwrap());
        assert_eq!((of, count), (vec![0, 0, 1, 1, 1, 2, 2, 2, 2], 3));
    }

    #[test]
    fn the_unconnected_stay_alone() {
        let a = Sparse::from_dense(&Matrix::from_fn(4, 4, |i, j| if i == j { 2.0 } else { 1e-3 }))
            .unwrap();
        let strong = filtered(&a, &[2.0; 4], 0.08).unwrap();
        assert_eq!((strong.nnz(), strong.get(1, 1)), (4, 2.0 + 3.0 * 1e-3));
        assert_eq!(aggregates(&strong), (vec![NONE; 4], 0));
    }
}
