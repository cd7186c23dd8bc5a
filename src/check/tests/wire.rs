//! A wire to a pure function.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use super::faulty_app::{Asked, FaultyApp};
use crate::check::request::{CheckReply, CheckRequest, ReplyOutcome};
use crate::check::wire::Wire;

pub(super) struct PureWire {
    app: RefCell<FaultyApp>,
    /// How many requests the app answers at the same time.
    at_a_time: usize,
    open: Cell<usize>,
    /// Answers 503 to a request that comes without a pause after the last one.
    needs_pauses: bool,
    has_paused: Cell<bool>,
    /// How many requests the app answers before it ends.
    ends_after: usize,
    answered: Cell<usize>,
}

impl PureWire {
    pub(super) fn new(app: FaultyApp) -> Self {
        Self {
            app: RefCell::new(app),
            at_a_time: usize::MAX,
            open: Cell::new(0),
            needs_pauses: false,
            has_paused: Cell::new(true),
            ends_after: usize::MAX,
            answered: Cell::new(0),
        }
    }

    /// An app that answers so many requests at the same time, and no others.
    pub(super) fn answering(app: FaultyApp, at_a_time: usize) -> Self {
        Self { at_a_time, ..Self::new(app) }
    }

    /// An app that answers 503 to a request that comes without a pause after the last one.
    pub(super) fn with_pauses(app: FaultyApp) -> Self {
        Self { needs_pauses: true, ..Self::new(app) }
    }

    /// An app that ends after so many answers.
    pub(super) fn ending_after(app: FaultyApp, answers: usize) -> Self {
        Self { ends_after: answers, ..Self::new(app) }
    }
}

impl Wire for PureWire {
    async fn send(&self, request: CheckRequest) -> CheckReply {
        let titled: Vec<String> = request.headers.iter().map(|(name, _)| title_case(name)).collect();
        let headers = request.headers.iter().zip(&titled).map(|((name, value), titled)| {
            (if request.title_case { titled.as_str() } else { *name }, value.as_str())
        });
        let asked =
            Asked { method: request.method.as_str(), headers: headers.collect(), body: &request.body };
        self.open.set(self.open.get() + 1);
        // The others begin before this one is answered.
        tokio::task::yield_now().await;
        let is_served = self.open.get() <= self.at_a_time;
        tokio::task::yield_now().await;
        self.open.set(self.open.get() - 1);
        if self.answered.replace(self.answered.get() + 1) >= self.ends_after {
            return reply(ReplyOutcome::Unreachable("connection refused".to_owned()));
        }
        if !self.has_paused.replace(false) && self.needs_pauses {
            return reply(ReplyOutcome::Answered(503));
        }
        let mut said = self.app.borrow_mut().answer(&asked);
        if !is_served {
            said.delay = request.limit;
        }
        let outcome = match (said.closes, said.delay >= request.limit) {
            (true, _) => ReplyOutcome::Closed("the connection was closed".to_owned()),
            (false, true) => ReplyOutcome::TimedOut,
            (false, false) => ReplyOutcome::Answered(said.status),
        };
        let is_answered = matches!(outcome, ReplyOutcome::Answered(_));
        let body = if is_answered { said.body } else { String::new() };
        let headers = said
            .headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()));
        CheckReply {
            outcome,
            took: said.delay.min(request.limit).max(Duration::from_millis(1)),
            headers: headers.collect(),
            body: body.into(),
            is_cut: false,
        }
    }

    async fn pause(&self, _: Duration) {
        self.has_paused.set(true);
    }
}

/// An answer without headers and a body.
fn reply(outcome: ReplyOutcome) -> CheckReply {
    CheckReply {
        outcome,
        took: Duration::from_millis(1),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        is_cut: false,
    }
}

fn title_case(name: &str) -> String {
    let mut upper = true;
    name.chars()
        .map(|c| {
            let c = if upper { c.to_ascii_uppercase() } else { c };
            upper = c == '-';
            c
        })
        .collect()
}
