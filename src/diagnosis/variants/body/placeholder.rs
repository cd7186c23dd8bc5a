//! Texts that replace a body which a program has lost.

use super::BodyForm;
use crate::diagnosis::Code;

/// The texts, each with its phrase.
const PLACEHOLDERS: [(&str, &str); 19] = [
    ("", "empty"),
    ("undefined", "replaced by the word undefined (JavaScript)"),
    ("[object Object]", "replaced by the text [object Object] (a parsed body in a JavaScript string)"),
    ("{}", "replaced by {}"),
    ("null", "replaced by the word null"),
    ("None", "replaced by the word None (Python)"),
    ("b''", "replaced by b'' (Python)"),
    ("\"\"", "replaced by an empty JSON string"),
    ("[object Promise]", "replaced by the text [object Promise] (a missing await in JavaScript)"),
    ("[object ReadableStream]", "replaced by the text [object ReadableStream] (JavaScript)"),
    ("[object ArrayBuffer]", "replaced by the text [object ArrayBuffer] (JavaScript)"),
    ("[object Uint8Array]", "replaced by the text [object Uint8Array] (JavaScript)"),
    ("System.Byte[]", "replaced by the text System.Byte[] (.NET)"),
    ("System.IO.MemoryStream", "replaced by the text System.IO.MemoryStream (.NET)"),
    ("map[]", "replaced by the text map[] (Go)"),
    ("Array", "replaced by the word Array (PHP)"),
    ("nil", "replaced by the word nil (Ruby)"),
    ("<nil>", "replaced by <nil> (Go)"),
    ("false", "replaced by the word false"),
];

/// One form for each placeholder. They do not depend on the body.
pub(super) fn forms() -> Vec<BodyForm> {
    let form = |(text, phrase): &(&str, &'static str)| {
        BodyForm::new(Code::BodyEmpty, *phrase, text.as_bytes().to_vec())
    };
    PLACEHOLDERS.iter().map(form).collect()
}

/// Whether a captured body is only a placeholder, which Zoom never sends.
pub(crate) fn is_placeholder(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    PLACEHOLDERS.iter().any(|(text, _)| text.as_bytes() == body)
}
