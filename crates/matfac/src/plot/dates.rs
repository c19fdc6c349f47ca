//! Ticks of an axis whose numbers are dates: round years, months, days, hours, minutes or seconds.
//!
//! A date is a number of days, as MATLAB's `datenum` counts them: 1 is the first of January of year 0. The calendar's
//! arithmetic is that of H. Hinnant, "chrono-compatible low-level date algorithms" (2013).

/// Days from the first of March of year 0 back to MATLAB's zero.
const MARCH: i64 = 61;
/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// The number of the day (year, month from 1, day).
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = y.div_euclid(400);
    let of_era = y - era * 400;
    let of_year = (153 * m + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year + MARCH
}

/// Year, month from 1 and day of a day's number.
fn civil(number: i64) -> (i64, i64, i64) {
    let z = number - MARCH;
    let era = z.div_euclid(146_097);
    let of_era = z - era * 146_097;
    let y = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * y + y / 4 - y / 100);
    let m = (5 * of_year + 2) / 153;
    let day = of_year - (153 * m + 2) / 5 + 1;
    let month = if m < 10 { m + 3 } else { m - 9 };
    (y + era * 400 + i64::from(month <= 2), month, day)
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Steps between ticks, and how the ticks are written.
#[derive(Clone, Copy)]
enum Step {
    Years(i64),
    Months(i64),
    Days(i64),
    Seconds(i64),
}

/// From the finest to the coarsest.
const STEPS: [Step; 34] = [
    Step::Seconds(1),
    Step::Seconds(2),
    Step::Seconds(5),
    Step::Seconds(10),
    Step::Seconds(15),
    Step::Seconds(30),
    Step::Seconds(60),
    Step::Seconds(120),
    Step::Seconds(300),
    Step::Seconds(600),
    Step::Seconds(900),
    Step::Seconds(1800),
    Step::Seconds(3600),
    Step::Seconds(7200),
    Step::Seconds(10_800),
    Step::Seconds(21_600),
    Step::Seconds(43_200),
    Step::Days(1),
    Step::Days(2),
    Step::Days(7),
    Step::Days(14),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(20),
    Step::Years(50),
    Step::Years(100),
    Step::Years(200),
    Step::Years(500),
];

/// Dates beyond these are no dates: a million years each way.
const FARTHEST: f64 = 3.65e8;

/// At most `most` round dates in `lo` … `hi` and what is written beside them; nothing where there are none.
pub(super) fn ticks(
    (lo, hi): (f64, f64),
    most: usize,
    format: Option<&str>,
) -> Option<(Vec<f64>, Vec<String>)> {
    if !(lo > -FARTHEST && hi < FARTHEST && lo < hi) {
        return None;
    }
    let found = STEPS.iter().find_map(|&step| {
        let at = multiples(step, lo, hi, most)?;
        (at.len() >= 2 || most < 2 && !at.is_empty()).then_some((step, at))
    });
    let (step, at) = found?;
    let labels = at.iter().map(|&t| match format {
        Some(format) => written(t, format),
        None => short(t, step, at.first() == Some(&t)),
    });
    let labels = labels.collect();
    Some((at, labels))
}

/// The multiples of a step inside; nothing when they are more than `most`.
fn multiples(step: Step, lo: f64, hi: f64, most: usize) -> Option<Vec<f64>> {
    let days = match step {
        Step::Years(n) => 365.0 * n as f64,
        Step::Months(n) => 29.0 * n as f64,
        Step::Days(n) => n as f64,
        Step::Seconds(n) => n as f64 / DAY,
    };
    if (hi - lo) / days > 2.0 * most as f64 + 4.0 {
        return None;
    }
    let inside = |v: &f64| *v >= lo && *v <= hi;
    let at: Vec<f64> = match step {
        Step::Years(n) => {
            let (first, last) = (civil(lo.floor() as i64).0, civil(hi.floor() as i64).0 + 1);
            let years = (first.div_euclid(n)..=last.div_euclid(n) + 1).map(|k| k * n);
            years.map(|y| day_number(y, 1, 1) as f64).filter(inside).collect()
        }
        Step::Months(n) => {
            let month = |v: f64| {
                let (y, m, _) = civil(v.floor() as i64);
                y * 12 + m - 1
            };
            let months = (month(lo).div_euclid(n)..=month(hi).div_euclid(n) + 1).map(|k| k * n);
            let date = |k: i64| day_number(k.div_euclid(12), k.rem_euclid(12) + 1, 1) as f64;
            months.map(date).filter(inside).collect()
        }
        Step::Days(n) => {
            let (first, last) = ((lo / n as f64).ceil() as i64, (hi / n as f64).floor() as i64);
            (first..=last).map(|k| (k * n) as f64).collect()
        }
        Step::Seconds(n) => {
            let unit = n as f64 / DAY;
            let (first, last) =
                ((lo / unit - 1e-6).ceil() as i64, (hi / unit + 1e-6).floor() as i64);
            (first..=last).map(|k| (k * n) as f64 / DAY).map(|v| v.clamp(lo, hi)).collect()
        }
    };
    (at.len() <= most).then_some(at)
}

/// As short as the step allows; the first tick, and each at which the larger unit changes, says that too.
fn short(t: f64, step: Step, first: bool) -> String {
    let (year, month, day) = civil((t + 1e-7).floor() as i64);
    let name = MONTHS[(month - 1) as usize];
    match step {
        Step::Years(_) => year.to_string(),
        Step::Months(_) if month == 1 || first => format!("{name} {year}"),
        Step::Months(_) => name.into(),
        Step::Days(_) if first => format!("{day} {name} {year}"),
        Step::Days(_) => format!("{day} {name}"),
        Step::Seconds(n) => {
            let clock = if n < 60 { "HH:MM:SS" } else { "HH:MM" };
            let time = written(t, clock);
            let midnight = time.bytes().all(|b| b == b'0' || b == b':');
            if first || midnight { format!("{day} {name} {time}") } else { time }
        }
    }
}

/// A date in MATLAB's letters: yyyy yy mmm mm dd HH MM SS.
pub(super) fn written(t: f64, format: &str) -> String {
    let seconds = ((t - t.floor()) * DAY).round() as i64;
    let (number, seconds) = (t.floor() as i64 + seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(number);
    let parts = [
        ("yyyy", format!("{year:04}")),
        ("yy", format!("{:02}", year.rem_euclid(100))),
        ("mmm", MONTHS[(month - 1) as usize].to_string()),
        ("mm", format!("{month:02}")),
        ("dd", format!("{day:02}")),
        ("HH", format!("{:02}", seconds / 3600)),
        ("MM", format!("{:02}", seconds / 60 % 60)),
        ("SS", format!("{:02}", seconds % 60)),
    ];
    let mut text = String::new();
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        match parts.iter().find(|(letters, _)| rest.starts_with(letters)) {
            Some((letters, value)) => {
                text += value;
                rest = &rest[letters.len()..];
            }
            None => {
                text.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates() {
        assert_eq!(day_number(0, 1, 1), 1);
        assert_eq!(day_number(1970, 1, 1), 719_529);
        for number in (-400_000..1_200_000).step_by(37) {
            let (y, m, d) = civil(number);
            assert_eq!(day_number(y, m, d), number);
        }
        assert_eq!(written(730_911.75, "dd-mmm-yyyy HH:MM:SS"), "01-Mar-2001 18:00:00");
    }

    #[test]
    fn round_dates() {
        let day = |y, m, d| day_number(y, m, d) as f64;
        let labels = |lo, hi, n| ticks((lo, hi), n, None).unwrap().1;
        assert_eq!(
            labels(day(1999, 6, 1), day(2004, 2, 1), 6),
            ["2000", "2001", "2002", "2003", "2004"]
        );
        assert_eq!(labels(day(2020, 11, 20), day(2021, 2, 3), 4), ["Dec 2020", "Jan 2021", "Feb"]);
        assert_eq!(labels(day(2020, 2, 27), day(2020, 3, 2), 5)[1..3], ["28 Feb", "29 Feb"]);
        assert_eq!(labels(730_000.0, 730_000.25, 5)[1], "02:00");
        let (at, _) = ticks((730_000.0, 730_000.001), 8, None).unwrap();
        assert!(at.len() >= 2 && at.len() <= 8);
        assert!(ticks((1e300, 2e300), 5, None).is_none() && ticks((1.0, 1.0), 5, None).is_none());
    }
}
