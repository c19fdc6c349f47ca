//! `mf check` (layer 5): what is wrong with programs that shows without running them.
//!
//! That is a text that does not parse, a name that nothing has, and a keyword that a function does not take (`names`).
//! Findings are the command's output; files that cannot be read are told on standard error.

mod names;

use crate::eval;
use crate::printer::takes_colour;
use crate::session::{unknown_words, without_words};
use crate::sources;
use crate::syntax::{Diagnostic, Source, on_a_deep_stack, parse};
use names::Names;
use serde_json::Value as Json;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Checks files, and what lies in folders; a finding is one line each when `short`. The exit status.
pub fn run(paths: &[PathBuf], short: bool) -> i32 {
    let files = match sources::files(paths, &["mf", "ipynb"]) {
        Ok(files) => files,
        Err(sentence) => return complain(&sentence),
    };
    let colour = takes_colour(io::stdout().is_terminal());
    let mut status = 0;
    for file in &files {
        let findings = match programs(file) {
            Ok(programs) => findings(&programs, file),
            // Of what lies in a folder only mf's own is meant.
            Err(NotChecked::Foreign(_)) if !paths.contains(file) => continue,
            Err(NotChecked::Foreign(sentence) | NotChecked::Broken(sentence)) => {
                status = complain(&sentence);
                continue;
            }
        };
        for finding in findings {
            status = 1;
            let report = match short {
                true => format!("{}{}\n", place(&finding, file), finding.headline()),
                false => finding.render(colour),
            };
            if io::stdout().write_all(report.as_bytes()).is_err() {
                // Nobody reads on.
                return status;
            }
        }
    }
    status
}

/// `file:line:column: `
fn place(finding: &Diagnostic, file: &Path) -> String {
    finding.place().unwrap_or_else(|| file.display().to_string()) + ": "
}

fn complain(sentence: &str) -> i32 {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr(), "error: {sentence}");
    1
}

/// What is wrong with a file whose programs run one after another, as the cells of a notebook do. Front ends' words are
/// taken for what they are.
pub fn findings(programs: &[Source], file: &Path) -> Vec<Diagnostic> {
    // The tree of a long sum is deep, for its drop too.
    on_a_deep_stack(|| findings_here(programs, file))
}

fn findings_here(programs: &[Source], file: &Path) -> Vec<Diagnostic> {
    let mut list = Vec::new();
    let mut parsed = Vec::new();
    for source in programs {
        list.extend(unknown_words(source).into_iter().map(|fault| fault.into_diagnostic()));
        match parse(&Source::new(source.name.clone(), without_words(&source.text))) {
            Ok(program) => parsed.push((source, program)),
            // It is shown in the text as it stands.
            Err(mut error) => {
                error.source = error.source.map(|_| source.clone());
                list.push(*error);
            }
        }
    }
    for (source, program) in &parsed {
        list.extend(eval::check(source, program).err().map(|error| *error));
    }
    // Names that a text which does not parse would make are not known.
    if parsed.len() == programs.len() {
        list.extend(Names::new(file).findings(&parsed));
    }
    list.sort_by_key(|finding| {
        let is_source = |source: &Source| Some(source) == finding.source.as_ref();
        let start = finding.labels.first().map(|(span, _)| span.start);
        (programs.iter().position(is_source), start)
    });
    list
}

/// Why a file has no programs to check.
enum NotChecked {
    /// It cannot be read.
    Broken(String),
    /// It is a notebook in another language.
    Foreign(String),
}

impl From<String> for NotChecked {
    fn from(sentence: String) -> NotChecked {
        NotChecked::Broken(sentence)
    }
}

/// The programs of a file: itself, or the cells of a notebook.
fn programs(file: &Path) -> Result<Vec<Source>, NotChecked> {
    if file.extension().is_some_and(|extension| extension == "ipynb") {
        return cells(file);
    }
    Ok(vec![sources::read(file)?])
}

/// The language of a notebook in lower case, where it says.
fn language(notebook: &Json) -> Option<String> {
    let metadata = &notebook["metadata"];
    let told = [&metadata["kernelspec"]["language"], &metadata["language_info"]["name"]];
    told.into_iter().find_map(Json::as_str).map(str::to_lowercase)
}

/// The cells of a notebook that hold code.
fn cells(file: &Path) -> Result<Vec<Source>, NotChecked> {
    let name = file.display();
    let notebook: Json = serde_json::from_slice(&sources::contents(file)?)
        .map_err(|error| format!("{name} is not a notebook: {error}"))?;
    let list = notebook["cells"].as_array().ok_or(format!("{name} is not a notebook"))?;
    if let Some(other) = language(&notebook)
        && !matches!(other.as_str(), "mf" | "octave" | "matlab")
    {
        return Err(NotChecked::Foreign(format!("{name} is a notebook in {other}, not in mf")));
    }
    let mut programs = Vec::new();
    for (i, cell) in list.iter().enumerate().filter(|(_, cell)| cell["cell_type"] == "code") {
        let text: String = match &cell["source"] {
            Json::Array(lines) => lines.iter().filter_map(Json::as_str).collect(),
            other => other.as_str().unwrap_or_default().to_string(),
        };
        programs.push(Source::new(format!("{name} cell {}", i + 1), text));
    }
    Ok(programs)
}
