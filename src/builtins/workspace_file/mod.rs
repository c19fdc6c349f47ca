//! Workspace files: named values in the text format that Octave's `save` writes by default.
//!
//! A value is a name, a type, its sizes and its entries, one below the other; cells and structs hold further such values.
//! Numbers are written in the shortest form that reads back as the same number. What this format calls integer, single,
//! diagonal or permutation matrices is read as ordinary matrices. O(size of the file) in time.

mod lines;
mod read;
mod sift;
mod write;

use super::entry::Context;
use super::environment::is_like;
use crate::syntax::is_name;
use crate::value::{Fault, Host, Result, Struct, Value, Variable, did_you_mean, nearest};
use flate2::read::MultiGzDecoder;
use std::io::Read;
use std::sync::Arc;

/// Values in values in values: as deep as a file may go, far below where the stack ends.
const DEEPEST: usize = 200;

/// What the words after `save` ask for.
#[derive(Default)]
pub(super) struct Request {
    /// The file.
    pub(super) file: String,
    /// Names, patterns and values.
    pub(super) values: Vec<Value>,
    /// Whether it is a workspace whatever the file is called.
    pub(super) is_workspace: bool,
    appends: bool,
    fields: bool,
    compresses: bool,
}

impl Request {
    /// Sorts options such as `-text` from the file and the names.
    pub(super) fn of(path: String, what: Vec<Value>) -> Result<Request> {
        let mut request = Request::default();
        let mut file = None;
        for value in std::iter::once(Value::from(path)).chain(what) {
            match value.as_text() {
                Some("-text" | "-t") => {}
                Some("-append") => request.appends = true,
                Some("-struct") => request.fields = true,
                Some("-zip" | "-z") => request.compresses = true,
                Some(option) if is_option(option) => {
                    return Err(Fault::unsupported(&format!("save {option}"))
                        .hint("workspaces are written as text; leave the option out"));
                }
                Some(name) if file.is_none() => {
                    file = Some(name.to_string());
                    continue;
                }
                _ => {
                    request.values.push(value);
                    continue;
                }
            }
            request.is_workspace = true;
        }
        request.file = file.ok_or_else(|| Fault::new("save needs a file").hint("save f.txt A"))?;
        request.compresses |= request.file.to_lowercase().ends_with(".gz");
        Ok(request)
    }
}

fn is_option(word: &str) -> bool {
    word.len() > 1 && word.starts_with('-')
}

/// The variables that a name or a pattern means.
pub(super) fn chosen(host: &mut dyn Host, pattern: &str) -> Result<Vec<Variable>> {
    let all = host.variables();
    matching(&all, pattern).ok_or_else(|| {
        let near = nearest(pattern, all.iter().map(|(known, _)| &**known));
        let mut fault = Fault::new(format!("save: there is no variable `{pattern}`"));
        fault.hint = did_you_mean(&near);
        fault
    })
}

/// Those that a name or a pattern means, if it means any.
fn matching(all: &[Variable], pattern: &str) -> Option<Vec<Variable>> {
    let fits = |(name, _): &&Variable| is_like(pattern.as_bytes(), name.as_bytes());
    let found: Vec<Variable> = all.iter().filter(fits).cloned().collect();
    (!found.is_empty()).then_some(found)
}

/// Writes variables, all of them when none is named.
pub(super) fn save(
    host: &mut dyn Host,
    request: &Request,
    named: Vec<(Box<str>, Value)>,
) -> Result<()> {
    let mut variables = Vec::new();
    let mut patterns = Vec::new();
    for value in &request.values {
        patterns.push(value.as_text().ok_or_else(|| {
            Fault::new(format!("save: this {} has no name", value.describe()))
                .hint("save(\"f.txt\", \"x\") saves the variable x, save(\"f.txt\", x=1+1) a value")
        })?);
    }
    if request.fields {
        variables = fields(host, &patterns)?;
    } else if patterns.is_empty() && named.is_empty() {
        variables = host.variables();
    }
    for pattern in patterns.iter().filter(|_| !request.fields) {
        variables.extend(chosen(host, pattern)?);
    }
    variables.extend(named.into_iter().map(|(name, value)| (Arc::from(name), value)));
    // A name that is meant twice is written once, as it was given last.
    let unique: indexmap::IndexMap<Arc<str>, Value> = variables.into_iter().collect();
    let sifted = sift::sift(host, unique.into_iter().collect())?;
    let before = match request.appends {
        true => written_before(&request.file)?,
        false => Vec::new(),
    };
    write::save(host, &request.file, request.compresses, &before, &sifted.kept)?;
    sifted.tell(host)
}

/// The fields of a struct, all or those named, as variables.
fn fields(host: &mut dyn Host, words: &[&str]) -> Result<Vec<Variable>> {
    let [name, patterns @ ..] = words else {
        return Err(Fault::new("save -struct needs the name of a struct").hint("save -struct f s"));
    };
    let found = chosen(host, name)?;
    let [(_, Value::Struct(s))] = &found[..] else {
        return Err(Fault::new(format!("save -struct: {name} is not a struct")));
    };
    if s.shape() != (1, 1) {
        return Err(Fault::new(format!("save -struct: {name} is an array of structs")));
    }
    let all: Vec<Variable> = s.fields().map(|(name, v)| (name.clone(), v[0].clone())).collect();
    if patterns.is_empty() {
        return Ok(all);
    }
    let mut list = Vec::new();
    for pattern in patterns {
        let unknown = || Fault::new(format!("save -struct: {name} has no field `{pattern}`"));
        list.extend(matching(&all, pattern).ok_or_else(unknown)?);
    }
    Ok(list)
}

/// The text to append to: nothing when there is no such file yet.
fn written_before(path: &str) -> Result<Vec<u8>> {
    if !std::path::Path::new(path).exists() {
        return Ok(Vec::new());
    }
    content(path)?.ok_or_else(|| {
        Fault::new(format!("save -append: {path} is not a workspace file"))
            .hint("without -append it is replaced")
    })
}

/// The bytes of a workspace file, decompressed; `None` when it is something else or cannot be read.
pub(super) fn content(path: &str) -> Result<Option<Vec<u8>>> {
    let Ok(mut file) = std::fs::File::open(path) else { return Ok(None) };
    let mut magic = Vec::new();
    let packed = file.by_ref().take(2).read_to_end(&mut magic).is_ok() && magic == [0x1f, 0x8b];
    let whole = std::io::Cursor::new(magic).chain(file);
    let mut reader: Box<dyn Read> = match packed {
        true => Box::new(MultiGzDecoder::new(std::io::BufReader::new(whole))),
        false => Box::new(whole),
    };
    let mut bytes = Vec::new();
    if reader.by_ref().take(4096).read_to_end(&mut bytes).is_err() || !is_workspace(&bytes) {
        return Ok(None);
    }
    reader.read_to_end(&mut bytes).map_err(|e| Fault::new(format!("cannot read {path}: {e}")))?;
    Ok(Some(bytes))
}

/// Whether the comments at a file's beginning are those of a workspace.
fn is_workspace(bytes: &[u8]) -> bool {
    let first = |start: &str| bytes.starts_with(start.as_bytes());
    if first("# Created by Octave") || first("# Created by mf") {
        return true;
    }
    // The comments of a Matrix Market file may name the matrix.
    if first("%%MatrixMarket") {
        return false;
    }
    let comments = bytes
        .split(|&b| b == b'\n')
        .take_while(|line| line.first().is_some_and(|b| b"#%".contains(b)));
    comments.into_iter().any(|line| line[1..].trim_ascii_start().starts_with(b"name:"))
}

/// The options and the file of `load -text f A`, and the names.
fn load_words(path: Value, names: &[Value]) -> Result<(String, Vec<String>)> {
    let mut words = Vec::new();
    for value in std::iter::once(&path).chain(names) {
        match value.as_text() {
            Some(option) if is_option(option) => {
                if !matches!(option, "-text" | "-t" | "-force" | "-ascii") {
                    return Err(Fault::unsupported(&format!("load {option}"))
                        .hint("load finds out what a file is; leave the option out"));
                }
            }
            Some(word) => words.push(word.to_string()),
            None => {
                return Err(Fault::new(format!(
                    "load: a variable's name is a string, and this is a {}",
                    value.describe()
                )));
            }
        }
    }
    match words.is_empty() {
        true => Err(Fault::new("load needs a file").hint("load f.txt A")),
        false => Ok((words.remove(0), words)),
    }
}

/// What `load` does with names after the file. When the file is no workspace: its path, and whether there are names.
pub(super) fn load(
    cx: &mut Context<'_>,
    path: String,
    names: Vec<Value>,
) -> Result<std::result::Result<Vec<Value>, (String, bool)>> {
    let first = Value::from(path.as_str());
    let (file, names) = match load_words(first, &names) {
        Ok(words) => words,
        // Options of files of columns have values of any kind.
        Err(_) if content(&cx.host.locate(&path))?.is_none() && !is_option(&path) => {
            return Ok(Err((path, true)));
        }
        Err(fault) => return Err(fault),
    };
    let found = cx.host.locate(&file);
    match content(&found)? {
        Some(bytes) => bind(cx, &found, &bytes, &names).map(Ok),
        None => Ok(Err((file, !names.is_empty()))),
    }
}

/// Sets the variables of a workspace file, or makes a struct of them when an output is asked for.
pub(super) fn bind(
    cx: &mut Context<'_>,
    path: &str,
    bytes: &[u8],
    names: &[String],
) -> Result<Vec<Value>> {
    let file = read::read(cx.host, path, bytes)?;
    let mut variables = file.variables;
    if !names.is_empty() {
        let mut picked = Vec::new();
        for name in names {
            let found = matching(&variables, name);
            if found.is_none() && file.skipped.iter().any(|(known, _)| **known == **name) {
                continue;
            }
            picked.extend(found.ok_or_else(|| {
                let near = nearest(name, variables.iter().map(|(known, _)| &**known));
                let all: Vec<&str> = variables.iter().map(|(known, _)| &**known).collect();
                let list = format!("it holds {}", all.join(", "));
                Fault::new(format!("load: {path} holds no {name}"))
                    .hint(did_you_mean(&near).unwrap_or(list))
            })?);
        }
        variables = picked;
    }
    let is_meant = |name: &str| {
        names.is_empty() || names.iter().any(|p| is_like(p.as_bytes(), name.as_bytes()))
    };
    let told = |list: &[(Arc<str>, String)]| {
        let told = list.iter().filter(|(name, _)| is_meant(name));
        told.map(|(name, why)| format!("{name} ({why})")).collect::<Vec<_>>().join(", ")
    };
    let (skipped, changed) = (told(&file.skipped), told(&file.changed));
    if cx.nargout == 0
        && let Some((name, _)) = variables.iter().find(|(name, _)| !is_name(name))
    {
        return Err(Fault::new(format!("load: {name:?} in {path} is no name of a variable"))
            .hint("s = load(…) makes a struct with such a field"));
    }
    if !skipped.is_empty() {
        cx.host.warn("mf:load-left-out", &format!("load: left out {skipped}"))?;
    }
    if !changed.is_empty() {
        cx.host.warn("mf:load-changed", &format!("load: read otherwise than saved: {changed}"))?;
    }
    if cx.nargout > 0 {
        return Ok(vec![Struct::from_fields(variables).into()]);
    }
    for (name, value) in variables {
        cx.host.set_variable(&name, value)?;
    }
    Ok(Vec::new())
}
