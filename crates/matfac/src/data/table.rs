//! What a file of columns holds: named columns of numbers or text, or a matrix with names.

use super::Labels;
use crate::error::{Error, Result};
use crate::linalg::Matrix;

/// One column of a [`Table`].
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers; a missing one is NaN.
    Numbers(Vec<f64>),
    /// Text as the file has it; a missing cell is `""`.
    Text(Vec<Box<str>>),
}

impl Column {
    /// How many cells.
    pub fn len(&self) -> usize {
        match self {
            Column::Numbers(cells) => cells.len(),
            Column::Text(cells) => cells.len(),
        }
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The numbers, when it holds numbers.
    pub fn numbers(&self) -> Option<&[f64]> {
        match self {
            Column::Numbers(cells) => Some(cells),
            Column::Text(_) => None,
        }
    }

    /// The texts, when it holds text.
    pub fn text(&self) -> Option<&[Box<str>]> {
        match self {
            Column::Numbers(_) => None,
            Column::Text(cells) => Some(cells),
        }
    }

    /// Cell `i`, from 0, as text: an integer without a decimal point, `NaN` for a missing number.
    pub fn cell(&self, i: usize) -> String {
        match self {
            Column::Numbers(cells) => number_text(cells[i]),
            Column::Text(cells) => cells[i].to_string(),
        }
    }
}

/// A number in the shortest form that reads back as the same number.
pub fn number_text(x: f64) -> String {
    if x == x.trunc() && x.abs() < 1e15 && !(x == 0.0 && x.is_sign_negative()) {
        format!("{}", x as i64)
    } else {
        format!("{x:?}")
    }
}

/// Named columns of equal length.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    names: Labels,
    columns: Vec<Column>,
    len: usize,
}

impl Table {
    /// A table of `columns` called `names`.
    ///
    /// # Errors
    /// When there are not as many names as columns, or the columns differ in length.
    pub fn new(names: Vec<Box<str>>, columns: Vec<Column>) -> Result<Table> {
        if names.len() != columns.len() {
            let message = format!(
                "a table of {} columns needs as many names, not {}",
                columns.len(),
                names.len()
            );
            return Err(Error::argument("names", message));
        }
        let len = columns.first().map_or(0, Column::len);
        if let Some(j) = columns.iter().position(|column| column.len() != len) {
            let message = format!(
                "column {} has {} rows; the first column has {len}",
                names[j],
                columns[j].len()
            );
            return Err(Error::argument("columns", message));
        }
        Ok(Table { names: Labels::new(names), columns, len })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// The columns' names.
    pub fn names(&self) -> &Labels {
        &self.names
    }

    /// All columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column called `name`; of equal names the first.
    ///
    /// # Errors
    /// [`Error::UnknownLabel`] with the nearest names.
    pub fn column(&self, name: &str) -> Result<&Column> {
        Ok(&self.columns[self.names.find("column", name)?])
    }

    /// The rows at the given positions, from 0.
    pub fn rows(&self, positions: &[usize]) -> Table {
        let columns = self
            .columns
            .iter()
            .map(|column| match column {
                Column::Numbers(cells) => {
                    Column::Numbers(positions.iter().map(|&i| cells[i]).collect())
                }
                Column::Text(cells) => {
                    Column::Text(positions.iter().map(|&i| cells[i].clone()).collect())
                }
            })
            .collect();
        Table { names: self.names.clone(), columns, len: positions.len() }
    }

    /// All columns side by side, `len`×`width`.
    ///
    /// # Errors
    /// When a column holds text; the error names it.
    pub fn to_matrix(&self) -> Result<Matrix> {
        let mut data = Vec::with_capacity(self.len * self.width());
        for (j, column) in self.columns.iter().enumerate() {
            match column {
                Column::Numbers(cells) => data.extend_from_slice(cells),
                Column::Text(cells) => {
                    let sample = cells.iter().find(|cell| !cell.is_empty());
                    let message = format!(
                        "column {} holds text such as \"{}\"; a matrix needs numbers",
                        self.names.name(j),
                        sample.map_or("", |text| text)
                    );
                    let hint = "keep it as a table, or pick the numeric columns";
                    return Err(Error::argument_hint("table", message, hint));
                }
            }
        }
        Ok(Matrix::from_vec(self.len, self.width(), data))
    }
}

/// A matrix whose rows and columns may have names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LabelledMatrix {
    /// The numbers, m×n; a missing one is NaN.
    pub values: Matrix,
    /// Names of the m rows.
    pub rows: Option<Labels>,
    /// Names of the n columns.
    pub cols: Option<Labels>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_by_name_and_as_a_matrix() {
        let numbers = Column::Numbers(vec![1.0, f64::NAN]);
        let text = Column::Text(vec!["x".into(), "".into()]);
        let table = Table::new(vec!["a".into(), "b".into()], vec![numbers.clone(), text]).unwrap();
        assert_eq!((table.len(), table.width()), (2, 2));
        assert!(table.column("a").unwrap().numbers().unwrap()[1].is_nan());
        assert!(table.column("bb").unwrap_err().hint().unwrap().contains('b'));
        assert!(
            table
                .to_matrix()
                .unwrap_err()
                .to_string()
                .contains("column b holds text such as \"x\"")
        );
        let numeric = Table::new(vec!["a".into()], vec![numbers]).unwrap();
        assert_eq!(numeric.to_matrix().unwrap().rows(), 2);
        assert_eq!(table.rows(&[1, 0]).column("b").unwrap().cell(1), "x");
    }

    #[test]
    fn lengths_must_agree() {
        let columns = vec![Column::Numbers(vec![1.0]), Column::Numbers(vec![])];
        assert!(Table::new(vec!["a".into(), "b".into()], columns).is_err());
        assert!(Table::new(vec!["a".into()], vec![]).is_err());
        assert_eq!(Table::new(vec![], vec![]).unwrap().len(), 0);
    }

    #[test]
    fn numbers_read_back() {
        for x in [0.0, -0.0, 1.0, -3.0, 0.1, 1e300, 5e-324, 123456789012345680.0, f64::INFINITY] {
            assert_eq!(number_text(x).parse::<f64>().unwrap().to_bits(), x.to_bits());
        }
        assert_eq!(number_text(4.0), "4");
    }
}
