//! An error or warning with its place in the source, rendered by miette in one place for all front ends.

use super::excerpt::Excerpt;
use super::{Source, Span};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use std::fmt;

/// What is wrong, where, and what to try.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// The sentence, without `error:`.
    pub message: String,
    /// Octave's `Mf:some-thing` identifier, empty when there is none.
    pub identifier: String,
    /// The way out.
    pub help: Option<String>,
    /// Where: each stretch with what to say there (may be empty). The first is the main one.
    pub labels: Vec<(Span, String)>,
    /// The text the spans point into, when there is one.
    pub source: Option<Source>,
    /// The calls that led here, innermost first, a line each.
    pub stack: Vec<String>,
    /// Whether this is only a warning.
    pub is_warning: bool,
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            message: message.into(),
            identifier: String::new(),
            help: None,
            labels: Vec::new(),
            source: None,
            stack: Vec::new(),
            is_warning: false,
        }
    }

    /// Adds the way out.
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Adds a place.
    pub fn at(mut self, source: &Source, span: Span, label: impl Into<String>) -> Diagnostic {
        self.source = Some(source.clone());
        self.labels.push((span, label.into()));
        self
    }

    /// `error: …` or `warning: …` on one line, as Octave prints it.
    pub fn headline(&self) -> String {
        let kind = if self.is_warning { "warning" } else { "error" };
        format!("{kind}: {}", self.message)
    }

    /// `name:line:column` of the main place.
    pub fn place(&self) -> Option<String> {
        let (source, (span, _)) = (self.source.as_ref()?, self.labels.first()?);
        let (line, column) = source.line_column(span.start as usize);
        Some(format!("{}:{line}:{column}", source.name))
    }

    /// The whole report: headline, the lines of source with what is wrong underlined, help, call stack.
    pub fn render(&self, colour: bool) -> String {
        let theme =
            if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(100).with_links(false);
        let mut body = String::new();
        // The handler only fails when writing to the string fails, which it does not.
        let excerpt = self.source.as_ref().map(|source| Excerpt::new(source, &self.labels));
        let _ = handler.render_report(&mut body, &Report(self, excerpt));
        // miette marks the headline with a cross; people who read and grep logs look for `error:`.
        let body = body.trim_matches('\n');
        let rest = body.split_once('\n').map_or("", |(_, rest)| rest);
        let wrapped_headline = rest
            .lines()
            .take_while(|line| line.trim_start().starts_with('│') && !rest.is_empty())
            .count();
        let rest = rest.lines().skip(wrapped_headline).collect::<Vec<_>>().join("\n");
        let (on, off) = match (colour, self.is_warning) {
            (false, _) => ("", ""),
            (true, false) => ("\x1b[1;31m", "\x1b[0m"),
            (true, true) => ("\x1b[1;33m", "\x1b[0m"),
        };
        let kind = if self.is_warning { "warning" } else { "error" };
        let mut out = format!("{on}{kind}:{off} {}\n", self.message);
        if !rest.is_empty() {
            out += &rest;
            out.push('\n');
        }
        for line in &self.stack {
            out += &format!("  {line}\n");
        }
        out
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

/// A diagnostic as miette wants to see it.
#[derive(Debug)]
struct Report<'a>(&'a Diagnostic, Option<Excerpt<'a>>);

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("")
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.0.help.as_ref().map(|h| Box::new(h) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.1.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels = &self.1.as_ref()?.labels;
        Some(Box::new(labels.iter().enumerate().map(|(i, (span, text))| {
            let text = (!text.is_empty()).then(|| text.clone());
            let range = span.range();
            if i == 0 {
                LabeledSpan::new_primary_with_span(text, range)
            } else {
                LabeledSpan::new_with_span(text, range)
            }
        })))
    }
}
