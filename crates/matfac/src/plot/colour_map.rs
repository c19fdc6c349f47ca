//! Colour maps: a number in 0 … 1 into a colour.
//!
//! Each map is a short table of anchors, interpolated linearly in sRGB; the anchors are close
//! enough that the result is within a few units of the published 256-entry tables. Sources:
//! viridis and magma by S. van der Walt and N. Smith (matplotlib, CC0); cividis by J. Nuñez,
//! C. Anderton and R. Renslow (PLoS ONE 13, 2018); the diverging map is ColorBrewer's RdBu, reversed
//! (C. Brewer, 2002), so that red is high.

use super::colour::Colour;
use crate::error::{Error, Result};

/// A colour map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColourMap {
    /// Dark violet to yellow, even in lightness: the default.
    #[default]
    Viridis,
    /// Black over purple to cream.
    Magma,
    /// Dark blue to yellow, made for colour-blind readers.
    Cividis,
    /// Black to white.
    Gray,
    /// Blue over white to red, for values on both sides of zero.
    Diverging,
}

const VIRIDIS: [u32; 11] = [
    0x440154, 0x482576, 0x414487, 0x35608D, 0x2A788E, 0x21908C, 0x22A884, 0x43BF71, 0x7AD151,
    0xBBDF27, 0xFDE725,
];
const MAGMA: [u32; 11] = [
    0x000004, 0x150E37, 0x3B0F70, 0x641A80, 0x8C2981, 0xB63679, 0xDE4968, 0xF76F5C, 0xFE9F6D,
    0xFECE91, 0xFCFDBF,
];
const CIVIDIS: [u32; 10] = [
    0x00204D, 0x00336F, 0x39486B, 0x575C6D, 0x707173, 0x8A8779, 0xA69D75, 0xC4B56C, 0xE4CF5B,
    0xFFEA46,
];
const GRAY: [u32; 2] = [0x000000, 0xFFFFFF];
const DIVERGING: [u32; 11] = [
    0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D,
    0xB2182B, 0x67001F,
];

/// What a user may write, and what it means.
const NAMES: [(&str, ColourMap); 9] = [
    ("viridis", ColourMap::Viridis),
    ("magma", ColourMap::Magma),
    ("cividis", ColourMap::Cividis),
    ("gray", ColourMap::Gray),
    ("grey", ColourMap::Gray),
    ("diverging", ColourMap::Diverging),
    ("rdbu", ColourMap::Diverging),
    ("coolwarm", ColourMap::Diverging),
    ("default", ColourMap::Viridis),
];

impl ColourMap {
    /// Reads a map's name, whatever its case.
    ///
    /// # Errors
    /// [`Error::Argument`] that lists the maps.
    pub fn parse(name: &str) -> Result<ColourMap> {
        let wanted = name.trim().to_lowercase();
        NAMES.iter().find(|(n, _)| *n == wanted).map(|&(_, map)| map).ok_or_else(|| {
            Error::argument_hint(
                "colormap",
                format!("there is no colour map \"{name}\""),
                "one of viridis, magma, cividis, gray, diverging",
            )
        })
    }

    /// The maps' names.
    pub fn names() -> Vec<&'static str> {
        use ColourMap::{Cividis, Diverging, Gray, Magma, Viridis};
        [Viridis, Magma, Cividis, Gray, Diverging].map(ColourMap::name).to_vec()
    }

    /// The map that suits these values: diverging when both signs matter, so that the smaller extreme is at least a
    /// tenth of the larger.
    ///
    /// ```
    /// use matfac::plot::ColourMap;
    /// assert_eq!(ColourMap::suiting(&[-1.0, 2.0]), ColourMap::Diverging);
    /// assert_eq!(ColourMap::suiting(&[-1e-16, 2.0]), ColourMap::Viridis);
    /// ```
    pub fn suiting(values: &[f64]) -> ColourMap {
        let finite = values.iter().filter(|v| v.is_finite());
        let (lo, hi) = finite.fold((0.0f64, 0.0f64), |(lo, hi), &v| (lo.min(v), hi.max(v)));
        let smaller = hi.min(-lo);
        if smaller > 0.0 && smaller >= 0.1 * hi.max(-lo) {
            ColourMap::Diverging
        } else {
            ColourMap::Viridis
        }
    }

    /// The map's name.
    pub fn name(self) -> &'static str {
        match self {
            ColourMap::Viridis => "viridis",
            ColourMap::Magma => "magma",
            ColourMap::Cividis => "cividis",
            ColourMap::Gray => "gray",
            ColourMap::Diverging => "diverging",
        }
    }

    /// The colour at `t`, which is clamped to 0 … 1 (NaN counts as 0).
    pub fn at(self, t: f64) -> Colour {
        let anchors: &[u32] = match self {
            ColourMap::Viridis => &VIRIDIS,
            ColourMap::Magma => &MAGMA,
            ColourMap::Cividis => &CIVIDIS,
            ColourMap::Gray => &GRAY,
            ColourMap::Diverging => &DIVERGING,
        };
        let last = anchors.len() - 1;
        let position = if t.is_nan() { 0.0 } else { t.clamp(0.0, 1.0) } * last as f64;
        let below = (position as usize).min(last - 1);
        Colour::from_hex(anchors[below])
            .mix(Colour::from_hex(anchors[below + 1]), position - below as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequential_maps_get_lighter_all_the_way() {
        for map in [ColourMap::Viridis, ColourMap::Magma, ColourMap::Cividis, ColourMap::Gray] {
            let light: Vec<f64> = (0..=64).map(|i| map.at(i as f64 / 64.0).lightness()).collect();
            assert!(light.windows(2).all(|w| w[1] > w[0] - 0.003), "{}", map.name());
            assert!(light[64] > light[0] + 0.6, "{}", map.name());
        }
    }

    #[test]
    fn ends_names_and_strange_values() {
        assert_eq!(ColourMap::Viridis.at(0.0), Colour::from_hex(0x440154));
        assert_eq!(ColourMap::Viridis.at(1.0), Colour::from_hex(0xFDE725));
        assert_eq!(ColourMap::Gray.at(f64::NAN), Colour::BLACK);
        assert_eq!(ColourMap::Gray.at(f64::INFINITY), Colour::WHITE);
        assert_eq!(ColourMap::Diverging.at(0.5), Colour::from_hex(0xF7F7F7));
        for (name, map) in NAMES {
            assert_eq!(ColourMap::parse(&name.to_uppercase()).unwrap(), map);
        }
        assert!(ColourMap::parse("jet").unwrap_err().hint().unwrap().contains("viridis"));
    }
}
