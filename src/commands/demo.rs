//! `zoomhook demo`: a ten-second run of the whole tool, without account, network or secret.

mod acts;

use std::net::Ipv4Addr;
use std::time::{Duration, SystemTime};

use ulid::Ulid;

use super::{ExitStatus, Failure, help};
use crate::delivery::{EventSender, Ready, SecretOrigin, SessionEvent};
use crate::listener::{Endpoint, ListenerLimits, Port};
use crate::report::{self, Report, VerdictFormat};
use crate::send::{self, EndpointAnswer, EndpointClient};
use crate::session::{self, End, EndpointConfig, LocalAddress, SessionConfig, SourceConfig, Waiting};
use crate::settings::output::OutputArgs;
use crate::tunnel;
use crate::zoom::{EndpointOutcome, NamedSecret, SecretToken};

use acts::{Act, Scripted};

/// Pause between two requests, so that a person can follow. The whole demo takes less than ten seconds.
const PAUSE: Duration = Duration::from_millis(500);

/// The default of `listen`.
const MAX_AGE: Duration = Duration::from_secs(300);

/// The closing note: what to run next, in the syntax of the platform's usual shell.
fn next() -> String {
    let set = if cfg!(windows) { "$env:NGROK_AUTHTOKEN = \"...\"" } else { "export NGROK_AUTHTOKEN=..." };
    format!(
        "The demo is done. Next, with a real app:

    # free of charge at dashboard.ngrok.com
    {set}
    # asks for your app's secret token
    zoomhook listen"
    )
}

/// See it work in 10 seconds: no account, no network, no secret
///
/// Starts the same listener as `listen` on a free local port and sends it what Zoom would send: a challenge and
/// the events of a meeting. It also sends a forged request and an old one. The demo ends by itself.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::with_exit_codes(help::DEMO))]
pub(super) struct DemoArgs {
    /// Do not pause between requests
    #[arg(long)]
    fast: bool,

    #[command(flatten)]
    output: OutputArgs,
}

/// Runs the demo. A wrong answer leads to [`ExitStatus::Internal`].
pub(super) fn run(args: DemoArgs) -> Result<ExitStatus, Failure> {
    let output = args.output.check();
    if output.format == VerdictFormat::Junit {
        return Err(Failure::new(ExitStatus::Usage, "the demo has no test cases for --format junit"));
    }
    let token = |purpose: &str| SecretToken::new(format!("demo-{purpose}-{}", Ulid::generate()));
    let (secret, stranger) = (token("secret"), token("stranger"));
    let (Ok(secret), Ok(stranger)) = (secret, stranger) else { return Ok(ExitStatus::Internal) };
    let config = config(output.clone(), secret.clone());
    let pause = if args.fast { Duration::ZERO } else { PAUSE };
    let played = session::run(config, async |ready, events| {
        play(&ready, &events, &acts::all(&secret, &stranger, SystemTime::now()), pause).await
    })?;
    match played {
        End::Played(wrong) if wrong.is_empty() => {
            let mut report = Report::to_terminal(&output);
            report.show(&SessionEvent::Remark(next()))?;
            report.settle()?;
            Ok(ExitStatus::Done)
        }
        End::Played(wrong) => Err(Failure::new(ExitStatus::Internal, wrong.join("\n"))),
        End::Interrupted { .. } => Ok(ExitStatus::Interrupted),
        _ => Ok(ExitStatus::Done),
    }
}

fn config(report: report::ReportSettings, secret: SecretToken) -> SessionConfig {
    let origin = SecretOrigin {
        name: "demo".into(),
        source: "generated for this demo".into(),
        fingerprint: secret.fingerprint(),
    };
    SessionConfig {
        endpoint: Endpoint {
            path: "/webhook".into(),
            secrets: vec![NamedSecret { name: "demo".into(), token: secret }],
            max_age: MAX_AGE,
            allow_unsigned_challenge: false,
        },
        source: SourceConfig::Endpoint(Box::new(EndpointConfig {
            limits: ListenerLimits::default(),
            address: LocalAddress { host: Ipv4Addr::LOCALHOST.into(), port: Port::Asked(0) },
            tunnel: tunnel::TunnelSettings::None,
            strict_url: false,
            share: None,
        })),
        history: None,
        // Other commands must not find and use this session.
        found_in: None,
        project: None,
        ready_file: None,
        log: None,
        app: None,
        report,
        inspector: None,
        inspector_keys: None,
        // The demo ends by itself within ten seconds.
        keys: false,
        waiting: Waiting::default(),
        command: None,
        // Only a diagnosis needs them, and the demo announces its forgeries itself.
        texts: Vec::new(),
        secrets: vec![origin],
        warnings: Vec::new(),
    }
}

/// Sends all acts to the listener. Returns a description of each wrong answer.
async fn play(ready: &Ready, events: &EventSender, acts: &[Act], pause: Duration) -> Vec<String> {
    let url = format!("http://{}{}", ready.local, ready.path);
    let Ok(target) = send::parse_endpoint(&url) else { return vec![format!("cannot post to {url}")] };
    let client = match EndpointClient::new(target, Vec::new()) {
        Ok(client) => client,
        Err(error) => return vec![error.to_string()],
    };
    let mut wrong = Vec::new();
    for act in acts {
        events.send(SessionEvent::Remark(act.remark.to_owned())).await;
        tokio::time::sleep(pause).await;
        for request in &act.requests {
            let answer = client.post(&request.request).await;
            wrong.extend(judge(request, &answer));
            tokio::time::sleep(pause).await;
        }
    }
    wrong
}

/// Describes what is wrong with an answer, if anything.
fn judge(request: &Scripted, answer: &EndpointAnswer) -> Option<String> {
    let status = match &answer.outcome {
        EndpointOutcome::Answered { status } => *status,
        EndpointOutcome::TimedOut => return Some("a request was not answered in time".to_owned()),
        EndpointOutcome::NotConnected { reason } => {
            return Some(format!("a request was not answered: {reason}"));
        }
    };
    if status != request.status {
        return Some(format!("a request was answered with {status}, not {}", request.status));
    }
    let is_wrong = request.answer.as_ref().is_some_and(|expected| answer.body != expected.as_bytes());
    is_wrong.then(|| "the answer to the challenge is wrong".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detects_a_wrong_answer() {
        let secret = SecretToken::new("a").unwrap();
        let acts = acts::all(&secret, &secret, SystemTime::now());
        let challenge = &acts[0].requests[0];
        let right = challenge.answer.clone().unwrap();
        let judged = |outcome, body: &str| {
            let (headers, body) = (hyper::HeaderMap::new(), body.to_owned().into());
            judge(challenge, &EndpointAnswer { outcome, took: Duration::ZERO, headers, body })
        };
        assert_eq!(judged(EndpointOutcome::Answered { status: 200 }, &right), None);
        assert!(judged(EndpointOutcome::Answered { status: 200 }, "{}").is_some());
        assert!(judged(EndpointOutcome::Answered { status: 204 }, &right).is_some());
        assert!(judged(EndpointOutcome::TimedOut, "").is_some());
    }
}
