//! Sound files read as their twins, and broken ones are refused at the right place.

use super::*;
use crate::error::Error;
use crate::testdata::shared;
use std::fs;
use std::path::PathBuf;

fn files(directory: &str) -> Vec<PathBuf> {
    let Some(directory) = shared(directory) else { return Vec::new() };
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "mtx" || e == "gz")).collect();
    files.sort();
    files
}

#[track_caller]
fn read(path: &Path) -> MarketFile {
    read_matrix_market(path).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn parse(text: &str) -> MarketMatrix {
    parse_matrix_market("x", text.as_bytes()).unwrap_or_else(|error| panic!("{error}")).matrix
}

#[track_caller]
fn refused(text: &str) -> String {
    parse_matrix_market("x", text.as_bytes()).unwrap_err().to_string()
}

/// Real or complex, sparse or full, as a full complex matrix.
fn full(matrix: &MarketMatrix) -> ComplexMatrix {
    let complex = |a: &Matrix| a.map(|x| c64::new(x, 0.0));
    match matrix {
        MarketMatrix::Sparse(a) => complex(&a.to_dense().unwrap()),
        MarketMatrix::SparseComplex(a) => a.to_dense().unwrap(),
        MarketMatrix::Full(a) => complex(a),
        MarketMatrix::FullComplex(a) => a.clone(),
    }
}

#[test]
fn files_with_a_symmetry_equal_their_general_twins() {
    for directory in ["mtx/variants/symmetry", "mtx/variants/symmetry_array"] {
        let mut twins = 0;
        let all = files(directory);
        for path in &all {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let Some(cut) = name.find("_general") else { continue };
            let original = path.with_file_name(format!("{}.mtx", &name[..cut]));
            assert_eq!(full(&read(&original).matrix), full(&read(path).matrix), "{name}");
            twins += 1;
        }
        assert!(all.is_empty() || twins >= 3);
    }
}

#[test]
fn variants_of_one_matrix_are_equal() {
    let Some(directory) = shared("mtx/variants") else { return };
    let same = |original: &str, variants: &[&str]| {
        let expected = full(&read(&directory.join(original)).matrix);
        for name in variants {
            assert_eq!(full(&read(&directory.join(name)).matrix), expected, "{name}");
        }
    };
    same(
        "eye3.mtx",
        &[
            "eye3_str.mtx",
            "eye3_pattern.mtx",
            "eye3_complex.mtx",
            "eye3_array.mtx",
            "permissive/permissive_banner_one_percent_eye3.mtx",
            "permissive/permissive_banner_leading_spaces_eye3.mtx",
        ],
    );
    same("nist_ex1.mtx", &["nist_ex1_freeformat.mtx"]);
    same(
        "nist_ex1_more_freeformat.mtx",
        &["permissive/windows_lineendings_nist_ex1_more_freeformat.mtx"],
    );
    same("vector_array.mtx", &["vector_coordinate.mtx", "vector_coordinate_dupes.mtx"]);
    same("vector_coordinate_complex.mtx", &["vector_coordinate_complex_dupes.mtx"]);
    let columns = full(&read(&directory.join("2col_array.mtx")).matrix);
    assert_eq!((columns.rows(), columns[(2, 1)].re), (3, 22.0));
    let row = read(&directory.join("row_3by4.mtx"));
    assert_eq!((row.field, row.entries), (MarketField::Integer, 4));
    assert_eq!(row.comment, "3-by-4 matrix with just one row set");
    assert!(matches!(row.matrix, MarketMatrix::Sparse(_)));
}

#[test]
fn all_sound_files_are_read_and_all_broken_ones_refused() {
    for directory in [
        "mtx/variants",
        "mtx/variants/permissive",
        "mtx/variants/symmetry",
        "mtx/variants/symmetry_array",
        "mtx/matrices",
        "mtx/converted",
    ] {
        files(directory).iter().for_each(|path| drop(read(path)));
    }
    for path in files("mtx/variants/invalid") {
        let error = read_matrix_market(&path).unwrap_err();
        assert!(matches!(error, Error::Parse { .. }), "{error:?}");
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(BROKEN.iter().any(|(known, _)| name == format!("invalid_{known}")), "{name}");
    }
}

#[test]
fn broken_files_are_refused_at_the_place() {
    let Some(directory) = shared("mtx/variants/invalid") else { return };
    for (name, expected) in BROKEN {
        let error = read_matrix_market(directory.join(format!("invalid_{name}.mtx"))).unwrap_err();
        let shown = error.to_string();
        assert!(shown.ends_with(&format!(".mtx:{expected}")), "{name}\n{shown}\n{expected}");
    }
}

/// File, and what its error says after the path.
const BROKEN: &[(&str, &str)] = &[
    ("bad_banner", "1:1: the first line starts with \"%%__BadBanner\""),
    ("bad_banner_2", "1:1: the first line starts with \"%%Matrix\""),
    ("bad_object", "1:16: the object is \"___\""),
    ("bad_format", "1:23: the format is \"____\""),
    ("bad_field", "1:34: the field is \"____\""),
    ("bad_symmetry", "1:39: the symmetry is \"___\""),
    ("symmetry_vector", "1:39: a vector has no symmetry"),
    ("truncated_header_1", "3:1: the file ends before the sizes"),
    ("truncated_header_2", "1:33: the first line ends before the symmetry"),
    (
        "dimensions_out_of_range_1",
        "3:1: \"-3\" stands for the number of rows, and is not a whole number",
    ),
    (
        "dimensions_out_of_range_2",
        "3:3: \"-3\" stands for the number of columns, and is not a whole number",
    ),
    (
        "dimensions_out_of_range_3",
        "3:5: \"-3\" stands for the number of entries, and is not a whole number",
    ),
    ("vector_negative_length", "2:1: \"-4\" stands for the length, and is not a whole number"),
    ("indices_out_of_range_1", "5:1: the row is 5000, outside 1…7"),
    ("indices_out_of_range_2", "6:3: the column is 2000, outside 1…7"),
    ("indices_out_of_range_3", "5:1: the row is 0, outside 1…7"),
    ("indices_out_of_range_4", "6:3: the column is 0, outside 1…7"),
    ("indices_out_of_range_5", "5:1: the row is -1, outside 1…7"),
    ("indices_out_of_range_6", "6:3: the column is -2, outside 1…7"),
    ("vector_index_out_of_range_1", "4:1: the row is 0, outside 1…4"),
    ("vector_index_out_of_range_2", "4:1: the row is 200, outside 1…4"),
    ("bad_value", "3:5: \"not_a_double\" stands for the entry, and is not a number"),
    ("bad_value_2", "5:1: \"foooooo\" stands for the entry, and is not a number"),
    ("bad_value_3", "4:3: \"ffsafdsafas\" stands for the entry, and is not a number"),
    ("bad_value_4", "4:1: \"ffsafdsafas\" stands for the row, and is not a whole number"),
    ("truncated_line_1", "5:4: the file ends before the entry"),
    ("truncated_line_2", "5:2: the file ends before the column"),
    ("truncated_lines", "4:6: the file ends after 2 entries, and the sizes announce 12"),
    ("matrix_coord_too_long", "7:1: the sizes announce 3 entries, and there are 4"),
    ("vector_coord_too_long", "6:1: the sizes announce 3 entries, and there are 4"),
    ("vector_array_too_long", "7:1: the sizes announce 4 entries, and there are 5"),
];

#[test]
fn entries_are_added_mirrored_and_dropped() {
    let a = parse(
        "%%MatrixMarket matrix coordinate integer symmetric\n3 3 5\n2 1 4\n2 1 1\n3 3 2\n3 2 0\n1 1 -7",
    );
    let MarketMatrix::Sparse(a) = a else { panic!() };
    assert_eq!(
        a.triplets().collect::<Vec<_>>(),
        [(0, 0, -7.0), (1, 0, 5.0), (0, 1, 5.0), (2, 2, 2.0)]
    );
    let b = parse("%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n1 2 4");
    assert_eq!(full(&b)[(1, 0)].re, -4.0);
}

#[test]
fn special_numbers() {
    let a =
        parse("%%MatrixMarket matrix array real general\n5 1\nNaN\n-inf\nInfinity\n1.5D+02\n-0");
    let a = full(&a);
    assert!(a[(0, 0)].re.is_nan());
    assert_eq!(
        a.as_slice()[1..4].iter().map(|z| z.re).collect::<Vec<_>>(),
        [f64::NEG_INFINITY, f64::INFINITY, 150.0]
    );
}

#[test]
fn nothing_is_a_matrix_too() {
    for (text, shape) in [
        ("coordinate real general\n0 0 0", (0, 0)),
        ("coordinate real general\n0 3 0\n\n", (0, 3)),
        ("array complex general\n3 0\n% nothing\n", (3, 0)),
        ("array real skew-symmetric\n1 1\n", (1, 1)),
        ("array real symmetric\n0 0\n", (0, 0)),
    ] {
        let a = full(&parse(&format!("%%MatrixMarket matrix {text}")));
        assert_eq!((a.rows(), a.cols()), shape, "{text}");
    }
}

#[test]
fn what_contradicts_itself_is_refused() {
    for (text, expected) in [
        (
            "coordinate real symmetric\n2 3 1\n1 1 1",
            "x:2:1: the matrix is 2×3, and the first line says symmetric",
        ),
        (
            "coordinate real skew-symmetric\n2 2 2\n2 1 1\n2 2 1",
            "x:4:1: entry (2,2) of a skew-symmetric matrix is zero, and here it is not",
        ),
        (
            "array complex hermitian\n2 2\n1 0\n2 3\n% note\n4 1",
            "x:6:1: entry (2,2) of a Hermitian matrix is real, and here it is not",
        ),
        (
            "coordinate real symmetric\n2 2 2\n2 1 1\n1 2 1",
            "x:4:1: entry (1,2) is given though (2,1) is, its mirror image",
        ),
        (
            "coordinate pattern skew-symmetric\n1 1 0",
            "x:1:42: a pattern has no signs, and cannot be skew-symmetric",
        ),
        (
            "array pattern general\n1 1 0",
            "x:1:29: a pattern has no numbers, of which an array consists",
        ),
        ("coordinate integer general\n1 1 1\n1 1 1.5", "x:3:5: the entry 1.5 is no whole number"),
        (
            "coordinate unsigned-integer general\n1 1 1\n1 1 -1",
            "x:3:5: the entry -1 is negative, and the first line says unsigned",
        ),
        ("coordinate real general\n1 1 1\n1 1 1 1", "x:3:7: \"1\" follows after the entry"),
        (
            "coordinate complex general\n1 1 1\n1 1 1",
            "x:3:6: the file ends before the imaginary part",
        ),
        (
            "coordinate real general\n99999999999999999999999 1 1",
            "x:2:1: the number of rows is 18446744073709551615, and it is 2147483647 at most",
        ),
    ] {
        assert_eq!(refused(&format!("%%MatrixMarket matrix {text}")), expected);
    }
    let endless = "%%MatrixMarket matrix array real general\n2000000000 2000000000\n1";
    assert!(refused(endless).contains("ends after 1 entries"), "{}", refused(endless));
    assert!(refused("").contains("first line is empty"));
    assert!(refused("\0\u{1}binary").starts_with("x:1:1: the first line starts with"));
}

#[test]
fn pieces_make_no_difference() {
    let n = 300_000;
    let mut text = format!("%%MatrixMarket matrix coordinate real general\n{n} 7 {n}\n");
    for i in 0..n {
        text += &format!("{} {} {}.25\n", n - i, i % 7 + 1, i);
    }
    assert!(text.len() > 4 << 20);
    let MarketMatrix::Sparse(a) = parse(&text) else { panic!() };
    assert_eq!(a.nnz(), n);
    assert!((0..n).all(|i| a.get(n - i - 1, i % 7) == i as f64 + 0.25));
    let at = text.rfind("150000 ").unwrap();
    text.replace_range(at..at + 6, "x50000");
    assert_eq!(
        refused(&text),
        format!(
            "x:{}:1: \"x50000\" stands for the row, and is not a whole number",
            n - 150_000 + 3
        )
    );
}
