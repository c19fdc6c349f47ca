//! `mf fmt`: the layout of every program there is means what the program means, and is laid out.

use fancy_regex::Regex;
use mf::syntax::{Source, formatted, parse};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

fn files(folder: &Path, extensions: &[&str], list: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // What Octave answered, tables of numbers, and thousands of lines that are alike.
        if ["expected", "references", "contract_sparse"].iter().any(|name| path.ends_with(name)) {
            continue;
        }
        if path.is_dir() {
            files(&path, extensions, list);
        } else if path.extension().is_some_and(|e| extensions.iter().any(|known| e == *known)) {
            list.push(path);
        }
    }
}

/// The programs of the project: files, and line by line those of the tests that are no program as a whole.
pub fn corpus() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["stdlib", "notebooks", "tests"] {
        files(&root.join(folder), &["mf", "m", "txt"], &mut paths);
    }
    let mut list = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        if parse(&Source::new("corpus", text.as_str())).is_ok() {
            list.push((name, text));
            continue;
        }
        let lines = text.lines().enumerate();
        list.extend(lines.map(|(i, line)| (format!("{name}:{}", i + 1), line.to_string())));
    }
    list
}

/// The tree without places: two texts that have the same mean the same.
fn tree(text: &str) -> Option<String> {
    static SPAN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"Span \{ start: \d+, end: \d+ \}").unwrap());
    let program = parse(&Source::new("corpus", text)).ok()?;
    Some(SPAN.replace_all(&format!("{program:?}"), "").into_owned())
}

fn laid_out(name: &str, text: &str) -> String {
    let source = Source::new(name, text);
    formatted(&source).unwrap_or_else(|error| panic!("{name}\n{text}\n{}", error.render(false)))
}

/// The same program as someone writes it who does not care.
fn careless(text: &str, line_end: &str) -> String {
    let lines = text.lines().map(|line| format!("{}{line_end}", line.trim()));
    lines.collect::<String>().trim_end().to_string()
}

#[test]
fn the_layout_of_every_program_is_laid_out_and_means_the_same() {
    let mut count = 0;
    for (name, text) in corpus() {
        let Some(meaning) = tree(&text) else { continue };
        count += 1;
        let once = laid_out(&name, &text);
        assert_eq!(tree(&once).as_ref(), Some(&meaning), "{name}\n{once}");
        assert_eq!(laid_out(&name, &once), once, "{name} is not stable");
        for line in once.lines() {
            assert_eq!(line.trim_end(), line, "{name}: blanks at the end of a line");
        }
    }
    assert!(count > 300, "{count} programs");
}

#[test]
fn careless_programs_too() {
    let mut count = 0;
    // Some programs, and a way of being careless for each.
    let ways = ["\n", "\r\n", "\n\n\n\n"];
    for ((name, text), line_end) in corpus().into_iter().step_by(4).zip(ways.iter().cycle()) {
        let text = careless(&text, line_end);
        let Some(meaning) = tree(&text) else { continue };
        count += 1;
        let once = laid_out(&name, &text);
        assert_eq!(tree(&once), Some(meaning), "{name}\n{once}");
        assert_eq!(laid_out(&name, &once), once, "{name} is not stable");
        assert!(!once.contains("\n\n\n\n"), "{name}");
    }
    assert!(count > 60, "{count} programs");
}

#[test]
fn every_file_of_the_language_is_laid_out() {
    let mut wanting = Vec::new();
    for (name, text) in corpus().iter().filter(|(name, _)| name.ends_with(".mf")) {
        if laid_out(name, text) != *text {
            wanting.push(name.clone());
        }
    }
    assert!(wanting.is_empty(), "mf fmt lays them out:\n{}", wanting.join("\n"));
}
