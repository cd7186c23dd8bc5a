//! A request as Zoom sends it: the headers of a real delivery, and the body.
//!
//! The headers are those of a delivery of July 2026, with its identifiers replaced. There is no `accept` and no
//! custom header.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{REQUEST_ID_HEADER, SIGNATURE_HEADER, SecretToken, TIMESTAMP_HEADER};

/// Zoom's `user-agent`, the same for events and challenges.
pub(crate) const ZOOM_USER_AGENT: &str = "Zoom Marketplace/1.0a";
const CONTENT_TYPE: &str = "application/json; charset=utf-8";

/// The identifiers of one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestIds {
    request: u128,
    trace: u128,
    tracking: u128,
    client: u128,
}

impl RequestIds {
    /// Identifiers from four random numbers: one for the event, two for the delivery, one for the app.
    #[must_use]
    pub fn new(random: [u128; 4]) -> Self {
        let [request, trace, tracking, client] = random;
        Self { request, trace, tracking, client }
    }

    /// The identifiers of a retry: the same event, another delivery.
    #[must_use]
    pub fn for_retry(&self, random: [u128; 2]) -> Self {
        Self { trace: random[0], tracking: random[1], ..self.clone() }
    }

    /// The value of `x-zm-request-id`: hex in UUID grouping, joined by underscores.
    #[must_use]
    pub fn request_id(&self) -> String {
        let hex = format!("{:032x}", self.request);
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("_")
    }
}

/// A signed request to a webhook endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRequest {
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl SignedRequest {
    /// Signs a body with the timestamp `now`, in whole seconds.
    #[must_use]
    pub fn new(secret: &SecretToken, body: Vec<u8>, now: SystemTime, ids: &RequestIds) -> Self {
        let timestamp = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().to_string();
        let signature = secret.sign(timestamp.as_bytes(), &body).to_string();
        let trace = format!("00-{:032x}-{:016x}-02", ids.trace, ids.tracking >> 64);
        let tracking = format!("v=2.0;clid=us02;rid=WEB_{:032x}", ids.tracking);
        let headers = vec![
            ("content-type", CONTENT_TYPE.to_owned()),
            ("content-length", body.len().to_string()),
            ("user-agent", ZOOM_USER_AGENT.to_owned()),
            ("traceparent", trace),
            (REQUEST_ID_HEADER, ids.request_id()),
            (TIMESTAMP_HEADER, timestamp),
            (SIGNATURE_HEADER, signature),
            ("x-zm-trackingid", tracking),
            ("zm-trace-upstream", "Meeting_Web_marketplace-consumer".to_owned()),
            ("clientid", super::catalogue::client_id(ids.client)),
        ];
        Self { headers, body }
    }

    /// All headers except `host`, with names in lower case, in the order in which they are sent.
    #[must_use]
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }

    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Replaces or removes a header, to build requests that are deliberately wrong.
    pub fn replace_header(&mut self, name: &str, value: Option<String>) {
        match value {
            Some(value) => {
                if let Some((_, old)) = self.headers.iter_mut().find(|(n, _)| *n == name) {
                    *old = value;
                }
            }
            None => self.headers.retain(|(n, _)| *n != name),
        }
    }

    /// Replaces the signed body, to build requests that are deliberately wrong.
    pub fn replace_body(&mut self, body: Vec<u8>) {
        self.replace_header("content-length", Some(body.len().to_string()));
        self.body = body;
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The whole request in HTTP/1.1.
    #[must_use]
    pub fn to_http(&self, host: &str, path: &str) -> Vec<u8> {
        let mut http = format!("POST {path} HTTP/1.1\r\nhost: {host}\r\n");
        for (name, value) in &self.headers {
            http.extend([name, ": ", value, "\r\n"]);
        }
        http.push_str("\r\n");
        let mut http = http.into_bytes();
        http.extend_from_slice(&self.body);
        http
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn has_the_headers_of_a_real_delivery() {
        let secret = SecretToken::new("4fv1RkqGQUq5sWbEz6hA5A").unwrap();
        let now = UNIX_EPOCH + Duration::from_millis(1_720_705_455_858);
        let body = br#"{"payload":{"plainToken":"xys8n8PGS7mAU0m5-YJjRA"},"event_ts":1720705455858,"event":"endpoint.url_validation"}"#;
        let ids = RequestIds::new([0x6009_d653_d487_445d_8406_42b6_5497_4899, 1, 2, 3]);
        let request = SignedRequest::new(&secret, body.to_vec(), now, &ids);
        assert_eq!(request.header("X-ZM-Request-Id"), Some("6009d653_d487_445d_8406_42b654974899"));
        assert_eq!(request.header(TIMESTAMP_HEADER), Some("1720705455"));
        assert_eq!(
            request.header(SIGNATURE_HEADER),
            Some("v0=93a1a675965ceb9c5a50c5dfb31f20e50f763be37a54ef74cd2d16a1a8e5c0d6")
        );
        assert_eq!(request.header("clientid").map(str::len), Some(22));
        assert_eq!(request.headers().len(), 10);
        let http = String::from_utf8(request.to_http("localhost", "/webhook")).unwrap();
        assert!(http.starts_with("POST /webhook HTTP/1.1\r\nhost: localhost\r\ncontent-type: "));
        assert!(http.ends_with("\"endpoint.url_validation\"}"));
    }

    #[test]
    fn a_retry_keeps_only_the_events_id() {
        let first = RequestIds::new([1, 2, 3, 4]);
        let retry = first.for_retry([5, 6]);
        assert_eq!(first.request_id(), retry.request_id());
        assert_ne!(first, retry);
    }
}
