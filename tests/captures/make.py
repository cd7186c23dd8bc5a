#!/usr/bin/env python3
"""Makes the captures of formats that no tool here can record, and the harder ones of the others.

Independent of the crate on purpose: it signs with Python's own hmac, prints with Python's own repr, and asks Node
for util.inspect. Run in this folder; the files are checked in, so that tests need neither.
"""
import base64, csv, gzip, hashlib, hmac, io, json, subprocess, zlib
from pathlib import Path

SECRET, TS = b"zoomhook-test-secret", "1795507201"
HERE = Path(__file__).parent

def envelope(topic, tail=""):
    return ('{"event":"meeting.started","payload":{"account_id":"AbCdEf0123456789ghijkl","object":{"duration":0,'
            '"start_time":"2026-11-23T08:00:00Z","timezone":"Europe/Madrid","topic":"%s","id":"91234567890","type":2,'
            '"uuid":"/q1w2e3r4T5y6U7i8o9p0a==","host_id":"z8yXwVuTsRqPoNmLkJiHgA"}},"event_ts":1795507200123%s}' % (topic, tail)).encode()

PLAIN = envelope("Stand-up")
ACCENT = envelope("Caf\u00e9 \u2019n\u2019 r\u00e9sum\u00e9 it's $5 50% ^ & <b> \\\\ \\\"q\\\" `x` !")
# As Zoom sends emoji: raw in the basic plane, escaped pairs in upper case beyond it.
EMOJI = envelope("Caf\u00e9 \\uD83D\\uDE92 it's")
CHALLENGE = b'{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1795507200123,"event":"endpoint.url_validation"}'

def sign(body, ts=TS):
    return "v0=" + hmac.new(SECRET, b"v0:" + ts.encode() + b":" + body, hashlib.sha256).hexdigest()

def headers(body, length=True):
    h = {"host": "hooks.example.ngrok.app", "user-agent": "Zoom Marketplace/1.0a"}
    if length:
        h["content-length"] = str(len(body))
    h |= {"content-type": "application/json; charset=utf-8", "clientid": "cLiEnTiDfOrTeStOnLy01",
          "x-zm-request-timestamp": TS, "x-zm-signature": sign(body), "x-zm-trackingid": "WEB_0f1e2d3c4b5a69788796a5b4c3d2e1f0"}
    return h

def write(name, data, where="valid", count=1):
    if count > 1:
        stem, extension = name.rsplit(".", 1)
        name = f"{stem}.x{count}.{extension}"
    (HERE / where / name).write_bytes(data.encode() if isinstance(data, str) else data)

def dump(value, **options):
    return json.dumps(value, ensure_ascii=False, indent=2, **options) + "\n"

def raw(body, extra=(), eol="\r\n", sent=None, length=True):
    lines = ["POST /webhook HTTP/1.1"] + [f"{k.title()}: {v}" for k, v in headers(body, length).items()] + list(extra)
    return (eol.join(lines) + eol + eol).encode() + (body if sent is None else sent)

BODIES = {"plain": PLAIN, "accent": ACCENT, "emoji": EMOJI}

# Raw HTTP.
write("raw-http.sequence-on-the-wire.http", b"".join(raw(b) for b in BODIES.values()), count=3)
answer = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
write("raw-http.sequence-with-answers.http", b"\r\n\r\n".join(raw(b) + b"\r\n" + answer for b in BODIES.values()), count=3)
write("raw-http.challenge-with-answer.http", raw(CHALLENGE) + b'\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"3ac1266dbcf22a689472388bfdc18b752a1ce1faa903920634fbbdeee90fc066"}')
write("raw-http.no-length-final-newline.http", raw(EMOJI + b"", length=False) + b"\n")
pretty = json.dumps(json.loads(PLAIN), indent=2).replace("\n", "\r\n").encode()
write("raw-http.crlf-body-saved-with-lf.http", raw(pretty).replace(b"\r\n", b"\n"))
for name, packed in {"gzip": gzip.compress(ACCENT, mtime=0), "deflate": zlib.compress(ACCENT),
                     "br": subprocess.run(["node", "-e", "process.stdout.write(require('zlib').brotliCompressSync(require('fs').readFileSync(0)))"], input=ACCENT, capture_output=True, check=True).stdout}.items():
    h = raw(ACCENT, [f"Content-Encoding: {name}"], length=False, sent=b"")
    write(f"raw-http.{name}.http", h + packed)
write("raw-http.gzip-already-unpacked.http", raw(ACCENT, ["Content-Encoding: gzip"], length=False))
write("raw-http.truncated.http", raw(ACCENT)[:-40], "cannot-tell")

# REST clients.
def rest(body):
    return "POST https://hooks.example.ngrok.app/webhook HTTP/1.1\n" + "".join(f"{k}: {v}\n" for k, v in headers(body, False).items()) + "\n" + body.decode()
write("rest-client.several.http", "@host = x\n\n### first\n# @name one\n" + "\n\n### next\n".join(rest(b) for b in BODIES.values()) + "\n\n> {% client.log(1) %}\n", count=3)
h = "".join(f"{k}: {v}\n" for k, v in headers(EMOJI, False).items())
write("rest-client.variables.http", f"@sig = {sign(EMOJI)}\n@host=https://hooks.example\n\n###\nPOST {{{{host}}}}/webhook\n" + h.replace(sign(EMOJI), "{{ sig }}") + "\n" + EMOJI.decode() + "\n")
write("rest-client.body-in-file.http", "###\nPOST https://hooks.example/webhook\n" + h + "\n< ./emoji.body\n")
write("emoji.body", EMOJI)
write("rest-client.variable-not-set.http", "###\nPOST https://hooks.example/webhook\n" + h + "\n{{body}}\n", "cannot-tell")

# curl.
def sh(text): return "'" + text.replace("'", "'\\''") + "'"
def ansi(text):
    out = ""
    for unit in (int.from_bytes(text.encode("utf-16-be")[i:i+2], "big") for i in range(0, len(text.encode("utf-16-be")), 2)):
        c = chr(unit)
        out += {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "!": "\\u0021"}.get(c, c if 32 <= unit < 127 else "\\u%04x" % unit)
    return "$'" + out + "'"
def curl(body, quote, option="--data-raw"):
    return "curl 'https://hooks.example/webhook' \\\n" + "".join(f"  -H {sh(f'{k}: {v}')} \\\n" for k, v in headers(body, False).items()) + f"  {option} {quote(body.decode())} ;\n"
write("curl.bash-several.sh", "#!/bin/bash\n" + "\n".join(curl(b, sh) for b in BODIES.values()), count=3)
RAW_EMOJI = envelope("Caf\u00e9 \U0001f692 it's!")
write("curl.browser-ansi-c.sh", "\n".join(curl(b, ansi) for b in [ACCENT, EMOJI, RAW_EMOJI]), count=3)
write("curl.browser-ansi-c-surrogates.sh", curl(RAW_EMOJI, ansi))
write("curl.body-in-file.sh", curl(EMOJI, lambda _: "@emoji.body", "--data-binary"))
write("curl.here-document.sh", curl(EMOJI, lambda _: "@-", "-d")[:-2].rstrip(" ;\n") + " <<'EOF'\n" + EMOJI.decode() + "\nEOF\n")
write("curl.json-option.sh", curl(EMOJI, sh, "--json"))
write("curl.file-missing.sh", curl(EMOJI, lambda _: "@missing.json", "--data-binary"), "cannot-tell")
def cmd(text):
    # Chrome's "Copy as cURL (cmd)": quotes and backslashes for the program, then a caret before what cmd would read.
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    inner = "".join(c if c.isalnum() or c in " -_:/.,={}[]'" or ord(c) > 127 else "^" + c for c in inner)
    return '^"' + inner + '^"'
write("curl.cmd.bat", "".join("curl ^\"https://hooks.example/webhook^\" ^\r\n" + "".join(f"  -H {cmd(f'{k}: {v}')} ^\r\n" for k, v in headers(b, False).items()) + f"  --data-raw {cmd(b.decode())}\r\n" for b in BODIES.values()), count=3)

# PowerShell.
def ps(text):
    out = ""
    for unit in (int.from_bytes(text.encode("utf-16-be")[i:i+2], "big") for i in range(0, len(text.encode("utf-16-be")), 2)):
        c = chr(unit)
        out += "`" + c if c in '`"$' else c if 32 <= unit < 127 else f"$([char]{unit})"
    return '"' + out + '"'
def powershell(body, how):
    return ("$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n$session.UserAgent = \"Zoom Marketplace/1.0a\"\n"
            "Invoke-WebRequest -UseBasicParsing -Uri \"https://hooks.example/webhook\" `\n-Method \"POST\" `\n-WebSession $session `\n-Headers @{\n"
            + "".join(f'  "{k}"={ps(v)}\n' for k, v in headers(body, False).items()) + "} `\n-ContentType \"application/json\" `\n-Body " + how(body.decode()) + "\n")
write("powershell.browser.ps1", powershell(PLAIN, ps) + powershell(RAW_EMOJI, lambda t: f"([System.Text.Encoding]::UTF8.GetBytes({ps(t)}))") + powershell(ACCENT, lambda t: f"([System.Text.Encoding]::UTF8.GetBytes({ps(t)}))"), count=3)
write("powershell.variables-utf16.ps1", b"\xff\xfe" + ("$body = @'\r\n" + EMOJI.decode() + "\r\n'@\r\n" + powershell(EMOJI, lambda _: "$body").replace("\n", "\r\n")).encode("utf-16-le"))
write("powershell.variable-elsewhere.ps1", powershell(EMOJI, lambda _: "$body"), "cannot-tell")

# JSON tools.
pairs = lambda b: [{"name": k, "value": v} for k, v in headers(b).items()]
lists = lambda b: {k: [v] for k, v in headers(b).items()}
def har_entry(body):
    return {"startedDateTime": "2026-11-24T08:00:01.400Z", "time": 12.5, "request": {"method": "POST", "url": "https://a/", "httpVersion": "HTTP/2", "headers": pairs(body), "queryString": [],
            "postData": {"mimeType": "application/json", "text": body.decode()}}, "response": {"status": 200, "headers": [], "content": {"size": 2, "text": "b2s=", "encoding": "base64"}}}
write("har.several.har", json.dumps({"log": {"version": "1.2", "entries": [har_entry(b) for b in BODIES.values()]}}), count=3)
def ngrok(body):
    return {"id": "airt_1", "remote_addr": "203.0.113.24", "start": "2026-11-24T09:00:01.4+01:00", "duration": 12500000,
            "request": {"method": "POST", "proto": "HTTP/1.1", "headers": lists(body), "uri": "/webhook", "raw": base64.b64encode(raw(body)).decode()},
            "response": {"status": "200 OK", "status_code": 200, "raw": base64.b64encode(answer).decode()}}
write("ngrok.list.json", dump({"uri": "/api/requests/http", "requests": [ngrok(b) for b in BODIES.values()]}), count=3)
def site(body):
    return {"uuid": "u", "type": "web", "token_id": "t", "ip": "203.0.113.24", "method": "POST", "content": body.decode(), "headers": lists(body),
            "url": "https://webhook.site/t", "created_at": "2026-11-24 08:00:01", "sorting": 1795507201400000}
write("webhook-site.list.json", dump({"data": [site(b) for b in BODIES.values()], "total": 3, "per_page": 50}), count=3)
def table(rows):
    out = io.StringIO(); csv.writer(out).writerows(rows); return out.getvalue()
write("csv.webhook-site.csv", table([["uuid", "type", "method", "ip", "url", "created_at", "content", "headers"]] +
      [["u", "web", "POST", "203.0.113.24", "https://webhook.site/t", "2026-11-24 08:00:01", b.decode(), json.dumps(lists(b))] for b in BODIES.values()]), count=3)
write("csv.column-a-header.csv", table([["date", "content", "headers.x-zm-request-timestamp", "headers.x-zm-signature"]] + [["2026-11-24 08:00:01", b.decode(), TS, sign(b)] for b in BODIES.values()]), count=3)
def postman(body):
    return {"name": "r", "request": {"method": "POST", "header": [{"key": k, "value": v} for k, v in headers(body, False).items()] + [{"key": "x-zm-signature", "value": "v0=off", "disabled": True}],
            "body": {"mode": "raw", "raw": body.decode()}, "url": "https://a/"}, "response": []}
write("postman.v2-0-folders.json", dump({"info": {"name": "z", "schema": "https://schema.getpostman.com/json/collection/v2.0.0/collection.json"}, "item": [postman(PLAIN), {"name": "f", "item": [postman(ACCENT), {"name": "g", "item": [postman(EMOJI)]}]}]}), count=3)
variable = postman(EMOJI); variable["request"]["body"]["raw"] = "{{body}}"
write("postman.variable.json", dump({"info": {"schema": "v2.1.0"}, "item": [variable]}), "cannot-tell")
def insomnia_yaml(body, indent):
    pad = " " * indent
    return (f"{pad}- url: https://hooks.example/webhook\n{pad}  name: r\n{pad}  meta:\n{pad}    id: req_1\n{pad}  method: POST\n{pad}  body:\n{pad}    mimeType: application/json\n{pad}    text: {json.dumps(body.decode(), ensure_ascii=False)}\n{pad}  headers:\n"
            + "".join(f"{pad}    - name: {k}\n{pad}      value: {json.dumps(v)}\n" for k, v in headers(body, False).items()))
block = lambda body: insomnia_yaml(body, 6).replace("text: " + json.dumps(body.decode(), ensure_ascii=False), "text: |-\n            " + body.decode())
write("insomnia.v5.yaml", "type: collection.insomnia.rest/5.0\nname: Zoom\nmeta:\n  id: wrk_1\ncollection:\n" + insomnia_yaml(PLAIN, 2) + insomnia_yaml(ACCENT, 2) + "  - name: folder\n    children:\n" + block(EMOJI), count=3)
def hookdeck(body, value):
    return {"id": "evt_1", "team_id": "tm", "source_id": "src", "response_status": 200, "created_at": "2026-11-24T08:00:01.450Z", "data": {"method": "POST", "path": "/", "headers": headers(body), "body": value}}
write("hookdeck.list.json", dump({"pagination": {}, "count": 3, "models": [hookdeck(b, json.loads(b)) for b in BODIES.values()]}), count=3)
write("hookdeck.string.json", dump(hookdeck(EMOJI, EMOJI.decode())))
numbers = envelope("x", ',"ratio":1.50,"10":1e3,"2":0.1,"big":12345678901234567890')
js = subprocess.run(["node", "-e", "process.stdout.write(JSON.stringify(JSON.parse(require('fs').readFileSync(0))))"], input=numbers, capture_output=True, check=True).stdout
write("hookdeck.numbers-as-written.json", json.dumps(hookdeck(numbers, "@")).replace('"@"', numbers.decode().replace('":', '" : ')))
write("hookdeck.numbers-as-javascript.json", json.dumps(hookdeck(js, "@")).replace('"@"', numbers.decode()))
def v1(body, encoded):
    return {"resource": "/webhook", "path": "/webhook", "httpMethod": "POST", "headers": headers(body), "multiValueHeaders": lists(body), "requestContext": {"requestTimeEpoch": 1795507201400, "identity": {"sourceIp": "203.0.113.24"}},
            "body": base64.b64encode(body).decode() if encoded else body.decode(), "isBase64Encoded": encoded}
write("lambda.v1-ndjson.json", "".join(json.dumps(v1(b, e)) + "\n" for b in BODIES.values() for e in (False, True)), count=6)
write("lambda.v1-list.json", dump([v1(b, False) for b in BODIES.values()]), count=3)
def alb(body, multi):
    return {"requestContext": {"elb": {"targetGroupArn": "arn"}}, "httpMethod": "POST", "path": "/", "queryStringParameters": {}, **({"multiValueHeaders": lists(body)} if multi else {"headers": headers(body)}), "body": base64.b64encode(body).decode(), "isBase64Encoded": True}
write("alb.several.json", dump(alb(EMOJI, False)) + dump(alb(ACCENT, True)), count=2)
def cloudflare(body, messages):
    return {"outcome": "ok", "scriptName": "w", "exceptions": [], "logs": [{"message": [m], "level": "log", "timestamp": 1795507201400} for m in messages], "eventTimestamp": 1795507201400,
            "event": {"request": {"url": "https://w.example/", "method": "POST", "headers": headers(body), "cf": {}}, "response": {"status": 200}}}
write("cloudflare.tail-with-logged-body.json", "".join(dump(cloudflare(b, ["hello", b.decode()])) for b in BODIES.values()) + dump(cloudflare(EMOJI, [json.loads(EMOJI)])), count=4)
write("cloudflare.tail.json", dump(cloudflare(EMOJI, [])), "cannot-tell")
write("cloudflare.logpush.ndjson", json.dumps({"ClientIP": "203.0.113.24", "ClientRequestMethod": "POST", "ClientRequestURI": "/webhook", "EdgeResponseStatus": 200, "EdgeStartTimestamp": "2026-11-24T08:00:01Z", "RequestHeaders": {k: v for k, v in headers(EMOJI).items() if k.startswith("x-zm")}}) + "\n", "cannot-tell")
def vercel(request, message):
    return {"id": "1", "message": message, "timestamp": 1795507201400, "type": "stdout", "source": "lambda", "projectId": "p", "deploymentId": "d", "requestId": request,
            "proxy": {"timestamp": 1795507201400, "method": "POST", "host": "a", "path": "/webhook", "statusCode": 200, "clientIp": "203.0.113.24"}}
inspect = lambda body: subprocess.run(["node", "-e", "const b=require('fs').readFileSync(0);console.log(JSON.parse(b))"], input=body, capture_output=True, check=True).stdout.decode()
write("vercel.drain.json", json.dumps([m for i, b in enumerate(BODIES.values()) for m in (vercel(f"r{i}", json.dumps(headers(b))), vercel(f"x{i}", "other"), vercel(f"r{i}", b.decode()))]), count=3)
write("vercel.ndjson.log", "".join(json.dumps(vercel("r", m)) + "\n" for m in [inspect(json.dumps(headers(ACCENT)).encode()), inspect(ACCENT)]))
def smee(body):
    return {**headers(body), "body": json.loads(body), "query": {}, "timestamp": 1795507201400}
write("smee.stream.txt", "retry: 10000\n\nid: 0\nevent: ready\ndata: {}\n\n" + "".join(f"id: 1\ndata: {json.dumps(smee(b), ensure_ascii=False)}\n\n" for b in BODIES.values()), count=3)
def row(body, text):
    return {"event": "meeting.started", "status": 200, "endpoint": "https://a/", "request_headers": text, "request_body": body.decode(), "response_headers": "{}", "response_body": "", "date_time": "2026-11-24T08:00:01Z", "retry_num": 0}
as_lines = lambda b: "".join(f"{k}: {v}\n" for k, v in headers(b).items())
write("zoom-log.api.json", dump({"next_page_token": "", "webhook_logs": [row(PLAIN, json.dumps(headers(PLAIN))), row(ACCENT, as_lines(ACCENT)), row(EMOJI, json.dumps(pairs(EMOJI)))]}), count=3)
write("zoom-log.copied.txt", "Request Headers\n\n" + as_lines(EMOJI) + "\nRequest Body\n\n" + EMOJI.decode() + "\n\nResponse Headers\n\nserver: x\n\nResponse Body\n\nok\n")
def delivery(body, encoded=False):
    return {"v": 1, "type": "delivery", "id": "01K", "received_at": "2026-11-24T08:00:01.400Z", "verdict": "valid", "headers": list(headers(body).items()), "answer": {"status": 204, "ms": 2},
            **({"body_base64": base64.b64encode(body).decode()} if encoded else {"body": body.decode()})}
compact = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
write("zoomhook.session.ndjson", "\n".join([compact({"v": 1, "type": "ready"})] + [compact(delivery(b)) for b in BODIES.values()] + [compact(delivery(EMOJI, True)), compact({"v": 1, "type": "summary"})]) + "\n", count=4)
bare = delivery(EMOJI); del bare["headers"]
write("zoomhook.without-headers.ndjson", compact(bare) + "\n", "cannot-tell")
write("headers-body.ways.ndjson", "".join(json.dumps(v) + "\n" for v in [
    {"headers": headers(EMOJI), "body": EMOJI.decode()}, {"headers": lists(EMOJI), "body": json.loads(EMOJI)}, {"rawHeaders": [x for p in headers(EMOJI).items() for x in p], "rawBody": EMOJI.decode(), "body": {}},
    {"request": {"method": "POST", "headers": pairs(EMOJI), "body": {"type": "Buffer", "data": list(EMOJI)}}}, {"headers": headers(EMOJI), "body_base64": base64.b64encode(EMOJI).decode()},
    {"headers": as_lines(EMOJI), "payload": json.loads(EMOJI)}, {"headers": headers(EMOJI), "body": base64.b64encode(EMOJI).decode()}]), count=7)

# Logs of programs.
node = lambda code, body: subprocess.run(["node", "-e", "const body=require('fs').readFileSync(0);const headers=JSON.parse(process.argv[1]);" + code, json.dumps(headers(body))], input=body, capture_output=True, check=True).stdout
write("node-log.labels-and-buffer.txt", b"".join(node("require('util').inspect.defaultOptions.maxArrayLength=null;console.log('headers', headers);console.log('raw:', body.toString());console.log('done', {plainToken:'a'})", b) for b in BODIES.values()), count=3)
write("node-log.one-object-colours.txt", node("console.log(require('util').inspect({method:'POST', headers, body: JSON.parse(body)}, {depth: 9, colors: true, compact: false}))", EMOJI))
write("node-log.null-prototype.txt", node("console.log('[info]', Object.assign(Object.create(null), headers));console.log(JSON.parse(body))", ACCENT))
write("node-log.cut-at-depth.txt", node("console.log(headers);console.log([{body:{x:JSON.parse(body)}}][0].body.x && {event: 'meeting.started', payload: {object: {topic: {deep: {er: 1}}}}})", ACCENT), "cannot-tell")
write("node-log.cut-buffer.txt", node("console.log({headers, body})", ACCENT), "cannot-tell")
write("express-log.stringified.txt", b"".join(node("console.log('2026-11-24T08:00:01Z info headers: ' + JSON.stringify(headers));console.log('2026-11-24T08:00:01Z info body: ' + body)", b) for b in BODIES.values()), count=3)
write("express-log.body-first.txt", b"".join(node("console.log('body', JSON.stringify(JSON.parse(body), null, 2));console.log('headers', JSON.stringify(headers))", b) for b in [PLAIN, ACCENT]), count=2)
write("python-log.dicts.txt", "".join(f"INFO:root:headers {headers(b)!r}\nINFO:root:{json.loads(b)!r}\n" for b in BODIES.values()), count=3)
write("python-log.bytes-and-str.txt", "".join(f"{headers(b)!r} {b!r}\n" for b in BODIES.values()) + "".join(f"Headers({headers(b)!r})\n{b.decode()!r}\n" for b in BODIES.values()), count=3)
write("python-log.pairs-and-meta.txt", f"EnvironHeaders({list(headers(ACCENT).items())!r})\n{ACCENT!r}\n" + repr({"REQUEST_METHOD": "POST", **{"HTTP_" + k.upper().replace("-", "_"): v for k, v in headers(EMOJI).items()}}) + f"\n{json.loads(EMOJI)!r}\n", count=2)
write("python-log.lambda-event.txt", f"{ {'version': '2.0', 'headers': headers(EMOJI), 'body': base64.b64encode(EMOJI).decode(), 'isBase64Encoded': True}!r}\n")
def var_dump(v, pad=""):
    if isinstance(v, dict) or isinstance(v, list):
        items = v.items() if isinstance(v, dict) else enumerate(v)
        return f"array({len(v)}) {{\n" + "".join(f"{pad}  [" + (f'"{k}"' if isinstance(k, str) else str(k)) + f"]=>\n{pad}  " + var_dump(x, pad + "  ") for k, x in items) + pad + "}\n"
    if isinstance(v, str): return f'string({len(v.encode("utf-8", "surrogatepass"))}) "{v}"\n'
    return f"int({v})\n"
def print_r(v, pad=""):
    if isinstance(v, dict):
        return f"Array\n{pad}(\n" + "".join(f"{pad}    [{k}] => " + print_r(x, pad + "        ") for k, x in v.items()) + f"{pad})\n\n"
    return f"{v}\n"
write("php-log.var-dump.txt", "".join(var_dump(headers(b)) + var_dump(json.loads(b)) for b in BODIES.values()) + var_dump({"HTTP_" + k.upper().replace("-", "_"): v for k, v in headers(EMOJI).items()}) + var_dump(EMOJI.decode()), count=3)
write("php-log.print-r.txt", print_r(headers(EMOJI)) + print_r(json.loads(EMOJI)) + print_r(headers(ACCENT)) + ACCENT.decode() + "\n", count=2)
