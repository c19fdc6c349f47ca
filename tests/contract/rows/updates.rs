//! Factors of a matrix that changes a little.

use super::super::Need::{Definite, GentleDefinite, Nothing};
use super::super::Row;
use super::row;

/// In the order of the tests.
pub const ROWS: &[Row] = &[
    row(
        "cholupdate",
        Definite,
        "size_of(A) < 1e100 && size_of(A) > 1e-100",
        "R = chol(A); x = direction(n, 1, A); B = A + x*x'; S = cholupdate(R, x); T = cholupdate(R, x, \"+\");
         [W, err] = cholupdate(chol(B), x, \"-\"); k = cond(R)^2;",
        &[
            "ratio(S'*S - B, B)",
            "ratio(T'*T - B, B)",
            "ratio(W'*W - A, A, k)",
            "must(err == 0) + must(isequal(triu(S), S)) + must(isequal(triu(W), W))",
        ],
    ),
    row(
        "choldowndate",
        GentleDefinite,
        "true",
        "x = direction(n, 2, A); B = A + x*x'; R = choldowndate(chol(B), x);",
        &["ratio(R'*R - A, A, cond(A))", "must(isequal(triu(R), R))"],
    ),
    row(
        "cholinsert",
        GentleDefinite,
        "n > 1",
        "j = ceil(n/2); o = [1:j - 1, j + 1:n]; R = cholinsert(chol(A(o, o)), j, A(:, j));
         S = cholinsert(chol(A(1:n - 1, 1:n - 1)), n, A(:, n)); T = cholinsert(chol(A(2:n, 2:n)), 1, A(:, 1));",
        &[
            "ratio(R'*R - A, A, cond(A))",
            "ratio(S'*S - A, A, cond(A))",
            "ratio(T'*T - A, A, cond(A))",
            "must(isequal(triu(R), R)) + must(isequal(triu(T), T))",
        ],
    ),
    row(
        "choldelete",
        Definite,
        "n > 1",
        "j = ceil(n/2); o = [1:j - 1, j + 1:n]; R = choldelete(chol(A), j); S = choldelete(chol(A), 1);
         T = choldelete(chol(A), n);",
        &[
            "ratio(R'*R - A(o, o), A)",
            "ratio(S'*S - A(2:n, 2:n), A)",
            "ratio(T'*T - A(1:n - 1, 1:n - 1), A)",
            "must(isequal(triu(R), R))",
        ],
    ),
    row(
        "qrupdate",
        Nothing,
        "m > 0 && n > 0 && size_of(A) < 1e100 && (size_of(A) > 1e-100 || size_of(A) == 0)",
        "u = direction(m, 1, A); v = direction(n, 2, A); B = A + u*v'; [Q, R] = qr(A); [S, T] = qrupdate(Q, R, u, v);
         if m > n, [q, r1] = qr(A, 0); else, q = Q; r1 = R; end
         [s, t] = qrupdate(q, r1, u, v); w = eye(size(A))*(size_of(A) == 0) + abs(A) + abs(B);",
        &[
            "ratio(S*T - B, w)",
            "ratio(s*t - B, w)",
            "departure(S)",
            "departure(s)",
            "must(isequal(triu(T), T)) + must(isequal(triu(t), t))",
            "must([size(S) size(T)] == [size(Q) size(R)]) + must([size(s) size(t)] == [size(q) size(r1)])",
        ],
    ),
    row(
        "qrinsert",
        Nothing,
        "m > 1 && n > 1",
        "j = ceil(n/2); i = ceil(m/2); [Q, R] = qr(A(:, [1:j - 1, j + 1:n])); [S, T] = qrinsert(Q, R, j, A(:, j));
         [Q, R] = qr(A([1:i - 1, i + 1:m], :)); [s, t] = qrinsert(Q, R, i, A(i, :), \"row\");",
        &[
            "ratio(S*T - A, A)",
            "ratio(s*t - A, A)",
            "departure(S)",
            "departure(s)",
            "must(isequal(triu(T), T)) + must(isequal(triu(t), t))",
        ],
    ),
    row(
        "qrdelete",
        Nothing,
        "m > 1 && n > 1",
        "j = ceil(n/2); i = ceil(m/2); [Q, R] = qr(A); [S, T] = qrdelete(Q, R, j); [s, t] = qrdelete(Q, R, i, \"row\");",
        &[
            "ratio(S*T - A(:, [1:j - 1, j + 1:n]), A)",
            "ratio(s*t - A([1:i - 1, i + 1:m], :), A)",
            "departure(S)",
            "departure(s)",
            "must(isequal(triu(T), T)) + must(isequal(triu(t), t))",
        ],
    ),
];
