//! The answer to a client that speaks HTTP/2 without TLS (h2c), such as a health checker or a proxy.
//!
//! Such a client does not understand an HTTP/1.1 answer: it reports a broken connection. So it gets frames. Its requests
//! are reset with `HTTP_1_1_REQUIRED`, after which curl repeats them with HTTP/1.1, and the connection ends with a
//! `GOAWAY` that contains the reason in words.

use std::time::Duration;

use bytes::Bytes;
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

/// What a client sends first: RFC 9113, section 3.4.
const PREFACE: usize = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len();

/// How long the client may send requests. It sends the first one at once.
const TIME: Duration = Duration::from_secs(1);

/// Limit on the bytes that are read.
const MOST: u64 = 64 * 1024;

/// Length of a frame's header.
const FRAME_HEADER: usize = 9;

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const ACK: u8 = 1;

/// The error code `HTTP_1_1_REQUIRED`.
const HTTP_1_1_REQUIRED: [u8; 4] = [0, 0, 0, 0xd];

const REASON: &[u8] = b"This server speaks HTTP/1.1 only.";

/// Refuses all requests of a client whose first bytes were the preface. `sent` is what was read so far.
pub(super) async fn refuse<Io: Read + Write + Unpin>(io: Io, sent: Bytes) {
    let (read, mut write) = io::split(TokioIo::new(io));
    let mut read = (&sent[PREFACE.min(sent.len())..]).chain(read).take(MOST);
    let mut last_stream = 0;
    // The client may close at any time, which ends the refusal.
    let _ = timeout(TIME, async {
        write.write_all(&[frame(SETTINGS, 0, 0, &[]), frame(SETTINGS, ACK, 0, &[])].concat()).await?;
        while let Some((kind, stream)) = next_frame(&mut read).await? {
            if kind == HEADERS {
                last_stream = stream;
                write.write_all(&frame(RST_STREAM, 0, stream, &HTTP_1_1_REQUIRED)).await?;
            }
        }
        io::Result::Ok(())
    })
    .await;
    let payload = [&last_stream.to_be_bytes()[..], &HTTP_1_1_REQUIRED, REASON].concat();
    let _ = timeout(TIME, async {
        write.write_all(&frame(GOAWAY, 0, 0, &payload)).await?;
        write.shutdown().await
    })
    .await;
}

/// Reads one frame; its kind and its stream. `None` at the end.
async fn next_frame(read: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<(u8, u32)>> {
    let mut header = [0; FRAME_HEADER];
    if read.read_exact(&mut header).await.is_err() {
        return Ok(None);
    }
    let [a, b, c, kind, _flags, stream @ ..] = header;
    let length = u64::from(u32::from_be_bytes([0, a, b, c]));
    // The limit on the bytes read ends a frame that is too long.
    io::copy(&mut read.take(length), &mut io::sink()).await?;
    Ok(Some((kind, u32::from_be_bytes(stream) & (u32::MAX >> 1))))
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    // All payloads here are short.
    let length = u32::try_from(payload.len()).unwrap_or_default().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}
