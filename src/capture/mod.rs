//! Captured requests: parses a webhook that a tool recorded into method, headers and body. Pure.
//!
//! The code opens no files and reads no clock. If a capture names a file, as `curl -d @file` does, the caller
//! reads it. Signatures are verified by `zoom` and explained by `diagnosis`.
//!
//! # Steps
//! 1. [`detect`] finds the [`Format`] from the first [`SAMPLE_LEN`] bytes of a source.
//! 2. [`records`] splits the source into [`Record`]s: lines, JSON values, HTTP messages, or the whole document
//!    if the format cannot be split. This limits the memory for large files.
//! 3. [`parse`] returns the [`Capture`]s of one record. It is pure, so many threads can call it.
//! 4. [`search()`] finds the parts of requests in any text, with their place and fidelity. The caller, who has the
//!    secrets, proves which of them belong together.
//!
//! [`read`] runs steps 2 and 3.
//!
//! | folder | contents |
//! | --- | --- |
//! | `formats/` | one file per format; [`Format`] lists them |
//! | `peel/` | layers over a text, and how to undo them |
//! | `search/` | collects signatures, timestamps and bodies in all layers, and assigns what nothing proves |
//! | `syntax/` | grammars: HTTP heads, times |
//! | `split/` | splits a source into records |

mod body;
mod error;
mod format;
mod formats;
mod headers;
mod normalize;
mod note;
mod peel;
mod record;
mod request;
mod search;
mod shape;
mod source;
mod split;
mod syntax;

pub use body::{Alternative, Body, BodyFidelity, Variant};
pub use error::ReadError;
pub use format::{Format, SAMPLE_LEN, UnknownFormat, detect};
pub use formats::parts::from_parts;
pub use headers::Headers;
pub use note::Note;
#[cfg(feature = "cli")]
pub(crate) use peel::encodings::inflate;
pub(crate) use peel::escapes::{entities, percent_decoded};
pub use record::{Files, Record, RecordLimits};
pub use request::{Capture, CapturedResponse, Place};
pub use search::{Findings, FoundPlaces, search};
pub use source::{parse, read, records};
