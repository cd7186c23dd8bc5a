//! A wire to a pure function.

use std::cell::RefCell;
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue};

use super::faulty_app::{Asked, FaultyApp};
use crate::check::examine::Wire;
use crate::check::request::{CheckReply, CheckRequest, ReplyOutcome};

pub(super) struct PureWire {
    app: RefCell<FaultyApp>,
}

impl PureWire {
    pub(super) fn new(app: FaultyApp) -> Self {
        Self { app: RefCell::new(app) }
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
        let said = self.app.borrow_mut().answer(&asked);
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
