//! A history with random damage, in its file and in its log. What was acknowledged before the damage and is untouched
//! is exported, what is acknowledged after it is always exported, and nothing is exported that was not stored.
//!
//! `ZOOMHOOK_DAMAGE_ROUNDS=5000 cargo test --lib damage` runs more rounds. `ZOOMHOOK_DAMAGE_SEED=17` starts with another
//! seed, which a failure names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::Connection;
use tempfile::TempDir;
use ulid::Ulid;

use super::insert::{self, Added};
use super::query::Readable;
use super::row::Row;
use super::{Filter, History, HistoryError, HistoryLimits, HistorySettings, Lost, repair};
use crate::delivery::{
    DeliveryVerdict, ForwardRole, Provenance, RelayOutcomeKind, StoredAnswer, StoredDelivery, StoredForward,
    StoredRoute, TunnelKind,
};

const ROUNDS: u64 = 40;
const PAGE: usize = 4096;
const FRAME: usize = PAGE + 24;
const LOG_HEADER: usize = 32;

/// SplitMix64: a fixed sequence for each seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }
}

/// The text that marks the small columns of a delivery; only in its target.
fn small_mark(number: u64) -> String {
    format!("@{number:04}@")
}

/// The text that fills its body.
fn body_mark(number: u64) -> String {
    format!("#{number:04}#")
}

fn delivery(number: u64) -> StoredDelivery {
    // Most bodies fit in a page; some continue in one or several others.
    let repeats = [10, 20, 60, 200, 700, 1_500][usize::try_from(number % 6).unwrap()];
    let is_refused = number % 9 == 8;
    let received_at = UNIX_EPOCH + Duration::from_millis(1_720_000_000_000 + number);
    let forwarded = (0..number % 3).map(|position| StoredForward {
        target: format!("http://localhost:300{position}"),
        role: ForwardRole::Answers.into(),
        outcome: RelayOutcomeKind::Answered.into(),
        status: Some(200),
        headers: vec![("content-type".to_owned(), b"text/plain".to_vec())],
        body: vec![b'x'; 50],
        detail: None,
        first_byte: Some(Duration::from_micros(number)),
        took: Duration::from_micros(number + 5),
    });
    StoredDelivery {
        id: Ulid::from_parts(1_720_000_000_000 + number, u128::from(number)).to_string(),
        provenance: Provenance::Recorded,
        received_at,
        method: "POST".to_owned(),
        target: format!("/webhook?{}", small_mark(number)),
        headers: vec![("x-zm-signature".to_owned(), format!("v0={number:064}").into_bytes())],
        body: body_mark(number).repeat(repeats).into_bytes(),
        verdict: if is_refused { DeliveryVerdict::Invalid } else { DeliveryVerdict::Valid },
        reason: is_refused.then(|| "signature_mismatch".into()),
        event: Some(
            ["meeting.started", "meeting.ended", "phone.ringing"][usize::try_from(number % 3).unwrap()]
                .into(),
        ),
        event_ts: Some(1_720_000_000_000),
        request_id: Some(format!("request-{number}")),
        secret_name: None,
        retry_of: None,
        answer: Some(StoredAnswer { status: 204, took: Duration::from_micros(300) }),
        waits_for: None,
        project: None,
        peer: "127.0.0.1:5000".to_owned(),
        route: StoredRoute::Local.into(),
        tunnel: TunnelKind::None.into(),
        public_url: None,
        forwarded: forwarded.collect(),
    }
}

fn settings(file: &Path) -> HistorySettings {
    HistorySettings { file: file.to_owned(), limits: HistoryLimits::default(), masked_headers: Vec::new() }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

/// Stores deliveries; all are acknowledged.
async fn store(history: &History, numbers: impl Iterator<Item = u64>) {
    let imports = numbers.map(|number| history.import(delivery(number)));
    for stored in tokio::task::unconstrained(futures_util::future::join_all(imports)).await {
        assert_eq!(stored, Ok(true));
    }
}

/// Stores deliveries in one commit.
fn commit(connection: &mut Connection, numbers: std::ops::Range<u64>) {
    let transaction = connection.transaction().unwrap();
    let mut added = Added::default();
    for number in numbers {
        insert::append(&transaction, &Row::of_record(delivery(number), &[]), &mut added).unwrap();
    }
    added.write(&transaction).unwrap();
    transaction.commit().unwrap();
}

/// How many deliveries are stored before the damage, in the file and in the log.
const IN_FILE: u64 = 15;
const IN_LOG: u64 = 6;
/// How many deliveries each commit to the log has.
const IN_COMMIT: usize = 2;

/// The bytes of an undamaged history, and where each delivery is.
struct Original {
    file: Vec<u8>,
    log: Vec<u8>,
    /// How many frames the last commit has.
    last_commit: usize,
    /// The units that contain a part of each delivery.
    places: BTreeMap<u64, BTreeSet<Unit>>,
}

/// A page of the file or a frame of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Page(usize),
    Frame(usize),
}

impl Original {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("h.db");
        // Without the writer's thread, so that every commit and every page is the same in each run.
        commit(&mut super::file::open(&path).unwrap(), 0..IN_FILE);
        let mut connection = super::file::open(&path).unwrap();
        for first in (IN_FILE..IN_FILE + IN_LOG).step_by(IN_COMMIT) {
            commit(&mut connection, first..first + IN_COMMIT as u64);
        }
        let log = super::file::companion(&path, "-wal");
        let (file, log) = (fs::read(&path).unwrap(), fs::read(log).unwrap());
        let mut places = BTreeMap::new();
        for number in 0..IN_FILE + IN_LOG {
            let marks = [small_mark(number), body_mark(number)];
            let has_mark = |bytes: &[u8]| {
                marks.iter().any(|mark| memchr::memmem::find(bytes, mark.as_bytes()).is_some())
            };
            let in_file = file.chunks(PAGE).enumerate().filter(|(_, page)| has_mark(page));
            let in_log = log[LOG_HEADER..].chunks(FRAME).enumerate().filter(|(_, frame)| has_mark(frame));
            let units = in_file.map(|(at, _)| Unit::Page(at)).chain(in_log.map(|(at, _)| Unit::Frame(at)));
            places.insert(number, units.collect());
        }
        let is_commit = |frame: &&[u8]| frame[4..8] != [0; 4];
        let frames: Vec<_> = log[LOG_HEADER..].chunks(FRAME).collect();
        let last_commit = 1 + frames.iter().rev().skip(1).take_while(|frame| !is_commit(frame)).count();
        Self { file, log, last_commit, places }
    }

    /// Writes a damaged copy. Returns the deliveries that the damage does not touch, and how many were acknowledged as far
    /// as the files show.
    fn damaged(&self, path: &Path, random: &mut Random) -> (BTreeSet<u64>, u64) {
        let (mut file, mut log) = (self.file.clone(), self.log.clone());
        let mut damaged = BTreeSet::new();
        for _ in 0..=random.below(4) {
            let in_log = random.below(3) == 0;
            let (bytes, unit) = if in_log { (&mut log, FRAME) } else { (&mut file, PAGE) };
            let start = if in_log { LOG_HEADER } else { 0 };
            let at = random.below((bytes.len() - start) / unit);
            // Sometimes the header of the log.
            let whole = if in_log && random.below(8) == 0 {
                0..LOG_HEADER
            } else {
                damaged.insert(if in_log { Unit::Frame(at) } else { Unit::Page(at) });
                start + at * unit..start + (at + 1) * unit
            };
            match random.below(3) {
                0 => bytes[whole].fill(0),
                kind => {
                    for _ in 0..if kind == 1 { 1 } else { 1 + random.below(64) } {
                        let byte = whole.start + random.below(whole.len());
                        bytes[byte] ^= 1 << random.below(8);
                    }
                }
            }
        }
        fs::write(path, file).unwrap();
        fs::write(super::file::companion(path, "-wal"), log).unwrap();
        let frames = (self.log.len() - LOG_HEADER) / FRAME;
        let mut acknowledged = IN_FILE + IN_LOG;
        if damaged.contains(&Unit::Frame(frames - 1)) {
            // Without its last frame, a commit looks like one that a crash has interrupted.
            damaged.extend((frames - self.last_commit..frames).map(Unit::Frame));
            acknowledged -= IN_COMMIT as u64;
        }
        let is_untouched = |(_, places): &(&u64, &BTreeSet<Unit>)| places.is_disjoint(&damaged);
        (self.places.iter().filter(is_untouched).map(|(number, _)| *number).collect(), acknowledged)
    }
}

/// What is exported, by number, and what was reported as lost. Fails if anything differs from what was stored.
fn exported(path: &Path) -> Result<(BTreeSet<u64>, Option<Lost>), HistoryError> {
    let filter = Filter::default();
    let Some(mut readable) = Readable::open(path, &filter)? else { return Ok((BTreeSet::new(), None)) };
    let mut numbers = BTreeSet::new();
    for stored in readable.by_ref() {
        let mut stored = stored?;
        let number = u64::try_from(Ulid::from_string(&stored.id).unwrap().random()).unwrap();
        let mut original = delivery(number);
        // Answers of the app can be lost. Those that are left are the first ones, unchanged.
        original.forwarded.truncate(stored.forwarded.len());
        stored.forwarded.truncate(original.forwarded.len());
        assert_eq!(stored, original);
        assert!(numbers.insert(number), "{number} is exported twice");
    }
    Ok((numbers, readable.lost()))
}

fn round(original: &Original, seed: u64) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("h.db");
    let (untouched, acknowledged) = original.damaged(&path, &mut Random(seed));
    let before = match exported(&path) {
        // A flipped bit in the version cannot be told from a newer version.
        Err(HistoryError::Newer { .. }) => return,
        other => other.unwrap(),
    };
    assert!(before.0.is_superset(&untouched), "not exported: {:?}", untouched.difference(&before.0));
    let is_complete = before.0.len() as u64 >= acknowledged;
    assert!(is_complete || before.1.is_some(), "loss is not reported: {before:?}");
    let missing = IN_FILE + IN_LOG - before.0.len() as u64;
    let lost = before.1.unwrap_or_default();
    assert!(lost.deliveries <= missing, "{lost:?}, but only {missing} are missing");

    let after: BTreeSet<u64> = (1_000..1_006).collect();
    runtime().block_on(async {
        let history = History::open(&settings(&path)).unwrap();
        store(&history, 1_000..1_003).await;
        store(&history, 1_003..1_006).await;
        history.close().await;
    });
    let second = exported(&path).unwrap().0;
    let expected = || untouched.union(&after);
    assert!(expected().all(|number| second.contains(number)), "not exported: {untouched:?}, {second:?}");
    let repaired = runtime().block_on(repair(&settings(&path), SystemTime::now())).unwrap();
    let (third, lost) = exported(&path).unwrap();
    assert!(expected().all(|number| third.contains(number)), "not repaired: {untouched:?}, {third:?}");
    assert_eq!(lost, None, "{repaired:?}");
    assert!(third.is_superset(&second), "the repair lost: {:?}", second.difference(&third));
}

#[test]
fn what_is_readable_or_acknowledged_later_is_exported_after_random_damage() {
    let number = |name| std::env::var(name).ok().and_then(|number: String| number.parse().ok());
    let first: u64 = number("ZOOMHOOK_DAMAGE_SEED").unwrap_or(0);
    let rounds = number("ZOOMHOOK_DAMAGE_ROUNDS").unwrap_or(ROUNDS);
    let (original, next) = (Original::new(), AtomicU64::new(first));
    assert!(original.places.values().all(|places| !places.is_empty()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let seed = next.fetch_add(1, Ordering::Relaxed)
                    && seed < first + rounds
                {
                    let result =
                        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| round(&original, seed)));
                    assert!(result.is_ok(), "the round with ZOOMHOOK_DAMAGE_SEED={seed} failed");
                }
            });
        }
    });
}

#[test]
fn an_undamaged_history_is_not_repaired() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("h.db");
    let original = Original::new();
    fs::write(&path, &original.file).unwrap();
    fs::write(super::file::companion(&path, "-wal"), &original.log).unwrap();
    let (all, lost) = exported(&path).unwrap();
    assert_eq!((all.len() as u64, lost), (IN_FILE + IN_LOG, None));
    assert_eq!(runtime().block_on(repair(&settings(&path), SystemTime::now())), Ok(None));
}
