//! What GNU Octave prints for ordinary statements, mf prints too (the size after a matrix's name aside).
//!
//! `tests/octave/expected.json` was written by `tests/octave/make.py` from `cases.txt`.

use crate::common::run_script;
use std::path::Path;

/// Defines `show`, which prints values of any kind on one line.
const SHOW: &str = include_str!("octave/show.m");

/// Octave writes `x =` above a matrix, mf `x = 2×3`.
fn without_size(line: &str) -> String {
    match line.split_once(" = ") {
        Some((name, rest)) if !name.contains(' ') => {
            let size = rest.trim_end_matches(" logical").trim_end_matches(" complex");
            let is_size = size
                .split_once('×')
                .is_some_and(|(m, n)| m.chars().chain(n.chars()).all(|c| c.is_ascii_digit()));
            if is_size { format!("{name} =") } else { line.to_string() }
        }
        _ => line.to_string(),
    }
}

#[test]
fn ordinary_statements_print_what_octave_prints() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/octave/expected.json");
    let text = std::fs::read_to_string(file).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut wrong = Vec::new();
    let cases = expected["cases"].as_array().unwrap();
    for case in cases {
        let code = case["code"].as_str().unwrap();
        let lines = case["output"].as_array().unwrap();
        let want: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
        // What the case shows by itself must not be told apart by how either displays values.
        let prelude = if code.contains("show(") { SHOW } else { "" };
        let got: Vec<String> = run_script(&format!("{prelude}{code}"))
            .output
            .lines()
            .map(|line| without_size(line.trim_end()))
            .filter(|line| !line.is_empty())
            .collect();
        if got != want {
            wrong.push(format!("{code}\n  Octave: {want:?}\n  mf:     {got:?}"));
        }
    }
    assert!(cases.len() > 250, "only {} cases", cases.len());
    assert!(wrong.is_empty(), "{} of {} differ\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
