//! Files and folders: where the program is, what is there, making, moving and removing.
//!
//! The functions that change something give `[status, message, identifier]` where outputs are asked for, and stop
//! with an error where none is.

use super::argument::{Rest, options};
use super::entry::builtins;
use crate::value::{Blame, Fault, Host, Result, Value};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

options! {
    /// Whether a folder is removed with what is in it.
    Contents { Remove = "s" }
}

options! {
    /// Whether files in the way are replaced.
    Force { Replace = "f" }
}

builtins! { "files";
    /// Goes to another folder; without a name, to that of the user. The folder is given where an output is asked for.
    ///
    /// >>> cd("no/such/folder")
    /// error: cd: no/such/folder: No such file or directory (os error 2)
    ///
    /// See also: pwd, ls, mkdir
    fn cd(cx, /** The folder. */ dir: Option<String>) -> [path] { go_to(dir, cx.nargout) }

    /// Goes to another folder; the same as cd.
    ///
    /// >>> chdir("no/such/folder")
    /// error: cd: no/such/folder: No such file or directory (os error 2)
    ///
    /// See also: cd
    fn chdir(cx, /** The folder. */ dir: Option<String>) -> [path] { go_to(dir, cx.nargout) }

    /// The names of what is in a folder, in alphabetic order, as a cell.
    ///
    /// >>> iscellstr(readdir("/"))
    /// ans = 1
    ///
    /// See also: ls, isfile, isfolder
    fn readdir(cx, /** The folder. */ dir: String) -> [names] { listed(&dir).map(|names| Value::cell(crate::value::Cells::column_vector(names.into_iter().map(Value::from).collect()))) }

    /// Lists what is in a folder, or gives the list as text.
    ///
    /// >>> ischar(ls("/"))
    /// ans = 1
    ///
    /// See also: cd, pwd, readdir
    fn ls(cx, /** The folder, or a file. */ dir: String = ".") -> [list] {
        let names = if Path::new(&dir).is_dir() { listed(&dir)? } else { vec![existing("ls", &dir)?] };
        let text = names.join("\n");
        if cx.nargout > 0 { return Ok(vec![text.into()]); }
        cx.host.print(&(text + "\n"));
        Ok::<Vec<Value>, _>(Vec::new())
    }

    /// Makes a folder, and those it lies in.
    ///
    /// >>> d = tempname(); mkdir(d); isfolder(d)
    /// ans = 1
    /// >>> rmdir(d);
    ///
    /// See also: rmdir, cd, isfolder
    fn mkdir(cx, /** The folder, or that in which it is made. */ parent: String, /** The folder's name in it. */ dir: Option<String>) -> [status, msg, msgid] {
        let path = dir.map_or(PathBuf::from(&parent), |dir| Path::new(&parent).join(dir));
        told("mkdir", cx.nargout, fs::create_dir_all(&path).map_err(|e| failed(&path, &e)))
    }

    /// Removes a folder: an empty one, or with "s" what is in it too.
    ///
    /// >>> rmdir("no/such/folder")
    /// error: rmdir: no/such/folder: No such file or directory (os error 2)
    ///
    /// See also: mkdir, delete
    fn rmdir(cx, /** The folder. */ dir: String, /** "s" for all that is in it. */ contents: Option<Contents>) -> [status, msg, msgid] {
        let removed = if contents.is_some() { fs::remove_dir_all(&dir) } else { fs::remove_dir(&dir) };
        told("rmdir", cx.nargout, removed.map_err(|e| failed(Path::new(&dir), &e)))
    }

    /// Gives a file or folder another name. The outputs are 0 and "", or -1 and what went wrong.
    ///
    /// >>> rename("no_such_file", "b") == -1
    /// ans = 1
    ///
    /// See also: movefile, copyfile
    fn rename(cx, /** Its name. */ old: String, /** Its new name. */ new: String) -> [err, msg] {
        numbered("rename", cx.nargout, fs::rename(&old, &new).map_err(|e| failed(Path::new(&old), &e)))
    }

    /// Removes a file. The outputs are 0 and "", or -1 and what went wrong.
    ///
    /// >>> unlink("no_such_file") == -1
    /// ans = 1
    ///
    /// See also: delete, rmdir
    fn unlink(cx, /** The file. */ file: String) -> [err, msg] {
        numbered("unlink", cx.nargout, fs::remove_file(&file).map_err(|e| failed(Path::new(&file), &e)))
    }

    /// Removes files. One that is not there is only a warning.
    ///
    /// >>> f = [tempname() ".csv"]; save(f, [1 2]); delete(f); isfile(f)
    /// ans = 0
    ///
    /// See also: unlink, rmdir
    fn delete(cx, /** The file. */ file: Value, /** More of them. */ more: Rest) { deleted(cx.host, file, &more.0) }

    /// Copies a file, into a folder when the second name is that of one.
    ///
    /// >>> copyfile("no_such_file", "b")
    /// error: copyfile: no_such_file: No such file or directory (os error 2)
    ///
    /// See also: movefile, rename
    fn copyfile(cx, /** The file. */ from: String, /** Its copy, or the folder for it. */ to: String, /** "f": what is in the way is replaced, as it is in any case. */ force: Option<Force>) -> [status, msg, msgid] {
        let copied = fs::copy(&from, target(&from, &to)).map(|_| ());
        told("copyfile", cx.nargout, copied.map_err(|e| failed(Path::new(&from), &e)))
    }

    /// Moves a file or folder, into a folder when the second name is that of one.
    ///
    /// >>> movefile("no_such_file", "b")
    /// error: movefile: no_such_file: No such file or directory (os error 2)
    ///
    /// See also: copyfile, rename
    fn movefile(cx, /** The file. */ from: String, /** Its new name, or the folder for it. */ to: String, /** "f": what is in the way is replaced, as it is in any case. */ force: Option<Force>) -> [status, msg, msgid] {
        told("movefile", cx.nargout, moved(&from, &target(&from, &to)).map_err(|e| failed(Path::new(&from), &e)))
    }

    /// Whether there is a file of that name, which is no folder.
    ///
    /// >>> isfile("/")
    /// ans = 0
    ///
    /// See also: isfolder, exist
    fn isfile(cx, /** A name, or a cell of names. */ f: Value) -> [b] { each_name("isfile", f, &|path| path.is_file()) }

    /// Whether there is a folder of that name.
    ///
    /// >>> isfolder("/")
    /// ans = 1
    ///
    /// See also: isfile, exist
    fn isfolder(cx, /** A name, or a cell of names. */ f: Value) -> [b] { each_name("isfolder", f, &|path| path.is_dir()) }

    /// A name that no file has, in the folder for files that need not last or in another.
    ///
    /// >>> isfile(tempname())
    /// ans = 0
    ///
    /// See also: tempdir, delete
    fn tempname(cx, /** The folder. */ dir: Option<String>, /** What the name begins with. */ prefix: String = "mf-") -> [name] {
        let folder = dir.filter(|dir| Path::new(dir).is_dir()).map_or_else(std::env::temp_dir, PathBuf::from);
        Ok(folder.join(format!("{prefix}{}", uuid::Uuid::new_v4().simple())).display().to_string())
    }
}

fn deleted(host: &mut dyn Host, first: Value, more: &[Value]) -> Result<()> {
    for (i, file) in std::iter::once(&first).chain(more).enumerate() {
        let name = file.as_text().ok_or_else(|| {
            let what = file.describe();
            Fault::new(format!("delete: a file's name is a string, and this is a {what}"))
                .blame(Blame::Positional(i))
        })?;
        if let Err(error) = fs::remove_file(name) {
            let why = match error.kind() {
                io::ErrorKind::NotFound => "there is no such file".to_string(),
                _ => error.to_string(),
            };
            host.warn("Octave:delete:no-such-file", &format!("cannot delete {name}: {why}"))?;
        }
    }
    Ok(())
}

fn failed(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}

/// Success or failure as three outputs, or as an error where none is asked for.
fn told(
    function: &str,
    nargout: usize,
    result: std::result::Result<(), String>,
) -> Result<Vec<Value>> {
    Ok(match result {
        Ok(()) if nargout == 0 => Vec::new(),
        Ok(()) => vec![true.into(), "".into(), "".into()],
        Err(message) if nargout == 0 => return Err(Fault::new(format!("{function}: {message}"))),
        Err(message) => vec![false.into(), message.into(), function.into()],
    })
}

/// Success or failure as 0 or -1 and a message, or as an error where none is asked for.
fn numbered(
    function: &str,
    nargout: usize,
    result: std::result::Result<(), String>,
) -> Result<Vec<Value>> {
    let mut outputs = told(function, nargout, result)?;
    outputs.truncate(2);
    if let Some(Value::Bool(is_done)) = outputs.first() {
        outputs[0] = Value::Number(if *is_done { 0.0 } else { -1.0 });
    }
    Ok(outputs)
}

fn go_to(dir: Option<String>, nargout: usize) -> Result<Vec<Value>> {
    let path = match dir {
        Some(dir) => Some(PathBuf::from(dir)),
        None if nargout > 0 => None,
        None => dirs::home_dir(),
    };
    if let Some(path) = path {
        std::env::set_current_dir(&path)
            .map_err(|e| Fault::new(format!("cd: {}", failed(&path, &e))))?;
    }
    match nargout {
        0 => Ok(Vec::new()),
        _ => match std::env::current_dir() {
            Ok(path) => Ok(vec![path.display().to_string().into()]),
            Err(e) => Err(Fault::new(format!("cd: {e}"))),
        },
    }
}

fn existing(function: &str, name: &str) -> Result<String> {
    match Path::new(name).exists() {
        true => Ok(name.to_string()),
        false => Err(Fault::new(format!("{function}: there is no file {name}"))),
    }
}

fn listed(dir: &str) -> Result<Vec<String>> {
    let refuse = |e| Fault::new(failed(Path::new(dir), &e)).blame(Blame::Positional(0));
    let entries = fs::read_dir(dir).map_err(refuse)?;
    let name = |entry: io::Result<fs::DirEntry>| {
        entry.map(|entry| entry.file_name().to_string_lossy().into_owned()).map_err(refuse)
    };
    let mut names = entries.map(name).collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// The name itself, or that of the same file in the folder it names.
fn target(from: &str, to: &str) -> PathBuf {
    let to = PathBuf::from(to);
    match Path::new(from).file_name() {
        Some(name) if to.is_dir() => to.join(name),
        _ => to,
    }
}

/// Renames; a file that goes to another file system is copied and removed.
fn moved(from: &str, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(e) if e.kind() == io::ErrorKind::CrossesDevices && Path::new(from).is_file() => {
            fs::copy(from, to).and_then(|_| fs::remove_file(from))
        }
        other => other,
    }
}

fn each_name(function: &str, names: Value, test: &dyn Fn(&Path) -> bool) -> Result<Value> {
    let one = |part: &Value| match part.as_text() {
        Some(name) => Ok(test(Path::new(name))),
        None => Err(Fault::new(format!(
            "{function}: a name is a string, and this is a {}",
            part.describe()
        ))
        .blame(Blame::Positional(0))),
    };
    match &names {
        Value::Cell(cells) => {
            let truths = cells.as_slice().iter().map(one).collect::<Result<_>>()?;
            Ok(matfac::BoolMatrix::from_vec(cells.rows(), cells.cols(), truths).into())
        }
        name => one(name).map(Value::from),
    }
}
