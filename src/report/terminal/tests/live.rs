//! The status line on a terminal that both streams share.

use super::*;

/// The lines on the terminal's screen.
fn seen(shared: &Shared, columns: u16) -> Vec<String> {
    let mut terminal = vt100::Parser::new(40.try_into().unwrap(), columns.try_into().unwrap(), 0);
    // On a real terminal, the driver adds the carriage returns.
    terminal.process(shared.text().replace('\n', "\r\n").as_bytes());
    terminal.screen().contents().lines().map(|line| line.trim_end().to_owned()).collect()
}

fn on_a_terminal(columns: usize) -> (Report, Shared) {
    let shared = Shared::default();
    let side = || Side::fixed(Box::new(shared.clone()), Some(columns), true);
    let out = Out::new(side(), side(), false, true);
    (Report::new(&ReportSettings { compact: true, ..settings(Format::Pretty) }, out, Clock::utc()), shared)
}

fn show(report: &mut Report, event: &SessionEvent) {
    report.observe(event);
    report.show_at(event, Moment { instant: Instant::now(), wall: UNIX_EPOCH + RECEIVED }).unwrap();
}

#[test]
fn stays_below_the_events_and_counts_live() {
    let (mut report, shared) = on_a_terminal(80);
    show(&mut report, &ready(None));
    report.settle().unwrap();
    assert_eq!(seen(&shared, 80).last().unwrap(), "  Waiting for events");
    for _ in 0..3 {
        show(&mut report, &SessionEvent::Delivery(Box::new(event(r#"{"event":"a.b"}"#))));
        report.settle().unwrap();
        show(&mut report, &SessionEvent::Delivery(Box::new(refused(Refusal::SignatureMissing, "{}"))));
        show(&mut report, &SessionEvent::Warning(Warning::ConnectionsExhausted { open: 1024, idle: 9 }));
        report.settle().unwrap();
    }
    let seen = seen(&shared, 80);
    assert_eq!(seen.last().unwrap(), "  Waiting for events · 3 verified · 3 refused");
    assert_eq!(seen.iter().filter(|line| line.contains("Waiting")).count(), 1, "{seen:#?}");
    assert_eq!(seen.iter().filter(|line| line.ends_with("✓ a.b   204 in 2 ms")).count(), 3, "{seen:#?}");
}

#[test]
fn leaves_out_what_does_not_fit_and_disappears_at_the_end() {
    let (mut report, shared) = on_a_terminal(40);
    show(&mut report, &ready(None));
    show(&mut report, &SessionEvent::Delivery(Box::new(event(r#"{"event":"a.b"}"#))));
    show(&mut report, &SessionEvent::Delivery(Box::new(refused(Refusal::SignatureMissing, "{}"))));
    report.settle().unwrap();
    assert_eq!(seen(&shared, 40).last().unwrap(), "  Waiting for events · 1 refused");
    drop(report);
    assert!(!seen(&shared, 40).iter().any(|line| line.contains("Waiting")));
}
