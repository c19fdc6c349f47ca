//! Reading, assigning, deleting and joining parts of sparse matrices: the same as of full ones, and fast.

use crate::common::{error_of, holds, output_of, run_script};
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// An index along one side, as it is written.
fn index(side: usize) -> impl Strategy<Value = String> {
    let place = 1..=side;
    let list = prop::collection::vec(place.clone(), 0..6);
    let mask = prop::collection::vec(any::<bool>(), side);
    let text = |list: &[usize]| list.iter().map(|i| format!("{i} ")).collect::<String>();
    let bits =
        |mask: &[bool]| mask.iter().map(|&b| if b { "1 " } else { "0 " }).collect::<String>();
    prop_oneof![
        Just(":".to_string()),
        place.clone().prop_map(|i| i.to_string()),
        list.clone().prop_map(move |l| format!("[{}]", text(&l))),
        list.prop_map(move |l| format!("sparse([{}])", text(&l))),
        mask.clone().prop_map(move |m| format!("logical([{}])", bits(&m))),
        mask.prop_map(move |m| format!("sparse(logical([{}]))", bits(&m))),
        (place.clone(), place).prop_map(|(a, b)| format!("{a}:{b}")),
        Just("end".to_string()),
        Just("end:-1:1".to_string()),
    ]
}

/// A matrix of one of the three kinds of entries, mostly zeros.
fn matrix(m: usize, n: usize) -> impl Strategy<Value = String> {
    let entry = prop_oneof![3 => Just(0), 1 => -3i32..4];
    (prop::collection::vec(entry, m * n), 0..3).prop_map(move |(entries, kind)| {
        let list = entries.iter().map(|x| format!("{x} ")).collect::<String>();
        let full = format!("reshape([{list}], {m}, {n})");
        match kind {
            0 => full,
            1 => format!("logical({full})"),
            _ => format!("{full} * (1 - 2i)"),
        }
    })
}

/// Runs both and compares: entries, class, and that one is sparse. Both may be refused.
fn same_as_full(setup: &str, change: &str) {
    let script = format!(
        "S = sparse({setup}); F = {setup};
        try, s = 1; X = S; {0} A = X; catch e, s = 0; A = e.message; end
        try, f = 1; X = F; {0} B = X; catch e, f = 0; B = e.message; end
        if s != f, A, B, error('one is refused'), end
        if s
          if !isequal(full(A), full(B)) || !strcmp(class(A), class(B)) || !issparse(A) || nnz(A) != nnz(B), A, B, error('they differ'), end
          if !isequal(A, sparse(full(A))), error('not in order'), end
        end",
        change
    );
    let run = run_script(&script);
    assert!(run.error.is_none(), "{setup}\n{change}\n{}{:?}", run.output, run.error);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn parts_are_those_of_full_matrices(
        (a, i, j, k) in (1usize..6, 1usize..6).prop_flat_map(|(m, n)| {
            (matrix(m, n), index(m), index(n), index(m * n))
        })
    ) {
        same_as_full(&a, &format!("X = X({i}, {j});"));
        same_as_full(&a, &format!("X = X({k});"));
    }

    #[test]
    fn assigned_parts_are_those_of_full_matrices(
        (a, i, j, k, x) in (1usize..6, 1usize..6).prop_flat_map(|(m, n)| {
            (matrix(m, n), index(m + 1), index(n + 1), index(m * n), -1i32..2)
        })
    ) {
        // Logicals stay logicals, so that real numbers are put into real matrices here.
        let a = format!("({a}) * 1");
        same_as_full(&a, &format!("X({i}, {j}) = {x};"));
        same_as_full(&a, &format!("X({k}) = {x};"));
        same_as_full(&a, &format!("X({i}, {j}) = sparse(reshape(1:numel(X({i}, {j})), size(X({i}, {j}))));"));
        same_as_full(&a, &format!("X({k}) = numel(X({k})):-1:1;"));
        // Of X(:, :) = [] Octave leaves m×0 when X is sparse and 0×n when it is full.
        if i != ":" && j != ":" {
            same_as_full(&a, &format!("X({i}, :) = [];"));
            same_as_full(&a, &format!("X(:, {j}) = [];"));
        }
    }

    #[test]
    fn joined_and_rearranged_parts_are_those_of_full_matrices(
        (a, b, s) in (1usize..5, 1usize..5).prop_flat_map(|(m, n)| (matrix(m, n), matrix(m, n), -4i32..5))
    ) {
        same_as_full(&a, &format!("Y = {b}; X = [X Y; Y X];"));
        same_as_full(&a, "X = [repmat(X, 2, 3); repmat(X, 1, 3)];");
        same_as_full(&a, &format!("X = rot90(circshift(flipud(X), {s}), {s});"));
        same_as_full(&a, "X = [sort(X); sort(X, 1, \"descend\")];");
        same_as_full(&a, "X = sortrows(reshape(X, [], 1));");
        same_as_full(&a, "X = prepad(postpad(fliplr(X), 6), 9, 0, 2);");
    }
}

#[test]
fn large_matrices_are_not_made_full() {
    // Full, each of these would take 800 GB.
    let run = run_script(
        "n = 1e5; m = 1e6; S = sparse([1 5 m], [1 2 n], [1 2 3], m, n);
        a = full(S(m, n)), b = nnz(S(:, 1:2)), c = nnz(S([5 5 1], :)), d = find(S)(end) == m * n
        S(:, n) = []; S(7, 7) = 4; S(S > 3) = 5; S(2, :) = []; size(S), sum(nonzeros(S))
        e = nnz([S S; S S]), f = nnz(repmat(S, 2, 1)), g = nnz(circshift(S, 3)), h = unique(S)'
        [i, j, v] = find(S); [i j v]
        nnz(accumarray([1 1; m n; 1 1], [1 2 3], [m n], [], 0, true))
        x = S(:, 5); x(end) = 9; nnz(x), numel(S), if S, end, size(flipud(S)), nnz(sort(S))",
    );
    assert!(run.error.is_none(), "{:?}", run.error);
    assert!(run.warnings.is_empty(), "{:?}", run.warnings);
    assert!(run.output.starts_with("a = 3\nb = 2\nc = 3\nd = 1\n"), "{}", run.output);
    assert!(error_of("S = sparse(1e6, 1e6); S(:);").contains("nonzeros(S)"));
    assert!(error_of("S = sparse(3, 4); S(5, 1)").contains("row 5 is outside 1…3"));
    assert!(error_of("S = sparse(3, 4); S(13)").contains("index 13 is outside 1…12"));
    assert!(error_of("S = sparse(3, 4); S(20) = 1").contains("cannot grow by one index"));
    assert!(error_of("S = sparse(3, 4); S(1, :) = [1 2]").contains("1×2 matrix into 1×4"));
    assert!(error_of("S = sparse(1, 1); S(3e9, 1) = 1;").contains("at most"));
}

#[test]
fn entries_are_written_in_place() {
    // Copying the matrix each time would take minutes.
    let start = Instant::now();
    holds(
        "n = 20000; S = sparse(n, n); for k = 1:n, S(k, k) = k; end, T = sparse(0, 0); for k = 1:n, T(k, k) = k; end",
        &["nnz(S) == n", "isequal(S, T)", "full(S(n, n)) == n"],
    );
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    // Whoever else holds the matrix keeps it.
    holds(
        "S = sparse([1 0; 0 2]); T = S; T(1, 2) = 3; S(2, 2) += 1;",
        &["isequal(full(S), [1 0; 0 3])", "isequal(full(T), [1 3; 0 2])"],
    );
}

#[test]
fn ratings_take_stored_entries_for_observed() {
    holds(
        "S = sparse([1 2 2], [1 1 3], [5 3 4]); R = ratings(S);",
        &[
            "nnz(R) == 3",
            "isequal(size(R), [2 3])",
            "R(2, 3) == 4 && isnan(R(1, 2))",
            "nnz(predict(als(S, k=1, seed=1)) != 0) == 6",
        ],
    );
    assert!(error_of("sparse(ratings([1 NaN]))").contains("unknown"));
    assert!(error_of("ratings(sparse([1 2i]))").contains("complex"));
}

#[test]
fn the_workspace_tells_what_is_sparse() {
    let listed = output_of("S = sparse(2, 2); L = sparse(true); whos");
    assert!(listed.contains("double, sparse") && listed.contains("logical, sparse"), "{listed}");
}
