//! A tunnel that another program opens: cloudflared, or any program that prints its URL. The program connects to the
//! local port itself. The entry point is `Process`.
//!
//! | file | contents |
//! | --- | --- |
//! | `mod.rs` | the program as a kind of tunnel |
//! | `output.rs` | its output: the URL, the last lines; and parsing of a command line |
//! | `child.rs` | starts and stops the program and its child processes |

mod child;
mod output;

use std::net::SocketAddr;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::sync::mpsc;

use super::kind::{Happening, Live, OpenedTunnel, TunnelFailure, TunnelOpener};
use super::limits::TunnelLimits;
use crate::delivery::TunnelRefusal;
use crate::http::Proxies;
use crate::system_words::without_numbers;

use child::Child;
use output::{LastWords, Said};

pub use output::{InvalidCommand, Words};

/// Which program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tool {
    /// cloudflared with a quick tunnel, which needs no account.
    Cloudflared,
    /// Any program that prints an https URL. `{port}` stands for the local port.
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
            Self::Command(words) => words.program(),
        }
    }

    fn command(&self, local: SocketAddr) -> Vec<String> {
        match self {
            Self::Cloudflared => {
                ["cloudflared", "tunnel", "--url", &format!("http://{local}")].map(str::to_owned).to_vec()
            }
            Self::Command(words) => words.with_port(local.port()),
        }
    }

    /// Whether this is the host of the tunnel's URL. cloudflared prints other URLs before it.
    fn is_url(&self, host: &str) -> bool {
        match self {
            Self::Cloudflared => {
                host.strip_suffix(".trycloudflare.com").is_some_and(|name| name != "api" && name != "www")
            }
            Self::Command(_) => true,
        }
    }
}

/// A program as a kind of tunnel.
#[derive(Clone)]
pub(super) struct Process {
    pub(super) settings: ProcessSettings,
    /// The listener's address.
    pub(super) local: SocketAddr,
    pub(super) limits: TunnelLimits,
}

impl TunnelOpener for Process {
    type LiveTunnel = Running;

    async fn open(self) -> Result<OpenedTunnel<Running>, TunnelFailure> {
        let tool = self.settings.tool.clone();
        let command = tool.command(self.local);
        let (child, outputs) =
            child::start(&command, &self.settings.without).map_err(|error| not_started(&tool, &error))?;
        let name = tool.name().to_owned();
        let mut running =
            Running { name, child, said: output::follow(outputs, tool), words: LastWords::default() };
        let limit = self.limits.step;
        match tokio::time::timeout(limit, running.url()).await {
            Ok(Ok(url)) => Ok(OpenedTunnel { url, live: running }),
            Ok(Err(failure)) => Err(failure),
            Err(_) => Err(running.silent(limit)),
        }
    }
}

/// A running program.
pub(super) struct Running {
    name: String,
    child: Child,
    said: mpsc::Receiver<Said>,
    words: LastWords,
}

impl Running {
    /// Waits for the URL.
    async fn url(&mut self) -> Result<String, TunnelFailure> {
        loop {
            tokio::select! {
                // Output is read before the exit is handled.
                biased;
                Some(said) = self.said.recv() => match said {
                    Said::Url(url) => return Ok(url),
                    Said::Line(line) => self.words.push(line),
                },
                ended = self.child.ended() => {
                    self.read_remaining_output().await;
                    return Err(self.ended(ended.ok()));
                }
            }
        }
    }

    /// Reads the output that is still in the pipes after the exit.
    async fn read_remaining_output(&mut self) {
        let rest = async {
            while let Some(said) = self.said.recv().await {
                if let Said::Line(line) = said {
                    self.words.push(line);
                }
            }
        };
        // A child process that is still running may hold the pipe open.
        let _ = tokio::time::timeout(Duration::from_millis(200), rest).await;
    }

    fn ended(&self, status: Option<ExitStatus>) -> TunnelFailure {
        let how = match status.and_then(|status| status.code()) {
            Some(code) => format!("ended with exit code {code}"),
            None => "was terminated".to_owned(),
        };
        TunnelFailure::passing(self.refusal(&format!("{how}{}", self.words)))
    }

    fn silent(&self, limit: Duration) -> TunnelFailure {
        TunnelFailure::passing(
            self.refusal(&format!("did not print its public URL within {limit:?}{}", self.words)),
        )
    }

    fn refusal(&self, what: &str) -> TunnelRefusal {
        TunnelRefusal {
            code: None,
            meaning: format!("{} {what}.", self.name),
            remedy: format!("Check whether the program works on its own. {OTHER_WAYS}"),
        }
    }
}

const OTHER_WAYS: &str =
    "Alternatives: --tunnel ngrok, --public-url with your own URL, or --tunnel none without a public URL.";

fn not_started(tool: &Tool, error: &std::io::Error) -> TunnelFailure {
    let name = tool.name();
    let is_missing = error.kind() == std::io::ErrorKind::NotFound;
    let meaning = if is_missing {
        format!("{name} is not installed or not in PATH.")
    } else {
        format!("{name} cannot be started: {}.", without_numbers(&error.to_string()))
    };
    let remedy = match tool {
        Tool::Cloudflared if is_missing => format!(
            "Install it (https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/downloads/). \
             {OTHER_WAYS}"
        ),
        _ => format!("Check the command. {OTHER_WAYS}"),
    };
    TunnelFailure::lasting(TunnelRefusal { code: None, meaning, remedy })
}

impl Live for Running {
    async fn next(&mut self) -> Happening {
        loop {
            tokio::select! {
                biased;
                Some(said) = self.said.recv() => if let Said::Line(line) = said {
                    self.words.push(line);
                },
                ended = self.child.ended() => {
                    self.read_remaining_output().await;
                    return Happening::Ended(self.ended(ended.ok()));
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
        self.child.end().await;
    }
}
