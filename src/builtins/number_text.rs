//! Numbers as text, and text as numbers.

use super::entry::builtins;
use super::{number_parsing, printf};
use crate::value::{Blame, Fault, Host, Numeric, Result, Value};
use matfac::c64;

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
    /// Of complex numbers the real parts count.
    ///
    /// >>> int2str(2.7)
    /// ans = 3
    ///
    /// See also: num2str
    fn int2str(cx, /** Numbers. */ x: Value) -> [s] {
        whole_text(x)
    }

    /// A matrix as text that reads back as the same matrix; "class" writes its class too.
    ///
    /// >>> mat2str([1 2; 3 4.5])
    /// ans = [1 2;3 4.5]
    /// >>> mat2str(pi, 4, "class")
    /// ans = double(3.142)
    ///
    /// See also: num2str
    fn mat2str(cx, /** A matrix. */ A: Value, /** Significant digits, 15 by default; of two numbers the second is for imaginary parts. */ digits: Option<Value>, /** "class" or nothing. */ class: Option<String>) -> [s] { matrix_text(A, digits, class) }

    /// The number a string holds, real or complex, or NaN.
    ///
    /// >>> str2double("2.5e3")
    /// ans = 2500
    /// >>> str2double("1 + 2i")
    /// ans = 1 + 2i
    ///
    /// See also: num2str, str2num
    fn str2double(cx, /** A string, or a cell of strings. */ s: Value) -> [x] { Ok(number_parsing::parsed(&s)) }

    /// The value of an expression written in a string, and whether it has one.
    ///
    /// >>> str2num("[1 2]*2")
    /// ans = 1×2
    ///    2   4
    ///
    /// See also: str2double
    fn str2num(cx, /** The expression. */ s: String) -> [x, ok] { evaluated(cx.host, &s) }
}

fn number_text(x: Value, digits: Option<Value>) -> Result<Value> {
    if let Value::Text(_) = x {
        return Ok(x);
    }
    if !x.is_array() {
        return Err(Fault::new(format!(
            "num2str: x needs numbers or a string, and this is a {}",
            x.describe()
        ))
        .blame(Blame::Positional(0)));
    }
    if let Some(Value::Text(template)) = &digits {
        return Ok(printf::format(template, &[x])?.trim().into());
    }
    if x.numel() == 0 {
        return Ok("".into());
    }
    one_row(&x)?;
    let digits = match digits {
        None => None,
        Some(given) => Some(significant("num2str", &given)?),
    };
    // Logicals are whole numbers, however many digits are asked for.
    let digits = digits.filter(|_| x.class() != "logical");
    let numbers = x.into_numeric()?;
    let parts: Vec<c64> = numbers.to_complex().as_slice().to_vec();
    Ok(match numbers {
        Numeric::Complex(_) => complex_row(&parts, digits),
        _ => real_row(&parts, digits),
    }
    .into())
}

/// How many digits are asked for.
fn significant(function: &str, given: &Value) -> Result<usize> {
    match given.as_number() {
        Some(n) if n >= 0.0 && n.fract() == 0.0 => Ok(n.min(64.0) as usize),
        _ => Err(Fault::new(format!(
            "{function}: digits is a whole number, 0 or more, or a template"
        ))
        .blame(Blame::Positional(1))),
    }
}

fn one_row(x: &Value) -> Result<()> {
    match x.shape().0 > 1 {
        true => Err(Fault::unsupported("a column of strings")
            .hint("mat2str(A) writes a matrix on one line, disp(A) shows it")),
        false => Ok(()),
    }
}

/// Largest magnitude among the finite parts, and whether all of them are whole.
fn extent(parts: &[c64]) -> (f64, bool) {
    let all = || parts.iter().flat_map(|z| [z.re, z.im]);
    let largest = all().filter(|x| x.is_finite()).fold(0.0f64, |m, x| m.max(x.abs()));
    (largest, all().all(|x| !x.is_finite() || x.fract() == 0.0))
}

/// The position of the first digit: 0 for numbers from 1 to 10.
fn magnitude(largest: f64) -> i32 {
    if largest > 0.0 { largest.log10().floor() as i32 } else { 0 }
}

fn precision_of(largest: f64, is_whole: bool, digits: Option<usize>) -> usize {
    match digits {
        Some(digits) => digits,
        None if is_whole => 16,
        None => (magnitude(largest) + 5).clamp(5, 16) as usize,
    }
}

/// Octave's columns: two blanks between whole numbers, a generous field for others; signs are not counted.
fn real_row(parts: &[c64], digits: Option<usize>) -> String {
    let (largest, is_whole) = extent(parts);
    let precision = precision_of(largest, is_whole, digits);
    let words: Vec<String> = parts.iter().map(|z| number_word(z.re, precision)).collect();
    let length = |word: &String| word.trim_start_matches('-').len();
    let width = match is_whole && digits.is_none() && largest < 1e16 {
        true => words.iter().map(length).max().unwrap_or(0) + 2,
        false => precision + 7,
    };
    words.iter().map(|word| format!("{word:>width$}")).collect::<String>().trim_start().into()
}

/// Each number's real part ends, and its imaginary part begins, at the middle of a field.
fn complex_row(parts: &[c64], digits: Option<usize>) -> String {
    let (largest, is_whole) = extent(parts);
    let precision = precision_of(largest, is_whole, digits);
    let width = match is_whole && digits.is_none() {
        true => (magnitude(largest) + 3).max(3) as usize,
        false => precision + 7,
    };
    let word = |x: f64| match is_whole && digits.is_none() && x.is_finite() {
        true => format!("{x:.0}"),
        false => number_word(x, precision),
    };
    let mut row = String::new();
    for z in parts {
        let imaginary = signed(word(z.im)) + "i";
        row += &format!("{:>width$}{imaginary:<field$}", word(z.re), field = width + 1);
    }
    row.trim().into()
}

/// A row of numbers rounded; all digits are written, however many there are.
fn whole_text(x: Value) -> Result<Value> {
    if let Value::Text(_) = x {
        return Ok(x);
    }
    if x.is_array() && x.numel() > 0 {
        one_row(&x)?;
    } else if x.is_array() {
        return Ok("".into());
    }
    let entries = x.into_numeric()?.to_complex();
    let word = |z: &c64| match z.re.is_finite() {
        true => format!("{:.0}", z.re.round()),
        false => number_word(z.re, 16),
    };
    let words: Vec<String> = entries.as_slice().iter().map(word).collect();
    let length = |word: &String| word.trim_start_matches('-').len();
    let width = words.iter().map(length).max().unwrap_or(0) + 2;
    let row: String = words.iter().map(|word| format!("{word:>width$}")).collect();
    Ok(row.trim_start().into())
}

fn number_word(x: f64, precision: usize) -> String {
    if x.is_nan() {
        if crate::value::is_na(x) { "NA".into() } else { "NaN".into() }
    } else if x.is_infinite() {
        if x > 0.0 { "Inf".into() } else { "-Inf".into() }
    } else if x == 0.0 && x.is_sign_negative() {
        "-0".into()
    } else if x.fract() == 0.0 && x.abs() < 1e15 && precision >= 15 {
        format!("{}", x as i64)
    } else {
        printf::general(x, precision, false)
    }
}

/// With its sign, also when that is `+`.
fn signed(word: String) -> String {
    if word.starts_with('-') { word } else { format!("+{word}") }
}

fn matrix_text(a: Value, digits: Option<Value>, class: Option<String>) -> Result<String> {
    // `mat2str(A, "class")`: the digits may be left out.
    let (digits, class) = match (digits, class) {
        (Some(Value::Text(word)), None) => (None, Some(word.as_str().to_string())),
        given => given,
    };
    let with_class = match class.as_deref() {
        None => false,
        Some("class") => true,
        Some(other) => {
            return Err(Fault::new(format!(
                "mat2str: the last argument is \"class\", not \"{other}\""
            ))
            .blame(Blame::Positional(2)));
        }
    };
    let [real, imaginary] = match &digits {
        None => [15, 15],
        Some(given) if given.numel() == 2 => {
            let list = given.to_array()?;
            let count = |k: usize| significant("mat2str", &list.data.as_slice()[k].into());
            [count(0)?, count(1)?]
        }
        Some(given) => [significant("mat2str", given)?; 2],
    };
    if let Some(text) = a.as_text() {
        return Ok(format!("\"{}\"", super::strings::escaped(text)));
    }
    if !a.is_array() {
        return Err(Fault::new(format!(
            "mat2str: A needs a matrix or a string, and this is a {}",
            a.describe()
        ))
        .blame(Blame::Positional(0)));
    }
    let name = a.class();
    let is_logical = name == "logical";
    let numbers = a.into_numeric()?;
    let is_complex = matches!(numbers, Numeric::Complex(_));
    let (m, n) = numbers.shape();
    let entries = numbers.to_complex();
    let word = |z: c64| match (is_logical, is_complex) {
        (true, _) => if z.re == 1.0 { "true" } else { "false" }.to_string(),
        (_, true) => number_word(z.re, real) + &signed(number_word(z.im, imaginary)) + "i",
        _ => number_word(z.re, real),
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

fn evaluated(host: &mut dyn Host, s: &str) -> Result<(Value, bool)> {
    Ok(match host.evaluate(&format!("[{s}]")) {
        Ok(value) => (value, true),
        Err(fault) if fault.kind == crate::value::FaultKind::Error => (Value::empty(), false),
        Err(fault) => return Err(fault),
    })
}
