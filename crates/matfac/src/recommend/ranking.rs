//! The best few of many, in an order that does not depend on chance: `O(m + n log n)` for n of m.

use super::Ranked;
use std::cmp::Ordering;

/// The `n` highest, best first; of equal scores the earlier position first, and NaN last.
pub(super) fn top(n: usize, all: impl Iterator<Item = Ranked>) -> Vec<Ranked> {
    let key = |x: f64| if x.is_nan() { f64::NEG_INFINITY } else { x };
    let better = |a: &Ranked, b: &Ranked| -> Ordering {
        key(b.score).total_cmp(&key(a.score)).then(a.position.cmp(&b.position))
    };
    let mut all: Vec<Ranked> = all.collect();
    if n == 0 {
        return Vec::new();
    }
    if n < all.len() {
        all.select_nth_unstable_by(n - 1, better);
        all.truncate(n);
    }
    all.sort_unstable_by(better);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_and_nan_have_a_place() {
        let scores = [1.0, f64::NAN, 3.0, 1.0, 3.0];
        let all = scores.iter().enumerate().map(|(position, &score)| Ranked { position, score });
        let order = |n| top(n, all.clone()).iter().map(|r| r.position).collect::<Vec<_>>();
        assert_eq!(order(9), [2, 4, 0, 3, 1]);
        assert_eq!(order(3), [2, 4, 0]);
        assert!(order(0).is_empty());
    }
}
