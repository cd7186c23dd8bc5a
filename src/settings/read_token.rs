//! Read tokens: `inspect token create`, and the one that `follow https://` sends.

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use super::dotenv::{self, DotenvError};
use super::env::{Environment, READ_TOKEN};
use super::event_names;
use super::file::{self, UnreadableFile};
use super::project;
use super::time::Span;
use super::waiting::{Patterns, parse_patterns};
use crate::delivery::Warning;
use crate::read_token::{ReadToken, TokenName, TokenText, has_form_of_a_read_token};

/// How long a token is valid: a month of work, and a forgotten one ends by itself.
const USUAL: &str = "30d";
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// The flags of `inspect token create`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct NewTokenArgs {
    /// Name of the token, such as that of the person or the machine that gets it
    #[arg(value_name = "NAME")]
    name: TokenName,

    /// How long it is valid, from 1s to 366d
    #[arg(long, value_name = "DURATION", default_value = USUAL, value_parser = Span::between(SHORTEST, LONGEST))]
    expires: Span,

    /// Show only these events, such as 'meeting.*,recording.completed'
    ///
    /// Names are separated by commas. '*' matches any characters, '?' matches one, '{a,b}' matches either. May be
    /// repeated.
    #[arg(long, value_name = "PATTERNS", value_parser = parse_patterns)]
    events: Vec<Patterns>,
}

impl NewTokenArgs {
    /// Warnings about patterns that match no known event.
    #[must_use]
    pub(crate) fn unknown_events(&self) -> Vec<Warning> {
        let events = self.events.iter().flat_map(|patterns| &patterns.0);
        events.filter_map(|pattern| event_names::check("--events", pattern)).collect()
    }

    /// The token for the project of the current folder.
    ///
    /// # Errors
    /// [`ReadTokenError::NoProject`].
    pub(crate) fn check(
        self,
        text: &TokenText,
        environment: &Environment,
        now: SystemTime,
    ) -> Result<ReadToken, ReadTokenError> {
        let project = project::current(environment).ok_or(ReadTokenError::NoProject)?;
        let events = self.events.into_iter().flat_map(|patterns| patterns.0).collect();
        Ok(ReadToken::new(self.name, text, project, events, (now, now + self.expires.get())))
    }
}

/// The flags for the token that is sent to another session.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct SentTokenArgs {
    /// File that contains only a read token, for https:// [default: ZOOMHOOK_READ_TOKEN]
    ///
    /// `zoomhook inspect token create` makes one, where the other session runs. Without this flag, ZOOMHOOK_READ_TOKEN of
    /// the environment is used, or that of the nearest .env.local or .env.
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::FilePath)]
    token_file: Option<PathBuf>,
}

/// A token for another session. It cannot be printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SentToken(Zeroizing<String>);

impl SentToken {
    /// The text, to send it.
    #[must_use]
    pub(crate) fn into_text(self) -> Zeroizing<String> {
        self.0
    }
}

impl fmt::Debug for SentToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SentToken")
    }
}

/// Why there is no usable read token. The messages do not repeat it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadTokenError {
    /// There is none.
    #[error("there is no read token for the other session")]
    Missing,
    /// The text has another form.
    #[error("the text from {origin} is not a read token, which begins with zhr_")]
    Form {
        /// Where it came from.
        origin: String,
    },
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] UnreadableFile),
    /// A `.env` file cannot be used.
    #[error(transparent)]
    Dotenv(#[from] DotenvError),
    /// The current folder was deleted.
    #[error("the current folder does not exist any more, so there is no project")]
    NoProject,
}

impl SentTokenArgs {
    /// Whether the flag is given.
    #[must_use]
    pub(super) fn is_given(&self) -> bool {
        self.token_file.is_some()
    }

    /// The checked value.
    ///
    /// # Errors
    /// [`ReadTokenError`].
    pub(crate) fn check(&self, environment: &Environment) -> Result<SentToken, ReadTokenError> {
        let (text, origin) =
            match (&self.token_file, environment.text(READ_TOKEN).filter(|text| !text.is_empty())) {
                (Some(path), _) => (file::read(path, path)?, format!("--token-file {}", path.display())),
                (None, Some(text)) => {
                    (Zeroizing::new(text.to_owned()), format!("{READ_TOKEN} in the environment"))
                }
                (None, None) => {
                    let found = dotenv::find(environment, [READ_TOKEN])?.ok_or(ReadTokenError::Missing)?;
                    let origin = format!("{READ_TOKEN} in {}", found.file.display());
                    (found.value, origin)
                }
            };
        let text = text.trim();
        match has_form_of_a_read_token(text) {
            true => Ok(SentToken(Zeroizing::new(text.to_owned()))),
            false => Err(ReadTokenError::Form { origin }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    const TOKEN: &str = "zhr_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

    #[test]
    fn a_token_comes_from_the_flag_then_the_environment_and_is_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, format!("{TOKEN}\n")).unwrap();
        let path = path.to_str().unwrap();
        let check = |args: &[&str], variable: Option<&str>| {
            let environment = Environment::new(folder.path(), variable.map(|text| (READ_TOKEN, text)));
            parse::<SentTokenArgs>(args).unwrap().check(&environment)
        };
        let shown = |result: Result<SentToken, ReadTokenError>| match result {
            Ok(token) => format!("{token:?} {}", token.clone().into_text().len()),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown(check(&["--token-file", path], Some("other"))), "SentToken 47");
        assert_eq!(shown(check(&[], Some(TOKEN))), "SentToken 47");
        let wrong = shown(check(&[], Some("hush")));
        assert!(wrong.contains(READ_TOKEN) && !wrong.contains("hush"), "{wrong}");
        assert!(matches!(check(&[], None), Err(ReadTokenError::Missing)));
        std::fs::write(folder.path().join(".env"), format!("{READ_TOKEN}={TOKEN}\n")).unwrap();
        assert_eq!(shown(check(&[], None)), "SentToken 47");
    }

    #[test]
    fn a_new_token_is_for_this_project_and_ends_in_a_month() {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment::new(folder.path(), [("HOME", "/nowhere")]);
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        let args = parse::<NewTokenArgs>(&["maria", "--events", "meeting.*,user.created"]).unwrap();
        let token = args.check(&TokenText::new(&[1; 32]), &environment, now).unwrap();
        assert_eq!(token.expires_at, now + Duration::from_secs(30 * 24 * 3600));
        assert_eq!(token.project, folder.path().canonicalize().unwrap().to_str().unwrap());
        assert!(token.shows("user.created") && !token.shows("user.deleted"));
        assert!(parse::<NewTokenArgs>(&["a b"]).is_err());
        let error = parse::<NewTokenArgs>(&["a", "--expires", "2000d"]).unwrap_err();
        assert!(error.to_string().contains("must be from 1s to 366d"), "{error}");
    }
}
