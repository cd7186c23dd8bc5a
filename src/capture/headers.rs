//! Header fields of a capture: in order, with repeated fields, values as bytes.

/// One of the two headers that a signature needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ZoomHeader {
    /// `x-zm-signature`.
    Signature,
    /// `x-zm-request-timestamp`.
    Timestamp,
}

impl ZoomHeader {
    pub(super) const ALL: [Self; 2] = [Self::Signature, Self::Timestamp];

    /// The name that Zoom uses.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Signature => "x-zm-signature",
            Self::Timestamp => "x-zm-request-timestamp",
        }
    }

    /// Whether this is Zoom's name in the notation of a framework or a language: `HTTP_X_ZM_SIGNATURE`, `xZmSignature`.
    pub(super) fn is_in_other_notation(self, name: &str) -> bool {
        let letters = letters(name.as_bytes());
        letters.strip_prefix("http").unwrap_or(&letters) == self::letters(self.name().as_bytes())
    }
}

/// The header that a name means: Zoom's name in any notation, or a similar name such as `x-zoom-signature`.
pub(super) fn is_zoom_header(name: &[u8]) -> Option<ZoomHeader> {
    // Every name in every capture comes here. Few have this letter, and most that do are Zoom's own.
    memchr::memchr2(b'z', b'Z', name)?;
    if let Some(header) =
        ZoomHeader::ALL.into_iter().find(|header| name.eq_ignore_ascii_case(header.name().as_bytes()))
    {
        return Some(header);
    }
    let letters = letters(name);
    let is_zooms = letters.contains("zm") || letters.contains("zoom");
    match letters {
        _ if !is_zooms || is_own(&letters) => None,
        _ if letters.ends_with("signature") => Some(ZoomHeader::Signature),
        _ if letters.ends_with("timestamp") => Some(ZoomHeader::Timestamp),
        _ => None,
    }
}

/// The number in a timestamp that a program has printed with a fraction of zero, as a float. Zoom sends an integer.
pub(super) fn without_zero_fraction(value: &[u8]) -> &[u8] {
    let Some(point) = memchr::memchr(b'.', value) else { return value };
    let (number, fraction) = (&value[..point], &value[point + 1..]);
    let is_zero = !fraction.is_empty() && fraction.iter().all(|b| *b == b'0');
    if is_zero && number.iter().all(u8::is_ascii_digit) { number } else { value }
}

/// Whether these words say that the user's own code computed a signature.
pub(super) fn is_own(words: &str) -> bool {
    const OWN: [&str; 10] =
        ["comput", "calc", "expect", "own", "mine", "generat", "hash", "digest", "hmac", "local"];
    OWN.iter().any(|own| words.contains(own))
}

/// Whether a tool or a person replaced the value of a header, or a part of it: `***`, `[Redacted]`, `v0=ab12…`. What
/// JavaScript and Python print for an object, such as `[object Promise]`, was sent by code with a mistake.
pub(super) fn is_masked(value: &[u8]) -> bool {
    const MARKS: [&str; 7] = ["***", "...", "…", "••", "xxxx", "XXXX", "####"];
    const WORDS: [&str; 10] = [
        "redacted",
        "filtered",
        "masked",
        "hidden",
        "removed",
        "omitted",
        "scrubbed",
        "sensitive",
        "secret",
        "truncated",
    ];
    // Nearly all values are a whole signature or a number.
    if value.strip_prefix(b"v0=").unwrap_or(value).iter().all(u8::is_ascii_hexdigit) {
        return false;
    }
    let value = String::from_utf8_lossy(value);
    let rest = value.strip_prefix("v0=").unwrap_or(&value).trim_matches(['"', '\'', ' ']);
    let word = rest.trim_start_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    MARKS.iter().any(|mark| value.contains(mark))
        || WORDS.iter().any(|known| word.starts_with(known))
        || (is_in_brackets(rest) && !word.contains("object"))
}

/// Whether a text ends with something in brackets: `<signature>`, `ab12[cut]`. No signature has brackets.
fn is_in_brackets(text: &str) -> bool {
    let pairs = [('[', ']'), ('<', '>'), ('(', ')')];
    pairs.iter().any(|(open, close)| text.ends_with(*close) && text.contains(*open))
}

/// Whether the value is the variable of a shell or of a client of APIs: `$SIGNATURE`, `${sig}`, `{{sig}}`, `%SIG%`.
pub(super) fn is_variable(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"v0=").unwrap_or(value);
    let forms: [(&[u8], &[u8]); 4] = [(b"${", b"}"), (b"{{", b"}}"), (b"%", b"%"), (b"$", b"")];
    forms.iter().any(|(start, end)| {
        let name = value.strip_prefix(*start).and_then(|rest| rest.strip_suffix(*end));
        name.is_some_and(|name| {
            name.trim_ascii().first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
                && name.iter().all(|b| b.is_ascii_alphanumeric() || b" ._:-".contains(b))
        })
    })
}

/// The letters of a name, in lowercase.
fn letters(name: &[u8]) -> String {
    name.iter().filter(|b| b.is_ascii_alphabetic()).map(|b| char::from(b.to_ascii_lowercase())).collect()
}

/// The headers of a captured message. Names are case-insensitive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, Vec<u8>)>);

impl Headers {
    /// An empty list of headers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one field at the end. Whitespace around name and value is trimmed.
    pub fn push(&mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) {
        let (name, value) = (name.as_ref().trim(), value.as_ref().trim_ascii());
        self.0.push((name.to_owned(), value.to_vec()));
    }

    /// The first value of a header.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The first value of a header, if it is UTF-8.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.get(name)?).ok()
    }

    /// All values of a header, in order.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether a field has this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All fields: name as written, and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// Gives a field another name.
    pub(super) fn rename(&mut self, from: &str, to: &str) {
        self.0.iter_mut().filter(|(name, _)| name == from).for_each(|(name, _)| to.clone_into(name));
    }

    /// Replaces all fields of this name by one with this value.
    pub(super) fn set(&mut self, name: &str, value: &[u8]) {
        let place =
            self.0.iter().position(|(known, _)| known.eq_ignore_ascii_case(name)).unwrap_or(self.0.len());
        self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.0.insert(place.min(self.0.len()), (name.to_owned(), value.trim_ascii().to_vec()));
    }

    /// The number of fields.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of `content-length`, if it is a number.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.text("content-length")?.parse().ok()
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let mut headers = Self::new();
        fields.into_iter().for_each(|(name, value)| headers.push(name, value));
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignores_the_case_of_names_and_keeps_repeated_fields_in_order() {
        let headers: Headers = [("X-A", "1"), ("x-b", "2"), ("x-a", " 3 ")].into_iter().collect();
        assert_eq!(headers.get("X-a"), Some(b"1".as_slice()));
        assert_eq!(headers.get_all("x-A").collect::<Vec<_>>(), [b"1", b"3"]);
        assert_eq!(headers.len(), 3);
        assert!(!headers.contains("x-c"));
    }

    #[test]
    fn a_value_that_a_tool_replaced_is_told_from_a_wrong_one() {
        let long = format!("v0={}", "x".repeat(64));
        for masked in [
            "***",
            "v0=...",
            "v0=ab12…",
            "v0=ab12...cd34",
            "[Redacted]",
            "\"<REDACTED>\"",
            "(hidden)",
            "v0=<hex>",
            "v0=ab12cd[cut]",
            "v0=ab12(64 characters)",
            "REDACTED_BY_POLICY",
            "v0=########",
            &long,
        ] {
            assert!(is_masked(masked.as_bytes()), "{masked}");
        }
        for variable in ["$SIGNATURE", "v0=${sig}", "{{ zoom.signature }}", "%SIG%"] {
            assert!(is_variable(variable.as_bytes()), "{variable}");
        }
        let digits = format!("v0={}", "ab".repeat(32));
        for wrong in [
            &digits,
            "v0=ab12",
            "undefined",
            "[object Object]",
            "v0=[object Promise]",
            "null",
            "1764402345",
            "",
            "v0=<sha256 _hashlib.HASH object @ 0x7f00>",
            "2025-11-29T07:45:45Z",
            "dGVzdA==",
        ] {
            assert!(!is_masked(wrong.as_bytes()) && !is_variable(wrong.as_bytes()), "{wrong}");
        }
    }
}
