//! The user's answers to `input`.

use super::control::Stop;
use super::message::receive;
use jupyter_zmq_client::RouterRecvConnection;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
struct InputReply {
    value: String,
}

/// Hands each line that arrives to the program that waits for one; lines nobody asked for are dropped.
pub async fn listen(mut connection: RouterRecvConnection, stop: Arc<Stop>) {
    loop {
        let request = receive(&mut connection).await;
        if request.kind() == "input_reply"
            && let Some(reply) = request.content::<InputReply>()
        {
            stop.deliver_input(reply.value);
        }
    }
}
