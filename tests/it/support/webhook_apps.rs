//! Doubles of users' apps, each with its own way to check a request. They run on [`App`].

use std::time::{SystemTime, UNIX_EPOCH};

use super::app::{App, Received};
use super::requests::{SECRET, sign};

/// The header that [`Check::CustomHeader`] wants.
pub const CUSTOM_HEADER: &str = "x-api-key: let-me-in-please";

/// How an app checks a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// The signature over the raw body, and the age.
    RawBody,
    /// The signature over JSON that it parsed and serialized again, as with `JSON.stringify`.
    Reserialized,
    /// The signature over the raw body; refuses with 400 and a text, as Zoom's rivet does.
    LikeRivet,
    /// A custom header, and not the signature.
    CustomHeader,
    /// The signature, decoded from hex before it is compared, and the age.
    DecodedHex,
    /// Nothing.
    Nothing,
}

impl Check {
    pub const ALL: [Self; 6] = [
        Self::RawBody,
        Self::Reserialized,
        Self::LikeRivet,
        Self::CustomHeader,
        Self::DecodedHex,
        Self::Nothing,
    ];

    /// Starts an app with this check.
    pub async fn start(self) -> App {
        let app = App::start().await;
        app.answers_by(move |request| {
            let (status, body) = match (self.accepts(request), self) {
                (true, _) => ("200 OK", ""),
                (false, Self::LikeRivet) => {
                    ("400 Bad Request", r#"{"message":"Failed to verify the request"}"#)
                }
                (false, _) => ("401 Unauthorized", ""),
            };
            format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
        });
        app
    }

    fn accepts(self, request: &Received) -> bool {
        let header = |name| request.header(name).first().copied();
        let is_custom =
            CUSTOM_HEADER.split_once(": ").is_some_and(|(name, value)| header(name) == Some(value));
        match self {
            Self::Nothing => return true,
            Self::CustomHeader => return is_custom,
            _ => {}
        }
        let (Some(signature), Some(timestamp)) = (header("x-zm-signature"), header("x-zm-request-timestamp"))
        else {
            return false;
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let is_fresh = timestamp.parse::<u64>().is_ok_and(|time| now.abs_diff(time) < 300);
        let expected = sign(SECRET, timestamp, &request.body);
        match self {
            Self::RawBody => is_fresh && signature == expected,
            Self::LikeRivet => signature == expected,
            Self::Reserialized => {
                signature == sign(SECRET, timestamp, reserialized(&request.body).as_bytes())
            }
            Self::DecodedHex => {
                let bytes = |text: &str| hex::decode(text.strip_prefix("v0=")?).ok();
                is_fresh && bytes(signature).is_some() && bytes(signature) == bytes(&expected)
            }
            Self::CustomHeader | Self::Nothing => unreachable!("returned above"),
        }
    }
}

/// The body as `JSON.stringify(JSON.parse(body))` writes it: no white space, and no escapes for emoji.
fn reserialized(body: &[u8]) -> String {
    let body = std::str::from_utf8(body).unwrap();
    let (mut written, mut rest) = (String::new(), body);
    while let Some(c) = rest.chars().next() {
        if c == '"' {
            let mut strings = serde_json::Deserializer::from_str(rest).into_iter::<String>();
            let text = strings.next().unwrap().unwrap();
            written.push_str(&serde_json::to_string(&text).unwrap());
            rest = &rest[strings.byte_offset()..];
            continue;
        }
        if !c.is_ascii_whitespace() {
            written.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
    written
}
