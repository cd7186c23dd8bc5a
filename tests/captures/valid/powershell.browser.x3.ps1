$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession
$session.UserAgent = "Zoom Marketplace/1.0a"
Invoke-WebRequest -UseBasicParsing -Uri "https://hooks.example/webhook" `
-Method "POST" `
-WebSession $session `
-Headers @{
  "host"="hooks.example.ngrok.app"
  "user-agent"="Zoom Marketplace/1.0a"
  "content-type"="application/json; charset=utf-8"
  "clientid"="cLiEnTiDfOrTeStOnLy01"
  "x-zm-request-timestamp"="1795507201"
  "x-zm-signature"="v0=9defd70425357ca17606420f68bba9d8d594b47d156cbcbf6ab7843a992fbb7a"
  "x-zm-trackingid"="WEB_0f1e2d3c4b5a69788796a5b4c3d2e1f0"
} `
-ContentType "application/json" `
-Body "{`"event`":`"meeting.started`",`"payload`":{`"account_id`":`"AbCdEf0123456789ghijkl`",`"object`":{`"duration`":0,`"start_time`":`"2026-11-23T08:00:00Z`",`"timezone`":`"Europe/Madrid`",`"topic`":`"Stand-up`",`"id`":`"91234567890`",`"type`":2,`"uuid`":`"/q1w2e3r4T5y6U7i8o9p0a==`",`"host_id`":`"z8yXwVuTsRqPoNmLkJiHgA`"}},`"event_ts`":1795507200123}"
$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession
$session.UserAgent = "Zoom Marketplace/1.0a"
Invoke-WebRequest -UseBasicParsing -Uri "https://hooks.example/webhook" `
-Method "POST" `
-WebSession $session `
-Headers @{
  "host"="hooks.example.ngrok.app"
  "user-agent"="Zoom Marketplace/1.0a"
  "content-type"="application/json; charset=utf-8"
  "clientid"="cLiEnTiDfOrTeStOnLy01"
  "x-zm-request-timestamp"="1795507201"
  "x-zm-signature"="v0=dfcea21388b656b16d2515e619f171c9ec8481bae447b3bd2d7650cc87bc51f8"
  "x-zm-trackingid"="WEB_0f1e2d3c4b5a69788796a5b4c3d2e1f0"
} `
-ContentType "application/json" `
-Body ([System.Text.Encoding]::UTF8.GetBytes("{`"event`":`"meeting.started`",`"payload`":{`"account_id`":`"AbCdEf0123456789ghijkl`",`"object`":{`"duration`":0,`"start_time`":`"2026-11-23T08:00:00Z`",`"timezone`":`"Europe/Madrid`",`"topic`":`"Caf$([char]233) $([char]55357)$([char]56978) it's!`",`"id`":`"91234567890`",`"type`":2,`"uuid`":`"/q1w2e3r4T5y6U7i8o9p0a==`",`"host_id`":`"z8yXwVuTsRqPoNmLkJiHgA`"}},`"event_ts`":1795507200123}"))
$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession
$session.UserAgent = "Zoom Marketplace/1.0a"
Invoke-WebRequest -UseBasicParsing -Uri "https://hooks.example/webhook" `
-Method "POST" `
-WebSession $session `
-Headers @{
  "host"="hooks.example.ngrok.app"
  "user-agent"="Zoom Marketplace/1.0a"
  "content-type"="application/json; charset=utf-8"
  "clientid"="cLiEnTiDfOrTeStOnLy01"
  "x-zm-request-timestamp"="1795507201"
  "x-zm-signature"="v0=716327035d07210b70c0547d92c104c211166068f765fc4f5fcdf8d7fc5d37f6"
  "x-zm-trackingid"="WEB_0f1e2d3c4b5a69788796a5b4c3d2e1f0"
} `
-ContentType "application/json" `
-Body ([System.Text.Encoding]::UTF8.GetBytes("{`"event`":`"meeting.started`",`"payload`":{`"account_id`":`"AbCdEf0123456789ghijkl`",`"object`":{`"duration`":0,`"start_time`":`"2026-11-23T08:00:00Z`",`"timezone`":`"Europe/Madrid`",`"topic`":`"Caf$([char]233) $([char]8217)n$([char]8217) r$([char]233)sum$([char]233) it's `$5 50% ^ & <b> \\ \`"q\`" ``x`` !`",`"id`":`"91234567890`",`"type`":2,`"uuid`":`"/q1w2e3r4T5y6U7i8o9p0a==`",`"host_id`":`"z8yXwVuTsRqPoNmLkJiHgA`"}},`"event_ts`":1795507200123}"))
