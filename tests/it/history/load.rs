//! Many requests at once, each compared with what was stored, byte for byte.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

use crate::support::raw_client::RawClient;
use crate::support::requests::{event, signed_head, with_length};

/// Random numbers from a seed that is printed, so that a failure can be repeated.
pub(super) struct Random(u64);

impl Random {
    /// From `ZOOMHOOK_SEED`, else from the clock.
    pub(super) fn printed() -> Self {
        let given = std::env::var("ZOOMHOOK_SEED").ok().map(|seed| seed.parse().unwrap());
        let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
        let seed = given.unwrap_or_else(clock);
        println!("ZOOMHOOK_SEED={seed}");
        Self(seed)
    }

    /// A different sequence for each seed.
    pub(super) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Up to `end`, which is left out.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

/// A request as it has to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) name: String,
    headers: String,
    body: Vec<u8>,
    pub(super) status: u16,
}

/// Clients that send one event after another; each answer comes through `answered`.
pub(super) struct Load {
    clients: Vec<JoinHandle<()>>,
    answered: UnboundedReceiver<Sent>,
    stop: Arc<AtomicBool>,
}

impl Load {
    /// `clients` connections; names begin with `prefix`, bodies have up to `padding` bytes more than they need.
    pub(super) async fn start(address: SocketAddr, prefix: &str, clients: u64, padding: u64) -> Self {
        let (sender, answered) = unbounded_channel();
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = Vec::new();
        for client in 0..clients {
            let (sender, stop, prefix) = (sender.clone(), stop.clone(), prefix.to_owned());
            let mut connection = RawClient::connect(address).await;
            let mut random = Random::of(client + 1);
            tasks.push(tokio::spawn(async move {
                for number in 0.. {
                    let name = format!("{prefix}.c{client}.n{number}");
                    let (mut sent, request) = request(&name, random.below(padding + 1));
                    connection.send_while_taken(&request).await;
                    let Some(reply) = connection.reply().await else { return };
                    sent.status = reply.status;
                    if sender.send(sent).is_err() || stop.load(Ordering::Relaxed) {
                        return;
                    }
                }
            }));
        }
        Self { clients: tasks, answered, stop }
    }

    /// The next answer.
    pub(super) async fn next(&mut self) -> Sent {
        self.answered.recv().await.expect("all connections were closed")
    }

    /// Answers until `count` of them had this status.
    pub(super) async fn until(&mut self, status: u16, mut count: usize) -> Vec<Sent> {
        let mut all = Vec::new();
        while count > 0 {
            let next = self.next().await;
            count -= usize::from(next.status == status);
            all.push(next);
        }
        all
    }

    /// The answers so far.
    pub(super) fn so_far(&mut self) -> Vec<Sent> {
        std::iter::from_fn(|| self.answered.try_recv().ok()).collect()
    }

    /// Stops the clients; returns the answers that were not read yet.
    pub(super) async fn end(mut self) -> Vec<Sent> {
        self.stop.store(true, Ordering::Relaxed);
        for client in std::mem::take(&mut self.clients) {
            client.await.unwrap();
        }
        self.so_far()
    }
}

/// A signed event with unique headers and a unique body.
pub(super) fn request(name: &str, padding: u64) -> (Sent, Vec<u8>) {
    let body = event(name, usize::try_from(padding).unwrap());
    let head = signed_head("/webhook", &body) + &format!("x-zm-trackingid: {name}-caf\u{e9}\r\n");
    let request = with_length(head, &body);
    let head_end = request.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&request[..head_end]).unwrap();
    let headers = head.lines().skip(1).map(|line| line.replacen(": ", ":", 1) + "\n").collect();
    (Sent { name: name.to_owned(), headers, body, status: 0 }, request)
}

/// The stored deliveries in the order of storing; also asserts that the file is intact.
pub(super) fn kept(file: &Path) -> Vec<Sent> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    let sql = "SELECT d.event, c.headers, c.body, d.status FROM deliveries d JOIN contents c USING (seq) ORDER BY seq";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        let headers = String::from_utf8(row.get(1)?).unwrap();
        Ok(Sent { name: row.get(0)?, headers, body: row.get(2)?, status: row.get(3)? })
    });
    let kept: Vec<Sent> = rows.unwrap().collect::<Result<_, _>>().unwrap();
    let counted: i64 = connection.query_row("SELECT sum(count) FROM totals", [], |row| row.get(0)).unwrap();
    assert_eq!(counted, i64::try_from(kept.len()).unwrap(), "the totals differ from the rows");
    kept
}

/// Asserts that every acknowledged request is stored as it was sent; returns their number.
pub(super) fn assert_kept<'s>(sent: impl IntoIterator<Item = &'s Sent>, kept: &[Sent]) -> usize {
    let by_name: HashMap<&str, &Sent> = kept.iter().map(|kept| (kept.name.as_str(), kept)).collect();
    let acknowledged = sent.into_iter().filter(|sent| sent.status == 204);
    acknowledged.map(|sent| assert_eq!(by_name.get(sent.name.as_str()), Some(&sent), "{}", sent.name)).count()
}
