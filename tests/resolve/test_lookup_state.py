from datetime import date
from pathlib import PurePosixPath

import pytest
from msgspec.structs import replace

from refmatter.fields import COUNTS, Field, Value
from refmatter.matching.thresholds import DEFAULT, Thresholds
from refmatter.model import (
    Accepted,
    Ambiguous,
    Candidate,
    Decision,
    Failure,
    Hints,
    Identifiers,
    Lookup,
    Match,
    Provenance,
    Resolution,
    Ruled,
    Rung,
    Tier,
    Trouble,
    Unmatched,
)
from refmatter.reasons import Difference, DifferenceKind, Reason, ReasonKind
from refmatter.resolve.evidence import Evidence
from refmatter.resolve.lookup_state import LookupState, line_of
from refmatter.review import rulings
from refmatter.stages.claim import NO_CLAIM, Claim
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from support import (
    EQUAL_TITLE,
    NOT_FOUND,
    S2,
    SAME_TITLE,
    key_of,
    owned,
    question_of,
    questions,
    s2,
)
from support import candidate as candidate_of

TODAY = date(2026, 6, 1)
NOTE = PurePosixPath("a.md")
LOOKUP = Lookup(
    key_of("talesofembeddedvectors"),
    "Tales of Embedded Vectors",
    notes=(NOTE,),
    wanted=frozenset({Field.YEAR, Field.VENUE}),
)
OLD = Provenance("semantic_scholar", Rung.TITLE_SEARCH, "2026-01-01")
AGES = {Field.CITATION_COUNT: 30, Field.REFERENCE_COUNT: 60}


def candidate(
    title: str = "Tales of Embedded Vectors", provider: str = "semantic_scholar", **more: object
) -> Candidate:
    """A record of that title, which is long and odd enough to be one work's alone."""
    return candidate_of(title, provider, **more)  # type: ignore[arg-type]  # a test's own words


BECAUSE = {
    "accepted": EQUAL_TITLE,
    "ambiguous": SAME_TITLE,
    "unmatched": NOT_FOUND,
    "ruled": Reason(ReasonKind.SEVERAL_WORKS, works=3),
}
RIVAL = Match(
    candidate(
        "Tales of Embedded Vectors!", authors=("Alice Adams",), year=2001, venue="ICML",
        citation_count=7, identifiers=s2("1"), fetched="2026-02-02",
    ),
    {"title": 1.0},
    0.9,
    (Difference(DifferenceKind.WORD, "a", "b"),),
)  # fmt: skip
FAILED = Failure("arxiv", Rung.TITLE_SEARCH, Trouble.UNREACHABLE, "no route")


def line(verdict: str, **more: object) -> LedgerLine:
    said = LedgerLine(LOOKUP.key, LOOKUP.title, "accepted", BECAUSE[verdict])
    return replace(said, verdict=verdict, **more)


def started(known: LedgerLine, lookup: Lookup = LOOKUP, retry: int | None = 30) -> LookupState:
    return LookupState.start(lookup, Claim(Ledger([known]), {}, {}), TODAY, retry)


def valued(**values: Value) -> dict[Field, tuple[Value, Provenance]]:
    return {Field(name): (value, OLD) for name, value in values.items()}


def known(**values: Value) -> LedgerLine:
    return line("accepted", identifiers=s2("1"), values=valued(**values))


def found(**said: object) -> Candidate:
    more = {"identifiers": s2("1"), "rung": Rung.IDENTIFIER, "fetched": "2026-06-01"} | said
    return candidate(**more)  # type: ignore[arg-type]  # a test's own words


# -- where a climb starts ----------------------------------------------------------------------


def test_a_title_the_ledger_does_not_know_starts_from_nothing() -> None:
    climb = LookupState.start(LOOKUP, NO_CLAIM, TODAY, 30)
    assert climb == LookupState(LOOKUP)
    assert not climb.is_settled
    assert climb.values == {}
    assert climb.identifiers == Identifiers()
    assert climb.lacks() == LOOKUP.wanted
    assert climb.resolution() == Resolution(
        LOOKUP, None, fresh=False, matcher_version=DEFAULT.version
    )


def test_an_accepted_line_is_settled_and_keeps_its_values() -> None:
    climb = started(
        replace(known(year=2001), queries=questions("x/identifier"), candidates=(RIVAL,))
    )
    assert climb.known
    assert climb.is_settled
    assert climb.identifiers == s2("1")
    assert climb.values == valued(year=2001)
    assert climb.queries == questions("x/identifier")
    assert climb.lacks() == {Field.VENUE}
    said = climb.resolution()
    assert said.values == valued(year=2001)
    assert not said.fresh
    assert isinstance(said.decision, Accepted)
    assert said.decision.reason == BECAUSE["accepted"]
    assert said.decision.others == (RIVAL,)


def test_a_ruling_is_settled_and_asks_nobody() -> None:
    climb = started(line("ruled"))
    assert climb.is_settled
    assert climb.resolution().decision == Ruled(None, (), BECAUSE["ruled"])
    climb.answered(questions("arxiv/title_search"), [candidate(identifiers=s2("2"))])
    climb.decide()
    assert climb.resolution().decision == Ruled(None, (), BECAUSE["ruled"])
    assert climb.values == {}


def test_a_ruling_tells_which_work_it_is() -> None:
    climb = started(line("ruled", identifiers=s2("1")))
    assert climb.identifiers == s2("1")
    assert climb.resolution().decision == Ruled(s2("1"), (), BECAUSE["ruled"])


def test_a_ruling_that_names_the_work_has_its_values() -> None:
    climb = started(line("ruled", identifiers=s2("1"), values=valued(year=2001)))
    assert climb.values == valued(year=2001)


@pytest.mark.parametrize(("verdict", "kind"), [("unmatched", Unmatched), ("ambiguous", Ambiguous)])
def test_a_title_that_is_not_due_is_open_and_remembers_its_candidates(
    verdict: str, kind: type[Decision]
) -> None:
    said = line(
        verdict, last_checked="2026-05-31", tries=1, queries=questions("arxiv/title_search")
    )
    climb = started(replace(said, candidates=(RIVAL,)))
    assert not climb.known
    assert not climb.is_settled
    assert climb.queries == questions("arxiv/title_search")
    assert climb.candidates == (RIVAL.candidate,)
    decision = climb.resolution().decision
    assert isinstance(decision, kind)
    assert decision.matches == (RIVAL,)
    assert not climb.resolution().fresh


@pytest.mark.parametrize(
    ("checked", "tries", "due"),
    [
        ("2026-05-02", 1, True),
        ("2026-05-03", 1, False),
        ("2026-05-02", 2, False),
        ("2026-04-02", 2, True),
        ("2025-05-31", 99, True),
        ("2025-06-01", 99, False),
    ],
)
def test_an_absent_title_is_asked_for_again_when_it_is_due(
    checked: str, tries: int, due: bool
) -> None:
    said = line(
        "unmatched", last_checked=checked, tries=tries, queries=questions("arxiv/title_search")
    )
    climb = started(said)
    assert climb.queries == (set() if due else questions("arxiv/title_search"))
    assert climb.line == said
    assert isinstance(climb.resolution().decision, Unmatched)


def test_a_refresh_asks_again_now() -> None:
    said = line(
        "ambiguous",
        last_checked="2026-05-31",
        candidates=(RIVAL,),
        queries=questions("x/title_search"),
    )
    climb = started(said, retry=None)
    assert climb.queries == set()
    assert climb.candidates == ()
    assert isinstance(climb.resolution().decision, Ambiguous)


@pytest.mark.parametrize("evidence", ["", "another"])
@pytest.mark.parametrize(
    "decision", [Unmatched(NOT_FOUND), Ambiguous((), SAME_TITLE), Accepted((), EQUAL_TITLE)]
)
def test_what_a_note_newly_says_of_its_work_is_a_new_question(
    decision: Decision, evidence: str
) -> None:
    mine = replace(LOOKUP, evidence="mine")
    said = Resolution(mine, decision, queries=questions("arxiv/title_search"))
    remembered = line_of(said, TODAY, None)
    assert remembered is not None
    assert remembered.hints == "mine"
    assert started(remembered, mine).line is not None
    other = replace(LOOKUP, evidence=evidence)
    assert started(remembered, other) == LookupState(other)


@pytest.mark.parametrize("verdict", ["accepted", "ambiguous", "unmatched"])
def test_a_line_of_another_work_is_not_this_notes(verdict: str) -> None:
    mine = replace(LOOKUP, hints=Hints(identifiers=s2("2")), evidence="mine")
    climb = started(line(verdict, identifiers=s2("1"), last_checked="2026-05-31"), mine)
    assert climb == LookupState(mine)


@pytest.mark.parametrize(
    ("own", "evidence", "holds"),
    [
        (Identifiers(), "", True),
        (Identifiers(), "now dated", True),
        (s2("1"), "now named", True),
        (s2("2"), "", True),  # the person saw that identifier when they ruled
        (s2("2"), "now named", False),
    ],
)
def test_a_ruling_holds_until_the_note_gets_another_works_identifier(
    own: Identifiers, evidence: str, holds: bool
) -> None:
    mine = replace(LOOKUP, hints=Hints(identifiers=own), evidence=evidence)
    climb = started(line("ruled", identifiers=s2("1"), values=valued(year=2001)), mine)
    if holds:
        assert climb.resolution().decision == Ruled(s2("1"), (), BECAUSE["ruled"])
    else:
        assert climb == LookupState(mine)


def test_a_ruling_holds_against_what_a_note_calls_the_work() -> None:
    own = Identifiers(s2=f"{S2}2", arxiv="2001.00001")
    mine = replace(LOOKUP, hints=Hints(identifiers=own))
    climb = started(line("ruled", identifiers=s2("1")), mine)
    assert climb.resolution().decision == Ruled(s2("1"), (), BECAUSE["ruled"])
    assert climb.identifiers == s2("1")
    of_note, of_ruling = (
        found(identifiers=Identifiers(arxiv="2001.00001"), year=1999),
        found(identifiers=s2("1"), year=2001),
    )
    climb.answered(questions("x/identifier"), [of_note, of_ruling])
    assert climb.values[Field.YEAR][0] == 2001
    assert climb.identifiers == s2("1")
    none = started(line("ruled"), mine)
    assert none.resolution().decision == Ruled(None, (), BECAUSE["ruled"])


def test_a_ruling_taken_back_is_as_doubtful_as_before_and_asks_nobody() -> None:
    doubt = line(
        "ambiguous",
        candidates=(RIVAL,),
        last_checked="2026-05-31",
        tries=1,
        queries=questions("x/title_batch"),
    )
    back = rulings.revoke(rulings.none(doubt))
    assert back == doubt
    climb = started(back)
    assert climb.resolution().decision == Ambiguous((RIVAL,), BECAUSE["ambiguous"])
    assert climb.queries == questions("x/title_batch")


# -- what is known on the way ------------------------------------------------------------------


def test_the_ledgers_values_stay_and_what_is_new_joins_them() -> None:
    climb = started(known(year=2001, citation_count=5))
    climb.answered(questions("x/identifier"), [found(year=2003, venue="ICML", citation_count=9)])
    new = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-06-01")
    assert climb.values == {
        Field.YEAR: (2001, OLD),
        Field.VENUE: ("ICML", new),
        Field.CITATION_COUNT: (9, new),
    }
    assert climb.lacks() == frozenset()
    said = climb.resolution()
    assert said.fresh
    assert said.queries == questions("x/identifier")


@pytest.mark.parametrize("count", [0, None])
def test_a_count_never_moves_to_nothing(count: int | None) -> None:
    climb = started(known(citation_count=5))
    climb.answered(questions("x/identifier"), [found(citation_count=count)])
    assert climb.values == valued(citation_count=5)


def test_a_count_may_fall() -> None:
    climb = started(known(citation_count=5))
    climb.answered(questions("x/identifier"), [found(citation_count=4)])
    assert climb.values[Field.CITATION_COUNT][0] == 4


def test_an_older_answer_does_not_move_a_count_back() -> None:
    climb = started(known(citation_count=5))
    climb.answered(questions("x/identifier"), [found(citation_count=4, fetched="2025-01-01")])
    assert climb.values == valued(citation_count=5)


def test_a_record_of_another_work_says_nothing() -> None:
    climb = started(known(citation_count=5))
    climb.answered(
        questions("x/title_search"), [found(citation_count=9, venue="V", identifiers=s2("2"))]
    )
    assert climb.values == valued(citation_count=5)


def test_a_found_works_values_and_identifiers_are_its_records() -> None:
    climb = LookupState(replace(LOOKUP, hints=Hints(identifiers=Identifiers(doi="10.1/mine"))))
    climb.answered(
        questions("x/title_search"),
        [found(year=2001, identifiers=Identifiers(s2=f"{S2}1", doi="10.1/mine"))],
    )
    climb.decide()
    assert climb.is_settled
    assert climb.values[Field.YEAR][0] == 2001
    assert climb.identifiers == Identifiers(s2=f"{S2}1", doi="10.1/mine")
    assert climb.resolution().identifiers == climb.identifiers


def test_a_typed_identifier_is_believed_whatever_its_record_is_titled() -> None:
    climb = started(line("ruled", identifiers=s2("1")))
    other = replace(found(year=2001), work=replace(found(year=2001).work, title="Ganz Anderes"))
    climb.answered(questions("x/identifier"), [other])
    assert climb.values[Field.YEAR][0] == 2001
    accepted = started(replace(known(), identifiers=Identifiers(doi="10.1/x")))
    record = replace(other, work=replace(other.work, identifiers=Identifiers(doi="10.1/x")))
    accepted.answered(questions("x/identifier"), [record])
    assert accepted.values == {}


def test_a_work_is_known_by_the_title_of_its_record() -> None:
    names = Identifiers(doi="10.1/x")
    record = candidate("Ganz Anderes", identifiers=names, rung=Rung.IDENTIFIER, year=2001)
    climb = started(replace(known(), identifiers=names, matched_title="Ganz Anderes!"))
    climb.answered(questions("x/identifier"), [record])
    assert climb.values[Field.YEAR][0] == 2001


def test_who_described_the_work_is_known() -> None:
    climb = started(known(year=2001))
    assert climb.is_described_by("semantic_scholar")
    assert not climb.is_described_by("arxiv")
    fresh = LookupState(LOOKUP)
    fresh.answered(questions("arxiv/title_search"), [candidate(provider="arxiv")])
    assert not fresh.is_described_by("arxiv")
    fresh.decide()
    assert fresh.is_described_by("arxiv")
    assert not fresh.is_described_by("semantic_scholar")


def test_the_other_names_of_a_venue_are_the_records_else_the_ledgers() -> None:
    said = replace(known(venue="ICML"), other_venues=("Int. Conf.",))
    climb = started(said)
    assert climb.resolution().other_venues == ("Int. Conf.",)
    climb.answered(
        questions("x/identifier"), [found(venue="ICML", other_venues=("Machine Learning",))]
    )
    assert climb.resolution().other_venues == ("Machine Learning",)


def test_deciding_anew_leaves_what_the_ledger_settled() -> None:
    climb = started(known(year=2001))
    climb.answered(
        questions("x/title_search"), [found(identifiers=s2("2")), found(identifiers=s2("3"))]
    )
    climb.decide()
    assert isinstance(climb.decision, Accepted)
    assert climb.identifiers == s2("1")


def test_a_title_that_may_have_namesakes_is_open_while_nobody_can_say() -> None:
    climb = LookupState(LOOKUP, unproven=True)
    climb.answered(questions("x/title_search"), [candidate(identifiers=s2("1"))])
    climb.decide()
    assert climb.decision is None
    assert climb.resolution().decision is None
    sure = LookupState(replace(LOOKUP, hints=Hints(first_author="Adams")), unproven=True)
    sure.answered(
        questions("x/title_search"), [candidate(authors=("Alice Adams",), identifiers=s2("1"))]
    )
    sure.decide()
    assert isinstance(sure.decision, Accepted)


def test_the_candidates_of_the_last_run_count_in_this_one() -> None:
    climb = started(line("ambiguous", last_checked="2026-05-31", candidates=(RIVAL,)))
    twin = candidate(authors=("Bob Brown",), year=1999, venue="KDD", identifiers=s2("2"))
    climb.answered(questions("x/title_search"), [twin])
    climb.decide()
    assert isinstance(climb.decision, Ambiguous)
    assert len(climb.decision.matches) == 2


# -- what comes of it --------------------------------------------------------------------------


def test_not_found_is_only_said_when_everybody_answered() -> None:
    climb = LookupState(LOOKUP)
    assert climb.resolution().decision is None
    climb.answered(questions("x/title_search"))
    assert isinstance(climb.resolution().decision, Unmatched)
    climb.failures += (FAILED,)
    said = climb.resolution()
    assert said.decision is None
    assert said.failures == (FAILED,)


def test_an_outage_leaves_an_earlier_answer_standing() -> None:
    climb = started(line("unmatched", last_checked="2026-01-01", tries=1))
    climb.failures += (FAILED,)
    climb.decide()
    said = climb.resolution()
    assert isinstance(said.decision, Unmatched)
    assert said.decision.reason == BECAUSE["unmatched"]
    assert not said.fresh


@pytest.mark.parametrize(
    ("citations", "references", "stale"),
    [
        ("2026-05-02", "2026-05-02", True),
        ("2026-05-03", "2026-05-03", False),
        ("2026-05-03", "2026-04-03", False),
        ("2026-05-03", "2026-04-02", True),
        ("", "", False),
    ],
)
def test_counts_grow_old(citations: str, references: str, stale: bool) -> None:
    values = {
        Field.CITATION_COUNT: (5, replace(OLD, fetched=citations)),
        Field.REFERENCE_COUNT: (6, replace(OLD, fetched=references)),
    }
    climb = started(replace(known(), values=values))
    assert not climb.stale(TODAY, AGES)
    climb.written = COUNTS
    assert climb.stale(TODAY, AGES) is stale
    assert not climb.stale(TODAY, {})


def test_only_counts_that_were_written_to_a_note_grow_old() -> None:
    said = known(citation_count=5)
    for written, counted in [
        ({Field.CITATION_COUNT: owned("x")}, True),
        ({Field.REFERENCE_COUNT: owned("+x"), Field.YEAR: owned("y")}, True),
        ({Field.YEAR: owned("x")}, False),
        ({Field.CITATION_COUNT: owned("~x")}, False),
        ({}, False),
    ]:
        own = key_of("talesofembeddedvectors@a.md")
        climb = started(replace(said, key=own, written=written), replace(LOOKUP, key=own))
        assert bool(climb.written & COUNTS) is counted
        assert climb.stale(TODAY, AGES) is counted


# -- what is remembered ------------------------------------------------------------------------


def test_an_open_lookup_makes_no_line() -> None:
    assert line_of(Resolution(LOOKUP, None), TODAY, None) is None
    assert line_of(Resolution(LOOKUP, None), TODAY, known(year=2001)) is None


def test_a_ruling_stays_a_ruling_with_the_values_of_its_work() -> None:
    ruled = line_of(Resolution(LOOKUP, Ruled(s2("1")), values=valued(year=2001)), TODAY, None)
    assert ruled is not None
    assert (ruled.verdict, ruled.identifiers) == ("ruled", s2("1"))
    assert ruled.values == valued(year=2001)
    none = line_of(Resolution(LOOKUP, Ruled(None)), TODAY, None)
    assert none is not None
    assert (none.verdict, none.identifiers) == ("ruled", Identifiers())


def test_a_ruling_keeps_the_doubt_there_was_and_what_was_asked_since() -> None:
    before = line(
        "ruled", identifiers=s2("1"), reason=SAME_TITLE, candidates=(RIVAL,),
        matcher_version="1", matched_title="Tales of Embedded Vectors!",
        queries=questions("x/title_batch"),
        last_checked="2026-01-01", tries=2, hints="abc",
    )  # fmt: skip
    climb = started(before)
    climb.answered(questions("x/identifier"), [found(year=2001, other_venues=("V",), venue="W")])
    after = line_of(climb.resolution(), TODAY, before)
    new = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-06-01")
    assert after == replace(
        before,
        values={Field.YEAR: (2001, new), Field.VENUE: ("W", new)},
        other_venues=("V",),
        queries=questions("x/title_batch", "x/identifier"),
    )


def test_what_nobody_knows_by_a_typed_identifier_is_not_asked_again() -> None:
    ruled = line("ruled", identifiers=s2("1"))
    climb = started(ruled)
    climb.answered(questions("x/identifier"))
    remembered = line_of(climb.resolution(), TODAY, ruled)
    assert remembered is not None
    assert started(remembered).queries == questions("x/identifier")


def test_an_accepted_work_is_remembered() -> None:
    other = Match(
        candidate(authors=("Bob",) * 12, year=1999, identifiers=s2("2")), {"title": 1.0}, 1
    )
    said = Resolution(
        LOOKUP,
        Accepted((), EQUAL_TITLE, others=(other,) * 12),
        identifiers=s2("1"),
        values=valued(year=2001),
        other_venues=("ICML",),
        queries=frozenset(
            questions(
                "arxiv/title_search", "arxiv/identifier", "x/identifier", "x/same_title_search"
            )
        ),
        matcher_version="2",
    )
    assert line_of(said, TODAY, None) == LedgerLine(
        key_of("talesofembeddedvectors"),
        "Tales of Embedded Vectors",
        "accepted",
        EQUAL_TITLE,
        identifiers=s2("1"),
        values=valued(year=2001),
        other_venues=("ICML",),
        tier=Tier.CERTAIN,
        matcher_version="2",
        candidates=(other,) * 10,
        queries=questions("arxiv/identifier", "arxiv/title_search", "x/identifier"),
    )


@pytest.mark.parametrize(
    ("titles", "named"),
    [
        (["Tales of Embedded Vectors: And More"], "Tales of Embedded Vectors: And More"),
        (["TALES OF EMBEDDED VECTORS."], ""),
        (["Tales of Embedded Vectors: And More", "tales of embedded vectors"], ""),
        (["First", "Second"], "First"),
    ],
)
def test_the_title_of_another_name_is_remembered(titles: list[str], named: str) -> None:
    matches = tuple(Match(candidate(title), {}, 1.0) for title in titles)
    said = Resolution(LOOKUP, Accepted(matches, EQUAL_TITLE, tier=Tier.LIKELY), matcher_version="2")
    remembered = line_of(said, TODAY, line("ambiguous", matcher_version="1", matched_title="Old"))
    assert remembered is not None
    assert (remembered.matched_title, remembered.tier, remembered.matcher_version) == (
        named,
        Tier.LIKELY,
        "2",
    )


def test_who_decided_stays_where_nothing_was_decided() -> None:
    before = replace(
        known(year=2001),
        tier=Tier.LIKELY,
        matched_title="Tales of Embedded Vectors: More",
        matcher_version="1",
    )
    climb = started(before)
    climb.answered(questions("x/identifier"), [found(year=2003, venue="ICML")])
    after = line_of(climb.resolution(), TODAY, before)
    assert after is not None
    assert (after.tier, after.matched_title, after.matcher_version) == (
        Tier.LIKELY,
        "Tales of Embedded Vectors: More",
        "1",
    )
    assert after.values[Field.VENUE][0] == "ICML"


@pytest.mark.parametrize(
    ("decision", "verdict", "rivals"),
    [
        (Unmatched(NOT_FOUND, (Match(candidate(), {}, 0),)), "unmatched", 1),
        (Ambiguous((Match(candidate(), {}, 0),) * 12, SAME_TITLE), "ambiguous", 10),
    ],
)
def test_what_was_not_found_is_remembered_with_its_day(
    decision: Decision, verdict: str, rivals: int
) -> None:
    lookup = replace(LOOKUP, hints=Hints(identifiers=s2("3")))
    said = Resolution(
        lookup,
        decision,
        identifiers=s2("1"),
        values=valued(year=2001),
        queries=questions("arxiv/title_search"),
        matcher_version="2",
    )
    remembered = line_of(said, TODAY, line("unmatched", tries=2, matcher_version="1"))
    assert remembered is not None
    assert (remembered.verdict, remembered.reason) == (verdict, decision.reason)
    assert remembered.identifiers == s2("3")
    assert remembered.values == {}
    assert remembered.queries == questions("arxiv/title_search")
    assert (remembered.last_checked, remembered.tries) == ("2026-06-01", 3)
    assert (remembered.matcher_version, len(remembered.candidates)) == ("2", rivals)
    first = line_of(said, TODAY, None)
    assert first is not None
    assert first.tries == 1


@pytest.mark.parametrize(("checked", "kept"), [("2026-05-01", "2026-05-01"), ("", "2026-06-01")])
def test_what_is_decided_anew_was_not_tried_again(checked: str, kept: str) -> None:
    said = Resolution(
        LOOKUP, Ambiguous((RIVAL,), SAME_TITLE), reconsidered=True, matcher_version="2"
    )
    after = line_of(said, TODAY, line("unmatched", last_checked=checked, tries=3))
    assert after is not None
    assert (after.verdict, after.last_checked, after.tries) == ("ambiguous", kept, 3)
    assert (after.matcher_version, after.candidates) == ("2", (RIVAL,))


@pytest.mark.parametrize("verdict", ["accepted", "ambiguous", "unmatched", "ruled"])
def test_a_line_that_nothing_is_learned_of_comes_back_as_it_was(verdict: str) -> None:
    said = line(
        verdict, identifiers=Identifiers(), candidates=(RIVAL,), matcher_version=DEFAULT.version
    )
    if verdict == "accepted":
        said = replace(said, identifiers=s2("1"), values=valued(year=2001), other_venues=("V",))
        said = replace(said, tier=Tier.LIKELY, matched_title="Tales of Embedded Vectors!")
    elif verdict == "ruled":
        said = replace(said, identifiers=s2("1"), values=valued(year=2001), other_venues=("V",))
        said = replace(
            said, queries=questions("x/title_search"), last_checked="2026-01-01", tries=4
        )
    else:
        said = replace(
            said, last_checked=TODAY.isoformat(), tries=4, queries=questions("x/title_search")
        )
    before = said if said.verdict in ("accepted", "ruled") else replace(said, tries=3)
    assert line_of(started(said).resolution(), TODAY, before) == said


def test_a_candidate_that_said_nothing_of_a_venue_says_nothing_a_run_later() -> None:
    matches = (Match(candidate(provider="arxiv", identifiers=s2("1")), {}, 0),) * 2
    remembered = line_of(Resolution(LOOKUP, Ambiguous(matches, SAME_TITLE)), TODAY, None)
    assert remembered is not None
    assert started(remembered).candidates[0].work.venue is None


# -- another rule --------------------------------------------------------------------------------


def heard(*candidates: Candidate, asked: str = "x/title_search") -> Evidence:
    return Evidence(candidates, frozenset({question_of(asked)}))


@pytest.mark.parametrize(
    ("verdict", "rule", "outdated"),
    [
        ("accepted", DEFAULT.version, False),
        ("accepted", "", True),
        ("ambiguous", "1", True),
        ("unmatched", "1", True),
        ("ruled", "1", False),
    ],
)
def test_a_line_is_outdated_by_another_rule(verdict: str, rule: str, outdated: bool) -> None:
    climb = started(line(verdict, matcher_version=rule, last_checked="2026-05-31"))
    assert climb.is_outdated is outdated
    assert not LookupState(LOOKUP).is_outdated


def test_other_bars_are_another_rule() -> None:
    climb = started(line("accepted", matcher_version=DEFAULT.version))
    climb.thresholds = Thresholds(certain_threshold=0.9)
    assert climb.is_outdated
    assert climb.resolution().matcher_version == climb.thresholds.version != DEFAULT.version


def test_what_is_decided_anew_asks_nobody_and_knows_what_was_asked() -> None:
    said = line(
        "unmatched",
        matcher_version="1",
        last_checked="2026-05-31",
        queries=questions("y/title_search"),
    )
    climb = started(said)
    climb.rethink(heard(candidate(identifiers=s2("1"), authors=("A",), year=2001)), [])
    found = climb.resolution()
    assert isinstance(found.decision, Accepted)
    assert (found.reconsidered, found.fresh) == (True, True)
    assert found.queries == questions("x/title_search", "y/title_search")
    assert found.values[Field.YEAR][0] == 2001
    assert not climb.known


def test_a_work_that_stays_the_same_keeps_what_the_ledger_holds_of_it() -> None:
    before = replace(known(year=2001), matcher_version="1")
    climb = started(before)
    climb.rethink(heard(candidate(identifiers=s2("1"), year=2003, venue="ICML")), [])
    assert climb.known
    after = line_of(climb.resolution(), TODAY, before)
    assert after is not None
    assert after.values[Field.YEAR] == (2001, OLD)
    assert after.values[Field.VENUE][0] == "ICML"
    assert (after.matcher_version, after.tier) == (DEFAULT.version, Tier.CERTAIN)


def test_a_work_that_is_another_one_now_starts_afresh() -> None:
    climb = started(replace(known(year=2001, citation_count=5), matcher_version="1"))
    climb.rethink(heard(candidate(identifiers=s2("2"), year=2003)), [])
    assert not climb.known
    assert climb.identifiers == s2("2")
    assert climb.values.keys() == {Field.YEAR}


def test_what_an_older_rule_took_may_be_doubtful_now() -> None:
    climb = started(replace(known(year=2001), matcher_version="1"))
    climb.rethink(heard(candidate(identifiers=s2("1")), candidate(identifiers=s2("2"))), [])
    found = climb.resolution()
    assert isinstance(found.decision, Ambiguous)
    assert found.values == {}
    after = line_of(found, TODAY, climb.line)
    assert after is not None
    assert (after.verdict, len(after.candidates), after.values) == ("ambiguous", 2, {})


def test_the_catalogues_word_is_todays() -> None:
    climb = started(line("unmatched", matcher_version="1", last_checked="2026-05-31"))
    old = candidate(provider="catalog", rung=Rung.CATALOG, year=1999, identifiers=s2("1"))
    new = candidate(provider="catalog", rung=Rung.CATALOG, year=2001, identifiers=s2("1"))
    climb.rethink(heard(old), [new])
    assert climb.candidates == (new,)


@pytest.mark.parametrize(
    ("providers", "asked", "alone"),
    [
        (["catalog"], set(), True),
        ([], questions("catalog/2026-01-01"), True),
        (["catalog"], questions("x/title_search"), False),
        (["catalog", "arxiv"], set(), False),
        ([], set(), False),
    ],
)
def test_whether_the_catalogue_alone_decided(
    providers: list[str], asked: set[str], alone: bool
) -> None:
    names = (Field.YEAR, Field.VENUE)
    values = {
        name: (1, replace(OLD, provider=each)) for name, each in zip(names, providers, strict=False)
    }
    climb = started(line("accepted", values=values, queries=frozenset(asked)))
    assert climb.is_from_catalog is alone
    assert not LookupState(LOOKUP).is_from_catalog


def test_who_says_that_a_work_was_retracted_is_remembered_until_they_take_it_back() -> None:
    def said(*, retracted: bool | None, provider: str = "openalex") -> Candidate:
        return candidate(provider=provider, identifiers=s2("1"), year=2001, retracted=retracted)

    climb = LookupState(LOOKUP)
    climb.answered(
        questions("x/title_search"),
        [said(retracted=True), said(retracted=None, provider="semantic_scholar")],
    )
    climb.decide()
    line = line_of(climb.resolution(), TODAY, None)
    assert line is not None
    assert line.retracted == ("openalex",)
    for heard, kept in ((None, ("openalex",)), (False, ()), (True, ("openalex",))):
        later = started(line)
        later.answered(questions("x/identifier"), [said(retracted=heard)])
        after = line_of(later.resolution(), TODAY, line)
        assert after is not None
        assert after.retracted == kept


def test_a_ruled_work_may_be_retracted_too() -> None:
    climb = started(line("ruled", identifiers=s2("1"), values=valued(year=2001)))
    record = candidate(provider="openalex", identifiers=s2("1"), year=2001, retracted=True)
    climb.answered(questions("x/identifier"), [record])
    after = line_of(climb.resolution(), TODAY, climb.line)
    assert after is not None
    assert (after.verdict, after.retracted) == ("ruled", ("openalex",))
