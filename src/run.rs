//! The script runner (layer 5): runs one program, and prints its events as a filter should.
//!
//! Standard output gets what the program prints and shows, standard error the rest. Figures become PNG files. A
//! closed output pipe ends the program quietly. Knows nothing of the prompt or of Jupyter.

use crate::session::{Event, Outcome, Session};
use crate::syntax::{Diagnostic, Source};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use matfac::data::Step;
use matfac::plot::Figure;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

/// Exit status of a program that was interrupted, as a shell would report it.
const INTERRUPTED: i32 = 130;

/// A progress bar appears when a computation has taken this long.
const PATIENCE: Duration = Duration::from_millis(250);

/// Pixels of a saved figure for one of its own.
const SCALE: f64 = 2.0;

/// A program and what it needs to know of where it came from.
pub struct Program {
    /// Its text.
    pub source: Source,
    /// What the command line gives to the program.
    pub args: Vec<String>,
    /// Where its figures go.
    figures: PathBuf,
    /// The first part of the figures' file names.
    stem: String,
}

impl Program {
    /// A program called `name` in diagnostics, whose figures become `directory/figures/stem-1.png` and so on.
    pub fn new(name: &str, text: impl Into<Arc<str>>, directory: &Path, stem: &str) -> Program {
        Program {
            source: Source::new(name, text),
            args: Vec::new(),
            figures: directory.join("figures").components().collect(),
            stem: stem.to_string(),
        }
    }
}

/// Runs a program; the exit status.
pub fn run(program: &Program) -> i32 {
    let session = Arc::new(Session::start_with(program.args.clone()));
    interrupt_on_ctrl_c(session.clone());
    let mut printer = Printer::new(program);
    let events = session.submit(program.source.clone());
    loop {
        let step = match events.try_recv() {
            Ok(event) => printer.event(event),
            // Nothing is happening: the reader of a pipe should see what there is.
            Err(_) => printer.out.flush().and_then(|()| match events.recv() {
                Ok(event) => printer.event(event),
                Err(_) => {
                    let stopped = Diagnostic::error("the interpreter has stopped");
                    printer.event(Event::Done(Outcome::Failed(Box::new(stopped))))
                }
            }),
        };
        match step {
            Ok(None) => {}
            Ok(Some(status)) => return status,
            Err(error) => {
                session.interrupt();
                return printer.lost_output(&error);
            }
        }
    }
}

/// Events as text.
struct Printer<'a> {
    program: &'a Program,
    out: BufWriter<Stdout>,
    colour: bool,
    bar: Option<(Instant, Option<ProgressBar>)>,
    drawn: usize,
    /// Whether something failed that did not stop the program.
    failed: bool,
}

impl<'a> Printer<'a> {
    fn new(program: &'a Program) -> Printer<'a> {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Printer {
            program,
            out: BufWriter::new(io::stdout()),
            colour: !plain && io::stderr().is_terminal(),
            bar: None,
            drawn: 0,
            failed: false,
        }
    }

    /// Prints one event; the exit status when it is the last.
    fn event(&mut self, event: Event) -> io::Result<Option<i32>> {
        if !matches!(event, Event::Progress(_)) {
            self.clear_bar();
        }
        match event {
            Event::Stdout(text) => self.out.write_all(text.as_bytes())?,
            Event::Page(text) => writeln!(self.out, "{}", text.trim_end_matches('\n'))?,
            Event::Value { shown, .. } => writeln!(self.out, "{}", shown.text)?,
            Event::Stderr(text) => self.error(&text)?,
            Event::Warning(warning) => self.error(&warning.render(self.colour))?,
            Event::Figure(figure) => self.draw(&figure)?,
            Event::Progress(step) => self.progress(&step),
            Event::Clear { .. } => {
                if io::stdout().is_terminal() {
                    self.out.write_all(b"\x1b[H\x1b[2J")?;
                }
            }
            Event::Input { prompt, reply } => {
                self.out.write_all(prompt.as_bytes())?;
                self.out.flush()?;
                read_line(reply);
            }
            Event::Done(outcome) => return self.done(outcome).map(Some),
        }
        Ok(None)
    }

    fn done(&mut self, outcome: Outcome) -> io::Result<i32> {
        let status = match outcome {
            Outcome::Completed => i32::from(self.failed),
            Outcome::Failed(diagnostic) => {
                self.error(&diagnostic.render(self.colour))?;
                1
            }
            Outcome::Interrupted => {
                self.error("interrupted\n")?;
                INTERRUPTED
            }
            Outcome::Exit(status) => status,
        };
        self.out.flush()?;
        Ok(status)
    }

    /// Prints on standard error, after what was printed before. A closed standard error is not the program's
    /// concern.
    fn error(&mut self, text: &str) -> io::Result<()> {
        self.out.flush()?;
        let _ = io::stderr().write_all(text.as_bytes());
        Ok(())
    }

    /// Saves a figure and prints where it is.
    fn draw(&mut self, figure: &Figure) -> io::Result<()> {
        self.drawn += 1;
        let path = self.program.figures.join(format!("{}-{}.png", self.program.stem, self.drawn));
        let saved = figure.to_png(SCALE).map_err(|e| e.to_string()).and_then(|png| {
            std::fs::create_dir_all(&self.program.figures)
                .and_then(|()| std::fs::write(&path, png))
                .map_err(|e| e.to_string())
        });
        match saved {
            Ok(()) => writeln!(self.out, "{}", path.display()),
            Err(reason) => {
                self.failed = true;
                self.error(&format!("error: cannot save {}: {reason}\n", path.display()))
            }
        }
    }

    /// Shows how far a long computation is, to a person who watches.
    fn progress(&mut self, step: &Step) {
        if step.iteration == 1 {
            self.clear_bar();
        }
        let (started, bar) = self.bar.get_or_insert_with(|| (Instant::now(), None));
        let (spent, done) = (started.elapsed(), step.iteration.max(1) as f64);
        let remaining = step.max_iter.saturating_sub(step.iteration) as f64;
        let left = HumanDuration(spent.mul_f64(remaining / done));
        let message = format!("objective {:.6e}  at most {left} left", step.objective);
        if let Some(bar) = bar {
            bar.set_message(message);
            bar.set_position(step.iteration as u64);
        } else if spent >= PATIENCE && io::stderr().is_terminal() {
            let target = ProgressDrawTarget::stderr_with_hz(10);
            let style = ProgressStyle::with_template("{prefix} {bar:24} {pos}/{len}  {msg}");
            *bar = Some(
                ProgressBar::with_draw_target(Some(step.max_iter as u64), target)
                    .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
                    .with_prefix(step.task)
                    .with_message(message)
                    .with_position(step.iteration as u64),
            );
        }
    }

    fn clear_bar(&mut self) {
        if let Some((_, Some(bar))) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// The exit status after standard output could not be written.
    fn lost_output(mut self, error: &io::Error) -> i32 {
        self.clear_bar();
        // Dropping the writer would try once more.
        let _ = self.out.into_parts();
        if error.kind() == io::ErrorKind::BrokenPipe {
            return 0;
        }
        let _ = writeln!(io::stderr(), "error: cannot write the output: {error}");
        1
    }
}

/// Reads the user's line on a thread of its own, so that an interrupt need not wait for it. At the end of the input
/// the sender is dropped, which the program sees as an error.
fn read_line(reply: Sender<String>) {
    std::thread::spawn(move || {
        let mut line = String::new();
        if matches!(io::stdin().read_line(&mut line), Ok(read) if read > 0) {
            let line = line.strip_suffix('\n').unwrap_or(&line);
            // The program may have been interrupted meanwhile.
            let _ = reply.send(line.strip_suffix('\r').unwrap_or(line).to_string());
        }
    });
}

/// Makes Ctrl-C interrupt the program, and a second one within a second end the process.
fn interrupt_on_ctrl_c(session: Arc<Session>) {
    #[cfg(unix)]
    if let Ok(mut signals) = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT]) {
        std::thread::spawn(move || {
            let mut last: Option<Instant> = None;
            for _ in signals.forever() {
                if last.is_some_and(|last| last.elapsed() < Duration::from_secs(1)) {
                    std::process::exit(INTERRUPTED);
                }
                last = Some(Instant::now());
                session.interrupt();
            }
        });
    }
    // Elsewhere Ctrl-C ends the process.
    #[cfg(not(unix))]
    drop(session);
}
