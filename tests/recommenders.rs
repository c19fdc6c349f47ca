//! Recommenders on small tables: published numbers, fields, fall-backs, and what they refuse.

use crate::transcript::{error, has, number, screen};
use mf::session::{Event, Session};
use mf::syntax::Source;

/// A session that knows `R`, six users' ratings of five films of which eleven are missing.
fn six_by_five() -> Session {
    let session = Session::start();
    let rows =
        "5 3 NaN 1 NaN; 4 NaN NaN 1 2; 1 1 NaN 5 NaN; 1 NaN NaN 4 5; NaN 1 5 4 NaN; 2 1 4 NaN 5";
    screen(&session, &format!("R = ratings([{rows}]);"));
    session
}

#[track_caller]
fn holds(session: &Session, conditions: &[&str]) {
    for condition in conditions {
        assert_eq!(number(session, &format!("all(all({condition}))")), 1.0, "{condition}");
    }
}

#[test]
fn six_by_five_reaches_the_published_numbers() {
    let session = six_by_five();
    screen(&session, "m = als(R, k=2, lambda=.1, biases=false, weighted=false, restarts=20);");
    holds(
        &session,
        &[
            "abs(objective(m) - 5.093902) < 1e-6",
            "sum(m.starts < 5.2) >= 10",
            "diff(m.history(:, 2)) <= 1e-9",
            "abs(m.P * m.Q' - predict(m)) < 1e-12",
            "m.converged & m.k == 2 & m.lambda == .1 & abs(m.rmse - rmse(m, R)) < 1e-12",
        ],
    );
    let fit = "m = funksvd(R, k=2, lr=.02, lambda=.1, maxiter=4000, biases=false, batch=\"full\");";
    screen(&session, fit);
    holds(
        &session,
        &[
            "abs(m.rmse - .114716) < 5e-5",
            "abs(predict(m, 1, [3 5]) - [.78 2.27]) < .005",
            "abs(predict(m, user=3) - [1.1 .9 5.7 4.9 6.3]) < .05",
        ],
    );
    screen(&session, "c = als(R, k=2, biases=false, clip=[1 5]); b = als(R, k=2);");
    holds(&session, &["predict(c) >= 1 & predict(c) <= 5", "predict(b) >= 1 & predict(b) <= 5"]);
}

#[test]
fn a_model_says_how_well_it_went() {
    let session = six_by_five();
    let shown = screen(&session, "m = als(R, k=2, restarts=3)");
    let parts = [
        "als model of 6 users × 5 items",
        "19 (63.33 %)",
        "k = 2",
        "converged",
        "best of 3 starts",
        "train RMSE",
        "the mean alone 1.6826",
    ];
    has(&shown, &parts);
    has(&screen(&session, "m = baseline(R)"), &["baseline model", "the mean alone 1.6826"]);
    has(&screen(&session, "m = funksvd(R, k=2)"), &["funksvd model", "iterations  50\n"]);
    has(&screen(&session, "m.mean"), &["ans = 2.8947"]);
    let warned = screen(&session, "als(R, k=2, maxiter=1);");
    has(&warned, &["warning: als stopped after 1 iteration without meeting its tolerance"]);
    let program = Source::new("steps", "m = als(R, k=2, maxiter=7, tol=0);");
    let events = session.submit(program);
    assert_eq!(events.iter().filter(|event| matches!(event, Event::Progress(_))).count(), 7);
}

#[test]
fn labels_come_from_the_data() {
    let session = Session::start();
    screen(&session, "R = ratings([15 15 7 7 9], [318 1 318 50 1], [5 3.5 4 2 1]);");
    holds(&session, &["R(1, 3) == 4", "R(3, 1) == 3.5 & R(3, 3) == 5", "isnan(R(1, 1))"]);
    let shown = screen(&session, "m = als(R, k=1, biases=false); P = m.P");
    let names: Vec<&str> =
        shown.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["P", "7", "9", "15"], "{shown}");
    holds(
        &session,
        &[
            "abs(predict(m, 15, 318) - m.P(3) * m.Q(3)) < 1e-12",
            "abs(predict(m, [7; 15], 318) - m.P([1 3]) * m.Q(3)) < 1e-12",
            "abs(predict(m, item=318) - m.P * m.Q(3)) < 1e-12",
        ],
    );
    let shown = screen(&session, "recommend(m, user=9, n=5)");
    has(&shown, &["2×2 table", "318", "50"]);
    assert!(!shown.lines().any(|line| line.trim_start().starts_with("1 ")), "seen: {shown}");
    has(&screen(&session, "similar(m, user=15, n=1)"), &["user", "similarity"]);
}

#[test]
fn the_unknown_fall_back_and_are_flagged() {
    let session = six_by_five();
    screen(&session, "m = als(R, k=2);");
    let shown = screen(&session, "predict(m, 99, 1)");
    has(&shown, &["warning: user 99 has no ratings in the fit", "ans = "]);
    screen(&session, "x = predict(m, \"new\", 1);");
    holds(&session, &["abs(x - (m.mean + m.item_bias(1))) < 1e-12"]);
    screen(&session, "x = predict(m, \"new\", \"newer\");");
    holds(&session, &["x == m.mean"]);
    let several = screen(&session, "predict(m, [1 77 88], 1);");
    has(&several, &["user 77 and 1 more have no ratings"]);
}

#[test]
fn evaluation_stands_beside_the_baselines() {
    let session = Session::start();
    let setup = "[train, test] = split((1:20)' * (1:10) / 40, seed=1);";
    let shown = screen(
        &session,
        &format!("{setup} E = evaluate(als(train, k=1, lambda=1e-4, biases=false), test)"),
    );
    has(&shown, &["mean", "biases", "als"]);
    assert!(!shown.contains("warning"), "{shown}");
    holds(&session, &["E.rmse(3) < .01 & E.rmse(2) < E.rmse(1)", "nnz(train) == 160"]);
    let shown = screen(&session, "E = evaluate(als(train, k=1, lambda=1e6, biases=false), test);");
    has(&shown, &["warning: the model's test RMSE", "no better than that of the"]);
    assert!(!screen(&session, "evaluate(baseline(train), test);").contains("warning"));
    holds(&session, &["split((1:20)' * (1:10), train=.1, test=.05).nnz == 20"]);
}

#[test]
fn recommenders_refuse_what_makes_no_sense() {
    let session = Session::start();
    let e = |program: &str| error(&session, program);
    screen(&session, "R = ratings([5 3 NaN; 4 NaN 1; 1 1 5]); m = als(R, k=1);");
    has(&e("als(R, k=9)"), &["k is 9, more than 3 users × 3 items allow", "at most 3"]);
    has(&e("als(R, k=0)"), &["k ≥ 1", "baseline"]);
    has(&e("als(\"ratings.csv\")"), &["needs ratings", "ratings(…) reads files"]);
    let shown = screen(&session, "recommend(als(magic(3)), user=1)");
    has(&shown, &["warning: user 1 has rated every item"]);
    has(&e("als(NaN(2, 2))"), &["als needs ratings; there is none"]);
    has(&e("als(R, lamda=1)"), &["no keyword `lamda`", "lambda"]);
    has(&e("als(R, clip=[5 1])"), &["[5 1]"]);
    has(&e("als(R, clip=\"on\")"), &["[low high]"]);
    has(&e("funksvd(R, lr=50)"), &["diverged", "smaller lr"]);
    has(&e("funksvd(R, batch=\"half\")"), &["sgd, full"]);
    has(&e("ratings([1 2], [1 2], [3 NaN])"), &["row 2", "NaN"]);
    has(&e("ratings([1 2], [1 2], 3)"), &["do not pair up"]);
    has(&e("ratings([1 Inf])"), &["finite"]);
    has(&e("split(R, test=20)"), &["fraction", "test=0.2"]);
    has(&e("svd(R)"), &["svd needs every entry", "als", "funksvd"]);
    has(&e("cumsum(R)"), &["unknown and not zero", "als", "funksvd"]);
    has(&e("R + 1"), &["unknown and not zero"]);
    has(&e("recommend(m, user=33)"), &["no user labelled 33", "nearest are 3"]);
    has(&e("similar(m, item=\"x\")"), &["no item labelled x"]);
    has(&e("similar(m)"), &["an item or a user"]);
    has(&e("similar(baseline(R), item=1)"), &["does not compare items"]);
    has(&e("predict(m, [1 2 3], [1 2])"), &["3 users and 2 items do not pair up"]);
    has(&e("predict(3, 1, 1)"), &["a recommender"]);
    has(&e("rmse([1 2], [1 2 3])"), &["1×2", "1×3"]);
    has(&e("rmse(NaN, 1)"), &["no cell that both have"]);
    has(&e("m.factors"), &["no field `factors`"]);
    let shown = screen(&session, "predict(m, 99, 1)");
    has(&shown, &["warning: user 99 has no ratings in the fit", "ans = "]);
    has(&screen(&session, "als(R, k=2, maxiter=1);"), &["stopped after 1 iteration without"]);
    has(&screen(&session, "als(ratings([4 2 NaN]))"), &["als model of 1 user × 3 items"]);

    // Rankings.
    has(&e("ials([1 -2])"), &["weights ≥ 0", "user 1 for item 2 is -2", "threshold"]);
    has(&e("bpr(R, k=9)"), &["k is 9, more than 3 users × 3 items allow"]);
    has(&e("ials(R, k=2, alpha=-1)"), &["alpha"]);
    has(&e("ease(R, lambda=0)"), &["lambda"]);
    has(&e("itemknn(NaN(2, 2))"), &["needs ratings; there is none"]);
    has(&e("ials(R, solver=\"lu\")"), &["cg, cholesky, block"]);
    has(&e("als(R, k=1, solver=\"cg\", nonnegative=true)"), &["at or above zero"]);
    has(&e("rmse(popularity(R), R)"), &["ranks items", "evaluate"]);
    has(
        &e("evaluate(popularity(R), ratings([9 9], [1 2], [3 3]))"),
        &["none of the test users", "fold_in"],
    );
    has(&e("fold_in(m, ratings([9 9], [7 8], [3 3]))"), &["none of the rated items"]);
    has(&e("recommend(m, 1, items=[1 9])"), &["no item labelled 9"]);
    has(&e("why(m, 1, \"x\")"), &["no item labelled x"]);
    has(&e("top(popularity(R))"), &["has no factors"]);
    has(&e("similar(popularity(R), item=1)"), &["does not compare items"]);
    has(&e("gradcheck(ials(R, k=1))"), &["squared errors"]);
    has(&e("ndcg(m, R, k=0)"), &["1 or more"]);
    has(
        &screen(&session, "f = fold_in(m, ratings([9 9], [1 8], [3 3]));"),
        &["1 of 2 new ratings"],
    );
    has(&screen(&session, "T = recommend_all(popularity(R), n=2); numel(T.item)"), &["ans = 2"]);
}
