//! JSON as it was sent: documents that lose nothing, and how two of them differ. Pure.

#[cfg(feature = "cli")]
mod diff;
mod object;

#[cfg(feature = "cli")]
pub use diff::{Change, ChangeKind, Member, diff, members};
pub use object::JsonObject;
pub(crate) use object::text_of;
