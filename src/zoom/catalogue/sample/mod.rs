//! Generates sample payloads: realistic, consistent, and the same for the same seed. Start with [`Sample`].
//!
//! | file | what it is for |
//! | --- | --- |
//! | `mod.rs` | the options of a sample, and the generated body |
//! | `context.rs` | people, topic and times, shared by all fields and by all events of a scenario |
//! | `fill.rs` | fills a shape with values, member by member |
//! | `leaf.rs` | generates a single value from its format and name |
//! | `person.rs` | finds the person and the property that a member's name asks for; tables of names and texts |
//! | `time.rs` | times in Zoom's formats |
//! | `random.rs` | the generator of random numbers |

mod context;
mod fill;
mod leaf;
mod person;
mod random;
mod time;

use std::time::{SystemTime, UNIX_EPOCH};

use super::{Event, InvalidPath, Node};
use crate::zoom::{RequestIds, SecretToken, SignedRequest};

pub(super) use context::Timeline;
pub(super) use random::Random;

/// Which optional fields a sample has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fullness {
    /// None.
    Minimal,
    /// Most of them.
    #[default]
    Usual,
    /// All.
    Full,
}

/// The options of a sample.
#[derive(Debug, Clone)]
pub struct Sample {
    seed: u64,
    now: SystemTime,
    fullness: Fullness,
    account_id: Option<String>,
    host_email: Option<String>,
    actor: usize,
    occasion: u64,
    timeline: Option<Timeline>,
    base: Option<Node>,
    changes: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Set(String, Node),
    Unset(String),
}

impl Sample {
    /// Creates a sample. The same seed and time give the same bytes. `now` becomes `event_ts`.
    #[must_use]
    pub fn new(seed: u64, now: SystemTime) -> Self {
        Self {
            seed,
            now,
            fullness: Fullness::Usual,
            account_id: None,
            host_email: None,
            actor: 1,
            occasion: 0,
            timeline: None,
            base: None,
            changes: Vec::new(),
        }
    }

    /// Sets the time.
    #[must_use]
    pub fn at(self, now: SystemTime) -> Self {
        Self { now, ..self }
    }

    /// Sets the seed.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Sets which optional fields the body has.
    #[must_use]
    pub fn fullness(self, fullness: Fullness) -> Self {
        Self { fullness, ..self }
    }

    /// Sets the account id, wherever it occurs.
    #[must_use]
    pub fn account_id(self, account_id: impl Into<String>) -> Self {
        Self { account_id: Some(account_id.into()), ..self }
    }

    /// Sets the host's email address, wherever it occurs.
    #[must_use]
    pub fn host_email(self, host_email: impl Into<String>) -> Self {
        Self { host_email: Some(host_email.into()), ..self }
    }

    /// Sets the person that the event is about: 1 is the first participant, 0 the host.
    #[must_use]
    pub fn actor(self, actor: usize) -> Self {
        Self { actor, ..self }
    }

    /// Sets the meeting, call or chat that the event is about; 0 by default.
    #[must_use]
    pub fn occasion(self, occasion: u64) -> Self {
        Self { occasion, ..self }
    }

    /// Sets a body to start from instead of a generated one.
    #[must_use]
    pub fn base(self, base: Node) -> Self {
        Self { base: Some(base), ..self }
    }

    /// Sets a value at a dotted path.
    ///
    /// # Errors
    /// [`InvalidPath`] if the text is not a path. Whether the path exists depends on the event: [`Sample::of`] ignores
    /// a path that does not exist there, [`Sample::try_of`] reports it.
    pub fn set(mut self, path: &str, value: impl Into<Node>) -> Result<Self, InvalidPath> {
        if path.split('.').any(str::is_empty) {
            return Err(InvalidPath::Empty);
        }
        self.changes.push(Change::Set(path.to_owned(), value.into()));
        Ok(self)
    }

    /// Removes the value at a dotted path.
    #[must_use]
    pub fn unset(mut self, path: &str) -> Self {
        self.changes.push(Change::Unset(path.to_owned()));
        self
    }

    pub(super) fn timeline(self, timeline: Timeline) -> Self {
        Self { timeline: Some(timeline), ..self }
    }

    /// Generates a body of this event. Changes with a path that does not exist are ignored.
    #[must_use]
    pub fn of(&self, event: &Event) -> SampleBody {
        let mut body = self.unchanged(event);
        for change in &self.changes {
            let _ = change.apply(&mut body);
        }
        SampleBody { body, seed: self.seed }
    }

    /// Generates a body of this event.
    ///
    /// # Errors
    /// [`InvalidPath`] if the path of a change does not exist.
    pub fn try_of(&self, event: &Event) -> Result<SampleBody, InvalidPath> {
        let mut body = self.unchanged(event);
        self.changes.iter().try_for_each(|change| change.apply(&mut body))?;
        Ok(SampleBody { body, seed: self.seed })
    }

    fn unchanged(&self, event: &Event) -> Node {
        if let Some(base) = &self.base {
            return base.clone();
        }
        let now = self.now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        let timeline = self.timeline.unwrap_or_else(|| Timeline::around(event.name(), now, self.seed));
        let mut context = context::SampleContext::new(self.seed, self.occasion, now, timeline, self.actor);
        if let Some(account_id) = &self.account_id {
            context.account_id.clone_from(account_id);
        }
        context.host_email.clone_from(&self.host_email);
        fill::body(event, &context, self.fullness)
    }
}

impl Change {
    fn apply(&self, body: &mut Node) -> Result<(), InvalidPath> {
        match self {
            Self::Set(path, value) => body.set(path, value.clone()),
            // Removing an absent value is not an error: which optional fields exist depends on the seed.
            Self::Unset(path) => {
                body.unset(path);
                Ok(())
            }
        }
    }
}

/// A generated body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleBody {
    body: Node,
    seed: u64,
}

impl SampleBody {
    /// The body as a JSON value.
    #[must_use]
    pub fn node(&self) -> &Node {
        &self.body
    }

    /// The body as JSON text, serialized as Zoom does.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.body.to_json()
    }

    /// The request that Zoom would send at `now`. Its ids are derived from the seed and the body, so they are
    /// repeatable and differ between events.
    #[must_use]
    pub fn sign(&self, secret: &SecretToken, now: SystemTime) -> SignedRequest {
        let body = self.to_json();
        let ids = request_ids(self.seed, body.as_bytes());
        SignedRequest::new(secret, body.into_bytes(), now, &ids)
    }
}

/// Ids derived from a seed and a body: repeatable, and different for every event.
#[must_use]
pub fn request_ids(seed: u64, body: &[u8]) -> RequestIds {
    let mut random = Random::of_bytes(seed, body);
    let client = Random::of_label(seed, "client id").wide();
    RequestIds::new([random.wide(), random.wide(), random.wide(), client])
}

/// An OAuth client id derived from a random number: 22 characters of base64url.
pub(in crate::zoom) fn client_id(random: u128) -> String {
    let seed = u64::try_from(random & u128::from(u64::MAX)).unwrap_or_default();
    Random::new(seed).text(context::BASE64URL, 22)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::json::JsonKind;
    use crate::zoom::Envelope;
    use crate::zoom::catalogue::{all, find};

    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(1_795_507_201_042)
    }

    fn sample(event: &str, seed: u64) -> Node {
        Sample::new(seed, now()).of(&find(event).unwrap()).node().clone()
    }

    fn text<'n>(node: &'n Node, path: &str) -> &'n str {
        node.at(path).and_then(Node::text).unwrap_or_else(|| panic!("no {path} in {}", node.to_json()))
    }

    #[test]
    fn only_the_same_seed_gives_the_same_bytes() {
        let event = find("meeting.participant_joined").unwrap();
        let of = |seed| Sample::new(seed, now()).of(&event).to_json();
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
    }

    #[test]
    fn these_bytes_never_change() {
        assert_eq!(
            sample("endpoint.url_validation", 1).to_json(),
            r#"{"payload":{"plainToken":"j-LgNIJiL5CS4XS-g6Z3NQ"},"event_ts":1795507201042,"event":"endpoint.url_validation"}"#
        );
    }

    #[test]
    fn keys_are_in_the_order_of_the_event() {
        assert!(
            sample("meeting.started", 1).to_json().starts_with(r#"{"event":"meeting.started","payload":"#)
        );
        assert!(sample("recording.completed", 1).to_json().starts_with(r#"{"payload":"#));
    }

    #[test]
    fn events_of_one_seed_are_about_the_same_meeting() {
        for seed in 0..20 {
            let (started, recorded) = (sample("meeting.started", seed), sample("recording.completed", seed));
            for path in [
                "payload.account_id",
                "payload.object.uuid",
                "payload.object.topic",
                "payload.object.host_id",
            ] {
                assert_eq!(text(&started, path), text(&recorded, path), "{path}");
            }
            // The same number, as a string in one event and as a number in the other.
            let Some(JsonKind::Number(number)) = recorded.at("payload.object.id").map(Node::kind) else {
                panic!("no id")
            };
            assert_eq!(text(&started, "payload.object.id"), number);
            assert!(number.len() == 10 || number.len() == 11);
        }
    }

    #[test]
    fn a_recordings_sizes_add_up_and_file_types_match_extensions() {
        let number = |node: &Node, path: &str| match node.at(path).map(Node::kind) {
            Some(JsonKind::Number(number)) => number.parse::<i64>().unwrap(),
            other => panic!("{path}: {other:?}"),
        };
        for seed in 0..20 {
            let recording = sample("recording.completed", seed);
            let Some(JsonKind::List(files)) = recording.at("payload.object.recording_files").map(Node::kind)
            else {
                panic!()
            };
            let sum: i64 = files.iter().map(|file| number(file, "file_size")).sum();
            assert_eq!(number(&recording, "payload.object.total_size"), sum);
            assert_eq!(number(&recording, "payload.object.recording_count"), files.len() as i64);
            assert_eq!((text(&files[0], "file_type"), text(&files[0], "file_extension")), ("MP4", "MP4"));
        }
    }

    #[test]
    fn a_participant_is_one_person_and_not_the_host() {
        for seed in 0..50 {
            let joined = Sample::new(seed, now()).fullness(Fullness::Full);
            let joined = joined.of(&find("meeting.participant_joined").unwrap());
            let participant = |name: &str| text(joined.node(), &format!("payload.object.participant.{name}"));
            assert_eq!(participant("id"), participant("participant_user_id"), "a guest has neither");
            assert_eq!(participant("id").is_empty(), participant("email").is_empty());
            assert_ne!(participant("id"), text(joined.node(), "payload.object.host_id"));
            assert!(participant("user_id").starts_with("1677"));
        }
    }

    #[test]
    fn overrides_apply_everywhere() {
        let event = find("meeting.started").unwrap();
        let sample = Sample::new(1, now()).account_id("abc").host_email("me@example.com");
        let sample =
            sample.set("payload.object.topic", "Quarterly").unwrap().unset("payload.object.timezone");
        let body = sample.of(&event);
        assert_eq!(text(body.node(), "payload.account_id"), "abc");
        assert_eq!(text(body.node(), "payload.object.host_email"), "me@example.com");
        assert_eq!(text(body.node(), "payload.object.topic"), "Quarterly");
        assert!(body.node().at("payload.object.timezone").is_none());
        let nowhere = Sample::new(1, now()).set("event.x", 1).unwrap();
        assert!(matches!(nowhere.try_of(&event), Err(InvalidPath::NotInside { .. })));
    }

    #[test]
    fn fullness_controls_the_optional_fields() {
        let event = find("meeting.participant_joined").unwrap();
        let length = |fullness| Sample::new(1, now()).fullness(fullness).of(&event).to_json().len();
        let (minimal, full) = (length(Fullness::Minimal), length(Fullness::Full));
        assert!(minimal < full);
        assert!((minimal..=full).contains(&length(Fullness::Usual)));
    }

    #[test]
    fn names_often_have_accents_and_sometimes_emoji() {
        let bodies: Vec<_> =
            (0..200).map(|seed| sample("meeting.participant_joined", seed).to_json()).collect();
        let share = |has: fn(&String) -> bool| bodies.iter().filter(|body| has(body)).count();
        assert!(share(|body| !body.is_ascii()) > 100);
        let emoji = share(|body| body.contains("\\uD83"));
        assert!((10..150).contains(&emoji), "{emoji}");
    }

    /// Checks every event of the catalogue with a hundred seeds.
    #[test]
    fn samples_of_100_seeds_fit_their_shape() {
        let events: Vec<_> = all().collect();
        std::thread::scope(|scope| {
            for part in events.chunks(events.len().div_ceil(4)) {
                scope.spawn(move || part.iter().for_each(fits_for_100_seeds));
            }
        });
    }

    fn fits_for_100_seeds(event: &Event) {
        let shape = event.shape();
        for seed in 0..100 {
            let fullness = [Fullness::Usual, Fullness::Minimal, Fullness::Full][seed as usize % 3];
            let json = Sample::new(seed, now()).fullness(fullness).of(event).to_json();
            shape.fits(&json).unwrap_or_else(|misfit| panic!("{} {seed} {misfit}\n{json}", event.name()));
            assert_eq!(Envelope::parse(json.as_bytes()).unwrap().event(), event.name());
        }
    }
}
