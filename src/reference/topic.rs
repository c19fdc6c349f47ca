//! What the reference says of one function.

use crate::builtins::{self, Entry, summary_of};
use crate::session::LibraryFunction;

/// A function of the table or of the standard library.
#[derive(Debug, Default)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// The group it is listed in.
    pub group: String,
    /// The first sentences.
    pub summary: String,
    /// How it is called, a line each.
    pub signature: String,
    /// Paragraphs; lines that begin with blanks are as they are.
    pub prose: Vec<String>,
    /// Names of parameters, and what they are.
    pub params: Vec<(String, String)>,
    /// Programs.
    pub examples: Vec<String>,
    /// Functions to look at too.
    pub see_also: Vec<String>,
    /// Where the method is described.
    pub references: String,
}

/// All functions: groups in the order of the table, names in theirs.
pub fn all() -> Vec<Topic> {
    let mut topics: Vec<Topic> = builtins::entries().map(of_table).collect();
    topics.extend(LibraryFunction::all().iter().map(of_library));
    let mut groups: Vec<String> = Vec::new();
    for topic in &topics {
        if !groups.contains(&topic.group) {
            groups.push(topic.group.clone());
        }
    }
    topics.sort_by_cached_key(|topic| {
        let group = groups.iter().position(|group| *group == topic.group);
        (group, topic.name.to_lowercase(), topic.name.clone())
    });
    topics
}

fn of_table(entry: &Entry) -> Topic {
    // Rust keeps the blank behind `///`.
    let lines = entry.doc.iter().map(|line| line.strip_prefix(' ').unwrap_or(line));
    let params = builtins::parameter_rows(entry);
    Topic {
        name: entry.name.into(),
        group: entry.group.into(),
        signature: builtins::signature(entry),
        params: params.into_iter().map(|(name, text)| (name.to_string(), text)).collect(),
        ..read(lines)
    }
}

fn of_library(function: &LibraryFunction) -> Topic {
    Topic {
        name: function.name.into(),
        group: function.group.into(),
        signature: function.signature.clone(),
        ..read(function.comment.lines())
    }
}

/// What a line of a documentation goes on with.
#[derive(PartialEq)]
enum Part {
    Prose,
    Example,
    Output,
    Parameters,
    Reference,
}

/// Takes a documentation apart.
fn read<'a>(lines: impl Iterator<Item = &'a str> + Clone) -> Topic {
    let mut topic = Topic { summary: summary_of(lines.clone()), ..Topic::default() };
    let mut part = Part::Prose;
    let mut is_new = true;
    for line in lines.map(str::trim_end) {
        if line.is_empty() {
            is_new = true;
            if part != Part::Parameters {
                part = Part::Prose;
            }
        } else if let Some(program) = line.strip_prefix(">>>") {
            topic.examples.push(program.trim().into());
            part = Part::Example;
        } else if let Some(names) = line.strip_prefix("See also:") {
            topic.see_also.extend(names.split(',').map(|name| name.trim().to_string()));
            part = Part::Reference;
        } else if let Some(text) = line.strip_prefix("Reference") {
            let text = text.trim_start_matches('s').trim_start_matches(':').trim();
            add(&mut topic.references, text);
            part = Part::Reference;
        } else if line == "Parameters" {
            part = Part::Parameters;
        } else {
            match part {
                Part::Example => match (line.strip_prefix("... "), topic.examples.last_mut()) {
                    (Some(more), Some(program)) => {
                        program.push('\n');
                        program.push_str(more);
                    }
                    // What the example shows is found by running it.
                    _ => part = Part::Output,
                },
                Part::Output => {}
                Part::Parameters if line.starts_with(' ') => parameter(&mut topic, line),
                Part::Reference if !topic.references.is_empty() => add(&mut topic.references, line),
                _ => {
                    part = Part::Prose;
                    paragraph(&mut topic.prose, line, is_new);
                }
            }
            is_new = false;
        }
    }
    topic
}

fn add(text: &mut String, more: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(more);
}

/// `  name  What it is.`, or more of what the last one is.
fn parameter(topic: &mut Topic, line: &str) {
    let (indent, rest) = (line.len() - line.trim_start().len(), line.trim_start());
    match (indent, rest.split_once("  "), topic.params.last_mut()) {
        (2, Some((name, text)), _) => topic.params.push((name.into(), text.trim().into())),
        (_, _, Some((_, text))) => add(text, rest),
        (_, _, None) => {}
    }
}

/// A line of prose: of the paragraph before unless one begins, or kept apart when it is set off by blanks.
fn paragraph(prose: &mut Vec<String>, line: &str, is_new: bool) {
    match prose.last_mut() {
        Some(last) if !is_new && last.starts_with("  ") == line.starts_with("  ") => {
            last.push('\n');
            last.push_str(line);
        }
        _ => prose.push(line.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_documentation_is_taken_apart() {
        let text = "One\nsentence.\n\nProse `x`.\n  set off\n\nParameters\n  a  First\n     and more.\n\n\
                    >>> x = 1\n... + 2\nx = 3\n>>> y\n\nAfter.\n\nSee also: lu, qr\nReference: A book,\n1999";
        let topic = read(text.lines());
        assert_eq!(topic.summary, "One sentence.");
        assert_eq!(topic.prose, ["One\nsentence.", "Prose `x`.", "  set off", "After."]);
        assert_eq!(topic.params, [("a".to_string(), "First and more.".to_string())]);
        assert_eq!(topic.examples, ["x = 1\n+ 2", "y"]);
        assert_eq!(topic.see_also, ["lu", "qr"]);
        assert_eq!(topic.references, "A book, 1999");
    }

    #[test]
    fn every_function_is_there_once() {
        let topics = all();
        let mut names: Vec<&str> = topics.iter().map(|topic| &*topic.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), topics.len());
        assert!(
            topics.iter().all(|topic| !topic.summary.is_empty() && !topic.signature.is_empty())
        );
    }
}
