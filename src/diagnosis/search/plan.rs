//! What the search tries, and in which order: first single changes, the frequent ones first, then likely pairs.

use hmac::Mac;

use super::attempts::{Attempts, CandidateBody, Hit, Space};
use crate::diagnosis::code::Code;
use crate::diagnosis::evidence::{Evidence, Secrets};
use crate::diagnosis::variants::body::{self, BodyForm, LIKELY};
use crate::diagnosis::variants::change::VariantChange;
use crate::diagnosis::variants::hash::Hash;
use crate::diagnosis::variants::message::{self, Layout, ZOOM};
use crate::diagnosis::variants::secret::SecretVariant;
use crate::diagnosis::variants::timestamp::{Stamp, Stamps};
use crate::diagnosis::verdict::RuledOut;
use crate::zoom::{Challenge, Envelope};

/// The forms of a body may take up one part in this many of the budget's bytes in memory.
const FORMS_SHARE: u64 = 4;

const HMAC: &[Hash] = &[Hash::HmacSha256];

/// All variants of one request. Owned, so that hits can borrow from it.
#[derive(Debug)]
pub(super) struct Variants<'a> {
    secrets: &'a Secrets,
    originals: Vec<&'a [u8]>,
    forms: Vec<BodyForm>,
    /// The body's members in all orders.
    orders: Vec<BodyForm>,
    /// Whether `forms` and `orders` have all forms of the body.
    forms_complete: bool,
    stamps: Stamps,
    layouts: Vec<Layout>,
    /// A challenge's plainToken, and the layout in which it is hashed.
    challenge: Option<(String, [Layout; 1])>,
}

/// One sweep of the plan.
struct Step<'s, 'a> {
    what: String,
    codes: &'static [Code],
    space: Space<'s, 'a>,
}

impl<'a> Variants<'a> {
    /// Collects the variants for one request. `first_forms` are tried before the forms that are found here.
    pub(super) fn of(
        evidence: &Evidence<'a>,
        secrets: &'a Secrets,
        first_forms: Vec<BodyForm>,
        room: u64,
    ) -> Self {
        let body = evidence.body.unwrap_or_default();
        let (forms, full) = body::forms(body, room / FORMS_SHARE);
        let (orders, orders_full) = body::in_all_orders(body, room / FORMS_SHARE);
        let challenge = plain_token(body).map(|token| (token, [message::plain_token()]));
        Self {
            secrets,
            originals: std::iter::once(body).chain(evidence.alternatives.iter().copied()).collect(),
            forms: first_forms.into_iter().chain(forms).collect(),
            forms_complete: !full && !orders_full,
            orders,
            stamps: Stamps::of(evidence, body),
            layouts: message::others(),
            challenge,
        }
    }

    /// Runs the plan. Returns the first combination that matches, and what was tried before it.
    pub(super) fn run(&'a self, attempts: &mut Attempts<'a>) -> (Option<Hit<'a>>, Vec<RuledOut>) {
        let originals: Vec<_> =
            self.originals.iter().map(|&bytes| CandidateBody { bytes, change: None }).collect();
        let of_form = |form: &'a BodyForm| CandidateBody { bytes: &form.bytes, change: Some(&form.change) };
        let forms: Vec<_> = self.forms.iter().map(of_form).collect();
        let token: Vec<_> = self
            .challenge
            .iter()
            .map(|(token, _)| CandidateBody { bytes: token.as_bytes(), change: None })
            .collect();
        let mut ruled_out = Vec::new();
        for step in self.steps(&Bodies { originals: &originals, forms: &forms, token: &token }) {
            if let Some(hit) = attempts.sweep(&step.space) {
                return (Some(hit), ruled_out);
            }
            if attempts.effort.exhausted {
                return (None, ruled_out);
            }
            ruled_out.push(RuledOut { what: step.what, codes: step.codes });
        }
        let cut_short = find(self.originals[0], &self.stamps.base, self.secrets.plain(), attempts);
        if cut_short.is_none() {
            let what = format!("the body truncated within its first {} KiB", LONGEST >> 10);
            ruled_out.push(RuledOut { what, codes: &[Code::BodyTruncated] });
        }
        let orders: Vec<_> = self.orders.iter().map(of_form).collect();
        let hit = cut_short.or_else(|| {
            let bodies = Bodies { originals: &orders, forms: &[], token: &[] };
            attempts.sweep(&self.start(&bodies))
        });
        if hit.is_none() && !orders.is_empty() && !attempts.effort.exhausted {
            let what = format!("{} orders of the body's members", orders.len());
            ruled_out.push(RuledOut { what, codes: &[Code::BodyReserialized] });
        }
        attempts.effort.exhausted |= !self.forms_complete;
        (hit, ruled_out)
    }

    fn steps<'s>(&'a self, bodies: &Bodies<'s, 'a>) -> Vec<Step<'s, 'a>> {
        let mut steps = self.single_steps(bodies);
        steps.extend(self.paired_steps(bodies));
        let space = Space { stamps: &self.stamps.last, ..self.start(bodies) };
        let what = format!("{} nearby timestamps", self.stamps.last.len());
        steps.push(Step {
            what,
            codes: &[Code::TimestampUnit, Code::TimestampOther, Code::TimestampMissing],
            space,
        });
        steps
    }

    /// The protocol itself, with the secret tokens as given.
    fn start<'s>(&'a self, bodies: &Bodies<'s, 'a>) -> Space<'s, 'a> {
        let (keys, stamps) = (self.secrets.plain(), &*self.stamps.base);
        Space { keys, stamps, bodies: bodies.originals, layouts: &ZOOM, hashes: HMAC }
    }

    /// Single changes.
    fn single_steps<'s>(&'a self, bodies: &Bodies<'s, 'a>) -> Vec<Step<'s, 'a>> {
        let (start, keys) = (self.start(bodies), self.secrets.keys());
        let step = |what, codes, space| Step { what, codes, space };
        let mut steps = vec![
            step(format!("{} as given", count(start.keys.len(), "secret token")), HEADER_CODES, start),
            step(
                format!("{} likely forms of the secrets", keys.likely.len()),
                SECRET_CODES,
                Space { keys: &keys.likely, ..start },
            ),
            step(
                format!("{} more forms of the secrets", keys.others.len()),
                SECRET_CODES,
                Space { keys: &keys.others, ..start },
            ),
            step(
                format!("{} words in place of a secret", keys.missing.len()),
                &[Code::SecretEmpty],
                Space { keys: &keys.missing, ..start },
            ),
            step(
                format!("{} forms of the body", bodies.forms.len()),
                BODY_CODES,
                Space { bodies: bodies.forms, ..start },
            ),
            step(
                format!("{} other timestamps", self.stamps.others.len()),
                TIME_CODES,
                Space { stamps: &self.stamps.others, ..start },
            ),
            step(
                format!("{} other message layouts", self.layouts.len()),
                MESSAGE_CODES,
                Space { layouts: &self.layouts, ..start },
            ),
            step(
                format!("{} other hashes", Hash::OTHERS.len()),
                HASH_CODES,
                Space { hashes: &Hash::OTHERS, ..start },
            ),
        ];
        if let Some((_, layouts)) = &self.challenge {
            let space = Space { bodies: bodies.token, layouts, ..start };
            steps.push(step("the HMAC of the plainToken".into(), &[Code::ChallengeAsEvent], space));
        }
        steps
    }

    /// Two likely changes together.
    fn paired_steps<'s>(&'a self, bodies: &Bodies<'s, 'a>) -> Vec<Step<'s, 'a>> {
        let start = self.start(bodies);
        let (keys, missing) = (&*self.secrets.keys().likely, &*self.secrets.keys().missing);
        let (likely, layouts, hashes) =
            (bodies.likely(), &self.layouts[..message::LIKELY], &Hash::OTHERS[..]);
        let stamps = &*self.stamps.others;
        let pair = |what: &str, space| Step { what: what.into(), codes: &[], space };
        vec![
            pair("likely secrets with likely bodies", Space { keys, bodies: likely, ..start }),
            pair(
                "words in place of a secret with likely bodies",
                Space { keys: missing, bodies: likely, ..start },
            ),
            pair("other layouts with likely bodies", Space { layouts, bodies: likely, ..start }),
            pair("other hashes with other layouts", Space { layouts, hashes, ..start }),
            pair("other hashes with likely bodies", Space { hashes, bodies: likely, ..start }),
            pair("other timestamps with likely bodies", Space { stamps, bodies: likely, ..start }),
            pair("likely secrets with other layouts", Space { keys, layouts, ..start }),
            pair("words in place of a secret with other layouts", Space { keys: missing, layouts, ..start }),
            pair("likely secrets with other timestamps", Space { keys, stamps, ..start }),
            pair("likely secrets with other hashes", Space { keys, hashes, ..start }),
            pair("other timestamps with other layouts", Space { stamps, layouts, ..start }),
        ]
    }
}

const HEADER_CODES: &[Code] = &[Code::SignatureScheme, Code::SignaturePrefix, Code::SignatureEncoding];
const SECRET_CODES: &[Code] =
    &[Code::SecretWhitespace, Code::SecretOther, Code::SecretIsOtherCredential, Code::KeyDecoded];
const BODY_CODES: &[Code] = &[
    Code::BodyReserialized,
    Code::BodyCharset,
    Code::BodyNewline,
    Code::BodySurplus,
    Code::BodyEncoding,
    Code::BodyEmpty,
];
const TIME_CODES: &[Code] = &[Code::TimestampUnit, Code::TimestampOther];
const MESSAGE_CODES: &[Code] =
    &[Code::MessageWithoutTimestamp, Code::MessageWithoutVersion, Code::MessageSeparator];
const HASH_CODES: &[Code] = &[Code::HashNotHmac, Code::HashSha1, Code::HashOther];

/// The bodies of one search.
struct Bodies<'s, 'a> {
    originals: &'s [CandidateBody<'a>],
    forms: &'s [CandidateBody<'a>],
    token: &'s [CandidateBody<'a>],
}

impl<'s, 'a> Bodies<'s, 'a> {
    fn likely(&self) -> &'s [CandidateBody<'a>] {
        &self.forms[..self.forms.len().min(LIKELY)]
    }
}

fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// The plainToken of a challenge.
fn plain_token(body: &[u8]) -> Option<String> {
    let challenge = Challenge::recognize(&Envelope::parse(body).ok()?)?.ok()?;
    Some(challenge.plain_token().to_owned())
}

/// Longest truncated body that is tried. 16 KiB is more than log lines keep, and larger limits truncate few of
/// Zoom's events.
const LONGEST: usize = 16 << 10;

/// Bytes hashed to finish an HMAC: the last block of the message, and the block of the inner digest.
const FINISH: usize = 128;

/// Finds the start of `body` that gives a received digest.
pub(super) fn find<'a>(
    body: &'a [u8],
    stamps: &'a [Stamp],
    keys: &'a [SecretVariant],
    attempts: &mut Attempts<'a>,
) -> Option<Hit<'a>> {
    for (key, stamp) in keys.iter().flat_map(|key| stamps.iter().map(move |stamp| (key, stamp))) {
        let mut mac = key.keyed();
        [b"v0:", &*stamp.text, b":"].iter().for_each(|part| mac.update(part));
        // The empty body and the whole body have been tried already.
        for length in 1..body.len().min(LONGEST) {
            mac.update(&body[length - 1..length]);
            if !attempts.spend(FINISH) {
                return None;
            }
            if let Some(reading) = attempts.compare(&mac.clone().finalize().into_bytes()) {
                let phrase = format!("truncated after {length} of its {} bytes", body.len());
                let body_change = Some(VariantChange::new(Code::BodyTruncated, phrase));
                let (layout, hash) = (&ZOOM[0], Hash::HmacSha256);
                let stamp = Some(stamp);
                return Some(Hit { key, stamp, body: &body[..length], body_change, layout, hash, reading });
            }
        }
    }
    None
}
