"""Models of a matrix beside scikit-learn, in one run, turn by turn.

    cargo build --release && python3 benches/models.py [--rounds 3] [NAME ...]

Every line of the table is one fit, of a fixed number of iterations where it iterates (those whose name contains a NAME). Cells show mf's median
time over scikit-learn's, both times, and what is to be reached; below 1 mf is faster. Then the objectives of nmf:
mf's must be as good after as many iterations, and how long it takes to be
as good as scikit-learn is at the end. See `turns.py` for threads and environment variables.
"""

import argparse
import pathlib
import tempfile

from turns import MF, PEERS, print_goals, times, warn_if_busy

LEARN = (
    "import numpy, scipy.sparse, warnings\nfrom sklearn.decomposition import NMF, PCA\nfrom sklearn.cluster import KMeans\n"
    "from sklearn.decomposition._nmf import _initialize_nmf\nwarnings.filterwarnings('ignore')"
)
DENSE = ('warning("off", "all"); A = rand(2000, 1000);', "A = rng.random((2000, 1000))")
SPARSE = (
    'warning("off", "all"); i = ceil(20000*rand(1e6, 1)); j = ceil(10000*rand(1e6, 1));'
    " A = sparse(i, j, rand(1e6, 1), 20000, 10000);",
    "i = rng.integers(0, 20000, 1000000); j = rng.integers(0, 10000, 1000000)\n"
    "A = scipy.sparse.csr_matrix((rng.random(1000000), (i, j)), shape=(20000, 10000))",
)


def nmf(solver, loss, iterations):
    """The same fit by both."""
    mf_loss = {"frobenius": "frobenius", "kullback-leibler": "kl"}[loss]
    own = "mu" if solver == "mu" else "hals"
    return (
        f'm = nmf(A, 10, solver="{own}", loss="{mf_loss}", init="random", maxiter={iterations}, tol=0);',
        f"m = NMF(10, solver='{solver}', beta_loss='{loss}', init='random', random_state=1, max_iter={iterations}, tol=0)\n"
        "m.fit(A)",
    )


POINTS = (
    'warning("off", "all"); X = randn(1e5, 50); C = randn(20, 50);',
    "X = rng.standard_normal((100000, 50)); C = rng.standard_normal((20, 50))",
)
GROUPS = (
    "m = kmeans(X, 20, start=C, maxiter=20, tol=0);",
    "m = KMeans(20, init=C, n_init=1, max_iter=20, tol=0, algorithm='lloyd').fit(X)",
)
START = ('m = nmf(A, 10, init="nndsvd", maxiter=0);', "W, H = _initialize_nmf(A, 10, init='nndsvd', random_state=1)")

# 30 directions that fade away in noise, as data have them.
TALL = (
    "X = randn(5000, 30)*diag(0.8.^(0:29)*20)*randn(30, 2000) + randn(5000, 2000);",
    "X = (rng.standard_normal((5000, 30)) * 20 * 0.8 ** numpy.arange(30)) @ rng.standard_normal((30, 2000))\n"
    "X += rng.standard_normal((5000, 2000))",
)
NOISE = ("X = randn(5000, 2000);", "X = rng.standard_normal((5000, 2000))")

# Name, what is to be reached, the data, the work of both.
TASKS = [
    ("nmf hals, dense 2000×1000, 30 iterations, beside cd", 0.35, DENSE, nmf("cd", "frobenius", 30)),
    ("nmf mu, dense, 30 iterations", 1, DENSE, nmf("mu", "frobenius", 30)),
    ("nmf mu kl, dense, 20 iterations", 0.3, DENSE, nmf("mu", "kullback-leibler", 20)),
    ("nmf nndsvd start, dense", 0.4, DENSE, START),
    ("nmf hals, sparse 20,000×10,000 with 10⁶ entries, 30 iterations, beside cd", 0.5, SPARSE, nmf("cd", "frobenius", 30)),
    ("nmf mu, sparse, 30 iterations", 1, SPARSE, nmf("mu", "frobenius", 30)),
    ("nmf mu kl, sparse, 10 iterations", 0.15, SPARSE, nmf("mu", "kullback-leibler", 10)),
    ("nmf nndsvd start, sparse", 0.4, SPARSE, START),
    ("pca k=20 of 5000×2000", 0.35, TALL, ("m = pca(X, k=20);", "m = PCA(20, svd_solver='randomized').fit(X)")),
    ("pca k=20 of 5000×2000, noise", 0.35, NOISE, ("m = pca(X, k=20);", "m = PCA(20, svd_solver='randomized').fit(X)")),
    ("pca of 5000×2000, all components", 0.3, NOISE, ("m = pca(X);", "m = PCA(svd_solver='full').fit(X)")),
    ("kmeans 100,000×50, k=20, 20 iterations", 0.9, POINTS, GROUPS),
]


def objectives(name, setup, work, directory):
    """What both reach, of a task whose result has a residual."""
    if not name.startswith("nmf") or work is START:
        return
    script, python = pathlib.Path(directory, "objective.m"), pathlib.Path(directory, "objective.py")
    script.write_text(f'{setup[0]}\n{work[0]}\nprintf("%.17g\\n", m.residual);\n')
    python.write_text(
        f"{LEARN}\nrng = numpy.random.default_rng(1)\n{setup[1]}\n{work[1]}\nprint(m.reconstruction_err_)\n"
    )
    (mf, wrong), (peer, complaint) = times([MF, str(script)]), times([PEERS, str(python)])
    print(f"{name}: residual {wrong or mf[0]:.8g}, scikit-learn {complaint or peer[0]:.8g}", flush=True)


def reaching(name, setup, work, directory):
    """How long mf takes to be as good as scikit-learn is at the end, of a task of nmf by least squares.

    Their data are drawn from one distribution, so that errors are compared beside the norm of the data.
    """
    if not name.startswith("nmf hals"):
        return
    script, python = pathlib.Path(directory, "reaching.m"), pathlib.Path(directory, "reaching.py")
    timed = f"{work[0]}\nstart = tic; {work[0]} taken = toc(start);"
    script.write_text(f'{setup[0]}\n{timed}\nprintf("%.17g\\n", taken, m.error);\n')
    python.write_text(
        f"{LEARN}\nfrom time import perf_counter\nrng = numpy.random.default_rng(1)\n{setup[1]}\n{work[1]}\n"
        f"start = perf_counter()\n{work[1]}\ntaken = perf_counter() - start\n"
        "size = numpy.sqrt(A.multiply(A).sum() if scipy.sparse.issparse(A) else (A * A).sum())\n"
        "print(taken, m.reconstruction_err_ / size)\n"
    )
    (mf, wrong), (peer, complaint) = times([MF, str(script)]), times([PEERS, str(python)])
    if wrong or complaint:
        return print(f"{name}: {wrong or complaint}")
    (taken, *errors), (peer_taken, goal) = mf, peer
    count = next((i for i, error in enumerate(errors, 1) if error <= goal), None)
    if count is None:
        return print(f"{name}: error {errors[-1]:.6f}, scikit-learn {goal:.6f}")
    spent = taken * count / len(errors)
    print(
        f"{name}: scikit-learn's error {goal:.6f} after {count} iterations, {spent * 1e3:.0f} ms; it takes"
        f" {peer_taken * 1e3:.0f} ms: {spent / peer_taken:.2f}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="operations to run: a part of their name; all without")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    wanted = [t for t in TASKS if not arguments.names or any(part in t[0] for part in arguments.names)]
    tasks = [(name, [None], goal, LEARN, setup, *work) for name, goal, setup, work in wanted]
    warn_if_busy("models")
    print("| operation | to be reached | |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as directory:
        print_goals(tasks, [None], arguments.rounds, directory)
        for name, _, setup, work in wanted:
            objectives(name, setup, work, directory)
            reaching(name, setup, work, directory)


main()
