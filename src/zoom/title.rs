//! A one-line title of an event: topic, meeting number, person. See [`Envelope::title`].
//!
//! The fields differ by family (meetings, phone, chat, contact center, users …), but few names are in use. Each part
//! is looked up under the names that any family uses. Parts that are absent or of an unexpected type are left out.

use super::envelope::Envelope;
use crate::json::JsonObject;

/// Names of fields with a topic, the most specific first.
const TOPICS: [&str; 8] = [
    "topic",
    "session_name",
    "channel_name",
    "name",
    "title",
    "room_name",
    "consumer_display_name",
    "meeting_topic",
];
/// Names of fields with an owner, the most specific first.
const PEOPLE: [&str; 7] = [
    "host_email",
    "email",
    "user_email",
    "contact_email",
    "owner_email",
    "user_display_name",
    "display_name",
];
/// Members of the object that describe a person, each with a name, an address or both.
const PERSONS: [&str; 2] = ["participant", "registrant"];
/// Families whose `object.id` is a meeting or webinar number.
const NUMBERED: [&str; 3] = ["meeting.", "webinar.", "recording."];

impl Envelope<'_> {
    /// The parts of a title, in order: participant, topic, meeting number, phone call, owner. Empty if the event has
    /// none of them. Not sanitized for a terminal.
    #[must_use]
    pub fn title(&self) -> Vec<String> {
        of(self)
    }
}

fn of(envelope: &Envelope<'_>) -> Vec<String> {
    let Some(payload) = envelope.payload() else { return Vec::new() };
    // Some families have all fields directly in the payload.
    let object = payload.object("object").unwrap_or_else(|| payload.clone());
    // The participant comes first, because such an event is about the participant.
    let mut title: Vec<_> = PERSONS.iter().filter_map(|name| person(&object.object(name)?)).collect();
    // The owner is left out then: two addresses in one line are easily confused.
    let owner = title.is_empty().then(|| first(&object, &PEOPLE)).flatten();
    title.extend(first(&object, &TOPICS));
    title.extend(number(envelope.event(), &object));
    title.extend(call(&object));
    title.extend(owner);
    if title.is_empty() {
        title.extend(["engagement_id", "call_id"].iter().find_map(|name| object.text(name)));
        title.extend(payload.text("operator"));
    }
    title.dedup();
    title
}

fn first(object: &JsonObject<'_>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| object.text(name))
}

/// A meeting or webinar number, which is a string in some events and a number in others.
fn number(event: &str, object: &JsonObject<'_>) -> Option<String> {
    let id = NUMBERED.iter().any(|family| event.starts_with(family)).then(|| object.text("id"))??;
    let of_a_meeting = (9..=11).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
    of_a_meeting.then(|| grouped(&id))
}

/// Groups the digits as Zoom's own apps do: 3-3-3, 3-3-4 or 3-4-4.
fn grouped(digits: &str) -> String {
    let second = if digits.len() == 11 { 7 } else { 6 };
    format!("{} {} {}", &digits[..3], &digits[3..second], &digits[second..])
}

/// A name, an address, or both. For guests, Zoom sends empty strings for unknown fields.
fn person(object: &JsonObject<'_>) -> Option<String> {
    let full_name = || {
        let names: Vec<_> = ["first_name", "last_name"].iter().filter_map(|n| object.text(n)).collect();
        (!names.is_empty()).then(|| names.join(" "))
    };
    let name = first(object, &["user_name", "name", "display_name"]).or_else(full_name);
    match (name, first(object, &["email", "phone_number"])) {
        (Some(name), Some(address)) => Some(format!("{name} <{address}>")),
        (name, address) => name.or(address),
    }
}

/// The two sides of a phone call.
fn call(object: &JsonObject<'_>) -> Option<String> {
    let side = |side: &str, number: &str| {
        let named = object.object(side).and_then(|o| {
            first(&o, &["name", "user_name", "phone_number"])
                .or_else(|| Some(format!("ext. {}", o.text("extension_number")?)))
        });
        named.or_else(|| object.text(number))
    };
    match (side("caller", "caller_number"), side("callee", "callee_number")) {
        (Some(caller), Some(callee)) => Some(format!("{caller} → {callee}")),
        (Some(caller), None) => Some(format!("from {caller}")),
        (None, Some(callee)) => Some(format!("to {callee}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(event: &str, payload: &str) -> String {
        let body = format!(r#"{{"event":"{event}","payload":{payload}}}"#);
        Envelope::parse(body.as_bytes()).unwrap().title().join(" · ")
    }

    #[test]
    fn a_meeting_has_topic_number_and_host() {
        let payload =
            r#"{"object":{"topic":"Weekly sync","id":88512345678,"host_email":"jill@example.com"}}"#;
        assert_eq!(title("meeting.created", payload), "Weekly sync · 885 1234 5678 · jill@example.com");
    }

    #[test]
    fn numbers_are_grouped_by_their_length() {
        let of = |id: &str| title("webinar.started", &format!(r#"{{"object":{{"id":"{id}"}}}}"#));
        assert_eq!(of("123456789"), "123 456 789");
        assert_eq!(of("1234567890"), "123 456 7890");
        assert_eq!(of("12345678901"), "123 4567 8901");
        assert_eq!(of("12345678"), "");
        assert_eq!(of("éé123456"), "");
    }

    #[test]
    fn an_id_of_another_family_is_not_a_meeting_number() {
        assert_eq!(
            title("user.updated", r#"{"object":{"id":"1234567890","email":"a@example.com"}}"#),
            "a@example.com"
        );
    }

    #[test]
    fn participants_may_be_guests() {
        let guest = r#"{"object":{"topic":"T","participant":{"user_name":"Ana","email":""}}}"#;
        assert_eq!(title("meeting.participant_joined", guest), "Ana · T");
        let known = r#"{"object":{"host_email":"jill@example.com","participant":{"user_name":"Ana","email":"ana@example.com"}}}"#;
        assert_eq!(title("meeting.participant_joined", known), "Ana <ana@example.com>");
    }

    #[test]
    fn a_call_shows_caller_and_callee() {
        let payload = r#"{"object":{"call_id":"7","caller":{"phone_number":"+15550100"},"callee":{"extension_number":101}}}"#;
        assert_eq!(title("phone.callee_ringing", payload), "+15550100 → ext. 101");
    }

    #[test]
    fn accepts_flat_payloads_and_unexpected_types() {
        assert_eq!(title("meeting.rtms_started", r#"{"operator":"ann@example.com"}"#), "ann@example.com");
        for payload in [
            "null",
            "7",
            "[]",
            "{}",
            r#"{"object":[{"id":1}]}"#,
            r#"{"object":{"topic":{},"id":[],"participant":7}}"#,
        ] {
            assert_eq!(title("meeting.started", payload), "", "{payload}");
        }
    }
}
