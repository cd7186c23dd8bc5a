//! Detects that the SDK has bound the endpoint again, and the URL, which the SDK does not report. Pure: reads the bytes
//! of both directions without changing them. The entry point is [`Tap`].
//!
//! The session is muxado: frames with an 8-byte header (24 bits length, 4 bits type, 4 bits flags, 32 bits stream,
//! big-endian) and a payload. The agent opens a stream for each request. The first four bytes are the request's type,
//! and the answer is JSON up to the end of the stream. Everything else is ignored.

use std::collections::HashMap;

use serde::Deserialize;

const DATA: u8 = 1;
const FIN: u8 = 1;
const SYN: u8 = 2;

/// The request that binds an endpoint.
const BIND: [u8; 4] = 1_u32.to_be_bytes();

/// Limit on the answer to a bind request, which has about 1 KiB.
const LONGEST_ANSWER: usize = 64 * 1024;

/// The answer to a successful bind request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TappedAnswer {
    pub(super) url: String,
}

/// Reads both directions of one session.
#[derive(Default)]
pub(super) struct Tap {
    sent: Frames,
    received: Frames,
    /// The first bytes of the agent's streams with a type that is not known yet.
    opening: HashMap<u32, Vec<u8>>,
    /// The stream of the bind request, and its answer so far.
    binding: Option<(u32, Vec<u8>)>,
}

impl Tap {
    /// Reads bytes that the agent sent.
    pub(super) fn sent(&mut self, bytes: &[u8]) {
        let (opening, binding) = (&mut self.opening, &mut self.binding);
        self.sent.read(bytes, |part| {
            if part.header.kind != DATA {
                return;
            }
            if part.header.flags & SYN != 0 {
                opening.entry(part.header.stream).or_default();
            }
            let Some(start) = opening.get_mut(&part.header.stream) else { return };
            start.extend(part.payload.iter().take(BIND.len() - start.len()));
            if start.len() == BIND.len() {
                if *start == BIND {
                    *binding = Some((part.header.stream, Vec::new()));
                }
                opening.remove(&part.header.stream);
            }
        });
    }

    /// Reads bytes that the server sent. Returns the answer once it is complete and the endpoint is bound.
    pub(super) fn received(&mut self, bytes: &[u8]) -> Option<TappedAnswer> {
        let (binding, mut answer) = (&mut self.binding, None);
        self.received.read(bytes, |part| {
            let Some((stream, text)) = binding.as_mut() else { return };
            if part.header.kind != DATA || part.header.stream != *stream {
                return;
            }
            if text.len() + part.payload.len() <= LONGEST_ANSWER {
                text.extend_from_slice(part.payload);
            }
            if part.ends_frame && part.header.flags & FIN != 0 {
                answer = read_answer(text);
                *binding = None;
            }
        });
        answer
    }
}

fn read_answer(json: &[u8]) -> Option<TappedAnswer> {
    #[derive(Deserialize)]
    struct BindAnswer {
        #[serde(rename = "URL", default)]
        url: String,
        #[serde(rename = "Error", default)]
        error: String,
    }
    let answer: BindAnswer = serde_json::from_slice(json).ok()?;
    (answer.error.is_empty() && !answer.url.is_empty()).then_some(TappedAnswer { url: answer.url })
}

#[derive(Clone, Copy)]
struct Header {
    length: usize,
    kind: u8,
    flags: u8,
    stream: u32,
}

impl Header {
    fn parse(bytes: [u8; 8]) -> Self {
        let [l0, l1, l2, kind_and_flags, s0, s1, s2, s3] = bytes;
        Self {
            length: (usize::from(l0) << 16) | (usize::from(l1) << 8) | usize::from(l2),
            kind: kind_and_flags >> 4,
            flags: kind_and_flags & 0x0f,
            stream: u32::from_be_bytes([s0, s1, s2, s3]) & 0x7fff_ffff,
        }
    }
}

/// A chunk of a frame's payload.
struct Part<'a> {
    header: Header,
    payload: &'a [u8],
    ends_frame: bool,
}

/// Splits one direction into frames, independent of read and write boundaries.
#[derive(Default)]
struct Frames {
    start: Vec<u8>,
    current: Option<(Header, usize)>,
}

impl Frames {
    fn read(&mut self, mut bytes: &[u8], mut each: impl FnMut(Part<'_>)) {
        loop {
            let (header, left) = match self.current.take() {
                Some(current) => current,
                None => {
                    let take = bytes.len().min(8 - self.start.len());
                    let (head, rest) = bytes.split_at(take);
                    self.start.extend_from_slice(head);
                    bytes = rest;
                    let Ok(complete) = <[u8; 8]>::try_from(self.start.as_slice()) else { return };
                    self.start.clear();
                    let header = Header::parse(complete);
                    (header, header.length)
                }
            };
            let (payload, rest) = bytes.split_at(bytes.len().min(left));
            let left = left - payload.len();
            bytes = rest;
            each(Part { header, payload, ends_frame: left == 0 });
            if left > 0 {
                self.current = Some((header, left));
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = vec![length[1], length[2], length[3], kind << 4 | flags];
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        frame
    }

    /// The bytes of a heartbeat, the authentication and the bind request, and the server's answers.
    fn session(bind_answer: &str) -> (Vec<u8>, Vec<u8>) {
        let sent = [
            frame(DATA, SYN, 3, &u32::MAX.to_be_bytes()),
            frame(DATA, 0, 3, b"beat"),
            frame(DATA, SYN, 5, b"\0\0\0\0{\"auth\":1}"),
            frame(2, 0, 5, &[0, 0, 0, 9]),
            frame(DATA, SYN, 7, b"\0\0"),
            frame(DATA, 0, 7, b"\0\x01{\"bind\":1}"),
        ];
        let (first, second) = bind_answer.as_bytes().split_at(bind_answer.len() / 2);
        let received = [
            frame(DATA, 0, 3, b"beat"),
            frame(DATA, FIN, 5, br#"{"URL":"https://not.this.one"}"#),
            frame(DATA, 0, 7, first),
            frame(DATA, 0, 2, &[0; 300]),
            frame(DATA, 0, 7, second),
            frame(DATA, FIN, 7, b""),
        ];
        (sent.concat(), received.concat())
    }

    fn seen(bind_answer: &str, chunk: usize) -> Vec<TappedAnswer> {
        let (sent, received) = session(bind_answer);
        let mut tap = Tap::default();
        sent.chunks(chunk).for_each(|bytes| tap.sent(bytes));
        received.chunks(chunk).filter_map(|bytes| tap.received(bytes)).collect()
    }

    #[test]
    fn finds_the_url_at_any_chunk_size() {
        for chunk in [1, 2, 7, 8, 9, 64, 10_000] {
            let answer = TappedAnswer { url: "https://a.test".to_owned() };
            assert_eq!(seen(r#"{"Id":"1","URL":"https://a.test","Error":""}"#, chunk), [answer], "{chunk}");
        }
    }

    #[test]
    fn ignores_errors_and_garbage() {
        for answer in [r#"{"URL":"https://a.test","Error":"ERR_NGROK_334"}"#, "{}", "nonsense", ""] {
            assert_eq!(seen(answer, 64), [], "{answer}");
        }
        let mut tap = Tap::default();
        tap.sent(&[0xff; 1000]);
        assert_eq!(tap.received(&[0xff; 1000]), None);
    }
}
