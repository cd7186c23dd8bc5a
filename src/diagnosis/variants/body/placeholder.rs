//! What stands where the body belongs, when a program has lost it.

use super::Form;
use crate::diagnosis::Code;

/// The texts, each with who writes it.
const STAND_INS: [(&str, &str); 15] = [
    ("", "left out: nothing is in its place"),
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
    ("Array", "replaced by the word Array (PHP)"),
    ("nil", "replaced by the word nil (Ruby)"),
    ("<nil>", "replaced by <nil> (Go)"),
    ("false", "replaced by the word false"),
];

/// The forms that any body may have been replaced by.
pub(super) fn forms() -> Vec<Form> {
    let form =
        |(text, phrase): &(&str, &'static str)| Form::new(Code::BodyEmpty, *phrase, text.as_bytes().to_vec());
    STAND_INS.iter().map(form).collect()
}

/// Whether a captured body is none: no event of Zoom's looks like this.
pub(crate) fn is_stand_in(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    STAND_INS.iter().any(|(text, _)| text.as_bytes() == body)
}
