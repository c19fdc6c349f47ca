//! MATLAB's line specifications, such as `"r--o"`: a colour, a line style and a marker in any order.

use super::colour::Colour;
use super::marks::{LineStyle, Marker};
use crate::error::{Error, Result};

/// What a line specification says; what it leaves out is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LineSpec {
    /// The colour letter.
    pub colour: Option<Colour>,
    /// The line style.
    pub style: Option<LineStyle>,
    /// The marker.
    pub marker: Option<Marker>,
}

impl LineSpec {
    /// Reads a specification: one of `rgbcmykw` for the colour, one of `-`, `--`, `:`, `-.` for the
    /// line, one of `o + * . x s d ^ v < > p` for the marker, each at most once, in any order.
    ///
    /// # Errors
    /// [`Error::Argument`] that shows the valid characters, when one is not or comes twice.
    ///
    /// ```
    /// use matfac::plot::{LineSpec, LineStyle, Marker};
    /// let spec = LineSpec::parse("--o").unwrap();
    /// assert_eq!((spec.style, spec.marker), (Some(LineStyle::Dashed), Some(Marker::Circle)));
    /// ```
    pub fn parse(text: &str) -> Result<LineSpec> {
        let mut spec = LineSpec::default();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let (part, length, twice) = if let Some((style, length)) = style_at(rest) {
                ("line style", length, spec.style.replace(style).is_some())
            } else if let Some(marker) = Marker::from_char(c) {
                ("marker", 1, spec.marker.replace(marker).is_some())
            } else if "rgbcmykw".contains(c) {
                let colour = Colour::parse(&c.to_string())?;
                ("colour", 1, spec.colour.replace(colour).is_some())
            } else {
                return Err(refusal(format!("\"{text}\" is not a line style: what is '{c}'?")));
            };
            if twice {
                return Err(refusal(format!("\"{text}\" gives more than one {part}")));
            }
            rest = &rest[length..];
        }
        Ok(spec)
    }

    /// The style to draw with: a marker without a line style draws no line, as in MATLAB.
    pub fn line_style(&self) -> LineStyle {
        match (self.style, self.marker) {
            (Some(style), _) => style,
            (None, Some(_)) => LineStyle::None,
            (None, None) => LineStyle::Solid,
        }
    }
}

/// The line style `text` starts with, and its length; the longer spelling wins.
fn style_at(text: &str) -> Option<(LineStyle, usize)> {
    let styles = [
        ("--", LineStyle::Dashed),
        ("-.", LineStyle::DashDot),
        ("-", LineStyle::Solid),
        (":", LineStyle::Dotted),
    ];
    let found = styles.into_iter().find(|(spelling, _)| text.starts_with(spelling));
    found.map(|(spelling, style)| (style, spelling.len()))
}

/// The error, with the way out.
fn refusal(message: String) -> Error {
    Error::argument_hint(
        "style",
        message,
        "a colour (r g b c m y k w), a line (- -- : -.) and a marker (o + * . x s d ^ v < > p)",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_and_the_ambiguous_dash_dot() {
        for text in ["r--o", "o--r", "--ro", "ro--"] {
            let spec = LineSpec::parse(text).unwrap();
            assert_eq!(spec.colour, Some(Colour::parse("red").unwrap()));
            assert_eq!(spec.style, Some(LineStyle::Dashed));
            assert_eq!(spec.marker, Some(Marker::Circle));
        }
        assert_eq!(LineSpec::parse("-.").unwrap().line_style(), LineStyle::DashDot);
        assert_eq!(LineSpec::parse(".-").unwrap().marker, Some(Marker::Point));
        assert_eq!(LineSpec::parse("k.").unwrap().line_style(), LineStyle::None);
        assert_eq!(LineSpec::parse("").unwrap().line_style(), LineStyle::Solid);
    }

    #[test]
    fn what_is_not_a_specification() {
        for bad in ["q", "rr", "--:", "oo", "r é", "---"] {
            let error = LineSpec::parse(bad).unwrap_err();
            assert!(error.to_string().contains(bad), "{error}");
            assert!(error.hint().unwrap().contains("-."));
        }
    }
}
