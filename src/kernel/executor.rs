//! The thread that runs cells, one after the other.

use super::connection::Outbox;
use super::control::Stop;
use super::history::History;
use super::iopub::IoPub;
use super::media;
use super::message::Request;
use super::output::Output;
use crate::session::{Event, Outcome, Session};
use crate::syntax::{Diagnostic, Source};
use jupyter_protocol::{
    ErrorOutput, ExecuteInput, ExecuteReply, ExecutionCount, ExpressionResult, InputRequest,
    JupyterMessageContent, Payload, ReplyError, ReplyStatus,
};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a failed cell waits for cells sent in the same burst, so that they are aborted with those already queued.
const BURST: Duration = Duration::from_millis(20);

/// Takes cells from a queue, runs them, and tells the clients what happens.
pub struct Executor {
    pub session: Arc<Session>,
    pub queue: Receiver<Request>,
    pub iopub: IoPub,
    /// Replies on the shell channel.
    pub replies: Outbox,
    /// Questions on the stdin channel.
    pub input: Outbox,
    pub stop: Arc<Stop>,
    pub history: Arc<Mutex<History>>,
}

/// An execute request, with the defaults for what clients leave out.
#[derive(Deserialize)]
struct Cell {
    #[serde(default)]
    code: String,
    #[serde(default)]
    silent: bool,
    #[serde(default = "yes")]
    store_history: bool,
    #[serde(default)]
    user_expressions: Option<HashMap<String, String>>,
    #[serde(default = "yes")]
    allow_stdin: bool,
    #[serde(default = "yes")]
    stop_on_error: bool,
}

fn yes() -> bool {
    true
}

/// How a cell ended.
struct Ended {
    error: Option<ReplyError>,
    payload: Vec<Payload>,
    /// The text of the last result, for the history.
    result: Option<String>,
    /// Whether the program asked to leave.
    exit: bool,
}

impl Executor {
    /// Runs cells until the process ends.
    pub fn run(self) {
        let mut count = 0;
        while let Ok(request) = self.queue.recv() {
            self.iopub.busy(&request);
            if let Some(cell) = request.content::<Cell>() {
                self.execute(&request, &cell, &mut count);
            } else {
                self.iopub.idle(&request);
            }
        }
    }

    fn execute(&self, request: &Request, cell: &Cell, count: &mut usize) {
        let number = *count + 1;
        let stores = cell.store_history && !cell.silent;
        if stores {
            *count = number;
        }
        if !cell.silent {
            let execution_count = ExecutionCount::new(number);
            self.iopub.send(request, ExecuteInput { code: cell.code.clone(), execution_count });
        }
        let ended = self.run_program(request, cell, number);
        if stores && !cell.code.trim().is_empty() {
            let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
            history.add(number, &cell.code, ended.result);
        }
        let failed = ended.error.is_some();
        let user_expressions = match &cell.user_expressions {
            Some(expressions) if !failed => self.evaluate(expressions),
            _ => HashMap::new(),
        };
        let stops = failed || self.stop.was_interrupted();
        let aborted = if stops && cell.stop_on_error && !cell.silent {
            std::thread::sleep(BURST);
            self.queue.try_iter().collect()
        } else {
            Vec::new()
        };
        let reply = ExecuteReply {
            status: if failed { ReplyStatus::Error } else { ReplyStatus::Ok },
            execution_count: ExecutionCount::new(number),
            payload: ended.payload,
            user_expressions: Some(user_expressions),
            error: ended.error.map(Box::new),
        };
        let _ = self.replies.send(request.reply(reply));
        self.iopub.idle(request);
        for later in aborted {
            self.abort(&later, *count);
        }
        if ended.exit {
            self.stop.shut_down();
        }
    }

    /// Submits the cell and passes its events on until it is done.
    fn run_program(&self, request: &Request, cell: &Cell, number: usize) -> Ended {
        let mut output = Output::new(&self.iopub, request, number, cell.silent);
        self.stop.set_running(true);
        let events = self.session.submit(Source::new(format!("In [{number}]"), cell.code.as_str()));
        let outcome = loop {
            let event = match output.deadline() {
                None => events.recv().map_err(RecvTimeoutError::from),
                Some(at) => events.recv_timeout(at.saturating_duration_since(Instant::now())),
            };
            match event {
                Ok(Event::Done(outcome)) => break outcome,
                Ok(Event::Input { prompt, reply }) => {
                    output.flush();
                    if cell.allow_stdin {
                        self.stop.expect_input(Some(reply));
                        let question = InputRequest { prompt, password: false };
                        let _ = self.input.send(request.reply(question));
                    }
                }
                Ok(event) => output.event(event),
                Err(RecvTimeoutError::Timeout) => output.flush(),
                Err(RecvTimeoutError::Disconnected) => {
                    break Outcome::Failed(Box::new(Diagnostic::error(
                        "the interpreter has stopped",
                    )));
                }
            }
        };
        self.stop.set_running(false);
        self.stop.expect_input(None);
        let (mut payload, result) = output.finish();
        let exit = matches!(outcome, Outcome::Exit(_));
        if exit {
            payload.push(Payload::AskExit { keepkernel: false });
        }
        let error = match outcome {
            Outcome::Completed | Outcome::Exit(_) => None,
            Outcome::Failed(diagnostic) => Some(error(&diagnostic)),
            Outcome::Interrupted => Some(ReplyError {
                ename: "Interrupted".into(),
                evalue: "stopped by the user".into(),
                traceback: vec!["\x1b[1;31minterrupted\x1b[0m".into()],
            }),
        };
        if let (Some(ReplyError { ename, evalue, traceback }), false) = (error.clone(), cell.silent)
        {
            self.iopub.send(request, ErrorOutput { ename, evalue, traceback });
        }
        Ended { error, payload, result, exit }
    }

    fn evaluate(&self, expressions: &HashMap<String, String>) -> HashMap<String, ExpressionResult> {
        let result = |expression: &String| match self.session.evaluate(expression) {
            Ok(shown) => {
                ExpressionResult::Ok { data: media::shown(shown), metadata: Default::default() }
            }
            Err(diagnostic) => {
                let ReplyError { ename, evalue, traceback } = error(&diagnostic);
                ExpressionResult::Error { ename, evalue, traceback }
            }
        };
        expressions.iter().map(|(name, text)| (name.clone(), result(text))).collect()
    }

    /// Answers a cell that was queued behind one that failed. Since version 5.1 the protocol asks for status
    /// `error` with all its fields here; `aborted` is deprecated.
    fn abort(&self, request: &Request, count: usize) {
        self.iopub.busy(request);
        let reply = ExecuteReply {
            status: ReplyStatus::Error,
            execution_count: ExecutionCount::new(count),
            user_expressions: Some(HashMap::new()),
            error: Some(Box::new(ReplyError {
                ename: "Aborted".into(),
                evalue: "not run because an earlier cell failed or was stopped".into(),
                traceback: Vec::new(),
            })),
            ..ExecuteReply::default()
        };
        let _ = self.replies.send(request.reply(JupyterMessageContent::from(reply)));
        self.iopub.idle(request);
    }
}

/// A diagnostic as Jupyter describes errors; the traceback is the coloured report, line by line.
fn error(diagnostic: &Diagnostic) -> ReplyError {
    let ename = match diagnostic.identifier.as_str() {
        "" => "Error".to_string(),
        identifier => identifier.to_string(),
    };
    let traceback = diagnostic.render(true).lines().map(str::to_string).collect();
    ReplyError { ename, evalue: diagnostic.message.clone(), traceback }
}
