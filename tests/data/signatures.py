"""Makes signatures.txt: 1,000 random bodies and timestamps, signed with Python's hmac.

A line each: timestamp, body in hex, signature. Run it in this folder: python3 signatures.py > signatures.txt
"""
import hashlib, hmac, random

SECRET = b"zoomhook-test-secret"
random.seed(20261125)
for _ in range(1000):
    # From nothing to a few dozen bytes, of any kind.
    body = random.randbytes(random.choice([0, 1, 7, 30, 63, 64, 65]))
    timestamp = str(random.randrange(1_600_000_000, 2_000_000_000))
    message = b"v0:" + timestamp.encode() + b":" + body
    signature = "v0=" + hmac.new(SECRET, message, hashlib.sha256).hexdigest()
    print(timestamp, body.hex() or "-", signature)
