//! The forms of a body after programs, proxies and logs have changed it, and after undoing such changes. The entry
//! point is [`forms`].
//!
//! | file | forms |
//! | --- | --- |
//! | `serializers.rs` | JSON as the common serializers write it: a flat table |
//! | `restored.rs` | JSON in the orders that Zoom may have used, with the `null` members that a program has dropped |
//! | `newline.rs`, `charset.rs`, `encoding.rs`, `placeholder.rs` | all other forms, one kind per file |
//! | `form.rs` | what in a body is visibly not as Zoom writes it |

mod charset;
mod encoding;
mod form;
mod lenient;
mod newline;
mod placeholder;
mod restored;
mod serializers;

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

pub(crate) use encoding::from_base64;
#[cfg(feature = "cli")]
pub(crate) use form::{is_cut, is_displayed, is_printed_object};
pub(crate) use form::{is_in_zooms_form, rewritten_from, rewritten_parts};
pub(crate) use placeholder::is_placeholder;
pub(crate) use serializers::that_write;

use self::serializers::{SERIALIZERS, Serializer};
use super::change::VariantChange;
use crate::diagnosis::code::Code;
use crate::diagnosis::visible::visible;
use crate::json::{self, JsonStyle, JsonValue};

/// A body in some form, with the change that produced it.
#[derive(Debug, Clone)]
pub(crate) struct BodyForm {
    /// Its phrase completes "the body …".
    pub(crate) change: VariantChange,
    pub(crate) bytes: Vec<u8>,
}

impl BodyForm {
    fn new(code: Code, phrase: impl Into<Cow<'static, str>>, bytes: Vec<u8>) -> Self {
        Self { change: VariantChange::new(code, phrase), bytes }
    }
}

/// Limit on the depth of a document. Zoom's events have 8 levels, and every serializer in the table accepts this depth.
/// The size of an indented form is quadratic in the depth.
const MAX_DEPTH: usize = 128;

/// The complete JSON value at the start of a body that other text follows.
fn surplus(body: &[u8]) -> Option<BodyForm> {
    let (value, end) = json::parse_prefix(body, 0).ok()?;
    let rest = body.get(end..)?;
    (value.is_object() && !rest.trim_ascii().is_empty()).then(|| {
        let phrase = format!("its first {end} bytes are the signed JSON, and {} bytes follow it", rest.len());
        BodyForm::new(Code::BodySurplus, phrase, body[..end].to_vec())
    })
}

/// Parses a body. Returns `None` if it is not JSON, or too deep.
fn document(body: &[u8]) -> Option<JsonValue<'_>> {
    std::str::from_utf8(body).ok()?;
    json::parse_within(body, MAX_DEPTH).ok()
}

/// The text of the document in a body: without a byte order mark, comments and trailing commas, or a JSON string around it.
fn text_of_document(body: &[u8]) -> Cow<'_, [u8]> {
    let bare = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let quoted = || json::parse(bare).ok().and_then(|value| value.bytes().map(<[u8]>::to_vec));
    lenient::strict(bare).or_else(quoted).map_or(Cow::Borrowed(bare), Cow::Owned)
}

/// The object or list in such a text, also as a program prints it.
fn document_in(text: &[u8]) -> Option<JsonValue<'_>> {
    let document = document(text).filter(|value| value.is_object() || value.is_list());
    document.or_else(|| lenient::printed_object(text))
}

/// The phrase for JSON as Zoom writes it.
pub(crate) const IN_ZOOMS_FORM: &str = "in the form that Zoom sends";

/// How many of the first forms are also tried together with other changes.
pub(crate) const LIKELY: usize = 18;

/// Limit on the size of a form, as a multiple of the body's: `\u00e9` for every letter, indented.
const GROWTH: usize = 8;

/// The forms of a body, the likely ones first, and whether `limit` left some out. All forms differ from the body and
/// from one another, and have at most `limit` bytes in total.
pub(crate) fn forms(body: &[u8], limit: u64) -> (Vec<BodyForm>, bool) {
    let mut collected =
        Collected { seen: HashSet::from([mark(body)]), forms: Vec::new(), room: limit, full: false };
    if body.len() as u64 > limit {
        return (Vec::new(), true);
    }
    // The smallest changes come first: a serializer also drops newlines and byte order marks.
    collected.add(newline::forms(body));
    let bare = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    collected.add([charset::without_mark(bare)]);
    collected.add(surplus(body));
    collected.add(lenient::strict(bare).map(|bytes| {
        BodyForm::new(Code::BodyReserialized, "without its comments and trailing commas", bytes)
    }));
    let quoted = json::parse(bare).ok().and_then(|value| value.bytes().map(<[u8]>::to_vec));
    collected.add(
        quoted.map(|bytes| BodyForm::new(Code::BodyEncoding, "without the JSON string around it", bytes)),
    );
    let text = text_of_document(body);
    let document = document_in(&text);
    collected.serialized(document.as_ref(), body.len());
    collected.add(placeholder::forms());
    for kind in [charset::forms, encoding::forms] {
        // Each kind makes several copies of the body. Skip them if they do not fit.
        if !collected.full {
            collected.add(kind(body));
        }
    }
    if let Some(document) = &document {
        collected.reordered(document, body.len());
        collected.add(restored::forms(document, growth(body.len())));
    }
    (collected.forms, collected.full)
}

/// The body in the form of one change, also if it is equal to the body or to another form; `None` if it has none.
#[cfg(feature = "cli")]
pub(crate) fn form_of(body: &[u8], change: &VariantChange, limit: u64) -> Option<Vec<u8>> {
    let mut writers = SERIALIZERS.iter().enumerate();
    let writer = writers.find(|(number, serializer)| written_by(*number, serializer.name) == change.phrase);
    match writer {
        Some((_, writer)) => writer.style.write_within(&document(body)?, growth(body.len())),
        None => forms(body, limit).0.into_iter().find(|form| form.change == *change).map(|form| form.bytes),
    }
}

/// The phrase for JSON as a serializer writes it. The first one writes as Zoom does.
fn written_by(number: usize, name: &str) -> Cow<'static, str> {
    if number == 0 { IN_ZOOMS_FORM.into() } else { format!("as {name} writes it").into() }
}

/// The body's members in all orders, as far as they are few. Most of them are far-fetched: they are tried last.
pub(crate) fn in_all_orders(body: &[u8], limit: u64) -> (Vec<BodyForm>, bool) {
    let mut collected =
        Collected { seen: HashSet::from([mark(body)]), forms: Vec::new(), room: limit, full: false };
    if let Some(document) = document(body) {
        let fits = |number: u64| number * body.len() as u64 <= limit;
        let orders = restored::number_of_orders(&document);
        collected.full = !fits(orders);
        if !collected.full {
            collected.add(restored::in_all_orders(&document, growth(body.len())));
        }
        if fits(orders + restored::number_of_swaps(&document)) {
            collected.add(restored::with_swaps(&document, growth(body.len())));
        }
    }
    (collected.forms, collected.full)
}

struct Collected {
    seen: HashSet<u64>,
    forms: Vec<BodyForm>,
    room: u64,
    full: bool,
}

impl Collected {
    fn add(&mut self, forms: impl IntoIterator<Item = BodyForm>) {
        for form in forms {
            let length = form.bytes.len() as u64;
            if self.full || length > self.room {
                self.full = true;
                return;
            }
            if self.seen.insert(mark(&form.bytes)) {
                self.room -= length;
                self.forms.push(form);
            }
        }
    }

    fn serialized(&mut self, document: Option<&JsonValue<'_>>, length: usize) {
        let Some(document) = document else { return };
        for (number, Serializer { name, style, .. }) in SERIALIZERS.iter().enumerate() {
            if self.full {
                return;
            }
            let written = style.write_within(document, growth(length));
            self.add(
                written.map(|bytes| BodyForm::new(Code::BodyReserialized, written_by(number, name), bytes)),
            );
        }
    }

    /// Adds the root's members in every order, because typed decoders sort them or use a fixed order. Zoom's order
    /// differs from event to event, so any order may be the original.
    fn reordered(&mut self, document: &JsonValue<'_>, length: usize) {
        let members = document.members();
        // The longest root (event, event_ts, payload, download_token) has 24 orders. Names are short.
        if !(2..=4).contains(&members.len()) || members.iter().any(|(name, _)| name.raw.len() > 32) {
            return;
        }
        for order in orders(members.len()) {
            if self.full {
                return;
            }
            let shown: Vec<_> = order.iter().map(|&i| visible(members[i].0.display().as_bytes())).collect();
            let written = JsonStyle::ZOOM.write_reordered(document, &order, growth(length));
            let phrase = format!("with its members in the order {}", shown.join(", "));
            self.add(written.map(|bytes| BodyForm::new(Code::BodyReserialized, phrase, bytes)));
        }
    }
}

fn growth(length: usize) -> usize {
    length.saturating_mul(GROWTH).saturating_add(1024)
}

fn mark(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// All orders of `0..n`.
fn orders(n: usize) -> Vec<Vec<usize>> {
    (0..n).fold(vec![Vec::new()], |shorter, next| {
        let grow = |order: Vec<usize>| {
            (0..=order.len()).map(move |at| {
                let mut longer = order.clone();
                longer.insert(at, next);
                longer
            })
        };
        shorter.into_iter().flat_map(grow).collect()
    })
}

/// Whether a body is JSON without its end.
pub(crate) fn is_truncated(body: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(body).is_err_and(|error| error.is_eof())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZOOM: &str = r#"{"event":"meeting.started","payload":{"object":{"topic":"café \uD83C\uDF89 a/b <x>","uuid":"a/b+c=="}},"event_ts":1795507200123}"#;

    #[test]
    fn all_forms_differ() {
        let (forms, full) = forms(ZOOM.as_bytes(), 1 << 20);
        let bytes: HashSet<_> = forms.iter().map(|form| &form.bytes).collect();
        assert!(!full && bytes.len() == forms.len() && !bytes.contains(&ZOOM.as_bytes().to_vec()));
        assert!(forms.len() > 60, "{}", forms.len());
    }

    #[test]
    fn the_most_common_form_comes_first() {
        let (forms, _) = forms(ZOOM.as_bytes(), 1 << 20);
        let first = forms.iter().find(|form| form.change.code == Code::BodyReserialized).unwrap();
        assert!(first.change.phrase.contains("JSON.stringify"), "{}", first.change.phrase);
        assert!(String::from_utf8_lossy(&first.bytes).contains('🎉'));
    }

    #[test]
    fn a_form_is_found_that_is_equal_to_another_one() {
        let change = |phrase: &str| VariantChange::new(Code::BodyReserialized, phrase.to_owned());
        let python = change("as json.dumps with separators=(',', ':') (Python: ASCII only) writes it");
        for (body, expected) in [(r#"{"a":"b\/c"}"#, r#"{"a":"b/c"}"#), (r#"{"a":1}"#, r#"{"a":1}"#)] {
            assert_eq!(form_of(body.as_bytes(), &python, 1 << 20).unwrap(), expected.as_bytes());
        }
    }

    #[test]
    fn stops_at_the_memory_limit() {
        let (forms, full) = forms(ZOOM.as_bytes(), 1000);
        assert!(full && forms.iter().map(|form| form.bytes.len()).sum::<usize>() <= 1000);
    }

    #[test]
    fn rejects_a_document_that_is_not_json_or_too_deep() {
        for text in ["", "{", "{} x", "a=1", "\u{feff}{}", r#"{"a":"#] {
            assert!(document(text.as_bytes()).is_none(), "{text}");
        }
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(document(deep(MAX_DEPTH).as_bytes()).is_some());
        assert!(document(deep(100_000).as_bytes()).is_none());
        assert!(document(b"\xff").is_none());
    }

    #[test]
    fn makes_all_orders() {
        assert_eq!(orders(3).into_iter().collect::<HashSet<_>>().len(), 6);
        assert_eq!(orders(4).len(), 24);
    }

    #[test]
    fn distinguishes_truncated_json_from_invalid_json() {
        assert!(is_truncated(&ZOOM.as_bytes()[..50]));
        assert!(!is_truncated(ZOOM.as_bytes()) && !is_truncated(b"{]") && !is_truncated(b"a=b"));
    }
}
