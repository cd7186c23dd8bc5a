//! Ways to sign a request: Zoom's, and the wrong ones that an app may expect. Pure.
//!
//! [`SigningRecipe::right`] is Zoom's way, and [`SigningRecipe::wrong`] lists the others. They are the variants of a
//! diagnosis, in the other direction: a diagnosis has a signature and looks for the way, an experiment has a way and
//! looks for an app that accepts it. An app that refuses Zoom's way and accepts one of the others makes that mistake.

use std::sync::Arc;

use super::code::Code;
use super::evidence::Secrets;
use super::variants::body::{self, BodyForm};
use super::variants::change::{VariantChange, Voice};
use super::variants::hash::Hash;
use super::variants::header::Notation;
use super::variants::message::{self, Layout, ZOOM};
use super::variants::secret::SecretVariant;
use super::variants::timestamp::event_ts;
use super::verdict::Cause;
use crate::zoom::{SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// Bytes for the forms of one body. The bodies of experiments have a few KiB.
const FORMS: u64 = 4 << 20;

/// One way to sign a request.
#[derive(Debug, Clone)]
pub(crate) struct SigningRecipe {
    key: SecretVariant,
    /// The form of the body that is signed; `None` for the body as it is sent.
    body: Option<SignedForm>,
    layout: Layout,
    hash: Hash,
    notation: Notation,
    time: SignedTime,
    names: HeaderNames,
}

/// A form of a body, and the one that it was made from.
#[derive(Debug, Clone)]
struct SignedForm {
    change: VariantChange,
    original: Arc<[u8]>,
    bytes: Arc<[u8]>,
}

/// The timestamp in the header and in the signed message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SignedTime {
    Seconds,
    /// Milliseconds in the header and in the message.
    HeaderInMilliseconds,
    /// Seconds in the header, milliseconds in the message.
    MilliSeconds,
    /// `event_ts` in the message.
    EventTs,
    /// `event_ts` in seconds in the message.
    EventTsInSeconds,
}

/// The headers that carry the signature and the timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct HeaderNames {
    signature: &'static str,
    timestamp: &'static str,
}

const ZOOM_NAMES: HeaderNames = HeaderNames { signature: SIGNATURE_HEADER, timestamp: TIMESTAMP_HEADER };

/// Names that code reads by mistake. Each pair is tried in addition to the headers that Zoom sends.
const WRONG_NAMES: [(&str, &str); 11] = [
    ("x-zoom-signature", TIMESTAMP_HEADER),
    ("x-zoom-signature", "x-zoom-request-timestamp"),
    ("x-zoom-signature", "x-zoom-timestamp"),
    (SIGNATURE_HEADER, "x-zm-timestamp"),
    (SIGNATURE_HEADER, "x-zoom-request-timestamp"),
    ("x-zm-webhook-signature", TIMESTAMP_HEADER),
    ("zoom-signature", TIMESTAMP_HEADER),
    ("x-signature", TIMESTAMP_HEADER),
    ("x-hub-signature-256", TIMESTAMP_HEADER),
    ("x-webhook-signature", TIMESTAMP_HEADER),
    ("authorization", TIMESTAMP_HEADER),
];

/// Whether the digest is the computed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digest {
    /// As computed.
    Computed,
    /// With one bit flipped, in the same notation. An app that accepts it does not compare the digest.
    Altered,
}

impl SigningRecipe {
    /// Zoom's way, with the first secret token; `None` if there is none.
    #[must_use]
    pub(crate) fn right(secrets: &Secrets) -> Option<Self> {
        Some(Self {
            key: secrets.plain().first()?.clone(),
            body: None,
            layout: ZOOM[0].clone(),
            hash: Hash::HmacSha256,
            notation: Notation::ZOOM,
            time: SignedTime::Seconds,
            names: ZOOM_NAMES,
        })
    }

    /// Every way that differs from this one in one respect other than the body, the likely ones first.
    #[must_use]
    pub(crate) fn wrong(&self, secrets: &Secrets) -> Vec<Self> {
        let keys = secrets.keys();
        let of_keys = |list: &[SecretVariant]| -> Vec<Self> {
            list.iter().map(|key| Self { key: key.clone(), ..self.clone() }).collect()
        };
        let others = secrets.plain().iter().skip(1).map(|key| {
            let name = secrets.name_of(key).map_or_else(|| "another one".to_owned(), ToString::to_string);
            let mut key = key.clone();
            key.change = Some(VariantChange::new(Code::SecretOther, name));
            Self { key, ..self.clone() }
        });
        let layouts = message::others();
        let (likely, rest) = layouts.split_at(message::LIKELY.min(layouts.len()));
        let of_layouts = |list: &[Layout]| -> Vec<Self> {
            list.iter().map(|layout| Self { layout: layout.clone(), ..self.clone() }).collect()
        };
        let mut ways: Vec<_> = others.chain(of_keys(&keys.likely)).collect();
        ways.extend(of_keys(&keys.missing));
        ways.extend(Notation::others().map(|notation| Self { notation, ..self.clone() }));
        let times = [
            SignedTime::HeaderInMilliseconds,
            SignedTime::MilliSeconds,
            SignedTime::EventTsInSeconds,
            SignedTime::EventTs,
        ];
        ways.extend(times.map(|time| Self { time, ..self.clone() }));
        ways.extend(Hash::OTHERS.map(|hash| Self { hash, ..self.clone() }));
        ways.extend(of_layouts(likely));
        let names = WRONG_NAMES.map(|(signature, timestamp)| HeaderNames { signature, timestamp });
        ways.extend(names.map(|names| Self { names, ..self.clone() }));
        ways.extend(of_keys(&keys.others));
        ways.extend(of_layouts(rest));
        ways
    }

    /// Every way that differs from this one in the form of the body, the likely ones first. Forms that are equal for
    /// `body` are listed once.
    #[must_use]
    pub(crate) fn wrong_bodies(&self, body: &[u8]) -> Vec<Self> {
        let original: Arc<[u8]> = body.into();
        let of_form = |BodyForm { change, bytes }: BodyForm| {
            let form = SignedForm { change, original: original.clone(), bytes: bytes.into() };
            Self { body: Some(form), ..self.clone() }
        };
        body::forms(body, FORMS).0.into_iter().map(of_form).collect()
    }

    /// This way with an empty key, which anyone has.
    #[must_use]
    pub(crate) fn with_empty_key(&self, secrets: &Secrets) -> Option<Self> {
        let key = secrets.keys().missing.iter().find(|key| key.bytes().is_empty())?;
        Some(Self { key: key.clone(), ..self.clone() })
    }

    /// Whether this way signs other bytes than those that are sent.
    #[must_use]
    pub(crate) fn changes(&self, body: &[u8]) -> bool {
        self.signed_body(body) != body
    }

    /// How this way differs from Zoom's, as a statement about the app that expects it.
    #[must_use]
    pub(crate) fn causes(&self) -> Vec<Cause> {
        let form = self.body.as_ref().map(|form| &form.change);
        let changes =
            [self.key.change.as_ref(), form, self.layout.change.as_ref()].into_iter().flatten().cloned();
        let changes = changes.chain(self.hash.change()).chain(self.notation.change.clone());
        let mut causes: Vec<_> = changes.map(|change| change.cause(Voice::Mine)).collect();
        causes.extend(self.time.cause());
        causes.extend(self.names.cause());
        causes
    }

    /// The headers of the signature for a body that is sent at this time, in Unix seconds. They replace those of the
    /// same name, and are added to the others.
    #[must_use]
    pub(crate) fn headers(&self, seconds: u64, body: &[u8], digest: Digest) -> Vec<(&'static str, String)> {
        let in_header = match self.time {
            SignedTime::HeaderInMilliseconds => format!("{seconds}000"),
            _ => seconds.to_string(),
        };
        let in_message = match self.time {
            SignedTime::Seconds | SignedTime::HeaderInMilliseconds => in_header.clone(),
            SignedTime::MilliSeconds => format!("{seconds}000"),
            SignedTime::EventTs => event_ts(body).unwrap_or_default().to_string(),
            SignedTime::EventTsInSeconds => (event_ts(body).unwrap_or_default() / 1000).to_string(),
        };
        let signed = self.signed_body(body);
        let mut bytes = self.hash.digest(&self.key, &self.layout.message(in_message.as_bytes(), &signed));
        if digest == Digest::Altered
            && let Some(first) = bytes.first_mut()
        {
            *first ^= 1;
        }
        vec![(self.names.timestamp, in_header), (self.names.signature, (self.notation.write)(&bytes))]
    }

    fn signed_body(&self, body: &[u8]) -> Vec<u8> {
        let Some(SignedForm { change, original, bytes }) = &self.body else { return body.to_vec() };
        if **original == *body {
            return bytes.to_vec();
        }
        body::form_of(body, change, FORMS).unwrap_or_else(|| body.to_vec())
    }
}

impl SignedTime {
    fn cause(self) -> Option<Cause> {
        let change = |phrase| VariantChange::new(Code::TimestampUnit, phrase);
        match self {
            Self::Seconds => None,
            Self::HeaderInMilliseconds => Some(Cause {
                code: Code::TimestampUnit,
                sentence: "Your code reads x-zm-request-timestamp as milliseconds. Zoom sends seconds."
                    .to_owned(),
                variant: "milliseconds in the header".to_owned(),
            }),
            Self::MilliSeconds => Some(change("the same time in milliseconds").cause(Voice::Mine)),
            Self::EventTs => Some(VariantChange::new(Code::TimestampOther, "event_ts").cause(Voice::Mine)),
            Self::EventTsInSeconds => {
                Some(VariantChange::new(Code::TimestampOther, "event_ts / 1000").cause(Voice::Mine))
            }
        }
    }
}

impl HeaderNames {
    fn cause(self) -> Option<Cause> {
        let read = |what: &str, name: &str| format!("the {what} from the header {name}");
        let wrong: Vec<_> = [
            (self.signature != SIGNATURE_HEADER).then(|| read("signature", self.signature)),
            (self.timestamp != TIMESTAMP_HEADER).then(|| read("timestamp", self.timestamp)),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!wrong.is_empty()).then(|| {
            let sentence = format!("Your code reads {}. Zoom sends another name.", wrong.join(", and "));
            VariantChange::new(Code::HeaderName, sentence).cause(Voice::Mine)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::diagnose::diagnose;
    use super::super::evidence::{Budget, Evidence};
    use super::super::secret_text::{Role, SecretText};
    use super::*;

    const BODY: &[u8] =
        br#"{"payload":{"object":{"topic":"\uD83D\uDE92 \u0026 a/b"}},"event":"meeting.started","event_ts":1795507100123}"#;

    fn secrets() -> Secrets {
        Secrets::new(vec![SecretText::new("app", Role::Secret, "zoomhook-test-secret")])
    }

    fn code_of(way: &SigningRecipe) -> Option<Code> {
        let headers = way.headers(1_795_507_201, BODY, Digest::Computed);
        let value = |name: &str| headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_bytes());
        let evidence = Evidence {
            signature: value(SIGNATURE_HEADER),
            timestamp: value(TIMESTAMP_HEADER),
            body: Some(BODY),
            ..Evidence::default()
        };
        diagnose(&evidence, &secrets(), Budget::FULL).verdict.code()
    }

    #[test]
    fn the_right_way_is_zooms() {
        let right = SigningRecipe::right(&secrets()).unwrap();
        assert_eq!(code_of(&right), None);
        assert!(right.causes().is_empty() && !right.changes(BODY));
    }

    #[test]
    fn a_diagnosis_finds_the_cause_of_each_way_with_a_signature() {
        let right = SigningRecipe::right(&secrets()).unwrap();
        let ways = [right.wrong(&secrets()), right.wrong_bodies(BODY)].concat();
        assert!(ways.len() > 150, "{}", ways.len());
        for way in ways {
            let causes = way.causes();
            let [cause] = &causes[..] else { panic!("{causes:?}") };
            // Zoom's headers are there as well, or the header is the signed one.
            let is_outside = cause.code == Code::HeaderName || cause.variant == "milliseconds in the header";
            if !is_outside {
                assert_eq!(code_of(&way), Some(cause.code), "{}", cause.sentence);
            }
        }
    }

    #[test]
    fn an_altered_digest_has_the_same_form() {
        for way in SigningRecipe::right(&secrets()).unwrap().wrong(&secrets()) {
            let [computed, altered] =
                [Digest::Computed, Digest::Altered].map(|digest| way.headers(1_795_507_201, BODY, digest));
            assert_eq!(computed[0], altered[0]);
            assert_ne!(computed[1], altered[1]);
            assert_eq!(computed[1].1.len(), altered[1].1.len());
        }
    }
}
