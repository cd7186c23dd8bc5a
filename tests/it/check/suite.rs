//! The user's own cases, and running again after a change.

use super::{run, serve};
use crate::support::faulty_app::Fault;
use crate::support::snapshot::assert_run;

const SUITE: &str = r#"
about = "What our webhook promises"

[[step]]
event = "meeting.started"
expect = { status = 200, within = "2s" }

[[step]]
event = "meeting.ended"
expect = { status = 202, header = { "x-queue" = "a" }, body = { contains = "queued" } }
"#;

#[tokio::test(flavor = "multi_thread")]
async fn each_step_is_compared_with_what_it_expects() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("suite.toml");
    std::fs::write(&file, SUITE).unwrap();
    let app = serve(&[]).await;
    assert_run!(run(&app, &["--suite", file.to_str().unwrap()]).await, @"
    exit: 5
    --- stdout

      Suite       ✗ 1 failed, 1 passed
        ✗ 2 meeting.ended  must
            Sent: meeting.ended. Expected: 202, x-queue: a, a body that contains queued.
            The status is 200, not 202. There is no header x-queue. The body does not contain queued.

      ✗ http://127.0.0.1:?????/webhook · 2 requests
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_a_suite_has_its_line() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("suite.toml");
    std::fs::write(&file, SUITE.replace("2s", "soon")).unwrap();
    let app = serve(&[]).await;
    app.expect_no_call();
    let finished = run(&app, &["--suite", file.to_str().unwrap()]).await;
    assert_eq!(finished.code, Some(2));
    assert!(finished.stderr.contains("suite.toml:6:"), "{}", finished.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn watch_runs_again_until_the_app_is_right() {
    let home = tempfile::tempdir().unwrap();
    let source = home.path().join("app.js");
    std::fs::write(&source, "1").unwrap();
    let app = serve(&[Fault::NotChecked]).await;
    let args = ["--quick", "--watch", source.to_str().unwrap()];
    let checked = run(&app, &args);
    let fixed = async {
        // The first run is over before this, and a change is not missed: the fix comes before the change.
        tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
        super::answers(&app, crate::support::faulty_app::FaultyApp::with(&[]));
        for number in 2.. {
            std::fs::write(&source, number.to_string()).unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
    };
    let finished = tokio::select! {
        finished = checked => finished,
        () = fixed => unreachable!("it writes without end"),
    };
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(finished.stderr.contains("app.js has changed."));
}
