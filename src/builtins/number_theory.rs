//! Whole numbers: primes, factors, divisors, factorials.

use super::argument::{Rest, what};
use super::entry::builtins;
use super::gather::refuse_text;
use crate::value::{Blame, Fault, Result, Value, mapped_two};
use matfac::Matrix;
use matfac::linalg::broadcast::broadcast_shape;

/// Above 2^53 whole numbers are no longer exact.
pub(super) const EXACT: f64 = 9_007_199_254_740_992.0;

builtins! { "whole numbers";
    /// All primes up to `n`, as a row.
    ///
    /// >>> primes(12)
    /// ans = 1×5
    ///     2    3    5    7   11
    ///
    /// See also: isprime, factor
    fn primes(cx, /** The limit, a number or a character. */ n: Value) -> [p] { primes_up_to(limit(&n)?) }

    /// Which whole numbers are prime.
    ///
    /// >>> isprime([1 2 3 4])
    /// ans = 1×4 logical
    ///   0  1  1  0
    ///
    /// See also: primes, factor
    fn isprime(cx, /** Whole numbers; of negative ones the absolute value counts. */ x: Value) -> [b] { are_prime(x) }

    /// The prime factors of a whole number in ascending order; with two outputs each once, and how often.
    ///
    /// >>> factor(12)
    /// ans = 1×3
    ///    2   2   3
    ///
    /// See also: primes, gcd
    fn factor(cx, /** A whole number, 0 or more. */ q: f64) -> [p, n] { factors(q, cx.nargout) }

    /// The greatest common divisor, entry by entry; further outputs are factors with `g = v1 .* a + v2 .* b + …`.
    ///
    /// >>> gcd([12 18], 8)
    /// ans = 1×2
    ///    4   2
    /// >>> [g, v1, v2] = gcd(12, 18)
    /// g = 6
    /// v1 = -1
    /// v2 = 1
    ///
    /// See also: lcm, factor
    fn gcd(cx, /** Whole numbers. */ a: Value, /** Whole numbers. */ b: Value, /** More of them. */ more: Rest) -> [g, varargout] { divisors(a, b, more, cx.nargout) }

    /// The least common multiple, entry by entry, with the sign of the product.
    ///
    /// >>> lcm(4, 6)
    /// ans = 12
    ///
    /// See also: gcd
    fn lcm(cx, /** Whole numbers. */ a: Value, /** Whole numbers; of the size of `a`, or one for all. */ b: Value, /** More of them. */ more: Rest) -> [m] { multiples(a, b, more) }

    /// n! for each entry; Inf from 171 on.
    ///
    /// >>> factorial([0 3 5])
    /// ans = 1×3
    ///      1     6   120
    ///
    /// See also: nchoosek, gamma
    fn factorial(cx, /** Whole numbers, 0 or more. */ n: Value) -> [f] { factorials(n) }
}

/// One real number; a character counts as its code.
fn limit(n: &Value) -> Result<f64> {
    let number = match n {
        Value::Text(text) if text.codes().len() == 1 => Some(text.codes()[0]),
        other => other.as_number(),
    };
    number.ok_or_else(|| {
        Fault::new(format!("primes: the limit is one real number, not {}", what(n)))
            .blame(Blame::Positional(0))
    })
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
    let n = n.abs();
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

fn are_prime(x: Value) -> Result<Value> {
    let x = x.to_array()?;
    if x.data.is_empty() {
        // Octave answers with the empty array itself.
        return Ok(Value::Matrix(x));
    }
    if let Some(bad) = x.data.as_slice().iter().find(|x| !is_count(x.abs())) {
        return Err(Fault::new(format!("isprime needs whole numbers, and {bad} is not")));
    }
    Ok(x.data.map(is_prime).into())
}

fn factors(q: f64, nargout: usize) -> Result<Vec<Value>> {
    if !(0.0..=EXACT).contains(&q) || q.fract() != 0.0 {
        return Err(Fault::new(format!("factor needs a whole number from 0 to 2^53, not {q}"))
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
        // 0 and 1 have no prime factor, and stand for themselves.
        found.push(q);
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
pub(super) fn each(
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

pub(super) fn require_whole(function: &str, a: &Value, least: f64) -> Result<()> {
    let numbers = a.to_array()?;
    match numbers.data.as_slice().iter().find(|x| !(x.fract() == 0.0 && **x >= least)) {
        None => Ok(()),
        Some(bad) => Err(Fault::new(format!("{function} needs whole numbers, and {bad} is not"))),
    }
}

fn divisors(a: Value, b: Value, more: Rest, nargout: usize) -> Result<Vec<Value>> {
    if let (Value::Sparse(s), Value::Sparse(t), [], ..2) = (&a, &b, &more.0[..], nargout) {
        let first = |a, b| Ok(divisors(a, b, Rest(Vec::new()), 1)?.swap_remove(0));
        return Ok(vec![mapped_two(s.clone(), t.clone(), first)?]);
    }
    for value in [&a, &b].into_iter().chain(&more.0) {
        refuse_text("gcd", value)?;
        require_whole("gcd", value, f64::NEG_INFINITY)?;
    }
    let mut factors = vec![each("gcd", &a, &b, |x, y| bezout(x, y).1)?];
    factors.push(each("gcd", &a, &b, |x, y| bezout(x, y).2)?);
    let mut sofar = each("gcd", &a, &b, |x, y| bezout(x, y).0)?;
    for next in more.0 {
        let of_both = each("gcd", &sofar, &next, |x, y| bezout(x, y).1)?;
        for factor in &mut factors {
            *factor = each("gcd", factor, &of_both, |x, y| x * y)?;
        }
        factors.push(each("gcd", &sofar, &next, |x, y| bezout(x, y).2)?);
        sofar = each("gcd", &sofar, &next, |x, y| bezout(x, y).0)?;
    }
    if nargout > factors.len() + 1 {
        return Err(Fault::new(format!(
            "gcd: {} numbers have {} factors, and {} are asked for",
            factors.len(),
            factors.len(),
            nargout - 1
        )));
    }
    factors.truncate(nargout.max(1) - 1);
    Ok(std::iter::once(sofar).chain(factors).collect())
}

/// g = gcd(x, y) ≥ 0, u and v with g = u x + v y (Euclid's algorithm, extended).
fn bezout(x: f64, y: f64) -> (f64, f64, f64) {
    let (mut old, mut rest) = (x.abs(), y.abs());
    let (mut u, mut next_u) = (1.0, 0.0);
    let (mut v, mut next_v) = (0.0, 1.0);
    while rest != 0.0 {
        let quotient = (old / rest).floor();
        (old, rest) = (rest, old % rest);
        (u, next_u) = (next_u, u - quotient * next_u);
        (v, next_v) = (next_v, v - quotient * next_v);
    }
    // Adding 0 makes -0 a plain 0.
    let signed = |factor: f64, of: f64| if of < 0.0 { 0.0 - factor } else { factor + 0.0 };
    (old, signed(u, x), signed(v, y))
}

fn multiples(a: Value, b: Value, more: Rest) -> Result<Value> {
    if let (Value::Sparse(s), Value::Sparse(t), []) = (&a, &b, &more.0[..]) {
        require_one_size("lcm", &a, &b)?;
        return mapped_two(s.clone(), t.clone(), |a, b| multiples(a, b, Rest(Vec::new())));
    }
    let mut sofar = a;
    for next in std::iter::once(b).chain(more.0) {
        for value in [&sofar, &next] {
            refuse_text("lcm", value)?;
            if matches!(value, Value::Bool(_) | Value::Bools(_)) {
                return Err(Fault::new("lcm needs numbers, and this is logical"));
            }
            require_whole("lcm", value, f64::NEG_INFINITY)?;
        }
        require_one_size("lcm", &sofar, &next)?;
        let product = |x: f64, y: f64| if x * y == 0.0 { 0.0 } else { x / divisor(x, y) * y };
        sofar = each("lcm", &sofar, &next, product)?;
    }
    Ok(sofar)
}

/// Refuses two arrays of different sizes, unless one is a single number: where Octave does not broadcast.
pub(super) fn require_one_size(function: &str, a: &Value, b: &Value) -> Result<()> {
    let ((m, n), (p, q)) = (a.shape(), b.shape());
    if (m, n) == (p, q) || a.numel() == 1 || b.numel() == 1 {
        return Ok(());
    }
    Err(Fault::new(format!(
        "{function}: the arguments have one size, or one is a single number; they are {m}×{n} and {p}×{q}"
    ))
    .identified("Octave:nonconformant-args"))
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
}
