//! Whole numbers written in other bases, with the usual digits or with symbols of one's own.

use super::argument::Words;
use super::entry::builtins;
use crate::value::{Blame, Fault, Result, Value};
use matfac::Matrix;

builtins! { "numbers and text";
    /// A whole number in base 2, with at least `len` digits.
    ///
    /// A negative number is written as its two's complement in 8, 16, 32 or 64 digits.
    ///
    /// >>> dec2bin(5)
    /// ans = 101
    /// >>> dec2bin(-3)
    /// ans = 11111101
    ///
    /// See also: bin2dec, dec2base
    fn dec2bin(cx, /** A whole number. */ d: Value, /** How many digits at least. */ len: usize = 0) -> [s] { complement("dec2bin", &d, 2, len) }

    /// A whole number in base 16, with at least `len` digits.
    ///
    /// A negative number is written as its two's complement in 8, 16, 32 or 64 bits.
    ///
    /// >>> dec2hex(255)
    /// ans = FF
    ///
    /// See also: hex2dec, dec2base
    fn dec2hex(cx, /** A whole number. */ d: Value, /** How many digits at least. */ len: usize = 0) -> [s] { complement("dec2hex", &d, 16, len) }

    /// A whole number in a base from 2 to 36, or with symbols for its digits, with at least `len` digits.
    ///
    /// >>> dec2base(10, 3)
    /// ans = 101
    /// >>> dec2base(10, "xyz")
    /// ans = yxy
    ///
    /// See also: base2dec, dec2bin
    fn dec2base(cx, /** A whole number, 0 or more. */ d: Value, /** The base, or its symbols from that of zero on. */ base: Value, /** How many digits at least. */ len: usize = 0) -> [s] {
        written(whole("dec2base", &d)?, &Digits::read("dec2base", &base)?, len)
    }

    /// The number that digits of base 2 write; NaN when they are none. Blanks among them are skipped.
    ///
    /// >>> bin2dec("101")
    /// ans = 5
    ///
    /// See also: dec2bin, base2dec
    fn bin2dec(cx, /** The digits, or a cell of such. */ s: Words) -> [d] { read_all(&s.0, &Digits::usual(2)) }

    /// The number that digits of base 16 write; NaN when they are none.
    ///
    /// >>> hex2dec("FF")
    /// ans = 255
    ///
    /// See also: dec2hex, base2dec
    fn hex2dec(cx, /** The digits, or a cell of such. */ s: Words) -> [d] { read_all(&s.0, &Digits::usual(16)) }

    /// The number that digits of a base from 2 to 36, or symbols that stand for digits, write; NaN when they are none.
    ///
    /// >>> base2dec("101", 3)
    /// ans = 10
    /// >>> base2dec("yxy", "xyz")
    /// ans = 10
    ///
    /// See also: dec2base, bin2dec
    fn base2dec(cx, /** The digits, or a cell of such. */ s: Words, /** The base, or its symbols from that of zero on. */ base: Value) -> [d] {
        read_all(&s.0, &Digits::read("base2dec", &base)?)
    }
}

/// The digits of a base, that of zero first.
struct Digits {
    symbols: Vec<char>,
    /// Whether they are 0…9A…Z: then small letters count too, and blanks are skipped.
    is_usual: bool,
}

impl Digits {
    fn usual(base: usize) -> Digits {
        Digits { symbols: ('0'..='9').chain('A'..='Z').take(base).collect(), is_usual: true }
    }

    fn read(function: &str, base: &Value) -> Result<Digits> {
        let refuse = |message: String| {
            Err(Fault::new(format!("{function}: {message}")).blame(Blame::Positional(1)))
        };
        if let Some(text) = base.as_text() {
            let symbols: Vec<char> = text.chars().collect();
            let repeats = (1..symbols.len()).any(|k| symbols[..k].contains(&symbols[k]));
            return match () {
                () if symbols.len() < 2 => refuse("a base has two symbols or more".into()),
                () if repeats => refuse(format!("a symbol occurs twice in \"{text}\"")),
                () if symbols.iter().any(|c| c.is_whitespace()) => {
                    refuse("a blank cannot be a symbol".into())
                }
                () => Ok(Digits { symbols, is_usual: false }),
            };
        }
        match base.as_number() {
            Some(x) if (2.0..=36.0).contains(&x) && x.fract() == 0.0 => {
                Ok(Digits::usual(x as usize))
            }
            Some(x) => refuse(format!("a base is a whole number from 2 to 36, not {x}")),
            None => refuse(format!(
                "a base is a whole number or a string of symbols, and this is a {}",
                base.describe()
            )),
        }
    }

    fn value(&self, c: char) -> Option<usize> {
        let c = if self.is_usual { c.to_ascii_uppercase() } else { c };
        self.symbols.iter().position(|symbol| *symbol == c)
    }
}

/// The number itself, which a cell of one may hold.
fn whole(function: &str, d: &Value) -> Result<f64> {
    let d = match d {
        Value::Cell(cells) if cells.len() == 1 => &cells.as_slice()[0],
        other => other,
    };
    match d {
        Value::Number(_) | Value::Bool(_) => {}
        d if d.is_array() && d.numel() > 1 && d.as_text().is_none() => {
            return Err(Fault::unsupported("several rows of characters")
                .hint(format!("arrayfun(@{function}, x, UniformOutput=false) makes a cell")));
        }
        other => {
            return Err(Fault::new(format!(
                "{function}: digits are of whole numbers, not of a {}",
                other.describe()
            ))
            .blame(Blame::Positional(0)));
        }
    }
    Ok(d.as_number().unwrap_or(f64::NAN))
}

fn refused(d: f64) -> Box<Fault> {
    Fault::new(format!("digits are of whole numbers from 0 to 2^53, not of {d}"))
        .blame(Blame::Positional(0))
}

fn written(d: f64, digits: &Digits, len: usize) -> Result<String> {
    if !(0.0..=9_007_199_254_740_992.0).contains(&d) || d.fract() != 0.0 {
        return Err(refused(d));
    }
    spelled(d as u64, digits, len)
}

fn spelled(mut rest: u64, digits: &Digits, len: usize) -> Result<String> {
    matfac::linalg::memory::entries::<char>(1, len)?;
    let base = digits.symbols.len() as u64;
    let mut list = Vec::with_capacity(len.max(64));
    while rest > 0 || list.is_empty() {
        list.push(digits.symbols[(rest % base) as usize]);
        rest /= base;
    }
    while list.len() < len {
        list.push(digits.symbols[0]);
    }
    Ok(list.into_iter().rev().collect())
}

/// Negative numbers as two's complement in the fewest of 8, 16, 32 and 64 bits that hold them.
fn complement(function: &str, d: &Value, base: usize, len: usize) -> Result<String> {
    let d = whole(function, d)?;
    if d >= 0.0 || d.fract() != 0.0 || d < i64::MIN as f64 {
        return written(d, &Digits::usual(base), len);
    }
    let bits = [8, 16, 32].into_iter().find(|bits| d >= -((1_i64 << (bits - 1)) as f64));
    let kept = bits.map_or(u64::MAX, |bits| (1 << bits) - 1);
    spelled(d as i64 as u64 & kept, &Digits::usual(base), len)
}

/// What each text writes, one below the other.
fn read_all(texts: &[String], digits: &Digits) -> Result<Value> {
    let numbers: Vec<f64> = match texts {
        // A string without characters has no row.
        [only] if only.is_empty() => Vec::new(),
        texts => texts.iter().map(|text| read_one(text, digits)).collect(),
    };
    Ok(Matrix::column_vector(numbers).into())
}

fn read_one(text: &str, digits: &Digits) -> f64 {
    let base = digits.symbols.len() as f64;
    let mut sum = None;
    for c in text.chars().filter(|c| *c != ' ') {
        match digits.value(c) {
            Some(digit) => sum = Some(sum.unwrap_or(0.0) * base + digit as f64),
            None => return f64::NAN,
        }
    }
    sum.unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_base() {
        assert_eq!(written(5.0, &Digits::usual(2), 8).unwrap(), "00000101");
        assert_eq!(read_one("zz", &Digits::usual(36)), 1295.0);
        assert!(read_one("12", &Digits::usual(2)).is_nan());
        assert_eq!(complement("dec2bin", &(-129.0).into(), 2, 0).unwrap(), "1111111101111111");
        assert_eq!(complement("dec2hex", &(-1.0).into(), 16, 4).unwrap(), "00FF");
        assert_eq!(complement("dec2hex", &f64::from(i32::MIN).into(), 16, 0).unwrap(), "80000000");
    }
}
