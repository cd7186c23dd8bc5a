//! How a session recognizes its own requests. Pure; start with [`ProbeKey`].
//!
//! A probe checks that the public URL leads to this session.
//! After each (re)connect, the tunnel posts one probe to the public URL. The listener answers it without reporting it,
//! because a probe is not a delivery. Only the tunnel and the listener of one session have its [`ProbeKey`], so the
//! answer proves that the URL leads to *this* process. The answer also says how the request arrived.
//!
//! Each request that `--forward` sends has a mark of the same key, in addition to the marks with which it arrived. A
//! request that arrives with the mark of this session was forwarded by it before: a target leads back to the listener,
//! directly or through other sessions.

use crate::zoom::{SIGNATURE_HEADER, SecretToken, Signature, TIMESTAMP_HEADER};

/// The header that makes a request a probe: `{nonce}.{signature of the nonce}`. The body contains the same text, so that
/// a probe is recognized without the header too.
pub const PROBE_HEADER: &str = "x-zoomhook-probe";

/// The header that `--forward` adds to each request: the marks of the sessions that forwarded it, a value each.
pub const FORWARD_MARK_HEADER: &str = "x-zoomhook-forward";

/// How many marks of earlier sessions are forwarded, the latest ones. More sessions than this do not forward to one
/// another.
const EARLIER_MARKS: usize = 15;
/// The header of each answer that zoomhook composed itself, so that `sign` and `trigger` do not attribute it to an app.
pub const OWN_ANSWER_HEADER: &str = "x-zoomhook-answer";

/// How every probe's body begins.
const BODY_START: &[u8] = br#"{"event":"zoomhook.probe","#;

/// Text that gateways are known to change: escapes, repeated spaces, and characters outside of ASCII or the BMP.
const SAMPLE: &str = r#"{"event":"zoomhook.probe","payload":{"escapes":"a\u002fb \/ \"\\ \u00e9 \ud83d\ude80","spaces":"  two  \t","text":"é ✓ 🚀"},"nonce":""#;

/// What the mark signs, in place of a timestamp, so that no other message of the key can have the same signature.
const FORWARD_MARK: &[u8] = b"forward-mark";

/// The key of a session's probes and marks. `Debug` does not reveal it.
#[derive(Debug, Clone)]
pub struct ProbeKey(SecretToken);

/// A probe request, with a nonce that is used once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The exact body.
    pub body: String,
    /// The path that it is sent to.
    path: String,
    header: String,
    timestamp: String,
    /// Made as Zoom does, but with the session's key.
    signature: String,
    nonce: String,
}

impl Probe {
    /// The headers to send in addition to those of any request with a JSON body.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, &str); 3] {
        [
            (PROBE_HEADER, &self.header),
            (TIMESTAMP_HEADER, &self.timestamp),
            (SIGNATURE_HEADER, &self.signature),
        ]
    }
}

/// How a probe arrived at the listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// Byte for byte as it was sent.
    Unchanged,
    /// One of Zoom's two headers was missing or changed. Zoom's requests would fail as well.
    HeadersChanged,
    /// The body was changed.
    BodyChanged,
    /// It arrived at this path, and was sent to another one.
    PathChanged(String),
}

/// The words of an answer, each with how the probe arrived.
const UNCHANGED: &str = "unchanged";
const HEADERS_CHANGED: &str = "headers_changed";
const BODY_CHANGED: &str = "body_changed";

/// A request at the listener, with header values as received.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The request's path.
    pub path: &'a str,
    /// The value of [`PROBE_HEADER`], if there is exactly one.
    pub probe: Option<&'a [u8]>,
    /// The value of the timestamp header, if there is exactly one.
    pub timestamp: Option<&'a [u8]>,
    /// The value of the signature header, if there is exactly one.
    pub signature: Option<&'a [u8]>,
    /// The body.
    pub body: &'a [u8],
}

impl ProbeKey {
    /// Creates a key from 32 secret random bytes.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Option<Self> {
        // Never empty, so it is always `Some`.
        SecretToken::new(hex::encode(random)).ok().map(Self)
    }

    /// Creates a probe for `path`. `nonce` must be used only once; `now` is in Unix seconds.
    #[must_use]
    pub fn probe(&self, path: &str, nonce: [u8; 16], now: u64) -> Probe {
        let nonce = hex::encode(nonce);
        let timestamp = now.to_string();
        let header = format!("{nonce}.{}", self.request_mac(&nonce));
        let body = body(&header);
        Probe {
            signature: self.0.sign(timestamp.as_bytes(), body.as_bytes()).to_string(),
            path: path.to_owned(),
            header,
            body,
            timestamp,
            nonce,
        }
    }

    /// Whether this value of [`PROBE_HEADER`] is that of a probe of this session.
    #[must_use]
    pub fn is_ours(&self, probe: &[u8]) -> bool {
        self.nonce(probe).is_some()
    }

    /// The answer to a probe of this session; `None` for any other request.
    #[must_use]
    pub fn answer(&self, seen: Seen<'_>) -> Option<String> {
        let in_header = seen.probe.and_then(|probe| Some((probe, self.nonce(probe)?)));
        let (probe, nonce) = match in_header {
            Some(found) => found,
            None => nonce_in_body(seen.body).and_then(|probe| Some((probe, self.nonce(probe)?)))?,
        };
        let is_unchanged = std::str::from_utf8(probe).is_ok_and(|probe| seen.body == body(probe).as_bytes());
        let how = match is_unchanged {
            false => BODY_CHANGED,
            true if in_header.is_some() && self.has_valid_signature(seen) => UNCHANGED,
            true => HEADERS_CHANGED,
        };
        Some(format!("{how} {} {}", self.answer_mac(nonce, how, seen.path), seen.path))
    }

    /// How `probe` arrived, according to `answer`; `None` if the answer is not from this session.
    #[must_use]
    pub fn arrived(&self, probe: &Probe, answer: &[u8]) -> Option<Arrival> {
        let mut words = std::str::from_utf8(answer).ok()?.trim().splitn(3, ' ');
        let (how, mac, path) = (words.next()?, words.next()?, words.next()?);
        if mac != self.answer_mac(&probe.nonce, how, path) {
            return None;
        }
        match how {
            BODY_CHANGED => Some(Arrival::BodyChanged),
            HEADERS_CHANGED => Some(Arrival::HeadersChanged),
            UNCHANGED if path != probe.path => Some(Arrival::PathChanged(path.to_owned())),
            UNCHANGED => Some(Arrival::Unchanged),
            _ => None,
        }
    }

    /// The mark of the requests that this session forwards.
    #[must_use]
    pub fn forward_mark(&self) -> String {
        self.0.sign(FORWARD_MARK, b"").to_string()
    }

    /// Whether the values of [`FORWARD_MARK_HEADER`] include the mark of this session.
    #[must_use]
    pub fn forwarded<'v>(&self, values: impl Iterator<Item = &'v [u8]>) -> bool {
        marks(values).any(|(_, mark)| self.0.verify(FORWARD_MARK, b"", &mark))
    }

    /// The nonce of a probe of this session, from the value of [`PROBE_HEADER`].
    fn nonce<'p>(&self, probe: &'p [u8]) -> Option<&'p str> {
        let (nonce, mac) = std::str::from_utf8(probe).ok()?.split_once('.')?;
        self.0.verify(b"probe-request", nonce.as_bytes(), &mac.parse().ok()?).then_some(nonce)
    }

    fn has_valid_signature(&self, seen: Seen<'_>) -> bool {
        let signature = seen.signature.and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
        match (seen.timestamp, signature) {
            (Some(timestamp), Some(signature)) => self.0.verify(timestamp, seen.body, &signature),
            _ => false,
        }
    }

    fn answer_mac(&self, nonce: &str, how: &str, path: &str) -> String {
        self.0.sign(b"probe-answer", format!("{nonce} {how} {path}").as_bytes()).to_string()
    }

    fn request_mac(&self, nonce: &str) -> String {
        self.0.sign(b"probe-request", nonce.as_bytes()).to_string()
    }
}

/// The marks that a request arrived with and is forwarded with. `values` are those of [`FORWARD_MARK_HEADER`].
#[must_use]
pub fn earlier_marks<'v>(values: impl Iterator<Item = &'v [u8]>) -> Vec<&'v str> {
    let mut marks: Vec<_> = marks(values).map(|(text, _)| text).collect();
    marks.drain(..marks.len().saturating_sub(EARLIER_MARKS));
    marks
}

/// The marks among these values. A proxy may have joined several values, and a stranger may send any text.
fn marks<'v>(values: impl Iterator<Item = &'v [u8]>) -> impl Iterator<Item = (&'v str, Signature)> {
    let texts = values.filter_map(|value| std::str::from_utf8(value).ok());
    let marks = texts.flat_map(|text| text.split(',').map(str::trim));
    marks.filter_map(|mark| Some((mark, mark.parse().ok()?)))
}

fn body(probe: &str) -> String {
    format!("{SAMPLE}{probe}\"}}\n")
}

/// The text after the last `"nonce":"` in a probe's body, also in one that was re-serialized.
fn nonce_in_body(body: &[u8]) -> Option<&[u8]> {
    let probe = body.strip_prefix(BODY_START).map(|_| body)?;
    let end = probe.iter().rposition(|byte| *byte == b'"')?;
    let start = probe[..end].iter().rposition(|byte| *byte == b'"')?;
    Some(&probe[start + 1..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> ProbeKey {
        ProbeKey::new([byte; 32]).unwrap()
    }

    fn seen(probe: &Probe) -> Seen<'_> {
        Seen {
            path: "/webhook",
            probe: Some(probe.header.as_bytes()),
            timestamp: Some(probe.timestamp.as_bytes()),
            signature: Some(probe.signature.as_bytes()),
            body: probe.body.as_bytes(),
        }
    }

    fn arrived(change: impl FnOnce(&mut Seen<'_>)) -> Option<Arrival> {
        let probe = key(1).probe("/webhook", [7; 16], 1_720_705_455);
        let mut seen = seen(&probe);
        change(&mut seen);
        key(1).arrived(&probe, key(1).answer(seen)?.as_bytes())
    }

    #[test]
    fn the_answer_says_how_a_probe_arrived() {
        assert_eq!(arrived(|_| ()), Some(Arrival::Unchanged));
        assert_eq!(arrived(|seen| seen.signature = None), Some(Arrival::HeadersChanged));
        assert_eq!(arrived(|seen| seen.timestamp = Some(b"1")), Some(Arrival::HeadersChanged));
        assert_eq!(arrived(|seen| seen.body = b"{}"), Some(Arrival::BodyChanged));
        assert_eq!(arrived(|seen| seen.path = "/"), Some(Arrival::PathChanged("/".to_owned())));
        assert_eq!(arrived(|seen| seen.body = seen.body.trim_ascii_end()), Some(Arrival::BodyChanged));
    }

    #[test]
    fn a_probe_without_its_header_is_recognized_by_its_body() {
        assert_eq!(arrived(|seen| seen.probe = None), Some(Arrival::HeadersChanged));
        assert_eq!(
            arrived(|seen| (seen.probe, seen.signature) = (None, None)),
            Some(Arrival::HeadersChanged)
        );
        let cut = |seen: &mut Seen<'_>| (seen.probe, seen.body) = (None, seen.body.trim_ascii_end());
        assert_eq!(arrived(cut), Some(Arrival::BodyChanged));
        assert_eq!(
            arrived(|seen| (seen.probe, seen.body) = (None, b"{\"event\":\"zoomhook.probe\",\"")),
            None
        );
    }

    #[test]
    fn rejects_probes_and_answers_of_other_sessions() {
        let (ours, theirs) = (key(1).probe("/webhook", [7; 16], 0), key(2).probe("/webhook", [7; 16], 0));
        assert_eq!(key(1).answer(seen(&theirs)), None);
        assert_eq!(key(1).answer(Seen { probe: Some(b"nonsense"), body: b"{}", ..seen(&ours) }), None);
        let other = key(1).probe("/webhook", [8; 16], 0);
        let answer = key(1).answer(seen(&ours)).unwrap();
        assert_eq!(key(1).arrived(&ours, answer.as_bytes()), Some(Arrival::Unchanged));
        assert_eq!(key(1).arrived(&other, answer.as_bytes()), None, "an old answer");
        assert_eq!(key(2).arrived(&ours, answer.as_bytes()), None);
        assert_eq!(key(1).arrived(&ours, b"unchanged v0=00 /webhook"), None);
    }

    #[test]
    fn the_body_is_json_with_text_that_gateways_change() {
        let probe = key(1).probe("/webhook", [7; 16], 0);
        let body: serde_json::Value = serde_json::from_str(&probe.body).unwrap();
        assert_eq!(body["payload"]["escapes"], "a/b / \"\\ é 🚀");
        assert!(probe.body.contains("🚀") && probe.body.contains("  two  "));
    }

    #[test]
    fn recognizes_only_its_own_mark() {
        let marks = [key(1).forward_mark(), key(2).forward_mark()];
        let is_own = |number, values: &[&[u8]]| key(number).forwarded(values.iter().copied());
        assert!(is_own(1, &[marks[0].as_bytes()]));
        assert!(!is_own(2, &[marks[0].as_bytes()]));
        assert!(is_own(2, &[b"nonsense", b"\xff", marks[0].as_bytes(), marks[1].as_bytes()]));
        assert!(is_own(2, &[marks.join(", ").as_bytes()]) && !is_own(3, &[marks.join(",").as_bytes()]));
        assert!(!is_own(1, &[b"nonsense"]) && !is_own(1, &[b"\xff"]) && !is_own(1, &[]));
    }

    #[test]
    fn debug_does_not_show_the_key() {
        assert!(!format!("{:?}", key(1)).contains("0101"));
    }
}
