//! Selects the deliveries to show and to count: `--events` and `--where`. See [`Selection`]. Every request is answered,
//! selected or not.

use std::fmt;
use std::str::FromStr;

use globset::{GlobBuilder, GlobSet};

use crate::delivery::{Delivery, Judgement};
use crate::zoom::{CHALLENGE_EVENT, Envelope};

/// Whether a delivery is shown and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selected {
    /// It is reported on the screen or in NDJSON.
    pub shown: bool,
    /// It counts for [`super::Expectation`].
    pub counted: bool,
}

/// Patterns and conditions for verified events.
///
/// Challenges and refusals concern the set-up, so they are always shown. A refusal is never counted. A challenge is
/// counted only if a pattern names it.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    patterns: Vec<EventPattern>,
    conditions: Vec<Condition>,
    counts_challenges: bool,
}

impl Selection {
    /// Selects events that match any of the patterns (all events, if there are none) and meet every condition.
    #[must_use]
    pub fn new(patterns: Vec<EventPattern>, conditions: Vec<Condition>) -> Self {
        let counts_challenges = patterns.iter().any(EventPattern::names_challenges);
        Self { patterns, conditions, counts_challenges }
    }

    /// Selects every event.
    #[must_use]
    pub fn everything() -> Self {
        Self::default()
    }

    /// Counts challenges as well, for expectations that name them.
    #[must_use]
    pub fn counting_challenges(self) -> Self {
        Self { counts_challenges: true, ..self }
    }

    /// Whether an event with this name may be selected, depending on its body.
    #[must_use]
    pub fn admits(&self, event: &str) -> bool {
        self.patterns.is_empty() || self.patterns.iter().any(|pattern| pattern.matches(event))
    }

    /// Applies the selection to a delivery. The body is parsed only for `--where`, and only if the name matches.
    #[must_use]
    pub fn selects(&self, delivery: &Delivery) -> Selected {
        self.selects_request(&delivery.judgement, &delivery.request.body)
    }

    /// As [`selects`](Self::selects), for a request that is not answered yet.
    #[must_use]
    pub fn selects_request(&self, judgement: &Judgement, body: &[u8]) -> Selected {
        match judgement {
            Judgement::Event(event) => {
                let selected = self.admits(&event.event) && self.conditions_hold(body);
                Selected { shown: selected, counted: selected }
            }
            Judgement::Challenge { .. } => Selected { shown: true, counted: self.counts_challenges },
            Judgement::Refused { .. } => Selected { shown: true, counted: false },
        }
    }

    /// Whether the body meets every condition.
    #[must_use]
    pub fn conditions_hold(&self, body: &[u8]) -> bool {
        if self.conditions.is_empty() {
            return true;
        }
        Envelope::parse(body).is_ok_and(|envelope| {
            self.conditions.iter().all(|c| envelope.field(&c.path).as_deref() == Some(c.value.as_str()))
        })
    }
}

/// A pattern for event names: `*` matches any characters including dots, `?` matches one, `{a,b}` matches either.
#[derive(Debug, Clone)]
pub struct EventPattern {
    text: String,
    matcher: GlobSet,
}

impl EventPattern {
    /// Whether an event's name matches. Case-sensitive, because all of Zoom's names are in lower case.
    #[must_use]
    pub fn matches(&self, event: &str) -> bool {
        self.matcher.is_match(event)
    }

    /// Whether it matches only one name.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        !self.text.contains(['*', '?', '[', '{', '\\'])
    }

    /// Whether it names Zoom's challenge. `*` alone does not.
    #[must_use]
    pub fn names_challenges(&self) -> bool {
        self.text.starts_with("endpoint.") && self.matches(CHALLENGE_EVENT)
    }
}

impl FromStr for EventPattern {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidPattern::Empty);
        }
        // For the same result on every system: on Windows, a backslash is not an escape by default.
        let glob = GlobBuilder::new(text).backslash_escape(true).build();
        let glob = glob.map_err(|e| InvalidPattern::Glob(e.kind().to_string()))?;
        // A set of one pattern: a single matcher panics if the pattern is too large or too deep.
        let matcher = GlobSet::builder().add(glob).build().map_err(|_| InvalidPattern::TooLarge)?;
        Ok(Self { text: text.to_owned(), matcher })
    }
}

/// The pattern as given.
impl fmt::Display for EventPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Why a string is not a pattern for event names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPattern {
    /// It is empty.
    #[error("the pattern is empty; write an event's name, such as meeting.started, or 'meeting.*'")]
    Empty,
    /// Its brackets or braces are wrong; with the parser's message.
    #[error("not a pattern: {0}")]
    Glob(String),
    /// It needs too much memory, or its braces are nested too deeply.
    #[error("the pattern is too large")]
    TooLarge,
}

/// A required value of a field in the event's body: `payload.object.id=123`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    path: String,
    value: String,
}

impl FromStr for Condition {
    type Err = InvalidCondition;

    /// Splits at the first `=`, because a path cannot contain one and a value can.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (path, value) = text.split_once('=').ok_or(InvalidCondition::NoValue)?;
        let path = path.trim();
        if path.split('.').any(str::is_empty) {
            return Err(InvalidCondition::BadPath);
        }
        Ok(Self { path: path.to_owned(), value: value.to_owned() })
    }
}

/// Why a string is not a condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCondition {
    /// There is no `=`.
    #[error("there is no '='; write PATH=VALUE, such as payload.object.id=123")]
    NoValue,
    /// The path is empty or has an empty part.
    #[error("the part before '=' is not a path; write names joined by dots, such as payload.object.id")]
    BadPath,
}

#[cfg(test)]
pub(crate) mod tests {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::sync::Arc;
    use std::time::{Duration, SystemTime};

    use hyper::{HeaderMap, Method, StatusCode};

    use super::*;
    use crate::delivery::{Answer, Refusal, Request, Route, VerifiedEvent};
    use crate::zoom::ChallengeAnswer;

    /// Creates a delivery with this judgement and body.
    pub(crate) fn delivery(judgement: Judgement, body: &str) -> Delivery {
        Delivery {
            id: "01J00000000000000000000000".into(),
            received_at: SystemTime::UNIX_EPOCH,
            request: Arc::new(Request {
                method: Method::POST,
                target: "/webhook".into(),
                headers: HeaderMap::new(),
                body: body.to_owned().into(),
                peer: SocketAddr::from((Ipv4Addr::LOCALHOST, 1)),
                route: Route::Local,
            }),
            judgement,
            answer: Answer { status: StatusCode::NO_CONTENT, took: Duration::ZERO },
            repeats: None,
            cause: None,
            forwarded: Vec::new(),
            is_queued: false,
        }
    }

    /// Creates a verified event with this name and body.
    pub(crate) fn event(name: &str, body: &str) -> Delivery {
        let secret_name = "app".into();
        delivery(Judgement::Event(VerifiedEvent { event: name.into(), event_ts: None, secret_name }), body)
    }

    /// Creates a challenge that was answered.
    pub(crate) fn challenge() -> Delivery {
        let answer = ChallengeAnswer { plain_token: "p".into(), encrypted_token: "e".into() };
        delivery(Judgement::Challenge { secret_name: "app".into(), signed: true, answer }, "{}")
    }

    /// Creates a rejected request with the unverified event name `name`.
    pub(crate) fn refused(name: &str) -> Delivery {
        let refusal = Refusal::SignatureMismatch;
        delivery(Judgement::Refused { refusal, claimed_event: Some(name.into()), secret_name: None }, "{}")
    }

    fn selection(patterns: &[&str], conditions: &[&str]) -> Selection {
        let patterns = patterns.iter().map(|p| p.parse().unwrap()).collect();
        Selection::new(patterns, conditions.iter().map(|c| c.parse().unwrap()).collect())
    }

    fn is_selected(selection: &Selection, delivery: &Delivery) -> bool {
        let selected = selection.selects(delivery);
        assert_eq!(selected.shown, selected.counted, "an event is shown if and only if it is counted");
        selected.counted
    }

    #[test]
    fn everything_selects_every_event() {
        assert!(is_selected(&Selection::everything(), &event("meeting.started", "{}")));
    }

    #[test]
    fn any_pattern_is_enough() {
        let selection = selection(&["meeting.*", "recording.completed"], &[]);
        for name in ["meeting.started", "meeting.participant_joined.deeper", "recording.completed"] {
            assert!(is_selected(&selection, &event(name, "{}")), "{name}");
        }
        for name in ["recording.started", "meetings.started", "meeting", "meetingxstarted", "Meeting.started"]
        {
            assert!(!is_selected(&selection, &event(name, "{}")), "{name}");
        }
    }

    #[test]
    fn every_condition_must_hold() {
        let selection = selection(&["meeting.*"], &["payload.object.id=123", "payload.account_id=a=b"]);
        let body =
            |id: &str| format!(r#"{{"event":"x","payload":{{"account_id":"a=b","object":{{"id":{id}}}}}}}"#);
        assert!(is_selected(&selection, &event("meeting.started", &body("\"123\""))));
        assert!(is_selected(&selection, &event("meeting.started", &body("123"))));
        assert!(!is_selected(&selection, &event("meeting.started", &body("\"1234\""))));
        assert!(!is_selected(&selection, &event("meeting.started", r#"{"event":"x"}"#)));
        assert!(!is_selected(&selection, &event("webinar.started", &body("123"))));
    }

    #[test]
    fn challenges_are_shown_and_counted_only_when_named() {
        let shown_only = Selected { shown: true, counted: false };
        for patterns in [&[][..], &["*"], &["meeting.*"], &["endpoint.other"]] {
            assert_eq!(selection(patterns, &["a=b"]).selects(&challenge()), shown_only, "{patterns:?}");
        }
        for patterns in [["endpoint.url_validation"], ["endpoint.*"]] {
            assert!(selection(&patterns, &[]).selects(&challenge()).counted, "{patterns:?}");
        }
        assert!(Selection::everything().counting_challenges().selects(&challenge()).counted);
    }

    #[test]
    fn refusals_are_shown_and_never_counted() {
        let selected = selection(&["meeting.*"], &[]).selects(&refused("meeting.started"));
        assert_eq!(selected, Selected { shown: true, counted: false });
    }

    #[test]
    fn rejects_a_pattern_that_is_nested_too_deeply() {
        let deep = format!("{}b{}", "{a,".repeat(2_000), "}".repeat(2_000));
        assert_eq!(deep.parse::<EventPattern>().unwrap_err(), InvalidPattern::TooLarge);
    }

    #[test]
    fn rejects_an_invalid_pattern() {
        assert_eq!(" ".parse::<EventPattern>().unwrap_err(), InvalidPattern::Empty);
        for text in ["meeting.[", "a{b"] {
            assert!(matches!(text.parse::<EventPattern>(), Err(InvalidPattern::Glob(_))), "{text}");
        }
    }

    #[test]
    fn rejects_an_invalid_condition() {
        assert_eq!("payload.id".parse::<Condition>().unwrap_err(), InvalidCondition::NoValue);
        for text in ["=1", "a..b=1", ".a=1", "a.=1"] {
            assert_eq!(text.parse::<Condition>().unwrap_err(), InvalidCondition::BadPath, "{text}");
        }
    }
}
