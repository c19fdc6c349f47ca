//! The prompt as a person at a terminal sees it: the program runs in a pseudo-terminal.
#![cfg(unix)]

use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything on the screen may take.
const PATIENCE: u64 = 10_000;

struct Terminal {
    session: PtySession,
    directory: TempDir,
}

impl Terminal {
    fn open() -> Terminal {
        Terminal::open_with(&[])
    }

    fn open_with(variables: &[(&str, &str)]) -> Terminal {
        let directory = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_mf"));
        command.current_dir(directory.path()).env("TERM", "xterm").env("NO_COLOR", "1");
        command.env("PAGER", "cat").env("MF_HISTORY", directory.path().join("data/history"));
        command.envs(variables.iter().copied());
        let options = Options::new().timeout_ms(Some(PATIENCE)).strip_ansi_escape_codes(true);
        let session = spawn_with_options(command, options).unwrap();
        let mut terminal = Terminal { session, directory };
        terminal.sees(">> ");
        terminal
    }

    /// Types keys.
    fn types(&mut self, keys: &str) {
        self.session.send(keys).unwrap();
        self.session.flush().unwrap();
    }

    /// Types an entry.
    fn enters(&mut self, line: &str) {
        self.types(line);
        self.types("\r");
    }

    /// Presses Ctrl-C at the prompt.
    fn cancels(&mut self) {
        self.types(CTRL_C);
        // The prompt is drawn once more before the line is given up.
        self.sees("\n");
        self.sees(">> ");
    }

    /// Waits until the text is on the screen; what came before it.
    #[track_caller]
    fn sees(&mut self, text: &str) -> String {
        match self.session.exp_string(text) {
            Ok(before) => before,
            Err(error) => panic!("{text:?} does not appear: {error}"),
        }
    }

    /// Leaves; the exit status.
    fn status(self) -> Option<i32> {
        let status = format!("{:?}", self.session.process().wait().ok()?);
        // `Exited(Pid(123), 0)`: the type is not to be named from here.
        let number = status.strip_prefix("Exited(")?.rsplit_once(", ")?.1;
        number.trim_end_matches(')').parse().ok()
    }

    fn history(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("data/history")).unwrap()
    }
}

const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";

#[test]
fn values_print_and_ctrl_d_leaves() {
    let mut terminal = Terminal::open();
    terminal.enters("x = 3");
    terminal.sees("\nx = 3");
    terminal.sees(">> ");
    terminal.enters("x + 1;");
    terminal.sees(">> ");
    terminal.enters("ans");
    terminal.sees("ans = 4");
    terminal.sees(">> ");
    terminal.types(CTRL_D);
    assert_eq!(terminal.status(), Some(0));
}

#[test]
fn exit_has_its_status() {
    let mut terminal = Terminal::open();
    terminal.enters("exit(3)");
    assert_eq!(terminal.status(), Some(3));
}

#[test]
fn an_entry_of_several_lines_is_one_of_the_history() {
    let mut terminal = Terminal::open();
    terminal.enters("for i = 1:2");
    terminal.sees(".. ");
    terminal.enters("y = 10*i");
    terminal.enters("end");
    terminal.sees("y = 10");
    terminal.sees("y = 20");
    terminal.sees(">> ");
    terminal.enters("A = [1 2");
    terminal.sees(".. ");
    terminal.enters("3 4];");
    terminal.sees(">> ");
    terminal.enters("A(2, 1)");
    terminal.sees("ans = 3");
    terminal.sees(">> ");
    let history = terminal.history();
    let entries: Vec<&str> = history.lines().skip(1).collect();
    assert_eq!(entries.len(), 3, "{history}");
    assert!(entries[0].starts_with("for i = 1:2\\n") && entries[0].ends_with("end"), "{history}");
}

#[test]
fn tab_completes_names_and_keywords() {
    let mut terminal = Terminal::open();
    terminal.types("x = ey\t");
    terminal.sees("eye");
    terminal.enters("(1)");
    terminal.sees("x = 1");
    terminal.sees(">> ");
    // Several: the list has their descriptions.
    terminal.types("recom\t");
    terminal.sees("recommend_all");
    terminal.sees(">> recommend");
    terminal.cancels();
    terminal.types("sort(3, mod\t");
    terminal.sees("mode=");
}

#[test]
fn ctrl_c_stops_what_runs_and_keeps_the_variables() {
    let mut terminal = Terminal::open();
    terminal.enters("kept = 41;");
    terminal.sees(">> ");
    for endless in ["while true, end", "n = 0; while true, n += 1; end", "input(\"? \");"] {
        terminal.enters(endless);
        terminal.sees("\n");
        std::thread::sleep(Duration::from_millis(200));
        let start = Instant::now();
        terminal.types(CTRL_C);
        terminal.sees("interrupted");
        terminal.sees(">> ");
        assert!(start.elapsed() < Duration::from_secs(1), "{endless}: {:?}", start.elapsed());
        terminal.enters("kept + 1");
        terminal.sees("ans = 42");
        terminal.sees(">> ");
    }
}

#[test]
fn ctrl_c_cancels_a_line() {
    let mut terminal = Terminal::open();
    terminal.types("y = 5");
    terminal.cancels();
    terminal.enters("y");
    terminal.sees("`y` is not a variable");
    terminal.sees(">> ");
    terminal.types("for i = 1:3\r1\r");
    terminal.sees("..   1");
    terminal.cancels();
    terminal.types(CTRL_C);
    terminal.sees("leaves mf");
    terminal.sees(">> ");
    terminal.enters("z = 6");
    terminal.sees("z = 6");
}

#[test]
fn programs_ask_and_the_user_answers() {
    let mut terminal = Terminal::open();
    terminal.enters("s = input(\"how many? \")");
    terminal.sees("how many? ");
    terminal.enters("3*4");
    terminal.sees("s = 12");
    terminal.sees(">> ");
    assert_eq!(terminal.history().lines().count(), 2);
}

#[test]
fn help_and_figures() {
    let mut terminal = Terminal::open();
    for request in ["?sum", "sum?"] {
        terminal.enters(request);
        terminal.sees("sum(A");
        terminal.sees("See also");
        terminal.sees(">> ");
    }
    let first = Path::new("figures/mf-1.png");
    terminal.enters("plot(1:3)");
    terminal.sees("figures/mf-1.png");
    assert!(terminal.directory.path().join(first).exists());
    terminal.sees(">> ");
    terminal.enters("title(\"late\")");
    terminal.sees("figures/mf-2.png");
}

#[test]
fn a_terminal_without_abilities_is_enough() {
    let mut terminal = Terminal::open_with(&[("TERM", "dumb")]);
    terminal.types("if true\n");
    terminal.types("x = 3\n");
    terminal.types("end\n");
    terminal.sees("x = 3");
    terminal.sees(">> ");
    terminal.types(CTRL_D);
    assert_eq!(terminal.status(), Some(0));
}

#[test]
fn sigterm_leaves_with_the_history_written() {
    let mut terminal = Terminal::open();
    terminal.enters("x = 3");
    terminal.sees(">> ");
    terminal.session.process_mut().signal("SIGTERM".parse().unwrap()).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let history = terminal.history();
    assert_eq!(terminal.status(), Some(128 + 15));
    assert!(history.contains("x = 3"));
}
