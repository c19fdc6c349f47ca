//! Ratings divided, models judged, compared and tuned.

use crate::common::{error_of, holds, output_of, run_script, shared};

/// Ratings by a model of two factors, with times and noise.
const DATA: &str = "rand(\"seed\", 5); randn(\"seed\", 5);\
    A = 3 + randn(80, 2)*randn(2, 50) + 0.5*randn(80, 50); [i, j] = find(rand(80, 50) < .4);\
    v = A(sub2ind(size(A), i, j)); R = ratings(i, j, v, (1:numel(v))');";

#[test]
fn ratings_are_filtered_joined_and_counted() {
    holds(
        "A = [5 4 NaN; 3 NaN NaN; 1 2 3; NaN 4 5]; R = ratings(A); P = ratings(A, implicit=true, threshold=4);\
         F = ratings(A, min_user=2, min_item=2); W = ratings([1 1], [1 2], [3 8], implicit=true);",
        &[
            "R.density == 8/12 & R.mean == 27/8 & nnz(R) == 8",
            "isequal(R.users', 1:4) & isequal(R.items', 1:3)",
            "P.implicit & isequal(P.values', [1 1 1 1]) & isequal(size(P), [4 3])",
            "isequal(F.users', [1 3 4]) & nnz(F) == 7",
            "isequal(W.values', [3 8])",
            "R(4, 1) != R(4, 1) & R(4, 3) == 5",
            "isequal(R([3 1], 2:end).users', [3 1]) & nnz(R([3 1], 2:end)) == 3 & nnz(R(:, 1)) == 3",
            "isequaln(full(R), A) & isequal(nnz(R(R.users > 2, :)), 5)",
            "nnz(join_ratings(R, ratings([4 9], [1 1], [2 2]))) == 10",
            "isequal(ratings(R, implicit=true).values, R.values)",
        ],
    );
    assert!(error_of("ratings([1 -2], implicit=true)").contains("user 1 has item 2 -2 times"));
    assert!(error_of("ratings([1 2], threshold=1)").contains("implicit=true, threshold=4"));
    assert!(
        error_of("ratings([1 1], [2 2], [3 4], duplicates=\"error\")").contains("more than once")
    );
    assert!(
        error_of("ratings([1 2; 7 3], scale=[1 5])").contains("user 2 rates item 1 7, outside")
    );
    assert!(error_of("ratings([1 2], scale=5)").contains("scale=[1 5]"));
    holds(
        "R = ratings([1 1], [2 2], [3 4], duplicates=\"mean\"); L = ratings([1 1], [2 2], [3 4], [9 8]);",
        &["R(1, 1) == 3.5", "L(1, 1) == 3"],
    );
}

#[test]
fn observations_add_up_and_times_are_numbers() {
    holds(
        "W = ratings([1 1 1 2], [1 1 1 2], ones(1, 4), implicit=true); L = ratings([1 1], [2 2], [3 4], implicit=true, duplicates=\"last\"); T = ratings(ratings([3 5; 4 1], implicit=true), threshold=4);",
        &["isequal(W.values', [3 1])", "L.values == 4", "nnz(T) == 2 & all(T.values == 1)"],
    );
    assert!(error_of("ratings([1 1], [1 2], [3 4], [NaN 1])").contains("time in row 1"));
    assert!(
        error_of("join_ratings(ratings([1 2]), ratings([1 2], implicit=true))")
            .contains("observations")
    );
    assert!(error_of("split(ratings([1 2]), test=.2)").contains("one part without"));
    assert!(error_of("ials(ratings([0 0]))").contains("weights are 0"));
    assert!(error_of("als(ratings([1e300 1; 1 NaN]))").contains("too large"));
    assert!(
        error_of("m = popularity([1 NaN; 1 1]); ndcg(m, [NaN 1; NaN NaN], threshold=NaN)")
            .contains("threshold is NaN")
    );
    assert!(error_of("funksvd([1 2; 3 4], schedule=\"bold\", decay=.5)").contains("bold driver"));
    assert!(error_of("tune(magic(4), \"als\", k=[])").contains("no value of k"));
    holds(
        "m = popularity(ratings({'x' 'x' 'y'}, {'a' 'b' 'b'}, [1 1 1])); T = recommend(m, 'y', items={'a' 'b'});",
        &["strcmp(T.item, 'a')"],
    );
    // What few have rated can be left out, of all items and of those asked for.
    holds(
        "R = ratings([5 5 NaN 1; 4 NaN NaN 2; 3 NaN 5 NaN]); m = als(R, k=1); most = recommend(m, 3, min_ratings=2).item;\
         some = recommend(m, 3, items=[2 4], min_ratings=2).item; every = sort(recommend(m, 3).item');",
        &["most == 4", "some == 4", "isequal(every, [2 4])", "strcmp(m.aim, \"ratings\")"],
    );
    assert!(
        error_of("m = als([5 1; 1 4; 2 NaN], k=1); fold_in(m, ratings([1 NaN], implicit=true))")
            .contains("these are observations")
    );
}

#[test]
fn every_way_to_divide_keeps_all_ratings() {
    holds(
        &format!(
            "{DATA} [a, b] = split(R, seed=1); [c, d] = split(R, leave=2); [e, f] = split(R, leave=1, by=\"time\");\
             [g, h] = split(R, by=\"time\", test=.25); [k, l, m] = split(R, by=\"user\", test=.2, given=.5, seed=3);\
             F = folds(R, 4, seed=2);"
        ),
        &[
            "nnz(a) + nnz(b) == nnz(R) & abs(nnz(b) - .2*nnz(R)) < 1",
            "nnz(d) == 160 & nnz(c) + 160 == nnz(R)",
            "isequal(f.times, accumarray(i, (1:numel(v))', [80 1], @max))",
            "min(h.times) > max(g.times) & abs(nnz(h) - .25*nnz(R)) < 1",
            "nnz(k) + nnz(l) + nnz(m) == nnz(R)",
            "sum(cellfun(@nnz, F(:, 2))) == nnz(R) & all(cellfun(@nnz, F(:, 1)) + cellfun(@nnz, F(:, 2)) == nnz(R))",
            "isequal(size(b), size(R)) & isequal(b.users, R.users)",
        ],
    );
    let e = |call: &str| error_of(&format!("{DATA} {call}"));
    assert!(e("split(R, by=\"user\", leave=1)").contains("given"));
    assert!(e("split(R, by=\"time\", train=.5)").contains("train"));
    assert!(e("split(R, leave=1000)").contains("no user has more than 1000"));
    assert!(e("split(ratings([1 2; 3 4]), by=\"time\")").contains("no times"));
    assert!(e("folds(R, 1)").contains("between 2 and"));
}

#[test]
fn strong_generalization_folds_the_test_users_in() {
    holds(
        &format!(
            "{DATA} [train, test, given] = split(R, by=\"user\", test=.25, seed=1);\
             warning(\"off\", \"mf:not-converged\"); m = als(train, k=2); f = fold_in(m, given);"
        ),
        &[
            // Knowing what is given of them makes predictions better than knowing nothing.
            "rmse(f, test) < 0.8*rmse(m, test)",
            "nnz(f.ratings) == nnz(train) + nnz(given)",
            "isequal(f.Q, m.Q)",
        ],
    );
}

#[test]
fn cross_validation_stands_beside_its_baselines() {
    holds(
        &format!(
            "{DATA} warning(\"off\", \"mf:not-converged\"); T = crossval(R, \"als\", folds=3, k=2, lambda=.05); U = crossval(R, @(R) als(R, k=2, lambda=.05), folds=3);\
                  F = folds(R, 3); e = rmse(als(F{{2,1}}, k=2, lambda=.05), F{{2,2}});"
        ),
        &[
            "isequal(T.fold', {'1' '2' '3' 'mean' 's.e.'})",
            "T.rmse(2) == e",
            "isequal(T.rmse, U.rmse)",
            "abs(T.rmse(4) - mean(T.rmse(1:3))) < 1e-12 & abs(T.rmse(5) - std(T.rmse(1:3))/sqrt(3)) < 1e-12",
            "T.rmse(4) < .8*min(T.biases(4), T.mean(4))",
            "T.seconds >= 0",
        ],
    );
    let run = run_script(&format!(
        "{DATA} warning(\"off\", \"mf:not-converged\"); T = crossval(R, \"als\", folds=3, k=2, lambda=1e6);"
    ));
    assert!(run.warnings.iter().any(|w| w.contains("no better than")), "{:?}", run.warnings);
}

#[test]
fn tuning_finds_the_settings_that_predict_best() {
    let setup = format!("{DATA} warning(\"off\", \"mf:not-converged\");");
    holds(
        &format!(
            "{setup} [T, best, m] = tune(R, \"als\", k=[1 2 6], lambda=[.02 .1 1], folds=3); [H, b] = tune(R, \"als\", k=[1 2 6], lambda=[.02 .1 1], folds=3, search=\"halving\"); S = tune(R, \"als\", k=[1 2 6], lambda=[.02 .1 1], folds=3, search=\"random\", trials=4, seed=2); W = tune(R, \"als\", k=[1 2 3], weighted=false, lambda=[1 4], folds=3);"
        ),
        &[
            "best.k == 2 & b.k == 2",
            "numel(T.k) == 9 & issorted(T.rmse) & T.k(1) == best.k",
            "m.k == best.k & m.lambda == best.lambda & nnz(m.ratings) == nnz(R)",
            "numel(W.k) == 6 & !any(W.weighted) & isequal(unique(W.lambda)', [1 4])",
            "numel(S.k) == 4 & numel(H.k) == 9 & H.folds(1) == 3 & H.folds(end) == 1",
        ],
    );
    let shown = output_of(&format!("{setup} tune(R, \"als\", k=2, lambda=[.05 .1], folds=3)"));
    assert!(shown.contains("best rmse") && shown.contains("biases"), "{shown}");
    assert!(error_of(&format!("{setup} tune(R, \"als\")")).contains("settings to try"));
}

#[test]
fn a_comparison_has_the_baselines_first_and_a_picture() {
    let run = run_script(&format!(
        "{DATA} warning(\"off\", \"mf:not-converged\"); compare(R, {{\"als\", \"popularity\"}}, folds=3, at=5)"
    ));
    assert!(run.error.is_none(), "{:?}", run.error);
    assert_eq!(run.figures, 1);
    let order: Vec<usize> = ["mean", "biases", "popularity", "als"]
        .iter()
        .map(|name| run.output.find(name).unwrap())
        .collect();
    assert!(order.is_sorted(), "{}", run.output);
}

#[test]
fn what_cannot_be_compared_is_refused_before_all_folds_are_fitted() {
    assert!(error_of(&format!("{DATA} compare(R, {{}})")).contains("no model to compare"));
    let counted = "function m = counted(R)\n  printf(\"fitted\\n\");\n  m = baseline(R);\nend\n";
    let run = run_script(&format!(
        "{counted}{DATA} compare(R, {{@counted, \"popularity\"}}, folds=4, at=[]);"
    ));
    assert!(run.error.as_ref().is_some_and(|e| e.message.contains("popularity ranks")));
    assert_eq!(run.output, "fitted\n");
}

#[test]
fn predictions_are_drawn_against_what_was_given() {
    let run = run_script(&format!("{DATA} m = baseline(R); parity(m)"));
    assert!(run.error.is_none() && run.figures == 1, "{:?}", run.error);
    holds(
        "m = baseline([5 3 NaN; 4 3 1]); T = parity(m);",
        &[
            "isequal(T.rating', [1 3 4 5]) & isequal(T.count', [1 2 1 1])",
            "abs(sum(T.count .* T.predicted) - sum(predict(m, m.ratings).predicted)) < 1e-12",
        ],
    );
}

#[test]
fn gradients_agree_with_finite_differences() {
    holds(
        &format!(
            "{DATA} warning(\"off\", \"mf:not-converged\"); m = funksvd(R, k=3, maxiter=5); n = als(R, k=3, maxiter=2); o = funksvd(R, k=2, biases=false, maxiter=3, batch=\"full\", lr=1e-4);"
        ),
        &[
            "gradcheck(m) < 1e-6",
            "gradcheck(n) < 1e-6",
            "gradcheck(o) < 1e-6",
            "gradcheck(ials(ratings(R, implicit=true, threshold=3), k=3, maxiter=2)) < 1e-6",
        ],
    );
}

#[test]
fn factors_from_elsewhere_predict_their_products() {
    holds(
        "P = [1 .5; 0 1]; Q = [.2 .6; 1 0; 0 2];",
        &[
            "isequal(predict(P, Q), P*Q')",
            "abs(3.5 - .2 + .1 + dot([1 .5], [.2 .6]) - 3.9) < 1e-12",
        ],
    );
    assert!(error_of("predict([1 2], [1 2 3])").contains("2 factors and the items 3"));
}

#[test]
fn movielens_is_tuned_and_compared() {
    let Some(directory) = shared("ratings/ml-latest-small") else { return };
    let file = directory.join("ratings.csv").display().to_string().replace('\'', "''");
    holds(
        &format!(
            "R = ratings('{file}'); P = ratings(R, implicit=true, threshold=4, min_user=5); [train, test, given] = split(P, by=\"user\", seed=1); m = fold_in(popularity(train), given);"
        ),
        &[
            "nnz(P) < 48580 & nnz(P) > 48000",
            "ndcg(m, test) > 0.05 & recall(m, test, k=20) > ndcg(m, test)/2",
            "hitrate(m, test) > precision(m, test)",
        ],
    );
}
