//! Reading and writing files of columns.

use super::argument::{Named, options};
use super::entry::builtins;
use super::matrix_files::{harwell, is_harwell, market, save_market};
use super::recommender_tables::triplets;
use crate::value::{Array, Fault, Host, Result, Value};
use matfac::data::nearest;
use matfac::io::{CsvContent, CsvOptions, Separator, Shaped, read_csv, write_csv, write_table};
use std::path::Path;
use std::sync::Arc;

options! {
    /// What a file is read as.
    ReadAs { Matrix = "matrix", Table = "table" }
}

builtins! { "files";
    /// Read a file of columns: a matrix when every column is numeric, else a table.
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
        read(&cx.host.locate(&path), r#as, layout)
    }

    /// Write a matrix, a table or ratings to a file of columns.
    ///
    /// Commas separate, or tabs when the name ends in `.tsv`; `.mtx` makes a Matrix Market file; `.gz` compresses. Names of rows and columns are written
    /// too, ratings as one line each. Numbers read back exactly. The value is given as it is, by name (`A=A`), or as
    /// the name of a variable (`"A"`).
    ///
    /// >>> file = [tempname() ".csv"]; B = magic(3);
    /// >>> save(file, B=B)
    /// >>> norm(load(file) - B)
    /// ans = 0
    /// >>> delete(file)
    ///
    /// See also: load, delete
    fn save(cx,
        /** The file; its ending says how it is written. */ path: String,
        /** What to write. */ A: Option<Value>,
        /** What to write, under any name. */ values: Named,
    ) { write(cx.host, &path, A, values) }
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

fn write(host: &mut dyn Host, path: &str, value: Option<Value>, named: Named) -> Result<()> {
    let mut values: Vec<Value> = value.into_iter().collect();
    values.extend(named.0.into_iter().map(|(_, value)| value));
    let kind = ending(path);
    if OTHERS.contains(&kind.as_str()) {
        return Err(Fault::unsupported(&format!("writing .{kind} files"))
            .hint("save writes text: .csv, .tsv or .txt, and .gz of these"));
    }
    let value = match <[Value; 1]>::try_from(values) {
        Ok([Value::Text(name)]) => variable(host, name.as_str())?,
        Ok([value]) => value,
        Err(values) if values.is_empty() => {
            return Err(Fault::new("save needs something to write").hint("save(\"x.csv\", A)"));
        }
        Err(values) => {
            let n = values.len();
            return Err(Fault::new(format!(
                "a file of columns holds one matrix or table, not {n}"
            ))
            .hint("save each in a file of its own, or [A B] side by side"));
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

fn variable(host: &mut dyn Host, name: &str) -> Result<Value> {
    let all = host.variables();
    if let Some((_, value)) = all.iter().find(|(known, _)| **known == *name) {
        return Ok(value.clone());
    }
    let near = nearest(name, all.iter().map(|(known, _)| &**known), 3);
    let fault = Fault::new(format!("save: there is no variable `{name}`"));
    Err(if near.is_empty() {
        fault
    } else {
        fault.hint(format!("did you mean {}?", near.join(" or ")))
    })
}
