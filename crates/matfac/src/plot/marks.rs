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
    /// Straight pieces along one axis: stalks, error bars, whiskers.
    Spans(Spans),
    /// Filled polygons.
    Patch(Patch),
    /// Lines of equal height.
    Contours(Contours),
    /// A surface seen from a side.
    Surface(Surface),
    /// A horizontal rule across the axes.
    HLine(Rule),
    /// A vertical rule across the axes.
    VLine(Rule),
    /// Words at points.
    Text(Text),
}

impl Mark {
    /// Whether this is a grid of cells.
    pub(super) fn is_grid(&self) -> bool {
        match self {
            Mark::Image(_) | Mark::Picture(_) | Mark::Pattern(_) => true,
            Mark::Contours(contours) => contours.filled,
            _ => false,
        }
    }
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

/// How bars at one place stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arrangement {
    /// Side by side.
    #[default]
    Grouped,
    /// On those before them: what is positive upwards, what is negative downwards.
    Stacked,
    /// In front of each other, translucent when there are several: histograms.
    Overlaid,
}

/// Bars from `base` to `heights` at positions `x`. Several bar marks on the same axes stand as their arrangement says.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// Positions of the bars' centres; 1, 2, 3 … go with category ticks.
    pub x: Vec<f64>,
    /// Where the bars end, as many; of stacked bars, their lengths.
    pub heights: Vec<f64>,
    /// Their colour; the palette's next when absent.
    pub colour: Option<Colour>,
    /// The share of the distance between neighbours that the bars fill, 0 to 1.
    pub width: f64,
    /// Whether the bars lie along the x axis instead.
    pub horizontal: bool,
    /// How they stand to other bars.
    pub arrangement: Arrangement,
    /// Where they begin.
    pub base: f64,
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
            arrangement: Arrangement::Grouped,
            base: 0.0,
            label: None,
        }
    }
}

/// A matrix as coloured cells: entry (i, j), from 1, is the unit square around x = j, y = i. Holes
/// (NaN) are gray.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Image {
    /// The values.
    pub matrix: Matrix,
    /// The values of the colour map's ends; the data's extremes when absent.
    pub limits: Option<(f64, f64)>,
    /// What is written into the cells, column after column; left out where the cells are too small for it.
    pub labels: Option<Vec<String>>,
    /// Where the middles of the first and the last column are; 1 and the number of columns when absent.
    pub x: Option<(f64, f64)>,
    /// Where the middles of the first and the last row are; 1 and the number of rows when absent.
    pub y: Option<(f64, f64)>,
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

/// Where words stand.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Anchor {
    /// Beside their point, on the side that covers least; left out where they would cover earlier ones.
    #[default]
    Free,
    /// Shifted from their point by shares of their own width and height: `(0.0, 0.0)` is to the right and above it,
    /// `(-0.5, 0.5)` centred on it.
    At(f64, f64),
}

/// Words beside points.
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
    /// Where they stand to their points.
    pub anchor: Anchor,
    /// The font's size in CSS pixels; that of the ticks when absent.
    pub size: Option<f64>,
}

/// Straight pieces from `low` to `high`, one at each position: stalks of stems, error bars, whiskers. They belong to the
/// series drawn before them, whose colour they take when they have none.
#[derive(Debug, Clone, PartialEq)]
pub struct Spans {
    /// Positions across the pieces.
    pub at: Vec<f64>,
    /// Where the pieces begin, as many.
    pub low: Vec<f64>,
    /// Where the pieces end, as many.
    pub high: Vec<f64>,
    /// Whether the pieces lie along the x axis.
    pub horizontal: bool,
    /// The length in CSS pixels of the bars at their ends; 0 for none.
    pub cap: f64,
    /// Their width in CSS pixels.
    pub width: f64,
    /// How they are dashed.
    pub style: LineStyle,
    /// Their colour.
    pub colour: Option<Colour>,
    /// Where the axis may end without a margin: the foot of stalks.
    pub base: Option<f64>,
}

impl Default for Spans {
    fn default() -> Spans {
        Spans {
            at: Vec::new(),
            low: Vec::new(),
            high: Vec::new(),
            horizontal: false,
            cap: 0.0,
            width: 1.4,
            style: LineStyle::Solid,
            colour: None,
            base: None,
        }
    }
}

/// Filled polygons; a NaN between corners begins another.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// Corners along the x axis.
    pub x: Vec<f64>,
    /// Corners along the y axis, as many.
    pub y: Vec<f64>,
    /// How the polygons are coloured: alike, or by one number or category for each polygon.
    pub colours: PointColours,
    /// How much they cover, 0 to 1.
    pub alpha: f64,
    /// The colour of their outlines; none when absent.
    pub edge: Option<Colour>,
    /// The width of their outlines in CSS pixels.
    pub edge_width: f64,
    /// Where the y axis may end without a margin: the foot of areas.
    pub base: Option<f64>,
    /// The legend entry.
    pub label: Option<String>,
}

impl Default for Patch {
    fn default() -> Patch {
        Patch {
            x: Vec::new(),
            y: Vec::new(),
            colours: PointColours::Auto,
            alpha: 1.0,
            edge: None,
            edge_width: 1.0,
            base: None,
            label: None,
        }
    }
}

/// Lines along which a function of two variables is equally high, from its values on a grid.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contours {
    /// Where the columns of `z` are, ascending.
    pub x: Vec<f64>,
    /// Where the rows of `z` are, ascending.
    pub y: Vec<f64>,
    /// The heights, a row for each y; cells with a NaN at a corner have no lines.
    pub z: Matrix,
    /// The heights of the lines, ascending; chosen when empty.
    pub levels: Vec<f64>,
    /// Whether the areas between the lines are filled.
    pub filled: bool,
    /// Whether heights are written on the lines.
    pub labels: bool,
    /// The lines' colour; that of their heights when absent.
    pub colour: Option<Colour>,
    /// The lines' width in CSS pixels; 0 for none.
    pub width: f64,
}

/// A surface in space, from the corners of its four-sided faces; faces with a corner that is not finite are left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Surface {
    /// The corners' positions along the x axis, as many rows and columns as `z`.
    pub x: Matrix,
    /// The corners' positions along the y axis.
    pub y: Matrix,
    /// The corners' heights.
    pub z: Matrix,
    /// What the colour map colours, instead of the heights.
    pub values: Option<Matrix>,
    /// Whether only the faces' outlines are coloured.
    pub mesh: bool,
}
