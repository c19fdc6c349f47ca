//! Factorizations as values, solving by structure, and what is told about a matrix.

use crate::common::{output_of, run_script};

/// Runs a script of conditions, each on a line that prints `ans = 1`.
#[track_caller]
fn all_true(script: &str) {
    let run = run_script(script);
    assert!(run.error.is_none(), "{:?}", run.error);
    assert!(!run.output.is_empty());
    for (i, line) in run.output.lines().enumerate() {
        assert_eq!(line, "ans = 1", "condition {} of\n{script}\n{}", i + 1, run.output);
    }
}

/// The matrices that `A \ b` treats differently, real and complex.
const KINDS: [(&str, &str); 12] = [
    ("diag([1 2 3 4])", "diagonal"),
    ("triu(magic(4)) + 9*eye(4)", "upper"),
    ("tril(magic(4)) + 9*eye(4)", "lower"),
    ("(triu(magic(4)) + 9*eye(4))([3 1 4 2], :)", "upper"),
    ("diag(4*ones(40, 1)) + diag(ones(39, 1), 1) - diag(ones(39, 1), -1)", "band"),
    ("[4 1 0; 1 3 1; 0 1 2]", "chol"),
    ("[1 2 3; 2 1 4; 3 4 1]", "ldl"),
    ("[1 2 3; 4 5 6; 7 8 10]", "lu"),
    ("[1 2; 3 4; 5 7]", "qr"),
    ("[1 2; 3 4; 5 7]'", "qr of A'"),
    ("[1 2; 2 4; 3 6]", "complete orthogonal"),
    ("magic(4)", "complete orthogonal"),
];

#[test]
fn a_factorization_is_used_from_both_sides() {
    for (matrix, method) in KINDS {
        for phase in ["1", "(1+2i)"] {
            // Times a complex number a Hermitian matrix is none any more.
            let expected = match method {
                "chol" | "ldl" if phase != "1" => "lu",
                method => method,
            };
            let script = format!(
                "warning(\"off\", \"all\"); A = ({matrix})*{phase}; F = factorize(A);
                 [m, n] = size(A); B = reshape(1:2*m, m, 2) + 0.5; C = reshape(1:2*n, 2, n) - 0.5;
                 strcmp(F.method, \"{expected}\")
                 X = F \\ B; norm(X - pinv(A)*B) < 1e-11 * (1 + norm(X))
                 Y = C / F; norm(Y - C*pinv(A)) < 1e-11 * (1 + norm(Y))
                 norm(A \\ B - X) <= 1e-13 * norm(X)
                 norm(F \\ (B*1i) - X*1i) < 1e-12 * (1 + norm(X))
                 rank(F) == rank(A)
                 isequal(size(F), size(A))\n"
            );
            all_true(&script);
            if method != "complete orthogonal" && !method.starts_with("qr") {
                all_true(&format!(
                    "A = ({matrix})*{phase}; F = factorize(A); d = det(A); [l, s] = logdet(F);
                     abs(det(F) - d) < 1e-12 * abs(d)
                     abs(s*exp(l) - d) < 1e-12 * abs(d)
                     norm(inv(F)*A - eye(rows(A))) < 1e-11
                     abs(cond(F)*rcond(F) - 1) < 1e-15\n"
                ));
            }
        }
    }
}

#[test]
fn a_factorization_is_chosen_by_name_and_shows_its_factors() {
    all_true(
        "A = [4 1 0; 1 3 1; 0 1 2]; b = [1; 2; 3];
         F = factorize(A, \"lu\"); norm(A(F.p, :) - F.L*F.U) < 1e-15
         F = factorize(A, \"chol\"); norm(F.R'*F.R - A) < 1e-15
         F = factorize(A, \"ldl\"); norm(F.L*F.D*F.L' - A(F.p, F.p)) < 1e-15
         F = factorize(A, \"qr\"); norm(F.Q*F.R - A) < 1e-14
         F = decomposition(A, \"cod\"); norm(F.Q*F.R - A(:, F.p)) < 1e-14
         F.rank == 3
         norm(factorize(A, \"qr\") \\ b - A \\ b) < 1e-15
         Z = A + [0 1i 0; -1i 0 0; 0 0 0]; F = factorize(Z); strcmp(F.method, \"chol\")
         norm(F.R'*F.R - Z) < 1e-15
         W = [1 2; 3 4; 5 7]'; F = factorize(W); norm(F.Q*F.R - W') < 1e-14\n",
    );
    for (script, expected) in [
        ("factorize([1 2; 2 1], \"chol\")", "not positive definite; pivot 2 is -3"),
        ("factorize([1 2; 3 1], \"ldl\")", "needs a symmetric"),
        ("factorize([1 2 3; 3 1 2], \"lu\")", "square"),
        ("factorize([1 2; 3 1], \"svd\")", "one of auto"),
        ("factorize([1 2; 3 4]) \\ [1 2 3]", "needs 2 rows"),
        ("[1 2 3] / factorize([1 2; 3 4])", "needs 2 rows"),
        ("det(factorize([1 2 3; 3 1 2]))", "square"),
        ("factorize([1 NaN; 2 3])", "(1,2)"),
        ("pca([1 2; 3 4; 5 7]) \\ [1; 2]", "cannot solve"),
    ] {
        let error = run_script(script).error.unwrap_or_else(|| panic!("{script}"));
        let text = format!("{} {}", error.message, error.help.unwrap_or_default());
        assert!(text.contains(expected), "{script}: {text}");
    }
    let warned = run_script("F = factorize([1 2; 2 4], \"lu\");").warnings;
    assert!(warned.iter().any(|w| w.contains("solutions will mean little")), "{warned:?}");
}

#[test]
fn solutions_keep_the_digits_that_the_data_determine() {
    all_true(
        "x = (0:20)'; V = x .^ (0:5); r = zeros(21, 1); r(5:11) = 1e6*[1 -6 15 -20 15 -6 1]';
         max(abs(V \\ (V*ones(6, 1) + r) - 1)) < 1e-13
         A = hilb(10); [X, c, bounds] = linsolve(A, A*ones(10, 1), refine=true); bounds.forward < 1e-13
         bounds.backward < eps
         c == rcond(A)
         [y, info] = solve_refined(A + 1i*eye(10), ones(10, 1)); info.forward < 1e-15
         s = [1e-200 1e-8 1 1e8 1e200]; B = magic(7)(:, 1:5) .* s; z = lstsq(B, B*(1 ./ s)');
         max(abs(z .* s' - 1)) < 1e-13
         norm(lstsq([1 1; 1 1.0001; 1 0.9999], [1; 2; 3], ridge=100)) < 0.1
         R = magic(4); norm(lstsq(R, R*ones(4, 1), ridge=0) - 1) < 1e-13
         norm(lstsq([1 1; 1 1+1e-6], [2; 2], tol=1e-3) - 1) < 1e-6\n",
    );
    for script in [
        "lstsq([1 2; 3 4], [1; 2], ridge=-1)",
        "lstsq([1 2; 3 4], [1; 2], rank=1, ridge=1)",
        "lstsq([1 2; 3 4], [1; 2; 3])",
        "solve_refined([1 2 3; 4 5 6], [1; 2])",
    ] {
        assert!(run_script(script).error.is_some(), "{script}");
    }
}

#[test]
fn a_matrix_is_advised_on() {
    let table = output_of("advise([4 1; 1 3])");
    for expected in ["symmetric positive definite", "chol", "A \\ b", "eig(A)", "lowrank", "beware"]
    {
        assert!(table.contains(expected), "{expected} is missing in\n{table}");
    }
    for (matrix, method, beware) in [
        ("[4 1; 1 3]", "chol", "inv(A)*b"),
        ("[1 2; 3 4]", "lu", "inv(A)*b"),
        ("rand(9, 4)", "qr", "squared condition"),
        ("ones(5, 2)", "complete orthogonal", "the rank is 1 of at most 2"),
        ("hilb(9)", "chol", "ill-conditioned"),
        ("eye(3)", "diagonal", "inv(A)*b"),
        ("[2 1e-6; 1e7 1]", "lu", "orders of magnitude"),
    ] {
        all_true(&format!(
            "a = advise({matrix}); strcmp(a.solve.method, \"{method}\")
             any(!cellfun(@isempty, strfind(a.warnings, \"{beware}\")))\n"
        ));
    }
    assert!(run_script("advise(\"abc\")").error.is_some());
    assert!(run_script("advise([1 NaN])").error.unwrap().message.contains("A(1,2) is NaN"));
    // The warnings of a singular matrix are not lost for what follows.
    let run = run_script("advise(ones(3));\nx = ones(3) \\ [1; 2; 3];");
    assert_eq!(run.warnings.len(), 1, "{:?}", run.warnings);
}
