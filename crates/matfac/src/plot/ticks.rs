//! Where the ticks of an axis stand, and what is written beside them.
//!
//! Positions are multiples of 1, 2, 2.5 or 5 times a power of ten (P. Heckbert, "Nice numbers for
//! graph labels", Graphics Gems, 1990), but never outside the limits: the limits come from the data
//! and are not stretched to the next round number. Labels of one axis share one number of decimals,
//! the smallest that tells them apart, and one power of ten when that is shorter.

/// At most `max_count` round numbers in `lo` … `hi`, ascending; at least one when 0 ≤ `max_count` and
/// the limits are finite and different.
///
/// ```
/// assert_eq!(matfac::plot::linear_ticks(0.0, 1.0, 6), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
/// ```
pub fn linear_ticks(lo: f64, hi: f64, max_count: usize) -> Vec<f64> {
    let range = hi - lo;
    if range <= 0.0 || !range.is_finite() {
        return Vec::new();
    }
    let max_count = max_count.max(1);
    let first = (range / max_count as f64).log10().floor() as i32 - 1;
    let mut fallback = Vec::new();
    for power in first..first + 5 {
        for factor in [1.0, 2.0, 2.5, 5.0] {
            let ticks = multiples(lo, hi, factor, power);
            if ticks.len() <= max_count && !ticks.is_empty() {
                return ticks;
            }
            if !ticks.is_empty() {
                fallback = ticks;
            }
        }
    }
    // No multiple of any step is inside with so few allowed: one of the last ones that were.
    fallback.truncate(max_count);
    fallback
}

/// The multiples of `factor * 10^power` in `lo` … `hi` (none when there would be too many).
fn multiples(lo: f64, hi: f64, factor: f64, power: i32) -> Vec<f64> {
    // Dividing by 10^-power rounds once, so that the tick is the number nearest to its decimal form.
    let value = |i: f64| match power {
        0.. => i * factor * 10f64.powi(power),
        _ => i * factor / 10f64.powi(-power),
    };
    let step = value(1.0);
    if step <= 0.0 || !step.is_finite() {
        return Vec::new();
    }
    let slack = 1e-9;
    let (from, to) = ((lo / step - slack).ceil(), (hi / step + slack).floor());
    if to - from > 200.0 {
        return Vec::new();
    }
    let count = (to - from).max(-1.0) as i64;
    (0..=count).map(|i| value(from + i as f64).clamp(lo, hi)).map(|v| v + 0.0).collect()
}

/// Ticks of a logarithmic axis: powers of ten, every second or third … one when they are many; 1, 2
/// and 5 times them when they are few; round numbers when the limits lie within one decade.
pub fn log_ticks(lo: f64, hi: f64, max_count: usize) -> Vec<f64> {
    if !(lo > 0.0 && hi > lo && hi.is_finite()) {
        return Vec::new();
    }
    let max_count = max_count.max(2);
    let (from, to) = decades(lo, hi);
    let count = (to - from + 1).max(0) as usize;
    if count >= 3 || (count == 2 && max_count < 4) {
        let stride = count.div_ceil(max_count) as i32;
        // Multiples of the stride, so that 10⁰ is among the ticks when it is inside.
        let start = from + (-from).rem_euclid(stride);
        let ticks: Vec<f64> =
            (start..=to).step_by(stride as usize).map(|e| 10f64.powi(e)).collect();
        if ticks.len() >= 2 {
            return ticks;
        }
        return vec![10f64.powi(from), 10f64.powi(to)];
    }
    let mut ticks = Vec::new();
    for exponent in from - 1..=to {
        for factor in [1.0, 2.0, 5.0] {
            let tick = scaled(factor, exponent);
            if tick >= lo && tick <= hi {
                ticks.push(tick);
            }
        }
    }
    if ticks.len() < 3 || ticks.len() > max_count { linear_ticks(lo, hi, max_count) } else { ticks }
}

/// The unlabelled ticks between decades: 2 to 9 times each power of ten; none over many decades.
pub(super) fn log_minor_ticks(lo: f64, hi: f64) -> Vec<f64> {
    if !(lo > 0.0 && hi > lo && hi.is_finite()) {
        return Vec::new();
    }
    let (from, to) = decades(lo, hi);
    if to - from > 9 {
        return Vec::new();
    }
    let all = (from - 1..=to).flat_map(|e| (2..10).map(move |f| scaled(f as f64, e)));
    all.filter(|&v| v >= lo && v <= hi).collect()
}

/// `factor * 10^exponent`, rounded once.
fn scaled(factor: f64, exponent: i32) -> f64 {
    if exponent >= 0 { factor * 10f64.powi(exponent) } else { factor / 10f64.powi(-exponent) }
}

/// The exponents of the first and the last power of ten in `lo` … `hi`.
fn decades(lo: f64, hi: f64) -> (i32, i32) {
    ((lo.log10() - 1e-9).ceil() as i32, (hi.log10() + 1e-9).floor() as i32)
}

/// Labels without rounding noise for the ticks of a linear axis, and the power of ten they are to be
/// multiplied by (0 for none).
///
/// ```
/// use matfac::plot::number_labels;
/// assert_eq!(number_labels(&[0.0, 0.1, 0.1 + 0.2]).0, ["0.0", "0.1", "0.3"]);
/// assert_eq!(number_labels(&[0.0, 2e6, 4e6]), (vec!["0".into(), "2".into(), "4".into()], 6));
/// ```
pub fn number_labels(ticks: &[f64]) -> (Vec<String>, i32) {
    let largest =
        ticks.iter().fold(0.0, |m: f64, t| if t.is_finite() { m.max(t.abs()) } else { m });
    let plain = with_common_decimals(ticks, 0);
    let length = |labels: &[String]| {
        labels.iter().map(|l| l.trim_start_matches('−').chars().count()).max().unwrap_or(0)
    };
    if largest == 0.0 || length(&plain) <= 6 {
        return (plain, 0);
    }
    let exponent = largest.log10().floor() as i32;
    let short = with_common_decimals(ticks, exponent);
    if length(&short) < length(&plain) { (short, exponent) } else { (plain, 0) }
}

/// The ticks divided by `10^exponent`, all with as few decimals as tell them from their neighbours.
fn with_common_decimals(ticks: &[f64], exponent: i32) -> Vec<String> {
    let values: Vec<f64> = ticks
        .iter()
        .map(|t| if exponent >= 0 { t / 10f64.powi(exponent) } else { t * 10f64.powi(-exponent) })
        .collect();
    let spacing = values.windows(2).map(|w| (w[1] - w[0]).abs()).filter(|d| *d > 0.0);
    let size = values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let tolerance = spacing.fold(size, f64::min) * 1e-6;
    let fits = |decimals: usize| {
        let unit = 10f64.powi(decimals as i32);
        values.iter().all(|v| !v.is_finite() || (v - (v * unit).round() / unit).abs() <= tolerance)
    };
    let decimals = (0..=16).find(|&d| fits(d)).unwrap_or(16);
    values.iter().map(|v| typeset(&format!("{v:.decimals$}"))).collect()
}

/// The labels of a logarithmic axis' ticks.
pub(super) fn log_labels(ticks: &[f64]) -> Vec<String> {
    let is_decade = |v: &f64| (v.log10() - v.log10().round()).abs() < 1e-9;
    let plain = |v: &f64| (0.01 - 1e-12..=1000.0).contains(v);
    if ticks.iter().all(is_decade) && !ticks.iter().all(plain) {
        return ticks.iter().map(|v| power_of_ten(v.log10().round() as i32)).collect();
    }
    ticks
        .iter()
        .map(|&v| {
            if (1e-4..1e6).contains(&v) {
                return shortest(v);
            }
            let exponent = v.log10().floor() as i32;
            format!("{}×{}", shortest(v / 10f64.powi(exponent)), power_of_ten(exponent))
        })
        .collect()
}

/// `v` to six significant digits, without trailing zeros.
pub(super) fn shortest(v: f64) -> String {
    if v == 0.0 || !v.is_finite() {
        return typeset(&format!("{}", v + 0.0));
    }
    let exponent = v.abs().log10().floor() as i32;
    if !(-5..15).contains(&exponent) {
        let mantissa = shortest(v / 10f64.powi(exponent));
        return format!("{mantissa}×{}", power_of_ten(exponent));
    }
    let decimals = (5 - exponent).max(0) as usize;
    let text = format!("{v:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text.as_str()
    };
    typeset(text)
}

/// A true minus sign, and no minus before zero.
fn typeset(number: &str) -> String {
    match number.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|b| b == b'0' || b == b'.') => rest.to_string(),
        Some(rest) => format!("−{rest}"),
        None => number.to_string(),
    }
}

/// `10⁶`.
pub(super) fn power_of_ten(exponent: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits = exponent.unsigned_abs().to_string();
    let raised = digits.bytes().map(|b| DIGITS[(b - b'0') as usize]);
    let sign = if exponent < 0 { "⁻" } else { "" };
    format!("10{sign}{}", raised.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_have_no_rounding_noise() {
        let labels = |lo, hi| number_labels(&linear_ticks(lo, hi, 6));
        assert_eq!(labels(0.0, 0.5).0, ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"]);
        assert_eq!(labels(-1.0, 1.0).0, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(labels(0.0, 7e-6), (["0", "2", "4", "6"].map(String::from).to_vec(), -6));
        assert_eq!(labels(1990.0, 2020.0).0[0], "1990");
        assert_eq!(number_labels(&[1e6, 1e6 + 1.0]).0, ["1000000", "1000001"]);
        assert_eq!(number_labels(&[]), (vec![], 0));
        assert_eq!(number_labels(&[0.0]).0, ["0"]);
    }

    #[test]
    fn logarithmic() {
        assert_eq!(log_ticks(0.5, 2e4, 8), [1.0, 10.0, 100.0, 1000.0, 1e4]);
        assert_eq!(log_labels(&[1e-6, 1.0, 1e6]), ["10⁻⁶", "10⁰", "10⁶"]);
        assert_eq!(log_labels(&[0.1, 1.0, 10.0]), ["0.1", "1", "10"]);
        assert_eq!(log_ticks(1.0, 50.0, 8), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0]);
        assert!(log_ticks(1e-200, 1e200, 6).len() <= 7);
        assert!(log_ticks(2.1, 2.9, 6).len() >= 3);
        assert!(log_ticks(0.0, 1.0, 6).is_empty());
        assert_eq!(power_of_ten(-12), "10⁻¹²");
        assert_eq!(shortest(0.1 + 0.2), "0.3");
        assert_eq!(shortest(-1234.5), "−1234.5");
        assert_eq!(shortest(2.5e-9), "2.5×10⁻⁹");
    }

    proptest! {
        #[test]
        fn ticks_are_inside_ascending_and_few(
            centre in -1e12f64..1e12, exponent in -9f64..15.0, count in 1usize..15,
        ) {
            let half = 10f64.powf(exponent);
            prop_assume!(half > centre.abs() * 1e-12);
            let (lo, hi) = (centre - half, centre + half);
            let ticks = linear_ticks(lo, hi, count);
            prop_assert!(!ticks.is_empty() && ticks.len() <= count);
            prop_assert!(ticks.iter().all(|t| (lo..=hi).contains(t)));
            prop_assert!(ticks.windows(2).all(|w| w[0] < w[1]));
            let labels = number_labels(&ticks).0;
            prop_assert!(labels.windows(2).all(|w| w[0] != w[1]), "{labels:?}");
        }
    }
}
