//! Interrupts: the next statement runs within half a second, and variables are what they were.

use crate::common::run_in;
use mf::session::{Event, Outcome, Session};
use mf::syntax::Source;
use std::time::{Duration, Instant};

/// Starts a script, interrupts it after a moment, and says how it ended and how long that took.
fn interrupted(session: &Session, text: &str, after: Duration) -> (Outcome, Duration) {
    let events = session.submit(Source::new("script", text));
    std::thread::sleep(after);
    let start = Instant::now();
    session.interrupt();
    let outcome = events.iter().find_map(|event| match event {
        Event::Done(outcome) => Some(outcome),
        _ => None,
    });
    (outcome.expect("a last event"), start.elapsed())
}

fn check(text: &str, after: Duration) {
    let session = Session::start();
    run_in(&session, "kept = 41;");
    let (outcome, delay) = interrupted(&session, text, after);
    assert_eq!(outcome, Outcome::Interrupted, "{text}");
    assert!(delay < Duration::from_millis(500), "{text}: {delay:?}");
    let next = run_in(&session, "kept + 1");
    assert_eq!(next.output, "ans = 42\n", "{text}: {:?}", next.error);
}

#[test]
fn a_loop() {
    check("while true, end", Duration::from_millis(50));
    check("x = 0; while true, x += 1; end", Duration::from_millis(50));
    check("f = @() 1; while true, f(); end", Duration::from_millis(50));
}

#[test]
fn a_function_on_many_parts() {
    check(
        "c = num2cell(1:1e6); cellfun(@numel, c); while true, cellfun(@numel, c); end",
        Duration::from_millis(300),
    );
    check(
        "while true, arrayfun(@(x) x, 1:1e6, UniformOutput=false); end",
        Duration::from_millis(300),
    );
}

#[test]
fn a_text_with_many_matches() {
    let text = "s = repmat('ab', 1, 5e5); while true, regexprep(s, 'a', 'b'); end";
    check(text, Duration::from_millis(300));
}

#[test]
fn a_dense_decomposition() {
    check("A = rand(4000); svd(A);", Duration::from_millis(800));
}

#[test]
fn a_product() {
    check("A = rand(4000); for i = 1:20, B = A * A; end", Duration::from_millis(800));
}

#[test]
fn a_fit_keeps_its_last_iterate_and_the_program_goes_on() {
    let session = Session::start();
    let text = "m = nmf(rand(2000, 1000), k=50, tol=0, maxiter=100000); after = m.k;";
    let (outcome, delay) = interrupted(&session, text, Duration::from_millis(800));
    assert_eq!(outcome, Outcome::Completed);
    assert!(delay < Duration::from_millis(500), "{delay:?}");
    let next = run_in(&session, "after, m.converged");
    assert_eq!(next.output, "after = 50\nans = 0\n", "{:?}", next.error);
}

#[test]
fn new_rows_keep_their_last_iterate() {
    let session = Session::start();
    let fit =
        "X = rand(3000, 1000); m = nmf(X, 30, solver=\"mu\", loss=\"kl\", maxiter=2); k = m.k";
    assert_eq!(run_in(&session, fit).output, "k = 30\n");
    let text = "Z = transform(m, X); after = size(Z, 2);";
    let (outcome, delay) = interrupted(&session, text, Duration::from_millis(800));
    assert_eq!(outcome, Outcome::Completed);
    assert!(delay < Duration::from_millis(1000), "{delay:?}");
    let next = run_in(&session, "after, all(isfinite(Z(:))), [~, id] = lastwarn()");
    assert_eq!(next.output, "after = 30\nans = 1\nid = mf:interrupted\n", "{:?}", next.error);
}

#[test]
fn catch_does_not_swallow_it_and_cleanup_runs() {
    let session = Session::start();
    let text = "x = 0; unwind_protect, try, while true, end, catch, x = 1; end, \
                unwind_protect_cleanup, y = 7; end_unwind_protect";
    let (outcome, _) = interrupted(&session, text, Duration::from_millis(50));
    assert_eq!(outcome, Outcome::Interrupted);
    assert_eq!(run_in(&session, "x, y").output, "x = 0\ny = 7\n");
}

#[test]
fn an_interrupt_before_a_program_is_not_meant_for_it() {
    let session = Session::start();
    session.interrupt();
    assert_eq!(run_in(&session, "1 + 1").output, "ans = 2\n");
}
