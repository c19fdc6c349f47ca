//! An entry of several lines, as it is edited.
//!
//! The editor has no prompt for further lines. So each line that is typed after the first begins with a margin of
//! three figure spaces (which nobody types), and the highlighter shows them as `.. `; code lines up under `>> `.

use crate::session::{Completeness, Session};
use std::borrow::Cow;

/// A character of the margin.
const SPACE: char = '\u{2007}';

/// What stands before a further line.
pub const MARGIN: &str = "\u{2007}\u{2007}\u{2007}";

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

/// The line that ends where the cursor is, if it is not the first, without its margin, and whether it has one.
fn further_line(before: &str) -> Option<(&str, bool)> {
    let (_, line) = before.rsplit_once('\n')?;
    Some(line.strip_prefix(MARGIN).map_or((line, false), |line| (line, true)))
}

/// How many characters Backspace takes: a level of indentation, or a line's margin with its line break.
pub fn backspace(before: &str) -> usize {
    let Some((line, has_margin)) = further_line(before) else { return 1 };
    match line.len() {
        0 if has_margin => MARGIN.chars().count() + 1,
        indent if indent >= STEP && line.bytes().all(|b| b == b' ') => STEP,
        _ => 1,
    }
}

/// How many characters back the line begins, if its beginning is a margin.
pub fn home(before: &str) -> Option<usize> {
    further_line(before).filter(|(_, has_margin)| *has_margin).map(|(line, _)| line.chars().count())
}

/// How many characters the cursor goes back from the beginning of a line to the end of the one before.
pub fn left(before: &str) -> usize {
    if home(before) == Some(0) { MARGIN.chars().count() + 1 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(without_margins("if x\n      y\nend"), "if x\n      y\nend");
    }

    #[test]
    fn backspace_goes_by_levels_at_the_start_of_a_line() {
        let after = |line: &str| backspace(&format!("if x\n{line}"));
        assert_eq!(after(&format!("{MARGIN}  ")), 2);
        assert_eq!(after(&format!("{MARGIN} ")), 1);
        assert_eq!(after(MARGIN), 4);
        assert_eq!(after(&format!("{MARGIN}  y")), 1);
        assert_eq!(after(""), 1);
        assert_eq!(backspace("     "), 1);
    }

    #[test]
    fn the_cursor_does_not_go_into_a_margin() {
        let before = format!("if x\n{MARGIN}  y");
        assert_eq!((home(&before), left(&before)), (Some(3), 1));
        let before = format!("if x\n{MARGIN}");
        assert_eq!((home(&before), left(&before)), (Some(0), 4));
        assert_eq!((home("x"), left("x")), (None, 1));
    }
}
