"""Loops, calls, strings and element access in mf beside GNU Octave and CPython, in one run, turn by turn.

    cargo build --release && python3 benches/language.py [REPEATS]

mf and Octave run the same text; the Python text is what one would write with lists of floats. Every program times its
inner work by itself, several times; a table in Markdown shows the median and, for mf, the smallest time of one step,
and how many times longer the others take (by medians). The power iteration is compared with NumPy, from `.venv` (see
`benches/setup`) or the interpreter that the environment variable PEERS_PYTHON names; programs that are missing are
left out.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MF = str(ROOT / "target/release/mf")
VENV = ROOT / ".venv/bin/python"
PEERS = os.environ.get("PEERS_PYTHON", str(VENV) if VENV.exists() else "python3")
INNER = 3


class Task:
    """One piece of work: its name, its number of steps, and its text in both languages."""

    def __init__(self, name, steps, octave, python, define="", python_define="", numpy=False):
        self.name, self.steps, self.numpy = name, steps, numpy
        self.octave = (
            f"1;\n{define}\nfor attempt = 1:{INNER}\ntic;\n{octave}\n"
            'elapsed = toc; printf("%.9f\\n", elapsed);\nend\n'
        )
        body = "\n".join("    " + line for line in python.splitlines())
        self.python = (
            f"from time import perf_counter\n{python_define}\ndef work():\n{body}\n"
            f"for attempt in range({INNER}):\n"
            "    start = perf_counter(); work(); print(perf_counter() - start)\n"
        )


TASKS = [
    Task(
        "scalar accumulation",
        1_000_000,
        "s = 0; for i = 1:1000000, s = s + i*2 - 1; end",
        "s = 0.0\nfor i in range(1, 1000001):\n    s = s + i*2 - 1",
    ),
    Task(
        "nested loops writing A(i,j)",
        250_000,
        "A = zeros(500); for i = 1:500, for j = 1:500, A(i,j) = i + j; end, end",
        "A = [[0.0]*500 for _ in range(500)]\n"
        "for i in range(500):\n    for j in range(500):\n        A[i][j] = i + j",
    ),
    Task(
        "fib(24), recursive",
        150_049,
        "r = fib(24);",
        "fib(24)",
        "function r = fib(n)\n  if n < 2\n    r = n;\n  else\n    r = fib(n-1) + fib(n-2);\n  end\nend",
        "def fib(n):\n    if n < 2:\n        return n\n    return fib(n-1) + fib(n-2)",
    ),
    Task(
        's = [s sprintf("%d,", i)]',
        20_000,
        "s = ''; for i = 1:20000, s = [s sprintf(\"%d,\", i)]; end",
        's = ""\nfor i in range(1, 20001):\n    s = s + "%d," % i',
    ),
    Task(
        's = [s "x"]',
        20_000,
        "s = ''; for i = 1:20000, s = [s 'x']; end",
        's = ""\nfor i in range(20000):\n    s = s + "x"',
    ),
    Task(
        "s(end+1) = 'x'",
        20_000,
        "s = ''; for i = 1:20000, s(end+1) = 'x'; end",
        's = []\nfor i in range(20000):\n    s.append("x")\ns = "".join(s)',
    ),
    Task(
        "bubble sort",
        300 * 299 // 2,
        "n = 300; x = mod((1:n)*7919, 1009);\n"
        "for i = 1:n-1, for j = 1:n-i, if x(j) > x(j+1), t = x(j); x(j) = x(j+1); x(j+1) = t; end, end, end",
        "n = 300\nx = [float(i*7919 % 1009) for i in range(1, n+1)]\n"
        "for i in range(n-1):\n    for j in range(n-1-i):\n        if x[j] > x[j+1]:\n"
        "            t = x[j]; x[j] = x[j+1]; x[j+1] = t",
    ),
    Task(
        "sieve, p(j) = false",
        398_288,
        "n = 200000; p = true(1, n); p(1) = false;\n"
        "for i = 2:sqrt(n), if p(i), for j = i*i:i:n, p(j) = false; end, end, end",
        "n = 200000\np = [True]*(n+1)\np[1] = False\n"
        "for i in range(2, int(n**0.5)+1):\n    if p[i]:\n        for j in range(i*i, n+1, i):\n"
        "            p[j] = False",
    ),
    Task(
        "sieve, p(i*i:i:n) = false",
        398_288,
        "n = 200000; p = true(1, n); p(1) = false;\n"
        "for i = 2:sqrt(n), if p(i), p(i*i:i:n) = false; end, end",
        "n = 200000\np = [True]*(n+1)\np[1] = False\n"
        "for i in range(2, int(n**0.5)+1):\n    if p[i]:\n"
        "        p[i*i::i] = [False]*len(range(i*i, n+1, i))",
    ),
    Task(
        "LU with three loops",
        70_210,
        "n = 60; A = zeros(n); for i = 1:n, for j = 1:n, A(i,j) = 1/(i+j-1) + (i == j)*n; end, end\n"
        "for k = 1:n-1, for i = k+1:n, A(i,k) = A(i,k)/A(k,k);\n"
        "for j = k+1:n, A(i,j) = A(i,j) - A(i,k)*A(k,j); end, end, end",
        "n = 60\nA = [[1/(i+j+1) + (i == j)*n for j in range(n)] for i in range(n)]\n"
        "for k in range(n-1):\n    for i in range(k+1, n):\n        A[i][k] = A[i][k]/A[k][k]\n"
        "        for j in range(k+1, n):\n            A[i][j] = A[i][j] - A[i][k]*A[k][j]",
    ),
    Task(
        "collatz",
        59_542,
        "m = 0; for k = 1:1000, n = k; c = 0; while n ~= 1,\n"
        "if mod(n,2) == 0, n = n/2; else, n = 3*n + 1; end, c = c + 1; end, m = max(m, c); end",
        "m = 0\nfor k in range(1, 1001):\n    n = k; c = 0\n    while n != 1:\n"
        "        if n % 2 == 0:\n            n = n // 2\n        else:\n            n = 3*n + 1\n"
        "        c = c + 1\n    m = max(m, c)",
    ),
    Task(
        "integral of an anonymous function",
        100_000,
        "f = @(x) x^2 - 2*x; h = 1e-5; s = 0; for i = 1:100000, s = s + f(i*h)*h; end",
        "f = lambda x: x**2 - 2*x\nh = 1e-5; s = 0.0\nfor i in range(1, 100001):\n    s = s + f(i*h)*h",
    ),
    Task(
        "x(end+1) = v",
        50_000,
        "x = []; for i = 1:50000, x(end+1) = i; end",
        "x = []\nfor i in range(50000):\n    x.append(float(i))",
    ),
    Task(
        "power iteration, n = 1000",
        200,
        "for k = 1:200, y = A*x; x = y/norm(y); end",
        "global x\nfor k in range(200):\n    y = A @ x\n    x = y/numpy.linalg.norm(y)",
        "A = rand(1000); x = ones(1000, 1);",
        "import numpy\nA = numpy.random.rand(1000, 1000)\nx = numpy.ones((1000, 1))",
        numpy=True,
    ),
]


def times(command):
    """What a program says its inner work took; nothing if it cannot run."""
    result = subprocess.run(command, capture_output=True, text=True)
    return [float(line) for line in result.stdout.split()] if result.returncode == 0 else []


def quantity(seconds):
    """A time of one step, in a unit that suits it."""
    for scale, unit in ((1e9, "ns"), (1e6, "µs"), (1e3, "ms")):
        if seconds * scale < 1000:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds:.3g} s"


def main():
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print("| | mf, a step (smallest) | Octave | Octave / mf | Python | Python / mf |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as directory:
        for task in TASKS:
            script, python = pathlib.Path(directory, "task.m"), pathlib.Path(directory, "task.py")
            script.write_text(task.octave)
            python.write_text(task.python)
            commands = {
                "mf": [MF, str(script)],
                "octave": ["octave-cli", "--norc", str(script)],
                "python": [PEERS if task.numpy else "python3", str(python)],
            }
            commands = {name: c for name, c in commands.items() if shutil.which(c[0])}
            taken = {name: [] for name in commands}
            for _ in range(repeats):
                for name, command in commands.items():
                    taken[name] += times(command)
            step = {name: statistics.median(t) / task.steps for name, t in taken.items() if t}
            cells = [f"{quantity(step['mf'])} ({quantity(min(taken['mf']) / task.steps)})"]
            for name in ("octave", "python"):
                known = name in step
                cells.append(quantity(step[name]) if known else "—")
                cells.append(f"{step[name] / step['mf']:.3g}" if known else "—")
            print(f"| {task.name} | {' | '.join(cells)} |", flush=True)


main()
