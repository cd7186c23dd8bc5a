//! Sends requests: a few at a time, within the budget, and slower if the endpoint asks for it.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;

use super::request::{CheckReply, CheckRequest, ReplyKind};
use super::wire::Wire;
use crate::diagnosis::Framework;

/// Requests at the same time.
pub(super) const AT_A_TIME: usize = 4;
/// The pause before requests are sent again that were answered with 429, without a `retry-after`.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause, whatever `retry-after` says.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// The pause before each request after an answer of 429.
const PAUSE: Duration = Duration::from_millis(250);

/// Sends the requests of a run.
pub(super) struct PacedSender<'w, W> {
    wire: &'w W,
    /// The number of requests so far.
    pub(super) sent: u32,
    /// Limit on them.
    limit: u32,
    at_a_time: usize,
    /// The pause before each request.
    pause: Option<Duration>,
    /// Whether the run was slowed down, also if that changed nothing.
    was_slowed: bool,
    /// The framework, as far as the answers show it.
    pub(super) framework: Option<Framework>,
}

impl<'w, W: Wire> PacedSender<'w, W> {
    /// Sends at most `limit` requests.
    pub(super) fn new(wire: &'w W, limit: u32) -> Self {
        Self { wire, sent: 0, limit, at_a_time: AT_A_TIME, pause: None, was_slowed: false, framework: None }
    }

    /// Whether so many more requests are within the budget.
    pub(super) fn has_room_for(&self, requests: u32) -> bool {
        self.sent + requests <= self.limit
    }

    /// Whether each request is sent alone.
    pub(super) fn is_one_at_a_time(&self) -> bool {
        self.at_a_time == 1
    }

    /// From now on, each request is sent alone.
    pub(super) fn send_one_at_a_time(&mut self) {
        self.at_a_time = 1;
    }

    /// Sends one request, alone.
    pub(super) async fn send(&mut self, request: CheckRequest) -> CheckReply {
        let reply = self.send_once(request.clone()).await;
        if !self.slows_down(&reply).await {
            return reply;
        }
        let again = self.send_once(request).await;
        self.keep_pace_if_in_vain(&reply, &again);
        again
    }

    /// Sends some requests at a time. The answers are in the order of the requests.
    pub(super) async fn send_all(&mut self, requests: Vec<CheckRequest>) -> Vec<CheckReply> {
        let mut replies = Vec::with_capacity(requests.len());
        if self.is_one_at_a_time() {
            for request in requests {
                replies.push(self.send(request).await);
            }
            return replies;
        }
        self.sent += requests.len() as u32;
        let wire = self.wire;
        let sends = requests.iter().map(|request| wire.send(request.clone()));
        replies.extend(stream::iter(sends).buffered(self.at_a_time).collect::<Vec<_>>().await);
        replies.iter().for_each(|reply| self.note(reply));
        let Some(first) = replies.iter().position(is_too_fast) else { return replies };
        if self.slows_down(&replies[first]).await {
            let before = replies[first].clone();
            for (request, reply) in requests.into_iter().zip(&mut replies) {
                if is_too_fast(reply) {
                    *reply = self.send_once(request).await;
                }
            }
            self.keep_pace_if_in_vain(&before, &replies[first]);
        }
        replies
    }

    async fn send_once(&mut self, request: CheckRequest) -> CheckReply {
        if let Some(pause) = self.pause {
            self.wire.pause(pause).await;
        }
        self.sent += 1;
        let reply = self.wire.send(request).await;
        self.note(&reply);
        reply
    }

    /// Slows down after the first answer that may be due to the rate, once in a run. Returns whether to send the request
    /// again.
    async fn slows_down(&mut self, reply: &CheckReply) -> bool {
        // Only 429 says that the rate is the reason.
        let was_tried = self.pause.is_some() || self.was_slowed && reply.kind() != ReplyKind::Limited;
        if !is_too_fast(reply) || was_tried || !self.has_room_for(AT_A_TIME as u32) {
            return false;
        }
        self.was_slowed = true;
        self.send_one_at_a_time();
        self.pause = Some(PAUSE);
        let asked =
            reply.headers.get(hyper::header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        self.wire.pause(asked.map_or(FIRST_PAUSE, Duration::from_secs).min(LONGEST_PAUSE)).await;
        true
    }

    /// Goes back to the usual pace if an app answers 503 also after a pause: then the rate is not its reason.
    fn keep_pace_if_in_vain(&mut self, before: &CheckReply, again: &CheckReply) {
        if before.kind() != ReplyKind::Limited && again.kind() == before.kind() {
            (self.at_a_time, self.pause) = (AT_A_TIME, None);
        }
    }

    fn note(&mut self, reply: &CheckReply) {
        if self.framework.is_none() {
            let headers = reply.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
            self.framework = Framework::guess(headers);
        }
    }
}

/// Whether an answer may be due to the rate of requests: 429 says so, and 503 is the answer of an app that is busy.
fn is_too_fast(reply: &CheckReply) -> bool {
    matches!(reply.kind(), ReplyKind::Limited | ReplyKind::Failed(503))
}
