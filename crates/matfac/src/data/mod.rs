//! Labels, and the tokens by which a caller watches and stops a computation (layer 0).

mod labels;
mod monitor;

pub use labels::Labels;
pub use monitor::{Interrupt, Monitor, Step};
