//! What every recommender promises: shapes and labels, the same result from the same seed, lists without what the user has
//! seen, sound answers for who is new, progress, and an interrupt that keeps the last iterate.

use crate::common::{holds, interrupted, run_in, run_script};
use mf::session::{Event, Session};
use mf::syntax::Source;

/// A recommender, as it is fitted to the ratings R of 60 users, labelled 1001 on, and 40 items, labelled 201 on.
struct Recommender {
    /// The call.
    call: &'static str,
    /// Whether it predicts ratings; else it ranks.
    rates: bool,
    /// Whether `similar(m, item=…)` has an answer.
    compares: bool,
    /// Whether `why` has an answer.
    explains: bool,
    /// A call that iterates long enough to be interrupted; none for models that are computed at once.
    long: Option<&'static str>,
    /// Whether the objective never rises.
    falls: bool,
}

const RECOMMENDERS: &[Recommender] = &[
    Recommender {
        call: "baseline(R)",
        rates: true,
        compares: false,
        explains: true,
        long: None,
        falls: true,
    },
    Recommender {
        call: "als(R, k=3)",
        rates: true,
        compares: true,
        explains: true,
        long: Some("als(R, k=20, tol=0, maxiter=100000)"),
        falls: true,
    },
    Recommender {
        call: "als(R, k=3, biases=false, weighted=false, lambda=1, restarts=3)",
        rates: true,
        compares: true,
        explains: true,
        long: None,
        falls: true,
    },
    Recommender {
        call: "funksvd(R, k=3)",
        rates: true,
        compares: true,
        explains: true,
        long: Some("funksvd(R, k=20, maxiter=100000)"),
        falls: false,
    },
    Recommender {
        call: "funksvd(R, k=3, batch=\"full\", lr=1e-3, maxiter=2000)",
        rates: true,
        compares: true,
        explains: true,
        long: None,
        falls: true,
    },
    Recommender {
        call: "svdpp(R, k=3)",
        rates: true,
        compares: true,
        explains: true,
        long: Some("svdpp(R, k=20, maxiter=100000)"),
        falls: false,
    },
    Recommender {
        call: "knn(R)",
        rates: true,
        compares: true,
        explains: true,
        long: None,
        falls: false,
    },
    Recommender {
        call: "knn(R, by=\"user\", similarity=\"cosine\", center=\"mean\")",
        rates: true,
        compares: false,
        explains: false,
        long: None,
        falls: false,
    },
    Recommender {
        call: "slopeone(R)",
        rates: true,
        compares: false,
        explains: true,
        long: None,
        falls: false,
    },
    Recommender {
        call: "ials(R, k=3)",
        rates: false,
        compares: true,
        explains: true,
        long: Some("ials(R, k=20, maxiter=100000)"),
        falls: false,
    },
    Recommender {
        call: "ials(R, k=3, solver=\"cholesky\")",
        rates: false,
        compares: true,
        explains: true,
        long: None,
        falls: true,
    },
    Recommender {
        call: "ials(R, k=3, solver=\"block\", block=16)",
        rates: false,
        compares: true,
        explains: true,
        long: None,
        falls: true,
    },
    Recommender {
        call: "bpr(R, k=3)",
        rates: false,
        compares: true,
        explains: true,
        long: Some("bpr(R, k=20, maxiter=100000)"),
        falls: false,
    },
    Recommender {
        call: "ease(R, lambda=5)",
        rates: false,
        compares: true,
        explains: true,
        long: None,
        falls: false,
    },
    Recommender {
        call: "itemknn(R)",
        rates: false,
        compares: true,
        explains: true,
        long: None,
        falls: false,
    },
    Recommender {
        call: "itemknn(R, weighting=\"tfidf\", k=10)",
        rates: false,
        compares: true,
        explains: true,
        long: None,
        falls: false,
    },
    Recommender {
        call: "popularity(R)",
        rates: false,
        compares: false,
        explains: false,
        long: None,
        falls: false,
    },
];

/// Two tastes and noise; user 1060 and item 240 have nothing in R.
const DATA: &str = "rand(\"seed\", 3); randn(\"seed\", 3);\
    A = round(3 + randn(60, 2)*randn(2, 40) + 0.3*randn(60, 40)); A = max(min(A, 5), 1);\
    A(rand(60, 40) > .4) = NaN; A(60, :) = NaN; A(:, 40) = NaN; [i, j] = find(!isnan(A)); v = A(!isnan(A));\
    R = ratings([i; 60; 1]+1000, [j; 1; 40]+200, [v; 1; 1]);\
    \
    warning(\"off\", \"mf:not-converged\"); warning(\"off\", \"mf:cold-start\");";

#[test]
fn shapes_labels_and_the_same_call_gives_the_same_model() {
    for Recommender { call, rates, .. } in RECOMMENDERS {
        let setup =
            format!("{DATA} m = {call}; n = {call}; P = predict(m); L = recommend(m, 1003, n=7);");
        let mut conditions = vec![
            "size(P) == [60 40]",
            "all(isfinite(P(:)))",
            "isequal(P, predict(n))",
            "isequal(L.score, recommend(n, 1003, n=7).score)",
            "numel(L.item) == 7 && issorted(-L.score)",
            "abs(P(3, 5) - predict(m, 1003, 205)) < 1e-12",
            "all(ismember(L.item, R.items))",
            "size(predict(m, user=[1003 1005])) == [2 40]",
            "size(predict(m, item=205)) == [60 1]",
            "isequal(m.ratings.users, (1001:1060)')",
        ];
        if *rates && !call.contains("biases=false") {
            conditions.push("all(P(:) >= 1 & P(:) <= 5)");
        }
        if *rates {
            conditions.push("m.rmse < 1.5 && abs(m.rmse - sqrt(mean((predict(m, R).predicted - R.values).^2))) < 0.2");
        }
        holds(&setup, &conditions);
        let run = run_script(&format!("{DATA} m = {call}\nif numel(m.history) > 0, plot(m); end"));
        assert!(run.error.is_none(), "{call}: {:?}", run.error);
        let name = call.split('(').next().unwrap();
        assert!(
            run.output.contains(&format!("{name} model of 60 users × 40 items")),
            "{}",
            run.output
        );
    }
}

#[test]
fn what_was_seen_is_never_recommended() {
    for Recommender { call, .. } in RECOMMENDERS {
        holds(
            &format!(
                "{DATA} m = {call}; clean = true; whole = true;\
                 for u = 1001:1060, L = recommend(m, u, n=40); seen = R.items(!isnan(full(R(u-1000, :))'));\
                   clean = clean && !any(ismember(L.item, seen)); whole = whole && numel(L.item) == 40 - numel(seen); end;\
                 some = recommend(m, 1003, items=[201 202 240], exclude_seen=false);"
            ),
            &["clean", "whole", "isequal(sort(some.item), [201; 202; 240])"],
        );
    }
}

#[test]
fn who_is_new_gets_sound_answers_and_can_be_folded_in() {
    for Recommender { call, compares, explains, .. } in RECOMMENDERS {
        let setup = format!(
            "{DATA} m = {call}; x = predict(m, 9999, 205); y = predict(m, 1003, \"new\"); z = predict(m, 9999, \"new\");\
             before = predict(m, 1003, 205); old = full(R(3, :))'; known = !isnan(old);\
             N = ratings(repmat(7000, nnz(known), 1), R.items(known), old(known));\
             M = ratings(repmat(7001, nnz(known), 1), R.items(known), old(known));\
             f = fold_in(m, N); g = recommend(f, 7000, n=40);"
        );
        let mut conditions = vec![
            "isfinite([x y z])",
            "size(predict(f)) == [61 40]",
            "!any(ismember(g.item, R.items(known)))",
            // Who rated the same gets nearly the same.
            "corr(predict(f, user=7000)(1:39)', predict(f, user=1003)(1:39)') > 0.8",
        ];
        // A new user is a new neighbour for those who are alike.
        if !call.contains("by=\"user\"") {
            conditions.push("predict(f, 1003, 205) == before");
            conditions
                .push("norm(predict(f, user=7000) - predict(fold_in(f, M), user=7001)) < 1e-9");
        }
        if *compares {
            conditions.push("numel(similar(m, item=205, n=6).item) == 6");
            conditions.push("!any(similar(m, item=205, n=39).item == 205)");
        }
        if *explains {
            conditions.push("all(ismember(why(m, 1003, 205).item, R.items(known)))");
        }
        holds(&setup, &conditions);
        if !explains {
            let run = run_script(&format!("{DATA} why({call}, 1003, 205)"));
            assert!(run.error.is_some_and(|e| e.message.contains("does not rest on")), "{call}");
        }
        if !compares {
            let run = run_script(&format!("{DATA} similar({call}, item=205)"));
            assert!(run.error.is_some_and(|e| e.message.contains("does not compare")), "{call}");
        }
    }
}

#[test]
fn models_are_judged_beside_what_they_have_to_beat() {
    for Recommender { call, rates, .. } in RECOMMENDERS {
        let call = call.replace("(R", "(train");
        let columns = if *rates {
            "{'model','rmse','mae','precision'}"
        } else {
            "{'model','precision','recall','ndcg'}"
        };
        holds(
            &format!(
                "{DATA} warning(\"off\", \"mf:loses-to-baseline\"); [train, test] = split(R, seed=2); m = {call}; E = evaluate(m, test, k=5);"
            ),
            &[
                &format!("isequal(fieldnames(E)'(1:4), {columns})"),
                "E.ndcg(end) == ndcg(m, test, k=5) && E.ndcg(end) > 0",
                "E.auc(end) > 0.3 && E.auc(end) < 1",
                "E.coverage(end) > 0 && E.novelty(end) > 0",
                if *rates { "E.rmse(end) == rmse(m, test)" } else { "numel(E.model) == 2" },
            ],
        );
        if !rates {
            let run = run_script(&format!("{DATA} train = R; rmse({call}, R)"));
            assert!(run.error.is_some_and(|e| e.message.contains("ranks items")), "{call}");
        }
    }
}

#[test]
fn objectives_do_not_rise() {
    for Recommender { call, falls, .. } in RECOMMENDERS {
        if *falls {
            holds(
                &format!("{DATA} m = {call}; h = m.history(:, 2);"),
                &["numel(h) == m.iterations", "all(diff(h) <= 1e-9*abs(h(1:end-1)))"],
            );
        }
    }
}

#[test]
fn an_interrupt_keeps_the_last_iterate() {
    for Recommender { long, .. } in RECOMMENDERS {
        let Some(long) = long else { continue };
        let session = interrupted(DATA, &format!("m = {long}"), 3);
        let run = run_in(&session, "assert(all(isfinite(predict(m)(:)))); m.converged");
        assert!(run.error.is_none(), "{long}: {:?}", run.error);
        assert!(run.output.contains("ans = 0"), "{long}: {}", run.output);
    }
}

/// Those that are computed at once too: what takes long on large data says how far it is.
#[test]
fn fits_report_their_progress() {
    for Recommender { call, .. } in RECOMMENDERS {
        if call.starts_with("popularity") {
            continue;
        }
        let events = Session::start().submit(Source::new("script", format!("{DATA} m = {call};")));
        let task = call.split('(').next().unwrap();
        let told = |event: Event| matches!(event, Event::Progress(step) if step.task == task);
        assert!(events.into_iter().any(told), "{call}");
    }
}

#[test]
fn degenerate_ratings_have_sound_answers() {
    for Recommender { call, .. } in RECOMMENDERS {
        let call = call.replace("k=3", "k=1");
        for data in ["4", "[4 2 NaN]", "[4; NaN; 1]", "[3 3; 3 NaN]", "[1 NaN; NaN 1]"] {
            let run = run_script(&format!(
                "warning(\"off\", \"mf:not-converged\"); R = ratings({data}); m = {call}; P = predict(m); assert(all(isfinite(P(:)))); recommend(m, 1);"
            ));
            assert!(run.error.is_none(), "{call} of {data}: {:?}", run.error);
        }
        let run = run_script(&format!("R = ratings(NaN(2, 2)); {call}"));
        assert!(run.error.is_some_and(|e| e.message.contains("needs ratings")), "{call}");
    }
}
