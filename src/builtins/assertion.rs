//! `assert`: a program's own tests.

use super::argument::Rest;
use super::entry::builtins;
use super::equality::{Difference, Tolerance, differences};
use super::errors::reported;
use super::gather::not_zero;
use crate::value::{Blame, Fault, Result, Value};

builtins! { "errors and tests";
    /// Stops with an error unless a condition holds, or unless a result is what it should be.
    ///
    /// `assert(cond)` and `assert(cond, template, …)`: the condition must be true, all of it.
    /// `assert(observed, expected)`: class, size and entries must be the same; NaN agrees with NaN.
    /// `assert(observed, expected, tol)`: numbers may differ by `tol`; by `-tol` times what is expected when it is negative.
    ///
    /// >>> assert(1 + 1, 2)
    /// >>> assert([1 2 3], [1 2 4])
    /// error: assert: observed and expected differ at (3): 3, expected 4 (absolute error 1 is above 0)
    /// >>> assert(pi, 3.1416, 1e-4)
    /// >>> assert(1 > 2, "%d is not above %d", 1, 2)
    /// error: 1 is not above 2
    ///
    /// See also: isequal, error
    fn assert(cx, /** A condition, or a result. */ observed: Value, /** What it should be, or a message and what fills it. */ rest: Rest) {
        check(observed, &rest.0)
    }
}

fn check(observed: Value, rest: &[Value]) -> Result<()> {
    match rest {
        [] => holds(&observed, || {
            Fault::new(format!("assert: the condition, a {}, does not hold", observed.describe()))
        }),
        // A message follows a logical; anything else is compared with the string.
        [Value::Text(template), values @ ..] if observed.class() == "logical" => {
            let failure = reported("assert", &Value::Text(template.clone()), values)?;
            holds(&observed, || Fault::new(failure.message).identified(&failure.identifier))
        }
        [expected] => report(differences(&observed, expected, &Tolerance::Exact, "")),
        [expected, tolerance] => {
            let tolerance = tolerances(tolerance, observed.numel())?;
            report(differences(&observed, expected, &tolerance, ""))
        }
        _ => Err(Fault::new("assert takes a result, what it should be, and a tolerance")
            .identified("Octave:invalid-fun-call")
            .hint("assert(observed, expected, tol), or assert(cond, template, …)")),
    }
}

fn holds(condition: &Value, fault: impl FnOnce() -> Box<Fault>) -> Result<()> {
    let is_number = condition.is_array() && condition.as_text().is_none();
    let all = is_number && condition.numel() > 0 && {
        // NaN is not zero, and that is all that is asked.
        not_zero(condition.clone())?.as_slice().iter().all(|&b| b)
    };
    if all { Ok(()) } else { Err(fault()) }
}

fn tolerances(value: &Value, entries: usize) -> Result<Tolerance> {
    let list = value.to_array().map_err(|fault| fault.blame(Blame::Positional(2)))?;
    let list = list.data.as_slice();
    match list {
        [] => Ok(Tolerance::Within(vec![0.0])),
        _ if list.len() == 1 || list.len() == entries => Ok(Tolerance::Within(list.to_vec())),
        _ => Err(Fault::new(format!(
            "assert: the tolerance is one number or {entries}, and there are {}",
            list.len()
        ))
        .blame(Blame::Positional(2))),
    }
}

fn report(found: Vec<Difference>) -> Result<()> {
    const SHOWN: usize = 5;
    let Some(first) = found.first() else { return Ok(()) };
    let line = |d: &Difference| {
        let at = if d.place.is_empty() { String::new() } else { format!(" at {}", d.place) };
        format!("{at}: {}, expected {} ({})", d.observed, d.expected, d.reason)
    };
    let mut message = format!("assert: observed and expected differ{}", line(first));
    for difference in &found[1..found.len().min(SHOWN)] {
        message += &format!("\n ...{}", line(difference).replacen(" at", "", 1));
    }
    if found.len() > SHOWN {
        message += &format!("\n ... and {} places more", found.len() - SHOWN);
    }
    Err(Fault::new(message))
}
