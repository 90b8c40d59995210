r"""Convert LaTeX as authors type it to plain text.

`titles.readable` undoes accents, commands and braces in any text. This module handles what only
LaTeX means: a tilde is a blank, two hyphens are a dash, two accents a quotation mark, and `\log` is
a word.
"""

from __future__ import annotations

import re

from refmatter import titles

_TILDE = re.compile(r"(?<!\\)~")
_UNDERSCORE = re.compile(r"\\_")
# Commands that print their own name, and the blank that ends one.
_NAMED_COMMAND = re.compile(
    r"(\w?)\\(arg|cos|deg|det|dim|exp|gcd|inf|ker|LaTeX|lim|ln|log|max|min|Pr|sin|sup|tan|TeX)"
    r"(?![A-Za-z])|\\(?=\s)"
)
_PUNCTUATION = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"))


def _command_name(match: re.Match[str]) -> str:
    r"""Return the text that a command such as `\log` prints, apart from the letter before it."""
    before, name = match[1] or "", match[2] or ""
    return f"{before} {name}" if before and name else before + name


def latex_to_text(text: str) -> str:
    """Return a LaTeX text as plain text."""
    for typed, sign in _PUNCTUATION:
        text = text.replace(typed, sign)
    if "\\" in text:
        text = _NAMED_COMMAND.sub(_command_name, _UNDERSCORE.sub("_", text))
    return titles.readable(_TILDE.sub(" ", text))
