//! Integration tests: one binary, a module per area.

mod cli;
mod diagnostics;
mod kernel;
mod tidy;
