//! What the columns of the data mean: positions on axes, colours with a legend, the words under the pointer.

use super::super::dates;
use super::super::figure::{Location, Scale, Ticks};
use super::super::marks::Mark;
use super::{View, hex};
use serde_json::{Value, json};

/// Dates beside an axis.
const MOST_DATES: usize = 7;

impl View<'_> {
    pub(super) fn x(&self, field: &str) -> Value {
        let axes = self.axes;
        let reversed = axes.x_reversed;
        let mut channel = self.position(
            field,
            axes.x_scale,
            self.ranges.x,
            reversed,
            &axes.x_ticks,
            &axes.x_label,
        );
        whole(&mut channel, self.ranges.x_integers);
        channel
    }

    pub(super) fn y(&self, field: &str) -> Value {
        let axes = self.axes;
        let reversed = axes.y_reversed;
        let mut channel = self.position(
            field,
            axes.y_scale,
            self.ranges.y,
            reversed,
            &axes.y_ticks,
            &axes.y_label,
        );
        whole(&mut channel, self.ranges.y_integers);
        channel
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
        let mut axis = if self.axes.visible { self.axis(ticks, (low, high)) } else { Value::Null };
        if scale == Scale::Log && axis.is_object() && axis["labelExpr"].is_null() {
            // Long rows of zeros are hard to read; what Vega leaves without a label stays so.
            let short = "abs(datum.value) >= 1e5 || abs(datum.value) < 1e-3 ? '~e' : '~g'";
            axis["labelExpr"] =
                format!("datum.label === '' ? '' : format(datum.value, {short})").into();
        }
        json!({"field": field, "type": "quantitative", "scale": domain, "axis": axis, "title": title})
    }

    fn axis(&self, ticks: &Ticks, limits: (f64, f64)) -> Value {
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
            Ticks::Dates(format) => match dates::ticks(limits, MOST_DATES, format.as_deref()) {
                Some((at, names)) => named(&at, &names),
                None => json!({"grid": grid}),
            },
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
    pub(super) fn colour(&self) -> Value {
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
    pub(super) fn opacity(&self) -> Value {
        match self.has_legend() {
            true => json!({"condition": {"param": self.toggle(), "value": 1}, "value": 0.08}),
            false => json!({"value": 1}),
        }
    }

    /// A channel of colours by value, holes in their own.
    pub(super) fn colour_of_value(&self) -> Value {
        let (low, high) = self.ranges.colours.unwrap_or((0.0, 1.0));
        let range: Vec<String> =
            (0..=20).map(|k| hex(self.axes.colour_map.at(f64::from(k) / 20.0))).collect();
        let label = Some(&self.axes.colour_label).filter(|l| !l.is_empty());
        let legend =
            self.axes.colour_bar.then(|| json!({"title": label, "gradientLength": self.height}));
        json!({
            "condition": {"test": "!isValid(datum.v)", "value": hex(self.look.hole)},
            "field": "v", "type": "quantitative", "legend": legend, "title": label,
            "scale": {"domain": [low, high], "range": range, "clamp": true, "zero": false, "nice": false},
        })
    }

    /// What the pointer tells.
    pub(super) fn tooltip(&self, fields: &[&str]) -> Value {
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

/// Ticks at whole numbers only.
fn whole(channel: &mut Value, integers: bool) {
    if integers && channel["axis"].is_object() && channel["axis"]["labelExpr"].is_null() {
        channel["axis"]["tickMinStep"] = 1.into();
        // The step is not always heeded.
        channel["axis"]["labelExpr"] = "datum.value % 1 === 0 ? datum.label : ''".into();
        channel["axis"]["format"] = "~g".into();
    }
}
