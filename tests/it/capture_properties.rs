//! The capture readers do not panic or hang on random, damaged and very long input.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use zoomhook::capture::{self, Format, RecordLimits};

/// All captures in the repository.
fn stored_captures() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures");
    let folders = ["valid", "invalid", "cannot-tell"].map(|name| fs::read_dir(root.join(name)).unwrap());
    folders.into_iter().flatten().map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect()
}

/// Reads the bytes to the end in every format. Returns the number of items.
fn read_as_all(bytes: &[u8]) -> usize {
    let files = |name: &str| Ok(name.as_bytes().to_vec());
    let read_as = |format: &Format| {
        let items =
            capture::read(bytes, *format, RecordLimits { record: 1 << 20, document: 1 << 22 }, &files);
        items.inspect(|item| assert!(!format!("{item:?}").is_empty())).count()
    };
    let _ = capture::detect(bytes);
    Format::ALL.iter().map(read_as).sum()
}

/// Damage to a file.
#[derive(Debug, Clone)]
enum Damage {
    Cut(usize),
    CutHead(usize),
    Flip(usize, u8),
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<usize>();
    prop_oneof![
        at.prop_map(Damage::Cut),
        at.prop_map(Damage::CutHead),
        (at, 0..8_u8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        (at, prop::collection::vec(any::<u8>(), 1..8)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (at, 1..64_usize).prop_map(|(at, count)| Damage::Remove(at, count)),
    ]
}

impl Damage {
    fn to(&self, bytes: &mut Vec<u8>) {
        let length = bytes.len().max(1);
        match self {
            Self::Cut(at) => bytes.truncate(at % length),
            Self::CutHead(at) => drop(bytes.drain(..(at % length).min(bytes.len()))),
            Self::Flip(at, bit) => bytes.iter_mut().skip(at % length).take(1).for_each(|b| *b ^= 1 << bit),
            Self::Insert(at, new) => {
                let at = (at % length).min(bytes.len());
                bytes.splice(at..at, new.iter().copied());
            }
            Self::Remove(at, count) => {
                let at = (at % length).min(bytes.len());
                bytes.drain(at..(at + count).min(bytes.len()));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_do_not_cause_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read_as_all(&bytes);
    }

    #[test]
    fn random_tokens_do_not_cause_a_panic(
        tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..60)
    ) {
        read_as_all(tokens.concat().as_bytes());
    }

    #[test]
    fn damaged_captures_do_not_cause_a_panic(
        pick in any::<prop::sample::Index>(),
        damages in prop::collection::vec(damage(), 1..4),
    ) {
        let captures = stored_captures();
        let mut bytes = captures[pick.index(captures.len())].clone();
        damages.iter().for_each(|damage| damage.to(&mut bytes));
        read_as_all(&bytes);
    }
}

/// Tokens of all grammars.
const TOKENS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "\"",
    "'",
    "`",
    "\\",
    "\n",
    "\r\n",
    " ",
    ",",
    ":",
    "=",
    "=>",
    "$",
    "$'",
    "${",
    "$(",
    "@{",
    "@'",
    "'@",
    "^",
    "^\"",
    "\\u",
    "\\ud83d",
    "\\x",
    "0",
    "-1",
    "1e9",
    "true",
    "None",
    "b'",
    "...",
    "<Buffer ",
    "[Object",
    "array(",
    "string(5) \"",
    "Array\n(\n",
    "[0]=>",
    "[a] => ",
    "curl ",
    "-d ",
    "-H ",
    "<<E\n",
    "POST / HTTP/1.1\n",
    "HTTP/1.1 200 OK\n",
    "content-length: 9\n",
    "transfer-encoding: chunked\n",
    "content-encoding: br\n",
    "\n\n",
    "3\n",
    "ffffffffffffffff\n",
    "> ",
    "< ",
    "* ",
    "=> Send header, (0x9)\n",
    "0000: 41 42",
    "###\n",
    "@a=b\n",
    "{{a}}",
    "iwr ",
    "-Body ",
    "$a = ",
    "$([char]55356)",
    "\"headers\":",
    "\"body\":",
    "\"x-zm-signature\":",
    "data: ",
    "é",
    "\u{1f692}",
    "\0",
    "\u{feff}",
];

/// The time to read a text of `size` bytes that repeats `unit`.
fn time_of(unit: &str, size: usize) -> Duration {
    let started = Instant::now();
    read_as_all(unit.repeat(size / unit.len()).as_bytes());
    started.elapsed()
}

/// Whether the time to read `unit` repeated grows with the length of the text, and not with its square.
fn is_linear(unit: &str) -> bool {
    const SIZE: usize = 20_000;
    // Shorter times are mostly noise, and are short enough.
    let limit = Duration::from_millis(200);
    // A busy machine can stop one of the two measurements, but not in three attempts.
    (0..3).any(|_| {
        let taken = time_of(unit, SIZE);
        // A quarter of the text takes 1/4 of the time if reading is linear, and 1/16 if it is quadratic.
        taken < limit || taken < time_of(unit, SIZE / 4) * 9
    })
}

#[test]
fn reading_takes_linear_time_for_deep_and_repeated_text() {
    for unit in TOKENS.iter().copied().chain([
        "{\"a\":",
        "{\n",
        "{'\n",
        "[{",
        "'a' + ",
        "{a: ",
        "b'\n",
        "$'\\u",
        "\"\\",
        "curl -d '\n",
        "POST / HTTP/1.1\ncontent-length: 99999999\n\n",
        "{\"a\":1,\n",
        "Headers(",
        "Map(2) {",
        "[Object: null prototype] {",
        "\"{ ",
        "array(1) {[0]=>",
        "Array\n(\n[a] => ",
        "{}",
        "[]\n",
        "data: {\n",
        "@{a=",
        "$a=@'\n",
        "a,b\n",
        "\"a\"\"b\",",
        "> POST / HTTP/1.1\n",
        "curl a\n> POST / HTTP/1.1\n",
        "{\"headers\":{},\"body\":",
        "###\nPOST http://a\n\n",
    ]) {
        assert!(is_linear(unit), "reading {unit:?} repeated takes more than linear time");
    }
}
