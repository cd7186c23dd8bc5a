//! A view of a JSON object: decoded names, and values as the text that was sent.
//!
//! Decoding into serde's tree would lose details that users need (`1.0`, a 23-digit integer, `\/`, repeated names).
//! It would reject half a surrogate pair, which Zoom can send when it truncates a topic, and a depth beyond 128. The
//! view has none of these limits and copies no values.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of a JSON object in order, including repeated names.
#[derive(Debug, Clone)]
pub struct JsonObject<'a> {
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> JsonObject<'a> {
    /// The members of `value`, if it is an object.
    #[must_use]
    pub fn of(value: &'a RawValue) -> Option<Self> {
        value.get().starts_with('{').then(|| serde_json::from_str(value.get()).ok()).flatten()
    }

    /// The members with their names, in the order of the text.
    pub fn members(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.members.iter().map(|(name, value)| (name.as_ref(), *value))
    }

    /// The value of a member. If a name repeats, the last member counts, as in JavaScript.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.members.iter().rev().find(|(n, _)| n == name).map(|(_, value)| *value)
    }

    /// The object in a member.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<JsonObject<'a>> {
        JsonObject::of(self.get(name)?)
    }

    /// The value at a path of names and list positions, such as `payload.object.participants.0.name`.
    pub(crate) fn lookup(&self, path: &str) -> Option<&'a RawValue> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let value = self.get(first)?;
        rest.map_or(Some(value), |rest| rest.split('.').try_fold(value, step_into))
    }

    /// The text of a member that is a string or a number, if it is not blank.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        text_of(self.get(name)?).filter(|text| !text.trim().is_empty())
    }
}

/// The member of an object, or the item of a list, that a step of a path names.
fn step_into<'a>(value: &'a RawValue, step: &str) -> Option<&'a RawValue> {
    if value.get().starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
        items.get(step.parse::<usize>().ok()?).copied()
    } else {
        JsonObject::of(value)?.get(step)
    }
}

/// The text of a string (half surrogate pairs become U+FFFD), or a number or boolean as written.
pub(crate) fn text_of(value: &RawValue) -> Option<String> {
    match value.get().as_bytes().first()? {
        b'"' => {
            let bytes: ByteString = serde_json::from_str(value.get()).ok()?;
            Some(String::from_utf8_lossy(&bytes.0).into_owned())
        }
        b'{' | b'[' | b'n' => None,
        _ => Some(value.get().to_owned()),
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for JsonObject<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = JsonObject<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Name(name), value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    members.push((name, value));
                }
                Ok(JsonObject { members })
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// A member's name, borrowed where it has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Cow<'de, str>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        deserializer.deserialize_str(Text).map(Name)
    }
}

/// A JSON string as bytes, which may contain half a surrogate pair.
struct ByteString(Vec<u8>);

impl<'de> Deserialize<'de> for ByteString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(bytes.to_vec())
            }
        }
        deserializer.deserialize_bytes(Bytes).map(ByteString)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> &RawValue {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn preserves_numbers_and_repeated_names() {
        let object = JsonObject::of(raw(r#"{"a":1.0,"b":12345678901234567890123,"a":1e3}"#)).unwrap();
        assert_eq!(object.get("a").unwrap().get(), "1e3");
        assert_eq!(object.text("b").unwrap(), "12345678901234567890123");
    }

    #[test]
    fn replaces_half_a_surrogate_pair() {
        let object = JsonObject::of(raw(r#"{"topic":"cut \uD83D"}"#)).unwrap();
        // Three bytes that are not UTF-8: one replacement character each.
        assert!(object.text("topic").unwrap().starts_with("cut \u{fffd}"));
    }

    #[test]
    fn reads_past_any_depth() {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        let text = format!(r#"{{"deep":{deep},"topic":"x"}}"#);
        assert_eq!(JsonObject::of(raw(&text)).unwrap().text("topic").unwrap(), "x");
    }

    #[test]
    fn looks_up_names_and_positions() {
        let value = JsonObject::of(raw(r#"{"a":{"list":[{"n":"x"},{"n":7}]}}"#)).unwrap();
        assert_eq!(value.lookup("a.list.1.n").unwrap().get(), "7");
        for absent in ["a.list.2.n", "a.list.x", "b", "a.list.0.n.deeper", ""] {
            assert!(value.lookup(absent).is_none(), "{absent}");
        }
    }
}
