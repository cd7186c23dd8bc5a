"""A receiver as Zoom's documentation describes one; standard library only. Prints its port, then
a line for each request.

/fail answers 500 twice and then 200, /slow is too slow, /redirect redirects, /accept accepts everything.
"""
import hashlib, hmac, http.server, json, os, time

SECRET = os.environ["SECRET"].encode()
failures = {}


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        print(self.path, flush=True)
        self.reply(*self.judge(body))

    def judge(self, body):
        timestamp, signature = self.headers.get("x-zm-request-timestamp"), self.headers.get("x-zm-signature")
        if self.path == "/accept":
            return 200, b""
        if self.path == "/redirect":
            return 302, b""
        if timestamp is None or signature is None:
            return 401, b"a header is missing"
        message = b"v0:" + timestamp.encode() + b":" + body
        expected = "v0=" + hmac.new(SECRET, message, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, signature):
            return 401, b"the signature is wrong"
        if abs(time.time() - int(timestamp)) > 300:
            return 401, b"too old"
        if self.path == "/fail":
            request = self.headers["x-zm-request-id"]
            failures[request] = failures.get(request, 0) + 1
            return (500 if failures[request] < 3 else 200), b""
        if self.path == "/slow":
            time.sleep(3.5)
        event = json.loads(body)
        if event["event"] == "endpoint.url_validation":
            token = event["payload"]["plainToken"]
            encrypted = hmac.new(SECRET, token.encode(), hashlib.sha256).hexdigest()
            return 200, json.dumps({"plainToken": token, "encryptedToken": encrypted}).encode()
        return 204, b""

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("location", "/elsewhere")
        if status != 204:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
