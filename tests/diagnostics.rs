//! Snapshots of what a user reads when something is wrong, a folder for each phase.

use mf::session::{Event, Outcome, Session};
use mf::syntax::Source;

/// What a script that fails, or warns, prints on standard error.
fn report(text: &str) -> String {
    let session = Session::start();
    let mut out = String::new();
    for event in session.submit(Source::new("script.mf", text)) {
        match event {
            Event::Warning(warning) => out += &warning.render(false),
            Event::Done(Outcome::Failed(diagnostic)) => out += &diagnostic.render(false),
            Event::Done(outcome) => out += &format!("{outcome:?}\n"),
            _ => {}
        }
    }
    out
}

fn check(phase: &str, cases: &[(&str, &str)]) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("diagnostics/{phase}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, text) in cases {
        let shown = format!("{text}\n----\n{}", report(text));
        settings.bind(|| insta::assert_snapshot!(*name, shown));
    }
}

#[test]
fn parse() {
    check(
        "parse",
        &[
            ("unclosed_bracket", "x = 1;\ny = inv([1 2; 3 4\n"),
            ("unclosed_block", "for i = 1:3\n  disp(i)\n"),
            ("unclosed_string", "s = 'it''s\nx = 1"),
            ("wrong_bracket", "x = (1 + [2 3)"),
            ("stray_end", "x = 1\nend"),
            ("equals_in_condition", "if x = 3, disp(x), end"),
            ("missing_operand", "x = 3 +"),
            ("end_outside_an_index", "x = end"),
            ("bad_number", "x = 0xfffffffffffffffffff"),
        ],
    );
}

#[test]
fn names() {
    check(
        "names",
        &[
            ("unknown_function", "A = zeroes(3)"),
            ("unknown_variable", "matrix = 1;\nx = 2 * matrx"),
            ("unknown_keyword", "sort([3 1 2], direction=\"descend\")"),
            ("unknown_option", "sort([3 1 2], mode=\"down\")"),
            ("keyword_twice", "linspace(0, 1, n=5, n=6)"),
            ("too_many_arguments", "rows(1, 2)"),
            ("missing_argument", "linspace(1)"),
            ("too_many_outputs", "[a, b] = numel(3)"),
            ("unknown_field", "m = pca([1 2; 3 4; 5 7]);\nm.score"),
            ("not_supported_yet", "s.name = 3"),
            ("no_cells_yet", "c = {1, 'two'}"),
            ("no_cell_index_yet", "c = 1;\nc{1}"),
            ("no_integers_yet", "x = uint8(5)"),
            ("no_globals", "global g"),
            ("no_persistent_yet", "function f\n  persistent n\nend\nf"),
        ],
    );
}

#[test]
fn evaluate() {
    check(
        "evaluate",
        &[
            ("multiply_shapes", "A = ones(100, 5);\nB = ones(100, 8);\nC = A * B"),
            ("add_shapes", "[1 2 3] + [1 2]"),
            ("stack_shapes", "[1 2; 3]"),
            ("solve_shapes", "eye(3) \\ [1; 2]"),
            ("index_outside", "A = magic(3);\nA(4, 1)"),
            ("index_zero", "x = 1:5;\nx(0)"),
            ("index_fraction", "x = 1:5;\nx(1.5)"),
            ("assign_size", "x = 1:5;\nx(2:3) = [1 2 3]"),
            ("too_large", "zeros(1e6, 1e6)"),
            ("error_in_a_function", "function r = half(x)\n  r = x / two;\nend\nhalf(4)"),
            ("endless_recursion", "f = @(g, x) g(g, x);\nf(f, 1)"),
            ("nan_condition", "if NaN, end"),
            ("user_error", "error(\"Data:empty\", \"no rows in %s\", \"r.csv\")"),
            ("user_warning", "warning(\"only %d rows\", 3)"),
        ],
    );
}

#[test]
fn numerics() {
    check(
        "numerics",
        &[
            ("not_positive_definite", "chol([1 2; 2 1])"),
            ("no_pivot", "lu([0 1; 1 0], pivot=\"none\")"),
            ("singular_solve", "[1 2; 2 4] \\ [1; 2]"),
            ("singular_inverse", "inv([1 2; 2 4])"),
            ("nan_in_svd", "svd([1 2; NaN 4])"),
            ("not_square", "det([1 2 3; 4 5 6])"),
            ("negative_nmf", "nmf([1 2; 3 -4], k=1)"),
            ("ratings_have_holes", "R = ratings([5 NaN; 3 1]);\nsvd(R)"),
        ],
    );
}
