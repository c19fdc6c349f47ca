//! Checks that functions written in mf make of their arguments.

use super::argument::Rest;
use super::entry::builtins;
use crate::value::{Blame, Fault, Result, Value, did_you_mean, nearest};

builtins! { "checks of arguments";
    /// The one option that a word, perhaps shortened, stands for.
    ///
    /// Capitals do not matter. A function's name, a parameter's name and its position may follow, for the message.
    ///
    /// >>> validatestring("r", {"red", "green"})
    /// ans = red
    /// >>> validatestring("bleu", {"blue", "red"})
    /// error: "bleu" is none of blue, red
    ///
    /// See also: validateattributes
    fn validatestring(cx, /** What was given. */ s: String, /** The options, a cell of strings. */ options: Value, /** Names for the message. */ names: Rest) -> [option] { choose(&s, &options, &names.0) }

    /// Stops with an error unless a value has one of some classes and all of some attributes.
    ///
    /// Classes are words such as `"numeric"`, `"char"`, `"logical"`; attributes are `"positive"`, `"nonnegative"`,
    /// `"nonzero"`, `"integer"`, `"even"`, `"odd"`, `"binary"`, `"finite"`, `"nonnan"`, `"real"`, `"increasing"`,
    /// `"decreasing"`, `"nondecreasing"`, `"nonincreasing"`, `"nonempty"`, `"scalar"`, `"vector"`, `"row"`, `"column"`,
    /// `"square"`, `"diag"`, and `">="`, `">"`, `"<="`, `"<"`, `"numel"`, `"size"`, `"nrows"`, `"ncols"`, `"ndims"`, each
    /// followed by its value.
    ///
    /// >>> validateattributes([1 2], {"numeric"}, {"positive"})
    /// >>> validateattributes([1 -2], {"numeric"}, {"positive"})
    /// error: input must be positive
    ///
    /// See also: validatestring
    fn validateattributes(cx, /** The value. */ A: Value, /** A cell of classes, or {} for any. */ classes: Value, /** A cell of attributes. */ attributes: Value, /** A function's name, a parameter's, its position. */ names: Rest) { validate(&A, &classes, &attributes, &names.0) }
}

/// The entries of a cell.
fn entries<'a>(value: &'a Value, function: &str, what: &str) -> Result<&'a [Value]> {
    match value {
        Value::Cell(cells) => Ok(cells.as_slice()),
        other => Err(Fault::new(format!(
            "{function} needs {what} in a cell, and this is a {}",
            other.describe()
        ))
        .hint("{\"one\", \"two\"} is a cell of words")
        .identified("Octave:invalid-type")),
    }
}

/// `f: ` and `x (argument 2)`: how messages call what is checked, when its names are given.
fn subject(names: &[Value]) -> (String, String) {
    let texts: Vec<&str> = names.iter().filter_map(Value::as_text).collect();
    let position = names.iter().find_map(Value::as_number);
    let prefix =
        texts.first().filter(|f| !f.is_empty()).map_or(String::new(), |f| format!("{f}: "));
    let name = texts.get(1).filter(|name| !name.is_empty()).map_or("input", |name| name);
    let name = match position {
        Some(position) => format!("{name} (argument {position})"),
        None => name.to_string(),
    };
    (prefix, name)
}

fn choose(word: &str, options: &Value, names: &[Value]) -> Result<String> {
    let words = names.iter().take_while(|name| name.as_text().is_some()).count();
    let is_position = |x: f64| x >= 1.0 && x.fract() == 0.0;
    let known = match &names[words..] {
        [] => true,
        [position] => position.as_number().is_some_and(is_position),
        _ => false,
    };
    if words > 2 || !known {
        return Err(Fault::new("validatestring: after the options come a function's name, a parameter's name and its position")
            .hint("validatestring(s, options, \"f\", \"x\", 1)")
            .blame(Blame::Positional(2)));
    }
    let options = entries(options, "validatestring", "the options")?;
    let options: Vec<&str> = options.iter().filter_map(Value::as_text).collect();
    let small = word.to_lowercase();
    let mut fits: Vec<&str> = options
        .iter()
        .copied()
        .filter(|option| option.to_lowercase().starts_with(&small) && !word.is_empty())
        .collect();
    // A whole option counts before longer ones, and the shortest stands for those that only continue it.
    fits.sort_by_key(|option| option.len());
    if let [shortest, others @ ..] = &fits[..] {
        let start = shortest.to_lowercase();
        if others.iter().all(|other| other.to_lowercase().starts_with(&start)) {
            return Ok(shortest.to_string());
        }
    }
    let (prefix, _) = subject(names);
    let (message, hint) = match fits.is_empty() {
        true => (
            format!("{prefix}\"{word}\" is none of {}", options.join(", ")),
            did_you_mean(&nearest(word, options.iter().copied())),
        ),
        false => (
            format!("{prefix}\"{word}\" may be any of {}", fits.join(", ")),
            Some("write it longer".into()),
        ),
    };
    let mut fault = Fault::new(message).blame(Blame::Positional(0));
    fault.hint = hint;
    Err(fault)
}

fn validate(a: &Value, classes: &Value, attributes: &Value, names: &[Value]) -> Result<()> {
    let (prefix, name) = subject(names);
    let refuse = |message: String, identifier: &str| {
        Err(Fault::new(format!("{prefix}{name} {message}"))
            .identified(identifier)
            .blame(Blame::Positional(0)))
    };
    let classes = entries(classes, "validateattributes", "the classes")?;
    let classes: Vec<&str> = classes.iter().filter_map(Value::as_text).collect();
    let is_class = |class: &&str| match *class {
        "numeric" | "float" => a.class() == "double",
        class => a.class() == class,
    };
    if !classes.is_empty() && !classes.iter().any(is_class) {
        let message = format!("must be {}, and is a {}", classes.join(" or "), a.describe());
        return refuse(message, "Octave:invalid-type");
    }
    let mut attributes = entries(attributes, "validateattributes", "the attributes")?.iter();
    while let Some(attribute) = attributes.next() {
        let Some(word) = attribute.as_text() else {
            return Err(Fault::new("validateattributes: an attribute is a word"));
        };
        let word = &*word.to_lowercase();
        let value = if FOLLOWED.contains(&word) { attributes.next() } else { None };
        match (holds(a, word, value)?, value) {
            (true, _) => {}
            (false, Some(value)) => {
                let sizes: Vec<String> =
                    value.to_array()?.data.as_slice().iter().map(f64::to_string).collect();
                let verb = if word.contains(['<', '>']) { "be" } else { "have" };
                let message = format!("must {verb} {word} {}", sizes.join("×"));
                return refuse(message, &identifier_of(word));
            }
            (false, None) => return refuse(format!("must be {word}"), &identifier_of(word)),
        }
    }
    Ok(())
}

/// The attributes that a value follows.
const FOLLOWED: [&str; 9] = [">=", ">", "<=", "<", "numel", "size", "ncols", "nrows", "ndims"];

/// Octave's identifier for the error about an attribute.
fn identifier_of(attribute: &str) -> String {
    let name = match attribute {
        ">=" => "expected-greater-equal",
        ">" => "expected-greater",
        "<=" => "expected-less-equal",
        "<" => "expected-less",
        "numel" => "incorrect-numel",
        "nrows" => "incorrect-numrows",
        "ncols" => "incorrect-numcols",
        "ndims" => "incorrect-numdims",
        "size" => "incorrect-size",
        word => &format!("expected-{word}"),
    };
    format!("Octave:{name}")
}

/// Whether a value has an attribute.
fn holds(a: &Value, attribute: &str, value: Option<&Value>) -> Result<bool> {
    let (m, n) = a.shape();
    let limit = || {
        value.and_then(Value::as_number).ok_or_else(|| {
            Fault::new(format!("validateattributes: a number follows \"{attribute}\""))
        })
    };
    let all = |test: &dyn Fn(f64) -> bool| -> Result<bool> {
        Ok(a.to_array()?.data.as_slice().iter().all(|&x| test(x)))
    };
    // False beside a NaN, as every comparison with one is.
    let neighbours = |test: fn(&f64, &f64) -> bool| -> Result<bool> {
        Ok(a.to_array()?.data.as_slice().windows(2).all(|pair| test(&pair[0], &pair[1])))
    };
    match attribute {
        "positive" => all(&|x| x > 0.0),
        "nonnegative" => all(&|x| x >= 0.0),
        "nonzero" => all(&|x| x != 0.0),
        "integer" => all(&|x| x.fract() == 0.0),
        "finite" => all(&f64::is_finite),
        "nonnan" => all(&|x| !x.is_nan()),
        "nonempty" => Ok(m * n > 0),
        "scalar" => Ok((m, n) == (1, 1)),
        "vector" => Ok((m == 1 || n == 1) && m * n > 0),
        "row" => Ok(m == 1),
        "column" => Ok(n == 1),
        "square" => Ok(m == n),
        "real" => Ok(!matches!(a, Value::Complex(_))),
        // Every value of mf is flat and full.
        "2d" | "3d" | "nonsparse" => Ok(true),
        "binary" => all(&|x| x == 0.0 || x == 1.0),
        "even" => all(&|x| x % 2.0 == 0.0),
        "odd" => all(&|x| x.rem_euclid(2.0) == 1.0),
        "increasing" => neighbours(f64::lt),
        "nondecreasing" => neighbours(f64::le),
        "decreasing" => neighbours(f64::gt),
        "nonincreasing" => neighbours(f64::ge),
        "diag" => {
            let array = a.to_array()?;
            Ok((0..m * n).all(|k| k % m == k / m || array.data.as_slice()[k] == 0.0))
        }
        ">=" => limit().and_then(|y| all(&|x| x >= y)),
        ">" => limit().and_then(|y| all(&|x| x > y)),
        "<=" => limit().and_then(|y| all(&|x| x <= y)),
        "<" => limit().and_then(|y| all(&|x| x < y)),
        "numel" => Ok(limit()? == (m * n) as f64),
        "nrows" => Ok(limit()? == m as f64),
        "ncols" => Ok(limit()? == n as f64),
        "ndims" => Ok(limit()? == 2.0),
        "size" => {
            let sizes = value.map_or_else(
                || limit().map(|_| Vec::new()),
                |value| Ok(value.to_array()?.data.as_slice().to_vec()),
            )?;
            // NaN stands for any size.
            let fits = |(wanted, side): (&f64, usize)| wanted.is_nan() || *wanted == side as f64;
            Ok(sizes.len() == 2 && sizes.iter().zip([m, n]).all(fits))
        }
        other => Err(Fault::new(format!("validateattributes: \"{other}\" is no attribute"))
            .identified("Octave:invalid-input-arg")
            .hint("positive, nonnegative, integer, finite, nonempty, scalar, vector, square, …")),
    }
}
