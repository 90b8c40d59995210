"""Rules that compare titles word by word, or by one of rapidfuzz's ratios."""

from __future__ import annotations

import re
from functools import cache

from benchmarks.matching.case import Question, Verdict
from benchmarks.matching.peers.choosing import (
    Candidate,
    authors,
    best,
    family,
    passing,
    plain,
    title,
)
from rapidfuzz import fuzz, utils

_SCHOLARCHECK_WORD = re.compile(r"[a-z][a-z\-]+")
_SCHOLARCHECK_FILLERS = frozenset({
    "the", "a", "an", "of", "for", "and", "or", "to", "in", "on", "with", "via", "using", "from",
    "is", "are", "be", "that", "this", "we", "our", "by", "as", "at", "how", "when", "what",
    "which", "under", "over", "into", "onto", "not", "no",
})  # fmt: skip


def paper_qa(question: Question) -> Verdict:
    """paper-qa, main branch of March 2026: words between blanks, in lower case, of which the two
    titles share three quarters; as described in its `strings_similarity` and its clients of
    Crossref and OpenAlex."""
    wanted = _words(title(question))
    return best(question, lambda c: passing(_jaccard(wanted, _words(title(c))), 0.75))


def paper_qa_semantic_scholar(question: Question) -> Verdict:
    """paper-qa, main branch of March 2026: the likest title; all its words equal, or three
    quarters of them and one name within the other's at the same place; as described in its
    client of Semantic Scholar."""
    wanted = _words(title(question))
    likest = max(
        question["candidates"], key=lambda c: _jaccard(wanted, _words(title(c))), default=None
    )

    def rank(candidate: Candidate) -> float | None:
        if candidate is not likest:
            return None
        likeness = _jaccard(wanted, _words(title(candidate)))
        named = _one_within_other(question, candidate)
        return passing(likeness, 0.75 if named else 1.0)

    return best(question, rank)


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(text.lower().split())


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    union = one | other
    return len(one & other) / len(union) if union else 0.0


def _one_within_other(question: Question, candidate: Candidate) -> bool:
    mine = (_without_initials(name) for name in authors(question))
    theirs = (_without_initials(name) for name in authors(candidate))
    return any(a in b or b in a for a, b in zip(mine, theirs, strict=False))


def _without_initials(name: str) -> str:
    return " ".join(word for word in name.split() if len(word) > 2)


def papers(question: Question) -> Verdict:
    """As papers 2.19.5: the family names with the title behind them have a token-set ratio of at
    least 80; as described in its `compare_entries`, `entry_id` and FUZZY_RATIO, without the names
    where the question has none."""
    named = bool(authors(question))
    wanted = _tag(tuple(authors(question)), title(question))

    def rank(candidate: Candidate) -> float | None:
        found = _tag(tuple(authors(candidate)) if named else (), title(candidate))
        return passing(fuzz.token_set_ratio(wanted, found, score_cutoff=80), 80)

    return best(question, rank)


@cache
def _tag(names: tuple[str, ...], text: str) -> str:
    """Names and title run into each other, as the tool joins them without a blank."""
    tag = " ".join(family(name) for name in names) + text.strip()
    return "".join(c if ord(c) <= 128 else "_" for c in tag).lower()


def thefuzz_token_set(question: Question) -> Verdict:
    """As thefuzz 0.22.1: a token-set ratio, rounded, above 90; as described in its `fuzz` and
    `utils`, by which the letters of Latin-1 outside ASCII are dropped first."""
    wanted = _without_latin_1(title(question))

    def rank(candidate: Candidate) -> float | None:
        ratio = round(fuzz.token_set_ratio(wanted, _without_latin_1(title(candidate))))
        return passing(ratio, 91)

    return best(question, rank)


@cache
def _without_latin_1(text: str) -> str:
    return utils.default_process("".join(c for c in text if not "\x80" <= c <= "\xff"))


def token_sort_90(question: Question) -> Verdict:
    """As rapidfuzz 3: a token-sort ratio of at least 90 after its default processing; as described
    in its documentation of `fuzz.token_sort_ratio`."""
    wanted = _processed(title(question))
    return best(
        question,
        lambda c: passing(fuzz.token_sort_ratio(wanted, _processed(title(c)), score_cutoff=90), 90),
    )


def ratio_95(question: Question) -> Verdict:
    """As rapidfuzz 3: a ratio above 95 after its default processing; as described in its
    documentation of `fuzz.ratio`."""
    wanted = _processed(title(question))

    def rank(candidate: Candidate) -> float | None:
        ratio = fuzz.ratio(wanted, _processed(title(candidate)), score_cutoff=95)
        return ratio if ratio > 95 else None

    return best(question, rank)


def ratio_90(question: Question) -> Verdict:
    """As rapidfuzz 3: a ratio of at least 90 after its default processing; as described in its
    documentation of `fuzz.ratio`."""
    wanted = _processed(title(question))
    return best(
        question,
        lambda c: passing(fuzz.ratio(wanted, _processed(title(c)), score_cutoff=90), 90),
    )


def wratio_90(question: Question) -> Verdict:
    """As rapidfuzz 3: the weighted ratio is at least 90 after its default processing; as described
    in its documentation of `fuzz.WRatio`."""
    wanted = _processed(title(question))
    return best(
        question,
        lambda c: passing(fuzz.WRatio(wanted, _processed(title(c)), score_cutoff=90), 90),
    )


@cache
def _processed(text: str) -> str:
    return utils.default_process(text)


def bibtex_verifier(question: Question) -> Verdict:
    """As bibtex-verifier 0.2.0: the highest token-sort ratio, of at least 82 without LaTeX and
    punctuation; as described in its `oa_search`, which has no other test of what it takes."""
    wanted = _unpunctuated(title(question))

    def rank(candidate: Candidate) -> float | None:
        found = _unpunctuated(title(candidate))
        return passing(fuzz.token_sort_ratio(wanted, found, score_cutoff=82), 82)

    return best(question, rank)


@cache
def _unpunctuated(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", plain(text)).lower().split())


def scholarcheck(question: Question) -> Verdict:
    """As scholarcheck 0.1.6: three quarters of the asked title's words, of three letters or more
    and no fillers, are in the record's; as described in its `_match_ratio` and the bar of
    `verify`."""
    wanted = _content(title(question))

    def rank(candidate: Candidate) -> float | None:
        found = _content(title(candidate))
        return passing(len(wanted & found) / len(wanted), 0.75) if wanted else None

    return best(question, rank)


@cache
def _content(text: str) -> frozenset[str]:
    words = _SCHOLARCHECK_WORD.findall(text.lower())
    return frozenset(w for w in words if len(w) >= 3 and w not in _SCHOLARCHECK_FILLERS)
