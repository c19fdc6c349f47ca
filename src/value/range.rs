//! `start:step:stop` without its numbers being stored.

use super::{Fault, Numeric, Result, Value};
use matfac::Matrix;

/// A row of equally spaced numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The first number.
    pub start: f64,
    /// From each to the next.
    pub step: f64,
    /// How many.
    pub count: usize,
}

impl Range {
    /// The numbers `start, start + step, …` up to `stop`, allowing for rounding in the last as Octave does.
    pub fn new(start: f64, step: f64, stop: f64) -> Result<Range> {
        if start.is_nan() || step.is_nan() || stop.is_nan() {
            return Ok(Range { start: f64::NAN, step: 0.0, count: 1 });
        }
        let empty = Range { start, step, count: 0 };
        if step == 0.0 || (step > 0.0 && start > stop) || (step < 0.0 && start < stop) {
            return Ok(empty);
        }
        let tolerance = 3.0 * f64::EPSILON * start.abs().max(stop.abs()) / step.abs();
        let count = ((stop - start) / step + tolerance).floor() + 1.0;
        if count.is_nan() || count >= (1u64 << 53) as f64 {
            return Err(Fault::new(format!("the range {start}:{step}:{stop} never ends"))
                .hint("give it finite ends"));
        }
        let mut range = Range { start, step, count: count as usize };
        // The tolerance must not carry the last number past the stop.
        let last = range.at(range.count - 1);
        if (step > 0.0 && last > stop) || (step < 0.0 && last < stop) {
            range.count -= usize::from((last - stop).abs() > tolerance * step.abs());
        }
        Ok(range)
    }

    /// What a value means as a bound: its first number, as in Octave; `None` when it has none.
    pub fn bound(value: &Value) -> Result<Option<f64>> {
        if let Value::Number(x) = value {
            return Ok(Some(*x));
        }
        if !value.is_array() {
            return Err(Fault::new(format!(
                "a range needs numbers; this is a {}",
                value.describe()
            )));
        }
        Ok(match value.clone().into_numeric()? {
            Numeric::Scalar(x) => Some(x),
            Numeric::Real(a) => a.data.as_slice().first().copied(),
            Numeric::Complex(z) => z.as_slice().first().map(|z| z.re),
        })
    }

    /// The number at position `i`, from 0.
    pub fn at(&self, i: usize) -> f64 {
        self.start + i as f64 * self.step
    }

    /// The numbers in order.
    pub fn iter(self) -> impl Iterator<Item = f64> {
        (0..self.count).map(move |i| self.at(i))
    }

    /// All numbers, stored: 1×count.
    pub fn to_matrix(self) -> Result<Matrix> {
        let mut row = Matrix::filled(1, self.count, 0.0)?;
        for (i, x) in row.as_mut_slice().iter_mut().enumerate() {
            *x = self.at(i);
        }
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_allow_for_rounding() {
        for (start, step, stop, count) in [
            (1.0, 1.0, 5.0, 5),
            (0.0, 0.1, 1.0, 11),
            (0.0, 0.1, 0.3, 4),
            (5.0, -2.0, 1.0, 3),
            (1.0, 1.0, 0.0, 0),
            (1.0, 0.0, 5.0, 0),
            (1.0, 1.0, 1.0, 1),
        ] {
            assert_eq!(
                Range::new(start, step, stop).unwrap().count,
                count,
                "{start}:{step}:{stop}"
            );
        }
        assert!(Range::new(1.0, 1.0, f64::INFINITY).is_err());
        assert!(Range::new(f64::INFINITY, 1.0, f64::INFINITY).is_err());
    }
}
