//! Secrets that were typed in the wrong place, such as `listen --port TOKEN`. Errors repeat what was typed, and a
//! terminal's output ends in logs and bug reports. Entry point: [`TypedSecrets`].
//!
//! An argument is a secret if it is equal to one that the environment or the nearest `.env` has, or if it has the form
//! of Zoom's secret tokens or of ngrok's authtokens, or if it is the password of a URL. Names of existing files are never
//! hidden for their form.

use std::ffi::OsString;
use std::path::Path;

use zeroize::Zeroizing;

use super::env::Environment;
use super::secret;
use super::token;
use crate::diagnosis::SecretText;
use crate::read_token::has_form_of_a_read_token;

/// Characters of a secret that are shown: enough to recognize it.
const SHOWN: usize = 3;
/// The length of Zoom's secret tokens: 16 bytes in base64url.
const TOKEN_LENGTH: usize = 22;
/// The fewest changes between upper-case letters, lower-case letters and digits, in a token with and without digits. A
/// random token has about 12. A name of five capitalized words has 9, and few names have a digit too.
const FEWEST_CHANGES: [usize; 2] = [7, 10];

/// The shortest password of a URL that is hidden. A shorter one would also hide words of the messages.
const SHORTEST_PASSWORD: usize = 4;

/// The secrets among the arguments of this run.
pub(crate) struct TypedSecrets(Vec<Typed>);

struct Typed {
    text: Zeroizing<String>,
    /// How many of its characters are shown.
    shown: usize,
}

impl TypedSecrets {
    /// Finds the secrets among the arguments, without the name of the program.
    #[must_use]
    pub(crate) fn among(args: &[OsString], environment: &Environment) -> Self {
        let known = secret::known_texts(environment, !args.iter().any(|arg| arg == "--no-env-file"));
        let args: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
        let mut found = Vec::new();
        for (at, arg) in args.iter().enumerate() {
            // `--secret NAME TOKEN`, where the parser takes the name as the token.
            let follows_a_secret = at >= 2 && args[at - 2] == "--secret" && token::looks_like_a_token(arg);
            let values = values_of(arg).filter(|value| follows_a_secret || is_secret(value, &known));
            let typed = |text: &str, shown| Typed { text: Zeroizing::new(text.to_owned()), shown };
            found.extend(values.map(|value| typed(value, SHOWN)));
            // A part of a password would tell too much of it.
            found.extend(password_of(arg).map(|password| typed(password, 0)));
        }
        Self(found)
    }

    /// The text with the beginning of each secret in place of it. Ids are repeated in upper case, so letters of both
    /// cases are equal.
    #[must_use]
    pub(crate) fn redact(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| replace(&text, &secret.text, secret.shown))
    }
}

/// The texts of an argument that may be a secret: the whole, without hyphens before it, and what is behind a `=`.
fn values_of(arg: &str) -> impl Iterator<Item = &str> {
    let behind = arg.match_indices('=').map(|(at, _)| &arg[at + 1..]);
    [arg, arg.trim_start_matches('-')].into_iter().chain(behind)
}

/// The password of a URL, or the token in its place.
fn password_of(arg: &str) -> Option<&str> {
    let (_, rest) = arg.split_once("://")?;
    let (login, _) = rest.split('/').next()?.rsplit_once('@')?;
    let password = login.split_once(':').map_or(login, |(_, password)| password);
    (password.len() >= SHORTEST_PASSWORD).then_some(password)
}

/// Whether a text is one of `known`, or has the form of a secret.
pub(super) fn is_secret(value: &str, known: &[SecretText]) -> bool {
    known.iter().any(|text| text.is(value))
        || has_form_of_a_read_token(value)
        || ((has_form_of_a_token(value) || has_form_of_an_authtoken(value)) && !Path::new(value).exists())
}

/// Whether a text has the form of Zoom's secret tokens: 22 characters of base64url that change as random ones do.
pub(super) fn has_form_of_a_token(text: &str) -> bool {
    text.len() == TOKEN_LENGTH
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        && looks_random(text)
}

/// Whether a text has the form of ngrok's authtokens: two parts of letters and digits, about fifty characters in all.
pub(super) fn has_form_of_an_authtoken(text: &str) -> bool {
    let is_part = |part: &str| part.len() >= 17 && part.bytes().all(|b| b.is_ascii_alphanumeric());
    (40..=64).contains(&text.len())
        && text.split_once('_').is_some_and(|(one, other)| is_part(one) && is_part(other))
        && looks_random(text)
}

/// Whether upper case, lower case and digits change too often for words.
fn looks_random(text: &str) -> bool {
    let class = |b: u8| match b {
        b'A'..=b'Z' => Some(0),
        b'a'..=b'z' => Some(1),
        b'0'..=b'9' => Some(2),
        _ => None,
    };
    let bytes = text.as_bytes();
    let has = |wanted| bytes.iter().any(|b| class(*b) == Some(wanted));
    let changes = bytes.windows(2).filter_map(|pair| Some((class(pair[0])?, class(pair[1])?)));
    let changes = changes.filter(|(one, other)| one != other).count();
    has(0) && has(1) && changes >= FEWEST_CHANGES[usize::from(!has(2))]
}

/// Replaces a secret wherever it stands alone. `shown` of its characters stay.
fn replace(text: &str, secret: &str, shown: usize) -> String {
    // Changing the case of ASCII letters changes no length.
    let (folded, wanted) = (text.to_ascii_lowercase(), secret.to_ascii_lowercase());
    let mut redacted = String::with_capacity(text.len());
    let mut rest = 0;
    for (at, _) in folded.match_indices(&wanted) {
        let end = at + wanted.len();
        let is_inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if is_inside(text[..at].chars().next_back()) || is_inside(text[end..].chars().next()) {
            continue;
        }
        redacted.push_str(&text[rest..at]);
        redacted.extend(text[at..end].chars().take(shown).chain(['…']));
        rest = end;
    }
    redacted.push_str(&text[rest..]);
    redacted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::env::{NGROK_AUTHTOKEN, SECRET_TOKEN};

    const TOKEN: &str = "4fv1RkqGQUq5sWbEz6hA5A";
    const AUTHTOKEN: &str = "2KSrjLvFDQdgYsRCVW8n6WzZqDg_4WzRhJk7r8bEwqTfQ2vVA";

    fn redacted(args: &[&str], text: &str) -> String {
        let environment = Environment::new(
            "/nowhere",
            [(SECRET_TOKEN, "token-of-the-environment"), (NGROK_AUTHTOKEN, "authtoken")],
        );
        let args: Vec<OsString> = args.iter().map(OsString::from).collect();
        TypedSecrets::among(&args, &environment).redact(text)
    }

    #[test]
    fn shows_the_first_three_characters_of_a_typed_secret() {
        for (arg, text, shown) in [
            (TOKEN, TOKEN, "4fv…"),
            (TOKEN, "no id begins with 4FV1RKQGQUQ5SWBEZ6HA5A", "no id begins with 4FV…"),
            ("--4fv1RkqGQUq5sWbEz6hA5A", "'--4fv1RkqGQUq5sWbEz6hA5A'", "'--4fv…'"),
            ("--port=4fv1RkqGQUq5sWbEz6hA5A", "'4fv1RkqGQUq5sWbEz6hA5A'", "'4fv…'"),
            ("live=4fv1RkqGQUq5sWbEz6hA5A", "'live=4fv1RkqGQUq5sWbEz6hA5A'", "'live=4fv…'"),
            (AUTHTOKEN, AUTHTOKEN, "2KS…"),
            ("token-of-the-environment", "a token-of-the-environment b", "a tok… b"),
            ("authtoken", "authtoken and authtokens", "aut… and authtokens"),
            ("nats://hub:pass-word@a", "'nats://hub:pass-word@a'", "'nats://hub:…@a'"),
            ("--share=nats://pass-word@a,nats://b", "nats://pass-word@a", "nats://…@a"),
        ] {
            assert_eq!(redacted(&["listen", arg], text), shown, "{arg}");
        }
        assert_eq!(redacted(&["--secret", "app", "my_own_token_of_tests"], "my_own_token_of_tests"), "my_…");
    }

    #[test]
    fn leaves_names_alone() {
        for name in [
            "meeting.started",
            "recording.transcript_completed",
            "contact_center_updated",
            "CONTACT_CENTER_UPDATED",
            "a-captured-request.http",
            "Zoom-Capture-2026-1129",
            "MyLongCaptureFileNames",
            "WeeklyMeetingCapture22",
            "2026-11-24T08-00-01.har",
            "01K8ZQ4M7T0000000000000000",
            "3f2a9c4b5d6e7f8091a2b3c4d5e6f708",
            "6009d653-d487-4c1e-9b1a-0123456789ab",
            "http://127.0.0.1:4000/webhook",
            "--allow-unsigned-challenges",
        ] {
            assert_eq!(redacted(&["verify", name], name), name);
        }
    }

    #[test]
    fn nearly_every_token_of_zooms_form_is_recognized() {
        use base64::Engine;
        use sha2::Digest;
        let token = |number: u32| {
            let random = sha2::Sha256::digest(number.to_be_bytes());
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&random[..16])
        };
        let missed = (0..10_000).map(token).filter(|token| !has_form_of_a_token(token)).count();
        assert!(missed < 250, "{missed} of 10,000");
    }
}
