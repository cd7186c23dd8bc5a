//! The checks by name, and what one of them finds. Pure.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::files::PathRepair;
use crate::files::UntrustedPath;

/// A check. The names never change, because messages of other commands and scripts name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum SetupCheck {
    /// Is there a secret token that can be used?
    Secret,
    /// Do several places set the secret token, with different values?
    SecretSources,
    /// Is it the token that signed the stored deliveries, and does it look like another credential?
    SecretMatch,
    /// Can other programs read the .env file as zoomhook does?
    EnvFile,
    /// Could the .env file get into git?
    Git,
    /// Is this machine's clock right?
    Clock,
    /// Is the local port free, and who has it?
    Port,
    /// Which listens run, and which were killed?
    Sessions,
    /// Can the history be read and written?
    History,
    /// Is there an ngrok authtoken?
    Authtoken,
    /// Is the program of the tunnel installed, and recent?
    TunnelProgram,
    /// Can the proxy be used, and what is reached without it?
    Proxy,
    /// Does a tunnel open, and does its URL lead here? (--online)
    Tunnel,
    /// Does the app of --forward accept connections, and answer a challenge? (the latter with --online)
    App,
    /// How long ago did Zoom last validate the URL?
    Validation,
    /// Are the completions of the shell installed?
    Completions,
    /// Is the manual page installed?
    ManPage,
    /// Can the terminal show the signs that zoomhook uses?
    Terminal,
}

impl SetupCheck {
    /// All checks, in the order of the report.
    pub(crate) const ALL: [Self; 18] = [
        Self::Secret,
        Self::SecretSources,
        Self::SecretMatch,
        Self::EnvFile,
        Self::Git,
        Self::Clock,
        Self::Port,
        Self::Sessions,
        Self::History,
        Self::Authtoken,
        Self::TunnelProgram,
        Self::Proxy,
        Self::Tunnel,
        Self::App,
        Self::Validation,
        Self::Completions,
        Self::ManPage,
        Self::Terminal,
    ];

    /// Its name.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::SecretSources => "secret-sources",
            Self::SecretMatch => "secret-match",
            Self::EnvFile => "env-file",
            Self::Git => "git",
            Self::Clock => "clock",
            Self::Port => "port",
            Self::Sessions => "sessions",
            Self::History => "history",
            Self::Authtoken => "authtoken",
            Self::TunnelProgram => "tunnel-program",
            Self::Proxy => "proxy",
            Self::Tunnel => "tunnel",
            Self::App => "app",
            Self::Validation => "validation",
            Self::Completions => "completions",
            Self::ManPage => "man-page",
            Self::Terminal => "terminal",
        }
    }

    /// Whether `--online` makes it connect to other machines or to the app.
    pub(super) fn is_online(self) -> bool {
        matches!(self, Self::Clock | Self::Proxy | Self::Tunnel | Self::App)
    }
}

/// The name.
impl fmt::Display for SetupCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SetupStatus {
    /// All is well.
    Pass,
    /// Something looks wrong, or will be a problem.
    Warn,
    /// Something is proven to be wrong.
    Fail,
    /// Not checked, or not known.
    Skipped,
}

impl SetupStatus {
    /// The word in NDJSON.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Skipped => "skipped",
        }
    }
}

/// What a check found. Contains no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SetupFinding {
    /// Which check.
    pub(crate) check: SetupCheck,
    /// The result.
    pub(crate) status: SetupStatus,
    /// What was found; for a skipped check, why.
    pub(crate) detail: String,
    /// What to do.
    pub(crate) remedy: Option<SetupRemedy>,
    /// What `--fix` can do.
    pub(crate) fix: Option<SetupFix>,
    /// Further facts, for `--verbose`.
    pub(crate) notes: Vec<String>,
    /// How long the check took.
    pub(crate) took: Duration,
}

/// What the user can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SetupRemedy {
    /// Sentences; a command is on a line of its own.
    Text(String),
    /// A command that repairs a path, or something else.
    Path {
        /// What repairs the path.
        repair: PathRepair,
        /// A sentence: what else is possible.
        otherwise: &'static str,
    },
}

/// What `--fix` can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SetupFix {
    /// Create a `.env` file for the secret token, which only this user can read.
    CreateEnvFile {
        /// The file.
        file: PathBuf,
        /// The name of the variable.
        name: &'static str,
    },
    /// Add a file to `.gitignore`.
    IgnoreInGit {
        /// The `.gitignore`, next to the file.
        gitignore: PathBuf,
        /// The file's name.
        file: String,
    },
}

impl SetupFix {
    /// What it does, in the form of a command: "create .env".
    #[must_use]
    pub(crate) fn action(&self) -> String {
        match self {
            Self::CreateEnvFile { file, .. } => {
                format!("create {} with mode 0600", file.display())
            }
            Self::IgnoreInGit { gitignore, file } => format!("add {file} to {}", gitignore.display()),
        }
    }
}

/// Programs whose names begin sentences.
const PROGRAMS: [&str; 5] = ["zoomhook", "ngrok", "cloudflared", "ssh", "git"];

/// The message of an error as a sentence.
#[must_use]
pub(crate) fn sentence(message: &str) -> String {
    format!("{}.", capitalized(message.trim_end_matches('.')))
}

/// A text with a capital letter at its beginning. The name of a file, a variable or a program stays as it is.
#[must_use]
pub(crate) fn capitalized(text: &str) -> String {
    let first = text.split(' ').next().unwrap_or_default();
    if !first.bytes().all(|byte| byte.is_ascii_lowercase()) || PROGRAMS.contains(&first) {
        return text.to_owned();
    }
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

/// Settings that `listen` could not use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SetupProblem {
    /// The check that reports it.
    pub(crate) about: SetupCheck,
    /// The message of `listen`.
    pub(crate) detail: String,
    /// The hint of `listen`.
    pub(crate) remedy: Option<String>,
}

impl SetupProblem {
    /// The finding of `check`: a failure, or a reference to the check that reports it.
    pub(super) fn found_by(&self, check: SetupCheck) -> SetupFinding {
        if self.about == check {
            let finding = SetupFinding::of(SetupStatus::Fail, self.detail.clone());
            return SetupFinding { remedy: self.remedy.clone().map(SetupRemedy::Text), ..finding };
        }
        SetupFinding::skipped(format!("see {}", self.about))
    }
}

impl SetupFinding {
    fn of(status: SetupStatus, detail: impl Into<String>) -> Self {
        Self {
            // The caller of a check sets its name and its time.
            check: SetupCheck::Secret,
            status,
            detail: detail.into(),
            remedy: None,
            fix: None,
            notes: Vec::new(),
            took: Duration::ZERO,
        }
    }

    /// All is well.
    pub(super) fn pass(detail: impl Into<String>) -> Self {
        Self::of(SetupStatus::Pass, detail)
    }

    /// Something looks wrong.
    pub(super) fn warn(detail: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::of(SetupStatus::Warn, detail).with_remedy(remedy)
    }

    /// Something is wrong.
    pub(super) fn fail(detail: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::of(SetupStatus::Fail, detail).with_remedy(remedy)
    }

    /// Another user controls a path.
    pub(super) fn untrusted(
        detail: impl Into<String>,
        reason: &UntrustedPath,
        otherwise: &'static str,
    ) -> Self {
        let remedy = Some(SetupRemedy::Path { repair: reason.repair().clone(), otherwise });
        Self { remedy, ..Self::of(SetupStatus::Fail, detail) }
    }

    /// Not checked, for this reason.
    pub(super) fn skipped(reason: impl Into<String>) -> Self {
        Self::of(SetupStatus::Skipped, reason)
    }

    /// Adds what to do.
    pub(super) fn with_remedy(self, remedy: impl Into<String>) -> Self {
        let remedy = remedy.into();
        Self { remedy: (!remedy.is_empty()).then_some(SetupRemedy::Text(remedy)), ..self }
    }

    /// Adds what `--fix` can do.
    pub(super) fn with_fix(self, fix: SetupFix) -> Self {
        Self { fix: Some(fix), ..self }
    }

    /// Adds further facts.
    pub(super) fn with_notes(self, notes: Vec<String>) -> Self {
        Self { notes, ..self }
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn a_name_at_the_beginning_of_a_sentence_stays_as_it_is() {
        for (message, expected) in [
            ("port 4000 is taken", "Port 4000 is taken."),
            ("h.db is not a history", "h.db is not a history."),
            ("/a/h.db: no space", "/a/h.db: no space."),
            ("ngrok refused it.", "ngrok refused it."),
            ("", "."),
        ] {
            assert_eq!(sentence(message), expected);
        }
    }

    #[test]
    fn every_check_has_its_name_on_the_command_line() {
        assert_eq!(SetupCheck::value_variants(), SetupCheck::ALL);
        for check in SetupCheck::ALL {
            assert_eq!(check.to_possible_value().unwrap().get_name(), check.as_str());
        }
    }
}
