//! Numbers as the bytes that hold them: hexadecimal, base64, and the same bytes as another class.

use super::argument::{Words, what};
use super::entry::builtins;
use crate::value::{Blame, Cells, Fault, Result, Text, Value};
use base64::{Engine, engine::general_purpose::STANDARD};
use matfac::{ComplexMatrix, Matrix, c64};

builtins! { "numbers as bytes";
    /// The hexadecimal digits of the eight bytes of a number, as a string; of several, a cell of strings.
    ///
    /// >>> num2hex(1)
    /// ans = 3ff0000000000000
    /// >>> num2hex([1; -1], "cell"){2}
    /// ans = bff0000000000000
    ///
    /// See also: hex2num, dec2hex
    fn num2hex(cx, /** Real numbers or characters. */ x: Value, /** "cell": a cell even of one number. */ cell: Option<String>) -> [s] { hexadecimal(&x, cell.as_deref()) }

    /// Numbers from the hexadecimal digits of their bytes, as a column; digits left out at the end are 0.
    ///
    /// >>> hex2num("4005bf0a8b145769")
    /// ans = 2.7183
    /// >>> hex2num({"3ff", "4"})
    /// ans = 1×2
    ///    1   2
    ///
    /// See also: num2hex, hex2dec
    fn hex2num(cx, /** A string, or a cell of strings. */ s: Value, /** "double" or "char". */ class: String = "double") -> [x] { from_hexadecimal(s, &class) }

    /// The bytes of an array read as another class: "double", "double complex" or "char".
    ///
    /// >>> double(typecast(1, "char"))
    /// ans = 1×8
    ///      0     0     0     0     0     0   240    63
    ///
    /// See also: double, char, num2hex
    fn typecast(cx, /** A vector of numbers, logicals or characters. */ x: Value, /** The class. */ class: String) -> [y] { reread(&x, &class) }

    /// The bytes of numbers as base64 text.
    ///
    /// >>> base64_encode(1)
    /// ans = AAAAAAAA8D8=
    ///
    /// See also: base64_decode
    fn base64_encode(cx, /** Real numbers. */ x: Value) -> [s] { encoded(&x) }

    /// The numbers of base64 text, as a row or in the given size.
    ///
    /// >>> base64_decode("AAAAAAAA8D8=")
    /// ans = 1
    ///
    /// See also: base64_encode
    fn base64_decode(cx, /** The text. */ s: String, /** Rows and columns. */ dims: Option<Matrix>) -> [x] { decoded(&s, dims) }

    /// The bytes that a value's entries take.
    ///
    /// >>> sizeof([1 2 3])
    /// ans = 24
    ///
    /// See also: numel, whos
    fn sizeof(cx, /** Anything. */ x: Value) -> [n] { Ok(x.bytes()) }

    /// The largest number of entries that could be indexed.
    ///
    /// >>> sizemax > 2^60
    /// ans = 1
    ///
    /// See also: numel
    fn sizemax(cx) -> [n] { Ok(isize::MAX as f64) }
}

fn digits(x: f64) -> Value {
    format!("{:016x}", x.to_bits()).into()
}

fn hexadecimal(x: &Value, cell: Option<&str>) -> Result<Value> {
    if let Some(word) = cell.filter(|word| *word != "cell") {
        return Err(Fault::new(format!("num2hex: the option is \"cell\", not \"{word}\""))
            .blame(Blame::Positional(1)));
    }
    let refuse = || {
        Fault::new(format!("num2hex needs real numbers, and this is {}", what(x)))
            .blame(Blame::Positional(0))
    };
    if matches!(x, Value::Bool(_) | Value::Bools(_) | Value::Complex(_)) {
        return Err(refuse());
    }
    let numbers = x.to_array().map_err(|_| refuse())?;
    let text: Vec<Value> = match x {
        Value::Text(_) => {
            numbers.data.as_slice().iter().map(|c| format!("{:02x}", *c as u32).into()).collect()
        }
        _ => numbers.data.as_slice().iter().map(|x| digits(*x)).collect(),
    };
    match (text.len(), cell) {
        (1, None) => Ok(text[0].clone()),
        (0, None) => Ok("".into()),
        (n, Some(_)) => Ok(Value::cell(Cells::from_vec(n, 1, text))),
        (_, None) => Err(Fault::unsupported("several rows of characters")
            .hint("num2hex(x, \"cell\") gives a cell of strings")),
    }
}

fn from_hexadecimal(s: Value, class: &str) -> Result<Value> {
    let is_cell = matches!(s, Value::Cell(_));
    let shape = s.shape();
    let Words(words) = <Words as super::argument::Argument>::from_value(s)
        .map_err(|what| Fault::new(format!("hex2num needs strings, and this is {what}")))?;
    let width = match class {
        "double" => 16,
        "char" => 2,
        other => {
            return Err(Fault::new(format!(
                "hex2num: the class is \"double\" or \"char\", not \"{other}\""
            ))
            .blame(Blame::Positional(1)));
        }
    };
    if !is_cell && words[0].is_empty() {
        return Ok(Matrix::zeros(0, 1).into());
    }
    let mut bits = Vec::with_capacity(words.len());
    for word in &words {
        if word.chars().count() > width {
            return Err(Fault::new(format!("hex2num: {word} has more than {width} digits")));
        }
        let digits = format!("{word:0<width$}");
        bits.push(u64::from_str_radix(&digits, 16).map_err(|_| {
            Fault::new(format!("hex2num: {word} has characters that are no hexadecimal digits"))
        })?);
    }
    if class == "char" {
        let text: String = bits.iter().map(|&code| char::from(code as u8)).collect();
        return Ok(text.into());
    }
    let numbers = bits.into_iter().map(f64::from_bits).collect();
    let (m, n) = if is_cell { shape } else { (1, 1) };
    Ok(Matrix::from_vec(m, n, numbers).into())
}

/// The bytes of numbers, least significant first.
fn bytes_of(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|x| x.to_le_bytes()).collect()
}

/// The numbers that bytes hold, least significant first; none when some are left over.
fn numbers_of(bytes: &[u8]) -> Option<Vec<f64>> {
    let (eights, rest) = bytes.as_chunks::<8>();
    rest.is_empty().then(|| eights.iter().map(|&eight| f64::from_le_bytes(eight)).collect())
}

fn reread(x: &Value, class: &str) -> Result<Value> {
    let bytes = match x {
        Value::Text(text) => {
            let byte = |code: f64| (code < 256.0).then_some(code as u8);
            text.codes()
                .into_iter()
                .map(byte)
                .collect::<Option<Vec<u8>>>()
                .ok_or_else(|| Fault::new("typecast: a character beyond 255 has no single byte"))?
        }
        Value::Bool(_) | Value::Bools(_) => {
            x.to_array()?.data.as_slice().iter().map(|&b| b as u8).collect()
        }
        Value::Complex(z) => z.as_slice().iter().flat_map(|z| bytes_of(&[z.re, z.im])).collect(),
        x if x.is_array() => bytes_of(x.to_array()?.data.as_slice()),
        other => {
            return Err(Fault::new(format!(
                "typecast needs an array, and this is {}",
                what(other)
            ))
            .blame(Blame::Positional(0)));
        }
    };
    let left_over = || {
        Fault::new(format!(
            "typecast: {} bytes do not make whole numbers of class {class}",
            bytes.len()
        ))
    };
    let (rows, cols) = x.shape();
    // A column stays a column; everything else of one row is a row, and a matrix its columns' bytes.
    let shaped = |n: usize| match (rows, cols) {
        (0, 0) => (0, 0),
        (1, _) => (1, n),
        _ => (n, 1),
    };
    match class {
        "double" => {
            let numbers = numbers_of(&bytes).ok_or_else(left_over)?;
            let (m, n) = shaped(numbers.len());
            Ok(Matrix::from_vec(m, n, numbers).into())
        }
        "double complex" => {
            let numbers = numbers_of(&bytes).ok_or_else(left_over)?;
            let (pairs, rest) = numbers.as_chunks::<2>();
            if !rest.is_empty() {
                return Err(left_over());
            }
            let (m, n) = shaped(pairs.len());
            let entries = pairs.iter().map(|&[re, im]| c64::new(re, im)).collect();
            Ok(ComplexMatrix::from_vec(m, n, entries).into())
        }
        "char" if rows > 1 && bytes.len() > 1 => {
            Err(Fault::unsupported("a column of characters")
                .hint("typecast(x(:)', \"char\") is a row"))
        }
        "char" if bytes.is_empty() => Ok(Value::Text(Text::empty(rows, cols).into())),
        "char" => Ok(bytes.into_iter().map(char::from).collect::<String>().into()),
        "single" | "int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32"
        | "uint64" => Err(Fault::unsupported(&format!("numbers of class {class}"))
            .hint("all numbers are doubles")),
        other => Err(Fault::new(format!(
            "typecast: \"{other}\" is not a class that bytes can be read as"
        ))
        .blame(Blame::Positional(1))),
    }
}

fn encoded(x: &Value) -> Result<String> {
    if matches!(x, Value::Text(_) | Value::Bool(_) | Value::Bools(_) | Value::Complex(_))
        || !x.is_array()
    {
        return Err(Fault::new(format!(
            "base64_encode needs real numbers, and this is {}",
            what(x)
        ))
        .blame(Blame::Positional(0)));
    }
    Ok(STANDARD.encode(bytes_of(x.to_array()?.data.as_slice())))
}

fn decoded(s: &str, dims: Option<Matrix>) -> Result<Matrix> {
    let bytes = STANDARD
        .decode(s)
        .map_err(|error| Fault::new(format!("base64_decode: this is no base64 text: {error}")))?;
    let numbers = numbers_of(&bytes).ok_or_else(|| {
        Fault::new(format!("base64_decode: {} bytes are no whole number of doubles", bytes.len()))
    })?;
    let count = numbers.len();
    match dims.as_ref().map(Matrix::as_slice) {
        None => Ok(Matrix::row_vector(numbers)),
        Some(&[m, n]) if m >= 0.0 && n >= 0.0 && m * n == count as f64 => {
            Ok(Matrix::from_vec(m as usize, n as usize, numbers))
        }
        Some(_) => Err(Fault::new(format!("base64_decode: {count} numbers do not have this size"))
            .blame(Blame::Positional(1))),
    }
}
