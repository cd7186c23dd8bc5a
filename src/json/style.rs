//! How a serializer writes JSON: [`JsonStyle`]. `diagnosis` has a table of serializers that is built from these styles.

use super::escape::{BeyondAscii, HalfPair, JsonEscapes};
use super::number::JsonNumbers;
use super::quoting::{JsonQuoting, JsonWords};

/// The settings in which serializers differ.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JsonStyle {
    /// Text between two members or items, without indentation.
    pub(crate) comma: &'static str,
    /// Text between a name and its value.
    pub(crate) colon: &'static str,
    /// Indentation of one level, if each member is on a separate line.
    pub(crate) indent: Option<&'static str>,
    /// Whether the items of a list stay on the line of its brackets, as `[ 1, 2 ]`, and empty containers have a space.
    pub(crate) inline_lists: bool,
    /// The end of such a line.
    pub(crate) line_end: &'static str,
    /// Text after the value.
    pub(crate) end: &'static str,
    /// How strings are written.
    pub(crate) texts: JsonQuoting,
    /// How `true`, `false` and `null` are written.
    pub(crate) words: JsonWords,
    pub(crate) numbers: JsonNumbers,
    pub(crate) order: JsonOrder,
    /// Whether members that are `null` are left out, as Gson does.
    pub(crate) drops_nulls: bool,
    /// Whether an empty object becomes an empty list, as in PHP.
    pub(crate) empty_object_is_list: bool,
}

/// The order of an object's members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonOrder {
    /// As sent, including repeated names.
    AsSent,
    /// As sent. A repeated name has its last value at its first position.
    Map,
    /// As in a JavaScript object: names that are array indexes first.
    JavaScript,
    /// Sorted by name.
    Sorted,
    /// Sorted by the length of the name, then by the name, as Postgres stores `jsonb`.
    ByLength,
}

const ASCII: JsonEscapes = JsonEscapes { beyond_ascii: BeyondAscii::Escaped, ..JsonEscapes::RAW };
/// Python also escapes DEL.
const PYTHON_ESCAPES: JsonEscapes = JsonEscapes { also_escaped: "\u{7f}", ..ASCII };
const GO_ESCAPES: JsonEscapes = JsonEscapes {
    also_escaped: "<>&",
    line_separators: true,
    half_pair: HalfPair::Replaced,
    ..JsonEscapes::RAW
};
const GSON_ESCAPES: JsonEscapes =
    JsonEscapes { also_escaped: "<>&='", line_separators: true, ..JsonEscapes::RAW };
const DOTNET_ESCAPES: JsonEscapes = JsonEscapes { also_escaped: "<>&'\"+`\u{7f}", upper_hex: true, ..ASCII };

impl JsonStyle {
    /// Compact; everything else as sent.
    pub(crate) const COMPACT: Self = Self {
        comma: ",",
        colon: ":",
        indent: None,
        inline_lists: false,
        line_end: "\n",
        end: "",
        texts: JsonQuoting::AsSent,
        words: JsonWords::Json,
        numbers: JsonNumbers::AsSent,
        order: JsonOrder::AsSent,
        drops_nulls: false,
        empty_object_is_list: false,
    };

    /// Zoom: compact, accents unescaped, emoji as escaped surrogate pairs in upper-case hex.
    ///
    /// Receivers that parse and re-serialize before they verify fail because of these escapes, so samples need them.
    pub(crate) const ZOOM: Self = Self { texts: JsonQuoting::Json(JsonEscapes::ZOOM), ..Self::COMPACT };

    /// Compact, with only the escapes that JSON requires; numbers and order as sent.
    pub(crate) const RAW: Self = Self { texts: JsonQuoting::Json(JsonEscapes::RAW), ..Self::COMPACT };

    /// `JSON.stringify`: names that are array indexes first, then the others as sent. A repeated name has its last value
    /// at its first position. Numbers follow ECMAScript's rules.
    pub(crate) const STRINGIFY: Self =
        Self { numbers: JsonNumbers::Stringify, order: JsonOrder::JavaScript, ..Self::RAW };

    /// `json.dumps(…, separators=(',', ':'))`.
    pub(crate) const PYTHON: Self = Self {
        texts: JsonQuoting::Json(PYTHON_ESCAPES),
        numbers: JsonNumbers::Python,
        order: JsonOrder::Map,
        ..Self::COMPACT
    };

    /// `json_encode`.
    pub(crate) const PHP: Self = Self {
        texts: JsonQuoting::Json(JsonEscapes { slash: true, ..ASCII }),
        numbers: JsonNumbers::Php,
        order: JsonOrder::Map,
        empty_object_is_list: true,
        ..Self::COMPACT
    };

    /// Go's `encoding/json`, from a map.
    pub(crate) const GO_MAP: Self = Self {
        texts: JsonQuoting::Json(GO_ESCAPES),
        numbers: JsonNumbers::Doubles,
        order: JsonOrder::Sorted,
        ..Self::COMPACT
    };

    /// Gson, from its own tree.
    pub(crate) const GSON: Self =
        Self { texts: JsonQuoting::Json(GSON_ESCAPES), order: JsonOrder::Map, ..Self::COMPACT };

    /// `System.Text.Json`.
    pub(crate) const DOTNET: Self = Self { texts: JsonQuoting::Json(DOTNET_ESCAPES), ..Self::COMPACT };

    /// The same style with each member on a separate line.
    pub(crate) const fn pretty(self, indent: &'static str) -> Self {
        Self { colon: ": ", indent: Some(indent), ..self }
    }

    /// The same style with other escapes in strings.
    pub(crate) const fn with_escapes(self, escapes: JsonEscapes) -> Self {
        Self { texts: JsonQuoting::Json(escapes), ..self }
    }

    /// The same style with a newline at the end.
    pub(crate) const fn with_newline(self) -> Self {
        Self { end: "\n", ..self }
    }
}
