//! Colours: names, `#rrggbb`, and a palette that colour-blind readers can tell apart.
//!
//! The palette is that of M. Okabe and K. Ito, "Color Universal Design" (2008), in an order that
//! keeps neighbours far apart; its yellow comes last because it is faint on white. Four colours of Paul Tol's muted
//! scheme ("Colour Schemes", SRON technical note, 2021) follow.

use crate::error::{Error, Result};

/// An opaque sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour {
    /// Red, 0 to 255.
    pub r: u8,
    /// Green, 0 to 255.
    pub g: u8,
    /// Blue, 0 to 255.
    pub b: u8,
}

/// The colours of successive series, repeated from the start when they run out.
pub const PALETTE: [Colour; 12] = [
    Colour::new(0x00, 0x72, 0xB2),
    Colour::new(0xD5, 0x5E, 0x00),
    Colour::new(0x00, 0x9E, 0x73),
    Colour::new(0xCC, 0x79, 0xA7),
    Colour::new(0xE6, 0x9F, 0x00),
    Colour::new(0x56, 0xB4, 0xE9),
    Colour::new(0x7F, 0x7F, 0x7F),
    Colour::new(0xE8, 0xD9, 0x2E),
    // From here on Paul Tol's muted scheme, for the rare figure with so many series.
    Colour::new(0x88, 0x22, 0x55),
    Colour::new(0x33, 0x22, 0x88),
    Colour::new(0x99, 0x99, 0x33),
    Colour::new(0x44, 0xAA, 0x99),
];

/// Names and MATLAB's letters. The letters are those colours a little toned down, because pure
/// green, cyan and yellow are hard to see on white.
const NAMES: [(&str, u32); 31] = [
    ("r", 0xD6_2728),
    ("g", 0x1A_8F2E),
    ("b", 0x1F_4FD8),
    ("c", 0x00_A9C0),
    ("m", 0xB8_2BB8),
    ("y", 0xD9_B800),
    ("k", 0x00_0000),
    ("w", 0xFF_FFFF),
    ("red", 0xD6_2728),
    ("green", 0x1A_8F2E),
    ("blue", 0x1F_4FD8),
    ("cyan", 0x00_A9C0),
    ("magenta", 0xB8_2BB8),
    ("yellow", 0xD9_B800),
    ("black", 0x00_0000),
    ("white", 0xFF_FFFF),
    ("gray", 0x80_8080),
    ("grey", 0x80_8080),
    ("orange", 0xE6_9F00),
    ("purple", 0x80_0080),
    ("violet", 0x8E_44AD),
    ("pink", 0xE3_77C2),
    ("brown", 0x8C_564B),
    ("navy", 0x00_0080),
    ("teal", 0x00_8080),
    ("olive", 0x80_8000),
    ("gold", 0xD4_A017),
    ("maroon", 0x80_0000),
    ("skyblue", 0x56_B4E9),
    ("lightgray", 0xD3_D3D3),
    ("darkgray", 0x50_5050),
];

impl Colour {
    /// Black.
    pub const BLACK: Colour = Colour::new(0, 0, 0);
    /// White.
    pub const WHITE: Colour = Colour::new(255, 255, 255);

    /// A colour from its three parts.
    pub const fn new(r: u8, g: u8, b: u8) -> Colour {
        Colour { r, g, b }
    }

    /// Colour `0xRRGGBB`.
    pub const fn from_hex(rgb: u32) -> Colour {
        Colour::new((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
    }

    /// The colour of series `index`, from 0.
    pub fn of_series(index: usize) -> Colour {
        PALETTE[index % PALETTE.len()]
    }

    /// Reads a name (`"red"`, `"r"`), `"#rgb"` or `"#rrggbb"`.
    ///
    /// # Errors
    /// [`Error::Argument`] that lists the names.
    ///
    /// ```
    /// use matfac::plot::Colour;
    /// assert_eq!(Colour::parse("#ff8000").unwrap(), Colour::new(255, 128, 0));
    /// assert!(Colour::parse("reddish").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Colour> {
        let wanted = text.trim().to_lowercase();
        if let Some(colour) = wanted.strip_prefix('#').and_then(parse_hex) {
            return Ok(colour);
        }
        if let Some(&(_, rgb)) = NAMES.iter().find(|(name, _)| *name == wanted) {
            return Ok(Colour::from_hex(rgb));
        }
        let names: Vec<&str> = NAMES.iter().map(|(n, _)| *n).filter(|n| n.len() > 1).collect();
        Err(Error::argument_hint(
            "color",
            format!("there is no colour \"{text}\""),
            format!("a name ({}), or \"#rrggbb\"", names.join(", ")),
        ))
    }

    /// A colour on the straight line from `self` (t = 0) to `other` (t = 1).
    pub fn mix(self, other: Colour, t: f64) -> Colour {
        let part = |a: u8, b: u8| (a as f64 + (b as f64 - a as f64) * t).round() as u8;
        Colour::new(part(self.r, other.r), part(self.g, other.g), part(self.b, other.b))
    }

    /// Perceived lightness, 0 (black) to 1 (white): the luma of Rec. 709.
    pub fn lightness(self) -> f64 {
        (0.2126 * self.r as f64 + 0.7152 * self.g as f64 + 0.0722 * self.b as f64) / 255.0
    }
}

/// `rgb` or `rrggbb`.
fn parse_hex(digits: &str) -> Option<Colour> {
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(digits, 16).ok()?;
    match digits.len() {
        6 => Some(Colour::from_hex(value)),
        3 => {
            let part = |shift: u32| ((value >> shift & 0xF) * 17) as u8;
            Some(Colour::new(part(8), part(4), part(0)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_hexadecimal() {
        assert_eq!(Colour::parse("#0f8").unwrap(), Colour::new(0, 255, 136));
        assert_eq!(Colour::parse(" #00FF88 ").unwrap(), Colour::new(0, 255, 136));
        assert_eq!(Colour::parse("Black").unwrap(), Colour::BLACK);
        for bad in ["", "#", "#12", "#gggggg", "#é", "nope", "#1234567"] {
            let error = Colour::parse(bad).unwrap_err();
            assert!(error.hint().unwrap().contains("orange"), "{bad}");
        }
    }

    #[test]
    fn the_palette_repeats() {
        assert_eq!(Colour::of_series(0), Colour::of_series(PALETTE.len()));
        assert_ne!(Colour::of_series(0), Colour::of_series(1));
    }
}
