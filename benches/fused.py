"""Fused elementwise chains and ordered products beside NumPy and numexpr, in one run, turn by turn.

    benches/setup && cargo build --release && .venv/bin/python benches/fused.py [ROUNDS]

Each round runs mf, then NumPy, then numexpr on the same task, with as many threads as there are processors; reported
are the best and the median time of all repeats of all rounds, and the ratio of the bests. MF names another binary.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import time

import numexpr
import numpy

ROOT = pathlib.Path(__file__).resolve().parent.parent
MF = os.environ.get("MF", str(ROOT / "target/release/mf"))
REPEATS = 7

# Name, what mf sets up, what mf runs, and the same for Python as (name, set-up, run).
TASKS = [
    (
        "A.*B + C./2 - sqrt(abs(D)), 1e7 entries",
        "A = randn(1e7, 1); B = randn(1e7, 1); C = randn(1e7, 1); D = randn(1e7, 1);",
        "X = A.*B + C./2 - sqrt(abs(D));",
        "A, B, C, D = (rng.standard_normal(10**7) for _ in range(4))",
        [
            ("NumPy", "X = A*B + C/2 - numpy.sqrt(numpy.abs(D))"),
            ("numexpr", "X = numexpr.evaluate('A*B + C/2 - sqrt(abs(D))')"),
        ],
    ),
    (
        "A'*A*b, n = 2000",
        "A = randn(2000); b = randn(2000, 1);",
        "x = A'*A*b;",
        "A = numpy.asfortranarray(rng.standard_normal((2000, 2000))); b = rng.standard_normal(2000)",
        [("mf: A'*(A*b)", "x = A'*(A*b);"), ("NumPy A.T@(A@b)", "x = A.T @ (A @ b)")],
    ),
    (
        "A'*A, n = 1000",
        "A = randn(1000);",
        "G = A'*A;",
        "A = numpy.asfortranarray(rng.standard_normal((1000, 1000)))",
        [("NumPy A.T@A", "G = A.T @ A")],
    ),
    (
        "100 steps y = A*x; x = y/norm(y), n = 1000",
        "A = rand(1000); x = rand(1000, 1);",
        "for k = 1:100, y = A*x; x = y/norm(y); end",
        "A = numpy.asfortranarray(rng.random((1000, 1000))); x = rng.random(1000)",
        [("NumPy", "for k in range(100):\n    y = A @ x\n    x = y / numpy.linalg.norm(y)")],
    ),
    (
        "1e4 times x = (P + Q).*P - Q./2, 3 by 3",
        "P = rand(3); Q = rand(3);",
        "for k = 1:1e4, x = (P + Q).*P - Q./2; end",
        "P = rng.random((3, 3)); Q = rng.random((3, 3))",
        [("NumPy", "for k in range(10**4):\n    x = (P + Q)*P - Q/2")],
    ),
]


def mf_times(setup, run):
    script = f"{setup} {run}\nt = zeros(1, {REPEATS});\n"
    script += f"for repeat = 1:{REPEATS}, tic; {run}\nt(repeat) = toc; end\nprintf(\"%.9g\\n\", t);"
    result = subprocess.run([MF, "-e", script], capture_output=True, text=True, check=True)
    return [float(line) for line in result.stdout.split()]


def python_times(setup, run):
    names = {"numpy": numpy, "numexpr": numexpr, "rng": numpy.random.default_rng(1)}
    exec(setup, names)
    code = compile(run, "bench", "exec")
    exec(code, names)
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        exec(code, names)
        times.append(time.perf_counter() - start)
    return times


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    numexpr.set_num_threads(os.cpu_count())
    for name, setup, run, python_setup, peers in TASKS:
        times = {"mf": []} | {peer: [] for peer, _ in peers}
        for _ in range(rounds):
            times["mf"] += mf_times(setup, run)
            for peer, text in peers:
                is_mf = peer.startswith("mf")
                times[peer] += mf_times(setup, text) if is_mf else python_times(python_setup, text)
        print(name)
        best = min(times["mf"])
        for who, list_ in times.items():
            low, middle = min(list_), statistics.median(list_)
            print(f"  {who:20} best {1000 * low:9.2f} ms  median {1000 * middle:9.2f} ms  mf/this {best / low:6.2f}")


main()
