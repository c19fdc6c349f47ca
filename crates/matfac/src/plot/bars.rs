//! Bars: side by side, on each other, or in front of each other.

use super::Colour;
use super::layout::Layout;
use super::marks::{Arrangement, Bar, Mark};
use super::pen::Pen;
use super::scale::{Extent, Map};
use super::scene::{Item, Paint, Rect};
use std::collections::HashMap;

/// How much a bar in front of others covers.
const TRANSLUCENT: f64 = 0.6;

/// Where one bar is, in the numbers of the axes.
pub(super) struct Placed {
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) from: f64,
    pub(super) to: f64,
}

/// The bars of one orientation among all marks, with their places in the list.
fn of_kind(marks: &[Mark], horizontal: bool) -> impl Iterator<Item = (usize, &Bar)> + Clone {
    marks.iter().enumerate().filter_map(move |(i, mark)| match mark {
        Mark::Bar(bar) if bar.horizontal == horizontal => Some((i, bar)),
        _ => None,
    })
}

/// The smallest distance between positions; 1 when there are not two.
fn slot(positions: impl Iterator<Item = f64>) -> f64 {
    let mut at: Vec<f64> = positions.filter(|v| v.is_finite()).collect();
    at.sort_by(f64::total_cmp);
    let gaps = at.windows(2).map(|w| w[1] - w[0]).filter(|gap| *gap > 0.0);
    let slot = gaps.fold(f64::INFINITY, f64::min);
    if slot.is_finite() { slot } else { 1.0 }
}

/// The place of `bar`'s bars within their slot, as a share of it from the left, and its width.
fn share(marks: &[Mark], index: usize, bar: &Bar) -> (f64, f64) {
    if bar.arrangement == Arrangement::Overlaid {
        return (0.0, 1.0);
    }
    // All stacked bars have one place, that of the first.
    let (mut places, mut own, mut stack) = (0, 0, None);
    for (i, other) in of_kind(marks, bar.horizontal) {
        let place = match other.arrangement {
            Arrangement::Overlaid => continue,
            Arrangement::Stacked if stack.is_some() => stack.unwrap_or(0),
            _ => {
                places += 1;
                places - 1
            }
        };
        if other.arrangement == Arrangement::Stacked {
            stack = Some(place);
        }
        if i == index {
            own = place;
        }
    }
    let width = 1.0 / f64::from(places.max(1));
    (f64::from(own) * width, width)
}

/// Where the bars of the mark at `index` are; those without a place are left out.
pub(super) fn placed(marks: &[Mark], index: usize) -> Vec<Placed> {
    let Mark::Bar(bar) = &marks[index] else { return Vec::new() };
    let alone = bar.arrangement == Arrangement::Overlaid;
    let slot = if alone {
        slot(bar.x.iter().copied())
    } else {
        let others = of_kind(marks, bar.horizontal).map(|(_, other)| other);
        let beside = others.filter(|other| other.arrangement != Arrangement::Overlaid);
        slot(beside.flat_map(|other| other.x.iter().copied()))
    };
    let filled = slot * if bar.width.is_finite() { bar.width.clamp(0.01, 1.0) } else { 0.8 };
    let (left, width) = share(marks, index, bar);
    let mut feet = if bar.arrangement == Arrangement::Stacked {
        tops(marks, index, bar)
    } else {
        HashMap::new()
    };
    let bars = bar.x.iter().zip(&bar.heights).filter(|(x, h)| x.is_finite() && h.is_finite());
    bars.map(|(&x, &height)| {
        let start = x - filled / 2.0 + left * filled;
        let (from, to) = match bar.arrangement {
            Arrangement::Stacked => on_top(&mut feet, x, height),
            _ => (bar.base, height),
        };
        Placed { start, end: start + width * filled, from, to }
    })
    .collect()
}

/// The ends so far of the stacks at each position: upwards and downwards.
type Tops = HashMap<u64, (f64, f64)>;

fn on_top(tops: &mut Tops, x: f64, height: f64) -> (f64, f64) {
    let (up, down) = tops.entry((x + 0.0).to_bits()).or_insert((0.0, 0.0));
    let end = if height < 0.0 { down } else { up };
    let from = *end;
    *end += height;
    (from, *end)
}

/// The stacks below the mark at `index`.
fn tops(marks: &[Mark], index: usize, bar: &Bar) -> Tops {
    let mut tops = Tops::new();
    let below = of_kind(&marks[..index], bar.horizontal).map(|(_, other)| other);
    for other in below.filter(|other| other.arrangement == Arrangement::Stacked) {
        for (&x, &height) in other.x.iter().zip(&other.heights) {
            if x.is_finite() && height.is_finite() {
                on_top(&mut tops, x, height);
            }
        }
    }
    tops
}

/// Includes the bars of the mark at `index` in the ranges of the axes.
pub(super) fn include(marks: &[Mark], index: usize, x: &mut Extent, y: &mut Extent) {
    let Mark::Bar(bar) = &marks[index] else { return };
    let (along, up) = if bar.horizontal { (y, x) } else { (x, y) };
    up.pin(bar.base);
    for place in placed(marks, index) {
        // The middles, not the sides, say whether positions are whole numbers.
        let integers = along.integers;
        along.include(place.start);
        along.include(place.end);
        along.integers = integers;
        up.include(place.from);
        up.include(place.to);
    }
    along.integers &= bar.x.iter().all(|x| x.fract() == 0.0);
    if bar.arrangement == Arrangement::Overlaid {
        placed(marks, index).iter().for_each(|place| {
            along.keep_end(place.start);
            along.keep_end(place.end);
        });
    }
}

impl Pen<'_> {
    /// Draws the bars of the mark at `index`.
    pub(super) fn bars(&mut self, index: usize, colour: Colour) {
        let marks = &self.axes.marks;
        let Mark::Bar(bar) = &marks[index] else { return };
        let Layout { frame: f, x, y, .. } = *self.layout;
        let (along, up) = if bar.horizontal { (y, x) } else { (x, y) };
        let others = of_kind(marks, bar.horizontal);
        let touching = others.clone().count() > 1 || bar.width >= 1.0;
        let in_front = others.filter(|(_, o)| o.arrangement == Arrangement::Overlaid).count() > 1;
        let is_over = bar.arrangement == Arrangement::Overlaid;
        let alpha = if is_over && in_front { TRANSLUCENT } else { 1.0 };
        let mut items = Vec::new();
        for place in placed(marks, index) {
            if let Some(rect) = rectangle(&place, &along, &up, bar.horizontal, touching) {
                self.saw_area(rect);
                items.push(Item::Fill { rect, paint: Paint { colour, alpha } });
            }
        }
        self.add(items.len(), items);
        // Where bars go both ways, the line they stand on.
        let foot = up.clamped(bar.base);
        let (ends, inside) = if bar.horizontal {
            (vec![(foot, f.top), (foot, f.bottom)], foot > f.left && foot < f.right)
        } else {
            (vec![(f.left, foot), (f.right, foot)], foot > f.top && foot < f.bottom)
        };
        if inside {
            self.scene.path(ends, 1.0, self.look.faint);
        }
    }
}

/// A bar on the page; nothing when it has no area there.
fn rectangle(p: &Placed, along: &Map, up: &Map, horizontal: bool, touching: bool) -> Option<Rect> {
    along.at(p.start)?;
    up.at(p.to)?;
    let (a, b) = (along.clamped(p.start), along.clamped(p.end));
    let (a, b) = (a.min(b), a.max(b));
    // A hair of page between neighbours that would touch.
    let b = if b - a > 3.0 && touching { b - 0.7 } else { b };
    let (from, to) = (up.clamped(p.from), up.clamped(p.to));
    let (low, high) = (from.min(to), from.max(to));
    if b - a <= 0.0 || high - low <= 0.0 {
        return None;
    }
    Some(if horizontal { Rect::new(low, a, high, b) } else { Rect::new(a, low, b, high) })
}

#[cfg(test)]
mod tests {
    use super::super::figure::Scale;
    use super::*;

    fn stacked(heights: &[f64]) -> Mark {
        let x = (1..=heights.len()).map(|i| i as f64).collect();
        let arrangement = Arrangement::Stacked;
        Mark::Bar(Bar { x, heights: heights.to_vec(), arrangement, ..Bar::default() })
    }

    #[test]
    fn stacks_grow_both_ways() {
        let marks = [stacked(&[1.0, -1.0]), stacked(&[2.0, 3.0]), stacked(&[-4.0, -5.0])];
        let ends = |i| placed(&marks, i).iter().map(|p| (p.from, p.to)).collect::<Vec<_>>();
        assert_eq!(ends(1), [(1.0, 3.0), (0.0, 3.0)]);
        assert_eq!(ends(2), [(0.0, -4.0), (-1.0, -6.0)]);
        assert_eq!(
            share(&marks, 2, &Bar { arrangement: Arrangement::Stacked, ..Bar::default() }).1,
            1.0
        );
        let (mut x, mut y) = (Extent::new(Scale::Linear), Extent::new(Scale::Linear));
        (0..3).for_each(|i| include(&marks, i, &mut x, &mut y));
        let (low, high) = y.limits("y", None).unwrap();
        assert!(low < -6.0 && high > 3.0);
    }

    #[test]
    fn groups_share_a_slot() {
        let bar = |arrangement| {
            Mark::Bar(Bar {
                x: vec![1.0, 2.0],
                heights: vec![1.0; 2],
                arrangement,
                ..Bar::default()
            })
        };
        use Arrangement::{Grouped, Overlaid, Stacked};
        let marks = [bar(Grouped), bar(Stacked), bar(Stacked), bar(Overlaid), bar(Grouped)];
        let starts: Vec<f64> = (0..5).map(|i| placed(&marks, i)[0].start).collect();
        assert!(starts[0] < starts[1] && starts[1] == starts[2] && starts[2] < starts[4]);
        assert_eq!(starts[3], starts[0]);
    }
}
