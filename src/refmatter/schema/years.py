"""How a vault writes years: as numbers, as text, or with marks or a link round them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_MONTH = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
_DATES = frozenset("date published issued publishdate publicationdate pubdate datum".split())
"""Keys, in lower case and without marks, under which dates are kept."""
PLAIN = "{year}"


def learn_year_pattern(key: str, values: Sequence[object]) -> str | None:
    """Return the pattern in which most of the values under a key are written, `{year}` for a year
    alone; None where they are dates or other things, so that a year alone has no place there."""
    if not values:
        is_date = re.sub(r"[\s_-]", "", key).casefold() in _DATES
        return None if is_date else PLAIN
    patterns = Counter(map(_pattern, values))
    pattern, times = patterns.most_common(1)[0]
    if times > len(values) / 2:
        return pattern
    return None if patterns[None] >= len(values) / 2 else PLAIN


def write_year(year: int, pattern: str) -> str:
    """Return a year in a pattern."""
    return pattern.replace(PLAIN, str(year))


def _pattern(value: object) -> str | None:
    """Return the pattern of a value: its text with each year taken out, if they are one year and
    nothing in it is a month or a day."""
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, int) and not isinstance(text, bool):
        return PLAIN
    if not isinstance(text, str):
        return None
    years = set(_YEAR.findall(text))
    pattern = _YEAR.sub(PLAIN, text)
    if len(years) != 1 or re.search(r"\d", pattern) or _MONTH.search(pattern):
        return None
    return pattern
