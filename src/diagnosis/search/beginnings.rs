//! A body that was cut off before it was signed: every beginning of it, in one pass over its bytes.

use hmac::Mac;

use super::attempts::{Attempts, Hit};
use crate::diagnosis::{
    code::Code, variants::change::Change, variants::hash::Hash, variants::message::ZOOM,
    variants::secret::Key, variants::timestamp::Stamp,
};

/// How far into a body its end is looked for. 16 KiB is more than log lines keep, and a limit that is larger
/// cuts few of Zoom's events.
const LONGEST: usize = 16 << 10;

/// Bytes hashed to finish an HMAC: the message's last block, and the inner digest's.
const FINISH: usize = 128;

/// The beginning of `body` that gives the received digest.
pub(super) fn find<'a>(
    body: &'a [u8],
    stamps: &'a [Stamp],
    keys: &'a [Key],
    attempts: &mut Attempts<'a>,
) -> Option<Hit<'a>> {
    for (key, stamp) in keys.iter().flat_map(|key| stamps.iter().map(move |stamp| (key, stamp))) {
        let mut mac = key.keyed();
        [b"v0:", &*stamp.text, b":"].iter().for_each(|part| mac.update(part));
        // Neither nothing nor the whole: both have been tried.
        for length in 1..body.len().min(LONGEST) {
            mac.update(&body[length - 1..length]);
            if !attempts.spend(FINISH) {
                return None;
            }
            if let Some(reading) = attempts.compare(&mac.clone().finalize().into_bytes()) {
                let phrase = format!("cut off after {length} of its {} bytes", body.len());
                let body_change = Some(Change::new(Code::BodyTruncated, phrase));
                let (layout, hash) = (&ZOOM[0], Hash::HmacSha256);
                let stamp = Some(stamp);
                return Some(Hit { key, stamp, body: &body[..length], body_change, layout, hash, reading });
            }
        }
    }
    None
}
