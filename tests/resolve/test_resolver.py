"""What the resolve stage does with answers that no well-behaved service gives."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from types import MappingProxyType

import pytest
from msgspec import structs

from refmatter.catalog.combined import CombinedCatalog
from refmatter.fields import COUNTS, Field
from refmatter.matching.thresholds import DEFAULT
from refmatter.model import (
    Accepted,
    Ambiguous,
    Answer,
    Failure,
    Hints,
    Identifiers,
    Lookup,
    LookupKey,
    Note,
    Provenance,
    Query,
    Question,
    Reference,
    Resolution,
    Rung,
    Trouble,
    Unmatched,
    Work,
)
from refmatter.reasons import Feature
from refmatter.registry import LADDER, PROVIDERS, LadderStep
from refmatter.resolve.context import ResolveContext
from refmatter.resolve.lookup_state import line_of
from refmatter.resolve.resolver import resolve
from refmatter.schema.conventions import Conventions, Form
from refmatter.stages.claim import Claim
from refmatter.stages.learn import Vault
from refmatter.stages.plan import Plan
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from refmatter.titles import title_key
from support import EQUAL_TITLE, NOT_FOUND, S2, key_of, note, owned, question_of, questions, s2

NAME = "semantic_scholar"
TODAY = date(2026, 6, 1)
FORMS = Conventions(
    forms={
        name: Form(name.value)
        for name in (Field.AUTHORS, Field.YEAR, Field.VENUE, Field.CITATION_COUNT)
    }
)


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


def record(digit: str, title: str, author: str = "A. B") -> dict[str, object]:
    return {"paperId": S2 + digit, "title": title, "year": 2001, "authors": [{"name": author}]}


def about(title: str, digit: str = "") -> Lookup:
    return Lookup(
        key=key_of(title.lower()),
        title=title,
        hints=Hints(identifiers=s2(digit)) if digit else Hints(),
        notes=(PurePosixPath(f"{title}.md"),),
        wanted=frozenset({Field.YEAR}),
    )


def resolved(
    scripted: Scripted,
    *lookups: Lookup,
    ladder: Sequence[LadderStep] = LADDER,
    names: Sequence[str] = (NAME,),
    world: Mapping[str, object] = MappingProxyType({}),
    notes: Sequence[Note] | None = None,
    **plan: object,
) -> Mapping[LookupKey, Resolution]:
    claim = Claim(plan.pop("ledger", Ledger()), {}, {})  # type: ignore[arg-type]  # a test's own words
    said = {"of_note": {}, "cites": {}, "claim": claim} | plan
    made = ResolveContext(
        catalog=None,
        catalog_date="",
        providers=PROVIDERS,
        clients=dict.fromkeys(names, scripted),
        ladder=ladder,
        today=TODAY,
    )
    if notes is None:
        notes = [note(str(path), {}) for each in lookups for path in each.notes]
    vault = Vault(Path(), tuple(notes), FORMS, frozenset())
    planned = Plan(lookups=lookups, **said)  # type: ignore[arg-type]  # a test's own words
    return resolve(planned, vault, replace(made, **world))  # type: ignore[arg-type]  # a test's own words


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
    assert said[key_of("title 3")].decision is None
    assert {f.trouble for f in said[key_of("title 3")].failures} == {kind}
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
        if query.rung is Rung.TITLE_SEARCH:
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
        if query.rung is Rung.TITLE_SEARCH:
            return answer({"data": [record("1", cited.title)]})
        if query.rung is Rung.CITING_REFERENCES and any(
            q.rung is Rung.TITLE_SEARCH for q in scripted.asked
        ):
            return answer({"data": [{"citedPaper": record("1", cited.title)}]})
        return trouble(query, Trouble.REFUSED)

    scripted = Scripted(say)
    said = resolved(scripted, cited, citing, cites={citing.notes[0]: (cited.key,)})
    decision = said[cited.key].decision
    assert isinstance(decision, Accepted)
    assert Feature.CITING in decision.reason.evidence


def test_the_same_answers_in_another_order_say_the_same() -> None:
    def say(query: Query) -> Answer | Failure:
        if query.rung is Rung.SAME_TITLE_SEARCH:
            twins = [record("1", query.about[0].title), record("2", query.about[0].title)]
            return answer({"total": 2, "data": twins[::order]})
        if query.rung is Rung.TITLE_SEARCH:
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
    said = resolved(
        scripted, *lookups, ladder=[LadderStep(Rung.TITLE_SEARCH, SEARCHED)], names=SEARCHED
    )
    asked = Counter((query.provider, query.about[0].key) for query in scripted.asked)
    assert asked == {(name, each.key): 1 for name in SEARCHED for each in lookups}
    assert {len(each.failures) for each in said.values()} == {len(failing)}
    assert {each.decision is None for each in said.values()} == {bool(failing)}


EMPTY_FEED = b"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
<opensearch:totalResults>0</opensearch:totalResults></feed>"""


# -- what costs nothing ------------------------------------------------------------------------


def nobody(query: Query) -> Answer | Failure:
    return trouble(query, Trouble.OFFLINE)


def test_a_filled_note_tells_a_bare_one_of_its_title_nothing() -> None:
    title = "A title of several words"
    full = {"authors": ["Ann Adams"], "year": 2001, "venue": "ICML", "citation_count": 7}
    bare = structs.replace(
        about(title), key=key_of("one@bare.md"), notes=(PurePosixPath("bare.md"),)
    )
    filled = structs.replace(
        bare, key=key_of("one@full.md"), notes=(PurePosixPath("full.md"),), wanted=frozenset(),
        hints=Hints(year=2001, first_author="Ann Adams"),
    )  # fmt: skip
    notes = [note("bare.md", {"title": title}), note("full.md", {"title": title} | full)]
    said = resolved(Scripted(nobody), bare, filled, notes=notes)
    assert {each.decision for each in said.values()} == {None}
    assert all(not each.values for each in said.values())


@dataclass
class Shelf:
    """A catalogue of some works, that remembers what it was asked for."""

    works: Sequence[Work]
    date: str = "2022-07-03"
    asked: list[str] = field(default_factory=list)

    def by_title(self, key: str) -> tuple[Work, ...]:
        self.asked.append(key)
        return tuple(each for each in self.works if title_key(each.title) == key)

    def by_identifiers(self, identifiers: Identifiers) -> tuple[Work, ...]:
        return tuple(each for each in self.works if each.identifiers.agrees(identifiers))


def test_the_catalogue_is_asked_by_name_and_by_title_before_anybody_else() -> None:
    shelf = Shelf(
        [
            Work("Known by its title", ("A. B",), 2001, "ICML"),
            Work("Another name of it", ("A. B",), 2002, identifiers=s2("2")),
            Work("A title of two", ("A. B",), 2001, identifiers=s2("3")),
            Work("A title of two", ("C. D",), 1990, identifiers=s2("4")),
        ]
    )
    world = {"catalog": CombinedCatalog([lambda: shelf]), "catalog_date": shelf.date}
    scripted = Scripted(nobody)
    lookups = [
        about("Known by its title"), about("Another name", "2"), about("A title of two"),
        about("Unknown to it"),
    ]  # fmt: skip
    said = resolved(
        scripted, *lookups, world=world, ladder=[LadderStep(Rung.TITLE_SEARCH, (NAME,))]
    )
    kinds = [type(said[each.key].decision) for each in lookups]
    assert kinds == [Accepted, Accepted, Ambiguous, type(None)]
    assert said[key_of("known by its title")].values[Field.YEAR] == (
        2001, Provenance("catalog", Rung.CATALOG, "2022-07-03")
    )  # fmt: skip
    assert said[key_of("known by its title")].fresh
    assert {each.queries for each in said.values()} == {questions("catalog/2022-07-03")}
    assert [each.about[0].key for each in scripted.asked] == [key_of("unknown to it")]


def test_a_catalogue_of_the_same_day_is_not_asked_again() -> None:
    shelf = Shelf([Work("A title of two", ("C. D",), 1990, identifiers=s2("4"))])
    lookup = about("A title")
    line = LedgerLine(
        lookup.key, lookup.title, "unmatched", NOT_FOUND, last_checked="2026-05-31", tries=1,
        queries=questions("catalog/2022-07-03"), matcher_version=DEFAULT.version,
    )  # fmt: skip
    for day, asked in (("2022-07-03", []), ("2026-01-01", ["atitle"])):
        world = {
            "catalog": CombinedCatalog([lambda: shelf]),
            "catalog_date": day,
        }
        resolved(Scripted(nobody), lookup, world=world, ledger=Ledger([line]))
        assert shelf.asked == asked


# -- steps, rounds and lanes -------------------------------------------------------------------


@dataclass
class Watcher:
    """Somebody who is told which lanes set out together."""

    started: list[list[tuple[str, str, int]]] = field(default_factory=list)
    advanced: Counter[str] = field(default_factory=Counter)
    settled: list[tuple[str, int, int]] = field(default_factory=list)

    def begin(self, notes: int, services: Mapping[str, object]) -> None:
        raise AssertionError((notes, services))  # the pipeline tells that

    def resolved(self, rung: Rung, lookups: int, left: int) -> None:
        self.settled.append((rung.value, lookups, left))

    def start(self, lanes: Sequence[tuple[Rung, str, int]]) -> None:
        self.started.append([(rung.value, name, count) for rung, name, count in lanes])

    def advance(self, provider: str, lookups: int) -> None:
        self.advanced[provider] += lookups


UNKNOWN = {
    NAME: {"total": 0, "data": []},
    "openalex": {"meta": {"count": 0}, "results": []},
    "crossref": {"message": {"total-results": 0, "items": []}},
}


def unknown(query: Query) -> Answer | Failure:
    """The answer of a service that does not know what it is asked for."""
    if query.provider == "arxiv":
        return Answer(200, "application/atom+xml", EMPTY_FEED, "2026-06-01")
    if query.provider == NAME and query.rung is Rung.TITLE_SEARCH:
        said = b'{"error": "Title match not found"}'
        return Answer(404, "application/json", said, "2026-06-01")
    return answer(UNKNOWN[query.provider])


def started(*steps: LadderStep) -> list[list[tuple[str, str, int]]]:
    """The lanes that set out together, for a title nobody knows."""
    watcher = Watcher()
    everybody = (NAME, "openalex", "crossref", "arxiv")
    lookup = about("A title that nobody knows")
    world = {"progress": watcher}
    resolved(Scripted(unknown), lookup, ladder=steps, names=everybody, world=world)
    assert watcher.advanced.total() == sum(n for group in watcher.started for *_, n in group)
    return [group for group in watcher.started if group]


def test_what_each_rung_settles_is_told() -> None:
    watcher = Watcher()
    resolved(Scripted(nobody), about("A title that nobody knows"), world={"progress": watcher})
    assert watcher.settled[:2] == [("ledger", 0, 1), ("catalog", 0, 1)]


def test_a_step_beside_another_goes_out_with_it_round_by_round() -> None:
    many = LadderStep(Rung.TITLE_BATCH, ("openalex", NAME))
    arxiv = LadderStep(Rung.TITLE_BATCH, ("arxiv",))
    one = LadderStep(Rung.TITLE_SEARCH, ("crossref",))
    openalex_lane, s2_lane = ("title_batch", "openalex", 1), ("title_batch", NAME, 1)
    arxiv_lane, crossref_lane = ("title_batch", "arxiv", 1), ("title_search", "crossref", 1)
    assert started(many, arxiv) == [[openalex_lane], [s2_lane], [arxiv_lane]]
    assert started(many, arxiv._replace(with_previous=True)) == [
        [openalex_lane, arxiv_lane],
        [s2_lane],
    ]
    together = [step._replace(with_previous=True) for step in (arxiv, one)]
    assert started(many, *together)[0] == [
        openalex_lane, arxiv_lane, crossref_lane
    ]  # fmt: skip
    # The first has nothing to go beside.
    assert started(arxiv._replace(with_previous=True), many) == [
        [arxiv_lane],
        [openalex_lane],
        [s2_lane],
    ]


def test_a_service_that_is_not_enabled_is_passed_over() -> None:
    scripted = Scripted(unknown)
    steps = [
        LadderStep(Rung.TITLE_BATCH, ("openalex", "arxiv")),
        LadderStep(Rung.TITLE_SEARCH, ("crossref", NAME)),
    ]
    resolved(scripted, about("A title that nobody knows"), ladder=steps, names=("arxiv", NAME))
    assert [each.provider for each in scripted.asked] == ["arxiv", NAME]


@pytest.mark.parametrize("rung", [Rung.TITLE_BATCH, Rung.SAME_TITLE_SEARCH])
def test_a_title_spelt_in_two_ways_is_asked_for_in_both(rung: Rung) -> None:
    one, other = "Gradient-based learning of many things", "Gradientbased learning of many things"
    found = record("1", one)

    def say(query: Query) -> Answer | Failure:
        if query.rung is Rung.TITLE_SEARCH:
            return answer({"data": [found]})
        if query.rung is Rung.TITLE_BATCH:  # only the second spelling is known to it
            works = [found] if other in dict(query.params)["query"] else []
            return answer({"total": len(works), "data": works})
        return answer({"total": 2, "data": [record("2", other, "C. D")]})

    scripted = Scripted(say)
    steps = {
        Rung.TITLE_BATCH: [LadderStep(Rung.TITLE_BATCH, (NAME,))],
        Rung.SAME_TITLE_SEARCH: [
            LadderStep(Rung.TITLE_SEARCH, (NAME,)),
            LadderStep(Rung.SAME_TITLE_SEARCH, (NAME,)),
        ],
    }
    lookup = structs.replace(about(one), spellings=(other,))
    (said,) = resolved(scripted, lookup, ladder=steps[rung]).values()
    titles = [each.title for query in scripted.asked if query.rung is rung for each in query.about]
    assert titles == [one, other]
    assert isinstance(said.decision, Accepted if rung is Rung.TITLE_BATCH else Ambiguous)
    assert said.queries == {Question(NAME, step.rung) for step in steps[rung]}


def test_titles_go_out_with_those_of_many_words_first() -> None:
    titles = [f"Title {'and word ' * n}of some length" for n in (1, 4, 2, 3)]
    scripted = Scripted(unknown)
    resolved(scripted, *map(about, titles), ladder=[LadderStep(Rung.TITLE_BATCH, (NAME,))])
    (query,) = scripted.asked
    assert [len(each.title.split()) for each in query.about] == [12, 10, 8, 6]


def test_a_title_that_cannot_be_asked_for_in_bulk_is_no_outage() -> None:
    def say(query: Query) -> Answer | Failure:
        if query.rung is Rung.TITLE_BATCH:
            return answer({"total": 5000, "data": []})
        return unknown(query)

    title = "A phrase of too many works"
    scripted = Scripted(say)
    steps = [LadderStep(Rung.TITLE_BATCH, (NAME,)), LadderStep(Rung.TITLE_SEARCH, (NAME,))]
    (said,) = resolved(scripted, about(title), ladder=steps).values()
    assert [each.rung for each in scripted.asked] == [Rung.TITLE_BATCH, Rung.TITLE_SEARCH]
    assert (type(said.decision), said.failures) == (Unmatched, ())
    assert said.queries == questions(f"{NAME}/title_search")
    (said,) = resolved(Scripted(nobody), about(title), ladder=steps).values()
    assert (said.decision, len(said.failures)) == (None, 2)


# -- questions that several have ---------------------------------------------------------------


def of_note(title: str, path: str, **hints: object) -> Lookup:
    return structs.replace(
        about(title), key=key_of(f"{title_key(title)}@{path}"), notes=(PurePosixPath(path),),
        hints=Hints(**hints),  # type: ignore[arg-type]  # a test's own words
    )  # fmt: skip


def of_reference(title: str, behind: str = "", **more: object) -> Lookup:
    named = {"notes": (), "wanted": frozenset(), "linked": True, **more}
    return structs.replace(about(title), key=key_of(f"{title_key(title)}{behind}"), **named)


def counted(said: Mapping[LookupKey, Resolution]) -> list[tuple[str, int, int]]:
    """What each lookup came to: its decision, questions and failures."""
    return [
        (type(each.decision).__name__, len(each.queries), len(each.failures))
        for each in said.values()
    ]


SHARED = "Gamma rays of several kinds"


@pytest.mark.parametrize("rung", [Rung.TITLE_BATCH, Rung.TITLE_SEARCH])
def test_a_note_and_a_reference_of_one_title_are_asked_for_once(rung: Rung) -> None:
    def say(query: Query) -> Answer | Failure:
        found = [record("1", SHARED)] * known
        return answer({"total": known, "data": found}) if known else unknown(query)

    several = of_note(SHARED, "a.md"), of_note(SHARED, "b.md"), of_reference(SHARED.upper())
    for known in (1, 0):
        scripted = Scripted(say)
        said = resolved(scripted, *several, ladder=[LadderStep(rung, (NAME,))])
        assert [len(each.about) for each in scripted.asked] == [1]
        assert counted(said) == [("Accepted" if known else "Unmatched", 1, 0)] * 3
        assert [each.lookup for each in said.values()] == list(several)
    scripted = Scripted(nobody)
    said = resolved(scripted, *several, ladder=[LadderStep(rung, (NAME,))])
    assert len(scripted.asked) == 1
    assert counted(said) == [("NoneType", 0, 1)] * 3


def test_who_comes_to_a_question_later_in_the_run_gets_the_same_answer() -> None:
    own, cited = of_note(SHARED, "a.md"), of_reference(SHARED)
    steps = [
        LadderStep(Rung.TITLE_SEARCH, (NAME,), notes_only=True),
        LadderStep(Rung.TITLE_SEARCH, (NAME,)),
    ]
    scripted = Scripted(lambda _: answer({"data": [record("1", SHARED)]}))
    said = resolved(scripted, own, cited, ladder=steps)
    assert len(scripted.asked) == 1
    assert counted(said) == [("Accepted", 1, 0)] * 2
    scripted = Scripted(unknown)
    assert counted(resolved(scripted, own, cited, ladder=steps)) == [("Unmatched", 1, 0)] * 2
    assert len(scripted.asked) == 1
    scripted = Scripted(nobody)  # that nobody could be asked is no answer
    resolved(scripted, own, cited, ladder=steps)
    assert len(scripted.asked) == 2


def test_of_one_title_each_is_decided_by_its_own_evidence() -> None:
    works = [record("1", SHARED, "Carl Cantor"), record("2", SHARED, "Dora Doe")]
    lookups = [
        of_note(SHARED, "c.md", first_author="Carl Cantor"),
        of_note(SHARED, "d.md", first_author="D. Doe"),
        of_note(SHARED, "bare.md"),
        of_note(SHARED, "other.md", first_author="Eve Else"),
        of_reference(SHARED),
    ]
    scripted = Scripted(lambda _: answer({"total": 2, "data": works}))
    said = resolved(scripted, *lookups, ladder=[LadderStep(Rung.TITLE_BATCH, (NAME,))])
    assert [len(each.about) for each in scripted.asked] == [1]
    assert [each.identifiers for each in said.values()] == [
        s2("1"), s2("2"), Identifiers(), Identifiers(), Identifiers()
    ]  # fmt: skip
    kinds = [type(each.decision) for each in said.values()]
    assert kinds == [Accepted, Accepted, Ambiguous, Ambiguous, Ambiguous]


def test_a_search_that_names_the_author_is_one_for_each_author() -> None:
    lookups = [of_note(SHARED, f"{name}.md", first_author=name) for name in ("Ada", "Bob", "Bob")]
    lookups[2] = structs.replace(lookups[2], key=key_of("gammaraysofseveralkinds@c.md"))
    scripted = Scripted(unknown)
    said = resolved(scripted, *lookups, ladder=[LadderStep(Rung.TITLE_SEARCH, (NAME,))])
    assert len(scripted.asked) == 2
    assert counted(said) == [("Unmatched", 1, 0)] * 3


# -- from run to run ---------------------------------------------------------------------------

ENOUGH = LadderStep(Rung.TITLE_SEARCH, (NAME, "crossref"), max_misses=1)


def run_again(
    ledger: Ledger, scripted: Scripted, *lookups: Lookup, **more: object
) -> Mapping[LookupKey, Resolution]:
    """One more run, whose findings the ledger remembers."""
    scripted.asked.clear()
    said = resolved(scripted, *lookups, ledger=ledger, **more)  # type: ignore[arg-type]  # a test's own words
    for each in said.values():
        known = ledger.line(each.lookup.key)
        line = line_of(each, TODAY, known)
        if each.fresh and line is not None:
            ledger.record(line)
    return said


def test_a_title_nobody_knows_begins_with_the_next_service_at_the_next_try() -> None:
    ledger, scripted = Ledger(), Scripted(unknown)
    lookup = about("A title that nobody knows")
    begun = []
    for _ in range(4):
        (said,) = run_again(
            ledger, scripted, lookup, ladder=[ENOUGH], names=(NAME, "crossref"),
            world={"refresh": True},
        ).values()  # fmt: skip
        assert isinstance(said.decision, Unmatched)
        begun += [each.provider for each in scripted.asked]
    assert begun == [NAME, "crossref", NAME, "crossref"]
    run_again(ledger, scripted, lookup, ladder=[ENOUGH], names=(NAME, "crossref"))
    assert scripted.asked == []  # it is not due


def test_a_service_that_cannot_be_asked_is_not_one_that_does_not_know() -> None:
    def say(query: Query) -> Answer | Failure:
        refused = query.provider == NAME
        return trouble(query, Trouble.REFUSED) if refused else unknown(query)

    scripted = Scripted(say)
    lookup = about("A title that nobody knows")
    (said,) = resolved(scripted, lookup, ladder=[ENOUGH], names=(NAME, "crossref")).values()
    assert [each.provider for each in scripted.asked] == [NAME, "crossref"]
    assert said.decision is None
    assert [each.provider for each in said.failures] == [NAME]


def listed(*works: tuple[int, str, str]) -> Answer:
    """A page of OpenAlex: numbers, titles and authors."""
    results = [
        {
            "id": f"https://openalex.org/W{number}",
            "display_name": title,
            "publication_year": 2001,
            "authorships": [{"raw_author_name": author}],
        }
        for number, title, author in works
    ]
    return answer({"meta": {"count": len(results)}, "results": results})


@pytest.mark.parametrize("helps", [True, False])
def test_a_list_of_its_own_is_asked_once_for_a_torn_title_and_never_again(helps: bool) -> None:
    twins, clear = "A title that two works have", "A title that one work has"
    parents = [
        structs.replace(
            about(each), wanted=frozenset(), hints=Hints(identifiers=Identifiers(openalex=w))
        )
        for each, w in (("First parent", "W1"), ("Second parent", "W2"))
    ]
    children = [
        structs.replace(about(each), notes=(), cited_by=parents[0].notes) for each in (twins, clear)
    ]

    def say(query: Query) -> Answer | Failure:
        if query.rung is Rung.CITING_REFERENCES:
            return listed((9, twins, "C. D")) if helps else listed((7, "Another work", "E. F"))
        return listed((8, twins, "A. B"), (9, twins, "C. D"), (10, clear, "A. B"))

    ledger, scripted = Ledger(), Scripted(say)
    steps = [
        LadderStep(Rung.TITLE_BATCH, ("openalex",)),
        LadderStep(Rung.CITING_REFERENCES, ("openalex",)),
    ]
    cites = {each.notes[0]: tuple(c.key for c in children) for each in parents}
    asked: list[list[tuple[Rung, int]]] = []
    for _ in range(2):
        said = run_again(
            ledger, scripted, *parents, *children, ladder=steps, names=("openalex",), cites=cites
        )
        asked.append([(each.rung, len(each.about)) for each in scripted.asked])
        torn = said[key_of(twins.lower())]
        assert isinstance(said[key_of(clear.lower())].decision, Accepted)
        assert isinstance(torn.decision, Accepted if helps else Ambiguous)
        assert torn.identifiers.openalex == ("W9" if helps else None)
        assert helps or question_of("openalex/citing_references/W1") in torn.queries
    assert asked == [[(Rung.TITLE_BATCH, 2), (Rung.CITING_REFERENCES, 1)], []]


@pytest.mark.parametrize("order", [1, -1])
def test_whichever_list_is_there_first_both_are_heard(order: int) -> None:
    child = structs.replace(about("Gamma rays"), notes=())
    parents = [
        structs.replace(about(each, digit), wanted=frozenset())
        for each, digit in (("First parent", "1"), ("Second parent", "2"))
    ][::order]

    def say(query: Query) -> Answer | Failure:
        lists = {f"{S2}{n}": [record("7", child.title) | {"year": 2000 + n}] for n in (1, 2)}
        return answer([{"references": lists[each]} for each in ids(query)])

    cites = {each.notes[0]: (child.key,) for each in parents}
    steps = [LadderStep(Rung.CITING_REFERENCES, (NAME,))]
    said = resolved(Scripted(say), *parents, child, ladder=steps, cites=cites)[child.key]
    assert isinstance(said.decision, Accepted)
    assert said.queries == questions(
        f"{NAME}/citing_references/{S2}1", f"{NAME}/citing_references/{S2}2"
    )
    assert said.values[Field.YEAR][0] == 2001


COUNTED = frozenset({Field.YEAR, Field.CITATION_COUNT})


@pytest.mark.parametrize(
    ("doi", "rungs"),
    [
        # By its identifier, where one will do; by its title where that one is not known.
        ("10.1000/known", [Rung.IDENTIFIER]),
        ("10.1000/unknown", [Rung.IDENTIFIER, Rung.TITLE_BATCH]),
        (None, [Rung.TITLE_BATCH]),
    ],
)
def test_counts_of_what_another_service_found_are_asked_for(
    doi: str | None, rungs: list[Rung]
) -> None:
    title = "A title of five words"
    counted = record("1", title) | {"citationCount": 12, "year": 2001}

    def say(query: Query) -> Answer | Failure:
        if query.provider == "openalex":
            page = json.loads(listed((5_000_000_000, title, "A. B")).body)
            page["results"][0]["doi"] = doi and f"https://doi.org/{doi}"
            return answer(page)
        if query.rung is Rung.IDENTIFIER:
            known = [counted if each == "DOI:10.1000/known" else None for each in ids(query)]
            return answer(known)
        return answer({"total": 1, "data": [counted]})

    scripted = Scripted(say)
    steps = [
        LadderStep(Rung.TITLE_BATCH, ("openalex",)), LadderStep(Rung.IDENTIFIER, (NAME,)),
        LadderStep(Rung.TITLE_BATCH, (NAME,)), LadderStep(Rung.TITLE_SEARCH, (NAME,)),
    ]  # fmt: skip
    lookup = structs.replace(about(title), wanted=COUNTED)
    (said,) = resolved(scripted, lookup, ladder=steps, names=("openalex", NAME)).values()
    assert [each.rung for each in scripted.asked if each.provider == NAME] == rungs
    assert said.values[Field.CITATION_COUNT][0] == 12
    assert said.values[Field.YEAR][0] == 2001


def ids(query: Query) -> list[str]:
    found: list[str] = json.loads(query.body or b"{}").get("ids", [])
    return found


def test_a_budget_renews_the_oldest_counts_and_leaves_no_note_without() -> None:
    def aged(digit: str, day: str) -> tuple[Lookup, LedgerLine]:
        key = key_of(f"title {digit}@Title {digit}.md")
        lookup = structs.replace(about(f"Title {digit}", digit), key=key, wanted=frozenset())
        where = Provenance(NAME, Rung.IDENTIFIER, day)
        counts = {
            Field.CITATION_COUNT: (5, where),
            Field.REFERENCE_COUNT: (6, structs.replace(where, fetched="2026-05-30")),
        }
        written = {Field.CITATION_COUNT: owned("x")}
        return lookup, LedgerLine(
            lookup.key, lookup.title, "accepted", EQUAL_TITLE, identifiers=s2(digit), values=counts,
            written=written,
        )  # fmt: skip

    def say(query: Query) -> Answer | Failure:
        return answer([record(each[-1], f"Title {each[-1]}") for each in ids(query)])

    first = about("Title 9", "9")  # nothing is known of it
    known = [
        aged(d, day) for d, day in (("1", "2025-03-01"), ("2", "2025-01-01"), ("3", "2026-05-30"))
    ]
    lookups = [lookup for lookup, _ in known]
    ledger = Ledger([line for _, line in known])
    step = [LadderStep(Rung.IDENTIFIER, (NAME,))]
    for budget, asked in ((0, ["9"]), (1, ["9", "2", "1"]), (None, ["1", "2", "9"])):
        scripted = Scripted(say)
        world = {"budget": budget, "max_age_days": dict.fromkeys(COUNTS, 30)}
        resolved(scripted, *lookups, first, ladder=step, world=world, ledger=ledger)
        assert [each[-1] for query in scripted.asked for each in ids(query)] == asked


def test_a_cut_list_some_of_whose_records_have_no_title_is_not_whole() -> None:
    title = "Learning to rank"

    def say(query: Query) -> Answer | Failure:
        if query.provider == NAME:
            return trouble(query, Trouble.REFUSED)
        longer = [(10 + n, f"{title} {n}", "A. B") for n in range(98)]
        page = json.loads(listed((9, title, "C. D"), (8, "", "E. F"), *longer).body)
        return answer(page | {"meta": {"count": 3000}})

    scripted = Scripted(say)
    steps = [
        LadderStep(Rung.TITLE_BATCH, ("openalex",)),
        LadderStep(Rung.SAME_TITLE_SEARCH, (NAME,)),
    ]
    (said,) = resolved(scripted, about(title), ladder=steps, names=("openalex", NAME)).values()
    assert [each.rung for each in scripted.asked] == [Rung.TITLE_BATCH, Rung.SAME_TITLE_SEARCH]
    assert said.decision is None  # nobody can say whether it is one work's alone


def test_counts_that_an_outage_kept_back_are_looked_for_by_title_and_once() -> None:
    title = "A phrase of too many works"
    counted = record("1", title) | {"citationCount": 12}
    by_crossref = {
        "DOI": "10.1000/x", "title": [title], "author": [{"given": "A.", "family": "B"}],
        "issued": {"date-parts": [[2001]]},
    }  # fmt: skip
    steps = [
        LadderStep(Rung.IDENTIFIER, (NAME,)), LadderStep(Rung.TITLE_BATCH, (NAME,)), ENOUGH,
        LadderStep(Rung.TITLE_BATCH, (NAME,)),
    ]  # fmt: skip
    up = False

    def say(query: Query) -> Answer | Failure:
        if query.provider == "crossref":
            return answer({"message": {"total-results": 1, "items": [by_crossref]}})
        if not up:
            return trouble(query, Trouble.REFUSED)
        if query.rung is Rung.TITLE_BATCH:
            return answer({"total": 5000, "data": []})
        if query.rung is Rung.TITLE_SEARCH:
            return answer({"data": [counted]})
        return answer([None])

    ledger, scripted = Ledger(), Scripted(say)
    lookup = structs.replace(about(title), wanted=frozenset({Field.CITATION_COUNT}))
    names = (NAME, "crossref")
    for up, asked in (
        (False, [(NAME, "title_batch"), (NAME, "title_search"), ("crossref", "title_search")]),
        (True, [(NAME, "identifier"), (NAME, "title_batch"), (NAME, "title_search")]),
        (True, []),
    ):
        (said,) = run_again(ledger, scripted, lookup, ladder=steps, names=names).values()
        assert [(each.provider, each.rung.value) for each in scripted.asked] == asked
        assert (Field.CITATION_COUNT in said.values) is up


# -- what namesakes cite -----------------------------------------------------------------------

LETTERS = ("Alpha rays", "Beta decay", "Gamma bursts", "Delta waves", "Epsilon nets")


def doubtful(title: str, digits: str) -> tuple[Lookup, list[dict[str, object]], Note]:
    """A title of two works, what a search says of them, and a note with five references."""
    asked = structs.replace(about(title), hints=Hints(references=len(LETTERS)))
    works = [
        record(digit, title, f"A. {name * 4}") for digit, name in zip(digits, "CD", strict=True)
    ]
    cited = tuple(Reference(each, None, 9) for each in LETTERS)
    return asked, works, note(f"{title}.md", {}, references=cited)


def held_against(say: Callable[[Query], Answer | Failure]) -> tuple[list[Query], list[Resolution]]:
    """Two doubtful titles, and a service that says of their works' lists what a test wants."""
    doubts = [
        doubtful("Old titles of five words", "12"),
        doubtful("New titles of five words", "34"),
    ]
    known = {asked.title: works for asked, works, _ in doubts}

    def answers(query: Query) -> Answer | Failure:
        if query.rung is Rung.COMPARE_REFERENCES:
            return say(query)
        found = [each for asked in query.about for each in known[asked.title]]
        return answer({"total": len(found), "data": found})

    scripted = Scripted(answers)
    said = resolved(
        scripted,
        *(asked for asked, _, _ in doubts),
        ladder=[
            LadderStep(Rung.TITLE_BATCH, (NAME,)),
            LadderStep(Rung.COMPARE_REFERENCES, (NAME,)),
        ],
        notes=[each for _, _, each in doubts],
        of_note={asked.notes[0]: asked.key for asked, _, _ in doubts},
    )
    return [each for each in scripted.asked if each.rung is Rung.COMPARE_REFERENCES], list(
        said.values()
    )


def listing_of(query: Query) -> Answer:
    """A service that knows the lists of the first works of both titles."""
    ids = json.loads(query.body or b"{}").get("ids", [query.path.split("/")[-2]])
    cited = [{"paperId": None, "title": each} for each in LETTERS]
    lists = [cited if each[-1] in "13" else None for each in ids]
    if query.body is None:
        return answer({"data": [{"citedPaper": each} for each in cited] if lists[0] else None})
    return answer([{"title": "T", "references": each} for each in lists])


def test_one_request_brings_the_lists_of_all_doubtful_titles() -> None:
    asked, said = held_against(listing_of)
    assert [len(each.about) for each in asked] == [4]
    for each, digit in zip(said, "13", strict=True):
        assert isinstance(each.decision, Accepted)
        assert each.identifiers == s2(digit)
        lists = [f"{NAME}/compare_references/{S2}{n}" for n in (digit, int(digit) + 1)]
        assert each.queries >= questions(*lists)


@pytest.mark.parametrize(
    "kind", [Trouble.REFUSED, Trouble.QUOTA_EXCEEDED, Trouble.BROKEN, Trouble.REJECTED]
)
def test_lists_that_cannot_be_had_leave_a_title_doubtful(kind: Trouble) -> None:
    _, said = held_against(lambda query: trouble(query, kind))
    for each in said:
        assert isinstance(each.decision, Ambiguous)
        assert {f.trouble for f in each.failures} == {kind}
        assert all(query.rung is not Rung.COMPARE_REFERENCES for query in each.queries)


def test_lists_that_are_too_much_together_are_asked_for_in_parts() -> None:
    def say(query: Query) -> Answer | Failure:
        many = len(query.about) > 1
        return trouble(query, Trouble.BROKEN) if many else listing_of(query)

    asked, said = held_against(say)
    assert [len(each.about) for each in asked] == [4, 2, 1, 1, 2, 1, 1]
    assert all(isinstance(each.decision, Accepted) for each in said)


# -- services that pause ------------------------------------------------------------------


@dataclass
class Pausing:
    """A service that refuses everything until its pause is over, and how it is waited for."""

    say: Callable[[Query], Answer | Failure]
    left: float = 60.0
    again: int = 0
    cancelled: bool = False
    waited: list[float] = field(default_factory=list)

    def send(self, query: Query) -> Answer | Failure:
        return trouble(query, Trouble.UNREACHABLE) if self.left or self.again else self.say(query)

    def wait_out(self, name: str) -> bool:
        assert name == NAME
        self.waited.append(self.left)
        if self.again:
            self.again -= 1
        else:
            self.left = 0.0
        return not self.cancelled

    @property
    def world(self) -> Mapping[str, object]:
        return {"pauses": lambda: {NAME: self.left}, "wait_out": self.wait_out}


def well(query: Query) -> Answer | Failure:
    if query.rung is Rung.IDENTIFIER:
        ids = json.loads(query.body or b"{}")["ids"]
        return answer([record(each[-1], f"Title {each[-1]}") for each in ids])
    return Answer(404, "application/json", b'{"error": "Title match not found"}', "2026-06-01")


@pytest.mark.parametrize(
    ("pausing", "waited", "found"),
    [
        (Pausing(well), [60.0], True),
        (Pausing(well, left=10.0, again=2), [10.0, 10.0, 10.0], True),
        (Pausing(well, left=10.0, again=9), [10.0, 10.0, 10.0], False),
        (Pausing(well, left=60.0, again=9), [60.0], False),
        (Pausing(well, left=3600.0), [], False),
        (Pausing(well, cancelled=True), [60.0], False),
        (Pausing(well, left=0.0), [], True),
    ],
)
def test_a_run_comes_back_to_a_service_that_paused(
    pausing: Pausing, waited: list[float], found: bool
) -> None:
    scripted = Scripted(pausing.send)
    (said,) = resolved(scripted, about("Title 1", "1"), world=pausing.world).values()
    assert pausing.waited == waited
    assert isinstance(said.decision, Accepted) is found
    if not found:
        assert said.decision is None
        assert said.failures


def test_what_was_answered_before_a_pause_is_not_asked_again() -> None:
    pausing = Pausing(well)
    scripted = Scripted(
        lambda query: well(query) if f"{S2}1" in str(query.body) else pausing.send(query)
    )
    steps = [LadderStep(Rung.IDENTIFIER, (NAME,)), LadderStep(Rung.TITLE_SEARCH, (NAME,))]
    resolved(
        scripted, about("Title 1", "1"), about("Title"), ladder=steps, world=pausing.world
    )  # fmt: skip
    assert [query.rung for query in scripted.asked] == [
        Rung.IDENTIFIER, Rung.TITLE_SEARCH, Rung.TITLE_SEARCH
    ]  # fmt: skip


def test_nobody_waits_for_a_service_that_left_nothing_open() -> None:
    pausing = Pausing(well)
    said = resolved(Scripted(well), about("Title 1", "1"), world=pausing.world)
    assert isinstance(said[key_of("title 1")].decision, Accepted)
    assert pausing.waited == []


def test_a_question_that_is_not_asked_again_stays_unanswered() -> None:
    """What a search might have found is not absent because another service has nothing."""
    pausing = Pausing(lambda _: answer({"data": []}))
    steps = [LadderStep(Rung.TITLE_SEARCH, (NAME, "crossref"), max_misses=1)]

    def say(query: Query) -> Answer | Failure:
        if query.provider == NAME:
            return pausing.send(query)
        return answer({"status": "ok", "message": {"total-results": 0, "items": []}})

    names = (NAME, "crossref")
    title = "A title of many words"
    (said,) = resolved(
        Scripted(say), about(title), ladder=steps, names=names, world=pausing.world
    ).values()
    assert said.decision is None
    assert {failure.provider for failure in said.failures} == {NAME}
