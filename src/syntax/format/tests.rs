//! What the layout looks like.

use super::*;

#[track_caller]
fn lays_out(written: &str, expected: &str) {
    let lay_out = |text: &str| formatted(&Source::new("t", text));
    let text = lay_out(written).unwrap_or_else(|error| panic!("{}", error.render(false)));
    assert_eq!(text, expected);
    assert_eq!(lay_out(&text).as_deref(), Ok(expected), "it is stable");
}

#[test]
fn operators_stand_between_blanks() {
    lays_out("x=a+b*c;y  =  -a  ;z+=1", "x = a + b*c; y = -a; z += 1\n");
    lays_out("x=a+b *c", "x = a + b * c\n");
    lays_out("if a==1&&!b||c>2,end", "if a == 1 && !b || c > 2, end\n");
    lays_out("x = ~ a'; y = - - b; q = a .'", "x = ~a'; y = - -b; q = a.'\n");
    lays_out("i ++; --j", "i++; --j\n");
    lays_out("x = 2 ^ 3+2^3", "x = 2 ^ 3 + 2^3\n");
    // A looser operator is never tighter than one that binds more.
    lays_out("f(a+b * c)", "f(a + b * c)\n");
    lays_out("f(a+b*c, x-1)", "f(a+b*c, x-1)\n");
}

#[test]
fn ranges_are_tight() {
    lays_out(
        "for i = 1 : n - 1, x(i + 1 : end) = i : - 1 : 0; end",
        "for i = 1:n-1, x(i+1:end) = i:-1:0; end\n",
    );
    lays_out("x( : , 1 )", "x(:, 1)\n");
    lays_out("any(1:n==k)", "any(1:n == k)\n");
}

#[test]
fn calls_and_keywords_are_tight() {
    lays_out("f (x , k = 5, tol=1e-3)", "f(x, k=5, tol=1e-3)\n");
    lays_out("s.( name) {1 , 2}.x", "s.(name){1, 2}.x\n");
    lays_out("g = @ (x,y)x+y", "g = @(x, y) x + y\n");
    lays_out("cellfun(@ sin, c)", "cellfun(@sin, c)\n");
    lays_out(
        "function  [a,b]=f (x , k = 2)\na=x\nend",
        "function [a, b] = f(x, k=2)\n  a = x\nend\n",
    );
    lays_out("hold   on ;", "hold on;\n");
}

#[test]
fn elements_stay_elements() {
    lays_out("[1,2 ;3,4]", "[1, 2; 3, 4]\n");
    lays_out("[ a  -b ; a - b  c-d ]", "[a -b; a - b c-d]\n");
    lays_out("[a' b'; a 'b']", "[a' b'; a 'b']\n");
    lays_out("x = {@(x)x+1 , 'a'  \"b\" }", "x = {@(x) x+1, 'a' \"b\"}\n");
    lays_out("[ ]", "[]\n");
    lays_out("[a,~ ] = f()", "[a, ~] = f()\n");
}

#[test]
fn rows_stay_lines_and_columns() {
    lays_out("A=[1  2\n30 40];", "A = [1  2\n     30 40];\n");
    lays_out("A = [ 1  2\n     10 20 ];", "A = [ 1  2\n     10 20];\n");
    lays_out("A = [\n1 2 % one\n3 4\n];", "A = [\n  1 2  % one\n  3 4\n];\n");
    lays_out("A = [\n      1  2\n     10 20\n    ];", "A = [\n   1  2\n  10 20\n];\n");
}

#[test]
fn blocks_are_indented() {
    let written = "if a\nfor i=1:2\nx\nend\nelseif b\ny\nelse\nz\nend";
    lays_out(written, "if a\n  for i = 1:2\n    x\n  end\nelseif b\n  y\nelse\n  z\nend\n");
    let written = "switch a\ncase 1\nx\notherwise\ny\nend";
    lays_out(written, "switch a\n  case 1\n    x\n  otherwise\n    y\nend\n");
    lays_out("try\nx\ncatch e\ny\nend", "try\n  x\ncatch e\n  y\nend\n");
    lays_out("do\nx++\nuntil x>3", "do\n  x++\nuntil x > 3\n");
    lays_out("if a, for b = c\nx\nend, end\ny", "if a, for b = c\n  x\nend, end\ny\n");
    let written = "unwind_protect\nx\nunwind_protect_cleanup\ny\nend";
    lays_out(written, "unwind_protect\n  x\nunwind_protect_cleanup\n  y\nend\n");
    // Functions without an end.
    lays_out("function f\nx\n% of g\nfunction g\ny", "function f\n  x\n% of g\nfunction g\n  y\n");
}

#[test]
fn comments_keep_their_places() {
    lays_out(
        "if a %why\n%  in\nx% here\n  % still in\n% of else\nelse\ny\nend\n#!end",
        "if a  %why\n  %  in\n  x  % here\n  % still in\n% of else\nelse\n  y\nend\n#!end\n",
    );
    lays_out("a=1;   % one\nbbb=2; % two", "a = 1;    % one\nbbb = 2;  % two\n");
    lays_out("a=1; % one\nbbb=2; % two", "a = 1;  % one\nbbb = 2;  % two\n");
    lays_out("if a\n%{\n  as it is\n%}\nend", "if a\n  %{\n  as it is\n  %}\nend\n");
    lays_out("#!/usr/bin/env mf\nx", "#!/usr/bin/env mf\nx\n");
}

#[test]
fn lines_go_on() {
    lays_out("x = a + ...\n  b", "x = a + ...\n    b\n");
    lays_out("long = a + ... why\n         b", "long = a + ... why\n       b\n");
    lays_out("call(a, ...\n b)", "call(a, ...\n     b)\n");
    lays_out("printf_all(\"a\", ...\n    b)", "printf_all(\"a\", ...\n    b)\n");
    lays_out("f(\n a,\nb\n)", "f(\n  a,\n  b\n)\n");
}

#[test]
fn lines_and_their_ends() {
    lays_out("\n\n\na\n\n\n\n\nb\n\n\n", "a\n\n\nb\n");
    lays_out("if a\n\n\n\nb\nend", "if a\n\n  b\nend\n");
    lays_out("if a\r\nb\r\nend", "if a\r\n  b\r\nend\r\n");
    lays_out("", "");
    lays_out("  \n\t\n", "");
    lays_out("% é", "% é\n");
}

#[test]
fn what_does_not_parse_is_refused() {
    for text in ["x = (1", "if a", "1 +", "x = 'a", "\0"] {
        assert!(formatted(&Source::new("t", text)).is_err(), "{text}");
    }
}
