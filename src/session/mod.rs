//! One session from start to shutdown: wires listener, tunnel, app, history and report together. [`run`] is the entry
//! point.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | start, wait, shut down |
//! | `config.rs` | the checked configuration |
//! | `command.rs` | the command of `listen -- COMMAND` |
//! | `ending.rs` | how a session ends, and the signals that stop it |
//! | `parts.rs` | starts the parts and shuts them down |
//! | `announcement.rs` | what other programs can know of the session |
//! | `endpoint.rs` | an endpoint of its own: socket, tunnel, pipeline |
//! | `followed_stream.rs` | a stream in place of an endpoint |
//! | `intake.rs` | takes deliveries from a stream: verify, store, report, forward |
//! | `receipts.rs` | deliveries that are not confirmed to the stream yet |
//! | `sharing.rs` | opens the stream on which the session shares |
//! | `stream_health.rs` | reports a lost connection to a stream |
//! | `cause.rs` | diagnoses live requests, within limits |
//! | `subscriber.rs` | the thread that receives the events: select, count, expect, report |
//! | `key_actions.rs` | runs key actions on the report's thread |
//! | `handler.rs` | forwards and records one request before its answer; the tasks that send to the app afterwards |
//! | `late.rs` | records and reports the app's late answers |
//! | `console.rs` | what key actions produce: copies, remarks, replays |
//! | `ready_file.rs` | the file of `--ready-file` |
//! | `replayer.rs` | replays a delivery with a fresh signature |
//! | `inspection.rs` | starts the inspector |
//! | `own_address.rs` | finds a `--forward` target that is the session itself |
//! | `port_conflict.rs` | names another session that holds the port |
//! | `recorder.rs` | recognizes retries and writes deliveries to the history |
//! | `trouble.rs` | decides when to report a failing history |
//! | `public_side.rs` | reports the tunnel's states, passes its connections to the listener |

mod announcement;
mod cause;
mod command;
mod config;
mod console;
mod ending;
mod endpoint;
mod followed_stream;
mod handler;
mod inspection;
mod intake;
mod key_actions;
mod late;
mod own_address;
mod parts;
mod port_conflict;
mod public_side;
mod ready_file;
mod receipts;
mod recorder;
mod replayer;
mod sharing;
mod stream_health;
mod subscriber;
mod trouble;

use std::io;
use std::time::Duration;

use futures_util::future::OptionFuture;
use tokio::sync::mpsc;

use crate::delivery::{EventSender, MissingEvent, Ready, SessionEvent, TunnelRefusal, UnmetExpectation};
use crate::keys::keyboard::{self, Keyboard};
use crate::report::{self, OutputError, Report, VerdictFormat};
use crate::stream::SourceError;

use command::UserCommand;
pub(crate) use config::{
    AppConfig, CommandLine, Confirm, EndpointConfig, FollowConfig, FollowedSource, HistoryConfig,
    HistoryNeed, InspectorConfig, LocalAddress, SessionConfig, ShareConfig, SourceConfig, Waiting,
};
use ending::Signals;
pub(crate) use ending::{End, SessionError};
use parts::Parts;
pub(crate) use ready_file::ReadyFileError;

/// Events that start the script or end the session, except signals and timeouts.
enum Happening {
    Ready(Ready),
    /// Deliveries of a stream can arrive.
    Following,
    /// No further delivery can come from the stream.
    SourceEnded(SourceError),
    TunnelRefused(TunnelRefusal),
    UrlChanged {
        old: String,
        new: String,
    },
    ExpectationMet,
    ExpectationFailed(UnmetExpectation),
    /// The ready file cannot be written.
    NotAnnounced(io::Error),
    OutputFailed(OutputError),
    /// The `q` key was pressed.
    Quit,
}

/// Runs a session until its script or another event ends it. The script starts when deliveries can arrive. A script
/// that never completes does not end the session.
///
/// # Errors
/// [`SessionError`] if it cannot start, or if its output fails for a reason other than a closed pipe.
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
    // A task that never yields must not keep the process alive.
    runtime.shutdown_background();
    end
}

async fn run_in_runtime<T, F>(
    mut config: SessionConfig,
    script: impl FnOnce(Ready, EventSender) -> F,
) -> Result<End<T>, SessionError>
where
    F: Future<Output = T>,
{
    let mut signals =
        Signals::install().map_err(|error| SessionError::System { what: "watch for signals", error })?;
    let (timeout, format) = (config.waiting.timeout, config.report.format);
    let awaits = !config.waiting.expectation.is_empty();
    let mut command = UserCommand::new(config.command.take());
    let (happenings, mut happened) = mpsc::unbounded_channel();
    let (presses, pressed) = keyboard::channel();
    let report = Report::to_terminal(&config.report);
    let reads_keys = config.keys && report.is_live() && keyboard::is_there();
    let parts = Parts::start(config, report, happenings, reads_keys.then_some(pressed)).await?;
    // Dropping it on any return restores the terminal's mode.
    let _keyboard = if reads_keys { Keyboard::open(presses) } else { None };
    let work = Work { script: Some(script), command: &mut command, format, awaits };
    let end = wait(&parts, work, &mut happened, &mut signals, timeout).await?;
    if matches!(end, End::Interrupted { .. }) {
        // Reported only here: the user has asked for the end and may have to wait.
        parts.events.send_if_room(SessionEvent::Stopping { in_progress: parts.in_progress() });
    }
    let orderly = tokio::select! {
        // The command stops first: it may still send requests to the session.
        ended = async { (command.stop().await, parts.end().await) } => Some(ended),
        // A second signal ends the session at once.
        _ = signals.next() => None,
    };
    Ok(match (end, orderly) {
        (End::Interrupted { ready, .. }, None) => End::Interrupted { ready, cut_short: true },
        (_, None) => End::Interrupted { ready: true, cut_short: true },
        (End::TimedOut { .. }, Some((Some(code), missing))) if missing.is_empty() => {
            End::CommandStopped { code }
        }
        (End::TimedOut { .. }, Some((_, missing))) => End::TimedOut { missing },
        (End::CommandEnded { code: 0 }, Some((_, missing))) => after_command(missing, &mut happened),
        (end, Some(_)) => end,
    })
}

/// The end of a session whose command has ended with 0. The last deliveries are counted only in the shutdown.
fn after_command<T>(missing: Vec<MissingEvent>, happened: &mut mpsc::UnboundedReceiver<Happening>) -> End<T> {
    while let Ok(happening) = happened.try_recv() {
        if let Happening::ExpectationFailed(unmet) = happening {
            return End::ExpectationFailed(unmet);
        }
    }
    if missing.is_empty() { End::CommandEnded { code: 0 } } else { End::TimedOut { missing } }
}

/// What a session does besides listening, once it is ready.
struct Work<'c, S> {
    script: Option<S>,
    command: &'c mut UserCommand,
    /// The format of the report, which decides where the command's output goes.
    format: VerdictFormat,
    /// Whether events are expected.
    awaits: bool,
}

/// Waits for the first event that ends the session. While the command runs, only a failure and the timeout end it:
/// signals go to the command, and an expectation that is met waits for its end.
async fn wait<T, F>(
    parts: &Parts,
    mut work: Work<'_, impl FnOnce(Ready, EventSender) -> F>,
    happened: &mut mpsc::UnboundedReceiver<Happening>,
    signals: &mut Signals,
    timeout: Option<Duration>,
) -> Result<End<T>, SessionError>
where
    F: Future<Output = T>,
{
    let mut is_following = false;
    let mut playing = std::pin::pin!(OptionFuture::from(None));
    let mut time_is_up = std::pin::pin!(OptionFuture::from(timeout.map(tokio::time::sleep)));
    loop {
        tokio::select! {
            // Happenings are polled first: a signal after the report of `ready` must find the session ready.
            biased;
            Some(happening) = happened.recv() => match happening {
                Happening::Ready(ready) => {
                    if let Some(script) = work.script.take() {
                        if let Err(error) = work.command.start(&ready, work.format) {
                            return Ok(End::CommandNotStarted(error));
                        }
                        playing.set(OptionFuture::from(Some(script(ready, parts.events.clone()))));
                    }
                }
                Happening::Following => is_following = true,
                Happening::SourceEnded(reason) => return Ok(End::SourceEnded(reason)),
                Happening::TunnelRefused(refusal) => return Ok(End::TunnelRefused(refusal)),
                Happening::UrlChanged { old, new } => return Ok(End::UrlChanged { old, new }),
                Happening::ExpectationMet if work.command.is_running() => work.awaits = false,
                Happening::ExpectationMet => return Ok(End::ExpectationMet),
                Happening::ExpectationFailed(unmet) => return Ok(End::ExpectationFailed(unmet)),
                Happening::Quit => {
                    let ready = is_following || work.script.is_none();
                    return Ok(End::Interrupted { ready, cut_short: false });
                }
                Happening::NotAnnounced(error) => {
                    return Err(SessionError::System { what: "write the ready file", error });
                }
                Happening::OutputFailed(OutputError::Closed) => return Ok(End::OutputClosed),
                Happening::OutputFailed(error) => return Err(SessionError::Output(error)),
            },
            signal = signals.next() => match work.command.is_running() {
                true => work.command.pass_on(signal),
                false => {
                    let ready = is_following || work.script.is_none();
                    return Ok(End::Interrupted { ready, cut_short: false });
                }
            },
            code = work.command.ended() => {
                if code != 0 || !work.awaits {
                    return Ok(End::CommandEnded { code });
                }
                let missing = parts.missing();
                if missing.is_empty() {
                    return Ok(End::CommandEnded { code });
                }
                parts.events.send_if_room(SessionEvent::Remark(report::still_waiting(&missing)));
            }
            Some(outcome) = &mut playing => return Ok(End::Played(outcome)),
            Some(()) = &mut time_is_up => return Ok(End::TimedOut { missing: Vec::new() }),
        }
    }
}
