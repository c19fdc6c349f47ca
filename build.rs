//! Lists the files of `stdlib/` as a table of (name, group, text), so that the program carries them.
//!
//! The group is the folder's name; the table is sorted by name.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("stdlib");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files: Vec<(String, String, PathBuf)> = Vec::new();
    for folder in fs::read_dir(&root)? {
        let folder = folder?.path();
        let group = stem(&folder).replace('_', " ");
        for file in fs::read_dir(&folder)? {
            let file = file?.path();
            if file.extension().is_some_and(|extension| extension == "mf") {
                files.push((stem(&file), group.clone(), file));
            }
        }
    }
    files.sort();
    let mut table = String::from("&[\n");
    for (name, group, file) in files {
        writeln!(table, "    ({name:?}, {group:?}, include_str!({file:?})),")?;
    }
    table.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("stdlib.rs"), table)?;
    Ok(())
}

/// A path's last part without the extension.
fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
