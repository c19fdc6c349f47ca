//! Numbers as text, with Octave's choice of digits: five significant in `format short`, sixteen in
//! `format long`, whole numbers in full, an exponent where columns would get wide.
//!
//! The widths at which Octave 7 changes to an exponent were found by trying every precision from 1 to 16 on numbers of
//! every magnitude.

use super::is_na;
use matfac::c64;
use std::fmt::Write;

/// How many significant digits are shown, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Precision {
    /// Significant digits, 1 to 16.
    pub digits: usize,
    /// The way they are written.
    pub notation: Notation,
}

/// How numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Notation {
    /// With a fixed number of decimals, as long as that is not too wide.
    #[default]
    Fixed,
    /// Each on its own, without zeros at the end: `format short g`.
    General,
    /// Always with an exponent: `format short e`.
    Exponent,
}

impl Default for Precision {
    fn default() -> Precision {
        Precision::SHORT
    }
}

impl Precision {
    /// `format short`
    pub const SHORT: Precision = Precision { digits: 5, notation: Notation::Fixed };
    /// `format long`
    pub const LONG: Precision = Precision { digits: 16, notation: Notation::Fixed };

    /// Wider fixed-point numbers are written with an exponent.
    fn widest(self) -> i32 {
        (3 * self.digits as i32 / 2 + 2).min(18)
    }
}

/// One format for all the numbers of a matrix, so that points align.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFormat {
    /// Whole numbers.
    Integer {
        /// Characters, with the sign.
        width: usize,
    },
    /// A fixed number of decimals.
    Fixed {
        /// Characters, with the sign.
        width: usize,
        /// Digits after the point.
        decimals: usize,
    },
    /// `1.2346e+04`
    Exponent {
        /// Characters, with the sign.
        width: usize,
        /// Digits after the point.
        decimals: usize,
    },
    /// Significant digits, without zeros at the end.
    General {
        /// Characters, with the sign.
        width: usize,
        /// Significant digits.
        digits: usize,
    },
}

/// Powers of ten from this many digits on have three digits themselves.
const LONG_POWER: i32 = 100;

fn digits_before_point(x: f64) -> i32 {
    if x == 0.0 { 0 } else { x.log10().floor() as i32 + 1 }
}

/// What the choice of a format depends on.
#[derive(Debug, Clone, Copy)]
struct Span {
    /// Digits before the point of the largest magnitude.
    largest: i32,
    /// Digits before the point of the smallest: none or fewer below 1.
    smallest: i32,
    is_whole: bool,
    has_special: bool,
}

impl Span {
    fn of(numbers: impl Iterator<Item = f64> + Clone) -> Span {
        let finite = || numbers.clone().filter(|x| x.is_finite()).map(f64::abs);
        let largest = finite().fold(0.0, f64::max);
        let smallest = finite().fold(f64::INFINITY, f64::min).min(largest);
        Span {
            largest: digits_before_point(largest),
            smallest: digits_before_point(smallest),
            is_whole: finite().all(|x| x.fract() == 0.0),
            has_special: numbers.clone().any(|x| !x.is_finite()),
        }
    }

    /// The format, where a column of whole numbers counts as `margin` wider than its digits.
    fn format(self, precision: Precision, margin: i32) -> NumberFormat {
        let prec = precision.digits as i32;
        let narrowest = if self.has_special { 4 } else { 0 };
        let decimals = (prec - 1).max(0);
        let is_long = self.largest.abs().max(self.smallest.abs()) >= LONG_POWER;
        let exponent = NumberFormat::Exponent {
            width: (decimals + 7 + i32::from(is_long)) as usize,
            decimals: decimals as usize,
        };
        match precision.notation {
            Notation::General => {
                let digits = precision.digits;
                return NumberFormat::General { width: digits + 6, digits };
            }
            Notation::Exponent => return exponent,
            Notation::Fixed => {}
        }
        if self.is_whole {
            if self.largest + margin > precision.widest() {
                return exponent;
            }
            let width = (self.largest.max(1) + 1).max(narrowest);
            return NumberFormat::Integer { width: width as usize };
        }
        let split = |x: i32| match x {
            x if x > 0 => (x, if prec > x { prec - x } else { prec }),
            x if x < 0 => (1, if prec > x { prec - x } else { prec }),
            _ => (1, (prec - 1).max(1)),
        };
        let (left_large, right_large) = split(self.largest);
        let (left_small, right_small) = split(self.smallest);
        let (left, right) = (left_large.max(left_small), right_large.max(right_small));
        let width = (1 + left + 1 + right).max(narrowest);
        if width > precision.widest() {
            return exponent;
        }
        NumberFormat::Fixed { width: width as usize, decimals: right as usize }
    }
}

/// Octave reckons a lone whole number as this much wider than its digits, and one in a column as one more.
const LONE: i32 = 2;

impl NumberFormat {
    /// The format for a set of numbers shown in columns.
    pub fn for_all(numbers: impl Iterator<Item = f64> + Clone, precision: Precision) -> Self {
        Span::of(numbers).format(precision, LONE + 1)
    }

    /// The format for a number on its own.
    pub fn for_one(x: f64, precision: Precision) -> Self {
        Span::of(std::iter::once(x)).format(precision, LONE)
    }

    /// The format for both parts of all of these.
    pub fn for_complex(numbers: &[c64], precision: Precision) -> Self {
        let re = Span::of(numbers.iter().map(|z| z.re));
        let im = Span::of(numbers.iter().map(|z| z.im));
        let is_lone = numbers.len() == 1;
        let smallest = if is_lone { i32::min } else { i32::max };
        let span = Span {
            largest: re.largest.max(im.largest),
            // In columns the part whose smallest number is larger decides, as in Octave.
            smallest: smallest(re.smallest, im.smallest),
            is_whole: re.is_whole && im.is_whole,
            has_special: re.has_special || im.has_special,
        };
        span.format(precision, if is_lone { LONE } else { LONE + 1 })
    }

    /// Whether there are digits after a point, in the same place in every number.
    pub fn has_point(self) -> bool {
        matches!(self, NumberFormat::Fixed { .. } | NumberFormat::Exponent { .. })
    }

    /// Characters the imaginary part takes, whose sign stands apart.
    pub fn imaginary_width(self) -> usize {
        match self {
            NumberFormat::General { width, .. } => width,
            other => other.width() - 1,
        }
    }

    /// Characters a number takes.
    pub fn width(self) -> usize {
        match self {
            NumberFormat::Integer { width }
            | NumberFormat::Fixed { width, .. }
            | NumberFormat::Exponent { width, .. }
            | NumberFormat::General { width, .. } => width,
        }
    }

    /// A number without padding.
    pub fn text(self, x: f64) -> String {
        if x.is_nan() {
            return if is_na(x) { "NA".into() } else { "NaN".into() };
        }
        if x.is_infinite() {
            return if x > 0.0 { "Inf".into() } else { "-Inf".into() };
        }
        match self {
            NumberFormat::Integer { .. } => format!("{x:.0}").replace("-0", zero_sign(x)),
            // Octave writes an exact zero among fractions as a lone 0.
            NumberFormat::Fixed { .. } | NumberFormat::Exponent { .. } if x == 0.0 => "0".into(),
            NumberFormat::Fixed { decimals, .. } => format!("{x:.decimals$}"),
            NumberFormat::Exponent { decimals, .. } => exponent(x, decimals),
            NumberFormat::General { digits, .. } => general(x, digits),
        }
    }
}

/// `-0` is shown as 0, `-05` cannot occur: only a lone zero is touched.
fn zero_sign(x: f64) -> &'static str {
    if x == 0.0 { "0" } else { "-0" }
}

/// `d.dddde±dd` as C prints it: Rust leaves out the sign and the second digit of the exponent.
pub fn exponent(x: f64, decimals: usize) -> String {
    let text = format!("{x:.decimals$e}");
    let (mantissa, power) = text.split_once('e').expect("an exponent");
    let (sign, digits) = match power.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', power),
    };
    let mut out = String::from(mantissa);
    // Writing to a string cannot fail.
    let _ = write!(out, "e{sign}{digits:0>2}");
    out
}

/// As many significant digits as are needed, at most `digits`; an exponent where C's `%g` has one.
fn general(x: f64, digits: usize) -> String {
    let rounded = exponent(x, digits.saturating_sub(1));
    let (mantissa, power) = rounded.split_once('e').unwrap_or((&rounded, "0"));
    let without_zeros = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text.to_string(),
    };
    match power.parse::<i32>() {
        Ok(power) if power >= -4 && power < digits as i32 => {
            let decimals = (digits as i32 - 1 - power).max(0) as usize;
            without_zeros(&format!("{x:.decimals$}")).replace("-0", zero_sign(x))
        }
        _ => format!("{}e{power}", without_zeros(mantissa)),
    }
}

/// One number on its own, as after `x = `.
pub fn scalar(x: f64, precision: Precision) -> String {
    NumberFormat::for_one(x, precision).text(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_as_octave_prints_them() {
        for (x, want) in [
            (3.0, "3"),
            (-0.0, "0"),
            (-3.0, "-3"),
            (std::f64::consts::PI, "3.1416"),
            (0.5, "0.5000"),
            (0.05, "0.050000"),
            (100.5, "100.50"),
            (12345.678, "1.2346e+04"),
            (1234567.0, "1234567"),
            (1e10, "1.0000e+10"),
            (1e15, "1.0000e+15"),
            (0.001, "1.0000e-03"),
            (1e-5, "1.0000e-05"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(scalar(x, Precision::SHORT), want, "{x}");
        }
        assert_eq!(scalar(std::f64::consts::PI, Precision::LONG), "3.141592653589793");
        assert_eq!(scalar(1.0 / 3.0, Precision::LONG), "0.333333333333333");
    }

    #[test]
    fn one_format_for_a_matrix() {
        let format = |x: &[f64]| NumberFormat::for_all(x.iter().copied(), Precision::SHORT);
        assert_eq!(format(&[1.0, 2.0]), NumberFormat::Integer { width: 2 });
        assert_eq!(format(&[1.0, f64::NAN]), NumberFormat::Integer { width: 4 });
        assert_eq!(format(&[0.5, 100.0]), NumberFormat::Fixed { width: 9, decimals: 4 });
        assert!(matches!(format(&[0.001, 1000.0]), NumberFormat::Exponent { .. }));
        assert_eq!(format(&[999_999.0, 1.0]), NumberFormat::Integer { width: 7 });
        assert!(matches!(format(&[1e6, 1.0]), NumberFormat::Exponent { width: 11, .. }));
        assert!(matches!(format(&[1e100, 1.0]), NumberFormat::Exponent { width: 12, .. }));
    }

    #[test]
    fn each_number_for_itself() {
        let short = Precision { digits: 5, notation: Notation::General };
        for (x, want) in [
            (0.1, "0.1"),
            (-3.0, "-3"),
            (0.0, "0"),
            (100000.0, "1e+05"),
            (123456.0, "1.2346e+05"),
            (1e-5, "1e-05"),
            (0.000125, "0.000125"),
            (9999.96, "10000"),
            (1e100, "1e+100"),
        ] {
            assert_eq!(scalar(x, short), want, "{x}");
        }
        let exponent = Precision { digits: 5, notation: Notation::Exponent };
        assert_eq!(scalar(100.0, exponent), "1.0000e+02");
    }
}
