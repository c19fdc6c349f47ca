//! Figures: what is plotted, and what is said about it.
//!
//! The functions only describe a picture; it is drawn when the program ends or `saveas` asks for it. Which axes a
//! plot goes into is decided in [`crate::value::Figures`].

mod arguments;
mod axes;
mod bars;
mod histogram;
mod images;
mod lines;
mod object;
mod points;
mod save;
mod spy;

use super::argument::{Count, Rest, Vector, options};
use super::entry::builtins;
use crate::value::{Array, Cells};
use arguments::Look;
pub use images::without_axes;
use matfac::data::Ratings;
use matfac::plot::Scale;
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

options! {
    /// MATLAB's word for points that are not rings; ours never are.
    Filled { Filled = "filled" }
}

builtins! { "figures";
    /// Lines: `plot(y)`, `plot(x, y)`, `plot(x, y, "r--o")`, several groups, or the picture of a model.
    ///
    /// Each column of a matrix is a line of its own. A line specification has a colour (r g b c m y k w), a line
    /// (- -- : -.) and a marker (o + * . x s d ^ v < > p), in any order. `plot(z)` of complex numbers draws their
    /// imaginary over their real parts; `plot(m)` draws what belongs to the model or factorization. A last word "logy",
    /// "logx" or "loglog" makes axes logarithmic, as the functions semilogy, semilogx and loglog do.
    ///
    /// A plot goes into the current figure when that is still empty or `hold on` was said; otherwise it starts a new
    /// figure, so that nothing is lost. Figures are shown when the program, prompt entry or cell ends.
    ///
    /// >>> plot([1 4 9]); title("squares")
    /// >>> x = 0:0.1:6; plot(x, sin(x), "b-", x, cos(x), "r--"); legend("sin", "cos")
    /// >>> plot([1 2 3], [1 2])
    /// error: x has 3 entries and y has 2
    ///
    /// See also: scatter, semilogy, bar, hold, legend, saveas
    fn plot(cx, /** y, or x and y, each group with its line specification. */ data: Rest, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** The line's name in the legend. */ label: Option<String>, /** In pixels. */ linewidth: Option<f64>, /** One of o + * . x s d ^ v < > p. */ marker: Option<String>, /** In pixels. */ markersize: Option<f64>) -> [f] {
        lines::plot(cx, data, Look { color, label, linewidth, marker, markersize }, [None, None])
    }

    /// Lines with a logarithmic y axis; called as `plot`.
    ///
    /// >>> semilogy([1 10 100])
    ///
    /// See also: semilogx, loglog, plot
    fn semilogy(cx, /** y, or x and y, each group with its line specification. */ data: Rest, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** The line's name in the legend. */ label: Option<String>, /** In pixels. */ linewidth: Option<f64>, /** One of o + * . x s d ^ v < > p. */ marker: Option<String>, /** In pixels. */ markersize: Option<f64>) -> [f] {
        lines::plot(cx, data, Look { color, label, linewidth, marker, markersize }, [None, Some(Scale::Log)])
    }

    /// Lines with a logarithmic x axis; called as `plot`.
    ///
    /// >>> semilogx([1 10 100], [1 2 3])
    ///
    /// See also: semilogy, loglog, plot
    fn semilogx(cx, /** y, or x and y, each group with its line specification. */ data: Rest, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** The line's name in the legend. */ label: Option<String>, /** In pixels. */ linewidth: Option<f64>, /** One of o + * . x s d ^ v < > p. */ marker: Option<String>, /** In pixels. */ markersize: Option<f64>) -> [f] {
        lines::plot(cx, data, Look { color, label, linewidth, marker, markersize }, [Some(Scale::Log), None])
    }

    /// Lines with two logarithmic axes; called as `plot`.
    ///
    /// >>> loglog([1 10 100], [1 100 10000], "o-")
    ///
    /// See also: semilogx, semilogy, plot
    fn loglog(cx, /** y, or x and y, each group with its line specification. */ data: Rest, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** The line's name in the legend. */ label: Option<String>, /** In pixels. */ linewidth: Option<f64>, /** One of o + * . x s d ^ v < > p. */ marker: Option<String>, /** In pixels. */ markersize: Option<f64>) -> [f] {
        lines::plot(cx, data, Look { color, label, linewidth, marker, markersize }, [Some(Scale::Log), Some(Scale::Log)])
    }

    /// Points, `scatter(x, y)` or `scatter(X)` of the first two columns, coloured alike, by value or by class.
    ///
    /// `color` is a colour, or one number for each point: a few different whole numbers (or logicals) are classes,
    /// which get the palette's colours and a legend; other numbers go through the colour map, with a colour bar.
    ///
    /// >>> scatter([1 2 3], [3 1 2], color=[1 1 2])
    /// >>> scatter([1 2; 3 4; 5 6], color=[0.1 0.5 0.9])
    /// >>> scatter([1 2 3], [3 1 2], color=[1 2])
    /// error: color has 2 entries and there are 3 points
    ///
    /// See also: plot, colormap, legend
    fn scatter(cx, /** n numbers. */ x: Vector, /** n numbers. */ y: Vector, /** The area in square points, as MATLAB counts it: 36 is 8 pixels across. */ size: Option<Value>, /** A colour, or n numbers. */ color: Option<Value>, /** Accepted for MATLAB's sake: points are filled. */ style: Option<Filled>, /** One of o + * . x s d ^ v < > p. */ marker: Option<String>, /** The points' name in the legend, or one name for each class, separated by commas. */ label: Option<String>) -> [f] {
        points::scatter(cx, x.0, y.0, points::Style { size, color, marker, label })
    }
    or (cx, /** An n×2 matrix, or wider. */ X: Arc<Array>, color: Option<Value>, size: Option<Value>, style: Option<Filled>, marker: Option<String>, label: Option<String>) -> [f] {
        points::scatter_matrix(cx, &X, points::Style { size, color, marker, label })
    }

    /// Upright bars: one for each entry, or for a matrix a group for each row with a bar for each column.
    ///
    /// >>> bar([3 1 2])
    /// >>> bar([2020 2021], [3 1; 4 2]); legend("a", "b")
    /// >>> bar({"als", "biases"}, [0.86 0.87])
    ///
    /// See also: barh, hist, plot
    fn bar(cx, /** Where the bars stand; 1, 2, 3 and so on when left out. */ x: Vector, /** Heights; names of its rows become the categories. */ y: Arc<Array>, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** The name in the legend. */ label: Option<String>) -> [f] { bars::bar(cx, Some(x.0), &y, color, label, false) }
    or (cx, y: Arc<Array>, color: Option<Value>, label: Option<String>) -> [f] { bars::bar(cx, None, &y, color, label, false) }
    or (cx, /** What the bars are called. */ names: Arc<Cells>, y: Arc<Array>, color: Option<Value>, label: Option<String>) -> [f] { bars::named(cx, &names, &y, color, label, false) }

    /// How many numbers fall into each of several bins of one width: drawn, or with outputs the counts and the bins' centres.
    ///
    /// Centres of one's own may be given instead of a number of bins; then each number goes to the nearest.
    ///
    /// >>> [n, centers] = hist([1 2 2 3], 3)
    /// n = 1×3
    ///    1   2   1
    /// centers = 1×3
    ///    1.3333   2.0000   2.6667
    /// >>> hist(ratings([5 3 NaN; 4 NaN 1]), 1:5)
    ///
    /// See also: bar
    fn hist(cx, /** Numbers. */ x: Vector, /** How many bins, or their centres, ascending; 10 when left out. */ bins: Option<Vector>) -> [n, centers] { histogram::hist(cx, &x.0, bins) }
    or (cx, /** Ratings. */ R: Arc<Ratings>, bins: Option<Vector>) -> [n, centers] { histogram::hist(cx, R.values(), bins) }

    /// Lying bars; called as `bar`.
    ///
    /// >>> barh([3 1 2])
    ///
    /// See also: bar
    fn barh(cx, /** Where the bars stand; 1, 2, 3 and so on when left out. */ x: Vector, /** Lengths; names of its rows become the categories. */ y: Arc<Array>, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** The name in the legend. */ label: Option<String>) -> [f] { bars::bar(cx, Some(x.0), &y, color, label, true) }
    or (cx, y: Arc<Array>, color: Option<Value>, label: Option<String>) -> [f] { bars::bar(cx, None, &y, color, label, true) }
    or (cx, /** What the bars are called. */ names: Arc<Cells>, y: Arc<Array>, color: Option<Value>, label: Option<String>) -> [f] { bars::named(cx, &names, &y, color, label, true) }

    /// A matrix as coloured cells, first row on top, with a colour bar; holes (NaN, unobserved ratings) are gray.
    ///
    /// >>> imagesc([1 2; 3 4])
    /// >>> imagesc([-1 0; 0 1], [-1 1], colormap="diverging")
    ///
    /// See also: imshow, colormap, colorbar
    fn imagesc(cx, /** A matrix or ratings. */ A: Value, /** The values [low high] of the colour map's ends. */ limits: Option<Vector>, /** viridis, magma, cividis, gray or diverging. */ colormap: Option<String>) -> [f] { images::imagesc(cx, A, limits, colormap) }

    /// A picture without axes: a matrix in gray, 0 black and 255 white (or 1 when nothing is larger), or one in colour.
    ///
    /// >>> imshow([0 255; 128 64])
    ///
    /// See also: imagesc, imread, rgb
    fn imshow(cx, /** Brightness, one number for each pixel, or a colour picture. */ A: Value, /** The values [black white]; [] takes the smallest and the largest. */ limits: Option<Vector>) -> [f] { images::imshow(cx, A, limits) }

    /// Where a matrix has entries: rows downwards, their number below.
    ///
    /// Up to 20,000 entries each get a mark; of more, darker areas have more entries. Ratings show what is observed.
    ///
    /// >>> spy(sparse([1 2 3], [1 2 1], 1))
    /// >>> spy([1 0; 1 1], "r.", 8)
    ///
    /// See also: sparse, nnz, imagesc
    fn spy(cx, /** A matrix, sparse or full, or ratings. */ S: Value, /** A line specification such as "r.", and the marks' size in pixels. */ look: Rest) -> [f] { spy::spy(cx, S, look) }

    /// How much of the variance each component has, and all before it together.
    ///
    /// Of a matrix, its squared singular values are drawn. With `k` it is also printed how much of the energy the first k
    /// hold, the relative error of the approximation of rank k and, of a matrix, the numbers that it takes.
    ///
    /// >>> scree([4 2 1 1], line=0.8)
    /// >>> scree([2 0; 0 1], k=1)
    /// rank 1: 80 % of the energy, relative error 0.447214, 5 numbers for 4 (0.8 to 1)
    ///
    /// Reference: R. Cattell, The scree test for the number of factors, Multivariate Behavioral Research 1, 1966.
    ///
    /// See also: pca, svd
    fn scree(
        cx,
        /** A pca or svd, the variances or their shares, or a matrix. */ m: Value,
        /** Marks the number of components that reach this share, such as 0.95. */ line: Option<f64>,
        /** The rank to tell about. */ k: Option<usize>,
    ) -> [f] { lines::scree(cx, &m, line, k) }

    /// A horizontal line across the axes, or several.
    ///
    /// >>> plot([1 3 2]), yline(2.5, "--", label="limit")
    ///
    /// See also: xline, hline
    fn yline(cx, /** Where. */ y: Vector, /** A line specification such as "r--". */ style: Option<String>, /** Words beside it. */ label: Option<String>, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>) -> [] { lines::rules(cx, y.0, style, label, color, false) }

    /// A vertical line across the axes, or several.
    ///
    /// >>> plot([1 3 2]), xline(2, label="peak")
    ///
    /// See also: yline, vline
    fn xline(cx, /** Where. */ x: Vector, /** A line specification such as "r--". */ style: Option<String>, /** Words beside it. */ label: Option<String>, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>) -> [] { lines::rules(cx, x.0, style, label, color, true) }

    /// A horizontal line across the axes: another name of `yline`.
    ///
    /// >>> plot([1 3 2]), hline(2)
    ///
    /// See also: yline, vline
    fn hline(cx, /** Where. */ y: Vector, /** A line specification such as "r--". */ style: Option<String>, /** Words beside it. */ label: Option<String>, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>) -> [] { lines::rules(cx, y.0, style, label, color, false) }

    /// A vertical line across the axes: another name of `xline`.
    ///
    /// >>> plot([1 3 2]), vline(2)
    ///
    /// See also: xline, hline
    fn vline(cx, /** Where. */ x: Vector, /** A line specification such as "r--". */ style: Option<String>, /** Words beside it. */ label: Option<String>, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>) -> [] { lines::rules(cx, x.0, style, label, color, true) }

    /// Words at points of the axes.
    ///
    /// >>> scatter([1 2], [3 4]); text([1 2], [3 4], "first", "second")
    ///
    /// See also: title, legend
    fn text(cx, /** n numbers. */ x: Vector, /** n numbers. */ y: Vector, /** n strings. */ words: Rest) -> [] { points::text(cx, x.0, y.0, words) }

    /// A new figure: the next plot goes into it.
    ///
    /// An `interactive` figure can be zoomed and pointed at in a notebook, and its series be switched off in the
    /// legend, as long as it consists of lines, points, bars and cells, at most 5,000 in all.
    ///
    /// >>> figure(width=800, height=300); plot([1 2 3])
    ///
    /// See also: plot, subplot, close
    fn figure(cx, /** Accepted for MATLAB's sake: each call makes a new figure. */ number: Option<usize>, /** In pixels of 1/96 inch. */ width: Option<Count>, /** In pixels of 1/96 inch. */ height: Option<Count>, /** The background. */ theme: ThemeName = "light", /** Whether a notebook should let the reader zoom and point at it. */ interactive: bool = false) -> [f] { axes::figure(cx, width, height, theme, interactive) }

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

    /// The colours of images and of points coloured by value: viridis, magma, cividis, gray or diverging.
    ///
    /// >>> imagesc([1 2; 3 4]); colormap("magma")
    ///
    /// See also: imagesc, clim
    fn colormap(cx, /** The map's name. */ name: String) -> [] { axes::colormap(cx, &name) }

    /// Whether a colour bar stands beside what the colour map colours.
    ///
    /// >>> imagesc([1 2; 3 4]); colorbar("on", label="rating")
    ///
    /// See also: colormap, clim
    fn colorbar(cx, /** on or off. */ mode: Switch = "on", /** Words beside it. */ label: Option<String>) -> [] { axes::colorbar(cx, mode, label) }

    /// Forgets the current figure, or with `all` every figure that is not shown yet.
    ///
    /// >>> plot([1 2 3]); close
    ///
    /// See also: figure
    fn close(cx, /** all. */ which: Option<Every>) -> [] { axes::close(cx, which) }

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
