//! Strings cut into cells of strings, and joined again.

use super::argument::Words;
use super::entry::builtins;
use super::pattern::{Pattern, Reading};
use crate::syntax::unescape;
use crate::value::{Blame, Cells, Fault, Host, Result, Text, Value};
use std::sync::Arc;

builtins! { "cutting and joining strings";
    /// The strings of a cell joined, with a delimiter (a blank, unless given) between them.
    ///
    /// >>> strjoin({"a", "b", "c"}, ", ")
    /// ans = a, b, c
    ///
    /// See also: strsplit, strcat
    fn strjoin(cx, /** A cell of strings. */ parts: Arc<Cells>, /** What stands between, or a cell with one less than there are strings. */ delimiter: Words = " ") -> [s] { joined(&parts, &delimiter.0) }

    /// A string cut at a delimiter (a blank, unless given) or at any of a cell of delimiters; and the delimiters found.
    ///
    /// >>> c = strsplit("a,b,,c", ","); numel(c)
    /// ans = 3
    /// >>> c = strsplit("a,b,,c", ",", CollapseDelimiters=false); numel(c)
    /// ans = 4
    ///
    /// See also: ostrsplit, strjoin, regexp
    fn strsplit(cx,
        /** The string. */ s: String,
        /** The delimiter, or a cell of them. */ delimiter: Words = " ",
        /** Whether delimiters side by side are one. */ CollapseDelimiters: bool = true,
        /** "Simple", or "RegularExpression": delimiters are patterns. */ DelimiterType: String = "Simple",
    ) -> [c, matches] { split(cx.host, &s, &delimiter.0, CollapseDelimiters, &DelimiterType) }

    /// A string cut at every character of `separators`.
    ///
    /// >>> c = ostrsplit("a:b;c", ":;"); c{3}
    /// ans = c
    ///
    /// See also: strsplit
    fn ostrsplit(cx, /** The string. */ s: String, /** Characters. */ separators: String, /** Leave out empty parts. */ strip_empty: bool = false) -> [c] { cut(&s, &separators, strip_empty) }
}

fn joined(parts: &Cells, delimiters: &[String]) -> Result<String> {
    let gaps = parts.len().saturating_sub(1);
    if delimiters.len() != 1 && delimiters.len() != gaps {
        return Err(Fault::new(format!(
            "strjoin: {} delimiters for {} strings",
            delimiters.len(),
            parts.len()
        ))
        .identified("Octave:strjoin:cellstring_delimiter_mismatch")
        .blame(Blame::Positional(1)));
    }
    let delimiters: Vec<Box<str>> = delimiters.iter().map(|text| unescape(text)).collect();
    let mut out = String::new();
    for (k, part) in parts.as_slice().iter().enumerate() {
        if k > 0 {
            out += &delimiters[if delimiters.len() == 1 { 0 } else { k - 1 }];
        }
        out += part.as_text().ok_or_else(|| {
            Fault::new(format!("strjoin: there is a {} in the cell", part.describe()))
                .identified("Octave:invalid-fun-call")
                .hint("num2str(x) writes a number as text")
                .blame(Blame::Positional(0))
        })?;
    }
    Ok(out)
}

fn split(
    host: &mut dyn Host,
    s: &str,
    delimiters: &[String],
    collapse: bool,
    kind: &str,
) -> Result<(Value, Value)> {
    let alternatives: Vec<String> = match kind.to_lowercase().as_str() {
        "simple" => delimiters.iter().map(|text| literal(&unescape(text))).collect(),
        "regularexpression" => delimiters.to_vec(),
        _ => {
            return Err(Fault::new(format!("strsplit: there is no delimiter type \"{kind}\""))
                .hint("Simple or RegularExpression"));
        }
    };
    // An empty delimiter cuts nothing.
    let alternatives: Vec<String> = alternatives.into_iter().filter(|a| !a.is_empty()).collect();
    if alternatives.is_empty() {
        return Ok((Value::cell_row(vec![s.into()]), Value::cell_row(Vec::new())));
    }
    let any = alternatives.join("|");
    let pattern = if collapse { format!("(?:{any})+") } else { any };
    let reading = Reading {
        ignore_case: false,
        line_anchors: false,
        free_spacing: false,
        dot_except_newline: false,
        empty_matches: false,
        once: false,
    };
    let matches = Pattern::new("strsplit", &pattern, reading)?.matches(host, s)?;
    let (mut parts, mut found): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    let mut at = 0;
    for m in &matches {
        parts.push(s[at..m.span.0].into());
        found.push(s[m.span.0..m.span.1].into());
        at = m.span.1;
    }
    parts.push(s[at..].into());
    Ok((Value::cell_row(parts), Value::cell_row(found)))
}

/// A pattern that matches the text as it is.
fn literal(text: &str) -> String {
    let escape = |c: char| {
        if c.is_alphanumeric() { c.to_string() } else { format!("\\x{{{:x}}}", c as u32) }
    };
    text.chars().map(escape).collect()
}

fn cut(s: &str, separators: &str, strip_empty: bool) -> Result<Value> {
    if s.is_empty() {
        return Ok(Value::cell(Cells::from_vec(0, 0, Vec::new())));
    }
    let parts = s.split(|c| separators.contains(c));
    let kept = parts.filter(|part| !strip_empty || !part.is_empty());
    let value = |part: &str| match part {
        // What is left of a row of characters is a row of none.
        "" => Value::Text(Arc::new(Text::empty(1, 0))),
        part => part.into(),
    };
    Ok(Value::cell_row(kept.map(value).collect()))
}
