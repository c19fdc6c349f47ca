//! Special functions of one number, or of one and its parameters, near machine precision.
//!
//! One family is one file. Where a well-kept crate computes them they are its functions (libm: gamma and error
//! functions; errorfunctions, a port of S. G. Johnson's Faddeeva package: Dawson's and the scaled error functions);
//! the others are published algorithms, named in their files. All of them are pure functions; none allocates.

pub mod binomial_density;
pub mod degrees;
pub mod digamma;
pub mod elliptic;
pub mod error_function;
pub mod exponential_integral;
pub mod gamma_function;
pub mod incomplete_beta;
pub mod incomplete_gamma;
pub mod inverse;
pub mod trigonometric_integral;

/// The continued fraction `b₀ + a₁/(b₁ + a₂/(b₂ + …))` by Lentz's method as modified by Thompson and Barnett (1986);
/// `partial(n)` is (aₙ, bₙ).
fn lentz(b0: f64, partial: impl Fn(usize) -> (f64, f64)) -> f64 {
    /// What stands for a zero, which is divided by.
    const TINY: f64 = 1e-300;
    /// Enough for the slowest, which take a few times the root of their largest parameter.
    const MOST: usize = 1_000_000;
    let not_zero = |x: f64| if x == 0.0 { TINY } else { x };
    let mut value = not_zero(b0);
    let (mut c, mut d) = (value, 0.0);
    for n in 1..MOST {
        let (an, bn) = partial(n);
        if an == 0.0 {
            break;
        }
        d = not_zero(bn + an * d).recip();
        c = not_zero(bn + an / c);
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() <= f64::EPSILON / 2.0 {
            break;
        }
    }
    value
}
