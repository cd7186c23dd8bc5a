//! Runs a command's work until it is done or Ctrl-C interrupts it.

use tokio::runtime::Runtime;
use tokio::signal;

use crate::report;

/// Runs the work; `None` if Ctrl-C interrupted it. Ctrl-C is handled before the work prints anything, because that
/// output may prompt the user to press it.
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
