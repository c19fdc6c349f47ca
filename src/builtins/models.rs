//! The verbs that use every fitted model of a matrix.

use super::entry::builtins;
use crate::value::{Array, Blame, Data, Fault, Object, Result, Value};
use std::sync::Arc;

builtins! { "models of a matrix";
    /// New rows in the coordinates of a fitted model: of a pca model, their scores.
    ///
    /// Of an nmf model, the Z ≥ 0 that brings Z*H nearest to X, by the loss of the model.
    ///
    /// >>> X = [1 1; 2 2; 3 3.3]; m = pca(X); norm(transform(m, X) - m.scores) < 1e-14
    /// ans = 1
    ///
    /// See also: inverse_transform, pca, nmf
    fn transform(cx, /** The model. */ m: Value, /** Rows like those it was fitted to, p×d. */ X: Data) -> [Z] { verb("transform", &m, |object| object.transform(&X, cx.host)) }

    /// What coordinates stand for: of a pca model, the rows in the units of the data; of an nmf model, Z*H.
    ///
    /// >>> X = [1 1; 2 2; 3 3.3]; m = pca(X); norm(inverse_transform(m, m.scores) - X) < 1e-14
    /// ans = 1
    ///
    /// See also: transform, pca, nmf
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
    /// model, the mean log-likelihood of a row, the components that were not kept being noise. Of a kmeans model, the sum of
    /// squared distances to the means, negative.
    ///
    /// >>> m = kmeans([0; 1; 9], 2); score(m, [0; 1; 9])
    /// ans = -0.5000
    /// >>> X = [1 2 0; 2 4 1; 0 1 3]; m = nmf(X, k=2); score(m, X) > 0.98
    /// ans = 1
    /// >>> X = [2 1; 4 3; 6 4; 8 8; 1 1; 3 2]; score(pca(X, k=1), X) > score(pca(X, k=1), X + 1)
    /// ans = 1
    ///
    /// See also: transform, reconstruct
    fn score(cx, /** The model. */ m: Value, /** Rows like those it was fitted to, p×d. */ X: Data) -> [s] { verb("score", &m, |object| object.score(&X, cx.host)) }
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
