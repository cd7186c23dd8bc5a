//! Tokens as they were found, with where that was, and what becomes of them: cleaned, named, merged.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{SecretError, Secrets};
use crate::delivery::SecretOrigin;
use crate::diagnosis::{Role, SecretText};
use crate::settings::{
    dotenv,
    env::SECRET_TOKEN,
    file, named_token,
    token_text::{self, InvalidToken},
};
use crate::zoom::{NamedSecret, SecretToken};

/// A token as it was found.
pub(super) struct FoundToken {
    /// The name given with it.
    pub(super) name: Option<String>,
    pub(super) origin: Origin,
    pub(super) text: Zeroizing<String>,
}

/// Where a token was found.
pub(super) enum Origin {
    /// `--secret`, with its name.
    Flag(Option<String>),
    /// `--secret-file`, with the path as typed.
    File(String),
    /// A `.env`: the nearest one, or one that was named.
    Dotenv { file: PathBuf, name: &'static str, nearest: bool },
    /// The variable of the environment.
    Variable,
    /// The person at the terminal.
    Terminal,
}

impl Origin {
    /// What a token from here is called that has no name of its own.
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

    /// For the screen's header: place and name in two columns.
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
        let (name, token) = named_token::split(text).map_err(not_a_name)?;
        let name = name.map(str::to_owned);
        Ok(Self { origin: Origin::Flag(name.clone()), name, text: Zeroizing::new(token.to_owned()) })
    }

    /// `[NAME=]PATH`. A path that exists as a whole is that path, even with a `=` in it.
    pub(super) fn in_file(text: &str) -> Result<Self, SecretError> {
        let (name, path) = match text.split_once('=') {
            Some((name, path)) if named_token::is_name(name) && !Path::new(text).exists() => {
                (Some(name), path)
            }
            _ => (None, text),
        };
        let content = file::read(Path::new(path), Path::new(path))?;
        Ok(Self {
            name: name.map(str::to_owned),
            origin: Origin::File(path.to_owned()),
            text: Zeroizing::new(token_text::without_line_end(&content).to_owned()),
        })
    }

    pub(super) fn in_dotenv(found: dotenv::Found, nearest: bool) -> Self {
        let origin = Origin::Dotenv { file: found.file, name: found.name, nearest };
        Self { name: None, origin, text: found.value }
    }
}

/// Cleans the tokens, merges equal ones into the first, and gives each a name of its own.
pub(super) fn assemble(found: Vec<FoundToken>) -> Result<Secrets, SecretError> {
    let mut secrets =
        Secrets { tokens: Vec::new(), texts: Vec::new(), origins: Vec::new(), warnings: Vec::new() };
    for FoundToken { name, origin, text } in found {
        let text = token_text::clean(&text, &origin.in_words(), &mut secrets.warnings)?;
        if secrets.texts.iter().any(|known| known.is(&text)) {
            continue;
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

/// The name that was given, if it is free; else that of the origin, with a number where several have it.
fn free_name(name: Option<String>, origin: &Origin, taken: &[SecretOrigin]) -> Result<String, SecretError> {
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
