//! Sends one probe and reads its answer, within time limits.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HOST, LOCATION, USER_AGENT};
use hyper::{HeaderMap, Request};
use tokio::time::timeout;

use super::reading::{ProbeAnswer, ProbeOutcome};
use super::{ProbeRoute, Prober};
use crate::capture::inflate;
use crate::http::{ExchangeLimits, HttpAnswer, HttpClient, InvalidTarget, Target};
use crate::probe::Probe;

/// Limit on the answer's body. This process answers with about 80 bytes.
const LARGEST_ANSWER: usize = 16 * 1024;

impl Prober {
    /// Posts one probe to `url`.
    pub(super) async fn post(&self, url: &str) -> ProbeOutcome {
        let limit = self.limits.probe;
        let connecting = async {
            let client = self.client(url).await?;
            let connection = client.connect().await.map_err(|error| error.to_string())?;
            Ok::<_, String>((client, connection))
        };
        let (client, connection) = match timeout(limit, connecting).await {
            Ok(Ok(connected)) => connected,
            Ok(Err(reason)) => return ProbeOutcome::NoConnection(reason),
            Err(_) => return ProbeOutcome::NoConnection(format!("no connection within {limit:?}")),
        };
        let probe = self.probe();
        let Ok(request) = self.request(client.target(), &probe) else { return ProbeOutcome::NoAnswer };
        let limits = ExchangeLimits { time: limit, body: LARGEST_ANSWER };
        let exchange = client.send_over(connection, request, limits).await;
        match exchange.answer {
            Ok(answer) => ProbeOutcome::Answer(self.judge(answer, &probe, exchange.took)),
            Err(_) => ProbeOutcome::NoAnswer,
        }
    }

    /// A client for one probe: each takes a new connection.
    async fn client(&self, url: &str) -> Result<HttpClient, String> {
        let target: Target = url.parse().map_err(|error: InvalidTarget| error.to_string())?;
        if let ProbeRoute::Edge(address) = self.route {
            return Ok(HttpClient::new(target.connecting_to(address), None));
        }
        let tls = self.tls().await.map_err(|error| error.to_string())?;
        Ok(HttpClient::new(target, Some(tls)).with_proxies(self.proxies.clone()))
    }

    fn request(&self, target: &Target, probe: &Probe) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
        let mut request = Request::post(&self.path)
            .header(HOST, target.host())
            .header(USER_AGENT, concat!("zoomhook-probe/", env!("CARGO_PKG_VERSION")))
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            // Free accounts show a warning page to browsers. This header skips it.
            .header("ngrok-skip-browser-warning", "1");
        for (name, value) in probe.headers() {
            request = request.header(name, value);
        }
        request.body(Full::new(Bytes::from(probe.body.clone())))
    }

    fn judge(&self, answer: HttpAnswer, probe: &Probe, took: Duration) -> ProbeAnswer {
        let HttpAnswer { status, headers, body } = answer;
        let code = headers.get("ngrok-error-code").and_then(|code| code.to_str().ok());
        let body = body.map(|body| decoded(&headers, body));
        ProbeAnswer {
            status: status.as_u16(),
            code: code.filter(|code| is_code(code)).map(str::to_owned),
            location: headers.get(LOCATION).and_then(|url| url.to_str().ok()).map(str::to_owned),
            page: body.as_ref().ok().filter(|_| is_html(&headers)).map(|body| title(body)),
            arrival: body.ok().and_then(|body| self.key.arrived(probe, &body)),
            took,
        }
    }
}

/// The body without its content-encoding: some gateways compress answers although nobody asks for it.
fn decoded(headers: &HeaderMap, body: Bytes) -> Bytes {
    let encoding = headers.get(CONTENT_ENCODING).and_then(|encoding| encoding.to_str().ok());
    let decoded = encoding.and_then(|encoding| inflate(&encoding.to_ascii_lowercase(), &body).ok());
    decoded.map_or(body, Bytes::from)
}

/// Whether the text is a well-formed code. It comes from the network and is shown to the user.
fn is_code(text: &str) -> bool {
    text.len() <= 32 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

fn is_html(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// Limit on the characters of a page's title.
const LONGEST_TITLE: usize = 60;

/// The title of an HTML page; empty if it has none.
fn title(page: &[u8]) -> String {
    let page = String::from_utf8_lossy(page);
    // ASCII case does not change positions.
    let lower = page.to_ascii_lowercase();
    let between = || {
        let start = lower.find("<title")?;
        let start = start + lower[start..].find('>')? + 1;
        Some(&page[start..start + lower[start..].find("</title")?])
    };
    let words = between().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(LONGEST_TITLE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_answer_that_a_gateway_compressed() {
        use std::io::Write;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(b"unchanged 1").unwrap();
        let (mut headers, packed) = (HeaderMap::new(), Bytes::from(packed.finish().unwrap()));
        assert_eq!(decoded(&headers, packed.clone()), packed);
        headers.insert(CONTENT_ENCODING, "GZIP".parse().unwrap());
        assert_eq!(&decoded(&headers, packed)[..], b"unchanged 1");
        assert_eq!(&decoded(&headers, Bytes::from_static(b"plain"))[..], b"plain");
    }

    #[test]
    fn finds_the_title_of_a_page() {
        for (page, expected) in [
            ("<html><TITLE lang=x>\n Sign  in </Title>", "Sign in"),
            ("<title>never closed", ""),
            ("<p>é</p>", ""),
        ] {
            assert_eq!(title(page.as_bytes()), expected, "{page}");
        }
    }
}
