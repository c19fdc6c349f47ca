//! One cell's events as iopub messages, in the order in which they happened.
//!
//! Text is gathered and sent in at most twenty messages a second, and before anything else is sent, so that a loop of
//! prints does not flood the front end and nothing overtakes it. Clearing waits with the text, and takes away what was
//! gathered before it, so that a loop that clears and prints is an animation. What would make a notebook unusable is
//! cut with a note: more than a megabyte of text, more than a few dozen figures. Values shown by a loop become text
//! after the first few dozen.

use super::iopub::IoPub;
use super::media;
use super::message::Request;
use super::progress::{Progress, Update};
use crate::session::Event;
use crate::value::Shown;
use jupyter_protocol::{
    ClearOutput, DisplayData, ExecuteResult, ExecutionCount, JupyterMessageContent, Payload, Stdio,
    StreamContent, Transient, UpdateDisplayData,
};
use matfac::plot::Figure;
use std::mem::{discriminant, take};
use std::time::{Duration, Instant};

/// Between two messages of text, on average.
const BETWEEN: Duration = Duration::from_millis(50);

/// Bytes of text after which the rest of a cell's text is dropped.
const LARGEST_TEXT: usize = 1_000_000;

/// Displayed values after which a cell's further values are sent as text.
const MOST_VALUES: usize = 50;

/// Figures after which a cell's further figures are dropped.
const MOST_FIGURES: usize = 50;

/// Stretches of standard output and error in one batch before their order is given up for fewer messages.
const MOST_STRETCHES: usize = 8;

/// Where the events of one cell go.
pub struct Output<'a> {
    iopub: &'a IoPub,
    request: &'a Request,
    /// The cell's execution count.
    number: usize,
    /// Whether nothing is to be published.
    silent: bool,
    pending: Vec<StreamContent>,
    /// Whether what is shown is to go before the pending text comes.
    clears: bool,
    /// When the pending text is to be sent.
    due: Instant,
    /// Bytes of text so far, including what was dropped.
    text: usize,
    values: usize,
    figures: usize,
    progress: Progress,
    pages: Vec<String>,
    result: Option<String>,
}

impl<'a> Output<'a> {
    /// The output of the cell that `request` asked for.
    pub fn new(iopub: &'a IoPub, request: &'a Request, number: usize, silent: bool) -> Output<'a> {
        Output {
            iopub,
            request,
            number,
            silent,
            pending: Vec::new(),
            clears: false,
            due: Instant::now(),
            text: 0,
            values: 0,
            figures: 0,
            progress: Progress::default(),
            pages: Vec::new(),
            result: None,
        }
    }

    /// When [`Output::flush`] is to be called if no event comes before.
    pub fn deadline(&self) -> Option<Instant> {
        (self.clears || !self.pending.is_empty()).then_some(self.due)
    }

    /// Sends the text gathered so far.
    pub fn flush(&mut self) {
        let messages = self.pending.len() + usize::from(self.clears);
        if take(&mut self.clears) {
            // Front ends that wait for what comes next do not flicker.
            self.iopub.send(self.request, ClearOutput { wait: !self.pending.is_empty() });
        }
        for text in take(&mut self.pending) {
            self.iopub.send(self.request, text);
        }
        if messages > 0 {
            self.due = Instant::now() + BETWEEN * messages as u32;
        }
    }

    /// Passes one event on. `Input` and `Done` are the caller's.
    pub fn event(&mut self, event: Event) {
        match event {
            Event::Stdout(text) => self.stream(Stdio::Stdout, text),
            Event::Stderr(text) => self.stream(Stdio::Stderr, text),
            Event::Warning(warning) => self.stream(Stdio::Stderr, warning.render(true)),
            Event::Value { shown, is_result } => self.value(shown, is_result),
            Event::Figure(figure) => self.figure(&figure),
            Event::Progress(step) => {
                let updates = self.progress.step(step, Instant::now());
                self.updates(updates);
            }
            Event::Page(text) => self.pages.push(text),
            Event::Clear => self.clear(),
            Event::Input { .. } | Event::Done(_) => {}
        }
    }

    /// Sends what is left; the cell's pager texts, and the text of its last result.
    pub fn finish(mut self) -> (Vec<Payload>, Option<String>) {
        let summary = self.progress.finish(Instant::now());
        self.updates(summary);
        self.flush();
        let pages = take(&mut self.pages);
        let payload = match pages.is_empty() {
            true => Vec::new(),
            // Front ends have one pager and show the last payload only.
            false => vec![Payload::Page { data: media::plain(pages.join("\n\n")), start: 0 }],
        };
        (payload, self.result.take())
    }

    fn value(&mut self, value: Shown, is_result: bool) {
        if is_result {
            self.result = Some(value.text.clone());
        }
        self.values += 1;
        if self.values > MOST_VALUES {
            return self.stream(Stdio::Stdout, value.text + "\n");
        }
        let data = media::shown(value);
        if is_result {
            let execution_count = ExecutionCount::new(self.number);
            // `null` for transient fails validation.
            let transient = Some(Transient::default());
            self.send(ExecuteResult {
                execution_count,
                data,
                metadata: Default::default(),
                transient,
            });
        } else {
            self.send(DisplayData::new(data));
        }
    }

    fn figure(&mut self, figure: &Figure) {
        self.figures += 1;
        if self.silent || self.figures > MOST_FIGURES + 1 {
            return;
        }
        if self.figures > MOST_FIGURES {
            let note = format!(
                "more than {MOST_FIGURES} figures: the rest of this cell's are not shown\n"
            );
            return self.stream(Stdio::Stderr, note);
        }
        match media::figure(figure) {
            Ok((display, note)) => {
                self.send(display);
                self.stream(Stdio::Stderr, note.unwrap_or_default());
            }
            Err(error) => self.stream(Stdio::Stderr, format!("cannot draw the figure: {error}\n")),
        }
    }

    /// Starts afresh: nothing that was shown counts any more.
    fn clear(&mut self) {
        self.pending.clear();
        self.clears = !self.silent;
        (self.text, self.values, self.figures) = (0, 0, 0);
        self.progress = Progress::default();
        if Instant::now() >= self.due {
            // What is printed next comes along.
            self.due = Instant::now() + BETWEEN;
        }
    }

    fn updates(&mut self, updates: impl IntoIterator<Item = Update>) {
        for Update { id, text, is_new } in updates {
            let data = media::plain(text);
            if is_new {
                let transient = Some(Transient { display_id: Some(id) });
                self.send(DisplayData { transient, ..DisplayData::new(data) });
            } else {
                self.send(UpdateDisplayData::new(data, &id));
            }
        }
    }

    fn send(&mut self, content: impl Into<JupyterMessageContent>) {
        self.flush();
        if !self.silent {
            self.iopub.send(self.request, content);
        }
    }

    fn stream(&mut self, name: Stdio, mut text: String) {
        if self.silent || text.is_empty() {
            return;
        }
        let room = LARGEST_TEXT.saturating_sub(self.text);
        let was_full = self.text > LARGEST_TEXT;
        self.text = self.text.saturating_add(text.len());
        if text.len() > room {
            text.truncate(text.floor_char_boundary(room));
        }
        if !text.is_empty() {
            self.gather(name, text);
        }
        if self.text > LARGEST_TEXT && !was_full {
            let note = "\noutput over 1 MB: the rest of this cell's text is not shown\n";
            self.gather(Stdio::Stderr, note.into());
        }
        if Instant::now() >= self.due {
            self.flush();
        }
    }

    fn gather(&mut self, name: Stdio, text: String) {
        let same =
            |earlier: &&mut StreamContent| discriminant(&earlier.name) == discriminant(&name);
        let full = self.pending.len() >= MOST_STRETCHES;
        let mut candidates = self.pending.iter_mut().rev();
        let home = if full { candidates.find(same) } else { candidates.next().filter(same) };
        match home {
            Some(earlier) => earlier.text.push_str(&text),
            None => self.pending.push(StreamContent { name, text }),
        }
    }
}
