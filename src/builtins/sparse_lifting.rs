//! Functions of each entry, which a sparse matrix is given through: the function is called with its stored entries, and with
//! zero, which stands for the others.
//!
//! The functions behind [`crate::value::map`] and [`crate::value::arithmetic`] know sparse matrices themselves; here are
//! those that have code of their own.

use super::entry::Entry;
use crate::value::{Arguments, Fault, Host, Result, Value, mapped};
use std::sync::Arc;

/// Functions that work entry by entry on their first argument, whatever else they take being single numbers; sorted.
const OF_EACH_ENTRY: &[&str] = &[
    "angle", "arg", "clip", "conj", "cosd", "cosint", "cospi", "dawson", "erf", "erfc", "erfcinv",
    "erfcx", "erfi", "erfinv", "expint", "gamma", "gammaln", "imag", "isfinite", "isinf", "isna",
    "isnan", "lgamma", "nthroot", "psi", "real", "signbit", "sind", "sinint", "sinpi", "tand",
];

/// What a function of each entry gives for a sparse matrix; none when it is not called so.
pub fn lifted(
    entry: &'static Entry,
    host: &mut dyn Host,
    args: &Arguments,
) -> Option<Result<Vec<Value>>> {
    let (Value::Sparse(s), others) = args.positional.split_first()? else { return None };
    let is_such = OF_EACH_ENTRY.binary_search(&entry.name).is_ok();
    if !is_such || !args.keywords.is_empty() || others.iter().any(|v| v.numel() != 1) {
        return None;
    }
    let result = mapped(Arc::clone(s), |entries| {
        let mut positional = vec![entries];
        positional.extend_from_slice(others);
        let outputs = (entry.native.call)(host, Arguments::positional(positional), 1)?;
        outputs
            .into_iter()
            .next()
            .ok_or_else(|| Fault::new("a function of each entry has a result"))
    });
    Some(result.map(|value| vec![value]))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_names_are_sorted() {
        assert!(super::OF_EACH_ENTRY.is_sorted());
    }
}
