//! Layers of commands: the quotes of shells, and the variables of REST clients. The text of a body in them becomes
//! readable; who sends it does not matter.

use super::escapes::same_text;
use super::{Layer, has};

/// `'\''` and `'"'"'`: a single quote in the single quotes of a Unix shell, and `'\\'`: a backslash that is outside of them.
pub(super) const SINGLE_QUOTES: Layer = Layer {
    name: "shell quotes",
    applies: |text| has(text, br"'\''") || has(text, b"'\"'\"'") || has(text, br"'\\'"),
    peel: |text| {
        let pairs: [(&[u8], &[u8]); 3] = [(br"'\''", b"'"), (b"'\"'\"'", b"'"), (br"'\\'", br"\")];
        same_text(text, replace(text, &pairs))
    },
};

/// `\"` and `\$` in the double quotes of a shell. Other backslashes are themselves there.
pub(super) const DOUBLE_QUOTES: Layer = Layer {
    name: "double quotes",
    applies: |text| has(text, b"\\\""),
    peel: |text| {
        let pairs: [(&[u8], &[u8]); 6] = [
            (br"\\", br"\"),
            (b"\\\"", b"\""),
            (br"\$", b"$"),
            (br"\`", b"`"),
            (b"\\\r\n", b""),
            (b"\\\n", b""),
        ];
        same_text(text, replace(text, &pairs))
    },
};

/// `^"`: the carets of cmd.exe, and `%%` in a batch file.
pub(super) const CARETS: Layer = Layer {
    name: "carets",
    applies: |text| has(text, b"^\""),
    peel: |text| {
        let mut out = Vec::with_capacity(text.len());
        let mut rest = text.iter();
        while let Some(&b) = rest.next() {
            out.push(if b == b'^' { rest.next().copied().unwrap_or(b) } else { b });
        }
        let halved = replace(&out, &[(b"%%", b"%")]);
        let mut pieces = same_text(&out, halved);
        pieces.extend(same_text(text, out));
        pieces
    },
};

/// `` `" ``: the backticks of PowerShell, and its `$([char]233)`.
pub(super) const BACKTICKS: Layer = Layer {
    name: "PowerShell quotes",
    applies: |text| has(text, b"`\"") || has(text, b"$([char]"),
    peel: |text| same_text(text, powershell(text)),
};

/// `{{name}}`, with the value in a line `@name = value`.
pub(super) const VARIABLES: Layer = Layer {
    name: "variables",
    applies: |text| has(text, b"{{") && memchr::memchr(b'@', text).is_some(),
    peel: |text| same_text(text, expand(text)),
};

/// Replaces each text by another, from left to right.
fn replace(text: &[u8], pairs: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(&b) = rest.first() {
        match pairs.iter().find(|(from, _)| rest.starts_with(from)) {
            Some((from, to)) => {
                out.extend_from_slice(to);
                rest = &rest[from.len()..];
            }
            None => {
                out.push(b);
                rest = &rest[1..];
            }
        }
    }
    out
}

fn powershell(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        let (code, length) = chars(&text[at..]);
        if length > 0 {
            out.extend(
                char::decode_utf16(code)
                    .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect::<String>()
                    .bytes(),
            );
            at += length;
            continue;
        }
        let escaped = text.get(at + 1).filter(|_| b == b'`').copied();
        match escaped {
            Some(b'n') => out.push(b'\n'),
            Some(b'r') => out.push(b'\r'),
            Some(b't') => out.push(b'\t'),
            Some(b'0') => out.push(0),
            Some(other) => out.push(other),
            // Two quotes inside quotes are one.
            None => out.push(b),
        }
        let is_doubled = b == b'"' && text.get(at + 1) == Some(&b'"');
        at += if escaped.is_some() || is_doubled { 2 } else { 1 };
    }
    out
}

/// The UTF-16 units of `$([char]55357)$([char]56978)`, and their length in the text.
fn chars(text: &[u8]) -> (Vec<u16>, usize) {
    const START: &[u8] = b"$([char]";
    let mut units = Vec::new();
    let mut at = 0;
    while text[at..].starts_with(START) {
        let number = &text[at + START.len()..];
        let number = number.strip_prefix(b"0x").unwrap_or(number);
        let end = number.iter().take(8).position(|b| *b == b')');
        let unit = end.and_then(|end| std::str::from_utf8(&number[..end]).ok()?.parse().ok());
        let (Some(unit), Some(end)) = (unit, end) else { break };
        units.push(unit);
        at = text.len() - number.len() + end + 1;
    }
    (units, at)
}

/// Replaces variables by their values. Variables inside a value are not replaced.
fn expand(text: &[u8]) -> Vec<u8> {
    let lines = text.split(|b| *b == b'\n').filter_map(|line| line.strip_prefix(b"@"));
    let values: Vec<(&[u8], &[u8])> = lines
        .filter_map(|line| {
            let equals = memchr::memchr(b'=', line)?;
            Some((line[..equals].trim_ascii(), line[equals + 1..].trim_ascii()))
        })
        .collect();
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = memchr::memmem::find(rest, b"{{") {
        let inner = &rest[start + 2..];
        let end =
            inner.iter().take(64).position(|b| *b == b'}').filter(|end| inner[*end..].starts_with(b"}}"));
        let value = end.and_then(|end| values.iter().find(|(name, _)| *name == inner[..end].trim_ascii()));
        out.extend_from_slice(&rest[..start]);
        match (value, end) {
            (Some((_, value)), Some(end)) => {
                out.extend_from_slice(value);
                rest = &inner[end + 2..];
            }
            _ => {
                out.push(b'{');
                rest = &rest[start + 1..];
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

/// The files that commands name for the body: `-d @file`, `-T file`, `< file`, `-InFile file`.
pub(in crate::capture) fn file_names(text: &[u8]) -> Vec<(usize, String)> {
    const MARKS: [&[u8]; 12] = [
        b" @",
        b"\"@",
        b"'@",
        b"=@",
        b"-d@",
        b"\n< ",
        b"\n<@ ",
        b"-InFile ",
        b"-T ",
        b"--upload-file ",
        b"ReadAllBytes(",
        b"Get-Content -Raw ",
    ];
    let mut names = Vec::new();
    for mark in MARKS {
        for at in memchr::memmem::find_iter(text, mark) {
            let start = at + mark.len();
            let name = &text[start..text.len().min(start + 256)];
            let name = name.strip_prefix(b"\"").or(name.strip_prefix(b"'")).unwrap_or(name);
            let length =
                name.iter().take_while(|b| !b.is_ascii_whitespace() && !b"\"';|&^".contains(b)).count();
            let name = String::from_utf8_lossy(&name[..length]).into_owned();
            if length > 0 && !names.iter().any(|(_, known)| *known == name) {
                names.push((start, name));
            }
        }
    }
    names
}

/// The bodies that commands and `.http` files contain in whole: the argument of `--data-raw` or `-Body`, and what follows
/// the headers of a request.
pub(in crate::capture) fn whole_bodies(text: &[u8]) -> Vec<(usize, Vec<u8>)> {
    const SHELL: [&[u8]; 6] =
        [b"--data-raw ", b"--data-binary ", b"--data ", b"--data-raw=", b"-d ", b"--json "];
    let mut found = Vec::new();
    for mark in SHELL {
        for at in memchr::memmem::find_iter(text, mark) {
            let start = at + mark.len();
            // `-d @name` names a file.
            let is_literal = |word: &Vec<u8>| mark.starts_with(b"--data-raw") || !word.starts_with(b"@");
            found.extend(shell_word(&text[start..]).filter(is_literal).map(|word| (start, word)));
        }
    }
    const POWERSHELL: [&[u8]; 2] = [b"-Body ", b"-Body ([System.Text.Encoding]::UTF8.GetBytes("];
    for mark in POWERSHELL {
        for at in memchr::memmem::find_iter(text, mark) {
            let start = at + mark.len();
            found.extend(powershell_word(&text[start..]).map(|word| (start, word)));
        }
    }
    let heads = [&b"\n\n"[..], b"\r\n\r\n"];
    if let Some((at, mark)) =
        heads.into_iter().filter_map(|mark| Some((memchr::memmem::find(text, mark)?, mark))).min()
    {
        let start = at + mark.len();
        let rest = &text[start..];
        let end = memchr::memmem::find(rest, b"\n###").unwrap_or(rest.len());
        let body = &rest[..end];
        let body = body.strip_suffix(b"\n").unwrap_or(body);
        // A variable without a value is not what was sent.
        if memchr::memmem::find(body, b"{{").is_none() {
            found.push((start, body.strip_suffix(b"\r").unwrap_or(body).to_vec()));
        }
    }
    found
}

/// The first word of a command for a Unix shell, without its quotes; `None` if it has no end.
fn shell_word(text: &[u8]) -> Option<Vec<u8>> {
    let (mut word, mut is_quoted) = (Vec::new(), false);
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        match b {
            b'\'' => {
                is_quoted = true;
                let length = memchr::memchr(b'\'', &text[at + 1..])?;
                word.extend_from_slice(&text[at + 1..at + 1 + length]);
                at += length + 2;
            }
            b'\\' => {
                word.extend(text.get(at + 1));
                at += 2;
            }
            b if b.is_ascii_whitespace() || b == b';' => break,
            b'"' | b'$' if word.is_empty() => return None,
            b => {
                word.push(b);
                at += 1;
            }
        }
    }
    Some(word).filter(|word| is_quoted || !word.is_empty())
}

/// A string of PowerShell, without its quotes.
fn powershell_word(text: &[u8]) -> Option<Vec<u8>> {
    let quote = *text.first().filter(|b| matches!(b, b'\'' | b'"'))?;
    let mut end = 1;
    loop {
        match (*text.get(end)?, text.get(end + 1)) {
            (b'`', _) if quote == b'"' => end += 2,
            (b, Some(next)) if b == quote && *next == quote => end += 2,
            (b, _) if b == quote => break,
            _ => end += 1,
        }
    }
    let inner = &text[1..end];
    Some(if quote == b'"' { powershell(inner) } else { replace(inner, &[(b"''", b"'")]) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peeled(layer: &Layer, text: &str) -> Vec<String> {
        assert!((layer.applies)(text.as_bytes()), "{text}");
        (layer.peel)(text.as_bytes())
            .iter()
            .map(|piece| String::from_utf8_lossy(&piece.bytes).into_owned())
            .collect()
    }

    #[test]
    fn undoes_the_quotes_of_shells() {
        assert_eq!(peeled(&SINGLE_QUOTES, r#"-d '{"a":"it'\''s"}'"#), [r#"-d '{"a":"it's"}'"#]);
        assert_eq!(peeled(&SINGLE_QUOTES, r#"'{"a":"C:'\\'\x"}'"#), [r#"'{"a":"C:\\x"}'"#]);
        assert_eq!(peeled(&DOUBLE_QUOTES, r#"-d "{\"a\":\"\\\"\u00e9\$\"}""#), [r#"-d "{"a":"\"\u00e9$"}""#]);
        assert_eq!(peeled(&CARETS, "^\"{^\\^\"a^\\^\":1^^}^\""), ["\"{\\\"a\\\":1^}\""]);
        assert_eq!(
            peeled(&BACKTICKS, "\"{`\"a`\":`\"$([char]233)`$$([char]55357)$([char]56978)```\"}\""),
            ["\"{\"a\":\"é$🚒`\"}\""]
        );
        assert_eq!(peeled(&VARIABLES, "@a = 1\n{{ a }}{{b}}"), ["@a = 1\n1{{b}}"]);
    }

    #[test]
    fn finds_whole_bodies() {
        let bodies = |text: &str| -> Vec<String> {
            let found = whole_bodies(text.as_bytes()).into_iter();
            found.map(|(_, body)| String::from_utf8(body).unwrap()).collect()
        };
        assert_eq!(bodies("curl --data-raw '@it'\\''s' \\\n u"), ["@it's"]);
        assert_eq!(bodies("irm u -Body 'a''b'"), ["a'b"]);
        assert_eq!(bodies("irm u -Body \"a`\"b\""), ["a\"b"]);
        assert_eq!(bodies("POST /\nA: b\n\n-x\n\n###\n"), ["-x"]);
        assert_eq!(bodies("curl -d \"{}\""), Vec::<String>::new());
    }

    #[test]
    fn finds_the_names_of_files() {
        let names =
            |text: &str| file_names(text.as_bytes()).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(
            names("curl -d @a.json --data-binary '@b' -H x\n< ./c.json\n"),
            ["a.json", "b", "./c.json"]
        );
    }
}
