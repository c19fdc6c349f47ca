"""Writes expected/NAME.txt: what GNU Octave makes of each line of cases/NAME.txt for each matrix. Needs octave-cli.

    python3 tests/contract_sparse/make.py [NAME …]

A case is an expression, or statements that set r. S is the sparse matrix, F the same in full, D a full and B a sparse
matrix of its size, T its transpose. Of the cases of constants.txt, which do not look at S, there is one line each. Octave itself
aborts at a few.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent


def code(case):
    return case if re.search(r"\br\s*\+?=(?!=)", case) else f"r = {case};"


def run(calls):
    """The lines that Octave prints, until it aborts or stands still."""
    with tempfile.NamedTemporaryFile("w", suffix=".m") as file, tempfile.TemporaryFile("w+") as out:
        file.write("\n".join([(HERE / "tell.m").read_text(), *calls]) + "\n")
        file.flush()
        try:
            subprocess.run(["octave-cli", file.name], stdout=out, stderr=subprocess.DEVNULL, timeout=40)
        except subprocess.TimeoutExpired:
            pass
        out.seek(0)
        text = out.read()
    return text[: text.rfind("\n") + 1].splitlines()


def make(name):
    matrices = [line.split(": ", 1)[1] for line in (HERE / "matrices.txt").read_text().splitlines()]
    if name == "constants":
        matrices = matrices[:1]
    cases = (HERE / f"cases/{name}.txt").read_text().splitlines()
    calls = [f"one({m}, '{code(case).replace(chr(39), chr(39) * 2)}'); fflush(stdout);" for case in cases for m in matrices]
    made = []
    while len(made) < len(calls):
        made += run(calls[len(made) :])
        if len(made) < len(calls):
            made.append("abort")
    out = []
    for k, case in enumerate(cases):
        out += [f"= {case}"] + made[k * len(matrices) : (k + 1) * len(matrices)]
    (HERE / f"expected/{name}.txt").write_text("\n".join(out) + "\n")


for name in sys.argv[1:] or sorted(path.stem for path in HERE.glob("cases/*.txt")):
    make(name)
