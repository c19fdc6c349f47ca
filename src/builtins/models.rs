//! Models of a whole matrix: principal components, and the verbs that use every fitted model.

use super::argument::Count;
use super::entry::builtins;
use super::pca_model::{self, PcaModel};
use crate::value::{Array, Blame, Data, Fault, Object, Result, Value};
use matfac::Matrix;
use matfac::linalg::reduce::Normalization;
use matfac::models::pca;
use std::sync::Arc;

builtins! { "models of a matrix";
    /// Principal components: the directions in which the rows of X vary most.
    ///
    /// One output is a model: `m.components` (d×k), `m.scores` (n×k), `m.variance`, `m.ratio`; `transform`,
    /// `inverse_transform`, `components_for` and `plot` use it. More outputs are MATLAB's. In each component the
    /// entry of largest magnitude is positive.
    ///
    /// >>> X = [2 1; 4 3; 6 4; 8 8];
    /// >>> m = pca(X)
    /// m =
    /// pca model: 4 observations of 2 variables, 2 components
    ///        variance   explained   cumulative
    ///     1    15.068     98.27 %      98.27 %
    ///     2     0.265      1.73 %     100.00 %
    ///   fields: mean scale components scores variance ratio singular_values noise_variance k
    /// >>> [coeff, score, latent] = pca(X, k=1); size(score)
    /// ans = 1×2
    ///    4   1
    ///
    /// See also: transform, inverse_transform, components_for, standardize, svd
    /// Reference: Jolliffe (2002), Principal Component Analysis, §3.5.
    fn pca(
        cx,
        /** The data, n×d: a row for each observation, a column for each variable. */ X: Value,
        /** How many components to keep; all min(n,d) by default. */ k: Option<Count>,
        /** Keep as many components as explain this share of the variance, 0 to 1. */ energy: Option<f64>,
        /** Divide each column by its standard deviation first. */ scale: bool = false,
    ) -> [coeff, score, latent, tsquared, explained, mu] {
        pca_model::fit(cx.host, X, k.map(|k| k.0), energy, scale, cx.nargout)
    }

    /// New rows in the coordinates of a fitted model: of a pca model, their scores.
    ///
    /// Of an nmf model, the Z ≥ 0 that brings Z*H nearest to X, by the loss of the model.
    ///
    /// >>> X = [1 1; 2 2; 3 3.3]; m = pca(X); norm(transform(m, X) - m.scores) < 1e-14
    /// ans = 1
    ///
    /// See also: inverse_transform, pca, nmf
    fn transform(cx, /** The model. */ m: Value, /** Rows like those it was fitted to, p×d. */ X: Data) -> [Z] { verb("transform", &m, |object| object.transform(&X)) }

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
    /// Of an nmf model, the share of the sum of squares: `1 - norm(X - Z*H, "fro")^2/norm(X, "fro")^2` with the best Z;
    /// of a kmeans model, the sum of squared distances to the means, negative.
    ///
    /// >>> m = kmeans([0; 1; 9], 2); score(m, [0; 1; 9])
    /// ans = -0.5000
    ///
    /// >>> X = [1 2 0; 2 4 1; 0 1 3]; m = nmf(X, k=2); score(m, X) > 0.98
    /// ans = 1
    ///
    /// See also: transform, reconstruct
    fn score(cx, /** The model. */ m: Value, /** Rows like those it was fitted to, p×d. */ X: Data) -> [s] { verb("score", &m, |object| object.score(&X)) }

    /// The smallest number of components that explain a share of the variance.
    ///
    /// >>> components_for(pca([1 1; 2 2; 3 3.3]), 0.95)
    /// ans = 1
    ///
    /// See also: pca, rank_for
    fn components_for(cx, /** A pca model. */ m: Value, /** The share, 0 to 1. */ energy: f64 = 0.95) -> [k] { needed(&m, energy) }

    /// Columns of mean 0 and standard deviation 1; a constant column becomes 0.
    ///
    /// `Z .* sigma + mu` undoes it.
    ///
    /// >>> [Z, mu, sigma] = standardize([1 7; 3 7])
    /// Z = 2×2
    ///   -0.7071        0
    ///    0.7071        0
    /// mu = 1×2
    ///    2   7
    /// sigma = 1×2
    ///    1.4142   1.0000
    ///
    /// See also: pca, mean, std
    fn standardize(cx, /** The data, n×d. */ X: Arc<Array>, /** 0 divides the squares by n-1, 1 by n. */ opt: usize = 0) -> [Z, mu, sigma] {
        standardized(&X, opt)
    }
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

fn needed(model: &Value, energy: f64) -> Result<usize> {
    match model.as_object::<PcaModel>() {
        Some(model) => model.components_for(energy),
        None => Err(Fault::new(format!(
            "components_for needs a pca model, and this is a {}",
            model.describe()
        ))
        .hint("m = pca(X) makes one; rank_for does the same for singular values")
        .blame(Blame::Keyword("m".into()))),
    }
}

fn standardized(x: &Array, opt: usize) -> Result<(Value, Value, Value)> {
    let by = match opt {
        0 => Normalization::Sample,
        1 => Normalization::Population,
        _ => {
            return Err(Fault::new(format!("standardize: opt is 0 or 1, not {opt}"))
                .blame(Blame::Keyword("opt".into())));
        }
    };
    let found = pca::standardize(&x.data, by)?;
    let (rows, cols) = (x.row_labels().cloned(), x.col_labels().cloned());
    let line =
        |data: Vec<f64>| Value::from(Array::labelled(Matrix::row_vector(data), None, cols.clone()));
    let (mu, sigma) = (line(found.mean), line(found.scale));
    Ok((Array::labelled(found.x, rows, cols).into(), mu, sigma))
}
