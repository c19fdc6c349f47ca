//! The ways out: the end of the terminal, signals, and what is left of a session.

use super::screen::Screen;

#[test]
fn signals_leave_with_the_history_written() {
    for (signal, number) in [("SIGTERM", 15), ("SIGHUP", 1)] {
        let mut screen = Screen::open(100, 30, &[]);
        screen.runs("x = 3");
        screen.process.signal(signal.parse().unwrap()).unwrap();
        assert_eq!(screen.status(), Some(128 + number), "{signal}");
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
