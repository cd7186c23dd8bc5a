//! The names of apps, followers, streams and subjects, and the ids of messages. Pure.

use std::fmt;
use std::str::FromStr;

use hyper::header::HeaderValue;
use sha2::{Digest, Sha256};
use ulid::Ulid;

use crate::delivery::{Judgement, Request};
use crate::zoom::{REQUEST_ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// The first part of every subject.
const PREFIX: &str = "zoomhook";
/// The last part of the subject of refused requests. No event has this name: Zoom's names have a dot.
const REFUSED: &str = "refused";
/// Limit on a name: names of streams are also names of folders.
const LONGEST: usize = 64;

/// The name of an app, which has a stream of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AppName(String);

/// The name of a follower. Each one gets every delivery once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FollowerName(String);

/// The text cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("use 1 to {LONGEST} letters, digits, '-' and '_'")]
pub(crate) struct InvalidStreamName;

fn is_allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn checked(text: &str) -> Result<String, InvalidStreamName> {
    let is_name = (1..=LONGEST).contains(&text.len()) && text.chars().all(is_allowed);
    if is_name { Ok(text.to_owned()) } else { Err(InvalidStreamName) }
}

/// For a team with one app.
impl Default for AppName {
    fn default() -> Self {
        Self("default".to_owned())
    }
}

impl FromStr for AppName {
    type Err = InvalidStreamName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        checked(text).map(Self)
    }
}

impl FromStr for FollowerName {
    type Err = InvalidStreamName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        checked(text).map(Self)
    }
}

impl fmt::Display for AppName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for FollowerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FollowerName {
    /// The name of a user on a host; `None` if neither has a usable character.
    #[must_use]
    pub(crate) fn of(user: &str, host: &str) -> Option<Self> {
        // The first label of a host name is enough to recognize a machine.
        let host = host.split('.').next().unwrap_or_default();
        let parts = [user, host].map(|part| part.chars().filter(|c| is_allowed(*c)).collect::<String>());
        let mut name = parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("-");
        name.truncate(LONGEST);
        checked(&name).ok().map(Self)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl AppName {
    /// The name of its stream.
    #[must_use]
    pub(crate) fn stream(&self) -> String {
        format!("{PREFIX}-{self}")
    }

    /// The subjects of its stream.
    #[must_use]
    pub(crate) fn subjects(&self) -> String {
        format!("{PREFIX}.{self}.>")
    }

    /// The subject of a delivery. The event of a refused request may be any text of a stranger, so it is left out.
    #[must_use]
    pub(super) fn subject(&self, judgement: &Judgement) -> String {
        let event = match judgement {
            Judgement::Event(verified) => event_tokens(&verified.event),
            Judgement::Challenge { .. } | Judgement::Refused { .. } => REFUSED.to_owned(),
        };
        format!("{PREFIX}.{self}.{event}")
    }
}

/// An event's name as a part of a subject. Dots stay: they separate the parts of a subject as they do those of an event.
fn event_tokens(event: &str) -> String {
    let allowed = |c: char| if is_allowed(c) { c } else { '_' };
    let tokens = event.split('.').map(|token| token.chars().map(allowed).collect::<String>());
    let tokens: Vec<_> = tokens.filter(|token| !token.is_empty()).collect();
    let mut joined = tokens.join(".");
    joined.truncate(2 * LONGEST);
    match joined.trim_end_matches('.') {
        "" => "unnamed".to_owned(),
        joined => joined.to_owned(),
    }
}

/// The id by which the server recognizes a delivery that it already has.
///
/// A verified event has the same id in each of Zoom's retries, whichever session receives it: request id and body stay
/// the same. Without a request id, only the same signed bytes are the same delivery. A refused request is always new:
/// with a known request id, a stranger could otherwise keep the genuine event out of the stream.
pub(super) fn message_id(judgement: &Judgement, request: &Request, id: &str) -> String {
    let Judgement::Event(_) = judgement else { return format!("{REFUSED}-{id}") };
    let header = |name| request.headers.get(name).map(HeaderValue::as_bytes);
    let mut hash = Sha256::new();
    let mut add = |part: &[u8]| {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    };
    match header(REQUEST_ID_HEADER) {
        Some(request_id) => add(request_id),
        None => {
            [TIMESTAMP_HEADER, SIGNATURE_HEADER].iter().for_each(|name| add(header(name).unwrap_or_default()))
        }
    }
    add(&request.body);
    hex::encode(&hash.finalize()[..16])
}

/// The id that a delivery has at one follower: the same for each redelivery, and another one than at the session that
/// received it and at other followers, because they may share a history. Its time is that of the delivery.
pub(super) fn id_at_follower(shared: Ulid, source: &str, follower: &FollowerName) -> String {
    let text = format!("{source} {follower} {shared}");
    let digest = Sha256::digest(text.as_bytes());
    let mut random = [0; 16];
    random.copy_from_slice(&digest[..16]);
    Ulid::from_parts(shared.timestamp_ms(), u128::from_be_bytes(random)).to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hyper::{HeaderMap, Method};

    use super::*;
    use crate::delivery::{Refusal, Route, VerifiedEvent};

    fn event(name: &str) -> Judgement {
        Judgement::Event(VerifiedEvent { event: name.into(), event_ts: None, secret_name: Arc::from("main") })
    }

    fn refused() -> Judgement {
        Judgement::Refused {
            refusal: Refusal::SignatureMismatch,
            claimed_event: Some("meeting.started".into()),
            secret_name: None,
        }
    }

    fn request(headers: &[(&'static str, &str)], body: &'static str) -> Request {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        Request {
            method: Method::POST,
            target: "/webhook".into(),
            headers: map,
            body: body.into(),
            peer: "127.0.0.1:1".parse().unwrap(),
            route: Route::Local,
        }
    }

    #[test]
    fn names_cannot_act_on_subjects_and_folders() {
        for wrong in ["", "a.b", "a b", "*", ">", "a/b", "..", "é", &"x".repeat(65)] {
            assert_eq!(wrong.parse::<AppName>(), Err(InvalidStreamName), "{wrong}");
        }
        assert_eq!(FollowerName::of("maria", "laptop.example.com").unwrap().to_string(), "maria-laptop");
        assert_eq!(FollowerName::of("DOMAIN\\maría", "").unwrap().to_string(), "DOMAINmara");
        assert_eq!(FollowerName::of("", "*"), None);
    }

    #[test]
    fn a_subject_has_the_event_with_its_dots() {
        let app: AppName = "acme".parse().unwrap();
        for (name, subject) in [
            ("meeting.started", "zoomhook.acme.meeting.started"),
            ("a..b c*>.", "zoomhook.acme.a.b_c__"),
            ("", "zoomhook.acme.unnamed"),
        ] {
            assert_eq!(app.subject(&event(name)), subject);
        }
        assert_eq!(app.subject(&refused()), "zoomhook.acme.refused");
    }

    #[test]
    fn retries_have_one_id_and_strangers_cannot_use_it() {
        let id =
            |headers: &[(&'static str, &str)], body| message_id(&event("a.b"), &request(headers, body), "1");
        let first = id(&[("x-zm-request-id", "r"), ("x-zm-request-timestamp", "1")], "{}");
        assert_eq!(first, id(&[("x-zm-request-id", "r"), ("x-zm-request-timestamp", "2")], "{}"));
        assert_ne!(first, id(&[("x-zm-request-id", "r")], "{ }"));
        assert_ne!(first, id(&[("x-zm-request-id", "s")], "{}"));
        let unnamed = id(&[("x-zm-request-timestamp", "1")], "{}");
        assert_ne!(unnamed, id(&[("x-zm-request-timestamp", "2")], "{}"));
        let forged = request(&[("x-zm-request-id", "r")], "{}");
        assert_eq!(message_id(&refused(), &forged, "01ABC"), "refused-01ABC");
    }

    #[test]
    fn a_follower_has_its_own_ids_with_the_time_of_the_delivery() {
        let [app, other] = ["acme", "other"];
        let [maria, ci] = ["maria", "ci"].map(|name| name.parse::<FollowerName>().unwrap());
        let shared = Ulid::from_string("01J2GZ5YHJ0000000000000001").unwrap();
        let id = id_at_follower(shared, app, &maria);
        assert_eq!(id, id_at_follower(shared, app, &maria));
        assert!(id.starts_with("01J2GZ5YHJ") && id.len() == 26 && id != shared.to_string(), "{id}");
        assert_ne!(id, id_at_follower(shared, app, &ci));
        assert_ne!(id, id_at_follower(shared, other, &maria));
    }
}
