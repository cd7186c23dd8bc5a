//! Requests that zoomhook sent: one line each, or a progress bar and a table at the end; or NDJSON.
//!
//! [`PostedReport`] is the entry point.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::abilities::{Surroundings, Width, is_terminal};
use super::junit::{JunitDocument, JunitProblem};
use super::layout::wrap;
use super::live::draw_target;
use super::out::OutputError;
use super::sanitize::clean;
use super::theme::{Ink, Theme};
use super::wording::{
    FOR_THE_CAUSE, answer_excerpt, answered_by_zoomhook, check_command, folded, hint_with_to,
};
use super::{Color, VerdictFormat};
use crate::delivery::SecretOrigin;
use crate::diagnosis::{AnswerFault, ForgeryVerdict, Hint};
use crate::http::Target;
use crate::send::{Posted, SendTally};
use crate::zoom::catalogue::Node;
use crate::zoom::{EndpointOutcome, Reaction};

/// The name of the suite in JUnit XML.
const SUITE: &str = "zoomhook trigger";
/// Up to this many requests get a line each. More are shown as a progress bar.
const MOST_LINES: u64 = 200;
/// Spaces before a sentence.
const INDENT: usize = 5;
/// Columns of the longest bar of the histogram.
const WIDEST: u64 = 40;
/// The times of fewer requests are on their lines; a distribution of them shows nothing more.
const FEWEST_FOR_A_HISTOGRAM: u64 = 10;
/// The longest time for which identical failures are only counted.
const LONGEST_SILENCE: Duration = Duration::from_secs(1);

/// Shows each request when it ends.
pub(crate) struct PostedReport {
    format: VerdictFormat,
    junit: JunitDocument,
    theme: Theme,
    /// The columns of the terminal.
    width: Option<usize>,
    bar: Option<ProgressBar>,
    quiet: bool,
    failures: FailuresInARow,
}

/// Identical failures in a row: the first is shown, the others are counted.
#[derive(Debug, Default)]
struct FailuresInARow {
    /// The last line shown, without its time.
    last: Option<String>,
    /// How many were not shown.
    left_out: u64,
    /// When a line was shown.
    shown_at: Option<Instant>,
}

impl FailuresInARow {
    /// Whether this one is only counted.
    fn folds(&mut self, posted: &Posted) -> bool {
        let is_failure = posted.is_right() == Some(false);
        let kind = is_failure.then(|| {
            let outcome = match &posted.answer.outcome {
                EndpointOutcome::Answered { status } => Some(*status),
                EndpointOutcome::TimedOut | EndpointOutcome::NotConnected { .. } => None,
            };
            format!("{} {} {outcome:?} {}", posted.event, posted.attempt, meaning(posted).join(" "))
        });
        let folds = kind.is_some() && kind == self.last;
        self.left_out += u64::from(folds);
        self.last = kind;
        folds
    }

    /// The line with the count, once it is due or if something else follows.
    fn release(&mut self, now: Instant, is_due: bool) -> Option<String> {
        let waited =
            self.shown_at.is_none_or(|shown| now.saturating_duration_since(shown) >= LONGEST_SILENCE);
        if self.left_out == 0 || !(is_due || waited) {
            return None;
        }
        self.shown_at = Some(now);
        Some(format!("     {}\n", folded(std::mem::take(&mut self.left_out))))
    }
}

impl PostedReport {
    /// `requests` is the number of requests: few get a line each, many a progress bar.
    #[must_use]
    pub(crate) fn of_process(format: VerdictFormat, quiet: bool, requests: u64) -> Self {
        let color = Surroundings::of_process().color(Color::Auto, is_terminal(&Term::stdout()));
        let bar = (requests > MOST_LINES && format == VerdictFormat::Pretty).then(|| {
            let target = match quiet {
                true => ProgressDrawTarget::hidden(),
                false => draw_target(),
            };
            let bar = ProgressBar::with_draw_target(Some(requests), target);
            let style = ProgressStyle::with_template("  {bar:40} {pos}/{len}  {per_sec}  {eta} left");
            if let Ok(style) = style {
                bar.set_style(style);
            }
            bar
        });
        let stdout = Term::stdout();
        let width = if stdout.is_term() { Width::Of(stdout).columns() } else { None };
        let (junit, failures) = (JunitDocument::new(SUITE), FailuresInARow::default());
        Self { format, junit, theme: Theme::new(color), width, bar, quiet, failures }
    }

    /// Shows one request. `is_last`: Zoom would not send the event again.
    ///
    /// # Errors
    /// As [`super::print`].
    pub(crate) fn show(&mut self, posted: &Posted, is_last: bool) -> Result<(), OutputError> {
        match (self.format, &self.bar) {
            (VerdictFormat::Json, _) => super::print_json(&line(posted)),
            (VerdictFormat::Junit, _) => self.case(posted, is_last),
            (VerdictFormat::Pretty, Some(bar)) => {
                bar.inc(u64::from(posted.attempt == 0));
                Ok(())
            }
            (VerdictFormat::Pretty, None) => super::print(self.text(posted, Instant::now()).as_bytes()),
        }
    }

    /// Prints the test case of an event, once its result is known.
    fn case(&mut self, posted: &Posted, is_last: bool) -> Result<(), OutputError> {
        let Some(has_passed) = posted.has_passed(is_last) else { return Ok(()) };
        let sentences = meaning(posted);
        let problem = (!has_passed).then(|| JunitProblem {
            element: "failure",
            kind: match &posted.forgery {
                Some(_) if posted.answer.outcome.reaction().is_delivered() => "accepted",
                Some(_) => "unclear",
                None => "not_delivered",
            },
            message: sentences.first().cloned().unwrap_or_default(),
            details: sentences.join("\n"),
        });
        let mut buffer = Vec::new();
        self.junit.write(&mut buffer, "trigger", &posted.event, problem.as_ref());
        super::print(&buffer)
    }

    /// The lines of one request, or the number of those that were the same.
    fn text(&mut self, posted: &Posted, now: Instant) -> String {
        let folds = self.failures.folds(posted);
        let mut text = self.failures.release(now, !folds).unwrap_or_default();
        if !folds {
            self.failures.shown_at = Some(now);
            text.push_str(&lines(posted, self.theme, self.width));
        }
        text
    }

    /// Shows the counts of all.
    ///
    /// # Errors
    /// As [`super::print`].
    pub(crate) fn finish(&mut self, tally: &SendTally, took: Duration) -> Result<(), OutputError> {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        if let Some(left_out) = self.failures.release(Instant::now(), true) {
            super::print(left_out.as_bytes())?;
        }
        match self.format {
            VerdictFormat::Json => super::print_json((json_summary(tally, took).to_json() + "\n").as_bytes()),
            // The line of a single request is enough.
            VerdictFormat::Junit => {
                let mut buffer = Vec::new();
                self.junit.end(&mut buffer);
                super::print(&buffer)
            }
            VerdictFormat::Pretty if tally.sent < 2 || self.quiet => Ok(()),
            VerdictFormat::Pretty => super::print(summary(tally, took, self.theme).as_bytes()),
        }
    }
}

/// One request as a line of NDJSON.
#[must_use]
pub(crate) fn line(posted: &Posted) -> Vec<u8> {
    (json(posted).to_json() + "\n").into_bytes()
}

/// Prints which secret token signed a genuine request that was refused, and the command that finds out why. `app` is the
/// one that answered; `None` if it is not known.
pub(crate) fn print_unknown_cause(origin: Option<&SecretOrigin>, app: Option<&Target>) {
    if let Some(origin) = origin {
        super::print_note(&format!(
            "Signed with the secret token from {} (fingerprint {}). An app with another secret token refuses it.",
            origin.in_words(),
            origin.fingerprint
        ));
    }
    if let Some(command) = app.and_then(|app| check_command(&app.to_string(), "/")) {
        super::print_note(FOR_THE_CAUSE);
        super::print_note(&format!("  {command}"));
    }
}

/// The lines of one request, wrapped to the columns of a terminal.
fn lines(posted: &Posted, theme: Theme, width: Option<usize>) -> String {
    let took = millis(posted.answer.took);
    let status = match &posted.answer.outcome {
        EndpointOutcome::Answered { status } => status.to_string(),
        EndpointOutcome::TimedOut => "no answer".to_owned(),
        EndpointOutcome::NotConnected { .. } => "not connected".to_owned(),
    };
    let sign = match (posted.forgery.as_ref().map(|trial| trial.judge().verdict), posted.is_right()) {
        (Some(ForgeryVerdict::Remark), _) => theme.paint(Ink::Warn, "▲").to_string(),
        (Some(ForgeryVerdict::Unproven), _) => theme.paint(Ink::Dim, "·").to_string(),
        (_, Some(true)) => theme.paint(Ink::Good, "✓").to_string(),
        (_, Some(false) | None) => theme.paint(Ink::Bad, "✗").to_string(),
    };
    let attempt = match posted.attempt {
        0 => String::new(),
        attempt => format!("   retry {attempt} of 3"),
    };
    let name = theme.paint(Ink::Bold, clean(&posted.event));
    let mut text = format!(" {sign} {name}   {status} in {took}{attempt}\n");
    for sentence in meaning(posted) {
        for line in wrap(&clean(&sentence), width.map(|width| width.saturating_sub(INDENT).max(INDENT))) {
            let _ = writeln!(text, "{:INDENT$}{}", "", theme.paint(Ink::Remark, line));
        }
    }
    text
}

/// How Zoom reacts to the answer; empty if all is well.
fn meaning(posted: &Posted) -> Vec<String> {
    let excerpt = answer_excerpt(&posted.answer.body).map(|excerpt| format!("It answered: {excerpt}"));
    if posted.answer.is_of_zoomhook() {
        return of_zoomhook(posted);
    }
    let mut lines = Vec::new();
    if let Some(trial) = &posted.forgery {
        let judgement = trial.judge();
        lines.extend([judgement.fault, judgement.conclusion]);
        // The answer may be that of a login or of a wrong path.
        lines.extend(excerpt.filter(|_| posted.is_right() != Some(true)));
        return lines;
    }
    if let Some(faults) = &posted.challenge_faults {
        lines.extend(faults.iter().map(|fault| fault.sentence.clone()));
    } else {
        lines.extend(about_event(posted));
    }
    let is_challenge = posted.challenge_faults.is_some();
    let is_new = |hint: &&Hint| match hint {
        Hint::Stated(_) => true,
        // The faults of the answer say the rest.
        _ if is_challenge => false,
        // The lines about the event say the same.
        hint => **hint != Hint::TooLate && !hint.is_refusal(),
    };
    lines.extend(posted.hints().iter().filter(is_new).map(hint_with_to));
    lines.extend(excerpt.filter(|_| posted.is_right() == Some(false)));
    lines
}

/// What an answer means that zoomhook composed itself: it shows nothing about an app. Empty for an event that was
/// accepted, because a `listen` without an app answers it so.
fn of_zoomhook(posted: &Posted) -> Vec<String> {
    let EndpointOutcome::Answered { status } = posted.answer.outcome else { return Vec::new() };
    let is_refused = !posted.reaction.is_delivered();
    let mut lines = Vec::new();
    match (&posted.forgery, posted.is_challenge()) {
        (Some(_), _) => {
            lines.push("zoomhook itself answered this, not your app. To test your app, name it with --to.".into());
        }
        (None, true) if !is_refused => lines.push(
            "zoomhook itself answered this challenge, not your app. To check your app's answer, name it with --to."
                .into(),
        ),
        (None, _) if is_refused => {
            lines.push(answered_by_zoomhook(status, &posted.answer.body));
            lines.extend(fate(posted, status));
        }
        (None, _) => {}
    }
    lines
}

/// What Zoom does after an answer that it does not count as delivered.
fn fate(posted: &Posted, status: u16) -> Option<String> {
    match posted.reaction {
        _ if posted.is_challenge() => Some("Validate fails in Marketplace.".to_owned()),
        Reaction::Lost => Some(format!("Zoom would not retry after {status}: the event would be lost.")),
        Reaction::Retried => Some(retried(posted)),
        Reaction::Delivered | Reaction::DeliveredOddly => None,
    }
}

fn retried(posted: &Posted) -> String {
    match posted.next_try {
        Some(pause) if pause.is_zero() => "Zoom would retry.".to_owned(),
        Some(pause) => format!("Zoom would retry after {}.", words(pause)),
        None => "That was the last retry: the event would be lost.".to_owned(),
    }
}

/// How Zoom reacts to the answer to an event.
fn about_event(posted: &Posted) -> Vec<String> {
    let (hints, mut lines) = (posted.hints(), Vec::new());
    match &posted.answer.outcome {
        // The hint about redirects says the same.
        EndpointOutcome::Answered { .. }
            if hints.iter().any(|hint| matches!(hint, Hint::Redirect { .. })) => {}
        EndpointOutcome::Answered { status } if posted.reaction == Reaction::Lost => {
            if posted.is_stale {
                lines.push(format!("{STALE} Your app may have answered {status} because of that."));
            } else if hints.iter().any(Hint::is_refusal) {
                lines.push(format!("Your app answered {status} to a correctly signed request."));
            }
            lines.extend(fate(posted, *status));
        }
        EndpointOutcome::Answered { status } if posted.reaction == Reaction::DeliveredOddly => {
            lines.push(format!("Delivered, but Zoom's documentation asks for 200 or 204, not {status}."));
        }
        EndpointOutcome::Answered { status } if posted.is_known() => {
            lines.push(format!(
                "Your app accepted this event before, and answered {status} to the duplicate."
            ));
        }
        EndpointOutcome::NotConnected { reason } => lines.push(format!("The connection failed: {reason}.")),
        EndpointOutcome::TimedOut => lines.push("Zoom waits for at most 3 seconds.".to_owned()),
        EndpointOutcome::Answered { .. } => {}
    }
    if posted.reaction == Reaction::Retried {
        lines.extend(fate(posted, 0));
    }
    lines
}

/// Said of a request with a timestamp that the user chose.
const STALE: &str = "The timestamp is more than 5 minutes away from now, as --at says.";

fn json(posted: &Posted) -> Node {
    let (status, failure) = match &posted.answer.outcome {
        EndpointOutcome::Answered { status } => (Node::from(i64::from(*status)), Node::NULL),
        EndpointOutcome::TimedOut => (Node::NULL, "timeout".into()),
        EndpointOutcome::NotConnected { reason } => (Node::NULL, reason.as_str().into()),
    };
    let hints = posted.hints();
    let first_fault = posted.challenge_faults.iter().flatten().next();
    let mut members = vec![
        ("v", 1.into()),
        ("type", "posted".into()),
        ("event", posted.event.as_str().into()),
        ("request_id", posted.request_id.as_str().into()),
        ("attempt", number(posted.attempt as u64)),
        ("status", status),
        ("failure", failure),
        ("ms", decimal(posted.answer.took)),
        ("zoom", posted.zoom_reaction().as_str().into()),
        ("right", posted.is_right().map_or(Node::NULL, Node::from)),
        ("forged", posted.forgery.is_some().into()),
        ("by_zoomhook", posted.answer.is_of_zoomhook().into()),
        ("hints", Node::list(hints.iter().map(|hint| hint.code().into()))),
        ("challenge_fault", first_fault.map_or(Node::NULL, |fault| fault.sentence.as_str().into())),
        ("answer", String::from_utf8_lossy(&posted.answer.body).into_owned().into()),
    ];
    if let Some(faults) = &posted.challenge_faults {
        members.push(("challenge_faults", Node::list(faults.iter().map(fault))));
    }
    Node::object(members)
}

fn fault(fault: &AnswerFault) -> Node {
    Node::object([("code", fault.code.as_str().into()), ("sentence", fault.sentence.as_str().into())])
}

fn json_summary(tally: &SendTally, took: Duration) -> Node {
    let outcomes = tally.outcomes.iter().map(|(name, count)| (name.clone(), number(*count)));
    let latencies = &tally.latencies;
    let percentile = |percent| latencies.percentile(percent).unwrap_or_default();
    Node::object([
        ("v", 1.into()),
        ("type", "summary".into()),
        ("sent", number(tally.sent)),
        ("delivered", number(tally.delivered)),
        ("refused", number(tally.refused)),
        ("lost", number(tally.lost)),
        ("open", number(tally.open)),
        ("forged_taken", number(tally.forged_taken)),
        ("forged_answered", number(tally.forged_answered)),
        ("forged_unclear", number(tally.forged_unclear)),
        ("wrong_answers", number(tally.wrong_answers)),
        ("outcomes", Node::object(outcomes)),
        ("ms", decimal(took)),
        ("p50_ms", decimal(percentile(50))),
        ("p90_ms", decimal(percentile(90))),
        ("p99_ms", decimal(percentile(99))),
        ("max_ms", decimal(latencies.longest())),
    ])
}

fn number(count: u64) -> Node {
    Node::number(count.to_string())
}

fn decimal(took: Duration) -> Node {
    Node::number(format!("{}.{:03}", took.as_micros() / 1000, took.as_micros() % 1000))
}

fn summary(tally: &SendTally, took: Duration, theme: Theme) -> String {
    let per_second = tally.sent as f64 / took.as_secs_f64().max(1e-9);
    let title = theme.paint(Ink::Bold, format!("{} sent", tally.sent));
    let mut text = format!("\n {title} in {}, {per_second:.0} a second\n", words(took));
    let refused = match tally.accepted {
        Some(_) => "signed wrongly on purpose and refused, as they should be",
        None => "signed wrongly on purpose and refused, but no genuine event was accepted either",
    };
    let counts = [
        (tally.delivered, "delivered"),
        (tally.refused, refused),
        (tally.lost, "lost: Zoom would not retry"),
        (tally.open, "not delivered: Zoom would have retried"),
        (tally.wrong_answers, "challenges with a wrong answer"),
        (tally.forged_taken, "signed wrongly on purpose and accepted: your app does not check the signature"),
        (tally.forged_answered, "challenges that were signed wrongly on purpose and answered"),
        (
            tally.forged_unclear,
            "signed wrongly on purpose, with an answer that shows nothing about the check",
        ),
    ];
    for (count, meaning) in counts.iter().filter(|(count, _)| *count > 0) {
        let _ = writeln!(text, "   {count:>8}  {meaning}");
    }
    let outcomes: Vec<_> = tally.outcomes.iter().map(|(name, count)| format!("{name} × {count}")).collect();
    let _ = writeln!(text, "   {}", outcomes.join(", "));
    if tally.sent >= FEWEST_FOR_A_HISTOGRAM {
        text.push_str(&histogram(tally));
    }
    text
}

fn histogram(tally: &SendTally) -> String {
    let latencies = &tally.latencies;
    let percentile = |percent| latencies.percentile(percent).unwrap_or_default();
    let mut text = format!(
        "   p50 {}   p90 {}   p99 {}   longest {}\n",
        millis(percentile(50)),
        millis(percentile(90)),
        millis(percentile(99)),
        millis(latencies.longest())
    );
    let rows = latencies.rows();
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or(1);
    for (upper_end, count) in rows {
        let bar = "█".repeat(usize::try_from((count * WIDEST).div_ceil(most)).unwrap_or_default());
        let _ = writeln!(text, "   up to {:>9}  {count:>8}  {bar}", millis(upper_end));
    }
    text
}

fn millis(took: Duration) -> String {
    match took.as_micros() {
        micros @ ..10_000 => format!("{}.{} ms", micros / 1000, micros % 1000 / 100),
        micros @ ..999_500 => format!("{} ms", micros / 1000),
        _ => format!("{:.1} s", took.as_secs_f64()),
    }
}

fn words(took: Duration) -> String {
    match took.as_secs() {
        0..10 => format!("{:.1} s", took.as_secs_f64()),
        seconds @ 10..120 => format!("{seconds} s"),
        seconds => format!("{} min", seconds / 60),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::diagnosis::{ControlRequest, ForgeryTrial};
    use crate::probe::OWN_ANSWER_HEADER;
    use crate::send::EndpointAnswer;
    use crate::zoom::Breakage;
    use crate::zoom::CHALLENGE_EVENT;

    fn posted(outcome: EndpointOutcome, body: &'static [u8]) -> Posted {
        Posted {
            event: "meeting.started".into(),
            request_id: "a_b".into(),
            attempt: 0,
            reaction: outcome.reaction(),
            next_try: (outcome.reaction() == Reaction::Retried).then_some(Duration::from_secs(300)),
            answer: EndpointAnswer {
                outcome,
                took: Duration::from_micros(1234),
                headers: hyper::HeaderMap::new(),
                body: Bytes::from_static(body),
            },
            challenge_faults: None,
            forgery: None,
            is_stale: false,
        }
    }

    fn shown(posted: &Posted) -> String {
        lines(posted, Theme::new(false), None)
    }

    #[test]
    fn shows_how_zoom_reacts_to_an_answer() {
        let answered = |status| posted(EndpointOutcome::Answered { status }, b"");
        assert_eq!(shown(&answered(204)), " ✓ meeting.started   204 in 1.2 ms\n");
        let times =
            [Duration::from_millis(43), Duration::from_millis(2348), Duration::from_secs(3)].map(millis);
        assert_eq!(times, ["43 ms", "2.3 s", "3.0 s"]);
        assert!(shown(&answered(202)).contains("asks for 200 or 204, not 202"));
        assert!(shown(&answered(302)).contains("does not follow redirects"));
        let refused = shown(&answered(401));
        assert!(refused.contains("Your app answered 401 to a correctly signed request."), "{refused}");
        assert!(refused.contains("Zoom would not retry after 401: the event would be lost."), "{refused}");
        assert!(shown(&answered(503)).contains("retry after 5 min"));
        assert!(shown(&posted(EndpointOutcome::TimedOut, b"")).contains("3 seconds"));
    }

    #[test]
    fn an_answer_of_zoomhook_is_not_attributed_to_an_app() {
        let of_zoomhook = |status, body| {
            let mut posted = posted(EndpointOutcome::Answered { status }, body);
            posted.answer.headers.insert(OWN_ANSWER_HEADER, "own".parse().unwrap());
            posted
        };
        let stale = of_zoomhook(401, br#"{"error":"stale","message":"The timestamp is too far."}"#);
        let text = shown(&stale);
        assert!(text.contains("zoomhook itself answered 401: The timestamp is too far.\n"), "{text}");
        assert!(text.contains("Zoom would not retry after 401") && !text.contains("our app"), "{text}");
        assert!(stale.hints().is_empty());
        let challenge = Posted {
            event: CHALLENGE_EVENT.into(),
            challenge_faults: Some(Vec::new()),
            ..of_zoomhook(200, b"{}")
        };
        assert!(shown(&challenge).contains("not your app"), "{}", shown(&challenge));
        assert_eq!(shown(&of_zoomhook(204, b"")).lines().count(), 1);
    }

    #[test]
    fn a_challenge_is_not_retried_and_a_chosen_time_is_named() {
        let down = EndpointOutcome::NotConnected { reason: "refused".into() };
        let challenge = Posted { event: CHALLENGE_EVENT.into(), next_try: None, ..posted(down, b"") };
        let text = shown(&challenge);
        assert!(text.contains("Validate fails") && !text.contains("retr"), "{text}");
        let old = Posted { is_stale: true, ..posted(EndpointOutcome::Answered { status: 401 }, b"") };
        let text = shown(&old);
        assert!(text.contains("as --at says") && !text.contains("correctly signed"), "{text}");
    }

    #[test]
    fn an_answer_cannot_control_the_terminal() {
        let text = shown(&posted(EndpointOutcome::Answered { status: 500 }, b"\x1b[2Jno\xff"));
        assert!(text.contains("It answered: \\u{1b}[2Jno\\xff"), "{text}");
    }

    #[test]
    fn a_forged_event_has_the_sign_of_its_verdict() {
        let forged = |status, genuine: Option<u16>| {
            let outcome = EndpointOutcome::Answered { status };
            let body = br#"{"event":"meeting.started"}"#;
            let mut trial = ForgeryTrial::new(Breakage::Stranger, body, false, outcome.clone());
            if let Some(status) = genuine {
                trial.record(ControlRequest::Genuine, EndpointOutcome::Answered { status });
            }
            shown(&Posted { forgery: Some(trial), ..posted(outcome, b"why") })
        };
        for (status, genuine, sign, excerpt) in [
            (401, Some(204), "✓", false),
            (401, None, "·", true),
            (401, Some(401), "✗", true),
            (200, Some(204), "✗", true),
            (500, Some(204), "✗", true),
        ] {
            let shown = forged(status, genuine);
            assert!(shown.starts_with(&format!(" {sign} ")), "{shown}");
            assert_eq!(shown.contains("It answered: why"), excerpt, "{shown}");
        }
    }

    #[test]
    fn identical_failures_in_a_row_are_counted() {
        let mut report = PostedReport::of_process(VerdictFormat::Pretty, false, 9);
        let now = Instant::now();
        let text = |report: &mut PostedReport, status: u16, seconds: u64| {
            let posted = posted(EndpointOutcome::Answered { status }, b"no");
            report.text(&posted, now + Duration::from_secs(seconds))
        };
        assert!(text(&mut report, 401, 0).contains("401 in"));
        assert_eq!(text(&mut report, 401, 0), "");
        assert_eq!(text(&mut report, 401, 0), "");
        // Not silent for long.
        assert_eq!(text(&mut report, 401, 1), "     … and 3 more like it\n");
        assert_eq!(text(&mut report, 401, 1), "");
        let other = text(&mut report, 404, 1);
        assert!(other.starts_with("     … and 1 more like it\n ✗ meeting.started   404"), "{other}");
        assert_eq!(text(&mut report, 204, 1).lines().count(), 1);
        assert_eq!(text(&mut report, 204, 1).lines().count(), 1);
    }

    #[test]
    fn the_summary_has_counts_and_from_ten_requests_on_a_histogram() {
        let mut tally = SendTally::default();
        for _ in 0..3 {
            tally.record(&posted(EndpointOutcome::Answered { status: 204 }, b""), true);
        }
        tally.record(&posted(EndpointOutcome::Answered { status: 404 }, b""), true);
        let text = summary(&tally, Duration::from_secs(2), Theme::new(false));
        assert!(text.contains("4 sent in 2.0 s, 2 a second"), "{text}");
        assert!(text.contains("3  delivered") && text.contains("204 × 3, 404 × 1"), "{text}");
        assert!(!text.contains('█') && !text.contains("p50"), "{text}");
        for _ in 0..6 {
            tally.record(&posted(EndpointOutcome::Answered { status: 204 }, b""), true);
        }
        let text = summary(&tally, Duration::from_secs(2), Theme::new(false));
        assert!(text.contains('█') && text.contains("p50"), "{text}");
        assert!(json_summary(&tally, Duration::from_secs(2)).to_json().contains("\"lost\":1"));
    }
}
