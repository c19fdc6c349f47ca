//! The marks of a figure: lines, points, bars, images, rules and texts.

use super::colour::Colour;
use super::pattern::Pattern;
use crate::Matrix;

/// How a line is dashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineStyle {
    /// No line: markers only.
    None,
    /// `-`
    #[default]
    Solid,
    /// `--`
    Dashed,
    /// `:`
    Dotted,
    /// `-.`
    DashDot,
}

impl LineStyle {
    /// Lengths drawn and skipped in turn, in units of the line's width; empty for a solid line.
    pub(super) fn pattern(self) -> &'static [f64] {
        match self {
            LineStyle::None | LineStyle::Solid => &[],
            LineStyle::Dashed => &[4.0, 2.6],
            LineStyle::Dotted => &[1.1, 1.9],
            LineStyle::DashDot => &[4.5, 2.0, 1.1, 2.0],
        }
    }
}

/// The shape of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Marker {
    /// `o`
    #[default]
    Circle,
    /// `.`: a circle of half the size.
    Point,
    /// `+`
    Plus,
    /// `x`
    Cross,
    /// `*`
    Star,
    /// `s`
    Square,
    /// `d`
    Diamond,
    /// `^`
    TriangleUp,
    /// `v`
    TriangleDown,
    /// `<`
    TriangleLeft,
    /// `>`
    TriangleRight,
    /// `p`
    Pentagon,
}

impl Marker {
    /// The marker MATLAB writes as `c`.
    pub fn from_char(c: char) -> Option<Marker> {
        Some(match c {
            'o' => Marker::Circle,
            '.' => Marker::Point,
            '+' => Marker::Plus,
            'x' => Marker::Cross,
            '*' => Marker::Star,
            's' => Marker::Square,
            'd' => Marker::Diamond,
            '^' => Marker::TriangleUp,
            'v' => Marker::TriangleDown,
            '<' => Marker::TriangleLeft,
            '>' => Marker::TriangleRight,
            'p' | 'h' => Marker::Pentagon,
            _ => return None,
        })
    }
}

/// Something drawn on axes.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A line through points.
    Line(Line),
    /// Points.
    Scatter(Scatter),
    /// Bars.
    Bar(Bar),
    /// A matrix as a grid of coloured cells.
    Image(Image),
    /// A picture in its own colours.
    Picture(Picture),
    /// Where a large sparse matrix has entries.
    Pattern(Pattern),
    /// A horizontal rule across the axes.
    HLine(Rule),
    /// A vertical rule across the axes.
    VLine(Rule),
    /// Words at points.
    Text(Text),
}

/// A line through the points (x, y); a NaN or an infinity leaves a gap.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Positions along the x axis.
    pub x: Vec<f64>,
    /// Positions along the y axis, as many.
    pub y: Vec<f64>,
    /// How it is dashed.
    pub style: LineStyle,
    /// Its colour; the palette's next when absent.
    pub colour: Option<Colour>,
    /// Its width in CSS pixels.
    pub width: f64,
    /// What is drawn at each point.
    pub marker: Option<Marker>,
    /// The diameter of the markers in CSS pixels.
    pub marker_size: f64,
    /// Its entry in the legend.
    pub label: Option<String>,
}

impl Default for Line {
    fn default() -> Line {
        Line {
            x: Vec::new(),
            y: Vec::new(),
            style: LineStyle::Solid,
            colour: None,
            width: 1.8,
            marker: None,
            marker_size: 6.0,
            label: None,
        }
    }
}

/// How points are coloured.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum PointColours {
    /// All alike, in the palette's next colour.
    #[default]
    Auto,
    /// All alike.
    One(Colour),
    /// By one number per point, through the axes' colour map, with a colour bar. Points whose value
    /// is NaN are gray.
    Values(Vec<f64>),
    /// By category: one index per point, from 0, into `names`; each name is a legend entry.
    Categories {
        /// The category of each point, from 0.
        of: Vec<usize>,
        /// The categories' names.
        names: Vec<String>,
    },
}

/// Points (x, y); those with a NaN or an infinity are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Scatter {
    /// Positions along the x axis.
    pub x: Vec<f64>,
    /// Positions along the y axis, as many.
    pub y: Vec<f64>,
    /// How they are coloured.
    pub colours: PointColours,
    /// Their shape.
    pub marker: Marker,
    /// Their diameter in CSS pixels; chosen from their number when absent.
    pub size: Option<f64>,
    /// The legend entry (unused when coloured by category).
    pub label: Option<String>,
}

impl Default for Scatter {
    fn default() -> Scatter {
        Scatter {
            x: Vec::new(),
            y: Vec::new(),
            colours: PointColours::Auto,
            marker: Marker::Circle,
            size: None,
            label: None,
        }
    }
}

/// Bars from zero to `heights` at positions `x`. Several bar marks on the same axes stand side by
/// side.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// Positions of the bars' centres; 1, 2, 3 … go with category ticks.
    pub x: Vec<f64>,
    /// Lengths of the bars, as many.
    pub heights: Vec<f64>,
    /// Their colour; the palette's next when absent.
    pub colour: Option<Colour>,
    /// The share of the distance between neighbours that the bars fill, 0 to 1.
    pub width: f64,
    /// Whether the bars lie along the x axis instead.
    pub horizontal: bool,
    /// The legend entry.
    pub label: Option<String>,
}

impl Default for Bar {
    fn default() -> Bar {
        Bar {
            x: Vec::new(),
            heights: Vec::new(),
            colour: None,
            width: 0.8,
            horizontal: false,
            label: None,
        }
    }
}

/// A matrix as coloured cells: entry (i, j), from 1, is the unit square around x = j, y = i. Holes
/// (NaN) are gray.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// The values.
    pub matrix: Matrix,
    /// The values of the colour map's ends; the data's extremes when absent.
    pub limits: Option<(f64, f64)>,
}

/// A picture of `rows` × `cols` pixels in its own colours, placed as [`Image`] is.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Number of pixel rows.
    pub rows: usize,
    /// Number of pixel columns.
    pub cols: usize,
    /// Row after row, from the top, left to right: `rows * cols` colours.
    pub pixels: Vec<Colour>,
}

/// A straight line across the axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its position on the other axis.
    pub at: f64,
    /// How it is dashed.
    pub style: LineStyle,
    /// Its colour; the axes' own when absent.
    pub colour: Option<Colour>,
    /// Words beside it (not in the legend).
    pub label: Option<String>,
}

impl Default for Rule {
    fn default() -> Rule {
        Rule { at: 0.0, style: LineStyle::Dashed, colour: None, label: None }
    }
}

/// Words beside points; one that would cover an earlier one is left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Text {
    /// Positions along the x axis.
    pub x: Vec<f64>,
    /// Positions along the y axis, as many.
    pub y: Vec<f64>,
    /// The words, as many.
    pub texts: Vec<String>,
    /// Their colour; the axes' own when absent.
    pub colour: Option<Colour>,
}
