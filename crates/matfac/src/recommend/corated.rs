//! What items (or users) that are rated by the same users (or have the same items) have in common.
//!
//! For one row after the other, sums over the ratings it shares with every other row: `O(Σ n²)` for all,
//! n being the lengths of the columns. Rows are taken in parallel and do not depend on one another; only
//! what is kept of a row takes memory.

use super::recommender::Axis;
use crate::data::{Entries, Monitor, Ratings, Step};
use crate::error::Result;
use rayon::prelude::*;

/// Sums over the ratings that two rows share.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    /// How many there are.
    pub(super) n: f64,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) xy: f64,
    pub(super) xx: f64,
    pub(super) yy: f64,
}

impl Sums {
    #[inline(always)]
    fn add(&mut self, x: f64, y: f64) {
        self.n += 1.0;
        self.x += x;
        self.y += y;
        self.xy += x * y;
        self.xx += x * x;
        self.yy += y * y;
    }
}

/// Ratings seen from one axis: its rows, the others', and the numbers to sum in the order of each.
pub(super) struct Corated<'a> {
    own: &'a Entries,
    other: &'a Entries,
    own_values: Vec<f64>,
    other_values: Vec<f64>,
}

impl<'a> Corated<'a> {
    /// Rows along `axis`; `value` makes the number to sum of own and other position and rating.
    pub(super) fn new(
        axis: Axis,
        ratings: &'a Ratings,
        value: impl Fn(usize, usize, f64) -> f64,
    ) -> Corated<'a> {
        let (own, other) = entries(axis, ratings);
        Corated {
            own,
            other,
            own_values: values(own, &value),
            other_values: values(other, |b, a, r| value(a, b, r)),
        }
    }

    /// What `keep` makes of every other row that shares a rating with each row of `rows`, by ascending position; at
    /// most `most` of each row, those with the largest `key`. Reports as `task`, ten times.
    ///
    /// # Errors
    /// [`crate::Error::Interrupted`].
    pub(super) fn rows<T: Copy + Send>(
        &self,
        rows: &[usize],
        most: usize,
        keep: impl Fn(usize, &Sums) -> Option<T> + Sync,
        key: impl Fn(&T) -> f32 + Sync,
        task: &'static str,
        monitor: &Monitor,
    ) -> Result<Vec<Vec<T>>> {
        let count = self.own.outer_dims();
        let of_row = |(sums, met): &mut (Vec<Sums>, Vec<u32>), &row: &usize| {
            if monitor.interrupt.is_set() {
                return Vec::new();
            }
            self.gather(row, sums, met);
            met.sort_unstable();
            let made = met.iter().filter(|&&at| at as usize != row);
            let mut kept: Vec<T> =
                made.filter_map(|&at| keep(at as usize, &sums[at as usize])).collect();
            for at in met.drain(..) {
                sums[at as usize] = Sums::default();
            }
            shorten(&mut kept, most, &key);
            kept.shrink_to_fit();
            kept
        };
        let portion = rows.len().div_ceil(10).max(64);
        let max_iter = rows.len().div_ceil(portion);
        let mut all = Vec::with_capacity(rows.len());
        for (step, rows) in rows.chunks(portion).enumerate() {
            let start = || (vec![Sums::default(); count], Vec::new());
            all.par_extend(rows.par_iter().with_min_len(4).map_init(start, of_row));
            let objective = f64::NAN;
            monitor.step(Step { task, iteration: step + 1, max_iter, objective })?;
        }
        Ok(all)
    }

    fn gather(&self, row: usize, sums: &mut [Sums], met: &mut Vec<u32>) {
        let range = self.own.indptr().outer_inds_sz(row);
        for (&b, &x) in self.own.indices()[range.clone()].iter().zip(&self.own_values[range]) {
            let range = self.other.indptr().outer_inds_sz(b as usize);
            let places = &self.other.indices()[range.clone()];
            for (&at, &y) in places.iter().zip(&self.other_values[range]) {
                let sum = &mut sums[at as usize];
                if sum.n == 0.0 {
                    met.push(at);
                }
                sum.add(x, y);
            }
        }
    }
}

/// Keeps the `most` with the largest keys, of equal ones the earlier, in their order.
fn shorten<T: Copy>(kept: &mut Vec<T>, most: usize, key: impl Fn(&T) -> f32) {
    if kept.len() <= most {
        return;
    }
    let mut order: Vec<u32> = (0..kept.len() as u32).collect();
    let size = |n: u32| key(&kept[n as usize]);
    order.select_nth_unstable_by(most, |&a, &b| size(b).total_cmp(&size(a)).then(a.cmp(&b)));
    order.truncate(most);
    order.sort_unstable();
    *kept = order.into_iter().map(|n| kept[n as usize]).collect();
}

/// The ratings compressed along an axis, and along the other.
pub(super) fn entries(axis: Axis, ratings: &Ratings) -> (&Entries, &Entries) {
    match axis {
        Axis::Users => (ratings.by_user(), ratings.by_item()),
        Axis::Items => (ratings.by_item(), ratings.by_user()),
    }
}

fn values(entries: &Entries, value: impl Fn(usize, usize, f64) -> f64) -> Vec<f64> {
    let rows = entries.outer_iterator().enumerate();
    rows.flat_map(|(a, row)| {
        let pairs: Vec<f64> = row.iter().map(|(b, &r)| value(a, b, r)).collect();
        pairs
    })
    .collect()
}

/// How many others each row may keep of `count` rows for all of them to fit in `bytes`, of `each` bytes.
pub(super) fn room_for(count: usize, bytes: usize, each: usize) -> usize {
    (bytes / each / count.max(1)).max(1)
}

/// Calls `f` with the places at which two ascending lists have the same position.
pub(super) fn meet<T>(
    positions: &[u32],
    row: &[T],
    at: impl Fn(&T) -> u32,
    mut f: impl FnMut(usize, &T),
) {
    if positions.len() * 8 < row.len() {
        let mut low = 0;
        for (n, &p) in positions.iter().enumerate() {
            low += row[low..].partition_point(|x| at(x) < p);
            if low < row.len() && at(&row[low]) == p {
                f(n, &row[low]);
            }
        }
        return;
    }
    let mut low = 0;
    for x in row {
        let p = at(x);
        // Far apart a search pays, close together a walk does.
        if row.len() * 8 < positions.len() {
            low += positions[low..].partition_point(|&q| q < p);
        } else {
            while low < positions.len() && positions[low] < p {
                low += 1;
            }
        }
        if low < positions.len() && positions[low] == p {
            f(low, x);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Matrix;

    #[test]
    fn sums_are_over_shared_ratings() {
        let n = f64::NAN;
        let a = Matrix::from_rows(&[&[5.0, 3.0, n], &[4.0, 2.0, 1.0], &[n, 1.0, n]]);
        let ratings = Ratings::from_dense(&a).unwrap();
        let keep = |at: usize, s: &Sums| Some((at, s.n, s.x, s.y, s.xy, s.xx, s.yy));
        let all = Corated::new(Axis::Items, &ratings, |_, _, r| r)
            .rows(&[0, 1, 2], 9, keep, |_| 0.0, "knn", &Monitor::default())
            .unwrap();
        assert_eq!(
            all[0],
            [(1, 2.0, 9.0, 5.0, 23.0, 41.0, 13.0), (2, 1.0, 4.0, 1.0, 4.0, 16.0, 1.0)]
        );
        assert_eq!(all[2], [(0, 1.0, 1.0, 4.0, 4.0, 1.0, 16.0), (1, 1.0, 1.0, 2.0, 2.0, 1.0, 4.0)]);
        let few = Corated::new(Axis::Users, &ratings, |_, _, r| r);
        let few =
            few.rows(&[1], 1, |at, s| Some((at, s.n as f32)), |x| x.1, "knn", &Monitor::default());
        assert_eq!(few.unwrap(), [[(0, 2.0)]]);
    }

    #[test]
    fn lists_meet_however_long_they_are() {
        let long: Vec<u32> = (0..100).map(|n| 3 * n).collect();
        for few in [vec![0, 4, 9, 297, 400], (0..60).collect::<Vec<u32>>()] {
            let expected: Vec<u32> = few.iter().copied().filter(|p| long.contains(p)).collect();
            let (mut one, mut two) = (vec![], vec![]);
            meet(&few, &long, |x| *x, |n, x| one.push((few[n], *x)));
            meet(&long, &few, |x| *x, |n, x| two.push((long[n], *x)));
            assert!(one == two && one.iter().map(|x| x.0).eq(expected));
        }
    }
}
