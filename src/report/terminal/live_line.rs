//! The status line below the events: what is selected, typed, paused, or was just done.

use std::time::Instant;

use console::measure_text_width;

use super::layout::shorten;
use super::line::sign;
use super::pending::PendingDeliveries;
use crate::delivery::{SessionEvent, Summary, TunnelState};
use crate::keys::{SelectedLine, StatusLine};
use crate::report::clock::Clock;
use crate::report::grammar::{capped, count};
use crate::report::out::{Out, Stream};
use crate::report::sanitize::clean;
use crate::report::theme::Ink;

/// Characters read of an event's name.
const NAME: usize = 120;

/// A piece of the line with its color.
pub(super) type LinePiece = (Ink, String);

/// The longest form of the line that fits in `room` columns.
pub(super) fn line(
    live: &StatusLine,
    tally: &LiveTally,
    clock: &Clock,
    now: Instant,
    room: usize,
) -> Vec<LinePiece> {
    match live {
        StatusLine::Waiting { filter, paused } => {
            fitting(waiting(filter.as_ref(), *paused, tally, now, room), room)
        }
        StatusLine::Selected(selected) => {
            let mut time = clock.with_millis(selected.received_at);
            time.truncate("00:00:00".len());
            fitting(selected_forms(&time, selected, tally, room), room)
        }
        StatusLine::Typing(text) => typing(text, room),
        StatusLine::Said(text) => {
            vec![(Ink::Remark, format!("  {}", shorten(&clean(text), room.saturating_sub(2))))]
        }
    }
}

fn waiting(
    filter: Option<&(String, u64)>,
    paused: Option<u64>,
    tally: &LiveTally,
    now: Instant,
    room: usize,
) -> Vec<Vec<LinePiece>> {
    let mut first = Vec::new();
    let mut hint = "? for keys";
    if let Some(waiting) = paused {
        first.push((Ink::Warn, format!("  Paused · {} waiting", count(waiting))));
        hint = "p resumes";
    }
    if let Some((text, hidden)) = filter {
        let gap = if first.is_empty() { "  Filter " } else { " · filter " };
        let text = shorten(&clean(text), room / 3).into_owned();
        first.push((Ink::Remark, format!("{gap}{text}")));
        first.push((Ink::Dim, format!(" · {} hidden", count(*hidden))));
        hint = if paused.is_some() { hint } else { "esc clears it" };
    }
    let [lead, short] = tally.lead(now);
    let is_plain = first.is_empty();
    match tally.alarm() {
        alarm if !is_plain => first.extend(alarm),
        _ => first.push(lead),
    }
    let hint = (Ink::Dim, format!(" · {hint}"));
    let (delivered, problems) = (tally.delivered(), tally.problems());
    let forms = [(true, true, true), (true, true, false), (false, true, false), (false, false, false)];
    let mut forms: Vec<_> = forms
        .into_iter()
        .map(|(with_delivered, with_problems, with_hint)| {
            let more = [
                delivered.clone().filter(|_| with_delivered),
                problems.clone().filter(|_| with_problems),
                Some(hint.clone()).filter(|_| with_hint),
            ];
            first.iter().cloned().chain(more.into_iter().flatten()).collect()
        })
        .collect();
    forms.push(first.into_iter().take(1).collect());
    if is_plain {
        forms.push(vec![short]);
    }
    forms
}

fn selected_forms(
    time: &str,
    selected: &SelectedLine,
    tally: &LiveTally,
    room: usize,
) -> Vec<Vec<LinePiece>> {
    let name = capped(&selected.name, NAME);
    let name = clean(&name);
    let paused = selected.paused.map(|waiting| (Ink::Warn, format!(" · paused, {} waiting", count(waiting))));
    let (number, of) = selected.position;
    let position = format!("{}/{} ", count(number as u64), count(of as u64));
    let (ink, sign) = sign(selected.sign);
    let head = |time: &str, name: &str| {
        let time = if time.is_empty() { String::new() } else { format!("{time} ") };
        vec![
            (Ink::Good, "▸ ".to_owned()),
            (Ink::Dim, position.clone()),
            (ink, format!("{sign} ")),
            (Ink::Dim, time),
            (Ink::Bold, name.to_owned()),
        ]
    };
    let with = |mut form: Vec<LinePiece>, more: &[Option<&LinePiece>]| {
        form.extend(more.iter().copied().flatten().cloned());
        form
    };
    let keys = |text: &str| (Ink::Dim, text.to_owned());
    let all = keys(" · r replay · enter unfold · c curl · esc");
    let few = keys(" · r · enter · c · esc");
    let in_brief = paused.as_ref().map(|_| (Ink::Warn, " · paused".to_owned()));
    let alarm = tally.alarm();
    let start: usize = head("", "").iter().map(|(_, text)| measure_text_width(text)).sum();
    // The tunnel and the pause stay visible longest: the keys and the time are left out first.
    vec![
        with(head(time, &name), &[Some(&all), alarm.as_ref(), paused.as_ref()]),
        with(head(time, &name), &[Some(&few), alarm.as_ref(), paused.as_ref()]),
        with(head("", &name), &[Some(&few), alarm.as_ref(), paused.as_ref()]),
        with(head(time, &name), &[alarm.as_ref(), paused.as_ref()]),
        with(head(time, &name), &[alarm.as_ref(), in_brief.as_ref()]),
        with(head("", &name), &[alarm.as_ref(), in_brief.as_ref()]),
        head("", &shorten(&name, room.saturating_sub(start))),
    ]
}

/// The text is at the end of the line, before the cursor. If it is too long, its end is shown.
fn typing(text: &str, room: usize) -> Vec<LinePiece> {
    let text = clean(text).into_owned();
    let hint = "  Filter (pattern or words, enter sets, esc clears): ";
    let label = if measure_text_width(hint) + measure_text_width(&text) < room { hint } else { "  Filter: " };
    // One column is for the cursor.
    let room = room.saturating_sub(measure_text_width(label) + 1);
    let mut tail = text.as_str();
    while measure_text_width(tail) > room {
        let mut characters = tail.chars();
        characters.next();
        tail = characters.as_str();
    }
    vec![(Ink::Remark, label.to_owned()), (Ink::Plain, tail.to_owned())]
}

fn fitting(forms: Vec<Vec<LinePiece>>, room: usize) -> Vec<LinePiece> {
    let fits =
        |form: &Vec<LinePiece>| form.iter().map(|(_, text)| measure_text_width(text)).sum::<usize>() <= room;
    forms.into_iter().find(fits).unwrap_or_default()
}

/// Counts of the deliveries received so far.
#[derive(Debug, Default)]
pub(super) struct LiveTally {
    /// Whether deliveries can arrive; otherwise the line is not shown.
    pub(super) open: bool,
    pub(super) pending: PendingDeliveries,
    tunnel_is_lost: bool,
    summary: Summary,
}

impl LiveTally {
    /// Notes an event when it arrives.
    pub(super) fn observe(&mut self, event: &SessionEvent, now: Instant) {
        match event {
            SessionEvent::Ready(_) | SessionEvent::Following(_) => self.open = true,
            SessionEvent::Pending(pending) => self.pending.add(pending, now),
            SessionEvent::Delivery(delivery) => {
                self.pending.remove(delivery);
                self.summary.count(delivery);
            }
            SessionEvent::Forwarded(later) => self.summary.settle(later),
            SessionEvent::Tunnel(state) => {
                self.tunnel_is_lost =
                    matches!(state, TunnelState::Lost { .. } | TunnelState::Retrying { .. });
            }
            _ => {}
        }
    }

    /// The start of the line in a long and a short form: what the session waits for.
    fn lead(&self, now: Instant) -> [LinePiece; 2] {
        match (self.pending.pieces(now), self.tunnel_is_lost) {
            (Some(pieces), false) => pieces,
            (Some([(_, long), (_, short)]), true) => {
                [long, short].map(|text| (Ink::Warn, format!("{text} · tunnel lost")))
            }
            (None, true) => ["  Tunnel lost: Zoom cannot reach this machine", "  Tunnel lost"]
                .map(|text| (Ink::Warn, text.to_owned())),
            (None, false) => ["  Waiting for events"; 2].map(|text| (Ink::Dim, text.to_owned())),
        }
    }

    /// The state of a lost tunnel, for a line that starts with something else.
    fn alarm(&self) -> Option<LinePiece> {
        self.tunnel_is_lost.then(|| (Ink::Warn, " · tunnel lost".to_owned()))
    }

    /// The number of delivered events, if there are any.
    fn delivered(&self) -> Option<LinePiece> {
        let word = if self.summary.asked_app { "delivered" } else { "verified" };
        let delivered = self.summary.outcomes().delivered;
        (delivered > 0).then(|| (Ink::Dim, format!(" · {} {word}", count(delivered))))
    }

    /// The number of events that the app did not take and of refused requests, if there are any.
    fn problems(&self) -> Option<LinePiece> {
        let not_delivered = self.summary.outcomes().lost() + self.summary.outcomes().retried();
        let (refused, unchecked) = (self.summary.refused_total(), self.summary.unchecked);
        let part = |n: u64, what: &str| (n > 0).then(|| format!(" · {} {what}", count(n)));
        // Another session has answered what a follower reads.
        let what = if self.summary.is_followed { "not verified" } else { "refused" };
        let parts =
            [part(not_delivered, "not delivered"), part(refused, what), part(unchecked, "not checked")];
        let text: String = parts.into_iter().flatten().collect();
        (!text.is_empty()).then_some((Ink::Bad, text))
    }

    /// The colored line, or as much of it as fits. The problems are left out last.
    pub(super) fn line(&self, out: &Out, now: Instant) -> Option<String> {
        let theme = out.theme(Stream::Stderr);
        let room = super::room(out);
        let [lead, short] = self.lead(now);
        let (delivered, problems) = (self.delivered(), self.problems());
        let forms = [
            vec![Some(&lead), delivered.as_ref(), problems.as_ref()],
            vec![Some(&lead), problems.as_ref()],
            vec![Some(&short), problems.as_ref()],
            vec![Some(&short)],
        ];
        let fits = |form: &Vec<Option<&(Ink, String)>>| {
            form.iter().flatten().map(|(_, text)| measure_text_width(text)).sum::<usize>() <= room
        };
        let form = forms.into_iter().find(fits).unwrap_or_default();
        self.open.then(|| {
            form.into_iter().flatten().map(|(ink, text)| theme.paint(*ink, text).to_string()).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::delivery::DeliverySign;
    use crate::report::test_support::{RECEIVED, event};

    fn shown(live: &StatusLine, room: usize) -> String {
        let mut tally = LiveTally::default();
        tally.observe(&SessionEvent::Delivery(Box::new(event(r#"{"event":"a.b"}"#))), Instant::now());
        text(live, &tally, room)
    }

    fn text(live: &StatusLine, tally: &LiveTally, room: usize) -> String {
        line(live, tally, &Clock::utc(), Instant::now(), room).into_iter().map(|(_, text)| text).collect()
    }

    fn selection(name: &str, paused: Option<u64>) -> StatusLine {
        StatusLine::Selected(SelectedLine {
            received_at: UNIX_EPOCH + RECEIVED,
            name: name.to_owned(),
            sign: DeliverySign::Refused,
            position: (2, 13),
            paused,
        })
    }

    #[test]
    fn the_selection_shows_its_keys() {
        let live = selection("meeting.participant_joined", None);
        assert_eq!(
            shown(&live, 100),
            "▸ 2/13 ✗ 13:44:15 meeting.participant_joined · r replay · enter unfold · c curl · esc"
        );
        assert_eq!(shown(&live, 70), "▸ 2/13 ✗ 13:44:15 meeting.participant_joined · r · enter · c · esc");
        assert_eq!(shown(&live, 59), "▸ 2/13 ✗ meeting.participant_joined · r · enter · c · esc");
        assert_eq!(shown(&live, 46), "▸ 2/13 ✗ 13:44:15 meeting.participant_joined");
        assert_eq!(shown(&live, 25), "▸ 2/13 ✗ meeting.partici…");
        let paused = selection("meeting.ended", Some(3));
        assert_eq!(shown(&paused, 60), "▸ 2/13 ✗ 13:44:15 meeting.ended · paused, 3 waiting");
        assert_eq!(shown(&paused, 42), "▸ 2/13 ✗ 13:44:15 meeting.ended · paused");
    }

    #[test]
    fn a_lost_tunnel_stays_on_the_line_until_it_is_back() {
        let waiting = StatusLine::Waiting { filter: None, paused: None };
        let filtered = StatusLine::Waiting { filter: Some(("a.*".into(), 2)), paused: None };
        let mut tally = LiveTally::default();
        let tunnel =
            |tally: &mut LiveTally, state| tally.observe(&SessionEvent::Tunnel(state), Instant::now());
        tunnel(&mut tally, TunnelState::Lost { reason: "reset".into() });
        tunnel(&mut tally, TunnelState::Retrying { attempt: 2, after: std::time::Duration::from_secs(1) });
        assert_eq!(text(&waiting, &tally, 80), "  Tunnel lost: Zoom cannot reach this machine · ? for keys");
        assert_eq!(text(&waiting, &tally, 30), "  Tunnel lost");
        assert_eq!(text(&filtered, &tally, 80), "  Filter a.* · 2 hidden · tunnel lost · esc clears it");
        assert_eq!(
            text(&selection("a.b", None), &tally, 80),
            "▸ 2/13 ✗ 13:44:15 a.b · r replay · enter unfold · c curl · esc · tunnel lost"
        );
        tunnel(&mut tally, TunnelState::Online { url: "https://a.b".into(), latency: None });
        assert_eq!(text(&waiting, &tally, 80), "  Waiting for events · ? for keys");
    }

    #[test]
    fn the_waiting_line_shows_filter_and_pause() {
        let live = |filter: Option<&str>, paused| StatusLine::Waiting {
            filter: filter.map(|text| (text.to_owned(), 12)),
            paused,
        };
        assert_eq!(shown(&live(None, None), 80), "  Waiting for events · 1 verified · ? for keys");
        assert_eq!(shown(&live(None, None), 36), "  Waiting for events · 1 verified");
        assert_eq!(
            shown(&live(Some("meeting.*"), None), 80),
            "  Filter meeting.* · 12 hidden · 1 verified · esc clears it"
        );
        assert_eq!(
            shown(&live(Some("meeting.*"), Some(1200)), 80),
            "  Paused · 1,200 waiting · filter meeting.* · 12 hidden · 1 verified · p resumes"
        );
        assert_eq!(shown(&live(Some("meeting.*"), Some(3)), 25), "  Paused · 3 waiting");
    }

    #[test]
    fn typed_text_is_at_the_end_and_fits_on_the_line() {
        assert!(shown(&StatusLine::Typing("meeting.*".into()), 80).ends_with("esc clears): meeting.*"));
        assert_eq!(shown(&StatusLine::Typing("abcdefghij".into()), 16), "  Filter: fghij");
        assert_eq!(shown(&StatusLine::Typing("\u{1b}[2J".into()), 30), r"  Filter: \u{1b}[2J");
    }
}
