"""Read how values are written: the marks of lists, and the column at which text is folded."""

from __future__ import annotations

import math
import re

from refmatter.model import ListMarks

FOLDED = 80
"""The column at which PyYAML folds text."""
_NARROW = 40
"""Text that is folded before this column was folded by hand."""
_USUAL = ListMarks()
_DASH = re.compile(r"-[ \t]+(?=\S)")
_FLOW_MAP = re.compile(r"-[ \t]+\{")
_OPENING = re.compile(r"\[\s*")
_COMMA = re.compile(
    r"""(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[^,"'{\[]|(?<=\w)['"])*?(,\s*)(?=[^\s\]])"""
)
"""The first comma between two items that are texts."""


def marks_below_key(written: str, indent: int) -> ListMarks:
    """Return the marks of a list below its key, from its first dash on; `indent` is the number of
    blanks before that."""
    dash = _DASH.match(written)
    return ListMarks(
        indent=" " * indent or _USUAL.indent,
        dash=dash[0] if dash else _USUAL.dash,
        flow_maps=_FLOW_MAP.match(written) is not None,
    )


def marks_in_brackets(written: str, lead: str, column: int) -> ListMarks:
    """Return the marks of a list in brackets. `lead` is what parts it from the colon of its key,
    and `column` that of the key, by which its further lines are indented."""
    opening, inside = _OPENING.match(written), written[:-1].rstrip().removesuffix(",")
    closing = written[len(inside) :]
    if "#" in lead or opening is None or opening.end() > len(inside):
        return _USUAL
    first = opening[0] if "\n" not in lead else lead.lstrip(" \t\r") + opening[0]
    comma = _COMMA.match(written, opening.end(), len(inside))
    if "\n" in opening[0]:  # one item a line
        between = comma[1] if comma else "," + opening[0][1:]
    else:
        between = comma[1] if comma and "\n" not in comma[1] else _USUAL.comma
    start, between, end = (
        mark.replace("\r", "").replace("\n" + " " * column, "\n")
        for mark in (first, between, closing)
    )
    if "\n" not in opening[0]:
        end = re.sub(r"\n[ \t]*", "", end)
    return ListMarks(opening=start, comma=between, closing=end)


def width_of_lines(text: str, start: int, end: int) -> float | None:
    """Return infinity if the text has a line that a tool which folds text would have folded, None
    if it has none."""
    if "\n" not in text[start:end] and end - text.rfind("\n", 0, start) <= FOLDED + 1:
        return None
    lines = text[text.rfind("\n", 0, start) + 1 : end].splitlines()
    return math.inf if any(" " in line[FOLDED + 1 :].rstrip() for line in lines) else None


def width_of_text(text: str, start: int, end: int) -> float | None:
    """Return the column at which a text or a list in brackets is folded, infinity if it should be
    and is not; None if it does not show that."""
    if "\n" not in text[start:end]:
        return width_of_lines(text, start, end)
    *folded, _ = text[text.rfind("\n", 0, start) + 1 : end].splitlines()
    # PyYAML breaks a line at the first blank behind the column.
    least = max(line.rstrip().rfind(" ") for line in folded)
    most = min(len(line.rstrip()) for line in folded) - 1
    width = FOLDED if least <= FOLDED <= most else max(least, most)
    return width if width >= _NARROW else None
