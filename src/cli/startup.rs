//! The user's own start-up file: `mf/init.mf` in the folder for settings, which runs before a prompt.
//!
//! Scripts do not get it: what they do must not depend on whose machine they run on.

use crate::run::Program;
use crate::sources;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The start-up file as a program, when there is one. One that cannot be read is complained of, and no more.
pub fn program() -> Option<Program> {
    let path = path()?;
    // Most users have none.
    if !path.exists() {
        return None;
    }
    match sources::read(&path) {
        Ok(source) => Some(Program::new(&source.name, source.text.clone(), Path::new(""), "init")),
        Err(sentence) => {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(std::io::stderr(), "error: {sentence}");
            None
        }
    }
}

/// `$XDG_CONFIG_HOME/mf/init.mf`, or where the system keeps settings.
fn path() -> Option<PathBuf> {
    Some(dirs::config_dir()?.join("mf").join("init.mf"))
}
