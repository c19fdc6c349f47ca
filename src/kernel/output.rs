//! One cell's events as iopub messages, in the order in which they happened.
//!
//! Text is gathered and sent in at most twenty messages a second, and before anything else is sent, so that a loop of
//! prints does not flood the front end and nothing overtakes it. In a cell that clears, values and figures wait with the
//! text, and clearing takes away what was gathered before it, so that a loop that clears and shows is an animation, of
//! which only the frames that are sent are drawn. What would make a notebook unusable is
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
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Between two messages of text, on average.
const BETWEEN: Duration = Duration::from_millis(50);

/// Bytes of text after which the rest of a cell's text is dropped.
const LARGEST_TEXT: usize = 1_000_000;

/// Displayed values after which a cell's further values are sent as text.
pub const MOST_VALUES: usize = 50;

/// Figures after which a cell's further figures are dropped.
const MOST_FIGURES: usize = 50;

/// Stretches of standard output and error in one batch before their order is given up for fewer messages.
const MOST_STRETCHES: usize = 8;

/// A part of what a cell shows.
enum Piece {
    Text(StreamContent),
    Value { shown: Shown, is_result: bool },
    Figure(Arc<Figure>),
    Progress(Update),
}

/// Where the events of one cell go.
pub struct Output<'a> {
    iopub: &'a IoPub,
    request: &'a Request,
    /// The cell's execution count.
    number: usize,
    /// Whether nothing is to be published.
    silent: bool,
    pending: Vec<Piece>,
    /// Whether what is shown is to go before what is pending comes.
    clears: bool,
    /// Whether the cell has cleared what it showed.
    animates: bool,
    /// What was pending when the cell cleared: sent in its turn if nothing has followed yet, so that an animation does
    /// not flicker.
    cleared: Vec<Piece>,
    /// When what is pending is to be sent.
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
            animates: false,
            cleared: Vec::new(),
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

    /// Sends what was gathered so far.
    pub fn flush(&mut self) {
        let is_behind = self.clears && self.pending.is_empty() && !self.cleared.is_empty();
        let earlier = take(&mut self.cleared);
        let pieces = if is_behind { earlier } else { take(&mut self.pending) };
        let messages = pieces.len() + usize::from(self.clears);
        if self.clears {
            // Front ends that wait for what comes next do not flicker.
            self.iopub.send(self.request, ClearOutput { wait: !pieces.is_empty() });
        }
        self.clears = is_behind;
        for piece in pieces {
            self.publish(piece);
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
            Event::Figure(figure) => self.figure(figure),
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
        self.cleared.clear();
        self.flush();
        let pages = take(&mut self.pages);
        let payload = match pages.is_empty() {
            true => Vec::new(),
            // Front ends have one pager and show the last payload only.
            false => vec![Payload::Page { data: media::plain(pages.join("\n\n")), start: 0 }],
        };
        (payload, self.result.take())
    }

    fn value(&mut self, shown: Shown, is_result: bool) {
        if is_result {
            self.result = Some(shown.text.clone());
        }
        self.values += 1;
        if self.values > MOST_VALUES {
            return self.stream(Stdio::Stdout, shown.text + "\n");
        }
        self.send(Piece::Value { shown, is_result });
    }

    fn figure(&mut self, figure: Arc<Figure>) {
        self.figures += 1;
        if self.figures > MOST_FIGURES + 1 {
            return;
        }
        if self.figures > MOST_FIGURES {
            let note = format!(
                "more than {MOST_FIGURES} figures: the rest of this cell's are not shown\n"
            );
            return self.stream(Stdio::Stderr, note);
        }
        self.send(Piece::Figure(figure));
    }

    /// Starts afresh: nothing that was shown counts any more.
    fn clear(&mut self) {
        if !self.pending.is_empty() {
            self.cleared = take(&mut self.pending);
        }
        self.clears = !self.silent;
        self.animates = true;
        (self.text, self.values, self.figures) = (0, 0, 0);
        self.progress = Progress::default();
        if Instant::now() >= self.due {
            // What is shown next comes along.
            self.due = Instant::now() + BETWEEN;
        }
    }

    fn updates(&mut self, updates: impl IntoIterator<Item = Update>) {
        for update in updates {
            self.send(Piece::Progress(update));
        }
    }

    fn send(&mut self, piece: Piece) {
        if self.silent {
            return;
        }
        if !self.animates {
            self.flush();
            return self.publish(piece);
        }
        self.pending.push(piece);
        if Instant::now() >= self.due {
            self.flush();
        }
    }

    fn publish(&self, piece: Piece) {
        let send = |content: JupyterMessageContent| self.iopub.send(self.request, content);
        match piece {
            Piece::Text(text) => send(text.into()),
            Piece::Value { shown, is_result: false } => {
                send(DisplayData::new(media::shown(shown)).into());
            }
            Piece::Value { shown, is_result: true } => {
                let result = ExecuteResult {
                    execution_count: ExecutionCount::new(self.number),
                    data: media::shown(shown),
                    metadata: Default::default(),
                    // `null` for transient fails validation.
                    transient: Some(Transient::default()),
                };
                send(result.into());
            }
            Piece::Figure(figure) => {
                let note = match media::figure(&figure) {
                    Ok((display, note)) => {
                        send(display.into());
                        note
                    }
                    Err(error) => Some(format!("cannot draw the figure: {error}\n")),
                };
                if let Some(text) = note {
                    send(StreamContent { name: Stdio::Stderr, text }.into());
                }
            }
            Piece::Progress(Update { id, text, is_new: true }) => {
                let transient = Some(Transient { display_id: Some(id) });
                send(DisplayData { transient, ..DisplayData::new(media::plain(text)) }.into());
            }
            Piece::Progress(Update { id, text, is_new: false }) => {
                send(UpdateDisplayData::new(media::plain(text), &id).into());
            }
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
        // Text does not go before a value or a figure that came before it.
        let last = self.pending.iter().rposition(|piece| !matches!(piece, Piece::Text(_)));
        let start = last.map_or(0, |last| last + 1);
        let full = self.pending.len() - start >= MOST_STRETCHES;
        let texts = self.pending[start..].iter_mut().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text),
            _ => None,
        });
        let mut candidates = texts.rev();
        let home = if full { candidates.find(same) } else { candidates.next().filter(same) };
        match home {
            Some(earlier) => earlier.text.push_str(&text),
            None => self.pending.push(Piece::Text(StreamContent { name, text })),
        }
    }
}
