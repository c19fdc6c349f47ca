//! Figures for interactive display: Vega-Lite v5, in which a reader may zoom, read values under the pointer and
//! switch series off in the legend.
//!
//! Every position is a number on a quantitative scale, as in the drawn figure: categories are the labels of whole
//! numbers, a histogram's bars and a heat map's cells are rectangles between two positions. So limits, ticks and
//! colours are the very ones of the drawing, and scales can be zoomed whatever they show. Each mark has its data as a
//! named data set. Reference: A. Satyanarayan, D. Moritz, K. Wongsuphasawat, J. Heer, "Vega-Lite: A Grammar of
//! Interactive Graphics", IEEE Trans. Visualization & Comp. Graphics 23 (2017).

use super::figure::{Axes, Figure, Location, Scale, Ticks};
use super::font::FAMILY;
use super::layout::Look;
use super::legend;
use super::marks::{Bar, Image, Line, LineStyle, Mark, Marker, PointColours, Rule, Scatter, Text};
use super::ranges::{self, Ranges};
use super::scale::usable;
use super::scene::Rect;
use super::{Colour, render};
use crate::error::{Error, Result};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// A browser moves so many marks smoothly; larger figures are pictures.
const MOST_MARKS: usize = 5_000;

/// Room for ticks, labels and a legend beside one of several plots, in CSS pixels.
const MARGINS: (f64, f64) = (110.0, 90.0);

impl Figure {
    /// The figure as a Vega-Lite v5 specification in JSON.
    ///
    /// # Errors
    /// [`Error::Argument`] when it has more than 5,000 marks, or marks other than lines, points, bars, cells of a
    /// matrix, rules and words; and whatever keeps the figure from being drawn.
    pub fn to_vega_lite(&self) -> Result<String> {
        let mut marks = 0usize;
        for mark in self.axes.iter().flat_map(|axes| &axes.marks) {
            marks = marks.saturating_add(pieces(mark)?);
        }
        if marks > MOST_MARKS {
            return Err(Error::argument_hint(
                "figure",
                format!(
                    "an interactive figure has at most {MOST_MARKS} marks, and this has {marks}"
                ),
                "draw fewer points, or leave the figure a picture",
            ));
        }
        // Whatever contradicts itself is told as the drawing tells it.
        self.scene()?;
        Ok(self.specification()?.to_string())
    }

    fn specification(&self) -> Result<Value> {
        let (width, height) = (f64::from(self.size.0), f64::from(self.size.1));
        let look = Look::new(self.theme, Rect::new(0.0, 0.0, width, height));
        let mut datasets = Map::new();
        let cols = self.grid.1.max(1);
        let alone = self.axes.len() == 1;
        let room = (width / cols as f64, height / self.grid.0.max(1) as f64);
        let views: Vec<Value> = self
            .axes
            .iter()
            .enumerate()
            .map(|(at, axes)| View::new(axes, &look, at)?.specification(room, alone, &mut datasets))
            .collect::<Result<_>>()?;
        let mut whole = match views.len() {
            1 => views.into_iter().next().unwrap_or_default(),
            _ => {
                let rows = views.chunks(cols).map(|row| json!({"hconcat": row}));
                json!({"vconcat": rows.collect::<Vec<_>>()})
            }
        };
        whole["$schema"] = "https://vega.github.io/schema/vega-lite/v5.json".into();
        whole["datasets"] = datasets.into();
        whole["config"] = config(&look);
        Ok(whole)
    }
}

/// How many things of a mark a browser has to draw; an error for marks it cannot.
fn pieces(mark: &Mark) -> Result<usize> {
    let kind = match mark {
        Mark::Line(line) => return Ok(line.x.len()),
        Mark::Scatter(points) => return Ok(points.x.len()),
        Mark::Bar(bar) => return Ok(bar.x.len()),
        Mark::Image(image) => return Ok(image.matrix.len()),
        Mark::HLine(_) | Mark::VLine(_) => return Ok(1),
        Mark::Text(text) => return Ok(text.x.len()),
        Mark::Picture(_) => "a picture in its own colours",
        Mark::Pattern(_) => "the pattern of a large sparse matrix",
    };
    Err(Error::argument_hint(
        "figure",
        format!("{kind} cannot be shown interactively"),
        "lines, points, bars, histograms and heat maps can; leave the others a picture",
    ))
}

/// Colours and letters.
fn config(look: &Look) -> Value {
    let [page, ink, faint, grid] = [look.page, look.ink, look.faint, look.grid].map(hex);
    json!({
        "background": page,
        "font": FAMILY,
        "view": {"stroke": grid},
        "title": {"color": ink, "fontSize": look.title_size, "fontWeight": "bold"},
        "axis": {
            "labelColor": ink, "titleColor": ink, "gridColor": grid, "domainColor": faint, "tickColor": faint,
            "labelFontSize": look.tick_size, "titleFontSize": look.label_size, "titleFontWeight": "normal",
        },
        "legend": {
            "labelColor": ink, "titleColor": ink, "labelFontSize": look.tick_size,
            "titleFontSize": look.tick_size, "titleFontWeight": "normal", "labelLimit": 220,
        },
    })
}

fn hex(colour: Colour) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.r, colour.g, colour.b)
}

/// One pair of axes on its way into a specification.
struct View<'a> {
    axes: &'a Axes,
    look: &'a Look,
    ranges: Ranges,
    /// Which of the figure's axes.
    at: usize,
    /// Keys and colours of the series, in order; keys differ.
    series: Vec<(String, Colour)>,
    /// The keys that the legend shows.
    shown: Vec<String>,
    /// What stands at a point.
    names: HashMap<(u64, u64), &'a str>,
    layers: Vec<Value>,
}

impl<'a> View<'a> {
    fn new(axes: &'a Axes, look: &'a Look, at: usize) -> Result<View<'a>> {
        let colours = render::series_colours(&axes.marks);
        let mut view = View {
            axes,
            look,
            ranges: ranges::of(axes)?,
            at,
            series: Vec::new(),
            shown: Vec::new(),
            names: HashMap::new(),
            layers: Vec::new(),
        };
        for (label, colour, _) in legend::all_series(axes, &colours)? {
            let key = view.key(label.as_deref());
            view.shown.extend(label.map(|_| key.clone()));
            view.series.push((key, colour));
        }
        for mark in &axes.marks {
            if let Mark::Text(text) = mark {
                let points = text.x.iter().zip(&text.y).map(|(x, y)| (x.to_bits(), y.to_bits()));
                view.names.extend(points.zip(text.texts.iter().map(String::as_str)));
            }
        }
        Ok(view)
    }

    /// A series' name among the others.
    fn key(&self, label: Option<&str>) -> String {
        let count = self.series.len() + 1;
        let taken = |key: &str| self.series.iter().any(|(other, _)| other == key);
        match label {
            Some(label) if !taken(label) => label.into(),
            Some(label) => format!("{label} ({count})"),
            None => format!("series {count}"),
        }
    }

    fn specification(
        mut self,
        (width, height): (f64, f64),
        alone: bool,
        datasets: &mut Map<String, Value>,
    ) -> Result<Value> {
        let colours = render::series_colours(&self.axes.marks);
        let mut first = 0;
        for (number, (mark, &colour)) in self.axes.marks.iter().zip(&colours).enumerate() {
            let name = format!("data{}_{number}", self.at);
            let rows = self.rows(mark, first);
            first += legend::series_of(mark, colour).len();
            self.draw(mark, &name);
            if !rows.is_empty() {
                datasets.insert(name, rows.into());
            }
        }
        if self.layers.is_empty() {
            let empty = json!({"data": {"values": [{}]}, "mark": {"type": "point", "opacity": 0}});
            self.layer(empty, json!({"x": self.x("x"), "y": self.y("y")}));
        }
        self.add_params();
        let mut spec = json!({"layer": self.layers});
        if !self.axes.title.is_empty() {
            spec["title"] = json!({"text": self.axes.title.split('\n').collect::<Vec<_>>()});
        }
        let by_value = self.axes.marks.iter().any(is_coloured_by_value);
        if by_value && !self.series.is_empty() {
            spec["resolve"] = json!({"scale": {"color": "independent"}});
        }
        let inner = ((width - MARGINS.0).max(60.0), (height - MARGINS.1).max(60.0));
        if self.axes.equal_aspect {
            let (w, h) = self.proportioned(inner);
            (spec["width"], spec["height"]) = (w.into(), h.into());
        } else if alone {
            (spec["width"], spec["height"]) = (width.into(), height.into());
            spec["autosize"] = json!({"type": "fit", "contains": "padding"});
        } else {
            (spec["width"], spec["height"]) = (inner.0.into(), inner.1.into());
        }
        Ok(spec)
    }

    /// The largest sides within these on which a unit is as long across as up.
    fn proportioned(&self, (width, height): (f64, f64)) -> (f64, f64) {
        let (across, up) = (self.ranges.x.1 - self.ranges.x.0, self.ranges.y.1 - self.ranges.y.0);
        let unit = (width / across).min(height / up);
        ((unit * across).round().max(20.0), (unit * up).round().max(20.0))
    }

    /// What a reader can do: move and zoom the scales, switch series off.
    fn add_params(&mut self) {
        let (zoom, toggle) = (format!("zoom{}", self.at), self.toggle());
        let has_legend = self.has_legend();
        let first = self.layers.first_mut();
        let params = first.map(|layer| &mut layer["params"]).and_then(Value::as_array_mut);
        if let Some(params) = params {
            params.push(json!({"name": zoom, "select": "interval", "bind": "scales"}));
        }
        let coloured = |layer: &&mut Value| layer["encoding"]["color"]["field"] == "series";
        let layer = self.layers.iter_mut().find(coloured).filter(|_| has_legend);
        if let Some(params) = layer.and_then(|layer| layer["params"].as_array_mut()) {
            let select = json!({"type": "point", "fields": ["series"]});
            params.push(json!({"name": toggle, "select": select, "bind": "legend"}));
        }
    }

    fn toggle(&self) -> String {
        format!("toggle{}", self.at)
    }

    fn has_legend(&self) -> bool {
        let hidden = self.axes.legend.as_ref().is_some_and(|l| l.location == Location::Hidden);
        !self.shown.is_empty() && !hidden
    }

    /// A mark's data; its series are those from number `first` on.
    fn rows(&self, mark: &Mark, first: usize) -> Vec<Value> {
        let key = |k: usize| self.series.get(k).map_or("", |(key, _)| key.as_str());
        match mark {
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
            Mark::Bar(bar) => self.bar_rows(bar, key(first)),
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

    fn bar_rows(&self, bar: &Bar, series: &str) -> Vec<Value> {
        let (slot, width, index) = render::bar_place(&self.axes.marks, bar);
        let (scale, ticks, limits) = match bar.horizontal {
            true => (self.axes.x_scale, &self.axes.y_ticks, self.ranges.x),
            false => (self.axes.y_scale, &self.axes.x_ticks, self.ranges.y),
        };
        // A logarithmic axis has no zero to stand on.
        let foot = if scale == Scale::Log { limits.0 } else { 0.0 };
        (bar.x.iter().zip(&bar.heights))
            .filter(|(x, height)| x.is_finite() && usable(**height, scale))
            .map(|(&x, &height)| {
                let start = x - slot / 2.0 + index as f64 * width;
                let (from, to) = (start, start + width);
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
        let cell = |i: usize, j: usize| {
            let (x, y) = (j as f64 + 0.5, i as f64 + 0.5);
            let v = Some(image.matrix[(i, j)]).filter(|v| v.is_finite());
            let (row, column) = (name(&self.axes.y_ticks, i + 1), name(&self.axes.x_ticks, j + 1));
            json!({"x": x, "x2": x + 1.0, "y": y, "y2": y + 1.0, "v": v, "row": row, "column": column})
        };
        (0..m).flat_map(|i| (0..n).map(move |j| (i, j))).map(|(i, j)| cell(i, j)).collect()
    }

    fn draw(&mut self, mark: &Mark, data: &str) {
        match mark {
            Mark::Line(line) => self.line(line, data),
            Mark::Scatter(points) => self.scatter(points, data),
            Mark::Bar(bar) => self.bars(bar, data),
            Mark::Image(_) => self.cells(data),
            Mark::HLine(rule) => self.rule(rule, "y"),
            Mark::VLine(rule) => self.rule(rule, "x"),
            Mark::Text(text) => self.words(text, data),
            _ => {}
        }
    }

    /// Adds a layer: its data and mark, and what its channels show.
    fn layer(&mut self, mut layer: Value, encoding: Value) {
        layer["encoding"] = encoding;
        layer["params"] = json!([]);
        self.layers.push(layer);
    }

    fn line(&mut self, line: &Line, data: &str) {
        let (x, y, color, opacity) = (self.x("x"), self.y("y"), self.colour(), self.opacity());
        let data = json!({"name": data});
        if line.style != LineStyle::None && line.width > 0.0 {
            let dash: Vec<f64> = line.style.pattern().iter().map(|d| d * line.width).collect();
            let mark = json!({
                "type": "line", "clip": true, "strokeWidth": line.width, "strokeDash": dash, "strokeJoin": "round",
            });
            let order = json!({"field": "i", "type": "quantitative"});
            let encoding =
                json!({"x": x, "y": y, "color": color, "opacity": opacity, "order": order});
            self.layer(json!({"data": data, "mark": mark}), encoding);
        }
        let tooltip = self.tooltip(&["name", "x", "y", "series"]);
        match line.marker {
            Some(marker) => {
                let mark = symbol(marker, line.marker_size);
                let encoding =
                    json!({"x": x, "y": y, "color": color, "opacity": opacity, "tooltip": tooltip});
                self.layer(json!({"data": data, "mark": mark}), encoding);
            }
            // A point that is seen only under the pointer.
            None => {
                let hover = format!("hover{}_{}", self.at, self.layers.len());
                let opacity =
                    json!({"condition": {"param": hover, "empty": false, "value": 1}, "value": 0});
                let encoding =
                    json!({"x": x, "y": y, "color": color, "opacity": opacity, "tooltip": tooltip});
                self.layer(json!({"data": data, "mark": symbol(Marker::Circle, 9.0)}), encoding);
                let select = json!({"type": "point", "on": "mouseover", "clear": "mouseout"});
                if let Some(layer) = self.layers.last_mut() {
                    layer["params"] = json!([{"name": hover, "select": select}]);
                }
            }
        }
    }

    fn scatter(&mut self, points: &Scatter, data: &str) {
        let mark = symbol(points.marker, points.size.unwrap_or(6.5));
        let by_value = matches!(points.colours, PointColours::Values(_));
        let (color, last) =
            if by_value { (self.colour_of_value(), "v") } else { (self.colour(), "series") };
        let tooltip = self.tooltip(&["name", "x", "y", last]);
        let opacity = if by_value { json!({"value": 0.9}) } else { self.opacity() };
        let (x, y) = (self.x("x"), self.y("y"));
        let encoding =
            json!({"x": x, "y": y, "color": color, "opacity": opacity, "tooltip": tooltip});
        self.layer(json!({"data": {"name": data}, "mark": mark}), encoding);
    }

    fn bars(&mut self, bar: &Bar, data: &str) {
        let (color, opacity) = (self.colour(), self.opacity());
        let tooltip = self.tooltip(&["name", "height", "series"]);
        let encoding = match bar.horizontal {
            true => json!({
                "y": self.y("from"), "y2": {"field": "to"}, "x": self.x("foot"), "x2": {"field": "height"},
                "color": color, "opacity": opacity, "tooltip": tooltip,
            }),
            false => json!({
                "x": self.x("from"), "x2": {"field": "to"}, "y": self.y("foot"), "y2": {"field": "height"},
                "color": color, "opacity": opacity, "tooltip": tooltip,
            }),
        };
        let mark = json!({"type": "rect", "clip": true});
        self.layer(json!({"data": {"name": data}, "mark": mark}), encoding);
    }

    fn cells(&mut self, data: &str) {
        let encoding = json!({
            "x": self.x("x"), "x2": {"field": "x2"}, "y": self.y("y"), "y2": {"field": "y2"},
            "color": self.colour_of_value(), "tooltip": self.tooltip(&["row", "column", "v"]),
        });
        // Neighbours without a hair between them.
        let mark = json!({"type": "rect", "clip": true, "strokeWidth": 0.4, "stroke": null});
        self.layer(json!({"data": {"name": data}, "mark": mark}), encoding);
    }

    /// A line across the axes, at a position of channel `along`.
    fn rule(&mut self, rule: &Rule, along: &str) {
        let colour = hex(rule.colour.unwrap_or(self.look.faint));
        let dash: Vec<f64> = rule.style.pattern().iter().map(|d| d * 1.2).collect();
        let mut channel = if along == "x" { self.x("at") } else { self.y("at") };
        let words = rule.label.clone().unwrap_or_default();
        let data = json!({"values": [{"at": rule.at, "words": words}]});
        channel["field"] = "at".into();
        let mark = json!({
            "type": "rule", "clip": true, "color": colour, "strokeDash": dash, "strokeWidth": 1.2,
        });
        let tooltip = self.tooltip(&["words", "at"]);
        let encoding = json!({along: channel, "tooltip": tooltip});
        self.layer(json!({"data": data, "mark": mark}), encoding);
        if !words.is_empty() {
            let size = self.look.tick_size;
            let mark = match along {
                "x" => {
                    json!({"type": "text", "align": "left", "baseline": "top", "dx": 4, "dy": 4, "y": 0})
                }
                _ => json!({
                    "type": "text", "align": "right", "baseline": "bottom", "dx": -4, "dy": -3, "x": {"expr": "width"},
                }),
            };
            let mut layer = json!({"data": data, "mark": mark});
            (layer["mark"]["color"], layer["mark"]["fontSize"]) = (colour.into(), size.into());
            self.layer(layer, json!({along: channel, "text": {"field": "words"}}));
        }
    }

    fn words(&mut self, text: &Text, data: &str) {
        let colour = hex(text.colour.unwrap_or(self.look.ink));
        let mark = json!({
            "type": "text", "clip": true, "align": "left", "baseline": "bottom", "dx": 5, "dy": -3,
            "fontSize": self.look.tick_size, "color": colour,
        });
        let encoding = json!({"x": self.x("x"), "y": self.y("y"), "text": {"field": "words"}});
        self.layer(json!({"data": {"name": data}, "mark": mark}), encoding);
    }

    fn x(&self, field: &str) -> Value {
        let axes = self.axes;
        let reversed = axes.x_reversed;
        self.position(field, axes.x_scale, self.ranges.x, reversed, &axes.x_ticks, &axes.x_label)
    }

    fn y(&self, field: &str) -> Value {
        let axes = self.axes;
        let reversed = axes.y_reversed;
        self.position(field, axes.y_scale, self.ranges.y, reversed, &axes.y_ticks, &axes.y_label)
    }

    /// A channel of positions.
    fn position(
        &self,
        field: &str,
        scale: Scale,
        (low, high): (f64, f64),
        reversed: bool,
        ticks: &Ticks,
        label: &str,
    ) -> Value {
        let kind = if scale == Scale::Log { "log" } else { "linear" };
        let mut domain =
            json!({"type": kind, "domain": [low, high], "nice": false, "reverse": reversed});
        if scale == Scale::Linear {
            domain["zero"] = false.into();
        }
        let title = Some(label).filter(|l| !l.is_empty() && self.axes.visible);
        let axis = if self.axes.visible { self.axis(ticks) } else { Value::Null };
        json!({"field": field, "type": "quantitative", "scale": domain, "axis": axis, "title": title})
    }

    fn axis(&self, ticks: &Ticks) -> Value {
        let grid = self.axes.grid && !self.axes.marks.iter().any(|m| matches!(m, Mark::Image(_)));
        let named = |at: &[f64], names: &[String]| {
            // Vega has no names for ticks: each is looked up by its place.
            let text = format!("{}[indexof({}, datum.value)]", json!(names), json!(at));
            let long = names.iter().map(|n| n.chars().count()).sum::<usize>() > 60;
            json!({
                "grid": grid, "values": at, "labelExpr": text, "labelOverlap": "greedy",
                "labelAngle": if long { -35 } else { 0 },
            })
        };
        match ticks {
            Ticks::Auto => json!({"grid": grid}),
            Ticks::None => json!({"grid": false, "ticks": false, "labels": false}),
            Ticks::At(at) => json!({"grid": grid, "values": at}),
            Ticks::Labelled(at, names) => named(at, names),
            Ticks::Categories(names) => {
                let at: Vec<f64> = (1..=names.len()).map(|i| i as f64).collect();
                named(&at, names)
            }
        }
    }

    /// A channel of the series' colours, with the legend.
    fn colour(&self) -> Value {
        let (domain, range): (Vec<&str>, Vec<String>) =
            self.series.iter().map(|(key, colour)| (key.as_str(), hex(*colour))).unzip();
        let orient = match self.axes.legend.as_ref().map_or(Location::Best, |l| l.location) {
            Location::NorthEast => "top-right",
            Location::NorthWest => "top-left",
            Location::SouthEast => "bottom-right",
            Location::SouthWest => "bottom-left",
            Location::North => "top",
            Location::South => "bottom",
            Location::West => "left",
            // Inside, it might cover what the reader moves there.
            Location::Best | Location::East | Location::Outside | Location::Hidden => "right",
        };
        let legend = self.has_legend().then(
            || json!({"values": self.shown, "orient": orient, "title": null, "symbolOpacity": 1}),
        );
        json!({
            "field": "series", "type": "nominal", "legend": legend,
            "scale": {"domain": domain, "range": range},
        })
    }

    /// Series that are switched off in the legend fade.
    fn opacity(&self) -> Value {
        match self.has_legend() {
            true => json!({"condition": {"param": self.toggle(), "value": 1}, "value": 0.08}),
            false => json!({"value": 1}),
        }
    }

    /// A channel of colours by value, holes in their own.
    fn colour_of_value(&self) -> Value {
        let (low, high) = self.ranges.colours.unwrap_or((0.0, 1.0));
        let range: Vec<String> =
            (0..=20).map(|k| hex(self.axes.colour_map.at(f64::from(k) / 20.0))).collect();
        let label = Some(&self.axes.colour_label).filter(|l| !l.is_empty());
        let legend = self
            .axes
            .colour_bar
            .then(|| json!({"title": label, "gradientLength": {"expr": "height"}}));
        json!({
            "condition": {"test": "!isValid(datum.v)", "value": hex(self.look.hole)},
            "field": "v", "type": "quantitative", "legend": legend, "title": label,
            "scale": {"domain": [low, high], "range": range, "clamp": true, "zero": false, "nice": false},
        })
    }

    /// What the pointer tells.
    fn tooltip(&self, fields: &[&str]) -> Value {
        let or = |label: &str, other: &str| match label.is_empty() {
            true => other.to_string(),
            false => label.replace('\n', " "),
        };
        let named = |name: &str| !matches!(name, "series") || !self.shown.is_empty();
        let field = |name: &&str| {
            let title = match *name {
                "x" => or(&self.axes.x_label, "x"),
                "y" => or(&self.axes.y_label, "y"),
                "v" => or(&self.axes.colour_label, "value"),
                "height" => "value".into(),
                "words" => "line".into(),
                other => other.to_string(),
            };
            let is_number = matches!(*name, "x" | "y" | "v" | "height" | "at");
            let kind = if is_number { "quantitative" } else { "nominal" };
            let format = if is_number { ".6~g" } else { "" };
            json!({"field": name, "type": kind, "title": title, "format": format})
        };
        fields.iter().filter(|name| named(name)).map(field).collect()
    }
}

fn is_coloured_by_value(mark: &Mark) -> bool {
    match mark {
        Mark::Image(_) => true,
        Mark::Scatter(points) => matches!(points.colours, PointColours::Values(_)),
        _ => false,
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

/// A marker of some diameter.
fn symbol(marker: Marker, diameter: f64) -> Value {
    let diameter = if marker == Marker::Point { diameter / 2.0 } else { diameter };
    let (shape, filled) = match marker {
        Marker::Circle | Marker::Point => ("circle", true),
        Marker::Plus => ("M-1,0L1,0M0,-1L0,1", false),
        Marker::Cross => ("M-1,-1L1,1M-1,1L1,-1", false),
        Marker::Star => ("M-1,0L1,0M-.5,-.87L.5,.87M-.5,.87L.5,-.87", false),
        Marker::Square => ("square", true),
        Marker::Diamond => ("diamond", true),
        Marker::TriangleUp => ("triangle-up", true),
        Marker::TriangleDown => ("triangle-down", true),
        Marker::TriangleLeft => ("triangle-left", true),
        Marker::TriangleRight => ("triangle-right", true),
        Marker::Pentagon => ("M0,-1L.95,-.31L.59,.81L-.59,.81L-.95,-.31Z", true),
    };
    json!({"type": "point", "clip": true, "shape": shape, "filled": filled, "size": diameter * diameter})
}
