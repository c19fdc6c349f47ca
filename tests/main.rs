//! Integration tests: one binary, a module per area.

mod bad_files;
mod cli;
mod kernel;
mod movielens;
mod recommenders;
mod transcript;
