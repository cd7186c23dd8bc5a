//! What in an event is good for a while only: download tokens, and URLs that carry a token or an end of their own.
//!
//! An event that is looked at or sent again a day later is genuine, but its recording can no longer be fetched
//! with what is in it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::civil::DateTime;

use super::catalogue::Node;
use crate::json::JsonKind;

/// How long a `download_token` is good after its event, where it does not say so itself: 24 hours, as Zoom's page
/// on `recording.completed` has it.
pub const DOWNLOAD_TOKEN_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// Bytes of a path below which nothing is looked for: each finding repeats it, and a name of half a megabyte over a
/// long list would fill the memory. Zoom's longest paths have about a hundred.
const LONGEST_PATH: usize = 1024;

/// The member that holds the token.
const DOWNLOAD_TOKEN: &str = "download_token";

/// Tokens are written without padding; some tools add it.
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Something in an event that is no longer good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expired {
    /// Where it stands, such as `payload.object.recording_files.0.download_url`.
    pub path: String,
    /// Since when.
    pub since: SystemTime,
}

/// What of an event's body is no longer good at `now`. `sent` is when the event was sent, for what does not say
/// itself how long it is good. Nothing where the body is no JSON.
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

/// Visits every text with its path and the name of its member.
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

/// The `exp` of a JSON Web Token (RFC 7519, 4.1.4). Its signature is another's business.
fn jwt_end(token: &str) -> Option<SystemTime> {
    let mut parts = token.trim().split('.');
    let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
    let claims = BASE64_URL.decode(claims).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    unix_time(claims.get("exp")?.as_f64()?)
}

/// When a URL ends to be good: by a token in its query, or by what stores of files write there (`Expires`, or
/// `X-Amz-Date` with `X-Amz-Expires`). The earliest counts.
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

/// A time in Unix seconds; `None` for what no clock shows. Smaller numbers are lengths, not times.
fn unix_time(secs: f64) -> Option<SystemTime> {
    // From 2001 to the year 5138: ten and eleven digits.
    (1e9..1e11).contains(&secs).then(|| UNIX_EPOCH + Duration::from_secs_f64(secs))
}

/// `20240711T140000Z`.
fn compact_time(text: &str) -> Option<SystemTime> {
    const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    // The parser also takes fewer digits.
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

    /// A token that nobody has signed.
    fn jwt(claims: &str) -> String {
        format!("e30.{}.c2ln", BASE64_URL.encode(claims))
    }

    fn paths(body: &str, now: SystemTime) -> Vec<String> {
        expired(body.as_bytes(), at(1_700_000_000), now).into_iter().map(|expired| expired.path).collect()
    }

    #[test]
    fn a_long_name_over_a_long_list_does_no_harm() {
        let links = ["\"https://a?expires=1000000001\""; 15_000].join(",");
        let body = |name: &str| format!(r#"{{"{name}":[{links}]}}"#);
        let now = UNIX_EPOCH + Duration::from_secs(2_000_000_000);
        assert_eq!(expired(body("a").as_bytes(), now, now).len(), 15_000);
        assert!(expired(body(&"x".repeat(400_000)).as_bytes(), now, now).is_empty());
    }

    #[test]
    fn a_download_token_is_good_for_a_day() {
        let body = r#"{"event":"recording.completed","payload":{},"download_token":"abc"}"#;
        assert_eq!(paths(body, at(1_700_000_000) + HOUR * 23), [""; 0]);
        assert_eq!(paths(body, at(1_700_000_000) + HOUR * 24), ["download_token"]);
    }

    #[test]
    fn a_token_that_says_itself_how_long_it_is_good_is_believed() {
        let body = format!(r#"{{"download_token":"{}"}}"#, jwt(r#"{"exp":1700003600}"#));
        assert_eq!(paths(&body, at(1_700_003_599)), [""; 0]);
        assert_eq!(paths(&body, at(1_700_003_600)), ["download_token"]);
    }

    #[test]
    fn finds_urls_with_an_end() {
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
    fn takes_nothing_else_for_an_end() {
        for body in [
            "no json",
            r#"{"payload":{"object":{"topic":"is it a.b.c?expires=5"}}}"#,
            r#"{"payload":{"url":"https://a.test/?expires=300&x=a.b.c"}}"#,
        ] {
            assert_eq!(paths(body, at(1_900_000_000)), [""; 0], "{body}");
        }
    }

    #[test]
    fn reads_compact_times() {
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
