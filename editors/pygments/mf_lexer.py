"""Colours for mf, a small language for factoring matrices, in whatever uses Pygments: nbconvert, Sphinx, MkDocs."""

import re

from pygments.lexer import RegexLexer, bygroups, include, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text, Whitespace

__all__ = ["MfLexer"]

KEYWORDS = (
    "break",
    "case",
    "catch",
    "continue",
    "do",
    "else",
    "elseif",
    "end",
    "end_try_catch",
    "end_unwind_protect",
    "endfor",
    "endfunction",
    "endif",
    "endparfor",
    "endswitch",
    "endwhile",
    "for",
    "function",
    "global",
    "if",
    "otherwise",
    "parfor",
    "persistent",
    "return",
    "switch",
    "try",
    "until",
    "unwind_protect",
    "unwind_protect_cleanup",
    "while",
)

NAME = r"[^\W\d]\w*"
NUMBER = (
    r"(?:0[xX][0-9A-Fa-f_]+|0[bB][01_]+|(?:[0-9][0-9_]*(?:\.(?!\.\.|[*/\\^'])[0-9_]*)?|\.[0-9][0-9_]*)"
    r"(?:[eEdD][+-]?[0-9]+)?)[ijIJ]?(?!\w)"
)
STRING = r'"(?:\\.|""|[^"\\\n])*"'
BLOCK = r"^[ \t]*[%#]\{[ \t]*$"
BLOCK_END = r"^[ \t]*[%#]\}[ \t]*$"


def values(gap):
    """Values; a quote right after one transposes it, and outside of rows one after a gap too."""
    quotes = "(" + gap + "'+)?"
    return [
        (r"(\.)(" + NAME + ")" + quotes, bygroups(Operator, Name.Attribute, Operator)),
        ("(" + NUMBER + ")" + quotes, bygroups(Number, Operator)),
        ("(" + STRING + ")" + quotes, bygroups(String.Double, Operator)),
        (r"(@)([ \t]*)(" + NAME + ")" + quotes, bygroups(Operator, Whitespace, Name.Function, Operator)),
        ("(" + NAME + ")" + quotes, bygroups(Name, Operator)),
        (r"\.'+", Operator),
        (r"'(?:''|[^'\n])*'", String.Single),
        (r"[-+*/\\^<>=~!&|:@]+|\.[*/\\^]+", Operator),
        (r"[,;.]", Punctuation),
        (r"\s+", Whitespace),
        (r".", Text),
    ]


def brackets(gap):
    """Brackets: inside of square brackets and braces a blank separates elements."""
    return [
        # The parameters of an anonymous function are no value: a quote after them opens a string.
        (r"@[ \t]*\(", Punctuation, "parameters"),
        (r"\(", Punctuation, "arguments" + ("" if gap else "-of-rows")),
        (r"[\[{]", Punctuation, "rows" + ("" if gap else "-of-rows")),
    ]


class MfLexer(RegexLexer):
    """mf programs."""

    name = "mf"
    aliases = ["mf"]
    filenames = ["*.mf"]
    mimetypes = ["text/x-mf"]
    flags = re.MULTILINE

    GAP = r"[ \t]*"

    tokens = {
        "root": [
            include("comments"),
            (
                r"\b((?:par)?for)\b([ \t]*\(?[ \t]*)(" + NAME + r")([ \t]+)(in)\b",
                bygroups(Keyword, Punctuation, Name, Whitespace, Keyword),
            ),
            (
                r"(?<![\w.])(function)\b([ \t]+)((?:(?:\[[^\]\n]*\]|" + NAME + r")[ \t]*=[ \t]*)?)(" + NAME + ")",
                bygroups(Keyword, Whitespace, Name, Name.Function),
            ),
            (words(KEYWORDS, prefix=r"(?<![\w.])", suffix=r"\b"), Keyword),
            *brackets(GAP),
            *values(GAP),
        ],
        "comments": [
            (BLOCK, Comment.Multiline, "block"),
            (r"[%#].*$", Comment.Single),
            (r"\.\.\..*$", Comment.Single),
        ],
        "block": [
            (BLOCK, Comment.Multiline, "#push"),
            (BLOCK_END, Comment.Multiline, "#pop"),
            (r".+|\n", Comment.Multiline),
        ],
        # A bracket that stands in rows is itself a value of theirs.
        "arguments": [(r"(\))(" + GAP + "'+)?", bygroups(Punctuation, Operator), "#pop"), include("in-arguments")],
        "arguments-of-rows": [(r"(\))('+)?", bygroups(Punctuation, Operator), "#pop"), include("in-arguments")],
        "rows": [(r"([\]}])(" + GAP + "'+)?", bygroups(Punctuation, Operator), "#pop"), include("in-rows")],
        "rows-of-rows": [(r"([\]}])('+)?", bygroups(Punctuation, Operator), "#pop"), include("in-rows")],
        "parameters": [(r"\)", Punctuation, "#pop"), include("in-arguments")],
        "in-arguments": [include("comments"), *brackets(GAP), *values(GAP)],
        "in-rows": [include("comments"), *brackets(""), *values("")],
    }
