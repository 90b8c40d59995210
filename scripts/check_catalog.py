"""The catalogue data and other sources -> which records' authors cannot be right, and why.

    python -m scripts.check_catalog CATALOGUE.jsonl.gz [--against DATA]

`build_catalog.py` leaves out what is found here; run by itself this prints it, a record a line.
Three things speak against a list of authors: one of its names cannot be a name, the bibliography
that has the record (ACL Anthology, DBLP) names other people, or another source has other authors
for that title and year. `DATA` is a folder of answers of services and of public vaults whose
notes have authors; docs/data.md describes it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import frontmatter
from rapidfuzz.distance import OSA
from yaml import YAMLError

from refmatter.matching.author_names import first_impossible
from refmatter.titles import family, readable, title_key, words

FEWEST_WORDS = 6
"""Words of a title that two works of one time hardly share."""
YEARS = 1
"""How far two sources may date one work apart."""
ALIKE = 0.7
"""The least similarity of two spellings of one name, from 0 to 1."""


class Fault(StrEnum):
    """What speaks against a record's authors."""

    IMPOSSIBLE = "a name that cannot be one"
    BIBLIOGRAPHY = "its bibliography names others"
    TITLE = "another source names others for this title"


class Listing(NamedTuple):
    """Whom a source names as the authors of a title, and the year it gives. `owner` is a vault's
    note: its owner keeps it so, but most such notes were filled from Semantic Scholar, so it
    speaks for a list of authors and against none."""

    authors: tuple[str, ...]
    year: int | None
    owner: bool = False


class Found(NamedTuple):
    """A record whose authors cannot be right; `twin` where another record of its title is sound,
    so that the work stays known without it."""

    fault: Fault
    name: str
    twin: bool


def faults(
    records: Sequence[Mapping[str, Any]], listings: Mapping[str, Sequence[Listing]]
) -> dict[str, Found]:
    """The records that Semantic Scholar knows whose authors cannot be right, by its paper id.

    `listings` are other sources' by title key; the records' own bibliographies are added.
    """
    known: dict[str, list[Listing]] = defaultdict(list)
    for key, several in listings.items():
        known[key] += several
    for each in records:
        if _is_listed(each):
            authors = tuple(each.get("authors") or ())
            known[title_key(each["title"])].append(Listing(authors, each.get("year")))
    told = [each["s2"] | {"record": each} for each in records if each.get("s2")]
    wrong = {
        each["paper_id"]: found
        for each in told
        if (found := _fault(each, known[title_key(each["title"])])) is not None
    }
    sound = {
        title_key(each["title"])
        for each in told
        if each["authors"] and _is_the_work(wrong.get(each["paper_id"]))
    }
    return {
        each["paper_id"]: Found(
            *fault,
            twin=not _is_the_work(fault)
            and title_key(each["title"]) in sound
            and _is_telling(each["title"]),
        )
        for each in told
        if (fault := wrong.get(each["paper_id"])) is not None
    }


def _is_the_work(fault: tuple[Fault, str] | None) -> bool:
    """Whether a record is of the work that it names, whoever it says wrote that."""
    return fault is None or fault[0] is Fault.BIBLIOGRAPHY


def _fault(said: Mapping[str, Any], known: Sequence[Listing]) -> tuple[Fault, str] | None:
    """What speaks against a record's authors, and the name that shows it."""
    authors = tuple(map(readable, said["authors"] or ()))
    if not authors:
        return None
    if (name := first_impossible(authors)) is not None:
        return Fault.IMPOSSIBLE, name
    if any(each.owner and not any(strangers(authors, each.authors)) for each in known):
        return None  # somebody keeps a note with these authors
    record = said["record"]
    if _is_listed(record) and record.get("authors"):
        ours, theirs = strangers(authors, record["authors"])
        first = next(iter((*ours, *theirs)), None)
        return None if first is None else (Fault.BIBLIOGRAPHY, first)
    return _of_others(authors, said, known)


def _of_others(
    authors: Sequence[str], said: Mapping[str, Any], known: Sequence[Listing]
) -> tuple[Fault, str] | None:
    """Whether other sources name other authors for the title at that time, and none of them one
    of these."""
    others = [each for each in known if each.authors and not each.owner]
    near = [each for each in others if _is_near(said["year"], each.year)]
    if (
        near
        and _is_telling(said["title"])
        and not any(_share_one(authors, each.authors) for each in others)
    ):
        return Fault.TITLE, near[0].authors[0]
    return None


def _is_listed(record: Mapping[str, Any]) -> bool:
    """Whether a bibliography has the record, and its authors are that one's."""
    return not {"acl", "dblp"}.isdisjoint(record.get("source", "").split("+"))


def _is_telling(title: str) -> bool:
    return len(words(title).split()) >= FEWEST_WORDS


def _is_near(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= YEARS


def _share_one(names: Sequence[str], others: Sequence[str]) -> bool:
    return any(_is_same(name, other) for name in names for other in others)


def strangers(
    names: Sequence[str], others: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who stands in one list of authors and not in the other. Names may be spelt otherwise, in
    another order, or with another family name where the given name begins alike."""
    ours, theirs = list(names), list(others)
    for same in (_is_same_family, _is_same):
        for name in list(ours):
            other = next((each for each in theirs if same(name, each)), None)
            if other is not None:
                ours.remove(name)
                theirs.remove(other)
    if len(names) == len(others):  # a name that a person has changed since
        for name in list(ours):
            other = next((each for each in theirs if name[:1] == each[:1]), None)
            if other is not None and names.index(name) == list(others).index(other):
                ours.remove(name)
                theirs.remove(other)
    return tuple(ours), tuple(theirs)


def _is_same_family(name: str, other: str) -> bool:
    return family(name) == family(other) != ""


def _is_same(name: str, other: str) -> bool:
    """Whether two names may be one person's: a word of both is the same or nearly so."""
    mine, theirs = _parts(name), _parts(other)
    if set(mine) & set(theirs) or "".join(mine) == "".join(theirs):
        return True
    return any(_is_spelt_alike(one, two) for one in mine for two in theirs)


def _is_spelt_alike(one: str, two: str) -> bool:
    shorter = min(len(one), len(two))
    within = shorter > 2 and (one in two or two in one)
    return within or (shorter > 3 and OSA.normalized_similarity(one, two) >= ALIKE)


def _parts(name: str) -> list[str]:
    return [key for word in re.split(r"[\s\-.,]+", name) if len(key := title_key(word)) > 1]


def listings(data: Path) -> dict[str, list[Listing]]:
    """Whom the answers and the vaults in a folder name as authors, by title key."""
    found: dict[str, list[Listing]] = defaultdict(list)
    for title, listing in (*_answered(data), *_noted(data)):
        if listing.authors and (key := title_key(title)):
            found[key].append(listing)
    return dict(found)


def _answered(data: Path) -> Iterator[tuple[str, Listing]]:
    for path in sorted(data.glob("title-searches/*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                said = json.loads(line)
                yield from _named(said["results"], said["provider"])
    for path in sorted(data.glob("recordings/*/*.json")):
        exchange = json.loads(path.read_text("utf-8"))
        try:
            body = json.loads(exchange["response"]["body"])
        except ValueError:
            continue
        yield from _named(body, path.parent.name)


def _named(said: object, provider: str) -> Iterator[tuple[str, Listing]]:
    """The works anywhere in an answer, as its provider writes them."""
    if isinstance(said, list):
        for each in said:
            yield from _named(each, provider)
    elif isinstance(said, dict):
        read = _READERS.get(provider)
        listing = read(said) if read else None
        if listing is not None:
            yield listing
        for each in said.values():
            yield from _named(each, provider)


def _of_crossref(said: Mapping[str, Any]) -> tuple[str, Listing] | None:
    title, people = said.get("title"), said.get("author")
    if not (isinstance(title, list) and title and isinstance(people, list) and "DOI" in said):
        return None
    dates = (said.get("issued") or said.get("published") or {}).get("date-parts") or [[None]]
    names = (
        " ".join(filter(None, (each.get("given"), each.get("family")))) or each.get("name") or ""
        for each in people
    )
    return title[0], Listing(tuple(filter(None, names)), next(iter(dates[0]), None))


def _of_openalex(said: Mapping[str, Any]) -> tuple[str, Listing] | None:
    title = said.get("display_name") or said.get("title")
    if not title or "authorships" not in said:
        return None
    names = ((each.get("author") or {}).get("display_name") for each in said["authorships"])
    return title, Listing(tuple(filter(None, names)), said.get("publication_year"))


def _of_dblp(said: Mapping[str, Any]) -> tuple[str, Listing] | None:
    if not isinstance(said.get("authors"), dict) or not isinstance(said.get("title"), str):
        return None
    people = said["authors"].get("author") or []
    people = people if isinstance(people, list) else [people]
    texts = (each.get("text", "") for each in people if isinstance(each, dict))
    names = tuple(re.sub(r" \d{4}$", "", text) for text in texts)
    year = said.get("year", "")
    return said["title"], Listing(names, int(year) if year.isdecimal() else None)


_READERS = {"crossref": _of_crossref, "openalex": _of_openalex, "dblp": _of_dblp}


def _noted(data: Path) -> Iterator[tuple[str, Listing]]:
    """The notes of vaults that have authors, as their owners keep them."""
    for path in sorted(data.glob("vaults/**/*.md")):
        try:
            note = frontmatter.loads(path.read_text("utf-8", errors="replace"))
        except YAMLError:
            continue
        authors, year = note.get("authors"), note.get("year")
        if isinstance(authors, list) and note.get("title"):
            year = year if isinstance(year, int) else None
            yield str(note["title"]), Listing(tuple(map(str, authors)), year, owner=True)


def read(path: Path) -> list[dict[str, Any]]:
    """The records of the catalogue data."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _shown(records: Iterable[Mapping[str, Any]], found: Mapping[str, Found]) -> Iterator[str]:
    for each in records:
        said = each.get("s2")
        if said and said["paper_id"] in found:
            fault, name, twin = found[said["paper_id"]]
            done = "left out" if twin else "no authors"
            listed = "; ".join(said["authors"][:5])
            yield f"{done}\t{fault}\t{name}\t{said['year']}\t{said['title']}\t{listed}"


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="List records whose authors cannot be right.")
    parser.add_argument("data", type=Path, metavar="CATALOGUE.jsonl.gz", help="the data")
    parser.add_argument("--against", type=Path, help="a folder with answers and vaults")
    options = parser.parse_args(arguments)
    records = read(options.data)
    against = listings(options.against) if options.against else {}
    for line in sorted(_shown(records, faults(records, against))):
        print(line)


if __name__ == "__main__":
    main()
