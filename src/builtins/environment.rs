//! The session: its help, variables and seeds, and what surrounds it.

use super::argument::Rest;
use super::entry::builtins;
use super::help_pages;
use crate::value::{Blame, Cells, Fault, FaultKind, Host, Notation, Precision, Result, Value};
use matfac::linalg::Random;

builtins! { "the session";
    /// Help on a function, an area, a word of the language or an operator; without a name, the map of what there is.
    ///
    /// `help all` lists every function. At a prompt `?lu` and `lu?` are `help lu`.
    ///
    /// >>> help pwd
    ///   s = pwd()
    /// The current directory.
    /// Example
    ///   >>> ischar(pwd)
    ///   ans = 1
    /// See also: getenv
    /// >>> help while
    ///   while condition, …, end
    /// Repeats the statements as long as the condition is true; `do … until condition` runs them at least once.
    ///
    /// See also: lookfor
    fn help(cx, /** A function's name, an area such as "sparse matrices", a word or an operator. */ names: Rest) {
        help_pages::show(cx.host, &names.0)
    }

    /// The functions whose name or summary has a word in it, those first whose name has it.
    ///
    /// Of several words all must be there.
    ///
    /// >>> lookfor hilbert
    ///   hilb  The Hilbert matrix, 1/(i+j-1): small, symmetric, and famously ill-conditioned.
    ///
    /// See also: help, apropos
    fn lookfor(cx, /** The words. */ words: Rest) { help_pages::search(cx.host, "lookfor", &words.0) }

    /// The functions whose name or summary has a word in it; the same as lookfor.
    ///
    /// >>> apropos hilbert
    ///   hilb  The Hilbert matrix, 1/(i+j-1): small, symmetric, and famously ill-conditioned.
    ///
    /// See also: lookfor, help
    fn apropos(cx, /** The words. */ words: Rest) { help_pages::search(cx.host, "apropos", &words.0) }

    /// Starts the stream of random numbers over: the same seed, the same numbers.
    ///
    /// >>> seed(7); a = rand; seed(7); a == rand
    /// ans = 1
    ///
    /// See also: rand, randn
    fn seed(cx, /** A whole number. */ n: usize) { *cx.host.random() = Random::seeded(n as u64); Ok(()) }

    /// The names of the variables.
    ///
    /// >>> x = 1; y = 2; who
    /// Variables:
    ///   x  y
    ///
    /// See also: whos, clear
    fn who(cx) { list_names(cx.host) }

    /// The variables with their sizes, bytes and classes.
    ///
    /// >>> x = [1 2 3]; whos
    ///   Name  Size  Bytes  Class
    ///   x      1×3     24  double
    ///
    /// See also: who, clear
    fn whos(cx) { list_variables(cx.host) }

    /// Forgets variables: all, or those named.
    ///
    /// >>> x = 1; clear x; exist("x")
    /// ans = 0
    ///
    /// See also: who, exist
    fn clear(cx, /** Names. */ names: Rest) { forget(cx.host, &names.0) }

    /// How numbers are shown: `format short` (5 significant digits) or `format long` (16).
    ///
    /// With `g` each number is shown with the digits it needs, with `e` every one with an exponent:
    /// `format short g`, `format long e`. `format shade` colours the numbers of tables in a notebook by their size.
    /// `format` alone is `format short`, without colours.
    ///
    /// >>> format long; pi
    /// ans = 3.141592653589793
    /// >>> format short g; [pi 1e-5]
    /// ans = 1×2
    ///        3.1416        1e-05
    ///
    /// See also: output_precision, disp, printf
    fn format(cx, /** "short" or "long", and perhaps "g" or "e"; "shade". */ style: Rest) { set_format(cx.host, &style.0) }

    /// How many significant digits numbers are shown with; with an argument, sets it.
    ///
    /// >>> output_precision(3); pi
    /// ans = 3.14
    ///
    /// See also: format
    fn output_precision(cx, /** Digits, 1 to 16. */ digits: Option<f64>) -> [old] { set_digits(cx.host, digits, cx.nargout) }

    /// What the script was started with, a column of strings: `{"a"; "b"}` after `mf script.mf a b`. Given n, the n-th.
    ///
    /// >>> numel(argv())
    /// ans = 0
    ///
    /// See also: getenv
    fn argv(cx, /** Which argument, from 1. */ n: Option<usize>) -> [s] { script_argument(cx.host, n) }

    /// The value of an environment variable, empty when it is not set.
    ///
    /// >>> isempty(getenv("MF_NO_SUCH_VARIABLE"))
    /// ans = 1
    ///
    /// See also: setenv, argv
    fn getenv(cx, /** Its name. */ name: String) -> [s] { Ok(variables::get(&name).unwrap_or_default()) }

    /// Sets an environment variable for this program.
    ///
    /// >>> setenv("MF_EXAMPLE", "12"); getenv("MF_EXAMPLE")
    /// ans = 12
    ///
    /// See also: getenv, unsetenv
    fn setenv(cx, /** Its name. */ name: String, /** Its value. */ value: String = "") { variables::set(&name, Some(value)); Ok(()) }

    /// Sets an environment variable for this program; the same as setenv.
    ///
    /// >>> putenv("MF_EXAMPLE", "13"); getenv("MF_EXAMPLE")
    /// ans = 13
    ///
    /// See also: setenv
    fn putenv(cx, /** Its name. */ name: String, /** Its value. */ value: String = "") { variables::set(&name, Some(value)); Ok(()) }

    /// Forgets an environment variable; the answer is 0.
    ///
    /// >>> setenv("MF_EXAMPLE", "12"); unsetenv("MF_EXAMPLE"); isempty(getenv("MF_EXAMPLE"))
    /// ans = 1
    ///
    /// See also: setenv
    fn unsetenv(cx, /** Its name. */ name: String) -> [status] {
        variables::set(&name, None);
        Ok(if cx.nargout > 0 { vec![Value::Number(0.0)] } else { Vec::new() })
    }

    /// The system this runs on, such as `linux-x86_64`.
    ///
    /// >>> ischar(computer)
    /// ans = 1
    ///
    /// See also: isunix, ispc, ismac
    fn computer(cx) -> [s] { Ok(format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH)) }

    /// How many processors there are for this program.
    ///
    /// >>> nproc >= 1
    /// ans = 1
    ///
    /// See also: computer
    fn nproc(cx) -> [n] { Ok(std::thread::available_parallelism().map_or(1, usize::from)) }

    /// The number of this process.
    ///
    /// >>> getpid > 0
    /// ans = 1
    ///
    /// See also: computer
    fn getpid(cx) -> [pid] { Ok(f64::from(std::process::id())) }

    /// The current directory.
    ///
    /// >>> ischar(pwd)
    /// ans = 1
    ///
    /// See also: getenv
    fn pwd(cx) -> [s] {
        std::env::current_dir()
            .map(|path| path.display().to_string())
            .map_err(|e| Fault::new(format!("pwd: {e}")))
    }

    /// The version of mf.
    ///
    /// >>> ischar(version)
    /// ans = 1
    ///
    /// See also: help
    fn version(cx) -> [s] { Ok(env!("CARGO_PKG_VERSION")) }

    /// Ends the program with an exit status.
    ///
    /// See also: quit
    fn exit(cx, /** 0 for success. */ status: usize = 0) { leave(status) }

    /// Ends the program with an exit status.
    ///
    /// See also: exit
    fn quit(cx, /** 0 for success. */ status: usize = 0) { leave(status) }
}

fn set_format(host: &mut dyn Host, style: &[Value]) -> Result<()> {
    let mut precision = Precision::SHORT;
    if let [word] = style
        && word.as_text() == Some("shade")
    {
        host.style().shade = true;
        return Ok(());
    }
    for word in style {
        let word = word.as_text().unwrap_or_default().to_lowercase();
        // `shortg` is `short g`.
        let (length, notation) = match &*word {
            "g" | "e" => ("", &*word),
            word => match word.strip_suffix(['g', 'e']) {
                Some(length @ ("short" | "long")) => (length, &word[length.len()..]),
                _ => (word, ""),
            },
        };
        match length {
            "short" => precision.digits = Precision::SHORT.digits,
            "long" => precision.digits = Precision::LONG.digits,
            "" => {}
            _ => {
                return Err(Fault::new(format!("format: `{word}` is no style"))
                    .hint("format short, format long; short g, long g, short e, long e; shade"));
            }
        }
        match notation {
            "g" => precision.notation = Notation::General,
            "e" => precision.notation = Notation::Exponent,
            _ => {}
        }
    }
    let style = host.style();
    (style.precision, style.shade) = (precision, false);
    Ok(())
}

fn set_digits(host: &mut dyn Host, digits: Option<f64>, nargout: usize) -> Result<Vec<Value>> {
    let old = host.style().precision.digits;
    let Some(digits) = digits else { return Ok(vec![old.into()]) };
    if !(1.0..=16.0).contains(&digits) || digits.fract() != 0.0 {
        return Err(Fault::new(format!(
            "output_precision: digits is a whole number from 1 to 16, not {digits}"
        ))
        .blame(Blame::Positional(0)));
    }
    host.style().precision.digits = digits as usize;
    Ok(if nargout > 0 { vec![old.into()] } else { Vec::new() })
}

/// Environment variables as the program has set them. The environment of the process itself is left alone: changing
/// it while other threads read it is not sound.
mod variables {
    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex, PoisonError};

    static CHANGED: LazyLock<Mutex<HashMap<String, Option<String>>>> =
        LazyLock::new(Mutex::default);

    pub fn get(name: &str) -> Option<String> {
        let changed = CHANGED.lock().unwrap_or_else(PoisonError::into_inner);
        match changed.get(name) {
            Some(value) => value.clone(),
            None => std::env::var(name).ok(),
        }
    }

    pub fn set(name: &str, value: Option<String>) {
        CHANGED.lock().unwrap_or_else(PoisonError::into_inner).insert(name.into(), value);
    }
}

fn list_names(host: &mut dyn Host) -> Result<()> {
    let names: Vec<String> = host.variables().iter().map(|(name, _)| name.to_string()).collect();
    if !names.is_empty() {
        host.print(&format!("Variables:\n\n  {}\n", names.join("  ")));
    }
    Ok(())
}

fn list_variables(host: &mut dyn Host) -> Result<()> {
    let variables = host.variables();
    if variables.is_empty() {
        return Ok(());
    }
    let lines: Vec<[String; 4]> = variables
        .iter()
        .map(|(name, value)| {
            let (m, n) = value.shape();
            let size = format!("{m}×{n}");
            [name.to_string(), size, value.bytes().to_string(), class_of(value)]
        })
        .collect();
    let width = |column: usize, title: &str| {
        let widest = lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        widest.max(title.len())
    };
    let (name, size, bytes) = (width(0, "Name"), width(1, "Size"), width(2, "Bytes"));
    let mut text =
        format!("  {:<name$}  {:>size$}  {:>bytes$}  Class\n\n", "Name", "Size", "Bytes");
    for [a, b, c, d] in &lines {
        text += &format!("  {a:<name$}  {b:>size$}  {c:>bytes$}  {d}\n");
    }
    host.print(&text);
    Ok(())
}

/// A value's class, and whether it is sparse.
fn class_of(value: &Value) -> String {
    let sparse = if matches!(value, Value::Sparse(_)) { ", sparse" } else { "" };
    format!("{}{sparse}", value.class())
}

fn forget(host: &mut dyn Host, names: &[Value]) -> Result<()> {
    let mut patterns = Vec::new();
    let mut exclusive = false;
    for name in names {
        match name.as_text() {
            Some("-all" | "-a" | "all") => {
                host.clear_variables(&[]);
                host.clear_persistent();
                return Ok(());
            }
            Some("-functions" | "-f" | "functions") => {
                host.clear_persistent();
                return Ok(());
            }
            Some("-variables" | "-v" | "variables") => {}
            Some("-exclusive" | "-x") => exclusive = true,
            Some(name) => patterns.push(name.to_string()),
            None => return Err(Fault::new("clear takes names").hint("clear x y")),
        }
    }
    if patterns.is_empty() {
        host.clear_variables(&[]);
        return Ok(());
    }
    let matches = |name: &str| patterns.iter().any(|p| is_like(p.as_bytes(), name.as_bytes()));
    let known: Vec<_> = host.variables().into_iter().map(|(name, _)| name).collect();
    let chosen: Vec<&str> =
        known.iter().map(|name| &**name).filter(|name| matches(name) != exclusive).collect();
    if !chosen.is_empty() {
        host.clear_variables(&chosen);
    }
    Ok(())
}

/// Whether a name fits a pattern, in which `*` stands for any characters and `?` for one.
pub(super) fn is_like(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => (0..=name.len()).any(|skip| is_like(rest, &name[skip..])),
        ([b'?', rest @ ..], [_, name @ ..]) => is_like(rest, name),
        ([a, rest @ ..], [b, name @ ..]) => a == b && is_like(rest, name),
        _ => false,
    }
}

fn script_argument(host: &mut dyn Host, n: Option<usize>) -> Result<Value> {
    let arguments = host.script_arguments();
    match n {
        None => {
            let list: Vec<Value> = arguments.iter().map(|text| text.as_str().into()).collect();
            Ok(Value::cell(Cells::from_vec(list.len(), 1, list)))
        }
        Some(n) => match n.checked_sub(1).and_then(|i| arguments.get(i)) {
            Some(argument) => Ok(argument.as_str().into()),
            None => Err(Fault::new(format!(
                "argv: there is no argument {n}; the script was given {}",
                arguments.len()
            ))),
        },
    }
}

fn leave(status: usize) -> Result<()> {
    let mut fault = Fault::new("exit");
    fault.kind = FaultKind::Exit((status & 0xff) as i32);
    Err(fault)
}
