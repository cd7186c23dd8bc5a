//! What the user should know and may want to change.

use crate::delivery::Warning;
use crate::report::grammar::{plural, size, span};

/// A warning in a sentence or two.
pub(in crate::report) fn warning(warning: &Warning) -> String {
    match warning {
        Warning::Trimmed { source } => {
            format!("White space around the value from {source} was cut off. Remove it there.")
        }
        Warning::PortMoved { taken, used, holder } => {
            let by = holder.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
            format!("Port {taken} is taken{by}, so this session uses port {used}. Choose one with --port.")
        }
        Warning::NotLoopback { local } => {
            format!("Other machines can reach {local}. Leave --host out to listen on this machine alone.")
        }
        Warning::EdgeKnowsSecret => {
            "ngrok's edge verifies signatures as well (--ngrok-verify), so that ngrok knows the secret token."
                .into()
        }
        Warning::HistoryFailing { reason, hint, acknowledged } => {
            let meanwhile = if *acknowledged {
                "Nothing is kept while the history fails (--history best-effort)"
            } else {
                "Deliveries are answered with 503 while they cannot be kept, so that Zoom sends them again"
            };
            let hint = hint.map(|hint| format!(" {hint}")).unwrap_or_default();
            format!("{meanwhile}: {reason}.{hint}")
        }
        Warning::NotHandedOn { count } => format!(
            "{} that waited for your app did not reach it. `zoomhook replay ID` sends one to it; `zoomhook history \
             list` shows the ids.",
            plural(*count as u64, "delivery", "deliveries")
        ),
        Warning::HistoryWorking { unkept } => format!(
            "The history works again. {} not kept meanwhile.",
            if *unkept == 1 {
                "1 delivery was".into()
            } else {
                format!("{} were", plural(*unkept, "delivery", "deliveries"))
            },
        ),
        Warning::HistoryStartedAnew { file } => format!(
            "The history was moved away or deleted while it was in use, so a new one was begun: {}.",
            file.display()
        ),
        Warning::UnverifiedForwarded => {
            "Requests without a right signature go to your app as well (--forward-unverified): anybody who \
             knows the URL can reach it."
                .into()
        }
        Warning::AppCertificateUnchecked => {
            "Your app's certificate is not checked (--forward-insecure).".into()
        }
        Warning::UnsignedChallenges => {
            "Challenges are answered without a signature (--allow-unsigned-challenge): anybody who knows the \
             URL can have a plainToken answered."
                .into()
        }
        Warning::ClockOff { by, ahead } => format!(
            "This machine's clock is {} {}: several genuine requests are off by that much. Set the clock, \
             best with automatic time.",
            span(*by),
            if *ahead { "ahead" } else { "behind" },
        ),
        Warning::AcceptFailing { error } => {
            format!("No connection can be accepted at the moment: {error}. Trying again.")
        }
        Warning::Unreadable { peer, too_large: Some(limit) } => format!(
            "A request from {peer} has headers of more than {} and was answered with 431 (--max-header-size).",
            size(*limit)
        ),
        Warning::Unreadable { peer, too_large: None } => format!(
            "What {peer} sent is no HTTP/1.1 request and was answered with 400. The local port speaks http:// only; \
             https:// is the public URL's."
        ),
        Warning::ConnectionsExhausted { limit } => format!(
            "All {} are in use: new ones wait until one is closed.",
            plural(*limit as u64, "connection", "connections")
        ),
    }
}
