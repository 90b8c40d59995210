"""Compute the features of a candidate, each in [0, 1], and its score.

`Feature` lists them. A feature is there only where both sides state something: what is not known
is no evidence.

The score is what the title is worth (1 equal, less for each difference by its kind and by how
much of the title is left) and what the evidence adds or takes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from refmatter.matching import lexicon
from refmatter.matching.align import FORGIVABLE, VETOES, align
from refmatter.matching.author_names import possible_authors
from refmatter.matching.citation_context import Surroundings, year_behind
from refmatter.matching.normalize import NormalizedTitle, normalize
from refmatter.matching.record_kinds import is_companion
from refmatter.model import (
    Candidate,
    Hints,
    Identifiers,
    Lookup,
    Match,
    Overlap,
    TitleSource,
    Work,
)
from refmatter.people import is_bare_family, name_words, read_name, same_name
from refmatter.reasons import Difference, DifferenceKind
from refmatter.schemes import ARXIV_DOI
from refmatter.titles import title_key, title_keys

_DECIMAL = re.compile(r"\d+(?:\.\d+)+")
_POINT = re.compile(r"(?<=\d)\s?\.\s?(?=\d)")

_NAMES = {
    DifferenceKind.NUMBER: "numbers",
    DifferenceKind.WORD: "words",
    DifferenceKind.WORD_ADDED: "words",
    DifferenceKind.PART_ADDED: "subtitle",
    DifferenceKind.REST_ADDED: "subtitle",
    DifferenceKind.NAME_ADDED: "acronym",
    DifferenceKind.WORD_MISSING: "words",
    DifferenceKind.END_MISSING: "words",
    DifferenceKind.FRONT_MISSING: "front",
    DifferenceKind.FRONT_ADDED: "front",
    DifferenceKind.TURNED: "words",
    DifferenceKind.QUALIFIER: "words",
    DifferenceKind.PREFIX: "prefixes",
    DifferenceKind.NEGATION: "negations",
    DifferenceKind.ANNOUNCING: "announcing",
    DifferenceKind.SUBTITLE: "subtitle",
    DifferenceKind.HEAD: "acronym",
    DifferenceKind.NAME: "acronym",
    DifferenceKind.CUT: "end",
}
VETOING = frozenset(_NAMES[kind] for kind in VETOES)
"""The features that no likeness outweighs."""

_COSTS = {
    DifferenceKind.SPACING: 0.005,
    DifferenceKind.FILLER: 0.01,
    DifferenceKind.INFLECTION: 0.015,
    DifferenceKind.SPELLING: 0.005,
    DifferenceKind.SLIP: 0.015,
    DifferenceKind.BYLINE: 0.02,
    DifferenceKind.TAIL: 0.02,
    DifferenceKind.CLIPPED: 0.02,
    DifferenceKind.MOVED: 0.03,
    DifferenceKind.LINE: 0.02,
    DifferenceKind.NAME: 0.05,
}


_FIRST_YEAR = 1600
"""What is before is no year of a publication: `1505` is left over from an arXiv number."""

UNRELATED_TITLE: Mapping[str, float] = MappingProxyType({"title": 0.0, "likeness": 0.0})
"""The features of a candidate whose title has nothing to do with the asked one."""


def score_candidate(lookup: Lookup, candidate: Candidate) -> Match:
    """Return the candidate with its features and their score."""
    work, hints = candidate.work, lookup.hints
    compared = _compare_titles(lookup.title, work, hints.title_source)
    named = _identifiers(hints, work)
    if compared is None and not named:
        return Match(candidate, UNRELATED_TITLE, 0.0)
    features, worth, differences, core = compared or (dict(UNRELATED_TITLE), 0.0, (), None)
    features |= named
    score = worth + sum(_SCORES[name, value] for name, value in named.items())
    if is_companion(lookup.title, work):
        features["kind"] = 0.0
    if candidate.cited_by is not None:
        features["citing"] = 1.0
        score += 0.25
    if worth > 0.3 or named or "name" in features:
        score += _add_people_and_year(hints, work, features)
    if _is_renamed(features):
        score = max(score, 0.82)
    in_list = overlap_score(candidate.overlap) if candidate.overlap else None
    if in_list is not None:  # what stands in a list says more than how long it is
        features.pop("references", None)
        features["listed"] = in_list
    if core and "specific" in features:
        good = _is_supported(hints, work, features)
        score = score + GENERIC_COST if good else min(score, 1.0 - GENERIC_COST)
    elif worth == 1.0 and _lacks_authors(hints, work) and len(lookup.title) < 25:
        score -= 0.25  # who wrote it would tell, and the record does not say it
    return Match(candidate, features, round(min(max(score, 0.0), 1.0), 4), differences)


def _identifiers(hints: Hints, work: Work) -> dict[str, float]:
    """Return what the note's identifiers and links say of a record."""
    found = {}
    if (
        hints.identifiers
        and (value := _identifier_agreement(hints.identifiers, work.identifiers)) is not None
    ):
        found["identifier"] = value
    linked = hints.linked_identifiers
    if linked and (value := _identifier_agreement(linked, work.identifiers)) is not None:
        found["linked"] = value
    return found


_SCORES: Mapping[tuple[str, float], float] = MappingProxyType(
    {
        ("identifier", 1.0): 0.6,
        ("identifier", 0.5): -0.6,
        ("identifier", 0.0): -0.6,
        ("linked", 1.0): 0.6,
        ("linked", 0.5): -0.3,
        ("linked", 0.0): -0.3,
    }
)
"""What identifiers add to a score, or take."""


def _identifier_agreement(query: Identifiers, found: Identifiers) -> float | None:
    """Whether a system calls both the same (1) or different (0), or one the same and another
    different (0.5); None where none knows both."""
    if query.agrees(found):
        return 0.5 if _names_another(query, found) else 1.0
    return 0.0 if query.contradicts(found) else None


def _names_another(query: Identifiers, found: Identifiers) -> bool:
    """Whether arXiv's names are of two works, or DOIs other than those of its preprint. OpenAlex,
    DBLP and Semantic Scholar may keep two records of one work."""
    if query.arxiv and found.arxiv:
        return query.arxiv != found.arxiv
    return bool(query.doi and found.doi and query.doi != found.doi) and not any(
        doi.startswith(ARXIV_DOI) for doi in (query.doi or "", found.doi or "")
    )


_Compared: TypeAlias = tuple[dict[str, float], float, tuple[Difference, ...], NormalizedTitle]


def _compare_titles(title: str, work: Work, source: TitleSource) -> _Compared | None:
    """Return what the titles say: features, what they are worth, the differences, and the asked one
    without its citation; None where they have nothing to do with each other."""
    query = normalize(title)
    key, theirs = query.key, title_key(work.title)
    if not key or not theirs:
        return None
    if key == theirs:
        if "." in query.text + work.title and (point := _other_point(query.text, work.title)):
            features = {"title": 0.0, "likeness": 1.0, "numbers": 0.0}
            return features, 0.0, (point,), query
        return _compare_equal(query, source)
    shared = _shared_letters(key, theirs)
    if shared is None or _has_other_words(query, work.title, theirs, shared):
        return None
    found = normalize(work.title)
    if query.key == found.key:
        return _compare_equal(query, source)
    likeness = round(shared / max(len(key), len(theirs)), 4)
    features = {"title": 0.0, "likeness": likeness}
    around = Surroundings(work)
    core, differences = align(query, found, around)
    kinds = [difference.kind for difference in differences]
    features["forgivable"] = float(FORGIVABLE.issuperset(kinds))
    features |= {_NAMES[kind]: 0.0 for kind in kinds if kind in _NAMES}
    worth = _title_worth(core, found, differences)
    features |= _citation_evidence(differences, kinds, around)
    if _has_same_name(core, found):
        features["name"] = 1.0
    if DifferenceKind.SUBTITLE in kinds and _is_name(core):
        features["name_alone"] = 0.0
    general = _genericness(core, source, _is_english(found)) or int(
        _is_meeting(query) and not _is_named(found, query)
    )
    features |= _GENERAL[general]
    if general:
        worth -= GENERIC_COST
    return features, worth, differences, core


def _citation_evidence(
    differences: Sequence[Difference], kinds: Sequence[DifferenceKind], around: Surroundings
) -> dict[str, float]:
    """Return what a citation says round the title that speaks for the work."""
    evidence = {}
    if DifferenceKind.TAIL in kinds and around.year:
        year = year_behind(differences[kinds.index(DifferenceKind.TAIL)].asked)
        if year is not None and abs(year - around.year) <= 1:
            evidence["place"] = 1.0
    if DifferenceKind.BYLINE in kinds:
        front = differences[kinds.index(DifferenceKind.BYLINE)].asked
        if any(map(around.is_name, front.split())):
            evidence["byline"] = 1.0
    return evidence


def _other_point(query: str, found: str) -> Difference | None:
    """Return how the decimal points of two titles differ: 2.0 is not 20."""
    ours, theirs = (" ".join(_DECIMAL.findall(_POINT.sub(".", t))) for t in (query, found))
    return None if ours == theirs else Difference(DifferenceKind.POINT, ours, theirs)


def similar_titles(title: str, others: Sequence[str]) -> list[int]:
    """Return which titles may have to do with one: their places. All but a few of what a search
    finds do not, so all are compared in one call, by a bar that is low enough for the shortest."""
    query, keys = normalize(title), title_keys(others)
    key = query.key
    if not key or not keys:
        return list(range(len(keys)))
    length, lengths = len(key), list(map(len, keys))
    least = int(_least_shared(length, min(lengths)))
    scores = process.extract(
        key, keys, scorer=LCSseq.similarity, processor=None, score_cutoff=least, limit=None
    )
    found = [
        place
        for other, shared, place in scores
        if shared >= _least_shared(length, lengths[place])
        and not _has_other_words(query, others[place], other, shared)
    ]
    if length in lengths:
        left = [
            n for n, other_length in enumerate(lengths) if other_length == length and n not in found
        ]
        found += [place for place in left if _same_letters(key, keys[place])]
    return sorted(found)


def _shared_letters(key: str, theirs: str) -> int | None:
    """Return how many letters two keys share, in order; None where that is no more than any two
    do."""
    bar = _least_shared(len(key), len(theirs))
    shared = int(LCSseq.similarity(key, theirs, score_cutoff=int(bar)))
    return shared if shared >= bar or _same_letters(key, theirs) else None


def _has_other_words(query: NormalizedTitle, title: str, theirs: str, shared: float) -> bool:
    """Whether the words of the shorter title are not those of the longer one, where no part of
    the asked one may be left out: letters in order are soon found in a long title. A word may
    begin or end otherwise."""
    query_length, found_length = len(query.key), len(theirs)
    if (
        query.parts
        or shared >= 0.7 * max(query_length, found_length)
        or _same_letters(query.key, theirs)
    ):
        return False
    if query_length <= found_length:
        words, whole = _long_words(" ".join(query.raw)), theirs
    elif title.isascii():
        words, whole = _long_words(title), query.key
    else:
        return False
    known = sum([w in whole or w[:4] in whole or w[-4:] in whole for w in words])
    return known < 0.75 * len(words)


@lru_cache(maxsize=64)
def _long_words(title: str) -> Sequence[str]:
    """Its words of three letters and more, but for those in capitals."""
    return [w.lower() for w in _LETTERED.findall(title) if not w.isupper()]


_LETTERED = re.compile("[A-Za-z]{3,}")


def _least_shared(length: int, other_length: int) -> float:
    """Return how many letters titles of so many share where they have to do with each other; the
    more the longer either is."""
    shorter, longer = (length, other_length) if length < other_length else (other_length, length)
    return shorter * (0.95 - 0.2 * shorter / longer) if longer else 1.0


def _same_letters(key: str, theirs: str) -> bool:
    """Whether the words may have been moved about."""
    return len(key) == len(theirs) and sorted(key) == sorted(theirs)


def _compare_equal(query: NormalizedTitle, source: TitleSource) -> _Compared:
    general = _genericness(query, source, _is_english(query)) or int(_is_meeting(query))
    worth = 1.0 - GENERIC_COST if general else 1.0
    return {"title": 1.0, "likeness": 1.0, **_GENERAL[general]}, worth, (), query


_GENERAL: Mapping[int, Mapping[str, float]] = MappingProxyType(
    {0: {}, 1: {"specific": 0.0}, 2: {"specific": 0.0, "heading": 0.0}}
)
"""The features of one work's title (0), of one that many may have (1), of what may be none (2)."""

GENERIC_COST = 0.25
"""What a title takes that many works may have, and gets back where enough speaks for one."""


@lru_cache(maxsize=64)
def _genericness(query: NormalizedTitle, source: TitleSource, english: bool) -> int:
    """0 for a title that one work will have; 1 where many may; 2 where it may be no title: the
    words of a section, a placeholder, a heading, file name or alias of three words or fewer."""
    if _is_heading(query) or (source is not TitleSource.KEY and _is_short(query)):
        return 2
    return int(_generic(query, english))


def _is_short(query: NormalizedTitle) -> bool:
    """Whether a title has three words or fewer."""
    return _count_words(query.words) <= _SHORT


_SHORT = 3
"""Words of a title that many works may have."""


def _count_words(words: Sequence[str]) -> float:
    """Return the words of a title. Where a script has no blanks between them, two Chinese
    characters or four Japanese letters are about one."""
    count = 0.0
    for word in words:
        if word.isascii():
            count += 1
            continue
        characters, letters = len(_HAN.findall(word)), len(_KANA.findall(word))
        count += characters / 2 + letters / 4 + (len(word) > characters + letters)
    return count


_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile("[\u3041-\u30ff]")


def _is_english(title: NormalizedTitle) -> bool:
    """Whether the list of words, which comes from English titles, can tell what is common: it
    knows a word of it, or a small one is English, or there is but one word that is no figure or
    formula. A short title with an accent is of another language, or has a person's name in it."""
    words = [word for word in lexicon.content(title.words) if word.isalpha()]
    if not all(map(str.isascii, words)) or (_ACCENT.search(title.text) and _is_short(title)):
        return False
    if len(words) <= 1 or not lexicon.ENGLISH.isdisjoint(title.words):
        return True
    return any(map(lexicon.is_known, words))


_ACCENT = re.compile("[\u00c0-\u024f]")


def _generic(query: NormalizedTitle, english: bool) -> bool:
    """Whether many works may have this title: a single word; three words or fewer which are
    common, or of which nobody can say it; or the volume of a series."""
    content = lexicon.content(query.words)
    if _is_short(query) or not content:
        words = [word for word in content if not word.isdigit()]
        tells_nothing = lexicon.is_everyday if len(words) > 2 else lexicon.is_common
        return len(content) <= 1 or not english or all(map(tells_nothing, content))
    if "proceedings" in (content[0], content[-1]) or (
        "proceedings" in content and sum(w.isalpha() for w in content) <= 4
    ):
        return True
    # `Advances in Neural Information Processing Systems 30` is a volume of a series.
    return content[0] in ("advances", "transactions") and not query.text[-1].isalpha()


def _is_heading(query: NormalizedTitle) -> bool:
    """Whether it is made of words of headings alone: `Master's Thesis`, `Related Work`."""
    return all(
        word in lexicon.HEADINGS
        or word in lexicon.SECTIONS
        or word in lexicon.FILLERS
        or (len(word) < 3 and word.isascii())
        for word in query.words
    )


def _is_named(found: NormalizedTitle, query: NormalizedTitle) -> bool:
    """Whether a work has the short form in which the asked title ends for a name in front:
    `ASM: Adaptive Skinning Model` is no meeting."""
    first = min(found.colons, default=0)
    return bool(first) and "".join(found.words[:first]) == query.words[-1]


def _is_name(query: NormalizedTitle) -> bool:
    """Whether it is but a name: one word, or two of which one was made up: `HiFi-GAN`, `GPT-9`
    and not `Session 12`."""
    if len(query.words) != 2:
        return len(query.words) <= 1
    numbered = query.words[-1].isdigit() and not lexicon.is_everyday(query.words[0])
    return numbered or any(map(_is_made_up, query.raw))


def _is_made_up(written: str) -> bool:
    """Whether a word is a name that somebody made up, by how it is written."""
    inside = written[1:]
    mixed = any(map(str.isupper, inside)) and any(map(str.islower, written))
    return mixed or (any(map(str.isdigit, written)) and not written.isdigit())


def _is_meeting(query: NormalizedTitle) -> bool:
    """Whether it is where works appear: `Computer Vision and Pattern Recognition (CVPR)`."""
    content = lexicon.content(query.words)
    last = query.words[-1] if query.words else ""
    return len(last) >= 3 and "".join(w[0] for w in content[: len(last)]) == last


def _title_worth(
    query: NormalizedTitle, found: NormalizedTitle, differences: tuple[Difference, ...]
) -> float:
    """Return what the likeness of the titles is worth, from 1 down."""
    kinds = [difference.kind for difference in differences]
    if not VETOES.isdisjoint(kinds):
        return 0.0
    left, lacking = len(lexicon.content(query.words)), 0
    for difference in differences:
        if difference.kind not in FORGIVABLE:
            left -= len(difference.asked.split())
            lacking += 1
        elif difference.kind is DifferenceKind.MOVED:
            lacking += 1
    coined = not _COINED.isdisjoint(kinds) and _share_coined_name(query, found)
    worth = 1.0 - sum(
        [_difference_cost(difference, left, coined=coined) for difference in differences]
    )
    if DifferenceKind.TAIL in kinds and DifferenceKind.SUBTITLE in kinds:
        worth -= 0.08  # who notes where it appeared notes the whole title
    return worth - 0.15 * max(lacking - 1, 0)


_PARTS: Mapping[DifferenceKind, tuple[float, ...]] = {
    DifferenceKind.SUBTITLE: (0.40, 0.40, 0.19, 0.19, 0.18, 0.12, 0.12, 0.12),
    DifferenceKind.HEAD: (0.40, 0.40, 0.19, 0.18, 0.15, 0.12, 0.12, 0.12),
    DifferenceKind.CUT: (0.40, 0.40, 0.40, 0.28, 0.20, 0.12, 0.12, 0.12),
    DifferenceKind.PART_ADDED: (0.40, 0.40, 0.38, 0.35, 0.33, 0.25, 0.25, 0.25),
    DifferenceKind.REST_ADDED: (0.40, 0.40, 0.38, 0.19, 0.19, 0.19, 0.19, 0.19),
    DifferenceKind.NAME_ADDED: (0.40, 0.40, 0.40, 0.35, 0.25, 0.19, 0.19, 0.19),
    DifferenceKind.WORD_MISSING: (0.40, 0.40, 0.35, 0.24, 0.21, 0.18, 0.15, 0.15),
    DifferenceKind.END_MISSING: (0.40, 0.40, 0.40, 0.30, 0.30, 0.30, 0.30, 0.25),
    DifferenceKind.FRONT_MISSING: (0.40, 0.40, 0.40, 0.30, 0.30, 0.30, 0.30, 0.25),
    DifferenceKind.FRONT_ADDED: (0.50, 0.50, 0.50, 0.45, 0.45, 0.45, 0.45, 0.45),
    DifferenceKind.QUALIFIER: (0.50, 0.50, 0.50, 0.45, 0.45, 0.45, 0.30, 0.30),
    DifferenceKind.WORD_ADDED: (0.50, 0.50, 0.50, 0.45, 0.45, 0.45, 0.45, 0.45),
    DifferenceKind.TURNED: (0.35, 0.35, 0.35, 0.35, 0.35, 0.35, 0.35, 0.35),
    DifferenceKind.WORD: (0.60, 0.60, 0.60, 0.50, 0.50, 0.50, 0.50, 0.50),
}
"""What a part or a word takes that is missing or another one, by how many words of the title are
left: none, one, … seven and more."""


_WHOLE = frozenset(
    {
        DifferenceKind.SUBTITLE,
        DifferenceKind.HEAD,
        DifferenceKind.CUT,
        DifferenceKind.PART_ADDED,
        DifferenceKind.REST_ADDED,
        DifferenceKind.NAME_ADDED,
    }
)
"""Parts that cost the same however long they are."""

_COINED = frozenset({DifferenceKind.WORD, DifferenceKind.SUBTITLE})
"""What takes less where both titles begin with the same coined name."""


_AT_AN_END = frozenset({DifferenceKind.END_MISSING, DifferenceKind.FRONT_MISSING})

_MOST_OF_IT = 7
"""Words of a subtitle that say more than a head of four does."""


def _difference_cost(difference: Difference, left: int, *, coined: bool) -> float:
    """Return what a difference takes from the worth of a title of which so many words are left."""
    kind, size = difference.kind, difference.size
    if kind in _COSTS:
        return _COSTS[kind] * size
    cost = _PARTS[kind][min(max(left, 0), 7)]
    if kind is DifferenceKind.WORD and coined:
        return 0.35 * size
    if kind in _AT_AN_END and size <= min(left - 5, 2):  # a word or two of many
        return 0.19
    if kind is DifferenceKind.TURNED and difference.asked and difference.found and left > 1:
        return 0.19
    if kind is DifferenceKind.END_MISSING and left > 4:  # a part, however long it is
        return cost
    if kind is DifferenceKind.HEAD and size > 3:  # no name, but a title of its own
        cost = max(cost, 0.25 if left < _MOST_OF_IT else 0.19)
    elif kind is DifferenceKind.SUBTITLE and coined:
        cost = min(cost, 0.21 if left < 2 else 0.12)
    elif kind is DifferenceKind.SUBTITLE and left == 4 and size >= _MOST_OF_IT:
        cost = max(cost, 0.21)
    return cost if kind in _WHOLE else cost * size


def _has_same_name(query: NormalizedTitle, found: NormalizedTitle) -> bool:
    """Whether both begin with the same coined name and a colon."""
    end, found_end = min(query.colons, default=0), min(found.colons, default=0)
    if not 0 < end <= 3 or not 0 < found_end <= 3:
        return False
    name, other = "".join(query.words[:end]), "".join(found.words[:found_end])
    return name == other and not all(map(lexicon.is_word, found.words[:found_end]))


def _is_renamed(features: Mapping[str, float]) -> bool:
    """Whether it is the work under a later title: the name in front, the first author and the
    year are the same, and nothing makes another work of it."""
    same = all(features.get(name) == 1.0 for name in ("name", "first_author", "year"))
    return same and VETOING.isdisjoint(features)


def _share_coined_name(query: NormalizedTitle, found: NormalizedTitle) -> bool:
    """Whether both begin with the same coined name: BERT, word2vec, DeepWalk."""
    if not (query.words and found.words and query.words[0] == found.words[0]):
        return False
    name = found.raw[0]
    if not lexicon.is_word(found.words[0]):
        return True
    rest = name[1:]
    capital = not found.text.isupper() and not rest.islower() and any(map(str.isupper, rest))
    return capital or (not name.isalpha() and any(map(str.isdigit, name)))


def _add_people_and_year(hints: Hints, work: Work, features: dict[str, float]) -> float:
    """Return what authors and year add or take; the features are put in."""
    bonus = 0.0
    if (hints.authors or hints.first_author) and (authors := possible_authors(work.authors)):
        bonus += _add_people(hints, authors, features)
    if "place" in features and not hints.year:
        bonus += 0.08
    if hints.year and work.year and hints.year >= _FIRST_YEAR:
        gap = abs(hints.year - work.year)
        features["year"] = 1.0 if gap <= 1 else 0.5 if gap <= 3 else 0.0
        known = features.get("authors") == 1.0  # two people and more: the year is the slip
        bonus += (0.08, 0.06, 0.0, -0.05)[gap] if gap <= 3 else -0.05 if known else -0.35
    if hints.cited_in and work.year and work.year > hints.cited_in + 2:
        features["earlier"] = 0.0
    if hints.references and work.reference_count:
        lengths = _list_length_value(hints.references, work.reference_count)
        if lengths is not None:
            features["references"] = lengths
    return bonus


def _lacks_authors(hints: Hints, work: Work) -> bool:
    """Whether a note names an author and the record none."""
    return hints.first_author is not None and not possible_authors(work.authors)


def _add_people(hints: Hints, authors: tuple[str, ...], features: dict[str, float]) -> float:
    """Return what authors add or take; the features are put in. Who cannot be told from the
    record's authors says nothing."""
    found: dict[str, float] = {}
    first = hints.first_author or (hints.authors[0] if hints.authors else None)
    position = _author_position(first, authors) if first else None
    if position is not None:
        # Who is not known to be the first author may stand anywhere.
        found["first_author"] = position if hints.first_author else min(position, 0.5)
    if len(hints.authors) > 1 and (share := _share_of_names(hints.authors, authors)) is not None:
        found["authors"] = round(share, 4)
    if not found:
        return 0.0
    agree = max(found.values()) >= 0.5
    if not agree and _are_garbled(hints.authors, authors):
        return 0.0
    features |= found
    return 0.15 if agree else -0.4


_LONG_LIST = 20
"""References of a list that is long: a paper's own. A letter, a review or an erratum hardly has
so many."""
_GROSS = 4
"""So many times as many references as a service knows of a work are another work's. Services miss
half of a list and more: they know those references alone that they could match."""


def _list_length_value(noted: int, in_list: int) -> float | None:
    """Return what the lengths of a note's own list and of a work's say: 1 about the same, 0 the
    work has far fewer, though both are long, 0.5 it has but a handful, which is another work's list
    or a part of its own; None for all between."""
    if noted > _GROSS * in_list and noted >= _LONG_LIST:
        return 0.0 if in_list >= _LONG_LIST else 0.5
    return 1.0 if noted >= 5 and 0.6 <= noted / in_list <= 1.25 else None


def overlap_score(overlap: Overlap) -> float | None:
    """Whether a work's reference list is the one that its note lists (1) or another one (0); None
    where too little is known of either. A note may shorten titles or write whole citations, so a
    list is another one only where hardly anything in it is even near to them."""
    smaller = min(overlap.noted, overlap.listed)
    if overlap.shared >= 3 and overlap.shared >= smaller / 2:
        return 1.0
    return 0.0 if smaller >= 5 and overlap.near < smaller / 5 else None


def _is_supported(hints: Hints, work: Work, features: Mapping[str, float]) -> bool:
    """Whether enough speaks for a candidate whose title many works may have: an identifier, a
    reference list, its authors in front of the title, or who is named beside it. A year does not,
    nor does a family name alone: there are too many works of the time, and too many people of
    the name."""
    if features.get("first_author", 1.0) == 0.0 or features.get("year", 1.0) == 0.0:
        return False
    kinds = ("identifier", "linked", "citing", "listed", "byline")
    if any(features.get(name) == 1.0 for name in kinds):
        return True
    named = hints.authors or ((hints.first_author,) if hints.first_author else ())
    return _is_known_by_name(named, possible_authors(work.authors) or ())


def _is_known_by_name(query: tuple[str, ...], authors: tuple[str, ...]) -> bool:
    """Whether two of the people named are among a work's authors, or one whose given name, or its
    first letter, is the author's too."""
    shared = [(name, other) for name in query for other in authors if same_name(name, other)]
    if len({title_key(read_name(name).family) for name, _ in shared}) > 1:
        return True
    return any(not (is_bare_family(name) or is_bare_family(other)) for name, other in shared)


def _author_position(query: str, authors: tuple[str, ...]) -> float | None:
    """Return how an author stands in a list: 1 first, 0.5 among the others, 0 not at all; None
    where it cannot be told."""
    known = same_name(query, authors[0])
    if known:
        return 1.0
    among = _is_among(query, authors[1:])
    if among:
        return 0.5
    return None if known is None or among is None else 0.0


def _share_of_names(query: tuple[str, ...], authors: tuple[str, ...]) -> float | None:
    """Return the share of names that a list has; None where it can be told of fewer than two."""
    found = [known for name in query if (known := _is_among(name, authors)) is not None]
    return sum(found) / len(found) if len(found) > 1 else None


def _are_garbled(query: tuple[str, ...], authors: tuple[str, ...]) -> bool:
    """Whether a record's names are made of the asked people's names, put together wrongly: `Song
    Wu` of `Zhirong Wu` and `Shuran Song`."""
    query_words = {word for name in query for word in name_words(name)}
    words = [word for name in authors for word in name_words(name)]
    return len(words) > 4 and sum([word in query_words for word in words]) >= 0.8 * len(words)


def _is_among(query: str, authors: tuple[str, ...]) -> bool | None:
    """Whether an author stands in a list; None where it cannot be told. An organisation among
    persons is no reason for doubt."""
    is_uncertain = False
    for author in authors:
        known = same_name(query, author)
        if known:
            return True
        is_uncertain = is_uncertain or (known is None and read_name(author).is_known)
    return None if is_uncertain or not read_name(query).is_known else False
