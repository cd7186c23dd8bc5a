//! How common serializers write a parsed body: a flat table, the likely ones first.
//!
//! The table works in both directions. The serializer's row reproduces a signature over re-serialized JSON. Zoom's row
//! restores a body that was re-serialized before it was captured.

use super::{document_in, text_of_document};
use crate::diagnosis::remedy::Language;
use crate::json::{
    BeyondAscii, JsonEscapes, JsonNumbers, JsonOrder, JsonQuoting, JsonStyle, JsonValue, JsonWords,
};

/// A serializer, and how it writes.
#[derive(Debug)]
pub(crate) struct Serializer {
    /// Completes "the body as … writes it".
    pub(super) name: &'static str,
    /// The language whose programs use it.
    language: Language,
    pub(super) style: JsonStyle,
}

use Language::{Any, DotNet, Go, Java, JavaScript, Php, Python, Ruby, Rust};

/// The serializers that write the value of `parsed` exactly as `written`, those of `language` first. A serializer
/// that is not named after a product counts only if no other one fits.
pub(crate) fn that_write(
    parsed: &[u8],
    written: &[u8],
    language: Option<Language>,
) -> Vec<&'static Serializer> {
    let text = text_of_document(parsed);
    let Some(value) = document_in(&text) else { return Vec::new() };
    // The first row is Zoom's.
    let mut fitting: Vec<_> = SERIALIZERS[1..]
        .iter()
        .filter(|row| row.style.write_within(&value, written.len()).is_some_and(|bytes| bytes == written))
        .collect();
    // What changes nothing here is a reason to name a serializer only if no other one fits.
    let has_nulls = has_nulls(&value);
    let changes_nothing = |row: &&Serializer| {
        row.is_generic()
            || (row.style.drops_nulls && !has_nulls)
            || (row.language == Any && row.style.order == JsonOrder::Sorted)
    };
    if fitting.iter().any(|row| !changes_nothing(row)) {
        fitting.retain(|row| !changes_nothing(row));
    }
    // Keys that happen to be sorted are no reason to name an option that sorts them. Go's maps are always sorted.
    let unsorted: Vec<_> =
        fitting.iter().filter(|row| row.style.order != JsonOrder::Sorted).map(|row| row.language).collect();
    fitting.retain(|row| {
        row.style.order != JsonOrder::Sorted || row.language == Go || !unsorted.contains(&row.language)
    });
    fitting.sort_by_key(|row| Some(row.language) != language);
    fitting
}

fn has_nulls(value: &JsonValue<'_>) -> bool {
    let mut inner = value.members().iter().map(|(_, value)| value).chain(value.items());
    value.is_null() || inner.any(has_nulls)
}

impl Serializer {
    /// Its name without the description of its form: `json.dumps (Python)`.
    pub(crate) fn short_name(&self) -> String {
        let described = self.name.rfind('(').and_then(|open| Some(open + self.name[open..].find(':')?));
        described.map_or_else(|| self.name.to_owned(), |colon| format!("{})", &self.name[..colon]))
    }

    fn is_generic(&self) -> bool {
        self.name.starts_with("a ") || self.name.starts_with("Zoom")
    }
}

const ZOOM: JsonStyle = JsonStyle::ZOOM;
const RAW: JsonStyle = JsonStyle::RAW;
const STRINGIFY: JsonStyle = JsonStyle::STRINGIFY;
const ASCII: JsonEscapes = JsonEscapes { beyond_ascii: BeyondAscii::Escaped, ..JsonEscapes::RAW };
const PYTHON: JsonStyle = JsonStyle::PYTHON;
const SPACED: JsonStyle = JsonStyle { comma: ", ", colon: ": ", ..PYTHON };
const PYTHON_RAW: JsonStyle = PYTHON.with_escapes(JsonEscapes::RAW);
const PHP: JsonStyle = JsonStyle::PHP;
const GO_MAP: JsonStyle = JsonStyle::GO_MAP;
const GO_STRUCT: JsonStyle = JsonStyle { numbers: JsonNumbers::AsSent, order: JsonOrder::Map, ..GO_MAP };
const RAILS_ESCAPES: JsonEscapes =
    JsonEscapes { also_escaped: "<>&", line_separators: true, ..JsonEscapes::RAW };
const GSON: JsonStyle = JsonStyle::GSON;
const DOTNET: JsonStyle = JsonStyle::DOTNET;
const SORTED: JsonStyle = JsonStyle { order: JsonOrder::Sorted, ..RAW };

const fn row(name: &'static str, language: Language, style: JsonStyle) -> Serializer {
    Serializer { name, language, style }
}

#[rustfmt::skip]
pub(super) const SERIALIZERS: &[Serializer] = &[
    row("Zoom", Any, ZOOM),
    row("JSON.stringify (JavaScript)", JavaScript, STRINGIFY),
    row("json.dumps (Python: spaces after , and :, ASCII only)", Python, SPACED),
    row("json.dumps with separators=(',', ':') (Python: ASCII only)", Python, PYTHON),
    row("json_encode (PHP: \\/ for /, ASCII only)", Php, PHP),
    row("JSON.stringify with 2-space indentation (JavaScript)", JavaScript, STRINGIFY.pretty("  ")),
    row("encoding/json from a map (Go: sorted keys, <>& escaped)", Go, GO_MAP),
    row("encoding/json from a struct (Go: <>& escaped)", Go, GO_STRUCT),
    row("json.dumps with ensure_ascii=False (Python: spaces after , and :)", Python, JsonStyle { comma: ", ", colon: ": ", ..PYTHON_RAW }),
    row("System.Text.Json (.NET: ASCII only, upper-case hex, <>&'+ escaped)", DotNet, DOTNET),
    row("Gson (Java: <>&=' escaped)", Java, GSON),
    row("a serializer that sorts keys", Any, SORTED),
    row("JSON.stringify with 4-space indentation (JavaScript)", JavaScript, STRINGIFY.pretty("    ")),
    row("json_encode with JSON_UNESCAPED_UNICODE (PHP: \\/ for /)", Php, JsonStyle { texts: JsonQuoting::Json(JsonEscapes { slash: true, line_separators: true, ..JsonEscapes::RAW }), ..PHP }),
    row("json_encode with JSON_UNESCAPED_SLASHES (PHP: ASCII only)", Php, JsonStyle { texts: JsonQuoting::Json(ASCII), ..PHP }),
    row("json_encode with JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES (PHP)", Php, JsonStyle { texts: JsonQuoting::Json(JsonEscapes { line_separators: true, ..JsonEscapes::RAW }), ..PHP }),
    row("json_encode from objects (PHP: \\/ for /, ASCII only)", Php, JsonStyle { empty_object_is_list: false, ..PHP }),
    row("to_json in Rails (<>& escaped)", Ruby, JsonStyle { texts: JsonQuoting::Json(RAILS_ESCAPES), ..PYTHON }),
    row("Zoom, after all numbers became doubles,", Any, JsonStyle { numbers: JsonNumbers::Doubles, ..ZOOM }),
    row("JSON.generate (Ruby)", Ruby, PYTHON_RAW),
    row("Jackson (Java)", Java, JsonStyle { numbers: JsonNumbers::Java, order: JsonOrder::Map, ..RAW }),
    row("Newtonsoft.Json (.NET)", DotNet, JsonStyle { numbers: JsonNumbers::Java, order: JsonOrder::Map, ..RAW }),
    row("Jackson with ESCAPE_NON_ASCII (Java: upper-case hex)", Java, JsonStyle { texts: JsonQuoting::Json(JsonEscapes { upper_hex: true, ..ASCII }), order: JsonOrder::Map, ..JsonStyle::COMPACT }),
    row("Gson from a map (Java: every number a double)", Java, JsonStyle { numbers: JsonNumbers::JavaDoubles, ..GSON }),
    row("Gson (Java: nulls dropped, <>&=' escaped)", Java, JsonStyle { drops_nulls: true, ..GSON }),
    row("Gson without HTML escapes (Java: nulls dropped)", Java, JsonStyle { drops_nulls: true, order: JsonOrder::Map, ..RAW }),
    row("Jackson with NON_NULL (Java: nulls dropped)", Java, JsonStyle { drops_nulls: true, numbers: JsonNumbers::Java, order: JsonOrder::Map, ..RAW }),
    row("System.Text.Json with WhenWritingNull (.NET: nulls dropped, ASCII only, upper-case hex)", DotNet, JsonStyle { drops_nulls: true, ..DOTNET }),
    row("Newtonsoft.Json with NullValueHandling.Ignore (.NET: nulls dropped)", DotNet, JsonStyle { drops_nulls: true, ..RAW }),
    row("serde_json (Rust)", Rust, PYTHON_RAW),
    row("serde_json from a map (Rust: sorted keys)", Rust, JsonStyle { order: JsonOrder::Sorted, ..PYTHON_RAW }),
    row("JSONSerialization with sorted keys (Swift: \\/ for /)", Any, JsonStyle { texts: JsonQuoting::Json(JsonEscapes { slash: true, ..JsonEscapes::RAW }), order: JsonOrder::Sorted, ..PYTHON }),
    row("Postgres' jsonb (keys sorted by length, spaces after , and :)", Any, JsonStyle { comma: ", ", colon: ": ", order: JsonOrder::ByLength, ..RAW }),
    row("JSON::PP with canonical (Perl: sorted keys)", Any, SORTED),
    row("JSON.pretty_generate (Ruby)", Ruby, PYTHON_RAW.pretty("  ")),
    row("json.dumps with separators=(',', ':') and ensure_ascii=False (Python)", Python, PYTHON_RAW),
    row("JSON.stringify with sorted keys (JavaScript)", JavaScript, JsonStyle { order: JsonOrder::Sorted, ..STRINGIFY }),
    row("JSON.stringify with a newline at the end (JavaScript)", JavaScript, STRINGIFY.with_newline()),
    row("Jackson with ORDER_MAP_ENTRIES_BY_KEYS (Java)", Java, JsonStyle { numbers: JsonNumbers::Java, ..SORTED }),
    row("Gson from a map (Java: every number a double, nulls dropped)", Java, JsonStyle { numbers: JsonNumbers::JavaDoubles, drops_nulls: true, ..GSON }),
    row("Gson, pretty (Java: nulls dropped)", Java, JsonStyle { drops_nulls: true, ..GSON.pretty("  ") }),
    row("JSON.generate with ascii_only (Ruby)", Ruby, JsonStyle { texts: JsonQuoting::Json(ASCII), ..PYTHON }),
    row("JSON.generate with script_safe (Ruby: \\/ for /)", Ruby, JsonStyle { texts: JsonQuoting::Json(JsonEscapes { slash: true, line_separators: true, ..JsonEscapes::RAW }), ..PYTHON }),
    row("json_encode from objects with JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES (PHP)", Php, JsonStyle { texts: JsonQuoting::Json(JsonEscapes { line_separators: true, ..JsonEscapes::RAW }), empty_object_is_list: false, ..PHP }),
    row("json_encode with JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES (PHP)", Php, JsonStyle { texts: JsonQuoting::Json(JsonEscapes { line_separators: true, ..JsonEscapes::RAW }), ..PHP.pretty("    ") }),
    row("json.Indent (Go)", Go, JsonStyle::COMPACT.pretty("  ")),
    row("json.Encoder from a map without HTML escapes (Go: sorted keys, newline at the end)", Go, JsonStyle { numbers: JsonNumbers::Doubles, ..SORTED.with_newline() }),
    row("json.dumps with sort_keys, indent=2 and ensure_ascii=False (Python)", Python, JsonStyle { order: JsonOrder::Sorted, ..PYTHON_RAW }.pretty("  ")),
    row("json.dumps with sort_keys, indent=4 and ensure_ascii=False (Python)", Python, JsonStyle { order: JsonOrder::Sorted, ..PYTHON_RAW }.pretty("    ")),
    row("JSON::PP with canonical and pretty (Perl: sorted keys)", Any, JsonStyle { colon: " : ", ..SORTED.pretty("   ").with_newline() }),
    row("jq --tab (newline at the end)", Any, RAW.pretty("\t").with_newline()),
    row("jq -Sc (sorted keys, compact, newline at the end)", Any, SORTED.with_newline()),
    row("jq -ac (ASCII only, compact, newline at the end)", Any, JsonStyle { texts: JsonQuoting::Json(ASCII), ..RAW.with_newline() }),
    row("a minifier (whitespace removed, nothing else changed)", Any, JsonStyle::COMPACT),
    row("a serializer that only adds spaces after , and :", Any, JsonStyle { comma: ", ", colon: ": ", ..JsonStyle::COMPACT }),
    row("a formatter with 2-space indentation", Any, JsonStyle::COMPACT.pretty("  ")),
    row("a formatter with 4-space indentation", Any, JsonStyle::COMPACT.pretty("    ")),
    row("a formatter with tab indentation", Any, JsonStyle::COMPACT.pretty("\t")),
    row("a formatter with 2-space indentation and unescaped accents and emoji", Any, RAW.pretty("  ")),
    row("a formatter with 4-space indentation and unescaped accents and emoji", Any, RAW.pretty("    ")),
    row("JSON.stringify with tab indentation (JavaScript)", JavaScript, STRINGIFY.pretty("\t")),
    row("json.dumps with indent=2 (Python: ASCII only)", Python, PYTHON.pretty("  ")),
    row("json.dumps with indent=4 (Python: ASCII only)", Python, PYTHON.pretty("    ")),
    row("json.dumps with indent=2, ensure_ascii=False (Python)", Python, PYTHON_RAW.pretty("  ")),
    row("json.dumps with indent=4, ensure_ascii=False (Python)", Python, PYTHON_RAW.pretty("    ")),
    row("json.dumps with sort_keys (Python: spaces after , and :, ASCII only)", Python, JsonStyle { order: JsonOrder::Sorted, ..SPACED }),
    row("json.dumps with sort_keys and separators=(',', ':') (Python: ASCII only)", Python, JsonStyle { order: JsonOrder::Sorted, ..PYTHON }),
    row("json.dumps with sort_keys and ensure_ascii=False (Python: spaces after , and :)", Python, JsonStyle { comma: ", ", colon: ": ", order: JsonOrder::Sorted, ..PYTHON_RAW }),
    row("json.dumps with sort_keys, separators=(',', ':') and ensure_ascii=False (Python)", Python, JsonStyle { order: JsonOrder::Sorted, ..PYTHON_RAW }),
    row("json.dumps with sort_keys and indent=2 (Python: ASCII only)", Python, JsonStyle { order: JsonOrder::Sorted, ..PYTHON }.pretty("  ")),
    row("json.dumps with sort_keys and indent=4 (Python: ASCII only)", Python, JsonStyle { order: JsonOrder::Sorted, ..PYTHON }.pretty("    ")),
    row("json_encode with JSON_PRETTY_PRINT (PHP: \\/ for /, ASCII only)", Php, PHP.pretty("    ")),
    row("json.Encoder from a map (Go: sorted keys, <>& escaped, newline at the end)", Go, GO_MAP.with_newline()),
    row("json.Encoder from a struct (Go: <>& escaped, newline at the end)", Go, GO_STRUCT.with_newline()),
    row("encoding/json from a map without HTML escapes (Go: sorted keys)", Go, JsonStyle { numbers: JsonNumbers::Doubles, ..SORTED }),
    row("json.MarshalIndent from a map (Go: sorted keys, 2-space indentation)", Go, GO_MAP.pretty("  ")),
    row("a formatter that sorts keys, with 2-space indentation", Any, SORTED.pretty("  ")),
    row("System.Text.Json, indented (.NET)", DotNet, DOTNET.pretty("  ")),
    row("System.Text.Json, indented, with CRLF (.NET on Windows)", DotNet, JsonStyle { line_end: "\r\n", ..DOTNET.pretty("  ") }),
    row("Newtonsoft.Json, indented, with CRLF (.NET on Windows)", DotNet, JsonStyle { line_end: "\r\n", ..RAW.pretty("  ") }),
    row("Gson, pretty (Java)", Java, GSON.pretty("  ")),
    row("Jackson's pretty printer (Java)", Java, JsonStyle { colon: " : ", inline_lists: true, ..RAW.pretty("  ") }),
    row("jq (2-space indentation, newline at the end)", Any, RAW.pretty("  ").with_newline()),
    row("jq -c (compact, newline at the end)", Any, RAW.with_newline()),
    row("jq -S (sorted keys, 2-space indentation, newline at the end)", Any, SORTED.pretty("  ").with_newline()),
    row("a serializer that escapes non-ASCII characters in lower-case hex", Any, JsonStyle { texts: JsonQuoting::Json(ASCII), ..JsonStyle::COMPACT }),
    row("a serializer that escapes non-ASCII characters in upper-case hex", Any, JsonStyle { texts: JsonQuoting::Json(JsonEscapes { upper_hex: true, ..ASCII }), ..JsonStyle::COMPACT }),
    row("a serializer that escapes emoji in lower-case hex", Any, JsonStyle { texts: JsonQuoting::Json(JsonEscapes { upper_hex: false, ..JsonEscapes::ZOOM }), ..JsonStyle::COMPACT }),
    row("a serializer like Zoom's, but with \\/ for /", Any, JsonStyle { texts: JsonQuoting::Json(JsonEscapes { slash: true, ..JsonEscapes::ZOOM }), ..JsonStyle::COMPACT }),
    row("str(dict) (Python)", Python, JsonStyle { texts: JsonQuoting::Python, words: JsonWords::Python, ..SPACED }),
    row("Hash#inspect (Ruby)", Ruby, JsonStyle { comma: ", ", colon: "=>", texts: JsonQuoting::Ruby, words: JsonWords::Ruby, ..PYTHON }),
    row("Hash#inspect (Ruby 3.4)", Ruby, JsonStyle { comma: ", ", colon: " => ", texts: JsonQuoting::Ruby, words: JsonWords::Ruby, ..PYTHON }),
    row("Map.toString (Java)", Java, JsonStyle { comma: ", ", colon: "=", texts: JsonQuoting::Bare, numbers: JsonNumbers::Java, ..PYTHON }),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json;

    /// Strings as Zoom writes them.
    fn zoom_string() -> impl Strategy<Value = String> {
        any::<String>().prop_map(|text| {
            let mut out = Vec::new();
            JsonEscapes::ZOOM.write(text.as_bytes(), &mut out);
            String::from_utf8(out).unwrap()
        })
    }

    /// Compact JSON as Zoom writes it, without repeated keys.
    fn zoom_json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            zoom_string(),
            any::<u32>().prop_map(|n| n.to_string()),
            Just("true".to_owned()),
            Just("null".to_owned()),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(|items| format!("[{}]", items.join(","))),
                prop::collection::vec(inner, 0..5).prop_map(|values| {
                    let members = values.iter().enumerate().map(|(i, value)| format!("\"n{i}\":{value}"));
                    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
                }),
            ]
        })
    }

    fn written(style: &JsonStyle, text: &[u8]) -> Vec<u8> {
        style.write(&json::parse(text).unwrap())
    }

    proptest! {
        #[test]
        fn zooms_style_does_not_change_zooms_form(text in zoom_json()) {
            prop_assert_eq!(written(&ZOOM, text.as_bytes()), text.as_bytes());
        }

        #[test]
        fn json_stringify_does_not_change_its_own_output(text in zoom_json()) {
            let once = written(&STRINGIFY, text.as_bytes());
            prop_assert_eq!(written(&STRINGIFY, &once), once);
        }

        #[test]
        fn zooms_style_undoes_every_lossless_serializer(text in zoom_json(), choice in 0..SERIALIZERS.len()) {
            let style = &SERIALIZERS[choice].style;
            let keeps = !matches!(style.order, JsonOrder::Sorted | JsonOrder::ByLength)
                && !style.drops_nulls
                && !style.empty_object_is_list
                && style.numbers != JsonNumbers::JavaDoubles
                && matches!(style.texts, JsonQuoting::AsSent | JsonQuoting::Json(_));
            prop_assume!(keeps);
            prop_assert_eq!(written(&ZOOM, &written(style, text.as_bytes())), text.as_bytes());
        }
    }
}
