//! Paths and points in pixels: thinning, clipping, dashes, markers, and cells finer than pixels.

use super::marks::Marker;
use super::scale::Map;
use super::scene::{Item, Paint, Point, Rect};
use super::{Colour, figure::Scale};

/// Splits positions at gaps and keeps, of the consecutive points in one column of half a pixel, only
/// the first, the lowest, the highest and the last: the drawn pixels stay the same.
pub(super) fn thinned(positions: impl Iterator<Item = Option<Point>>) -> Vec<Vec<Point>> {
    let mut paths = Vec::new();
    let mut path: Vec<Point> = Vec::new();
    // Column, first to last point with their order: (order, point) of the lowest and the highest.
    let mut column: Option<Column> = None;
    for (order, position) in positions.enumerate() {
        let Some(p) = position else {
            flush(&mut column, &mut path);
            if !path.is_empty() {
                paths.push(std::mem::take(&mut path));
            }
            continue;
        };
        let key = (p.0 * 2.0).floor();
        match &mut column {
            Some(c) if c.key == key => c.add(order, p),
            _ => {
                flush(&mut column, &mut path);
                column = Some(Column::new(key, order, p));
            }
        }
    }
    flush(&mut column, &mut path);
    if !path.is_empty() {
        paths.push(path);
    }
    paths
}

/// Consecutive points in one column.
struct Column {
    key: f64,
    first: (usize, Point),
    low: (usize, Point),
    high: (usize, Point),
    last: (usize, Point),
}

impl Column {
    fn new(key: f64, order: usize, p: Point) -> Column {
        let entry = (order, p);
        Column { key, first: entry, low: entry, high: entry, last: entry }
    }

    fn add(&mut self, order: usize, p: Point) {
        self.last = (order, p);
        if p.1 < self.low.1.1 {
            self.low = (order, p);
        }
        if p.1 > self.high.1.1 {
            self.high = (order, p);
        }
    }
}

fn flush(column: &mut Option<Column>, path: &mut Vec<Point>) {
    if let Some(c) = column.take() {
        let mut kept = [c.first, c.low, c.high, c.last];
        kept.sort_by_key(|&(order, _)| order);
        let mut previous = usize::MAX;
        for (order, p) in kept {
            if order != previous {
                path.push(p);
            }
            previous = order;
        }
    }
}

/// The parts of paths inside `frame`. A path of a single point becomes a dot-sized dash.
pub(super) fn clipped(paths: Vec<Vec<Point>>, frame: Rect) -> Vec<Vec<Point>> {
    let mut pieces = Vec::new();
    for path in paths {
        if let [p] = path[..] {
            if frame.contains(p) {
                pieces.push(vec![(p.0 - 0.8, p.1), (p.0 + 0.8, p.1)]);
            }
            continue;
        }
        let mut piece: Vec<Point> = Vec::new();
        for pair in path.windows(2) {
            let Some((a, b)) = frame.clip(pair[0], pair[1]) else {
                continue;
            };
            if piece.last() != Some(&a) {
                if piece.len() > 1 {
                    pieces.push(std::mem::take(&mut piece));
                }
                piece.clear();
                piece.push(a);
            }
            piece.push(b);
        }
        if piece.len() > 1 {
            pieces.push(piece);
        }
    }
    pieces
}

/// Drops points of paths so long that they paint every pixel many times over: what is left is still
/// solid, and drawing it takes a bounded time.
pub(super) fn shortened(mut paths: Vec<Vec<Point>>) -> Vec<Vec<Point>> {
    const ENOUGH: f64 = 1e7;
    let total: f64 = paths.iter().map(|p| length(p)).sum();
    let stride = (total / ENOUGH).ceil() as usize;
    if stride > 1 {
        for path in &mut paths {
            let last = path.last().copied();
            *path = path.iter().step_by(stride).copied().chain(last).collect();
        }
    }
    paths
}

/// The length of a path.
pub(super) fn length(path: &[Point]) -> f64 {
    path.windows(2).map(|w| (w[1].0 - w[0].0).hypot(w[1].1 - w[0].1)).sum()
}

/// Cuts a path into dashes; `pattern` is drawn and skipped lengths in turn, in units of `width`.
pub(super) fn dashed(path: Vec<Point>, pattern: &[f64], width: f64) -> Vec<Vec<Point>> {
    if pattern.is_empty() {
        return vec![path];
    }
    let unit = width.max(1.0);
    let mut dashes = Vec::new();
    let mut dash = vec![path[0]];
    let mut index = 0;
    let mut left = pattern[0] * unit;
    for pair in path.windows(2) {
        let (mut a, b) = (pair[0], pair[1]);
        let mut rest = (b.0 - a.0).hypot(b.1 - a.1);
        while rest > left {
            let t = left / rest;
            let cut = (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1));
            if index % 2 == 0 {
                dash.push(cut);
                dashes.push(std::mem::take(&mut dash));
            } else {
                dash = vec![cut];
            }
            rest -= left;
            a = cut;
            index += 1;
            left = pattern[index % pattern.len()] * unit;
        }
        left -= rest;
        if index % 2 == 0 {
            dash.push(b);
        }
    }
    if dash.len() > 1 {
        dashes.push(dash);
    }
    dashes
}

/// A point and its colour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dot {
    pub(super) at: Point,
    pub(super) paint: Paint,
}

/// The points inside `frame`; of very many, the last in each half pixel.
pub(super) fn visible(dots: impl Iterator<Item = Dot>, frame: Rect) -> Vec<Dot> {
    let frame = frame.grown(0.5);
    let inside: Vec<Dot> = dots.filter(|d| frame.contains(d.at)).collect();
    if inside.len() <= 5_000 {
        return inside;
    }
    let (cols, rows) = ((frame.width() * 2.0) as usize + 1, (frame.height() * 2.0) as usize + 1);
    let cell = |d: &Dot| {
        let x = ((d.at.0 - frame.left) * 2.0) as usize;
        let y = ((d.at.1 - frame.top) * 2.0) as usize;
        y.min(rows - 1) * cols + x.min(cols - 1)
    };
    let mut last = vec![usize::MAX; rows * cols];
    for (i, dot) in inside.iter().enumerate() {
        last[cell(dot)] = i;
    }
    let kept = inside.iter().enumerate().filter(|(i, dot)| last[cell(dot)] == *i);
    kept.map(|(_, dot)| *dot).collect()
}

/// Adds a marker of diameter `size`, with a rim around filled ones.
pub(super) fn draw_marker(
    items: &mut Vec<Item>,
    marker: Marker,
    at: Point,
    size: f64,
    paint: Paint,
    rim: Option<Colour>,
) {
    let r = size / 2.0;
    let mut circle = |radius: f64| {
        if let Some(rim) = rim {
            items.push(Item::Circle { centre: at, radius: radius + 0.7, paint: rim.into() });
        }
        items.push(Item::Circle { centre: at, radius, paint });
    };
    let corners = |n: usize, radius: f64, turn: f64| -> Vec<Point> {
        let corner = |i: usize| {
            let angle = (turn + i as f64 / n as f64) * std::f64::consts::TAU;
            (at.0 + radius * angle.sin(), at.1 - radius * angle.cos())
        };
        (0..n).map(corner).collect()
    };
    // Turns are measured clockwise from the top.
    let (n, radius, turn) = match marker {
        Marker::Circle => return circle(r),
        Marker::Point => return circle(r * 0.55),
        Marker::Plus | Marker::Cross | Marker::Star => {
            let turns: &[f64] = match marker {
                Marker::Plus => &[0.0, 0.25],
                Marker::Cross => &[0.125, 0.375],
                _ => &[0.0, 1.0 / 6.0, 2.0 / 6.0],
            };
            let width = (size * 0.22).clamp(0.8, 3.0);
            for &turn in turns {
                let points = corners(2, r * 1.1, turn);
                items.push(Item::Path { points, width, paint });
            }
            return;
        }
        Marker::Square => (4, r * 1.25, 0.125),
        Marker::Diamond => (4, r * 1.3, 0.0),
        Marker::TriangleUp => (3, r * 1.3, 0.0),
        Marker::TriangleDown => (3, r * 1.3, 0.5),
        Marker::TriangleLeft => (3, r * 1.3, 0.75),
        Marker::TriangleRight => (3, r * 1.3, 0.25),
        Marker::Pentagon => (5, r * 1.15, 0.0),
    };
    if let Some(rim) = rim {
        // The sides of the larger polygon are 0.7 further out, whatever the number of corners.
        let out = 0.7 / (std::f64::consts::PI / n as f64).cos();
        let points = corners(n, radius + out, turn);
        items.push(Item::Polygon { points, paint: rim.into() });
    }
    items.push(Item::Polygon { points: corners(n, radius, turn), paint });
}

/// One side of a grid of cells on the page: the ranges of cells drawn as one, from the left or the
/// top, and where they begin and end.
pub(super) struct CellSpans {
    pub(super) spans: Vec<(usize, usize)>,
    pub(super) from: f64,
    pub(super) to: f64,
}

/// The visible cells of `count` along one axis, which share the places from 1 to `side` (where there are as many, cell k,
/// from 0, is centred on k + 1), at most two to a pixel; nothing when none is visible.
pub(super) fn cell_spans(
    map: &Map,
    (count, side): (usize, usize),
    low: f64,
    high: f64,
) -> Option<CellSpans> {
    if count == 0 || map.scale == Scale::Log {
        return None;
    }
    let (first, last) = (map.at(0.5)?, map.at(side as f64 + 0.5)?);
    let flipped = first > last;
    let per_cell = (last - first).abs() / count as f64;
    let start = first.min(last);
    let (from, to) = (start.max(low), (start + per_cell * count as f64).min(high));
    if from >= to || per_cell <= 0.0 {
        return None;
    }
    let whole = |v: f64| (v - v.round()).abs() < 1e-6;
    let (skip, stop) = ((from - start) / per_cell, (to - start) / per_cell);
    let halves = ((to - from) * 2.0).ceil().max(1.0) as usize;
    let spans: Vec<(usize, usize)> = if whole(skip) && whole(stop) {
        let (skip, stop) = (skip.round() as usize, stop.round() as usize);
        let shown = stop - skip;
        let parts = shown.min(halves);
        (0..parts).map(|p| (skip + p * shown / parts, skip + (p + 1) * shown / parts)).collect()
    } else {
        // The frame cuts cells: each half pixel is the cell it lies in.
        let cell = |p: usize| skip + (p as f64 + 0.5) / halves as f64 * (stop - skip);
        (0..halves).map(|p| (cell(p) as usize).min(count - 1)).map(|k| (k, k + 1)).collect()
    };
    if spans.is_empty() {
        return None;
    }
    let turned = |(a, b)| if flipped { (count - b, count - a) } else { (a, b) };
    let spans = spans.into_iter().map(turned).collect();
    Some(CellSpans { spans, from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_peaks_and_gaps() {
        let positions = (0..1000).map(|i| {
            let y = if i == 500 { -100.0 } else { (i % 7) as f64 };
            (i != 800).then_some((i as f64 / 100.0, y))
        });
        let paths = thinned(positions);
        assert_eq!(paths.len(), 2);
        assert!(paths[0].len() < 100);
        assert!(paths[0].contains(&(5.0, -100.0)));
        assert_eq!(paths[0][0], (0.0, 0.0));
        assert_eq!(paths[0].last(), Some(&(7.99, 1.0)));
    }

    #[test]
    fn clipping_and_dashes() {
        let frame = Rect::new(0.0, 0.0, 10.0, 10.0);
        let pieces = clipped(vec![vec![(-5.0, 5.0), (5.0, 5.0), (5.0, 50.0), (8.0, 5.0)]], frame);
        assert_eq!(pieces.len(), 2);
        assert!(pieces.iter().flatten().all(|&p| frame.contains(p)));
        assert!(clipped(vec![vec![(-5.0, -5.0), (-5.0, 20.0)]], frame).is_empty());
        let dashes = dashed(vec![(0.0, 0.0), (10.0, 0.0)], &[2.0, 1.0], 1.0);
        assert_eq!(dashes.len(), 4);
        assert!((dashes.iter().map(|d| length(d)).sum::<f64>() - 7.0).abs() < 1e-9);
    }

    #[test]
    fn cells_are_cut_and_joined() {
        let map = |lo, hi| Map { lo, hi, scale: Scale::Linear, from: 0.0, to: 100.0 };
        let all = cell_spans(&map(0.5, 4.5), (4, 4), 0.0, 100.0).unwrap();
        assert_eq!(all.spans, [(0, 1), (1, 2), (2, 3), (3, 4)]);
        assert_eq!((all.from, all.to), (0.0, 100.0));
        let zoomed = cell_spans(&map(1.5, 2.5), (4, 4), 0.0, 100.0).unwrap();
        assert_eq!(zoomed.spans, [(1, 2)]);
        let cut = cell_spans(&map(1.0, 2.0), (4, 4), 0.0, 100.0).unwrap();
        assert_eq!((cut.spans.first(), cut.spans.last()), (Some(&(0, 1)), Some(&(1, 2))));
        assert_eq!((cut.from, cut.to), (0.0, 100.0));
        let many = cell_spans(&map(0.5, 5000.5), (5000, 5000), 0.0, 100.0).unwrap();
        assert_eq!(many.spans.len(), 200);
        assert_eq!(many.spans.iter().map(|(a, b)| b - a).sum::<usize>(), 5000);
        assert!(cell_spans(&map(10.0, 20.0), (4, 4), 0.0, 100.0).is_none());
        assert!(cell_spans(&map(0.0, 1.0), (0, 0), 0.0, 100.0).is_none());
    }
}
