//! Principal components: the directions in which centred data vary most.
//!
//! Method: `Xc = X - mean` is decomposed by singular values, through its covariance, or in part from a Krylov space; see
//! [`Solver`]. Sparse data are centred implicitly and never made full. With missing cells the model is fitted by
//! expectation-maximization (`missing`), blocks of rows update it (`update`), `held_out` chooses the number of components,
//! `score` is the likelihood of rows. Reference: Jolliffe (2002), §3.5. Signs: in each component the entry of largest
//! magnitude is positive, as in [`crate::factor::svd()`].

mod columns;
mod count;
mod held_out;
mod missing;
mod model;
mod options;
mod part;
mod randomized;
mod score;
mod standardize;
#[cfg(test)]
mod tests;
mod update;
mod whole;

pub use count::most_probable;
pub use held_out::{HeldOut, HeldOutOptions, held_out};
pub use model::Pca;
pub use options::{PcaOptions, Solver};
pub use standardize::{Standardized, standardize};
pub use update::update;

use super::Data;
use crate::data::{End, Monitor};
use crate::error::{Error, Result, check_non_negative};
use crate::linalg::reduce::Normalization;
use crate::linalg::{Matrix, Sparse};
use crate::sparse::centred::Centred;
use columns::Columns;
use count::Keep;
use part::Request;

/// Without k, sparse data with more columns or rows than this on the shorter side are refused: all components are full.
const ALL: usize = 500;

/// Fits a model to n×d data.
///
/// Iterations that stop early keep what they found: [`Pca::end`].
///
/// Errors: [`Error::NonFinite`], which names the entry; [`Error::Argument`] for no data, a k of 0 or above min(n, d), an
/// energy outside 0..1, sparse data that need a k, rows or columns without a cell; [`Error::Interrupted`].
///
/// ```
/// use matfac::{Matrix, data::Monitor, models::{PcaOptions, pca}};
/// let x = Matrix::from_rows(&[&[1.0, 1.0], &[2.0, 2.0], &[3.0, 3.0]]);
/// let model = pca(&x, &PcaOptions::default(), &Monitor::default()).unwrap();
/// assert!((model.ratio[0] - 1.0).abs() < 1e-14 && (model.variance[0] - 2.0).abs() < 1e-14);
/// assert_eq!(model.components_for(0.99).unwrap(), 1);
/// ```
pub fn pca<'a>(x: impl Into<Data<'a>>, options: &PcaOptions, monitor: &Monitor) -> Result<Pca> {
    check_non_negative("tol", options.tol)?;
    let x = x.into();
    if let (true, Data::Full(x)) = (options.missing, &x)
        && x.as_slice().iter().any(|x| x.is_nan())
    {
        return missing::fit(x, options, monitor);
    }
    x.require_finite("pca")?;
    let model = match x {
        Data::Full(x) => of_full(x, options, monitor)?,
        Data::Sparse(x) => of_sparse(x, options, monitor)?,
    };
    let all = options.k.is_none() && options.energy.is_none() && !options.likely;
    let limit = (!all).then_some(model.variance.len());
    Ok(Pca { limit, ..model.whitened(options.whiten) })
}

fn of_full(x: &Matrix, options: &PcaOptions, monitor: &Monitor) -> Result<Pca> {
    let keep = Keep::of(options, x.shape())?;
    let scaled = options.scale.then_some(Normalization::Sample);
    let (columns, centred) = Columns::centred(x, scaled)?;
    let found = match options.solver_for(x.shape()) {
        Solver::Full => whole::by_singular_values(&centred, keep),
        Solver::Covariance => whole::by_covariance(&centred, keep),
        Solver::Auto => whole::by_condition(&centred, columns.varying(), keep),
        solver @ (Solver::Randomized | Solver::Krylov) => {
            let randomized = solver == Solver::Randomized;
            let request = request(keep, randomized, columns.total(), options.seed)?;
            let found = part::decompose(&centred, true, request, monitor)?;
            // A spectrum without gaps: nobody asked for this way.
            match found.end {
                End::Limit if options.solver == Solver::Auto => {
                    whole::by_condition(&centred, columns.varying(), keep)
                }
                _ => Ok(found),
            }
        }
    }?;
    Ok(found.into_model(columns, x.rows()))
}

fn of_sparse(x: &Sparse<f64>, options: &PcaOptions, monitor: &Monitor) -> Result<Pca> {
    let keep = Keep::of(options, x.shape())?;
    let r = x.rows().min(x.cols());
    if options.k.is_none() && options.energy.is_none() && r > ALL {
        let message =
            format!("pca of sparse {} data needs k: all {r} components would be dense", x.shape());
        return Err(Error::argument("k", message));
    }
    if options.solver == Solver::Full {
        let message = "solver=\"full\" would make sparse data full";
        return Err(Error::argument_hint(
            "solver",
            message,
            "\"covariance\", \"krylov\" and \"randomized\" do not; full(X) is full",
        ));
    }
    let columns = Columns::of_sparse(x, options.scale);
    let map = Centred { a: x, mean: columns.mean.clone(), scale: columns.scale.clone() };
    // A large part of the components, or all of few, come from the products on the shorter side.
    let many = match keep.count() {
        Some(k) => r <= 100 || 4 * k + 40 >= r,
        None => r <= 100 || keep == Keep::Likely,
    };
    let by_products = match options.solver {
        Solver::Auto => many,
        solver => solver == Solver::Covariance,
    };
    let found = match by_products {
        true => whole::of_map(&map, keep, monitor)?,
        false => {
            let randomized = options.solver == Solver::Randomized;
            let request = request(keep, randomized, columns.total(), options.seed)?;
            part::decompose(&map, false, request, monitor)?
        }
    };
    Ok(found.into_model(columns, x.rows()))
}

/// What is asked of a Krylov space; [`Error::Argument`] where that takes all components.
fn request(keep: Keep, randomized: bool, total: f64, seed: u64) -> Result<Request> {
    let (most, energy) = match keep {
        Keep::Count(k) => (k, None),
        Keep::Share(energy, most) => (most, Some(energy)),
        Keep::Likely => {
            let message = "k=\"mle\" needs all variances, and this solver finds some";
            let hint = "leave solver away, or take \"full\" or \"covariance\"";
            return Err(Error::argument_hint("solver", message, hint));
        }
    };
    Ok(Request { randomized, most, energy, total, seed })
}
