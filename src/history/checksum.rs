//! A checksum for each stored row. SQLite notices damage to the structure of its file, but not a changed byte in a text
//! or a body. The checksum proves that a row is read as it was stored.
//!
//! It is the beginning of a SHA-256, which costs a few microseconds for each delivery, on the thread that prepares the
//! row. Checking Zoom's signature again would need the secret token, and would leave out unsigned requests, answers of
//! the app and all columns but the body.

use rusqlite::types::ValueRef;
use sha2::{Digest, Sha256};

/// The columns of a delivery that its checksum covers, in the order of the checksum. The headers and the body come after
/// them, and then those of [`LATER_COLUMNS`] that have a value.
pub(super) const DELIVERY_COLUMNS: [&str; 18] = [
    "id",
    "received_ms",
    "verdict",
    "reason",
    "event",
    "event_ts",
    "request_id",
    "secret_name",
    "retry_of",
    "status",
    "took_us",
    "method",
    "target",
    "peer",
    "route",
    "tunnel",
    "public_url",
    "imported",
];

/// Columns of later versions. Each is covered only if it has a value, so that rows of an older version keep their
/// checksums. Their types differ, so one cannot be taken for the other.
pub(super) const LATER_COLUMNS: [&str; 2] = ["waits_until", "project"];

/// The columns of an app's answer that its checksum covers. The id of its delivery comes before them.
pub(super) const RELAY_COLUMNS: [&str; 10] = [
    "position",
    "target",
    "role",
    "outcome",
    "status",
    "detail",
    "first_byte_us",
    "took_us",
    "headers",
    "body",
];

/// The checksum of a row's values. Each value is added with its type and length, so that no two rows have the same
/// bytes.
pub(super) fn of_values<'v>(values: impl IntoIterator<Item = ValueRef<'v>>) -> i64 {
    let mut hash = Sha256::new();
    let mut add = |kind: u8, bytes: &[u8]| {
        hash.update([kind]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    for value in values {
        match value {
            ValueRef::Null => add(0, &[]),
            ValueRef::Integer(number) => add(1, &number.to_be_bytes()),
            ValueRef::Real(number) => add(2, &number.to_be_bytes()),
            ValueRef::Text(text) => add(3, text),
            ValueRef::Blob(bytes) => add(4, bytes),
        }
    }
    let digest = hash.finalize();
    digest.iter().take(8).fold(0, |number, byte| number << 8 | i64::from(*byte))
}

/// The values of [`LATER_COLUMNS`] that are covered.
pub(super) fn later<'v>(values: [ValueRef<'v>; LATER_COLUMNS.len()]) -> impl Iterator<Item = ValueRef<'v>> {
    values.into_iter().filter(|value| *value != ValueRef::Null)
}

/// A text column.
pub(super) fn text(text: &str) -> ValueRef<'_> {
    ValueRef::Text(text.as_bytes())
}

/// A text column that may be empty.
pub(super) fn optional_text(value: Option<&str>) -> ValueRef<'_> {
    value.map_or(ValueRef::Null, text)
}

/// A number column that may be empty.
pub(super) fn optional_number(value: Option<i64>) -> ValueRef<'static> {
    value.map_or(ValueRef::Null, ValueRef::Integer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_and_its_type_and_length_count() {
        let one = of_values([text("ab"), text("c"), ValueRef::Null]);
        assert_eq!(one, of_values([text("ab"), text("c"), optional_text(None)]));
        for other in [
            [text("a"), text("bc"), ValueRef::Null],
            [text("ab"), text("c"), text("")],
            [text("ab"), ValueRef::Blob(b"c"), ValueRef::Null],
            [text("ab"), text("c"), ValueRef::Integer(0)],
        ] {
            assert_ne!(one, of_values(other));
        }
    }
}
