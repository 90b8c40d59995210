"""A number of notes -> a vault of that size, complete, and the ledger that earlier runs left.

Deterministic: the same number gives the same bytes. A note has 10 KB: a filled front matter,
prose, and a list of 30 references. Their titles are drawn from a pool with a long tail, three
titles for each note: the commonest stands in a share of the vault, most stand in a few notes, as
in real bibliographies. Titles are words of real titles (the package's own list), put together
anew, so that none is in the bundled catalogue.
"""

from __future__ import annotations

import json
import lzma
import random
import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any

from refmatter.fields import Field
from refmatter.matching.thresholds import DEFAULT
from refmatter.model import Note
from refmatter.reasons import ReasonKind
from refmatter.schema.conventions import Conventions
from refmatter.stages.plan import note_evidence
from refmatter.state.ledger_format import header
from refmatter.state.ownership import digest
from refmatter.titles import slug, title_key

NOTE = 10_000
"""Bytes of a note, about."""
REFERENCES = 30
TITLES = 3
"""Titles in the pool of references, for each note."""
TAIL = 1.6
"""How steep the tail is: a title's place in the pool is drawn as a power of a uniform number."""
FOUND, SEARCHED = 0.6, 0.3
"""Of the references' titles, those the ledger has found, and those it has looked for in vain;
nobody asked for the rest yet."""
FOLDER = 1000
"""Notes in a folder."""
OURS = (Field.VENUE, Field.CITATION_COUNT, Field.REFERENCE_COUNT, Field.FIELDS_OF_STUDY)
"""What an earlier run filled in each note; the rest a person wrote."""
_FIELDS = ("Computer Science", "Mathematics", "Biology", "Physics", "Medicine")


@dataclass(frozen=True, slots=True)
class Large:
    """A vault of so many notes. With `settled` the ledger has a line for every title, so that a
    run has nobody to ask."""

    notes: int
    settled: bool = True

    def write(self, folder: Path) -> None:
        """Write notes, ledger and config.yaml into a new folder."""
        rng = random.Random(self.notes)  # noqa: S311 - to be the same each time
        words = _words()
        own = _titles(rng, words, self.notes)
        pool = _titles(rng, words, self.notes * TITLES)
        prose = [" ".join(rng.choices(words, k=14)).capitalize() + "." for _ in range(400)]
        people = [
            f"{a.capitalize()} {b.capitalize()}" for a, b in zip(words, words[7:], strict=False)
        ]
        day, lines = datetime.now(UTC).date() - timedelta(days=5), []
        citing: dict[str, list[str]] = {title: [] for title in pool}
        for number, title in enumerate(own):
            place = folder / "notes" / f"{number // FOLDER:03}"
            place.mkdir(parents=True, exist_ok=True)
            cited = {pool[int(len(pool) * rng.random() ** TAIL)] for _ in range(REFERENCES)}
            for each in cited:
                citing[each].append(title)
            values = _values(rng, people)
            text = _note(rng, title, values, sorted(cited), prose)
            path = place / f"{slug(title)}.md"
            path.write_text(text)
            lines.append(_found(title, values, day, str(path.relative_to(folder))))
        for title in pool:
            kind = rng.random()
            if kind < FOUND:
                lines.append(_found(title, _values(rng, people), day))
            elif self.settled or kind < FOUND + SEARCHED:
                lines.append(_unknown(title, citing[title], day))
        with (folder / "refmatter.lock").open("w") as ledger:
            ledger.write(f"{header()}\n")
            ledger.writelines(row for _, row in sorted(lines))
        (folder / "config.yaml").write_text("# refmatter\ncache:\n  dir: cache\n")


def _s2(title: str) -> str:
    return f"{zlib.crc32(title.encode()):08x}" * 5


def _found(title: str, values: dict[str, object], day: date, note: str = "") -> tuple[str, str]:
    source = {
        "provider": "semantic_scholar",
        "method": "citing_references",
        "fetched": day.isoformat(),
    }
    about = {"note": note} if note else {}
    ours = {
        "hints": _evidence(title, values),
        "written": {name: digest(values[name]) for name in OURS},
    }
    decision = {
        **about,
        "decision": "accepted",
        "reason": {"kind": ReasonKind.EQUAL_TITLE},
        "tier": "certain",
        "matcher_version": DEFAULT.version,
        "ids": {"s2": _s2(title)},
        "values": [source | {"values": values}],
    }
    return _row(title, decisions=[decision | (ours if note else {})])


def _unknown(title: str, citing: list[str], day: date) -> tuple[str, str]:
    decision = {
        "decision": "unmatched",
        "reason": {"kind": ReasonKind.NOT_FOUND},
        "matcher_version": DEFAULT.version,
        "last_checked": day.isoformat(),
        "tries": 1,
    }
    queries: dict[str, dict[str, list[str]]] = {
        "catalog": {"catalog": ["2022-07-03"]},
        "openalex": {"title_batch": []},
    }
    if citing:
        lists = sorted(_s2(cited_by) for cited_by in citing)
        queries["semantic_scholar"] = {"citing_references": lists}
    return _row(title, decisions=[decision], queries=queries)


def _evidence(title: str, values: dict[str, object]) -> str:
    """The digest of what a person wrote in a note: authors and year."""
    entries = (("authors", values["authors"]), ("year", values["year"]))
    note = Note(PurePosixPath("note.md"), "", entries, (), title)
    return note_evidence(note, Conventions(forms={}), {})[1]


def _row(title: str, **parts: object) -> tuple[str, str]:
    """The title's key, by which rows are sorted, and its row of the ledger."""
    row = json.dumps({"title": title, **parts}, ensure_ascii=False, separators=(",", ":"))
    return title_key(title), f"{row}\n"


def _words() -> list[str]:
    packed = resources.files("refmatter").joinpath("data/words.txt.xz").read_bytes()
    return [word for word in lzma.decompress(packed).decode().split() if len(word) > 3]


def _titles(rng: random.Random, words: list[str], count: int) -> list[str]:
    """So many titles, no two alike."""
    found: dict[str, None] = {}
    while len(found) < count:
        chosen = " ".join(rng.choices(words, k=rng.randint(6, 11)))
        found[chosen.title()] = None
    return list(found)


def _values(rng: random.Random, people: list[str]) -> dict[str, Any]:
    return {
        "authors": rng.sample(people, rng.randint(1, 6)),
        "year": rng.randint(1985, 2021),
        "venue": rng.choice(("NeurIPS", "ICML", "ACL", "EMNLP", "CVPR", "JMLR")),
        "citation_count": rng.randint(1, 4000),
        "reference_count": rng.randint(5, 90),
        "fields_of_study": [rng.choice(_FIELDS)],
    }


def _note(
    rng: random.Random, title: str, said: dict[str, Any], cited: list[str], prose: list[str]
) -> str:
    lines = ["---", f"title: {title}", "authors:"]
    lines += [f"- {name}" for name in said["authors"]]
    lines += ["fieldsOfStudy:", f"- {said['fields_of_study'][0]}"]
    lines += [f"meta_key: {slug(title)}", f"numCitedBy: {said['citation_count']}"]
    lines += ["pdf_relpath: null", f"ref_count: {said['reference_count']}", "status: todo"]
    lines += ["tags:", "- gen-from-ref", "- paper", f"venue: {said['venue']}"]
    lines += [f"year: {said['year']}", "---", "", f"# {title}", ""]
    tail = ["## References", "", *(f"- {each}" for each in cited)]
    size = NOTE - len("\n".join([*lines, *tail]))
    while size > 0:
        lines += ["  ".join(paragraph := rng.choices(prose, k=6)), ""]
        size -= sum(map(len, paragraph)) + 14
    return "\n".join([*lines, *tail, ""])
