//! Values and figures as bundles of MIME types.

use crate::value::Shown;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jupyter_protocol::{DisplayData, Media, MediaType};
use matfac::plot::Figure;
use serde_json::{Map, json};

/// Device pixels for one CSS pixel: sharp on high-density screens, still small in a notebook file.
const SCALE: f64 = 2.0;

/// Larger vector pictures make notebooks slow and are left to the bitmap.
const LARGEST_SVG: usize = 100_000;

/// Plain text.
pub fn plain(text: String) -> Media {
    MediaType::Plain(text).into()
}

/// A value: always plain text, and a table where there is one.
pub fn shown(value: Shown) -> Media {
    let mut forms = vec![MediaType::Plain(value.text)];
    forms.extend(value.html.map(MediaType::Html));
    forms.into()
}

/// A figure: a bitmap at twice the resolution with its size in CSS pixels, and the drawing when it is small.
///
/// # Errors
/// Drawing failed.
pub fn figure(figure: &Figure) -> matfac::Result<DisplayData> {
    let (width, height) = figure.size;
    let size = json!({"width": width, "height": height});
    let mut metadata = Map::new();
    let mut forms = vec![MediaType::Plain(format!("figure, {width}×{height}"))];
    let png = figure.to_png(SCALE)?;
    forms.push(MediaType::Png(STANDARD.encode(png)));
    metadata.insert("image/png".into(), size.clone());
    let svg = figure.to_svg()?;
    if svg.len() < LARGEST_SVG {
        forms.push(MediaType::Svg(svg));
        metadata.insert("image/svg+xml".into(), size);
    }
    Ok(DisplayData { data: forms.into(), metadata, transient: None })
}
