//! `mf fmt` (layer 5): programs in canonical layout, in their files or from standard input to standard output.
//!
//! A file that does not parse, or whose name is not a program's, is left as it is, and the others are laid out all the same.

use crate::printer::takes_colour;
use crate::sources::{self, STANDARD_INPUT};
use crate::syntax::formatted;
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Lays out files, and what lies in folders; only tells which are not laid out when `check`. The exit status.
pub fn run(paths: &[PathBuf], check: bool) -> i32 {
    let files = match sources::files(paths, &["mf"]) {
        Ok(files) => files,
        Err(sentence) => return complain(&format!("error: {sentence}\n")),
    };
    let (mut status, mut wanting) = (0, 0);
    for file in &files {
        match lay_out(file, check) {
            Ok(changes) => wanting += usize::from(changes && check),
            Err(report) => status = complain(&report),
        }
    }
    if wanting > 0 {
        let verb = if wanting == 1 { "file is" } else { "files are" };
        complain(&format!("{wanting} {verb} not laid out; mf fmt changes that\n"));
        return 1;
    }
    status
}

/// Lays out one file; whether that changes it.
fn lay_out(file: &Path, check: bool) -> Result<bool, String> {
    let is_input = file == Path::new(STANDARD_INPUT);
    if !is_input && !file.extension().is_some_and(|extension| extension == "mf" || extension == "m")
    {
        // Much that is no program parses: a JSON object is a cell.
        let ends = "mf fmt lays out files that end with .mf or .m, and standard input";
        return Err(format!("error: {} is left as it is: {ends}\n", file.display()));
    }
    let source = sources::read(file).map_err(|sentence| format!("error: {sentence}\n"))?;
    let colour = takes_colour(io::stderr().is_terminal());
    let text = formatted(&source).map_err(|diagnostic| diagnostic.render(colour))?;
    let changes = *source.text != *text;
    if check {
        if changes {
            print(&format!("{}\n", source.name))?;
        }
    } else if is_input {
        print(&text)?;
    } else if changes {
        replace(file, &text)?;
    }
    Ok(changes)
}

/// Writes a file anew. What it was stays until all of the new text is on the disk.
fn replace(file: &Path, text: &str) -> Result<(), String> {
    let fault = |error: io::Error| {
        format!("error: cannot write {}: {}\n", file.display(), sources::reason(&error))
    };
    // A link stays one: what it leads to is replaced.
    let file = file.canonicalize().map_err(fault)?;
    let permissions = std::fs::metadata(&file).map_err(fault)?.permissions();
    if permissions.readonly() {
        return Err(fault(io::ErrorKind::PermissionDenied.into()));
    }
    let (mut draft, path) = draft_of(&file).map_err(fault)?;
    let written = draft
        .set_permissions(permissions)
        .and_then(|()| draft.write_all(text.as_bytes()))
        .and_then(|()| draft.sync_all());
    drop(draft);
    written.and_then(|()| std::fs::rename(&path, &file)).map_err(|error| {
        // What is wrong with the file is told; a draft that stays harms nobody.
        let _ = std::fs::remove_file(&path);
        fault(error)
    })
}

/// A new file beside one that is to be replaced. What has its name already, be it a link, is not ours to write to.
fn draft_of(file: &Path) -> io::Result<(File, PathBuf)> {
    let mut attempt = 0;
    loop {
        let mut name = file.file_name().unwrap_or_default().to_os_string();
        name.push(format!(".{}-{attempt}.tmp", std::process::id()));
        let path = file.with_file_name(name);
        match File::create_new(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 100 => {
                attempt += 1;
            }
            created => return Ok((created?, path)),
        }
    }
}

fn print(text: &str) -> Result<(), String> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("error: cannot write the output: {}\n", sources::reason(&error)))
        }
        _ => Ok(()),
    }
}

fn complain(report: &str) -> i32 {
    // Nobody is left to tell when standard error is closed.
    let _ = io::stderr().write_all(report.as_bytes());
    1
}
