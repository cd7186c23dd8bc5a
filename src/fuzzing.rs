//! The readers of hostile text, as the fuzz targets in `fuzz/` call them. Each also checks what must hold for whatever was
//! read. The tests here run a small corpus through the same functions.

use std::time::{Duration, UNIX_EPOCH};

use crate::capture;
use crate::capture::RecordLimits;
use crate::capture::SAMPLE_LEN;
use crate::delivery::StoredDelivery;
use crate::instances::Entry;
use crate::report;

/// Reads any bytes, and panics if what was read breaks a promise.
#[cfg(test)]
type FuzzTarget = fn(&[u8]);

/// One function for each fuzz target, by the target's name.
#[cfg(test)]
const TARGETS: [(&str, FuzzTarget); 3] = [("capture", capture), ("import", import), ("entry", entry)];

/// The readers of captures: detects the format, splits the text, and parses the records or searches them.
pub fn capture(text: &[u8]) {
    let no_files = |_: &str| Err(std::io::ErrorKind::NotFound.into());
    if let Some(format) = capture::detect(&text[..text.len().min(SAMPLE_LEN)]) {
        let _ = capture::read(text, format, RecordLimits::default(), &no_files).count();
    }
}

/// `history import`: an imported line is exported as a line that is imported and exported as the same line.
pub fn import(line: &[u8]) {
    // Far ahead, so that the seeds do not become times in the future.
    let now = UNIX_EPOCH + Duration::from_secs(4_000_000_000);
    let Ok(Some(stored)) = StoredDelivery::of_line(line, now) else { return };
    assert!(stored.received_at <= now + Duration::from_secs(24 * 60 * 60));
    let exported = report::history::line(&stored);
    let again =
        StoredDelivery::of_line(&exported, now).map(|stored| stored.as_ref().map(report::history::line));
    assert_eq!(again, Ok(Some(exported)));
}

/// The registry of sessions: an entry has a port on an address, and is written as it was read.
pub fn entry(text: &[u8]) {
    let Some(entry) = std::str::from_utf8(text).ok().and_then(Entry::parse) else { return };
    assert!(entry.port().is_some());
    let written = entry.to_json().map(|json| Entry::parse(&json));
    assert_eq!(written, Some(Some(entry)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_corpus_of_each_target_is_read_without_a_panic() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fuzz");
        for (target, run) in TARGETS {
            let files = std::fs::read_dir(corpus.join(target)).unwrap();
            let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
            assert!(files.len() > 5, "{target}");
            for file in files {
                run(&std::fs::read(file).unwrap());
            }
        }
    }
}
