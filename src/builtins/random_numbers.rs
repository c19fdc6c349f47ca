//! Random numbers: uniform, normal, exponential, gamma and Poisson, whole numbers and orders.
//!
//! All of them are drawn from the program's one stream (`Host::random`). What Octave calls a state is here the seed of the
//! rest of the stream: asking for it restarts the stream from a seed drawn from itself, which is then given back.

use super::argument::{Rest, what};
use super::entry::builtins;
use crate::value::{Array, Blame, Fault, Host, Result, Value};
use matfac::Matrix;
use matfac::linalg::Random;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

builtins! { "random numbers";
    /// Uniform random numbers on [0, 1): `rand(n)` is n×n, `rand(m, n)` and `rand([m n])` are m×n.
    ///
    /// `rand("seed", x)`, `rand("state", x)` and `rand("twister", x)` restart the stream of all random numbers from x, a
    /// number or a vector, or from the time for "reset"; without x they give what restarts it from here.
    ///
    /// >>> A = rand(2, 3); all(A(:) >= 0 & A(:) < 1)
    /// ans = 1
    /// >>> rand("state", 5); a = rand; rand("state", 5); a == rand
    /// ans = 1
    ///
    /// See also: randn, rande, randi, randperm, rng, seed
    fn rand(cx, /** The size; or "seed", "state", "twister" and a value. */ size: Rest) -> [A] { drawn(cx, &size, "rand", Random::uniform) }

    /// Standard normal random numbers; sizes and the stream's state as for rand.
    ///
    /// >>> seed(1); x = randn(1000, 1); abs(mean(x)) < 0.2
    /// ans = 1
    ///
    /// See also: rand, seed
    fn randn(cx, /** The size; or "seed", "state", "twister" and a value. */ size: Rest) -> [A] { drawn(cx, &size, "randn", Random::normal) }

    /// Exponential random numbers of mean 1; sizes and the stream's state as for rand.
    ///
    /// >>> seed(1); x = rande(1000, 1); abs(mean(x) - 1) < 0.2
    /// ans = 1
    ///
    /// See also: rand, randg, randp
    fn rande(cx, /** The size; or "seed", "state", "twister" and a value. */ size: Rest) -> [A] { drawn(cx, &size, "rande", Random::exponential) }

    /// Gamma distributed random numbers of shape `a` and scale 1; NaN where the shape is not positive.
    ///
    /// >>> seed(1); x = randg(3, 1000, 1); abs(mean(x) - 3) < 0.3
    /// ans = 1
    ///
    /// See also: rand, rande, randp
    fn randg(cx, /** The shape, or shapes. */ a: Value, /** The size, that of `a` unless given. */ size: Rest) -> [A] { with_parameter(cx, "randg", a, size, Random::gamma) }

    /// Poisson distributed random numbers of mean `l`; NaN where the mean is negative.
    ///
    /// >>> seed(1); x = randp(5, 1000, 1); abs(mean(x) - 5) < 0.3
    /// ans = 1
    ///
    /// See also: rand, rande, randg
    fn randp(cx, /** The mean, or means. */ l: Value, /** The size, that of `l` unless given. */ size: Rest) -> [A] { with_parameter(cx, "randp", l, size, Random::poisson) }

    /// Random whole numbers from 1 to `max`, or from `max(1)` to `max(2)`.
    ///
    /// >>> seed(1); x = randi(6, 1, 100); min(x) >= 1 && max(x) <= 6
    /// ans = 1
    /// >>> x = randi([-1 1], 1, 100); min(x) >= -1 && max(x) <= 1
    /// ans = 1
    ///
    /// See also: rand, randperm
    fn randi(cx, /** The largest number, or the smallest and the largest. */ max: Value, /** The size. */ size: Rest) -> [A] { whole_numbers(cx.host, &max, &size) }

    /// A random order of 1…n, or `m` of these numbers, no two of them the same.
    ///
    /// >>> seed(1); sort(randperm(4))
    /// ans = 1×4
    ///    1   2   3   4
    /// >>> size(randperm(10, 3))
    /// ans = 1×2
    ///    1   3
    ///
    /// See also: rand, sort
    fn randperm(cx, /** How many there are. */ n: f64, /** How many to take; all unless given. */ m: Option<f64>) -> [p] { permutation(cx.host, n, m) }
}

/// Numbers of a size, or what the words about the stream's state ask for.
fn drawn(
    cx: &mut super::entry::Context<'_>,
    size: &Rest,
    name: &str,
    draw: fn(&mut Random) -> f64,
) -> Result<Vec<Value>> {
    if let Some(answer) = state(cx, name, &size.0)? {
        return Ok(answer);
    }
    let (m, n) = size.size(name)?;
    let mut numbers = Matrix::filled(m, n, 0.0)?;
    let random = cx.host.random();
    numbers.as_mut_slice().fill_with(|| draw(random));
    Ok(vec![numbers.into()])
}

/// What `rand("state")` and its like answer; none when no such word is given.
fn state(
    cx: &mut super::entry::Context<'_>,
    name: &str,
    arguments: &[Value],
) -> Result<Option<Vec<Value>>> {
    let (word, value) = match arguments {
        [word] => (word.as_text(), None),
        [word, value] => (word.as_text(), Some(value)),
        _ => return Ok(None),
    };
    match word {
        Some("seed" | "state" | "twister") => {}
        Some("double") | None => return Ok(None),
        Some(other) => {
            return Err(Fault::new(format!("{name}: \"{other}\" is no word it takes"))
                .hint("\"seed\", \"state\" and \"twister\" set the stream's state"));
        }
    }
    let random = cx.host.random();
    let Some(value) = value else {
        return Ok(Some(vec![Value::Number(random.checkpoint() as f64)]));
    };
    *random = Random::seeded(match value.as_text() {
        Some("reset") => time_seed(),
        Some(_) => return Err(refuse_state(name, value)),
        None => seed_of(name, value)?,
    });
    Ok(Some(Vec::new()))
}

fn refuse_state(name: &str, value: &Value) -> Box<Fault> {
    Fault::new(format!("{name}: a state is a number, a vector or \"reset\", not {}", what(value)))
        .blame(Blame::Positional(1))
}

/// A whole number is its own seed, as for `seed`; other numbers are stirred into one.
fn seed_of(name: &str, value: &Value) -> Result<u64> {
    let numbers = Arc::<Array>::clone(&value.to_array().map_err(|_| refuse_state(name, value))?);
    Ok(match numbers.data.as_slice() {
        &[x] if x >= 0.0 && x.fract() == 0.0 && x < 2f64.powi(64) => x as u64,
        // The multiplier of SplitMix64 (Steele, Lea & Flood 2014).
        list => list.iter().fold(0, |seed: u64, x| {
            (seed.rotate_left(23) ^ x.to_bits()).wrapping_mul(0xBF58_476D_1CE4_E5B9)
        }),
    })
}

fn time_seed() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |t| t.as_nanos() as u64)
}

/// Numbers of a distribution with one parameter, which may differ from entry to entry.
fn with_parameter(
    cx: &mut super::entry::Context<'_>,
    name: &str,
    parameter: Value,
    size: Rest,
    draw: fn(&mut Random, f64) -> f64,
) -> Result<Vec<Value>> {
    if parameter.as_text().is_some() {
        let all: Vec<Value> = std::iter::once(parameter).chain(size.0).collect();
        return state(cx, name, &all)?
            .ok_or_else(|| Fault::new(format!("{name}: the parameter is a number, not a string")));
    }
    let parameter = parameter.to_array()?;
    let of = (parameter.data.rows(), parameter.data.cols());
    let (m, n) = if size.0.is_empty() { of } else { size.size(name)? };
    let list = parameter.data.as_slice();
    if list.len() != 1 && (m, n) != of {
        return Err(Fault::new(format!(
            "{name}: the parameters are {}×{}, and the size asked for is {m}×{n}",
            of.0, of.1
        )));
    }
    let mut numbers = Matrix::filled(m, n, 0.0)?;
    let random = cx.host.random();
    for (k, x) in numbers.as_mut_slice().iter_mut().enumerate() {
        *x = draw(random, list[if list.len() == 1 { 0 } else { k }]);
    }
    Ok(vec![numbers.into()])
}

fn whole_numbers(host: &mut dyn Host, max: &Value, size: &Rest) -> Result<Matrix> {
    /// Above it whole numbers are not exact.
    const LARGEST: f64 = 9_007_199_254_740_991.0;
    let refuse = |why: &str| {
        Fault::new(format!("randi: the limits are {why}, not {}", what(max)))
            .blame(Blame::Positional(0))
    };
    if matches!(max, Value::Text(_) | Value::Bool(_) | Value::Bools(_) | Value::Complex(_)) {
        return Err(refuse("whole numbers"));
    }
    let limits = max.to_array().map_err(|_| refuse("whole numbers"))?;
    let (low, high) = match *limits.data.as_slice() {
        [high] => (1.0, high),
        [low, high, ..] => (low, high),
        [] => return Err(refuse("one or two whole numbers")),
    };
    if low.fract() != 0.0 || high.fract() != 0.0 || low.abs().max(high.abs()) > LARGEST {
        return Err(refuse("whole numbers below 2^53"));
    }
    if low > high || high - low >= LARGEST {
        return Err(refuse("the smaller and the larger one"));
    }
    let (m, n) = size.size("randi")?;
    let mut numbers = Matrix::filled(m, n, 0.0)?;
    let (random, count) = (host.random(), (high - low) as usize + 1);
    numbers.as_mut_slice().fill_with(|| low + random.below(count) as f64);
    Ok(numbers)
}

fn permutation(host: &mut dyn Host, n: f64, m: Option<f64>) -> Result<Matrix> {
    let count = |x: f64, blame: usize| match x >= 0.0 && x.fract() == 0.0 && x < 1e15 {
        true => Ok(x as usize),
        false => {
            Err(Fault::new(format!("randperm: a count is a whole number, 0 or more, not {x}"))
                .blame(Blame::Positional(blame)))
        }
    };
    let n = count(n, 0)?;
    let taken = m.map_or(Ok(n), |m| count(m, 1))?;
    if taken > n {
        return Err(Fault::new(format!("randperm: {taken} of {n} numbers cannot all differ"))
            .blame(Blame::Positional(1)));
    }
    let mut order = Matrix::filled(1, n, 0.0)?.into_vec();
    for (i, x) in order.iter_mut().enumerate() {
        *x = (i + 1) as f64;
    }
    host.random().shuffle(&mut order);
    order.truncate(taken);
    Ok(Matrix::row_vector(order))
}
