//! Sine, cosine and tangent of angles in degrees, exact at the multiples of 30° and 45° where they are rational.

/// The sine and cosine of r in [-45, 45] degrees.
fn small(r: f64) -> (f64, f64) {
    let (sin, cos) = r.to_radians().sin_cos();
    (if r.abs() == 30.0 { 0.5f64.copysign(r) } else { sin }, cos)
}

/// Quarter turns, from 0 to 3, and the rest in [-45, 45].
fn reduced(x: f64) -> (u8, f64) {
    let r = x % 360.0;
    let quarters = (r / 90.0).round();
    (quarters.rem_euclid(4.0) as u8, r - 90.0 * quarters)
}

/// The sine of x degrees.
///
/// ```
/// use matfac::linalg::special::degrees::sin_degrees;
/// assert_eq!((sin_degrees(30.0), sin_degrees(180.0)), (0.5, 0.0));
/// ```
pub fn sin_degrees(x: f64) -> f64 {
    let (quarters, rest) = reduced(x);
    let (sin, cos) = small(rest);
    match quarters {
        0 => sin,
        1 => cos,
        2 => 0.0 - sin,
        _ => -cos,
    }
}

/// The cosine of x degrees.
pub fn cos_degrees(x: f64) -> f64 {
    let (quarters, rest) = reduced(x);
    let (sin, cos) = small(rest);
    match quarters {
        0 => cos,
        1 => 0.0 - sin,
        2 => -cos,
        _ => sin,
    }
}

/// The tangent of x degrees; +∞ at its poles, as in Octave.
pub fn tan_degrees(x: f64) -> f64 {
    let (quarters, rest) = reduced(x);
    let tan = if rest.abs() == 45.0 { 1f64.copysign(rest) } else { rest.to_radians().tan() };
    match (quarters % 2, rest == 0.0) {
        (0, true) => 0.0,
        (0, false) => tan,
        (_, true) => f64::INFINITY,
        (_, false) => -tan.recip(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_angles_are_exact() {
        assert_eq!([30.0, 150.0, -30.0, 390.0].map(sin_degrees), [0.5, 0.5, -0.5, 0.5]);
        assert_eq!([60.0, 90.0, 120.0, 180.0, 270.0].map(cos_degrees), [0.5, 0.0, -0.5, -1.0, 0.0]);
        assert_eq!([45.0, 135.0, -45.0, 180.0].map(tan_degrees), [1.0, -1.0, -1.0, 0.0]);
        assert_eq!([90.0, 270.0].map(tan_degrees), [f64::INFINITY; 2]);
        assert!(sin_degrees(f64::INFINITY).is_nan());
    }
}
