//! Names of files that continue what was typed.

use std::fs;
use std::path::Path;

/// So many are offered at most.
const MOST: usize = 500;

/// A file or folder.
pub struct Entry {
    /// What was typed, continued: `data/ratings.csv`, `data/` for a folder.
    pub path: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Its size.
    pub size: u64,
}

/// Files and folders whose path begins with `typed`, by name; hidden ones only when a dot was typed.
pub fn starting_with(typed: &str) -> Vec<Entry> {
    let is_separator = |c: char| c == '/' || cfg!(windows) && c == '\\';
    let name_at = typed.rfind(is_separator).map_or(0, |at| at + 1);
    let (folder, name) = typed.split_at(name_at);
    let Ok(listed) =
        fs::read_dir(if folder.is_empty() { Path::new(".") } else { Path::new(folder) })
    else {
        return Vec::new();
    };
    let mut entries: Vec<Entry> = listed
        .flatten()
        .filter_map(|entry| {
            let found = entry.file_name().into_string().ok()?;
            let is_hidden = found.starts_with('.') && !name.starts_with('.');
            if is_hidden || !found.starts_with(name) {
                return None;
            }
            // A link counts as what it leads to.
            let about = fs::metadata(entry.path()).ok()?;
            let end = if about.is_dir() { "/" } else { "" };
            let path = format!("{folder}{found}{end}");
            Some(Entry { path, is_folder: about.is_dir(), size: about.len() })
        })
        .collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    entries.truncate(MOST);
    entries
}

/// `3.4 MB`.
pub fn size(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{:.1} {name}", bytes as f64 / unit as f64),
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_end_with_a_slash_and_hidden_files_hide() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("data")).unwrap();
        for name in ["date.csv", ".dark", "däta"] {
            fs::write(home.path().join(name), "abc").unwrap();
        }
        let base = format!("{}/", home.path().display());
        let names = |typed: &str| -> Vec<String> {
            let found = starting_with(&format!("{base}{typed}"));
            found.into_iter().map(|e| e.path[base.len()..].to_string()).collect()
        };
        assert_eq!(names("d"), ["data/", "date.csv", "däta"]);
        assert_eq!(names(".d"), [".dark"]);
        assert_eq!(names("nothing/"), [] as [String; 0]);
        assert_eq!(size(3_400_000), "3.4 MB");
    }
}
