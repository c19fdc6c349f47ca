//! Running text: `eval`, `evalc`, scripts in files.

use super::entry::builtins;
use crate::value::{FaultKind, Host, Result, Value};

builtins! { "running text";
    /// Runs a text; when it fails and there is a second one, that one instead.
    ///
    /// With outputs the text is one expression. Its variables are those of whoever calls `eval`.
    ///
    /// >>> eval("x = 1 + 2")
    /// x = 3
    /// >>> y = eval("nonsense", "7")
    /// y = 7
    ///
    /// See also: evalc, feval, str2func
    fn eval(cx, /** What to run. */ attempt: String, /** What to run when that fails. */ r#catch: Option<String>) -> [varargout] {
        run(cx.host, &attempt, r#catch.as_deref(), cx.nargout)
    }

    /// What a text prints when it runs, as a string.
    ///
    /// >>> s = evalc("disp(5)"); double(s)
    /// ans = 1×2
    ///    53   10
    ///
    /// See also: eval
    fn evalc(cx, /** What to run. */ attempt: String, /** What to run when that fails. */ r#catch: Option<String>) -> [s] {
        captured(cx.host, &attempt, r#catch.as_deref())
    }

    /// Runs the script in a file, in the workspace of whoever calls it.
    ///
    /// >>> run("no_such_script")
    /// error: there is no file no_such_script
    ///
    /// See also: source, eval
    fn run(cx, /** The file, with or without its ending. */ script: String) { cx.host.run_file(&script) }

    /// Runs the script in a file, in the workspace of whoever calls it.
    ///
    /// >>> source("no_such_script.m")
    /// error: there is no file no_such_script.m
    ///
    /// See also: run, eval
    fn source(cx, /** The file. */ file: String) { cx.host.run_file(&file) }
}

fn run(
    host: &mut dyn Host,
    attempt: &str,
    handler: Option<&str>,
    nargout: usize,
) -> Result<Vec<Value>> {
    match (host.run_text(attempt, nargout), handler) {
        (Err(fault), Some(handler)) if fault.kind == FaultKind::Error => {
            host.run_text(handler, nargout)
        }
        (result, _) => result,
    }
}

fn captured(host: &mut dyn Host, attempt: &str, handler: Option<&str>) -> Result<String> {
    host.begin_capture();
    let result = run(host, attempt, handler, 0);
    // Ended before the error goes on, or what follows would be collected too.
    let text = host.end_capture();
    result.map(|_| text)
}
