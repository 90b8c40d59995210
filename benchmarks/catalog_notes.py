"""Bare notes whose works a full catalogue has -> how many requests complete them.

    PYTHONPATH=tests:. python -m benchmarks.catalog_notes --notes 1000

REFMATTER_DATA names the folder of the large catalogue: it is written as Semantic Scholar's papers
and built. Notes with a title and nothing else, of works drawn from all of it, are completed by the
real command against the tests' stand-in for the services, once with a catalogue that is said to
be full, once with one that is not. Told are the requests by rung, the notes that were completed,
and those with another work's data. Exit code 1 tells that there are such, or that with a full
catalogue something was searched for; 2 that there is no large catalogue.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from hashlib import sha1
from io import StringIO
from pathlib import Path

import yaml
from msgspec.structs import replace

from dumping import FORMATS, large
from house import house
from refmatter import commands
from refmatter.model import Work
from refmatter.titles import family_key
from scholar import Corpus, Record
from support import LARGE

_CATALOGUE = LARGE / "catalogue" / "catalogue.jsonl.gz"
_NOTE = "---\n{}authors: []\nyear: null\nnumCitedBy: null\ntags: [paper]\n---\n"
_SEARCHES = {"title_batch", "title_search", "same_title_search"}


def main() -> int:
    """Build, write notes, complete them."""
    parser = argparse.ArgumentParser(prog="benchmarks.catalog_notes", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--notes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="of the works that are drawn")
    arguments = parser.parse_args()
    if not _CATALOGUE.exists():
        print(f"{_CATALOGUE} is not there; set REFMATTER_DATA", file=sys.stderr)
        return 2
    works = list(map(_named, large(_CATALOGUE, 10**9)))
    drawn = random.Random(arguments.seed).sample(works, arguments.notes)  # noqa: S311 - to be the same each time
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        dump = folder / "papers-2022-07-03.jsonl"
        with dump.open("wb") as out:
            FORMATS["semantic_scholar"].write(works, out)
        with redirect_stdout(StringIO()):
            commands.main(["catalog", "build", str(folder / "catalog"), str(dump)])
        complete = partial(_completed, folder, works, drawn)
        held = [complete(full=full) for full in (False, True)]
    return 0 if all(held) else 1


def _named(work: Work) -> Work:
    """The work with a name at Semantic Scholar, which knows all of them here."""
    if work.identifiers.s2:
        return work
    description = f"{work.title} {work.authors} {work.year} {work.identifiers}"
    name = sha1(description.encode()).hexdigest()  # noqa: S324 - a name, no secret
    return replace(work, identifiers=replace(work.identifiers, s2=name))


def _completed(folder: Path, works: Sequence[Work], drawn: Sequence[Work], *, full: bool) -> bool:
    own = {"catalog": {"enabled": False, "path": str(folder / "catalog"), "authoritative": full}}
    known = Corpus(list(map(_record, works)), {})
    with house(folder / f"house-{full}", known, providers=own) as test_house:
        notes = [
            test_house.put(
                f"{number}.md", _NOTE.format(yaml.safe_dump({"title": work.title}, width=9999))
            )
            for number, work in enumerate(drawn)
        ]
        log = folder / f"log-{full}.jsonl"
        with redirect_stderr(StringIO()):
            test_house.enrich("--log-json", str(log))
        requests = Counter[str]()
        for line in log.read_text().splitlines():
            event = json.loads(line)
            if event["event"] == "requests":
                requests[event["rung"]] += event.get("requests", event.get("count", 1))
        fronts = [yaml.safe_load(note.read_text().split("---\n")[1]) for note in notes]
    pairs = list(zip(drawn, fronts, strict=True))
    done = sum(front["numCitedBy"] is not None for _, front in pairs)
    wrong = [work.title for work, front in pairs if not _fits(work, front)]
    print(
        f"full: {full}; requests {dict(requests)}; {done} of {len(drawn)} notes completed, "
        f"{len(wrong)} with another work's data {wrong[:3]}"
    )
    return not wrong and not (full and _SEARCHES & requests.keys())


def _record(work: Work) -> Record:
    has = work.identifiers
    return Record(
        work.title, has.s2, authors=work.authors or (), full_names=work.authors or (),
        year=work.year, venue=work.venue, citation_count=work.citation_count or 0,
        reference_count=work.reference_count or 0, doi=has.doi, arxiv_id=has.arxiv,
        acl_id=has.acl, dblp_key=has.dblp,
    )  # fmt: skip


def _fits(work: Work, front: dict[str, object]) -> bool:
    """Whether what was written is the work's: its first author, as far as there is one."""
    written = front["authors"]
    if not (isinstance(written, list) and written and work.authors):
        return True
    return family_key(str(written[0])) == family_key(work.authors[0])


if __name__ == "__main__":
    sys.exit(main())
