//! Forms of a secret token: with extra characters that were copied with it, decoded and encoded.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::body::from_base64;
use crate::diagnosis::code::Code;

/// Names of the environment variable in published samples.
const NAMES: [&str; 4] =
    ["ZOOM_WEBHOOK_SECRET_TOKEN", "ZOOM_WEBHOOK_SECRET", "WEBHOOK_SECRET_TOKEN", "ZOOM_SECRET_TOKEN"];

/// A form of a secret token.
pub(super) struct PastedForm {
    pub(super) code: Code,
    /// Completes "the secret token …".
    pub(super) phrase: &'static str,
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// Whether it is also tried together with other changes.
    pub(super) likely: bool,
}

/// The forms of a secret token, the likely ones first.
pub(super) fn forms(name: &str, given: &str) -> Vec<PastedForm> {
    let core = bare(given);
    let pasted = |likely, phrase, parts: &[&str]| {
        // Joined in one allocation of the final size, so that no copy of the secret remains in memory.
        let mut bytes = Zeroizing::new(Vec::with_capacity(parts.iter().map(|part| part.len()).sum()));
        parts.iter().for_each(|part| bytes.extend_from_slice(part.as_bytes()));
        PastedForm { code: Code::SecretWhitespace, phrase, bytes, likely }
    };
    let mut forms = vec![
        pasted(true, "without the whitespace around it", &[given.trim()]),
        pasted(true, "without the quotes around it", &[unquoted(given.trim())]),
        pasted(true, "without the name before it (NAME=)", &[unnamed(given.trim())]),
        pasted(true, "without the extra characters around it", &[core]),
        pasted(true, "with a newline at its end", &[core, "\n"]),
        pasted(true, "with CR LF at its end", &[core, "\r\n"]),
        pasted(true, "with a space at its end", &[core, " "]),
        pasted(true, "with a space before it", &[" ", core]),
        pasted(true, "with double quotes around it", &["\"", core, "\""]),
        pasted(true, "with single quotes around it", &["'", core, "'"]),
    ];
    forms.extend(recoded(core));
    forms.extend(AROUND.iter().map(|(before, after, phrase)| pasted(false, phrase, &[before, core, after])));
    for name in NAMES.iter().copied().chain([name]) {
        forms.push(pasted(false, "with the name before it (NAME=)", &[name, "=", core]));
        forms.push(pasted(
            false,
            "with the name before it (NAME=) and a newline at its end",
            &[name, "=", core, "\n"],
        ));
        forms.push(pasted(false, "with export and the name before it", &["export ", name, "=", core]));
        forms.push(pasted(false, "with the name before it and quotes around it", &[name, "=\"", core, "\""]));
    }
    forms
}

/// Text before and after the token, and the phrase for it.
const AROUND: [(&str, &str, &str); 17] = [
    ("", "\r", "with a CR at its end"),
    ("", "\t", "with a tab at its end"),
    ("\t", "", "with a tab before it"),
    ("\n", "", "with a newline before it"),
    (" ", " ", "with spaces around it"),
    ("", "  ", "with two spaces at its end"),
    ("", "\n\n", "with two newlines at its end"),
    ("", " \n", "with a space and a newline at its end"),
    ("\"", "\"\n", "with double quotes around it and a newline at its end"),
    ("`", "`", "with backquotes around it"),
    ("<", ">", "with <> around it"),
    ("", "\\n", "with a backslash and an n at its end"),
    ("", ";", "with a semicolon at its end"),
    ("", ",", "with a comma at its end"),
    ("\u{feff}", "", "with a byte order mark before it"),
    ("", "\u{a0}", "with a no-break space at its end"),
    ("", "\u{200b}", "with a zero-width space at its end"),
];

fn recoded(core: &str) -> Vec<PastedForm> {
    let form = |likely, phrase, bytes| PastedForm {
        code: Code::KeyDecoded,
        phrase,
        bytes: Zeroizing::new(bytes),
        likely,
    };
    let mut forms = Vec::new();
    forms.extend(from_base64(core.as_bytes()).map(|bytes| form(true, "decoded from base64", bytes)));
    forms.extend(hex::decode(core).ok().map(|bytes| form(true, "decoded from hex", bytes)));
    let start = hex_start(core);
    if !start.is_empty() && start.len() < core.len() {
        let phrase = "decoded as Buffer.from(secret, 'hex') does, which stops at the first other character";
        forms.extend(hex::decode(start).ok().map(|bytes| form(true, phrase, bytes)));
    }
    forms.push(form(false, "encoded as base64", STANDARD.encode(core).into_bytes()));
    forms.push(form(false, "encoded as hex", hex::encode(core).into_bytes()));
    forms.push(form(false, "encoded as UTF-16", core.encode_utf16().flat_map(u16::to_le_bytes).collect()));
    forms
}

/// The pairs of hex digits at the start of a token.
fn hex_start(core: &str) -> &str {
    let digits = core.bytes().take_while(u8::is_ascii_hexdigit).count();
    &core[..digits - digits % 2]
}

/// Whether a token has no hex digits that Node would decode.
pub(super) fn has_no_hex(core: &str) -> bool {
    hex_start(core).is_empty()
}

/// The token without extra characters around it.
pub(super) fn bare(given: &str) -> &str {
    let mut core = given;
    // Each iteration removes one layer, which is at least one byte, so the loop ends.
    loop {
        let inner = unquoted(unnamed(trim(core)));
        if inner == core {
            return if core.is_empty() { given.trim() } else { core };
        }
        core = inner;
    }
}

fn trim(text: &str) -> &str {
    let text = text.trim_matches(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}')
    });
    let text = text.strip_prefix("Bearer ").unwrap_or(text);
    text.strip_suffix("\\n").unwrap_or(text).trim_end_matches([';', ','])
}

fn unquoted(text: &str) -> &str {
    const PAIRS: [(char, char); 6] =
        [('"', '"'), ('\'', '\''), ('`', '`'), ('<', '>'), ('“', '”'), ('‘', '’')];
    PAIRS
        .iter()
        .find_map(|&(open, close)| text.strip_prefix(open)?.strip_suffix(close))
        .filter(|inner| !inner.is_empty())
        .unwrap_or(text)
}

/// What follows `NAME=` or `NAME: `.
fn unnamed(text: &str) -> &str {
    let is_name = |name: &str| {
        let name = name.strip_prefix("export ").unwrap_or(name).trim();
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
    };
    let divided = text.split_once('=').or_else(|| text.split_once(": "));
    match divided {
        // A value of only `=` is the padding of base64.
        Some((name, value)) if is_name(name) && !value.trim_start_matches('=').is_empty() => value,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_extra_characters_around_a_token() {
        for given in [
            "tok\n",
            " tok ",
            "\"tok\"",
            "'tok'\n",
            "NAME=tok",
            "export NAME=\"tok\"\r\n",
            "name: tok",
            "\u{feff}tok",
            "tok\u{200b}",
            "Bearer tok",
            "tok\\n",
            "tok;",
            "“tok”",
        ] {
            assert_eq!(bare(given), "tok", "{given:?}");
        }
        for unchanged in ["tok", "dG9rZW4=", "dG9rZW4xMjM0NQ==", "a-b_c", "\"\"", "="] {
            assert_eq!(bare(unchanged), unchanged, "{unchanged:?}");
        }
    }
}
