//! The layout of the signed message. Zoom's is `v0:{timestamp}:{body}`.

use super::change::VariantChange;
use crate::diagnosis::code::Code;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Text(&'static str),
    Timestamp,
    Body,
}

#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) parts: &'static [Part],
    /// `None` for Zoom's layout.
    pub(crate) change: Option<VariantChange>,
}

use Part::{Body, Text, Timestamp};

/// A list with only Zoom's layout.
pub(crate) static ZOOM: [Layout; 1] =
    [Layout { parts: &[Text("v0:"), Timestamp, Text(":"), Body], change: None }];

impl Layout {
    /// The parts of the message in order.
    pub(crate) fn message<'a>(&self, timestamp: &'a [u8], body: &'a [u8]) -> Vec<&'a [u8]> {
        let bytes = |part: &Part| match part {
            Text(text) => text.as_bytes(),
            Timestamp => timestamp,
            Body => body,
        };
        self.parts.iter().map(bytes).collect()
    }
}

/// The first 12 of the other layouts, up to `v0{timestamp}{body}`, are also tried together with other changes.
pub(crate) const LIKELY: usize = 12;

/// All layouts except Zoom's, the likely ones first.
#[rustfmt::skip]
pub(crate) fn others() -> Vec<Layout> {
    const NO_TIMESTAMP: Code = Code::MessageWithoutTimestamp;
    const NO_VERSION: Code = Code::MessageWithoutVersion;
    const SEPARATOR: Code = Code::MessageSeparator;
    const TABLE: &[(Code, &str, &[Part])] = &[
        (NO_TIMESTAMP, "the body alone", &[Body]),
        (NO_VERSION, "{timestamp}:{body}", &[Timestamp, Text(":"), Body]),
        (NO_VERSION, "{timestamp}.{body}", &[Timestamp, Text("."), Body]),
        (NO_VERSION, "{timestamp}{body}", &[Timestamp, Body]),
        (NO_TIMESTAMP, "v0:{body}", &[Text("v0:"), Body]),
        (NO_TIMESTAMP, "v0:undefined:{body} (JavaScript: the header was not found)", &[Text("v0:undefined:"), Body]),
        (NO_TIMESTAMP, "v0:None:{body} (Python: the header was not found)", &[Text("v0:None:"), Body]),
        (NO_TIMESTAMP, "v0:null:{body} (the header was not found)", &[Text("v0:null:"), Body]),
        (NO_TIMESTAMP, "v0::{body} (the header was not found)", &[Text("v0::"), Body]),
        (NO_TIMESTAMP, "v0:[object Object]:{body}", &[Text("v0:[object Object]:"), Body]),
        (SEPARATOR, "v0.{timestamp}.{body}", &[Text("v0."), Timestamp, Text("."), Body]),
        (SEPARATOR, "v0{timestamp}{body}", &[Text("v0"), Timestamp, Body]),
        (SEPARATOR, "v0:{timestamp}.{body}", &[Text("v0:"), Timestamp, Text("."), Body]),
        (SEPARATOR, "v0.{timestamp}:{body}", &[Text("v0."), Timestamp, Text(":"), Body]),
        (SEPARATOR, "v0:{timestamp}{body}", &[Text("v0:"), Timestamp, Body]),
        (SEPARATOR, "v0{timestamp}:{body}", &[Text("v0"), Timestamp, Text(":"), Body]),
        (SEPARATOR, "v0={timestamp}:{body}", &[Text("v0="), Timestamp, Text(":"), Body]),
        (SEPARATOR, "v0-{timestamp}-{body}", &[Text("v0-"), Timestamp, Text("-"), Body]),
        (SEPARATOR, "v0_{timestamp}_{body}", &[Text("v0_"), Timestamp, Text("_"), Body]),
        (SEPARATOR, "v0|{timestamp}|{body}", &[Text("v0|"), Timestamp, Text("|"), Body]),
        (SEPARATOR, "v0,{timestamp},{body}", &[Text("v0,"), Timestamp, Text(","), Body]),
        (SEPARATOR, "v0;{timestamp};{body}", &[Text("v0;"), Timestamp, Text(";"), Body]),
        (SEPARATOR, "v0 {timestamp} {body}", &[Text("v0 "), Timestamp, Text(" "), Body]),
        (SEPARATOR, "v0: {timestamp}: {body}, with spaces after the colons", &[Text("v0: "), Timestamp, Text(": "), Body]),
        (SEPARATOR, "v0:{timestamp}: {body}, with a space before the body", &[Text("v0:"), Timestamp, Text(": "), Body]),
        (SEPARATOR, "v0, {timestamp} and {body} on separate lines", &[Text("v0\n"), Timestamp, Text("\n"), Body]),
        (SEPARATOR, "v0:{body}:{timestamp}, in the wrong order", &[Text("v0:"), Body, Text(":"), Timestamp]),
        (NO_VERSION, "v1:{timestamp}:{body}, with another version", &[Text("v1:"), Timestamp, Text(":"), Body]),
        (NO_VERSION, "V0:{timestamp}:{body}, with an upper-case V", &[Text("V0:"), Timestamp, Text(":"), Body]),
        (NO_VERSION, "v:{timestamp}:{body}", &[Text("v:"), Timestamp, Text(":"), Body]),
        (NO_VERSION, "0:{timestamp}:{body}", &[Text("0:"), Timestamp, Text(":"), Body]),
        (NO_VERSION, ":{timestamp}:{body}", &[Text(":"), Timestamp, Text(":"), Body]),
        (NO_VERSION, "{timestamp} and {body} on separate lines", &[Timestamp, Text("\n"), Body]),
        (NO_VERSION, "{body}{timestamp}, in the wrong order", &[Body, Timestamp]),
        (NO_VERSION, "{body}:{timestamp}, in the wrong order", &[Body, Text(":"), Timestamp]),
        (Code::BodyEmpty, "missing: only v0:{timestamp} was signed", &[Text("v0:"), Timestamp]),
        (Code::BodyEmpty, "missing: only the timestamp was signed", &[Timestamp]),
    ];
    TABLE.iter().map(|&(code, phrase, parts)| Layout { parts, change: Some(VariantChange::new(code, phrase)) }).collect()
}

/// The layout of the HMAC in the answer to a challenge.
pub(crate) fn plain_token() -> Layout {
    let change = VariantChange::new(Code::ChallengeAsEvent, "the plainToken alone");
    Layout { parts: &[Body], change: Some(change) }
}

/// The message that Zoom signs: `v0:{timestamp}:{body}`, byte for byte.
#[must_use]
pub fn signed_message(timestamp: &[u8], body: &[u8]) -> Vec<u8> {
    ZOOM[0].message(timestamp, body).concat()
}
