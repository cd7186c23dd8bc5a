//! A tunnel that another program opens: cloudflared, ssh, or any program that prints its URL. The program connects to the
//! local port itself. The entry point is `Process`.
//!
//! | file | contents |
//! | --- | --- |
//! | `mod.rs` | the program as a kind of tunnel |
//! | `output.rs` | its output: the URLs, the last lines; and parsing of a command line |
//! | `candidates.rs` | which of the URLs is the tunnel's |
//! | `ssh.rs` | what the system's `ssh` is asked to do |

mod candidates;
mod output;
mod ssh;

use std::io;
use std::net::SocketAddr;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::kind::{Cure, Happening, Live, OpenedTunnel, TunnelFailure, TunnelOpener};
use super::limits::TunnelLimits;
use super::probe::Prober;
use crate::child::ChildProcess;
use crate::child::ProcessGroup;
use crate::delivery::TunnelRefusal;
use crate::delivery::TunnelRefusalKind;
use crate::http::Proxies;
use crate::system_words::without_numbers;

use candidates::Candidates;
use output::{LastWords, Outputs, Said};

pub use output::{InvalidCommand, Words};
pub use ssh::{InvalidSshHost, SshHost};

/// Which program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tool {
    /// cloudflared with a quick tunnel, which needs no account.
    Cloudflared,
    /// The system's `ssh`, with a service that needs no account, or another one.
    Ssh(SshHost),
    /// Any program that prints its https URL. `{port}` stands for the local port.
    Command(Words),
}

/// Settings of a program.
#[derive(Debug, Clone)]
pub struct ProcessSettings {
    /// Which program.
    pub tool: Tool,
    /// Environment variables to remove: secrets that the program does not need.
    pub without: Vec<&'static str>,
    /// Proxies for probes of the public URL. The program has its own proxy settings.
    pub proxies: Proxies,
}

impl Tool {
    fn name(&self) -> &str {
        match self {
            Self::Cloudflared => "cloudflared",
            Self::Ssh(_) => "ssh",
            Self::Command(words) => words.program(),
        }
    }

    fn command(&self, local: SocketAddr) -> Vec<String> {
        match self {
            Self::Cloudflared => {
                let words =
                    ["cloudflared", "tunnel", "--config", EMPTY_FILE, "--url", &format!("http://{local}")];
                words.map(str::to_owned).to_vec()
            }
            Self::Ssh(host) => host.command(local),
            Self::Command(words) => words.with_port(local.port()),
        }
    }

    /// Whether this is the host of the tunnel's URL. cloudflared prints other URLs before it.
    fn is_url(&self, host: &str) -> bool {
        match self {
            Self::Cloudflared => {
                host.strip_suffix(".trycloudflare.com").is_some_and(|name| name != "api" && name != "www")
            }
            Self::Ssh(_) | Self::Command(_) => true,
        }
    }

    /// Variables to set.
    fn environment(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Ssh(_) => ssh::ENVIRONMENT,
            Self::Cloudflared | Self::Command(_) => &[],
        }
    }

    /// What else the user can do.
    fn other_ways(&self) -> String {
        let ssh = match self {
            Self::Ssh(_) => "",
            Self::Cloudflared | Self::Command(_) => "--tunnel ssh with nothing to install and no account, ",
        };
        format!(
            "Alternatives: {ssh}--tunnel ngrok, --public-url with your own URL, or --tunnel none without a public URL."
        )
    }
}

/// cloudflared reads the user's `config.yml` otherwise. The rules in it would answer all requests of a quick tunnel with
/// 404.
const EMPTY_FILE: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

/// A program as a kind of tunnel.
#[derive(Clone)]
pub(super) struct Process {
    pub(super) settings: ProcessSettings,
    /// The listener's address.
    pub(super) local: SocketAddr,
    pub(super) limits: TunnelLimits,
    /// Probes the URLs in the output; `None` if the first one is taken without proof.
    pub(super) prober: Option<Prober>,
}

impl TunnelOpener for Process {
    type LiveTunnel = Running;

    async fn open(self) -> Result<OpenedTunnel<Running>, TunnelFailure> {
        let tool = self.settings.tool.clone();
        let command = tool.command(self.local);
        let (child, outputs) = start(&command, &self.settings.without, tool.environment())
            .map_err(|error| not_started(&tool, &error))?;
        let live = Running {
            child,
            said: output::follow(outputs, tool.clone()),
            tool,
            rate_limited: false,
            words: LastWords::default(),
            candidates: Candidates::new(self.prober, self.limits.candidate_pause),
            limit: self.limits.step,
            silent_at: Instant::now() + self.limits.step,
        };
        Ok(OpenedTunnel { url: None, live })
    }
}

/// Grace period before a program is killed. Shorter than the limit of the whole shutdown.
const GRACE: Duration = Duration::from_millis(500);

/// Starts a program without some environment variables, and with others.
fn start(command: &[String], without: &[&str], with: &[(&str, &str)]) -> io::Result<(ChildProcess, Outputs)> {
    let [program, arguments @ ..] = command else { return Err(io::ErrorKind::InvalidInput.into()) };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.envs(with.iter().copied());
    for variable in without {
        command.env_remove(variable);
    }
    // Ctrl-C at the terminal must not stop it while requests are in flight.
    let mut child = ChildProcess::spawn(command, ProcessGroup::Own)?;
    let (stdout, stderr) = child.take_outputs().ok_or(io::ErrorKind::BrokenPipe)?;
    Ok((child, Outputs { stdout, stderr }))
}

/// A running program.
pub(super) struct Running {
    tool: Tool,
    child: ChildProcess,
    said: mpsc::Receiver<Said>,
    words: LastWords,
    /// Whether the output says that the service limits how often a tunnel is opened.
    rate_limited: bool,
    candidates: Candidates,
    /// How long the program may take to print a URL.
    limit: Duration,
    silent_at: Instant,
}

impl Running {
    /// Reads the output that is still in the pipes after the exit.
    async fn read_remaining_output(&mut self) {
        let rest = async {
            while let Some(said) = self.said.recv().await {
                if let Said::Line(line) = said {
                    self.hear(line);
                }
            }
        };
        // A child process that is still running may hold the pipe open.
        let _ = tokio::time::timeout(Duration::from_millis(200), rest).await;
    }

    fn hear(&mut self, line: String) {
        self.rate_limited |= RATE_LIMITED.iter().any(|words| line.contains(words));
        self.words.push(line);
    }

    fn ended(&self, status: Option<ExitStatus>) -> TunnelFailure {
        let how = match status.and_then(|status| status.code()) {
            Some(code) => format!("ended with exit code {code}"),
            None => "was terminated".to_owned(),
        };
        if self.rate_limited {
            let how = format!("{how}: its service limits how often a tunnel is opened (429)");
            return TunnelFailure { refusal: self.refusal(&how), cure: Cure::Later };
        }
        TunnelFailure::passing(self.refusal(&format!("{how}{}", self.words)))
    }

    fn silent(&self) -> TunnelFailure {
        let Self { limit, words, .. } = self;
        TunnelFailure::passing(self.refusal(&format!("did not print its public URL within {limit:?}{words}")))
    }

    fn refusal(&self, what: &str) -> TunnelRefusal {
        TunnelRefusal {
            kind: TunnelRefusalKind::Failed,
            code: None,
            meaning: format!("{} {what}.", self.tool.name()),
            remedy: format!("Check whether the program works on its own. {}", self.tool.other_ways()),
        }
    }
}

/// What programs print when their service refuses to open another tunnel for now. The second one is Cloudflare's.
const RATE_LIMITED: &[&str] = &["429 Too Many Requests", "error code: 1015"];

fn not_started(tool: &Tool, error: &std::io::Error) -> TunnelFailure {
    let name = tool.name();
    let is_missing = error.kind() == std::io::ErrorKind::NotFound;
    let (kind, meaning) = if is_missing {
        (TunnelRefusalKind::NotInstalled, format!("{name} is not installed or not in PATH."))
    } else {
        let why = without_numbers(&error.to_string());
        (TunnelRefusalKind::Failed, format!("{name} cannot be started: {why}."))
    };
    let what_to_do = match tool {
        Tool::Cloudflared if is_missing => {
            "Install it (https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/downloads/)."
        }
        Tool::Ssh(_) if is_missing => "Install the client of OpenSSH.",
        _ => "Check the command.",
    };
    let remedy = format!("{what_to_do} {}", tool.other_ways());
    TunnelFailure::lasting(TunnelRefusal { kind, code: None, meaning, remedy })
}

impl Live for Running {
    async fn next(&mut self) -> Happening {
        loop {
            tokio::select! {
                // Output is read before the exit is handled.
                biased;
                happening = self.candidates.next() => return happening,
                Some(said) = self.said.recv() => match said {
                    Said::Line(line) => self.hear(line),
                    Said::Url(url) => if let Some(happening) = self.candidates.add(url) {
                        return happening;
                    },
                },
                ended = self.child.ended() => {
                    self.read_remaining_output().await;
                    return Happening::Ended(self.ended(ended.ok()));
                }
                () = sleep_until(self.silent_at), if self.candidates.is_empty() => {
                    return Happening::Ended(self.silent());
                }
            }
        }
    }

    /// A program reconnects by itself.
    fn resume(&mut self) {}

    fn latency(&self) -> Option<Duration> {
        None
    }

    fn traffic(&self) -> Option<u64> {
        None
    }

    async fn close(mut self) {
        self.child.end(GRACE).await;
    }
}
