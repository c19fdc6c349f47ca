//! Requests as they arrive, and messages in answer to them.
//!
//! Requests are read leniently: clients omit fields that the typed structures of jupyter-protocol insist on (history
//! requests above all), so each content is read here with defaults. What is not signed with the connection's key or
//! is not a message at all is dropped.

use jupyter_protocol::{Header, JupyterMessage, JupyterMessageContent, KernelInfoRequest};
use jupyter_zmq_client::{Connection, RawMessage};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;
use zeromq::SocketRecv;

/// The protocol version that the kernel speaks.
pub const PROTOCOL_VERSION: &str = "5.4";

/// One request: who sent it, its header, its content.
pub struct Request {
    /// Identities and header, in the form that replies are made from; its own content is a placeholder.
    parent: JupyterMessage,
    content: Value,
}

impl Request {
    /// Reads a request whose signature has been checked; `None` when it is malformed.
    fn parse(raw: RawMessage) -> Option<Request> {
        let [header, _, _, content] = raw.jparts.first_chunk::<4>()?;
        let header: Header = serde_json::from_slice(header).ok()?;
        let content: Value = serde_json::from_slice(content).ok()?;
        let mut parent = JupyterMessage::new(KernelInfoRequest {}, None);
        parent.zmq_identities = raw.zmq_identities;
        parent.header = header;
        Some(Request { parent, content })
    }

    /// The message type, such as `execute_request`.
    pub fn kind(&self) -> &str {
        &self.parent.header.msg_type
    }

    /// The content; `None` when a field has the wrong type.
    pub fn content<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_value(self.content.clone()).ok()
    }

    /// A message back to the client that sent this request.
    pub fn reply(&self, content: impl Into<JupyterMessageContent>) -> JupyterMessage {
        let mut message = JupyterMessage::new(content, Some(&self.parent));
        sign(&mut message);
        message
    }

    /// A message to all clients, caused by this request. Its topic is its type, as subscribers may filter.
    pub fn broadcast(&self, content: impl Into<JupyterMessageContent>) -> JupyterMessage {
        let mut message = self.reply(content);
        message.zmq_identities = vec![message.header.msg_type.clone().into_bytes().into()];
        message
    }
}

/// A message to all clients that no request caused, on `topic`.
pub fn announce(content: impl Into<JupyterMessageContent>, topic: &str) -> JupyterMessage {
    let mut message = JupyterMessage::new(content, None);
    sign(&mut message);
    message.zmq_identities = vec![topic.as_bytes().to_vec().into()];
    message
}

fn sign(message: &mut JupyterMessage) {
    message.header.username = "mf".into();
    message.header.version = PROTOCOL_VERSION.into();
}

/// The next well-formed, correctly signed request.
pub async fn receive<S: SocketRecv>(connection: &mut Connection<S>) -> Request {
    loop {
        match connection.socket.recv().await {
            Ok(parts) => {
                let raw = RawMessage::from_multipart(parts, &connection.mac);
                if let Some(request) = raw.ok().and_then(Request::parse) {
                    return request;
                }
            }
            // A peer left in the middle of a message; the pause is for an error that repeats.
            Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
}
