//! Generates a single value from its format and name.

use super::context::{BASE64URL, DIGITS, HEX, MINUTE};
use super::fill::{FillPlace, Filler};
use super::person::{PLACES, PersonRole, SENTENCES, TEAMS, TOPICS, Trait};
use super::time;
use crate::zoom::catalogue::{Format, Leaf, Node, ShapeKind};

/// The files of a recording: type, extension, content.
const RECORDINGS: [(&str, &str, &str); 4] = [
    ("MP4", "MP4", "shared_screen_with_speaker_view"),
    ("M4A", "M4A", "audio_only"),
    ("TRANSCRIPT", "VTT", "audio_transcript"),
    ("CHAT", "TXT", "chat_file"),
];

/// The recording file at this place.
fn recording(place: &FillPlace<'_>) -> (&'static str, &'static str, &'static str) {
    let at = if place.parent.contains("audio") { 1 } else { place.item % RECORDINGS.len() };
    RECORDINGS[at]
}

/// Reasons as deliveries have them, including the blank before the colon.
const LEAVE_REASONS: [&str; 3] = [
    "left the meeting. Reason : left the meeting",
    "left the meeting. Reason : Host ended the meeting.",
    "left the meeting. Reason : Network connection error. ",
];

/// Families whose `object` has a meeting number as its id.
const NUMBERED: [&str; 3] = ["meeting.", "webinar.", "recording."];

/// Families with durations in minutes; all others have seconds.
const IN_MINUTES: [&str; 5] = ["meeting.", "webinar.", "recording.", "calendar.", "user."];

impl Filler<'_> {
    pub(super) fn leaf(&self, leaf: &Leaf, place: &FillPlace<'_>) -> Node {
        if !leaf.values.is_empty() {
            let value = self.choice(&leaf.values, place);
            return match leaf.kind {
                ShapeKind::Integer | ShapeKind::Number => Node::number(value),
                _ => Node::from(value),
            };
        }
        match leaf.kind {
            ShapeKind::Boolean => Node::from(self.context.random(&place.label()).percent(50)),
            ShapeKind::Integer => self.integer(leaf.format, place).into(),
            ShapeKind::Number => self.number(leaf.format, place),
            ShapeKind::Any if place.key == "settings" => Node::EMPTY_OBJECT,
            ShapeKind::Any | ShapeKind::String => Node::from(self.string(leaf.format, place)),
        }
    }

    fn choice(&self, values: &[String], place: &FillPlace<'_>) -> String {
        let (file_type, extension, shows) = recording(place);
        let wanted = match place.key {
            "file_type" => file_type,
            "file_extension" => extension,
            "recording_type" => shows,
            // A webinar, and a scheduled meeting.
            "type" if self.event.starts_with("webinar.") => "5",
            "type" => "2",
            "status" if place.parent == "recording_files" => "completed",
            _ => "",
        };
        if let Some(value) = values.iter().find(|value| !wanted.is_empty() && *value == wanted) {
            return value.clone();
        }
        let said: Vec<_> = values.iter().filter(|value| !value.is_empty()).collect();
        match said.is_empty() {
            true => String::new(),
            // Each item of a list takes the next value, so that no value occurs twice.
            false => {
                let first = self.context.random(&format!("choice {}", place.key)).below(said.len() as u64);
                let at = usize::try_from(first).unwrap_or_default() + place.item;
                said[at % said.len()].clone()
            }
        }
    }

    /// The time for a member's name, in Unix milliseconds.
    fn time(&self, key: &str) -> i64 {
        let context = self.context;
        let at = &context.timeline;
        let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
        match key {
            _ if has(&["expire", "deadline", "due", "publish", "auto_delete", "cancel_at", "max_exceed"]) => {
                context.now + 7 * 24 * 60 * MINUTE
            }
            _ if has(&["creat", "registration"]) => at.created,
            _ if has(&["join", "answer", "connected"]) => at.join,
            _ if has(&["leave", "left"]) => at.leave,
            _ if has(&["start"]) => at.start,
            _ if has(&["end"]) => at.end,
            _ => context.now,
        }
    }

    fn duration(&self) -> i64 {
        let millis = self.context.timeline.end - self.context.timeline.start;
        let unit = if IN_MINUTES.iter().any(|family| self.event.starts_with(family)) { MINUTE } else { 1000 };
        (millis / unit).max(1)
    }

    fn is_still_recording(&self) -> bool {
        ["recording.started", "recording.paused", "recording.resumed"].contains(&self.event)
    }

    fn is_meeting_number(&self, place: &FillPlace<'_>) -> bool {
        let numbered = NUMBERED.iter().any(|family| self.event.starts_with(family));
        (place.key == "id" && numbered && matches!(place.parent, "object" | "old_object"))
            || (matches!(place.key, "meeting_id" | "meeting_number" | "webinar_id" | "pmi")
                && place.parent != "recording_files")
    }

    fn integer(&self, format: Option<Format>, place: &FillPlace<'_>) -> i64 {
        let key = place.key;
        let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
        let mut random = self.context.random(&place.label());
        if format == Some(Format::UnixMillis)
            || has(&["timestamp", "time_stamp", "delete_time", "_at", "_ts"])
        {
            return self.time(key);
        }
        if self.is_meeting_number(place) {
            return self.context.meeting_number.parse().unwrap_or_default();
        }
        match self.about_somebody(place).and_then(|text| text.trim_start_matches('+').parse().ok()) {
            Some(number) => number,
            None if key == "duration" => self.duration(),
            None if has(&["start_position"]) => 0,
            None if has(&["size", "disk", "memory"]) => random.between(20_000, 80_000_000),
            None if has(&["port"]) => random.between(8801, 8810),
            None if has(&["percent", "score", "percentage"]) => random.between(40, 100),
            None if has(&["capacity", "limit"]) => 100 * random.between(1, 10),
            None if has(&["timeout", "_time", "duration", "threshold", "seconds"]) => random.between(5, 300),
            None if format == Some(Format::Int64) => random.between(1_000_000_000, 9_999_999_999),
            None if has(&["rssi"]) => -random.between(40, 80),
            None => random.between(1, 12),
        }
    }

    fn number(&self, format: Option<Format>, place: &FillPlace<'_>) -> Node {
        let whole = self.integer(format, place);
        match format.is_none() && (place.key.contains("score") || place.key.contains("ratio")) {
            true => Node::number(format!("{whole}.5")),
            false => whole.into(),
        }
    }

    /// The property of a person that the member's name asks for.
    fn about_somebody(&self, place: &FillPlace<'_>) -> Option<String> {
        let inside = PersonRole::of_object(place.parent).is_some() || place.parent.ends_with("object");
        let by_name = PersonRole::of_member(place.key);
        // `user_name` of a participant is the name of that participant.
        let (role, name) = match by_name {
            Some(by_name) if !(inside && Trait::of(place.key).is_some()) => by_name,
            _ => (place.role, place.key),
        };
        let asked = Trait::of(name)?;
        let about_a_person = PersonRole::of_object(place.parent).is_some()
            || name != place.key
            || !matches!(asked, Trait::Id | Trait::Display)
            || matches!(place.key, "user_name" | "userName")
            || self.event.starts_with("user.");
        // `object.id` and `queue.name` are not about a person.
        if !about_a_person {
            return None;
        }
        // Participants have a number within the meeting, in addition to the id of their account.
        let asked = match asked {
            Trait::UserId if role == PersonRole::Participant && place.key == "user_id" => {
                Trait::SessionNumber
            }
            Trait::UserId => Trait::Id,
            asked => asked,
        };
        Some(asked.about(&role.person(self.context, place.item)))
    }

    pub(super) fn id22(&self, place: &FillPlace<'_>) -> String {
        self.context.random(&place.label()).text(BASE64URL, 22)
    }

    fn string(&self, format: Option<Format>, place: &FillPlace<'_>) -> String {
        match format {
            None => self.plain(place),
            Some(format) => self.formatted(format, place),
        }
    }

    fn formatted(&self, format: Format, place: &FillPlace<'_>) -> String {
        let (context, key, label) = (self.context, place.key, place.label());
        let mut random = context.random(&label);
        let somebody = || self.about_somebody(place);
        match format {
            Format::Id22 if key.ends_with("account_id") || key == "accountId" => context.account_id.clone(),
            Format::Id22 => {
                somebody().filter(|id| id.is_empty() || id.len() == 22).unwrap_or_else(|| self.id22(place))
            }
            Format::Hex32 => random.text(HEX, 32),
            Format::Hex64 => random.text(HEX, 64),
            Format::Uuid => uuid(random.wide()),
            Format::UuidBase64 => context.uuid_base64(match key {
                // The same meeting, webinar or session under all of these names.
                "uuid" | "meeting_uuid" | "webinar_uuid" | "session_id" if !place.is_old => "meeting",
                "id" if self.event.starts_with("session.") && place.parent == "object" => "meeting",
                _ => &label,
            }),
            Format::Digits => self.digits(place),
            Format::Int64 => self.integer(Some(format), place).to_string(),
            Format::Email => match PersonRole::of_member(key) {
                Some((role, _)) => Trait::Email.about(&role.person(context, place.item)),
                None => Trait::Email.about(&place.role.person(context, place.item)),
            },
            Format::E164 => somebody().filter(|text| text.starts_with('+')).unwrap_or_else(|| {
                format!("+1{}55501{}", random.pick(&["212", "415", "303"]), random.text(DIGITS, 2))
            }),
            Format::Jid => format!("{}@xmpp.example.com", random.text(&BASE64URL[26..62], 22)),
            Format::Uri => {
                format!("https://example.com/{}/{}", key.replace('_', "-"), random.text(BASE64URL, 16))
            }
            Format::WebSocketUri => format!("wss://example.com/{}", random.text(BASE64URL, 16)),
            // The ranges reserved for private networks and for documentation.
            Format::Ipv4 if key.contains("private") || key.contains("internal") => {
                format!("192.168.{}.{}", random.below(4), random.between(2, 250))
            }
            Format::Ipv4 => format!("203.0.113.{}", random.between(1, 254)),
            Format::TimeZone => context.time_zone.to_owned(),
            // A recording that goes on has no end yet.
            Format::DateTime if key == "recording_end" && self.is_still_recording() => String::new(),
            Format::DateTime => time::date_time(self.time(key)),
            Format::DateTimeMillis => time::date_time_millis(self.time(key)),
            Format::DateTimeOffset => time::date_time_offset(self.time(key)),
            Format::Date => time::date(self.time(key)),
            Format::UnixMillis => self.time(key).to_string(),
        }
    }

    fn digits(&self, place: &FillPlace<'_>) -> String {
        let key = place.key;
        let mut random = self.context.random(&place.label());
        if self.is_meeting_number(place) {
            return self.context.meeting_number.clone();
        }
        let is_digits = |text: &String| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if let Some(digits) = self.about_somebody(place).map(|text| text.replace('+', "")).filter(is_digits) {
            return digits;
        }
        if PersonRole::of_object(place.parent).is_some() && key == "id" {
            return Trait::SessionNumber.about(&place.role.person(self.context, place.item));
        }
        if key == "zip" {
            return self.context.random("place").pick(&PLACES).3.to_owned();
        }
        let length = match key {
            "call_id" | "id" => 18,
            "code" | "country_code" => 1,
            _ if key.ends_with("country_code") => 1,
            _ if key.ends_with("port") => 3,
            _ if key.contains("pin") || key.contains("pass") || key.contains("code") => 5,
            _ => 8,
        };
        // Without a leading zero, because some are parsed as numbers.
        format!("{}{}", random.between(1, 9), random.text(DIGITS, length))
    }

    /// A string without a format, chosen by its name.
    fn plain(&self, place: &FillPlace<'_>) -> String {
        let (context, key) = (self.context, place.key);
        let mut random = context.random(&place.label());
        if place.depth == 1 && key == "event" {
            return self.event.to_owned();
        }
        if let Some(about) = self.about_somebody(place) {
            return about;
        }
        let (city, country, code, zip) = *context.random("place").pick(&PLACES);
        let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
        match key {
            "leave_reason" => (*random.pick(&LEAVE_REASONS)).to_owned(),
            _ if self.is_meeting_number(place) => context.meeting_number.clone(),
            "accountId" => context.account_id.clone(),
            _ if key.ends_with("account_id") => context.account_id.clone(),
            "topic" | "meeting_topic" | "session_name" | "summary_title" if !place.is_old => {
                context.topic.to_owned()
            }
            "topic" | "meeting_topic" | "session_name" => (*random.pick(&TOPICS)).to_owned(),
            "participant_user_id" | "registrant_id"
                if PersonRole::Participant.person(context, place.item).is_guest =>
            {
                String::new()
            }
            "meeting_id" if place.parent.starts_with("recording_file") => context.uuid_base64("meeting"),
            "participant_uuid" => {
                uuid(context.random(&format!("uuid of {}", context.actor)).wide()).to_uppercase()
            }
            "timezone" | "time_zone" => context.time_zone.to_owned(),
            "city" => city.to_owned(),
            "country" | "country_name" => country.to_owned(),
            "zip" => zip.to_owned(),
            "state" | "address" | "location" | "zone" => city.to_owned(),
            "channel" | "channel_source" => (*random.pick(&["voice", "video", "chat"])).to_owned(),
            "device_type" | "os_image" | "OS_file_type" => {
                (*random.pick(&["Windows", "Mac", "Linux"])).to_owned()
            }
            "file_type" | "file_extension" => recording(place).1.to_owned(),
            "recording_type" => recording(place).2.to_owned(),
            "resolution" => "1280*720".to_owned(),
            "version" => format!("6.{}.{}", random.below(9), random.below(20)),
            "password" | "passcode" => random.text(BASE64URL, 10),
            "download_token" | "callback_token" | "recording_play_passcode" => random.text(BASE64URL, 98),
            "job_title" => "Développeuse".to_owned(),
            _ if has(&["iso_code", "country_code", "language"]) => code.to_owned(),
            _ if key.ends_with("_time") || key.ends_with("date") => time::date_time(self.time(key)),
            _ if key.ends_with("direction") => (*random.pick(&["inbound", "outbound"])).to_owned(),
            _ if key.ends_with("status") => (*random.pick(&["active", "completed"])).to_owned(),
            _ if has(&["email"]) => Trait::Email.about(&place.role.person(context, place.item)),
            _ if key == "file_path" => format!("/recordings/{}", random.text(BASE64URL, 8)),
            "file_name" => {
                let extension = match place.parent.contains("recording") || place.parent.contains("audio") {
                    true => recording(place).1.to_lowercase(),
                    false => "pdf".to_owned(),
                };
                format!("{} {}.{extension}", context.topic.replace('/', "-"), place.item + 1)
            }
            _ if key.ends_with("_url") || key.ends_with("link") => {
                format!("https://example.com/{}", random.text(BASE64URL, 16))
            }
            _ if key == "id" || has(&["_id", "Id", "key", "_uuid", "udid", "code"]) => {
                random.text(BASE64URL, 22)
            }
            _ if has(&["ip_address", "ip_range"]) => "203.0.113.0/24".to_owned(),
            _ if has(&["latency", "jitter", "delay"]) => format!("{} ms", random.between(5, 120)),
            _ if has(&["bitrate", "frame_rate", "quality_score", "rssi"]) => {
                random.between(5, 90).to_string()
            }
            _ if has(&["cpu_usage", "loss"]) => format!("{}%", random.between(1, 60)),
            _ if has(&[
                "name",
                "Name",
                "title",
                "department",
                "group",
                "team",
                "organization",
                "industry",
            ]) =>
            {
                format!("{} {}", random.pick(&TEAMS), noun(key)).trim_end().to_owned()
            }
            _ if has(&[
                "desc", "message", "text", "content", "comment", "summary", "agenda", "note", "reason",
            ]) =>
            {
                (*random.pick(&SENTENCES)).to_owned()
            }
            _ => format!("{} {}", noun(key), random.between(1, 9)),
        }
    }
}

/// The thing that a member names: `queue_name` is the name of a queue.
fn noun(key: &str) -> String {
    let noun = key.strip_suffix("_name").or_else(|| key.strip_suffix("Name")).unwrap_or(key);
    match noun {
        "name" | "title" => String::new(),
        noun => noun.replace('_', " "),
    }
}

fn uuid(random: u128) -> String {
    // Version 4 and variant 1, as in every random UUID.
    let marked =
        (random & !(0xf000_u128 << 64) & !(0xc000_u128 << 48)) | (0x4000_u128 << 64) | (0x8000_u128 << 48);
    let hex = format!("{marked:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
