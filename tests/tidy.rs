//! The house rules that a reader relies on and nobody would check by hand: layers, the table, file headers.

use mf::builtins;
use mf::session::LibraryFunction;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        // What the fuzz targets are built into lies beside them.
        if path.ends_with("target") {
            continue;
        }
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}

/// Modules that each module may name, besides itself. What is not listed here is a layer above.
const LANGUAGE: [(&str, &[&str]); 14] = [
    ("syntax", &[]),
    ("value", &["syntax"]),
    ("eval", &["syntax", "value"]),
    ("builtins", &["syntax", "value"]),
    ("session", &["syntax", "value", "eval", "builtins"]),
    ("terminal_picture", &[]),
    ("printer", &["syntax", "value", "session", "terminal_picture"]),
    ("run", &["syntax", "value", "session", "printer"]),
    ("repl", &["syntax", "value", "session", "printer"]),
    ("sources", &["syntax"]),
    ("check", &["syntax", "value", "eval", "builtins", "session", "printer", "sources"]),
    ("reference", &["syntax", "builtins", "session", "sources"]),
    ("formatting", &["syntax", "printer", "sources"]),
    ("kernel", &["syntax", "value", "session"]),
];

const NUMERICS: [(&str, &[&str]); 9] = [
    ("error", &[]),
    ("data", &["error", "linalg"]),
    ("linalg", &["error", "data"]),
    ("factor", &["error", "data", "linalg"]),
    ("sparse", &["error", "data", "linalg", "factor"]),
    ("models", &["error", "data", "linalg", "factor", "sparse"]),
    ("recommend", &["error", "data", "linalg", "factor", "sparse", "models"]),
    ("io", &["error", "data", "linalg", "factor"]),
    ("plot", &["error", "data", "linalg", "factor", "sparse", "models", "recommend", "io"]),
];

fn check_layers(source: &Path, layers: &[(&str, &[&str])]) -> Vec<String> {
    let known: HashSet<&str> = layers.iter().map(|(name, _)| *name).collect();
    let mut wrong = Vec::new();
    for (layer, may_use) in layers {
        let directory = source.join(layer);
        let files = match directory.is_dir() {
            true => rust_files(&directory),
            false => vec![source.join(format!("{layer}.rs"))],
        };
        // Tests may look where they want.
        for file in files.into_iter().filter(|file| !file.ends_with("tests.rs")) {
            let text = std::fs::read_to_string(&file).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
                for used in line.split("crate::").skip(1) {
                    let end = used.find(|c: char| !c.is_alphanumeric() && c != '_');
                    let module = &used[..end.unwrap_or(used.len())];
                    if known.contains(module) && module != *layer && !may_use.contains(&module) {
                        wrong.push(format!("{}: {layer} uses {module}", file.display()));
                    }
                }
            }
        }
    }
    wrong
}

#[test]
fn layers_look_only_down() {
    let mut wrong = check_layers(&root().join("src"), &LANGUAGE);
    wrong.extend(check_layers(&root().join("crates/matfac/src"), &NUMERICS));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_standard_library_is_complete_and_consistent() {
    let mut wrong = Vec::new();
    for function in LibraryFunction::all() {
        let name = function.name;
        wrong.extend(faults_of(name, function.comment.lines()));
        if builtins::find(name).is_some() {
            wrong.push(format!("{name}: declared in the table too"));
        }
        // `  x  A vector.`
        let described = |param: &str| {
            let mut section = function.comment.lines().skip_while(|line| *line != "Parameters");
            section.any(|line| {
                let said = line.trim_start().strip_prefix(param);
                line.starts_with("  ") && said.is_some_and(|said| said.starts_with("  "))
            })
        };
        for param in function.params.iter().filter(|param| *param != "~" && !described(param)) {
            wrong.push(format!("{name}: parameter {param} is not described"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is() {
    for directory in ["src", "crates/matfac/src", "tests", "benches"] {
        for file in rust_files(&root().join(directory)) {
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(text.starts_with("//! "), "{} does not open with //!", file.display());
        }
    }
}

fn see_also<'a>(doc: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let lines = doc.filter_map(|line| line.trim().strip_prefix("See also:"));
    lines.flat_map(|list| list.split(',').map(str::trim)).collect()
}

/// What is wrong with the documentation of a function of the table or of the standard library.
fn faults_of<'a>(name: &str, doc: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    let known =
        |name: &str| builtins::find(name).is_some() || LibraryFunction::find(name).is_some();
    let mut wrong = Vec::new();
    if !builtins::summary_of(doc.clone()).ends_with(['.', ':']) {
        wrong.push(format!("{name}: the summary is not a sentence"));
    }
    // `exit` would end the test, not show anything.
    let leaves = matches!(name, "exit" | "quit");
    if !leaves && !doc.clone().any(|line| line.trim().starts_with(">>>")) {
        wrong.push(format!("{name}: no example"));
    }
    let list = see_also(doc);
    if list.is_empty() {
        wrong.push(format!("{name}: no `See also:`"));
    }
    let missing = list.iter().filter(|other| !known(other));
    wrong.extend(missing.map(|other| format!("{name}: see also {other}, which does not exist")));
    wrong
}

#[test]
fn the_table_is_complete_and_consistent() {
    let mut names = HashSet::new();
    let mut wrong = Vec::new();
    for entry in builtins::entries() {
        wrong.extend(faults_of(entry.name, entry.doc.iter().copied()));
        let mut say = |what: &str| wrong.push(format!("{}: {what}", entry.name));
        if !names.insert(entry.name) {
            say("declared twice");
        }
        for form in entry.forms {
            let mut params = HashSet::new();
            for param in form.params {
                if !params.insert(param.name) {
                    say(&format!("parameter {} twice in one form", param.name));
                }
                let described = entry.forms.iter().flat_map(|f| f.params);
                let mut same = described.filter(|p| p.name == param.name);
                if !same.any(|p| !p.doc.is_empty()) {
                    say(&format!("parameter {} is not described", param.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn notebooks_have_the_cells_of_their_scripts() {
    let mut count = 0;
    for entry in std::fs::read_dir(root().join("notebooks")).unwrap() {
        let script = entry.unwrap().path();
        if script.extension().is_some_and(|extension| extension == "mf") {
            count += 1;
            let (script, notebook) = (&script, script.with_extension("ipynb"));
            let read = |path: &Path| std::fs::read_to_string(path).unwrap();
            assert_eq!(significant(&read(script)), significant(&as_script(&read(&notebook))));
        }
    }
    assert!(count > 1, "{count} scripts");
}

fn significant(text: &str) -> String {
    text.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

/// A notebook's cells as the script that they are made from.
fn as_script(notebook: &str) -> String {
    let notebook: serde_json::Value = serde_json::from_str(notebook).unwrap();
    let mut text = String::new();
    for cell in notebook["cells"].as_array().unwrap() {
        let lines = cell["source"].as_array().unwrap();
        let source: String = lines.iter().map(|line| line.as_str().unwrap()).collect();
        match cell["cell_type"].as_str().unwrap() {
            "markdown" => {
                for line in source.lines() {
                    text += format!("%% {line}").trim_end();
                    text.push('\n');
                }
            }
            _ => text += &format!("{}\n\n", source.trim_end()),
        }
    }
    text
}
