//! A curl command for bash or cmd.exe, copied from a browser or written by hand.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::split::Cut;
use super::super::syntax::cmd::{self, Backslash};
use super::super::syntax::shell::{self, ShellCommand};
use super::super::syntax::{form, http};
use super::super::{Body, Capture, Headers, Note, Variant};
use super::curl_options::{CurlOptions, Data};

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "curl",
    title: "curl command",
    keeps: "Method, URL, headers of the command, the text of the body.",
    loses: "What curl adds when it sends, and the time. -d removes newlines from a file.",
    expected: "a curl command with -H and --data options",
    cut: Cut::Whole,
    looks_like,
    parse,
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    let lines = || sample.lines().take(200);
    let command = lines().any(|line| is_curl(without_prompt(line)));
    let trace = lines().any(|line| line.starts_with(b"> ") && http::request_line(&line[2..]).is_some());
    Confidence::Likely.when(command && !trace)
}

/// Whether a line begins with the command's name.
pub(in crate::capture) fn is_curl(line: &[u8]) -> bool {
    let word = line.split(|b| b.is_ascii_whitespace()).next().unwrap_or_default();
    is_curl_word(word) && line.len() > word.len()
}

fn is_curl_word(word: &[u8]) -> bool {
    let path = word.iter().all(|b| b.is_ascii_alphanumeric() || b"/\\:._-~".contains(b));
    let name = word.rsplit(|b| matches!(b, b'/' | b'\\')).next().filter(|_| path).unwrap_or_default();
    name.eq_ignore_ascii_case(b"curl") || name.eq_ignore_ascii_case(b"curl.exe")
}

/// The line without `$ ` or `C:\> ` before the command.
pub(in crate::capture) fn without_prompt(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii_start();
    if is_curl(line) {
        return line;
    }
    // A prompt has no quotes or braces.
    let prompt = line.iter().take(80).take_while(|b| !b"\"'`{,".contains(b));
    let ends = prompt.enumerate().filter(|(_, b)| matches!(b, b'$' | b'%' | b'>' | b'#'));
    let commands = ends.filter_map(|(end, mark)| {
        let rest = &line[end + 1..];
        let command = rest.trim_ascii_start();
        // Only the prompt of cmd.exe has no space after it.
        (is_curl(command) && (command.len() < rest.len() || *mark == b'>')).then_some(command)
    });
    commands.into_iter().next().unwrap_or(line)
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    commands(&record.bytes, record, context)
}

/// The requests that the curl commands in `text`, a part of the record, would send.
pub(in crate::capture) fn commands(text: &[u8], record: &Record, context: &ParseContext<'_>) -> Parsed {
    let base = record.offset_of(text);
    let text = &text[first_command(text)..];
    let skipped = record.offset_of(text) - base;
    let place = |at: usize| base + skipped + at;
    let requests = |found: &[ShellCommand]| -> Vec<Capture> {
        found.iter().filter_map(|command| request(command, place(command.at), record, context)).collect()
    };
    if is_for_cmd(text) {
        let mut captures = requests(&cmd::commands(text, Backslash::Doubled));
        let others = requests(&cmd::commands(text, Backslash::Itself));
        for (capture, other) in captures.iter_mut().zip(others) {
            capture.body.offer(other.body.bytes, Variant::BackslashesAsWritten);
        }
        return captures.into_iter().map(Ok).collect();
    }
    match shell::commands(text) {
        Ok(found) => requests(&found).into_iter().map(Ok).collect(),
        Err(at) => vec![Err(context.expected(record, place(at), "a closing quote"))],
    }
}

/// The offset of the first curl command, after titles and prompts.
fn first_command(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() {
        let (line, next) = http::line(text, at);
        let command = without_prompt(line);
        if is_curl(command) {
            return at + (line.len() - command.len());
        }
        at = next;
    }
    0
}

/// Whether the command is for cmd.exe: a caret before a newline or quote comes before any syntax of a Unix shell.
fn is_for_cmd(text: &[u8]) -> bool {
    let first = |marks: &[&[u8]]| {
        (0..text.len())
            .find(|at| marks.iter().any(|mark| text[*at..].starts_with(mark)))
            .unwrap_or(text.len())
    };
    first(&[b"^\"", b"^\n", b"^\r"]) < first(&[b"'", b"\\\n", b"\\\r", b"<<"])
}

fn request(
    command: &ShellCommand,
    at: usize,
    record: &Record,
    context: &ParseContext<'_>,
) -> Option<Capture> {
    // `VAR=x curl …`, `time curl …`, `$ curl …`.
    let name = command.words.iter().take(4).position(|word| is_curl_word(word))?;
    let options = CurlOptions::read(&command.words[name + 1..]);
    let mut capture = Capture::new(context.format, context.place_at(record, at));
    capture.notes = command.unexpanded.iter().map(|text| Note::Placeholder { text: text.clone() }).collect();
    capture.headers = headers(&options, context, &mut capture.notes);
    if let Some(body) = body(&options, command.stdin.as_deref(), context, &mut capture.notes) {
        capture.body = body;
    }
    let method = if capture.body.candidates().all(<[u8]>::is_empty) { "GET" } else { "POST" };
    capture.method = Some(options.method.unwrap_or_else(|| method.to_owned()));
    capture.target = options.url;
    Some(capture)
}

fn headers(options: &CurlOptions, context: &ParseContext<'_>, notes: &mut Vec<Note>) -> Headers {
    let mut headers = Headers::new();
    for line in &options.headers {
        if let Some(name) = line.strip_prefix(b"@") {
            let file = read_file(&String::from_utf8_lossy(name), context, notes).unwrap_or_default();
            file.split(|b| *b == b'\n')
                .filter_map(|line| http::field(line.trim_ascii()))
                .for_each(|(name, value)| headers.push(name, value));
        } else if let Some((name, value)) = http::field(line)
            && !value.is_empty()
        {
            headers.push(name, value);
        }
    }
    headers
}

/// The body from all data options; `None` if there are none.
fn body(
    options: &CurlOptions,
    stdin: Option<&[u8]>,
    context: &ParseContext<'_>,
    notes: &mut Vec<Note>,
) -> Option<Body> {
    let mut whole: Option<Body> = None;
    for data in &options.data {
        let (separator, part) = match data {
            Data::Raw(text) => (b"&".as_slice(), Body::reconstructed(text.clone())),
            Data::Json(text) => (b"".as_slice(), given(text, false, stdin, context, notes)),
            Data::Binary(text) => (b"&".as_slice(), given(text, false, stdin, context, notes)),
            Data::Ascii(text) => (b"&".as_slice(), given(text, true, stdin, context, notes)),
            Data::Encoded(text) => (b"&".as_slice(), encoded(text, stdin, context, notes)),
            Data::Upload(name) => (b"".as_slice(), file_or_stdin(name, stdin, context, notes)),
        };
        whole = Some(match whole {
            None => part,
            Some(before) => Body::reconstructed([before.bytes.as_slice(), separator, &part.bytes].concat()),
        });
    }
    whole
}

/// The text, or the file that `@name` names. If `strip`, newlines and NUL are removed from the file, as `-d` does.
fn given(
    text: &[u8],
    strip: bool,
    stdin: Option<&[u8]>,
    context: &ParseContext<'_>,
    notes: &mut Vec<Note>,
) -> Body {
    let Some(name) = text.strip_prefix(b"@") else { return Body::reconstructed(text) };
    let mut body = file_or_stdin(&String::from_utf8_lossy(name), stdin, context, notes);
    if strip && body.bytes.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
        let stripped = body.bytes.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n' | 0)).collect();
        body.prefer(stripped, Variant::FileAsIs);
    }
    body
}

/// Encodes the value of `--data-urlencode`: `content`, `=content`, `name=content`, `@file`, `name@file`.
fn encoded(text: &[u8], stdin: Option<&[u8]>, context: &ParseContext<'_>, notes: &mut Vec<Note>) -> Body {
    let mark = text.iter().position(|b| matches!(b, b'=' | b'@'));
    let (name, content) = match mark {
        None => (b"".as_slice(), text.to_vec()),
        Some(at) if text[at] == b'=' => (&text[..at], text[at + 1..].to_vec()),
        Some(at) => {
            let file = String::from_utf8_lossy(&text[at + 1..]).into_owned();
            (&text[..at], file_or_stdin(&file, stdin, context, notes).bytes)
        }
    };
    let equals = if name.is_empty() { b"".as_slice() } else { b"=" };
    Body::reconstructed([name, equals, &form::percent_encode(&content)].concat())
}

fn file_or_stdin(
    name: &str,
    stdin: Option<&[u8]>,
    context: &ParseContext<'_>,
    notes: &mut Vec<Note>,
) -> Body {
    match stdin {
        Some(text) if name == "-" => Body::reconstructed(text),
        _ => file_body(name, context, notes),
    }
}

/// The body from a file that the capture names. If it cannot be read, the body is absent and a note says why.
pub(in crate::capture) fn file_body(name: &str, context: &ParseContext<'_>, notes: &mut Vec<Note>) -> Body {
    read_file(name, context, notes).map_or_else(Body::absent, Body::original)
}

fn read_file(name: &str, context: &ParseContext<'_>, notes: &mut Vec<Note>) -> Option<Vec<u8>> {
    match (context.files)(name) {
        Ok(bytes) => {
            notes.push(Note::FileRead { name: name.to_owned() });
            Some(bytes)
        }
        Err(error) => {
            notes.push(Note::FileUnreadable { name: name.to_owned(), reason: error.to_string() });
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::super::super::{BodyFidelity, Format, parse};
    use super::*;

    fn read(text: &str) -> Vec<Capture> {
        let files = |name: &str| match name {
            "body.json" => Ok(b"{\"a\":\r\n1}\n".to_vec()),
            _ => Err(io::Error::from(io::ErrorKind::NotFound)),
        };
        let place = super::super::super::Place { line: 1, ..Default::default() };
        let record = Record { bytes: text.into(), place };
        parse(&record, Format::Curl, &files).into_iter().map(Result::unwrap).collect()
    }

    fn body(text: &str) -> String {
        String::from_utf8(read(text).remove(0).body.bytes).unwrap()
    }

    #[test]
    fn reads_every_data_option() {
        for (options, expected) in [
            ("-d '{}'", "{}"),
            ("-d'{}' -da=b", "{}&a=b"),
            ("--data-raw '@x'", "@x"),
            ("--json '{\"a\":' --json '1}'", "{\"a\":1}"),
            ("--data-binary @body.json", "{\"a\":\r\n1}\n"),
            ("-d @body.json", "{\"a\":1}"),
            ("--data-urlencode 'p={\"é'", "p=%7B%22%C3%A9"),
            ("-T body.json", "{\"a\":\r\n1}\n"),
            ("-d @- <<'E'\n{}\nE", "{}"),
        ] {
            assert_eq!(body(&format!("curl https://a/ -sSH 'x: y' {options}\n")), expected, "{options}");
        }
    }

    #[test]
    fn adds_the_unchanged_file_as_a_candidate_if_curl_strips_it() {
        let capture = read("curl -d @body.json u").remove(0);
        assert_eq!(capture.body.alternatives[0].bytes, b"{\"a\":\r\n1}\n");
    }

    #[test]
    fn notes_a_missing_file() {
        let capture = read("curl -d @none.json u").remove(0);
        assert_eq!(capture.body.fidelity, BodyFidelity::Absent);
        assert!(matches!(&capture.notes[0], Note::FileUnreadable { name, .. } if name == "none.json"));
    }

    #[test]
    fn reads_several_commands_with_prompts_and_prefixes() {
        let text = "# first\n$ curl -X PUT u1 -H 'A: 1' -H 'B:'\n\nTOKEN=x curl -vXPOST u2 -H \"a: $TOKEN\"\necho hi\n";
        let found = read(text);
        let methods: Vec<_> =
            found.iter().map(|c| (c.method.as_deref().unwrap(), c.target.as_deref().unwrap())).collect();
        assert_eq!(methods, [("PUT", "u1"), ("POST", "u2")]);
        assert_eq!(found[0].headers.len(), 1);
        assert!(found[1].notes.contains(&Note::Placeholder { text: "$TOKEN".to_owned() }));
        assert_eq!((found[0].place.line, found[1].place.line), (2, 4));
    }

    #[test]
    fn reports_the_position_of_an_unclosed_quote() {
        let record = Record {
            bytes: b"\ncurl -d '{}".to_vec(),
            place: super::super::super::Place { line: 1, ..Default::default() },
        };
        let error = parse(&record, Format::Curl, &|_| Ok(Vec::new())).remove(0).unwrap_err();
        assert_eq!(error.to_string(), "line 2, column 9: expected a closing quote (curl command)");
    }
}
