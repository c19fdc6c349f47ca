"""Writes expected/NAME.json: what GNU Octave prints for each line of cases/NAME.txt. Needs octave-cli.

    python3 tests/octave/make.py [NAME …]
"""

import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
MARK = "@@"


def make(name):
    cases = [line for line in (HERE / f"cases/{name}.txt").read_text().splitlines() if line]
    script = (HERE / "show.m").read_text() + "".join(
        f"try\n disp('{MARK}{i}');\n{case}\ncatch e\n disp(['error: ' e.message]);\nend\nclear -variables\n"
        for i, case in enumerate(cases)
    )
    with tempfile.NamedTemporaryFile("w", suffix=".m") as file:
        file.write(script)
        file.flush()
        out = subprocess.run(["octave-cli", file.name], capture_output=True, text=True).stdout
    version = subprocess.run(["octave-cli", "--version"], capture_output=True, text=True).stdout
    expected = []
    for part in out.split(MARK)[1:]:
        number, _, text = part.partition("\n")
        lines = [line.rstrip() for line in text.splitlines() if line.strip()]
        expected.append({"code": cases[int(number)], "output": lines})
    content = {"made_with": version.splitlines()[0], "cases": expected}
    (HERE / f"expected/{name}.json").write_text(json.dumps(content, indent=1) + "\n")


for name in sys.argv[1:] or sorted(path.stem for path in HERE.glob("cases/*.txt")):
    make(name)
