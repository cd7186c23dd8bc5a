//! Quoted strings as JavaScript and Python print them. JSON strings are read by `json`.

use crate::json::{StringDecoder, UnquoteError, Unquoted, unquote};

/// Decodes a string that JavaScript or Python printed, in any kind of quotes.
pub(in crate::capture) fn loose_string(text: &[u8]) -> Result<Unquoted<'_>, UnquoteError> {
    unquote(text, |decoder, escape| match escape {
        b'u' => decoder.unit(),
        b'U' => scalar(decoder),
        b'x' => decoder.hex(2).map(|code| decoder.char(code)),
        _ => decoder.simple(escape),
    })
}

/// Decodes the `'…'` of Python's `b'…'`, where `\x` is a byte.
pub(in crate::capture) fn python_bytes(text: &[u8]) -> Result<Unquoted<'_>, UnquoteError> {
    unquote(text, |decoder, escape| match escape {
        b'x' => decoder
            .hex(2)
            .and_then(|code| u8::try_from(code).map_err(|_| "two hex digits"))
            .and_then(|b| decoder.byte(b)),
        _ => decoder.simple(escape),
    })
}

/// Decodes the eight hex digits of Python's `\U`.
fn scalar(decoder: &mut StringDecoder<'_>) -> Result<(), &'static str> {
    let code = decoder.hex(8)?;
    if code > 0x10_ffff {
        return Err("a character's number");
    }
    decoder.char(code);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_the_escapes_of_javascript_and_python() {
        let read = |text: &str| loose_string(text.as_bytes()).unwrap().bytes.into_owned();
        assert_eq!(read(r"'it\'s \x1B \xe9'"), "it's \u{1b} é".as_bytes());
        assert_eq!(read(r"'\U0001f692 \u00e9 \d'"), "🚒 é \\d".as_bytes());
        assert_eq!(python_bytes(br"'\xc3\xa9'").unwrap().bytes.as_ref(), "é".as_bytes());
    }
}
