//! `start:step:stop` without its numbers being stored.

use super::{Fault, Numeric, Result, Text, Value};
use matfac::Matrix;
use std::sync::Arc;

/// A row of equally spaced numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The first number.
    pub start: f64,
    /// From each to the next.
    pub step: f64,
    /// How many.
    pub count: usize,
    /// The last number: rounding must not carry it past the stop.
    last: f64,
}

impl Range {
    /// The numbers `start, start + step, …` up to `stop`, allowing for rounding in the last as Octave does.
    pub fn new(start: f64, step: f64, stop: f64) -> Result<Range> {
        let one = |x: f64| Range { start: x, step: 0.0, count: 1, last: x };
        if start.is_nan() || step.is_nan() || stop.is_nan() {
            return Ok(one(f64::NAN));
        }
        let empty = Range { start, step, count: 0, last: start };
        if step == 0.0 || (step > 0.0 && start > stop) || (step < 0.0 && start < stop) {
            return Ok(empty);
        }
        if start.is_infinite() && start == stop {
            return Ok(one(f64::NAN));
        }
        if step.is_infinite() && start.is_finite() {
            return Ok(one(start));
        }
        let tolerance = 3.0 * f64::EPSILON * start.abs().max(stop.abs()) / step.abs();
        let count = ((stop - start) / step + tolerance).floor() + 1.0;
        if count.is_nan() || count >= (1u64 << 53) as f64 {
            return Err(Fault::new(format!("the range {start}:{step}:{stop} never ends"))
                .hint("give it finite ends"));
        }
        let count = count as usize;
        let last = start + (count - 1) as f64 * step;
        let last = if step > 0.0 { last.min(stop) } else { last.max(stop) };
        // A lone number is the first, sign of a zero and all.
        let last = if count == 1 { start } else { last };
        Ok(Range { start, step, count, last })
    }

    /// `count` numbers from `start` in steps of 1.
    pub fn counting(start: f64, count: usize) -> Range {
        let last = start + count.saturating_sub(1) as f64;
        Range { start, step: 1.0, count, last }
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
        match i {
            0 => self.start,
            i if i + 1 == self.count => self.last,
            i => self.start + i as f64 * self.step,
        }
    }

    /// The numbers in order.
    pub fn iter(self) -> impl Iterator<Item = f64> {
        (0..self.count).map(move |i| self.at(i))
    }

    /// All numbers, stored: 1×count.
    pub fn to_matrix(self) -> Result<Matrix> {
        let mut row = Matrix::filled(1, self.count, 0.0)?;
        // Without the cases of `at`, the loop is one of vector instructions.
        let entries = row.as_mut_slice();
        entries.iter_mut().enumerate().for_each(|(i, x)| *x = self.start + i as f64 * self.step);
        if let Some(last) = entries.last_mut() {
            *last = self.last;
        }
        if let Some(first) = entries.first_mut() {
            *first = self.start;
        }
        Ok(row)
    }
}

/// `start:step:stop` of any values: of an array the first number counts, and one without numbers makes an empty range;
/// with a string among them the result is one.
pub fn range(start: &Value, step: Option<&Value>, stop: &Value) -> Result<Value> {
    let given = [Some(start), step, Some(stop)];
    let is_text = given.iter().flatten().any(|v| matches!(v, Value::Text(_)));
    let (start, stop) = (Range::bound(start)?, Range::bound(stop)?);
    let step = step.map_or(Ok(Some(1.0)), Range::bound)?;
    let (Some(start), Some(step), Some(stop)) = (start, step, stop) else {
        return Ok(if is_text {
            Value::Text(Arc::new(Text::empty(1, 0)))
        } else {
            Matrix::zeros(1, 0).into()
        });
    };
    let range = Range::new(start, step, stop)?;
    if !is_text {
        return Ok(range.into());
    }
    let character =
        |code: f64| char::from_u32(code as u32).filter(|_| code >= 0.0 && code.fract() == 0.0);
    let text: Option<String> = range.iter().map(character).collect();
    match text {
        Some(text) if text.is_empty() => Ok(Value::Text(Arc::new(Text::empty(1, 0)))),
        Some(text) => Ok(Value::text(text)),
        None => Err(Fault::new("a range of characters needs whole codes, 0 or more")),
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
        assert!(Range::new(f64::NEG_INFINITY, 1.0, 0.0).is_err());
    }

    #[test]
    fn the_last_number_stays_within_the_stop() {
        let range = Range::new(0.0, 0.1, 0.3).unwrap();
        assert_eq!(range.at(3), 0.3);
        assert_eq!(Range::new(1.0, f64::INFINITY, 5.0).unwrap().at(0), 1.0);
        assert!(Range::new(-0.0, 1.0, 2.0).unwrap().at(0).is_sign_negative());
    }

    #[test]
    fn operands_of_any_kind() {
        let of = |a: Value, b: Value| range(&a, None, &b).unwrap();
        assert_eq!(of("a".into(), "c".into()).as_text(), Some("abc"));
        assert_eq!(of(Value::empty(), 3.0.into()).shape(), (1, 0));
        assert_eq!(of(Matrix::row_vector(vec![2.0, 9.0]).into(), 4.0.into()).numel(), 3);
        assert_eq!(of(true.into(), 3.0.into()).numel(), 3);
    }
}
