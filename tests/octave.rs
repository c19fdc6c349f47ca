//! What GNU Octave prints for ordinary statements, mf prints too (the size after a matrix's name aside).
//!
//! `tests/octave/make.py` wrote each `tests/octave/expected/NAME.json` from `cases/NAME.txt`.

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

/// What one case prints in mf, when that is not what it prints in Octave.
fn difference(case: &serde_json::Value) -> Option<String> {
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
    (got != want).then(|| format!("{code}\n  Octave: {want:?}\n  mf:     {got:?}"))
}

#[test]
fn ordinary_statements_print_what_octave_prints() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/octave");
    let mut names: Vec<_> = std::fs::read_dir(folder.join("cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_owned())
        .collect();
    names.sort();
    let (mut number, mut wrong) = (0, Vec::new());
    for name in names {
        let file = folder.join("expected").join(name).with_extension("json");
        let text = std::fs::read_to_string(&file).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
        let cases = expected["cases"].as_array().unwrap();
        number += cases.len();
        wrong.extend(cases.iter().filter_map(difference));
    }
    assert!(number > 1000, "only {number} cases");
    assert!(wrong.is_empty(), "{} of {number} differ\n{}", wrong.len(), wrong.join("\n"));
}
