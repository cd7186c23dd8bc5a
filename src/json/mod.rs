//! JSON: one tree that loses nothing, how every serializer writes it, and how two documents differ. Pure.
//!
//! The entry points are [`JsonValue`], its `parse` and its `to_json`. `parse` (in `parse.rs`) reads a text by reference;
//! `JsonStyle::write` writes a value as another program would.
//!
//! | file | purpose |
//! | --- | --- |
//! | `tree.rs` | the tree: [`JsonValue`] |
//! | `parse.rs` | strict JSON to the tree |
//! | `edit.rs` | values changed by path, in a tree or in place in a text |
//! | `string.rs`, `escape.rs` | strings decoded, and written with the escapes of a serializer |
//! | `number.rs` | numbers in the spelling of a language |
//! | `quoting.rs` | strings and words as Python, Ruby and Java print them |
//! | `style.rs`, `write.rs` | everything in which serializers differ, and the writer |
//! | `object.rs` | [`JsonObject`]: a view of one object over its text, which decodes only names |
//! | `diff.rs` | two texts compared member by member |

#[cfg(feature = "cli")]
mod diff;
mod edit;
mod escape;
mod number;
mod object;
mod parse;
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
pub(crate) use number::{JsonNumbers, number_length};
pub use object::JsonObject;
pub(crate) use object::text_of;
pub use parse::NotReadable;
pub(crate) use parse::{JsonExpected, MAX_DEPTH, compact, is_name_byte, parse, parse_prefix, parse_within};
pub(crate) use quoting::{JsonQuoting, JsonWords};
#[cfg(feature = "cli")]
pub(crate) use string::string_length;
pub(crate) use string::{StringDecoder, UnquoteError, Unquoted, unquote, well_formed};
pub(crate) use style::{JsonOrder, JsonStyle};
pub(crate) use tree::JsonMember;
pub use tree::{JsonKind, JsonName, JsonValue};
