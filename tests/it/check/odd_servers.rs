//! Servers that answer in another way than most: one connection at a time, a limit on the rate, nobody there.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use super::{answer, run, run_to, serve};
use crate::support::app::reserved_port;
use crate::support::faulty_app::{Asked, Fault, FaultyApp};
use crate::support::snapshot::assert_run;

/// Serves one connection until the client closes it, and only then the next: one thread with keep-alive, as Python's
/// `http.server` with HTTP/1.1. Returns the port.
fn serve_one_connection_at_a_time(mut app: FaultyApp) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    // It ends with the process: nothing tells it that the test is over.
    std::thread::spawn(move || {
        while let Ok((socket, _)) = listener.accept() {
            let _ = serve_connection(&socket, &mut app);
        }
    });
    port
}

fn serve_connection(socket: &TcpStream, app: &mut FaultyApp) -> std::io::Result<()> {
    let mut reader = BufReader::new(socket);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let mut lines = head.lines();
        let method = lines.next().unwrap_or_default().split(' ').next().unwrap_or_default();
        let headers: Vec<_> =
            lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name, value.trim())).collect();
        let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        let mut body = vec![0; length.map_or(0, |(_, length)| length.parse().unwrap())];
        reader.read_exact(&mut body)?;
        (&mut &*socket).write_all(&answer(&app.answer(&Asked { method, headers, body: &body })))?;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_one_thread_and_keep_alive_is_correct() {
    let port = serve_one_connection_at_a_time(FaultyApp::with(&[]));
    assert_run!(run_to(&format!("{port}/webhook"), &["--strict"]).await, @"
    exit: 0
    --- stdout

      Challenge   ✓ 9 passed
      Refusals    ✓ 10 passed
      Events      ✓ 10 passed

      ✓ http://localhost:?????/webhook · 25 requests
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_on_the_rate_is_not_a_fault_of_the_app() {
    let app = serve(&[Fault::Limited]).await;
    assert_run!(run(&app, &[]).await, @"
    exit: 5
    --- stdout

      ✗ Your app answers 429 to every request: something limits the rate of requests, so nothing else can be tested.
        Cause       rate-limited
        Proof       5 of 5 requests were answered with 429, also one at a time and after a pause.
        Do          Wait until the limit is over, or exclude the webhook's path from it, and check again. Zoom does not retry a 429.

      Challenge   ? 7 not proven, 1 passed, 1 not sent
        ? The answer is 429: something limits the rate of requests.
            challenge.answer, challenge.again, challenge.pace, challenge.content-type, challenge.unsigned, challenge.forged and challenge.oracle-unsigned
        Not sent: 1 case, because no request had another answer than 429.
      Refusals    ✓ 1 passed, 9 not sent
        Not sent: 9 cases, because no request had another answer than 429.
      Events      · 10 not sent
        Not sent: 10 cases, because no request had another answer than 429.

      ✗ http://127.0.0.1:?????/webhook · 6 requests
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_where_no_app_is() {
    let port = reserved_port();
    let to = format!("http://{}/webhook", port.local_addr().unwrap());
    assert_run!(run_to(&to, &[]).await, @"
    exit: 5
    --- stdout

      ✗ There is no connection to your app: Connection refused.
        Cause       unreachable
        Do          Start your app, and compare the port and the host with those of the target.

      Challenge   ✗ 3 failed, 6 not sent
        ✗ challenge.answer  must
            Sent: a challenge. Expected: 200 with plainToken and encryptedToken within 3 s.
            There was no connection.
        ▲ challenge.pace  should
            Sent: a challenge. Expected: an answer in less than 1 s.
            There was no connection.
        ▲ challenge.content-type  should
            Sent: a challenge. Expected: content-type: application/json.
            There was no connection.
        Not sent: 6 cases, because no request was answered.
      Refusals    · 10 not sent
        Not sent: 10 cases, because no request was answered.
      Events      · 10 not sent
        Not sent: 10 cases, because no request was answered.

      ✗ http://127.0.0.1:?????/webhook · 1 request
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_with_an_error_is_a_recommendation() {
    let app = serve(&[Fault::RefusesWith500]).await;
    assert_run!(run(&app, &["--quick"]).await, @"
    exit: 0
    --- stdout

      ▲ Your app rejects forged requests, but not with a 4xx: 500.
        Cause       refusal-without-4xx
        Proof       A challenge without a signature: 500.
        Proof       An unsigned challenge whose plainToken is a message to sign: 500.
        Proof       An event signed with another secret token: 500.
        Proof       An event signed with an empty secret token: 500.
        Proof       An event without x-zm-signature: 500.
        Do          Answer 401 to a request whose signature does not verify. An error, a redirect or a closed connection looks like a fault of your app.

      Challenge   ▲ 2 failed, 5 passed, 2 not sent
        ▲ challenge.unsigned  should
            Sent: a challenge without a signature. Expected: a refusal (4xx).
            500: it was not accepted, but that is not a refusal.
        ▲ challenge.oracle-unsigned  should
            Sent: an unsigned challenge whose plainToken is a message to sign. Expected: a refusal (4xx).
            500: it was not accepted, but that is not a refusal.
      Refusals    ▲ 3 failed, 2 passed, 5 not sent
        ▲ refusal.forged  should
            Sent: an event signed with another secret token. Expected: a refusal (4xx).
            500: it was not accepted, but that is not a refusal.
        ▲ refusal.empty-key  should
            Sent: an event signed with an empty secret token. Expected: a refusal (4xx).
            500: it was not accepted, but that is not a refusal.
        ▲ refusal.no-signature  should
            Sent: an event without x-zm-signature. Expected: a refusal (4xx).
            500: it was not accepted, but that is not a refusal.
      Events      ✓ 4 passed, 6 not sent

      ✓ http://127.0.0.1:?????/webhook · 14 requests
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_events_the_genuine_request_is_the_challenge() {
    let app = serve(&[Fault::RefusesEverything]).await;
    assert_run!(run(&app, &["--no-events", "--quick"]).await, @"
    exit: 5
    --- stdout

      ? Your app accepts no request, not even a correctly signed one.
        Cause       not proven
        Facts       It answered 401 to 5 requests.
        Facts       28 wrong ways of signing were tried, and none was accepted. The limit on requests left out the unlikely ones.
        Do          Check the path of the target, and compare the secret token in your app with the one given here. Then look at what your app logs when it refuses: it may check something else than the signature.

      Challenge   ✗ 2 failed, 4 not proven, 1 passed, 2 not sent
        ✗ challenge.answer  must
            Sent: a challenge. Expected: 200 with plainToken and encryptedToken within 3 s.
            401: Validate fails.
        ✗ challenge.again  must
            Sent: a second challenge with another plainToken. Expected: the answer to the second one.
            401: Validate fails.
        ? It was not answered with the encryptedToken, but neither was the genuine challenge.
            challenge.unsigned and challenge.oracle-unsigned
        ? The challenge was not answered.
            challenge.pace and challenge.content-type
      Refusals    ? 1 not proven, 1 passed, 8 not sent
        ? It was refused, but no genuine request was accepted.
            refusal.not-json

      ✗ http://127.0.0.1:?????/webhook · 33 requests
    ");
    let app = serve(&[Fault::NewlineInSecret]).await;
    assert_run!(run(&app, &["--no-events", "--quick"]).await, @"
    exit: 5
    --- stdout

      ✗ Your code's HMAC key is the secret token with a newline at its end.
        Cause       secret-whitespace
        Proof       A challenge, signed as Zoom signs, was refused (401). Signed in this way, it was accepted (200). With one bit of that signature changed, it was refused (401).
        Do          Store only the token, without a newline, spaces, quotes or a name around it. Trim it where your code reads it.

      Challenge   ✗ 2 failed, 2 not proven, 3 passed, 2 not sent
        ✗ challenge.answer  must
            Sent: a challenge. Expected: 200 with plainToken and encryptedToken within 3 s.
            401: Validate fails.
        ✗ challenge.again  must
            Sent: a second challenge with another plainToken. Expected: the answer to the second one.
            401: Validate fails.
        ? The challenge was not answered.
            challenge.pace and challenge.content-type
      Refusals    ✓ 2 passed, 8 not sent

      ✗ http://127.0.0.1:?????/webhook · 17 requests
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_names_in_the_answer_are_named() {
    let app = serve(&[Fault::OtherNames]).await;
    assert_run!(run(&app, &["--no-events", "--quick"]).await, @"
    exit: 5
    --- stdout

      ✗ The answer has no field plainToken; it has token. The answer has no field encryptedToken; it has hash.
        Cause       answer-field
        Do          Name the fields plainToken and encryptedToken.

      Challenge   ✗ 2 failed, 2 not proven, 3 passed, 2 not sent
        ✗ challenge.answer  must
            Sent: a challenge. Expected: 200 with plainToken and encryptedToken within 3 s.
            The answer has no field plainToken; it has token. The answer has no field encryptedToken; it has hash.
        ✗ challenge.again  must
            Sent: a second challenge with another plainToken. Expected: the answer to the second one.
            The answer has no field plainToken; it has token. The answer has no field encryptedToken; it has hash.
        ? It was not answered with the encryptedToken, but neither was the genuine challenge.
            challenge.unsigned and challenge.oracle-unsigned
      Refusals    ? 1 not proven, 1 passed, 8 not sent
        ? It was refused, but no genuine request was accepted.
            refusal.not-json

      ✗ http://127.0.0.1:?????/webhook · 5 requests
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_trace_in_an_error_answer_is_shown() {
    let app = serve(&[Fault::StackTrace]).await;
    assert_run!(run(&app, &["--quick"]).await, @"
    exit: 0
    --- stdout

      ▲ Your app shows a stack trace of JavaScript in an error answer.
        Cause       error-details
        Proof       A challenge without a signature: 401, with: at verify (/app/server.js:12:9)
        Do          Answer an error with its status alone, and write the details to your app's log. Anyone can cause such an answer, and Zoom keeps it in its webhook logs.

      Challenge   ✓ 7 passed, 2 not sent
      Refusals    ▲ 1 failed, 4 passed, 5 not sent
        ▲ refusal.error-text  should
            Sent: every request. Expected: error answers without a stack trace.
            An error answer shows a stack trace of JavaScript.
      Events      ✓ 4 passed, 6 not sent

      ✓ http://127.0.0.1:?????/webhook · 12 requests
    ");
}
