//! How the fit of a model ended, told to the user.

use crate::value::{Host, Precision, Result, format_scalar};
use matfac::data::End;

/// Warns where a fit did not meet its tolerance. After an interrupt the result is kept and the program goes on: the flag is
/// lowered, so that the next interrupt stops what runs then.
///
/// `task` is the function's name, `reached` what the last iterate is like, `advice` what to try.
pub fn tell_end(
    host: &mut dyn Host,
    end: End,
    task: &str,
    iterations: usize,
    reached: &str,
    advice: &str,
) -> Result<()> {
    let plural = if iterations == 1 { "" } else { "s" };
    match end {
        End::Converged => Ok(()),
        End::Limit => host.warn(
            "mf:not-converged",
            &format!("{task} stopped after {iterations} iteration{plural} without meeting its tolerance ({reached}); {advice}"),
        ),
        End::Interrupted => {
            host.interrupt().clear();
            host.warn(
                "mf:interrupted",
                &format!("{task} was interrupted after {iterations} iteration{plural}; this is its last iterate ({reached})"),
            )
        }
    }
}

/// How much the last iteration changed what the history follows, as a clause to append; nothing of one iteration.
pub fn last_change(history: &[f64]) -> String {
    match history {
        [.., before, last] => {
            format!(", last change {}", format_scalar((last - before).abs(), Precision::SHORT))
        }
        _ => String::new(),
    }
}
