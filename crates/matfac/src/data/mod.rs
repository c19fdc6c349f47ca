//! Labels, and the tokens by which a caller watches and stops a computation (layer 0).

mod intern;
mod labels;
mod monitor;
mod nearest;
mod ratings;
mod ratings_parts;
#[cfg(test)]
mod ratings_tests;
mod table;

pub use labels::Labels;
pub use monitor::{End, Interrupt, Monitor, Step};
pub use nearest::{edit_distance, nearest};
pub use ratings::{Duplicates, Entries, Ratings};
pub use table::{Column, LabelledMatrix, Table, number_text};
