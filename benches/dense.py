"""Dense linear algebra beside NumPy and SciPy with OpenBLAS, in one run, turn by turn, with two threads each.

    cargo build --release && python3 benches/dense.py [--sizes 100,500] [--rounds 3] [NAME ...]

Every line of the table is one operation (those whose name contains a NAME), every column one order n. In each round
both programs run once, in processes of their own, one after the other; a process works once to warm up and then times
the work again and again for half a second, three times at least. Cells show mf's median time over the peer's, and mf's
in milliseconds; below 1 mf is faster. At the end: the geometric mean of all ratios, and the lines above 1.1 from n = 500
on. A second table has the time of one statement on small matrices, where calls cost more than arithmetic.

OpenBLAS's threads wait for each other by turning in circles: on a machine that is busy with something else its times
with two threads say nothing, and the program warns. THREADS=1 then still compares the algorithms.

The peer comes from `.venv` (see `benches/setup`) or the interpreter that the environment variable PEERS_PYTHON names;
MF names another mf, THREADS another number of threads.
"""

import argparse
import math
import statistics
import tempfile

from turns import compare, mf_text, python_text, warn_if_busy

IMPORTS = "import numpy, scipy.linalg"
LIMIT = 1.1

ORDERS = (100, 500, 1000, 2000)
# Only for what takes few passes over the matrix.
MORE = (*ORDERS, 4000)
ANY = (None,)

SQUARE = ("A = randn({n});", "A = rng.standard_normal(({n}, {n})).T")
PAIR = (SQUARE[0] + " B = randn({n});", SQUARE[1] + "; B = rng.standard_normal(({n}, {n})).T")
SYSTEM = (SQUARE[0] + " b = randn({n}, 1);", SQUARE[1] + "; b = rng.standard_normal({n})")
SYMMETRIC = (SQUARE[0] + " A = A + A';", SQUARE[1] + "; A = numpy.asfortranarray(A + A.T)")
DEFINITE = (
    SQUARE[0] + " A = A'*A + {n}*eye({n});",
    SQUARE[1] + "; A = numpy.asfortranarray(A.T @ A + {n}*numpy.eye({n}))",
)
TALL = (
    "A = randn(5000, 200); b = randn(5000, 1);",
    "A = rng.standard_normal((200, 5000)).T; b = rng.standard_normal(5000)",
)

# Name, orders, set-up of mf and of the peer, work of the one and of the other. Matrices of the peer lie in columns,
# as LAPACK wants them; where SciPy and NumPy both have a function, the faster one is taken.
TASKS = [
    ("matmul", MORE, PAIR, "x = A*B;", "A @ B"),
    ("A'*A", MORE, SQUARE, "x = A'*A;", "A.T @ A"),
    ("LU", MORE, SQUARE, "[L, U, P] = lu(A);", "scipy.linalg.lu(A, p_indices=True, check_finite=False)"),
    ("solve", MORE, SYSTEM, "x = A\\b;", "numpy.linalg.solve(A, b)"),
    ("Cholesky", MORE, DEFINITE, "x = chol(A);", "scipy.linalg.cholesky(A, check_finite=False)"),
    ("QR thin", ORDERS, SQUARE, "[Q, R] = qr(A, 0);", QR := "scipy.linalg.qr(A, mode='economic', check_finite=False)"),
    ("inverse", ORDERS, SQUARE, "x = inv(A);", "scipy.linalg.inv(A, check_finite=False)"),
    ("SVD thin", ORDERS, SQUARE, "[U, S, V] = svd(A, 0);", SVD := "scipy.linalg.svd(A, False, check_finite=False)"),
    ("singular values", ORDERS, SQUARE, "x = svd(A);", "numpy.linalg.svd(A, compute_uv=False)"),
    ("symmetric eig", ORDERS, SYMMETRIC, "[V, D] = eig(A);", "numpy.linalg.eigh(A)"),
    ("symmetric eigenvalues", ORDERS, SYMMETRIC, "x = eig(A);", "numpy.linalg.eigvalsh(A)"),
    ("general eig", ORDERS, SQUARE, "[V, D] = eig(A);", "numpy.linalg.eig(A)"),
    ("least squares 5000×200", ANY, TALL, "x = A\\b;", "scipy.linalg.lstsq(A, b, check_finite=False)"),
    ("tall SVD 5000×200", ANY, TALL, "[U, S, V] = svd(A, 0);", SVD),
    ("tall QR 5000×200", ANY, TALL, "[Q, R] = qr(A, 0);", QR),
]

SMALL = (1, 2, 4, 8, 16)
STATEMENTS = [
    ("A*B", PAIR, "x = A*B;", "x = A @ B"),
    ("A*b", SYSTEM, "x = A*b;", "x = A @ b"),
    ("A\\b", SYSTEM, "x = A\\b;", "x = numpy.linalg.solve(A, b)"),
]
CALLS = 20_000


def mf_calls(setup, work):
    """As `mf_text`, for one of many statements in a loop."""
    return (
        f"{setup}\nfor attempt = 1:6\ntic;\nfor call = 1:{CALLS}\n{work}\nend\n"
        f'elapsed = toc; printf("%.12f\\n", elapsed / {CALLS});\nend\n'
    )


def python_calls(setup, work):
    return (
        "import numpy\nfrom time import perf_counter\n"
        f"rng = numpy.random.default_rng(1)\n{setup}\nfor attempt in range(6):\n"
        f"    start = perf_counter()\n    for call in range({CALLS}):\n        {work}\n"
        f"    print((perf_counter() - start) / {CALLS})\n"
    )


def median_times(texts, rounds, directory):
    """The median times of mf and of the peer, in seconds; the end if there are none."""
    taken, complaint = compare(texts, rounds, directory)
    if complaint:
        raise SystemExit(f"dense: {complaint}")
    return taken


def fill(setup, n):
    return [text.replace("{n}", str(n)) for text in setup]


def large(tasks, sizes, rounds, directory):
    """Prints the table of ratios and returns them by name and order."""
    columns = [n for n in MORE if n in sizes]
    print("| operation | " + " | ".join(f"n = {n}" for n in columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    ratios = {}
    for name, orders, setup, work, peer_work in tasks:
        cells = []
        for n in columns if orders is not ANY else ANY:
            if n not in orders:
                continue
            mf_setup, peer_setup = fill(setup, n)
            texts = mf_text(mf_setup, work), python_text(IMPORTS, peer_setup, peer_work)
            mf, peer = median_times(texts, rounds, directory)
            ratios[name, n] = mf / peer
            cells.append(f"{mf / peer:.2f} ({1e3 * mf:.3g} ms)")
        cells += [""] * (len(columns) - len(cells))
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
    return ratios


def small(tasks, rounds, directory):
    print("\n| one statement, µs | " + " | ".join(f"n = {n}" for n in SMALL) + " |")
    print("|---" * (len(SMALL) + 1) + "|")
    for name, setup, work, peer_work in tasks:
        cells = []
        for n in SMALL:
            mf_setup, peer_setup = fill(setup, n)
            texts = mf_calls(mf_setup, work), python_calls(peer_setup, peer_work)
            mf, peer = median_times(texts, rounds, directory)
            cells.append(f"{1e6 * mf:.2f} (NumPy {1e6 * peer:.2f})")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="operations to run: a part of their name; all without")
    parser.add_argument("--sizes", default="100,500,1000,2000,4000", help="orders n, with commas between")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    sizes = {int(n) for n in arguments.sizes.split(",") if n}

    def wanted(tasks):
        return [t for t in tasks if not arguments.names or any(n in t[0] for n in arguments.names)]

    warn_if_busy("dense")
    with tempfile.TemporaryDirectory() as directory:
        ratios = large(wanted(TASKS), sizes, arguments.rounds, directory)
        if ratios:
            mean = math.exp(statistics.fmean(map(math.log, ratios.values())))
            print(f"\nmf / NumPy and SciPy: geometric mean {mean:.2f} of {len(ratios)}")
        for (name, n), ratio in ratios.items():
            if ratio > LIMIT and (n is None or n >= 500):
                print(f"above {LIMIT}: {name}{f', n = {n}' if n else ''}: {ratio:.2f}")
        if statements := wanted(STATEMENTS):
            small(statements, arguments.rounds, directory)


main()
