//! Events as text, for the front ends that write to a terminal or a pipe (layer 5).
//!
//! Standard output gets what the program prints and shows, standard error the rest. Figures become PNG files whose
//! paths are printed, below the picture itself where the terminal can show it. A long computation shows how far it is to a person who watches.

pub mod code;
mod pager;
pub mod shell;

use crate::session::{Event, Outcome, reached};
use crate::terminal_picture::{self, Protocol, Window};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use matfac::data::Step;
use matfac::plot::Figure;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

/// A progress bar appears when a computation has taken this long.
const PATIENCE: Duration = Duration::from_millis(250);

/// Pixels of a saved figure for one of its own.
const SCALE: f64 = 2.0;

/// What a front end has to do after an event was printed.
#[derive(Debug)]
pub enum Next {
    /// Nothing: go on with the next event.
    More,
    /// Ask the user for a line.
    Input {
        /// What to print before the cursor.
        prompt: String,
        /// Where the answer goes.
        reply: Sender<String>,
    },
    /// The program ended.
    Done(Outcome),
}

/// Where figures are saved.
#[derive(Debug)]
pub struct Figures {
    directory: PathBuf,
    stem: String,
    drawn: usize,
    keep: bool,
}

impl Figures {
    /// They become `directory/stem-1.png` and so on, or go to the folder that `MF_FIGURES` names.
    pub fn new(directory: PathBuf, stem: &str) -> Figures {
        let told = std::env::var_os("MF_FIGURES").filter(|told| !told.is_empty());
        let directory = told.map_or(directory, PathBuf::from);
        Figures { directory, stem: stem.into(), drawn: 0, keep: false }
    }

    /// Leaves files alone that are there already: the numbers go on after theirs.
    pub fn keeping(mut self) -> Figures {
        self.keep = true;
        self
    }

    fn next(&mut self) -> PathBuf {
        loop {
            self.drawn += 1;
            let path = self.directory.join(format!("{}-{}.png", self.stem, self.drawn));
            if !self.keep || !path.exists() {
                return path;
            }
        }
    }

    fn save(&mut self, figure: &Figure) -> Result<PathBuf, String> {
        let path = self.next();
        let saved = figure.to_png(SCALE).map_err(|e| e.to_string()).and_then(|png| {
            std::fs::create_dir_all(&self.directory)
                .and_then(|()| std::fs::write(&path, png))
                .map_err(|e| e.to_string())
        });
        match saved {
            Ok(()) => Ok(path),
            Err(reason) => Err(format!("cannot save {}: {reason}", path.display())),
        }
    }
}

/// Whether a terminal's text may have colours: not when the user says no, nor where it cannot.
pub fn takes_colour(is_terminal: bool) -> bool {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    is_terminal && !plain && !dumb
}

/// Prints events.
#[derive(Debug)]
pub struct Printer {
    out: BufWriter<Stdout>,
    figures: Figures,
    /// How the terminal shows pictures, where it does.
    pictures: Option<Protocol>,
    colour: bool,
    /// Columns and rows of the window, where longer help goes through a pager.
    window: Option<(usize, usize)>,
    bar: Option<(Instant, Option<ProgressBar>)>,
    /// Whether the last line of the output is not finished.
    in_line: bool,
    /// Whether the terminal writes `^C` when the user presses Ctrl-C.
    echoes_keys: bool,
    /// Whether something failed that did not stop the program.
    failed: bool,
}

impl Printer {
    /// A printer that saves figures like this.
    pub fn new(figures: Figures) -> Printer {
        Printer {
            out: BufWriter::new(io::stdout()),
            figures,
            pictures: io::stdout()
                .is_terminal()
                .then(|| terminal_picture::protocol(|name| std::env::var(name).ok()))
                .flatten(),
            colour: takes_colour(io::stderr().is_terminal()),
            window: None,
            bar: None,
            in_line: false,
            echoes_keys: io::stderr().is_terminal(),
            failed: false,
        }
    }

    /// Tells that the terminal writes nothing when the user presses Ctrl-C.
    pub fn set_silent_keys(&mut self) {
        self.echoes_keys = false;
    }

    fn needs_line_break(&self) -> bool {
        self.echoes_keys || (self.in_line && io::stderr().is_terminal())
    }

    /// Tells the window's size, so that longer help goes through a pager; without rows nothing does.
    pub fn set_window(&mut self, columns: usize, rows: usize) {
        self.window = Some((columns, rows));
    }

    /// Whether something failed that did not stop the program: a figure that could not be saved.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// Prints one event.
    pub fn event(&mut self, event: Event) -> io::Result<Next> {
        if !matches!(event, Event::Progress(_)) {
            self.clear_bar();
        }
        match event {
            Event::Stdout(text) => self.text(&text)?,
            Event::Page(text) => self.page(&text)?,
            Event::Value { shown, .. } => self.text(&format!("{}\n", shown.printed()))?,
            Event::Stderr(text) => self.error(&text)?,
            Event::Warning(warning) => self.error(&warning.render(self.colour))?,
            Event::Figure(figure) => self.draw(&figure)?,
            Event::Progress(step) => self.progress(&step),
            Event::Clear => {
                if io::stdout().is_terminal() {
                    self.out.write_all(b"\x1b[H\x1b[2J")?;
                }
            }
            Event::Input { prompt, reply } => {
                self.flush()?;
                return Ok(Next::Input { prompt, reply });
            }
            Event::Done(outcome) => {
                match &outcome {
                    Outcome::Failed(diagnostic) => self.error(&diagnostic.render(self.colour))?,
                    Outcome::Interrupted => {
                        let gap = if self.needs_line_break() { "\n" } else { "" };
                        self.error(&format!("{gap}interrupted\n"))?;
                    }
                    Outcome::Completed | Outcome::Exit(_) => {}
                }
                self.flush()?;
                return Ok(Next::Done(outcome));
            }
        }
        Ok(Next::More)
    }

    /// Prints text on standard output.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        if let Some(last) = text.bytes().last() {
            self.in_line = last != b'\n';
        }
        self.out.write_all(text.as_bytes())
    }

    /// Ends a line that the program left unfinished, and sends on what was printed: the prompt needs a line of its own.
    pub fn start_line(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.in_line) {
            self.out.write_all(b"\n")?;
        }
        self.flush()
    }

    /// Sends on what was printed.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Prints on standard error, after what was printed before. A closed standard error is not the program's
    /// concern.
    fn error(&mut self, text: &str) -> io::Result<()> {
        self.out.flush()?;
        let _ = io::stderr().write_all(text.as_bytes());
        Ok(())
    }

    /// Saves a figure, shows it where the terminal can, and prints where it is.
    fn draw(&mut self, figure: &Figure) -> io::Result<()> {
        let picture = self
            .pictures
            .and_then(|how| terminal_picture::draw(figure, how, Window::of_stdout()).ok());
        if let Some(picture) = picture {
            if self.in_line {
                self.text("\n")?;
            }
            self.text(&picture)?;
        }
        match self.figures.save(figure) {
            Ok(path) => self.text(&format!("{}\n", path.display())),
            Err(sentence) => {
                self.failed = true;
                self.error(&format!("error: {sentence}\n"))
            }
        }
    }

    /// Prints help, filled to the window; what is longer than the window goes through `$PAGER`, or `less`.
    pub fn page(&mut self, text: &str) -> io::Result<()> {
        let text = text.trim_end_matches('\n');
        let fitted = self.window.map(|(columns, _)| pager::fitted(text, columns));
        let colour = takes_colour(io::stdout().is_terminal());
        let text = pager::styled(fitted.as_deref().unwrap_or(text), colour);
        let is_long =
            self.window.is_some_and(|window| window.1 > 0 && pager::is_longer(&text, window));
        if is_long && io::stdout().is_terminal() {
            self.out.flush()?;
            if pager::show(&text) {
                return Ok(());
            }
        }
        self.text(&text)?;
        self.text("\n")
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
        let left = format!("at most {left} left");
        let message = reached(step).into_iter().chain([left]).collect::<Vec<_>>().join("  ");
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

    /// Gives up on output that nobody reads.
    pub fn abandon(mut self) {
        self.clear_bar();
        // Dropping the writer would try once more.
        let _ = self.out.into_parts();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_numbered_and_may_be_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("figures");
        let figure = Figure::line(vec![1.0, 2.0], vec![1.0, 2.0]);
        let mut figures = Figures::new(path.clone(), "a");
        assert_eq!(figures.save(&figure).unwrap(), path.join("a-1.png"));
        assert_eq!(figures.save(&figure).unwrap(), path.join("a-2.png"));
        assert_eq!(Figures::new(path.clone(), "a").next(), path.join("a-1.png"));
        assert_eq!(Figures::new(path.clone(), "a").keeping().next(), path.join("a-3.png"));
    }
}
