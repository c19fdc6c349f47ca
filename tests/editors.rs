//! The colours of editors: the TextMate grammar and the Pygments lexer show what the grammar of the language reads.

use crate::format::corpus;
use crate::kernel::python;
use fancy_regex::Regex;
use mf::syntax::{LexemeKind, Source, lexemes};
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap};
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text_mate() -> Json {
    let path = root("editors/vscode/syntaxes/mf.tmLanguage.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A letter for each byte: `k`eyword, `n`umber, `s`tring, `c`omment, `.` anything else; a blank for what has no colour of
/// its own, such as the words of `hold on`. None when the text does not parse.
fn expected(text: &str) -> Option<Vec<u8>> {
    let list = lexemes(&Source::new("t", text)).ok()?;
    let mut classes = vec![b'.'; text.len()];
    for lexeme in list {
        let class = match lexeme.kind {
            LexemeKind::Keyword => b'k',
            LexemeKind::Number => b'n',
            LexemeKind::Text => b's',
            LexemeKind::Comment | LexemeKind::Continuation => b'c',
            LexemeKind::Command => b' ',
            _ => continue,
        };
        classes[lexeme.span.range()].fill(class);
    }
    Some(classes)
}

/// The first place where the classes of a text are not as expected.
fn difference(text: &str, expected: &[u8], found: &[u8]) -> Option<String> {
    let at = (0..text.len()).find(|&i| {
        let is_blank = text.as_bytes()[i].is_ascii_whitespace();
        !is_blank && expected[i] != b' ' && expected[i] != found[i]
    })?;
    let line = text[..at].matches('\n').count();
    let (wanted, got) = (expected[at] as char, found[at] as char);
    Some(format!("{wanted} is shown as {got}: {}", text.lines().nth(line).unwrap_or_default()))
}

/// Texts that parse, with what their bytes are: all of the tests and some of the library, whose files are alike.
fn programs() -> Vec<(String, String, Vec<u8>)> {
    let mut list = Vec::new();
    for (i, (name, text)) in corpus().into_iter().enumerate() {
        if name.starts_with("stdlib") && !i.is_multiple_of(3) {
            continue;
        }
        if let Some(classes) = expected(&text) {
            list.push((name, text, classes));
        }
    }
    assert!(list.len() > 100);
    list
}

/// One rule of a TextMate grammar.
enum Rule {
    Match { regex: Regex, class: u8, captures: Vec<(usize, u8)> },
    Range { begin: Regex, end: Regex, class: u8, patterns: Vec<Json> },
}

fn class(rule: &Json) -> u8 {
    match rule["name"].as_str().unwrap_or_default() {
        name if name.starts_with("keyword.control") => b'k',
        name if name.starts_with("constant.numeric") => b'n',
        name if name.starts_with("string") => b's',
        name if name.starts_with("comment") => b'c',
        _ => b'.',
    }
}

fn regex(rule: &Json, key: &str) -> Regex {
    Regex::new(rule[key].as_str().unwrap()).unwrap()
}

/// The rules of a list of patterns, what they include put in their place.
fn rules(patterns: &[Json], grammar: &Json, list: &mut Vec<Rule>) {
    for pattern in patterns {
        if let Some(include) = pattern["include"].as_str() {
            let inner = &grammar["repository"][&include[1..]]["patterns"];
            rules(inner.as_array().unwrap_or_else(|| panic!("{include}")), grammar, list);
        } else if pattern["begin"].is_string() {
            let patterns = pattern["patterns"].as_array().cloned().unwrap_or_default();
            let (begin, end) = (regex(pattern, "begin"), regex(pattern, "end"));
            list.push(Rule::Range { begin, end, class: class(pattern), patterns });
        } else {
            let captures = pattern["captures"].as_object().into_iter().flatten();
            let captures = captures.map(|(n, name)| (n.parse().unwrap(), class(name))).collect();
            let regex = regex(pattern, "match");
            list.push(Rule::Match { regex, class: class(pattern), captures });
        }
    }
}

/// What a TextMate grammar makes of texts. Rules of an inner list are read once.
struct Engine {
    grammar: Json,
    lists: Vec<(String, Vec<Rule>)>,
}

impl Engine {
    fn list(&mut self, patterns: &[Json]) -> usize {
        let key = Json::from(patterns.to_vec()).to_string();
        if let Some(at) = self.lists.iter().position(|(known, _)| *known == key) {
            return at;
        }
        let mut list = Vec::new();
        rules(patterns, &self.grammar, &mut list);
        self.lists.push((key, list));
        self.lists.len() - 1
    }

    fn classes(&mut self, text: &str) -> Vec<u8> {
        let mut classes = vec![b'.'; text.len()];
        let patterns = self.grammar["patterns"].as_array().unwrap().clone();
        // Inside which ranges: their rules, their end and their class.
        let mut stack: Vec<(usize, Option<Regex>, u8)> = vec![(self.list(&patterns), None, b'.')];
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim_end_matches(['\n', '\r']);
            self.line(content, &mut classes[start..start + content.len()], &mut stack);
            start += line.len();
        }
        classes
    }

    fn line(
        &mut self,
        line: &str,
        classes: &mut [u8],
        stack: &mut Vec<(usize, Option<Regex>, u8)>,
    ) {
        let mut at = 0;
        // Where each rule matches next; what was found further on need not be looked for again.
        let mut ahead: HashMap<(usize, usize), Option<Range<usize>>> = HashMap::new();
        loop {
            let (rules, end, class) = stack.last().unwrap();
            // The first match wins, the end before the rules in their order.
            let end = end.as_ref().and_then(|end| end.find_from_pos(line, at).unwrap());
            let mut best: Option<(Range<usize>, Option<usize>)> = end.map(|m| (m.range(), None));
            for (i, rule) in self.lists[*rules].1.iter().enumerate() {
                let regex = match rule {
                    Rule::Match { regex, .. } => regex,
                    Rule::Range { begin, .. } => begin,
                };
                let known = ahead.get(&(*rules, i));
                let is_ahead = |next: &&Option<Range<usize>>| {
                    next.as_ref().is_none_or(|range| range.start >= at)
                };
                let found = match known.filter(is_ahead) {
                    Some(next) => next.clone(),
                    None => regex.find_from_pos(line, at).unwrap().map(|found| found.range()),
                };
                ahead.insert((*rules, i), found.clone());
                if let Some(found) = found
                    && best.as_ref().is_none_or(|(range, _)| found.start < range.start)
                {
                    best = Some((found, Some(i)));
                }
            }
            let Some((range, chosen)) = best else {
                classes[at..].fill(*class);
                return;
            };
            classes[at..range.start].fill(*class);
            at = range.end;
            match chosen.map(|i| &self.lists[*rules].1[i]) {
                None => {
                    classes[range].fill(*class);
                    stack.pop();
                }
                Some(Rule::Match { regex, class, captures }) => {
                    classes[range.clone()].fill(*class);
                    let found = regex.captures_from_pos(line, range.start).unwrap().unwrap();
                    for (n, class) in captures {
                        if let Some(group) = found.get(*n) {
                            classes[group.range()].fill(*class);
                        }
                    }
                    assert!(!range.is_empty(), "a rule matches nothing in {line}");
                }
                Some(Rule::Range { end, class, patterns, .. }) => {
                    classes[range].fill(*class);
                    let (end, class, patterns) = (end.clone(), *class, patterns.clone());
                    let list = self.list(&patterns);
                    stack.push((list, Some(end), class));
                }
            }
        }
    }
}

fn report(wrong: &[String], count: usize) {
    let shown = wrong.iter().take(30).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of {count} programs:\n{shown}", wrong.len());
}

#[test]
fn the_text_mate_grammar_shows_what_is_read() {
    let mut engine = Engine { grammar: text_mate(), lists: Vec::new() };
    let mut wrong = Vec::new();
    let programs = programs();
    for (name, text, classes) in &programs {
        let found = engine.classes(text);
        wrong.extend(difference(text, classes, &found).map(|what| format!("{name}: {what}")));
    }
    report(&wrong, programs.len());
}

#[test]
fn the_pygments_lexer_shows_what_is_read() {
    let programs = programs();
    let texts: Vec<&str> = programs.iter().map(|(_, text, _)| &**text).collect();
    let mut child = Command::new(python())
        .arg(root("tests/editors/classes.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let request = serde_json::to_vec(&texts).unwrap();
    let writer = std::thread::spawn(move || input.write_all(&request).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let answers: Vec<String> = serde_json::from_slice(&output.stdout).unwrap();
    let mut wrong = Vec::new();
    for ((name, text, classes), answer) in programs.iter().zip(&answers) {
        // One letter for each character.
        let mut found = Vec::with_capacity(text.len());
        for (c, class) in text.chars().zip(answer.bytes()) {
            found.extend(std::iter::repeat_n(class, c.len_utf8()));
        }
        assert_eq!(found.len(), text.len(), "{name}");
        wrong.extend(difference(text, classes, &found).map(|what| format!("{name}: {what}")));
    }
    report(&wrong, programs.len());
}

/// The words of the language, as the grammar has them.
fn keywords() -> BTreeSet<String> {
    let grammar = std::fs::read_to_string(root("grammar/mf.pest")).unwrap();
    let rule = grammar.split("\nkeyword ").nth(1).unwrap();
    let rule = &rule[..rule.find('}').unwrap()];
    rule.split('"').skip(1).step_by(2).map(str::to_string).collect()
}

#[test]
fn editors_know_the_words_of_the_grammar() {
    let words = keywords();
    assert!(words.len() > 25 && words.contains("unwind_protect_cleanup"));
    let program = text_mate()["repository"]["program"]["patterns"].clone();
    let mut lists = program.as_array().unwrap().iter().filter_map(|rule| rule["match"].as_str());
    let list = lists.find(|pattern| pattern.contains("unwind_protect|")).unwrap();
    let inner = &list[list.find("(?:").unwrap() + 3..];
    let known = inner[..inner.find(')').unwrap()].split('|').map(str::to_string);
    assert_eq!(known.collect::<BTreeSet<_>>(), words);
    let lexer = std::fs::read_to_string(root("editors/pygments/mf_lexer.py")).unwrap();
    let list = lexer.split("KEYWORDS = (").nth(1).unwrap();
    let known = list[..list.find(')').unwrap()].split('"').skip(1).step_by(2).map(str::to_string);
    assert_eq!(known.collect::<BTreeSet<_>>(), words);
}
