//! The diagnosis of wrong signatures. `tests/data/diagnosis/make_cases.py` makes the requests and shares no code with
//! the diagnosis. No text contains a secret, and a search stays within its budget.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use zoomhook::diagnosis::{
    Budget, Code, Compared, Diagnosis, Evidence, Fidelity, Mine, Role, SecretText, Secrets, Verdict,
    diagnose, explain_mine, remedy,
};

/// A case of the file, decoded.
struct Case {
    value: Value,
    body: Option<Vec<u8>>,
    alternatives: Vec<Vec<u8>>,
}

impl Case {
    fn all() -> Vec<Self> {
        // If the file cannot be read there are no cases, and the first test fails.
        let values: Vec<Value> =
            serde_json::from_str(include_str!("../data/diagnosis/cases.json")).unwrap_or_default();
        let bytes = |value: &Value| STANDARD.decode(value.as_str()?).ok();
        let case = |value: Value| Self {
            body: bytes(&value["body"]),
            alternatives: value["alternatives"].as_array().into_iter().flatten().filter_map(bytes).collect(),
            value,
        };
        values.into_iter().map(case).collect()
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.value[name].as_str()
    }

    fn name(&self) -> &str {
        self.text("name").unwrap_or_default()
    }

    fn codes(&self) -> Vec<&str> {
        self.value["codes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    fn secrets(&self) -> Secrets {
        let secret = |value: &Value| {
            let text = |name: &str| value[name].as_str().unwrap_or_default();
            let role = match text("role") {
                "secret" => Role::Secret,
                "other-secret" => Role::OtherSecret,
                _ => Role::OtherCredential,
            };
            SecretText::new(text("name"), role, text("text"))
        };
        Secrets::new(self.value["secrets"].as_array().into_iter().flatten().map(secret).collect())
    }

    /// Calls `f` with the evidence, which borrows local lists.
    fn with_evidence<T>(&self, f: impl FnOnce(&Evidence<'_>) -> T) -> T {
        let alternatives: Vec<&[u8]> = self.alternatives.iter().map(Vec::as_slice).collect();
        let headers: Vec<(&str, &[u8])> = self.value["headers"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default().as_bytes()))
            .collect();
        f(&Evidence {
            signature: self.text("signature").map(str::as_bytes),
            timestamp: self.text("timestamp").map(str::as_bytes),
            body: self.body.as_deref(),
            fidelity: if self.text("fidelity") == Some("parsed") {
                Fidelity::Parsed
            } else {
                Fidelity::Original
            },
            alternatives: &alternatives,
            content_length: self.value["content_length"].as_u64(),
            headers: &headers,
            headers_lost: self.value["headers_lost"] == true,
            captured_at: None,
            ..Evidence::default()
        })
    }

    fn diagnosis(&self) -> Diagnosis {
        self.with_evidence(|evidence| diagnose(evidence, &self.secrets(), Budget::FULL))
    }

    fn mine(&self) -> Option<Mine> {
        let mine = self.text("mine")?;
        Some(
            self.with_evidence(|evidence| {
                explain_mine(evidence, &self.secrets(), mine.as_bytes(), Budget::FULL)
            }),
        )
    }
}

/// A case, its diagnosis, and the explanation of the user's own signature.
type Judged = (Case, Diagnosis, Option<Mine>);

/// All cases, diagnosed once for all tests because the searches are slow.
static JUDGED: LazyLock<Vec<Judged>> = LazyLock::new(|| {
    let judged = Case::all().into_iter().map(|case| {
        let (diagnosis, mine) = (case.diagnosis(), case.mine());
        (case, diagnosis, mine)
    });
    judged.collect()
});

fn judged(name: &str) -> &'static Judged {
    JUDGED.iter().find(|(case, ..)| case.name() == name).unwrap()
}

fn codes_of(verdict: &Verdict) -> Vec<&'static str> {
    match verdict {
        Verdict::Invalid(finding) => finding.causes().map(|cause| cause.code.as_str()).collect(),
        other => other.code().map(Code::as_str).into_iter().collect(),
    }
}

fn codes_of_mine(mine: &Mine) -> Vec<&'static str> {
    match mine {
        Mine::Right { .. } => Vec::new(),
        Mine::Explained(finding) => finding.causes().map(|cause| cause.code.as_str()).collect(),
        Mine::NotADigest => vec!["signature-malformed"],
        Mine::Unexplained { .. } => vec!["unexplained"],
        Mine::CannotTell(_) => vec!["unknown"],
    }
}

#[test]
fn every_cause_is_named_correctly() {
    let mut wrong = Vec::new();
    assert!(JUDGED.len() > 200);
    for (case, diagnosis, about_mine) in JUDGED.iter() {
        let codes = about_mine.as_ref().map_or_else(|| codes_of(&diagnosis.verdict), codes_of_mine);
        if diagnosis.verdict.as_str() != case.text("verdict").unwrap() || codes != case.codes() {
            wrong.push(format!("{}: {codes:?}\n{:#?}\n{about_mine:#?}", case.name(), diagnosis.verdict));
        }
        if let Some(name) = case.text("secret_name") {
            assert_eq!(diagnosis.verdict.secret_name().map(|name| &**name), Some(name), "{}", case.name());
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn every_code_has_a_case() {
    let cases = Case::all();
    let named: Vec<&str> = cases.iter().flat_map(Case::codes).collect();
    // These do not come from a diagnosis alone.
    let others = [Code::Stale, Code::HeaderName];
    let missing: Vec<_> =
        Code::ALL.iter().filter(|code| !others.contains(code) && !named.contains(&code.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn no_text_contains_a_secret() {
    for (case, diagnosis, mine) in JUDGED.iter() {
        let shown = format!("{diagnosis:?} {mine:?} {:?}", case.secrets());
        for secret in case.value["secrets"].as_array().unwrap() {
            let text = secret["text"].as_str().unwrap().trim();
            assert!(!shown.contains(text), "{}: {shown}", case.name());
        }
        assert!(!shown.contains("zoomhook-test-secret"), "{}: {shown}", case.name());
    }
}

#[test]
fn the_first_differing_byte_is_found() {
    let (case, _, Some(Mine::Explained(finding))) = judged("mine-stringify") else { panic!("not explained") };
    let difference = finding.difference.as_ref().unwrap();
    assert_eq!(difference.of, Compared::Body);
    assert_eq!(difference.offset as u64, case.value["offset"].as_u64().unwrap());
    assert!(difference.here.text.contains(r"\uD83C\uDF89") && difference.signed.text.contains('🎉'));
    assert!(remedy(finding.cause.code, Some(zoomhook::diagnosis::Framework::Express)).line.is_some());
}

#[test]
fn a_search_without_a_result_stays_within_its_budget() {
    let (case, diagnosis, _) = judged("unexplained-tampered");
    assert!(!diagnosis.effort.exhausted && diagnosis.ruled_out.len() > 10, "{diagnosis:#?}");
    // 20 ms at 300 MB/s, which a machine without SHA instructions reaches.
    assert!(diagnosis.effort.bytes < 6_000_000, "{:?}", diagnosis.effort);
    let live = case.with_evidence(|evidence| diagnose(evidence, &case.secrets(), Budget::LIVE));
    assert!(live.effort.exhausted && live.effort.digests <= Budget::LIVE.digests);
}
