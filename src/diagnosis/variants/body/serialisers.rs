//! How the serialisers of the field write a parsed body: a flat table, the likely ones first.
//!
//! The table works in both directions. A signature that was made over re-serialised JSON is reproduced by the
//! serialiser's own row; a capture that was re-serialised on its way is undone by Zoom's row.

use super::number::Numbers;
use super::quoting::{Quoting, Words};
use super::text::{BeyondAscii, HalfPair, Texts};
use super::write::{Order, Style};

/// A serialiser.
#[derive(Debug)]
pub(super) struct Serialiser {
    /// Completes "the body as … writes it".
    pub(super) name: &'static str,
    pub(super) style: Style,
}

/// As JSON.stringify: compact, everything raw.
const RAW: Style = Style { texts: Quoting::Json(Texts::RAW), ..Style::COMPACT };
const STRINGIFY: Style = Style { numbers: Numbers::JavaScript, order: Order::JavaScript, ..RAW };
/// As Zoom: emoji as escaped pairs in upper case.
const ZOOM_TEXTS: Texts = Texts { beyond_ascii: BeyondAscii::EmojiEscaped, upper_hex: true, ..Texts::RAW };
const ASCII: Texts = Texts { beyond_ascii: BeyondAscii::Escaped, ..Texts::RAW };
const ZOOM: Style = Style { texts: Quoting::Json(ZOOM_TEXTS), ..Style::COMPACT };
/// Python counts DEL among what is not ASCII text.
const PYTHON_TEXTS: Texts = Texts { also_escaped: "\u{7f}", ..ASCII };
const PYTHON: Style = Style {
    texts: Quoting::Json(PYTHON_TEXTS),
    numbers: Numbers::Python,
    order: Order::Map,
    ..Style::COMPACT
};
const SPACED: Style = Style { comma: ", ", colon: ": ", ..PYTHON };
const PYTHON_RAW: Style = Style { texts: Quoting::Json(Texts::RAW), ..PYTHON };
const PHP_TEXTS: Texts = Texts { slash: true, ..ASCII };
const PHP: Style = Style {
    texts: Quoting::Json(PHP_TEXTS),
    numbers: Numbers::Php,
    order: Order::Map,
    empty_object_is_list: true,
    ..Style::COMPACT
};
const GO_TEXTS: Texts =
    Texts { also_escaped: "<>&", line_separators: true, half_pair: HalfPair::Replaced, ..Texts::RAW };
const GO_MAP: Style = Style {
    texts: Quoting::Json(GO_TEXTS),
    numbers: Numbers::JavaScript,
    order: Order::Sorted,
    ..Style::COMPACT
};
const GO_STRUCT: Style = Style { numbers: Numbers::AsSent, order: Order::Map, ..GO_MAP };
const RAILS_TEXTS: Texts = Texts { also_escaped: "<>&", line_separators: true, ..Texts::RAW };
const GSON_TEXTS: Texts = Texts { also_escaped: "<>&='", line_separators: true, ..Texts::RAW };
const GSON: Style = Style { texts: Quoting::Json(GSON_TEXTS), order: Order::Map, ..Style::COMPACT };
const DOTNET_TEXTS: Texts = Texts { also_escaped: "<>&'\"+`\u{7f}", upper_hex: true, ..ASCII };
const DOTNET: Style = Style { texts: Quoting::Json(DOTNET_TEXTS), ..Style::COMPACT };
const SORTED: Style = Style { order: Order::Sorted, ..RAW };

const fn pretty(style: Style, indent: &'static str) -> Style {
    Style { colon: ": ", indent: Some(indent), ..style }
}

const fn with_newline(style: Style) -> Style {
    Style { end: "\n", ..style }
}

const fn row(name: &'static str, style: Style) -> Serialiser {
    Serialiser { name, style }
}

/// Zoom's own form: the first row of [`SERIALISERS`].
pub(super) const ZOOM_STYLE: Style = ZOOM;

/// All serialisers.
#[rustfmt::skip]
pub(super) const SERIALISERS: &[Serialiser] = &[
    row("Zoom (compact, accents raw, emoji as \\uD83D\\uDE92)", ZOOM),
    row("JSON.stringify (JavaScript)", STRINGIFY),
    row("json.dumps (Python: blanks after , and :, ASCII only)", SPACED),
    row("json.dumps with separators=(',', ':') (Python: ASCII only)", PYTHON),
    row("json_encode (PHP: \\/ for /, ASCII only)", PHP),
    row("JSON.stringify with 2 blanks a level (JavaScript)", pretty(STRINGIFY, "  ")),
    row("encoding/json from a map (Go: sorted names, <>& escaped)", GO_MAP),
    row("encoding/json from a struct (Go: <>& escaped)", GO_STRUCT),
    row("json.dumps with ensure_ascii=False (Python: blanks after , and :)", Style { comma: ", ", colon: ": ", ..PYTHON_RAW }),
    row("System.Text.Json (.NET: ASCII only in upper case, <>&'+ escaped)", DOTNET),
    row("Gson (Java: <>&=' escaped)", GSON),
    row("a serialiser that sorts names", SORTED),
    row("JSON.stringify with 4 blanks a level (JavaScript)", pretty(STRINGIFY, "    ")),
    row("json_encode with JSON_UNESCAPED_UNICODE (PHP: \\/ for /)", Style { texts: Quoting::Json(Texts { slash: true, line_separators: true, ..Texts::RAW }), ..PHP }),
    row("json_encode with JSON_UNESCAPED_SLASHES (PHP: ASCII only)", Style { texts: Quoting::Json(ASCII), ..PHP }),
    row("json_encode with JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES (PHP)", Style { texts: Quoting::Json(Texts { line_separators: true, ..Texts::RAW }), ..PHP }),
    row("json_encode from objects (PHP: \\/ for /, ASCII only)", Style { empty_object_is_list: false, ..PHP }),
    row("to_json in Rails (<>& escaped)", Style { texts: Quoting::Json(RAILS_TEXTS), ..PYTHON }),
    row("Zoom, with plain integers for what became doubles,", Style { numbers: Numbers::JavaScript, ..ZOOM }),
    row("JSON.generate (Ruby)", PYTHON_RAW),
    row("Jackson or Newtonsoft.Json (Java, .NET)", Style { numbers: Numbers::Java, order: Order::Map, ..RAW }),
    row("Jackson with ESCAPE_NON_ASCII (Java: upper-case hex)", Style { texts: Quoting::Json(Texts { upper_hex: true, ..ASCII }), order: Order::Map, ..Style::COMPACT }),
    row("Gson from a map (Java: every number a double)", Style { numbers: Numbers::JavaDoubles, ..GSON }),
    row("a minifier (blanks removed, nothing else)", Style::COMPACT),
    row("a serialiser that keeps spellings, with blanks after , and :", Style { comma: ", ", colon: ": ", ..Style::COMPACT }),
    row("a formatter with 2 blanks a level", pretty(Style::COMPACT, "  ")),
    row("a formatter with 4 blanks a level", pretty(Style::COMPACT, "    ")),
    row("a formatter with a tab a level", pretty(Style::COMPACT, "\t")),
    row("a formatter with 2 blanks a level, which keeps accents and emoji raw", pretty(RAW, "  ")),
    row("a formatter with 4 blanks a level, which keeps accents and emoji raw", pretty(RAW, "    ")),
    row("JSON.stringify with a tab a level (JavaScript)", pretty(STRINGIFY, "\t")),
    row("json.dumps with indent=2 (Python: ASCII only)", pretty(PYTHON, "  ")),
    row("json.dumps with indent=4 (Python: ASCII only)", pretty(PYTHON, "    ")),
    row("json.dumps with indent=2, ensure_ascii=False (Python)", pretty(PYTHON_RAW, "  ")),
    row("json.dumps with indent=4, ensure_ascii=False (Python)", pretty(PYTHON_RAW, "    ")),
    row("json.dumps with sort_keys (Python: blanks after , and :, ASCII only)", Style { order: Order::Sorted, ..SPACED }),
    row("json.dumps with sort_keys and separators=(',', ':') (Python: ASCII only)", Style { order: Order::Sorted, ..PYTHON }),
    row("json.dumps with sort_keys and ensure_ascii=False (Python: blanks after , and :)", Style { comma: ", ", colon: ": ", order: Order::Sorted, ..PYTHON_RAW }),
    row("json.dumps with sort_keys, separators=(',', ':') and ensure_ascii=False (Python)", Style { order: Order::Sorted, ..PYTHON_RAW }),
    row("json.dumps with sort_keys and indent=2 (Python: ASCII only)", pretty(Style { order: Order::Sorted, ..PYTHON }, "  ")),
    row("json.dumps with sort_keys and indent=4 (Python: ASCII only)", pretty(Style { order: Order::Sorted, ..PYTHON }, "    ")),
    row("json_encode with JSON_PRETTY_PRINT (PHP: \\/ for /, ASCII only)", pretty(PHP, "    ")),
    row("json.Encoder from a map (Go: sorted names, <>& escaped, newline at the end)", with_newline(GO_MAP)),
    row("json.Encoder from a struct (Go: <>& escaped, newline at the end)", with_newline(GO_STRUCT)),
    row("encoding/json from a map without HTML escapes (Go: sorted names)", Style { numbers: Numbers::JavaScript, ..SORTED }),
    row("json.MarshalIndent from a map (Go: sorted names, 2 blanks a level)", pretty(GO_MAP, "  ")),
    row("a formatter that sorts names, with 2 blanks a level", pretty(SORTED, "  ")),
    row("System.Text.Json, indented (.NET)", pretty(DOTNET, "  ")),
    row("System.Text.Json, indented, with CRLF (.NET on Windows)", Style { line_end: "\r\n", ..pretty(DOTNET, "  ") }),
    row("Newtonsoft.Json, indented, with CRLF (.NET on Windows)", Style { line_end: "\r\n", ..pretty(RAW, "  ") }),
    row("Gson, pretty (Java)", pretty(GSON, "  ")),
    row("Jackson's pretty printer (Java)", Style { colon: " : ", ..pretty(RAW, "  ") }),
    row("jq (2 blanks a level, newline at the end)", with_newline(pretty(RAW, "  "))),
    row("jq -c (compact, newline at the end)", with_newline(RAW)),
    row("jq -S (sorted names, 2 blanks a level, newline at the end)", with_newline(pretty(SORTED, "  "))),
    row("a serialiser that escapes all but ASCII in lower case", Style { texts: Quoting::Json(ASCII), ..Style::COMPACT }),
    row("a serialiser that escapes all but ASCII in upper case", Style { texts: Quoting::Json(Texts { upper_hex: true, ..ASCII }), ..Style::COMPACT }),
    row("a serialiser that escapes emoji in lower case", Style { texts: Quoting::Json(Texts { upper_hex: false, ..ZOOM_TEXTS }), ..Style::COMPACT }),
    row("a serialiser that writes as Zoom does, and \\/ for /", Style { texts: Quoting::Json(Texts { slash: true, ..ZOOM_TEXTS }), ..Style::COMPACT }),
    row("str(dict) (Python)", Style { texts: Quoting::Python, words: Words::Python, ..SPACED }),
    row("Hash#inspect (Ruby)", Style { comma: ", ", colon: "=>", texts: Quoting::Ruby, words: Words::Ruby, ..PYTHON }),
    row("Hash#inspect (Ruby 3.4)", Style { comma: ", ", colon: " => ", texts: Quoting::Ruby, words: Words::Ruby, ..PYTHON }),
    row("Map.toString (Java)", Style { comma: ", ", colon: "=", texts: Quoting::Bare, numbers: Numbers::Java, ..PYTHON }),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::document::Document;
    use super::*;

    /// Strings as Zoom writes them.
    fn zoom_string() -> impl Strategy<Value = String> {
        any::<String>().prop_map(|text| {
            let mut out = String::new();
            ZOOM_TEXTS.write(&serde_json::to_string(&text).unwrap(), &mut out);
            out
        })
    }

    /// Compact JSON as Zoom writes it, whose object names do not repeat.
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

    fn written(style: &Style, text: &[u8]) -> Vec<u8> {
        style.write(&Document::parse(text).unwrap(), usize::MAX).unwrap()
    }

    proptest! {
        #[test]
        fn zooms_form_gives_zooms_form(text in zoom_json()) {
            prop_assert_eq!(written(&ZOOM, text.as_bytes()), text.as_bytes());
        }

        #[test]
        fn json_stringify_is_its_own_fixed_point(text in zoom_json()) {
            let once = written(&STRINGIFY, text.as_bytes());
            prop_assert_eq!(written(&STRINGIFY, &once), once);
        }

        #[test]
        fn what_loses_nothing_is_undone_by_zooms_form(text in zoom_json(), choice in 0..SERIALISERS.len()) {
            let style = &SERIALISERS[choice].style;
            let keeps = style.order != Order::Sorted
                && !style.empty_object_is_list
                && style.numbers != Numbers::JavaDoubles
                && matches!(style.texts, Quoting::AsSent | Quoting::Json(_));
            prop_assume!(keeps);
            prop_assert_eq!(written(&ZOOM, &written(style, text.as_bytes())), text.as_bytes());
        }
    }
}
