//! Sentences about warnings.

use crate::delivery::{StreamDifference, UnreadableRequest, Warning};
use crate::report::clock::Clock;
use crate::report::grammar::{count, latency, plural, size, span};
use crate::report::redact::redacted;
use crate::report::wording::history_flag;

/// What happened and what to do, without secrets of the command line.
pub(crate) fn warning(warning: &Warning) -> String {
    redacted(&sentence(warning))
}

fn sentence(warning: &Warning) -> String {
    match warning {
        Warning::Trimmed { source } => {
            format!("The white space around the value from {source} was ignored. Remove it there.")
        }
        Warning::TunnelSlow { took } => format!(
            "A request of zoomhook's own through the public URL took {}. Zoom gives up at 3.0 s.",
            latency(*took)
        ),
        Warning::PortMoved { taken, used, holder } => {
            let by = holder.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
            format!("Port {taken} is in use{by}, so this session uses port {used}. Choose one with --port.")
        }
        Warning::NotLoopback { local } => {
            format!("Other machines can reach {local}. Omit --host to accept connections only from this machine.")
        }
        Warning::NoKnownEvent { flag, pattern, meant } => {
            let meant = meant.as_ref().map(|meant| format!(" Did you mean {meant}?")).unwrap_or_default();
            format!("{flag} {pattern} matches no known event.{meant}")
        }
        Warning::AuthtokenFromEnvFile { file } => {
            format!("The ngrok authtoken is NGROK_AUTHTOKEN from {file}.")
        }
        Warning::TokenForm { source, form } => format!(
            "The secret token from {source} {form}. Zoom's secret tokens have 22 letters, digits, '-' and '_'. Copy it \
             from Marketplace: your app > Feature > Token > Secret Token."
        ),
        Warning::EdgeKnowsSecret => {
            "ngrok's edge verifies signatures as well (--ngrok-verify), so ngrok knows the secret token."
                .into()
        }
        Warning::HistoryFailing { reason, hint, acknowledged } => {
            let meanwhile = if *acknowledged {
                "No delivery is stored while the history fails (--history best-effort)"
            } else {
                "Deliveries are answered with 503 while they cannot be stored, so that Zoom sends them again"
            };
            let hint = hint.as_ref().map(|hint| format!(" {hint}")).unwrap_or_default();
            format!("{meanwhile}: {reason}.{hint}")
        }
        Warning::NotForwarded { count } => format!(
            "{} queued for your app did not reach it. `zoomhook replay ID` sends one to it; `zoomhook history list` \
             shows the ids.",
            plural(*count as u64, "delivery", "deliveries")
        ),
        Warning::HistoryWorking { unkept } => format!(
            "The history works again. {} not stored in the meantime.",
            if *unkept == 1 {
                "1 delivery was".into()
            } else {
                format!("{} were", plural(*unkept, "delivery", "deliveries"))
            },
        ),
        Warning::HistoryReplaced { file } => format!(
            "The history was moved or deleted while it was in use, so a new one was created: {}.",
            file.display()
        ),
        Warning::SessionNotListed { reason, repair } => format!(
            "Other commands, such as trigger, do not find this session, because {reason}. Repair it: {repair}"
        ),
        Warning::HistoryDamaged { file, moved_to, reason, is_default } => format!(
            "The history is damaged ({reason}). It was moved to {}, and new deliveries are stored in a new file, {}. \
             To recover what can be read:\n  zoomhook history{} repair",
            moved_to.display(),
            file.display(),
            history_flag((!is_default).then_some(file)),
        ),
        Warning::ValidationOverdue { url, last, age } => format!(
            "The last challenge for {url} in the history is from {}, {} ago. Zoom validates the URL of an app again \
             every 72 hours, and disables the subscription after six failures in a row. A reason can be that this machine was off, or \
             that your app now has another URL. If your app has this URL, press Validate in Marketplace.",
            Clock::local().with_date(*last),
            span(*age),
        ),
        Warning::UnverifiedForwarded => {
            "Requests without a valid signature are forwarded as well (--forward-unverified): anyone who knows the \
             URL can reach your app."
                .into()
        }
        Warning::AppCertificateUnchecked => {
            "Your app's certificate is not checked (--forward-insecure).".into()
        }
        Warning::UnsignedChallenges => {
            "Challenges are answered without a signature (--allow-unsigned-challenge): anyone who knows the URL can \
             get a plainToken answered."
                .into()
        }
        Warning::ClockOff { by, ahead } => format!(
            "This machine's clock is {} {}: the timestamps of several genuine requests differ by that much. \
             Set the clock, preferably with automatic time.",
            span(*by),
            if *ahead { "ahead" } else { "behind" },
        ),
        Warning::AcceptFailing { error } => {
            format!("New connections cannot be accepted: {error}. Retrying.")
        }
        Warning::Unreadable { peer, sent: UnreadableRequest::HeadTooLarge(limit) } => format!(
            "A request from {peer} has headers of more than {} and was answered with 431 (--max-header-size).",
            size(*limit)
        ),
        Warning::Unreadable { peer, sent: UnreadableRequest::TooManyHeaders(limit) } => {
            format!("A request from {peer} has more than {limit} headers, the limit, and was answered with 431.")
        }
        Warning::Unreadable { peer, sent: UnreadableRequest::UrlTooLong(limit) } => format!(
            "A request from {peer} has a URL of more than {} bytes, the limit, and was answered with 414.",
            count(*limit as u64)
        ),
        Warning::Unreadable { peer, sent: UnreadableRequest::Http2 } => format!(
            "{peer} sent HTTP/2 without TLS (h2c), as some proxies and health checkers do. It was told to use HTTP/1.1, \
             which Zoom uses and zoomhook accepts."
        ),
        Warning::Unreadable { peer, sent: UnreadableRequest::NotHttp } => format!(
            "{peer} sent something that is not an HTTP/1.1 request. It was answered with 400. The local port accepts \
             http:// only; use https:// with the public URL."
        ),
        Warning::InspectorNeedsHistory => {
            "There is no inspector, because it shows the history, and this session stores nothing.".into()
        }
        Warning::ForwardLoop => {
            "A request that was forwarded came back to this session and was answered with 508: a --forward target \
             leads to zoomhook itself, or to another zoomhook that forwards to this one. Use the address of your app."
                .into()
        }
        Warning::StreamLost { server, reason, is_sharing } => {
            let reason = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            let meanwhile = if *is_sharing {
                " Until it is restored, events are answered with 503, so that Zoom sends them again."
            } else {
                ""
            };
            format!("The connection to {server} is lost{reason}. Trying again.{meanwhile}")
        }
        Warning::StreamRestored { server } => format!("The connection to {server} is restored."),
        Warning::StreamDiffers { stream, difference } => {
            format!("The stream {stream} existed before and is used as it is: {}.", difference_of(*difference))
        }
        Warning::SharesPersonalData => {
            "Events hold personal data, such as names and e-mail addresses. Everyone who may read the stream can see them."
                .into()
        }
        Warning::StreamMissed { is_certain: false } => {
            "The other session no longer has the event up to which you had read, so events after it may be missing too.".into()
        }
        Warning::StreamMissed { is_certain: true } => {
            "Events that you had not read are no longer in the stream, because it was full or they were too old."
                .into()
        }
        Warning::StreamResumes => {
            "An earlier session ended before it confirmed some events. They are in the history and are not shown again. \
             Those that your app has not answered are sent to it."
                .into()
        }
        Warning::ConnectionsExhausted { open, idle } => format!(
            "{}, {} idle: there is no room for new ones (--max-connections). Idle ones are closed for them, first those \
             without a verified request.",
            plural(*open as u64, "connection", "connections"),
            count(*idle as u64),
        ),
    }
}

/// How a stream differs, and what that means.
fn difference_of(difference: StreamDifference) -> String {
    match difference {
        StreamDifference::ShortWindow(window) => format!(
            "its duplicate window is {}, and Zoom's last retry comes after 85 min, so an event can be stored twice",
            span(window)
        ),
        StreamDifference::InMemory => {
            "it is kept in memory, so events are lost when its server restarts".to_owned()
        }
        StreamDifference::Replicas { wanted, has } => {
            format!("{} and not the {wanted} of --share-replicas", plural(has as u64, "replica", "replicas"))
        }
    }
}
