//! `mf check`: what it finds, and that it finds nothing in what works.

use mf::check::findings;
use mf::syntax::Source;
use std::path::Path;
use std::process::Command;

/// `line:column: message` of each finding.
fn found(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("program.mf");
    let source = Source::new("p", text);
    let list = findings(&[source], &file);
    list.iter().map(|f| format!("{}: {}", &f.place().unwrap()[2..], f.message)).collect()
}

#[test]
fn unknown_names_are_found_where_they_stand() {
    assert_eq!(found("x = zros(3);"), ["1:5: `zros` is not a variable or function"]);
    assert_eq!(
        found("function a = f(b)\n  a = b + c + c;\nend"),
        ["2:11: `c` is not a variable or function"]
    );
    assert_eq!(found("g = @(t) t + u; h = @nothing;").len(), 2);
    assert_eq!(found("if yes, no; end").len(), 2);
    assert_eq!(found("x.(key){end}(k).f = 1;").len(), 2);
    assert_eq!(found("for i = many, switch i, case c, end, end").len(), 2);
    // A function does not see the variables of the program.
    assert_eq!(found("n = 1;\nfunction f()\n  n\nend").len(), 1);
}

#[test]
fn words_are_taken_for_what_they_are() {
    assert_eq!(found(":time\nx = zros(1)"), ["2:5: `zros` is not a variable or function"]);
    assert_eq!(found("x = 1;\n:time zros(x)"), ["2:7: `zros` is not a variable or function"]);
    assert_eq!(found("x = zros(1);\n% right?"), ["1:5: `zros` is not a variable or function"]);
    assert_eq!(found("x = 1;\n  :frob x"), ["2:3: there is no word `:frob`"]);
    let program = Source::new("p", ":time (1");
    let list = findings(std::slice::from_ref(&program), Path::new("p.mf"));
    assert_eq!((list.len(), list[0].source.as_ref()), (1, Some(&program)), "as it stands");
}

#[test]
fn keywords_are_those_of_the_function() {
    assert_eq!(found("nmf(ones(3), kk=2)"), ["1:14: nmf has no keyword `kk`"]);
    assert_eq!(found("f(1, b=2)\nfunction f(a)\n  a\nend"), ["1:6: `f` has no parameter `b`"]);
    assert_eq!(found("softmax([1 2], dims=1)").len(), 1);
    for fine in [
        "nmf(ones(3), k=2)",
        "f(1, b=2)\nfunction f(a, varargin)\n  a\nend",
        "table(anything=1)",
        "f = @(a, b=1) a + b; f(1, b=2)",
        "softmax([1 2], dim=1)",
    ] {
        assert_eq!(found(fine), [""; 0], "{fine}");
    }
}

#[test]
fn what_a_program_may_do_is_not_found() {
    for fine in [
        "if a, b, end; a = 1; b = 2;",
        "load('x.mat'); y = anything;",
        "load x.txt; y = anything;",
        "eval(\"z = 1;\"); z",
        "try, error('a'), catch err, err.message, end",
        "for k = 1:3, k, end; [q, ~] = max(1:3); q",
        "function varargout = f(varargin)\n  varargout = varargin(1:nargin);\nend",
        "1 + 1; ans",
        "x(end + 1) = 1; x(end)",
        "while (n = numel(1)) > 2, n, end",
        "function f()\n  persistent n = 0\n  n++;\nend",
        "s.a = 1; s.a.b",
        "for [v, k] = struct('a', 1), v, k, end",
        "run settings\nwidth + 1",
        ":time\nx = 1",
        "x = 1;\n:time x*x\n:doc nothing_of_that_name\nzros?",
    ] {
        assert_eq!(found(fine), [""; 0], "{fine}");
    }
}

#[test]
fn everything_is_found_in_the_order_of_the_text() {
    let text = "a = zros(1);\nb = end;\nc = onse(1);";
    let places: Vec<String> =
        found(text).iter().map(|f| f.split_once(':').unwrap().0.to_string()).collect();
    assert_eq!(places, ["1", "2", "3"]);
    assert_eq!(found("x = (1"), ["1:5: `(` is never closed"]);
}

#[test]
fn files_beside_the_program_are_known() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("helper.mf", "function y = helper(x, k=1)\n  y = x + k;\nend\n");
    write("settings.mf", "width = 3;\n");
    let check = |text: &str| findings(&[Source::new("p", text)], &folder.path().join("p.mf")).len();
    assert_eq!(check("helper(1, k=2)"), 0);
    assert_eq!(check("helper(1, q=2)"), 1);
    assert_eq!(check("settings; width + 1"), 0);
    assert_eq!(check("run settings\nwidth + 1"), 0);
    assert_eq!(check("width + 1"), 1);
}

#[test]
fn the_cells_of_a_notebook_are_one_program() {
    let cells = ["a = 1;\nfunction f(x)\n  x\nend", "f(a)", "f(b)"];
    let sources = cells.map(|text| Source::new(text, text));
    let list = findings(&sources, Path::new("n.ipynb"));
    assert_eq!(list.len(), 1);
    assert_eq!(&*list[0].source.as_ref().unwrap().name, "f(b)");
}

#[test]
fn nothing_is_wrong_in_the_library_the_notebooks_and_the_tests() {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mf"));
    let output =
        command.args(["check", "--short", "stdlib", "notebooks", "tests"]).current_dir(root);
    let output = output.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}
