//! Strings, and writing to the screen.

use super::argument::{Rest, options};
use super::entry::builtins;
use super::function_values::written_argument;
use super::printf;
use crate::value::{Blame, Fault, Form, Host, Result, Text, Value, display_text, show_as};
use std::sync::Arc;

options! {
    /// The forms of `display`.
    FormName { Text = "text", Html = "html", Latex = "latex" }
}

builtins! { "strings and output";
    /// Shows a value without its name, or gives the text that would be shown.
    ///
    /// >>> disp([1 2; 3 4])
    ///    1   2
    ///    3   4
    /// >>> disp("hello")
    /// hello
    ///
    /// See also: display, printf
    fn disp(cx, /** Anything. */ x: Value) -> [text] { show_plain(cx.host, &x, cx.nargout) }

    /// Shows a variable with its name, as a statement without a semicolon does; what has no name as disp does.
    ///
    /// In a notebook, values come as tables, cards and formulas beside their text; `form` chooses one of them. Anywhere
    /// else the form's source is printed, and with an output it is given: `s = display(A, "latex")`. Numbers, full
    /// matrices and tables have LaTeX; of large ones it shows head and tail.
    ///
    /// >>> x = 3; display(x)
    /// x = 3
    /// >>> display(1 + 2)
    /// 3
    /// >>> A = [1 2; 3 4]; display(A, "latex")
    /// $$
    /// \mathrm{A} = \begin{bmatrix}
    /// 1 & 2 \\
    /// 3 & 4 \\
    /// \end{bmatrix}
    /// $$
    /// >>> display(3, "pdf")
    /// error: display has no form "pdf"
    ///
    /// See also: disp, format
    fn display(cx, /** Anything. */ x: Value, /** "text", "html" or "latex". */ form: Option<FormName>, /** Whether HTML colours numbers by their size; as `format shade` says when left out. */ shade: Option<bool>) -> [s] { show_named(cx.host, &x, form, shade, cx.nargout) }

    /// Prints by a template; the template is used again until all arguments are spent.
    ///
    /// Conversions: %d %i (whole numbers), %f %e %g (numbers), %s %c (text), %x %o; `%8.3f` is eight wide with three decimals.
    ///
    /// >>> printf("%d: %.2f\n", 1, pi)
    /// 1: 3.14
    /// >>> printf("%d ", [1 2 3]); printf("\n")
    /// 1 2 3
    ///
    /// See also: fprintf, sprintf, disp
    fn printf(cx, /** The template. */ template: Value, /** What fills it. */ values: Rest) -> [count] { print(cx.host, &template, &values.0, cx.nargout) }

    /// Prints by a template to standard output (`fid` 1, or left out) or standard error (`fid` 2).
    ///
    /// >>> fprintf("%s\n", "text")
    /// text
    ///
    /// See also: printf, sprintf
    fn fprintf(cx, /** 1, 2, or the template. */ fid: Value, /** The template and what fills it. */ values: Rest) -> [count] { print_to(cx.host, fid, values.0, cx.nargout) }

    /// The string that `printf` would print.
    ///
    /// >>> sprintf("%03d", 7)
    /// ans = 007
    ///
    /// See also: printf, num2str
    fn sprintf(cx, /** The template. */ template: Value, /** What fills it. */ values: Rest) -> [s] { formatted(&template, &values.0).map(row) } scalar Scalar::Format(printf::format_number);

    /// Prints a string as it is.
    ///
    /// >>> puts("plain\n")
    /// plain
    ///
    /// See also: printf, disp
    fn puts(cx, /** The string. */ s: String) { cx.host.print(&s); Ok(()) }

    /// Prints a string as it is to standard output (`fid` 1) or standard error (`fid` 2).
    ///
    /// >>> fputs(stdout, "plain\n")
    /// plain
    ///
    /// See also: puts, fprintf
    fn fputs(cx, /** 1 or 2. */ fid: f64, /** The string. */ s: String) { write_to(cx.host, fid, &s) }

    /// Shows a value without its name on standard output (`fid` 1) or standard error (`fid` 2).
    ///
    /// >>> fdisp(stdout, [1 2])
    ///    1   2
    ///
    /// See also: disp, fprintf
    fn fdisp(cx, /** 1 or 2. */ fid: f64, /** Anything. */ x: Value) { show_on(cx.host, fid, &x) }

    /// The number of standard output.
    ///
    /// >>> stdout
    /// ans = 1
    ///
    /// See also: stderr, fprintf
    fn stdout(cx) -> [fid] { Ok(1.0) }

    /// The number of standard error.
    ///
    /// >>> stderr
    /// ans = 2
    ///
    /// See also: stdout, fprintf
    fn stderr(cx) -> [fid] { Ok(2.0) }

    /// Asks the user for a line and evaluates it; with "s" the line itself is the answer.
    ///
    /// >>> input("name? ", "s")
    /// error: there is nobody to answer `input`
    ///
    /// See also: disp
    fn input(cx, /** What to ask. */ prompt: String, /** "s" for the text itself. */ mode: Option<String>) -> [x] { ask(cx.host, &prompt, mode.as_deref()) }

    /// Clears what was shown.
    ///
    /// >>> clc
    ///
    /// See also: clear
    fn clc(cx) { cx.host.clear_screen(); Ok(()) }
}

fn show_plain(host: &mut dyn Host, x: &Value, nargout: usize) -> Result<Vec<Value>> {
    let text = display_text(x, host.style()) + "\n";
    if nargout > 0 {
        return Ok(vec![text.into()]);
    }
    host.print(&text);
    Ok(Vec::new())
}

/// Shows a variable with the name it has in the call, and what has none as `disp` does.
fn show_named(
    host: &mut dyn Host,
    x: &Value,
    form: Option<FormName>,
    shade: Option<bool>,
    nargout: usize,
) -> Result<Vec<Value>> {
    let given = 1 + usize::from(form.is_some()) + usize::from(shade.is_some());
    let written = host.text_here();
    let name = written.and_then(|call| written_argument(call, "display", given, 1, true));
    if form.is_none() && shade.is_none() && nargout == 0 {
        return match name {
            Some(name) => {
                host.display(&name, x);
                Ok(Vec::new())
            }
            None => show_plain(host, x, 0),
        };
    }
    let form = match form {
        None if shade.is_none() => Form::Text,
        None | Some(FormName::Html) => Form::Html,
        Some(FormName::Text) => Form::Text,
        Some(FormName::Latex) => Form::Latex,
    };
    let mut style = host.style().clone();
    style.shade = shade.unwrap_or(style.shade);
    let shown = show_as(name.as_deref().unwrap_or_default(), x, form, &style)
        .map_err(|fault| fault.blame(Blame::Positional(1)))?;
    if nargout > 0 {
        return Ok(vec![shown.printed().into()]);
    }
    host.show(shown);
    Ok(Vec::new())
}

pub(super) fn template_of(value: &Value) -> Result<Arc<Text>> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        // `printf(3)` prints 3 in Octave.
        other => match other.as_number() {
            Some(x) => Ok(Arc::new(Text::new(printf::general(x, 6, false)))),
            None => Err(Fault::new(format!(
                "a template is a string, and this is a {}",
                other.describe()
            ))
            .blame(Blame::Positional(0))),
        },
    }
}

pub(super) fn formatted(template: &Value, values: &[Value]) -> Result<String> {
    printf::format(&*template_of(template)?, values)
}

/// A string of one row, even when it is empty.
fn row(text: String) -> Value {
    if text.is_empty() { Value::Text(Arc::new(Text::empty(1, 0))) } else { text.into() }
}

/// How many bytes were printed, where that is asked for.
fn count(text: &str, nargout: usize) -> Vec<Value> {
    if nargout > 0 { vec![text.len().into()] } else { Vec::new() }
}

fn print(
    host: &mut dyn Host,
    template: &Value,
    values: &[Value],
    nargout: usize,
) -> Result<Vec<Value>> {
    let text = formatted(template, values)?;
    host.print(&text);
    Ok(count(&text, nargout))
}

fn print_to(
    host: &mut dyn Host,
    fid: Value,
    mut values: Vec<Value>,
    nargout: usize,
) -> Result<Vec<Value>> {
    match (fid.as_text(), fid.as_number()) {
        (None, Some(stream @ (1.0 | 2.0))) if !values.is_empty() => {
            let template = values.remove(0);
            let text = formatted(&template, &values)?;
            write_to(host, stream, &text)?;
            Ok(count(&text, nargout))
        }
        (None, Some(stream)) if !values.is_empty() => Err(no_stream("fprintf", stream)),
        _ => print(host, &fid, &values, nargout),
    }
}

fn no_stream(function: &str, stream: f64) -> Box<Fault> {
    Fault::new(format!("{function}: there is no open file {stream}"))
        .hint("1 is standard output, 2 standard error")
}

fn write_to(host: &mut dyn Host, stream: f64, text: &str) -> Result<()> {
    match stream {
        1.0 => host.print(text),
        2.0 => host.print_error(text),
        other => return Err(no_stream("printing", other)),
    }
    Ok(())
}

fn show_on(host: &mut dyn Host, stream: f64, x: &Value) -> Result<()> {
    let text = display_text(x, host.style()) + "\n";
    write_to(host, stream, &text)
}

fn ask(host: &mut dyn Host, prompt: &str, mode: Option<&str>) -> Result<Value> {
    let line = host.input(prompt)?;
    match mode {
        Some("s") => Ok(line.into()),
        Some(other) => {
            Err(Fault::new(format!("input: the second argument is \"s\", not \"{other}\"")))
        }
        None => host.evaluate(&line),
    }
}
