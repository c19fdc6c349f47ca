//! The ends of the number range, and what is no number at all.

use super::{PRELUDE, is_pending};
use crate::common::run_in;
use mf::session::Session;

fn session() -> Session {
    let session = Session::start();
    let run = run_in(&session, PRELUDE);
    assert!(run.error.is_none(), "{:?}", run.error);
    session
}

/// Calls of a matrix `A` that is to be refused when an entry is not finite. `B` is a good matrix of its size.
const CALLS: &[(&str, &str)] = &[
    ("lu", "lu(A)"),
    ("lu", "lu(A, pivot=\"full\")"),
    ("qr", "qr(A)"),
    ("chol", "chol(A)"),
    ("ldl", "ldl(A)"),
    ("svd", "svd(A)"),
    ("svd", "svd(A, \"econ\")"),
    ("eig", "eig(A)"),
    ("schur", "schur(A)"),
    ("hess", "hess(A)"),
    ("qz", "qz(A, B)"),
    ("qz", "qz(B, A)"),
    ("balance", "balance(A)"),
    ("poldec", "poldec(A)"),
    ("cod", "cod(A)"),
    ("bidiag", "bidiag(A)"),
    ("det", "det(A)"),
    ("logdet", "logdet(A)"),
    ("inv", "inv(A)"),
    ("pinv", "pinv(A)"),
    ("rank", "rank(A)"),
    ("null", "null(A)"),
    ("orth", "orth(A)"),
    ("cond", "cond(A)"),
    ("rcond", "rcond(A)"),
    ("expm", "expm(A)"),
    ("logm", "logm(A)"),
    ("sqrtm", "sqrtm(A)"),
    ("sylvester", "sylvester(A, B, B)"),
    ("sylvester", "sylvester(B, A, B)"),
    ("sylvester", "sylvester(B, B, A)"),
    ("lyap", "lyap(A, B)"),
    ("mldivide", "A \\ B"),
    ("mldivide", "B \\ A"),
    ("mldivide", "B / A"),
    ("lstsq", "lstsq(A, B(:, 1))"),
    ("lstsq", "lstsq(B, A)"),
    ("lowrank", "lowrank(A, 1)"),
    ("factorize", "factorize(A)"),
    ("linsolve", "linsolve(A, B)"),
    ("lscov", "lscov(A, B)"),
    ("lscov", "lscov(B, A)"),
    ("lsqnonneg", "lsqnonneg(A, B(:, 1))"),
    ("rref", "rref(A)"),
    ("mpower", "A^-1"),
    ("mpower", "A^0.5"),
    ("mpower", "2^A"),
    ("funm", "funm(A, @exp)"),
    ("condest", "condest(A)"),
    ("nearestspd", "nearestspd(A)"),
    ("decomposition", "decomposition(A)"),
    ("poly", "poly(A)"),
];

#[test]
fn what_is_not_finite_is_refused_with_its_place() {
    let session = session();
    let mut wrong = Vec::new();
    for (name, call) in CALLS {
        if is_pending("not finite", call) {
            continue;
        }
        for bad in ["NaN", "Inf", "-Inf"] {
            // Symmetric, so that what asks for symmetry looks further; the place is the first, column by column.
            let program = format!(
                "B = [4 1 0; 1 5 2; 0 2 6]; A = B; A(3, 2) = {bad}; A(2, 3) = {bad};
                 text = \"\"; try, v = {call}; catch e, text = e.message; end; disp(text)"
            );
            let run = run_in(&session, &program);
            let output = run.output.trim();
            // A symmetric matrix may be read by its upper or lower triangle alone.
            let placed = output.contains("(3,2)")
                || (matches!(*name, "chol" | "eig" | "ldl") && output.contains("(2,3)"));
            if !placed || !output.to_lowercase().contains(&bad.replace('-', "").to_lowercase()) {
                wrong.push(format!("{call} with {bad}: {output}{:?}", run.error));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// Conditions on results of extreme size.
const RANGE: &[&str] = &[
    "abs(norm([3e200 4e200])/5e200 - 1) < 1e-15",
    "abs(norm([3e-200 4e-200])/5e-200 - 1) < 1e-15",
    "abs(norm([3e200 4e200]')/5e200 - 1) < 1e-15",
    "abs(norm([3e200 0; 0 4e200], \"fro\")/5e200 - 1) < 1e-15",
    "abs(norm([3e-200 0; 0 4e-200], \"fro\")/5e-200 - 1) < 1e-15",
    "abs(norm([3e200 0; 0 4e200])/4e200 - 1) < 1e-15",
    "abs(norm([3e-200 0; 0 4e-200])/4e-200 - 1) < 1e-15",
    "abs(norm([3e200+4e200i 0], 1)/5e200 - 1) < 1e-15",
    "abs(norm([3e200+4e200i 12e200])/13e200 - 1) < 1e-15",
    "abs(norm([1e200 2e200 2e200], 3)/(17^(1/3)*1e200) - 1) < 1e-14",
    "abs(norm([1e-200 2e-200 2e-200], 3)/(17^(1/3)*1e-200) - 1) < 1e-14",
    "norm([1e200 -3e200], Inf) == 3e200 && norm([1e200 -3e200], -Inf) == 1e200",
    "isnan(norm([1 NaN 3])) && norm([1 Inf]) == Inf",
    "norm([]) == 0 && norm(zeros(0, 3), 1) == 0 && norm(zeros(3, 0), \"fro\") == 0",
    "norm([5e-324 0]) == 5e-324",
    "abs(hypot(3e200, 4e200)/5e200 - 1) < 1e-15",
    "abs(hypot(3e-200, 4e-200)/5e-200 - 1) < 1e-15",
    "hypot(NaN, Inf) == Inf && hypot(0, -3) == 3 && hypot(realmax, 0) == realmax",
    "all(abs(vecnorm([3e200 4e-200; 4e200 3e-200])./[5e200 5e-200] - 1) < 1e-15)",
    "abs(cond([1e200 0; 0 1e199])/10 - 1) < 1e-14",
    "abs(cond([1e-200 0; 0 1e-199])/10 - 1) < 1e-14",
    "abs(cond([2e200 1e200; 1e200 2e200])/3 - 1) < 1e-14",
    "abs(cond([2e200 1e200; 1e200 2e200], 1)/3 - 1) < 1e-14",
    "cond([1e200 0; 0 0]) == Inf && cond(zeros(2)) == Inf",
    "abs(rcond([2e200 1e200; 1e200 2e200])*3 - 1) < 1e-14",
    "abs(rcond([2e-200 1e-200; 1e-200 2e-200])*3 - 1) < 1e-14",
    "rank(1e200*[1 2; 2 4]) == 1 && rank(1e-200*[1 2; 2 4]) == 1 && rank(1e-200*[1 2; 2 5]) == 2",
    "det([1e200 0; 0 1e-200]) == 1",
    "abs(det(diag([1e200 1e200 1e-200 1e-200])) - 1) < 1e-14",
    "abs(det([2e200 1e-200; 1e200 1e-200]) - 1) < 1e-14",
    "abs(det(1e200*eye(4)(:, [2 1 4 3]) .* [1 1 1e-300 1e-300]')/1e200 - 1) < 1e-14",
    "abs(logdet(1e200*eye(5)) - 1000*log(10)) < 1e-11",
    "abs(logdet(1e-200*eye(5)) + 1000*log(10)) < 1e-11",
    "abs(logdet(1e200*[2 1; 1 2]) - log(3) - 400*log(10)) < 1e-11",
    "logdet(eye(3)) == 0",
    "norm(inv(1e200*[2 1; 1 1])*1e200 - [1 -1; -1 2]) < 1e-14",
    "norm(inv(1e-200*[2 1; 1 1])*1e-200 - [1 -1; -1 2]) < 1e-14",
    "norm(pinv(1e200*[2 1; 1 1])*1e200 - [1 -1; -1 2]) < 1e-13",
    "norm((1e200*[2 1; 1 1]) \\ (1e200*[3; 2]) - 1) < 1e-14",
    "norm((1e-200*[2 1; 1 1]) \\ (1e-200*[3; 2]) - 1) < 1e-14",
    "norm((1e200*[1 0; 1 1; 0 1]) \\ (1e200*[1; 2; 1]) - 1) < 1e-14",
    "norm((1e-200*[1 0; 1 1; 0 1]) \\ (1e-200*[1; 2; 1]) - 1) < 1e-14",
    "norm((1e200*[1 1]) \\ (1e200*2) - 1) < 1e-14",
    "norm([1 1e8; 0 2] \\ [1e8; 2] - [0; 1]) < 1e-14",
    "all(all(isfinite(lu(1e-310*[1 2; 3 4]))))",
    "norm(ldl(1e-310*[4 2; 2 5]) - [0.4 1; 1 0]) < 1e-10",
    "det([1e-310 0; 0 1e300]) > 0",
    "norm((4e-310*[2 1; 1 1]) \\ (4e-310*[3; 2]) - 1) < 1e-10",
    "norm((4e-310*[1 0; 1 1; 0 1]) \\ (4e-310*[1; 2; 1]) - 1) < 1e-10",
    "abs(abs(qr(1e-310*[3; 4])(1))/5e-310 - 1) < 1e-10",
    "abs(abs(qr(1e-310*[3 1; 4 1])(1))/5e-310 - 1) < 1e-10",
    "all(abs(svd(1e-310*[3 0; 4 0; 0 2])/1e-310 - [5; 2]) < 1e-10)",
    "all(abs(eig(1e-310*[2 1; 1 2])/1e-310 - [1; 3]) < 1e-10)",
    "abs(chol(1e-310*[4 2; 2 5])(1)/2e-155 - 1) < 1e-10",
    "rank(1e-310*[1 2; 2 5]) == 2 && rank(1e-310*[1 2; 2 4]) == 1",
    "all(abs(svd(1e200*[3 0; 4 0; 0 2])/1e200 - [5; 2]) < 1e-14)",
    "all(abs(svd(1e-200*[3 0; 4 0; 0 2])/1e-200 - [5; 2]) < 1e-14)",
    "all(abs(eig(1e200*[2 1; 1 2])/1e200 - [1; 3]) < 1e-14)",
    "all(abs(eig(1e-200*[2 1; 1 2])/1e-200 - [1; 3]) < 1e-14)",
    "all(abs(sort(eig(1e200*[1 2; 3 2]))/1e200 - [-1; 4]) < 1e-14)",
    "all(abs(sort(eig(1e-200*[1 2; 3 2]))/1e-200 - [-1; 4]) < 1e-14)",
    "norm(chol(1e200*[4 2; 2 5])/1e100 - [2 1; 0 2]) < 1e-14",
    "abs(abs(qr(1e200*[3; 4])(1))/5e200 - 1) < 1e-15",
    "abs(abs(qr(1e-200*[3; 4])(1))/5e-200 - 1) < 1e-15",
    "isempty(expm(zeros(0))) && expm(710) == Inf && expm(-1000) == 0",
    "norm(sqrtm(1e200*[5 4; 4 5])/1e100 - [2 1; 1 2]) < 1e-14",
    "trace([1e308 0; 0 1e308]) == Inf && trace(zeros(0)) == 0",
];

#[test]
fn nothing_overflows_on_the_way() {
    let session = session();
    let mut wrong = Vec::new();
    for condition in RANGE {
        if is_pending("range", condition) {
            continue;
        }
        let run = run_in(&session, &format!("holds = all(all({condition}))"));
        if run.output.trim() != "holds = 1" {
            wrong.push(format!("{condition}: {}{:?}", run.output.trim(), run.error));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}
