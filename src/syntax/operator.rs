//! The operators, by their names in the language.

/// Operators before or after their operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-a`
    Neg,
    /// `+a`
    Plus,
    /// `!a`
    Not,
    /// `a.'`
    Transpose,
    /// `a'`
    ConjTranspose,
}

/// Operators between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `a + b`
    Add,
    /// `a - b`
    Sub,
    /// `a * b`
    Mul,
    /// `a / b`
    Div,
    /// `a \ b`
    LeftDiv,
    /// `a ^ b`
    Pow,
    /// `a .* b`
    ElMul,
    /// `a ./ b`
    ElDiv,
    /// `a .\ b`
    ElLeftDiv,
    /// `a .^ b`
    ElPow,
    /// `a == b`
    Eq,
    /// `a != b`
    Ne,
    /// `a < b`
    Lt,
    /// `a <= b`
    Le,
    /// `a > b`
    Gt,
    /// `a >= b`
    Ge,
    /// `a & b`
    And,
    /// `a | b`
    Or,
    /// `a && b`
    AndAnd,
    /// `a || b`
    OrOr,
}

impl BinaryOp {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        use BinaryOp::*;
        match self {
            Add => "+",
            Sub => "-",
            Mul => "*",
            Div => "/",
            LeftDiv => "\\",
            Pow => "^",
            ElMul => ".*",
            ElDiv => "./",
            ElLeftDiv => ".\\",
            ElPow => ".^",
            Eq => "==",
            Ne => "!=",
            Lt => "<",
            Le => "<=",
            Gt => ">",
            Ge => ">=",
            And => "&",
            Or => "|",
            AndAnd => "&&",
            OrOr => "||",
        }
    }
}
