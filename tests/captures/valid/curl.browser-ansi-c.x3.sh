curl 'https://hooks.example/webhook' \
  -H 'host: hooks.example.ngrok.app' \
  -H 'user-agent: Zoom Marketplace/1.0a' \
  -H 'content-type: application/json; charset=utf-8' \
  -H 'clientid: cLiEnTiDfOrTeStOnLy01' \
  -H 'x-zm-request-timestamp: 1795507201' \
  -H 'x-zm-signature: v0=716327035d07210b70c0547d92c104c211166068f765fc4f5fcdf8d7fc5d37f6' \
  -H 'x-zm-trackingid: WEB_0f1e2d3c4b5a69788796a5b4c3d2e1f0' \
  --data-raw $'{"event":"meeting.started","payload":{"account_id":"AbCdEf0123456789ghijkl","object":{"duration":0,"start_time":"2026-11-23T08:00:00Z","timezone":"Europe/Madrid","topic":"Caf\u00e9 \u2019n\u2019 r\u00e9sum\u00e9 it\'s $5 50% ^ & <b> \\\\ \\"q\\" `x` \u0021","id":"91234567890","type":2,"uuid":"/q1w2e3r4T5y6U7i8o9p0a==","host_id":"z8yXwVuTsRqPoNmLkJiHgA"}},"event_ts":1795507200123}' ;

curl 'https://hooks.example/webhook' \
  -H 'host: hooks.example.ngrok.app' \
  -H 'user-agent: Zoom Marketplace/1.0a' \
  -H 'content-type: application/json; charset=utf-8' \
  -H 'clientid: cLiEnTiDfOrTeStOnLy01' \
  -H 'x-zm-request-timestamp: 1795507201' \
  -H 'x-zm-signature: v0=d84e572ff4f94b1cdbc7b14c4cf0cc62867106cda594072c0e805d96de269973' \
  -H 'x-zm-trackingid: WEB_0f1e2d3c4b5a69788796a5b4c3d2e1f0' \
  --data-raw $'{"event":"meeting.started","payload":{"account_id":"AbCdEf0123456789ghijkl","object":{"duration":0,"start_time":"2026-11-23T08:00:00Z","timezone":"Europe/Madrid","topic":"Caf\u00e9 \\uD83D\\uDE92 it\'s","id":"91234567890","type":2,"uuid":"/q1w2e3r4T5y6U7i8o9p0a==","host_id":"z8yXwVuTsRqPoNmLkJiHgA"}},"event_ts":1795507200123}' ;

curl 'https://hooks.example/webhook' \
  -H 'host: hooks.example.ngrok.app' \
  -H 'user-agent: Zoom Marketplace/1.0a' \
  -H 'content-type: application/json; charset=utf-8' \
  -H 'clientid: cLiEnTiDfOrTeStOnLy01' \
  -H 'x-zm-request-timestamp: 1795507201' \
  -H 'x-zm-signature: v0=dfcea21388b656b16d2515e619f171c9ec8481bae447b3bd2d7650cc87bc51f8' \
  -H 'x-zm-trackingid: WEB_0f1e2d3c4b5a69788796a5b4c3d2e1f0' \
  --data-raw $'{"event":"meeting.started","payload":{"account_id":"AbCdEf0123456789ghijkl","object":{"duration":0,"start_time":"2026-11-23T08:00:00Z","timezone":"Europe/Madrid","topic":"Caf\u00e9 \ud83d\ude92 it\'s\u0021","id":"91234567890","type":2,"uuid":"/q1w2e3r4T5y6U7i8o9p0a==","host_id":"z8yXwVuTsRqPoNmLkJiHgA"}},"event_ts":1795507200123}' ;
