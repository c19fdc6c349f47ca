"""The promises about memory.

    cargo build --release && python3 benches/memory.py

A 1,000,000×100,000 matrix of 10,000,000 entries within 2 GB: mf makes the triplets and the matrix, forgets the triplets,
multiplies the matrix with 50 full columns and finds ten singular values. And 25,000,000 ratings within 3 GB: they are read
from a file (which a run of its own makes), divided, fitted and evaluated. After each step the largest resident size so far
is shown; the program fails above the limits. Steps run in processes of their own, each from the beginning, since a
process's largest size never falls. MF names another mf.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MF = os.environ.get("MF", str(ROOT / "target/release/mf"))
GIB = 1024**3

BUILD = """m = 1e6; n = 1e5; count = 1e7;
i = ceil(m*rand(count, 1)); j = ceil(n*rand(count, 1)); v = randn(count, 1);
S = sparse(i, j, v, m, n);
clear i j v
"""
# As many users and films as MovieLens 25M has; a few films are rated by many.
MAKE = """n = 26.2e6;
i = ceil(162541*rand(n, 1)); j = ceil(59047*rand(n, 1).^2.5);
v = 3.5 + 0.8*sin(i) + 0.8*cos(3*j) + 0.7*sin(i).*sin(j) + 0.5*randn(n, 1);
R = ratings(i, j, min(max(round(2*v)/2, 0.5), 5));
printf("%d ratings\\n", nnz(R));
save("ratings.csv", R);
"""
READ = 'R = ratings("ratings.csv");\n'
FIT = "[train, test] = split(R, test=0.1, seed=1);\nclear R\n"
STEPS = [
    ("matrix built from triplets", BUILD, 2),
    ("matrix times 50 full columns", BUILD + "B = randn(n, 50);\nC = S*B;\n", 2),
    ("svds(S, 10)", BUILD + "s = svds(S, 10);\n", 2),
    ("(25 million ratings made and saved)", MAKE, None),
    ("ratings read", READ, 3),
    ("als fitted and evaluated", READ + FIT + "m = als(train, k=16, maxiter=3);\nevaluate(m, test)\n", 3),
    ("funksvd fitted and evaluated", READ + FIT + "m = funksvd(train, k=16, maxiter=3);\nevaluate(m, test)\n", 3),
]


def peak(text, directory):
    """The largest resident size of a run in bytes, and its complaint if it failed."""
    script = pathlib.Path(directory, "task.m")
    script.write_text(text)
    command = [MF, str(script)]
    child = subprocess.Popen(
        command, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    complaint = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_maxrss * unit, complaint if status else None


def main():
    kept = True
    with tempfile.TemporaryDirectory() as directory:
        for name, text, limit in STEPS:
            size, complaint = peak(text, directory)
            print(f"{name}: {size / GIB:.2f} GB{f', {complaint.strip()}' if complaint else ''}", flush=True)
            kept &= (limit is None or size <= limit * GIB) and not complaint
    sys.exit(0 if kept else "memory: a promise is not kept")


main()
