//! Reading and writing files of columns.

use super::argument::{Named, Rest, options};
use super::entry::{Context, builtins};
use super::matrix_files::{harwell, is_harwell, market, save_market};
use super::recommender_tables::triplets;
use super::workspace_file::{self, Request};
use crate::value::{Arguments, Array, Fault, Host, Result, Value};
use matfac::io::{CsvContent, CsvOptions, Separator, Shaped, read_csv, write_csv, write_table};
use std::path::Path;
use std::sync::Arc;

options! {
    /// What a file is read as.
    ReadAs { Matrix = "matrix", Table = "table" }
}

builtins! { "files";
    /// Read a workspace that `save` wrote, or a file of columns: a matrix when every column is numeric, else a table.
    ///
    /// Of a workspace, which Octave's `save` writes too, the variables are set, all or those named; `*` and `?` in names
    /// stand for any characters. With an output they become the fields of a struct.
    ///
    /// Commas, semicolons, tabs, blanks, names in the first line, decimal commas, quotes and compression (`.gz`) are
    /// recognised. Blank cells, `NA` and the like are NaN. Names of rows and columns are kept; a table's column is
    /// `T.name`. A relative path starts at the current directory, or else beside the script. Matrices in Matrix Market
    /// files (`.mtx`) and Harwell–Boeing files (such as `.rua`) are read as readmtx and readhb read them.
    ///
    /// >>> file = [tempname() ".csv"];
    /// >>> save(file, [1 2.5; 3 NaN])
    /// >>> A = load(file)
    /// A = 2×2
    ///    1.0000   2.5000
    ///    3.0000      NaN
    /// >>> delete(file)
    /// >>> file = [tempname() ".txt"]; x = 1:3; s = "text";
    /// >>> save(file, "x", "s"); clear x s
    /// >>> load(file); x, s
    /// x = 1×3
    ///    1   2   3
    /// s = text
    /// >>> load(file, "x").x(3)
    /// ans = 3
    /// >>> delete(file)
    ///
    /// See also: save, readmtx, readhb, ratings, delete
    /// Reference: https://www.rfc-editor.org/rfc/rfc4180
    fn load(cx,
        /** The file. */ path: String,
        /** What to read it as, instead of what it looks like. */ r#as: Option<ReadAs>,
        /** Whether the first line names the columns, instead of looking. */ header: Option<bool>,
        /** What stands between cells, such as "," or "\t", instead of looking. */ separator: Option<String>,
        /** Whether the first column names the rows. */ rownames: Option<bool>,
        /** The decimal sign, "." or ",". */ decimal: Option<String>,
        /** What starts a line to skip. */ comment: String = "#",
        /** One more word that stands for a missing number. */ missing: Option<String>,
    ) -> [A] {
        let layout = Layout { header, separator, rownames, decimal, comment, missing };
        load(cx, &path, r#as, layout)
    }
    or (cx, /** The file. */ path: String, /** Names of variables of a workspace. */ names: Rest) -> [S] { pick(cx, path, names.0) }

    /// Write variables to a workspace file, or a matrix, a table or ratings to a file of columns.
    ///
    /// A workspace holds all variables in sight, those named (`save f.txt A x*`), or values by name (`A=A`), in the text
    /// format of Octave's `save`, and load brings them back to the last bit. With `-append` they are added to the file, with
    /// `-struct` the fields of a struct are saved as variables; `-zip`, or a name that ends in `.gz`, compresses. Tables,
    /// ratings, models and figures have no form in it and are left out with a warning.
    ///
    /// In a file that ends in `.csv`, `.tsv` or `.mtx` (Matrix Market) one value is written without its name, and any file
    /// takes one matrix as it is. Commas separate, or tabs when the name ends in `.tsv`; `.gz` compresses. Names of rows and
    /// columns are written too, ratings as one line each. Numbers read back exactly.
    ///
    /// >>> file = [tempname() ".csv"]; B = magic(3);
    /// >>> save(file, B=B)
    /// >>> norm(load(file) - B)
    /// ans = 0
    /// >>> delete(file)
    /// >>> file = [tempname() ".txt"]; A = sparse([0 2]); c = {"text", 1+2i};
    /// >>> save(file); s = load(file); isequal(s.A, A) && isequal(s.c, c)
    /// ans = 1
    /// >>> delete(file)
    ///
    /// See also: load, delete
    fn save(cx,
        /** The file; its ending says how it is written. */ path: String,
        /** Names of variables, or one value. */ what: Rest,
        /** What to write, under any name. */ values: Named,
    ) { write(cx.host, path, what.0, values.0) }
}

/// The options of `load` that say how the file is laid out.
struct Layout {
    header: Option<bool>,
    separator: Option<String>,
    rownames: Option<bool>,
    decimal: Option<String>,
    comment: String,
    missing: Option<String>,
}

/// Endings of files that hold something else than columns of text.
const OTHERS: &[&str] = &[
    "mat", "mfz", "npy", "npz", "parquet", "png", "jpg", "jpeg", "pgm", "ppm", "wav", "xlsx",
    "xls", "ods", "h5", "hdf5", "json",
];

/// The file name's ending in lower case, without that of a compressed file.
fn ending(path: &str) -> String {
    let name = path.to_lowercase();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    Path::new(plain).extension().map_or_else(String::new, |e| e.to_string_lossy().into_owned())
}

/// A value that may be the path of a file to read, with the path found.
pub(super) fn located(host: &dyn Host, value: Value) -> Value {
    match &value {
        Value::Text(path) => host.locate(path.as_str()).into(),
        _ => value,
    }
}

fn load(
    cx: &mut Context<'_>,
    path: &str,
    shaped: Option<ReadAs>,
    layout: Layout,
) -> Result<Vec<Value>> {
    let found = cx.host.locate(path);
    if let Some(bytes) = workspace_file::content(&found)? {
        // A variable may have the name of an option.
        let name = shaped.map(|shaped| match shaped {
            ReadAs::Matrix => "matrix".to_string(),
            ReadAs::Table => "table".to_string(),
        });
        return workspace_file::bind(cx, &found, &bytes, name.as_slice());
    }
    Ok(vec![read(&found, shaped, layout)?])
}

/// `load` with names: of a workspace's variables, or of options with their values.
fn pick(cx: &mut Context<'_>, path: String, words: Vec<Value>) -> Result<Vec<Value>> {
    let pairs: Vec<_> = words
        .chunks_exact(2)
        .filter_map(|pair| Some((pair[0].as_text()?.into(), pair[1].clone())))
        .collect();
    let are_pairs = !words.is_empty() && pairs.len() * 2 == words.len();
    let path = match workspace_file::load(cx, path, words)? {
        Ok(outputs) => return Ok(outputs),
        Err(path) => path,
    };
    let keywords = if are_pairs { pairs } else { Vec::new() };
    if keywords.is_empty() && path.1 {
        return Err(Fault::new(format!("load: {} holds columns, not variables", path.0))
            .hint("A = load(…) reads it, and A = load(…, as=\"table\") as a table"));
    }
    let args = Arguments { positional: vec![path.0.into()], keywords };
    (table::load::ENTRY.native.call)(cx.host, args, cx.nargout)
}

fn read(path: &str, shaped: Option<ReadAs>, layout: Layout) -> Result<Value> {
    let kind = ending(path);
    if kind == "mtx" || is_harwell(&kind) {
        let outputs = if kind == "mtx" { market(path) } else { harwell(path) };
        return Ok(outputs?.swap_remove(0));
    }
    if OTHERS.contains(&kind.as_str()) && Path::new(path).exists() {
        return Err(Fault::unsupported(&format!("reading .{kind} files"))
            .hint("load reads text: numbers or words in columns"));
    }
    let options = CsvOptions {
        separator: separator(layout.separator)?,
        header: layout.header,
        row_labels: layout.rownames,
        decimal: single("decimal", layout.decimal)?,
        comment: single("comment", Some(layout.comment).filter(|text| !text.is_empty()))?,
        missing: layout.missing.into_iter().collect(),
        text: Vec::new(),
        shaped: match shaped {
            None => Shaped::Auto,
            Some(ReadAs::Matrix) => Shaped::Matrix,
            Some(ReadAs::Table) => Shaped::Table,
        },
    };
    Ok(match read_csv(path, &options)? {
        CsvContent::Matrix(m) => Array::labelled(m.values, m.rows, m.cols).into(),
        CsvContent::Table(table) => Value::Table(Arc::new(table)),
    })
}

fn separator(text: Option<String>) -> Result<Separator> {
    let Some(text) = text else { return Ok(Separator::Auto) };
    Ok(match text.as_str() {
        "auto" => Separator::Auto,
        " " => Separator::Blanks,
        // 'single quotes' know no escapes, and a tab is meant all the same.
        "\\t" | "tab" => Separator::Byte(b'\t'),
        _ => match text.as_bytes() {
            [] => return Err(Fault::new("load: a separator has at least one character")),
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => {
                Separator::Byte(*byte)
            }
            [_] => return Err(Fault::new(format!("load: {text:?} cannot separate cells"))),
            _ => Separator::Text(text),
        },
    })
}

fn single(name: &str, text: Option<String>) -> Result<Option<char>> {
    let Some(text) = text else { return Ok(None) };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if c.is_ascii() => Ok(Some(c)),
        _ => Err(Fault::new(format!("load: {name} is one character, and this is \"{text}\""))),
    }
}

fn write(
    host: &mut dyn Host,
    path: String,
    what: Vec<Value>,
    named: Vec<(Box<str>, Value)>,
) -> Result<()> {
    let request = Request::of(path, what)?;
    let path = request.file.as_str();
    let kind = ending(path);
    if OTHERS.contains(&kind.as_str()) {
        return Err(Fault::unsupported(&format!("writing .{kind} files")).hint(
            "save writes text: .txt for variables, .csv or .tsv for a matrix, and .gz of these",
        ));
    }
    let is_columns = matches!(kind.as_str(), "csv" | "tsv" | "mtx");
    let is_matrix = |v: &Value| !matches!(v, Value::Text(_) | Value::Cell(_) | Value::Struct(_));
    let one_matrix = named.is_empty() && matches!(&request.values[..], [v] if is_matrix(v));
    if request.is_workspace || !(is_columns || one_matrix) {
        return workspace_file::save(host, &request, named);
    }
    let mut values: Vec<Value> = Vec::new();
    for value in &request.values {
        match value.as_text() {
            Some(name) => {
                let found = workspace_file::chosen(host, name)?;
                values.extend(found.into_iter().map(|(_, value)| value));
            }
            None => values.push(value.clone()),
        }
    }
    values.extend(named.into_iter().map(|(_, value)| value));
    let value = match <[Value; 1]>::try_from(values) {
        Ok([value]) => value,
        Err(values) if values.is_empty() => {
            return Err(Fault::new("save needs something to write").hint("save(\"x.csv\", A)"));
        }
        Err(values) => {
            let n = values.len();
            return Err(Fault::new(format!(
                "a file of columns holds one matrix or table, not {n}"
            ))
            .hint("save each in a file of its own, all in a .txt file, or [A B] side by side"));
        }
    };
    if kind == "mtx" {
        return save_market(path, value);
    }
    match &value {
        Value::Table(table) => write_table(path, table)?,
        Value::Ratings(ratings) => write_table(path, &triplets(ratings)?)?,
        Value::Object(_) | Value::Function(_) => {
            return Err(Fault::new(format!("save: a {} is no matrix or table", value.describe()))
                .hint("a model's fields can be saved, such as m.P"));
        }
        _ => {
            let array = value.to_array()?;
            write_csv(path, &array.data, array.row_labels(), array.col_labels())?;
        }
    }
    Ok(())
}
