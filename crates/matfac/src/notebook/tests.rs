//! The blocks that evcxr reads, for every kind of value.

use super::card::Card;
use super::grid::{Entry, Grid, number};
use super::*;
use crate::Matrix;
use crate::data::Labels;
use crate::linalg::c64;

/// Kind and content of each block; panics where the protocol is broken.
fn parsed(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let kind = line.strip_prefix("EVCXR_BEGIN_CONTENT ").expect("a block begins");
        let body: Vec<&str> =
            lines.by_ref().take_while(|line| *line != "EVCXR_END_CONTENT").collect();
        found.push((kind.to_string(), body.join("\n")));
    }
    assert!(text.ends_with("EVCXR_END_CONTENT\n"));
    found
}

#[test]
fn a_figure_is_a_png() {
    let [(kind, body)] = &parsed(&figure(&Figure::line(vec![1.0, 2.0], vec![1.0, 2.0])))[..] else {
        panic!("one block")
    };
    assert_eq!(kind, "image/png");
    assert!(body.starts_with("iVBORw0KGgo"));
    let bad = parsed(&figure(&Figure::line(vec![1.0], vec![])));
    assert_eq!(bad[0].0, "text/plain");
}

#[test]
fn a_card_is_text_and_html() {
    let a = Matrix::from_rows(&[&[1.0, 2.5], &[-3.0, f64::NAN]]);
    let card = Card::new("a < b").fact("rows", "2").matrix("A", &a);
    let [(first, text), (second, html)] = &parsed(&blocks(&card))[..] else { panic!("two blocks") };
    assert_eq!((first.as_str(), second.as_str()), ("text/plain", "text/html"));
    assert_eq!(text, "a < b\n  rows  2\n\nA, 2×2\n    1       2\n1   1  2.5000\n2  -3     NaN");
    assert!(html.starts_with("<p>a &lt; b</p><table><tr><th>rows</th><td>2</td></tr></table>"));
    assert!(html.contains("<tr><th>2</th><td>-3</td><td>NaN</td></tr></tbody>"), "{html}");
}

#[test]
fn a_name_cannot_end_a_block() {
    let names = Labels::new(vec!["x\nEVCXR_END_CONTENT\n<b>".into()]);
    let a = Matrix::from_rows(&[&[1.0]]);
    let card = Card::new("A").table("", Grid::matrix(&a, Some(&names), None));
    let found = parsed(&blocks(&card));
    assert_eq!(found.len(), 2);
    assert!(found[1].1.contains("&lt;b&gt;"));
}

#[test]
fn large_values_are_cut() {
    let big = Matrix::from_fn(5000, 3000, |i, j| (i * j) as f64);
    let text = Grid::matrix(&big, None, None).text();
    assert_eq!(text.lines().count(), 12);
    assert!(text.lines().last().unwrap().starts_with("5000"));
    assert!(text.contains('…') && text.len() < 2000);
    for (rows, cols) in [(0, 0), (0, 3), (3, 0), (1, 1)] {
        Grid::matrix(&Matrix::from_fn(rows, cols, |_, _| 0.0), None, None).html();
    }
}

#[test]
fn entries_are_short() {
    let texts = [0.0, -2.0, 0.25, 1234.5, 1e-5, 1e20, f64::INFINITY].map(number);
    assert_eq!(texts, ["0", "-2", "0.2500", "1234.5000", "1.0000e-5", "1.0000e20", "Inf"]);
    assert_eq!(c64::new(1.0, -0.5).text(), "1-0.5000i");
    assert_eq!(true.text(), "1");
}
