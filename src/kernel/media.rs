//! Values and figures as bundles of MIME types.

use crate::value::{Form, Shown};
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

/// A value: always plain text, and a table and a formula where there is one and no other form was asked for. Front ends
/// prefer the table; what is made of a notebook for print takes the formula.
pub fn shown(value: Shown) -> Media {
    let wanted = |form| value.asked.is_none_or(|asked| asked == form);
    let mut forms = vec![MediaType::Plain(value.text)];
    forms.extend(value.html.filter(|_| wanted(Form::Html)).map(MediaType::Html));
    forms.extend(value.latex.filter(|_| wanted(Form::Latex)).map(MediaType::Latex));
    forms.into()
}

/// A figure: a bitmap at twice the resolution with its size in CSS pixels, the drawing when it is small, and what a
/// reader can zoom and point at where that was asked for; or a note why it cannot be had.
///
/// # Errors
/// Drawing failed.
pub fn figure(figure: &Figure) -> matfac::Result<(DisplayData, Option<String>)> {
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
    let mut note = None;
    if figure.interactive {
        match interactive(figure) {
            Ok(form) => forms.push(form),
            Err(reason) => note = Some(format!("the figure is shown as a picture: {reason}\n")),
        }
    }
    Ok((DisplayData { data: forms.into(), metadata, transient: None }, note))
}

/// The figure as Vega-Lite, which JupyterLab prefers to all its other forms.
fn interactive(figure: &Figure) -> Result<MediaType, String> {
    let text = figure.to_vega_lite().map_err(|error| error.to_string())?;
    let specification = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    Ok(MediaType::VegaLiteV5(specification))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(figure_shown: &Figure) -> (Vec<String>, Option<String>) {
        let (display, note) = figure(figure_shown).unwrap();
        let bundle = serde_json::to_value(&display.data).unwrap();
        (bundle.as_object().unwrap().keys().cloned().collect(), note)
    }

    #[test]
    fn a_figure_is_interactive_where_that_was_asked_for_and_can_be_had() {
        let figure = Figure::line(vec![1.0, 2.0], vec![1.0, 2.0]);
        let (plain, note) = kinds(&figure);
        assert_eq!((plain.len(), note), (3, None));
        let (rich, note) = kinds(&Figure { interactive: true, ..figure });
        assert!(rich.contains(&"application/vnd.vegalite.v5+json".to_string()) && note.is_none());
        assert!(rich.contains(&"image/png".to_string()));
        let many = vec![1.0; 6000];
        let figure = Figure { interactive: true, ..Figure::line(many.clone(), many) };
        let (pictures, note) = kinds(&figure);
        assert!(pictures.iter().all(|kind| !kind.contains("vega")));
        assert!(note.unwrap().contains("6000"));
    }
}
