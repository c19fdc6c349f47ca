"""Models of ratings beside Surprise's, in one run, turn by turn: time, and error over the same folds.

    cargo build --release && python3 benches/recommend_explicit.py [--file ratings.csv] [--folds 5] [--rounds 3] [NAME ...]

The file has the columns userId, movieId and rating; without one it is the small MovieLens set in the directory that the
environment variable MF_SHARED_DATA names (`../shared/data` when it is not set). First the times, of the models whose name
contains a NAME: of one epoch where the number of epochs can be chosen ((fit of 11 - fit of 1) / 10), of the whole fit where
not; then an iteration of als on synthetic ratings beside NumPy, row by row. Cells show mf's median time over the peer's, both
times, and what is to be reached; below 1 mf is faster. Then the root mean square errors: both read the folds from the same files.
Settings are printed as they are called. The peer's Python (see `turns.py`) needs scikit-surprise.
"""

import argparse
import csv
import os
import pathlib
import random
import statistics
import tempfile

from turns import MF, PEERS, ROOT, times, warn_if_busy

SHARED = pathlib.Path(os.environ.get("MF_SHARED_DATA", ROOT.parent / "shared/data"))
FILE = SHARED / "ratings/ml-latest-small/ratings.csv"

# Name, ratio to be reached, the fit of both; {n} is a number of epochs, {all} as many as Surprise takes without being told.
MODELS = [
    ("baseline", 0.5, "baseline(R, user_lambda=15, item_lambda=10)", "BaselineOnly(verbose=False)"),
    (
        "funksvd, 100 factors",
        0.1,
        "funksvd(R, k=100, lr=.005, lambda=.02, init_scale=.1, maxiter={n}, seed=0)",
        "SVD(n_factors=100, n_epochs={n}, lr_all=.005, reg_all=.02, init_std_dev=.1, random_state=0)",
    ),
    (
        "svdpp, 20 factors",
        0.1,
        "svdpp(R, k=20, lr=.007, lambda=.02, maxiter={n}, seed=0)",
        "SVDpp(n_factors=20, n_epochs={n}, lr_all=.007, reg_all=.02, random_state=0)",
    ),
    (
        "knn, items, shrunk correlations about baselines",
        0.1,
        'knn(R, by="item", similarity="pearson_baseline", center="baseline", k=40, user_lambda=15, item_lambda=10)',
        "KNNBaseline(k=40, sim_options=dict(name='pearson_baseline', user_based=False), verbose=False)",
    ),
    (
        "knn, users, mean squared differences",
        0.5,
        'knn(R, by="user", similarity="msd", center="baseline", k=40, user_lambda=15, item_lambda=10)',
        "KNNBaseline(k=40, verbose=False)",
    ),
    (
        "knn, items, cosine, uncentred",
        0.1,
        'knn(R, by="item", similarity="cosine", center="none", k=40)',
        "KNNBasic(k=40, sim_options=dict(name='cosine', user_based=False), verbose=False)",
    ),
    (
        "knn, users, correlations, means",
        0.5,
        'knn(R, by="user", similarity="pearson", center="mean", k=40)',
        "KNNWithMeans(k=40, sim_options=dict(name='pearson'), verbose=False)",
    ),
    (
        "knn, users, correlations, standard scores",
        0.5,
        'knn(R, by="user", similarity="pearson", center="zscore", k=40)',
        "KNNWithZScore(k=40, sim_options=dict(name='pearson'), verbose=False)",
    ),
    # Surprise takes differences of ratings rounded down to integers: with half stars the errors differ.
    ("slopeone, unweighted", 0.5, "slopeone(R, weighted=false)", "SlopeOne()"),
    ("slopeone, weighted, beside unweighted", 0.5, "slopeone(R)", "SlopeOne()"),
]

SURPRISE = """
from surprise import *
from surprise import accuracy
from time import perf_counter
def load(path):
    reader = Reader(line_format='user item rating', sep=',', skip_lines=1, rating_scale=({low}, {high}))
    return Dataset.load_from_file(path, reader).build_full_trainset()
"""

# Users, items; uniform users, items of unequal popularity.
ALS_SIZE = (100_000, 20_000, 10_000_000)
ALS_MF = """
i = ceil({users}*rand({count}, 1)); j = ceil({items}*rand({count}, 1).*rand({count}, 1));
R = ratings(i, j, ceil(5*rand({count}, 1))); clear i j
"""
ALS_NUMPY = """
import numpy, scipy.sparse
from time import perf_counter
rng = numpy.random.default_rng(1)
i = rng.integers(0, {users}, {count}); j = (rng.random({count}) * rng.random({count}) * {items}).astype(int)
R = scipy.sparse.csr_matrix((rng.integers(1, 6, {count}).astype({kind}), (i, j)), shape=({users}, {items})); C = R.T.tocsr()
def half(R, Q, P):
    for row in range(R.shape[0]):
        at = slice(R.indptr[row], R.indptr[row + 1])
        X = Q[R.indices[at]]
        A = X.T @ X
        A.flat[:: len(A) + 1] += .17 * len(X) + 1e-6
        P[row] = numpy.linalg.solve(A, X.T @ (R.data[at] - mean))
Q = rng.standard_normal(({items}, 50)).astype({kind}); P = numpy.zeros(({users}, 50), {kind}); mean = {kind}(R.data.mean())
start = perf_counter(); half(R, Q, P); half(C, P, Q); print(perf_counter() - start)
"""


def write_folds(file, count, directory):
    """Writes train0.csv, test0.csv and so on; the least and the greatest rating."""
    with open(file, newline="") as lines:
        rows = [(row["userId"], row["movieId"], row["rating"]) for row in csv.DictReader(lines)]
    order = list(range(len(rows)))
    random.Random(0).shuffle(order)
    fold = {at: place % count for place, at in enumerate(order)}
    for n in range(-1, count):
        parts = [("all", rows)] if n < 0 else [
            (f"train{n}", [row for at, row in enumerate(rows) if fold[at] != n]),
            (f"test{n}", [row for at, row in enumerate(rows) if fold[at] == n]),
        ]
        for name, part in parts:
            with open(pathlib.Path(directory, f"{name}.csv"), "w") as out:
                out.write("userId,movieId,rating\n")
                out.writelines(",".join(row) + "\n" for row in part)
    values = [float(row[2]) for row in rows]
    return min(values), max(values)


def run(command, name, text, directory):
    """What a program prints, or how its complaint begins."""
    path = pathlib.Path(directory, name)
    path.write_text(text)
    return times([command, str(path)])


def counts(text):
    """The numbers of epochs to subtract."""
    return (11, 1) if "{n}" in text else (1,)


def clock(model, imports, directory):
    """One reading of both: seconds of an epoch, or of the fit."""
    _, _, ours, theirs = model
    script = f'warning("off", "all"); R = ratings("{directory}/all.csv");\nm = {ours.replace("{n}", "1")};\n'
    python = f"{imports}R = load('{directory}/all.csv')\n"
    for n in counts(ours):
        script += f'start = tic; m = {ours.replace("{n}", str(n))}; printf("%.9f\\n", toc(start));\n'
        python += f"start = perf_counter(); {theirs.replace('{n}', str(n))}.fit(R); print(perf_counter() - start)\n"
    for command, name, text in ((MF, "task.m", script), (PEERS, "task.py", python)):
        got, complaint = run(command, name, text, directory)
        if complaint:
            raise RuntimeError(f"{pathlib.Path(command).name}: {complaint}")
        yield (got[0] - got[1]) / 10 if len(got) > 1 else got[0]


def print_times(models, imports, rounds, directory):
    print("| fit, or epoch | to be reached | |\n|---|---|---|")
    for model in models:
        try:
            taken = [tuple(clock(model, imports, directory)) for _ in range(rounds)]
            mf, peer = map(statistics.median, zip(*taken))
            cell = f"{mf / peer:.3f} ({1e3 * mf:.3g} ms, peer {1e3 * peer:.3g})"
        except RuntimeError as complaint:
            cell = complaint
        print(f"| {model[0]} | {model[1]} | {cell} |", flush=True)


def print_als(directory):
    users, items, count = ALS_SIZE
    sizes = {"users": users, "items": items, "count": count}
    fit = 'start = tic; m = als(R, k=50, maxiter={n}, tol=0); printf("%.9f\\n", toc(start));\n'
    script = 'warning("off", "all");' + ALS_MF.format(**sizes) + fit.format(n=3) + fit.format(n=1)
    got, complaint = run(MF, "task.m", script, directory)
    peers = [run(PEERS, "task.py", ALS_NUMPY.format(kind=f"numpy.{kind}", **sizes), directory) for kind in ("float32", "float64")]
    wrong = complaint or peers[0][1] or peers[1][1]
    if wrong:
        cell = wrong
    else:
        mf, best = (got[0] - got[1]) / 2, min(peer[0][0] for peer in peers)
        cell = f"{mf / best:.2f} ({mf:.3g} s, peer {', '.join(f'{peer[0][0]:.3g}' for peer in peers)} in single and double precision)"
    print(f"| als, 50 factors, {count:,} ratings {users:,}×{items:,}, beside NumPy by rows | 0.5 | {cell} |", flush=True)


def errors(model, imports, folds, directory):
    """The errors of both on each fold."""
    _, _, ours, theirs = model
    ours, theirs = ours.replace("{n}", "20"), theirs.replace("{n}", "20")
    script, python = 'warning("off", "all");\n', imports
    for n in range(folds):
        script += f'R = ratings("{directory}/train{n}.csv"); T = ratings("{directory}/test{n}.csv");\n'
        script += f'm = {ours}; printf("%.9f\\n", rmse(m, T));\n'
        python += f"m = {theirs}.fit(load('{directory}/train{n}.csv'))\n"
        python += f"print(accuracy.rmse(m.test(load('{directory}/test{n}.csv').build_testset()), verbose=False))\n"
    return run(MF, "task.m", script, directory), run(PEERS, "task.py", python, directory)


def print_errors(models, imports, folds, directory):
    print(f"\n| root mean square error over {folds} folds | mf | Surprise | settings of both |\n|---|---|---|---|")
    for model in models:
        cells = []
        for got, complaint in errors(model, imports, folds, directory):
            if complaint:
                cells.append(complaint)
                continue
            spread = statistics.stdev(got) / len(got) ** 0.5 if len(got) > 1 else 0
            cells.append(f"{statistics.mean(got):.4f} ± {spread:.4f}")
        settings = " · ".join(text.replace("{n}", "20") for text in model[2:])
        print(f"| {model[0]} | {cells[0]} | {cells[1]} | `{settings}` |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="models to run: a part of their name; all without")
    parser.add_argument("--file", default=FILE)
    parser.add_argument("--folds", type=int, default=5, help="at least 2")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.folds < 2:
        parser.error("--folds must be at least 2: one of them is for testing")
    wanted = lambda name: not arguments.names or any(part in name for part in arguments.names)
    models = [model for model in MODELS if wanted(model[0])]
    warn_if_busy("recommend_explicit")
    with tempfile.TemporaryDirectory() as directory:
        low, high = write_folds(arguments.file, arguments.folds, directory)
        imports = SURPRISE.format(low=low, high=high)
        print_times(models, imports, arguments.rounds, directory)
        if wanted("als"):
            print_als(directory)
        print_errors(models, imports, arguments.folds, directory)


main()
