//! The fast tier computes what the general evaluator computes: the same programs run with it on and off, and everything
//! that can be seen of them is compared: output, errors and their places, and all variables.

use matfac::data::{Interrupt, Monitor};
use matfac::plot::Figure;
use mf::eval::{Interpreter, Library, Output};
use mf::syntax::{Diagnostic, Source};
use mf::value::{Host, Native, Shown};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::cell::RefCell;
use std::fmt::Write;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// The table of built-in functions, and nothing written in mf.
struct Table;

impl Library for Table {
    fn native(&self, name: &str) -> Option<&'static Native> {
        mf::builtins::native(name)
    }
    fn stdlib(&self, _: &str) -> Option<Source> {
        None
    }
    fn names(&self) -> Vec<&'static str> {
        Vec::new()
    }
    fn native_help(&self, _: &str) -> Option<String> {
        None
    }

    fn written_help(&self, _: &str, comment: &str) -> String {
        comment.into()
    }
    fn catalogue(&self) -> Vec<(String, String, String)> {
        Vec::new()
    }
}

/// Writes everything down.
#[derive(Default, Clone)]
struct Log(Rc<RefCell<String>>);

impl Output for Log {
    fn stdout(&mut self, text: &str) {
        self.0.borrow_mut().push_str(text);
    }
    fn stderr(&mut self, text: &str) {
        self.0.borrow_mut().push_str(text);
    }
    fn value(&mut self, shown: Shown, _: bool) {
        writeln!(self.0.borrow_mut(), "{}", shown.text).unwrap();
    }
    fn figure(&mut self, _: Arc<Figure>) {}
    fn warning(&mut self, warning: Diagnostic) {
        self.0.borrow_mut().push_str(&warning.render(false));
    }
    fn page(&mut self, text: &str) {
        self.stdout(text);
    }
    fn clear(&mut self) {}
    fn input(&mut self, _: &str) -> Option<String> {
        None
    }
    fn monitor(&self, _: &Interrupt) -> Monitor {
        Monitor::default()
    }
}

fn interpreter(is_typed: bool, interrupt: Interrupt) -> (Interpreter, Log) {
    let log = Log::default();
    let mut interpreter = Interpreter::new(Box::new(Table), Box::new(log.clone()), interrupt);
    interpreter.set_typed(is_typed);
    (interpreter, log)
}

/// Everything that can be seen of running some texts, one after another in one workspace.
fn story(texts: &[&str], is_typed: bool) -> String {
    // A stack for the deepest calls that are allowed, as the session's thread has.
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(1 << 30);
        thread.spawn_scoped(scope, || told(texts, is_typed)).unwrap().join().unwrap()
    })
}

fn told(texts: &[&str], is_typed: bool) -> String {
    let (mut interpreter, log) = interpreter(is_typed, Interrupt::new());
    for text in texts {
        if let Err(fault) = interpreter.run(&Source::new("t", *text)) {
            log.0.borrow_mut().push_str(&fault.into_diagnostic().render(false));
        }
    }
    let mut story = log.0.borrow().clone();
    for (name, value) in interpreter.variables() {
        writeln!(story, "{name} {} {value:?}", value.class()).unwrap();
    }
    // Which quotes a string came in shows nowhere.
    let story = story.replace("double_quoted: true", "double_quoted: false");
    // Typed code does not keep account of the line that made a vector as long as it is.
    let mut parts = story.split("(line ");
    let mut told: String = parts.next().unwrap_or_default().into();
    for part in parts {
        told += "(line ";
        told += part.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    told
}

#[track_caller]
fn same(texts: &[&str]) {
    assert_eq!(story(texts, true), story(texts, false), "{}", texts.join("\n---\n"));
}

/// Functions for the programs below: pure and not, recursive, with several outputs, with defaults.
const FUNCTIONS: &str = "
function y = bump(x), if x > 2, y = x - 1; else, y = x * 2; end, end
function y = fib(n), if n < 2, y = n; else, y = fib(n - 1) + fib(n - 2); end, end
function [a, b] = both(x, k=3), a = x + k; b = x > k; end
function y = noisy(x), printf('<%g>', x); y = x + 1; end
function y = maybe(x), if x > 3, y = x; end, end
function y = root(x), y = sqrt(x); end
function y = early(x), y = 0; for k = 1:10, y = y + k; if y > x, return; end, end, end
function y = counts(varargin_, b), y = nargin * 10 + nargout; end
function y = even(n), if n <= 0, y = true; else, y = odd(n - 1); end, end
function y = odd(n), if n <= 0, y = false; else, y = even(n - 1); end, end
";

const START: &str = "a = 1; b = 2.5; c = -3; q = true; M = [1 2 3; 4 5 6]; v = [3 1 2]; \
    p = [true false true]; r = 1:4; s = \"\\001\\002\"; h = @(x) x * a + 1; g = @bump; E = [];";

/// Makes a program out of bytes, so that a failing one shrinks.
struct Writer<'a> {
    choices: std::slice::Iter<'a, u8>,
    loops: usize,
}

impl Writer<'_> {
    fn choose<'t>(&mut self, options: &[&'t str]) -> &'t str {
        let choice = self.choices.next().copied().unwrap_or(0);
        options[usize::from(choice) % options.len()]
    }

    fn expression(&mut self, depth: usize) -> String {
        let leaves = [
            "a",
            "b",
            "c",
            "i",
            "1",
            "2",
            "0",
            "-1",
            "0.5",
            "q",
            "v(2)",
            "M(2,1)",
            "v(i)",
            "M(i,2)",
            "p(1)",
            "pi",
            "t",
            "u",
            "r(2)",
            "numel(v)",
            "v(end)",
            "M(end,1)",
            "size(M,2)",
            "E",
            "s(1)",
            "NaN",
            "Inf",
            "true",
            "v",
            "rand()",
            "j",
            "w1",
            "M(3)",
            "isempty(E)",
        ];
        if depth == 0 {
            return self.choose(&leaves).into();
        }
        let form = self.choose(&[
            "leaf", "leaf", "+", "-", "*", "/", "^", "<", "==", ">=", "~=", "&&", "||", "&", "|",
            "neg", "not", "call", "call2", "index", "paren", ".*", "\\",
        ]);
        match form {
            "leaf" => self.choose(&leaves).into(),
            "neg" => format!("-{}", self.expression(depth - 1)),
            "not" => format!("!({})", self.expression(depth - 1)),
            "paren" => format!("({})", self.expression(depth - 1)),
            "index" => format!("v({})", self.expression(depth - 1)),
            "call" => {
                let f = self.choose(&[
                    "bump",
                    "fib",
                    "both",
                    "noisy",
                    "maybe",
                    "root",
                    "early",
                    "h",
                    "g",
                    "abs",
                    "floor",
                    "sqrt",
                    "sin",
                    "log",
                    "nothing_of_this_name",
                    "even",
                    "counts",
                    "isnan",
                    "sum",
                ]);
                // Recursion must end soon.
                let x = self.expression(depth - 1);
                if matches!(f, "fib" | "even") {
                    format!("{f}(min({x}, 6))")
                } else {
                    format!("{f}({x})")
                }
            }
            "call2" => {
                let f = self.choose(&["mod", "rem", "max", "min", "atan2", "both", "counts"]);
                format!("{f}({}, {})", self.expression(depth - 1), self.expression(depth - 1))
            }
            op => format!("{} {op} {}", self.expression(depth - 1), self.expression(depth - 1)),
        }
    }

    /// A statement, with its blocks.
    fn statement(&mut self, depth: usize) -> String {
        let kind = self.choose(&[
            "set", "set", "set", "update", "put", "put2", "grow", "if", "for", "while", "do",
            "show", "echo", "many", "break", "continue", "swap", "text", "whole", "clear", "range",
            "walk", "try", "switch", "mask", "bare",
        ]);
        match kind {
            "if" if depth > 0 => {
                let (condition, body) = (self.expression(2), self.block(depth - 1));
                let otherwise = self.block(depth - 1);
                format!("if {condition}\n{body}else\n{otherwise}end\n")
            }
            "for" if depth > 0 => {
                let variable = self.choose(&["i", "j", "a", "t"]);
                let range = self.choose(&["1:3", "3:-1:1", "1:0", "0:0.5:1", "1:a", "2", "i:3"]);
                format!("for {variable} = {range}\n{}end\n", self.block(depth - 1))
            }
            "walk" if depth > 0 => {
                let walked = self.choose(&["v", "M", "s", "p", "r", "E", "[2 1]", "h", "M'"]);
                format!("for i = {walked}\n{}end\n", self.block(depth - 1))
            }
            "while" | "do" if depth > 0 => {
                self.loops += 1;
                let w = format!("w{}", self.loops);
                let (condition, body) = (self.expression(1), self.block(depth - 1));
                match kind {
                    "while" => {
                        format!("{w} = 0;\nwhile {w} < 3 && ({condition})\n{w} += 1;\n{body}end\n")
                    }
                    _ => {
                        format!("{w} = 0;\ndo\n{w} += 1;\n{body}until {w} >= 3 || ({condition})\n")
                    }
                }
            }
            "try" if depth > 0 => {
                format!("try\n{}catch err\nm = err.message;\nend\n", self.block(depth - 1))
            }
            "switch" if depth > 0 => {
                let (subject, body) = (self.expression(1), self.block(depth - 1));
                format!("switch {subject}\ncase 1\n{body}otherwise\n{}end\n", self.block(depth - 1))
            }
            "update" => {
                let target = self.choose(&["a", "b", "t", "v(2)", "M(1,2)", "v(i)", "q"]);
                let op = self.choose(&["+=", "-=", "*=", "/=", "^="]);
                format!("{target} {op} {};\n", self.expression(1))
            }
            "put" => {
                let target = self.choose(&["v", "p", "M", "E", "t", "a", "r", "s", "new"]);
                format!("{target}({}) = {};\n", self.expression(1), self.expression(1))
            }
            "put2" => {
                let (i, j) = (self.expression(0), self.expression(0));
                format!("M({i}, {j}) = {};\n", self.expression(1))
            }
            "grow" => {
                let target = self.choose(&["v", "E", "r", "u", "s", "p"]);
                format!("{target}(end+1) = {};\n", self.expression(1))
            }
            "range" => {
                let range =
                    self.choose(&["1:2", "2:2:numel(p)", "i:3", "3:-1:1", "end:end", "0:1"]);
                let target = self.choose(&["p", "v", "M"]);
                format!("{target}({range}) = {};\n", self.choose(&["false", "7", "true", "a"]))
            }
            "show" => format!("disp({})\n", self.expression(1)),
            "echo" => format!("b = {}\n", self.expression(1)),
            "many" => format!("[a, q] = both({});\n", self.expression(1)),
            "break" => format!("if {}, break, end\n", self.expression(1)),
            "continue" => format!("if {}, continue, end\n", self.expression(1)),
            "bare" => format!("{};\n", self.expression(1)),
            "swap" => "t = v(1); v(1) = v(2); v(2) = t;\n".into(),
            "text" | "whole" | "clear" | "mask" => {
                let simple = self.choose(&[
                    "s = [s 'x'];",
                    "s = [s sprintf('%d,', i)];",
                    "a = 'w';",
                    "s(end+1) = 'y';",
                    "s(1) = 'z';",
                    "v = [v i];",
                    "v = [v; 1];",
                    "E = [E; i];",
                    "M = zeros(2, 3);",
                    "v = v * 2;",
                    "u = [1 2];",
                    "h = @(y) y - 1;",
                    "clear t",
                    "clear a",
                    "clear v",
                    "clear u",
                    "s = 1;",
                    "v = 3;",
                    "q = 2;",
                    "M = true;",
                    "pi = 3;",
                ]);
                format!("{simple}\n")
            }
            _ => {
                let target = self.choose(&["a", "b", "c", "t", "u", "q", "i"]);
                format!("{target} = {};\n", self.expression(2))
            }
        }
    }

    /// One to three statements.
    fn block(&mut self, depth: usize) -> String {
        let count = self.choose(&["11", "1", "111"]).len();
        (0..count).map(|_| self.statement(depth)).collect()
    }
}

fn program(choices: &[u8]) -> String {
    let mut writer = Writer { choices: choices.iter(), loops: 0 };
    let text = ["1:3", "1:2"].map(|range| format!("for i = {range}\n{}end\n", writer.block(3)));
    // Characters may become the bounds of loops: small codes keep those short.
    text.concat().replace("'w'", r#""\003""#).replace("'x'", r#""\002""#)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, max_shrink_iters: 200, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn random_programs_do_the_same_with_the_tier_off(choices in prop::collection::vec(any::<u8>(), 20..160)) {
        let program = program(&choices);
        // Twice: what the first run compiled must suit what the variables have become.
        let texts = [FUNCTIONS, START, &program, &program];
        prop_assert_eq!(story(&texts, true), story(&texts, false), "{}", program);
    }
}

#[test]
fn variables_may_change_what_they_are_in_the_middle_of_a_loop() {
    same(&["x = 0; for i = 1:6, if i == 3, x = [1 2]; end, x = x + 1; end"]);
    same(&["x = 0; for i = 1:6, x = x + 1; if i == 3, x = 'a'; end, end"]);
    same(&["for i = 1:4, if i == 2, y = 1; end, try, z = y + i; catch, z = -1; end, disp(z), end"]);
    same(&["x = 5; for i = 1:4, y = x; if i == 2, clear x, end, end"]);
    same(&["s = 'text'; for i = 1:3, if i > 1, t = s + 1; end, s = i; end"]);
    same(&["x = 0; for i = 1:4, x = x + sqrt(2 - i); end"]);
    same(&["for i = 1:3, A = zeros(2); for j = 1:2, A(j, j) = i; end, B = A; A(1, 1) = 9; end"]);
    same(&["f = @(x) x + 1; for i = 1:4, y = f(i); f = @(x) x * i; end"]);
}

#[test]
fn names_may_hide_functions() {
    same(&["s = 0; for i = 1:3, s = s + pi; if i == 2, pi = 3; end, end"]);
    same(&["abs = [7 8 9]; s = 0; for i = 1:3, s = s + abs(i); end"]);
    same(&[
        "s = 0; for i = 1:3, s = s + abs(-i); end",
        "function y = abs(x), y = 100; end",
        "for i = 1:3, s = s + abs(-i); end",
    ]);
}

#[test]
fn loops_leave_their_variable_as_ever() {
    same(&["for i = 1:0, end", "for i = [], end", "i = 7; for i = 1:0, end"]);
    same(&["for i = 1:5, i = 10; end", "n = 3; k = 0; for i = 1:n, n = 10; k += 1; end"]);
    same(&["k = 0; for i = 0:0.1:1, k = k + i; end", "for i = 5:-2:0, k(end+1) = i; end"]);
    same(&["while NaN, end", "x = NaN; if x, end, k = 1; while k < 3, k += 1; if x, end, end"]);
}

#[test]
fn errors_in_typed_functions_tell_the_same_story() {
    let functions = "function y = f(n), if n == 0, y = undefined_name; else, y = f(n - 1); end, end
        function y = deep(n), y = deep(n + 1); end
        function y = part(n), if n > 2, y = n; end, end";
    for call in ["f(3)", "deep(1)", "part(1)", "part(3)", "part()", "f(1, 2)", "[a, b] = part(3)"] {
        same(&[
            functions,
            call,
            &format!("for i = 1:2, {call}; end"),
            &format!("for i = 1:2, z = {call}; end"),
        ]);
    }
}

#[test]
fn nothing_is_done_twice() {
    let functions = "function y = loud(x), printf('%g ', x); y = sqrt(x); end";
    same(&[
        functions,
        "for i = 1:3, x = loud(-i); end",
        "for i = 1:3, x = 0; x = x + loud(i) + sqrt(-1); end",
    ]);
    same(&["seed(1); for i = 1:4, x = rand + sqrt(2 - i); end, x"]);
}

#[test]
fn matrices_are_copied_when_somebody_else_holds_them() {
    same(&["A = zeros(2); B = A; for i = 1:2, A(i, i) = i; end"]);
    same(&[
        "A = 1:3; B = A; for i = 1:3, A(i) = A(i) * 2; end",
        "for i = 1:2, C = A; A(i) = 0; end",
    ]);
    same(&["f = @() A; A = [1 2 3]; g = @() A; for i = 1:3, A(i) = 0; end, g()"]);
}

/// Runs a text that does not end, interrupts it, and says how the workspace looks then.
fn interrupted(text: &str) -> String {
    let interrupt = Interrupt::new();
    let (mut interpreter, _) = interpreter(true, interrupt.clone());
    let watch = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        interrupt.trigger();
    });
    let fault = interpreter.run(&Source::new("t", text)).unwrap_err();
    watch.join().unwrap();
    assert_eq!(fault.message, "interrupted", "{text}");
    interpreter
        .variables()
        .iter()
        .map(|(name, value)| format!("{name}:{} ", value.describe()))
        .collect()
}

#[test]
fn interrupts_stop_typed_code_and_keep_the_variables() {
    assert_eq!(interrupted("while true, end"), "");
    assert_eq!(
        interrupted("x = 0; A = zeros(2); while true, x += 1; A(1, 2) = x; end"),
        "A:2×2 matrix x:number "
    );
    assert_eq!(interrupted("for i = 1:1e15, end"), "i:number ");
    assert_eq!(interrupted("do, x = 1; until false"), "x:number ");
    assert_eq!(
        interrupted("function y = spin(x), y = 1; while y > 0, y = 2; end, end, spin(1)"),
        ""
    );
    assert_eq!(
        interrupted("for i = 1:1e15, for j = 1:2, if j == 1, continue, end, end, end").len(),
        18
    );
}
