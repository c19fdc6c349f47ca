//! Cells of text in aligned columns: cut to head and tail, in blocks of columns, or as an HTML table.

use super::display::Style;
use super::number_format::NumberFormat;
use matfac::data::Labels;
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Cells as text, ready to be laid out.
pub(super) struct Grid {
    /// What stands over the columns; empty when nothing does.
    pub(super) header: Vec<String>,
    /// What stands before the rows; empty when nothing does.
    pub(super) names: Vec<String>,
    /// The shown cells, row after row.
    pub(super) cells: Vec<Vec<String>>,
    /// Row before which rows are left out.
    pub(super) row_gap: Option<usize>,
    /// Column before which columns are left out.
    pub(super) column_gap: Option<usize>,
    /// Narrowest column.
    pub(super) width: usize,
    /// Whether every number has digits after a point.
    pub(super) has_points: bool,
    /// Blanks between columns.
    pub(super) separation: usize,
    /// What a column counts for beyond its characters when Octave reckons how many fit.
    pub(super) reserve: usize,
    /// Whether a column is aligned to the left.
    pub(super) is_text: Vec<bool>,
    /// Numbers from 1 of the shown rows and columns, for tables that have to tell which are left out.
    pub(super) numbers: (Vec<usize>, Vec<usize>),
    /// How far each cell is coloured, -1 to 1; empty for no colours.
    pub(super) shades: Vec<Vec<f64>>,
}

impl Default for Grid {
    fn default() -> Grid {
        Grid {
            header: Vec::new(),
            names: Vec::new(),
            cells: Vec::new(),
            row_gap: None,
            column_gap: None,
            width: 0,
            has_points: false,
            separation: 2,
            reserve: 0,
            is_text: Vec::new(),
            numbers: (Vec::new(), Vec::new()),
            shades: Vec::new(),
        }
    }
}

impl Grid {
    /// Real numbers in one format, m×n, with their names.
    pub(super) fn of_numbers(
        m: usize,
        n: usize,
        style: &Style,
        rows: Option<&Labels>,
        cols: Option<&Labels>,
        entry: impl Fn(usize, usize) -> f64,
    ) -> Grid {
        let (mut width, mut has_points) = (0, false);
        let mut parts = Vec::new();
        let texts = |list: &[f64]| {
            let format = NumberFormat::for_all(list.iter().copied(), style.precision);
            (width, has_points) = (format.width(), format.has_point());
            if style.shade {
                parts = shades(list);
            }
            list.iter().map(|&x| format.text(x)).collect()
        };
        let mut grid = Grid::of_matrix(m, n, style, entry, texts);
        let columns = grid.cells.first().map_or(1, |row: &Vec<String>| row.len().max(1));
        grid.shades = parts.chunks(columns).map(<[f64]>::to_vec).collect();
        (grid.width, grid.has_points) = (width, has_points);
        let (shown_rows, _) = visible(m, style.max_rows);
        let (shown_cols, _) = visible(n, columns_with_room(style, n));
        let name = |labels: &Labels, i: usize| labels.name(i).to_string();
        grid.names =
            rows.map_or_else(Vec::new, |l| shown_rows.iter().map(|&i| name(l, i)).collect());
        grid.header =
            cols.map_or_else(Vec::new, |l| shown_cols.iter().map(|&j| name(l, j)).collect());
        grid
    }

    /// m×n entries, of which the shown ones become text together.
    pub(super) fn of_matrix<T: Copy>(
        m: usize,
        n: usize,
        style: &Style,
        entry: impl Fn(usize, usize) -> T,
        texts: impl FnOnce(&[T]) -> Vec<String>,
    ) -> Grid {
        let (rows, row_gap) = visible(m, style.max_rows);
        let (cols, column_gap) = visible(n, columns_with_room(style, n));
        let list: Vec<T> = rows
            .iter()
            .flat_map(|&i| cols.iter().map(move |&j| (i, j)))
            .map(|(i, j)| entry(i, j))
            .collect();
        let mut texts = texts(&list).into_iter();
        let cells = rows.iter().map(|_| texts.by_ref().take(cols.len()).collect()).collect();
        let numbers = (counted(&rows), counted(&cols));
        Grid { cells, row_gap, column_gap, numbers, ..Grid::default() }
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.cells.first().map_or(self.header.len(), Vec::len);
        let mut widths = vec![self.width; columns];
        for line in self.cells.iter().chain(std::iter::once(&self.header)) {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = (*width).max(cell.width());
            }
        }
        widths
    }

    /// Characters that the names of the rows take, with the blank behind them.
    fn margin(&self) -> usize {
        self.names.iter().map(|n| n.width() + 1).max().unwrap_or(0)
    }

    /// Characters for the columns in the window.
    fn room(&self, style: &Style) -> usize {
        style.width.saturating_sub(self.margin()).max(1)
    }

    fn fits(&self, widths: &[usize], room: usize) -> bool {
        let total: usize = widths.iter().map(|w| w + self.separation + self.reserve).sum();
        total <= room && self.column_gap.is_none()
    }

    /// Whether [`Grid::text`] shows head and tail alone, of rows or, when `cut`, of columns.
    pub(super) fn is_cut(&self, style: &Style) -> bool {
        self.row_gap.is_some() || !self.fits(&self.widths(), self.room(style))
    }

    /// Aligned columns. Those that do not fit the window are cut out of the middle when `cut`, else they
    /// follow in further blocks.
    pub(super) fn text(&self, style: &Style, cut: bool) -> String {
        let widths = self.widths();
        let (margin, room) = (self.margin(), self.room(style));
        let all: Vec<usize> = (0..widths.len()).collect();
        let mut blocks: Vec<(Vec<usize>, Option<usize>)> = Vec::new();
        if self.fits(&widths, room) {
            blocks.push((all, None));
        } else if cut {
            blocks.push(self.head_and_tail(&widths, room));
        } else {
            let mut block = Vec::new();
            let mut used = 0;
            for j in all {
                let need = widths[j] + self.separation + self.reserve;
                if used + need > room && !block.is_empty() {
                    blocks.push((std::mem::take(&mut block), None));
                    used = 0;
                }
                used += need;
                block.push(j);
            }
            blocks.push((block, None));
        }
        let mut out = String::new();
        let several = blocks.len() > 1;
        for (columns, gap) in blocks {
            if several {
                let (first, last) = (columns[0] + 1, columns[columns.len() - 1] + 1);
                let which = match columns.len() {
                    1 => format!("Column {first}"),
                    2 => format!("Columns {first} and {last}"),
                    _ => format!("Columns {first} through {last}"),
                };
                // Writing to a string cannot fail.
                let _ = writeln!(out, " {which}:\n");
            }
            let line = |out: &mut String, name: &str, cells: &[String], filler: &str| {
                if margin > 0 {
                    out.push_str(name);
                    out.push_str(&" ".repeat(margin - name.width()));
                }
                for (position, &j) in columns.iter().enumerate() {
                    if gap == Some(position) {
                        out.push_str(&format!("{:>w$}", "…", w = self.separation + 1));
                    }
                    let cell = cells.get(j).map_or(filler, String::as_str);
                    let pad = " ".repeat(widths[j].saturating_sub(cell.width()));
                    out.push_str(&" ".repeat(self.separation));
                    if self.is_text.get(j) == Some(&true) {
                        out.push_str(cell);
                        out.push_str(&pad);
                    } else {
                        out.push_str(&pad);
                        out.push_str(cell);
                    }
                }
                let end = out.trim_end_matches(' ').len();
                out.truncate(end);
                out.push('\n');
            };
            if !self.header.is_empty() {
                line(&mut out, "", &self.header, "");
            }
            for (i, cells) in self.cells.iter().enumerate() {
                if self.row_gap == Some(i) {
                    line(&mut out, "⋮", &[], "⋮");
                }
                line(&mut out, self.names.get(i).map_or("", String::as_str), cells, "");
            }
            if several {
                out.push('\n');
            }
        }
        out.truncate(out.trim_end_matches('\n').len());
        out
    }

    /// As many columns from both ends as fit.
    fn head_and_tail(&self, widths: &[usize], room: usize) -> (Vec<usize>, Option<usize>) {
        let ellipsis = self.separation + 1;
        let mut left = room.saturating_sub(ellipsis);
        let (mut head, mut tail) = (0, 0);
        // Two from the left for each one from the right.
        while head + tail < widths.len() {
            let from_left = head <= 2 * tail;
            let j = if from_left { head } else { widths.len() - 1 - tail };
            let need = widths[j] + self.separation;
            if need > left && head + tail > 0 {
                break;
            }
            left = left.saturating_sub(need);
            if from_left { head += 1 } else { tail += 1 }
        }
        let columns = (0..head).chain(widths.len() - tail..widths.len()).collect();
        let all_shown = head + tail == widths.len() && self.column_gap.is_none();
        (columns, (!all_shown).then_some(head))
    }

    /// A table with a caption, of as many columns as are seen without scrolling. Rows and columns without names have
    /// their numbers where some are left out.
    pub(super) fn html(&self, caption: &str) -> String {
        let widths = self.widths();
        let total: usize = widths.iter().map(|w| w + self.separation).sum();
        let (columns, gap) = match total <= PAGE && self.column_gap.is_none() {
            true => ((0..widths.len()).collect(), None),
            false => self.head_and_tail(&widths, PAGE),
        };
        let is_cut = gap.is_some() || self.row_gap.is_some();
        let or_numbers = |names: &[String], numbers: &[usize]| match names {
            [] if is_cut => numbers.iter().map(usize::to_string).collect(),
            names => names.to_vec(),
        };
        let header: Vec<String> = or_numbers(&self.header, &self.numbers.1);
        let names: Vec<String> = or_numbers(&self.names, &self.numbers.0);
        let row = |name: Option<&str>, filler: &str, cell: &dyn Fn(usize) -> String| {
            let mut out = String::from("<tr>");
            out.extend(name.map(|name| format!("<th>{}</th>", escape(name))));
            for (position, &j) in columns.iter().enumerate() {
                if gap == Some(position) {
                    out += &format!("<td>{filler}</td>");
                }
                out += &cell(j);
            }
            out + "</tr>"
        };
        let mut out = format!(
            "<table><caption style=\"text-align:left;white-space:nowrap\">{caption}</caption>"
        );
        let corner = (!names.is_empty()).then_some("");
        if !header.is_empty() {
            let cell = |j: usize| format!("<th>{}</th>", escape(&header[j]));
            out += &format!("<thead>{}</thead>", row(corner, "", &cell));
        }
        out += "<tbody>";
        for (i, cells) in self.cells.iter().enumerate() {
            if self.row_gap == Some(i) {
                out += &row(corner.map(|_| "⋮"), "", &|_| "<td>⋮</td>".into());
            }
            let cell = |j: usize| {
                let align = if self.is_text.get(j) == Some(&true) { "left" } else { "right" };
                let shade = self.shades.get(i).and_then(|row| row.get(j)).map_or("".into(), tint);
                // A page may break a number at the sign of its exponent.
                let whole = if cells[j].contains(['-', ' ']) { ";white-space:nowrap" } else { "" };
                format!("<td style=\"text-align:{align}{whole}{shade}\">{}</td>", escape(&cells[j]))
            };
            out += &row(names.get(i).map(String::as_str), "…", &cell);
        }
        out + "</tbody></table>"
    }
}

/// Characters across a notebook's page.
const PAGE: usize = 110;

fn counted(shown: &[usize]) -> Vec<usize> {
    shown.iter().map(|i| i + 1).collect()
}

/// Each number as a part of the largest in absolute value, or, where none is negative, of the way from the smallest to
/// the largest; what is not finite has no colour.
fn shades(list: &[f64]) -> Vec<f64> {
    let finite = list.iter().copied().filter(|x| x.is_finite());
    let (low, high) =
        finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    let from = if low < 0.0 { 0.0 } else { low };
    let most = (high.abs().max(low.abs()) - from).max(f64::MIN_POSITIVE);
    let part = |&x: &f64| if x.is_finite() { ((x - from) / most).clamp(-1.0, 1.0) } else { 0.0 };
    list.iter().map(part).collect()
}

/// A translucent background, which leaves the text readable on light and dark pages: orange, or blue below zero.
fn tint(shade: &f64) -> String {
    let strength = (shade.abs() * 0.6 * 100.0).round() / 100.0;
    match (strength > 0.0, *shade < 0.0) {
        (false, _) => String::new(),
        (true, false) => format!(";background:rgba(213,94,0,{strength})"),
        (true, true) => format!(";background:rgba(0,114,178,{strength})"),
    }
}

/// At least this many columns are formatted before the widths are known; a column takes three characters.
fn columns_with_room(style: &Style, n: usize) -> usize {
    if style.max_rows == usize::MAX { n } else { (style.width / 3).max(4) }
}

/// Which of `count` lines are shown: all, or a head and a tail with a gap between.
pub(super) fn visible(count: usize, room: usize) -> (Vec<usize>, Option<usize>) {
    if count <= room {
        return ((0..count).collect(), None);
    }
    let tail = room / 3;
    let head = room - tail;
    ((0..head).chain(count - tail..count).collect(), Some(head))
}

/// Text as HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
