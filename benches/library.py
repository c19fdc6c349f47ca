"""The data functions on 10⁷ numbers beside NumPy and GNU Octave, in one run, turn by turn.

    cargo build --release && python3 benches/library.py [ROUNDS [NAME]]

Each round runs every program once on each task (those whose name contains NAME), in a process of its own that times the
work several times after one run to warm up. A table in Markdown shows the medians, and mf's time over the others'; the
geometric means at the end are of the medians' ratios. mf and Octave run the same text. NumPy comes from `.venv` (see
`benches/setup`) or the interpreter that the environment variable PEERS_PYTHON names; MF names another mf. Octave is left
out where it is missing, and on all rounds but the first where it takes more than ten seconds.
"""

import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
MF = os.environ.get("MF", str(ROOT / "target/release/mf"))
VENV = ROOT / ".venv/bin/python"
PEERS = os.environ.get("PEERS_PYTHON", str(VENV) if VENV.exists() else "python3")
INNER = 5
SLOW = 10.0

RANDOM = ("A = rand(1e7, 1);", "A = rng.random(N)")
WHOLE = ("A = floor(1000*rand(1e7, 1));", "A = numpy.floor(1000*rng.random(N))")
MASKED = (RANDOM[0] + " m = A > 0.5;", RANDOM[1] + "; m = A > 0.5")
SPARSER = (RANDOM[0] + " m = A > 0.9;", RANDOM[1] + "; m = A > 0.9")
PLACES = (
    RANDOM[0] + " k = ceil(1e7*rand(1e7, 1));",
    RANDOM[1] + "; k = rng.integers(0, N, N)",
)


def bins(count):
    return (
        RANDOM[0] + f" k = ceil({count:g}*rand(1e7, 1));",
        RANDOM[1] + f"; k = rng.integers(0, {count:.0f}, N)",
    )


def sets(count):
    return RANDOM[0] + f" s = rand({count:g}, 1);", RANDOM[1] + f"; s = rng.random({count:.0f})"


# Name, set-up of mf and Octave and of NumPy, work of the one and of the other.
TASKS = [
    ("sum", RANDOM, "x = sum(A);", "x = numpy.sum(A)"),
    ("cumsum", RANDOM, "x = cumsum(A);", "x = numpy.cumsum(A)"),
    ("sort", RANDOM, "x = sort(A);", "x = numpy.sort(A)"),
    ("sort, 1000 values", WHOLE, "x = sort(A);", "x = numpy.sort(A)"),
    ("unique", RANDOM, "x = unique(A);", "x = numpy.unique(A)"),
    ("unique, 1000 values", WHOLE, "x = unique(A);", "x = numpy.unique(A)"),
    ("max", RANDOM, "x = max(A);", "x = numpy.max(A)"),
    ("mean", RANDOM, "x = mean(A);", "x = numpy.mean(A)"),
    ("var", RANDOM, "x = var(A);", "x = numpy.var(A, ddof=1)"),
    ("A(idx)", PLACES, "x = A(k);", "x = A[k]"),
    ("A(mask) = v", MASKED, "A(m) = 0.25;", "A[m] = 0.25"),
    ("any, zeros", ("A = zeros(1e7, 1);", "A = numpy.zeros(N)"), "x = any(A);", "x = numpy.any(A)"),
    ("any, false", ("A = false(1e7, 1);", "A = numpy.zeros(N, bool)"), "x = any(A);", "x = numpy.any(A)"),
    ("ismember, in 1e5", sets(1e5), "x = ismember(A, s);", "x = numpy.isin(A, s)"),
    ("ismember, in 1e7", sets(1e7), "x = ismember(A, s);", "x = numpy.isin(A, s)"),
    ("accumarray, 1e3 bins", bins(1e3), "x = accumarray(k, A);", "x = numpy.bincount(k, A)"),
    ("accumarray, 1e6 bins", bins(1e6), "x = accumarray(k, A);", "x = numpy.bincount(k, A)"),
    ("find, 10 %", SPARSER, "x = find(m);", "x = numpy.flatnonzero(m)"),
    ("find, 50 %", MASKED, "x = find(m);", "x = numpy.flatnonzero(m)"),
]
# Relatives, which the means leave out.
MORE = [
    ("[s, i] = sort", RANDOM, "[s, i] = sort(A);", "i = numpy.argsort(A, kind='stable'); s = A[i]"),
    ("[m, i] = min", RANDOM, "[x, i] = min(A);", "i = numpy.argmin(A); x = A[i]"),
    ("median", RANDOM, "x = median(A);", "x = numpy.median(A)"),
    ("cumprod", RANDOM, "x = cumprod(A);", "x = numpy.cumprod(A)"),
    ("A(mask)", MASKED, "x = A(m);", "x = A[m]"),
]


def octave_text(setup, work):
    return (
        f"{setup}\n{work}\nfor attempt = 1:{INNER}, tic; {work}\n"
        'elapsed = toc; printf("%.9f\\n", elapsed); end\n'
    )


def python_text(setup, work):
    return (
        "import numpy\nfrom time import perf_counter\n"
        f"N = 10**7\nrng = numpy.random.default_rng(1)\n{setup}\n{work}\n"
        f"for attempt in range({INNER}):\n    start = perf_counter()\n    {work}\n"
        "    print(perf_counter() - start)\n"
    )


def times(command):
    """What a program says its work took; nothing if it cannot run."""
    result = subprocess.run(command, capture_output=True, text=True)
    return [float(line) for line in result.stdout.split()] if result.returncode == 0 else []


def geometric_mean(ratios):
    return math.exp(statistics.fmean(map(math.log, ratios)))


def medians(task, rounds, directory):
    """The median time of each program that could run the task."""
    _, setup, work, numpy_work = task
    script, python = pathlib.Path(directory, "task.m"), pathlib.Path(directory, "task.py")
    script.write_text(octave_text(setup[0], work))
    python.write_text(python_text(setup[1], numpy_work))
    commands = {
        "mf": [MF, str(script)],
        "NumPy": [PEERS, str(python)],
        "Octave": ["octave-cli", "--norc", str(script)],
    }
    commands = {name: c for name, c in commands.items() if shutil.which(c[0])}
    taken = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in list(commands.items()):
            start = time.perf_counter()
            taken[name] += times(command)
            if name == "Octave" and time.perf_counter() - start > SLOW:
                del commands[name]
    return {name: statistics.median(t) for name, t in taken.items() if t}


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    ratios = {"NumPy": [], "Octave": []}
    print("| 10⁷ numbers | mf, ms | NumPy, ms | Octave, ms | mf / NumPy | mf / Octave |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as directory:
        for task in TASKS + MORE:
            if wanted not in task[0]:
                continue
            took = medians(task, rounds, directory)
            cells = [f"{1e3 * took[p]:.3g}" if p in took else "—" for p in ("mf", *ratios)]
            for peer, list_ in ratios.items():
                known = peer in took and "mf" in took
                cells.append(f"{took['mf'] / took[peer]:.3g}" if known else "—")
                if known and task in TASKS:
                    list_.append(took["mf"] / took[peer])
            print(f"| {task[0]} | {' | '.join(cells)} |", flush=True)
    for peer, list_ in ratios.items():
        if list_:
            print(f"\nmf / {peer}: geometric mean {geometric_mean(list_):.2f}, largest {max(list_):.2f}")


main()
