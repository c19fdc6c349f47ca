//! The algebra of sparse matrices: equal to that of full ones, sparse where it should be, and never full silently.

use crate::common::{error_of, holds, run_script};

/// Matrices of every kind of entries, and full ones to combine them with; no zeros where they would divide.
const MATRICES: &str = "
seed(3);
S = sprand(7, 7, 0.3) - sprand(7, 7, 0.2); T = sprandn(7, 7, 0.4); Z = S + 1i * T; B = S > 0.1;
R = sprandn(7, 4, 0.4); r = sprand(1, 7, 0.5); c = sprand(7, 1, 0.5);
D = randn(7, 7); DZ = randn(7, 7) + 1i * randn(7, 7); L = D > 0; d = randn(1, 7); e = randn(7, 1); z = e + 1i * D(:, 1);
same = @(x, y) norm(full(x) - full(y), 1) <= 1e-12 * (1 + norm(full(y), 1));
";

/// Each of the expressions with `X` and `Y` as they are and in full.
fn as_full(operands: &[(&str, &str)], operations: &[&str]) -> Vec<String> {
    let mut conditions = Vec::new();
    for (x, y) in operands {
        for operation in operations {
            let of = |x: &str, y: &str| operation.replace('X', x).replace('Y', y);
            let full = of(&format!("full({x})"), &format!("full({y})"));
            conditions.push(format!("same({}, {full})", of(x, y)));
        }
    }
    conditions
}

#[track_caller]
fn all_hold(conditions: &[String]) {
    let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
    holds(MATRICES, &conditions);
}

#[test]
fn operators_give_what_they_give_of_full_matrices() {
    let pairs = [
        ("S", "T"),
        ("S", "Z"),
        ("Z", "T"),
        ("Z", "Z"),
        ("S", "B"),
        ("B", "Z"),
        ("S", "D"),
        ("D", "T"),
        ("Z", "D"),
        ("DZ", "S"),
        ("B", "L"),
        ("S", "2"),
        ("-3", "Z"),
        ("2i", "S"),
        ("S", "r"),
        ("c", "S"),
        ("Z", "d"),
        ("e", "B"),
        ("S", "sparse(2)"),
    ];
    all_hold(&as_full(&pairs, &["X + Y", "X - Y", "X .* Y", "X == Y", "X != Y", "X & Y", "X | Y"]));
    all_hold(&as_full(&pairs, &["xor(X, Y)", "(X + Y) .* X - Y"]));
    let real =
        [("S", "T"), ("B", "S"), ("S", "D"), ("D", "T"), ("S", "0.1"), ("-1", "T"), ("S", "d")];
    all_hold(&as_full(&real, &["X < Y", "X <= Y", "X > Y", "X >= Y", "max(X, Y)", "min(X, Y)"]));
    all_hold(&as_full(&real, &["mod(X, Y + 9)", "atan2(X, Y + 9)", "hypot(X, Y)"]));
}

#[test]
fn products_read_transposes_as_flags() {
    let square = ["S", "T", "Z", "B", "D", "DZ"];
    let mut pairs = Vec::new();
    for x in square {
        for y in square {
            if !(x.starts_with('D') && y.starts_with('D')) {
                pairs.push((x, y));
            }
        }
    }
    all_hold(&as_full(
        &pairs,
        &["X * Y", "X' * Y", "X * Y'", "X' * Y'", "X.' * Y", "X * Y.'", "X.' * Y'"],
    ));
    let chains = [("S", "T"), ("Z", "S"), ("S", "D"), ("D", "Z")];
    all_hold(&as_full(&chains, &["X * Y * e", "e' * X * Y", "2 * X' * Y * 3", "X * Y * X'"]));
    all_hold(&as_full(&[("S", "R"), ("Z", "R")], &["X * Y", "Y' * X", "Y' * X * Y", "Y * Y'"]));
    all_hold(&as_full(
        &[("S", "e"), ("Z", "z"), ("S", "z")],
        &["X * Y", "X' * Y", "Y' * X", "Y.' * X'"],
    ));
    all_hold(&as_full(&[("S", "T"), ("Z", "B")], &["X ^ 3", "Y ^ 0", "X ^ 1", "Y'^2"]));
    holds(
        MATRICES,
        &["issparse(S * T')", "!issparse(S * D)", "issparse(S ^ 5)", "issparse(eye(7) * S)"],
    );
    holds(MATRICES, &["issparse(S * S' * T)", "issparse(2 * S' * S)", "!issparse(S * S * e)"]);
}

#[test]
fn functions_give_what_they_give_of_full_matrices() {
    let operands = [("S", "S"), ("Z", "Z"), ("B", "B"), ("R", "R"), ("r", "r"), ("c", "c")];
    let of_entries = [
        "abs(X)",
        "sqrt(X)",
        "exp(X)",
        "expm1(X)",
        "log1p(X)",
        "sin(X)",
        "cos(X)",
        "tan(X)",
        "atan(X)",
        "sinh(X)",
        "tanh(X)",
        "floor(X)",
        "ceil(X)",
        "round(X)",
        "fix(X)",
        "sign(X)",
        "real(X)",
        "imag(X)",
        "conj(X)",
        "isnan(X)",
        "isfinite(X)",
        "-X",
        "!X",
        "+X",
        "X'",
        "X.'",
        "X.^2",
        "X.^0",
        "X.^0.5",
        "2.^X",
    ];
    all_hold(&as_full(&operands, &of_entries));
    let reductions = [
        "sum(X)",
        "sum(X, 2)",
        "sum(X, 3)",
        "prod(X)",
        "prod(X, 2)",
        "sumsq(X)",
        "sumsq(X, 2)",
        "any(X)",
        "all(X, 2)",
        "cumsum(X)",
        "cumsum(X, 2)",
        "cumprod(X)",
        "max(X)",
        "max(X, [], 2)",
        "min(X)",
        "mean(X)",
        "mean(X, 2)",
        "var(X)",
        "var(X, 1, 2)",
        "std(X)",
        "norm(X, 1)",
        "norm(X, Inf)",
        "norm(X, \"fro\")",
        "norm(X, \"rows\")",
        "norm(X, 1, \"columns\")",
        "nnz(X)",
        "nonzeros(X)",
        "trace(X(1:1, :))",
        "dot(X, X)",
        "diag(X)",
        "diag(X, 1)",
        "tril(X)",
        "triu(X, -1)",
        "kron(X, [1 2; 0 3])",
        "kron(X, X)",
        "range(X)",
    ];
    all_hold(&as_full(&operands, &reductions));
    all_hold(&as_full(&[("S", "S"), ("R", "R"), ("r", "r")], &["median(X)", "median(X, 2)"]));
}

#[test]
fn extremes_know_where_they_stand() {
    holds(
        "S = sparse([0 -1 NaN 4; -2 -3 NaN 4; 0 -1 NaN NaN]);",
        &[
            "isequal(nthargout(2, @max, S), nthargout(2, @max, full(S)))",
            "isequal(nthargout(2, @min, S), nthargout(2, @min, full(S)))",
            "isequal(nthargout(2, @max, S, [], 2), nthargout(2, @max, full(S), [], 2))",
            "isequal(nthargout(2, @min, S, [], 2), nthargout(2, @min, full(S), [], 2))",
            "isequaln(full(max(S)), max(full(S)))",
            "isequaln(full(min(S, [], 2)), min(full(S), [], 2))",
        ],
    );
}

#[test]
fn questions_are_answered() {
    holds(
        "S = sparse([2 1 0; 1 0 3; 0 3 0]); Z = sparse([1 2i; -2i 0]);",
        &[
            "issymmetric(S)",
            "!issymmetric(Z)",
            "ishermitian(Z)",
            "isequal(S, full(S), S)",
            "!isequal(S, 2 * S)",
            "!isequal(S, S(:, 1:2))",
            "isreal(S)",
            "!isreal(Z)",
            "iscomplex(Z)",
            "islogical(S > 0)",
            "isnumeric(S)",
            "!isnumeric(S > 0)",
            "isfloat(S)",
            "isa(S, \"double\")",
            "size_equal(S, full(S))",
            "istril(tril(S))",
            "istriu(triu(S))",
            "isdiag(diag(diag(S)))",
            "isbanded(S, 1, 1)",
            "issparse(double(S > 0))",
            "issparse(logical(S))",
            "iscomplex(complex(S))",
        ],
    );
}

/// A matrix that memory could not hold in full, 80 GB: whatever turns it full fails.
const HUGE: &str = "
n = 100000; S = spdiags([ones(n, 1), -2 * ones(n, 1), 3 * ones(n, 1)], [-1 0 5], n, n); x = (1:n)'; k = sparse([1 2]);
";

#[test]
fn nothing_turns_full() {
    let expressions = [
        "S + S",
        "S - S'",
        "S .* S",
        "S * 2",
        "S / 3",
        "-S",
        "S * S",
        "S' * S",
        "S * S'",
        "S * x",
        "x' * S",
        "S' * x",
        "S * S * x",
        "S ^ 3",
        "S .^ 2",
        "S != 0",
        "S < 0",
        "S > 1",
        "S & S",
        "S | S",
        "xor(S, S')",
        "S .* x",
        "S ./ x",
        "x' .* S",
        "abs(S)",
        "sqrt(S)",
        "sin(S)",
        "floor(S)",
        "sign(S)",
        "real(S)",
        "imag(1i * S)",
        "conj(S)",
        "isnan(S)",
        "mod(S, 2)",
        "max(S, 0)",
        "min(S, S')",
        "sum(S)",
        "sum(S, 2)",
        "prod(S)",
        "sumsq(S)",
        "any(S)",
        "all(S, 2)",
        "max(S)",
        "min(S, [], 2)",
        "mean(S)",
        "median(S)",
        "var(S)",
        "std(S, 0, 2)",
        "range(S)",
        "norm(S, 1)",
        "norm(S, Inf)",
        "norm(S, \"fro\")",
        "norm(S, \"rows\")",
        "nnz(S)",
        "nonzeros(S)",
        "trace(S)",
        "dot(S, S)",
        "diag(S)",
        "diag(x(1:9) .* S(1:9, 1))",
        "tril(S)",
        "triu(S, 1)",
        "kron(S, k)",
        "kron(k, S)",
        "spones(S)",
        "spfun(@(v) v + 1, S)",
        "spdiags(S)",
        "spdiags(S, 0)",
        "spdiags(x, 2, S)",
        "speye(n)",
        "issymmetric(S)",
        "ishermitian(S)",
        "isdiag(S)",
        "istril(S)",
        "istriu(S)",
        "isbanded(S, 1, 5)",
        "isequal(S, S')",
        "double(S > 0)",
        "logical(S)",
        "complex(S)",
        "isreal(S)",
        "S .* S(1, :)",
        "S + S(:, 1) .* S",
        "S(1, :) * S",
        "sprand(S)",
        "sprandn(n, n, 1e-6)",
        "sprandsym(n, 1e-6)",
        "sum(S, 3)",
        "erf(S)",
        "angle(S)",
        "meansq(S)",
        "2 \\ S",
        "S.'",
        "speye(n) * S",
        "x' * S * x",
    ];
    for expression in expressions {
        let run = run_script(&format!("{HUGE}y = {expression};"));
        assert!(run.error.is_none(), "{expression}: {:?}", run.error);
        assert!(run.warnings.is_empty(), "{expression}: {:?}", run.warnings);
    }
}

#[test]
fn assignments_with_operators_keep_it_sparse() {
    holds(
        "S = sparse([1 0; 0 2]); T = S; S *= 3; S += T; S .*= T; S -= T; S /= 2;
         A = sparse([1 0; 0 2]); for k = 1:3, A = A * 2; A += speye(2); end",
        &[
            "issparse(S)",
            "isequal(S, [1.5 0; 0 7])",
            "isequal(T, [1 0; 0 2])",
            "issparse(A)",
            "isequal(A, [15 0; 0 23])",
        ],
    );
}

#[test]
fn what_turns_full_is_told() {
    let warned = |text: &str| run_script(&format!("S = speye(100); {text}")).warnings;
    assert_eq!(
        warned("x = S + 1;"),
        ["warning: operator + made a sparse matrix full: 100×100, 0.08 MB"]
    );
    assert_eq!(warned("x = cos(S);"), ["warning: cos made a sparse matrix full: 100×100, 0.08 MB"]);
    assert!(warned("x = S == 0;")[0].contains("operator =="));
    assert!(warned("x = !S; y = 1 + 1;")[0].contains("operator !"));
    assert!(warned("x = cumsum(S);")[0].contains("cumsum"));
    assert!(warned("x = S + S; y = S * 2; z = S + ones(100);").is_empty());
}

#[test]
fn random_matrices_have_the_entries_asked_for() {
    holds(
        "seed(4); A = sprand(30, 20, 0.1); seed(4); B = sprand(30, 20, 0.1); C = sprand(9, 9, 0.9);
         E = sprandsym(40, 0.2); F = full(sprandn(6, 4, 0.9, [4 3 2 1])); G = sprandsym(30, 0.3, 0.01, 1);",
        &[
            "nnz(A) == 60",
            "isequal(A, B)",
            "nnz(C) == 73",
            "all(nonzeros(C) > 0 & nonzeros(C) < 1)",
            "issymmetric(E)",
            "abs(nnz(E) - 320) <= 1",
            "norm(svd(F) - [4 3 2 1]') < 1e-12",
            "abs(cond(full(G)) - 100) < 1e-8",
            "min(eig(full(G))) > 0",
            "isequal(sprand(A) != 0, A != 0)",
            "isequal(size(sprand(0, 5, 0.5)), [0 5])",
            "nnz(sprand(6, 6, 1)) == 36",
        ],
    );
    assert!(error_of("sprand(3, 3, 2)").contains("density"));
    assert!(error_of("sprand(3, 3, 0.5, [1 2 3 4])").contains("rc"));
    assert!(error_of("sprandsym(sparse(2, 3))").contains("2×3"));
}

#[test]
fn misfits_are_errors() {
    assert!(error_of("sparse(2, 3) + sparse(4, 5)").contains("cannot add 2×3 and 4×5"));
    assert!(error_of("sparse(2, 3) * sparse(2, 3)").contains("2×3"));
    assert!(error_of("sparse(2, 3)' * [1 2 3]'").contains("3×2"));
    assert!(error_of("sparse(2, 3) ^ 2").contains("square"));
    assert!(error_of("sparse(2, 3) + {1}").contains("cell"));
    assert!(error_of("spdiags([1 2; 3 4], [0 1 2], 2, 2)").contains("diagonal"));
    assert!(error_of("speye(100000) == 0").contains("memory"));
}
