//! A pseudo-terminal with a screen: the program runs in it, and tests read what a person would see.

use rexpect::process::PtyProcess;
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZero;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything may take; the machine may be busy with other tests.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the terminal got: the screen it makes, and all of it.
struct Received {
    screen: vt100::Parser,
    bytes: Vec<u8>,
}

/// The program at a terminal.
pub struct Screen {
    pub process: PtyProcess,
    keys: File,
    received: Arc<Mutex<Received>>,
    directory: Arc<TempDir>,
}

fn nonzero(size: u16) -> NonZero<u16> {
    NonZero::new(size).expect("a window has a size")
}

impl Screen {
    /// At the prompt, in a window of so many columns and rows, in a directory of its own.
    pub fn open(columns: u16, rows: u16, variables: &[(&str, &str)]) -> Screen {
        Screen::open_in(Arc::new(tempfile::tempdir().unwrap()), columns, rows, variables)
    }

    /// The same in a directory that others are in.
    pub fn open_in(
        directory: Arc<TempDir>,
        columns: u16,
        rows: u16,
        variables: &[(&str, &str)],
    ) -> Screen {
        let mut screen = Screen::start(directory, &[], columns, rows, variables);
        screen.is_ready();
        screen
    }

    /// The program with such arguments, as it starts.
    pub fn start(
        directory: Arc<TempDir>,
        arguments: &[&str],
        columns: u16,
        rows: u16,
        variables: &[(&str, &str)],
    ) -> Screen {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mf"));
        command.current_dir(directory.path()).env("TERM", "xterm-256color").env("NO_COLOR", "1");
        command.env("PAGER", "cat").env("MF_HISTORY", directory.path().join("history"));
        command.env("MF_CONFIG", directory.path().join("config")).env_remove("MF_EDIT_MODE");
        command.args(arguments).envs(variables.iter().copied());
        let process = PtyProcess::new(command).unwrap();
        let keys = process.get_file_handle().unwrap();
        let screen = vt100::Parser::new(nonzero(rows), nonzero(columns), 0);
        let received = Arc::new(Mutex::new(Received { screen, bytes: Vec::new() }));
        let (mut output, sink) = (process.get_file_handle().unwrap(), received.clone());
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // At its end a pseudo-terminal fails.
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                let mut received = sink.lock().unwrap();
                received.bytes.extend_from_slice(&buffer[..count]);
                received.screen.process(&buffer[..count]);
            }
        });
        let mut screen = Screen { process, keys, received, directory };
        screen.resize(columns, rows);
        screen
    }

    /// Makes the window as large as this.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        let size = nix::libc::winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        // SAFETY: the descriptor is open and the structure is what the request reads.
        let done = unsafe { nix::libc::ioctl(self.keys.as_raw_fd(), nix::libc::TIOCSWINSZ, &size) };
        assert_eq!(done, 0);
        self.received.lock().unwrap().screen.screen_mut().set_size(nonzero(rows), nonzero(columns));
    }

    /// Types keys.
    pub fn types(&mut self, keys: &str) {
        self.sends(keys.as_bytes());
    }

    /// Sends bytes, which may be no text.
    pub fn sends(&mut self, keys: &[u8]) {
        self.keys.write_all(keys).unwrap();
        self.keys.flush().unwrap();
    }

    /// Types an entry and waits until it has run.
    #[track_caller]
    pub fn runs(&mut self, entry: &str) {
        let before = self.received.lock().unwrap().bytes.len();
        self.types(&format!("{entry}\r"));
        self.waits(entry, |screen| {
            let received = screen.received.lock().unwrap();
            let added = String::from_utf8_lossy(&received.bytes[before..]).into_owned();
            // The editor draws a new prompt after it has asked for pasted text to be marked.
            added.rsplit_once("\x1b[?2004h").is_some_and(|(_, after)| after.contains(">>"))
        });
    }

    /// Types one text the way a terminal pastes it.
    pub fn pastes(&mut self, text: &str) {
        // In pieces, since a pseudo-terminal holds 4 KiB only.
        self.types("\x1b[200~");
        for piece in text.as_bytes().chunks(512) {
            self.keys.write_all(piece).unwrap();
        }
        self.types("\x1b[201~");
    }

    /// What is on the screen, without blank lines at its end.
    pub fn text(&self) -> String {
        let received = self.received.lock().unwrap();
        let (_, columns) = received.screen.screen().size();
        let rows = received.screen.screen().rows(0, columns.get());
        let rows: Vec<String> = rows.map(|row| row.trim_end().to_string()).collect();
        rows.join("\n").trim_end().to_string()
    }

    /// The row and column of the cursor.
    pub fn cursor(&self) -> (u16, u16) {
        self.received.lock().unwrap().screen.screen().cursor_position()
    }

    /// The colour of a place on the screen.
    pub fn colour(&self, row: u16, column: u16) -> vt100::Color {
        let received = self.received.lock().unwrap();
        received.screen.screen().cell(row, column).map_or(vt100::Color::Default, |c| c.fgcolor())
    }

    /// How often a text was sent.
    pub fn times(&self, text: &str) -> usize {
        String::from_utf8_lossy(&self.received.lock().unwrap().bytes).matches(text).count()
    }

    /// Waits until something is so.
    #[track_caller]
    pub fn waits(&mut self, what: &str, is_so: impl Fn(&Screen) -> bool) {
        let start = Instant::now();
        while !is_so(self) {
            if start.elapsed() > PATIENCE {
                panic!("{what:?} does not happen; on the screen is\n{}", self.text());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until a text is on the screen.
    #[track_caller]
    pub fn sees(&mut self, text: &str) {
        self.waits(text, |screen| screen.text().contains(text));
    }

    /// Waits until the screen ends like this, trailing blanks aside.
    #[track_caller]
    pub fn ends(&mut self, text: &str) {
        self.waits(text, |screen| screen.text().ends_with(text));
    }

    /// Waits for the prompt.
    #[track_caller]
    pub fn is_ready(&mut self) {
        self.waits("the prompt", |screen| screen.text().lines().last() == Some(">>"));
    }

    /// A file beside the program.
    pub fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.directory.path().join(name)).unwrap_or_default()
    }

    /// Where the program runs.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Waits for the end; the exit status.
    pub fn status(&mut self) -> Option<i32> {
        // `Exited(Pid(123), 0)`: the type is not to be named from here.
        let status = format!("{:?}", self.process.wait().ok()?);
        let number = status.strip_prefix("Exited(")?.rsplit_once(", ")?.1;
        number.trim_end_matches(')').parse().ok()
    }
}
