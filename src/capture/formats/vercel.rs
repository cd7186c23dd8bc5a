//! Vercel logs: a log drain, or `vercel logs --json`. They contain the method, the path and what the function
//! logged. Headers and body are found only if the function logged them.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::split::Cut;
use super::super::syntax::time;
use super::super::{Capture, ReadError, blocks};
use crate::json::{self, JsonKind, JsonValue};

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "vercel",
    title: "Vercel log",
    keeps: "What the function logged, the method and path, the status, the time.",
    loses: "Headers and body, unless the function logged them. Long messages are truncated.",
    expected: "objects with message, and proxy or requestId, whose messages contain headers and body",
    cut: Cut::Whole,
    looks_like,
    parse,
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let drain = sample.has("message") && sample.has("projectId") && sample.has("deploymentId");
    let tool = sample.has("message") && sample.has("requestPath") && sample.has("requestMethod");
    Confidence::Certain.when(drain || tool)
}

/// The log lines of one request.
#[derive(Default)]
struct Request {
    messages: Vec<u8>,
    method: Option<String>,
    target: Option<String>,
    time: Option<std::time::SystemTime>,
    remote: Option<String>,
    line: usize,
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    let lines = match lines(record, context) {
        Ok(lines) => lines,
        Err(error) => return vec![Err(error)],
    };
    let mut requests: Vec<Request> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for line in &lines {
        let id = line
            .first_of(&["requestId", "proxy.requestId", "id"])
            .and_then(JsonValue::display)
            .unwrap_or_default();
        let place = *places.entry(id).or_insert(requests.len());
        if place == requests.len() {
            requests.push(Request { line: record.offset_of(line.raw), ..Request::default() });
        }
        requests[place].add(line);
    }
    requests.into_iter().flat_map(|request| request.captures(record, context)).map(Ok).collect()
}

/// The log lines: the items of a list, or one value per line.
fn lines<'r>(record: &'r Record, context: &ParseContext<'_>) -> Result<Vec<JsonValue<'r>>, ReadError> {
    if record.bytes.trim_ascii_start().first() == Some(&b'[') {
        return match context.json(record)?.kind {
            JsonKind::List(items) => Ok(items),
            _ => Ok(Vec::new()),
        };
    }
    let mut found = Vec::new();
    let mut at = 0;
    while at < record.bytes.len() {
        let (line, next) = record.line(at);
        if !line.trim_ascii().is_empty() {
            let node =
                json::parse(line).map_err(|error| context.expected(record, at + error.at, error.what))?;
            found.push(node);
        }
        at = next;
    }
    Ok(found)
}

impl Request {
    fn add(&mut self, line: &JsonValue<'_>) {
        if let Some(message) = line.get("message").and_then(JsonValue::bytes) {
            self.messages.extend_from_slice(message);
            self.messages.push(b'\n');
        }
        let set = |to: &mut Option<String>, paths: &[&str]| {
            if to.is_none() {
                *to = line.first_of(paths).and_then(JsonValue::display);
            }
        };
        set(&mut self.method, &["proxy.method", "requestMethod"]);
        set(&mut self.target, &["proxy.path", "requestPath", "path"]);
        set(&mut self.remote, &["proxy.clientIp"]);
        let time = line.first_of(&["proxy.timestamp", "timestamp", "timestampInMs"]);
        self.time = self.time.or_else(|| time.and_then(time::of_node));
    }

    fn captures(self, record: &Record, context: &ParseContext<'_>) -> Vec<Capture> {
        let mut found = blocks::requests(&self.messages, record, context);
        for capture in &mut found {
            capture.place = context.place_at(record, self.line);
            capture.method.clone_from(&self.method);
            capture.target.clone_from(&self.target);
            capture.remote.clone_from(&self.remote);
            capture.captured_at = self.time;
        }
        found
    }
}
