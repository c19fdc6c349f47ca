//! Help, made from the table.

use super::entry::FURTHER;
use super::{Entry, Form, entries, find};
use std::fmt::Write;

/// The first sentence of an entry's documentation.
pub fn summary(entry: &Entry) -> String {
    summary_of(entry.doc)
}

fn summary_of(doc: &[&str]) -> String {
    let lines: Vec<&str> =
        doc.iter().map(|line| line.trim()).take_while(|line| !line.is_empty()).collect();
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

/// The whole help text of a function of the table, or of one written in mf whose comment is given.
pub fn help_text(name: &str, comment: Option<&str>) -> Option<String> {
    let mut out = String::new();
    // Writing to a string cannot fail.
    if let Some(entry) = find(name) {
        for line in signature(entry).lines() {
            let _ = writeln!(out, "  {line}");
        }
        out.push('\n');
        let (prose, examples, rest) = split(entry.doc);
        let _ = writeln!(out, "{}", prose.join("\n").trim_end());
        let params: Vec<_> = unique_params(entry);
        if !params.is_empty() {
            let _ = writeln!(out, "\nParameters");
            let width = params.iter().map(|p| p.name.len()).max().unwrap_or(0);
            for param in params {
                let doc = param.doc.iter().map(|l| l.trim()).collect::<Vec<_>>().join(" ");
                let _ = write!(out, "  {:width$}  {doc}", param.name);
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
                    let _ = write!(out, " ({})", notes.join("; "));
                }
                out.push('\n');
            }
        }
        if !examples.is_empty() {
            let _ = writeln!(out, "\nExample\n  {}", examples.join("\n  "));
        }
        if !rest.is_empty() {
            let _ = writeln!(out, "\n{}", rest.join("\n"));
        }
        return Some(out.trim_end().to_string() + "\n");
    }
    let comment = comment?;
    if comment.is_empty() {
        let _ = writeln!(out, "{name} is a function of yours without a comment.");
    } else {
        let _ = writeln!(out, "{comment}");
    }
    Some(out)
}

/// Prose, examples and what follows them.
fn split<'a>(doc: &[&'a str]) -> (Vec<&'a str>, Vec<&'a str>, Vec<&'a str>) {
    let (mut prose, mut examples, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    let mut in_example = false;
    for line in doc {
        let line = line.strip_prefix(' ').unwrap_or(line).trim_end();
        if line.starts_with(">>>") {
            in_example = true;
        } else if line.is_empty() {
            in_example = false;
        }
        if in_example {
            examples.push(line);
        } else if line.starts_with("See also") || line.starts_with("Reference") {
            rest.push(line);
        } else if examples.is_empty() || !line.is_empty() {
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
