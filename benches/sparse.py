"""Sparse matrices beside SciPy and scikit-learn, in one run, turn by turn.

    cargo build --release && python3 benches/sparse.py [--counts 1000000,5000000] [--rounds 3] [NAME ...]

Every line of the table is one operation (those whose name contains a NAME), every column one number of entries: a random
100,000×20,000 matrix, or where the line says so the Laplacian of a grid of 300×300 (Poisson) or one with a flow through
it (convection). Cells show mf's median time over the peer's, mf's in milliseconds, and what is to be reached; below 1 mf is faster. SciPy keeps
its matrix by rows where its products are faster that way. A line that one of the two programs cannot run says why.

mf has two threads, SciPy's sparse work one; see `turns.py` for the environment variables.
"""

import argparse
import tempfile

from turns import print_goals, warn_if_busy

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
FLOW = (
    "e = ones(300, 1); T = spdiags([-e 2*e -e], -1:1, 300, 300); D = spdiags([-e e], [-1 0], 300, 300);"
    " S = kron(T, speye(300)) + kron(speye(300), T) + 0.5*kron(D, speye(300)); b = randn(90000, 1);",
    "T = scipy.sparse.diags([-1, 2, -1], [-1, 0, 1], shape=(300, 300)); I = scipy.sparse.identity(300)\n"
    "D = scipy.sparse.diags([-1, 1], [-1, 0], shape=(300, 300))\n"
    "S = scipy.sparse.csc_matrix(scipy.sparse.kron(T, I) + scipy.sparse.kron(I, T) + 0.5*scipy.sparse.kron(D, I))\n"
    "R = S.tocsr(); b = rng.standard_normal(90000)",
)
SMALLER = tuple(text.replace("300", "100").replace("90000", "10000") for text in POISSON)
FILE = (
    RANDOM[0] + ' file = [tempname() ".mtx"]; writemtx(file, S);',
    RANDOM[1] + '\nimport os, tempfile\nfile = os.path.join(tempfile.mkdtemp(), "a.mtx"); scipy.io.mmwrite(file, S)',
)
ALL, ONE, NONE = "all", "first", "none"
SCIPY = "import numpy, scipy.io, scipy.sparse, scipy.sparse.linalg"
LEARN = SCIPY + ", sklearn.utils.extmath"

# Name, the numbers of entries (all, the first alone, or none), what is to be reached, what the peer imports, set-up and work
# of mf and of the peer. Of SciPy's two storages the faster one is taken.
TASKS = [
    ("S*x", ALL, 0.6, SCIPY, VECTORS, "z = S*x;", "S @ x"),
    ("S'*y", ALL, 0.6, SCIPY, VECTORS, "z = S'*y;", "S.T @ y"),
    ("S*B, 50 columns", ALL, 0.4, SCIPY, BLOCK, "Z = S*B;", "R @ B"),
    ("S'*C, 50 columns", ALL, 0.4, SCIPY, BLOCK, "Z = S'*C;", "S.T @ C"),
    ("S'*S", ONE, 0.7, SCIPY, RANDOM, "Z = S'*S;", "R.T @ R"),
    ("S + S", ALL, 0.7, SCIPY, RANDOM, "Z = S + S;", "S + S"),
    ("triplets to compressed", ALL, 0.7, SCIPY, RANDOM, "Z = sparse(i, j, v, 100000, 20000);",
     "scipy.sparse.csc_matrix((v, (i, j)), shape=(100000, 20000))"),
    ("readmtx", ONE, 1, SCIPY, FILE, "Z = readmtx(file);", "scipy.io.mmread(file)"),
    ("writemtx", ONE, 1, SCIPY, FILE, "writemtx(file, S);", "scipy.io.mmwrite(file, S)"),
    ("Poisson S\\b", NONE, 0.5, SCIPY, POISSON, "x = S\\b;", "scipy.sparse.linalg.spsolve(S, b)"),
    ("convection S\\b", NONE, 1, SCIPY, FLOW, "x = S\\b;", "scipy.sparse.linalg.spsolve(S, b)"),
    ("Poisson pcg to 1e-8", NONE, 1, SCIPY, POISSON, "[x, flag] = pcg(S, b, 1e-8, 2000);",
     "scipy.sparse.linalg.cg(S, b, rtol=1e-8, maxiter=2000)"),
    ("convection gmres(30), 5 cycles", NONE, 1, SCIPY, FLOW, "[x, flag] = gmres(S, b, 30, 1e-14, 5);",
     "scipy.sparse.linalg.gmres(R, b, rtol=1e-14, restart=30, maxiter=5)"),
    ("convection bicgstab to 1e-8", NONE, 1, SCIPY, FLOW, "[x, flag] = bicgstab(S, b, 1e-8, 2000);",
     "scipy.sparse.linalg.bicgstab(R, b, rtol=1e-8, maxiter=2000)"),
    ("lsqr, 100 steps", ONE, 1, SCIPY, VECTORS, "[x, flag] = lsqr(S, y, 1e-14, 100);",
     "scipy.sparse.linalg.lsqr(S, y, atol=1e-14, btol=1e-14, iter_lim=100)"),
    ("Poisson eigs, 6 largest", NONE, 1, SCIPY, SMALLER, 'd = eigs(S, 6, "la");',
     "scipy.sparse.linalg.eigsh(S, 6, which='LA', tol=1e-12, return_eigenvectors=False)"),
    ("Poisson eigs, 6 near zero", NONE, 1, SCIPY, POISSON, 'd = eigs(S, 6, "sm");',
     "scipy.sparse.linalg.eigsh(S, 6, sigma=0)"),
    ("rsvd k=20", ALL, 0.6, LEARN, RANDOM, "[U, s, V] = rsvd(S, 20);",
     "sklearn.utils.extmath.randomized_svd(R, 20, random_state=1)"),
    ("svds k=20", ONE, 0.4, SCIPY, RANDOM, "[U, s, V] = svds(S, 20);", "scipy.sparse.linalg.svds(S, 20, tol=1e-10)"),
    ("svds k=20, PROPACK", ONE, 0.4, SCIPY, RANDOM, "[U, s, V] = svds(S, 20);",
     "scipy.sparse.linalg.svds(S, 20, tol=1e-10, solver='propack', maxiter=100)"),
]


def columns(which, counts):
    return {ALL: counts, ONE: counts[:1], NONE: [None]}[which]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="operations to run: a part of their name; all without")
    parser.add_argument("--counts", default="1000000,5000000", help="numbers of entries, with commas between")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    counts = [int(n) for n in arguments.counts.split(",") if n]
    wanted = [t for t in TASKS if not arguments.names or any(part in t[0] for part in arguments.names)]
    tasks = [(t[0], columns(t[1], counts), *t[2:]) for t in wanted]
    warn_if_busy("sparse")
    print("| operation | to be reached | " + " | ".join(f"{n:,} entries" for n in counts) + " |")
    print("|---" * (len(counts) + 2) + "|")
    with tempfile.TemporaryDirectory() as directory:
        print_goals(tasks, counts, arguments.rounds, directory)


main()
