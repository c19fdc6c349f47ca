//! From a call's arguments to a function's parameters: positions, keywords, option words.

use super::argument::Argument;
use super::entry::{Context, Entry, Form};
use super::sparse_lifting;
use crate::value::{
    Arguments, Blame, Fault, Host, Result, SPREAD_ID, Value, did_you_mean, nearest, spread_warning,
};

/// Arguments, each at its parameter.
pub struct Bound {
    entry: &'static Entry,
    form: &'static Form,
    slots: Vec<Option<(Value, Blame)>>,
    rest: Vec<Value>,
    named: Vec<(Box<str>, Value)>,
}

impl Bound {
    /// The argument of the parameter at `position`, converted to what the function takes.
    pub fn take<T: Argument>(&mut self, position: usize, default: Option<Value>) -> Result<T> {
        if T::IS_REST {
            return Ok(T::from_rest(std::mem::take(&mut self.rest)));
        }
        if T::IS_NAMED_REST {
            return Ok(T::from_named(std::mem::take(&mut self.named)));
        }
        let (value, blame) = match self.slots[position].take() {
            Some(given) => given,
            None => match default {
                Some(value) => (value, Blame::Call),
                None => return Ok(T::missing()),
            },
        };
        let param = &self.form.params[position];
        let is_ratings = matches!(value, Value::Ratings(_));
        let word = value.as_text().map(str::to_string);
        T::from_value(value).map_err(|what| {
            let (function, name) = (self.entry.name, param.name);
            let mut fault = match word {
                Some(word) if !T::OPTIONS.is_empty() => {
                    unknown_option(function, name, &word, T::OPTIONS)
                }
                _ => {
                    Fault::new(format!("{function}: {name} needs {}, and this is {what}", T::KIND))
                }
            };
            if fault.hint.is_none() && !T::OPTIONS.is_empty() {
                fault.hint = Some(format!("one of {}", T::OPTIONS.join(", ")));
            } else if is_ratings {
                fault.message += " with holes, which are unknown and not zero";
                fault.hint = Some(crate::value::FOR_HOLES.into());
            }
            fault.blame(blame)
        })
    }
}

/// Chooses the form that fits, binds, runs; errors of the numerics are told by the function's name.
pub fn dispatch(
    entry: &'static Entry,
    host: &mut dyn Host,
    mut args: Arguments,
    nargout: usize,
) -> Result<Vec<Value>> {
    if let Some(outputs) = sparse_lifting::lifted(entry, host, &args) {
        tell_spread(host, entry.name)?;
        return outputs;
    }
    let form = match entry.forms {
        [only] => only,
        forms => match forms.iter().find(|form| fits(form, &args, true)) {
            Some(form) => form,
            None => match forms.iter().find_map(|form| Some((form, by_name(form, &args)?))) {
                Some((form, named)) => {
                    args = named;
                    form
                }
                // When no form takes these values, the one that takes as many says what is wrong with them.
                None => forms.iter().find(|form| fits(form, &args, false)).unwrap_or(&forms[0]),
            },
        },
    };
    let takes_any = form.outputs.last() == Some(&super::entry::FURTHER);
    if nargout > form.outputs.len().max(1) && !takes_any {
        return Err(Fault::new(format!(
            "{} has {} output{}, and {nargout} are asked for",
            entry.name,
            form.outputs.len(),
            if form.outputs.len() == 1 { "" } else { "s" }
        ))
        .identified("Octave:invalid-fun-call")
        .hint(format!("call it as {}", super::signature(entry))));
    }
    let bound = bind(entry, form, args)?;
    let order: Vec<(&'static str, Option<Blame>)> = form
        .params
        .iter()
        .zip(&bound.slots)
        .map(|(param, slot)| (param.name, slot.as_ref().map(|(_, blame)| blame.clone())))
        .collect();
    let outputs = (form.run)(&mut Context { host, nargout }, bound);
    tell_spread(host, entry.name)?;
    outputs.map_err(|mut fault| {
        // The numerics blame a parameter by name; the caller may have given it by position.
        if let Blame::Keyword(name) = &fault.blame {
            let given = order.iter().find(|(param, _)| **param == **name);
            fault.blame = given.and_then(|(_, blame)| blame.clone()).unwrap_or(Blame::Call);
        }
        fault
    })
}

/// Warns when a sparse matrix has turned full.
fn tell_spread(host: &mut dyn Host, function: &str) -> Result<()> {
    match spread_warning(function) {
        Some(words) => host.warn(SPREAD_ID, &words),
        None => Ok(()),
    }
}

fn fits(form: &Form, args: &Arguments, by_type: bool) -> bool {
    let has_rest = form.params.last().is_some_and(|p| p.is_rest);
    let count = args.positional.len();
    if count > form.params.len() && !has_rest {
        return false;
    }
    let known = |name: &str| form.params.iter().any(|p| p.name == name);
    let required = form.params.iter().enumerate().filter(|(_, p)| p.is_required && !p.is_rest);
    let all_given = required
        .clone()
        .all(|(i, p)| i < count || args.keywords.iter().any(|(name, _)| **name == *p.name));
    // An option word may stand at the place of another parameter.
    let is_word = |value: &Value| {
        value.as_text().is_some_and(|word| form.params.iter().any(|p| p.options.contains(&word)))
    };
    let types_fit = !by_type
        || form
            .params
            .iter()
            .zip(&args.positional)
            .all(|(p, value)| p.is_rest || (p.accepts)(value) || is_word(value));
    let takes_any_name = form.params.iter().any(|p| p.is_named_rest);
    all_given && types_fit && (takes_any_name || args.keywords.iter().all(|(name, _)| known(name)))
}

/// Whether a word names a parameter, in any case as in MATLAB.
fn is_called(param: &super::Param, word: &str) -> bool {
    param.name.eq_ignore_ascii_case(word) && !param.is_rest && !param.is_named_rest
}

/// The arguments with the names and values at their end, as `svds(A, 3, "tol", 1e-8)` has them, as keywords; none when
/// the form does not take them so.
fn by_name(form: &Form, args: &Arguments) -> Option<Arguments> {
    let mut args = args.clone();
    while let [.., name, _] = &args.positional[..]
        && let Some(name) = name.as_text()
        && let Some(param) = form.params.iter().find(|p| is_called(p, name))
    {
        let value = args.positional.pop()?;
        args.positional.pop();
        args.keywords.push((param.name.into(), value));
    }
    fits(form, &args, true).then_some(args)
}

fn bind(entry: &'static Entry, form: &'static Form, args: Arguments) -> Result<Bound> {
    let mut slots: Vec<Option<(Value, Blame)>> = form.params.iter().map(|_| None).collect();
    let (mut rest, mut named) = (Vec::new(), Vec::new());
    let takes_any_name = form.params.iter().any(|p| p.is_named_rest);
    let mut next = 0;
    let mut given = args.positional.into_iter().enumerate().peekable();
    let total = given.len();
    while let Some((i, value)) = given.next() {
        let blame = Blame::Positional(i);
        if let Some(word) = value.as_text() {
            // `chol(A, "lower")`: the word says which parameter it is for.
            // What stands first is what the function is for; a function may be given by its name.
            let is_for = |p: &super::Param| p.is_required && (next == 0 || (p.accepts)(&value));
            let takes_it_here =
                form.params.get(next).is_some_and(|p| p.options.contains(&word) || is_for(p));
            let by_word = form.params.iter().position(|p| p.options.contains(&word));
            if let (false, Some(position)) = (takes_it_here, by_word)
                && slots[position].is_none()
            {
                slots[position] = Some((value, blame));
                continue;
            }
            // `nmf(A, "k", 5)`: MATLAB's way of naming an argument.
            let named = form.params.iter().enumerate().position(|(position, p)| {
                is_called(p, word) && (!p.is_required || position == next)
            });
            if let (false, Some(position)) = (takes_it_here, named)
                && slots[position].is_none()
                && let Some((j, value)) = given.next_if(|_| true)
            {
                slots[position] = Some((value, Blame::Positional(j)));
                continue;
            }
        }
        while slots.get(next).is_some_and(|slot| slot.is_some()) {
            next += 1;
        }
        match form.params.get(next) {
            Some(param) if param.is_rest => rest.push(value),
            Some(param) if !param.is_named_rest => {
                slots[next] = Some((value, blame));
                next += 1;
            }
            _ => {
                let count = form.params.iter().filter(|p| !p.is_named_rest).count();
                return Err(Fault::new(format!(
                    "Invalid call to {}: it takes at most {count} argument{}, and {total} were given",
                    entry.name,
                    if count == 1 { "" } else { "s" }
                ))
                .hint(format!("call it as {}", super::signature(entry)))
                .identified("Octave:invalid-fun-call")
                .blame(blame));
            }
        }
    }
    for (name, value) in args.keywords {
        let is_plain = |p: &super::Param| !p.is_rest && !p.is_named_rest;
        let Some(position) = form.params.iter().position(|p| *p.name == *name && is_plain(p))
        else {
            if takes_any_name {
                named.push((name, value));
                continue;
            }
            return Err(unknown_keyword(entry, &name));
        };
        if slots[position].is_some() {
            return Err(Fault::new(format!(
                "{}: {name} is given by position and by name",
                entry.name
            ))
            .blame(Blame::KeywordName(name)));
        }
        slots[position] = Some((value, Blame::Keyword(name)));
    }
    for (param, slot) in form.params.iter().zip(&slots) {
        if param.is_required && slot.is_none() && !param.is_rest {
            return Err(Fault::new(format!(
                "Invalid call to {}: {} is missing",
                entry.name, param.name
            ))
            .identified("Octave:invalid-fun-call")
            .hint(format!("call it as {}", super::signature(entry))));
        }
    }
    Ok(Bound { entry, form, slots, rest, named })
}

fn unknown_option(function: &str, param: &str, word: &str, options: &[&str]) -> Box<Fault> {
    let list = format!("one of {}", options.join(", "));
    let suggestion = did_you_mean(&nearest(word, options.iter().copied()));
    Fault::new(format!("{function} has no {param} \"{word}\""))
        .hint(suggestion.map_or(list.clone(), |suggestion| format!("{suggestion} {list}")))
}

/// The error for a keyword that a function of the table does not have.
pub fn unknown_keyword(entry: &Entry, name: &str) -> Box<Fault> {
    let mut known: Vec<&str> = Vec::new();
    for param in entry.forms.iter().flat_map(|f| f.params) {
        if !param.is_rest && !param.is_named_rest && !known.contains(&param.name) {
            known.push(param.name);
        }
    }
    let list = match known.is_empty() {
        true => "it takes no keywords".to_string(),
        false => format!("its keywords are {}", known.join(", ")),
    };
    Fault::new(format!("{} has no keyword `{name}`", entry.name))
        .hint(match did_you_mean(&nearest(name, known.iter().copied())) {
            Some(suggestion) => format!("{suggestion} {list}"),
            None => list,
        })
        .blame(Blame::KeywordName(name.into()))
}
