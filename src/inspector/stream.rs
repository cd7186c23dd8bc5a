//! `GET stream`: new deliveries and the session's events, as Server-Sent Events.
//!
//! Each client has a place in the history and reads on from it, so that it gets each delivery once, in the order of
//! storing, also if it was slow or away: `Last-Event-ID` is the id of the last delivery that it got. At most one page of
//! deliveries is in memory for a client, and nothing waits for it.
//!
//! | event | data |
//! | --- | --- |
//! | `delivery` | a delivery that was stored, without its body; the event's id is the delivery's |
//! | `update` | the same, if something changed later: an answer of the app |
//! | the type of a line | the session's lines of NDJSON |
//! | `reload` | the client has missed something that is not in the history: it reads the session again |

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::HeaderMap;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc, watch};

use super::answer::{self, Answer, ApiError};
use super::feed::LiveLine;
use super::query::Parameters;
use super::{Inspected, Site};
use crate::delivery::StoredDelivery;
use crate::history::{Filter, HistoryError, HistoryReader};
use crate::report::history::row;

/// Parts that wait for a client to read them. A part is at most one page of deliveries.
const UNREAD: usize = 4;
/// How often the history is read for what other processes stored. A running session reports its own deliveries.
const LOOK: Duration = Duration::from_millis(500);
/// Looks without a change after which a comment is sent, so that a dead client is noticed.
const QUIET: u32 = 30;

/// Opens the stream.
pub(super) async fn open(
    site: &Arc<Site>,
    query: &Parameters,
    headers: &HeaderMap,
) -> Result<Answer, ApiError> {
    let filter = query.filter()?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = last.or_else(|| query.get("after")).map(str::to_owned);
    let (sender, parts) = mpsc::channel(UNREAD);
    let client = Client::new(site.clone(), filter, sender);
    // Subscribed before the place is read, so that nothing is missed in between.
    tokio::spawn(client.run(after));
    Ok(answer::streamed("text/event-stream", parts))
}

/// The client has gone, or the history cannot be read. A browser connects again.
struct StreamEnded;

impl From<HistoryError> for StreamEnded {
    fn from(_: HistoryError) -> Self {
        Self
    }
}

struct Client {
    site: Arc<Site>,
    filter: Filter,
    sender: mpsc::Sender<Bytes>,
    lines: Option<broadcast::Receiver<LiveLine>>,
    stored: Option<watch::Receiver<u64>>,
    /// The sequence number of the last delivery that was looked at.
    place: i64,
}

enum Woken {
    Line(LiveLine),
    Missed,
    Look,
    Tick,
}

impl Client {
    fn new(site: Arc<Site>, filter: Filter, sender: mpsc::Sender<Bytes>) -> Self {
        let Inspected { live, .. } = &site.inspected;
        let lines = live.as_ref().map(|live| live.lines());
        let stored = live.as_ref().map(|live| live.stored());
        Self { site, filter, sender, lines, stored, place: 0 }
    }

    async fn run(mut self, after: Option<String>) {
        // The end is not reported: nobody is left to read it.
        let _ = self.serve(after).await;
    }

    async fn serve(&mut self, after: Option<String>) -> Result<(), StreamEnded> {
        self.send(Bytes::from_static(b"retry: 1000\n\n")).await?;
        self.find_place(after).await?;
        let mut quiet = 0;
        loop {
            let sent = self.send_stored().await?;
            quiet = if sent { 0 } else { quiet };
            match self.wake().await? {
                Woken::Line(LiveLine::Line(kind, line)) => {
                    self.send(format!("event: {kind}\ndata: {line}\n\n").into()).await?;
                }
                Woken::Line(LiveLine::Changed(id)) => self.send_changed(id).await?,
                Woken::Missed => self.reload().await?,
                Woken::Look => {}
                Woken::Tick => {
                    quiet += 1;
                    if quiet % QUIET == 0 {
                        self.send(Bytes::from_static(b":\n\n")).await?;
                    }
                }
            }
        }
    }

    async fn find_place(&mut self, after: Option<String>) -> Result<(), StreamEnded> {
        let find = move |reader: &HistoryReader| match after {
            None => Ok((reader.newest_seq()?, true)),
            Some(id) => match reader.seq_of(&id)? {
                Some(seq) => Ok((seq, true)),
                None => Ok((reader.seq_before(&id)?, false)),
            },
        };
        let (place, is_known) = self.site.readers.read(find).await?.unwrap_or((0, true));
        self.place = place;
        if is_known { Ok(()) } else { self.reload().await }
    }

    /// Sends what was stored since the last look. Returns whether there was anything.
    async fn send_stored(&mut self) -> Result<bool, StreamEnded> {
        let mut has_sent = false;
        loop {
            let (filter, place) = (self.filter.clone(), self.place);
            let read = move |reader: &HistoryReader| {
                let newest = reader.newest_seq()?;
                if newest <= place {
                    return Ok((Vec::new(), newest, newest));
                }
                let (found, last) = reader.stored_since(&filter, place)?;
                Ok((found, last, newest))
            };
            let Some((found, last, newest)) = self.site.readers.read(read).await? else {
                return Ok(has_sent);
            };
            if newest < place {
                // The last ones were deleted, or there is a new file.
                self.place = newest;
                self.reload().await?;
                return Ok(true);
            }
            if !found.is_empty() {
                has_sent = true;
                let events =
                    found.iter().flat_map(|stored| event("delivery", stored, true)).collect::<Vec<u8>>();
                self.send(events.into()).await?;
            }
            self.place = last;
            if last >= newest {
                return Ok(has_sent);
            }
        }
    }

    async fn send_changed(&mut self, id: Arc<str>) -> Result<(), StreamEnded> {
        let (filter, place) = (self.filter.clone(), self.place);
        // What comes later is sent as a delivery, with its changes.
        let read = move |reader: &HistoryReader| match reader.seq_of(&id)? {
            Some(seq) if seq <= place => {
                Ok(reader.stored_since(&filter, seq - 1)?.0.into_iter().find(|stored| *stored.id == *id))
            }
            _ => Ok(None),
        };
        match self.site.readers.read(read).await?.flatten() {
            Some(stored) => self.send(event("update", &stored, false).into()).await,
            None => Ok(()),
        }
    }

    async fn reload(&mut self) -> Result<(), StreamEnded> {
        self.send(Bytes::from_static(b"event: reload\ndata: {}\n\n")).await
    }

    async fn wake(&mut self) -> Result<Woken, StreamEnded> {
        let line = async {
            match &mut self.lines {
                Some(lines) => lines.recv().await,
                None => std::future::pending().await,
            }
        };
        let stored = async {
            match &mut self.stored {
                Some(stored) => stored.changed().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.sender.closed() => Err(StreamEnded),
            line = line => match line {
                Ok(line) => Ok(Woken::Line(line)),
                Err(RecvError::Lagged(_)) => Ok(Woken::Missed),
                Err(RecvError::Closed) => Err(StreamEnded),
            },
            changed = stored => changed.map(|()| Woken::Look).map_err(|_| StreamEnded),
            () = tokio::time::sleep(LOOK) => Ok(Woken::Tick),
        }
    }

    async fn send(&self, part: Bytes) -> Result<(), StreamEnded> {
        self.sender.send(part).await.map_err(|_| StreamEnded)
    }
}

/// One event about a delivery. Its line has no line breaks, because JSON escapes them.
fn event(kind: &str, stored: &StoredDelivery, moves_on: bool) -> Vec<u8> {
    let id = if moves_on { format!("id: {}\n", stored.id) } else { String::new() };
    [id.as_bytes(), b"event: ", kind.as_bytes(), b"\ndata: ", row(stored).trim_ascii_end(), b"\n\n"].concat()
}
