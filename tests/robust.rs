//! Whatever is typed, mf answers: no panic, no hang.

use crate::common::run_script;
use mf::syntax::{Source, parse};
use proptest::prelude::*;

/// Pieces of programs, so that random text gets past the scanner.
const PIECES: &[&str] = &[
    "x",
    "y",
    "A",
    "f",
    "1",
    "2.5",
    "1e3",
    "0x1F",
    "3i",
    "'s'",
    "\"t\"",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    "\n",
    " ",
    "+",
    "-",
    "*",
    "/",
    "\\",
    "^",
    ".*",
    "./",
    "'",
    ".'",
    "==",
    "~=",
    "!",
    "&&",
    "||",
    "&",
    "|",
    ":",
    "=",
    "+=",
    "++",
    "@",
    "@(x)",
    "end",
    "if ",
    "else ",
    "for ",
    "while ",
    "switch ",
    "case ",
    "try ",
    "catch ",
    "function ",
    "break",
    "return",
    "do ",
    "until ",
    ".",
    "...",
    "%",
    "#",
    "sum",
    "size",
    "zeros",
    "max",
    "sort",
    "rand",
    "magic(3)",
    "1:3",
    "[1 2;3 4]",
    "NaN",
    "Inf",
    "k=2",
    "hold on",
    "é",
    "€",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_parses_or_is_refused(text in "\\PC{0,200}") {
        let _ = parse(&Source::new("random", text));
    }

    #[test]
    fn pieces_of_programs_never_panic(pieces in prop::collection::vec(0..PIECES.len(), 0..25)) {
        let text: String = pieces.iter().map(|&i| PIECES[i]).collect();
        // A random loop may well be endless; loops have tests of their own.
        prop_assume!(!text.contains("while") && !text.contains("do "));
        let run = run_script(&text);
        if let Some(error) = run.error {
            prop_assert!(!error.message.starts_with("internal error"), "{text}\n{}", error.message);
        }
    }
}

#[test]
fn odd_operands_are_answered() {
    let operands = [
        "[]",
        "zeros(0,3)",
        "zeros(3,0)",
        "5",
        "NaN",
        "Inf",
        "-0",
        "true",
        "'s'",
        "''",
        "1:3",
        "(1:3)'",
        "1:0",
        "magic(3)",
        "[1 2;3 4]",
        "1i",
        "[1i 2;3 4]",
        "@sin",
        "[true false]",
        "ones(1,3)*NaN",
    ];
    let forms = [
        "a + b",
        "a - b",
        "a .* b",
        "a * b",
        "a ./ b",
        "a / b",
        "a \\ b",
        "a ^ b",
        "a .^ b",
        "a == b",
        "a < b",
        "a & b",
        "a | b",
        "a && b",
        "[a b]",
        "[a; b]",
        "a(b)",
        "a(b, 1)",
        "a(:, b)",
        "a(b) = 1",
        "a(b) = []",
        "a(b, :) = []",
        "a(1) = b",
        "a(2, 3) = b",
        "a:b",
        "a'",
        "-a",
        "!a",
        "sum(a)",
        "sort(a)",
        "max(a, b)",
        "size(a)",
        "numel(a)",
        "mean(a, 1)",
        "cumsum(a, 2)",
        "find(a)",
        "diag(a)",
        "reshape(a, [], 1)",
        "repmat(a, 2, 2)",
        "a += b",
        "if a, end",
        "for k = a, end",
        "norm(a)",
        "num2str(a)",
        "mat2str(a)",
        "disp(a)",
        "sprintf('%d %s', a, b)",
        "any(a)",
        "kron(a, b)",
        "unique(a)",
        "abs(a)",
        "sqrt(a)",
        "mod(a, b)",
        "isequal(a, b)",
        "double(a)",
        "logical(a)",
        "a.x",
        "det(a)",
        "inv(a)",
        "lu(a)",
        "qr(a)",
        "chol(a)",
        "svd(a)",
        "eig(a)",
        "rank(a)",
        "pinv(a)",
        "trace(a)",
        "pca(a)",
        "nmf(a, k=1)",
        "plot(a, b)",
        "bar(a)",
        "imagesc(a)",
        "scatter(a, b)",
        "ratings(a)",
    ];
    // One session each form: what one does must not change the next.
    for form in forms {
        let session = mf::session::Session::start();
        for a in operands {
            for b in operands {
                let text = format!("a = {a}; b = {b}; {form}");
                let run = crate::common::run_in(&session, &text);
                if let Some(error) = run.error {
                    assert!(
                        !error.message.starts_with("internal error"),
                        "{text}\n{}",
                        error.message
                    );
                }
            }
        }
    }
}
