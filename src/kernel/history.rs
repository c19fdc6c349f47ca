//! What was run, for history requests.
//!
//! Kept in memory; also appended to the file that the environment variable `MF_KERNEL_HISTORY` names, one JSON
//! object a line, so that a console finds earlier sessions. Session numbers count from 1 in the order of the file.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Entry {
    session: i64,
    line: i64,
    input: String,
    output: Option<String>,
}

/// All cells of this session, and of earlier ones when there is a file.
#[derive(Debug, Default)]
pub struct History {
    session: i64,
    entries: Vec<Entry>,
    file: Option<File>,
}

/// A history request, with the defaults for what clients leave out.
#[derive(Debug, Deserialize)]
pub struct HistoryRequest {
    #[serde(default)]
    output: bool,
    #[serde(default = "tail")]
    hist_access_type: String,
    /// For `range`: which session; 0 is this one, negative counts back from it.
    #[serde(default)]
    session: Option<i64>,
    #[serde(default)]
    start: Option<i64>,
    #[serde(default)]
    stop: Option<i64>,
    /// For `tail` and `search`: how many at most.
    #[serde(default)]
    n: Option<i64>,
    #[serde(default)]
    pattern: Option<String>,
    #[serde(default)]
    unique: bool,
}

fn tail() -> String {
    "tail".into()
}

impl History {
    /// An empty history, or the one in the file that `MF_KERNEL_HISTORY` names. A file that cannot be used is
    /// ignored: history is a convenience.
    pub fn from_environment() -> History {
        match std::env::var_os("MF_KERNEL_HISTORY") {
            Some(path) if !path.is_empty() => History::open(Path::new(&path)),
            _ => History { session: 1, ..History::default() },
        }
    }

    fn open(path: &Path) -> History {
        let entries: Vec<Entry> = File::open(path).map_or_else(
            |_| Vec::new(),
            |file| {
                let lines = BufReader::new(file).lines().map_while(Result::ok);
                lines.filter_map(|line| serde_json::from_str(&line).ok()).collect()
            },
        );
        let session = entries.iter().map(|entry| entry.session).max().unwrap_or(0).max(0) + 1;
        let file = OpenOptions::new().append(true).create(true).open(path).ok();
        History { session, entries, file }
    }

    /// Adds a cell with its execution count and the text of its last result.
    pub fn add(&mut self, line: usize, input: &str, output: Option<String>) {
        let entry =
            Entry { session: self.session, line: line as i64, input: input.to_string(), output };
        if let (Some(file), Ok(text)) = (&mut self.file, serde_json::to_string(&entry)) {
            // A full disk must not stop the notebook.
            let _ = writeln!(file, "{text}");
        }
        self.entries.push(entry);
    }

    /// The entries asked for, as `[session, line, input]` or `[session, line, [input, output]]`, oldest first.
    pub fn answer(&self, request: &HistoryRequest) -> Vec<Value> {
        let mut found: Vec<&Entry> = match request.hist_access_type.as_str() {
            "range" => self.range(request),
            "search" => self.search(request),
            _ => self.entries.iter().collect(),
        };
        if request.hist_access_type != "range"
            && let Some(n) = request.n
        {
            let n = usize::try_from(n).unwrap_or(0);
            found.drain(..found.len().saturating_sub(n));
        }
        let shown = |entry: &Entry| match request.output {
            true => json!([entry.session, entry.line, [entry.input, entry.output]]),
            false => json!([entry.session, entry.line, entry.input]),
        };
        found.into_iter().map(shown).collect()
    }

    fn range(&self, request: &HistoryRequest) -> Vec<&Entry> {
        let session = match request.session.unwrap_or(0) {
            back if back <= 0 => self.session.saturating_add(back),
            absolute => absolute,
        };
        let (start, stop) = (request.start.unwrap_or(0), request.stop.unwrap_or(i64::MAX));
        let wanted =
            |entry: &&Entry| entry.session == session && (start..stop).contains(&entry.line);
        self.entries.iter().filter(wanted).collect()
    }

    fn search(&self, request: &HistoryRequest) -> Vec<&Entry> {
        let pattern: Vec<char> = request.pattern.as_deref().unwrap_or("*").chars().collect();
        let mut found: Vec<&Entry> = Vec::new();
        for entry in &self.entries {
            if glob(&pattern, &entry.input) {
                if request.unique {
                    found.retain(|earlier| earlier.input != entry.input);
                }
                found.push(entry);
            }
        }
        found
    }
}

/// Whether all of `text` matches `pattern`, where `*` stands for anything and `?` for one character.
///
/// Backtracks only to the last star: O(pattern · text).
fn glob(pattern: &[char], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == '?' || c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((star_p, star_t)) => {
                    star = Some((star_p, star_t + 1));
                    p = star_p + 1;
                    t = star_t + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(history: &History, request: Value) -> Vec<Value> {
        history.answer(&serde_json::from_value(request).unwrap())
    }

    fn three() -> History {
        let mut history = History { session: 1, ..History::default() };
        history.add(1, "1+2", Some("ans = 3".into()));
        history.add(2, "x = 1;", None);
        history.add(3, "1+2", Some("ans = 3".into()));
        history
    }

    #[test]
    fn tail_and_range_and_search() {
        let history = three();
        let tail = ask(&history, json!({"hist_access_type": "tail", "n": 2}));
        assert_eq!(tail, [json!([1, 2, "x = 1;"]), json!([1, 3, "1+2"])]);
        let range = json!({"hist_access_type": "range", "start": 1, "stop": 2, "output": true});
        assert_eq!(ask(&history, range), [json!([1, 1, ["1+2", "ans = 3"]])]);
        let search = json!({"hist_access_type": "search", "pattern": "1?2*", "unique": true});
        assert_eq!(ask(&history, search), [json!([1, 3, "1+2"])]);
        assert_eq!(ask(&history, json!({"n": -5})), [] as [Value; 0]);
    }

    #[test]
    fn a_file_carries_over_to_the_next_session() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("history.jsonl");
        History::open(&path).add(1, "a = 1", None);
        let mut second = History::open(&path);
        second.add(1, "b = 2", None);
        assert_eq!(ask(&second, json!({})), [json!([1, 1, "a = 1"]), json!([2, 1, "b = 2"])]);
        let earlier = json!({"hist_access_type": "range", "session": -1});
        assert_eq!(ask(&second, earlier), [json!([1, 1, "a = 1"])]);
    }

    #[test]
    fn glob_patterns() {
        let matches = |pattern: &str, text| glob(&pattern.chars().collect::<Vec<_>>(), text);
        assert!(matches("*b*d", "abcd") && matches("*", "") && matches("a?c", "aβc"));
        assert!(!matches("", "a") && !matches("*b", "abc") && !matches("a?", "a"));
    }
}
