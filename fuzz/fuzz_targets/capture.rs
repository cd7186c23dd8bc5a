//! The readers of captures.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| zoomhook::fuzzing::capture(text));
