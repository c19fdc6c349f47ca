//! Figures (layer 1): a plain description of a picture, and its rendering to SVG and PNG.
//!
//! A [`Figure`] is data: axes, marks, labels, limits. Nothing is drawn while it is being built, so a
//! caller may keep it, change it and draw it again. [`Figure::to_svg`] and [`Figure::to_png`] lay it
//! out (margins measured from the text's real extents), turn it into a flat list of shapes, and
//! paint that list with plotters' back ends. The font is embedded, so that a figure looks the same
//! on every machine and needs no system library.
//!
//! Reading order: `figure` and `marks` (what can be drawn), `layout` (where), `render` and `guides`
//! (marks, legend and colour bar into shapes), `scene` (the shapes), `canvas` and `svg` (the two
//! surfaces). `scree` and `pattern` build figures on top of all that.

mod annotations;
mod arrange;
mod axis_ticks;
mod bars;
mod blocks;
mod boxplot;
mod canvas;
mod cells;
mod check;
mod colour;
mod colour_map;
mod contour;
mod dates;
mod figure;
mod font;
mod guides;
mod histogram;
mod layout;
mod legend;
mod line_spec;
mod marks;
mod pairs;
mod pareto;
mod patches;
mod pattern;
mod pen;
mod points;
mod ranges;
mod render;
mod scale;
mod scene;
mod scree;
mod surface;
mod svg;
mod ticks;
mod vega;

pub use annotations::{Annotation, AnnotationShape};
pub use blocks::{Block, Blocks, Letter, Raster};
pub use boxplot::{BoxStyle, boxplot};
pub use colour::{Colour, PALETTE};
pub use colour_map::ColourMap;
pub use contour::contour_levels;
pub use figure::{Axes, Figure, Legend, Location, Scale, Theme, Ticks};
pub use histogram::histogram;
pub use line_spec::LineSpec;
pub use marks::{
    Anchor, Arrangement, Bar, Contours, Image, Line, LineStyle, Mark, Marker, Patch, Picture,
    PointColours, Rule, Scatter, Spans, Surface, Text,
};
pub use pairs::{Classes, pairs};
pub use pareto::pareto;
pub use pattern::{Pattern, SpyStyle, spy};
pub use scree::scree;
pub use ticks::{linear_ticks, log_ticks, number_labels};

#[cfg(test)]
mod looks;
#[cfg(test)]
mod sample_charts;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
