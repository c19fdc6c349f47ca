//! Where a sparse matrix has entries: a mark for each while they are few, else the density of small areas.
//!
//! Millions of marks would paint the same pixels many times over. Entries are counted once into at most [`BINS`] areas
//! along each side, about as many as a figure has pixels: O(nnz), and the figure holds the counts alone.

use super::colour::Colour;
use super::figure::{Axes, Figure};
use super::marks::{Line, LineStyle, Mark, Marker};
use crate::Matrix;
use faer::sparse::SymbolicSparseColMatRef;

/// Areas along a side at most.
const BINS: usize = 360;
/// More entries than this are drawn as densities.
const CROWD: usize = 20_000;
/// What the frame of a figure of usual size measures, in CSS pixels.
const FRAME: f64 = 300.0;
/// Matrices longer than this many times their other side are stretched to be seen at all.
const LONG: f64 = 10.0;

/// How entries are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SpyStyle {
    /// Their colour; the palette's first when absent.
    pub colour: Option<Colour>,
    /// Their shape; squares when absent.
    pub marker: Option<Marker>,
    /// Their diameter in CSS pixels; so large that neighbours nearly touch when absent.
    pub size: Option<f64>,
}

/// How densely areas of an m×n matrix are filled, in one colour.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// Rows and columns of the matrix.
    pub sides: (usize, usize),
    /// From 0 (no entry) to 1, for areas of equal size; 0×0 for the outline of the matrix alone.
    pub shades: Matrix,
    /// The colour of shade 1.
    pub colour: Colour,
}

impl Pattern {
    /// The densities of a matrix with these places.
    pub fn of(places: SymbolicSparseColMatRef<'_, u32>, colour: Colour) -> Pattern {
        let sides = (places.nrows(), places.ncols());
        Pattern { sides, shades: Pattern::shades(places, BINS), colour }
    }

    /// How dense each of at most `most` × `most` areas is, from 0 (no entry) to 1.
    pub fn shades(places: SymbolicSparseColMatRef<'_, u32>, most: usize) -> Matrix {
        let (m, n) = (places.nrows(), places.ncols());
        let (p, q) = (m.min(most), n.min(most));
        let mut counts = Matrix::zeros(p, q);
        for j in 0..n {
            let column = counts.col_mut(j * q / n);
            for &i in places.row_idx_of_col_raw(j) {
                column[i as usize * p / m] += 1.0;
            }
        }
        let fullest = counts.as_slice().iter().fold(0.0, |most: f64, &count| most.max(count));
        // A lone entry is seen as well, and among dense areas the less dense ones.
        let shade =
            |count: f64| if count == 0.0 { 0.0 } else { 0.3 + 0.7 * (count / fullest).sqrt() };
        counts.map(shade)
    }
}

/// The picture of where a matrix has entries: rows downwards, both axes in one unit, their number below.
///
/// ```
/// use matfac::linalg::sparse::Sparse;
/// use matfac::plot::{SpyStyle, spy};
/// let s = Sparse::<f64>::identity(5)?;
/// assert_eq!(spy(s.pattern(), SpyStyle::default()).x_label, "nnz = 5");
/// # Ok::<(), matfac::Error>(())
/// ```
pub fn spy(places: SymbolicSparseColMatRef<'_, u32>, style: SpyStyle) -> Axes {
    let (m, n) = (places.nrows(), places.ncols());
    let nnz = places.compute_nnz();
    let colour = style.colour.unwrap_or(Colour::of_series(0));
    let mut marks = Vec::new();
    if nnz > CROWD {
        marks.push(Mark::Pattern(Pattern::of(places, colour)));
    } else {
        marks.push(Mark::Pattern(Pattern { sides: (m, n), shades: Matrix::zeros(0, 0), colour }));
        let entries =
            || (0..n).flat_map(|j| places.row_idx_of_col_raw(j).iter().map(move |i| (i, j)));
        let cell = FRAME / m.max(n).max(1) as f64;
        marks.push(Mark::Line(Line {
            x: entries().map(|(_, j)| (j + 1) as f64).collect(),
            y: entries().map(|(&i, _)| f64::from(i) + 1.0).collect(),
            style: LineStyle::None,
            colour: Some(colour),
            marker: Some(style.marker.unwrap_or(Marker::Square)),
            marker_size: style.size.unwrap_or((0.8 * cell).clamp(1.2, 9.0)),
            ..Line::default()
        }));
    }
    let end = |side: usize| (0.5, side.max(1) as f64 + 0.5);
    let is_long = m.max(n) as f64 > LONG * m.min(n) as f64;
    Axes {
        x_label: format!("nnz = {nnz}"),
        marks,
        x_limits: Some(end(n)),
        y_limits: Some(end(m)),
        y_reversed: true,
        equal_aspect: !is_long,
        grid: false,
        ..Axes::default()
    }
}

impl Figure {
    /// The picture of [`spy`].
    pub fn spy(places: SymbolicSparseColMatRef<'_, u32>) -> Figure {
        Figure::of(spy(places, SpyStyle::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::sparse::Sparse;

    #[test]
    fn few_entries_are_marks_and_many_are_shades() {
        let few = spy(Sparse::<f64>::identity(10).unwrap().pattern(), SpyStyle::default());
        assert!(
            matches!(&few.marks[1], Mark::Line(line) if line.x.len() == 10 && line.y[9] == 10.0)
        );
        let many = spy(Sparse::<f64>::identity(1_000_000).unwrap().pattern(), SpyStyle::default());
        let Mark::Pattern(pattern) = &many.marks[0] else { panic!("shades") };
        assert_eq!((pattern.shades.rows(), pattern.shades.cols()), (BINS, BINS));
        // The diagonal and nothing else.
        for j in 0..BINS {
            assert!(pattern.shades[(j, j)] > 0.9 && pattern.shades[(j, (j + 2) % BINS)] == 0.0);
        }
        assert!(Figure::of(many).to_png(1.0).unwrap().len() < 200_000);
    }

    #[test]
    fn all_shapes_are_drawn() {
        for (m, n) in [(0, 0), (0, 3), (1, 1), (3, 0), (1, 100_000), (100_000, 2)] {
            let figure = Figure::spy(Sparse::<bool>::zeros(m, n).unwrap().pattern());
            assert!(figure.to_svg().unwrap().contains("nnz = 0"), "{m}×{n}");
        }
    }
}
