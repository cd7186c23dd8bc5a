//! Some faults over sockets. The unit tests of `src/check` have all of them, and pairs.

use serde_json::Value;

use super::{answers, run, serve};
use crate::support::app::App;
use crate::support::faulty_app::{Fault, FaultyApp};

async fn codes(faults: &[Fault]) -> (i32, Vec<String>) {
    codes_of(serve(faults).await).await
}

async fn codes_of(app: App) -> (i32, Vec<String>) {
    let finished = run(&app, &["--format", "json"]).await;
    assert_eq!(finished.stderr, "");
    let lines = finished.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let found = lines.filter(|line| line["type"] == "check_conclusion");
    (finished.code.unwrap(), found.map(|line| line["code"].as_str().unwrap().to_owned()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_about_a_correct_app() {
    assert_eq!(codes(&[]).await, (0, Vec::new()));
    let app = App::start().await;
    answers(&app, FaultyApp::with(&[]).refusing_duplicates());
    assert_eq!(codes_of(app).await, (0, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_is_named_and_no_other() {
    for (fault, code) in [
        (Fault::Stringify, 5),
        (Fault::NewlineInSecret, 5),
        (Fault::MillisecondTimestamp, 5),
        (Fault::NotChecked, 5),
        (Fault::Cached, 5),
        (Fault::Oracle, 5),
        (Fault::RefusesEverything, 5),
        (Fault::Redirects, 5),
        (Fault::FailsOnBadJson, 0),
        (Fault::PlainText, 0),
        (Fault::Status201, 5),
        (Fault::NeedsLowerCase, 5),
    ] {
        assert_eq!(codes(&[fault]).await, (code, vec![fault.code().to_owned()]), "{fault:?}");
    }
}
