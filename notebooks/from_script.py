"""Makes a notebook of each script here: lines that begin with `%%` become text, what stands between them a cell.

    python notebooks/from_script.py
    jupyter nbconvert --to notebook --execute --inplace notebooks/*.ipynb
"""

import json
import pathlib


def cells(text):
    kind, lines = None, []
    for line in text.splitlines():
        this = "markdown" if line.startswith("%%") else "code"
        if this != kind and lines:
            yield kind, lines
            lines = []
        kind = this
        lines.append(line[2:].removeprefix(" ") if this == "markdown" else line)
    yield kind, lines


def notebook(text):
    held = {
        "cells": [],
        "metadata": {
            "kernelspec": {"display_name": "mf", "language": "mf", "name": "mf"},
            "language_info": {
                "codemirror_mode": "octave",
                "file_extension": ".mf",
                "mimetype": "text/x-octave",
                "name": "mf",
                "pygments_lexer": "octave",
            },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    for number, (kind, lines) in enumerate(cells(text)):
        source = "\n".join(lines).strip("\n")
        if not source:
            continue
        cell = {
            "cell_type": kind,
            "id": f"cell-{number}",
            "metadata": {},
            "source": source.splitlines(keepends=True),
        }
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        held["cells"].append(cell)
    return held


def main():
    for script in pathlib.Path(__file__).parent.glob("*.mf"):
        made = json.dumps(notebook(script.read_text()), indent=1, ensure_ascii=False)
        script.with_suffix(".ipynb").write_text(made + "\n")


main()
