//! Integration tests: one binary, a module per area.

mod cli;
mod common;
mod diagnostics;
mod interrupt;
mod kernel;
mod octave;
mod robust;
mod tidy;
