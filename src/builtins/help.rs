//! Help, made from the table.

use super::entry::FURTHER;
use super::{Entry, Form, entries, find};

/// The first sentence of an entry's documentation.
pub fn summary(entry: &Entry) -> String {
    summary_of(entry.doc.iter().copied())
}

/// The first paragraph of a documentation, on one line.
pub fn summary_of<'a>(doc: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<&str> = doc.map(str::trim).take_while(|line| !line.is_empty()).collect();
    lines.join(" ")
}

fn form_signature(name: &str, form: &Form) -> String {
    let mut params = Vec::new();
    for param in form.params {
        params.push(match param.default {
            _ if param.is_rest => "…".to_string(),
            _ if param.is_named_rest => "name=value, …".to_string(),
            Some(default) => format!("{}={default}", param.name),
            None if param.is_required => param.name.to_string(),
            None => format!("{}=", param.name),
        });
    }
    let outputs = match form.outputs {
        [] => String::new(),
        [one] if *one != FURTHER => format!("{one} = "),
        several => format!("[{}] = ", several.join(", ").replace(FURTHER, "…")),
    };
    format!("{outputs}{name}({})", params.join(", "))
}

/// How a function is called, one line for each form.
pub fn signature(entry: &Entry) -> String {
    let forms: Vec<String> =
        entry.forms.iter().map(|form| form_signature(entry.name, form)).collect();
    forms.join("\n")
}

/// The whole help text of a function of the table.
pub fn help_text(name: &str) -> Option<String> {
    let entry = find(name)?;
    // Rust keeps the blank behind `///`.
    let doc: Vec<&str> =
        entry.doc.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    Some(laid_out(&signature(entry), &doc, &parameters(entry)))
}

/// The whole help text of a function written in mf, made from its first line and its comment, whose prose lists the
/// parameters.
pub fn written_help(signature: &str, comment: &str) -> String {
    if comment.is_empty() {
        return format!("  {signature}\n\nA function of yours without a comment.\n");
    }
    laid_out(signature, &comment.lines().collect::<Vec<_>>(), "")
}

/// Signature, prose, parameters, examples, and what follows them.
fn laid_out(signature: &str, doc: &[&str], parameters: &str) -> String {
    let (prose, examples, rest) = split(doc);
    let mut out: String = signature.lines().map(|line| format!("  {line}\n")).collect();
    out += &format!("\n{}\n{parameters}", prose.join("\n").trim_end());
    if !examples.is_empty() {
        out += &format!("\nExample\n  {}\n", examples.join("\n  "));
    }
    if !rest.is_empty() {
        out += &format!("\n{}\n", rest.join("\n"));
    }
    out
}

/// The parameters of all forms, each on its line.
fn parameters(entry: &Entry) -> String {
    let rows = parameter_rows(entry);
    if rows.is_empty() {
        return String::new();
    }
    let mut out = String::from("\nParameters\n");
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, text) in rows {
        out += &format!("  {name:width$}  {text}\n");
    }
    out
}

/// The parameters of all forms, each with what there is to say of it.
pub fn parameter_rows(entry: &Entry) -> Vec<(&'static str, String)> {
    let row = |param: &'static super::Param| {
        let mut text = param.doc.iter().map(|l| l.trim()).collect::<Vec<_>>().join(" ");
        let mut notes = Vec::new();
        if param.doc.is_empty() {
            notes.push(param.kind.to_string());
        }
        if !param.options.is_empty() {
            notes.push(format!("one of {}", param.options.join(", ")));
        }
        if let Some(default) = param.default {
            notes.push(format!("default {default}"));
        }
        if !notes.is_empty() {
            text += &format!(" ({})", notes.join("; "));
        }
        (param.name, text)
    };
    unique_params(entry).into_iter().map(row).collect()
}

/// Prose, examples and what follows them.
fn split<'a>(doc: &[&'a str]) -> (Vec<&'a str>, Vec<&'a str>, Vec<&'a str>) {
    let (mut prose, mut examples, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    let mut in_example = false;
    for line in doc {
        let line = line.trim_end();
        if line.starts_with(">>>") {
            in_example = true;
        } else if line.is_empty() {
            in_example = false;
        }
        if in_example {
            examples.push(line);
        } else if line.starts_with("See also") || line.starts_with("Reference") {
            rest.push(line);
        } else if !line.is_empty() || examples.is_empty() && prose.last() != Some(&line) {
            // Where a reference or an example was taken out, one blank line is enough.
            prose.push(line);
        }
    }
    (prose, examples, rest)
}

fn unique_params(entry: &Entry) -> Vec<&'static super::Param> {
    let mut params: Vec<&super::Param> = Vec::new();
    for param in entry.forms.iter().flat_map(|f| f.params) {
        if !params.iter().any(|p| p.name == param.name) {
            params.push(param);
        }
    }
    params
}

/// Group, name and summary of every function of the table.
pub fn catalogue() -> Vec<(String, String, String)> {
    entries().map(|e| (e.group.to_string(), e.name.to_string(), summary(e))).collect()
}
