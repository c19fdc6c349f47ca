//! `printf` templates as C and Octave read them: the template is used again until all arguments are spent.

use crate::syntax::unescape;
use crate::value::{Fault, Result, Text, Value, exponent, is_na};
use std::fmt::Write;

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Literal(String),
    Conversion(Conversion),
}

/// `%-8.3f`
#[derive(Debug, Clone, PartialEq, Default)]
struct Conversion {
    left: bool,
    plus: bool,
    space: bool,
    zero: bool,
    alternate: bool,
    width: Option<Size>,
    precision: Option<Size>,
    kind: char,
}

/// A width or precision: written out, or `*`, which takes an argument.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Size {
    Fixed(usize),
    Argument,
}

/// What fills a conversion.
#[derive(Debug, Clone)]
enum Datum {
    Number(f64),
    Text(String),
}

/// The arguments, taken entry by entry.
struct Data {
    parts: Vec<Part>,
    /// The part that is next, and how much of it is spent.
    at: (usize, usize),
}

enum Part {
    Numbers(Vec<f64>),
    Characters(Vec<char>),
    /// `[]` between other arguments fills a conversion with nothing.
    Nothing,
}

impl Part {
    fn len(&self) -> usize {
        match self {
            Part::Numbers(list) => list.len(),
            Part::Characters(list) => list.len().max(1),
            Part::Nothing => 1,
        }
    }
}

impl Data {
    fn new(args: &[Value]) -> Result<Data> {
        let part = |arg: &Value| -> Result<Part> {
            Ok(match arg {
                Value::Text(text) => Part::Characters(text.as_str().chars().collect()),
                Value::Number(x) => Part::Numbers(vec![*x]),
                // Of complex numbers the real parts are printed, as in Octave.
                Value::Complex(z) => {
                    Part::Numbers(matfac::linalg::complex::real(z).as_slice().to_vec())
                }
                other if other.is_array() && other.numel() == 0 => Part::Nothing,
                other => match other.to_array() {
                    Ok(array) => Part::Numbers(array.data.as_slice().to_vec()),
                    Err(_) => {
                        return Err(Fault::new(format!(
                            "printf: a {} cannot be printed",
                            other.describe()
                        )));
                    }
                },
            })
        };
        let mut parts = args.iter().map(part).collect::<Result<Vec<_>>>()?;
        // One empty matrix alone is no argument at all.
        if matches!(parts[..], [Part::Nothing]) {
            parts.clear();
        }
        Ok(Data { parts, at: (0, 0) })
    }

    fn is_spent(&self) -> bool {
        self.at.0 >= self.parts.len()
    }

    /// The next entry. A string meeting `%s` gives all that is left of it, meeting `%c` a character and meeting
    /// anything else the code of one.
    fn next(&mut self, kind: char) -> Option<Datum> {
        let part = self.parts.get(self.at.0)?;
        let (datum, taken) = match part {
            Part::Nothing => (Datum::Text(String::new()), 1),
            Part::Numbers(list) => (Datum::Number(list[self.at.1]), 1),
            Part::Characters(list) if kind == 's' || list.is_empty() => {
                (Datum::Text(list[self.at.1..].iter().collect()), list.len().max(1))
            }
            Part::Characters(list) => match (list[self.at.1], kind) {
                (c, 'c') => (Datum::Text(c.into()), 1),
                (c, _) => (Datum::Number(f64::from(u32::from(c))), 1),
            },
        };
        self.at.1 += taken;
        if self.at.1 >= part.len() {
            self.at = (self.at.0 + 1, 0);
        }
        Some(datum)
    }
}

/// One number by a template, where nothing is wrong with that.
pub fn format_number(template: &Text, x: f64) -> Option<String> {
    format(template, &[Value::Number(x)]).ok()
}

/// The commonest template by far, `%d` with plain text around it, and a whole number for it.
fn whole_number(template: &str, x: f64) -> Option<String> {
    let (before, after) = template.split_once("%d")?;
    let is_plain = |text: &str| !text.bytes().any(|byte| matches!(byte, b'%' | b'\\'));
    let is_whole = x.fract() == 0.0 && x.abs() < 1e15 && !(x == 0.0 && x.is_sign_negative());
    (is_whole && is_plain(before) && is_plain(after)).then(|| {
        let mut out = String::with_capacity(template.len() + 20);
        out += before;
        // Writing to a string cannot fail.
        let _ = write!(out, "{}", x as i64);
        out += after;
        out
    })
}

/// Formats arguments by a template.
pub fn format(template: &Text, args: &[Value]) -> Result<String> {
    if let [Value::Number(x)] = args
        && let Some(text) = whole_number(template.as_str(), *x)
    {
        return Ok(text);
    }
    // In double quotes the parser has read the escapes already.
    let text = match template.double_quoted {
        true => template.as_str().into(),
        false => unescape(template.as_str()),
    };
    let pieces = parse(&text)?;
    let mut data = Data::new(args)?;
    let mut out = String::new();
    let has_data = !data.is_spent();
    let has_conversions = pieces.iter().any(|p| matches!(p, Piece::Conversion(_)));
    loop {
        for piece in &pieces {
            match piece {
                Piece::Literal(literal) => out += literal,
                Piece::Conversion(conversion) => {
                    if data.is_spent() {
                        if has_data {
                            return Ok(out);
                        }
                        // Without any argument the conversions print nothing but their padding.
                        continue;
                    }
                    let mut size = |size: Option<Size>| match size {
                        Some(Size::Argument) => match data.next('*') {
                            Some(Datum::Number(n)) => Some(n as i64),
                            _ => None,
                        },
                        Some(Size::Fixed(n)) => Some(n as i64),
                        None => None,
                    };
                    let (width, precision) = (size(conversion.width), size(conversion.precision));
                    if let Some(datum) = data.next(conversion.kind) {
                        out += &convert(conversion, width, precision, &datum);
                    }
                }
            }
        }
        if data.is_spent() || !has_conversions {
            return Ok(out);
        }
    }
}

fn parse(template: &str) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut chars = template.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            literal.push(c);
            continue;
        }
        if chars.next_if_eq(&'%').is_some() {
            literal.push('%');
            continue;
        }
        let mut conversion = Conversion::default();
        while let Some(flag) = chars.next_if(|c| "-+ 0#".contains(*c)) {
            match flag {
                '-' => conversion.left = true,
                '+' => conversion.plus = true,
                ' ' => conversion.space = true,
                '0' => conversion.zero = true,
                _ => conversion.alternate = true,
            }
        }
        let size = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| {
            if chars.next_if_eq(&'*').is_some() {
                return Some(Size::Argument);
            }
            let mut digits = String::new();
            while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                digits.push(digit);
            }
            // Wider than any line is as good as unbounded, and bounds what is allocated.
            digits.parse::<usize>().ok().map(|n| Size::Fixed(n.min(10_000)))
        };
        conversion.width = size(&mut chars);
        if chars.next_if_eq(&'.').is_some() {
            conversion.precision = Some(size(&mut chars).unwrap_or(Size::Fixed(0)));
        }
        while chars.next_if(|c| "lhL".contains(*c)).is_some() {}
        match chars.next() {
            Some(kind) if "diufFeEgGxXoscb".contains(kind) => conversion.kind = kind,
            Some(kind) => {
                return Err(Fault::new(format!("printf: `%{kind}` is not a conversion"))
                    .hint("%d, %f, %e, %g, %s, %c, %x and %o are; `%%` prints a percent sign"));
            }
            None => {
                return Err(Fault::new("printf: the template ends inside a conversion")
                    .hint("`%%` prints a percent sign"));
            }
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(std::mem::take(&mut literal)));
        }
        pieces.push(Piece::Conversion(conversion));
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Ok(pieces)
}

fn convert(
    conversion: &Conversion,
    width: Option<i64>,
    precision: Option<i64>,
    datum: &Datum,
) -> String {
    let digits = precision.filter(|p| *p >= 0).map(|p| (p as usize).min(10_000));
    let left = conversion.left || width.is_some_and(|w| w < 0);
    let width = width.map_or(0, |w| (w.unsigned_abs() as usize).min(10_000));
    let (body, is_number) = match (conversion.kind, datum) {
        ('c' | 's', Datum::Text(text)) => {
            let kept = match digits {
                Some(n) if conversion.kind == 's' => text.chars().take(n).collect(),
                _ => text.clone(),
            };
            (kept, false)
        }
        (_, Datum::Text(text)) => (text.clone(), false),
        ('c' | 's', Datum::Number(x)) if x.is_finite() => {
            let code = (x.fract() == 0.0 && *x >= 0.0).then(|| char::from_u32(*x as u32)).flatten();
            (code.map_or_else(|| shortest(*x), String::from), false)
        }
        (_, Datum::Number(x)) if !x.is_finite() => {
            let text = match (x.is_nan(), *x > 0.0) {
                (true, _) if is_na(*x) => "NA",
                (true, _) => "NaN",
                (_, true) => "Inf",
                _ => "-Inf",
            };
            let sign = if conversion.plus && !text.starts_with('-') { "+" } else { "" };
            (format!("{sign}{text}"), false)
        }
        ('d' | 'i' | 'u', Datum::Number(x)) if x.fract() == 0.0 && x.abs() < WHOLE => {
            (in_base(*x, 10, digits.unwrap_or(0)), true)
        }
        // A number that is not whole shows its fraction, whatever the template hoped for.
        ('d' | 'i' | 'u', Datum::Number(x)) => match digits {
            Some(n) => (format!("{x:.n$}"), true),
            None => (shortest(*x), true),
        },
        ('f' | 'F', Datum::Number(x)) => {
            let point = if conversion.alternate && digits == Some(0) { "." } else { "" };
            (format!("{x:.n$}{point}", n = digits.unwrap_or(6)), true)
        }
        ('e' | 'E', Datum::Number(x)) => {
            let text = exponent(*x, digits.unwrap_or(6));
            let text = match conversion.alternate && digits == Some(0) {
                true => text.replacen('e', ".e", 1),
                false => text,
            };
            (if conversion.kind == 'E' { text.to_uppercase() } else { text }, true)
        }
        ('g', Datum::Number(x)) => (general(*x, digits.unwrap_or(6), conversion.alternate), true),
        ('G', Datum::Number(x)) => {
            (general(*x, digits.unwrap_or(6), conversion.alternate).to_uppercase(), true)
        }
        ('x' | 'X' | 'o' | 'b', Datum::Number(x)) if x.fract() == 0.0 && x.abs() < WHOLE => {
            (in_other_base(*x, conversion, digits.unwrap_or(0)), true)
        }
        (_, Datum::Number(x)) => (shortest(*x), true),
    };
    let signed = match () {
        () if !is_number || body.starts_with('-') => body,
        () if conversion.plus => format!("+{body}"),
        () if conversion.space => format!(" {body}"),
        () => body,
    };
    let missing = width.saturating_sub(signed.chars().count());
    if left {
        signed + &" ".repeat(missing)
    } else if conversion.zero && is_number {
        let at = usize::from(signed.starts_with(['-', '+', ' ']));
        format!("{}{}{}", &signed[..at], "0".repeat(missing), &signed[at..])
    } else {
        " ".repeat(missing) + &signed
    }
}

/// From here on a whole number is no longer one that `%d` prints digit by digit.
const WHOLE: f64 = 9_223_372_036_854_775_808.0;

/// A whole number, with zeros in front of it up to `digits`; never a negative zero.
fn in_base(x: f64, base: u32, digits: usize) -> String {
    let magnitude = x.abs() as u64;
    let text = match base {
        2 => format!("{magnitude:b}"),
        8 => format!("{magnitude:o}"),
        16 => format!("{magnitude:x}"),
        _ => magnitude.to_string(),
    };
    let sign = if x < 0.0 { "-" } else { "" };
    format!("{sign}{text:0>digits$}")
}

/// `%x`, `%o`, `%b`, with the sign that says so when `#` is given.
fn in_other_base(x: f64, conversion: &Conversion, digits: usize) -> String {
    let (base, mark) = match conversion.kind {
        'x' | 'X' => (16, "0x"),
        'o' => (8, "0"),
        _ => (2, "0b"),
    };
    let text = in_base(x, base, digits);
    let text = match (conversion.alternate && x != 0.0, text.strip_prefix('-')) {
        (false, _) => text,
        (true, Some(magnitude)) => format!("-{mark}{magnitude}"),
        (true, None) => format!("{mark}{text}"),
    };
    if conversion.kind == 'X' { text.to_uppercase() } else { text }
}

/// `%g`: the shorter of fixed point and exponent, without trailing zeros.
pub fn general(x: f64, precision: usize, keep_zeros: bool) -> String {
    let precision = precision.max(1);
    if x == 0.0 && !keep_zeros {
        return if x.is_sign_negative() { "-0" } else { "0" }.into();
    }
    // The exponent after rounding to the precision decides, as in C.
    let rounded = exponent(x, precision - 1);
    let power: i32 = rounded.split_once('e').and_then(|(_, p)| p.parse().ok()).unwrap_or(0);
    let trim = |text: &str| {
        if keep_zeros || !text.contains('.') {
            return text.to_string();
        }
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    };
    if power < -4 || power >= precision as i32 {
        let (mantissa, tail) = rounded.split_once('e').expect("an exponent");
        return format!("{}e{tail}", trim(mantissa));
    }
    let decimals = (precision as i32 - 1 - power).max(0) as usize;
    trim(&format!("{x:.decimals$}"))
}

/// A number that is not whole where `%d` or `%s` stands: few digits, none of them noise.
fn shortest(x: f64) -> String {
    let brief = general(x, 6, false);
    if x.abs() >= 1e5 && x.abs() < 1e15 { format!("{x}") } else { brief }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(template: &str, args: &[Value]) -> String {
        format(&Text::new(template), args).unwrap()
    }

    #[test]
    fn conversions_as_c_prints_them() {
        let x = |x: f64| Value::from(x);
        for (template, arg, want) in [
            ("%d", x(3.0), "3"),
            ("%d", x(1.5), "1.5"),
            ("%5.2f|", x(std::f64::consts::PI), " 3.14|"),
            ("%-6d|", x(42.0), "42    |"),
            ("%06.1f", x(-2.5), "-002.5"),
            ("%+d", x(5.0), "+5"),
            ("%e", x(12345.678), "1.234568e+04"),
            ("%g", x(1e-5), "1e-05"),
            ("%g", x(100000.0), "100000"),
            ("%g", x(1e6), "1e+06"),
            ("%.3g", x(2.71428), "2.71"),
            ("%x", x(255.0), "ff"),
            ("%s", "abc".into(), "abc"),
            ("%5s|", "ab".into(), "   ab|"),
            ("%.1s", "abc".into(), "a"),
            ("%c%c", "hi".into(), "hi"),
            ("%d", x(f64::NAN), "NaN"),
            ("100%%", x(1.0), "100%"),
            ("%d\\n", x(1.0), "1\n"),
            ("%*d", matfac::Matrix::row_vector(vec![4.0, 7.0]).into(), "   7"),
        ] {
            assert_eq!(run(template, &[arg]), want, "{template}");
        }
    }

    #[test]
    fn templates_are_used_again() {
        let row = || Value::from(matfac::Matrix::row_vector(vec![1.0, 2.0, 3.0]));
        assert_eq!(run("%d, ", &[row()]), "1, 2, 3, ");
        assert_eq!(run("%d and %d.", &[row()]), "1 and 2.3 and ");
        assert_eq!(run("hello\n", &[]), "hello\n");
        assert_eq!(run("%d\n", &[]), "\n");
        assert_eq!(run("%s=%d ", &["a".into(), 1.0.into(), "bc".into(), 2.0.into()]), "a=1 bc=2 ");
        assert!(format(&Text::new("%y"), &[]).is_err());
    }
}
