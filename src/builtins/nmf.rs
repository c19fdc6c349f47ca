//! Non-negative matrix factorization in the language: its parameters.

use super::argument::{Argument, Count, options, what};
use super::entry::builtins;
use super::nmf_model;
use crate::value::Value;
use matfac::Matrix;
use matfac::models::nmf::{Init, Loss, NmfOptions, Solver};

options! {
    /// The update rule.
    Rule { Hals = "hals", Multiplicative = "mu", Anls = "anls" }
}

/// The starting point: a word, or a cell of W and H.
#[derive(Debug, Clone)]
pub struct Start(Init);

impl Argument for Start {
    const KIND: &'static str = "a word, or a cell {W, H}";
    const OPTIONS: &'static [&'static str] = &["nndsvd", "nndsvda", "nndsvdar", "random"];
    fn from_value(value: Value) -> Result<Self, String> {
        let init = match (value.as_text(), &value) {
            (Some("nndsvd"), _) => Init::Nndsvd,
            (Some("nndsvda"), _) => Init::Nndsvda,
            (Some("nndsvdar"), _) => Init::Nndsvdar,
            (Some("random"), _) => Init::Random,
            (_, Value::Cell(cells)) => match cells.as_slice() {
                [w, h] => {
                    let w = Matrix::from_value(w.clone())?;
                    Init::Given(Box::new((w, Matrix::from_value(h.clone())?)))
                }
                other => return Err(format!("a cell of {}", other.len())),
            },
            _ => return Err(what(&value)),
        };
        Ok(Start(init))
    }
}

/// What is minimized: a word, or β.
#[derive(Debug, Clone, Copy)]
pub struct Divergence(Loss);

impl Argument for Divergence {
    const KIND: &'static str = "a word, or β as a number";
    const OPTIONS: &'static [&'static str] = &["frobenius", "kl", "itakura_saito"];
    fn from_value(value: Value) -> Result<Self, String> {
        let loss = match (value.as_text(), value.as_number()) {
            (Some("frobenius"), _) => Loss::FROBENIUS,
            (Some("kl"), _) => Loss::KULLBACK_LEIBLER,
            (Some("itakura_saito"), _) => Loss::ITAKURA_SAITO,
            (None, Some(beta)) => {
                Loss::of_beta(beta).map_err(|_| format!("{beta}; β goes from -10 to 10"))?
            }
            _ => return Err(what(&value)),
        };
        Ok(Divergence(loss))
    }
}

builtins! { "models of a matrix";
    /// Non-negative matrix factorization: `A ≈ W*H` with W, H ≥ 0, an additive model of parts.
    ///
    /// One output is a model; two outputs are W and H. The model has the fields W (m×k, columns of norm 1, heaviest part
    /// first), H (k×n), weights (the norms of H's rows), loss, objective, residual (`sqrt(2*objective)`, for "frobenius"
    /// the norm of `A - W*H`), error (the residual after each iteration over that of the simplest model, which is 0 for
    /// "frobenius" and else the mean), history (the same with the penalties, which never increases), k, iterations and
    /// converged. `transform`, `inverse_transform`, `reconstruct`, `score`, `plot` and `parts` use it.
    ///
    /// The losses are β-divergences: "frobenius" (β = 2) is half the sum of squares, "kl" (β = 1) is for counts,
    /// "itakura_saito" (β = 0) for positive numbers whose scale says nothing. A local minimum is found: `restarts` tries
    /// further starting points and keeps the best. Sparse matrices stay sparse; what is not stored is zero. With
    /// `missing=true` NaN cells, or what ratings lack, are unknown and left out; a row without a known cell gets zeros.
    /// Of a sparse matrix they are the NaN that it stores, and what it does not store is zero.
    ///
    /// >>> m = nmf([1 2; 2 4], k=1); norm(m.W*m.H - [1 2; 2 4]) < 1e-6
    /// ans = 1
    /// >>> [W, H] = nmf([1 0; 0 2; 1 2], k=2); all(W(:) >= 0) && all(H(:) >= 0)
    /// ans = 1
    /// >>> m = nmf([1 0 2; 0 3 0; 2 0 4], k=2, loss="kl"); m.error(end) < 0.01
    /// ans = 1
    /// >>> m = nmf([1 2 3; 2 4 NaN; 3 6 9], k=1, missing=true, tol=1e-8); abs(reconstruct(m)(2, 3) - 6) < 1e-6
    /// ans = 1
    /// >>> nmf([-1 2], k=1)
    /// error: nmf needs non-negative entries; entry (1,1) is -1
    ///
    /// See also: parts, transform, score, pca, lowrank, svd
    /// Reference: Gillis & Glineur (2012), Neural Computation 24; Ang & Gillis (2019), Neural Computation 31; Kim & Park
    /// (2011), SIAM Journal on Scientific Computing 33; Févotte & Idier (2011), Neural Computation 23; Boutsidis &
    /// Gallopoulos (2008), Pattern Recognition 41.
    fn nmf(
        cx,
        /** The matrix, m×n, full or sparse, without negative entries; or ratings with missing=true. */ A: Value,
        /** How many parts, at most min(m,n). */ k: Count,
        /** From singular vectors (nndsvd), with the mean (nndsvda) or small random numbers (nndsvdar) in place of zeros; random; or a cell {W, H}. "mu", which keeps zeros, takes nndsvda for nndsvd. */ init: Start = "nndsvd",
        /** Extrapolated hierarchical alternating least squares (hals), multiplicative updates (mu) or exact alternating least squares (anls). hals, or mu where the loss is another. */ solver: Option<Rule>,
        /** What is minimized: a word, or β, a number from -10 to 10. */ loss: Divergence = "frobenius",
        /** Stop when the projected gradient is this fraction of the first one; for mu, when ten iterations reduce the error by less than this fraction of the first. */ tol: f64 = 1e-4,
        /** Stop after this many iterations. */ maxiter: usize = 500,
        /** The seed of random starting points. */ seed: usize = 0,
        /** How many starting points; all but the first are random. */ restarts: Count = 1,
        /** Weight of the sum of all entries in the objective: sparser parts. */ l1: f64 = 0,
        /** Weight of half the sum of their squares: smaller parts. */ l2: f64 = 0,
        /** Whether NaN cells are unknown and left out. */ missing: bool = false,
    ) -> [W, H] {
        let solver = rule(solver, loss.0);
        let (k, init, loss, restarts) = (k.0, init.0, loss.0, restarts.0);
        let options = NmfOptions { k, init, solver, loss, tol, max_iter: maxiter, seed: seed as u64, restarts, l1, l2, missing };
        nmf_model::fit(cx.host, A, options, cx.nargout)
    }
}

/// The solver that was asked for, or the best one for the loss.
fn rule(asked: Option<Rule>, loss: Loss) -> Solver {
    match asked {
        Some(Rule::Hals) => Solver::Hals,
        Some(Rule::Anls) => Solver::Anls,
        Some(Rule::Multiplicative) => Solver::Multiplicative,
        None if loss == Loss::FROBENIUS => Solver::Hals,
        None => Solver::Multiplicative,
    }
}
