//! How the serializers of the field write JSON, as a value.
//!
//! `diagnosis` has the table of all that it tries; the styles here are those that it is made of.

use super::escape::{BeyondAscii, HalfPair, JsonEscapes};
use super::number::JsonNumbers;
use super::quoting::{JsonQuoting, JsonWords};

/// Everything in which serializers differ.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JsonStyle {
    /// Between two members or items, if nothing is indented.
    pub(crate) comma: &'static str,
    /// Between a name and its value.
    pub(crate) colon: &'static str,
    /// The blanks of one level, if each member has a line of its own.
    pub(crate) indent: Option<&'static str>,
    /// What ends such a line.
    pub(crate) line_end: &'static str,
    /// What comes at the very end.
    pub(crate) end: &'static str,
    /// Strings.
    pub(crate) texts: JsonQuoting,
    /// `true`, `false` and `null`.
    pub(crate) words: JsonWords,
    /// Numbers.
    pub(crate) numbers: JsonNumbers,
    /// The order of members.
    pub(crate) order: JsonOrder,
    /// Whether an empty object becomes an empty list, as in PHP.
    pub(crate) empty_object_is_list: bool,
}

/// The order of an object's members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonOrder {
    /// As sent, repeated names included.
    AsSent,
    /// As sent; of repeated names the last value in the first place.
    Map,
    /// As a JavaScript object: names that are small integers first.
    JavaScript,
    /// Sorted by name.
    Sorted,
}

const ASCII: JsonEscapes = JsonEscapes { beyond_ascii: BeyondAscii::Escaped, ..JsonEscapes::RAW };
/// Python counts DEL among what is not ASCII text.
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
    /// Compact, everything else as it was sent.
    pub(crate) const COMPACT: Self = Self {
        comma: ",",
        colon: ":",
        indent: None,
        line_end: "\n",
        end: "",
        texts: JsonQuoting::AsSent,
        words: JsonWords::Json,
        numbers: JsonNumbers::AsSent,
        order: JsonOrder::AsSent,
        empty_object_is_list: false,
    };

    /// As Zoom: compact, accents raw, emoji as escaped surrogate pairs in upper case.
    ///
    /// This is what breaks receivers that parse and serialize before they verify, so samples must have it.
    pub(crate) const ZOOM: Self = Self { texts: JsonQuoting::Json(JsonEscapes::ZOOM), ..Self::COMPACT };

    /// Compact, every character raw, numbers and order as sent.
    pub(crate) const RAW: Self = Self { texts: JsonQuoting::Json(JsonEscapes::RAW), ..Self::COMPACT };

    /// `JSON.stringify`: names that are list positions first, then the others as they came; of repeated names the last
    /// value in the first place; numbers by ECMAScript's rules.
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

    /// The same style with each member on a line of its own.
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
