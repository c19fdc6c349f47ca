//! Principal components, what is made with them, and the choice of their number.

use super::argument::{Count, Vector, options};
use super::entry::builtins;
use super::pca_model::{self, PcaModel};
use super::{neighbours, pca_cv};
use crate::value::{Array, Blame, Fault, Result, Value};
use matfac::Matrix;
use matfac::linalg::reduce::Normalization;
use matfac::models::pca;
use std::sync::Arc;

options! {
    /// How components are found.
    Solver { Auto = "auto", Full = "full", Covariance = "covariance", Randomized = "randomized", Krylov = "krylov" }
}

options! {
    /// What is done about cells that are missing.
    Missing { Em = "em" }
}

builtins! { "models of a matrix";
    /// Principal components: the directions in which the rows of X vary most.
    ///
    /// One output is a model: `m.components` (d×k), `m.scores` (n×k), `m.variance`, `m.ratio`; `transform`,
    /// `inverse_transform`, `reconstruct`, `score`, `components_for`, `pca_update` and `plot` use it. More outputs are
    /// MATLAB's. In each component the entry of largest magnitude is positive. Sparse X stays sparse.
    ///
    /// The solvers: "full", singular values of the centred data; "covariance", eigenvalues of their products, faster, with
    /// variances to a few eps of the largest; "krylov", some components as accurate as svds gives them; "randomized", some
    /// components of large data from a random start, to about 1e-4, their variances to the square of that. "auto" chooses
    /// by size and condition.
    ///
    /// With missing="em" a NaN is a missing cell, and k components are fitted to the cells that are there by
    /// expectation-maximization; `m.completed` has X with the expected values in its holes, `m.history` the mean negative
    /// log-likelihood of a row after each iteration, and `transform` takes rows with holes.
    ///
    /// >>> X = [2 1; 4 3; 6 4; 8 8];
    /// >>> m = pca(X)
    /// m =
    /// pca model: 4 observations of 2 variables, 2 components
    ///        variance   explained   cumulative
    ///     1    15.068     98.27 %      98.27 %
    ///     2     0.265      1.73 %     100.00 %
    ///   fields: mean scale components scores variance ratio singular_values noise_variance k n solver converged history
    /// >>> [coeff, score, latent] = pca(X, k=1); size(score)
    /// ans = 1×2
    ///    4   1
    /// >>> Z = pca(X, whiten=true).scores; norm(cov(Z) - eye(2)) < 1e-12
    /// ans = 1
    /// >>> m = pca([2 1; 4 NaN; 6 5; 8 7], k=1, missing="em"); abs(m.completed(2,2) - 3) < 1e-3
    /// ans = 1
    ///
    /// See also: transform, inverse_transform, components_for, pca_update, pca_cv, eigenimages, biplot, whiten, standardize, svd
    /// Reference: Jolliffe (2002), Principal Component Analysis, §3.5; Tipping & Bishop (1999), J. R. Statist. Soc. B 61; Minka (2000), NIPS 13.
    fn pca(
        cx,
        /** The data, n×d: a row for each observation, a column for each variable. */ X: Value,
        /** How many components to keep; all min(n,d) by default. "mle" takes the most probable number. */ k: Option<Value>,
        /** Keep as many components as explain this share of the variance, 0 to 1. */ energy: Option<f64>,
        /** Divide each column by its standard deviation first. */ scale: bool = false,
        /** How components are found. */ solver: Solver = "auto",
        /** Divide the scores by their standard deviations. */ whiten: bool = false,
        /** "em" takes NaN for missing cells. */ missing: Option<Missing>,
        /** The seed of the random start. */ seed: usize = 0,
        /** "em" ends when the mean log-likelihood of a cell grows by less. */ tol: f64 = 1e-7,
        /** The most iterations of "em". */ maxiter: usize = 1000,
    ) -> [coeff, score, latent, tsquared, explained, mu] {
        let request = pca_model::Request { k, energy, scale, solver, whiten, missing, seed, tol, maxiter };
        pca_model::fit(cx.host, X, request, cx.nargout)
    }

    /// A pca model with the rows of another block: data that come in parts, or do not fit into memory.
    ///
    /// The mean, the total variance and, when all components are kept, everything else is that of all rows together; the
    /// scores are those of the block. `pca_update([], X, k=10)` starts a model.
    ///
    /// >>> X = [2 1; 4 3; 6 4; 8 8; 1 1; 3 2];
    /// >>> m = pca_update(pca(X(1:3, :)), X(4:6, :));
    /// >>> norm(m.variance - pca(X).variance) < 1e-12
    /// ans = 1
    ///
    /// See also: pca, transform
    /// Reference: Ross, Lim, Lin & Yang (2008), Int. J. Computer Vision 77.
    fn pca_update(
        cx,
        /** A pca model, or [] to start one. */ m: Value,
        /** More rows, p×d, full or sparse. */ X: Value,
        /** The most components to keep; those of the model by default. */ k: Option<Count>,
        /** Whether the scores of a new model are divided by their standard deviations. */ whiten: bool = false,
    ) -> [m] { pca_model::update(cx.host, &m, X, k.map(|k| k.0), whiten) }

    /// How well k components predict cells that were hidden from them: the choice of k by data.
    ///
    /// The cells of each column are divided into folds; each fold is hidden once and filled by k components of the rest. The
    /// result has fields ks, errors (root mean square), folds (an error for each k and fold), baseline (of the columns'
    /// means) and best, the k with the smallest error; plot draws it. Held-out rows could not choose: more components always
    /// fit them better. NaN is a cell that is missing anyway.
    ///
    /// >>> seed(1); X = randn(60, 2)*randn(2, 8) + 0.1*randn(60, 8);
    /// >>> c = pca_cv(X, 1:5); c.best
    /// ans = 2
    /// >>> c.errors(2) < 0.2*c.baseline
    /// ans = 1
    ///
    /// See also: pca, components_for, knn_accuracy
    /// Reference: Josse & Husson (2012), Computational Statistics & Data Analysis 56.
    fn pca_cv(
        cx,
        /** The data, n×d. */ X: Value,
        /** The numbers of components to try. */ ks: Vector,
        /** Into how many parts the cells are divided. */ folds: usize = 5,
        /** The seed of the division. */ seed: usize = 0,
        /** Divide each column by its standard deviation first. */ scale: bool = false,
        /** A filling has settled when it changes by less, beside the baseline. */ tol: f64 = 1e-4,
        /** The most iterations for each k and fold. */ maxiter: usize = 200,
    ) -> [c] { pca_cv::run(cx.host, X, &ks.0, folds, seed, scale, tol, maxiter) }

    /// The smallest number of components that explain a share of the variance.
    ///
    /// >>> components_for(pca([1 1; 2 2; 3 3.3]), 0.95)
    /// ans = 1
    ///
    /// See also: pca, pca_cv, rank_for
    fn components_for(cx, /** A pca model. */ m: Value, /** The share, 0 to 1. */ energy: f64 = 0.95) -> [k] { needed(&m, energy) }

    /// How often the nearest rows have the same label: what coordinates are worth for telling classes apart.
    ///
    /// Each row is told from all others, or with `folds` from those of the other parts of the rows; with `holdout`, a random
    /// share of the rows is told from the rest. The second output has the labels that were found (NaN or "" for rows that
    /// were only learned from). The most frequent label among the k nearest wins, the nearest one's if several are.
    ///
    /// >>> Z = [0 0; 0.1 0; 5 5; 5 5.2; 0 0.3]; y = [1; 1; 2; 2; 1];
    /// >>> knn_accuracy(Z, y)
    /// ans = 1
    /// >>> [accuracy, found] = knn_accuracy(Z, {"a" "a" "b" "b" "b"}); found{5}
    /// ans = a
    ///
    /// See also: pca, pca_cv
    /// Reference: Cover & Hart (1967), IEEE Trans. Information Theory 13.
    fn knn_accuracy(
        cx,
        /** Coordinates, a row for each observation, such as the scores of a pca. */ Z: Arc<Array>,
        /** n numbers or strings. */ labels: Value,
        /** How many neighbours vote. */ k: usize = 1,
        /** Into how many parts the rows are divided; each row is a part when left out. */ folds: Option<usize>,
        /** The share of the rows that is classified, instead. */ holdout: Option<f64>,
        /** The seed of the division. */ seed: usize = 0,
    ) -> [accuracy, found] { neighbours::accuracy(cx.host, &Z, &labels, k, folds, holdout, seed) }

    /// Columns of mean 0 and standard deviation 1; a constant column becomes 0.
    ///
    /// `unstandardize(Z, mu, sigma)` undoes it.
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
    /// See also: unstandardize, whiten, pca, mean, std
    fn standardize(cx, /** The data, n×d. */ X: Arc<Array>, /** 0 divides the squares by n-1, 1 by n. */ opt: usize = 0) -> [Z, mu, sigma] {
        standardized(&X, opt)
    }
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
