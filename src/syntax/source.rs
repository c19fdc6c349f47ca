//! A piece of program text with a name, and a stretch of it.

use std::sync::Arc;

/// Program text: a script, one REPL entry, one notebook cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What diagnostics call it: a file name, `-e`, `In [3]`.
    pub name: Arc<str>,
    /// The text.
    pub text: Arc<str>,
    /// Whether it is a part of mf: what fails in it is shown where the user called it.
    pub is_library: bool,
}

impl Source {
    /// A named text.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Source {
        Source { name: name.into(), text: text.into(), is_library: false }
    }

    /// A file of the standard library.
    pub fn library(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Source {
        Source { is_library: true, ..Source::new(name, text) }
    }

    /// Line and column of a byte offset, both from 1, columns in characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..self.text.floor_char_boundary(offset)];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// A half-open range of byte offsets into a [`Source`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end`.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end as u32 }
    }

    /// The smallest range that holds both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// As a range that slices the text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters() {
        let source = Source::new("t", "αβ = 1\nx");
        assert_eq!(source.line_column("αβ ".len()), (1, 4));
        assert_eq!(source.line_column(source.text.len()), (2, 2));
        assert_eq!(source.line_column(1000), (2, 2));
    }
}
