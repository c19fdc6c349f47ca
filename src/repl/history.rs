//! The history of entries: in memory for the editor, and in a file that all sessions share.
//!
//! The file grows with each entry, so that nothing is lost however a session ends. Before each prompt a session reads
//! what others have added since. A file that has grown far beyond what is kept is cut when a session starts.

use super::entry::{with_margins, without_margins};
use super::history_file::HistoryFile;
use rustyline::Result;
use rustyline::history::{History as Entries, SearchDirection, SearchResult};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The file keeps so many entries however few a session wants, since others may want more.
const LEAST: usize = 1000;

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
    file: Option<HistoryFile>,
    recalled: Arc<Recalled>,
    /// Whether the editor is to find nothing, because it asks for an answer.
    is_hidden: bool,
}

impl History {
    /// The history in a file, or one that is forgotten; at most so many entries are kept, and with none the file is
    /// left alone. Of a file that cannot be used nothing is said: there is still a prompt.
    pub fn open(path: Option<PathBuf>, most: usize) -> History {
        History::with_least(path, most, LEAST)
    }

    /// The same where a file is never cut below `least` entries.
    fn with_least(path: Option<PathBuf>, most: usize, least: usize) -> History {
        let path = path.filter(|_| most > 0);
        let mut history = History {
            entries: VecDeque::new(),
            most,
            file: path.and_then(|path| HistoryFile::open(&path, most.max(least)).ok()),
            recalled: Arc::default(),
            is_hidden: false,
        };
        history.refresh();
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
        let news = self.file.as_mut().and_then(|file| file.news().ok()).unwrap_or_default();
        if news.is_another {
            // It begins with entries that are known, unless others have been cut off since.
            let known = self.entries.make_contiguous();
            let at = (0..known.len()).find(|&at| news.entries.starts_with(&known[at..]));
            self.entries.truncate(at.unwrap_or(self.entries.len()));
        }
        news.entries.into_iter().for_each(|entry| self.keep(entry));
    }

    /// Adds an entry, and writes it to the file.
    pub fn push(&mut self, entry: &str) {
        // The file may be read-only, or on a full disk.
        let _lock = self.file.as_ref().and_then(|file| file.lock().ok());
        self.refresh();
        if entry.trim().is_empty() || self.entries.back().is_some_and(|last| last == entry) {
            return;
        }
        if let Some(file) = &mut self.file {
            let _ = file.append(entry);
        }
        self.keep(entry.into());
    }

    /// The entries, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.entries.iter().map(String::as_str)
    }

    fn keep(&mut self, entry: String) {
        if self.most == 0 || self.entries.back() == Some(&entry) {
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
        let found = |index: usize| place(&self.entries[index]).map(|at| (index, at));
        let (index, at) = match direction {
            SearchDirection::Reverse => (0..=start).rev().find_map(found),
            SearchDirection::Forward => (start..self.len()).find_map(found),
        }?;
        // The editor's entry has margins before the place, too.
        let shown = with_margins(self.entries[index].get(..at)?).len();
        Some(self.found(index, shown))
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
        self.most = len;
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
        let begins = |entry: &str| entry.starts_with(&*wanted).then_some(wanted.len());
        Ok(self.nearest(start, direction, begins))
    }
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
        let mut new = History::with_least(Some(path.clone()), 10, 0);
        assert_eq!(new.iter().next(), Some("entry 20"));
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 11);
        new.push("fresh");
        old.push("late");
        new.refresh();
        assert_eq!(new.iter().next_back(), Some("late"));
        // The session that was there before keeps what it knows, and misses nothing.
        let wanted: Vec<String> = (0..30).map(|i| format!("entry {i}")).collect();
        let known = all(&old);
        assert_eq!(known[..30], wanted);
        assert_eq!(known[30..], ["fresh", "late"]);
    }

    #[test]
    fn few_wanted_entries_leave_those_of_others_in_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("history");
        let mut history = History::open(Some(path.clone()), 1000);
        (0..30).for_each(|i| history.push(&format!("entry {i}")));
        let written = std::fs::read_to_string(&path).unwrap();
        assert_eq!(all(&History::open(Some(path.clone()), 2)), ["entry 28", "entry 29"]);
        let mut none = History::open(Some(path.clone()), 0);
        none.push("secret");
        assert!(none.is_empty() && none.iter().next().is_none());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), written);
    }

    #[test]
    fn what_is_pasted_may_have_margins() {
        let mut history = History::open(None, 10);
        history.push("ab");
        let pasted = format!("{MARGIN}a{MARGIN}");
        let found = history.starts_with(&pasted, 0, SearchDirection::Reverse).unwrap().unwrap();
        assert_eq!((&*found.entry, found.pos), ("ab", 1));
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
        let found = history.starts_with("if x\n  b", 2, SearchDirection::Reverse).unwrap().unwrap();
        assert_eq!(found.pos, prefix.len());
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
