"""Align two titles word by word, and classify each difference.

The query is the title that is looked up; the found title is a candidate's. Each stretch where the
two differ is judged: copying may have damaged the title (a slip, a split word, a venue behind it),
a part may be missing, or it may be another work's title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace
from rapidfuzz.distance import OSA, Levenshtein

from refmatter.matching import lexicon
from refmatter.matching.citation_context import Surroundings, Words, is_year, title_bounds
from refmatter.matching.normalize import NormalizedTitle
from refmatter.reasons import Difference, DifferenceKind

FORGIVABLE = frozenset(
    {
        DifferenceKind.SPACING,
        DifferenceKind.FILLER,
        DifferenceKind.INFLECTION,
        DifferenceKind.SPELLING,
        DifferenceKind.SLIP,
        DifferenceKind.BYLINE,
        DifferenceKind.TAIL,
        DifferenceKind.CLIPPED,
        DifferenceKind.MOVED,
        DifferenceKind.LINE,
        DifferenceKind.NAME,
    }
)
"""What happens to a title on its way into a note."""

VETOES = frozenset(
    {
        DifferenceKind.NUMBER,
        DifferenceKind.PREFIX,
        DifferenceKind.NEGATION,
        DifferenceKind.ANNOUNCING,
    }
)
"""What makes another work of it, however alike the rest is."""


Differences: TypeAlias = tuple[Difference, ...]


class _Stretch(NamedTuple):
    """A stretch where two titles differ: words i1 to i2 of the query, j1 to j2 of the found
    title."""

    i1: int
    i2: int
    j1: int
    j2: int


def align(
    query: NormalizedTitle, found: NormalizedTitle, around: Surroundings
) -> tuple[NormalizedTitle, Differences]:
    """Return the asked title without the citation that it may stand in, and the differences of two
    titles whose keys differ. `around` is what the found work's citations have round its title."""
    start, end = title_bounds(query, found, around)
    core = query
    outside: list[Difference] = []
    if start or end < len(query.words):
        core = query.part(start, end)
        front, behind = (" ".join(words) for words in (query.words[:start], query.words[end:]))
        if front:
            outside.append(Difference(DifferenceKind.BYLINE, front, ""))
        if behind:
            outside.append(Difference(DifferenceKind.TAIL, behind, ""))
    bare = core is not query and core.key == found.key
    differences = () if bare else _differences(core, found, around)
    return core, (*differences, *outside)


def _differences(
    query: NormalizedTitle, found: NormalizedTitle, around: Surroundings
) -> Differences:
    """Return the differences of two titles. Where leaving out a part of one of them explains more,
    a part is what is missing."""
    query_words = query.words
    best = _aligned(query, query_words, found.words, around)
    if not _forgivable(best):
        for part, words, kind in _parts(found):
            if _share_of_words(query_words, words) < 0.7:
                continue
            named = (
                kind is DifferenceKind.HEAD and len(part) <= 3 and len(lexicon.content(words)) >= 5
            )
            lacking = _judge_missing_part(part, DifferenceKind.NAME if named else kind)
            other = (lacking, *_aligned(query, query_words, words, around))
            best = min(other, best, key=_badness)  # of two as good the part
        for added, rest in _added_parts(query):
            if _share_of_words(rest, found.words) >= 0.7:
                others = _aligned(query, rest, found.words, around)
                if _forgivable(others):  # else it is one part for another
                    best = min((added, *others), best, key=_badness)
    if any(d.kind in (DifferenceKind.INFLECTION, DifferenceKind.FILLER) for d in best):
        # A name that is left out is damage only where nothing else is another.
        best = tuple(
            replace(d, kind=DifferenceKind.HEAD) if d.kind is DifferenceKind.NAME else d
            for d in best
        )
    return best


def _aligned(
    query: NormalizedTitle, query_words: Words, found_words: Words, around: Surroundings
) -> tuple[Difference, ...]:
    """Return the differences of two titles, word by word."""
    if query_words == found_words:
        return ()
    if len(query_words) == len(found_words) >= 4 and sorted(query_words) == sorted(found_words):
        moved = " ".join(w for w, o in zip(query_words, found_words, strict=True) if w != o)
        return (Difference(DifferenceKind.MOVED, moved, moved, 1),)
    differences: list[Difference] = []
    for stretch in stretches(query_words, found_words):
        reader = _StretchReader(query, query_words, found_words, stretch, around)
        differences += [reader.placed(difference) for difference in reader.differences()]
    if len(query_words) < 5 or len(lexicon.content(query_words)) < 4:
        differences = [_judge_strictly(difference) for difference in differences]
    return tuple(differences)


def _judge_strictly(difference: Difference) -> Difference:
    """Return the difference as judged in a very short title, which forgives less: a slip in a word
    that is not in the lexicon (it is another name), a small word for another one, or in front."""
    named = difference.kind is DifferenceKind.SLIP and not any(
        map(lexicon.is_word, difference.found.split())
    )
    turned = difference.kind is DifferenceKind.FILLER and (
        "on" in difference.found.split() or (difference.asked and difference.found)
    )
    kind = DifferenceKind.WORD if named else DifferenceKind.TURNED if turned else difference.kind
    return (
        difference
        if kind is difference.kind
        else Difference(kind, difference.asked, difference.found)
    )


def _parts(found: NormalizedTitle) -> Iterator[tuple[Words, Words, DifferenceKind]]:
    """Each part that may be missing, what is left without it, and what its absence is."""
    for place in sorted(found.parts):
        if place in found.colons:
            yield found.words[:place], found.words[place:], DifferenceKind.HEAD
        if place not in found.brackets:
            yield found.words[place:], found.words[:place], DifferenceKind.SUBTITLE


def _added_parts(query: NormalizedTitle) -> Iterator[tuple[Difference, Words]]:
    """Each part that the asked title may have more, and what is left without it."""
    for place in sorted(query.parts):
        part = _added_part(query.words[place:])
        if part.kind is DifferenceKind.PART_ADDED and place not in query.colons:
            part = replace(part, kind=DifferenceKind.REST_ADDED)
        yield part, query.words[:place]
        if place in query.colons and place <= 2:
            name, rest = _added_part(query.words[:place]), query.words[place:]
            coined = not any(map(lexicon.is_common, query.words[:place]))
            if name.kind is DifferenceKind.PART_ADDED and (
                coined or _is_nickname(query.words[:place], rest)
            ):
                yield replace(name, kind=DifferenceKind.NAME_ADDED), rest


def _is_nickname(words: Words, rest: Words) -> bool:
    """Whether it is one word before a title that is long enough without it: `Europarl - `."""
    heading = words[0] in lexicon.HEADINGS or words[0] in lexicon.FILLERS
    return len(words) == 1 and not heading and len(lexicon.content(rest)) > 4


def _added_part(words: Words) -> Difference:
    """Return a part that the asked title has more. What it begins or ends with says what it is."""
    content = lexicon.content(words) or words
    telling = content if len(content) <= 3 else (*content[:2], content[-1])
    kind = DifferenceKind.PART_ADDED
    if any(w in lexicon.ANNOUNCING for w in telling):
        kind = DifferenceKind.ANNOUNCING
    elif _begins_with_number(words) or (len(content) <= 2 and any(map(_is_number, content))):
        kind = DifferenceKind.NUMBER
    return Difference(kind, " ".join(words), "", len(content))


def _share_of_words(query_words: Words, found_words: Words) -> float:
    return len(set(query_words) & set(found_words)) / max(
        len(set(query_words)), len(set(found_words)), 1
    )


def _badness(differences: Sequence[Difference]) -> tuple[int, int, int]:
    """Return how much is wrong: what makes another work of it, what is not forgivable, the rest."""
    hard = sum([d.kind in VETOES or d.kind is DifferenceKind.WORD for d in differences])
    more = sum([d.kind not in FORGIVABLE for d in differences])
    return hard, more, len(differences)


def _forgivable(differences: Sequence[Difference]) -> bool:
    return FORGIVABLE.issuperset([d.kind for d in differences])


def stretches(query: Words, found: Words) -> list[_Stretch]:
    """Return the stretches where two titles that are not equal differ."""
    first, last_query, last_found = 0, len(query), len(found)
    shorter = min(last_query, last_found)
    while first < shorter and query[first] == found[first]:
        first += 1
    shorter -= first
    while shorter and query[last_query - 1] == found[last_found - 1]:
        last_query, last_found, shorter = last_query - 1, last_found - 1, shorter - 1
    if not shorter or set(query[first:last_query]).isdisjoint(found[first:last_found]):
        # Nothing is equal in between: most titles part in one place only.
        return [_Stretch(first, last_query, first, last_found)]
    parted: list[_Stretch] = []
    for op in Levenshtein.opcodes(query, found):
        if op.tag == "equal":
            continue
        last = parted[-1] if parted else None
        if last and last.i2 == op.src_start and last.j2 == op.dest_start:
            parted[-1] = _Stretch(last.i1, op.src_end, last.j1, op.dest_end)
        else:
            parted.append(_Stretch(op.src_start, op.src_end, op.dest_start, op.dest_end))
    return parted


_LACKING = frozenset(
    {DifferenceKind.END_MISSING, DifferenceKind.WORD_MISSING, DifferenceKind.QUALIFIER}
)
_HAVING_MORE = frozenset({DifferenceKind.WORD_ADDED, DifferenceKind.QUALIFIER})
"""What a word less and a word more may be, where nothing vetoes it."""


class _StretchReader:
    """Turns one stretch into differences."""

    __slots__ = (
        "around",
        "at",
        "at_end",
        "at_start",
        "found_words",
        "other",
        "query",
        "query_words",
        "whole",
    )

    def __init__(
        self,
        query: NormalizedTitle,
        query_words: Words,
        found_words: Words,
        at: _Stretch,
        around: Surroundings,
    ) -> None:
        self.query, self.at, self.around = query, at, around
        self.query_words, self.found_words = query_words[at.i1 : at.i2], found_words[at.j1 : at.j2]
        self.at_start = at.i1 == 0 and at.j1 == 0
        self.at_end = at.i2 == len(query_words) and at.j2 == len(found_words)
        self.whole, self.other = query_words, found_words

    def differences(self) -> list[Difference]:
        """Return the differences of this stretch."""
        if self.query_words and self.found_words:
            return self._exchanged()
        return [self._added() if self.query_words else self._missing()]

    def placed(self, difference: Difference) -> Difference:
        """Return the difference by where it stands. A word more or less which says how the thing
        behind it is done, in front of the title or of all but small words, names a variant of the
        work and is no slip: `Efficient Search` and `Search`."""
        missing = difference.found and not difference.asked and difference.kind in _LACKING
        added = difference.asked and not difference.found and difference.kind in _HAVING_MORE
        if not (missing or added):
            return difference
        words, end = (self.other, self.at.j2) if missing else (self.whole, self.at.i2)
        if end >= len(words) or words[end] in lexicon.FILLERS:
            return difference
        if not any(map(lexicon.is_modifier, (difference.asked or difference.found).split())):
            return difference
        before = (*self.whole[: self.at.i1], *self.other[: self.at.j1])
        if not lexicon.FILLERS.issuperset(before):
            return difference
        return replace(
            difference, kind=DifferenceKind.FRONT_MISSING if missing else DifferenceKind.FRONT_ADDED
        )

    # -- words for words --------------------------------------------------------------------

    def _exchanged(self) -> list[Difference]:
        """Words for words: the same in another spelling, or other ones."""
        query_words, found_words = self.query_words, self.found_words
        if (kind := _kind_of_respelling(query_words, found_words)) is not None:
            return [self._difference(kind)]
        if self.at_end and (clipped := self._clipped()):
            return [clipped]
        differences, query_words, found_words = _pair_words(query_words, found_words)
        if query_words and found_words and _is_respaced(query_words, found_words):
            return [
                *differences,
                Difference(DifferenceKind.SPACING, " ".join(query_words), " ".join(found_words)),
            ]
        query_words, found_words = lexicon.content(query_words), lexicon.content(found_words)
        if query_words and found_words:
            if (kind := _kind_of_respelling(query_words, found_words)) is not None:
                differences.append(Difference(kind, " ".join(query_words), " ".join(found_words)))
            elif slip := _count_joined_slips(query_words, found_words):
                differences.append(
                    Difference(
                        DifferenceKind.SLIP, " ".join(query_words), " ".join(found_words), slip
                    )
                )
            else:
                differences.append(_judge_words(query_words, found_words))
        elif query_words:
            differences.append(_judge_extra_words(query_words, DifferenceKind.WORD_ADDED))
        elif found_words:
            differences.append(_judge_extra_words(found_words, DifferenceKind.WORD_MISSING))
        elif not differences:
            differences.append(self._difference(DifferenceKind.FILLER))
        return differences

    def _clipped(self) -> Difference | None:
        """Return the difference if a title ends in the middle of a word; else None."""
        last = len(self.query_words) - 1
        word, *rest = self.found_words[last:] or ("",)
        query_end = self.query_words[last]
        if (
            self.query_words[:last] != self.found_words[:last]
            or not word.startswith(query_end)
            or word == query_end
        ):
            return None
        other = lexicon.value(query_end) != lexicon.value(word) and not (
            self.query.cut and query_end == "i"
        )
        if other or _figures(query_end) != _figures(word):
            return None  # `Part I` is no cut `Part II`
        if not rest:
            same = _judge_pair(query_end, word).kind is DifferenceKind.INFLECTION
            return Difference(
                DifferenceKind.INFLECTION if same else DifferenceKind.CLIPPED, query_end, word
            )
        if (
            len(query_end) > 2
            and lexicon.is_word(query_end)
            and not (self.query.cut or self._is_long())
        ):
            return None
        return self._cut_off(query_end, (word, *rest), shows=True)

    # -- words on one side only -------------------------------------------------------------

    def _added(self) -> Difference:
        """Words that the asked title has more."""
        query_words = lexicon.content(self.query_words)
        if not query_words:
            return self._difference(DifferenceKind.FILLER)
        if (self.at_start or self.at_end) and all(w in self.around for w in query_words):
            return self._difference(DifferenceKind.TAIL)
        line = self.query_words[0]
        inside = not (self.at_start or self.at_end) and len(self.whole) >= 5
        counted = self.at.i1 and self.whole[self.at.i1 - 1] in _COUNTED
        if inside and len(self.query_words) == 1 and _is_line(line) and not counted:
            return self._difference(DifferenceKind.LINE)
        if self.at_start and query_words[0].endswith("ing") and len(query_words) == 1:
            return self._difference(DifferenceKind.ANNOUNCING)
        return _judge_extra_words(query_words, DifferenceKind.WORD_ADDED)

    def _missing(self) -> Difference:
        """Words that the asked title lacks."""
        found_words = lexicon.content(self.found_words)
        if not found_words:
            return self._difference(DifferenceKind.FILLER)
        if self.at_end and self._is_cut():
            return self._cut_off("", self.found_words, shows=self._is_visibly_cut())
        if self.at_start or self.at_end:
            return _judge_extra_words(found_words, DifferenceKind.END_MISSING)
        return _judge_extra_words(found_words, DifferenceKind.WORD_MISSING)

    def _cut_off(self, query_end: str, found_words: Words, *, shows: bool) -> Difference:
        """Return the difference of a title whose end is missing; it is forgivable if that shows and
        enough of the title is left."""
        is_long = len(lexicon.content(self.whole)) >= 4
        kind = (
            DifferenceKind.CLIPPED
            if shows and is_long
            else _judge_missing_part(found_words, DifferenceKind.CUT).kind
        )
        return Difference(
            kind,
            query_end,
            " ".join(found_words),
            1 if shows else len(lexicon.content(found_words)),
        )

    def _is_visibly_cut(self) -> bool:
        """Whether one sees that the asked title was cut: by dots, or as it ends with a small
        word, as no title does."""
        return self.query.cut or (len(self.whole) > 4 and self.whole[-1] in lexicon.FILLERS)

    def _is_cut(self) -> bool:
        if self._is_visibly_cut():
            return True
        # Who ends a title before "with" or "for" has probably found its end.
        inside = self.found_words[0] not in lexicon.FILLERS or self._is_half_a_pair()
        if not inside and len(self.query.text) < _CUT_BEFORE:
            return False
        return (inside or len(lexicon.content(self.found_words)) > 3) and self._is_long()

    def _is_half_a_pair(self) -> bool:
        """Whether what it begins is not brought to an end: `between in-domain`."""
        return self.found_words[0] == "and" and "between" in self.whole and "and" not in self.whole

    def _is_long(self) -> bool:
        """Whether it is as long as programs leave titles that they cut short."""
        return _CUT_AT[0] <= len(self.query.text) <= _CUT_AT[1]

    def _difference(self, kind: DifferenceKind, size: int = 1) -> Difference:
        return Difference(kind, " ".join(self.query_words), " ".join(self.found_words), size)


_CUT_AT = (46, 102)
"""Letters after which programs cut titles short."""
_CUT_BEFORE = 56
"""Letters of a title of which a program may have cut off all that a small word begins."""


_COUNTED = frozenset(
    "task tasks part volume vol no number chapter track section phase round level top version "
    "challenge problem experiment case lecture day type grade year edition issue figure".split()
)
"""Words before a figure that is no line's."""


def _is_line(word: str) -> bool:
    """Whether it may be a line's number or a page's: of two to four figures, but no year."""
    figures = word.isascii() and word.isdigit() and 2 <= len(word) <= 4 and word[0] != "0"
    return figures and not is_year(word)


def _kind_of_respelling(
    query_words: Sequence[str], found_words: Sequence[str]
) -> DifferenceKind | None:
    """Return how two runs of words are the same: but for blanks, or for spelling."""
    if _is_respaced(query_words, found_words):
        return DifferenceKind.SPACING
    if lexicon.FILLERS.issuperset(query_words) and lexicon.FILLERS.issuperset(found_words):
        joins = ("and" in query_words) != ("and" in found_words) and not {"or", "amp", "with"} & {
            *query_words,
            *found_words,
        }
        return None if joins else DifferenceKind.FILLER  # two things, or one by the other?
    if _is_scratched(query_words, found_words):
        return DifferenceKind.SLIP
    if _is_acronym(query_words, found_words) or _is_acronym(found_words, query_words):
        return DifferenceKind.SPELLING
    return _rewritten(query_words, found_words)


def _is_respaced(query_words: Sequence[str], found_words: Sequence[str]) -> bool:
    """Whether only blanks differ, and perhaps small words before or behind."""
    whole, other = "".join(query_words), "".join(found_words)
    if whole == other or (len(found_words) > 1 and _is_behind_small(whole, found_words)):
        return True
    return query_words[-1] in lexicon.FILLERS and whole.removesuffix(query_words[-1]) == other


def _is_scratched(query_words: Sequence[str], found_words: Sequence[str]) -> bool:
    """Whether letters were lost where a file was read: `wi h`, `e ective`."""
    if (
        len(query_words) == 2
        and len(found_words) == 1
        and _count_joined_slips(query_words, found_words)
    ):
        return True
    whole = "".join(query_words)
    return _lost_ligature(whole, "".join(found_words)) and (
        len(query_words) > 1 or not _is_known_word(whole)
    )


def _is_acronym(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether a word is made of the first letters of several: VQA."""
    return (
        len(short) == 1
        and len(short[0]) == len(long) > 1
        and all(w[0] == letter and len(w) > 1 for w, letter in zip(long, short[0], strict=True))
    )


_LIGATURES = re.compile("ff[il]?|f[il]")


def _lost_ligature(query: str, found: str) -> bool:
    """Whether a ligature is what is wrong: `e ective`, `uniied`, as PDF files give it away."""
    if not 1 <= len(found) - len(query) <= 3:
        return False
    return any(
        query == found[: lost.start()] + left + found[lost.end() :]
        for lost in _LIGATURES.finditer(found)
        for left in ("", lost[0][-1:], "ii", "ee")
    )


def _is_known_word(word: str) -> bool:
    return word in lexicon.FILLERS or (len(word) > 2 and lexicon.is_common(word))


def _is_behind_small(whole: str, words: Sequence[str]) -> bool:
    """Whether it is what words, joined, are behind some of the small ones they begin with; these
    are not all but the last."""
    small = sum(1 for _ in takewhile(lexicon.FILLERS.__contains__, words))
    behind = ("".join(words[number:]) for number in range(1, small + 1))
    return small < len(words) - 1 and whole in behind


def _stands_for(word: str, other: str) -> bool:
    """Whether a word is another one but for what may be forgiven."""
    if word == other:
        return True
    if word[0] != other[0] and not (word.startswith(_TWO) or other.startswith(_TWO)):
        # Only a number or a slip may begin with another letter: most words are neither.
        bound = _most_slips(len(other))
        if OSA.distance(word, other, score_cutoff=bound) > bound:
            number = lexicon.value(word)
            if number is None or number != lexicon.value(other):
                return False
    return _judge_pair(word, other).kind in FORGIVABLE


def _pair_words(query_words: Words, found_words: Words) -> tuple[list[Difference], Words, Words]:
    """Return the words of a stretch that stand for each other in all likelihood, and those left."""
    differences: list[Difference] = []
    left: list[str] = []
    other = list(found_words)
    passed: list[str] = []
    for word in query_words:
        first, least, most = word[0], len(word) - 3, len(word) + 3
        number = lexicon.value(word) is not None or word.startswith(_TWO)
        for place, near in enumerate(other):
            # A word of another length that begins with another letter is no slip.
            if first != near[0] and not (number or least <= len(near) <= most or near[:2] in _TWO):
                continue
            if _stands_for(word, near):
                passed, other = passed + other[:place], other[place + 1 :]
                if near != word:
                    differences.append(_judge_pair(word, near))
                break
        else:
            left.append(word)
    other = passed + other
    if len(left) == len(other) == 1:
        return [*differences, _judge_pair(left[0], other[0])], (), ()
    return differences, tuple(left), tuple(other)


def _judge_extra_words(words: Sequence[str], kind: DifferenceKind) -> Difference:
    """Words that one title has and the other has not."""
    text = " ".join(words)
    query, found = (text, "") if kind is DifferenceKind.WORD_ADDED else ("", text)
    whole = (
        kind is DifferenceKind.END_MISSING and len(words) > 2
    )  # a part of its own, not one word's
    if not (whole or _LONG_PREFIXES.isdisjoint(words)):
        kind = DifferenceKind.PREFIX
    elif not lexicon.ANNOUNCING.isdisjoint(words):
        kind = DifferenceKind.ANNOUNCING
    elif not lexicon.NEGATIONS.isdisjoint(words):
        kind = DifferenceKind.NEGATION
    elif lexicon.numbers(words):
        kind = DifferenceKind.NUMBER
    elif not lexicon.QUALIFIERS.isdisjoint(words) or any(map(_is_initials, words)):
        kind = DifferenceKind.QUALIFIER
    return Difference(kind, query, found, len(words))


def _is_initials(word: str) -> bool:
    """Whether it stands for a method or a field: CCG, LSTM."""
    return 2 < len(word) < 6 and word.isalpha() and _VOWELS.isdisjoint(word)


_VOWELS = frozenset("aeiouy")


def _judge_missing_part(words: Sequence[str], kind: DifferenceKind) -> Difference:
    """Return a part that is missing, unless it is one that tells works apart."""
    content = lexicon.content(words)
    text = " ".join(words)
    part = not _PART.isdisjoint(content)
    figures = [w for w in content if lexicon.value(w) is not None]
    if kind in (
        DifferenceKind.HEAD,
        DifferenceKind.NAME,
    ):  # `CleanUNet 2`, `T-Part` are names, `Part 2` is none
        numbered = len(figures) + part >= len(content)
    else:
        numbered = part or (len(content) <= 2 and bool(figures)) or _begins_with_number(words)
    if kind is not DifferenceKind.SUBTITLE and any(
        w in lexicon.ANNOUNCING for w in content if w != "ed"
    ):
        kind = DifferenceKind.ANNOUNCING
    return Difference(DifferenceKind.NUMBER if numbered else kind, "", text, max(len(content), 1))


def _begins_with_number(words: Sequence[str]) -> bool:
    """Whether a part that begins so is one of several: `I. Theory`, and not `2D Alignment` nor
    `Six of One`."""
    first, *rest = lexicon.content(words) or words
    value = lexicon.value(first)
    if value is None or value >= _PARTS_AT_MOST or _DIMENSION.fullmatch(first):
        return False
    spelt_out = first.isalpha() and len(first) > 2 and not first.endswith("i")
    return not (spelt_out and rest and len(words) > 1 and words[1] in lexicon.FILLERS)


_PARTS_AT_MOST = 25
_DIMENSION = re.compile(r"\dd")


def _is_number(word: str) -> bool:
    return lexicon.value(word) is not None


_PART = frozenset({"part", "volume", "vol", "chapter"})


def _judge_words(query_words: Sequence[str], found_words: Sequence[str]) -> Difference:
    """Words that stand for other words."""
    query, found = " ".join(query_words), " ".join(found_words)
    size = max(len(query_words), len(found_words))
    if lexicon.numbers(query_words) != lexicon.numbers(found_words):
        return Difference(DifferenceKind.NUMBER, query, found, size)
    both = (*query_words, *found_words)
    if lexicon.opposites(query_words, found_words):
        return Difference(DifferenceKind.NEGATION, query, found, size)
    if not _LONG_PREFIXES.isdisjoint(both):
        return Difference(DifferenceKind.PREFIX, query, found, size)
    if not lexicon.NEGATIONS.isdisjoint(both):
        return Difference(DifferenceKind.NEGATION, query, found, size)
    if not lexicon.ANNOUNCING.isdisjoint(both):
        return Difference(DifferenceKind.ANNOUNCING, query, found, size)
    return Difference(DifferenceKind.WORD, query, found, size)


@lru_cache(maxsize=2048)
def _judge_pair(query: str, found: str) -> Difference:
    """Return the difference between two words."""
    if (kind := _kind_of_pair(query, found)) is not None:
        return Difference(kind, query, found)
    slip = _count_slips(query, found)
    return (
        Difference(DifferenceKind.SLIP, query, found, slip)
        if slip
        else _judge_words([query], [found])
    )


def _kind_of_pair(query: str, found: str) -> DifferenceKind | None:
    """Return the difference of two words where it is plain; what is asked first goes before."""
    if (same := _rewritten([query], [found])) is not None:
        return same
    if lexicon.value(query) != lexicon.value(found) or _figures(query) != _figures(found):
        return DifferenceKind.NUMBER
    if _lost_ligature(query, found) and not _is_known_word(query):
        return DifferenceKind.SLIP
    if found in lexicon.FILLERS and _is_scrawl(query, found):
        return DifferenceKind.FILLER
    return _kind_of_kin(query, found)


def _kind_of_kin(query: str, found: str) -> DifferenceKind | None:
    """Return the same for words that may be one with another ending or beginning."""
    if lexicon.stem(query) == lexicon.stem(found) or _inflected(query, found):
        return DifferenceKind.INFLECTION
    denied = found in lexicon.NEGATIONS
    if (denied and not _count_slips(query, found)) or (query in lexicon.NEGATIONS and not denied):
        return DifferenceKind.NEGATION
    return DifferenceKind.PREFIX if _prefixed(query, found) or _prefixed(found, query) else None


def _is_scrawl(query: str, found: str) -> bool:
    """Whether a word that is none stands for a small one: `tbe`, `oi`."""
    if len(query) != len(found) or lexicon.value(query) is not None or lexicon.is_known(query):
        return False
    shuffled = len(query) > 3 and sorted(query) == sorted(found)
    return shuffled or OSA.distance(query, found, score_cutoff=1) <= 1


def _rewritten(query: Sequence[str], found: Sequence[str]) -> DifferenceKind | None:
    """Return the kind of difference if words are written another way (two and 2, colour and color);
    None if they are other words."""
    if len(query) != len(found):
        return None
    kind = DifferenceKind.SPELLING
    for query_word, found_word in zip(query, found, strict=True):
        if query_word == found_word:
            continue
        number = lexicon.value(query_word)
        if number is not None and number == lexicon.value(found_word):
            continue
        if query_word[0] != found_word[0] and not (
            query_word.startswith(_TWO) or found_word.startswith(_TWO)
        ):
            return None
        if lexicon.american(query_word) != lexicon.american(found_word):
            return None
    return kind


_TWO = ("ae", "oe")
"""What Americans may begin a word with another letter for."""


def _figures(word: str) -> str:
    return "" if word.isalpha() else "".join(filter(str.isdigit, word))


def _inflected(query: str, found: str) -> bool:
    short, long = sorted((query, found), key=len)
    if len(short) < 4:
        return False
    base = short.removesuffix("e")
    return long.startswith(base) and long[len(base) :] in _ENDINGS


_ENDINGS = frozenset({"s", "es", "ing", "ings", "ed", "d"})


def _are_opposites(word: str, other: str) -> bool:
    """Whether two words are one behind two prefixes: hypertension, hypotension; or one before
    two endings that say the contrary."""
    for front in lexicon.PREFIXES:
        rest = word.removeprefix(front)
        if rest == word or not other.endswith(rest):
            continue
        if len(rest) > 5 or (len(rest) > 2 and lexicon.is_known(rest)):
            another = other[: -len(rest)]
            if another != front and another in _PREFIXES and {front, another} != {"a", "an"}:
                return True
    return word.endswith(("philic", "phobic")) and other.endswith(("philic", "phobic"))


def _prefixed(word: str, other: str) -> bool:
    """Whether one word is the other behind a prefix."""
    return word.endswith(other) and word[: -len(other)] in _PREFIXES


_PREFIXES = frozenset(lexicon.PREFIXES)
_LONG_PREFIXES = frozenset(prefix for prefix in _PREFIXES if len(prefix) > 2)


def _most_slips(length: int) -> int:
    """Return how many letters may be wrong in a word of so many."""
    return 0 if length < 4 else 1 if length < 6 else 2 if length < 9 else 3


def _count_slips(query: str, found: str) -> int:
    """Return how many letters of a word were slipped on; 0 where it is another word."""
    distance: int = OSA.distance(query, found, score_cutoff=3)
    if distance > _most_slips(len(found)) or _are_opposites(query, found):
        return 0
    if lexicon.is_word(query):  # then the slip is the record's, if it is one
        if _undoubled(query) == _undoubled(found) and not lexicon.is_common(query):
            return distance  # `anotation` is no word because many wrote it
        known = len(found) < _LONG_WORD or lexicon.is_known(found)
        return 0 if known or distance > 1 else distance
    return distance


def _undoubled(word: str) -> str:
    return _DOUBLED.sub(r"\1", word)


_DOUBLED = re.compile(r"(.)\1")

_LONG_WORD = 7
"""Letters of a word that hardly becomes another one by a slip."""


def _is_whole(word: str) -> bool:
    """Whether it is a word, and no piece of one."""
    return word in lexicon.FILLERS or (len(word) > 2 and lexicon.is_word(word))


def _count_joined_slips(query_words: Sequence[str], found_words: Sequence[str]) -> int:
    """Return the same for words whose blanks are wrong too; 0 where they are other words."""
    query_whole, found_whole = "".join(query_words), "".join(found_words)
    distance: int = OSA.distance(query_whole, found_whole, score_cutoff=3)
    if distance > _most_slips(len(found_whole)) or _figures(query_whole) != _figures(found_whole):
        return 0
    if len(query_words) == len(found_words) or all(
        _is_whole(w) for w in query_words if w not in found_words
    ):
        return 0
    return distance
