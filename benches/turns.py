"""What the benchmarks share: two programs that time the same work, run turn by turn in processes of their own.

A program works once to warm up and then times the work again and again for half a second, three times at least, so that
its start does not count. mf has THREADS threads (2 without) and the peer as many where it can. The peer's Python comes from
`.venv` (see `benches/setup`) or is the interpreter that the environment variable PEERS_PYTHON names; MF names another mf.
"""

import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MF = os.environ.get("MF", str(ROOT / "target/release/mf"))
VENV = ROOT / ".venv/bin/python"
PEERS = os.environ.get("PEERS_PYTHON", str(VENV) if VENV.exists() else "python3")
THREADS = os.environ.get("THREADS", "2")
SECONDS = 0.5


def warn_if_busy(name):
    """Ratios on a machine that does something else mean little."""
    if os.getloadavg()[0] > 0.5:
        print(f"{name}: other programs are running; the ratios will not mean much", file=sys.stderr)


def mf_text(setup, work):
    """A program that prints how long the work took, once a line."""
    return (
        f"{setup}\n{work}\nbegan = tic; taken = [];\n"
        f"while numel(taken) < 3 || toc(began) < {SECONDS}\n"
        f"  start = tic;\n  {work}\n  taken(end+1) = toc(start);\nend\n"
        'printf("%.9f\\n", taken);\n'
    )


def python_text(imports, setup, work):
    """As `mf_text`, with a random generator `rng`; the work may have several lines."""
    lines = "\n".join("    " + line for line in work.splitlines())
    return (
        f"{imports}\nfrom time import perf_counter\n"
        f"rng = numpy.random.default_rng(1)\n{setup}\n{work}\nbegan = perf_counter(); taken = []\n"
        f"while len(taken) < 3 or perf_counter() - began < {SECONDS}:\n"
        f"    start = perf_counter()\n{lines}\n    taken.append(perf_counter() - start)\n"
        "print(*taken)\n"
    )


def times(command):
    """What a program says its work took, or how its complaint begins."""
    threads = {"OPENBLAS_NUM_THREADS": THREADS, "OMP_NUM_THREADS": THREADS, "RAYON_NUM_THREADS": THREADS}
    result = subprocess.run(command, capture_output=True, text=True, env=os.environ | threads)
    if result.returncode != 0:
        lines = (result.stderr or result.stdout).strip().splitlines()
        return None, lines[0] if lines else f"exit code {result.returncode}"
    return [float(number) for number in result.stdout.split()], None


def compare(texts, rounds, directory):
    """The median times of mf and of the peer in seconds, or why there are none."""
    script, python = pathlib.Path(directory, "task.m"), pathlib.Path(directory, "task.py")
    script.write_text(texts[0])
    python.write_text(texts[1])
    taken = ([], [])
    for _ in range(rounds):
        for held, command in zip(taken, ([MF, str(script)], [PEERS, str(python)])):
            got, complaint = times(command)
            if complaint:
                return None, f"{pathlib.Path(command[0]).name}: {complaint}"
            held.extend(got)
    return tuple(map(statistics.median, taken)), None


def print_goals(tasks, counts, rounds, directory):
    """Prints a line for each task, a column for each number of `counts`, and at the end what was missed.

    A task has its name, the numbers it is for, the ratio to be reached, the imports of the peer, the set-ups of both (in
    which {n} is the number) and their work.
    """
    missed = []
    for name, numbers, goal, imports, setup, work, peer_work in tasks:
        cells = []
        for n in numbers:
            mf_setup, peer_setup = (text.replace("{n}", str(n)) for text in setup)
            texts = mf_text(mf_setup, work), python_text(imports, peer_setup, peer_work)
            taken, complaint = compare(texts, rounds, directory)
            if complaint:
                cells.append(complaint)
                continue
            mf, peer = taken
            cells.append(f"{mf / peer:.2f} ({1e3 * mf:.3g} ms, peer {1e3 * peer:.3g})")
            if mf > goal * peer:
                missed.append(f"{name}{f', {n:,}' if n else ''}: {mf / peer:.2f}, not {goal}")
        cells += [""] * (len(counts) - len(cells))
        print(f"| {name} | {goal} | {' | '.join(cells)} |", flush=True)
    print(*missed, sep="\n")
