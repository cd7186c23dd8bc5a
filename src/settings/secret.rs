//! The app's secret tokens: from flags, files, the environment, `.env`, or the terminal. Entry point: [`SecretArgs`].
//!
//! The first of these sources that has a token is used, and later ones are ignored:
//! 1. the command line: every `--secret`, `--secret-file` and `--env-file` together;
//! 2. `ZOOM_WEBHOOK_SECRET_TOKEN` in the environment;
//! 3. the nearest `.env.local` or `.env` with a token, in the current folder or above it;
//! 4. a prompt, on a terminal.
//!
//! A token without a name is named after its source: `--secret`, the file's path, the variable, `.env`.

mod found;

use std::io;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::dotenv::{self, DotenvError, EnvFiles, SimilarName};
use super::env::{Environment, SECRET_TOKEN};
use super::file::UnreadableFile;
use super::prompt::Prompt;
use super::token::{InvalidToken, TypedSecret};
use crate::delivery::{SecretOrigin, Warning};
use crate::diagnosis::{Role, SecretText};
use crate::zoom::NamedSecret;
use found::{FoundToken, SecretSource, assemble};

const QUESTION: &str = "Secret token of your Zoom app (not shown): ";

/// The flags.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Secret token")]
pub(crate) struct SecretArgs {
    /// The app's secret token; without a value, zoomhook asks for it; may be repeated
    ///
    /// Other users of this machine can read a command line in the list of processes. The environment, a file
    /// or a .env are safer. With several apps, name each token: --secret staging=TOKEN. A token that contains
    /// '=' needs a name.
    #[arg(long, value_name = "[NAME=]TOKEN", num_args = 0..=1, default_missing_value = TypedSecret::NO_VALUE,
        value_parser = TypedSecret::parse)]
    secret: Vec<TypedSecret>,

    /// File that contains only a secret token; may be repeated
    #[arg(long, value_name = "[NAME=]PATH", value_hint = clap::ValueHint::FilePath)]
    secret_file: Vec<String>,

    /// File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env.local or .env
    ///
    /// ZOOM_WEBHOOK_SECRET, WEBHOOK_SECRET_TOKEN and NGROK_AUTHTOKEN are read as well. The secret token of this file
    /// takes precedence over the environment.
    #[arg(long, value_name = "PATH", conflicts_with = "no_env_file", value_hint = clap::ValueHint::FilePath)]
    env_file: Option<PathBuf>,

    /// Do not read .env files
    #[arg(long, hide_short_help = true)]
    no_env_file: bool,
}

/// The checked secret tokens: at least one. `Debug` shows only fingerprints.
#[derive(Debug, Clone)]
pub(crate) struct FoundSecrets {
    /// The tokens, in the order in which they are tried.
    pub(crate) tokens: Vec<NamedSecret>,
    /// The tokens as text, and other known credentials. The diagnosis tries variants of them. Overwritten when
    /// dropped.
    pub(crate) texts: Vec<SecretText>,
    /// The source of each token, in the same order.
    pub(crate) origins: Vec<SecretOrigin>,
    /// Warnings for the user.
    pub(crate) warnings: Vec<Warning>,
}

impl FoundSecrets {
    /// No token, for a command that works without one.
    #[must_use]
    pub(crate) fn none() -> Self {
        Self { tokens: Vec::new(), texts: Vec::new(), origins: Vec::new(), warnings: Vec::new() }
    }

    /// Whether a path without its leading slash is one of the tokens.
    #[must_use]
    pub(crate) fn contain(&self, path: &str) -> bool {
        let path = path.trim_start_matches('/');
        self.texts.iter().any(|text| text.role == Role::Secret && text.is(path))
    }

    /// The text of the only token; `None` if there are several.
    #[must_use]
    pub(crate) fn only_text(&self) -> Option<Zeroizing<String>> {
        let mut chosen = self.texts.iter().filter(|text| text.role == Role::Secret);
        chosen.next().filter(|_| chosen.next().is_none()).map(SecretText::to_text)
    }
}

/// The credentials of the environment and, if wanted, of the nearest `.env`.
pub(super) fn known_texts(environment: &Environment, reads_dotenv: bool) -> Vec<SecretText> {
    let mut texts = Vec::new();
    match reads_dotenv {
        true => found::add_others(&mut texts, environment),
        false => found::add_others(&mut texts, &environment.with_env_files(EnvFiles::None)),
    }
    texts
}

/// Every secret of the environment and of all `.env` files around this folder, also of other programs than zoomhook.
pub(super) fn texts_of_project(environment: &Environment) -> Vec<SecretText> {
    found::all(environment)
}

/// Why there are no usable secret tokens. The messages never contain a token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    /// There is no token, and no terminal to ask on.
    #[error("there is no secret token, which is needed to verify and to sign requests")]
    Missing {
        /// A name in a `.env` file that looks like the token's.
        similar: Option<SimilarName>,
    },
    /// `--secret` without a value, and there is no terminal to ask on.
    #[error("--secret without a token asks for it, but there is no terminal to ask on")]
    NoTerminal,
    /// The terminal failed.
    #[error("cannot ask for the secret token: {0}")]
    Terminal(io::Error),
    /// The text cannot be a token.
    #[error(transparent)]
    Invalid(#[from] InvalidToken),
    /// The text before `=` is not a name.
    #[error(
        "the text before '=' in {flag} is not a name: a name is a letter, then letters, digits, '-' and '_'"
    )]
    NotAName {
        /// The flag.
        flag: &'static str,
    },
    /// Two tokens have the same name.
    #[error("two secret tokens are named '{name}'; use different names")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// ngrok's edge accepts only one secret token.
    #[error("--ngrok-verify works with only one secret token, because ngrok's edge accepts only one")]
    TooManyForTheEdge,
    /// The path of the endpoint is a secret token.
    #[error("--path has the secret token as its value, and the path is a part of the public URL")]
    InThePath,
    /// The file of `--secret-file` cannot be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableFile),
    /// A `.env` file cannot be used.
    #[error(transparent)]
    Dotenv(#[from] DotenvError),
    /// The file of `--env-file` sets none of the names.
    #[error("{}: the file does not set {}, {} or {}", file.display(), dotenv::NAMES[0], dotenv::NAMES[1], dotenv::NAMES[2])]
    NotInEnvFile {
        /// The file.
        file: PathBuf,
        /// A name in it that looks like the token's.
        similar: Option<SimilarName>,
    },
}

impl SecretArgs {
    /// Which `.env` files are read.
    #[must_use]
    pub(crate) fn env_files(&self) -> EnvFiles {
        match (&self.env_file, self.no_env_file) {
            (Some(file), _) => EnvFiles::Only(file.clone()),
            (None, true) => EnvFiles::None,
            (None, false) => EnvFiles::Nearest,
        }
    }

    /// The checked value.
    ///
    /// # Errors
    /// [`SecretError`] if there is no token, or one cannot be used.
    pub(crate) fn check(
        &self,
        environment: &Environment,
        prompt: &mut dyn Prompt,
    ) -> Result<FoundSecrets, SecretError> {
        let environment = environment.with_env_files(self.env_files());
        let mut secrets = self.find(&environment, prompt)?;
        found::add_others(&mut secrets.texts, &environment);
        Ok(secrets)
    }

    /// Whether `--secret` without a value asks for a token.
    #[must_use]
    pub(super) fn asks(&self) -> bool {
        self.secret.iter().any(|typed| matches!(typed, TypedSecret::Ask))
    }

    /// Whether a flag names the secret token, so that no other place counts.
    #[must_use]
    pub(crate) fn names_one(&self) -> bool {
        !self.secret.is_empty() || !self.secret_file.is_empty() || self.env_file.is_some()
    }

    /// A file that was parsed as the value of `--secret`: `--secret FILE`, without the token.
    #[must_use]
    pub(crate) fn mistaken_file(&self) -> Option<&str> {
        self.secret.iter().find_map(|typed| match typed {
            TypedSecret::Given(text) if std::path::Path::new(text.as_str()).is_file() => Some(text.as_str()),
            _ => None,
        })
    }

    fn find(&self, environment: &Environment, prompt: &mut dyn Prompt) -> Result<FoundSecrets, SecretError> {
        let given = self.on_the_command_line(environment, prompt)?;
        if !given.is_empty() {
            return assemble(given);
        }
        if let Some(candidate) = from_environment(environment)? {
            return assemble(vec![candidate]);
        }
        if let Some(found) = dotenv::find(environment, dotenv::NAMES)? {
            return assemble(vec![FoundToken::in_dotenv(found, true)]);
        }
        let similar = dotenv::similar_name(environment);
        if prompt.is_possible() {
            let question = similar.map(|similar| format!("{similar}\n{QUESTION}"));
            return assemble(vec![ask(prompt, question.as_deref().unwrap_or(QUESTION))?]);
        }
        Err(SecretError::Missing { similar })
    }

    fn on_the_command_line(
        &self,
        environment: &Environment,
        prompt: &mut dyn Prompt,
    ) -> Result<Vec<FoundToken>, SecretError> {
        let typed = self.secret.iter().map(|typed| match typed {
            TypedSecret::Ask if prompt.is_possible() => ask(prompt, QUESTION),
            TypedSecret::Ask => Err(SecretError::NoTerminal),
            TypedSecret::Given(text) => FoundToken::typed(text),
        });
        let mut candidates = typed.collect::<Result<Vec<_>, _>>()?;
        for text in &self.secret_file {
            candidates.push(FoundToken::in_file(text)?);
        }
        if let Some(file) = &self.env_file {
            let found = dotenv::read(file, file, dotenv::NAMES)?;
            let similar = || dotenv::similar_name(environment);
            let missing = || SecretError::NotInEnvFile { file: file.clone(), similar: similar() };
            let found = found.ok_or_else(missing)?;
            candidates.push(FoundToken::in_dotenv(found, false));
        }
        Ok(candidates)
    }
}

fn from_environment(environment: &Environment) -> Result<Option<FoundToken>, SecretError> {
    let origin = SecretSource::Variable;
    if environment.is_not_text(SECRET_TOKEN) {
        return Err(InvalidToken::NotText { origin: origin.in_words() }.into());
    }
    let text = environment.text(SECRET_TOKEN).map(|text| Zeroizing::new(text.to_owned()));
    Ok(text.map(|text| FoundToken { name: None, origin, text }))
}

fn ask(prompt: &mut dyn Prompt, question: &str) -> Result<FoundToken, SecretError> {
    let text = prompt.ask(question).map_err(SecretError::Terminal)?;
    Ok(FoundToken { name: None, origin: SecretSource::Terminal, text })
}

#[cfg(test)]
mod tests;
