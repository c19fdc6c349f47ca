//! The broadcast channel: one task welcomes subscribers and sends what any thread publishes, in order.

use super::message::{Request, announce};
use jupyter_protocol::{
    ExecutionState, IoPubWelcome, JupyterMessage, JupyterMessageContent, Status,
};
use jupyter_zmq_client::{KernelIoPubXPubConnection, SubscriptionEvent};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

enum Outgoing {
    Message(Box<JupyterMessage>),
    /// Answered when everything before it has been sent.
    Flush(oneshot::Sender<()>),
}

/// A handle that any thread may publish through.
#[derive(Clone)]
pub struct IoPub(UnboundedSender<Outgoing>);

impl IoPub {
    /// Starts the task that owns the socket.
    pub fn spawn(connection: KernelIoPubXPubConnection) -> IoPub {
        let (outgoing, queue) = unbounded_channel();
        tokio::spawn(publish(connection, queue));
        IoPub(outgoing)
    }

    /// Broadcasts a message caused by `request`.
    pub fn send(&self, request: &Request, content: impl Into<JupyterMessageContent>) {
        // The task lives as long as the process.
        let _ = self.0.send(Outgoing::Message(Box::new(request.broadcast(content))));
    }

    /// Broadcasts that work on `request` has begun.
    pub fn busy(&self, request: &Request) {
        self.send(request, Status::busy());
    }

    /// Broadcasts that work on `request` is done.
    pub fn idle(&self, request: &Request) {
        self.send(request, Status::idle());
    }

    /// Waits until everything published so far has been sent, or for half a second.
    pub async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        if self.0.send(Outgoing::Flush(done)).is_ok() {
            let _ = tokio::time::timeout(Duration::from_millis(500), wait).await;
        }
    }
}

async fn publish(
    mut connection: KernelIoPubXPubConnection,
    mut queue: UnboundedReceiver<Outgoing>,
) {
    // The busy message of the cell that runs. Front ends show the last status they saw, whatever request it belongs
    // to: a completion answered while a cell runs would make the notebook look idle if busy were not said again.
    let mut running: Option<JupyterMessage> = None;
    loop {
        tokio::select! {
            event = connection.recv_subscription() => match event {
                Ok(SubscriptionEvent::Subscribe(topic)) => {
                    let welcome = announce(IoPubWelcome::new(topic.clone()), &topic);
                    let _ = connection.send(welcome).await;
                }
                Ok(SubscriptionEvent::Unsubscribe(_)) => {}
                // A subscriber left; the pause is for an error that repeats.
                Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
            },
            outgoing = queue.recv() => match outgoing {
                Some(Outgoing::Message(message)) => {
                    let again = follow(&mut running, &message);
                    let _ = connection.send(*message).await;
                    if let Some(busy) = again {
                        let _ = connection.send(busy).await;
                    }
                }
                Some(Outgoing::Flush(done)) => drop(done.send(())),
                None => return,
            },
        }
    }
}

/// Keeps `running` up to date; the busy message to repeat after another request's idle.
fn follow(
    running: &mut Option<JupyterMessage>,
    message: &JupyterMessage,
) -> Option<JupyterMessage> {
    let JupyterMessageContent::Status(status) = &message.content else { return None };
    let of_cell =
        message.parent_header.as_ref().is_some_and(|parent| parent.msg_type == "execute_request");
    match (&status.execution_state, of_cell) {
        (ExecutionState::Busy, true) => *running = Some(message.clone()),
        (ExecutionState::Idle, true) => *running = None,
        (ExecutionState::Idle, false) => {
            let mut again = running.clone()?;
            again.header.msg_id = uuid::Uuid::new_v4().to_string();
            return Some(again);
        }
        _ => {}
    }
    None
}
