//! Workspace files: what is saved comes back to the last bit, from Octave and to it, and damaged files are refused.

use crate::common::{error_of, holds, output_of, run_in, run_script};
use mf::session::Session;
use std::path::PathBuf;
use std::process::Command;

/// A variable of each kind, in the words that Octave and mf share.
const VALUES: &str = r#"
    n = NaN; i = -Inf; z = -0; tiny = 5e-324; third = 1/3; big = 1.7976931348623157e308; na = [NA NaN];
    A = [1 2; 3 0.1]; c = 1+2i; C = [1 2i; NaN -3-0.5i]; b = true; B = [true false; false true];
    t = "hé\n\"x"; sq = 'ab'; blank = "  "; e = ''; lines = "\n\n# name: x\n"; r = 1:5; r2 = 0:0.1:1; r4 = 5:1;
    e02 = zeros(0, 2); e20 = zeros(2, 0); b02 = true(0, 2); t10 = sq(1:0); c03 = cell(0, 3); c00 = {};
    L = {1, 'a'; [], {2, "b\n\nc"; 1:3, sparse([0 1])}}; st.a = 1; st.b = 'x'; st.c.d = {1}; deep = {{{{}}}};
    sa = struct('a', {1, 'two', 3}, 'b', 0); se = struct('a', {}); s0 = struct();
    sp = sparse([1 2], [1 3], [1.5 2]); spc = sparse([1 2], [1 3], [1.5i 2]); spb = sparse([1 2], [1 3], [true true]);
    sp0 = sparse(3, 2); k = 3; f = @(x) x + k; g = @sin;
"#;

/// Each name of `VALUES` but those of functions and NaNs, which equal nothing.
const NAMES: &str = "i z tiny third big A c b B t sq blank e lines r r2 r4 e02 e20 b02 t10 c03 c00 L st deep sa se s0 \
                     sp spc spb sp0 k";

/// That each variable is the field of the same name in `s`: in value, class and size.
fn same() -> String {
    let names: Vec<String> = NAMES.split_whitespace().map(|n| format!("'{n}'")).collect();
    format!(
        "bad = '';
        for name = {{{}}}
          x = eval(name{{1}}); y = s.(name{{1}});
          % Octave counts the zero that makes it read the file.
          if strcmp(name{{1}}, 'sp0'), x = full(x); y = full(s.sp0); end
          if !isequal(x, y) || !strcmp(class(x), class(y)) || !isequal(size(x), size(y)) || issparse(x) != issparse(y)
            bad = [bad ' ' name{{1}}];
          end
        end
        if !isempty(bad), error(['differ:' bad]); end
        if 1/s.z != -Inf || !isnan(s.n) || !isequal(isna(s.na), [true false]) || !isnan(s.C(2,1)) || s.f(2) != 5 || s.g(0) != 0
          error('special values differ'); end
        if !isequal(size(s.C), [2 2]) || s.C(1,2) != 2i || s.C(2,2) != -3-0.5i, error('C differs'); end
        disp('all the same');",
        names.join(", ")
    )
}

/// A place for files, and the path of one as a string of the language.
fn place() -> (tempfile::TempDir, impl Fn(&str) -> String) {
    let directory = tempfile::tempdir().unwrap();
    let base = directory.path().to_path_buf();
    (directory, move |name: &str| format!("'{}'", base.join(name).display()))
}

fn fixture() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/workspace_files/octave.txt")
}

#[test]
fn a_workspace_comes_back_to_the_last_bit() {
    let (_directory, path) = place();
    for name in ["all.txt", "all", "all.octave", "all.txt.gz"] {
        let file = path(name);
        let text = format!("{VALUES}\nsave({file});\ns = load({file});\n{}", same());
        assert!(output_of(&text).ends_with("all the same\n"), "{name}");
    }
    let bound = format!(
        "{VALUES}\nsave({0}); clear; load({0}); s = load({0});\n{1}\n\
         if nnz(s.sp0) != 0 || !issparse(s.sp0), error('sp0 differs'); end",
        path("b"),
        same()
    );
    assert!(output_of(&bound).ends_with("all the same\n"));
}

#[test]
fn octaves_files_are_read() {
    let run = run_script(&format!(
        "load('{}'); disp([class(ch) ' ' ch{{2}}]); disp(exist('nd') + exist('cnd'));",
        fixture().display()
    ));
    assert!(run.error.is_none(), "{:?}", run.error);
    assert_eq!(run.output, "cell cd\n0\n");
    let warnings = run.warnings.join("\n");
    for word in [
        "nd (an array of more than two dimensions)",
        "cnd (",
        "i8 (int8 numbers became double)",
        "sg (single",
    ] {
        assert!(warnings.contains(word), "{word}: {warnings}");
    }
    holds(
        &format!("load('{}')", fixture().display()),
        &[
            "isequal(i8, [1 2; 3 -4]) && u == 7 && sg == 0.5",
            "isequal(I2, [2 0 0; 0 2 0]) && isequal(P*[1;2;3], [2;3;1])",
            "1/z == -Inf && isnan(n) && isequal(isna(na), [true false]) && tiny == 5e-324",
            "isequal(A, [1 2; 3 0.1]) && C(2,2) == -3-0.5i && c == 1+2i",
            "strcmp(t, \"hé\\n\\\"x\") && strcmp(L{2,2}{2}, \"b\\n\\nc\") && strcmp(blank, '  ')",
            "isequal(size(be), [0 2]) && islogical(be) && isequal(size(row0), [1 0]) && isequal(size(le2), [0 3])",
            "isequal(r2, 0:0.1:1) && isequal(size(r4), [1 0])",
            "strcmp(sa(2).a, 'two') && sa(3).b == 0 && isempty(se) && isfield(se, 'a') && st.c.d{1} == 1",
            "issparse(spc) && spc(1,1) == 1.5i && islogical(spb) && nnz(sp0) == 0 && isequal(size(sp0), [3 2])",
            "f(2) == 5 && g(0) == 0",
        ],
    );
}

#[test]
fn octave_reads_what_is_written() {
    if Command::new("octave-cli").arg("--version").output().is_err() {
        eprintln!("skipped: octave-cli is not installed");
        return;
    }
    let (_directory, path) = place();
    output_of(&format!("{VALUES}\nsave({}); save('-zip', {});", path("f.txt"), path("z.txt")));
    for file in ["f.txt", "z.txt"] {
        let check = format!("{VALUES}\ns = load({});\n{}", path(file), same());
        let run = Command::new("octave-cli").args(["--norc", "--eval", &check]).output().unwrap();
        let (out, err) =
            (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(out.ends_with("all the same\n"), "{file}: {out}{err}");
    }
}

#[test]
fn names_patterns_commands_and_options_choose() {
    let (_directory, path) = place();
    let file = path("a.txt");
    let session = Session::start();
    let shown = |text: &str| {
        let run = run_in(&session, text);
        assert!(run.error.is_none(), "{text}: {:?}", run.error);
        run.output
    };
    let held = |file: &str| shown(&format!("disp(strjoin(fieldnames(load({file}))', ' '))"));
    shown("x1 = 1; x2 = 2; y = 3; q.u = 4; q.v = 'w';");
    for (text, names) in [
        (format!("save {file} x* y"), "x1 x2 y"),
        (format!("save -text {file} y"), "y"),
        (format!("save({file}, 'x?', 'y', 'y')"), "x1 x2 y"),
        (format!("save({file}, w=[1 2], v=\"s\")"), "w v"),
        (format!("save -append {file} y"), "w v y"),
        (format!("save -struct {file} q"), "u v"),
        (format!("save({file}, '-struct', 'q', 'v')"), "v"),
        (format!("save {file}"), "q x1 x2 y"),
    ] {
        shown(&text);
        assert_eq!(held(&file).trim(), names, "{text}");
    }
    assert_eq!(
        shown(&format!("clear; load {file} x1 q; disp(exist('y')); q.u + x1")),
        "0\nans = 5\n"
    );
    assert_eq!(shown(&format!("s = load({file}, 'x*'); numfields(s)")), "ans = 2\n");
    // In functions the variables in sight are the function's.
    let inside = format!(
        "function r = f(p)\n a = 2; save({file});\n clear a p; load({file}); r = a + p;\nend\nf(5), exist('a')"
    );
    assert_eq!(shown(&inside), "ans = 7\nans = 0\n");
    // And in loops that run compiled.
    let loops = format!(
        "y = 1; save({file}, 'y'); t = 0; for k = 1:100, y = k; load({file}); t = t + y; end, t"
    );
    assert_eq!(shown(&loops), "t = 100\n");
}

#[test]
fn columns_stay_columns() {
    let (_directory, path) = place();
    let (csv, txt) = (path("m.csv"), path("m.txt"));
    holds(
        &format!("A = magic(3); save({csv}, A=A); save({txt}, magic(4));"),
        &[
            &format!("isequal(load({csv}), A)"),
            &format!("isequal(load({txt}), magic(4))"),
            &format!("strcmp(class(load({csv}, 'as', 'table')), 'table')"),
        ],
    );
    assert!(error_of(&format!("save({csv}, [1 2]); load({csv}, 'A')")).contains("holds columns"));
    for (file, words) in [("x.mat", "writing .mat files"), ("x.mfz", "writing .mfz files")] {
        let message = error_of(&format!("x = 1; save({}, 'x')", path(file)));
        assert!(message.contains(words) && message.contains(".txt for variables"), "{message}");
    }
    assert!(error_of("x = 1; save -v7 f x").contains("not supported yet: save -v7"));
}

#[test]
fn what_has_no_form_is_left_out_with_a_warning() {
    let (directory, path) = place();
    let file = path("w.txt");
    let run = run_script(&format!(
        "x = 1; m = pca(magic(4)); c = {{1, {{m}}}}; R = ratings([1 2], [1 2], [3 4]);
        save({file}); disp(strjoin(fieldnames(load({file}))', ' '))"
    ));
    assert_eq!((run.error.is_none(), run.output.as_str()), (true, "x\n"), "{:?}", run.error);
    assert_eq!(run.warnings.len(), 1, "{:?}", run.warnings);
    for word in ["left out R (", "c (a cell with", "m (a ", "such as m.P"] {
        assert!(run.warnings[0].contains(word), "{word}: {:?}", run.warnings);
    }
    let message = error_of(&format!("m = pca(magic(4)); save {file} m"));
    assert!(message.contains("nothing remains"), "{message}");
    // What could not be saved has not touched the file.
    assert_eq!(output_of(&format!("load({file}).x")), "ans = 1\n");
    std::fs::write(directory.path().join("named.csv"), ",a,b\nr,1,2\ns,3,4\n").unwrap();
    let run = run_script(&format!("A = load({}); save({file}, 'A');", path("named.csv")));
    assert!(
        run.warnings[0].contains("names of rows and columns are not kept: A"),
        "{:?}",
        run.warnings
    );
    let deep =
        run_script(&format!("c = {{}}; for k = 1:300, c = {{c}}; end, x = 1; save({file});"));
    assert!(deep.warnings[0].contains("nested deeper"), "{:?}", deep.warnings);
    assert!(
        std::fs::read_dir(directory.path())
            .unwrap()
            .all(|f| { !f.unwrap().file_name().to_string_lossy().ends_with(".tmp") })
    );
    assert!(error_of("x = 1; save('/no/such/place/f.txt', 'x')").contains("no directory"));
}

#[test]
fn damaged_files_are_refused_with_the_line() {
    let (directory, path) = place();
    let huge = "99999999999";
    for (text, words) in [
        (
            "# name: x\n# type: matrix\n# rows: 2\n# columns: 2\n 1 2\n 3 b\n".to_string(),
            ":6: \"b\" is no number",
        ),
        (
            "# name: x\n# type: matrix\n# rows: 2\n# columns: 2\n 1 2\n 3\n".into(),
            "the file ends where a number",
        ),
        (
            format!("# name: x\n# type: matrix\n# rows: {huge}\n# columns: {huge}\n 1\n"),
            ":4: the file is too short",
        ),
        (format!("# name: x\n# type: cell\n# rows: {huge}\n# columns: 1\n"), "too short"),
        (
            format!("# name: x\n# type: struct\n# ndims: 2\n {huge} {huge}\n# length: 0\n"),
            "too many",
        ),
        (
            format!("# name: x\n# type: sparse matrix\n# nnz: 0\n# rows: 1\n# columns: {huge}\n"),
            "too many",
        ),
        (
            format!("# name: x\n# type: sparse matrix\n# nnz: {huge}\n# rows: 1\n# columns: 1\n"),
            "too short",
        ),
        (
            "# name: x\n# type: sparse matrix\n# nnz: 1\n# rows: 1\n# columns: 1\n2 1 1\n".into(),
            ":6: 2 is outside 1…1",
        ),
        (format!("# name: x\n# type: string\n# elements: 1\n# length: {huge}\nabc\n"), "too short"),
        (
            format!("# name: x\n# type: diagonal matrix\n# rows: {huge}\n# columns: 1\n1\n"),
            "too large",
        ),
        (
            format!("# name: x\n# type: permutation matrix\n# size: {huge}\n# orient: c\n1\n"),
            "too short",
        ),
        ("# name: x\n# type: matrix\n# ndims: 0\n\n 1\n".into(), "no number of dimensions"),
        ("# name: x\n# type: matrix\n# rows: -1\n# columns: 1\n".into(), ":3: \"-1\" is no size"),
        ("# name: x\n# type: complex scalar\n(1;2)\n".into(), "no complex number"),
        ("# name: x\n# type: wombat\n1\n".into(), ":2: values of type \"wombat\""),
        ("# name: x\n1\n".into(), "\"# type:\" is expected"),
        ("# name: x\n# type: scalar\n1\n2\n".into(), ":4: a variable's \"# name:\""),
        (
            "# name: x\n".to_string()
                + &"# type: cell\n# rows: 1\n# columns: 1\n# name: e\n".repeat(9999),
            "nest deeper",
        ),
    ] {
        std::fs::write(directory.path().join("d.txt"), &text).unwrap();
        let message = error_of(&format!("load({})", path("d.txt")));
        assert!(message.contains(words), "{text:.200}\n{message}");
    }
    // Every beginning of a file and every changed byte is a value or an error, never the end of the session.
    let whole = std::fs::read(fixture()).unwrap();
    let session = Session::start();
    let mut seed = 1u64;
    for _ in 0..300 {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let at = (seed >> 33) as usize % whole.len();
        let mut bytes = whole.clone();
        match seed & 256 {
            0 => bytes.truncate(at),
            _ => bytes[at] = b"09 \n#(x-"[(seed >> 20) as usize % 8],
        }
        std::fs::write(directory.path().join("d.txt"), &bytes).unwrap();
        run_in(&session, &format!("warning('off', 'all'); s = load({});", path("d.txt")));
    }
    assert_eq!(run_in(&session, "1 + 1").output, "ans = 2\n");
}

#[test]
fn a_functions_text_is_not_run() {
    let (directory, path) = place();
    for text in [
        "@(x) x; disp('ran')",
        "@(x) x, disp('ran')",
        "1 + disp('ran')",
        "@() (",
        "@(x) x\ndisp('ran')",
    ] {
        let file = format!("# name: f\n# type: function handle\n@<anonymous>\n{text}\n");
        std::fs::write(directory.path().join("f.txt"), file).unwrap();
        let run = run_script(&format!("load({});", path("f.txt")));
        assert!(!run.output.contains("ran"), "{text}: {}", run.output);
    }
}
