//! Integration tests: one binary, a module per area.

mod cli;
mod common;
mod diagnostics;
mod examples;
mod interrupt;
mod kernel;
mod octave;
mod robust;
mod tidy;
mod worked_examples;
