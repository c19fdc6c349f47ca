//! A figure: axes with marks, labels, limits and a legend, as plain data.

use super::colour::Colour;
use super::colour_map::ColourMap;
use super::marks::{Bar, Image, Line, Mark, Scatter};
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
}

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
            x_reversed: false,
            y_reversed: false,
            equal_aspect: false,
            grid: true,
            visible: true,
            colour_map: ColourMap::Viridis,
            colour_limits: None,
            colour_bar: true,
            colour_label: String::new(),
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
}

impl Default for Figure {
    fn default() -> Figure {
        Figure { axes: vec![Axes::default()], grid: (1, 1), size: (640, 400), theme: Theme::Light }
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
        Figure { axes, grid: (rows, cols), size: (width, height), theme: Theme::Light }
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
            marks: vec![Mark::Image(Image { matrix, limits: None })],
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
}

impl Mark {
    /// The colour the user gave this mark.
    pub(super) fn own_colour(&self) -> Option<Colour> {
        match self {
            Mark::Line(line) => line.colour,
            Mark::Bar(bar) => bar.colour,
            Mark::Scatter(Scatter { colours: super::PointColours::One(colour), .. }) => {
                Some(*colour)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations() {
        assert_eq!(Location::parse("NorthEast").unwrap(), Location::NorthEast);
        assert!(Location::parse("left").unwrap_err().hint().unwrap().contains("west"));
    }
}
