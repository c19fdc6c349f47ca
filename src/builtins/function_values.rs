//! Functions as values: calling them, their text, their parameters; and what a name stands for.

use super::argument::{Named, Rest};
use super::entry::builtins;
use crate::syntax::ast::{ExprKind, Step, Stmt, StmtKind};
use crate::syntax::{Source, is_name, parse};
use crate::value::{Arguments, Blame, Callable, Fault, Host, Result, Struct, Value};
use matfac::{BoolMatrix, Matrix};
use std::sync::Arc;

builtins! { "functions as values";
    /// Calls a function, given as a value or by name.
    ///
    /// >>> feval(@plus, 1, 2)
    /// ans = 3
    ///
    /// See also: cellfun, func2str, str2func
    fn feval(cx, /** The function. */ f: Arc<Callable>, /** Its arguments. */ args: Rest, /** Its arguments by name. */ named: Named) -> [varargout] { cx.host.call(&f, Arguments { positional: args.0, keywords: named.0 }, cx.nargout) }

    /// How a function is written.
    ///
    /// >>> func2str(@(x) x+1)
    /// ans = @(x) x + 1
    /// >>> func2str(@sin)
    /// ans = sin
    ///
    /// See also: str2func
    fn func2str(cx, /** The function. */ f: Value) -> [s] { text_of(&f) }

    /// The function of a name, or of the text of an anonymous function.
    ///
    /// >>> f = str2func("sin"); f(0)
    /// ans = 0
    ///
    /// See also: func2str
    fn str2func(cx, /** A name, or `"@(x) …"`. */ text: String, /** "global", as old programs have it; it changes nothing. */ _scope: Option<String>) -> [f] { function_of_text(cx.host, &text) }

    /// What is known about a function: its text, its kind, and the values it captured.
    ///
    /// >>> a = 3; s = functions(@(x) a*x); s.workspace{1}.a
    /// ans = 3
    ///
    /// See also: func2str
    fn functions(cx, /** The function. */ f: Value) -> [s] { described(&f) }

    /// How many arguments a function takes; negative when the last stands for any number. Without a function, how many this one was given.
    ///
    /// >>> nargin(@(x, y) x + y)
    /// ans = 2
    ///
    /// See also: nargout, nthargout
    fn nargin(cx, /** The function, or its name. */ f: Option<Arc<Callable>>) -> [n] {
        match f {
            Some(f) => counts(cx.host, "nargin", &f).map(|(params, _)| params as f64),
            None => Ok(cx.host.call_info().map_or(cx.host.script_arguments().len(), |call| call.nargin) as f64),
        }
    }

    /// How many outputs a function has; negative when the last stands for any number. Without a function, how many are wanted of this one.
    ///
    /// An anonymous function has as many as its expression gives.
    ///
    /// >>> nargout(@deal)
    /// ans = -1
    ///
    /// See also: nargin, isargout
    fn nargout(cx, /** The function, or its name. */ f: Option<Arc<Callable>>) -> [n] {
        match f {
            Some(f) if is_anonymous(&f) => Ok(-1.0),
            Some(f) => counts(cx.host, "nargout", &f).map(|(_, outputs)| outputs as f64),
            None => Ok(cx.host.call_info().map_or(0, |call| call.nargout) as f64),
        }
    }

    /// Whether an output of the running function is wanted: not those left out, and not `~`.
    ///
    /// >>> function [a, b] = f(), a = 1; b = isargout(1); end
    /// >>> [~, b] = f()
    /// b = 0
    ///
    /// See also: nargout
    fn isargout(cx, /** Which outputs, from 1. */ k: Matrix) -> [b] { wanted(cx.host, &k) }

    /// How the argument in place `n` of the running function is written where it was called: the name of a variable.
    ///
    /// It is empty for any other expression, unless `ids_only` is false.
    ///
    /// >>> function f(x), disp(inputname(1)); end
    /// >>> ratings = 1; f(ratings)
    /// ratings
    ///
    /// See also: nargin
    fn inputname(cx, /** Which argument, from 1. */ n: usize, /** Whether names alone count. */ ids_only: bool = true) -> [name] { Ok(argument_text(cx.host, n, ids_only).unwrap_or_default()) }

    /// The output of a function in place `n`; of several places, a cell.
    ///
    /// `nthargout(n, total, f, …)` asks the function for `total` outputs.
    ///
    /// >>> nthargout(2, @max, [1 5 3])
    /// ans = 2
    ///
    /// See also: nargout
    fn nthargout(cx, /** Which outputs, from 1. */ n: Matrix, /** How many are asked for, or the function. */ f: Value, /** The function's arguments. */ args: Rest) -> [x] { chosen_output(cx.host, &n, f, args.0) }

    /// What a name is: 1 a variable, 2 a file, 5 a function of mf, 7 a directory, 103 a function defined here; 0 nothing.
    ///
    /// >>> exist("lu")
    /// ans = 5
    ///
    /// See also: who, isvarname
    fn exist(cx, /** A name. */ name: String, /** "var", "builtin", "file" or "dir": look for that alone. */ kind: Option<String>) -> [n] { kind_of_name(cx.host, &name, kind.as_deref()) }

    /// Whether a variable may have this name.
    ///
    /// >>> isvarname("end")
    /// ans = 0
    ///
    /// See also: exist
    fn isvarname(cx, /** A name. */ name: Value) -> [b] { Ok(name.as_text().is_some_and(is_name)) }
}

fn function<'a>(name: &str, f: &'a Value) -> Result<&'a Callable> {
    match f {
        Value::Function(f) => Ok(f),
        other => {
            Err(Fault::new(format!("{name} needs a function, and this is a {}", other.describe()))
                .hint("@name is the function of that name")
                .blame(Blame::Positional(0)))
        }
    }
}

/// Whether it is written `@(x) …` rather than named.
fn is_anonymous(f: &Callable) -> bool {
    f.text().starts_with("@(")
}

fn text_of(f: &Value) -> Result<String> {
    let f = function("func2str", f)?;
    let text = f.text();
    Ok(match text.strip_prefix('@') {
        Some(name) if !is_anonymous(f) => name.into(),
        _ => text,
    })
}

fn function_of_text(host: &mut dyn Host, text: &str) -> Result<Value> {
    if text.trim_start().starts_with('@') {
        return host.evaluate(text);
    }
    Ok(Value::function(host.function(text).unwrap_or_else(|| Callable::Named(text.into()))))
}

fn described(f: &Value) -> Result<Value> {
    let text = text_of(f)?;
    let mut fields = vec![("function", Value::from(text.as_str()))];
    let captured = match function("functions", f)? {
        f @ Callable::Code(code) if is_anonymous(f) => Some(code.captured()),
        _ => None,
    };
    fields.push(("type", if captured.is_some() { "anonymous" } else { "simple" }.into()));
    fields.push(("file", "".into()));
    if let Some(captured) = captured {
        let workspace = Value::from(Struct::from_fields(captured));
        fields.push(("workspace", Value::cell_row(vec![workspace])));
        fields.push(("within_file_path", "".into()));
    }
    Ok(Struct::from_fields(fields).into())
}

/// How many parameters and outputs; negative with the place of the one that stands for any number.
fn counts(host: &mut dyn Host, asked: &str, f: &Callable) -> Result<(i64, i64)> {
    match f {
        Callable::Code(code) => Ok(code.counts()),
        Callable::Native(native) => Ok(super::find(native.name).map_or((-1, -1), native_counts)),
        Callable::Named(name) => match host.function(name) {
            Some(Callable::Named(_)) | None => {
                Err(Fault::new(format!("{asked}: there is no function `{name}`"))
                    .blame(Blame::Positional(0)))
            }
            Some(f) => counts(host, asked, &f),
        },
    }
}

fn native_counts(entry: &super::Entry) -> (i64, i64) {
    let signed = |count: usize, any: bool| if any { -(count as i64) } else { count as i64 };
    let params = entry.forms.iter().map(|form| {
        let positional = form.params.iter().take_while(|p| !p.is_named_rest);
        let rest = form.params.iter().position(|p| p.is_rest);
        signed(rest.map_or(positional.count(), |at| at + 1), rest.is_some())
    });
    let outputs = entry.forms.iter().map(|form| {
        signed(form.outputs.len(), form.outputs.last() == Some(&super::entry::FURTHER))
    });
    let widest =
        |counts: &mut dyn Iterator<Item = i64>| counts.max_by_key(|n| n.abs()).unwrap_or(0);
    (widest(&mut params.into_iter()), widest(&mut outputs.into_iter()))
}

fn wanted(host: &mut dyn Host, k: &Matrix) -> Result<Value> {
    let Some(call) = host.call_info() else {
        return Err(Fault::new("isargout has a meaning only inside a function"));
    };
    let mut entries = Vec::with_capacity(k.len());
    for &x in k.as_slice() {
        if x < 1.0 || x.fract() != 0.0 || x.is_nan() {
            return Err(Fault::new(format!("isargout: there is no output {x}; they count from 1"))
                .blame(Blame::Positional(0)));
        }
        let i = x as usize - 1;
        // A call that asks for nothing may still show one value.
        let is_asked = i < call.nargout.max(1);
        entries.push(is_asked && !call.ignored.get(i).copied().unwrap_or(false));
    }
    Ok(BoolMatrix::from_vec(k.rows(), k.cols(), entries).into())
}

/// How an argument of the call that runs the function is written; `None` when the call does not show it, as within
/// `cellfun` or with `c{:}` among the arguments.
fn argument_text(host: &dyn Host, n: usize, ids_only: bool) -> Option<String> {
    let given = host.call_info()?.nargin;
    written_argument(host.call_text()?, &host.running()?.name, given, n, ids_only)
}

/// How argument `n`, from 1, of `given` is written in a call of a function; with `ids_only` only a name is told.
pub(super) fn written_argument(
    call: String,
    function_name: &str,
    given: usize,
    n: usize,
    ids_only: bool,
) -> Option<String> {
    let source = Source::new("", call);
    let program = parse(&source).ok()?;
    let [Stmt { kind: StmtKind::Expr(call), .. }] = &program.body[..] else { return None };
    let ExprKind::Access(function, Step::Paren(args)) = &call.kind else { return None };
    let is_own = matches!(&function.kind, ExprKind::Name(name) if **name == *function_name);
    if !is_own || args.len() != given {
        return None;
    }
    let argument = &args.get(n.checked_sub(1)?)?.value;
    let is_name = matches!(argument.kind, ExprKind::Name(_));
    (is_name || !ids_only).then(|| source.text[argument.span.range()].to_string())
}

fn chosen_output(host: &mut dyn Host, n: &Matrix, f: Value, args: Vec<Value>) -> Result<Value> {
    const MOST: f64 = 1e6;
    let whole = |x: f64| (x >= 1.0 && x.fract() == 0.0 && x <= MOST).then_some(x as usize);
    let refuse = |argument: usize| {
        Fault::new("nthargout: the places of outputs are whole numbers from 1")
            .blame(Blame::Positional(argument))
    };
    let places: Vec<usize> =
        n.as_slice().iter().map(|&x| whole(x)).collect::<Option<_>>().ok_or_else(|| refuse(0))?;
    let Some(&furthest) = places.iter().max() else { return Err(refuse(0)) };
    let mut args = args.into_iter();
    let (total, f) = match f.as_number() {
        Some(total) => {
            let f = args.next().ok_or_else(|| {
                Fault::new("nthargout needs a function").identified("Octave:invalid-fun-call")
            })?;
            (whole(total).filter(|&total| total >= furthest).ok_or_else(|| refuse(1))?, f)
        }
        None => (furthest, f),
    };
    let f = <Arc<Callable> as super::argument::Argument>::from_value(f)
        .map_err(|what| Fault::new(format!("nthargout needs a function, and this is {what}")))?;
    let outputs = host.call(&f, Arguments::positional(args.collect()), total)?;
    let pick = |&place: &usize| {
        outputs.get(place - 1).cloned().ok_or_else(|| {
            Fault::new(format!("nthargout: `{}` gave {} outputs", f.name(), outputs.len()))
        })
    };
    match &places[..] {
        [only] => pick(only),
        _ => Ok(Value::cell_row(places.iter().map(pick).collect::<Result<_>>()?)),
    }
}

fn kind_of_name(host: &mut dyn Host, name: &str, kind: Option<&str>) -> Result<usize> {
    let (variables, functions, files, directories) = match kind {
        None => (true, true, true, true),
        Some("var") => (true, false, false, false),
        Some("builtin") => (false, true, false, false),
        Some("file") => (false, false, true, true),
        Some("dir") => (false, false, false, true),
        Some(other) => {
            return Err(Fault::new(format!("exist: \"{other}\" is nothing to look for"))
                .hint("one of var, builtin, file, dir")
                .blame(Blame::Positional(1)));
        }
    };
    if variables && host.variables().iter().any(|(known, _)| **known == *name) {
        return Ok(1);
    }
    let found = if functions || files { host.function(name) } else { None };
    match found {
        Some(Callable::Native(_)) if functions => return Ok(5),
        Some(Callable::Code(code)) => {
            // A file is named after its function; those that mf comes with are not on the disk.
            let file = std::path::Path::new(code.file());
            let is_own = file.file_stem().is_some_and(|stem| stem == name);
            match () {
                () if is_own && file.is_file() && files => return Ok(2),
                () if is_own && !file.is_file() && functions => return Ok(5),
                () if !is_own && functions => return Ok(103),
                () => {}
            }
        }
        _ => {}
    }
    let path = std::path::Path::new(name);
    Ok(match () {
        () if directories && path.is_dir() => 7,
        () if files && path.is_file() => 2,
        () => 0,
    })
}
