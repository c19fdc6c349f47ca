//! `mf doc --html`: every function is on the page, and no link leads nowhere.

use std::collections::HashSet;
use std::process::Command;

/// What stands between `before` and `after`, everywhere in a text.
fn between<'a>(text: &'a str, before: &str, after: char) -> Vec<&'a str> {
    let parts = text.split(before).skip(1);
    parts.map(|part| &part[..part.find(after).unwrap()]).collect()
}

#[test]
fn the_page_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mf"));
    let output = command.args(["doc", "--html"]).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = std::fs::read_to_string(folder.path().join("index.html")).unwrap();
    let articles: HashSet<&str> = between(&page, "<article id=\"", '"').into_iter().collect();
    let names = mf::builtins::entries().map(|entry| entry.name);
    for name in names.chain(mf::session::LibraryFunction::all().iter().map(|f| f.name)) {
        assert!(articles.contains(name), "{name} is missing");
    }
    let nowhere = |link: &&&str| !link.is_empty() && !articles.contains(**link);
    let links = between(&page, "href=\"#", '"');
    assert_eq!(links.iter().filter(nowhere).collect::<HashSet<_>>(), HashSet::new());
    // Pictures are there, and nothing comes from elsewhere.
    let pictures = between(&page, "src=\"", '"');
    assert!(pictures.len() > 20);
    assert!(pictures.iter().all(|path| folder.path().join(path).is_file()));
    assert!(!page.contains("<link") && !page.contains("<script src"));
    // The examples were run.
    assert!(page.contains("<samp>ans = 3.1416</samp>"));
    assert!(page.contains("<samp>error: "));
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mf"));
    let output = command.args(["doc", "--html"]).arg(file.path()).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint.starts_with("error: cannot write"), "{complaint}");
}
