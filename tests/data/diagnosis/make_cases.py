#!/usr/bin/env python3
"""Makes cases.json: requests that are signed wrongly in every way that the diagnosis names.

Independent of the Rust code: only Python's hmac, hashlib and json. Run it in this folder after a change:

    python3 make_cases.py > cases.json

A case: the header values (null where missing), the body in base64, the secrets by name and role, and the codes
that must be named, the main one first. "verdict" is valid, invalid or unknown. "mine" is present where the
case is about the value that the user's own code computed.
"""

import base64
import gzip
import hashlib
import hmac
import json
import sys
import unicodedata
import urllib.parse
import zlib

SECRET = "zoomhook-test-secret"
CLIENT_SECRET = "cLiEnTsEcReT-for-tests-0123456789"
OTHER = "another-apps-secret-token"
TS = "1795507201"

# As Zoom writes it: accents raw, emoji as upper-case surrogate pairs, slashes plain.
ZOOM = (
    '{"event":"meeting.started","payload":{"account_id":"AbCdEf0123456789ghijkl","object":{"duration":0,'
    '"start_time":"2026-11-23T08:00:00Z","timezone":"America/New_York","topic":"Stand-up caf\u00e9 \u2019 '
    '\\uD83C\\uDF89 <R&D> it\'s","id":"91234567890","type":2,"uuid":"q1w2e3r4T5y6U7i8o9p0/+aa==",'
    '"settings":{},"list":[],"host_id":"z8yXwVuTsRqPoNmLkJiHgA"}},"event_ts":1795507200123}'
).encode()
PLAIN = (
    b'{"event":"meeting.ended","payload":{"account_id":"AbC","object":{"id":"91234567890","topic":"Sync"}},'
    b'"event_ts":1795507200123}'
)
NUMBERS = b'{"event":"a.b","payload":{"object":{"a":1.0,"b":1e3,"c":12345678901234567890123}},"event_ts":1795507200123}'
CHALLENGE = (
    b'{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1795507200123,"event":"endpoint.url_validation"}'
)

cases = []


def hexmac(key, message, algorithm="sha256"):
    if isinstance(key, str):
        key = key.encode()
    return hmac.new(key, message, algorithm).hexdigest()


def message(body, ts=TS):
    return b"v0:" + ts.encode() + b":" + body


def sign(body, key=SECRET, ts=TS):
    return "v0=" + hexmac(key, message(body, ts))


def case(name, codes, signature, body=ZOOM, ts=TS, secret=SECRET, verdict="invalid", others=(), mine=None, **more):
    secrets = [{"name": "app", "role": "secret", "text": secret}, *others]
    cases.append(
        {
            "name": name,
            "codes": codes.split() if codes else [],
            "verdict": verdict,
            "signature": signature,
            "timestamp": ts,
            "body": base64.b64encode(body).decode() if body is not None else None,
            "secrets": secrets,
            **({"mine": mine} if mine else {}),
            **more,
        }
    )


def parsed(body=ZOOM):
    return json.loads(body)


def dumps(value, **options):
    """json.dumps that leaves no lone surrogates: the pairs are joined first."""
    return json.dumps(value, **options).encode()


def stringify(value, indent=None):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":") if indent is None else (",", ": "), indent=indent).encode()


def upper_escapes(text):
    """Every \\uxxxx of an ASCII JSON text in upper case."""
    out, i = "", 0
    while i < len(text):
        if text[i] == "\\" and text[i + 1] == "u":
            out += "\\u" + text[i + 2 : i + 6].upper()
            i += 6
        elif text[i] == "\\":
            out += text[i : i + 2]
            i += 2
        else:
            out += text[i]
            i += 1
    return out


def html(text, chars, upper=False):
    for c in chars:
        digits = f"{ord(c):04x}"
        text = text.replace(c, "\\u" + (digits.upper() if upper else digits))
    return text


def secrets():
    for name, key in [
        ("newline", SECRET + "\n"), ("crlf", SECRET + "\r\n"), ("blank", SECRET + " "), ("blank-before", " " + SECRET),
        ("tab", SECRET + "\t"), ("double-quotes", f'"{SECRET}"'), ("single-quotes", f"'{SECRET}'"),
        ("name", "ZOOM_WEBHOOK_SECRET_TOKEN=" + SECRET), ("own-name", "app=" + SECRET),
        ("name-newline", "ZOOM_WEBHOOK_SECRET_TOKEN=" + SECRET + "\n"), ("bom", "\ufeff" + SECRET),
        ("zero-width", SECRET + "\u200b"), ("backslash-n", SECRET + "\\n"),
    ]:
        case(f"secret-signed-with-{name}", "secret-whitespace", sign(ZOOM, key))
        case(f"secret-given-with-{name}", "secret-whitespace", sign(ZOOM), secret=key)
    case("secret-given-exported", "secret-whitespace", sign(ZOOM), secret=f'export TOKEN="{SECRET}"\n')
    case("secret-empty", "secret-empty", sign(ZOOM, ""))
    case("secret-undefined", "secret-empty", sign(ZOOM, "undefined"))
    other = {"name": "production", "role": "other-secret", "text": OTHER}
    case("secret-other", "secret-other", sign(ZOOM, OTHER), others=[other])
    client = {"name": "ZOOM_CLIENT_SECRET", "role": "other-credential", "text": CLIENT_SECRET}
    case("secret-client", "secret-is-other-credential", sign(ZOOM, CLIENT_SECRET), others=[client])
    padded = {"name": "ZOOM_CLIENT_SECRET", "role": "other-credential", "text": CLIENT_SECRET + "\n"}
    case("secret-client-newline", "secret-is-other-credential", sign(ZOOM, CLIENT_SECRET), others=[padded])
    raw = bytes(range(16))
    b64, b64url, digits = base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode().rstrip("="), raw.hex()
    for name, text in [("base64", b64), ("base64url", b64url), ("hex", digits)]:
        case(f"key-decoded-{name}", "key-decoded", sign(ZOOM, raw), secret=text)
    case("key-encoded-base64", "key-decoded", sign(ZOOM, base64.b64encode(SECRET.encode())))
    case("key-encoded-hex", "key-decoded", sign(ZOOM, SECRET.encode().hex()))


def bodies():
    value, code = parsed(), "body-reserialised"
    ascii_compact = dumps(value, separators=(",", ":")).decode()
    raw = stringify(value).decode()
    forms = {
        "stringify": raw.encode(),
        "stringify-2": stringify(value, 2), "stringify-4": stringify(value, 4), "stringify-tab": stringify(value, "\t"),
        "python-default": dumps(value), "python-compact": ascii_compact.encode(),
        "python-raw": dumps(value, ensure_ascii=False), "python-sorted": dumps(value, sort_keys=True),
        "python-sorted-compact": dumps(value, sort_keys=True, separators=(",", ":")),
        "python-sorted-raw": dumps(value, sort_keys=True, ensure_ascii=False),
        "python-indent-2": dumps(value, indent=2), "python-indent-4": dumps(value, indent=4),
        "python-indent-2-raw": dumps(value, indent=2, ensure_ascii=False), "python-str": str(value).encode(),
        "sorted": json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode(),
        "php": ascii_compact.replace("/", "\\/").replace("{}", "[]").encode(),
        "php-objects": ascii_compact.replace("/", "\\/").encode(),
        "php-unescaped-unicode": raw.replace("/", "\\/").replace("{}", "[]").encode(),
        "php-unescaped-slashes": ascii_compact.replace("{}", "[]").encode(),
        "go-map": html(json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")), "<>&").encode(),
        "go-encoder": html(json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")), "<>&").encode() + b"\n",
        "go-struct": html(raw, "<>&").encode(), "gson": html(raw, "<>&='").encode(),
        "dotnet": html(upper_escapes(ascii_compact), "<>&'+`", True).encode(),
        "jackson-ascii": upper_escapes(ascii_compact).encode(),
        "emoji-lower-case": ZOOM.replace(b"\\uD83C\\uDF89", b"\\ud83c\\udf89"),
        "newtonsoft-indented-crlf": stringify(value, 2).replace(b"\n", b"\r\n"),
        "jq": stringify(value, 2) + b"\n",
    }
    lossy = {"python-sorted", "python-sorted-compact", "python-sorted-raw", "sorted", "go-map", "go-encoder", "php",
             "php-unescaped-unicode", "php-unescaped-slashes", "python-str"}
    for name, form in forms.items():
        case(f"body-signed-as-{name}", code, sign(form))
        # What Zoom signed can be written again from the capture, unless the form lost something.
        if name not in lossy:
            case(f"body-captured-as-{name}", code, sign(ZOOM), body=form)
            case(f"body-kept-as-{name}", "", sign(ZOOM), body=form, fidelity="parsed", verdict="valid")
    odd = '{"event":"a.b","topic":"a\u00a0b\x7f \u2028 it\'s","cut":"x\\ud83d"}'.encode()
    case("odd-characters-python", code, sign(dumps(json.loads(odd))), body=odd)
    odd = odd.replace(b"\\ud83d", b"")
    case("odd-characters-python-str", code, sign(str(json.loads(odd)).encode()), body=odd)
    numbers = parsed(NUMBERS)
    case("numbers-javascript", code, sign(NUMBERS.replace(b"1.0", b"1").replace(b"1e3", b"1000").replace(b"12345678901234567890123", b"1.2345678901234568e+22")), body=NUMBERS)
    case("numbers-python", code, sign(dumps(numbers)), body=NUMBERS)
    doubles = PLAIN.replace(b"1795507200123", b"1.795507200123E12")
    case("numbers-captured-as-doubles", code, sign(PLAIN), body=doubles)
    case("numbers-gson-map", code, sign(doubles), body=PLAIN)
    case("members-reordered", code, sign(PLAIN), body=json.dumps(
        {k: parsed(PLAIN)[k] for k in ("event_ts", "payload", "event")}, separators=(",", ":")).encode())
    text = ZOOM.decode()
    case("charset-ascii", "body-charset", sign(text.encode("ascii", "replace")))
    case("charset-latin-1", "body-charset", sign(text.encode("latin-1", "replace")))
    case("charset-windows-1252", "body-charset", sign(text.encode("cp1252")))
    case("charset-node-ascii", "body-charset", sign(bytes(b & 0x7F for b in ZOOM)))
    case("charset-utf-16", "body-charset", sign(text.encode("utf-16-le")))
    case("charset-bom", "body-charset", sign(b"\xef\xbb\xbf" + ZOOM))
    case("charset-bom-captured", "body-charset", sign(ZOOM), body=b"\xef\xbb\xbf" + ZOOM)
    case("charset-mojibake", "body-charset", sign(ZOOM), body=ZOOM.decode("latin-1").encode())
    case("charset-mojibake-signed", "body-charset", sign(ZOOM.decode("latin-1").encode()))
    case("charset-captured-latin-1", "body-charset", sign("{\"event\":\"caf\u00e9\"}".encode()), body="{\"event\":\"caf\u00e9\"}".encode("latin-1"))
    case("charset-captured-utf-16", "body-charset", sign(ZOOM), body=text.encode("utf-16"))
    case("charset-nfd", "body-charset", sign(unicodedata.normalize("NFD", text).encode()))
    case("charset-nfc-captured", "body-charset", sign(unicodedata.normalize("NFD", text).encode()), body=unicodedata.normalize("NFC", text).encode())
    case("newline-added", "body-newline", sign(ZOOM), body=ZOOM + b"\n")
    case("newline-crlf-added", "body-newline", sign(ZOOM), body=ZOOM + b"\r\n")
    case("newline-signed", "body-newline", sign(ZOOM + b"\n"))
    pretty = b'{\n  "event": "a.b",\n  "n": 1.50\n}\n'
    case("newline-crlf", "body-newline", sign(pretty.replace(b"\n", b"\r\n")), body=pretty)
    case("newline-lf", "body-newline", sign(pretty), body=pretty.replace(b"\n", b"\r\n"))
    case("truncated", "body-truncated", sign(ZOOM), body=ZOOM[:200], content_length=len(ZOOM))
    case("text-after-the-body", "body-surplus", sign(ZOOM), body=ZOOM + b"\n\n-- answered 401 --\n")
    case("trailing-comma", "body-reserialised", sign(PLAIN), body=PLAIN[:-1] + b",}")
    case("comment", "body-reserialised", sign(PLAIN), body=b"// a test\n" + PLAIN)
    case("truncated-signed", "body-truncated", sign(ZOOM[:128]))
    case("encoding-base64", "body-encoding", sign(ZOOM), body=base64.b64encode(ZOOM))
    case("encoding-base64-signed", "body-encoding", sign(base64.b64encode(ZOOM)))
    case("encoding-gzip", "body-encoding", sign(ZOOM), body=gzip.compress(ZOOM, mtime=0))
    case("encoding-deflate", "body-encoding", sign(ZOOM), body=zlib.compress(ZOOM))
    case("encoding-form", "body-encoding", sign(ZOOM), body=b"payload=" + urllib.parse.quote_plus(ZOOM).encode())
    case("encoding-form-name", "body-encoding", sign(ZOOM), body=urllib.parse.quote_plus(ZOOM).encode() + b"=")
    case("encoding-json-string", "body-encoding", sign(ZOOM), body=json.dumps(ZOOM.decode()).encode())
    case("encoding-stringified-twice", "body-encoding", sign(json.dumps(ZOOM.decode(), ensure_ascii=False).encode()))
    case("encoding-wrapped", "body-encoding", sign(ZOOM), body=json.dumps({"time": 1, "body": ZOOM.decode()}).encode())
    case("encoding-python-bytes", "body-encoding", sign(str(ZOOM).encode()))
    case("encoding-uint8array", "body-encoding", sign(",".join(map(str, ZOOM)).encode()))
    case("empty-signed", "body-empty", sign(b""))
    case("empty-undefined", "body-empty", sign(b"undefined"))
    case("empty-object-object", "body-empty", sign(b"[object Object]"))
    case("empty-captured", "body-empty", sign(ZOOM), body=b"", content_length=len(ZOOM))
    case("empty-captured-object", "body-empty", sign(ZOOM), body=b"[object Object]")
    case("body-absent", "", sign(ZOOM), body=None, verdict="unknown")


def headers():
    digest = bytes.fromhex(sign(ZOOM)[3:])
    case("signature-missing", "signature-missing", None)
    case("signature-empty", "signature-missing", "")
    case("headers-lost", "", None, ts=None, headers_lost=True, verdict="unknown")
    for name, header in [("bare", digest.hex()), ("twice", "v0=v0=" + digest.hex()), ("v1", "v1=" + digest.hex()),
                         ("colon", "v0:" + digest.hex()), ("quoted", f'"v0={digest.hex()}"'), ("blanks", f" v0={digest.hex()} ")]:
        case(f"prefix-{name}", "signature-prefix", header)
    case("encoding-sig-base64", "signature-encoding", "v0=" + base64.b64encode(digest).decode())
    case("scheme-of-ai-services", "signature-scheme", "sha256=" + digest.hex())
    case("encoding-sig-percent", "signature-encoding", "v0%3D" + digest.hex())
    plus = next(body for n in range(100) if b"+" in base64.b64encode(hmac.new(SECRET.encode(), message(body := PLAIN[:-1] + b',"n":%d}' % n), "sha256").digest()))
    plus_digest = base64.b64encode(hmac.new(SECRET.encode(), message(plus), "sha256").digest()).decode()
    case("encoding-sig-blank-for-plus", "signature-encoding", "v0=" + plus_digest.replace("+", " "), body=plus)
    case("encoding-sig-stamped", "signature-encoding signature-encoding", f"v0={TS}:" + base64.b64encode(digest).decode())
    case("encoding-sig-upper", "signature-encoding", "v0=" + digest.hex().upper())
    case("encoding-sig-dashes", "signature-encoding", "v0=" + digest.hex("-").upper())
    case("encoding-sig-bare-base64", "signature-prefix signature-encoding", base64.b64encode(digest).decode())
    case("signature-cut", "signature-malformed", "v0=" + digest.hex()[:40] + "...")
    case("signature-rubbish", "signature-malformed", "v0=zz")
    case("timestamp-missing", "timestamp-missing", sign(ZOOM, ts="1795507200"), ts=None)
    case("timestamp-missing-later", "timestamp-missing", sign(ZOOM, ts="1795507237"), ts=None)
    case("timestamp-missing-retry", "timestamp-missing", sign(ZOOM, ts="1795507504"), ts=None)
    case("timestamp-missing-unknown", "timestamp-missing", sign(ZOOM, ts="1234567890"), ts=None)
    case("timestamp-missing-reserialised", "timestamp-missing body-reserialised", sign(ZOOM, ts="1795507201"), ts=None, body=stringify(parsed()))
    case("timestamp-milliseconds-signed", "timestamp-unit", sign(ZOOM, ts=TS + "000"))
    case("timestamp-date-now-signed", "timestamp-unit", sign(ZOOM, ts=TS + "417"))
    case("timestamp-milliseconds-sent", "timestamp-unit", sign(ZOOM), ts=TS + "000")
    case("timestamp-milliseconds-both", "", sign(ZOOM, ts=TS + "000"), ts=TS + "000", verdict="valid")
    case("timestamp-event-ts", "timestamp-other", sign(ZOOM, ts="1795507200123"))
    case("timestamp-event-ts-seconds", "timestamp-other", sign(ZOOM, ts="1795507200"))
    case("timestamp-date", "timestamp-other", sign(ZOOM, ts="1795420801"), headers={"date": "Mon, 23 Nov 2026 08:00:01 GMT"})
    case("timestamp-close", "timestamp-other", sign(ZOOM, ts=str(int(TS) - 7)))


def messages():
    ts, without = TS.encode(), "message-without-timestamp"
    for name, code, text in [
        ("body-alone", without, ZOOM), ("version-body", without, b"v0:" + ZOOM), ("undefined", without, b"v0:undefined:" + ZOOM),
        ("none", without, b"v0:None:" + ZOOM), ("colon", "message-without-version", ts + b":" + ZOOM),
        ("dot", "message-without-version", ts + b"." + ZOOM), ("joined", "message-without-version", ts + ZOOM),
        ("v1", "message-without-version", b"v1:" + ts + b":" + ZOOM), ("dots", "message-separator", b"v0." + ts + b"." + ZOOM),
        ("none-at-all", "message-separator", b"v0" + ts + ZOOM), ("blank", "message-separator", b"v0:" + ts + b": " + ZOOM),
        ("order", "message-separator", b"v0:" + ZOOM + b":" + ts), ("lines", "message-separator", b"v0\n" + ts + b"\n" + ZOOM),
    ]:
        case(f"message-{name}", code, "v0=" + hexmac(SECRET, text))
    whole, secret = message(ZOOM), SECRET.encode()
    for name, code, digest in [
        ("plain", "hash-not-hmac", hashlib.sha256(whole)), ("key-first", "hash-not-hmac", hashlib.sha256(secret + whole)),
        ("key-last", "hash-not-hmac", hashlib.sha256(whole + secret)), ("swapped", "hash-not-hmac", hmac.new(whole, secret, "sha256")),
        ("hmac-sha1", "hash-sha1", hmac.new(secret, whole, "sha1")), ("sha1", "hash-sha1", hashlib.sha1(whole)),
        ("hmac-sha512", "hash-other", hmac.new(secret, whole, "sha512")), ("hmac-sha384", "hash-other", hmac.new(secret, whole, "sha384")),
        ("hmac-md5", "hash-other", hmac.new(secret, whole, "md5")), ("sha512", "hash-other", hashlib.sha512(whole)),
        ("md5", "hash-other", hashlib.md5(whole)),
    ]:
        case(f"hash-{name}", code, "v0=" + digest.hexdigest())
    case("challenge-as-event", "challenge-as-event", "v0=" + hexmac(SECRET, b"qgg8vlvZRS6UYooatFL8Aw"), body=CHALLENGE)


def pairs():
    raw = stringify(parsed())
    case("pair-secret-body", "secret-whitespace body-reserialised", sign(raw, SECRET + "\n"))
    case("pair-prefix-body", "body-reserialised signature-prefix", hexmac(SECRET, message(raw)))
    case("pair-layout-body", "message-without-timestamp body-reserialised", "v0=" + hexmac(SECRET, raw))
    case("pair-hash-layout", "hash-not-hmac message-without-timestamp", "v0=" + hashlib.sha256(ZOOM).hexdigest())
    case("pair-secret-layout", "message-without-timestamp secret-whitespace", "v0=" + hexmac(SECRET + "\n", ZOOM))
    case("pair-time-body", "timestamp-unit body-reserialised", sign(raw, ts=TS + "000"))
    case("pair-sha1-body-base64", "hash-sha1 message-without-timestamp signature-encoding",
         "v0=" + base64.b64encode(hmac.new(SECRET.encode(), ZOOM, "sha1").digest()).decode())


def valid_and_unexplained():
    for name, body in [("zoom", ZOOM), ("plain", PLAIN), ("numbers", NUMBERS), ("challenge", CHALLENGE), ("empty", b""), ("rubbish", b"\xff\x00{")]:
        case(f"valid-{name}", "", sign(body), body=body, verdict="valid")
    second = {"name": "second", "role": "secret", "text": OTHER}
    case("valid-second-secret", "", sign(ZOOM, OTHER), others=[second], verdict="valid", secret_name="second")
    case("valid-alternative", "", sign(ZOOM), body=ZOOM + b"\n", alternatives=[base64.b64encode(ZOOM).decode()], verdict="valid")
    client = {"name": "ZOOM_CLIENT_SECRET", "role": "other-credential", "text": CLIENT_SECRET}
    case("unexplained-secret", "unexplained", sign(ZOOM, "a-token-that-nobody-here-knows"), others=[client, {"name": "p", "role": "other-secret", "text": OTHER}])
    case("unexplained-tampered", "unexplained", sign(ZOOM), body=ZOOM.replace(b'"type":2', b'"type":3'))
    case("unknown-parsed", "unexplained", sign(ZOOM), body=PLAIN, fidelity="parsed", verdict="unknown")


def mine():
    raw = stringify(parsed())
    def of(name, codes, value, **more):
        case(f"mine-{name}", codes, more.pop("signature", sign(ZOOM)), mine=value, verdict=more.pop("verdict", "valid"), **more)
    of("right", "", sign(ZOOM))
    of("stringify", "body-reserialised", sign(raw), offset=raw.index("\U0001f389".encode()))
    of("stringify-bare", "body-reserialised signature-prefix", hexmac(SECRET, message(raw)))
    of("newline", "secret-whitespace", sign(ZOOM, SECRET + "\n"))
    of("undefined", "body-empty", sign(b"undefined"))
    of("no-timestamp", "message-without-timestamp", "v0=" + hexmac(SECRET, ZOOM))
    of("no-prefix", "signature-prefix", sign(ZOOM)[3:])
    of("sha1", "hash-sha1", "v0=" + hexmac(SECRET, message(ZOOM), "sha1"))
    of("other-secret", "secret-other", sign(ZOOM, OTHER), others=[{"name": "second", "role": "secret", "text": OTHER}])
    of("over-changed-capture", "body-reserialised", sign(dumps(parsed())), body=raw, verdict="invalid")
    of("unexplained", "unexplained", sign(b"something else"))
    of("no-body", "unknown", sign(b""), body=None, verdict="unknown")
    of("rubbish", "signature-malformed", "hello")


for part in (secrets, bodies, headers, messages, pairs, valid_and_unexplained, mine):
    part()
json.dump(cases, sys.stdout, indent=1)
print()
