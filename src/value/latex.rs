//! Values as LaTeX, of the mathematics that MathJax and KaTeX know too: matrices in brackets, words upright.

use super::grid::Grid;
use std::fmt::Write;

/// Columns of a `bmatrix`: amsmath's `MaxMatrixCols`.
const WIDEST_BMATRIX: usize = 10;

/// `name = [matrix]` as a displayed formula; what the grid leaves out becomes dots.
pub(super) fn matrix(name: &str, grid: &Grid) -> String {
    let columns = grid.cells.first().map_or(grid.header.len(), Vec::len);
    let gap = usize::from(grid.column_gap.is_some());
    let named = !grid.header.is_empty() || !grid.names.is_empty();
    let (open, close) = match named {
        // Names stand outside the numbers, which brackets would take in.
        true => {
            let rule = if grid.names.is_empty() { "" } else { "r|" };
            let letters = "r".repeat(columns + gap);
            (format!("\\begin{{array}}{{{rule}{letters}}}"), "\\end{array}")
        }
        false if columns + gap > WIDEST_BMATRIX => {
            let letters = "r".repeat(columns + gap);
            (format!("\\left[\\begin{{array}}{{{letters}}}"), "\\end{array}\\right]")
        }
        false => ("\\begin{bmatrix}".to_string(), "\\end{bmatrix}"),
    };
    let mut out = format!("$$\n{}{open}\n", left_side(name));
    let line = |out: &mut String, first: Option<String>, cells: &[String], dots: &str| {
        let mut parts: Vec<String> = first.into_iter().collect();
        for (j, cell) in cells.iter().enumerate() {
            if grid.column_gap == Some(j) {
                parts.push(dots.into());
            }
            parts.push(cell.clone());
        }
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{} \\\\", parts.join(" & "));
    };
    let corner = (!grid.names.is_empty()).then(String::new);
    if !grid.header.is_empty() {
        let names: Vec<String> = grid.header.iter().map(|name| words(name)).collect();
        line(&mut out, corner.clone(), &names, "\\cdots");
        out += "\\hline\n";
    }
    for (i, cells) in grid.cells.iter().enumerate() {
        if grid.row_gap == Some(i) {
            let dots = vec!["\\vdots".to_string(); columns];
            line(&mut out, corner.clone(), &dots, "\\ddots");
        }
        let is_words = |j: usize| grid.is_text.get(j) == Some(&true);
        let texts = cells.iter().enumerate();
        let cells: Vec<String> =
            texts.map(|(j, cell)| if is_words(j) { words(cell) } else { number(cell) }).collect();
        line(&mut out, grid.names.get(i).map(|name| words(name)), &cells, "\\cdots");
    }
    format!("{out}{close}\n$$")
}

/// `name = number` as a displayed formula.
pub(super) fn scalar(name: &str, text: &str) -> String {
    format!("$$\n{}{}\n$$", left_side(name), number(text))
}

/// What stands before the value of this name; nothing where there is none.
fn left_side(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!("{} = ", words(name)) }
}

/// A number as it is printed, real or complex.
fn number(text: &str) -> String {
    let mut out = String::new();
    for part in text.split_whitespace() {
        let (part, unit) = match part.strip_suffix('i') {
            Some(part) => (part, "i"),
            None => (part, ""),
        };
        let (sign, size) = match part.strip_prefix('-') {
            Some(size) => ("-", size),
            None => ("", part),
        };
        out += sign;
        match size.split_once('e') {
            Some((digits, exponent)) if exponent.parse::<i32>().is_ok() => {
                out += digits;
                let exponent: i32 = exponent.parse().unwrap_or_default();
                if exponent != 0 {
                    let _ = write!(out, " \\times 10^{{{exponent}}}");
                }
            }
            _ => match size {
                "Inf" => out += "\\infty ",
                "NaN" | "NA" => {
                    let _ = write!(out, "\\mathrm{{{size}}}");
                }
                _ => out += size,
            },
        }
        out += unit;
        out.push(' ');
    }
    out.trim_end().to_string()
}

/// Upright words with nothing in them that LaTeX would take for a command.
fn words(text: &str) -> String {
    let mut out = String::from("\\mathrm{");
    for c in text.chars() {
        match c {
            '\\' => out += "\\backslash ",
            '^' => out += "\\hat{\\ }",
            '~' => out += "\\sim ",
            '{' | '}' | '$' | '&' | '#' | '_' | '%' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_whitespace() || c.is_control() => out += "\\ ",
            c => out.push(c),
        }
    }
    out + "}"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_formulas() {
        assert_eq!(number("-1.5000e-05"), "-1.5000 \\times 10^{-5}");
        assert_eq!(number(" 1 + Infi"), "1 + \\infty i");
        assert_eq!(number("-Inf"), "-\\infty");
        assert_eq!(number("1.0000e+00"), "1.0000");
        assert_eq!(number("NaN"), "\\mathrm{NaN}");
    }

    #[test]
    fn words_command_nothing() {
        assert_eq!(words("a_b {$\\x}"), "\\mathrm{a\\_b\\ \\{\\$\\backslash x\\}}");
    }
}
