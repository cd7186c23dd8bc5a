//! A wire to a pure function.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue};

use super::faulty_app::{Asked, FaultyApp};
use crate::check::request::{CheckReply, CheckRequest, ReplyOutcome};
use crate::check::wire::Wire;

pub(super) struct PureWire {
    app: RefCell<FaultyApp>,
    /// How many requests the app answers at the same time.
    at_a_time: usize,
    open: Cell<usize>,
}

impl PureWire {
    pub(super) fn new(app: FaultyApp) -> Self {
        Self { app: RefCell::new(app), at_a_time: usize::MAX, open: Cell::new(0) }
    }

    /// An app that answers so many requests at the same time, and no others.
    pub(super) fn answering(app: FaultyApp, at_a_time: usize) -> Self {
        Self { at_a_time, ..Self::new(app) }
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
        let mut said = self.app.borrow_mut().answer(&asked);
        if !is_served {
            said.delay = request.limit;
        }
        let outcome = match (said.closes, said.delay >= request.limit) {
            (true, _) => ReplyOutcome::Closed("the connection was closed".to_owned()),
            (false, true) => ReplyOutcome::TimedOut,
            (false, false) => ReplyOutcome::Answered(said.status),
        };
        let headers = said
            .headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()));
        CheckReply {
            outcome,
            took: said.delay.min(request.limit).max(Duration::from_millis(1)),
            headers: headers.collect(),
            body: said.body.into(),
            is_cut: false,
        }
    }

    async fn pause(&self, _: Duration) {}
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
