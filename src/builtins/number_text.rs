//! Numbers as text, and text as numbers.

use super::entry::builtins;
use super::printf;
use crate::value::{Blame, Fault, Host, Numeric, Result, Value};
use matfac::{ComplexMatrix, c64};

builtins! { "numbers and text";
    /// A number, or a row of numbers, as text.
    ///
    /// >>> num2str(pi)
    /// ans = 3.1416
    /// >>> num2str([1 2 3])
    /// ans = 1  2  3
    /// >>> num2str(1 - 2i)
    /// ans = 1-2i
    ///
    /// See also: sprintf, mat2str, str2double
    fn num2str(cx, /** Numbers. */ x: Value, /** Significant digits, or a template. */ digits: Option<Value>) -> [s] { number_text(x, digits) }

    /// A number, or a row of numbers, rounded and as text.
    ///
    /// >>> int2str(2.7)
    /// ans = 3
    ///
    /// See also: num2str
    fn int2str(cx, /** Numbers. */ x: Value) -> [s] {
        number_text(crate::value::map(matfac::linalg::elementwise::Unary::Round, x)?, None)
    }

    /// A matrix as text that reads back as the same matrix; "class" writes its class too.
    ///
    /// >>> mat2str([1 2; 3 4.5])
    /// ans = [1 2;3 4.5]
    ///
    /// See also: num2str
    fn mat2str(cx, /** A matrix. */ A: Value, /** Significant digits. */ digits: usize = 15, /** "class" or nothing. */ class: Option<String>) -> [s] { matrix_text(A, digits, class) }

    /// The number a string holds, real or complex, or NaN.
    ///
    /// >>> str2double("2.5e3")
    /// ans = 2500
    /// >>> str2double("1 + 2i")
    /// ans = 1 + 2i
    ///
    /// See also: num2str, str2num
    fn str2double(cx, /** A string, or a cell of strings. */ s: Value) -> [x] { Ok(all_parsed(&s)) }

    /// The value of an expression written in a string, and whether it has one.
    ///
    /// >>> str2num("[1 2]*2")
    /// ans = 1×2
    ///    2   4
    ///
    /// See also: str2double
    fn str2num(cx, /** The expression. */ s: String) -> [x, ok] { evaluated(cx.host, &s) }

    /// A whole number in base 2, with at least `len` digits.
    ///
    /// >>> dec2bin(5)
    /// ans = 101
    ///
    /// See also: bin2dec, dec2base
    fn dec2bin(cx, /** A whole number, 0 or more. */ d: f64, /** How many digits at least. */ len: usize = 0) -> [s] { digits_of(d, 2, len) }

    /// A whole number in base 16, with at least `len` digits.
    ///
    /// >>> dec2hex(255)
    /// ans = FF
    ///
    /// See also: hex2dec, dec2base
    fn dec2hex(cx, /** A whole number, 0 or more. */ d: f64, /** How many digits at least. */ len: usize = 0) -> [s] { digits_of(d, 16, len) }

    /// A whole number in a base from 2 to 36, with at least `len` digits.
    ///
    /// >>> dec2base(10, 3)
    /// ans = 101
    ///
    /// See also: base2dec, dec2bin
    fn dec2base(cx, /** A whole number, 0 or more. */ d: f64, /** The base. */ base: usize, /** How many digits at least. */ len: usize = 0) -> [s] { digits_of(d, base, len) }

    /// The number that digits of base 2 write; NaN when they are none.
    ///
    /// >>> bin2dec("101")
    /// ans = 5
    ///
    /// See also: dec2bin, base2dec
    fn bin2dec(cx, /** The digits. */ s: String) -> [d] { number_of(&s, 2) }

    /// The number that digits of base 16 write; NaN when they are none.
    ///
    /// >>> hex2dec("FF")
    /// ans = 255
    ///
    /// See also: dec2hex, base2dec
    fn hex2dec(cx, /** The digits. */ s: String) -> [d] { number_of(&s, 16) }

    /// The number that digits of a base from 2 to 36 write; NaN when they are none.
    ///
    /// >>> base2dec("101", 3)
    /// ans = 10
    ///
    /// See also: dec2base, bin2dec
    fn base2dec(cx, /** The digits. */ s: String, /** The base. */ base: usize) -> [d] { number_of(&s, base) }
}

fn number_text(x: Value, digits: Option<Value>) -> Result<Value> {
    if let Value::Text(_) = x {
        return Ok(x);
    }
    if let Some(Value::Text(template)) = &digits {
        return Ok(printf::format(template, &[x])?.into());
    }
    if x.numel() == 0 {
        return Ok("".into());
    }
    if x.shape().0 > 1 {
        return Err(Fault::unsupported("a column of strings")
            .hint("mat2str(A) writes a matrix on one line, disp(A) shows it"));
    }
    let digits = match digits {
        None => None,
        Some(given) => match given.as_number() {
            Some(n) if n >= 0.0 && n.fract() == 0.0 => Some(n.min(64.0) as usize),
            _ => {
                return Err(Fault::new(
                    "num2str: digits is a whole number, 0 or more, or a template",
                )
                .blame(Blame::Positional(1)));
            }
        },
    };
    let numbers = x.into_numeric()?;
    let parts: Vec<c64> = numbers.to_complex().as_slice().to_vec();
    let is_complex = matches!(numbers, Numeric::Complex(_));
    let all = || parts.iter().flat_map(|z| [z.re, z.im]);
    let largest = all().filter(|x| x.is_finite()).fold(0.0f64, |m, x| m.max(x.abs()));
    let is_whole = all().all(|x| !x.is_finite() || x.fract() == 0.0);
    let before_point = if largest > 0.0 { largest.log10().floor() as i32 } else { 0 };
    let precision = match digits {
        Some(digits) => digits,
        None if is_whole => 16,
        None => (before_point + 5).clamp(5, 16) as usize,
    };
    let words: Vec<String> = parts
        .iter()
        .map(|z| match is_complex {
            false => number_word(z.re, precision),
            true => complex_word(*z, precision),
        })
        .collect();
    // Octave's columns: two blanks between whole numbers, a generous field for others; signs are not counted.
    let length = |word: &String| word.trim_start_matches('-').len();
    let width = match is_whole && digits.is_none() {
        true => words.iter().map(length).max().unwrap_or(0) + 2,
        false if is_complex => words.iter().map(length).max().unwrap_or(0) + 3,
        false => precision + 7,
    };
    let row: String = words.iter().map(|word| format!("{word:>width$}")).collect();
    Ok(row.trim_start().into())
}

fn number_word(x: f64, precision: usize) -> String {
    if x.is_nan() {
        if crate::value::is_na(x) { "NA".into() } else { "NaN".into() }
    } else if x.is_infinite() {
        if x > 0.0 { "Inf".into() } else { "-Inf".into() }
    } else if x.fract() == 0.0 && x.abs() < 1e15 && precision >= 15 {
        format!("{}", x as i64)
    } else {
        printf::general(x, precision, false)
    }
}

/// `1-2i`: without blanks.
fn complex_word(z: c64, precision: usize) -> String {
    let imaginary = number_word(z.im, precision);
    let sign = if imaginary.starts_with('-') { "" } else { "+" };
    format!("{}{sign}{imaginary}i", number_word(z.re, precision))
}

fn matrix_text(a: Value, digits: usize, class: Option<String>) -> Result<String> {
    if let Some(text) = a.as_text() {
        return Ok(format!("\"{text}\""));
    }
    let with_class = match class.as_deref() {
        None => false,
        Some("class") => true,
        Some(other) => {
            return Err(Fault::new(format!(
                "mat2str: the third argument is \"class\", not \"{other}\""
            ))
            .blame(Blame::Positional(2)));
        }
    };
    let name = a.class();
    let is_logical = name == "logical";
    let numbers = a.into_numeric()?;
    let is_complex = matches!(numbers, Numeric::Complex(_));
    let (m, n) = numbers.shape();
    let entries = numbers.to_complex();
    let word = |z: c64| match (is_logical, is_complex) {
        (true, _) => if z.re == 1.0 { "true" } else { "false" }.to_string(),
        (_, true) => complex_word(z, digits),
        _ if z.re == 0.0 && z.re.is_sign_negative() => "-0".into(),
        _ => number_word(z.re, digits),
    };
    let text = if m == 1 && n == 1 {
        word(entries[(0, 0)])
    } else if m == 0 || n == 0 {
        format!("zeros({m},{n})")
    } else {
        let row = |i: usize| (0..n).map(|j| word(entries[(i, j)])).collect::<Vec<_>>().join(" ");
        format!("[{}]", (0..m).map(row).collect::<Vec<_>>().join(";"))
    };
    Ok(if with_class && !is_logical { format!("{name}({text})") } else { text })
}

/// The numbers of a string, or of each string in a cell.
fn all_parsed(s: &Value) -> Value {
    match s {
        Value::Cell(cells) => {
            let number = |part: &Value| part.as_text().and_then(complex_number);
            let nan = c64::new(f64::NAN, 0.0);
            let parts = cells.as_slice().iter().map(|part| number(part).unwrap_or(nan)).collect();
            ComplexMatrix::from_vec(cells.rows(), cells.cols(), parts).into()
        }
        other => parsed(other),
    }
}

fn parsed(s: &Value) -> Value {
    match s.as_text().and_then(complex_number) {
        Some(z) => z.into(),
        None => f64::NAN.into(),
    }
}

/// A real number, an imaginary one, or their sum.
fn complex_number(text: &str) -> Option<c64> {
    let text = text.trim().replace(',', "");
    if let Some(x) = real_number(&text) {
        return Some(c64::new(x, 0.0));
    }
    let compact: String = {
        // Blanks may stand around a sign between the parts, nowhere else.
        let words: Vec<&str> = text.split_whitespace().collect();
        let is_sum = words.len() == 3 && matches!(words[1], "+" | "-") || words.len() == 1;
        is_sum.then(|| words.concat())?
    };
    let body = compact.strip_suffix(['i', 'j'])?;
    // The sign that splits the parts is not the first character, nor one of an exponent.
    let split = body.char_indices().rev().find(|&(k, c)| {
        matches!(c, '+' | '-') && k > 0 && !body[..k].ends_with(['e', 'E', 'd', 'D'])
    });
    let imaginary = |part: &str| match part {
        "" | "+" => Some(1.0),
        "-" => Some(-1.0),
        part => real_number(part),
    };
    match split {
        None => Some(c64::new(0.0, imaginary(body)?)),
        Some((k, _)) => Some(c64::new(real_number(&body[..k])?, imaginary(&body[k..])?)),
    }
}

fn real_number(text: &str) -> Option<f64> {
    match text {
        "NA" => return Some(crate::value::na()),
        "NaN" | "nan" => return Some(f64::NAN),
        _ => {}
    }
    match text.to_ascii_lowercase().as_str() {
        "inf" | "+inf" => Some(f64::INFINITY),
        "-inf" => Some(f64::NEG_INFINITY),
        // Rust reads these words too; Octave does not.
        word if word.contains("inf") || word.contains("nan") => None,
        word => word.replace('d', "e").parse().ok(),
    }
}

fn evaluated(host: &mut dyn Host, s: &str) -> Result<(Value, bool)> {
    Ok(match host.evaluate(&format!("[{s}]")) {
        Ok(value) => (value, true),
        Err(fault) if fault.kind == crate::value::FaultKind::Error => (Value::empty(), false),
        Err(fault) => return Err(fault),
    })
}

fn checked_base(base: usize) -> Result<u32> {
    if (2..=36).contains(&base) {
        return Ok(base as u32);
    }
    Err(Fault::new(format!("a base is a number from 2 to 36, not {base}")))
}

fn digits_of(d: f64, base: usize, len: usize) -> Result<String> {
    let base = checked_base(base)?;
    if d < 0.0 || d.fract() != 0.0 || d > 9_007_199_254_740_992.0 || d.is_nan() {
        return Err(Fault::new(format!("digits are of whole numbers from 0 to 2^53, not of {d}"))
            .blame(Blame::Positional(0)));
    }
    let (mut rest, mut digits) = (d as u64, Vec::new());
    while rest > 0 || digits.is_empty() {
        let digit = (rest % u64::from(base)) as u32;
        digits.push(char::from_digit(digit, base).unwrap_or('0').to_ascii_uppercase());
        rest /= u64::from(base);
    }
    matfac::linalg::memory::entries::<u8>(1, len)?;
    while digits.len() < len {
        digits.push('0');
    }
    Ok(digits.into_iter().rev().collect())
}

fn number_of(s: &str, base: usize) -> Result<f64> {
    let base = checked_base(base)?;
    let digits = s.chars().filter(|c| *c != ' ').map(|c| c.to_digit(base));
    let sum = digits.into_iter().try_fold((0.0, false), |(sum, _), digit| {
        digit.map(|digit| (sum * f64::from(base) + f64::from(digit), true))
    });
    Ok(match sum {
        Some((sum, true)) => sum,
        _ => f64::NAN,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_form() {
        for (text, re, im) in [
            ("1e3", 1000.0, 0.0),
            ("1,000", 1000.0, 0.0),
            ("1+2i", 1.0, 2.0),
            ("i", 0.0, 1.0),
            ("-3j", 0.0, -3.0),
            ("2 - 3i", 2.0, -3.0),
            ("1e-3i", 0.0, 1e-3),
            ("-Inf", f64::NEG_INFINITY, 0.0),
        ] {
            assert_eq!(complex_number(text), Some(c64::new(re, im)), "{text}");
        }
        for text in ["abc", "", "1 2", "1e", "0x10", "infinity"] {
            assert_eq!(complex_number(text), None, "{text}");
        }
    }

    #[test]
    fn digits_of_every_base() {
        assert_eq!(digits_of(5.0, 2, 8).unwrap(), "00000101");
        assert_eq!(number_of("zz", 36).unwrap(), 1295.0);
        assert!(number_of("12", 2).unwrap().is_nan());
    }
}
