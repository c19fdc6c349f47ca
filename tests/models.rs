//! Models of a matrix, as a user fits and uses them: non-negative parts.
//!
//! `tests/references/nmf.json` is scikit-learn's (its script is beside it): multiplicative updates from a given start are
//! the same numbers everywhere, other methods have a number to reach.

use crate::common::{error_of, holds, output_of, run_script};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn reference() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/references/nmf.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// A matrix of the language.
fn literal(rows: &Value) -> String {
    let row = |row: &Value| {
        let cells: Vec<String> = row.as_array().unwrap().iter().map(Value::to_string).collect();
        cells.join(" ")
    };
    let rows: Vec<String> = rows.as_array().unwrap().iter().map(row).collect();
    format!("[{}]", rows.join("; "))
}

fn digits() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks/data/digits.csv.gz")
}

#[test]
fn updates_are_those_of_scikit_learn() {
    for case in reference()["updates"].as_array().unwrap() {
        let [a, w, h, product] = ["A", "W", "H", "product"].map(|name| literal(&case[name]));
        let (beta, l1, l2) = (&case["beta"], &case["l1"], &case["l2"]);
        let options = format!(
            "init={{W, H}}, loss={beta}, solver=\"mu\", l1={l1}, l2={l2}, maxiter=25, tol=0"
        );
        let check = format!("abs(m.residual - {}) < 1e-8", case["residual"]);
        holds(
            &format!(
                "A = {a}; W = {w}; H = {h}; m = nmf(A, 3, {options}); s = nmf(sparse(A), 3, {options});"
            ),
            &[
                &format!("abs(reconstruct(m) - {product}) < 1e-8"),
                &format!("abs(s.W*s.H - {product}) < 1e-8"),
                &check,
                "diff(m.history) <= 0",
                "abs(m.objective - m.residual^2/2) < 1e-12",
            ],
        );
    }
}

#[test]
fn new_rows_are_those_of_scikit_learn() {
    for case in reference()["transforms"].as_array().unwrap() {
        let [h, x, product] = ["H", "X", "product"].map(|name| literal(&case[name]));
        let beta = &case["beta"];
        // A model whose H is the given one: no iteration from that start.
        let setup = format!(
            "H = {h}; X = {x}; m = nmf(ones(3, 6), 3, init={{eye(3), H}}, loss={beta}, solver=\"mu\", maxiter=0, tol=0);
             Z = transform(m, X); P = inverse_transform(m, Z);"
        );
        holds(
            &setup,
            &[
                "Z(:) >= 0",
                "size(Z) == [5 3]",
                // Least squares are exact; multiplicative updates stop on the way.
                &format!("abs(P - {product}) < 1e-3"),
                "norm(inverse_transform(m, transform(m, sparse(X))) - P) < 1e-6",
                "abs(score(m, X) - (1 - norm(X - P, \"fro\")^2/norm(X, \"fro\")^2)) < 1e-6",
            ],
        );
    }
}

#[test]
fn digits_are_factored_as_well_as_by_scikit_learn() {
    let directory = tempfile::tempdir().unwrap();
    let picture = directory.path().join("parts.png");
    let published = &reference()["digits"];
    let setup = format!(
        "D = load('{}'); X = D(:, 1:64); m = nmf(X, 16); k = nmf(X, 16, loss=\"kl\"); u = nmf(X, 16, solver=\"mu\");
         M = parts(m, [8 8], by=\"rows\"); parts(m, [8 8], by=\"rows\"); saveas('{}')",
        digits().display(),
        picture.display()
    );
    holds(
        &setup,
        &[
            &format!("m.residual <= {} & m.residual >= 572.96", published["cd"]),
            &format!("u.residual <= min(728.60, {})", published["mu"]),
            &format!("k.residual <= min(345.06, {})", published["kl"]),
            "abs(m.residual - norm(X - m.W*m.H, \"fro\")) < 1e-8",
            "m.converged & k.converged & u.converged",
            "abs(vecnorm(m.W) - 1) < 1e-12",
            "issorted(-m.weights)",
            "abs(m.weights - vecnorm(m.H, 2, 2)) < 1e-8",
            "norm(X - lowrank(X, 16), \"fro\") <= m.residual",
            "score(m, X(1:50, :)) > 0.9",
            "size(M) == [37 37]",
            "M(:) >= 0 & M(:) <= 1",
            "M(1:9:end, :) == .85",
        ],
    );
    assert!(std::fs::metadata(picture).unwrap().len() > 1000);
}

#[test]
fn strokes_are_found_with_restarts() {
    // 5×5 pictures of some of six strokes.
    holds(
        "S = zeros(25, 6); t = zeros(5); t(1, :) = 1; S(:, 1) = t(:); t = zeros(5); t(3, :) = 1; S(:, 2) = t(:);
         t = zeros(5); t(5, :) = 1; S(:, 3) = t(:); t = zeros(5); t(:, 1) = 1; S(:, 4) = t(:); t = zeros(5); t(:, 3) = 1;
         S(:, 5) = t(:); S(:, 6) = reshape(eye(5), 25, 1);
         seed(2); G = S*((rand(6, 80) < .4) .* (.5 + rand(6, 80)));
         m = nmf(G, 6, restarts=10, tol=1e-8, maxiter=2000); low = nmf(G, 3);
         C = (S ./ vecnorm(S))'*m.W;",
        &["max(C, [], 2) > .99", "m.error(end) < 1e-4", "low.error(end) > .1", "max(C) > .99"],
    );
}

#[test]
fn starts_are_what_they_say() {
    holds(
        "seed(1); A = rand(40, 3)*rand(3, 30) + .1*rand(40, 30);
         a = nmf(A, 3, maxiter=0, tol=0); b = nmf(A, 3, maxiter=0, tol=0); r = nmf(A, 3, init=\"random\", maxiter=0);
         d = nmf(A, 3, init=\"nndsvdar\", seed=3, maxiter=0); f = nmf(A, 3, init=\"nndsvda\", maxiter=0);
         m = nmf(A, 3); g = nmf(A, 3, init={m.W, m.H}, maxiter=2);",
        &[
            "isequal(a.W, b.W) && isequal(a.H, b.H)",
            "a.error(end) < r.error(end)",
            "any(a.W(:) == 0) && all(d.W(:) > 0) && all(f.W(:) > 0)",
            "g.error(end) <= m.error(end) + 1e-9",
            "a.iterations == 0",
        ],
    );
}

#[test]
fn missing_cells_are_left_out() {
    holds(
        "seed(3); A = rand(30, 2)*rand(2, 20); B = A; B(rand(30, 20) < .25) = NaN;
         m = nmf(B, 2, missing=true, tol=1e-7, maxiter=5000); e = nmf(B, 2, missing=true, solver=\"anls\", tol=1e-7, maxiter=5000);
         r = nmf(ratings(B), 2, missing=true, tol=1e-7, maxiter=5000); Z = transform(m, B(1:4, :));
         C = B; C(3, :) = NaN; c = nmf(C, 2, missing=true);
         S = B; S(rand(30, 20) < .5) = 0; f = nmf(S, 2, missing=true); s = nmf(sparse(S), 2, missing=true);",
        &[
            "norm(reconstruct(m) - A, \"fro\")/norm(A, \"fro\") < 1e-3",
            "norm(reconstruct(e) - A, \"fro\")/norm(A, \"fro\") < 1e-3",
            "norm(reconstruct(r) - A, \"fro\")/norm(A, \"fro\") < 1e-3",
            "abs(inverse_transform(m, Z) - A(1:4, :)) < 1e-2",
            "score(m, B) > .999",
            "c.W(3, :) == 0",
            "!isnan(c.W(:))",
            "abs(reconstruct(f) - reconstruct(s)) < 1e-6",
            "abs(transform(f, S) - transform(s, sparse(S))) < 1e-6",
        ],
    );
    for (program, part) in [
        ("nmf([1 NaN; 2 3], 1)", "entry (1,2) is NaN"),
        ("nmf([1 NaN; 2 3], 1)", "missing=true"),
        ("nmf(sparse([1 NaN; 2 3]), 1)", "missing=true"),
        ("nmf(ratings([1 NaN; 2 3]), 1)", "missing"),
        ("nmf([1 Inf; 2 NaN], 1, missing=true)", "(1,2) is Inf"),
    ] {
        let message = error_of(program);
        assert!(message.contains(part), "{program}\n{message}");
    }
}

#[test]
fn sparse_data_stay_sparse() {
    // The product of the factors would take 8 GB.
    let run = run_script(
        "seed(1); i = ceil(40000*rand(3000, 1)); j = ceil(25000*rand(3000, 1));
         S = sparse(i, j, 1 + rand(3000, 1), 40000, 25000); m = nmf(S, 3, maxiter=5); k = nmf(S, 3, loss=\"kl\", maxiter=5);
         printf(\"%d %d %d\", columns(m.H), rows(k.W), m.error(end) < 1)",
    );
    assert!(run.error.is_none(), "{:?}", run.error);
    assert_eq!(run.output, "25000 40000 1");
    assert!(run.warnings.iter().all(|w| !w.contains("full")), "{:?}", run.warnings);
    holds(
        "seed(2); A = rand(50, 30) .* (rand(50, 30) < .3); S = sparse(A); m = nmf(A, 4); s = nmf(S, 4);",
        &[
            "abs(m.residual - s.residual) < 1e-6",
            "abs(reconstruct(m) - reconstruct(s)) < 1e-3",
            "abs(transform(m, A(1:5, :)) - transform(m, S(1:5, :))) < 1e-9",
        ],
    );
}

#[test]
fn what_cannot_be_factored_is_told() {
    for (program, part) in [
        ("nmf([1 2; 3 0], 1, loss=\"itakura_saito\")", "entry (2,2) is 0"),
        ("nmf(sparse([1 2; 3 0]), 1, loss=0)", "entry (2,2) is 0"),
        ("nmf([1 2; 3 4], 1, loss=\"kl\", solver=\"hals\")", "solver=\"mu\""),
        ("nmf([1 2; 3 4], 1, loss=\"kl\", solver=\"anls\")", "solver=\"mu\""),
        ("nmf([1 2; 3 4], 1, loss=99)", "-10 to 10"),
        ("nmf([1 2; 3 4], 1, loss=\"huber\")", "\"huber\""),
        ("nmf([1 2; 3 4], 1, init={[1; 1]})", "a cell of 1"),
        ("nmf([1 2; 3 4], 1, init={[1; 1], [1 1 1]})", "H 1×2"),
        ("nmf([1 2; 3 4], 1, init={[1; -1], [1 1]})", "W(2,1) is -1"),
        ("nmf(sparse([1 -2; 3 4]), 1)", "(1,2) is -2"),
        ("nmf([1 2; 3 4]*1i, 1)", "complex"),
        ("nmf(sparse([1 2; 3 4]*1i), 1)", "complex"),
        ("nmf(sparse(3, 0), 1)", "at least one row"),
        ("nmf(@sin, 1)", "function"),
        ("transform(nmf([1 2; 3 4], 1), [1 2 3])", "2 columns"),
        ("transform(nmf([1 2; 3 4], 1), [1 -2])", "(1,2) is -2"),
        ("inverse_transform(nmf([1 2; 3 4], 1), [1 2])", "1×2"),
        ("parts(nmf([1 2; 3 4], 1), [3 3])", "9 pixels"),
        ("parts(nmf([1 2; 3 4], 1))", "shape=[h w]"),
    ] {
        let message = error_of(program);
        assert!(message.contains(part), "{program}\n{message}");
    }
    holds(
        "z = nmf(zeros(3, 2), 1); r = nmf([3 0 1], 1); h = nmf([1 2; 3 4]*1e200, 1); t = nmf([1 2; 3 4]*1e-200, 1); p = nmf([1 2; 3 4], 1);",
        &[
            "z.residual == 0 & z.W == 0",
            "r.error(end) < 1e-6",
            "abs(h.error(end) - p.error(end)) < 1e-10 & abs(t.error(end) - p.error(end)) < 1e-10",
            "abs(h.weights/1e200 - p.weights) < 1e-6",
            "abs(t.weights*1e200 - p.weights) < 1e-6",
        ],
    );
    let shown = output_of("m = nmf([1 2; 3 4], 1, loss=\"kl\", tol=1e-3)");
    assert!(shown.contains("mu (loss kl), converged"), "{shown}");
}
