"""What is asked of Open Library, and what is read in its real and in hostile answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter.model import (
    Answer,
    Failure,
    Hints,
    Identifiers,
    Lookup,
    Query,
    Rung,
    Trouble,
    Work,
    WorkKind,
)
from refmatter.providers import open_library
from refmatter.providers.base import Provider
from support import key_of

RECORDINGS = Path(__file__).parent / "recordings" / "open_library"
BOOK = "9780071435048"
provider: Provider = open_library


def lookup(key: str = "k", title: str = "Javascript", isbn: str | None = BOOK) -> Lookup:
    return Lookup(key_of(key), title, Hints(linked_identifiers=Identifiers(isbn=isbn)))


def answer(said: object, status: int = 200) -> Answer:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Answer(status, "application/json", body, "2026-12-01")


def query(*lookups: Lookup) -> Query:
    (found,) = provider.queries(Rung.IDENTIFIER, lookups or [lookup()])
    return found


def recorded(name: str) -> Answer:
    said = json.loads((RECORDINGS / f"{name}.json").read_text())["response"]
    return Answer(said["status"], said["content_type"], said["body"].encode(), "2026-12-01")


def works(given_: Answer, *lookups: Lookup) -> tuple[Work, ...]:
    asked = query(*lookups)
    reading = provider.read(asked, given_)
    assert not isinstance(reading, Failure)
    assert provider.is_cacheable(asked, given_)
    return reading[asked.about[0].key]


def titled(wanted: str, **book: object) -> list[tuple[str, str | None]]:
    found = works(answer({f"ISBN:{BOOK}": book}), lookup(title=wanted))
    return [(each.title, each.identifiers.isbn) for each in found]


def test_isbns_go_fifty_at_a_time_and_nothing_else_does() -> None:
    isbns = [f"978000000{number:03}" for number in range(60)]
    numbers = [
        isbn + str(-sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(isbn)) % 10) for isbn in isbns
    ]
    lookups = [lookup(f"k{n}", isbn=number) for n, number in enumerate(numbers)]
    without = [lookup("none", isbn=None), lookup("wrong", isbn="9780071435049")]
    first, second = provider.queries(Rung.IDENTIFIER, [*without, *lookups])
    assert (len(first.about), len(second.about)) == (50, 10)
    params = dict(second.params)
    assert params["bibkeys"] == ",".join(f"ISBN:{number}" for number in numbers[50:])
    assert (params["format"], params["jscmd"]) == ("json", "data")


def test_it_keeps_below_a_request_a_second() -> None:
    limits = provider.limits(None, "me@example.org")
    assert (limits.min_interval or 0) >= 1.1
    assert limits.at_once == 1


def test_a_recorded_book_is_read_to_the_letter() -> None:
    assert works(recorded("books-javascript")) == (
        Work(
            title="Javascript",
            authors=("Mac Bride",),
            year=2003,
            identifiers=Identifiers(isbn=BOOK),
            kind=WorkKind.BOOK,
        ),
    )


def test_every_recording_is_read() -> None:
    names = {"books-javascript", "books-none", "books-proposed"}
    assert {path.stem for path in RECORDINGS.iterdir()} == names
    assert works(recorded("books-none")) == ()
    assert works(recorded("books-proposed")) == ()


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("Deep learning", [("Deep Learning: A Survey", None), ("Deep Learning", BOOK)]),
        ("Deep Learning - a survey", [("Deep Learning: A Survey", BOOK), ("Deep Learning", None)]),
        ("A paper in it", [("Deep Learning: A Survey", None), ("Deep Learning", None)]),
    ],
)
def test_only_a_book_that_is_called_so_has_the_isbn(
    wanted: str, expected: list[tuple[str, str | None]]
) -> None:
    assert titled(wanted, title="Deep Learning", subtitle="A Survey") == expected


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("2003", 2003), ("November 18, 2016", 2016), ("1999-2003", None), ("c1987", 1987),
        ("n.d.", None), ("20035", None), (None, None), (2003, None),
    ],
)  # fmt: skip
def test_years(date: object, year: int | None) -> None:
    (found,) = works(answer({f"ISBN:{BOOK}": {"title": "Javascript", "publish_date": date}}))
    assert found.year == year


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (answer(b"", 404), Trouble.GARBLED),
        (answer(b"", 429), Trouble.REFUSED),
        (answer(b"", 503), Trouble.BROKEN),
        (answer([]), Trouble.GARBLED),
        (answer({"error": "x"}), Trouble.GARBLED),
        (Answer(200, "text/html", b"<html>", "2026-12-01"), Trouble.REFUSED),
    ],
)
def test_troubles(given_: Answer, expected: Trouble) -> None:
    reading = provider.read(query(), given_)
    assert isinstance(reading, Failure)
    assert reading.trouble is expected
    assert not provider.is_cacheable(query(), given_)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_whatever_a_book_holds_is_read_or_left_out(value: object) -> None:
    for name in ("title", "subtitle", "authors", "publish_date"):
        book = {"title": "Javascript"} | {name: value}
        assert isinstance(provider.read(query(), answer({f"ISBN:{BOOK}": book})), dict)


@given(st.binary(max_size=50))
def test_garbage_is_an_outage(body: bytes) -> None:
    assert isinstance(provider.read(query(), answer(body)), Failure)
