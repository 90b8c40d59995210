"""LaTeX as authors type it -> readable text.

`titles.readable` undoes accents, commands and braces wherever a text comes from; here is what only
LaTeX means: there a tilde is a blank, two hyphens are a dash, and two accents a quotation mark.
"""

from __future__ import annotations

import re

from refmatter import titles

_TIE = re.compile(r"(?<!\\)~")
_UNDERSCORE = re.compile(r"\\_")
_TYPED = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"))


def readable(text: str) -> str:
    """A text of LaTeX as a person would type it."""
    for typed, sign in _TYPED:
        text = text.replace(typed, sign)
    return titles.readable(_UNDERSCORE.sub("_", _TIE.sub(" ", text)))
