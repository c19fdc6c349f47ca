//! Real and complex systems: where the generic methods hand over to code that exists, optimised, in this crate.

use super::{Method, Options, Problem, Solution, driver};
use crate::data::Monitor;
use crate::error::Result;
use crate::linalg::sparse::Entry;
use crate::linalg::{Scalar, c64, compiled};

compiled! {
    /// `f64` or `c64`, as entries of a system to be solved by iteration.
    Field: Scalar, Entry; for f64, c64;

    fn iterate(method: Method, problem: &Problem<'_, Self>, options: Options, monitor: &Monitor) -> Result<Solution<Self>> {
        driver::iterate(method, problem, options, monitor)
    }
}
