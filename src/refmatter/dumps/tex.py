r"""LaTeX as authors type it -> readable text.

`titles.readable` undoes accents, commands and braces wherever a text comes from; here is what only
LaTeX means: there a tilde is a blank, two hyphens are a dash, two
accents a quotation mark, and `\log` a word.
"""

from __future__ import annotations

import re

from refmatter import titles

_TIE = re.compile(r"(?<!\\)~")
_UNDERSCORE = re.compile(r"\\_")
# Commands that print their own name, and the blank that ends one.
_NAMED = re.compile(
    r"(\w?)\\(arg|cos|deg|det|dim|exp|gcd|inf|ker|LaTeX|lim|ln|log|max|min|Pr|sin|sup|tan|TeX)"
    r"(?![A-Za-z])|\\(?=\s)"
)
_TYPED = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"))


def _named(found: re.Match[str]) -> str:
    before, name = found[1] or "", found[2] or ""
    return f"{before} {name}" if before and name else before + name


def readable(text: str) -> str:
    """A text of LaTeX as a person would type it."""
    for typed, sign in _TYPED:
        text = text.replace(typed, sign)
    if "\\" in text:
        text = _NAMED.sub(_named, _UNDERSCORE.sub("_", text))
    return titles.readable(_TIE.sub(" ", text))
