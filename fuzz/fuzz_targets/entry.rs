//! An entry of the registry of sessions.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| zoomhook::fuzzing::entry(text));
