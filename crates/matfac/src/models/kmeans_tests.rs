//! Tests of the groups around k means.

use super::*;
use crate::data::Interrupt;
use crate::factor::testdata::{csv, random};

fn fit<'a>(x: impl Into<Data<'a>>, options: &KmeansOptions) -> Kmeans {
    let model = kmeans(x, options, &Monitor::default()).unwrap();
    let falls = |w: &[f64]| w[1] <= w[0] * (1.0 + 1e-12);
    assert!(model.history.windows(2).all(falls), "{:?}", model.history);
    assert!(model.sizes.windows(2).all(|w| w[0] >= w[1]) && !model.sizes.contains(&0));
    assert_eq!(model.sizes.iter().sum::<usize>(), model.labels.len());
    model
}

/// Points about far centres, 40 for each.
fn clouds(k: usize, d: usize) -> Matrix {
    let noise = random(40 * k, d, 5);
    Matrix::from_fn(40 * k, d, |i, j| {
        let far = if j == i / 40 % d { 30.0 * (1 + i / 40 / d) as f64 } else { 0.0 };
        1e3 + far + noise[(i, j)]
    })
}

#[test]
fn planted_groups_are_found() {
    let x = clouds(6, 4);
    let model = fit(&x, &KmeansOptions { k: 6, ..Default::default() });
    assert_eq!((model.end, &model.sizes[..]), (End::Converged, &[40; 6][..]));
    for block in model.labels.chunks(40) {
        assert!(block.iter().all(|l| l == &block[0]));
    }
    let mut centre = [0.0; 4];
    (0..40).for_each(|i| (0..4).for_each(|j| centre[j] += x[(i, j)] / 40.0));
    let group = model.labels[0];
    assert!((0..4).all(|j| (model.centers[(group, j)] - centre[j]).abs() < 1e-9));
    let distances = model.distances(&x).unwrap();
    for i in 0..x.rows() {
        let own = distances[(i, model.labels[i])];
        assert!((0..6).all(|c| distances[(i, c)] >= own));
    }
    assert!((model.within.iter().sum::<f64>() - model.inertia).abs() < 1e-9);
}

#[test]
fn published_sums_of_iris_and_digits() {
    // scikit-learn 1.9.1, KMeans(3, n_init=10) and the best of 50 starts of KMeans(10).
    let Some(iris) = csv("tabular/sklearn/iris.csv") else { return };
    let model = fit(&iris.columns(0, 4), &KmeansOptions { k: 3, ..Default::default() });
    assert!((model.inertia - 78.851441).abs() < 1e-3, "{}", model.inertia);
    let Some(digits) = csv("tabular/sklearn/digits.csv.gz") else { return };
    let x = digits.columns(0, 64);
    let options = KmeansOptions { k: 10, restarts: 20, ..Default::default() };
    let model = fit(&x, &options);
    assert!(model.inertia < 1_165_250.0, "{}", model.inertia);
    let sparse = fit(&Sparse::from_dense(&x).unwrap(), &options);
    assert!((sparse.inertia / model.inertia - 1.0).abs() < 1e-3, "{}", sparse.inertia);
}

#[test]
fn same_seed_same_bits_whatever_the_threads() {
    let x = random(3000, 40, 9);
    let options = KmeansOptions { k: 7, restarts: 2, ..Default::default() };
    let model = fit(&x, &options);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(one.install(|| fit(&x, &options)), model);
    let other = fit(&x, &KmeansOptions { seed: 1, ..options.clone() });
    assert!(other.labels != model.labels);
    let again = KmeansOptions { start: Start::Centers(model.centers.clone()), tol: 0.0, ..options };
    let settled = fit(&x, &again);
    assert!(settled.inertia <= model.inertia * (1.0 + 1e-12));
}

#[test]
fn poor_data_are_grouped_too() {
    // Fewer different points than groups.
    let x = Matrix::from_fn(6, 2, |i, _| (i / 3) as f64);
    let model = fit(&x, &KmeansOptions { k: 4, ..Default::default() });
    assert!(model.inertia == 0.0 && model.sizes.len() == 4);
    let all = fit(&random(5, 3, 1), &KmeansOptions { k: 5, ..Default::default() });
    assert!(all.inertia < 1e-20);
    let one = fit(&random(5, 3, 1), &KmeansOptions { k: 1, ..Default::default() });
    assert_eq!(one.labels, [0; 5]);
    assert_eq!(fit(&Matrix::zeros(3, 0), &KmeansOptions::default()).inertia, 0.0);
    let random_start = KmeansOptions { start: Start::Random, k: 3, ..Default::default() };
    assert_eq!(fit(&clouds(3, 3), &random_start).sizes, [40, 40, 40]);
}

#[test]
fn bad_input_is_named() {
    let refused = |x: &Matrix, options: KmeansOptions| {
        kmeans(x, &options, &Monitor::default()).unwrap_err().to_string()
    };
    let x = Matrix::from_rows(&[&[1.0, f64::NAN]]);
    assert!(refused(&x, KmeansOptions { k: 1, ..Default::default() }).contains("(1,2)"));
    let x = random(4, 2, 1);
    assert!(refused(&x, KmeansOptions { k: 5, ..Default::default() }).contains("between 1 and 4"));
    assert!(refused(&Matrix::zeros(0, 2), KmeansOptions::default()).contains("at least one row"));
    let start = Start::Centers(Matrix::zeros(3, 2));
    assert!(refused(&x, KmeansOptions { start, ..Default::default() }).contains("2×2"));
    let model = fit(&x, &KmeansOptions::default());
    assert!(model.distances(&Matrix::zeros(1, 3)).is_err());
}

#[test]
fn an_interrupt_keeps_what_was_reached() {
    let interrupt = Interrupt::new();
    let flag = interrupt.clone();
    let monitor = Monitor::new(interrupt, move |step| {
        if step.iteration == 2 {
            flag.trigger();
        }
    });
    let options = KmeansOptions { k: 9, tol: 0.0, ..Default::default() };
    let model = kmeans(&random(500, 5, 2), &options, &monitor).unwrap();
    assert_eq!((model.end, model.history.len()), (End::Interrupted, 2));
}
