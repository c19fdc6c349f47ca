//! Integration tests: one binary, a module per area.

mod bad_files;
mod cli;
mod common;
mod contract;
mod decompositions;
mod diagnostics;
mod errors;
mod examples;
mod figures;
mod function_files;
mod fusion;
mod interrupt;
mod kernel;
mod known;
mod movielens;
mod octave;
mod recommenders;
mod references;
mod repl;
mod robust;
mod tidy;
mod tour;
mod transcript;
mod typed;
mod worked_examples;
mod worked_linear_algebra;
