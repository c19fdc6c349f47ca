//! Integration tests: one binary, a module per area.

mod cli;
mod common;
mod examples;
mod kernel;
mod worked_examples;
