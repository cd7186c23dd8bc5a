//! [`Access`]: who may ask for what. Pure.
//!
//! A page of the web can make the browser send requests to loopback, so that a port on loopback is not private:
//!
//! - **DNS rebinding**: a host name of an attacker that resolves to 127.0.0.1. Only the three names of this machine are
//!   accepted as `Host`.
//! - **Other users and programs** of this machine can connect. Each request needs the token of the printed URL, or the
//!   cookie that the browser got for it. The cookie's name has the port, because cookies do not distinguish ports.
//! - **Other pages, also those of other ports of this machine**, which the cookie does not keep out: the browser says in
//!   `Sec-Fetch-Site` and `Origin` who asks. Writes need a JSON content type too, which a form cannot send.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, HeaderName, ORIGIN};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};
use sha2::{Digest, Sha256};

use super::resume::ResumeKey;

/// The path at which a page shows that it has the key of `resume.rs`, instead of the cookie.
pub(super) const RESUME_PATH: &str = "/api/v1/resume";
/// The parameter of the printed URL.
const TOKEN: &str = "token";
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The keys to one inspector.
#[derive(Debug)]
pub(super) struct Access {
    port: u16,
    token: String,
    cookie: String,
    /// Lets a page of an earlier session go on; `None` if that is not possible.
    resume: Option<ResumeKey>,
    /// Tokens that are good for once, the oldest first.
    tickets: Mutex<VecDeque<String>>,
}

/// Tickets that can be open at the same time.
const TICKETS: usize = 8;

/// What a request gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AccessDecision {
    /// It may be answered.
    Granted,
    /// It has the token in its URL: it gets the cookie and goes on to this path.
    Exchanged(String),
    /// It is refused.
    Denied(Denied),
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Denied {
    /// Its `Host` is not a name of this machine.
    #[error("This address is not a name of the inspector. Open it as http://127.0.0.1, with its port.")]
    Host,
    /// Its `Host` is a name of `--inspect-host`, and its path is not one for read tokens.
    #[error("Under this name, the inspector answers only requests with a read token.")]
    ReadHost,
    /// It has neither the token nor the cookie.
    #[error(
        "Open the inspector by the address that `zoomhook listen` prints, or by `zoomhook inspect --open`."
    )]
    Key,
    /// Another page sent it.
    #[error("Another web page sent this request.")]
    OtherSite,
    /// A write whose content is not declared as JSON.
    #[error("Send JSON: content-type: application/json.")]
    NotJson,
}

impl Access {
    pub(super) fn new(port: u16, token: String, cookie: String, resume: Option<ResumeKey>) -> Self {
        Self { port, token, cookie, resume, tickets: Mutex::default() }
    }

    /// What lets a page go on with a later session.
    pub(super) fn resume(&self) -> Option<&ResumeKey> {
        self.resume.as_ref()
    }

    /// The URL that opens the page.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/?{TOKEN}={}", self.port, self.token)
    }

    /// A URL that opens the page once. Without random numbers, the usual one.
    pub(super) fn ticket_url(&self) -> String {
        let Some(bytes) = super::random_bytes::<16>() else { return self.url() };
        let ticket = URL_SAFE_NO_PAD.encode(bytes);
        let mut tickets = self.tickets.lock().unwrap_or_else(PoisonError::into_inner);
        if tickets.len() == TICKETS {
            tickets.pop_front();
        }
        tickets.push_back(ticket.clone());
        format!("http://127.0.0.1:{}/?{TOKEN}={ticket}", self.port)
    }

    fn opens(&self, token: &str) -> bool {
        let mut tickets = self.tickets.lock().unwrap_or_else(PoisonError::into_inner);
        let ticket = tickets.iter().position(|ticket| is_equal(token, ticket));
        ticket.is_some_and(|at| tickets.remove(at).is_some()) || is_equal(token, &self.token)
    }

    /// The value of `Set-Cookie`.
    pub(super) fn set_cookie(&self) -> String {
        format!("{}={}; Path=/; HttpOnly; SameSite=Strict", self.cookie_name(), self.cookie)
    }

    fn cookie_name(&self) -> String {
        format!("zoomhook_{}", self.port)
    }

    pub(super) fn check(&self, request: &Parts) -> AccessDecision {
        match self.judge(request) {
            Ok(admission) => admission,
            Err(denied) => AccessDecision::Denied(denied),
        }
    }

    fn judge(&self, request: &Parts) -> Result<AccessDecision, Denied> {
        let headers = &request.headers;
        let host = only(headers, &HOST).filter(|host| self.is_own_host(host)).ok_or(Denied::Host)?;
        // A URL with a host is for a proxy.
        if request.uri.authority().is_some() {
            return Err(Denied::Host);
        }
        let is_api = request.uri.path().starts_with("/api/");
        if request.method == Method::GET
            && !is_api
            && let Some((token, rest)) = take_token(request.uri.query().unwrap_or_default())
        {
            let query = if rest.is_empty() { String::new() } else { format!("?{rest}") };
            let place = format!("{}{query}", own_path(request.uri.path()));
            // An old link of a browser that has the cookie.
            let is_open = self.opens(token) || self.has_cookie(headers);
            return if is_open { Ok(AccessDecision::Exchanged(place)) } else { Err(Denied::Key) };
        }
        let by_bearer = self.has_bearer(headers);
        if !by_bearer && !self.has_cookie(headers) && !self.resumes(request) {
            return Err(Denied::Key);
        }
        let site = only(headers, &FETCH_SITE);
        let is_other = headers.contains_key(FETCH_SITE) && !matches!(site, Some("same-origin" | "none"));
        let is_write = !matches!(request.method, Method::GET | Method::HEAD);
        // A link of another page may lead here, but nothing else of it.
        if is_other && (is_api || is_write) {
            return Err(Denied::OtherSite);
        }
        if is_write {
            let origin = only(headers, &ORIGIN);
            let is_own_origin = origin.is_some_and(|origin| origin.strip_prefix("http://") == Some(host));
            // A browser sends at least one of the two headers with a write.
            let is_said = is_own_origin || (site.is_some() && !headers.contains_key(ORIGIN));
            if (headers.contains_key(ORIGIN) && !is_own_origin) || !(is_said || by_bearer) {
                return Err(Denied::OtherSite);
            }
            if !only(headers, &CONTENT_TYPE).is_some_and(is_json) {
                return Err(Denied::NotJson);
            }
        }
        Ok(AccessDecision::Granted)
    }

    /// Whether a `Host` is one of the names of this machine, with the inspector's port.
    pub(super) fn is_own_host(&self, host: &str) -> bool {
        ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| {
            host.len() > name.len()
                && host.is_char_boundary(name.len())
                && host[..name.len()].eq_ignore_ascii_case(name)
                && host[name.len()..].strip_prefix(':') == Some(&self.port.to_string())
        })
    }

    fn has_bearer(&self, headers: &HeaderMap) -> bool {
        let given = only(headers, &AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        given.is_some_and(|given| is_equal(given, &self.token))
    }

    /// Whether it is the request of a page of an earlier session that goes on with this one.
    fn resumes(&self, request: &Parts) -> bool {
        let proof = only(&request.headers, &AUTHORIZATION).and_then(|value| value.strip_prefix("Resume "));
        request.method == Method::POST
            && request.uri.path() == RESUME_PATH
            && self.resume.as_ref().zip(proof).is_some_and(|(key, proof)| key.proves(proof))
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let name = self.cookie_name();
        let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            pairs.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.any(|(given, value)| given == name && is_equal(value, &self.cookie))
    }
}

/// The origin and the token of a printed URL.
pub(super) fn parts(url: &str) -> Option<(&str, &str)> {
    let (origin, token) = url.split_once("/?")?;
    Some((origin, token.strip_prefix(TOKEN)?.strip_prefix('=')?))
}

/// The value of a header that occurs once.
pub(super) fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

fn is_json(content_type: &str) -> bool {
    content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The token of a query, and the query without it.
fn take_token(query: &str) -> Option<(&str, String)> {
    let is_token = |part: &&str| part.split('=').next() == Some(TOKEN);
    let token = query.split('&').find(is_token)?;
    let rest: Vec<&str> = query.split('&').filter(|part| !is_token(part)).collect();
    Some((token.split_once('=').map_or("", |(_, value)| value), rest.join("&")))
}

/// A path of this host: two slashes at its beginning would be another host.
fn own_path(path: &str) -> String {
    format!("/{}", path.trim_start_matches(['/', '\\']))
}

/// Compares in constant time: the digests do not show how many characters are right.
fn is_equal(given: &str, own: &str) -> bool {
    let [given, own] = [given, own].map(|text| Sha256::digest(text.as_bytes()));
    given.iter().zip(own).fold(0, |different, (one, other)| different | (one ^ other)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access() -> Access {
        Access::new(4040, "right".into(), "biscuit".into(), None)
    }

    fn check(request: hyper::http::request::Builder) -> AccessDecision {
        access().check(&request.body(()).unwrap().into_parts().0)
    }

    fn get(path: &str) -> hyper::http::request::Builder {
        hyper::Request::get(path).header("host", "127.0.0.1:4040")
    }

    fn denied(denied: Denied) -> AccessDecision {
        AccessDecision::Denied(denied)
    }

    #[test]
    fn accepts_only_the_names_of_this_machine_with_the_port() {
        let with = |host: &str| {
            check(hyper::Request::get("/").header("host", host).header("cookie", "zoomhook_4040=biscuit"))
        };
        for host in ["127.0.0.1:4040", "localhost:4040", "LOCALHOST:4040", "[::1]:4040"] {
            assert_eq!(with(host), AccessDecision::Granted, "{host}");
        }
        for host in [
            "",
            "127.0.0.1",
            "127.0.0.1:4041",
            "127.0.0.1:40400",
            "evil.test:4040",
            "localhost.evil.test:4040",
            "é:4040",
        ] {
            assert_eq!(with(host), denied(Denied::Host), "{host}");
        }
        assert_eq!(check(hyper::Request::get("/")), denied(Denied::Host));
        let two = get("/").header("host", "127.0.0.1:4040").header("cookie", "zoomhook_4040=biscuit");
        assert_eq!(check(two), denied(Denied::Host));
        let proxy = get("http://127.0.0.1:4040/").header("cookie", "zoomhook_4040=biscuit");
        assert_eq!(check(proxy), denied(Denied::Host));
    }

    #[test]
    fn exchanges_the_token_for_the_cookie_and_removes_it_from_the_url() {
        for (url, place) in [
            ("/?token=right", "/"),
            ("/d/01?a=b&token=right&c", "/d/01?a=b&c"),
            ("//evil.test/?token=right", "/evil.test/"),
        ] {
            assert_eq!(check(get(url)), AccessDecision::Exchanged(place.into()), "{url}");
        }
        for url in ["/", "/?token=wrong", "/?token", "/?token=", "/?tokens=right"] {
            assert_eq!(check(get(url)), denied(Denied::Key), "{url}");
        }
        // A program sends the token in a header, never in the URL of the API.
        assert_eq!(check(get("/api/v1/session?token=right")), denied(Denied::Key));
        let bearer = |value: &str| check(get("/api/v1/session").header("authorization", value));
        assert_eq!(bearer("Bearer right"), AccessDecision::Granted);
        for value in ["Bearer wrong", "Bearer ", "right", "Basic right"] {
            assert_eq!(bearer(value), denied(Denied::Key), "{value}");
        }
    }

    #[test]
    fn a_ticket_opens_the_page_once() {
        let access = access();
        let url = access.ticket_url();
        let request =
            || get(url.strip_prefix("http://127.0.0.1:4040").unwrap()).body(()).unwrap().into_parts().0;
        assert_eq!(access.check(&request()), AccessDecision::Exchanged("/".into()));
        assert_eq!(access.check(&request()), denied(Denied::Key));
    }

    #[test]
    fn accepts_only_its_own_cookie() {
        let with = |cookie: &str| check(get("/").header("cookie", cookie));
        assert_eq!(with("a=b; zoomhook_4041=other; zoomhook_4040=biscuit"), AccessDecision::Granted);
        for cookie in ["zoomhook_4041=biscuit", "zoomhook_4040=right", "zoomhook_4040=", "biscuit"] {
            assert_eq!(with(cookie), denied(Denied::Key), "{cookie}");
        }
    }

    #[test]
    fn a_write_must_come_from_the_page_itself_and_be_json() {
        let post = |headers: &[(&str, &str)]| {
            let request = hyper::Request::post("/api/v1/replay").header("host", "localhost:4040");
            let request = request.header("cookie", "zoomhook_4040=biscuit");
            check(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)))
        };
        let json = ("content-type", "application/json; charset=utf-8");
        let origin = ("origin", "http://localhost:4040");
        let own = ("sec-fetch-site", "same-origin");
        for fine in [&[json, origin, own][..], &[json, origin], &[json, own]] {
            assert_eq!(post(fine), AccessDecision::Granted, "{fine:?}");
        }
        for other in [
            &[json][..],
            &[json, ("origin", "null")],
            &[json, ("origin", "http://127.0.0.1:4040"), own],
            &[json, ("origin", "http://evil.test"), own],
            &[json, origin, ("sec-fetch-site", "same-site")],
            &[json, origin, ("sec-fetch-site", "cross-site")],
            &[json, origin, origin],
        ] {
            assert_eq!(post(other), denied(Denied::OtherSite), "{other:?}");
        }
        for kind in ["text/plain", "application/x-www-form-urlencoded", "text/json", ""] {
            assert_eq!(post(&[origin, own, ("content-type", kind)]), denied(Denied::NotJson), "{kind}");
        }
    }

    #[test]
    fn another_page_may_lead_here_but_reads_nothing() {
        let with = |path: &str, site: &str| {
            check(get(path).header("cookie", "zoomhook_4040=biscuit").header("sec-fetch-site", site))
        };
        assert_eq!(with("/", "cross-site"), AccessDecision::Granted);
        for site in ["cross-site", "same-site", "anything"] {
            assert_eq!(with("/api/v1/deliveries", site), denied(Denied::OtherSite), "{site}");
        }
        assert_eq!(with("/api/v1/deliveries", "none"), AccessDecision::Granted);
    }
}
