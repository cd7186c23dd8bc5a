//! Which headers are forwarded to the app, and which are returned to Zoom. Pure.
//!
//! Values and repeated headers stay as received. Names are sent in lower case, as Zoom sends its own; they are not case
//! sensitive in HTTP.

use std::net::IpAddr;

use hyper::HeaderMap;
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderName, HeaderValue, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};

use crate::delivery::{Request, Route};
use crate::http::replace_headers;
use crate::probe;
use crate::probe::FORWARD_MARK_HEADER;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Headers that apply to one connection only (RFC 9110, 7.6.1), in addition to those that `connection` names. The two
/// for proxy authentication are from RFC 2616, 13.5.1.
const HOP_BY_HOP: [HeaderName; 9] = [
    CONNECTION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("proxy-authenticate"),
    HeaderName::from_static("proxy-authorization"),
];

/// Whether the HTTP client sets this header itself, so that the user cannot set it.
#[must_use]
pub(crate) fn is_framing(name: &HeaderName) -> bool {
    HOP_BY_HOP.contains(name) || *name == CONTENT_LENGTH || *name == EXPECT
}

/// The headers for the app. `host` is the target's. `added` are the user's, and replace others of the same name.
pub(super) fn request_headers(
    request: &Request,
    host: &HeaderValue,
    added: &[(HeaderName, HeaderValue)],
) -> HeaderMap {
    let mut headers = request.headers.clone();
    remove_hop_by_hop(&mut headers);
    // The body has already arrived, so the app need not send `100 Continue`.
    headers.remove(EXPECT);
    // hyper sets the length. The body may have arrived in chunks.
    headers.remove(CONTENT_LENGTH);
    // This session's mark is among `added`.
    headers.remove(FORWARD_MARK_HEADER);
    let original_host = headers.insert(HOST, host.clone());
    add_forwarded(&mut headers, request, original_host);
    replace_headers(&mut headers, added);
    let own = headers.remove(FORWARD_MARK_HEADER);
    for mark in earlier_marks(request).chain(own) {
        headers.append(FORWARD_MARK_HEADER, mark);
    }
    headers
}

/// The marks of the sessions that forwarded the request before. Without them, these would not recognize a loop.
fn earlier_marks(request: &Request) -> impl Iterator<Item = HeaderValue> {
    let values = request.headers.get_all(FORWARD_MARK_HEADER).iter().map(HeaderValue::as_bytes);
    probe::earlier_marks(values).into_iter().filter_map(|mark| HeaderValue::from_str(mark).ok())
}

/// The headers of an app's answer that are returned to Zoom. hyper sets the length.
pub(super) fn answer_headers(answer: &HeaderMap) -> HeaderMap {
    let mut headers = answer.clone();
    remove_hop_by_hop(&mut headers);
    headers.remove(CONTENT_LENGTH);
    headers
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    for name in named_in_connection(headers) {
        headers.remove(name);
    }
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
}

fn named_in_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let values = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let names = values.flat_map(|value| value.split(','));
    let names = names.filter_map(|name| HeaderName::try_from(name.trim()).ok());
    // A client must not be able to have Zoom's headers removed.
    names.filter(|name| !name.as_str().starts_with("x-zm-")).collect()
}

/// Adds the client's address, the scheme and the host. Scheme and host from a proxy in front are not changed: it knows
/// the public URL, and frameworks expect a single value.
fn add_forwarded(headers: &mut HeaderMap, request: &Request, original_host: Option<HeaderValue>) {
    forward_for(headers, request.peer.ip());
    if !headers.contains_key(FORWARDED_PROTO) {
        // The tunnel's public side is always https.
        // Zoom posts only to https:// URLs.
        let scheme = if request.route == Route::Local { "http" } else { "https" };
        headers.insert(FORWARDED_PROTO, HeaderValue::from_static(scheme));
    }
    if let Some(host) = original_host
        && !headers.contains_key(FORWARDED_HOST)
    {
        headers.insert(FORWARDED_HOST, host);
    }
}

/// Appends the peer to the list, unless it is the last entry: through the tunnel, the peer is the client, which
/// ngrok's edge has already added.
fn forward_for(headers: &mut HeaderMap, peer: IpAddr) {
    let peer = peer.to_canonical().to_string();
    let values = headers.get_all(&FORWARDED_FOR).iter();
    let list: Vec<&[u8]> = values.map(|value| value.as_bytes().trim_ascii()).collect();
    let mut list = list.join(&b", "[..]);
    let last = list.rsplit(|b| *b == b',').next().unwrap_or_default().trim_ascii();
    if last == peer.as_bytes() {
        return;
    }
    if !list.is_empty() {
        list.extend_from_slice(b", ");
    }
    list.extend_from_slice(peer.as_bytes());
    // This succeeds: the parts are header values and an address.
    if let Ok(value) = HeaderValue::from_bytes(&list) {
        headers.insert(FORWARDED_FOR, value);
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use hyper::Method;

    use super::*;

    fn map(headers: &[(&str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        map
    }

    fn forwarded(headers: &[(&str, &str)], route: Route, added: &[(&str, &str)]) -> HeaderMap {
        let request = Request {
            method: Method::POST,
            target: "/webhook".into(),
            headers: map(headers),
            body: Bytes::from_static(b"{}"),
            peer: "203.0.113.7:40000".parse().unwrap(),
            route,
        };
        let added = map(added);
        let added: Vec<_> = added.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        request_headers(&request, &HeaderValue::from_static("localhost:3000"), &added)
    }

    #[track_caller]
    fn assert_values(headers: &HeaderMap, name: &str, values: &[&str]) {
        let found: Vec<_> = headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
        assert_eq!(found, values, "{name}");
    }

    #[test]
    fn preserves_values_and_repeated_headers() {
        let headers = [("x-zm-signature", "v0=ab"), ("x-twice", "1"), ("x-odd", "a  b"), ("x-twice", "2")];
        let forwarded = forwarded(&headers, Route::Local, &[]);
        assert_values(&forwarded, "x-zm-signature", &["v0=ab"]);
        assert_values(&forwarded, "x-twice", &["1", "2"]);
        assert_values(&forwarded, "x-odd", &["a  b"]);
    }

    #[test]
    fn removes_hop_by_hop_headers() {
        let headers = [
            ("connection", "close, X-Hop"),
            ("connection", "x-too"),
            ("x-hop", "1"),
            ("x-too", "1"),
            ("keep-alive", "timeout=5"),
            ("te", "trailers"),
            ("trailer", "x"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("proxy-authorization", "x"),
            ("expect", "100-continue"),
            ("content-length", "999"),
        ];
        let forwarded = forwarded(&headers, Route::Local, &[]);
        let names: Vec<_> = forwarded.keys().map(HeaderName::as_str).collect();
        assert_eq!(names.len(), 3, "{names:?}");
        assert_values(&forwarded, "host", &["localhost:3000"]);
    }

    #[test]
    fn preserves_zooms_headers_that_connection_names() {
        let headers = [("connection", "x-zm-signature, X-Hop"), ("x-zm-signature", "v0=ab"), ("x-hop", "1")];
        let forwarded = forwarded(&headers, Route::Local, &[]);
        assert_values(&forwarded, "x-zm-signature", &["v0=ab"]);
        assert_values(&forwarded, "x-hop", &[]);
    }

    #[test]
    fn adds_forwarded_headers() {
        let local = forwarded(&[("host", "hooks.example.com")], Route::Local, &[]);
        assert_values(&local, "x-forwarded-for", &["203.0.113.7"]);
        assert_values(&local, "x-forwarded-proto", &["http"]);
        assert_values(&local, "x-forwarded-host", &["hooks.example.com"]);
        assert_values(&forwarded(&[], Route::Tunnel, &[]), "x-forwarded-proto", &["https"]);
    }

    #[test]
    fn extends_the_forwarded_headers_of_a_proxy() {
        let before = [
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-for", "192.0.2.2"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "hooks.example.com"),
            ("host", "localhost:4000"),
        ];
        let headers = forwarded(&before, Route::Local, &[]);
        assert_values(&headers, "x-forwarded-for", &["192.0.2.1, 192.0.2.2, 203.0.113.7"]);
        assert_values(&headers, "x-forwarded-proto", &["https"]);
        assert_values(&headers, "x-forwarded-host", &["hooks.example.com"]);
        let known = forwarded(&[("x-forwarded-for", "192.0.2.1, 203.0.113.7")], Route::Tunnel, &[]);
        assert_values(&known, "x-forwarded-for", &["192.0.2.1, 203.0.113.7"]);
    }

    #[test]
    fn replaces_headers_with_the_users() {
        let added = [("x-env", "dev"), ("host", "app.test"), ("x-twice", "1"), ("x-twice", "2")];
        let headers = forwarded(&[("x-env", "prod"), ("x-env", "stage")], Route::Local, &added);
        assert_values(&headers, "x-env", &["dev"]);
        assert_values(&headers, "host", &["app.test"]);
        assert_values(&headers, "x-twice", &["1", "2"]);
    }

    #[test]
    fn forwards_the_latest_marks_of_other_sessions_and_no_other_text() {
        let mark = |number: usize| format!("v0={number:064x}");
        let joined = [mark(1), mark(2)].join(", ");
        let received = [(FORWARD_MARK_HEADER, "a stranger's"), (FORWARD_MARK_HEADER, joined.as_str())];
        assert_values(&forwarded(&received, Route::Local, &[]), FORWARD_MARK_HEADER, &[&mark(1), &mark(2)]);
        let own = forwarded(&received, Route::Local, &[(FORWARD_MARK_HEADER, "ours")]);
        assert_values(&own, FORWARD_MARK_HEADER, &[&mark(1), &mark(2), "ours"]);
        let many: Vec<_> = (0..20).map(mark).collect();
        let joined = many.join(",");
        let own =
            forwarded(&[(FORWARD_MARK_HEADER, &joined)], Route::Local, &[(FORWARD_MARK_HEADER, "ours")]);
        let kept: Vec<_> = many[5..].iter().map(String::as_str).chain(["ours"]).collect();
        assert_values(&own, FORWARD_MARK_HEADER, &kept);
    }

    #[test]
    fn returns_an_answer_without_hop_by_hop_headers() {
        let answer = map(&[
            ("connection", "close"),
            ("transfer-encoding", "chunked"),
            ("set-cookie", "a=1"),
            ("set-cookie", "b=2"),
            ("content-type", "application/json"),
        ]);
        let returned = answer_headers(&answer);
        assert_eq!(returned.len(), 3, "{returned:?}");
        assert_values(&returned, "set-cookie", &["a=1", "b=2"]);
    }
}
