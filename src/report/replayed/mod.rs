//! Stored deliveries that were sent again: the app's answer, how it differs from the first one, what has expired.
//!
//! [`ReplayReport`] is the entry point.

mod words;

use std::time::SystemTime;

use console::measure_text_width;

use super::layout::TerminalPage;
use super::out::{Out, OutputError, Stream};
use super::sanitize::clean;
use super::theme::Ink;
use super::wording::same_as_above;
use super::{Color, Format, ReportSettings, ndjson};
use crate::replay::{ReplayProgress, ReplayTally, Replayed};
use words::{Remark, remarks};

/// The most characters of an event's name.
const NAME: usize = 60;

/// Shows the outcome of each delivery as soon as it is known.
pub(crate) struct ReplayReport {
    out: Out,
    format: Format,
    /// The remarks on the last delivery if it failed, and the number of failures in a row with the same ones.
    last_failure: Option<(Vec<Remark>, u64)>,
}

/// What a replay reports, as a line of NDJSON; `None` if there is nothing to say.
#[must_use]
pub(crate) fn line(progress: &ReplayProgress, now: SystemTime) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    match progress {
        ReplayProgress::Replayed(replayed) => ndjson::replayed(&mut line, replayed, now),
        note => ndjson::note(&mut line, &words::note(note)?),
    }
    Some(line)
}

impl ReplayReport {
    /// Reports to this process's stdout and stderr.
    #[must_use]
    pub(crate) fn of_process(format: Format, quiet: bool) -> Self {
        let settings = ReportSettings {
            format: format.into(),
            compact: false,
            headers: false,
            quiet,
            color: Color::Auto,
            masked_headers: Vec::new(),
            shares_terminal: false,
        };
        Self { out: Out::of_process(&settings), format, last_failure: None }
    }

    /// Shows what a replay reports.
    ///
    /// # Errors
    /// As [`super::print`].
    pub(crate) fn progress(&mut self, progress: &ReplayProgress) -> Result<(), OutputError> {
        match progress {
            ReplayProgress::Replayed(replayed) => self.show(replayed),
            note => words::note(note).map_or(Ok(()), |text| self.note(&text)),
        }
    }

    fn show(&mut self, replayed: &Replayed) -> Result<(), OutputError> {
        let now = SystemTime::now();
        match self.format {
            Format::Json => {
                let mut line = Vec::new();
                ndjson::replayed(&mut line, replayed, now);
                self.out.write(Stream::Stdout, &line)?;
            }
            Format::Pretty => {
                let mut page = TerminalPage::new(&self.out, Stream::Stdout);
                put(&mut page, replayed);
                self.put_remarks(&mut page, replayed, now);
                self.out.write(Stream::Stdout, page.as_bytes())?;
            }
        }
        self.out.flush()
    }

    /// Puts the remarks, unless those on the last failure are the same.
    fn put_remarks(&mut self, page: &mut TerminalPage, replayed: &Replayed, now: SystemTime) {
        let remarks = remarks(replayed, now);
        if let Some((last, in_a_row)) = &mut self.last_failure
            && !replayed.is_right()
            && *last == remarks
        {
            *in_a_row += 1;
            return page.paragraph(4, Ink::Remark, &same_as_above(*in_a_row));
        }
        put_all(page, &remarks);
        self.last_failure = (!replayed.is_right()).then_some((remarks, 1));
    }

    /// Shows a note to a person; hidden with `--quiet`.
    ///
    /// # Errors
    /// As [`super::print`].
    pub(crate) fn note(&mut self, text: &str) -> Result<(), OutputError> {
        let mut page = TerminalPage::new(&self.out, Stream::Stderr);
        page.paragraph(2, Ink::Dim, text);
        self.out.write(Stream::Stderr, page.as_bytes())?;
        self.out.flush()
    }

    /// Shows the counts, if more than one delivery was sent. NDJSON has no counts.
    ///
    /// # Errors
    /// As [`super::print`].
    pub(crate) fn finish(&mut self, tally: &ReplayTally) -> Result<(), OutputError> {
        if self.format == Format::Pretty && tally.sent > 1 {
            let mut page = TerminalPage::new(&self.out, Stream::Stderr);
            page.paragraph(2, Ink::Plain, &words::counts(tally));
            self.out.write(Stream::Stderr, page.as_bytes())?;
        }
        self.out.flush()
    }
}

fn put(page: &mut TerminalPage, replayed: &Replayed) {
    let (ink, sign) = if replayed.is_right() { (Ink::Good, "✓") } else { (Ink::Bad, "✗") };
    let name = clean(&super::grammar::capped(&replayed.name, NAME)).into_owned();
    let answer = words::answer(replayed);
    let from_and_to = clean(&format!("{} → {}", replayed.short_id, replayed.forwarded.target)).into_owned();
    page.spaces(2);
    page.put(ink, sign);
    page.spaces(1);
    page.put_safe(Ink::Bold, &name);
    page.spaces(3);
    page.put_safe(Ink::Plain, &answer);
    let used = 4 + measure_text_width(&name) + 3 + measure_text_width(&answer) + 3;
    let fits = page.width().is_none_or(|width| used + measure_text_width(&from_and_to) <= width);
    if fits {
        page.spaces(3);
        page.put_safe(Ink::Dim, &from_and_to);
        page.blank();
    } else {
        page.blank();
        page.paragraph(4, Ink::Dim, &from_and_to);
    }
}

fn put_all(page: &mut TerminalPage, remarks: &[Remark]) {
    for Remark { ink, text } in remarks {
        page.paragraph(4, *ink, text);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use hyper::{HeaderMap, StatusCode};

    use super::*;
    use crate::delivery::ForwardOutcome;
    use crate::json::{Change, ChangeKind};
    use crate::replay::{AnswerChange, test_support};
    use crate::zoom::Expired;

    fn replayed(outcome: ForwardOutcome, changes: Option<Vec<AnswerChange>>) -> Replayed {
        test_support::replayed(outcome, Duration::from_millis(12), changes)
    }

    fn answered(status: u16) -> ForwardOutcome {
        let status = StatusCode::from_u16(status).unwrap();
        ForwardOutcome::Answered { status, headers: HeaderMap::new(), body: "oh \x1b[2J".into() }
    }

    fn text(replayed: &Replayed) -> String {
        let mut page = TerminalPage::plain(Some(100));
        put(&mut page, replayed);
        put_all(&mut page, &remarks(replayed, UNIX_EPOCH + Duration::from_secs(90_000)));
        page.text().to_owned()
    }

    #[test]
    fn reports_an_unchanged_answer() {
        let text = text(&replayed(answered(204), Some(Vec::new())));
        assert_eq!(
            text,
            "  ✓ a.b   204 in 12 ms   01J2GZ5YHJ → http://localhost:3000\n    Same answer as before.\n"
        );
    }

    #[test]
    fn the_remarks_on_identical_failures_in_a_row_are_shown_once() {
        let mut report = ReplayReport::of_process(Format::Pretty, true);
        let mut page = TerminalPage::plain(Some(100));
        for status in [500, 500, 500, 404, 500] {
            report.put_remarks(&mut page, &replayed(answered(status), None), UNIX_EPOCH);
        }
        let text = page.text();
        assert_eq!(text.matches("Zoom would retry").count(), 2, "{text}");
        assert!(text.contains("Same as above, 2 in a row.\n    Same as above, 3 in a row.\n"), "{text}");
    }

    #[test]
    fn reports_each_change_and_how_zoom_would_react() {
        let of_a = Change { path: "a".into(), kind: ChangeKind::Changed("1".into(), "2".into()) };
        let changes = vec![
            AnswerChange::Status(200, 500),
            AnswerChange::FirstByte(Duration::from_millis(400), Duration::from_millis(12)),
            AnswerChange::Header("content-type", Some("a/b".into()), None),
            AnswerChange::Json(vec![of_a]),
        ];
        let text = text(&replayed(answered(500), Some(changes)));
        for part in [
            "✗ a.b   500 in 12 ms",
            "Zoom would retry",
            "status: was 200, is 500",
            "first byte: was after 400 ms, is after 12 ms",
            "content-type: was a/b, is absent",
            "body ~ a: was 1, is 2",
            "It answered: oh ",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains('\x1b'));
    }

    #[test]
    fn reports_an_app_that_is_down_and_an_expired_token() {
        let mut down = replayed(ForwardOutcome::Unreachable("refused".into()), None);
        down.expired = vec![Expired { path: "download_token".into(), since: UNIX_EPOCH }];
        let text = text(&down);
        assert!(text.contains("is not reachable at http://localhost:3000 (refused)"), "{text}");
        assert!(text.contains("download_token expired 1 day 1 h ago"), "{text}");
        assert!(!text.contains("as before"), "{text}");
    }

    #[test]
    fn ndjson_has_the_same_on_one_line() {
        let mut shown = replayed(answered(404), Some(vec![AnswerChange::Status(200, 404)]));
        shown.expired = vec![Expired { path: "download_token".into(), since: UNIX_EPOCH }];
        let mut line = Vec::new();
        ndjson::replayed(&mut line, &shown, UNIX_EPOCH);
        let line: serde_json::Value = serde_json::from_slice(&line).unwrap();
        let expected = serde_json::json!({
            "v": 1, "type": "replayed", "at": "1970-01-01T00:00:00.000Z", "id": "01J2GZ5YHJ0000000000000001",
            "event": "a.b", "exact": false, "target": "http://localhost:3000", "outcome": "answered",
            "status": 404, "first_byte_ms": 12.0, "ms": 12.0, "zoom": "lost", "right": false,
            "hints": ["app_not_found"], "body": "oh \u{1b}[2J",
            "changed": [{"what": "status", "then": "200", "now": "404"}],
            "expired": [{"path": "download_token", "since": "1970-01-01T00:00:00.000Z"}],
        });
        assert_eq!(line, expected);
    }
}
