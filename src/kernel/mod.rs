//! The Jupyter kernel (layer 5): one [`Session`] behind the five sockets of the messaging protocol, version 5.4.
//!
//! Two threads besides the interpreter's own. The main thread runs a single-threaded tokio runtime with one task
//! per socket, so that interrupts, completions and `kernel_info` are answered while a cell runs. The executor
//! thread takes cells from a queue, submits them to the session and turns its events into messages.
//!
//! Reference: "Messaging in Jupyter", <https://jupyter-client.readthedocs.io/en/stable/messaging.html>; the welcome
//! message on iopub is Jupyter Enhancement Proposal 65. Knows nothing of terminals or of the command line.

mod answer;
mod connection;
mod control;
mod executor;
mod history;
mod iopub;
mod kernelspec;
mod media;
mod message;
mod output;
mod progress;
mod stdin;

pub use connection::Error;
pub use kernelspec::{Location, install, uninstall};

use crate::session::Session;
use answer::Answerer;
use connection::{Sockets, sender};
use control::Stop;
use executor::Executor;
use history::History;
use iopub::IoPub;
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

/// Serves one session on the sockets that `connection_file` names, until a client asks for a shutdown or the
/// process that started the kernel is gone.
///
/// # Errors
/// The file cannot be read or is not a connection file, or one of its ports is taken.
pub fn start(connection_file: &Path) -> Result<(), Error> {
    let info = connection::read(connection_file)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::new(format!("cannot start the kernel: {e}")))?;
    let session = Arc::new(Session::start());
    session.show_rich(output::MOST_VALUES);
    let served = runtime.block_on(serve(&info, session));
    // The sockets' own tasks and an interpreter in a long computation must not keep the process.
    runtime.shutdown_background();
    served
}

async fn serve(
    info: &jupyter_protocol::ConnectionInfo,
    session: Arc<Session>,
) -> Result<(), Error> {
    let Sockets { shell, control, stdin, iopub, heartbeat } = connection::bind(info).await?;
    let (shell_out, mut shell_in) = shell.split();
    let (control_out, control_in) = control.split();
    let (stdin_out, stdin_in) = stdin.split();

    let iopub = IoPub::spawn(iopub);
    let history = Arc::new(Mutex::new(History::from_environment()));
    let stop = Arc::new(Stop::new(session.clone()));
    let replies = sender(shell_out);
    let answerer = Arc::new(Answerer { session: session.clone(), history: history.clone() });

    let (cells, queue) = mpsc::channel();
    let executor = Executor {
        session,
        queue,
        iopub: iopub.clone(),
        replies: replies.clone(),
        stop: stop.clone(),
        input: sender(stdin_out),
        history,
    };
    std::thread::Builder::new()
        .name("executor".into())
        .spawn(move || executor.run())
        .map_err(|e| Error::new(format!("cannot start the kernel: {e}")))?;

    tokio::spawn(connection::echo(heartbeat));
    tokio::spawn(stdin::listen(stdin_in, stop.clone()));
    tokio::spawn(control::listen(
        control_in,
        sender(control_out),
        iopub.clone(),
        answerer.clone(),
        stop.clone(),
    ));
    {
        let (iopub, stop) = (iopub.clone(), stop.clone());
        tokio::spawn(async move {
            loop {
                let request = message::receive(&mut shell_in).await;
                if request.kind() == "execute_request" {
                    // Only a defect ends the executor; then Jupyter should notice and start anew.
                    if cells.send(request).is_err() {
                        stop.shut_down();
                    }
                } else if request.kind() == "shutdown_request" {
                    control::shut_down(&request, &replies, &iopub, &stop);
                } else {
                    answerer.answer(&request, &replies, &iopub);
                }
            }
        });
    }
    control::watch_parent(stop.clone());
    control::watch_signals(stop.clone());

    stop.requested().await;
    iopub.flush().await;
    // Replies are handed to the sockets' writer tasks, which need a moment on this thread.
    tokio::time::sleep(Duration::from_millis(20)).await;
    Ok(())
}
