//! Functions and scripts in files: beside the script, on `MF_PATH`, and with functions of their own.

use std::path::Path;
use std::process::Command;

fn write(directory: &Path, name: &str, text: &str) {
    std::fs::write(directory.join(name), text).unwrap();
}

/// Runs `main.mf` of the directory from elsewhere; standard output and standard error.
fn run(directory: &Path, path: &Path) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mf"))
        .arg(directory.join("main.mf"))
        .current_dir(std::env::temp_dir())
        .env("MF_PATH", path)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

#[test]
fn a_file_defines_its_first_function_and_keeps_the_others_to_itself() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    write(
        here,
        "addtwo.mf",
        "function r = addtwo(x)\n r = helper(x) + 1;\nend\nfunction r = helper(x)\n r = x + 1;\nend\n",
    );
    write(here, "main.mf", "disp(addtwo(3))\ndisp(feval(\"addtwo\", 1))\nhelper(3)\n");
    let (out, err) = run(here, here);
    assert_eq!(out, "5\n3\n");
    assert!(err.contains("helper") && err.contains("main.mf:3"), "{err}");
}

#[test]
fn a_script_runs_in_the_workspace_of_its_caller() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    write(here, "setup_values.mf", "made = base + 1;\n");
    let main = "base = 1; setup_values; disp(made)\n\
                function r = inside(), base = 10; setup_values; r = made; end\n\
                disp(inside()); disp(made)\n";
    write(here, "main.mf", main);
    assert_eq!(run(here, here), ("2\n11\n2\n".into(), String::new()));
}

#[test]
fn mf_path_names_further_directories() {
    let directory = tempfile::tempdir().unwrap();
    let library = tempfile::tempdir().unwrap();
    write(library.path(), "faraway.m", "function r = faraway(x)\n r = -x;\nend\n");
    write(directory.path(), "main.mf", "disp(faraway(4))\n");
    assert_eq!(run(directory.path(), library.path()), ("-4\n".into(), String::new()));
    let (_, err) = run(directory.path(), Path::new(""));
    assert!(err.contains("faraway"), "{err}");
}

#[test]
fn built_in_functions_are_not_replaced_by_files_and_broken_files_say_where() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    write(here, "numel.mf", "function r = numel(x)\n r = -1;\nend\n");
    write(here, "broken.mf", "function r = broken(x)\n r = (x;\nend\n");
    write(here, "main.mf", "disp(numel([1 2 3]))\nbroken(1)\n");
    let (out, err) = run(here, here);
    assert_eq!(out, "3\n");
    assert!(err.contains("broken.mf:2"), "{err}");
}
