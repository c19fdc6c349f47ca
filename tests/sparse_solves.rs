//! Direct solves and factorizations of sparse matrices in the language.

use crate::common::{holds, run_script, shared};

/// Warnings of a script that must succeed.
#[track_caller]
fn warnings_of(script: &str) -> Vec<String> {
    let run = run_script(script);
    assert!(run.error.is_none(), "{script}\n{:?}", run.error);
    run.warnings
}

/// The error of a script that must fail.
#[track_caller]
fn error_of(script: &str) -> String {
    run_script(script).error.unwrap_or_else(|| panic!("{script} succeeded")).headline()
}

#[test]
fn solutions_are_those_of_the_full_matrix_and_sparse_for_sparse_right_hand_sides() {
    for matrix in [
        "diag([1 2 3 4 5])",
        "triu(magic(5))",
        "tril(magic(5))([2 1 4 3 5], :)",
        "[4 1 0 0 1; 1 5 1 0 0; 0 1 6 1 0; 0 0 1 7 1; 1 0 0 1 8]",
        "[0 1 0 0 1; 1 5 1 0 0; 0 1 -6 1 0; 0 0 1 7 1; 1 0 0 1 8]",
        "[0 1 0 3 0; 1 5 0 0 0; 0 2 6 1 0; 0 0 1 0 1; 4 0 0 1 8]",
        "[4 1 0 0 1i; 1 5 1 0 0; 0 1 6 1 0; 0 0 1 7 1; -1i 0 0 1 8]",
        "[1 2i 0 0 1; 0 5 1 0 0; 2 0 6 1 0; 0 3 0 7 1; 1 0 0 1 8]",
    ] {
        holds(
            &format!(
                "A = {matrix}; S = sparse(A); b = (1:5)'; B = [b b.^2 - 3]; c = b + 2i*flipud(b);"
            ),
            &[
                "norm(S\\b - A\\b) < 1e-13*norm(A\\b)",
                "norm(S\\B - A\\B) < 1e-13*norm(A\\B)",
                "norm(S\\c - A\\c) < 1e-13*norm(A\\c)",
                "norm(b'/S - b'/A) < 1e-13*norm(b'/A)",
                "norm(c.'/S - c.'/A) < 1e-13*norm(c.'/A)",
                "issparse(S\\sparse(B)) && ! issparse(S\\B)",
                "issparse(sparse(B')/S) && ! issparse(B'/S)",
                "norm(full(S\\sparse(B)) - A\\B) < 1e-13*norm(A\\B)",
                "norm(full(S\\sparse(c)) - A\\c) < 1e-13*norm(A\\c)",
                "norm(full(sparse(B')/S) - B'/A) < 1e-13*norm(B'/A)",
                "norm(A\\sparse(B) - A\\B) < 1e-13*norm(A\\B)",
                "abs(det(S) - det(A)) < 1e-12*abs(det(A))",
                "issparse(inv(S)) && norm(full(inv(S)) - inv(A)) < 1e-12*norm(inv(A))",
                "abs(log(rcond(S)/rcond(A))) < 1.5",
                "abs(log(condest(S)*rcond(S))) < 1.2",
                "rank(S) == 5",
            ],
        );
    }
}

#[test]
fn rectangular_and_singular_systems_have_the_solution_of_least_norm() {
    holds(
        "warning(\"off\", \"all\"); T = sparse([1 0 2; 0 3 0; 4 0 5; 0 6 7]); W = T'; b = (1:4)'; c = (1:3)';
         R = sparse([1 2 1; 2 4 2; 0 0 1; 1 2 2]); Z = sparse([1 2 0; 2 4 0; 0 0 3]);",
        &[
            "norm(T\\b - full(T)\\b) < 1e-14",
            "norm(W\\c - full(W)\\c) < 1e-14",
            "norm(R\\b - pinv(full(R))*b) < 1e-14",
            "norm(R'\\c - pinv(full(R'))*c) < 1e-14",
            "norm(Z\\c - pinv(full(Z))*c) < 1e-14",
            "norm(c'/Z - c'*pinv(full(Z))) < 1e-14",
            "rank(R) == 2 && rank(Z) == 2",
            "isinf(inv(Z)(1, 1))",
        ],
    );
    let told = warnings_of("x = sparse([1 2; 2 4]) \\ [1; 2];");
    assert!(told[0].contains("singular to working precision"), "{told:?}");
    assert!(told[0].contains("least-squares solution of smallest norm"), "{told:?}");
    let told = warnings_of("x = sparse([1 0 2; 3 0 1; 1 0 5]) \\ [1; 2; 3];");
    assert!(told[0].contains("structurally singular: column 2 has no entries"), "{told:?}");
    let told = warnings_of("x = sparse([1 2; 2 4; 3 6]) \\ [1; 2; 3];");
    assert!(told[0].contains("has rank 1 only"), "{told:?}");
    assert!(warnings_of("x = sparse([4 1; 1 3]) \\ [1; 2];").is_empty());
}

#[test]
fn what_cannot_be_solved_is_refused() {
    assert!(error_of("sparse([1 NaN; 2 3]) \\ [1; 2]").contains("entry (1,2) is NaN"));
    assert!(error_of("sparse([4 1; 2 3]) \\ [1; Inf]").contains("entry (2,1) is Inf"));
    assert!(error_of("sparse([4 1; 2 3]) \\ [1; 2; 3]").contains("cannot solve 2×2 and 3×1"));
    assert!(error_of("[1 2 3] / sparse([4 1; 2 3])").contains("cannot divide 1×3 and 2×2"));
    assert!(error_of("chol(sparse([1 2; 2 1]))").contains("pivot 2 is -3"));
    assert!(error_of("chol(sparse([1 2 3; 2 1 3]))").contains("square"));
    assert!(error_of("ldl(sparse([1 2; 3 1]))").contains("symmetric"));
    assert!(error_of("lu(sparse([1 NaN; 2 3]))").contains("entry (1,2) is NaN"));
    assert!(error_of("lu(sparse([1 2; 2 3]), 2)").contains("from 0 to 1"));
    assert!(error_of("det(sparse([1 2 3]))").contains("square"));
    assert!(error_of("amd(sparse([1 2 3]))").contains("square"));
}

#[test]
fn lu_in_all_its_forms() {
    for matrix in [
        "sprandom(30, 30, 4)",
        "sprandom(20, 30, 4)",
        "sprandom(30, 20, 4)",
        "sprandom(30, 30, 4) + 1i*sprandom(30, 30, 4)",
        "sparse([1 2 0; 2 4 0; 0 0 3])",
        "sparse(3, 3)",
        "sparse([0 0 1; 0 0 2; 3 0 0])",
    ] {
        holds(
            &format!(
                "function S = sprandom(m, n, k)
                   A = zeros(m, n); for i = 1:m, A(i, mod(i*(1:k).^2 + i, n) + 1) = sin(i*(1:k)); end, S = sparse(A); end
                 S = {matrix}; A = full(S); t = 1e-14*(1 + norm(A));
                 [L1, U1, P1, Q1] = lu(S); [L2, U2, P2] = lu(S); [L3, U3] = lu(S); Y = lu(S);
                 [L4, U4, P4, Q4, R4] = lu(S); [L5, U5, p5, q5] = lu(S, \"vector\"); [L6, U6, P6, Q6] = lu(S, [1 1]);
                 [L7, U7, p7] = lu(S, 0.5, \"vector\");"
            ),
            &[
                "norm(full(P1)*A*full(Q1) - full(L1)*full(U1)) < t",
                "norm(full(P2)*A - full(L2)*full(U2)) < t",
                "norm(A - full(L3)*full(U3)) < t",
                "norm(full(P4)*(full(R4)\\A)*full(Q4) - full(L4)*full(U4)) < t",
                "norm(A(p5, q5) - full(L5)*full(U5)) < t",
                "norm(full(P6)*A*full(Q6) - full(L6)*full(U6)) < t",
                "norm(A(p7, :) - full(L7)*full(U7)) < t",
                "issparse(L1) && issparse(U1) && issparse(P1) && issparse(Q1) && issparse(Y)",
                "isequal(full(L1), tril(full(L1))) && isequal(full(U1), triu(full(U1)))",
                "isequal(size(L1), [rows(A) min(size(A))]) && isequal(size(Y), size(A))",
            ],
        );
    }
}

#[test]
fn cholesky_and_ldl_in_all_their_forms() {
    holds(
        "n = 40; A = 4*eye(n) + diag(-ones(n-1, 1), 1) + diag(-ones(n-1, 1), -1); A(1, n) = A(n, 1) = -1; A(3, 20) = 1i; A(20, 3) = -1i;
         S = sparse(A); R = chol(S); L = chol(S, \"lower\"); [R3, p3, Q3] = chol(S); [L4, p4, q4] = chol(S, \"lower\", \"vector\");
         B = A - 3*eye(n); [R5, p5] = chol(sparse(B)); [LL, D, P] = ldl(sparse(B)); [L2, D2] = ldl(sparse(B)); [U7, D7, p7] = ldl(sparse(B), \"upper\", \"vector\");",
        &[
            "norm(full(R'*R) - A) < 1e-14",
            "norm(full(L*L') - A) < 1e-14",
            "norm(full(R3'*R3) - full(Q3'*S*Q3)) < 1e-14 && p3 == 0",
            "norm(full(L4*L4') - A(q4, q4)) < 1e-14 && p4 == 0",
            "nnz(R3) < nnz(R)",
            "p5 > 1 && norm(full(R5'*R5) - B(1:p5-1, 1:p5-1)) < 1e-14",
            "norm(full(P')*B*full(P) - full(LL)*full(D)*full(LL)') < 1e-13",
            "norm(B - full(L2)*full(D2)*full(L2)') < 1e-13",
            "norm(B(p7, p7) - full(U7)'*full(D7)*full(U7)) < 1e-13",
            "issparse(R) && issparse(Q3) && issparse(LL) && issparse(D) && issparse(P)",
        ],
    );
}

#[test]
fn qr_in_all_its_forms() {
    holds(
        "A = [1 0 2; 0 3 0; 4 0 5; 0 6 7]; S = sparse(A); b = (1:4)';
         R = qr(S); [Q, R2] = qr(S); [Q3, R3, P3] = qr(S); [Q4, R4] = qr(S, \"econ\"); [C, R5] = qr(S, b); [C6, R6] = qr(S, b, 0);
         [Q7, R7, p7] = qr(S, \"vector\"); x = qr(S, b);",
        &[
            "issparse(R) && isequal(size(R), [4 3]) && norm(full(R'*R) - A'*A) < 1e-13",
            "! issparse(Q) && norm(Q*R2 - A) < 1e-14 && norm(Q'*Q - eye(4)) < 1e-14",
            "norm(Q3*R3 - A*full(P3)) < 1e-14",
            "isequal(size(Q4), [4 3]) && norm(Q4*R4 - A) < 1e-14",
            "norm(Q'*b - C) < 1e-14 && numel(C6) == 3",
            "norm(Q7*R7 - A(:, p7)) < 1e-14",
            "norm(x - A\\b) < 1e-14",
        ],
    );
}

#[test]
fn signs_of_qr() {
    for matrix in [
        "[1 0 2; 0 -3 0; -4 0 5; 0 6 7]",
        "[1 0 2i; 0 -3 0; -4i 0 5; 0 6 7]",
        "[-1 0 2 1; 0 0 3 0; 2 0 1 1]",
    ] {
        holds(
            &format!(
                "function x = leading(R), x = []; for i = 1:rows(R), k = find(R(i, :)); if ! isempty(k), x(end+1) = full(R(i, k(1))); end, end, end
                 A = {matrix}; S = sparse(A); b = (1:rows(A))'; [Q, R] = qr(S, sign=\"positive\"); [Q2, R2] = qr(S, \"econ\", sign=\"positive\");
                 [C, R3] = qr(S, b, sign=\"positive\"); [Q4, R4, P4] = qr(S, sign=\"positive\");"
            ),
            &[
                "norm(Q*R - A) < 1e-14 && norm(Q'*Q - eye(rows(A))) < 1e-14",
                "all(real(leading(R)) > 0) && all(imag(leading(R)) == 0)",
                "norm(Q2*R2 - A) < 1e-14 && isequal(full(R2), full(R(1:rows(R2), :)))",
                "norm(C - Q'*b) < 1e-14 && isequal(full(R3), full(R))",
                "norm(Q4*R4 - A*P4) < 1e-14 && all(real(leading(R4)) > 0)",
            ],
        );
    }
}

#[test]
fn conditions_are_estimated_from_sparse_factors() {
    let told = warnings_of(
        "S = sparse([4 1 0; 1 3 1; 0 2 5]); c = [cond(S, 1) cond(S, Inf) condest(S)]; A = full(S);
         if norm(c - [cond(A, 1) cond(A, Inf) cond(A, 1)]) > 1e-12, error(\"wrong\"), end
         z = [cond(sparse([1 2; 2 4]), 1) condest(sparse([1 2; 2 4]))];
         if any(z < 1e15), error(\"finite\"), end
         n = 20000; T = spdiags(ones(n, 1)*[-1 2.5 -1.2], -1:1, n, n); c = [cond(T, 1) condest(T)];
         if abs(log(c(1)/c(2))) > 0.5, error(\"apart\"), end",
    );
    assert!(told.is_empty(), "{told:?}");
    assert!(error_of("cond(sparse([1 2 3]), 1)").contains("square"));
}

#[test]
fn large_systems_are_solved_by_fronts() {
    holds(
        "n = 13; e = ones(n, 1); T = spdiags([-1.4*e 2*e -0.6*e], -1:1, n, n); I = speye(n);
         S = kron(kron(T, I), I) + kron(kron(I, T), I) + kron(kron(I, I), T); b = cos(1:n^3)'; x = S\\b; z = (1i*S + 3*speye(n^3))\\b;
         F = factorize(S); H = refactor(F, 2*S); m = 40; e = ones(m, 1); D = spdiags([-e e], 0:1, m-1, m); I = speye(m);
         G = [kron(I, D); kron(D, I); sparse(1, 1, 1, 1, m^2)]; c = sin(1:rows(G))'; y = G\\c; [C, R, p] = qr(G, c, 0); W = G'; d = cos(1:m^2)'; v = W\\d;",
        &[
            "norm(S*x - b, Inf) < 1e-13*(norm(S, Inf)*norm(x, Inf) + 1)",
            "norm((1i*S + 3*speye(n^3))*z - b, Inf) < 1e-13*(20*norm(z, Inf) + 1)",
            "strcmp(F.method, \"lu\") && strcmp(F.ordering, \"amd\") && isequal(F\\b, x)",
            "norm(H\\b - x/2, Inf) < 1e-13*norm(x, Inf)",
            "norm(b'/F - b'/S, Inf) == 0 && norm((b'/S)*S - b', Inf) < 1e-12",
            "norm(F.P*S*F.Q - F.L*F.U, 1) < 1e-13*norm(S, 1)",
            "norm(G'*(G*y - c), Inf) < 1e-12",
            "norm(R'*R - G(:, p)'*G(:, p), 1) < 1e-12 && istriu(R) && norm(R\\C - y(p), Inf) < 1e-10",
            "norm(W*v - d, Inf) < 1e-11 && norm(v - G*(G\\v), Inf) < 1e-10",
        ],
    );
}

#[test]
fn a_factorization_is_used_again() {
    holds(
        "warning(\"off\", \"all\"); n = 30; i = 1:n; S = sparse(4*eye(n) + diag(-ones(n-1, 1), 1) + diag(-ones(n-1, 1), -1)); S(1, n) = 1; S(n, 1) = 1;
         N = S; N(2, 9) = 3; F = factorize(S); G = factorize(N); b = (1:n)'; S2 = S; S2(1, 1) = 7; H = refactor(F, S2);
         K = factorize(sparse(full(S) - 3*eye(n))); Z = factorize(sparse([1 2; 2 4])); T = factorize(sparse([1 2; 3 4; 5 6]));",
        &[
            "strcmp(F.method, \"chol\") && strcmp(G.method, \"lu\") && strcmp(K.method, \"ldl\") && strcmp(T.method, \"qr\")",
            "isequal(F\\b, S\\b) && isequal(G\\b, N\\b)",
            "norm(b'/G - b'/N) == 0",
            "isequal(H\\b, S2\\b)",
            "issparse(F\\sparse(b)) && norm(full(F\\sparse(b)) - F\\b) < 1e-14",
            "norm((F\\(b*1i)) - (F\\b)*1i) < 1e-13",
            "abs(det(F) - det(full(S))) < 1e-12*det(F)",
            "abs(logdet(F) - log(det(full(S)))) < 1e-12",
            "rank(Z) == 1 && rank(F) == n",
            "norm(full(inv(F))*full(S) - eye(n)) < 1e-13",
            "norm(full(G.P*N*G.Q) - full(G.L*G.U)) < 1e-14",
            "norm(full(F.Q'*S*F.Q) - full(F.R'*F.R)) < 1e-14",
            "F.nnz > nnz(S)/2 && F.fill > 0.5 && F.rcond > 0.1 && strcmp(F.ordering, \"amd\")",
            "isequal(size(T), [3 2])",
        ],
    );
    assert!(
        error_of("F = factorize(sparse([4 1; 1 3])); refactor(F, sparse([4 0; 1 3]))")
            .contains("entry (1,2) is zero now")
    );
    assert!(error_of("refactor(3, sparse(2, 2))").contains("what factorize gave"));
}

#[test]
fn orders_and_trees() {
    holds(
        "A = [4 1 0 0 1; 1 3 1 0 0; 0 1 2 0 1; 0 0 0 5 0; 1 0 1 0 6]; S = sparse(A); [c, h, parent, post, R] = symbfact(S);
         B = sparse([1 0 1 0; 0 1 0 0; 1 0 0 1; 0 0 1 0]); [p, q, r, s] = dmperm(B); n = 12; G = sparse(kron(eye(n), 3*eye(n)) + kron(diag(ones(n-1, 1), 1) + diag(ones(n-1, 1), -1), eye(n)) + kron(eye(n), diag(ones(n-1, 1), 1) + diag(ones(n-1, 1), -1)) + eye(n*n)*2); a = amd(G); rc = symrcm(G);",
        &[
            "isequal(etree(S), [2 3 5 0 0])",
            "isequal(c', [3 3 2 1 1]) && h == 4 && isequal(parent', [2 3 5 0 0]) && nnz(R) == 10",
            "isequal(sort(post)', 1:5)",
            "isequal(etree(S, \"col\"), [2 3 5 0 0])",
            "sprank(B) == 4 && sprank(sparse([1 1 0; 0 0 1; 0 0 1])) == 2",
            "isequal(r, 1:5) && isequal(s, 1:5)",
            "isequal(full(B(p, q)), triu(full(B(p, q))))",
            "isequal(sort(colamd(S)), 1:5) && isequal(sort(symamd(S)), 1:5)",
            "isequal(colperm(S), [4 1 2 3 5])",
            "isequal(sort(a), 1:n*n) && isequal(sort(rc), 1:n*n)",
            "nnz(chol(G(a, a))) < nnz(chol(G))",
            "sum(symbfact(G)) == nnz(chol(G))",
        ],
    );
}

#[test]
fn matrices_from_practice_are_solved_or_warned_of() {
    let Some(folder) = shared("mtx/matrices") else { return };
    for name in ["west0479", "young1c", "bcsstk03", "jagmesh7", "orsirr_1", "hor_131"] {
        let path = folder.join(format!("{name}.mtx"));
        holds(
            &format!(
                "S = readmtx(\"{}\"); n = rows(S); b = cos(1:n)'; x = S\\b; F = factorize(S); [L, U, P, Q] = lu(S); y = (b'/S)';",
                path.display()
            ),
            &[
                "norm(S*x - b, Inf) <= 1e-13*(norm(S, Inf)*norm(x, Inf) + norm(b, Inf))",
                "norm(S'*y - b, Inf) <= 1e-13*(norm(S', Inf)*norm(y, Inf) + norm(b, Inf))",
                "norm(F\\b - x) == 0",
                "norm(P*S*Q - L*U, 1) <= 1e-13*norm(S, 1)",
            ],
        );
    }
}
