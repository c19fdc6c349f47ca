//! A small table of texts: a few rows and columns of something that may be large.

use crate::data::Labels;
use crate::linalg::{Dense, c64};

/// Rows shown of a larger table.
const ROWS: usize = 10;
/// Columns shown of a larger table.
const COLUMNS: usize = 10;

/// What a matrix may hold, as a notebook shows it.
pub trait Entry: Copy {
    /// What a matrix of such entries is called beyond `matrix`.
    const KIND: &'static str;

    /// The entry in a few characters.
    fn text(self) -> String;
}

impl Entry for f64 {
    const KIND: &'static str = "";
    fn text(self) -> String {
        number(self)
    }
}

impl Entry for bool {
    const KIND: &'static str = "logical ";
    fn text(self) -> String {
        (if self { "1" } else { "0" }).into()
    }
}

impl Entry for c64 {
    const KIND: &'static str = "complex ";
    fn text(self) -> String {
        let sign = if self.im.is_sign_negative() { '-' } else { '+' };
        format!("{}{sign}{}i", number(self.re), number(self.im.abs()))
    }
}

/// A number in a few characters: five significant digits unless it is whole.
pub(super) fn number(x: f64) -> String {
    match x.abs() {
        _ if x.is_nan() => "NaN".into(),
        a if a.is_infinite() => (if x > 0.0 { "Inf" } else { "-Inf" }).into(),
        a if x == x.trunc() && a < 1e9 => format!("{x:.0}"),
        a if (1e-3..1e5).contains(&a) => format!("{x:.4}"),
        _ => format!("{x:.4e}"),
    }
}

/// Texts in rows and columns, cut where there are too many.
pub(super) struct Grid {
    /// Names of the columns; the first is of the column of row names.
    header: Vec<String>,
    /// The name of a row, and its cells.
    rows: Vec<Vec<String>>,
}

/// At most `most` of `n` positions; `None` stands for those left out.
fn chosen(n: usize, most: usize) -> Vec<Option<usize>> {
    if n <= most {
        return (0..n).map(Some).collect();
    }
    let head = most - most / 2;
    let tail = n - most / 2..n;
    (0..head).map(Some).chain([None]).chain(tail.map(Some)).collect()
}

/// A name on one line.
fn plain(name: &str) -> String {
    name.replace(['\n', '\r'], " ")
}

impl Grid {
    /// A table of which only what is shown is asked for. Rows without names are counted from 1.
    pub fn new(
        (rows, cols): (usize, usize),
        row_name: impl Fn(usize) -> String,
        col_name: impl Fn(usize) -> String,
        cell: impl Fn(usize, usize) -> String,
    ) -> Grid {
        const DOTS: &str = "…";
        let columns = chosen(cols, COLUMNS);
        let or_dots = |j: &Option<usize>, f: &dyn Fn(usize) -> String| {
            j.map_or_else(|| DOTS.to_string(), |j| plain(&f(j)))
        };
        let header = columns.iter().map(|j| or_dots(j, &col_name));
        let line = |i: &Option<usize>| match *i {
            None => vec![DOTS.to_string(); columns.len() + 1],
            Some(i) => {
                let cells = columns.iter().map(|j| or_dots(j, &|j| cell(i, j)));
                std::iter::once(plain(&row_name(i))).chain(cells).collect()
            }
        };
        Grid {
            header: std::iter::once(String::new()).chain(header).collect(),
            rows: chosen(rows, ROWS).iter().map(line).collect(),
        }
    }

    /// A matrix, with names of its rows and columns where it has any.
    pub fn matrix<T: Entry>(a: &Dense<T>, rows: Option<&Labels>, cols: Option<&Labels>) -> Grid {
        let name = |labels: Option<&Labels>, i: usize| {
            labels.map_or_else(|| (i + 1).to_string(), |labels| labels.name(i).to_string())
        };
        let cell = |i: usize, j: usize| a.col(j)[i].text();
        Grid::new((a.rows(), a.cols()), |i| name(rows, i), |j| name(cols, j), cell)
    }

    /// Columns of numbers with names.
    pub fn columns(columns: &[(&str, &[f64])]) -> Grid {
        let rows = columns.iter().map(|(_, column)| column.len()).max().unwrap_or(0);
        let cell =
            |i: usize, j: usize| columns[j].1.get(i).map_or_else(String::new, |x| number(*x));
        let name = |j: usize| columns[j].0.to_string();
        Grid::new((rows, columns.len()), |i| (i + 1).to_string(), name, cell)
    }

    /// As lines of text, columns right-aligned.
    pub fn text(&self) -> String {
        let all = || std::iter::once(&self.header).chain(&self.rows);
        let width = |j: usize| all().map(|row| row[j].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.header.len()).map(width).collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:>width$}"));
            cells.collect::<Vec<_>>().join("  ") + "\n"
        };
        all().map(line).collect()
    }

    /// As an HTML table.
    pub fn html(&self) -> String {
        let row = |cells: &[String], tag: &str| {
            let (name, cells) = cells.split_first().expect("a column of row names");
            let cells = cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell)));
            format!("<tr><th>{}</th>{}</tr>", escaped(name), cells.collect::<String>())
        };
        let body: String = self.rows.iter().map(|cells| row(cells, "td")).collect();
        format!("<table><thead>{}</thead><tbody>{body}</tbody></table>", row(&self.header, "th"))
    }
}

/// A text as HTML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
