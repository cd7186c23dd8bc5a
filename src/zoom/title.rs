//! A one-line title of an event: topic, meeting number, person. See [`Envelope::title`].
//!
//! The fields differ by family (meetings, phone, chat, contact center, users …), but few names are in use. Each part
//! is looked up under the names that any family uses. Parts that are absent or of an unexpected type are left out.

use serde_json::value::RawValue;

use super::envelope::Envelope;
use crate::json::JsonObject;

/// Names of fields with a topic, the most specific first.
const TOPICS: [&str; 9] = [
    "topic",
    "session_name",
    "channel_name",
    "name",
    "title",
    "room_name",
    "consumer_display_name",
    "meeting_topic",
    "vanity_url",
];
/// Names of fields with an owner, the most specific first.
const PEOPLE: [&str; 10] = [
    "host_email",
    "email",
    "user_email",
    "contact_email",
    "owner_email",
    "user_display_name",
    "display_name",
    "user_name",
    "userName",
    "requester_name",
];
/// Members of the object that describe the person whom the event is about, each with a name, an address or both. The
/// same words begin the names of fields: `visitor_name`.
const PERSONS: [&str; 5] = ["participant", "registrant", "visitor", "invitee", "requester"];
/// The first words of names such as `owner_name`, which are not the name of what the event is about.
const NOT_A_LABEL: [&str; 31] = [
    "agent",
    "callee",
    "caller",
    "category",
    "collaborator",
    "connecting",
    "contact",
    "creator",
    "first",
    "holding",
    "host",
    "invitee",
    "inviter",
    "last",
    "new",
    "old",
    "operator",
    "owner",
    "parent",
    "participant",
    "previous",
    "recipient",
    "registrant",
    "requester",
    "role",
    "sender",
    "status",
    "sub",
    "transferring",
    "user",
    "visitor",
];
/// Members that say nothing about what the event is about.
const NOT_INSIDE: [&str; 8] = [
    "settings",
    "old_object",
    "old_settings",
    "custom_keys",
    "tracking_fields",
    "emergency_address",
    "hours",
    "id_field",
];
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
    // Some families have all fields directly in the payload, and one has a list of objects.
    let listed = || payload.get("object").and_then(|raw| items(raw).into_iter().next());
    let object = payload.object("object").or_else(listed).unwrap_or_else(|| payload.clone());
    let mut title = persons(&object);
    // The owner is left out then: two addresses in one line are easily confused.
    let owner = title.is_empty().then(|| first(&object, &PEOPLE)).flatten();
    title.extend(label(&object));
    title.extend(number(envelope.event(), &object));
    title.extend(call(&object));
    title.extend(owner);
    if title.is_empty() {
        title = inside(&object, 2);
    }
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

/// The objects in a list.
fn items<'a>(raw: &'a RawValue) -> Vec<JsonObject<'a>> {
    let items: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
    items.into_iter().filter_map(JsonObject::of).collect()
}

/// The persons whom the event is about, each in an object of their own, or in fields that begin with the same word.
fn persons(object: &JsonObject<'_>) -> Vec<String> {
    let of = |word: &str| match object.object(word) {
        Some(inner) => person(&inner),
        None => {
            let field = |name: &str| object.text(&format!("{word}_{name}"));
            named(field("name").or_else(|| joined([field("first_name"), field("last_name")])), field("email"))
        }
    };
    // A guest of a meeting is not somebody who was asked to come.
    PERSONS.iter().find_map(|word| of(word)).into_iter().collect()
}

/// The name of what the event is about: a queue, a team, a whiteboard.
fn label(object: &JsonObject<'_>) -> Option<String> {
    first(object, &TOPICS).or_else(|| {
        let is_label = |name: &str| {
            let Some(words) = name.strip_suffix("_name").or_else(|| name.strip_suffix("Name")) else {
                return false;
            };
            !NOT_A_LABEL.contains(&words.split('_').next().unwrap_or(words))
        };
        object.members().filter(|(name, _)| is_label(name)).find_map(|(name, _)| object.text(name))
    })
}

/// The title of the first member that has one: an object, or the first item of a list.
fn inside(object: &JsonObject<'_>, depth: usize) -> Vec<String> {
    let members = object.members().filter(|(name, _)| !NOT_INSIDE.contains(name));
    for (_, raw) in members {
        let all = match JsonObject::of(raw) {
            Some(one) => vec![one],
            None => items(raw),
        };
        let Some(one) = all.first() else { continue };
        let mut title = persons(one);
        title.extend(label(one));
        title.extend(call(one));
        if title.is_empty() {
            title.extend(person(one).or_else(|| first(one, &PEOPLE)));
        }
        if title.is_empty() && depth > 1 {
            title = inside(one, depth - 1);
        }
        if !title.is_empty() {
            title.extend((all.len() > 1).then(|| format!("and {} more", all.len() - 1)));
            return title;
        }
    }
    Vec::new()
}

/// A meeting or webinar number, which is a string in some events and a number in others.
fn number(event: &str, object: &JsonObject<'_>) -> Option<String> {
    let names = ["id", "meeting_number", "meeting_id", "webinar_id"];
    let id = NUMBERED.iter().any(|family| event.starts_with(family)).then(|| first(object, &names))??;
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
    let full_name = || joined([object.text("first_name"), object.text("last_name")]);
    let name = first(object, &["user_name", "name", "display_name"]).or_else(full_name);
    named(name, first(object, &["email", "user_email", "phone_number"]))
}

fn joined(names: [Option<String>; 2]) -> Option<String> {
    let names: Vec<String> = names.into_iter().flatten().collect();
    (!names.is_empty()).then(|| names.join(" "))
}

fn named(name: Option<String>, address: Option<String>) -> Option<String> {
    match (name, address) {
        (Some(name), Some(address)) => Some(format!("{name} <{address}>")),
        (name, address) => name.or(address),
    }
}

/// The two sides of a phone call or a message: the object of each side, and the fields that have it otherwise.
const SIDES: [(&str, &[&str]); 2] =
    [("caller", &["caller_name", "caller_number"]), ("callee", &["callee_name", "callee_number"])];
const MESSAGE_SIDES: [(&str, &[&str]); 2] =
    [("sender", &["from", "contact_center_number"]), ("to_members", &["to", "consumer_number"])];

/// The two sides of a phone call, or of a message.
fn call(object: &JsonObject<'_>) -> Option<String> {
    [SIDES, MESSAGE_SIDES].iter().find_map(|[from, to]| between(side(object, from), side(object, to)))
}

fn side(object: &JsonObject<'_>, (member, fields): &(&str, &[&str])) -> Option<String> {
    let listed = || object.get(member).and_then(|raw| items(raw).into_iter().next());
    let named = object.object(member).or_else(listed).and_then(|o| {
        first(&o, &["name", "user_name", "display_name", "phone_number"])
            .or_else(|| Some(format!("ext. {}", o.text("extension_number")?)))
    });
    named.or_else(|| first(object, fields))
}

fn between(from: Option<String>, to: Option<String>) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) => Some(format!("{from} → {to}")),
        (Some(from), None) => Some(format!("from {from}")),
        (None, Some(to)) => Some(format!("to {to}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zoom::catalogue;
    use crate::zoom::catalogue::{Fullness, Sample};

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
    fn shows_the_visitor_and_not_the_operator() {
        let payload = r#"{"operator":"desk@example.com","object":{"visitor_name":"Ana","visitor_email":"ana@example.com",
            "host_email":"jill@example.com"}}"#;
        assert_eq!(title("visitor_management.checked_in", payload), "Ana <ana@example.com>");
    }

    #[test]
    fn finds_the_label_of_each_family() {
        for (event, object, expected) in [
            ("whiteboard.created", r#"{"whiteboard_id":"1","whiteboard_name":"Plan"}"#, "Plan"),
            ("contact_center.team_created", r#"{"team_name":"Sales","parent_team_name":"All"}"#, "Sales"),
            ("contact_center.asset_updated", r#"{"updates":{"asset_name":"Greeting"}}"#, "Greeting"),
            ("node.server_offline", r#"{"server":{"id":"1","name":"mmr-1"}}"#, "mmr-1"),
            (
                "phone.sms_received",
                r#"{"sender":{"phone_number":"+15550100"},"to_members":[{"display_name":"Ana"}]}"#,
                "+15550100 → Ana",
            ),
            (
                "phone.recording_completed",
                r#"{"recordings":[{"caller_name":"Ana","callee_number":"101"},{"id":"2"}]}"#,
                "Ana → 101 · and 1 more",
            ),
            ("contact_center.sms_status", r#"{"contact_center_number":"1","consumer_number":"2"}"#, "1 → 2"),
            (
                "scheduler.scheduled_event_created",
                r#"{"invitee_first_name":"Ana","invitee_last_name":"B"}"#,
                "Ana B",
            ),
            ("meeting.ai_companion_started", r#"{"meeting_number":"88512345678"}"#, "885 1234 5678"),
        ] {
            assert_eq!(title(event, &format!(r#"{{"object":{object}}}"#)), expected, "{event}");
        }
    }

    /// The events without a title in their samples, with the reason.
    const UNTITLED: &[(&str, &str)] = &[
        ("app_deauthorized", "only ids"),
        ("canvas.file_edited", "only its name is known"),
        ("commerce.account_status_changed", "only ids"),
        ("commerce.deal_registration_status_changed", "only its name is known"),
        ("commerce.order_status_changed", "only its name is known"),
        ("commerce.quote_status_changed", "only its name is known"),
        ("contact_center.business_hours_deleted", "only ids"),
        ("contact_center.call_control_answer_call_executed", "only its name is known"),
        ("contact_center.call_control_conference_warm_invite_executed", "only its name is known"),
        ("contact_center.call_control_end_call_executed", "only its name is known"),
        ("contact_center.call_control_hold_call_executed", "only its name is known"),
        ("contact_center.call_control_unhold_call_executed", "only its name is known"),
        ("contact_center.closure_deleted", "only ids"),
        ("contact_center.consumer_messaging_opt_in", "only its name is known"),
        ("contact_center.consumer_messaging_opt_out", "only its name is known"),
        ("contact_center.engagement_conference_canceled", "only its name is known"),
        ("contact_center.engagement_conference_participant_canceled", "only its name is known"),
        ("contact_center.engagement_conference_participant_invited", "only its name is known"),
        ("contact_center.engagement_conference_participant_joined", "only its name is known"),
        ("contact_center.engagement_conference_participant_left", "only its name is known"),
        ("contact_center.engagement_conference_participant_rejected", "only its name is known"),
        ("contact_center.engagement_conference_participant_timeout", "only its name is known"),
        ("contact_center.engagement_follow_up_task_created", "only its name is known"),
        ("contact_center.engagement_follow_up_task_updated", "only its name is known"),
        ("contact_center.queue_inbound_sla_updated", "numbers and settings"),
        ("contact_center.recording_deleted", "only ids"),
        ("contact_center.recording_permanently_deleted", "only ids"),
        ("contact_center.team_members_assigned", "only ids"),
        ("contact_center.team_members_unassigned", "only ids"),
        ("contact_center.user_deleted", "only ids"),
        ("contact_center.user_updated", "numbers and settings"),
        ("docs.data_table_row_created", "only its name is known"),
        ("docs.data_table_row_updated", "only its name is known"),
        ("docs.data_table_user_mentioned", "only its name is known"),
        ("endpoint.url_validation", "a challenge has a token only"),
        ("meeting.participant_data_connection_established", "only its name is known"),
        ("meeting.participant_phone_callout_failed", "only its name is known"),
        ("meeting.rtms_concurrency_near_limit", "numbers only"),
        ("meeting.rtms_interrupted", "only ids"),
        ("meeting.rtms_stopped", "only ids"),
        ("node.mc_zone_stat_alert", "a zone and a measured value"),
        ("node.zhm_zone_stat_alert", "a zone and a measured value"),
        ("number_management.peering_number_cnam_updated", "telephone numbers in a list"),
        ("number_management.peering_number_emergency_address_updated", "telephone numbers in a list"),
        ("phone.account_settings_updated", "settings and an id"),
        ("phone.call_element_deleted", "only ids"),
        ("phone.call_history_deleted", "only ids"),
        ("phone.call_log_deleted", "only ids"),
        ("phone.call_log_permanently_deleted", "only ids"),
        ("phone.group_settings_updated", "settings and an id"),
        ("phone.peering_number_cnam_updated", "telephone numbers in a list"),
        ("phone.peering_number_emergency_address_updated", "telephone numbers in a list"),
        ("phone.recording_deleted", "only ids"),
        ("phone.recording_permanently_deleted", "only ids"),
        ("phone.sms_campaign_number_opt_in", "telephone numbers in a list"),
        ("phone.sms_campaign_number_opt_out", "telephone numbers in a list"),
        ("phone.voicemail_deleted", "only ids"),
        ("phone.voicemail_permanently_deleted", "only ids"),
        ("recording.cloud_storage_usage_updated", "numbers and settings"),
        ("revenue_accelerator.conversation_crm_associations_changed", "only ids"),
        ("rtms.concurrency_limited", "numbers only"),
        ("rtms.concurrency_near_limit", "numbers only"),
        ("session.ai_interpreter_usage_summary", "only its name is known"),
        ("session.rtms_interrupted", "only ids"),
        ("session.rtms_started", "only ids"),
        ("session.rtms_stopped", "only ids"),
        ("video_management.channel_video_added", "only ids"),
        ("video_management.channel_video_removed", "only ids"),
        ("video_management.video_quiz_completed", "only its name is known"),
        ("webinar.participant_data_connection_established", "only its name is known"),
        ("webinar.rtms_interrupted", "only ids"),
        ("webinar.rtms_stopped", "only ids"),
        ("workspace.issue_reported", "only its name is known"),
        ("zoomroom.thirdparty_meeting_attempted", "only ids"),
    ];

    #[test]
    fn every_event_with_a_label_has_a_title() {
        let now = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_795_507_201);
        let sample = Sample::new(1, now).fullness(Fullness::Full);
        let untitled = catalogue::all().filter(|event| {
            let body = sample.of(event).to_json();
            Envelope::parse(body.as_bytes()).unwrap().title().is_empty()
        });
        let untitled: Vec<&str> = untitled.map(|event| event.name()).collect();
        let expected: Vec<&str> = UNTITLED.iter().map(|(event, _)| *event).collect();
        assert_eq!(untitled, expected);
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
