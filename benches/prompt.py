"""The prompt of mf beside those of the programs it wants to replace, in one run, turn by turn, at a pseudo-terminal.

    cargo build --release && python3 benches/prompt.py [RUNS]

Measured are the time from launch until the prompt is there, until the first key typed at it is echoed, until a later
key is (the median of ten), and until Tab completes a name that is one of 2000 variables. Programs that are not
installed are left out; IPython and Julia are looked for in `.venv/bin` and on the path. Reported are medians.
"""

import fcntl
import os
import pathlib
import pty
import select
import shutil
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATH = f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"
NAMES = 2000


def found(program):
    return shutil.which(program, path=PATH)


# Command, what the prompt ends with, a line that makes the variables.
MATLAB = "for i = 1:%d, eval(sprintf('name%%d = i;', i)); end, zebra_crossing = 1;" % (NAMES - 1)
PROGRAMS = {
    "mf": ([os.environ.get("MF", str(ROOT / "target/release/mf"))], b">>", MATLAB),
    "Octave": ([found("octave-cli"), "--quiet"], b">", MATLAB),
    "IPython": (
        [found("ipython"), "--no-banner", "--no-confirm-exit"],
        b"In [",
        "globals().update({f'name{i}': i for i in range(%d)}); zebra_crossing = 1" % (NAMES - 1),
    ),
    "Julia": (
        [found("julia"), "--banner=no"],
        b"julia> ",
        'for i in 1:%d eval(Meta.parse("name$i = $i")) end; zebra_crossing = 1' % (NAMES - 1),
    ),
}


class Terminal:
    """A program at a terminal of 100 columns and 30 rows."""

    def __init__(self, command, home):
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            environment = dict(os.environ, TERM="xterm-256color", HOME=home, IPYTHONDIR=home)
            environment.update(XDG_DATA_HOME=home, XDG_CONFIG_HOME=home, PATH=PATH)
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))

    def until(self, text, patience=60):
        """Seconds from now until the text comes."""
        start, got = time.perf_counter(), b""
        while text not in got:
            if not select.select([self.fd], [], [], patience)[0]:
                raise TimeoutError(f"{text!r} does not come after {got!r}")
            piece = os.read(self.fd, 65536)
            # Some ask where the cursor is.
            for _ in range(piece.count(b"\x1b[6n")):
                os.write(self.fd, b"\x1b[1;1R")
            got += piece
        return time.perf_counter() - start

    def rest(self, seconds):
        """Lets the program come to rest."""
        while select.select([self.fd], [], [], seconds)[0]:
            piece = os.read(self.fd, 65536)
            for _ in range(piece.count(b"\x1b[6n")):
                os.write(self.fd, b"\x1b[1;1R")

    def types(self, text):
        os.write(self.fd, text.encode())

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def measured(command, prompt, names, home):
    """Milliseconds until the prompt, the first key, later keys, a completion."""
    terminal = Terminal(command, home)
    terminal.until(prompt)
    times = [time.perf_counter() - terminal.started]
    terminal.rest(0.3)
    terminal.types("q")
    times.append(terminal.until(b"q"))
    keys = []
    for key in "wertzuiopa":
        terminal.rest(0.05)
        terminal.types(key)
        keys.append(terminal.until(key.encode()))
    times.append(statistics.median(keys))
    terminal.types("\x15")
    terminal.rest(0.2)
    terminal.types(names)
    terminal.rest(0.5)
    terminal.types("\r")
    terminal.until(prompt)
    terminal.rest(1.0)
    terminal.types("zebra_cro")
    terminal.rest(0.5)
    terminal.types("\t")
    times.append(terminal.until(b"ssing"))
    terminal.close()
    return [1000 * seconds for seconds in times]


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    present = {name: entry for name, entry in PROGRAMS.items() if entry[0][0]}
    times = {name: [] for name in present}
    with tempfile.TemporaryDirectory() as home:
        for _ in range(runs + 1):
            for name, (command, prompt, names) in present.items():
                times[name].append(measured(command, prompt, names, home))
    print(f"| {'ms':8} | prompt visible | first key | later keys | Tab, {NAMES} names |")
    print("|---|---:|---:|---:|---:|")
    for name, lists in times.items():
        # The first run reads files that the others find in memory.
        medians = [statistics.median(column) for column in zip(*lists[1:])]
        print(f"| {name:8} | " + " | ".join(f"{value:.1f}" for value in medians) + " |")
    for name in PROGRAMS.keys() - present.keys():
        print(f"{name} is not installed")


main()
