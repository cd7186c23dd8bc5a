//! Bodies that the real serializers of eight languages have written (`tests/data/serializers`): signed by an app that
//! hashes what it wrote again, and captured by a tool that writes again what Zoom has signed.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zoomhook::diagnosis::{Budget, Code, Evidence, Fidelity, Role, SecretText, Secrets, Verdict, diagnose};
use zoomhook::zoom::SecretToken;

const SECRET: &str = "zoomhook-test-secret";
const TIMESTAMP: &[u8] = b"1795507201";

/// What one writer has made of one body.
struct Written {
    language: &'static str,
    writer: &'static str,
    /// The body as Zoom sends it.
    zoom: &'static [u8],
    bytes: Vec<u8>,
}

impl Written {
    /// All records whose bytes differ from Zoom's.
    fn all() -> Vec<Self> {
        let bodies: Vec<&[u8]> =
            include_str!("../data/serializers/bodies.txt").lines().map(str::as_bytes).collect();
        let record = |line: &'static str| {
            let [number, language, writer, bytes] = *line.split('\t').collect::<Vec<_>>() else {
                panic!("{line}")
            };
            let zoom = bodies[number.parse::<usize>().unwrap()];
            Self { language, writer, zoom, bytes: STANDARD.decode(bytes).unwrap() }
        };
        let all = include_str!("../data/serializers/recorded.tsv").lines().map(record);
        let all = all.filter(|written| written.bytes != written.zoom);
        // A search without a result takes long in a debug build.
        let step = if std::env::var_os("ZOOMHOOK_ALL_SERIALIZERS").is_some() { 1 } else { 7 };
        all.step_by(step).collect()
    }
}

fn judge(signed: &[u8], captured: &[u8], fidelity: Fidelity) -> Verdict {
    let secrets = Secrets::new(vec![SecretText::new("app", Role::Secret, SECRET)]);
    let signature = SecretToken::new(SECRET).unwrap().sign(TIMESTAMP, signed).to_string();
    let evidence = Evidence {
        signature: Some(signature.as_bytes()),
        timestamp: Some(TIMESTAMP),
        body: Some(captured),
        fidelity,
        ..Evidence::default()
    };
    diagnose(&evidence, &secrets, Budget::FULL).verdict
}

/// The causes that are true for a body that was written again.
const TRUE_CAUSES: [Code; 5] =
    [Code::BodyReserialized, Code::BodyCharset, Code::BodyNewline, Code::BodyEncoding, Code::BodyEmpty];

/// Counts of one kind of request: those whose cause was named, and all; and the writers whose cause was not.
#[derive(Default)]
struct Score {
    named: usize,
    all: usize,
    unnamed: BTreeMap<String, usize>,
}

impl Score {
    fn count(&mut self, written: &Written, verdict: &Verdict) {
        self.all += 1;
        match verdict {
            Verdict::Valid(_) => self.named += 1,
            Verdict::Invalid(finding) if finding.cause.code != Code::Unexplained => {
                let is_true = TRUE_CAUSES.contains(&finding.cause.code) && finding.also.is_empty();
                assert!(is_true, "{} {}: {finding:#?}", written.language, written.writer);
                self.named += 1;
            }
            _ => *self.unnamed.entry(format!("{} {}", written.language, written.writer)).or_default() += 1,
        }
    }

    fn assert(&self, percent: usize) {
        println!("{} of {} named; not: {:#?}", self.named, self.all, self.unnamed);
        assert!(self.all > 10 && self.named * 100 >= self.all * percent, "{} of {}", self.named, self.all);
    }
}

#[test]
fn the_cause_is_named_where_an_app_signs_what_it_wrote_again() {
    let mut score = Score::default();
    for written in Written::all() {
        let verdict = judge(&written.bytes, written.zoom, Fidelity::Original);
        assert!(!matches!(verdict, Verdict::Valid(_)), "{} {}", written.language, written.writer);
        score.count(&written, &verdict);
    }
    score.assert(80);
}

#[test]
fn the_cause_is_named_where_a_tool_wrote_again_what_zoom_signed() {
    let mut score = Score::default();
    for written in Written::all() {
        score.count(&written, &judge(written.zoom, &written.bytes, Fidelity::Original));
    }
    score.assert(80);
}

#[test]
fn a_request_whose_body_was_parsed_is_never_invalid() {
    let mut score = Score::default();
    // What is not JSON any more was not parsed.
    for written in Written::all().iter().filter(|written| {
        serde_json::from_slice::<serde_json::Value>(&written.bytes).is_ok_and(|value| value.is_object())
    }) {
        let verdict = judge(written.zoom, &written.bytes, Fidelity::Parsed);
        assert!(
            !matches!(verdict, Verdict::Invalid(_)),
            "{} {}: {verdict:#?}",
            written.language,
            written.writer
        );
        score.count(written, &verdict);
    }
    score.assert(70);
}

#[test]
fn whatever_was_signed_as_it_is_is_valid() {
    for written in Written::all() {
        for body in [&*written.bytes, written.zoom] {
            let verdict = judge(body, body, Fidelity::Original);
            assert!(matches!(verdict, Verdict::Valid(_)), "{} {}", written.language, written.writer);
        }
    }
}

#[test]
fn the_writer_is_among_the_serializers_that_are_named() {
    let names = |language: &str| match language {
        "javascript" => "JavaScript",
        "python" => "Python",
        "php" => "PHP",
        "ruby" => "Ruby",
        "go" => "Go",
        "java" => "Java",
        _ => "",
    };
    let mut wrong = Vec::new();
    let mut all = 0;
    for written in Written::all() {
        let verdict = judge(&written.bytes, written.zoom, Fidelity::Original);
        let Verdict::Invalid(finding) = verdict else { continue };
        let variant = finding.cause.variant;
        if finding.cause.code == Code::BodyReserialized && variant.starts_with("as ") {
            all += 1;
            if !variant.contains(names(written.language)) {
                wrong.push(format!("{} {}: {variant}", written.language, written.writer));
            }
        }
    }
    assert!(all > 10 && wrong.len() * 20 < all, "{} of {all}: {wrong:#?}", wrong.len());
}
