//! How common serializers write a parsed body: a flat table, the likely ones first.
//!
//! The table works in both directions. The serializer's row reproduces a signature over re-serialized JSON. Zoom's row
//! restores a body that was re-serialized before it was captured.

use crate::json::{BeyondAscii, JsonEscapes, JsonNumbers, JsonOrder, JsonQuoting, JsonStyle, JsonWords};

#[derive(Debug)]
pub(super) struct Serializer {
    /// Completes "the body as … writes it".
    pub(super) name: &'static str,
    pub(super) style: JsonStyle,
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

const fn row(name: &'static str, style: JsonStyle) -> Serializer {
    Serializer { name, style }
}

#[rustfmt::skip]
pub(super) const SERIALIZERS: &[Serializer] = &[
    row("Zoom (compact, accents unescaped, emoji as \\uD83D\\uDE92)", ZOOM),
    row("JSON.stringify (JavaScript)", STRINGIFY),
    row("json.dumps (Python: spaces after , and :, ASCII only)", SPACED),
    row("json.dumps with separators=(',', ':') (Python: ASCII only)", PYTHON),
    row("json_encode (PHP: \\/ for /, ASCII only)", PHP),
    row("JSON.stringify with 2-space indentation (JavaScript)", STRINGIFY.pretty("  ")),
    row("encoding/json from a map (Go: sorted keys, <>& escaped)", GO_MAP),
    row("encoding/json from a struct (Go: <>& escaped)", GO_STRUCT),
    row("json.dumps with ensure_ascii=False (Python: spaces after , and :)", JsonStyle { comma: ", ", colon: ": ", ..PYTHON_RAW }),
    row("System.Text.Json (.NET: ASCII only, upper-case hex, <>&'+ escaped)", DOTNET),
    row("Gson (Java: <>&=' escaped)", GSON),
    row("a serializer that sorts keys", SORTED),
    row("JSON.stringify with 4-space indentation (JavaScript)", STRINGIFY.pretty("    ")),
    row("json_encode with JSON_UNESCAPED_UNICODE (PHP: \\/ for /)", JsonStyle { texts: JsonQuoting::Json(JsonEscapes { slash: true, line_separators: true, ..JsonEscapes::RAW }), ..PHP }),
    row("json_encode with JSON_UNESCAPED_SLASHES (PHP: ASCII only)", JsonStyle { texts: JsonQuoting::Json(ASCII), ..PHP }),
    row("json_encode with JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES (PHP)", JsonStyle { texts: JsonQuoting::Json(JsonEscapes { line_separators: true, ..JsonEscapes::RAW }), ..PHP }),
    row("json_encode from objects (PHP: \\/ for /, ASCII only)", JsonStyle { empty_object_is_list: false, ..PHP }),
    row("to_json in Rails (<>& escaped)", JsonStyle { texts: JsonQuoting::Json(RAILS_ESCAPES), ..PYTHON }),
    row("Zoom, after all numbers became doubles,", JsonStyle { numbers: JsonNumbers::Doubles, ..ZOOM }),
    row("JSON.generate (Ruby)", PYTHON_RAW),
    row("Jackson or Newtonsoft.Json (Java, .NET)", JsonStyle { numbers: JsonNumbers::Java, order: JsonOrder::Map, ..RAW }),
    row("Jackson with ESCAPE_NON_ASCII (Java: upper-case hex)", JsonStyle { texts: JsonQuoting::Json(JsonEscapes { upper_hex: true, ..ASCII }), order: JsonOrder::Map, ..JsonStyle::COMPACT }),
    row("Gson from a map (Java: every number a double)", JsonStyle { numbers: JsonNumbers::JavaDoubles, ..GSON }),
    row("a minifier (whitespace removed, nothing else changed)", JsonStyle::COMPACT),
    row("a serializer that only adds spaces after , and :", JsonStyle { comma: ", ", colon: ": ", ..JsonStyle::COMPACT }),
    row("a formatter with 2-space indentation", JsonStyle::COMPACT.pretty("  ")),
    row("a formatter with 4-space indentation", JsonStyle::COMPACT.pretty("    ")),
    row("a formatter with tab indentation", JsonStyle::COMPACT.pretty("\t")),
    row("a formatter with 2-space indentation and unescaped accents and emoji", RAW.pretty("  ")),
    row("a formatter with 4-space indentation and unescaped accents and emoji", RAW.pretty("    ")),
    row("JSON.stringify with tab indentation (JavaScript)", STRINGIFY.pretty("\t")),
    row("json.dumps with indent=2 (Python: ASCII only)", PYTHON.pretty("  ")),
    row("json.dumps with indent=4 (Python: ASCII only)", PYTHON.pretty("    ")),
    row("json.dumps with indent=2, ensure_ascii=False (Python)", PYTHON_RAW.pretty("  ")),
    row("json.dumps with indent=4, ensure_ascii=False (Python)", PYTHON_RAW.pretty("    ")),
    row("json.dumps with sort_keys (Python: spaces after , and :, ASCII only)", JsonStyle { order: JsonOrder::Sorted, ..SPACED }),
    row("json.dumps with sort_keys and separators=(',', ':') (Python: ASCII only)", JsonStyle { order: JsonOrder::Sorted, ..PYTHON }),
    row("json.dumps with sort_keys and ensure_ascii=False (Python: spaces after , and :)", JsonStyle { comma: ", ", colon: ": ", order: JsonOrder::Sorted, ..PYTHON_RAW }),
    row("json.dumps with sort_keys, separators=(',', ':') and ensure_ascii=False (Python)", JsonStyle { order: JsonOrder::Sorted, ..PYTHON_RAW }),
    row("json.dumps with sort_keys and indent=2 (Python: ASCII only)", JsonStyle { order: JsonOrder::Sorted, ..PYTHON }.pretty("  ")),
    row("json.dumps with sort_keys and indent=4 (Python: ASCII only)", JsonStyle { order: JsonOrder::Sorted, ..PYTHON }.pretty("    ")),
    row("json_encode with JSON_PRETTY_PRINT (PHP: \\/ for /, ASCII only)", PHP.pretty("    ")),
    row("json.Encoder from a map (Go: sorted keys, <>& escaped, newline at the end)", GO_MAP.with_newline()),
    row("json.Encoder from a struct (Go: <>& escaped, newline at the end)", GO_STRUCT.with_newline()),
    row("encoding/json from a map without HTML escapes (Go: sorted keys)", JsonStyle { numbers: JsonNumbers::Doubles, ..SORTED }),
    row("json.MarshalIndent from a map (Go: sorted keys, 2-space indentation)", GO_MAP.pretty("  ")),
    row("a formatter that sorts keys, with 2-space indentation", SORTED.pretty("  ")),
    row("System.Text.Json, indented (.NET)", DOTNET.pretty("  ")),
    row("System.Text.Json, indented, with CRLF (.NET on Windows)", JsonStyle { line_end: "\r\n", ..DOTNET.pretty("  ") }),
    row("Newtonsoft.Json, indented, with CRLF (.NET on Windows)", JsonStyle { line_end: "\r\n", ..RAW.pretty("  ") }),
    row("Gson, pretty (Java)", GSON.pretty("  ")),
    row("Jackson's pretty printer (Java)", JsonStyle { colon: " : ", ..RAW.pretty("  ") }),
    row("jq (2-space indentation, newline at the end)", RAW.pretty("  ").with_newline()),
    row("jq -c (compact, newline at the end)", RAW.with_newline()),
    row("jq -S (sorted keys, 2-space indentation, newline at the end)", SORTED.pretty("  ").with_newline()),
    row("a serializer that escapes non-ASCII characters in lower-case hex", JsonStyle { texts: JsonQuoting::Json(ASCII), ..JsonStyle::COMPACT }),
    row("a serializer that escapes non-ASCII characters in upper-case hex", JsonStyle { texts: JsonQuoting::Json(JsonEscapes { upper_hex: true, ..ASCII }), ..JsonStyle::COMPACT }),
    row("a serializer that escapes emoji in lower-case hex", JsonStyle { texts: JsonQuoting::Json(JsonEscapes { upper_hex: false, ..JsonEscapes::ZOOM }), ..JsonStyle::COMPACT }),
    row("a serializer like Zoom's, but with \\/ for /", JsonStyle { texts: JsonQuoting::Json(JsonEscapes { slash: true, ..JsonEscapes::ZOOM }), ..JsonStyle::COMPACT }),
    row("str(dict) (Python)", JsonStyle { texts: JsonQuoting::Python, words: JsonWords::Python, ..SPACED }),
    row("Hash#inspect (Ruby)", JsonStyle { comma: ", ", colon: "=>", texts: JsonQuoting::Ruby, words: JsonWords::Ruby, ..PYTHON }),
    row("Hash#inspect (Ruby 3.4)", JsonStyle { comma: ", ", colon: " => ", texts: JsonQuoting::Ruby, words: JsonWords::Ruby, ..PYTHON }),
    row("Map.toString (Java)", JsonStyle { comma: ", ", colon: "=", texts: JsonQuoting::Bare, numbers: JsonNumbers::Java, ..PYTHON }),
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
            let keeps = style.order != JsonOrder::Sorted
                && !style.empty_object_is_list
                && style.numbers != JsonNumbers::JavaDoubles
                && matches!(style.texts, JsonQuoting::AsSent | JsonQuoting::Json(_));
            prop_assume!(keeps);
            prop_assert_eq!(written(&ZOOM, &written(style, text.as_bytes())), text.as_bytes());
        }
    }
}
