//! Deviations from the protocol, one file per dimension. Each file makes a flat list of variants, and each variant
//! has its [`change::Change`].
//!
//! | file | dimension |
//! | --- | --- |
//! | `secret.rs`, `pasted.rs` | the HMAC key |
//! | `timestamp.rs` | the timestamp |
//! | `body/` | the body |
//! | `message.rs` | the layout of the signed message |
//! | `hash.rs` | the hash |
//! | `header.rs` | the format of the digest in the header |

pub(super) mod body;
pub(super) mod change;
pub(super) mod hash;
pub(super) mod header;
pub(super) mod message;
mod pasted;
pub(super) mod secret;
pub(super) mod timestamp;

pub use message::signed_message;
