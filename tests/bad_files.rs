//! Files that are missing or not what they should be: each answer says where, and what to do.

use crate::common::shared;
use crate::transcript::{error, has, screen};
use mf::session::Session;
use std::path::Path;

/// A directory with these files, and a function that names one as a string of the language.
fn files(list: &[(&str, &str)]) -> (tempfile::TempDir, impl Fn(&str) -> String) {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in list {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    let place = directory.path().to_path_buf();
    (directory, move |name: &str| format!("'{}'", place.join(name).display()))
}

#[test]
fn a_missing_file_is_named_with_its_neighbours() {
    let (directory, path) = files(&[("ratings.csv", "userId,movieId,rating\n1,2,3\n")]);
    let session = Session::start();
    for verb in ["load", "ratings"] {
        let message = error(&session, &format!("{verb}({})", path("ratigns.csv")));
        has(&message, &["there is no such file", "ratigns.csv", "did you mean ratings.csv"]);
        has(&message, &[&*directory.path().display().to_string()]);
    }
    let message = error(&session, &format!("load({})", path("no/such.csv")));
    has(&message, &["there is no directory"]);
    has(&error(&session, "load('mf no such file.csv')"), &["looked in"]);
    has(&error(&session, &format!("load('{}')", directory.path().display())), &["directory"]);
    has(
        &error(&session, &format!("save({}, [1 2])", path("no/such.csv"))),
        &["cannot write", "there is no directory"],
    );
    let gone = screen(&session, &format!("delete({})", path("other.csv")));
    has(&gone, &["warning", "cannot delete", "other.csv", "no such file"]);
    let films = format!("ratings({}, titles={})", path("ratings.csv"), path("movies.csv"));
    has(&error(&session, &films), &["movies.csv", "there is no such file"]);
}

#[test]
fn bad_cells_and_ragged_lines_have_a_place() {
    let (_directory, path) = files(&[
        ("ragged.csv", "a,b,c\n1,2,3\n4,5\n"),
        ("long.csv", "1,2\n3,4\n5,6,7\n"),
        ("slip.csv", "a,b\n1,2\n3,4\n5,6\n7,8x\n9,10\n"),
        ("words.csv", "name,b\nann,2\nbob,4\n"),
        ("binary.csv", "PAR1\0\0\0\0"),
        ("empty.csv", ""),
        ("data.mat", "MATLAB 5.0"),
    ]);
    let session = Session::start();
    let load = |name: &str| error(&session, &format!("load({})", path(name)));
    has(&load("ragged.csv"), &["ragged.csv:3:3", "line 3 has 2 fields, not 3"]);
    has(&load("long.csv"), &["long.csv:3:3", "quotes"]);
    has(&load("slip.csv"), &["slip.csv:5:2", "\"8x\" is not a number", "as=\"table\""]);
    has(&load("binary.csv"), &["binary file"]);
    has(&load("data.mat"), &["not supported yet: reading .mat files"]);
    let forced = error(&session, &format!("load({}, as=\"matrix\")", path("words.csv")));
    has(&forced, &["column name holds text such as \"ann\""]);
    let table = screen(&session, &format!("T = load({}, as=\"table\"); T.a'", path("slip.csv")));
    has(&table, &["1   3   5   7   9"]);
    has(&screen(&session, &format!("T = load({})", path("words.csv"))), &["2×2 table", "ann"]);
    has(&screen(&session, &format!("A = load({})", path("empty.csv"))), &["[](0x0)"]);
    has(&error(&session, &format!("load({}, as=\"cube\")", path("words.csv"))), &["matrix, table"]);
    has(
        &error(&session, &format!("load({}, decimal=\"..\")", path("words.csv"))),
        &["one character"],
    );
}

#[test]
fn ratings_files_name_what_is_missing() {
    let (_directory, path) = files(&[
        ("grades.csv", "userId,film_name,grade\n1,a,3\n2,b,4\n"),
        ("hole.csv", "user,item,rating\n1,2,3\n1,3,\n"),
        ("word.csv", "user,item,rating\n1,2,3\n1,3,4\n1,4,good\n"),
        ("twice.csv", "user,item,rating\n1,2,3\n1,2,5\n"),
        ("two.csv", "1,2\n3,4\n"),
        ("titles.csv", "id,title\n77,Nothing\n"),
    ]);
    let session = Session::start();
    let ratings = |name: &str| error(&session, &format!("ratings({})", path(name)));
    let message = ratings("grades.csv");
    has(&message, &["no columns for item and rating", "userId, film_name, grade"]);
    has(&ratings("hole.csv"), &["row 2", "NaN"]);
    has(&ratings("word.csv"), &["word.csv:4:3", "\"good\""]);
    has(&ratings("two.csv"), &["2 columns without names"]);
    let wrong = format!("ratings({}, item=\"film\", rating=\"grade\")", path("grades.csv"));
    has(&error(&session, &wrong), &["there is no column labelled film"]);
    let right =
        format!("R = ratings({}, item=\"film_name\", rating=\"grade\")", path("grades.csv"));
    has(&screen(&session, &right), &["2×2 ratings: 2 observed"]);
    let twice =
        |rule: &str| format!("R = ratings({}, duplicates=\"{rule}\"); R(1,1)", path("twice.csv"));
    has(&error(&session, &twice("error")), &["rates item 2 more than once"]);
    has(&screen(&session, &twice("mean")), &["ans = 4"]);
    has(&screen(&session, &twice("last")), &["ans = 5"]);
    let titles = format!("ratings({}, titles={})", path("twice.csv"), path("titles.csv"));
    has(&error(&session, &titles), &["none of the 1 items is in column id"]);
}

#[test]
fn what_is_saved_reads_back() {
    let (_directory, path) = files(&[
        ("named.csv", ",height,w\nann,1.5,2\nbob,NaN,4\n"),
        ("people.csv", "name,age\n\"Smith, J\",30\nbob,4\n"),
    ]);
    let session = Session::start();
    screen(
        &session,
        &format!("A = load({}); T = load({});", path("named.csv"), path("people.csv")),
    );
    screen(&session, "R = ratings([15 15 7], [318 1 318], [5 3.5 4], [10 20 30]);");
    for (value, file) in [("A", "a.csv"), ("A", "a.tsv"), ("A", "a.csv.gz"), ("T", "t.csv")] {
        let again = format!("save({0}, {value}); B = load({0}); {value}, B", path(file));
        let shown = screen(&session, &again);
        let (first, second) = shown.split_once("B = ").unwrap();
        assert_eq!(
            first.trim().strip_prefix(&format!("{value} = ")),
            Some(second.trim()),
            "{file}"
        );
    }
    let shown = screen(&session, &format!("save({0}, R=R); S = ratings({0})", path("r.csv")));
    has(&shown, &["S = 2×2 ratings: 3 observed"]);
    has(&screen(&session, "S(2,2)"), &["ans = 5"]);
    let by_load = format!("B = load({0}); S = ratings(B); S(2,2)", path("r.csv"));
    has(&screen(&session, &by_load), &["ans = 5"]);
    screen(&session, &format!("save({}, \"A\")", path("variable.csv")));
    has(
        &error(&session, &format!("save({}, \"AA\")", path("v.csv"))),
        &["no variable `AA`", "did you mean A"],
    );
    has(
        &error(&session, &format!("save({}, A=A, T=T)", path("v.csv"))),
        &["one matrix or table, not 2"],
    );
    has(&error(&session, &format!("save({})", path("v.csv"))), &["something to write"]);
    has(&error(&session, &format!("save({}, A)", path("v.mat"))), &["not supported yet"]);
    has(&error(&session, &format!("save({}, als(R))", path("v.csv"))), &["m.P"]);
}

#[test]
fn shared_variants_are_refused_or_read() {
    let Some(directory) = shared("csv/penguins-variants") else { return };
    let session = Session::start();
    let path = |name: &str| format!("'{}'", directory.join(name).display());
    let first = |name: &str| screen(&session, &format!("A = load({}); A(1,:)", path(name)));
    for name in ["ragged.csv", "bad_number.csv"] {
        let message = error(&session, &format!("load({})", path(name)));
        let place = message.split_once(&format!("{name}:")).unwrap().1;
        assert!(place.starts_with(|c: char| c.is_ascii_digit()), "{message}");
    }
    let usual = first("numeric_noheader_na.csv");
    for entry in std::fs::read_dir(&directory).unwrap() {
        let path = entry.unwrap().path();
        if !is_refused(&path) {
            screen(&session, &format!("A = load('{}');", path.display()));
        }
    }
    has(&usual, &["39.1"]);
}

fn is_refused(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    matches!(&*name, "ragged.csv" | "bad_number.csv")
}
