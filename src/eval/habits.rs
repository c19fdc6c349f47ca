//! What names of other languages are called here.

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
pub(super) fn instead(name: &str) -> Option<String> {
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
