//! Commands that go on until they are done, or until Ctrl-C.

use tokio::runtime::Runtime;
use tokio::signal;

use crate::report;

/// Does the work; `None` when Ctrl-C ended it. That is watched for before the work begins: nothing that it shows comes
/// before.
pub(super) fn until_ctrl_c<T>(runtime: &Runtime, work: impl Future<Output = T>) -> Option<T> {
    runtime.block_on(async {
        tokio::select! {
            biased;
            _ = signal::ctrl_c() => {
                report::end_interrupted_line();
                None
            }
            done = work => Some(done),
        }
    })
}
