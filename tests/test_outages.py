"""Outages, end to end: what a run gives without a service, and that a later run fills the rest.

The services answer over real sockets; the seconds that are waited are those of a clock that
sleeping moves on.
"""

from __future__ import annotations

import itertools
import math
import shutil
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

import scholar
from flaky import unused_url
from house import House
from ledger_text import decisions
from refmatter.config.loading import load
from refmatter.fields import Field
from refmatter.location import locate_vault
from refmatter.model import Rung, Trouble
from refmatter.notes import frontmatter
from refmatter.pipeline import enrich
from refmatter.registry import LADDER
from refmatter.report.summary import RunSummary, TitleStatus, summarise
from refmatter.run_model import Options, Run
from refmatter.titles import family_key
from refmatter.web.client import NetworkPolicy
from refmatter.web.network import NetworkLimits
from scholar import Corpus, Record, Server, openalex
from scholar.limits import Cause
from scholar.server import SERVICES

pytestmark = pytest.mark.unmeasured

DEFAULT = ("semantic_scholar", "openalex", "arxiv", "crossref")
"""The services of the default ladder."""


class Clock:
    """Seconds that pass only while somebody sleeps; threads that sleep at once, sleep together."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._lock = threading.Lock()

    def __call__(self) -> float:
        with self._lock:
            return self._now

    def sleep(self, seconds: float) -> None:
        until = self() + seconds
        with self._lock:
            self._now = max(self._now, until)


# -- works, and who knows them ------------------------------------------------------------


def known(title: str) -> str:
    """The title with a number at its end by which OpenAlex knows it."""
    return _numbered(title, is_known=True)


def hidden(title: str) -> str:
    """The title with a number at its end by which OpenAlex does not know it."""
    return _numbered(title, is_known=False)


def _numbered(title: str, *, is_known: bool) -> str:
    spelt = (f"{title} {number}" for number in itertools.count(1))
    return next(each for each in spelt if openalex.is_known(Record(each)) is is_known)


_numbers = itertools.count(1)


def work(title: str, *, s2: bool = True, **more: Any) -> Record:
    """A work with names and numbers of its own. Semantic Scholar knows it; Crossref, arXiv and
    DBLP do where it has a name of theirs, OpenAlex by its title."""
    number = next(_numbers)
    said: dict[str, Any] = {
        "authors": (f"A. Family{number}", f"B. Helper{number}"),
        "full_names": (f"Ada Family{number}", f"Bob Helper{number}"),
        "year": 2020,
        "venue": "International Conference on Machine Learning",
        "short_venue": "ICML",
        "citation_count": 100 + number,
        "reference_count": 10 + number,
        "fields_of_study": ("Computer Science",) if number % 2 else ("Art", "History"),
    } | more
    return Record(title, f"{number:040x}" if s2 else None, **said)


COMMON = work(known("A work that nearly everybody knows about"), doi="10.1000/common")
PREPRINT = work(known("A work that began its life as a preprint"), arxiv_id="2003.00001")
BOTH = work(known("A published work that is a preprint, too"), doi="10.1000/both",
            arxiv_id="2003.00002")  # fmt: skip
SHORT = work(known("Gamma rays"), doi="10.1000/gamma")
BY_DOI = work(known("A work whose note has its DOI"), doi="10.1000/by-doi")
BY_ARXIV = work(known("A work whose note has its arXiv number"), arxiv_id="2003.00003")
BY_S2 = work(known("A work whose note has its address"), doi="10.1000/by-s2")

S2_ALONE = work(hidden("A report that one service alone has read"))
OPENALEX_ALONE = work(known("A thesis that one service alone has got"), s2=False)
ARXIV_ALONE = work(hidden("A preprint that was put up this morning"), s2=False,
                   arxiv_id="2003.00004")  # fmt: skip
CROSSREF_ALONE = work(hidden("A chapter that only its publisher lists"), s2=False,
                      doi="10.1000/alone")  # fmt: skip
UNTOLD = work(hidden("A chapter of a book without a DOI"), s2=False, doi="10.1000/untold")
DBLP_ALONE = work(hidden("A talk that only one bibliography lists"), s2=False,
                  dblp_key="conf/talk/Family20")  # fmt: skip
NOT_S2 = work(known("A work that came out the day before"), s2=False, doi="10.1000/not-s2")

SURVEY = work(known("A survey that cites many of the others"), doi="10.1000/survey")
CITED = work(hidden("A cited work that a link leads to"))
PLAIN = work(known("A cited work that no link leads to"), doi="10.1000/plain")
NOTED = work(hidden("A cited work that has a note"))
LATE = work(known("A cited work that its citing list lacks"), s2=False)

TWIN_TITLE = known("A title that two works have got")
TWINS = [work(TWIN_TITLE, doi=f"10.1000/twin-{year}", year=year) for year in (2003, 2014)]
CITED_TWIN_TITLE = known("A title that two works share, one of them cited")
CITED_TWINS = [
    work(CITED_TWIN_TITLE, doi=f"10.1000/cited-{year}", year=year) for year in (2003, 2014)
]
NOBODYS = "A work that nobody has ever written"

CORPUS = Corpus(
    [
        COMMON, PREPRINT, BOTH, SHORT, BY_DOI, BY_ARXIV, BY_S2, S2_ALONE, OPENALEX_ALONE,
        ARXIV_ALONE, CROSSREF_ALONE, UNTOLD, DBLP_ALONE, NOT_S2, SURVEY, CITED, PLAIN, NOTED,
        LATE, *TWINS, *CITED_TWINS,
    ],
    references={
        SURVEY.paper_id or "": [
            each.paper_id or "" for each in (CITED, PLAIN, NOTED, CITED_TWINS[1])
        ]
    },
)  # fmt: skip

ABOUT: Mapping[str, Record | None] = {
    "common.md": COMMON,
    "preprint.md": PREPRINT,
    "both.md": BOTH,
    "short.md": SHORT,
    "by-doi.md": BY_DOI,
    "by-arxiv.md": BY_ARXIV,
    "by-s2.md": BY_S2,
    "s2-alone.md": S2_ALONE,
    "openalex-alone.md": OPENALEX_ALONE,
    "arxiv-alone.md": ARXIV_ALONE,
    "crossref-alone.md": CROSSREF_ALONE,
    "untold.md": UNTOLD,
    "dblp-alone.md": DBLP_ALONE,
    "not-s2.md": NOT_S2,
    "survey.md": SURVEY,
    "noted.md": NOTED,
    "twin.md": None,
    "cited-twin.md": CITED_TWINS[1],
    "nobodys.md": None,
}
"""The vault's notes, and the work that each is about, as far as the note tells."""

_TITLES = {"twin.md": TWIN_TITLE, "nobodys.md": NOBODYS}
_NAMED = {
    "by-doi.md": f"doi: {BY_DOI.doi}\n",
    "by-arxiv.md": f"arxiv: '{BY_ARXIV.arxiv_id}'\n",
    "by-s2.md": f"urls:\n- https://www.semanticscholar.org/paper/x/{BY_S2.paper_id}\n",
    "crossref-alone.md": f"doi: {CROSSREF_ALONE.doi}\n",
}
_CITES = "\n# References\n\n" + "".join(
    f"- {line}\n"
    for line in (
        f"[{CITED.title}](./cited.md)",
        PLAIN.title,
        f"[{NOTED.title}](./noted.md)",
        f"[{CITED_TWIN_TITLE}](./cited-twin.md)",
        LATE.title,
        f"[{COMMON.title}](./common.md)",
        "A cited work that nobody has ever written",
    )
)


def _note(title: str, more: str = "", body: str = "") -> str:
    return f"---\ntitle: {title}\n{more}tags:\n- gen-from-ref\n- paper\n---\n{body}"


def furnish(made: House) -> None:
    """Put the bare notes into a vault, in place of whatever is there."""
    for name, record in ABOUT.items():
        title = record.title if record else _TITLES[name]
        body = _CITES if name == "survey.md" else ""
        made.put(name, _note(title, _NAMED.get(name, ""), body))


# -- ladders ------------------------------------------------------------------------------


def _one_by_one(*besides: str) -> list[dict[str, Any]]:
    """The house's steps, nobody beside anybody, and more services for one title at a time."""
    steps: list[dict[str, Any]] = []
    for rung, names, own, enough, _, only_fitting in LADDER:
        if only_fitting:
            continue
        steps.append(
            {"rung": rung.value, "ask": list(names), "notes_only": own, "max_misses": enough}
        )
        if rung is Rung.TITLE_SEARCH:
            steps += [{"rung": rung.value, "ask": [name], "notes_only": own} for name in besides]
    return steps


LADDERS: Mapping[str, dict[str, Any]] = {
    "default": {},
    "one by one": {"ladder": _one_by_one()},
    "with dblp": {"ladder": _one_by_one("dblp")},
    "side by side": {
        "ladder": [
            {"rung": "title_batch", "ask": ["openalex"]},
            {"rung": "title_batch", "ask": ["arxiv"], "with_previous": True},
            {
                "rung": "title_search",
                "ask": ["semantic_scholar", "crossref", "dblp"],
                "with_previous": True,
            },
            {"rung": "identifier", "ask": ["semantic_scholar"]},
            {"rung": "citing_references", "ask": ["semantic_scholar"]},
            {"rung": "citing_references", "ask": ["openalex"], "with_previous": True},
        ]
    },
}
"""The house's ladder; the same with nobody beside anybody, so that time that passes for one
service passes for no other; the same with DBLP; and one with as many beside each other as can be.
"""


OWN_PACE: Mapping[str, dict[str, Any]] = {name: {"min_interval_seconds": None} for name in SERVICES}
"""The settings by which each service is asked as often as it wants to be."""


# -- runs ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """What a run did: its run and its summary, and the virtual seconds that it took."""

    run: Run
    summary: RunSummary
    seconds: float

    @property
    def code(self) -> int:
        """As the command line's."""
        return 3 if self.summary.refused or self.summary.outages else 0


@dataclass(frozen=True, slots=True)
class State:
    """The bytes of all notes, and of the ledger."""

    notes: Mapping[str, bytes]
    ledger: bytes

    @classmethod
    def of(cls, made: House) -> State:
        notes = {path.name: path.read_bytes() for path in sorted(made.notes.iterdir())}
        return cls(notes, made.ledger.read_bytes())

    @property
    def unmatched(self) -> set[str]:
        """The titles of which the ledger says that nobody knows them."""
        lines = decisions(self.ledger.decode())
        return {line["title"] for line in lines if line["decision"] == "unmatched"}

    def values(self, name: str) -> dict[Field, object]:
        """What a note says, by field, without what is empty."""
        said = dict(frontmatter.read(self.notes[name]).entries)
        held = {
            Field.AUTHORS: said.get("authors"),
            Field.YEAR: said.get("year"),
            Field.VENUE: said.get("venue"),
            Field.CITATION_COUNT: said.get("numCitedBy"),
            Field.REFERENCE_COUNT: said.get("ref_count"),
            Field.FIELDS_OF_STUDY: said.get("fieldsOfStudy"),
        }
        return {name: value for name, value in held.items() if value not in (None, "", [])}


@dataclass(slots=True)
class Stand:
    """The stand-in of this file, and the clock that it and its clients go by."""

    server: Server
    clock: Clock
    undisturbed: dict[str, State] = field(default_factory=dict)

    def house(self, folder: Path, ladder: str) -> House:
        """A house with the bare notes, of which the catalogue must not know."""
        made = House(folder, self.server)
        furnish(made)
        made.configure(providers={**OWN_PACE, "catalog": {"enabled": False}}, **LADDERS[ladder])
        return made

    def run(
        self,
        made: House,
        *,
        whole: float = math.inf,
        options: Options = Options(),  # noqa: B008 - frozen
    ) -> Told:
        """Run the program, with jitter at its mean; `whole` is as in `NetworkLimits`."""
        place = locate_vault([made.notes], made.config)
        patience = NetworkPolicy(
            NetworkLimits(total_seconds=whole),
            clock=self.clock,
            sleep=self.clock.sleep,
            random=lambda: 0.5,
        )
        began = self.clock()
        told = enrich(place, load(place.config), options, policy=patience)
        return Told(told, summarise(told), self.clock() - began)

    def settled(self, folder: Path, ladder: str) -> State:
        """What a run leaves that meets no trouble."""
        if ladder not in self.undisturbed:
            made = self.house(folder / "undisturbed", ladder)
            assert self.run(made).code == 0
            self.undisturbed[ladder] = State.of(made)
        return self.undisturbed[ladder]


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    clock = Clock()
    with scholar.serve(CORPUS, clock=clock, sleep=clock.sleep) as server:
        yield Stand(server, clock)


@pytest.fixture(autouse=True)
def _healed(stand: Stand) -> Iterator[None]:
    yield
    for name in SERVICES:
        stand.server.heal(name)


# -- what must hold -----------------------------------------------------------------------

S2_FIELDS = {Field.CITATION_COUNT, Field.REFERENCE_COUNT, Field.FIELDS_OF_STUDY}
"""The fields that are taken from Semantic Scholar's data while it can be asked."""

LOST: Mapping[str, set[str]] = {
    "semantic_scholar": {"s2-alone.md", "noted.md"},
    "openalex": {"openalex-alone.md"},
    "arxiv": {"arxiv-alone.md"},
    "crossref": {"crossref-alone.md"},
    "dblp": {"dblp-alone.md"},
}
"""The notes about works that nobody knows but one service."""

SHORT_TITLED = {"semantic_scholar": {"short.md"}, "openalex": {"short.md"}}
"""The notes that two services have to be asked about, as their titles alone are too little."""

UNVENUED = {"preprint.md", "by-arxiv.md"}
"""The notes about works that have a venue at Semantic Scholar alone."""


def filled(state: State) -> set[str]:
    """The notes that know their work."""
    return {name for name in state.notes if state.values(name)}


def stand_ins(record: Record) -> Mapping[Field, tuple[object, ...]]:
    """What other services say in place of Semantic Scholar, by field."""
    listed = openalex.is_known(record)
    registered = bool(record.doi)
    counted = {record.citation_count // 3} if listed else set()
    cited = {record.reference_count} if registered else set()
    topic = openalex.topic(record) if listed else None
    return {
        Field.CITATION_COUNT: (*counted, *({record.citation_count // 2} if registered else ())),
        Field.REFERENCE_COUNT: tuple(cited),
        Field.FIELDS_OF_STUDY: ([record.fields_of_study[0]],) if topic else (),
    }


def is_right(field_: Field, value: object, record: Record, more: tuple[object, ...] = ()) -> bool:
    """Whether some service says this of a work."""
    if field_ is Field.AUTHORS:
        assert isinstance(value, list)
        return [family_key(each) for each in value] == [family_key(each) for each in record.authors]
    said: Mapping[Field, tuple[object, ...]] = {
        Field.YEAR: (record.year,),
        Field.VENUE: (record.venue, record.short_venue),
        Field.CITATION_COUNT: (record.citation_count,),
        Field.REFERENCE_COUNT: (record.reference_count,),
        Field.FIELDS_OF_STUDY: (list(record.fields_of_study),),
    }
    return value in said[field_] or value in more


def check_nothing_is_wrong(state: State, without: str = "") -> None:
    for name in state.notes:
        record = ABOUT[name]
        for field_, value in state.values(name).items():
            assert record, f"{name}: nobody can tell which work it is about"
            others = stand_ins(record) if without == "semantic_scholar" else {}
            assert is_right(field_, value, record, others.get(field_, ())), (name, field_, value)


def check_others_gave_what_they_can(state: State, settled: State, without: str) -> None:
    for name in filled(settled) - LOST[without] - SHORT_TITLED.get(without, set()):
        lacks = settled.values(name).keys() - state.values(name).keys()
        record = ABOUT[name]
        if without == "semantic_scholar" and record:
            lacks -= {field_ for field_, said in stand_ins(record).items() if not said}
            lacks -= {Field.VENUE} if name in UNVENUED else set()
        assert not lacks, (name, lacks)


def check_it_is_told(told: Told, without: str) -> None:
    assert told.code == 3
    assert told.summary.outages.keys() == {without}
    for name in LOST[without]:
        resolution = told.run.resolutions[told.run.plan.of_note[PurePosixPath(name)]]
        assert resolution.decision is None, name
        assert without in {failure.provider for failure in resolution.failures}, name


def check_all_is_there(state: State, settled: State, without: str = "") -> None:
    """What was filled first by whom may differ; what is there, and all counts, may not. What stood
    in for Semantic Scholar's word stays where that does not know the work."""
    check_nothing_is_wrong(state, without)
    for name in settled.notes:
        mine, theirs = state.values(name), settled.values(name)
        assert mine.keys() >= theirs.keys(), name
        record = ABOUT[name]
        if record and not record.paper_id and without == "semantic_scholar":
            continue
        assert {f: v for f, v in mine.items() if f in S2_FIELDS} == {
            f: v for f, v in theirs.items() if f in S2_FIELDS
        }, name


def check_nothing_happens(stand: Stand, made: House) -> None:
    before = State.of(made)
    told = stand.run(made)
    assert told.code == 0
    assert not any(told.summary.requests.values())
    assert State.of(made) == before


# -- one service in trouble ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trial:
    """What is wrong with a service, and the virtual seconds within which a run must end;
    `whole` is the longest that an answer may take."""

    kind: str
    longest: float
    seconds: float = 1.0
    whole: float = math.inf


TRIALS: Mapping[str, Trial] = {
    # A question is tried five times, the next ones once; the third in a row is the last.
    "down": Trial("down", 40),
    "broken": Trial("broken", 40),
    # No reason to try again.
    "refuse": Trial("refuse", 30),
    "wall": Trial("wall", 30),
    "garbage": Trial("garbage", 30),
    # Three questions, four pauses each, of 7.5 seconds together.
    "limit": Trial("limit", 60),
    "limit for 30 s": Trial("limit_after", 2 * 30 + 40, seconds=30),
    # The run goes on with the others, and comes back twice; or not, as it would be too long.
    "stall": Trial("stall", 2 * 15 + 60 + 40, seconds=15),
    "pause": Trial("pause", 60 + 40, seconds=60),
    "limit for 10 min": Trial("limit_after", 30, seconds=600),
    # Blocked once, and once more when the run comes back.
    "block": Trial("block", 60 + 40),
    "limit in words": Trial("limit_text", 60),
    # Said once, and remembered for the run.
    "spent": Trial("spent", 30),
    # Each answer comes; or it does not, and again when the run comes back.
    "slow": Trial("slow", 240, seconds=20),
    "too slow": Trial("slow", 2 * 150 + 60 + 40, seconds=150, whole=120),
}


PAIRS_DEEP = pytest.mark.deep("each trouble is tried with two services, each service with four")
PAIRS = [
    pytest.param(service, trial, marks=() if (number - place) % 5 in (0, 2) else PAIRS_DEEP)
    for number, trial in enumerate(TRIALS)
    for place, service in enumerate([*DEFAULT, "dblp"])
]


@pytest.mark.parametrize(("service", "trial"), PAIRS)
def test_without_one_service_the_others_give_what_they_can_and_a_later_run_the_rest(
    stand: Stand, tmp_path: Path, service: str, trial: str
) -> None:
    ladder = "one by one" if trial == "too slow" else "default"
    ladder = "with dblp" if service == "dblp" else ladder
    settled = stand.settled(tmp_path, ladder)
    made = stand.house(tmp_path / "disturbed", ladder)
    fault = TRIALS[trial]
    stand.server.fault(service, fault.kind, seconds=fault.seconds)

    told = stand.run(made, whole=fault.whole)
    assert told.seconds < fault.longest
    first = State.of(made)
    if trial == "slow":
        assert told.code == 0
        assert first == settled
    else:
        check_it_is_told(told, service)
        check_others_gave_what_they_can(first, settled, service)
        assert first.unmatched <= settled.unmatched
    check_nothing_is_wrong(first, service)
    stand.server.heal(service)

    anew = stand.house(tmp_path / "anew", ladder)
    shutil.copytree(made.folder / "cache", anew.folder / "cache")
    assert stand.run(anew).code == 0
    assert State.of(anew) == settled  # the cache holds no lie

    assert stand.run(made).code == 0
    check_all_is_there(State.of(made), settled, service)
    check_nothing_happens(stand, made)


# -- everybody in trouble -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "longest"),
    [
        ("nobody", 60),
        ("garbage", 60),
        ("limit", 120),
        *(
            pytest.param(kind, 60, marks=pytest.mark.deep("as the three before"))
            for kind in ("down", "broken", "refuse", "wall")
        ),
    ],
)
def test_without_anybody_a_run_ends_soon_with_what_the_catalogue_knows(
    tmp_path: Path, seeds: list[Path], kind: str, longest: float
) -> None:
    clock = Clock()
    with scholar.serve(scholar.small(), clock=clock, sleep=clock.sleep) as server:
        stand = Stand(server, clock)
        houses = [House(tmp_path / name, server) for name in ("offline", "outage")]
        for made in houses:
            made.notes.mkdir(parents=True)
            made.take(seeds)
            made.put("nobodys.md", _note(NOBODYS))
            made.configure(providers=dict(OWN_PACE))
        offline, made = houses
        stand.run(offline, options=Options(offline=True))
        for service in DEFAULT:
            if kind == "nobody":
                made.settings["providers"][service] = {
                    "min_interval_seconds": None,
                    "base_url": unused_url(),
                }
            else:
                server.fault(service, kind)
        made.configure()

        told = stand.run(made)
        assert told.seconds < longest
        assert told.code == 3
        assert told.summary.titles[TitleStatus.COULD_NOT_CHECK] == 1
        state = State.of(made)
        assert not state.unmatched
        assert state.notes == State.of(offline).notes
        assert filled(state) == {path.name for path in seeds}

        for service in DEFAULT:
            server.heal(service)
        made.configure(providers=dict(OWN_PACE))
        assert stand.run(made).code == 0
        assert NOBODYS in State.of(made).unmatched
        check_nothing_happens(stand, made)


# -- a service that comes back ------------------------------------------------------------

_IDENTIFIED = {"rung": "identifier", "ask": ["semantic_scholar"]}
_BACK = [
    # Five tries, and one more question each, which open the breaker.
    *(_IDENTIFIED, _IDENTIFIED, _IDENTIFIED),
    {"rung": "identifier", "ask": ["openalex"]},
    _IDENTIFIED,
    {"rung": "title_batch", "ask": ["arxiv"]},
    _IDENTIFIED,
]


@pytest.mark.parametrize(
    ("failing", "pauses", "statuses"),
    [
        (7, (61, 1), [0] * 7 + [200]),  # the minute is over: tried, and found well
        (7, (30, 1), [0] * 7),  # it is not
        (7, (30, 31), [0] * 7 + [200]),
        (8, (61, 30), [0] * 8),  # tried, and found as ill as before: another minute
        (8, (61, 61), [0] * 8 + [200]),
    ],
)
def test_a_service_that_comes_back_during_a_run_is_asked_again(
    stand: Stand, tmp_path: Path, failing: int, pauses: tuple[float, float], statuses: list[int]
) -> None:
    made = House(tmp_path, stand.server)
    for name, record in (("common.md", COMMON), ("by-doi.md", BY_DOI)):
        made.put(name, _note(record.title, f"doi: {record.doi}\n"))
    made.put("nobodys.md", _note(NOBODYS))
    made.configure(providers={**OWN_PACE, "catalog": {"enabled": False}}, ladder=_BACK)
    stand.server.fault("semantic_scholar", "down", failing)
    for service, seconds in zip(("openalex", "arxiv"), pauses, strict=True):
        stand.server.fault(service, "slow", seconds=seconds)
    began = len(stand.server.log)
    told = stand.run(made)
    asked = [e.status for e in stand.server.log[began:] if e.service == "semantic_scholar"]
    assert asked == statuses
    # Told only where something was left open because of it.
    assert set(told.summary.outages) == (set() if statuses[-1] == 200 else {"semantic_scholar"})
    state = State.of(made)
    answered = statuses[-1] == 200
    check_nothing_is_wrong(state, "" if answered else "semantic_scholar")
    for name, record in (("common.md", COMMON), ("by-doi.md", BY_DOI)):
        said = state.values(name)
        assert said.keys() >= {Field.AUTHORS, Field.YEAR, Field.CITATION_COUNT}
        assert (said[Field.CITATION_COUNT] == record.citation_count) is answered


# -- a budget that ends -------------------------------------------------------------------


@pytest.mark.parametrize(
    "credits_left",
    [0, 11, 21, *(pytest.param(n, marks=pytest.mark.deep("as 0, 11 and 21")) for n in (1, 5, 15))],
)
def test_a_budget_that_ends_in_the_middle(stand: Stand, tmp_path: Path, credits_left: int) -> None:
    """OpenAlex is asked by identifier (1 credit), for two lots of titles (10 each), and by
    identifier again."""
    settled = stand.settled(tmp_path, "default")
    budget = {"openalex": credits_left}
    clock = Clock()
    with scholar.serve(CORPUS, budget=budget, clock=clock, sleep=clock.sleep) as server:
        rationed = Stand(server, clock)
        made = rationed.house(tmp_path / "rationed", "default")
        told = rationed.run(made)
        causes = [each.cause for each in server.log if each.service == "openalex"]
        assert told.code == 3
        assert told.summary.outages.keys() == {"openalex"}
        assert told.summary.outages["openalex"].trouble is Trouble.QUOTA_EXCEEDED
        assert causes.count(Cause.BUDGET) <= 1  # the one that teaches the price
        assert told.seconds < 30
        first = State.of(made)
        check_nothing_is_wrong(first)
        check_others_gave_what_they_can(first, settled, "openalex")
        assert first.unmatched <= settled.unmatched

        budget["openalex"] = 1000  # the next day
        assert rationed.run(made).code == 0
        check_all_is_there(State.of(made), settled)
        check_nothing_happens(rationed, made)


# -- who is quicker -----------------------------------------------------------------------

_LATENCIES = (0.0, 0.01, 0.02, 0.03)


@pytest.mark.parametrize(
    "ladder",
    [
        "side by side",
        pytest.param("default", marks=pytest.mark.deep("less is asked at once than side by side")),
    ],
)
def test_who_is_quicker_changes_no_byte(stand: Stand, tmp_path: Path, ladder: str) -> None:
    settled = stand.settled(tmp_path, ladder)
    names = ("semantic_scholar", "crossref", "openalex", "arxiv")
    for turn in range(len(names)):
        latency = dict(zip(names, _LATENCIES[turn:] + _LATENCIES[:turn], strict=True))
        with scholar.serve(CORPUS, latency={"dblp": 0.015, **latency}) as server:
            slowed = Stand(server, Clock())
            made = slowed.house(tmp_path / str(turn), ladder)
            assert slowed.run(made).code == 0
            assert State.of(made) == settled, latency
