//! The whole terminal view in invented sessions; this file holds the shared helpers.

mod delivery;
// The emulated terminal is a Unix one.
#[cfg(unix)]
mod live;
mod safety;
mod session;

use std::time::{Duration, Instant, UNIX_EPOCH};

use console::measure_text_width;
use proptest::prelude::*;

use crate::delivery::{
    Delivery, Ready, Refusal, Route, SecretOrigin, Session, SessionEvent, SessionSource, Summary, TunnelKind,
    TunnelState, Warning,
};
use crate::report::clock::Clock;
use crate::report::out::{Out, Side};
use crate::report::sanitize::is_unsafe;
use crate::report::test_support::{RECEIVED, Shared, all_refusals, challenge, event, refused, settings};
use crate::report::{Format, Moment, Report, ReportSettings};
use crate::zoom::{EnvelopeError, SecretToken};

const MEETING: &str = r#"{"event":"meeting.created","payload":{"object":{"topic":"Weekly sync","id":88512345678,"host_email":"jill@example.com","ratio":1.0}}}"#;

/// A report that writes to two buffers.
struct Screen {
    report: Report,
    stdout: Shared,
    stderr: Shared,
    now: Instant,
}

impl Screen {
    fn new(settings: &ReportSettings, width: Option<usize>) -> Self {
        Self::with_color(settings, width, false)
    }

    fn with_color(settings: &ReportSettings, width: Option<usize>, color: bool) -> Self {
        let (stdout, stderr) = (Shared::default(), Shared::default());
        let side = |shared: &Shared| Side::fixed(Box::new(shared.clone()), width, color);
        let out = Out::new(side(&stdout), side(&stderr), settings.quiet, false);
        let report = Report::new(settings, out, Clock::utc());
        Self { report, stdout, stderr, now: Instant::now() }
    }

    fn wide() -> Self {
        Self::new(&settings(Format::Pretty), None)
    }

    fn show(&mut self, event: &SessionEvent) -> &mut Self {
        let now = Moment { instant: self.now, wall: UNIX_EPOCH + RECEIVED };
        self.report.show_at(event, now).unwrap();
        self.report.settle().unwrap();
        self
    }

    fn deliver(&mut self, delivery: Delivery) -> &mut Self {
        self.show(&SessionEvent::Delivery(Box::new(delivery)))
    }
}

fn session(secrets: &[&str], tunnel: TunnelKind) -> SessionEvent {
    let fingerprint = SecretToken::new("zoomhook-test-secret").unwrap().fingerprint();
    let origin = |name: &&str| SecretOrigin {
        name: (*name).into(),
        source: ".env  ZOOM_WEBHOOK_SECRET_TOKEN".into(),
        fingerprint,
    };
    SessionEvent::Started(Session {
        secrets: secrets.iter().map(origin).collect(),
        source: SessionSource::Endpoint {
            local: "127.0.0.1:4000".parse().unwrap(),
            path: "/webhook".into(),
            tunnel,
        },
        shares_on: None,
        history: None,
        history_file: None,
        apps: Vec::new(),
        inspector: None,
    })
}

fn ready(public_url: Option<&str>) -> SessionEvent {
    SessionEvent::Ready(Ready {
        local: "127.0.0.1:4000".parse().unwrap(),
        path: "/webhook".into(),
        public_url: public_url.map(str::to_owned),
    })
}

fn shown(delivery: Delivery, width: Option<usize>) -> String {
    let mut screen = Screen::new(&settings(Format::Pretty), width);
    screen.show(&session(&["main"], TunnelKind::None)).deliver(delivery);
    screen.stdout.text()
}

fn compact(delivery: Delivery, width: usize) -> String {
    let mut screen = Screen::new(&ReportSettings { compact: true, ..settings(Format::Pretty) }, Some(width));
    screen.deliver(delivery);
    screen.stdout.text()
}
