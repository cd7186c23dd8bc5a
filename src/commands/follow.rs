//! `zoomhook follow`: reads the deliveries that another session received.

use std::convert::Infallible;
use std::io::IsTerminal;
use std::time::SystemTime;

use super::open_files::OpenFiles;
use super::{ExitStatus, Failure, help};
use crate::delivery::is_zooms_own;
use crate::forward::{Acknowledge, Challenges};
use crate::inspector::INSPECTOR_FILES;
use crate::report::{self, VerdictFormat};
use crate::session::{self, End, SessionConfig, SourceConfig};
use crate::settings::Error;
use crate::settings::endpoint::MaxAgeArgs;
use crate::settings::env::Environment;
use crate::settings::forward::ForwardArgs;
use crate::settings::history::HistoryArgs;
use crate::settings::inspect::InspectArgs;
use crate::settings::inspect::NEED_HISTORY;
use crate::settings::output::OutputArgs;
use crate::settings::prompt::Unattended;
use crate::settings::secret::{FoundSecrets, SecretArgs, SecretError};
use crate::settings::stream::FollowStreamArgs;
use crate::settings::waiting::{Contradiction, WaitingArgs};

/// See and forward the events that a listen of your team shares
///
/// Reads events that another session received: from its stream (`zoomhook listen --share`), or from its inspector with a read
/// token. It begins where you ended last time, and verifies every event itself.
///
/// Everything else is as in listen: history, filters, --expect, keys, inspector, --forward. An event whose signature is
/// older than a minute is signed again for your app. Without the secret token, it shows the events and cannot tell whether
/// they are genuine.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::with_exit_codes(help::FOLLOW))]
#[command(mut_arg("no_history", |arg| arg.conflicts_with_all(NEED_HISTORY)))]
pub(super) struct FollowArgs {
    #[command(flatten)]
    follow: FollowStreamArgs,
    #[command(flatten)]
    secret: SecretArgs,
    #[command(flatten)]
    max_age: MaxAgeArgs,
    #[command(flatten)]
    app: ForwardArgs,
    #[command(flatten)]
    history: HistoryArgs,
    #[command(flatten)]
    waiting: WaitingArgs,
    #[command(flatten)]
    inspect: InspectArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Do not read single keys from the terminal
    #[arg(long, help_heading = "Output")]
    no_keys: bool,
}

impl FollowArgs {
    /// The files that it has open at the same time: the runtime, the history twice, the stream, the app's connections.
    pub(super) fn open_files(&self) -> OpenFiles {
        OpenFiles::exactly(48 + INSPECTOR_FILES)
    }

    fn check(self, environment: &Environment, now: SystemTime) -> Result<SessionConfig, Error> {
        let environment = &environment.with_env_files(self.secret.env_files());
        let mut warnings = [self.waiting.unknown_events(), self.app.unknown_events()].concat();
        let waiting = self.waiting.check()?;
        // The other session has answered Zoom.
        let app = self.app.check(Acknowledge::Now, Challenges::default())?;
        let mut secrets = secrets_if_any(&self.secret, environment)?;
        secrets.warnings.append(&mut warnings);
        let report = self.output.check();
        if report.format == VerdictFormat::Junit && waiting.expectation.is_empty() {
            return Err(Contradiction::NoTestCases.into());
        }
        let mut history = self.history.check(environment)?;
        if let Some(history) = &mut history {
            let names = report.masked_headers.iter().filter(|name| !is_zooms_own(name.as_str()));
            history.settings.masked_headers = names.cloned().collect();
        }
        Ok(SessionConfig {
            endpoint: self.max_age.endpoint(secrets.tokens),
            source: SourceConfig::Stream(Box::new(self.follow.check(environment, now)?)),
            history,
            // Requests cannot be sent to it.
            found_in: None,
            project: None,
            ready_file: None,
            log: None,
            app,
            report,
            inspector: self.inspect.check(std::io::stdout().is_terminal(), environment),
            inspector_keys: environment.inspector_keys(),
            keys: !self.no_keys,
            waiting,
            command: None,
            texts: secrets.texts,
            secrets: secrets.origins,
            warnings: secrets.warnings,
        })
    }
}

/// The secret tokens. A follower works without one, so nobody is asked for it.
fn secrets_if_any(secret: &SecretArgs, environment: &Environment) -> Result<FoundSecrets, SecretError> {
    match secret.check(environment, &mut Unattended) {
        Err(SecretError::Missing { .. }) => Ok(FoundSecrets::none()),
        found => found,
    }
}

/// Checks the settings and runs a session with them.
///
/// # Errors
/// The settings are wrong, or the session failed.
pub(super) fn run(args: FollowArgs) -> Result<ExitStatus, Failure> {
    let config = args.check(&Environment::of_process(), SystemTime::now())?;
    let waits = !config.waiting.expectation.is_empty();
    let kept =
        config.history.as_ref().map(|history| report::history_flag(history.non_default_file().as_deref()));
    match session::run(config, |_, _| std::future::pending::<Infallible>())? {
        End::SourceEnded(reason) => Err(Failure::stream_ended(&reason)),
        End::ExpectationMet | End::OutputClosed => Ok(ExitStatus::Done),
        End::ExpectationFailed(unmet) => Err(Failure::not_taken(&unmet, kept.as_deref())),
        End::TimedOut { missing } if missing.is_empty() => Ok(ExitStatus::Done),
        End::TimedOut { missing } => Err(Failure::not_met(&missing)),
        End::Interrupted { ready, cut_short } if !ready || waits || cut_short => Ok(ExitStatus::Interrupted),
        End::Interrupted { .. } => Ok(ExitStatus::Done),
        // Only of an endpoint.
        End::TunnelRefused(_)
        | End::UrlChanged { .. }
        | End::CommandEnded { .. }
        | End::CommandStopped { .. }
        | End::CommandNotStarted(_) => Ok(ExitStatus::Internal),
    }
}
