//! What is no matrix as HTML: cells and structs as tables in tables, ratings with their density and histogram, models and
//! factorizations as cards with a small picture.
//!
//! Colours are those of the page, shares of its text colour, so that a dark theme needs nothing of its own. Every name
//! and string is escaped.

use super::display::{Style, shortened, table};
use super::grid::{escape, visible};
use super::number_format::scalar;
use super::{Cells, Object, Struct, Value};
use matfac::data::Ratings;
use matfac::plot::Figure;
use std::fmt::Write;

/// Deeper parts are named by their kind only: tables in tables take room.
const DEEPEST: usize = 4;
/// Longer pages end early.
const LONGEST: usize = 1 << 20;
/// Columns of a cell that are shown.
const MOST_COLS: usize = 12;
/// Characters of a string inside something else.
const LONGEST_TEXT: usize = 120;

/// A thing on the left.
const LEFT: &str = " style=\"text-align:left\"";

/// A value that is no matrix or table; `None` when its text says all.
pub(super) fn html(name: &str, value: &Value, style: &Style) -> Option<String> {
    match value {
        Value::Cell(_) | Value::Struct(_) => {
            let mut out = format!("<div>{} = {}</div>", escape(name), escape(&value.describe()));
            write_nested(&mut out, value, style, 0);
            Some(out)
        }
        Value::Ratings(ratings) => Some(of_ratings(name, ratings, style)),
        Value::Object(object) => Some(card(name, object.as_ref().as_ref())),
        _ => None,
    }
}

fn write_nested(out: &mut String, value: &Value, style: &Style, depth: usize) {
    match value {
        Value::Cell(cells) => write_cells(out, cells, style, depth),
        Value::Struct(s) => write_struct(out, s, style, depth),
        _ => {}
    }
}

fn write_struct(out: &mut String, s: &Struct, style: &Style, depth: usize) {
    *out += "<table><tbody>";
    for (name, values) in s.fields() {
        let _ = write!(out, "<tr><th{LEFT}>{}</th><td{LEFT}>", escape(name));
        match values {
            [value] => write_part(out, value, style, depth + 1),
            _ => {
                let _ = write!(out, "{} values", values.len());
            }
        }
        *out += "</td></tr>";
    }
    *out += "</tbody></table>";
}

fn write_cells(out: &mut String, cells: &Cells, style: &Style, depth: usize) {
    if cells.is_empty() {
        return;
    }
    let (rows, row_gap) = visible(cells.rows(), style.max_rows.clamp(1, 30));
    let (cols, col_gap) = visible(cells.cols(), MOST_COLS);
    *out += "<table><tbody>";
    for (at, &i) in rows.iter().enumerate() {
        if row_gap == Some(at) {
            let width = cols.len() + usize::from(col_gap.is_some());
            let _ = write!(out, "<tr>{}</tr>", "<td>⋮</td>".repeat(width));
        }
        *out += "<tr>";
        for (at, &j) in cols.iter().enumerate() {
            if col_gap == Some(at) {
                *out += "<td>…</td>";
            }
            let _ = write!(out, "<td{LEFT}>");
            write_part(out, &cells.as_slice()[j * cells.rows() + i], style, depth + 1);
            *out += "</td>";
        }
        *out += "</tr>";
    }
    *out += "</tbody></table>";
}

/// A value inside another.
fn write_part(out: &mut String, value: &Value, style: &Style, depth: usize) {
    let is_small = value.numel() <= 64 && value.shape().1 <= 8;
    match value {
        Value::Cell(_) | Value::Struct(_) if depth <= DEEPEST && out.len() < LONGEST => {
            write_nested(out, value, style, depth);
        }
        Value::Text(text) => *out += &escape(&shortened(text.as_str(), LONGEST_TEXT)),
        Value::Number(_) | Value::Bool(_) | Value::Function(_) => {
            *out += &escape(&super::display_text(value, style));
        }
        Value::Matrix(_) | Value::Bools(_) | Value::Complex(_) | Value::Range(_)
            if is_small && value.numel() > 0 && out.len() < LONGEST =>
        {
            *out += &table(value, style).unwrap_or_default();
        }
        other => *out += &escape(&other.describe()),
    }
}

/// Of ratings: how many there are, and how they are distributed.
fn of_ratings(name: &str, ratings: &Ratings, style: &Style) -> String {
    let (users, items) = (ratings.users().len(), ratings.items().len());
    let kind = if ratings.is_implicit() { "observations" } else { "ratings" };
    let mut out =
        format!("<table><caption{LEFT}>{} {users}×{items} {kind}</caption><tbody>", escape(name));
    let mut row = |what: &str, said: &str, picture: &str| {
        let _ = write!(
            out,
            "<tr><th{LEFT}>{what}</th><td{LEFT}>{said}</td><td{LEFT}>{picture}</td></tr>"
        );
    };
    let density = ratings.density();
    row("observed", &ratings.nnz().to_string(), "");
    row("density", &format!("{:.2} %", 100.0 * density), &share(density));
    let number = |x: f64| escape(&scalar(x, style.precision));
    if let Some((low, high)) = ratings.scale()
        && low < high
    {
        row("range", &format!("{low} to {high}"), "");
        let mean = ratings.mean().map(number).unwrap_or_default();
        row("mean", &mean, &histogram(ratings.values(), low, high));
    }
    out + "</tbody></table>"
}

/// A bar of which this part is full.
fn share(part: f64) -> String {
    let full = (160.0 * part.clamp(0.0, 1.0)).max(1.0);
    format!(
        "<svg width=\"162\" height=\"12\"><rect x=\"0.5\" y=\"0.5\" width=\"161\" height=\"11\" fill=\"none\" \
         stroke=\"currentColor\" stroke-opacity=\"0.4\"/><rect x=\"1\" y=\"1\" width=\"{full:.1}\" height=\"10\" \
         fill=\"#0072b2\"/></svg>"
    )
}

/// Bars over the different values, or over ten ranges of them.
fn histogram(values: &[f64], low: f64, high: f64) -> String {
    const BINS: usize = 10;
    const HEIGHT: f64 = 48.0;
    let mut levels: Vec<f64> = Vec::new();
    for &value in values {
        if levels.len() > 2 * BINS {
            break;
        }
        if !levels.contains(&value) {
            levels.push(value);
        }
    }
    levels.sort_by(f64::total_cmp);
    let few = levels.len() <= 2 * BINS;
    let bins = if few { levels.len() } else { BINS };
    let step = (high - low) / BINS as f64;
    let mut counts = vec![0usize; bins.max(1)];
    for &value in values {
        let bin = match few {
            true => levels.partition_point(|&level| level < value),
            false => ((value - low) / step) as usize,
        };
        counts[bin.min(bins - 1)] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(1).max(1) as f64;
    let width = 160.0 / bins as f64;
    let mut out = format!("<svg width=\"162\" height=\"{}\">", HEIGHT + 2.0);
    for (k, &count) in counts.iter().enumerate() {
        let height = HEIGHT * count as f64 / most;
        let what = match few {
            true => levels[k].to_string(),
            false => format!("{:.4} to {:.4}", low + k as f64 * step, low + (k + 1) as f64 * step),
        };
        let _ = write!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\" fill=\"#0072b2\">\
             <title>{what}: {count}</title></rect>",
            1.0 + k as f64 * width,
            1.0 + HEIGHT - height,
            (width - 1.5).max(1.0),
        );
    }
    out + "</svg>"
}

/// A summary as a table beside its picture.
///
/// The summary's lines are `  name  value` or rows of a small table, columns being two blanks apart.
fn card(name: &str, object: &dyn Object) -> String {
    let summary = object.summary();
    let mut lines = summary.lines();
    let title = lines.next().unwrap_or_default();
    let rows: Vec<Vec<&str>> = lines.map(cells).filter(|row| !row.is_empty()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(1);
    let mut table =
        format!("<table><caption{LEFT}>{} {}</caption><tbody>", escape(name), escape(title));
    for row in &rows {
        table += "<tr>";
        write_row(&mut table, row, columns);
        table += "</tr>";
    }
    table += "</tbody></table>";
    beside(&table, &picture(object).unwrap_or_default())
}

/// A table and, where there is room for it beside that, a picture.
pub(super) fn beside(table: &str, picture: &str) -> String {
    if picture.is_empty() {
        return table.into();
    }
    format!(
        "<div style=\"display:flex;flex-wrap:wrap;align-items:center;gap:1em\">\
         <div style=\"max-width:36em\">{table}</div>{picture}</div>"
    )
}

fn write_row(out: &mut String, row: &[&str], columns: usize) {
    let span =
        |width: usize| if width > 1 { format!(" colspan=\"{width}\"") } else { String::new() };
    match row {
        [sentence] => {
            let _ = write!(out, "<td{}{LEFT}>{}</td>", span(columns), escape(sentence));
        }
        [what, said] => {
            let wide = span(columns - 1);
            let _ =
                write!(out, "<th{LEFT}>{}</th><td{wide}{LEFT}>{}</td>", escape(what), escape(said));
        }
        // Of numbers, with a column less where the first has no name.
        cells => {
            *out += &"<td></td>".repeat(columns.saturating_sub(cells.len()));
            for cell in cells {
                let _ = write!(out, "<td>{}</td>", escape(cell));
            }
        }
    }
}

/// The parts of a line that are two blanks apart.
fn cells(line: &str) -> Vec<&str> {
    line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect()
}

/// What `plot` of it draws, small.
fn picture(object: &dyn Object) -> Option<String> {
    // A figure is shown itself.
    if object.class() == "figure" {
        return None;
    }
    let figure = object.plot()?.ok()?;
    let size = if figure.axes.len() > 1 { (480, 300) } else { (300, 190) };
    Figure { size, ..figure }.to_svg().ok()
}
