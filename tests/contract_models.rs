//! What every model of a matrix promises: shapes, the same result from the same seed, the same model of full and of sparse
//! data, progress, an objective that does not rise, and an interrupt that keeps the last iterate.

use crate::common::{error_of, holds, interrupted, output_of, run_in, run_script};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// A model, as it is fitted to the 40×12 matrix X, which has no negative entry and many zeros, or to N, which is X with holes.
struct Model {
    /// The call, with `X` or `N` for the data.
    call: &'static str,
    /// What `transform(m, X)` has as many columns as.
    width: usize,
    /// How far fits of full and of sparse data may differ, relative to the data; none where sparse data are refused.
    tol: Option<f64>,
    /// Whether rows that were fitted are transformed to the fitted coordinates, which this names.
    coordinates: &'static str,
    /// A call on the data `B`, 400×150, or `C`, the same with holes, that iterates long enough to be interrupted; none for
    /// direct methods.
    long: Option<&'static str>,
    /// Whether `history` never rises.
    falls: bool,
}

/// What most models are like: direct, and the same of full and of sparse data.
const PLAIN: Model =
    Model { call: "", width: 3, tol: Some(1e-8), coordinates: "", long: None, falls: false };

const MODELS: &[Model] = &[
    Model { call: "pca(X, k=3)", coordinates: "m.scores", ..PLAIN },
    Model { call: "pca(X, k=3, scale=true)", coordinates: "m.scores", ..PLAIN },
    Model { call: "pca(X, k=3, solver=\"covariance\")", coordinates: "m.scores", ..PLAIN },
    Model { call: "pca(X, k=3, solver=\"full\")", tol: None, coordinates: "m.scores", ..PLAIN },
    Model { call: "pca(X, k=3, solver=\"krylov\")", coordinates: "m.scores", ..PLAIN },
    Model {
        call: "pca(X, k=3, solver=\"randomized\", whiten=true)",
        coordinates: "m.scores",
        long: Some("pca(rand(1500, 800), k=80, solver=\"randomized\")"),
        ..PLAIN
    },
    Model {
        call: "pca(N, k=3, missing=\"em\")",
        tol: None,
        coordinates: "m.scores",
        long: Some("pca(C, k=20, missing=\"em\", tol=0, maxiter=100000)"),
        falls: true,
        ..PLAIN
    },
    Model {
        call: "nmf(X, k=3, tol=1e-9, maxiter=5000)",
        tol: Some(1e-5),
        long: Some("nmf(B, k=30, tol=0, maxiter=100000)"),
        falls: true,
        ..PLAIN
    },
    Model {
        call: "nmf(X, k=3, solver=\"mu\", maxiter=300, tol=0)",
        tol: Some(1e-6),
        long: Some("nmf(B, k=30, solver=\"mu\", tol=0, maxiter=100000)"),
        falls: true,
        ..PLAIN
    },
    Model {
        call: "nmf(X, k=3, solver=\"anls\", tol=1e-9, maxiter=5000)",
        tol: Some(1e-5),
        long: Some("nmf(B, k=10, solver=\"anls\", tol=0, maxiter=100000)"),
        falls: true,
        ..PLAIN
    },
    Model {
        call: "nmf(X, k=3, loss=\"kl\", maxiter=300, tol=0)",
        tol: Some(1e-6),
        long: Some("nmf(B, k=10, loss=\"kl\", tol=0, maxiter=100000)"),
        falls: true,
        ..PLAIN
    },
    Model {
        call: "nmf(N, k=3, missing=true, tol=1e-9, maxiter=5000)",
        tol: None,
        long: Some("nmf(C, k=10, missing=true, tol=0, maxiter=100000)"),
        falls: true,
        ..PLAIN
    },
    Model {
        call: "nmf(N, k=3, missing=true, solver=\"anls\", tol=1e-9, maxiter=5000)",
        tol: None,
        long: Some("nmf(C, k=10, missing=true, solver=\"anls\", tol=0, maxiter=100000)"),
        falls: true,
        ..PLAIN
    },
    Model {
        call: "kmeans(X, 3, seed=1)",
        long: Some("kmeans(B, 40, tol=0, restarts=1000)"),
        falls: true,
        ..PLAIN
    },
];

const DATA: &str = "rand(\"seed\", 7); X = floor(4*rand(40, 3)).*(rand(40, 3) > .3)*floor(3*rand(3, 12));\
    X = X + (rand(40, 12) > .9); N = X; N(rand(40, 12) < .1) = NaN; B = rand(400, 150); C = B; C(rand(400, 150) < .1) = NaN;\
    warning(\"off\", \"mf:not-converged\");";

impl Model {
    /// The data that it is fitted to.
    fn data(&self) -> &'static str {
        if self.call.contains("(N,") { "N" } else { "X" }
    }
}

#[test]
fn shapes_fit_and_the_same_call_gives_the_same_model() {
    for model in MODELS {
        let (Model { call, width, coordinates, .. }, data) = (model, model.data());
        let setup = format!("{DATA} m = {call}; n = {call}; Z = transform(m, {data});");
        let (again, scored) = (
            format!("isequal(Z, transform(n, {data}))"),
            format!("isscalar(score(m, {data})) && isfinite(score(m, {data}))"),
        );
        let shape = format!("size(Z) == [40 {width}]");
        let mut conditions = vec![
            shape.as_str(),
            "isequal(reconstruct(m), reconstruct(n))",
            "size(reconstruct(m)) == [40 12]",
            &again,
            "m.k == 3",
            &scored,
            "all(isfinite(Z(:)))",
        ];
        let same = format!("norm(Z - {coordinates}) < 1e-10*norm(Z)");
        if !coordinates.is_empty() {
            conditions.push(&same);
        }
        holds(&setup, &conditions);
        // A name for each row and column the data have is tested with the models; here that a summary and a picture exist.
        let run = run_script(&format!("{DATA} m = {call}\nplot(m);"));
        assert!(run.error.is_none() && run.figures == 1, "{call}: {:?}", run.error);
        assert!(run.output.contains("fields:"), "{call}: {}", run.output);
    }
}

#[test]
fn sparse_data_have_the_model_of_full_data() {
    for Model { call, tol, .. } in MODELS {
        let sparse = call.replace("(X,", "(S,");
        let Some(tol) = tol else { continue };
        holds(
            &format!(
                "{DATA} S = sparse(X); lastwarn(\"\"); m = {call}; n = {sparse};\
                 w = lastwarn(); Z = transform(m, X); Y = transform(m, S);"
            ),
            &[
                &format!(
                    "norm(reconstruct(m) - reconstruct(n), \"fro\") < {tol:e}*norm(X, \"fro\")"
                ),
                &format!("norm(Z - Y) < {tol:e}*norm(Z)"),
                &format!("abs(score(m, X) - score(m, S)) <= {tol:e}*abs(score(m, X)) + 1e-12"),
                "isempty(strfind(w, \"full\"))",
            ],
        );
    }
}

#[test]
fn objectives_do_not_rise() {
    for Model { call, falls, .. } in MODELS {
        if *falls {
            let counted = match call.starts_with("pca") {
                true => "numel(h) > 1",
                false => "numel(h) == m.iterations",
            };
            holds(
                &format!("{DATA} m = {call}; h = m.history(:);"),
                &[counted, "all(diff(h) <= 1e-9*abs(h(1:end-1)))"],
            );
        }
    }
}

#[test]
fn an_interrupt_keeps_the_last_iterate() {
    for Model { long, .. } in MODELS {
        let Some(long) = long else { continue };
        let session = interrupted(DATA, &format!("m = {long}"), 3);
        // The model is whole.
        let run = run_in(&session, "assert(all(isfinite(reconstruct(m)(:)))); m.converged");
        assert!(run.error.is_none(), "{long}: {:?}", run.error);
        assert!(run.output.contains("ans = 0"), "{long}: {}", run.output);
    }
}

#[test]
fn sparse_data_are_refused_where_they_would_be_made_full() {
    assert!(error_of("pca(sparse(magic(4)), solver=\"full\")").contains("full"));
    // A cell that is not stored is a zero, and none is missing.
    holds(
        &format!("{DATA} m = nmf(sparse(X), k=3, missing=true); n = nmf(sparse(X), k=3);"),
        &["isequal(m.W, n.W)"],
    );
}

/// What chooses a rank by hidden cells: the call, and one that takes long.
const CHOICES: &[(&str, &str)] = &[
    ("sweep(X, 1:4)", ""),
    ("sweep(X, 1:4, method=\"pca\")", "sweep(B, 1:20, method=\"pca\")"),
    ("sweep(X, 1:4, method=\"nmf\")", "sweep(B, 1:20, method=\"nmf\")"),
    ("sweep(X, 1:4, method=\"als\")", "sweep(B, 1:40, method=\"als\")"),
    ("pca_cv(X, 1:4)", "pca_cv(B, 1:40)"),
];

#[test]
fn choices_of_a_rank_are_alike() {
    for (call, _) in CHOICES {
        let other = call.replace(')', ", seed=5)");
        let (ranks, errors) = match call.starts_with("sweep") {
            true => ("ranks", "test"),
            false => ("ks", "errors"),
        };
        holds(
            &format!("{DATA} s = {call}; t = {call}; o = {other};"),
            &[
                &format!("s.{ranks} == (1:4)' & isfinite(s.{errors}) & s.{errors} > 0"),
                &format!("isequal(s.{errors}, t.{errors}) && !isequal(s.{errors}, o.{errors})"),
                &format!("s.best == find(s.{errors} == min(s.{errors}))"),
                &format!("min(s.{errors}) < s.baseline"),
            ],
        );
        let run = run_script(&format!("{DATA} s = {call}\nplot(s);"));
        assert!(run.error.is_none() && run.figures == 1, "{call}: {:?}", run.error);
        assert!(run.output.contains("fields:"), "{call}: {}", run.output);
    }
    holds(
        &format!("{DATA} s = sweep(X, 1:4); f = sweep(sparse(X), 1:4);"),
        &["norm(s.test - f.test) < 1e-12"],
    );
}

#[test]
fn an_interrupted_choice_keeps_the_ranks_that_were_done() {
    for (call, long) in CHOICES.iter().filter(|(_, long)| !long.is_empty()) {
        let session = interrupted(DATA, &format!("s = {long}"), 2);
        let errors = if call.starts_with("sweep") { "test" } else { "errors" };
        let run = run_in(&session, &format!("numel(s.{errors}) >= 2 && numel(s.{errors}) < 20"));
        assert_eq!(run.output.trim(), "ans = 1", "{long}");
    }
}

#[test]
fn a_fit_that_did_not_settle_says_how_far_it_was() {
    for call in [
        "nmf(B, k=5, maxiter=3)",
        "pca(C, k=5, missing=\"em\", maxiter=3)",
        "kmeans(B, 20, maxiter=2, tol=0, restarts=1)",
    ] {
        let run = run_script(&format!("{DATA} warning(\"on\", \"mf:not-converged\"); {call};"));
        assert!(run.error.is_none(), "{call}: {:?}", run.error);
        assert!(run.warnings[0].contains("last change"), "{call}: {:?}", run.warnings);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, rng_seed: RngSeed::Fixed(3), ..ProptestConfig::default() })]

    /// Data of any shape, with rows and columns of zeros and with holes, and any solver.
    #[test]
    fn no_iteration_makes_a_fit_worse(
        seed in 0u32..1000, m in 2usize..14, n in 2usize..14, k in 1usize..6, zeros in 0usize..3,
        which in 0usize..9, scale in prop::sample::select(vec!["1", "1e-9", "1e6"]),
    ) {
        let k = k.min(m).min(n);
        let call = match which {
            0 => format!("nmf(X, k={k}, seed={seed}, init=\"random\")"),
            1 => format!("nmf(X, k={k}, solver=\"mu\")"),
            2 => format!("nmf(X, k={k}, solver=\"anls\")"),
            3 => format!("nmf(X, k={k}, loss=\"kl\")"),
            4 => format!("nmf(X, k={k}, l1=.1, l2=.1)"),
            5 => format!("nmf(N, k={k}, missing=true)"),
            6 => format!("nmf(sparse(X), k={k}, loss=1.5, init=\"nndsvda\")"),
            7 => format!("pca(N, k={}, missing=\"em\")", k.min(m.min(n) - 1)),
            _ => format!("kmeans(X, {k}, seed={seed})"),
        };
        // Where the noise is at its floor, a likelihood is the difference of squares divided by it.
        let rounding = if which == 7 { "1e-6" } else { "1e-9" };
        let values = match which {
            7 => "[m.components(:); m.scores(:)]",
            8 => "m.centers(:)",
            // Minus infinity where an entry is negative.
            _ => "[m.W(:); m.H(:); log(all([m.W(:); m.H(:)] >= 0))]",
        };
        output_of(&format!(
            "warning(\"off\", \"mf:not-converged\"); seed({seed}); X = {scale}*rand({m}, {n}).*(rand({m}, {n}) > {zeros}/4);
             if {zeros} == 2, X(1, :) = 0; X(:, 1) = 0; end
             N = X; N(rand({m}, {n}) < .2) = NaN; N(eye({m}, {n}) > 0) = {scale}; N(end, :) = {scale}; N(:, end) = {scale};
             m = {call}; h = m.history(:);
             assert(all(diff(h) <= {rounding}*abs(h(1:end-1)) + 1e-12)); assert(all(isfinite({values})));
             assert(all(isfinite(reconstruct(m)(:))));"
        ));
    }
}
