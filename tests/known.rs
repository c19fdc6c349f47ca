//! What is known of a matrix (triangular, diagonal, symmetric, a permutation) changes no result and outlives no write.

use crate::common::{Draw, run_in};
use crate::transcript::screen;
use mf::session::Session;

/// n×n matrices of every kind; the factors say what they are where the factorization vouches for it.
const START: &str = "A = randn(n); [L, R, P] = lu(A); [Q, U] = qr(A); C = chol(A'*A + eye(n)); \
     v0 = eye(n); v1 = diag(1 + rand(n, 1)); v2 = eye(n)(:, [2:n 1]); v3 = triu(A) + n*eye(n); v4 = L; v5 = Q; \
     v6 = A'*A + eye(n); v7 = C'; v8 = P; v9 = A;";

const OPERATIONS: [&str; 24] = [
    "x*y",
    "x*y",
    "x*y",
    "x'*y",
    "x*y'",
    "x*y*z",
    "x'*y*2*z",
    "x\\y",
    "x/y",
    "x+y",
    "x-y",
    "x.*y",
    "-x",
    "2*x",
    "x/3",
    "x'",
    "x*x'",
    "x^2",
    "triu(x)",
    "tril(x)",
    "x([n 1:n-1], :)",
    "abs(x)",
    "0.5*x + y'",
    "(x + x)*y - z",
];

const WRITES: [&str; 6] = [
    "(2, 1) = 0.5;",
    "(:, 1) = 3;",
    "(end, end) += 1;",
    "(1, n) = Inf;",
    "(n + 1) = NaN;",
    " *= 2;",
];

/// Draws a program over `v0` … `v9`, runs it, and again with every value reshaped so that nothing is known of it.
fn trial(draw: &mut Draw, n: usize, length: usize) -> usize {
    let session = Session::start();
    screen(
        &session,
        &format!("warning('off', 'all'); rand('seed', 1); randn('seed', 1); n = {n}; {START}"),
    );
    screen(&session, "for k = 0:9, eval(sprintf('w%d = reshape(v%d, n, n);', k, k)); end");
    let mut compared = 0;
    for _ in 0..length {
        let target = draw.below(10);
        let (step, twin) = if draw.below(6) == 0 {
            let write = draw.of(&WRITES);
            (format!("v{target}{write}"), format!("w{target}{write}"))
        } else {
            let operation = draw.of(&OPERATIONS);
            let names: Vec<usize> = (0..3).map(|_| draw.below(10)).collect();
            let of = |letter: char| {
                let named = |text: String, (name, k): (char, usize)| {
                    text.replace(name, &format!("{letter}{k}"))
                };
                let operands = ['x', 'y', 'z'].into_iter().zip(names.iter().copied());
                operands.fold(operation.to_string(), named)
            };
            (format!("v{target} = {};", of('v')), format!("w{target} = {};", of('w')))
        };
        let (run, other) = (run_in(&session, &step), run_in(&session, &twin));
        assert_eq!(run.error.is_some(), other.error.is_some(), "{step}: {:?}", run.error);
        // Where both went on: the same numbers up to rounding, NaN and Inf in the same places. The entries are kept
        // near 1, or the next steps compare rounding errors.
        let verdict = screen(
            &session,
            &format!(
                "a = v{target}; b = w{target}; f = isfinite(a); c = norm(b(isfinite(b))); w{target} = reshape(w{target}, size(w{target})); \
                 disp(isequal(size(a), size(b)) && isequal(f, isfinite(b)) && isequal(isnan(a), isnan(b)) && \
                 (isempty(a) || norm(a(f) - b(f)) <= 1e-7*(1 + c)))"
            ),
        );
        assert_eq!(verdict.trim(), "1", "n = {n}: {step}");
        compared += 1;
        // Values that have grown, or lost their inverse, make room for well-behaved ones; some with NaN or Inf stay.
        let infinite =
            if draw.below(3) == 0 { "all(isfinite(a(:))) &&" } else { "!all(isfinite(a(:))) ||" };
        screen(
            &session,
            &format!(
                "if {infinite} (norm(a) > 50 || rcond(b) < 1e-3), v{target} = v{}; w{target} = w{}; end, \
                 w{target} = reshape(w{target}, size(w{target}));",
                (target + 1) % 10,
                (target + 1) % 10
            ),
        );
    }
    compared
}

#[test]
fn results_do_not_depend_on_what_is_known() {
    let mut draw = Draw(20_261_122);
    let mut compared = 0;
    for round in 0..12 {
        compared += trial(&mut draw, [2, 5, 3, 9][round % 4], 40);
    }
    compared += trial(&mut draw, 130, 25);
    assert!(compared > 400);
}

/// What `:plan x * B` tells of the product.
fn plan(session: &Session, product: &str) -> String {
    screen(session, &format!(":plan {product}"))
}

#[test]
fn products_use_what_is_known() {
    let session = Session::start();
    screen(
        &session,
        "B = rand(100); D = diag(1:100); P = eye(100)([2:100 1], :); U = triu(B); S = B'*B; b = B(:, 1);",
    );
    let mut shown = String::new();
    for product in [
        "D*B",
        "B*D",
        "P*B",
        "B*P'",
        "U*B",
        "U*U",
        "U*U'",
        "D*U*D*B",
        "B*D*P",
        "(U + 2*D)*B",
        "-D*B",
        "U'*B",
        "U*b",
        "D*b",
        "D*P*B*b",
        "U \\ B",
        "B / (2*D)",
        "P \\ b",
        "S \\ b",
        "(S + D) \\ b",
        "abs(S) \\ b",
        "B \\ b",
    ] {
        shown += &format!(":plan {product}\n{}\n", plan(&session, product));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn a_write_forgets() {
    let session = Session::start();
    for write in [
        "X(2, 1) = 1;",
        "X(1) = 1;",
        "X(:) = 0;",
        "X(:, 2) = 7;",
        "X(logical(eye(5))) = 2;",
        "X(6, 6) = 1;",
        "X(:, 2) = []; X(2, :) = [];",
        "X += B;",
        "X .^= 0;",
        "X = reshape(X, 5, 5);",
        "X = [X(:, 1:4) B(:, 1)];",
        "X = [X; B](1:5, :);",
        "X = sort(X);",
        "X = X([1 1 2 3 4], :);",
        "X = X(:, 1:5)(1:5, [1 2 3 4 4]);",
        "X = X + 1;",
        "X = cos(X);",
        "X = fliplr(X);",
        "X = circshift(X, 1);",
        "X = X > 0;",
        "X = X * Inf;",
        "X = repmat(X, 1, 1);",
        "X = cumsum(X);",
        "X(2, 2)++;",
        "for k = 1:3, X(k, 1) = k; end",
        "for k = 1:200, X(3) = X(4) + k; end",
        "c = {X}; c{1}(2, 1) = 4; X = c{1};",
        "s.a = X; s.a(3, 1) = 4; X = s.a;",
        "function y = f(y), y(2, 1) = 3; end, X = f(X);",
        "Y = X; Y(2, 1) = 3; X = Y;",
    ] {
        for start in ["diag([1 2 3 4 5])", "eye(5)"] {
            screen(
                &session,
                &format!("clear s c; B = rand(5); X = {start}; {write} C = rand(columns(X), 5);"),
            );
            let told = plan(&session, "X*C");
            assert!(
                !told.contains("scaled") && !told.contains("gathered"),
                "{start}: {write}\n{told}"
            );
            let right = screen(&session, "Z = X*C; X(1) = X(1); Y = X*C; disp(isequaln(Z, Y))");
            assert_eq!(right.trim(), "1", "{start}: {write}");
        }
    }
    // A write elsewhere does not.
    screen(&session, "X = eye(5); Y = X; Y(2, 1) = 3;");
    assert!(plan(&session, "X*B").contains("gathered"));
}

#[test]
fn zeros_meet_what_is_not_finite() {
    let session = Session::start();
    let check = |program: &str| assert_eq!(screen(&session, program).trim(), "1", "{program}");
    check("x = diag([1 2]) * [1 NaN; 3 4]; disp(isequaln(x, [1 NaN; 6 NaN]))");
    check("x = [1 Inf; 3 4] * eye(2); disp(isequaln(x, [NaN Inf; 3 4]))");
    check("x = diag([Inf 1]) * [1 2; 3 4]; disp(isequal(x, [Inf Inf; 3 4]))");
    check("x = diag([Inf 1]) * diag([2 3]); disp(isequaln(x, [Inf NaN; 0 3]))");
    check("x = (diag([Inf 1]) * diag([2 3])) * [1; 1]; disp(isequaln(x, [NaN; 3]))");
    check(
        "U = triu(ones(70)); B = ones(70); B(70, 1) = Inf; x = U*B; disp(all(isinf(x(:, 1))) && x(1, 2) == 70)",
    );
    check(
        "L = tril(ones(70)); B = ones(70); B(70, 1) = Inf; x = L*B; disp(isnan(x(1)) && x(70, 2) == 70)",
    );
    check("x = diag([1 2 3]) * Inf; disp(isnan(x(2, 1)))");
}

#[test]
fn a_singular_matrix_is_warned_about_as_ever() {
    let session = Session::start();
    for (known, plain) in [
        ("diag([1 0]) \\ [1; 1]", "[1 0; 0 0] \\ [1; 1]"),
        ("triu([1 1; 1 0]) \\ [1; 1]", "[1 1; 0 0] \\ [1; 1]"),
        ("[1 1] / triu([1 1; 1 0])", "[1 1] / [1 1; 0 0]"),
        ("diag([1 1e-17]) \\ [1; 1]", "[1 0; 0 1e-17] \\ [1; 1]"),
        ("eye(2) \\ [NaN; 1]", "[1 0; 0 1] \\ [NaN; 1]"),
        ("eye(2) \\ [1; 1; 1]", "[1 0; 0 1] \\ [1; 1; 1]"),
        ("ones(1, 3) * eye(2)", "ones(1, 3) * [1 0; 0 1]"),
    ] {
        let (a, b) = (run_in(&Session::start(), known), run_in(&session, plain));
        assert_eq!(a.error.map(|e| e.message), b.error.map(|e| e.message), "{known}");
        assert_eq!(a.output, b.output, "{known}");
    }
}

#[test]
fn nothing_of_it_is_shown() {
    let session = Session::start();
    let shown = screen(&session, "X = eye(2)\nY = X; Y(1) = 1; disp(isequal(X, Y)), class(X)");
    assert_eq!(shown, "X = 2×2\n\n   1   0\n   0   1\n\n1\nans = double\n");
}
