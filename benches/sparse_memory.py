"""The promise about memory: a 1,000,000×100,000 matrix of 10,000,000 entries within 2 GB.

    cargo build --release && python3 benches/sparse_memory.py

mf makes the triplets and the matrix, forgets the triplets, multiplies the matrix with 50 full columns and finds ten
singular values. After each step the largest resident size so far is shown; the program fails above 2 GB. Steps run in
processes of their own, each from the beginning, since a process's largest size never falls. MF names another mf.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MF = os.environ.get("MF", str(ROOT / "target/release/mf"))
LIMIT = 2 * 1024**3

BUILD = """m = 1e6; n = 1e5; count = 1e7;
i = ceil(m*rand(count, 1)); j = ceil(n*rand(count, 1)); v = randn(count, 1);
S = sparse(i, j, v, m, n);
clear i j v
"""
STEPS = [
    ("built from triplets", BUILD),
    ("times 50 full columns", BUILD + "B = randn(n, 50);\nC = S*B;\n"),
    ("svds(S, 10)", BUILD + "s = svds(S, 10);\n"),
]


def peak(text, directory):
    """The largest resident size of a run in bytes, and its complaint if it failed."""
    script = pathlib.Path(directory, "task.m")
    script.write_text(text)
    child = subprocess.Popen([MF, str(script)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    complaint = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_maxrss * unit, complaint if status else None


def main():
    kept = True
    with tempfile.TemporaryDirectory() as directory:
        for name, text in STEPS:
            size, complaint = peak(text, directory)
            print(f"{name}: {size / 1024**3:.2f} GB{f', {complaint.strip()}' if complaint else ''}", flush=True)
            kept &= size <= LIMIT and not complaint
    sys.exit(0 if kept else "sparse_memory: the promise is not kept")


main()
