//! Every `>>>` example in the help is run, and what it shows is compared with what the help says.

use crate::common::run_in;
use mf::session::Session;
use std::fmt::Write;

/// One `>>>` line and the lines under it.
#[derive(Debug, Default)]
struct Example {
    program: String,
    expected: Vec<String>,
}

/// The lines of an entry's documentation, without the blank that follows `///`.
fn documentation(entry: &mf::builtins::Entry) -> impl Iterator<Item = &'static str> {
    entry.doc.iter().map(|line| line.strip_prefix(' ').unwrap_or(line))
}

/// The examples of a comment, in order. `...` continues the line above.
fn examples<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut is_open = false;
    for line in lines {
        let line = line.trim_end();
        if let Some(program) = line.strip_prefix(">>>") {
            found.push(Example { program: program.trim().into(), expected: Vec::new() });
            is_open = true;
        } else if line.is_empty() {
            is_open = false;
        } else if let (true, Some(example)) = (is_open, found.last_mut()) {
            match line.strip_prefix("... ") {
                Some(more) if example.expected.is_empty() => {
                    example.program.push('\n');
                    example.program.push_str(more);
                }
                _ => example.expected.push(line.into()),
            }
        }
    }
    found
}

fn without_blanks<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    lines.map(|l| l.trim_end().to_string()).filter(|l| !l.is_empty()).collect()
}

/// Runs the examples of one function in a session of its own; a report of those that fail.
fn failures(name: &str, examples: &[Example]) -> String {
    let session = Session::start();
    let mut report = String::new();
    for Example { program, expected } in examples {
        let run = run_in(&session, program);
        let error = run.error.map(|error| error.headline());
        // Warnings come before what is shown, and an error after it.
        let shown = run.output.lines().map(str::to_string);
        let lines: Vec<String> = run.warnings.into_iter().chain(shown).chain(error).collect();
        let got = without_blanks(lines.iter().map(String::as_str));
        let expected = without_blanks(expected.iter().map(String::as_str));
        if got != expected {
            let (expected, got) = (expected.join("\n    "), got.join("\n    "));
            // Writing to a string cannot fail.
            let _ = writeln!(
                report,
                "{name}: >>> {program}\n  expected\n    {expected}\n  got\n    {got}"
            );
        }
    }
    report
}

#[test]
fn every_example_of_the_table_gives_what_it_says() {
    let mut report = String::new();
    for entry in mf::builtins::entries() {
        report += &failures(entry.name, &examples(documentation(entry)));
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn every_example_of_the_standard_library_gives_what_it_says() {
    let mut report = String::new();
    for function in mf::session::LibraryFunction::all() {
        report += &failures(function.name, &examples(function.comment.lines()));
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn a_wrong_example_is_noticed() {
    let wrong = examples(["Text.", "", ">>> 1 + 1", "ans = 3", ">>> x = 2;"].into_iter());
    assert_eq!(wrong.len(), 2);
    let report = failures("sum", &wrong);
    assert!(report.contains("ans = 3") && report.contains("ans = 2"), "{report}");
}
