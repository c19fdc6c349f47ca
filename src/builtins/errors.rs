//! Errors and warnings of the user's own, and what was reported last.
//!
//! The rules by which a first argument is an identifier, and a template is filled, are Octave's
//! (as 7.3 behaves; tests/errors.rs has the cases): one argument alone is taken as it is written; before further arguments, a word
//! with a colon inside is an identifier.

use super::argument::Rest;
use super::entry::builtins;
use super::output::{formatted, template_of};
use crate::value::{
    Blame, CallInfo, Exception, Fault, Host, Reported, Reports, Result, Running, Struct, Value,
    WarningState, fault_of_struct, stack_value,
};
use std::sync::Arc;

builtins! { "errors and warnings";
    /// Stops with an error that `try` can catch.
    ///
    /// `error(template, …)` fills a template as printf does; `error("Part:name", template, …)` gives it an identifier.
    /// A message that ends with a newline is shown without its place. `error(err)` stops with a caught error.
    ///
    /// >>> error("k is %d, and must be positive", 0)
    /// error: k is 0, and must be positive
    /// >>> try, error("Data:empty", "no rows"), catch err, disp(err.identifier), end
    /// Data:empty
    ///
    /// See also: rethrow, warning, lasterr, printf
    fn error(cx, /** The message, an identifier, or a caught error. */ template: Value, /** What fills it. */ values: Rest) { fail(cx.host, &template, &values.0) }

    /// Stops again with an error that was caught.
    ///
    /// The report names the place where the error first happened.
    ///
    /// >>> try, error("Data:empty", "no rows"), catch err, rethrow(err), end
    /// error: no rows
    ///
    /// See also: error, MException
    fn rethrow(cx, /** What `catch err` got. */ err: Value) { raise(&err, "rethrow") }

    /// Stops with an error made by `MException`.
    ///
    /// >>> throw(MException("Data:empty", "no rows in %s", "r.csv"))
    /// error: no rows in r.csv
    ///
    /// See also: MException, rethrow
    fn throw(cx, /** The error. */ err: Value) { raise(&err, "throw") }

    /// An error as a value, with the fields `message`, `identifier` and `stack`.
    ///
    /// >>> err = MException("Data:empty", "%d rows", 0); disp(err.message)
    /// 0 rows
    ///
    /// See also: throw, getReport, error
    fn MException(cx, /** Such as `Part:name`. */ identifier: String, /** The message. */ template: Value, /** What fills it. */ values: Rest) -> [err] { make(cx.host, &identifier, &template, &values.0) }

    /// What a user would have read had nobody caught the error.
    ///
    /// >>> disp(getReport(MException("Data:empty", "no rows")))
    /// error: no rows
    ///
    /// See also: rethrow, MException
    fn getReport(cx, /** What `catch err` got. */ err: Value) -> [report] { Ok(exception(&err, "getReport")?.report().trim_end().to_string()) }

    /// The message and identifier of the last error; with arguments, sets them.
    ///
    /// >>> try, error("Data:empty", "no rows"), end; [message, identifier] = lasterr()
    /// message = no rows
    /// identifier = Data:empty
    ///
    /// See also: lastwarn, error
    fn lasterr(cx, /** What to set the message to. */ message: Option<String>, /** What to set the identifier to. */ identifier: Option<String>) -> [message, identifier] {
        let nargout = cx.nargout;
        last(&mut cx.host.reports().last_error, message, identifier, nargout)
    }

    /// Reports something that stops nothing.
    ///
    /// `warning("Part:name", template, …)` gives it an identifier; the same words are shown once a run.
    /// `warning("off", id)` hides the warnings of an identifier, `"on"` shows them again, `"error"` makes errors of
    /// them, and `"query"` tells which; `s = warning("off", id)` gives the state before, for `warning(s)`. `"all"` stands for every identifier without a state of its own. With
    /// `"local"` at the end this holds until the function ends.
    ///
    /// >>> warning("rank %d is low", 2)
    /// warning: rank 2 is low
    /// >>> warning("off", "Data:few"); warning("Data:few", "only 3 rows")
    ///
    /// See also: lastwarn, error
    fn warning(cx, /** The message, an identifier, or what to do with warnings. */ template: Option<Value>, /** What fills it. */ values: Rest) -> [state] { warn(cx.host, template, &values.0, cx.nargout) }

    /// The message and identifier of the last warning; with arguments, sets them.
    ///
    /// >>> lastwarn("few rows", "Data:few"); [message, identifier] = lastwarn()
    /// message = few rows
    /// identifier = Data:few
    ///
    /// See also: warning, lasterr
    fn lastwarn(cx, /** What to set the message to. */ message: Option<String>, /** What to set the identifier to. */ identifier: Option<String>) -> [message, identifier] {
        let nargout = cx.nargout;
        last(&mut cx.host.reports().last_warning, message, identifier, nargout)
    }

    /// The functions that are running, innermost first.
    ///
    /// >>> size(dbstack, 1)
    /// ans = 0
    ///
    /// See also: rethrow
    fn dbstack(cx) -> [stack] { Ok(stack_value(&cx.host.call_stack())) }

    /// Stops the function that runs with an error that says how it is called.
    ///
    /// >>> print_usage()
    /// error: print_usage works inside a function
    ///
    /// See also: narginchk, error
    fn print_usage(cx) { usage(cx.host) }

    /// Stops the function that runs unless it was given `low` to `high` arguments.
    ///
    /// >>> narginchk(0, 1)
    /// error: narginchk works inside a function
    ///
    /// See also: nargoutchk, print_usage
    fn narginchk(cx, /** The fewest. */ low: f64, /** The most; Inf for any number. */ high: f64) { check_count(cx.host, "narginchk", |call| call.nargin, low, high) }

    /// Stops the function that runs unless `low` to `high` outputs are wanted of it.
    ///
    /// >>> nargoutchk(0, 1)
    /// error: nargoutchk works inside a function
    ///
    /// See also: narginchk, print_usage
    fn nargoutchk(cx, /** The fewest. */ low: f64, /** The most; Inf for any number. */ high: f64) { check_count(cx.host, "nargoutchk", |call| call.nargout, low, high) }
}

/// Whether a text before further arguments is an identifier: one word with a colon inside.
fn is_identifier(text: &str) -> bool {
    text.contains(':')
        && !text.starts_with(':')
        && !text.ends_with(':')
        && !text.contains(|c: char| c == '%' || c.is_whitespace())
}

/// Identifier and message from the arguments of `error` and `warning`.
pub(super) fn reported(function: &str, template: &Value, values: &[Value]) -> Result<Reported> {
    let text = template_of(template)?;
    let identifies = is_identifier(text.as_str());
    let (identifier, message) = match (identifies, values.split_first()) {
        (true, Some((template, values))) => (text.as_str(), formatted(template, values)?),
        (true, None) => (
            "",
            format!("`{}` is an identifier, and {function} needs a message too", text.as_str()),
        ),
        // Without arguments there is nothing to fill in: `error("50% done")` says just that.
        (false, None) => ("", text.as_str().to_string()),
        (false, Some(_)) => ("", formatted(template, values)?),
    };
    Ok(Reported { message, identifier: identifier.into() })
}

fn fail(host: &dyn Host, template: &Value, values: &[Value]) -> Result<()> {
    match (template, values) {
        // Octave: nothing to say is no error.
        (Value::Struct(fields), []) if fields.field("message").is_none() => return Ok(()),
        (Value::Object(_) | Value::Struct(_), []) => return raise(template, "error"),
        _ if template.is_array() && template.numel() == 0 => return Ok(()),
        _ => {}
    }
    let Reported { message, identifier } = reported("error", template, values)?;
    // Octave: an empty message is no error.
    if message.is_empty() {
        return Ok(());
    }
    let is_terse = message.ends_with('\n');
    let mut fault = Fault::new(message.strip_suffix('\n').unwrap_or(&message));
    fault.is_terse = is_terse;
    // What a function of mf's own finds wrong is wrong in its call.
    if host.running().is_some_and(|running| running.is_library) {
        fault.blame = Blame::Caller;
    }
    Err(fault.identified(&identifier))
}

fn make(host: &dyn Host, identifier: &str, template: &Value, values: &[Value]) -> Result<Value> {
    if !is_identifier(identifier) {
        return Err(Fault::new(format!("MException: \"{identifier}\" is not an identifier")).hint(
            "an identifier is words joined by colons: MException(\"Data:empty\", \"no rows\")",
        ));
    }
    let fault = Fault::new(formatted(template, values)?).identified(identifier);
    Ok(Value::object(Exception::new(fault, host.call_stack())))
}

fn exception<'a>(value: &'a Value, function: &str) -> Result<&'a Exception> {
    value.as_object().ok_or_else(|| {
        Fault::new(format!("{function} needs a caught error, and this is a {}", value.describe()))
            .hint(format!("try, …, catch err, {function}(err), end"))
    })
}

fn raise(value: &Value, function: &str) -> Result<()> {
    let fault = match value {
        Value::Struct(fields) => fault_of_struct(fields),
        _ => None,
    };
    Err(match fault {
        Some(fault) => fault,
        None => exception(value, function)?.fault(),
    })
}

/// `lasterr` and `lastwarn`: answers what was there unless it is only set.
fn last(
    slot: &mut Reported,
    message: Option<String>,
    identifier: Option<String>,
    nargout: usize,
) -> Result<Vec<Value>> {
    let before = slot.clone();
    let is_set = message.is_some();
    if let Some(message) = message {
        *slot = Reported { message, identifier: identifier.unwrap_or_default() };
    }
    if is_set && nargout == 0 {
        return Ok(Vec::new());
    }
    Ok(vec![before.message.into(), before.identifier.into()])
}

fn warn(
    host: &mut dyn Host,
    template: Option<Value>,
    values: &[Value],
    nargout: usize,
) -> Result<Vec<Value>> {
    let Some(template) = template else {
        if nargout > 0 {
            return Ok(vec![all_states(host.reports())]);
        }
        list_states(host);
        return Ok(Vec::new());
    };
    if let Value::Struct(states) = &template {
        return restore(host, states);
    }
    let state = match template.as_text() {
        Some("on") => Some(WarningState::On),
        Some("off") => Some(WarningState::Off),
        Some("error") => Some(WarningState::Error),
        Some("query") => return query(host, values),
        _ => None,
    };
    if let Some(state) = state {
        return switch(host, state, values, nargout);
    }
    let Reported { message, identifier } = reported("warning", &template, values)?;
    if !message.trim_end_matches('\n').is_empty() {
        host.warn(&identifier, &message)?;
    }
    Ok(Vec::new())
}

/// The identifier that `warning("off", …)` and its like speak of, and whether only until the function ends.
fn which(values: &[Value]) -> Result<(String, bool)> {
    let words: Option<Vec<&str>> = values.iter().map(Value::as_text).collect();
    match words.as_deref() {
        Some([]) => Ok((Reports::ALL.into(), false)),
        Some([identifier]) => Ok((identifier.to_string(), false)),
        Some([identifier, "local"]) => Ok((identifier.to_string(), true)),
        _ => Err(Fault::new(
            "warning: after \"on\", \"off\", \"error\" or \"query\" comes an identifier",
        )
        .hint("warning(\"off\", \"Data:few\"), or with \"local\" at the end")),
    }
}

fn switch(
    host: &mut dyn Host,
    state: WarningState,
    values: &[Value],
    nargout: usize,
) -> Result<Vec<Value>> {
    let (identifier, is_local) = which(values)?;
    let depth = host.call_stack().len();
    let reports = host.reports();
    let before = reports.state(&identifier);
    if is_local && depth > 0 {
        reports.set_locally(depth, &identifier, state);
    } else {
        reports.set(&identifier, state);
    }
    Ok(if nargout > 0 { vec![state_value(&identifier, before)] } else { Vec::new() })
}

/// A struct with the fields `identifier` and `state`, which `warning(s)` takes back.
fn state_value(identifier: &str, state: WarningState) -> Value {
    let fields = [("identifier", Value::from(identifier)), ("state", state.word().into())];
    Value::Struct(Arc::new(Struct::from_fields(fields)))
}

/// `warning(s)` with what `s = warning("off", id)` gave: the states that were.
fn restore(host: &mut dyn Host, states: &Struct) -> Result<Vec<Value>> {
    let texts = |name: &str| states.field(name).unwrap_or_default().iter().map(Value::as_text);
    for pair in texts("identifier").zip(texts("state")) {
        let state = match pair.1 {
            Some("on") => WarningState::On,
            Some("off") => WarningState::Off,
            Some("error") => WarningState::Error,
            _ => return Err(Fault::new("warning: a state is \"on\", \"off\" or \"error\"")),
        };
        host.reports().set(pair.0.unwrap_or(Reports::ALL), state);
    }
    Ok(Vec::new())
}

fn query(host: &mut dyn Host, values: &[Value]) -> Result<Vec<Value>> {
    let (identifier, _) = which(values)?;
    let state = host.reports().state(&identifier);
    Ok(vec![state_value(&identifier, state)])
}

/// All states as one struct array, first that of all warnings without one of their own: what `s = warning()` keeps for `warning(s)`.
fn all_states(reports: &Reports) -> Value {
    let own = reports.states().filter(|(identifier, _)| *identifier != Reports::ALL);
    let states: Vec<(&str, WarningState)> =
        std::iter::once((Reports::ALL, reports.state(Reports::ALL))).chain(own).collect();
    let mut list = Struct::new(states.len(), 1);
    for name in ["identifier", "state"] {
        list.add(name);
    }
    for (i, (identifier, state)) in states.into_iter().enumerate() {
        list.set(i, "identifier", identifier.into());
        list.set(i, "state", state.word().into());
    }
    list.into()
}

fn list_states(host: &mut dyn Host) {
    let reports = host.reports();
    let mut text = format!("warnings are {}", reports.state(Reports::ALL).word());
    let own: Vec<String> = reports
        .states()
        .filter(|(identifier, _)| *identifier != Reports::ALL)
        .map(|(identifier, state)| format!("  {:5}  {identifier}\n", state.word()))
        .collect();
    text += if own.is_empty() { "\n" } else { ", but for\n" };
    host.print(&(text + &own.concat()));
}

fn running(host: &dyn Host, function: &str) -> Result<Running> {
    host.running().ok_or_else(|| Fault::new(format!("{function} works inside a function")))
}

fn usage(host: &dyn Host) -> Result<()> {
    let running = running(host, "print_usage")?;
    let about = match &*running.doc {
        doc if !doc.is_empty() && !running.is_library => doc.to_string(),
        _ => running.signature,
    };
    Err(Fault::new(format!("Invalid call to {}", running.name))
        .identified("Octave:invalid-fun-call")
        .hint(format!("it is called as\n{about}"))
        .blame(Blame::Caller))
}

fn check_count(
    host: &dyn Host,
    function: &str,
    count: impl Fn(&CallInfo) -> usize,
    low: f64,
    high: f64,
) -> Result<()> {
    if low > high {
        return Err(Fault::new(format!("{function}: low is {low}, and high is only {high}")));
    }
    let running = running(host, function)?;
    let count = host.call_info().map_or(0, count) as f64;
    let what = if function == "narginchk" { "argument" } else { "output" };
    if (low..=high).contains(&count) {
        return Ok(());
    }
    let wanted = match (low == high, high.is_infinite()) {
        (true, _) => format!("{low}"),
        (_, true) => format!("at least {low}"),
        _ => format!("{low} to {high}"),
    };
    let plural = if wanted == "1" { "" } else { "s" };
    Err(Fault::new(format!(
        "Invalid call to {}: it takes {wanted} {what}{plural}, and got {count}",
        running.name
    ))
    .identified("Octave:invalid-fun-call")
    .hint(format!("call it as {}", running.signature))
    .blame(Blame::Caller))
}
