//! Random faults while signed events are sent with retries, as Zoom does: every acknowledged request was shown once,
//! and every other one was sent again and arrived.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use zoomhook::delivery::{EventReceiver, Judgement, SessionEvent};

use super::probed::listen;
use super::*;
use crate::support::ngrok_server::{Control, Script};
use crate::support::raw_client::RawClient;
use crate::support::requests::{event, signed_head, with_length};

/// Zoom waits three seconds; a test can do with less.
const ANSWER: Duration = Duration::from_secs(1);
/// Zoom's first retry comes after five minutes.
const RETRY: Duration = Duration::from_millis(150);
/// Senders at a time.
const SENDERS: usize = 6;

/// Pseudo-random numbers from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        // The constants of Knuth's MMIX.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// What the senders and the listener saw; an attempt is `event.try`.
#[derive(Default)]
struct Seen {
    /// How often each attempt was shown as a verified event.
    shown: Mutex<HashMap<String, usize>>,
    /// The attempts that were acknowledged.
    acknowledged: Mutex<Vec<String>>,
    events: AtomicU64,
    retries: AtomicU64,
}

/// Sends one attempt; whether it was acknowledged.
async fn send(server: &NgrokServer, host: &str, attempt: &str) -> bool {
    let body = event("meeting.started", 200);
    let head = signed_head("/webhook", &body).replace("host: localhost", &format!("host: {host}"));
    let request = with_length(format!("{head}x-attempt: {attempt}\r\n"), &body);
    let exchange = async {
        let mut client = RawClient::connect(server.edge_address).await;
        client.send_while_taken(&request).await;
        client.reply().await.is_some_and(|reply| reply.status == 204)
    };
    timeout(ANSWER, exchange).await.unwrap_or(false)
}

async fn sender(server: Arc<NgrokServer>, host: String, seen: Arc<Seen>, over: Arc<AtomicBool>) {
    while !over.load(Ordering::Relaxed) {
        let number = seen.events.fetch_add(1, Ordering::Relaxed);
        for attempt in 1.. {
            let name = format!("{number}.{attempt}");
            if send(&server, &host, &name).await {
                seen.acknowledged.lock().unwrap().push(name);
                break;
            }
            seen.retries.fetch_add(1, Ordering::Relaxed);
            sleep(RETRY).await;
        }
        sleep(Duration::from_millis(5)).await;
    }
}

async fn note(mut events: EventReceiver, seen: Arc<Seen>) {
    let mut batch = Vec::new();
    while events.next_batch(&mut batch, 64).await {
        for event in batch.drain(..) {
            let SessionEvent::Delivery(delivery) = event else { continue };
            if let (Judgement::Event(_), Some(attempt)) =
                (&delivery.judgement, delivery.request.headers.get("x-attempt"))
            {
                let attempt = attempt.to_str().unwrap().to_owned();
                *seen.shown.lock().unwrap().entry(attempt).or_default() += 1;
            }
        }
    }
}

/// Causes and repairs one fault after another until the time is over.
async fn break_things(server: &NgrokServer, dice: &mut Dice, time: Duration) -> usize {
    let (until, mut faults) = (Instant::now() + time, 0);
    while Instant::now() < until {
        faults += 1;
        match dice.below(6) {
            0 => server.control(&Control::Cut),
            1 => server.control(&Control::Freeze),
            2 => server.control(&Control::GoAway),
            3 => {
                server.script(|script| script.hang_up = true);
                server.control(&Control::Cut);
            }
            4 => {
                let said = "It is already online.\r\n\r\nERR_NGROK_334\r\n".to_owned();
                server.script(|script| script.refuse_bind = Some(said));
                server.control(&Control::Cut);
            }
            _ => server.control(&Control::Garbage),
        }
        sleep(Duration::from_millis(200 + dice.below(1000))).await;
        server.script(|script| (script.hang_up, script.refuse_bind) = (false, None));
        sleep(Duration::from_millis(dice.below(1500))).await;
    }
    faults
}

async fn soak(time: Duration) {
    let seed = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let mut script = Script::default();
    // The URL stays over a change of sessions only with a domain.
    script.reserved.insert("mine.example.com".to_owned(), GOOD_TOKEN.to_owned());
    let server = Arc::new(NgrokServer::start(script));
    let limits = TunnelLimits {
        step: Duration::from_millis(800),
        heartbeat_interval: Duration::from_millis(150),
        heartbeat_tolerance: Duration::from_millis(700),
        check_interval: Duration::from_millis(500),
        probe: Duration::from_millis(800),
        ..quick()
    };
    let settings = ngrok::NgrokSettings { domain: Some("mine.example.com".to_owned()), ..settings(&server) };
    let probes = ProbeRoute::Edge(server.edge_address);
    let mut tunnel = start_any(TunnelSettings::Ngrok(Box::new(settings)), limits, probes);
    let (events, stop) = listen(&mut tunnel, probe_key());
    until(&mut tunnel, is_online).await;

    let (seen, over) = (Arc::new(Seen::default()), Arc::new(AtomicBool::new(false)));
    let noting = tokio::spawn(note(events, seen.clone()));
    let mut senders = JoinSet::new();
    for _ in 0..SENDERS {
        let host = "mine.example.com".to_owned();
        senders.spawn(sender(server.clone(), host, seen.clone(), over.clone()));
    }
    let (is_up, mut comes_back) = watch::channel(true);
    let (_, empty) = mpsc::channel(1);
    let mut states = std::mem::replace(&mut tunnel.states, empty);
    let offline = tokio::spawn(async move {
        let (mut lost, mut total, mut outages) = (None, Duration::ZERO, 0);
        while let Some(state) = states.recv().await {
            match state {
                TunnelState::Lost { .. } => {
                    lost.get_or_insert_with(Instant::now);
                    is_up.send_replace(false);
                }
                TunnelState::Online { .. } => {
                    is_up.send_replace(true);
                    if let Some(lost) = lost.take() {
                        (total, outages) = (total + lost.elapsed(), outages + 1);
                    }
                }
                TunnelState::Refused(refusal) => panic!("seed {seed}: {refusal:?}"),
                _ => {}
            }
        }
        assert!(lost.is_none(), "seed {seed}: it did not come back");
        (total, outages)
    });
    let faults = break_things(&server, &mut Dice(seed), time).await;
    over.store(true, Ordering::Relaxed);
    // Each sender ends once its last event has been acknowledged.
    let all = async { while senders.join_next().await.is_some_and(|ended| ended.is_ok()) {} };
    timeout(2 * PATIENCE, all).await.unwrap_or_else(|_| panic!("seed {seed}: an event never arrived"));
    // The last fault may be noticed only after the last event has arrived.
    timeout(PATIENCE, comes_back.wait_for(|is_up| *is_up))
        .await
        .unwrap_or_else(|_| panic!("seed {seed}: it did not come back"))
        .unwrap();
    tunnel.stop().await;
    drop(stop);
    noting.await.unwrap();
    let (total, outages) = offline.await.unwrap();

    server.until("nothing is left", |state| state.agents.is_empty() && state.endpoints.is_empty()).await;
    let (shown, acknowledged) = (seen.shown.lock().unwrap(), seen.acknowledged.lock().unwrap());
    println!(
        "seed {seed}: {faults} faults, {outages} outages reported, {total:?} of {time:?} offline; {} events, {} retries, \
         {} deliveries shown",
        acknowledged.len(),
        seen.retries.load(Ordering::Relaxed),
        shown.len()
    );
    assert_eq!(acknowledged.len() as u64, seen.events.load(Ordering::Relaxed), "seed {seed}");
    for attempt in acknowledged.iter() {
        assert_eq!(shown.get(attempt), Some(&1), "seed {seed}: {attempt} was acknowledged");
    }
    assert!(shown.values().all(|times| *times == 1), "seed {seed}: one request was shown twice");
    assert!(outages > 0 && acknowledged.len() > 100, "seed {seed}: nothing was tried");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_faults_lose_no_event() {
    soak(Duration::from_secs(12)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute and more"]
async fn a_minute_of_random_faults_loses_no_event() {
    soak(Duration::from_secs(60)).await;
}
