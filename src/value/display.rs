//! Values as text and HTML: aligned columns, the size in front, head and tail where there is too much.

use super::grid::{Grid, escape, visible};
use super::number_format::{NumberFormat, Precision, scalar};
use super::{Array, Fault, Result, SparseArray, Value, latex, nested, rich, sparse_display};
use matfac::c64;
use matfac::data::Table;
use std::fmt::Write;

/// How values are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// `format short`, `format long` and their like.
    pub precision: Precision,
    /// Characters across the window.
    pub width: usize,
    /// More rows than this are cut to head and tail.
    pub max_rows: usize,
    /// Whether numbers in tables are coloured by their size.
    pub shade: bool,
    /// How many values get their rich forms, HTML with small pictures and LaTeX, beside the text; none for a terminal.
    pub rich: usize,
}

impl Default for Style {
    fn default() -> Style {
        Style { precision: Precision::SHORT, width: 80, max_rows: 30, shade: false, rich: 0 }
    }
}

/// A form in which a value can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Plain text.
    Text,
    /// A table or a card.
    Html,
    /// A formula.
    Latex,
}

/// A value in every form a front end may want.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shown {
    /// `x = 3`, or several aligned lines and a blank one; without the newline that ends the last.
    pub text: String,
    /// A table, for front ends that show HTML.
    pub html: Option<String>,
    /// A formula, for small matrices.
    pub latex: Option<String>,
    /// The form that was asked for, if any.
    pub asked: Option<Form>,
}

impl Shown {
    /// Text alone.
    pub fn plain(text: String) -> Shown {
        Shown { text, ..Shown::default() }
    }

    /// What a front end prints that shows text only: the source, where a form was asked for by name.
    pub fn printed(&self) -> &str {
        let source = match self.asked {
            Some(Form::Html) => self.html.as_deref(),
            Some(Form::Latex) => self.latex.as_deref(),
            Some(Form::Text) | None => None,
        };
        source.unwrap_or(&self.text)
    }
}

/// How messages call a value: `3×4 matrix`, `string`, `pca model`.
pub fn describe(value: &Value) -> String {
    let (m, n) = value.shape();
    match value {
        Value::Number(_) => "number".into(),
        Value::Bool(_) => "logical".into(),
        Value::Matrix(_) | Value::Range(_) => format!("{m}×{n} matrix"),
        Value::Complex(_) if (m, n) == (1, 1) => "complex number".into(),
        Value::Complex(_) => format!("{m}×{n} complex matrix"),
        Value::Bools(_) => format!("{m}×{n} logical matrix"),
        Value::Sparse(s) => match s.as_ref() {
            SparseArray::Real(_) => format!("{m}×{n} sparse matrix"),
            SparseArray::Complex(_) => format!("{m}×{n} complex sparse matrix"),
            SparseArray::Bool(_) => format!("{m}×{n} logical sparse matrix"),
        },
        Value::Text(_) => "string".into(),
        Value::Table(_) => format!("{m}×{n} table"),
        Value::Ratings(_) => format!("{m}×{n} ratings matrix"),
        Value::Cell(_) => format!("{m}×{n} cell"),
        Value::Struct(s) if s.len() == 1 => "struct".into(),
        Value::Struct(_) => format!("{m}×{n} struct array"),
        Value::Function(_) => "function".into(),
        Value::Object(object) => object.class().into(),
    }
}

/// `name = value`, as a statement without a semicolon shows it.
pub fn show(name: &str, value: &Value, style: &Style) -> Shown {
    let (m, n) = value.shape();
    if let Value::Cell(_) | Value::Struct(_) = value {
        let text = format!("{name} = {}\n{}", nested::heading(value), nested::body(value, style));
        let text = text.trim_end().to_string() + if m * n == 0 { "" } else { "\n" };
        return with_card(text, name, value, style);
    }
    if let Value::Sparse(s) = value
        && s.nnz() == 0
        && (m, n) != (1, 1)
    {
        return Shown::plain(format!("{name} = {}", caption(value)));
    }
    match grid_of(value, style) {
        Some(grid) => {
            // The blank line that follows sets a matrix off from what comes next.
            let mut text = format!("{name} = {}\n\n{}\n", caption(value), grid.text(style, true));
            if grid.is_cut(style) {
                text += &format!("\n(cut to the window: disp({name}) shows all)\n");
            }
            if style.rich == 0 {
                return Shown::plain(text);
            }
            let html = Some(page(name, value, &grid));
            let is_formula = m.max(n) <= LARGEST_FORMULA && value.is_array();
            let latex = (is_formula && !matches!(value, Value::Sparse(_)))
                .then(|| latex::matrix(name, &grid));
            Shown { html, latex, ..Shown::plain(text) }
        }
        None => {
            let body = one_line(value, style);
            let gap = if body.contains('\n') { "\n" } else { " " };
            with_card(format!("{name} ={gap}{body}"), name, value, style)
        }
    }
}

/// The text, and the HTML of what is no matrix where that is wanted.
fn with_card(text: String, name: &str, value: &Value, style: &Style) -> Shown {
    let html = (style.rich > 0).then(|| rich::html(name, value, style)).flatten();
    Shown { html, ..Shown::plain(text) }
}

/// An array or table as HTML alone; `None` for what is not shown as cells of text.
pub(super) fn table(value: &Value, style: &Style) -> Option<String> {
    grid_of(value, style).map(|grid| page("", value, &grid))
}

fn page(name: &str, value: &Value, grid: &Grid) -> String {
    let html = grid.html(format!("{} {}", escape(name), caption(value)).trim());
    match value {
        Value::Sparse(s) => rich::beside(&html, &sparse_display::picture(s)),
        _ => html,
    }
}

/// Matrices up to this size are formulas too.
const LARGEST_FORMULA: usize = 10;

/// A value in one form; `name` is empty for one without a name.
///
/// # Errors
/// What is no array or table has no formula.
pub fn show_as(name: &str, value: &Value, form: Form, style: &Style) -> Result<Shown> {
    let style = &Style { rich: usize::from(form == Form::Html), ..style.clone() };
    let mut shown = show(name, value, style);
    shown.asked = Some(form);
    if name.is_empty() {
        shown.text = display_text(value, style);
    }
    match form {
        Form::Text => {}
        Form::Html if shown.html.is_none() => {
            shown.html = Some(format!("<pre>{}</pre>", escape(&shown.text)));
        }
        Form::Html => {}
        Form::Latex => {
            let compact = Style { max_rows: LARGEST_FORMULA, width: 36, ..style.clone() };
            shown.latex = Some(match (value, grid_of(value, &compact)) {
                // The list of a sparse matrix' entries is no formula.
                (Value::Sparse(_), Some(_)) => return Err(no_formula(value)),
                (_, Some(grid)) => latex::matrix(name, &grid),
                (Value::Number(_) | Value::Bool(_) | Value::Complex(_), None) => {
                    latex::scalar(name, &one_line(value, style))
                }
                _ => return Err(no_formula(value)),
            });
        }
    }
    Ok(shown)
}

fn no_formula(value: &Value) -> Box<Fault> {
    let hint = match value {
        Value::Sparse(_) => "make it full first: display(full(S), \"latex\")",
        _ => "\"html\" or \"text\"; numbers, full matrices and tables have LaTeX",
    };
    Fault::new(format!("a {} cannot be shown as LaTeX", value.describe())).hint(hint)
}

/// The value as cells of text, where it is shown so.
fn grid_of(value: &Value, style: &Style) -> Option<Grid> {
    let (m, n) = value.shape();
    match value {
        Value::Sparse(s) if (m, n) != (1, 1) => Some(sparse_display::grid(s, style)),
        _ if m * n == 0 && value.is_array() && value.as_text().is_none() => None,
        Value::Table(table) if table.len() * n > 0 => Some(table_grid(table, style)),
        Value::Matrix(_) | Value::Bools(_) | Value::Range(_) => Some(number_grid(value, style)),
        Value::Complex(z) if z.len() > 1 => Some(complex_grid(z, style)),
        _ => None,
    }
}

/// The value alone, whole, as `disp` prints it, without a final newline.
pub fn display_text(value: &Value, style: &Style) -> String {
    let (m, n) = value.shape();
    let whole = Style { max_rows: usize::MAX, ..style.clone() };
    match value {
        Value::Cell(cells) if cells.is_empty() => nested::heading(value),
        Value::Cell(_) | Value::Struct(_) => nested::body(value, &whole),
        Value::Sparse(s) if (m, n) != (1, 1) => {
            let (caption, grid) = (caption(value), sparse_display::grid(s, &whole));
            format!("{caption}\n\n{}", grid.text(&whole, false)).trim_end().into()
        }
        _ if m * n == 0 && value.is_array() && value.as_text().is_none() => {
            format!("[]({m}x{n})")
        }
        Value::Table(table) => table_grid(table, &whole).text(&whole, false),
        Value::Matrix(_) | Value::Bools(_) | Value::Range(_) => {
            number_grid(value, &whole).text(&whole, false)
        }
        Value::Complex(z) if z.len() > 1 => complex_grid(z, &whole).text(&whole, false),
        // `disp` keeps a place for the sign.
        Value::Complex(z) if z.len() == 1 => {
            complex_texts(z.as_slice(), style, true).swap_remove(0)
        }
        _ => one_line(value, style),
    }
}

fn caption(value: &Value) -> String {
    let (m, n) = value.shape();
    match value {
        Value::Bools(_) => format!("{m}×{n} logical"),
        Value::Sparse(s) => sparse_display::caption(s),
        Value::Complex(_) => format!("{m}×{n} complex"),
        Value::Table(_) => format!("{m}×{n} table"),
        _ => format!("{m}×{n}"),
    }
}

fn one_line(value: &Value, style: &Style) -> String {
    let (m, n) = value.shape();
    match value {
        Value::Number(x) => scalar(*x, style.precision),
        Value::Bool(b) => u8::from(*b).to_string(),
        Value::Text(text) => text.as_str().into(),
        Value::Complex(z) if z.len() == 1 => {
            complex_texts(z.as_slice(), style, false).swap_remove(0)
        }
        Value::Sparse(s) => match s.only() {
            Some(entry) => one_line(&entry, style),
            None => caption(value),
        },
        Value::Function(f) => f.text(),
        Value::Object(object) => object.summary(),
        Value::Ratings(r) => {
            let percent = 100.0 * r.density();
            let (kind, known) =
                if r.is_implicit() { ("observations", "") } else { ("ratings", " observed") };
            let mut out = format!("{m}×{n} {kind}: {}{known} ({percent:.2} %)", r.nnz());
            // Writing to a string cannot fail.
            let _ = match (r.scale(), r.mean()) {
                (Some((low, high)), _) if r.is_implicit() && low == high => {
                    write!(out, ", of weight {low}")
                }
                (Some((low, high)), _) if r.is_implicit() => {
                    write!(out, ", of weights from {low} to {high}")
                }
                (Some((low, high)), Some(mean)) => {
                    let mean = scalar(mean, style.precision);
                    write!(out, ", from {low} to {high}, mean {mean}")
                }
                _ => Ok(()),
            };
            out
        }
        _ => format!("[]({m}x{n})"),
    }
}

fn complex_grid(z: &matfac::ComplexMatrix, style: &Style) -> Grid {
    let texts = |list: &[c64]| complex_texts(list, style, true);
    let mut grid = Grid::of_matrix(z.rows(), z.cols(), style, |i, j| z[(i, j)], texts);
    grid.reserve = 1;
    grid
}

/// Both parts of each, those on the right as wide as the widest can be, and those on the left too when `padded`.
pub(super) fn complex_texts(numbers: &[c64], style: &Style, padded: bool) -> Vec<String> {
    let format = NumberFormat::for_complex(numbers, style.precision);
    let left = if padded { format.width() } else { 0 };
    let right = format.imaginary_width();
    let join = |z: &c64| {
        let sign = if z.im.is_sign_negative() { '-' } else { '+' };
        format!("{:>left$} {sign} {:>right$}i", format.text(z.re), format.text(z.im.abs()))
    };
    numbers.iter().map(join).collect()
}

fn number_grid(value: &Value, style: &Style) -> Grid {
    let (m, n) = value.shape();
    match value {
        Value::Bools(b) => {
            let entries = b.as_slice();
            let texts = |list: &[bool]| list.iter().map(|b| u8::from(*b).to_string()).collect();
            let mut grid = Grid::of_matrix(m, n, style, |i, j| entries[j * m + i], texts);
            grid.width = 1;
            grid
        }
        Value::Range(r) => {
            let range = **r;
            let mut grid = Grid::of_numbers(1, n, style, None, None, |_, j| range.at(j));
            // Octave keeps a place for the sign of the step.
            grid.width += usize::from(grid.has_points);
            grid
        }
        Value::Matrix(a) => {
            let a: &Array = a;
            Grid::of_numbers(m, n, style, a.row_labels(), a.col_labels(), |i, j| a.data[(i, j)])
        }
        _ => Grid::of_numbers(0, 0, style, None, None, |_, _| 0.0),
    }
}

fn table_grid(table: &Table, style: &Style) -> Grid {
    let (rows, row_gap) = visible(table.len(), style.max_rows);
    let mut columns = Vec::new();
    let mut header = Vec::new();
    let mut is_text = Vec::new();
    for (name, column) in table.names().names().iter().zip(table.columns()) {
        header.push(name.to_string());
        match column {
            matfac::data::Column::Numbers(numbers) => {
                let shown: Vec<f64> = rows.iter().map(|&i| numbers[i]).collect();
                let format = NumberFormat::for_all(shown.iter().copied(), style.precision);
                columns.push(shown.iter().map(|&x| format.text(x)).collect::<Vec<_>>());
                is_text.push(false);
            }
            matfac::data::Column::Text(texts) => {
                columns.push(rows.iter().map(|&i| shortened(&texts[i], 40)).collect());
                is_text.push(true);
            }
        }
    }
    let cells =
        (0..rows.len()).map(|i| columns.iter().map(|column| column[i].clone()).collect()).collect();
    Grid {
        header,
        cells,
        row_gap,
        is_text,
        numbers: (rows.iter().map(|i| i + 1).collect(), Vec::new()),
        ..Grid::default()
    }
}

/// Text of at most so many characters, cut where it is longer.
pub(super) fn shortened(text: &str, length: usize) -> String {
    if text.chars().count() <= length {
        return text.into();
    }
    text.chars().take(length - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use matfac::Matrix;
    use matfac::data::Labels;
    use unicode_width::UnicodeWidthStr;

    fn shown(value: Value) -> String {
        show("x", &value, &Style::default()).text
    }

    #[test]
    fn small_values_read_as_in_octave() {
        assert_eq!(shown(3.0.into()), "x = 3");
        assert_eq!(shown("hi".into()), "x = hi");
        assert_eq!(shown(Value::empty()), "x = [](0x0)");
        let a = Matrix::from_rows(&[&[1.0, 2.0], &[3.0, -4.0]]);
        assert_eq!(shown(a.into()), "x = 2×2\n\n   1   2\n   3  -4\n");
        let b = Matrix::from_rows(&[&[1.5, f64::NAN]]);
        assert_eq!(shown(b.into()), "x = 1×2\n\n   1.5000      NaN\n");
        assert_eq!(shown(c64::new(0.0, -1.0).into()), "x = 0 - 1i");
    }

    #[test]
    fn large_ones_show_head_and_tail_within_the_window() {
        let a = Matrix::from_fn(1000, 500, |i, j| (i * j) as f64 / 7.0);
        let text = shown(a.clone().into());
        assert!(text.starts_with("x = 1000×500\n\n") && text.contains('⋮') && text.contains('…'));
        assert!(text.ends_with("\n\n(cut to the window: disp(x) shows all)\n"), "{text}");
        let wide = Matrix::from_fn(2, 100, |i, j| (i * j) as f64);
        assert!(shown(wide.into()).contains("shows all"));
        assert!(!shown(Matrix::from_fn(30, 9, |i, j| (i * j) as f64).into()).contains("shows all"));
        assert!(text.lines().all(|l| l.width() <= 80));
        assert!(text.lines().count() < 40);
        let whole = display_text(&Value::from(a.columns(0, 30)), &Style::default());
        assert!(whole.lines().count() > 1000 && whole.contains("Columns 1 through"));
    }

    #[test]
    fn names_stand_over_and_beside() {
        let names = Labels::new(vec!["height".into(), "w".into()]);
        let rows = Labels::new(vec!["r<1>".into()]);
        let array = Array::labelled(Matrix::from_rows(&[&[1.0, 2.0]]), Some(rows), Some(names));
        let style = Style { rich: 1, ..Style::default() };
        let shown = show("x", &Value::from(array), &style);
        assert_eq!(shown.text, "x = 1×2\n\n       height   w\nr<1>        1   2\n");
        assert!(shown.html.unwrap().contains("r&lt;1&gt;"));
    }
}
