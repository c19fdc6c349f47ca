"""Writes truncated.json: what scikit-learn's TruncatedSVD finds in its digits, full and sparse.

    python3 -m venv /tmp/refs && /tmp/refs/bin/pip install scikit-learn scipy
    /tmp/refs/bin/python tests/references/truncated.py

Its data are not centred. The variances are those of the scores, as numpy.var has them: divided by the number of rows.
"""

import json
import pathlib

import numpy
import scipy.sparse
import sklearn
from sklearn.datasets import load_digits
from sklearn.decomposition import TruncatedSVD

K = 10


def main():
    X = load_digits().data
    found = {}
    for name, data in [("full", X), ("sparse", scipy.sparse.csr_matrix(X))]:
        model = TruncatedSVD(K, algorithm="arpack", random_state=0)
        scores = model.fit_transform(data)
        found[name] = {
            "singular_values": model.singular_values_.tolist(),
            "variance": model.explained_variance_.tolist(),
            "ratio": model.explained_variance_ratio_.tolist(),
            "first": numpy.abs(scores[0]).tolist(),
        }
    held = {"made_with": f"scikit-learn {sklearn.__version__}", "k": K, "cases": found}
    path = pathlib.Path(__file__).with_name("truncated.json")
    path.write_text(json.dumps(held, indent=1) + "\n")


main()
