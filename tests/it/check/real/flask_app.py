"""A Flask app. MODE=dumps hashes what json.dumps writes, MODE=right the raw body."""

import hashlib
import hmac
import json
import os
import time

from flask import Flask, jsonify, request
from werkzeug.serving import make_server

SECRET = os.environ["ZOOM_WEBHOOK_SECRET_TOKEN"].encode()
IS_RIGHT = os.environ["MODE"] == "right"
app = Flask(__name__)


def digest(message):
    return hmac.new(SECRET, message, hashlib.sha256).hexdigest()


@app.post("/webhook")
def receive():
    timestamp = request.headers.get("x-zm-request-timestamp", "0")
    body = request.get_data()
    if not IS_RIGHT:
        body = json.dumps(request.get_json(force=True)).encode()
    expected = "v0=" + digest(b"v0:" + timestamp.encode() + b":" + body)
    if not hmac.compare_digest(expected, request.headers.get("x-zm-signature", "")):
        return "", 401
    if abs(time.time() - int(timestamp)) > 300:
        return "", 401
    event = request.get_json(force=True)
    if event.get("event") == "endpoint.url_validation":
        token = event["payload"]["plainToken"]
        if token.startswith("v0:"):
            return "", 400
        return jsonify(plainToken=token, encryptedToken=digest(token.encode()))
    return ("", 200) if event.get("event") else ("", 400)


server = make_server("127.0.0.1", 0, app, threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
