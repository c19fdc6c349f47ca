//! Models of a whole matrix: non-negative parts; and the verbs that use all models.

use super::argument::{Count, options};
use super::entry::builtins;
use super::nmf_model;
use crate::value::{Array, Blame, Data, Fault, Object, Result, Value};
use std::sync::Arc;

options! {
    /// The starting point of a non-negative factorization.
    Init { Nndsvd = "nndsvd", Nndsvda = "nndsvda", Random = "random" }
}

options! {
    /// The update rule of a non-negative factorization.
    Solver { Hals = "hals", Multiplicative = "mu" }
}

builtins! { "models of a matrix";
    /// Non-negative matrix factorization: `A ≈ W*H` with W, H ≥ 0, an additive model of parts.
    ///
    /// One output is a model with fields W (m×k, columns of norm 1, heaviest part first), H (k×n), error (the
    /// relative error after each iteration), residual, weights, iterations and converged; two outputs are W and H.
    /// A local minimum is found: `restarts` tries further starting points and keeps the best.
    ///
    /// >>> m = nmf([1 2; 2 4], k=1); norm(m.W*m.H - [1 2; 2 4]) < 1e-6
    /// ans = 1
    /// >>> [W, H] = nmf([1 0; 0 2; 1 2], k=2); all(W(:) >= 0) && all(H(:) >= 0)
    /// ans = 1
    /// >>> nmf([-1 2], k=1)
    /// error: nmf needs non-negative entries; entry (1,1) is -1
    ///
    /// See also: pca, lowrank, svd
    /// Reference: Gillis & Glineur (2012), Neural Computation 24; Lee & Seung (2001), NIPS 13.
    fn nmf(
        cx,
        /** The matrix, m×n, without negative entries. */ A: Value,
        /** How many parts, at most min(m,n). */ k: Count,
        /** From singular vectors (nndsvd), the same without zeros (nndsvda), or random. */ init: Init = "nndsvd",
        /** Hierarchical alternating least squares (hals) or multiplicative updates (mu). */ solver: Solver = "hals",
        /** Stop when the projected gradient is this fraction of the first one. */ tol: f64 = 1e-4,
        /** Stop after this many iterations. */ maxiter: usize = 500,
        /** The seed of random starting points. */ seed: usize = 0,
        /** How many starting points; all but the first are random. */ restarts: Count = 1,
        /** Weight of the sum of all entries in the objective: sparser parts (hals only). */ l1: f64 = 0,
        /** Weight of half the sum of their squares: smaller parts (hals only). */ l2: f64 = 0,
    ) -> [W, H] {
        let options = nmf_model::options(k, init, solver, tol, maxiter, seed, restarts, l1, l2);
        nmf_model::fit(cx.host, A, options, cx.nargout)
    }

    /// New rows in the coordinates of a fitted model: of a pca model, their scores.
    ///
    /// >>> X = [1 1; 2 2; 3 3.3]; m = pca(X); norm(transform(m, X) - m.scores) < 1e-14
    /// ans = 1
    ///
    /// See also: inverse_transform, pca
    fn transform(cx, /** The model. */ m: Value, /** Rows like those it was fitted to, p×d. */ X: Data) -> [Z] { verb("transform", &m, |object| object.transform(&X)) }

    /// What coordinates stand for: of a pca model, the rows in the units of the data.
    ///
    /// >>> X = [1 1; 2 2; 3 3.3]; m = pca(X); norm(inverse_transform(m, m.scores) - X) < 1e-14
    /// ans = 1
    ///
    /// See also: transform, pca
    fn inverse_transform(cx, /** The model. */ m: Value, /** Coordinates, p×k. */ Z: Arc<Array>) -> [X] { verb("inverse_transform", &m, |object| object.inverse_transform(&Z)) }

    /// What a fitted model makes of the data it was fitted to.
    ///
    /// >>> m = pca([1 1; 2 2; 3 3.3], k=1); X = reconstruct(m); norm(X - inverse_transform(m, m.scores))
    /// ans = 0
    ///
    /// See also: transform, inverse_transform, score
    fn reconstruct(cx, /** The model. */ m: Value) -> [X] { verb("reconstruct", &m, |object| object.reconstruct()) }

    /// How well a fitted model explains rows: more is better.
    ///
    /// Of an nmf model, the share of the sum of squares: `1 - norm(X - Z*H, "fro")^2/norm(X, "fro")^2` with the best Z. Of a pca
    /// model, the mean log-likelihood of a row, the components that were not kept being noise.
    ///
    /// >>> X = [2 1; 4 3; 6 4; 8 8; 1 1; 3 2]; score(pca(X, k=1), X) > score(pca(X, k=1), X + 1)
    /// ans = 1
    ///
    /// See also: transform, reconstruct
    fn score(cx, /** The model. */ m: Value, /** Rows like those it was fitted to, p×d. */ X: Data) -> [s] { verb("score", &m, |object| object.score(&X)) }
}

/// What a model's verb gives; an error of values that have no such verb.
fn verb(
    name: &str,
    model: &Value,
    does: impl FnOnce(&dyn Object) -> Option<Result<Value>>,
) -> Result<Value> {
    let hint = format!("{name}(m) takes the model first, such as m = pca(X)");
    match model {
        Value::Object(object) => {
            does(&***object).unwrap_or_else(|| Err(cannot(name, model, &hint)))
        }
        _ => Err(cannot(name, model, &hint)),
    }
}

/// Of every value that has no such verb.
fn cannot(verb: &str, value: &Value, hint: &str) -> Box<Fault> {
    Fault::new(format!("a {} has no {verb}", value.describe()))
        .hint(hint)
        .blame(Blame::Keyword("m".into()))
}
