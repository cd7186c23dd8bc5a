//! A tunnel that another program opens: cloudflared, or any that prints its URL. It leads to the local socket, so
//! that no connection comes from here.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | the program as a kind of tunnel |
//! | `output.rs` | its output: the URL, the last words |
//! | `words.rs` | a command line cut into words. Pure |
//! | `child.rs` | starting and ending it, with everything that it started |

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

use child::Child;
use output::{LastWords, Said};

pub use output::{InvalidCommand, Words};

/// Which program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tool {
    /// cloudflared with a tunnel that needs no account.
    Cloudflared,
    /// Any that prints an https URL. `{port}` stands for the local port.
    Command(Words),
}

/// What a program needs.
#[derive(Debug, Clone)]
pub struct ProcessSettings {
    /// Which program.
    pub tool: Tool,
    /// Variables that it does not get: secrets that are none of its business.
    pub without: Vec<&'static str>,
    /// How the public URL is reached for a probe. The program has its own ways.
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

    /// Whether a URL in its output is the tunnel's. cloudflared prints others before.
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
    /// Where it is to lead.
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

/// A program that has said its URL.
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
                // What it said before it ended comes first.
                biased;
                Some(said) = self.said.recv() => match said {
                    Said::Url(url) => return Ok(url),
                    Said::Line(line) => self.words.push(line),
                },
                ended = self.child.ended() => {
                    self.hear_the_rest().await;
                    return Err(self.ended(ended.ok()));
                }
            }
        }
    }

    /// Its last words may come after its end.
    async fn hear_the_rest(&mut self) {
        let rest = async {
            while let Some(said) = self.said.recv().await {
                if let Said::Line(line) = said {
                    self.words.push(line);
                }
            }
        };
        // A program that it left behind may hold the pipe open.
        let _ = tokio::time::timeout(Duration::from_millis(200), rest).await;
    }

    fn ended(&self, status: Option<ExitStatus>) -> TunnelFailure {
        let how = match status.and_then(|status| status.code()) {
            Some(code) => format!("ended with exit code {code}"),
            None => "was ended".to_owned(),
        };
        TunnelFailure::passing(self.refusal(&format!("{how}{}", self.words)))
    }

    fn silent(&self, limit: Duration) -> TunnelFailure {
        TunnelFailure::passing(
            self.refusal(&format!("did not say its public URL within {limit:?}{}", self.words)),
        )
    }

    fn refusal(&self, what: &str) -> TunnelRefusal {
        TunnelRefusal {
            code: None,
            meaning: format!("{} {what}.", self.name),
            remedy: format!("See whether it works by itself. {OTHER_WAYS}"),
        }
    }
}

const OTHER_WAYS: &str =
    "Other ways: --tunnel ngrok, --public-url with a URL of your own, --tunnel none without any.";

fn not_started(tool: &Tool, error: &std::io::Error) -> TunnelFailure {
    let name = tool.name();
    let is_missing = error.kind() == std::io::ErrorKind::NotFound;
    let meaning = if is_missing {
        format!("{name} is not installed, or not in PATH.")
    } else {
        format!("{name} cannot be started: {error}.")
    };
    let remedy = match tool {
        Tool::Cloudflared if is_missing => format!(
            "Install it (https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/downloads/). \
             {OTHER_WAYS}"
        ),
        _ => format!("Look at the command. {OTHER_WAYS}"),
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
                    self.hear_the_rest().await;
                    return Happening::Ended(self.ended(ended.ok()));
                }
            }
        }
    }

    /// It is never lost without having ended.
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
