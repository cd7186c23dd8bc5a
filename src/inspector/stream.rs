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
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use hyper::HeaderMap;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::Instant;

use super::answer::{ApiError, InspectorAnswer};
use super::feed::LiveLine;
use super::query::{Parameters, Wanted};
use super::{Inspected, Site, deliveries, server_events};
use crate::delivery::StoredDelivery;
use crate::history::{Filter, HistoryError, HistoryReader, Reference};

/// Parts that wait for a client to read them. A part is at most one page of deliveries.
const UNREAD: usize = 4;
/// How often the history is read for what other processes stored. A running session reports its own deliveries.
const LOOK: Duration = Duration::from_millis(500);
/// Shortest time between two reads while deliveries arrive. A read is then for many of them, and costs the listener less.
/// A person does not see the delay.
const BETWEEN_READS: Duration = Duration::from_millis(100);
/// Deliveries that arrive in a second in a flood.
const FLOOD: f64 = 500.0;
/// Fewer deliveries than this in one read are not a flood, even if they arrive within a moment.
const BURST: i64 = 50;
/// How much longer than a read the pause after it is in a flood, so that a page takes little of the processor. The page is
/// behind then, and catches up without pauses once the flood ends.
const PAUSE_FOR_READ: u32 = 25;
/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// Limit on deliveries that are sent again once they no longer wait.
const MOST_WAITING: usize = 256;
/// Looks without a change after which a comment is sent, so that a dead client is noticed.
const QUIET: u32 = 30;

/// Opens the stream.
pub(super) fn open(
    site: &Arc<Site>,
    query: &Parameters,
    headers: &HeaderMap,
) -> Result<InspectorAnswer, ApiError> {
    let wanted = query.wanted()?;
    let after = server_events::last_id(query, headers);
    let (sender, parts) = mpsc::channel(UNREAD);
    let client = Client::new(site.clone(), wanted, sender);
    // Subscribed before the place is read, so that nothing is missed in between.
    tokio::spawn(client.run(after));
    Ok(server_events::opened(parts))
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
    wanted: Wanted,
    sender: mpsc::Sender<Bytes>,
    lines: Option<broadcast::Receiver<LiveLine>>,
    stored: Option<watch::Receiver<u64>>,
    /// The sequence number of the last delivery that was looked at.
    place: i64,
    /// The newest sequence number at the last read, and when that was.
    last_read: Option<(i64, Instant)>,
    /// When the history may be read again.
    next_read: Instant,
    /// The ids of deliveries that were sent before they had their last outcome, the oldest first.
    waiting: Vec<String>,
}

enum Woken {
    Line(LiveLine),
    Missed,
    Look,
    Tick,
}

impl Client {
    fn new(site: Arc<Site>, wanted: Wanted, sender: mpsc::Sender<Bytes>) -> Self {
        let Inspected { live, .. } = &site.inspected;
        let lines = live.as_ref().map(|live| live.lines());
        let stored = live.as_ref().map(|live| live.stored());
        let next_read = Instant::now();
        Self {
            site,
            wanted,
            sender,
            lines,
            stored,
            place: 0,
            last_read: None,
            next_read,
            waiting: Vec::new(),
        }
    }

    async fn run(mut self, after: Option<String>) {
        // The end is not reported: the client has gone.
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
                    self.send_ended_waits().await?;
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
            tokio::time::sleep_until(self.next_read).await;
            let started = Instant::now();
            let (wanted, place) = (self.wanted.clone(), self.place);
            let read = move |reader: &HistoryReader| {
                let (newest, now) = (reader.newest_seq()?, SystemTime::now());
                if newest <= place {
                    return Ok((Vec::new(), Vec::new(), newest, newest));
                }
                let (mut found, last) = reader.stored_since(&wanted.filter, place)?;
                found.retain(|stored| stored.is_waiting(now) || wanted.fits(stored, now));
                let waiting = found.iter().filter(|stored| stored.is_waiting(now));
                let waiting: Vec<String> = waiting.map(|stored| stored.id.clone()).collect();
                Ok((events("delivery", reader, &found)?, waiting, last, newest))
            };
            let Some((events, waiting, last, newest)) = self.site.readers.read(read).await? else {
                return Ok(has_sent);
            };
            if newest < place {
                // The last ones were deleted, or there is a new file.
                self.place = newest;
                self.reload().await?;
                return Ok(true);
            }
            self.next_read = Instant::now() + self.pause(started, newest, place < last && last == newest);
            if !events.is_empty() {
                has_sent = true;
                self.send(events.into()).await?;
            }
            self.waiting.extend(waiting);
            self.waiting.drain(..self.waiting.len().saturating_sub(MOST_WAITING));
            self.place = last;
            if last >= newest {
                return Ok(has_sent);
            }
        }
    }

    /// How long to wait after a read that began at this time. `took_all`: it found deliveries, and no more are there.
    fn pause(&mut self, started: Instant, newest: i64, took_all: bool) -> Duration {
        let is_flood = self.last_read.replace((newest, started)).is_some_and(|(before, at)| {
            let arrived = newest - before;
            arrived >= BURST && arrived as f64 >= FLOOD * (started - at).as_secs_f64()
        });
        match (is_flood, took_all) {
            (true, _) => (started.elapsed() * PAUSE_FOR_READ).clamp(BETWEEN_READS, LONGEST_PAUSE),
            (false, true) => BETWEEN_READS,
            (false, false) => Duration::ZERO,
        }
    }

    async fn send_changed(&mut self, id: Arc<str>) -> Result<(), StreamEnded> {
        let place = self.place;
        // What comes later is sent as a delivery, with its changes.
        let read = move |reader: &HistoryReader| match reader.seq_of(&id)? {
            Some(seq) if seq <= place => {
                let found = reader.stored_since(&Filter::default(), seq - 1)?.0;
                let found: Vec<_> = found.into_iter().filter(|stored| *stored.id == *id).collect();
                events("update", reader, &found)
            }
            _ => Ok(Vec::new()),
        };
        let changed = self.site.readers.read(read).await?.unwrap_or_default();
        if changed.is_empty() { Ok(()) } else { self.send(changed.into()).await }
    }

    /// Sends what no longer waits for the app. Without a session, nothing reports that.
    async fn send_ended_waits(&mut self) -> Result<(), StreamEnded> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.waiting);
        let read = move |reader: &HistoryReader| {
            let now = SystemTime::now();
            let (mut done, mut still) = (Vec::new(), Vec::new());
            for id in waiting {
                match reader.get(&Reference::Beginning(id.clone()), None)? {
                    Ok(stored) if !stored.is_waiting(now) => done.push(stored),
                    Ok(_) => still.push(id),
                    // It was deleted.
                    Err(_) => {}
                }
            }
            Ok((events("update", reader, &done)?, still))
        };
        let (done, still) = self.site.readers.read(read).await?.unwrap_or_default();
        self.waiting.extend(still);
        if done.is_empty() { Ok(()) } else { self.send(done.into()).await }
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

/// An event about each delivery. Only a new delivery moves the place of the client on.
fn events(kind: &str, reader: &HistoryReader, found: &[StoredDelivery]) -> Result<Vec<u8>, HistoryError> {
    let mut events = Vec::new();
    for (stored, row) in found.iter().zip(deliveries::rows(reader, found)?) {
        let id = (kind == "delivery").then_some(stored.id.as_str());
        server_events::push(&mut events, kind, id, &row);
    }
    Ok(events)
}
