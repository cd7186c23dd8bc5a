//! Shared by the tests.

pub mod app;
pub mod faulty_app;
pub mod gateway;
pub mod inspector;
pub mod nats_server;
pub mod ngrok_server;
pub mod process;
pub mod proxy;
pub mod raw_client;
pub mod receiver;
pub mod requests;
pub mod schema;
#[cfg(unix)]
pub mod screen;
pub mod snapshot;
pub mod webhook_apps;
