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
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[cfg(unix)]
#[test]
fn ctrl_c_interrupts() {
    for program in ["while true, end", "svd(rand(4000));", "x = input(\"? \", \"s\")"] {
        let mut command = mf(&["-e", &format!("printf(\"go\\n\")\n{program}")]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 3];
        child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
        std::thread::sleep(Duration::from_millis(200));
        let start = Instant::now();
        send_sigint(&child);
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(130), "{program}");
        assert!(start.elapsed() < Duration::from_millis(500), "{program}: {:?}", start.elapsed());
    }
}
