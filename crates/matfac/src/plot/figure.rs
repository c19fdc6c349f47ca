//! A figure: axes with marks, labels, limits and a legend, as plain data.

use super::annotations::Annotation;
use super::colour::Colour;
use super::colour_map::ColourMap;
use super::marks::{Bar, Image, Line, Mark, Patch, Scatter};
use crate::Matrix;
use crate::error::Result;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// On white.
    #[default]
    Light,
    /// On near-black.
    Dark,
}

/// How numbers become positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Proportionally.
    #[default]
    Linear,
    /// By their logarithm; what is not positive is not drawn.
    Log,
}

/// The ticks of one axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Ticks {
    /// Round numbers, as many as fit.
    #[default]
    Auto,
    /// No ticks.
    None,
    /// Names at 1, 2, 3 …
    Categories(Vec<String>),
    /// These positions.
    At(Vec<f64>),
    /// These positions, each with its label; missing labels are empty.
    Labelled(Vec<f64>, Vec<String>),
    /// Round dates; positions are days, 1 being the first of January of year 0. The format is chosen when absent.
    Dates(Option<String>),
}

/// Where a legend stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Location {
    /// In the corner or at the side that covers the least data.
    #[default]
    Best,
    /// Top right.
    NorthEast,
    /// Top left.
    NorthWest,
    /// Bottom right.
    SouthEast,
    /// Bottom left.
    SouthWest,
    /// Top centre.
    North,
    /// Bottom centre.
    South,
    /// Right, half way up.
    East,
    /// Left, half way up.
    West,
    /// To the right of the axes.
    Outside,
    /// Not at all.
    Hidden,
}

impl Location {
    /// Reads a name such as `"northeast"`, `"best"` or `"eastoutside"`.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] that lists the names.
    pub fn parse(name: &str) -> Result<Location> {
        Ok(match name.trim().to_lowercase().as_str() {
            "best" => Location::Best,
            "northeast" => Location::NorthEast,
            "northwest" => Location::NorthWest,
            "southeast" => Location::SouthEast,
            "southwest" => Location::SouthWest,
            "north" => Location::North,
            "south" => Location::South,
            "east" => Location::East,
            "west" => Location::West,
            "outside" | "eastoutside" | "northeastoutside" | "bestoutside" => Location::Outside,
            "off" | "hide" | "none" => Location::Hidden,
            _ => {
                return Err(crate::Error::argument_hint(
                    "location",
                    format!("there is no legend location \"{name}\""),
                    "one of best, northeast, northwest, southeast, southwest, north, south, east, \
                     west, outside, off",
                ));
            }
        })
    }
}

/// The legend of axes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Legend {
    /// Labels for the series in the order they were added, before the marks' own.
    pub labels: Vec<String>,
    /// Where it stands.
    pub location: Location,
}

/// One coordinate system and what is drawn in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Axes {
    /// Above the frame; empty for none. A line break starts a new line.
    pub title: String,
    /// Below the x axis; empty for none.
    pub x_label: String,
    /// Beside the y axis; empty for none.
    pub y_label: String,
    /// What is drawn, first to last.
    pub marks: Vec<Mark>,
    /// The legend; when absent, one appears as soon as a mark has a label.
    pub legend: Option<Legend>,
    /// The ends of the x axis; from the data when absent.
    pub x_limits: Option<(f64, f64)>,
    /// The ends of the y axis; from the data when absent.
    pub y_limits: Option<(f64, f64)>,
    /// Linear or logarithmic.
    pub x_scale: Scale,
    /// Linear or logarithmic.
    pub y_scale: Scale,
    /// Ticks of the x axis.
    pub x_ticks: Ticks,
    /// Ticks of the y axis.
    pub y_ticks: Ticks,
    /// Ticks of a second y axis at the right, at positions of the first one; none unless they are named.
    pub right_ticks: Ticks,
    /// Beside the second y axis; empty for none.
    pub right_label: String,
    /// Whether x grows to the left.
    pub x_reversed: bool,
    /// Whether y grows downwards; images turn this on.
    pub y_reversed: bool,
    /// Whether one unit is as long on both axes.
    pub equal_aspect: bool,
    /// Whether light lines mark the ticks.
    pub grid: bool,
    /// Whether the frame, ticks and axis labels are drawn.
    pub visible: bool,
    /// The colour map of images and of points coloured by value.
    pub colour_map: ColourMap,
    /// The values of the colour map's ends; from the data when absent.
    pub colour_limits: Option<(f64, f64)>,
    /// Whether a colour bar stands beside what the colour map colours.
    pub colour_bar: bool,
    /// Beside the colour bar; empty for none.
    pub colour_label: String,
    /// Beside the z axis of surfaces; empty for none.
    pub z_label: String,
    /// The ends of the z axis of surfaces; from the data when absent.
    pub z_limits: Option<(f64, f64)>,
    /// Whence surfaces are seen, in degrees: around the z axis from the front, and up.
    pub view: (f64, f64),
}

/// MATLAB's point of view.
const VIEW: (f64, f64) = (-37.5, 30.0);

impl Default for Axes {
    fn default() -> Axes {
        Axes {
            title: String::new(),
            x_label: String::new(),
            y_label: String::new(),
            marks: Vec::new(),
            legend: None,
            x_limits: None,
            y_limits: None,
            x_scale: Scale::Linear,
            y_scale: Scale::Linear,
            x_ticks: Ticks::Auto,
            y_ticks: Ticks::Auto,
            right_ticks: Ticks::Auto,
            right_label: String::new(),
            x_reversed: false,
            y_reversed: false,
            equal_aspect: false,
            grid: true,
            visible: true,
            colour_map: ColourMap::Viridis,
            colour_limits: None,
            colour_bar: true,
            colour_label: String::new(),
            z_label: String::new(),
            z_limits: None,
            view: VIEW,
        }
    }
}

/// A picture: one or more axes on a grid.
///
/// ```
/// use matfac::plot::Figure;
/// let mut figure = Figure::line(vec![1.0, 2.0, 3.0], vec![1.0, 4.0, 9.0]);
/// figure.axes_mut().title = "squares".into();
/// let svg = figure.to_svg().unwrap();
/// assert!(svg.contains("squares"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The axes, filling `grid` row by row from the top left.
    pub axes: Vec<Axes>,
    /// Rows and columns of axes; (1, 1) for a single plot.
    pub grid: (usize, usize),
    /// Width and height in CSS pixels (1/96 inch).
    pub size: (u32, u32),
    /// Light or dark.
    pub theme: Theme,
    /// Whether a front end that can should let the reader zoom and point at it.
    pub interactive: bool,
    /// Above all axes; empty for none.
    pub title: String,
    /// Arrows and boxes that belong to the page, not to axes.
    pub annotations: Vec<Annotation>,
}

impl Default for Figure {
    fn default() -> Figure {
        Figure {
            axes: vec![Axes::default()],
            grid: (1, 1),
            size: (640, 400),
            theme: Theme::Light,
            interactive: false,
            title: String::new(),
            annotations: Vec::new(),
        }
    }
}

impl Figure {
    /// A figure with one pair of axes.
    pub fn of(axes: Axes) -> Figure {
        Figure { axes: vec![axes], ..Figure::default() }
    }

    /// A figure of `rows` × `cols` axes, 640×400 or larger when they are many.
    pub fn subplots(rows: usize, cols: usize, axes: Vec<Axes>) -> Figure {
        let width = 640.max(cols.min(8) as u32 * 320);
        let height = 400.max(rows.min(8) as u32 * 240);
        Figure { axes, grid: (rows, cols), size: (width, height), ..Figure::default() }
    }

    /// One line through the points (x, y).
    pub fn line(x: Vec<f64>, y: Vec<f64>) -> Figure {
        Figure::of(Axes {
            marks: vec![Mark::Line(Line { x, y, ..Line::default() })],
            ..Axes::default()
        })
    }

    /// Points (x, y).
    pub fn scatter(x: Vec<f64>, y: Vec<f64>) -> Figure {
        Figure::of(Axes {
            marks: vec![Mark::Scatter(Scatter { x, y, ..Scatter::default() })],
            ..Axes::default()
        })
    }

    /// One bar for each category.
    pub fn bar(categories: Vec<String>, heights: Vec<f64>) -> Figure {
        let x = (1..=categories.len()).map(|i| i as f64).collect();
        Figure::of(Axes {
            x_ticks: Ticks::Categories(categories),
            marks: vec![Mark::Bar(Bar { x, heights, ..Bar::default() })],
            ..Axes::default()
        })
    }

    /// A matrix as coloured cells, first row on top, with a colour bar.
    pub fn image(matrix: Matrix) -> Figure {
        Figure::of(Axes {
            marks: vec![Mark::Image(Image { matrix, ..Image::default() })],
            y_reversed: true,
            ..Axes::default()
        })
    }

    /// The last axes, which are created when there are none.
    pub fn axes_mut(&mut self) -> &mut Axes {
        if self.axes.is_empty() {
            self.axes.push(Axes::default());
        }
        let last = self.axes.len() - 1;
        &mut self.axes[last]
    }

    /// Shows the figure in a Rust notebook run by evcxr, as a PNG of one pixel per CSS pixel
    /// (the protocol cannot say that a sharper one is to be shown smaller). A figure that cannot be
    /// drawn shows the reason as text.
    #[allow(clippy::print_stdout, reason = "evcxr's protocol is the standard output")]
    pub fn evcxr_display(&self) {
        println!("{}", self.evcxr_block());
    }

    /// What [`Figure::evcxr_display`] prints.
    fn evcxr_block(&self) -> String {
        use base64::Engine;
        let (kind, body) = match self.to_png(1.0) {
            Ok(png) => ("image/png", base64::engine::general_purpose::STANDARD.encode(png)),
            Err(error) => ("text/plain", error.to_string()),
        };
        format!("EVCXR_BEGIN_CONTENT {kind}\n{body}\nEVCXR_END_CONTENT")
    }
}

impl Axes {
    /// How many series these axes show: as many names a legend can have.
    pub fn series(&self) -> usize {
        self.marks.iter().map(Mark::series).sum()
    }

    /// Whether ticks stand beside a plane frame.
    pub(super) fn is_flat(&self) -> bool {
        self.visible && !self.is_space()
    }

    /// Whether a surface is on these axes, which are then those of a space.
    pub(super) fn is_space(&self) -> bool {
        self.marks.iter().any(|mark| matches!(mark, Mark::Surface(_)))
    }
}

impl Mark {
    /// How many series this mark is.
    fn series(&self) -> usize {
        match self {
            Mark::Line(_) | Mark::Bar(_) => 1,
            Mark::Scatter(Scatter { colours, .. }) | Mark::Patch(Patch { colours, .. }) => {
                match colours {
                    super::PointColours::Categories { names, .. } => names.len(),
                    _ => 1,
                }
            }
            _ => 0,
        }
    }

    /// The colour the user gave this mark.
    pub(super) fn own_colour(&self) -> Option<Colour> {
        match self {
            Mark::Line(line) => line.colour,
            Mark::Bar(bar) => bar.colour,
            Mark::Scatter(Scatter { colours: super::PointColours::One(colour), .. })
            | Mark::Patch(Patch { colours: super::PointColours::One(colour), .. }) => Some(*colour),
            Mark::Spans(spans) => spans.colour,
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rust_notebook_gets_a_png() {
        let block = Figure::line(vec![1.0, 2.0], vec![1.0, 2.0]).evcxr_block();
        let lines: Vec<&str> = block.lines().collect();
        assert_eq!(lines[0], "EVCXR_BEGIN_CONTENT image/png");
        assert!(lines[1].starts_with("iVBORw0KGgo"));
        assert_eq!(lines[2..], ["EVCXR_END_CONTENT"]);
        let bad = Figure::line(vec![1.0], vec![]).evcxr_block();
        assert!(bad.contains("text/plain"), "{bad}");
    }

    #[test]
    fn locations() {
        assert_eq!(Location::parse("NorthEast").unwrap(), Location::NorthEast);
        assert!(Location::parse("left").unwrap_err().hint().unwrap().contains("west"));
    }
}
