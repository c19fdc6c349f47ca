//! The answer to a program's question, read on a thread of its own, so that an interrupt need not wait for it.
//!
//! At a terminal the thread ends when nobody waits for the answer any more: what is typed then is meant for the
//! prompt that follows, or for the next question.

use std::io;
use std::sync::mpsc::Sender;

/// A thread that reads at a terminal. Dropping it ends the thread.
#[cfg(unix)]
pub struct Reader {
    /// Closed to wake the thread.
    wake: Option<io::PipeWriter>,
    thread: Option<std::thread::JoinHandle<()>>,
}

#[cfg(unix)]
impl Drop for Reader {
    fn drop(&mut self) {
        drop(self.wake.take());
        if let Some(thread) = self.thread.take() {
            // It has nothing to say any more.
            let _ = thread.join();
        }
    }
}

/// Elsewhere the thread is left to itself.
#[cfg(not(unix))]
pub struct Reader;

/// Reads a line and sends it, without the line break. At the end of the input the sender is dropped, which the program
/// sees as an error.
pub fn read(reply: Sender<String>) -> Option<Reader> {
    #[cfg(unix)]
    if io::IsTerminal::is_terminal(&io::stdin())
        && let Ok((woken, wake)) = io::pipe()
    {
        let thread = std::thread::spawn(move || {
            answer(&reply, terminal::line(&woken));
        });
        return Some(Reader { wake: Some(wake), thread: Some(thread) });
    }
    std::thread::spawn(move || {
        let mut line = String::new();
        let found = io::stdin().read_line(&mut line);
        answer(&reply, found.is_ok().then_some(line));
    });
    None
}

fn answer(reply: &Sender<String>, line: Option<String>) {
    if let Some(line) = line.filter(|line| !line.is_empty()) {
        let line = line.strip_suffix('\n').unwrap_or(&line);
        // The program may have been interrupted meanwhile.
        let _ = reply.send(line.strip_suffix('\r').unwrap_or(line).to_string());
    }
}

#[cfg(unix)]
mod terminal {
    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use std::io::{self, BufRead};
    use std::os::fd::AsFd;

    /// A line; nothing when the other end of the pipe was closed before there was one, or none can be read.
    pub fn line(woken: &io::PipeReader) -> Option<String> {
        let mut line = Vec::new();
        // A terminal gives a line at once, or what comes before Ctrl-D.
        while !line.ends_with(b"\n") {
            wait(woken)?;
            let mut input = io::stdin().lock();
            let found = input.fill_buf().ok()?;
            let count = found.iter().position(|&b| b == b'\n').map_or(found.len(), |at| at + 1);
            if count == 0 {
                break;
            }
            line.extend_from_slice(&found[..count]);
            input.consume(count);
        }
        String::from_utf8(line).ok()
    }

    /// Waits for input; nothing when the thread is woken first.
    fn wait(woken: &io::PipeReader) -> Option<()> {
        let input = io::stdin();
        loop {
            let mut awaited = [
                PollFd::new(woken.as_fd(), PollFlags::POLLIN),
                PollFd::new(input.as_fd(), PollFlags::POLLIN),
            ];
            match poll(&mut awaited, PollTimeout::NONE) {
                Err(Errno::EINTR) => {}
                Err(_) => return None,
                Ok(_) if awaited[0].any() != Some(false) => return None,
                Ok(_) => return Some(()),
            }
        }
    }
}
