//! What may be otherwise than Zoom does it, one dimension a file; each gives a flat list of variants, and every
//! variant carries its [`change::Change`].
//!
//! | file | dimension |
//! | --- | --- |
//! | `secret.rs`, `pasted.rs` | the HMAC's key |
//! | `timestamp.rs`, `dates.rs` | the timestamp |
//! | `body/` | the body |
//! | `message.rs` | the layout of the signed message |
//! | `hash.rs` | the hash |
//! | `header.rs` | how the digest is written in the header |

pub(super) mod body;
pub(super) mod change;
pub(super) mod hash;
pub(super) mod header;
pub(super) mod message;
mod pasted;
pub(super) mod secret;
pub(super) mod timestamp;

pub use message::signed_message;
