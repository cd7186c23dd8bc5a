//! Grammars that several formats share.

pub(super) mod http;
pub(super) mod time;
