//! Values in an event that expire: download tokens, and URLs that contain a token or an expiry time.
//!
//! A day after it was sent, an event is still genuine, but its download links no longer work. [`expired`] lists
//! such values.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::civil::DateTime;

use super::catalogue::Node;
use crate::json::JsonKind;

/// How long a `download_token` without its own expiry time is valid after its event: 24 hours, according to Zoom's
/// page on `recording.completed`.
pub const DOWNLOAD_TOKEN_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// Limit on the bytes of a path. Values at longer paths are skipped, because each result holds a copy of its path: a
/// name of half a megabyte above a long list would fill the memory. Zoom's longest paths have about a hundred bytes.
const LONGEST_PATH: usize = 1024;

/// The member with the token.
const DOWNLOAD_TOKEN: &str = "download_token";

/// Tokens are written without padding; some tools add it.
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A value in an event that has expired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expired {
    /// Its path, such as `payload.object.recording_files.0.download_url`.
    pub path: String,
    /// When it expired.
    pub since: SystemTime,
}

/// The values of an event's body that have expired at `now`. `sent` is when the event was sent; it is used for tokens
/// without their own expiry time. Empty if the body is not JSON.
#[must_use]
pub fn expired(body: &[u8], sent: SystemTime, now: SystemTime) -> Vec<Expired> {
    let Some(root) = std::str::from_utf8(body).ok().and_then(|text| Node::parse(text).ok()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    walk("", "", &root, &mut |path, name, text| {
        let end = match name {
            DOWNLOAD_TOKEN => Some(jwt_end(text).unwrap_or(sent + DOWNLOAD_TOKEN_LIFE)),
            _ => url_end(text),
        };
        found.extend(end.filter(|end| *end <= now).map(|since| Expired { path: path.to_owned(), since }));
    });
    found
}

/// Visits every string with its path and the name of its member.
fn walk(path: &str, name: &str, node: &Node, visit: &mut dyn FnMut(&str, &str, &str)) {
    let below = |step: &str| if path.is_empty() { step.to_owned() } else { format!("{path}.{step}") };
    match node.kind() {
        _ if path.len() > LONGEST_PATH => {}
        JsonKind::Text(text) => visit(path, name, &String::from_utf8_lossy(text)),
        JsonKind::List(items) => {
            for (at, item) in items.iter().enumerate() {
                walk(&below(&at.to_string()), name, item, visit);
            }
        }
        JsonKind::Object(members) => {
            for (member, value) in members {
                walk(&below(&member.display()), &member.display(), value, visit);
            }
        }
        _ => {}
    }
}

/// The `exp` of a JSON Web Token (RFC 7519, 4.1.4). The token's signature is not checked.
fn jwt_end(token: &str) -> Option<SystemTime> {
    let mut parts = token.trim().split('.');
    let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
    let claims = BASE64_URL.decode(claims).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    unix_time(claims.get("exp")?.as_f64()?)
}

/// When a URL expires: by a token in its query, or by the parameters of file stores (`Expires`, or `X-Amz-Date` with
/// `X-Amz-Expires`). The earliest time counts.
fn url_end(text: &str) -> Option<SystemTime> {
    let (before, query) = text.split_once('?')?;
    if !before.starts_with("https://") && !before.starts_with("http://") {
        return None;
    }
    let pairs: Vec<(&str, &str)> =
        query.split('#').next()?.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let value =
        |name: &str| pairs.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| *value);
    let tokens = pairs.iter().filter_map(|(_, value)| jwt_end(value));
    let expires = value("expires").and_then(|secs| secs.parse().ok()).and_then(unix_time);
    let amazon = value("x-amz-date").and_then(compact_time).zip(value("x-amz-expires"));
    let amazon =
        amazon.and_then(|(from, secs)| Some(from + Duration::from_secs(secs.parse::<u32>().ok()?.into())));
    tokens.chain(expires).chain(amazon).min()
}

/// A time in Unix seconds; `None` for implausible times. Smaller numbers are durations, not times.
fn unix_time(secs: f64) -> Option<SystemTime> {
    // From 2001 to the year 5138: ten and eleven digits.
    (1e9..1e11).contains(&secs).then(|| UNIX_EPOCH + Duration::from_secs_f64(secs))
}

/// `20240711T140000Z`.
fn compact_time(text: &str) -> Option<SystemTime> {
    const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    // The parser also accepts fewer digits.
    let time = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok().filter(|_| text.len() == 16)?;
    let secs = u64::try_from(time.duration_since(EPOCH).as_secs()).ok()?;
    Some(UNIX_EPOCH + Duration::from_secs(secs))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn at(secs: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(secs)
    }

    /// A token with a made-up signature.
    fn jwt(claims: &str) -> String {
        format!("e30.{}.c2ln", BASE64_URL.encode(claims))
    }

    fn paths(body: &str, now: SystemTime) -> Vec<String> {
        expired(body.as_bytes(), at(1_700_000_000), now).into_iter().map(|expired| expired.path).collect()
    }

    #[test]
    fn a_long_name_above_a_long_list_does_not_fill_the_memory() {
        let links = ["\"https://a?expires=1000000001\""; 15_000].join(",");
        let body = |name: &str| format!(r#"{{"{name}":[{links}]}}"#);
        let now = UNIX_EPOCH + Duration::from_secs(2_000_000_000);
        assert_eq!(expired(body("a").as_bytes(), now, now).len(), 15_000);
        assert!(expired(body(&"x".repeat(400_000)).as_bytes(), now, now).is_empty());
    }

    #[test]
    fn a_download_token_expires_after_a_day() {
        let body = r#"{"event":"recording.completed","payload":{},"download_token":"abc"}"#;
        assert_eq!(paths(body, at(1_700_000_000) + HOUR * 23), [""; 0]);
        assert_eq!(paths(body, at(1_700_000_000) + HOUR * 24), ["download_token"]);
    }

    #[test]
    fn a_tokens_own_expiry_time_takes_precedence() {
        let body = format!(r#"{{"download_token":"{}"}}"#, jwt(r#"{"exp":1700003600}"#));
        assert_eq!(paths(&body, at(1_700_003_599)), [""; 0]);
        assert_eq!(paths(&body, at(1_700_003_600)), ["download_token"]);
    }

    #[test]
    fn finds_urls_with_an_expiry_time() {
        let body = format!(
            r#"{{"payload":{{"object":{{"start_url":"https://zoom.test/s/1?zak={}",
                "recording_files":[{{"download_url":"https://zoom.test/rec/1"}},
                {{"download_url":"https://s3.test/a?X-Amz-Date=20231114T221320Z&X-Amz-Expires=60"}},
                {{"download_url":"https://s3.test/b?Expires=1700000060&a=b"}}]}}}}}}"#,
            jwt(r#"{"exp":1700000060.5}"#)
        );
        assert_eq!(paths(&body, at(1_700_000_059)), [""; 0]);
        assert_eq!(
            paths(&body, at(1_700_000_061)),
            [
                "payload.object.start_url",
                "payload.object.recording_files.1.download_url",
                "payload.object.recording_files.2.download_url"
            ]
        );
    }

    #[test]
    fn ignores_text_that_only_resembles_an_expiry_time() {
        for body in [
            "no json",
            r#"{"payload":{"object":{"topic":"is it a.b.c?expires=5"}}}"#,
            r#"{"payload":{"url":"https://a.test/?expires=300&x=a.b.c"}}"#,
        ] {
            assert_eq!(paths(body, at(1_900_000_000)), [""; 0], "{body}");
        }
    }

    #[test]
    fn parses_compact_times() {
        for (text, expected) in [
            ("20240229T010203Z", Some(at(1_709_168_523))),
            ("19700101T000000Z", Some(at(0))),
            ("99991231T235959Z", Some(at(253_402_300_799))),
            ("19691231T235959Z", None),
            ("20230229T010203Z", None),
            ("20241301T010203Z", None),
            ("20240229T240000Z", None),
            ("20240229 010203Z", None),
            ("2024229T010203Z", None),
            ("+2024229T010203Z", None),
            ("2024022é010203Z", None),
        ] {
            assert_eq!(compact_time(text), expected, "{text}");
        }
    }
}
