//! What a text that does not parse most likely meant.
//!
//! pest says at which byte every rule gave up; its list of rules means nothing to a user. From the line around that
//! byte this finds the usual slips: an operand or a bracket that is missing, characters that word processors put,
//! and the habits of other languages. Where nothing is sure it says only what stands there.

use super::scan::Scan;
use super::{Diagnostic, Source, Span};

/// Characters that look like one of the language's own, and which.
const LOOKALIKES: [(&str, &str); 15] = [
    ("“”„‟«»＂", "\""),
    ("‘’‚‛´`＇", "'"),
    ("−–—‐‑－", "-"),
    ("×·∗⋅＊", "*"),
    ("÷∕／", "/"),
    ("≤⩽", "<="),
    ("≥⩾", ">="),
    ("≠", "!="),
    ("→⇒←＝", "="),
    ("（", "("),
    ("）", ")"),
    ("，、", ","),
    ("；", ";"),
    ("：", ":"),
    ("…", "..."),
];

/// Blanks that are no plain space.
const BLANKS: &str =
    "\u{a0}\u{2002}\u{2003}\u{2007}\u{2009}\u{200b}\u{202f}\u{2060}\u{3000}\u{feff}";

/// Words that end a block or go on with it.
const BLOCK_ENDS: [&str; 14] = [
    "end",
    "else",
    "elseif",
    "endif",
    "endfor",
    "endwhile",
    "endswitch",
    "endfunction",
    "case",
    "otherwise",
    "until",
    "catch",
    "end_try_catch",
    "end_unwind_protect",
];

/// The place where parsing stopped, with the line around it.
struct Stop<'a> {
    /// Where.
    at: usize,
    /// The line before it, without the blanks at both ends.
    before: &'a str,
    /// The line from it on.
    rest: &'a str,
    /// The word or character that was not expected; empty at the end of a line.
    found: &'a str,
}

/// The error for a text whose parsing stopped at byte `at`.
pub(super) fn explain(source: &Source, scanned: &Scan, at: usize) -> Diagnostic {
    let text = &scanned.text[..];
    if text[at..].trim().is_empty()
        && let Some(opener) = scanned.open_blocks.last()
    {
        return unclosed(source, *opener);
    }
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |i| i + 1);
    let end = text[at..].find(['\n', '\r']).map_or(text.len(), |i| at + i);
    let rest = &text[at..end];
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let length = match rest.chars().next() {
        Some(c) if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
        Some(c) => c.len_utf8(),
        None => 0,
    };
    let stop = Stop { at, before: text[start..at].trim(), rest, found: &rest[..length] };
    if let Some(brace) = brace_block(text, at) {
        return Diagnostic::error("braces make cells; a block ends with `end`")
            .at(source, Span::new(brace, brace + 1), "")
            .with_help("if x > 0, y = 1; end");
    }
    let span = Span::new(at, at + length);
    if let Some((message, help)) = lookalike(&stop) {
        return Diagnostic::error(message).at(source, span, "").with_help(help);
    }
    let (message, help) = habit(&stop)
        .or_else(|| gap(&stop))
        .unwrap_or_else(|| (format!("did not expect {} here", stop.shown(text)), None));
    let mut diagnostic = Diagnostic::error(message).at(source, span, "");
    diagnostic.help = help;
    diagnostic
}

/// A block that the text ends in.
fn unclosed(source: &Source, opener: Span) -> Diagnostic {
    let text = &source.text;
    let word = &text[opener.range()];
    let line = text[..opener.start as usize].rfind('\n').map_or(0, |i| i + 1);
    let before = text[line..opener.start as usize].trim();
    let joined = format!("else{word}");
    let help = if before == "end" {
        format!("`end {word}` is `end` or `end{word}`; as it stands it opens a second `{word}`")
    } else if word == "if" && has_else_if(&text[opener.end as usize..]) {
        format!("`else if` opens a second `if` with an `end` of its own; `{joined}` does not")
    } else if word == "do" {
        "every `do` needs its `until`".into()
    } else {
        format!("every `{word}` needs its `end`")
    };
    Diagnostic::error(format!("`{word}` is never closed"))
        .at(source, opener, "opened here")
        .with_help(help)
}

fn has_else_if(text: &str) -> bool {
    text.lines().any(|line| {
        let rest = line.trim_start().strip_prefix("else");
        rest.is_some_and(|rest| rest.starts_with([' ', '\t']) && rest.trim().starts_with("if"))
    })
}

/// The `{` of `if (x) {`, when parsing stopped behind one that is not closed.
fn brace_block(text: &str, at: usize) -> Option<usize> {
    let brace = text[..at].rfind('{')?;
    let line = text[..brace].rfind('\n').map_or(0, |i| i + 1);
    let head = text[line..brace].trim();
    let opens = ["if", "for", "while", "else", "function", "elseif", "} else"];
    let is_block = opens.iter().any(|word| {
        head.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '(']))
    });
    let after = text[brace + 1..].lines().next().unwrap_or_default();
    (is_block && after.trim().is_empty()).then_some(brace)
}

type Explanation = (String, Option<String>);

fn because(message: impl Into<String>, help: impl Into<String>) -> Option<Explanation> {
    Some((message.into(), Some(help.into())))
}

fn lookalike(stop: &Stop<'_>) -> Option<(String, String)> {
    let found = stop.found.chars().next()?;
    if BLANKS.contains(found) {
        let message = format!("this blank is not a plain space but U+{:04X}", found as u32);
        return Some((message, "web pages and word processors put such blanks: retype it".into()));
    }
    let (_, plain) = LOOKALIKES.iter().find(|(chars, _)| chars.contains(found))?;
    let shown = if found == '`' { "a backquote".into() } else { format!("`{found}`") };
    Some((format!("{shown} only looks like {plain}"), format!("retype it as {plain}")))
}

impl Stop<'_> {
    fn first_word(&self) -> &str {
        let line = if self.before.is_empty() { self.rest } else { self.before };
        let end = line.find(|c: char| !c.is_alphanumeric() && c != '_');
        &line[..end.unwrap_or(line.len())]
    }

    fn last_word(&self) -> &str {
        let start = self.before.rfind(|c: char| !c.is_alphanumeric() && c != '_');
        let after = |i: usize| i + self.before[i..].chars().next().map_or(0, char::len_utf8);
        &self.before[start.map_or(0, after)..]
    }

    fn is_at_a_value(&self) -> bool {
        self.found.starts_with(|c: char| c.is_alphanumeric() || "_'\"([{@".contains(c))
    }

    fn is_behind_a_value(&self) -> bool {
        self.before.ends_with(|c: char| c.is_alphanumeric() || "_'\")]}".contains(c))
    }

    fn shown(&self, text: &str) -> String {
        match self.found {
            "" if text[self.at..].trim().is_empty() => "the end of the text".into(),
            "" => "the end of the line".into(),
            found => format!("`{found}`"),
        }
    }
}

/// What people write who come from another language.
fn habit(stop: &Stop<'_>) -> Option<Explanation> {
    let (first, last) = (stop.first_word(), stop.last_word());
    let opens_block = ["if", "elseif", "while", "for", "else", "function"].contains(&first);
    match first {
        "elif" | "elsif" => return because(format!("`{first}` is `elseif` here"), "elseif x > 0"),
        "import" | "from" | "using" if first == last => {
            return because("nothing is imported", "every function is there: zeros(2, 3), svd(A)");
        }
        "def" | "fn" | "func" if first == last => {
            return because(
                format!("`{first}` does not begin a function"),
                "a function is written: function r = f(x), r = 2*x; end",
            );
        }
        "let" | "var" | "const" | "auto" | "int" | "float" | "double" if first == stop.before => {
            return because("variables are not declared", format!("write {}", stop.rest.trim()));
        }
        "return" if first == stop.before && stop.is_at_a_value() => {
            return because(
                "`return` takes no value",
                "a function gives what its outputs hold: r = x; return",
            );
        }
        "for" if stop.before.contains('(') && stop.found == ";" => {
            return because("a loop walks values", "for i = 0:9, disp(i), end");
        }
        "function" if stop.before == "function" && stop.found == "=" => {
            return because("`function` is a word of the language", "choose another name");
        }
        _ => {}
    }
    let rest = stop.rest;
    match last {
        "then" if opens_block => {
            return because("there is no `then`", "a comma or a new line ends the condition");
        }
        "and" | "or" if stop.is_at_a_value() => {
            let operator = if last == "and" { "&&" } else { "||" };
            return because(format!("`{last}` is written {operator}"), format!("a {operator} b"));
        }
        "lambda" => return because("`lambda` is written @(…)", "f = @(x) x + 1"),
        _ => {}
    }
    match stop.found {
        "" | "\n" if opens_block && stop.before.ends_with(':') => {
            because("no colon ends this line", "a new line is enough; the block ends with `end`")
        }
        "[" if stop.is_behind_a_value() => because(
            "an index stands in parentheses",
            format!("positions count from 1: {last}(1) is the first"),
        ),
        "/" if stop.before.ends_with('/') => {
            because("`//` is no operator", "floor(a / b) divides and rounds down")
        }
        "?" => because("there is no `? :`", "if x > 0, y = 1; else, y = 2; end"),
        "=" if rest.starts_with("=>") => because("`=>` is no operator", "at least is `>=`"),
        ">" if stop.before.ends_with('=') => because("`=>` is no operator", "at least is `>=`"),
        "=" if ["==", "!=", "~="].iter().any(|op| stop.before.ends_with(op)) => {
            let operator = &stop.before[stop.before.len() - 2..];
            because(format!("`{operator}=` is no operator"), format!("compare with `{operator}`"))
        }
        "=" if stop.before.ends_with(':') => because("`:=` is no operator", "assign with `=`"),
        "=" if BLOCK_ENDS.contains(&stop.before) => {
            because(format!("`{}` is a word of the language", stop.before), "choose another name")
        }
        found if BLOCK_ENDS.contains(&found) && rest[found.len()..].trim().starts_with('=') => {
            because(format!("`{found}` is a word of the language"), "choose another name")
        }
        found if BLOCK_ENDS.contains(&found) => because(
            format!("did not expect `{found}` here"),
            format!("no block that `{found}` could belong to is open"),
        ),
        "=" if ["if", "elseif", "while", "until"].contains(&first) => because(
            "a condition compares with `==`",
            "`=` assigns, and an assignment is a statement of its own",
        ),
        "," | ";" if stop.before.ends_with([',', '[', '(', '{']) => {
            because(format!("did not expect `{}` here", stop.found), "a value is missing before it")
        }
        "=" => because(
            "did not expect `=` here",
            "compare with `==`; an assignment is a statement of its own",
        ),
        found if stop.before.ends_with('@') && found.starts_with(char::is_alphabetic) => {
            because("a function's parameters stand in parentheses", "f = @(x) x + 1")
        }
        _ => None,
    }
}

/// An operand, an operator or a comma that is missing.
fn gap(stop: &Stop<'_>) -> Option<Explanation> {
    let found = stop.found;
    if found.starts_with(|c: char| c.is_ascii_digit()) && found.contains(char::is_alphabetic) {
        return because(
            format!("`{found}` is neither a number nor a name"),
            "a product is written 2*x, and names start with a letter",
        );
    }
    if stop.before.ends_with("@") || is_parameter_list(stop) {
        return None;
    }
    if stop.is_behind_a_value() && stop.is_at_a_value() {
        let last = stop.last_word();
        let is_name = last.starts_with(|c: char| c.is_alphabetic());
        let call =
            format!("an operator or a comma is missing; a call needs parentheses: {last}(…)");
        let help = match is_name && stop.before == last {
            true => call,
            false => "an operator or a comma is missing".to_string(),
        };
        return because(format!("`{found}` follows a value"), help);
    }
    let operator = stop.before.trim_end_matches(|c: char| !"+-*/\\^=<>&|!~:".contains(c));
    let start = operator
        .rfind(|c: char| !"+-*/\\^=<>&|!~:.".contains(c))
        .map_or(0, |i| i + operator[i..].chars().next().map_or(0, char::len_utf8));
    let operator = &operator[start..];
    let ends_here = found.is_empty() || [";", ",", ")", "]", "}"].contains(&found);
    let meets_operator = "*/\\^<>&|".contains(found);
    if !operator.is_empty() && stop.before.ends_with(operator) && (ends_here || meets_operator) {
        let message = format!("`{operator}` needs a value on its right");
        let help = match found {
            "" => Some("to go on in the next line, end this one with ...".to_string()),
            _ if meets_operator => Some(format!("`{found}` needs one on its left")),
            _ => None,
        };
        return Some((message, help));
    }
    None
}

/// Whether parsing stopped in the head of a function, where other rules hold.
fn is_parameter_list(stop: &Stop<'_>) -> bool {
    stop.first_word() == "function"
}
