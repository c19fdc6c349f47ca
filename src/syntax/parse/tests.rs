//! What the parser makes of a text: precedence, blanks in brackets, statements, hostile input.

use super::*;

fn tree(text: &str) -> String {
    let source = Source::new("t", text);
    match parse(&source) {
        Err(error) => format!("error: {}", error.message),
        Ok(program) => program.body.iter().map(show_stmt).collect::<Vec<_>>().join("; "),
    }
}

fn show_stmt(stmt: &Stmt) -> String {
    match &stmt.kind {
        StmtKind::Expr(e) => show(e),
        StmtKind::Assign { targets, op, value, .. } => {
            let names: Vec<_> =
                targets.iter().map(|t| t.as_ref().map_or("~", |t| &t.name)).collect();
            let value = match &**value {
                AssignValue::Expr(e) => show(e),
                AssignValue::Chain(s) => show_stmt(s),
            };
            format!("{}{}={value}", names.join(","), op.map_or("", |op| op.symbol()))
        }
        StmtKind::Command { name, args } => format!("{name} {}", args.join(" ")),
        other => format!("{other:?}").split([' ', '(', '{']).next().unwrap().to_string(),
    }
}

fn show(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Number(x) => format!("{x}"),
        ExprKind::Imaginary(x) => format!("{x}i"),
        ExprKind::Text { value, .. } => format!("'{value}'"),
        ExprKind::Name(n) => n.to_string(),
        ExprKind::All => ":".into(),
        ExprKind::End => "end".into(),
        ExprKind::Paren(e) => format!("P{}", show(e)),
        ExprKind::Unary(op, e) => format!("{op:?}({})", show(e)),
        ExprKind::Binary(op, a, b) => format!("({}{}{})", show(a), op.symbol(), show(b)),
        ExprKind::Range { start, step, stop } => {
            let step = step.as_ref().map_or(String::new(), |s| format!("{}:", show(s)));
            format!("<{}:{step}{}>", show(start), show(stop))
        }
        ExprKind::Access(e, Step::Paren(args)) => {
            let args: Vec<_> = args.iter().map(|a| show(&a.value)).collect();
            format!("{}({})", show(e), args.join(","))
        }
        ExprKind::Access(e, Step::Field(f)) => format!("{}.{f}", show(e)),
        ExprKind::Access(e, _) => format!("{}{{}}", show(e)),
        ExprKind::Matrix(rows) | ExprKind::Cell(rows) => {
            let rows: Vec<_> =
                rows.iter().map(|r| r.iter().map(show).collect::<Vec<_>>().join(" ")).collect();
            format!("[{}]", rows.join("; "))
        }
        ExprKind::Handle(n) => format!("@{n}"),
        ExprKind::Anonymous(_, body) => format!("@(){}", show(body)),
        ExprKind::Assign(statement) => show_stmt(statement),
    }
}

#[test]
fn precedence_is_octaves() {
    for (text, want) in [
        ("1+2*3", "(1+(2*3))"),
        ("-2^2", "Neg((2^2))"),
        ("2^-1", "(2^-1)"),
        ("2^3'", "ConjTranspose((2^3))"),
        ("a'(1)", "ConjTranspose(a)(1)"),
        ("!x == y", "(Not(x)==y)"),
        ("1:n+1", "<1:(n+1)>"),
        ("1:2:n", "<1:2:n>"),
        ("a || b && c | d & e", "(a||(b&&(c|(d&e))))"),
        ("a.b(2).c'", "ConjTranspose(a.b(2).c)"),
        ("1./x.^2", "(1./(x.^2))"),
        ("A\\b + c", "((A\\b)+c)"),
        ("@(x) x + 1", "@()(x+1)"),
        ("f(x, k=5)(end)", "f(x,5)(end)"),
        ("1_000 + 0x1F + 0b11 + 1e3 + .5", "((((1000+31)+3)+1000)+0.5)"),
        ("3.'", "Transpose(3)"),
    ] {
        assert_eq!(tree(text), want, "{text}");
    }
}

#[test]
fn a_blank_separates_elements_only_where_octave_says() {
    for (text, want) in [
        ("[1 -2]", "[1 -2]"),
        ("[1 - 2]", "[(1-2)]"),
        ("[1 -2 + 3]", "[1 (-2+3)]"),
        ("[a' b']", "[ConjTranspose(a) ConjTranspose(b)]"),
        ("[a 'b']", "[a 'b']"),
        ("[a (1)]", "[a P1]"),
        ("[f(1 , 2) 3]", "[f(1,2) 3]"),
        ("[1, 2\n 3, 4;]", "[1 2; 3 4]"),
        ("[\n1 2 % note\n\n3 4\n]", "[1 2; 3 4]"),
        ("[1 ...\n -2]", "[1 -2]"),
        ("[]", "[]"),
        ("[;]", "[]"),
        ("[a ~= b ~c]", "[(a!=b) Not(c)]"),
        ("[x.y z]", "[x.y z]"),
        ("{@(x) x+1, 2}", "[@()(x+1) 2]"),
        ("[1 : 3]", "[<1:3>]"),
        ("f(1,\n 2)", "f(1,2)"),
    ] {
        assert_eq!(tree(text), want, "{text}");
    }
}

#[test]
fn statements() {
    for (text, want) in [
        ("x = 3; y", "x=3; y"),
        ("a = b = 3", "a=b=3"),
        ("[a, ~, c] = f(1)", "a,~,c=f(1)"),
        ("[a b] = f", "a,b=f"),
        ("x += 1, x++", "x+=1; x+=1"),
        ("if x, y, end", "If"),
        ("if (x) y end; for i=1:3 disp(i), end", "If; For"),
        ("for k in [5 10], k, end", "For"),
        ("while true end", "While"),
        ("do x; until y", "DoUntil"),
        ("switch x case 1 y; otherwise z; end", "Switch"),
        ("try, x, catch err\n y, end_try_catch", "Try"),
        ("hold on; format long", "hold on; format long"),
        ("hold = 3; figure(1)", "hold=3; figure(1)"),
        ("a.b(2).c = 1", "a=1"),
        ("A(2,:) = []", "A=[]"),
        ("x.end_value", "x.end_value"),
        ("endless = 1; iffy = 2", "endless=1; iffy=2"),
        ("x = )", "error: `)` closes nothing"),
        ("x = (1", "error: `(` is never closed"),
        ("if x", "error: `if` is never closed"),
        ("x = 1 +", "error: `+` needs a value on its right"),
        ("end", "error: did not expect `end` here"),
    ] {
        assert_eq!(tree(text), want, "{text}");
    }
}

#[test]
fn functions_and_their_comments() {
    let text = "1;\n% not this\n\n## Adds.\n##   more\nfunction c = add(a, b=2)\n c = a+b;\nend\nfunction g\n% Below.\n x\nend";
    let program = parse(&Source::new("t", text)).unwrap();
    assert_eq!(program.functions.len(), 2);
    let add = &program.functions[0];
    assert_eq!((&*add.name, add.params.len(), add.outputs.len()), ("add", 2, 1));
    assert_eq!(add.doc, "Adds.\n  more");
    assert_eq!(program.functions[1].doc, "Below.");
}

#[test]
fn hostile_input_is_refused_in_linear_time() {
    for text in [
        "(".repeat(20_000),
        "[".repeat(20_000),
        "((((((((((((((((((((((((((((1".to_string(),
        "!".repeat(100_000) + "x",
        "1".to_string() + &"+1".repeat(100_000),
        "@()".repeat(10_000) + "1",
        "if x\n".repeat(5_000),
        "x".to_string() + &"'".repeat(100_000),
    ] {
        assert!(tree(&text).starts_with("error: "), "{}", &text[..20.min(text.len())]);
    }
    let literal = format!("[{}]", "1 ".repeat(500_000));
    assert!(tree(&literal).starts_with("[1 1"));
}

/// The deepest that is allowed must fit the smallest stack a front end parses on.
#[test]
fn the_deepest_programs_fit_the_stack() {
    let deep = |open: &str, inner: &str, close: &str| open.repeat(250) + inner + &close.repeat(250);
    for text in [
        deep("(", "1", ")"),
        deep("[", "1", "]"),
        deep("f(", "1", ")"),
        deep("@() ", "1", ""),
        deep("if x, ", "y", ", end"),
        "1".to_string() + &"+1".repeat(1_900),
        "-".repeat(3_900) + "x",
    ] {
        assert!(parse(&Source::new("t", text.as_str())).is_ok(), "{text}");
    }
}

#[test]
fn escapes() {
    assert_eq!(&*unescape(r#"a\tb\n\x41\101\q""""#), "a\tb\nAA\\q\"\"");
}
