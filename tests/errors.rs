//! What a program sees of errors and warnings: messages, identifiers, stacks. Every case was run in Octave 7.3.

use crate::common::run_script;

fn check(cases: &[(&str, &str)]) {
    for (code, want) in cases {
        let got = run_script(code).output;
        assert_eq!(got.trim_end(), *want, "{code}");
    }
}

/// The identifier and message of what a statement raises.
fn raised(statement: &str) -> String {
    let code = format!(
        "try\n{statement}\ndisp('none');\ncatch e\nprintf('[%s] %s', e.identifier, e.message);\nend"
    );
    run_script(&code).output.trim_end().to_string()
}

#[test]
fn error_reads_its_arguments_as_octave_does() {
    for (statement, want) in [
        ("error('50%')", "[] 50%"),
        ("error('50%%')", "[] 50%%"),
        ("error('50%% of %d', 3)", "[] 50% of 3"),
        ("error('a: b')", "[] a: b"),
        ("error('Id:x', 'm')", "[Id:x] m"),
        ("error('Id:x', '50%%')", "[Id:x] 50%"),
        ("error('Id:x %d', 3)", "[] Id:x 3"),
        ("error('id:x:y', 'z')", "[id:x:y] z"),
        ("error('http://x.y', 'z')", "[http://x.y] z"),
        ("error('a b:c', 'x')", "[] a b:c"),
        ("error('id:')", "[] id:"),
        ("error('')", "none"),
        ("error('Octave:some-id', '')", "none"),
        ("error(\"text\\n\")", "[] text"),
        ("s.message = 'hi'; s.identifier = 'q:r'; error(s)", "[q:r] hi"),
        ("s.message = 'hi'; s.identifier = 'q:r'; rethrow(s)", "[q:r] hi"),
    ] {
        assert_eq!(raised(statement), want, "{statement}");
    }
}

#[test]
fn identifiers_are_octaves() {
    for (statement, identifier) in [
        ("undefinedthing", "Octave:undefined-function"),
        ("undefinedthing(3)", "Octave:undefined-function"),
        ("x = 1; x(0)", "Octave:invalid-index"),
        ("x = 1; x(1.5)", "Octave:invalid-index"),
        ("x = eye(3); x(-1)", "Octave:invalid-index"),
        ("x = eye(3); x({1})", "Octave:invalid-index"),
        ("x = eye(3); x(0) = 1", "Octave:invalid-index"),
        ("x = 1:3; x(5)", "Octave:index-out-of-bounds"),
        ("x = eye(3); x(4, 1)", "Octave:index-out-of-bounds"),
        ("x = {1, 2}; x{3}", "Octave:index-out-of-bounds"),
        ("x = 1:3; x(10) = []", "Octave:index-out-of-bounds"),
        ("[1 2] * [3 4]", "Octave:nonconformant-args"),
        ("[1 2] + [1 2 3]", "Octave:nonconformant-args"),
        ("eye(3) \\ [1; 2]", "Octave:nonconformant-args"),
        ("x = 1:5; x(2:3) = [1 2 3]", "Octave:nonconformant-args"),
        ("[1 2; 3]", ""),
        ("x.a = 1; x.b", "Octave:invalid-indexing"),
        ("x = 3; x.b", ""),
        ("x = 3; x{1}", ""),
        ("f = @(x) x; f(1, 2)", "Octave:invalid-fun-call"),
        ("sin()", "Octave:invalid-fun-call"),
        ("sin(1, 2)", "Octave:invalid-fun-call"),
        ("zeros(1e6, 1e6)", "Octave:bad-alloc"),
        ("{1} + 1", ""),
    ] {
        let got = raised(statement);
        assert!(got.starts_with(&format!("[{identifier}]")), "{statement}: {got}");
    }
}

#[test]
fn a_caught_error_knows_its_calls() {
    let functions =
        "function f(x), g(x); end\nfunction g(x)\n  error('My:id', 'boom %d', x);\nend\n";
    let code = format!(
        "{functions}try, f(1); catch e, disp(size(e.stack)), disp(e.stack(1).name), \
         disp(e.stack(1).line), disp(e.stack(1).column), disp(e.stack(2).name), end"
    );
    assert_eq!(run_script(&code).output, "   2   1\ng\n3\n3\nf\n");
}

#[test]
fn the_last_error_and_warning_are_remembered() {
    check(&[
        ("try, error('abc'), end, disp(lasterr())", "abc"),
        ("lasterr('x', 'y:z'); [m, id] = lasterr()", "m = x\nid = y:z"),
        (
            "try, try, error('in:ner', 'inner'), catch e, error('outer: %s', e.message), end, \
          catch e2, disp(e2.message), end",
            "outer: inner",
        ),
        (
            "try, unwind_protect, error('one'); unwind_protect_cleanup, error('two'); end, \
             catch e, disp(e.message), end",
            "two",
        ),
        ("lastwarn('set', 'a:b'); [m, id] = lastwarn()", "m = set\nid = a:b"),
    ]);
}

#[test]
fn warnings_are_switched_by_identifier() {
    check(&[
        ("warning('off', 'My:w'); warning('My:w', 'x'); disp(isempty(lastwarn()))", "1"),
        ("warning('off', 'all'); warning('nothing'); disp(isempty(lastwarn()))", "1"),
        (
            "warning('error', 'My:w'); try, warning('My:w', 'x'); catch e, disp(e.identifier), end",
            "My:w",
        ),
        (
            "function w(), warning('off', 'My:w', 'local'); warning('My:w', 'a'); end\n\
          w(); disp(isempty(lastwarn())); warning('error', 'My:x'); \
          try, warning('My:w', 'b'); catch, end, disp(lastwarn())",
            "1\nb",
        ),
    ]);
}

#[test]
fn a_warning_is_shown_once_a_run() {
    let run = run_script("for i = 1:5, warning('the same'), end, warning('another')");
    assert_eq!(run.warnings, ["warning: the same", "warning: another"]);
}
