//! An entry of several lines, as it is edited.
//!
//! The editor has no prompt for further lines. So each line after the first begins with three blanks, which the
//! highlighter shows as `.. `; code lines up under `>> `, and blanks mean nothing to the language.

use crate::session::{Completeness, Session};

/// What stands before a further line.
pub const MARGIN: &str = "   ";

/// What stands before a further line on the screen.
pub const CONTINUATION: &str = ".. ";

/// Blanks of one level of indentation.
pub const STEP: usize = 2;

/// The entry's text without the margins.
pub fn without_margins(edited: &str) -> String {
    let mut lines = edited.split('\n');
    let mut text = lines.next().unwrap_or_default().to_string();
    for line in lines {
        text.push('\n');
        text.push_str(line.strip_prefix(MARGIN).unwrap_or(line));
    }
    text
}

/// What to insert when the user ends a line before the entry is finished: a new line with its indentation.
pub fn new_line(edited: &str) -> Option<String> {
    match Session::is_complete(&without_margins(edited)) {
        Completeness::Incomplete { indent } => Some(format!("\n{MARGIN}{indent}")),
        Completeness::Complete | Completeness::Invalid => None,
    }
}

/// How many characters Backspace takes: a level of indentation, or a line's margin with its line break.
pub fn backspace(before: &str) -> usize {
    let Some((_, line)) = before.rsplit_once('\n') else { return 1 };
    let is_blank = !line.is_empty() && line.bytes().all(|b| b == b' ');
    match line.len().checked_sub(MARGIN.len()) {
        Some(0) if is_blank => MARGIN.len() + 1,
        Some(extra) if is_blank && extra >= STEP => STEP,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_come_and_go() {
        let mut edited = "for i = 1:3".to_string();
        edited += &new_line(&edited).unwrap();
        assert_eq!(edited, "for i = 1:3\n     ");
        assert_eq!(without_margins(&edited), "for i = 1:3\n  ");
        assert_eq!(new_line("for i = 1:3\n     i\n   end"), None);
        assert_eq!(new_line("x = 1"), None);
        assert_eq!(new_line("x = )"), None);
    }

    #[test]
    fn backspace_goes_by_levels_at_the_start_of_a_line() {
        assert_eq!(backspace("if x\n     "), 2);
        assert_eq!(backspace("if x\n    "), 1);
        assert_eq!(backspace("if x\n   "), 4);
        assert_eq!(backspace("if x\n     y"), 1);
        assert_eq!(backspace("     "), 1);
        assert_eq!(backspace("if x\n"), 1);
    }
}
