"""Works -> cases of their distorted titles: `noise` with the work there, `hole` without it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from benchmarks.matching.case import Case
from benchmarks.matching.draw import CANDIDATES, Draw
from benchmarks.matching.hints import hints
from benchmarks.matching.noise import OFTEN, distortions
from benchmarks.matching.twins import gist
from benchmarks.matching.works import Work, folded

_OPEN_ENDED = frozenset({"subtitle_missing", "truncated", "combined"})
"""Classes that leave only the beginning of a title."""


def noise(draw: Draw, often: Mapping[str, int] = OFTEN) -> Iterator[Case]:
    """The work is among the candidates, as far as the search finds it."""
    for kind, count in often.items():
        for work, title, found in _distorted(draw, kind, count):
            right = draw.forms(work, found)
            best = found[:CANDIDATES]
            yield draw.case(f"noise/{kind}", title, hints(work, draw.chance), best, right)


def hole(draw: Draw, often: Mapping[str, int] = OFTEN) -> Iterator[Case]:
    """The work is not known, in no form; a third of all distorted titles are such."""
    for kind, count in often.items():
        for work, title, _ in _distorted(draw, kind, math.ceil(count / 2)):
            rest = draw.found(title, without=work)
            yield draw.case(f"hole/{kind}", title, hints(work, draw.chance), rest)


def _distorted(draw: Draw, kind: str, count: int) -> Iterator[tuple[Work, str, list[Work]]]:
    """So many works, each with a distorted title that no other work could be meant by, and what
    the search finds for it."""
    left = count
    for work in draw.works():
        if not left:
            return
        title = distortions(work.venue, work.year)[kind](work.title, draw.chance)
        if title is None or (kind != "exact" and title == work.title):
            continue
        if kind in ("typo", "ocr", "combined") and _has_other_words(draw, work, title):
            continue
        found = draw.search(title)
        if _means_another(draw, kind, work, title, found):
            continue
        draw.use(work)
        left -= 1
        yield work, title, found


def _has_other_words(draw: Draw, work: Work, title: str) -> bool:
    """Whether a slip made one word into another, which nobody could tell from another title."""
    new = [word for word in folded(title) if word not in work.words and word.isalpha()]
    return any(len(word) > 2 and draw.library.index.is_word(word) for word in new)


def _means_another(draw: Draw, kind: str, work: Work, title: str, found: Sequence[Work]) -> bool:
    """Whether another work has this title but for its fillers, or one that begins so."""
    key, said = "".join(folded(title)), gist(title)
    mine = {each.id for each in draw.forms(work, found)}
    others = [each for each in chain(found, draw.library.works.titled(key)) if each.id not in mine]
    open_ended = kind in _OPEN_ENDED
    return any(
        gist(other.title) == said or (open_ended and other.key.startswith(key)) for other in others
    )
