//! Sentences about the answer of the user's app: the answer, how Zoom treats it, and hints about the app.

use std::time::SystemTime;

use crate::delivery::{Delivery, ForwardOutcome, Forwarded, Judgement};
use crate::diagnosis::{Hint, hints, is_page};
use crate::http::{RESET, Target, UNTRUSTED};
use crate::json;
use crate::report::grammar::{capped, latency, span};
use crate::report::sanitize::{clean, clean_bytes};
use crate::zoom::{AnswerPace, Attempt, EventFate, fate, pace};

use super::{Answered, WordingContext};

/// Bytes of an answer that are read for an excerpt.
const EXCERPT_READ: usize = 64 * 1024;
/// Lines of an answer that are shown.
const EXCERPT_LINES: usize = 3;
/// Characters of an answer that are shown.
const EXCERPT: usize = 200;

/// The severity of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Tone {
    /// No problem.
    Good,
    /// Worth attention.
    Slow,
    /// A failure.
    Bad,
}

/// Describes the answer that went to Zoom; `None` if there is no problem.
pub(in crate::report) fn about_answer(
    delivery: &Delivery,
    forwarded: &Forwarded,
    context: &WordingContext,
) -> Option<(Tone, String)> {
    let took = delivery.answer.took;
    let consequence = consequence(delivery, context);
    let mut hints = hints(&delivery.judgement, forwarded);
    let is_refused = hints.iter().any(Hint::is_refusal);
    // The sentence below says the same.
    hints.retain(|hint| !hint.is_refusal() && *hint != Hint::TooLate);
    let (tone, text) = match &forwarded.outcome {
        ForwardOutcome::Answered { status, .. } => {
            let status = status.as_u16();
            match (pace(took), consequence) {
                (AnswerPace::InTime, None) => {
                    let is_wrong = forwarded.challenge_faults.iter().flatten().next().is_some();
                    let lead = if is_wrong { "Your app answered this challenge." } else { "" };
                    return hinted(&hints, Tone::Slow, lead);
                }
                (AnswerPace::Slow, None) => {
                    (Tone::Slow, format!("Your app took {}; Zoom gives up at 3.0 s.", latency(took)))
                }
                // Only a challenge gets here: an event that is answered too late has a consequence.
                (AnswerPace::TooLate, None) => {
                    (Tone::Bad, format!("Your app answered {status} after {}.", latency(took)))
                }
                // The hint about redirects says the same.
                (_, Some(_)) if relayed_redirect(forwarded) => {
                    return hinted(&hints, Tone::Bad, "");
                }
                (_, Some(consequence)) => {
                    let what = if is_refused { " to a correctly signed event" } else { "" };
                    let took = latency(took);
                    (Tone::Bad, format!("Your app answered {status}{what} after {took}. {consequence}"))
                }
            }
        }
        outcome => {
            let consequence = consequence.unwrap_or_default();
            (Tone::Bad, format!("{} {consequence}", failure(outcome, &forwarded.target)))
        }
    };
    hinted(&hints, tone, text.trim_end())
}

/// The start of an answer's body as one line of text: the title of a web page, else the first lines. `None` if it is
/// empty. Sanitized.
pub(in crate::report) fn answer_excerpt(body: &[u8]) -> Option<String> {
    if is_page(body) {
        let text = String::from_utf8_lossy(&body[..body.len().min(EXCERPT_READ)]);
        let in_one_line = |text: &str| {
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            clean(&capped(&words, EXCERPT)).into_owned()
        };
        let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
        return Some(match title {
            Some((title, _)) => format!("a web page with the title \"{}\"", in_one_line(title)),
            None => format!("a web page: {}", in_one_line(&without_tags(&text))),
        });
    }
    let lines = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    // A character has at most four bytes.
    let shown = |line: &[u8]| clean_bytes(&line[..line.len().min(4 * EXCERPT)]);
    let lines: Vec<_> = lines.take(EXCERPT_LINES).map(shown).collect();
    (!lines.is_empty()).then(|| capped(&lines.join(" "), EXCERPT).into_owned())
}

/// The text of a page.
fn without_tags(page: &str) -> String {
    let pieces = page.split('<').enumerate().map(|(index, piece)| match piece.split_once('>') {
        Some((_, text)) => text,
        None if index == 0 => piece,
        None => "",
    });
    pieces.collect::<Vec<_>>().join(" ")
}

/// The hint, with the flags of a command that sends to `--to`.
pub(in crate::report) fn hint_with_to(hint: &Hint) -> String {
    match hint {
        Hint::NotFound => {
            "Your app answered 404. If its webhook has another path, add the path to --to, such as 3000/zoom."
                .to_owned()
        }
        hint => hint.to_string(),
    }
}

/// The command that finds out why an app refuses what is genuine. `path` is that of the request, for a target without a
/// path.
pub(in crate::report) fn check_command(target: &str, path: &str) -> Option<String> {
    let path = path.split('?').next().unwrap_or_default();
    // The path is a stranger's text, and the command is to be copied.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._~-:[]".contains(c);
    let target: Target = target.parse().ok()?;
    let yes = if target.is_loopback() { "" } else { " --yes" };
    let target = target.with_default_path(path).to_string();
    target.chars().all(is_plain).then(|| format!("zoomhook check {target}{yes}"))
}

/// The line above [`check_command`].
pub(in crate::report) const FOR_THE_CAUSE: &str = "To find out why, by experiment:";

/// Describes an answer that did not go to Zoom: to a copy, to an observed challenge, or to a later attempt.
pub(in crate::report) fn about_observed(
    judgement: &Judgement,
    forwarded: &Forwarded,
    attempt: u32,
) -> (Tone, String) {
    let attempt = if attempt > 1 { format!("Try {attempt}: ") } else { String::new() };
    match &forwarded.outcome {
        ForwardOutcome::Answered { status, .. } => {
            let (status_code, took) = (status.as_u16(), latency(forwarded.took));
            let answered = format!("{attempt}{} answered {status_code} in {took}.", forwarded.target);
            let tone = if status.is_success() { Tone::Good } else { Tone::Bad };
            hinted(&hints(judgement, forwarded), tone, &answered).unwrap_or((tone, answered))
        }
        outcome => (Tone::Bad, behind(&attempt, &failure(outcome, &forwarded.target))),
    }
}

/// As [`about_observed`], in a few words.
pub(in crate::report) fn observed_in_brief(forwarded: &Forwarded, attempt: u32) -> String {
    let outcome = match &forwarded.outcome {
        ForwardOutcome::Answered { status, .. } => {
            format!("{} in {}", status.as_u16(), latency(forwarded.took))
        }
        ForwardOutcome::Unreachable(_) => "not reachable".to_owned(),
        ForwardOutcome::TimedOut(limit) => format!("no answer in {}", span(*limit)),
        ForwardOutcome::Stopped => "stopped before an answer".to_owned(),
        ForwardOutcome::Broken(_) => "no valid answer".to_owned(),
    };
    if attempt > 1 { format!("{outcome}, try {attempt}") } else { outcome }
}

/// Describes the answer to a replayed delivery.
pub(in crate::report) fn about_replayed(judgement: &Judgement, forwarded: &Forwarded) -> (Tone, String) {
    let ForwardOutcome::Answered { status, .. } = &forwarded.outcome else {
        return (Tone::Bad, behind("replayed: ", &failure(&forwarded.outcome, &forwarded.target)));
    };
    let tone = match pace(forwarded.took) {
        _ if !status.is_success() => Tone::Bad,
        AnswerPace::InTime => Tone::Good,
        AnswerPace::Slow => Tone::Slow,
        AnswerPace::TooLate => Tone::Bad,
    };
    let text = format!("replayed: your app answered {} in {}", status.as_u16(), latency(forwarded.took));
    let hints = hints(judgement, forwarded);
    if hints.is_empty() {
        return (tone, text);
    }
    hinted(&hints, tone, &format!("{text}.")).unwrap_or((tone, text))
}

/// That a `zoomhook listen` composed the answer itself, with its reason.
pub(crate) fn answered_by_zoomhook(status: u16, body: &[u8]) -> String {
    let body = json::parse(body).ok();
    let reason = body.as_ref().and_then(|body| body.get("message")?.text());
    match reason {
        Some(reason) => format!("zoomhook itself answered {status}: {reason}"),
        None => format!("zoomhook itself answered {status}"),
    }
}

/// Puts `start` before a sentence that may begin with `Your app`.
fn behind(start: &str, sentence: &str) -> String {
    match sentence.strip_prefix("Your") {
        Some(rest) if !start.is_empty() => format!("{start}your{rest}"),
        _ => format!("{start}{sentence}"),
    }
}

/// A sentence followed by the hints; `None` if there is neither.
fn hinted(hints: &[Hint], tone: Tone, text: &str) -> Option<(Tone, String)> {
    let hints: Vec<_> = hints.iter().map(Hint::to_string).collect();
    let tone = if hints.is_empty() || tone == Tone::Bad { tone } else { Tone::Slow };
    let stop = if hints.is_empty() || text.is_empty() || text.ends_with('.') { "" } else { "." };
    let all = [&[format!("{text}{stop}")][..], &hints].concat().join(" ");
    (!all.trim().is_empty()).then(|| (tone, all.trim().to_owned()))
}

fn relayed_redirect(forwarded: &Forwarded) -> bool {
    matches!(&forwarded.outcome, ForwardOutcome::Answered { status, .. } if status.is_redirection())
}

/// Why there is no complete answer; empty if there is one.
fn failure(outcome: &ForwardOutcome, target: &str) -> String {
    failure_with(outcome, target, "--forward-ca", "--forward-insecure")
}

/// As [`failure`], for a command whose flags for certificates have these names.
pub(in crate::report) fn failure_with(
    outcome: &ForwardOutcome,
    target: &str,
    ca: &str,
    insecure: &str,
) -> String {
    match outcome {
        ForwardOutcome::Broken(why) if why.starts_with(UNTRUSTED) => format!(
            "No connection to your app at {target}: {why}. {ca} FILE trusts its certificate, {insecure} trusts any."
        ),
        ForwardOutcome::Broken(why) if why == RESET => format!(
            "The connection to your app at {target} was reset before its whole answer arrived. Your app may have answered."
        ),
        ForwardOutcome::Unreachable(why) => format!("Your app is not reachable at {target} ({why})."),
        ForwardOutcome::TimedOut(limit) => format!("Your app did not answer within {}.", span(*limit)),
        ForwardOutcome::Stopped => "The session was stopped before your app answered.".to_owned(),
        ForwardOutcome::Broken(why) => format!("Your app did not send a complete HTTP answer ({why})."),
        ForwardOutcome::Answered { .. } => String::new(),
    }
}

/// What Zoom does after an answer that it does not count as delivered.
fn consequence(delivery: &Delivery, context: &WordingContext) -> Option<String> {
    let took = delivery.answer.took;
    let attempt = Attempt(delivery.repeats.as_ref().map_or(0, |repeats| repeats.number));
    let arrived: SystemTime = delivery.received_at;
    let next = |at| {
        let time = context.clock.to_the_minute(at);
        match context.answered {
            Answered::ZoomBefore { has_come_again: true, .. } => "The next attempt has arrived.".to_owned(),
            Answered::ZoomBefore { now, .. } if at <= now => {
                format!("The next attempt was due at about {time}. It is not in the history.")
            }
            _ => format!("The next attempt is due at about {time}."),
        }
    };
    let late = pace(took) == AnswerPace::TooLate;
    if matches!(delivery.judgement, Judgement::Challenge { .. }) {
        // Zoom sends a challenge only when the user presses Validate. A late answer has a hint about that.
        return None;
    }
    let fate = fate(delivery.answer.status.as_u16(), took, attempt, arrived);
    let kind = delivery.answer.status.as_u16() / 100;
    let is_zooms = match context.answered {
        Answered::SenderNow { has_public_url } => delivery.request.came_through_public_url(has_public_url),
        Answered::ZoomBefore { .. } => true,
        Answered::LocalSender => false,
    };
    if is_zooms {
        return match fate {
            EventFate::Delivered => None,
            EventFate::LostForGood => {
                Some(format!("Zoom does not retry a {kind}xx. Your app will not receive this event again."))
            }
            EventFate::WillRetry { at, .. } if late => Some(format!("Zoom gave up at 3.0 s. {}", next(at))),
            EventFate::WillRetry { at, .. } => Some(format!("Zoom retries this event. {}", next(at))),
            EventFate::OutOfRetries => Some("Zoom will not retry this event again.".to_owned()),
        };
    }
    match fate {
        EventFate::Delivered => None,
        EventFate::LostForGood => Some(format!("Zoom would not retry a {kind}xx.")),
        EventFate::WillRetry { .. } if late => {
            Some("Zoom would have given up at 3.0 s and would retry the event.".to_owned())
        }
        EventFate::WillRetry { .. } => Some("Zoom would retry the event.".to_owned()),
        EventFate::OutOfRetries => Some("Zoom would not retry the event again.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use hyper::{HeaderMap, StatusCode};

    use super::*;
    use crate::delivery::{ForwardRole, Route};
    use crate::report::test_support::event;
    use crate::report::wording::for_programs;

    fn answered(status: u16, millis: u64) -> Forwarded {
        let took = Duration::from_millis(millis);
        Forwarded {
            target: "http://127.0.0.1:3000".into(),
            role: ForwardRole::Answers,
            outcome: ForwardOutcome::Answered {
                status: StatusCode::from_u16(status).unwrap(),
                headers: HeaderMap::new(),
                body: "{}".into(),
            },
            first_byte: Some(took),
            took,
            challenge_faults: None,
        }
    }

    fn remark(forwarded: &Forwarded, status: u16) -> Option<(Tone, String)> {
        let mut delivery = event(r#"{"event":"meeting.started"}"#);
        delivery.answer.status = StatusCode::from_u16(status).unwrap();
        delivery.answer.took = forwarded.took;
        Arc::make_mut(&mut delivery.request).route = Route::Tunnel;
        about_answer(&delivery, forwarded, &for_programs())
    }

    #[test]
    fn an_app_whose_connection_was_reset_is_not_accused() {
        let reset = ForwardOutcome::Broken(RESET.to_owned());
        assert_eq!(
            failure(&reset, "http://localhost:3000"),
            "The connection to your app at http://localhost:3000 was reset before its whole answer arrived. Your app may \
             have answered."
        );
    }

    #[test]
    fn names_the_command_that_finds_the_cause() {
        for (target, path, command) in [
            ("http://localhost:3000", "/webhook?a=b", Some("zoomhook check http://localhost:3000/webhook")),
            ("http://localhost:3000/zoom", "/webhook", Some("zoomhook check http://localhost:3000/zoom")),
            ("https://a.example/zoom", "/", Some("zoomhook check https://a.example/zoom --yes")),
            ("http://localhost:3000", "/$(reboot)", None),
        ] {
            assert_eq!(check_command(target, path).as_deref(), command);
        }
    }

    #[test]
    fn a_good_answer_in_time_gets_no_remark() {
        assert_eq!(remark(&answered(200, 12), 200), None);
    }

    #[test]
    fn warns_about_a_slow_answer_and_reports_the_retry_after_a_late_one() {
        assert_eq!(remark(&answered(200, 2_300), 200).unwrap().0, Tone::Slow);
        let (tone, text) = remark(&answered(200, 3_400), 200).unwrap();
        assert_eq!(tone, Tone::Bad);
        assert!(text.contains("Zoom gave up at 3.0 s. The next attempt is due at about"), "{text}");
    }

    #[test]
    fn a_replay_and_a_later_attempt_get_whole_sentences() {
        let judgement = event(r#"{"event":"meeting.started"}"#).judgement;
        let replayed = |forwarded: &Forwarded| about_replayed(&judgement, forwarded).1;
        assert_eq!(replayed(&answered(200, 2)), "replayed: your app answered 200 in 2 ms");
        let lost = replayed(&answered(404, 2));
        assert!(lost.starts_with("replayed: your app answered 404 in 2 ms. If the path is wrong"), "{lost}");
        let down = Forwarded { outcome: ForwardOutcome::Unreachable("refused".into()), ..answered(200, 5) };
        assert!(replayed(&down).starts_with("replayed: your app is not reachable at"), "{}", replayed(&down));
        let second = about_observed(&judgement, &down, 2).1;
        assert_eq!(second, "Try 2: your app is not reachable at http://127.0.0.1:3000 (refused).");
    }

    #[test]
    fn a_page_is_shown_by_its_title_or_its_text() {
        let excerpt = |page: &str| answer_excerpt(page.as_bytes()).unwrap();
        assert_eq!(
            excerpt("<!doctype html><title>Sign\n in</title><p>x"),
            "a web page with the title \"Sign in\""
        );
        assert_eq!(
            excerpt("<html>\n<h1>CSRF</h1>\n<p>oh \x1b no</p></html>"),
            "a web page: CSRF oh \\u{1b} no"
        );
    }

    #[test]
    fn what_zoom_would_do_is_said_of_a_local_request() {
        let mut delivery = event(r#"{"event":"meeting.started"}"#);
        delivery.answer.status = StatusCode::SERVICE_UNAVAILABLE;
        let said = |delivery: &Delivery, has_public_url| {
            let answered_by = Answered::SenderNow { has_public_url };
            let context = WordingContext { answered: answered_by, ..for_programs() };
            about_answer(delivery, &answered(503, 5), &context).unwrap().1
        };
        assert!(said(&delivery, true).ends_with("Zoom would retry the event."), "{}", said(&delivery, true));
        // A tunnel program says for whom it forwards.
        Arc::make_mut(&mut delivery.request)
            .headers
            .insert("x-forwarded-for", "203.0.113.7".parse().unwrap());
        assert!(said(&delivery, true).contains("Zoom retries this event."), "{}", said(&delivery, true));
        assert!(said(&delivery, false).ends_with("Zoom would retry the event."));
    }

    #[test]
    fn reports_what_is_lost_and_what_zoom_retries() {
        let (_, lost) = remark(&answered(404, 5), 404).unwrap();
        assert!(lost.contains("will not receive this event again") && lost.contains("--forward"), "{lost}");
        let (_, again) = remark(&answered(500, 5), 500).unwrap();
        assert!(again.contains("next attempt is due"), "{again}");
        let down = Forwarded { outcome: ForwardOutcome::Unreachable("refused".into()), ..answered(200, 5) };
        let (_, down) = remark(&down, 502).unwrap();
        assert!(
            down.contains("is not reachable at http://127.0.0.1:3000")
                && down.contains("next attempt is due"),
            "{down}"
        );
    }
}
