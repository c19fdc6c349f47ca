//! Programs in files (layer 5): reading one, and finding those of a folder.
//!
//! What is wrong with a file is a sentence that names it. A byte order mark is no part of the text.

use crate::syntax::Source;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The path that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// Reads a program; `-` is standard input.
pub fn read(path: &Path) -> Result<Source, String> {
    let (name, bytes) = if path == Path::new(STANDARD_INPUT) {
        let mut bytes = Vec::new();
        let read = io::stdin().read_to_end(&mut bytes);
        read.map_err(|error| format!("cannot read standard input: {}", reason(&error)))?;
        ("standard input".to_string(), bytes)
    } else {
        (path.display().to_string(), contents(path)?)
    };
    let text = String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to() + 1;
        format!("{name} is not a program: its byte {place} is not UTF-8 text")
    })?;
    Ok(Source::new(name, text.strip_prefix('\u{feff}').unwrap_or(&text)))
}

/// The bytes of a file.
pub fn contents(path: &Path) -> Result<Vec<u8>, String> {
    if path.is_dir() {
        return Err(format!("{} is a folder, and a program is expected", path.display()));
    }
    std::fs::read(path)
        .map_err(|error| format!("cannot read {}: {}", path.display(), reason(&error)))
}

/// Why the system refuses, without its number.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((sentence, _)) => sentence.to_string(),
        None => text,
    }
}

/// The files that are meant: those named, and of folders what lies in them with one of these extensions, in order of
/// their names. Hidden folders are left alone.
pub fn files(paths: &[PathBuf], extensions: &[&str]) -> Result<Vec<PathBuf>, String> {
    let mut list = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => walk(path, extensions, &mut list)?,
            false => list.push(path.clone()),
        }
    }
    Ok(list)
}

fn walk(folder: &Path, extensions: &[&str], list: &mut Vec<PathBuf>) -> Result<(), String> {
    let fault = |error: io::Error| format!("cannot read {}: {}", folder.display(), reason(&error));
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        entries.push(entry.map_err(fault)?);
    }
    entries.sort_by_key(|entry| entry.file_name());
    for entry in entries {
        let path = entry.path();
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        // A link to a folder may lead back here.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if !is_hidden {
                walk(&path, extensions, list)?;
            }
        } else if path.extension().is_some_and(|e| extensions.iter().any(|known| e == *known)) {
            list.push(path);
        }
    }
    Ok(())
}
