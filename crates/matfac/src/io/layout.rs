//! How a text file of columns is laid out: what separates its cells, and which decimal sign it uses.
//!
//! The layout is guessed from the first records. Layouts the `csv` crate does not read (runs of
//! blanks, separators of several characters, blanks before a quote) are rewritten into one it does;
//! line ends stay where they are, so that line numbers remain those of the file.

use super::csv::{CsvOptions, Separator};
use csv::{ByteRecord, ReaderBuilder};

/// How many bytes and records the guess looks at.
const SAMPLE: (usize, usize) = (1 << 16, 100);
/// Stands for a separator of several characters; no text file has it.
const UNIT: u8 = 0x1f;

/// A text, and how to cut it into cells.
pub(super) struct Layout {
    pub(super) bytes: Vec<u8>,
    pub(super) delimiter: u8,
    pub(super) decimal: u8,
    pub(super) comment: Option<u8>,
}

impl Layout {
    /// Guesses what the options leave open.
    pub(super) fn of(text: String, options: &CsvOptions) -> Layout {
        let comment = options.comment.and_then(|c| u8::try_from(c).ok());
        let mut bytes = text.into_bytes();
        // The reader takes a last comment without a line end for a record.
        if bytes.last().is_some_and(|&c| c != b'\n' && c != b'\r') {
            bytes.push(b'\n');
        }
        let separator = match &options.separator {
            Separator::Auto => guess_separator(&bytes, comment),
            Separator::Text(word) if word.is_empty() => Separator::Byte(b','),
            given => given.clone(),
        };
        let mut layout = match separator {
            Separator::Byte(delimiter) => Layout { bytes, delimiter, decimal: b'.', comment },
            Separator::Text(word) => {
                let bytes = rewrite(&bytes, comment, |rest, _| {
                    rest.starts_with(word.as_bytes()).then_some((word.len(), Some(UNIT)))
                });
                Layout { bytes, delimiter: UNIT, decimal: b'.', comment }
            }
            Separator::Auto | Separator::Blanks => {
                let bytes = rewrite(&bytes, comment, |rest, line_start| {
                    let run = rest.iter().take_while(|&&c| c == b' ' || c == b'\t').count();
                    let line_end = rest.get(run).is_none_or(|&c| c == b'\n' || c == b'\r');
                    (run > 0).then_some((run, (!line_start && !line_end).then_some(b'\t')))
                });
                Layout { bytes, delimiter: b'\t', decimal: b'.', comment }
            }
        };
        layout.drop_blanks_before_quotes();
        layout.decimal = match options.decimal {
            Some(decimal) => u8::try_from(decimal).unwrap_or(b'.'),
            None if layout.delimiter == b';' => layout.guess_decimal(),
            None => b'.',
        };
        layout
    }

    /// Calls `each` with every record that is not blank, until it returns `false`.
    pub(super) fn records(&self, mut each: impl FnMut(&ByteRecord) -> bool) {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .comment(self.comment)
            .buffer_capacity(1 << 16)
            .from_reader(&self.bytes[..]);
        let mut record = ByteRecord::new();
        // Reading memory as flexible byte records cannot fail.
        while let Ok(true) = reader.read_byte_record(&mut record) {
            let blank =
                record.len() == 1 && !record[0].is_empty() && record[0].trim_ascii().is_empty();
            if !blank && !each(&record) {
                return;
            }
        }
    }

    /// The line, from 1, on which record `wanted`, from 0, starts.
    pub(super) fn line_of(&self, wanted: usize) -> usize {
        let (mut n, mut at) = (0, 0);
        self.records(|record| {
            if n == wanted {
                at = record.position().map_or(0, |p| p.byte() as usize);
            }
            n += 1;
            n <= wanted
        });
        // The reader's position is before the blank lines and comments that it skips.
        loop {
            let line = self.bytes[at..].split(|&c| c == b'\n' || c == b'\r').next().unwrap_or(&[]);
            let comment = self.comment.is_some() && line.first().copied() == self.comment;
            if !(comment || line.trim_ascii().is_empty()) || at + line.len() >= self.bytes.len() {
                break;
            }
            at += line.len() + 1;
        }
        let before = &self.bytes[..at];
        let ends = before
            .iter()
            .enumerate()
            .filter(|&(n, &c)| c == b'\n' || (c == b'\r' && self.bytes.get(n + 1) != Some(&b'\n')));
        1 + ends.count()
    }

    /// `1, "a"` has a blank before its quote, which by the letter of RFC 4180 is no quote any more.
    fn drop_blanks_before_quotes(&mut self) {
        let patterns = [[self.delimiter, b' ', b'"'], [b' ', b' ', b'"']];
        if self.delimiter == b'\t'
            || !self.bytes.windows(3).any(|w| patterns.iter().any(|p| p == w))
        {
            return;
        }
        let mut after_delimiter = false;
        let delimiter = self.delimiter;
        self.bytes = rewrite(&self.bytes, self.comment, |rest, line_start| {
            let run = rest.iter().take_while(|&&c| c == b' ').count();
            let found = run > 0 && (after_delimiter || line_start) && rest.get(run) == Some(&b'"');
            after_delimiter = rest[0] == delimiter;
            found.then_some((run, None))
        });
    }

    /// Whether numbers have a decimal comma: some look like `1,5` and none like `1.5`.
    fn guess_decimal(&self) -> u8 {
        let sample = &self.bytes[..self.bytes.len().min(SAMPLE.0)];
        let has = |sign: u8| {
            let digit = |c: u8| c.is_ascii_digit();
            sample.windows(3).any(|w| digit(w[0]) && w[1] == sign && digit(w[2]))
        };
        if has(b',') && !has(b'.') { b',' } else { b'.' }
    }
}

/// Copies `bytes`, asking `change` outside quotes and comments whether the next bytes are to be
/// replaced (how many, by what). `change` gets the rest of the text and whether a line starts there.
fn rewrite(
    bytes: &[u8],
    comment: Option<u8>,
    mut change: impl FnMut(&[u8], bool) -> Option<(usize, Option<u8>)>,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let (mut quoted, mut line_start, mut at) = (false, true, 0);
    while at < bytes.len() {
        let c = bytes[at];
        if line_start && !quoted && Some(c) == comment {
            let rest = bytes[at..].iter().position(|&c| c == b'\n' || c == b'\r');
            let end = rest.map_or(bytes.len(), |n| at + n);
            out.extend_from_slice(&bytes[at..end]);
            at = end;
            line_start = false;
            continue;
        }
        if !quoted && let Some((length, by)) = change(&bytes[at..], line_start) {
            out.extend(by);
            at += length;
            continue;
        }
        if c == b'"' && quoted && bytes.get(at + 1) == Some(&b'"') {
            out.extend_from_slice(b"\"\"");
            at += 2;
            continue;
        }
        if c == b'"' {
            // A quote opens a cell only at its start; elsewhere (`5" pipe`) it is a character.
            let opens = |c: &u8| !c.is_ascii_alphanumeric() && c.is_ascii() && *c != b'"';
            quoted = !quoted && out.last().is_none_or(opens);
        }
        line_start = c == b'\n' || c == b'\r';
        out.push(c);
        at += 1;
    }
    out
}

/// Separators in the order of preference; blanks and colons also occur inside cells, so they must
/// fit every record.
const CANDIDATES: [(u8, f64); 6] =
    [(b'\t', 0.8), (b';', 0.8), (b',', 0.8), (b'|', 0.8), (b':', 1.0), (b' ', 1.0)];

fn guess_separator(bytes: &[u8], comment: Option<u8>) -> Separator {
    let counts = count_candidates(bytes, comment);
    let fit = |n: usize| -> f64 {
        let mut seen: Vec<usize> = counts.iter().map(|c| c[n]).collect();
        // A first line with one name too few belongs to a file whose rows have names.
        if seen.len() > 2 && seen[0] > 0 && seen[0] + 1 == seen[1] {
            seen[0] += 1;
        }
        seen.sort_unstable();
        let groups = seen.chunk_by(|a, b| a == b).filter(|g| g[0] > 0);
        groups.map(<[usize]>::len).max().unwrap_or(0) as f64 / counts.len().max(1) as f64
    };
    let fits: Vec<f64> = (0..CANDIDATES.len()).map(fit).collect();
    let good = (0..CANDIDATES.len()).find(|&n| fits[n] >= CANDIDATES[n].1);
    let best = good.or_else(|| {
        let most = (0..4).max_by(|&a, &b| fits[a].total_cmp(&fits[b]).then(b.cmp(&a)))?;
        (fits[most] > 0.0).then_some(most)
    });
    match best.map(|n| CANDIDATES[n].0) {
        Some(b' ') => Separator::Blanks,
        Some(byte) => Separator::Byte(byte),
        None => Separator::Byte(b','),
    }
}

/// How often each candidate stands outside quotes, for every record of the sample. Runs of blanks
/// count once, and not at the ends of a line.
fn count_candidates(bytes: &[u8], comment: Option<u8>) -> Vec<[usize; 6]> {
    let sample = &bytes[..bytes.len().min(SAMPLE.0)];
    let mut all: Vec<[usize; 6]> = Vec::new();
    let mut counts = [0; 6];
    let (mut quoted, mut any, mut skipping, mut blank) = (false, false, false, false);
    let mut before = b'\n';
    for &c in sample {
        let line_end = c == b'\n' || c == b'\r';
        if line_end && !quoted {
            if any && !skipping {
                all.push(counts);
                if all.len() == SAMPLE.1 {
                    return all;
                }
            }
            (counts, any, skipping, blank) = ([0; 6], false, false, false);
        } else if !skipping {
            if !any && !quoted && Some(c) == comment && (before == b'\n' || before == b'\r') {
                skipping = true;
            } else if c == b'"' && (quoted || !before.is_ascii_alphanumeric()) {
                (quoted, any) = (!quoted, true);
            } else if c == b' ' || c == b'\t' {
                blank = any && !quoted;
                counts[0] += usize::from(c == b'\t' && !quoted);
            } else {
                counts[5] += usize::from(blank);
                (any, blank) = (true, false);
                if !quoted && let Some(n) = (1..5).find(|&n| CANDIDATES[n].0 == c) {
                    counts[n] += 1;
                }
            }
        }
        before = c;
    }
    if any && !skipping && (sample.len() == bytes.len() || all.is_empty()) {
        all.push(counts);
    }
    all
}
