//! The app's secret tokens: from flags, files, the environment, `.env`, or the person at the terminal.
//!
//! The first of these that gives any is used, and nothing after it is looked at:
//! 1. the command line: every `--secret`, `--secret-file` and `--env-file` together;
//! 2. `ZOOM_WEBHOOK_SECRET_TOKEN` in the environment;
//! 3. the nearest `.env` upward from the current folder that has one;
//! 4. a question, on a terminal.
//!
//! A secret without a name is called after its place: `--secret`, the file's path, the variable, `.env`.

use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::dotenv::{self, DotenvError};
use super::env::{Environment, SECRET_TOKEN};
use super::file::{self, UnreadableFile};
use super::named_token::{self, TypedSecret};
use super::prompt::Prompt;
use super::token_text::{self, InvalidToken};
use crate::notice::{SecretOrigin, Warning};
use crate::zoom::{NamedSecret, SecretToken};

const QUESTION: &str = "Secret token of your Zoom app (not shown): ";

/// The flags.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Secret token")]
pub struct SecretArgs {
    /// The app's secret token, or nothing to be asked for it; may be repeated
    ///
    /// Other users of this machine can read a command line in the list of processes: the environment, a file
    /// or a .env are better. With several apps, give each a name: --secret staging=TOKEN. A token with '='
    /// in it needs a name.
    #[arg(long, value_name = "[NAME=]TOKEN", num_args = 0..=1, default_missing_value = TypedSecret::NO_VALUE,
        value_parser = TypedSecret::parse)]
    secret: Vec<TypedSecret>,

    /// File that holds a secret token and nothing else; may be repeated
    #[arg(long, value_name = "[NAME=]PATH")]
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

/// The secret tokens, checked; at least one.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// In the order in which they are tried.
    pub tokens: Vec<NamedSecret>,
    /// Where each came from, in the same order.
    pub origins: Vec<SecretOrigin>,
    /// What the user should know about them.
    pub warnings: Vec<Warning>,
}

/// Why there are no secret tokens to work with. Never shows one.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
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

/// A token as it was found.
struct Candidate {
    /// As given with it.
    name: Option<String>,
    /// Where it came from, in short: its name if it has none.
    place: String,
    /// Where it came from, for the screen.
    origin: String,
    text: Zeroizing<String>,
}

impl SecretArgs {
    /// The checked value.
    ///
    /// # Errors
    /// [`SecretError`] where there is none, or one that cannot be used.
    pub fn check(&self, environment: &Environment, prompt: &mut dyn Prompt) -> Result<Secrets, SecretError> {
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
            return assemble(vec![Candidate::in_dotenv(found, ".env".to_owned())]);
        }
        if prompt.is_possible() {
            return assemble(vec![ask(prompt)?]);
        }
        Err(SecretError::Missing)
    }

    fn on_the_command_line(&self, prompt: &mut dyn Prompt) -> Result<Vec<Candidate>, SecretError> {
        let typed = self.secret.iter().map(|typed| match typed {
            TypedSecret::Ask if prompt.is_possible() => ask(prompt),
            TypedSecret::Ask => Err(SecretError::NobodyToAsk),
            TypedSecret::Given(text) => Candidate::typed(text),
        });
        let mut candidates = typed.collect::<Result<Vec<_>, _>>()?;
        for text in &self.secret_file {
            candidates.push(Candidate::in_file(text)?);
        }
        if let Some(file) = &self.env_file {
            let found = dotenv::read(file, file)?;
            let found = found.ok_or_else(|| SecretError::NotInEnvFile { file: file.clone() })?;
            candidates.push(Candidate::in_dotenv(found, file.display().to_string()));
        }
        Ok(candidates)
    }
}

impl Candidate {
    fn typed(text: &str) -> Result<Self, SecretError> {
        let not_a_name = |_| SecretError::NotAName { flag: "--secret" };
        let (name, token) = named_token::split(text).map_err(not_a_name)?;
        let origin = name.map_or("--secret".to_owned(), |name| format!("--secret {name}"));
        Ok(Self {
            name: name.map(str::to_owned),
            place: "--secret".to_owned(),
            origin,
            text: Zeroizing::new(token.to_owned()),
        })
    }

    /// `[NAME=]PATH`. A path that exists as a whole is that path, even with a `=` in it.
    fn in_file(text: &str) -> Result<Self, SecretError> {
        let (name, path) = match text.split_once('=') {
            Some((name, path)) if named_token::is_name(name) && !Path::new(text).exists() => {
                (Some(name), path)
            }
            _ => (None, text),
        };
        let content = file::read(Path::new(path), Path::new(path))?;
        Ok(Self {
            name: name.map(str::to_owned),
            place: path.to_owned(),
            origin: format!("--secret-file {path}"),
            text: Zeroizing::new(token_text::without_line_end(&content).to_owned()),
        })
    }

    fn in_dotenv(found: dotenv::Found, place: String) -> Self {
        let origin = format!("{}  {}", found.file.display(), found.name);
        Self { name: None, place, origin, text: found.value }
    }
}

fn from_environment(environment: &Environment) -> Result<Option<Candidate>, SecretError> {
    let place = SECRET_TOKEN.to_owned();
    let origin = format!("environment  {SECRET_TOKEN}");
    if environment.is_not_text(SECRET_TOKEN) {
        return Err(InvalidToken::NotText { origin }.into());
    }
    let text = environment.text(SECRET_TOKEN).map(|text| Zeroizing::new(text.to_owned()));
    Ok(text.map(|text| Candidate { name: None, place, origin, text }))
}

fn ask(prompt: &mut dyn Prompt) -> Result<Candidate, SecretError> {
    let text = prompt.ask(QUESTION).map_err(SecretError::Terminal)?;
    Ok(Candidate { name: None, place: "terminal".to_owned(), origin: "the terminal".to_owned(), text })
}

/// Cleans, names and merges the tokens found.
fn assemble(candidates: Vec<Candidate>) -> Result<Secrets, SecretError> {
    let mut warnings = Vec::new();
    let mut kept: Vec<(String, String, Zeroizing<String>)> = Vec::new();
    for Candidate { name, place, origin, text } in candidates {
        let token = token_text::clean(&text, &origin, &mut warnings)?;
        if kept.iter().any(|(_, _, known)| *known == token) {
            continue;
        }
        let is_taken = |name: &str| kept.iter().any(|(known, _, _)| known == name);
        let name = match name {
            Some(name) if is_taken(&name) => return Err(SecretError::DuplicateName { name }),
            Some(name) => name,
            None => unused_name(&place, is_taken),
        };
        kept.push((name, origin, token));
    }
    let mut secrets = Secrets { tokens: Vec::new(), origins: Vec::new(), warnings };
    for (name, source, token) in kept {
        let empty = |_| InvalidToken::Empty { origin: source.clone() };
        let token = SecretToken::new(token.as_str()).map_err(empty)?;
        secrets.origins.push(SecretOrigin { name: name.clone(), source, fingerprint: token.fingerprint() });
        secrets.tokens.push(NamedSecret { name: name.into(), token });
    }
    Ok(secrets)
}

/// `place`, or `place 2` and so on where several have no name of their own.
fn unused_name(place: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut name = place.to_owned();
    let mut number = 1;
    while is_taken(&name) {
        number += 1;
        name = format!("{place} {number}");
    }
    name
}

#[cfg(test)]
mod tests;
