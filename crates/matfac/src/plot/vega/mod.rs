//! Figures for interactive display: Vega-Lite v5, in which a reader may zoom, read values under the pointer and
//! switch series off in the legend.
//!
//! Every position is a number on a quantitative scale, as in the drawn figure: categories are the labels of whole
//! numbers, a histogram's bars and a heat map's cells are rectangles between two positions. So limits, ticks and
//! colours are the very ones of the drawing, and scales can be zoomed whatever they show. Each mark has its data as a
//! named data set. Reference: A. Satyanarayan, D. Moritz, K. Wongsuphasawat, J. Heer, "Vega-Lite: A Grammar of
//! Interactive Graphics", IEEE Trans. Visualization & Comp. Graphics 23 (2017).

mod channels;
mod layers;
mod rows;

use super::figure::{Axes, Figure, Location, Ticks};
use super::font::FAMILY;
use super::layout::Look;
use super::legend;
use super::marks::{Mark, PointColours};
use super::ranges::{self, Ranges};
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
        if !self.annotations.is_empty() {
            return Err(not_interactive("an annotation"));
        }
        if self.axes.iter().any(|axes| axes.right_ticks != Ticks::Auto) {
            return Err(not_interactive("a second axis"));
        }
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
            .map(|(at, axes)| {
                let view = View::new(axes, &look, at, room, alone)?;
                Ok(view.specification(&mut datasets))
            })
            .collect::<Result<_>>()?;
        let mut whole = match views.len() {
            1 => views.into_iter().next().unwrap_or_default(),
            _ => {
                let rows = views.chunks(cols).map(|row| json!({"hconcat": row}));
                json!({"vconcat": rows.collect::<Vec<_>>()})
            }
        };
        if !self.title.is_empty() {
            let below = whole["title"]["text"].take();
            whole["title"] = json!({"text": self.title, "subtitle": if below.is_null() { json!([]) } else { below }, "anchor": "middle"});
        }
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
        Mark::Spans(_) => "stalks and error bars",
        Mark::Patch(_) => "a filled area",
        Mark::Contours(_) => "a contour plot",
        Mark::Surface(_) => "a surface",
    };
    Err(not_interactive(kind))
}

fn not_interactive(what: &str) -> Error {
    Error::argument_hint(
        "figure",
        format!("{what} cannot be shown interactively"),
        "lines, points, bars, histograms and heat maps can; leave the others a picture",
    )
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
    /// Width and height in CSS pixels, and whether ticks, labels and legend are within them.
    size: (f64, f64),
    fits: bool,
    /// How long a colour bar is.
    height: Value,
}

impl<'a> View<'a> {
    /// Axes number `at` of a figure, `alone` or among others, where there is this much room.
    fn new(
        axes: &'a Axes,
        look: &'a Look,
        at: usize,
        room: (f64, f64),
        alone: bool,
    ) -> Result<View<'a>> {
        let ranges = ranges::of(axes)?;
        let inner = ((room.0 - MARGINS.0).max(60.0), (room.1 - MARGINS.1).max(60.0));
        let (size, fits) = match (axes.equal_aspect, alone) {
            (true, _) => (proportioned(&ranges, inner), false),
            (false, true) => (room, true),
            (false, false) => (inner, false),
        };
        let colours = render::series_colours(&axes.marks);
        let mut view = View {
            axes,
            look,
            ranges,
            at,
            series: Vec::new(),
            shown: Vec::new(),
            names: HashMap::new(),
            layers: Vec::new(),
            size,
            fits,
            height: if fits { json!({"expr": "height"}) } else { size.1.into() },
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

    fn specification(mut self, datasets: &mut Map<String, Value>) -> Value {
        let colours = render::series_colours(&self.axes.marks);
        let mut first = 0;
        for (number, (mark, &colour)) in self.axes.marks.iter().zip(&colours).enumerate() {
            let name = format!("data{}_{number}", self.at);
            let rows = self.rows(number, first);
            first += legend::series_of(mark, colour).len();
            self.draw(mark, &name);
            datasets.insert(name, rows.into());
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
        (spec["width"], spec["height"]) = (self.size.0.into(), self.size.1.into());
        if self.fits {
            spec["autosize"] = json!({"type": "fit", "contains": "padding"});
        }
        spec
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
}

fn is_coloured_by_value(mark: &Mark) -> bool {
    match mark {
        Mark::Image(_) => true,
        Mark::Scatter(points) => matches!(points.colours, PointColours::Values(_)),
        _ => false,
    }
}

/// The largest sides within these on which a unit is as long across as up.
fn proportioned(ranges: &Ranges, (width, height): (f64, f64)) -> (f64, f64) {
    let (across, up) = (ranges.x.1 - ranges.x.0, ranges.y.1 - ranges.y.0);
    let unit = (width / across).min(height / up);
    ((unit * across).round().max(20.0), (unit * up).round().max(20.0))
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::{Line, Theme};
    use super::*;

    fn specification(figure: &Figure) -> Value {
        serde_json::from_str(&figure.to_vega_lite().unwrap()).unwrap()
    }

    /// The values of a member, wherever it stands.
    fn all<'a>(value: &'a Value, name: &str) -> Vec<&'a Value> {
        match value {
            Value::Object(members) => (members.iter())
                .flat_map(|(key, v)| (key == name).then_some(v).into_iter().chain(all(v, name)))
                .collect(),
            Value::Array(list) => list.iter().flat_map(|v| all(v, name)).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn lines_can_be_zoomed_pointed_at_and_switched_off() {
        let spec = specification(&samples::lines());
        let names: Vec<_> = all(&spec, "params").iter().flat_map(|p| all(p, "name")).collect();
        assert!(
            names.contains(&&json!("zoom0")) && names.contains(&&json!("toggle0")),
            "{names:?}"
        );
        let shown = all(&spec["layer"], "legend")[0]["values"].as_array().unwrap().len();
        assert_eq!(shown, 4);
        assert_eq!(spec["datasets"]["data0_0"].as_array().unwrap().len(), 200);
        assert!(all(&spec, "tooltip").len() >= 4);
        assert!(spec["title"]["text"][0].as_str().unwrap().contains("<of>"));
    }

    #[test]
    fn scales_limits_and_gaps_are_those_of_the_figure() {
        let spec = specification(&samples::log_log());
        let channel = &spec["layer"][0]["encoding"]["x"];
        assert_eq!((&channel["scale"]["type"], &channel["title"]), (&json!("log"), &json!("n")));
        let mut figure = samples::gaps();
        figure.axes[0].x_limits = Some((-1.0, 7.0));
        let spec = specification(&figure);
        assert_eq!(spec["layer"][0]["encoding"]["x"]["scale"]["domain"], json!([-1.0, 7.0]));
        assert_eq!(spec["datasets"]["data0_0"][20]["y"], Value::Null);
        let dark = specification(&Figure { theme: Theme::Dark, ..samples::lines() });
        assert_ne!(dark["config"]["background"], spec["config"]["background"]);
    }

    #[test]
    fn bars_and_cells_are_named_as_on_the_axes() {
        let spec = specification(&samples::grouped());
        let row = &spec["datasets"]["data0_1"][2];
        assert_eq!(row["name"], "k = 20");
        assert!(row["to"].as_f64() > row["from"].as_f64());
        let label = spec["layer"][0]["encoding"]["x"]["axis"]["labelExpr"].as_str().unwrap();
        assert!(label.contains("\"k = 5\""), "{label}");
        let spec = specification(&samples::image());
        let cells = spec["datasets"]["data0_0"].as_array().unwrap();
        assert_eq!((cells.len(), &cells[3 * 20 + 4]["v"]), (240, &Value::Null));
        let points = specification(&samples::labelled());
        assert_eq!(points["datasets"]["data0_0"][3]["name"], "film 3");
    }

    #[test]
    fn axes_keep_their_grid() {
        let spec = specification(&samples::subplots());
        let rows = spec["vconcat"].as_array().unwrap();
        assert_eq!((rows.len(), rows[0]["hconcat"].as_array().unwrap().len()), (2, 2));
        // Series of one name stay two.
        let twice = |x: f64| {
            Mark::Line(Line { x: vec![x], y: vec![x], label: Some("a".into()), ..Line::default() })
        };
        let axes = Axes { marks: vec![twice(1.0), twice(2.0)], ..Axes::default() };
        let spec = specification(&Figure::of(axes));
        assert_eq!(all(&spec["layer"], "legend")[0]["values"], json!(["a", "a (2)"]));
    }

    #[test]
    fn what_cannot_be_had_is_told() {
        let told = |figure: Figure| figure.to_vega_lite().unwrap_err().to_string();
        assert!(told(samples::cloud(5001)).contains("5000"));
        assert!(told(samples::picture()).contains("picture in its own colours"));
        assert!(told(Figure::line(vec![1.0], vec![])).contains("values"));
        assert!(Figure::default().to_vega_lite().is_ok());
    }
}
