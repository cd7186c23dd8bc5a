//! The whole output.

use super::{run, serve};
use crate::support::faulty_app::Fault;
use crate::support::snapshot::assert_run;

#[tokio::test(flavor = "multi_thread")]
async fn a_correct_app_folds_to_a_line_a_group() {
    let app = serve(&[]).await;
    assert_run!(run(&app, &[]).await, @"");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_conclusion_comes_first_with_proof_and_remedy() {
    let app = serve(&[Fault::Stringify]).await;
    assert_run!(run(&app, &["--framework", "express"]).await, @"");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_accepted_is_not_called_a_cause() {
    let app = serve(&[Fault::UnknownSecret]).await;
    assert_run!(run(&app, &[]).await, @"");
}

#[tokio::test(flavor = "multi_thread")]
async fn junit_has_a_case_for_each_case() {
    let app = serve(&[Fault::Cached]).await;
    assert_run!(run(&app, &["--quick", "--format", "junit"]).await, @"");
}
