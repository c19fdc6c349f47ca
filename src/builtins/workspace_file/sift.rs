//! Which values a workspace file can hold, and what is said of the others.

use super::DEEPEST;
use crate::value::{Callable, Fault, Host, Result, Value, Variable};
use std::sync::Arc;

/// What is saved, and what is not.
pub(super) struct Sifted {
    pub(super) kept: Vec<Variable>,
    left_out: Vec<String>,
    /// Variables whose names of rows and columns get lost.
    labelled: Vec<Arc<str>>,
}

impl Sifted {
    /// Warns of what the file does not hold.
    pub(super) fn tell(&self, host: &mut dyn Host) -> Result<()> {
        if !self.left_out.is_empty() {
            host.warn("mf:save-left-out", &format!("{}; {INSTEAD}", self.list()))?;
        }
        if !self.labelled.is_empty() {
            let names = self.labelled.join(", ");
            host.warn(
                "mf:save-labels",
                &format!(
                    "save: names of rows and columns are not kept: {names}; \
                     a file of its own keeps them: save(\"{0}.csv\", \"{0}\")",
                    self.labelled[0]
                ),
            )?;
        }
        Ok(())
    }

    fn list(&self) -> String {
        format!("save: left out {}", self.left_out.join(", "))
    }
}

const INSTEAD: &str = "save tables and ratings in files of their own, such as T.csv, and of \
                       models the matrices in them, such as m.P";

/// Sorts variables into those that a file can hold and those it cannot; an error when none is left.
pub(super) fn sift(host: &mut dyn Host, variables: Vec<Variable>) -> Result<Sifted> {
    let mut sifted = Sifted { kept: Vec::new(), left_out: Vec::new(), labelled: Vec::new() };
    for (name, value) in variables {
        let mut labelled = false;
        match unfit(host, &value, 0, &mut labelled)? {
            Some(why) => sifted.left_out.push(format!("{name} ({why})")),
            None => {
                if labelled {
                    sifted.labelled.push(name.clone());
                }
                sifted.kept.push((name, value));
            }
        }
    }
    if sifted.kept.is_empty() && !sifted.left_out.is_empty() {
        return Err(Fault::new(format!("{}; nothing remains", sifted.list())).hint(INSTEAD));
    }
    Ok(sifted)
}

/// Why a value cannot be saved.
fn unfit(
    host: &mut dyn Host,
    value: &Value,
    depth: usize,
    labelled: &mut bool,
) -> Result<Option<String>> {
    if depth > DEEPEST {
        return Ok(Some(format!("nested deeper than {DEEPEST} levels")));
    }
    match value {
        Value::Table(_) | Value::Ratings(_) | Value::Object(_) => {
            return Ok(Some(format!("a {}", value.describe())));
        }
        Value::Matrix(a) => *labelled |= a.has_labels(),
        Value::Sparse(s) if hollow(s.shape().1, s.nnz()) => {
            return Ok(Some("hardly an entry in very many columns".into()));
        }
        Value::Function(f) => {
            if let Callable::Code(code) = f.as_ref() {
                if code.text().contains('\n') {
                    return Ok(Some("a function of several lines".into()));
                }
                for (_, part) in code.captured() {
                    let why = unfit(host, &part, depth + 1, labelled)?;
                    if why.is_some() {
                        return Ok(why.map(|why| format!("a function that keeps {why}")));
                    }
                }
            }
        }
        Value::Cell(cells) => {
            // What holds itself twice over at each of many levels takes forever.
            host.interrupt().check()?;
            for part in cells.as_slice() {
                let why = unfit(host, part, depth + 1, labelled)?;
                if why.is_some() {
                    return Ok(why.map(|why| in_it("cell", &why)));
                }
            }
        }
        Value::Struct(s) => {
            host.interrupt().check()?;
            for (name, parts) in s.fields() {
                if name.contains(['\n', '\r']) || name.trim() != &**name || name.is_empty() {
                    return Ok(Some(format!("a struct with a field {name:?}")));
                }
                for part in parts {
                    let why = unfit(host, part, depth + 2, labelled)?;
                    if why.is_some() {
                        return Ok(why.map(|why| in_it("struct", &why)));
                    }
                }
            }
        }
        _ => {}
    }
    Ok(None)
}

/// `a cell with a pca model in it`, whatever lies between.
fn in_it(container: &str, why: &str) -> String {
    let inner = why.split_once(" with ").map_or(why, |(_, rest)| rest);
    format!("a {container} with {}{}", inner.trim_end_matches(" in it"), " in it")
}

/// Whether a sparse matrix has so many columns and so few entries that a damaged file is the likelier explanation: the
/// columns alone would take memory that nothing in the file accounts for.
pub(super) fn hollow(cols: usize, nnz: usize) -> bool {
    cols > 10_000_000usize.saturating_add(nnz.saturating_mul(1000))
}
