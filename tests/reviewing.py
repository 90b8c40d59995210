"""Doubtful lines and cases, for the tests of the review."""

from __future__ import annotations

from pathlib import PurePosixPath

from hypothesis import strategies as st

from refmatter.model import Identifiers, Match, Work
from refmatter.reasons import Difference, DifferenceKind, Reason, ReasonKind
from refmatter.review.pending import PendingTitle, TitlePlace
from refmatter.state.ledger_line import LedgerLine
from refmatter.titles import title_key
from support import SAME_TITLE, candidate, key_of, questions, s2

HOSTILE = (
    "\x1b[2Jred\x07",
    "turned \u202eback\u202c",
    "two\nlines\r\u2028of it",
    "ruling: 1\n- title: other",
    "!!python/object/apply:os.system ['true']",
    "*anchor &other <<: {a: b}",
    "# no comment",
    "'quoted\" and \\escaped",
    "[bold]not markup[/bold]",
    "- - -",
    "null",
    "\ud800 half",
    " ",
    "12",
    "x" * 5000,
)
"""What a service, or a note, may call a work to make trouble."""

texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))
differences = st.builds(Difference, st.sampled_from(DifferenceKind), texts, texts)


def titled(title: str) -> Reason:
    """A reason that has a service's own words in it."""
    return Reason(ReasonKind.OTHER_TITLE, title=title)


def match(
    title: str = "A Title",
    digit: str = "1",
    differences: tuple[Difference, ...] = (),
    features: dict[str, float] | None = None,
    **said: object,
) -> Match:
    work = {"identifiers": s2(digit), "authors": ("Ann One", "Bo Two"), "year": 2001} | said
    evidence = {"title": 1.0, "year": 0.0} if features is None else features
    found = candidate(title, **work)  # type: ignore[arg-type]  # a test's own words
    return Match(found, evidence, 0.5, differences)


def doubtful(
    title: str = "A Title",
    rivals: tuple[Match, ...] | None = None,
    key: str | None = None,
    **more: object,
) -> LedgerLine:
    said: dict[str, object] = {
        "key": key_of(title.casefold().replace(" ", "") if key is None else key),
        "title": title,
        "verdict": "ambiguous",
        "reason": SAME_TITLE,
        "candidates": (match(), match(digit="2", year=2002)) if rivals is None else rivals,
        "queries": questions("openalex/title_batch", "openalex/identifier"),
        "last_checked": "2026-01-02",
        "tries": 2,
        "hints": "abc",
        "matcher_version": "7",
    }
    return LedgerLine(**(said | more))  # type: ignore[arg-type]  # a test's own words


def case(line: LedgerLine | None = None, *places: TitlePlace) -> PendingTitle:
    return PendingTitle(
        doubtful() if line is None else line, places or (TitlePlace(PurePosixPath("a.md"), 7),)
    )


@st.composite
def hostile_lines(draw: st.DrawFn) -> LedgerLine:
    """A doubtful line whose every word comes from somebody who means harm."""
    rivals = []
    for digit in "123"[: draw(st.integers(0, 3))]:
        names = draw(st.one_of(st.none(), st.lists(texts, max_size=9)))
        work = Work(
            title=draw(texts),
            authors=None if names is None else tuple(names),
            year=draw(st.one_of(st.none(), st.integers(0, 9999))),
            venue=draw(st.one_of(st.none(), texts)),
            citation_count=draw(st.one_of(st.none(), st.integers(0, 10**9))),
            identifiers=draw(
                st.sampled_from([
                    s2(digit), Identifiers(), Identifiers(doi=f"10.1000/<a>[{digit}];#?&é"),
                    Identifiers(arxiv=f"2001.0000{digit}", acl=f"P19-100{digit}"),
                ])
            ),
        )  # fmt: skip
        found = candidate(provider=draw(texts))
        found = type(found)(work, found.provider, found.rung, found.fetched)
        score = st.floats(0, 1)
        evidence = draw(st.dictionaries(texts, score, max_size=3))
        rivals.append(Match(found, evidence, 0.5, tuple(draw(st.lists(differences, max_size=2)))))
    title = draw(texts)
    note = draw(st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20))
    key = f"{title_key(title)}@{note}.md"
    return doubtful(title, tuple(rivals), key=key, reason=titled(draw(texts)))
