//! The history of entries: in memory for the editor, and in a file that all sessions share.
//!
//! The file grows by a line with each entry, written under a lock, so that nothing is lost however a session ends; an
//! entry's line breaks are written `\n`, its backslashes `\\`. Before each prompt a session reads what others have
//! added since. A file that has grown far beyond what is kept is cut when a session starts.

use super::entry::{with_margins, without_margins};
use rustyline::Result;
use rustyline::history::{History as Entries, SearchDirection, SearchResult};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The file's first line, which tells how line breaks are written.
const HEADER: &str = "#V2";

/// The history file: what `MF_HISTORY` says (nothing, when it is empty), else in the user's data directory.
pub fn path() -> Option<PathBuf> {
    match std::env::var_os("MF_HISTORY") {
        Some(path) if path.is_empty() => None,
        Some(path) => Some(path.into()),
        None => Some(dirs::data_dir()?.join("mf").join("history")),
    }
}

/// The text that was last taken from the history into the editor.
#[derive(Debug, Default)]
pub struct Recalled {
    text: Mutex<String>,
    /// Whether the editor only looks for a hint.
    is_hinting: AtomicBool,
}

impl Recalled {
    /// Whether this text came from the history, unchanged.
    pub fn is(&self, text: &str) -> bool {
        *self.text.lock().unwrap_or_else(PoisonError::into_inner) == text
    }

    /// Looks for a hint, which is not taken into the editor.
    pub fn hinting<T>(&self, look: impl FnOnce() -> T) -> T {
        self.is_hinting.store(true, Ordering::Relaxed);
        let found = look();
        self.is_hinting.store(false, Ordering::Relaxed);
        found
    }

    fn note(&self, entry: &str) {
        if !self.is_hinting.load(Ordering::Relaxed) {
            *self.text.lock().unwrap_or_else(PoisonError::into_inner) = entry.into();
        }
    }
}

/// All entries, oldest first, without the margins that the editor shows.
pub struct History {
    entries: VecDeque<String>,
    most: usize,
    file: Option<Shared>,
    recalled: Arc<Recalled>,
    /// Whether the editor is to find nothing, because it asks for an answer.
    is_hidden: bool,
}

impl History {
    /// The history in a file, or one that is forgotten; at most so many entries are kept. Of a file that cannot be
    /// used nothing is said: there is still a prompt.
    pub fn open(path: Option<PathBuf>, most: usize) -> History {
        let mut history = History {
            entries: VecDeque::new(),
            most: most.max(1),
            file: None,
            recalled: Arc::default(),
            is_hidden: false,
        };
        if let Some(path) = path {
            let mut file = Shared { path, read: 0 };
            let (text, lines) = file.open().unwrap_or_default();
            history.take(&text);
            if lines > history.most + history.most / 4 {
                let _ = file.cut(&history.entries);
            }
            history.file = Some(file);
        }
        history
    }

    /// What the editor took from the history last.
    pub fn recalled(&self) -> Arc<Recalled> {
        self.recalled.clone()
    }

    /// Shows no entries to the editor, or shows them again.
    pub fn hide(&mut self, is_hidden: bool) {
        self.is_hidden = is_hidden;
    }

    /// Learns what other sessions have added to the file.
    pub fn refresh(&mut self) {
        let added = self.file.as_mut().and_then(|file| file.added().ok());
        if let Some(text) = added.filter(|text| !text.is_empty()) {
            self.take(&text);
        }
    }

    /// Adds an entry, and writes it to the file.
    pub fn push(&mut self, entry: &str) {
        self.refresh();
        if entry.trim().is_empty() || self.entries.back().is_some_and(|last| last == entry) {
            return;
        }
        if let Some(file) = &mut self.file {
            // It may be read-only, or on a full disk.
            let _ = file.append(&format!("{}\n", escaped(entry)));
        }
        self.keep(entry.into());
    }

    /// The entries, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.entries.iter().map(String::as_str)
    }

    fn take(&mut self, lines: &str) {
        for line in lines.lines().filter(|line| !line.is_empty() && *line != HEADER) {
            self.keep(unescaped(line));
        }
    }

    fn keep(&mut self, entry: String) {
        if self.entries.back() == Some(&entry) {
            return;
        }
        if self.entries.len() >= self.most {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// The entry at a place, as the editor shows it.
    fn found(&self, index: usize, pos: usize) -> SearchResult<'_> {
        let entry = with_margins(&self.entries[index]);
        self.recalled.note(&entry);
        SearchResult { entry, idx: index, pos }
    }

    /// The nearest entry from `start` on in which `place` finds something.
    fn nearest(
        &self,
        start: usize,
        direction: SearchDirection,
        place: impl Fn(&str) -> Option<usize>,
    ) -> Option<SearchResult<'_>> {
        if start >= self.len() {
            return None;
        }
        let fits = |&index: &usize| place(&self.entries[index]).is_some();
        let index = match direction {
            SearchDirection::Reverse => (0..=start).rev().find(fits),
            SearchDirection::Forward => (start..self.len()).find(fits),
        }?;
        let pos = place(&with_margins(&self.entries[index]))?;
        Some(self.found(index, pos))
    }
}

/// Where a word is found: without regard to case, unless it has a capital.
fn place_of(word: &str, entry: &str) -> Option<usize> {
    if word.contains(|c: char| c.is_ascii_uppercase()) {
        return entry.find(word);
    }
    let (word, bytes) = (word.as_bytes(), entry.as_bytes());
    (0..=bytes.len().checked_sub(word.len())?)
        .find(|&at| bytes[at..at + word.len()].eq_ignore_ascii_case(word))
}

impl Entries for History {
    fn get(&self, index: usize, _: SearchDirection) -> Result<Option<SearchResult<'_>>> {
        Ok((index < self.len()).then(|| self.found(index, 0)))
    }

    fn add(&mut self, line: &str) -> Result<bool> {
        self.push(line);
        Ok(true)
    }

    fn add_owned(&mut self, line: String) -> Result<bool> {
        self.add(&line)
    }

    fn len(&self) -> usize {
        if self.is_hidden { 0 } else { self.entries.len() }
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn set_max_len(&mut self, len: usize) -> Result<()> {
        self.most = len.max(1);
        let surplus = self.entries.len().saturating_sub(self.most);
        self.entries.drain(..surplus);
        Ok(())
    }

    fn ignore_dups(&mut self, _: bool) -> Result<()> {
        Ok(())
    }

    fn ignore_space(&mut self, _: bool) {}

    fn save(&mut self, _: &Path) -> Result<()> {
        Ok(())
    }

    fn append(&mut self, _: &Path) -> Result<()> {
        Ok(())
    }

    fn load(&mut self, _: &Path) -> Result<()> {
        Ok(())
    }

    fn clear(&mut self) -> Result<()> {
        self.entries.clear();
        Ok(())
    }

    fn search(
        &self,
        term: &str,
        start: usize,
        direction: SearchDirection,
    ) -> Result<Option<SearchResult<'_>>> {
        if term.is_empty() {
            return Ok(None);
        }
        Ok(self.nearest(start, direction, |entry| place_of(term, entry)))
    }

    fn starts_with(
        &self,
        term: &str,
        start: usize,
        direction: SearchDirection,
    ) -> Result<Option<SearchResult<'_>>> {
        let wanted = without_margins(term);
        let fits = |entry: &str| entry.starts_with(&*wanted).then_some(term.len());
        // The place is in the edited text, whose beginning may have margins.
        let from_both =
            |entry: &str| fits(entry).or_else(|| entry.starts_with(term).then_some(term.len()));
        Ok(self.nearest(start, direction, from_both))
    }
}

/// The file that all sessions append to.
struct Shared {
    path: PathBuf,
    /// So many of its bytes are known.
    read: u64,
}

impl Shared {
    /// Makes the file if there is none; its text, and how many lines that is.
    fn open(&mut self) -> io::Result<(String, usize)> {
        if let Some(directory) = self.path.parent() {
            std::fs::create_dir_all(directory)?;
        }
        if !self.path.exists() {
            self.append(&format!("{HEADER}\n"))?;
        }
        let text = self.added()?;
        let lines = text.lines().count();
        Ok((text, lines))
    }

    /// The whole lines behind those that are known.
    fn added(&mut self) -> io::Result<String> {
        let length = std::fs::metadata(&self.path)?.len();
        if length < self.read {
            // Another session has cut the file: what it kept is known.
            self.read = length;
        }
        if length == self.read {
            return Ok(String::new());
        }
        let mut file = File::open(&self.path)?;
        let _ = file.lock_shared();
        file.seek(SeekFrom::Start(self.read))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |last| last + 1);
        self.read += whole as u64;
        Ok(String::from_utf8_lossy(&bytes[..whole]).into_owned())
    }

    fn append(&mut self, text: &str) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        // What a person types is nobody else's business.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path)?;
        let _ = file.lock();
        let end = file.metadata()?.len();
        file.write_all(text.as_bytes())?;
        if end == self.read {
            self.read = end + text.len() as u64;
        }
        Ok(())
    }

    /// Writes the file anew with these entries.
    fn cut(&mut self, entries: &VecDeque<String>) -> io::Result<()> {
        let mut text = format!("{HEADER}\n");
        for entry in entries {
            text += &escaped(entry);
            text.push('\n');
        }
        let mut file = OpenOptions::new().write(true).open(&self.path)?;
        file.lock()?;
        if file.metadata()?.len() != self.read {
            // Another session has written meanwhile; the next one will cut it.
            return Ok(());
        }
        file.write_all(text.as_bytes())?;
        file.set_len(text.len() as u64)?;
        self.read = text.len() as u64;
        Ok(())
    }
}

fn escaped(entry: &str) -> Cow<'_, str> {
    if entry.contains(['\\', '\n']) {
        entry.replace('\\', "\\\\").replace('\n', "\\n").into()
    } else {
        entry.into()
    }
}

fn unescaped(line: &str) -> String {
    let mut entry = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => entry.push('\n'),
                Some(other) => entry.push(other),
                None => entry.push('\\'),
            },
            c => entry.push(c),
        }
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::super::entry::MARGIN;
    use super::*;

    fn all(history: &History) -> Vec<&str> {
        history.iter().collect()
    }

    #[test]
    fn sessions_share_a_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a/history");
        let mut one = History::open(Some(path.clone()), 100);
        let mut two = History::open(Some(path.clone()), 100);
        one.push("x = 1");
        two.push("for i = 1:2\n  'a\\n'\nend");
        one.push("y");
        two.refresh();
        let wanted = ["x = 1", "for i = 1:2\n  'a\\n'\nend", "y"];
        assert_eq!(all(&one), wanted);
        assert_eq!(all(&two), wanted);
        assert_eq!(all(&History::open(Some(path), 100)), wanted);
    }

    #[test]
    fn a_long_file_is_cut_and_others_go_on() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("history");
        let mut old = History::open(Some(path.clone()), 1000);
        (0..30).for_each(|i| old.push(&format!("entry {i}")));
        let mut new = History::open(Some(path.clone()), 10);
        assert_eq!(new.iter().next(), Some("entry 20"));
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 11);
        new.push("fresh");
        old.push("late");
        new.refresh();
        assert_eq!(new.iter().next_back(), Some("late"));
    }

    #[test]
    fn searches_find_and_know_margins() {
        let mut history = History::open(None, 100);
        for entry in ["Alpha = 1", "if x\n  beta\nend", "gamma"] {
            history.push(entry);
        }
        let search = |word: &str| {
            let found = history.search(word, 2, SearchDirection::Reverse).unwrap();
            found.map(|found| (found.idx, found.pos))
        };
        assert_eq!(search("alpha"), Some((0, 0)));
        assert_eq!(search("aLpha"), None);
        assert_eq!(search("beta"), Some((1, "if x\n  ".len() + MARGIN.len())));
        let prefix = format!("if x\n{MARGIN}  b");
        let found = history.starts_with(&prefix, 2, SearchDirection::Reverse).unwrap().unwrap();
        assert!(found.entry.starts_with(&prefix) && found.pos == prefix.len());
        assert!(history.recalled().is(&found.entry));
    }

    #[test]
    fn files_that_are_no_history_do_no_harm() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("history");
        std::fs::write(&path, b"\xff\xfe\nx = 1\n\\\nhalf a line").unwrap();
        let mut history = History::open(Some(path), 100);
        assert_eq!(history.iter().next_back(), Some("\\"));
        history.push("y");
        assert!(History::open(Some(directory.path().into()), 100).entries.is_empty());
    }
}
