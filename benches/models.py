"""Models of matrices beside scikit-learn, in one run, turn by turn.

    cargo build --release && python3 benches/models.py [--rounds 3] [NAME ...]

Every line of the table is one task (those whose name contains a NAME). Cells show mf's median time over the peer's, mf's in
milliseconds, and what is to be reached; below 1 mf is faster. A line that one of the two programs cannot run says why.

Both have two threads; see `turns.py` for the environment variables.
"""

import argparse
import tempfile

from turns import print_goals, warn_if_busy

DECOMPOSITION = "import numpy\nfrom sklearn.decomposition import PCA"
# 30 directions that fade away in noise, as data have them.
TALL = (
    "X = randn(5000, 30)*diag(0.8.^(0:29)*20)*randn(30, 2000) + randn(5000, 2000);",
    "X = (rng.standard_normal((5000, 30)) * 20 * 0.8 ** numpy.arange(30)) @ rng.standard_normal((30, 2000))\n"
    "X += rng.standard_normal((5000, 2000))",
)
NOISE = ("X = randn(5000, 2000);", "X = rng.standard_normal((5000, 2000))")

# Name, columns of the table, what is to be reached, what the peer imports, set-up and work of mf and of the peer.
TASKS = [
    ("PCA k=20 of 5000x2000", [None], 0.35, DECOMPOSITION, TALL, "m = pca(X, k=20);",
     "m = PCA(20, svd_solver='randomized').fit(X)"),
    ("PCA k=20 of 5000x2000, noise", [None], 0.35, DECOMPOSITION, NOISE, "m = pca(X, k=20);",
     "m = PCA(20, svd_solver='randomized').fit(X)"),
    ("PCA, all components, 5000x2000", [None], 0.3, DECOMPOSITION, NOISE, "m = pca(X);",
     "m = PCA(svd_solver='full').fit(X)"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="tasks to run: a part of their name; all without")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    tasks = [t for t in TASKS if not arguments.names or any(part in t[0] for part in arguments.names)]
    warn_if_busy("models")
    print("| task | to be reached | mf beside scikit-learn |")
    print("|---|---|---|")
    with tempfile.TemporaryDirectory() as directory:
        print_goals(tasks, [None], arguments.rounds, directory)


main()
