//! The part of a text that a diagnostic shows: lines as they are, very long ones cut around what is wrong.
//!
//! A data file pasted as one line, or a generated program, has lines of a megabyte; printing one whole would bury
//! the message.

use super::{Source, Span};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// A line of more bytes than this is cut.
const LONGEST: usize = 240;
/// How many bytes of a cut line are shown before and after the start of what is wrong.
const AROUND: usize = 60;
const MARK: &str = "…";

/// A text whose long lines are cut, and its labels where they now are.
#[derive(Debug)]
pub(super) struct Excerpt<'a> {
    name: &'a str,
    text: std::borrow::Cow<'a, str>,
    /// How many characters fewer than in the user's text stand before the shown part of each cut line.
    missing: Vec<(usize, usize)>,
    /// Where and what.
    pub labels: Vec<(Span, String)>,
}

impl<'a> Excerpt<'a> {
    /// The excerpt around some labels.
    pub(super) fn new(source: &'a Source, labels: &[(Span, String)]) -> Excerpt<'a> {
        let mut excerpt = Excerpt {
            name: &source.name,
            text: std::borrow::Cow::Borrowed(&source.text),
            missing: Vec::new(),
            labels: labels.to_vec(),
        };
        if source.text.lines().any(|line| line.len() > LONGEST) {
            excerpt.cut(&source.text);
        }
        excerpt
    }

    fn cut(&mut self, text: &str) {
        let mut out = String::new();
        let mut labels: Vec<Option<(Span, String)>> = vec![None; self.labels.len()];
        let mut start = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let end = start + line.len();
            let here = |(at, _): &&(Span, String)| {
                (start..end).contains(&(at.start as usize)) || at.start as usize == text.len()
            };
            let (from, to) = match self.labels.iter().find(here) {
                _ if line.len() <= LONGEST => (start, end),
                None => (start, text.floor_char_boundary(start + 2 * AROUND)),
                Some((at, _)) => {
                    let from = (at.start as usize).saturating_sub(AROUND).max(start);
                    let to = (at.start as usize + AROUND).min(end);
                    (text.floor_char_boundary(from), text.floor_char_boundary(to))
                }
            };
            if from > start {
                self.missing.push((number, text[start..from].chars().count() - 1));
                out += MARK;
            }
            let moved = out.len();
            out += &text[from..to];
            for (slot, (at, what)) in labels.iter_mut().zip(&self.labels) {
                let (a, b) = (at.start as usize, at.end as usize);
                if (from..to).contains(&a) || (a == to && to == text.len()) {
                    let place = |i: usize| moved + i.min(to) - from;
                    *slot = Some((Span::new(place(a), place(b)), what.clone()));
                }
            }
            if to < end {
                out += MARK;
                if line.ends_with('\n') {
                    out.push('\n');
                }
            }
            start = end;
        }
        self.text = out.into();
        self.labels = labels.into_iter().flatten().collect();
    }
}

impl SourceCode for Excerpt<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.text.as_bytes().read_span(span, before, after)?;
        let missing = self.missing.iter().find(|(line, _)| *line == contents.line());
        // miette counts bytes.
        let before = &self.text[..contents.span().offset()];
        let column = before[before.rfind('\n').map_or(0, |i| i + 1)..].chars().count();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.to_string(),
            contents.data(),
            *contents.span(),
            contents.line(),
            column + missing.map_or(0, |(_, count)| *count),
            contents.line_count(),
        )))
    }
}
