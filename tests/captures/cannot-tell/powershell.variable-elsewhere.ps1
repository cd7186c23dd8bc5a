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
  "x-zm-signature"="v0=d84e572ff4f94b1cdbc7b14c4cf0cc62867106cda594072c0e805d96de269973"
  "x-zm-trackingid"="WEB_0f1e2d3c4b5a69788796a5b4c3d2e1f0"
} `
-ContentType "application/json" `
-Body $body
