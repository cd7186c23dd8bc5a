//! The stream of a team: deliveries that one session receives and others read, kept by NATS JetStream or by the history
//! of that session.
//!
//! A session with `listen --share` publishes each delivery and answers Zoom once the server has it on disk
//! ([`Publisher`]). `follow` reads them with a consumer of its own ([`follow`]), and verifies the bytes itself. This
//! module does not judge, store or report.
//!
//! | file | holds |
//! | --- | --- |
//! | `address.rs` | servers and credentials, as the user names them. Pure |
//! | `names.rs` | the names of apps, followers, streams and subjects; the ids of messages. Pure |
//! | `message.rs` | a delivery as a message, and back. Pure |
//! | `source.rs` | [`DeliverySource`]: deliveries that another session received |
//! | `connect.rs` | the connection, and what becomes of it |
//! | `reconnect.rs` | how long to wait before a connection is tried again. Pure |
//! | `set_up.rs` | creates the stream, or checks the one that there is |
//! | `publish.rs` | publishes deliveries |
//! | `consume.rs` | reads a stream: [`DeliverySource`] for JetStream |
//! | `remote/` | reads the inspector of another session: [`DeliverySource`] without a server |
//! | `status.rs` | what the stream holds, and who is behind |
//! | `prune.rs` | deletes messages and followers |
//! | `error.rs` | what can go wrong |

mod address;
mod connect;
mod consume;
mod error;
mod message;
mod names;
mod prune;
mod publish;
mod reconnect;
mod remote;
mod set_up;
mod source;
mod status;

pub(crate) use address::{InvalidStreamAddress, StreamAccess, StreamAddress, StreamLogin};
pub(crate) use connect::StreamConnection;
pub(crate) use consume::{Follow, follow};
pub(crate) use error::StreamError;
pub(crate) use message::OutgoingMessage;
pub(crate) use names::{AppName, FollowerName};
pub(crate) use prune::{Prune, PrunedStream, prune};
pub(crate) use publish::Publisher;
pub(crate) use remote::{RemoteAccess, RemoteFollow, follow_session};
pub(crate) use set_up::StreamWish;
pub(crate) use source::{
    Arrived, DeliverySource, FollowStart, OpenFollower, Receipt, SourceConnection, SourceError, StreamHealth,
};
pub(crate) use status::{FollowerStatus, StreamStatus, status};
