//! Requests that are answered at once, on any channel and while a cell runs: about the kernel, about a piece of
//! text, about the past. The session answers from a snapshot, so none of these waits for the program.

use super::connection::Outbox;
use super::history::{History, HistoryRequest};
use super::iopub::IoPub;
use super::media;
use super::message::{PROTOCOL_VERSION, Request};
use crate::session::{Completeness, Detail, Kind, Session};
use jupyter_protocol::{
    CodeMirrorMode, CommClose, CommInfoReply, CompleteReply, InspectReply, IsCompleteReply,
    IsCompleteReplyStatus, JupyterMessageContent, KernelInfoReply, LanguageInfo, ReplyStatus,
    UnknownMessage,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// Answers what needs no interpreter time.
pub struct Answerer {
    pub session: Arc<Session>,
    pub history: Arc<Mutex<History>>,
}

#[derive(Deserialize)]
struct Text {
    #[serde(default)]
    code: String,
    /// In Unicode code points; at the end when absent.
    #[serde(default)]
    cursor_pos: Option<usize>,
    /// For `inspect`: 1 asks for the source, too.
    #[serde(default)]
    detail_level: i64,
}

#[derive(Deserialize)]
struct CommOpen {
    comm_id: String,
}

impl Answerer {
    /// Answers `request`, with busy and idle around the answer. One whose fields have the wrong type gets no reply.
    pub fn answer(&self, request: &Request, replies: &Outbox, iopub: &IoPub) {
        iopub.busy(request);
        if let Some(content) = self.content(request, iopub) {
            let _ = replies.send(request.reply(content));
        }
        iopub.idle(request);
    }

    fn content(&self, request: &Request, iopub: &IoPub) -> Option<JupyterMessageContent> {
        Some(match request.kind() {
            "kernel_info_request" => kernel_info().into(),
            "complete_request" => self.complete(&request.content()?).into(),
            "inspect_request" => self.inspect(&request.content()?).into(),
            "is_complete_request" => is_complete(&request.content()?).into(),
            "history_request" => {
                let asked: HistoryRequest = request.content()?;
                let history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
                reply("history_reply", json!({"status": "ok", "history": history.answer(&asked)}))
            }
            "comm_info_request" => CommInfoReply::default().into(),
            "comm_open" => {
                // No comm target exists, so every comm is closed again, as the specification asks.
                let CommOpen { comm_id } = request.content()?;
                iopub.send(request, CommClose { comm_id: comm_id.into(), ..CommClose::default() });
                return None;
            }
            kind => {
                let name = kind.strip_suffix("_request")?;
                let sentence = format!("this kernel does not know {kind}");
                let error = json!({
                    "status": "error", "ename": "NotSupported", "evalue": sentence, "traceback": [],
                });
                reply(&format!("{name}_reply"), error)
            }
        })
    }

    fn complete(&self, text: &Text) -> CompleteReply {
        let cursor = byte_offset(&text.code, text.cursor_pos);
        let found = self.session.complete(&text.code, cursor);
        let start = code_points(&text.code, found.start);
        let end = code_points(&text.code, found.end);
        let types: Vec<Value> = found
            .items
            .iter()
            .map(|item| {
                json!({
                    "text": item.text, "type": kind(item.kind), "signature": item.class,
                    "documentation": item.detail,
                    "start": start, "end": end,
                })
            })
            .collect();
        let mut metadata = serde_json::Map::new();
        // The name that IPython gave this field, and that JupyterLab reads.
        metadata.insert("_jupyter_types_experimental".into(), types.into());
        CompleteReply {
            matches: found.items.into_iter().map(|item| item.text).collect(),
            cursor_start: start,
            cursor_end: end,
            metadata,
            status: ReplyStatus::Ok,
            error: None,
        }
    }

    fn inspect(&self, text: &Text) -> InspectReply {
        let cursor = byte_offset(&text.code, text.cursor_pos);
        let detail = if text.detail_level > 0 { Detail::Source } else { Detail::Help };
        let help = self.session.inspect(&text.code, cursor, detail);
        InspectReply {
            found: help.is_some(),
            data: help.map(media::plain).unwrap_or_default(),
            ..InspectReply::default()
        }
    }
}

fn is_complete(text: &Text) -> IsCompleteReply {
    let (status, indent) = match Session::is_complete(&text.code) {
        Completeness::Complete => (IsCompleteReplyStatus::Complete, String::new()),
        Completeness::Incomplete { indent } => (IsCompleteReplyStatus::Incomplete, indent),
        Completeness::Invalid => (IsCompleteReplyStatus::Invalid, String::new()),
    };
    IsCompleteReply { status, indent }
}

/// What JupyterLab calls a kind of name: for these it has marks and colours.
fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Variable => "instance",
        Kind::Argument => "param",
        Kind::Field => "property",
        Kind::Label | Kind::Option => "text",
        Kind::File | Kind::Folder => "path",
        Kind::Statement => "keyword",
        Kind::Word => "magic",
        Kind::Function => kind.name(),
    }
}

fn kernel_info() -> KernelInfoReply {
    let version = env!("CARGO_PKG_VERSION").to_string();
    KernelInfoReply {
        status: ReplyStatus::Ok,
        protocol_version: PROTOCOL_VERSION.into(),
        implementation: "mf".into(),
        implementation_version: version.clone(),
        language_info: LanguageInfo {
            name: "mf".into(),
            version: version.clone(),
            mimetype: Some("text/x-octave".into()),
            file_extension: Some(".mf".into()),
            pygments_lexer: Some("octave".into()),
            codemirror_mode: Some(CodeMirrorMode::Simple("octave".into())),
            nbconvert_exporter: None,
        },
        banner: format!("mf {version}: a small language for factoring matrices"),
        help_links: Vec::new(),
        debugger: false,
        error: None,
    }
}

fn reply(kind: &str, content: Value) -> JupyterMessageContent {
    UnknownMessage { msg_type: kind.into(), content }.into()
}

/// The byte at which code point number `position` starts; the end of the text when there is none.
fn byte_offset(text: &str, position: Option<usize>) -> usize {
    let start = position.and_then(|position| text.char_indices().nth(position));
    start.map_or(text.len(), |(byte, _)| byte)
}

/// How many code points start before byte `offset`.
fn code_points(text: &str, offset: usize) -> usize {
    text.char_indices().take_while(|&(byte, _)| byte < offset).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_code_points() {
        let text = "α𝛽 = eig";
        assert_eq!(byte_offset(text, Some(2)), "α𝛽".len());
        assert_eq!(byte_offset(text, Some(99)), text.len());
        assert_eq!(byte_offset(text, None), text.len());
        assert_eq!(code_points(text, "α𝛽 = ".len()), 5);
        assert_eq!(code_points(text, 1000), 8);
    }
}
