//! Captured requests: a webhook as some tool recorded it, read back into method, headers and body. Pure.
//!
//! Bytes in, values out: no file is opened here (a capture that names one, as `curl -d @file` does, asks the
//! caller), no clock is read, nothing is judged. Whether the signature is right is `zoom`'s matter, and why not
//! is `diagnosis`'s.
//!
//! # How it goes
//! 1. [`detect`] tells the [`Format`] from the first bytes of a source ([`SAMPLE_LEN`] are enough).
//! 2. [`records`] cuts the source into [`Record`]s, one at a time: a line, a JSON value, an HTTP message, or the
//!    whole document where the format cannot be cut. This bounds the memory on large files.
//! 3. [`parse`] makes [`Capture`]s of one record. It is pure, so that many threads can do it.
//!
//! [`read`] does 2 and 3 in turn.
//!
//! | folder | holds |
//! | --- | --- |
//! | `formats/` | one file a format, all with the same members: [`Format`] is their table |
//! | `syntax/` | the grammars that several formats share: JSON and its kin, shells, CSV, HTTP heads, times |
//! | `split/` | a source cut into records |

mod blocks;
mod body;
mod detect;
mod error;
mod format;
mod formats;
mod headers;
mod note;
mod record;
mod request;
mod settle;
mod shape;
mod source;
mod split;
mod syntax;

pub use body::{Alternative, Body, BodyFidelity, Variant};
pub use detect::{SAMPLE_LEN, detect};
pub use error::ReadError;
pub use format::{Format, UnknownFormat};
pub use formats::parts::from_parts;
pub use headers::Headers;
pub use note::Note;
pub use record::{Files, Record, RecordLimits};
pub use request::{Capture, CapturedResponse, Place};
pub use source::{parse, read, records};
