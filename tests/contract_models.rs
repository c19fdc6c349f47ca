//! What every model of a matrix promises: shapes, the same result from the same seed, the same model of full and of sparse
//! data, progress, and an interrupt that keeps the last iterate.

use crate::common::{holds, run_in, run_script};
use mf::session::{Event, Outcome, Session};
use mf::syntax::Source;

/// A model, as it is fitted to the 40×12 matrix X, which has no negative entry and many zeros.
struct Model {
    /// The call, with `X` for the data.
    call: &'static str,
    /// What `transform(m, X)` has as many columns as.
    width: usize,
    /// How far fits of full and of sparse data may differ, relative to the data.
    tol: f64,
    /// Whether rows that were fitted are transformed to the fitted coordinates, which this names.
    coordinates: &'static str,
    /// A call on the data `B`, 400×150, that iterates long enough to be interrupted; none for direct methods.
    long: Option<&'static str>,
    /// Whether `history` never rises.
    falls: bool,
}

const MODELS: &[Model] = &[
    Model {
        call: "pca(X, k=3)",
        width: 3,
        tol: 1e-8,
        coordinates: "m.scores",
        long: None,
        falls: false,
    },
    Model {
        call: "pca(X, k=3, scale=true)",
        width: 3,
        tol: 1e-8,
        coordinates: "m.scores",
        long: None,
        falls: false,
    },
    Model {
        call: "nmf(X, k=3, tol=1e-9, maxiter=5000)",
        width: 3,
        tol: 1e-5,
        coordinates: "",
        long: Some("nmf(B, k=30, tol=0, maxiter=100000)"),
        falls: true,
    },
    Model {
        call: "nmf(X, k=3, solver=\"mu\", maxiter=300, tol=0)",
        width: 3,
        tol: 1e-6,
        coordinates: "",
        long: Some("nmf(B, k=30, solver=\"mu\", tol=0, maxiter=100000)"),
        falls: true,
    },
    Model {
        call: "kmeans(X, 3, seed=1)",
        width: 3,
        tol: 1e-8,
        coordinates: "",
        long: Some("kmeans(B, 40, tol=0, restarts=1000)"),
        falls: true,
    },
];

const DATA: &str = "rand(\"seed\", 7); X = floor(4*rand(40, 3)).*(rand(40, 3) > .3)*floor(3*rand(3, 12));\
    X = X + (rand(40, 12) > .9); B = rand(400, 150);";

#[test]
fn shapes_fit_and_the_same_call_gives_the_same_model() {
    for model in MODELS {
        let Model { call, width, coordinates, .. } = model;
        let setup = format!(
            "{DATA} warning(\"off\", \"mf:not-converged\"); m = {call}; n = {call}; Z = transform(m, X);"
        );
        let shape = format!("size(Z) == [40 {width}]");
        let mut conditions = vec![
            shape.as_str(),
            "isequal(reconstruct(m), reconstruct(n))",
            "size(reconstruct(m)) == [40 12]",
            "isequal(Z, transform(n, X))",
            "m.k == 3",
            "isscalar(score(m, X)) && isfinite(score(m, X))",
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
        holds(
            &format!(
                "{DATA} warning(\"off\", \"mf:not-converged\"); S = sparse(X); lastwarn(\"\"); m = {call}; n = {sparse};\
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
            holds(
                &format!(
                    "{DATA} warning(\"off\", \"mf:not-converged\"); m = {call}; h = m.history(:);"
                ),
                &["numel(h) == m.iterations", "all(diff(h) <= 1e-9*h(1:end-1))"],
            );
        }
    }
}

#[test]
fn an_interrupt_keeps_the_last_iterate() {
    for Model { long, .. } in MODELS {
        let Some(long) = long else { continue };
        let session = Session::start();
        let (mut steps, mut warnings, mut outcome) = (0, Vec::new(), None);
        for event in session.submit(Source::new("script", format!("{DATA} m = {long}; after = 1;")))
        {
            match event {
                Event::Progress(_) => {
                    steps += 1;
                    if steps == 3 {
                        session.interrupt();
                    }
                }
                Event::Warning(warning) => warnings.push(warning.headline()),
                Event::Done(done) => outcome = Some(done),
                _ => {}
            }
        }
        assert!(matches!(outcome, Some(Outcome::Completed)), "{long}: {outcome:?}");
        assert!(warnings.iter().any(|w| w.contains("was interrupted")), "{long}: {warnings:?}");
        // The program went on, and the model is whole.
        let run = run_in(
            &session,
            "assert(after == 1); assert(all(isfinite(reconstruct(m)(:)))); m.converged",
        );
        assert!(run.error.is_none(), "{long}: {:?}", run.error);
        assert!(run.output.contains("ans = 0"), "{long}: {}", run.output);
    }
}
