//! A signed request in a format that a user can paste or load: curl, headers, raw HTTP, JSON and others.
//!
//! [`write`] is the entry point.

use std::fmt::Write as _;
use std::path::Path;

use super::sanitize::clean;
use super::shell::{double, posix, word};
use crate::zoom::catalogue::Node;
use crate::zoom::{SIGNATURE_HEADER, SignedRequest, TIMESTAMP_HEADER};

/// The output format of a signed request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum SignedForm {
    /// Header lines
    Headers,
    /// A command for curl
    Curl,
    /// The whole request in HTTP/1.1 form
    Http,
    /// One JSON object
    Json,
    /// Only the signature
    RawSignature,
    /// A command for PowerShell
    #[value(name = "powershell")]
    PowerShell,
    /// A command for HTTPie
    Httpie,
    /// An HTTP archive
    Har,
    /// A file for the HTTP clients of editors
    #[value(name = ".http", alias = "http-file")]
    HttpFile,
}

impl SignedForm {
    /// Whether this format can contain the body itself, so that the program that reads it sends the same bytes.
    /// Otherwise, the format names a file with the body.
    #[must_use]
    pub(crate) fn can_contain(self, body: &[u8]) -> bool {
        match self {
            Self::Headers | Self::Http | Self::Json | Self::RawSignature | Self::Har => true,
            Self::Curl | Self::PowerShell | Self::Httpie => can_be_quoted(body),
            Self::HttpFile => can_be_quoted(body) && is_plain_in_http_file(body),
        }
    }

    /// Whether this format quotes the body, so that the body has to be text.
    #[must_use]
    pub(crate) fn quotes_the_body(self) -> bool {
        matches!(self, Self::Curl | Self::PowerShell | Self::Httpie | Self::HttpFile)
    }

    /// Whether this format is JSON.
    #[must_use]
    pub(crate) fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Har)
    }
}

/// Whether a terminal shows a body as it is, without escapes.
#[must_use]
pub(crate) fn is_shown_exactly(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok_and(|text| text.lines().all(|line| clean(line) == line))
}

/// Whether an editor's HTTP client sends this text as it is. `###` begins another request, `<` and `>` begin a line that
/// names a file or a script, `{{` begins a variable, and white space at either end may be dropped. An empty body looks
/// like none.
fn is_plain_in_http_file(body: &[u8]) -> bool {
    let is_mark = |line: &[u8]| line.starts_with(b"###") || line.starts_with(b"<") || line.starts_with(b">");
    !body.is_empty()
        && body.trim_ascii() == body
        && !body.split(|byte| *byte == b'\n').any(is_mark)
        && !body.windows(2).any(|pair| pair == b"{{")
}

/// Whether a body can be quoted on a command line: it is text, its only control characters are tab and newline, and
/// it fits into a command line.
#[must_use]
pub(crate) fn can_be_quoted(body: &[u8]) -> bool {
    // Linux allows 128 KiB for an argument, Windows 32 KiB for a command line.
    const MOST: usize = 24 * 1024;
    let is_plain = |text: &str| !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    body.len() <= MOST && std::str::from_utf8(body).is_ok_and(is_plain)
}

/// Writes the request in this format. `body_file` contains the body if it cannot be quoted.
#[must_use]
pub(crate) fn write(
    request: &SignedRequest,
    form: SignedForm,
    url: &str,
    body_file: Option<&Path>,
) -> Vec<u8> {
    let parts = Parts { request, url, body_file };
    match form {
        SignedForm::Headers => parts.headers().into_bytes(),
        SignedForm::Http => {
            let (host, path) = host_and_path(url);
            request.to_http(host, path)
        }
        SignedForm::RawSignature => {
            let signature = request.header(SIGNATURE_HEADER).unwrap_or_default();
            format!("{signature}\n").into_bytes()
        }
        SignedForm::Curl => parts.curl().into_bytes(),
        SignedForm::Httpie => parts.httpie().into_bytes(),
        SignedForm::PowerShell => parts.powershell().into_bytes(),
        SignedForm::Json => (parts.json().to_json() + "\n").into_bytes(),
        SignedForm::Har => (parts.har().to_json() + "\n").into_bytes(),
        SignedForm::HttpFile => parts.http_file().into_bytes(),
    }
}

fn host_and_path(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    match rest.find('/') {
        Some(at) => (&rest[..at], &rest[at..]),
        None => (rest, "/"),
    }
}

struct Parts<'a> {
    request: &'a SignedRequest,
    url: &'a str,
    body_file: Option<&'a Path>,
}

impl Parts<'_> {
    /// The headers without the length, which every client sets itself.
    fn own_headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let headers = self.request.headers().iter().map(|(name, value)| (*name, value.as_str()));
        headers.filter(|(name, _)| *name != "content-length")
    }

    fn body_text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.request.body())
    }

    fn headers(&self) -> String {
        let mut text = String::new();
        for (name, value) in self.request.headers() {
            let _ = writeln!(text, "{name}: {value}");
        }
        text
    }

    fn curl(&self) -> String {
        let headers: Vec<_> = self.own_headers().collect();
        let (file, text) = (self.body_file.map(|file| file.display().to_string()), self.body_text());
        let body = file.as_deref().map_or(CommandBody::Text(&text), CommandBody::File);
        SendCommand { method: "POST", url: self.url, headers: &headers, body }.curl()
    }

    fn httpie(&self) -> String {
        let mut command = format!("http --verbose POST {}", posix(self.url));
        for (name, value) in self.own_headers() {
            let _ = write!(command, " \\\n  {}", posix(&format!("{name}:{value}")));
        }
        match self.body_file {
            Some(file) => {
                let _ = writeln!(command, " \\\n  < {}", posix(&file.display().to_string()));
            }
            None => return format!("printf %s {} | {command}\n", posix(&self.body_text())),
        }
        command
    }

    fn powershell(&self) -> String {
        let parameter = |name: &str| double(self.request.header(name).unwrap_or_default());
        let mut command = format!(
            "Invoke-WebRequest -UseBasicParsing -Method \"POST\" -Uri {} `\n-UserAgent {} `\n-ContentType {} `\n-Headers @{{\n",
            double(self.url),
            parameter("user-agent"),
            parameter("content-type")
        );
        // These two have their own parameters.
        let of_parameters = ["content-type", "user-agent"];
        for (name, value) in self.own_headers().filter(|(name, _)| !of_parameters.contains(name)) {
            let _ = writeln!(command, "  {}={}", double(name), double(value));
        }
        // As bytes, because PowerShell would choose the encoding of a string itself.
        let body = match self.body_file {
            Some(file) => format!("[System.IO.File]::ReadAllBytes({})", double(&file.display().to_string())),
            None => format!("[System.Text.Encoding]::UTF8.GetBytes({})", double(&self.body_text())),
        };
        let _ = writeln!(command, "}} `\n-Body ({body})");
        command
    }

    fn body_node(&self) -> (&'static str, Node) {
        match std::str::from_utf8(self.request.body()) {
            Ok(text) => ("body", text.into()),
            Err(_) => ("body_base64", super::ndjson::base64_of(self.request.body()).into()),
        }
    }

    fn json(&self) -> Node {
        let headers = self.request.headers().iter().map(|(name, value)| (*name, value.as_str().into()));
        let (name, body) = self.body_node();
        let header = |name: &str| self.request.header(name).map_or(Node::NULL, Node::from);
        Node::object([
            ("method", "POST".into()),
            ("url", self.url.into()),
            ("timestamp", header(TIMESTAMP_HEADER)),
            ("signature", header(SIGNATURE_HEADER)),
            ("headers", Node::object(headers)),
            (name, body),
        ])
    }

    fn har(&self) -> Node {
        let pair = |name: &str, value: &str| Node::object([("name", name.into()), ("value", value.into())]);
        let headers = self.request.headers().iter().map(|(name, value)| pair(name, value));
        let length = i64::try_from(self.request.body().len()).unwrap_or_default();
        let mut data =
            vec![("mimeType", Node::from("application/json; charset=utf-8")), ("params", Node::list([]))];
        match self.body_node() {
            ("body", text) => data.push(("text", text)),
            (_, base64) => {
                data.push(("text", base64));
                data.push(("encoding", "base64".into()));
            }
        }
        let list = || Node::list([]);
        let request = Node::object([
            ("method", "POST".into()),
            ("url", self.url.into()),
            ("httpVersion", "HTTP/1.1".into()),
            ("cookies", list()),
            ("headers", Node::list(headers)),
            ("queryString", list()),
            ("postData", Node::object(data)),
            ("headersSize", (-1).into()),
            ("bodySize", length.into()),
        ]);
        let response = Node::object([
            ("status", 0.into()),
            ("statusText", "".into()),
            ("httpVersion", "".into()),
            ("cookies", list()),
            ("headers", list()),
            ("content", Node::object([("size", 0.into()), ("mimeType", "".into())])),
            ("redirectURL", "".into()),
            ("headersSize", (-1).into()),
            ("bodySize", (-1).into()),
        ]);
        let seconds = self.request.header(TIMESTAMP_HEADER).and_then(|text| text.parse().ok()).unwrap_or(0);
        let started = jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string();
        let entry = Node::object([
            ("startedDateTime", started.into()),
            ("time", 0.into()),
            ("request", request),
            ("response", response),
            ("cache", Node::EMPTY_OBJECT),
            ("timings", Node::object([("send", 0.into()), ("wait", 0.into()), ("receive", 0.into())])),
        ]);
        let creator =
            Node::object([("name", "zoomhook".into()), ("version", env!("CARGO_PKG_VERSION").into())]);
        let log =
            Node::object([("version", "1.2".into()), ("creator", creator), ("entries", Node::list([entry]))]);
        Node::object([("log", log)])
    }

    fn http_file(&self) -> String {
        // The first line keeps other programs from reading the file as a raw HTTP message.
        let mut text = format!("### Signed by zoomhook\nPOST {} HTTP/1.1\n", self.url);
        for (name, value) in self.own_headers() {
            let _ = writeln!(text, "{name}: {value}");
        }
        match self.body_file {
            Some(file) => {
                let _ = writeln!(text, "\n< {}", file.display());
            }
            // No newline after the body: it would become part of the body.
            None => {
                let _ = write!(text, "\n{}", self.body_text());
            }
        }
        text
    }
}

/// A request as a command for a POSIX shell.
pub(super) struct SendCommand<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    /// The headers without the length, which every client sets itself.
    pub(super) headers: &'a [(&'a str, &'a str)],
    pub(super) body: CommandBody<'a>,
}

/// The source of a command's body.
pub(super) enum CommandBody<'a> {
    /// The command contains the body as text.
    Text(&'a str),
    /// The command contains the body as base64.
    Base64(&'a str),
    /// The command reads the file of this name.
    File(&'a str),
}

impl SendCommand<'_> {
    pub(super) fn curl(&self) -> String {
        let mut command =
            format!("curl -sS -i -X {} {}{}", word(self.method), caution(self.url), posix(self.url));
        for (name, value) in self.headers {
            // In curl, `name:` removes a header and `name;` sends it empty.
            let header = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
            let _ = write!(command, " \\\n  -H {}", posix(&header));
        }
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
            // Zoom sends no accept header.
            command.push_str(" \\\n  -H 'accept:'");
        }
        let (before, option, body) = match &self.body {
            CommandBody::File(name) => (String::new(), "--data-binary", posix(&format!("@{name}"))),
            // After the other options, curl reads a file if the text begins with @.
            CommandBody::Text(text) if text.starts_with('@') => (String::new(), "--data-raw", posix(text)),
            CommandBody::Text(text) => (String::new(), "--data-binary", posix(text)),
            CommandBody::Base64(text) => {
                (format!("printf %s {} | base64 -d | ", posix(text)), "--data-binary", "@-".to_owned())
            }
        };
        format!("{before}{command} \\\n  {option} {body}\n")
    }
}

/// Options that make curl use the URL as it is. curl expands brackets and braces into many URLs, except the brackets
/// of an IPv6 address. The URL of a capture may begin like an option.
fn caution(url: &str) -> &'static str {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let Some(rest) = rest else { return "--globoff --url " };
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    if path.contains(['[', ']']) || url.contains(['{', '}']) || host.matches('[').count() > 1 {
        "--globoff "
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::zoom::{RequestIds, SecretToken};

    fn written(form: SignedForm, body: &str) -> String {
        let secret = SecretToken::new("zoomhook-test-secret").unwrap();
        let now = UNIX_EPOCH + Duration::from_secs(1_795_507_201);
        let ids = RequestIds::new([1, 2, 3, 4]);
        let request = SignedRequest::new(&secret, body.as_bytes().to_vec(), now, &ids);
        String::from_utf8(write(&request, form, "http://127.0.0.1:4000/webhook", None)).unwrap()
    }

    #[test]
    fn quotes_every_character_of_a_body() {
        let body = r#"{"a":"it's $(rm) `x` \"q\" \u00e9 ’"}"#;
        assert!(
            written(SignedForm::Curl, body)
                .contains(r#"--data-binary '{"a":"it'\''s $(rm) `x` \"q\" \u00e9 ’"}'"#)
        );
        assert!(
            written(SignedForm::PowerShell, body)
                .contains(r#""{`"a`":`"it's `$(rm) ``x`` \`"q\`" \u00e9 ’`"}""#)
        );
        assert!(written(SignedForm::Curl, "@file").ends_with("--data-raw '@file'\n"));
    }

    #[test]
    fn curl_uses_the_url_as_it_is() {
        for (url, caution) in [
            ("http://[::1]:4000/webhook?a=b", ""),
            ("http://127.0.0.1/webhook?a=[1-9999]", "--globoff "),
            ("https://a.example/{b,c}", "--globoff "),
            ("http://[::1][1-9]/", "--globoff "),
            ("-K/tmp/x://", "--globoff --url "),
        ] {
            let command =
                SendCommand { method: "POST", url, headers: &[], body: CommandBody::Text("") }.curl();
            let expected = format!("curl -sS -i -X POST {caution}'{url}' ");
            assert!(command.starts_with(&expected), "{command}");
        }
    }

    #[test]
    fn only_text_is_quoted() {
        assert!(can_be_quoted("{\n\t\"é\"}".as_bytes()));
        for form in [SignedForm::Curl, SignedForm::PowerShell, SignedForm::Httpie, SignedForm::HttpFile] {
            assert!(form.can_contain(b"{\"a\":\n\t{}}") && !form.can_contain(b"a\r\n"));
        }
        for body in ["a\n", " a", "a\n###\nb", "### a", "< file", "a\n> {% b %}", "a\n<> b", "{{a}}"] {
            let (curl, http_file) = (SignedForm::Curl, SignedForm::HttpFile);
            assert!(curl.can_contain(body.as_bytes()) && !http_file.can_contain(body.as_bytes()), "{body}");
        }
        for body in [&b"\xff"[..], b"a\0b", b"\x1b[2J", b"a\r\nb", &[b'a'; 100_000]] {
            assert!(!can_be_quoted(body));
        }
    }

    #[test]
    fn json_and_har_contain_the_exact_body() {
        let body = r#"{"topic":"\uD83D\uDE92 é"}"#;
        let json: serde_json::Value = serde_json::from_str(&written(SignedForm::Json, body)).unwrap();
        assert_eq!(json["body"], body);
        assert_eq!(json["timestamp"], "1795507201");
        let har: serde_json::Value = serde_json::from_str(&written(SignedForm::Har, body)).unwrap();
        let entry = &har["log"]["entries"][0];
        assert_eq!(entry["request"]["postData"]["text"], body);
        assert_eq!(entry["startedDateTime"], "2026-11-24T08:00:01Z");
    }

    #[test]
    fn raw_forms_are_exact() {
        assert_eq!(written(SignedForm::RawSignature, "").len(), 68);
        let http = written(SignedForm::Http, "{}");
        assert!(
            http.starts_with("POST /webhook HTTP/1.1\r\nhost: 127.0.0.1:4000\r\n")
                && http.ends_with("\r\n\r\n{}")
        );
        assert!(written(SignedForm::HttpFile, "{}").ends_with("\n\n{}"));
        assert!(written(SignedForm::Headers, "{}").contains("\nx-zm-request-timestamp: 1795507201\n"));
    }
}
