//! The tree as text again, in Octave's spacing: what an anonymous function looks like when it is shown.
//!
//! Numbers and strings are printed as they were written, so the text reads back as the same function.

use super::ast::{Arg, Expr, ExprKind, FunctionDef, Step, StmtKind};
use super::{Source, Span, UnaryOp, parse};

/// The text of an anonymous function, `@(x)x+1`, spaced as Octave spaces it: `@(x) x + 1`. A text that is not one
/// is returned as it is.
pub fn respaced(text: &str) -> String {
    let source = Source::new("", text);
    let program = parse(&source).ok();
    let only = program.as_ref().and_then(|program| match &program.body[..] {
        [statement] => Some(&statement.kind),
        _ => None,
    });
    match only {
        Some(StmtKind::Expr(Expr { kind: ExprKind::Anonymous(def, body), .. })) => {
            let mut printer = Printer { source: text, out: String::with_capacity(text.len() + 16) };
            printer.parameters(def);
            printer.out.push(' ');
            printer.expr(body);
            printer.out
        }
        _ => text.into(),
    }
}

struct Printer<'a> {
    source: &'a str,
    out: String,
}

impl Printer<'_> {
    fn written(&mut self, span: Span) {
        self.out.push_str(&self.source[span.range()]);
    }

    fn parameters(&mut self, def: &FunctionDef) {
        self.out.push_str("@(");
        for (i, param) in def.params.iter().enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            self.out.push_str(&param.name);
            if let Some(default) = &param.default {
                self.out.push('=');
                self.expr(default);
            }
        }
        self.out.push(')');
    }

    fn expr(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Number(_) | ExprKind::Imaginary(_) | ExprKind::Text { .. } => {
                self.written(e.span);
            }
            ExprKind::Assign(assignment) => self.written(assignment.span),
            ExprKind::Name(name) => self.out.push_str(name),
            ExprKind::All => self.out.push(':'),
            ExprKind::End => self.out.push_str("end"),
            ExprKind::Paren(inner) => {
                self.out.push('(');
                self.expr(inner);
                self.out.push(')');
            }
            ExprKind::Unary(op, a) => self.unary(*op, a),
            ExprKind::Binary(op, a, b) => {
                self.expr(a);
                self.out.push(' ');
                self.out.push_str(op.symbol());
                self.out.push(' ');
                self.expr(b);
            }
            ExprKind::Range { start, step, stop } => {
                self.expr(start);
                for part in step.iter().chain([stop]) {
                    self.out.push(':');
                    self.expr(part);
                }
            }
            ExprKind::Access(target, step) => {
                self.expr(target);
                self.step(step);
            }
            ExprKind::Matrix(rows) => self.rows('[', rows, ']'),
            ExprKind::Cell(rows) => self.rows('{', rows, '}'),
            ExprKind::Handle(name) => {
                self.out.push('@');
                self.out.push_str(name);
            }
            ExprKind::Anonymous(def, body) => {
                // Octave leaves the blank out of a function inside another.
                self.parameters(def);
                self.expr(body);
            }
        }
    }

    fn unary(&mut self, op: UnaryOp, a: &Expr) {
        let (before, after) = match op {
            UnaryOp::Neg => ("-", ""),
            UnaryOp::Plus => ("+", ""),
            UnaryOp::Not => ("!", ""),
            UnaryOp::Transpose => ("", ".'"),
            UnaryOp::ConjTranspose => ("", "'"),
        };
        self.out.push_str(before);
        self.expr(a);
        self.out.push_str(after);
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Paren(args) => self.args(" (", args, ")"),
            Step::Brace(args) => self.args(" {", args, "}"),
            Step::Field(name) => {
                self.out.push('.');
                self.out.push_str(name);
            }
            Step::Dynamic(name) => {
                self.out.push_str(".(");
                self.expr(name);
                self.out.push(')');
            }
        }
    }

    fn args(&mut self, open: &str, args: &[Arg], close: &str) {
        self.out.push_str(open);
        for (i, arg) in args.iter().enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            if let Some((keyword, _)) = &arg.keyword {
                self.out.push_str(keyword);
                self.out.push('=');
            }
            self.expr(&arg.value);
        }
        self.out.push_str(close);
    }

    fn rows(&mut self, open: char, rows: &[Vec<Expr>], close: char) {
        self.out.push(open);
        for (i, row) in rows.iter().enumerate() {
            if i > 0 {
                self.out.push_str("; ");
            }
            for (j, entry) in row.iter().enumerate() {
                if j > 0 {
                    self.out.push_str(", ");
                }
                self.expr(entry);
            }
        }
        self.out.push(close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_spaced_as_octave_spaces_them() {
        for (written, printed) in [
            ("@(x)x+1", "@(x) x + 1"),
            ("@(x,y) x(1,:)*y'-[1,2;3 4].^2", "@(x, y) x (1, :) * y' - [1, 2; 3, 4] .^ 2"),
            ("@() disp(\"a\\n\")", "@() disp (\"a\\n\")"),
            ("@(x) x{1}.a.(b)(1:2:end)", "@(x) x {1}.a.(b) (1:2:end)"),
            ("@(x, ~) @(y) x+y", "@(x, ~) @(y)x + y"),
            ("@(x) ~x&&-x.'~=1e5+0x1F", "@(x) !x && -x.' != 1e5 + 0x1F"),
            ("@(x) {}", "@(x) {}"),
            ("@(x, k=2) f(x, k=k)", "@(x, k=2) f (x, k=k)"),
            ("@sin", "@sin"),
        ] {
            assert_eq!(respaced(written), printed);
            assert_eq!(respaced(printed), printed, "it reads back");
        }
    }
}
