curl 'https://hooks.example/webhook' \
  -H 'host: hooks.example.ngrok.app' \
  -H 'user-agent: Zoom Marketplace/1.0a' \
  -H 'content-type: application/json; charset=utf-8' \
  -H 'clientid: cLiEnTiDfOrTeStOnLy01' \
  -H 'x-zm-request-timestamp: 1795507201' \
  -H 'x-zm-signature: v0=d84e572ff4f94b1cdbc7b14c4cf0cc62867106cda594072c0e805d96de269973' \
  -H 'x-zm-trackingid: WEB_0f1e2d3c4b5a69788796a5b4c3d2e1f0' \
  --json '{"event":"meeting.started","payload":{"account_id":"AbCdEf0123456789ghijkl","object":{"duration":0,"start_time":"2026-11-23T08:00:00Z","timezone":"Europe/Madrid","topic":"Café \uD83D\uDE92 it'\''s","id":"91234567890","type":2,"uuid":"/q1w2e3r4T5y6U7i8o9p0a==","host_id":"z8yXwVuTsRqPoNmLkJiHgA"}},"event_ts":1795507200123}' ;
