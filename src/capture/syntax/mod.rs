//! Grammars that several formats share.

pub(super) mod cmd;
pub(super) mod form;
pub(super) mod http;
pub(super) mod literal;
pub(super) mod php;
pub(super) mod powershell;
pub(super) mod shell;
pub(super) mod text;
pub(super) mod time;
