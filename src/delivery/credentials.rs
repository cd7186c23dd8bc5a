//! Which headers and query parameters are credentials, by their names. They are masked wherever they are shown or stored.
//! Pure.

use std::borrow::Cow;

/// Replaces a credential that must not be stored or shown. Does not reveal its length.
pub const MASK: &str = "***";

/// The prefix of Zoom's own headers. They contain no credential, and a stored request is verified with them.
const ZOOMS: &str = "x-zm-";

/// The header with the app's client id, which Zoom sends with every request. It is masked as a credential, although none
/// of [`WORDS`] is in its name.
const CLIENT_ID: &str = "clientid";

/// Words that mark a name as that of a credential, such as `x-api-key`.
const WORDS: [&str; 19] = [
    "apikey",
    "auth",
    "authorization",
    "bearer",
    "cookie",
    "cookies",
    "credential",
    "credentials",
    "jwt",
    "key",
    "passcode",
    "passwd",
    "password",
    "pwd",
    "secret",
    "session",
    "sessionid",
    "sid",
    "token",
];

/// Ends of longer words that do the same, such as `authtoken`.
const ENDS: [&str; 6] = ["apikey", "accesskey", "cookie", "password", "secret", "token"];

/// The words before `key` that make it something else: HTTP caches, retries, handshakes, encryption.
const OTHER_KEYS: [&str; 6] = ["cache", "idempotency", "public", "surrogate", "routing", "websocket"];

/// Further query parameters: access keys of cloud functions, and signatures of signed links.
const PARAMETERS: [&str; 3] = ["code", "sig", "signature"];

/// Whether a header is one of Zoom's own, which are never masked in the history.
#[must_use]
pub fn is_zooms_own(name: &str) -> bool {
    name.get(..ZOOMS.len()).is_some_and(|start| start.eq_ignore_ascii_case(ZOOMS))
}

/// Whether it is the header with the app's client id. Zoom sends it with every request, and it proves nothing about the
/// sender.
#[must_use]
pub fn is_client_id(name: &str) -> bool {
    name.eq_ignore_ascii_case(CLIENT_ID)
}

/// Whether the value of a header is a credential. It prefers to mask too much, except for Zoom's own headers.
#[must_use]
pub fn is_credential(name: &str) -> bool {
    if is_zooms_own(name) {
        return false;
    }
    let name = name.to_ascii_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let is_other_key = |at: usize| {
        words[at] == "key" && at.checked_sub(1).is_some_and(|before| OTHER_KEYS.contains(&words[before]))
    };
    let marks = |(at, word): (usize, &&str)| {
        let is_credential = WORDS.contains(word) || ENDS.iter().any(|end| word.ends_with(end));
        is_credential && !is_other_key(at)
    };
    name == CLIENT_ID || words.iter().enumerate().any(marks)
}

/// A URL without the credentials in its query.
#[must_use]
pub fn masked_query(url: &str) -> Cow<'_, str> {
    let Some((before, query)) = url.split_once('?') else { return Cow::Borrowed(url) };
    let is_secret = |pair: &str| pair.split_once('=').is_some_and(|(name, _)| is_secret_parameter(name));
    if !query.split('&').any(is_secret) {
        return Cow::Borrowed(url);
    }
    let mask = |pair| match str::split_once(pair, '=') {
        Some((name, _)) if is_secret_parameter(name) => Cow::Owned(format!("{name}={MASK}")),
        _ => Cow::Borrowed(pair),
    };
    let pairs: Vec<_> = query.split('&').map(mask).collect();
    Cow::Owned(format!("{before}?{}", pairs.join("&")))
}

/// Whether [`masked_query`] removed something from this URL.
#[must_use]
pub fn has_masked_query(url: &str) -> bool {
    let pairs = url.split_once('?').map_or("", |(_, query)| query).split('&');
    pairs.filter_map(|pair| pair.split_once('=')).any(|(_, value)| value == MASK)
}

fn is_secret_parameter(name: &str) -> bool {
    is_credential(name) || PARAMETERS.iter().any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_credentials_by_their_names() {
        for name in [
            "authorization",
            "Proxy-Authorization",
            "cookie",
            "set-cookie",
            "clientid",
            "x-api-key",
            "X-Custom-Auth",
            "x-auth-token",
            "x_access_token",
            "authtoken",
            "x-client-secret",
            "x-session-id",
            "cf-access-jwt-assertion",
            "ocp-apim-subscription-key",
            "password",
        ] {
            assert!(is_credential(name), "{name}");
        }
        for name in [
            "x-zm-signature",
            "x-zm-request-timestamp",
            "x-zm-session-token",
            "host",
            "keep-alive",
            "idempotency-key",
            "sec-websocket-key",
            "surrogate-key",
            "www-authenticate",
            "x-author",
            "content-type",
            "user-agent",
            "x-monkey",
            "",
        ] {
            assert!(!is_credential(name), "{name}");
        }
    }

    #[test]
    fn masks_only_credentials_in_a_query() {
        for (url, masked) in [
            ("http://a/b", "http://a/b"),
            ("http://a/b?env=dev&x", "http://a/b?env=dev&x"),
            ("http://a/b?env=dev&token=s3cret&x", "http://a/b?env=dev&token=***&x"),
            ("https://f.test/?code=a==&API_KEY=b", "https://f.test/?code=***&API_KEY=***"),
            ("http://a/?token", "http://a/?token"),
        ] {
            assert_eq!(masked_query(url), masked);
            assert_eq!(has_masked_query(&masked_query(url)), masked.contains('*'), "{url}");
        }
    }
}
