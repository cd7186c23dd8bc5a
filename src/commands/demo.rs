//! `zoomhook demo`: everything in ten seconds, without account, network or secret.

mod acts;

use std::net::Ipv4Addr;
use std::time::{Duration, SystemTime};

use ulid::Ulid;

use super::{ExitStatus, Failure, help};
use crate::delivery::{EventSender, Ready, SecretOrigin, SessionEvent};
use crate::listener::{Endpoint, ListenerLimits, Port};
use crate::report::{self, Report};
use crate::send::{self, EndpointAnswer, EndpointClient};
use crate::session::{self, End, LocalAddress, SessionConfig, Waiting};
use crate::settings::output::OutputArgs;
use crate::tunnel;
use crate::zoom::{EndpointOutcome, NamedSecret, SecretToken};

use acts::{Act, Scripted};

/// Between two requests, so that a person can follow: the whole stays below ten seconds.
const PAUSE: Duration = Duration::from_millis(500);

/// As `listen` has it by default.
const MAX_AGE: Duration = Duration::from_secs(300);

/// What to type next, in the shell that is usual on the platform.
fn next() -> String {
    let set = if cfg!(windows) { "$env:NGROK_AUTHTOKEN = \"...\"" } else { "export NGROK_AUTHTOKEN=..." };
    format!(
        "That was it. Next, with a real app:

    # free of charge at dashboard.ngrok.com
    {set}
    # asks for your app's secret token
    zoomhook listen"
    )
}

/// See it work in 10 seconds: no account, no network, no secret
///
/// Starts the same listener as `listen` on a free local port and plays Zoom against it: a challenge, the life
/// of a meeting, a forged request and a stale one. Ends by itself.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::everything(help::DEMO))]
pub(super) struct DemoArgs {
    /// Without pauses
    #[arg(long)]
    fast: bool,

    #[command(flatten)]
    output: OutputArgs,
}

/// Plays the demo. Wrong answers end it with [`ExitStatus::Internal`].
pub(super) fn run(args: DemoArgs) -> Result<ExitStatus, Failure> {
    let output = args.output.check();
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
        source: "made up for this demo".into(),
        fingerprint: secret.fingerprint(),
    };
    SessionConfig {
        endpoint: Endpoint {
            path: "/webhook".into(),
            secrets: vec![NamedSecret { name: "demo".into(), token: secret }],
            max_age: MAX_AGE,
            allow_unsigned_challenge: false,
        },
        limits: ListenerLimits::default(),
        address: LocalAddress { host: Ipv4Addr::LOCALHOST.into(), port: Port::Asked(0) },
        tunnel: tunnel::TunnelSettings::None,
        history: None,
        // Nobody is to send it anything.
        found_in: None,
        app: None,
        strict_url: false,
        report,
        // It ends by itself in ten seconds.
        keys: false,
        waiting: Waiting::default(),
        // The demo tells itself what it forges.
        texts: Vec::new(),
        secrets: vec![origin],
        warnings: Vec::new(),
    }
}

/// Plays all acts against the listener; what was answered wrongly, in words.
async fn play(ready: &Ready, events: &EventSender, acts: &[Act], pause: Duration) -> Vec<String> {
    let url = format!("http://{}{}", ready.local, ready.path);
    let Ok(target) = send::parse_endpoint(&url) else { return vec![format!("cannot post to {url}")] };
    let client = match EndpointClient::new(target) {
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

/// What is wrong with an answer, if anything is.
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
    is_wrong.then(|| "the challenge was answered wrongly".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_answer_is_noticed() {
        let secret = SecretToken::new("a").unwrap();
        let acts = acts::all(&secret, &secret, SystemTime::now());
        let challenge = &acts[0].requests[0];
        let right = challenge.answer.clone().unwrap();
        let judged = |outcome, body: &str| {
            judge(challenge, &EndpointAnswer { outcome, took: Duration::ZERO, body: body.to_owned().into() })
        };
        assert_eq!(judged(EndpointOutcome::Answered { status: 200 }, &right), None);
        assert!(judged(EndpointOutcome::Answered { status: 200 }, "{}").is_some());
        assert!(judged(EndpointOutcome::Answered { status: 204 }, &right).is_some());
        assert!(judged(EndpointOutcome::TimedOut, "").is_some());
    }
}
