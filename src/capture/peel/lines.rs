//! Layers on whole lines: prefixes, doubled newlines, wrapped lines, and terminal colors.

use std::borrow::Cow;

use super::{Layer, Piece, has, same_lines};

/// What a logger writes before each line: a time, a level, a process, `app-1 |`, `> `.
pub(super) const PREFIXES: Layer = Layer {
    name: "line prefixes",
    applies: |text| text.split(|b| *b == b'\n').take(200).any(|line| prefix(line) > 0),
    peel: without_prefixes,
};

/// An empty line after each line, as some forums and mail programs write.
pub(super) const DOUBLED: Layer =
    Layer { name: "doubled newlines", applies: is_doubled, peel: without_empty_lines };

/// Lines that a terminal or a mail program broke at a fixed width.
pub(super) const WRAPPED: Layer =
    Layer { name: "wrapped lines", applies: |text| width(text).is_some(), peel: joined };

/// ANSI colors.
pub(super) const COLORS: Layer = Layer {
    name: "terminal colors",
    applies: |text| has(text, b"\x1b["),
    peel: |text| same_lines(strip_ansi(text).into_owned()),
};

fn without_prefixes(text: &[u8]) -> Vec<Piece> {
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|b| *b == b'\n') {
        out.extend_from_slice(&line[prefix(line)..]);
    }
    same_lines(out)
}

/// The length of what a logger wrote before the line.
fn prefix(line: &[u8]) -> usize {
    /// No logger writes more.
    const TOKENS: usize = 10;
    let (mut at, mut dated) = (0, false);
    for _ in 0..TOKENS {
        let rest = &line[at..];
        let rest = &rest[..rest.len().min(160)];
        let blank = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let token = &rest[blank..];
        let Some((length, is_time)) = token_length(token, at == 0, dated) else { break };
        dated |= is_time;
        at += blank + length;
        // One blank belongs to the prefix. More are the indent of the line.
        at += usize::from(matches!(line.get(at), Some(b' ' | b'\t')));
    }
    at
}

/// The length of a token of a prefix, and whether it is a time. `dated`: a time came before it.
fn token_length(token: &[u8], is_first: bool, dated: bool) -> Option<(usize, bool)> {
    let ends = |length: usize| token.get(length).is_none_or(|b| b.is_ascii_whitespace());
    if let Some(length) = time(token) {
        return Some((length, true));
    }
    if let Some(length) = syslog(token).filter(|_| is_first) {
        return Some((length, true));
    }
    let word = token.iter().take_while(|b| !b.is_ascii_whitespace()).count();
    let is_plain = |text: &[u8]| !text.iter().any(|b| b"\"'{}=<>,".contains(b));
    match token.first()? {
        // `[INFO]`, `(request id)`: without quotes, so that it is not a value.
        open @ (b'[' | b'(') => {
            let close = if *open == b'[' { b']' } else { b')' };
            let length = token.iter().take(80).position(|b| *b == close)? + 1;
            (is_plain(&token[..length]) && length > 2 && ends(length)).then_some((length, false))
        }
        b'>' | b'#' | b'*' | b'|' | b'<' if is_first => {
            let length = token.iter().take_while(|b| **b == token[0]).count();
            (length <= 3 && ends(length)).then_some((length, false))
        }
        // `zoom-app-1  | `.
        _ if is_first && bar(token).is_some() => bar(token).map(|length| (length, false)),
        // `app[web.1]: `.
        _ if is_first && token[..word].ends_with(b"]:") && is_plain(&token[..word]) => Some((word, false)),
        // `12: ` or `12| `: the number of the line.
        b'0'..=b'9' if is_first => {
            let digits = token.iter().take_while(|b| b.is_ascii_digit()).count();
            (matches!(token.get(digits), Some(b':' | b'|')) && ends(digits + 1))
                .then_some((digits + 1, false))
        }
        _ if is_level(&token[..word]) && (dated || token[..word].ends_with(b":")) => Some((word, false)),
        // After a time: `app[web.1]:`, `host`, a log stream, a request id.
        _ if dated && is_plain(&token[..word]) && ends(word) => {
            let word_text = &token[..word];
            let is_tag = word_text.ends_with(b"]:") || word_text.contains(&b'[') || is_id(word_text);
            is_tag.then_some((word, false))
        }
        _ => None,
    }
}

/// `name | `: letters, digits and `-_./`, then a bar.
fn bar(token: &[u8]) -> Option<usize> {
    let name =
        token.iter().take(48).take_while(|b| b.is_ascii_alphanumeric() || b"-_./ ".contains(b)).count();
    (name > 0 && token.get(name) == Some(&b'|')).then_some(name + 1)
}

/// A UUID or another long id of hex digits and hyphens.
fn is_id(word: &[u8]) -> bool {
    word.len() >= 4
        && word.iter().any(u8::is_ascii_digit)
        && word.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-')
}

fn is_level(word: &[u8]) -> bool {
    const LEVELS: [&str; 14] = [
        "info", "debug", "warn", "warning", "error", "trace", "fatal", "notice", "log", "stdout", "stderr",
        "f", "p", "verbose",
    ];
    let word = word.strip_suffix(b":").unwrap_or(word);
    LEVELS.iter().any(|level| word.eq_ignore_ascii_case(level.as_bytes()))
}

/// `2025-11-29T07:06:41.1Z`, `2025/11/29 07:06:41`, `07:06:41,123`.
fn time(token: &[u8]) -> Option<usize> {
    let digits = |from: usize, count: usize| {
        (from..from + count).all(|at| token.get(at).is_some_and(u8::is_ascii_digit))
    };
    let mark = |at: usize, marks: &[u8]| token.get(at).is_some_and(|b| marks.contains(b));
    let mut at = 0;
    if digits(0, 4) && mark(4, b"-/") && digits(5, 2) && mark(7, b"-/") && digits(8, 2) {
        at = 10;
        if !mark(at, b"T ") || !digits(at + 1, 2) {
            return token.get(at).is_none_or(u8::is_ascii_whitespace).then_some(at);
        }
        at += 1;
    }
    if !(digits(at, 2) && mark(at + 2, b":") && digits(at + 3, 2) && mark(at + 5, b":") && digits(at + 6, 2))
    {
        return None;
    }
    at += 8;
    at += token[at..].iter().take_while(|b| b.is_ascii_digit() || b".,".contains(b)).count();
    at += token[at..].iter().take_while(|b| b.is_ascii_digit() || b"Z+-:".contains(b)).count();
    token.get(at).is_none_or(u8::is_ascii_whitespace).then_some(at)
}

/// `Nov 29 07:06:41 host app[123]: `.
fn syslog(token: &[u8]) -> Option<usize> {
    const MONTHS: [&[u8]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    MONTHS.iter().any(|month| token.starts_with(month)).then_some(())?;
    let skip = |from: usize, is_skipped: fn(&u8) -> bool| {
        from + token.get(from..).unwrap_or_default().iter().take_while(|b| is_skipped(b)).count()
    };
    let day = skip(3, |b| *b == b' ');
    let clock = skip(skip(day, u8::is_ascii_digit), |b| *b == b' ');
    let clock = clock + time(token.get(clock..)?)?;
    // Host and process, up to a colon.
    let rest = token.get(clock..)?;
    let colon = rest.iter().take(100).position(|b| *b == b':');
    let tag = colon.filter(|colon| !rest[..*colon].iter().any(|b| b"\"'{}=<>".contains(b)));
    Some(clock + tag.map_or(0, |colon| colon + 1))
}

/// Whether every other line is empty.
fn is_doubled(text: &[u8]) -> bool {
    let mut lines = 0;
    let mut pairs = text.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
    loop {
        match (pairs.next(), pairs.next()) {
            (Some(_), Some([])) => lines += 1,
            (Some(_), None) | (None, _) => return lines >= 3,
            // A line may end with an extra newline: an empty line was doubled too.
            _ => return lines >= 4,
        }
    }
}

fn without_empty_lines(text: &[u8]) -> Vec<Piece> {
    let mut out = Vec::with_capacity(text.len());
    let mut rows = Vec::new();
    let (mut at, mut skip) = (0, false);
    for line in text.split_inclusive(|b| *b == b'\n') {
        let is_empty = line.trim_ascii().is_empty();
        if !(is_empty && skip) {
            out.extend_from_slice(line);
            rows.push(at);
        }
        skip = !(is_empty && skip);
        at += line.len();
    }
    vec![Piece { bytes: out, map: super::Map::Rows(rows) }]
}

/// The width at which lines were broken: the length of the longest lines, if several have it.
fn width(text: &[u8]) -> Option<usize> {
    /// Terminals are wider.
    const NARROWEST: usize = 40;
    let lengths = || text.split(|b| *b == b'\n').map(length);
    let longest = lengths().max()?;
    let count = lengths().filter(|length| *length == longest).count();
    ((NARROWEST..=400).contains(&longest) && (count >= 2 || longest <= 200)).then_some(longest)
}

/// The characters of a line.
fn length(line: &[u8]) -> usize {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.iter().filter(|b| **b & 0xc0 != 0x80).count()
}

fn joined(text: &[u8]) -> Vec<Piece> {
    let Some(width) = width(text) else { return Vec::new() };
    let mut out = Vec::with_capacity(text.len());
    let mut rows = Vec::new();
    let (mut at, mut continues) = (0, false);
    for line in text.split_inclusive(|b| *b == b'\n') {
        if !continues {
            rows.push(at);
        }
        let content = line.strip_suffix(b"\n").unwrap_or(line);
        continues = length(content) == width;
        out.extend_from_slice(if continues { content.strip_suffix(b"\r").unwrap_or(content) } else { line });
        at += line.len();
    }
    vec![Piece { bytes: out, map: super::Map::Rows(rows) }]
}

/// The text without ANSI color sequences (`ESC [ … m`).
fn strip_ansi(text: &[u8]) -> Cow<'_, [u8]> {
    if !has(text, b"\x1b[") {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(0x1b, rest) {
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
    fn removes_the_prefixes_of_common_loggers() {
        for line in [
            "zoom-app-1  | {x",
            "2025-11-29T07:06:41.100000+00:00 app[web.1]: {x",
            "2025-11-29T07:06:41.100000000Z stdout F {x",
            "2025/11/29 07:06:41 {x",
            "Nov 29 07:06:41 host node[123]: {x",
            "[2025-11-29 07:06:41] [INFO] {x",
            "(0a1b2c3d-0000) {x",
            "2025-11-29T07:06:41.000Z\t11111111-2222-4333-8444-555555555555\tINFO\t{x",
            "2025-11-29T07:06:41+00:00 2025/11/29/[$LATEST]0a1b2c {x",
            "> {x",
            "12: {x",
            "INFO: {x",
        ] {
            assert_eq!(&line[prefix(line.as_bytes())..], "{x", "{line}");
        }
        for line in [
            "{\"a\":1}",
            "x-zm-signature: v0=ab",
            "[1,2]",
            "['a']",
            "host: 'a',",
            "POST / HTTP/1.1",
            "1764400000",
        ] {
            assert_eq!(prefix(line.as_bytes()), 0, "{line}");
        }
    }

    #[test]
    fn joins_wrapped_lines_and_removes_doubled_newlines() {
        let text = format!("{}\n{}\nend\n", "a".repeat(50), "é".repeat(50));
        assert_eq!(
            joined(text.as_bytes())[0].bytes,
            format!("{}{}end\n", "a".repeat(50), "é".repeat(50)).into_bytes()
        );
        let doubled = b"a\n\nb\n\nc\n\n\n\nd\n";
        assert!(is_doubled(doubled));
        assert_eq!(without_empty_lines(doubled)[0].bytes, b"a\nb\nc\n\nd\n");
    }

    #[test]
    fn removes_colors_only() {
        assert_eq!(strip_ansi(b"a\x1b[32m'b'\x1b[39m\x1b[1;2mc\x1b[").as_ref(), b"a'b'c\x1b[");
        assert_eq!(strip_ansi(b"plain").as_ref(), b"plain");
    }
}
