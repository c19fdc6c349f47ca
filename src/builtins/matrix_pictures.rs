//! Pictures of matrices: as coloured cells, as contours, as surfaces.

use super::argument::{Rest, Vector};
use super::entry::builtins;
use super::figures::{heights, images, spy};
use crate::value::Array;
use std::sync::Arc;

builtins! { "figures";
    /// A matrix as coloured cells, first row on top, with a colour bar; holes (NaN, unobserved ratings) are gray.
    ///
    /// Numbers that go both ways from zero get a diverging colour map. `imagesc(x, y, A)` says where the cells are.
    ///
    /// >>> imagesc([1 2; 3 4])
    /// >>> imagesc([-1 0; 0 1], [-1 1], colormap="diverging")
    /// >>> imagesc([0 10], [0 5], [1 2; 3 4])
    ///
    /// See also: imshow, colormap, colorbar
    fn imagesc(cx, /** A matrix or ratings. */ A: Value, /** The values [low high] of the colour map's ends. */ limits: Option<Vector>, /** viridis, magma, cividis, gray or diverging. */ colormap: Option<String>) -> [f] { images::imagesc(cx, None, A, limits, colormap) }
    or (cx, /** The places of the first and the last column. */ x: Vector, /** The places of the first and the last row. */ y: Vector, A: Value, limits: Option<Vector>, colormap: Option<String>) -> [f] { images::imagesc(cx, Some((x, y)), A, limits, colormap) }

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

    /// A matrix as coloured cells with their numbers, rows and columns called by their names.
    ///
    /// The numbers are written into up to 400 cells, where they have room.
    ///
    /// >>> heatmap([1 0.5; 0.5 1])
    /// >>> heatmap({"x", "y"}, {"a", "b"}, [1 2; 3 4], colormap="magma", digits=1)
    /// >>> heatmap({"x"}, {"a", "b"}, [1 2; 3 4])
    /// error: 1 names for 2 columns
    ///
    /// See also: imagesc, corr
    fn heatmap(cx, /** Numbers; names of its rows and columns stand beside it. */ A: Arc<Array>, /** The values [low high] of the colour map's ends. */ limits: Option<Vector>, /** viridis, magma, cividis, gray or diverging. */ colormap: Option<String>, /** Whether numbers stand in the cells. */ labels: Option<bool>, /** Digits after the point. */ digits: Option<usize>) -> [f] { images::heatmap(cx, None, &A, images::HeatStyle { limits, colormap, labels, digits }) }
    or (cx, /** What the columns are called: strings or numbers. */ columns: Value, /** What the rows are called. */ rows: Value, A: Arc<Array>, limits: Option<Vector>, colormap: Option<String>, labels: Option<bool>, digits: Option<usize>) -> [f] { images::heatmap(cx, Some((columns, rows)), &A, images::HeatStyle { limits, colormap, labels, digits }) }

    /// Lines of equal height: `contour(z)`, `contour(x, y, z)`, each with levels or their number.
    ///
    /// x has an entry for each column of z and y one for each row, or both are what `meshgrid` makes. `[h h]` is the one
    /// line of height h.
    ///
    /// >>> [x, y] = meshgrid(-2:0.2:2); contour(x, y, x .* exp(-x.^2 - y.^2))
    /// >>> contour(magic(4), [5 10], "k--")
    /// >>> contour([1 2 3])
    /// error: contour needs at least 2×2 heights, and this is 1×3
    ///
    /// See also: contourf, surf, meshgrid
    fn contour(cx, /** z, or x, y and z; then levels or their number, and a line specification. */ data: Rest, /** Whether heights are written on the lines. */ labels: Option<bool>, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** In pixels. */ linewidth: Option<f64>, /** viridis, magma, cividis, gray or diverging. */ colormap: Option<String>) -> [f] { heights::contour(cx, data, heights::Style { filled: false, labels, color, linewidth, colormap }) }

    /// Areas between lines of equal height, with a colour bar; called as `contour`.
    ///
    /// >>> contourf(magic(4), 5)
    ///
    /// See also: contour, imagesc
    fn contourf(cx, /** z, or x, y and z; then levels or their number, and a line specification. */ data: Rest, /** Whether heights are written on the lines. */ labels: Option<bool>, /** A colour's name, "#rrggbb" or [r g b]. */ color: Option<Value>, /** In pixels. */ linewidth: Option<f64>, /** viridis, magma, cividis, gray or diverging. */ colormap: Option<String>) -> [f] { heights::contour(cx, data, heights::Style { filled: true, labels, color, linewidth, colormap }) }

    /// A surface: `surf(z)`, `surf(x, y, z)`, each with numbers for the colours instead of the heights.
    ///
    /// x has an entry for each column of z and y one for each row, or both are matrices of z's size, as `meshgrid` makes.
    ///
    /// >>> [x, y] = meshgrid(-2:0.2:2); surf(x, y, x .* exp(-x.^2 - y.^2)); zlabel("height")
    /// >>> surf(magic(4), view=[60 20], colormap="magma")
    ///
    /// See also: mesh, view, contour, meshgrid
    fn surf(cx, /** z, or x, y and z; then colours. */ data: Rest, /** Azimuth and elevation in degrees. */ view: Option<Vector>, /** viridis, magma, cividis, gray or diverging. */ colormap: Option<String>) -> [f] { heights::surface(cx, data, false, view, colormap) }

    /// A surface as a net; called as `surf`.
    ///
    /// >>> mesh(magic(4))
    ///
    /// See also: surf
    fn mesh(cx, /** z, or x, y and z; then colours. */ data: Rest, /** Azimuth and elevation in degrees. */ view: Option<Vector>, /** viridis, magma, cividis, gray or diverging. */ colormap: Option<String>) -> [f] { heights::surface(cx, data, true, view, colormap) }
}
