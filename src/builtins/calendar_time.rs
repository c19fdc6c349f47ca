//! Seconds since 1970 as the parts of a date in a time zone, and back; reading and writing them by a template.
//!
//! The zones are those of the system's zone files, read by jiff; without them local time is UTC.

use super::entry::builtins;
use crate::value::{Blame, Fault, Result, Struct, Value};
use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use std::sync::Arc;

builtins! { "time";
    /// The parts of a time in the local zone, as a struct: `usec sec min hour mday mon year wday yday isdst gmtoff zone`.
    ///
    /// `mon` counts from 0, `year` from 1900, `wday` from Sunday, `yday` from 0.
    ///
    /// >>> mktime(localtime(1e9)) == 1e9
    /// ans = 1
    ///
    /// See also: gmtime, mktime, strftime, time
    fn localtime(cx, /** Seconds since 1970. */ t: f64) -> [tm] { parts(t, TimeZone::system()) }

    /// The parts of a time in Greenwich, as a struct like that of `localtime`.
    ///
    /// >>> gmtime(0).year
    /// ans = 70
    ///
    /// See also: localtime, mktime, strftime
    fn gmtime(cx, /** Seconds since 1970. */ t: f64) -> [tm] { parts(t, TimeZone::UTC) }

    /// The seconds since 1970 of the parts of a local time.
    ///
    /// >>> mktime(localtime(12345.5))
    /// ans = 1.2346e+04
    ///
    /// See also: localtime, gmtime, time
    fn mktime(cx, /** A struct such as `localtime` makes. */ tm: Arc<Struct>) -> [seconds] {
        let zoned = moment("mktime", &tm, TimeZone::system())?;
        Ok(zoned.timestamp().as_microsecond() as f64 / 1e6)
    }

    /// A time written by a template: `%Y-%m-%d`, `%H:%M:%S`, `%a`, `%b`, `%j` and their like.
    ///
    /// >>> strftime("%Y-%m-%d %H:%M:%S", gmtime(1e9))
    /// ans = 2001-09-09 01:46:40
    ///
    /// See also: strptime, localtime, datestr
    fn strftime(cx, /** The template. */ template: String, /** A struct such as `localtime` makes. */ tm: Arc<Struct>) -> [s] { written(&template, &tm) }

    /// The parts of a time that a text writes by a template, and the position after what was read; 0 when it is none.
    ///
    /// >>> tm = strptime("2001-02-03", "%Y-%m-%d"); tm.mday
    /// ans = 3
    ///
    /// See also: strftime, datevec
    fn strptime(cx, /** The text. */ s: String, /** The template. */ template: String) -> [tm, nchars] { Ok(read(&s, &template)) }
}

fn parts(t: f64, zone: TimeZone) -> Result<Struct> {
    let seconds = t.floor();
    let refuse = || {
        Fault::new(format!("{t} seconds since 1970 is no time that a calendar has"))
            .blame(Blame::Positional(0))
    };
    if !t.is_finite() || seconds.abs() > 1e12 {
        return Err(refuse());
    }
    let microseconds = ((t - seconds) * 1e6).round() as i32;
    let moment =
        Timestamp::new(seconds as i64, microseconds.min(999_999) * 1000).map_err(|_| refuse())?;
    let is_utc = zone == TimeZone::UTC;
    Ok(of_moment(&moment.to_zoned(zone), is_utc.then_some("GMT")))
}

fn of_moment(zoned: &Zoned, zone_name: Option<&str>) -> Struct {
    let info = zoned.time_zone().to_offset_info(zoned.timestamp());
    let number = |x: i64| Value::from(x as f64);
    Struct::from_fields([
        ("usec", number(i64::from(zoned.subsec_nanosecond() / 1000))),
        ("sec", number(zoned.second().into())),
        ("min", number(zoned.minute().into())),
        ("hour", number(zoned.hour().into())),
        ("mday", number(zoned.day().into())),
        ("mon", number(i64::from(zoned.month()) - 1)),
        ("year", number(i64::from(zoned.year()) - 1900)),
        ("wday", number(zoned.weekday().to_sunday_zero_offset().into())),
        ("yday", number(i64::from(zoned.day_of_year()) - 1)),
        ("isdst", number(info.dst().is_dst().into())),
        ("gmtoff", number(zoned.offset().seconds().into())),
        ("zone", zone_name.unwrap_or(info.abbreviation()).into()),
    ])
}

/// The moment whose parts these are; a part may be larger than its unit holds, such as the 32nd of a month.
fn moment(function: &str, tm: &Struct, zone: TimeZone) -> Result<Zoned> {
    let part = |name: &str| {
        tm.field(name).and_then(<[Value]>::first).and_then(Value::as_number).ok_or_else(|| {
            Fault::new(format!("{function}: tm needs a number in its field {name}"))
                .hint("localtime(time) makes such a struct")
        })
    };
    let months = 12.0 * (part("year")? + 1900.0) + part("mon")?;
    let seconds = ((part("mday")? - 1.0) * 24.0 + part("hour")?) * 3600.0
        + part("min")? * 60.0
        + part("sec")?;
    let microseconds = tm
        .field("usec")
        .and_then(<[Value]>::first)
        .and_then(Value::as_number)
        .map_or(0.0, |usec| usec.clamp(0.0, 999_999.0));
    let refuse = || Fault::new(format!("{function}: tm is no time that a calendar has"));
    if !(months.is_finite() && seconds.is_finite() && seconds.abs() < 1e12) {
        return Err(refuse());
    }
    let (year, month) = ((months / 12.0).floor(), months.rem_euclid(12.0) + 1.0);
    if year.abs() > 9998.0 {
        return Err(refuse());
    }
    let start = DateTime::new(year as i16, month as i8, 1, 0, 0, 0, 0).map_err(|_| refuse())?;
    let span = SignedDuration::new(seconds.floor() as i64, microseconds as i32 * 1000);
    let civil = start.checked_add(span).map_err(|_| refuse())?;
    civil.to_zoned(zone).map_err(|_| refuse())
}

fn written(template: &str, tm: &Struct) -> Result<String> {
    let zone = tm.field("zone").and_then(<[Value]>::first).and_then(Value::as_text);
    let is_utc = matches!(zone, Some("GMT" | "UTC"));
    let zoned = moment("strftime", tm, if is_utc { TimeZone::UTC } else { TimeZone::system() })?;
    // As C writes them where no language is set.
    let mut template = template
        .replace("%c", "%a %b %e %H:%M:%S %Y")
        .replace("%x", "%m/%d/%y")
        .replace("%r", "%I:%M:%S %p");
    if let Some(zone) = zone {
        template = template.replace("%Z", zone);
    }
    strtime::format(&template, &zoned).map_err(|e| {
        Fault::new(format!("strftime: the template cannot be used: {e}"))
            .blame(Blame::Positional(0))
    })
}

fn read(s: &str, template: &str) -> (Value, Value) {
    let found = strtime::BrokenDownTime::parse_prefix(template, s).ok().and_then(|(time, end)| {
        let date = time.to_date().ok()?;
        let clock = time.to_time().unwrap_or(jiff::civil::Time::midnight());
        let zoned = date.to_datetime(clock).to_zoned(TimeZone::UTC).ok()?;
        Some((of_moment(&zoned, None), s[..end].chars().count() + 1))
    });
    match found {
        Some((tm, next)) => (tm.into(), next.into()),
        None => {
            let mut tm = of_moment(&Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC), Some(""));
            for name in ["mday", "year", "wday"] {
                tm.set(0, name, 0.0.into());
            }
            (tm.into(), 0.0.into())
        }
    }
}
