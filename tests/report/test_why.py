"""What is known of a note's work and values, as data, as JSON and in sentences."""

import dataclasses
import io
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from refmatter.config.loading import load
from refmatter.fields import Field, Value
from refmatter.matching.features import score_candidate
from refmatter.model import (
    Accepted,
    Identifiers,
    Match,
    Note,
    Ownership,
    Provenance,
    Remark,
    RemarkKind,
    Rung,
    Tier,
)
from refmatter.providers.bundled_catalog import DATE
from refmatter.reasons import Difference, DifferenceKind, Feature, Reason, ReasonKind, Rejected
from refmatter.report import schema
from refmatter.report.screen import Screen
from refmatter.report.why import (
    Absence,
    CandidateExplanation,
    Explanation,
    ValueContext,
    ValueExplanation,
    ValueOwner,
    as_json,
    explain,
    explain_values,
    sentences,
)
from refmatter.resolve.matching_stage import match
from refmatter.schema.conventions import Conventions, Form
from refmatter.schema.learning import learn
from refmatter.stages.learn import read_vault
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.ownership import digest
from reviewing import hostile_lines, titled
from support import (
    EQUAL_TITLE,
    S2,
    SAME_TITLE,
    absent,
    candidate,
    key_of,
    lookup,
    note,
    owned,
    questions,
    s2,
    vault,
)

SCHEMA = Draft202012Validator(schema.schema("why"))
BY_ID = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-01-01")
BERT = note(
    "sub/bert.md",
    {"title": "BERT", "authors": ["A", "B"], "year": 2019, "venue": "", "meta_key": "bert"},
)


def line(**more: object) -> LedgerLine:
    return replace(LedgerLine(key_of("bert"), "BERT", "accepted", EQUAL_TITLE), **more)


def known(name: Field, value: Value, where: Provenance = BY_ID) -> LedgerLine:
    return line(values={name: (value, where)})


def explained(
    ledger_line: LedgerLine | None,
    mine: Note = BERT,
    written: Mapping[Field, Ownership] = MappingProxyType({}),
) -> Explanation:
    values = explain_values(mine, ledger_line, written)
    return explain(mine, ledger_line, values, "2")


def value_of(
    name: Field, mine: Note = BERT, ledger_line: LedgerLine | None = None, wrote: object = None
) -> ValueExplanation:
    """What is known of one field, of which refmatter wrote a value (None: it wrote none)."""
    written = {} if wrote is None else {name: owned(digest(wrote))}
    explanation = explained(ledger_line, mine, written)
    SCHEMA.validate(json.loads(as_json(explanation)))
    (value,) = [value for value in explanation.values if value.field is name]
    return value


# -- where values come from --------------------------------------------------------------------


def test_a_note_that_was_not_looked_for() -> None:
    owners = {value.field: (value.owner, value.absence) for value in explained(None).values}
    assert owners == {
        Field.TITLE: (ValueOwner.PERSON, None),
        Field.AUTHORS: (ValueOwner.PERSON, None),
        Field.YEAR: (ValueOwner.PERSON, None),
        Field.VENUE: (ValueOwner.NOBODY, Absence.NOT_LOOKED_FOR),
        Field.CITATION_COUNT: (ValueOwner.NOBODY, Absence.NOT_LOOKED_FOR),
        Field.REFERENCE_COUNT: (ValueOwner.NOBODY, Absence.NOT_LOOKED_FOR),
        Field.FIELDS_OF_STUDY: (ValueOwner.NOBODY, Absence.NOT_LOOKED_FOR),
        Field.KEY: (ValueOwner.NOTE, None),
    }


@pytest.mark.parametrize(
    ("name", "value"), [(Field.YEAR, 2019), (Field.AUTHORS, ("A", "B")), (Field.VENUE, "")]
)
def test_what_refmatter_wrote_has_its_provenance(name: Field, value: Value) -> None:
    wrote = list(value) if isinstance(value, tuple) else value
    found = value_of(name, BERT, known(name, value), wrote)
    assert (found.owner, found.known, found.provenance) == (ValueOwner.REFMATTER, value, BY_ID)


@pytest.mark.parametrize(
    ("name", "mine", "wrote", "now_known", "is_known_written"),
    [
        (Field.YEAR, BERT, 2018, 2018, True),
        (Field.YEAR, BERT, 2018, 2017, False),
        (Field.VENUE, BERT, "NAACL", "NAACL", True),
        (Field.KEY, note("bert.md", {"meta_key": ""}), "bert", None, False),
    ],
)
def test_what_a_person_changed_or_removed_since_is_theirs(
    name: Field, mine: Note, wrote: object, now_known: Value, is_known_written: bool
) -> None:
    found = value_of(name, mine, line() if now_known is None else known(name, now_known), wrote)
    assert found.owner is ValueOwner.PERSON_SINCE
    assert (found.known, found.is_known_written) == (now_known, is_known_written)


def test_what_was_a_persons_once_is_theirs_though_it_is_what_we_wrote() -> None:
    marked = {Field.YEAR: owned(f"~{digest(2019)}")}
    values = explain_values(BERT, known(Field.YEAR, 2019), marked)
    (found,) = [value for value in values if value.field is Field.YEAR]
    assert (found.owner, found.is_known_written) == (ValueOwner.PERSON_SINCE, True)


def test_a_title_that_we_wrote_is_the_notes_own() -> None:
    mine = note("a.md", {"title": "A"})
    assert value_of(Field.TITLE, mine, line(), "A").owner is ValueOwner.NOTE


def test_what_was_there_before_is_theirs_beside_what_is_known() -> None:
    found = value_of(Field.AUTHORS, BERT, known(Field.AUTHORS, ("A", "B", "C")))
    assert found.owner is ValueOwner.PERSON
    assert (found.value, found.known) == (["A", "B"], ("A", "B", "C"))


@pytest.mark.parametrize(
    ("ledger_line", "absence"),
    [
        (None, Absence.NOT_LOOKED_FOR),
        (line(), Absence.NOT_KNOWN),
        (known(Field.VENUE, ""), Absence.NOT_KNOWN),
        (known(Field.VENUE, "NAACL"), Absence.NOT_WRITTEN),
        (line(verdict="ambiguous", reason=SAME_TITLE), Absence.AMBIGUOUS),
        (line(verdict="ruled"), Absence.RULED_OUT),
        (line(verdict="ruled", identifiers=s2("1")), Absence.NOT_KNOWN),
    ],
)
def test_why_a_value_is_absent(ledger_line: LedgerLine | None, absence: Absence) -> None:
    found = value_of(Field.VENUE, BERT, ledger_line)
    assert (found.owner, found.absence) == (ValueOwner.NOBODY, absence)


@pytest.mark.parametrize("empty", [[], None, ""])
def test_what_is_empty_is_absent_and_nought_is_a_value(empty: object) -> None:
    assert value_of(Field.AUTHORS, note("a.md", {"authors": empty})).owner is ValueOwner.NOBODY
    assert value_of(Field.CITATION_COUNT, note("a.md", {"citations": 0})).value == 0


@pytest.mark.parametrize(
    ("key", "owner", "absence"),
    [
        ("bert", ValueOwner.NOTE, None),
        ("devlin2019", ValueOwner.PERSON, None),
        ("", ValueOwner.NOBODY, Absence.NOT_WRITTEN),
    ],
)
def test_the_key_is_the_files_name_or_a_persons(
    key: str, owner: ValueOwner, absence: Absence | None
) -> None:
    found = value_of(Field.KEY, note("bert.md", {"meta_key": key}))
    assert (found.owner, found.absence) == (owner, absence)


@pytest.mark.parametrize(
    "entries",
    [{"journal": "Nature"}, {"venue": "", "journal": "Nature"}],
)
def test_a_value_is_found_under_the_notes_own_name_for_it(entries: dict[str, object]) -> None:
    assert value_of(Field.VENUE, note("a.md", entries)).value == "Nature"


def test_what_was_written_under_a_configured_name_is_ours() -> None:
    mine, ours = note("a.md", {"published": 2019}), {Field.YEAR: owned(digest(2019))}
    forms = {Field.YEAR: Form("published")}
    context = ValueContext(conventions=Conventions(forms=forms))
    values = explain_values(mine, known(Field.YEAR, 2019), ours, context)
    (found,) = [value for value in values if value.field is Field.YEAR]
    assert (found.value, found.owner) == (2019, ValueOwner.REFMATTER)


@pytest.mark.parametrize(("fetched", "origin"), [(DATE, ""), ("2026-01-01", "Crossref")])
def test_a_built_catalogue_names_the_service_that_it_has_a_value_from(
    fetched: str, origin: str
) -> None:
    where = Provenance("catalog", Rung.CATALOG, fetched)
    written = {Field.YEAR: owned(digest(2019))}
    origins = {Field.YEAR: "Crossref"}
    context = ValueContext(origins=origins)
    values = explain_values(BERT, known(Field.YEAR, 2019, where), written, context)
    assert [value.origin for value in values if value.field is Field.YEAR] == [origin]


# -- which work it is, and which it is not -----------------------------------------------------


def rival(features: dict[str, float], score: float = 0.5, **more: object) -> Match:
    found = candidate("Twin", "arxiv", Rung.TITLE_BATCH, identifiers=s2("2"), **more)  # type: ignore[arg-type]  # a test's own words
    return Match(found, features, score)


@pytest.mark.parametrize(
    ("features", "rejected", "by"),
    [
        ({"title": 1.0, "identifier": 0.0}, (), ("identifier",)),
        ({"title": 1.0, "first_author": 0.0}, (), ("first_author",)),
        ({"title": 1.0, "year": 0.0, "first_author": 0.0, "authors": 1.0}, (), ("year",)),
        ({"title": 0.0, "negations": 0.0, "prefixes": 0.0}, (), ("negations", "prefixes")),
        ({"title": 0.0, "subtitle": 0.0}, (), ("title",)),
        ({"title": 1.0, "specific": 0.0}, (), ()),
        ({"title": 1.0}, (Feature.CITING,), ("citing",)),
        ({"title": 1.0, "listed": 0.0}, (Feature.LISTED,), ("listed",)),
        ({"title": 1.0, "references": 1.0}, (Feature.LISTED,), ("listed",)),
        ({"title": 1.0, "year": 0.0}, (Feature.CITING,), ("year",)),
        ({"title": 1.0}, (Feature.NO_AUTHORS,), ("no_authors",)),
    ],
)
def test_why_a_candidate_fell_away(
    features: dict[str, float], rejected: tuple[Feature, ...], by: tuple[str, ...]
) -> None:
    reason = replace(EQUAL_TITLE, rejected=(Rejected(0, rejected),) if rejected else ())
    for verdict in ("accepted", "unmatched"):
        (found,) = explained(
            line(verdict=verdict, reason=reason, candidates=(rival(features),))
        ).candidates
        assert found == CandidateExplanation(rival(features), rejected_by=by)


def test_how_far_a_candidate_that_may_be_meant_is_behind() -> None:
    rivals = (rival({"title": 1.0}, 0.95), rival({"title": 1.0}, 0.75))
    explanation = explained(line(verdict="ambiguous", reason=SAME_TITLE, candidates=rivals))
    assert [found.behind for found in explanation.candidates] == [0.0, 0.2]


def test_which_candidate_a_person_chose() -> None:
    rivals = (rival({"title": 1.0}), Match(candidate(identifiers=s2("3")), {}, 0.1))
    ruled = line(verdict="ruled", reason=SAME_TITLE, identifiers=s2("2"), candidates=rivals)
    assert [found.chosen for found in explained(ruled).candidates] == [True, False]
    none = replace(ruled, identifiers=Identifiers())
    assert not any(found.chosen for found in explained(none).candidates)


@pytest.mark.parametrize(
    ("asked", "winner", "loser", "by"),
    [
        ({"first_author": "Ada Lang"}, {"authors": ("Ada Lang",)}, {}, "first_author"),
        ({"year": 2001}, {"year": 2001}, {"year": 2003}, "year"),
        ({"identifiers": s2("1")}, {}, {}, "identifier"),
    ],
)
def test_the_matchers_own_reasons_are_shown(
    asked: dict[str, object], winner: dict[str, object], loser: dict[str, object], by: str
) -> None:
    title = "A Tale of Vectors and Their Many Spaces"
    works = [
        candidate(title, identifiers=s2("1"), **winner),  # type: ignore[arg-type]  # a test's own
        candidate(title, identifiers=s2("2"), **loser),  # type: ignore[arg-type]  # a test's own
    ]
    decision = match(lookup(title, **asked), works)
    assert isinstance(decision, Accepted)
    losers = decision.others or (score_candidate(lookup(title, **asked), works[1]),)
    (found,) = explained(line(reason=decision.reason, candidates=losers)).candidates
    assert found.rejected_by == (by,)


def test_json_has_all_of_it() -> None:
    reason = Reason(
        ReasonKind.NEAR_TITLE,
        (Feature.FIRST_AUTHOR,),
        (Rejected(0, (Feature.FIRST_AUTHOR,)),),
        (Difference(DifferenceKind.SUBTITLE, found="and more"),),
    )
    ledger_line = line(
        reason=reason,
        tier=Tier.LIKELY,
        matched_title="BERT: and more",
        identifiers=Identifiers(doi="10.1/x"),
        values={Field.YEAR: (2018, BY_ID)},
        remarks=(Remark(RemarkKind.CUT_AUTHORS, Field.AUTHORS, "et al.", "openalex"),),
        features={"title": 0.0, "first_author": 1.0},
        matcher_version="1",
        queries=questions("arxiv/title_search"),
        last_checked="2026-05-31",
        candidates=(rival({"title": 1.0}, authors=("Ada",), year=2001),),
    )
    text = as_json(explained(ledger_line, BERT, {Field.YEAR: owned(digest(2018))}))
    data = json.loads(text)
    SCHEMA.validate(data)
    assert (data["note"], data["title"]) == ("sub/bert.md", "BERT")
    assert (data["decision"], data["tier"]) == ("accepted", "likely")
    assert data["reason"] == {
        "kind": "near_title",
        "evidence": ["first_author"],
        "rejected": [{"candidate": 0, "features": ["first_author"]}],
        "differences": [{"kind": "subtitle", "found": "and more"}],
    }
    assert data["remarks"] == [
        {"kind": "cut_authors", "field": "authors", "value": "et al.", "provider": "openalex"}
    ]
    assert (data["record_title"], data["identifiers"]) == ("BERT: and more", {"doi": "10.1/x"})
    assert data["queries"] == [{"provider": "arxiv", "rung": "title_search", "subject": ""}]
    assert data["last_checked"] == "2026-05-31"
    assert (data["matcher_version"], data["current_matcher_version"]) == ("1", "2")
    (twin,) = data["candidates"]
    assert (twin["title"], twin["score"], twin["rejected_by"]) == ("Twin", 0.5, ["first_author"])
    (year,) = [value for value in data["values"] if value["field"] == "year"]
    assert year == {
        "field": "year",
        "value": 2019,
        "owner": "person_since",
        "absence": None,
        "known": 2018,
        "provider": "semantic_scholar",
        "by": "identifier",
        "fetched": "2026-01-01",
        "is_known_written": True,
        "origin": "",
    }


# -- in sentences ------------------------------------------------------------------------------


def test_the_sentences_name_the_work_its_evidence_and_the_candidates() -> None:
    ledger_line = line(
        verdict="ambiguous",
        reason=SAME_TITLE,
        identifiers=Identifiers(doi="10.1/mine"),
        matched_title="BERT: and more",
        remarks=(Remark(RemarkKind.CUT_AUTHORS, Field.AUTHORS, "et al.", "openalex"),),
        last_checked="2026-05-31",
        queries=questions("semantic_scholar/title_search", "arxiv/title_search"),
        matcher_version="1",
        candidates=(
            rival({"title": 1.0, "year": 1.0}, 0.95, authors=("Ada", "B", "C", "D"), year=2001),
            rival({"title": 1.0, "year": 0.0}, 0.75, venue="ICML", citation_count=7),
        ),
    )
    text = "\n".join(sentences(explained(ledger_line)))
    for fact in (
        "sub/bert.md", "ambiguous", "2 works", "10.1/mine", "BERT: and more", "et al.", "OpenAlex",
        "2026-05-31", "arxiv/title_search", "semantic_scholar/title_search",
        "matcher 1", "Ada", "1 more", "2001", "0.95", "same year", "ICML", "7 times", "0.75",
        "another year", "by 0.2",
    ):  # fmt: skip
        assert fact in text
    assert "no service" in "\n".join(
        sentences(explained(replace(ledger_line, queries=frozenset())))
    )


@pytest.mark.parametrize(
    ("features", "rejected", "fact"),
    [
        ({"title": 1.0, "identifier": 0.0}, (), "another identifier"),
        ({"title": 1.0}, (Feature.YEAR,), "not known"),
        ({"title": 1.0}, (), "too little"),
        ({"title": 0.0}, (), "another title"),
    ],
)
def test_the_sentences_tell_why_a_candidate_fell_away(
    features: dict[str, float], rejected: tuple[Feature, ...], fact: str
) -> None:
    reason = replace(EQUAL_TITLE, rejected=(Rejected(0, rejected),) if rejected else ())
    shown = list(sentences(explained(line(reason=reason, candidates=(rival(features),)))))
    (lost,) = [text for text in shown if text.startswith("    lost: ")]
    assert fact in lost


def test_the_sentences_tell_of_a_ruling_and_the_doubt_before() -> None:
    rivals = (rival({"title": 1.0}), Match(candidate(identifiers=s2("3")), {}, 0.1))
    ruled = line(verdict="ruled", reason=SAME_TITLE, identifiers=s2("2"), candidates=rivals)
    text = "\n".join(sentences(explained(ruled)))
    for fact in (
        f"a person ruled: it is s2 {S2}2",
        "2 works",
        'it is "Twin"',
        'it is not "A Title"',
    ):
        assert fact in text
    none = replace(ruled, identifiers=Identifiers())
    assert absent("\n".join(sentences(explained(none))), "a person ruled: it is none") == []


@pytest.mark.parametrize(
    ("ledger_line", "wrote", "facts"),
    [
        (None, None, ["not looked for"]),
        (line(), None, ["no service"]),
        (known(Field.VENUE, "NAACL"), None, ["Semantic Scholar", "NAACL", "2026-01-01"]),
        (known(Field.VENUE, "NAACL"), "NAACL", ["yours since", "removed", "NAACL", "--refill"]),
        (known(Field.VENUE, "ICML"), "NAACL", ["yours since", "removed", "ICML", "--refill"]),
        (known(Field.VENUE, ""), "", ["Semantic Scholar", "by identifier", "2026-01-01"]),
        (line(), "", ["refmatter wrote it"]),
        (line(verdict="ambiguous", reason=SAME_TITLE), None, ["not clear which work"]),
        (line(verdict="ruled"), None, ["person ruled"]),
    ],
)
def test_the_sentences_on_a_value_name_its_source(
    ledger_line: LedgerLine | None, wrote: object, facts: list[str]
) -> None:
    written = {} if wrote is None else {Field.VENUE: owned(digest(wrote))}
    shown = list(sentences(explained(ledger_line, BERT, written)))
    source = shown[shown.index("venue: nothing") + 1]
    assert all(fact in source for fact in facts)


@pytest.mark.parametrize(
    ("provider", "rung", "fetched", "facts"),
    [
        ("catalog", Rung.CATALOG, DATE, ["the catalogue", "bundled", DATE]),
        ("catalog", Rung.CATALOG, "2026-01-01", ["the catalogue", "built from dumps"]),
        ("arxiv", Rung.TITLE_SEARCH, "2026-01-01", ["arXiv", "by title search"]),
        ("arxiv", Rung.CITING_REFERENCES, "", ["arXiv", "reference list"]),
        ("arxiv", Rung.LEDGER, "", ["arXiv", "ledger"]),
    ],
)
def test_every_method_has_its_words(
    provider: str, rung: Rung, fetched: str, facts: list[str]
) -> None:
    ledger_line = known(Field.YEAR, 2019, Provenance(provider, rung, fetched))
    shown = list(sentences(explained(ledger_line, BERT, {Field.YEAR: owned(digest(2019))})))
    source = shown[shown.index("year: 2019") + 1]
    assert all(fact in source for fact in facts)


@given(hostile_lines(), st.sampled_from(["accepted", "ambiguous", "unmatched", "ruled"]))
def test_whatever_services_hold_stays_text_on_its_line(found: LedgerLine, verdict: str) -> None:
    explanation = explained(replace(found, verdict=verdict, matched_title="\x1b[2J\n"))
    for text in sentences(explanation):
        assert text.isprintable()
        assert len(text) < 1500
    SCHEMA.validate(json.loads(as_json(explanation)))


def test_what_reaches_the_screen_cannot_move_the_cursor() -> None:
    stream = io.StringIO()
    bad = "\x1b]0;x\x07\u202e\n\ud800"
    screen = Screen(stream, {})
    mine = note("a.md", {"title": bad, "venue": bad})
    for text in sentences(explained(line(reason=titled(bad), matched_title=bad), mine)):
        screen.line(text)
    assert stream.getvalue().replace("\n", "").isprintable()


# -- by the vault's schema ---------------------------------------------------------------------


def absences(folder: Path, entries: str, **values: Value) -> dict[Field, Absence | None]:
    """Why a paper note, beside one with authors and year, has no value of a field."""
    text = "---\ntitle: Another Title of Some Length\nauthors: [Ada Lang]\nyear: 2001\n---\n"
    files = {"a.md": f"---\ntags: [paper]\n{entries}---\n", "b.md": text}
    found = read_vault(vault(folder, files), load(None).vault)
    mine = next(scanned for scanned in found.notes if scanned.path.name == "a.md")
    known_line = line(values={Field(name): (value, BY_ID) for name, value in values.items()})
    context = ValueContext(conventions=found.conventions)
    explained_values = explain_values(mine, known_line, {}, context)
    return {value.field: value.absence for value in explained_values}


def test_a_field_without_a_key_is_not_in_the_schema(tmp_path: Path) -> None:
    found = absences(tmp_path, "title: A Title\nyear:\n", year=2001, venue="ICML", authors=("A",))
    assert found[Field.VENUE] is Absence.NOT_IN_SCHEMA
    assert found[Field.YEAR] is Absence.NOT_WRITTEN


def test_a_note_that_disagrees_gets_nothing_and_why_says_so(tmp_path: Path) -> None:
    entries = "title: A Title\nauthors: [Jane Doe]\nyear:\n"
    found = absences(tmp_path, entries, authors=("Ada Lovelace",), year=2001)
    assert found[Field.YEAR] is Absence.DISAGREES


def test_a_note_that_is_no_paper_is_not_filled() -> None:
    mine = dataclasses.replace(BERT, is_paper=False)
    assert value_of(Field.VENUE, mine, None).absence is Absence.NOT_A_PAPER


def test_the_sentences_say_first_why_a_note_is_not_filled() -> None:
    no_paper = "\n".join(sentences(explained(None, dataclasses.replace(BERT, is_paper=False))))
    assert "not a paper note" in no_paper
    other = replace(line(), values={Field.AUTHORS: (("Ada Lovelace",), BY_ID)})
    mine = note("bert.md", {"title": "BERT", "authors": ["Jane Doe"], "year": None})
    said = "\n".join(sentences(explain(mine, other, (), "2", learn([mine, BERT]))))
    assert absent(said, "disagree", "nothing is filled", "Jane Doe", "Ada Lovelace") == []
