//! The connection file, and the five sockets it asks for.

use jupyter_protocol::{ConnectionInfo, JupyterMessage};
use jupyter_zmq_client::{
    KernelControlConnection, KernelHeartbeatConnection, KernelIoPubXPubConnection,
    KernelShellConnection, KernelStdinConnection, RouterSendConnection, RuntimeError,
    create_kernel_control_connection, create_kernel_heartbeat_connection,
    create_kernel_iopub_xpub_connection, create_kernel_shell_connection,
    create_kernel_stdin_connection,
};
use std::path::Path;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use uuid::Uuid;
use zeromq::{SocketRecv, SocketSend};

/// Why a kernel could not start or a kernelspec could not be written: one line for the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Error {
    /// An error with this sentence.
    pub fn new(sentence: impl Into<String>) -> Error {
        Error(sentence.into())
    }
}

/// The kernel's ends of all five channels.
pub struct Sockets {
    pub shell: KernelShellConnection,
    pub control: KernelControlConnection,
    pub stdin: KernelStdinConnection,
    pub iopub: KernelIoPubXPubConnection,
    pub heartbeat: KernelHeartbeatConnection,
}

/// Reads a connection file.
pub fn read(path: &Path) -> Result<ConnectionInfo, Error> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|e| Error(format!("cannot read the connection file {shown}: {e}")))?;
    let info: ConnectionInfo = serde_json::from_str(&text)
        .map_err(|e| Error(format!("{shown} is not a Jupyter connection file: {e}")))?;
    if !info.key.is_empty() && info.signature_scheme != "hmac-sha256" {
        return Err(Error(format!(
            "{shown} asks for the signature scheme {:?}; only hmac-sha256 is supported",
            info.signature_scheme
        )));
    }
    Ok(info)
}

/// The cause of an error behind the layers that passed it on.
fn innermost<'a>(mut error: &'a (dyn std::error::Error + 'static)) -> &'a dyn std::error::Error {
    while let Some(cause) = error.source() {
        error = cause;
    }
    error
}

/// Listens on all five sockets.
pub async fn bind(info: &ConnectionInfo) -> Result<Sockets, Error> {
    let id = Uuid::new_v4().to_string();
    let named = |channel: &'static str, port: u16| {
        let ip = info.ip.clone();
        move |e: RuntimeError| {
            let reason = innermost(&e);
            Error(format!(
                "cannot listen on port {port} of {ip} for the {channel} channel: {reason}"
            ))
        }
    };
    Ok(Sockets {
        shell: create_kernel_shell_connection(info, &id)
            .await
            .map_err(named("shell", info.shell_port))?,
        control: create_kernel_control_connection(info, &id)
            .await
            .map_err(named("control", info.control_port))?,
        stdin: create_kernel_stdin_connection(info, &id)
            .await
            .map_err(named("stdin", info.stdin_port))?,
        iopub: create_kernel_iopub_xpub_connection(info, &id)
            .await
            .map_err(named("iopub", info.iopub_port))?,
        heartbeat: create_kernel_heartbeat_connection(info)
            .await
            .map_err(named("heartbeat", info.hb_port))?,
    })
}

/// Where any thread may leave messages for one ROUTER socket; a task sends them in order.
pub type Outbox = UnboundedSender<JupyterMessage>;

/// Starts the task that sends what is left in the [`Outbox`].
pub fn sender(mut connection: RouterSendConnection) -> Outbox {
    let (outbox, mut messages) = unbounded_channel();
    tokio::spawn(async move {
        while let Some(message) = messages.recv().await {
            // A client that has gone does not need its reply.
            let _ = connection.send(message).await;
        }
    });
    outbox
}

/// Answers each heartbeat with itself.
pub async fn echo(mut heartbeat: KernelHeartbeatConnection) {
    loop {
        match heartbeat.socket.recv().await {
            // A peer that left before its answer is no concern.
            Ok(beat) => drop(heartbeat.socket.send(beat).await),
            Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
}
