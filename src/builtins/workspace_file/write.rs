//! Writing a workspace file: to a draft beside it, which takes its place when it is complete.

use crate::value::{
    Callable, Fault, Host, Range, Result, SparseArray, Struct, Text, Value, Variable, is_na,
};
use flate2::{Compression, write::GzEncoder};
use matfac::c64;
use matfac::data::{Interrupt, number_text};
use matfac::linalg::Dense;
use matfac::linalg::sparse::{Entry, Sparse};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// What a value inside a cell is called.
const ELEMENT: &str = "<cell-element>";

/// Writes `before` and then the variables; what the file was stays until all is on the disk.
pub(super) fn save(
    host: &mut dyn Host,
    path: &str,
    compresses: bool,
    before: &[u8],
    variables: &[Variable],
) -> Result<()> {
    let interrupt = host.interrupt().clone();
    // A link stays one, and what is no file, such as /dev/null, is written to as it is.
    let target = Path::new(path).canonicalize().unwrap_or_else(|_| PathBuf::from(path));
    let is_special = target.exists() && !target.is_file();
    let mut name = target.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.tmp", std::process::id()));
    let draft = if is_special { target.clone() } else { target.with_file_name(name) };
    let written = write_all(&draft, compresses, before, variables, &interrupt).and_then(|()| {
        if is_special {
            return Ok(());
        }
        if let Ok(old) = std::fs::metadata(&target) {
            if old.permissions().readonly() {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            std::fs::set_permissions(&draft, old.permissions())?;
        }
        std::fs::rename(&draft, &target)
    });
    written.map_err(|error| {
        if !is_special {
            // Nothing is lost: the draft may not even exist.
            let _ = std::fs::remove_file(&draft);
        }
        if interrupt.is_set() {
            return Fault::interrupted();
        }
        let reason = match target.parent() {
            Some(directory) if error.kind() == io::ErrorKind::NotFound => {
                format!("there is no directory {}", directory.display())
            }
            _ => error.to_string(),
        };
        Fault::new(format!("cannot write {path}: {reason}"))
    })
}

fn write_all(
    draft: &Path,
    compresses: bool,
    before: &[u8],
    variables: &[Variable],
    interrupt: &Interrupt,
) -> io::Result<()> {
    let file = BufWriter::new(File::create(draft)?);
    if compresses {
        let mut out = Writer { out: GzEncoder::new(file, Compression::default()), interrupt };
        out.workspace(before, variables)?;
        out.out.finish()?.flush()
    } else {
        let mut out = Writer { out: file, interrupt };
        out.workspace(before, variables)?;
        out.out.flush()
    }
}

/// A number as it reads back, in Octave's words.
fn number(x: f64) -> String {
    if is_na(x) {
        return "NA".into();
    }
    if x.is_finite() {
        return number_text(x);
    }
    let word = if x.is_nan() {
        "NaN"
    } else if x > 0.0 {
        "Inf"
    } else {
        "-Inf"
    };
    word.into()
}

fn complex(z: c64) -> String {
    format!("({},{})", number(z.re), number(z.im))
}

fn logical(b: bool) -> String {
    u8::from(b).to_string()
}

struct Writer<'a, W: Write> {
    out: W,
    interrupt: &'a Interrupt,
}

impl<W: Write> Writer<'_, W> {
    fn workspace(&mut self, before: &[u8], variables: &[Variable]) -> io::Result<()> {
        self.out.write_all(before)?;
        if before.is_empty() {
            let now = jiff::Timestamp::now().strftime("%a %b %d %H:%M:%S %Y UTC");
            writeln!(self.out, "# Created by mf {}, {now}", env!("CARGO_PKG_VERSION"))?;
        }
        for (name, value) in variables {
            self.value(name, value)?;
        }
        Ok(())
    }

    fn head(&mut self, kind: &str) -> io::Result<()> {
        writeln!(self.out, "# type: {kind}")
    }

    /// A value with its name, and the blank lines that end it.
    fn value(&mut self, name: &str, value: &Value) -> io::Result<()> {
        if self.interrupt.is_set() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        writeln!(self.out, "# name: {name}")?;
        match value {
            Value::Number(x) => self.scalar("scalar", &number(*x)),
            Value::Bool(b) => self.scalar("bool", &logical(*b)),
            Value::Matrix(a) => self.matrix("matrix", &a.data, number),
            Value::Complex(a) if a.len() == 1 => {
                self.scalar("complex scalar", &complex(a.as_slice()[0]))
            }
            Value::Complex(a) => self.matrix("complex matrix", a, complex),
            Value::Bools(a) => self.matrix("bool matrix", a, logical),
            Value::Range(r) => self.range(r),
            Value::Sparse(s) => match s.as_ref() {
                SparseArray::Real(s) => self.sparse("sparse matrix", s, number),
                SparseArray::Complex(s) => self.sparse("sparse complex matrix", s, complex),
                SparseArray::Bool(s) => self.sparse("sparse bool matrix", s, logical),
            },
            Value::Text(t) => self.text(t),
            Value::Cell(cells) => {
                self.head("cell")?;
                self.cells(cells.rows(), cells.cols(), cells.as_slice())
            }
            Value::Struct(s) => self.structs(s),
            Value::Function(f) => self.function(f),
            Value::Table(_) | Value::Ratings(_) | Value::Object(_) => {
                Err(io::Error::other(format!("{} has no form in this file", value.describe())))
            }
        }?;
        writeln!(self.out, "\n")
    }

    fn scalar(&mut self, kind: &str, text: &str) -> io::Result<()> {
        writeln!(self.out, "# type: {kind}\n{text}")
    }

    fn sides(&mut self, rows: usize, cols: usize) -> io::Result<()> {
        writeln!(self.out, "# rows: {rows}\n# columns: {cols}")
    }

    fn matrix<T: Copy>(
        &mut self,
        kind: &str,
        a: &Dense<T>,
        text: impl Fn(T) -> String,
    ) -> io::Result<()> {
        self.head(kind)?;
        self.sides(a.rows(), a.cols())?;
        for i in 0..if a.is_empty() { 0 } else { a.rows() } {
            if self.interrupt.is_set() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            for j in 0..a.cols() {
                write!(self.out, " {}", text(a.as_slice()[j * a.rows() + i]))?;
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    /// A range as one where its three numbers say all, else number by number.
    fn range(&mut self, r: &Range) -> io::Result<()> {
        let limit = r.at(r.count.saturating_sub(1));
        let again = Range::new(r.start, r.step, limit);
        let is_same = again.is_ok_and(|again| again == *r && r.count > 1);
        // A zero with a sign in it gets lost on Octave's way.
        if is_same && !(r.start == 0.0 && r.start.is_sign_negative()) {
            self.head("double_range")?;
            writeln!(self.out, "# base, limit, increment")?;
            return writeln!(self.out, "{} {} {}", number(r.start), number(limit), number(r.step));
        }
        self.head("matrix")?;
        self.sides(1, r.count)?;
        for x in r.iter() {
            write!(self.out, " {}", number(x))?;
        }
        writeln!(self.out)
    }

    fn sparse<T: Entry>(
        &mut self,
        kind: &str,
        s: &Sparse<T>,
        text: impl Fn(T) -> String,
    ) -> io::Result<()> {
        self.head(kind)?;
        // Octave 7.3 refuses a whole file for a sparse matrix without entries in it, even its own: it gets a zero.
        let is_padded = s.nnz() == 0 && s.rows() > 0 && s.cols() > 0;
        writeln!(self.out, "# nnz: {}", s.nnz() + usize::from(is_padded))?;
        self.sides(s.rows(), s.cols())?;
        if is_padded {
            writeln!(self.out, "1 1 {}", text(T::default()))?;
        }
        for (i, j, x) in s.triplets() {
            writeln!(self.out, "{} {} {}", i + 1, j + 1, text(x))?;
        }
        Ok(())
    }

    fn text(&mut self, t: &Text) -> io::Result<()> {
        self.head(if t.double_quoted { "string" } else { "sq_string" })?;
        match t.shape() {
            (0, 0) => writeln!(self.out, "# elements: 0\n# length: 0"),
            // Lengths count bytes.
            (1, _) => {
                writeln!(self.out, "# elements: 1\n# length: {}\n{}", t.as_str().len(), t.as_str())
            }
            (rows, cols) => writeln!(self.out, "# ndims: 2\n {rows} {cols}\n"),
        }
    }

    fn cells(&mut self, rows: usize, cols: usize, parts: &[Value]) -> io::Result<()> {
        self.sides(rows, cols)?;
        for (i, part) in parts.iter().enumerate() {
            self.value(ELEMENT, part)?;
            if (i + 1) % rows == 0 {
                writeln!(self.out)?;
            }
        }
        Ok(())
    }

    fn structs(&mut self, s: &Struct) -> io::Result<()> {
        let (rows, cols) = s.shape();
        let is_scalar = (rows, cols) == (1, 1);
        self.head(if is_scalar { "scalar struct" } else { "struct" })?;
        writeln!(self.out, "# ndims: 2\n {rows} {cols}\n# length: {}", s.fields().len())?;
        for (name, parts) in s.fields() {
            match parts {
                [only] if is_scalar => self.value(name, only)?,
                _ => {
                    writeln!(self.out, "# name: {name}\n# type: cell")?;
                    self.cells(rows, cols, parts)?;
                    writeln!(self.out, "\n")?;
                }
            }
        }
        Ok(())
    }

    fn function(&mut self, f: &Callable) -> io::Result<()> {
        self.head("function handle")?;
        let text = f.text();
        match f {
            Callable::Code(code) if text.starts_with("@(") => {
                writeln!(self.out, "@<anonymous>\n{text}")?;
                let kept = code.captured();
                if !kept.is_empty() {
                    writeln!(self.out, "# length: {}", kept.len())?;
                }
                kept.iter().try_for_each(|(name, value)| self.value(name, value))
            }
            _ => writeln!(self.out, "# subtype: simple\n{}", f.name()),
        }
    }
}
