//! The event that AWS passes to a Lambda function: API Gateway payloads 1.0 and 2.0, and function URLs.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::shape::CaptureShape;
use super::super::split::Cut;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "lambda",
    title: "API Gateway event",
    keeps: "Method, path, headers, the body as text or base64, the time.",
    loses: "Nothing of the body. In payload 2.0, repeated headers are joined by commas.",
    expected: "an object with headers, body, and requestContext or httpMethod",
    cut: Cut::Values,
    looks_like,
    parse,
};

pub(in crate::capture) const SHAPE: CaptureShape = CaptureShape {
    method: &["requestContext.http.method", "httpMethod"],
    target: &["rawPath", "path", "requestContext.http.path"],
    headers: &["multiValueHeaders", "headers"],
    body: &["body"],
    encoded: &["isBase64Encoded"],
    time: &["requestContext.timeEpoch", "requestContext.requestTimeEpoch", "requestContext.time"],
    remote: &["requestContext.http.sourceIp", "requestContext.identity.sourceIp"],
    status: &[],
    response_headers: &[],
    response_body: &[],
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let v2 = sample.has("requestContext.http") || sample.has("rawPath");
    let v1 = sample.has("httpMethod") || sample.has("requestContext.identity");
    let elb = sample.has("requestContext.elb");
    let headers = sample.has("headers") || sample.has("multiValueHeaders");
    Confidence::Certain.when((v1 || v2) && headers && !elb)
}

pub(in crate::capture) fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    match context.json(record) {
        Err(error) => vec![Err(error)],
        Ok(node) if SHAPE.headers.iter().all(|path| node.at(path).is_none()) => Vec::new(),
        Ok(node) => vec![Ok(SHAPE.read(&node, record, context))],
    }
}
