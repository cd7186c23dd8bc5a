//! A source opened: its first bytes looked at, its format told.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use crate::capture::{Format, SAMPLE_LEN, detect};
use crate::verify::Unreadable;

/// Read at a time from a file.
const BUFFER: usize = 256 << 10;

/// A source that can be read from its beginning.
pub(super) struct Opened {
    pub(super) input: Box<dyn BufRead>,
    pub(super) format: Format,
}

/// Looks at the first bytes. `name` is for the advice in errors.
pub(super) fn open(
    mut input: impl Read + 'static,
    format: Option<Format>,
    name: &str,
) -> Result<Opened, Unreadable> {
    // A format that is given needs no look, and what comes slowly should not be waited for.
    if let Some(format) = format {
        return Ok(Opened { input: Box::new(BufReader::with_capacity(BUFFER, input)), format });
    }
    let sample = first_bytes(&mut input)?;
    let format = detect(&sample).ok_or_else(|| unrecognised(&sample, name))?;
    let rest = BufReader::with_capacity(BUFFER, input);
    Ok(Opened { input: Box::new(Cursor::new(sample).chain(rest)), format })
}

fn first_bytes(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut sample = Vec::new();
    input.by_ref().take(SAMPLE_LEN as u64).read_to_end(&mut sample)?;
    Ok(sample)
}

fn unrecognised(sample: &[u8], name: &str) -> Unreadable {
    let text = sample.trim_ascii();
    if text.is_empty() {
        Unreadable::Empty
    } else if text.starts_with(b"{") && memchr::memmem::find(text, b"\"event\"").is_some() {
        Unreadable::BodyAlone { file: name.to_owned() }
    } else {
        Unreadable::Unrecognised
    }
}
