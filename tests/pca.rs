//! Principal components: scikit-learn's numbers by every solver, missing cells, blocks, the choice of their number.

use crate::common::{error_of, holds, output_of, run_script, shared};
use crate::worked_examples::literal;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The digits that lie beside the notebooks.
fn digits() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks/data/digits.csv.gz")
}

/// What `tests/references/pca.py` wrote.
fn cases() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/references/pca.json");
    let text = std::fs::read_to_string(path).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    file["cases"].as_array().unwrap().clone()
}

/// Statements that set X and y to the data of a case.
fn data(case: &Value) -> Option<String> {
    let name = case["name"].as_str().unwrap();
    let (file, columns) = match name {
        "iris" => (shared("tabular/sklearn/iris.csv")?, 4),
        "wine" => (shared("tabular/sklearn/wine_data.csv")?, 13),
        _ => (digits(), 64),
    };
    let part = match name {
        "digits, 300" => "X = X(1:300, :); y = y(1:300); X = X(:, std(X, 1) > 1);",
        _ => "",
    };
    let read = literal("A", &file);
    Some(format!("{read} X = A(:, 1:{columns}); y = A(:, {columns} + 1); {part}"))
}

fn list(numbers: &Value) -> String {
    let text: Vec<String> =
        numbers.as_array().unwrap().iter().map(|x| format!("{:e}", x.as_f64().unwrap())).collect();
    format!("[{}]'", text.join(" "))
}

#[test]
fn every_solver_gives_the_reference() {
    for case in cases() {
        let Some(data) = data(&case) else { continue };
        let k = &case["k"];
        let reference = &case["solvers"]["full"];
        let largest = reference["variance"][0].as_f64().unwrap();
        let mut setup = format!(
            "{data} v = {}; r = {}; first = {}; whole = {};",
            list(&reference["variance"]),
            list(&reference["ratio"]),
            list(&reference["first"]),
            list(&case["all"]["variance"]),
        );
        let mut conditions = vec![format!("size(X) == [{} {}]", case["rows"], case["columns"])];
        for solver in ["auto", "full", "covariance", "krylov", "randomized"] {
            let m = format!("m_{solver}");
            setup += &format!("{m} = pca(X, k={k}, solver=\"{solver}\");");
            // Data of this size are decomposed whole by every solver.
            conditions.push(format!("abs({m}.variance - v) < {:e}", 1e-12 * largest));
            conditions.push(format!("abs({m}.ratio - r) < 1e-12"));
            conditions.push(format!("abs(abs({m}.scores(1, :)') - first) < 1e-9*max(first)"));
            conditions.push(format!(
                "abs({m}.noise_variance - {}) < {:e}",
                reference["noise"],
                1e-12 * largest
            ));
            conditions.push(format!("abs(score({m}, X) - ({})) < 1e-8", reference["score"]));
            conditions
                .push(format!("abs(score({m}, sparse(X)) - ({})) < 1e-8", reference["score"]));
        }
        conditions.push(format!("abs(pca(X).variance - whole) < {:e}", 1e-12 * largest));
        conditions.push(format!("pca(X, k=\"mle\").k == {}", case["mle"]));
        conditions
            .push(format!("pca(standardize(X, 1), k=\"mle\").k == {}", case["mle_standardized"]));
        conditions.push(format!("pca(X, energy=0.9).k == {}", case["share"]));
        conditions.push(format!(
            "abs(knn_accuracy(pca(X, k={k}).scores, y) - {}) < 1e-12",
            case["neighbours"]
        ));
        let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
        holds(&setup, &conditions);
    }
}

#[test]
fn some_components_of_large_data() {
    holds(
        "rng(4); X = randn(1500, 30)*diag(1.2.^(30:-1:1))*randn(30, 700) + randn(1500, 700) + (1:700);
         f = pca(X, k=10, solver=\"full\"); a = pca(X, k=10); c = pca(X, k=10, solver=\"covariance\");
         y = pca(X, k=10, solver=\"krylov\"); r = pca(X, k=10, solver=\"randomized\", seed=3); s = f.variance(1);",
        &[
            "strcmp(a.solver, \"randomized\") && strcmp(y.solver, \"krylov\")",
            "abs(a.variance - f.variance) < 1e-7*s & abs(r.variance - f.variance) < 1e-7*s",
            "abs(c.variance - f.variance) < 1e-12*s & abs(y.variance - f.variance) < 1e-12*s",
            "abs(a.noise_variance - f.noise_variance) < 1e-7*s",
            "abs(a.components - f.components) < 2e-3",
            "abs(y.components - f.components) < 1e-7",
            "a.converged && y.converged && !isempty(a.history) && isempty(f.history)",
            "isequal(pca(X, k=10, seed=3, solver=\"randomized\").scores, r.scores)",
        ],
    );
}

#[test]
fn whitening_and_standardizing() {
    holds(
        "rng(1); B = randn(40, 2); B = B - mean(B); [Q, ~] = qr(B, \"econ\"); X = sqrt(39)*Q*chol([2 1; 1 2]) + [5 -3];
         [Zp, Wp] = whiten(X, \"pca\"); [Zz, Wz, mu] = whiten(X, \"zca\"); [Zc, Wc] = whiten(X, \"cholesky\");
         Y = [X, X(:, 1) + X(:, 2)]; [Yp, Vp] = whiten(Y); [Yz, Vz] = whiten(Y, \"zca\"); m = pca(X, whiten=true);
         [S, mu2, sigma] = standardize([X, 7*ones(40, 1)]); wide = whiten(randn(4, 9));",
        &[
            "abs(cov(X) - [2 1; 1 2]) < 1e-13",
            // Row 75 of the worked examples.
            "abs(Wz - [.788675 -.211325; -.211325 .788675]) < 1e-6",
            "abs(cov(Zp) - eye(2)) < 1e-10 & abs(cov(Zz) - eye(2)) < 1e-10 & abs(cov(Zc) - eye(2)) < 1e-10",
            "abs((X - mu)*Wz - Zz) < 1e-12 & abs((X - mu)*Wp - Zp) < 1e-12 & abs((X - mu)*Wc - Zc) < 1e-12",
            "Wc(2, 1) == 0 && all(diag(Wc) > 0)",
            "abs(m.scores - Zp) < 1e-12",
            "abs(inverse_transform(m, m.scores) - X) < 1e-12",
            "abs(transform(m, X) - m.scores) < 1e-12",
            "columns(Yp) == 2 && columns(Yz) == 3 && norm(cov(Yp) - eye(2)) < 1e-10",
            "columns(wide) == 3 && norm(cov(wide) - eye(3)) < 1e-10",
            "S(:, 3) == 0 & abs(unstandardize(S, mu2, sigma) - [X, 7*ones(40, 1)]) < 1e-14",
        ],
    );
    for (call, part) in [
        ("whiten([1 2; 2 4; 3 6], \"cholesky\")", "depend on each other"),
        ("whiten([1 NaN; 2 3])", "X(1,2) is NaN"),
        ("whiten([1 2])", "two rows"),
        ("whiten([1 2; 3 4], \"svd\")", "\"zca\""),
        ("unstandardize([1 2], [1 2 3], 1)", "2 columns"),
    ] {
        let message = error_of(call);
        assert!(message.contains(part), "{call}: {message}");
    }
}

#[test]
fn rows_in_blocks() {
    holds(
        "rng(2); X = randn(200, 4)*randn(4, 12) + 0.1*randn(200, 12) + (1:12); p = pca(X); m = [];
         for i = 1:40:200, m = pca_update(m, X(i:i+39, :)); end
         q = []; for i = 1:40:200, q = pca_update(q, X(i:i+39, :), k=4); end
         s = pca_update(pca_update([], sparse(X(1:70, :))), sparse(X(71:200, :))); one = pca_update(pca(X(1:199, :)), X(200, :));",
        &[
            "abs(m.variance - p.variance) < 1e-12*p.variance(1) & abs(s.variance - p.variance) < 1e-12*p.variance(1)",
            "abs(one.variance - p.variance) < 1e-12*p.variance(1)",
            "abs(m.mean - mean(X)) < 1e-13",
            "abs(m.components(:, 1:4) - p.components(:, 1:4)) < 1e-10",
            "abs(q.variance - p.variance(1:4)) < 1e-3*p.variance(1)",
            "abs(q.noise_variance - p.variance(5:end)'*ones(8, 1)/8) < 1e-3*p.noise_variance + 1e-2*p.variance(5)",
            "m.n == 200 && q.k == 4 && rows(m.scores) == 40 && strcmp(m.solver, \"incremental\")",
            "abs(transform(m, X(161:200, :)) - m.scores) < 1e-10",
            "abs(transform(m, X) - p.scores) < 1e-9",
        ],
    );
    for (call, part) in [
        ("pca_update(pca([1 2; 3 5]), [1 2 3])", "1×3"),
        ("pca_update([1 2], [1 2])", "needs a pca model or []"),
        ("pca_update([], zeros(0, 3))", "at least one row"),
        ("pca_update(pca([1 2; 3 5; 4 4], scale=true), [1 2])", "scales"),
        ("pca_update(pca([1 2; 3 5]), [1 NaN])", "(1,2) is NaN"),
    ] {
        let message = error_of(call);
        assert!(message.contains(part), "{call}: {message}");
    }
}

#[test]
fn cells_that_are_missing() {
    holds(
        "rng(5); X = randn(250, 3)*diag([4 3 2])*randn(3, 10) + 0.3*randn(250, 10) + (1:10); H = X; hidden = rand(250, 10) < 0.15;
         H(hidden) = NaN; m = pca(H, k=3, missing=\"em\"); p = pca(X, k=3); F = m.completed; d = diff(m.history);
         c = pca(X, k=3, missing=\"em\"); w = pca(H, k=3, missing=\"em\", whiten=true, scale=true); Z = transform(m, H);",
        &[
            "m.converged && strcmp(m.solver, \"em\") && m.k == 3",
            "d <= 1e-9*abs(m.history(1))",
            "abs(m.variance - p.variance) < 0.03*p.variance(1)",
            "abs(m.noise_variance - 0.09) < 0.01",
            "F(~hidden) == X(~hidden)",
            "sqrt(mean((F(hidden) - X(hidden)).^2)) < 0.45",
            "subspace(m.components, p.components) < 0.05",
            "abs(Z - m.scores) < 1e-5",
            "c.variance == p.variance && !strcmp(c.solver, \"em\")",
            "abs(cov(w.scores) - eye(3)) < 0.1",
            "isfinite(score(m, F))",
        ],
    );
    let run = run_script(
        "rng(5); X = randn(50, 3)*randn(3, 6); X(3:7:300) = NaN; m = pca(X, k=2, missing=\"em\", maxiter=3)",
    );
    assert!(run.error.is_none() && run.warnings[0].contains("3 iterations"), "{:?}", run.warnings);
    for (call, part) in [
        ("pca([1 NaN; 2 3; 4 4])", "missing=\"em\""),
        ("pca([1 NaN; 2 3; 4 4], missing=\"em\")", "needs k"),
        ("pca([1 NaN; 2 3; 4 4], k=2, missing=\"em\")", "between 1 and 1"),
        ("pca([NaN NaN; 2 3; 4 4], k=1, missing=\"em\")", "row 1"),
        ("pca([NaN 1; NaN 3; NaN 4], k=1, missing=\"em\")", "column 1"),
        ("pca([NaN 1; 2 3; Inf 4], k=1, missing=\"em\")", "(3,1) is Inf"),
        ("pca([1 2; 2 3], k=1, missing=\"mean\")", "em"),
        ("pca([1 2; NaN 3; 4 4], k=\"mle\", missing=\"em\")", "complete data"),
    ] {
        let message = error_of(call);
        assert!(message.contains(part), "{call}: {message}");
    }
}

#[test]
fn hidden_cells_choose_the_number() {
    // Row 71 of the worked examples: the minimum is at the planted rank.
    holds(
        "rng(7); X = randn(150, 5)*randn(5, 30) + 0.5*randn(150, 30); c = pca_cv(X, 1:12); H = X; H(rand(150, 30) < 0.05) = NaN;
         h = pca_cv(H, [3 5 8], folds=4, seed=2);",
        &[
            "c.best == 5 && h.best == 5",
            "c.errors(5) < 0.3*c.baseline && size(c.folds) == [12 5]",
            "c.ks == (1:12)'",
            "abs(c.baseline - mean(std(X))) < 0.1*c.baseline",
            "isequal(pca_cv(X, 1:3).errors, c.errors(1:3))",
        ],
    );
    let run = run_script("rng(7); plot(pca_cv(randn(20, 2)*randn(2, 6), 1:3))");
    assert!(run.error.is_none() && run.figures == 1, "{:?}", run.error);
    for (call, part) in [
        ("pca_cv(magic(4), [])", "numbers of components"),
        ("pca_cv(magic(4), 0:2)", "between 1 and 4"),
        ("pca_cv(magic(4), 1.5)", "whole numbers"),
        ("pca_cv(magic(4), 1:2, folds=1)", "2 or more"),
        ("pca_cv([1 NaN; 2 NaN; 3 1], 1)", "column 2"),
    ] {
        let message = error_of(call);
        assert!(message.contains(part), "{call}: {message}");
    }
}

#[test]
fn neighbours_tell_classes() {
    holds(
        "rng(3); Z = [randn(30, 2); randn(30, 2) + 6]; y = [ones(30, 1); 2*ones(30, 1)]; [a, f] = knn_accuracy(Z, y, k=3);
         [b, g] = knn_accuracy(Z, y, holdout=0.25, seed=1); words = cell(1, 60); words(1:30) = {\"low\"}; words(31:60) = {\"high\"};
         [c, h] = knn_accuracy(Z, words, folds=5);",
        &["a > 0.95 && b > 0.9 && c > 0.95", "mean(f == y) == a", "sum(!isnan(g)) == 15", "iscellstr(h) && strcmp(h{1}, \"low\")"],
    );
    for (call, part) in [
        ("knn_accuracy([1 2; 3 4], [1 2 3])", "3 labels"),
        ("knn_accuracy([1; 2; 3], [1 2 1], k=3)", "between 1 and 2"),
        ("knn_accuracy([1; 2; 3], [1 2 1], folds=2, holdout=0.5)", "give one"),
        ("knn_accuracy([1; 2; NaN], [1 2 1])", "(3,1) is NaN"),
        ("knn_accuracy([1; 2; 3], [1 NaN 1])", "label 2"),
    ] {
        let message = error_of(call);
        assert!(message.contains(part), "{call}: {message}");
    }
}

#[test]
fn pictures_of_components() {
    let run = run_script(&format!(
        "{} m = pca(A(:, 1:64), k=12); eigenimages(m, [8 8], rowwise=true); figure; biplot(pca(A(1:50, 3:6)), {{\"a\", \"b\", \"c\", \"d\"}})",
        literal("A", &digits())
    ));
    assert!(run.error.is_none(), "{:?}", run.error);
    assert_eq!(run.figures, 2);
    for (call, part) in [
        ("eigenimages(pca(magic(4)), [3 3])", "9 pixels"),
        ("eigenimages(pca(magic(4)), 4)", "[h w]"),
        ("biplot(magic(4))", "pca model"),
        ("biplot(pca(magic(4)), {\"a\"})", "4 variables"),
    ] {
        let message = error_of(call);
        assert!(message.contains(part), "{call}: {message}");
    }
}

#[test]
fn what_does_not_fit_is_refused_and_little_is_enough() {
    for (call, part) in [
        ("pca([1 2; 3 4], k=5)", "between 1 and 2"),
        ("pca([1 2; 3 4], k=1.5)", "\"mle\""),
        ("pca([1 2; 3 4], k=\"best\")", "\"mle\""),
        ("pca([1 2 3; 3 4 9], k=\"mle\")", "as many rows"),
        ("pca(magic(4), k=\"mle\", energy=0.5)", "give one"),
        ("pca(magic(4), solver=\"eig\")", "covariance"),
        ("pca(magic(4), energy=1.5)", "between 0 and 1"),
        ("pca([1 Inf; 2 3])", "(1,2) is Inf"),
        ("pca([1i 2; 3 4])", "complex"),
        ("pca(sparse([1i 2; 3 4]))", "complex"),
        ("pca(sparse(magic(4)), solver=\"full\")", "sparse data full"),
        ("pca(zeros(0, 3))", "at least one row"),
        ("score(pca([1 1; 2 2; 3 3], k=1), [1 1])", "fewer components"),
        ("score(pca(magic(4)), [1 2])", "1×2"),
    ] {
        let message = error_of(call);
        assert!(message.contains(part), "{call}: {message}");
    }
    holds(
        "r = pca([1 2 3]); c = pca([1; 2; 4]); k = pca([1 2 7; 1 4 9; 1 5 5], scale=true, whiten=true);",
        &[
            "r.variance == 0 & r.k == 1 & r.noise_variance == 0",
            "abs(c.variance - var([1 2 4])) < 1e-14 & c.components == 1",
            "all(isfinite(k.scores(:))) && k.scale(1) == 1",
        ],
    );
    assert!(output_of("pca([1 2; 3 5; 4 4], whiten=true)").contains("whitened"));
}
