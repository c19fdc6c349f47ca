//! A long session: nothing is lost, no thread outlives its call, memory stays flat.

use super::screen::Screen;
use crate::common::Draw;
use std::time::{Duration, Instant};

/// What the line editor sends when the terminal is in its usual mode again.
const END_OF_EDITING: &str = "\x1b[?2004l";

/// A number of `/proc/PID/status`.
fn status(pid: &str, field: &str) -> Option<usize> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    line.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()
}

#[test]
fn two_hundred_random_commands_with_interrupts() {
    let mut screen = Screen::open(100, 30, &[]);
    let mut draw = Draw(11);
    screen.runs("getpid");
    let text = screen.text();
    let pid = text.lines().find_map(|line| line.strip_prefix("ans = ")).unwrap();
    screen.runs("kept = 41; total = 0;");
    let short = [
        "total = total + 1; A = rand(80); s = svd(A);",
        "total = total + 1; x = cellfun(@(v) v^2, {1, 2, 3});",
        "total = total + 1; y = sprintf('%d,', 1:50)",
        "total = total + 1; no_such_name",
        "total = total + 1; error('mine')",
        "total = total + 1; B = A * A'; B(1:3, 1:3)",
        "total = total + 1; try, [1 2] * [3 4]; catch err, disp(err.message); end",
        "total = total + 1; for i = 1:3\rz = i;\rend",
        "total = total + 1; lookfor bandwidth",
    ];
    let long = [
        "total = total + 1; while true, q = 1; end",
        "total = total + 1; pause(60)",
        "total = total + 1; nmf(rand(300, 200), k=20, maxiter=1e6, tol=0);",
        "total = total + 1; x = 0; do, x = sin(x) + 1; until x < -5",
    ];
    let mut memory = 0;
    let mut interrupts = Vec::new();
    for i in 0..200 {
        if draw.below(8) == 0 {
            let done = screen.times(END_OF_EDITING);
            screen.types(&format!("{}\r", draw.of(&long)));
            // Until then Ctrl-C is a key like any other.
            screen.waits("it runs", |screen| screen.times(END_OF_EDITING) > done);
            std::thread::sleep(Duration::from_millis(30 + draw.below(60) as u64));
            let start = Instant::now();
            screen.runs("\x03");
            interrupts.push(start.elapsed());
        } else {
            screen.runs(draw.of(&short));
        }
        // What is loaded and kept for the first calls is no leak.
        if i == 80 {
            memory = status(pid, "VmRSS:").unwrap_or(0);
        }
    }
    let threads = status(pid, "Threads:");
    screen.runs("printf('%d commands, kept %d\\n', total, kept)");
    screen.sees("200 commands, kept 41");
    // Half a second is promised; a busy machine may delay some of them.
    interrupts.sort();
    let [usual, slowest] = [interrupts[interrupts.len() / 2], interrupts[interrupts.len() - 1]];
    assert!(usual < Duration::from_millis(500), "an interrupt takes {usual:?}");
    assert!(slowest < Duration::from_secs(2), "an interrupt took {slowest:?}");
    if let (Some(now), Some(threads)) = (status(pid, "VmRSS:"), threads) {
        assert!(now < memory + 40_000, "memory grew from {memory} to {now} KiB");
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        assert!(threads <= 2 * cores + 6, "{threads} threads");
    }
}
