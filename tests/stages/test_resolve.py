"""What the resolve stage does with answers that no well-behaved service gives."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath

import pytest

from refmatter import config
from refmatter.ledger import Ledger
from refmatter.model import (
    Accepted,
    Answer,
    Failure,
    Field,
    Hints,
    Lookup,
    Query,
    Resolution,
    Rung,
    Trouble,
)
from refmatter.notes.conventions import Conventions
from refmatter.registry import LADDER, PROVIDERS, Step
from refmatter.stages.plan import Plan
from refmatter.stages.resolve import resolve
from refmatter.stages.scan import Vault
from refmatter.stages.world import World
from support import S2, note, s2

NAME = "semantic_scholar"


@dataclass
class Scripted:
    """A client whose service says what a test wants it to say."""

    say: Callable[[Query], Answer | Failure]
    asked: list[Query] = field(default_factory=list)

    def send(self, query: Query, keep: Callable[[Answer], bool]) -> Answer | Failure:
        self.asked.append(query)
        said = self.say(query)
        if not isinstance(said, Failure):
            keep(said)
        return said


def answer(said: object) -> Answer:
    return Answer(200, "application/json", json.dumps(said).encode(), "2026-06-01")


def trouble(query: Query, kind: Trouble) -> Failure:
    return Failure(query.provider, query.rung, kind, "a test says so")


def record(digit: str, title: str) -> dict[str, object]:
    return {"paperId": S2 + digit, "title": title, "year": 2001, "authors": [{"name": "A. B"}]}


def about(title: str, digit: str = "") -> Lookup:
    return Lookup(
        key=title.lower(),
        title=title,
        hints=Hints(identifiers=s2(digit)) if digit else Hints(),
        notes=(PurePosixPath(f"{title}.md"),),
        wanted=frozenset({Field.YEAR}),
    )


def resolved(
    scripted: Scripted,
    *lookups: Lookup,
    ladder: Sequence[Step] = LADDER,
    names: Sequence[str] = (NAME,),
    **plan: object,
) -> dict[str, Resolution]:
    said = {"of_note": {}, "cites": {}} | plan
    world = World(
        ledger=Ledger(),
        catalog=None,
        catalog_date="",
        providers=PROVIDERS,
        clients=dict.fromkeys(names, scripted),
        ladder=ladder,
        today=date(2026, 6, 1),
    )
    notes = tuple(note(str(path), {}) for each in lookups for path in each.notes)
    vault = Vault(Path(), notes, Conventions(forms={}), frozenset())
    made = Plan(lookups=lookups, **said)  # type: ignore[arg-type]  # a test's own words
    return resolve(made, vault, config.load(None), world)


@pytest.mark.parametrize("kind", [Trouble.REJECTED, Trouble.BROKEN])
def test_a_batch_that_is_turned_down_is_halved_until_the_culprit_is_alone(kind: Trouble) -> None:
    def say(query: Query) -> Answer | Failure:
        ids = json.loads(query.body or b"{}").get("ids", [])
        if query.rung is not Rung.IDENTIFIER or f"{S2}3" in ids:
            return trouble(query, kind)
        return answer([record(each[-1], f"Title {each[-1]}") for each in ids])

    scripted = Scripted(say)
    digits = "12345678"
    said = resolved(scripted, *(about(f"Title {d}", d) for d in digits))
    found = {r.lookup.title for r in said.values() if isinstance(r.decision, Accepted)}
    assert found == {f"Title {d}" for d in digits if d != "3"}
    assert said["title 3"].decision is None
    assert {f.trouble for f in said["title 3"].failures} == {kind}
    batches = [len(q.about) for q in scripted.asked if q.rung is Rung.IDENTIFIER]
    assert batches[:7] == [8, 4, 2, 2, 1, 1, 4]


def test_an_outage_is_not_made_worse_by_halving() -> None:
    scripted = Scripted(lambda query: trouble(query, Trouble.REFUSED))
    resolved(scripted, *(about(f"Title {d}", d) for d in "1234"))
    assert [len(q.about) for q in scripted.asked if q.rung is Rung.IDENTIFIER] == [4, 4, 4]


@pytest.mark.parametrize(
    ("title", "taken"), [("Four words of title", False), ("Five words of a title", True)]
)
def test_a_short_title_whose_namesakes_cannot_be_listed_stays_open(title: str, taken: bool) -> None:
    def say(query: Query) -> Answer | Failure:
        if query.rung is Rung.TITLE:
            return answer({"data": [record("1", title)]})
        return trouble(query, Trouble.REFUSED)

    (said,) = resolved(Scripted(say), about(title)).values()
    assert isinstance(said.decision, Accepted) is taken
    assert said.failures
    if not taken:
        assert said.decision is None
        assert said.values == {}


def test_a_title_that_stays_open_may_yet_be_settled_by_a_citing_list() -> None:
    cited, citing = about("Gamma rays"), about("The citing work of them all", "2")

    def say(query: Query) -> Answer | Failure:
        if query.rung is Rung.IDENTIFIER:
            return answer([record("2", citing.title)])
        if query.rung is Rung.TITLE:
            return answer({"data": [record("1", cited.title)]})
        if query.rung is Rung.CITING and any(q.rung is Rung.TITLE for q in scripted.asked):
            return answer({"data": [{"citedPaper": record("1", cited.title)}]})
        return trouble(query, Trouble.REFUSED)

    scripted = Scripted(say)
    said = resolved(scripted, cited, citing, cites={citing.notes[0]: (cited.key,)})
    decision = said[cited.key].decision
    assert isinstance(decision, Accepted)
    assert "the citing note's reference list" in decision.reason


def test_the_same_answers_in_another_order_say_the_same() -> None:
    def say(query: Query) -> Answer | Failure:
        if query.rung is Rung.NAMESAKES:
            twins = [record("1", query.about[0].title), record("2", query.about[0].title)]
            return answer({"total": 2, "data": twins[::order]})
        if query.rung is Rung.TITLE:
            return answer({"data": [record("1", query.about[0].title)]})
        return trouble(query, Trouble.REFUSED)

    told = []
    for order in (1, -1):
        lookups = [about("A title of two works"), about("Another title of two works")][::order]
        said = resolved(Scripted(say), *lookups)
        told.append({key: said[key].decision for key in sorted(said)})
    assert told[0] == told[1]


SEARCHED = (NAME, "crossref", "dblp", "arxiv")


@pytest.mark.parametrize("failing", [(), ("crossref",), SEARCHED])
def test_a_title_goes_round_all_providers_of_a_step_once(failing: tuple[str, ...]) -> None:
    nothing = {
        NAME: Answer(404, "application/json", b'{"error": "Title match not found"}', "2026-06-01"),
        "crossref": answer({"message": {"total-results": 0, "items": []}}),
        "dblp": answer({"result": {"status": {"@code": "200"}, "hits": {"@total": "0"}}}),
        "arxiv": Answer(200, "application/atom+xml", EMPTY_FEED, "2026-06-01"),
    }

    def say(query: Query) -> Answer | Failure:
        if query.provider in failing:
            return trouble(query, Trouble.REFUSED)
        return nothing[query.provider]

    scripted = Scripted(say)
    lookups = [about(f"Title number {n} that nobody knows") for n in range(12)]
    said = resolved(scripted, *lookups, ladder=[Step(Rung.TITLE, SEARCHED)], names=SEARCHED)
    asked = Counter((query.provider, query.about[0].key) for query in scripted.asked)
    assert asked == {(name, each.key): 1 for name in SEARCHED for each in lookups}
    assert {len(each.failures) for each in said.values()} == {len(failing)}
    assert {each.decision is None for each in said.values()} == {bool(failing)}


EMPTY_FEED = b"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
<opensearch:totalResults>0</opensearch:totalResults></feed>"""
