//! `zoomhook demo` on a machine that has nothing set up.

use std::time::{Duration, Instant};

use crate::support::process::{Finished, finish, run, zoomhook};
use crate::support::snapshot::{assert_run, redacted};

/// Without the times in sentences, and without the fingerprint of the random secret.
fn without_times(finished: Finished) -> Finished {
    // In the first minutes of a day, the old timestamp is of the day before.
    let finished = finished.put(r"made at ((?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d)", "????????");
    let finished = finished.hide(r"fingerprint (\w{8})");
    finished.hide(r"time of (\d\d:\d\d:\d\d)").put(r"(20 min(?: \d+ s)?) before", "20 min")
}

#[test]
fn the_demo_shows_everything_within_ten_seconds() {
    let begun = Instant::now();
    let finished = run(&["demo"]);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_run!(without_times(finished), @r#"
    exit: 0
    --- stdout
     ??:??:??.???  ✓ endpoint.url_validation   answered 200 in ?.? ms. Press Save in Marketplace.
     ??:??:??.???  ✓ meeting.created   Weekly sync · 885 1234 5678 · jill@example.com   204 in ?.? ms
                   {
                     "event": "meeting.created",
                     "payload": {
                       "account_id": "q1Zk7sXbT2mN8cVwYp0LdA",
                       "object": {
                         "uuid": "4444AAAiAAAAAiAiAiiAii==",
                         "id": "88512345678",
                         "topic": "Weekly sync",
                         "host_id": "x1yCzABCDEfg23HiJKl4mN",
                         "host_email": "jill@example.com",
                         "type": 2,
                         "timezone": "Europe/Berlin",
                         "start_time": "????-??-??T??:??:??Z",
                         "join_url": "https://example.com/j/88512345678"
                       }
                     },
                     "event_ts": ?????????????
                   }
     ??:??:??.???  ✓ meeting.started   Weekly sync · 885 1234 5678 · jill@example.com   204 in ?.? ms
                   {
                     "event": "meeting.started",
                     "payload": {
                       "account_id": "q1Zk7sXbT2mN8cVwYp0LdA",
                       "object": {
                         "uuid": "4444AAAiAAAAAiAiAiiAii==",
                         "id": "88512345678",
                         "topic": "Weekly sync",
                         "host_id": "x1yCzABCDEfg23HiJKl4mN",
                         "host_email": "jill@example.com",
                         "type": 2,
                         "duration": 30
                       }
                     },
                     "event_ts": ?????????????
                   }
     ??:??:??.???  ✓ meeting.participant_joined   Jill Doe <jill@example.com> · Weekly sync · 885 1234 5678   204 in ?.? ms
                   {
                     "payload": {
                       "account_id": "q1Zk7sXbT2mN8cVwYp0LdA",
                       "object": {
                         "uuid": "4444AAAiAAAAAiAiAiiAii==",
                         "id": "88512345678",
                         "topic": "Weekly sync",
                         "host_id": "x1yCzABCDEfg23HiJKl4mN",
                         "host_email": "jill@example.com",
                         "type": 2,
                         "timezone": "Europe/Berlin",
                         "participant": {
                           "user_id": "16778240",
                           "user_name": "Jill Doe",
                           "email": "jill@example.com",
                           "join_time": "????-??-??T??:??:??Z"
                         }
                       }
                     },
                     "event_ts": ?????????????,
                     "event": "meeting.participant_joined"
                   }
     ??:??:??.???  ✓ meeting.participant_joined   Zoë 🚀 · Weekly sync · 885 1234 5678   204 in ?.? ms
                   {
                     "payload": {
                       "account_id": "q1Zk7sXbT2mN8cVwYp0LdA",
                       "object": {
                         "uuid": "4444AAAiAAAAAiAiAiiAii==",
                         "id": "88512345678",
                         "topic": "Weekly sync",
                         "host_id": "x1yCzABCDEfg23HiJKl4mN",
                         "host_email": "jill@example.com",
                         "type": 2,
                         "timezone": "Europe/Berlin",
                         "participant": {
                           "user_id": "16779264",
                           "user_name": "Zoë \uD83D\uDE80",
                           "email": "",
                           "join_time": "????-??-??T??:??:??Z"
                         }
                       }
                     },
                     "event_ts": ?????????????,
                     "event": "meeting.participant_joined"
                   }
     ??:??:??.???  ✓ meeting.participant_left   Jill Doe <jill@example.com> · Weekly sync · 885 1234 5678   204 in ?.? ms
                   {
                     "payload": {
                       "account_id": "q1Zk7sXbT2mN8cVwYp0LdA",
                       "object": {
                         "uuid": "4444AAAiAAAAAiAiAiiAii==",
                         "id": "88512345678",
                         "topic": "Weekly sync",
                         "host_id": "x1yCzABCDEfg23HiJKl4mN",
                         "host_email": "jill@example.com",
                         "type": 2,
                         "timezone": "Europe/Berlin",
                         "participant": {
                           "user_id": "16778240",
                           "user_name": "Jill Doe",
                           "email": "jill@example.com",
                           "leave_time": "????-??-??T??:??:??Z"
                         }
                       }
                     },
                     "event_ts": ?????????????,
                     "event": "meeting.participant_left"
                   }
     ??:??:??.???  ✓ meeting.ended   Weekly sync · 885 1234 5678 · jill@example.com   204 in ?.? ms
                   {
                     "event": "meeting.ended",
                     "payload": {
                       "account_id": "q1Zk7sXbT2mN8cVwYp0LdA",
                       "object": {
                         "uuid": "4444AAAiAAAAAiAiAiiAii==",
                         "id": "88512345678",
                         "topic": "Weekly sync",
                         "host_id": "x1yCzABCDEfg23HiJKl4mN",
                         "host_email": "jill@example.com",
                         "type": 2,
                         "timezone": "Europe/Berlin",
                         "start_time": "????-??-??T??:??:??Z",
                         "end_time": "????-??-??T??:??:??Z"
                       }
                     },
                     "event_ts": ?????????????
                   }
     ??:??:??.???  ✓ recording.completed   Weekly sync · 885 1234 5678 · jill@example.com   204 in ?.? ms
                   {
                     "event": "recording.completed",
                     "payload": {
                       "account_id": "q1Zk7sXbT2mN8cVwYp0LdA",
                       "object": {
                         "uuid": "4444AAAiAAAAAiAiAiiAii==",
                         "id": "88512345678",
                         "topic": "Weekly sync",
                         "host_id": "x1yCzABCDEfg23HiJKl4mN",
                         "host_email": "jill@example.com",
                         "type": 2,
                         "timezone": "Europe/Berlin",
                         "start_time": "????-??-??T??:??:??Z",
                         "duration": 31,
                         "recording_count": 1,
                         "total_size": 48273112,
                         "recording_files": [
                           {
                             "id": "5c2f7f1e-0d6b-4c38-a1f3-6f1d2b8a9c10",
                             "file_type": "MP4",
                             "file_size": 48273112,
                             "status": "completed"
                           }
                         ]
                       }
                     },
                     "event_ts": ?????????????
                   }
     ??:??:??.???  ✗ meeting.deleted   signature does not match   401
                   It was signed with a different secret token than the one given here, or its bytes were changed in transit. The secret token is on the app's Feature page in Marketplace.
                   Zoom does not retry a 401. If Zoom sent this, your app will not receive it again. It came from this machine.
     ??:??:??.???  ✗ meeting.started   stale timestamp   401
                   The signature is correct, but it was made at ????????, 20 min before this machine's time of ????????; the limit is 5 min. If Zoom sent this just now, this machine's clock is wrong. Otherwise, the request was delayed or sent again, or was signed with another time.
                   Zoom does not retry a 401. If Zoom sent this, your app will not receive it again. It came from this machine.
    --- stderr

      zoomhook ?.?.?                                              Ctrl-C to stop

      Secret    generated for this demo   fingerprint ????????
      Local     http://127.0.0.1:?????/webhook
      Tunnel    none

      Endpoint on this machine:

          http://127.0.0.1:?????/webhook

      Zoom cannot reach this address. For a public URL, use --tunnel ssh or --tunnel ngrok, or --public-url with your own tunnel.

      1. You press Validate in Marketplace. Zoom posts a challenge and expects the right answer within 3 seconds.


      2. A meeting, from its creation to its recording. Every signature is checked over the raw body, so the escaped emoji in a name does not break it.


      3. An event is forged without your secret token. It is refused, and you see why.


      4. A genuine event from 20 minutes ago is sent again. Its signature is correct, but it is refused: it is too old.


      Ran for ?.? s.
      ✓ 7 events verified
          meeting.created              1
          meeting.ended                1
          meeting.participant_joined   2
          meeting.participant_left     1
          meeting.started              1
          recording.completed          1
      ✓ 1 challenge answered
      ✗ 2 requests refused. Zoom does not retry a 4xx.
          signature does not match   1
          stale timestamp            1


      The demo is done. Next, with a real app:

          # free of charge at dashboard.ngrok.com
          export NGROK_AUTHTOKEN=...
          # asks for your app's secret token
          zoomhook listen
    "#);
}

#[test]
fn json_output_is_nothing_but_ndjson() {
    let finished = run(&["demo", "--fast", "--format", "json"]);
    assert_run!(without_times(finished), @r#"
    exit: 0
    --- stdout
    {"v":1,"type":"ready","at":"????-??-??T??:??:??.???Z","version":"?.?.?","port":?????,"local_url":"http://127.0.0.1:?????/webhook","url":null,"path":"/webhook"}
    {"v":1,"type":"delivery","id":"??????????????????????????","request_id":"????????_????_????_????_????????????","received_at":"????-??-??T??:??:??.???Z","verdict":"valid","reason":null,"detail":null,"cause":null,"secret_name":"demo","event":"endpoint.url_validation","event_ts":?????????????,"retry_of":null,"answer":{"status":200,"ms":?.???},"zoom":null,"body":"{\"payload\":{\"plainToken\":\"k3VwQ0pTSmqbZ1x9uYtH2g\"},\"event_ts\":?????????????,\"event\":\"endpoint.url_validation\"}","method":"POST","target":"/webhook","peer":"127.0.0.1:?????","route":"local"}
    {"v":1,"type":"delivery","id":"??????????????????????????","request_id":"????????_????_????_????_????????????","received_at":"????-??-??T??:??:??.???Z","verdict":"valid","reason":null,"detail":null,"cause":null,"secret_name":"demo","event":"meeting.created","event_ts":?????????????,"retry_of":null,"answer":{"status":204,"ms":?.???},"zoom":"delivered","body":"{\"event\":\"meeting.created\",\"payload\":{\"account_id\":\"q1Zk7sXbT2mN8cVwYp0LdA\",\"object\":{\"uuid\":\"4444AAAiAAAAAiAiAiiAii==\",\"id\":\"88512345678\",\"topic\":\"Weekly sync\",\"host_id\":\"x1yCzABCDEfg23HiJKl4mN\",\"host_email\":\"jill@example.com\",\"type\":2,\"timezone\":\"Europe/Berlin\",\"start_time\":\"????-??-??T??:??:??Z\",\"join_url\":\"https://example.com/j/88512345678\"}},\"event_ts\":?????????????}","method":"POST","target":"/webhook","peer":"127.0.0.1:?????","route":"local"}
    {"v":1,"type":"delivery","id":"??????????????????????????","request_id":"????????_????_????_????_????????????","received_at":"????-??-??T??:??:??.???Z","verdict":"valid","reason":null,"detail":null,"cause":null,"secret_name":"demo","event":"meeting.started","event_ts":?????????????,"retry_of":null,"answer":{"status":204,"ms":?.???},"zoom":"delivered","body":"{\"event\":\"meeting.started\",\"payload\":{\"account_id\":\"q1Zk7sXbT2mN8cVwYp0LdA\",\"object\":{\"uuid\":\"4444AAAiAAAAAiAiAiiAii==\",\"id\":\"88512345678\",\"topic\":\"Weekly sync\",\"host_id\":\"x1yCzABCDEfg23HiJKl4mN\",\"host_email\":\"jill@example.com\",\"type\":2,\"duration\":30}},\"event_ts\":?????????????}","method":"POST","target":"/webhook","peer":"127.0.0.1:?????","route":"local"}
    {"v":1,"type":"delivery","id":"??????????????????????????","request_id":"????????_????_????_????_????????????","received_at":"????-??-??T??:??:??.???Z","verdict":"valid","reason":null,"detail":null,"cause":null,"secret_name":"demo","event":"meeting.participant_joined","event_ts":?????????????,"retry_of":null,"answer":{"status":204,"ms":?.???},"zoom":"delivered","body":"{\"payload\":{\"account_id\":\"q1Zk7sXbT2mN8cVwYp0LdA\",\"object\":{\"uuid\":\"4444AAAiAAAAAiAiAiiAii==\",\"id\":\"88512345678\",\"topic\":\"Weekly sync\",\"host_id\":\"x1yCzABCDEfg23HiJKl4mN\",\"host_email\":\"jill@example.com\",\"type\":2,\"timezone\":\"Europe/Berlin\",\"participant\":{\"user_id\":\"16778240\",\"user_name\":\"Jill Doe\",\"email\":\"jill@example.com\",\"join_time\":\"????-??-??T??:??:??Z\"}}},\"event_ts\":?????????????,\"event\":\"meeting.participant_joined\"}","method":"POST","target":"/webhook","peer":"127.0.0.1:?????","route":"local"}
    {"v":1,"type":"delivery","id":"??????????????????????????","request_id":"????????_????_????_????_????????????","received_at":"????-??-??T??:??:??.???Z","verdict":"valid","reason":null,"detail":null,"cause":null,"secret_name":"demo","event":"meeting.participant_joined","event_ts":?????????????,"retry_of":null,"answer":{"status":204,"ms":?.???},"zoom":"delivered","body":"{\"payload\":{\"account_id\":\"q1Zk7sXbT2mN8cVwYp0LdA\",\"object\":{\"uuid\":\"4444AAAiAAAAAiAiAiiAii==\",\"id\":\"88512345678\",\"topic\":\"Weekly sync\",\"host_id\":\"x1yCzABCDEfg23HiJKl4mN\",\"host_email\":\"jill@example.com\",\"type\":2,\"timezone\":\"Europe/Berlin\",\"participant\":{\"user_id\":\"16779264\",\"user_name\":\"Zoë \\uD83D\\uDE80\",\"email\":\"\",\"join_time\":\"????-??-??T??:??:??Z\"}}},\"event_ts\":?????????????,\"event\":\"meeting.participant_joined\"}","method":"POST","target":"/webhook","peer":"127.0.0.1:?????","route":"local"}
    {"v":1,"type":"delivery","id":"??????????????????????????","request_id":"????????_????_????_????_????????????","received_at":"????-??-??T??:??:??.???Z","verdict":"valid","reason":null,"detail":null,"cause":null,"secret_name":"demo","event":"meeting.participant_left","event_ts":?????????????,"retry_of":null,"answer":{"status":204,"ms":?.???},"zoom":"delivered","body":"{\"payload\":{\"account_id\":\"q1Zk7sXbT2mN8cVwYp0LdA\",\"object\":{\"uuid\":\"4444AAAiAAAAAiAiAiiAii==\",\"id\":\"88512345678\",\"topic\":\"Weekly sync\",\"host_id\":\"x1yCzABCDEfg23HiJKl4mN\",\"host_email\":\"jill@example.com\",\"type\":2,\"timezone\":\"Europe/Berlin\",\"participant\":{\"user_id\":\"16778240\",\"user_name\":\"Jill Doe\",\"email\":\"jill@example.com\",\"leave_time\":\"????-??-??T??:??:??Z\"}}},\"event_ts\":?????????????,\"event\":\"meeting.participant_left\"}","method":"POST","target":"/webhook","peer":"127.0.0.1:?????","route":"local"}
    {"v":1,"type":"delivery","id":"??????????????????????????","request_id":"????????_????_????_????_????????????","received_at":"????-??-??T??:??:??.???Z","verdict":"valid","reason":null,"detail":null,"cause":null,"secret_name":"demo","event":"meeting.ended","event_ts":?????????????,"retry_of":null,"answer":{"status":204,"ms":?.???},"zoom":"delivered","body":"{\"event\":\"meeting.ended\",\"payload\":{\"account_id\":\"q1Zk7sXbT2mN8cVwYp0LdA\",\"object\":{\"uuid\":\"4444AAAiAAAAAiAiAiiAii==\",\"id\":\"88512345678\",\"topic\":\"Weekly sync\",\"host_id\":\"x1yCzABCDEfg23HiJKl4mN\",\"host_email\":\"jill@example.com\",\"type\":2,\"timezone\":\"Europe/Berlin\",\"start_time\":\"????-??-??T??:??:??Z\",\"end_time\":\"????-??-??T??:??:??Z\"}},\"event_ts\":?????????????}","method":"POST","target":"/webhook","peer":"127.0.0.1:?????","route":"local"}
    {"v":1,"type":"delivery","id":"??????????????????????????","request_id":"????????_????_????_????_????????????","received_at":"????-??-??T??:??:??.???Z","verdict":"valid","reason":null,"detail":null,"cause":null,"secret_name":"demo","event":"recording.completed","event_ts":?????????????,"retry_of":null,"answer":{"status":204,"ms":?.???},"zoom":"delivered","body":"{\"event\":\"recording.completed\",\"payload\":{\"account_id\":\"q1Zk7sXbT2mN8cVwYp0LdA\",\"object\":{\"uuid\":\"4444AAAiAAAAAiAiAiiAii==\",\"id\":\"88512345678\",\"topic\":\"Weekly sync\",\"host_id\":\"x1yCzABCDEfg23HiJKl4mN\",\"host_email\":\"jill@example.com\",\"type\":2,\"timezone\":\"Europe/Berlin\",\"start_time\":\"????-??-??T??:??:??Z\",\"duration\":31,\"recording_count\":1,\"total_size\":48273112,\"recording_files\":[{\"id\":\"5c2f7f1e-0d6b-4c38-a1f3-6f1d2b8a9c10\",\"file_type\":\"MP4\",\"file_size\":48273112,\"status\":\"completed\"}]}},\"event_ts\":?????????????}","method":"POST","target":"/webhook","peer":"127.0.0.1:?????","route":"local"}
    {"v":1,"type":"delivery","id":"??????????????????????????","request_id":"????????_????_????_????_????????????","received_at":"????-??-??T??:??:??.???Z","verdict":"invalid","reason":"signature_mismatch","detail":"It was signed with a different secret token than the one given here, or its bytes were changed in transit. The secret token is on the app's Feature page in Marketplace.","cause":null,"secret_name":null,"event":"meeting.deleted","event_ts":?????????????,"retry_of":null,"answer":{"status":401,"ms":?.???},"zoom":null,"body":"{\"event\":\"meeting.deleted\",\"payload\":{\"account_id\":\"q1Zk7sXbT2mN8cVwYp0LdA\",\"object\":{\"id\":\"88512345678\",\"topic\":\"Weekly sync\"}},\"event_ts\":?????????????}","method":"POST","target":"/webhook","peer":"127.0.0.1:?????","route":"local"}
    {"v":1,"type":"delivery","id":"??????????????????????????","request_id":"????????_????_????_????_????????????","received_at":"????-??-??T??:??:??.???Z","verdict":"invalid","reason":"stale","detail":"The signature is correct, but it was made at ???????? UTC, 20 min before this machine's time of ???????? UTC; the limit is 5 min. If Zoom sent this just now, this machine's clock is wrong. Otherwise, the request was delayed or sent again, or was signed with another time.","cause":null,"secret_name":"demo","event":"meeting.started","event_ts":?????????????,"retry_of":null,"answer":{"status":401,"ms":?.???},"zoom":null,"body":"{\"event\":\"meeting.started\",\"payload\":{\"account_id\":\"q1Zk7sXbT2mN8cVwYp0LdA\",\"object\":{\"uuid\":\"4444AAAiAAAAAiAiAiiAii==\",\"id\":\"88512345678\",\"topic\":\"Weekly sync\",\"host_id\":\"x1yCzABCDEfg23HiJKl4mN\",\"host_email\":\"jill@example.com\",\"type\":2,\"duration\":30}},\"event_ts\":?????????????}","method":"POST","target":"/webhook","peer":"127.0.0.1:?????","route":"local"}
    {"v":1,"type":"tunnel","at":"????-??-??T??:??:??.???Z","state":"stopped"}
    {"v":1,"type":"summary","at":"????-??-??T??:??:??.???Z","ran_for_ms":?.???,"events":{"meeting.created":1,"meeting.ended":1,"meeting.participant_joined":2,"meeting.participant_left":1,"meeting.started":1,"recording.completed":1},"events_total":7,"outcomes":{"delivered":7,"lost":0,"retried":0,"pending":0,"app_refused":{},"app_failed":{},"too_late":0,"not_reachable":0,"no_answer":0,"given_up":0,"abandoned":0},"challenges":1,"challenges_failed":0,"app_challenges_failed":0,"refused":{"signature_mismatch":1,"stale":1},"refused_total":2,"unchecked":0,"accepted_unverified":0,"missing":[],"missing_text":[]}
    "#);
}

#[test]
fn the_demo_needs_neither_a_home_nor_an_environment_nor_a_writable_folder() {
    let mut command = zoomhook(std::path::Path::new(env!("CARGO_MANIFEST_DIR")));
    command.args(["demo", "--fast", "--quiet"]).env_remove("HOME").env_remove("XDG_CONFIG_HOME");
    let finished = finish(command);
    assert_eq!((finished.code, finished.stderr.as_str()), (Some(0), ""));
    let shown = |finished| redacted(&without_times(finished).stdout);
    assert_eq!(shown(finished), shown(run(&["demo", "--fast"])));
}
