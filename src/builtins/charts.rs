//! What can be plotted: lines, points, bars, areas and the charts of statistics.
//!
//! What is said about a plot (titles, limits, legends) is in [`super::figures`], pictures of matrices in
//! [`super::matrix_pictures`].

use super::argument::{Rest, Vector, options};
use super::entry::builtins;
use super::figures::arguments::Look;
use super::figures::{areas, bars, boxes, error_bars, histogram, lines, pairs, points, stems};
use crate::value::Array;
use matfac::data::Ratings;
use matfac::plot::Scale;
use std::sync::Arc;

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
    /// which get the palette's colours and a legend; other numbers go through the colour map, with a colour bar. A cell of
    /// strings names the class of each point.
    ///
    /// >>> scatter([1 2 3], [3 1 2], color=[1 1 2])
    /// >>> scatter([1 2; 3 4; 5 6], color=[0.1 0.5 0.9])
    /// >>> scatter([1 2 3], [3 1 2], color={"cat", "dog", "cat"})
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

    /// Lines that join the current axes, whether they are held or not: `line(x, y)`.
    ///
    /// >>> plot([1 4 9]); line([1 3], [1 9], color="red", linewidth=2)
    ///
    /// See also: plot, hold
    fn line(cx, /** x and y, or y. */ data: Rest, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** The line's name in the legend. */ label: Option<String>, /** In pixels. */ linewidth: Option<f64>, /** One of o + * . x s d ^ v < > p. */ marker: Option<String>, /** In pixels. */ markersize: Option<f64>) -> [f] { lines::line(cx, data, Look { color, label, linewidth, marker, markersize }) }

    /// Values as lines that jump: `stairs(y)`, `stairs(x, y)`, with a line specification. With two outputs, the corners.
    ///
    /// >>> [x, y] = stairs([1 3 2])
    /// x = 5×1
    ///    1
    ///    2
    ///    2
    ///    3
    ///    3
    /// y = 5×1
    ///    1
    ///    1
    ///    3
    ///    3
    ///    2
    /// >>> stairs([1 3 2], "r--")
    ///
    /// See also: plot, bar
    fn stairs(cx, /** y, or x and y, and a line specification. */ data: Rest, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** The line's name in the legend. */ label: Option<String>, /** In pixels. */ linewidth: Option<f64>, /** One of o + * . x s d ^ v < > p. */ marker: Option<String>, /** In pixels. */ markersize: Option<f64>) -> [x, y] { stems::stairs(cx, data, Look { color, label, linewidth, marker, markersize }) }

    /// Values as markers on stalks: `stem(y)`, `stem(x, y)`, with a line specification.
    ///
    /// >>> stem([1 3 2], "filled")
    /// >>> stem(0:9, 0.8 .^ (0:9), "r", label="response")
    ///
    /// See also: plot, stairs
    fn stem(cx, /** y, or x and y, and a line specification. */ data: Rest, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** The line's name in the legend. */ label: Option<String>, /** In pixels. */ linewidth: Option<f64>, /** One of o + * . x s d ^ v < > p. */ marker: Option<String>, /** In pixels. */ markersize: Option<f64>, /** Where the stalks begin. */ basevalue: f64 = 0) -> [f] { stems::stem(cx, data, Look { color, label, linewidth, marker, markersize }, basevalue) }

    /// Lines with error bars: `errorbar(y, e)`, `errorbar(x, y, e)`, `errorbar(x, y, below, above)`.
    ///
    /// With `horizontal` (or a specification that starts with `>`) the bars lie along the x axis, with `both` (or `~>`)
    /// they go both ways: `errorbar(x, y, left, right, below, above)`.
    ///
    /// >>> errorbar(1:3, [3 2 4], [0.5 0.2 0.4], "o-")
    /// >>> errorbar(1:3, [3 2], [1 1])
    /// error: x has 3 entries and y has 2
    ///
    /// See also: plot, boxplot
    fn errorbar(cx, /** The numbers, then a line specification and a direction. */ data: Rest, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** The line's name in the legend. */ label: Option<String>, /** In pixels. */ linewidth: Option<f64>, /** One of o + * . x s d ^ v < > p. */ marker: Option<String>, /** In pixels. */ markersize: Option<f64>) -> [f] { error_bars::errorbar(cx, data, Look { color, label, linewidth, marker, markersize }) }

    /// Areas below lines, each column of a matrix on those before: `area(y)`, `area(x, y)`, `area(x, y, level)`.
    ///
    /// >>> area([1 2; 3 1; 2 2]); legend("a", "b")
    ///
    /// See also: plot, bar, fill
    fn area(cx, /** y, or x and y, then the level they stand on. */ data: Rest, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** The line's name in the legend. */ label: Option<String>, /** In pixels. */ linewidth: Option<f64>, /** One of o + * . x s d ^ v < > p. */ marker: Option<String>, /** In pixels. */ markersize: Option<f64>, /** Where the first area begins. */ basevalue: f64 = 0, /** How much areas cover, 0 to 1. */ facealpha: Option<f64>) -> [f] { areas::area(cx, data, Look { color, label, linewidth, marker, markersize }, basevalue, facealpha) }

    /// Filled polygons: `fill(x, y, c)`, several groups, a polygon for each column of matrices.
    ///
    /// The colour is a name, `[r g b]`, or a number for each polygon that goes through the colour map.
    ///
    /// >>> fill([0 1 1 0], [0 0 1 1], "skyblue", edgecolor="k")
    /// >>> fill([0 1 2])
    /// error: fill needs x, y and a colour for each polygon
    ///
    /// See also: area, plot
    fn fill(cx, /** x, y and a colour, for each group. */ data: Rest, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** How much polygons cover, 0 to 1. */ facealpha: Option<f64>, /** The colour of their outlines, or none. */ edgecolor: Option<Value>, /** The name in the legend. */ label: Option<String>) -> [f] { areas::fill(cx, data, color, facealpha, edgecolor, label) }

    /// Upright bars: one for each entry, or for a matrix a group for each row with a bar for each column.
    ///
    /// After the numbers may come a width (0.8 of the place is filled), `stacked` or `grouped`, `hist` (bars touch), and a
    /// colour. What they are called comes first, in a cell, or is the names of the rows.
    ///
    /// >>> bar([3 1 2])
    /// >>> bar([2020 2021], [3 1; 4 2], "stacked"); legend("a", "b")
    /// >>> bar({"als", "biases"}, [0.86 0.87], 0.5, "r")
    ///
    /// See also: barh, hist, plot, pareto
    fn bar(cx, /** y, or x and y, or names and y; then a width and words. */ data: Rest, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** The name in the legend. */ label: Option<String>, /** The share of their place that bars fill. */ width: Option<f64>, /** Where bars begin. */ basevalue: f64 = 0, /** MATLAB's name of color. */ facecolor: Option<Value>) -> [f] { bars::bar(cx, data, bars::Style { color: color.or(facecolor), label, width, base: basevalue, horizontal: false }) }

    /// Lying bars; called as `bar`.
    ///
    /// >>> barh([3 1 2])
    /// >>> barh({"first", "second"}, [3 1; 2 2], "stacked")
    ///
    /// See also: bar
    fn barh(cx, /** y, or x and y, or names and y; then a width and words. */ data: Rest, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** The name in the legend. */ label: Option<String>, /** The share of their place that bars fill. */ width: Option<f64>, /** Where bars begin. */ basevalue: f64 = 0, /** MATLAB's name of color. */ facecolor: Option<Value>) -> [f] { bars::bar(cx, data, bars::Style { color: color.or(facecolor), label, width, base: basevalue, horizontal: true }) }

    /// How many numbers fall into each of several bins of one width: drawn, or with outputs the counts and the bins' centres.
    ///
    /// Centres of one's own may be given instead of a number of bins; then each number goes to the nearest. Each column of
    /// a matrix is counted by itself. `hist(x, bins, sum)` scales the counts to a sum, as Octave has it.
    ///
    /// >>> [n, centers] = hist([1 2 2 3], 3)
    /// n = 1×3
    ///    1   2   1
    /// centers = 1×3
    ///    1.3333   2.0000   2.6667
    /// >>> n = hist([1 2 2 3], 3, normalization="probability")
    /// n = 1×3
    ///    0.2500   0.5000   0.2500
    /// >>> hist(ratings([5 3 NaN; 4 NaN 1]), 1:5)
    ///
    /// See also: bar, boxplot
    fn hist(cx, /** Ratings. */ R: Arc<Ratings>, /** How many bins, or their centres, ascending; 10 when left out. */ bins: Option<Vector>, /** What the counts are scaled to. */ sum: Option<f64>, /** What the bars say. */ normalization: histogram::Norm = "count", /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** The name in the legend. */ label: Option<String>) -> [n, centers] { histogram::of_list(cx, R.values(), histogram::Style { bins, sum, normalization, color, label }) }
    or (cx, /** Numbers. */ x: Arc<Array>, bins: Option<Vector>, sum: Option<f64>, normalization: histogram::Norm = "count", color: Option<Value>, label: Option<String>) -> [n, centers] { histogram::hist(cx, &x, histogram::Style { bins, sum, normalization, color, label }) }

    /// The middle half of each group of numbers as a box with its median, whiskers, and what is far away as points.
    ///
    /// A group is a column of a matrix, a cell, or what `group` says of each entry of a vector. Whiskers reach to the
    /// farthest number within 1.5 lengths of the box. Notches that do not overlap tell of different medians.
    ///
    /// >>> boxplot([1 2 3 4 9; 2 3 4 5 6]', labels={"a", "b"})
    /// >>> boxplot([1 2 3 4 5 6], [1 1 1 2 2 2], orientation="horizontal")
    /// >>> boxplot([1 2 3], [1 2])
    /// error: x has 3 entries and the list of groups has 2
    ///
    /// Reference: J. Tukey, Exploratory Data Analysis, 1977.
    ///
    /// See also: hist, errorbar
    fn boxplot(cx, /** A matrix, a vector, or a cell of vectors. */ X: Value, /** Of each entry of a vector, its group: numbers or strings. */ group: Option<Value>, /** What the boxes are called. */ labels: Option<Value>, /** Whether boxes have notches. */ notch: bool = false, /** Which way boxes stand. */ orientation: boxes::Orientation = "vertical", /** The whiskers' reach in lengths of the box. */ whisker: f64 = 1.5, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>) -> [f] { boxes::boxplot(cx, &X, group, boxes::Style { labels, notch, orientation, whisker, color }) }

    /// Bars from the highest to the lowest, with their running total, in percent at the right.
    ///
    /// Of more than 20 bars those are drawn that make up 95 %.
    ///
    /// >>> pareto([2 7 1], {"heat", "wear", "rust"})
    ///
    /// See also: bar, scree
    fn pareto(cx, /** Heights; names of its rows name the bars. */ y: Arc<Array>, /** What the bars are called: strings or numbers. */ names: Option<Value>, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>) -> [f] { boxes::pareto(cx, &y, names, color) }

    /// Every column of a matrix against every other, with histograms on the diagonal.
    ///
    /// >>> pairs([1 2; 2 4; 3 5; 4 9], color=[1 1 2 2], names={"length", "width"})
    ///
    /// See also: scatter, hist, corr
    fn pairs(cx, /** At most 12 columns, whose names become the axes' labels. */ X: Arc<Array>, /** Of each row its class: whole numbers or strings. */ color: Option<Value>, /** What the columns are called. */ names: Option<Value>) -> [f] { pairs::pairs(cx, &X, color, names) }

    /// Every column of a matrix against every other: MATLAB's name of `pairs`.
    ///
    /// >>> plotmatrix([1 2; 2 4; 3 5; 4 9])
    ///
    /// See also: pairs
    fn plotmatrix(cx, /** At most 12 columns. */ X: Arc<Array>, /** Of each row its class: whole numbers or strings. */ color: Option<Value>, /** What the columns are called. */ names: Option<Value>) -> [f] { pairs::pairs(cx, &X, color, names) }

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
}
