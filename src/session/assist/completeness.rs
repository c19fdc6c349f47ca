//! Whether a text is a whole program.

use crate::session::words;
use crate::syntax::{Source, check_scanned, scan};

/// Whether a text is a whole program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// It can run.
    Complete,
    /// A bracket or block is still open; the next line should start with this much space.
    Incomplete {
        /// Spaces.
        indent: String,
    },
    /// It is wrong, and more text will not mend it.
    Invalid,
}

/// Whether `text` can run as it stands.
pub fn is_complete(text: &str) -> Completeness {
    let source = Source::new("", words::without_words(text));
    let scanned = scan(&source);
    let indent =
        " ".repeat(2 * scanned.open_blocks.len().max(usize::from(scanned.unfinished.is_some())));
    if scanned.error.is_some() {
        return Completeness::Invalid;
    }
    if scanned.unfinished.is_some() {
        return Completeness::Incomplete { indent };
    }
    match check_scanned(&source, &scanned) {
        Err(_) if !scanned.open_blocks.is_empty() => Completeness::Incomplete { indent },
        Err(_) => Completeness::Invalid,
        // At a prompt a function ends with its `end`, though a file need not have one.
        Ok(_) if !scanned.open_blocks.is_empty() => Completeness::Incomplete { indent },
        Ok(_) => Completeness::Complete,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completeness() {
        assert_eq!(is_complete("x = 1"), Completeness::Complete);
        for text in
            ["?lu", "lu?", ":time x = 1", "x = 1\n:plan x*x\ny = 2", ":doc", ":time", ":frob ("]
        {
            assert_eq!(is_complete(text), Completeness::Complete, "{text}");
        }
        assert_eq!(is_complete("x = )"), Completeness::Invalid);
        for text in [
            "x = [1 2",
            "for i=1:3",
            "if x\n y",
            "function f\n 1;",
            "x = 1 + ...",
            ":time for i=1:3",
        ] {
            assert!(matches!(is_complete(text), Completeness::Incomplete { .. }), "{text}");
        }
    }
}
