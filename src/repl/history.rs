//! Where the history of entries is kept.

use std::path::PathBuf;

/// So many entries are kept.
pub const LENGTH: usize = 10_000;

/// The history file: what `MF_HISTORY` says (nothing, when it is empty), else in the user's data directory.
pub fn path() -> Option<PathBuf> {
    match std::env::var_os("MF_HISTORY") {
        Some(path) if path.is_empty() => None,
        Some(path) => Some(path.into()),
        None => Some(dirs::data_dir()?.join("mf").join("history")),
    }
}
