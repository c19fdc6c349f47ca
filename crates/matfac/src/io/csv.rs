//! Text files of columns: comma, semicolon, tab or blank separated, read into a matrix when every column
//! is numeric and into a table otherwise.
//!
//! The `csv` crate (RFC 4180) cuts cells and `fast-float2` (Lemire 2021, "Number parsing at a gigabyte
//! per second") reads numbers, in one pass over the bytes; a second one collects the text of the columns
//! that hold text. What the options leave open is guessed: see [`CsvOptions`].

use super::layout::Layout;
use super::text::read_text;
use crate::data::{Column, LabelledMatrix, Labels, Table};
use crate::error::{Error, Result};
use crate::linalg::Matrix;
use std::collections::HashSet;
use std::path::Path;

/// What stands between two cells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Separator {
    /// The one of tab, semicolon, comma, bar, colon and blanks that cuts the lines most evenly.
    #[default]
    Auto,
    /// One ASCII character.
    Byte(u8),
    /// Runs of blanks and tabs.
    Blanks,
    /// Several characters, such as `::`.
    Text(String),
}

/// What to make of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shaped {
    /// A matrix when every column is numeric, else a table.
    #[default]
    Auto,
    /// A matrix, or an error.
    Matrix,
    /// A table, in which a column with a cell that is not a number holds text.
    Table,
    /// A table, whose columns are numeric or text as those of `Auto` are.
    Columns,
}

/// How [`read_csv`] reads.
#[derive(Debug, Clone, PartialEq)]
pub struct CsvOptions {
    /// What stands between two cells.
    pub separator: Separator,
    /// Whether the first line names the columns; `None` looks whether it has words above numbers (or,
    /// where there are no numbers, names that are distinct and do not occur below).
    pub header: Option<bool>,
    /// Whether the first column names the rows; `None` means when it has no name of its own, its cells
    /// are distinct and all other columns are numeric.
    pub row_labels: Option<bool>,
    /// Decimal sign; `None` is the point, or the comma where semicolons separate and numbers show it.
    pub decimal: Option<char>,
    /// Lines that start with it are skipped.
    pub comment: Option<char>,
    /// What stands for a missing number besides nothing, `NA`, `N/A`, `NaN`, `null`, `none`, `?`, `-`
    /// and `.` in any case.
    pub missing: Vec<String>,
    /// Columns that are kept as text though they hold numbers, by name (`column1`, … without names).
    pub text: Vec<String>,
    /// What to make of the file.
    pub shaped: Shaped,
}

impl Default for CsvOptions {
    fn default() -> CsvOptions {
        CsvOptions {
            separator: Separator::Auto,
            header: None,
            row_labels: None,
            decimal: None,
            comment: Some('#'),
            missing: Vec::new(),
            text: Vec::new(),
            shaped: Shaped::Auto,
        }
    }
}

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum CsvContent {
    /// Numbers only.
    Matrix(LabelledMatrix),
    /// Columns of which one holds text at least, or a table was asked for.
    Table(Table),
}

impl CsvContent {
    /// The columns; those of a matrix without names are called `column1`, `column2`, ….
    ///
    /// # Errors
    /// As [`Table::new`].
    pub fn into_table(self) -> Result<Table> {
        let matrix = match self {
            CsvContent::Table(table) => return Ok(table),
            CsvContent::Matrix(matrix) => matrix,
        };
        let width = matrix.values.cols();
        let names = matrix.cols.map_or_else(|| numbered(width), |cols| cols.names().to_vec());
        let column = |j| Column::Numbers(matrix.values.col(j).to_vec());
        Table::new(names, (0..width).map(column).collect())
    }
}

/// Names of columns that have none.
fn numbered(width: usize) -> Vec<Box<str>> {
    (1..=width).map(|j| format!("column{j}").into()).collect()
}

/// Reads a file, plain or compressed with gzip.
///
/// A column in which most cells are numbers is numeric; a cell of it that is not a number is then an
/// error, unless those cells read as prose. The first line of scikit-learn's own files (numbers of
/// samples and features, class names) is skipped, an empty last column (from trailing commas) dropped.
///
/// # Errors
/// [`Error::Io`] when the file cannot be read; [`Error::Parse`], naming line and column, for lines of
/// unequal length and for cells that are not numbers.
pub fn read_csv(path: impl AsRef<Path>, options: &CsvOptions) -> Result<CsvContent> {
    let path = path.as_ref();
    parse_csv(&path.display().to_string(), read_text(path)?, options)
}

/// Reads text that is already in memory; `name` stands for the file in errors.
///
/// # Errors
/// As [`read_csv`].
pub fn parse_csv(name: &str, text: String, options: &CsvOptions) -> Result<CsvContent> {
    Parser { name, options, layout: Layout::of(text, options) }.parse()
}

enum Cell {
    Number(f64),
    Missing,
    Other,
}

/// A column while it is being read: what its cells below the first line were.
#[derive(Default)]
struct Builder {
    /// One number for each record, the first line included; NaN for what is no number.
    cells: Vec<f64>,
    numbers: usize,
    others: usize,
    prose: usize,
    empty: usize,
    /// The record and text of the first cell that is neither number nor missing.
    first_other: Option<(usize, String)>,
    repeats_first: bool,
}

struct Parser<'a> {
    name: &'a str,
    options: &'a CsvOptions,
    layout: Layout,
}

impl Parser<'_> {
    fn parse(&self) -> Result<CsvContent> {
        let mut head: Vec<Vec<Vec<u8>>> = Vec::new();
        self.layout.records(|record| {
            head.push(record.iter().map(<[u8]>::to_vec).collect());
            head.len() < 3
        });
        let Some(first) = head.first() else {
            return match self.options.shaped {
                Shaped::Table | Shaped::Columns => Ok(CsvContent::Table(Table::default())),
                _ => Ok(CsvContent::Matrix(LabelledMatrix::default())),
            };
        };
        let second = head.get(1).map_or(first.len(), Vec::len);
        let skip = usize::from(self.is_sample_count(first, second));
        let short_header = skip == 0 && self.is_short_header(&head);
        let first = if skip == 1 { &head[1] } else { first };
        let extra = |long: &[Vec<u8>], short: usize| {
            long.len() == short + 1 && long[short].trim_ascii().is_empty()
        };
        let width = if short_header || extra(first, second) { second } else { first.len() };
        let mut names: Vec<Vec<u8>> = first.clone();
        if short_header {
            names.insert(0, Vec::new());
        }
        names.truncate(width);

        let mut columns = self.read_columns(skip, width, &names, short_header)?;
        let header = match self.options.header {
            Some(header) => header,
            None => short_header || self.detect_header(&names, &columns),
        };
        let first_row = skip + usize::from(header);
        for (j, column) in columns.iter_mut().enumerate() {
            if header {
                column.cells.remove(0);
            } else {
                column.tally(skip, &names[j], self.classify(&names[j]));
            }
        }
        let rows = columns.first().map_or(0, |c| c.cells.len());
        let trailing = width > 1
            && columns[width - 1].empty == rows
            && (!header || names[width - 1].trim_ascii().is_empty());
        if trailing {
            columns.pop();
            names.pop();
        }
        self.assemble(columns, header.then_some(names), first_row, rows)
    }

    /// Whether the first line is scikit-learn's: the number of samples (lines that follow), the number
    /// of features (columns but one), and names of classes.
    fn is_sample_count(&self, first: &[Vec<u8>], width: usize) -> bool {
        let count =
            |n: usize| -> Option<usize> { std::str::from_utf8(first.get(n)?).ok()?.parse().ok() };
        let (Some(samples), Some(features)) = (count(0), count(1)) else { return false };
        if self.options.header.is_some() || features + 1 != width || samples == 0 {
            return false;
        }
        // Two columns of numbers may look like it by chance; class names do not.
        if first.len() < 3 || first[2..].iter().any(|c| !matches!(self.classify(c), Cell::Other)) {
            return false;
        }
        let mut lines = 0;
        self.layout.records(|_| {
            lines += 1;
            true
        });
        lines == samples + 1
    }

    /// Whether the first line has one name too few, all of them words, above lines that start with a
    /// word: what R writes when rows have names.
    fn is_short_header(&self, head: &[Vec<Vec<u8>>]) -> bool {
        let [first, rest @ ..] = head else { return false };
        let words =
            |cells: &[Vec<u8>]| cells.iter().all(|c| matches!(self.classify(c), Cell::Other));
        !rest.is_empty()
            && self.options.header != Some(false)
            && rest.iter().all(|row| row.len() == first.len() + 1 && words(&row[..1]))
            && words(first)
    }

    fn read_columns(
        &self,
        skip: usize,
        width: usize,
        first: &[Vec<u8>],
        short_header: bool,
    ) -> Result<Vec<Builder>> {
        let mut columns: Vec<Builder> = (0..width).map(|_| Builder::default()).collect();
        let (mut n, mut ragged) = (0, None);
        let plain = self.layout.decimal == b'.';
        self.layout.records(|record| {
            n += 1;
            if n <= skip {
                return true;
            }
            let fits = record.len() == width
                || (record.len() == width + 1 && record[width].trim_ascii().is_empty())
                || (short_header && n == skip + 1);
            if !fits {
                ragged = Some((n - 1, record.len()));
                return false;
            }
            if n == skip + 1 {
                for (column, cell) in columns.iter_mut().zip(first) {
                    column.cells.push(match self.classify(cell) {
                        Cell::Number(x) => x,
                        _ => f64::NAN,
                    });
                }
                return true;
            }
            for ((column, cell), top) in columns.iter_mut().zip(record).zip(first) {
                // The common case first: a plain number.
                if plain && let Ok(x) = fast_float2::parse::<f64, _>(cell) {
                    column.cells.push(x);
                    column.numbers += usize::from(!x.is_nan());
                    continue;
                }
                let kind = self.classify(cell);
                column.cells.push(if let Cell::Number(x) = kind { x } else { f64::NAN });
                column.repeats_first |= cell == &top[..];
                column.tally(n - 1, cell, kind);
            }
            true
        });
        match ragged {
            None => Ok(columns),
            Some((row, fields)) => {
                let line = self.layout.line_of(row);
                let plural = if fields == 1 { "" } else { "s" };
                Err(Error::Parse {
                    path: self.name.into(),
                    line,
                    column: fields.min(width) + 1,
                    message: format!("line {line} has {fields} field{plural}, not {width}"),
                    hint: (fields > width)
                        .then(|| "a cell that holds a separator needs \"quotes\"".into()),
                })
            }
        }
    }

    fn classify(&self, cell: &[u8]) -> Cell {
        let cell = cell.trim_ascii();
        let missing = self.options.missing.iter().any(|word| word.as_bytes() == cell);
        if missing || is_missing(cell) {
            return Cell::Missing;
        }
        let decimal = self.layout.decimal;
        let number = if decimal == b'.' || !(cell.contains(&b'.') || cell.contains(&decimal)) {
            fast_float2::parse::<f64, _>(cell).ok()
        } else if cell.contains(&b'.') {
            None
        } else {
            let point = |&c: &u8| if c == decimal { b'.' } else { c };
            fast_float2::parse(cell.iter().map(point).collect::<Vec<u8>>()).ok()
        };
        match number {
            Some(x) if x.is_nan() => Cell::Missing,
            Some(x) => Cell::Number(x),
            None => Cell::Other,
        }
    }

    fn detect_header(&self, first: &[Vec<u8>], columns: &[Builder]) -> bool {
        let word = |cell: &[u8]| matches!(self.classify(cell), Cell::Other);
        let numeric = |column: &Builder| column.numbers > column.others;
        let mut pairs = first.iter().zip(columns);
        // `12..5` above numbers is a slip of the pen and not a name, unless all are like that (dates).
        let all = first.len() > 1 && first.iter().all(|cell| word(cell));
        if pairs.any(|(cell, column)| numeric(column) && word(cell) && (all || !is_slip(cell))) {
            return true;
        }
        if columns.iter().any(numeric) {
            return false;
        }
        let distinct: HashSet<&[u8]> = first.iter().map(|cell| cell.trim_ascii()).collect();
        distinct.len() == first.len()
            && first.iter().all(|cell| word(cell))
            && !columns.iter().any(|column| column.repeats_first)
    }

    fn assemble(
        &self,
        columns: Vec<Builder>,
        names: Option<Vec<Vec<u8>>>,
        first_row: usize,
        rows: usize,
    ) -> Result<CsvContent> {
        let (unnamed, names) = match names {
            None => (false, None),
            Some(names) => {
                let unnamed = names[0].trim_ascii().is_empty();
                let name = |(j, cell): (usize, Vec<u8>)| -> Box<str> {
                    let text = String::from_utf8_lossy(&cell);
                    let text = text.trim();
                    if text.is_empty() { format!("column{}", j + 1).into() } else { text.into() }
                };
                (unnamed, Some(names.into_iter().enumerate().map(name).collect::<Vec<_>>()))
            }
        };
        let may_label = self.options.row_labels.unwrap_or(unnamed) && columns.len() > 1;
        let mut is_text = Vec::with_capacity(columns.len());
        for (j, column) in columns.iter().enumerate() {
            let name =
                names.as_ref().map_or_else(|| format!("column{}", j + 1), |n| n[j].to_string());
            let kept =
                self.options.text.contains(&name) || (j == 0 && may_label && column.others > 0);
            is_text.push(kept || (column.others > 0 && self.holds_text(j, column, &name)?));
        }
        let texts = self.read_texts(&is_text, first_row, rows);
        let mut all: Vec<Column> = columns
            .into_iter()
            .zip(texts)
            .map(|(column, text)| text.map_or(Column::Numbers(column.cells), Column::Text))
            .collect();
        let numeric = |columns: &[Column]| columns.iter().all(|column| column.numbers().is_some());
        let mut row_labels = None;
        if may_label && self.options.shaped != Shaped::Table && numeric(&all[1..]) {
            let labels: Vec<Box<str>> = (0..rows).map(|i| all[0].cell(i).trim().into()).collect();
            let distinct = labels.iter().collect::<HashSet<_>>().len() == rows;
            if distinct || self.options.row_labels == Some(true) {
                row_labels = Some(Labels::new(labels));
                all.remove(0);
            }
        }
        let wants_table = matches!(self.options.shaped, Shaped::Table | Shaped::Columns);
        if wants_table || !numeric(&all) {
            let table = Table::new(names.unwrap_or_else(|| numbered(all.len())), all)?;
            if self.options.shaped == Shaped::Matrix {
                table.to_matrix()?;
            }
            return Ok(CsvContent::Table(table));
        }
        let labelled = usize::from(row_labels.is_some());
        let cols = names.map(|names| Labels::new(names[labelled..].to_vec()));
        let mut data = Vec::with_capacity(rows * all.len());
        all.iter().filter_map(Column::numbers).for_each(|cells| data.extend_from_slice(cells));
        let values = Matrix::from_vec(rows, all.len(), data);
        Ok(CsvContent::Matrix(LabelledMatrix { values, rows: row_labels, cols }))
    }

    /// Whether a column with cells that are not numbers holds text; else the first of them is an error.
    fn holds_text(&self, j: usize, column: &Builder, name: &str) -> Result<bool> {
        let prose = column.prose == column.others && column.numbers < 10 * column.others;
        if column.numbers <= column.others || prose || self.options.shaped == Shaped::Table {
            return Ok(true);
        }
        let Some((record, text)) = &column.first_other else { return Ok(true) };
        Err(Error::Parse {
            path: self.name.into(),
            line: self.layout.line_of(*record),
            column: j + 1,
            message: format!("\"{text}\" is not a number, but the other cells of {name} are"),
            hint: Some(if *record == 0 {
                "header=true takes the first line as names of the columns".into()
            } else {
                "as=\"table\" keeps such a column as text".into()
            }),
        })
    }

    /// The cells of the columns that hold text.
    fn read_texts(
        &self,
        is_text: &[bool],
        first_row: usize,
        rows: usize,
    ) -> Vec<Option<Vec<Box<str>>>> {
        let start = |&text: &bool| text.then(|| Vec::with_capacity(rows));
        let mut texts: Vec<Option<Vec<Box<str>>>> = is_text.iter().map(start).collect();
        if !is_text.contains(&true) {
            return texts;
        }
        let mut n = 0;
        self.layout.records(|record| {
            n += 1;
            if n > first_row {
                for (cells, cell) in texts.iter_mut().zip(record) {
                    if let Some(cells) = cells {
                        cells.push(String::from_utf8_lossy(cell).into());
                    }
                }
            }
            true
        });
        texts
    }
}

impl Builder {
    fn tally(&mut self, record: usize, cell: &[u8], kind: Cell) {
        match kind {
            Cell::Number(_) => self.numbers += 1,
            Cell::Missing => self.empty += usize::from(cell.trim_ascii().is_empty()),
            Cell::Other => {
                self.others += 1;
                self.prose += usize::from(is_prose(cell));
                if self.first_other.as_ref().is_none_or(|&(n, _)| n > record) {
                    let text = String::from_utf8_lossy(cell.trim_ascii()).into_owned();
                    self.first_other = Some((record, text));
                }
            }
        }
    }
}

fn is_missing(cell: &[u8]) -> bool {
    const WORDS: [&[u8]; 9] =
        [b"na", b"n/a", b"nan", b"-nan", b"null", b"none", b"#n/a", b"missing", b"<na>"];
    matches!(cell, b"" | b"?" | b"-" | b"." | b"--")
        || WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// Several words that start with a letter: a remark, not a mistyped number.
fn is_prose(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii();
    cell.first().is_some_and(|c| c.is_ascii_alphabetic())
        && cell.iter().any(u8::is_ascii_whitespace)
}

/// Starts like a number.
fn is_slip(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii();
    let rest = cell.iter().skip_while(|c| matches!(c, b'+' | b'-' | b'.' | b','));
    rest.take(1).all(u8::is_ascii_digit)
}
