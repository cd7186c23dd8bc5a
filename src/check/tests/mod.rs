//! Receivers as pure functions, each with one fault or two.

mod documented;
mod pairs;
mod single;
mod wire;

// The double that the integration tests serve over sockets.
#[path = "../../../tests/it/support/faulty_app.rs"]
#[allow(unreachable_pub, clippy::unwrap_used, reason = "it is written for another crate")]
mod faulty_app;

use super::{CheckPlan, CheckReport, examine};
use crate::diagnosis::{Role, SecretText, Secrets};
use crate::zoom::SecretToken;
use faulty_app::{APP_SECRET, Fault, FaultyApp};
use wire::PureWire;

/// Examines an app with these faults.
fn check(faults: &[Fault]) -> CheckReport {
    check_app(FaultyApp::with(faults))
}

fn check_app(app: FaultyApp) -> CheckReport {
    check_wire(PureWire::new(app), true)
}

fn check_wire(wire: PureWire, events: bool) -> CheckReport {
    let secrets = Secrets::new(vec![SecretText::new("app", Role::Secret, APP_SECRET)]);
    let token = SecretToken::new(APP_SECRET).unwrap();
    let plan =
        CheckPlan { secrets: &secrets, token: &token, quick: false, events, has_headers: false, seed: 7 };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let facts = runtime.block_on(examine(&wire, plan, &mut |_| {}));
    CheckReport::of(&facts)
}

/// The codes of the conclusions.
fn codes(report: &CheckReport) -> Vec<&'static str> {
    report.conclusions.iter().map(|conclusion| conclusion.code).collect()
}

/// What `find` finds, on several threads.
fn in_parallel<T: Sync>(all: &[T], find: impl Fn(&T) -> Option<String> + Sync) -> Vec<String> {
    let search = |part: &[T]| part.iter().filter_map(&find).collect::<Vec<_>>();
    std::thread::scope(|scope| {
        let parts = all.chunks(all.len().div_ceil(4).max(1));
        let threads: Vec<_> = parts.map(|part| scope.spawn(|| search(part))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}
