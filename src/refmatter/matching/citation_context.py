"""Find the title inside a citation, between the authors before it and the venue behind it.

People and programs that read PDF files note `Bengio and R. Ducharme. A neural probabilistic
language model. In NIPS 2000, pp. 932-938` as a title. Which of it is the title shows beside a
candidate: in front stand the names of its authors, behind it where and when it appeared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from rapidfuzz.distance import OSA, Levenshtein

from refmatter.matching import lexicon
from refmatter.matching.normalize import NormalizedTitle, words_of
from refmatter.model import Work

Words: TypeAlias = tuple[str, ...]

_MOST = 6
"""So many beginnings and ends of a title are tried."""

_PUBLISHING = frozenset(
    "in proc proceedings conference conf journal transactions arxiv corr preprint vol volume no pp "
    "pages workshop workshops symposium advances international annual ieee acm aaai acl emnlp "
    "naacl eacl neurips nips icml iclr cvpr iccv eccv ijcai kdd www sigir interspeech icassp "
    "coling colt uai aistats jmlr tacl springer press biorxiv medrxiv ssrn lncs published "
    "accepted appear abs".split()
)
"""Words that tell where something appeared."""

_WEAK = frozenset("in no vol volume pp pages workshop international annual".split())
"""Those of them that need another one beside them."""

_TELLING = frozenset(
    "proc proceedings conference conf symposium journal transactions trans transact annals ieee "
    "acm meeting society arxiv corr preprint lncs springer verlag press publishers elsevier "
    "kluwer wiley univ university institute laboratory dept department memo submitted pp nips "
    "recommendation thesis dissertation neurips icml cvpr iccv eccv iclr acl emnlp naacl aaai "
    "ijcai".split()
)
"""Words that are hardly ever in a part of a title."""

_FIRST = frozenset(
    "in proc proceedings submitted appear technical tech report memo ph phd masters master "
    "doctoral diploma dissertation thesis unpublished preprint corr arxiv abs volume vol pp".split()
)
"""What the part behind a title begins with, beside a name."""

_SOON = 5
"""Within so many words a place is called one."""

_THESIS = frozenset(("thesis", "dissertation"))

_NOT_PUBLISHING = frozenset("edition ed part v".split())

_FOLDED = re.compile(r"[\\{&<]|- ")

_JOINING = frozenset("of the on and for at".split())

_PARTICLES = frozenset("and et al others by eds von van der den de la le du di da dos jr".split())
"""What stands between names."""


class Surroundings:
    """What may stand round a work's title. Seldom looked for, and so only read when it is."""

    __slots__ = ("_names", "_places", "_plain", "_work", "year")

    def __init__(self, work: Work) -> None:
        self._work = work
        self._names: frozenset[str] | None = None
        self._places: frozenset[str] | None = None
        self._plain: str | None = None
        self.year = work.year

    @property
    def names(self) -> frozenset[str]:
        """The words of its authors' names."""
        if self._names is None:
            self._names = _word_set(self._work.authors or ())
        return self._names

    @property
    def places(self) -> frozenset[str]:
        """The words of its venues."""
        if self._places is None:
            self._places = _word_set((self._work.venue or "", *self._work.other_venues))
        return self._places

    def __contains__(self, word: str) -> bool:
        # Most words are in neither: names and venues need not be taken apart to see it.
        if (plain := self._whole()) and word[:4] not in plain:
            return False
        return word in self.names or self.is_place(word)

    def _whole(self) -> str:
        """Return all that is said, where it needs no folding to be looked through; else ""."""
        if self._plain is None:
            work = self._work
            text = " ".join((*(work.authors or ()), work.venue or "", *work.other_venues))
            plain = text.isascii() and not _FOLDED.search(text)
            self._plain = text.lower() or " " if plain else ""
        return self._plain

    def is_name(self, word: str) -> bool:
        """Whether an author has the name, give or take a letter of a long one."""
        return word in self.names or (
            len(word) >= 5
            and any(OSA.distance(word, name, score_cutoff=1) <= 1 for name in self.names)
        )

    def is_place(self, word: str) -> bool:
        """Whether a venue has the word, whole or cut short: `Comput. Humanit.`."""
        if word in self.places:
            return True
        return len(word) >= 4 and any(
            len(place) >= 4 and (place.startswith(word) or word.startswith(place))
            for place in self.places
        )


def _word_set(texts: Sequence[str]) -> frozenset[str]:
    """Return the words of texts, without single letters and numbers."""
    words = (word for text in texts for word in words_of(text))
    return frozenset(w for w in words if len(w) > 1 and lexicon.value(w) is None)


def year_behind(text: str) -> int | None:
    """Return the year behind a title; None if there is none or several."""
    years = {int(w[-4:]) for w in text.split() if is_year(w[-4:])}
    return years.pop() if len(years) == 1 else None


def title_bounds(
    query: NormalizedTitle, found: NormalizedTitle, around: Surroundings
) -> tuple[int, int]:
    """Return the first and the last word of the query that are the found title."""
    whole = len(query.words)
    best = 0, whole
    if not (query.parts or _has_year(query)):
        return best
    nearest = Levenshtein.distance(query.words, found.words)
    # What has fewer words than these lacks more of the found title than differs as it is.
    least = len(found.words) - nearest
    for start in _byline_ends(query, around, whole - least):
        for end in _place_starts(query, start, start + least, around):
            if end == whole - 1 and query.words[end] in found.words[:1]:
                continue  # `Characters from Video (NPC)` is `NPC: Characters from Video`
            if nearest and (start or end < whole):
                distance = Levenshtein.distance(query.words[start:end], found.words)
                if distance < nearest or (distance == nearest and end < best[1]):
                    nearest, best = distance, (start, end)
    return best


def _has_year(query: NormalizedTitle) -> bool:
    return not query.key.isalpha() and any(is_year(word[:4]) for word in query.words)


def _byline_ends(query: NormalizedTitle, around: Surroundings, most: int) -> Iterator[int]:
    """Before which words names end; `most` words at most."""
    yield 0
    if most <= 0:
        return
    years = {place + 1 for place, word in enumerate(query.words[:12]) if is_year(word[:4])}
    last = min(most, len(query.words) - 1)
    for place in islice(sorted([p for p in query.parts | years if p <= last]), 2 * _MOST):
        if _is_byline(query.words[:place], around):
            yield place


def _is_byline(words: Words, around: Surroundings) -> bool:
    """Whether these are names of the authors, and perhaps a year."""
    left = [w for w in words if len(w) > 1 and w not in _PARTICLES]
    years = [w for w in left if is_year(w[:4]) and len(w) <= 5]
    names = [w for w in left if around.is_name(w)]
    if not names:  # a year alone, `1999). `, left over from `(Name, 1999). `
        right = around.year is not None and all(abs(int(y[:4]) - around.year) <= 1 for y in years)
        return bool(years) and len(years) == len(left) and right
    return len(names) + len(years) >= 0.5 * len(left)


def _place_starts(
    query: NormalizedTitle, start: int, least: int, around: Surroundings
) -> Iterator[int]:
    """Behind which words the place begins; behind `least` of them at least."""
    yield len(query.words)
    least = max(least, start + (1 if start else 2))
    if least >= len(query.words):
        return
    raw = query.words if query.text.isupper() else query.raw
    for place in islice(sorted([p for p in query.parts if p >= least], reverse=True), 2 * _MOST):
        words, theirs = query.words[place:], raw[place:]
        is_telling = place not in query.colons and _is_telling(words, theirs, around)
        if place in query.closed or is_telling or _is_place(words, theirs, around):
            yield place


def _is_place(words: Words, raw: Words, around: Surroundings) -> bool:
    """Whether these words tell where and when something appeared."""
    if any(w in _NOT_PUBLISHING for w in words):
        return False
    years = [int(w) for w in words if is_year(w)]
    others = [
        (w, r)
        for w, r in zip(words, raw, strict=True)
        if not w.isdigit() and len(w) > 1 and w not in _JOINING
    ]
    names = [
        w
        for w, r in others
        if w.rstrip("0123456789") in _PUBLISHING or w in around or _is_short_name(w, r)
    ]
    right = (
        bool(years) and around.year is not None and all(abs(y - around.year) <= 1 for y in years)
    )
    if not others:  # a year alone: it has to be the candidate's
        return right
    return (right or bool(set(names) - _WEAK)) and len(names) >= 0.6 * len(others)


def _is_short_name(word: str, raw: str) -> bool:
    """Whether it is the short name of a meeting; `III` is none."""
    short = raw.isupper() and len(raw) < 9
    return short and lexicon.value(word) is None and not lexicon.is_common(word)


def _is_telling(words: Words, raw: Words, around: Surroundings) -> bool:
    """Whether it is said in so many words: `In Proceedings of …`, `Technical Report 1316`."""
    if any(w in _NOT_PUBLISHING for w in words) or (_THESIS & set(words) and around.places):
        return False  # it might be the article that became of a thesis
    if words[0] in _FIRST:
        report = words[0] in ("technical", "tech") and words[1:2] in (("report",), ("rep",))
        return report or any(w in _TELLING for w in words)
    begins = raw[0][:1].isupper() or lexicon.value(words[0]) is not None
    return begins and any(w in _TELLING for w in words[:_SOON])


def is_year(word: str) -> bool:
    """Whether it is the figure of a year of these two centuries."""
    return len(word) == 4 and word.isascii() and word.isdigit() and word[:2] in ("19", "20")
