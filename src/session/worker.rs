//! The thread on which programs run.
//!
//! It owns the interpreter; values never leave it. Its stack is large enough for the deepest calls that are
//! allowed, so that deep recursion is an error and not an overflow.

use super::assist::{Snapshot, Watch};
use super::library::Table;
use super::{Event, Outcome, words};
use crate::eval::{Interpreter, Output};
use crate::syntax::{Diagnostic, Source};
use crate::value::{Fault, FaultKind, Host, Shown, display_text, show};
use matfac::data::{Interrupt, Monitor};
use matfac::plot::Figure;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Address space, not memory: pages are taken when they are touched.
const STACK: usize = 1 << 30;

/// What can be asked of the worker.
#[derive(Debug)]
pub enum Submission {
    /// Run a program.
    Program(Source),
    /// Evaluate an expression.
    Expression(String),
    /// The window has this many columns.
    Width(usize),
    /// So many values of each program are shown in every form.
    Rich(usize),
}

/// A submission, its number, and where its events go.
pub(super) struct Request {
    pub number: u64,
    pub submission: Submission,
    pub events: Sender<Event>,
}

/// Events of the submission that runs.
type Events = Rc<RefCell<Option<Sender<Event>>>>;

pub(super) struct Worker {
    interpreter: Interpreter,
    events: Events,
    interrupt: Interrupt,
    stopped: Arc<AtomicU64>,
    watch: Watch,
    snapshot: Arc<Mutex<Arc<Snapshot>>>,
}

impl Worker {
    pub fn spawn(
        requests: Receiver<Request>,
        interrupt: Interrupt,
        stopped: Arc<AtomicU64>,
        snapshot: Arc<Mutex<Arc<Snapshot>>>,
        arguments: Vec<String>,
    ) {
        let run = move || {
            let events: Events = Rc::default();
            let output = Box::new(Emitter { events: events.clone(), interrupt: interrupt.clone() });
            let mut interpreter = Interpreter::new(Box::new(Table), output, interrupt.clone());
            interpreter.set_script_arguments(arguments);
            let watch = Watch::default();
            let mut worker = Worker { interpreter, events, interrupt, stopped, watch, snapshot };
            for request in requests {
                worker.serve(request);
            }
        };
        std::thread::Builder::new()
            .name("mf-evaluation".into())
            .stack_size(STACK)
            .spawn(run)
            .expect("the operating system starts a thread");
    }

    fn serve(&mut self, request: Request) {
        let Request { number, submission, events } = request;
        // An interrupt that came before this submission is not meant for it.
        if self.stopped.load(Ordering::SeqCst) < number {
            self.interrupt.clear();
        }
        // And one that came between the test and the clearing must not be lost.
        if self.stopped.load(Ordering::SeqCst) >= number {
            self.interrupt.trigger();
        }
        *self.events.borrow_mut() = Some(events);
        let may_assign = matches!(submission, Submission::Program(_) | Submission::Expression(_));
        let interpreter = &mut self.interpreter;
        let outcome = catch_unwind(AssertUnwindSafe(|| match submission {
            Submission::Program(source) => words::run(interpreter, &source),
            Submission::Expression(text) => evaluate(interpreter, &text),
            Submission::Rich(values) => {
                interpreter.style_mut().rich = values;
                Ok(())
            }
            Submission::Width(width) => {
                interpreter.style_mut().width = width.max(20);
                Ok(())
            }
        }));
        let outcome = match outcome {
            Ok(Ok(())) => Outcome::Completed,
            Ok(Err(fault)) => match fault.kind {
                FaultKind::Error => Outcome::Failed(Box::new(fault.into_diagnostic())),
                FaultKind::Interrupted => Outcome::Interrupted,
                FaultKind::Exit(status) => Outcome::Exit(status),
            },
            Err(panic) => Outcome::Failed(Box::new(bug(&panic))),
        };
        if may_assign {
            self.describe();
        }
        if let Some(events) = self.events.borrow_mut().take() {
            // A front end that has gone away needs no answer.
            let _ = events.send(Event::Done(outcome));
        }
    }

    /// Tells completion and help what the workspace has now.
    fn describe(&mut self) {
        let (watch, interpreter) = (&mut self.watch, &self.interpreter);
        let snapshot = catch_unwind(AssertUnwindSafe(|| watch.look(interpreter)));
        // A bug here must not end the session, nor is it the program's: what was known before goes on serving.
        if let Ok(snapshot) = snapshot {
            *self.snapshot.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) =
                Arc::new(snapshot);
        }
    }
}

/// A panic is a bug of mf, not of the program: say so, and keep the session alive.
fn bug(panic: &Box<dyn std::any::Any + Send>) -> Diagnostic {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Diagnostic::error(format!("internal error: {text}"))
        .with_help("this is a bug in mf; please report it with the statements that led here")
}

fn evaluate(interpreter: &mut Interpreter, text: &str) -> Result<(), Box<Fault>> {
    let source = Source::new("expression", text);
    let value = interpreter.evaluate_top(&source)?;
    let style = interpreter.style().clone();
    let shown = show("ans", &value, &style);
    let plain = Shown { text: display_text(&value, &style), ..shown };
    interpreter.emit_value(plain);
    Ok(())
}

/// Turns what the interpreter says into events.
struct Emitter {
    events: Events,
    interrupt: Interrupt,
}

impl Emitter {
    fn send(&self, event: Event) {
        if let Some(events) = &*self.events.borrow() {
            // A front end that has gone away needs no output.
            let _ = events.send(event);
        }
    }
}

impl Output for Emitter {
    fn stdout(&mut self, text: &str) {
        self.send(Event::Stdout(text.into()));
    }

    fn stderr(&mut self, text: &str) {
        self.send(Event::Stderr(text.into()));
    }

    fn value(&mut self, shown: Shown, is_result: bool) {
        self.send(Event::Value { shown, is_result });
    }

    fn figure(&mut self, figure: Arc<Figure>) {
        self.send(Event::Figure(figure));
    }

    fn warning(&mut self, warning: Diagnostic) {
        self.send(Event::Warning(warning));
    }

    fn page(&mut self, text: &str) {
        self.send(Event::Page(text.into()));
    }

    fn clear(&mut self) {
        self.send(Event::Clear);
    }

    fn input(&mut self, prompt: &str) -> Option<String> {
        let (reply, answer) = channel();
        self.send(Event::Input { prompt: prompt.into(), reply });
        // The user may interrupt instead of answering.
        loop {
            match answer.recv_timeout(Duration::from_millis(20)) {
                Ok(line) => return Some(line),
                Err(RecvTimeoutError::Timeout) if !self.interrupt.is_set() => {}
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => {
                    // Whoever leaves by Ctrl-C ends the input too; which of the two is noticed first is chance.
                    std::thread::sleep(Duration::from_millis(20));
                    return None;
                }
            }
        }
    }

    fn monitor(&self, interrupt: &Interrupt) -> Monitor {
        match &*self.events.borrow() {
            None => Monitor::default(),
            Some(events) => {
                let events = Mutex::new(events.clone());
                Monitor::new(interrupt.clone(), move |step| {
                    let events = events.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                    // A front end that has gone away needs no progress.
                    let _ = events.send(Event::Progress(step.clone()));
                })
            }
        }
    }
}
