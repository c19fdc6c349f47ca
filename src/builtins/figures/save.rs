//! Figures into files.

use super::axes::side;
use crate::builtins::argument::Count;
use crate::builtins::entry::Context;
use crate::value::{Blame, Fault, Result, escape};
use matfac::plot::{Figure, Theme};
use std::path::Path;

/// How large a saved figure is.
#[derive(Debug)]
pub struct Size {
    pub width: Option<Count>,
    pub height: Option<Count>,
    pub dpi: f64,
}

/// Dots per inch of a figure whose pixels are CSS pixels.
const CSS_DPI: f64 = 96.0;

/// What to do about a path that names no known kind.
const ENDINGS: &str = "end the path in .png, .svg, .html or .vl.json";

/// Writes the current figure, or the one shown last.
pub fn latest(cx: &mut Context<'_>, path: &str, size: Size) -> Result<()> {
    let Some(handle) = cx.host.figures().latest().cloned() else {
        return Err(Fault::new("there is no figure to save").hint("plot(…) makes one"));
    };
    figure(&handle.figure(), path, size)
}

/// Writes a figure as its file's ending says.
pub fn figure(figure: &Figure, path: &str, size: Size) -> Result<()> {
    let blame = || Blame::Keyword("path".into());
    if !(size.dpi >= 10.0 && size.dpi <= 2400.0) {
        return Err(Fault::new(format!(
            "dpi is a number from 10 to 2400, and this is {}",
            size.dpi
        ))
        .blame(Blame::Keyword("dpi".into())));
    }
    let width = side("width", size.width, figure.size.0)?;
    let height = side("height", size.height, figure.size.1)?;
    let resized;
    let figure = if (width, height) == figure.size {
        figure
    } else {
        resized = Figure { size: (width, height), ..figure.clone() };
        &resized
    };
    let ending = Path::new(path).extension().and_then(|e| e.to_str()).unwrap_or("").to_lowercase();
    let bytes = match ending.as_str() {
        "png" => figure.to_png(size.dpi / CSS_DPI)?,
        "svg" => figure.to_svg()?.into_bytes(),
        "html" => page(figure)?.into_bytes(),
        "json" => figure.to_vega_lite()?.into_bytes(),
        "" => {
            return Err(Fault::new(format!("\"{path}\" does not say which kind of file to write"))
                .hint(ENDINGS)
                .blame(blame()));
        }
        other => {
            return Err(Fault::new(format!("cannot write a figure as \"{other}\""))
                .hint(ENDINGS)
                .blame(blame()));
        }
    };
    std::fs::write(path, bytes)
        .map_err(|e| Fault::new(format!("cannot write {path}: {e}")).blame(blame()))
}

/// A page that holds the drawing itself and needs nothing else.
fn page(figure: &Figure) -> Result<String> {
    let titles: Vec<&str> =
        figure.axes.iter().map(|axes| axes.title.as_str()).filter(|t| !t.is_empty()).collect();
    let title = if titles.is_empty() { "figure".into() } else { titles.join(", ") };
    let background = if figure.theme == Theme::Dark { "#16181c" } else { "#ffffff" };
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n<style>\n\
         body {{ margin: 0; background: {background}; }}\n\
         svg {{ display: block; margin: 2em auto; max-width: 96vw; height: auto; }}\n\
         </style>\n</head>\n<body>\n{}</body>\n</html>\n",
        escape(&title),
        figure.to_svg()?
    ))
}
