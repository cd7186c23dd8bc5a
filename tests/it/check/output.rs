//! The whole output.

use super::{run, serve};
use crate::support::faulty_app::Fault;
use crate::support::snapshot::assert_run;

#[tokio::test(flavor = "multi_thread")]
async fn a_correct_app_folds_to_a_line_a_group() {
    let app = serve(&[]).await;
    assert_run!(run(&app, &[]).await, @"
    exit: 0
    --- stdout

      Challenge   ✓ 9 passed
      Refusals    ✓ 10 passed
      Events      ✓ 10 passed

      ✓ http://127.0.0.1:?????/webhook · 25 requests
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_conclusion_comes_first_with_proof_and_remedy() {
    let app = serve(&[Fault::Stringify]).await;
    assert_run!(run(&app, &["--framework", "express"]).await, @r"
    exit: 5
    --- stdout

      ✗ Your code hashes a different serialization of this JSON: the body as JSON.stringify (JavaScript) writes it.
        Cause       body-reserialised
        Proof       An event with an emoji in a name, as \uD83D\uDE92, signed as Zoom signs, was refused (401). Signed in this way, it was accepted (200). With one bit of that signature changed, it was refused (401).
        Do          Hash the bytes of the body as received, before a JSON parser reads them.

          app.use(express.json({ verify: (req, res, buf) => { req.rawBody = buf } }))

      Challenge   ✓ 9 passed
      Refusals    ✓ 10 passed
      Events      ✗ 2 failed, 8 passed
        ✗ event.emoji  must
            Sent: an event with an emoji in a name, as \uD83D\uDE92. Expected: 200 or 204 within 3 s.
            401: Zoom does not retry a 4xx. The event is lost.
        ▲ event.numbers  should
            Sent: an event with \/, 1.0 and an integer of 23 digits. Expected: 200 or 204 within 3 s.
            401: Zoom does not retry a 4xx. The event is lost.

      ✗ http://127.0.0.1:?????/webhook · 36 requests
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_accepted_is_not_called_a_cause() {
    let app = serve(&[Fault::UnknownSecret]).await;
    assert_run!(run(&app, &[]).await, @"
    exit: 5
    --- stdout

      ? Your app accepts no request, not even a correctly signed one.
        Cause       not proven
        Facts       It answered 401 to 15 requests.
        Facts       140 wrong ways of signing were tried, and none was accepted. The limit on requests left out the unlikely ones.
        Do          Check the path of the target, and compare the secret token in your app with the one given here. Then look at what your app logs when it refuses: it may check something else than the signature.

      Challenge   ✗ 2 failed, 6 not proven, 1 passed
        ✗ challenge.answer  must
            Sent: a challenge. Expected: 200 with plainToken and encryptedToken within 3 s.
            401: Validate fails.
        ✗ challenge.again  must
            Sent: a second challenge with another plainToken. Expected: the answer to the second one.
            401: Validate fails.
        ? It was not answered with the encryptedToken, but neither was the genuine challenge.
            challenge.unsigned, challenge.forged, challenge.oracle-unsigned and challenge.oracle-signed
        ? The challenge was not answered.
            challenge.pace and challenge.content-type
      Refusals    ? 8 not proven, 2 passed
        ? It was refused, but so was the genuine event.
            refusal.forged, refusal.empty-key, refusal.no-signature, refusal.no-timestamp, refusal.other-timestamp, refusal.stale, refusal.not-json and refusal.no-event
      Events      ✗ 1 failed, 9 not sent
        ✗ event.ascii  must
            Sent: an event in ASCII. Expected: 200 or 204 within 3 s.
            401: Zoom does not retry a 4xx. The event is lost.
        Not sent: 9 cases, because the event in ASCII is not accepted.

      ✗ http://127.0.0.1:?????/webhook · 156 requests
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn junit_has_a_case_for_each_case() {
    let app = serve(&[Fault::Cached]).await;
    assert_run!(run(&app, &["--quick", "--format", "junit"]).await, @r#"
    exit: 5
    --- stdout
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="zoomhook check">
      <testsuite name="zoomhook check">
        <testcase classname="challenge" name="challenge.answer"/>
        <testcase classname="challenge" name="challenge.again">
          <failure type="challenge.again" message="The answer is the one to the first challenge.">Your app answers a challenge with the answer to an earlier one.
    Compute the answer for each challenge. Exclude the path from caches.</failure>
        </testcase>
        <testcase classname="challenge" name="challenge.pace"/>
        <testcase classname="challenge" name="challenge.content-type"/>
        <testcase classname="challenge" name="challenge.size"/>
        <testcase classname="challenge" name="challenge.unsigned"/>
        <testcase classname="challenge" name="challenge.oracle-unsigned"/>
        <testcase classname="refusals" name="refusal.forged"/>
        <testcase classname="refusals" name="refusal.empty-key"/>
        <testcase classname="refusals" name="refusal.no-signature"/>
        <testcase classname="refusals" name="refusal.not-json"/>
        <testcase classname="refusals" name="refusal.error-text"/>
        <testcase classname="events" name="event.ascii"/>
        <testcase classname="events" name="event.emoji"/>
        <testcase classname="events" name="event.large"/>
        <testcase classname="events" name="event.unknown"/>
      </testsuite>
    </testsuites>
    "#);
}
