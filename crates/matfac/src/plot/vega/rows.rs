//! The data of a mark, row by row, with null where there is no number.

use super::super::bars;
use super::super::figure::{Scale, Ticks};
use super::super::marks::{Bar, Image, Mark, PointColours};
use super::super::scale::usable;
use super::View;
use serde_json::{Value, json};

impl View<'_> {
    /// The data of the mark at `index`; its series are those from number `first` on.
    pub(super) fn rows(&self, index: usize, first: usize) -> Vec<Value> {
        let key = |k: usize| self.series.get(k).map_or("", |(key, _)| key.as_str());
        match &self.axes.marks[index] {
            Mark::Line(line) => {
                let points = line.x.iter().zip(&line.y).enumerate();
                let row = |(i, (&x, &y))| self.point(x, y, json!({"i": i, "series": key(first)}));
                points.map(row).collect()
            }
            Mark::Scatter(points) => (points.x.iter().zip(&points.y).enumerate())
                .filter(|(_, (x, y))| x.is_finite() && y.is_finite())
                .map(|(i, (&x, &y))| {
                    let more = match &points.colours {
                        PointColours::Values(v) => json!({"v": v[i]}),
                        PointColours::Categories { of, .. } => {
                            json!({"series": key(first + of[i])})
                        }
                        _ => json!({"series": key(first)}),
                    };
                    self.point(x, y, more)
                })
                .collect(),
            Mark::Bar(bar) => self.bar_rows(bar, index, key(first)),
            Mark::Image(image) => self.cell_rows(image),
            Mark::Text(text) => (text.x.iter().zip(&text.y).zip(&text.texts))
                .map(|((x, y), words)| json!({"x": x, "y": y, "words": words}))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// A point, with null where an axis has no place for it, and with what is known of it.
    fn point(&self, x: f64, y: f64, mut row: Value) -> Value {
        let place = |v: f64, scale| usable(v, scale).then_some(v);
        row["x"] = place(x, self.axes.x_scale).into();
        row["y"] = place(y, self.axes.y_scale).into();
        if let Some(name) = self.names.get(&(x.to_bits(), y.to_bits())) {
            row["name"] = (*name).into();
        } else if let Some(name) = category(&self.axes.x_ticks, x) {
            row["name"] = name.into();
        }
        row
    }

    fn bar_rows(&self, bar: &Bar, index: usize, series: &str) -> Vec<Value> {
        let (scale, ticks, limits) = match bar.horizontal {
            true => (self.axes.x_scale, &self.axes.y_ticks, self.ranges.x),
            false => (self.axes.y_scale, &self.axes.x_ticks, self.ranges.y),
        };
        // A logarithmic axis has no zero to stand on.
        let low = |end: f64| if scale == Scale::Log { end.max(limits.0) } else { end };
        let bars = bar.x.iter().zip(&bar.heights).filter(|(x, h)| x.is_finite() && h.is_finite());
        bars.zip(bars::placed(&self.axes.marks, index))
            .filter(|((_, height), _)| usable(**height, scale))
            .map(|((&x, _), place)| {
                let (from, to) = (place.start, place.end);
                let (foot, height) = (low(place.from), place.to);
                let name = category(ticks, x).map_or_else(|| x.into(), Value::from);
                json!({"from": from, "to": to, "foot": foot, "height": height, "name": name, "series": series})
            })
            .collect()
    }

    fn cell_rows(&self, image: &Image) -> Vec<Value> {
        let (m, n) = (image.matrix.rows(), image.matrix.cols());
        let name = |ticks: &Ticks, k: usize| {
            category(ticks, k as f64).map_or_else(|| k.to_string(), str::to_string)
        };
        let ((x0, width), (y0, height)) = (steps(image.x, n), steps(image.y, m));
        let cell = |i: usize, j: usize| {
            let (x, y) = (x0 + (j as f64 - 0.5) * width, y0 + (i as f64 - 0.5) * height);
            let v = Some(image.matrix[(i, j)]).filter(|v| v.is_finite());
            let (row, column) = (name(&self.axes.y_ticks, i + 1), name(&self.axes.x_ticks, j + 1));
            json!({"x": x, "x2": x + width, "y": y, "y2": y + height, "v": v, "row": row, "column": column})
        };
        (0..m).flat_map(|i| (0..n).map(move |j| (i, j))).map(|(i, j)| cell(i, j)).collect()
    }
}

/// The middle of the first cell and the distance to the next.
fn steps(ends: Option<(f64, f64)>, count: usize) -> (f64, f64) {
    match ends {
        Some((first, last)) if count > 1 => (first, (last - first) / (count - 1) as f64),
        Some((first, _)) => (first, 1.0),
        None => (1.0, 1.0),
    }
}

/// What a category axis calls a position.
fn category(ticks: &Ticks, at: f64) -> Option<&str> {
    match ticks {
        Ticks::Categories(names) if at >= 1.0 && at.fract() == 0.0 => {
            names.get(at as usize - 1).map(String::as_str)
        }
        Ticks::Labelled(places, names) => {
            let place = places.iter().position(|p| *p == at)?;
            names.get(place).map(String::as_str)
        }
        _ => None,
    }
}
