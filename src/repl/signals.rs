//! Signals: Ctrl-C interrupts what runs; when the terminal goes away or the system asks, the program ends and leaves
//! the terminal as it found it. The history needs no care, since each entry is written when it is made.

use crate::session::Session;
use std::sync::Arc;

/// Keeps the terminal's mode for as long as signals are watched.
#[cfg(unix)]
pub fn watch(session: &Arc<Session>) -> Option<signal_hook::iterator::Handle> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let found = nix::sys::termios::tcgetattr(std::io::stdin()).ok();
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]).ok()?;
    let handle = signals.handle();
    let session = session.clone();
    // Terminal modes are not for sharing between threads as they are; their parts are.
    let restore = found.map(|mode| {
        let parts: nix::libc::termios = mode.into();
        move || {
            let mode = nix::sys::termios::Termios::from(parts);
            let now = nix::sys::termios::SetArg::TCSANOW;
            // There may be no terminal any more.
            let _ = nix::sys::termios::tcsetattr(std::io::stdin(), now, &mode);
        }
    });
    let watch = move || {
        for signal in signals.forever() {
            if signal == SIGINT {
                session.interrupt();
                continue;
            }
            if let Some(restore) = &restore {
                restore();
            }
            std::process::exit(128 + signal);
        }
    };
    std::thread::Builder::new().name("mf-signals".into()).spawn(watch).ok()?;
    Some(handle)
}

/// Elsewhere Ctrl-C ends the process.
#[cfg(not(unix))]
pub fn watch(_session: &Arc<Session>) -> Option<()> {
    None
}
