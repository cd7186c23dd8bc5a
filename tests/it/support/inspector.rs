//! A client of the inspector: a browser without a page.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

/// A test that waits longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// An inspector and the key to it.
pub struct InspectorClient {
    pub address: SocketAddr,
    /// `name=value`.
    pub cookie: String,
    pub token: String,
}

/// An answer.
#[derive(Debug)]
pub struct PageAnswer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl PageAnswer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl InspectorClient {
    /// Opens the page by its URL, as a browser does.
    pub fn open(url: &str) -> Self {
        let (origin, token) = url.split_once("/?token=").unwrap();
        let address = origin.strip_prefix("http://").unwrap().parse().unwrap();
        let mut client = Self { address, cookie: String::new(), token: token.to_owned() };
        let opened = client.get(&format!("/?token={token}"));
        assert_eq!((opened.status, opened.header("location")), (303, Some("/")));
        let cookie = opened.header("set-cookie").unwrap();
        client.cookie = cookie.split(';').next().unwrap().to_owned();
        client
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.address.port())
    }

    /// `GET` as the page does.
    pub fn get(&self, path: &str) -> PageAnswer {
        self.ask(&format!("GET {path} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\n", self.host(), self.cookie), "")
    }

    /// `POST` as the page does.
    pub fn post(&self, path: &str, body: &Value) -> PageAnswer {
        let host = self.host();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {}\r\norigin: http://{host}\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/json\r\n",
            self.cookie
        );
        self.ask(&head, &body.to_string())
    }

    /// Sends a head without its end, and a body.
    pub fn ask(&self, head: &str, body: &str) -> PageAnswer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let length =
            if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
        write!(stream, "{head}{length}connection: close\r\n\r\n{body}").unwrap();
        read_answer(stream)
    }

    /// The key with which the page goes on with a later session.
    pub fn resume_key(&self) -> String {
        self.post("/api/v1/resume-key", &serde_json::json!({})).json()["key"].as_str().unwrap().to_owned()
    }

    /// Goes on with the session that has this page's port now, as the page does once it is refused.
    pub fn resume(&mut self, key: &str) -> PageAnswer {
        let refused = self.get("/api/v1/session");
        assert_eq!(refused.status, 401, "{}", refused.text());
        let challenge =
            refused.header("www-authenticate").unwrap().strip_prefix("Resume ").unwrap().to_owned();
        let mut proof = Hmac::<Sha256>::new_from_slice(&URL_SAFE_NO_PAD.decode(key).unwrap()).unwrap();
        proof.update(format!("{challenge}:{}", self.address.port()).as_bytes());
        let proof = URL_SAFE_NO_PAD.encode(proof.finalize().into_bytes());
        let host = self.host();
        let head = format!(
            "POST /api/v1/resume HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\nsec-fetch-site: same-origin\r\n\
             authorization: Resume {proof}\r\ncontent-type: application/json\r\n"
        );
        let answer = self.ask(&head, "{}");
        if let Some(cookie) = answer.header("set-cookie") {
            self.cookie = cookie.split(';').next().unwrap().to_owned();
        }
        answer
    }

    /// Opens the stream.
    pub fn stream(&self, query: &str, last: Option<&str>) -> EventStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let last = last.map(|id| format!("last-event-id: {id}\r\n")).unwrap_or_default();
        write!(
            stream,
            "GET /api/v1/stream?{query} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\n{last}\r\n",
            self.host(),
            self.cookie
        )
        .unwrap();
        let mut events = EventStream(BufReader::new(stream));
        loop {
            let line = events.line();
            assert!(!line.starts_with("HTTP/") || line.contains(" 200 "), "{line}");
            if line.is_empty() {
                return events;
            }
        }
    }
}

fn read_answer(stream: TcpStream) -> PageAnswer {
    let mut all = Vec::new();
    BufReader::new(stream).read_to_end(&mut all).unwrap();
    let end = all.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8(all[..end].to_vec()).unwrap();
    let mut body = all.split_off(end + 4);
    let mut lines = head.lines();
    let status = lines.next().unwrap()[9..12].parse().unwrap();
    let pair = |line: &str| {
        line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())).unwrap()
    };
    let headers: Vec<_> = lines.map(pair).collect();
    if headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked") {
        body = unchunked(&body);
    }
    PageAnswer { status, headers, body }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|bytes| bytes == b"\r\n").unwrap();
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            return body;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 4 + length..];
    }
}

/// Server-Sent Events, as they come.
pub struct EventStream(BufReader<TcpStream>);

/// One of them.
#[derive(Debug)]
pub struct PageEvent {
    pub kind: String,
    pub id: Option<String>,
    pub data: Value,
}

impl EventStream {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        assert!(line.ends_with('\n'), "the stream has ended");
        line.trim_end().to_owned()
    }

    /// The next event; comments are skipped. Lines of chunks have no colon.
    pub fn next(&mut self) -> PageEvent {
        let (mut kind, mut id, mut data) = (None, None, None);
        loop {
            let line = self.line();
            match line.split_once(": ") {
                Some(("event", value)) => kind = Some(value.to_owned()),
                Some(("id", value)) => id = Some(value.to_owned()),
                Some(("data", value)) => data = Some(serde_json::from_str(value).unwrap()),
                _ if line.is_empty() && kind.is_some() => {
                    return PageEvent { kind: kind.take().unwrap(), id, data: data.unwrap_or_default() };
                }
                _ => {}
            }
        }
    }

    /// The next delivery.
    pub fn delivery(&mut self) -> PageEvent {
        loop {
            let event = self.next();
            if event.kind == "delivery" {
                return event;
            }
        }
    }
}
