//! The Model Context Protocol: zoomhook's commands as tools of an AI agent, over stdin and stdout.
//!
//! [`McpServer`] is the entry point. It reads what other sessions stored, and sends only if the user allows it. The JSON
//! and the rules are those of the inspector and of the commands. Every answer has a limited length, and says that its
//! texts are data.
//!
//! | file | holds |
//! | --- | --- |
//! | `transport.rs` | one message a line: what is read and answered |
//! | `lines.rs`, `outbox.rs` | reading lines with a limit on their length, and writing them |
//! | `message.rs` | what a line is. Pure |
//! | `pending.rs` | the requests that are not answered yet, and their ids. Pure |
//! | `server.rs` | the protocol: which tools there are, and calling them |
//! | `tool.rs` | what a tool is |
//! | `arguments.rs` | checks the arguments of a call. Pure |
//! | `progress.rs` | reports how far a call is |
//! | `answer.rs` | the text of an answer, cut to its limit. Pure |
//! | `place.rs` | the sessions, the history and the secret tokens at the moment of a call |
//! | `tools/` | the tools |

mod answer;
mod arguments;
mod lines;
mod message;
mod outbox;
mod pending;
mod place;
mod progress;
mod server;
mod tool;
mod tools;
mod transport;

pub(crate) use place::McpPlace;
pub(crate) use server::{McpEnd, McpServer};
