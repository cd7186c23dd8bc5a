//! Grammars that several formats share.

pub(super) mod http;
pub(super) mod literal;
pub(super) mod php;
pub(super) mod time;
