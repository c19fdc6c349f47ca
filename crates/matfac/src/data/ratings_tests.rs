//! Ratings: labels, duplicates, holes and a map to compare with.

use super::{Duplicates, Labels, Ratings};
use crate::error::{Result, Shape};
use crate::linalg::Matrix;

fn small(duplicates: Duplicates) -> Result<Ratings> {
    let users = ["10", "2", "2", "10", "2"];
    let items = ["b", "a", "b", "b", "c"];
    Ratings::from_triplets(&users, &items, &[4.0, 0.0, 3.0, 2.0, 5.0], None, duplicates)
}

#[test]
fn integers_sort_as_numbers_and_words_by_appearance() {
    let r = small(Duplicates::Last).unwrap();
    let names = |l: &Labels| l.names().iter().map(|n| n.to_string()).collect::<Vec<_>>();
    assert_eq!(names(r.users()), ["2", "10"]);
    assert_eq!(names(r.items()), ["b", "a", "c"]);
    assert_eq!((r.shape(), r.nnz()), (Shape(2, 3), 4));
    assert_eq!(r.get(1, 0), Some(2.0), "the last of two ratings");
    assert_eq!(r.get(0, 1), Some(0.0), "a rated zero is a rating");
    assert_eq!((r.get(1, 1), r.get(9, 9)), (None, None));
    assert_eq!(r.item_col(0), (&[0u32, 1][..], &[3.0, 2.0][..]));
    assert_eq!((r.scale(), r.mean()), (Some((0.0, 5.0)), Some(2.5)));
    assert!((r.density() - 4.0 / 6.0).abs() < 1e-15);
}

#[test]
fn duplicates_follow_the_policy() {
    assert_eq!(small(Duplicates::Mean).unwrap().get(1, 0), Some(3.0));
    let message = small(Duplicates::Error).unwrap_err().to_string();
    assert_eq!(message, "user 10 rates item b more than once (rows 1 and 4)");
    let times = [9.0, 5.0];
    let r =
        Ratings::from_numbers(&[1.0; 2], &[7.0; 2], &[1.0, 2.0], Some(&times), Duplicates::Last);
    let r = r.unwrap();
    assert_eq!((r.get(0, 0), r.times()), (Some(1.0), Some(&[9.0][..])), "the latest by time");
}

#[test]
fn nonsense_is_refused_with_its_row() {
    let bad = |values: &[f64]| {
        let ids: Vec<f64> = (0..values.len()).map(|n| n as f64).collect();
        Ratings::from_numbers(&ids, &ids, values, None, Duplicates::Last).unwrap_err().to_string()
    };
    assert!(bad(&[1.0, f64::NAN]).contains("row 2"));
    assert!(bad(&[f64::INFINITY]).contains("row 1"));
    let lengths = Ratings::from_triplets(&["a"], &["b"], &[], None, Duplicates::Last);
    assert!(lengths.unwrap_err().to_string().contains("1 users, 1 items and 0 ratings"));
    let ids = Ratings::from_numbers(&[f64::NAN], &[1.0], &[1.0], None, Duplicates::Last);
    assert!(ids.is_err());
    let outside = Ratings::from_positions(
        &[3],
        &[0],
        &[1.0],
        None,
        Labels::numbered(2),
        Labels::numbered(1),
        Duplicates::Last,
    );
    assert!(outside.unwrap_err().to_string().contains("outside 1…2"));
}

#[test]
fn dense_holes_selection_and_empty() {
    let nan = f64::NAN;
    let a = Matrix::from_rows(&[&[1.0, nan, 0.0], &[nan, nan, 2.0]]);
    let r = Ratings::from_dense(&a).unwrap();
    assert_eq!((r.nnz(), r.users().name(1)), (3, "2"));
    let back = r.to_dense().unwrap();
    assert!(a.as_slice().iter().zip(back.as_slice()).all(|(x, y)| x.to_bits() == y.to_bits()));
    let picked = r.select(&[1, 0], &[2, 0, 2]);
    assert_eq!(picked.shape(), Shape(2, 3));
    assert_eq!(
        (picked.get(0, 0), picked.get(1, 1), picked.get(1, 2)),
        (Some(2.0), Some(1.0), Some(0.0))
    );
    assert_eq!(picked.items().name(0), "3");
    assert_eq!(r.filter(|n| n == 1).iter().collect::<Vec<_>>(), [(0, 2, 0.0)]);
    assert!(Ratings::from_dense(&Matrix::from_rows(&[&[f64::INFINITY]])).is_err());
    let none = Ratings::from_triplets::<&str>(&[], &[], &[], None, Duplicates::Last).unwrap();
    assert_eq!((none.nnz(), none.mean(), none.scale(), none.density()), (0, None, None, 0.0));
}

proptest::proptest! {
    #[test]
    fn positions_agree_with_a_map(
        triplets in proptest::collection::vec((0u32..6, 0u32..9, -5.0..5.0f64), 0..60)
    ) {
        let users: Vec<u32> = triplets.iter().map(|t| t.0).collect();
        let items: Vec<u32> = triplets.iter().map(|t| t.1).collect();
        let values: Vec<f64> = triplets.iter().map(|t| t.2).collect();
        let (u, i) = (Labels::numbered(6), Labels::numbered(9));
        let r = Ratings::from_positions(&users, &items, &values, None, u, i, Duplicates::Last);
        let r = r.unwrap();
        let map: std::collections::BTreeMap<(usize, usize), f64> =
            triplets.iter().map(|t| ((t.0 as usize, t.1 as usize), t.2)).collect();
        assert!(r.iter().map(|(u, i, r)| ((u, i), r)).eq(map.iter().map(|(k, v)| (*k, *v))));
        assert!(map.iter().all(|(&(u, i), &v)| r.get(u, i) == Some(v)));
        let columns: usize = (0..9).map(|i| r.item_col(i).0.len()).sum();
        assert_eq!(columns, r.nnz());
    }
}

#[test]
fn what_is_left_has_enough_ratings() {
    let n = f64::NAN;
    let a = Matrix::from_rows(&[&[1.0, 2.0, n], &[3.0, 4.0, n], &[n, n, 5.0], &[n, 6.0, n]]);
    let r = Ratings::from_dense(&a).unwrap();
    let left = r.at_least(2, 2);
    assert_eq!((left.shape(), left.nnz()), (Shape(2, 2), 4));
    assert_eq!((left.users().name(1), left.items().name(1)), ("2", "2"));
    // Without user 4 the second item has two users, too few for three.
    assert_eq!(r.at_least(2, 3).nnz(), 0);
    assert_eq!(r.at_least(0, 0), r);
}

#[test]
fn newer_ratings_replace_and_add() {
    let old = Ratings::from_triplets(
        &["a", "b"],
        &["x", "y"],
        &[1.0, 2.0],
        Some(&[9.0, 8.0]),
        Duplicates::Last,
    )
    .unwrap();
    let new = Ratings::from_triplets(
        &["b", "c"],
        &["y", "z"],
        &[5.0, 3.0],
        Some(&[1.0, 2.0]),
        Duplicates::Last,
    )
    .unwrap();
    let all = old.union(&new);
    assert_eq!((all.shape(), all.nnz()), (Shape(3, 3), 3));
    assert_eq!((all.get(1, 1), all.get(2, 2), all.get(0, 0)), (Some(5.0), Some(3.0), Some(1.0)));
    assert_eq!(all.times(), Some(&[9.0, 1.0, 2.0][..]));
    assert_eq!(all.users().name(2), "c");
}

#[test]
fn observations_are_weights_or_what_is_liked() {
    let r = Ratings::from_dense(&Matrix::from_rows(&[&[1.0, 4.0], &[5.0, f64::NAN]])).unwrap();
    let liked = r.clone().into_implicit(Some(4.0)).unwrap();
    assert_eq!((liked.nnz(), liked.values(), liked.is_implicit()), (2, &[1.0, 1.0][..], true));
    assert_eq!(liked.shape(), r.shape());
    assert_eq!(r.into_implicit(None).unwrap().nnz(), 3);
    let bad = Ratings::from_dense(&Matrix::from_rows(&[&[1.0, -4.0]])).unwrap();
    assert!(bad.into_implicit(None).unwrap_err().to_string().contains("user 1 has item 2"));
}
