//! Strings, and writing to the screen.

use super::argument::{Count, Rest};
use super::entry::builtins;
use super::printf;
use super::text_lists;
use crate::value::{Blame, Fault, Host, Result, Text, Value, display_text};
use std::sync::Arc;

builtins! { "strings and output";
    /// Shows a value without its name.
    ///
    /// >>> disp([1 2; 3 4])
    ///    1   2
    ///    3   4
    /// >>> disp("hello")
    /// hello
    ///
    /// See also: display, printf
    fn disp(cx, /** Anything. */ x: Value) { show_plain(cx.host, &x) }

    /// Shows a value with its name, as a statement without a semicolon does.
    ///
    /// >>> display(3)
    /// ans = 3
    ///
    /// See also: disp
    fn display(cx, /** Anything. */ x: Value) { cx.host.display("ans", &x); Ok(()) }

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
    fn printf(cx, /** The template. */ template: Value, /** What fills it. */ values: Rest) { print(cx.host, &template, &values.0) }

    /// Prints by a template to standard output (`fid` 1, or left out) or standard error (`fid` 2).
    ///
    /// >>> fprintf("%s\n", "text")
    /// text
    ///
    /// See also: printf, sprintf
    fn fprintf(cx, /** 1, 2, or the template. */ fid: Value, /** The template and what fills it. */ values: Rest) { print_to(cx.host, fid, values.0) }

    /// The string that `printf` would print.
    ///
    /// >>> sprintf("%03d", 7)
    /// ans = 007
    ///
    /// See also: printf, num2str
    fn sprintf(cx, /** The template. */ template: Value, /** What fills it. */ values: Rest) -> [s] { formatted(&template, &values.0) }

    /// Prints a string as it is.
    ///
    /// >>> puts("plain\n")
    /// plain
    ///
    /// See also: printf, disp
    fn puts(cx, /** The string. */ s: String) { cx.host.print(&s); Ok(()) }

    /// A number, or a row of numbers, as text.
    ///
    /// >>> num2str(pi)
    /// ans = 3.1416
    /// >>> num2str([1 2 3])
    /// ans = 1  2  3
    ///
    /// See also: sprintf, mat2str, str2double
    fn num2str(cx, /** Numbers. */ x: Value, /** Significant digits, or a template. */ digits: Option<Value>) -> [s] { number_text(x, digits) }

    /// A matrix as text that reads back as the same matrix.
    ///
    /// >>> mat2str([1 2; 3 4.5])
    /// ans = [1 2;3 4.5]
    ///
    /// See also: num2str
    fn mat2str(cx, /** A matrix. */ A: Value, /** Significant digits. */ digits: usize = 15) -> [s] { matrix_text(A, digits) }

    /// The number a string holds, or NaN.
    ///
    /// >>> str2double("2.5e3")
    /// ans = 2500
    ///
    /// See also: num2str
    fn str2double(cx, /** A string, or a cell of strings. */ s: Value) -> [x] { Ok(all_parsed(&s)) }

    /// Strings joined.
    ///
    /// >>> strcat("ab", "cd")
    /// ans = abcd
    ///
    /// See also: strrep
    fn strcat(cx, /** Strings, or cells of strings. */ parts: Rest) -> [s] { text_lists::joined(parts.0) }

    /// The string in capital letters.
    ///
    /// >>> upper("abc")
    /// ans = ABC
    ///
    /// See also: lower
    fn upper(cx, /** A string, or a cell of strings. */ s: Value) -> [t] { text_lists::each_if_text(s, &|s| s.to_uppercase()) }

    /// The string in small letters.
    ///
    /// >>> lower("ABC")
    /// ans = abc
    ///
    /// See also: upper
    fn lower(cx, /** A string, or a cell of strings. */ s: Value) -> [t] { text_lists::each_if_text(s, &|s| s.to_lowercase()) }

    /// The string without blanks at its ends.
    ///
    /// >>> size(strtrim("  a "))
    /// ans = 1×2
    ///    1   1
    ///
    /// See also: strrep
    fn strtrim(cx, /** A string, or a cell of strings. */ s: Value) -> [t] {
        text_lists::each_text("strtrim", s, &|s| s.trim_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r', '\0']).to_string())
    }

    /// The string with every `old` replaced by `new`.
    ///
    /// >>> strrep("a-b-c", "-", "+")
    /// ans = a+b+c
    ///
    /// See also: strtrim
    fn strrep(cx, /** A string, or a cell of strings. */ s: Value, /** What to replace. */ old: String, /** By what. */ new: String) -> [t] {
        text_lists::each_text("strrep", s, &|s| if old.is_empty() { s.into() } else { s.replace(&old, &new) })
    }

    /// Whether two strings are equal; with cells of strings, which of them are. False for anything that is not a string.
    ///
    /// >>> strcmp("a", "a")
    /// ans = 1
    /// >>> strcmp({"a", "b"}, "b")
    /// ans = 1×2 logical
    ///   0  1
    ///
    /// See also: strcmpi, strncmp, isequal
    fn strcmp(cx, /** A string, or a cell of strings. */ a: Value, /** A string, or a cell of strings. */ b: Value) -> [t] {
        text_lists::compared("strcmp", &a, &b, &|a, b| a.as_str() == b.as_str() && a.shape() == b.shape())
    }

    /// Whether two strings are equal but for capitals.
    ///
    /// >>> strcmpi("A", "a")
    /// ans = 1
    ///
    /// See also: strcmp, strncmpi
    fn strcmpi(cx, /** A string, or a cell of strings. */ a: Value, /** A string, or a cell of strings. */ b: Value) -> [t] {
        text_lists::compared("strcmpi", &a, &b, &|a, b| a.as_str().to_lowercase() == b.as_str().to_lowercase())
    }

    /// Whether the first `n` characters of two strings are equal.
    ///
    /// >>> strncmp("abcd", "abxx", 2)
    /// ans = 1
    ///
    /// See also: strcmp, strncmpi
    fn strncmp(cx, /** A string, or a cell of strings. */ a: Value, /** A string, or a cell of strings. */ b: Value, /** How many characters. */ n: Count) -> [t] {
        text_lists::compared("strncmp", &a, &b, &|a, b| same_start(a.as_str(), b.as_str(), n.0))
    }

    /// Whether the first `n` characters of two strings are equal but for capitals.
    ///
    /// >>> strncmpi("ABcd", "abxx", 2)
    /// ans = 1
    ///
    /// See also: strcmpi, strncmp
    fn strncmpi(cx, /** A string, or a cell of strings. */ a: Value, /** A string, or a cell of strings. */ b: Value, /** How many characters. */ n: Count) -> [t] {
        text_lists::compared("strncmpi", &a, &b, &|a, b| same_start(&a.as_str().to_lowercase(), &b.as_str().to_lowercase(), n.0))
    }

    /// Stops with an error that `try` can catch.
    ///
    /// `error(template, …)` fills a template as printf does; `error("Part:name", template, …)` gives it an identifier.
    ///
    /// >>> error("k is %d, and must be positive", 0)
    /// error: k is 0, and must be positive
    ///
    /// See also: warning, printf
    fn error(cx, /** The message, or an identifier. */ template: Value, /** What fills it. */ values: Rest) { fail(&template, values.0) }

    /// Reports something that stops nothing.
    ///
    /// `warning("Part:name", template, …)` gives it an identifier.
    ///
    /// >>> warning("rank %d is low", 2)
    /// warning: rank 2 is low
    ///
    /// See also: error
    fn warning(cx, /** The message, or an identifier. */ template: Value, /** What fills it. */ values: Rest) { warn(cx.host, &template, values.0) }

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

fn show_plain(host: &mut dyn Host, x: &Value) -> Result<()> {
    let text = display_text(x, host.style());
    host.print(&(text + "\n"));
    Ok(())
}

fn template_of(value: &Value) -> Result<Arc<Text>> {
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

fn formatted(template: &Value, values: &[Value]) -> Result<String> {
    printf::format(&*template_of(template)?, values)
}

fn print(host: &mut dyn Host, template: &Value, values: &[Value]) -> Result<()> {
    let text = formatted(template, values)?;
    host.print(&text);
    Ok(())
}

fn print_to(host: &mut dyn Host, fid: Value, mut values: Vec<Value>) -> Result<()> {
    match (fid.as_text(), fid.as_number()) {
        (None, Some(fid @ (1.0 | 2.0))) if !values.is_empty() => {
            let template = values.remove(0);
            let text = formatted(&template, &values)?;
            if fid == 1.0 {
                host.print(&text);
            } else {
                host.print_error(&text);
            }
            Ok(())
        }
        (None, Some(fid)) if !values.is_empty() => {
            Err(Fault::new(format!("fprintf: there is no open file {fid}"))
                .hint("1 is standard output, 2 standard error"))
        }
        _ => print(host, &fid, &values),
    }
}

fn number_text(x: Value, digits: Option<Value>) -> Result<Value> {
    if let Value::Text(_) = x {
        return Ok(x);
    }
    if let Some(Value::Text(template)) = &digits {
        return Ok(printf::format(template, &[x])?.into());
    }
    let is_complex = matches!(x, Value::Complex(_));
    if is_complex {
        return Ok(display_text(&x, &Default::default()).trim().into());
    }
    let array = x.to_array()?;
    if array.data.rows() > 1 {
        return Err(Fault::unsupported("a column of strings")
            .hint("mat2str(A) writes a matrix on one line, disp(A) shows it"));
    }
    let entries = array.data.as_slice();
    let largest = entries.iter().filter(|x| x.is_finite()).fold(0.0f64, |m, x| m.max(x.abs()));
    let is_whole = entries.iter().all(|x| !x.is_finite() || x.fract() == 0.0);
    let before_point = if largest > 0.0 { largest.log10().floor() as i32 } else { 0 };
    let precision = match digits.and_then(|d| d.as_number()) {
        Some(digits) if digits >= 0.0 => digits as usize,
        Some(_) => return Err(Fault::new("num2str: digits must not be negative")),
        None if is_whole => 17,
        None => (before_point + 5).clamp(5, 16) as usize,
    };
    let words: Vec<String> = entries.iter().map(|x| number_word(*x, precision)).collect();
    // Octave's columns: two blanks between whole numbers, a generous field for others.
    let has_sign = entries.iter().any(|x| *x < 0.0);
    let width = match is_whole {
        true => words.iter().map(String::len).max().unwrap_or(0) + 2,
        false => precision + 7 + usize::from(has_sign),
    };
    let row: String = words.iter().map(|word| format!("{word:>width$}")).collect();
    Ok(row.trim_start().into())
}

fn number_word(x: f64, precision: usize) -> String {
    if x.is_nan() {
        "NaN".into()
    } else if x.is_infinite() {
        if x > 0.0 { "Inf".into() } else { "-Inf".into() }
    } else if x.fract() == 0.0 && x.abs() < 1e15 {
        format!("{}", x as i64)
    } else {
        printf::general(x, precision, false)
    }
}

fn matrix_text(a: Value, digits: usize) -> Result<String> {
    if let Some(text) = a.as_text() {
        return Ok(format!("\"{text}\""));
    }
    let is_logical = matches!(a, Value::Bool(_) | Value::Bools(_));
    let array = a.to_array()?;
    let word = |x: f64| match (is_logical, x == 1.0) {
        (true, true) => "true".into(),
        (true, false) => "false".into(),
        _ => number_word(x, digits),
    };
    let (m, n) = (array.data.rows(), array.data.cols());
    if m == 1 && n == 1 {
        return Ok(word(array.data.as_slice()[0]));
    }
    if m == 0 || n == 0 {
        return Ok(format!("zeros({m},{n})"));
    }
    let row = |i: usize| (0..n).map(|j| word(array.data[(i, j)])).collect::<Vec<_>>().join(" ");
    Ok(format!("[{}]", (0..m).map(row).collect::<Vec<_>>().join(";")))
}

fn all_parsed(s: &Value) -> Value {
    match s {
        Value::Cell(cells) => {
            let numbers = cells.as_slice().iter().map(parsed).collect();
            matfac::Matrix::from_vec(cells.rows(), cells.cols(), numbers).into()
        }
        other => parsed(other).into(),
    }
}

fn parsed(s: &Value) -> f64 {
    let Some(text) = s.as_text() else { return f64::NAN };
    let text = text.trim().replace(',', "");
    match text.to_ascii_lowercase().as_str() {
        "inf" | "+inf" => f64::INFINITY,
        "-inf" => f64::NEG_INFINITY,
        // Rust reads these words too; Octave does not.
        word if word.contains("inf") || word.contains("nan") => f64::NAN,
        word => word.replace('d', "e").parse().unwrap_or(f64::NAN),
    }
}

/// Whether the first `n` characters are the same, of which there may be fewer.
fn same_start(a: &str, b: &str, n: usize) -> bool {
    a.chars().take(n).eq(b.chars().take(n))
}

/// The identifier, when the first argument is one and a template follows.
fn split_identifier(template: &Value, values: Vec<Value>) -> Result<(String, String)> {
    let text = template_of(template)?;
    let is_word = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "-_".contains(c))
    };
    let parts: Vec<&str> = text.as_str().split(':').collect();
    let is_identifier = parts.len() > 1 && parts.iter().all(|part| is_word(part));
    match values.split_first() {
        Some((template, values)) if is_identifier => {
            Ok((text.as_str().into(), formatted(template, values)?))
        }
        _ => Ok((String::new(), printf::format(&text, &values)?)),
    }
}

fn fail(template: &Value, values: Vec<Value>) -> Result<()> {
    let (identifier, message) = split_identifier(template, values)?;
    Err(Fault::new(message).identified(&identifier))
}

fn warn(host: &mut dyn Host, template: &Value, values: Vec<Value>) -> Result<()> {
    if matches!(template.as_text(), Some("on" | "off" | "query" | "error")) {
        return Err(Fault::unsupported("switching warnings on and off"));
    }
    let (identifier, message) = split_identifier(template, values)?;
    host.warn(&identifier, &message);
    Ok(())
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
