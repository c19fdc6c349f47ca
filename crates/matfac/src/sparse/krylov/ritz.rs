//! The extreme eigenvalues that conjugate gradients have seen: those of the tridiagonal matrix of its coefficients.
//!
//! Reference: Saad, Iterative Methods for Sparse Linear Systems, section 6.7.3, for the matrix; Givens (1954) for
//! bisection with Sturm's count. Cost: O(k) for each of about 60 halvings, for k iterations.

/// The smallest and the largest eigenvalue of the matrix of the steps (α, β); `None` of no steps.
pub(super) fn extremes(steps: &[(f64, f64)]) -> Option<(f64, f64)> {
    let (diagonal, beside) = tridiagonal(steps)?;
    let radius = |k: usize| {
        let before = if k > 0 { beside[k - 1] } else { 0.0 };
        before + beside.get(k).copied().unwrap_or(0.0)
    };
    let centres = || diagonal.iter().enumerate();
    let low = centres().map(|(k, d)| d - radius(k)).fold(f64::INFINITY, f64::min);
    let high = centres().map(|(k, d)| d + radius(k)).fold(f64::NEG_INFINITY, f64::max);
    let squares: Vec<f64> = beside.iter().map(|b| b * b).collect();
    let find = |count: usize| bisect(&diagonal, &squares, count, low, high);
    Some((find(1), find(diagonal.len())))
}

/// Diagonal and subdiagonal.
fn tridiagonal(steps: &[(f64, f64)]) -> Option<(Vec<f64>, Vec<f64>)> {
    let (&(first, _), mut diagonal, mut beside) = (steps.first()?, Vec::new(), Vec::new());
    diagonal.push(1.0 / first);
    for pair in steps.windows(2) {
        let ((alpha, beta), (next, _)) = (pair[0], pair[1]);
        diagonal.push(1.0 / next + beta / alpha);
        beside.push(beta.max(0.0).sqrt() / alpha);
    }
    diagonal.iter().chain(&beside).all(|x| x.is_finite()).then_some((diagonal, beside))
}

/// The point below which `count` eigenvalues first lie.
fn bisect(diagonal: &[f64], squares: &[f64], count: usize, mut low: f64, mut high: f64) -> f64 {
    while high - low > 4.0 * f64::EPSILON * low.abs().max(high.abs()) {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if below(diagonal, squares, middle) >= count { high = middle } else { low = middle }
    }
    low + (high - low) / 2.0
}

/// The number of eigenvalues below x: negative pivots of the matrix minus x.
fn below(diagonal: &[f64], squares: &[f64], x: f64) -> usize {
    let (mut pivot, mut negative) = (1.0f64, 0);
    for (k, d) in diagonal.iter().enumerate() {
        let coupling = if k > 0 { squares[k - 1] / pivot } else { 0.0 };
        pivot = d - x - coupling;
        if pivot == 0.0 {
            pivot = f64::MIN_POSITIVE;
        }
        negative += usize::from(pivot < 0.0);
    }
    negative
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_differences() {
        // Of the 3×3 matrix 2, -1: 2 ± √2 at the ends. α and β from its pivots.
        let steps = [(0.5, 0.25), (2.0 / 3.0, 4.0 / 9.0), (0.75, 0.0)];
        let (low, high) = extremes(&steps).unwrap();
        assert!(
            (low - (2.0 - 2f64.sqrt())).abs() < 1e-14 && (high - (2.0 + 2f64.sqrt())).abs() < 1e-14
        );
        assert_eq!(extremes(&[]), None);
    }
}
