//! A determinant as the product of pivots, which overflows only when the result does.

use crate::linalg::Scalar;

/// `mantissa * 2^exponent`, with a mantissa of modulus near 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Determinant<T> {
    mantissa: T,
    exponent: i64,
}

impl<T: Scalar> Determinant<T> {
    /// The product of `sign` and the factors.
    pub fn of(sign: f64, factors: impl Iterator<Item = T>) -> Determinant<T> {
        let mut product = Determinant { mantissa: T::of(sign), exponent: 0 };
        for factor in factors {
            // What elimination leaves behind a zero pivot may be NaN.
            if product.mantissa == T::ZERO {
                break;
            }
            product.multiply(factor);
        }
        product
    }

    fn multiply(&mut self, factor: T) {
        let (factor, shift) = reduced(factor);
        let (mantissa, more) = reduced(self.mantissa * factor);
        self.mantissa = mantissa;
        self.exponent += shift + more;
    }

    /// The determinant itself: infinite or 0 where it is out of range.
    pub fn value(self) -> T {
        // In steps, because 2^exponent alone may overflow although the product does not.
        let exponent = self.exponent.clamp(-4000, 4000) as i32;
        let quarter = exponent / 4;
        let mut value = self.mantissa;
        for step in [quarter, quarter, quarter, exponent - 3 * quarter] {
            value = value.scaled(2f64.powi(step));
        }
        value
    }

    /// log |det|, and the number of modulus 1 that |det| has to be multiplied with; 0 of a determinant of 0.
    pub fn log(self) -> (f64, T) {
        let size = self.mantissa.modulus();
        if size == 0.0 {
            return (f64::NEG_INFINITY, T::ZERO);
        }
        (size.ln() + self.exponent as f64 * std::f64::consts::LN_2, self.mantissa.sign())
    }
}

/// A number as one of modulus near 1 and a power of two; numbers that are 0 or not finite are left alone.
fn reduced<T: Scalar>(x: T) -> (T, i64) {
    let size = x.modulus();
    if size == 0.0 || !size.is_finite() || (0.5..2.0).contains(&size) {
        return (x, 0);
    }
    let exponent = size.log2().floor() as i32;
    // Two steps: 2^1074 is infinite.
    let half = exponent / 2;
    (x.scaled(2f64.powi(-half)).scaled(2f64.powi(half - exponent)), i64::from(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::c64;

    #[test]
    fn products_of_extreme_factors() {
        let factors = [1e200, 1e-200, 1e-300, 1e300, 5e-324, 1e308, -3.0];
        let d = Determinant::of(-1.0, factors.into_iter());
        assert!((d.value() / (3.0 * 5e-324 * 1e308) - 1.0).abs() < 1e-13);
        let (log, sign) = d.log();
        assert!((log - d.value().ln()).abs() < 1e-13 && sign == 1.0);
        assert_eq!(Determinant::of(1.0, [1e300; 3].into_iter()).value(), f64::INFINITY);
        assert_eq!(Determinant::of(1.0, [0.0, 2.0].into_iter()).log(), (f64::NEG_INFINITY, 0.0));
        assert_eq!(Determinant::<f64>::of(1.0, std::iter::empty()).value(), 1.0);
        let i = c64::new(0.0, 2.0);
        assert_eq!(Determinant::of(1.0, [i, i, i].into_iter()).value(), c64::new(0.0, -8.0));
    }
}
