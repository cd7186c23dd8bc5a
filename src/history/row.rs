//! Converts a delivery or an imported record into rows. The caller's thread does this, to keep the writer thread free.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::HeaderName;
use rusqlite::types::ValueRef;

use super::checksum;
use super::queue_lock;
use crate::delivery::{
    Delivery, ForwardOutcome, ForwardRole, Forwarded, Judgement, MASK, PendingDelivery, Provenance,
    RefusalCode, RelayOutcomeKind, Request, Stored, StoredDelivery, StoredForward, StoredRoute, StoredWait,
    TunnelKind, is_credential, masked_query,
};
use crate::zoom::{Envelope, REQUEST_ID_HEADER};

/// Bytes of a row beyond its texts and blobs: numbers, indexes, search words.
const OVERHEAD: usize = 300;
/// A longer value is not stored as a request id: Zoom's ids are about as long as two UUIDs.
const LONGEST_REQUEST_ID: usize = 256;

/// Values that all deliveries of a session share.
#[derive(Debug, Clone)]
pub struct Extra {
    /// The kind of tunnel.
    pub tunnel: TunnelKind,
    /// The public URL, if there is one.
    pub public_url: Option<Arc<str>>,
    /// The folder of the project.
    pub project: Option<Arc<str>>,
}

/// The columns of one delivery.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) provenance: Provenance,
    pub(super) received_ms: i64,
    pub(super) refused: bool,
    pub(super) verdict: &'static str,
    pub(super) reason: Option<Stored<RefusalCode>>,
    pub(super) event: Option<String>,
    pub(super) event_ts: Option<i64>,
    pub(super) request_id: Option<String>,
    pub(super) secret_name: Option<String>,
    pub(super) retry_of: Option<String>,
    pub(super) status: Option<u16>,
    pub(super) took_us: Option<i64>,
    pub(super) method: String,
    pub(super) target: String,
    pub(super) peer: String,
    pub(super) route: Stored<StoredRoute>,
    pub(super) tunnel: Stored<TunnelKind>,
    pub(super) public_url: Option<String>,
    pub(super) headers: Vec<u8>,
    pub(super) body: Bytes,
    pub(super) waits_until: Option<i64>,
    pub(super) project: Option<String>,
    pub(super) relays: Vec<RelayRow>,
    /// Computed by [`Self::with_checksum`], on the caller's thread.
    checksum: i64,
}

/// The columns of one forwarding attempt.
#[derive(Debug, Clone)]
pub(super) struct RelayRow {
    pub(super) target: String,
    pub(super) role: Stored<ForwardRole>,
    pub(super) outcome: Stored<RelayOutcomeKind>,
    pub(super) status: Option<u16>,
    pub(super) detail: Option<String>,
    pub(super) first_byte_us: Option<i64>,
    pub(super) took_us: i64,
    pub(super) headers: Vec<u8>,
    pub(super) body: Bytes,
}

impl Row {
    /// `holder` is the number of this process, if the delivery is in its queue.
    pub(super) fn of_delivery(
        delivery: &Delivery,
        holder: Option<i64>,
        extra: &Extra,
        masked: &[HeaderName],
    ) -> Self {
        let request = (delivery.id.as_str(), delivery.received_at, &*delivery.request, &delivery.judgement);
        Self {
            retry_of: delivery.repeats.as_ref().map(|repeats| repeats.first.clone()),
            status: Some(delivery.answer.status.as_u16()),
            took_us: Some(micros(delivery.answer.took)),
            waits_until: delivery.is_queued.then(|| waits_until(StoredWait::Queue, holder)),
            relays: delivery.forwarded.iter().map(|forwarded| RelayRow::of(forwarded, masked)).collect(),
            ..Self::of_request(request, extra, masked)
        }
        .with_checksum()
    }

    /// A delivery whose answer will be the app's. After `until` there will be none.
    pub(super) fn of_pending(
        pending: &PendingDelivery,
        until: SystemTime,
        extra: &Extra,
        masked: &[HeaderName],
    ) -> Self {
        let request = (pending.id.as_str(), pending.received_at, &*pending.request, &pending.judgement);
        let waits_until = Some(waits_until(StoredWait::Answer { until }, None));
        Self { waits_until, ..Self::of_request(request, extra, masked) }.with_checksum()
    }

    /// A request without an answer.
    fn of_request(
        (id, received_at, request, judgement): (&str, SystemTime, &Request, &Judgement),
        extra: &Extra,
        masked: &[HeaderName],
    ) -> Self {
        let refusal = match judgement {
            Judgement::Refused { refusal, .. } => Some(refusal),
            _ => None,
        };
        let request_id = request.headers.get(REQUEST_ID_HEADER).and_then(|value| value.to_str().ok());
        Self {
            id: id.to_owned(),
            provenance: Provenance::Recorded,
            received_ms: unix_millis(received_at),
            refused: refusal.is_some(),
            verdict: judgement.verdict().as_str(),
            reason: refusal.map(|refusal| RefusalCode::from(refusal).into()),
            event: judgement.event().map(str::to_owned),
            event_ts: event_ts(judgement, request),
            request_id: request_id.filter(|id| id.len() <= LONGEST_REQUEST_ID).map(str::to_owned),
            secret_name: judgement.secret_name().map(str::to_owned),
            retry_of: None,
            status: None,
            took_us: None,
            method: request.method.to_string(),
            target: request.target.clone(),
            peer: request.peer.to_string(),
            route: StoredRoute::from(request.route).into(),
            tunnel: extra.tunnel.into(),
            public_url: extra.public_url.as_deref().map(str::to_owned),
            headers: packed(&request.headers, masked),
            body: request.body.clone(),
            waits_until: None,
            project: extra.project.as_deref().map(str::to_owned),
            relays: Vec::new(),
            checksum: 0,
        }
    }

    pub(super) fn of_record(record: StoredDelivery, masked: &[HeaderName]) -> Self {
        Self {
            received_ms: unix_millis(record.received_at),
            refused: record.reason.is_some(),
            verdict: record.verdict.as_str(),
            status: record.answer.map(|answer| answer.status),
            took_us: record.answer.map(|answer| micros(answer.took)),
            headers: packed_pairs(&record.headers, masked),
            relays: record.forwarded.into_iter().map(|relay| RelayRow::of_record(relay, masked)).collect(),
            id: record.id,
            provenance: record.provenance,
            reason: record.reason,
            event: record.event,
            event_ts: record.event_ts,
            request_id: record.request_id,
            secret_name: record.secret_name,
            retry_of: record.retry_of,
            method: record.method,
            target: record.target,
            peer: record.peer,
            route: record.route,
            tunnel: record.tunnel,
            public_url: record.public_url,
            body: record.body.into(),
            waits_until: record.waits_for.map(|wait| waits_until(wait, None)),
            project: record.project,
            checksum: 0,
        }
        .with_checksum()
    }

    /// The checksum that proves that it is read as it was stored: [`checksum::DELIVERY_COLUMNS`], headers and body.
    pub(super) fn checksum(&self) -> i64 {
        self.checksum
    }

    fn with_checksum(mut self) -> Self {
        use checksum::optional_number;
        use checksum::optional_text;
        use checksum::text;
        let waits_until = optional_number(self.waits_until);
        let later = checksum::later([waits_until, optional_text(self.project.as_deref())]);
        let values = [
            text(&self.id),
            ValueRef::Integer(self.received_ms),
            text(self.verdict),
            optional_text(self.reason.as_ref().map(Stored::as_str)),
            optional_text(self.event.as_deref()),
            optional_number(self.event_ts),
            optional_text(self.request_id.as_deref()),
            optional_text(self.secret_name.as_deref()),
            optional_text(self.retry_of.as_deref()),
            optional_number(self.status.map(i64::from)),
            optional_number(self.took_us),
            text(&self.method),
            text(&self.target),
            text(&self.peer),
            text(self.route.as_str()),
            text(self.tunnel.as_str()),
            optional_text(self.public_url.as_deref()),
            ValueRef::Integer(i64::from(self.provenance == Provenance::Imported)),
            ValueRef::Blob(&self.headers),
            ValueRef::Blob(&self.body),
        ];
        self.checksum = checksum::of_values(values.into_iter().chain(later));
        self
    }

    /// Size that counts against [`Limits::bytes`](super::Limits::bytes).
    pub(super) fn bytes(&self) -> usize {
        let relays: usize = self.relays.iter().map(RelayRow::bytes).sum();
        OVERHEAD + self.target.len() + self.headers.len() + self.body.len() + relays
    }
}

impl RelayRow {
    pub(super) fn of(forwarded: &Forwarded, masked: &[HeaderName]) -> Self {
        let (status, headers, body, detail) = match &forwarded.outcome {
            ForwardOutcome::Answered { status, headers, body } => {
                let faults = forwarded.challenge_faults.iter().flatten();
                let faults: Vec<_> = faults.map(|fault| fault.sentence.as_str()).collect();
                let detail = (!faults.is_empty()).then(|| faults.join(" "));
                (Some(status.as_u16()), packed(headers, masked), body.clone(), detail)
            }
            ForwardOutcome::Unreachable(why) | ForwardOutcome::Broken(why) => {
                (None, vec![], Bytes::new(), Some(why.clone()))
            }
            ForwardOutcome::Stopped => (None, vec![], Bytes::new(), None),
            ForwardOutcome::TimedOut(limit) => {
                (None, vec![], Bytes::new(), Some(format!("after {} ms", limit.as_millis())))
            }
        };
        Self {
            target: forwarded.target.clone(),
            role: forwarded.role.into(),
            outcome: forwarded.outcome.kind().into(),
            status,
            detail,
            first_byte_us: forwarded.first_byte.map(micros),
            took_us: micros(forwarded.took),
            headers,
            body,
        }
    }

    fn of_record(relay: StoredForward, masked: &[HeaderName]) -> Self {
        Self {
            headers: packed_pairs(&relay.headers, masked),
            role: relay.role,
            first_byte_us: relay.first_byte.map(micros),
            took_us: micros(relay.took),
            // The file of another version may have a credential in it.
            target: masked_query(&relay.target).into_owned(),
            outcome: relay.outcome,
            status: relay.status,
            detail: relay.detail,
            body: relay.body.into(),
        }
    }

    /// The checksum of the row at this position of a delivery: [`checksum::RELAY_COLUMNS`].
    pub(super) fn checksum(&self, id: &str, position: i64) -> i64 {
        use checksum::optional_number;
        use checksum::optional_text;
        use checksum::text;
        checksum::of_values([
            text(id),
            ValueRef::Integer(position),
            text(&self.target),
            text(self.role.as_str()),
            text(self.outcome.as_str()),
            optional_number(self.status.map(i64::from)),
            optional_text(self.detail.as_deref()),
            optional_number(self.first_byte_us),
            ValueRef::Integer(self.took_us),
            ValueRef::Blob(&self.headers),
            ValueRef::Blob(&self.body),
        ])
    }

    pub(super) fn bytes(&self) -> usize {
        OVERHEAD / 2 + self.target.len() + self.headers.len() + self.body.len()
    }
}

/// The event's time. For a request that is not a verified event, the time that the body claims.
fn event_ts(judgement: &Judgement, request: &Request) -> Option<i64> {
    match judgement {
        Judgement::Event(event) => event.event_ts,
        Judgement::Refused { claimed_event: None, .. } => None,
        _ => Envelope::parse(&request.body).ok()?.event_ts(),
    }
}

/// A delivery in the queue waits without a limit. This number plus that of the process with the queue: [`QueueLock`].
///
/// [`QueueLock`]: super::queue_lock::QueueLock
pub(super) const QUEUED: i64 = 1 << 62;
/// A delivery in the queue of a process that is not known.
const QUEUED_ANYWHERE: i64 = i64::MAX;

/// The column `waits_until`: Unix milliseconds, or from [`QUEUED`] on a queue. `holder` is the number of this process.
fn waits_until(wait: StoredWait, holder: Option<i64>) -> i64 {
    match wait {
        StoredWait::Answer { until } => unix_millis(until).min(QUEUED - 1),
        StoredWait::Queue => holder.and_then(|holder| QUEUED.checked_add(holder)).unwrap_or(QUEUED_ANYWHERE),
        // No process has the number 0.
        StoredWait::Abandoned => QUEUED,
    }
}

/// Reverses [`waits_until`]. `history` is the file, beside which are those of the processes with a queue.
pub(super) fn wait_of(waits_until: i64, history: &Path) -> StoredWait {
    match waits_until.checked_sub(QUEUED).filter(|holder| *holder >= 0) {
        None => StoredWait::Answer { until: time(waits_until) },
        Some(_) if waits_until == QUEUED_ANYWHERE => StoredWait::Queue,
        Some(holder) if queue_lock::is_running(history, holder) => StoredWait::Queue,
        Some(_) => StoredWait::Abandoned,
    }
}

/// The time of a column.
pub(super) fn time(millis: i64) -> SystemTime {
    // A damaged file may have any number. One that overflows becomes the Unix epoch.
    UNIX_EPOCH.checked_add(Duration::from_millis(millis.unsigned_abs())).unwrap_or(UNIX_EPOCH)
}

pub(super) fn unix_millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

fn packed(headers: &HeaderMap, masked: &[HeaderName]) -> Vec<u8> {
    pack(headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())), masked)
}

fn packed_pairs(headers: &[(String, Vec<u8>)], masked: &[HeaderName]) -> Vec<u8> {
    pack(headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())), masked)
}

/// One line for each header, as in HTTP/1.1. All headers pass through here on the way to the file, so credentials are
/// masked here.
fn pack<'h>(headers: impl Iterator<Item = (&'h str, &'h [u8])>, masked: &[HeaderName]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(1024);
    for (name, value) in headers {
        let is_masked =
            is_credential(name) || masked.iter().any(|known| name.eq_ignore_ascii_case(known.as_str()));
        // HTTP allows no line breaks in names and values, but a capture may contain them.
        let line_safe = |byte: &u8| if matches!(byte, b'\r' | b'\n') { b' ' } else { *byte };
        packed.extend(name.bytes().filter(|byte| !b":\r\n".contains(byte)));
        packed.push(b':');
        packed.extend(if is_masked { MASK.as_bytes() } else { value }.iter().map(line_safe));
        packed.push(b'\n');
    }
    packed
}

/// Reverses [`pack`].
pub(super) fn unpack(packed: &[u8]) -> Vec<(String, Vec<u8>)> {
    let lines = packed.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
            let value = line.get(colon + 1..).unwrap_or_default();
            (String::from_utf8_lossy(&line[..colon]).into_owned(), value.to_vec())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_credentials_before_they_are_stored() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("authorization", "Bearer x1"),
            ("cookie", "x2"),
            ("proxy-authorization", "x3"),
            ("x-own", "x4"),
            ("set-cookie", "x5"),
            ("clientid", "x6"),
            ("x-api-key", "x7"),
            ("x-custom-auth", "x8"),
        ] {
            headers.insert(HeaderName::from_static(name), value.parse().unwrap());
        }
        headers.append("x-a", "kept: 1".parse().unwrap());
        let packed = packed(&headers, &[HeaderName::from_static("x-own")]);
        let text = String::from_utf8(packed.clone()).unwrap();
        assert!((1..=8).all(|number| !text.contains(&format!("x{number}"))), "{text}");
        assert!(unpack(&packed).contains(&("x-a".to_owned(), b"kept: 1".to_vec())));
    }

    #[test]
    fn a_line_break_in_a_captured_header_does_not_add_a_header() {
        let pairs = [("a:b\n".to_owned(), b"1\r\nauthorization: x".to_vec())];
        let unpacked = unpack(&packed_pairs(&pairs, &[]));
        assert_eq!(unpacked, [("ab".to_owned(), b"1  authorization: x".to_vec())]);
    }
}
