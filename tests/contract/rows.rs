//! The promises of the contract: what to compute from a matrix `A`, and what of it must be small.

mod decompositions;
mod numbers_and_functions;
mod solving;
mod updates;

use super::{Need, Row};

/// All of them, in the order of the tests.
pub const ROWS: [&[Row]; 4] =
    [decompositions::ROWS, solving::ROWS, numbers_and_functions::ROWS, updates::ROWS];

type Texts = &'static [&'static str];

const fn row(
    name: &'static str,
    need: Need,
    of: &'static str,
    compute: &'static str,
    small: Texts,
) -> Row {
    Row { name, need, of, compute, small }
}
