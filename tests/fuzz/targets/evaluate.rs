//! Any program ends with a value or an error, or can be interrupted: no panic, no abort, no hang.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mf::session::{Event, Session};
use mf::syntax::Source;
use std::sync::LazyLock;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

static SESSION: LazyLock<Session> = LazyLock::new(Session::start);

/// A program may run this long before it is interrupted.
const PATIENCE: Duration = Duration::from_millis(300);
/// An interrupted program must have stopped after this long: one pass over the largest matrix cannot be polled.
const GRACE: Duration = Duration::from_secs(15);

fuzz_target!(|text: &str| {
    run(text);
    run("clear -all; close all; format short");
});

fn run(text: &str) {
    let events = SESSION.submit(Source::new("fuzz", text));
    let start = Instant::now();
    let mut interrupted = false;
    loop {
        match events.recv_timeout(Duration::from_millis(20)) {
            Ok(Event::Done(_)) | Err(RecvTimeoutError::Disconnected) => return,
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
        }
        if !interrupted && start.elapsed() > PATIENCE {
            SESSION.interrupt();
            interrupted = true;
        }
        assert!(start.elapsed() < PATIENCE + GRACE, "an interrupt had no effect");
    }
}
