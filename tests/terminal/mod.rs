//! The prompt on a screen: a terminal of a given size in which the program runs, and what a person would see there.
#![cfg(unix)]

mod editing;
mod ending;
mod output;
mod screen;
mod session;
