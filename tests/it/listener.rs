//! The listener over real sockets: limits, misuse, and shutdown.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use zoomhook::delivery::{
    Delivery, EventReceiver, Judgement, Refusal, Route, SessionEvent, UnreadableRequest, Warning,
    event_channel,
};
use zoomhook::listener::{self, Endpoint, ListenerLimits, LocalConnections, Pipeline, Slots};
use zoomhook::zoom::{NamedSecret, SecretToken};

use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, head_with, sign, signed, signed_head, timestamp, with_length};

/// A listener with short limits, and its events.
struct Listening {
    address: SocketAddr,
    events: EventReceiver,
    stop: CancellationToken,
    served: JoinHandle<()>,
}

fn short_limits() -> ListenerLimits {
    let short = Duration::from_millis(150);
    ListenerLimits { body: 64 * 1024, header_time: short, body_time: short, ..ListenerLimits::default() }
}

async fn listen(limits: ListenerLimits, queue: usize) -> Listening {
    let endpoint = Endpoint {
        path: "/webhook".into(),
        secrets: vec![NamedSecret { name: "test".into(), token: SecretToken::new(SECRET).unwrap() }],
        max_age: Duration::from_secs(300),
        allow_unsigned_challenge: false,
    };
    let (sender, events) = event_channel(queue);
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let connections = LocalConnections::new(socket, sender.clone());
    let slots = Slots::new(limits.connections, Route::Local);
    let pipeline = Arc::new(Pipeline::new(endpoint, limits, sender));
    let stop = CancellationToken::new();
    let grace = Duration::from_millis(500);
    let served =
        tokio::spawn(listener::serve(connections, Route::Local, pipeline, slots, stop.clone(), grace));
    Listening { address, events, stop, served }
}

impl Listening {
    async fn client(&self) -> RawClient {
        RawClient::connect(self.address).await
    }

    async fn event(&mut self) -> SessionEvent {
        let mut batch = Vec::new();
        let arrived =
            tokio::time::timeout(Duration::from_secs(20), self.events.next_batch(&mut batch, 1)).await;
        assert!(arrived.expect("no event arrived"), "the listener is gone");
        batch.remove(0)
    }

    async fn delivery(&mut self) -> Delivery {
        match self.event().await {
            SessionEvent::Delivery(delivery) => *delivery,
            other => panic!("not a delivery: {other:?}"),
        }
    }

    async fn refusal(&mut self) -> Refusal {
        match self.delivery().await.judgement {
            Judgement::Refused { refusal, .. } => refusal,
            other => panic!("not refused: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_verified_event_is_reported_with_its_exact_bytes() {
    let mut listening = listen(ListenerLimits::default(), 16).await;
    let body = br#"{"event":"meeting.started","payload":{"a":"\/","b":"\u00e9\uD83D\uDE92","n":1.0,"n":12345678901234567890123}}"#;
    let reply = listening.client().await.request(&signed("/webhook?x=1", body)).await;
    assert_eq!((reply.status, reply.body.len()), (204, 0));
    let delivery = listening.delivery().await;
    assert_eq!(delivery.request.body, &body[..]);
    assert_eq!(delivery.request.target, "/webhook?x=1");
    assert!(matches!(delivery.judgement, Judgement::Event(_)), "{:?}", delivery.judgement);
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let mut listening = listen(ListenerLimits::default(), 16).await;
    let mut client = listening.client().await;
    for number in 0..5 {
        let body = event(&format!("meeting.number_{number}"), 10);
        assert_eq!(client.request(&signed("/webhook", &body)).await.status, 204);
        assert_eq!(listening.delivery().await.judgement.event(), Some(&*format!("meeting.number_{number}")));
    }
}

#[tokio::test]
async fn bodies_of_every_size_up_to_the_limit_are_accepted() {
    let mut listening = listen(ListenerLimits::default(), 16).await;
    let overhead = event("a.b", 0).len();
    for size in [overhead, 4_000, 16 * 1024, 16 * 1024 + 1, 300_000, 1024 * 1024] {
        let body = event("a.b", size - overhead);
        let reply = listening.client().await.request(&signed("/webhook", &body)).await;
        assert_eq!(
            (reply.status, listening.delivery().await.request.body.clone()),
            (204, body.into()),
            "{size}"
        );
    }
}

#[tokio::test]
async fn a_content_length_over_the_limit_is_refused_before_the_body_is_read() {
    let mut listening = listen(short_limits(), 16).await;
    let head = format!("{}content-length: 65537\r\n\r\n", signed_head("/webhook", b""));
    let reply = listening.client().await.request(head.as_bytes()).await;
    assert_eq!(reply.status, 413);
    assert_eq!(listening.refusal().await, Refusal::BodyTooLarge { limit: 65_536 });
}

#[tokio::test]
async fn a_chunked_body_is_refused_as_soon_as_it_passes_the_limit() {
    let mut listening = listen(short_limits(), 16).await;
    let mut client = listening.client().await;
    client
        .send(format!("{}transfer-encoding: chunked\r\n\r\n", signed_head("/webhook", b"")).as_bytes())
        .await;
    let chunk = [b"2000\r\n".to_vec(), vec![b'x'; 0x2000], b"\r\n".to_vec()].concat();
    // The last chunk is never sent: the answer has to come without it.
    for _ in 0..9 {
        client.send_while_taken(&chunk).await;
    }
    assert_eq!(client.reply().await.expect("no answer").status, 413);
    assert_eq!(listening.refusal().await, Refusal::BodyTooLarge { limit: 65_536 });
}

#[tokio::test]
async fn a_client_that_sends_a_body_over_the_limit_can_still_read_the_answer() {
    let mut listening = listen(short_limits(), 16).await;
    let mut client = listening.client().await;
    let body = vec![b'x'; 4 * 1024 * 1024];
    client.send_while_taken(&with_length(signed_head("/webhook", b""), &body)).await;
    assert_eq!(client.reply().await.expect("the answer was lost in a reset").status, 413);
    listening.delivery().await;
}

#[tokio::test]
async fn a_chunked_body_is_accepted() {
    let mut listening = listen(short_limits(), 16).await;
    let body = event("a.b", 40_000);
    let mut request =
        format!("{}transfer-encoding: chunked\r\n\r\n", signed_head("/webhook", &body)).into_bytes();
    for chunk in body.chunks(1_000) {
        request.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        request.extend_from_slice(chunk);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(listening.client().await.request(&request).await.status, 204);
    assert_eq!(listening.delivery().await.request.body, body);
}

#[tokio::test]
async fn an_incomplete_body_is_not_an_event() {
    let mut listening = listen(ListenerLimits::default(), 16).await;
    let mut client = listening.client().await;
    client.send(format!("{}content-length: 500\r\n\r\n{{", signed_head("/webhook", b"")).as_bytes()).await;
    drop(client);
    assert_eq!(listening.refusal().await, Refusal::BodyBroken);
}

#[tokio::test]
async fn a_slow_body_is_refused() {
    let mut listening = listen(short_limits(), 16).await;
    let head = format!("{}content-length: 500\r\n\r\n{{", signed_head("/webhook", b""));
    let reply = listening.client().await.request(head.as_bytes()).await;
    assert_eq!(reply.status, 408);
    assert!(matches!(listening.refusal().await, Refusal::BodyTooSlow { .. }));
}

#[tokio::test]
async fn a_slow_head_and_a_silent_connection_are_closed() {
    let listening = listen(short_limits(), 16).await;
    for start in [&b""[..], b"POST /web"] {
        let mut client = listening.client().await;
        client.send(start).await;
        client.closed().await;
    }
}

#[tokio::test]
async fn an_idle_connection_outlives_the_limit_for_heads_and_ends_at_its_own() {
    let limits = ListenerLimits { idle_time: Duration::from_millis(900), ..short_limits() };
    let mut listening = listen(limits, 16).await;
    let mut client = listening.client().await;
    client.request(&signed("/webhook", &event("a.b", 0))).await;
    listening.delivery().await;
    let answered = Instant::now();
    client.closed().await;
    let open_for = answered.elapsed();
    assert!(open_for >= Duration::from_millis(600), "closed after {open_for:?}");
}

#[tokio::test]
async fn a_head_over_the_limit_is_answered_with_431() {
    let limits = ListenerLimits { headers: 16 * 1024, ..ListenerLimits::default() };
    let listening = listen(limits, 16).await;
    let mut client = listening.client().await;
    let request = format!("POST /webhook HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(20_000));
    client.send_while_taken(request.as_bytes()).await;
    assert_eq!(client.reply().await.expect("no answer").status, 431);
}

#[tokio::test]
async fn other_paths_and_methods_get_their_own_status() {
    let mut listening = listen(ListenerLimits::default(), 16).await;
    let reply = listening.client().await.request(b"GET /other HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!((reply.status, listening.refusal().await), (404, Refusal::WrongPath));
    let reply = listening.client().await.request(b"PUT /webhook HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!((reply.status, reply.header("allow")), (405, Some("POST")));
    assert_eq!(listening.refusal().await, Refusal::WrongMethod);
    let browser = b"GET /webhook HTTP/1.1\r\nhost: x\r\naccept: text/html\r\n\r\n";
    let reply = listening.client().await.request(browser).await;
    assert_eq!((reply.status, reply.header("content-type")), (405, Some("text/html; charset=utf-8")));
    assert!(String::from_utf8(reply.body).unwrap().contains("POST"));
}

#[tokio::test]
async fn at_another_path_only_the_body_of_a_request_that_may_be_signed_is_read() {
    let mut listening = listen(short_limits(), 16).await;
    let body = event("meeting.started", 0);
    assert_eq!(listening.client().await.request(&signed("/hook", &body)).await.status, 404);
    let delivery = listening.delivery().await;
    assert_eq!(delivery.request.body, body);
    assert!(matches!(delivery.judgement, Judgement::Refused { refusal: Refusal::SignedForOtherPath, .. }));
    assert_eq!(delivery.judgement.secret_name(), Some("test"));
    assert_eq!(delivery.judgement.event(), Some("meeting.started"));

    let unsigned = "POST /hook HTTP/1.1\r\nhost: x\r\n".to_owned();
    let stale = head_with("/hook", &timestamp(-1_000), SECRET, &body);
    let forged = head_with("/hook", &timestamp(0), "another-secret", &body);
    for (head, sent) in [(unsigned, false), (stale, false), (forged, true)] {
        let mut request = with_length(head, &body);
        if !sent {
            // The answer does not wait for the body.
            request.truncate(request.len() - body.len());
        }
        assert_eq!(listening.client().await.request(&request).await.status, 404);
        let delivery = listening.delivery().await;
        assert!(delivery.request.body.is_empty());
        assert!(matches!(delivery.judgement, Judgement::Refused { refusal: Refusal::WrongPath, .. }));
    }
    let large = format!("{}content-length: 65537\r\n\r\n", signed_head("/hook", b""));
    assert_eq!(listening.client().await.request(large.as_bytes()).await.status, 404);
    assert_eq!(listening.refusal().await, Refusal::WrongPath);
}

#[tokio::test]
async fn garbage_on_one_connection_disturbs_no_other() {
    let mut listening = listen(short_limits(), 16).await;
    for rubbish in
        [&b"\x16\x03\x01\x02\x00\x01\x00"[..], b"\0\0\0\0\r\n\r\n", b"GET\r\n\r\n", b"\xff\xfe\r\n\r\n"]
    {
        let mut client = listening.client().await;
        client.send_while_taken(rubbish).await;
        client.closed().await;
    }
    assert_eq!(listening.client().await.request(&signed("/webhook", &event("a.b", 0))).await.status, 204);
    for _ in 0..3 {
        let warning = listening.event().await;
        assert!(
            matches!(
                warning,
                SessionEvent::Warning(Warning::Unreadable { sent: UnreadableRequest::NotHttp, .. })
            ),
            "{warning:?}"
        );
    }
    listening.delivery().await;
}

/// A request by curl, which starts with HTTP/2.
async fn curl_http2(address: SocketAddr, arguments: &[&str]) -> Option<std::process::Output> {
    let mut curl = tokio::process::Command::new("curl");
    curl.args(["-q", "-sS", "--noproxy", "*", "--http2-prior-knowledge", "--max-time", "10"]).args(arguments);
    // Not every curl can do it.
    let version = tokio::process::Command::new("curl").arg("--version").output().await.ok()?;
    if !String::from_utf8_lossy(&version.stdout).contains(" HTTP2") {
        println!("ignored: no curl with HTTP/2");
        return None;
    }
    Some(curl.arg(format!("http://{address}/webhook")).output().await.unwrap())
}

#[tokio::test]
async fn curl_falls_back_from_http_2_to_http_1() {
    let mut listening = listen(ListenerLimits::default(), 16).await;
    let (body, stamp) = (event("by.http2", 0), timestamp(0));
    let headers = [
        format!("x-zm-request-timestamp: {stamp}"),
        format!("x-zm-signature: {}", sign(SECRET, &stamp, &body)),
    ];
    let body = String::from_utf8(body).unwrap();
    let arguments = ["-w", "%{http_version} %{http_code}", "-H", &headers[0], "-H", &headers[1], "-d", &body];
    let Some(output) = curl_http2(listening.address, &arguments).await else { return };
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1.1 204", "{output:?}");
    let told = listening.event().await;
    assert!(
        matches!(told, SessionEvent::Warning(Warning::Unreadable { sent: UnreadableRequest::Http2, .. })),
        "{told:?}"
    );
    assert_eq!(listening.delivery().await.judgement.event(), Some("by.http2"));
}

#[tokio::test]
async fn http_2_is_refused_in_frames_that_name_the_reason() {
    let listening = listen(ListenerLimits::default(), 16).await;
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    // The head of a request on stream 3; its content does not matter.
    let request = b"\0\0\x02\x01\x05\0\0\0\x03xx";
    let mut client = listening.client().await;
    client.send(preface).await;
    client.send(request).await;
    let settings_and_reset = b"\0\0\0\x04\0\0\0\0\0\0\0\0\x04\x01\0\0\0\0\0\0\x04\x03\0\0\0\0\x03\0\0\0\x0d";
    let goaway = b"\0\0)\x07\0\0\0\0\0\0\0\0\x03\0\0\0\x0dThis server speaks HTTP/1.1 only.";
    assert_eq!(
        client.rest().await.escape_ascii().to_string(),
        [&settings_and_reset[..], goaway].concat().escape_ascii().to_string()
    );
}

#[tokio::test]
async fn one_connection_more_than_the_limit_waits_for_its_turn() {
    let limits = ListenerLimits { connections: 2, ..ListenerLimits::default() };
    let mut listening = listen(limits, 16).await;
    // Requests in flight: their connections are not closed for another one.
    let body = event("in.flight", 0);
    let request = signed("/webhook", &body);
    let (mut first, mut second) = (listening.client().await, listening.client().await);
    for client in [&mut first, &mut second] {
        client.send(&request[..request.len() - 1]).await;
    }
    let mut third = listening.client().await;
    third.send(&signed("/webhook", &event("third.came", 0))).await;
    let warning = listening.event().await;
    assert!(
        matches!(warning, SessionEvent::Warning(Warning::ConnectionsExhausted { open: 2, .. })),
        "{warning:?}"
    );
    drop(first);
    assert_eq!(listening.refusal().await, Refusal::BodyBroken);
    assert_eq!(third.reply().await.expect("no answer").status, 204);
    assert_eq!(listening.delivery().await.judgement.event(), Some("third.came"));
}

#[tokio::test]
async fn an_event_that_cannot_be_reported_is_not_acknowledged() {
    let mut listening = listen(ListenerLimits::default(), 1).await;
    let mut client = listening.client().await;
    assert_eq!(client.request(&signed("/webhook", &event("first.fits", 0))).await.status, 204);
    // The queue has one place, and its reader is stopped.
    assert_eq!(client.request(&signed("/webhook", &event("second.does_not", 0))).await.status, 503);
    assert_eq!(listening.delivery().await.judgement.event(), Some("first.fits"));
    assert_eq!(client.request(&signed("/webhook", &event("third.fits", 0))).await.status, 204);
    assert_eq!(listening.delivery().await.judgement.event(), Some("third.fits"));
}

#[tokio::test]
async fn shutdown_answers_requests_in_flight_and_closes_idle_connections() {
    let mut listening = listen(ListenerLimits::default(), 16).await;
    let (mut idle, mut busy) = (listening.client().await, listening.client().await);
    idle.request(&signed("/webhook", &event("a.b", 0))).await;
    listening.delivery().await;
    let body = event("in.flight", 0);
    let request = signed("/webhook", &body);
    let (begun, rest) = request.split_at(request.len() - 5);
    busy.send(begun).await;
    // Once a third connection is served, the listener has accepted this one and read its head.
    listening.client().await.request(&signed("/webhook", &event("c.d", 0))).await;
    listening.delivery().await;
    listening.stop.cancel();
    idle.closed().await;
    busy.send(rest).await;
    assert_eq!(busy.reply().await.expect("cut off in flight").status, 204);
    assert_eq!(listening.delivery().await.judgement.event(), Some("in.flight"));
    listening.served.await.unwrap();
    assert!(tokio::net::TcpStream::connect(listening.address).await.is_err(), "still accepting");
}

#[tokio::test]
async fn shutdown_closes_connections_that_do_not_finish_in_time() {
    let listening = listen(ListenerLimits::default(), 16).await;
    let mut client = listening.client().await;
    client.send(format!("{}content-length: 500\r\n\r\n{{", signed_head("/webhook", b"")).as_bytes()).await;
    listening.stop.cancel();
    tokio::time::timeout(Duration::from_secs(5), listening.served).await.expect("not cut off").unwrap();
    client.closed().await;
}
