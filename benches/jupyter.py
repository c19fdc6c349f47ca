"""How soon Jupyter kernels answer: from the launch to the first replies, and the round trip of a trivial cell.

    cargo build --release && benches/setup && .venv/bin/python benches/jupyter.py [RUNS]

Kernels take turns in one run; MF, PYTHON and EVCXR name other programs than those in target/release and on the path,
and those that are not installed are left out. All are started and asked in the same way, without Jupyter's server in
between: the connection is tried again every millisecond, so that what is measured is the kernel. For ipykernel with
libraries the first cell imports them; for the others it is one addition. Medians, and the ratio of the first
execute_reply to that of mf.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import zmq
from jupyter_client.connect import write_connection_file
from jupyter_client.session import Session

ROOT = pathlib.Path(__file__).resolve().parent.parent
IPYKERNEL = [os.environ.get("PYTHON", sys.executable), "-m", "ipykernel_launcher", "-f"]
LIBRARIES = "import numpy, scipy.linalg, scipy.sparse, sklearn.decomposition, sklearn.cluster"

# Name, command before the connection file, first cell, trivial cell.
KERNELS = [
    ("mf", [os.environ.get("MF", str(ROOT / "target/release/mf")), "kernel", "start", "-f"], "1+1;", "1;"),
    ("ipykernel", IPYKERNEL, "1+1", "1"),
    ("ipykernel with numpy, scipy, sklearn", IPYKERNEL, LIBRARIES, "1"),
    ("evcxr", [os.environ.get("EVCXR", "evcxr_jupyter"), "--control_file"], "1+1", "1;"),
    ("xeus-octave", ["xoctave", "-f"], "1+1;", "1;"),
]


class Kernel:
    """A kernel process and the shell channel to it."""

    def __init__(self, command, directory):
        key = b"a key for this run"
        path, info = write_connection_file(os.path.join(directory, "connection.json"), key=key)
        self.session = Session(key=key)
        self.shell = zmq.Context.instance().socket(zmq.DEALER)
        self.shell.reconnect_ivl = 1
        self.shell.linger = 0
        self.shell.connect(f"tcp://{info['ip']}:{info['shell_port']}")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.start = time.perf_counter()
        self.process = subprocess.Popen([*command, path], **quiet)

    def ask(self, kind, content=None):
        """Seconds from now to the reply; None when the kernel gives none or an error."""
        start = time.perf_counter()
        sent = self.session.send(self.shell, kind, content or {})["header"]["msg_id"]
        while self.shell.poll(120_000):
            _, reply = self.session.recv(self.shell)
            if reply["parent_header"].get("msg_id") == sent:
                took = time.perf_counter() - start
                return took if reply["content"].get("status", "ok") == "ok" else None
        return None

    def execute(self, code):
        content = {"code": code, "silent": False, "store_history": False}
        return self.ask("execute_request", {**content, "user_expressions": {}, "allow_stdin": False})

    def end(self):
        self.process.kill()
        self.process.wait()
        self.shell.close()


def measure(command, first, trivial, cells):
    """To the first kernel_info_reply, to the first execute_reply, of a trivial cell; milliseconds."""
    with tempfile.TemporaryDirectory() as directory:
        kernel = Kernel(command, directory)
        try:
            if kernel.ask("kernel_info_request") is None:
                return None
            ready = time.perf_counter() - kernel.start
            if kernel.execute(first) is None:
                return None
            executed = time.perf_counter() - kernel.start
            trips = [kernel.execute(trivial) for _ in range(cells)]
            return [1000 * t for t in (ready, executed, statistics.median(trips))]
        finally:
            kernel.end()


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    present = [kernel for kernel in KERNELS if shutil.which(kernel[1][0])]
    times = {}
    for run in range(runs + 1):
        for name, command, first, trivial in present:
            found = measure(command, first, trivial, 100)
            # The first run fills the caches of the disk.
            if found and run > 0:
                times.setdefault(name, []).append(found)
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in times.items()}
    print(f"{'milliseconds, medians of ' + str(runs):38} {'kernel_info':>11} {'execute':>9} {'ratio':>7} {'cell':>7}")
    for name, (ready, executed, trip) in medians.items():
        ratio = executed / medians["mf"][1]
        print(f"{name:38} {ready:11.1f} {executed:9.1f} {ratio:7.1f} {trip:7.2f}")


main()
