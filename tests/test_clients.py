"""What `pipeline.open_clients` makes of a provider's limits, against services that have some."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

import scholar
from refmatter.config.loading import load
from refmatter.model import Answer, Failure, Limits, Lookup, Query, Rung, Trouble
from refmatter.registry import PROVIDERS
from refmatter.resolve.context import SilentProgress
from refmatter.sources import NetworkOptions, Sources
from refmatter.web.client import Client, NetworkPolicy
from refmatter.web.throttle import MARGIN
from support import key_of

CONTACT = "me@library.name"
LADDER = [
    {"rung": "title_batch", "ask": ["openalex"]},
    {"rung": "citing_references", "ask": ["openalex"]},
    {"rung": "title_search", "ask": ["crossref", "semantic_scholar", "arxiv", "dblp"]},
    {"rung": "identifier", "ask": ["europe_pmc", "inspire", "open_library"]},
]


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("OPENALEX_API_KEY", raising=False)


@contextmanager
def clients(
    folder: Path, server: scholar.Server | None = None, clock: Clock | None = None, **said: Any
) -> Iterator[dict[str, Client]]:
    """The clients of a config.yaml, which ask a server by a clock of the test's own."""
    chosen = said.pop("providers", {})
    for name in PROVIDERS:
        url = server.url(name) if server else "http://127.0.0.1:9"
        chosen[name] = {"base_url": url, **chosen.get(name, {})}
    file = folder / "config.yaml"
    kept = {"dir": "cache"}
    file.write_text(yaml.safe_dump({"cache": kept, "ladder": LADDER, "providers": chosen, **said}))
    clock = clock or Clock()
    patience = NetworkPolicy(clock=clock, sleep=clock.sleep)
    with ExitStack() as stack:
        sources = Sources(load(file), folder)
        opened = sources.open(NetworkOptions(), SilentProgress(), patience, stack)
        yield dict(opened.clients)


def ask(client: Client, query: Query) -> Answer | Failure:
    return client.send(query, lambda _: True)


def questions(name: str, rung: Rung, count: int) -> list[Query]:
    """So many questions, each for another title or reference list."""
    found: list[Query] = []
    for number in range(count):
        lookup = Lookup(key_of("k"), f"Attention number {number} is all you need")
        found += PROVIDERS[name].queries(rung, [lookup])
    assert len(found) == count
    return found


def test_each_service_starts_with_its_own_limits(tmp_path: Path) -> None:
    with clients(tmp_path) as opened:
        assert opened.keys() <= PROVIDERS.keys()
        assert {name: client.limits for name, client in opened.items()} == {
            name: PROVIDERS[name].limits(None, None) for name in opened
        }


def test_an_address_and_a_key_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENALEX_API_KEY", "key")
    with clients(tmp_path, contact=CONTACT) as opened:
        assert opened["crossref"].limits == Limits(min_interval=1 / 3, at_once=3)
        assert opened["openalex"].limits == Limits(min_interval=1 / 30, at_once=4)


def test_a_person_may_choose_how_often(tmp_path: Path) -> None:
    with clients(tmp_path, providers={"crossref": {"min_interval_seconds": 5}}) as opened:
        assert opened["crossref"].limits == Limits(min_interval=5, at_once=1)


@pytest.mark.parametrize(
    ("contact", "every", "pause"),
    [(None, None, MARGIN), (CONTACT, None, MARGIN / 3), (None, 7, 7.0), (CONTACT, 0, None)],
)
def test_what_crossref_says_of_its_pool_is_kept_to_unless_a_person_chose(
    tmp_path: Path, contact: str | None, every: float | None, pause: float | None
) -> None:
    clock = Clock()
    providers = {"crossref": {} if every is None else {"min_interval_seconds": every}}
    with (
        scholar.serve(scholar.small()) as server,
        clients(tmp_path, server, clock, contact=contact, providers=providers) as opened,
    ):
        for query in questions("crossref", Rung.TITLE_SEARCH, 3):
            assert isinstance(ask(opened["crossref"], query), Answer)
    assert clock.slept == pytest.approx([] if pause is None else [pause, pause], rel=1e-6)


def test_no_question_is_asked_that_the_budget_does_not_pay_for(tmp_path: Path) -> None:
    clock = Clock()
    with (
        scholar.serve(scholar.small(), budget={"openalex": 35}) as server,
        clients(tmp_path, server, clock) as opened,
    ):
        said = [
            ask(opened["openalex"], each) for each in questions("openalex", Rung.TITLE_BATCH, 6)
        ]
        assert [type(each) for each in said] == [Answer] * 3 + [Failure] * 3
        assert {each.trouble for each in said if isinstance(each, Failure)} == {
            Trouble.QUOTA_EXCEEDED
        }
        assert [entry.status for entry in server.log] == [200] * 3
        # What is left pays for questions that cost less, though not for those that cost ten.
        cheap = Query(
            "openalex", Rung.CITING_REFERENCES, (), "/works", (("filter", "cited_by:W1"),)
        )
        assert isinstance(ask(opened["openalex"], cheap), Answer)
    assert opened["openalex"].requests == 4
    assert sum(clock.slept) < 1  # turns, and no pauses for tries


@pytest.mark.parametrize("threads", [2, 4])
def test_nor_by_many_threads(tmp_path: Path, threads: int) -> None:
    with (
        scholar.serve(scholar.small(), budget={"openalex": 55}) as server,
        clients(tmp_path, server) as opened,
        ThreadPoolExecutor(threads) as pool,
    ):
        first, *others = questions("openalex", Rung.TITLE_BATCH, 20)
        assert isinstance(ask(opened["openalex"], first), Answer)
        said = list(pool.map(lambda each: ask(opened["openalex"], each), others))
        assert {entry.status for entry in server.log} == {200}
    assert {each.trouble for each in said if isinstance(each, Failure)} == {Trouble.QUOTA_EXCEEDED}
    # What others have under way counts as taken, so the last of it may be left.
    assert 2 <= sum(isinstance(each, Answer) for each in said) <= 4


def test_a_day_that_others_have_used_up(tmp_path: Path) -> None:
    clock = Clock()
    with (
        scholar.serve(scholar.small(), budget={"openalex": 0}) as server,
        clients(tmp_path, server, clock) as opened,
    ):
        said = [
            ask(opened["openalex"], each) for each in questions("openalex", Rung.TITLE_BATCH, 5)
        ]
        assert {each.trouble for each in said if isinstance(each, Failure)} == {
            Trouble.QUOTA_EXCEEDED
        }
        assert len(server.log) == 1
    assert clock.slept == []


def test_a_limit_that_is_no_budget_is_waited_out(tmp_path: Path) -> None:
    clock = Clock()
    with (
        scholar.serve(scholar.small(), budget={"openalex": 1000}) as server,
        clients(tmp_path, server, clock) as opened,
    ):
        server.fault("openalex", "limit_after", times=1, seconds=9)
        (query,) = questions("openalex", Rung.TITLE_BATCH, 1)
        assert isinstance(ask(opened["openalex"], query), Answer)
    assert clock.slept == [9.0]
