//! `app`: does the user's app accept connections? Asked online: does it answer a challenge as Zoom needs it?

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Setup, SetupFinding};
use crate::diagnosis::{AnsweredRequest, Secrets, answer_hint};
use crate::http::{HttpClient, Target, UNTRUSTED};
use crate::instances;
use crate::listener::holders;
use crate::send::{EndpointAnswer, EndpointClient, parse_endpoint};
use crate::zoom::catalogue::{self, Sample};
use crate::zoom::{CHALLENGE_EVENT, EndpointOutcome, SecretToken, signed_request};

/// Limit on a connection. An app on this machine accepts at once.
const CONNECT: Duration = Duration::from_millis(500);

/// A challenge that takes longer is close to Zoom's limit of three seconds.
const SLOW: Duration = Duration::from_secs(1);

pub(super) async fn examine(setup: Arc<Setup>) -> SetupFinding {
    let (apps, is_named) = match setup.apps.as_slice() {
        [] => (apps_of_listens(&setup), false),
        named => (named.to_vec(), true),
    };
    let mut open = Vec::new();
    for app in &apps {
        let client = HttpClient::new(app.clone(), None);
        match tokio::time::timeout(CONNECT, client.is_open()).await {
            Ok(true) => open.push(app.to_string()),
            Ok(false) => return down(app),
            Err(_) => return SetupFinding::skipped(format!("not known: {app} does not answer in time")),
        }
        if let Some(finding) = two_programs(app).await {
            return finding;
        }
        // A running listen may add headers, without which the app would refuse a challenge.
        if setup.online
            && is_named
            && let Some(finding) = challenged(&setup, app).await
        {
            return finding;
        }
    }
    let shown = open.join(" and ");
    if open.is_empty() {
        return SetupFinding::skipped(
            "no app is named; name it with --forward, such as --forward 3000/webhook",
        );
    }
    SetupFinding::pass(match (is_named, setup.online) {
        (true, true) => format!("{shown} answers a challenge correctly"),
        (true, false) => format!("{shown} accepts connections"),
        (false, true) => {
            format!(
                "the running listen forwards to {shown}, which accepts connections; --forward also sends a challenge"
            )
        }
        (false, false) => format!("the running listen forwards to {shown}, which accepts connections"),
    })
}

/// The apps that running `listen`s forward to.
fn apps_of_listens(setup: &Setup) -> Vec<Target> {
    let running = setup.instances_folder.as_deref().and_then(|folder| instances::all(folder).ok());
    let apps = running.iter().flatten().flat_map(|listen| &listen.apps);
    apps.filter_map(|app| app.parse().ok()).collect()
}

fn down(app: &Target) -> SetupFinding {
    SetupFinding::fail(
        format!("Nothing accepts connections at {app}."),
        "Start your app, or give --forward the port that it prints when it starts.",
    )
}

/// Finds two programs that listen on the same port, one of IPv4 and one of IPv6: `localhost` may lead to either.
async fn two_programs(app: &Target) -> Option<SetupFinding> {
    let port = app.port().filter(|_| app.host().to_str().is_ok_and(|host| host.starts_with("localhost")))?;
    let [v4, v6] = tokio::task::spawn_blocking(move || holders(port)).await.ok()?;
    let (v4, v6) = (v4?, v6?);
    (v4 != v6).then(|| {
        SetupFinding::warn(
            format!("Two programs listen on port {port}: {v4} on IPv4 and {v6} on IPv6. localhost can lead to either."),
            format!("Write the address of your app: --forward 127.0.0.1:{port} or --forward [::1]:{port}"),
        )
    })
}

/// Sends a signed challenge, as Zoom does. `None` if the answer is right.
async fn challenged(setup: &Setup, app: &Target) -> Option<SetupFinding> {
    let Ok(chosen) = &setup.secrets.chosen else {
        return Some(SetupFinding::skipped(
            "a challenge cannot be signed without a secret token; see secret",
        ));
    };
    let secret = &chosen.first()?.token;
    // A target without a path gets the request's path, as from listen.
    let target = app.url_for(&setup.path).and_then(|url| parse_endpoint(&url).ok());
    let target = target.unwrap_or_else(|| app.clone());
    let (shown, headers) = (target.to_string(), setup.app_headers.clone());
    let client = tokio::task::spawn_blocking(move || EndpointClient::new(target, headers)).await.ok()?;
    let client = match client {
        Ok(client) => client,
        Err(error) => return Some(SetupFinding::skipped(format!("not known: {error}"))),
    };
    let body = challenge();
    let ids = catalogue::request_ids(0, &body);
    let request = signed_request(secret, &body, SystemTime::now(), &ids, None);
    let answer = client.post(&request).await;
    judged(&answer, &body, secret, &shown)
}

/// The body of a challenge.
fn challenge() -> Vec<u8> {
    let now = SystemTime::now();
    let seed = now.duration_since(UNIX_EPOCH).unwrap_or_default().subsec_nanos();
    let event = catalogue::find(CHALLENGE_EVENT);
    event.map(|event| Sample::new(seed.into(), now).of(&event).to_json().into_bytes()).unwrap_or_default()
}

fn judged(answer: &EndpointAnswer, body: &[u8], secret: &SecretToken, shown: &str) -> Option<SetupFinding> {
    if let EndpointOutcome::NotConnected { reason } = &answer.outcome {
        return Some(match reason.contains(UNTRUSTED) {
            true => SetupFinding::skipped(format!("not known: {reason}; listen trusts it with --forward-ca")),
            false => SetupFinding::fail(
                format!("The challenge to {shown} failed: {reason}."),
                "Check the log of your app.",
            ),
        });
    }
    let faults = answer.challenge_faults(body, secret, &Secrets::new(Vec::new())).unwrap_or_default();
    if let Some(fault) = faults.first() {
        let mut remedy = hint(answer).map(|hint| format!("{hint}\n")).unwrap_or_default();
        remedy.push_str(&format!("To send a challenge again:\n  zoomhook sign --challenge --to {shown}"));
        return Some(SetupFinding::fail(
            format!("{shown} answers a challenge wrongly. {}", fault.sentence),
            remedy,
        ));
    }
    (answer.took >= SLOW).then(|| {
        SetupFinding::warn(
            format!(
                "{shown} answers a challenge after {:.1} s. Zoom waits for 3 s.",
                answer.took.as_secs_f32()
            ),
            "Answer a challenge before any slow work.",
        )
    })
}

/// What the answer shows about the app.
fn hint(answer: &EndpointAnswer) -> Option<String> {
    let EndpointOutcome::Answered { status } = answer.outcome else { return None };
    let asked = AnsweredRequest { is_genuine: true, is_challenge: true };
    let status = hyper::StatusCode::from_u16(status).ok()?;
    answer_hint(asked, status, &answer.headers, &answer.body).map(|hint| hint.to_string())
}
