//! The agent protocol's stream types and texts.

use std::io;
use std::net::SocketAddr;

use muxado::{MuxadoOpen, OpenClose, Stream};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

// From the agent.
pub(super) const AUTH: u32 = 0;
pub(super) const BIND: u32 = 1;
pub(super) const UNBIND: u32 = 2;
// From the server.
pub(super) const PROXY: u32 = 3;
pub(super) const STOP_TUNNEL: u32 = 9;
// From either side.
pub(super) const HEARTBEAT: u32 = u32::MAX;

/// A frame that ends the session: type 3 in the high half of the fourth byte, stream 0, eight bytes of payload.
pub(super) const GO_AWAY: [u8; 16] = [0, 0, 8, 0x30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// Opens a stream, and sends its type and its first bytes in one frame.
pub(super) async fn open(opener: &mut MuxadoOpen, kind: u32, start: &[u8]) -> io::Result<Stream> {
    let mut stream = opener.open().await.map_err(io::Error::other)?;
    stream.write_all(&[&kind.to_be_bytes(), start].concat()).await?;
    Ok(stream)
}

/// Opens the stream that carries one public connection.
///
/// In one frame, because the SDK reads the header before it accepts the next stream, while the streams behind it
/// wait in a queue of 64: headers that come later than 64 openings block the session for good.
pub(super) async fn open_proxy(
    opener: &mut MuxadoOpen,
    endpoint: &str,
    client: SocketAddr,
) -> io::Result<Stream> {
    let header = json!({
        "Id": endpoint, "ClientAddr": client.to_string(), "Proto": "https", "EdgeType": "0",
        "PassthroughTLS": false,
    })
    .to_string();
    // The one little-endian number of the protocol.
    let length = i64::try_from(header.len()).unwrap().to_le_bytes();
    open(opener, PROXY, &[&length, header.as_bytes()].concat()).await
}

/// Reads one JSON value. The agent sends no length and does not close its side, so the value ends where it is complete.
pub(super) async fn read_json(stream: &mut Stream) -> Option<Value> {
    let (mut text, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        text.extend_from_slice(&piece[..read]);
        if let Ok(json) = serde_json::from_slice(&text) {
            return Some(json);
        }
    }
}

/// A refusal in the form of ngrok's messages.
pub(super) fn refusal(text: &str, code: &str) -> Value {
    json!({ "Error": format!("{text}\r\n\r\n{code}\r\n") })
}
