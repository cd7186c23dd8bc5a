//! The app's secret tokens: from flags, files, the environment, `.env`, or the person at the terminal.
//!
//! The first of these that gives any is used, and nothing after it is looked at:
//! 1. the command line: every `--secret`, `--secret-file` and `--env-file` together;
//! 2. `ZOOM_WEBHOOK_SECRET_TOKEN` in the environment;
//! 3. the nearest `.env` upward from the current folder that has one;
//! 4. a question, on a terminal.
//!
//! A secret without a name is called after its place: `--secret`, the file's path, the variable, `.env`.

mod found;

use std::io;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::dotenv::{self, DotenvError};
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
    /// The app's secret token, or nothing to be asked for it; may be repeated
    ///
    /// Other users of this machine can read a command line in the list of processes: the environment, a file
    /// or a .env are better. With several apps, give each a name: --secret staging=TOKEN. A token with '='
    /// in it needs a name.
    #[arg(long, value_name = "[NAME=]TOKEN", num_args = 0..=1, default_missing_value = TypedSecret::NO_VALUE,
        value_parser = TypedSecret::parse)]
    secret: Vec<TypedSecret>,

    /// File that holds a secret token and nothing else; may be repeated
    #[arg(long, value_name = "[NAME=]PATH", value_hint = clap::ValueHint::FilePath)]
    secret_file: Vec<String>,

    /// File to read ZOOM_WEBHOOK_SECRET_TOKEN from, instead of the nearest .env
    ///
    /// ZOOM_WEBHOOK_SECRET and WEBHOOK_SECRET_TOKEN are read as well. A file that is named here comes before
    /// the environment.
    #[arg(long, value_name = "PATH", conflicts_with = "no_env_file")]
    env_file: Option<PathBuf>,

    /// Do not look for a .env
    #[arg(long, hide_short_help = true)]
    no_env_file: bool,
}

/// The secret tokens, checked; at least one. `Debug` shows fingerprints only.
#[derive(Debug, Clone)]
pub(crate) struct FoundSecrets {
    /// In the order in which they are tried.
    pub(crate) tokens: Vec<NamedSecret>,
    /// The same as text, and other credentials that are at hand: for a diagnosis, which has to try what may
    /// have happened to a text. Overwritten when dropped.
    pub(crate) texts: Vec<SecretText>,
    /// Where each came from, in the same order.
    pub(crate) origins: Vec<SecretOrigin>,
    /// What the user should know about them.
    pub(crate) warnings: Vec<Warning>,
}

impl FoundSecrets {
    /// The text of the only token, for who has to pass it on; `None` where there are several.
    #[must_use]
    pub(crate) fn only_text(&self) -> Option<Zeroizing<String>> {
        let mut chosen = self.texts.iter().filter(|text| text.role == Role::Secret);
        chosen.next().filter(|_| chosen.next().is_none()).map(SecretText::to_text)
    }
}

/// Why there are no secret tokens to work with. Never shows one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    /// None was found anywhere, and there is nobody to ask.
    #[error("there is no secret token, so nothing that Zoom sends could be verified")]
    Missing,
    /// `--secret` alone, and there is nobody to ask.
    #[error("--secret without a token asks for it, and there is no terminal to ask on")]
    NobodyToAsk,
    /// The terminal failed.
    #[error("cannot ask for the secret token: {0}")]
    Terminal(io::Error),
    /// What was found cannot be a token.
    #[error(transparent)]
    Invalid(#[from] InvalidToken),
    /// A `=` with something else than a name before it.
    #[error("what precedes '=' in {flag} is no name: a name is a letter, then letters, digits, '-' and '_'")]
    NotAName {
        /// The flag.
        flag: &'static str,
    },
    /// Two tokens under one name.
    #[error("two secret tokens are named '{name}'; give each a name of its own")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// ngrok's edge takes one secret token only.
    #[error("--ngrok-verify works with one secret token, because ngrok's edge takes only one")]
    TooManyForTheEdge,
    /// A file that was named cannot be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableFile),
    /// A `.env` cannot be used.
    #[error(transparent)]
    Dotenv(#[from] DotenvError),
    /// The file of `--env-file` has none of the names in it.
    #[error("{}: there is no {}, {} or {} in it", file.display(), dotenv::NAMES[0], dotenv::NAMES[1], dotenv::NAMES[2])]
    NotInEnvFile {
        /// The file.
        file: PathBuf,
    },
}

impl SecretArgs {
    /// The checked value.
    ///
    /// # Errors
    /// [`SecretError`] where there is none, or one that cannot be used.
    pub(crate) fn check(
        &self,
        environment: &Environment,
        prompt: &mut dyn Prompt,
    ) -> Result<FoundSecrets, SecretError> {
        let mut secrets = self.find(environment, prompt)?;
        let file = match (&self.env_file, self.no_env_file) {
            (Some(file), _) => Some((file.clone(), file.clone())),
            (None, true) => None,
            (None, false) => dotenv::nearest_file(environment.folder()),
        };
        found::add_others(&mut secrets.texts, environment, file);
        Ok(secrets)
    }

    /// A file that was taken for the value of `--secret`: `--secret FILE`, with the token forgotten.
    #[must_use]
    pub(crate) fn mistaken_file(&self) -> Option<&str> {
        self.secret.iter().find_map(|typed| match typed {
            TypedSecret::Given(text) if std::path::Path::new(text.as_str()).is_file() => Some(text.as_str()),
            _ => None,
        })
    }

    fn find(&self, environment: &Environment, prompt: &mut dyn Prompt) -> Result<FoundSecrets, SecretError> {
        let given = self.on_the_command_line(prompt)?;
        if !given.is_empty() {
            return assemble(given);
        }
        if let Some(candidate) = from_environment(environment)? {
            return assemble(vec![candidate]);
        }
        if !self.no_env_file
            && let Some(found) = dotenv::nearest(environment.folder())?
        {
            return assemble(vec![FoundToken::in_dotenv(found, true)]);
        }
        if prompt.is_possible() {
            return assemble(vec![ask(prompt)?]);
        }
        Err(SecretError::Missing)
    }

    fn on_the_command_line(&self, prompt: &mut dyn Prompt) -> Result<Vec<FoundToken>, SecretError> {
        let typed = self.secret.iter().map(|typed| match typed {
            TypedSecret::Ask if prompt.is_possible() => ask(prompt),
            TypedSecret::Ask => Err(SecretError::NobodyToAsk),
            TypedSecret::Given(text) => FoundToken::typed(text),
        });
        let mut candidates = typed.collect::<Result<Vec<_>, _>>()?;
        for text in &self.secret_file {
            candidates.push(FoundToken::in_file(text)?);
        }
        if let Some(file) = &self.env_file {
            let found = dotenv::read(file, file)?;
            let found = found.ok_or_else(|| SecretError::NotInEnvFile { file: file.clone() })?;
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

fn ask(prompt: &mut dyn Prompt) -> Result<FoundToken, SecretError> {
    let text = prompt.ask(QUESTION).map_err(SecretError::Terminal)?;
    Ok(FoundToken { name: None, origin: SecretSource::Terminal, text })
}

#[cfg(test)]
mod tests;
