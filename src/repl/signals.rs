//! Signals: Ctrl-C interrupts what runs; when the terminal goes away or the system asks, the program ends and leaves
//! the terminal as it found it. The history needs no care, since each entry is written when it is made.

use crate::session::Session;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How often Ctrl-C was pressed: one that comes before the entry has reached the session must not be lost.
pub type Interrupts = Arc<AtomicUsize>;

/// Puts the terminal's mode back when the prompt is left.
#[cfg(unix)]
#[derive(Clone, Copy)]
pub struct Mode(Option<nix::libc::termios>);

#[cfg(unix)]
impl Mode {
    /// Keeps the mode, and stops the terminal from writing `^C` into the middle of what is shown.
    fn change() -> Mode {
        use nix::sys::termios::{LocalFlags, tcgetattr};
        let Ok(mut mode) = tcgetattr(std::io::stdin()) else { return Mode(None) };
        let found = mode.clone().into();
        mode.local_flags.remove(LocalFlags::ECHOCTL);
        set(&mode);
        Mode(Some(found))
    }

    fn restore(self) {
        if let Some(found) = self.0 {
            set(&found.into());
        }
    }
}

/// Undoes what the line editor asks of a terminal: to mark what is pasted, and to wait until all of a change has come.
///
/// Nothing is written to a terminal that takes nothing, such as one that Ctrl-S has stopped, and no lock is waited for.
#[cfg(unix)]
fn end_editing() {
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use std::io::IsTerminal;
    use std::os::fd::AsFd;
    let terminal = std::io::stdout();
    let mut awaited = [PollFd::new(terminal.as_fd(), PollFlags::POLLOUT)];
    let is_ready = poll(&mut awaited, PollTimeout::ZERO).is_ok_and(|count| count > 0)
        && awaited[0].revents().is_some_and(|found| found.contains(PollFlags::POLLOUT));
    if is_ready && terminal.is_terminal() {
        // It may be gone.
        let _ = rustix::io::write(&terminal, b"\x1b[?2004l\x1b[?2026l");
    }
}

#[cfg(unix)]
fn set(mode: &nix::sys::termios::Termios) {
    use nix::sys::termios::{SetArg, tcsetattr};
    // There may be no terminal any more.
    let _ = tcsetattr(std::io::stdin(), SetArg::TCSANOW, mode);
}

/// Watches signals until it is dropped.
#[cfg(unix)]
pub struct Watch {
    mode: Mode,
    /// How many interrupts there were.
    pub interrupts: Interrupts,
    signals: Option<signal_hook::iterator::Handle>,
}

#[cfg(unix)]
impl Drop for Watch {
    fn drop(&mut self) {
        self.mode.restore();
        if let Some(signals) = &self.signals {
            signals.close();
        }
    }
}

/// Starts watching.
#[cfg(unix)]
pub fn watch(session: &Arc<Session>) -> Watch {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mode = Mode::change();
    let session = session.clone();
    let interrupts = Interrupts::default();
    let count = interrupts.clone();
    let start = || -> std::io::Result<signal_hook::iterator::Handle> {
        let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let handle = signals.handle();
        let watch = move || {
            for signal in signals.forever() {
                if signal == SIGINT {
                    count.fetch_add(1, Ordering::SeqCst);
                    session.interrupt();
                    continue;
                }
                mode.restore();
                end_editing();
                std::process::exit(128 + signal);
            }
        };
        std::thread::Builder::new().name("mf-signals".into()).spawn(watch)?;
        Ok(handle)
    };
    Watch { mode, interrupts, signals: start().ok() }
}

/// Elsewhere Ctrl-C ends the process.
#[cfg(not(unix))]
pub struct Watch {
    /// How many interrupts there were: none.
    pub interrupts: Interrupts,
}

/// Watches nothing.
#[cfg(not(unix))]
pub fn watch(_session: &Arc<Session>) -> Watch {
    Watch { interrupts: Interrupts::default() }
}
