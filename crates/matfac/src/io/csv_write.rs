//! Matrices and tables as delimited text (RFC 4180), by the `csv` crate.

use crate::data::{Labels, Table, number_text};
use crate::error::{Error, Result};
use crate::linalg::Matrix;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Writes a matrix with the names of its rows and columns, separated by commas (tabs for `.tsv`),
/// compressed for `.gz`. A missing number is written as `NaN`; numbers read back exactly.
///
/// # Errors
/// [`Error::Io`].
pub fn write_csv(
    path: impl AsRef<Path>,
    values: &Matrix,
    rows: Option<&Labels>,
    cols: Option<&Labels>,
) -> Result<()> {
    let corner = rows.map(|_| String::new());
    let header = (rows.is_some() || cols.is_some()).then(|| {
        let name =
            |j: usize| cols.map_or_else(|| (j + 1).to_string(), |cols| cols.name(j).to_string());
        corner.into_iter().chain((0..values.cols()).map(name)).collect::<Vec<_>>()
    });
    write_records(path.as_ref(), header, values.rows(), |i| {
        let label = rows.map(|rows| rows.name(i).to_string());
        label.into_iter().chain((0..values.cols()).map(|j| number_text(values[(i, j)]))).collect()
    })
}

/// Writes a table with the names of its columns; see [`write_csv`].
///
/// # Errors
/// [`Error::Io`].
pub fn write_table(path: impl AsRef<Path>, table: &Table) -> Result<()> {
    let header = table.names().names().iter().map(|name| name.to_string()).collect();
    write_records(path.as_ref(), Some(header), table.len(), |i| {
        table.columns().iter().map(|column| column.cell(i)).collect()
    })
}

fn write_records(
    path: &Path,
    header: Option<Vec<String>>,
    rows: usize,
    row: impl Fn(usize) -> Vec<String>,
) -> Result<()> {
    let name = path.to_string_lossy().to_lowercase();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    let delimiter = if plain.ends_with(".tsv") { b'\t' } else { b',' };
    write_file(path, |sink| {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(sink);
        if let Some(header) = &header {
            writer.write_record(header)?;
        }
        for i in 0..rows {
            writer.write_record(row(i))?;
        }
        writer.flush()
    })
}

/// Makes a file of what `write` writes, compressed when its name ends in `.gz`.
pub(super) fn write_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<()> {
    let failed = |error: std::io::Error| Error::Io {
        action: "write",
        path: path.display().to_string(),
        message: match path.parent() {
            Some(directory) if error.kind() == std::io::ErrorKind::NotFound => {
                format!("there is no directory {}", directory.display())
            }
            _ => error.to_string(),
        },
        hint: None,
    };
    let mut file = BufWriter::new(std::fs::File::create(path).map_err(failed)?);
    if path.to_string_lossy().to_lowercase().ends_with(".gz") {
        let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::default());
        write(&mut encoder).and_then(|()| encoder.finish()?.flush()).map_err(failed)
    } else {
        write(&mut file).and_then(|()| file.flush()).map_err(failed)
    }
}
