//! Cells and structs as text: each part on a line of its own, what is inside indented.

use super::display::{Style, show};
use super::{Cells, Struct, Value};

/// Deeper parts are named by their kind only.
const DEEPEST: usize = 12;
/// Longer text ends early: wide cells in wide cells would fill any memory.
const LONGEST: usize = 1 << 20;

/// The lines of a cell between its braces, or of a struct's fields; without a final newline.
pub(super) fn body(value: &Value, style: &Style) -> String {
    let mut out = String::new();
    write_body(&mut out, value, style, 0);
    out.truncate(out.trim_end_matches('\n').len());
    out
}

/// What stands behind `name =`: the line that says what follows.
pub(super) fn heading(value: &Value) -> String {
    let (m, n) = value.shape();
    match value {
        Value::Cell(cells) if cells.is_empty() => format!("{{}}({m}x{n})"),
        Value::Cell(_) => format!("{m}×{n} cell"),
        Value::Struct(s) if s.len() == 1 => "struct".into(),
        Value::Struct(_) => format!("{m}×{n} struct array"),
        _ => String::new(),
    }
}

fn write_body(out: &mut String, value: &Value, style: &Style, depth: usize) {
    match value {
        Value::Cell(cells) => write_cell(out, cells, style, depth),
        Value::Struct(s) => write_struct(out, s, style, depth),
        _ => {}
    }
}

fn write_cell(out: &mut String, cells: &Cells, style: &Style, depth: usize) {
    if cells.is_empty() {
        return;
    }
    line(out, depth, "{");
    let shown = style.max_rows.max(1);
    for (at, value) in cells.as_slice().iter().enumerate() {
        if out.len() > LONGEST || at == shown && cells.len() > shown + 1 {
            line(out, depth + 1, &format!("… {} more", cells.len() - at));
            break;
        }
        let (i, j) = (at % cells.rows() + 1, at / cells.rows() + 1);
        write_part(out, &format!("[{i},{j}]"), value, style, depth + 1);
    }
    line(out, depth, "}");
}

fn write_struct(out: &mut String, s: &Struct, style: &Style, depth: usize) {
    for (name, values) in s.fields() {
        match values {
            [value] => write_part(out, name, value, style, depth + 1),
            _ => line(out, depth + 1, name),
        }
    }
}

fn write_part(out: &mut String, name: &str, value: &Value, style: &Style, depth: usize) {
    match value {
        Value::Cell(_) | Value::Struct(_) if depth > DEEPEST || out.len() > LONGEST => {
            line(out, depth, &format!("{name} = … {}", value.describe()));
        }
        Value::Cell(_) | Value::Struct(_) => {
            line(out, depth, &format!("{name} = {}", heading(value)));
            write_body(out, value, style, depth);
        }
        _ => {
            let width = style.width.saturating_sub(2 * depth);
            let narrower = Style { width, rich: 0, ..style.clone() };
            for text in show(name, value, &narrower).text.lines() {
                line(out, depth, text);
            }
        }
    }
}

fn line(out: &mut String, depth: usize, text: &str) {
    if !text.is_empty() {
        out.extend(std::iter::repeat_n("  ", depth));
        out.push_str(text);
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_indented_under_their_container() {
        let inner = Struct::from_fields([("a", Value::from(1.0)), ("b", Value::from("x"))]);
        let cell = Value::cell_row(vec![inner.into(), Value::cell_row(vec![]), 2.0.into()]);
        let shown = show("c", &cell, &Style::default()).text;
        let expected = "c = 1×3 cell\n{\n  [1,1] = struct\n    a = 1\n    b = x\n  [1,2] = {}(1x0)\n  [1,3] = 2\n}\n";
        assert_eq!(shown, expected);
    }
}
