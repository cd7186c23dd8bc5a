//! What a `zoomhook.toml` must not have. Pure.
//!
//! The file is part of a project: everyone who clones it has it. So it has no secrets, and it cannot do what its author
//! should not do to the person who runs zoomhook in it.

use zeroize::Zeroizing;

use crate::delivery::{is_credential, masked_query};
use crate::diagnosis::SecretText;
use crate::settings::typed_secrets;

/// The shortest secret that is searched for inside a value. A shorter one would be found in words.
const SHORTEST: usize = 8;

/// Flags whose values are secrets.
const SECRETS: &[&str] = &["secret", "ngrok-authtoken", "basic", "client"];

/// Other flags that only the command line may have, and why.
const ONLY_TYPED: &[(&str, &str)] = &[
    ("tunnel-command", "it would run a program"),
    ("ngrok-connect-url", "it would get your ngrok authtoken"),
    ("ngrok-ca", "it decides whom your ngrok authtoken is sent to"),
    ("ngrok-verify", "it gives the secret token to ngrok"),
    ("share", "it would send your events to a server"),
    ("nats-ca", "it decides which server gets your NATS credentials"),
    ("allow-unsigned-challenge", "strangers could have events signed"),
    ("allow-send", "an AI agent would send requests that are signed with your secret token"),
    ("allow-target", "an AI agent would send requests to another machine"),
    ("yes", "it answers a question to the person who runs the command"),
    ("fix", "it changes this machine"),
    ("detach", "it is about one run"),
    ("detached-log", "it is about one run"),
    ("profile", "it selects tables of this file"),
    ("all", "it is about one run"),
    ("forget", "it is about one run"),
    ("help", "it is about one run"),
    ("version", "it is about one run"),
];

/// Why a flag is refused, whatever its value: a phrase.
pub(super) fn reason(flag: &str) -> Option<&'static str> {
    ONLY_TYPED.iter().find(|(name, _)| *name == flag).map(|(_, reason)| *reason)
}

/// Whether a flag takes a secret.
pub(crate) fn is_for_a_secret(flag: &str) -> bool {
    SECRETS.contains(&flag)
}

/// Whether a value is or has a secret: one of `known`, one by its form, a credential of a header or of a URL.
pub(super) fn has_secret(flag: &str, value: &str, known: &[SecretText]) -> bool {
    let header = value.split_once(':').map(|(name, _)| name.trim().to_ascii_lowercase());
    is_for_a_secret(flag)
        || (flag.contains("header") && header.is_some_and(|name| is_credential(&name)))
        || has_password(value)
        || masked_query(value) != value
        || typed_secrets::is_secret(value, known)
        || known.iter().any(|secret| contains(value, &secret.to_text()))
}

/// Whether the name of a table or a flag is a secret: one of `known`, or one by its form.
pub(super) fn is_secret_name(name: &str, known: &[SecretText]) -> bool {
    typed_secrets::is_secret(name, known) || known.iter().any(|secret| contains(name, &secret.to_text()))
}

/// Whether a secret is in a value, in any case of its letters: a host name has small ones.
fn contains(value: &str, secret: &str) -> bool {
    secret.len() >= SHORTEST
        && value.to_ascii_lowercase().contains(&*Zeroizing::new(secret.to_ascii_lowercase()))
}

/// Whether a URL has a user with a password.
fn has_password(value: &str) -> bool {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_secrets_by_flag_header_url_and_form() {
        for (flag, value) in [
            ("secret", "anything"),
            ("forward-header", "Authorization: Bearer x"),
            ("proxy", "http://jill:hush@proxy.example:3128"),
            ("forward", "http://localhost:3000/?token=abc"),
            ("domain", "4fv1RkqGQUq5sWbEz6hA5A"),
        ] {
            assert!(has_secret(flag, value, &[]), "{flag} {value}");
        }
        for (flag, value) in [
            ("forward-header", "X-Env: dev"),
            ("proxy", "http://proxy.example:3128"),
            ("forward", "meeting.*=http://localhost:3000/zoom"),
            ("domain", "mine.ngrok.app"),
            ("secret-file", "live=live.token"),
        ] {
            assert!(!has_secret(flag, value, &[]), "{flag} {value}");
        }
    }
}
