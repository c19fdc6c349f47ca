//! Integration tests: one binary, a module per area.

mod bad_files;
mod cli;
mod common;
mod diagnostics;
mod examples;
mod figures;
mod fusion;
mod interrupt;
mod kernel;
mod movielens;
mod octave;
mod recommenders;
mod repl;
mod robust;
mod tidy;
mod tour;
mod transcript;
mod worked_examples;
