//! What a loop or a function mentions: its variables, its loops, and the units that the general evaluator can be
//! given, in the order in which the compiler meets them.

use super::super::code::{
    ArgNode, AssignedNode, Node, NodeKind, Slot, StepNode, StmtKind, StmtNode, Target,
};

/// A unit of the tree.
#[derive(Debug, Clone, Copy)]
pub enum UnitNode<'a> {
    /// A statement that is done as a whole.
    Statement(&'a StmtNode),
    /// A condition.
    Condition(&'a Node),
    /// What a `for` walks, and its variable.
    Walk(&'a Node, &'a Target, &'a [StmtNode]),
}

/// The variables and the number of loops of a piece of the tree.
#[derive(Debug, Default)]
pub struct Survey<'a> {
    /// The slots that are mentioned, each once.
    pub slots: Vec<Slot>,
    /// How many loops there are.
    pub loops: usize,
    /// The units.
    pub units: Vec<UnitNode<'a>>,
    /// The units that are the headers of `for` loops, by the number of the loop.
    pub walks: Vec<usize>,
}

/// The variable of a target that is a variable as a whole.
pub fn whole(target: &Target) -> Option<Slot> {
    target.path.is_empty().then_some(target.slot)
}

/// The variable and the indices of a target that is a part of a matrix.
pub fn part(target: &Target) -> Option<(Slot, &[ArgNode])> {
    match &target.path[..] {
        [StepNode::Paren(indices)] => Some((target.slot, indices)),
        _ => None,
    }
}

impl<'a> Survey<'a> {
    /// Of a loop.
    pub fn of_loop(statement: &'a StmtNode) -> Survey<'a> {
        let mut survey = Survey::default();
        survey.statement(statement);
        survey
    }

    /// Of statements.
    pub fn of_statements(statements: &'a [StmtNode]) -> Survey<'a> {
        let mut survey = Survey::default();
        survey.statements(statements);
        survey
    }

    /// The variables of the `for` loops.
    pub fn walked(&self) -> impl Iterator<Item = Slot> {
        self.walks.iter().filter_map(|&unit| match self.units[unit] {
            UnitNode::Walk(_, target, _) => whole(target),
            _ => None,
        })
    }

    fn statements(&mut self, statements: &'a [StmtNode]) {
        statements.iter().for_each(|statement| self.statement(statement));
    }

    fn condition(&mut self, node: &'a Node) {
        self.units.push(UnitNode::Condition(node));
        self.node(node);
    }

    fn statement(&mut self, statement: &'a StmtNode) {
        match &statement.kind {
            StmtKind::For(target, range, body, _) => {
                self.loops += 1;
                self.walks.push(self.units.len());
                self.units.push(UnitNode::Walk(range, target, body));
                self.node(range);
                self.target(target);
                self.statements(body);
            }
            StmtKind::While(condition, body, _) => {
                self.condition(condition);
                self.statements(body);
            }
            StmtKind::DoUntil(body, condition, _) => {
                self.statements(body);
                self.condition(condition);
            }
            StmtKind::If(arms, otherwise) => {
                for (condition, body) in arms {
                    self.condition(condition);
                    self.statements(body);
                }
                self.statements(otherwise);
            }
            StmtKind::Break | StmtKind::Continue | StmtKind::Return => {}
            _ => {
                self.units.push(UnitNode::Statement(statement));
                self.leaf(&statement.kind);
            }
        }
    }

    fn leaf(&mut self, kind: &'a StmtKind) {
        match kind {
            StmtKind::Assign(target, AssignedNode::Value(value))
            | StmtKind::Update(target, _, AssignedNode::Value(value)) => {
                self.target(target);
                self.node(value);
            }
            StmtKind::AssignMany(targets, value) => {
                targets.iter().flatten().for_each(|target| self.target(target));
                self.node(value);
            }
            // Never typed: what it mentions stays where it is, unless a typed statement mentions it too.
            _ => {}
        }
    }

    fn target(&mut self, target: &'a Target) {
        self.slot(target.slot);
        if let Some((_, indices)) = part(target) {
            indices.iter().for_each(|arg| self.node(&arg.value));
        }
    }

    fn slot(&mut self, slot: Slot) {
        if !self.slots.contains(&slot) {
            self.slots.push(slot);
        }
    }

    /// The slots of an expression.
    pub fn node(&mut self, node: &'a Node) {
        match &node.kind {
            NodeKind::Name(slot, ..) => self.slot(*slot),
            NodeKind::Call(slot, _, _, args) => {
                self.slot(*slot);
                args.iter().for_each(|arg| self.node(&arg.value));
            }
            NodeKind::Paren(a) | NodeKind::Unary(_, a) => self.node(a),
            NodeKind::Binary(_, a, b, _) => {
                self.node(a);
                self.node(b);
            }
            NodeKind::Range(first, step, last) => {
                self.node(first);
                step.iter().for_each(|step| self.node(step));
                self.node(last);
            }
            _ => {}
        }
    }
}
