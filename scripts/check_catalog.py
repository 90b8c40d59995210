"""The catalogue data and other sources -> which values of its records cannot be right, and why.

    python -m scripts.check_catalog CATALOGUE.jsonl.gz [--against DATA]

`build_catalog.py` leaves out what is found here; run by itself this prints it, a record a line.
Five things speak against a list of authors: one of its names cannot be a name, the bibliography
that has the record (ACL Anthology, DBLP) names other people, the address of its own page does,
another source has other authors for that title and year, or the same ones and more. `DATA` is a
folder of answers of services and of public vaults whose notes have authors; docs/data.md
describes it.

A record may also mix two versions of a work, such as the venue of the article with the year of the
conference: what then contradicts the rest is corrected or left out.
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
from types import MappingProxyType
from typing import Any, NamedTuple

import frontmatter
from rapidfuzz.distance import OSA
from yaml import YAMLError

from refmatter.matching.author_names import first_impossible
from refmatter.titles import family_key, query_words, readable, title_key

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
    ADDRESS = "its page's address names others"
    TITLE = "another source names others for this title"
    CUT = "another source names these and more"


class Listing(NamedTuple):
    """Whom a source names as the authors of a title, and the year it gives. `owner` is a vault's
    note: its owner keeps it so, but most such notes were filled from Semantic Scholar, so it
    speaks for a list of authors and against none."""

    authors: tuple[str, ...]
    year: int | None
    owner: bool = False


READ: Mapping[str, Listing] = MappingProxyType(
    {
        # aleju/papers at dda37563a640, neural-nets/Let_there_be_Color.md
        "Let there be Color!: Joint End-to-end Learning of Global and Local Image Priors for "
        "Automatic Image Colorization with Simultaneous Classification": Listing(
            ("Satoshi Iizuka", "Edgar Simo-Serra", "Hiroshi Ishikawa"), 2016
        ),
        # The others: another record of the same data, with the title cut, longer or a later year.
        "3D ShapeNets: A Deep Representation for Volumetric Shape Modeling": Listing(
            ("Zhirong Wu", "Shuran Song", "Aditya Khosla", "Fisher Yu", "Linguang Zhang",
             "Xiaoou Tang", "Jianxiong Xiao"), 2015
        ),
        "Explorations in Parallel Distributed Processing": Listing(
            ("James L. McClelland", "David E. Rumelhart"), 1988
        ),
        "Filters, Random Fields and Maximum Entropy (FRAME): Towards a Unified Theory for "
        "Texture Modeling": Listing(("Song-Chun Zhu", "Yingnian Wu", "David Mumford"), 1998),
        "Learning with Kernels": Listing(("Bernhard Schölkopf", "Alex Smola"), 2001),
        "Nonlinear Signal Processing Using Neural Networks": Listing(
            ("Alan Lapedes", "Robert M. Farber"), 1987
        ),
        "Textural features for image classification. IEEE Transaction on Systems, Man, and "
        "Cybernetics": Listing(("Robert M. Haralick", "K. Shanmugam", "Its'hak Dinstein"), 1973),
    }
)  # fmt: skip
"""Whole lists of authors that were found by reading, by the title of a record that has a part."""


class Found(NamedTuple):
    """A record whose authors cannot be right; `twin` where another record of its title is sound,
    so that the work stays known without it."""

    fault: Fault
    name: str
    twin: bool

    @property
    def is_out(self) -> bool:
        """Whether the whole record is left out: it has a twin, or is of two works in one, such as
        a book and its review."""
        return self.twin or self.fault is Fault.ADDRESS


def faults(
    records: Sequence[Mapping[str, Any]], listings: Mapping[str, Sequence[Listing]]
) -> dict[str, Found]:
    """The records that Semantic Scholar knows whose authors cannot be right, by its paper id.

    `listings` are other sources' by title key; the records' own bibliographies are added.
    """
    known: dict[str, list[Listing]] = defaultdict(list)
    whole: dict[str, list[Listing]] = defaultdict(list)
    for key, several in listings.items():
        known[key] += several
    for title, listing in READ.items():
        whole[title_key(title)].append(listing)
    for each in records:
        if said := each.get("s2"):
            listing = Listing(tuple(said["authors"] or ()), said["year"])
            whole[title_key(said["title"])].append(listing)
        if _is_listed(each):
            authors = tuple(each.get("authors") or ())
            known[title_key(each["title"])].append(Listing(authors, each.get("year")))
    told = [each["s2"] | {"record": each} for each in records if each.get("s2")]
    wrong = {
        each["paper_id"]: found
        for each in told
        if (found := _fault(each, known[key := title_key(each["title"])], whole[key])) is not None
    }
    mixed = {
        (title_key(each["title"]), *each["authors"]): fault
        for each in told
        if (fault := wrong.get(each["paper_id"])) is not None and fault[0] is Fault.ADDRESS
    }
    for each in told:  # the same once more, under another address
        fault = mixed.get((title_key(each["title"]), *each["authors"]))
        if fault is not None:
            wrong[each["paper_id"]] = fault
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
    return fault is None or fault[0] in {Fault.BIBLIOGRAPHY, Fault.CUT}


def _fault(
    said: Mapping[str, Any], known: Sequence[Listing], whole: Sequence[Listing]
) -> tuple[Fault, str] | None:
    """What speaks against a record's authors, and the name that shows it. `whole` are listings
    that only show who lacks: other records of Semantic Scholar, and what was found by reading."""
    authors = tuple(map(readable, said["authors"] or ()))
    if not authors:
        return None
    if (name := first_impossible(authors)) is not None:
        return Fault.IMPOSSIBLE, name
    if (name := _addressed(said)) is not None:
        return Fault.ADDRESS, name
    record = said["record"]
    listed = record.get("authors") if _is_listed(record) else None
    ours, theirs = strangers(authors, listed) if listed else ((), ())
    others = (each for each in (*known, *whole) if not each.owner)
    if not ours and (name := next(iter(theirs), None)) is not None:
        fault: tuple[Fault, str] | None = (Fault.BIBLIOGRAPHY, name)
    elif (name := _lacking(authors, said["year"], others)) is not None:
        fault = (Fault.CUT, name)
    elif any(each.owner and not any(strangers(authors, each.authors)) for each in known):
        fault = None  # somebody keeps a note with these authors
    elif listed:
        fault = (Fault.BIBLIOGRAPHY, ours[0]) if ours else None
    else:
        fault = _of_others(authors, said, known)
    return fault


def _addressed(said: Mapping[str, Any]) -> str | None:
    """The last name in the address of a record's page, which is one of its first two authors',
    where no author has it."""
    _, _, last = said.get("slug", "").rpartition("-")
    key = title_key(last)
    is_named = not key or any(key in title_key(name) for name in said["authors"])
    return None if is_named else last


def _lacking(authors: Sequence[str], year: int | None, others: Iterable[Listing]) -> str | None:
    """An author who is not in a list, where another source of that year has all who are, the
    first of them first."""
    for each in others:
        theirs = tuple({(family_key(name), name[:1]): name for name in each.authors}.values())
        if year is None or each.year != year or len(theirs) <= len(authors):
            continue
        if first_impossible(theirs) is not None or not _is_same(authors[0], theirs[0]):
            continue
        strange, more = strangers(authors, theirs)
        if more and not strange:
            return more[0]
    return None


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


class Doubt(StrEnum):
    """What in a record contradicts the rest of it."""

    VENUE = "its venue is not that of its identifiers"
    VERSION = "its identifiers are those of another version"
    YEAR = "its year is not that of its identifiers"
    NAMED = "its venue names another year"
    PREPRINT = "its preprint is of a much later year"


def doubts(record: Mapping[str, Any]) -> dict[Doubt, dict[str, str | None]]:
    """What in a record contradicts the rest, with the values to put in place by their columns.

    The year of a conference beside a venue elsewhere: the venue is the conference's, where the
    bibliography names it. Year and venue both of elsewhere: the identifiers are left out. Where
    nothing tells which of two values is right, neither stays.
    """
    said, found = record["s2"], dict[Doubt, dict[str, str | None]]()
    year, venue, years = said["year"], said["venue"], _years(record)
    is_other_year = bool(years) and year is not None and year not in years
    if _is_elsewhere(record):
        if is_other_year:
            found[Doubt.VERSION] = {"doi": None, "acl": None, "dblp": None}
        else:
            named = record.get("venue")
            found[Doubt.VENUE] = {"venue": None if named == "Workshop" else named}
    elif is_other_year:
        found[Doubt.YEAR] = {"year": None}
    elif (
        year is not None
        and (named_year := _YEAR_OF_VENUE.search(venue or "")) is not None
        and int(named_year[0][-2:]) != year % 100
    ):
        found[Doubt.NAMED] = {"year": None, "venue": None}
    arxiv = _NEW_ARXIV.match(record.get("arxiv_id") or "")
    if arxiv and year is not None and year < 2000 + int(arxiv[1]) - YEARS:
        found[Doubt.PREPRINT] = {"year": None, "arxiv": None}
    return found


_YEAR_OF_VENUE = re.compile(r"^(?:19|20)\d\d\b|\b(?:19|20)\d\d$|'\d\d$")
_NEW_ARXIV = re.compile(r"(\d\d)\d\d\.")
_ACL_YEAR = re.compile(r"[A-Z](\d\d)-|(\d{4})\.")
_ARTICLE = re.compile(
    r"\bJ\.|\bJournal\b|\bTrans\.|\bTransactions\b|\bCommun\.|\bBull\.|\bTrends\b|^BMC |^CL$"
)
"""Venues, as Semantic Scholar writes them, that print articles."""
_SERIES = {
    "conf/asunam": "Advances in Social Networks",
    "conf/cvpr": "Computer Vision and Pattern Recognition",
    "conf/icassp": "Acoustics, Speech",
    "conf/iccv": "Conference on Computer Vision",
}
"""What stands in the full names of conferences that Semantic Scholar writes out."""


def _is_elsewhere(record: Mapping[str, Any]) -> bool:
    """Whether a bibliography has the work at a conference and its venue is another place. A
    repository of preprints is none."""
    venue = record["s2"]["venue"]
    if not venue or venue == "ArXiv" or not _is_listed(record):
        return False
    if "acl" in record["source"].split("+"):
        is_article = record.get("type") == "article" or "Journal" in record.get("booktitle", "")
        return not is_article and _ARTICLE.search(venue) is not None
    series, _, _ = record.get("dblp_key", "").rpartition("/")
    short, *_ = (record.get("venue") or "").split() or [""]
    if not series.startswith("conf/") or not short:
        return False
    is_named = re.search(rf"(?<!\w){re.escape(short)}(?!\w)", venue, re.IGNORECASE) is not None
    return not is_named and (series not in _SERIES or _SERIES[series] not in venue)


def _years(record: Mapping[str, Any]) -> set[int]:
    """The years that the bibliographies and the Anthology's id give."""
    if not _is_listed(record):
        return set()
    years = {record.get("year"), record.get("dblp", {}).get("year")}
    if told := _ACL_YEAR.match(record.get("acl_id", "")):
        short, full = told.groups()
        years.add(int(full) if full else int(short) + (1900 if int(short) > 50 else 2000))
    return {year for year in years if year}


def _is_listed(record: Mapping[str, Any]) -> bool:
    """Whether a bibliography has the record, and its authors are that one's."""
    return not {"acl", "dblp"}.isdisjoint(record.get("source", "").split("+"))


def _is_telling(title: str) -> bool:
    return len(query_words(title).split()) >= FEWEST_WORDS


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
    return family_key(name) == family_key(other) != ""


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


def _of_semantic_scholar(said: Mapping[str, Any]) -> tuple[str, Listing] | None:
    title, people = said.get("title"), said.get("authors")
    if "paperId" not in said or not title or not isinstance(people, list):
        return None
    names = (each.get("name") for each in people)
    return title, Listing(tuple(filter(None, names)), said.get("year"))


def _of_dblp(said: Mapping[str, Any]) -> tuple[str, Listing] | None:
    if not isinstance(said.get("authors"), dict) or not isinstance(said.get("title"), str):
        return None
    people = said["authors"].get("author") or []
    people = people if isinstance(people, list) else [people]
    texts = (each.get("text", "") for each in people if isinstance(each, dict))
    names = tuple(re.sub(r" \d{4}$", "", text) for text in texts)
    year = said.get("year", "")
    return said["title"], Listing(names, int(year) if year.isdecimal() else None)


_READERS = {
    "crossref": _of_crossref,
    "dblp": _of_dblp,
    "openalex": _of_openalex,
    "semantic-scholar": _of_semantic_scholar,
}


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
            fault, name, _ = found[said["paper_id"]]
            done = "left out" if found[said["paper_id"]].is_out else "no authors"
            listed = "; ".join(said["authors"][:5])
            yield f"{done}\t{fault}\t{name}\t{said['year']}\t{said['title']}\t{listed}"
        if not said:
            continue
        for doubt, changes in doubts(each).items():
            told = "; ".join(f"{name}: {value or ''}".rstrip() for name, value in changes.items())
            known = f"{said['year']}\t{said['title']}\t{said['venue'] or ''}"
            yield f"changed\t{doubt}\t{told}\t{known}"


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="List records whose values cannot be right.")
    parser.add_argument("data", type=Path, metavar="CATALOGUE.jsonl.gz", help="the data")
    parser.add_argument("--against", type=Path, help="a folder with answers and vaults")
    options = parser.parse_args(arguments)
    records = read(options.data)
    against = listings(options.against) if options.against else {}
    for line in sorted(_shown(records, faults(records, against))):
        print(line)


if __name__ == "__main__":
    main()
