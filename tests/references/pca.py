"""Writes pca.json: what scikit-learn's PCA makes of the digits, iris and wine data, for tests/pca.rs.

    python3 -m venv /tmp/refs && /tmp/refs/bin/pip install scikit-learn
    /tmp/refs/bin/python tests/references/pca.py

Numbers are written with all their digits; tests/pca.rs says how many of them each solver must give.
"""

import json
import pathlib

import numpy
import sklearn
from sklearn.datasets import load_digits, load_iris, load_wine
from sklearn.decomposition import PCA, IncrementalPCA
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

HERE = pathlib.Path(__file__).parent


def model(x, k, **options):
    p = PCA(k, random_state=0, **options).fit(x)
    scores = p.transform(x)
    return {
        "k": int(p.n_components_),
        "variance": p.explained_variance_.tolist(),
        "ratio": p.explained_variance_ratio_.tolist(),
        "noise": float(p.noise_variance_),
        "score": float(p.score(x)) if p.n_components_ < min(x.shape) else None,
        "first": numpy.abs(scores[0]).tolist(),
    }


def case(name, x, y, k):
    solvers = {s: model(x, k, svd_solver=s) for s in ("full", "covariance_eigh", "arpack", "randomized")}
    z = StandardScaler().fit_transform(x)
    incremental = IncrementalPCA(k, batch_size=max(2 * k, len(x) // 5)).fit(x)
    one = KNeighborsClassifier(1, algorithm="brute")
    return {
        "name": name,
        "rows": x.shape[0],
        "columns": x.shape[1],
        "k": k,
        "solvers": solvers,
        "all": model(x, None, svd_solver="full"),
        "mle": model(x, "mle", svd_solver="full")["k"],
        "mle_standardized": model(z, "mle", svd_solver="full")["k"],
        "share": model(x, 0.9, svd_solver="full")["k"],
        "incremental": incremental.explained_variance_.tolist(),
        "neighbours": float(cross_val_score(one, PCA(k, svd_solver="full").fit_transform(x), y, cv=LeaveOneOut()).mean()),
    }


def main():
    cases = []
    for name, data, k in (("iris", load_iris(), 2), ("wine", load_wine(), 4), ("digits", load_digits(), 10)):
        cases.append(case(name, data.data, data.target, k))
        if name == "digits":
            # Fewer pixels that vary, and no more than a few hundred rows.
            part = data.data[:300, data.data[:300].std(0) > 1]
            cases.append(case("digits, 300", part, data.target[:300], 10))
    text = json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}, indent=1)
    (HERE / "pca.json").write_text(text + "\n")


main()
