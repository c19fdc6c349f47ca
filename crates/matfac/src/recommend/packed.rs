//! Factors laid out for the scores of many users: single precision, padded, the items in panels of sixteen.
//!
//! A score is a product of rows of `k + 2` numbers, `[p, start, 1]` of the user and `[q, 1, b]` of the item, so that biases
//! cost nothing extra. The scores of a tile of users and items are sums held in registers (as Goto and van de Geijn
//! 2008 multiply matrices), with the panels packed once for all users: `O(users · items · k)`.

use super::factor_model::FactorModel;
use super::lanes::Lanes;
use super::line::{Line, WIDTH, flat, flat_mut};
use super::recommender::Recommender;
use super::widest::widest;

/// A factor model ready for the scores of blocks of users.
#[derive(Debug)]
pub struct PackedFactors<'a> {
    model: &'a FactorModel,
    /// Numbers of a row: the factors and two.
    depth: usize,
    /// `depth` lines for each sixteen items.
    panels: Vec<Line>,
    /// Items nobody rated, ascending.
    cold: Vec<usize>,
}

/// Panels of a tile of registers.
const PANELS: usize = 3;

impl<'a> PackedFactors<'a> {
    pub(super) fn new(model: &'a FactorModel) -> PackedFactors<'a> {
        let (items, depth) = (model.q.rows(), model.k() + 2);
        let mut panels = vec![Line::ZERO; items.div_ceil(WIDTH) * depth];
        for f in 0..model.k() {
            for (i, &x) in model.q.col(f).iter().enumerate() {
                panels[i / WIDTH * depth + f].0[i % WIDTH] = x as f32;
            }
        }
        let mut cold = Vec::new();
        for i in 0..items {
            let panel = i / WIDTH * depth;
            panels[panel + depth - 2].0[i % WIDTH] = 1.0;
            panels[panel + depth - 1].0[i % WIDTH] = model.item_bias[i] as f32;
            if model.seen().item_col(i).0.is_empty() {
                cold.push(i);
            }
        }
        PackedFactors { model, depth, panels, cold }
    }

    /// The scores of some users for the items of panels `from..to` (sixteen items each), row after row.
    ///
    /// `out` has for every user as many numbers as these panels have items, those past the last item included.
    pub(super) fn tile(&self, users: &[usize], from: usize, to: usize, out: &mut [Line]) {
        let width = to - from;
        let mut rows = vec![0.0; users.len() * self.depth];
        for (row, &u) in rows.chunks_exact_mut(self.depth).zip(users) {
            self.user(u, row);
        }
        scores(&rows, &self.panels[from * self.depth..to * self.depth], self.depth, out);
        for (&u, row) in users.iter().zip(out.chunks_exact_mut(width)) {
            self.mend(u, from * WIDTH, flat_mut(row));
        }
    }

    fn user(&self, u: usize, row: &mut [f32]) {
        let m = self.model;
        let k = m.k();
        for (f, x) in row[..k].iter_mut().enumerate() {
            *x = m.p[(u, f)] as f32;
        }
        row[k] = if m.biases { (m.mean + m.user_bias[u]) as f32 } else { 0.0 };
        row[k + 1] = 1.0;
    }

    /// Puts fall-backs where the user or an item has no rating.
    fn mend(&self, u: usize, first: usize, row: &mut [f32]) {
        let m = self.model;
        let last = (first + row.len()).min(m.q.rows());
        if m.seen().user_row(u).0.is_empty() {
            for i in first..last {
                row[i - first] = m.raw(None, Some(i)) as f32;
            }
        }
        let begin = self.cold.partition_point(|&i| i < first);
        for &i in self.cold[begin..].iter().take_while(|&&i| i < last) {
            row[i - first] = m.raw(Some(u), Some(i)) as f32;
        }
    }

    /// How many panels there are.
    pub(super) fn panels(&self) -> usize {
        self.panels.len() / self.depth
    }

    /// [`Recommender::score_rows`].
    pub(super) fn rows(&self, users: std::ops::Range<usize>, out: &mut [f32]) {
        let items = self.model.q.rows();
        let users: Vec<usize> = users.collect();
        let mut tile = Vec::new();
        for (users, out) in users.chunks(16).zip(out.chunks_mut(16 * items.max(1))) {
            tile.resize(users.len() * self.panels(), Line::ZERO);
            self.tile(users, 0, self.panels(), &mut tile);
            let rows = tile.chunks_exact(self.panels().max(1)).zip(out.chunks_exact_mut(items));
            rows.for_each(|(row, out)| out.copy_from_slice(&flat(row)[..items]));
        }
    }
}

/// Scores of all rows of users for all panels: tiles of eight users and three panels.
#[inline(always)]
fn score_tiles<L: Lanes, const T: usize>(
    rows: &[f32],
    panels: &[Line],
    depth: usize,
    out: &mut [Line],
) {
    let width = panels.len() / depth;
    for first in (0..width).step_by(PANELS) {
        let group = &panels[first * depth..((first + PANELS).min(width)) * depth];
        for (n, rows) in rows.chunks(8 * depth).enumerate() {
            let out = &mut out[n * 8 * width..];
            match (rows.len() == 8 * depth, group.len() == PANELS * depth, T) {
                (true, true, 16) => {
                    tile::<L, 8, PANELS>(rows, group, depth, &mut out[first..], width)
                }
                (_, true, 16) => {
                    for (n, row) in rows.chunks_exact(depth).enumerate() {
                        tile::<L, 1, PANELS>(
                            row,
                            group,
                            depth,
                            &mut out[n * width + first..],
                            width,
                        );
                    }
                }
                _ => {
                    for (p, panel) in group.chunks_exact(depth).enumerate() {
                        for (n, rows) in rows.chunks(4 * depth).enumerate() {
                            let out = &mut out[4 * n * width + first + p..];
                            if rows.len() == 4 * depth {
                                tile::<L, 4, 1>(rows, panel, depth, out, width);
                                continue;
                            }
                            for (n, row) in rows.chunks_exact(depth).enumerate() {
                                tile::<L, 1, 1>(row, panel, depth, &mut out[n * width..], width);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// `U` users and `P` panels.
#[inline(always)]
fn tile<L: Lanes, const U: usize, const P: usize>(
    rows: &[f32],
    panels: &[Line],
    depth: usize,
    out: &mut [Line],
    width: usize,
) {
    let rows: [&[f32]; U] = std::array::from_fn(|u| &rows[u * depth..(u + 1) * depth]);
    let panels: [&[Line]; P] = std::array::from_fn(|p| &panels[p * depth..(p + 1) * depth]);
    let mut sums = [[L::splat(0.0); P]; U];
    for f in 0..depth {
        let q: [L; P] = std::array::from_fn(|p| L::load(&panels[p][f]));
        for u in 0..U {
            let x = L::splat(rows[u][f]);
            for p in 0..P {
                sums[u][p] = x.times_plus(q[p], sums[u][p]);
            }
        }
    }
    for (u, sums) in sums.into_iter().enumerate() {
        for (p, sum) in sums.into_iter().enumerate() {
            sum.store(&mut out[u * width + p]);
        }
    }
}

widest! {
    /// `rows` times `panels`, of rows of `depth` numbers.
    fn scores(rows: &[f32], panels: &[Line], depth: usize, out: &mut [Line]) = score_tiles;
}
