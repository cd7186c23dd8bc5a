//! Colour codes, which loggers write into their files.

use std::borrow::Cow;

/// The text without ANSI colour sequences (`ESC [ … m`).
pub(in crate::capture) fn strip(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.windows(2).any(|pair| pair == b"\x1b[") {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.iter().position(|b| *b == 0x1b) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let parameters = rest.get(2..).unwrap_or_default();
        let length = parameters.iter().take_while(|b| b.is_ascii_digit() || **b == b';').count();
        if rest.get(1) == Some(&b'[') && parameters.get(length) == Some(&b'm') {
            rest = &parameters[length + 1..];
        } else {
            out.push(0x1b);
            rest = &rest[1..];
        }
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_colours_out_and_leaves_the_rest() {
        assert_eq!(strip(b"a\x1b[32m'b'\x1b[39m\x1b[1;2mc\x1b[").as_ref(), b"a'b'c\x1b[");
        assert_eq!(strip(b"plain").as_ref(), b"plain");
    }
}
