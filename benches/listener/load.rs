//! The load: keep-alive connections, each sending one signed request after the other.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hdrhistogram::Histogram;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use zoomhook::zoom::SecretToken;

/// The secret of the server under test.
pub const SECRET: &str = "zoomhook-bench-secret";

/// The last part of the request id.
const ID_END: &[u8] = b"_42b654974899";

#[derive(Clone, Copy)]
pub enum Until {
    Elapsed(Duration),
    Requests(u64),
}

#[derive(Clone, Copy)]
pub struct Load<'a> {
    pub connections: usize,
    pub until: Until,
    /// The `Host` header.
    pub host: &'a str,
}

/// The latencies of all answered requests, in nanoseconds.
pub struct Measured {
    latencies: Histogram<u64>,
    took: Duration,
}

impl Measured {
    pub fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.took.as_secs_f64()
    }

    pub fn percentile(&self, percent: f64) -> Duration {
        Duration::from_nanos(self.latencies.value_at_quantile(percent / 100.0))
    }

    pub fn together(rounds: &[Measured]) -> Measured {
        let mut latencies = empty();
        for round in rounds {
            latencies.add(&round.latencies).unwrap();
        }
        Measured { latencies, took: rounds.iter().map(|round| round.took).sum() }
    }
}

impl Load<'_> {
    pub async fn run(self, address: SocketAddr) -> Measured {
        let (started, sent) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        let request = request(self.host);
        let clients: Vec<_> = (0..self.connections)
            .map(|_| tokio::spawn(client(address, request.clone(), self.until, started, sent.clone())))
            .collect();
        let mut latencies = empty();
        for client in clients {
            latencies.add(client.await.unwrap()).unwrap();
        }
        let took = started.elapsed();
        Measured { latencies, took }
    }
}

/// A histogram that grows as needed, with three exact digits.
fn empty() -> Histogram<u64> {
    Histogram::new(3).unwrap()
}

async fn client(
    address: SocketAddr,
    mut request: Vec<u8>,
    until: Until,
    started: Instant,
    sent: Arc<AtomicU64>,
) -> Histogram<u64> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut latencies, mut answer) = (empty(), Vec::with_capacity(1024));
    let end_of_id = request.windows(ID_END.len()).position(|window| window == ID_END).unwrap() + ID_END.len();
    loop {
        let number = sent.fetch_add(1, Ordering::Relaxed);
        let go_on = match until {
            Until::Elapsed(limit) => started.elapsed() < limit,
            Until::Requests(limit) => number < limit,
        };
        if !go_on {
            return latencies;
        }
        // Each request is a different event: a repeated id would be a retry.
        let id = format!("{number:012x}");
        request[end_of_id - id.len()..end_of_id].copy_from_slice(id.as_bytes());
        let begun = Instant::now();
        stream.write_all(&request).await.unwrap();
        answer.clear();
        // Both servers answer without a body.
        while !answer.ends_with(b"\r\n\r\n") {
            assert!(stream.read_buf(&mut answer).await.unwrap() > 0, "the server closed the connection");
        }
        latencies.record(u64::try_from(begun.elapsed().as_nanos()).unwrap()).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 204"), "{}", String::from_utf8_lossy(&answer));
    }
}

/// A participant event of the usual size, signed now.
fn request(host: &str) -> Vec<u8> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let body = format!(
        r#"{{"event":"meeting.participant_joined","event_ts":{},"payload":{{"account_id":"q1Zk7sXbT2mN8cVwYp0LdA","object":{{"uuid":"4444AAAiAAAAAiAiAiiAii==","id":"88512345678","type":2,"topic":"Weekly sync — Zoë’s team","host_id":"x1yCzABCDEfg23HiJKl4mN","duration":60,"start_time":"2026-11-23T08:00:00Z","timezone":"Europe/Berlin","participant":{{"user_id":"16778240","user_name":"Jill Doe \uD83D\uDE80","id":"x1yCzABCDEfg23HiJKl4mN","participant_uuid":"7D9A2B1C-1F2E-4C3D-8B4A-5E6F7A8B9C0D","email":"jill@example.com","registrant_id":"","join_time":"2026-11-23T08:00:01Z","participant_user_id":"x1yCzABCDEfg23HiJKl4mN"}}}}}}}}"#,
        now.as_millis()
    );
    let timestamp = now.as_secs().to_string();
    let signature = SecretToken::new(SECRET).unwrap().sign(timestamp.as_bytes(), body.as_bytes());
    format!(
        "POST /webhook HTTP/1.1\r\nhost: {host}\r\nuser-agent: Zoom Marketplace/1.0a\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: {}\r\nx-zm-request-id: 6009d653_d487_445d_8406_42b654974899\r\nx-zm-request-timestamp: {timestamp}\r\nx-zm-signature: {signature}\r\nclientid: AbCdEfGhIjKlMnOpQrStUv\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
