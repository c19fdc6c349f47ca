//! Fused chains and reordered products give what one operation after the other gives: values, errors and places.

use crate::common::{Draw, output_of, run_in, run_script};
use crate::transcript::screen;
use mf::session::Session;
use mf::syntax::Diagnostic;

/// Large enough to be fused, of every shape that broadcasts, with the awkward numbers.
const VARIABLES: &str = "A = randn(90, 61); B = rand(90, 61); C = B - 0.5; C(3) = NaN; C(8) = Inf; \
     C(11) = -Inf; C(12) = 0; C(13) = -0; r = randn(1, 61); c = rand(90, 1); L = A > 0; M = B > 0.5; s = 0.75; \
     E = zeros(0, 61); z = 1:61; t = true; W = [A B; B A]; ";

/// An expression, and the same as statements of one operation each: the statements so far and the last one's name.
fn expression(draw: &mut Draw, depth: usize, statements: &mut Vec<String>) -> (String, String) {
    let name = |statements: &mut Vec<String>, text: String| {
        let name = format!("v{}", statements.len());
        statements.push(format!("{name} = {text};"));
        name
    };
    if depth == 0 || draw.below(7) == 0 {
        let leaf = draw.of(&["A", "B", "C", "r", "c", "L", "M", "s", "2", "-1.5", "z", "t", "E"]);
        return (leaf.into(), format!("({leaf})"));
    }
    let (x, x_name) = expression(draw, depth - 1, statements);
    if draw.below(4) == 0 {
        let call = draw.of(&["sqrt", "abs", "exp", "log", "floor", "sign", "-", "tanh", "round"]);
        return (format!("{call}({x})"), name(statements, format!("{call}({x_name})")));
    }
    let (y, y_name) = expression(draw, depth - 1, statements);
    let op =
        draw.of(&["+", "-", ".*", "./", ".^", "<", ">=", "==", "~=", "&", "|", "*", "+", ".*"]);
    (format!("({x}) {op} ({y})"), name(statements, format!("{x_name} {op} {y_name}")))
}

#[test]
fn chains_have_the_bits_of_single_steps_or_their_error() {
    let mut draw = Draw(20_260_101);
    let session = Session::start();
    screen(&session, VARIABLES);
    let (mut values, mut errors) = (0, 0);
    for _ in 0..400 {
        let mut statements = Vec::new();
        let depth = 1 + draw.below(4);
        let (whole, last) = expression(&mut draw, depth, &mut statements);
        let fused = run_in(&session, &format!("x = {whole};"));
        let single = run_in(&session, &format!("{}\ny = {last};", statements.join("\n")));
        match (fused.error, single.error) {
            (None, None) => {
                let same = screen(
                    &session,
                    "d = [x(:); 1 ./ x(:)]; e = [y(:); 1 ./ y(:)]; \
                     disp(isequal(size(x), size(y)) && strcmp(class(x), class(y)) && \
                     (isempty(d) || all(d == e | (d ~= d & e ~= e))))",
                );
                assert_eq!(same.trim(), "1", "{whole}");
                values += 1;
            }
            (Some(a), Some(b)) => {
                // The way out quotes the operands as they are written.
                assert_eq!(a.message, b.message, "{whole}");
                errors += 1;
            }
            (a, b) => panic!("{whole}\n{a:?}\n{b:?}"),
        }
    }
    assert!(values > 100 && errors > 20, "{values} values, {errors} errors");
}

/// The pieces of the text that an error points at.
fn places(error: &Diagnostic, text: &str) -> Vec<String> {
    error.labels.iter().map(|(span, note)| format!("{}|{note}", &text[span.range()])).collect()
}

#[test]
fn errors_keep_their_places_and_come_before_later_operands() {
    let set = "A = ones(80, 60); B = ones(60, 80); n = NaN(80, 60); function x = f(), disp(\"ran\"); x = 1; end\n";
    for (expression, expected) in [
        ("2*A + sqrt(A) .* B", vec!["sqrt(A)|this is 80×60", "B|B is 60×80 (line 1)"]),
        ("(A + B) .* f()", vec!["A|A is 80×60 (line 1)", "B|B is 60×80 (line 1)"]),
        ("A + abs(A, B)", vec!["B|"]),
        ("A + A .* nosuch(A)", vec!["nosuch|"]),
        ("(A > 0) & (n + 1) & f()", vec!["(A > 0) & (n + 1)|"]),
        ("A * A * f()", vec!["A|A is 80×60 (line 1)", "A|A is 80×60 (line 1)"]),
        ("A * B * B * f()", vec!["A * B|this is 80×80", "B|B is 60×80 (line 1)"]),
        ("2 * A' * 3 * B * f()", vec!["2 * A' * 3|this is 60×80", "B|B is 60×80 (line 1)"]),
        ("A * 'x'' * f() * @sin", vec![]),
    ] {
        let text = format!("{set}x = {expression};");
        let run = run_script(&text);
        if expected.is_empty() {
            continue;
        }
        let error = run.error.unwrap_or_else(|| panic!("{expression} should be an error"));
        assert_eq!(places(&error, &text), expected, "{expression}: {}", error.message);
        assert_eq!(run.output, "", "{expression}");
    }
}

#[test]
fn operands_are_evaluated_once_and_in_order() {
    let text = "function x = f(k), printf(\"%d\", k); x = k*ones(70); end\n\
        x = f(1) + f(2) .* sqrt(-f(3)) - f(4)*f(5)*f(6)(:,1);";
    assert_eq!(output_of(text), "123456");
}

#[test]
fn products_in_any_order_equal_the_parenthesised_ones() {
    let set = "A = randn(30, 40); B = randn(40, 7); C = randn(7, 50); x = randn(50, 1); k = 2.5; \
        close = @(p, q) isequal(size(p), size(q)) && norm(p - q) <= 1e-12 * norm(q); ";
    for (product, written) in [
        ("A*B*C*x", "((A*B)*C)*x"),
        ("A'*A*B", "(A'*A)*B"),
        ("A*A'*A*A'", "((A*A')*A)*A'"),
        ("x'*C'*B'", "(x'*C')*B'"),
        ("k*A*B*C", "((k*A)*B)*C"),
        ("A*B*k*C*3", "(((A*B)*k)*C)*3"),
        ("k*C'*C", "(k*C')*C"),
        ("k*x'*x*A", "((k*x')*x)*A"),
        ("x'*x*2*A'*A", "((((x'*x)*2)*A')*A)"),
        ("(A+A)'*(A-1)*B", "((A+A)'*(A-1))*B"),
        ("x*x'", "x*(x')"),
        ("A'*(A > 0)*B", "(A'*(A > 0))*B"),
        ("zeros(0,30)*A*B", "(zeros(0,30)*A)*B"),
        ("A*zeros(40,0)*zeros(0,4)*ones(4,2)", "((A*zeros(40,0))*zeros(0,4))*ones(4,2)"),
    ] {
        let text = format!("{set}p = {product}; q = {written}; disp(close(p, q))");
        assert_eq!(output_of(&text), "1\n", "{product}");
    }
    let symmetric =
        "A = rand(90, 80); G = A'*A; disp(isequal(G, G')); H = A*A'; disp(isequal(H, H'))";
    assert_eq!(output_of(symmetric), "1\n1\n");
}

#[test]
fn a_result_too_large_in_between_is_not_computed() {
    let text = "u = ones(2e5, 1); v = u; s = u*v'*u; disp(s(1))";
    assert_eq!(output_of(text), "200000\n");
}

#[test]
fn plans() {
    let session = Session::start();
    screen(
        &session,
        "A = rand(2000); b = rand(2000, 1); C = A; D = A; r = b'; k = 2; L = A > 0.5; n = [1 2 3]; \
         function x = f(), disp(\"ran\"); x = 1; end",
    );
    let mut shown = String::new();
    for expression in [
        "A'*A*b",
        "A.*C + D./2 - sqrt(abs(A))",
        "exp(r) .* A + 1",
        "k*A*C*b + 3*b",
        "A'*A",
        "(A*C)*b",
        "b'*b*A",
        "(A > 0.5) & L | !L",
        "sqrt(n.^2 + 1)",
        "A(:, 1:3)'*b",
        "f()*A + 1",
        "A \\ b",
        "A' + 1",
        "k + 1",
    ] {
        shown +=
            &format!(":plan {expression}\n{}\n", screen(&session, &format!(":plan {expression}")));
    }
    insta::assert_snapshot!(shown);
    assert!(
        screen(&session, ":plan").starts_with(":plan expression: tells how it will be computed")
    );
    let error = run_in(&session, ":plan A*b*A + 1").error.unwrap();
    let real = run_in(&session, "A*b*A + 1").error.unwrap();
    assert_eq!((error.message, error.help), (real.message, real.help));
}
