//! Small texts for every rule of the reader, and the files of the shared data.

use super::*;
use crate::data::{Column, LabelledMatrix, Table};
use crate::error::{Error, Result};
use crate::linalg::Matrix;
use crate::testdata::shared;

fn parsed(text: &str) -> Result<CsvContent> {
    parse_csv("x.csv", text.into(), &CsvOptions::default())
}

fn matrix(content: CsvContent) -> LabelledMatrix {
    match content {
        CsvContent::Matrix(matrix) => matrix,
        CsvContent::Table(table) => panic!("a table of {:?}", table.names()),
    }
}

fn table(content: CsvContent) -> Table {
    match content {
        CsvContent::Table(table) => table,
        CsvContent::Matrix(matrix) => panic!("a {} matrix", matrix.values.shape()),
    }
}

/// Rows of numbers with NaN equal to NaN.
fn same(a: &Matrix, rows: &[&[f64]]) -> bool {
    let b = Matrix::from_rows(rows);
    let equal = |(x, y): (&f64, &f64)| x == y || (x.is_nan() && y.is_nan());
    a.shape() == b.shape() && a.as_slice().iter().zip(b.as_slice()).all(equal)
}

fn names(labels: &crate::data::Labels) -> Vec<&str> {
    labels.names().iter().map(|name| &**name).collect()
}

#[test]
fn separators_and_line_ends() {
    let want: [&[f64]; 2] = [&[1.0, 2.5], &[-3.0, 4e2]];
    for text in [
        "1,2.5\n-3,4e2\n",
        "1,2.5\r\n-3,4e2",
        "1,2.5\r-3,4e2\r",
        "1;2,5\n-3;4e2\n",
        "1;2.5\n-3;4e2\n",
        "1\t2.5\n-3\t4e2\n",
        "1|2.5\n-3|4e2\n",
        "  1   2.5\n -3 \t 4e2  \n",
        "\n1,2.5\n\n   \n-3,4e2\n\n",
        "# words\n1,2.5\n# more, words, here\n-3,4e2\n",
        "1,2.5\n-3,4e2\n# end",
        "1,2.5,\n-3,4e2,\n",
        "\"1\",\"2.5\"\n\"-3\",\"4e2\"\n",
        " 1 , 2.5\n-3 ,+4e2\n",
        "1, \"2.5\"\n-3, \"4e2\"\n",
    ] {
        let m = matrix(parsed(text).unwrap());
        assert!(same(&m.values, &want) && m.cols.is_none(), "{text:?} {:?}", m.values);
    }
}

#[test]
fn headers_are_words_above_numbers() {
    let cols = |text: &str| matrix(parsed(text).unwrap()).cols.map(|c| names(&c).join("|"));
    assert_eq!(cols("a,b\n1,2\n").as_deref(), Some("a|b"));
    assert_eq!(cols("a,b,\n1,2,\n").as_deref(), Some("a|b"));
    assert_eq!(cols("a,b\n1,2,\n").as_deref(), Some("a|b"));
    assert_eq!(cols("id,2019,2020\n1,2,3\n").as_deref(), Some("id|2019|2020"));
    assert_eq!(cols("2020-01-01,2020-02-01\n1,2\n").as_deref(), Some("2020-01-01|2020-02-01"));
    assert_eq!(cols("1,2\n3,4\n"), None);
    assert_eq!(cols("NA,2\n3,4\n"), None);
    assert_eq!(cols("2,1,x,y,z\n1,0\n2,1\n"), None, "scikit-learn's first line");
    assert!(parsed("3,1,x,y,z\n1,0\n2,1\n").is_err(), "its number of samples is wrong");
    let t = table(parsed("Ann,1\nBob,2\n").unwrap());
    assert_eq!((t.len(), names(t.names())), (2, vec!["column1", "column2"]));
    let t = table(parsed("name,town\nAnn,Oslo\nBob,Rome\n").unwrap());
    assert_eq!((t.len(), names(t.names())), (2, vec!["name", "town"]));
    let t = table(parsed("Ann,Oslo\nBob,Rome\nAnn,Bern\n").unwrap());
    assert_eq!(t.len(), 3, "a name that occurs below is no header");
    let forced = CsvOptions { header: Some(true), ..Default::default() };
    let m = matrix(parse_csv("x", "1,2\n3,4\n".into(), &forced).unwrap());
    assert_eq!((m.values.rows(), names(&m.cols.unwrap())), (1, vec!["1", "2"]));
    assert_eq!(cols("a,b\n").as_deref(), Some("a|b"), "no rows");
    assert_eq!(matrix(parsed("").unwrap()).values.len(), 0);
}

#[test]
fn missing_numbers_are_nan() {
    let m = matrix(parsed("1,NA,nan\n,2,?\nnull,N/A,3\n-,.,4\n").unwrap());
    let n = f64::NAN;
    assert!(same(&m.values, &[&[1.0, n, n], &[n, 2.0, n], &[n, n, 3.0], &[n, n, 4.0]]));
    let own = CsvOptions { missing: vec!["-999".into()], ..Default::default() };
    let m = matrix(parse_csv("x", "1,-999\n2,3\n".into(), &own).unwrap());
    assert!(same(&m.values, &[&[1.0, n], &[2.0, 3.0]]));
}

#[test]
fn names_of_rows() {
    let m = matrix(parsed(",a,b\nx,1,2\ny,3,4\n").unwrap());
    assert_eq!(
        (names(&m.rows.unwrap()), names(&m.cols.unwrap())),
        (vec!["x", "y"], vec!["a", "b"])
    );
    let m = matrix(parsed("\"a\" \"b\"\n\"x\" 1 2\n\"y\" 3 4\n").unwrap());
    assert_eq!((names(&m.rows.unwrap()), m.values.cols()), (vec!["x", "y"], 2));
    let m = matrix(parsed(",a,b\n0,1,2\n1,3,4\n").unwrap());
    assert_eq!(names(&m.rows.unwrap()), ["0", "1"]);
    let t = table(parsed("who,a\nx,1\ny,3\n").unwrap());
    assert_eq!(names(t.names()), ["who", "a"]);
    let asked = CsvOptions { row_labels: Some(true), ..Default::default() };
    let m = matrix(parse_csv("x", "who,a\nx,1\ny,3\n".into(), &asked).unwrap());
    assert_eq!((names(&m.rows.unwrap()), names(&m.cols.unwrap())), (vec!["x", "y"], vec!["a"]));
}

#[test]
fn quoted_cells_hold_anything() {
    let t = table(parsed("a,b\n1,\"x, \"\"y\"\"\nz\"\n2,w\n").unwrap());
    assert_eq!(t.column("b").unwrap().cell(0), "x, \"y\"\nz");
    let t = table(parsed("1, \"x,y\"\n2, \"z\"\n").unwrap());
    assert_eq!(t.columns()[1].cell(0), "x,y");
    let t = table(parsed("size,n\n5\" pipe,1\n6\" pipe,2\n").unwrap());
    assert_eq!(t.columns()[0].cell(1), "6\" pipe");
}

#[test]
fn errors_name_line_column_and_cell() {
    let error = |text: &str| match parsed(text).unwrap_err() {
        Error::Parse { line, column, message, .. } => (line, column, message),
        other => panic!("{other}"),
    };
    assert_eq!(error("a,b\n1,2\n3\n"), (3, 2, "line 3 has 1 field, not 2".into()));
    assert_eq!(error("1,2\n\n# x\n3,4,5\n").0, 4);
    let (line, column, message) = error("# c\na,b\n1,2\n\n3,4\n5,6..7\n");
    assert_eq!((line, column), (6, 2));
    assert_eq!(message, "\"6..7\" is not a number, but the other cells of b are");
    assert_eq!(error("1\r\n2\r\n3x\r\n").0, 3);
    assert_eq!(error("1\r2\r3x\r").0, 3);
    assert_eq!(error("1,2x\n3,4\n5,6\n").0, 1, "a slip in the first line is no header");
    let as_table = CsvOptions { shaped: Shaped::Table, ..Default::default() };
    let t = table(parse_csv("x", "1\n2\n3x\n".into(), &as_table).unwrap());
    assert_eq!(t.columns()[0].cell(2), "3x");
    let as_matrix = CsvOptions { shaped: Shaped::Matrix, ..Default::default() };
    let refused = parse_csv("x", "a,b\n1,x\n2,y\n".into(), &as_matrix).unwrap_err();
    assert!(refused.to_string().contains("column b holds text such as \"x\""), "{refused}");
}

#[test]
fn what_is_written_reads_back() {
    let directory = tempfile::tempdir().unwrap();
    let values = Matrix::from_rows(&[&[0.1, f64::NAN, 1e-300], &[-2.0, 1e22, 3.0]]);
    let labels =
        |names: &[&str]| crate::data::Labels::new(names.iter().map(|&n| n.into()).collect());
    let (rows, cols) = (labels(&["x, y", "z\"w"]), labels(&["a", "b", "c"]));
    for name in ["m.csv", "m.tsv", "m.csv.gz"] {
        let path = directory.path().join(name);
        write_csv(&path, &values, Some(&rows), Some(&cols)).unwrap();
        let back = matrix(read_csv(&path, &CsvOptions::default()).unwrap());
        assert_eq!((back.rows.as_ref(), back.cols.as_ref()), (Some(&rows), Some(&cols)), "{name}");
        assert!(same(&back.values, &[&[0.1, f64::NAN, 1e-300], &[-2.0, 1e22, 3.0]]), "{name}");
    }
    let path = directory.path().join("t.csv");
    let text = Column::Text(vec!["u,v".into(), "".into()]);
    let names = vec!["n".into(), "t".into()];
    let t = Table::new(names, vec![Column::Numbers(vec![1.0, 2.5]), text]).unwrap();
    write_table(&path, &t).unwrap();
    assert_eq!(table(read_csv(&path, &CsvOptions::default()).unwrap()), t);
    assert!(matches!(write_csv(directory.path(), &values, None, None), Err(Error::Io { .. })));
}

fn load(path: &str) -> Option<Result<CsvContent>> {
    Some(read_csv(shared(path)?, &CsvOptions::default()))
}

#[test]
fn every_variant_of_the_penguins() {
    let Some(reference) = load("csv/penguins.csv") else { return };
    let reference = table(reference.unwrap());
    assert_eq!((reference.len(), reference.width()), (344, 8));
    assert_eq!(reference.column("sex").unwrap().cell(0), "male");
    let mass = reference.column("body_mass_g").unwrap().numbers().unwrap();
    assert_eq!(mass.iter().filter(|x| x.is_nan()).count(), 2);
    let equal = |other: &Table| {
        other.names() == reference.names()
            && (0..8).all(|j| {
                (0..344).all(|i| other.columns()[j].cell(i) == reference.columns()[j].cell(i))
            })
    };
    for name in [
        "bom.csv",
        "cr_only.csv",
        "crlf.csv",
        "penguins.csv.gz",
        "quoted_all.csv",
        "semicolon_decimal_comma.csv",
        "tab.tsv",
        "utf16le_bom.csv",
    ] {
        let other = load(&format!("csv/penguins-variants/{name}")).unwrap();
        assert!(equal(&table(other.unwrap())), "{name}");
    }
    let numeric =
        |name: &str| matrix(load(&format!("csv/penguins-variants/{name}")).unwrap().unwrap());
    let base = numeric("no_final_newline.csv");
    assert_eq!(names(base.cols.as_ref().unwrap())[0], "bill_length_mm");
    for name in [
        "blank_lines.csv",
        "numeric_comments.csv",
        "numeric_noheader_empty.csv",
        "numeric_noheader_na.csv",
        "space_aligned.txt",
        "trailing_comma.csv",
    ] {
        let other = numeric(name);
        let equal = |(x, y): (&f64, &f64)| x == y || (x.is_nan() && y.is_nan());
        let pairs = base.values.as_slice().iter().zip(other.values.as_slice());
        assert_eq!(other.values.shape(), base.values.shape(), "{name}");
        assert!(pairs.into_iter().all(equal), "{name}");
        assert_eq!(
            other.cols.is_some(),
            !name.contains("noheader") && !name.contains("space"),
            "{name}"
        );
    }
    let error = |name: &str| match load(&format!("csv/penguins-variants/{name}")).unwrap() {
        Err(Error::Parse { line, column, message, .. }) => (line, column, message),
        other => panic!("{other:?}"),
    };
    let (line, column, message) = error("bad_number.csv");
    assert_eq!((line, column), (61, 2), "{message}");
    assert!(message.contains("\"12..5\"") && message.contains("bill_depth_mm"), "{message}");
    assert_eq!(error("ragged.csv"), (41, 3, "line 41 has 2 fields, not 4".into()));
}

#[test]
fn the_other_csv_files() {
    let Some(_) = shared("csv") else { return };
    let shape = |path: &str| match load(&format!("csv/{path}")).unwrap().unwrap() {
        CsvContent::Matrix(m) => ('m', m.values.rows(), m.values.cols(), m.cols.is_some()),
        CsvContent::Table(t) => ('t', t.len(), t.width(), t.names().name(0) != "column1"),
    };
    for (path, want) in [
        ("csv-spectrum/comma_in_quotes.csv", ('t', 1, 5, true)),
        ("csv-spectrum/empty.csv", ('m', 2, 3, true)),
        ("csv-spectrum/empty_crlf.csv", ('m', 2, 3, true)),
        ("csv-spectrum/escaped_quotes.csv", ('t', 2, 2, true)),
        ("csv-spectrum/json.csv", ('t', 1, 2, true)),
        ("csv-spectrum/location_coordinates.csv", ('t', 1, 4, true)),
        ("csv-spectrum/newlines.csv", ('t', 3, 3, true)),
        ("csv-spectrum/newlines_crlf.csv", ('t', 3, 3, true)),
        ("csv-spectrum/quotes_and_newlines.csv", ('t', 2, 2, true)),
        ("csv-spectrum/simple.csv", ('m', 1, 3, true)),
        ("csv-spectrum/simple_crlf.csv", ('m', 1, 3, true)),
        ("csv-spectrum/utf8.csv", ('t', 2, 3, true)),
        ("rbql/countries.csv", ('t', 225, 5, true)),
        ("rbql/exported_from_libre_office.csv", ('t', 11, 2, true)),
        ("rbql/names.tsv", ('t', 10, 2, false)),
        ("rbql/rfc_newlines_in_header.csv", ('t', 20, 3, true)),
        ("rust-csv/smallpop-colon.csv", ('t', 10, 4, true)),
        ("rust-csv/smallpop-no-headers.csv", ('t', 10, 4, false)),
        ("rust-csv/smallpop.csv", ('t', 10, 4, true)),
        ("rust-csv/uspop-latin1.csv", ('t', 100, 5, true)),
        ("rust-csv/uspop-null.csv", ('t', 100, 5, true)),
        ("rust-csv/uspop.csv", ('t', 100, 5, true)),
    ] {
        assert_eq!(shape(path), want, "{path}");
    }
    let latin = table(load("csv/rust-csv/uspop-latin1.csv").unwrap().unwrap());
    assert_eq!(latin.columns()[0].cell(2), "Õakman");
    let null = table(load("csv/rust-csv/uspop-null.csv").unwrap().unwrap());
    assert!(null.column("Population").unwrap().numbers().unwrap()[41].is_nan());
    let quotes = table(load("csv/rbql/exported_from_libre_office.csv").unwrap().unwrap());
    assert_eq!(quotes.columns()[1].cell(1), "quotes \"around\" word");
    let strange = load("csv/rust-csv/strange.csv").unwrap();
    assert!(matches!(strange, Err(Error::Parse { line: 4, .. })), "{strange:?}");
    // A line with one value too many.
    let movies = load("csv/rbql/movies_1_bom.csv").unwrap();
    assert!(matches!(movies, Err(Error::Parse { line: 17, .. })), "{movies:?}");
    let comments = CsvOptions { comment: Some('>'), ..Default::default() };
    let path = shared("csv/rbql/synthetic_rfc_newline_data_with_comments.csv").unwrap();
    assert_eq!(table(read_csv(path, &comments).unwrap()).len(), 11);
}

#[test]
fn the_tabular_files() {
    let Some(_) = shared("tabular") else { return };
    for (path, rows, cols, first) in [
        ("sklearn/breast_cancer.csv", 569, 31, None),
        ("sklearn/diabetes_data_raw.csv.gz", 442, 10, None),
        ("sklearn/diabetes_target.csv.gz", 442, 1, None),
        ("sklearn/digits.csv.gz", 1797, 65, None),
        ("sklearn/iris.csv", 150, 5, None),
        ("sklearn/linnerud_exercise.csv", 20, 3, Some("Chins")),
        ("sklearn/linnerud_physiological.csv", 20, 3, Some("Weight")),
        ("sklearn/wine_data.csv", 178, 14, None),
        ("statsmodels/co2.csv", 2284, 2, Some("date")),
        ("statsmodels/elnino.csv", 61, 13, Some("YEAR")),
        ("statsmodels/macrodata.csv", 203, 14, Some("year")),
        ("statsmodels/nile.csv", 100, 2, Some("year")),
        ("statsmodels/stackloss.csv", 21, 4, Some("STACKLOSS")),
        ("statsmodels/sunspots.csv", 309, 2, Some("YEAR")),
    ] {
        let m = matrix(load(&format!("tabular/{path}")).unwrap().unwrap());
        assert_eq!((m.values.rows(), m.values.cols()), (rows, cols), "{path}");
        assert_eq!(m.cols.as_ref().map(|c| c.name(0)), first, "{path}");
    }
    let iris = matrix(load("tabular/sklearn/iris.csv").unwrap().unwrap());
    assert_eq!((iris.values[(0, 0)], iris.values[(149, 4)]), (5.1, 2.0));
    let target = matrix(load("tabular/sklearn/diabetes_target.csv.gz").unwrap().unwrap());
    assert_eq!(target.values[(0, 0)], 151.0);
}

#[test]
fn odd_options_do_no_harm() {
    let odd = CsvOptions {
        separator: Separator::Text(String::new()),
        comment: Some('é'),
        decimal: Some('→'),
        ..Default::default()
    };
    assert!(same(&matrix(parse_csv("x", "1,2\n".into(), &odd).unwrap()).values, &[&[1.0, 2.0]]));
    assert_eq!(matrix(parsed("# nothing\n\n# at all").unwrap()).values.len(), 0);
    assert_eq!(matrix(parsed("5").unwrap()).values.as_slice(), [5.0]);
    assert_eq!(matrix(parsed("1,inf\n2,-1e999\n").unwrap()).values[(1, 1)], f64::NEG_INFINITY);
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in r#"[ab1.,;:|"'#\n\r\t é-]{0,60}"#) {
        let _ = parsed(&text);
        let shaped = CsvOptions { shaped: Shaped::Table, header: Some(true), ..Default::default() };
        let _ = parse_csv("x", text.clone(), &shaped);
        let labels = CsvOptions { row_labels: Some(true), header: Some(false), ..Default::default() };
        let _ = parse_csv("x", text.clone(), &labels);
        let blanks = CsvOptions { separator: Separator::Blanks, decimal: Some(','), ..Default::default() };
        let _ = parse_csv("x", text.clone(), &blanks);
        let long = CsvOptions { separator: Separator::Text("::".into()), ..Default::default() };
        let _ = parse_csv("x", text, &long);
    }
}
