//! Other credentials at hand, which a diagnosis holds against a wrong signature: many an app was set up with
//! the client secret where the secret token belongs. Found by name, never shown.

use std::path::PathBuf;

use crate::diagnosis::{Role, SecretText};
use crate::settings::{
    dotenv,
    env::{Environment, NGROK_AUTHTOKEN, SECRET_TOKEN},
};

/// More of them cost time in every search; a `.env` of a large project has about ten.
const AT_MOST: usize = 16;
/// Shorter values are switches and ports.
const SHORTEST: usize = 8;
/// What the names of credentials have in them.
const WORDS: [&str; 6] = ["SECRET", "TOKEN", "KEY", "PASSWORD", "CREDENTIAL", "CLIENT_ID"];

/// Adds what the environment and the `.env` hold besides the secret tokens that were chosen.
pub(super) fn add(texts: &mut Vec<SecretText>, environment: &Environment, file: Option<(PathBuf, PathBuf)>) {
    let mut add = |name: String, role: Role, value: &str| {
        let value = value.trim();
        let is_known = texts.iter().any(|text| text.is(value));
        if value.len() >= SHORTEST && !is_known && texts.len() < AT_MOST {
            texts.push(SecretText::new(name, role, value));
        }
    };
    for (variable, role) in [(SECRET_TOKEN, Role::OtherSecret), (NGROK_AUTHTOKEN, Role::OtherCredential)] {
        if let Some(value) = environment.text(variable) {
            add(format!("{variable} in the environment"), role, value);
        }
    }
    if let Some((path, shown)) = file {
        for (name, value) in dotenv::variables(&path) {
            if let Some(role) = role(&name) {
                add(format!("{name} in {}", shown.display()), role, &value);
            }
        }
    }
}

/// What a variable's name says of its value; `None` where it is no credential.
fn role(name: &str) -> Option<Role> {
    let name = name.to_ascii_uppercase();
    let is_secret_token =
        name.ends_with("SECRET_TOKEN") || (name.contains("WEBHOOK") && name.contains("SECRET"));
    match () {
        () if is_secret_token => Some(Role::OtherSecret),
        () if WORDS.iter().any(|word| name.contains(word)) => Some(Role::OtherCredential),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_credentials_by_name_and_nothing_twice() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        let lines = "PORT=40000000\nZOOM_WEBHOOK_SECRET_TOKEN=chosen-token\nZOOM_CLIENT_SECRET=client-secret\n\
                     STAGING_WEBHOOK_SECRET=another-token\nAPI_KEY=short\n";
        std::fs::write(&path, lines).unwrap();
        let environment = Environment::new("", [(NGROK_AUTHTOKEN, "authtoken-of-ngrok")]);
        let mut texts = vec![SecretText::new("app", Role::Secret, "chosen-token")];
        add(&mut texts, &environment, Some((path, ".env".into())));
        let found: Vec<_> = texts.iter().map(|text| (&*text.name, text.role)).collect();
        assert_eq!(
            found,
            [
                ("app", Role::Secret),
                ("NGROK_AUTHTOKEN in the environment", Role::OtherCredential),
                ("ZOOM_CLIENT_SECRET in .env", Role::OtherCredential),
                ("STAGING_WEBHOOK_SECRET in .env", Role::OtherSecret),
            ]
        );
    }
}
