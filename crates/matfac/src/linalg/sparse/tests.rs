//! Kernels against the same on full matrices, for random matrices of many shapes.

use super::*;
use crate::linalg::{Dense, Matrix, Random, Scalar, c64};

/// Numbers of few values, so that sums cancel to exact zeros.
pub(super) trait Small: Scalar + Structure {
    fn small(r: &mut Random) -> Self;
}

impl Small for f64 {
    fn small(r: &mut Random) -> f64 {
        (r.uniform() * 5.0).floor() - 2.0
    }
}

impl Small for c64 {
    fn small(r: &mut Random) -> c64 {
        c64::new(f64::small(r), f64::small(r))
    }
}

pub(super) const SHAPES: [(usize, usize); 9] =
    [(0, 0), (0, 4), (4, 0), (1, 1), (1, 30), (30, 1), (7, 5), (40, 13), (13, 60)];

/// A full matrix with some columns of zeros.
pub(super) fn full<T: Small>(m: usize, n: usize, density: f64, seed: u64) -> Dense<T> {
    let mut r = Random::seeded(seed);
    Dense::from_fn(m, n, |_, j| {
        let x = T::small(&mut r);
        if j % 4 != 3 && r.uniform() < density { x } else { T::ZERO }
    })
}

/// A pair of matrices of each shape, full and sparse.
fn each_pair<T: Small>(mut check: impl FnMut([&Dense<T>; 2], [&Sparse<T>; 2])) {
    for (k, (m, n)) in SHAPES.into_iter().enumerate() {
        let (a, b) = (full::<T>(m, n, 0.5, k as u64), full::<T>(m, n, 0.3, 99 + k as u64));
        check([&a, &b], [&sparse(&a), &sparse(&b)]);
    }
}

fn sparse<T: Structure>(a: &Dense<T>) -> Sparse<T> {
    Sparse::from_dense(a).unwrap()
}

fn zipped<T: Small, V>(a: &Dense<T>, b: &Dense<T>, f: impl Fn(T, T) -> V) -> Dense<V> {
    Dense::from_fn(a.rows(), a.cols(), |i, j| f(a[(i, j)], b[(i, j)]))
}

fn unions<T: Small>() {
    each_pair::<T>(|[a, b], [s, t]| {
        let add = union("add", s, t, |x, y| x + y).unwrap();
        assert_eq!(add, sparse(&zipped(a, b, |x, y| x + y)));
        let unequal = union("compare", s, t, |x, y| x != y).unwrap();
        assert_eq!(unequal, sparse(&zipped(a, b, |x, y| x != y)));
        let product = intersection("multiply", s, t, |x, y| x * y).unwrap();
        assert_eq!(product, sparse(&zipped(a, b, |x, y| x * y)));
        assert_eq!(with_full("multiply", s, b, |x, y: T| x * y).unwrap(), product);
    });
}

#[test]
fn unions_and_intersections() {
    unions::<f64>();
    unions::<c64>();
    let (a, b) = (Sparse::<f64>::zeros(2, 3).unwrap(), Sparse::<f64>::zeros(3, 2).unwrap());
    let refused = union("add", &a, &b, |x, y| x + y).unwrap_err();
    assert_eq!(refused.to_string(), "cannot add 2×3 and 3×2");
    let row = Sparse::<f64>::zeros(1, 3).unwrap();
    assert!(union("add", &a, &row, |x, y| x + y).unwrap_err().hint().unwrap().contains("equal"));
}

#[test]
fn large_ones_are_made_on_all_threads() {
    let n = 3000;
    let band = |shift: usize| {
        let (rows, cols): (Vec<u32>, Vec<u32>) =
            (0..n as u32 * 5).map(|k| ((k * 7 + shift as u32) % n as u32, k / 5)).unzip();
        let entries: Vec<f64> = (0..n * 5).map(|k| (k % 11) as f64 - 5.0).collect();
        Sparse::from_triplets(n, n, &rows, &cols, &entries, Duplicates::Sum, f64::joined).unwrap()
    };
    let (a, b) = (band(0), band(3));
    let (full_a, full_b) = (a.to_dense().unwrap(), b.to_dense().unwrap());
    let sum = union("add", &a, &b, |x, y| x + y).unwrap();
    assert_eq!(sum, sparse(&zipped(&full_a, &full_b, |x, y| x + y)));
    let difference = union("subtract", &sum, &b, |x, y| x - y).unwrap();
    assert_eq!(difference, a);
    let backwards: Vec<usize> = (0..n).rev().collect();
    let flipped = submatrix(&a, Picks::List(&backwards), Picks::All).unwrap();
    assert_eq!(submatrix(&flipped, Picks::List(&backwards), Picks::All).unwrap(), a);
    assert_eq!(flipped.get(n - 1, 7), a.get(0, 7));
}

#[test]
fn rows_and_columns_are_scaled() {
    let a = full::<f64>(6, 5, 0.6, 1);
    let (row, column) =
        (Matrix::from_fn(1, 5, |_, j| j as f64), Matrix::from_fn(6, 1, |i, _| 1.0 - i as f64));
    let times = |x: f64, y: f64| x * y;
    let by_row = with_full("multiply", &sparse(&a), &row, times).unwrap();
    assert_eq!(by_row, sparse(&Matrix::from_fn(6, 5, |i, j| a[(i, j)] * j as f64)));
    let by_column = with_full("multiply", &sparse(&a), &column, times).unwrap();
    assert_eq!(by_column, sparse(&Matrix::from_fn(6, 5, |i, j| a[(i, j)] * (1.0 - i as f64))));
    assert!(with_full("multiply", &sparse(&row), &a, times).is_err());
}

#[test]
fn kronecker_products() {
    for (p, q) in [(0, 2), (2, 3), (5, 1), (1, 7)] {
        for (m, n) in [(0, 0), (3, 0), (4, 6), (9, 2)] {
            let (a, b) = (full::<c64>(m, n, 0.5, 3), full::<c64>(p, q, 0.6, 4));
            let expected =
                Dense::from_fn(m * p, n * q, |i, j| a[(i / p, j / q)] * b[(i % p, j % q)]);
            assert_eq!(kron(&sparse(&a), &sparse(&b)).unwrap(), sparse(&expected));
        }
    }
    let wide = Sparse::<f64>::identity(100_000).unwrap();
    assert!(kron(&wide, &wide).is_err());
}

fn reductions<T: Small>() {
    each_pair::<T>(|[a, _], [s, _]| {
        let (m, n) = (a.rows(), a.cols());
        let rows = |i: usize| (0..n).map(move |j| a[(i, j)]);
        let sums_of_rows: Vec<T> = (0..m).map(|i| rows(i).sum()).collect();
        assert_eq!(sums(s, Along::Rows), sums_of_rows);
        let sums_of_columns: Vec<T> = (0..n).map(|j| a.col(j).iter().copied().sum()).collect();
        assert_eq!(sums(s, Along::Columns), sums_of_columns);
        let product = |x: T, y: T| x * y;
        let of_columns: Vec<T> =
            (0..n).map(|j| a.col(j).iter().copied().fold(T::ONE, product)).collect();
        assert_eq!(products(s, Along::Columns), of_columns);
        let of_rows: Vec<T> = (0..m).map(|i| rows(i).fold(T::ONE, product)).collect();
        assert_eq!(products(s, Along::Rows), of_rows);
        let any_of_rows: Vec<bool> = (0..m).map(|i| rows(i).any(|x| x != T::ZERO)).collect();
        assert_eq!(any(s, Along::Rows), any_of_rows);
        let all_of_columns: Vec<bool> =
            (0..n).map(|j| a.col(j).iter().all(|&x| x != T::ZERO)).collect();
        assert_eq!(all(s, Along::Columns), all_of_columns);
        let squared: f64 = squares(s, Along::Columns).into_iter().sum();
        assert!((s.frobenius_norm().powi(2) - squared).abs() <= 1e-12 * squared);
        let largest = (0..m).map(|i| rows(i).map(|x| x.modulus()).sum()).fold(0.0, f64::max);
        assert!((s.inf_norm() - largest).abs() <= 1e-13 * largest);
    });
}

#[test]
fn sums_products_and_norms() {
    reductions::<f64>();
    reductions::<c64>();
    let spoilt = sparse(&Matrix::from_rows(&[&[0.0, 2.0], &[f64::NAN, 3.0]]));
    assert!(products(&spoilt, Along::Columns)[0].is_nan());
    assert_eq!(products(&spoilt, Along::Columns)[1], 6.0);
}

#[test]
fn extremes_know_of_zeros() {
    each_pair::<f64>(|[a, _], [s, _]| {
        for largest in [true, false] {
            let better = beyond(largest);
            let place = |x: &[f64]| {
                let first = (1..x.len()).fold(0, |at, i| if better(x[i], x[at]) { i } else { at });
                (x[first], first)
            };
            let expected: Vec<_> =
                (0..a.cols()).filter(|_| a.rows() > 0).map(|j| place(a.col(j))).collect();
            assert_eq!(extremes(s, Along::Columns, &better), expected);
            let t = a.transposed();
            let expected: Vec<_> =
                (0..t.cols()).filter(|_| t.rows() > 0).map(|j| place(t.col(j))).collect();
            assert_eq!(extremes(s, Along::Rows, &better), expected);
        }
    });
    let nan = f64::NAN;
    let a = sparse(&Matrix::from_rows(&[&[nan, nan, -1.0], &[nan, 0.0, nan], &[nan, nan, -3.0]]));
    let found = extremes(&a, Along::Columns, beyond(true));
    assert!(found[0].0.is_nan() && found[0].1 == 0);
    assert_eq!(found[1..], [(0.0, 1), (-1.0, 0)]);
}

#[test]
fn triangles_and_diagonals() {
    each_pair::<c64>(|[a, _], [s, _]| {
        let (m, n) = (a.rows(), a.cols());
        for k in [-50, -3, -1, 0, 1, 2, 60, i64::MAX, i64::MIN + 1] {
            let above = |i: usize, j: usize| (j as i128) - (i as i128) >= k as i128;
            let keep = |upper: bool| {
                Dense::from_fn(m, n, |i, j| {
                    let on = j as i128 - i as i128 == k as i128;
                    if on || above(i, j) == upper { a[(i, j)] } else { c64::ZERO }
                })
            };
            assert_eq!(upper(s, k), sparse(&keep(true)));
            assert_eq!(lower(s, k), sparse(&keep(false)));
            let list: Vec<c64> = (0..m)
                .flat_map(|i| (0..n).map(move |j| (i, j)))
                .filter(|&(i, j)| j as i128 - i as i128 == k as i128)
                .map(|place| a[place])
                .collect();
            let d = diagonal(s, k);
            assert_eq!(d, sparse(&Dense::column_vector(list)));
            if k.abs() < 100 {
                let back = on_diagonal(&d, k).unwrap();
                assert_eq!(diagonal(&back, k), d);
                assert_eq!(back.nnz(), d.nnz());
                assert_eq!(on_diagonal(&d.transposed(), k).unwrap(), back);
            }
        }
        let which = occupied_diagonals(s);
        let bands = diagonals(s, &which).unwrap();
        assert_eq!((bands.rows(), bands.cols()), (m.min(n), which.len()));
        assert_eq!(from_diagonals(&bands, &which, m, n).unwrap(), *s);
    });
    let bands = Matrix::from_rows(&[&[1.0, 4.0], &[2.0, 5.0], &[3.0, 6.0]]);
    let a = from_diagonals(&bands, &[-1, 1], 3, 3).unwrap();
    let expected = Matrix::from_rows(&[&[0.0, 5.0, 0.0], &[1.0, 0.0, 6.0], &[0.0, 2.0, 0.0]]);
    assert_eq!(a, sparse(&expected));
    assert!(from_diagonals(&bands, &[0], 3, 3).is_err());
    assert!(from_diagonals(&bands, &[0, 1], 9, 9).is_err());
}

#[test]
fn submatrices() {
    let mut r = Random::seeded(8);
    each_pair::<c64>(|[a, _], [s, _]| {
        let (m, n) = (a.rows(), a.cols());
        let mut list = |side: usize, count: usize| -> Vec<usize> {
            let count = if side == 0 { 0 } else { count };
            (0..count).map(|_| (r.uniform() * side as f64) as usize).collect()
        };
        let lists = [list(m, 1), list(m, m / 2), list(m, 2 * m), (0..m).collect()];
        let others = [list(n, 1), list(n, 2 * n), (0..n / 2).collect()];
        for rows in &lists {
            for cols in &others {
                let expected = Dense::from_fn(rows.len(), cols.len(), |i, j| a[(rows[i], cols[j])]);
                let part = submatrix(s, Picks::List(rows), Picks::List(cols)).unwrap();
                assert_eq!(part, sparse(&expected));
            }
            let stays: Vec<usize> = (0..m).filter(|i| !rows.contains(i)).collect();
            let rest = submatrix(s, Picks::List(&stays), Picks::All).unwrap();
            assert_eq!(without_rows(s, rows).unwrap(), rest);
        }
        let half = Picks::Span(m / 3, m - m / 4);
        let expected = Dense::from_fn(half.count(m), n, |i, j| a[(m / 3 + i, j)]);
        assert_eq!(submatrix(s, half, Picks::All).unwrap(), sparse(&expected));
        let positions = list(m * n, 12);
        let k = positions.len();
        let expected = Dense::from_fn(k / 2, 2, |i, j| a.as_slice()[positions[j * (k / 2) + i]]);
        assert_eq!(at_positions(s, &positions, k / 2, 2).unwrap(), sparse(&expected));
        assert!(submatrix(s, Picks::List(&[m]), Picks::All).is_err());
        assert!(without_columns(s, &[n]).is_err());
        assert!(at_positions(s, &[m * n], 1, 1).is_err());
    });
}

#[test]
fn blocks_are_written() {
    let mut r = Random::seeded(9);
    each_pair::<f64>(|[a, _], [s, _]| {
        let (m, n) = (a.rows(), a.cols());
        let mut list = |side: usize, count: usize| -> Vec<usize> {
            let count = if side == 0 { 0 } else { count };
            (0..count).map(|_| (r.uniform() * side as f64) as usize).collect()
        };
        for (rows, cols) in [
            (list(m, m), list(n, n)),
            ((m / 3..m).collect(), list(n, 2)),
            (list(m, 2), (0..n).collect()),
        ] {
            let block = full::<f64>(rows.len(), cols.len(), 0.5, 5);
            let written = |entry: &dyn Fn(usize, usize) -> f64| {
                let mut written = a.clone();
                for (j, &col) in cols.iter().enumerate() {
                    for (i, &row) in rows.iter().enumerate() {
                        written[(row, col)] = entry(i, j);
                    }
                }
                sparse(&written)
            };
            let expected = written(&|i, j| block[(i, j)]);
            let (rows, cols) = (Picks::List(&rows), Picks::List(&cols));
            assert_eq!(assigned(s, rows, cols, Block::Full(&block)).unwrap(), expected);
            let thin = sparse(&block);
            assert_eq!(assigned(s, rows, cols, Block::Sparse(&thin)).unwrap(), expected);
            for x in [0.0, 7.0] {
                let expected = written(&|_, _| x);
                assert_eq!(assigned(s, rows, cols, Block::Scalar(x)).unwrap(), expected);
            }
        }
        let positions = list(m * n, 20);
        let values: Vec<f64> = (0..positions.len()).map(|k| (k % 3) as f64).collect();
        let (mut expected, mut one_by_one) = (a.clone(), s.clone());
        for (&k, &x) in positions.iter().zip(&values) {
            expected.as_mut_slice()[k] = x;
            one_by_one.set(k % m, k / m, x).unwrap();
        }
        assert_eq!(assigned_at(s, &positions, &values).unwrap(), sparse(&expected));
        assert_eq!(one_by_one, sparse(&expected));
        assert!(assigned(s, Picks::List(&[m]), Picks::All, Block::Scalar(1.0)).is_err());
        assert!(s.clone().set(m, 0, 1.0).is_err());
    });
}

#[test]
fn joined_and_reshaped() {
    each_pair::<c64>(|[a, b], [s, t]| {
        let (m, n) = (a.rows(), a.cols());
        let wide = Dense::from_fn(m, 2 * n, |i, j| if j < n { a[(i, j)] } else { b[(i, j - n)] });
        assert_eq!(side_by_side(&[s, t]).unwrap(), sparse(&wide));
        let tall = Dense::from_fn(2 * m, n, |i, j| if i < m { a[(i, j)] } else { b[(i - m, j)] });
        assert_eq!(stacked(&[s, t]).unwrap(), sparse(&tall));
        for (p, q) in [(n, m), (m * n, 1), (1, m * n)] {
            assert_eq!(reshaped(s, p, q).unwrap(), sparse(&a.clone().reshaped(p, q)));
        }
        assert!(reshaped(s, m * n + 1, 1).is_err());
        for (p, q) in [(m + 2, n + 3), (m / 2, n), (m, n / 2), (m / 3, n + 1), (m + 1, n / 3)] {
            let at = |i, j| if i < m && j < n { a[(i, j)] } else { c64::ZERO };
            assert_eq!(resized(s, p, q).unwrap(), sparse(&Dense::from_fn(p, q, at)));
        }
    });
    let (a, b) = (Sparse::<bool>::zeros(2, 3).unwrap(), Sparse::<bool>::zeros(3, 2).unwrap());
    assert!(side_by_side(&[&a, &b]).is_err() && stacked(&[&a, &b]).is_err());
}

#[test]
fn triplets_from_one() {
    let indices = Indices { rows: &[3.0, 1.0, 3.0], cols: &[2.0], m: None, n: Some(4) };
    let a = from_indices(&indices, &[true, false, true], Duplicates::Sum).unwrap();
    assert_eq!((a.rows(), a.cols(), a.nnz(), a.get(2, 1)), (3, 4, 1, true));
    for (rows, message) in [
        ([1.5], "triplet 1: row 1.5 is not a whole number"),
        ([0.0], "triplet 1: row 0 is outside 1…3"),
        ([4.0], "triplet 1: row 4 is outside 1…3"),
    ] {
        let indices = Indices { rows: &rows, cols: &[1.0], m: Some(3), n: None };
        let refused = from_indices(&indices, &[1.0], Duplicates::Sum).unwrap_err();
        assert_eq!(refused.to_string(), message);
    }
    let uneven = Indices { rows: &[1.0, 2.0], cols: &[1.0, 2.0, 3.0], m: None, n: None };
    assert!(from_indices(&uneven, &[1.0], Duplicates::Sum).is_err());
}

fn taken<T: Small>(a: &Dense<T>, form: Form) -> Dense<T> {
    match form {
        Form::Plain => a.clone(),
        Form::Transposed => a.transposed(),
        Form::Adjoint => a.adjoint(),
    }
}

/// By the definition, so that sums of small whole numbers are exact.
fn multiplied<T: Small>(a: &Dense<T>, b: &Dense<T>) -> Dense<T> {
    Dense::from_fn(a.rows(), b.cols(), |i, j| (0..a.cols()).map(|k| a[(i, k)] * b[(k, j)]).sum())
}

const FORMS: [Form; 3] = [Form::Plain, Form::Transposed, Form::Adjoint];

fn products_of<T: Small>() {
    for (seed, (m, n)) in SHAPES.into_iter().chain([(90, 70)]).enumerate() {
        let a = full::<T>(m, n, 0.4, seed as u64);
        for form in FORMS {
            let left = taken(&a, form);
            let (m, n) = (left.rows(), left.cols());
            for k in [0, 1, 2, 5, 17, 50] {
                let b = full::<T>(n, k, 0.9, 7);
                assert_eq!(times_full(&sparse(&a), form, &b).unwrap(), multiplied(&left, &b));
                let c = full::<T>(k, m, 0.9, 8);
                assert_eq!(full_times(&c, &sparse(&a), form).unwrap(), multiplied(&c, &left));
                for other in FORMS {
                    // The other operand as it must be stored to be n×k when taken.
                    let b = full::<T>(n, k, 0.3, 9);
                    let stored = taken(&b, other);
                    let got = times(&sparse(&a), form, &sparse(&stored), other).unwrap();
                    assert_eq!(got, sparse(&multiplied(&left, &b)));
                }
            }
        }
        let gram = times(&sparse(&a), Form::Adjoint, &sparse(&a), Form::Plain).unwrap();
        assert_eq!(gram, sparse(&multiplied(&a.adjoint(), &a)));
    }
}

#[test]
fn products_equal_the_triple_loop() {
    products_of::<f64>();
    products_of::<c64>();
}

/// An m×n matrix with `each` entries a column, before duplicates are added.
fn scattered(m: usize, n: usize, each: usize, seed: u64) -> Sparse<f64> {
    let mut r = Random::seeded(seed);
    let count = n * each;
    let rows: Vec<u32> = (0..count).map(|_| (r.uniform() * m as f64) as u32).collect();
    let cols: Vec<u32> = (0..count).map(|_| (r.uniform() * n as f64) as u32).collect();
    let entries = r.normals(count);
    Sparse::from_triplets(m, n, &rows, &cols, &entries, Duplicates::Sum, f64::joined).unwrap()
}

#[test]
fn large_products_agree_with_small_ones() {
    for (m, n, each) in [(30_000, 6000, 15), (2000, 60_000, 3), (90_000, 50_000, 2)] {
        let a = scattered(m, n, each, 2);
        let t = a.transposed();
        assert_eq!(t.transposed(), a);
        let mut r = Random::seeded(3);
        let b = Matrix::from_vec(n, 21, r.normals(21 * n));
        let by_block = a.times_dense(&b).unwrap();
        let by_rows = t.adjoint_times_dense(&b).unwrap();
        let flipped = full_times(&b.transposed(), &a, Form::Adjoint).unwrap().transposed();
        let again = full_times(&b.transposed(), &t, Form::Plain).unwrap().transposed();
        for k in 0..21 {
            let (mut y, mut z) = (vec![f64::NAN; m], vec![f64::NAN; m]);
            a.times_vector(b.col(k), &mut y);
            t.adjoint_times_vector(b.col(k), &mut z);
            for (i, &x) in by_block.col(k).iter().enumerate() {
                let others = [y[i], z[i], by_rows[(i, k)], flipped[(i, k)], again[(i, k)]];
                assert!(others.iter().all(|o| (o - x).abs() < 1e-12), "{others:?} {x}");
            }
        }
        let gram = times(&a, Form::Adjoint, &a, Form::Plain).unwrap();
        assert_eq!(gram, gram.transposed());
        let direct = times(&t, Form::Plain, &a, Form::Plain).unwrap();
        assert_eq!(gram, direct);
        let x = b.columns(0, 1);
        let (once, twice) = (gram.times_dense(&x).unwrap(), a.times_dense(&x).unwrap());
        let twice = a.adjoint_times_dense(&twice).unwrap();
        let apart = once.as_slice().iter().zip(twice.as_slice()).map(|(a, b)| (a - b).abs());
        assert!(apart.fold(0.0, f64::max) < 1e-10);
    }
}

#[test]
fn a_misfit_names_the_product_that_fits() {
    let (a, b) = (Sparse::<f64>::zeros(5, 3).unwrap(), Matrix::zeros(5, 2));
    let refused = a.times_dense(&b).unwrap_err();
    assert_eq!(refused.to_string(), "cannot multiply 5×3 and 5×2");
    assert!(refused.hint().unwrap().contains("try A' * B, which is 3×2"));
    assert!(times(&a, Form::Plain, &a, Form::Plain).unwrap_err().hint().is_some());
}

#[test]
fn many_triplets_in_any_order() {
    for (m, n, count) in [(50, 40, 60_000), (100_000, 3, 50_000), (3, 100_000, 50_000)] {
        let mut r = Random::seeded(5);
        let mut index = |side: usize| -> Vec<u32> {
            (0..count).map(|_| (r.uniform() * side as f64) as u32).collect()
        };
        let (rows, cols) = (index(m), index(n));
        let entries: Vec<f64> = (0..count).map(|k| (k % 7) as f64 - 3.0).collect();
        let mut sums = std::collections::BTreeMap::new();
        let mut last = sums.clone();
        for ((&i, &j), &x) in rows.iter().zip(&cols).zip(&entries) {
            *sums.entry((j, i)).or_insert(0.0) += x;
            last.insert((j, i), x);
        }
        for (rule, expected) in [(Duplicates::Sum, sums), (Duplicates::Last, last)] {
            let a = Sparse::from_triplets(m, n, &rows, &cols, &entries, rule, f64::joined).unwrap();
            let expected: Vec<_> = expected
                .into_iter()
                .filter(|&(_, x)| x != 0.0)
                .map(|((j, i), x)| (i as usize, j as usize, x))
                .collect();
            assert_eq!(a.triplets().collect::<Vec<_>>(), expected);
        }
    }
}
