//! Neighbourhood models against similarities and predictions by hand.

use super::*;
use crate::linalg::Matrix;

fn rated() -> Arc<Ratings> {
    let n = f64::NAN;
    let a = Matrix::from_rows(&[
        &[5.0, 4.0, 1.0, n],
        &[4.0, 5.0, n, 2.0],
        &[1.0, n, 5.0, 4.0],
        &[2.0, 1.0, 4.0, 5.0],
        &[n; 4],
    ]);
    Arc::new(Ratings::from_dense(&a).unwrap())
}

fn fitted(by: Axis, similarity: Similarity, centre: Centre) -> Knn {
    let options = KnnOptions { by, similarity, centre, ..Default::default() };
    knn(&rated(), &options, &Monitor::default()).unwrap()
}

fn alike(m: &Knn, a: usize, b: u32) -> f64 {
    m.near[a].iter().find(|x| x.at == b).map_or(0.0, |x| x.similarity.into())
}

#[test]
fn similarities_by_hand() {
    // Items 1 and 2 share (5 4), (4 5), (2 1); items 1 and 4 share (4 2), (1 4), (2 5).
    let near = |x: f64, y: f64| assert!((x - y).abs() < 1e-6, "{x} is not {y}");
    let m = fitted(Axis::Items, Similarity::Cosine, Centre::None);
    near(alike(&m, 0, 1), 42.0 / (45f64 * 42.0).sqrt());
    let m = fitted(Axis::Items, Similarity::Msd, Centre::None);
    near(alike(&m, 0, 1), 0.5);
    near(alike(&m, 0, 3), 1.0 / (1.0 + 22.0 / 3.0));
    let m = fitted(Axis::Items, Similarity::Pearson, Centre::None);
    near(alike(&m, 0, 1), (3.0 * 42.0 - 110.0) / (14f64 * 26.0).sqrt());
    near(alike(&m, 0, 3), 0.0);
    // Users 1 and 2 share (5 4), (4 5).
    let m = fitted(Axis::Users, Similarity::Msd, Centre::None);
    near(alike(&m, 0, 1), 0.5);
    assert!(m.near.iter().enumerate().all(|(a, row)| {
        row.iter().all(|x| alike(&m, x.at as usize, a as u32) == f64::from(x.similarity))
    }));
}

#[test]
fn predictions_by_hand() {
    // User 1 and item 4: msd to items 1, 2, 3 are 3/25, 1/(1+25/2), 1/2.
    let s = [3.0 / 25.0, 2.0 / 27.0, 1.0 / 2.0];
    let total: f64 = s.iter().sum();
    let m = fitted(Axis::Items, Similarity::Msd, Centre::None);
    let expected = (s[0] * 5.0 + s[1] * 4.0 + s[2] * 1.0) / total;
    assert!((m.raw(Some(0), Some(3)) - expected).abs() < 1e-6);
    let m = fitted(Axis::Items, Similarity::Msd, Centre::Mean);
    let (mean, shares) = (11.0 / 3.0, m.contributions(0, 3).unwrap());
    let expected = mean + (s[0] * 2.0 + s[1] * (2.0 / 3.0) - s[2] * (7.0 / 3.0)) / total;
    assert!((m.raw(Some(0), Some(3)) - expected).abs() < 1e-6);
    let sum: f64 = shares.iter().map(|r| r.score).sum();
    assert!((mean + sum - expected).abs() < 1e-6 && shares[2].position == 2);
    let options = KnnOptions { k: 1, ..m.options.clone() };
    let one = knn(&rated(), &options, &Monitor::default()).unwrap();
    assert!((one.raw(Some(0), Some(3)) - (mean - 7.0 / 3.0)).abs() < 1e-6);
}

#[test]
fn every_kind_is_sound_and_falls_back() {
    for by in [Axis::Users, Axis::Items] {
        for similarity in
            [Similarity::Cosine, Similarity::Msd, Similarity::Pearson, Similarity::PearsonBaseline]
        {
            for centre in [Centre::None, Centre::Mean, Centre::ZScore, Centre::Baseline] {
                let m = fitted(by, similarity, centre);
                let all = m.predictions(&Monitor::default()).unwrap();
                assert!(all.as_slice().iter().all(|x| (1.0..=5.0).contains(x)));
                assert!(m.predict("5", "1").unwrap().cold_user);
                assert_eq!(m.raw(None, Some(1)), m.base.raw(None, Some(1)));
                let again = m.refitted(rated(), &[0, 3], &Monitor::default()).unwrap();
                for (u, i) in [(0, 3), (2, 1)] {
                    let off = m.raw(Some(u), Some(i)) - again.raw(Some(u), Some(i));
                    assert!(off.abs() < 1e-3, "{by:?} {similarity:?} {centre:?} {off}");
                }
                assert!(m.similar_at(by, 0, 2).is_ok());
            }
        }
    }
    let m = fitted(Axis::Users, Similarity::Msd, Centre::Mean);
    assert!(m.contributions(0, 3).is_none() && m.similar_items("1", 2).is_err());
    let one = Arc::new(Ratings::from_dense(&Matrix::from_rows(&[&[3.0]])).unwrap());
    let m = knn(&one, &KnnOptions::default(), &Monitor::default()).unwrap();
    assert_eq!(m.predict("1", "1").unwrap().value, 3.0);
}

#[test]
fn senseless_options_are_refused() {
    let usual = KnnOptions::default;
    let bad = [
        KnnOptions { k: 0, ..usual() },
        KnnOptions { min_k: 41, ..usual() },
        KnnOptions { min_support: 0, ..usual() },
        KnnOptions { neighbours: Some(0), ..usual() },
        KnnOptions { shrinkage: Some(-1.0), ..usual() },
    ];
    for options in bad {
        let refused = knn(&rated(), &options, &Monitor::default());
        assert!(matches!(refused, Err(Error::Argument { .. })), "{options:?}");
    }
}
