"""Whole-process start-up of mf beside the programs it wants to replace, in one run, turn by turn.

    cargo build --release && python3 benches/startup.py [RUNS]

Programs that are not installed are left out. Reported are medians and the ratio to mf.
"""

import pathlib
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = str(ROOT / ".venv/bin/python") if (ROOT / ".venv").exists() else "python3"

COMMANDS = {
    "mf -e 1": [str(ROOT / "target/release/mf"), "-e", "1"],
    "python3 -c pass": ["python3", "-c", "pass"],
    "octave-cli --eval 1": ["octave-cli", "--eval", "1"],
    "python3 -c 'import sklearn.decomposition'": [PYTHON, "-c", "import sklearn.decomposition"],
}


def seconds(command):
    start = time.perf_counter()
    result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start if result.returncode == 0 else None


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    present = {
        name: command
        for name, command in COMMANDS.items()
        if shutil.which(command[0]) and seconds(command) is not None
    }
    times = {name: [] for name in present}
    for _ in range(runs):
        for name, command in present.items():
            times[name].append(seconds(command))
    reference = statistics.median(times["mf -e 1"])
    for name, list_ in times.items():
        median = statistics.median(list_)
        print(f"{name:45} {1000 * median:9.1f} ms {median / reference:8.1f} x")


main()
