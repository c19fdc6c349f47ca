"""Implicit recommenders beside the package implicit, in one run: speed turn by turn, then accuracy on MovieLens.

    cargo build --release && python3 benches/recommend_implicit.py [--rounds 3] [--seeds 5] [--ratings ratings.csv] [NAME ...]

Speed: 4.8·10⁶ observations of about 20,000 items by 100,000 users, popular ones more often; cells show mf's median time
over implicit's. Accuracy (with --ratings, a file of MovieLens): what is rated 4 or more was taken. Of the users with five or more,
a fifth is for tuning and a fifth for testing: four fifths of what they took is given, the rest is to be found. Every model is
fitted to the other users with as many random settings by both programs, those users are folded in (bpr, which implicit cannot
fold in, is fitted to what is given as well), and the setting with the best NDCG@10 of the users for tuning is tested.
See `turns.py` for threads and environment variables.
"""

import argparse
import csv
import json
import math
import pathlib
import random
import statistics
import subprocess
import tempfile

from turns import MF, PEERS, print_goals, warn_if_busy

IMPLICIT = (
    "import numpy, scipy.sparse, warnings; warnings.filterwarnings('ignore')\n"
    "from implicit.als import AlternatingLeastSquares\nfrom implicit.bpr import BayesianPersonalizedRanking\n"
    "from implicit.nearest_neighbours import BM25Recommender"
)
DATA = (
    'warning("off", "all"); n = 5.6e6; u = ceil(1e5*rand(n, 1).^1.5); i = ceil(2e4*rand(n, 1).^2);'
    " R = ratings(u, i, ones(n, 1), implicit=true);",
    "n = 5600000; u = (1e5 * rng.random(n) ** 1.5).astype(int); i = (2e4 * rng.random(n) ** 2).astype(int)\n"
    "R = scipy.sparse.csr_matrix((numpy.ones(n, numpy.float32), (u, i)), shape=(100000, 20000))\n"
    "R.sum_duplicates(); R.data[:] = 1",
)


def fitted(mf, peer):
    """A fit by both, of a number of iterations that makes the start count little."""
    return mf, f"m = {peer}\nm.fit(R, show_progress=False)"


ALS = "AlternatingLeastSquares(64, iterations=5, regularization=1, num_threads=2"
BPR = "BayesianPersonalizedRanking(63, iterations=5, num_threads=2)"
ALL = (DATA[0] + " m = ials(R, k=64, maxiter=1);", DATA[1] + f"\nm = {ALS})\nm.fit(R, show_progress=False)")

# Name, what is to be reached, the data, the work of both.
TASKS = [
    ("ials cg, 64 factors, 5 iterations", 0.7, DATA, fitted("m = ials(R, k=64, maxiter=5);", ALS + ")")),
    (
        "ials cholesky, 64 factors, 5 iterations",
        0.4,
        DATA,
        fitted('m = ials(R, k=64, maxiter=5, solver="cholesky");', ALS + ", use_cg=False)"),
    ),
    ("bpr, 63 factors and bias, 5 epochs", 0.6, DATA, fitted("m = bpr(R, k=63, maxiter=5);", BPR)),
    ("itemknn bm25, 20 neighbours", 1, DATA, fitted("m = itemknn(R, k=20);", "BM25Recommender(20, num_threads=2)")),
    (
        "10 items for 100,000 users",
        0.6,
        ALL,
        ("T = recommend_all(m, n=10);", "ids, scores = m.recommend(numpy.arange(100000), R, N=10)"),
    ),
]

PEER = '''
import json, sys, warnings; warnings.filterwarnings('ignore')
import numpy, scipy.sparse
from implicit.als import AlternatingLeastSquares as Als
from implicit.bpr import BayesianPersonalizedRanking as Bpr
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender
parts, model, settings = json.load(open(sys.argv[1])), sys.argv[2], json.loads(sys.argv[3])
known = sorted({i for part in parts.values() for _, i in part}); item = {i: n for n, i in enumerate(known)}
people = sorted({u for name in ('train', 'given') for u, _ in parts[name]}); user = {u: n for n, u in enumerate(people)}
def matrix(part):
    at = [user[u] for u, _ in part], [item[i] for _, i in part]
    return scipy.sparse.csr_matrix((numpy.ones(len(part), numpy.float32), at), shape=(len(people), len(known)))
train, given = matrix(parts['train']), matrix(parts['given']); whole = (train + given).tocsr()
rows = sorted({user[u] for u, _ in parts['train']})
held = {}
for name in ('tune', 'test'):
    held[name] = {}
    for u, i in parts[name]: held[name].setdefault(user[u], set()).add(item[i])
for s in settings:
    if model == 'ials': m = Als(s['k'], regularization=s['lambda'], alpha=s['alpha'], iterations=15, random_state=0)
    if model == 'bpr': m = Bpr(s['k'], learning_rate=s['lr'], regularization=s['lambda'], iterations=s['maxiter'], random_state=0, num_threads=1)
    if model == 'bm25': m = BM25Recommender(s['k'], s['k1'], s['b'])
    if model == 'cosine': m = CosineRecommender(s['k'])
    m.fit(whole if model == 'bpr' else train[rows], show_progress=False)
    line = []
    for name in ('tune', 'test'):
        gains, recalls = [], []
        for u, wanted in sorted(held[name].items()):
            extra = dict(recalculate_user=True) if model == 'ials' else {}
            ids, _ = m.recommend(u if model == 'bpr' else 0, whole[u], N=20, **extra)
            gain = sum(1 / numpy.log2(p + 2) for p, i in enumerate(ids[:10]) if i in wanted)
            gains.append(gain / sum(1 / numpy.log2(p + 2) for p in range(min(10, len(wanted)))))
            recalls.append(len(wanted & set(map(int, ids))) / len(wanted))
        line += [numpy.mean(gains), numpy.mean(recalls)]
    print(*line)
'''


def divided(path, seed):
    """Pairs of user and item: of the users to fit to, given and to be found."""
    taken = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            if float(row["rating"]) >= 4:
                taken.setdefault(int(row["userId"]), []).append(int(row["movieId"]))
    chance = random.Random(seed)
    users = sorted(u for u in taken if len(taken[u]) >= 5)
    chance.shuffle(users)
    fifth = len(users) // 5
    parts = {"train": [], "given": [], "tune": [], "test": []}
    for name, chosen in (("test", users[:fifth]), ("tune", users[fifth : 2 * fifth])):
        for u in sorted(chosen):
            items = chance.sample(taken[u], len(taken[u]))
            count = max(1, round(0.2 * len(items)))
            parts[name] += [(u, i) for i in items[:count]]
            parts["given"] += [(u, i) for i in items[count:]]
    others = set(taken) - set(users[: 2 * fifth])
    parts["train"] = [(u, i) for u in sorted(others) for i in taken[u]]
    return parts


def settings(model, seed):
    """As many settings for both programs, those of mf with its own parameters besides."""
    chance = random.Random(1000 + seed)

    def between(low, high):
        return round(math.exp(chance.uniform(math.log(low), math.log(high))), 4)

    factors, count = [16, 32, 64], range(12)
    if model == "ials":
        return [{"k": chance.choice(factors), "alpha": between(1, 40), "lambda": between(0.1, 200)} for _ in count]
    if model == "bpr":
        rates = [{"k": chance.choice(factors), "lr": between(0.01, 0.2), "lambda": between(0.001, 0.1)} for _ in count]
        return [rate | {"maxiter": chance.choice([50, 100, 200])} for rate in rates]
    if model == "bm25":
        near = [20, 50, 100, 200, 500]
        return [{"k": chance.choice(near), "k1": between(0.1, 10), "b": round(chance.random(), 2)} for _ in count]
    if model == "cosine":
        return [{"k": k} for k in (5, 10, 20, 50, 100, 200, 500, 1000)]
    return [{"lambda": x} for x in (30, 100, 300, 600)] if model == "ease" else [{}]


CALLS = {"bm25": ("itemknn", ', weighting="bm25"'), "cosine": ("itemknn", ', weighting="cosine"')}


def script(directory, model, chosen):
    """The program for mf: a line of NDCG@10 and recall@20 of the users for tuning and for testing for each setting."""
    lines = ['warning("off", "all");']
    for name in ("train", "given", "tune", "test"):
        lines.append(f'{name} = ratings("{directory}/{name}.csv", implicit=true);')
    lines.append("whole = join_ratings(train, given);")
    call, extra = CALLS.get(model, (model, ""))
    for s in chosen:
        keywords = "".join(f", {name}={value}" for name, value in s.items()) + extra
        fit = f"{call}({'whole' if model == 'bpr' else 'train'}{keywords})"
        lines.append(f"m = {fit if model == 'bpr' else f'fold_in({fit}, given)'};")
        lines.append(
            'printf("%.6f ", ndcg(m, tune, k=10), recall(m, tune, k=20), ndcg(m, test, k=10), recall(m, test, k=20));'
            ' printf("\\n");'
        )
    return "\n".join(lines) + "\n"


def results(command):
    """Lines of numbers that a program prints, or how its complaint begins."""
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode != 0:
        return None, (ran.stderr or ran.stdout).strip().splitlines()[-1]
    return [[float(x) for x in line.split()] for line in ran.stdout.splitlines()], None


def judged(path, seeds, model, program, directory):
    """Mean and standard error over the seeds of NDCG@10 and recall@20, of the setting chosen for each."""
    tested = []
    for seed in range(seeds):
        place = pathlib.Path(directory)
        parts, chosen = divided(path, seed), settings(model, seed)
        if program == "mf":
            for name, pairs in parts.items():
                rows = "".join(f"{u},{i},1\n" for u, i in pairs)
                (place / f"{name}.csv").write_text("userId,movieId,rating\n" + rows)
            (place / "models.m").write_text(script(directory, model, chosen))
            lines, complaint = results([MF, str(place / "models.m")])
        else:
            (place / "parts.json").write_text(json.dumps(parts))
            (place / "models.py").write_text(PEER)
            command = [PEERS, str(place / "models.py"), str(place / "parts.json"), model, json.dumps(chosen)]
            lines, complaint = results(command)
        if complaint:
            return complaint
        tested.append(max(lines, key=lambda line: line[0])[2:])
    columns = list(zip(*tested))
    error = [statistics.stdev(c) / math.sqrt(len(c)) if len(c) > 1 else 0 for c in columns]
    return ", ".join(f"{statistics.mean(c):.4f} ± {e:.4f}" for c, e in zip(columns, error))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="operations to run: a part of their name; all without")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--ratings", help="ratings.csv of MovieLens; no accuracy without")
    arguments = parser.parse_args()

    def wanted(name):
        return not arguments.names or any(part in name for part in arguments.names)

    tasks = [(name, [None], goal, IMPLICIT, data, *work) for name, goal, data, work in TASKS if wanted(name)]
    warn_if_busy("recommend_implicit")
    with tempfile.TemporaryDirectory() as directory:
        print("| operation | to be reached | |\n|---|---|---|")
        print_goals(tasks, [None], arguments.rounds, directory)
        if not arguments.ratings:
            return
        print("\n| NDCG@10, recall@20 | mf | implicit |\n|---|---|---|")
        for model in ("popularity", "ials", "bpr", "cosine", "bm25", "ease"):
            if wanted(model):
                cells = [judged(arguments.ratings, arguments.seeds, model, "mf", directory)]
                if model not in ("popularity", "ease"):
                    cells.append(judged(arguments.ratings, arguments.seeds, model, "implicit", directory))
                print(f"| {model} | {' | '.join(cells)} |", flush=True)


main()
