//! [`LineTransport`]: one JSON-RPC message a line. A line that is not a message gets an error. `rmcp` has a transport of
//! its own, which ignores such lines without an answer.

use std::future::{pending, ready};
use std::io;

use rmcp::RoleServer;
use rmcp::model::{
    CancelledNotification, CancelledNotificationParam, ErrorData, JsonRpcMessage, NumberOrString,
    ServerResult,
};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use serde::Serialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use super::lines::{LineReader, ReadLine};
use super::message::{self, Incoming, RequestId};
use super::outbox::Outbox;
use super::pending::PendingRequests;

/// Reads from `R`.
pub(super) struct LineTransport<R> {
    lines: LineReader<R>,
    pending: PendingRequests,
    outbox: Outbox,
    /// Canceled when the client has closed its side.
    closed: CancellationToken,
}

/// An answer, with the id as the client wrote it.
#[derive(Serialize)]
struct Answer<'a> {
    jsonrpc: &'static str,
    id: Option<&'a RequestId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a ServerResult>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a ErrorData>,
}

impl<'a> Answer<'a> {
    fn to(id: Option<&'a RequestId>) -> Self {
        Self { jsonrpc: "2.0", id, result: None, error: None }
    }
}

impl<R: AsyncRead + Send + Unpin> LineTransport<R> {
    /// Cancels `closed` once the client has closed its side.
    pub(super) fn new(
        read: R,
        write: impl AsyncWrite + Send + Unpin + 'static,
        closed: CancellationToken,
    ) -> Self {
        let (lines, outbox) = (LineReader::new(read), Outbox::new(write));
        Self { lines, pending: PendingRequests::default(), outbox, closed }
    }

    fn write(&self, message: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        self.outbox.push(line)
    }

    /// The message for `rmcp`, or `None` if it needs none.
    fn accepted(
        &mut self,
        incoming: Incoming,
        bytes: usize,
    ) -> io::Result<Option<RxJsonRpcMessage<RoleServer>>> {
        let refusal = match incoming {
            Incoming::Ignored => return Ok(None),
            Incoming::Notification(notification) => {
                return Ok(Some(JsonRpcMessage::notification(notification)));
            }
            Incoming::Cancellation(id) => {
                let number = self.pending.cancel(&id).map(NumberOrString::Number);
                let canceled = |number| {
                    CancelledNotification::new(CancelledNotificationParam::new(Some(number), None)).into()
                };
                return Ok(number.map(|number| JsonRpcMessage::notification(canceled(number))));
            }
            Incoming::Request(id, request) => match self.pending.begin(id.clone(), bytes) {
                Some(number) => {
                    return Ok(Some(JsonRpcMessage::request(*request, NumberOrString::Number(number))));
                }
                None => {
                    let message = "The id is that of a request that is not answered yet.";
                    (Some(id), ErrorData::invalid_request(message, None))
                }
            },
            Incoming::Refused(id, error) => (id, error),
        };
        let (id, error) = &refusal;
        self.write(&Answer { error: Some(error), ..Answer::to(id.as_ref()) })?;
        Ok(None)
    }

    /// The next message; an error if there is none any more.
    async fn next_message(&mut self) -> io::Result<RxJsonRpcMessage<RoleServer>> {
        loop {
            if !self.pending.has_room() {
                // An answer needs `&mut self`, so this future is dropped before the room changes.
                pending::<()>().await;
            }
            let read = async {
                self.outbox.has_room().await;
                self.lines.next().await
            };
            let read = tokio::select! {
                read = read => read?,
                () = self.outbox.is_broken() => return Err(io::ErrorKind::BrokenPipe.into()),
            };
            let (incoming, bytes) = match &read {
                ReadLine::End => return Err(io::ErrorKind::UnexpectedEof.into()),
                ReadLine::TooLong(outline) => (message::too_long(outline), outline.len()),
                ReadLine::Whole(line) => (message::incoming(line), line.len()),
            };
            if let Some(message) = self.accepted(incoming, bytes)? {
                return Ok(message);
            }
        }
    }

    fn answer(&mut self, message: &TxJsonRpcMessage<RoleServer>) -> io::Result<()> {
        let (number, result, error) = match message {
            JsonRpcMessage::Response(response) => (Some(&response.id), Some(&response.result), None),
            JsonRpcMessage::Error(error) => (error.id.as_ref(), None, Some(&error.error)),
            JsonRpcMessage::Request(_) | JsonRpcMessage::Notification(_) => return self.write(message),
        };
        let Some(NumberOrString::Number(number)) = number else {
            return self.write(message);
        };
        // The client does not wait for the answer to what it has canceled.
        let Some(id) = self.pending.end(*number) else { return Ok(()) };
        self.write(&Answer { result, error, ..Answer::to(Some(&id)) })
    }
}

impl<R: AsyncRead + Send + Unpin + 'static> Transport<RoleServer> for LineTransport<R> {
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        ready(self.answer(&message))
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        let message = self.next_message().await;
        if message.is_err() {
            self.closed.cancel();
        }
        message.ok()
    }

    /// Waits until everything is written, or the client no longer reads.
    async fn close(&mut self) -> io::Result<()> {
        self.outbox.close().await
    }
}
