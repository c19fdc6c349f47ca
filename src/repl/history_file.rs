//! The file in which all sessions keep their entries.
//!
//! An entry is a line, its line breaks written `\n`, its backslashes `\\`. Who writes holds the lock on the file
//! `NAME.lock` beside it; who reads takes whole lines and needs none. A file that has grown far beyond what is kept is
//! replaced by a shorter one in a single step, so that a crash leaves the one or the other. No two files begin with
//! the same line: by it a session knows that the file it has read is no longer there.

use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// How the first line begins; it tells how line breaks are written.
const HEADER: &str = "#V2";

/// A first line is known by so many bytes.
const HEADER_BYTES: u64 = 128;

/// The file, as far as it was read.
pub struct HistoryFile {
    path: PathBuf,
    /// The first line of the file that was read.
    header: Vec<u8>,
    /// So many of its bytes are known.
    read: u64,
}

/// What was not known of the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The entries, oldest first, none the same as the one before.
    pub entries: Vec<String>,
    /// Whether the file is another one than before, so that these are all it has.
    pub is_another: bool,
}

impl HistoryFile {
    /// The file, made if there is none; one that has more than `most` entries and a quarter is cut to as many.
    pub fn open(path: &Path, most: usize) -> io::Result<HistoryFile> {
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory)?;
        }
        // Of a link it is the file that is replaced.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.into());
        let file = HistoryFile { path, header: Vec::new(), read: 0 };
        match std::fs::metadata(&file.path) {
            Ok(found) if !found.is_file() => return Err(io::ErrorKind::InvalidInput.into()),
            // They may be read-only.
            Ok(_) => drop(file.cut(most)),
            Err(_) => drop(file.make()),
        }
        Ok(file)
    }

    /// Keeps other sessions from writing until it is dropped.
    pub fn lock(&self) -> io::Result<File> {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".lock");
        let lock = private().write(true).open(self.path.with_file_name(name))?;
        lock.lock()?;
        Ok(lock)
    }

    /// What is behind that which is known.
    pub fn news(&mut self) -> io::Result<News> {
        let mut file = File::open(&self.path)?;
        let length = file.metadata()?.len();
        let mut header = Vec::new();
        BufReader::new((&mut file).take(HEADER_BYTES)).read_until(b'\n', &mut header)?;
        let is_another = header != self.header || length < self.read;
        if is_another {
            (self.header, self.read) = (header, 0);
        }
        file.seek(SeekFrom::Start(self.read))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        bytes.truncate(bytes.iter().rposition(|&b| b == b'\n').map_or(0, |last| last + 1));
        let text = String::from_utf8_lossy(&bytes);
        let heading = usize::from(self.read == 0 && text.starts_with(HEADER));
        let lines = text.lines().skip(heading).filter(|line| !line.is_empty());
        let mut entries: Vec<String> = lines.map(unescaped).collect();
        entries.dedup();
        self.read += bytes.len() as u64;
        Ok(News { entries, is_another })
    }

    /// Writes an entry behind the others; all of them should be known, and the file locked.
    pub fn append(&mut self, entry: &str) -> io::Result<()> {
        let mut file = private().append(true).open(&self.path)?;
        let end = file.metadata()?.len();
        let mut text = String::new();
        if end == 0 {
            text = header();
            self.header = text.clone().into();
        } else if end > self.read {
            // Somebody did not come to the end of their line.
            text.push('\n');
        }
        text += &escaped(entry);
        text.push('\n');
        file.write_all(text.as_bytes())?;
        self.read = end + text.len() as u64;
        Ok(())
    }

    /// Makes the file.
    fn make(&self) -> io::Result<()> {
        let _lock = self.lock()?;
        let mut file = private().append(true).open(&self.path)?;
        // Another session may have been faster.
        if file.metadata()?.len() == 0 { file.write_all(header().as_bytes()) } else { Ok(()) }
    }

    /// Replaces a file that is too long by one with the latest entries.
    fn cut(&self, most: usize) -> io::Result<()> {
        let is_long = |lines: usize| lines > most + most / 4;
        let lines = BufReader::new(File::open(&self.path)?).split(b'\n').count();
        if !is_long(lines) {
            return Ok(());
        }
        let _lock = self.lock()?;
        let bytes = std::fs::read(&self.path)?;
        let lines: Vec<&[u8]> = bytes.split_inclusive(|&b| b == b'\n').collect();
        if !is_long(lines.len()) {
            // Another session was faster.
            return Ok(());
        }
        let directory = self.path.parent().ok_or(io::ErrorKind::InvalidInput)?;
        let mut shorter = tempfile::NamedTempFile::new_in(directory)?;
        shorter.write_all(header().as_bytes())?;
        shorter.write_all(&lines[lines.len() - most..].concat())?;
        shorter.as_file().sync_all()?;
        shorter.persist(&self.path)?;
        Ok(())
    }
}

/// How files are opened: what a person types is nobody else's business.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The first line of a new file.
fn header() -> String {
    format!("{HEADER} {}\n", uuid::Uuid::new_v4())
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
    use super::*;

    #[test]
    fn a_cut_file_is_another_one() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("history");
        let mut old = HistoryFile::open(&path, 100).unwrap();
        assert_eq!(old.news().unwrap().entries, [""; 0]);
        (0..30).for_each(|i| old.append(&format!("entry {i}")).unwrap());
        assert_eq!(old.news().unwrap(), News::default());
        let mut new = HistoryFile::open(&path, 10).unwrap();
        // As long as it was: only the first line tells that it is another one.
        let long = "x".repeat(old.read as usize);
        new.news().unwrap();
        new.append(&long).unwrap();
        let news = old.news().unwrap();
        assert!(news.is_another && news.entries.len() == 11 && news.entries[0] == "entry 20");
        assert_eq!(old.news().unwrap(), News::default());
        // Beside it there is the lock and nothing else.
        assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 2);
    }

    #[test]
    fn half_a_line_is_ended_and_a_lost_file_made_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("history");
        std::fs::write(&path, "#V2\na\nhalf").unwrap();
        let mut file = HistoryFile::open(&path, 100).unwrap();
        assert_eq!(file.news().unwrap().entries, ["a"]);
        file.append("b").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "#V2\na\nhalf\nb\n");
        std::fs::remove_file(&path).unwrap();
        file.append("c").unwrap();
        assert_eq!(file.news().unwrap(), News::default());
        assert_eq!(HistoryFile::open(&path, 100).unwrap().news().unwrap().entries, ["c"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one_and_no_other_reads_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let (path, link) = (directory.path().join("kept"), directory.path().join("history"));
        std::fs::write(&path, "x\ny\n".repeat(10)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        HistoryFile::open(&link, 5).unwrap();
        assert!(link.is_symlink() && !path.is_symlink());
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 6);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(HistoryFile::open(Path::new("/dev/null"), 5).is_err());
    }
}
