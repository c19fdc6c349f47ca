//! What is said of a name that nothing has: what it is called here, when another language has it.

use crate::value::{Fault, did_you_mean, nearest};

/// Names that MATLAB has and this language not yet.
const NOT_YET: [(&[&str], &str); 1] = [(
    &["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "single"],
    "number classes other than double",
)];

/// The error for a name that is neither a variable nor a function, where `known` are those that are.
pub fn unknown_name<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Box<Fault> {
    if let Some((_, what)) = NOT_YET.iter().find(|(names, _)| names.contains(&name)) {
        return Fault::unsupported(&format!("{what} (`{name}`)"));
    }
    let mut fault = Fault::new(format!("`{name}` is not a variable or function"))
        .identified("Octave:undefined-function");
    fault.hint = instead(name).or_else(|| did_you_mean(&nearest(name, known)));
    fault
}

/// The error for a keyword that a function written in the language does not have.
pub fn unknown_parameter(function: &str, known: &[&str], name: &str) -> Box<Fault> {
    let list = format!("its parameters are {}", known.join(", "));
    let suggestion = did_you_mean(&nearest(name, known.iter().copied()));
    Fault::new(format!("`{function}` has no parameter `{name}`"))
        .hint(suggestion.map_or(list.clone(), |suggestion| format!("{suggestion} {list}")))
}

/// Names that are no functions here, and what to write instead.
const INSTEAD: &[(&[&str], &str)] = &[
    (&["len", "nelem"], "numel(x) counts entries, rows(A) and columns(A) the sides"),
    (
        &["print", "println", "echo", "cout"],
        "disp(x) shows a value, printf(\"%g\\n\", x) fills a template",
    ),
    (&["None", "nil", "NULL", "nothing", "undefined"], "[] is the empty value"),
    (&["True", "TRUE"], "true"),
    (&["False", "FALSE"], "false"),
    (&["nan"], "NaN"),
    (&["inf"], "Inf"),
    (&["str", "string"], "num2str(x) writes a number, sprintf(\"%g\", x) by a template"),
    (&["float", "Float64"], "double(x)"),
    (&["int", "Int", "Int64"], "fix(x), round(x) and floor(x) make whole numbers"),
    (&["bool", "Bool"], "logical(x)"),
    (&["append", "push", "push!"], "x(end+1) = v appends"),
    (&["arange", "xrange"], "a:b and a:step:b are ranges"),
    (&["array", "asarray", "matrix"], "[1 2; 3 4] is a matrix"),
    (&["vstack"], "[A; B] stacks"),
    (&["hstack"], "[A, B] puts side by side"),
    (&["concatenate", "vcat", "hcat"], "[A; B] stacks, [A, B] puts side by side"),
    (&["matmul"], "A * B"),
    (&["nrow"], "rows(A)"),
    (&["ncol"], "columns(A)"),
    (&["type", "typeof"], "class(x)"),
    (&["elif", "elsif"], "elseif"),
];

/// Names that stand before a dot in other languages.
const MODULES: [&str; 9] = ["np", "numpy", "scipy", "plt", "pd", "math", "Math", "torch", "la"];

/// The way out for a name of another language.
fn instead(name: &str) -> Option<String> {
    if MODULES.contains(&name) {
        return Some(format!("functions stand without `{name}.` in front: zeros(2, 3)"));
    }
    let (_, help) = INSTEAD.iter().find(|(names, _)| names.contains(&name))?;
    Some(format!("here: {help}"))
}

/// The way out for a field that values of other languages have.
pub(super) fn instead_of_field(value: &str, field: &str) -> Option<String> {
    Some(match field {
        "T" | "transpose" => format!("the transpose is {value}'"),
        "H" => format!("the conjugate transpose is {value}'"),
        "shape" => format!("the size is size({value})"),
        "length" | "len" => format!("numel({value}) counts entries"),
        "append" | "push" => format!("{value}(end+1) = v appends"),
        _ => return None,
    })
}
