//! Help on a terminal: in colours, with links, and through a pager when it is longer than the window.

use super::code::{FAINT, PLAIN, coloured};
use super::shell;
use std::io::Write;
use std::process::Stdio;
use unicode_width::UnicodeWidthStr;

/// Headings and names in bold.
const BOLD: &str = "\x1b[1m";

/// Code within a sentence.
const CODE: &str = "\x1b[36m";

/// A line that stands by itself above what it names.
const HEADINGS: [&str; 4] = ["Parameters", "Example", "Examples", "Functions"];

/// A line that is at least so long may go on in the next one.
const LONG: usize = 60;

/// Help in lines that fit the window: paragraphs are filled anew, and what goes on stands under what it belongs to.
pub fn fitted(text: &str, columns: usize) -> String {
    let width = columns.clamp(20, 100);
    let mut lines: Vec<String> = Vec::new();
    let mut may_go_on = false;
    for line in text.lines() {
        let is_prose =
            line.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '`' | '(' | '"'));
        match lines.last_mut() {
            Some(last) if may_go_on && is_prose && !line.starts_with("See also") => {
                last.push(' ');
                last.push_str(line);
            }
            _ => lines.push(line.into()),
        }
        may_go_on = is_prose && line.width() >= LONG;
    }
    let wrapped: Vec<String> = lines.iter().map(|line| wrapped(line, width)).collect();
    wrapped.join("\n")
}

/// A line as several that are no wider than this; code is left alone.
fn wrapped(line: &str, width: usize) -> String {
    if line.width() <= width || line.trim_start().starts_with(">>>") {
        return line.into();
    }
    let body = line.trim_start();
    let indent = line.len() - body.len();
    // Under `  name  what it is` the rest stands under what it is.
    let named = body.find("  ").filter(|&at| indent == 2 && at + 20 < width);
    let hang =
        named.map_or(indent, |at| indent + at + body[at..].len() - body[at..].trim_start().len());
    let mut out = String::new();
    let mut column = 0;
    for piece in pieces(line) {
        let needed = piece.trim_end().width();
        if column > hang && needed > 0 && column + needed > width {
            out.truncate(out.trim_end().len());
            out += &format!("\n{}", " ".repeat(hang));
            column = hang;
        }
        out += piece;
        column += piece.width();
    }
    out
}

/// The words of a line with the blanks behind them; code between backticks is one word.
fn pieces(line: &str) -> Vec<&str> {
    let (mut pieces, mut start, mut in_code) = (Vec::new(), 0, false);
    for (at, c) in line.char_indices() {
        in_code ^= c == '`';
        if c == ' ' && !in_code {
            pieces.push(&line[start..=at]);
            start = at + 1;
        }
    }
    pieces.push(&line[start..]);
    pieces
}

/// Help in colours, if they are wanted: the signature and headings bold, examples as at the prompt, code between
/// backticks in a colour of its own, addresses as links where the terminal has them.
pub fn styled(text: &str, colour: bool) -> String {
    if !colour {
        return text.into();
    }
    let links = supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout);
    let mut lines = Vec::new();
    let mut in_signature = true;
    for line in text.lines() {
        in_signature &= line.starts_with("  ");
        lines.push(styled_line(line, in_signature, links));
    }
    lines.join("\n")
}

fn styled_line(line: &str, in_signature: bool, links: bool) -> String {
    if in_signature || HEADINGS.contains(&line) || is_title(line) {
        return format!("{BOLD}{line}{PLAIN}");
    }
    if let Some((indent, code)) =
        line.split_once(">>> ").filter(|(indent, _)| indent.trim().is_empty())
    {
        return format!("{indent}{FAINT}>>>{PLAIN} {}", coloured(code));
    }
    if let Some(names) = line.strip_prefix("See also:") {
        return format!("{BOLD}See also:{PLAIN}{CODE}{names}{PLAIN}");
    }
    // `  name  what it is`, as parameters and lists have it.
    let named = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '));
    match named.and_then(|rest| rest.split_once("  ")) {
        Some((name, rest)) if !name.contains(' ') => {
            format!("  {BOLD}{name}{PLAIN}  {}", sentence(rest, links))
        }
        _ => sentence(line, links),
    }
}

/// Whether a line is a title in capitals.
fn is_title(line: &str) -> bool {
    !line.is_empty() && line.chars().all(|c| c.is_uppercase() || c == ' ')
}

/// A sentence with its code coloured and its addresses linked.
fn sentence(text: &str, links: bool) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let mut out = String::new();
    for (i, part) in parts.iter().enumerate() {
        match i {
            // A backtick without a partner.
            i if i + 1 == parts.len() && i % 2 == 1 => out += &format!("`{part}"),
            i if i % 2 == 1 => out += &format!("{CODE}{part}{PLAIN}"),
            _ => out += &linked(part, links),
        }
    }
    out
}

/// A text whose addresses, DOIs and arXiv numbers are links.
fn linked(text: &str, links: bool) -> String {
    if !links {
        return text.into();
    }
    let words = text.split_inclusive(' ').map(|piece| {
        let word = piece.trim_end().trim_end_matches(['.', ',', ';', ')']);
        let bare = word.trim_start_matches('(');
        match address(bare) {
            Some(address) => {
                let (start, end) = (word.len() - bare.len(), word.len());
                let link = format!("\x1b]8;;{address}\x1b\\{bare}\x1b]8;;\x1b\\");
                format!("{}{link}{}", &piece[..start], &piece[end..])
            }
            None => piece.to_string(),
        }
    });
    words.collect()
}

/// Where a word leads.
fn address(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        return Some(word.into());
    }
    let doi = lower.strip_prefix("doi:").unwrap_or(&lower);
    if doi.starts_with("10.") && doi.contains('/') {
        return Some(format!("https://doi.org/{doi}"));
    }
    lower.strip_prefix("arxiv:").map(|number| format!("https://arxiv.org/abs/{number}"))
}

/// Whether a text takes more rows than the window has, the prompt's included.
pub fn is_longer(text: &str, (columns, rows): (usize, usize)) -> bool {
    let taken = text.lines().map(|line| visible(line).width().div_ceil(columns.max(1)).max(1));
    taken.sum::<usize>() + 1 > rows
}

/// A line without the codes that `styled` puts in.
fn visible(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, code)) = rest.split_once('\x1b') {
        out += before;
        let end = if code.starts_with(']') {
            code.find('\x1b').map(|at| at + 2)
        } else {
            code.find('m').map(|at| at + 1)
        };
        rest = end.and_then(|end| code.get(end..)).unwrap_or_default();
    }
    out + rest
}

/// Shows text in the user's pager; false when there is none.
pub fn show(text: &str) -> bool {
    let wanted = std::env::var("PAGER").ok().filter(|pager| !pager.trim().is_empty());
    let wanted = wanted.unwrap_or_else(|| "less".into());
    let mut command = shell::command(&wanted);
    command.stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        // Colours as they are, and the text stays on the screen.
        command.env("LESS", "RX");
    }
    let Ok(mut child) = command.spawn() else { return false };
    if let Some(mut input) = child.stdin.take() {
        // The user may leave before the end.
        let _ = input.write_all(text.as_bytes()).and_then(|()| input.write_all(b"\n"));
    }
    !child.wait().is_ok_and(shell::is_missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_is_styled_and_says_the_same() {
        let text = "  x = f(A)\n\nWhat `f(1)` is: `odd.\n\nParameters\n  A  The matrix.\n\nExample\n  >>> x = 'a'\n\nSee also: g";
        let shown = styled(text, true);
        assert!(shown.starts_with("\x1b[1m  x = f(A)\x1b[0m\n"), "{shown:?}");
        assert!(shown.contains("\x1b[32m'a'\x1b[0m") && shown.contains("\x1b[36mf(1)\x1b[0m"));
        assert_eq!(
            visible(&shown).replace('`', ""),
            text.replace("`f(1)`", "f(1)").replace('`', "")
        );
        assert_eq!(styled(text, false), text);
    }

    #[test]
    fn help_fits_the_window() {
        let text = "  x = f(A)\n\nOne two three four five six seven eight nine ten eleven twelve\nthirteen.\n\n  tol   Some words that say what it is, and more of them.\n\nSee also: g";
        let shown = fitted(text, 40);
        assert_eq!(
            shown,
            "  x = f(A)\n\nOne two three four five six seven eight\nnine ten eleven twelve thirteen.\n\n  tol   \
             Some words that say what it is,\n        and more of them.\n\nSee also: g"
        );
        assert_eq!(fitted(&shown, 100).lines().count(), shown.lines().count());
        assert!(fitted(&"x".repeat(90), 30).width() == 90);
        let code = "A sentence with some `code = that(stays, together)` in it.";
        assert!(fitted(code, 30).contains("\n`code = that(stays, together)`\n"));
    }

    #[test]
    fn addresses_are_links() {
        let link = linked("See (doi:10.1137/090771806), or x.", true);
        assert!(link.contains(
            "\x1b]8;;https://doi.org/10.1137/090771806\x1b\\doi:10.1137/090771806\x1b]8;;"
        ));
        assert_eq!(visible(&link), "See (doi:10.1137/090771806), or x.");
        assert_eq!(linked("https://a.b", false), "https://a.b");
        assert_eq!(address("arXiv:0909.4061").unwrap(), "https://arxiv.org/abs/0909.4061");
        assert_eq!(address("10.5"), None);
    }

    #[test]
    fn lines_that_wrap_count_for_several() {
        assert!(!is_longer("a\nb", (10, 3)));
        assert!(is_longer("a\nb", (10, 2)));
        assert!(is_longer(&"x".repeat(25), (10, 3)));
        assert!(!is_longer(&format!("{BOLD}{}{PLAIN}", "x".repeat(20)), (10, 3)));
    }
}
