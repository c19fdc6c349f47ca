//! The ways out: the end of the terminal, signals, and what is left of a session.

use super::screen::Screen;
use std::sync::Arc;

#[test]
fn signals_leave_with_the_history_written() {
    for (signal, number) in [("SIGTERM", 15), ("SIGHUP", 1)] {
        let mut screen = Screen::open(100, 30, &[]);
        screen.runs("x = 3");
        screen.process.signal(signal.parse().unwrap()).unwrap();
        assert_eq!(screen.status(), Some(128 + number), "{signal}");
        screen.waits("what is pasted is marked no more", |screen| {
            screen.times("\x1b[?2004l") == screen.times("\x1b[?2004h")
        });
        assert!(screen.file("history").contains("x = 3"));
    }
    // While a program runs.
    let mut screen = Screen::open(100, 30, &[]);
    screen.types("while true, end\r");
    screen.waits("it runs", |screen| screen.file("history").contains("while true"));
    screen.process.signal("SIGTERM".parse().unwrap()).unwrap();
    assert_eq!(screen.status(), Some(128 + 15));
}

#[test]
fn ctrl_c_twice_tells_how_to_leave_and_ctrl_d_leaves() {
    let mut screen = Screen::open(40, 10, &[]);
    screen.types("\x03");
    screen.ends(">>\n>>");
    screen.types("\x03");
    screen.sees("Ctrl-D or exit leaves mf");
    screen.is_ready();
    screen.runs("x = 3;");
    screen.types("\x04");
    assert_eq!(screen.status(), Some(0));
}

#[test]
fn a_question_that_was_interrupted_takes_nothing_from_the_prompt() {
    let directory = Arc::new(tempfile::tempdir().unwrap());
    std::fs::write(directory.path().join("s.mf"), "x = input('first? ')\ny = input('next? ')")
        .unwrap();
    let mut screen = Screen::start(directory, &["-i", "s.mf"], 100, 30, &[]);
    screen.ends("first?");
    screen.types("40\r");
    screen.ends("next?");
    screen.types("\x03");
    screen.sees("interrupted");
    screen.is_ready();
    for (entry, shown) in [("x + 1", "ans = 41"), ("x + 2", "ans = 42"), ("x + 3", "ans = 43")] {
        screen.runs(entry);
        screen.sees(shown);
    }
}

#[test]
fn odd_bytes_and_odd_pastes_leave_the_session_as_it_is() {
    let mut screen = Screen::open(100, 30, &[]);
    screen.runs("kept = 41;");
    screen.sends(b"x\xff");
    screen.sees("not UTF-8");
    screen.is_ready();
    // As a question is answered, too.
    screen.types("t = input('next? ', 's');\r");
    screen.ends("next?");
    screen.sends(b"\xff");
    screen.waits("it is said again", |screen| screen.times("not UTF-8") == 2);
    screen.ends("next?");
    screen.runs("fine");
    // Characters that the prompt uses itself, behind the beginning of an entry.
    screen.types("kept");
    screen.pastes("\u{FDD0}\u{FDD0}\u{FDD0}");
    screen.types("\x1b[A");
    screen.ends("kept = 41;");
    screen.types("\x03");
    screen.is_ready();
    screen.pastes("numel('1\u{2007}000')");
    screen.runs("");
    screen.sees("ans = 5");
    screen.runs("[t, ' ', num2str(kept + 1)]");
    screen.sees("fine 42");
}
