//! Grids of coloured cells: matrices, pictures and patterns.

use super::marks::{Image, Picture};
use super::pattern::Pattern;
use super::pen::Pen;
use super::scale::Map;
use super::scene::{Align, Item, Rect, Words};
use super::{Colour, font, points};

/// So many shades of a colour map are prepared for matrices: neighbours differ by one unit of a colour at most.
const SHADES: usize = 2048;

impl Pen<'_> {
    pub(super) fn image(&mut self, image: &Image) {
        let (lo, hi) = self.limits.unwrap_or((0.0, 1.0));
        let matrix = &image.matrix;
        let shades: Vec<Colour> =
            (0..=SHADES).map(|k| self.axes.colour_map.at(k as f64 / SHADES as f64)).collect();
        let colour = |i: usize, j: usize| match matrix[(i, j)] {
            v if v.is_nan() => self.look.hole,
            v => shades[(((v - lo) / (hi - lo) * SHADES as f64 + 0.5) as usize).min(SHADES)],
        };
        let counts = (matrix.rows(), matrix.cols());
        let maps =
            (self.layout.x.in_cells(image.x, counts.1), self.layout.y.in_cells(image.y, counts.0));
        self.cells(maps, counts, counts, colour);
        if let Some(labels) = &image.labels {
            self.cell_labels(maps, counts, labels, colour);
        }
    }

    /// Words in the middle of cells, in black or white, when all have room.
    fn cell_labels(
        &mut self,
        (x, y): (Map, Map),
        (rows, cols): (usize, usize),
        labels: &[String],
        colour: impl Fn(usize, usize) -> Colour,
    ) {
        let frame = self.layout.frame;
        let (Some(x0), Some(x1), Some(y0), Some(y1)) = (x.at(1.0), x.at(2.0), y.at(1.0), y.at(2.0))
        else {
            return;
        };
        let room = ((x1 - x0).abs() - 4.0, (y1 - y0).abs() - 3.0);
        let widest = |size| labels.iter().map(|l| font::width(l, size, false)).fold(0.0, f64::max);
        let full = self.look.tick_size;
        let size = full * (room.0 / widest(full).max(1e-9)).min(room.1 / full).min(1.0);
        // Smaller words cannot be read.
        if rows * cols > 10_000 || size < 6.0 {
            return;
        }
        for j in 0..cols {
            for i in 0..rows {
                let at = (x.at(j as f64 + 1.0), y.at(i as f64 + 1.0));
                let (Some(cx), Some(cy)) = at else { continue };
                if !frame.grown(-2.0).contains((cx, cy)) {
                    continue;
                }
                let dark = colour(i, j).lightness() < 0.5;
                self.scene.words(Words {
                    text: labels[i + j * rows].clone(),
                    at: (cx, cy + size * font::CAP_HEIGHT / 2.0),
                    align: Align::Middle,
                    size,
                    bold: false,
                    upright: false,
                    colour: if dark { Colour::WHITE } else { Colour::from_hex(0x1F1F1F) },
                });
            }
        }
    }

    pub(super) fn picture(&mut self, picture: &Picture) {
        let colour = |i: usize, j: usize| picture.pixels[i * picture.cols + j];
        let counts = (picture.rows, picture.cols);
        self.cells((self.layout.x, self.layout.y), counts, counts, colour);
    }

    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        let (shades, page) = (&pattern.shades, self.look.page);
        let colour = |i: usize, j: usize| page.mix(pattern.colour, shades[(i, j)]);
        let maps = (self.layout.x, self.layout.y);
        self.cells(maps, (shades.rows(), shades.cols()), pattern.sides, colour);
    }

    /// A grid of cells over a matrix of some sides, cut to the frame and averaged where cells are finer than pixels.
    fn cells(
        &mut self,
        (x, y): (Map, Map),
        (rows, cols): (usize, usize),
        (tall, wide): (usize, usize),
        colour: impl Fn(usize, usize) -> Colour,
    ) {
        let frame = self.layout.frame;
        let across = points::cell_spans(&x, (cols, wide), frame.left, frame.right);
        let down = points::cell_spans(&y, (rows, tall), frame.top, frame.bottom);
        let (Some(across), Some(down)) = (across, down) else { return };
        let mut pixels = Vec::with_capacity(across.spans.len() * down.spans.len());
        for &(i0, i1) in &down.spans {
            for &(j0, j1) in &across.spans {
                let mut sum = [0.0; 3];
                let count = ((i1 - i0) * (j1 - j0)) as f64;
                for i in i0..i1 {
                    for j in j0..j1 {
                        let c = colour(i, j);
                        for (s, part) in sum.iter_mut().zip([c.r, c.g, c.b]) {
                            *s += part as f64 / count;
                        }
                    }
                }
                let [r, g, b] = sum.map(|s| s.round() as u8);
                pixels.push(Colour::new(r, g, b));
            }
        }
        let rect = Rect::new(across.from, down.from, across.to, down.to);
        let (rows, cols) = (down.spans.len(), across.spans.len());
        self.scene.items.push(Item::Cells { rect, rows, cols, pixels });
        self.saw_area(rect);
    }
}
