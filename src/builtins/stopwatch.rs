//! The time: of the machine, of the program, since `tic`; and waiting for it to pass.

use super::entry::builtins;
use crate::value::{Callable, Fault, Host, Result, Value};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

builtins! { "the session";
    /// The seconds of processor time that the program has taken: in all, for itself, and in the system for it.
    ///
    /// >>> cputime > 0
    /// ans = 1
    ///
    /// See also: tic, toc
    fn cputime(cx) -> [total, user, system] { Ok(processor_time()) }

    /// Starts the stopwatch that `toc` reads; with an output, one of the caller's own: `t = tic; …; toc(t)`.
    ///
    /// >>> tic; toc >= 0
    /// ans = 1
    ///
    /// See also: toc, timeit
    fn tic(cx) -> [start] { start_watch(cx.host, cx.nargout) }

    /// Seconds since `tic`, or since the `tic` whose output is given.
    ///
    /// >>> tic; t = toc; t >= 0
    /// ans = 1
    ///
    /// See also: tic, timeit
    fn toc(cx, /** What `tic` gave; the last `tic` unless given. */ start: Option<f64>) -> [seconds] { read_watch(cx.host, start, cx.nargout) }

    /// Seconds that one call of a function without parameters takes: the median of several runs.
    ///
    /// >>> timeit(@() sum(1:10)) < 1
    /// ans = 1
    ///
    /// See also: tic, toc
    fn timeit(cx, /** `@() …` */ f: Arc<Callable>) -> [seconds] { median_seconds(|| cx.host.call(&f, Arguments::default(), 0).map(drop)) }

    /// Seconds since 1 January 1970.
    ///
    /// >>> time > 1.7e9
    /// ans = 1
    ///
    /// See also: tic
    fn time(cx) -> [seconds] { Ok(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64())) }

    /// Waits for some seconds.
    ///
    /// >>> pause(0.01)
    ///
    /// See also: input
    fn pause(cx, /** How long. */ seconds: f64) { wait(cx.host, seconds) }
}

/// All, user's and system's seconds of processor time.
#[cfg(unix)]
fn processor_time() -> (f64, f64, f64) {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 * 1e-6;
    let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) else { return (0.0, 0.0, 0.0) };
    let (user, system) = (seconds(usage.user_time()), seconds(usage.system_time()));
    (user + system, user, system)
}

/// Nothing is known of processor time here.
#[cfg(not(unix))]
fn processor_time() -> (f64, f64, f64) {
    (f64::NAN, f64::NAN, f64::NAN)
}

fn microseconds_now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_micros() as f64)
}

/// With an output the watch is the caller's own; without one it is that which `toc` reads by itself.
fn start_watch(host: &mut dyn Host, nargout: usize) -> Result<Vec<Value>> {
    if nargout > 0 {
        return Ok(vec![microseconds_now().into()]);
    }
    *host.stopwatch() = Some(Instant::now());
    Ok(Vec::new())
}

fn read_watch(host: &mut dyn Host, start: Option<f64>, nargout: usize) -> Result<Vec<Value>> {
    let seconds = match (start, *host.stopwatch()) {
        // What `tic` gives are microseconds since 1970.
        (Some(start), _) => microseconds_now() / 1e6 - start / 1e6,
        (None, Some(watch)) => watch.elapsed().as_secs_f64(),
        (None, None) => {
            return Err(Fault::new("toc: the stopwatch is not running").hint("tic starts it"));
        }
    };
    if nargout > 0 {
        return Ok(vec![seconds.into()]);
    }
    host.print(&format!("Elapsed time is {seconds:.6} seconds\n"));
    Ok(Vec::new())
}

/// The median of how long several runs take, in seconds.
pub fn median_seconds(mut once: impl FnMut() -> Result<()>) -> Result<f64> {
    const RUNS: usize = 11;
    let mut run = |times: usize| -> Result<f64> {
        let start = Instant::now();
        for _ in 0..times {
            once()?;
        }
        Ok(start.elapsed().as_secs_f64() / times as f64)
    };
    let first = run(1)?;
    // Fast calls are timed in batches of a millisecond, slow ones fewer times.
    let batch = (1e-3 / first.max(1e-9)).clamp(1.0, 1e5) as usize;
    let runs = if first > 0.5 { 3 } else { RUNS };
    let mut times = (0..runs).map(|_| run(batch)).collect::<Result<Vec<f64>>>()?;
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

fn wait(host: &mut dyn Host, seconds: f64) -> Result<()> {
    if seconds.is_nan() || seconds < 0.0 {
        return Err(Fault::new(format!("pause: {seconds} is not a length of time")));
    }
    let end = Duration::try_from_secs_f64(seconds).ok().and_then(|d| Instant::now().checked_add(d));
    host.show_figures();
    loop {
        host.interrupt().check()?;
        let left = end.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
        if left.is_zero() {
            return Ok(());
        }
        std::thread::sleep(left.min(Duration::from_millis(20)));
    }
}
