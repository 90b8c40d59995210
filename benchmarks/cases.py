"""The vaults that are completed against the stand-in, and what is measured of each run."""

from __future__ import annotations

import datetime as dt
import json
import math
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from benchmarks.baseline import one_by_one
from benchmarks.library import Library, chance, fold
from benchmarks.runs import Home, Ran
from benchmarks.standstill import StandStill
from benchmarks.table import Case
from benchmarks.truth import Truth
from benchmarks.vaults import Dialect, Paper, Vault, vault
from msgspec import structs

from benchmarks import figures, stand_ins
from refmatter.fields import LOOKED_UP, Field
from refmatter.state.ledger import Ledger
from scholar import Corpus, Entry, serve
from scholar.limits import CREDITS, OFFICIAL

REFUSED_NOTES = 50
LISTED = 10
"""Wrong papers that are listed; of the others only the number is told."""
MIN_CHANGE = {"absolute": 10, "relative": 0.05}


@dataclass(frozen=True, slots=True)
class Bench:
    """What all cases share. `busy` is the share of Semantic Scholar's answers to those without
    a key that are 429 because of others."""

    library: Library
    truth: Truth
    folder: Path
    notes: int
    references: int
    busy: float

    def home(self, name: str, of: Vault) -> Home:
        """A folder with this vault, whose works' reference lists the services now know."""
        home = Home(self.folder / name)
        of.write(home.notes)
        self.library.corpus.references = dict(of.references)
        self.library.corpus.elided = set(of.elided)
        return home

    def fresh(self) -> Vault:
        """The vault of bare notes in the seeds' dialect."""
        return vault(self.library, self.notes, self.references)


@dataclass(frozen=True, slots=True)
class Targets:
    """The most requests for a thousand known titles, and for an unknown one, and the seconds
    to the least in which the services may be asked so much."""

    known: float
    unknown: float = 1.5
    ratio: float = 1.3


def fresh_vault(bench: Bench, *, key: bool, targets: Targets) -> tuple[Case, Case, Ran]:
    """A vault of bare notes, completed once, and then again."""
    of = bench.fresh()
    home = bench.home("key" if key else "keyless", of)
    corpus = bench.library.corpus
    with (
        StandStill() as clock,
        serve(
            corpus, limits=OFFICIAL, budget=CREDITS, busy=bench.busy, clock=clock, sleep=clock.sleep
        ) as server,
    ):
        home.configure(server)
        begun = time.perf_counter()
        ran = home.enrich_here(server, clock, key=key)
        computed = time.perf_counter() - begun
        before = home.state()
        again = home.enrich(server, key=key)
    who = "with a Semantic Scholar key" if key else "no key"
    size = f"{len(of.papers)} notes of {bench.references} references, {len(of.meant)} titles"
    first = Case(f"{'2' if key else '1'}. fresh vault, {who}: {size}")
    _requests(first, ran.log, of, bench.library, targets)
    _pace(first, ran, targets.ratio)
    first.say("real seconds: computing, services' included", computed)
    _outcome(first, ran, home, of)
    _precision(first, bench, home, of)
    second = Case(f"3. the same vault again, {who}")
    after = home.state()
    changed = sum(before.get(name) != after.get(name) for name in before | after)
    second.at_most("requests", len(again.log), 0, must=True)
    second.say("by service", figures.by_kind(again.log))
    second.at_most("notes and ledgers changed", changed, 0, must=True)
    second.say("seconds", again.seconds)
    return first, second, ran


def later_dialect(bench: Bench) -> Case:
    """Half as many notes that carry a Semantic Scholar URL, as the later dialect writes them."""
    of = vault(bench.library, max(1, bench.notes // 2), bench.references, Dialect.LATER, seed=2)
    home = bench.home("later", of)
    with serve(bench.library.corpus, limits=OFFICIAL, budget=CREDITS, busy=bench.busy) as server:
        home.configure(server)
        ran = home.enrich(server)
    case = Case(
        f"4. the 2024 dialect: {len(of.papers)} notes with Semantic Scholar URLs, "
        f"{bench.references} references each, {len(of.meant)} titles"
    )
    own = {paper.record.paper_id for paper in of.papers}
    case.at_most("requests for the notes themselves", _naming(ran.log, own), 3)
    case.at_most("requests in all", len(ran.log), 30)
    _requests(case, ran.log, of, bench.library, None)
    _pace(case, ran)
    _outcome(case, ran, home, of)
    _precision(case, bench, home, of)
    return case


def nightly(bench: Bench) -> Case:
    """Settled notes whose counts are a year old, and of which some have moved."""
    of = vault(bench.library, 10 * bench.notes, 0, Dialect.LATER, seed=3)
    home = bench.home("nightly", of)
    with serve(bench.library.corpus) as server:
        home.configure(server, every=0)
        filled = home.enrich(server)
    _age(home)
    moved = {p.record.paper_id: _moved(p) for p in of.papers if p.record.paper_id is not None}
    records = [
        replace(each, citation_count=moved.get(each.paper_id or "", each.citation_count))
        for each in bench.library.corpus.records
    ]
    texts = _texts(home)
    with serve(Corpus(records), limits=OFFICIAL, budget=CREDITS, busy=bench.busy) as server:
        home.configure(server, min_change=MIN_CHANGE)
        ran = home.enrich(server)
    changed = {name for name, text in _texts(home).items() if texts[name] != text}
    enough = {p.name for p in of.papers if _matters(p, moved[p.record.paper_id or ""])}
    full = {p.name for p in of.papers if p.full}
    case = Case(f"5. nightly refresh of {len(of.papers)} settled notes")
    case.say("requests that filled them", len(filled.log))
    case.say("seconds that took", filled.seconds)
    case.at_most("requests", len(ran.log), 25)
    _pace(case, ran)
    case.say("notes changed", len(changed))
    case.at_most("of them moved less than min_change", len(changed - enough), 0, must=True)
    case.at_most("moved more, and not renewed", len(enough - full - changed), 0)
    return case


def refused(bench: Bench) -> Case:
    """A vault of 50 bare notes, on a day on which Semantic Scholar refuses every request. What
    nobody can tell on any day is not counted."""
    of = vault(bench.library, min(bench.notes, REFUSED_NOTES), bench.references, seed=4)
    home, healthy = bench.home("refused", of), bench.home("not-refused", of)
    corpus = _with_list_lengths(bench.library.corpus)
    with serve(corpus) as server:
        healthy.configure(server, every=0)
        healthy.enrich(server)
    told = {name for name, text in _texts(healthy).items() if Field.YEAR in _held(text)}
    with (
        StandStill() as clock,
        serve(
            corpus, limits=OFFICIAL, budget=CREDITS, busy=1.0, clock=clock,
            sleep=clock.sleep,
        ) as server,
    ):  # fmt: skip
        home.configure(server)
        ran = home.enrich_here(server, clock)
        texts = _texts(home)
        again = home.enrich_here(server, clock)
    case = Case(f"7. Semantic Scholar refuses: {len(of.papers)} notes, {len(of.meant)} titles")
    case.at_most("seconds that services make it wait", ran.seconds, 90, must=True)
    case.say("requests by rung", figures.by_kind(ran.log))
    about = {each.work_number: each for each in corpus.records}
    notes = [
        (about[p.record.work_number], _held(texts[p.name]))
        for p in of.papers
        if not p.full and p.name in told
    ]
    case.say("notes whose work can be told", len(notes))
    for name, (had, knew) in stand_ins.shares(notes).items():
        least = stand_ins.SHARES[name]
        missing = f"notes without {name.spec.label}, of {knew} that others know it of"
        case.at_most(missing, knew - had, math.floor((1 - least) * knew), must=True)
    wrong = [f"{r.title}: {n}: {v[n]}" for r, v in notes for n in stand_ins.wrong(r, v)]
    case.at_most("wrong values", len(wrong), 0, must=True)
    case.remarks += wrong[:LISTED]
    lines = home.lines()
    own = bench.truth.wrong([line for line in lines if line.get("note")], of.meant)
    case.at_most("wrong papers of notes", len(own), 0, must=True)
    # Of two works of one title the services that are left may know one alone.
    case.say("wrong papers of references", len(bench.truth.wrong(lines, of.meant)) - len(own))
    case.say("requests of a second run", figures.by_kind(again.log))
    moved = sum(text != texts[name] for name, text in _texts(home).items())
    case.at_most("notes changed by a second run", moved, 0, must=True)
    return case


def baseline(bench: Bench, ours: Ran | None) -> Case:
    """The titles of the fresh vault one by one, as today's tools ask for them."""
    of = bench.fresh()
    titles = dict.fromkeys(p.record.title for p in of.papers)
    titles |= dict.fromkeys(each.title for p in of.papers for each in p.bullets)
    log, seconds = one_by_one(bench.library.corpus, titles, bench.busy)
    case = Case(f"6. one title at a time, on a virtual clock: {len(titles)} titles")
    known, unknown = _sides(of, bench.library)
    spent = figures.cost(log, known, unknown)
    case.say("requests by service", figures.by_service(log))
    case.say("requests per 1,000 known titles", 1000 * spent.known / max(1, len(known)))
    case.say("requests per unknown title", spent.unknown / max(1, len(unknown)))
    case.say("429s by cause", figures.by_cause(log))
    case.say("seconds", seconds)
    if ours is not None:
        mine = figures.cost(ours.log, known, unknown)
        case.say("its requests to ours", len(log) / max(1, len(ours.log)))
        case.say("the same, of known titles", spent.known / max(mine.known, 1e-9))
        case.say("its seconds to ours", seconds / ours.seconds)
    return case


def _sides(of: Vault, library: Library) -> tuple[set[str], set[str]]:
    """The vault's titles: those that some service knows, and those that nobody does."""
    known = {title for title in of.meant if title in library.known}
    return known, set(of.meant) - known


def _requests(
    case: Case, log: Sequence[Entry], of: Vault, library: Library, targets: Targets | None
) -> None:
    known, unknown = _sides(of, library)
    spent = figures.cost(log, known, unknown)
    each = 1000 * spent.known / max(1, len(known)), spent.unknown / max(1, len(unknown))
    names = (
        f"requests per 1,000 of {len(known)} known titles",
        f"requests per each of {len(unknown)} unknown titles",
    )
    case.say("requests by service", figures.by_service(log))
    case.say("requests by rung", figures.by_kind(log))
    if targets is None:
        case.say(names[0], each[0])
        case.say(names[1], each[1])
    else:
        case.at_most(names[0], each[0], targets.known)
        case.at_most(names[1], each[1], targets.unknown)
    if spent.stray:
        case.say("requests for titles of neither", spent.stray)


def _pace(case: Case, ran: Ran, ratio: float | None = None) -> None:
    floors = figures.floors(ran.log)
    bound = max(floors.values(), default=0.0)
    case.at_most("429s that our own pace provoked", figures.provoked(ran.log), 0)
    case.say("429s by cause", figures.by_cause(ran.log))
    case.say("seconds that services make it wait" if ratio else "seconds", ran.seconds)
    case.say("least seconds, services side by side", bound)
    case.say("least seconds, one after the other", sum(floors.values()))
    if ratio is not None and bound:
        case.at_most("seconds to the least", ran.seconds / bound, ratio)
    elif bound:
        case.say("seconds to the least", ran.seconds / bound)


def _outcome(case: Case, ran: Ran, home: Home, of: Vault) -> None:
    case.say(f"of {len(of.papers)} notes, completed", _completed(home))
    case.say("notes' titles", ran.report["titles"])
    case.say("other references", ran.report["references"])
    decided = Counter(str(line["decision"]) for line in home.lines())
    case.say("ledger", dict(sorted(decided.items())))
    case.remarks += [f"{name}: {said}" for name, said in ran.report["outages"].items()]


def _precision(case: Case, bench: Bench, home: Home, of: Vault) -> None:
    wrong = bench.truth.wrong(home.lines(), of.meant)
    case.at_most("wrong papers accepted", len(wrong), 0, must=True)
    case.remarks += wrong[:LISTED]


def _completed(home: Home) -> int:
    """The notes that say who, when, and how often cited."""
    count = 0
    for text in _texts(home).values():
        front = yaml.load(text.split(b"---\n")[1], yaml.CSafeLoader)
        wanted = ("authors", "year", "numCitedBy")
        count += all(front.get(name) is not None for name in wanted)
    return count


def _naming(log: Sequence[Entry], own: set[str | None]) -> int:
    """Requests by identifier that name one of these."""
    bodies = (e.body for e in log if e.body and figures.kind(e) == "identifier")
    return sum(bool(own & set(json.loads(body).get("ids", ()))) for body in bodies)


def _texts(home: Home) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in home.notes.glob("*.md")}


def _with_list_lengths(corpus: Corpus) -> Corpus:
    """The corpus, in which a work cites as many works as its list names."""
    lengths = {name: len(listed) for name, listed in corpus.references.items() if listed}
    records = [
        replace(each, reference_count=lengths.get(each.paper_id or "", each.reference_count))
        for each in corpus.records
    ]
    return Corpus(records, corpus.references, corpus.elided)


def _held(text: bytes) -> dict[Field, object]:
    """What a note says, by field, without what is empty."""
    front = yaml.load(text.split(b"---\n")[1], yaml.CSafeLoader)
    values = {name: front.get(name.spec.seed_key) for name in LOOKED_UP}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _age(home: Home) -> None:
    """Let a year pass since the ledger was written, and forget all answers."""
    then = (dt.datetime.now(dt.UTC).date() - dt.timedelta(days=365)).isoformat()
    ledger = Ledger.load(home.ledger)
    aged = [
        structs.replace(
            line,
            values={
                name: (value, structs.replace(source, fetched=then))
                for name, (value, source) in line.values.items()
            },
        )
        for line in ledger
    ]
    home.ledger.write_text(Ledger(aged).text())
    shutil.rmtree(home.cache, ignore_errors=True)


def _moved(paper: Paper) -> int:
    """A count a year later: for a third of the works the same, for a third too little more to
    matter, for a third more than that."""
    old = paper.record.citation_count
    place = chance(fold(paper.record.title), "moved")
    if place < 1 / 3:
        return old
    if place < 2 / 3:
        return old + (15 if old >= 400 else 1 + int(8 * 3 * (place - 1 / 3)))
    return old + 10 + old // 10


def _matters(paper: Paper, new: int) -> bool:
    old = paper.record.citation_count
    return new - old >= MIN_CHANGE["absolute"] and new - old >= MIN_CHANGE["relative"] * old
