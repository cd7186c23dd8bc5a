//! Imports records into the history: lines of its own export, and captures of other tools. The entry points are
//! [`StoredDelivery::of_line`] and [`StoredDelivery::of_capture`].
//!
//! Anyone can write such a file. So every record becomes [`Provenance::Imported`], whatever the file claims. One rule
//! decides what is refused: a value that no session of this version could have recorded, such as a time in the future, a
//! word that this version does not have, or a header that HTTP cannot carry.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use hyper::header::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Number;
use sha2::{Digest, Sha256};
use ulid::Ulid;

use super::row::time;
use crate::capture::Capture;
use crate::delivery::{
    DeliveryVerdict, PENDING_ANSWER, PENDING_ENDED, PENDING_QUEUE, Provenance, Stored, StoredAnswer,
    StoredDelivery, StoredForward, StoredRoute, StoredWait, TunnelKind, Word, verdict_named,
};
use crate::zoom::{Envelope, REQUEST_ID_HEADER, TIMESTAMP_HEADER};

/// How far in the future a time may be. The clocks of two machines may differ, but hardly by more than a time zone.
const AHEAD: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest time that an exchange with an app may have taken. Every time limit is shorter.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The version of the format of lines that this version reads.
const FORMAT: u64 = 1;

/// Limit on the outcomes of one delivery. A delivery has one for each target, attempt and replay.
const MOST_OUTCOMES: usize = 1_000;

/// The longest request target. No HTTP server accepts a longer one.
const LONGEST_TARGET: usize = 64 << 10;

/// A record that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotARecord {
    /// A line that is not an exported delivery.
    #[error("not a zoomhook delivery line: {0}")]
    Malformed(String),
    /// A line without a field that every exported delivery has. It may be a line of another kind.
    #[error("not a zoomhook delivery line: missing field `{0}`")]
    Incomplete(&'static str),
    /// A line in a later format.
    #[error("it has format {0}, and this version of zoomhook reads format {FORMAT}: update zoomhook")]
    Newer(Number),
    /// A word that this version does not have.
    #[error("its {what} is {word}, a word that this version of zoomhook does not have; a newer one may")]
    UnknownWord {
        /// The field.
        what: &'static str,
        /// Its value.
        word: String,
    },
    /// A value that no session could have recorded.
    #[error("its {what} is {value}, which is not {expected}")]
    Impossible {
        /// The field.
        what: &'static str,
        /// Its value.
        value: String,
        /// What it must be.
        expected: &'static str,
    },
    /// An id or a time that is too far in the future.
    #[error("its {what}, {time}, is more than a day in the future; check this machine's clock")]
    Ahead {
        /// Where the time is.
        what: &'static str,
        /// The time.
        time: String,
    },
}

impl NotARecord {
    fn malformed(error: &impl ToString) -> Self {
        Self::Malformed(without_middle(&error.to_string()))
    }

    fn impossible(what: &'static str, value: impl ToString, expected: &'static str) -> Self {
        Self::Impossible { what, value: shortened(&value.to_string()), expected }
    }
}

/// Characters of a value in a message. Longer than any value of an export that a message names.
const SHOWN: usize = 80;

/// The start of a value, for a message.
fn shortened(value: &str) -> String {
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// A parser's message, which may quote the line. The place is at its end.
fn without_middle(message: &str) -> String {
    const PLACE: usize = 40;
    match message.char_indices().nth_back(PLACE - 1) {
        Some((place, _)) if message[..place].chars().nth(SHOWN).is_some() => {
            format!("{}{}", shortened(message), &message[place..])
        }
        _ => message.to_owned(),
    }
}

/// Refuses a time that is too far in the future.
fn not_ahead(what: &'static str, millis: u64, now: SystemTime) -> Result<(), NotARecord> {
    if !is_ahead(Duration::from_millis(millis), now) {
        return Ok(());
    }
    let time = i64::try_from(millis).ok().and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
    let time = time.map_or_else(|| format!("{millis} ms after 1970"), |time| time.to_string());
    Err(NotARecord::Ahead { what, time })
}

fn is_ahead(since_1970: Duration, now: SystemTime) -> bool {
    since_1970 > now.duration_since(UNIX_EPOCH).unwrap_or_default() + AHEAD
}

/// What kind of line it is, and whether it has the fields of every exported delivery.
#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "v")]
    format: Option<Number>,
    #[serde(rename = "type")]
    kind: String,
    id: Option<IgnoredAny>,
    received_at: Option<IgnoredAny>,
    verdict: Option<IgnoredAny>,
}

impl Kind {
    /// Refuses a line in a format that this version does not read. Tools may leave the number out.
    fn check_format(&self) -> Result<(), NotARecord> {
        match &self.format {
            Some(format) if format.as_u64().is_some_and(|format| format > FORMAT) => {
                Err(NotARecord::Newer(format.clone()))
            }
            Some(format) if format.as_u64() != Some(FORMAT) => {
                Err(NotARecord::impossible("v", format, "the number of a format"))
            }
            _ => Ok(()),
        }
    }

    fn missing(&self) -> Option<&'static str> {
        let fields = [("id", &self.id), ("received_at", &self.received_at), ("verdict", &self.verdict)];
        fields.into_iter().find(|(_, value)| value.is_none()).map(|(name, _)| name)
    }
}

/// A line as it is written. Numbers of any size are read, so that an impossible one is named in the error.
#[derive(Deserialize)]
struct Line {
    id: String,
    received_at: String,
    method: Option<String>,
    target: Option<String>,
    #[serde(default)]
    headers: Vec<(String, String)>,
    headers_base64: Option<Vec<(String, String)>>,
    #[serde(flatten)]
    body: Body,
    verdict: String,
    reason: Option<String>,
    event: Option<String>,
    event_ts: Option<Number>,
    request_id: Option<String>,
    secret_name: Option<String>,
    retry_of: Option<String>,
    answer: Option<Answer>,
    pending: Option<String>,
    pending_until: Option<String>,
    peer: Option<String>,
    route: Option<String>,
    tunnel: Option<String>,
    public_url: Option<String>,
    #[serde(default)]
    relayed: Vec<Relay>,
}

#[derive(Deserialize)]
struct Body {
    body: Option<String>,
    body_base64: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    status: Number,
    /// `None` for a delivery of a stream, which another session answered.
    ms: Option<Number>,
}

#[derive(Deserialize)]
struct Relay {
    target: String,
    role: String,
    outcome: String,
    status: Option<Number>,
    detail: Option<String>,
    first_byte_ms: Option<Number>,
    ms: Number,
    #[serde(default)]
    headers: Vec<(String, String)>,
    headers_base64: Option<Vec<(String, String)>>,
    #[serde(flatten)]
    body: Body,
}

impl Body {
    fn bytes(self) -> Result<Vec<u8>, NotARecord> {
        match (self.body, self.body_base64) {
            (Some(text), _) => Ok(text.into_bytes()),
            (None, Some(encoded)) => STANDARD.decode(encoded).map_err(|error| NotARecord::malformed(&error)),
            (None, None) => Ok(Vec::new()),
        }
    }
}

impl Answer {
    fn checked(&self) -> Result<StoredAnswer, NotARecord> {
        Ok(StoredAnswer {
            status: status("answer's status", &self.status)?,
            took: self.ms.as_ref().map_or(Ok(Duration::ZERO), |ms| millis("answer's ms", ms))?,
        })
    }
}

impl Relay {
    fn checked(self) -> Result<StoredForward, NotARecord> {
        Ok(StoredForward {
            role: word("relay's role", self.role)?,
            headers: headers(header_bytes(self.headers, self.headers_base64)?.into_iter())?,
            body: self.body.bytes()?,
            first_byte: self.first_byte_ms.map(|ms| millis("relay's first_byte_ms", &ms)).transpose()?,
            took: millis("relay's ms", &self.ms)?,
            target: target("relay's target", self.target)?,
            outcome: word("relay's outcome", self.outcome)?,
            status: self.status.map(|number| status("relay's status", &number)).transpose()?,
            detail: self.detail,
        })
    }
}

/// A word that this version has.
fn word<T: Word>(what: &'static str, word: String) -> Result<Stored<T>, NotARecord> {
    match word.into() {
        Stored::Other(word) => Err(NotARecord::UnknownWord { what, word: shortened(&word) }),
        known @ Stored::Known(_) => Ok(known),
    }
}

/// A path or a URL. A control character in it could end the request line.
fn target(what: &'static str, text: String) -> Result<String, NotARecord> {
    if text.len() <= LONGEST_TARGET && !text.contains(char::is_control) {
        return Ok(text);
    }
    Err(NotARecord::impossible(what, text, "a path or a URL"))
}

fn method(text: String) -> Result<String, NotARecord> {
    match Method::from_bytes(text.as_bytes()) {
        Ok(_) => Ok(text),
        Err(_) => Err(NotARecord::impossible("method", text, "an HTTP method")),
    }
}

/// The values of a line's headers. The second list has the exact ones, if not all of them are UTF-8.
fn header_bytes(
    headers: Vec<(String, String)>,
    encoded: Option<Vec<(String, String)>>,
) -> Result<Vec<(String, Vec<u8>)>, NotARecord> {
    let Some(encoded) = encoded else {
        return Ok(headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect());
    };
    let decoded = |(name, value): (String, String)| {
        Ok((name, STANDARD.decode(value).map_err(|error| NotARecord::malformed(&error))?))
    };
    encoded.into_iter().map(decoded).collect()
}

/// Headers that HTTP can carry.
fn headers(fields: impl Iterator<Item = (String, Vec<u8>)>) -> Result<Vec<(String, Vec<u8>)>, NotARecord> {
    fields
        .map(|(name, value)| {
            if HeaderName::from_bytes(name.as_bytes()).is_err() {
                return Err(NotARecord::impossible("header", name, "the name of an HTTP header"));
            }
            if HeaderValue::from_bytes(&value).is_err() {
                let value = String::from_utf8_lossy(&value).into_owned();
                return Err(NotARecord::impossible("header's value", value, "the value of an HTTP header"));
            }
            Ok((name, value))
        })
        .collect()
}

/// Milliseconds since 1970.
fn event_time(number: &Number) -> Result<i64, NotARecord> {
    let millis = number.as_i64().filter(|millis| *millis >= 0);
    millis.ok_or_else(|| {
        NotARecord::impossible("event_ts", number, "a whole number of milliseconds since 1970")
    })
}

/// What the session that exported the line still waited for. Its answer is stored in the history of that session, so
/// the imported delivery waits for nothing: it is stored as if the session had ended.
fn waits_for(
    pending: &str,
    until: Option<&str>,
    received: u64,
    now: SystemTime,
) -> Result<StoredWait, NotARecord> {
    match pending {
        PENDING_QUEUE | PENDING_ENDED => Ok(StoredWait::Abandoned),
        PENDING_ANSWER => {
            let until = until.unwrap_or("missing");
            let parsed = until.parse::<jiff::Timestamp>().ok().map(|until| time(until.as_millisecond()));
            // No exchange takes longer.
            let latest = UNIX_EPOCH + Duration::from_millis(received) + LONGEST;
            let until_now = |until: SystemTime| StoredWait::Answer { until: until.min(now) };
            parsed.filter(|until| *until <= latest).map(until_now).ok_or_else(|| {
                NotARecord::impossible("pending_until", until, "a time up to a week after received_at")
            })
        }
        _ => Err(NotARecord::UnknownWord { what: "pending", word: shortened(pending) }),
    }
}

/// An HTTP status has three digits.
fn status(what: &'static str, number: &Number) -> Result<u16, NotARecord> {
    let status = number.as_u64().and_then(|number| u16::try_from(number).ok());
    status
        .filter(|status| (100..=999).contains(status))
        .ok_or_else(|| NotARecord::impossible(what, number, "an HTTP status from 100 to 999"))
}

fn millis(what: &'static str, number: &Number) -> Result<Duration, NotARecord> {
    let time = number.as_f64().and_then(|ms| Duration::try_from_secs_f64(ms / 1e3).ok());
    time.filter(|time| *time <= LONGEST)
        .ok_or_else(|| NotARecord::impossible(what, number, "a time from 0 ms to a week"))
}

/// Milliseconds since 1970.
fn received_at(text: &str, now: SystemTime) -> Result<u64, NotARecord> {
    let time: jiff::Timestamp =
        text.parse().map_err(|_| NotARecord::impossible("received_at", text, "a time in RFC 3339"))?;
    let millis = u64::try_from(time.as_millisecond())
        .map_err(|_| NotARecord::impossible("received_at", text, "a time after 1970"))?;
    not_ahead("received_at", millis, now)?;
    Ok(millis)
}

impl StoredDelivery {
    /// Parses an exported line; `None` if the line has another type.
    ///
    /// # Errors
    /// The line is not JSON, a required field is missing, or a value is malformed or impossible.
    pub(crate) fn of_line(line: &[u8], now: SystemTime) -> Result<Option<Self>, NotARecord> {
        let wrong = |error: serde_json::Error| NotARecord::malformed(&error);
        let kind: Kind = serde_json::from_slice(line).map_err(wrong)?;
        kind.check_format()?;
        if kind.kind != "delivery" {
            return Ok(None);
        }
        if let Some(missing) = kind.missing() {
            return Err(NotARecord::Incomplete(missing));
        }
        let line: Line = serde_json::from_slice(line).map_err(wrong)?;
        let id = ulid("id", &line.id)?;
        not_ahead("time in the id", id.timestamp_ms(), now)?;
        let received = received_at(&line.received_at, now)?;
        if line.relayed.len() > MOST_OUTCOMES {
            let count = line.relayed.len();
            return Err(NotARecord::impossible("number of relayed", count, "at most 1,000"));
        }
        let pending = line.pending.as_deref();
        let until = line.pending_until.as_deref();
        Ok(Some(Self {
            // Normalized to upper case, the form in which ids are compared.
            id: id.to_string(),
            provenance: Provenance::Imported,
            received_at: UNIX_EPOCH + Duration::from_millis(received),
            method: method(line.method.unwrap_or_else(|| "POST".to_owned()))?,
            target: target("target", line.target.unwrap_or_else(|| "/".to_owned()))?,
            headers: headers(header_bytes(line.headers, line.headers_base64)?.into_iter())?,
            body: line.body.bytes()?,
            verdict: verdict_named(&line.verdict).ok_or_else(|| {
                NotARecord::impossible("verdict", line.verdict, "valid, invalid or unknown")
            })?,
            reason: line.reason.map(|reason| word("reason", reason)).transpose()?,
            event: line.event,
            event_ts: line.event_ts.as_ref().map(event_time).transpose()?,
            request_id: line.request_id,
            secret_name: line.secret_name,
            retry_of: line
                .retry_of
                .map(|retried| ulid("retry_of", &retried))
                .transpose()?
                .map(|id| id.to_string()),
            answer: line.answer.as_ref().map(Answer::checked).transpose()?,
            waits_for: pending.map(|pending| waits_for(pending, until, received, now)).transpose()?,
            project: None,
            peer: line.peer.unwrap_or_default(),
            route: line.route.map_or(Ok(StoredRoute::Import.into()), |route| word("route", route))?,
            tunnel: line.tunnel.map_or(Ok(TunnelKind::None.into()), |tunnel| word("tunnel", tunnel))?,
            public_url: line.public_url.map(|url| target("public_url", url)).transpose()?,
            forwarded: line.relayed.into_iter().map(Relay::checked).collect::<Result<_, _>>()?,
        }))
    }

    /// Converts a capture without verifying it: `verify` does that. The id is derived from the time and the content,
    /// so the same capture always gets the same id. The time is the capture's own, or else that of its signature, its
    /// event, or `now`. The times of signature and event are not times of arrival, so one in the future is ignored: a
    /// timestamp in milliseconds is a usual mistake.
    ///
    /// # Errors
    /// The capture's own time is in the future, or HTTP cannot carry its method, target or headers.
    pub(crate) fn of_capture(capture: &Capture, now: SystemTime) -> Result<Self, NotARecord> {
        let body = capture.body.bytes.clone();
        let envelope = Envelope::parse(&body).ok();
        let signed = capture.headers.text(TIMESTAMP_HEADER).and_then(|text| text.parse::<u64>().ok());
        let event_ts = envelope.as_ref().and_then(Envelope::event_ts);
        if let Some(captured) = capture.captured_at.and_then(|time| time.duration_since(UNIX_EPOCH).ok()) {
            not_ahead("time of capture", u64::try_from(captured.as_millis()).unwrap_or(u64::MAX), now)?;
        }
        let of_event = event_ts.and_then(|ms| Some(Duration::from_millis(ms.try_into().ok()?)));
        let claimed = [signed.map(Duration::from_secs), of_event].into_iter().flatten();
        let mut believable = claimed.filter(|since_1970| !is_ahead(*since_1970, now));
        let received_at =
            capture.captured_at.or(believable.next().map(|since| UNIX_EPOCH + since)).unwrap_or(now);
        let answer = capture.response.as_ref().and_then(|response| {
            Some(StoredAnswer { status: response.status?, took: response.took.unwrap_or_default() })
        });
        let headers = headers(http_1_headers(capture))?;
        Ok(Self {
            id: id_of(received_at, &headers, &body),
            provenance: Provenance::Imported,
            received_at,
            method: method(capture.method.clone().unwrap_or_else(|| "POST".to_owned()))?,
            target: target("target", capture.target.clone().unwrap_or_else(|| "/".to_owned()))?,
            verdict: DeliveryVerdict::Unknown,
            reason: None,
            event: envelope.map(|envelope| envelope.event().to_owned()),
            event_ts,
            request_id: capture.headers.text(REQUEST_ID_HEADER).map(str::to_owned),
            secret_name: None,
            retry_of: None,
            answer,
            waits_for: None,
            project: None,
            peer: capture.remote.clone().unwrap_or_default(),
            route: StoredRoute::Import.into(),
            tunnel: TunnelKind::None.into(),
            public_url: None,
            forwarded: Vec::new(),
            headers,
            body,
        })
    }
}

/// The headers in HTTP/1.1 form: `:authority` becomes `host`. The other pseudo-headers are dropped, because the
/// request line has their values.
fn http_1_headers(capture: &Capture) -> impl Iterator<Item = (String, Vec<u8>)> {
    let has_host = capture.headers.contains("host");
    capture.headers.iter().filter_map(move |(name, value)| {
        let name = if name == ":authority" && !has_host { "host" } else { name };
        (!name.starts_with(':')).then(|| (name.to_owned(), value.to_vec()))
    })
}

fn ulid(what: &'static str, text: &str) -> Result<Ulid, NotARecord> {
    Ulid::from_string(text)
        .map_err(|_| NotARecord::impossible(what, text, "an id of zoomhook (26 letters and digits)"))
}

fn id_of(time: SystemTime, headers: &[(String, Vec<u8>)], body: &[u8]) -> String {
    let mut content = Sha256::new();
    for (name, value) in headers {
        content.update(name.to_ascii_lowercase());
        content.update([0]);
        content.update(value);
        content.update([0]);
    }
    content.update([0]);
    content.update(body);
    let digest = content.finalize();
    let random = digest.iter().take(10).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    let millis = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    Ulid::from_parts(u64::try_from(millis).unwrap_or(0).min((1 << 48) - 1), random).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{Format, RecordLimits, read};

    fn captured(text: &str) -> Capture {
        let none = |_: &str| Err(std::io::ErrorKind::NotFound.into());
        read(text.as_bytes(), Format::RawHttp, RecordLimits::default(), &none).next().unwrap().unwrap()
    }

    #[test]
    fn the_same_capture_has_the_same_id() {
        let capture = captured(
            "POST /webhook HTTP/1.1\r\nx-zm-request-timestamp: 1720705455\r\ncontent-length: 17\r\n\r\n{\"event\":\"a.b.c\"}",
        );
        let now = SystemTime::now();
        let record = StoredDelivery::of_capture(&capture, now).unwrap();
        assert_eq!(record.received_at, UNIX_EPOCH + Duration::from_secs(1_720_705_455));
        assert_eq!((record.event.as_deref(), record.verdict), (Some("a.b.c"), DeliveryVerdict::Unknown));
        let later = now + Duration::from_secs(9);
        assert_eq!(record.id, StoredDelivery::of_capture(&capture, later).unwrap().id);
    }

    #[test]
    fn converts_http_2_headers_to_http_1() {
        let capture = captured("POST / HTTP/2\r\n:method: POST\r\n:authority: a.example\r\nx-a: 1\r\n\r\n{}");
        let record = StoredDelivery::of_capture(&capture, SystemTime::now()).unwrap();
        let expected = [("host".to_owned(), b"a.example".to_vec()), ("x-a".to_owned(), b"1".to_vec())];
        assert_eq!(record.headers, expected);
    }

    #[test]
    fn ignores_lines_of_other_types_and_rejects_malformed_ones() {
        let now = SystemTime::now();
        assert_eq!(StoredDelivery::of_line(br#"{"v":1,"type":"ready"}"#, now), Ok(None));
        for line in ["{}", "x", r#"{"type":"delivery","id":"1"}"#] {
            let read = StoredDelivery::of_line(line.as_bytes(), now);
            assert!(matches!(read, Err(NotARecord::Malformed(_) | NotARecord::Incomplete(_))), "{line}");
        }
    }

    #[test]
    fn refuses_values_that_no_session_records() {
        let line = |change: &str| {
            let mut line = serde_json::json!({
                "type": "delivery", "id": Ulid::from_parts(1, 1).to_string(), "verdict": "valid",
                "received_at": "2024-07-11T13:44:15.858Z", "event_ts": 1, "method": "POST",
                "answer": {"status": 204, "ms": 1.5},
                "relayed": [{"target": "http://a", "role": "answers", "outcome": "answered", "status": 204,
                    "first_byte_ms": 0, "ms": 604_800_000}],
            });
            let (pointer, value) = change.split_once('=').unwrap();
            *line.pointer_mut(pointer).unwrap() = serde_json::from_str(value).unwrap();
            StoredDelivery::of_line(line.to_string().as_bytes(), SystemTime::now())
        };
        for possible in
            ["/answer/status=100", "/answer/status=999", "/answer/ms=0", "/event_ts=0", "/method=\"X\""]
        {
            assert!(line(possible).is_ok(), "{possible}");
        }
        for impossible in [
            "/answer/status=0",
            "/answer/status=99",
            "/answer/status=1000",
            "/answer/status=-204",
            "/answer/status=204.5",
            "/answer/status=18446744073709551615",
            "/answer/ms=-1",
            "/answer/ms=1e300",
            "/relayed/0/status=99",
            "/relayed/0/ms=604800001",
            "/relayed/0/first_byte_ms=-0.5",
            "/event_ts=1.5",
            "/event_ts=-7",
            "/event_ts=9223372036854775808",
            "/received_at=\"1969-12-31T23:59:59Z\"",
            "/received_at=\"yesterday\"",
            "/id=\"1\"",
            "/method=\"GET /\"",
        ] {
            let refused = line(impossible);
            assert!(matches!(refused, Err(NotARecord::Impossible { .. })), "{impossible}: {refused:?}");
        }
    }

    #[test]
    fn refuses_a_time_more_than_a_day_ahead() {
        let now = UNIX_EPOCH + Duration::from_millis(1_720_705_455_858);
        let read = |id: Ulid, received: &str| {
            let line = format!(
                r#"{{"type":"delivery","id":"{id}","received_at":"{received}","verdict":"valid","body":"{{}}"}}"#
            );
            StoredDelivery::of_line(line.as_bytes(), now)
        };
        let id = |ms| Ulid::from_parts(ms, 1);
        let (day, soon) = (AHEAD.as_millis() as u64, "2024-07-12T13:44:15.858Z");
        assert!(read(id(1_720_705_455_858 + day), soon).is_ok());
        for (id, received, what) in [
            (id(1_720_705_455_859 + day), soon, "time in the id"),
            (id((1 << 48) - 1), soon, "time in the id"),
            (id(1), "2024-07-12T13:44:15.859Z", "received_at"),
        ] {
            let refused = read(id, received).unwrap_err();
            assert!(matches!(&refused, NotARecord::Ahead { what: found, .. } if *found == what), "{refused}");
        }
    }

    #[test]
    fn ignores_the_time_of_a_signature_that_is_in_the_future() {
        let now = UNIX_EPOCH + Duration::from_secs(1_720_705_455);
        let of = |timestamp: &str| {
            let text = format!("POST / HTTP/1.1\r\nx-zm-request-timestamp: {timestamp}\r\n\r\n{{}}");
            StoredDelivery::of_capture(&captured(&text), now).unwrap().received_at
        };
        for ahead in ["1720705455000", "9999999999", "18446744073709551615"] {
            assert_eq!(of(ahead), now, "{ahead}");
        }
        let mut capture = captured("POST / HTTP/1.1\r\nhost: a\r\n\r\n{}");
        capture.captured_at = Some(now + AHEAD + Duration::from_secs(1));
        let refused = StoredDelivery::of_capture(&capture, now);
        assert!(matches!(refused, Err(NotARecord::Ahead { what: "time of capture", .. })), "{refused:?}");
    }

    #[test]
    fn a_message_of_the_parser_that_quotes_a_long_line_keeps_its_place() {
        let quoted = "é".repeat(10_000);
        let shown = NotARecord::malformed(&format!("invalid value: string \"{quoted}\" at line 1 column 9"));
        let start = format!("invalid value: string \"{}", "é".repeat(57));
        let end = format!("{}\" at line 1 column 9", "é".repeat(20));
        assert_eq!(shown.to_string(), format!("not a zoomhook delivery line: {start}…{end}"));
    }
}
