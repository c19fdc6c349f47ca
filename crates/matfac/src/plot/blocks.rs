//! The surface of characters: a figure for a terminal that has no pictures.
//!
//! Each cell of the terminal shows two coloured squares, one above the other, or a letter. The figure is laid out so
//! that a cell is as wide as a letter of its text; shapes are painted without the texts, and lines thickened to what a
//! square can show; then the texts are written over them as letters, so that they can be read.

use super::canvas::{self, Pixels};
use super::colour::Colour;
use super::figure::Figure;
use super::scene::{Align, Item, Words};
use crate::error::{Error, Result};

/// Width of a cell in CSS pixels: that of a digit in the size of tick labels. It is twice as high.
const CELL: u32 = 7;

/// Lines from this width on are data.
const FAINT: f64 = 1.3;

/// How wide lines are at least that must not fade in squares of [`CELL`] pixels.
const BROAD: f64 = 5.0;

/// What a terminal has at most in a row.
const MOST_COLS: usize = 1000;

/// One cell of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// The upper half.
    pub top: Colour,
    /// The lower half.
    pub bottom: Colour,
    /// What is written over both.
    pub letter: Option<Letter>,
}

/// A character of a figure's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letter {
    /// Which.
    pub character: char,
    /// Its colour.
    pub colour: Colour,
    /// Whether it is bold.
    pub bold: bool,
}

/// A picture made of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocks {
    /// Cells in a row.
    pub cols: usize,
    /// Row after row, from the top.
    pub cells: Vec<Block>,
}

/// Pixels in three bytes, row after row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Red, green, blue of each.
    pub rgb: Vec<u8>,
}

impl Figure {
    /// The figure's pixels, `scale` of them to a CSS pixel.
    ///
    /// # Errors
    /// As [`Figure::to_png`].
    pub fn to_raster(&self, scale: f64) -> Result<Raster> {
        let scene = self.scene()?;
        let Pixels { width, height, rgb } = canvas::paint(&scene, &scene.items, scale)?;
        Ok(Raster { width: width as usize, height: height as usize, rgb })
    }

    /// The figure in a terminal's cells, `cols` wide and as high as its proportions ask for.
    ///
    /// # Errors
    /// As [`Figure::to_png`], and when `cols` is 0 or more than 1000.
    pub fn to_blocks(&self, cols: usize) -> Result<Blocks> {
        if cols == 0 || cols > MOST_COLS {
            let message = format!("a picture of characters cannot be {cols} wide");
            return Err(Error::argument_hint("cols", message, "from 1 to 1000"));
        }
        let (width, height) = (f64::from(self.size.0.max(1)), f64::from(self.size.1));
        let rows = ((cols as f64 * height / width / 2.0).round() as usize).clamp(1, MOST_COLS);
        let size = (cols as u32 * CELL, rows as u32 * 2 * CELL);
        let mut scene = Figure { size, ..self.clone() }.scene()?;
        let mut words = Vec::new();
        scene.items = without_words(std::mem::take(&mut scene.items), &mut words);
        let painted = canvas::paint(&scene, &scene.items, 1.0)?;
        let square = |i: usize, j: usize| average(&painted, i, j);
        let cell = |k: usize| {
            let (i, j) = (k / cols, k % cols);
            Block { top: square(2 * i, j), bottom: square(2 * i + 1, j), letter: None }
        };
        let mut blocks = Blocks { cols, cells: (0..rows * cols).map(cell).collect() };
        words.iter().for_each(|words| blocks.write(words));
        Ok(blocks)
    }
}

/// The shapes, data lines thickened; the texts go to `words`.
fn without_words(items: Vec<Item>, words: &mut Vec<Words>) -> Vec<Item> {
    let mut shapes = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Item::Words(text) => words.push(text),
            Item::Path { points, width, paint } if width >= FAINT => {
                shapes.push(Item::Path { points, width: width.max(BROAD), paint });
            }
            Item::Circle { centre, radius, paint } => {
                shapes.push(Item::Circle { centre, radius: radius.max(BROAD / 2.0), paint });
            }
            Item::Crowd { rect, items } => {
                shapes.push(Item::Crowd { rect, items: without_words(items, words) });
            }
            other => shapes.push(other),
        }
    }
    shapes
}

/// The mean colour of a square of pixels.
fn average(pixels: &Pixels, i: usize, j: usize) -> Colour {
    let (side, width) = (CELL as usize, pixels.width as usize);
    let mut sums = [0usize; 3];
    for row in i * side..(i + 1) * side {
        let start = (row * width + j * side) * 3;
        for pixel in pixels.rgb[start..start + side * 3].chunks_exact(3) {
            sums.iter_mut().zip(pixel).for_each(|(sum, &c)| *sum += usize::from(c));
        }
    }
    let [r, g, b] = sums.map(|sum| ((sum + side * side / 2) / (side * side)) as u8);
    Colour::new(r, g, b)
}

impl Blocks {
    /// How many rows of cells.
    pub fn rows(&self) -> usize {
        self.cells.len() / self.cols
    }

    /// Writes a text over the cells; a letter stays where another would cover it.
    fn write(&mut self, words: &Words) {
        let length = words.text.chars().count() as f64;
        let before = match words.align {
            Align::Start => 0.0,
            Align::Middle => length / 2.0,
            Align::End => length,
        };
        let (cell, (x, y)) = (f64::from(CELL), words.at);
        // The middle of the letters is above the baseline, or left of it.
        let lift = 0.35 * words.size;
        for (k, character) in words.text.chars().enumerate() {
            let k = k as f64;
            let (col, row) = match words.upright {
                true => ((x - lift) / cell, y / (2.0 * cell) - (length - before) + k),
                false => ((x / cell - before + k).round(), (y - lift) / (2.0 * cell)),
            };
            let letter = Letter { character, colour: words.colour, bold: words.bold };
            self.put(row.floor(), col.floor(), letter);
        }
    }

    fn put(&mut self, row: f64, col: f64, letter: Letter) {
        if row < 0.0 || col < 0.0 || col >= self.cols as f64 || letter.character.is_control() {
            return;
        }
        let cell = self.cells.get_mut(row as usize * self.cols + col as usize);
        if let Some(cell) = cell.filter(|cell| cell.letter.is_none()) {
            cell.letter = Some(letter);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn text(blocks: &Blocks) -> Vec<String> {
        let letter = |cell: &Block| cell.letter.map_or(' ', |letter| letter.character);
        blocks.cells.chunks(blocks.cols).map(|row| row.iter().map(letter).collect()).collect()
    }

    #[test]
    fn texts_can_be_read_and_lines_be_seen() {
        let blocks = samples::convergence().to_blocks(80).unwrap();
        assert_eq!((blocks.cols, blocks.rows()), (80, 25));
        let lines = text(&blocks);
        assert!(lines[0].contains("Convergence") || lines[1].contains("Convergence"), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("iteration")));
        assert!(lines.iter().any(|line| line.contains("coordinate descent")));
        let is_blue = |c: Colour| c.b > 120 && c.r < 110;
        assert!(blocks.cells.iter().filter(|c| is_blue(c.top) || is_blue(c.bottom)).count() > 15);
    }

    #[test]
    fn every_figure_has_a_form_at_every_width() {
        for (name, figure) in samples::all_kinds() {
            for cols in [1, 20, 80] {
                let blocks = figure.to_blocks(cols).unwrap();
                assert_eq!(blocks.cells.len(), blocks.rows() * cols, "{name}");
            }
        }
        assert!(Figure::default().to_blocks(0).is_err());
        assert!(Figure::default().to_blocks(1001).is_err());
    }

    #[test]
    fn pixels_are_those_of_the_picture() {
        let raster = samples::bars().to_raster(0.5).unwrap();
        assert_eq!((raster.width, raster.height, raster.rgb.len()), (320, 200, 320 * 200 * 3));
        assert_eq!(raster.rgb[..3], [255; 3]);
    }
}
