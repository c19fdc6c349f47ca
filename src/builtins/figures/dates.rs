//! Axes of dates.

use super::axes::say;
use crate::builtins::argument::Rest;
use crate::builtins::entry::Context;
use crate::value::{Blame, Fault, Result};
use matfac::plot::Ticks;

/// MATLAB's numbers for formats of dates, in letters.
const FORMATS: [(f64, &str); 16] = [
    (0.0, "dd-mmm-yyyy HH:MM:SS"),
    (1.0, "dd-mmm-yyyy"),
    (2.0, "mm/dd/yy"),
    (3.0, "mmm"),
    (5.0, "mm"),
    (6.0, "mm/dd"),
    (7.0, "dd"),
    (10.0, "yyyy"),
    (11.0, "yy"),
    (12.0, "mmmyy"),
    (13.0, "HH:MM:SS"),
    (15.0, "HH:MM"),
    (19.0, "dd/mm"),
    (20.0, "dd/mm/yy"),
    (23.0, "mm/dd/yyyy"),
    (29.0, "yyyy-mm-dd"),
];

/// Writes dates beside an axis: the x axis unless another is named, in a format that is chosen unless it is given.
pub fn datetick(cx: &mut Context<'_>, words: &Rest) -> Result<()> {
    let mut of_x = true;
    let mut format: Option<String> = None;
    for (i, value) in words.0.iter().enumerate() {
        match (value.as_text(), value.as_number()) {
            (Some("x"), _) => of_x = true,
            (Some("y"), _) => of_x = false,
            // Our limits and ticks are not moved.
            (Some("keeplimits" | "keepticks"), _) => {}
            (Some(letters), _) => format = Some(letters.into()),
            (None, Some(number)) => {
                let Some((_, letters)) = FORMATS.iter().find(|(n, _)| *n == number) else {
                    let known: Vec<String> = FORMATS.iter().map(|(n, _)| n.to_string()).collect();
                    return Err(Fault::new(format!("datetick does not know format {number}"))
                        .hint(format!(
                            "one of {}, or letters such as \"yyyy-mm-dd\"",
                            known.join(", ")
                        ))
                        .blame(Blame::Positional(i)));
                };
                format = Some((*letters).into());
            }
            _ => {
                return Err(Fault::new(format!(
                    "datetick takes the axis and a format, and this is a {}",
                    value.describe()
                ))
                .hint("datetick(\"x\", \"mmm yyyy\")")
                .blame(Blame::Positional(i)));
            }
        }
    }
    let ticks = Ticks::Dates(format);
    say(cx, |axes| if of_x { axes.x_ticks = ticks } else { axes.y_ticks = ticks })
}
