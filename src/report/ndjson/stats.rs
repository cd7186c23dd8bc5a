//! Counts over many stored deliveries, as one line.

use super::object::Object;
use super::session;
use crate::history::Stats;

/// Appends the line.
pub(in crate::report) fn write(buffer: &mut Vec<u8>, stats: &Stats) {
    let mut line = Object::line(buffer, "stats");
    line.number("deliveries", stats.total)
        .number("retries", stats.retries)
        .list("events", stats.events.iter(), |buffer, one| {
            let mut object = Object::open(buffer);
            object.text_or_null("event", one.event.as_deref()).number("count", one.count);
            object.close();
        })
        .counts("verdicts", stats.verdicts.iter().map(|(name, count)| (name.as_str(), *count)))
        .counts("refused", stats.refused.iter().map(|(reason, count)| (reason.as_str(), *count)))
        .list("answers", stats.statuses.iter(), |buffer, (status, count)| {
            let mut object = Object::open(buffer);
            object.number("status", status).number("count", count);
            object.close();
        });
    line.object("outcomes", |object| session::outcomes(object, &stats.outcomes));
    line.number("waiting", stats.waiting);
    if let (Some(p50), Some(p99)) = (stats.p50, stats.p99) {
        line.object("first_byte", |times| {
            times.number("deliveries", stats.timed).millis("p50_ms", p50).millis("p99_ms", p99).list(
                "slowest",
                stats.slowest.iter(),
                |buffer, slow| {
                    let mut object = Object::open(buffer);
                    object.text("id", &slow.id).text_or_null("event", slow.event.as_deref());
                    object.millis("ms", slow.first_byte);
                    object.close();
                },
            );
        });
    }
    line.end_line();
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::history::AnswerTally;
    use crate::history::Counted;

    fn written(stats: &Stats) -> String {
        let mut buffer = Vec::new();
        write(&mut buffer, stats);
        String::from_utf8(buffer).unwrap()
    }

    #[test]
    fn writes_every_count() {
        let mut tally = AnswerTally::default();
        tally.count(&Counted {
            id: "A",
            event: Some("a.\u{1b}b"),
            verdict: "valid",
            status: Some(204),
            is_retry: true,
            first_byte: Some(Duration::from_millis(12)),
            ..Counted::default()
        });
        let (verdict, reason) = ("invalid", Some("stale"));
        tally.count(&Counted { id: "B", verdict, reason, status: Some(401), ..Counted::default() });
        insta::assert_snapshot!(written(&tally.finish()), @r#"{"v":1,"type":"stats","deliveries":2,"retries":1,"events":[{"event":null,"count":1},{"event":"a.\u001bb","count":1}],"verdicts":{"invalid":1,"valid":1},"refused":{"stale":1},"answers":[{"status":204,"count":1},{"status":401,"count":1}],"outcomes":{"delivered":0,"lost":0,"retried":0,"pending":0,"app_refused":{},"app_failed":{},"too_late":0,"not_reachable":0,"no_answer":0,"given_up":0,"abandoned":0},"waiting":0,"first_byte":{"deliveries":1,"p50_ms":12.000,"p99_ms":12.000,"slowest":[{"id":"A","event":"a.\u001bb","ms":12.000}]}}"#);
    }

    #[test]
    fn has_no_times_without_deliveries() {
        insta::assert_snapshot!(written(&Stats::default()), @r#"{"v":1,"type":"stats","deliveries":0,"retries":0,"events":[],"verdicts":{},"refused":{},"answers":[],"outcomes":{"delivered":0,"lost":0,"retried":0,"pending":0,"app_refused":{},"app_failed":{},"too_late":0,"not_reachable":0,"no_answer":0,"given_up":0,"abandoned":0},"waiting":0}"#);
    }
}
