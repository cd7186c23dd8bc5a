//! What the tests share.

pub(crate) mod ngrok_server;
