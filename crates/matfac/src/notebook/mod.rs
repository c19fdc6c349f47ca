//! What values look like in a Rust notebook.
//!
//! evcxr, which runs Rust in Jupyter, calls the inherent method `evcxr_display` of a cell's last value. The method
//! prints blocks, `EVCXR_BEGIN_CONTENT kind`, the content, `EVCXR_END_CONTENT`, which evcxr_jupyter turns into one
//! display. Matrices, tables, factorizations and models are cards: a heading, facts and small tables,
//! as text and as HTML. Figures are a PNG. Large values are cut to a few rows and columns, so that a display costs the
//! same whatever its value's size.
//!
//! Reference: "Displaying output", <https://github.com/evcxr/evcxr/blob/main/evcxr_jupyter/README.md>.

mod card;
mod grid;
mod matrices;
mod models;
mod types;

use crate::plot::Figure;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use card::Card;
pub use grid::Entry;
use std::io::Write;

/// One block of evcxr's protocol. A line that would end it early cannot be in `body`: names lose their line breaks
/// before they get here, and everything else is ours.
fn block(kind: &str, body: &str) -> String {
    format!("EVCXR_BEGIN_CONTENT {kind}\n{}\nEVCXR_END_CONTENT\n", body.trim_end())
}

/// What a value prints.
fn blocks(card: &Card) -> String {
    block("text/plain", &card.text()) + &block("text/html", &card.html())
}

/// Prints blocks. A notebook that has gone away needs none.
fn print(blocks: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(blocks.as_bytes()).and_then(|()| out.flush());
}

impl Figure {
    /// Shows the figure in a Rust notebook run by evcxr, as a PNG of one pixel per CSS pixel
    /// (the protocol cannot say that a sharper one is to be shown smaller). A figure that cannot be
    /// drawn shows the reason as text.
    pub fn evcxr_display(&self) {
        print(&figure(self));
    }
}

fn figure(figure: &Figure) -> String {
    match figure.to_png(1.0) {
        Ok(png) => block("image/png", &STANDARD.encode(png)),
        Err(error) => block("text/plain", &error.to_string()),
    }
}

#[cfg(test)]
mod tests;
