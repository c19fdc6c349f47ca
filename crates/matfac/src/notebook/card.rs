//! A value as a notebook shows it: a heading, facts, and small tables with their names.

use super::grid::{Entry, Grid, escaped, number};
use crate::linalg::Dense;

/// A heading, facts, and tables.
pub(super) struct Card {
    heading: String,
    facts: Vec<(&'static str, String)>,
    tables: Vec<(String, Grid)>,
}

impl Card {
    /// A card with nothing but its heading.
    pub fn new(heading: impl Into<String>) -> Card {
        Card { heading: heading.into(), facts: Vec::new(), tables: Vec::new() }
    }

    /// With a line `name  value`.
    pub fn fact(mut self, name: &'static str, value: impl Into<String>) -> Card {
        self.facts.push((name, value.into()));
        self
    }

    /// With a line `name  number`.
    pub fn number(self, name: &'static str, value: f64) -> Card {
        self.fact(name, number(value))
    }

    /// With a table under its name.
    pub fn table(mut self, name: impl Into<String>, grid: Grid) -> Card {
        self.tables.push((name.into(), grid));
        self
    }

    /// With a matrix under its name and shape.
    pub fn matrix<T: Entry>(self, name: &str, a: &Dense<T>) -> Card {
        let title = format!("{name}, {}", a.shape());
        self.table(title, Grid::matrix(a, None, None))
    }

    /// With a column of numbers under its name.
    pub fn column(self, name: &'static str, x: &[f64]) -> Card {
        self.table(String::new(), Grid::columns(&[(name, x)]))
    }

    /// As lines of text.
    pub fn text(&self) -> String {
        let width = self.facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let facts = self.facts.iter().map(|(name, value)| format!("  {name:width$}  {value}\n"));
        let mut out = format!("{}\n{}", self.heading, facts.collect::<String>());
        for (name, grid) in &self.tables {
            if !name.is_empty() {
                out += &format!("\n{name}\n");
            }
            out += &grid.text();
        }
        out
    }

    /// As a fragment of a page.
    pub fn html(&self) -> String {
        let row = |(name, value): &(&str, String)| {
            format!("<tr><th>{}</th><td>{}</td></tr>", escaped(name), escaped(value))
        };
        let mut out = format!("<p>{}</p>", escaped(&self.heading));
        if !self.facts.is_empty() {
            out += &format!("<table>{}</table>", self.facts.iter().map(row).collect::<String>());
        }
        for (name, grid) in &self.tables {
            if !name.is_empty() {
                out += &format!("<p>{}</p>", escaped(name));
            }
            out += &grid.html();
        }
        out
    }
}
