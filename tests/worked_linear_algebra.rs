//! Published worked examples of linear algebra and optimization, beside those of `worked_examples`.
//!
//! The numbers are those of the texts, or were measured with NumPy and SciPy where the texts give none.

use crate::common::{error_of, holds, output_of, run_script};

/// The indefinite Hessian of the texts: a symmetric matrix with these eigenvalues.
const HESSIAN: &str = "d = [5 3 2 1 .5 -.3 -.5 -1 -2 -3]; [Q, ~] = qr(hilb(10) + magic(10)); H = Q*diag(d)*Q'; H = (H + H')/2;";

#[test]
fn regression_coefficients_by_every_factorization() {
    holds(
        "rng(1); X = [ones(40, 1), randn(40, 3)]; y = X*[1; -2; 3; .5] + .1*randn(40, 1); b = X\\y;
         [Q, R] = qr(X, \"econ\"); L = chol(X'*X, \"lower\");",
        &[
            "abs(R\\(Q'*y) - b) < 1e-10",
            "abs(L'\\(L\\(X'*y)) - b) < 1e-10",
            "abs((X'*X)\\(X'*y) - b) < 1e-10",
            "abs(ols(y, X) - b) < 1e-12",
            "abs(lscov(X, y) - b) < 1e-12",
            "factorize(X'*X).method == \"chol\"",
        ],
    );
}

#[test]
fn products_of_factors_and_layers() {
    holds(
        "A = [2 1 1; 4 3 3; 8 7 9]; [L, U, P] = lu(A); rng(2); W1 = randn(5, 4); W2 = randn(3, 5); x = randn(4, 1);
         s = W1*x > 0; M = W2*diag(s)*W1;",
        &[
            "abs(P'*L*U - A) < 1e-15",
            "norm(M*x - W2*max(W1*x, 0)) < 1e-14",
            "abs(svdvals(M) - svd(M)) == 0",
            "rank(M) == min(3, sum(s))",
        ],
    );
}

#[test]
fn orthogonal_matrices_keep_lengths_and_project() {
    holds(
        "rng(3); [Q, R] = qr(randn(6)); x = randn(6, 1); b = randn(6, 1); A = randn(6, 2); [q, ~] = qr(A, \"econ\"); Pr = q*q'; N = eye(6) - Pr;",
        &[
            "norm(Q'*Q - eye(6)) < 2e-15",
            "norm(inv(Q) - Q') < 1e-14",
            "abs(norm(Q*x) - norm(x)) < 2e-15",
            "norm(R\\(Q'*b) - (Q*R)\\b) < 1e-12",
            "norm(Pr*Pr - Pr) < 1e-15",
            "norm(A'*N) < 1e-14",
        ],
    );
}

#[test]
fn truncated_singular_values_bound_the_noise() {
    holds(
        "A = hilb(8); [U, S, V] = svd(A); s = diag(S); b = A*ones(8, 1); e = 1e-6*sin(1:8)';",
        &[
            "norm(lstsq(A, b + e, rank=3) - lstsq(A, b, rank=3)) < norm(e)/s(3)*(1 + 1e-6)",
            "norm(A\\(b + e) - A\\b) > 10*norm(lstsq(A, b + e, rank=3) - lstsq(A, b, rank=3))",
        ],
    );
}

#[test]
fn definiteness_by_its_definition() {
    holds(
        "M = [1 2; 2 1]; z = [1; -1];",
        &["z'*M*z == -2", "!isdefinite(M)", "inertia(M) == [1 1 0]", "isdefinite(nearestspd(M))"],
    );
}

#[test]
fn gaussian_vectors() {
    holds(
        "S = [2 1; 1 2]; L = chol(S, \"lower\"); rng(5); n = 1e6; Z = mvnrnd([1 -1], S, n);
         rng(5); W = randn(n, 2)*chol(S) + [1 -1];",
        &[
            "abs(L - [1.414214 0; .707107 1.224745]) < 1e-6",
            "abs(cov(Z) - S) < 1e-2",
            "abs(mean(Z) - [1 -1]) < 5e-3",
            "Z == W",
        ],
    );
    assert!(error_of("mvnrnd([0 0], [1 2; 2 1], 3)").contains("semidefinite"));
}

#[test]
fn newton_steps_by_solving() {
    holds(
        "H = [4 1; 1 3]; g = [1; 2]; d = H\\g;",
        &["norm(d - inv(H)*g) < 1e-15", "norm(H*d - g) < 1e-15"],
    );
}

#[test]
fn modified_cholesky_of_an_indefinite_hessian() {
    holds(
        &format!(
            "{HESSIAN} [R, p] = chol(H); [L, beta] = modchol(H); [K, b, tries] = modchol(H, ladder=1e-6);
             [G, e] = modchol(H, method=\"gmw\"); g = H*ones(10, 1) + 1; step = K'\\(K\\g);"
        ),
        &[
            "p > 0",
            "beta >= 3 & beta < 3.1",
            "norm(L*L' - H - beta*eye(10)) < 1e-13",
            "istril(L) & istril(K) & istril(G)",
            "b == 10 & tries == 8",
            "abs(eig(H + b*eye(10)) - [7; 8; 9; 9.5; 9.7; 10.5; 11; 12; 13; 15]) < 1e-12",
            "g'*step > 0",
            "e >= -1e-15",
            "norm(G*G' - H - diag(e)) < 1e-13",
            "inertia(H) == [5 5 0]",
        ],
    );
    holds(
        "A = [4 2; 2 3]; [L, beta] = modchol(A); [G, e] = modchol(A, method=\"gmw\");",
        &["beta == 0", "abs(e) < 1e-15", "norm(L*L' - A) < 1e-15", "norm(G - L) < 1e-15"],
    );
    assert!(error_of("modchol([1 2; 3 4])").contains("symmetric"));
}

#[test]
fn the_bfgs_update() {
    holds(
        "B = bfgs(eye(2), [1; 0], [2; 1]);",
        &["abs(B - [2 1; 1 1.5]) < 1e-15", "abs(B*[1; 0] - [2; 1]) < 1e-15"],
    );
    assert!(error_of("bfgs(eye(2), [1; 0], [0; 1])").contains("must not be zero"));
}

const ROSENBROCK: &str = "f = @(x) 100*(x(2) - x(1)^2)^2 + (1 - x(1))^2;
    g = @(x) [-400*x(1)*(x(2) - x(1)^2) - 2*(1 - x(1)); 200*(x(2) - x(1)^2)];
    h = @(x) [1200*x(1)^2 - 400*x(2) + 2, -400*x(1); -400*x(1), 200]; x0 = [-1.2; 1];";

#[test]
fn rosenbrock_by_every_method() {
    for method in ["lbfgs", "bfgs", "newton"] {
        holds(
            &format!(
                "{ROSENBROCK} r = minimize(f, x0, method=\"{method}\"); q = minimize(f, x0, method=\"{method}\", grad=g, hess=h);
                 [x, fval, info] = minimize(@(x) deal(f(x), g(x)), x0, method=\"{method}\");"
            ),
            &[
                "abs(r.x - 1) < 1e-8 & abs(q.x - 1) < 1e-8 & abs(x - 1) < 1e-8",
                "r.converged & q.converged & info == 1",
                "q.evaluations < r.evaluations",
                "diff(r.history) <= 0",
                "rows(q.history) == q.iterations + 1",
            ],
        );
    }
    let run = run_script(&format!(
        "{ROSENBROCK} r = minimize(f, x0, method=\"gd\", grad=g, maxiter=20); r.converged"
    ));
    assert_eq!(run.output.trim(), "ans = 0");
    assert!(run.warnings[0].contains("maxiter = 20"), "{:?}", run.warnings);
}

#[test]
fn minimizing_what_has_no_minimum_or_no_gradient() {
    holds(
        "r = minimize(@(x) 5, [1 2]); s = minimize(@(x) cos(x(1)) + x(2)^2, [0.1; 1], method=\"newton\");
         t = minimize(@(x) sum(100*(x(2:end) - x(1:end-1).^2).^2 + (1 - x(1:end-1)).^2), zeros(20, 1), m=5);
         u = minimize(@(x) sum(sum((x - [1 2; 3 4]).^2)), zeros(2), method=\"gd\");",
        &[
            "r.converged & r.iterations == 0",
            "abs(s.fval + 1) < 1e-12",
            "abs(t.x - 1) < 1e-7",
            "abs(u.x - [1 2; 3 4]) < 1e-7",
        ],
    );
    let run = run_script("r = minimize(@(x) x, 0, maxiter=20); r.converged");
    assert_eq!(run.output.trim(), "ans = 0");
    for (program, part) in [
        ("minimize(3, 1)", "f must be a function"),
        ("minimize(@(x) [x x], 1)", "one real number"),
        ("minimize(@(x) x^2, 1, method=\"foo\")", "lbfgs"),
        ("minimize(@(x) x^2, NaN)", "x0 must be real and finite"),
        ("minimize(@(x) NaN, 1)", "finite there"),
        ("minimize(@(x) x^2, 1, grad=@(x) [1 2])", "grad returned 2"),
    ] {
        let message = error_of(program);
        assert!(message.contains(part), "{program}\n{message}");
    }
}

#[test]
fn gradient_descent_and_the_condition_number() {
    holds(
        "rng(7); e = [];
         for kappa = [1 10 1e2 1e3 1e4]
           [Q, ~] = qr(randn(50)); d = logspace(0, log10(kappa), 50); A = Q*diag(d)*Q'; x = Q*ones(50, 1); lr = 2/(max(d) + min(d));
           for k = 1:100, x -= lr*(A*x); end
           e(end + 1) = norm(x)/norm(ones(50, 1));
         end
         bound = (([1 10 1e2 1e3 1e4] - 1)./([1 10 1e2 1e3 1e4] + 1)).^100;",
        &[
            "e <= bound + 1e-12",
            "diff(e) >= 0",
            "abs(bound(2:5) - [1.9e-9 .135 .819 .980]) < [1e-10 1e-3 1e-3 1e-3]",
        ],
    );
}

#[test]
fn a_matrix_with_a_chosen_spectrum() {
    holds(
        "rng(8); [Q, ~] = qr(randn(50)); A = Q*diag(logspace(0, 3, 50))*Q'; A = (A + A')/2;",
        &[
            "abs(cond(A)/1000 - 1) < 1e-10",
            "isdefinite(A)",
            "condest(A) <= cond(A, 1)*(1 + 1e-8) & condest(A) > cond(A, 1)/3",
        ],
    );
}

#[test]
fn layers_of_rank_one_and_their_errors() {
    holds(
        "A = magic(4)(:, 1:3); [U, S, V] = svd(A, \"econ\"); s = diag(S); B = zeros(4, 3);
         for i = 1:3, B += s(i)*U(:, i)*V(:, i)'; end",
        &[
            "norm(A*V - U*S) < 1e-13",
            "norm(A*V(:, 1)/s(1) - U(:, 1)) < 1e-14",
            "norm(A - B) < 1e-13",
            "abs(norm(A - lowrank(A, 1), \"fro\") - sqrt(sum(s(2:3).^2))) < 1e-12",
            "abs(norm(A - lowrank(A, 1)) - s(2)) < 1e-12",
            "norm(U(2, :)*S*V' - A(2, :)) < 1e-13",
            "abs(nuclear(A) - sum(s)) < 1e-13",
        ],
    );
    holds(
        "A = magic(4); X = pinv(A);",
        &[
            "norm(A*X*A - A) < 1e-12",
            "norm(X*A*X - X) < 1e-14",
            "norm((A*X)' - A*X) < 1e-13",
            "norm((X*A)' - X*A) < 1e-13",
        ],
    );
    holds("", &["abs(energy([6 3 2 1], 2) - .9) < 1e-15", "sum([4 1]) == 5"]);
}

#[test]
fn counting_parameters() {
    holds(
        "[ratio, kept] = compression(10000, 10000, 20);",
        &[
            "params(10, 10, 2) == 40",
            "kept == 400000 & ratio == 250",
            "params(1024, 4096, [32 64 128 256]) == [163840 327680 655360 1310720]",
            "compression(1024, 4096, [32 64 128 256]) == [25.6 12.8 6.4 3.2]",
            "psnr([1 2], [1 2]) == Inf",
            "abs(psnr(zeros(2), ones(2)) - 10*log10(255^2)) < 1e-12",
        ],
    );
    assert!(error_of("psnr([1 2], [1; 2])").contains("one size"));
}

#[test]
fn norms_and_cosines() {
    holds(
        "x = [3 -4]; y = [4 3];",
        &[
            "norm(x, 1) == 7 & norm(x) == 5 & norm(x, Inf) == 4",
            "abs(cosine(x, y)) < 1e-16 & abs(cosine(x, 2*x) - 1) < 1e-15",
            "abs(subspace(x', y') - pi/2) < 1e-15",
            "vecnorm([1e200 1e200; 1e-200 1e-200], 2, 2) == sqrt(2)*[1e200; 1e-200]",
        ],
    );
}

#[test]
fn split_factors() {
    holds(
        "A = magic(4); k = 2; [P, Q] = lowrank(A, k, split=\"sqrt\"); s = svd(A);",
        &[
            "norm(P*Q' - lowrank(A, k)) < 1e-13",
            "norm(P'*P - diag(s(1:k))) < 1e-13",
            "norm(Q'*Q - diag(s(1:k))) < 1e-13",
        ],
    );
}

#[test]
fn complete_orthogonal_polar_and_bidiagonal_factors() {
    for matrix in
        ["magic(4)", "magic(4)(:, 1:2)", "magic(4)(1:2, :)", "zeros(3, 2)", "zeros(0, 3)", "5"]
    {
        holds(
            &format!(
                "A = {matrix}; r = rank(A); [m, n] = size(A); [Q, R, Z] = cod(A); [q, t, z] = cod(A, \"econ\");
                 [U, H] = poldec(A); [L, B, V] = bidiag(A); [l, b, v] = bidiag(A, 0);"
            ),
            &[
                "norm(Q*R*Z' - A) < 1e-13 & norm(q*t*z' - A) < 1e-13",
                "norm(Q'*Q - eye(m)) < 1e-14 & norm(Z'*Z - eye(n)) < 1e-14",
                "size(t) == [r r] & istriu(t)",
                "size(Q) == [m m] & size(R) == [m n] & size(Z) == [n n]",
                "norm(U*H - A) < 1e-13 & issymmetric(H)",
                "norm(L*B*V' - A) < 1e-13 & norm(l*b*v' - A) < 1e-13",
                "size(b) == min(m, n)*[1 1]",
                "abs(svd(B) - svd(A)) < 1e-12",
            ],
        );
    }
    holds("A = [1 2i; 3 4]; [U, B, V] = bidiag(A);", &["norm(U*B*V' - A, 1) < 1e-14", "isreal(B)"]);
}

#[test]
fn estimates_of_norms_by_products_alone() {
    holds(
        "rng(9); A = randn(60); C = A/10 + 1i*randn(60); [e, v, w, it] = normest1(A, 3); n = norm(A, 1); [c, z] = condest(A);",
        &[
            "e <= n*(1 + 1e-14) & e > n/3",
            "abs(norm(A*v - w)) < 1e-12 & abs(norm(w, 1) - e*norm(v, 1)) < 1e-12",
            "it(1) <= 5",
            "normest1(C) <= norm(C, 1)*(1 + 1e-14) & normest1(C) > norm(C, 1)/3",
            "abs(normest(A, 1e-10) - norm(A)) < 1e-6",
            "c <= cond(A, 1)*(1 + 1e-8) & c > cond(A, 1)/3",
            "abs(norm(A*z, 1) - norm(A, 1)*norm(z, 1)/c) < 1e-12",
        ],
    );
    holds(
        "function y = power(flag, x, B)
           switch flag
             case \"dim\", y = rows(B);
             case \"real\", y = true;
             case \"notransp\", y = B*(B*x);
             case \"transp\", y = B'*(B'*x);
           end
         end
         B = magic(6); B += 6*eye(6); S = @(flag, x, B) power(flag, x, inv(B));",
        &[
            "abs(normest1(@power, 2, [], B) - norm(B^2, 1)) < 1e-9",
            "abs(condest(@power, S, 2, B)/cond(B^2, 1) - 1) < 1e-8",
        ],
    );
    assert!(error_of("condest(@sin)").contains("inverse"));
}

#[test]
fn a_rank_is_told_about() {
    let output = output_of("A = diag([6 3 2 1]); scree(A, k=2);");
    assert_eq!(
        output.trim(),
        "rank 2: 90 % of the energy, relative error 0.316228, 18 numbers for 16 (0.888889 to 1)"
    );
    assert!(output_of("scree([36 9 4 1], k=2);").starts_with("rank 2: 90 % of the energy"));
    assert!(output_of("scree(zeros(3), k=1);").starts_with("rank 1: 100 % of the energy"));
}

#[test]
fn a_product_with_an_inverse_is_hinted_at_once() {
    let run = run_script(
        "A = [2 1; 1 3]; b = [1; 2]; x = inv(A)*b; y = inv(A)*b; z = 2*inv(A); w = inv(A)*2;",
    );
    assert!(run.error.is_none());
    assert_eq!(run.warnings.len(), 1, "{:?}", run.warnings);
    assert!(run.warnings[0].contains("A \\ b"), "{:?}", run.warnings);
    let run = run_script("inv = [1 2; 3 4]; inv(1, :)*[1; 2];");
    assert!(run.warnings.is_empty() && run.error.is_none());
}
