//! The page: HTML with its style and script inside, and figures beside it.

use super::Entry;
use super::example::Shown;
use super::topic::Topic;
use crate::syntax::{LexemeKind, Source, lexemes};
use std::collections::HashSet;
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Makes the folder of the page and the one of its figures, whose path it gives.
pub fn folders(folder: &Path) -> io::Result<PathBuf> {
    let figures = folder.join("figures");
    std::fs::create_dir_all(&figures)?;
    Ok(figures)
}

/// Writes the page into its folder and its figures into theirs; where the page is.
pub fn write(folder: &Path, figures: &Path, entries: &[Entry]) -> io::Result<PathBuf> {
    let names = entries.iter().map(|entry| &*entry.topic.name).collect();
    let mut page = Page { out: String::new(), figures, names };
    page.whole(entries)?;
    let path = folder.join("index.html");
    std::fs::write(&path, &page.out)?;
    Ok(path)
}

struct Page<'a> {
    out: String,
    figures: &'a Path,
    /// The functions there are: what may be a link.
    names: HashSet<&'a str>,
}

impl Page<'_> {
    fn whole(&mut self, entries: &[Entry]) -> io::Result<()> {
        let version = env!("CARGO_PKG_VERSION");
        self.add(&format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>mf {version}: reference</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <nav>\n<h1><a href=\"#\">mf</a> <small>{version}</small></h1>\n\
             <input id=\"search\" type=\"search\" placeholder=\"Search {} functions\" \
             aria-label=\"Search\" autocomplete=\"off\">\n<ol id=\"found\" hidden></ol>\n<div id=\"map\">\n",
            entries.len()
        ));
        let groups: Vec<&[Entry]> =
            entries.chunk_by(|a, b| a.topic.group == b.topic.group).collect();
        for group in &groups {
            let name = &group[0].topic.group;
            self.add(&format!("<details><summary>{}</summary>\n<ul>\n", title(name)));
            for entry in *group {
                self.add(&format!("<li>{}</li>\n", link(&entry.topic.name)));
            }
            self.add("</ul></details>\n");
        }
        self.add("</div>\n</nav>\n<main>\n");
        for group in &groups {
            let name = &group[0].topic.group;
            self.add(&format!("<h2 id=\"group-{}\">{}</h2>\n", anchor(name), title(name)));
            self.overview(group);
            for entry in *group {
                self.entry(entry)?;
            }
        }
        self.add(&format!("</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n"));
        Ok(())
    }

    fn add(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// The functions of a group with their summaries.
    fn overview(&mut self, group: &[Entry]) {
        self.add("<table class=\"overview\">\n");
        for Entry { topic, .. } in group {
            let summary = self.inline(&topic.summary);
            self.add(&format!("<tr><th>{}</th><td>{summary}</td></tr>\n", link(&topic.name)));
        }
        self.add("</table>\n");
    }

    fn entry(&mut self, entry: &Entry) -> io::Result<()> {
        let Entry { topic, shown } = entry;
        let name = escaped(&topic.name);
        self.add(&format!(
            "<article id=\"{name}\">\n<h3><a href=\"#{name}\">{name}</a></h3>\n\
             <pre class=\"signature\">{}</pre>\n",
            coloured(&topic.signature)
        ));
        for paragraph in &topic.prose {
            let html = match paragraph.starts_with("  ") {
                true => format!("<pre>{}</pre>\n", escaped(paragraph)),
                false => format!("<p>{}</p>\n", self.inline(paragraph)),
            };
            self.add(&html);
        }
        self.parameters(topic);
        for (i, example) in shown.iter().enumerate() {
            self.example(&topic.name, i, example)?;
        }
        if !topic.see_also.is_empty() {
            let links: Vec<String> = topic.see_also.iter().map(|name| link(name)).collect();
            self.add(&format!("<p class=\"see\">See also {}</p>\n", links.join(", ")));
        }
        if !topic.references.is_empty() {
            let text = escaped(&topic.references);
            self.add(&format!("<p class=\"source\">{text}</p>\n"));
        }
        self.add("</article>\n");
        Ok(())
    }

    fn parameters(&mut self, topic: &Topic) {
        if topic.params.is_empty() {
            return;
        }
        self.add("<table class=\"parameters\">\n");
        for (name, text) in &topic.params {
            let (name, text) = (escaped(name), self.inline(text));
            self.add(&format!("<tr><th><code>{name}</code></th><td>{text}</td></tr>\n"));
        }
        self.add("</table>\n");
    }

    fn example(&mut self, name: &str, at: usize, example: &Shown) -> io::Result<()> {
        self.add(&format!("<pre class=\"example\"><code>{}</code>", coloured(&example.program)));
        let text = example.text.trim_end();
        if !text.is_empty() {
            self.add(&format!("\n<samp>{}</samp>", escaped(text)));
        }
        self.add("</pre>\n");
        for (i, figure) in example.figures.iter().enumerate() {
            let file = format!("{name}-{}-{}.svg", at + 1, i + 1);
            let svg = figure.to_svg().map_err(io::Error::other)?;
            std::fs::write(self.figures.join(&file), svg)?;
            self.add(&format!(
                "<img src=\"figures/{file}\" alt=\"What the example draws\" loading=\"lazy\">\n"
            ));
        }
        Ok(())
    }

    /// Prose: what stands between backquotes is code, and a link when it is a function.
    fn inline(&self, text: &str) -> String {
        let mut out = String::new();
        for (i, part) in text.split('`').enumerate() {
            match i % 2 {
                1 if self.names.contains(part) => out += &link(part),
                1 => out += &format!("<code>{}</code>", escaped(part)),
                _ => out += &escaped(part),
            }
        }
        out
    }
}

fn link(name: &str) -> String {
    let name = escaped(name);
    format!("<a href=\"#{name}\"><code>{name}</code></a>")
}

/// A group's name as a heading.
fn title(group: &str) -> String {
    let mut letters = group.chars();
    let first = letters.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    escaped(&(first + letters.as_str()))
}

fn anchor(group: &str) -> String {
    group.replace(' ', "-")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            _ => out.push(c),
        }
    }
    out
}

/// A program in colours; one that does not parse in none.
fn coloured(program: &str) -> String {
    let Ok(list) = lexemes(&Source::new("example", program)) else { return escaped(program) };
    let mut out = String::new();
    let mut at = 0;
    for lexeme in list {
        let class = match lexeme.kind {
            LexemeKind::Keyword => "k",
            LexemeKind::Number => "n",
            LexemeKind::Text => "s",
            LexemeKind::Comment | LexemeKind::Continuation => "c",
            _ => continue,
        };
        let range = lexeme.span.range();
        out += &escaped(&program[at..range.start]);
        // Writing to a string cannot fail.
        let _ = write!(out, "<span class=\"{class}\">{}</span>", escaped(&program[range.clone()]));
        at = range.end;
    }
    out + &escaped(&program[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_have_colours_and_no_markup_of_their_own() {
        assert_eq!(
            coloured("if a < 1, 'x'' & y' % c\nend"),
            "<span class=\"k\">if</span> a &lt; <span class=\"n\">1</span>, \
             <span class=\"s\">'x'' &amp; y'</span> <span class=\"c\">% c</span>\n\
             <span class=\"k\">end</span>"
        );
        assert_eq!(coloured("x = (<"), "x = (&lt;");
    }
}
