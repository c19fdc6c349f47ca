//! Choices, orders and their numbers.

use super::argument::what;
use super::entry::builtins;
use super::gather::gather;
use super::number_theory::EXACT;
use super::special_functions::Aligned;
use crate::value::{Blame, Fault, Host, Result, Value};
use matfac::Matrix;
use matfac::linalg::special::gamma_function::log_beta;

builtins! { "whole numbers";
    /// The number of ways to choose `k` of `n`; of a vector, all choices, one a row.
    ///
    /// >>> nchoosek(5, 2)
    /// ans = 10
    /// >>> nchoosek([1 2 3], 2)
    /// ans = 3×2
    ///    1   2
    ///    1   3
    ///    2   3
    ///
    /// See also: factorial, perms
    fn nchoosek(cx, /** How many there are, or what there is: a vector of any class. */ n: Value, /** How many to choose. */ k: usize) -> [c] { choices(cx.host, &n, k) }

    /// All orders of a vector's entries, one a row, in reverse lexicographic order.
    ///
    /// >>> perms([1 2])
    /// ans = 2×2
    ///    2   1
    ///    1   2
    ///
    /// See also: nchoosek, randperm
    fn perms(cx, /** At most 10 entries, of any class. */ v: Value) -> [P] { permutations(&v) }

    /// The binomial coefficient of real numbers, entry by entry; NaN unless `k` is a whole number, 0 or more.
    ///
    /// >>> bincoeff(5, [0 2])
    /// ans = 1×2
    ///     1   10
    /// >>> bincoeff(-4, 3)
    /// ans = -20
    ///
    /// See also: nchoosek, beta
    fn bincoeff(cx, /** Real numbers. */ n: Value, /** Whole numbers; of the size of `n`, or one for all. */ k: Value) -> [b] { coefficients(n, k) }
}

fn choices(host: &mut dyn Host, n: &Value, k: usize) -> Result<Value> {
    let (rows, cols) = n.shape();
    if let (Some(count), false) = (n.as_number(), matches!(n, Value::Text(_))) {
        let ways = binomial(count, k)?;
        if ways > EXACT {
            host.warn(
                "Octave:nchoosek:large-output",
                "nchoosek: above 2^53 the number is rounded",
            )?;
        }
        return Ok(ways.into());
    }
    if (rows != 1 && cols != 1) || matches!(n, Value::Struct(_)) || (n.numel() == 1 && n.is_array())
    {
        return Err(Fault::new(format!(
            "nchoosek: n is a number or a vector, and this is {}",
            what(n)
        ))
        .blame(Blame::Positional(0)));
    }
    let positions = chosen_positions(rows * cols, k)?;
    gather(n, (positions.len().checked_div(k).unwrap_or(1), k), |i, j| Some(positions[i * k + j]))
}

/// The choices of k of n positions from 0, one after the other in lexicographic order.
fn chosen_positions(n: usize, k: usize) -> Result<Vec<usize>> {
    if k > n {
        return Ok(Vec::new());
    }
    let rows = binomial(n as f64, k)?;
    // What the result will hold, before it is made.
    matfac::linalg::memory::entries::<f64>(rows.min(1e18) as usize, k)?;
    let mut all = Vec::new();
    let mut chosen: Vec<usize> = (0..k).collect();
    loop {
        all.extend_from_slice(&chosen);
        // The last position that can still move up, and those after it right behind it.
        let Some(j) = (0..k).rev().find(|&j| chosen[j] < n - k + j) else { return Ok(all) };
        chosen[j] += 1;
        for after in j + 1..k {
            chosen[after] = chosen[after - 1] + 1;
        }
    }
}

/// Each step stays whole: the product of j numbers in a row is divisible by j!.
fn binomial(n: f64, k: usize) -> Result<f64> {
    if n < 0.0 || n.fract() != 0.0 || !n.is_finite() || k as f64 > n {
        return Err(Fault::new(format!("nchoosek: n is a whole number not below k, and n is {n}"))
            .blame(Blame::Positional(0)));
    }
    Ok(product((k as f64).min(n - k as f64), n).round())
}

/// The product of (n - k + j)/j over j from 1 to k, each step rounded where it is whole.
fn product(k: f64, n: f64) -> f64 {
    let step = |c: f64, j: f64| {
        let next = c * (n - k + j) / j;
        if n.fract() == 0.0 { next.round() } else { next }
    };
    let (mut c, mut j): (f64, f64) = (1.0, 1.0);
    while j <= k && c.is_finite() && c != 0.0 {
        c = step(c, j);
        j += 1.0;
    }
    c
}

fn permutations(v: &Value) -> Result<Value> {
    let n = v.numel();
    if !v.is_array() && !matches!(v, Value::Cell(_)) {
        return Err(Fault::new(format!("perms needs an array or a cell, not {}", what(v))));
    }
    if n > 10 {
        return Err(Fault::new(format!("perms: {n} entries have more than 3.6 million orders"))
            .hint("randperm(n) makes one order at random"));
    }
    let count: usize = (1..=n).product();
    // Row i holds the digits of i in the factorial number system, each naming one of what is left.
    let mut positions = vec![0; count * n];
    for i in 0..count {
        let mut left: Vec<usize> = (0..n).rev().collect();
        let (mut digits, mut base) = (i, count);
        for j in 0..n {
            base /= n - j;
            positions[i * n + j] = left.remove(digits / base);
            digits %= base;
        }
    }
    gather(v, (count, n), |i, j| Some(positions[i * n + j]))
}

fn coefficients(n: Value, k: Value) -> Result<Matrix> {
    /// Longer products are taken from the beta function.
    const LONG: f64 = 1e4;
    let both = Aligned::new("bincoeff", [n, k])?;
    Ok(both.map(|[n, k]| {
        if !(k >= 0.0 && k.fract() == 0.0 && n.is_finite()) {
            return f64::NAN;
        }
        if n >= 0.0 && n.fract() == 0.0 {
            return if k > n { 0.0 } else { product(k.min(n - k), n) };
        }
        if k < LONG {
            return product(k, n);
        }
        // n^(k)/k! by the beta function; of negative n by (-1)^k (k - n - 1 over k).
        let magnitude = |n: f64| (-log_beta(k + 1.0, n - k + 1.0) - (n + 1.0).ln()).exp();
        if n > 0.0 {
            return magnitude(n);
        }
        if k % 2.0 == 0.0 { magnitude(k - n - 1.0) } else { -magnitude(k - n - 1.0) }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_and_orders() {
        assert_eq!(binomial(40.0, 20).unwrap(), 137_846_528_820.0);
        assert_eq!(chosen_positions(4, 2).unwrap().len(), 12);
        assert!(chosen_positions(2, 3).unwrap().is_empty());
        let orders = permutations(&Matrix::row_vector(vec![1.0, 2.0, 3.0]).into()).unwrap();
        let orders = orders.to_array().unwrap();
        assert_eq!(orders.data.col(0), &[3.0, 3.0, 2.0, 2.0, 1.0, 1.0]);
    }
}
