//! Pictures in the middle of a terminal's text (layer 5), for runner and prompt alike.
//!
//! What a terminal can show is read from the environment alone: asking it would mean waiting for an answer that may
//! never come, or that ends up in the user's next line. Where nothing is known to work, cells with two coloured halves
//! (▀) do, with the figure's words as letters; and without colours there is no picture. `MF_PICTURES` has the last word.
//!
//! Protocols: Kitty's "Terminal graphics protocol", iTerm2's "Inline images protocol", and DEC's sixels (VT330/VT340
//! Graphics Programming, chapter 14, with the raster attributes of section 14.3).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use matfac::plot::{Block, Blocks, Colour, Figure, Raster};
use std::fmt::Write;

/// How a terminal shows pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Kitty, Ghostty, Konsole.
    Kitty,
    /// iTerm2, WezTerm, mintty.
    Iterm,
    /// foot, mlterm, contour.
    Sixel,
    /// Half blocks in 24-bit colours.
    Blocks,
    /// Half blocks in the 256 colours of xterm.
    Blocks256,
}

/// A terminal's window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Characters in a row.
    pub cols: usize,
    /// Rows of characters.
    pub rows: usize,
    /// Pixels across a character.
    pub cell: f64,
}

/// CSS pixels that a character counts for: what a terminal's usual font takes.
const CELL: f64 = 8.0;
/// Pixels for one of a figure's own, where the terminal makes it fit.
const SCALE: f64 = 2.0;
/// Narrower pictures show nothing.
const NARROWEST: usize = 20;
/// Kitty takes no more of a picture at once.
const CHUNK: usize = 4096;

impl Window {
    /// The window of standard output, or what most windows have at least.
    pub fn of_stdout() -> Window {
        let mut window = Window { cols: 80, rows: 24, cell: CELL };
        #[cfg(unix)]
        if let Ok(size) = rustix::termios::tcgetwinsize(std::io::stdout()) {
            if size.ws_col > 0 && size.ws_row > 0 {
                (window.cols, window.rows) = (size.ws_col.into(), size.ws_row.into());
            }
            if size.ws_xpixel > 0 && size.ws_col > 0 {
                window.cell = f64::from(size.ws_xpixel) / f64::from(size.ws_col);
            }
        }
        window
    }

    /// Over how many characters a figure goes: as many as it has pixels for, as long as it is seen whole.
    fn columns(&self, figure: &Figure) -> usize {
        let (width, height) = (f64::from(figure.size.0.max(1)), f64::from(figure.size.1.max(1)));
        let own = (width / CELL).round();
        // The path and the prompt come below it.
        let highest = self.rows.saturating_sub(3) as f64 * 2.0 * width / height;
        let fits = own.min(highest.floor()).max(NARROWEST as f64) as usize;
        fits.min(self.cols.saturating_sub(1)).max(1)
    }
}

/// What the terminal shows pictures with, as the environment tells; `None` when it shows none.
pub fn protocol(variable: impl Fn(&str) -> Option<String>) -> Option<Protocol> {
    let get = |name| variable(name).unwrap_or_default();
    let term = get("TERM");
    let blocks = || {
        let depth = get("COLORTERM");
        let is_true = matches!(depth.as_str(), "truecolor" | "24bit") || term.contains("direct");
        match is_true || !get("WT_SESSION").is_empty() {
            true => Some(Protocol::Blocks),
            false => term.contains("256").then_some(Protocol::Blocks256),
        }
    };
    match get("MF_PICTURES").to_lowercase().as_str() {
        "kitty" => return Some(Protocol::Kitty),
        "iterm" => return Some(Protocol::Iterm),
        "sixel" => return Some(Protocol::Sixel),
        "blocks" => return blocks().or(Some(Protocol::Blocks256)),
        "none" => return None,
        _ => {}
    }
    if term == "dumb" || !get("NO_COLOR").is_empty() {
        return None;
    }
    // A multiplexer has the words of the terminal around it in its environment, and passes no pictures on.
    let is_inside = |name| !get(name).is_empty();
    if ["TMUX", "STY", "ZELLIJ"].into_iter().any(is_inside)
        || term.starts_with("screen")
        || term.starts_with("tmux")
    {
        return blocks();
    }
    let program = get("TERM_PROGRAM");
    let konsole = get("KONSOLE_VERSION").parse::<u32>().is_ok_and(|version| version >= 220_400);
    if term == "xterm-kitty" || term == "xterm-ghostty" || program == "ghostty" {
        return Some(Protocol::Kitty);
    }
    if matches!(program.as_str(), "iTerm.app" | "WezTerm" | "mintty")
        || get("LC_TERMINAL") == "iTerm2"
    {
        return Some(Protocol::Iterm);
    }
    if konsole && program.is_empty() && term.starts_with("xterm") {
        return Some(Protocol::Kitty);
    }
    if ["foot", "mlterm", "contour", "yaft"].iter().any(|name| term.starts_with(name)) {
        return Some(Protocol::Sixel);
    }
    blocks()
}

/// A figure as a terminal takes it, with the line break that ends it.
///
/// # Errors
/// Drawing failed.
pub fn draw(figure: &Figure, protocol: Protocol, window: Window) -> matfac::Result<String> {
    let cols = window.columns(figure);
    Ok(match protocol {
        Protocol::Kitty => kitty(&figure.to_png(SCALE)?, cols),
        Protocol::Iterm => iterm(&figure.to_png(SCALE)?, cols),
        Protocol::Sixel => {
            // Sixels are as large as the screen's pixels: the figure is drawn in its final size.
            let scale = cols as f64 * window.cell / f64::from(figure.size.0.max(1));
            sixel(&figure.to_raster(scale.clamp(0.05, 4.0))?)
        }
        Protocol::Blocks => half_blocks(&figure.to_blocks(cols)?, &true_colour),
        Protocol::Blocks256 => half_blocks(&figure.to_blocks(cols)?, &palette_colour),
    })
}

/// A PNG file over so many characters, in pieces of at most 4096 bytes.
fn kitty(png: &[u8], cols: usize) -> String {
    let text = STANDARD.encode(png);
    let mut out = String::with_capacity(text.len() + text.len() / 200);
    let mut rest = text.as_str();
    // q=2: no answer, which would look like typed.
    let mut keys = format!("a=T,f=100,c={cols},q=2,");
    while !rest.is_empty() {
        let (piece, left) = rest.split_at(rest.len().min(CHUNK));
        let more = u8::from(!left.is_empty());
        // Writing to a string cannot fail, here and below.
        let _ = write!(out, "\x1b_G{keys}m={more};{piece}\x1b\\");
        (rest, keys) = (left, "q=2,".into());
    }
    out + "\n"
}

/// A PNG file over so many characters.
fn iterm(png: &[u8], cols: usize) -> String {
    let (size, text) = (png.len(), STANDARD.encode(png));
    format!("\x1b]1337;File=inline=1;size={size};width={cols};preserveAspectRatio=1:{text}\x07\n")
}

/// Colours with which a terminal shows sixels.
const REGISTERS: usize = 255;

/// Pixels, six rows at a time, one colour after the other.
fn sixel(raster: &Raster) -> String {
    let (colours, of) = reduced(raster);
    let mut out = format!("\x1bP0;1;0q\"1;1;{};{}", raster.width, raster.height);
    for (k, colour) in colours.iter().enumerate() {
        let [r, g, b] = [colour.r, colour.g, colour.b].map(|c| (f64::from(c) / 2.55).round());
        let _ = write!(out, "#{k};2;{r};{g};{b}");
    }
    for band in of.chunks(6 * raster.width.max(1)) {
        let mut present = [false; REGISTERS];
        band.iter().for_each(|&k| present[usize::from(k)] = true);
        for k in (0..colours.len()).filter(|&k| present[k]) {
            let _ = write!(out, "#{k}");
            let bits = |x: usize| {
                let rows = band.chunks(raster.width).enumerate();
                rows.fold(0, |bits, (row, pixels)| {
                    bits | (u8::from(usize::from(pixels[x]) == k) << row)
                })
            };
            runs(&mut out, (0..raster.width).map(bits));
            out.push('$');
        }
        out.push('-');
    }
    out + "\x1b\\\n"
}

/// Columns of six pixels as characters, repetitions counted.
fn runs(out: &mut String, columns: impl Iterator<Item = u8>) {
    let mut columns = columns.peekable();
    while let Some(bits) = columns.next() {
        let mut count = 1;
        while columns.next_if_eq(&bits).is_some() {
            count += 1;
        }
        let character = char::from(63 + bits);
        match count {
            // What is left of the line is not there.
            _ if bits == 0 && columns.peek().is_none() => {}
            1..4 => out.extend(std::iter::repeat_n(character, count)),
            _ => {
                let _ = write!(out, "!{count}{character}");
            }
        }
    }
}

/// The most frequent colours, and which of them each pixel has.
///
/// Colours that differ by less than 8 in each channel are one, their mean; a figure has fewer of them than a terminal
/// shows, but for photographs.
fn reduced(raster: &Raster) -> (Vec<Colour>, Vec<u8>) {
    let key = |p: &[u8]| {
        usize::from(p[0] >> 3) << 10 | usize::from(p[1] >> 3) << 5 | usize::from(p[2] >> 3)
    };
    let mut sums = vec![[0u64; 4]; 1 << 15];
    for pixel in raster.rgb.chunks_exact(3) {
        let sum = &mut sums[key(pixel)];
        sum[3] += 1;
        sum.iter_mut().zip(pixel).for_each(|(s, &c)| *s += u64::from(c));
    }
    let mut used: Vec<usize> = (0..sums.len()).filter(|&k| sums[k][3] > 0).collect();
    used.sort_by_key(|&k| std::cmp::Reverse(sums[k][3]));
    let mean = |&k: &usize| {
        let [r, g, b, n] = sums[k];
        let [r, g, b] = [r, g, b].map(|s| ((s + n / 2) / n) as u8);
        Colour::new(r, g, b)
    };
    let colours: Vec<Colour> = used.iter().take(REGISTERS).map(mean).collect();
    let mut nearest = vec![0u8; sums.len()];
    for k in &used {
        let wanted = mean(k);
        let closest = (0..colours.len()).min_by_key(|&c| distance(colours[c], wanted));
        nearest[*k] = closest.unwrap_or(0) as u8;
    }
    let of = raster.rgb.chunks_exact(3).map(|pixel| nearest[key(pixel)]).collect();
    (colours, of)
}

fn distance(a: Colour, b: Colour) -> u32 {
    let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    square(a.r, b.r) + square(a.g, b.g) + square(a.b, b.b)
}

/// Cells as characters with a colour of their own and one behind them.
fn half_blocks(blocks: &Blocks, code: &dyn Fn(Colour) -> String) -> String {
    let mut out = String::new();
    for row in blocks.cells.chunks(blocks.cols) {
        let mut last = None;
        let mut skip = 0;
        for cell in row {
            // The character before took two cells.
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let (character, front, back, bold) = parts(cell);
            skip = unicode_width::UnicodeWidthChar::width(character).unwrap_or(1).saturating_sub(1);
            if last != Some((front, back, bold)) {
                let weight = if bold { "1" } else { "22" };
                let _ = write!(out, "\x1b[{weight};38;{};48;{}m", code(front), code(back));
                last = Some((front, back, bold));
            }
            out.push(character);
        }
        out.push_str("\x1b[0m\n");
    }
    out
}

/// The character of a cell, its colour, the one behind, and whether it is bold.
fn parts(cell: &Block) -> (char, Colour, Colour, bool) {
    match cell.letter {
        Some(letter) if unicode_width::UnicodeWidthChar::width(letter.character) > Some(0) => {
            (letter.character, letter.colour, cell.top.mix(cell.bottom, 0.5), letter.bold)
        }
        _ if cell.top == cell.bottom => (' ', cell.top, cell.bottom, false),
        _ => ('▀', cell.top, cell.bottom, false),
    }
}

fn true_colour(colour: Colour) -> String {
    format!("2;{};{};{}", colour.r, colour.g, colour.b)
}

/// The nearest of xterm's colours: a cube of 6×6×6 and 24 grays.
fn palette_colour(colour: Colour) -> String {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let step = |c: u8| (0..6).min_by_key(|&k| STEPS[k].abs_diff(c)).unwrap_or(0);
    let [r, g, b] = [colour.r, colour.g, colour.b].map(step);
    let cube = Colour::new(STEPS[r], STEPS[g], STEPS[b]);
    let level = (((colour.lightness() * 255.0 - 3.0) / 10.0).clamp(0.0, 23.0)) as u8;
    let gray = Colour::new(8 + 10 * level, 8 + 10 * level, 8 + 10 * level);
    match distance(gray, colour) < distance(cube, colour) {
        true => format!("5;{}", 232 + u32::from(level)),
        false => format!("5;{}", 16 + 36 * r + 6 * g + b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use matfac::plot::Letter;

    fn known(variables: &[(&str, &str)]) -> Option<Protocol> {
        protocol(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string())
        })
    }

    #[test]
    fn terminals_are_known_by_their_environment() {
        let with = |term, more| known(&[("TERM", term), more]);
        let plain = ("LANG", "C.UTF-8");
        assert_eq!(with("xterm-kitty", plain), Some(Protocol::Kitty));
        assert_eq!(with("xterm-256color", ("TERM_PROGRAM", "WezTerm")), Some(Protocol::Iterm));
        assert_eq!(with("xterm-256color", ("LC_TERMINAL", "iTerm2")), Some(Protocol::Iterm));
        assert_eq!(with("xterm-256color", ("KONSOLE_VERSION", "230800")), Some(Protocol::Kitty));
        assert_eq!(
            with("xterm-256color", ("KONSOLE_VERSION", "210800")),
            Some(Protocol::Blocks256)
        );
        assert_eq!(with("foot-extra", plain), Some(Protocol::Sixel));
        assert_eq!(with("xterm-256color", ("COLORTERM", "truecolor")), Some(Protocol::Blocks));
        assert_eq!(with("xterm-256color", plain), Some(Protocol::Blocks256));
        // Inside tmux, what is said of the terminal around it does not hold.
        let inside = [("TERM", "tmux-256color"), ("TERM_PROGRAM", "iTerm.app"), ("TMUX", "/tmp/x")];
        assert_eq!(known(&inside), Some(Protocol::Blocks256));
    }

    #[test]
    fn no_picture_where_none_is_wanted_or_known_to_work() {
        assert_eq!(known(&[]), None);
        assert_eq!(known(&[("TERM", "linux")]), None);
        assert_eq!(known(&[("TERM", "dumb"), ("COLORTERM", "truecolor")]), None);
        assert_eq!(known(&[("TERM", "xterm-kitty"), ("NO_COLOR", "1")]), None);
        assert_eq!(known(&[("TERM", "xterm-kitty"), ("MF_PICTURES", "none")]), None);
        assert_eq!(known(&[("TERM", "xterm"), ("MF_PICTURES", "Sixel")]), Some(Protocol::Sixel));
        assert_eq!(known(&[("MF_PICTURES", "blocks")]), Some(Protocol::Blocks256));
    }

    #[test]
    fn kitty_takes_a_file_in_pieces() {
        let sent = kitty(&[0u8; 6000], 40);
        let pieces: Vec<&str> = sent.trim_end().split_inclusive("\x1b\\").collect();
        assert_eq!(pieces.len(), 2);
        assert!(pieces[0].starts_with("\x1b_Ga=T,f=100,c=40,q=2,m=1;AAAA"), "{:.60}", pieces[0]);
        assert!(pieces[1].starts_with("\x1b_Gq=2,m=0;AAAA"));
        assert_eq!(pieces[0].split(';').nth(1).unwrap().len(), 4096 + 2);
    }

    #[test]
    fn iterm_takes_a_file_with_its_size() {
        let expected = "\x1b]1337;File=inline=1;size=3;width=20;preserveAspectRatio=1:YWJj\x07\n";
        assert_eq!(iterm(b"abc", 20), expected);
    }

    #[test]
    fn sixels_are_columns_of_six_pixels() {
        // Two columns of red, one of blue at the end of the second row only; the rest white.
        let (red, blue, white) = ([255, 0, 0], [0, 0, 255], [255; 3]);
        let rows = [[red, red, white], [red, red, blue]];
        let raster = Raster { width: 3, height: 2, rgb: rows.concat().concat() };
        let sent = sixel(&raster);
        let body = sent.strip_prefix("\x1bP0;1;0q\"1;1;3;2#0;2;100;0;0").unwrap();
        let body = body.strip_suffix("-\x1b\\\n").unwrap();
        assert!(body.contains("#0BB$"), "{body}");
        let index = |text: &str| {
            let at = body.find(text).unwrap();
            body[..at].rsplit('#').next().unwrap().to_string()
        };
        let (blue, white) = (index(";2;0;0;100"), index(";2;100;100;100"));
        // Bit 1 is the second row, bit 0 the first.
        assert!(body.contains(&format!("#{blue}??A$")), "{body}");
        assert!(body.contains(&format!("#{white}??@$")), "{body}");
    }

    #[test]
    fn repetitions_are_counted() {
        let mut out = String::new();
        runs(&mut out, [1, 1, 1, 1, 0, 0, 2, 0].into_iter());
        assert_eq!(out, "!4@??A");
    }

    #[test]
    fn cells_become_halves_and_letters() {
        let [black, white] = [Colour::BLACK, Colour::WHITE];
        let block = |top, bottom, letter| Block { top, bottom, letter };
        let letter = |character| Some(Letter { character, colour: black, bold: true });
        let cells = vec![
            block(black, white, None),
            block(white, white, None),
            block(white, white, letter('λ')),
            block(white, white, letter('中')),
            block(black, black, None),
        ];
        let out = half_blocks(&Blocks { cols: 5, cells }, &true_colour);
        let expected = "\x1b[22;38;2;0;0;0;48;2;255;255;255m▀\x1b[22;38;2;255;255;255;48;2;255;255;255m \
                        \x1b[1;38;2;0;0;0;48;2;255;255;255mλ中\x1b[0m\n";
        assert_eq!(out, expected);
        assert_eq!(palette_colour(Colour::new(255, 0, 0)), "5;196");
        assert_eq!(palette_colour(white), "5;231");
        assert_eq!(palette_colour(Colour::new(0x12, 0x12, 0x12)), "5;233");
    }

    #[test]
    fn a_figure_is_seen_whole() {
        let figure = Figure::line(vec![1.0, 2.0], vec![1.0, 2.0]);
        let columns = |cols, rows| Window { cols, rows, cell: 8.0 }.columns(&figure);
        assert_eq!(columns(200, 60), 80);
        assert_eq!(columns(60, 60), 59);
        assert_eq!(columns(200, 20), 54);
        assert_eq!(columns(5, 2), 4);
        let window = Window { cols: 80, rows: 24, cell: 8.0 };
        for protocol in [Protocol::Kitty, Protocol::Iterm, Protocol::Sixel, Protocol::Blocks] {
            assert!(draw(&figure, protocol, window).unwrap().ends_with('\n'));
        }
        let blocks = draw(&figure, Protocol::Blocks256, window).unwrap();
        assert_eq!(blocks.lines().count(), 21);
    }
}
