"""Who asks whom: which lookups want to ask a provider on a rung, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

import pytest
from msgspec import structs

from refmatter.config.sections import Resolve
from refmatter.fields import Field
from refmatter.matching.precedence import PrecedenceRule
from refmatter.model import (
    Candidate,
    Failure,
    Hints,
    Identifiers,
    Limits,
    Lookup,
    LookupKey,
    Provenance,
    Question,
    Rung,
    Trouble,
)
from refmatter.providers import openalex
from refmatter.registry import PRECEDENCE, PROVIDERS, WIDE, LadderStep
from refmatter.resolve.context import ResolveContext
from refmatter.resolve.lookup_state import LookupState
from refmatter.resolve.lookup_table import LookupTable
from refmatter.resolve.scheduler import Scheduler, as_known, citing
from refmatter.stages.claim import Claim
from refmatter.stages.plan import Plan
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from support import EQUAL_TITLE, NOT_FOUND, candidate, key_of, question_of, questions, s2

TODAY = date(2026, 6, 1)
S2 = "semantic_scholar"
WORLD = ResolveContext(
    catalog=None, catalog_date="", providers=PROVIDERS, clients={}, ladder=(),
    today=TODAY,
)  # fmt: skip
TITLES, TITLE = LadderStep(Rung.TITLE_BATCH, (S2,)), LadderStep(Rung.TITLE_SEARCH, (S2,))
NAMESAKES = LadderStep(Rung.SAME_TITLE_SEARCH, (S2,))
COUNT = frozenset({Field.CITATION_COUNT})
LONG, SHORT = "A title of five words", "Four words of title"
ANN, BOB = ("Ann Adams",), ("Bob Brown",)


def lookup(
    title: str = LONG,
    *,
    noted: bool = True,
    wanted: Iterable[Field] = (Field.YEAR,),
    named: Identifiers | None = None,
    **more: object,
) -> Lookup:
    """A lookup of a note of that title; not `noted`, of a reference."""
    made = Lookup(
        key=key_of(title.lower()),
        title=title,
        hints=Hints(identifiers=named or Identifiers()),
        notes=(PurePosixPath(f"{title}.md"),) if noted else (),
        cited_by=() if noted else (PurePosixPath("citing.md"),),
        wanted=frozenset(wanted),
    )
    return structs.replace(made, **more)


def climb(
    asker: Lookup | None = None, *found: Candidate, asked: Iterable[Question] = ()
) -> LookupState:
    """A lookup that has heard of some candidates, and got the answers to some questions."""
    made = LookupState(asker or lookup())
    made.queries |= set(asked)
    for each in found:
        made.answered({question_of(f"{each.provider}/{each.rung}")}, [each])
    made.decide()
    return made


def known(asker: Lookup, *asked: str, **values: tuple[str, int]) -> LookupState:
    """A lookup that the ledger has settled: values by field, each with who said it."""
    said = {
        Field(name): (value, Provenance(who, Rung.TITLE_SEARCH, "2026-01-01"))
        for name, (who, value) in values.items()
    }
    line = LedgerLine(
        asker.key, asker.title, "accepted", EQUAL_TITLE,
        identifiers=asker.hints.identifiers, values=said, queries=questions(*asked),
    )  # fmt: skip
    return LookupState.start(asker, Claim(Ledger([line]), {}, {}), TODAY, 30)


def record(
    provider: str = S2, rung: Rung = Rung.TITLE_SEARCH, title: str = LONG, **more: object
) -> Candidate:
    said: dict[str, object] = {"authors": ANN, "year": 2001}
    if provider == S2:
        said["identifiers"] = s2("1")
    return candidate(title, provider, rung, **(said | more))  # type: ignore[arg-type]  # a test's own words


def askers(
    *climbs: LookupState,
    notes: Iterable[PurePosixPath] | None = None,
    cites: Mapping[PurePosixPath, tuple[LookupKey, ...]] | None = None,
    resolve: str = "batched",
    **world: object,
) -> Scheduler:
    """All of a run's climbs; every note of theirs exists, unless it is said which do."""
    held = [path for each in climbs for path in each.lookup.notes] if notes is None else notes
    made = replace(WORLD, references=Resolve(resolve), **world)  # type: ignore[arg-type]  # a test's own words
    for each in climbs:
        each.precedence_rule = made.precedence_rule
    plan = Plan(tuple(each.lookup for each in climbs), {}, cites or {})
    begun = {each.lookup.key: each for each in climbs}
    all_awake = LookupTable(plan.lookups, lambda each: begun[each.key])
    return Scheduler(plan, all_awake, frozenset(held), made)


def asks(step: LadderStep, *climbs: LookupState, name: str = S2, **more: object) -> list[str]:
    """The titles of those that want to ask one provider on a step."""
    return [each.key.title for each in askers(*climbs, **more).of(step, [name])]  # type: ignore[arg-type]  # a test's own words


# -- who may ask at all ------------------------------------------------------------------------


@pytest.mark.parametrize(("own", "expected"), [(True, [LONG]), (False, [LONG, "Born", "Named"])])
def test_a_step_for_own_works_is_for_those_that_existing_notes_are_about(
    own: bool, expected: list[str]
) -> None:
    there = climb()
    to_be_made, named = climb(lookup("Born")), climb(lookup("Named", noted=False))
    step = replace_step(TITLES, notes_only=own)
    asked = asks(step, there, to_be_made, named, notes=there.lookup.notes)
    assert asked == [each.lower() for each in expected]


def test_what_a_person_asks_for_alone_is_as_good_as_a_notes_own() -> None:
    by_hand = climb(
        lookup(noted=False, cited_by=(), linked=True), asked=questions(f"{S2}/title_batch")
    )
    assert asks(replace_step(TITLE, notes_only=True), by_hand) == [LONG.lower()]


def replace_step(step: LadderStep, **more: object) -> LadderStep:
    return step._replace(**more)  # type: ignore[arg-type]  # a test's own words


@pytest.mark.parametrize("step", [TITLES, TITLE, LadderStep(Rung.IDENTIFIER, (S2,))])
def test_a_settled_reference_asks_for_nothing(step: LadderStep) -> None:
    found = record("openalex", identifiers=Identifiers(doi="10.1000/x"))
    settled = climb(lookup(noted=False, linked=True), found)
    assert settled.is_settled
    assert asks(step, settled) == []


def test_who_asks_brings_every_identifier_found_so_far() -> None:
    found = record("openalex", identifiers=Identifiers(doi="10.1000/x", openalex="W7"))
    settled = climb(lookup(wanted=COUNT), found)
    (asker,) = askers(settled).of(LadderStep(Rung.IDENTIFIER, (S2,)), [S2])
    assert asker.hints.identifiers == Identifiers(doi="10.1000/x", openalex="W7")
    assert as_known(settled) == asker


# -- identifier --------------------------------------------------------------------------------

BY_NAME = LadderStep(Rung.IDENTIFIER, (S2, "crossref"))


@pytest.mark.parametrize(
    ("made", "asks_for"),
    [
        (climb(), False),
        (climb(lookup(named=s2("1"))), True),
        (climb(lookup(named=s2("1")), asked=questions(f"{S2}/identifier")), False),
        (climb(lookup(named=s2("1"), wanted=())), False),
        (climb(lookup(named=s2("1"), wanted=(), noted=False)), True),
        # Settled: only for what a note wants, and nobody has said.
        (climb(lookup(), record()), False),
        (climb(lookup(), record("openalex", identifiers=Identifiers(doi="10.1/x"))), True),
        (known(lookup(named=s2("1"), wanted=()), year=(S2, 2001)), False),
        (known(lookup(named=s2("1")), year=("crossref", 2001)), False),
        (known(lookup(named=s2("1"), wanted=COUNT), year=("crossref", 2001)), True),
    ],
)
def test_the_first_is_asked_by_identifier_for_what_a_note_wants(
    made: LookupState, asks_for: bool
) -> None:
    assert asks(BY_NAME, made) == [made.lookup.key.title] * asks_for


@pytest.mark.parametrize(
    ("made", "asks_for"),
    [
        (climb(), False),
        (climb(lookup(named=s2("1"))), True),
        (climb(lookup(named=s2("1"), wanted=())), False),
        (climb(lookup(named=s2("1"), wanted=(), noted=False)), True),
        (climb(lookup(named=s2("1")), asked=questions("crossref/identifier")), False),
        (climb(lookup(), record()), False),  # it has its year
        (climb(lookup(), record(year=None)), True),
        (climb(lookup(wanted=COUNT), record()), False),  # which Crossref's is not taken for
    ],
)
def test_the_others_are_asked_by_identifier_for_what_the_first_left_open(
    made: LookupState, asks_for: bool
) -> None:
    assert asks(BY_NAME, made, name="crossref") == [made.lookup.key.title] * asks_for


def test_a_refresh_asks_for_settled_works_by_identifier_once() -> None:
    settled = known(lookup(named=s2("1"), wanted=()), citation_count=(S2, 5))
    reference = known(lookup("B", noted=False, named=s2("2"), wanted=()), year=(S2, 5))
    nameless = known(lookup("C", wanted=()), year=(S2, 5))
    all_of_them = (settled, reference, nameless)
    assert asks(BY_NAME, *all_of_them) == []
    assert asks(BY_NAME, *all_of_them, refresh=True) == [settled.lookup.key.title]
    settled.answered(questions(f"{S2}/identifier"), [record(rung=Rung.IDENTIFIER)])
    assert asks(BY_NAME, *all_of_them, refresh=True) == []


# -- titles ------------------------------------------------------------------------------------


def test_a_note_asks_by_title_for_what_it_wants_or_for_its_references_sake() -> None:
    bare, full = climb(), climb(lookup("Full", wanted=()))
    reference = climb(lookup("Reference", noted=False))
    cites = {full.lookup.notes[0]: (reference.lookup.key,)}
    for step in (TITLES, TITLE):
        assert asks(step, bare) == [bare.lookup.key.title]
        assert asks(step, full) == []
    assert asks(TITLES, full, reference, cites=cites) == ["full", "reference"]
    assert asks(TITLE, full, reference, cites=cites) == ["full"]
    # Its list can be had by its name, and is of no use where nothing is open.
    named = structs.replace(full.lookup, hints=Hints(identifiers=s2("1")))
    assert asks(TITLES, climb(named), reference, cites=cites) == ["reference"]
    settled = climb(reference.lookup, record(title="Reference", cited_by="x.md"))
    assert asks(TITLES, full, settled, cites=cites) == []


def test_a_question_that_was_answered_is_not_asked_again() -> None:
    for step in (TITLES, TITLE):
        assert asks(step, climb(asked=questions(f"{S2}/{step.rung}"))) == []
        assert asks(step, climb(asked=questions(f"openalex/{step.rung}"))) == [LONG.lower()]


def test_a_title_of_several_works_is_not_searched_for() -> None:
    twins = climb(lookup(wanted=(Field.YEAR,)), record(), record(identifiers=s2("2"), authors=BOB))
    doubted = climb(
        lookup(hints=Hints(first_author="Z. Zed"), wanted=(Field.YEAR,)), record("openalex")
    )
    for step in (TITLES, replace_step(TITLE, providers=("crossref",))):
        name = step.providers[0]
        assert asks(step, twins, name=name) == []
        assert asks(step, doubted, name=name) == [LONG.lower()]


@pytest.mark.parametrize(
    ("noted", "linked", "resolve", "alone"),
    [
        (True, False, "batched", True),
        (False, True, "batched", True),
        (False, False, "batched", False),
        (False, False, "all", True),
    ],
)
def test_a_plain_reference_comes_along_but_costs_no_question_of_its_own(
    noted: bool, linked: bool, resolve: str, alone: bool
) -> None:
    made = climb(lookup(noted=noted, linked=linked))
    assert asks(TITLES, made, resolve=resolve) == [LONG.lower()]
    assert asks(TITLE, made, resolve=resolve) == [LONG.lower()] * alone


@pytest.mark.parametrize(
    ("linked", "resolve", "asks_on"),
    [(False, "batched", False), (True, "batched", True), (False, "all", True)],
)
def test_what_openalex_does_not_list_is_not_asked_of_others_for_a_plain_reference(
    linked: bool, resolve: str, asks_on: bool
) -> None:
    made = climb(lookup(noted=False, linked=linked), asked=questions("openalex/title_batch"))
    assert asks(TITLES, made, resolve=resolve) == [LONG.lower()] * asks_on
    assert asks(TITLES, climb(asked=questions("openalex/title_batch")), resolve=resolve) == [
        LONG.lower()
    ]
    elsewhere = climb(lookup(noted=False, linked=linked), asked=questions("arxiv/title_batch"))
    assert asks(TITLES, elsewhere, resolve=resolve) == [LONG.lower()]


@pytest.mark.parametrize(
    ("asker", "resolve", "asks_on"),
    [
        (lookup(), "batched", True),
        (lookup(noted=False, linked=True), "batched", False),
        (lookup(noted=False, linked=True), "all", True),
        (lookup("Born"), "batched", False),
        (lookup("Born"), "all", True),
    ],
)
def test_only_an_existing_notes_title_is_searched_for_again_alone(
    asker: Lookup, resolve: str, asks_on: bool
) -> None:
    notes = lookup().notes
    made = climb(asker, asked=questions(f"{S2}/title_batch"))
    assert asks(TITLE, made, notes=notes, resolve=resolve) == [asker.key.title] * asks_on
    unasked = climb(asker)
    assert asks(TITLE, unasked, notes=notes, resolve=resolve) == [asker.key.title]


@pytest.mark.parametrize(("name", "again"), [(S2, True), ("arxiv", False)])
def test_only_a_search_that_forgives_is_asked_for_one_title_after_many(
    name: str, again: bool
) -> None:
    made = climb(asked=questions(f"{name}/title_batch"))
    assert asks(LadderStep(Rung.TITLE_SEARCH, (name,)), made, name=name) == [LONG.lower()] * again


# Counts are Semantic Scholar's alone: a settled work is looked for there once more.


def counted(identifiers: Identifiers, *asked: str, wanted: Iterable[Field] = COUNT) -> LookupState:
    found = record("openalex", Rung.TITLE_BATCH, identifiers=identifiers)
    return climb(lookup(wanted=wanted), found, asked=questions(*asked))


DOI, NEW = Identifiers(doi="10.1000/x", openalex="W5000000000"), Identifiers(openalex="W5000000000")


@pytest.mark.parametrize(
    ("made", "looked_for"),
    [
        (counted(NEW), True),  # a number that Semantic Scholar does not know works by
        (counted(DOI), False),
        (counted(Identifiers(openalex="W7")), False),  # but by this one
        (counted(DOI, f"{S2}/identifier"), True),
        (counted(NEW, wanted=[Field.YEAR]), False),
        (counted(NEW, wanted=[Field.FIELDS_OF_STUDY]), False),
        (counted(NEW, wanted=[Field.REFERENCE_COUNT]), True),
        # It has described the work, and says no count.
        (climb(lookup(wanted=COUNT), record(), asked=questions(f"{S2}/identifier")), False),
    ],
)
def test_a_settled_works_counts_are_looked_for_by_title_if_no_identifier_will_do(
    made: LookupState, looked_for: bool
) -> None:
    assert made.is_settled
    for step in (TITLES, TITLE):
        assert asks(step, made) == [LONG.lower()] * looked_for


@pytest.mark.parametrize("name", ["openalex", "arxiv"])
def test_counts_are_looked_for_at_nobody_whose_counts_are_not_taken(name: str) -> None:
    found = record("crossref", identifiers=NEW)
    made = climb(lookup(wanted=COUNT), found)
    assert asks(LadderStep(Rung.TITLE_BATCH, (name,)), made, name=name) == []


def test_counts_are_looked_for_by_title_at_whom_the_user_prefers() -> None:
    rule = PrecedenceRule({**PRECEDENCE, Field.CITATION_COUNT: ("dblp",)})
    step = LadderStep(Rung.TITLE_SEARCH, ("dblp",))  # which takes no identifiers
    assert asks(step, counted(DOI), name="dblp", precedence_rule=rule) == [LONG.lower()]
    assert asks(step, counted(DOI), name="dblp") == []


def test_counts_that_many_titles_did_not_bring_are_not_looked_for_one_by_one() -> None:
    made = counted(NEW, f"{S2}/title_batch")
    assert asks(TITLES, made) == []
    assert asks(TITLE, made) == []


# -- enough, and whose turn it is --------------------------------------------------------------

BOTH = LadderStep(Rung.TITLE_SEARCH, (S2, "crossref"), max_misses=1)


@pytest.mark.parametrize(
    ("enough", "asked", "asks_on"),
    [
        (1, [], True),
        (1, questions(f"{S2}/title_search"), False),
        (
            1,
            questions(f"{S2}/title_batch", "openalex/title_batch", "arxiv/title_search"),
            True,
        ),  # not of this step
        (2, questions(f"{S2}/title_search"), True),
        (2, questions(f"{S2}/title_search", "crossref/title_search"), False),
        (None, questions(f"{S2}/title_search"), True),
    ],
)
def test_so_many_that_do_not_know_a_title_are_enough(
    enough: int | None, asked: frozenset[Question], asks_on: bool
) -> None:
    step = replace_step(BOTH, max_misses=enough)
    made = askers(climb(asked=asked))
    assert bool(made.of(step, [S2, "crossref"])) is asks_on


@pytest.mark.parametrize(
    ("provider", "rung", "asks_on"),
    [("openalex", Rung.TITLE_BATCH, True), ("openalex", Rung.IDENTIFIER, False),
     ("arxiv", Rung.TITLE_BATCH, False)],
)  # fmt: skip
def test_one_more_is_asked_where_openalex_could_not_be(
    provider: str, rung: Rung, asks_on: bool
) -> None:
    made = climb(asked=questions(f"{S2}/title_search"))
    made.failures += (Failure(provider, rung, Trouble.UNREACHABLE, "no route"),)
    assert asks(BOTH, made, name="crossref") == [LONG.lower()] * asks_on
    made.queries |= questions("crossref/title_search")
    assert asks(BOTH, made, name="dblp") == []


def tried(times: int) -> LookupState:
    """A title that nobody knew so many times, and that is due."""
    line = LedgerLine(
        key_of(LONG.lower()), LONG, "unmatched", NOT_FOUND, last_checked="2020-01-01", tries=times
    )
    return LookupState.start(lookup(), Claim(Ledger([line]), {}, {}), TODAY, 30)


@pytest.mark.parametrize(
    ("made", "first"),
    [
        (climb(), S2),
        (tried(1), "crossref"),
        (tried(2), "arxiv"),
        (tried(3), S2),
        (tried(4), "crossref"),
    ],
)
def test_each_try_begins_with_the_next_service(made: LookupState, first: str) -> None:
    names = [S2, "crossref", "arxiv"]
    order = askers(made).order(made.lookup, replace_step(BOTH, providers=tuple(names)), names)
    start = names.index(first)
    assert order == names[start:] + names[:start]


def test_a_turn_leaves_out_those_that_a_title_does_not_want_to_ask() -> None:
    made = climb(asked=questions("arxiv/title_batch"))
    order = askers(made).order(made.lookup, BOTH, ["arxiv", S2, "crossref"])
    assert order == [S2, "crossref"]
    gone = climb(asked=questions("arxiv/title_search"))
    assert askers(gone).order(gone.lookup, BOTH, ["arxiv"]) == []


def test_where_all_are_asked_the_quick_ones_begin_with_the_most_titles() -> None:
    names = [S2, "crossref", "arxiv"]
    climbs = [climb(lookup(f"Title number {n} of three hundred")) for n in range(300)]
    limits = {
        S2: Limits(min_interval=1.0),
        "crossref": Limits(min_interval=0.25),
        "arxiv": Limits(min_interval=3.0),
    }
    step = replace_step(BOTH, providers=tuple(names), max_misses=None)
    made = askers(*climbs, limits=limits)
    orders = [made.order(each.lookup, step, names) for each in climbs]
    wheel = names + names
    assert all(order in (wheel[n : n + 3] for n in range(3)) for order in orders)
    begun = Counter(order[0] for order in orders)
    assert begun["crossref"] > 2 * begun[S2] > 2 * begun["arxiv"] > 0
    alone = askers(climbs[7], limits=limits).order(climbs[7].lookup, step, names)
    assert alone == orders[7]  # whatever else a run holds


# -- reference lists ---------------------------------------------------------------------------


def citing_work(title: str, digit: str, **more: object) -> LookupState:
    return climb(lookup(title, named=s2(digit), wanted=(), **more))  # type: ignore[arg-type]  # a test's own words


def torn(title: str, *asked: str) -> LookupState:
    """A reference whose title two works have."""
    twins = [
        record(
            "openalex", Rung.TITLE_BATCH, title, identifiers=Identifiers(openalex=each), authors=who
        )
        for each, who in (("W8", ANN), ("W9", BOB))
    ]
    return climb(lookup(title, noted=False), *twins, asked=questions(*asked))


def listed(parents: Sequence[Lookup]) -> list[str]:
    return [each.title for each in parents]


DONE, FOUND = "A work that is done with", "A work that was found"


def test_lists_are_asked_of_settled_works_whose_notes_name_something_open() -> None:
    child, done = climb(lookup("Child", noted=False)), climb(lookup(DONE), record(title=DONE))
    parents = [
        citing_work("Known", "2"),
        climb(lookup("Nameless", wanted=())),
        climb(lookup("Open", named=s2("4"))),  # it may be another work yet
        citing_work("Asked", "5"),
        citing_work("Of settled ones", "6"),
        climb(lookup(FOUND), record(title=FOUND, identifiers=s2("7"))),
    ]
    child.queries |= questions(f"{S2}/citing_references/{s2('5').s2}")
    cites = {each.lookup.notes[0]: (key_of("child"),) for each in parents}
    cites[parents[4].lookup.notes[0]] = (key_of(DONE.lower()),)
    made = askers(*parents, child, done, cites=cites)
    assert listed(made.parents(S2, one_request_each=False)) == ["Known", FOUND]
    assert made.parents(S2, one_request_each=False)[1].hints.identifiers == s2("7")
    assert made.children(parents[3].lookup, S2) == []
    assert made.children(parents[0].lookup, S2) == [child]


def test_dear_lists_are_one_for_each_torn_title() -> None:
    parents = [citing_work(title, digit) for title, digit in (("A", "1"), ("B", "2"), ("C", "3"))]
    titles = ["First", "Second", "Third"]
    a, b, c = (each.lookup.notes[0] for each in parents)
    first, second, third = (key_of(title.lower()) for title in titles)
    cites = {a: (first,), b: (first, second), c: (second, third)}
    made = askers(*parents, *map(torn, titles), cites=cites)
    # B and C name two each: with them all three are covered, and A's is not asked for.
    assert listed(made.parents("openalex", one_request_each=True)) == ["B", "C"]
    assert listed(made.parents("openalex", one_request_each=False)) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("child", "dear"),
    [
        (torn("Child"), True),
        (torn("Child", "openalex/citing_references/W1"), False),  # another list was of no help
        (torn("Child", f"{S2}/citing_references/{s2('9').s2}"), True),
        (climb(lookup("Child", noted=False)), True),  # nobody was asked for it in bulk
        (climb(lookup("Child", noted=False), asked=questions("arxiv/title_search")), True),
        (climb(lookup("Child", noted=False), asked=questions("arxiv/title_batch")), False),
    ],
)
def test_a_dear_list_is_only_asked_for_what_titles_cannot_settle(
    child: LookupState, dear: bool
) -> None:
    parent = citing_work("Parent", "1")
    made = askers(parent, child, cites={parent.lookup.notes[0]: (key_of("child"),)})
    assert listed(made.parents("openalex", one_request_each=True)) == ["Parent"] * dear


def test_a_list_is_remembered_by_its_works_surest_name() -> None:
    named = Identifiers(s2="a" * 40, doi="10.1/x", openalex="W7")
    assert citing(S2, lookup(named=named)) == question_of(f"{S2}/citing_references/{'a' * 40}")
    elsewhere = citing("openalex", lookup(named=structs.replace(named, s2=None)))
    assert elsewhere == question_of("openalex/citing_references/10.1/x")


# -- what namesakes cite -----------------------------------------------------------------------

NAMED = Identifiers(doi="10.1/a"), Identifiers(arxiv="2001.00001")


def twins(*named: Identifiers, references: int | None = 5, **more: object) -> LookupState:
    """A title that several works have, as OpenAlex lists them."""
    found = [
        record(
            "openalex",
            Rung.TITLE_BATCH,
            identifiers=structs.replace(each, openalex=f"W{n}"),
            year=n,
        )
        for n, each in zip((1990, 2000), named, strict=False)
    ]
    return climb(lookup(hints=Hints(references=references), **more), *found)  # type: ignore[arg-type]  # a test's own words


def rivals(*climbs: LookupState, **more: object) -> list[str]:
    return [each.key.identifier[1] for each in askers(*climbs, **more).torn_candidates(S2)]  # type: ignore[arg-type]  # a test's own words


def test_the_lists_of_namesakes_are_asked_for_where_the_note_has_one() -> None:
    made = twins(*NAMED)
    assert rivals(made) == ["10.1/a", "2001.00001"]
    assert {e.hints.identifiers for e in askers(made).torn_candidates(S2)} == set(NAMED)
    assert asks(NAMESAKES, made) == []
    made.queries |= questions(f"{S2}/compare_references/10.1/a")
    assert rivals(made) == ["2001.00001"]
    made.reconsidered = True
    assert rivals(made) == []


@pytest.mark.parametrize(
    "made",
    [
        twins(*NAMED, references=4),
        twins(*NAMED, references=None),
        twins(NAMED[0]),
        twins(*NAMED, noted=False),
        twins(*NAMED, notes=(PurePosixPath("a.md"), PurePosixPath("b.md"))),
        twins(*NAMED, wanted=()),
        climb(),
    ],
)
def test_no_list_is_asked_for_that_would_settle_nothing(made: LookupState) -> None:
    assert rivals(made) == asks(NAMESAKES, made) == []


def test_a_note_to_be_made_has_no_list_yet() -> None:
    assert rivals(twins(*NAMED), notes=()) == []


def test_works_that_have_no_name_to_ask_by_are_looked_for() -> None:
    made = twins(NAMED[0], Identifiers(dblp="conf/a/B"))
    assert rivals(made) == ["10.1/a"]
    assert asks(NAMESAKES, made) == [LONG.lower()]
    made.queries |= questions(f"{S2}/same_title_search")
    assert asks(NAMESAKES, made) == []
    assert asks(NAMESAKES, twins(*NAMED[:1], Identifiers(), references=4)) == []


# -- namesakes ---------------------------------------------------------------------------------


def found(title: str = LONG, *more: Candidate, **said: object) -> LookupState:
    """What a search for one title found, and nothing else speaks for."""
    return climb(lookup(title), record(title=title, **said), *more)  # type: ignore[arg-type]  # a test's own words


def in_list(title: str = LONG, number: int = 7) -> Candidate:
    """What OpenAlex lists of a title."""
    named = Identifiers(openalex=f"W{number}")
    return record("openalex", Rung.TITLE_BATCH, title, identifiers=named)


def longer(count: int) -> list[Candidate]:
    return [in_list(f"{SHORT}, {n}", 10 + n) for n in range(count)]


def test_what_was_found_by_searching_alone_may_have_namesakes() -> None:
    assert asks(NAMESAKES, found()) == [LONG.lower()]
    assert asks(NAMESAKES, found(rung=Rung.TITLE_BATCH)) == [LONG.lower()]
    asked = found()
    asked.queries |= questions(f"{S2}/same_title_search")
    assert asks(NAMESAKES, asked) == []


def test_what_something_else_speaks_for_has_none() -> None:
    by_name = climb(lookup(named=s2("1")), record(rung=Rung.IDENTIFIER))
    listed_too = found(LONG, record(rung=Rung.CITING_REFERENCES, cited_by="x.md"))
    by_author = climb(lookup(hints=Hints(first_author="A. Adams")), record())
    settled = known(lookup(), year=(S2, 2001))
    nobody, shelved = climb(), climb(lookup(), record("catalog", Rung.CATALOG))
    for each in (by_name, listed_too, by_author, settled, nobody, shelved):
        assert asks(NAMESAKES, each) == []


def test_what_something_speaks_against_may_be_another_of_that_title() -> None:
    doubted = climb(lookup(hints=Hints(first_author="Z. Zed")), record())
    assert asks(NAMESAKES, doubted) == [LONG.lower()]
    # Listed whole or not: the note's own work may be spelt in another way.
    doubted.answered(questions("openalex/title_batch"))
    assert asks(NAMESAKES, doubted) == [LONG.lower()]
    twins = found(LONG, record(identifiers=s2("2"), authors=BOB))
    assert asks(NAMESAKES, twins) == []  # one more would not tell them apart


@pytest.mark.parametrize(
    ("made", "asks_on"),
    [
        (found(LONG, in_list()), False),
        (found(SHORT, in_list(SHORT)), False),
        # A list without the work: a long title is one work's alone all the same.
        (found(LONG, in_list("A title of five words, again")), False),
        (found(SHORT, in_list("Four words of title, again")), True),
        # Found by the list alone.
        (climb(lookup(SHORT), in_list(SHORT)), False),
        # Spelt as it was not asked for: the list goes by words.
        (found("Gradient-based learning of five", in_list("Gradientbased learning of five")), True),
        (found(LONG.title(), in_list(LONG.upper())), False),
        # So many that there may be more.
        (found(SHORT, in_list(SHORT), *longer(WIDE[openalex.INFO.name] - 2)), False),
        (found(SHORT, in_list(SHORT), *longer(WIDE[openalex.INFO.name] - 1)), True),
        # Those of a service that does not know nearly everything.
        (found(LONG, record("arxiv", Rung.TITLE_BATCH, identifiers=Identifiers(arxiv="1"))), True),
        # By identifier it was asked only for this one.
        (
            found(
                LONG, record("openalex", Rung.TITLE_SEARCH, identifiers=Identifiers(openalex="W7"))
            ),
            True,
        ),
    ],
)
def test_a_whole_list_of_a_titles_works_shows_that_there_are_none(
    made: LookupState, asks_on: bool
) -> None:
    assert asks(NAMESAKES, made) == [made.lookup.key.title] * asks_on


def test_either_spelling_of_a_title_is_as_it_was_asked_for() -> None:
    title, other = "Gradient-based learning of five", "Gradientbased learning of five"
    both = lookup(title, spellings=(other,))
    assert asks(NAMESAKES, climb(both, record(title=title), in_list(other))) == []


@pytest.mark.parametrize(
    ("other", "asks_on"),
    [("Ada’s 1,000 titles of words", False), ("Ada's 1 000 titles of words", True)],
)
def test_a_list_made_of_words_with_signs_has_none_without(other: str, *, asks_on: bool) -> None:
    """`1 000` is two words to a service and `1,000` one: a list by the one lacks the other."""
    made = climb(lookup("Ada's 1,000 titles of words"), record(title=other), in_list(other))
    assert asks(NAMESAKES, made) == [made.lookup.key.title] * asks_on


@pytest.mark.parametrize(
    ("title", "linked", "resolve", "asks_on"),
    [
        (LONG, False, "batched", False),
        (LONG, True, "batched", True),
        (LONG, False, "all", True),
        (SHORT, False, "batched", True),
    ],
)
def test_a_plain_references_title_is_checked_where_it_is_short(
    title: str, linked: bool, resolve: str, asks_on: bool
) -> None:
    made = climb(lookup(title, noted=False, linked=linked), record(title=title))
    assert asks(NAMESAKES, made, resolve=resolve) == [title.lower()] * asks_on
