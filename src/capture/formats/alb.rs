//! The event that an AWS Application Load Balancer passes to a Lambda function.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::split::Cut;
use super::api_gateway;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "alb",
    title: "Application Load Balancer event",
    keeps: "Method, path, headers, the body as text or base64.",
    loses: "The time. Also all but the last of repeated headers, unless the target group has multi-value headers.",
    expected: "an object with requestContext.elb, headers and body",
    cut: Cut::Values,
    looks_like,
    parse: api_gateway::parse,
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    Confidence::Certain.when(sample.has("requestContext.elb"))
}
