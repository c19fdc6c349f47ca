//! Words that speak to the prompt and not to the language: `history`, `edit`, `:set`, and `!command` for those who
//! ask for it.

use crate::printer::shell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

/// What an entry asks of the prompt.
#[derive(Debug, PartialEq, Eq)]
pub enum Command<'a> {
    /// Show or change settings.
    Set(&'a str),
    /// List entries: so many of the latest, all, or those that hold a text.
    History(&'a str),
    /// Open a file, or the latest entry, in the user's editor.
    Edit(&'a str),
    /// Run a command of the shell.
    Shell(&'a str),
}

impl<'a> Command<'a> {
    /// The command in an entry. A variable or function of the user's that has a command's name comes first, and so
    /// does `history = 1`.
    pub fn of(entry: &'a str, shell: bool, is_taken: impl Fn(&str) -> bool) -> Option<Command<'a>> {
        let line = entry.trim();
        if line.contains('\n') {
            return None;
        }
        if let Some(command) = line.strip_prefix('!').filter(|_| shell) {
            return Some(Command::Shell(command.trim()));
        }
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        let (bare, has_colon) = word.strip_prefix(':').map_or((word, false), |bare| (bare, true));
        let is_free = || has_colon || !(rest.starts_with(['=', '(']) || is_taken(bare));
        match bare {
            "set" if has_colon => Some(Command::Set(rest)),
            "history" if is_free() => Some(Command::History(rest)),
            "edit" if is_free() => Some(Command::Edit(rest)),
            _ => None,
        }
    }
}

/// The entries that `history WHAT` lists, numbered: the latest that fit without a word, so many, all of them, or those
/// with a text in them.
pub fn listed<'h>(
    entries: impl DoubleEndedIterator<Item = &'h str> + ExactSizeIterator,
    what: &str,
    rows: usize,
) -> String {
    let count = entries.len();
    let most = match what {
        "" => rows.saturating_sub(3).max(10),
        "all" => count,
        number => number.parse().unwrap_or(count),
    };
    let is_text = !matches!(what, "" | "all") && what.parse::<usize>().is_err();
    let chosen = entries.enumerate().rev().filter(|(_, entry)| !is_text || entry.contains(what));
    let chosen: Vec<(usize, &str)> = chosen.take(most).collect();
    let width = count.to_string().len();
    let gap = format!("\n{}", " ".repeat(width + 4));
    let mut text = String::new();
    for (index, entry) in chosen.iter().rev() {
        text += &format!("  {:>width$}  {}\n", index + 1, entry.replace('\n', &gap));
    }
    if what.is_empty() && chosen.len() < count {
        text += &format!(
            "(the latest of {count}; `history all`, `history 100` or `history WORD` shows others)\n"
        );
    }
    if text.is_empty() { format!("no entry has `{what}` in it\n") } else { text }
}

/// Opens a file in the user's editor and waits until they are done.
pub fn open_in_editor(file: &Path) -> Result<(), String> {
    let wanted = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    let wanted = wanted.into_iter().find(|editor| !editor.trim().is_empty());
    let wanted = wanted.unwrap_or_else(|| "vi".into());
    match shell::command(&wanted).arg(file).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) if !shell::is_missing(status) => {
            Err(format!("the editor `{wanted}` ended with {status}"))
        }
        failed => {
            let reason = failed.err().map(|error| format!(": {error}")).unwrap_or_default();
            Err(format!(
                "cannot start the editor `{wanted}`{reason}\n  help: set EDITOR to the one you use"
            ))
        }
    }
}

/// What the user makes of a text in their editor. The file is nobody else's to read, and is gone afterwards.
pub fn edited(text: &str) -> Result<String, String> {
    let tell = |error: std::io::Error| format!("cannot use a file for the editor: {error}");
    let mut file =
        tempfile::Builder::new().prefix("mf-entry-").suffix(".mf").tempfile().map_err(tell)?;
    file.write_all(text.as_bytes()).map_err(tell)?;
    let path = file.into_temp_path();
    open_in_editor(&path)?;
    // The editor may have put another file in its place.
    let text = std::fs::read_to_string(&path).map_err(tell)?;
    Ok(text.trim_end().to_string())
}

/// The file that `edit NAME` means: the path as it is, or NAME.mf here or on `MF_PATH`; else one to be made here.
/// `~/` is the user's own folder.
pub fn file_of(name: &str) -> PathBuf {
    let name = name.trim_matches(['"', '\'']);
    let own = name.strip_prefix("~/").and_then(|name| Some(dirs::home_dir()?.join(name)));
    let given = own.unwrap_or_else(|| name.into());
    if given.extension().is_some() || given.exists() {
        return given;
    }
    let file = given.with_extension("mf");
    let folders = std::env::var_os("MF_PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&folders).map(|folder| folder.join(&file));
    if file.exists() { file } else { places.find(|place| place.exists()).unwrap_or(file) }
}

/// Runs a command of the shell, at the terminal.
pub fn run_in_shell(command: &str) -> Result<(), String> {
    let shell = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let status = Process::new(shell.0).arg(shell.1).arg(command).stdin(Stdio::inherit()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the command ended with {status}")),
        Err(error) => Err(format!("cannot start a shell: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_what_is_none() {
        let of = |entry| Command::of(entry, false, |name| name == "taken");
        assert_eq!(of("history"), Some(Command::History("")));
        assert_eq!(of(" history 20 "), Some(Command::History("20")));
        assert_eq!(of(":set editing vi"), Some(Command::Set("editing vi")));
        assert_eq!(of("edit a.mf"), Some(Command::Edit("a.mf")));
        for entry in ["history = 3", "history(1)", "x", ":time 1", "!ls", "edit\nx", "set a"] {
            assert_eq!(of(entry), None, "{entry}");
        }
        assert_eq!(Command::of("history", false, |_| true), None);
        assert_eq!(Command::of(":history", false, |_| true), Some(Command::History("")));
        assert_eq!(Command::of("! ls -l", true, |_| false), Some(Command::Shell("ls -l")));
    }

    #[test]
    fn files_in_the_own_folder_and_here() {
        let home = dirs::home_dir().unwrap();
        assert_eq!(file_of("~/sub/x.mf"), home.join("sub/x.mf"));
        assert_eq!(file_of("'~/no such file'"), home.join("no such file.mf"));
        assert_eq!(file_of("~x.mf"), PathBuf::from("~x.mf"));
    }

    #[test]
    fn entries_are_listed_with_their_numbers() {
        let entries = ["x = 1", "for i = 1:2\n  i\nend", "y"];
        assert_eq!(
            listed(entries.into_iter(), "", 30),
            "  1  x = 1\n  2  for i = 1:2\n       i\n     end\n  3  y\n"
        );
        assert_eq!(listed(entries.into_iter(), "1", 30), "  3  y\n");
        assert_eq!(listed(entries.into_iter(), "x =", 30), "  1  x = 1\n");
        assert!(listed(entries.into_iter(), "zz", 30).starts_with("no entry"));
        let many: Vec<String> = (0..50).map(|i| i.to_string()).collect();
        let shown = listed(many.iter().map(String::as_str), "", 13);
        assert!(shown.lines().count() == 11 && shown.contains("latest of 50"), "{shown}");
    }
}
