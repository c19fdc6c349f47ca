//! Typing: blocks, pasted scripts, the history, completion, both kinds of keys.

use super::screen::Screen;
use std::sync::Arc;
use std::time::{Duration, Instant};

const CTRL_C: &str = "\x03";
const CTRL_G: &str = "\x07";
const CTRL_R: &str = "\x12";
const UP: &str = "\x1b[A";
const DOWN: &str = "\x1b[B";
const HOME: &str = "\x1b[H";
const LEFT: &str = "\x1b[D";

/// A terminal in colours.
fn coloured() -> Screen {
    Screen::open(100, 30, &[("NO_COLOR", "")])
}

#[test]
fn a_block_is_indented_as_it_is_typed() {
    for (columns, rows) in [(100, 30), (40, 10)] {
        let mut screen = Screen::open(columns, rows, &[]);
        screen.types("for i = 1:2\rif i > 1\ry = 10*i\relse\rend\r");
        screen.ends(">> for i = 1:2\n..   if i > 1\n..     y = 10*i\n..   else\n..   end\n..");
        assert_eq!(screen.cursor().1, 5, "the cursor is where the block goes on");
        screen.runs("end");
        screen.ends("..   end\n.. end\ny = 20\n>>");
        // Up brings it back as a whole, and Home stops at the margin.
        screen.types(UP);
        screen.ends("..   end\n.. end");
        screen.types(&format!("{HOME}% {LEFT}{LEFT}{LEFT}"));
        screen.ends("..   end\n.. % end");
        screen.types(CTRL_C);
    }
}

#[test]
fn backspace_takes_the_margin_with_its_line() {
    let mut screen = Screen::open(100, 30, &[]);
    screen.types("while 0\r\x7f\x7f");
    screen.waits("the indentation goes", |screen| screen.cursor() == (2, 3));
    screen.types("\x7f");
    screen.ends(">> while 0");
    screen.types(", end\r");
    screen.ends(">> while 0, end\n>>");
}

#[test]
fn a_word_is_taken_without_its_margin() {
    let mut screen = Screen::open(100, 30, &[]);
    screen.types("x = 1\x1b\rabc");
    screen.ends(">> x = 1\n.. abc");
    screen.types("\x17");
    screen.ends(">> x = 1\n..");
    screen.types("\x17");
    screen.ends(">> x = 1");
    screen.types("\x1b\rab cd\x17");
    screen.ends(">> x = 1\n.. ab");
}

#[test]
fn a_pasted_script_of_500_lines_is_shown_once_and_runs() {
    let lines = (0..500).map(|i| match i % 4 {
        0 => format!("if true, a{i} = {i};"),
        1 => format!("    b{i} = [{i}, 'é'];   % note {i}"),
        2 => format!("    c{i} = 'it''s';"),
        _ => format!("end % {i}"),
    });
    let script = lines.collect::<Vec<_>>().join("\n");
    for (columns, rows) in [(100, 30), (40, 10)] {
        let mut screen = Screen::open(columns, rows, &[]);
        screen.pastes(&script);
        screen.sees("end % 499");
        screen.runs("");
        assert_eq!(screen.times("% note 249"), 1, "a tall text is drawn once");
        screen.runs("a496 + numel(c2)");
        screen.sees("ans = 500");
        let history = screen.file("history");
        assert_eq!(history.lines().count(), 3, "one entry is one line");
        assert!(history.contains("\\n    c498 = 'it''s';\\nend % 499"), "and is kept as it was");
    }
}

#[test]
fn lines_typed_ahead_are_not_lost() {
    let mut screen = Screen::open(100, 30, &[]);
    screen.types("x = 1;\rs = input('? ');\r20\rx + s\r");
    screen.sees("ans = 21");
    screen.is_ready();
}

#[test]
fn ten_thousand_entries_are_there_at_once() {
    let screen = Screen::open(40, 10, &[]);
    let directory = screen.directory().to_path_buf();
    let entries: String = (0..10_000).map(|i| format!("value{i} = {i};\n")).collect();
    std::fs::write(directory.join("history"), format!("#V2\n{entries}")).unwrap();
    let path = directory.join("history");
    let start = Instant::now();
    let mut screen = Screen::open(100, 30, &[("MF_HISTORY", path.to_str().unwrap())]);
    screen.types(UP);
    screen.ends(">> value9999 = 9999;");
    screen.types(UP);
    screen.ends(">> value9998 = 9998;");
    screen.types(&format!("{CTRL_R}value0 "));
    screen.sees("(reverse-i-search)`value0 ': value0 = 0;");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    screen.types(CTRL_G);
    screen.ends(">> value9998 = 9998;");
    screen.types(CTRL_C);
    screen.ends("\n>>");
    screen.runs("x = 3");
    assert!(std::fs::read_to_string(&path).unwrap().ends_with("value9999 = 9999;\nx = 3\n"));
}

#[test]
fn the_beginning_of_an_entry_finds_it() {
    let mut screen = Screen::open(100, 30, &[]);
    for entry in ["alpha = 1;", "beta = 2;", "alpha + 1;", "gamma = 3;"] {
        screen.runs(entry);
    }
    screen.types("al");
    screen.types(UP);
    screen.ends(">> alpha + 1;");
    screen.types(UP);
    screen.ends(">> alpha = 1;");
    screen.types(DOWN);
    screen.ends(">> alpha + 1;");
    screen.types(&format!("{CTRL_C}{UP}{UP}"));
    screen.ends("\n>> alpha + 1;");
    // Without regard to case, unless there is a capital.
    screen.types(CTRL_C);
    screen.is_ready();
    screen.types(&format!("{CTRL_R}BET"));
    screen.sees("failed reverse-i-search");
    screen.types(&format!("{CTRL_G}{CTRL_R}bet"));
    screen.sees("`bet': beta = 2;");
    screen.types("\r");
    screen.ends(">> beta = 2;\n>>");
}

#[test]
fn sessions_share_their_entries_at_once() {
    let directory = Arc::new(tempfile::tempdir().unwrap());
    let mut one = Screen::open_in(directory.clone(), 100, 30, &[]);
    let mut two = Screen::open_in(directory, 100, 30, &[]);
    one.runs("if true\rfrom_one = 1;\rend");
    two.runs("");
    two.types(UP);
    two.ends(">> if true\n..   from_one = 1;\n.. end");
}

#[test]
fn words_strings_and_brackets_have_colours() {
    let mut screen = coloured();
    let magenta = vt100::Color::Idx(5);
    screen.types("for s = ['a' (1)]");
    screen.sees("(1)]");
    screen.waits("colours", |screen| screen.colour(1, 3) == magenta);
    assert_eq!(screen.colour(1, 12), vt100::Color::Idx(2), "a string");
    assert_eq!(screen.colour(1, 17), vt100::Color::Idx(6), "a number");
    assert_eq!(
        screen.colour(1, 11),
        vt100::Color::Idx(4),
        "the partner of the bracket before the cursor"
    );
    screen.types(CTRL_C);
    screen.ends("\n>>");
    screen.types("(1]");
    screen.waits("what closes nothing", |screen| screen.colour(2, 5) == vt100::Color::Idx(1));
}

#[test]
fn hints_come_from_the_history() {
    let mut screen = coloured();
    screen.runs("A = magic(4);");
    screen.types("A = m");
    screen.ends(">> A = magic(4);\n>> A = magic(4);");
    screen.waits("the hint is faint", |screen| screen.colour(2, 8) == vt100::Color::Idx(8));
    screen.types("\x1b[C\r");
    screen.ends(">> A = magic(4);\n>>");
    screen.runs(":set hints off");
    screen.types("A = m");
    screen.ends(">> A = m");
    screen.types("agic(3);\r");
    screen.is_ready();
}

#[test]
fn tab_lists_names_with_their_descriptions() {
    for (columns, rows) in [(100, 30), (40, 10)] {
        let mut screen = Screen::open(columns, rows, &[]);
        screen.runs("quality = [1 2 3];");
        screen.types("qua\t");
        screen.sees("quality   1×3 matrix");
        screen.sees("quadgk    The integral");
        let text = screen.text();
        assert!(text.lines().all(|line| line.chars().count() <= columns.into()), "{text}");
        screen.types("l\t + 1\r");
        screen.sees("2   3   4");
        screen.is_ready();
        screen.types("nmf(quality, init=\t");
        screen.sees("\"nndsvd\"");
        screen.types(CTRL_C);
        screen.ends("\n>>");
        // In further lines too.
        screen.types("if true\rqualit\t\rend\r");
        screen.ends("1   2   3\n\n>>");
    }
}

#[test]
fn the_keys_of_vi() {
    let mut screen = Screen::open(100, 30, &[("MF_EDIT_MODE", "vi")]);
    screen.types("x = 12");
    screen.types("\x1b");
    std::thread::sleep(Duration::from_millis(600));
    screen.types("bcw34\r");
    screen.sees("x = 34");
    screen.is_ready();
    screen.runs(":set editing emacs");
    screen.types("y = 1\x01z\r");
    screen.sees("zy = 1\n");
}

#[test]
fn wide_and_combining_characters() {
    for (columns, rows) in [(100, 30), (40, 10)] {
        let mut screen = Screen::open(columns, rows, &[]);
        screen.types("größe = '数字é'");
        screen.types(&format!("{LEFT}{LEFT}\x7f\x7f量子\r"));
        screen.sees("größe = 量子é");
        screen.is_ready();
        let long = "ü".repeat(90);
        screen.runs(&format!("numel('{long}')"));
        screen.sees("ans = 90");
    }
}

#[test]
fn the_window_may_change() {
    let mut screen = Screen::open(100, 30, &[]);
    screen.types("x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12");
    screen.sees("11, 12");
    screen.resize(40, 10);
    std::thread::sleep(Duration::from_millis(100));
    screen.types(", 13];\r");
    screen.is_ready();
    screen.runs("sum(x)");
    screen.sees("ans = 91");
    screen.runs("(1:200) * 1e3");
    let text = screen.text();
    assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
}

#[test]
fn edit_goes_on_in_an_editor() {
    let editor = "sed -i s/cold/warm/";
    let mut screen = Screen::open(100, 30, &[("EDITOR", editor), ("VISUAL", "")]);
    screen.runs("cold = 5");
    screen.types("edit\r");
    screen.ends(">> warm = 5");
    screen.types("\r");
    screen.ends("warm = 5\n>>");
    // A line that is not finished.
    screen.types("y = 'cold'\x18\x05");
    screen.ends(">> y = 'warm'");
    screen.types("\r");
    screen.ends("y = warm\n>>");
    std::fs::write(screen.directory().join("f.mf"), "cold = 7;").unwrap();
    screen.runs("edit f");
    assert_eq!(screen.file("f.mf"), "warm = 7;");
    screen.runs("run f");
    screen.runs("warm");
    screen.sees("warm = 7");
}

#[test]
fn without_an_editor_the_entry_is_still_there() {
    let mut screen = Screen::open(100, 30, &[("EDITOR", "no-such-editor"), ("VISUAL", "")]);
    screen.types("y = 40 + 2\x18\x05");
    screen.sees("cannot start the editor `no-such-editor`");
    screen.ends(">> y = 40 + 2");
    screen.types("\r");
    screen.sees("y = 42\n");
}

#[test]
fn an_editor_is_what_the_shell_reads() {
    let directory = Arc::new(tempfile::tempdir().unwrap());
    let editor = directory.path().join("my editor");
    std::fs::write(&editor, "#!/bin/sh\nsed -i \"$1\" \"$2\"\n").unwrap();
    let line = format!("sh '{}' 's/cold/quite warm/'", editor.display());
    let variables = [("EDITOR", line.as_str()), ("VISUAL", "")];
    let mut screen = Screen::open_in(directory.clone(), 100, 30, &variables);
    std::fs::write(directory.path().join("f.mf"), "s = 'cold';").unwrap();
    screen.runs("edit f.mf");
    assert_eq!(screen.file("f.mf"), "s = 'quite warm';");
}
