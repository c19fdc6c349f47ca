//! Any text is parsed or refused: no panic, and no time out of proportion to its length.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mf::syntax::{Source, parse};

fuzz_target!(|text: &str| {
    // An error is an answer; the fuzzer watches for panics and slowness.
    let _ = parse(&Source::new("fuzz", text));
});
