//! The only place that turns an error into a message, a hint and an exit code. Entry point: [`Failure`].

use std::io;
use std::path::{Path, PathBuf};

use super::exit::ExitStatus;
use crate::delivery::{MissingEvent, TunnelRefusal, UnmetExpectation, short_id};
use crate::files::PathError;
use crate::history::{HistoryError, default_file};
use crate::report::{self, OutputError};
use crate::session::ReadyFileError;
use crate::session::SessionError;
use crate::settings::check::NotChecked;
use crate::settings::dotenv::DotenvError;
use crate::settings::env::NGROK_AUTHTOKEN;
use crate::settings::ngrok::NgrokError;
use crate::settings::project::NoSuchProject;
use crate::settings::project_file::{ProjectFileError, ProjectFileFault};
use crate::settings::read_token::ReadTokenError;
use crate::settings::secret::SecretError;
use crate::settings::sending::NotSent;
use crate::settings::stream::StreamSettingsError;
use crate::settings::tunnel::TunnelError;
use crate::settings::verify::NoInput;
use crate::settings::waiting::Contradiction;
use crate::settings::{Error, dotenv};
use crate::stream::{SourceError, StreamError};
use crate::zoom::CHALLENGE_EVENT;

/// What went wrong, what to do next, and the exit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    message: String,
    hint: Option<String>,
    status: ExitStatus,
}

impl Failure {
    /// A failure without a hint.
    #[must_use]
    pub fn new(status: ExitStatus, message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, status }
    }

    /// Adds a hint: what to do next. It may have several lines.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Adds another line to the hint: a command that finds out more. `None` changes nothing.
    #[must_use]
    pub(super) fn with_command(self, command: Option<String>) -> Self {
        let Some(command) = command else { return self };
        let hint = self.hint.map_or_else(|| command.clone(), |hint| format!("{hint}\n{command}"));
        Self { hint: Some(hint), ..self }
    }

    /// The expected events did not arrive in time.
    pub(super) fn not_met(missing: &[MissingEvent]) -> Self {
        let missing = report::missing_events(missing);
        Self::new(ExitStatus::NotMet, format!("not delivered in time: {missing}"))
    }

    /// The app did not take an expected event. `kept` holds the flags that find it in the history, if there is one.
    pub(super) fn not_taken(unmet: &UnmetExpectation, kept: Option<&str>) -> Self {
        match unmet {
            UnmetExpectation::Refused { event, id, status } => {
                let message = match event.as_str() {
                    CHALLENGE_EVENT => "Validate fails with your app's answer to the challenge".to_owned(),
                    event => format!("your app answered {status} to an expected event: {event}"),
                };
                let failure = Self::new(ExitStatus::Endpoint, message);
                let Some(kept) = kept else { return failure };
                failure
                    .with_hint(format!("To see its answer:\n  zoomhook history show {}{kept}", short_id(id)))
            }
            UnmetExpectation::GivenUp { event, id } => {
                let message = format!("your app failed to take an expected event in every attempt: {event}");
                let failure = Self::new(ExitStatus::Endpoint, message);
                let Some(kept) = kept else { return failure };
                failure.with_hint(format!("To send it again:\n  zoomhook replay {}{kept}", short_id(id)))
            }
            UnmetExpectation::NotTaken(tally) => {
                let message = format!("your app did not take every event: {}", report::outcomes(tally));
                Self::new(ExitStatus::Endpoint, message)
            }
        }
    }

    /// The public URL has changed under `--strict-url`.
    pub(super) fn url_changed(old: &str, new: &str) -> Self {
        Self::new(ExitStatus::Tunnel, format!("the public URL has changed from {old} to {new}"))
            .with_hint("Paste the new URL in Marketplace and press Validate. To keep one URL, use --domain.")
    }

    /// No further delivery can come from the stream.
    pub(super) fn stream_ended(error: &SourceError) -> Self {
        match error {
            SourceError::FollowerDeleted { .. } => {
                Self::new(ExitStatus::Tunnel, format!("the stream has ended: {error}"))
                    .with_hint("Run the command again. It then begins with what is shared from now on.")
            }
            SourceError::NotAllowed(error) => error.clone().into(),
        }
    }

    /// Prints the error and returns the exit status.
    #[must_use]
    pub fn report(&self) -> ExitStatus {
        report::print_error(&self.message, self.hint.as_deref());
        self.status
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = match &error {
            Error::Tunnel(TunnelError::Ngrok(NgrokError::NoAuthtoken)) => ExitStatus::Tunnel,
            Error::Secret(_)
            | Error::Tunnel(_)
            | Error::Relay(_)
            | Error::History(_)
            | Error::Input(_)
            | Error::Sample(_)
            | Error::Stream(_)
            | Error::ReadToken(_)
            | Error::Waiting(_) => ExitStatus::Usage,
        };
        Self { hint: hint_for(&error), ..Self::new(status, error.to_string()) }
    }
}

impl From<ProjectFileError> for Failure {
    fn from(error: ProjectFileError) -> Self {
        let failure = Self::new(ExitStatus::Usage, error.to_string());
        match &error {
            ProjectFileError::Unreadable(_) => failure,
            ProjectFileError::OfAnotherUser { .. } => {
                failure.with_hint("If you trust its flags, copy it: a copy belongs to you.")
            }
            ProjectFileError::NoFile { .. } => failure.with_hint(
                "Create the file, or leave --profile out. `zoomhook config --help` shows its form.",
            ),
            ProjectFileError::NoProfile { known, .. } => failure.with_hint(match known.as_slice() {
                [] => "It has no profiles. A profile is a table such as [profile.staging.listen].".to_owned(),
                known => format!("It has {}.", known.join(", ")),
            }),
            ProjectFileError::Line { fault, .. } => match fault_hint(fault) {
                Some(hint) => failure.with_hint(hint),
                None => failure,
            },
        }
    }
}

/// What to do about a line of `zoomhook.toml`.
fn fault_hint(fault: &ProjectFileFault) -> Option<String> {
    Some(match fault {
        ProjectFileFault::Syntax(_) | ProjectFileFault::Type { .. } | ProjectFileFault::Value { .. } => {
            return None;
        }
        ProjectFileFault::UnknownCommand { near, .. } if near.is_empty() => {
            "A table has the name of a command, such as [listen].".to_owned()
        }
        ProjectFileFault::UnknownFlag { near, command, .. } if near.is_empty() && command == "zoomhook" => {
            "The flags of one command are in its table, such as [listen].".to_owned()
        }
        ProjectFileFault::UnknownFlag { near, command, .. } if near.is_empty() => {
            format!("The names are those of the long flags: `zoomhook {command} --help`.")
        }
        ProjectFileFault::UnknownCommand { near, .. } | ProjectFileFault::UnknownFlag { near, .. } => {
            format!("Did you mean {}?", near.join(", or "))
        }
        ProjectFileFault::Secret { name } if name == "ngrok-authtoken" => {
            format!("Put it into a .env file that Git ignores, as {NGROK_AUTHTOKEN}.")
        }
        ProjectFileFault::Secret { name } if name == "secret" => {
            format!("Put it into a .env file that Git ignores, as {}.", dotenv::NAMES[0])
        }
        ProjectFileFault::SecretName => {
            format!("Put the secret token into a .env file that Git ignores, as {}.", dotenv::NAMES[0])
        }
        ProjectFileFault::Secret { .. } => "Give it on the command line.".to_owned(),
        ProjectFileFault::OnlyTyped { name, .. } => format!("Use --{name} on the command line."),
    })
}

impl From<NoSuchProject> for Failure {
    fn from(error: NoSuchProject) -> Self {
        Self::new(ExitStatus::Usage, error.to_string())
            .with_hint("Name the folder in which `zoomhook listen` runs.")
    }
}

impl From<NotSent> for Failure {
    fn from(error: NotSent) -> Self {
        Self::new(ExitStatus::Usage, error.to_string()).with_hint(match error {
            NotSent::NotConfirmed { .. } => "To send anyway, add --yes.".to_owned(),
            NotSent::Listen(_) => "Name the endpoint with --to.".to_owned(),
            NotSent::OtherProjects(running) => {
                running_for_others("Name a target with --to.", running.iter().map(report::session_in_a_line))
            }
            NotSent::Untrusted(reason) => {
                report::repair_hint(reason.repair(), "Name the endpoint with --to.")
            }
        })
    }
}

/// How to name a target, and the sessions of other projects, which are not used.
pub(super) fn running_for_others(how: &str, running: impl Iterator<Item = String>) -> String {
    let list: String = running.map(|line| format!("\n  {line}")).collect();
    format!("{how} Running for other projects:{list}")
}

impl From<NotChecked> for Failure {
    fn from(error: NotChecked) -> Self {
        match &error {
            NotChecked::NoTarget => Self::new(ExitStatus::Usage, error.to_string())
                .with_hint("Name your app's port and path:\n  zoomhook check 3000/webhook"),
            NotChecked::Ca(error) => Self::new(ExitStatus::Usage, error.to_string()),
            NotChecked::OtherProjects(apps) => {
                let hint = running_for_others("Name your app as TARGET.", apps.iter().cloned());
                Self::new(ExitStatus::Usage, error.to_string()).with_hint(hint)
            }
            NotChecked::NotSent(error) => {
                let failure = Self::from(error.clone());
                match error {
                    NotSent::NotConfirmed { .. } => failure,
                    _ => failure.with_hint("Name the endpoint:\n  zoomhook check 3000/webhook"),
                }
            }
        }
    }
}

impl From<HistoryError> for Failure {
    fn from(error: HistoryError) -> Self {
        match &error {
            HistoryError::Corrupt { path, .. } => {
                Self::new(ExitStatus::Internal, error.to_string()).with_hint(repair_hint(path))
            }
            _ => {
                let hint = history_hint(&error, "Name another file with --history-file.");
                Self::new(ExitStatus::Usage, error.to_string()).with_hint(hint)
            }
        }
    }
}

/// The command that recovers what can be read from a damaged history.
pub(super) fn repair_hint(path: &Path) -> String {
    let is_default = default_file(|name| std::env::var_os(name).map(PathBuf::from)).as_deref() == Ok(path);
    let flag = report::history_flag((!is_default).then_some(path));
    format!("To recover what can be read:\n  zoomhook history{flag} repair")
}

/// An error of the system, such as a file that cannot be written.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(ExitStatus::Internal, error.to_string())
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        Self::new(ExitStatus::Internal, error.to_string())
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        let message = error.to_string();
        match error {
            SessionError::Bind(error) => {
                Self { hint: error.hint().map(str::to_owned), ..Self::new(ExitStatus::Usage, message) }
            }
            SessionError::History(error) => {
                Self::new(ExitStatus::Usage, message).with_hint(history_hint(&error, HISTORY))
            }
            SessionError::App(_) => Self::new(ExitStatus::Usage, message).with_hint(
                "Name its certificates with --forward-ca, or trust any certificate with --forward-insecure.",
            ),
            SessionError::ForwardsToItself { local, .. } => {
                Self::new(ExitStatus::Usage, message).with_hint(forward_hint(local.port()))
            }
            SessionError::Stream(error) => error.into(),
            SessionError::ReadyFile(ReadyFileError::OfRunning { .. }) => {
                Self::new(ExitStatus::Usage, message)
                    .with_hint("Name another file. If that session has ended and the port is another program's, delete the file.")
            }
            SessionError::ReadyFile(_) => {
                Self::new(ExitStatus::Usage, message).with_hint("Name a file that does not exist yet.")
            }
            SessionError::NotListed(error) => match error {
                PathError::Untrusted(reason) => {
                    Self::new(ExitStatus::Usage, message).with_hint(report::repair_command(reason.repair()))
                }
                PathError::Io(_) | PathError::NotAFile { .. } => Self::new(ExitStatus::Usage, message),
            },
            SessionError::Output(_) | SessionError::System { .. } => Self::new(ExitStatus::Internal, message),
        }
    }
}

impl From<StreamError> for Failure {
    fn from(error: StreamError) -> Self {
        let status = match &error {
            StreamError::LoginUnusable { .. } | StreamError::Roots(_) => ExitStatus::Usage,
            _ => ExitStatus::Tunnel,
        };
        Self { hint: stream_hint(&error), ..Self::new(status, error.to_string()) }
    }
}

fn stream_hint(error: &StreamError) -> Option<String> {
    Some(match error {
        StreamError::Unreachable { .. } => {
            "Check the address, and that the server runs. A server on this machine: nats-server -js".to_owned()
        }
        StreamError::LoginRefused { login: None, .. } => {
            "Give them with --nats-creds PATH, in the URL, or in the environment: NATS_CREDS, NATS_NKEY, NATS_USER and \
             NATS_PASSWORD, NATS_TOKEN."
                .to_owned()
        }
        StreamError::NoJetStream { .. } => {
            "Start the server with -js, or add `jetstream {}` to its configuration. A server with accounts needs it in the \
             account."
                .to_owned()
        }
        StreamError::NoStream { .. } => {
            "`zoomhook listen --share` with the same --app creates it. Check the name of the app.".to_owned()
        }
        StreamError::Unsuitable { .. } => {
            "zoomhook does not change an existing stream. Choose another --app, or change the stream with the program \
             nats."
                .to_owned()
        }
        StreamError::NotAllowed { .. } => {
            "docs/team.md lists the permissions that zoomhook needs.".to_owned()
        }
        StreamError::NameInUse { .. } | StreamError::AlreadyFollowed { .. } => {
            "Stop that process, or follow under another name with --as.".to_owned()
        }
        StreamError::SessionUnreachable { is_loopback: true, .. } => {
            "Check the address, and that `zoomhook listen` runs with its inspector on this port.".to_owned()
        }
        StreamError::SessionUnreachable { is_loopback: false, .. } => {
            "Check the address, and that `zoomhook listen --inspect-host` runs there.".to_owned()
        }
        StreamError::SessionUntrusted { .. } => {
            "If you trust the certificate, name it: --follow-ca PATH".to_owned()
        }
        StreamError::TokenRefused { reason } => format!("It answers: {reason}\n{NEW_READ_TOKEN}"),
        StreamError::HostRefused { host } => {
            format!("Start the other session with this name:\n  zoomhook listen --inspect-host {host}")
        }
        StreamError::NoSession { .. } => {
            "The address has to lead to the port of the inspector, which is not that of the webhook.".to_owned()
        }
        StreamError::NoFollower { .. } => "`zoomhook stream status` lists the followers.".to_owned(),
        StreamError::Roots(_) | StreamError::Untrusted { .. } => {
            "Name its certificates with --nats-ca.".to_owned()
        }
        StreamError::LoginRefused { .. }
        | StreamError::LoginUnusable { .. }
        | StreamError::SessionRefuses { .. }
        | StreamError::Failed { .. } => return None,
    })
}

impl From<TunnelRefusal> for Failure {
    fn from(refusal: TunnelRefusal) -> Self {
        let code = refusal.code.map(|code| format!(" ({code})")).unwrap_or_default();
        Self::new(ExitStatus::Tunnel, format!("no tunnel: {}{code}", refusal.meaning))
            .with_hint(refusal.remedy)
    }
}

fn forward_hint(port: u16) -> String {
    format!(
        "Give --forward the port of your app. If that is {port}, let zoomhook listen on another port:
  zoomhook listen --port 0 --forward {port}"
    )
}

/// What to do about settings that cannot be used; `None` where the message already says it.
pub(super) fn hint_for(error: &Error) -> Option<String> {
    match error {
        Error::Secret(error) => secret_hint(error),
        Error::Tunnel(TunnelError::Ngrok(NgrokError::NoAuthtoken)) => Some(NO_AUTHTOKEN.to_owned()),
        Error::Tunnel(TunnelError::Ngrok(NgrokError::Untrusted { reason, .. })) => Some(report::repair_hint(
            reason.repair(),
            "Name the file with --ngrok-config to use it all the same.",
        )),
        Error::History(_) => Some(HISTORY.to_owned()),
        Error::Stream(StreamSettingsError::NoName) => Some("Choose one with --as NAME.".to_owned()),
        Error::Stream(StreamSettingsError::NeedsShare(_)) => {
            Some("Name the server of the stream: --share nats://HOST".to_owned())
        }
        Error::Stream(StreamSettingsError::Token(ReadTokenError::Missing | ReadTokenError::Form { .. })) => {
            Some(READ_TOKEN.to_owned())
        }
        Error::Stream(StreamSettingsError::NoStateFolder) => Some("Set HOME.".to_owned()),
        Error::Stream(StreamSettingsError::NothingToPrune) => Some(
            "To delete events: --older-than 2d\nTo delete a follower's position: --follower NAME".to_owned(),
        ),
        Error::Tunnel(_)
        | Error::Relay(_)
        | Error::Sample(_)
        | Error::ReadToken(_)
        | Error::Stream(
            StreamSettingsError::File(_)
            | StreamSettingsError::OtherSource { .. }
            | StreamSettingsError::Proxy(_)
            | StreamSettingsError::Token(_),
        ) => None,
        Error::Input(error) => Some(input_hint(error)),
        Error::Waiting(Contradiction::NeverSelected { .. }) => {
            Some("Add the event to --events, or leave --events out.".to_owned())
        }
        Error::Waiting(Contradiction::NoTestCases) => {
            Some("Add --expect EVENT or --exit-after N.".to_owned())
        }
    }
}

fn input_hint(error: &NoInput) -> String {
    match error {
        NoInput::ReadAsSecret { file } => format!(
            "The token goes before the file: zoomhook verify --secret TOKEN {file}
Other users can see a command line. It is safer to set {} or to put it in .env: zoomhook verify {file}",
            dotenv::NAMES[0]
        ),
        NoInput::Missing => {
            "Name a file with a captured request, or pipe one in: zoomhook verify request.http
Headers and body separately: --body FILE --header 'x-zm-signature: v0=…' --header 'x-zm-request-timestamp: …'"
                .to_owned()
        }
    }
}

fn secret_hint(error: &SecretError) -> Option<String> {
    Some(match error {
        SecretError::Missing { similar } => match similar {
            Some(similar) => format!("{similar}\n{}", no_secret()),
            None => no_secret(),
        },
        SecretError::NotInEnvFile { similar, .. } => return similar.as_ref().map(ToString::to_string),
        SecretError::NoTerminal => {
            format!("Set {}, or use --secret-file PATH or --secret TOKEN.", dotenv::NAMES[0])
        }
        SecretError::NotAName { flag } => {
            format!("A token with '=' in it needs a name before it: {flag} app=TOKEN.")
        }
        SecretError::Dotenv(DotenvError::BrokenLine { .. }) => {
            "Fix this line, name another file with --env-file PATH, or read no .env with --no-env-file."
                .to_owned()
        }
        SecretError::Dotenv(DotenvError::OfAnotherUser { .. }) => {
            "If you trust it, name it with --env-file PATH. To read no .env, use --no-env-file.".to_owned()
        }
        SecretError::Dotenv(DotenvError::Unreadable(_)) => {
            "Name another file with --env-file PATH, or the output of a command with --env-file <(cat PATH), or read no \
             .env with --no-env-file."
                .to_owned()
        }
        SecretError::Invalid(_) => {
            "The secret token is in Marketplace: your app > Feature > Token > Secret Token.".to_owned()
        }
        SecretError::InThePath => "--path takes a path such as /webhook, --secret a token.".to_owned(),
        SecretError::Unreadable(_) => "--secret-file takes a file that contains only the token.".to_owned(),
        SecretError::Terminal(_) | SecretError::DuplicateName { .. } | SecretError::TooManyForTheEdge => {
            return None;
        }
    })
}

/// Lists every source of a secret token.
fn no_secret() -> String {
    let [name, second, third] = dotenv::NAMES;
    format!(
        "It is in Marketplace: your app > Feature > Token > Secret Token. Provide it in one of these ways:
  {name}=TOKEN
      in the environment, or in a .env.local or .env file in this folder or above
      (in the file also as {second} or {third})
  --env-file PATH      a .env file elsewhere
  --secret-file PATH   a file that contains only the token
  --secret TOKEN       visible to other users of this machine
  --secret             asks for it, on a terminal
No Zoom app at hand? `zoomhook demo` needs no secret."
    )
}

/// What repairs the history's path, if that is the problem, and what else to do.
fn history_hint(error: &HistoryError, otherwise: &str) -> String {
    match error {
        HistoryError::Untrusted { reason, .. } => report::repair_hint(reason.repair(), otherwise),
        _ => otherwise.to_owned(),
    }
}

/// What to do if the history cannot be used.
const HISTORY: &str = "Name another file with --history-file, use --history best-effort to continue although the \
    history fails, or use --no-history to store nothing.";

/// What to do if the other session does not accept the read token.
const NEW_READ_TOKEN: &str = "Make a new one where the other session runs, in the folder of its project:
  zoomhook inspect token create NAME
Then run this command again with the new token. It continues where it was.";

const READ_TOKEN: &str = "Make one where the other session runs, in the folder of its project:
  zoomhook inspect token create NAME
Then set ZOOMHOOK_READ_TOKEN here, in the environment or in a .env file, or use --token-file PATH.";

const NO_AUTHTOKEN: &str = "Choose one:
  1. --tunnel ssh: a public URL over this machine's ssh, without an account.
  2. --tunnel cloudflared: a public URL by cloudflared, if it is installed, without an account.
  3. Get an authtoken, free of charge: https://dashboard.ngrok.com/get-started/your-authtoken
     Then set NGROK_AUTHTOKEN, or use --ngrok-authtoken TOKEN, or run `ngrok config add-authtoken TOKEN`.
     Unlike the URLs of 1 and 2, yours stays the same after a restart.
  4. --public-url URL: your own tunnel or gateway.
For tests on this machine only: --tunnel none.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_for_a_missing_secret_names_every_source() {
        let failure = Failure::from(Error::Secret(SecretError::Missing { similar: None }));
        assert_eq!(failure.status, ExitStatus::Usage);
        let hint = failure.hint.unwrap();
        for source in dotenv::NAMES.iter().chain(&[
            ".env",
            "--env-file",
            "--secret-file",
            "--secret TOKEN",
            "--secret ",
        ]) {
            assert!(hint.contains(source), "{source}");
        }
    }

    #[test]
    fn the_hint_for_a_missing_authtoken_names_three_solutions() {
        let failure = Failure::from(Error::Tunnel(NgrokError::NoAuthtoken.into()));
        assert_eq!(failure.status, ExitStatus::Tunnel);
        let hint = failure.hint.unwrap();
        for part in [
            "https://dashboard.ngrok.com/get-started/your-authtoken",
            "NGROK_AUTHTOKEN",
            "--ngrok-authtoken",
            "ngrok config add-authtoken",
            "--tunnel none",
            "--public-url",
        ] {
            assert!(hint.contains(part), "{part}");
        }
    }
}
