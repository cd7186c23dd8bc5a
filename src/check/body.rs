//! The bodies that are sent. Pure.
//!
//! An app believes what it accepts. So all ids are reserved: the account and the host are named `zoomhook-check`, and
//! the meetings have ids from 10000000000 on, which Zoom does not use: its meeting ids do not begin with 1 or 0. Topics
//! begin with "zoomhook check".

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::case::CheckCase;

/// Size of the large event. Express accepts 100 KB by default.
const LARGE: usize = 60_000;

/// The bodies of one run.
#[derive(Debug, Clone, Copy)]
pub(super) struct CheckBodies {
    /// Unix milliseconds.
    now: u64,
    /// Differs from run to run, so that no app takes an event for a duplicate of the last run's.
    nonce: u64,
}

impl CheckBodies {
    pub(super) fn new(now_ms: u64, nonce: u64) -> Self {
        // Not the second in the header, so that an app that signs it is recognized.
        Self { now: now_ms.saturating_sub(2_000), nonce }
    }

    /// The same bodies with other ids, times and tokens.
    pub(super) fn copy(self, number: u8) -> Self {
        let number = u64::from(number);
        // More than the number of cases, which the times differ by.
        Self { now: self.now + 100 * number, nonce: self.nonce.wrapping_add(number) }
    }

    /// The plainToken of a challenge: 22 characters of base64url, as Zoom's.
    pub(super) fn plain_token(self, number: u8) -> String {
        let digest = Sha256::digest(format!("zoomhook check {} {number}", self.nonce));
        URL_SAFE_NO_PAD.encode(&digest[..16])
    }

    /// A plainToken that is a message to sign. The event in it has a name that no app acts on.
    pub(super) fn message_token(self, seconds: u64) -> String {
        format!(r#"v0:{seconds}:{{"event":"zoomhook.check","payload":{{}},"event_ts":{}}}"#, self.now)
    }

    /// A challenge.
    pub(super) fn challenge(self, plain_token: &str) -> Vec<u8> {
        let token = serde_json::Value::from(plain_token);
        let ts = self.now;
        format!(r#"{{"payload":{{"plainToken":{token}}},"event_ts":{ts},"event":"endpoint.url_validation"}}"#)
            .into_bytes()
    }

    /// The body of a case that is not a challenge.
    pub(super) fn of(self, case: CheckCase) -> Vec<u8> {
        match case {
            CheckCase::Accents => self.meeting(case, "zoomhook check: café – Zürich", ""),
            CheckCase::Emoji => self.meeting(case, r"zoomhook check: \uD83D\uDE92", ""),
            CheckCase::Numbers => self.meeting(
                case,
                r"zoomhook check: a\/b",
                r#","rate":1.0,"long_id":12345678901234567890123"#,
            ),
            CheckCase::PayloadFirst => self.payload_first(case),
            CheckCase::Large => self.large(case),
            CheckCase::Unknown => self.named("zoomhook.check_unknown", case),
            CheckCase::Deauthorized => self.deauthorized(),
            CheckCase::NotJson => br#"{"event":"meeting.started","payload":"#.to_vec(),
            CheckCase::NoEvent => br#"{"payload":{"account_id":"zoomhook-check"}}"#.to_vec(),
            CheckCase::Get => Vec::new(),
            // A retry has the bytes of the first delivery.
            CheckCase::Retry => self.named("meeting.started", CheckCase::Ascii),
            _ => self.named("meeting.started", case),
        }
    }

    /// An event with everything that serializers write differently.
    pub(super) fn rich(self) -> Vec<u8> {
        self.meeting(
            CheckCase::Emoji,
            r"zoomhook check: caf\u00e9 é – \uD83D\uDE92 <a&b='c'> a\/b",
            r#","rate":1.0,"long_id":12345678901234567890123"#,
        )
    }

    /// The time of an event: another one for each case, so that no app takes one for a duplicate of another.
    fn event_ts(self, case: CheckCase) -> u64 {
        self.now + case as u64
    }

    fn meeting(self, case: CheckCase, topic: &str, more: &str) -> Vec<u8> {
        let object = self.object(case, topic);
        let ts = self.event_ts(case);
        format!(
            r#"{{"event":"meeting.started","payload":{{"account_id":"zoomhook-check","object":{{{object}{more}}}}},"event_ts":{ts}}}"#
        )
        .into_bytes()
    }

    fn named(self, name: &str, case: CheckCase) -> Vec<u8> {
        let object = self.object(case, "zoomhook check");
        let ts = self.event_ts(case);
        format!(
            r#"{{"event":"{name}","payload":{{"account_id":"zoomhook-check","object":{{{object}}}}},"event_ts":{ts}}}"#
        )
        .into_bytes()
    }

    /// Members in an order that is not sorted, and without anything that serializers write differently.
    fn object(self, case: CheckCase, topic: &str) -> String {
        let (number, nonce) = (case as usize, self.nonce);
        format!(
            r#""duration":60,"start_time":"2026-01-01T00:00:00Z","timezone":"UTC","topic":"{topic}","id":"{}","type":2,"uuid":"zoomhook-check-{nonce:016x}-{number}","host_id":"zoomhook-check""#,
            10_000_000_000 + number
        )
    }

    fn payload_first(self, case: CheckCase) -> Vec<u8> {
        let object = self.object(case, "zoomhook check");
        let ts = self.event_ts(case);
        format!(
            r#"{{"payload":{{"account_id":"zoomhook-check","object":{{{object}}}}},"event_ts":{ts},"event":"meeting.started"}}"#
        )
        .into_bytes()
    }

    fn large(self, case: CheckCase) -> Vec<u8> {
        let mut agenda = String::with_capacity(LARGE);
        while agenda.len() < LARGE {
            let _ = write!(agenda, "zoomhook check, line {}. ", agenda.len());
        }
        self.meeting(case, "zoomhook check", &format!(r#","agenda":"{agenda}""#))
    }

    fn deauthorized(self) -> Vec<u8> {
        let signature = hex::encode(Sha256::digest(b"zoomhook check"));
        format!(
            r#"{{"event":"app_deauthorized","payload":{{"account_id":"zoomhook-check","user_id":"zoomhook-check","signature":"{signature}","deauthorization_time":"2026-01-01T00:00:00.000Z","client_id":"zoomhook-check"}}}}"#
        )
        .into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::case::CaseGroup;

    #[test]
    fn every_event_is_json_with_reserved_ids() {
        let bodies = CheckBodies::new(1_795_507_200_123, 7);
        for &case in CheckCase::ALL.iter().filter(|case| case.sends_an_event()) {
            let json: serde_json::Value = serde_json::from_slice(&bodies.of(case)).unwrap();
            assert_eq!(json["payload"]["account_id"], "zoomhook-check", "{case:?}");
            if let Some(id) = json["payload"]["object"]["id"].as_str() {
                assert!(id.starts_with("100000000") && id.len() == 11, "{id}");
            }
        }
        assert!(serde_json::from_slice::<serde_json::Value>(&bodies.of(CheckCase::NotJson)).is_err());
        assert!((60_000..62_000).contains(&bodies.of(CheckCase::Large).len()));
        assert_eq!(bodies.of(CheckCase::Retry), bodies.of(CheckCase::Ascii));
    }

    #[test]
    fn an_event_differs_from_the_accepted_one_in_what_its_case_is_about() {
        let bodies = CheckBodies::new(1_795_507_200_123, 7);
        // Each event has its own id and time, so that no app takes it for a duplicate.
        let comparable = |case| {
            let mut json: serde_json::Value = serde_json::from_slice(&bodies.of(case)).unwrap();
            json["event_ts"].take();
            for member in ["id", "uuid"] {
                json["payload"]["object"][member].take();
            }
            json
        };
        let control = comparable(CheckCase::Ascii);
        let is_event = |case: &&CheckCase| case.group() == CaseGroup::Events;
        for &case in CheckCase::ALL.iter().filter(is_event) {
            let mut json = comparable(case);
            let object = &mut json["payload"]["object"];
            match case {
                CheckCase::Accents | CheckCase::Emoji => object["topic"] = "zoomhook check".into(),
                CheckCase::Numbers => {
                    object["topic"] = "zoomhook check".into();
                    let object = object.as_object_mut().unwrap();
                    assert!(object.remove("rate").is_some() && object.remove("long_id").is_some());
                }
                CheckCase::Large => assert!(object.as_object_mut().unwrap().remove("agenda").is_some()),
                CheckCase::Unknown => json["event"] = "meeting.started".into(),
                // Its name and its members are its own.
                CheckCase::Deauthorized => continue,
                _ => {}
            }
            assert_eq!(json, control, "{case:?}");
        }
    }

    #[test]
    fn tokens_have_the_form_of_zooms_and_differ() {
        let bodies = CheckBodies::new(1_795_507_200_123, 7);
        assert_eq!(bodies.plain_token(1).len(), 22);
        assert_ne!(bodies.plain_token(1), bodies.plain_token(2));
        assert!(bodies.message_token(5).starts_with("v0:5:{"));
    }
}
