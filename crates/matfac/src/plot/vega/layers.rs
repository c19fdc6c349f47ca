//! Each mark as layers: what is drawn, and which columns of its data are its positions and colours.

use super::super::marks::{Bar, Line, LineStyle, Mark, Marker, PointColours, Rule, Scatter, Text};
use super::{View, hex};
use serde_json::{Value, json};

impl View<'_> {
    pub(super) fn draw(&mut self, mark: &Mark, data: &str) {
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
    pub(super) fn layer(&mut self, mut layer: Value, encoding: Value) {
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
        // A hole is drawn too.
        let mark = json!({"type": "rect", "clip": true, "invalid": null});
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
