//! A sparse matrix as text: how many entries there are, and the places and entries themselves, from head and tail.

use super::display::{Style, complex_texts};
use super::grid::{Grid, visible};
use super::number_format::NumberFormat;
use super::sparse_array::{SparseArray, each};
use matfac::linalg::sparse::{Entry, Sparse};
use matfac::plot::Pattern;

/// `3×4 sparse, 2 entries (17 %)`.
pub(super) fn caption(array: &SparseArray) -> String {
    let (m, n) = array.shape();
    let kind = match array {
        SparseArray::Real(_) => "",
        SparseArray::Complex(_) => " complex",
        SparseArray::Bool(_) => " logical",
    };
    let nnz = array.nnz();
    let entries = if nnz == 1 { "entry" } else { "entries" };
    let share = match nnz {
        0 => String::new(),
        _ => format!(" ({} %)", share(nnz as f64 / (m as f64 * n as f64))),
    };
    format!("{m}×{n} sparse{kind}, {nnz} {entries}{share}")
}

/// A part of 1 as percent, to two digits.
fn share(part: f64) -> String {
    let percent = 100.0 * part;
    match percent {
        p if p >= 9.95 => format!("{p:.0}"),
        p if p >= 0.0095 => {
            let decimals = (1.0 - p.log10().floor()).max(0.0) as usize;
            let text = format!("{p:.decimals$}");
            text.trim_end_matches('0').trim_end_matches('.').to_string()
        }
        p => format!("{p:.1e}"),
    }
}

/// The places and entries, in aligned columns.
pub(super) fn grid(array: &SparseArray, style: &Style) -> Grid {
    let (shown, row_gap) = visible(array.nnz(), style.max_rows);
    let (texts, width): (Vec<String>, usize) = match array {
        SparseArray::Real(s) => {
            let list: Vec<f64> = shown.iter().map(|&k| s.entries()[k]).collect();
            let format = NumberFormat::for_all(list.iter().copied(), style.precision);
            (list.iter().map(|&x| format.text(x)).collect(), format.width())
        }
        SparseArray::Complex(s) => {
            let list: Vec<_> = shown.iter().map(|&k| s.entries()[k]).collect();
            (complex_texts(&list, style, true), 0)
        }
        SparseArray::Bool(_) => (shown.iter().map(|_| "1".into()).collect(), 0),
    };
    let places = each!(array, |s| places(s, &shown));
    // Aligned on the right, each number of a place in its own width.
    let digits = |pick: fn(&(usize, usize)) -> usize| {
        places.iter().map(|p| pick(p).to_string().len()).max().unwrap_or(1)
    };
    let (rows, cols) = (digits(|p| p.0), digits(|p| p.1));
    Grid {
        names: places.iter().map(|(i, j)| format!("  ({i:>rows$}, {j:>cols$})")).collect(),
        cells: texts.into_iter().map(|text| vec![text]).collect(),
        row_gap,
        width,
        ..Grid::default()
    }
}

/// Entries up to which a matrix is shown with its pattern: counting more would delay the display.
const PICTURED: usize = 1_000_000;
/// Areas along a side of the picture.
const AREAS: usize = 40;

/// Where the entries stand, as a small drawing beside the list.
pub(super) fn picture(array: &SparseArray) -> String {
    let (m, n) = array.shape();
    if m < 2 || n < 2 || array.nnz() > PICTURED {
        return String::new();
    }
    let shades = each!(array, |s| Pattern::shades(s.pattern(), AREAS));
    let (rows, cols) = (shades.rows(), shades.cols());
    // The longer side has 120 pixels, the other not less than a tenth of them.
    let side = |own: usize, other: usize| 120.0 * (own as f64 / own.max(other) as f64).max(0.1);
    let (width, height) = (side(n, m).round(), side(m, n).round());
    let mut svg = format!(
        "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {cols} {rows}\" \
         preserveAspectRatio=\"none\" style=\"border:1px solid #8888;margin:4px\">"
    );
    // Areas of about the same density are one path.
    for (least, most, opacity) in [(0.0, 0.5, 0.4), (0.5, 0.75, 0.7), (0.75, 1.1, 1.0)] {
        let mut path = String::new();
        for j in 0..cols {
            for i in (0..rows).filter(|&i| shades[(i, j)] > least && shades[(i, j)] <= most) {
                path += &format!("M{j} {i}h1v1h-1z");
            }
        }
        if !path.is_empty() {
            svg +=
                &format!("<path d=\"{path}\" fill=\"currentColor\" fill-opacity=\"{opacity}\"/>");
        }
    }
    svg + "</svg>"
}

/// Row and column, from 1, of the entries at some positions, ascending, of storage.
fn places<T: Entry>(s: &Sparse<T>, shown: &[usize]) -> Vec<(usize, usize)> {
    let starts = s.starts();
    let column = |k: usize| starts.partition_point(|&start| start as usize <= k);
    shown.iter().map(|&k| (s.places()[k] as usize + 1, column(k))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_shows_the_pattern() {
        let diagonal = |n: usize| picture(&Sparse::<f64>::identity(n).unwrap().into());
        assert!(diagonal(3).contains("M0 0h1v1h-1zM1 1h1v1h-1zM2 2h1v1h-1z"));
        assert_eq!(diagonal(4000).matches('M').count(), AREAS);
        assert!(diagonal(1).is_empty() && diagonal(PICTURED + 1).is_empty());
    }

    #[test]
    fn shares_have_two_digits() {
        let of = |p| share(p);
        assert_eq!([of(1.0), of(1.0 / 3.0), of(0.025)], ["100", "33", "2.5"]);
        assert_eq!([of(0.0001), of(1e-4 * 1.25), of(1e-9)], ["0.01", "0.013", "1.0e-7"]);
    }
}
