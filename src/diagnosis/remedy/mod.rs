//! How to fix a cause: a sentence, and a line of code for the user's framework. Flat tables; see [`remedy`].

mod framework;

pub(super) use framework::Language;
pub use framework::{Framework, UnknownFramework};

use super::code::Code;
use super::verdict::Cause;

/// How to fix a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remedy {
    /// What to do, in a sentence or two.
    pub text: &'static str,
    /// The line of code, if the cause has one and the framework is known.
    pub line: Option<&'static str>,
}

/// Returns the remedy for a cause, with the framework's line of code.
#[must_use]
pub fn remedy(code: Code, framework: Option<Framework>) -> Remedy {
    let (text, topic) = advice(code);
    let line = topic.zip(framework).map(|(topic, framework)| line(topic, framework));
    Remedy { text, line }
}

/// Returns the remedy for a cause whose variant is known, with the framework's line of code.
#[must_use]
pub fn remedy_of(cause: &Cause, framework: Option<Framework>) -> Remedy {
    match cause.code == Code::SecretWhitespace && stays_when_trimmed(&cause.variant) {
        true => Remedy {
            text: "Store only the token, without quotes, a name or other characters around it. trim() does not remove them.",
            line: None,
        },
        false => remedy(cause.code, framework),
    }
}

/// Returns the remedy for the code of an app that received the request itself, so that no capture can be the fault.
#[cfg(feature = "cli")]
#[must_use]
pub(crate) fn remedy_in_app(cause: &Cause, framework: Option<Framework>) -> Remedy {
    let remedy = remedy_of(cause, framework);
    let text = match cause.code {
        Code::BodyReserialized => "Hash the bytes of the body as received, before a JSON parser reads them.",
        Code::BodySurplus => "Hash the whole body as received.",
        Code::TimestampUnit => {
            "Use the timestamp header as it is. It has Unix seconds (10 digits): multiply them by 1000 to compare them with a clock in milliseconds."
        }
        _ => remedy.text,
    };
    Remedy { text, ..remedy }
}

/// Whether a variant of the secret token, in a few words, has characters around it that are not whitespace.
fn stays_when_trimmed(variant: &str) -> bool {
    const OTHERS: [&str; 8] =
        ["quotes", "name", "<>", "backslash", "semicolon", "comma", "byte order", "zero-width"];
    variant.starts_with("with ") && OTHERS.iter().any(|other| variant.contains(other))
}

/// What a line of code is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    /// Reading the body's bytes before a parser does.
    RawBody,
    /// Reading the secret token from the environment.
    Secret,
    /// Computing the signature.
    Sign,
    /// Reading the timestamp header.
    Timestamp,
}

fn advice(code: Code) -> (&'static str, Option<Topic>) {
    use Topic::{RawBody, Secret, Sign, Timestamp};
    match code {
        Code::SecretWhitespace => (
            "Store only the token, without a newline, spaces, quotes or a name around it. Trim it where your code reads it.",
            Some(Secret),
        ),
        Code::SecretEmpty => (
            "Set the secret token where the signing program runs, and make the program exit if it is not set. With an empty key, anyone can forge requests.",
            Some(Secret),
        ),
        Code::SecretOther => (
            "Use the secret token of the app that sends the event. It is on that app's Feature page in Marketplace.",
            Some(Secret),
        ),
        Code::SecretIsOtherCredential => (
            "Use the Secret Token from the app's Feature page. Zoom does not sign with the client secret or the verification token.",
            Some(Secret),
        ),
        Code::KeyDecoded => {
            ("Use the token's text unchanged as the HMAC key. Do not decode or encode it.", Some(Sign))
        }
        Code::BodyReserialized => (
            "Hash the bytes of the body as received, before a JSON parser reads them. If only the capture was re-serialized, capture those bytes.",
            Some(RawBody),
        ),
        Code::BodyCharset => (
            "Hash the bytes as received. If your code must use text, decode and encode it as UTF-8.",
            Some(RawBody),
        ),
        Code::BodyNewline => {
            ("Hash the bytes as received. Do not add, remove or convert newlines.", Some(RawBody))
        }
        Code::BodySurplus => (
            "Capture the body alone. If the other text was a part of the request, find out what added it after Zoom signed the body.",
            Some(RawBody),
        ),
        Code::BodyTruncated => (
            "Read the whole body before hashing it. Raise the size limit that truncates it (body parser, proxy or log).",
            Some(RawBody),
        ),
        Code::BodyEncoding => (
            "Hash the bytes as Zoom sends them: decode any wrapper first (base64, gzip, form or string), and add none.",
            Some(RawBody),
        ),
        Code::BodyEmpty => (
            "Check whether something reads the body before your code does. Store the raw bytes for the handler.",
            Some(RawBody),
        ),
        Code::SignatureMissing => (
            "Configure the gateway or proxy to forward x-zm-signature and x-zm-request-timestamp. If nothing removes them, this request is not from Zoom: reject it.",
            None,
        ),
        Code::SignaturePrefix => ("Write v0= followed by the hex digest, and nothing else.", Some(Sign)),
        Code::SignatureEncoding => {
            ("Write the digest as lower-case hex: 64 characters after v0=.", Some(Sign))
        }
        Code::HeaderName => (
            "Read the signature from x-zm-signature and the timestamp from x-zm-request-timestamp.",
            Some(Timestamp),
        ),
        Code::SignatureScheme => (
            "Write v0= before the digest for a webhook. If AI Services sent the request, verify it with --scheme ai-services.",
            Some(Sign),
        ),
        Code::SignatureMalformed => {
            ("Capture the header as it was sent: v0= followed by 64 lower-case hex digits.", None)
        }
        Code::TimestampMissing => (
            "Configure the gateway or proxy to forward x-zm-request-timestamp, or add it to the capture.",
            Some(Timestamp),
        ),
        Code::TimestampUnit => {
            ("Send and sign Unix seconds (10 digits). Milliseconds belong in event_ts.", Some(Timestamp))
        }
        Code::TimestampOther => {
            ("Sign the exact text of the x-zm-request-timestamp header.", Some(Timestamp))
        }
        Code::MessageWithoutTimestamp | Code::MessageWithoutVersion | Code::MessageSeparator => {
            ("Sign v0, the timestamp and the body, joined by colons: v0:{timestamp}:{body}.", Some(Sign))
        }
        Code::HashNotHmac => {
            ("Use HMAC-SHA256: the secret token is the key and not part of the message.", Some(Sign))
        }
        Code::HashSha1 => ("Use SHA-256 in the HMAC, not SHA-1.", Some(Sign)),
        Code::HashOther => ("Use SHA-256 in the HMAC. Its digest has 64 hex digits.", Some(Sign)),
        Code::ChallengeAsEvent => (
            "Use the HMAC of the plainToken only in the answer to a challenge. For x-zm-signature, sign v0:{timestamp}:{body}.",
            Some(Sign),
        ),
        Code::Stale => (
            "Check the clock of the machine that verified the request, and the time to compare with if you gave one.",
            None,
        ),
        Code::Unexplained => (
            "Compare the secret token with the one on the app's Feature page, and capture the raw bytes of the body.",
            Some(RawBody),
        ),
    }
}

#[rustfmt::skip]
fn line(topic: Topic, framework: Framework) -> &'static str {
    use Framework::{AspNet, Axum, Django, Express, FastApi, Fastify, Flask, Go, Lambda, Laravel, Next, Rails, Spring};
    match (topic, framework) {
        (Topic::RawBody, Express) => "app.use(express.json({ verify: (req, res, buf) => { req.rawBody = buf } }))",
        (Topic::RawBody, Fastify) => "app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (req, body, done) => { req.rawBody = body; done(null, JSON.parse(body)) })",
        (Topic::RawBody, Next) => "const rawBody = Buffer.from(await request.arrayBuffer())",
        (Topic::RawBody, Lambda) => "const rawBody = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8')",
        (Topic::RawBody, Flask) => "raw_body = request.get_data()",
        (Topic::RawBody, FastApi) => "raw_body = await request.body()",
        (Topic::RawBody, Django) => "raw_body = request.body",
        (Topic::RawBody, Laravel) => "$rawBody = $request->getContent();",
        (Topic::RawBody, Rails) => "raw_body = request.raw_post",
        (Topic::RawBody, Spring) => "public ResponseEntity<?> receive(@RequestHeader HttpHeaders headers, @RequestBody byte[] rawBody)",
        (Topic::RawBody, AspNet) => "using var copy = new MemoryStream(); await Request.Body.CopyToAsync(copy); var rawBody = copy.ToArray();",
        (Topic::RawBody, Go) => "rawBody, err := io.ReadAll(r.Body)",
        (Topic::RawBody, Axum) => "async fn receive(headers: HeaderMap, raw_body: axum::body::Bytes) -> impl IntoResponse",

        (Topic::Secret, Express | Fastify | Next | Lambda) => "const secret = process.env.ZOOM_WEBHOOK_SECRET_TOKEN.trim()",
        (Topic::Secret, Flask | FastApi | Django) => "secret = os.environ[\"ZOOM_WEBHOOK_SECRET_TOKEN\"].strip()",
        (Topic::Secret, Laravel) => "$secret = trim(config('services.zoom.webhook_secret_token'));",
        (Topic::Secret, Rails) => "secret = ENV.fetch(\"ZOOM_WEBHOOK_SECRET_TOKEN\").strip",
        (Topic::Secret, Spring) => "@Value(\"#{'${ZOOM_WEBHOOK_SECRET_TOKEN}'.trim()}\") private String secret;",
        (Topic::Secret, AspNet) => "var secret = builder.Configuration[\"ZOOM_WEBHOOK_SECRET_TOKEN\"]!.Trim();",
        (Topic::Secret, Go) => "secret := strings.TrimSpace(os.Getenv(\"ZOOM_WEBHOOK_SECRET_TOKEN\"))",
        (Topic::Secret, Axum) => "let secret = std::env::var(\"ZOOM_WEBHOOK_SECRET_TOKEN\")?.trim().to_owned();",

        (Topic::Sign, Express | Fastify | Next | Lambda) => "const expected = 'v0=' + crypto.createHmac('sha256', secret).update(`v0:${timestamp}:`).update(rawBody).digest('hex')",
        (Topic::Sign, Flask | FastApi | Django) => "expected = \"v0=\" + hmac.new(secret.encode(), b\"v0:\" + timestamp.encode() + b\":\" + raw_body, hashlib.sha256).hexdigest()",
        (Topic::Sign, Laravel) => "$expected = 'v0=' . hash_hmac('sha256', \"v0:{$timestamp}:{$rawBody}\", $secret);",
        (Topic::Sign, Rails) => "expected = \"v0=#{OpenSSL::HMAC.hexdigest('SHA256', secret, \"v0:#{timestamp}:#{raw_body}\")}\"",
        (Topic::Sign, Spring) => "mac.update((\"v0:\" + timestamp + \":\").getBytes(UTF_8)); String expected = \"v0=\" + HexFormat.of().formatHex(mac.doFinal(rawBody));",
        (Topic::Sign, AspNet) => "var expected = \"v0=\" + Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), [.. Encoding.UTF8.GetBytes($\"v0:{timestamp}:\"), .. rawBody])).ToLowerInvariant();",
        (Topic::Sign, Go) => "mac := hmac.New(sha256.New, []byte(secret)); fmt.Fprintf(mac, \"v0:%s:%s\", timestamp, rawBody); expected := \"v0=\" + hex.EncodeToString(mac.Sum(nil))",
        (Topic::Sign, Axum) => "let genuine = SecretToken::new(secret)?.verify(timestamp.as_bytes(), &raw_body, &signature.parse()?); // zoomhook::zoom",

        (Topic::Timestamp, Express) => "const timestamp = req.get('x-zm-request-timestamp')",
        (Topic::Timestamp, Fastify) => "const timestamp = request.headers['x-zm-request-timestamp']",
        (Topic::Timestamp, Next) => "const timestamp = request.headers.get('x-zm-request-timestamp')",
        (Topic::Timestamp, Lambda) => "const timestamp = event.headers['x-zm-request-timestamp'] ?? event.headers['X-Zm-Request-Timestamp']",
        (Topic::Timestamp, Flask | FastApi | Django) => "timestamp = request.headers[\"x-zm-request-timestamp\"]",
        (Topic::Timestamp, Laravel) => "$timestamp = $request->header('x-zm-request-timestamp');",
        (Topic::Timestamp, Rails) => "timestamp = request.headers[\"x-zm-request-timestamp\"]",
        (Topic::Timestamp, Spring) => "String timestamp = headers.getFirst(\"x-zm-request-timestamp\");",
        (Topic::Timestamp, AspNet) => "var timestamp = Request.Headers[\"x-zm-request-timestamp\"].ToString();",
        (Topic::Timestamp, Go) => "timestamp := r.Header.Get(\"x-zm-request-timestamp\")",
        (Topic::Timestamp, Axum) => "let timestamp = headers[\"x-zm-request-timestamp\"].to_str()?;",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_framework_has_a_line_for_the_raw_body() {
        let lines: Vec<_> = Framework::ALL
            .iter()
            .map(|&framework| remedy(Code::BodyReserialized, Some(framework)).line.unwrap())
            .collect();
        assert!(lines.iter().all(|line| line.to_lowercase().contains("raw")), "{lines:#?}");
        assert_eq!(remedy(Code::BodyReserialized, None).line, None);
    }

    #[test]
    fn quotes_are_not_trimmed() {
        let cause = |variant: &str| Cause {
            code: Code::SecretWhitespace,
            sentence: String::new(),
            variant: variant.to_owned(),
        };
        let line = |variant| remedy_of(&cause(variant), Some(Framework::Express)).line;
        assert!(line("with a newline at its end").is_some());
        assert!(line("without the quotes around it").is_some());
        for variant in ["with double quotes around it", "with the name before it (NAME=)"] {
            assert_eq!(line(variant), None, "{variant}");
        }
    }

    #[test]
    fn an_app_has_no_capture() {
        for &code in Code::ALL {
            let cause = Cause { code, sentence: String::new(), variant: String::new() };
            let is_of_a_request = matches!(
                code,
                Code::TimestampMissing | Code::SignatureMalformed | Code::Stale | Code::Unexplained
            );
            let text = remedy_in_app(&cause, None).text;
            assert!(is_of_a_request || !text.to_lowercase().contains("capture"), "{code}: {text}");
        }
    }

    #[test]
    fn every_code_has_a_remedy() {
        for &code in Code::ALL {
            assert!(remedy(code, None).text.ends_with('.'), "{code}");
        }
    }
}
