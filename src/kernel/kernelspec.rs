//! The kernelspec: the directory by which Jupyter finds the kernel.
//!
//! Reference: "Kernel specs", <https://jupyter-client.readthedocs.io/en/stable/kernels.html>, and
//! `jupyter_core.paths` for the directories.

use super::connection::Error;
use serde_json::json;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where kernelspecs may be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// The user's own Jupyter directory.
    User,
    /// The active Python environment.
    SysPrefix,
    /// `share/jupyter` under this directory.
    Prefix(PathBuf),
}

const LOGOS: [(&str, &[u8]); 3] = [
    ("logo-32x32.png", include_bytes!("logo/logo-32x32.png")),
    ("logo-64x64.png", include_bytes!("logo/logo-64x64.png")),
    ("logo-svg.svg", include_bytes!("logo/logo-svg.svg")),
];

/// Writes the kernelspec `name` for this executable; the directory it went to.
///
/// # Errors
/// The name is not one Jupyter accepts, no such location exists, or it cannot be written.
pub fn install(location: &Location, name: &str) -> Result<PathBuf, Error> {
    let directory = directory(location, name)?;
    let program =
        env::current_exe().map_err(|e| Error::new(format!("cannot tell where mf is: {e}")))?;
    let spec = json!({
        "argv": [program.to_string_lossy(), "kernel", "start", "-f", "{connection_file}"],
        "display_name": "mf",
        "language": "mf",
        "interrupt_mode": "message",
        "metadata": {"debugger": false},
    });
    let cannot_write =
        |e: std::io::Error| Error::new(format!("cannot write to {}: {e}", directory.display()));
    fs::create_dir_all(&directory).map_err(cannot_write)?;
    fs::write(directory.join("kernel.json"), format!("{spec:#}\n")).map_err(cannot_write)?;
    for (file, content) in LOGOS {
        fs::write(directory.join(file), content).map_err(cannot_write)?;
    }
    Ok(directory)
}

/// Removes the files of the kernelspec `name`, and its directory if nothing else is in it; which directory it was.
///
/// # Errors
/// There is no such kernelspec, or it cannot be removed.
pub fn uninstall(location: &Location, name: &str) -> Result<PathBuf, Error> {
    let directory = directory(location, name)?;
    let shown = directory.display();
    if !directory.join("kernel.json").is_file() {
        return Err(Error::new(format!("there is no kernelspec in {shown}")));
    }
    for file in LOGOS.iter().map(|(file, _)| *file).chain(["kernel.json"]) {
        let path = directory.join(file);
        if path.exists() {
            fs::remove_file(&path)
                .map_err(|e| Error::new(format!("cannot remove {}: {e}", path.display())))?;
        }
    }
    // Files that someone else put there stay, and with them the directory.
    let _ = fs::remove_dir(&directory);
    Ok(directory)
}

fn directory(location: &Location, name: &str) -> Result<PathBuf, Error> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if name.is_empty() || !name.chars().all(allowed) || name.chars().all(|c| c == '.') {
        return Err(Error::new(format!(
            "{name:?} is not a kernel name; use letters, digits, '-', '.' and '_'"
        )));
    }
    let data = match location {
        Location::User => user_directory()?,
        Location::SysPrefix => python_prefix()?.join("share").join("jupyter"),
        Location::Prefix(prefix) => prefix.join("share").join("jupyter"),
    };
    // Jupyter lists kernels by lower-case name.
    Ok(data.join("kernels").join(name.to_ascii_lowercase()))
}

/// Jupyter's data directory of the user.
fn user_directory() -> Result<PathBuf, Error> {
    if let Some(directory) = variable("JUPYTER_DATA_DIR") {
        return Ok(directory);
    }
    let below = |base: Option<PathBuf>, rest: &str, which: &str| {
        let base = base.ok_or_else(|| {
            Error::new(format!(
                "cannot find your Jupyter directory: {which} is not set; use --prefix"
            ))
        })?;
        Ok(base.join(rest))
    };
    if cfg!(target_os = "macos") {
        below(env::home_dir(), "Library/Jupyter", "HOME")
    } else if cfg!(windows) {
        below(variable("APPDATA"), "jupyter", "APPDATA")
    } else if let Some(data) = variable("XDG_DATA_HOME").filter(|path| path.is_absolute()) {
        Ok(data.join("jupyter"))
    } else {
        below(env::home_dir(), ".local/share/jupyter", "HOME")
    }
}

/// `sys.prefix` of the Python environment that is active, else of the first Python on the path.
fn python_prefix() -> Result<PathBuf, Error> {
    if let Some(prefix) = variable("VIRTUAL_ENV").or_else(|| variable("CONDA_PREFIX")) {
        return Ok(prefix);
    }
    for python in ["python3", "python"] {
        let asked = Command::new(python).args(["-c", "import sys; print(sys.prefix)"]).output();
        if let Ok(answer) = asked
            && answer.status.success()
            && let Ok(prefix) = String::from_utf8(answer.stdout)
            && Path::new(prefix.trim_end()).is_dir()
        {
            return Ok(prefix.trim_end().into());
        }
    }
    Err(Error::new("no Python found to install into; use --user or --prefix"))
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installs_and_removes_only_its_own_files() {
        let prefix = tempfile::tempdir().unwrap();
        let location = Location::Prefix(prefix.path().into());
        let directory = install(&location, "mf").unwrap();
        assert_eq!(directory, prefix.path().join("share/jupyter/kernels/mf"));
        let text = fs::read_to_string(directory.join("kernel.json")).unwrap();
        let spec: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(Path::new(spec["argv"][0].as_str().unwrap()).is_absolute());
        assert_eq!(spec["interrupt_mode"], "message");
        fs::write(directory.join("kernel.js"), "").unwrap();
        uninstall(&location, "mf").unwrap();
        let left: Vec<_> =
            fs::read_dir(&directory).unwrap().map(|f| f.unwrap().file_name()).collect();
        assert_eq!(left, ["kernel.js"]);
        assert!(uninstall(&location, "mf").is_err());
    }

    #[test]
    fn names_cannot_leave_the_directory() {
        let location = Location::Prefix("/nowhere".into());
        for name in ["", "..", "a/b", "a b", "é"] {
            assert!(install(&location, name).is_err(), "{name:?}");
        }
    }
}
