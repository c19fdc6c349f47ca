//! The bitmap surface: shapes with exact area coverage, blended into plotters' bitmap back end.
//!
//! plotters draws lines and polygons with hard edges. Here each shape is first turned into the
//! share of every pixel it covers (ab_glyph's rasteriser, after R. Levien's font-rs), and plotters'
//! back end blends its colour by that share. A stroke is the union of one rectangle per segment and a
//! round join per vertex, all of one orientation, so that their areas add up without holes.

use super::colour::Colour;
use super::font;
use super::scene::{Align, Item, Paint, Point, Rect, Scene, Words};
use crate::error::{Error, Result};
use ab_glyph_rasterizer::{Rasterizer, point};
use plotters::prelude::{BitMapBackend, Color, DrawingBackend, RGBAColor};

/// Pixels of an RGB picture: width, height, three bytes each, row after row.
pub(super) struct Pixels {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) rgb: Vec<u8>,
}

/// More pixels than this are refused: 300 MB.
const MAX_PIXELS: f64 = 100e6;

/// Circles up to this radius in pixels are not worth an outline.
const SMALL: f64 = 3.0;

/// Paints shapes on a page of `scale` pixels per CSS pixel.
pub(super) fn paint(scene: &Scene, items: &[Item], scale: f64) -> Result<Pixels> {
    let sides = [scene.width, scene.height].map(|side| (side as f64 * scale).round().max(1.0));
    if !(scale > 0.0 && sides[0] * sides[1] <= MAX_PIXELS) {
        return Err(Error::argument_hint(
            "scale",
            format!(
                "a {}×{} figure at scale {scale} has {} pixels",
                scene.width,
                scene.height,
                sides[0] * sides[1]
            ),
            "a scale from 1 to 4",
        ));
    }
    let [width, height] = sides.map(|side| side as u32);
    let mut rgb = vec![255u8; width as usize * height as usize * 3];
    {
        let target = BitMapBackend::with_buffer(&mut rgb, (width, height));
        let mut canvas = Canvas { target, scale, width: width as f64, height: height as f64 };
        canvas.items(items);
    }
    Ok(Pixels { width, height, rgb })
}

impl Pixels {
    /// The part of the picture inside `rect` (in pixels).
    pub(super) fn cropped(&self, left: u32, top: u32, width: u32, height: u32) -> Pixels {
        let (width, height) = (
            width.min(self.width - left.min(self.width)),
            height.min(self.height - top.min(self.height)),
        );
        let mut rgb = Vec::with_capacity(width as usize * height as usize * 3);
        for row in top..top + height {
            let start = (row as usize * self.width as usize + left as usize) * 3;
            rgb.extend_from_slice(&self.rgb[start..start + width as usize * 3]);
        }
        Pixels { width, height, rgb }
    }

    /// Whether most pixels differ from their neighbours, as in noise, which no effort compresses much: the fast way
    /// then takes a fifth of the time and up to a third more room.
    fn is_busy(&self) -> bool {
        let pairs = self.rgb.chunks_exact(6);
        let count = pairs.len();
        pairs.filter(|pair| pair[..3] != pair[3..]).count() * 3 > count
    }

    /// As a PNG file that says how many pixels make a metre.
    pub(super) fn to_png(&self, scale: f64) -> Result<Vec<u8>> {
        let failed = |e: png::EncodingError| Error::argument("figure", format!("PNG: {e}"));
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(match self.is_busy() {
            true => png::Compression::Fast,
            false => png::Compression::Balanced,
        });
        let per_metre = (scale * 96.0 / 0.0254).round() as u32;
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: per_metre,
            yppu: per_metre,
            unit: png::Unit::Meter,
        }));
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&self.rgb).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(bytes)
    }
}

struct Canvas<'a> {
    target: BitMapBackend<'a>,
    scale: f64,
    width: f64,
    height: f64,
}

impl Canvas<'_> {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Path { points, width, paint } => self.path(points, *width, *paint),
                Item::Polygon { points, paint } => {
                    let points: Vec<Point> = points.iter().map(|&p| self.device(p)).collect();
                    self.cover(&[points], *paint);
                }
                Item::Fill { rect, paint } => {
                    let [left, top, right, bottom] = [rect.left, rect.top, rect.right, rect.bottom]
                        .map(|v| (v * self.scale).round() as i32);
                    self.block((left, top), (right.max(left + 1), bottom.max(top + 1)), *paint);
                }
                Item::Circle { centre, radius, paint } => {
                    let (x, y) = self.device(*centre);
                    let r = radius * self.scale;
                    if r <= SMALL {
                        self.dot((x, y), r, *paint);
                        continue;
                    }
                    let sides = ((r * 4.0) as usize).clamp(12, 96);
                    let points = (0..sides).map(|i| {
                        let (s, c) = (i as f64 / sides as f64 * std::f64::consts::TAU).sin_cos();
                        (x + r * c, y + r * s)
                    });
                    self.cover(&[points.collect()], *paint);
                }
                Item::Words(words) => self.words(words),
                Item::Cells { rect, rows, cols, pixels } => {
                    self.cells(*rect, *rows, *cols, pixels);
                }
                Item::Crowd { items, .. } => self.items(items),
            }
        }
    }

    /// A small circle: what it covers of a pixel follows from the distance of the pixel's middle, well enough.
    fn dot(&mut self, (x, y): Point, r: f64, paint: Paint) {
        let reach = r + 0.5;
        // A circle smaller than a pixel is as much fainter.
        let most = (std::f64::consts::PI * r * r).min(1.0);
        for py in (y - reach).floor() as i32..=(y + reach) as i32 {
            for px in (x - reach).floor() as i32..=(x + reach) as i32 {
                let (dx, dy) = (f64::from(px) + 0.5 - x, f64::from(py) + 0.5 - y);
                let covered = reach - (dx * dx + dy * dy).sqrt();
                if covered > 0.0 {
                    self.pixel(px, py, paint, covered.min(most));
                }
            }
        }
    }

    fn device(&self, (x, y): Point) -> Point {
        (x * self.scale, y * self.scale)
    }

    /// Blends one pixel. The bitmap back end ignores pixels outside and cannot fail on memory.
    fn pixel(&mut self, x: i32, y: i32, paint: Paint, coverage: f64) {
        let alpha = paint.alpha * coverage.min(1.0);
        if alpha > 1.0 / 512.0 {
            let Colour { r, g, b } = paint.colour;
            let _ = self.target.draw_pixel((x, y), RGBAColor(r, g, b, alpha).to_backend_color());
        }
    }

    /// A rectangle of whole pixels; the right and bottom ends are excluded.
    fn block(&mut self, (left, top): (i32, i32), (right, bottom): (i32, i32), paint: Paint) {
        let (right, bottom) = (right.min(self.width as i32), bottom.min(self.height as i32));
        for y in top.max(0)..bottom {
            for x in left.max(0)..right {
                self.pixel(x, y, paint, 1.0);
            }
        }
    }

    fn cells(&mut self, rect: Rect, rows: usize, cols: usize, pixels: &[Colour]) {
        let edge = |v: f64| (v * self.scale).round();
        let (left, right) = (edge(rect.left), edge(rect.right));
        let (top, bottom) = (edge(rect.top), edge(rect.bottom));
        let index = |at: f64, from: f64, to: f64, n: usize| {
            (((at + 0.5 - from) / (to - from).max(1.0) * n as f64) as usize).min(n - 1)
        };
        for y in top.max(0.0) as i32..bottom.min(self.height) as i32 {
            let row = index(y as f64, top, bottom, rows);
            for x in left.max(0.0) as i32..right.min(self.width) as i32 {
                let col = index(x as f64, left, right, cols);
                self.pixel(x, y, pixels[row * cols + col].into(), 1.0);
            }
        }
    }

    fn words(&mut self, words: &Words) {
        let Words { text, at, align, size, bold, upright, colour } = words;
        let size = size * self.scale;
        let (x, y) = self.device(*at);
        let shift = match align {
            Align::Start => 0.0,
            Align::Middle => font::width(text, size, *bold) / 2.0,
            Align::End => font::width(text, size, *bold),
        };
        let paint = Paint::from(*colour);
        if *upright {
            // Rasterised lying, turned pixel by pixel: right becomes up. The baseline is on a pixel
            // edge, which keeps horizontal strokes sharp.
            let (x, y) = (x.round() as i32, y.round() as i32);
            font::rasterise(text, size, *bold, (-shift, 0.0), |px, py, coverage| {
                self.pixel(x + py, y - px - 1, paint, coverage as f64);
            });
        } else {
            font::rasterise(text, size, *bold, (x - shift, y.round()), |px, py, coverage| {
                self.pixel(px, py, paint, coverage as f64);
            });
        }
    }

    fn path(&mut self, points: &[Point], width: f64, paint: Paint) {
        let width = (width * self.scale).max(1.0);
        let mut path: Vec<Point> = Vec::with_capacity(points.len());
        for &p in points {
            let p = self.device(p);
            // Shorter steps only add up coverage at their joins.
            if path.last().is_none_or(|q| (q.0 - p.0).hypot(q.1 - p.1) > 0.1) {
                path.push(p);
            }
        }
        if let [a, b] = path[..]
            && (a.0 == b.0 || a.1 == b.1)
        {
            return self.straight(a, b, width, paint);
        }
        let mut shapes = Vec::with_capacity(2 * path.len());
        let half = width / 2.0;
        let normal = |a: Point, b: Point| {
            let length = (b.0 - a.0).hypot(b.1 - a.1);
            (-(b.1 - a.1) / length * half, (b.0 - a.0) / length * half)
        };
        for pair in path.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            let n = normal(a, b);
            shapes.push(vec![
                (a.0 + n.0, a.1 + n.1),
                (b.0 + n.0, b.1 + n.1),
                (b.0 - n.0, b.1 - n.1),
                (a.0 - n.0, a.1 - n.1),
            ]);
        }
        for triple in path.windows(3) {
            let (n1, n2) = (normal(triple[0], triple[1]), normal(triple[1], triple[2]));
            shapes.extend(join(triple[1], n1, n2, half));
        }
        self.cover(&shapes, paint);
    }

    /// A horizontal or vertical stroke, moved to whole pixels so that it is sharp.
    fn straight(&mut self, a: Point, b: Point, width: f64, paint: Paint) {
        let thick = width.round().max(1.0);
        let from = |centre: f64| (centre - thick / 2.0).round() as i32;
        let thick = thick as i32;
        let (left, right) = (a.0.min(b.0), a.0.max(b.0));
        let (top, bottom) = (a.1.min(b.1), a.1.max(b.1));
        if a.1 == b.1 {
            let y = from(a.1);
            self.block((left.round() as i32, y), (right.round() as i32, y + thick), paint);
        } else {
            let x = from(a.0);
            self.block((x, top.round() as i32), (x + thick, bottom.round() as i32), paint);
        }
    }

    /// Fills the union of polygons (of one orientation) by coverage.
    fn cover(&mut self, polygons: &[Vec<Point>], paint: Paint) {
        let mut bounds = Rect::new(f64::MAX, f64::MAX, f64::MIN, f64::MIN);
        for &(x, y) in polygons.iter().flatten() {
            bounds = Rect::new(
                bounds.left.min(x),
                bounds.top.min(y),
                bounds.right.max(x),
                bounds.bottom.max(y),
            );
        }
        // The scene is clipped, so shapes reach past the page by a marker at most.
        let page = Rect::new(0.0, 0.0, self.width, self.height).grown(200.0 * self.scale);
        let corners = [(bounds.left, bounds.top), (bounds.right, bounds.bottom)];
        if polygons.is_empty() || !corners.iter().all(|&c| page.contains(c)) {
            return;
        }
        let (left, top) = (bounds.left.floor() - 1.0, bounds.top.floor() - 1.0);
        let (width, height) = (bounds.right.ceil() - left + 2.0, bounds.bottom.ceil() - top + 2.0);
        let mut raster = Rasterizer::new(width as usize, height as usize);
        for polygon in polygons {
            let ends = polygon.iter().zip(polygon.iter().cycle().skip(1));
            for (a, b) in ends {
                raster.draw_line(
                    point((a.0 - left) as f32, (a.1 - top) as f32),
                    point((b.0 - left) as f32, (b.1 - top) as f32),
                );
            }
        }
        let (left, top) = (left as i32, top as i32);
        raster.for_each_pixel_2d(|x, y, coverage| {
            // The running sum leaves rounding noise between the edges of long rows.
            if coverage > 0.003 {
                let coverage = if coverage > 0.997 { 1.0 } else { coverage as f64 };
                self.pixel(left + x as i32, top + y as i32, paint, coverage);
            }
        });
    }
}

/// The round wedge on the outer side of a bend at `at`, between the normals `n1` and `n2`.
fn join(at: Point, n1: Point, n2: Point, half: f64) -> Option<Vec<Point>> {
    let cross = n1.0 * n2.1 - n1.1 * n2.0;
    let dot = n1.0 * n2.0 + n1.1 * n2.1;
    let angle = cross.atan2(dot);
    if angle.abs() < 0.05 {
        return None;
    }
    // Outside is against the turn.
    let side = if angle > 0.0 { -1.0 } else { 1.0 };
    let start = (n1.1 * side).atan2(n1.0 * side);
    let steps = (angle.abs() * half.max(1.0).sqrt() / 0.5).ceil().clamp(1.0, 16.0) as usize;
    let mut points = vec![at];
    for i in 0..=steps {
        let (s, c) = (start + angle * i as f64 / steps as f64).sin_cos();
        points.push((at.0 + half * c, at.1 + half * s));
    }
    // Segments run clockwise (normal, forward, back); a wedge turns with its angle.
    if angle > 0.0 {
        points.reverse();
    }
    Some(points)
}
