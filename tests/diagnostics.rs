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
            ("stray_bracket", "x = (1 + 2))"),
            ("block_comment", "x = 1;\n%{\nnotes"),
            ("continuation_at_the_end", "x = 1 + ..."),
            ("missing_value", "x =\ny = 2"),
            ("missing_value_in_a_call", "disp(x == )"),
            ("two_operators", "x = 3 * / 2"),
            ("missing_comma", "x = max(1 2)"),
            ("missing_element", "x = [1, , 2]"),
            ("two_words", "foo bar"),
            ("digit_first", "x = 2y"),
            ("word_of_the_language", "end = 3"),
            ("end_in_a_long_text", "function r = f(x)\n  r = x;\nend\nend\nf(1)"),
            ("tabs_and_wide_characters", "\tx = '日本語' +* 2"),
        ],
    );
}

#[test]
fn slips_from_other_languages() {
    check(
        "habits",
        &[
            ("else_if", "if x\n  a = 1;\nelse if y\n  a = 2;\nend\n"),
            ("elif", "if x == 1\n  y = 1;\nelif x == 2\n  y = 2;\nend"),
            ("end_if", "if true\n  x = 1;\nend if\n"),
            ("brace_block", "if (x > 1) {\n  y = 2\n}"),
            ("colon_block", "if x == 3:\n  y = 2\nend"),
            ("then", "if x then y = 1, end"),
            ("and", "if a and b, end"),
            ("typographic_quotes", "disp(“hello”)"),
            ("no_break_space", "x\u{a0}= 3"),
            ("typographic_minus", "x = 3 \u{2212} 2"),
            ("strict_equality", "if x === 3, end"),
            ("strict_inequality", "if x !== 3, end"),
            ("arrow", "if x => 3, end"),
            ("question_mark", "x = a ? 1 : 2"),
            ("floor_division", "x = 7 // 2"),
            ("square_index", "x = 1:3;\nx[1]"),
            ("import", "import numpy as np"),
            ("def", "def f(x):\n  return x"),
            ("lambda", "f = lambda x: x + 1"),
            ("let", "let x = 3"),
            ("c_loop", "for (i = 0; i < 3; i++)\nend"),
            ("return_value", "function r = f(x)\n  return x\nend"),
            ("numpy_prefix", "A = np.zeros(2, 3)"),
            ("len", "x = 1:3;\nlen(x)"),
            ("transposed_field", "A = [1 2; 3 4];\nB = A.T"),
            ("shape_field", "A = [1 2; 3 4];\nA.shape"),
            ("method", "A = [1 2; 3 4];\nA.sum()"),
        ],
    );
}

#[test]
fn calls() {
    check(
        "calls",
        &[
            (
                "chain",
                "function a(x)\n  b(x);\nend\nfunction b(x)\n  error(\"Data:empty\", \"%d rows\", x);\nend\na(0)",
            ),
            ("callback", "feval(@(x) x + undefinedthing, 1)"),
            ("callback_of_a_builtin", "feval(@chol, -1)"),
            ("anonymous", "f = @(x) chol(x);\ng = @(x) f(-x);\ng(1)"),
            ("library_function", "softmax({1})"),
            (
                "rethrown",
                "function f()\n  error(\"first\");\nend\ntry\n  f()\ncatch err\n  rethrow(err)\nend",
            ),
            (
                "error_in_a_handler",
                "try\n  error(\"first\");\ncatch err\n  error(\"second: %s\", err.message);\nend",
            ),
            (
                "error_in_a_cleanup",
                "unwind_protect\n  x = 1;\nunwind_protect_cleanup\n  error(\"in cleanup\");\nend",
            ),
            ("without_place", "function f()\n  error(\"just this\\n\");\nend\nf()"),
            ("too_many_arguments", "function r = f(x, k=2)\n  r = x;\nend\nf(1, 2, 3)"),
            ("too_many_outputs", "function r = f(x)\n  r = x;\nend\n[a, b] = f(1)"),
            ("unset_output", "function r = f(x)\n  y = x;\nend\nz = f(1)"),
            ("unknown_parameter", "function r = f(x, width=2)\n  r = x;\nend\nf(1, widht=3)"),
            ("narginchk", "function f(varargin)\n  narginchk(2, 3);\nend\nf(1)"),
            (
                "print_usage",
                "% r = half(x): half of a number\nfunction r = half(x)\n  print_usage();\nend\nhalf(1)",
            ),
            ("many_lines", "x = [1 2 3\n     4 5 6];\ny = x * ...\n    x"),
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
            ("no_integers_yet", "x = uint8(5)"),
            ("no_globals", "global g"),
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
            ("multiply_vectors", "x = 1:3;\nx * x"),
            (
                "multiply_in_a_function",
                "function r = f(P, Q)\n  r = P * Q;\nend\nf(ones(2, 3), ones(2, 3))",
            ),
            ("add_column_names", "x = 1:3;\ny = (1:4)';\nz = x + y'"),
            ("stack_names", "A = ones(2, 3);\nB = ones(1, 2);\n[A; B]"),
            ("solve_names", "A = magic(3);\nb = [1; 2];\nA \\ b"),
            ("column_outside", "A = magic(3);\nA(1, 4)"),
            ("cell_outside", "c = {1, 2};\nc{3}"),
            (
                "add_transposed",
                "x = 1:3;\ny = (1:3)';\nA = [1 2; 3 4];\nB = ones(3, 2);\nB + ones(2, 3)",
            ),
            ("hidden_function", "sum = 3;\nsum([1 2 3])"),
            ("assign_column", "A = eye(3);\nA(:, 1) = [1 2]"),
            ("cell_plus_number", "c = {1, 2};\nc + 1"),
            ("braces_on_a_matrix", "A = [1 2];\nA{1}"),
            ("field_of_a_matrix", "A = [1 2];\nA.name"),
            ("field_unknown", "s.alpha = 3;\ns.alhpa"),
            ("delete_outside", "x = 1:3;\nx(10) = []"),
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
fn long_lines_are_cut_around_what_is_wrong() {
    let text = format!("x = 1;\ny = [{}] + undefinedthing;\nz = 2;", "1 ".repeat(20_000));
    let shown = report(&text);
    assert!(shown.len() < 1000, "{} bytes", shown.len());
    assert!(shown.contains("script.mf:2:40010"), "{shown}");
    assert!(shown.contains("+ undefinedthing;"), "{shown}");
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
