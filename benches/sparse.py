"""Sparse matrices beside SciPy and scikit-learn, in one run, turn by turn.

    cargo build --release && python3 benches/sparse.py [--counts 1000000,5000000] [--rounds 3] [NAME ...]

Every line of the table is one operation (those whose name contains a NAME), every column one number of entries: a random
100,000×20,000 matrix, or the Laplacian of a 300×300 grid where the line says Poisson. In each round both programs run
once, in processes of their own, one after the other; each times its work inside, so that starting does not count. Cells
show mf's median time over the peer's, mf's in milliseconds, and what is to be reached; below 1 mf is faster. SciPy keeps
its matrix by rows where its products are faster that way. A line that one of the two programs cannot run says why.

mf has THREADS threads (2 without); SciPy's sparse products have one. The peer comes from `.venv` (see `benches/setup`) or
the interpreter that the environment variable PEERS_PYTHON names; MF names another mf.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MF = os.environ.get("MF", str(ROOT / "target/release/mf"))
VENV = ROOT / ".venv/bin/python"
PEERS = os.environ.get("PEERS_PYTHON", str(VENV) if VENV.exists() else "python3")
THREADS = os.environ.get("THREADS", "2")
SECONDS = 0.5

RANDOM = (
    "i = ceil(100000*rand({n}, 1)); j = ceil(20000*rand({n}, 1)); v = randn({n}, 1); S = sparse(i, j, v, 100000, 20000);",
    "i = rng.integers(0, 100000, {n}).astype(numpy.int32); j = rng.integers(0, 20000, {n}).astype(numpy.int32)\n"
    "v = rng.standard_normal({n})\n"
    "S = scipy.sparse.csc_matrix((v, (i, j)), shape=(100000, 20000)); R = S.tocsr()",
)
VECTORS = (
    RANDOM[0] + " x = randn(20000, 1); y = randn(100000, 1);",
    RANDOM[1] + "\nx = rng.standard_normal(20000); y = rng.standard_normal(100000)",
)
BLOCK = (
    RANDOM[0] + " B = randn(20000, 50); C = randn(100000, 50);",
    RANDOM[1] + "\nB = rng.standard_normal((20000, 50)); C = rng.standard_normal((100000, 50))",
)
POISSON = (
    "e = ones(300, 1); T = spdiags([-e 2*e -e], -1:1, 300, 300); S = kron(T, speye(300)) + kron(speye(300), T);"
    " b = randn(90000, 1);",
    "T = scipy.sparse.diags([-1, 2, -1], [-1, 0, 1], shape=(300, 300)); I = scipy.sparse.identity(300)\n"
    "S = scipy.sparse.csc_matrix(scipy.sparse.kron(T, I) + scipy.sparse.kron(I, T)); b = rng.standard_normal(90000)",
)
ALL, ONE, NONE = "all", "first", "none"

# Name, the numbers of entries (all, the first alone, or none), what is to be reached, set-up and work of mf and of the peer.
# Of SciPy's two storages the faster one is taken.
TASKS = [
    ("S*x", ALL, 0.6, VECTORS, "z = S*x;", "S @ x"),
    ("S'*y", ALL, 0.6, VECTORS, "z = S'*y;", "S.T @ y"),
    ("S*B, 50 columns", ALL, 0.4, BLOCK, "Z = S*B;", "R @ B"),
    ("S'*C, 50 columns", ALL, 0.4, BLOCK, "Z = S'*C;", "S.T @ C"),
    ("S'*S", ONE, 0.7, RANDOM, "Z = S'*S;", "R.T @ R"),
    ("S + S", ALL, 0.7, RANDOM, "Z = S + S;", "S + S"),
    ("triplets to compressed", ALL, 0.7, RANDOM, "Z = sparse(i, j, v, 100000, 20000);",
     "scipy.sparse.csc_matrix((v, (i, j)), shape=(100000, 20000))"),
    ("Poisson S\\b", NONE, 0.5, POISSON, "x = S\\b;", "scipy.sparse.linalg.spsolve(S, b)"),
    ("rsvd k=20", ALL, 0.6, RANDOM, "[U, s, V] = rsvd(S, 20);",
     "sklearn.utils.extmath.randomized_svd(R, 20, random_state=1)"),
    ("svds k=20", ONE, 0.4, RANDOM, "[U, s, V] = svds(S, 20);", "scipy.sparse.linalg.svds(S, 20, tol=1e-10)"),
]


def mf_text(setup, work):
    """A program that prints how long the work took, once a line."""
    return (
        f"{setup}\n{work}\nbegan = tic; taken = [];\n"
        f"while numel(taken) < 3 || toc(began) < {SECONDS}\n"
        f"  start = tic;\n  {work}\n  taken(end+1) = toc(start);\nend\n"
        'printf("%.9f\\n", taken);\n'
    )


def python_text(setup, work):
    learn = "import sklearn.utils.extmath\n" if "sklearn" in work else ""
    return (
        "import numpy, scipy.sparse, scipy.sparse.linalg\n"
        f"{learn}from time import perf_counter\n"
        f"rng = numpy.random.default_rng(1)\n{setup}\n{work}\nbegan = perf_counter(); taken = []\n"
        f"while len(taken) < 3 or perf_counter() - began < {SECONDS}:\n"
        f"    start = perf_counter()\n    {work}\n    taken.append(perf_counter() - start)\n"
        "print(*taken)\n"
    )


def times(command):
    """What a program says its work took, or the end of its complaint."""
    threads = {"OPENBLAS_NUM_THREADS": THREADS, "RAYON_NUM_THREADS": THREADS}
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


def columns(which, counts):
    return {ALL: counts, ONE: counts[:1], NONE: [None]}[which]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="operations to run: a part of their name; all without")
    parser.add_argument("--counts", default="1000000,5000000", help="numbers of entries, with commas between")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    counts = [int(n) for n in arguments.counts.split(",") if n]
    if os.getloadavg()[0] > 0.5:
        print("sparse: other programs are running; the ratios will not mean much", file=sys.stderr)
    print("| operation | to be reached | " + " | ".join(f"{n:,} entries" for n in counts) + " |")
    print("|---" * (len(counts) + 2) + "|")
    missed = []
    with tempfile.TemporaryDirectory() as directory:
        for name, which, goal, setup, work, peer_work in TASKS:
            if arguments.names and not any(part in name for part in arguments.names):
                continue
            cells = []
            for n in columns(which, counts):
                mf_setup, peer_setup = (text.replace("{n}", str(n)) for text in setup)
                texts = mf_text(mf_setup, work), python_text(peer_setup, peer_work)
                taken, complaint = compare(texts, arguments.rounds, directory)
                if complaint:
                    cells.append(complaint)
                    continue
                mf, peer = taken
                cells.append(f"{mf / peer:.2f} ({1e3 * mf:.3g} ms, peer {1e3 * peer:.3g})")
                if mf > goal * peer:
                    missed.append(f"{name}{f', {n:,} entries' if n else ''}: {mf / peer:.2f}, not {goal}")
            cells += [""] * (len(counts) - len(cells))
            print(f"| {name} | {goal} | {' | '.join(cells)} |", flush=True)
    print(*missed, sep="\n")


main()
