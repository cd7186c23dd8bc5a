//! The demo's requests as Zoom would send them, each with its expected answer. Pure. Entry point: [`all`].

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::zoom::catalogue::request_ids;
use crate::zoom::{CHALLENGE_EVENT, Challenge, Envelope, SecretToken, SignedRequest};

/// A few requests, and a remark that is shown before them.
pub(super) struct Act {
    pub(super) remark: &'static str,
    pub(super) requests: Vec<Scripted>,
}

/// One request with its expected answer.
pub(super) struct Scripted {
    pub(super) request: SignedRequest,
    /// The expected status.
    pub(super) status: u16,
    /// The expected body; `None` if any body will do.
    pub(super) answer: Option<String>,
}

/// All acts, signed at `now`: with `secret`, and the forged request with `stranger`.
pub(super) fn all(secret: &SecretToken, stranger: &SecretToken, now: SystemTime) -> Vec<Act> {
    let zoom = Zoom { secret, now };
    let forger = Zoom { secret: stranger, now };
    let earlier = Zoom { secret, now: now - Duration::from_secs(20 * 60) };
    vec![
        Act {
            remark: "1. You press Validate in Marketplace. Zoom posts a challenge and expects the right answer \
                     within 3 seconds.",
            requests: vec![zoom.challenge("k3VwQ0pTSmqbZ1x9uYtH2g")],
        },
        Act {
            remark: "2. A meeting, from its creation to its recording. Every signature is checked over the raw \
                     body, so the escaped emoji in a name does not break it.",
            requests: meeting(&zoom),
        },
        Act {
            remark: "3. An event is forged without your secret token. It is refused, and you see why.",
            requests: vec![forger.refused("meeting.deleted", FORGED)],
        },
        Act {
            remark: "4. A genuine event from 20 minutes ago is sent again. Its signature is correct, but it is \
                     refused: it is too old.",
            requests: vec![earlier.refused("meeting.started", STARTED)],
        },
    ]
}

fn meeting(zoom: &Zoom<'_>) -> Vec<Scripted> {
    let participant = |name: &str, email: &str, id: u32, time: &str| {
        let (event, time_name) = match time {
            "join" => ("meeting.participant_joined", "join_time"),
            _ => ("meeting.participant_left", "leave_time"),
        };
        let participant = format!(
            r#"{{"user_id":"{id}","user_name":"{name}","email":"{email}","{time_name}":"{}"}}"#,
            zoom.iso()
        );
        let object = format!(r#"{{{MEETING},"participant":{participant}}}"#);
        // Zoom writes the payload first in these events, and the event first in others.
        let body = format!(
            r#"{{"payload":{{"account_id":"{ACCOUNT}","object":{object}}},"event_ts":{},"event":"{event}"}}"#,
            zoom.event_ts()
        );
        zoom.signed(body, 204)
    };
    let created = format!(
        r#"{{{MEETING},"start_time":"{}","join_url":"https://example.com/j/88512345678"}}"#,
        zoom.iso()
    );
    let began = Zoom { secret: zoom.secret, now: zoom.now - Duration::from_secs(31 * 60) };
    let ended = format!(r#"{{{MEETING},"start_time":"{}","end_time":"{}"}}"#, began.iso(), zoom.iso());
    let recording = format!(
        r#"{{{MEETING},"start_time":"{}","duration":31,"recording_count":1,"total_size":48273112,"recording_files":[{{"id":"5c2f7f1e-0d6b-4c38-a1f3-6f1d2b8a9c10","file_type":"MP4","file_size":48273112,"status":"completed"}}]}}"#,
        began.iso()
    );
    vec![
        zoom.event("meeting.created", &created),
        zoom.event("meeting.started", STARTED),
        participant("Jill Doe", "jill@example.com", 16_778_240, "join"),
        participant(r"Zoë \uD83D\uDE80", "", 16_779_264, "join"),
        participant("Jill Doe", "jill@example.com", 16_778_240, "leave"),
        zoom.event("meeting.ended", &ended),
        zoom.event("recording.completed", &recording),
    ]
}

const ACCOUNT: &str = "q1Zk7sXbT2mN8cVwYp0LdA";
const MEETING: &str = r#""uuid":"4444AAAiAAAAAiAiAiiAii==","id":"88512345678","topic":"Weekly sync","host_id":"x1yCzABCDEfg23HiJKl4mN","host_email":"jill@example.com","type":2,"timezone":"Europe/Berlin""#;
const STARTED: &str = r#"{"uuid":"4444AAAiAAAAAiAiAiiAii==","id":"88512345678","topic":"Weekly sync","host_id":"x1yCzABCDEfg23HiJKl4mN","host_email":"jill@example.com","type":2,"duration":30}"#;
const FORGED: &str = r#"{"id":"88512345678","topic":"Weekly sync"}"#;

/// Signs requests as Zoom does, at a fixed time.
struct Zoom<'a> {
    secret: &'a SecretToken,
    now: SystemTime,
}

impl Zoom<'_> {
    fn challenge(&self, plain_token: &str) -> Scripted {
        let body = format!(
            r#"{{"payload":{{"plainToken":"{plain_token}"}},"event_ts":{},"event":"{CHALLENGE_EVENT}"}}"#,
            self.event_ts()
        );
        let challenge = Envelope::parse(body.as_bytes())
            .ok()
            .and_then(|envelope| Challenge::recognize(&envelope)?.ok())
            .map(|challenge| challenge.answer(self.secret).to_json());
        Scripted { answer: challenge, ..self.signed(body, 200) }
    }

    fn event(&self, event: &str, object: &str) -> Scripted {
        self.signed(self.body(event, object), 204)
    }

    fn refused(&self, event: &str, object: &str) -> Scripted {
        self.signed(self.body(event, object), 401)
    }

    fn body(&self, event: &str, object: &str) -> String {
        format!(
            r#"{{"event":"{event}","payload":{{"account_id":"{ACCOUNT}","object":{object}}},"event_ts":{}}}"#,
            self.event_ts()
        )
    }

    fn signed(&self, body: String, status: u16) -> Scripted {
        let millis = u64::try_from(self.event_ts()).unwrap_or_default();
        let ids = request_ids(millis, body.as_bytes());
        let request = SignedRequest::new(self.secret, body.into_bytes(), self.now, &ids);
        Scripted { request, status, answer: None }
    }

    fn event_ts(&self) -> u128 {
        self.since_epoch().as_millis()
    }

    /// The time as Zoom writes it in payloads: UTC, whole seconds.
    fn iso(&self) -> String {
        let seconds = i64::try_from(self.since_epoch().as_secs()).unwrap_or_default();
        jiff::Timestamp::from_second(seconds).map(|time| time.to_string()).unwrap_or_default()
    }

    fn since_epoch(&self) -> Duration {
        self.now.duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zoom::{SIGNATURE_HEADER, TIMESTAMP_HEADER};

    #[test]
    fn every_body_is_an_event_and_only_the_forged_one_has_a_wrong_signature() {
        let (secret, stranger) = (SecretToken::new("a").unwrap(), SecretToken::new("b").unwrap());
        let now = UNIX_EPOCH + Duration::from_secs(1_795_507_201);
        for act in all(&secret, &stranger, now) {
            for request in act.requests {
                let request = request.request;
                let envelope = Envelope::parse(request.body()).unwrap();
                let header = |name| request.header(name).unwrap();
                let signature = header(SIGNATURE_HEADER).parse().unwrap();
                let genuine = secret.verify(header(TIMESTAMP_HEADER).as_bytes(), request.body(), &signature);
                assert_eq!(genuine, envelope.event() != "meeting.deleted", "{}", envelope.event());
            }
        }
    }
}
