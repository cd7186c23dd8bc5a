//! What the tests share.

pub mod raw_client;
pub mod requests;
