//! Checks whether a JSON text fits a shape: [`Shape::fits`]. Shares no code with the generator of samples.

use serde_json::value::RawValue;

use super::{Format, Leaf, Shape, ShapeKind};
use crate::json::{JsonObject, text_of};

/// A place where a JSON text does not fit a shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct Misfit {
    /// Names and positions, each after a dot.
    pub path: String,
    /// What is wrong there.
    pub reason: String,
}

impl Shape {
    /// Whether a JSON text has the documented form: all fields that are documented as required, known values, and the
    /// usual formats. Unknown members are allowed, because Zoom adds fields. A delivery of Zoom may differ;
    /// [`Event::schema`](super::Event::schema) accepts what deliveries are known to have.
    ///
    /// # Errors
    /// [`Misfit`] for the first place that does not fit.
    pub fn fits(&self, json: &str) -> Result<(), Misfit> {
        let misfit = |reason: String| Misfit { path: String::new(), reason };
        let raw: &RawValue = serde_json::from_str(json).map_err(|error| misfit(error.to_string()))?;
        self.check(raw, "")
    }

    fn check(&self, raw: &RawValue, path: &str) -> Result<(), Misfit> {
        let misfit = |reason: String| Err(Misfit { path: path.to_owned(), reason });
        match self {
            Self::Leaf(leaf) => leaf.check(raw).or_else(misfit),
            Self::Map if raw.get().starts_with('{') => Ok(()),
            Self::Map => misfit("is not an object".to_owned()),
            Self::List(item) => {
                let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw.get()) else {
                    return misfit("is not a list".to_owned());
                };
                items.iter().enumerate().try_for_each(|(at, raw)| item.check(raw, &format!("{path}.{at}")))
            }
            Self::Object(fields) => {
                let Some(object) = JsonObject::of(raw) else { return misfit("is not an object".to_owned()) };
                for field in fields {
                    match object.get(field.name) {
                        Some(raw) => field.shape.check(raw, &format!("{path}.{}", field.name))?,
                        None if field.certainty.is_optional() => {}
                        None => return misfit(format!("has no {}", field.name)),
                    }
                }
                Ok(())
            }
        }
    }
}

impl Leaf {
    fn check(&self, raw: &RawValue) -> Result<(), String> {
        let text = raw.get();
        let first = text.as_bytes().first().copied().unwrap_or_default();
        let is_number = first == b'-' || first.is_ascii_digit();
        let right_kind = match self.kind {
            ShapeKind::String => first == b'"',
            ShapeKind::Integer => is_number && !text.contains(['.', 'e', 'E']),
            ShapeKind::Number => is_number,
            ShapeKind::Boolean => text == "true" || text == "false",
            ShapeKind::Any => true,
        };
        if !right_kind {
            return Err(format!("is not of type {}", self.kind.name()));
        }
        let value = text_of(raw).unwrap_or_default();
        if !self.values.is_empty() && !self.values.contains(&value) {
            return Err(format!("{value:?} is not among its values"));
        }
        match self.format {
            Some(format) if self.values.is_empty() && !format.fits(&value) => {
                Err(format!("{value:?} is not {}", format.in_words()))
            }
            _ => Ok(()),
        }
    }
}

impl Format {
    /// Whether a text has this format. An empty text is accepted, because Zoom sends `""` for unknown values, such as
    /// the address of a guest.
    fn fits(self, text: &str) -> bool {
        let all = |length: usize, is: fn(&u8) -> bool| text.len() == length && text.bytes().all(|b| is(&b));
        let lower_hex = |b: &u8| b.is_ascii_digit() || (b'a'..=b'f').contains(b);
        text.is_empty()
            || match self {
                Self::Id22 => all(22, |b| b.is_ascii_alphanumeric() || b"-_".contains(b)),
                Self::Hex32 => all(32, lower_hex),
                Self::Hex64 => all(64, lower_hex),
                Self::Uuid => has_form(text, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh"),
                Self::UuidBase64 => {
                    text.ends_with("==")
                        && text.len() == 24
                        && text[..22].bytes().all(|b| b.is_ascii_alphanumeric() || b"+/".contains(&b))
                }
                Self::Digits => text.bytes().all(|b| b.is_ascii_digit()),
                Self::Int64 => text.parse::<i64>().is_ok(),
                Self::Email => text.split_once('@').is_some_and(|(name, host)| {
                    !name.is_empty() && host.contains('.') && !text.contains(char::is_whitespace)
                }),
                Self::E164 => text
                    .strip_prefix('+')
                    .is_some_and(|d| d.len() > 7 && d.bytes().all(|b| b.is_ascii_digit())),
                Self::Jid => text.contains('@'),
                Self::Uri => text.starts_with("https://") || text.starts_with("http://"),
                Self::WebSocketUri => text.starts_with("wss://") || text.starts_with("ws://"),
                Self::Ipv4 => text.parse::<std::net::Ipv4Addr>().is_ok(),
                Self::TimeZone => text == "UTC" || text.contains('/'),
                Self::DateTime => has_form(text, "dddd-dd-ddTdd:dd:ddZ"),
                Self::DateTimeMillis => has_form(text, "dddd-dd-ddTdd:dd:dd.dddZ"),
                Self::DateTimeOffset => has_form(text, "dddd-dd-ddTdd:dd:dd+dd:dd"),
                Self::Date => has_form(text, "dddd-dd-dd"),
                // From 2001 to 2286.
                Self::UnixMillis => all(13, u8::is_ascii_digit),
            }
    }
}

/// Whether a text matches a form: `d` is a digit, `h` is a hex digit, every other character is itself.
fn has_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(b, form)| match form {
            b'd' => b.is_ascii_digit(),
            b'h' => b.is_ascii_hexdigit(),
            _ => b == form,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn misfit(shape: &'static str, json: &str) -> String {
        Shape::parse(shape).unwrap().fits(json).map_or_else(|misfit| misfit.to_string(), |()| "fits".into())
    }

    #[test]
    fn accepts_text_that_fits() {
        let shape = "{a:s@digits,b?:[i=1|2],c:{*},d:n,e:a}";
        assert_eq!(misfit(shape, r#"{"a":"","b":[1,2,1],"c":{},"d":1.5,"e":null,"new":1}"#), "fits");
        assert_eq!(misfit(shape, r#"{"a":"12","c":{"x":1},"d":-1,"e":[]}"#), "fits");
    }

    #[test]
    fn reports_where_and_why_a_text_does_not_fit() {
        let shape = "{a:s@digits,b?:[i=1|2],c?:s}";
        for (json, expected) in [
            (r#"{"b":[1]}"#, ": has no a"),
            (r#"{"a":1}"#, ".a: is not of type string"),
            (r#"{"a":"1x"}"#, ".a: \"1x\" is not decimal digits"),
            (r#"{"a":"1","b":[1,3]}"#, ".b.1: \"3\" is not among its values"),
            (r#"{"a":"1","b":[1.0]}"#, ".b.0: is not of type integer"),
            (r#"{"a":"1","b":{}}"#, ".b: is not a list"),
            (r#"{"a":"1","c":null}"#, ".c: is not of type string"),
            ("[]", ": is not an object"),
        ] {
            assert_eq!(misfit(shape, json), expected, "{json}");
        }
    }

    #[test]
    fn every_format_rejects_a_wrong_value() {
        for (format, wrong) in [
            ("id22", "abc"),
            ("hex32", "XYZ"),
            ("uuid", "6009d653_d487_445d_8406_42b654974899"),
            ("uuid-b64", "abc=="),
            ("email", "jill"),
            ("e164", "12125550142"),
            ("uri", "ftp://x"),
            ("ipv4", "256.1.1.1"),
            ("tz", "Berlin"),
            ("date-time", "2026-11-25T08:00:00.000Z"),
            ("date-time-ms", "2026-11-25T08:00:00Z"),
            ("date", "25.11.2026"),
            ("unix-ms", "1795507201"),
        ] {
            assert!(!Format::of(format).fits(wrong), "{format}");
        }
    }

    impl Format {
        fn of(name: &str) -> Self {
            let text: &'static str = format!("s@{name}").leak();
            let Some(Shape::Leaf(leaf)) = Shape::parse(text) else { panic!("{name}") };
            leaf.format.unwrap()
        }
    }
}
