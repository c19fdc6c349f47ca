//! What a function or operator makes of a sparse matrix: sparse exactly where GNU Octave's result is, of its class and
//! size, and with its numbers.
//!
//! `contract_sparse/make.py` wrote `expected/NAME.txt` from `cases/NAME.txt` × `matrices.txt`; `exceptions.txt` says
//! where mf differs, and why.

use crate::common::run_script;
use std::collections::HashMap;
use std::path::PathBuf;

/// A file of this test.
fn file(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/contract_sparse");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// Name and expression of all matrices.
fn matrices() -> Vec<(String, String)> {
    let text = file("matrices.txt");
    let pairs = text.lines().filter_map(|line| line.split_once(": "));
    pairs.map(|(name, matrix)| (name.to_string(), matrix.to_string())).collect()
}

/// A case and what Octave makes of it, matrix by matrix.
fn expected(name: &str) -> Vec<(String, Vec<String>)> {
    let text = file(&format!("expected/{name}.txt"));
    let mut cases: Vec<(String, Vec<String>)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("= "), cases.last_mut()) {
            (Some(case), _) => cases.push((case.to_string(), Vec::new())),
            (None, Some((_, results))) => results.push(line.to_string()),
            (None, None) => panic!("{name}: {line}"),
        }
    }
    cases
}

/// The statements of a case, which set r.
fn statements(case: &str) -> String {
    let assigns = |start: usize| {
        let before = case[..start].chars().next_back();
        let after = case[start + 1..].trim_start().trim_start_matches('+');
        before.is_none_or(|c| !c.is_alphanumeric() && c != '.')
            && after.starts_with('=')
            && !after.starts_with("==")
    };
    let sets = case.match_indices('r').any(|(start, _)| assigns(start));
    if sets { case.to_string() } else { format!("r = {case};") }
}

/// Real and imaginary part of what `tell` prints of a number.
fn number(word: &str) -> Option<(f64, f64)> {
    let Some(both) = word.strip_suffix('i') else { return Some((word.parse().ok()?, 0.0)) };
    let sign = both
        .char_indices()
        .rev()
        .find(|&(k, c)| k > 0 && matches!(c, '+' | '-') && !both[..k].ends_with('e'))?;
    let (re, im) = both.split_at(sign.0);
    Some((re.parse().ok()?, im.parse().ok()?))
}

/// Whether two lines of `tell` show the same. Of complex numbers that are not finite the parts are not compared: NaN and
/// Inf come from each other's products in whatever order they are taken.
fn same(a: &str, b: &str) -> bool {
    let close = |x: f64, y: f64| {
        x == y
            || (x.is_nan() && y.is_nan())
            || (x - y).abs() <= 1e-9 * x.abs().max(y.abs()).max(1.0)
    };
    let words = |x: &str, y: &str| {
        x == y
            || match (number(x), number(y)) {
                (Some((re, im)), Some((u, v))) => {
                    let finite = re.is_finite() && im.is_finite();
                    let complex = x.ends_with('i') || y.ends_with('i');
                    (close(re, u) && close(im, v))
                        || (complex && !finite && !(u.is_finite() && v.is_finite()))
                }
                _ => false,
            }
    };
    let (left, right): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    left.len() == right.len() && left.iter().zip(&right).all(|(x, y)| words(x, y))
}

/// What `exceptions.txt` says: matrices of a case (`*` for all) that may differ.
fn exceptions() -> HashMap<String, Vec<String>> {
    let text = file("exceptions.txt");
    let entries = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut all: HashMap<String, Vec<String>> = HashMap::new();
    for line in entries {
        let (which, case) = line.split_once(": ").unwrap();
        all.entry(case.to_string()).or_default().extend(which.split(", ").map(str::to_string));
    }
    all
}

/// Runs the cases of a file; each result that differs from Octave's is an exception, and each exception is of use.
#[track_caller]
fn check(name: &str) {
    let matrices = match name {
        "constants" => matrices()[..1].to_vec(),
        _ => matrices(),
    };
    let cases = expected(name);
    // It defines `one`, which runs a case, and `tell`, which shows what came of it.
    let mut script = file("tell.m");
    for (case, results) in &cases {
        assert_eq!(results.len(), matrices.len(), "{case}");
        for (_, matrix) in &matrices {
            let code = statements(case).replace('\'', "''");
            script += &format!("one({matrix}, '{code}');\n");
        }
    }
    let run = run_script(&script);
    assert!(run.error.is_none(), "{:?}", run.error);
    let got: Vec<&str> = run.output.lines().collect();
    assert_eq!(got.len(), cases.len() * matrices.len());
    let exceptions = exceptions();
    let mut wrong = Vec::new();
    for ((case, results), got) in cases.iter().zip(got.chunks(matrices.len())) {
        let excepted = exceptions.get(case).map_or(&[][..], Vec::as_slice);
        let mut differing = Vec::new();
        for (((matrix, _), want), got) in matrices.iter().zip(results).zip(got) {
            if want == "abort" || same(want, got) {
                continue;
            }
            differing.push(matrix);
            if !excepted.iter().any(|name| name == "*" || name == matrix) {
                wrong.push(format!("{case} of {matrix}\n  Octave: {want}\n  mf:     {got}"));
            }
        }
        let is_used = |name: &String| match name.as_str() {
            "*" => !differing.is_empty(),
            _ => differing.contains(&name),
        };
        let unused = excepted.iter().filter(|name| !is_used(name));
        wrong.extend(unused.map(|name| format!("{name}: {case}\n  this exception is not needed")));
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn operators() {
    check("operators");
}

#[test]
fn indexing() {
    check("indexing");
}

#[test]
fn assignment() {
    check("assignment");
}

#[test]
fn joining() {
    check("joining");
}

#[test]
fn reductions() {
    check("reductions");
}

#[test]
fn functions_of_each_entry() {
    check("elementwise");
}

#[test]
fn rearranging() {
    check("rearranging");
}

#[test]
fn constants() {
    check("constants");
}

#[test]
fn every_exception_names_a_case() {
    let names = ["operators", "indexing", "assignment", "joining", "reductions", "elementwise"];
    let names = names.iter().chain(&["rearranging", "constants"]);
    let cases: Vec<String> = names.flat_map(|name| expected(name)).map(|(case, _)| case).collect();
    for (case, which) in exceptions() {
        assert!(cases.contains(&case), "{case}");
        let known =
            |name: &String| name == "*" || matrices().iter().any(|(known, _)| known == name);
        assert!(which.iter().all(known), "{which:?}: {case}");
    }
}
