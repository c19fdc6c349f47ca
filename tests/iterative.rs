//! Iterative solves: every solver for matrices, sparse matrices and functions, real and complex; preconditioners; what
//! goes wrong and how it is said; real matrices.

use crate::common::{error_of, holds, output_of, run_script, shared};

const SYSTEMS: &str = "
seed(5); n = 30;
G = sprandn(n, n, 0.15); E = spdiags((1:n)' / 4 + 6, 0, n, n);
S = G + G' + E; N = G + E; b = (1:n)' / n;
GZ = G + 1i * sprandn(n, n, 0.1); SZ = GZ + GZ' + 2 * E; NZ = GZ + E * (1 + 0.2i); bz = b - 2i * flipud(b);
R = sprandn(3 * n, n, 0.2) + [speye(n); sparse(2 * n, n)]; c = (1:3*n)' / n;
far = @(x, y) norm(x - y) / norm(y);
";

const HERMITIAN: [&str; 3] = ["pcg", "minres", "symmlq"];
const GENERAL: [&str; 6] = ["gmres", "bicg", "bicgstab", "cgs", "qmr", "tfqmr"];
const LEAST_SQUARES: [&str; 3] = ["lsqr", "lsmr", "cgls"];

/// The arguments after b, with gmres's place for the restart.
fn limits(solver: &str) -> &'static str {
    if solver == "gmres" { "[], 1e-11, 200" } else { "1e-11, 200" }
}

fn needs_direction(solver: &str) -> bool {
    matches!(solver, "bicg" | "qmr" | "lsqr" | "lsmr" | "cgls")
}

#[test]
fn every_solver_agrees_with_the_direct_solution() {
    let mut conditions = Vec::new();
    for solver in HERMITIAN.iter().chain(&GENERAL).chain(&LEAST_SQUARES) {
        let (real, complex) = match () {
            () if HERMITIAN.contains(solver) => ("S", "SZ"),
            () if GENERAL.contains(solver) => ("N", "NZ"),
            () => ("R", "R * NZ"),
        };
        for (a, b) in [(real, "b"), (complex, "bz"), (real, "bz"), (complex, "b")] {
            let b = if LEAST_SQUARES.contains(solver) {
                format!("[{b}; 1 - {b}; 2 * {b}]")
            } else {
                b.to_string()
            };
            let limits = limits(solver);
            let function = format!("@(x) ({a}) * x");
            conditions
                .push(format!("far({solver}({a}, {b}, {limits}), full({a}) \\ ({b})) < 1e-7"));
            conditions.push(format!(
                "far({solver}(full({a}), {b}, {limits}), full({a}) \\ ({b})) < 1e-7"
            ));
            if !needs_direction(solver) {
                conditions.push(format!(
                    "far({solver}({function}, {b}, {limits}), full({a}) \\ ({b})) < 1e-7"
                ));
            }
        }
    }
    let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
    holds(SYSTEMS, &conditions);
}

#[test]
fn functions_of_two_directions_and_of_further_arguments() {
    let setup = format!(
        "{SYSTEMS}
function y = both(x, way, A, k)
  if strcmp(way, 'transp'), y = k * (A' * x); else, y = k * (A * x); end
end
function y = scaled(x, A, k), y = k * (A * x); end
x = N \\ b; z = full(R) \\ c;"
    );
    holds(
        &setup,
        &[
            "far(bicg(@both, 3 * b, 1e-11, 200, [], [], [], N, 3), x) < 1e-8",
            "far(qmr(@both, 3 * b, 1e-11, 200, [], [], [], N, 3), x) < 1e-8",
            "far(lsqr(@both, 3 * c, 1e-11, 200, [], [], [], R, 3), z) < 1e-8",
            "far(lsmr(@both, 3 * c, 1e-11, 200, [], [], zeros(n, 1), R, 3), z) < 1e-8",
            "far(cgls(@both, 3 * c, 1e-11, 200, [], [], [], R, 3), z) < 1e-8",
            "far(pcg(@scaled, 3 * b, 1e-11, 200, [], [], [], S, 3), S \\ b) < 1e-8",
            "far(gmres(@scaled, 3 * b, 7, 1e-11, 50, [], [], [], N, 3), x) < 1e-8",
        ],
    );
}

#[test]
fn outputs_are_octaves() {
    // Octave 7.3.
    let setup = "
n = 8; A = toeplitz([2.5 -1 zeros(1, n-2)]); b = (1:n)'; B = A + diag(0.5 * ones(n-1, 1), 1); M = diag(linspace(2, 5, n));
[x, f1, r1, i1, v1, e1] = pcg(A, b); [x, f2, r2, i2, v2] = pcg(A, b, [], 3);
[x, f3, r3, i3, v3] = gmres(B, b, 3, 1e-8, 20); [x, f4, r4, i4, v4] = bicgstab(B, b);
[x, f5, r5, i5, v5] = tfqmr(B, b); [x, f6, r6, i6, v6] = pcg(A, b, 1e-6, 100, M);
[x7, f7, r7, i7] = pcg(A - 3 * eye(n), b); [x8, f8, r8, i8, v8] = pcg(A, 0 * b);
[x, f9, r9, i9] = pcg(A, b, 1e-6, 20, zeros(n)); [x, f10, r10, i10, v10] = gmres(B, b, [], 1e-8, 3, M);
[x, f11] = bicg([0 1; -1 0], [1; 0]); [x, f12] = pcg(A, b, 1e-20, 200);";
    holds(
        setup,
        &[
            "[f1 i1] == [0 8] && isequal(size(v1), [9 2]) && abs(v1(2, 1) - 8.7412263) < 1e-6",
            "abs(e1(1) - (2.5 - 2 * cos(pi / 9))) < 1e-9",
            "[f2 i2] == [1 3] && abs(r2 - 0.12068741) < 1e-7 && isequal(size(v2), [4 1])",
            "[f3 i3] == [0 5 3] && abs(r3 / 5.6047367e-09 - 1) < 1e-4 && numel(v3) == 16",
            "[f4 i4] == [0 5.5] && abs(r4 / 1.2306138e-07 - 1) < 1e-4 && numel(v4) == 12",
            "[f5 i5] == [0 6] && abs(r5 / 2.5827993e-07 - 1) < 1e-4 && numel(v5) == 13",
            "[f6 i6] == [0 8] && abs(v6(3) - 2.3124231) < 1e-6",
            "[f7 r7 i7] == [4 1 0] && x7 == 0",
            "[f8 r8 i8 v8] == 0 && x8 == 0",
            "[f9 r9 i9] == [2 1 0]",
            "[f10 i10] == [1 1 3] && abs(r10 - 0.077110381) < 1e-7 && abs(v10(1) - 3.5109973) < 1e-6",
            "[f11 f12] == [4 3]",
        ],
    );
}

#[test]
fn preconditioning_an_ill_scaled_matrix() {
    // Rows 38 and 39 of the worked examples.
    let setup = "
m = 20; n = m * m; e = ones(m, 1); T = spdiags([-e 2*e -e], -1:1, m, m); I = speye(m);
D = spdiags(10 .^ (3 * mod(7919 * (0:n-1)', 101) / 100), 0, n, n);
A = D * (kron(T, I) + kron(I, T)) * D; xs = sin((1:n)'); b = A * xs;
[x0, f0, r0, i0] = pcg(A, b, 1e-10, 5000);
L = ichol(A); [L1, U1] = ilu(A); F = factorize(A);
[x1, f1, r1, i1] = pcg(A, b, 1e-10, 5000, precond=\"jacobi\"); [x2, f2, r2, i2] = pcg(A, b, 1e-10, 5000, L, L');
[x3, f3, r3, i3] = pcg(A, b, 1e-10, 5000, precond=\"ssor\"); [x4, f4, r4, i4] = pcg(A, b, 1e-10, 5000, M=amg(A, maxcoarse=40));
[x5, f5, r5, i5] = gmres(A, b, [], 1e-10, 200, L1, U1); [x6, f6, r6, i6] = pcg(A, b, 1e-10, 5, F);
[x7, f7, r7, i7] = pcg(A, b, 1e-10, 5000, @(r) L' \\ (L \\ r)); [x8, f8, r8, i8] = bicgstab(A, b, 1e-10, 500, precond=\"ilu\");
[x9, f9, r9, i9] = pcg(A, b, 1e-10, 5000, precond=\"ichol\"); [xa, fa, ra, ia] = pcg(A, b, 1e-10, 5, A);
[xb, fb] = qmr(A, b, 1e-10, 500, M=ssor(A, omega=1.3)); [xc, fc] = pcg(A, b * (1 + 2i), 1e-10, 500, precond=\"amg\");
far = @(x) norm(x - xs) / norm(xs);";
    holds(
        setup,
        &[
            "[f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 fa fb fc] == 0",
            "[i1 i2 i3 i4 i9] < 0.2 * i0",
            "i2 < i1 && i4 < 40 && abs(i7 - i2) < 3 && abs(i9 - i2) < 3",
            "[i6 ia] <= 2 && i5(2) < 80",
            "[far(x1) far(x2) far(x3) far(x4) far(x5) far(x6) far(x7) far(x8) far(x9) far(xa) far(xb) far(xc / (1 + 2i))] < 1e-3",
            "norm(L \\ (A * (L' \\ b)) - L \\ (A * (L' \\ b))) == 0 && nnz(L) == nnz(tril(A))",
        ],
    );
}

#[test]
fn an_unconverged_solve_warns_and_says_what_to_try() {
    let script = "A = toeplitz([2 -1 zeros(1, 98)]); b = ones(100, 1); ";
    let warned = |call: &str| run_script(&format!("{script}{call};")).warnings.join("\n");
    let words = warned("x = pcg(A, b)");
    assert!(
        words.contains("pcg stopped after 20 iterations") && words.contains("raise maxiter"),
        "{words}"
    );
    assert_eq!(warned("[x, flag] = pcg(A, b)"), "");
    assert_eq!(warned("x = pcg(A, b, 1e-6, 200)"), "");
    assert!(warned("x = pcg(-A, b)").contains("not Hermitian positive definite"));
    assert!(
        warned("x = pcg(A, b, [], [], -eye(100))").contains("the preconditioner is not Hermitian")
    );
    assert!(warned("x = bicg([0 1; -1 0], [1; 0])").contains("breakdown"));
    assert!(warned("x = minres([1 1; 1 1], [1; 0])").contains("least squares solution"));
    assert!(
        warned("m = gmres(A, b, 5, [], 2, model=true)")
            .contains("gmres stopped after 10 iterations")
    );
}

#[test]
fn the_model_tells_how_it_went() {
    let setup = "A = toeplitz([2.5 -1 zeros(1, 38)]); b = ones(40, 1); m = pcg(A, b, 1e-8, 100, model=true);
l = lsqr(A, b, 1e-10, 200, model=true); t = bicgstab(A, b, 1e-8, 100, model=true);";
    holds(
        setup,
        &[
            "norm(A * m.x - b) < 1e-7 && m.flag == 0 && m.converged && m.relres < 1e-8 && m.residual < 1e-8",
            "numel(m.history) == m.iterations + 1 && strcmp(m.reason, \"converged\")",
            "abs(m.eigenvalues(2) - 4.49) < 0.02",
            "l.converged && l.condition > 5 && l.condition < 100 && l.norm > 4 && l.normal_residual < 1e-6",
            "t.converged",
        ],
    );
    let shown = output_of(&format!("{setup} m"));
    assert!(shown.contains("pcg of 40 unknowns: converged"), "{shown}");
    assert!(shown.contains("fields: x flag converged reason"), "{shown}");
    assert_eq!(run_script(&format!("{setup} plot(m)")).figures, 1);
}

#[test]
fn bad_arguments_are_named() {
    let of = |call: &str| error_of(&format!("A = [4 1; 1 3]; b = [1; 2]; {call}"));
    let all = [
        ("pcg(ones(2, 3), b)", "pcg needs a square matrix; this one is 2×3"),
        ("pcg(A, [1; 2; 3])", "cannot solve with 2×2 and 3×1"),
        ("pcg(A, [1 2])", "pcg: b needs a column of numbers, and this is 1×2"),
        ("pcg(A, \"ab\")", "b needs a column of numbers, and this is a string"),
        ("pcg(A, {1})", "b needs a column of numbers, and this is a"),
        ("pcg({1}, b)", "A needs a matrix or a function"),
        ("pcg(\"A\", b)", "A needs a matrix or a function"),
        ("pcg(A, [NaN; 1])", "pcg needs finite numbers; entry (1,1) is NaN"),
        ("pcg(A, b, -1)", "tol is -1"),
        ("pcg(A, b, [], [], eye(3))", "the preconditioner is 3×3, and a matrix of 2×2 is needed"),
        ("pcg(A, b, [], [], [], [], [1; 2; 3])", "the start x0 has 3 entries, and A has 2 columns"),
        (
            "pcg(@(x) [x; 1], b)",
            "the function that stands for A returned 3×1 numbers, and 2×1 are needed",
        ),
        ("pcg(@(x) \"no\", b)", "the function that stands for A returned a"),
        ("pcg(@(x) {x}, b)", "and numbers are needed"),
        (
            "pcg(A, b, [], [], @(x) x(1))",
            "the preconditioner returned 1×1 numbers, and 2×1 are needed",
        ),
        ("pcg(@(x) A * nothing, b)", "nothing"),
        ("pcg(@(x) A * x, b, precond=\"ilu\")", "precond= needs the entries of A"),
        (
            "pcg(A, b, M=A, precond=\"ilu\")",
            "a preconditioner is given, and precond= asks for another",
        ),
        ("pcg(A, b, precond=\"iluu\")", "pcg has no precond \"iluu\""),
        (
            "lsqr(ones(3, 2), [1; 2; 3], precond=\"ilu\")",
            "of a rectangular matrix precond= makes \"jacobi\" alone",
        ),
        ("gmres(A, b, 0)", "restart is 0"),
        ("amg([1 2; 3 4])", "amg needs a Hermitian matrix"),
        ("ichol([1 2; 2 1])", "ichol: pivot 2 is -3, and must be positive"),
        ("ichol(A, struct(\"typ\", 1))", "ichol has no option typ"),
        ("ilu([0 1; 1 0])", "ilu: the matrix is singular; pivot 1 is zero"),
        ("jacobi(A) \\ [1; 2; 3]", "do not fit"),
    ];
    for (call, words) in all {
        let error = of(call);
        assert!(error.contains(words), "{call}: {error}");
    }
    // What fails in a function is shown where it fails.
    let run = run_script("function y = f(x)\n  y = x + unknown_name;\nend\npcg(@f, [1; 2]);");
    let shown = run.error.unwrap().render(false);
    assert!(shown.contains("unknown_name") && shown.contains("2:"), "{shown}");
}

#[test]
fn incomplete_factors_take_octaves_options() {
    let setup = "
B = sparse([10 1 0 2 0 3; 1 9 4 0 1 0; 0 2 12 1 0 2; 2 0 1 8 3 0; 0 1 0 -3 11 1; 3 0 5 0 1 13]);
C = sparse([1 10 0 2 0 3; 5 9 4 0 1 0; 0 20 12 1 0 2; 2 0 1 8 3 0; 0 1 0 -30 11 1; 3 0 5 0 1 13]);
o = struct(\"type\", \"ilutp\", \"droptol\", 0); [L, U, P] = ilu(C, o); [L2, U2] = ilu(C, o);
o.milu = \"row\"; [L3, U3, P3] = ilu(C, o); [L4, U4] = ilu(C, o); [L5, U5] = ilu(B, type=\"crout\", droptol=0.1);
X = ilu(B); [L6, U6] = ilu(B); off = @(x) norm(full(x), 1);";
    holds(
        setup,
        &[
            "off(L * U - P * C) < 1e-12 && off(L2 * U2 - C) < 1e-12 && issparse(P)",
            "off(L3 * U3 - C * P3) < 1e-12 && off(L4 * U4 - C) < 1e-12",
            "[nnz(L5) nnz(U5)] == 12 && off(X - (L6 + U6 - speye(6))) < 1e-14",
            "off(ichol(B + B', shape=\"upper\") - ichol(B + B')') < 1e-14",
        ],
    );
}

#[test]
fn real_matrices() {
    let Some(folder) = shared("mtx/matrices") else { return };
    let read = |name: &str| format!("A = readmtx(\"{}\");", folder.join(name).display());
    let solved = |name: &str, call: &str, limit: &str| {
        let setup = format!(
            "{} n = rows(A); xs = cos((1:columns(A))'); b = A * xs; [x, flag, relres, iter] = {call};",
            read(name)
        );
        holds(&setup, &["flag == 0", "norm(A * x - b) < 2e-8 * norm(b)", limit]);
    };
    solved("1138_bus.mtx", "pcg(A, b, 1e-8, 500, precond=\"ichol\")", "iter < 300");
    solved("494_bus.mtx", "pcg(A, b, 1e-8, 500, precond=\"ssor\")", "iter < 300");
    solved("gr_30_30.mtx", "pcg(A, b, 1e-8, 100, precond=\"amg\")", "iter < 25");
    solved("gr_30_30.mtx", "minres(A, b, 1e-8, 100)", "iter < 80");
    solved("orsirr_1.mtx", "gmres(A, b, 40, 1e-10, 20, precond=\"ilu\")", "iter(1) < 10");
    solved("orsirr_1.mtx", "bicgstab(A, b, 1e-8, 200, precond=\"ilu\")", "iter < 100");
    solved("bcsstk03.mtx", "pcg(A, b, 1e-8, 500, precond=\"ichol\")", "iter < 300");
    let setup = format!(
        "{} b = A * ones(columns(A), 1) + sin((1:rows(A))'); x = lsmr(A, b, 1e-10, 500); y = full(A) \\ b;",
        read("ash219.mtx")
    );
    holds(&setup, &["norm(x - y) < 1e-6 * norm(y)"]);
}

#[test]
fn a_matrix_without_a_diagonal_is_matched_scaled_and_ordered_first() {
    let Some(file) = shared("mtx/matrices/west0479.mtx") else { return };
    let setup = format!(
        "A = readmtx(\"{}\"); n = rows(A); xs = cos((1:n)'); b = A * xs;
         p = dmperm(A); B = A(p, :); c = b(p);
         r = full(1 ./ max(abs(B), [], 2)); B = spdiags(r, 0, n, n) * B; c = r .* c;
         s = full(1 ./ max(abs(B), [], 1))'; B = B * spdiags(s, 0, n, n);
         q = colamd(B); B = B(:, q);
         [L, U, P] = ilu(B, type=\"ilutp\", droptol=1e-6);
         [y, flag, relres, iter] = gmres(B, c, 50, 1e-10, 20, P' * L, U);
         x = zeros(n, 1); x(q) = y; x = s .* x;",
        file.display()
    );
    let direct = "norm(x - A \\ b) < 1e-8 * norm(x)";
    holds(
        &setup,
        &["flag == 0", "iter(1) == 1 && iter(2) < 20", "norm(x - xs) < 1e-8 * norm(xs)", direct],
    );
    assert!(error_of(&format!("{setup}\nilu(A)")).contains("pivot 1 is zero"));
}

#[test]
fn least_squares_of_surveys() {
    let Some(folder) = shared("mtx/converted") else { return };
    // Of the second matrix the condition number is 1e4: the normal equations have lost as many digits.
    for (name, limit, close) in [("well1850", 1000, 1e-10), ("illc1033", 10000, 1e-6)] {
        let path = |end: &str| folder.join(format!("{name}_fromHB{end}")).display().to_string();
        let setup = format!(
            "A = readmtx(\"{}\"); b = readmtx(\"{}\")(:, 1); x = A \\ b; f = x;
             [p, fp, ~, ip] = lsqr(A, b, 1e-12, {limit}); [q, fq, ~, iq] = lsmr(A, b, 1e-12, {limit});
             [r, fr, ~, ir] = cgls(A, b, 1e-12, {limit});",
            path(".mtx.gz"),
            path("_b.mtx")
        );
        let near = |y: &str| format!("norm({y} - x) < {close} * norm(x)");
        holds(
            &setup,
            &[
                "issparse(A) && rows(A) > columns(A)",
                &near("p"),
                &near("q"),
                &near("r"),
                "fp == 0 && fq == 0 && any(fr == [0 3])",
                "norm(A' * (A * x - b)) < 1e-10 * norm(b)",
                &format!("max([ip iq ir]) < {limit}"),
            ],
        );
    }
}
