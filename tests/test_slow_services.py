"""A whole run while a service is slow, answers in part or has no budget, and the run after it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import scholar
from house import House
from scholar import Corpus, Record
from scholar.limits import OFFICIAL
from test_outages import OWN_PACE, Clock, Stand, State, hidden, known, work

pytestmark = pytest.mark.unmeasured

LONGEST = 120.0
"""The virtual seconds within which a run must end."""

OWN = [work(known(f"A survey of many works, part {n}"), doi=f"10.1000/own-{n}") for n in range(12)]
CITED = [
    work((known if n % 3 else hidden)(f"A cited work of the library, number {n}"),
         doi=f"10.1000/cited-{n}")
    for n in range(30)
]  # fmt: skip
PREPRINTS = [
    work(hidden(f"A preprint that is nowhere else, number {n}"), s2=False,
         arxiv_id=f"2003.1{n:04}")
    for n in range(3)
]  # fmt: skip
NOBODYS = "A work of this library that nobody has written"


def _cites(number: int) -> list[Record]:
    return [CITED[(5 * number + step) % len(CITED)] for step in range(6)]


CORPUS = Corpus(
    [*OWN, *CITED, *PREPRINTS],
    references={
        own.paper_id or "": [cited.paper_id or "" for cited in _cites(number)]
        for number, own in enumerate(OWN)
    },
)


def furnish(made: House) -> None:
    """Twelve notes with reference lists, two cited works that have notes, three preprints, and
    a note about nothing; references that OpenAlex has, that no list has, and nobody's."""
    for number, own in enumerate(OWN):
        cited = _cites(number)
        bullets = [each.title for each in cited[:-1]]
        bullets += [f"A reference that nobody knows, in list {number}", OWN[number - 1].title]
        linked = f"[{cited[-1].title}](./cited-{CITED.index(cited[-1])}.md)"
        lines = "".join(f"- {each}\n" for each in (*bullets, linked))
        more = f"doi: {own.doi}\n" if number % 2 else ""
        made.put(f"own-{number}.md", _note(own.title, more, f"\n# References\n\n{lines}"))
    for number in (0, 5):
        made.put(f"cited-{number}.md", _note(CITED[number].title))
    for number, each in enumerate(PREPRINTS):
        made.put(f"preprint-{number}.md", _note(each.title))
    made.put("nobodys.md", _note(NOBODYS))


def _note(title: str, more: str = "", body: str = "") -> str:
    return f"---\ntitle: {title}\n{more}tags:\n- gen-from-ref\n- paper\n---\n{body}"


@dataclass(frozen=True, slots=True)
class Slowness:
    """What is wrong with a service, and after how many virtual seconds it says so."""

    service: str
    kind: str
    seconds: float = 0.0


SLOW: Mapping[str, Slowness] = {
    # OpenAlex ends a search after five seconds.
    "all of OpenAlex's answers are partial": Slowness("openalex", "partial", 5),
    # Semantic Scholar's gateway gives up after 29 seconds.
    "all batches of lists time out": Slowness("semantic_scholar", "slow_lists", 29),
    "arXiv stalls and refuses": Slowness("arxiv", "stall", 15),
    "arXiv refuses with 200": Slowness("arxiv", "limit_text"),
    "arXiv blocks": Slowness("arxiv", "block"),
    "OpenAlex asks for a pause": Slowness("openalex", "pause", 60),
    "OpenAlex has no budget left": Slowness("openalex", "spent"),
}


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    clock = Clock()
    with scholar.serve(CORPUS, limits=OFFICIAL, clock=clock, sleep=clock.sleep) as server:
        yield Stand(server, clock)


@pytest.fixture(scope="module")
def settled(stand: Stand, tmp_path_factory: pytest.TempPathFactory) -> State:
    """What a run leaves that meets no trouble."""
    made = home(stand, tmp_path_factory.mktemp("undisturbed"))
    assert stand.run(made).code == 0
    return State.of(made)


def home(stand: Stand, folder: Path) -> House:
    made = House(folder, stand.server)
    furnish(made)
    made.configure(providers={**OWN_PACE, "catalog": {"enabled": False}})
    return made


@pytest.mark.parametrize("slow", SLOW)
def test_a_slow_service_costs_seconds_and_no_work_is_taken_for_absent(
    stand: Stand, settled: State, tmp_path: Path, slow: str
) -> None:
    fault = SLOW[slow]
    made = home(stand, tmp_path / "disturbed")
    stand.server.fault(fault.service, fault.kind, seconds=fault.seconds)
    told = stand.run(made)
    stand.server.heal(fault.service)
    first = State.of(made)
    assert told.seconds < LONGEST
    # The clock is one for all: while one service stalls, another may seem to be asked too soon.
    assert told.summary.outages.keys() <= {fault.service, "semantic_scholar"}
    details = [failure.detail for failure in told.summary.outages.values()]
    assert any("free key" in detail for detail in details) is (slow == "OpenAlex asks for a pause")
    assert first.unmatched <= settled.unmatched

    anew = home(stand, tmp_path / "anew")
    shutil.copytree(made.folder / "cache", anew.folder / "cache")
    assert stand.run(anew).code == 0
    assert State.of(anew) == settled  # the cache holds no lie

    assert stand.run(made).code == 0
    last = State.of(made)
    # Notes are equal byte for byte; the ledger also has by which way a work was found.
    assert last.notes == settled.notes
    assert last.unmatched == settled.unmatched
    before = len(stand.server.log)
    assert stand.run(made).code == 0
    assert len(stand.server.log) == before
    assert State.of(made) == last


@pytest.mark.parametrize(
    "slow", ["OpenAlex asks for a pause", "arXiv stalls and refuses", "arXiv blocks"]
)
def test_a_run_comes_back_to_a_service_that_paused_once(
    stand: Stand, settled: State, tmp_path: Path, slow: str
) -> None:
    fault = SLOW[slow]
    made = home(stand, tmp_path)
    stand.server.fault(fault.service, fault.kind, 1, seconds=fault.seconds)
    told = stand.run(made)
    assert told.seconds < LONGEST
    assert State.of(made).notes == settled.notes
    assert State.of(made).unmatched == settled.unmatched


def test_lists_that_had_no_room_are_no_lists_of_nothing(
    stand: Stand, settled: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scholar.semantic_scholar, "NESTED", 12)
    made = home(stand, tmp_path)
    assert stand.run(made).code == 0
    assert State.of(made) == settled
