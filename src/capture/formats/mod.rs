//! One file a format, all with one member: a `READER`, whose fields stand in the same order in each.

pub(super) mod parts;
pub(super) mod raw_http;
