//! Calling a function on each part of a cell, each entry of an array, each field of a struct.
//!
//! Each call may be interrupted. The cost beyond the calls is one list of the results.

use super::argument::{Argument, Rest};
use super::entry::builtins;
use super::uniform::collected;
use crate::value::{
    Arguments, Blame, Call, Callable, Cells, Fault, FaultKind, Host, Index, Result, Struct, Value,
    index,
};
use matfac::Matrix;
use std::sync::Arc;

builtins! { "functions on parts";
    /// The results of a function on each part of a cell; of several cells of the same size, on the parts in the same place.
    ///
    /// The results are single numbers, logicals, characters, cells or structs, and make one array of the cell's size.
    /// With `UniformOutput=false` they may be anything, and make a cell. `ErrorHandler` is called instead of failing,
    /// with a struct (`identifier`, `message`, `index`) and the parts. Options may also be given as `"Name", value`.
    ///
    /// >>> cellfun(@numel, {"one", "three"})
    /// ans = 1×2
    ///    3   5
    /// >>> c = cellfun(@(s) [s "!"], {"a", "b"}, UniformOutput=false); c{2}
    /// ans = b!
    /// >>> [m, i] = cellfun(@max, {[1 5], [7 2]})
    /// m = 1×2
    ///    5   7
    /// i = 1×2
    ///    2   1
    ///
    /// See also: arrayfun, structfun
    fn cellfun(cx,
        /** The function, or its name. */ f: Value,
        /** Cells of the same size. */ cells: Rest,
        /** false: the results make a cell. */ UniformOutput: Option<bool>,
        /** What is called when the function fails. */ ErrorHandler: Option<Arc<Callable>>,
    ) -> [varargout] { over_cells(cx.host, &f, cells.0, Options { uniform: UniformOutput, handler: ErrorHandler }, cx.nargout) }

    /// The results of a function on each entry of an array; of several arrays of the same size, on the entries in the same place.
    ///
    /// Options are those of `cellfun`. The entries of a cell are cells of one, those of a struct array are structs.
    ///
    /// >>> arrayfun(@(k) sum(1:k), [1 2 3])
    /// ans = 1×3
    ///    1   3   6
    ///
    /// See also: cellfun, structfun
    fn arrayfun(cx,
        /** The function, or its name. */ f: Value,
        /** Arrays of the same size. */ arrays: Rest,
        /** false: the results make a cell. */ UniformOutput: Option<bool>,
        /** What is called when the function fails. */ ErrorHandler: Option<Arc<Callable>>,
    ) -> [varargout] { over_arrays(cx.host, &f, arrays.0, Options { uniform: UniformOutput, handler: ErrorHandler }, cx.nargout) }

    /// The results of a function on each field of a struct, as a column; with `UniformOutput=false` as a struct with the same fields.
    ///
    /// >>> structfun(@(x) 2*x, struct("a", 1, "b", 4))
    /// ans = 2×1
    ///    2
    ///    8
    ///
    /// See also: cellfun, fieldnames
    fn structfun(cx,
        /** The function, or its name. */ f: Value,
        /** A struct. */ s: Arc<Struct>,
        /** Further options as "Name", value. */ options: Rest,
        /** false: the results make a struct. */ UniformOutput: Option<bool>,
        /** What is called when the function fails. */ ErrorHandler: Option<Arc<Callable>>,
    ) -> [varargout] { over_fields(cx.host, &f, &s, options.0, Options { uniform: UniformOutput, handler: ErrorHandler }, cx.nargout) }
}

/// How results are collected.
#[derive(Debug, Clone, Default)]
struct Options {
    uniform: Option<bool>,
    handler: Option<Arc<Callable>>,
}

impl Options {
    /// Takes `"Name", value` pairs off the end; at least `keep` values stay.
    fn take(&mut self, function: &str, values: &mut Vec<Value>, keep: usize) -> Result<()> {
        while values.len() >= keep + 2 {
            let at = values.len() - 2;
            let Some(name) = values[at].as_text() else { return Ok(()) };
            // Octave reads the names in any case, and shortened.
            let word = name.to_lowercase();
            let means = |option: &str| word.len() >= 2 && option.starts_with(&word);
            let value = values[at + 1].clone();
            let refuse = |option: &str, what: String| {
                Fault::new(format!("{function}: {option} cannot be {what}"))
                    .blame(Blame::Positional(at + 2))
            };
            if means("uniformoutput") {
                let given = bool::from_value(value).map_err(|w| refuse("UniformOutput", w))?;
                self.uniform = Some(given);
            } else if means("errorhandler") {
                let given = Arc::from_value(value).map_err(|w| refuse("ErrorHandler", w))?;
                self.handler = Some(given);
            } else {
                return Err(Fault::new(format!("{function} has no option `{name}`"))
                    .hint("its options are UniformOutput and ErrorHandler")
                    .blame(Blame::Positional(at + 1)));
            }
            values.truncate(at);
        }
        Ok(())
    }
}

/// One run over all parts.
struct Run<'a> {
    function: &'static str,
    f: &'a Callable,
    options: &'a Options,
    shape: (usize, usize),
    nargout: usize,
}

impl Run<'_> {
    fn is_uniform(&self) -> bool {
        self.options.uniform != Some(false)
    }

    /// Calls the function on the parts at each place; a list of results for each output.
    fn outputs(
        &self,
        host: &mut dyn Host,
        parts: impl Fn(usize) -> Result<Vec<Value>>,
    ) -> Result<Vec<Vec<Value>>> {
        let count = self.shape.0 * self.shape.1;
        let wanted = self.nargout.max(1);
        let mut lists: Vec<Vec<Value>> = vec![Vec::new(); wanted];
        for k in 0..count {
            host.interrupt().check()?;
            let results = self.call(host, k, parts(k)?)?;
            if results.len() < self.nargout {
                // A function without a value in a place that needs one.
                return Err(self.at(
                    k,
                    Fault::new(format!(
                        "{}: the function gave {} of {} values",
                        self.function,
                        results.len(),
                        self.nargout
                    )),
                ));
            }
            for (list, value) in lists.iter_mut().zip(results) {
                if self.is_uniform() && value.numel() != 1 {
                    let what = value.describe();
                    let fault = Fault::new(format!(
                        "{}: a result is a {what}, and one array takes only single entries",
                        self.function
                    ));
                    let fault =
                        fault.hint("UniformOutput=false collects values of any size in a cell");
                    return Err(self.at(k, fault.identified(self.identifier())));
                }
                list.push(value);
            }
        }
        // Without an output to fill, a function need not give any value.
        if self.nargout == 0 && (count == 0 || lists[0].len() < count) {
            return Ok(Vec::new());
        }
        Ok(lists)
    }

    fn identifier(&self) -> &'static str {
        if self.function == "arrayfun" { "Octave:invalid-fun-call" } else { "" }
    }

    fn call(&self, host: &mut dyn Host, k: usize, parts: Vec<Value>) -> Result<Vec<Value>> {
        let Some(handler) = &self.options.handler else {
            return host
                .call(self.f, Arguments::positional(parts), self.nargout)
                .map_err(|fault| self.at(k, fault));
        };
        match host.call(self.f, Arguments::positional(parts.clone()), self.nargout) {
            Err(fault) if fault.kind == FaultKind::Error => {
                let report = Struct::from_fields([
                    ("identifier", Value::from(fault.identifier)),
                    ("message", Value::from(fault.message)),
                    ("index", Value::from(k + 1)),
                ]);
                let args = std::iter::once(Value::from(report)).chain(parts).collect();
                host.call(handler, Arguments::positional(args), self.nargout)
            }
            other => other,
        }
    }

    /// Tells an error which part it is about.
    fn at(&self, k: usize, mut fault: Box<Fault>) -> Box<Fault> {
        if fault.kind == FaultKind::Error {
            let (m, n) = self.shape;
            let place = match (m, n) {
                (1, _) | (_, 1) => format!("{}", k + 1),
                _ => format!("{},{}", k % m + 1, k / m + 1),
            };
            let function = format!("{}, part {place}", self.function).into();
            fault.stack.push(Call { function, place: None });
        }
        fault
    }

    /// One array or cell for each output.
    fn gathered(&self, lists: Vec<Vec<Value>>) -> Result<Vec<Value>> {
        let (m, n) = self.shape;
        let one = |list: Vec<Value>| match self.is_uniform() {
            true => collected(self.function, list, (m, n)),
            false => Ok(Value::cell(Cells::from_vec(m, n, list))),
        };
        lists.into_iter().map(one).collect()
    }
}

/// The function itself; a text that is no name is the right side of `@(x)`.
fn function_of(host: &mut dyn Host, name: &str, f: &Value) -> Result<Arc<Callable>> {
    let is_name =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
    match f {
        Value::Function(f) => Ok(f.clone()),
        Value::Text(text) if is_name(text.as_str()) => match host.function(text.as_str()) {
            Some(f) => Ok(Arc::new(f)),
            None => Err(Fault::new(format!("{name}: there is no function `{}`", text.as_str()))
                .blame(Blame::Positional(0))),
        },
        Value::Text(text) => {
            let f = host.evaluate(&format!("@(x) {}", text.as_str()))?;
            Arc::from_value(f).map_err(|what| Fault::new(format!("{name}: this is {what}")))
        }
        other => {
            Err(Fault::new(format!("{name} needs a function, and this is a {}", other.describe()))
                .identified(if name == "arrayfun" { "Octave:invalid-fun-call" } else { "" })
                .blame(Blame::Positional(0)))
        }
    }
}

/// The size that all have; those of one part stand beside any.
fn common_shape(function: &str, values: &[Value]) -> Result<(usize, usize)> {
    let mut common: Option<(usize, (usize, usize))> = None;
    for (i, value) in values.iter().enumerate().filter(|(_, value)| value.numel() != 1) {
        match common {
            Some((first, shape)) if shape != value.shape() => {
                let ((m, n), (p, q)) = (shape, value.shape());
                let fault = Fault::new(format!(
                    "{function}: argument {} is {m}×{n}, and argument {} is {p}×{q}",
                    first + 2,
                    i + 2
                ));
                let identifier =
                    if function == "arrayfun" { "Octave:invalid-input-arg" } else { "" };
                return Err(fault
                    .hint("they need the same size")
                    .identified(identifier)
                    .blame(Blame::Positional(i + 1)));
            }
            None => common = Some((i, value.shape())),
            _ => {}
        }
    }
    Ok(common.map_or((1, 1), |(_, shape)| shape))
}

fn needs_more(function: &str, what: &str) -> Box<Fault> {
    Fault::new(format!("{function} needs {what}"))
        .identified("Octave:invalid-fun-call")
        .hint(format!("{function}(f, x)"))
}

fn over_cells(
    host: &mut dyn Host,
    f: &Value,
    mut values: Vec<Value>,
    mut options: Options,
    nargout: usize,
) -> Result<Vec<Value>> {
    if let (Some(name), [Value::Cell(cells), rest @ ..]) = (f.as_text(), &values[..])
        && let Some(result) = by_old_name(name, cells, rest)
    {
        return Ok(vec![result?]);
    }
    options.take("cellfun", &mut values, 1)?;
    if values.is_empty() {
        return Err(needs_more("cellfun", "a cell"));
    }
    for (i, value) in values.iter().enumerate() {
        if !matches!(value, Value::Cell(_)) {
            return Err(Fault::new(format!(
                "cellfun needs cells, and this is a {}",
                value.describe()
            ))
            .hint("arrayfun calls a function on each entry of any array")
            .blame(Blame::Positional(i + 1)));
        }
    }
    let shape = common_shape("cellfun", &values)?;
    let f = function_of(host, "cellfun", f)?;
    let run = Run { function: "cellfun", f: &f, options: &options, shape, nargout };
    let part = |value: &Value, k: usize| match value {
        Value::Cell(cells) => cells.as_slice()[if cells.len() == 1 { 0 } else { k }].clone(),
        other => other.clone(),
    };
    let lists = run.outputs(host, |k| Ok(values.iter().map(|v| part(v, k)).collect()))?;
    run.gathered(lists)
}

fn over_arrays(
    host: &mut dyn Host,
    f: &Value,
    mut values: Vec<Value>,
    mut options: Options,
    nargout: usize,
) -> Result<Vec<Value>> {
    options.take("arrayfun", &mut values, 1)?;
    if values.is_empty() {
        return Err(needs_more("arrayfun", "an array"));
    }
    let shape = common_shape("arrayfun", &values)?;
    let f = function_of(host, "arrayfun", f)?;
    let run = Run { function: "arrayfun", f: &f, options: &options, shape, nargout };
    let entry = |value: &Value, k: usize| match value.numel() {
        1 => Ok(value.clone()),
        _ => index(value, &[Index::One(k)]),
    };
    let lists = run.outputs(host, |k| values.iter().map(|v| entry(v, k)).collect())?;
    run.gathered(lists)
}

fn over_fields(
    host: &mut dyn Host,
    f: &Value,
    s: &Struct,
    mut rest: Vec<Value>,
    mut options: Options,
    nargout: usize,
) -> Result<Vec<Value>> {
    options.take("structfun", &mut rest, 0)?;
    if !rest.is_empty() {
        return Err(Fault::new("structfun takes one struct").blame(Blame::Positional(2)));
    }
    if s.len() != 1 {
        return Err(Fault::unsupported("structfun of an array of structs")
            .hint("arrayfun calls a function on each element")
            .blame(Blame::Positional(1)));
    }
    let values: Vec<Value> = s.fields().flat_map(|(_, values)| values.iter().cloned()).collect();
    let f = function_of(host, "structfun", f)?;
    let shape = (values.len(), 1);
    let run = Run { function: "structfun", f: &f, options: &options, shape, nargout };
    let lists = run.outputs(host, |k| Ok(vec![values[k].clone()]))?;
    if run.is_uniform() {
        return run.gathered(lists);
    }
    let named = |list: Vec<Value>| Struct::from_fields(s.names().cloned().zip(list)).into();
    Ok(lists.into_iter().map(named).collect())
}

/// What Octave's `cellfun` reads as a word rather than a function: always the built-in meaning, and the class is
/// right even for an empty cell.
fn by_old_name(name: &str, cells: &Cells, rest: &[Value]) -> Option<Result<Value>> {
    let (m, n) = (cells.rows(), cells.cols());
    let parts = cells.as_slice();
    let truths = |test: &dyn Fn(&Value) -> bool| {
        Ok(matfac::BoolMatrix::from_vec(m, n, parts.iter().map(test).collect()).into())
    };
    let counts = |count: &dyn Fn(&Value) -> usize| {
        Ok(Matrix::from_vec(m, n, parts.iter().map(|part| count(part) as f64).collect()).into())
    };
    Some(match (name, rest) {
        ("isempty", []) => truths(&|part| part.numel() == 0),
        ("islogical", []) => truths(&|part| part.class() == "logical"),
        ("isnumeric", []) => truths(&|part| part.class() == "double"),
        ("ischar", []) => truths(&|part| part.class() == "char"),
        ("isreal", []) => truths(&|part| part.is_array() && !part.is_complex()),
        ("ndims", []) => counts(&|_| 2),
        ("numel" | "prodofsize", []) => counts(&Value::numel),
        ("length", []) => counts(&|part| match part.shape() {
            (0, _) | (_, 0) => 0,
            (m, n) => m.max(n),
        }),
        ("size", [dim]) => match dim.as_number() {
            Some(1.0) => counts(&|part| part.shape().0),
            Some(2.0) => counts(&|part| part.shape().1),
            Some(d) if d > 2.0 && d.fract() == 0.0 => counts(&|_| 1),
            _ => Err(Fault::new("cellfun: the dimension of \"size\" is 1 or 2")
                .blame(Blame::Positional(2))),
        },
        ("isclass", [class]) => match class.as_text() {
            Some(class) => truths(&|part| part.class() == class),
            None => Err(Fault::new("cellfun: \"isclass\" needs the name of a class")
                .blame(Blame::Positional(2))),
        },
        ("size", []) => Err(Fault::new("cellfun: \"size\" needs a dimension")),
        ("isclass", []) => Err(Fault::new("cellfun: \"isclass\" needs the name of a class")),
        _ => return None,
    })
}
