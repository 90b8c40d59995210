"""A library -> a vault of paper notes that cite each other, and what the services list of it.

Deterministic: the same library, size and seed give the same bytes. A note cites mostly older
works, and what is cited already is cited more often, so that of all bullets about a third name
a work that no other does before.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import yaml
from benchmarks.library import Library, chance, fold, slug

from scholar import Record

NEW = 1 / 3
"""Of the bullets, those that name a work for the first time."""
NOBODYS = 0.05
"""Of the titles, those that no service knows."""
NOTED = 0.1
"""Of the new ones, those that a note of the vault is about."""
YOUNGER = 0.05
"""Of the new ones, those that may be younger than the note."""
LINKED = 0.05
"""Of the bullets, those that link to a note."""
ELIDED, EMPTY = 0.15, 0.05
"""Of the notes' works, those whose reference list a publisher withholds, and those without."""
LEFT_OUT = 0.05
"""Of what a note names, what the service's list of its work lacks."""
EXTRA = 3
"""Works that such a list has and the note does not name."""
FULL = 50
"""One note in so many is filled, and shows the vault's schema."""
TRIES = 50


class Dialect(StrEnum):
    """How notes are written: the seeds' way, or that of the same vault two years later."""

    SEEDS = "seeds"
    LATER = "2024"


@dataclass(frozen=True, slots=True)
class Bullet:
    """A title in a reference list; `record` is the work meant, None for one nobody knows."""

    title: str
    record: Record | None
    linked: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A note: its file name without `.md`, its work, what it cites, and whether it is filled."""

    name: str
    record: Record
    bullets: tuple[Bullet, ...]
    full: bool


@dataclass(frozen=True, slots=True)
class Vault:
    """The notes, the services' reference lists of their works, and which of these are elided."""

    papers: tuple[Paper, ...]
    dialect: Dialect
    references: Mapping[str, list[str]]
    elided: frozenset[str]
    meant: Mapping[str, Record | None] = field(repr=False)
    """The work meant by each title of the vault, by the folded title."""

    def write(self, folder: Path) -> None:
        """Write the notes into a folder."""
        folder.mkdir(parents=True)
        names = {fold(paper.record.title): paper.name for paper in self.papers}
        for paper in self.papers:
            text = _text(paper, self.dialect, names)
            (folder / f"{paper.name}.md").write_bytes(text.encode())


def vault(
    library: Library, notes: int, references: int, dialect: Dialect = Dialect.SEEDS, seed: int = 1
) -> Vault:
    """A vault of so many notes, each with so many references."""
    draw = _Draw(library, random.Random(seed))  # noqa: S311 - to be the same each time
    works = draw.works(notes, identified=dialect is Dialect.LATER)
    papers = []
    for number, work in enumerate(works):
        name = slug(work.title)
        papers.append(
            Paper(
                name=f"{work.year}-{name}" if dialect is Dialect.LATER else name,
                record=work,
                bullets=draw.bullets(work, references),
                full=number % FULL == FULL // 2,
            )
        )
    lists = {
        paper.record.paper_id: draw.listed(paper)
        for paper in papers
        if paper.record.paper_id is not None
    }
    elided = frozenset(each for each in lists if chance(each, "elided") < ELIDED)
    meant: dict[str, Record | None] = {fold(each.title): each for each in works}
    meant |= {fold(each.title): each.record for paper in papers for each in paper.bullets}
    return Vault(tuple(papers), dialect, lists, elided, meant)


class _Draw:
    """Works drawn from a library, one after the other."""

    def __init__(self, library: Library, rng: random.Random) -> None:
        self._rng = rng
        self._known = {fold(each.title) for each in library.corpus.records}
        self._pool = sorted(library.pool, key=lambda each: (each.year or 0, each.title))
        self._years = [each.year or 0 for each in self._pool]
        self._works: list[Record] = []
        self._earlier: list[tuple[str, Record | None]] = []
        self._cited: set[str] = set()

    def works(self, count: int, *, identified: bool) -> list[Record]:
        """What the notes are about, the oldest first."""
        able = [each for each in self._pool if each.paper_id or not identified]
        if count > len(able):
            raise SystemExit(f"the catalogue has {len(able)} works, too few for {count} notes")
        chosen = self._rng.sample(able, count)
        self._works = sorted(chosen, key=lambda each: (each.year or 0, each.title))
        return self._works

    def bullets(self, work: Record, count: int) -> tuple[Bullet, ...]:
        """What the note on a work cites: each title once, itself never."""
        named: dict[str, tuple[str, Record | None]] = {fold(work.title): (work.title, work)}
        while len(named) <= count:
            title, record = self._one(work)
            if fold(title) not in named:
                named[fold(title)] = title, record
                self._earlier.append((title, record))
                self._cited.add(fold(title))
        chosen = list(named.values())[1:]
        return tuple(Bullet(*each, linked=self._rng.random() < LINKED) for each in chosen)

    def listed(self, paper: Paper) -> list[str]:
        """The service's reference list of a note's work: paper ids, and the bare titles of what
        it could not link."""
        if chance(paper.name, "empty") < EMPTY:
            return []
        known = [each.record for each in paper.bullets if each.record is not None]
        kept = [each for each in known if self._rng.random() >= LEFT_OUT]
        more = [self._rng.choice(self._pool) for _ in range(EXTRA)]
        return [each.paper_id or each.title for each in [*kept, *more]]

    def _one(self, work: Record) -> tuple[str, Record | None]:
        if self._earlier and self._rng.random() >= NEW:
            return self._rng.choice(self._earlier)
        if self._rng.random() < NOBODYS:
            return self._nobodys(), None
        if self._rng.random() < NOTED:
            older = [each for each in self._works if (each.year or 0) <= (work.year or 0)]
            chosen = self._rng.choice(older)
        else:
            chosen = self._fresh(work)
        return chosen.title, chosen

    def _fresh(self, work: Record) -> Record:
        """A work that nobody cites yet, older than this one where there is such a work."""
        older = bisect_right(self._years, work.year or 0)
        end = len(self._pool) if self._rng.random() < YOUNGER else older
        for turn in range(2 * TRIES):
            chosen = self._pool[self._rng.randrange(end if turn < TRIES else len(self._pool))]
            if fold(chosen.title) not in self._cited:
                return chosen
        raise SystemExit("the catalogue has too few works for so many references")

    def _nobodys(self) -> str:
        """A title that could be one and is none: words of two real ones, shuffled."""
        while True:
            pair = (self._rng.choice(self._pool).title for _ in range(2))
            words = [word for title in pair for word in title.split() if word.isalpha()]
            self._rng.shuffle(words)
            title = " ".join(words[:8])
            if len(words) >= 4 and fold(title) not in self._known | self._cited:
                return title


def dashed(title: str) -> str:
    """A title as the seed vault writes it: runs of `:` and `"` with the blanks round them as
    ` - `, long dashes short, curly apostrophes straight."""
    plain = title.replace("\u2013", "-").replace("\u2014", "-").replace("\u2019", "'")
    plain = re.sub(r'\s*[:"][\s:"]*', " - ", plain)
    return " ".join(plain.split()).removeprefix("- ").removesuffix(" -")


def _text(paper: Paper, dialect: Dialect, names: Mapping[str, str]) -> str:
    said: dict[str, object] = {"title": dashed(paper.record.title)}
    said |= _values(paper) if paper.full else {}
    said["tags"] = ["paper"]
    if dialect is Dialect.LATER:
        page = "-".join(paper.record.title.split()[:6])
        page = re.sub(r"[^\w-]+", "", page, flags=re.ASCII)
        said["urls"] = [f"https://www.semanticscholar.org/paper/{page}/{paper.record.paper_id}"]
    first = [name for name in ("title", "authors") if name in said]
    ordered = {name: said[name] for name in [*first, *sorted(said.keys() - set(first))]}
    front = yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True)
    heading = "Paper References" if dialect is Dialect.LATER else "References"
    lines = "\n".join(_lines(paper.bullets, dialect, names))
    body = f"\n## {heading}\n\n{lines}\n" if lines else ""
    return f"---\n{front}---\n\n# {dashed(paper.record.title)}\n{body}"


def _values(paper: Paper) -> dict[str, object]:
    record = paper.record
    return {
        "authors": list(record.authors),
        "fieldsOfStudy": list(record.fields_of_study),
        "meta_key": paper.name,
        "numCitedBy": record.citation_count,
        "ref_count": record.reference_count,
        "venue": record.venue or "",
        "year": record.year,
    }


def _lines(bullets: Sequence[Bullet], dialect: Dialect, names: Mapping[str, str]) -> Iterable[str]:
    for number, bullet in enumerate(bullets, 1):
        later = dialect is Dialect.LATER
        mark = f"{number}." if later else "-"
        title = dashed(bullet.title)
        if bullet.linked:
            target = names.get(fold(bullet.title)) or slug(bullet.title)
            ending = "" if later and number % 2 else ".md"
            title = f"[{title}](./{target}{ending})"
        yield f"{mark} {title}"
