//! Whole numbers: primes, factors, divisors, binomials, permutations, bits.

use super::argument::{Rest, Vector};
use super::entry::builtins;
use crate::value::{Blame, Fault, Result, Value};
use matfac::linalg::broadcast::broadcast_shape;
use matfac::{BoolMatrix, Matrix};

/// Above 2^53 whole numbers are no longer exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

builtins! { "whole numbers";
    /// All primes up to `n`, as a row.
    ///
    /// >>> primes(12)
    /// ans = 1×5
    ///     2    3    5    7   11
    ///
    /// See also: isprime, factor
    fn primes(cx, /** The limit. */ n: f64) -> [p] { primes_up_to(n) }

    /// Which whole numbers are prime.
    ///
    /// >>> isprime([1 2 3 4])
    /// ans = 1×4 logical
    ///   0  1  1  0
    ///
    /// See also: primes, factor
    fn isprime(cx, /** Whole numbers, 0 or more. */ x: Value) -> [b] { are_prime(x) }

    /// The prime factors of a whole number in ascending order; with two outputs each once, and how often.
    ///
    /// >>> factor(12)
    /// ans = 1×3
    ///    2   2   3
    ///
    /// See also: primes, gcd
    fn factor(cx, /** A whole number, 1 or more. */ q: f64) -> [p, n] { factors(q, cx.nargout) }

    /// The greatest common divisor, entry by entry.
    ///
    /// >>> gcd([12 18], 8)
    /// ans = 1×2
    ///    4   2
    ///
    /// See also: lcm, factor
    fn gcd(cx, /** Whole numbers. */ a: Value, /** Whole numbers. */ b: Value, /** More of them. */ more: Rest) -> [g] { fold("gcd", a, b, more, divisor) }

    /// The least common multiple, entry by entry.
    ///
    /// >>> lcm(4, 6)
    /// ans = 12
    ///
    /// See also: gcd
    fn lcm(cx, /** Whole numbers. */ a: Value, /** Whole numbers. */ b: Value, /** More of them. */ more: Rest) -> [m] {
        fold("lcm", a, b, more, |x, y| if x == 0.0 || y == 0.0 { 0.0 } else { (x / divisor(x, y) * y).abs() })
    }

    /// n! for each entry; Inf from 171 on.
    ///
    /// >>> factorial([0 3 5])
    /// ans = 1×3
    ///      1     6   120
    ///
    /// See also: nchoosek, gamma
    fn factorial(cx, /** Whole numbers, 0 or more. */ n: Value) -> [f] { factorials(n) }

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
    fn nchoosek(cx, /** How many there are, or what there is. */ n: Vector, /** How many to choose. */ k: usize) -> [c] { choices(&n.0, k) }

    /// All orders of a vector's entries, one a row, in reverse lexicographic order.
    ///
    /// >>> perms([1 2])
    /// ans = 2×2
    ///    2   1
    ///    1   2
    ///
    /// See also: nchoosek, randperm
    fn perms(cx, /** At most 10 entries. */ v: Vector) -> [P] { permutations(&v.0) }

    /// The bits that both numbers have.
    ///
    /// >>> bitand(12, 10)
    /// ans = 8
    ///
    /// See also: bitor, bitxor, bitshift
    fn bitand(cx, /** Whole numbers, 0 or more. */ x: Value, /** Whole numbers, 0 or more. */ y: Value) -> [z] { bits("bitand", x, y, |x, y| x & y) }

    /// The bits that either number has.
    ///
    /// >>> bitor(12, 10)
    /// ans = 14
    ///
    /// See also: bitand, bitxor
    fn bitor(cx, /** Whole numbers, 0 or more. */ x: Value, /** Whole numbers, 0 or more. */ y: Value) -> [z] { bits("bitor", x, y, |x, y| x | y) }

    /// The bits that exactly one number has.
    ///
    /// >>> bitxor(12, 10)
    /// ans = 6
    ///
    /// See also: bitand, bitor
    fn bitxor(cx, /** Whole numbers, 0 or more. */ x: Value, /** Whole numbers, 0 or more. */ y: Value) -> [z] { bits("bitxor", x, y, |x, y| x ^ y) }

    /// The bits moved up by `n` places, or down when it is negative; bits above the 53rd are lost.
    ///
    /// >>> bitshift(1, [0 1 2])
    /// ans = 1×3
    ///    1   2   4
    ///
    /// See also: bitand
    fn bitshift(cx, /** Whole numbers, 0 or more. */ x: Value, /** How far. */ n: Value) -> [z] { shifted(x, n) }
}

/// The sieve of Eratosthenes over odd numbers.
fn primes_up_to(n: f64) -> Result<Matrix> {
    if n.is_nan() || n >= 1e9 {
        return Err(Fault::new(format!("primes: the limit is a number below 1e9, not {n}"))
            .blame(Blame::Positional(0)));
    }
    let n = n.max(0.0) as usize;
    if n < 2 {
        return Ok(Matrix::zeros(1, 0));
    }
    let half = n.div_ceil(2);
    let mut composite = vec![false; half];
    let mut found = vec![2.0];
    for i in 1..half {
        if composite[i] {
            continue;
        }
        let p = 2 * i + 1;
        found.push(p as f64);
        for multiple in (p * p / 2..half).step_by(p) {
            composite[multiple] = true;
        }
    }
    Ok(Matrix::row_vector(found))
}

fn is_prime(n: f64) -> bool {
    if !(2.0..=EXACT).contains(&n) {
        return false;
    }
    smallest_factor(n as u64) == n as u64
}

/// Trial division: up to √n.
fn smallest_factor(n: u64) -> u64 {
    let divides = |p: &u64| n.is_multiple_of(*p);
    let small = [2, 3, 5].into_iter().find(divides);
    let wheel = (1..).flat_map(|k| [6 * k + 1, 6 * k + 5]).take_while(|p| p * p <= n);
    small.or_else(|| wheel.into_iter().find(divides)).unwrap_or(n)
}

/// A whole number, 0 or more; infinity too.
fn is_count(x: f64) -> bool {
    x >= 0.0 && (x.fract() == 0.0 || x.is_infinite())
}

fn are_prime(x: Value) -> Result<BoolMatrix> {
    let x = x.to_array()?;
    if let Some(bad) = x.data.as_slice().iter().find(|x| !is_count(**x)) {
        return Err(Fault::new(format!(
            "isprime needs whole numbers, 0 or more, and {bad} is not"
        )));
    }
    Ok(x.data.map(is_prime))
}

fn factors(q: f64, nargout: usize) -> Result<Vec<Value>> {
    if !(1.0..=EXACT).contains(&q) || q.fract() != 0.0 {
        return Err(Fault::new(format!("factor needs a whole number from 1 to 2^53, not {q}"))
            .blame(Blame::Positional(0)));
    }
    let mut rest = q as u64;
    let mut found = Vec::new();
    while rest > 1 {
        let p = smallest_factor(rest);
        found.push(p as f64);
        rest /= p;
    }
    if found.is_empty() {
        found.push(1.0);
    }
    if nargout < 2 {
        return Ok(vec![Matrix::row_vector(found).into()]);
    }
    let runs: Vec<&[f64]> = found.chunk_by(|x, y| x == y).collect();
    let once = runs.iter().map(|run| run[0]).collect();
    let count = runs.iter().map(|run| run.len() as f64).collect();
    Ok(vec![Matrix::row_vector(once).into(), Matrix::row_vector(count).into()])
}

fn divisor(x: f64, y: f64) -> f64 {
    let (mut x, mut y) = (x.abs(), y.abs());
    while y != 0.0 {
        (x, y) = (y, x % y);
    }
    x
}

/// `f` of two arrays entry by entry, with broadcasting.
fn each(
    function: &'static str,
    a: &Value,
    b: &Value,
    f: impl Fn(f64, f64) -> f64,
) -> Result<Value> {
    let (a, b) = (a.to_array()?, b.to_array()?);
    let shape = broadcast_shape("combine", a.data.shape(), b.data.shape()).map_err(|error| {
        let mut fault = Box::<Fault>::from(error);
        fault.message = format!("{function}: {}", fault.message);
        fault
    })?;
    let at = |m: &Matrix, i: usize, j: usize| {
        m[(if m.rows() == 1 { 0 } else { i }, if m.cols() == 1 { 0 } else { j })]
    };
    matfac::linalg::memory::entries::<f64>(shape.0, shape.1)?;
    Ok(Matrix::from_fn(shape.0, shape.1, |i, j| f(at(&a.data, i, j), at(&b.data, i, j))).into())
}

fn require_whole(function: &str, a: &Value, least: f64) -> Result<()> {
    let numbers = a.to_array()?;
    match numbers.data.as_slice().iter().find(|x| x.fract() != 0.0 || **x < least) {
        None => Ok(()),
        Some(bad) => Err(Fault::new(format!("{function} needs whole numbers, and {bad} is not"))),
    }
}

fn fold(
    function: &'static str,
    a: Value,
    b: Value,
    more: Rest,
    f: impl Fn(f64, f64) -> f64,
) -> Result<Value> {
    let mut sofar = a;
    require_whole(function, &sofar, f64::NEG_INFINITY)?;
    for next in std::iter::once(b).chain(more.0) {
        require_whole(function, &next, f64::NEG_INFINITY)?;
        sofar = each(function, &sofar, &next, &f)?;
    }
    Ok(sofar)
}

fn factorials(n: Value) -> Result<Value> {
    let numbers = n.to_array()?;
    if let Some(bad) = numbers.data.as_slice().iter().find(|x| !is_count(**x)) {
        return Err(Fault::new(format!(
            "factorial needs whole numbers, 0 or more, and {bad} is not"
        ))
        .hint("gamma(n + 1) takes others"));
    }
    let product =
        |n: f64| if n > 170.0 { f64::INFINITY } else { (2..=n as u64).map(|k| k as f64).product() };
    Ok(numbers.data.map(product).into())
}

fn choices(n: &[f64], k: usize) -> Result<Matrix> {
    if let [n] = n {
        return Ok(Matrix::from_vec(1, 1, vec![binomial(*n, k)?]));
    }
    let count = if k > n.len() { 0.0 } else { binomial(n.len() as f64, k)? };
    let rows = count as usize;
    let mut all = Matrix::filled(rows, k, 0.0)?;
    let mut chosen: Vec<usize> = (0..k).collect();
    for i in 0..rows {
        for (j, &c) in chosen.iter().enumerate() {
            all[(i, j)] = n[c];
        }
        // The last position that can still move up, and those after it right behind it.
        if let Some(j) = (0..k).rev().find(|&j| chosen[j] < n.len() - k + j) {
            chosen[j] += 1;
            for after in j + 1..k {
                chosen[after] = chosen[after - 1] + 1;
            }
        }
    }
    Ok(all)
}

/// Each step stays whole: the product of j numbers in a row is divisible by j!.
fn binomial(n: f64, k: usize) -> Result<f64> {
    if n < 0.0 || n.fract() != 0.0 || !n.is_finite() || k as f64 > n {
        return Err(Fault::new(format!("nchoosek: n is a whole number not below k, and n is {n}"))
            .blame(Blame::Positional(0)));
    }
    let k = (k as f64).min(n - k as f64) as u64;
    Ok((1..=k).fold(1.0, |c, j| (c * (n - k as f64 + j as f64) / j as f64).round()))
}

fn permutations(v: &[f64]) -> Result<Matrix> {
    let n = v.len();
    if n > 10 {
        return Err(Fault::new(format!("perms: {n} entries have more than 3.6 million orders"))
            .hint("randperm(n) makes one order at random"));
    }
    let count: usize = (1..=n).product();
    // Row i holds the digits of i in the factorial number system, each naming one of what is left.
    let mut all = Matrix::filled(count, n, 0.0)?;
    for i in 0..count {
        let mut left: Vec<f64> = v.iter().rev().copied().collect();
        let (mut digits, mut base) = (i, count);
        for j in 0..n {
            base /= n - j;
            all[(i, j)] = left.remove(digits / base);
            digits %= base;
        }
    }
    Ok(all)
}

fn bits(function: &'static str, x: Value, y: Value, f: fn(u64, u64) -> u64) -> Result<Value> {
    let is_logical = |v: &Value| matches!(v, Value::Bool(_) | Value::Bools(_));
    let logical = is_logical(&x) && is_logical(&y);
    // A fraction and a sign have no bits: what is left of the number counts, as in Octave.
    let whole = |x: f64| if x > 0.0 { x.min(EXACT) as u64 } else { 0 };
    let result = each(function, &x, &y, |x, y| f(whole(x), whole(y)) as f64)?;
    if logical { Ok(crate::value::to_logical(result)?.into()) } else { Ok(result) }
}

fn shifted(x: Value, n: Value) -> Result<Value> {
    const MASK: u64 = (1 << 53) - 1;
    require_whole("bitshift", &n, f64::NEG_INFINITY)?;
    each("bitshift", &x, &n, |x, n| {
        let bits = if x > 0.0 { x.min(EXACT) as u64 } else { 0 };
        let places = n.abs().min(63.0) as u32;
        (if n >= 0.0 { (bits << places) & MASK } else { bits >> places }) as f64
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primes_and_factors_agree() {
        let primes = primes_up_to(100.0).unwrap();
        assert_eq!(primes.len(), 25);
        let tested: Vec<f64> = (0..=100).map(f64::from).filter(|&n| is_prime(n)).collect();
        assert_eq!(primes.as_slice(), &tested[..]);
        assert_eq!(smallest_factor(49), 7);
        assert_eq!(divisor(-12.0, 18.0), 6.0);
    }

    #[test]
    fn choices_and_orders() {
        assert_eq!(binomial(40.0, 20).unwrap(), 137_846_528_820.0);
        assert_eq!(choices(&[1.0, 2.0, 3.0, 4.0], 2).unwrap().rows(), 6);
        assert_eq!(permutations(&[1.0, 2.0, 3.0]).unwrap().col(0), &[3.0, 3.0, 2.0, 2.0, 1.0, 1.0]);
    }
}
