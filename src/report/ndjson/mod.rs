//! NDJSON for programs: one JSON object a line, on stdout.
//!
//! [`Ndjson`] writes all lines through one reused buffer, because every delivery passes through it. Fields may be
//! added; if the meaning of a field changes, `v` goes up. A line is safe to show on a terminal: characters that
//! control a terminal, reorder text or are invisible are escaped. They decode to the same text.

mod changes;
mod check;
mod delivery;
mod doctor;
mod escape;
mod har;
mod object;
mod read_token;
mod replayed;
mod running;
mod session;
mod setting;
mod stats;
mod stored;
mod stream;
mod verdict;

use std::time::SystemTime;

use crate::delivery::{Ready, SessionEvent, StreamPlace, TunnelState};

use super::headers::Masking;
use super::out::{Out, OutputError, Stream};
use super::wording::{self, WordingContext};
use super::{Moment, ReportSettings};

pub(super) use changes::write as changes;
pub(super) use check::write as check;
pub(super) use doctor::{finding, setup_summary};
pub(super) use har::{entry as har_entry, head as har_head};
use object::Object;
pub(super) use read_token::read_token;
pub(super) use replayed::{note, write as replayed};
pub(super) use running::write as running_session;
pub(super) use session::warning as write_warning;
pub(super) use setting::write as setting;
pub(super) use stats::write as stats;
pub(super) use stored::{write as stored, write_row as stored_row};
pub(super) use stream::stream_status;
pub(super) use verdict::write as write_verdict;

/// The `ready` line alone, for the file of `--ready-file`.
#[must_use]
pub(crate) fn ready_line(ready: &Ready, inspector: Option<&str>) -> Vec<u8> {
    let mut line = Vec::new();
    let known = session::KnownAtStart { inspector, ..session::KnownAtStart::default() };
    session::ready(&mut line, ready, &known, SystemTime::now());
    line
}

/// Writes session events as lines.
#[derive(Debug)]
pub(crate) struct Ndjson {
    /// How headers are masked; `None` if they are not shown.
    headers: Option<Masking>,
    context: WordingContext,
    inspector: Option<String>,
    shares_on: Option<StreamPlace>,
    line: Vec<u8>,
    /// Why the public URL is not proven to lead here, if it is not.
    unproven: Option<String>,
}

impl Ndjson {
    pub(crate) fn new(settings: &ReportSettings) -> Self {
        let headers = settings.headers.then(|| Masking::new(&settings.masked_headers));
        let context = wording::for_programs();
        Self { headers, context, inspector: None, shares_on: None, line: Vec::new(), unproven: None }
    }

    /// Shows one event. Events that only a person needs are skipped.
    pub(super) fn show(
        &mut self,
        event: &SessionEvent,
        now: Moment,
        out: &mut Out,
    ) -> Result<(), OutputError> {
        let line = self.line(event, now.wall);
        out.write(Stream::Stdout, line)
    }

    /// The lines of one event; empty for an event that only a person needs.
    pub(crate) fn line(&mut self, event: &SessionEvent, now: SystemTime) -> &[u8] {
        self.line.clear();
        let line = &mut self.line;
        match event {
            SessionEvent::Delivery(delivery) => {
                delivery::write(line, delivery, self.headers.as_ref(), &self.context);
            }
            SessionEvent::Pending(pending) => session::pending(line, pending, now),
            SessionEvent::Started(session) => {
                self.context.path = session.source.path().to_owned();
                self.context.secrets = session.secrets.len();
                self.shares_on.clone_from(&session.shares_on);
                self.inspector.clone_from(&session.inspector);
            }
            SessionEvent::Ready(ready) => {
                let known = session::KnownAtStart {
                    unproven: self.unproven.as_deref(),
                    inspector: self.inspector.as_deref(),
                    shares_on: self.shares_on.as_ref(),
                };
                session::ready(line, ready, &known, now);
            }
            SessionEvent::Following(followed) => {
                session::following(line, followed, self.inspector.as_deref(), now);
            }
            SessionEvent::Tunnel(state) => {
                match state {
                    TunnelState::Unproven { reason, .. } => self.unproven = Some(reason.clone()),
                    TunnelState::Online { .. } => {}
                    _ => self.unproven = None,
                }
                session::tunnel(line, state, self.unproven.as_deref(), now);
            }
            SessionEvent::Forwarded(later) => delivery::later(line, later, now),
            SessionEvent::Warning(warning) => session::warning(line, warning, now),
            SessionEvent::Summary(summary) => session::summary(line, summary, now),
            SessionEvent::Remark(_) | SessionEvent::Stopping { .. } => {}
        }
        &self.line
    }
}

pub(super) fn base64_of(bytes: &[u8]) -> String {
    let mut buffer = Vec::new();
    escape::push_base64(&mut buffer, bytes);
    String::from_utf8(buffer).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::Arc;
    use std::time::{Duration, Instant, UNIX_EPOCH};

    use serde_json::Value;

    use crate::delivery::{Delivery, Ready, Refusal, Summary, TunnelRefusal, TunnelRefusalKind, Warning};
    use crate::report::Format;
    use crate::report::out::Side;
    use crate::report::sanitize::is_unsafe;
    use crate::report::test_support::{RECEIVED, Shared, all_refusals, challenge, event, refused, settings};

    fn lines_with(settings: &ReportSettings, events: &[SessionEvent]) -> String {
        let (shared, nothing) = (Shared::default(), Shared::default());
        let side = |shared: &Shared| Side::fixed(Box::new(shared.clone()), None, false);
        let mut out = Out::new(side(&shared), side(&nothing), false, false);
        let mut view = Ndjson::new(settings);
        let now = Moment { instant: Instant::now(), wall: UNIX_EPOCH + RECEIVED };
        for event in events {
            view.show(event, now, &mut out).unwrap();
        }
        out.flush().unwrap();
        assert_eq!(nothing.text(), "", "nothing may go to stderr");
        shared.text()
    }

    fn lines(events: &[SessionEvent]) -> String {
        lines_with(&settings(Format::Json), events)
    }

    fn delivery_line(delivery: Delivery) -> (String, Value) {
        let line = lines(&[SessionEvent::Delivery(Box::new(delivery))]);
        assert!(line.ends_with("}\n") && !line.trim_end().contains('\n'), "{line}");
        let value = serde_json::from_str(&line).unwrap();
        (line, value)
    }

    #[test]
    fn an_event_has_every_field_in_its_place() {
        let body = r#"{"event":"meeting.started","event_ts":1720705455000,"payload":{"a":1.0}}"#;
        let mut delivery = event(body);
        Arc::make_mut(&mut delivery.request)
            .headers
            .insert("x-zm-request-id", "6009d653_d487".parse().unwrap());
        let first = "01J2GZ5YHJ0000000000000000".into();
        let changed_headers = Some(vec!["x-zm-signature".into()]);
        delivery.repeats = Some(Box::new(crate::delivery::Repetition { first, number: 1, changed_headers }));
        insta::assert_snapshot!(delivery_line(delivery).0, @r#"{"v":1,"type":"delivery","id":"01J2GZ5YHJ0000000000000001","request_id":"6009d653_d487","received_at":"2024-07-11T13:44:15.858Z","verdict":"valid","reason":null,"detail":null,"cause":null,"secret_name":"main","event":"meeting.started","event_ts":1720705455000,"retry_of":"01J2GZ5YHJ0000000000000000","answer":{"status":204,"ms":1.800},"zoom":"delivered","body":"{\"event\":\"meeting.started\",\"event_ts\":1720705455000,\"payload\":{\"a\":1.0}}","method":"POST","target":"/webhook","peer":"127.0.0.1:50000","route":"local","retry":{"number":1,"changed_headers":["x-zm-signature"]}}"#);
    }

    #[test]
    fn a_refused_delivery_has_a_reason_and_a_sentence() {
        let delivery = refused(Refusal::SignatureMismatch, r#"{"event":"meeting.started","event_ts":7}"#);
        insta::assert_snapshot!(delivery_line(delivery).0, @r#"{"v":1,"type":"delivery","id":"01J2GZ5YHJ0000000000000001","request_id":null,"received_at":"2024-07-11T13:44:15.858Z","verdict":"invalid","reason":"signature_mismatch","detail":"It was signed with a different secret token than the one given here, or its bytes were changed in transit. The secret token is on the app's Feature page in Marketplace.","cause":null,"secret_name":null,"event":"meeting.started","event_ts":7,"retry_of":null,"answer":{"status":401,"ms":1.800},"zoom":null,"body":"{\"event\":\"meeting.started\",\"event_ts\":7}","method":"POST","target":"/webhook","peer":"127.0.0.1:50000","route":"local"}"#);
    }

    #[test]
    fn every_kind_of_refusal_and_challenge_is_one_object() {
        for refusal in all_refusals() {
            let (_, value) = delivery_line(refused(refusal.clone(), "no json"));
            assert_eq!(value["reason"], refusal.code());
            assert!(value["detail"].as_str().is_some_and(|detail| detail.ends_with('.')));
        }
        let (_, value) = delivery_line(challenge(false));
        assert_eq!(
            (&value["verdict"], &value["event_ts"]),
            (&"unknown".into(), &1_720_705_455_000_i64.into())
        );
        assert_eq!((&value["reason"], &value["secret_name"]), (&Value::Null, &Value::Null));
    }

    #[test]
    fn a_body_decodes_to_exactly_what_was_sent() {
        let body = "{\"event\":\"a.b\",\"t\":\"\u{202e}\\u00e9 \u{9b} \\/ \u{1f692} \\uD83D\",\"n\":1e3}\n";
        let (line, value) = delivery_line(event(body));
        assert_eq!(value["body"], body);
        assert!(!line.trim_end().chars().any(is_unsafe), "{line}");
    }

    #[test]
    fn a_body_that_is_not_utf8_is_in_base64() {
        let mut delivery = refused(Refusal::SignatureMissing, "");
        Arc::make_mut(&mut delivery.request).body = bytes::Bytes::from_static(b"\xff\x00");
        let (_, value) = delivery_line(delivery);
        assert_eq!((&value["body"], &value["body_base64"]), (&Value::Null, &"/wA=".into()));
    }

    #[test]
    fn headers_are_pairs_with_credentials_masked() {
        let mut delivery = event(r#"{"event":"a.b"}"#);
        Arc::make_mut(&mut delivery.request).headers.append("x-a", "1".parse().unwrap());
        Arc::make_mut(&mut delivery.request).headers.append("x-a", "2".parse().unwrap());
        Arc::make_mut(&mut delivery.request)
            .headers
            .insert("authorization", "Bearer secret".parse().unwrap());
        let settings = ReportSettings { headers: true, ..settings(Format::Json) };
        let line = lines_with(&settings, &[SessionEvent::Delivery(Box::new(delivery))]);
        assert!(
            line.contains(r#""headers":[["x-a","1"],["x-a","2"],["authorization","Bearer ***"]]}"#),
            "{line}"
        );
    }

    #[test]
    fn a_url_that_is_not_proven_is_marked_until_the_tunnel_changes() {
        let online =
            || SessionEvent::Tunnel(TunnelState::Online { url: "https://a.example".into(), latency: None });
        let unproven = TunnelState::Unproven { reason: "no route".into(), is_fault: false };
        let lost = SessionEvent::Tunnel(TunnelState::Lost { reason: "reset".into() });
        let local = "127.0.0.1:4000".parse().unwrap();
        let ready = Ready { local, path: "/".into(), public_url: Some("https://a.example".into()) };
        let shown =
            lines(&[SessionEvent::Tunnel(unproven), online(), SessionEvent::Ready(ready), lost, online()]);
        let marks: Vec<Value> = shown
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["unproven"].clone())
            .collect();
        assert_eq!(marks, [Value::Null, "no route".into(), "no route".into(), Value::Null, Value::Null]);
    }

    #[test]
    fn writes_one_line_for_each_state_of_the_session() {
        let ready = |public_url: Option<&str>| {
            SessionEvent::Ready(Ready {
                local: "127.0.0.1:4000".parse().unwrap(),
                path: "/webhook".into(),
                public_url: public_url.map(str::to_owned),
            })
        };
        let refusal = TunnelRefusal {
            kind: TunnelRefusalKind::Refused,
            code: Some("ERR_NGROK_105".into()),
            meaning: "The authtoken is not valid.".into(),
            remedy: "Copy it again.".into(),
        };
        let url = || "https://a.example".to_owned();
        let shown = lines(&[
            ready(Some("https://a.example")),
            ready(None),
            SessionEvent::Tunnel(TunnelState::Starting),
            SessionEvent::Tunnel(TunnelState::Online {
                url: url(),
                latency: Some(Duration::from_micros(38_123)),
            }),
            SessionEvent::Tunnel(TunnelState::Lost { reason: "reset".into() }),
            SessionEvent::Tunnel(TunnelState::Retrying { attempt: 2, after: Duration::from_millis(1500) }),
            SessionEvent::Tunnel(TunnelState::UrlChanged { old: url(), new: "https://b.example".into() }),
            SessionEvent::Tunnel(TunnelState::Refused(refusal)),
            SessionEvent::Tunnel(TunnelState::Stopped),
            SessionEvent::Warning(Warning::PortMoved { taken: 4000, used: 4001, holder: None }),
            SessionEvent::Remark("for a person".into()),
            SessionEvent::Stopping { in_progress: 1 },
        ]);
        let shown = shown.replace(env!("CARGO_PKG_VERSION"), "[version]");
        insta::assert_snapshot!(shown, @r#"
        {"v":1,"type":"ready","at":"2024-07-11T13:44:15.858Z","version":"[version]","port":4000,"local_url":"http://127.0.0.1:4000/webhook","url":"https://a.example/webhook","path":"/webhook"}
        {"v":1,"type":"ready","at":"2024-07-11T13:44:15.858Z","version":"[version]","port":4000,"local_url":"http://127.0.0.1:4000/webhook","url":null,"path":"/webhook"}
        {"v":1,"type":"tunnel","at":"2024-07-11T13:44:15.858Z","state":"starting"}
        {"v":1,"type":"tunnel","at":"2024-07-11T13:44:15.858Z","state":"online","url":"https://a.example","latency_ms":38.123}
        {"v":1,"type":"tunnel","at":"2024-07-11T13:44:15.858Z","state":"lost","reason":"reset"}
        {"v":1,"type":"tunnel","at":"2024-07-11T13:44:15.858Z","state":"retrying","attempt":2,"after_ms":1500}
        {"v":1,"type":"tunnel","at":"2024-07-11T13:44:15.858Z","state":"url_changed","old":"https://a.example","new":"https://b.example"}
        {"v":1,"type":"tunnel","at":"2024-07-11T13:44:15.858Z","state":"refused","code":"ERR_NGROK_105","meaning":"The authtoken is not valid.","remedy":"Copy it again."}
        {"v":1,"type":"tunnel","at":"2024-07-11T13:44:15.858Z","state":"stopped"}
        {"v":1,"type":"warning","at":"2024-07-11T13:44:15.858Z","code":"port_moved","message":"Port 4000 is in use, so this session uses port 4001. Choose one with --port."}
        "#);
    }

    #[test]
    fn the_summary_counts_deliveries() {
        let mut summary = Summary::default();
        summary.ran_for = Duration::from_secs(9);
        summary.count(&event(r#"{"event":"a.\"b"}"#));
        summary.count(&challenge(true));
        summary.count(&refused(Refusal::SignatureMismatch, ""));
        summary.missing.push(crate::report::test_support::missing("recording.completed", 0));
        insta::assert_snapshot!(lines(&[SessionEvent::Summary(Box::new(summary))]), @r#"{"v":1,"type":"summary","at":"2024-07-11T13:44:15.858Z","ran_for_ms":9000,"events":{"a.\"b":1},"events_total":1,"outcomes":{"delivered":1,"lost":0,"retried":0,"pending":0,"app_refused":{},"app_failed":{},"too_late":0,"not_reachable":0,"no_answer":0,"given_up":0,"abandoned":0},"challenges":1,"challenges_failed":0,"app_challenges_failed":0,"refused":{"signature_mismatch":1},"refused_total":1,"unchecked":0,"accepted_unverified":0,"missing":[{"event":"recording.completed","wanted":1,"seen":0,"refused":0,"failed":0}],"missing_text":["recording.completed (0 of 1)"]}"#);
    }
}
