//! An entry of several lines, as it is edited.
//!
//! The editor has no prompt for further lines. So each line that is typed after the first begins with a margin of
//! three noncharacters, which Unicode keeps for use within programs: no text that is typed or pasted has them. The
//! highlighter shows them as `.. `; code lines up under `>> `.

use crate::session::{Completeness, Session};
use std::borrow::Cow;

/// A character of the margin.
pub const SPACE: char = '\u{FDD0}';

/// What stands before a further line.
pub const MARGIN: &str = "\u{FDD0}\u{FDD0}\u{FDD0}";

/// What stands before a further line on the screen.
pub const CONTINUATION: &str = ".. ";

/// Blanks of one level of indentation.
pub const STEP: usize = 2;

/// The entry's text without the margins, wherever an edit has left them.
pub fn without_margins(edited: &str) -> Cow<'_, str> {
    if edited.contains(SPACE) { edited.replace(SPACE, "").into() } else { edited.into() }
}

/// What is edited as the language sees it: margins are blanks, and every byte stays where it is.
pub fn as_code(edited: &str) -> Cow<'_, str> {
    let blanks = " ".repeat(SPACE.len_utf8());
    if edited.contains(SPACE) { edited.replace(SPACE, &blanks).into() } else { edited.into() }
}

/// Whether nothing but blanks and margins is there.
pub fn is_blank(edited: &str) -> bool {
    edited.chars().all(|c| c == SPACE || c.is_whitespace())
}

/// An entry of the history as it is edited.
pub fn with_margins(text: &str) -> Cow<'_, str> {
    if text.contains('\n') {
        text.replace('\n', &format!("\n{MARGIN}")).into()
    } else {
        text.into()
    }
}

/// What to insert when the user ends a line before the entry is finished: a new line with its indentation.
pub fn new_line(edited: &str) -> Option<String> {
    match Session::is_complete(&without_margins(edited)) {
        Completeness::Incomplete { indent } => Some(format!("\n{MARGIN}{indent}")),
        Completeness::Complete | Completeness::Invalid => None,
    }
}

/// Where the cursor is in a line with a margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Right behind the margin.
    Beginning,
    /// Further on.
    Within,
}

/// What stands between the margin and the cursor, if its line has a margin.
pub fn behind_margin(before: &str) -> Option<&str> {
    before.rsplit_once('\n')?.1.strip_prefix(MARGIN)
}

/// Where the cursor is, if its line has a margin.
pub fn place(before: &str) -> Option<Place> {
    let line = behind_margin(before)?;
    Some(if line.is_empty() { Place::Beginning } else { Place::Within })
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn margins_come_and_go() {
        let mut edited = "for i = 1:3".to_string();
        edited += &new_line(&edited).unwrap();
        assert_eq!(edited, format!("for i = 1:3\n{MARGIN}  "));
        assert_eq!(without_margins(&edited), "for i = 1:3\n  ");
        assert_eq!(with_margins("for i = 1:3\n  "), edited);
        assert_eq!(new_line(&format!("for i = 1:3\n{MARGIN}  i\n{MARGIN}end")), None);
        assert_eq!(new_line("x = 1"), None);
        assert_eq!(new_line("x = )"), None);
        // Pasted text has none, and loses nothing.
        let pasted = "s = \"1\u{2007}000\"\n\u{2007}\u{2007}\u{2007}y\n\u{E000}";
        assert_eq!(without_margins(pasted), pasted);
        assert!(is_blank(&format!(" \n{MARGIN} ")) && !is_blank(&format!("{MARGIN}x")));
    }

    #[test]
    fn a_margin_is_as_wide_as_it_is_shown() {
        assert_eq!(MARGIN.width(), CONTINUATION.width());
        assert_eq!(MARGIN.chars().count(), MARGIN.width());
        assert!(MARGIN.chars().all(|c| c == SPACE));
    }

    #[test]
    fn the_cursor_knows_the_margin() {
        assert_eq!(place(&format!("if x\n{MARGIN}  y")), Some(Place::Within));
        assert_eq!(place(&format!("if x\n{MARGIN}")), Some(Place::Beginning));
        assert_eq!(place("if x\n"), None);
        assert_eq!(place("x"), None);
    }
}
