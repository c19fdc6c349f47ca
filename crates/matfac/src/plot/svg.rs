//! The vector surface: plotters' SVG back end in tenths of a pixel.
//!
//! plotters rounds to whole units, which would bend every curve on a grid of pixels; a view box of
//! tenths keeps lines straight. The document's frame (size, round joins) and embedded pictures are
//! written here, because plotters has no word for them.

use super::canvas::{self, Pixels};
use super::colour::Colour;
use super::font::{FAMILY, HALF_X_HEIGHT};
use super::scene::{Align, Item, Paint, Point, Rect, Scene, Words};
use crate::error::{Error, Result};
use base64::Engine;
use plotters::prelude::{Color, DrawingBackend, RGBAColor, SVGBackend, ShapeStyle, TextStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontFamily, FontStyle, FontTransform};
use std::fmt::Write as _;

/// Units per CSS pixel.
const UNITS: f64 = 10.0;

/// Pixels per CSS pixel of embedded pictures.
const PICTURE_SCALE: f64 = 2.0;

/// Writes the whole document.
pub(super) fn write(scene: &Scene) -> Result<String> {
    let (width, height) = (scene.width, scene.height);
    let mut document = format!(
        "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" \
         xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         stroke-linejoin=\"round\">\n",
        width as f64 * UNITS,
        height as f64 * UNITS
    );
    let mut done = 0;
    for (i, item) in scene.items.iter().enumerate() {
        let (rect, pixels) = match item {
            Item::Cells { rect, rows, cols, pixels } => (*rect, enlarged(*rows, *cols, pixels)),
            Item::Crowd { rect, .. } => {
                // On whole pixels, so that the picture's content is exactly where it was.
                let rect = Rect::new(
                    rect.left.floor(),
                    rect.top.floor(),
                    rect.right.ceil(),
                    rect.bottom.ceil(),
                );
                let page = canvas::paint(scene, &scene.items[..=i], PICTURE_SCALE)?;
                let [left, top, width, height] = [rect.left, rect.top, rect.width(), rect.height()]
                    .map(|v| (v.max(0.0) * PICTURE_SCALE) as u32);
                (rect, page.cropped(left, top, width, height))
            }
            _ => continue,
        };
        vector(&mut document, &scene.items[done..i], scene)?;
        picture(&mut document, rect, &pixels)?;
        done = i + 1;
    }
    vector(&mut document, &scene.items[done..], scene)?;
    document.push_str("</svg>\n");
    Ok(document)
}

/// Each cell as a square of pixels, for viewers that blur what they enlarge.
fn enlarged(rows: usize, cols: usize, pixels: &[Colour]) -> Pixels {
    let factor = (1000 / rows.max(cols).max(1)).clamp(1, 64);
    let mut rgb = Vec::with_capacity(rows * cols * factor * factor * 3);
    for row in pixels.chunks(cols.max(1)) {
        let mut line = Vec::with_capacity(cols * factor * 3);
        for c in row {
            for _ in 0..factor {
                line.extend_from_slice(&[c.r, c.g, c.b]);
            }
        }
        for _ in 0..factor {
            rgb.extend_from_slice(&line);
        }
    }
    Pixels { width: (cols * factor) as u32, height: (rows * factor) as u32, rgb }
}

/// An embedded PNG.
fn picture(document: &mut String, rect: Rect, pixels: &Pixels) -> Result<()> {
    if pixels.width == 0 || pixels.height == 0 {
        return Ok(());
    }
    let png = base64::engine::general_purpose::STANDARD.encode(pixels.to_png(PICTURE_SCALE)?);
    let [x, y, w, h] =
        [rect.left, rect.top, rect.width(), rect.height()].map(|v| (v * UNITS).round());
    let _ = writeln!(
        document,
        "<image x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" preserveAspectRatio=\"none\" \
         style=\"image-rendering:pixelated\" xlink:href=\"data:image/png;base64,{png}\"/>"
    );
    Ok(())
}

/// The elements plotters makes of `items`, without the frame it puts around them.
fn vector(document: &mut String, items: &[Item], scene: &Scene) -> Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    let mut text = String::new();
    {
        let size = (scene.width * UNITS as u32, scene.height * UNITS as u32);
        let mut target = SVGBackend::with_string(&mut text, size);
        for item in items {
            draw(&mut target, item)?;
        }
        target.present().map_err(failed)?;
    }
    let body = text.split_once('\n').map_or("", |(_, rest)| rest);
    document.push_str(body.trim_end().strip_suffix("</svg>").unwrap_or(body));
    Ok(())
}

/// Paints one shape.
fn draw(target: &mut SVGBackend<'_>, item: &Item) -> Result<()> {
    let outcome = match item {
        Item::Path { points, width, paint } => {
            let stroke_width = (width * UNITS).round().max(1.0) as u32;
            let style = ShapeStyle { color: rgba(*paint), filled: false, stroke_width };
            match points[..] {
                [a, b] => target.draw_line(units(a), units(b), &style),
                _ => target.draw_path(points.iter().map(|&p| units(p)), &style),
            }
        }
        Item::Polygon { points, paint } => {
            target.fill_polygon(points.iter().map(|&p| units(p)), &filled(*paint))
        }
        Item::Fill { rect, paint } => {
            let (from, to) = (units((rect.left, rect.top)), units((rect.right, rect.bottom)));
            target.draw_rect(from, to, &filled(*paint), true)
        }
        Item::Circle { centre, radius, paint } => {
            let radius = (radius * UNITS).round().max(1.0) as u32;
            target.draw_circle(units(*centre), radius, &filled(*paint), true)
        }
        Item::Words(words) => {
            let (style, position) = text_style(words);
            target.draw_text(&words.text, &style, position)
        }
        Item::Cells { .. } | Item::Crowd { .. } => Ok(()),
    };
    outcome.map_err(failed)
}

/// plotters' style for a text, and where its anchor goes.
fn text_style(words: &Words) -> (TextStyle<'static>, (i32, i32)) {
    let h_pos = match words.align {
        Align::Start => HPos::Left,
        Align::Middle => HPos::Center,
        Align::End => HPos::Right,
    };
    // plotters lowers centred text by half an x-height; the position here is the baseline.
    let lift = HALF_X_HEIGHT * words.size;
    let (x, y) = words.at;
    let position = if words.upright { (x - lift, y) } else { (x, y - lift) };
    let slant = if words.bold { FontStyle::Bold } else { FontStyle::Normal };
    let turn = if words.upright { FontTransform::Rotate270 } else { FontTransform::None };
    // plotters divides sizes by 1.24 on the way to the file.
    let font = FontDesc::new(FontFamily::Name(FAMILY), words.size * UNITS * 1.24, slant);
    let mut style = TextStyle::from(font.transform(turn));
    style.color = rgba(words.colour.into()).to_backend_color();
    style.pos = Pos::new(h_pos, VPos::Center);
    (style, units(position))
}

/// plotters' errors, which a string in memory cannot really cause.
fn failed(error: impl std::fmt::Display) -> Error {
    Error::argument("figure", format!("SVG: {error}"))
}

fn units((x, y): Point) -> (i32, i32) {
    ((x * UNITS).round() as i32, (y * UNITS).round() as i32)
}

fn rgba(paint: Paint) -> RGBAColor {
    let Colour { r, g, b } = paint.colour;
    RGBAColor(r, g, b, paint.alpha)
}

fn filled(paint: Paint) -> ShapeStyle {
    ShapeStyle { color: rgba(paint), filled: true, stroke_width: 0 }
}
