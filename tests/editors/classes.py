"""What the Pygments lexer makes of programs: a letter for each character, as tests/editors.rs reads them.

Reads a JSON list of texts from standard input and writes one of letters to standard output.
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "editors" / "pygments"))

from mf_lexer import MfLexer  # noqa: E402
from pygments.token import Comment, Keyword, Number, String  # noqa: E402

CLASSES = [(Keyword, "k"), (Number, "n"), (String, "s"), (Comment, "c")]


def classes(text):
    letters = []
    for _, kind, part in MfLexer().get_tokens_unprocessed(text):
        letter = next((letter for group, letter in CLASSES if kind in group), ".")
        letters.append(letter * len(part))
    return "".join(letters)


json.dump([classes(text) for text in json.load(sys.stdin)], sys.stdout)
