//! Numbers that a matrix has: norms, condition numbers, determinants. Functions of matrices and matrix equations.

use super::super::Need::{Gentle, Nothing, Regular};
use super::super::Row;
use super::row;

/// In the order of the tests.
pub const ROWS: &[Row] = &[
    row(
        "cond",
        Regular,
        "m > 0 && n > 0",
        "s = svd(A); k = s(1)/s(end);",
        &["abs(cond(A) - k) / k / (eps*max(m, n)*k)", "must(cond(A) >= 1 - 4*eps)"],
    ),
    row(
        "rcond",
        Regular,
        "m == n && n > 0",
        "k = 1 / norm(A, 1) / norm(inv(A), 1);",
        &["must(rcond(A) >= 0.99*k)", "must(rcond(A) <= 10*k)", "must(rcond(A') > 0)"],
    ),
    row(
        "norms",
        Nothing,
        "m > 0 && n > 0",
        "s = svd(A); w = max(max(abs(A(:))), realmin); f = sqrt(sum(abs(A(:)/w) .^ 2)); o = max(sum(abs(A/w), 1));
         i = max(sum(abs(A/w), 2)); if m == 1 || n == 1, o = sum(abs(A/w)(:)); i = max(abs(A/w)(:)); end",
        &[
            "ratio(norm(A) - s(1), A)",
            "abs(norm(A, \"fro\")/w - f) / (f + realmin) / (eps*max(m, n))",
            "abs(norm(A, 1)/w - o) / (o + realmin) / (eps*max(m, n))",
            "abs(norm(A, Inf)/w - i) / (i + realmin) / (eps*max(m, n))",
            "abs(norm(A(:))/w - f) / (f + realmin) / (eps*max(m, n))",
            "must(abs(norm(A(:), Inf)/w - max(abs(A(:)/w))) <= 4*eps)",
        ],
    ),
    row(
        "det",
        Gentle,
        "m == n && n < 30",
        "d = det(A); p = prod(eig(A)); k = cond(A);",
        &[
            "abs(d - p) / abs(d) / (eps*n*k)",
            "abs(det(A') - conj(d)) / abs(d) / (eps*n*k)",
            "abs(det(inv(A))*d - 1) / (eps*n*k^2)",
            "abs(det(A*A) - d^2) / abs(d)^2 / (eps*n*k^2)",
        ],
    ),
    row(
        "logdet",
        Regular,
        "m == n && n > 0",
        "s = sum(log(svd(A))); k = max(cond(A), 1);",
        &["abs(real(logdet(A)) - s) / (eps*n*(k + abs(s)))"],
    ),
    row(
        "expm",
        Gentle,
        "m == n && size_of(A) < 40",
        "E = expm(A); F = expm(-A); k = 1 + size_of(A);",
        &[
            "ratio(E*F - eye(n), E, size_of(F), k)",
            "ratio(expm(A') - E', E, k)",
            "abs(log(abs(det(E))) - real(trace(A))) / (eps*n*cond(E)*k)",
            "ratio(expm(zeros(n)) - eye(n), eye(n))",
            "must(isreal(E) || !isreal(A))",
        ],
    ),
    row(
        "sqrtm",
        Regular,
        "m == n && (n == 0 || cond(A) < 1e6) && (size_of(A) == 0 || abs(log10(size_of(A))) < 100)",
        "S = sqrtm(A);",
        &[
            "ratio(S*S - A, A, max(size_of(S)^2/max(size_of(A), realmin), 1))",
            "must(real(eig(S)) >= -1e-6*size_of(S))",
        ],
    ),
    row(
        "logm",
        Gentle,
        "m == n && cond(A) < 1e6",
        "L = logm(A); k = 1 + size_of(L);",
        &["ratio(expm(L) - A, A, exp(min(k, 10)))", "must(abs(imag(eig(L))) <= pi + 1e-6)"],
    ),
    row(
        "sylvester",
        Regular,
        "m == n && n > 0 && (abs(log10(size_of(A))) < 100)",
        "B = [5 1 0; -1 4 2; 0 1 3]*size_of(A); C = cos((1:n)' * (1:3)); X = sylvester(A, B, C);
         Y = sylvester(B, A, C');",
        &[
            "must(size(X) == [n 3])",
            "ratio(A*X + X*B - C, A) * size_of(A) / (size_of(A)*size_of(X) + size_of(X)*size_of(B) + size_of(C))",
            "ratio(B*Y + Y*A - C', A) * size_of(A) / (size_of(A)*size_of(Y) + size_of(Y)*size_of(B) + size_of(C))",
        ],
    ),
    row(
        "lyap",
        Regular,
        "m == n && n > 0 && (abs(log10(size_of(A))) < 100)",
        "A -= 2*size_of(A)*eye(n); Q = symmetric_with(1:n); X = lyap(A, Q);",
        &[
            "ratio(A*X + X*A' + Q, A) * size_of(A) / (2*size_of(A)*size_of(X) + size_of(Q))",
            "ratio(X - X', X)",
        ],
    ),
    row(
        "condest",
        Regular,
        "m == n && n > 0",
        "k = norm(A, 1)*norm(inv(A), 1);",
        &["must(condest(A) <= 1.01*k)", "must(condest(A) >= k/10)"],
    ),
    row(
        "normest",
        Nothing,
        "m > 1 && n > 1",
        "s = norm(A); t = norm(A, 1);",
        &[
            "must(abs(normest(A) - s) <= 0.05*s)",
            "must(m != n || normest1(A) <= t*(1 + 1e-12))",
            "must(m != n || normest1(A) >= t/10)",
        ],
    ),
    row(
        "nearestspd",
        Gentle,
        "m == n && n > 0 && isreal(A)",
        "H = nearestspd(A); [R, p] = chol(H + 100*n*eps*size_of(H)*eye(n)); w = symmetric_with(1:n);",
        &["ratio(H - H', A)", "must(p == 0)", "ratio(nearestspd(w) - w, w)"],
    ),
    row(
        "subspace",
        Gentle,
        "m > n && n > 0",
        "Q = orth(A); N = null(A');",
        &["subspace(A, Q) / eps / m", "abs(subspace(A, N(:, 1)) - pi/2) / eps / m / cond(A)"],
    ),
    row(
        "krylov",
        Gentle,
        "m == n && n > 2 && isreal(A)",
        "v = cos((1:n)'); U = krylov(A, v, 3); K = [v A*v A*A*v]; K = K(:, 1:columns(U)) ./ sqrt(sumsq(K(:, 1:columns(U))));",
        &["departure(U)", "norm(U*(U'*K) - K) / eps / n / cond(A)^2"],
    ),
    row(
        "givens",
        Nothing,
        "numel(A) > 1 && size_of(A) > 0 && isreal(A)",
        "x = A(1); y = A(2); G = givens(x, y); [c, s] = givens(x, y); w = max(abs([x y])) + (x == 0 && y == 0);",
        &[
            "departure(G)",
            "abs(G(2, :)*[x/w; y/w]) / eps",
            "abs(-s*(x/w) + c*(y/w)) / eps",
            "abs(c^2 + s^2 - 1) / eps",
        ],
    ),
    row(
        "housh",
        Gentle,
        "m > 1 && isreal(A)",
        "x = A(:, 1); [v, b] = housh(x, 1, 0); y = x - b*v*(v'*x);",
        &["norm(y(2:m)) / norm(x) / eps / m", "abs(abs(y(1)) - norm(x)) / norm(x) / eps / m"],
    ),
    row(
        "mpower",
        Gentle,
        "m == n",
        "a = size_of(A); a += a == 0; X = A^-1; [V, ~] = eig(A);",
        &[
            "ratio(A^3 - A*A*A, A, a, a)",
            "ratio(A^0 - eye(n), eye(n))",
            "min(ratio(X*A - eye(n), A, size_of(X)), ratio(A*X - eye(n), A, size_of(X)))",
            "ratio((A^0.5)^2 - A, A, 1 + (size_of(V)*size_of(inv(V)))^2)",
        ],
    ),
    row(
        "funm",
        Gentle,
        "m == n && n > 0 && size_of(A) < 40 && ishermitian(A)",
        "E = funm(A, @exp);",
        &["ratio(E*funm(-A, @exp) - eye(n), E, size_of(funm(-A, @exp)), 1 + size_of(A))"],
    ),
];
