//! The command line and the script runner, as a shell sees them.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn mf(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mf"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    parts(mf(arguments).output().unwrap())
}

fn parts(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn expressions_print_on_standard_output() {
    assert_eq!(run(&["-e", "1+2"]), (Some(0), "ans = 3\n".into(), String::new()));
    assert_eq!(run(&["-e", "x = 2;", "-e", "x+1"]).1, "ans = 3\n");
    let (status, out, err) = run(&["-e", "printf(\"a\\n\")\nfprintf(2, \"b\\n\")"]);
    assert_eq!((status, out.as_str(), err.as_str()), (Some(0), "a\n", "b\n"));
}

#[test]
fn errors_have_status_1_and_say_where() {
    let (status, out, err) = run(&["-e", "printf(\"a\\n\")\nundefined_name"]);
    assert_eq!((status, out.as_str()), (Some(1), "a\n"));
    assert!(err.starts_with("error: ") && err.contains("undefined_name"), "{err}");
    assert!(!err.contains('\x1b'), "colour without a terminal: {err}");
    let (status, _, err) = run(&["no-such-file.mf"]);
    assert_eq!(status, Some(1));
    assert!(err.contains("no-such-file.mf") && err.lines().count() == 1, "{err}");
}

#[test]
fn bad_usage_has_status_2() {
    for arguments in [&["--frob"][..], &["-e"], &["kernel", "frob"], &["-e", "1", "script.mf"]] {
        let (status, out, err) = run(arguments);
        assert_eq!((status, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(err.starts_with("error: "), "{err}");
    }
}

#[test]
fn exit_gives_the_status() {
    assert_eq!(run(&["-e", "exit(7)"]).0, Some(7));
    assert_eq!(run(&["-e", "exit"]).0, Some(0));
}

#[test]
fn version_and_help() {
    assert_eq!(run(&["--version"]).1, format!("mf {}\n", env!("CARGO_PKG_VERSION")));
    assert!(run(&["--help"]).1.contains("Usage: mf"));
    assert!(run(&["help", "lu"]).1.contains("lu"));
    assert_eq!(run(&["help"]).0, Some(0));
}

#[test]
fn a_program_on_standard_input() {
    let mut child = mf(&["-"]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"\xef\xbb\xbfx = 3\nx+1\n").unwrap();
    assert_eq!(parts(child.wait_with_output().unwrap()).1, "x = 3\nans = 4\n");
    let mut child = mf(&["-"]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"1\xff").unwrap();
    let (status, _, err) = parts(child.wait_with_output().unwrap());
    assert!(status == Some(1) && err.contains("byte 2 is not UTF-8"), "{err}");
}

fn with_input(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut child = mf(arguments).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    parts(child.wait_with_output().unwrap())
}

#[test]
fn scripts_get_their_arguments() {
    let directory = tempfile::tempdir().unwrap();
    let script = directory.path().join("all.mf");
    std::fs::write(&script, "#!/usr/bin/env mf\nprintf(\"<%s>\", argv(){:})\n").unwrap();
    let script = script.to_str().unwrap();
    assert_eq!(run(&[script, "a", "--help", "-e", "--", "-i"]).1, "<a><--help><-e><--><-i>");
    assert_eq!(run(&["--", script, "x y"]).1, "<x y>");
    assert_eq!(with_input(&["-", "b"], "argv(){1}\n").1, "ans = b\n");
    let many: Vec<String> = (0..20_000).map(|i| i.to_string()).collect();
    let mut arguments = vec![script];
    arguments.extend(many.iter().map(String::as_str));
    assert!(run(&arguments).1.ends_with("<19998><19999>"));
}

#[test]
fn what_is_no_program_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().to_str().unwrap();
    for (path, reason) in [("/no/such.mf", "No such file"), (folder, "is a folder")] {
        for arguments in [&[path][..], &["-i", path], &["check", path], &["fmt", path]] {
            if arguments.len() == 2 && path == folder && arguments[0] != "-i" {
                continue;
            }
            let (status, out, err) = run(arguments);
            assert_eq!((status, out.as_str()), (Some(1), ""), "{arguments:?}");
            assert!(err.contains(path) && err.contains(reason), "{err}");
            assert_eq!(err.lines().count(), 1, "{err}");
        }
    }
}

/// A home with a start-up file.
fn home(init: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("mf")).unwrap();
    std::fs::write(home.path().join("mf/init.mf"), init).unwrap();
    home
}

#[cfg(target_os = "linux")]
#[test]
fn the_start_up_file_runs_before_a_prompt_and_nowhere_else() {
    let home = home("greeting = 7;");
    let go = |arguments: &[&str], input: &str| {
        let mut command = mf(arguments);
        command.env("XDG_CONFIG_HOME", home.path()).stdin(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        parts(child.wait_with_output().unwrap())
    };
    assert!(go(&["-i", "-q"], "greeting\n").1.contains("greeting = 7"));
    assert!(go(&["-i", "-q", "--no-init"], "greeting\n").2.contains("`greeting` is not"));
    assert!(go(&["-e", "greeting"], "").2.contains("`greeting` is not"));
    assert!(go(&["-"], "greeting").2.contains("`greeting` is not"));
    // What is wrong in it is said, and the prompt comes all the same.
    std::fs::write(home.path().join("mf/init.mf"), "nothing_here\n").unwrap();
    let (status, out, err) = go(&["-i", "-q"], "1 + 1\n");
    assert!(out.contains("ans = 2") && err.contains("init.mf:1:1"), "{out}{err}");
    assert_eq!(status, Some(0));
}

#[test]
fn a_prompt_goes_on_with_the_variables_of_the_script() {
    let directory = tempfile::tempdir().unwrap();
    let script = directory.path().join("a.mf");
    std::fs::write(&script, "x = numel(argv());\nbroken\n").unwrap();
    let script = script.to_str().unwrap();
    let (status, out, err) = with_input(&["-i", "--no-init", script, "p", "q"], "x + 40\n");
    assert!(out.contains("ans = 42") && err.contains("broken"), "{out}{err}");
    assert_eq!(status, Some(0));
    assert!(with_input(&["-i", "--no-init", "-e", "y = 1;"], "y\n").1.contains("y = 1"));
    assert!(with_input(&["-i", "--no-init"], "").1.contains("help lists"));
    assert!(!with_input(&["-iq", "--no-init"], "").1.contains("help lists"));
    assert_eq!(with_input(&["-i", "--no-init", "-e", "exit(3)"], "1\n").0, Some(3));
}

#[test]
fn programs_are_laid_out() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a.mf");
    let broken = directory.path().join("b.mf");
    std::fs::write(&file, "x=1 ;\r\nif x,y=2\r\nend").unwrap();
    std::fs::write(&broken, "x = (1").unwrap();
    let folder = directory.path().to_str().unwrap();
    let (status, out, err) = run(&["fmt", "--check", folder]);
    assert_eq!((status, out.trim()), (Some(1), file.to_str().unwrap()));
    assert!(err.contains("never closed") && err.contains("1 file is not laid out"), "{err}");
    assert_eq!(run(&["fmt", folder]).0, Some(1));
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text, "x = 1;\r\nif x, y = 2\r\nend\r\n");
    assert_eq!(std::fs::read_to_string(&broken).unwrap(), "x = (1");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 2, "nothing else is left");
    std::fs::remove_file(&broken).unwrap();
    assert_eq!(run(&["fmt", "--check", folder]), (Some(0), String::new(), String::new()));
    assert_eq!(
        with_input(&["fmt", "-"], "x=[1,2]"),
        (Some(0), "x = [1, 2]\n".into(), String::new())
    );
    let (status, out, err) = with_input(&["fmt", "-"], "x=[1,2");
    assert!(status == Some(1) && out.is_empty() && err.contains("standard input:1:3"), "{err}");
}

#[test]
fn what_is_no_program_is_not_laid_out() {
    let directory = tempfile::tempdir().unwrap();
    let notebook = r#"{"cells":["a" ,1]}"#;
    for name in ["n.ipynb", "p.json", "p"] {
        let path = directory.path().join(name);
        std::fs::write(&path, notebook).unwrap();
        for arguments in [&["fmt"][..], &["fmt", "--check"]] {
            let (status, out, err) = run(&[arguments, &[path.to_str().unwrap()]].concat());
            assert_eq!((status, out.as_str()), (Some(1), ""), "{name}");
            assert!(err.contains(name) && err.contains("end with .mf or .m"), "{err}");
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), notebook);
    }
    let path = directory.path().join("f.m");
    std::fs::write(&path, "x=1 ;").unwrap();
    assert_eq!(run(&["fmt", path.to_str().unwrap()]).0, Some(0));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "x = 1;\n");
}

#[cfg(unix)]
#[test]
fn a_file_that_is_laid_out_keeps_its_permissions_and_links() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let (file, link) = (directory.path().join("a.mf"), directory.path().join("link.mf"));
    std::fs::write(&file, "x=1").unwrap();
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o750)).unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    assert_eq!(run(&["fmt", link.to_str().unwrap()]).0, Some(0));
    assert!(link.is_symlink());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "x = 1\n");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o750);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 2, "nothing else is left");
}

#[test]
fn deep_trees_are_laid_out_and_checked() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("deep.mf");
    let text =
        format!("x = {}1{};\n", "(".repeat(120), format!("{})", " + 1".repeat(1500)).repeat(120));
    std::fs::write(&file, text).unwrap();
    for arguments in [&["fmt", "--check"][..], &["check"]] {
        let all = [arguments, &[file.to_str().unwrap()]].concat();
        assert_eq!(run(&all), (Some(0), String::new(), String::new()), "{arguments:?}");
    }
}

#[test]
fn notebooks_in_other_languages_are_not_checked() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("n.ipynb");
    let cells = r#""cells": [{"cell_type": "code", "source": ["let a = 1;"]}]"#;
    let rust = r#""metadata": {"kernelspec": {"language": "rust"}}"#;
    std::fs::write(&path, format!("{{{cells}, {rust}}}")).unwrap();
    let silent = (Some(0), String::new(), String::new());
    assert_eq!(run(&["check", directory.path().to_str().unwrap()]), silent);
    let (status, _, err) = run(&["check", path.to_str().unwrap()]);
    assert!(status == Some(1) && err.contains("a notebook in rust"), "{err}");
    std::fs::write(&path, format!("{{{cells}}}")).unwrap();
    assert_eq!(run(&["check", directory.path().to_str().unwrap()]).0, Some(1));
}

#[test]
fn findings_are_the_output_of_check() {
    let (status, out, err) = with_input(&["check", "--short", "-"], "x = 1;\ny = zros(x)\n");
    assert_eq!((status, err.as_str()), (Some(1), ""));
    assert_eq!(out, "standard input:2:5: error: `zros` is not a variable or function\n");
    assert!(with_input(&["check", "-"], "y = zros(2)").1.contains("did you mean zeros?"));
    assert_eq!(with_input(&["check", "-"], "y = 1"), (Some(0), String::new(), String::new()));
}

#[test]
fn shells_and_man_are_served() {
    for shell in ["bash", "zsh", "fish"] {
        let (status, out, _) = run(&["completions", shell]);
        assert!(status == Some(0) && out.contains("mf") && out.contains("fmt"), "{shell}");
    }
    assert_eq!(run(&["completions", "cmd.exe"]).0, Some(2));
    let manual = run(&["man"]).1;
    for part in [".TH mf 1", ".SH MF FMT", ".SH MF KERNEL INSTALL", "MF_PATH", ".SH EXIT STATUS"] {
        assert!(manual.contains(part), "{part} is missing");
    }
}

#[cfg(unix)]
#[test]
fn completions_are_a_script_of_the_shell() {
    let (_, script, _) = run(&["completions", "bash"]);
    let status = Command::new("bash").args(["-n", "-c", &script]).status();
    assert!(status.unwrap().success());
}

#[test]
fn figures_are_saved_beside_the_script() {
    let directory = tempfile::tempdir().unwrap();
    let script = directory.path().join("two.mf");
    std::fs::write(&script, "plot(1:3)\nprintf(\"between\\n\")\nplot(1:4)\n").unwrap();
    let (status, out, err) = run(&[script.to_str().unwrap()]);
    assert_eq!(status, Some(0), "{err}");
    let figures = directory.path().join("figures");
    for name in ["two-1.png", "two-2.png"] {
        let path = figures.join(name);
        assert!(std::fs::read(&path).unwrap().starts_with(b"\x89PNG"));
        assert!(out.contains(path.to_str().unwrap()), "{out}");
    }
    let output = mf(&["-e", "plot(1:3)"]).current_dir(directory.path()).output().unwrap();
    assert_eq!(parts(output).1, "figures/mf-1.png\n");
    // A figure that cannot be saved is an error, but not the program's.
    std::fs::remove_dir_all(&figures).unwrap();
    std::fs::write(&figures, "").unwrap();
    let (status, out, err) = run(&[script.to_str().unwrap()]);
    assert_eq!((status, out.as_str()), (Some(1), "between\n"));
    assert_eq!(err.matches("error: cannot save").count(), 2, "{err}");
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = mf(&["-e", "for i = 1:100000000, printf(\"%d\\n\", i); end"]).spawn().unwrap();
    let mut line = String::new();
    BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "1\n");
    let start = Instant::now();
    let status = child.wait().unwrap();
    let mut complaints = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaints).unwrap();
    assert_eq!((status.code(), complaints.as_str()), (Some(0), ""));
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[cfg(unix)]
fn send_sigint(child: &std::process::Child) {
    use nix::sys::signal::{Signal, kill};
    kill(nix::unistd::Pid::from_raw(child.id() as i32), Signal::SIGINT).unwrap();
}

/// How long a program goes on after Ctrl-C.
#[cfg(unix)]
fn time_to_stop(program: &str) -> Duration {
    let mut command = mf(&["-e", &format!("printf(\"go\\n\")\n{program}")]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 3];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let start = Instant::now();
    send_sigint(&child);
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(130), "{program}");
    start.elapsed()
}

#[cfg(unix)]
#[test]
fn ctrl_c_interrupts() {
    for program in ["while true, end", "svd(rand(4000));", "x = input(\"? \", \"s\")"] {
        // Other tests may have the processors for a while.
        let best = (0..3).map(|_| time_to_stop(program)).min().unwrap();
        assert!(best < Duration::from_millis(500), "{program}: {best:?}");
    }
}
