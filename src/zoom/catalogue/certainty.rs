//! How certain it is that a delivery has a field: [`Certainty`].
//!
//! Zoom's reference marks many fields as required that real deliveries lack: `host_email` was added years after the
//! event, and an account's privacy settings remove names and topics. So only the envelope and the ids of what an event
//! is about count as certain, and everything else is optional in the JSON Schema.

use super::{Field, Shape, Source};

/// How certain it is that a delivery has a field. The most certain comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Part of the envelope, or the id of what the event is about.
    Always,
    /// Zoom's reference marks it as required. Deliveries may lack it all the same.
    Documented,
    /// Zoom's reference marks it as optional.
    Optional,
    /// It is in the only known sample of the event.
    Sampled,
    /// It is in published deliveries or in a changelog. Zoom's reference does not describe it.
    Reported,
    /// It is in deliveries that this machine received.
    Seen,
    /// Only the event's name is known.
    Guessed,
}

impl Certainty {
    /// All of them, the most certain first.
    pub const ALL: [Self; 7] = [
        Self::Always,
        Self::Documented,
        Self::Optional,
        Self::Sampled,
        Self::Reported,
        Self::Seen,
        Self::Guessed,
    ];

    /// One word for a table.
    #[must_use]
    pub fn in_a_word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Documented => "documented",
            Self::Optional => "optional",
            Self::Sampled => "sample",
            Self::Reported => "reported",
            Self::Seen => "seen",
            Self::Guessed => "guess",
        }
    }

    /// What the word means, for users.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Always => "every delivery has it",
            Self::Documented => "Zoom documents it as required, but deliveries may lack it",
            Self::Optional => "Zoom documents it as optional",
            Self::Sampled => "known only from a sample payload",
            Self::Reported => "known only from published deliveries or a changelog",
            Self::Seen => "known only from deliveries on this machine",
            Self::Guessed => "guessed, because only the event's name is known",
        }
    }

    /// Whether samples with few fields leave it out.
    #[must_use]
    pub fn is_optional(self) -> bool {
        matches!(self, Self::Optional | Self::Reported | Self::Seen)
    }

    /// The mark after a field's name in `events.tsv`.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::Optional => "?",
            Self::Reported | Self::Seen => "~",
            Self::Always | Self::Documented | Self::Sampled | Self::Guessed => "",
        }
    }
}

/// Members of the payload that every delivery has, if Zoom documents them.
const ENVELOPE: [&str; 2] = ["account_id", "object"];
/// Ids of what an event is about: a meeting, a session, a call. In the object, or in a payload without an object.
const SUBJECTS: [&str; 9] = [
    "id",
    "uuid",
    "meeting_uuid",
    "webinar_uuid",
    "session_id",
    "call_id",
    "engagement_id",
    "rtms_stream_id",
    "plainToken",
];

/// Sets the certainty of every field of an event. `shape` was parsed from `events.tsv`, which has only the marks.
pub(super) fn settle(shape: &mut Shape, sources: &[Source]) {
    let is_documented = sources.iter().any(|source| matches!(source, Source::OpenApi | Source::Rivet));
    let unmarked = match () {
        () if is_documented => Certainty::Documented,
        () if sources.contains(&Source::Samples) => Certainty::Sampled,
        () => Certainty::Guessed,
    };
    each(shape, &mut |field| {
        if field.certainty == Certainty::Documented {
            field.certainty = unmarked;
        }
    });
    let always = |field: &mut Field, names: &[&str]| {
        if field.certainty == Certainty::Documented && names.contains(&field.name) {
            field.certainty = Certainty::Always;
        }
    };
    let Shape::Object(members) = shape else { return };
    for member in members {
        // Without these two it is not an event.
        if matches!(member.name, "event" | "payload") {
            member.certainty = Certainty::Always;
        }
        always(member, &["event_ts"]);
        let Shape::Object(fields) = &mut member.shape else { continue };
        if member.name != "payload" {
            continue;
        }
        let is_flat = !fields.iter().any(|field| field.name == "object");
        for field in fields {
            always(field, &ENVELOPE);
            if is_flat {
                always(field, &SUBJECTS);
            }
            if let ("object", Shape::Object(inner)) = (field.name, &mut field.shape) {
                inner.iter_mut().for_each(|field| always(field, &SUBJECTS));
            }
        }
    }
}

/// Marks every field as seen on this machine.
pub(super) fn mark_as_seen(shape: &mut Shape) {
    each(shape, &mut |field| field.certainty = Certainty::Seen);
}

fn each(shape: &mut Shape, change: &mut dyn FnMut(&mut Field)) {
    match shape {
        Shape::Leaf(_) | Shape::Map => {}
        Shape::List(item) => each(item, change),
        Shape::Object(fields) => {
            for field in fields {
                change(field);
                each(&mut field.shape, change);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::zoom::catalogue::find;

    fn certainties(event: &str) -> Vec<String> {
        let mut found = Vec::new();
        find(event).unwrap().shape().walk(&mut |path, _, certainty| {
            found.push(format!("{path} {}", certainty.in_a_word()));
        });
        found
    }

    #[test]
    fn only_the_envelope_and_the_ids_are_certain() {
        let found = certainties("meeting.started");
        for expected in [
            "event always",
            "event_ts always",
            "payload.account_id always",
            "payload.object.id always",
            "payload.object.uuid always",
            "payload.object.topic documented",
            "payload.object.timezone optional",
            "payload.object.host_email optional",
        ] {
            assert!(found.contains(&expected.to_owned()), "{expected}: {found:?}");
        }
        let found = certainties("meeting.participant_joined");
        assert!(found.contains(&"payload.object.participant.public_ip reported".to_owned()), "{found:?}");
        assert!(found.contains(&"payload.object.participant.user_id documented".to_owned()), "{found:?}");
    }

    #[test]
    fn a_sample_or_a_name_makes_nothing_certain() {
        let found = certainties("contact_center.engagement_ended");
        let unsampled = |line: &&String| !line.ends_with(" sample") && line.as_str() != "event always";
        assert_eq!(found.iter().find(unsampled), None);
        assert!(certainties("canvas.file_edited").contains(&"payload.object guess".to_owned()));
    }

    #[test]
    fn a_payload_without_an_object_has_its_own_ids() {
        let found = certainties("contact_center.voice_rtms_started");
        assert!(found.contains(&"payload.engagement_id always".to_owned()), "{found:?}");
        assert!(found.contains(&"payload.server_urls documented".to_owned()), "{found:?}");
    }
}
