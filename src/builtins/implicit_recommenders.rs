//! Models that rank items by what users took, fitted.

use super::argument::{Count, options};
use super::entry::builtins;
use super::recommender_model::fitted;
use matfac::data::Ratings;
use matfac::recommend::{
    BprOptions, EaseOptions, IalsOptions, IalsSolver, ItemKnnOptions, Weighting,
};
use std::sync::Arc;

options! {
    /// How a row of factors is solved for.
    Solver { Cg = "cg", Cholesky = "cholesky", Block = "block" }
}

options! {
    /// How items are weighed before they are compared.
    Weighing { Cosine = "cosine", TfIdf = "tfidf", Bm25 = "bm25" }
}

builtins! { "recommenders";
    /// The ranking to beat: the items most users have, first.
    ///
    /// >>> m = popularity([1 1 NaN; 1 NaN 1; NaN 1 NaN; NaN 1 NaN]);
    /// >>> recommend(m, 3)
    /// ans = 2×2 table
    ///   item   score
    ///      1  0.5000
    ///      3  0.2500
    ///
    /// See also: ials, itemknn, evaluate
    /// Reference: Cremonesi, Koren and Turrin (2010), doi:10.1145/1864708.1864721
    fn popularity(cx, /** What users took, or ratings. */ R: Arc<Ratings>) -> [m] { fitted(cx.host, false, |_| matfac::recommend::popularity(&R)) }

    /// Fit factors to what users took, by alternating least squares over all pairs (implicit ALS): P*Q' is near 1 where
    /// something was observed, and near 0 elsewhere with less weight.
    ///
    /// An observation of weight r counts `1 + alpha*r`, everything else `unobserved`. A row pays `lambda` in proportion to its
    /// total weight to the power `nu`, of mean weight once. Rows are solved for by a few steps of conjugate gradients, exactly,
    /// or exactly by blocks of factors (iALS++). The objective never rises with the exact ones.
    ///
    /// >>> R = ratings([1 1 NaN NaN; 1 1 1 NaN; NaN NaN 1 1; NaN 1 1 1], implicit=true);
    /// >>> m = ials(R, k=2, lambda=1, solver="cholesky");
    /// >>> recommend(m, 1, n=1).item
    /// ans = 3
    ///
    /// See also: bpr, ease, itemknn, evaluate, tune
    /// Reference: Hu, Koren and Volinsky (2008), doi:10.1109/ICDM.2008.22; Rendle and others (2022), arXiv:2110.14037
    fn ials(cx,
        /** What users took (implicit=true), or ratings as weights. */ R: Arc<Ratings>,
        /** Number of factors; 64, or as many as users and items allow, when left out. */ k: Option<usize>,
        /** Penalty of the factors, of a row of mean weight. */ lambda: f64 = 10.0,
        /** How much more confidence a unit of weight gives. */ alpha: f64 = 2.0,
        /** Weight of everything that was not observed. */ unobserved: f64 = 1.0,
        /** Exponent of the rows' weights in the penalty: 0 for the same of all, 1 for proportional. */ nu: f64 = 1.0,
        /** How rows are solved for. */ solver: Solver = "cg",
        /** Steps of conjugate gradients. */ cg_steps: usize = 3,
        /** Factors of a block. */ block: usize = 32,
        /** Most iterations. */ maxiter: usize = 15,
        /** Stop when an iteration lowers the objective by less than this fraction; 0 runs them all. */ tol: f64 = 0.0,
        /** Seed of the start. */ seed: usize = 0,
    ) -> [m] {
        let options = IalsOptions { k, lambda, alpha, unobserved, nu, solver: solver.into(), cg_steps, block, tol, max_iter: maxiter, seed: seed as u64 };
        fitted(cx.host, tol > 0.0, |monitor| matfac::recommend::ials(&R, &options, monitor))
    }

    /// Fit factors such that what a user took comes before what not (Bayesian personalized ranking), by stochastic descent.
    ///
    /// >>> R = ratings([1 1 NaN NaN; 1 1 1 NaN; NaN NaN 1 1; NaN 1 1 1], implicit=true);
    /// >>> m = bpr(R, k=2, maxiter=200); recommend(m, 1, n=1).item
    /// ans = 3
    ///
    /// See also: ials, ease, itemknn, evaluate
    /// Reference: Rendle, Freudenthaler, Gantner and Schmidt-Thieme (2009), arXiv:1205.2618
    fn bpr(cx,
        /** What users took. */ R: Arc<Ratings>,
        /** Number of factors; 64, or as many as users and items allow, when left out. */ k: Option<usize>,
        /** Learning rate. */ lr: f64 = 0.05,
        /** Penalty of factors and biases. */ lambda: f64 = 0.01,
        /** Epochs, each as many pairs as there are observations. */ maxiter: usize = 100,
        /** Whether items have a bias: how popular they are with everybody. */ item_bias: bool = true,
        /** Seed of start, order and pairs. */ seed: usize = 0,
    ) -> [m] {
        let options = BprOptions { k, lr, lambda, item_bias, max_iter: maxiter, seed: seed as u64 };
        fitted(cx.host, false, |monitor| matfac::recommend::bpr(&R, &options, monitor))
    }

    /// Score items by a matrix that predicts each item from the others (EASE): a ridge regression in closed form.
    ///
    /// It takes a full items×items matrix: best for up to some ten thousand items.
    ///
    /// >>> R = ratings([1 1 NaN NaN; 1 1 1 NaN; NaN NaN 1 1; NaN 1 1 1], implicit=true);
    /// >>> m = ease(R, lambda=1); recommend(m, 1, n=1).item
    /// ans = 3
    ///
    /// See also: ials, itemknn, evaluate
    /// Reference: Steck (2019), Embarrassingly shallow autoencoders for sparse data, arXiv:1905.03375
    fn ease(cx,
        /** What users took. */ R: Arc<Ratings>,
        /** Penalty: about the number of common users at which items are compared with half belief. */ lambda: f64 = 200.0,
    ) -> [m] {
        let options = EaseOptions { lambda };
        fitted(cx.host, false, |monitor| matfac::recommend::ease(&R, &options, monitor))
    }

    /// Score items by how similar they are to those a user took.
    ///
    /// Items are compared by who took them: by cosine, after weighing rare users more ("tfidf"), or with weights that saturate
    /// ("bm25").
    ///
    /// >>> R = ratings([1 1 NaN NaN; 1 1 1 NaN; NaN NaN 1 1; NaN 1 1 1], implicit=true);
    /// >>> m = itemknn(R, weighting="cosine"); similar(m, item=4, n=1)
    /// ans = 1×2 table
    ///   item  similarity
    ///      3      0.8165
    ///
    /// See also: knn, ials, ease, popularity
    /// Reference: Deshpande and Karypis (2004), doi:10.1145/963770.963776
    fn itemknn(cx,
        /** What users took, or ratings as weights. */ R: Arc<Ratings>,
        /** Neighbours of each item. */ k: Count = 200,
        /** How items are weighed. */ weighting: Weighing = "bm25",
        /** Common users at which a similarity is believed by half; 0 believes all. */ shrinkage: f64 = 0.0,
        /** Weight at which BM25 is saturated by half, of an item of mean popularity. */ k1: f64 = 1.2,
        /** How much less popular items say, from 0 to 1; of BM25. */ b: f64 = 0.2,
    ) -> [m] {
        let options = ItemKnnOptions { k: k.0, weighting: weighting.into(), shrink: shrinkage, k1, b };
        fitted(cx.host, false, |monitor| matfac::recommend::itemknn(&R, &options, monitor))
    }
}

impl From<Solver> for IalsSolver {
    fn from(solver: Solver) -> IalsSolver {
        match solver {
            Solver::Cg => IalsSolver::Cg,
            Solver::Cholesky => IalsSolver::Cholesky,
            Solver::Block => IalsSolver::Block,
        }
    }
}

impl From<Weighing> for Weighting {
    fn from(weighing: Weighing) -> Weighting {
        match weighing {
            Weighing::Cosine => Weighting::Cosine,
            Weighing::TfIdf => Weighting::TfIdf,
            Weighing::Bm25 => Weighting::Bm25,
        }
    }
}
