//! The capture formats, one file per format. Each file has a `READER`, which `Format` lists.

pub(super) mod json;
pub(super) mod parts;
pub(super) mod raw_http;
pub(super) mod text;
pub(super) mod zoomhook;
