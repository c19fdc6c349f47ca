//! One running program: its variables, and the thread it runs on (layer 4).
//!
//! Knows nothing of terminals or Jupyter: front ends [`Session::submit`] text and read [`Event`]s.

mod assist;
mod event;
mod library;
mod stdlib;
mod words;
mod worker;

pub use assist::{Completeness, Completion, Completions, Detail, Kind};
pub use event::{Event, Outcome, reached};
pub use stdlib::LibraryFunction;
pub use words::{unknown_words, without_words};
pub use worker::Submission;

use crate::syntax::{Diagnostic, Source};
use crate::value::Shown;
use assist::Snapshot;
use matfac::data::Interrupt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use worker::{Request, Worker};

/// A handle to one interpreter on a thread of its own. Dropping it ends the thread.
///
/// All methods may be called from any thread; none but [`Session::evaluate`] waits for a running program.
///
/// ```
/// use mf::session::{Event, Outcome, Session};
/// use mf::syntax::Source;
/// let session = Session::start();
/// let events: Vec<Event> = session.submit(Source::new("example", "x = 1 + 2")).iter().collect();
/// assert!(matches!(&events[0], Event::Value { shown, .. } if shown.text == "x = 3"));
/// assert!(matches!(events.last(), Some(Event::Done(Outcome::Completed))));
/// ```
pub struct Session {
    requests: Mutex<Sender<Request>>,
    interrupt: Interrupt,
    /// Submissions up to this number are to stop.
    stopped: Arc<AtomicU64>,
    submitted: AtomicU64,
    snapshot: Arc<Mutex<Arc<Snapshot>>>,
}

impl Session {
    /// Starts an interpreter.
    pub fn start() -> Session {
        Session::start_with(Vec::new())
    }

    /// Starts an interpreter whose programs find `arguments` in `argv()`.
    pub fn start_with(arguments: Vec<String>) -> Session {
        let (sender, receiver) = channel();
        let interrupt = Interrupt::new();
        let stopped = Arc::new(AtomicU64::new(0));
        let snapshot = Arc::<Mutex<Arc<Snapshot>>>::default();
        Worker::spawn(receiver, interrupt.clone(), stopped.clone(), snapshot.clone(), arguments);
        Session {
            requests: Mutex::new(sender),
            interrupt,
            stopped,
            submitted: AtomicU64::new(0),
            snapshot,
        }
    }

    /// Runs a program: its events arrive as they happen; the last is [`Event::Done`]. Submissions queue.
    pub fn submit(&self, source: Source) -> Receiver<Event> {
        self.request(Submission::Program(source))
    }

    /// Evaluates one expression without echo, for Jupyter's `user_expressions`. Waits for its turn.
    pub fn evaluate(&self, expression: &str) -> Result<Shown, Box<Diagnostic>> {
        let mut value = None;
        for event in self.request(Submission::Expression(expression.into())) {
            match event {
                Event::Value { shown, .. } => value = Some(shown),
                Event::Done(Outcome::Failed(diagnostic)) => return Err(diagnostic),
                Event::Done(_) => break,
                _ => {}
            }
        }
        value.ok_or_else(|| Box::new(Diagnostic::error("the expression has no value")))
    }

    fn request(&self, submission: Submission) -> Receiver<Event> {
        let (events, receiver) = channel();
        // One lock for number and queue, so that numbers arrive in order.
        let requests = self.requests.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let number = self.submitted.fetch_add(1, Ordering::SeqCst) + 1;
        // A worker that is gone drops the sender, and the reader sees the end.
        let _ = requests.send(Request { number, submission, events });
        receiver
    }

    /// Stops what is running, and what was submitted before this call, as soon as it can; variables keep the
    /// values they have.
    pub fn interrupt(&self) {
        self.stopped.store(self.submitted.load(Ordering::SeqCst), Ordering::SeqCst);
        self.interrupt.trigger();
    }

    /// Tells how many characters fit across the window.
    pub fn set_width(&self, width: usize) {
        drop(self.request(Submission::Width(width)));
    }

    /// Tells that the first so many values that a program shows get their HTML, with small pictures, and LaTeX beside
    /// the text.
    pub fn show_rich(&self, values: usize) {
        drop(self.request(Submission::Rich(values)));
    }

    /// What may stand at byte `cursor` of `text`.
    pub fn complete(&self, text: &str, cursor: usize) -> Completions {
        assist::complete(&self.snapshot(), text, cursor)
    }

    /// Help on the name at byte `cursor` of `text`, as plain text.
    pub fn inspect(&self, text: &str, cursor: usize, detail: Detail) -> Option<String> {
        assist::inspect(&self.snapshot(), text, cursor, detail)
    }

    /// Whether `text` can run as it stands.
    pub fn is_complete(text: &str) -> Completeness {
        assist::is_complete(text)
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}
