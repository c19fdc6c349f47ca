//! Finds the shared test data, which is not part of the repository.

use std::path::{Path, PathBuf};

/// The file or directory `path` of the shared data, when it is there.
///
/// The data is looked for in the directory named by the environment variable `MF_SHARED_DATA`, else in
/// `../shared/data` seen from the workspace. A test that gets `None` returns: the line has been printed.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MF_SHARED_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let found = root.join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("skipped: no shared data");
    None
}
