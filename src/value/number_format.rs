//! Numbers as text, with Octave's choice of digits: five significant in `format short`, sixteen in
//! `format long`, whole numbers in full, an exponent where columns would get wide.

use super::is_na;
use std::fmt::Write;

/// How many significant digits are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// `format short`
    #[default]
    Short,
    /// `format long`
    Long,
}

impl Precision {
    fn digits(self) -> i32 {
        match self {
            Precision::Short => 5,
            Precision::Long => 16,
        }
    }

    /// Fixed-point columns as wide as this switch to an exponent.
    fn widest(self) -> i32 {
        match self {
            Precision::Short => 10,
            Precision::Long => 21,
        }
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
}

/// Whole numbers beyond 15 digits are no longer exact, and are shown with an exponent.
const EXACT: f64 = 999_999_999_999_999.0;

fn digits_before_point(x: f64) -> i32 {
    if x == 0.0 { 0 } else { x.log10().floor() as i32 + 1 }
}

impl NumberFormat {
    /// The format for a set of numbers shown in columns.
    pub fn for_all(numbers: impl Iterator<Item = f64> + Clone, precision: Precision) -> Self {
        let finite = || numbers.clone().filter(|x| x.is_finite()).map(f64::abs);
        let largest = finite().fold(0.0, f64::max);
        let smallest = finite().fold(f64::INFINITY, f64::min).min(largest);
        let special = numbers.clone().any(|x| !x.is_finite());
        let is_whole = finite().all(|x| x.fract() == 0.0) && largest <= EXACT;
        let narrowest = if special { 4 } else { 0 };
        if is_whole {
            let width = (digits_before_point(largest).max(1) + 1).max(narrowest);
            return NumberFormat::Integer { width: width as usize };
        }
        let prec = precision.digits();
        let split = |x: i32| match x {
            x if x > 0 => (x, if prec > x { prec - x } else { prec }),
            x if x < 0 => (1, if prec > x { prec - x } else { prec }),
            _ => (1, (prec - 1).max(1)),
        };
        let (left_large, right_large) = split(digits_before_point(largest));
        let (left_small, right_small) = split(digits_before_point(smallest));
        let (left, right) = (left_large.max(left_small), right_large.max(right_small));
        let width = (1 + left + 1 + right).max(narrowest);
        if width >= precision.widest() {
            let decimals = prec - 1;
            return NumberFormat::Exponent {
                width: (decimals + 7) as usize,
                decimals: decimals as usize,
            };
        }
        NumberFormat::Fixed { width: width as usize, decimals: right as usize }
    }

    /// Characters a number takes.
    pub fn width(self) -> usize {
        match self {
            NumberFormat::Integer { width }
            | NumberFormat::Fixed { width, .. }
            | NumberFormat::Exponent { width, .. } => width,
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

/// One number on its own, as after `x = `.
pub fn scalar(x: f64, precision: Precision) -> String {
    NumberFormat::for_all(std::iter::once(x), precision).text(x)
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
            (1e10, "10000000000"),
            (1e15, "1.0000e+15"),
            (0.001, "1.0000e-03"),
            (1e-5, "1.0000e-05"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(scalar(x, Precision::Short), want, "{x}");
        }
        assert_eq!(scalar(std::f64::consts::PI, Precision::Long), "3.141592653589793");
        assert_eq!(scalar(1.0 / 3.0, Precision::Long), "0.333333333333333");
    }

    #[test]
    fn one_format_for_a_matrix() {
        let format = |x: &[f64]| NumberFormat::for_all(x.iter().copied(), Precision::Short);
        assert_eq!(format(&[1.0, 2.0]), NumberFormat::Integer { width: 2 });
        assert_eq!(format(&[1.0, f64::NAN]), NumberFormat::Integer { width: 4 });
        assert_eq!(format(&[0.5, 100.0]), NumberFormat::Fixed { width: 9, decimals: 4 });
        assert!(matches!(format(&[0.001, 1000.0]), NumberFormat::Exponent { .. }));
    }
}
