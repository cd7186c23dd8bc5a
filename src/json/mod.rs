//! JSON: a lossless tree, writers that imitate other serializers, and a diff of two documents. Pure.
//!
//! The entry points are [`JsonValue`] with its `parse` and `to_json`. The function `parse` borrows from the text, and
//! `JsonStyle::write` writes a value as another program does.
//!
//! | file | purpose |
//! | --- | --- |
//! | `tree.rs` | the tree: [`JsonValue`] |
//! | `parse.rs`, `cursor.rs` | strict JSON to the tree |
//! | `printed.rs`, `php.rs` | what other programs print for an object, to the tree |
//! | `edit.rs` | changes values by path, in a tree or in place in a text |
//! | `string.rs`, `escape.rs` | decodes strings, and writes them with the escapes of a serializer |
//! | `number.rs` | writes numbers as a language does |
//! | `quoting.rs` | writes strings and words as Python, Ruby and Java print them |
//! | `style.rs`, `write.rs` | the settings of a serializer, and the writer |
//! | `object.rs` | [`JsonObject`]: a view of the text of one object, which decodes only names |
//! | `diff.rs` | compares two texts member by member |

mod cursor;
#[cfg(feature = "cli")]
mod diff;
mod edit;
mod escape;
mod number;
mod object;
mod parse;
pub(crate) mod php;
pub(crate) mod printed;
mod quoting;
mod string;
mod style;
mod tree;
mod write;

#[cfg(feature = "cli")]
pub(crate) use diff::{Change, ChangeKind, Member, diff, members};
pub use edit::{EditError, InvalidPath, edit};
pub(crate) use escape::{BeyondAscii, JsonEscapes};
#[cfg(feature = "cli")]
pub(crate) use escape::{push_char_escape, short_escape};
pub(crate) use number::JsonNumbers;
pub use object::JsonObject;
pub(crate) use object::text_of;
pub use parse::NotReadable;
pub(crate) use parse::{JsonExpected, compact, parse, parse_prefix, parse_within};
pub(crate) use quoting::{JsonQuoting, JsonWords};
#[cfg(feature = "cli")]
pub(crate) use string::string_length;
pub(crate) use string::{StringDecoder, well_formed};
pub(crate) use style::{JsonOrder, JsonStyle};
pub use tree::{JsonKind, JsonName, JsonValue};
