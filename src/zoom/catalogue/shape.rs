//! The [`Shape`] of a JSON value, and its notation in `events.tsv`.
//!
//! ```text
//! {name:s,nickname?:s,tags:[s=red|green],at:i@unix-ms,settings?:{*}}
//! ```
//! - `s` string, `i` integer, `n` number, `b` boolean, `a` any value
//! - `@format` the format of the value
//! - `=a|b` the allowed values; `,`, `]`, `}` and `\` in them are escaped with `\`
//! - `?` after a name: documented as optional
//! - `~` after a name: known only from deliveries or a changelog
//! - `[x]` a list of x
//! - `{*}` an object with unknown members

use std::fmt;

use super::Certainty;

/// The shape of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A single value: neither a list nor an object.
    Leaf(Leaf),
    /// A list of values with the same shape.
    List(Box<Shape>),
    /// An object with these members, in the order in which Zoom sends or documents them.
    Object(Vec<Field>),
    /// An object with unknown members.
    Map,
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// How certain it is that a delivery has it.
    pub certainty: Certainty,
    /// The shape of its value.
    pub shape: Shape,
}

impl Field {
    /// Whether it is the time of an event. Zoom documents an integer, and some published events have it in a string.
    pub(super) fn may_be_in_a_string(&self) -> bool {
        let is_integer = matches!(&self.shape, Shape::Leaf(leaf) if leaf.kind == ShapeKind::Integer);
        is_integer && self.name == "event_ts"
    }
}

/// The shape of a single value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Its JSON type.
    pub kind: ShapeKind,
    /// Its format, if known.
    pub format: Option<Format>,
    /// Known values; empty if none is known. Zoom adds values, so others are possible. Numbers are in decimal.
    pub values: Vec<String>,
}

/// A JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShapeKind {
    /// A string.
    String,
    /// A number without a fraction.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Any type, or an unknown one.
    Any,
}

impl ShapeKind {
    const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::String, "s", "string"),
        (Self::Integer, "i", "integer"),
        (Self::Number, "n", "number"),
        (Self::Boolean, "b", "boolean"),
        (Self::Any, "a", "any"),
    ];

    /// Its name in JSON Schema, or `any`, which JSON Schema does not have.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("any", |(_, _, name)| name)
    }

    fn letter(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("a", |(_, letter, _)| letter)
    }
}

macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// The format of a value.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Format { $($(#[$doc])* $variant),* }

        impl Format {
            /// Its name in `events.tsv`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            fn of_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

formats! {
    /// 22 characters of base64url: accounts, users.
    Id22 = "id22",
    /// 32 lower-case hex digits.
    Hex32 = "hex32",
    /// 64 lower-case hex digits.
    Hex64 = "hex64",
    /// A UUID with hyphens.
    Uuid = "uuid",
    /// 16 bytes in base64, with `+`, `/` and padding.
    UuidBase64 = "uuid-b64",
    /// Decimal digits in a string.
    Digits = "digits",
    /// An integer that needs 64 bits.
    Int64 = "int64",
    /// An email address.
    Email = "email",
    /// A phone number with `+` and country code.
    E164 = "e164",
    /// An XMPP address.
    Jid = "jid",
    /// An http or https URL.
    Uri = "uri",
    /// A ws or wss URL.
    WebSocketUri = "ws-uri",
    /// An IPv4 address.
    Ipv4 = "ipv4",
    /// A time zone's name, such as `Europe/Berlin`.
    TimeZone = "tz",
    /// `2026-11-25T08:00:00Z`.
    DateTime = "date-time",
    /// `2026-11-25T08:00:00.123Z`.
    DateTimeMillis = "date-time-ms",
    /// `2026-11-25T09:00:00+01:00`.
    DateTimeOffset = "date-time-offset",
    /// `2026-11-25`.
    Date = "date",
    /// Unix milliseconds.
    UnixMillis = "unix-ms",
}

impl Format {
    /// A description for users.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Id22 => "22 characters of base64url",
            Self::Hex32 => "32 hex digits",
            Self::Hex64 => "64 hex digits",
            Self::Uuid => "a UUID",
            Self::UuidBase64 => "16 bytes in base64",
            Self::Digits => "decimal digits",
            Self::Int64 => "an integer of 64 bits",
            Self::Email => "an email address",
            Self::E164 => "a phone number with country code",
            Self::Jid => "an XMPP address",
            Self::Uri => "an http or https URL",
            Self::WebSocketUri => "a WebSocket URL",
            Self::Ipv4 => "an IPv4 address",
            Self::TimeZone => "a time zone's name",
            Self::DateTime => "a time, such as 2026-11-25T08:00:00Z",
            Self::DateTimeMillis => "a time, such as 2026-11-25T08:00:00.123Z",
            Self::DateTimeOffset => "a time, such as 2026-11-25T09:00:00+01:00",
            Self::Date => "a date, such as 2026-11-25",
            Self::UnixMillis => "Unix milliseconds",
        }
    }
}

impl Leaf {
    pub(super) fn any() -> Self {
        Self { kind: ShapeKind::Any, format: None, values: Vec::new() }
    }
}

impl Shape {
    /// Parses the notation of `events.tsv`; `None` if it is malformed.
    #[must_use]
    pub(super) fn parse(text: &'static str) -> Option<Self> {
        let mut reader = Reader { rest: text };
        let shape = reader.shape()?;
        reader.rest.is_empty().then_some(shape)
    }

    /// The members of an object; empty for other shapes.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        match self {
            Self::Object(fields) => fields,
            _ => &[],
        }
    }

    /// Visits every leaf and map with its path and its certainty, which is never greater than that of the object
    /// around it. Names in a path are joined by `.`; `[]` follows the name of a list.
    pub fn walk(&self, visit: &mut dyn FnMut(&str, &Self, Certainty)) {
        self.walk_from(String::new(), Certainty::Always, visit);
    }

    fn walk_from(&self, path: String, around: Certainty, visit: &mut dyn FnMut(&str, &Self, Certainty)) {
        match self {
            Self::Leaf(_) | Self::Map => visit(&path, self, around),
            Self::List(item) => item.walk_from(format!("{path}[]"), around, visit),
            Self::Object(fields) => {
                for field in fields {
                    let dot = if path.is_empty() { "" } else { "." };
                    let path = format!("{path}{dot}{}", field.name);
                    field.shape.walk_from(path, around.max(field.certainty), visit);
                }
            }
        }
    }
}

struct Reader {
    rest: &'static str,
}

impl Reader {
    fn takes(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Takes the text before the first of the characters.
    fn until(&mut self, stops: &[char]) -> &'static str {
        let (text, rest) = self.rest.split_at(self.rest.find(stops).unwrap_or(self.rest.len()));
        self.rest = rest;
        text
    }

    fn shape(&mut self) -> Option<Shape> {
        if self.takes("{*}") {
            return Some(Shape::Map);
        }
        if self.takes("[") {
            let item = self.shape()?;
            return self.takes("]").then(|| Shape::List(Box::new(item)));
        }
        if !self.takes("{") {
            return self.leaf().map(Shape::Leaf);
        }
        let mut fields = Vec::new();
        loop {
            let name = self.until(&['?', '~', ':']);
            let certainty = match () {
                () if self.takes("?") => Certainty::Optional,
                () if self.takes("~") => Certainty::Reported,
                () => Certainty::Documented,
            };
            if !self.takes(":") {
                return None;
            }
            fields.push(Field { name, certainty, shape: self.shape()? });
            if self.takes("}") {
                return Some(Shape::Object(fields));
            }
            if !self.takes(",") {
                return None;
            }
        }
    }

    fn leaf(&mut self) -> Option<Leaf> {
        let (kind, ..) = *ShapeKind::ALL.iter().find(|(_, letter, _)| self.takes(letter))?;
        let format = match self.takes("@") {
            true => Some(Format::of_name(self.until(&['=', ',', ']', '}']))?),
            false => None,
        };
        let mut values = Vec::new();
        if self.takes("=") {
            values.push(String::new());
            while let Some(c) = self.rest.chars().next().filter(|c| !matches!(c, ',' | ']' | '}')) {
                self.takes(c.encode_utf8(&mut [0; 4]));
                let value = values.last_mut()?;
                match c {
                    '|' => values.push(String::new()),
                    '\\' => {
                        let escaped = self.rest.chars().next()?;
                        self.takes(escaped.encode_utf8(&mut [0; 4]));
                        value.push(escaped);
                    }
                    _ => value.push(c),
                }
            }
        }
        Some(Leaf { kind, format, values })
    }
}

/// The notation of `events.tsv`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Map => f.write_str("{*}"),
            Self::List(item) => write!(f, "[{item}]"),
            Self::Object(fields) => {
                for (at, field) in fields.iter().enumerate() {
                    f.write_str(if at == 0 { "{" } else { "," })?;
                    write!(f, "{}{}:{}", field.name, field.certainty.mark(), field.shape)?;
                }
                f.write_str("}")
            }
            Self::Leaf(leaf) => {
                f.write_str(leaf.kind.letter())?;
                if let Some(format) = leaf.format {
                    write!(f, "@{}", format.name())?;
                }
                for (at, value) in leaf.values.iter().enumerate() {
                    f.write_str(if at == 0 { "=" } else { "|" })?;
                    for c in value.chars() {
                        f.write_str(if matches!(c, ',' | ']' | '}' | '\\') { "\\" } else { "" })?;
                        write!(f, "{c}")?;
                    }
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_every_part_of_the_notation() {
        let shape = Shape::parse(r"{a:s,b?:[i=1|2],c~:{d:s@email,e:s=|x\,y},f:{*}}").unwrap();
        let mut seen = Vec::new();
        shape.walk(&mut |path, shape, certainty| {
            seen.push(format!("{path} {shape} {}", certainty.in_a_word()));
        });
        assert_eq!(
            seen,
            [
                "a s documented",
                "b[] i=1|2 optional",
                "c.d s@email reported",
                r"c.e s=|x\,y reported",
                "f {*} documented"
            ]
        );
    }

    #[test]
    fn rejects_malformed_shapes() {
        for text in ["", "x", "{a}", "{a:s", "[s", "s@nothing", "s s", "{a:s,}"] {
            assert_eq!(Shape::parse(text), None, "{text}");
        }
    }
}
