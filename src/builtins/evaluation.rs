//! Running text: `eval`, `evalc`, scripts in files.

use super::argument::options;
use super::entry::builtins;
use crate::syntax::is_name;
use crate::value::{Blame, Fault, FaultKind, Host, Result, Value};

options! {
    /// Whose variables a text sees.
    Workspace { Caller = "caller", Base = "base" }
}

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

    /// `eval` in the frame of whoever called the running function ("caller"), or in the workspace ("base").
    ///
    /// >>> function f(), y = evalin("caller", "x") + 1, end
    /// >>> x = 2; f()
    /// y = 3
    ///
    /// See also: assignin, eval
    fn evalin(cx, /** Where. */ context: Workspace, /** What to run. */ attempt: String, /** What to run when that fails. */ r#catch: Option<String>) -> [varargout] {
        let nargout = cx.nargout;
        cx.host.in_frame(context == Workspace::Base, &mut |host| run(host, &attempt, r#catch.as_deref(), nargout))
    }

    /// Sets a variable of whoever called the running function ("caller"), or of the workspace ("base").
    ///
    /// >>> function f(), assignin("caller", "z", 5); end
    /// >>> f(); z
    /// z = 5
    ///
    /// See also: evalin
    fn assignin(cx, /** Where. */ context: Workspace, /** The variable's name. */ name: String, /** Its value. */ value: Value) { assign(cx.host, context, &name, value) }

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
            host.reports().note_error(&fault);
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

fn assign(host: &mut dyn Host, workspace: Workspace, name: &str, value: Value) -> Result<()> {
    if !is_name(name) {
        return Err(Fault::new(format!("assignin: `{name}` is not a name for a variable"))
            .blame(Blame::Positional(1)));
    }
    let mut set = |host: &mut dyn Host| {
        host.set_variable(name, value.clone())?;
        Ok(Vec::new())
    };
    host.in_frame(workspace == Workspace::Base, &mut set).map(|_| ())
}
