//! Inverses, solutions and decisions about rank.

use super::super::Need::{Gentle, KnownRank, Nothing, Regular};
use super::super::Row;
use super::row;

/// In the order of the tests.
pub const ROWS: &[Row] = &[
    row(
        "pinv",
        KnownRank,
        "true",
        "X = pinv(A); a = size_of(A); x = size_of(X); a += a == 0; x += x == 0;",
        &[
            "must(size(X) == [n m])",
            "ratio((A*X)*A - A, A, a, x)",
            "ratio((X*A)*X - X, X, x, a)",
            "ratio(A*X - (A*X)', A, x)",
            "ratio(X*A - (X*A)', A, x)",
        ],
    ),
    row(
        "inv",
        Regular,
        "m == n",
        "X = inv(A);",
        &[
            // From the left or from the right: a method gives one or the other (Higham 2002, §14.1).
            "min(ratio(X*A - eye(n), A, size_of(X)), ratio(A*X - eye(n), A, size_of(X)))",
        ],
    ),
    row(
        "solve",
        Regular,
        "m == n",
        "B = [ones(n, 1) cos((1:n)') A*ones(n, 1)]; X = A \\ B; x = A \\ B(:, 2); Y = A' \\ B; y = linsolve(A, B(:, 1));",
        &["backward(A, X, B)", "backward(A, x, B(:, 2))", "backward(A', Y, B)", "backward(A, y, B(:, 1))"],
    ),
    row(
        "solve_from_the_right",
        Regular,
        "m == n && isreal(A)",
        "B = [ones(1, n); cos(1:n)]; X = B / A; Y = B / A';",
        &["backward(A', X', B')", "backward(A, Y', B')"],
    ),
    row(
        "least_squares",
        Regular,
        "m > n && n > 0",
        "b = cos((1:m)'); c = A*ones(n, 1); x = A \\ b; y = lstsq(A, b); X = A \\ [b c];",
        &[
            "normal_residual(A, x, b)",
            "normal_residual(A, y, b)",
            "normal_residual(A, X(:, 1), b)",
            "backward(A, X(:, 2), c)",
        ],
    ),
    row(
        "least_norm",
        KnownRank,
        "r < n && size_of(A) > 0",
        "b = cos((1:m)')*size_of(A); N = null(A); x = A \\ b; y = lstsq(A, b); z = pinv(A)*b;
         k = 1e3*(1 + cond(orth(A)'*A));",
        &[
            "norm(N'*x, 1) / norm(x, 1) / (eps*n*k)",
            "norm(N'*y, 1) / norm(y, 1) / (eps*n*k)",
            "norm(x - z, 1) / norm(z, 1) / (eps*n*k)",
            "norm(y - z, 1) / norm(z, 1) / (eps*n*k)",
        ],
    ),
    row(
        "factorize",
        Regular,
        "m == n && n > 0",
        "F = factorize(A); B = [ones(n, 1) cos((1:n)')]; X = F \\ B; w = A/size_of(A); G = factorize(w);",
        &[
            "backward(A, X, B)",
            "abs(det(G) - det(w)) / (abs(det(w)) + realmin) / (eps*n*cond(w))",
            "min(ratio(inv(F)*A - eye(n), A, size_of(inv(F))), ratio(A*inv(F) - eye(n), A, size_of(inv(F))))",
        ],
    ),
    row(
        "structure",
        Gentle,
        "m == n && n > 1",
        "b = cos((1:n)'); [L, U, P] = lu(A); U(n, 1) = U(1, 1); L(1, n) += 0.5; Q = P; Q(1, 1) += 3; D = diag(1:n);
         D(n, 1) = 2; I = eye(n); I(1, n) = 0.5; S = A*A'; S(1, n) += 1; V = triu(A)'; W = V; W(1, 2) = 5;",
        &[
            "backward(full(U), U \\ b, b)",
            "backward(full(L), L \\ b, b)",
            "backward(full(Q), Q \\ b, b)",
            "backward(D, D \\ b, b)",
            "backward(I, I \\ b, b)",
            "backward(S, S \\ b, b)",
            "ratio(I*A - (A + [0.5*A(n, :); zeros(n - 1, n)]), A)",
            "ratio(D*A - ((1:n)' .* A + [zeros(n - 1, n); 2*A(1, :)]), A, n)",
            "must(isequal(tril(V), V)) + must(W(1, 2) == 5)",
        ],
    ),
    row(
        "rank",
        KnownRank,
        "true",
        "",
        &["must(rank(A) == r)", "must(rank(A') == r)", "must(rank([A; A]) == r)"],
    ),
    row(
        "null",
        KnownRank,
        "true",
        "N = null(A); M = null(A');",
        &[
            "must(size(N) == [n n - r]) + must(size(M) == [m m - r])",
            "ratio(A*N, A)",
            "ratio(A'*M, A)",
            "departure(N)",
            "departure(M)",
        ],
    ),
    row(
        "orth",
        KnownRank,
        "m > 0 && n > 0",
        "Q = orth(A);",
        &["must(size(Q) == [m r])", "ratio(Q*(Q'*A) - A, A)", "departure(Q)"],
    ),
    row(
        "lowrank",
        Nothing,
        "m > 2 && n > 2",
        "s = svd(A); B = lowrank(A, 2); [P, Q] = lowrank(A, 2); [U, S, V] = lowrank(A, 2);",
        &[
            "ratio(norm(A - B) - s(3), A)",
            "ratio(P*Q' - B, A)",
            "ratio(U*S*V' - B, A)",
            "departure(U)",
            "departure(V)",
        ],
    ),
    row(
        "rref",
        KnownRank,
        "isreal(A) && m > 0 && n > 0 && (size_of(A) == 0 || abs(log10(size_of(A))) < 6) && (r == 0 || cond(orth(A)'*A) < 1e6)",
        "[R, k] = rref(A); c = 1 + size_of(R);",
        &[
            "must(numel(k) == r)",
            "must(R(:, k) == eye(m)(:, 1:numel(k)))",
            "must(R(numel(k) + 1:m, :) == 0)",
            "ratio(A(:, k)*R(1:numel(k), :) - A, A, c^2)",
        ],
    ),
    row(
        "decomposition",
        Regular,
        "m == n && n > 0",
        "F = decomposition(A); B = [ones(n, 1) cos((1:n)')];",
        &["backward(A, F \\ B, B)", "backward(A', (B' / F)', B)"],
    ),
    row(
        "factorize_methods",
        Regular,
        "m == n && n > 0",
        "F = factorize(A, \"qr\"); G = factorize(A, \"lu\"); B = [ones(n, 1) cos((1:n)')];",
        &[
            "backward(A, F \\ B, B)",
            "backward(A, G \\ B, B)",
            "backward(A', (B' / F)', B)",
            "backward(A', (B' / G)', B)",
            "must(rank(F) == r)",
        ],
    ),
];
