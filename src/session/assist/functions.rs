//! What is known of a function, whoever wrote it: the table, the library, the user.

use crate::builtins::{self, Entry};
use crate::eval;
use crate::session::LibraryFunction;
use std::borrow::Cow;

/// A function, as completion and help show it.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name.
    pub name: Cow<'static, str>,
    /// How it is called, a line for each form.
    pub signature: String,
    /// What it does, on one line.
    pub summary: String,
    /// Its parameters that can be named.
    pub params: Vec<Parameter>,
    /// The whole help.
    pub help: String,
    /// How it is written, when it is written in mf.
    pub source: Option<String>,
}

/// A parameter.
#[derive(Debug, Clone, Default)]
pub struct Parameter {
    /// Its name, which is its keyword.
    pub name: String,
    /// What it takes, and its default.
    pub class: String,
    /// What it is for.
    pub doc: String,
    /// The words it takes, as they are written.
    pub options: Vec<String>,
    /// Its place in each calling form that has it, from 0.
    pub places: Vec<usize>,
}

impl Function {
    /// The function of that name that is not the user's.
    pub fn find(name: &str) -> Option<Function> {
        builtins::find(name)
            .map(Function::of_table)
            .or_else(|| LibraryFunction::find(name).map(Function::of_library))
    }

    fn of_table(entry: &'static Entry) -> Function {
        Function {
            name: entry.name.into(),
            signature: builtins::signature(entry),
            summary: builtins::summary(entry),
            params: table_parameters(entry),
            help: builtins::help_text(entry.name).unwrap_or_default(),
            source: None,
        }
    }

    fn of_library(function: &'static LibraryFunction) -> Function {
        let params = function.params.iter().map(String::as_str);
        Function {
            name: function.name.into(),
            signature: function.signature.clone(),
            summary: function.summary(),
            params: written_parameters(params, &function.signature, &function.comment),
            help: function.help(),
            source: super::super::stdlib::source(function.name).map(|s| s.text.to_string()),
        }
    }

    /// A function that the user wrote.
    pub fn of_user(function: &eval::Function) -> Function {
        let signature = function.signature();
        let params = function.params.iter().map(|param| &*param.name);
        Function {
            name: function.name.to_string().into(),
            signature: signature.into(),
            summary: builtins::summary_of(function.doc.lines()),
            params: written_parameters(params, signature, &function.doc),
            help: builtins::written_help(signature, &function.doc),
            source: Some(function.source.text[function.span.range()].to_string()),
        }
    }

    /// The parameter of that name.
    pub fn param(&self, name: &str) -> Option<&Parameter> {
        self.params.iter().find(|param| param.name == name)
    }
}

fn table_parameters(entry: &Entry) -> Vec<Parameter> {
    let mut list: Vec<Parameter> = Vec::new();
    for (place, param) in entry.forms.iter().flat_map(|form| form.params.iter().enumerate()) {
        if let Some(known) = list.iter_mut().find(|known| known.name == param.name) {
            known.places.push(place);
        } else if !param.is_rest && !param.is_named_rest {
            list.push(Parameter {
                name: param.name.into(),
                class: with_default(param.kind, param.default),
                doc: one_line(param.doc.iter().copied()),
                options: words(param),
                places: vec![place],
            });
        }
    }
    list
}

fn words(param: &builtins::Param) -> Vec<String> {
    match param.kind {
        "true or false" => vec!["true".into(), "false".into()],
        _ => param.options.iter().map(|word| format!("\"{word}\"")).collect(),
    }
}

fn with_default(class: &str, default: Option<&str>) -> String {
    match default {
        Some(default) => format!("{class}, default {default}"),
        None => class.into(),
    }
}

fn one_line<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

fn written_parameters<'a>(
    names: impl Iterator<Item = &'a str>,
    signature: &str,
    comment: &str,
) -> Vec<Parameter> {
    let named = names.enumerate().filter(|(_, name)| !matches!(*name, "varargin" | "~"));
    let list = named.map(|(place, name)| Parameter {
        name: name.into(),
        class: default_in(signature, name).map_or_else(String::new, |d| format!("default {d}")),
        doc: described_in(comment, name),
        options: Vec::new(),
        places: vec![place],
    });
    list.collect()
}

/// The default of a parameter, as a function's first line has it.
fn default_in<'a>(signature: &'a str, name: &str) -> Option<&'a str> {
    let list = signature.split_once('(')?.1;
    let mut depth = 0;
    let mut parts = list.split(|c| {
        depth += i32::from(matches!(c, '(' | '[' | '{')) - i32::from(matches!(c, ')' | ']' | '}'));
        c == ',' && depth == 0 || c == ')' && depth < 0
    });
    parts.find_map(|part| {
        let (found, default) = part.split_once('=')?;
        (found.trim() == name).then(|| default.trim())
    })
}

/// What a comment's list of parameters says of one: the lines from its name to the next name.
fn described_in(comment: &str, name: &str) -> String {
    let list = comment.lines().skip_while(|line| line.trim() != "Parameters").skip(1);
    let list: Vec<&str> = list.take_while(|line| !line.trim().is_empty()).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let outer = list.iter().map(|line| indent(line)).min().unwrap_or(0);
    let mut lines = list
        .into_iter()
        .skip_while(|line| indent(line) != outer || line.split_whitespace().next() != Some(name));
    let first = lines.next().map_or("", |line| line.trim().split_once(' ').unwrap_or_default().1);
    one_line(std::iter::once(first).chain(lines.take_while(|line| indent(line) > outer)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_functions_of_both_kinds() {
        let nmf = Function::find("nmf").unwrap();
        let init = nmf.param("init").unwrap();
        assert!(init.options.contains(&"\"nndsvd\"".to_string()), "{init:?}");
        assert!(nmf.param("k").unwrap().places.contains(&1));
        let softmax = Function::find("softmax").unwrap();
        let dim = softmax.param("dim").unwrap();
        assert_eq!(dim.class, "default 1 + (rows(X) == 1)");
        assert!(dim.doc.starts_with("1 for down the columns"), "{dim:?}");
        assert!(softmax.source.unwrap().contains("function S = softmax"));
    }

    #[test]
    fn lists_of_parameters_are_read_line_by_line() {
        let comment = "Sums.\n\nParameters\n  a   One\n      and more.\n  ab  Two.\n\nEnd";
        assert_eq!(described_in(comment, "a"), "One and more.");
        assert_eq!(described_in(comment, "ab"), "Two.");
        assert_eq!(described_in(comment, "b"), "");
        assert_eq!(described_in("", "a"), "");
    }
}
