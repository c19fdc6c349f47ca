//! The published worked examples: the statements a reader types, and the numbers the sources print.
//!
//! Each test is named after the technique; the numbers are those of the texts, or were measured with NumPy,
//! SciPy and scikit-learn where the texts give none.

use crate::common::{error_of, holds, output_of, run_script, shared};
use std::fmt::Write;
use std::path::Path;

/// A file of numbers as a matrix of the language, `name = [...];`.
pub(crate) fn literal(name: &str, file: &Path) -> String {
    let content = matfac::io::read_csv(file, &matfac::io::CsvOptions::default()).unwrap();
    let matfac::io::CsvContent::Matrix(matrix) = content else {
        panic!("{} is not numeric", file.display())
    };
    let mut text = format!("{name} = [");
    for i in 0..matrix.values.rows() {
        for j in 0..matrix.values.cols() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{} ", matrix.values[(i, j)]);
        }
        text.push(';');
    }
    text + "];"
}

const A1: &str = "A = [2 1 1; 4 3 3; 8 7 9];";

#[test]
fn lu_with_partial_pivoting() {
    let run = run_script("A = [1 2 3; 4 5 6; 7 8 9]; [L, U, P] = lu(A);");
    assert!(run.error.is_none());
    assert!(run.warnings.iter().any(|w| w.contains("singular")), "{:?}", run.warnings);
    holds(
        "A = [1 2 3; 4 5 6; 7 8 9]; [L, U, P] = lu(A);",
        &[
            "norm(P'*L*U - A) < 1e-14",
            "P' == [0 1 0; 0 0 1; 1 0 0]",
            "abs(L - [1 0 0; .1428571429 1 0; .5714285714 .5 1]) < 1e-10",
            "abs(U - [7 8 9; 0 .8571428571 1.7142857143; 0 0 0]) < 1e-10",
        ],
    );
    holds(
        &format!(
            "{A1} [L, U, P] = lu(A); [M, W] = lu(A); [Lv, Uv, p] = lu(A, \"vector\"); Y = lu(A);"
        ),
        &[
            "P' == [0 1 0; 0 0 1; 1 0 0]",
            "abs(L - [1 0 0; .25 1 0; .5 2/3 1]) < 1e-15",
            "abs(U - [8 7 9; 0 -.75 -1.25; 0 0 -2/3]) < 1e-15",
            "abs(P*A - L*U) < 1e-15",
            "abs(A - P'*L*U) < 1e-15",
            "abs(M*W - A) < 1e-15",
            "abs(A(p, :) - Lv*Uv) < 1e-15",
            "abs(Y - (L + U - eye(3))) < 1e-15",
        ],
    );
}

#[test]
fn lu_without_pivoting() {
    holds(
        &format!("{A1} [L, U] = lu(A, pivot=\"none\");"),
        &["L == [1 0 0; 2 1 0; 4 3 1]", "U == [2 1 1; 0 1 1; 0 0 2]", "L*U == A"],
    );
    let message = error_of("lu([0 1; 1 0], pivot=\"none\")");
    assert!(message.contains("pivot 1 is zero"), "{message}");
    holds("[L, U, P] = lu([0 1; 1 0]);", &["P*[0 1; 1 0] == L*U"]);
}

#[test]
fn lu_with_full_pivoting_and_ldl() {
    holds(
        "A = magic(4); [L, U, P, Q] = lu(A, pivot=\"full\"); [M, W] = lu(A, pivot=\"full\");
         [l, u, p, q] = lu(A, \"vector\", pivot=\"full\"); [K, V, R] = lu(A, pivot=\"full\");",
        &[
            "norm(P*A*Q - L*U) < 1e-14",
            "norm(M*W - A) < 1e-13",
            "norm(A(p, q) - l*u) < 1e-13",
            "norm(R*A - K*V) < 1e-13",
        ],
    );
    holds(
        "A = [1 2 3; 2 -5 1; 3 1 0]; [L, D, P] = ldl(A); [M, E] = ldl(A); [l, d, p] = ldl(A, \"vector\");",
        &[
            "norm(P'*A*P - L*D*L') < 1e-14",
            "norm(A - M*E*M') < 1e-14",
            "norm(A(p, p) - l*d*l') < 1e-14",
        ],
    );
    assert!(error_of("ldl([1 2; 3 4])").contains("symmetric"));
}

#[test]
fn substitution_and_factoring_once() {
    holds(
        &format!(
            "{A1} b = [4; 10; 24]; [L, U] = lu(A, pivot=\"none\"); y = L\\b; x = U\\y; F = factorize(A);"
        ),
        &[
            "abs(x - 1) < 1e-15",
            "abs(F\\b - 1) < 1e-14",
            "abs(F\\eye(3) - inv(A)) < 1e-14",
            "abs(F.L*F.U - A(F.p, :)) < 1e-15",
        ],
    );
    let output = output_of("F = factorize([2 1; 1 2])");
    assert!(output.contains("Cholesky") && output.contains("because"), "{output}");
    for (matrix, method) in [
        ("diag([1 2])", "diagonal"),
        ("[1 2; 0 3]", "upper"),
        ("[1 0; 2 3]", "lower"),
        ("[2 1; 1 2]", "chol"),
        ("[1 2; 3 4]", "lu"),
        ("[1 2; 3 4; 5 7]", "qr"),
        ("[1 2 3; 4 5 7]", "qr of A'"),
        ("[1 2; 2 4]", "complete orthogonal"),
    ] {
        let setup = format!("A = {matrix}; F = factorize(A);");
        let fields = run_script(&format!("{setup} F.method")).output;
        assert_eq!(fields.trim(), format!("ans = {method}"));
        holds(&setup, &["norm(A*(F\\(A*ones(columns(A), 1))) - A*ones(columns(A), 1)) < 1e-13"]);
    }
}

#[test]
fn determinants_and_inverses() {
    holds(
        A1,
        &[
            "abs(det(A) - 4) < 1e-14",
            "det([1 2; 2 1]) == -3",
            "abs(det([2 1 1; 1 2 1; 1 1 2]) - 4) < 1e-14",
            "norm(A*inv(A) - eye(3)) < 1e-14",
        ],
    );
    let run = run_script("X = inv([1 2; 2 4]);");
    assert!(run.warnings[0].contains("singular"), "{:?}", run.warnings);
    assert!(error_of("inv([1 2 3])").contains("1×3"));
}

#[test]
fn qr_reduced_complete_and_signed() {
    holds(
        "A = [1 2; 3 4; 5 6]; [Q, R] = qr(A); [q, r] = qr(A, \"econ\"); [Z, S] = qr(A, 0);",
        &[
            "size(Q) == [3 3] & size(R) == [3 2] & size(q) == [3 2]",
            "abs(r - [-5.9160797831 -7.4373574416; 0 .8280786712]) < 1e-9",
            "abs(q - [-.1690309 .8970852; -.5070926 .2760262; -.8451543 -.3450328]) < 1e-7",
            "abs(Q(:, 3) - [.4082483; -.8164966; .4082483]) < 1e-7",
            "norm(Q'*Q - eye(3)) < 1e-15 & norm(Q*R - A) < 1e-14",
            "abs(Z - q) == 0",
            "abs(qr(A) - R) < 1e-14",
            "abs(qr(A, \"econ\") - r) < 1e-14",
        ],
    );
    holds(
        "A = [1 1; 1 0; 0 1]; [Q, R] = qr(A, \"econ\", sign=\"positive\"); [W, V, P] = qr(A); [w, v, p] = qr(A, 0);",
        &[
            "abs(Q - [1/sqrt(2) 1/sqrt(6); 1/sqrt(2) -1/sqrt(6); 0 2/sqrt(6)]) < 1e-15",
            "abs(R - [sqrt(2) 1/sqrt(2); 0 sqrt(6)/2]) < 1e-15",
            "norm(Q*R - A) < 1e-15",
            "norm(A*P - W*V) < 1e-15",
            "norm(A(:, p) - w*v) < 1e-15",
        ],
    );
}

#[test]
fn least_squares() {
    holds(
        "A = [1 1; 1 0; 0 1]; b = [1; 2; 3]; x = A\\b;",
        &[
            "abs(x - [2/3; 5/3]) < 1e-15",
            "abs(norm(A*x - b)^2 - 16/3) < 1e-14",
            "abs(lstsq(A, b) - x) < 1e-15",
            "abs(pinv([1 2; 2 4; 3 6])*[1; 2; 3] - [.2; .4]) < 1e-15",
            "abs(lstsq([1 2; 2 4; 3 6], [1; 2; 3]) - [.2; .4]) < 1e-15",
        ],
    );
    holds(
        "[U, S, V] = svd(magic(4)); b = [1; 2; 3; 4];",
        &["norm(lstsq(magic(4), b, rank=2) - V(:,1:2)*(S(1:2,1:2)\\(U(:,1:2)'*b))) < 1e-15"],
    );
    assert!(error_of("lstsq([1 2; 3 4], [1 2 3])").contains("2×2 and 1×3"));
}

#[test]
fn cholesky_and_definiteness() {
    holds(
        "A = [2 1 1; 1 2 1; 1 1 2]; L = chol(A, \"lower\"); U = chol(A); [R, p] = chol([1 2; 2 1]);",
        &[
            "abs(L - [1.4142135624 0 0; .7071067812 1.2247448714 0; .7071067812 .4082482905 1.1547005384]) < 1e-10",
            "norm(L*L' - A) < 1e-15",
            "norm(U'*U - A) < 1e-15",
            "R == 1 & p == 2",
            "!isdefinite([1 2; 2 1]) & isdefinite(A)",
            "abs(eig([1 2; 2 1]) - [-1; 3]) < 1e-14",
            "[1; -1]'*[1 2; 2 1]*[1; -1] == -2",
        ],
    );
    let message = error_of("chol([1 2; 2 1])");
    assert!(message.contains("pivot 2 is -3"), "{message}");
}

#[test]
fn singular_values() {
    holds(
        "A = [2 1; 1 2]; [U, S, V] = svd(A); B = magic(4)(:, 1:3); [Uf, Sf, Vf] = svd(B); [u, s, v] = svd(B, \"econ\");",
        &[
            "abs(A'*A - [5 4; 4 5]) == 0",
            "abs(eig(A'*A) - [1; 9]) < 1e-14",
            "abs(diag(S) - [3; 1]) < 1e-14",
            "abs(U - [1 1; 1 -1]/sqrt(2)) < 1e-15 & abs(V - U) < 1e-15",
            "size(Uf) == [4 4] & size(Sf) == [4 3] & size(Vf) == [3 3] & size(u) == [4 3]",
            "norm(Uf*Sf*Vf' - B) < 1e-13",
            "norm(u*s*v' - B) < 1e-13",
            "all(svd(B) >= 0) & abs(svd(B) - diag(s)) < 1e-13",
            "norm(B*v - u*s) < 1e-13",
        ],
    );
}

#[test]
fn low_rank_approximation() {
    holds(
        "A = [1 0 1; 0 1 0; 1 0 1]; A1 = lowrank(A, 1); [P, Q] = lowrank(A, 1, split=\"sqrt\");
         [L, R] = lowrank(A, 2, split=\"left\"); [U, S, V] = lowrank(A, 2);",
        &[
            "abs(svd(A) - [2; 1; 0]) < 1e-15",
            "rank(A) == 2 & rank([1 2 3; 4 5 6; 7 8 9]) == 2 & rank(A, tol=1.5) == 1",
            "abs(A1 - [1 0 1; 0 0 0; 1 0 1]) < 1e-15",
            "abs(norm(A - A1, \"fro\") - 1) < 1e-15",
            "abs(P*Q' - A1) < 1e-15 & abs(L*R' - A) < 1e-15 & abs(U*S*V' - A) < 1e-15",
            "abs(norm(A, 2) - 2) < 1e-15 & abs(norm(A, \"fro\") - 2.2360679775) < 1e-10",
            "abs(pinv([2 1; 1 2]) - [2/3 -1/3; -1/3 2/3]) < 1e-15",
            "abs(pinv(A) - [.25 0 .25; 0 1 0; .25 0 .25]) < 1e-15",
            "abs(energy([6 3 2 1], 2) - .9) < 1e-15",
            "abs(energy([6 3 2 1]) - [.72; .90; .98; 1]) < 1e-15",
            "rank_for([6 3 2 1], energy=.95) == 3",
        ],
    );
}

#[test]
fn eigenvalues() {
    holds(
        "A = [2 1 0; 1 3 1; 0 1 4]; [V, D] = eig(A); M = [4 1; 2 3]; [P, E] = eig(M); z = eig([0 1; -1 0]);",
        &[
            "norm(V'*V - eye(3)) < 1e-15 & diff(diag(D)) > 0",
            "norm(A*V - V*D) < 1e-14",
            "abs(sort(diag(E)) - [2; 5]) < 1e-14",
            "abs(inv(P)*M*P - E) < 1e-14",
            "real(z) == 0 & abs(imag(z) - [1; -1]) < 1e-15",
        ],
    );
    let run = run_script("[V, D] = eig([1 1; 0 1]);");
    assert!(run.warnings[0].contains("defective"), "{:?}", run.warnings);
}

/// Rows 20 and 62 to 64: the QR algorithm and its Schur form, and what eigenvalues are asked for.
#[test]
fn schur_forms_and_spectra() {
    holds(
        "A = [4 1; 2 3]; [Q, T] = schur(A); B = [1 2 3; 4 5 6; 7 8 10]; [U, S] = schur(B); R = [0 1; -1 0];
         [V, D] = eig([2 1; 1 2]); [X, L, W] = eig(B); [P, E] = eig(A); c = eig(R); [Z, C] = schur(R, \"complex\");",
        &[
            "norm(Q*T*Q' - A) < 1e-14 & norm(Q'*Q - eye(2)) < 1e-15",
            "T(2, 1) == 0 & norm(sort(diag(T)) - eig(A)) < 1e-14",
            "norm(U*S*U' - B) < 1e-13 & norm(tril(S, -1)) == 0",
            "norm(sort(diag(S)) - eig(B)) < 1e-13",
            "norm(V'*V - eye(2)) < 1e-15 & norm(diag(D) - [1; 3]) < 1e-15",
            "norm(B*X - X*L) < 1e-13 & norm(W'*B - L*W') < 1e-13",
            "norm(diag(E) - [2; 5]) < 1e-14 & norm(inv(P)*A*P - E) < 1e-14",
            "real(c) == 0 & norm(imag(c) - [1; -1]) < 1e-15",
            "norm(sort(imag(diag(C))) - [-1; 1]) < 1e-15 & norm(Z*C*Z' - R) < 1e-15",
        ],
    );
    let run = run_script("[V, D] = eig([2 1 0; 0 2 1; 0 0 2]);");
    assert!(run.warnings[0].contains("defective"), "{:?}", run.warnings);
    assert!(run_script("[V, D] = eig([2 0; 0 2]); [V, D] = eig([4 1; 2 3]);").warnings.is_empty());
}

#[test]
fn principal_components() {
    holds(
        "X = [magic(4); hilb(4); eye(4)*7]; p = pca(X); n = rows(X); Xc = X - mean(X);
         q = pca(X, k=2); Y = inverse_transform(q, transform(q, X));
         [coeff, score, latent, tsquared, explained, mu] = pca(X);",
        &[
            "abs(p.variance - sort(eig(Xc'*Xc/(n-1)), \"descend\")) < 1e-12",
            "abs(transform(p, X) - Xc*p.components) < 1e-12",
            "abs(transform(p, X) - p.scores) < 1e-12",
            "abs(norm(X - Y, \"fro\")^2 - (n-1)*sum(p.variance(3:4))) < 1e-10",
            "abs(inverse_transform(p, p.scores) - X) < 1e-12",
            "coeff == p.components",
            "score == p.scores",
            "abs(latent - p.variance) == 0 & abs(mu - mean(X)) < 1e-14",
            "abs(explained - 100*p.ratio) < 1e-12 & abs(sum(explained) - 100) < 1e-12",
            "abs(sum(tsquared) - (n-1)*4) < 1e-10",
            "abs(p.singular_values.^2/(n-1) - p.variance) < 1e-10",
        ],
    );
}

#[test]
fn standardizing() {
    holds(
        "X = [1 7; 3 7; 5 7]; [Z, mu, sigma] = standardize(X); W = standardize(X, 1);",
        &[
            "Z == [-1 0; 0 0; 1 0]",
            "mu == [3 7] & sigma == [2 1]",
            "Z .* sigma + mu == X",
            "abs(std(W(:, 1), 1) - 1) < 1e-15",
        ],
    );
}

#[test]
fn components_of_iris() {
    let Some(file) = shared("tabular/sklearn/iris.csv") else { return };
    let setup = format!("{} p = pca(iris(:, 1:4));", literal("iris", &file));
    holds(
        &setup,
        &[
            "abs(p.variance - [4.228242; .242671; .078210; .023835]) < 1e-6",
            "abs(p.ratio - [.924619; .053066; .017103; .005212]) < 1e-6",
            "abs(p.components(:, 1) - [.361387; -.084523; .856671; .358289]) < 1e-6",
        ],
    );
}

#[test]
fn components_of_the_digits() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks/data/digits.csv.gz");
    let setup = literal("digits", &file);
    holds(
        &format!("{setup} X = digits(:, 1:64); raw = pca(X); [Z, mu, sigma] = standardize(X); p = pca(Z);
                  w = pca(X, scale=true); e = []; for k = [5 10 20 40], e(end+1) = norm(Z - lowrank(Z, k), \"fro\")/norm(Z, \"fro\"); end"),
        &[
            "size(X) == [1797 64]",
            "components_for(p, .90) == 31 & components_for(p, .95) == 40 & components_for(p, .99) == 54",
            "abs(p.ratio(1:5) - [.12033916; .09561054; .08444415; .06498408; .04860155]) < 1e-8",
            "components_for(raw, .95) == 29 & components_for(raw, .99) == 41",
            "abs(w.ratio - p.ratio) < 1e-10",
            "abs(e - [.76552 .64130 .45482 .22186]) < 1e-5",
        ],
    );
}

#[test]
fn models_keep_the_names_of_the_columns() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("people.csv");
    std::fs::write(&file, "height,weight,age\n1,2,4\n2,3,5\n4,4,8\n7,1,1\n").unwrap();
    let setup = format!("X = load(\"{}\"); m = pca(X, k=2);", file.display());
    for shown in ["m.components", "m.mean", "nmf(X, 2).H", "standardize(X)", "lowrank(X, 1)"] {
        let output = output_of(&format!("{setup}\n{shown}"));
        assert!(
            ["height", "weight", "age"].iter().all(|n| output.contains(n)),
            "{shown}\n{output}"
        );
    }
    assert!(output_of(&format!("{setup}\ntransform(m, X)")).contains("PC2"));
}

#[test]
fn non_negative_factorization() {
    holds(
        "seed(1); A = rand(20, 3)*rand(3, 12); m = nmf(A, k=3, solver=\"mu\", maxiter=200, tol=0);
         b = nmf(A, k=3); c = nmf(A, k=3); [W, H] = nmf(A, k=3); r = nmf(A, k=3, init=\"random\", seed=5, restarts=3);",
        &[
            "diff(m.error) <= 1e-12",
            "m.W(:) >= 0",
            "m.H(:) >= 0",
            "rows(m.error) == m.iterations & columns(m.error) == 1",
            "norm(A - b.W*b.H, \"fro\")/norm(A, \"fro\") < 0.05",
            "abs(b.residual - norm(A - b.W*b.H, \"fro\")) < 1e-8",
            "b.W == c.W & b.W == W",
            "b.H == c.H & b.H == H",
            "norm(A - lowrank(A, 2), \"fro\") <= nmf(A, k=2).residual + 1e-12",
            "r.residual < 1",
        ],
    );
    let run = run_script("m = nmf(magic(6), k=2, maxiter=1);");
    assert!(run.warnings[0].contains("maxiter"), "{:?}", run.warnings);
    assert!(error_of("nmf([1 2; 3 -4], k=1)").contains("(2,2) is -4"));
}

#[test]
fn non_negative_parts_of_the_digits() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks/data/digits.csv.gz");
    holds(
        &format!("{} X = digits(:, 1:64); m = nmf(X, 16);", literal("digits", &file)),
        &[
            // scikit-learn's coordinate descent ends at 681.88; the bound of any rank-16 product is 572.96.
            "m.residual <= 683 & m.residual >= 572.96",
            "abs(norm(X - lowrank(X, 16), \"fro\") - 572.96) < 0.01",
        ],
    );
}

#[test]
fn complex_systems() {
    holds(
        "A = [1+2i 2; 3 4i]; b = [1; 2i]; [L, U, P] = lu(A);",
        &[
            "abs(A*(A\\b) - b) < 1e-14",
            "abs((b.'/A)*A - b.') < 1e-14",
            "abs(A*inv(A) - eye(2)) < 1e-14",
            "abs(det(A) - (-14+4i)) < 1e-14",
            "abs(P*A - L*U) < 1e-14",
            "trace(A) == 1+6i",
        ],
    );
    holds(
        "A = [1+2i 2; 3 4i; 5 6-1i]; [U, S, V] = svd(A); [Q, R] = qr(A, \"econ\"); C = chol(A'*A);",
        &[
            "abs(A - U*S*V') < 1e-14",
            "abs(U'*U - eye(3)) < 1e-15",
            "abs(A - Q*R) < 1e-14",
            "abs(C'*C - A'*A) < 1e-13",
            "abs(A'*(A*(A\\[1; 2i; 3]) - [1; 2i; 3])) < 1e-13",
            "abs(pinv(A)*A - eye(2)) < 1e-14",
        ],
    );
}

#[test]
fn bad_input_is_told_from_good() {
    for (program, part) in [
        ("svd(ratings([1 NaN; 2 3]))", "als and funksvd"),
        ("svd([1 NaN])", "entry (1,2) is NaN"),
        ("eig([1 2 3])", "1×3"),
        ("chol([1 2 3])", "1×3"),
        ("ldl([1 2 3])", "1×3"),
        ("det([1 2 3])", "1×3"),
        ("inv(\"abc\")", "\"abc\""),
        ("lu(@sin)", "function"),
        ("pca([1 2; 3 4], k=5)", "between 1 and 2"),
        ("pca([])", "at least one row"),
        ("pca([1 NaN; 2 3])", "(1,2) is NaN"),
        ("pca([1 2; 3 4], energy=2)", "between 0 and 1"),
        ("nmf([1 NaN], k=1)", "(1,2) is NaN"),
        ("nmf([1 2])", "k is missing"),
        ("nmf([1 2], k=1, tol=-1)", "tol must not be negative"),
        ("nmf([1 2], k=0)", "1 or more"),
        ("nmf([1 2; 3 4], k=1e12)", "between 1 and 2"),
        ("nmf(zeros(0, 3), k=1)", "at least one row"),
        ("[Q, R] = qr(ones(1e6, 1));", "\"econ\""),
        ("nmf([1 2], k=1, solver=\"cd\")", "\"cd\""),
        ("transform(3, [1 2])", "number has no transform"),
        ("transform(factorize([1 2; 3 4]), [1 2])", "has no transform"),
        ("m = pca([1 2; 3 5]); transform(m, [1 2 3])", "1×3"),
        ("components_for([1 2], .9)", "needs a pca model"),
        ("F = factorize([1 2; 3 4]); F \\ [1; 2; 3]", "3×1"),
        ("rank_for([3 2 1], energy=1.5)", "between 0 and 1"),
        ("qr([1 2; 3 4], 1)", "\"econ\" or 0"),
        ("cond([1 2; 3 4], 3)", "p is 1, 2, Inf"),
        ("standardize([1 2; 3 4], 2)", "0 or 1"),
    ] {
        let message = error_of(program);
        assert!(message.contains(part), "{program}\n{message}");
    }
}

#[test]
fn nothing_breaks_on_matrices_without_entries() {
    for function in [
        "det",
        "inv",
        "pinv",
        "rank",
        "trace",
        "cond",
        "rcond",
        "null",
        "orth",
        "lu",
        "qr",
        "chol",
        "ldl",
        "svd",
        "eig",
        "factorize",
        "isdefinite",
        "issymmetric",
        "energy",
        "rank_for",
    ] {
        for matrix in ["[]", "zeros(0, 3)", "zeros(3, 0)", "0", "zeros(2)", "zeros(2, 3)"] {
            let run = run_script(&format!("x = {function}({matrix})"));
            if let Some(error) = run.error {
                assert!(
                    !error.message.contains("internal error"),
                    "{function}({matrix}): {error:?}"
                );
            }
        }
    }
}
