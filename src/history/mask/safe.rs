//! Decides which strings stay: those that cannot be personal data, whatever a person writes. See [`is_safe`].

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::zoom::catalogue::{self, Leaf, Shape};

/// The known values of every field of the catalogue, as name and value.
static VALUES: LazyLock<BTreeSet<(&'static str, String)>> = LazyLock::new(|| {
    let mut values = BTreeSet::new();
    for event in catalogue::all() {
        collect("", &event.shape(), &mut values);
    }
    values
});

/// The same values without the names.
static WORDS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let more = ["voice", "video", "chat", "messaging", "email", "sms", "inbound", "outbound", "active"];
    VALUES.iter().map(|(_, value)| value.as_str()).chain(more).collect()
});

fn collect(name: &'static str, shape: &Shape, values: &mut BTreeSet<(&'static str, String)>) {
    match shape {
        Shape::Leaf(Leaf { values: known, .. }) => {
            values.extend(known.iter().map(|value| (name, value.clone())));
        }
        Shape::List(item) => collect(name, item, values),
        Shape::Object(fields) => fields.iter().for_each(|field| collect(field.name, &field.shape, values)),
        Shape::Map => {}
    }
}

/// Ends of names of fields that hold one of a few words.
const KINDS: [&str; 11] = [
    "type",
    "status",
    "direction",
    "channel",
    "kind",
    "level",
    "scope",
    "role",
    "source",
    "extension",
    "context",
];

/// Whether a value stays under this name: one of the catalogue's values, a time, or a time zone.
pub(super) fn is_safe(name: &str, value: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let values: &BTreeSet<(&str, String)> = &VALUES;
    is_time(value)
        || (lower.contains("zone") && is_time_zone(value))
        || values.contains(&(name, value.to_owned()))
        || (KINDS.iter().any(|kind| lower.ends_with(kind)) && WORDS.contains(value))
        || matches!(value, "true" | "false")
}

/// Whether a text is a date with a time, or a date. It consists of digits and a few signs in fixed places.
fn is_time(text: &str) -> bool {
    let is = |form: &str| {
        text.len() >= form.len()
            && text.bytes().zip(form.bytes()).all(|(byte, form)| match form {
                b'0' => byte.is_ascii_digit(),
                form => byte == form,
            })
    };
    let rest = |at: usize| text.get(at..).unwrap_or("x");
    let is_zone = |text: &str| {
        let text = text.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
        matches!(text, "" | "Z")
            || (text.len() == 6
                && text.starts_with(['+', '-'])
                && text[1..].bytes().all(|b| b.is_ascii_digit() || b == b':'))
    };
    (is("0000-00-00") && text.len() == 10)
        || ((is("0000-00-00T00:00:00") || is("0000-00-00 00:00:00")) && text.len() <= 35 && is_zone(rest(19)))
}

/// The areas of the time zone database.
const AREAS: [&str; 12] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Etc",
    "Europe",
    "Indian",
    "Pacific",
    "US",
];

fn is_time_zone(text: &str) -> bool {
    let is_place = |place: &str| {
        place.len() <= 40 && place.bytes().all(|c| c.is_ascii_alphanumeric() || b"_-+/".contains(&c))
    };
    matches!(text, "UTC" | "GMT")
        || text.split_once('/').is_some_and(|(area, place)| AREAS.contains(&area) && is_place(place))
}

/// Whether a member's name is the name of an id.
pub(super) fn is_id_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["id", "uuid", "udid", "jid"].contains(&lower.as_str())
        || ["_id", "_uuid", "_ids", "_jid"].iter().any(|end| lower.ends_with(end))
        || ["Id", "Jid"].iter().any(|end| name.ends_with(end))
}

/// Whether a text can only be an id: no blanks, no address, no telephone number.
pub(super) fn looks_like_an_id(text: &str) -> bool {
    let is_id = |c: u8| c.is_ascii_alphanumeric() || b"-_+/=".contains(&c);
    let has_digit_or_capital = text.bytes().any(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
    (6..=80).contains(&text.len())
        && has_digit_or_capital
        && !text.starts_with('+')
        && text.bytes().all(is_id)
}

/// Headers whose values say nothing about people. A value of another header is masked.
const HEADERS: [&str; 26] = [
    "accept",
    "accept-encoding",
    "accept-ranges",
    "access-control-allow-methods",
    "allow",
    "alt-svc",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "expires",
    "keep-alive",
    "retry-after",
    "server",
    "strict-transport-security",
    "traceparent",
    "transfer-encoding",
    "upgrade",
    "vary",
    "x-content-type-options",
    "x-forwarded-proto",
    "x-frame-options",
    "x-powered-by",
    "zm-trace-upstream",
];

/// Zoom's own headers. Their values are numbers, ids and signatures.
const ZOOM_HEADERS: [&str; 4] =
    ["x-zm-request-timestamp", "x-zm-signature", "x-zm-request-id", "x-zm-trackingid"];

/// Whether a header's value stays. `name` is in lower case. Anyone can send a header of Zoom's, so its value must have
/// Zoom's form.
pub(super) fn is_safe_header(name: &str, value: &str) -> bool {
    let is_of_zoom = |c: u8| c.is_ascii_alphanumeric() || b"_-=.;".contains(&c);
    match name {
        "user-agent" => {
            value.strip_prefix("Zoom Marketplace/").is_some_and(|v| v.len() < 8 && v.bytes().all(is_of_zoom))
        }
        name if ZOOM_HEADERS.contains(&name) => {
            value.bytes().all(is_of_zoom) && value.bytes().any(|c| c.is_ascii_digit())
        }
        name => HEADERS.contains(&name),
    }
}

/// Whether a part of a path says nothing about people: a word that endpoints of webhooks have, or a short number.
pub(super) fn is_safe_segment(segment: &str) -> bool {
    const WORDS: [&str; 16] = [
        "",
        "api",
        "callback",
        "callbacks",
        "event",
        "events",
        "hook",
        "hooks",
        "integrations",
        "v1",
        "v2",
        "v3",
        "webhook",
        "webhooks",
        "zoom",
        "receive",
    ];
    WORDS.contains(&segment.to_ascii_lowercase().as_str())
}
