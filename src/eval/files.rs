//! Functions and scripts in files: beside the running script, in the current directory, and on `MF_PATH`.
//!
//! A file `name.mf` (or `name.m`) that holds only functions defines `name` by its first; the others are known
//! inside the file alone. Any other file is a script: its name runs it in the caller's workspace.

use super::code::{Closure, Function};
use super::interpreter::Interpreter;
use super::lower::{Scope, lower};
use crate::syntax::{Source, parse};
use crate::value::{Arguments, Callable, Code, Fault, Result, Value};
use std::any::Any;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// The environment variable with further directories, separated as in `PATH`.
const PATH_VARIABLE: &str = "MF_PATH";
const EXTENSIONS: [&str; 2] = ["mf", "m"];

/// A script that a name stands for.
#[derive(Debug)]
pub(super) struct Script {
    name: Box<str>,
    source: Source,
}

impl Code for Script {
    fn name(&self) -> &str {
        &self.name
    }

    fn text(&self) -> String {
        format!("@{}", self.name)
    }

    fn counts(&self) -> (i64, i64) {
        (0, 0)
    }

    fn file(&self) -> &str {
        &self.source.name
    }

    fn captured(&self) -> Vec<(Arc<str>, Value)> {
        Vec::new()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// What was read from files, by path and by the name that errors call it.
#[derive(Default)]
pub(super) struct Files {
    loaded: HashMap<PathBuf, Loaded>,
    /// The functions of each file, by the name of its source.
    private: HashMap<Arc<str>, HashMap<Arc<str>, Callable>>,
}

struct Loaded {
    changed: Option<SystemTime>,
    callable: Callable,
}

impl Files {
    /// A function that is known only inside the file it is written in.
    pub fn private(&self, source: &Source, name: &str) -> Option<Callable> {
        self.private.get(&*source.name)?.get(name).cloned()
    }

    /// Lets the functions of a file call one more.
    pub fn share(&mut self, source: &Source, name: &str, callable: Callable) {
        self.private.entry(source.name.clone()).or_default().insert(name.into(), callable);
    }
}

impl Interpreter {
    /// The function or script in a file of this name, if there is one.
    pub(super) fn find_file(&mut self, name: &str) -> Result<Option<Callable>> {
        // A name with other characters is no file name of ours.
        if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Ok(None);
        }
        let found = files_named(name, &self.directories()).find(|path| !self.is_running(path));
        found.map(|path| self.load_file(name, &path)).transpose()
    }

    /// Where files are looked for, in order.
    fn directories(&self) -> Vec<PathBuf> {
        let running = self.frame.source.iter().map(|source| Path::new(&*source.name).parent());
        let script = self.script().map(Path::parent);
        folders(running.chain(script).flatten())
    }

    /// Whether it is the script that runs: `nmf(A)` in a script nmf.mf means the function.
    fn is_running(&self, path: &Path) -> bool {
        let same = |other: &Path| match (path.canonicalize(), other.canonicalize()) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        };
        self.script().is_some_and(same)
    }

    /// Reads a file, unless it is known and has not changed.
    fn load_file(&mut self, name: &str, path: &Path) -> Result<Callable> {
        let changed = std::fs::metadata(path).and_then(|data| data.modified()).ok();
        if let Some(loaded) = self.files.loaded.get(path)
            && loaded.changed == changed
        {
            return Ok(loaded.callable.clone());
        }
        let source = read(path)?;
        let program = parse(&source)?;
        let callable = if program.body.is_empty() && !program.functions.is_empty() {
            let lowered = lower(&source, &program, &mut Scope::default())?;
            self.define_file(&source, &lowered.functions)
        } else {
            Callable::Code(Arc::new(Script { name: name.into(), source }))
        };
        self.forget_sites();
        let loaded = Loaded { changed, callable: callable.clone() };
        self.files.loaded.insert(path.to_path_buf(), loaded);
        Ok(callable)
    }

    /// The first function of a file of functions; the others are known inside the file alone.
    pub(super) fn define_file(&mut self, source: &Source, functions: &[Arc<Function>]) -> Callable {
        let closure = |function: &Arc<Function>| {
            let closure = Closure { function: function.clone(), captured: Vec::new() };
            Callable::Code(Arc::new(closure))
        };
        let private = functions.iter().map(|f| (f.name.clone(), closure(f))).collect();
        self.files.private.insert(source.name.clone(), private);
        self.forget_sites();
        closure(&functions[0])
    }

    /// Runs a script in the workspace of its caller.
    pub(super) fn run_script(&mut self, script: &Script, args: &Arguments) -> Result<Vec<Value>> {
        if !args.positional.is_empty() || !args.keywords.is_empty() {
            return Err(Fault::new(format!(
                "`{}` is a script and takes no arguments",
                script.name
            ))
            .hint("a function begins with `function`"));
        }
        self.run_text(&script.source, 0)
    }

    /// Runs the script in a file.
    pub(super) fn run_path(&mut self, path: &str) -> Result<()> {
        let mut candidates = vec![PathBuf::from(path)];
        candidates.extend(EXTENSIONS.map(|extension| PathBuf::from(format!("{path}.{extension}"))));
        if Path::new(path).is_relative() {
            for directory in self.directories() {
                candidates.push(directory.join(path));
                candidates.extend(EXTENSIONS.map(|e| directory.join(format!("{path}.{e}"))));
            }
        }
        let Some(found) = candidates.iter().find(|path| path.is_file()) else {
            return Err(Fault::new(format!("there is no file {path}"))
                .hint("a relative path starts at the current directory, or beside the script"));
        };
        let source = read(found)?;
        self.run_text(&source, 0).map(|_| ())
    }
}

/// Where the functions and scripts are looked for that programs in these folders name.
pub fn folders<'a>(of_programs: impl Iterator<Item = &'a Path>) -> Vec<PathBuf> {
    let mut list = Vec::new();
    for folder in of_programs {
        // A bare file name has the empty path as its parent: the current directory.
        list.push(if folder.as_os_str().is_empty() { ".".into() } else { folder.into() });
    }
    list.push(PathBuf::from("."));
    if let Some(more) = std::env::var_os(PATH_VARIABLE) {
        list.extend(std::env::split_paths(&more).filter(|path| !path.as_os_str().is_empty()));
    }
    list.dedup();
    list
}

/// The files in these folders that a name may stand for, the first before the others.
pub fn files_named<'a>(
    name: &'a str,
    folders: &'a [PathBuf],
) -> impl Iterator<Item = PathBuf> + 'a {
    let of_folder = move |folder: &'a PathBuf| {
        EXTENSIONS.map(|extension| folder.join(format!("{name}.{extension}")))
    };
    folders.iter().flat_map(of_folder).filter(|path| path.is_file())
}

fn read(path: &Path) -> Result<Source> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Fault::new(format!("cannot read {}: {e}", path.display())))?;
    Ok(Source::new(&*path.to_string_lossy(), text))
}
