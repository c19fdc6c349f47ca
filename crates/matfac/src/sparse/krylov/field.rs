//! Real and complex systems: where the generic methods hand over to code that exists, optimised, in this crate.

use super::{Method, Options, Problem, Solution, driver};
use crate::data::Monitor;
use crate::error::Result;
use crate::linalg::sparse::Entry;
use crate::linalg::{Scalar, c64};

/// `f64` or `c64`, as entries of a system to be solved by iteration.
pub trait Field: Scalar + Entry {
    #[doc(hidden)]
    fn iterate(
        method: Method,
        problem: &Problem<'_, Self>,
        options: Options,
        monitor: &Monitor,
    ) -> Result<Solution<Self>>;
}

macro_rules! field {
    ($($kind:ty),*) => {$(
        impl Field for $kind {
            fn iterate(
                method: Method,
                problem: &Problem<'_, Self>,
                options: Options,
                monitor: &Monitor,
            ) -> Result<Solution<Self>> {
                driver::iterate(method, problem, options, monitor)
            }
        }
    )*};
}

field!(f64, c64);
