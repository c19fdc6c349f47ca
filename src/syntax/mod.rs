//! Text to tree: sources, spans, diagnostics, the grammar and the tree it yields (layer 1).
//!
//! Knows nothing of values, functions or front ends.

pub mod ast;
mod diagnostic;
mod excerpt;
mod format;
mod operator;
mod parse;
mod print;
mod scan;
mod slips;
mod source;
mod token;

pub use ast::{FunctionDef, signature};
pub use diagnostic::Diagnostic;
pub use format::{Lexeme, LexemeKind, formatted, lexemes};
pub use operator::{BinaryOp, UnaryOp};
pub use parse::{check_scanned, is_name, on_a_deep_stack, parse, parse_scanned, unescape};
pub use print::respaced;
pub use scan::{MAX_NESTING, Scan, scan};
pub use source::{Source, Span};
pub use token::{Token, TokenKind, closes_block, continues_block, is_keyword, opens_block};
