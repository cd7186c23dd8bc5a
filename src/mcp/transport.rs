//! [`LineTransport`]: one JSON-RPC message a line. A line that is not a message gets an error, and one that is too long
//! is dropped while it is read. `rmcp` has a transport of its own, which ignores both without an answer.

use std::io;

use rmcp::RoleServer;
use rmcp::model::{ErrorData, JsonRpcMessage};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Limit on the bytes of a message: a capture, or an edited body. The inspector has the same limit.
const LONGEST: usize = 4 << 20;
/// Messages that wait for the client to read them.
const UNREAD: usize = 64;

/// Reads from `R`. A task of its own writes, because a message that is half written when its future is dropped would
/// break the protocol.
pub(super) struct LineTransport<R> {
    read: BufReader<R>,
    line: Vec<u8>,
    /// The rest of the current line is dropped.
    skips: bool,
    /// The answer to what was not a message.
    refusal: Option<Vec<u8>>,
    messages: Option<mpsc::Sender<Vec<u8>>>,
    writer: Option<JoinHandle<io::Result<()>>>,
}

/// What was read.
enum ReadLine {
    Whole,
    TooLong,
    End,
}

impl<R: AsyncRead + Send + Unpin> LineTransport<R> {
    /// Begins to write what is sent.
    pub(super) fn new(read: R, write: impl AsyncWrite + Send + Unpin + 'static) -> Self {
        let (messages, waiting) = mpsc::channel(UNREAD);
        let writer = Some(tokio::spawn(write_all(write, waiting)));
        let read = BufReader::new(read);
        Self { read, line: Vec::new(), skips: false, refusal: None, messages: Some(messages), writer }
    }

    /// Reads on. If the future is dropped, the next call continues the line.
    async fn next_line(&mut self) -> io::Result<ReadLine> {
        loop {
            let read = self.read.fill_buf().await?;
            if read.is_empty() {
                return Ok(ReadLine::End);
            }
            let end = read.iter().position(|byte| *byte == b'\n');
            let (part, taken) = (end.unwrap_or(read.len()), end.map_or(read.len(), |end| end + 1));
            let is_too_long = !self.skips && self.line.len() + part > LONGEST;
            if !self.skips && !is_too_long {
                self.line.extend_from_slice(&read[..part]);
            }
            self.read.consume(taken);
            if is_too_long {
                self.line = Vec::new();
                self.skips = end.is_none();
                return Ok(ReadLine::TooLong);
            }
            match (end, self.skips) {
                (Some(_), true) => self.skips = false,
                (Some(_), false) => return Ok(ReadLine::Whole),
                (None, _) => {}
            }
        }
    }
}

async fn write_all(
    mut write: impl AsyncWrite + Unpin,
    mut waiting: mpsc::Receiver<Vec<u8>>,
) -> io::Result<()> {
    while let Some(message) = waiting.recv().await {
        write.write_all(&message).await?;
        write.flush().await?;
    }
    Ok(())
}

fn written(message: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    Ok(line)
}

/// The answer to what is not a message. Without an id that can be repeated, JSON-RPC asks for `null`, which `rmcp` does
/// not write.
fn refusal(error: ErrorData, id: Option<&Value>) -> Option<Vec<u8>> {
    let id = id.filter(|id| id.is_string() || id.is_number());
    written(&json!({ "jsonrpc": "2.0", "id": id, "error": error })).ok()
}

fn too_long() -> Option<Vec<u8>> {
    let message = format!("The message is longer than {} MiB.", LONGEST >> 20);
    refusal(ErrorData::invalid_request(message, None), None)
}

/// The message of a line, or the answer to one that is not a message. Neither for a notification that is not known,
/// and for an empty line.
fn parsed(line: &[u8]) -> Result<Option<RxJsonRpcMessage<RoleServer>>, Option<Vec<u8>>> {
    if line.trim_ascii().is_empty() {
        return Ok(None);
    }
    let message = serde_json::from_slice(line);
    if let Ok(JsonRpcMessage::Request(_) | JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_)) = message {
        return Ok(message.ok());
    }
    let value: Value = serde_json::from_slice(line).map_err(|error| {
        refusal(ErrorData::parse_error(format!("This is not JSON: {error}."), None), None)
    })?;
    // `rmcp` takes a request whose id is neither a text nor an integer for a notification.
    let id = value.get("id");
    if id.is_none() && value.get("method").is_some() {
        return Ok(message.ok());
    }
    Err(refusal(ErrorData::invalid_request("This is not a message of the protocol.", None), id))
}

impl<R: AsyncRead + Send + Unpin + 'static> Transport<RoleServer> for LineTransport<R> {
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let messages = self.messages.clone();
        async move {
            let closed = || io::Error::from(io::ErrorKind::BrokenPipe);
            let line = written(&message)?;
            messages.ok_or_else(closed)?.send(line).await.map_err(|_| closed())
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            if let Some(refusal) = &self.refusal {
                self.messages.as_ref()?.send(refusal.clone()).await.ok()?;
                self.refusal = None;
            }
            match self.next_line().await.ok()? {
                ReadLine::End => return None,
                ReadLine::TooLong => self.refusal = too_long(),
                ReadLine::Whole => match parsed(&std::mem::take(&mut self.line)) {
                    Ok(Some(message)) => return Some(message),
                    Ok(None) => {}
                    Err(refusal) => self.refusal = refusal,
                },
            }
        }
    }

    /// Waits until everything is written.
    async fn close(&mut self) -> io::Result<()> {
        self.messages = None;
        match self.writer.take() {
            Some(writer) => writer.await?,
            None => Ok(()),
        }
    }
}
