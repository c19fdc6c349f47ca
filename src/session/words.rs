//! What a front end's line may be besides a program: `?name`, `name?`, and words that begin with a colon.

use crate::eval::Interpreter;
use crate::syntax::Source;
use crate::value::{Arguments, Fault, Host, Result, Value};
use std::time::Instant;

/// The words, and what they do with what follows them.
pub const WORDS: [(&str, &str); 4] = [
    ("time", "program: runs it and tells how long it took"),
    ("timeit", "expression: runs it often and tells how long one run takes"),
    (
        "plan",
        "expression: tells how it will be computed with the variables as they are, without computing it: what is \
         one pass over the entries and how many temporaries that saves, the order of products, which transposes are \
         only read the other way, which products are symmetric, and the floating-point operations of each step",
    ),
    ("doc", "name: the help on a function"),
];

/// Runs a text: a program, or one of the words.
pub fn run(interpreter: &mut Interpreter, source: &Source) -> Result<()> {
    let line = source.text.trim();
    if let Some(name) = help_request(line) {
        return call(interpreter, "help", name);
    }
    match line.strip_prefix(':').map(|rest| rest.split_once(' ').unwrap_or((rest, ""))) {
        None => interpreter.run(source),
        // `:doc` alone is the help's first page.
        Some((word @ ("time" | "timeit" | "plan"), rest)) if rest.trim().is_empty() => {
            let uses = WORDS.iter().filter(|(known, _)| *known == word);
            uses.for_each(|(_, text)| interpreter.print(&format!(":{word} {text}\n")));
            Ok(())
        }
        Some(("time", expression)) => {
            let start = Instant::now();
            let result = interpreter.run(&inner(source, expression));
            interpreter.print(&format!("{}\n", duration(start.elapsed().as_secs_f64())));
            result
        }
        Some(("timeit", expression)) => {
            let text = format!("timeit(@() {expression})");
            let seconds = interpreter.evaluate_top(&inner(source, &text))?.as_number();
            interpreter.print(&format!("{} per run\n", duration(seconds.unwrap_or(f64::NAN))));
            Ok(())
        }
        Some(("plan", expression)) => {
            let plan = interpreter.plan(&inner(source, expression))?;
            interpreter.print(&plan);
            Ok(())
        }
        Some(("doc", name)) => call(interpreter, "help", name.trim()),
        Some((word, _)) => Err(Fault::new(format!("there is no word `:{word}`"))
            .hint(format!("there are {}", WORDS.map(|(word, _)| format!(":{word}")).join(", ")))),
    }
}

fn inner(source: &Source, text: &str) -> Source {
    Source::new(source.name.clone(), text)
}

fn call(interpreter: &mut Interpreter, function: &str, argument: &str) -> Result<()> {
    let Some(callable) = interpreter.function(function) else {
        return Err(Fault::new(format!("`{function}` is not a function")));
    };
    let given = if argument.is_empty() { Vec::new() } else { vec![Value::from(argument)] };
    interpreter.call(&callable, Arguments::positional(given), 0).map(|_| ())
}

/// The name in `?name` or `name?`.
fn help_request(line: &str) -> Option<&str> {
    let name = match (line.strip_prefix('?'), line.strip_suffix('?')) {
        (Some(name), _) => name.trim_start_matches('?'),
        (None, Some(name)) => name.trim_end_matches('?'),
        (None, None) => return None,
    };
    let name = name.trim();
    name.chars().all(|c| c.is_alphanumeric() || c == '_').then_some(name)
}

/// Seconds in the unit that reads best.
pub fn duration(seconds: f64) -> String {
    let units = [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")];
    let (scale, unit) =
        units.into_iter().find(|(scale, _)| seconds >= *scale).unwrap_or((1e-9, "ns"));
    format!("{:.3} {unit}", seconds / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_requests_and_durations() {
        assert_eq!(help_request("?lu"), Some("lu"));
        assert_eq!(help_request("lu?"), Some("lu"));
        assert_eq!(help_request("?"), Some(""));
        assert_eq!(help_request("x = 'what?'"), None);
        assert_eq!(help_request("disp('a')?"), None);
        assert_eq!(duration(0.0123), "12.300 ms");
        assert_eq!(duration(2.0), "2.000 s");
    }
}
