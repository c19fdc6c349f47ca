//! What comes back: help and its pager, matrices in the window, long output, progress, words of the prompt.

use super::screen::Screen;

#[test]
fn help_is_paged_to_the_window() {
    for (columns, rows) in [(100, 30), (40, 10)] {
        let mut screen = Screen::open(columns, rows, &[("PAGER", "less"), ("LESS", "RX")]);
        screen.types("?nmf\r");
        screen.sees("nmf(");
        screen.waits("the pager", |screen| screen.text().ends_with(':'));
        screen.types("q");
        screen.is_ready();
        screen.types("lookfor cholesky\r");
        screen.waits("a pager or the prompt", |screen| screen.text().ends_with([':', '>']));
        screen.types("q\x7f");
        screen.is_ready();
    }
}

#[test]
fn a_pager_is_what_the_shell_reads_and_need_not_be_there() {
    for (pager, seen) in [("tr a-z A-Z | cat", "SEE ALSO"), ("no-such-pager -R", "See also")] {
        let mut screen = Screen::open(100, 30, &[("PAGER", pager)]);
        screen.runs("?nmf");
        screen.sees(seen);
    }
}

#[test]
fn help_has_colours_and_links() {
    let variables = [("NO_COLOR", ""), ("FORCE_HYPERLINK", "1")];
    let mut screen = Screen::open(100, 60, &variables);
    screen.runs("help chol");
    screen.sees("See also");
    assert!(screen.times("\x1b[1mParameters\x1b[0m") == 1, "{}", screen.text());
    assert!(screen.times("\x1b[90m>>>\x1b[0m") > 0);
    let mut plain = Screen::open(100, 60, &[("TERM", "dumb"), ("NO_COLOR", "")]);
    plain.types("help chol\n");
    plain.sees("See also");
    assert_eq!(plain.times("\x1b["), 0);
}

#[test]
fn help_alone_is_a_map_and_near_names_are_told() {
    let mut screen = Screen::open(100, 60, &[]);
    screen.runs("help");
    for text in ["Factor a matrix", "lu qr chol", "Recommend", "Areas", "sparse matrices"] {
        screen.sees(text);
    }
    screen.runs("help nfm");
    screen.sees("did you mean nmf");
    screen.runs("help sparse matrices");
    screen.sees("speye");
    screen.runs("help while");
    screen.sees("Repeats the statements");
    screen.runs("nmf?");
    screen.sees("Parameters");
}

#[test]
fn matrices_fit_the_window() {
    for (columns, rows) in [(100, 30), (40, 10)] {
        let mut screen = Screen::open(columns, rows, &[]);
        screen.runs("A = rand(40, 30)");
        let text = screen.text();
        assert!(text.contains('…'), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= columns.into()), "{text}");
    }
}

#[test]
fn the_prompt_has_a_line_of_its_own() {
    let mut screen = Screen::open(100, 30, &[]);
    screen.runs("printf(\"no end\")");
    screen.ends("no end\n>>");
    screen.runs("printf(\"an end\\n\")");
    screen.ends("\nan end\n>>");
}

#[test]
fn progress_is_shown_and_goes_away() {
    let mut screen = Screen::open(100, 30, &[]);
    screen.types("m = nmf(rand(1500, 600), k=30, maxiter=100000, tol=0, seed=1);\r");
    screen.sees("objective");
    let text = screen.text();
    assert!(text.contains("nmf") && text.contains("left"), "{text}");
    screen.types("\x03");
    screen.sees("interrupted");
    screen.waits("the bar goes", |screen| !screen.text().contains("objective "));
    screen.is_ready();
    screen.runs("numel(m.history) > 1");
    screen.sees("ans = 1");
}

#[test]
fn history_lists_entries() {
    let mut screen = Screen::open(100, 30, &[]);
    screen.runs("if true\rx = 1;\rend");
    screen.runs("history");
    screen.ends("  1  if true\n       x = 1;\n     end\n  2  history\n>>");
    screen.runs("history true");
    screen.sees("  1  if true");
    // A variable of that name comes first.
    screen.runs("history = 5;");
    screen.runs("history");
    screen.ends("history = 5\n>>");
}

#[test]
fn settings_are_shown_changed_and_read() {
    let mut screen = Screen::open(100, 30, &[]);
    screen.runs(":set");
    screen.sees("editing       emacs  the keys that edit a line");
    screen.runs(":set editing nano");
    screen.sees("error: editing is one of emacs, vi, not `nano`");
    screen.runs("!true");
    screen.sees("ans = 0");
    screen.runs(":set shell on");
    screen.runs("!echo from the shell");
    screen.ends("from the shell\n>>");
    let directory = screen.directory().to_path_buf();
    std::fs::write(directory.join("config"), "confirm_exit = on\ncolour = red\n").unwrap();
    let path = directory.join("config");
    let mut screen = Screen::open(100, 30, &[("MF_CONFIG", path.to_str().unwrap())]);
    screen.sees("config, line 2: there is no setting `colour`");
    screen.types("\x04");
    screen.sees("once more leaves");
    screen.types("\x04");
    assert_eq!(screen.status(), Some(0));
}
