//! The Jupyter kernel, driven by real clients: the Python tests in `tests/kernel` against the program under test;
//! and how it starts and ends.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};

fn mf() -> Command {
    Command::new(env!("CARGO_BIN_EXE_mf"))
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

pub fn python() -> PathBuf {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/python");
    assert!(python.exists(), "{} is missing: run .ci/setup first", python.display());
    python
}

/// Runs one file of `tests/kernel` with a kernelspec and connection files in a directory of their own, in which no
/// kernel may be left running. One file at a time, since they measure how long things take.
fn run_python_tests(module: &str) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let python = python();
    let directory = tempfile::tempdir().unwrap();
    let prefix = directory.path();
    let install = mf().args(["kernel", "install", "--prefix"]).arg(prefix).output().unwrap();
    assert!(install.status.success(), "{}", text(&install));
    let output = Command::new(python)
        .args(["-m", "unittest", "--verbose", module])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kernel"))
        .env("JUPYTER_PATH", prefix.join("share/jupyter"))
        .env("JUPYTER_RUNTIME_DIR", prefix.join("runtime"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("MF_KERNEL_HISTORY")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(running_with(prefix), [] as [String; 0], "kernels left running");
}

/// The command lines of processes that mention `path`, where the system lists them in `/proc`.
fn running_with(path: &Path) -> Vec<String> {
    let path = path.to_string_lossy();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|process| std::fs::read(process.path().join("cmdline")).ok())
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .filter(|line| line.contains(path.as_ref()))
        .collect()
}

#[test]
fn the_contract_of_every_kernel() {
    run_python_tests("test_contract");
}

#[test]
fn assistance() {
    run_python_tests("test_assistance");
}

#[test]
fn cells() {
    run_python_tests("test_cells");
}

#[test]
fn control() {
    run_python_tests("test_control");
}

#[test]
fn notebooks() {
    run_python_tests("test_notebook");
}

/// A connection file with these five ports.
fn connection(ports: [u16; 5]) -> String {
    let [shell, iopub, stdin, control, heartbeat] = ports;
    format!(
        r#"{{"ip": "127.0.0.1", "transport": "tcp", "key": "k", "signature_scheme": "hmac-sha256",
        "shell_port": {shell}, "iopub_port": {iopub}, "stdin_port": {stdin},
        "control_port": {control}, "hb_port": {heartbeat}}}"#
    )
}

/// Listeners on free ports, so that no one else takes them.
fn listeners() -> Vec<TcpListener> {
    (0..5).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect()
}

fn ports(listeners: &[TcpListener]) -> [u16; 5] {
    std::array::from_fn(|i| listeners[i].local_addr().unwrap().port())
}

#[test]
fn a_bad_connection_file_is_one_clear_line() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("connection.json");
    let start = |content: Option<&str>| {
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        let output = mf().args(["kernel", "start", "-f"]).arg(&path).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(output.stdout, b"");
        let text = text(&output);
        assert_eq!(text.lines().count(), 1, "{text}");
        text
    };
    assert!(start(None).contains("cannot read the connection file"));
    assert!(start(Some("{\"ip\": 3}")).contains("is not a Jupyter connection file"));
    assert!(start(Some("")).contains("is not a Jupyter connection file"));
    let free = ports(&listeners());
    let md5 = connection(free).replace("hmac-sha256", "hmac-md5");
    assert!(start(Some(&md5)).contains("only hmac-sha256"));
    let nowhere = connection(free).replace("127.0.0.1", "not an address");
    assert!(start(Some(&nowhere)).contains("not an address"));

    // Every port but that of iopub is free.
    let mut held = listeners();
    let wanted = ports(&held);
    held = held.drain(1..2).collect();
    let text = start(Some(&connection(wanted)));
    assert!(
        text.contains(&format!("port {} of 127.0.0.1 for the iopub channel", wanted[1])),
        "{text}"
    );
    drop(held);
}

#[cfg(target_os = "linux")]
#[test]
fn a_kernel_does_not_outlive_who_started_it() {
    use std::time::{Duration, Instant};
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("connection.json");
    std::fs::write(&path, connection(ports(&listeners()))).unwrap();
    let shell = Command::new("sh")
        .args(["-c", "JPY_PARENT_PID=$$ \"$0\" kernel start -f \"$1\" & sleep 0.5"])
        .arg(env!("CARGO_BIN_EXE_mf"))
        .arg(&path)
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(running_with(&path).len(), 2, "the shell and its kernel");
    shell.wait_with_output().unwrap();
    let start = Instant::now();
    while !running_with(&path).is_empty() {
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", running_with(&path));
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_kernelspec_goes_where_jupyter_looks() {
    let directory = tempfile::tempdir().unwrap();
    let home = directory.path();
    let kernel = |arguments: &[&str], variable: &str, value: &Path| {
        let output = mf()
            .args(["kernel"])
            .args(arguments)
            .env_remove("JUPYTER_DATA_DIR")
            .env_remove("XDG_DATA_HOME")
            .env_remove("VIRTUAL_ENV")
            .env("HOME", home)
            .env(variable, value)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", text(&output));
    };
    let cases: Vec<(&[&str], &str, &str)> = vec![
        (&["install"], "JUPYTER_DATA_DIR", "data/kernels/mf"),
        (&["install", "--sys-prefix"], "VIRTUAL_ENV", "data/share/jupyter/kernels/mf"),
        #[cfg(target_os = "linux")]
        (&["install", "--user"], "XDG_DATA_HOME", "data/jupyter/kernels/mf"),
        #[cfg(target_os = "linux")]
        (&["install"], "UNRELATED", ".local/share/jupyter/kernels/mf"),
    ];
    for (arguments, variable, expected) in cases {
        let expected = home.join(expected);
        kernel(arguments, variable, &home.join("data"));
        for file in ["kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"] {
            assert!(expected.join(file).is_file(), "{arguments:?} {variable} {file}");
        }
        let undo: Vec<&str> =
            arguments.iter().map(|a| if *a == "install" { "uninstall" } else { a }).collect();
        kernel(&undo, variable, &home.join("data"));
        assert!(!expected.exists());
    }
}
