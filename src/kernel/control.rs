//! What stops things: the control channel, signals, and the death of the process that started the kernel.

use super::answer::Answerer;
use super::connection::Outbox;
use super::iopub::IoPub;
use super::message::{Request, receive};
use crate::session::Session;
use jupyter_protocol::{InterruptReply, ReplyStatus, ShutdownReply};
use jupyter_zmq_client::RouterRecvConnection;
use serde::Deserialize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// How the rest of the kernel is told to stop: the cell that runs, or everything.
pub struct Stop {
    session: Arc<Session>,
    running: AtomicBool,
    /// Whether someone asked the cell that runs, or ran last, to stop.
    interrupted: AtomicBool,
    /// Who waits for the user's next line.
    input: Mutex<Option<Sender<String>>>,
    shutdown: Notify,
}

impl Stop {
    /// Nothing runs yet.
    pub fn new(session: Arc<Session>) -> Stop {
        Stop {
            session,
            running: AtomicBool::new(false),
            interrupted: AtomicBool::new(false),
            input: Mutex::new(None),
            shutdown: Notify::new(),
        }
    }

    /// Notes whether a cell runs. An interrupt between cells must not hit the next one.
    pub fn set_running(&self, running: bool) {
        if running {
            self.interrupted.store(false, Ordering::SeqCst);
        }
        self.running.store(running, Ordering::SeqCst);
    }

    /// Whether the cell that ran last was asked to stop. A fit that stops early is no error, and yet whoever stops it
    /// does not want the cells queued behind.
    pub fn was_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::SeqCst)
    }

    /// Interrupts the cell that runs, if one does; a pending question to the user is dropped.
    pub fn interrupt(&self) {
        if self.running.load(Ordering::SeqCst) {
            self.interrupted.store(true, Ordering::SeqCst);
            self.session.interrupt();
        }
        self.expect_input(None);
    }

    /// Notes who waits for the user's next line.
    pub fn expect_input(&self, reply: Option<Sender<String>>) {
        *self.input.lock().unwrap_or_else(PoisonError::into_inner) = reply;
    }

    /// Hands the user's line to whoever waits for it.
    pub fn deliver_input(&self, line: String) {
        let waiting = self.input.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(reply) = waiting {
            // The program may have been interrupted meanwhile.
            let _ = reply.send(line);
        }
    }

    /// Asks the kernel to end.
    pub fn shut_down(&self) {
        self.interrupt();
        self.shutdown.notify_one();
    }

    /// Waits until someone asked the kernel to end.
    pub async fn requested(&self) {
        self.shutdown.notified().await;
    }
}

#[derive(Deserialize)]
struct Shutdown {
    #[serde(default)]
    restart: bool,
}

/// Serves the control channel.
pub async fn listen(
    mut connection: RouterRecvConnection,
    replies: Outbox,
    iopub: IoPub,
    answerer: Arc<Answerer>,
    stop: Arc<Stop>,
) {
    loop {
        let request = receive(&mut connection).await;
        match request.kind() {
            "interrupt_request" => {
                iopub.busy(&request);
                stop.interrupt();
                let _ = replies.send(request.reply(InterruptReply::new()));
                iopub.idle(&request);
            }
            "shutdown_request" => shut_down(&request, &replies, &iopub, &stop),
            _ => answerer.answer(&request, &replies, &iopub),
        }
    }
}

/// Answers a shutdown request to its sender and to all clients, and ends the kernel.
pub fn shut_down(request: &Request, replies: &Outbox, iopub: &IoPub, stop: &Stop) {
    let restart = request.content::<Shutdown>().is_some_and(|content| content.restart);
    let reply = ShutdownReply { restart, status: ReplyStatus::Ok, error: None };
    iopub.busy(request);
    iopub.send(request, reply.clone());
    let _ = replies.send(request.reply(reply));
    iopub.idle(request);
    stop.shut_down();
}

/// Ends the kernel when the Jupyter server that started it has died without saying so.
pub fn watch_parent(stop: Arc<Stop>) {
    #[cfg(unix)]
    if std::env::var_os("JPY_PARENT_PID").is_some() {
        let parent = std::os::unix::process::parent_id();
        tokio::spawn(async move {
            while std::os::unix::process::parent_id() == parent {
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            }
            stop.shut_down();
        });
    }
    #[cfg(not(unix))]
    drop(stop);
}

/// Treats SIGINT as an interrupt request: some clients send it whatever the kernelspec says.
pub fn watch_signals(stop: Arc<Stop>) {
    #[cfg(unix)]
    if let Ok(mut signals) = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT]) {
        std::thread::spawn(move || {
            for _ in signals.forever() {
                stop.interrupt();
            }
        });
    }
    #[cfg(not(unix))]
    drop(stop);
}
