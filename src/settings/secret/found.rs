//! Cleans, names and merges the tokens of all sources. Entry point: [`assemble`].
//!
//! [`add_others`] collects other credentials by name, for the diagnosis of a wrong signature: many apps use the client
//! secret in place of the secret token. Their values are never shown.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{FoundSecrets, SecretError};
use crate::delivery::{SecretOrigin, Warning};
use crate::diagnosis::{Role, SecretText};
use crate::settings::env::{Environment, NGROK_AUTHTOKEN, SECRET_TOKEN};
use crate::settings::token::{self, InvalidToken};
use crate::settings::{dotenv, file};
use crate::zoom::{NamedSecret, SecretToken};

/// A token from a source, not checked yet.
pub(super) struct FoundToken {
    /// The name that the user wrote before it.
    pub(super) name: Option<String>,
    pub(super) origin: SecretSource,
    pub(super) text: Zeroizing<String>,
}

/// Where a token was found.
pub(super) enum SecretSource {
    /// `--secret`, with its name.
    Flag(Option<String>),
    /// `--secret-file`, with the path as given.
    File(String),
    /// A `.env`: the nearest one, or that of `--env-file`.
    Dotenv {
        file: PathBuf,
        name: &'static str,
        nearest: bool,
    },
    /// The environment variable.
    Variable,
    Terminal,
}

impl SecretSource {
    /// The name of a token from this source that has no name.
    fn default_name(&self) -> String {
        match self {
            Self::Flag(_) => "--secret".to_owned(),
            Self::File(path) => path.clone(),
            Self::Dotenv { nearest: true, .. } => ".env".to_owned(),
            Self::Dotenv { file, .. } => file.display().to_string(),
            Self::Variable => SECRET_TOKEN.to_owned(),
            Self::Terminal => "terminal".to_owned(),
        }
    }

    /// For the header on the screen: source and name in two columns.
    fn in_columns(&self) -> String {
        match self {
            Self::Dotenv { file, name, .. } => format!("{}  {name}", file.display()),
            Self::Variable => format!("environment  {SECRET_TOKEN}"),
            Self::Terminal => "typed in".to_owned(),
            Self::Flag(_) | Self::File(_) => self.in_words(),
        }
    }

    /// For a sentence: "the token from …".
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Flag(None) => "--secret".to_owned(),
            Self::Flag(Some(name)) => format!("--secret {name}=…"),
            Self::File(path) => format!("--secret-file {path}"),
            Self::Dotenv { file, name, .. } => format!("{name} in {}", file.display()),
            Self::Variable => format!("{SECRET_TOKEN} in the environment"),
            Self::Terminal => "the terminal".to_owned(),
        }
    }
}

impl FoundToken {
    /// `[NAME=]TOKEN`.
    pub(super) fn typed(text: &str) -> Result<Self, SecretError> {
        let not_a_name = |_| SecretError::NotAName { flag: "--secret" };
        let (name, token) = token::split(text).map_err(not_a_name)?;
        let name = name.map(str::to_owned);
        Ok(Self { origin: SecretSource::Flag(name.clone()), name, text: Zeroizing::new(token.to_owned()) })
    }

    /// `[NAME=]PATH`. If the whole text is an existing path, it is not split at `=`.
    pub(super) fn in_file(text: &str) -> Result<Self, SecretError> {
        let (name, path) = match text.split_once('=') {
            Some((name, path)) if token::is_name(name) && !Path::new(text).exists() => (Some(name), path),
            _ => (None, text),
        };
        let content = file::read(Path::new(path), Path::new(path))?;
        Ok(Self {
            name: name.map(str::to_owned),
            origin: SecretSource::File(path.to_owned()),
            text: Zeroizing::new(token::without_line_end(&content).to_owned()),
        })
    }

    pub(super) fn in_dotenv(found: dotenv::DotenvEntry, nearest: bool) -> Self {
        let origin = SecretSource::Dotenv { file: found.file, name: found.name, nearest };
        Self { name: None, origin, text: found.value }
    }
}

/// Cleans the tokens, merges equal ones into the first, and gives each a unique name.
pub(super) fn assemble(found: Vec<FoundToken>) -> Result<FoundSecrets, SecretError> {
    let mut secrets =
        FoundSecrets { tokens: Vec::new(), texts: Vec::new(), origins: Vec::new(), warnings: Vec::new() };
    for FoundToken { name, origin, text } in found {
        let text = token::clean(&text, &origin.in_words(), &mut secrets.warnings)?;
        if secrets.texts.iter().any(|known| known.is(&text)) {
            continue;
        }
        if let Some(form) = token::unusual_form(&text) {
            secrets.warnings.push(Warning::TokenForm { source: origin.in_words(), form });
        }
        let name = free_name(name, &origin, &secrets.origins)?;
        let empty = |_| InvalidToken::Empty { origin: origin.in_words() };
        let token = SecretToken::new(text.as_str()).map_err(empty)?;
        let (source, fingerprint) = (origin.in_columns(), token.fingerprint());
        secrets.origins.push(SecretOrigin { name: name.clone(), source, fingerprint });
        secrets.texts.push(SecretText::new(name.as_str(), Role::Secret, text.as_str()));
        secrets.tokens.push(NamedSecret { name: name.into(), token });
    }
    Ok(secrets)
}

/// The user's name for a token, if it is free. Without one: the name of the source, with a number if needed.
fn free_name(
    name: Option<String>,
    origin: &SecretSource,
    taken: &[SecretOrigin],
) -> Result<String, SecretError> {
    let is_taken = |name: &str| taken.iter().any(|other| other.name == name);
    match name {
        Some(name) if is_taken(&name) => Err(SecretError::DuplicateName { name }),
        Some(name) => Ok(name),
        None => {
            let default = origin.default_name();
            let numbered = (2..).map(|number| format!("{default} {number}"));
            let mut names = std::iter::once(default.clone()).chain(numbered);
            Ok(names.find(|name| !is_taken(name)).unwrap_or(default))
        }
    }
}

/// Limit on credentials, because each costs time in every search. A `.env` of a large project has about ten.
const MOST_OTHERS: usize = 16;
/// Shorter values are usually switches and ports.
const SHORTEST_OTHER: usize = 8;
/// Words in the names of credentials. Only those of Zoom's apps are read from a `.env` file.
const CREDENTIAL_WORDS: [&str; 6] = ["SECRET", "TOKEN", "KEY", "PASSWORD", "CREDENTIAL", "CLIENT_ID"];

/// Adds further credentials from the environment and the `.env` file.
pub(super) fn add_others(texts: &mut Vec<SecretText>, environment: &Environment) {
    let mut add = |name: String, role: Role, value: &str| {
        let value = value.trim();
        let is_known = texts.iter().any(|text| text.is(value));
        if value.len() >= SHORTEST_OTHER && !is_known && texts.len() < MOST_OTHERS {
            texts.push(SecretText::new(name, role, value));
        }
    };
    for (variable, role) in [(SECRET_TOKEN, Role::OtherSecret), (NGROK_AUTHTOKEN, Role::OtherCredential)] {
        if let Some(value) = environment.text(variable) {
            add(format!("{variable} in the environment"), role, value);
        }
    }
    // The files of the nearest folder that has any.
    let files: Vec<_> = dotenv::own_files(environment).collect();
    let folder = files.first().and_then(|(path, _)| path.parent().map(Path::to_owned));
    for (path, shown) in files.into_iter().take_while(|(path, _)| path.parent() == folder.as_deref()) {
        for (name, value) in dotenv::variables(&path) {
            if let Some(role) = role(&name) {
                add(format!("{name} in {}", shown.display()), role, &value);
            }
        }
    }
}

/// The values of all variables whose names are those of secrets, and those of the environment that zoomhook reads.
pub(super) fn all(environment: &Environment) -> Vec<SecretText> {
    let known = [SECRET_TOKEN, NGROK_AUTHTOKEN].into_iter().filter_map(|name| {
        let value = environment.text(name)?.trim();
        Some(SecretText::new(name, Role::OtherCredential, value))
    });
    let is_secret = |name: &str| {
        let name = name.to_ascii_uppercase();
        CREDENTIAL_WORDS.iter().any(|word| name.contains(word))
    };
    let in_files = dotenv::own_files(environment)
        .flat_map(|(path, _)| dotenv::variables(&path))
        .filter(|(name, _)| is_secret(name))
        .map(|(name, value)| SecretText::new(name, Role::OtherCredential, value.trim()));
    known.chain(in_files).filter(|secret| !secret.is("")).collect()
}

/// The role of a variable's value, by its name; `None` if it is not a credential of a Zoom app.
fn role(name: &str) -> Option<Role> {
    let name = name.to_ascii_uppercase();
    match () {
        () if dotenv::is_like_the_token(&name) => Some(Role::OtherSecret),
        () if name.contains("ZOOM") && CREDENTIAL_WORDS.iter().any(|word| name.contains(word)) => {
            Some(Role::OtherCredential)
        }
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_credentials_by_name_without_duplicates() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        let lines = "PORT=40000000\nZOOM_WEBHOOK_SECRET_TOKEN=chosen-token\nZOOM_CLIENT_SECRET=client-secret\n\
                     STAGING_WEBHOOK_SECRET=another-token\nZOOM_API_KEY=short\nDATABASE_PASSWORD=not-of-zoom\n\
                     AWS_SECRET_ACCESS_KEY=not-of-zoom-either\n";
        std::fs::write(&path, lines).unwrap();
        let environment = Environment::new(folder.path(), [(NGROK_AUTHTOKEN, "authtoken-of-ngrok")]);
        let mut texts = vec![SecretText::new("app", Role::Secret, "chosen-token")];
        add_others(&mut texts, &environment);
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
