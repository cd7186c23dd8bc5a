//! A line of `history import`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| zoomhook::fuzzing::import(text));
