//! Contours: lines of equal height by marching squares, joined to paths, with their heights written on them.
//!
//! A cell's corners are above the level or not; the line crosses the sides between those that differ, at the place that
//! linear interpolation gives. In the ambiguous case, two opposite corners above, the mean of the four decides which are
//! joined (G. Wyvill, C. McPheeters and B. Wyvill, 1986). One pass over the grid for each level.

use super::layout::Layout;
use super::marks::Contours;
use super::pen::Pen;
use super::points;
use super::scene::{Align, Item, Paint, Point, Rect, Words};
use super::ticks::{linear_ticks, shortest};
use super::{Colour, font};
use crate::Matrix;
use std::collections::HashMap;

/// More levels than this only make the picture solid.
const MOST_LEVELS: usize = 200;

/// About so many levels are chosen, when the user chooses none.
const LEVELS: usize = 9;

/// The round levels between the lowest and the highest value, about `count` of them.
pub fn contour_levels(z: &Matrix, count: usize) -> Vec<f64> {
    let finite = z.as_slice().iter().filter(|v| v.is_finite());
    let (lo, hi) =
        finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), &v| (lo.min(v), hi.max(v)));
    let mut levels = linear_ticks(lo, hi, count.clamp(1, MOST_LEVELS));
    // At the extremes there are points at most, not lines.
    levels.retain(|&level| level > lo && level < hi);
    levels
}

impl Contours {
    /// The levels drawn.
    pub(super) fn all_levels(&self) -> Vec<f64> {
        let mut levels = match self.levels.is_empty() {
            true => contour_levels(&self.z, LEVELS),
            false => self.levels.iter().copied().filter(|v| v.is_finite()).collect(),
        };
        levels.sort_by(f64::total_cmp);
        levels.truncate(MOST_LEVELS);
        levels
    }

    /// The lines of height `level` as paths; a closed one ends where it begins.
    pub(super) fn paths(&self, level: f64) -> Vec<Vec<(f64, f64)>> {
        let mut links: HashMap<usize, [usize; 2]> = HashMap::new();
        let mut link = |a: usize, b: usize| {
            for (from, to) in [(a, b), (b, a)] {
                let ends = links.entry(from).or_insert([NOWHERE; 2]);
                ends[usize::from(ends[0] != NOWHERE)] = to;
            }
        };
        let (m, n) = (self.z.rows(), self.z.cols());
        for j in 1..n {
            for i in 1..m {
                for (a, b) in self.crossings(i - 1, j - 1, level).into_iter().flatten() {
                    link(a, b);
                }
            }
        }
        let mut ends: Vec<usize> = links.keys().copied().collect();
        // Open lines first, from an end; what is left is closed.
        ends.sort_unstable_by_key(|side| (links[side][1] != NOWHERE, *side));
        let mut paths = Vec::new();
        for start in ends {
            let mut path = vec![start];
            let mut at = start;
            while let Some(next) = links.remove(&at) {
                match next.into_iter().find(|to| links.contains_key(to)) {
                    Some(to) => {
                        path.push(to);
                        at = to;
                    }
                    None => {
                        if path.len() > 2 && next.contains(&start) {
                            path.push(start);
                        }
                        break;
                    }
                }
            }
            if path.len() > 1 {
                paths.push(path.into_iter().map(|side| self.crossing(side, level)).collect());
            }
        }
        paths
    }

    /// The sides between which the line crosses a cell: none, one or two pairs. Side 2(i + jm) goes from corner (i, j)
    /// to (i, j + 1), the next to (i + 1, j).
    fn crossings(&self, i: usize, j: usize, level: f64) -> [Option<(usize, usize)>; 2] {
        let (m, z) = (self.z.rows(), &self.z);
        let corners = [z[(i, j)], z[(i, j + 1)], z[(i + 1, j + 1)], z[(i + 1, j)]];
        if corners.iter().any(|v| !v.is_finite()) {
            return [None; 2];
        }
        let side = |i: usize, j: usize, down: usize| 2 * (i + j * m) + down;
        let (top, right) = (side(i, j, 0), side(i, j + 1, 1));
        let (bottom, left) = (side(i + 1, j, 0), side(i, j, 1));
        let above = corners.map(|v| v >= level);
        let case = above.iter().rev().fold(0, |case, &a| case * 2 + usize::from(a));
        let one = |a, b| [Some((a, b)), None];
        match case {
            1 | 14 => one(left, top),
            2 | 13 => one(top, right),
            4 | 11 => one(right, bottom),
            8 | 7 => one(bottom, left),
            3 | 12 => one(left, right),
            6 | 9 => one(top, bottom),
            5 | 10 => {
                let centre = corners.iter().map(|v| v / 4.0).sum::<f64>() >= level;
                if centre == (case == 5) {
                    [Some((top, right)), Some((bottom, left))]
                } else {
                    [Some((left, top)), Some((right, bottom))]
                }
            }
            _ => [None; 2],
        }
    }

    /// Where the line crosses a side.
    fn crossing(&self, side: usize, level: f64) -> (f64, f64) {
        let (m, place, down) = (self.z.rows(), side / 2, side % 2);
        let (i, j) = (place % m, place / m);
        let (i1, j1) = (i + down, j + 1 - down);
        let (a, b) = (self.z[(i, j)], self.z[(i1, j1)]);
        let t = (level - a) / (b - a);
        let between = |p: f64, q: f64| p + t * (q - p);
        (between(self.x[j], self.x[j1]), between(self.y[i], self.y[i1]))
    }

    /// The height at a place of the grid, between its corners; NaN outside.
    fn height(&self, x: f64, y: f64) -> f64 {
        let find = |at: &[f64], v: f64| {
            let k = at.partition_point(|&a| a <= v).clamp(1, at.len() - 1) - 1;
            (k, (v - at[k]) / (at[k + 1] - at[k]))
        };
        let ((j, s), (i, t)) = (find(&self.x, x), find(&self.y, y));
        if !((0.0..=1.0).contains(&s) && (0.0..=1.0).contains(&t)) {
            return f64::NAN;
        }
        let mix = |a: f64, b: f64, t: f64| a + t * (b - a);
        let row = |i: usize| mix(self.z[(i, j)], self.z[(i, j + 1)], s);
        mix(row(i), row(i + 1), t)
    }
}

/// No side.
const NOWHERE: usize = usize::MAX;

impl Pen<'_> {
    /// Draws lines of equal height.
    pub(super) fn contours(&mut self, contours: &Contours) {
        if contours.z.rows() < 2 || contours.z.cols() < 2 {
            return;
        }
        let levels = contours.all_levels();
        if contours.filled {
            self.bands(contours, &levels);
        }
        if contours.width <= 0.0 && !contours.labels {
            return;
        }
        let (lo, hi) = self.limits.unwrap_or((0.0, 1.0));
        let mut taken = Vec::new();
        let mut labels = Vec::new();
        let mut items = Vec::new();
        let mut pieces = 0;
        for &level in &levels {
            let of_height = self.axes.colour_map.at((level - lo) / (hi - lo));
            let colour = contours.colour.unwrap_or(match contours.filled {
                true => of_height.mix(Colour::BLACK, 0.35),
                false => of_height,
            });
            for path in contours.paths(level) {
                let positions = path.iter().map(|&(x, y)| self.place(x, y));
                for points in points::clipped(points::thinned(positions), self.layout.frame) {
                    self.saw(&points);
                    if contours.labels {
                        labels.extend(self.height_label(&points, level, colour, &mut taken));
                    }
                    pieces += 1 + points.len() / 8;
                    let paint = colour.into();
                    items.push(Item::Path {
                        points,
                        width: contours.width.clamp(0.2, 50.0),
                        paint,
                    });
                }
            }
        }
        self.add(pieces, items);
        for (place, words) in labels {
            self.scene.fill(place, Paint { colour: self.look.page, alpha: 0.85 });
            self.scene.words(words);
        }
    }

    /// The label of a line where it is straightest, unless it is too short or others are in the way.
    fn height_label(
        &self,
        path: &[Point],
        level: f64,
        colour: Colour,
        taken: &mut Vec<Rect>,
    ) -> Option<(Rect, Words)> {
        let size = self.look.tick_size * 0.85;
        let text = shortest(level);
        let (width, height) = (font::width(&text, size, false), size * font::CAP_HEIGHT);
        if points::length(path) < 3.0 * width {
            return None;
        }
        let places = path.iter().skip(1).take(path.len().saturating_sub(2)).map(|&(x, y)| {
            Rect::new(x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0)
                .grown(1.5)
        });
        let f = self.layout.frame;
        let free = places.filter(|r| {
            let inside = f.contains((r.left, r.top)) && f.contains((r.right, r.bottom));
            inside && !taken.iter().any(|t| t.grown(6.0).overlaps(r))
        });
        // Far from the frame's sides, and lying flat: where much of the line is behind the words.
        let covered = |r: &Rect| {
            let behind = path.iter().filter(|&&p| r.contains(p)).count();
            let margin = (r.left - f.left).min(f.right - r.right);
            (behind, margin.min(40.0) as i64)
        };
        let place = free.max_by_key(covered)?;
        taken.push(place);
        let ink = colour.mix(self.look.ink, 0.45);
        let words = Words {
            text,
            at: (place.centre().0, place.bottom - 1.5),
            align: Align::Middle,
            size,
            bold: false,
            upright: false,
            colour: ink,
        };
        Some((place, words))
    }

    /// Fills the areas between the levels, each half pixel by the height there.
    fn bands(&mut self, contours: &Contours, levels: &[f64]) {
        let Layout { frame, x, y, .. } = *self.layout;
        let ends = |map: &super::scale::Map, at: &[f64]| {
            let (a, b) = (map.clamped(at[0]), map.clamped(at[at.len() - 1]));
            (a.min(b), a.max(b))
        };
        let ((left, right), (top, bottom)) = (ends(&x, &contours.x), ends(&y, &contours.y));
        let rect = Rect::new(left, top, right, bottom);
        let (cols, rows) = ((rect.width() * 2.0) as usize, (rect.height() * 2.0) as usize);
        if cols == 0 || rows == 0 || !frame.grown(1.0).overlaps(&rect) {
            return;
        }
        let (lo, hi) = self.limits.unwrap_or((0.0, 1.0));
        let colour_of = |height: f64| {
            if height.is_nan() {
                return self.look.page;
            }
            let k = levels.partition_point(|&level| level <= height);
            let below = if k == 0 { lo } else { levels[k - 1].max(lo) };
            let above = levels.get(k).map_or(hi, |&level| level.min(hi));
            self.axes.colour_map.at(((below + above) / 2.0 - lo) / (hi - lo))
        };
        let middle = |k: usize, from: f64, to: f64, n: usize| {
            from + (k as f64 + 0.5) * (to - from) / n as f64
        };
        let columns: Vec<f64> = (0..cols).map(|k| x.number(middle(k, left, right, cols))).collect();
        let mut pixels = Vec::with_capacity(rows * cols);
        for k in 0..rows {
            let row = y.number(middle(k, top, bottom, rows));
            pixels.extend(columns.iter().map(|&column| colour_of(contours.height(column, row))));
        }
        self.scene.items.push(Item::Cells { rect, rows, cols, pixels });
        self.saw_area(rect);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(z: Matrix) -> Contours {
        let x = (0..z.cols()).map(|j| j as f64).collect();
        let y = (0..z.rows()).map(|i| i as f64).collect();
        Contours { x, y, z, width: 1.0, ..Contours::default() }
    }

    #[test]
    fn circles_are_closed_and_round() {
        let bowl = Matrix::from_fn(41, 41, |i, j| (i as f64 - 20.0).hypot(j as f64 - 20.0));
        let paths = of(bowl).paths(12.3);
        assert_eq!(paths.len(), 1);
        assert_eq!(paths[0].first(), paths[0].last());
        assert!(paths[0].iter().all(|(x, y)| ((x - 20.0).hypot(y - 20.0) - 12.3).abs() < 0.03));
    }

    #[test]
    fn planes_saddles_and_holes() {
        let plane = of(Matrix::from_fn(5, 9, |_, j| j as f64));
        assert_eq!(plane.paths(3.5).len(), 1);
        assert_eq!(plane.paths(3.5)[0].len(), 5);
        assert_eq!(plane.paths(3.0)[0][0].0, 3.0);
        assert_eq!(of(Matrix::from_fn(2, 2, |i, j| (i ^ j) as f64)).paths(0.5).len(), 2);
        let mut hole = Matrix::from_fn(5, 9, |_, j| j as f64);
        hole[(2, 4)] = f64::NAN;
        assert_eq!(of(hole).paths(3.5).len(), 2);
        assert!(of(Matrix::zeros(3, 3)).paths(0.0).is_empty());
        assert!(contour_levels(&Matrix::zeros(3, 3), 5).is_empty());
        assert!((plane.height(3.25, 2.0) - 3.25).abs() < 1e-12 && plane.height(9.0, 0.0).is_nan());
    }
}
