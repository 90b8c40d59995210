"""Small makers for the nouns, so that a test says only what matters to it."""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from refmatter.model import (
    Candidate,
    Hints,
    Identifiers,
    Lookup,
    LookupKey,
    Note,
    Ownership,
    Question,
    Rung,
    ValueStyle,
    Work,
)
from refmatter.reasons import Reason, ReasonKind
from refmatter.state.ledger_format import ownership_of

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
LARGE = Path(os.environ.get("REFMATTER_DATA") or ROOT / "no large data")
"""Where the large data is, for the tests that are skipped without it."""

S2 = "0" * 39
"""Thirty-nine digits: with one more, a Semantic Scholar id."""


EQUAL_TITLE = Reason(ReasonKind.EQUAL_TITLE)
SAME_TITLE = Reason(ReasonKind.SAME_TITLE, works=2)
NOT_FOUND = Reason(ReasonKind.NOT_FOUND)


def note(
    path: str,
    entries: Mapping[str, object] | Iterable[tuple[object, object]],
    styles: Mapping[str, ValueStyle] | None = None,
    **more: object,
) -> Note:
    pairs = tuple(entries.items()) if isinstance(entries, Mapping) else tuple(entries)
    title = str(dict(pairs).get("title", path))
    return Note(
        path=PurePosixPath(path),
        digest="",
        entries=pairs,
        styles=tuple((styles or {}).get(str(key), ValueStyle()) for key, _ in pairs),
        title=title,
        **more,  # type: ignore[arg-type]  # whatever else a test sets is a field of Note
    )


def lookup(title: str = "A Title", /, **hints: object) -> Lookup:
    said = Hints(**hints)  # type: ignore[arg-type]  # a test's own words
    return Lookup(key=LookupKey(title.lower()), title=title, hints=said)


def candidate(
    title: str = "A Title",
    provider: str = "semantic_scholar",
    rung: Rung = Rung.TITLE_SEARCH,
    cited_by: str | None = None,
    fetched: str = "2026-01-01",
    **said: object,
) -> Candidate:
    return Candidate(
        work=Work(title, **said),  # type: ignore[arg-type]  # whatever a test says of a work
        provider=provider,
        rung=rung,
        fetched=fetched,
        cited_by=PurePosixPath(cited_by) if cited_by else None,
    )


def s2(digit: str) -> Identifiers:
    return Identifiers(s2=S2 + digit)


def vault(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def snapshot(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@contextmanager
def full(size: int) -> Iterator[None]:
    """No file may grow beyond this size, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def key_of(text: str) -> LookupKey:
    """The key of a lookup as people read it: `title`, `title@note` or `title#scheme:identifier`."""
    title, at, place = text.partition("@")
    if at and "#" not in title:
        return LookupKey(title, place)
    title, _, carried = text.partition("#")
    scheme, _, name = carried.partition(":")
    return LookupKey(title, identifier=(scheme, name) if carried else ())


def question_of(text: str) -> Question:
    """A question in short: `provider/rung` or `provider/rung/subject`; `catalog/day`."""
    provider, rung, *subject = text.split("/", 2)
    if provider == "catalog":
        return Question(provider, Rung.CATALOG, rung)
    return Question(provider, Rung(rung), *subject)


def questions(*texts: str) -> frozenset[Question]:
    return frozenset(map(question_of, texts))


def owned(text: str) -> Ownership:
    """Whose a value is, as the ledger writes it."""
    return ownership_of(text)


def absent(text: str, *facts: object) -> list[str]:
    """Return the facts (names, numbers, options, a word or two) that a text does not state as
    whole words, however its lines are wrapped."""
    words = " ".join(text.split())
    return [
        fact
        for fact in map(str, facts)
        if not re.search(rf"(?:\b|(?=\W)){re.escape(fact)}(?:\b|(?<=\W))", words)
    ]
