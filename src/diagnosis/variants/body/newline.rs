//! Newlines at the end of the body, and line ends inside it.

use super::BodyForm;
use crate::diagnosis::Code;

/// The forms of a body, the likely ones first.
pub(super) fn forms(body: &[u8]) -> Vec<BodyForm> {
    let with = |end: &[u8]| [body, end].concat();
    let lf = replace(body, b"\r\n", b"\n");
    let crlf = replace(&lf, b"\n", b"\r\n");
    let trimmed = body.trim_ascii();
    [
        ("with a newline at its end", with(b"\n")),
        ("without the whitespace at its end", body.trim_ascii_end().to_vec()),
        ("with CR LF at its end", with(b"\r\n")),
        ("without the whitespace around it", trimmed.to_vec()),
        ("with its line ends as CR LF", crlf.clone()),
        ("with its line ends as LF", lf.clone()),
        ("with its line ends as LF, and one at its end", [lf.trim_ascii_end(), b"\n"].concat()),
        ("with its line ends as LF, and none at its end", lf.trim_ascii_end().to_vec()),
        ("with its line ends as CR LF, and one at its end", [crlf.trim_ascii_end(), b"\r\n"].concat()),
        ("with its line ends as CR LF, and none at its end", crlf.trim_ascii_end().to_vec()),
        ("with all its newlines removed", without_newlines(body)),
        ("with a space at its end", with(b" ")),
        ("with a NUL at its end", with(b"\0")),
    ]
    .into_iter()
    .map(|(phrase, bytes)| BodyForm::new(Code::BodyNewline, phrase, bytes))
    .collect()
}

pub(super) fn without_newlines(body: &[u8]) -> Vec<u8> {
    body.iter().copied().filter(|b| !b"\r\n".contains(b)).collect()
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(&first) = rest.first() {
        match rest.strip_prefix(from) {
            Some(after) => {
                out.extend_from_slice(to);
                rest = after;
            }
            None => {
                out.push(first);
                rest = &rest[1..];
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_line_ends_both_ways() {
        assert_eq!(replace(b"a\r\nb\r\n", b"\r\n", b"\n"), b"a\nb\n");
        let crlf =
            forms(b"a\r\nb\n").into_iter().find(|form| form.change.phrase.ends_with("as CR LF")).unwrap();
        assert_eq!(crlf.bytes, b"a\r\nb\r\n");
    }
}
