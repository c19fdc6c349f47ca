"""Figures against matplotlib, whole processes from start to the written PNG, turn by turn.

    cargo build --release && python3 benches/figures.py [ROUNDS]

Both draw the same numbers at 1280×800 pixels: a line of 10⁶ points, a scatter of 10⁵, a heat map of 1000×1000. The
numbers are made in the process: what that and the start take is part of the time on both sides, and is shown by the row
"start", which only makes 10⁶ random numbers. The goal is a third of matplotlib's time. Last comes the size of the SVG
of the line, which is to stay under a million bytes. Needs what benches/setup installs.
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from turns import MF, PEERS, warn_if_busy

GOAL = 1 / 3

# Name, the program of mf and that of Python; {path} is the file to write.
TASKS = [
    ("start", "x = rand(1000000, 1);", "import numpy\nx = numpy.random.default_rng(1).random(10**6)"),
    ("line of 10⁶ points", "plot(cumsum(randn(1000000, 1)));", "axes.plot(numpy.cumsum(rng.standard_normal(10**6)))"),
    (
        "scatter of 10⁵ points",
        "scatter(randn(100000, 1), randn(100000, 1));",
        "axes.scatter(rng.standard_normal(10**5), rng.standard_normal(10**5), s=4)",
    ),
    (
        "heat map of 1000×1000",
        "imagesc(randn(1000, 1000));",
        "figure.colorbar(axes.imshow(rng.standard_normal((1000, 1000)), aspect='auto'))",
    ),
]
# Closed figures are not drawn again when the script ends.
MF_SAVE = '\nsaveas("{path}", width=640, height=400, dpi=192); close\n'
PYTHON = """import numpy
import matplotlib
matplotlib.use("Agg")
from matplotlib import pyplot
rng = numpy.random.default_rng(1)
figure, axes = pyplot.subplots(figsize=(6.4, 4.0), dpi=200)
{work}
figure.savefig("{path}")
"""


def took(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def medians(programs, rounds, directory):
    """The median time of each program, a file with its ending beside it."""
    commands = []
    for text, (program, ending) in zip(programs, [(MF, "m"), (PEERS, "py")]):
        path = pathlib.Path(directory, f"task.{ending}")
        path.write_text(text)
        commands.append([program, str(path)])
    taken = [[took(command) for command in commands] for _ in range(rounds + 1)]
    return [statistics.median(times) for times in zip(*taken[1:])]


def svg_size(directory):
    script, path = pathlib.Path(directory, "line.m"), pathlib.Path(directory, "line.svg")
    script.write_text(f'plot(cumsum(randn(1000000, 1))); saveas("{path}"); close\n')
    took([MF, str(script)])
    return path.stat().st_size


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    warn_if_busy("figures")
    missed = []
    with tempfile.TemporaryDirectory() as directory:
        print("| figure | mf | matplotlib | ratio |\n|---|---|---|---|")
        for name, work, peer_work in TASKS:
            draws = name != "start"
            picture = pathlib.Path(directory, "picture.png")
            ours = work + (MF_SAVE.format(path=picture) if draws else "\n")
            theirs = PYTHON.format(work=peer_work, path=picture) if draws else peer_work
            mf, peer = medians((ours, theirs), rounds, directory)
            print(f"| {name} | {1e3 * mf:.0f} ms | {1e3 * peer:.0f} ms | {mf / peer:.2f} |", flush=True)
            if draws and mf > GOAL * peer:
                missed.append(f"{name}: {mf / peer:.2f} of matplotlib's time, not {GOAL:.2f}")
        size = svg_size(directory)
    print(f"SVG of the line: {size:,} bytes")
    if size >= 1e6:
        missed.append(f"the SVG of the line has {size:,} bytes, not fewer than 1,000,000")
    print(*missed, sep="\n")


if __name__ == "__main__":
    main()
