//! One session from start to shutdown: wires listener, tunnel, app, history and report together. [`run`] is the entry
//! point.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | start, wait, shut down |
//! | `config.rs` | what a session starts with |
//! | `ending.rs` | how a session ends |
//! | `parts.rs` | its parts: how they start and shut down |
//! | `cause.rs` | why a live request's signature is wrong, within limits |
//! | `subscriber.rs` | the thread that takes the events: select, count, expect, report |
//! | `key_actions.rs` | the actions of keys, on the thread of the report |
//! | `handler.rs` | one request between its judgement and its answer: forward, record |
//! | `app_tasks.rs` | the tasks that send to the app after the acknowledgement, and their end |
//! | `late.rs` | the app's late answers: recorded and reported |
//! | `console.rs` | the actions of keys: copies, remarks, replays |
//! | `replayer.rs` | sends an old delivery again, signed afresh |
//! | `neighbour.rs` | another session that holds the port |
//! | `recorder.rs` | records deliveries before they are acknowledged: retries, the history |
//! | `trouble.rs` | when to report a failing history |
//! | `public_side.rs` | reports the tunnel's states, passes its connections to the listener |
//! | `signals.rs` | Ctrl-C and the other signals that stop the session |

mod app_tasks;
mod cause;
mod config;
mod console;
mod ending;
mod handler;
mod key_actions;
mod late;
mod neighbour;
mod parts;
mod public_side;
mod recorder;
mod replayer;
mod signals;
mod subscriber;
mod trouble;

use std::time::Duration;

use futures_util::future::OptionFuture;
use tokio::sync::mpsc;

use crate::delivery::{EventSender, Ready, SessionEvent, TunnelRefusal};
use crate::keys::keyboard::{self, Keyboard};
use crate::report::{OutputError, Report};

pub(crate) use config::{AppConfig, HistoryConfig, HistoryNeed, LocalAddress, SessionConfig, Waiting};
pub(crate) use ending::{End, SessionError};
use parts::Parts;
use signals::Signals;

/// What can happen in a session, except signals and timeouts.
enum Happening {
    Ready(Ready),
    TunnelRefused(TunnelRefusal),
    UrlChanged {
        old: String,
        new: String,
    },
    ExpectationMet,
    OutputFailed(OutputError),
    /// The key for the end was pressed.
    Quit,
}

/// Runs a session until its script or anything else ends it. The script starts when deliveries can arrive. A script that
/// is pending forever never ends the session.
///
/// # Errors
/// [`SessionError`] when it cannot start, or its output fails for another reason than a closed pipe.
pub(crate) fn run<T, F>(
    config: SessionConfig,
    script: impl FnOnce(Ready, EventSender) -> F,
) -> Result<End<T>, SessionError>
where
    F: Future<Output = T>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| SessionError::System { what: "start a runtime", error })?;
    let end = runtime.block_on(run_in_runtime(config, script));
    // A task that never yields must not keep the process.
    runtime.shutdown_background();
    end
}

async fn run_in_runtime<T, F>(
    config: SessionConfig,
    script: impl FnOnce(Ready, EventSender) -> F,
) -> Result<End<T>, SessionError>
where
    F: Future<Output = T>,
{
    let mut signals =
        Signals::install().map_err(|error| SessionError::System { what: "watch for signals", error })?;
    let timeout = config.waiting.timeout;
    let (happenings, mut happened) = mpsc::unbounded_channel();
    let (presses, pressed) = keyboard::channel();
    let report = Report::to_terminal(&config.report);
    let reads_keys = config.keys && report.is_live() && keyboard::is_there();
    let parts = Parts::start(config, report, happenings, reads_keys.then_some(pressed)).await?;
    // Dropped on every return, which restores the terminal's mode.
    let _keyboard = if reads_keys { Keyboard::open(presses) } else { None };
    let end = wait(&parts.events, script, &mut happened, &mut signals, timeout).await?;
    if matches!(end, End::Interrupted { .. }) {
        // Only here, because the user may wonder why it does not end at once.
        parts.events.send_if_room(SessionEvent::Stopping);
    }
    let orderly = tokio::select! {
        missing = parts.end() => Some(missing),
        // A second signal: at once.
        () = signals.next() => None,
    };
    Ok(match (end, orderly) {
        (End::Interrupted { ready, .. }, None) => End::Interrupted { ready, cut_short: true },
        (_, None) => End::Interrupted { ready: true, cut_short: true },
        (End::TimedOut { .. }, Some(missing)) => End::TimedOut { missing },
        (end, Some(_)) => end,
    })
}

/// Waits for the first event that ends the session.
async fn wait<T, F>(
    events: &EventSender,
    script: impl FnOnce(Ready, EventSender) -> F,
    happened: &mut mpsc::UnboundedReceiver<Happening>,
    signals: &mut Signals,
    timeout: Option<Duration>,
) -> Result<End<T>, SessionError>
where
    F: Future<Output = T>,
{
    let mut script = Some(script);
    let mut playing = std::pin::pin!(OptionFuture::from(None));
    let mut time_is_up = std::pin::pin!(OptionFuture::from(timeout.map(tokio::time::sleep)));
    loop {
        tokio::select! {
            // These go first: a signal after the report of `ready` must find the session ready.
            biased;
            Some(happening) = happened.recv() => match happening {
                Happening::Ready(ready) => {
                    if let Some(script) = script.take() {
                        playing.set(OptionFuture::from(Some(script(ready, events.clone()))));
                    }
                }
                Happening::TunnelRefused(refusal) => return Ok(End::TunnelRefused(refusal)),
                Happening::UrlChanged { old, new } => return Ok(End::UrlChanged { old, new }),
                Happening::ExpectationMet => return Ok(End::ExpectationMet),
                Happening::Quit => {
                    return Ok(End::Interrupted { ready: script.is_none(), cut_short: false });
                }
                Happening::OutputFailed(OutputError::Closed) => return Ok(End::OutputClosed),
                Happening::OutputFailed(error) => return Err(SessionError::Output(error)),
            },
            () = signals.next() => {
                return Ok(End::Interrupted { ready: script.is_none(), cut_short: false });
            }
            Some(outcome) = &mut playing => return Ok(End::Played(outcome)),
            Some(()) = &mut time_is_up => return Ok(End::TimedOut { missing: Vec::new() }),
        }
    }
}
