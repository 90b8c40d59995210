from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from refmatter.model import Candidate, Identifiers, Question, Rung
from refmatter.resolve.evidence import Evidence, recalled, remember
from refmatter.web.cache import ResponseStore
from support import candidate, key_of, lookup, questions, s2

TITLE = "Tales of Embedded Vectors"
LOOKUP = lookup(TITLE)
NAME = f"heard/{LOOKUP.key}".encode()


class Kept(dict[bytes, bytes]):
    """A memory without a disk."""

    def read(self, key: bytes) -> bytes | None:
        return self.get(key)

    def write(self, key: bytes, value: bytes) -> None:
        self[key] = value


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResponseStore]:
    with ResponseStore(tmp_path / "cache") as opened:
        yield opened


def record(title: str = TITLE, **said: object) -> Candidate:
    return candidate(title, **said)  # type: ignore[arg-type]  # a test's own words


def heard(memory: Kept | ResponseStore) -> tuple[Candidate, ...]:
    found = recalled(memory, LOOKUP.key)
    assert found is not None
    return found.candidates


def test_what_was_heard_is_recalled_in_another_run(tmp_path: Path) -> None:
    found = [
        record(authors=("A", "B"), year=2001, venue="", identifiers=s2("1"), preprint=True),
        record(
            f"{TITLE}: And More", provider="openalex", rung=Rung.CITING_REFERENCES,
            cited_by="a/b.md",
            other_venues=("V",), reference_count=0, fields_of_study=("Law",),
        ),
    ]  # fmt: skip
    with ResponseStore(tmp_path / "cache") as store:
        remember(store, LOOKUP, found, questions("openalex/title_batch", "arxiv/title_search"))
    with ResponseStore(tmp_path / "cache") as store:
        assert recalled(store, LOOKUP.key) == Evidence(
            tuple(found), questions("openalex/title_batch", "arxiv/title_search")
        )
        assert recalled(store, key_of("another")) is None


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    with ResponseStore(tmp_path / "cache") as store:
        assert recalled(store, LOOKUP.key) is None
    assert list(tmp_path.iterdir()) == []


def test_that_nobody_knew_a_title_is_heard_as_well(store: ResponseStore) -> None:
    remember(store, LOOKUP, [], questions("arxiv/title_search"))
    assert recalled(store, LOOKUP.key) == Evidence((), questions("arxiv/title_search"))


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\x80\x04pickle",
        b"null",
        b"{}",
        b"[" * 100_000,
        b'{"form":2,"queries":{}}',
        b'{"form":1,"queries":{},"candidates":[]}',
        b'{"form":2,"queries":{},"candidates":[],"more":1}',
        b'{"form":2,"queries":{"x":{"guess":[]}},"candidates":[]}',
        b'{"form":2,"queries":{},"candidates":[[{"title":"A"},null]]}',
        (
            b'{"form":2,"queries":{},"candidates":[[{"title":"A","provider":"x",'
            b'"method":"title_search","fetched":"soon"},null]]}'
        ),
        b'{"form":2,"queries":{},"candidates":[]',
    ],
)
def test_what_is_damaged_or_foreign_says_nothing_and_is_replaced(
    store: ResponseStore, damaged: bytes
) -> None:
    store.write(NAME, damaged)
    assert recalled(store, LOOKUP.key) is None
    remember(store, LOOKUP, [record()], {Question("x", Rung.TITLE_SEARCH)})
    assert heard(store) == (record(),)


@given(st.binary(max_size=60))
def test_no_bytes_do_harm(foreign: bytes) -> None:
    assert recalled(Kept({NAME: foreign}), LOOKUP.key) is None


def test_what_is_heard_later_joins_what_was_heard_before() -> None:
    memory = Kept()
    remember(memory, LOOKUP, [record(identifiers=s2("1"))], questions("x/title_batch"))
    remember(memory, LOOKUP, [record(identifiers=s2("2"))], questions("y/title_search"))
    assert recalled(memory, LOOKUP.key) == Evidence(
        (record(identifiers=s2("1")), record(identifiers=s2("2"))),
        questions("x/title_batch", "y/title_search"),
    )


def test_the_newest_record_of_one_provider_counts() -> None:
    memory = Kept()
    old = record(identifiers=s2("1"), citation_count=5)
    new = record(identifiers=s2("1"), citation_count=9, fetched="2026-05-01")
    others = [replace(old, provider="arxiv"), replace(old, rung=Rung.CITING_REFERENCES)]
    remember(memory, LOOKUP, [old, *others], {Question("x", Rung.TITLE_SEARCH)})
    remember(memory, LOOKUP, [new], {Question("x", Rung.TITLE_SEARCH)})
    assert heard(memory) == (new, *others)


def test_what_has_nothing_to_do_with_the_title_is_not_kept() -> None:
    memory = Kept()
    named = lookup(TITLE, identifiers=Identifiers(doi="10.1/x"))
    far = record("Numerical Optimization", identifiers=s2("3"))
    renamed = record("Numerical Optimization", identifiers=Identifiers(doi="10.1/x"))
    near = record(f"{TITLE} II", identifiers=s2("4"))
    remember(memory, named, [far, renamed, near], {Question("x", Rung.TITLE_SEARCH)})
    assert heard(memory) == (renamed, near)


def test_no_more_than_forty_are_kept_and_those_the_newest() -> None:
    memory = Kept()
    many = [record(identifiers=Identifiers(doi=f"10.1/{n}")) for n in range(50)]
    remember(memory, LOOKUP, many, {Question("x", Rung.TITLE_SEARCH)})
    assert heard(memory) == tuple(many[10:])


def test_a_key_of_half_a_character_is_a_key(store: ResponseStore) -> None:
    odd = replace(LOOKUP, key="\ud800")
    remember(store, odd, [record()], {Question("x", Rung.TITLE_SEARCH)})
    assert recalled(store, odd.key) == Evidence(
        (record(),), frozenset({Question("x", Rung.TITLE_SEARCH)})
    )


@pytest.mark.parametrize("packed", [b"", b"{", b"[]", b'{"form":1}', b"[" * 100_000, b"\xff"])
def test_damaged_bytes_are_no_evidence(packed: bytes) -> None:
    memory = Kept()
    remember(memory, LOOKUP, [record()], {Question("x", Rung.TITLE_SEARCH)})
    (key,) = memory
    memory[key] = packed
    assert recalled(memory, LOOKUP.key) is None
