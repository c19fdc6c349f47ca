//! The embedded font: DejaVu Sans, measured and rasterised with ab_glyph.
//!
//! Measuring and drawing use the same outlines, so a text never takes more room than the layout
//! gave it.

use ab_glyph::{Font, FontRef, GlyphId, PxScale, ScaleFont, point};
use std::sync::OnceLock;

/// What an SVG asks for: the embedded font's name first, then others of similar width.
pub(super) const FAMILY: &str = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";

/// Heights in units of the font size.
pub(super) const CAP_HEIGHT: f64 = 0.73;
pub(super) const DESCENT: f64 = 0.24;
/// Half the height of a lower-case x, which is how far SVG's `0.5ex` goes.
pub(super) const HALF_X_HEIGHT: f64 = 0.2735;

/// The regular or the bold face.
fn face(bold: bool) -> &'static FontRef<'static> {
    static FACES: [OnceLock<FontRef<'static>>; 2] = [OnceLock::new(), OnceLock::new()];
    FACES[usize::from(bold)].get_or_init(|| {
        let bytes = if bold { dejavu::sans::bold() } else { dejavu::sans::regular() };
        FontRef::try_from_slice(bytes).expect("the embedded font is a valid font")
    })
}

/// ab_glyph scales by ascent minus descent; sizes here are the em, as in CSS.
fn scale_of(font: &FontRef<'_>, size: f64) -> PxScale {
    let em = font.units_per_em().unwrap_or(2048.0);
    PxScale::from(size as f32 * font.height_unscaled() / em)
}

/// Calls `place` with each glyph and its pen position, and returns the final pen position.
fn layout(text: &str, size: f64, bold: bool, mut place: impl FnMut(GlyphId, f32)) -> f64 {
    let font = face(bold);
    let scaled = font.as_scaled(scale_of(font, size));
    let mut pen = 0.0;
    let mut previous: Option<GlyphId> = None;
    for c in text.chars() {
        let glyph = scaled.glyph_id(c);
        if let Some(previous) = previous {
            pen += scaled.kern(previous, glyph);
        }
        place(glyph, pen);
        pen += scaled.h_advance(glyph);
        previous = Some(glyph);
    }
    pen as f64
}

/// The width of one line of text.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    layout(text, size, bold, |_, _| {})
}

/// Calls `paint(x, y, coverage)` for the pixels of a text whose baseline starts at (`x0`, `y0`).
pub(super) fn rasterise(
    text: &str,
    size: f64,
    bold: bool,
    (x0, y0): (f64, f64),
    mut paint: impl FnMut(i32, i32, f32),
) {
    let font = face(bold);
    let scale = scale_of(font, size);
    layout(text, size, bold, |glyph, pen| {
        let at = point(x0 as f32 + pen, y0 as f32);
        if let Some(outline) = font.outline_glyph(glyph.with_scale_and_position(scale, at)) {
            let corner = outline.px_bounds().min;
            let (left, top) = (corner.x as i32, corner.y as i32);
            outline.draw(|x, y, coverage| paint(left + x as i32, top + y as i32, coverage));
        }
    });
}

/// `text`, or as much of it as fits into `room`, ending in an ellipsis.
pub(super) fn fitted(text: &str, size: f64, bold: bool, room: f64) -> String {
    if width(text, size, bold) <= room {
        return text.to_string();
    }
    let mut kept: Vec<char> = text.chars().take(400).collect();
    while !kept.is_empty() {
        kept.pop();
        let candidate: String = kept.iter().collect::<String>().trim_end().to_string() + "…";
        if width(&candidate, size, bold) <= room {
            return candidate;
        }
    }
    String::new()
}

/// Breaks `text` at spaces into at most `max_lines` lines of width `room`; the last is cut.
pub(super) fn wrapped(
    text: &str,
    size: f64,
    bold: bool,
    room: f64,
    max_lines: usize,
) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let longer = if line.is_empty() { word.to_string() } else { format!("{line} {word}") };
            if line.is_empty() || width(&longer, size, bold) <= room {
                line = longer;
            } else {
                lines.push(std::mem::replace(&mut line, word.to_string()));
            }
        }
        lines.push(line);
    }
    if lines.len() > max_lines {
        let rest = lines.split_off(max_lines.saturating_sub(1)).join(" ");
        lines.push(rest);
    }
    lines.iter().map(|line| fitted(line, size, bold, room)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_and_wrapped_to_fit() {
        assert!(width("mm", 12.0, false) > 1.9 * width("m", 12.0, false));
        let cut = fitted("a rather long sentence", 12.0, false, 60.0);
        assert!(cut.ends_with('…') && width(&cut, 12.0, false) <= 60.0);
        assert_eq!(fitted("abc", 12.0, false, 0.5), "");
        let lines = wrapped("one two three four five six seven", 12.0, false, 60.0, 3);
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|l| width(l, 12.0, false) <= 60.0), "{lines:?}");
        assert_eq!(wrapped("", 12.0, false, 60.0, 3), [""]);
    }
}
