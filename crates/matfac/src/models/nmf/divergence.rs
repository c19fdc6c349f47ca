//! What is minimized: the β-divergence of W*H from A, and the weights that its gradients give to cells.
//!
//! d(a|y) is (a - y)²/2 for β = 2 (Frobenius), a·ln(a/y) - a + y for β = 1 (Kullback–Leibler), a/y - ln(a/y) - 1 for β = 0
//! (Itakura–Saito), and (a^β + (β-1)·y^β - β·a·y^(β-1))/(β(β-1)) otherwise. Its derivative by y is y^(β-1) - a·y^(β-2), so
//! that a multiplicative update needs the cells `a·y^(β-2)` and `y^(β-1)`. Reference: Févotte & Idier (2011), Neural
//! Computation 23.

use super::wide::wide_fn;
use crate::error::{Error, Result};

/// A β-divergence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    beta: f64,
}

impl Default for Loss {
    fn default() -> Loss {
        Loss::FROBENIUS
    }
}

impl Loss {
    /// β = 2: half the sum of squares.
    pub const FROBENIUS: Loss = Loss { beta: 2.0 };
    /// β = 1: of counts.
    pub const KULLBACK_LEIBLER: Loss = Loss { beta: 1.0 };
    /// β = 0: of positive entries whose scale says nothing.
    pub const ITAKURA_SAITO: Loss = Loss { beta: 0.0 };

    /// Of any β from -10 to 10; [`Error::Argument`] outside.
    pub fn of_beta(beta: f64) -> Result<Loss> {
        if beta.is_nan() || beta.abs() > 10.0 {
            let message = format!("loss as a number is β, from -10 to 10; it is {beta}");
            let hint = "2 is \"frobenius\", 1 \"kl\" and 0 \"itakura_saito\"";
            return Err(Error::argument_hint("loss", message, hint));
        }
        Ok(Loss { beta })
    }

    /// β.
    pub fn beta(self) -> f64 {
        self.beta
    }

    /// Its name, or β as text.
    pub fn name(self) -> String {
        match self {
            Loss::FROBENIUS => "frobenius".into(),
            Loss::KULLBACK_LEIBLER => "kl".into(),
            Loss::ITAKURA_SAITO => "itakura_saito".into(),
            Loss { beta } => format!("{beta}"),
        }
    }

    /// Whether a zero cell would be infinitely far from every positive number.
    pub(super) fn needs_positive(self) -> bool {
        self.beta <= 0.0
    }

    /// The exponent of the update that never increases the loss, with or without a penalty of squares: the majorizing
    /// function is then a power of x against a quadratic.
    pub(super) fn exponent(self, has_squares: bool) -> f64 {
        match self.beta {
            b if b < 2.0 && has_squares => 1.0 / (3.0 - b),
            b if b < 1.0 => 1.0 / (2.0 - b),
            b if b > 2.0 => 1.0 / (b - 1.0),
            _ => 1.0,
        }
    }

    /// d(a|y) of one cell.
    pub(super) fn of_cell(self, a: f64, y: f64) -> f64 {
        weigh(self, &[a], &mut [y], None, true)
    }
}

/// What W*H is raised to where it vanishes, of data whose largest entry is about 1.
pub(super) const LEAST: f64 = 1e-20;

/// Replaces the cells `y` of W*H by `a·y^(β-2)`, and those of `denominators`, when wanted, by `y^(β-1)`; the sum of
/// d(a|y), when wanted, else 0. Cells whose a is NaN have weight 0.
pub(super) fn weigh(
    loss: Loss,
    a: &[f64],
    y: &mut [f64],
    denominators: Option<&mut [f64]>,
    with_loss: bool,
) -> f64 {
    let mut none = [];
    let (powers, n) = match denominators {
        Some(d) => (d, a.len()),
        None => (&mut none[..], 0),
    };
    let (powers, loss_wanted) = (&mut powers[..n], with_loss);
    match loss.beta {
        2.0 => kernel::<SQUARES>(2.0, a, y, powers, loss_wanted),
        1.0 => kernel::<KL>(1.0, a, y, powers, loss_wanted),
        0.0 => kernel::<IS>(0.0, a, y, powers, loss_wanted),
        0.5 => kernel::<HALF>(0.5, a, y, powers, loss_wanted),
        1.5 => kernel::<THREE_HALVES>(1.5, a, y, powers, loss_wanted),
        3.0 => kernel::<CUBES>(3.0, a, y, powers, loss_wanted),
        beta => kernel::<GENERAL>(beta, a, y, powers, loss_wanted),
    }
}

const SQUARES: usize = 0;
const KL: usize = 1;
const IS: usize = 2;
const HALF: usize = 3;
const THREE_HALVES: usize = 4;
const CUBES: usize = 5;
const GENERAL: usize = 6;

/// y^(β-2).
#[inline(always)]
fn power<const KIND: usize>(beta: f64, y: f64) -> f64 {
    match KIND {
        SQUARES => 1.0,
        KL => 1.0 / y,
        IS => 1.0 / (y * y),
        HALF => 1.0 / (y * y.sqrt()),
        THREE_HALVES => 1.0 / y.sqrt(),
        CUBES => y,
        _ => y.powf(beta - 2.0),
    }
}

/// a^β, of 0 too.
#[inline(always)]
fn whole_power<const KIND: usize>(beta: f64, a: f64) -> f64 {
    match KIND {
        HALF => a.sqrt(),
        THREE_HALVES => a * a.sqrt(),
        CUBES => a * a * a,
        _ => a.powf(beta),
    }
}

/// d(a|y), with p = y^(β-2).
#[inline(always)]
fn distance<const KIND: usize>(beta: f64, a: f64, y: f64, p: f64) -> f64 {
    match KIND {
        SQUARES => 0.5 * (a - y) * (a - y),
        KL => a * ln(if a > 0.0 { a * p } else { 1.0 }) - a + y,
        IS => {
            let ratio = a / y;
            ratio - ln(ratio) - 1.0
        }
        _ => {
            let (first, second) = (p * y * y, a * p * y);
            (whole_power::<KIND>(beta, a) + (beta - 1.0) * first - beta * second)
                / (beta * (beta - 1.0))
        }
    }
}

wide_fn! {
    fn kernel<const KIND: usize>(
        beta: f64,
        a: &[f64],
        y: &mut [f64],
        powers: &mut [f64],
        with_loss: bool,
    ) -> f64 {
        let y = &mut y[..a.len()];
        let mut lanes = [0.0; 8];
        if with_loss {
            let (cells, rest) = a.as_chunks::<8>();
            let whole = 8 * cells.len();
            for (a, y) in cells.iter().zip(y.as_chunks::<8>().0) {
                for l in 0..8 {
                    let (y, known) = (y[l].max(LEAST), !a[l].is_nan());
                    let a = if known { a[l] } else { 1.0 };
                    let d = distance::<KIND>(beta, a, y, power::<KIND>(beta, y));
                    lanes[l] += if known { d } else { 0.0 };
                }
            }
            for (&a, y) in rest.iter().zip(&y[whole..]).filter(|(a, _)| !a.is_nan()) {
                let y = y.max(LEAST);
                lanes[0] += distance::<KIND>(beta, a, y, power::<KIND>(beta, y));
            }
        }
        if powers.is_empty() {
            for (&a, y) in a.iter().zip(y.iter_mut()) {
                let p = power::<KIND>(beta, y.max(LEAST));
                *y = if a.is_nan() { 0.0 } else { a * p };
            }
        } else {
            for ((&a, y), power_of) in a.iter().zip(y.iter_mut()).zip(powers) {
                let cell = y.max(LEAST);
                let p = power::<KIND>(beta, cell);
                *y = if a.is_nan() { 0.0 } else { a * p };
                *power_of = if a.is_nan() { 0.0 } else { cell * p };
            }
        }
        lanes.iter().sum()
    }
}

wide_fn! {
    /// Of Kullback and Leibler, at cells that are stored: replaces y by a/y; the sum of `a·ln(a/y) - a`, when wanted.
    fn ratios(a: &[f64], y: &mut [f64], with_loss: bool) -> f64 {
        let y = &mut y[..a.len()];
        a.iter().zip(y.iter_mut()).for_each(|(a, y)| *y = a / y.max(LEAST));
        if !with_loss {
            return 0.0;
        }
        let mut lanes = [0.0; 8];
        let (cells, rest) = a.as_chunks::<8>();
        let whole = 8 * cells.len();
        for (a, r) in cells.iter().zip(y.as_chunks::<8>().0) {
            for l in 0..8 {
                lanes[l] += a[l] * ln(r[l]) - a[l];
            }
        }
        for (a, r) in rest.iter().zip(&y[whole..]) {
            lanes[0] += a * ln(*r) - a;
        }
        lanes.iter().sum()
    }
}

/// ln(x) of a positive normal number, to an error of about 2 units in the last place of the larger of the result and 1, in
/// operations that the compiler turns into vectors. The mantissa is brought to [√½, √2), and there ln is the series of
/// 2·atanh((m - 1)/(m + 1)).
#[inline(always)]
fn ln(x: f64) -> f64 {
    /// The bits of √½.
    const ROOT: u64 = 0x3fe6_a09e_667f_3bcd;
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    let shifted = x.to_bits().wrapping_add(ONE - ROOT);
    let exponent = f64::from((shifted >> 52) as u32 as i32 - 1023);
    let m = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff) + ROOT);
    let t = (m - 1.0) / (m + 1.0);
    let s = t * t;
    let mut sum = 1.0 / 21.0;
    for n in [19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        sum = sum * s + 1.0 / n;
    }
    exponent * std::f64::consts::LN_2 + 2.0 * (t + t * s * sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_those_of_the_library() {
        let mut x = 1e-300;
        while x < 1e300 {
            let (got, want) = (ln(x), x.ln());
            assert!((got - want).abs() <= 4e-16 * want.abs().max(1.0), "{x}: {got} {want}");
            x *= 1.0 + 1.234_567 * (x.ln().sin() * 0.5 + 0.6);
        }
        for x in [1.0, 1.0 + 1e-15, 1.0 - 1e-15, 0.5, 2.0, f64::MIN_POSITIVE] {
            assert!((ln(x) - x.ln()).abs() <= 2e-16 * x.ln().abs().max(1.0), "{x}");
        }
    }

    #[test]
    fn divergences_are_the_definition_and_their_derivative() {
        for beta in [-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0] {
            let loss = Loss::of_beta(beta).unwrap();
            for (a, y) in [(1.0, 1.0), (2.0, 0.5), (0.3, 4.0)] {
                let definition = match beta {
                    0.0 => a / y - f64::ln(a / y) - 1.0,
                    1.0 => a * f64::ln(a / y) - a + y,
                    b => {
                        (a.powf(b) + (b - 1.0) * y.powf(b) - b * a * y.powf(b - 1.0))
                            / (b * (b - 1.0))
                    }
                };
                assert!((loss.of_cell(a, y) - definition).abs() < 1e-14, "{beta} {a} {y}");
                let h = 1e-6;
                let slope = (loss.of_cell(a, y + h) - loss.of_cell(a, y - h)) / (2.0 * h);
                let (mut cell, mut power) = ([y], [0.0]);
                weigh(loss, &[a], &mut cell, Some(&mut power), false);
                assert!((power[0] - cell[0] - slope).abs() < 1e-6, "{beta} {a} {y}");
            }
            let (mut cell, mut power) = ([3.0, 2.0], [7.0, 7.0]);
            let d = weigh(loss, &[f64::NAN, 2.0], &mut cell, Some(&mut power), true);
            assert!(cell[0] == 0.0 && power[0] == 0.0 && d.abs() < 1e-14, "holes weigh nothing");
        }
        assert_eq!(Loss::KULLBACK_LEIBLER.of_cell(0.0, 3.0), 3.0);
        assert!(Loss::of_beta(f64::NAN).is_err() && Loss::of_beta(11.0).is_err());
    }
}
