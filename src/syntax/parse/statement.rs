//! Statements, blocks and function definitions of pest's pairs.

use super::*;
use crate::syntax::BinaryOp;
use pest::iterators::Pairs;

impl Builder<'_> {
    pub(super) fn statements(&mut self, list: Pair<'_, Rule>) -> Result<Vec<Stmt>> {
        let mut statements = Vec::new();
        for pair in list.into_inner() {
            if let Some(statement) = self.statement(pair)? {
                statements.push(statement);
            }
        }
        Ok(statements)
    }

    /// The statements of the next pair when it is a list; what follows is left in `inner`.
    fn body(&mut self, inner: &mut Pairs<'_, Rule>) -> Result<Vec<Stmt>> {
        match inner.peek() {
            Some(pair) if pair.as_rule() == Rule::statement_list => {
                inner.next();
                self.statements(pair)
            }
            _ => Ok(Vec::new()),
        }
    }

    fn statement(&mut self, pair: Pair<'_, Rule>) -> Result<Option<Stmt>> {
        let mut inner = pair.into_inner();
        let first = inner.next().expect("a statement has a body");
        let span = span_of(&first);
        let echo = match inner.next() {
            Some(terminator) => terminator.into_inner().all(|p| p.as_rule() != Rule::semicolon),
            None => false,
        };
        let kind = match first.as_rule() {
            Rule::function_def => {
                self.function(first)?;
                return Ok(None);
            }
            Rule::if_block => self.if_block(first)?,
            Rule::for_block => self.for_block(first)?,
            Rule::while_block => {
                let mut inner = first.into_inner();
                let condition = self.next_expr(&mut inner)?;
                StmtKind::While { condition, body: self.body(&mut inner)? }
            }
            Rule::do_block => {
                let mut inner = first.into_inner();
                let body = self.body(&mut inner)?;
                StmtKind::DoUntil { body, condition: self.next_expr(&mut inner)? }
            }
            Rule::switch_block => self.switch_block(first)?,
            Rule::try_block => self.try_block(first)?,
            Rule::unwind_block => {
                let mut inner = first.into_inner();
                let body = self.body(&mut inner)?;
                StmtKind::Unwind { body, cleanup: self.body(&mut inner)? }
            }
            Rule::break_stmt => StmtKind::Break,
            Rule::continue_stmt => StmtKind::Continue,
            Rule::return_stmt => StmtKind::Return,
            Rule::global_stmt => StmtKind::Global,
            Rule::persistent_stmt => {
                let mut list = Vec::new();
                for declared in first.into_inner() {
                    let mut inner = declared.into_inner();
                    let name = text_of(&inner.next().expect("a name"));
                    let value = inner.next().map(|pair| self.expr(pair)).transpose()?;
                    list.push((name, value));
                }
                StmtKind::Persistent(list)
            }
            Rule::command => {
                let mut inner = first.into_inner();
                let name = text_of(&inner.next().expect("the word"));
                let args = inner
                    .filter(|pair| pair.as_rule() == Rule::command_arg)
                    .map(|pair| pair.as_str().trim_matches(['\'', '"']).into())
                    .collect();
                StmtKind::Command { name, args }
            }
            Rule::assignment => return Ok(Some(Stmt { echo, ..self.assignment(first)? })),
            Rule::increment => self.increment(first)?,
            _ => StmtKind::Expr(self.expr(first)?),
        };
        Ok(Some(Stmt { kind, span, echo }))
    }

    fn if_block(&mut self, pair: Pair<'_, Rule>) -> Result<StmtKind> {
        let mut inner = pair.into_inner();
        let condition = self.next_expr(&mut inner)?;
        let mut arms = vec![(condition, self.body(&mut inner)?)];
        let mut otherwise = Vec::new();
        for part in inner {
            let is_else = part.as_rule() == Rule::else_part;
            let mut inner = part.into_inner();
            if is_else {
                otherwise = self.body(&mut inner)?;
            } else {
                let condition = self.next_expr(&mut inner)?;
                arms.push((condition, self.body(&mut inner)?));
            }
        }
        Ok(StmtKind::If { arms, otherwise })
    }

    fn for_block(&mut self, pair: Pair<'_, Rule>) -> Result<StmtKind> {
        let mut inner = pair.into_inner().peekable();
        inner.next_if(|pair| pair.as_rule() == Rule::for_open);
        let head = inner.next().expect("the loop variable");
        let (target, key) = if head.as_rule() == Rule::for_pair {
            let mut pair = head.into_inner();
            let value = self.place(pair.next().expect("the value's variable"))?;
            (value, Some(self.place(pair.next().expect("the key's variable"))?))
        } else {
            (self.place(head)?, None)
        };
        let range = self.expr(inner.next().expect("what to walk"))?;
        let mut body = Vec::new();
        for pair in inner {
            // `parfor (i = 1:n, workers)`: the number of workers is ours to choose.
            if pair.as_rule() == Rule::statement_list {
                body = self.statements(pair)?;
            }
        }
        Ok(match key {
            None => StmtKind::For { target, range, body },
            Some(key) => StmtKind::ForFields { value: target, key, range, body },
        })
    }

    fn switch_block(&mut self, pair: Pair<'_, Rule>) -> Result<StmtKind> {
        let mut inner = pair.into_inner();
        let subject = self.next_expr(&mut inner)?;
        let mut cases = Vec::new();
        let mut otherwise = Vec::new();
        for part in inner {
            let is_case = part.as_rule() == Rule::case_part;
            let mut inner = part.into_inner();
            if is_case {
                let value = self.next_expr(&mut inner)?;
                cases.push((value, self.body(&mut inner)?));
            } else {
                otherwise = self.body(&mut inner)?;
            }
        }
        Ok(StmtKind::Switch { subject, cases, otherwise })
    }

    fn try_block(&mut self, pair: Pair<'_, Rule>) -> Result<StmtKind> {
        let mut inner = pair.into_inner();
        let body = self.body(&mut inner)?;
        let (mut name, mut handler) = (None, Vec::new());
        if let Some(part) = inner.next() {
            let mut inner = part.into_inner();
            if inner.peek().is_some_and(|pair| pair.as_rule() == Rule::name) {
                name = inner.next().map(|pair| text_of(&pair));
            }
            handler = self.body(&mut inner)?;
        }
        Ok(StmtKind::Try { body, name, handler })
    }

    fn function(&mut self, pair: Pair<'_, Rule>) -> Result<()> {
        let span = span_of(&pair);
        let mut outputs = Vec::new();
        let mut name = None;
        let mut params = Vec::new();
        let mut body = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::outputs => outputs = part.into_inner().map(|pair| text_of(&pair)).collect(),
                Rule::name => name = Some(text_of(&part)),
                Rule::parameters => params = self.parameters(part)?,
                Rule::statement_list => body = self.statements(part)?,
                _ => {}
            }
        }
        let name = name.expect("a function has a name");
        let doc = self.doc_comment(span);
        self.functions.push(Arc::new(FunctionDef { name, outputs, params, body, span, doc }));
        Ok(())
    }

    pub(super) fn parameters(&mut self, pair: Pair<'_, Rule>) -> Result<Vec<Param>> {
        let mut params = Vec::new();
        for parameter in pair.into_inner() {
            let span = span_of(&parameter);
            let mut inner = parameter.into_inner();
            let first = inner.next().expect("a parameter");
            let name: Box<str> = match first.as_rule() {
                Rule::ignored => "~".into(),
                _ => text_of(&first),
            };
            let default = inner.next().map(|pair| self.expr(pair)).transpose()?;
            params.push(Param { name, default, span });
        }
        Ok(params)
    }

    /// The run of whole-line comments that ends on the line above, or starts on the line below, a definition.
    fn doc_comment(&self, span: Span) -> String {
        let text = &self.source.text;
        let strip =
            |range: Span| text[range.range()].trim_start_matches(['%', '#']).trim_end().to_string();
        let between_is_blank = |from: u32, to: u32| {
            let gap = &text[from as usize..to as usize];
            gap.trim().is_empty() && gap.matches('\n').count() <= 1
        };
        let mut lines = Vec::new();
        let mut below = span.start;
        for &comment in self.scanned.comments.iter().rev().filter(|c| c.end <= span.start) {
            if !between_is_blank(comment.end, below) {
                break;
            }
            lines.push(strip(comment));
            below = comment.start;
        }
        lines.reverse();
        if lines.is_empty() {
            let header_end =
                text[span.range()].find('\n').map_or(span.end, |n| span.start + n as u32);
            let mut above = header_end;
            for &comment in self.scanned.comments.iter().filter(|c| c.start >= header_end) {
                if !between_is_blank(above, comment.start) {
                    break;
                }
                lines.push(strip(comment));
                above = comment.end;
            }
        }
        let indent = lines
            .iter()
            .filter(|l| !l.trim().is_empty())
            .map(|l| l.len() - l.trim_start().len())
            .min()
            .unwrap_or(0);
        let dedented: Vec<&str> = lines.iter().map(|l| l.get(indent..).unwrap_or("")).collect();
        dedented.join("\n")
    }

    pub(super) fn assignment(&mut self, pair: Pair<'_, Rule>) -> Result<Stmt> {
        let span = span_of(&pair);
        let mut inner = pair.into_inner();
        let left = inner.next().expect("a target");
        let is_list = left.as_rule() == Rule::multi_target;
        let mut targets = Vec::new();
        if is_list {
            for target in left.into_inner() {
                let target = target.into_inner().next().expect("a target");
                targets.push(match target.as_rule() {
                    Rule::ignored => None,
                    _ => Some(self.place(target)?),
                });
            }
        } else {
            targets.push(Some(self.place(left)?));
        }
        let op = match inner.next().expect("an operator").as_str() {
            "+=" => Some(BinaryOp::Add),
            "-=" => Some(BinaryOp::Sub),
            "*=" => Some(BinaryOp::Mul),
            "/=" => Some(BinaryOp::Div),
            "^=" => Some(BinaryOp::Pow),
            "\\=" => Some(BinaryOp::LeftDiv),
            ".*=" => Some(BinaryOp::ElMul),
            "./=" => Some(BinaryOp::ElDiv),
            ".^=" => Some(BinaryOp::ElPow),
            ".\\=" => Some(BinaryOp::ElLeftDiv),
            "|=" => Some(BinaryOp::Or),
            "&=" => Some(BinaryOp::And),
            _ => None,
        };
        let right = inner.next().expect("a value");
        let value = Box::new(match right.as_rule() {
            Rule::assignment => AssignValue::Chain(self.assignment(right)?),
            _ => AssignValue::Expr(self.expr(right)?),
        });
        Ok(Stmt { kind: StmtKind::Assign { targets, is_list, op, value }, span, echo: false })
    }

    fn increment(&mut self, pair: Pair<'_, Rule>) -> Result<StmtKind> {
        let span = span_of(&pair);
        let (mut target, mut op) = (None, BinaryOp::Add);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::lvalue => target = Some(self.place(part)?),
                Rule::minus_minus => op = BinaryOp::Sub,
                _ => {}
            }
        }
        let value = Box::new(AssignValue::Expr(Expr { kind: ExprKind::Number(1.0), span }));
        Ok(StmtKind::Assign { targets: vec![target], is_list: false, op: Some(op), value })
    }
}
