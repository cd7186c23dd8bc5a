//! What a request may go through between its judgement and its answer: the user's app, and a record on disk.
//!
//! Only the two contracts are here. Who fulfils them is decided by the session; the listener knows neither.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use hyper::HeaderMap;

use crate::delivery::{Delivery, Forwarded, Judgement, Request};

/// The user's app.
pub trait App: Send + Sync {
    /// The app's answer, which then goes to Zoom; `None` where zoomhook answers itself, as though there were no
    /// app. `id` is that of the delivery to come.
    fn answer<'a>(
        &'a self,
        id: &'a str,
        request: &'a Request,
        judgement: &'a Judgement,
    ) -> BoxFuture<'a, Option<AppAnswer>>;

    /// Hears of every delivery once its answer is certain: for what the app gets after the acknowledgement.
    /// Must not wait.
    fn acknowledged(&self, delivery: &Delivery);
}

/// What the app answered, or why it did not.
#[derive(Debug)]
pub struct AppAnswer {
    /// What came back.
    pub forwarded: Forwarded,
    /// The headers to pass on to Zoom; empty where nothing came back.
    pub headers: HeaderMap,
    /// The body to pass on.
    pub body: Bytes,
}

/// A record of what came: what it has taken down may be acknowledged.
pub trait Record: Send + Sync {
    /// Says in the delivery whether it repeats an earlier one, and takes it down; done once it is on disk, where
    /// it is kept on disk.
    fn record<'a>(&'a self, delivery: &'a mut Delivery) -> BoxFuture<'a, Result<(), NotRecorded>>;
}

/// Why a delivery could not be taken down, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotRecorded(pub String);
