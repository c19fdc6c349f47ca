//! Lists the files of `stdlib/` as tables of (name, group, text), so that the program carries them.
//!
//! The group is the folder's name; the tables are sorted by name. What lies in a folder `private` is in a table of its
//! own, `private.rs`: functions that only the library's own may call.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("stdlib");
    println!("cargo::rerun-if-changed={}", root.display());
    let (mut public, mut private) = (Vec::new(), Vec::new());
    for folder in fs::read_dir(&root)? {
        let folder = folder?.path();
        let group = stem(&folder).replace('_', " ");
        public.extend(functions(&folder, &group)?);
        let inner = folder.join("private");
        if inner.is_dir() {
            private.extend(functions(&inner, &group)?);
        }
    }
    write_table("stdlib.rs", public)?;
    write_table("private.rs", private)
}

/// The name, group and path of each function file in a folder.
fn functions(folder: &Path, group: &str) -> Result<Vec<(String, String, PathBuf)>, Box<dyn Error>> {
    let mut files = Vec::new();
    for file in fs::read_dir(folder)? {
        let file = file?.path();
        if file.extension().is_some_and(|extension| extension == "mf") {
            files.push((stem(&file), group.to_string(), file));
        }
    }
    Ok(files)
}

fn write_table(
    name: &str,
    mut files: Vec<(String, String, PathBuf)>,
) -> Result<(), Box<dyn Error>> {
    files.sort();
    let mut table = String::from("&[\n");
    for (name, group, file) in files {
        writeln!(table, "    ({name:?}, {group:?}, include_str!({file:?})),")?;
    }
    table.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join(name), table)?;
    Ok(())
}

/// A path's last part without the extension.
fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
