//! Figures: what is plotted, and what is said about it.
//!
//! What can be plotted is declared in [`super::charts`] and [`super::matrix_pictures`]; here is what is said about it.
//! The functions only describe a picture; it is drawn when the program ends or `saveas` asks for it. Which axes a
//! plot goes into is decided in [`crate::value::Figures`].

pub(super) mod annotation;
pub(super) mod areas;
pub(super) mod arguments;
mod axes;
pub(super) mod bars;
pub(super) mod boxes;
mod data;
pub(super) mod dates;
pub(super) mod error_bars;
pub(super) mod heights;
pub(super) mod histogram;
pub(super) mod images;
pub(super) mod lines;
mod object;
pub(super) mod pairs;
pub(super) mod points;
mod save;
pub(super) mod spy;
pub(super) mod stems;

use super::argument::{Count, Rest, Vector, options};
use super::entry::builtins;
pub use images::without_axes;
use object::FigureValue;
use std::sync::Arc;

options! {
    /// On or off.
    Switch { On = "on", Off = "off" }
}

options! {
    /// What `close` closes besides the current figure.
    Every { All = "all" }
}

options! {
    /// The background.
    ThemeName { Light = "light", Dark = "dark" }
}

builtins! { "figures";
    /// Words at points of the axes.
    ///
    /// >>> scatter([1 2], [3 4]); text([1 2], [3 4], "first", "second")
    ///
    /// See also: title, legend
    fn text(cx, /** n numbers. */ x: Vector, /** n numbers. */ y: Vector, /** n strings. */ words: Rest, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** In pixels. */ fontsize: Option<f64>, /** Which end of the words is at the point; where they cover least when left out. */ horizontalalignment: Option<points::Alignment>) -> [] { points::text(cx, x.0, y.0, words, points::Writing { color, fontsize, horizontalalignment }) }

    /// Arrows, boxes and words on the page, placed by shares of the figure from its bottom left.
    ///
    /// Lines and arrows go from x(1), y(1) to x(2), y(2); boxes are [x y width height]. Words of a textarrow stand at its
    /// start.
    ///
    /// >>> plot([1 4 9]); annotation("textarrow", [0.4 0.6], [0.8 0.5], string="steep")
    /// >>> plot([1 4 9]); annotation("textbox", [0.2 0.7 0.3 0.1], string="squares", backgroundcolor="w")
    /// >>> annotation("arrow", [0.3 0.5])
    /// error: annotation: a line goes from x(1), y(1) to x(2), y(2)
    ///
    /// See also: text, legend
    fn annotation(cx, /** What it is. */ kind: annotation::Kind, /** Two numbers, or four of a box. */ x: Value, /** Two numbers. */ y: Option<Value>, /** Its words. */ string: Option<String>, /** Of the line and the words: a colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** Such as "--", or none. */ linestyle: Option<String>, /** In pixels. */ linewidth: Option<f64>, /** In pixels. */ fontsize: Option<f64>, /** What fills a box. */ backgroundcolor: Option<Value>) -> [f] {
        annotation::annotate(cx, kind, &x, y.as_ref(), annotation::Style { string, color, linestyle, linewidth, fontsize, backgroundcolor })
    }


    /// A new figure: the next plot goes into it. `figure(n)` and `figure(f)` go back to a figure of this program.
    ///
    /// An `interactive` figure can be zoomed and pointed at in a notebook, and its series be switched off in the
    /// legend, as long as it consists of lines, points, bars and cells, at most 5,000 in all.
    ///
    /// >>> figure(width=800, height=300); plot([1 2 3])
    /// >>> figure(1); plot([1 2 3]); figure(2); plot([3 2 1]); figure(1); title("first")
    ///
    /// See also: plot, subplot, close
    fn figure(cx, /** A number to come back to it by. */ number: Option<usize>, /** In pixels of 1/96 inch. */ width: Option<Count>, /** In pixels of 1/96 inch. */ height: Option<Count>, /** The background. */ theme: ThemeName = "light", /** Whether a notebook should let the reader zoom and point at it. */ interactive: bool = false) -> [f] { axes::figure(cx, number, axes::Page { width, height, theme, interactive }) }
    or (cx, /** A figure that plot, figure or gcf gave. */ f: Arc<FigureValue>) -> [f] { axes::again(cx, &f) }

    /// Chooses one of `m` × `n` axes in the figure, counted along the rows; `subplot(235)` is `subplot(2, 3, 5)`.
    ///
    /// All of a figure's axes are plotted in one program, prompt entry or cell.
    ///
    /// >>> subplot(1, 2, 1); plot([1 2 3]); subplot(1, 2, 2); bar([3 1 2])
    ///
    /// See also: figure
    fn subplot(cx, /** Rows of axes. */ m: Count, /** Axes in a row. */ n: Count, /** Which, from 1. */ k: Count) -> [] { axes::subplot(cx, m.0, n.0, k.0) }
    or (cx, /** The three numbers as digits. */ mnk: Count) -> [] { axes::subplot_digits(cx, mnk.0) }

    /// Whether the next plots join the current axes; without a word, the other way than now.
    ///
    /// >>> plot([1 2 3]); hold on; plot([3 2 1]); hold off
    ///
    /// See also: plot, figure
    fn hold(cx, /** on or off. */ mode: Option<Switch>) -> [] { axes::hold(cx, mode) }

    /// The words above the axes.
    ///
    /// >>> plot([1 4 9]); title("squares")
    ///
    /// See also: xlabel, ylabel, legend
    fn title(cx, /** The words; a line break starts a new line. */ text: String) -> [] { axes::say(cx, |axes| axes.title = text) }

    /// The words below the x axis.
    ///
    /// >>> plot([1 4 9]); xlabel("side")
    ///
    /// See also: ylabel, title
    fn xlabel(cx, /** The words. */ text: String) -> [] { axes::say(cx, |axes| axes.x_label = text) }

    /// The words beside the y axis.
    ///
    /// >>> plot([1 4 9]); ylabel("area")
    ///
    /// See also: xlabel, title
    fn ylabel(cx, /** The words. */ text: String) -> [] { axes::say(cx, |axes| axes.y_label = text) }

    /// The words beside the z axis of a surface.
    ///
    /// >>> surf([1 2; 3 4]); zlabel("height")
    ///
    /// See also: xlabel, ylabel, surf
    fn zlabel(cx, /** The words. */ text: String) -> [] { axes::say(cx, |axes| axes.z_label = text) }

    /// Names for what is plotted, in the order in which it was; `legend off` hides them.
    ///
    /// >>> plot([1 2; 3 4]); legend("a", "b", location="northwest")
    /// >>> plot([1 2 3]); legend("a", "b")
    /// error: the legend has 2 names, and 1 series is plotted
    ///
    /// See also: plot, title
    fn legend(cx, /** One name for each series, or show, hide, on, off. */ labels: Rest, /** best, northeast, northwest, southeast, southwest, north, south, east, west, outside or off. */ location: Option<String>) -> [] { axes::legend(cx, labels, location) }

    /// Whether light lines mark the ticks; without a word, the other way than now.
    ///
    /// >>> plot([1 4 9]); grid off
    ///
    /// See also: axis
    fn grid(cx, /** on or off. */ mode: Option<Switch>) -> [] { axes::grid(cx, mode) }

    /// The ends of both axes, `axis([x1 x2 y1 y2])`, or how they are drawn.
    ///
    /// `equal` (one unit is as long on both), `off` and `on`, `ij` (y grows downwards) and `xy`, `auto`, `tight`.
    ///
    /// >>> plot([1 4 9]); axis([0 4 0 10])
    /// >>> plot([1 4 9]); axis equal
    ///
    /// See also: xlim, ylim, grid
    fn axis(cx, /** Four numbers, or words. */ how: Rest) -> [] { axes::axis(cx, how) }

    /// The ends of the x axis: `xlim([low high])`, `xlim(low, high)`, `xlim("auto")`.
    ///
    /// >>> plot([1 4 9]); xlim([0 4])
    ///
    /// See also: ylim, axis
    fn xlim(cx, /** Two numbers or "auto". */ limits: Rest) -> [] { axes::limits(cx, "xlim", &limits, |axes, ends| axes.x_limits = ends) }

    /// The ends of the y axis: `ylim([low high])`, `ylim(low, high)`, `ylim("auto")`.
    ///
    /// >>> plot([1 4 9]); ylim([0 10])
    ///
    /// See also: xlim, axis
    fn ylim(cx, /** Two numbers or "auto". */ limits: Rest) -> [] { axes::limits(cx, "ylim", &limits, |axes, ends| axes.y_limits = ends) }

    /// The ends of the z axis of a surface: `zlim([low high])`, `zlim(low, high)`, `zlim("auto")`.
    ///
    /// >>> surf([1 2; 3 4]); zlim([0 5])
    ///
    /// See also: xlim, ylim, surf
    fn zlim(cx, /** Two numbers or "auto". */ limits: Rest) -> [] { axes::limits(cx, "zlim", &limits, |axes, ends| axes.z_limits = ends) }

    /// Whence surfaces are seen: `view(azimuth, elevation)` in degrees, `view(2)` from above, `view(3)` as usual.
    ///
    /// >>> surf([1 2; 3 4]); view(60, 20)
    /// >>> view(1, 2, 3)
    /// error: a view is an azimuth and an elevation from -90 to 90, in degrees
    ///
    /// See also: surf, mesh
    fn view(cx, /** Two angles, or 2 or 3. */ angles: Rest) -> [] { heights::view(cx, &angles) }

    /// Dates beside an axis whose numbers are those of `datenum`: `datetick()`, `datetick("x", "mmm yyyy")`.
    ///
    /// The format has the letters yyyy yy mmm mm dd HH MM SS, or is one of MATLAB's numbers; it is chosen when left out.
    ///
    /// >>> plot(datenum(2020, 1:12, 1), 1:12); datetick("x", "mmm")
    /// >>> plot([1 2 3]); datetick("x", 99)
    /// error: datetick does not know format 99
    ///
    /// See also: datenum, datestr, xticks
    fn datetick(cx, /** "x" or "y", a format, keeplimits. */ words: Rest) -> [] { dates::datetick(cx, &words) }

    /// The values of the colour map's ends: `clim([low high])`, `clim("auto")`.
    ///
    /// >>> imagesc([1 2; 3 4]); clim([0 5])
    ///
    /// See also: colormap, colorbar
    fn clim(cx, /** Two numbers or "auto". */ limits: Rest) -> [] { axes::limits(cx, "clim", &limits, |axes, ends| axes.colour_limits = ends) }

    /// The ticks of the x axis: where, and what stands there.
    ///
    /// >>> plot([1 4 9]); xticks([1 2 3], "one", "two", "three")
    ///
    /// See also: yticks, xlim
    fn xticks(cx, /** Positions; [] for none. */ at: Vector, /** As many strings, or none. */ labels: Rest) -> [] { axes::ticks(cx, at.0, labels, |axes, ticks| axes.x_ticks = ticks) }

    /// The ticks of the y axis: where, and what stands there.
    ///
    /// >>> plot([1 4 9]); yticks([0 5 10])
    ///
    /// See also: xticks, ylim
    fn yticks(cx, /** Positions; [] for none. */ at: Vector, /** As many strings, or none. */ labels: Rest) -> [] { axes::ticks(cx, at.0, labels, |axes, ticks| axes.y_ticks = ticks) }

    /// The colours of images, surfaces and points coloured by value: viridis, magma, cividis, gray or diverging.
    ///
    /// Unless one is named, matrices whose numbers go both ways from zero get the diverging map, all else viridis.
    ///
    /// >>> imagesc([1 2; 3 4]); colormap("magma")
    ///
    /// See also: imagesc, clim
    fn colormap(cx, /** The map's name, or "list"; without one, the current map's name is the result. */ name: Option<String>) -> [name] { axes::colormap(cx, name.as_deref()) }

    /// Whether a colour bar stands beside what the colour map colours.
    ///
    /// >>> imagesc([1 2; 3 4]); colorbar("on", label="rating")
    ///
    /// See also: colormap, clim
    fn colorbar(cx, /** on or off. */ mode: Switch = "on", /** Words beside it. */ label: Option<String>) -> [] { axes::colorbar(cx, mode, label) }

    /// Forgets the current figure, that of a number, or with `all` every figure that is not shown yet.
    ///
    /// >>> plot([1 2 3]); close
    ///
    /// See also: figure, clf
    fn close(cx, /** all. */ which: Option<Every>) -> [] { axes::close(cx, which, None) }
    or (cx, /** The number that figure(n) gave. */ number: usize) -> [] { axes::close(cx, None, Some(number)) }
    or (cx, /** A figure that plot, figure or gcf gave. */ f: Arc<FigureValue>) -> [] { axes::close_figure(cx, &f) }

    /// Empties the current figure: its size and background stay.
    ///
    /// >>> plot([1 2 3]); clf; bar([1 2 3])
    ///
    /// See also: cla, close
    fn clf(cx) -> [] { axes::clear(cx, true) }

    /// Empties the current axes.
    ///
    /// >>> plot([1 2 3]); cla; bar([1 2 3])
    ///
    /// See also: clf
    fn cla(cx) -> [] { axes::clear(cx, false) }

    /// The title of the whole figure, above all of its axes.
    ///
    /// >>> subplot(1, 2, 1); plot([1 2]); subplot(1, 2, 2); plot([2 1]); sgtitle("both")
    ///
    /// See also: title, subplot
    fn sgtitle(cx, /** The words; a line break starts a new line. */ text: String) -> [] { annotation::page_title(cx, text) }

    /// The current figure as a value.
    ///
    /// >>> plot([1 2 3]); f = gcf()
    /// f = figure 640×400: 1 line
    ///
    /// See also: figure, saveas
    fn gcf(cx) -> [f] { Ok(object::value(cx.host.figures().current())) }

    /// Writes a figure to a file, `saveas("x.png")` or `saveas(f, "x.svg")`: the current one, or else the one shown last.
    ///
    /// The path's ending says what: .png and .svg are the drawing, .html a page that holds it and needs nothing else,
    /// .vl.json a Vega-Lite specification, which Vega's editor and libraries show with zoom and tooltips: lines, points,
    /// bars and heat maps of at most 5,000 marks.
    ///
    /// >>> plot([1 2 3]); saveas("squares.gif")
    /// error: cannot write a figure as "gif"
    ///
    /// See also: plot, figure
    fn saveas(cx, /** Ends in .png, .svg, .html or .vl.json. */ path: String, /** In pixels of 1/96 inch; the figure's own. */ width: Option<Count>, /** In pixels of 1/96 inch; the figure's own. */ height: Option<Count>, /** Dots per inch of a PNG. */ dpi: f64 = 192) -> [] { save::latest(cx, &path, save::Size { width, height, dpi }) }
    or (cx, /** A figure that plot, figure or gcf gave. */ f: Arc<FigureValue>, path: String, width: Option<Count>, height: Option<Count>, dpi: f64 = 192) -> [] { save::figure(&f.figure(), &path, save::Size { width, height, dpi }) }
}
