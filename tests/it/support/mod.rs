//! What the tests share.

pub mod process;
pub mod raw_client;
pub mod requests;
