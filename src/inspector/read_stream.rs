//! `GET read/stream`: a project's events for another machine, as Server-Sent Events with whole deliveries.
//!
//! As in `stream.rs`, a client has a place in the history and reads on from it: nothing is kept for it, and it delays nobody.
//! Its token is looked up again and again, so that the stream of a revoked one ends.
//!
//! | event | data |
//! | --- | --- |
//! | `position` | the first one: where the stream begins |
//! | `delivery` | a stored delivery; the event's id is the delivery's |
//! | `error` | why the stream ends |

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::HeaderValue;
use serde_json::json;
use tokio::sync::{mpsc, watch};
use zeroize::Zeroizing;

use super::answer::{ApiError, InspectorAnswer};
use super::query::Parameters;
use super::{Site, read_access, server_events};
use crate::delivery::{StoredDelivery, StoredWait};
use crate::history::{HistoryError, HistoryReader};
use crate::read_token::ReadToken;
use crate::report::history as lines;

/// Parts that wait for a client to read them.
const UNREAD: usize = 4;
/// Deliveries are sent together up to this size, and at least one: a client that stores them together is many times as fast.
const PART: usize = 64 * 1024;
/// How often the history is read for what other processes stored, and the token is looked up.
const LOOK: Duration = Duration::from_millis(500);
/// A comment is sent when there was nothing else for this time, so that a client notices a dead connection.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// How often the use of the token is noted.
const NOTED: Duration = Duration::from_secs(60);
/// The place before the first delivery.
const BEGINNING: &str = "00000000000000000000000000";

/// Opens the stream.
pub(super) fn open(
    site: &Arc<Site>,
    token: ReadToken,
    bearer: &str,
    query: &Parameters,
    headers: &HeaderMap,
) -> Result<InspectorAnswer, ApiError> {
    let after = server_events::last_id(query, headers);
    let (sender, parts) = mpsc::channel(UNREAD);
    let reader = RemoteReader {
        site: site.clone(),
        token,
        bearer: Zeroizing::new(bearer.to_owned()),
        sender,
        stored: site.inspected.live.as_ref().map(|live| live.stored()),
        place: 0,
        landmark: None,
        sent_at: Instant::now(),
        noted_at: Instant::now(),
    };
    tokio::spawn(reader.run(after));
    let mut answer = server_events::opened(parts);
    // Proxies that collect an answer before they pass it on would hold up the events.
    answer.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(answer)
}

/// Why a stream ends.
enum ReadEnded {
    /// The client has gone.
    Gone,
    /// The client may not read on, or the history cannot be read.
    Because(ApiError),
}

impl From<HistoryError> for ReadEnded {
    fn from(error: HistoryError) -> Self {
        Self::Because(error.into())
    }
}

/// Where a stream begins.
#[derive(Default)]
struct Beginning {
    seq: i64,
    /// The id after which it begins.
    after: Option<String>,
    /// The deliveries that are there already.
    behind: u64,
    /// Whether the history has the delivery after which the client wants to go on.
    is_known: bool,
}

struct RemoteReader {
    site: Arc<Site>,
    token: ReadToken,
    bearer: Zeroizing<String>,
    sender: mpsc::Sender<Bytes>,
    stored: Option<watch::Receiver<u64>>,
    /// The sequence number of the last delivery that was looked at.
    place: i64,
    /// The id of a delivery of this history that is not behind `place`. If it is gone, there may be a new file.
    landmark: Option<String>,
    sent_at: Instant,
    noted_at: Instant,
}

impl RemoteReader {
    async fn run(mut self, after: Option<String>) {
        if let Err(ReadEnded::Because(error)) = self.serve(after).await {
            let line = error.line();
            let _ = self.send(event("error", &line)).await;
        }
    }

    async fn serve(&mut self, after: Option<String>) -> Result<(), ReadEnded> {
        self.begin(after).await?;
        loop {
            self.send_stored().await?;
            self.wait().await?;
            if self.sent_at.elapsed() >= HEARTBEAT {
                self.send(Bytes::from_static(b":\n\n")).await?;
            }
        }
    }

    /// Ends the stream if the token may no longer be used.
    async fn check_token(&mut self) -> Result<(), ReadEnded> {
        let token = self.site.read_tokens.find(&self.bearer).await.map_err(ReadEnded::Because)?;
        if self.noted_at.elapsed() >= NOTED {
            self.site.read_tokens.note_use(&token);
            self.noted_at = Instant::now();
        }
        Ok(())
    }

    async fn begin(&mut self, after: Option<String>) -> Result<(), ReadEnded> {
        let filter = read_access::filter(&self.token);
        let find = move |reader: &HistoryReader| {
            let mut begin = Beginning { is_known: true, ..Beginning::default() };
            match after {
                None => {
                    // Of those that are shown: others are pruned sooner, and the client could not go on from them.
                    let (newest, seq) = reader.newest(&filter, 1)?;
                    (begin.seq, begin.after) = (seq, newest.into_iter().next().map(|stored| stored.id));
                }
                Some(after) if after == BEGINNING => begin.after = Some(after),
                Some(after) => {
                    let known = reader.seq_of(&after)?;
                    begin.is_known = known.is_some();
                    begin.seq = known.map_or_else(|| reader.seq_before(&after), Ok)?;
                    // A place that the history has, so that the client can go on from it.
                    begin.after = if begin.is_known { Some(after) } else { reader.id_of(begin.seq)? };
                }
            }
            begin.behind = reader.count_first_attempts(&filter, begin.seq)?;
            Ok(begin)
        };
        let begin = self.site.readers.read(find).await?;
        let begin = begin.unwrap_or_else(|| Beginning { is_known: true, ..Beginning::default() });
        self.place = begin.seq;
        self.landmark = begin.after.clone().filter(|_| begin.seq > 0);
        let line = json!({
            "v": 1,
            "type": "position",
            "after": begin.after.as_deref().unwrap_or(BEGINNING),
            "behind": begin.behind,
            "known": begin.is_known,
        });
        self.send(event("position", line.to_string().as_bytes())).await
    }

    /// Sends what was stored since the last look, in the order of storing. It stops at a delivery that the app has not
    /// answered yet, so that the id of the last delivery is always a place to go on from.
    async fn send_stored(&mut self) -> Result<(), ReadEnded> {
        loop {
            self.check_token().await?;
            let filter = read_access::filter(&self.token);
            let (place, landmark) = (self.place, self.landmark.clone());
            let read = move |reader: &HistoryReader| {
                let newest = reader.newest_seq()?;
                let place = match landmark {
                    Some(id) if reader.seq_of(&id)?.is_none_or(|seq| seq > place) => {
                        reader.seq_before(&id)?
                    }
                    _ => place.min(newest),
                };
                if newest == place {
                    return Ok((Vec::new(), place, newest));
                }
                let (found, last) = reader.stored_since(&filter, place)?;
                let waits = found.iter().position(|stored| waits_for_answer(stored, SystemTime::now()));
                match waits {
                    None => Ok((found, last, newest)),
                    Some(at) => {
                        let seq = reader.seq_of(&found[at].id)?.unwrap_or(last);
                        Ok((found.into_iter().take(at).collect(), seq - 1, seq - 1))
                    }
                }
            };
            let Some((found, last, newest)) = self.site.readers.read(read).await? else { return Ok(()) };
            let mut part = Vec::new();
            for stored in found {
                let Some(shown) = read_access::shown(&self.token, stored) else { continue };
                server_events::push(&mut part, "delivery", Some(&shown.id), &lines::line(&shown));
                self.landmark = Some(shown.id);
                if part.len() >= PART {
                    self.send(std::mem::take(&mut part).into()).await?;
                }
            }
            if !part.is_empty() {
                self.send(part.into()).await?;
            }
            self.place = last;
            if last >= newest {
                return Ok(());
            }
        }
    }

    async fn wait(&mut self) -> Result<(), ReadEnded> {
        let stored = async {
            let is_news = match &mut self.stored {
                Some(stored) => stored.changed().await.is_ok(),
                None => false,
            };
            // Without a session, the history is looked at from time to time.
            if !is_news {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = self.sender.closed() => Err(ReadEnded::Gone),
            () = stored => Ok(()),
            () = tokio::time::sleep(LOOK) => Ok(()),
        }
    }

    async fn send(&mut self, part: Bytes) -> Result<(), ReadEnded> {
        self.sender.send(part).await.map_err(|_| ReadEnded::Gone)?;
        self.sent_at = Instant::now();
        Ok(())
    }
}

fn waits_for_answer(stored: &StoredDelivery, now: SystemTime) -> bool {
    matches!(stored.waits_for, Some(StoredWait::Answer { until }) if until > now)
}

/// An event that is not a delivery.
fn event(kind: &str, line: &[u8]) -> Bytes {
    let mut event = Vec::new();
    server_events::push(&mut event, kind, None, line);
    event.into()
}
