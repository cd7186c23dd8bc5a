//! Encodings of a body: base64, gzip, form encoding, a JSON string, the debug notation of a language.

use std::io::Read;

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::engine::{DecodePaddingMode, general_purpose};
use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};

use super::{BodyForm, document};
use crate::capture::{entities, percent_decoded};
use crate::diagnosis::Code;
use crate::json::printed;
use crate::json::{self, JsonKind, JsonName, JsonStyle, JsonValue};

/// Limit on the decompressed size, as a multiple of the compressed size. JSON rarely compresses better than 20 to 1.
const UNPACKED: u64 = 100;

const LENIENT: GeneralPurposeConfig = general_purpose::NO_PAD
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const ANY_BASE64: [GeneralPurpose; 2] =
    [GeneralPurpose::new(&alphabet::STANDARD, LENIENT), GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT)];

/// Decodes base64 of either alphabet, with or without padding.
pub(crate) fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    ANY_BASE64.iter().find_map(|engine| engine.decode(text).ok()).filter(|bytes| !bytes.is_empty())
}

/// The forms of a body: first decoded, then encoded.
pub(super) fn forms(body: &[u8]) -> Vec<BodyForm> {
    inside(body)
        .into_iter()
        .chain(around(body))
        .map(|(phrase, bytes)| BodyForm::new(Code::BodyEncoding, phrase, bytes))
        .collect()
}

type Named = (&'static str, Vec<u8>);

fn inside(body: &[u8]) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    let mut add = |phrase, bytes: Option<Vec<u8>>| found.extend(bytes.map(|bytes| (phrase, bytes)));
    add("decoded from base64", from_base64(body.trim_ascii()));
    add("decompressed from gzip", unpack(body, GzDecoder::new(body)));
    add("decompressed from deflate", unpack(body, ZlibDecoder::new(body)));
    add("decompressed from raw deflate", unpack(body, DeflateDecoder::new(body)));
    add("without the JSON string around it", json_string(body));
    add("without the JSON.stringify(buffer) around it", document(body).as_ref().and_then(buffer));
    add("decoded from a list of byte values", byte_list(body));
    add("decoded from what Python or Node prints for bytes", printed_bytes(body));
    add("with the backslashes before its quotes removed", json_string(&[b"\"", body, b"\""].concat()));
    for value in form_values(body) {
        add("decoded from a form", Some(value));
    }
    for value in members(body) {
        add("without the JSON object around it", Some(value));
    }
    add("with its HTML entities decoded (&quot;)", without_entities(body));
    found
}

fn around(body: &[u8]) -> Vec<Named> {
    let base64 = STANDARD.encode(body);
    let numbers =
        |separator: &str| body.iter().map(u8::to_string).collect::<Vec<_>>().join(separator).into_bytes();
    let mut found = vec![
        ("as base64", base64.clone().into_bytes()),
        ("as base64 without padding", base64.trim_end_matches('=').as_bytes().to_vec()),
        ("as URL-safe base64", general_purpose::URL_SAFE.encode(body).into_bytes()),
        ("percent-encoded", percent_encoded(body, b"-_.!~*'()", "%20").into_bytes()),
        ("percent-encoded as a form", percent_encoded(body, b"-_.*", "+").into_bytes()),
        ("as a form's only name", [percent_encoded(body, b"-_.*", "+").as_bytes(), b"="].concat()),
        (
            "as the form value payload=",
            [b"payload=", percent_encoded(body, b"-_.*", "+").as_bytes()].concat(),
        ),
        ("as hex", hex::encode(body).into_bytes()),
        ("as a list of byte values (a Uint8Array in a JavaScript string)", numbers(",")),
        ("as JSON.stringify writes a Buffer (JavaScript)", stringified_buffer(&numbers(","))),
        ("as JSON.stringify writes a Uint8Array (JavaScript)", stringified_bytes(body)),
        ("as Node prints a Buffer (<Buffer 7b …>)", printed_buffer(body)),
        ("as Arrays.toString writes bytes (Java)", java_bytes(body)),
        ("as fmt prints bytes (Go)", [b"[", &*numbers(" "), b"]"].concat()),
    ];
    if let Ok(text) = std::str::from_utf8(body) {
        found.push((
            "as a JSON string (stringified twice)",
            serde_json::Value::from(text).to_string().into_bytes(),
        ));
        if let Some(again) =
            document(body).and_then(|document| JsonStyle::STRINGIFY.write_within(&document, 2 * body.len()))
            && let Ok(again) = String::from_utf8(again)
        {
            found.push((
                "parsed, stringified and stringified again (JavaScript)",
                serde_json::Value::from(again).to_string().into_bytes(),
            ));
        }
        // Python's repr of bytes: quotes as for a string, non-ASCII bytes as \x..
        let quotes = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
        found.push((
            "as Python prints bytes (b'…')",
            format!("b{quotes}{}{quotes}", escaped_bytes(body, quotes)).into_bytes(),
        ));
        found.push(("with HTML entities (&quot;)", with_entities(text).into_bytes()));
        found.push((
            "with HTML entities (&quot;, &#039;)",
            with_entities(text).replace("&#39;", "&#039;").into_bytes(),
        ));
    }
    found
}

/// The bytes of `{"type":"Buffer","data":[123,34]}`.
fn buffer(document: &JsonValue<'_>) -> Option<Vec<u8>> {
    let is_buffer = document.get("type").and_then(JsonValue::text) == Some("Buffer");
    let data = document.get("data").filter(|data| is_buffer && data.is_list())?;
    data.items().iter().map(|item| item.display()?.parse().ok()).collect()
}

/// The bytes of `123,34`, `[123 34]` and `{"0":123,"1":34}`.
fn byte_list(body: &[u8]) -> Option<Vec<u8>> {
    if let Some(document) = document(body).filter(JsonValue::is_object) {
        let in_place = |(at, (name, value)): (usize, &(JsonName<'_>, JsonValue<'_>))| {
            (name.display() == at.to_string()).then(|| value.display()?.parse().ok())?
        };
        return document.members().iter().enumerate().map(in_place).collect();
    }
    let text = std::str::from_utf8(body).ok()?.trim();
    let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    // Java's bytes are signed.
    let byte =
        |number: &str| number.parse().ok().or_else(|| Some(number.parse::<i8>().ok()?.cast_unsigned()));
    text.split([',', ' ']).filter(|number| !number.is_empty()).map(byte).collect()
}

/// The bytes of Python's `b'…'`, and of what Node prints for a Buffer.
fn printed_bytes(body: &[u8]) -> Option<Vec<u8>> {
    let body = body.trim_ascii();
    let (value, end) = printed::parse_prefix(body, 0).ok()?;
    match value.kind {
        JsonKind::Bytes(bytes) if end == body.len() => Some(bytes),
        _ => None,
    }
}

fn stringified_buffer(numbers: &[u8]) -> Vec<u8> {
    [br#"{"type":"Buffer","data":["#, numbers, b"]}"].concat()
}

fn stringified_bytes(body: &[u8]) -> Vec<u8> {
    let members: Vec<_> = body.iter().enumerate().map(|(at, b)| format!("\"{at}\":{b}")).collect();
    format!("{{{}}}", members.join(",")).into_bytes()
}

/// As `util.inspect`, which shows 50 bytes.
fn printed_buffer(body: &[u8]) -> Vec<u8> {
    const SHOWN: usize = 50;
    let shown: Vec<_> = body.iter().take(SHOWN).map(|b| format!("{b:02x}")).collect();
    let more = match body.len().saturating_sub(SHOWN) {
        0 => String::new(),
        1 => " ... 1 more byte".into(),
        more => format!(" ... {more} more bytes"),
    };
    format!("<Buffer {}{more}>", shown.join(" ")).into_bytes()
}

/// Java's bytes are signed.
fn java_bytes(body: &[u8]) -> Vec<u8> {
    let numbers: Vec<_> = body.iter().map(|b| b.cast_signed().to_string()).collect();
    format!("[{}]", numbers.join(", ")).into_bytes()
}

fn unpack(body: &[u8], decoder: impl Read) -> Option<Vec<u8>> {
    let limit = UNPACKED * u64::try_from(body.len()).ok()?;
    let mut unpacked = Vec::new();
    let length = decoder.take(limit + 1).read_to_end(&mut unpacked).ok()?;
    (length > 0 && unpacked.len() as u64 <= limit).then_some(unpacked)
}

/// The text of a body that is one JSON string.
fn json_string(body: &[u8]) -> Option<Vec<u8>> {
    match document(body)?.kind() {
        JsonKind::Text(text) => Some(json::well_formed(text).into_owned()),
        _ => None,
    }
}

/// The values of a form, and its names that have no value.
fn form_values(body: &[u8]) -> Vec<Vec<u8>> {
    if !body.iter().any(|b| b"=%".contains(b)) || body.contains(&b'"') && body.first() == Some(&b'{') {
        return Vec::new();
    }
    // A form with more fields does not wrap one body.
    body.split(|&b| b == b'&')
        .take(8)
        .map(|field| {
            let mut halves = field.splitn(2, |&b| b == b'=');
            let (name, value) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
            percent_decoded(if value.is_empty() { name } else { value }, b' ')
        })
        .collect()
}

fn percent_encoded(body: &[u8], also_plain: &[u8], blank: &str) -> String {
    let mut out = String::with_capacity(body.len() * 2);
    for &b in body {
        match b {
            b' ' => out.push_str(blank),
            b if b.is_ascii_alphanumeric() || also_plain.contains(&b) => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

/// The values of members that usually wrap a body, or that are hashed alone. Strings are decoded, objects are as they are
/// here, as Zoom writes them and as JSON.stringify does.
fn members(body: &[u8]) -> Vec<Vec<u8>> {
    const WRAPPERS: [&[u8]; 8] =
        [b"body", b"rawBody", b"payload", b"data", b"message", b"event", b"detail", b"object"];
    let Some(document) = document(body) else { return Vec::new() };
    let wrapped = document.members().iter().filter(|(name, _)| WRAPPERS.contains(&&*name.text));
    wrapped
        .flat_map(|(_, value)| match value.kind() {
            JsonKind::Text(text) => vec![json::well_formed(text).into_owned()],
            JsonKind::Object(_) => {
                let styles = [JsonStyle::ZOOM, JsonStyle::STRINGIFY];
                let written = styles.iter().filter_map(|style| style.write_within(value, body.len() * 4));
                std::iter::once(value.raw.to_vec()).chain(written).collect()
            }
            _ => Vec::new(),
        })
        .collect()
}

pub(super) fn without_entities(body: &[u8]) -> Option<Vec<u8>> {
    let has = |entity: &[u8]| memchr::memmem::find(body, entity).is_some();
    (has(b"&quot;") || has(b"&#34;")).then(|| entities(body))
}

fn with_entities(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn escaped_bytes(body: &[u8], quotes: char) -> String {
    let mut out = String::with_capacity(body.len());
    for &b in body {
        match b {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b if char::from(b) == quotes => out.extend(['\\', quotes]),
            b' '..=b'~' => out.push(char::from(b)),
            b => out.push_str(&format!("\\x{b:02x}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const BODY: &[u8] = "{\"event\":\"a.b\",\"n\":\"caf\u{e9} + 1%\"}".as_bytes();

    fn finds(body: &[u8], phrase: &str, inner: &[u8]) {
        assert!(
            forms(body).iter().any(|form| form.change.phrase == phrase && form.bytes == inner),
            "{phrase}"
        );
    }

    #[test]
    fn decodes_what_it_encodes() {
        let wrapped =
            |phrase: &str| forms(BODY).into_iter().find(|form| form.change.phrase == phrase).unwrap().bytes;
        for phrase in ["as base64", "as base64 without padding", "as URL-safe base64"] {
            finds(&wrapped(phrase), "decoded from base64", BODY);
        }
        for phrase in ["percent-encoded as a form", "as a form's only name", "as the form value payload="] {
            finds(&wrapped(phrase), "decoded from a form", BODY);
        }
        finds(&wrapped("as a JSON string (stringified twice)"), "without the JSON string around it", BODY);
        finds(&wrapped("with HTML entities (&quot;)"), "with its HTML entities decoded (&quot;)", BODY);
        finds(
            &wrapped("as JSON.stringify writes a Buffer (JavaScript)"),
            "without the JSON.stringify(buffer) around it",
            BODY,
        );
        finds(br#"{"v":1,"body":{"a": 1}}"#, "without the JSON object around it", br#"{"a":1}"#);
    }

    #[test]
    fn decompresses_gzip_but_not_a_bomb() {
        let pack = |bytes: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        };
        finds(&pack(BODY), "decompressed from gzip", BODY);
        assert!(
            !forms(&pack(&vec![b' '; 1 << 20]))
                .iter()
                .any(|form| form.change.phrase.starts_with("decompressed"))
        );
    }

    #[test]
    fn escapes_bytes_as_python_does() {
        finds("é'".as_bytes(), "as Python prints bytes (b'…')", br#"b"\xc3\xa9'""#);
        finds(
            br#"b"\xc3\xa9'\n\\""#,
            "decoded from what Python or Node prints for bytes",
            "é'\n\\".as_bytes(),
        );
    }

    #[test]
    fn decodes_lists_of_byte_values() {
        let wrapped = |phrase: &str| {
            forms(BODY).into_iter().find(|form| form.change.phrase.starts_with(phrase)).unwrap().bytes
        };
        for phrase in [
            "as a list of byte values",
            "as JSON.stringify writes a Uint8Array",
            "as Arrays.toString",
            "as fmt",
        ] {
            finds(&wrapped(phrase), "decoded from a list of byte values", BODY);
        }
        finds(b"{\"a\":1}\n", "as Python prints bytes (b'…')", b"b'{\"a\":1}\\n'");
    }
}
