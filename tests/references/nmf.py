"""Writes nmf.json: what scikit-learn makes of small non-negative matrices, and of its digits.

    python3 -m venv /tmp/refs && /tmp/refs/bin/pip install scikit-learn
    /tmp/refs/bin/python tests/references/nmf.py

Multiplicative updates from a given start are the same arithmetic everywhere, so that the products W*H after a fixed number
of iterations agree to rounding; its coordinate descent ends at another point of the same problem, and gives a number to
reach. Penalties are compared on square matrices, where scikit-learn's factors are the number of rows for both.
"""

import json
import pathlib
import warnings

import numpy
import sklearn
from sklearn.datasets import load_digits
from sklearn.decomposition import NMF, non_negative_factorization

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
NAMES = {2: "frobenius", 1: "kullback-leibler", 0: "itakura-saito"}
K = 3


def rounded(matrix):
    """Rows of numbers with few digits, so that the file is short and every program reads the same."""
    return numpy.round(matrix, 3)


def updates(rng):
    cases = []
    for m, n, beta, alpha, ratio in [
        (8, 6, 2, 0, 0), (8, 6, 1, 0, 0), (8, 6, 0, 0, 0), (8, 6, 0.5, 0, 0), (8, 6, 1.5, 0, 0), (8, 6, 3, 0, 0),
        (7, 7, 2, 0.02, 0.5), (7, 7, 1, 0.02, 1), (7, 7, 1.5, 0.02, 1), (7, 7, 3, 0.02, 1),
    ]:
        A = rounded(rng.random((m, K)) @ rng.random((K, n)) + 0.3 * rng.random((m, n)) + 0.05)
        W, H = rounded(rng.random((m, K)) + 0.1), rounded(rng.random((K, n)) + 0.1)
        model = NMF(K, solver="mu", beta_loss=NAMES.get(beta, beta), init="custom", max_iter=25, tol=0,
                    alpha_W=alpha, alpha_H="same", l1_ratio=ratio)
        made = model.fit_transform(A, W=W.copy(), H=H.copy())
        cases.append({
            "beta": beta, "l1": alpha * ratio * m, "l2": alpha * (1 - ratio) * m, "A": A.tolist(), "W": W.tolist(),
            "H": H.tolist(), "residual": float(model.reconstruction_err_),
            "product": (made @ model.components_).tolist(),
        })
    return cases


def transforms(rng):
    cases = []
    for beta, solver in [(2, "cd"), (1, "mu")]:
        H = rounded(rng.random((K, 6)) + 0.05)
        X = rounded(rng.random((5, K)) @ H + 0.2 * rng.random((5, 6)))
        Z, _, _ = non_negative_factorization(X, n_components=K, H=H, update_H=False, init="custom", solver=solver,
                                             beta_loss=NAMES[beta], tol=1e-14, max_iter=100000)
        cases.append({"beta": beta, "H": H.tolist(), "X": X.tolist(), "product": (Z @ H).tolist()})
    return cases


def digits():
    X = load_digits().data
    found = {}
    for name, solver, loss in [("cd", "cd", "frobenius"), ("mu", "mu", "frobenius"), ("kl", "mu", "kullback-leibler")]:
        init = "nndsvd" if solver == "cd" else "nndsvda"
        found[name] = NMF(16, solver=solver, beta_loss=loss, init=init, max_iter=500).fit(X).reconstruction_err_
    return found


def main():
    rng = numpy.random.default_rng(7)
    content = {"made_by": f"scikit-learn {sklearn.__version__}", "updates": updates(rng), "transforms": transforms(rng),
               "digits": digits()}
    (HERE / "nmf.json").write_text(json.dumps(content, indent=None, separators=(",", ":")) + "\n")


main()
