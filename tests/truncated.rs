//! Parts of large matrices: `svds`, `rsvd`, `eigs`, `pca` of sparse data, and graphs.

use crate::common::{error_of, holds, output_of, run_script, shared};

/// A sparse 600×400 matrix with about 4 % of its entries, and its dense values.
const SPARSE: &str = "rng(3); m = 600; n = 400; N = 10000; S = sparse(randi(m, N, 1), randi(n, N, 1), randn(N, 1), m, n);
     F = full(S); s = svd(F);";

#[test]
fn svds_match_the_whole_decomposition() {
    // Row 55 of the worked examples: to 1e-10.
    holds(
        &format!(
            "{SPARSE} [U, D, V, flag, r] = svds(S, 8); w = svds(S', 8); k = svds(S, 5, method=\"block-krylov\");
             [Ul, Dl, Vl] = svds(S, 3, \"smallest\"); near = svds(S, 3, s(100) + 1e-6); f = svds(F, 8);"
        ),
        &[
            "abs(diag(D) - s(1:8)) < 1e-10*s(1)",
            "abs(svds(S, 8) - s(1:8)) < 1e-10*s(1)",
            "abs(svds(S) - s(1:6)) < 1e-10*s(1)",
            "abs(w - s(1:8)) < 1e-10*s(1)",
            "abs(f - s(1:8)) < 1e-10*s(1)",
            "abs(k - s(1:5)) < 1e-10*s(1)",
            "flag == 0 && max(r) < 1e-10*s(1)",
            "norm(S*V - U*D) < 1e-9*s(1)",
            "norm(S'*U - V*D) < 1e-9*s(1)",
            "norm(U'*U - eye(8)) < 1e-12",
            "norm(V'*V - eye(8)) < 1e-12",
            "abs(diag(Dl) - s(end-2:end)) < 1e-9*s(1)",
            "norm(F*Vl - Ul*Dl) < 1e-8*s(1)",
            "min(abs(near - s(100))) < 1e-9*s(1)",
            "isequal(svds(S, 4, seed=2), svds(S, 4, seed=2))",
        ],
    );
}

#[test]
fn multiple_values_and_low_ranks_are_found() {
    holds(
        "I = sparse(1:500, 1:500, 1); R = sparse([1 2 3 4 5], [5 4 3 2 1], [2 2 2 1 1], 500, 300);
         a = svds(I, 7); b = svds(R, 8); Z = sparse(300, 400); z = svds(Z, 3); c = svds((2 + 1i)*I, 5);",
        &[
            "abs(a - 1) < 1e-12",
            "abs(b - [2 2 2 1 1 0 0 0]') < 1e-12",
            "z == 0",
            "abs(c - sqrt(5)) < 1e-12",
        ],
    );
}

#[test]
fn sketches_are_nearly_optimal() {
    // Row 56: the error of the approximation at most 1.01 times the best.
    holds(
        &format!("{SPARSE} [U, D, V] = rsvd(S, 10, power=4); [Ua, Da, Va, flag] = rsvd(F, 10);"),
        &[
            "norm(F - U*D*V', \"fro\") <= 1.01*norm(s(11:end))",
            "norm(F - Ua*Da*Va', \"fro\") <= 1.01*norm(s(11:end))",
            "flag == 0",
            "abs(rsvd(F, 10)(1) - s(1)) < 0.02*s(1)",
            "isequal(rsvd(S, 3), rsvd(S, 3))",
        ],
    );
}

#[test]
fn eigs_match_eig() {
    // Row 57: residuals of 1e-10.
    holds(
        &format!(
            "{SPARSE} A = sparse(randi(n, 2000, 1), randi(n, 2000, 1), randn(2000, 1), n, n); G = A; A = A + A';
             e = sort(eig(full(A))); [V, D, flag, r] = eigs(A, 5); [~, o] = sort(abs(e), \"descend\");
             g = eig(full(G)); [~, og] = sort(abs(g), \"descend\"); eg = eigs(G, 4);
             [Vg, Dg] = eigs(G, 4, \"lr\"); B = sparse(1:n, 1:n, 2 + (1:n)/n); eb = sort(eig(full(A), full(B)));"
        ),
        &[
            "abs(diag(D) - e(o(1:5))) < 1e-10*abs(e(o(1)))",
            "flag == 0 && max(r) < 1e-10*abs(e(o(1)))",
            "norm(A*V - V*D) < 1e-10*abs(e(o(1)))",
            "abs(eigs(A, 3, \"la\") - e(end:-1:end-2)) < 1e-10*e(end)",
            "abs(eigs(A, 3, \"sa\") - e(1:3)) < 1e-10*e(end)",
            "abs(eigs(A, 4, \"be\") - e([1 2 end-1 end])) < 1e-10*e(end)",
            "min(abs(eigs(A, 3, 1.5) - 1.5)) <= min(abs(e - 1.5)) + 1e-9",
            "abs(sort(abs(eigs(A, 3, \"sm\"))) - sort(abs(e))(1:3)) < 1e-9*e(end)",
            "abs(eigs(full(A), 3, \"la\") - e(end:-1:end-2)) < 1e-10*e(end)",
            "abs(sort(abs(eg)) - sort(abs(g(og(1:4))))) < 1e-8*abs(g(og(1)))",
            "norm(G*Vg - Vg*Dg) < 1e-8*abs(g(og(1)))",
            "abs(eigs(A, B, 3, \"la\") - eb(end:-1:end-2)) < 1e-9*e(end)",
            "abs(eigs(A, sqrt(B), 3, \"la\", struct(\"cholB\", true)) - eb(end:-1:end-2)) < 1e-9*e(end)",
            "min(abs(eigs(A, B, 2, 0.4) - 0.4)) <= min(abs(eb - 0.4)) + 1e-9",
            "isequal(eigs(A, 3), eigs(A, 3))",
        ],
    );
}

#[test]
fn functions_stand_for_matrices() {
    holds(
        &format!(
            "{SPARSE} function y = product(S, x, how)\n if strcmp(how, \"transp\"), y = S'*x; else, y = S*x; end\n end
             f = @(x, how) product(S, x, how); [U, D, V, flag] = svds(f, [m n], 4); A = S'*S; w = svds(f, [m n], 3, method=\"randomized\");
             o = struct(\"issym\", true); inverse = full(A + 0.1*eye(n)) \\ eye(n);"
        ),
        &[
            "abs(diag(D) - s(1:4)) < 1e-10*s(1)",
            "flag == 0",
            "abs(w - s(1:3)) < 0.03*s(1)",
            "abs(eigs(@(x) A*x, n, 3, \"la\", o) - s(1:3).^2) < 1e-9*s(1)^2",
            "abs(real(eigs(@(x) A*x, n, 2)) - s(1:2).^2) < 1e-8*s(1)^2",
            "abs(eigs(@(x) inverse*x, n, 2, \"sm\", o) - (s(end-1:end).^2 + 0.1)) < 1e-8",
        ],
    );
    let wrong = error_of("svds(@(x, how) [x; 1], [200 200], 3)");
    assert!(wrong.contains("returned 201×1 for a vector of 200 numbers"), "{wrong}");
    let inside = error_of("eigs(@(x) error(\"from inside\"), 200, 3)");
    assert!(inside.contains("from inside"), "{inside}");
    let complex = error_of("eigs(@(x) 1i*x, 200, 3)");
    assert!(complex.contains("isreal"), "{complex}");
    let nan = error_of("eigs(@(x) x/0*0, 200, 3)");
    assert!(nan.contains("NaN"), "{nan}");
}

#[test]
fn bad_input_is_refused() {
    let message = |text: &str, part: &str| {
        let error = error_of(text);
        assert!(error.contains(part), "{text}: {error}");
    };
    message("svds(sparse(3, 4), 5)", "k must lie between 1 and 3 for a 3×4 matrix; it is 5");
    message("svds(sparse(3, 4), 0)", "k must lie between 1 and 3");
    message("svds(sparse(0, 4))", "at least one row and one column");
    message("svds(sparse([1 2], [3 4], [1 NaN]), 1)", "entry (2,4) is NaN");
    message("svds([1 2; NaN 4], 1)", "entry (2,1) is NaN");
    message("eigs(sparse([1 2], [1 2], [1 Inf]), 1)", "entry (2,2) is Inf");
    message("eigs(sparse(3, 4))", "square");
    message("eigs(sparse(3, 3), 4)", "k must lie between 1 and 3");
    message("eigs(speye(4), 2, \"li\")", "symmetric");
    message("eigs(sparse([1 2], [2 3], 1, 3, 3), 2, \"la\")", "unsymmetric");
    message("eigs(speye(4), -speye(4), 2)", "not positive definite");
    message("eigs(speye(4), speye(3), 2)", "one size");
    message("eigs(speye(4), 2, \"lm\", struct(\"tolerance\", 1))", "no option tolerance");
    message("svds(speye(4), 2, -1)", "0 or more");
    message("svds(\"abc\", 1)", "svds needs a matrix");
    message("pca(sparse(1000, 700))", "needs k");
}

#[test]
fn what_has_not_converged_warns() {
    let run = run_script(
        "rng(1); S = sparse(randi(900, 9000, 1), randi(900, 9000, 1), randn(9000, 1), 900, 900); [~, ~, ~, flag] = svds(S, 8, maxiter=1); flag",
    );
    assert!(run.output.contains("flag = 1"), "{}", run.output);
    assert!(
        run.warnings.iter().any(|w| w.contains("svds stopped after 1 iteration")),
        "{:?}",
        run.warnings
    );
}

#[test]
fn principal_components_of_sparse_data() {
    holds(
        &format!(
            "{SPARSE} p = pca(S, k=4); q = pca(F, k=4); [c, t] = pca(S, k=2, scale=true); z = pca(F, k=2, scale=true);"
        ),
        &[
            "abs(p.variance - q.variance) < 1e-9",
            "abs(p.ratio - q.ratio) < 1e-10",
            "abs(abs(p.components) - abs(q.components)) < 1e-6",
            "abs(abs(p.scores) - abs(q.scores)) < 1e-5",
            "abs(abs(c) - abs(z.components)) < 1e-6",
            "abs(transform(p, F) - p.scores) < 1e-8",
        ],
    );
}

#[test]
fn graphs() {
    holds(
        "W = sparse([1 1 2 4], [2 3 3 5], 1, 6, 6); W = W + W'; L = laplacian(W); N = laplacian(W, \"sym\"); R = laplacian(W, \"rw\");",
        &[
            "issparse(L)",
            "full(sum(L, 2)) == 0",
            "abs(sum(full(R), 2)) < 1e-15",
            "isequal(full(laplacian(full(W), \"sym\")), full(N))",
            "full(N(6, 6)) == 0",
            "fiedler(W) < 1e-12",
            "spectral(W(1:5, 1:5), 2)' == [1 1 1 2 2]",
            "abs(sum(pagerank(W)) - 1) < 1e-12",
            "abs(pagerank(W) - pagerank(full(W))) < 1e-14",
            "fiedler(W(1:3, 1:3), \"rw\") - 1.5 < 1e-12",
        ],
    );
    for (text, part) in [
        ("laplacian([0 1; 0 0])", "undirected"),
        ("laplacian(ones(2, 3))", "square"),
        ("pagerank([0 -1; 1 0])", "W(1,2) is -1"),
        ("fiedler(1)", "two nodes"),
        ("spectral(ones(3), 4)", "between 1 and 3"),
    ] {
        let error = error_of(text);
        assert!(error.contains(part), "{text}: {error}");
    }
}

/// Row 127 of the worked examples.
#[test]
fn the_karate_club_divides_as_published() {
    let Some(path) = shared("mtx/matrices/karate.mtx") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('%')).skip(1);
    let pairs: Vec<&str> = lines.collect();
    assert_eq!(pairs.len(), 78);
    let setup = format!(
        "E = [{}]; W = sparse(E(:, 1), E(:, 2), 1, 34, 34); W = W + W'; [lambda, v] = fiedler(W); g = spectral(W, 2); r = pagerank(W);",
        pairs.join("; ")
    );
    holds(
        &setup,
        &[
            "nnz(W) == 156",
            "abs(lambda - .468525) < 5e-7",
            "abs(sort(eigs(laplacian(W), 2, \"sm\")) - [0; .468525]) < 5e-7",
            "find(sign(v) == sign(v(1)))' - 1 == [0 1 3 4 5 6 7 10 11 12 13 16 17 19 21]",
            "find(g == g(1))' - 1 == [0 1 3 4 5 6 7 10 11 12 13 16 17 19 21]",
            "abs(r([1 34]) - [.096997; .100919]) < 5e-7",
        ],
    );
}

#[test]
fn progress_is_that_of_restarts() {
    assert_eq!(
        output_of("s = svds(sparse(1:300, 1:300, 300:-1:1), 2); all(abs(s - [300; 299]) < 1e-9)"),
        "ans = 1\n"
    );
}
