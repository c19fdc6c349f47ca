//! How many numbers fall into each of several bins.

/// The counts and centres of `bins` bins of one width between the smallest and the largest number; those that are not
/// finite are left out. Nothing when there is no finite number.
///
/// ```
/// let (counts, centres) = matfac::plot::histogram(&[1.0, 2.0, 2.0, 4.0], 3).unwrap();
/// assert_eq!((counts, centres), (vec![1.0, 2.0, 1.0], vec![1.5, 2.5, 3.5]));
/// ```
pub fn histogram(values: &[f64], bins: usize) -> Option<(Vec<f64>, Vec<f64>)> {
    let finite = values.iter().filter(|v| v.is_finite());
    let (low, high) =
        finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), &v| (lo.min(v), hi.max(v)));
    (low <= high).then(|| between(values, low, high, bins))
}

/// [`histogram`] of the numbers from `low` to `high`.
pub(super) fn between(values: &[f64], low: f64, high: f64, bins: usize) -> (Vec<f64>, Vec<f64>) {
    let bins = bins.max(1);
    // Halves, so that differences of enormous numbers stay finite.
    let width = if high > low { (high / 2.0 - low / 2.0) / bins as f64 * 2.0 } else { 1.0 };
    let mut counts = vec![0.0; bins];
    for v in values.iter().filter(|v| **v >= low && **v <= high) {
        counts[(((v / 2.0 - low / 2.0) / (width / 2.0)) as usize).min(bins - 1)] += 1.0;
    }
    (counts, (0..bins).map(|b| low + (b as f64 + 0.5) * width).collect())
}
