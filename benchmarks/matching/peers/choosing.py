"""A question and a rank of each candidate -> the verdict; and how names and titles are read.

What is here is common to the rules of several tools; what makes a rule its tool's own is with
the rule. Whatever depends on one text alone is kept, as every text is looked at by many rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import Any, TypeAlias

from benchmarks.matching.case import Question, Verdict
from rapidfuzz.distance import Indel

from refmatter.titles import readable

Candidate: TypeAlias = dict[str, Any]

_HOMONYM = re.compile(r"\s+\d{4}$")
"""The number by which DBLP tells people of one name apart."""
_INITIALS = re.compile(r"(?:[A-Z]\.?-?){1,3}")
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


def accepted(candidate: Candidate) -> Verdict:
    """The verdict for a candidate; other tools know one tier only."""
    return {"decision": "accepted", "tier": "certain", "id": candidate["id"]}


def unmatched() -> Verdict:
    """The verdict that no candidate will do."""
    return {"decision": "unmatched", "tier": None, "id": None}


def best(question: Question, rank: Callable[[Candidate], float | None]) -> Verdict:
    """The candidate of the highest rank; those without a rank are out.

    Of several of that rank, the one whose title is nearest by letters: a question's candidates
    are in no order, while the services that the tools ask list the nearest first.
    """
    ranks = [(value, each) for each in question["candidates"] if (value := rank(each)) is not None]
    if not ranks:
        return unmatched()
    highest = max(value for value, _ in ranks)
    equal = [each for value, each in ranks if value == highest]
    return accepted(max(equal, key=lambda each: _nearness(title(question), title(each))))


def _nearness(one: str, other: str) -> float:
    return Indel.normalized_similarity(one.lower(), other.lower())


def passing(value: float, bar: float) -> float | None:
    """The value as a rank, where it reaches the bar."""
    return value if value >= bar else None


def title(work: Question | Candidate) -> str:
    """The title as it stands; "" where there is none."""
    return work["title"] or ""


def authors(work: Question | Candidate) -> Sequence[str]:
    """The names as they stand; none where they are unknown."""
    return work["authors"] or ()


def year_gap(question: Question, candidate: Candidate) -> int | None:
    """The asked year less the record's; None where one is unknown."""
    mine, theirs = question["year"], candidate["year"]
    return None if mine is None or theirs is None else int(mine) - int(theirs)


@cache
def plain(text: str) -> str:
    """Text without LaTeX, as a reader of BibTeX files hands it to its program."""
    return readable(text)


@cache
def asciified(text: str) -> str:
    """Lower case without accents; letters that have no ASCII form are dropped, where the tools'
    transliteration would spell them out."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return decomposed.encode("ascii", "ignore").decode()


@cache
def name_parts(name: str) -> tuple[str, str]:
    """The folded last word of the family name, and the given names as written, of `First Last`,
    `Last, First` or `Last F`."""
    name = _HOMONYM.sub("", plain(name))
    family, comma, given = name.partition(",")
    words = family.split()
    if not comma and len(words) > 1 and all(_INITIALS.fullmatch(word) for word in words[1:]):
        words, given = words[:1], " ".join(words[1:])
    if len(words) > 1 and words[-1].lower().rstrip(".") in _SUFFIXES:
        words.pop()
    if not words:
        return "", given.strip()
    if not given:
        given = " ".join(words[:-1])
    return asciified(words[-1]), given.strip()


def family(name: str) -> str:
    """The folded last word of the family name."""
    return name_parts(name)[0]


def first_family(work: Question | Candidate) -> str:
    """The first author's family name; "" where nobody is named."""
    names = authors(work)
    return family(names[0]) if names else ""


@cache
def overlap(one: str, other: str, bar: float) -> float:
    """Ratcliff and Obershelp's likeness in [0, 1], or 0 where it is below the bar.

    What that measure finds in both texts is one common subsequence, so the longest of them,
    which is found a hundred times faster, tells most pairs below the bar.
    """
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    if Indel.normalized_similarity(one, other) < bar:
        return 0.0
    value = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return value if value >= bar else 0.0
