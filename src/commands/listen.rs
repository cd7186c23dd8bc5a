//! `zoomhook listen`: receives, verifies and shows Zoom's requests.

use std::convert::Infallible;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::Path;

use super::doctor::RelatedFlags;
use super::open_files::OpenFiles;
use super::{ExitStatus, Failure, detach, help};
use crate::delivery::Warning;
use crate::delivery::is_zooms_own;
use crate::forward::Acknowledge;
use crate::inspector::INSPECTOR_FILES;
use crate::report::{self, ReportSettings, VerdictFormat};
use crate::session::{self, CommandLine, End, EndpointConfig, SessionConfig, SourceConfig};
use crate::settings::Error;
use crate::settings::address::AddressArgs;
use crate::settings::background::BackgroundArgs;
use crate::settings::dotenv::EnvFiles;
use crate::settings::endpoint::{EndpointArgs, USUAL_PATH};
use crate::settings::env::Environment;
use crate::settings::forward::{AnswerArgs, ForwardArgs};
use crate::settings::history::HistoryArgs;
use crate::settings::inspect::InspectArgs;
use crate::settings::inspect::NEED_HISTORY;
use crate::settings::limits::LimitsArgs;
use crate::settings::output::OutputArgs;
use crate::settings::project;
use crate::settings::prompt::{Prompt, Terminal};
use crate::settings::secret::{SecretArgs, SecretError};
use crate::settings::stream::ShareArgs;
use crate::settings::tunnel::TunnelArgs;
use crate::settings::waiting::{Contradiction, WaitingArgs};
use crate::tunnel;

/// Get a public URL, answer Zoom's challenge, verify and show every request
///
/// Opens a public https URL and shows it. Answers Zoom's challenge when you press Validate in Marketplace. Then
/// shows every request: verified events with their bodies, refused requests with the reason. With --forward,
/// events go to your app, and its answer goes back to Zoom. Every request is stored on disk before it is
/// answered, for `zoomhook history` and `zoomhook replay`. On a terminal, '?' lists the keys; Ctrl-C shuts down.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::with_exit_codes(help::LISTEN))]
#[command(mut_arg("no_history", |arg| arg.conflicts_with_all(NEED_HISTORY)))]
pub(super) struct ListenArgs {
    #[command(flatten)]
    secret: SecretArgs,
    #[command(flatten)]
    tunnel: TunnelArgs,
    #[command(flatten)]
    app: ForwardArgs,
    #[command(flatten)]
    answer: AnswerArgs,
    #[command(flatten)]
    share: ShareArgs,
    #[command(flatten)]
    history: HistoryArgs,
    #[command(flatten)]
    address: AddressArgs,
    #[command(flatten)]
    endpoint: EndpointArgs,
    #[command(flatten)]
    waiting: WaitingArgs,
    #[command(flatten)]
    inspect: InspectArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Do not read single keys from the terminal
    ///
    /// On a terminal, listen reads single keys: '?' lists them. It reads none if stdin or stderr is not a
    /// terminal, in the background, or with --format json or --quiet.
    #[arg(long, help_heading = "Output")]
    no_keys: bool,
    #[command(flatten)]
    limits: LimitsArgs,
    #[command(flatten)]
    background: BackgroundArgs,
    /// Run this command once the URL is ready, and end with it
    ///
    /// Its environment has ZOOMHOOK_URL, ZOOMHOOK_LOCAL_URL and ZOOMHOOK_PORT. The exit code is that of the command. If
    /// it is 0, --expect decides: listen waits until the events are delivered or --timeout is over.
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Open files without a connection: the runtime, the history twice while a reader of it is open, the listener, the tunnel,
/// a certificate file.
const WITHOUT_CONNECTIONS: u64 = 32;
/// Files for a connection: itself, and the one to the app.
const FOR_A_CONNECTION: u64 = 2;
/// With fewer connections, `listen` does not start. The local socket and the tunnel each hold one for the next client.
const LEAST_CONNECTIONS: u64 = 6;

/// The largest number of connections with this number of open files.
fn connections_with(files: u64, has_inspector: bool) -> usize {
    let connections = files.saturating_sub(without_connections(has_inspector)) / FOR_A_CONNECTION;
    usize::try_from(connections).unwrap_or(usize::MAX)
}

/// Open files without a connection of Zoom.
fn without_connections(has_inspector: bool) -> u64 {
    WITHOUT_CONNECTIONS + if has_inspector { INSPECTOR_FILES } else { 0 }
}

impl ListenArgs {
    /// The files that it has open at the same time. With fewer than that, it serves fewer connections.
    pub(super) fn open_files(&self) -> OpenFiles {
        let has_inspector = self.inspect.is_wanted(std::io::stdout().is_terminal());
        let with = |connections: u64| without_connections(has_inspector) + FOR_A_CONNECTION * connections;
        let most = self.limits.check().connections as u64;
        OpenFiles { least: with(most.min(LEAST_CONNECTIONS)), most: with(most) }
    }

    /// The flags that a check of `doctor` needs as well.
    fn related_flags(&self) -> RelatedFlags {
        let path = self.endpoint.path();
        // With another secret token, the app would rightly refuse the challenge.
        let app = self.app.plain_target().filter(|_| !self.secret.names_one());
        let path = if path == USUAL_PATH { String::new() } else { format!(" --path {path}") };
        let reads_env_files = self.secret.env_files() == EnvFiles::Nearest;
        RelatedFlags {
            can_create_env_file: reads_env_files && !Path::new(".env").exists(),
            tunnel: self.tunnel.plain_flags().filter(|flags| RelatedFlags::can_be_pasted(flags)),
            history: String::new(),
            app: app
                .map(|target| format!(" --forward {target}{path}"))
                .filter(|flags| RelatedFlags::can_be_pasted(flags)),
        }
    }

    /// The checked configuration. On a terminal the prompt for the secret comes last, so that a user does not paste
    /// it only to read of a missing authtoken. Without a terminal the secret is checked first, as it is required.
    fn check(self, environment: &Environment, prompt: &mut dyn Prompt) -> Result<SessionConfig, Error> {
        let environment = &environment.with_env_files(self.secret.env_files());
        let inspector = self.inspect.check(std::io::stdout().is_terminal(), environment);
        let mut warnings = [self.waiting.unknown_events(), self.app.unknown_events()].concat();
        let waiting = self.waiting.check()?;
        // The answers of several apps cannot all go to Zoom.
        let acknowledge = if self.share.is_given() { Acknowledge::Now } else { self.answer.ack };
        let app = self.app.check(acknowledge, self.answer.crc)?;
        let path = self.endpoint.path();
        let (strict_url, verify) = (self.tunnel.strict_url(), self.tunnel.verifies_at_the_edge());
        let (mut secrets, mut tunnel);
        if prompt.is_possible() {
            tunnel = self.tunnel.check(path, environment, &mut warnings)?;
            secrets = self.secret.check(environment, prompt)?;
        } else {
            secrets = self.secret.check(environment, prompt)?;
            tunnel = self.tunnel.check(path, environment, &mut warnings)?;
        }
        if secrets.contain(path) {
            return Err(Error::Secret(SecretError::InThePath));
        }
        secrets.warnings.append(&mut warnings);
        let command = command_line(self.command);
        let report = ReportSettings { shares_terminal: command.is_some(), ..self.output.check() };
        if report.format == VerdictFormat::Junit && waiting.expectation.is_empty() {
            return Err(Contradiction::NoTestCases.into());
        }
        let mut history = self.history.check(environment)?;
        let masked = report.masked_headers.iter().filter(|name| !is_zooms_own(name.as_str()));
        let masked: Vec<_> = masked.cloned().collect();
        let share = self.share.check(masked.clone(), environment)?;
        if let Some(history) = &mut history {
            history.settings.masked_headers = masked;
        }
        let BackgroundArgs { ready_file, detached_log: log, .. } = self.background;
        // Without a history nothing is written to disk, and this file is not either. In the background, there would be
        // no way to stop the session.
        let found_in = environment.instances_folder().filter(|_| history.is_some() || log.is_some());
        if let (true, tunnel::TunnelSettings::Ngrok(ngrok)) = (verify, &mut tunnel) {
            let text = secrets.only_text();
            ngrok.edge.verify = Some(text.ok_or(Error::Secret(SecretError::TooManyForTheEdge))?);
            secrets.warnings.push(Warning::EdgeKnowsSecret);
        }
        Ok(SessionConfig {
            endpoint: self.endpoint.check(secrets.tokens),
            texts: secrets.texts,
            secrets: secrets.origins,
            source: SourceConfig::Endpoint(Box::new(EndpointConfig {
                address: self.address.check(),
                limits: self.limits.check(),
                tunnel,
                strict_url,
                share,
            })),
            history,
            found_in,
            project: project::current(environment),
            ready_file,
            log,
            app,
            inspector,
            inspector_keys: environment.inspector_keys(),
            report,
            keys: !self.no_keys,
            waiting,
            command,
            warnings: secrets.warnings,
        })
    }
}

/// The program and its arguments; `None` for no words.
fn command_line(words: Vec<OsString>) -> Option<CommandLine> {
    let mut words = words.into_iter();
    words.next().map(|program| CommandLine { program, arguments: words.collect() })
}

/// Checks the settings and runs a session with them.
///
/// # Errors
/// The settings are wrong, or the session failed. `files` is the number of files that it may have open.
pub(super) fn run(args: ListenArgs, files: u64) -> Result<ExitStatus, Failure> {
    // The parser does not tell a `--` without a command from none.
    let is_cut_off =
        args.command.is_empty() && std::env::args_os().next_back().is_some_and(|last| last == "--");
    if is_cut_off || args.command.first().is_some_and(|program| program.is_empty()) {
        return Err(Failure::new(ExitStatus::Usage, "the command after -- is missing")
            .with_hint("Name a program, as in: zoomhook listen -- npm test"));
    }
    if args.background.detach {
        return detach::run(args.output.check().format);
    }
    let mut related = args.related_flags();
    let config = args.check(&Environment::of_process(), &mut Terminal);
    let mut config = config.map_err(|error| {
        let command = related.about_settings(&error);
        Failure::from(error).with_command(command)
    })?;
    if let SourceConfig::Endpoint(endpoint) = &mut config.source {
        let most = connections_with(files, config.inspector.is_some());
        endpoint.limits.connections = endpoint.limits.connections.min(most);
    }
    let waits = !config.waiting.expectation.is_empty();
    let is_quiet = config.report.quiet;
    let note = |text: String| {
        if !is_quiet {
            report::print_note(&text);
        }
    };
    let kept =
        config.history.as_ref().map(|history| report::history_flag(history.non_default_file().as_deref()));
    related.history = kept.clone().unwrap_or_default();
    // No other work runs: a signal, the expectation, the timeout or the tunnel ends the session.
    let end = session::run(config, |_, _| std::future::pending::<Infallible>()).map_err(|error| {
        let command = related.about_session(&error);
        Failure::from(error).with_command(command)
    })?;
    match end {
        End::ExpectationMet | End::OutputClosed => Ok(ExitStatus::Done),
        End::ExpectationFailed(unmet) => {
            let command = related.about_expectation(&unmet);
            Err(Failure::not_taken(&unmet, kept.as_deref()).with_command(command))
        }
        End::CommandEnded { code } => {
            if code != 0 {
                note(format!("The command ended with exit code {code}."));
            }
            Ok(ExitStatus::OfCommand(code))
        }
        End::CommandStopped { code } => {
            note(format!("The time of --timeout is over, which ended the command (exit code {code})."));
            Ok(ExitStatus::OfCommand(code))
        }
        End::CommandNotStarted(error) => Err(Failure::new(ExitStatus::Usage, error.to_string())),
        End::TimedOut { missing } if missing.is_empty() => Ok(ExitStatus::Done),
        End::TimedOut { missing } => Err(Failure::not_met(&missing)),
        End::Interrupted { ready, cut_short } if !ready || waits || cut_short => Ok(ExitStatus::Interrupted),
        End::Interrupted { .. } => Ok(ExitStatus::Done),
        End::TunnelRefused(refusal) => {
            let command = related.about_tunnel(&refusal);
            Err(Failure::from(refusal).with_command(command))
        }
        End::UrlChanged { old, new } => Err(Failure::url_changed(&old, &new)),
        End::SourceEnded(reason) => Err(Failure::stream_ended(&reason)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listener::Port;
    use crate::settings::prompt::tests::Scripted;
    use crate::settings::testing::parse;

    #[test]
    fn combines_all_groups_of_flags() {
        let args = [
            "--secret",
            " abcdefgh",
            "--tunnel",
            "none",
            "--port",
            "0",
            "--path",
            "zoom",
            "--exit-after",
            "1",
            "--no-history",
        ];
        let environment = Environment::new("", [("NO_COLOR", "1")]);
        let listen =
            parse::<ListenArgs>(&args).unwrap().check(&environment, &mut Scripted::default()).unwrap();
        assert_eq!((listen.endpoint.path.as_str(), listen.endpoint.secrets.len()), ("/zoom", 1));
        assert_eq!((listen.secrets.len(), listen.warnings.len()), (1, 1));
        let SourceConfig::Endpoint(source) = &listen.source else { panic!() };
        assert_eq!(source.address.port, Port::Asked(0));
        assert!(matches!(source.tunnel, tunnel::TunnelSettings::None) && source.share.is_none());
        assert!(!listen.waiting.expectation.is_empty());
        assert!(!format!("{listen:?}").contains("abcdefgh"));
    }

    #[test]
    fn checks_the_secret_last_on_a_terminal_and_first_without_one() {
        let empty = tempfile::tempdir().unwrap();
        let environment = Environment::new(empty.path(), [("NO_COLOR", "1")]);
        let check = |answers: &[&'static str]| {
            let mut prompt = Scripted(answers.to_vec());
            let error = parse::<ListenArgs>(&[]).unwrap().check(&environment, &mut prompt).unwrap_err();
            (error, prompt.0.len())
        };
        assert!(matches!(check(&["abc"]), (Error::Tunnel(_), 1)));
        assert!(matches!(check(&[]), (Error::Secret(SecretError::Missing { .. }), 0)));
    }
}
