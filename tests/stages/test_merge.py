from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from refmatter.fields import Field, Value
from refmatter.model import (
    Accepted,
    Ambiguous,
    Change,
    Decision,
    Identifiers,
    Lookup,
    Match,
    Note,
    Patch,
    Provenance,
    Reference,
    Remark,
    RemarkKind,
    Resolution,
    Ruled,
    Rung,
    TitleSource,
    Unmatched,
    ValueStyle,
)
from refmatter.people import NameForm
from refmatter.resolve.answers import Answers
from refmatter.schema.author_form import AuthorForm, Separators
from refmatter.schema.conventions import Conventions, Form
from refmatter.schema.venues import Vocabulary
from refmatter.stages.claim import claim
from refmatter.stages.learn import Vault
from refmatter.stages.merge import MergeOptions, merge
from refmatter.stages.new_notes import NewNote
from refmatter.stages.plan import Plan
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.ownership import digest
from support import EQUAL_TITLE, NOT_FOUND, SAME_TITLE, candidate, key_of, note, owned

SAID = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-01-01")
EQUAL = Accepted((), EQUAL_TITLE)
SEED = Conventions(forms={name: Form(name.spec.seed_key or name.value) for name in Field})
WORK: dict[Field, Value] = {
    Field.AUTHORS: ("Kaitao Song", "Xu Tan"),
    Field.YEAR: 2019,
    Field.VENUE: "ICML",
    Field.CITATION_COUNT: 600,
    Field.REFERENCE_COUNT: 59,
    Field.FIELDS_OF_STUDY: ("Computer Science",),
}
FULL: dict[str, object] = {
    "title": "MASS",
    "authors": ["Kaitao Song", "Xu Tan"],
    "fieldsOfStudy": ["Computer Science"],
    "meta_key": "mass",
    "numCitedBy": 599,
    "ref_count": 59,
    "venue": "ICML",
    "year": 2019,
}
BARE: dict[str, object] = {"title": "MASS", "meta_key": "mass"}
PATH = PurePosixPath("mass.md")
KEY = key_of("mass@mass.md")


def resolved(
    values: Mapping[Field, Value] = WORK,
    decision: Decision | None = EQUAL,
    others: tuple[str, ...] = (),
    *,
    fresh: bool = True,
    **more: Any,
) -> Resolution:
    said = {name: (value, SAID) for name, value in values.items()}
    return Resolution(
        Lookup(KEY, "MASS"),
        decision,
        values=said,
        other_venues=others,
        fresh=fresh,
        **more,
    )


def merged(
    mine: Note,
    resolution: Resolution | None,
    manner: Conventions = SEED,
    ledger: Ledger | None = None,
    wish: MergeOptions | None = None,
) -> Patch | None:
    vault = Vault(Path(), (mine,), manner, frozenset({mine.path}))
    plan = Plan((), {mine.path: KEY}, {}, claim=claim(vault, ledger or Ledger()))
    known = {KEY: resolution} if resolution else {}
    found = merge(vault, plan, Answers(known), wish or MergeOptions())
    assert len(found) <= 1
    return found[0] if found else None


def changes(patch: Patch | None) -> dict[str, object]:
    return {change.key: change.new for change in patch.changes} if patch else {}


def filling(
    entries: Mapping[str, object], values: Mapping[Field, Value] = WORK, manner: Conventions = SEED
) -> dict[str, object]:
    return changes(merged(note("mass.md", entries), resolved(values), manner))


def wrote(**said: object) -> Ledger:
    """A ledger that remembers these values as written to the note."""
    ledger = Ledger([LedgerLine(KEY, "MASS", "accepted", EQUAL_TITLE)])
    written = {Field(name): owned(digest(value)) for name, value in said.items()}
    ledger.set_written(KEY, PATH, written)
    return ledger


# -- filling -----------------------------------------------------------------------------------


def test_a_bare_note_gains_all_that_is_known() -> None:
    patch = merged(note("mass.md", BARE), resolved())
    assert patch is not None
    assert patch.digest == ""
    assert not patch.create
    assert patch.changes == (
        Change(Field.AUTHORS, "authors", None, ["Kaitao Song", "Xu Tan"], SAID),
        Change(Field.YEAR, "year", None, 2019, SAID),
        Change(Field.VENUE, "venue", None, "ICML", SAID),
        Change(Field.CITATION_COUNT, "numCitedBy", None, 600, SAID),
        Change(Field.REFERENCE_COUNT, "ref_count", None, 59, SAID),
        Change(Field.FIELDS_OF_STUDY, "fieldsOfStudy", None, ["Computer Science"], SAID),
    )


def test_a_full_note_gains_nothing() -> None:
    assert merged(note("mass.md", FULL), resolved()) is None


def test_a_persons_values_stay_though_the_provider_says_otherwise() -> None:
    theirs = {"authors": ["K. Song", "X. Tan"], "year": 2020, "venue": "My Venue", "ref_count": 0}
    assert filling(FULL | theirs) == {}


@pytest.mark.parametrize("empty", ["", None, [], {}])
def test_what_is_empty_is_filled(empty: object) -> None:
    patch = merged(note("mass.md", FULL | {"year": empty}), resolved())
    assert patch is not None
    assert patch.changes == (Change(Field.YEAR, "year", empty, 2019, SAID),)


@pytest.mark.parametrize("said", [0, False, " ", "?", [None], ["", ""]])
def test_what_a_person_said_is_not_empty(said: object) -> None:
    assert filling(FULL | {"year": said}) == {}


def test_nothing_is_written_that_nobody_knows() -> None:
    assert filling(BARE, {}) == {}
    assert filling(BARE, {Field.YEAR: None, Field.VENUE: "ICML"}) == {"venue": "ICML"}


def test_a_count_of_none_at_all_fills_what_is_missing() -> None:
    assert filling(BARE, {Field.CITATION_COUNT: 0}) == {"numCitedBy": 0}


@pytest.mark.parametrize(("name", "key"), [(Field.VENUE, "journal"), (Field.YEAR, "Year")])
def test_a_value_under_another_of_its_names_is_enough(name: Field, key: str) -> None:
    filled = {k: v for k, v in FULL.items() if k != name.spec.seed_key} | {key: 2019}
    assert filling(filled) == {}
    assert filling(filled | {key: ""}) == {key: WORK[name]}


VENUES = (Form("conference"), Form("journal"), Form("publication", usual=False))
TWO_KEYS = Conventions(
    forms={Field.VENUE: VENUES[0], Field.YEAR: Form("year")},
    keys={Field.VENUE: VENUES, Field.CITATION_COUNT: (Form("citations", usual=False),)},
    venue_keys={"conference": {"ICML": 5, "CVPR": 2}, "journal": {"IEEE Trans. Robotics": 3}},
)


@pytest.mark.parametrize(
    ("entries", "venue", "key"),
    [
        ({"journal": None}, "ICML", "journal"),
        ({"conference": None, "journal": ""}, "ICML", "conference"),
        ({"conference": None, "journal": ""}, "IEEE Trans. Robotics", "journal"),
        ({"publication": ""}, "ICML", "publication"),
        ({}, "ICML", "conference"),
        ({}, "IEEE Trans. Robotics", "journal"),
        ({}, "Annals of Mathematics", "journal"),
        ({}, "Workshop on Curious Things", "conference"),
        ({}, "arXiv.org", "conference"),
        ({"conference": "", "journal": "Nature"}, "ICML", None),
        ({"booktitle": "Nature"}, "ICML", None),
    ],
)
def test_of_two_keys_for_venues_one_is_filled(
    entries: dict[str, object], venue: str, key: str | None
) -> None:
    values: dict[Field, Value] = {Field.VENUE: venue}
    assert filling({"title": "MASS"} | entries, values, TWO_KEYS) == ({key: venue} if key else {})


def test_a_key_that_few_notes_have_is_filled_where_it_stands_and_added_nowhere() -> None:
    assert filling({"title": "MASS", "citations": ""}, WORK, TWO_KEYS)["citations"] == 600
    assert "citations" not in filling({"title": "MASS"}, WORK, TWO_KEYS)


def test_a_count_under_a_rare_key_of_ours_is_renewed() -> None:
    mine = note("mass.md", {"title": "MASS", "citations": 5, "year": 2019, "journal": "ICML"})
    patch = merged(mine, resolved(), TWO_KEYS, wrote(citation_count=5))
    assert changes(patch) == {"citations": 600}


_TURNED = AuthorForm(separators=Separators("; ", "; ", "; ")).with_names(NameForm.LAST_FIRST)


def test_a_vault_with_a_schema_of_its_own_is_filled_in_its_own_manner() -> None:
    manner = Conventions(
        forms={
            Field.AUTHORS: Form("author", authors=_TURNED),
            Field.YEAR: Form("Year", text=True),
            Field.CITATION_COUNT: Form("cites", text=True),
        },
    )
    assert filling({"Title": "MASS"}, WORK, manner) == {
        "author": "Song, Kaitao; Tan, Xu",
        "Year": "2019",
        "cites": "600",
    }
    assert filling({"Title": "MASS", "cites": 1, "author": "[[A]]", "Year": "19"}, {}, manner) == {}


def test_only_what_was_asked_for_is_written() -> None:
    wish = MergeOptions(frozenset({Field.YEAR}))
    patch = merged(note("mass.md", {}), resolved(), wish=wish)
    assert changes(patch) == {"year": 2019}


# -- venues ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unknown", "old", "new"),
    [
        ("blank", {}, {"venue": ""}),
        ("blank", {"venue": ""}, {}),
        ("none", {}, {"venue": None}),
        ("none", {"venue": None}, {}),
        ("omit", {}, {}),
        ("omit", {"venue": None}, {}),
        ("omit", {"venue": ""}, {}),
    ],
)
def test_a_venue_that_is_known_to_be_none_is_written_as_the_vault_does(
    unknown: str, old: dict[str, object], new: dict[str, object]
) -> None:
    manner = replace(SEED, unknown_venue=unknown)  # type: ignore[arg-type]  # one of the three
    assert filling(BARE | old, {Field.VENUE: ""}, manner) == new


@pytest.mark.parametrize("unknown", ["blank", "none", "omit"])
def test_a_venue_nobody_spoke_of_is_left_out(unknown: str) -> None:
    manner = replace(SEED, unknown_venue=unknown)  # type: ignore[arg-type]  # one of the three
    assert filling(BARE, {}, manner) == {}


def test_a_venue_is_called_as_the_vault_calls_it() -> None:
    manner = replace(SEED, vocabulary=Vocabulary({"ICML": 3}))
    long = "International Conference on Machine Learning"
    resolution = resolved({Field.VENUE: long}, others=("ICML", "Int Conf Mach Learn"))
    assert changes(merged(note("mass.md", BARE), resolution, manner)) == {"venue": "ICML"}


# -- key and title -----------------------------------------------------------------------------


def test_the_key_is_the_files_name() -> None:
    mine = note("sub/2019-mass.v2.md", {"title": "MASS", "meta_key": ""})
    patch = merged(mine, resolved({}))
    assert patch is not None
    assert patch.changes == (Change(Field.KEY, "meta_key", "", "2019-mass.v2", None),)
    assert merged(mine, None) is None


def test_a_key_of_a_persons_own_stays() -> None:
    assert filling({"title": "MASS", "meta_key": "song2019"}, {}) == {}


def test_no_key_where_the_vault_has_none_or_it_was_not_asked_for() -> None:
    forms = dict(SEED.forms)
    del forms[Field.KEY]
    assert filling({"title": "MASS"}, {}, replace(SEED, forms=forms)) == {}
    wish = MergeOptions(frozenset({Field.TITLE}))
    assert merged(note("mass.md", {"title": "MASS"}), resolved(), wish=wish) is None


@pytest.mark.parametrize(
    ("mine", "record", "written"),
    [
        ("MASS - Masked Sequence", "MASS: Masked Sequence", "MASS - Masked Sequence"),
        ("MASS", "MASS: Masked Sequence", "MASS: Masked Sequence"),
        ("", "MASS: Masked Sequence", "MASS: Masked Sequence"),
        ("mass2019", "Máss", "Máss"),
        ("", "", None),
    ],
)
def test_a_known_works_title_is_written_where_only_the_heading_has_it(
    mine: str, record: str, written: str | None
) -> None:
    heading = replace(note("mass.md", {"meta_key": "mass"}), title=mine)
    found = resolved({}, title=record)
    title = Change(Field.TITLE, "title", None, written, None)
    patch = merged(heading, found)
    assert (patch.changes if patch else ()) == ((title,) if written else ())
    assert merged(heading, resolved({}, Unmatched(NOT_FOUND))) is None
    assert merged(heading, found, wish=MergeOptions(frozenset({Field.YEAR}))) is None
    assert changes(merged(heading, found, Conventions(forms={}))) == {}


@pytest.mark.parametrize(
    ("title", "source", "written"),
    [
        ("MASS: Masked Sequence", TitleSource.HEADING, "MASS: Masked Sequence"),
        ("mass - masked sequence", TitleSource.HEADING, "mass - masked sequence"),
        ("MASS - Masked Sequence", TitleSource.FILE_NAME, "MASS: Masked Sequence"),
        ("MASS: Masked", TitleSource.HEADING, "MASS: Masked Sequence"),
    ],
)
def test_half_a_title_is_not_written(title: str, source: TitleSource, written: str) -> None:
    found = Accepted((Match(candidate("MASS: Masked Sequence"), {}, 1.0),), EQUAL_TITLE)
    mine = replace(note("mass.md", {"meta_key": "mass"}), title=title, title_source=source)
    assert changes(merged(mine, resolved({}, found, title="MASS: Masked Sequence"))) == {
        "title": written
    }


def test_a_title_under_another_name_is_enough() -> None:
    assert filling({"Title": "MASS", "meta_key": "mass"}, {}) == {}


def test_a_title_under_a_configured_name_stays() -> None:
    manner = replace(SEED, forms={**SEED.forms, Field.TITLE: Form("name")})
    mine = replace(note("mass.md", {"name": "MASS", "meta_key": "mass"}), title="Reading notes")
    assert changes(merged(mine, resolved({}), manner)) == {}


# -- what is not accepted ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "decision",
    [None, Ambiguous((), SAME_TITLE), Unmatched(NOT_FOUND), Ruled(None)],
)
def test_what_is_not_accepted_changes_nothing(decision: Decision | None) -> None:
    resolution = resolved(WORK, decision)
    ledger = wrote(citation_count=599)
    assert merged(note("mass.md", BARE), resolution) is None
    assert (
        merged(note("mass.md", FULL), resolution, ledger=ledger, wish=MergeOptions(refresh=True))
        is None
    )
    assert merged(note("mass.md", {"title": "MASS", "meta_key": None}), resolution) is None
    assert merged(replace(note("mass.md", {}), title="MASS"), resolution) is None


def test_notes_that_are_not_meant_or_no_papers_are_left_alone() -> None:
    other = replace(note("other.md", {"title": "MASS"}), is_paper=False)
    mine = note("mass.md", {"title": "MASS"})
    plan = Plan((), {mine.path: KEY, other.path: KEY}, {})
    vault = Vault(Path(), (mine, other), SEED, frozenset({other.path}))
    assert merge(vault, plan, Answers({KEY: resolved()}), MergeOptions()) == []


# -- disagreement ------------------------------------------------------------------------------


def disagrees(name: Field, noted: str, found: str) -> Remark:
    return Remark(RemarkKind.NOTE_DISAGREES, name, noted, other=found)


@pytest.mark.parametrize("year", [2015, "2015", 2023])
def test_another_year_leaves_the_note_alone(year: object) -> None:
    patch = merged(note("mass.md", BARE | {"year": year}), resolved())
    assert patch is not None
    assert patch.changes == ()
    assert patch.remarks == (disagrees(Field.YEAR, str(year), "2019"),)


@pytest.mark.parametrize("year", [2016, 2018, "2022", "in press", 0])
def test_a_year_that_is_near_or_none_does_not(year: object) -> None:
    patch = merged(note("mass.md", BARE | {"year": year}), resolved())
    assert patch is not None
    assert patch.remarks == ()
    assert "authors" in changes(patch)


def test_other_authors_leave_the_note_alone() -> None:
    mine = note("mass.md", BARE | {"authors": ["Bob Brown", "Carol Clark"], "year": 1999})
    patch = merged(mine, resolved(), ledger=wrote(citation_count=1))
    assert patch is not None
    assert patch.changes == ()
    assert patch.remarks == (
        disagrees(Field.YEAR, "1999", "2019"),
        disagrees(Field.AUTHORS, "Bob Brown", "Kaitao Song"),
    )


@pytest.mark.parametrize("authors", ["Jian Song", ["Bob Brown", {"x": 1}], "Brown B, Clark C"])
def test_another_person_is_one_in_any_form(authors: object) -> None:
    """The same family name with another initial is another person's."""
    patch = merged(note("mass.md", BARE | {"authors": authors}), resolved())
    assert patch is not None
    assert patch.changes == ()
    assert len(patch.remarks) == 1


@pytest.mark.parametrize(
    "authors", ["Microsoft Research", [{"x": 1}], "宋开涛", 7, ["2019-05-01"], "et al.", "MIT"]
)
def test_what_is_no_comparable_name_is_no_other_author(authors: object) -> None:
    patch = merged(note("mass.md", BARE | {"authors": authors}), resolved())
    assert patch is not None
    assert patch.remarks == ()
    assert "year" in changes(patch)


def test_a_note_that_is_left_as_it_is_gains_no_title() -> None:
    mine = replace(note("mass.md", {"meta_key": "mass", "year": 1999}), title="MASS")
    patch = merged(mine, resolved())
    assert patch is not None
    assert patch.remarks != ()
    assert patch.changes == ()


@pytest.mark.parametrize(
    "authors",
    [
        ["K. Song"],
        ["Song, Kaitao"],
        "Xu Tan and Kaitao Song",
        ["[[Xu Tan]]"],
        ["B. Brown", "Tan"],
        "Song K, Tan X",
        "Song & Tan",
        [{"given": "Kaitao", "family": "Song"}],
    ],
)
def test_one_author_in_common_is_agreement(authors: object) -> None:
    patch = merged(note("mass.md", BARE | {"authors": authors}), resolved())
    assert patch is not None
    assert patch.remarks == ()


@pytest.mark.parametrize("authors", ["Song et al.", ["Kaitao Song et al."]])
def test_et_al_is_nobodys_name(authors: object) -> None:
    patch = merged(note("mass.md", BARE | {"authors": authors}), resolved())
    assert patch is not None
    assert patch.remarks == ()


def test_a_year_under_a_configured_name_can_disagree() -> None:
    manner = replace(SEED, forms={**SEED.forms, Field.YEAR: Form("published")})
    patch = merged(note("mass.md", BARE | {"published": 1999}), resolved(), manner)
    assert patch is not None
    assert patch.remarks != ()


def test_a_work_of_unknown_year_and_authors_cannot_be_disagreed_with() -> None:
    mine = note("mass.md", BARE | {"authors": ["Bob Brown"], "year": 1999})
    patch = merged(mine, resolved({Field.VENUE: "ICML"}))
    assert changes(patch) == {"venue": "ICML"}


# -- counts that move --------------------------------------------------------------------------


def test_our_count_moves_on() -> None:
    patch = merged(note("mass.md", FULL), resolved(), ledger=wrote(citation_count=599))
    assert patch is not None
    assert patch.changes == (Change(Field.CITATION_COUNT, "numCitedBy", 599, 600, SAID),)


def test_both_counts_move_on() -> None:
    ledger = wrote(citation_count=599, reference_count=58)
    patch = merged(note("mass.md", FULL | {"ref_count": 58}), resolved(), ledger=ledger)
    assert changes(patch) == {"numCitedBy": 600, "ref_count": 59}


@pytest.mark.parametrize("refresh", [False, True])
def test_a_count_that_a_person_changed_stays(refresh: bool) -> None:
    ledger, wish = wrote(citation_count=598), MergeOptions(refresh=refresh)
    assert merged(note("mass.md", FULL), resolved(), ledger=ledger, wish=wish) is None


def test_a_count_of_unknown_origin_moves_only_where_a_refresh_is_asked_for() -> None:
    assert merged(note("mass.md", FULL), resolved()) is None
    assert merged(note("mass.md", FULL), resolved(), ledger=wrote(year=2019)) is None
    patch = merged(note("mass.md", FULL), resolved(), wish=MergeOptions(refresh=True))
    assert changes(patch) == {"numCitedBy": 600}


def test_a_count_that_was_not_asked_for_stays() -> None:
    wish = MergeOptions(frozenset({Field.YEAR}), refresh=True)
    ledger = wrote(citation_count=599)
    assert merged(note("mass.md", FULL), resolved(), ledger=ledger, wish=wish) is None


def test_what_the_ledger_knows_already_moves_nothing() -> None:
    ledger = wrote(citation_count=599)
    assert merged(note("mass.md", FULL), resolved(fresh=False), ledger=ledger) is None
    patch = merged(
        note("mass.md", FULL), resolved(fresh=False), ledger=ledger, wish=MergeOptions(refresh=True)
    )
    assert changes(patch) == {"numCitedBy": 600}


@pytest.mark.parametrize("value", [0, None])
def test_a_count_never_moves_to_nothing(value: int | None) -> None:
    values = WORK | {Field.CITATION_COUNT: value}
    ledger, wish = wrote(citation_count=599), MergeOptions(refresh=True)
    assert merged(note("mass.md", FULL), resolved(values), ledger=ledger, wish=wish) is None


def test_no_other_field_ever_moves() -> None:
    ledger = wrote(year=2018, venue="NeurIPS", authors=["Xu Tan"])
    theirs = FULL | {"year": 2018, "venue": "NeurIPS", "authors": ["Xu Tan"], "numCitedBy": 600}
    wish = MergeOptions(refresh=True)
    assert merged(note("mass.md", theirs), resolved(), ledger=ledger, wish=wish) is None


@pytest.mark.parametrize("empty", [None, "", []])
@pytest.mark.parametrize("wish", [MergeOptions(), MergeOptions(refresh=True)])
def test_what_a_person_emptied_after_we_wrote_it_stays_empty(
    empty: object, wish: MergeOptions
) -> None:
    mine = note("mass.md", FULL | {"numCitedBy": empty, "year": empty, "meta_key": empty})
    ledger = wrote(citation_count=599, year=2019, key="mass")
    assert merged(mine, resolved(), ledger=ledger, wish=wish) is None


def test_what_a_person_took_out_is_not_put_in_again() -> None:
    mine = note("mass.md", {k: v for k, v in FULL.items() if k not in ("venue", "year")})
    assert merged(mine, resolved(), ledger=wrote(venue="", year=2019)) is None
    assert changes(merged(mine, resolved(), ledger=wrote(venue=""))) == {"year": 2019}


def test_a_title_that_a_person_took_out_stays_out() -> None:
    mine = replace(note("mass.md", {"meta_key": "mass"}), title="MASS")
    assert merged(mine, resolved({}), ledger=wrote(title="MASS")) is None


def test_a_blank_of_ours_is_filled_when_somebody_knows_more() -> None:
    mine = note("mass.md", FULL | {"venue": ""})
    assert changes(merged(mine, resolved(), ledger=wrote(venue=""))) == {"venue": "ICML"}


@pytest.mark.parametrize("said", [599, 600, 7])
def test_a_count_that_was_a_persons_once_stays_theirs(said: int) -> None:
    ledger = Ledger([LedgerLine(KEY, "MASS", "accepted", EQUAL_TITLE)])
    ledger.set_written(KEY, PATH, {Field.CITATION_COUNT: owned(f"~{digest(599)}")})
    mine = note("mass.md", FULL | {"numCitedBy": said})
    assert merged(mine, resolved(), ledger=ledger, wish=MergeOptions(refresh=True)) is None


def test_a_count_that_is_text_stays_text() -> None:
    forms = {Field.CITATION_COUNT: Form("cites", ValueStyle(), text=True)}
    mine = note("mass.md", {"title": "MASS", "cites": "599"})
    patch = merged(mine, resolved(), Conventions(forms), wrote(citation_count="599"))
    assert changes(patch) == {"cites": "600"}


@pytest.mark.parametrize("said", [["x"], "many", {"2020": 3}, True, 1.5, float("nan")])
def test_a_count_that_a_person_made_into_something_else_stays(said: object) -> None:
    mine = note("mass.md", FULL | {"numCitedBy": said})
    assert merged(mine, resolved(), ledger=wrote(citation_count=599)) is None


@pytest.mark.parametrize("said", [{2020: 3, "total": 5}, {("a", "b"): 1}])
def test_a_count_that_a_person_made_into_a_table_stays(said: object) -> None:
    mine = note("mass.md", FULL | {"numCitedBy": said})
    assert merged(mine, resolved(), ledger=wrote(citation_count=599)) is None


@pytest.mark.parametrize("said", ["many", ["[[citing-note]]"], {"2020": 3}, True])
def test_what_is_no_count_is_not_refreshed(said: object) -> None:
    mine = note("mass.md", FULL | {"numCitedBy": said})
    assert merged(mine, resolved(), wish=MergeOptions(refresh=True)) is None


# -- links and new notes -----------------------------------------------------------------------


def test_links_alone_make_a_patch() -> None:
    mine = note("mass.md", FULL)
    links = ((Reference("T5", None, 9), "./t5.md"),)
    plan = Plan((), {mine.path: KEY}, {}, links={mine.path: links})
    vault = Vault(Path(), (mine,), SEED, frozenset({mine.path}))
    assert merge(vault, plan, Answers({}), MergeOptions()) == [Patch(PATH, "", (), links)]


def born(
    resolution: Resolution, wish: MergeOptions | None = None, manner: Conventions = SEED
) -> Patch:
    new_note = NewNote(PurePosixPath("new/mass.md"), "MASS - Masked Sequence")
    plan = Plan((), {new_note.path: KEY}, {}, new_notes=(new_note,))
    vault = Vault(Path(), (), manner, frozenset())
    (patch,) = merge(vault, plan, Answers({KEY: resolution}), wish or MergeOptions())
    return patch


def test_a_new_note_has_its_title_its_key_and_what_is_known() -> None:
    patch = born(resolved({Field.YEAR: 2019, Field.VENUE: ""}))
    assert patch.create
    assert patch.path == PurePosixPath("new/mass.md")
    assert patch.changes == (
        Change(Field.TITLE, "title", None, "MASS - Masked Sequence", None),
        Change(Field.KEY, "meta_key", None, "mass", None),
        Change(Field.YEAR, "year", None, 2019, SAID),
        Change(Field.VENUE, "venue", None, "", SAID),
    )


@pytest.mark.parametrize(
    "decision", [None, Ambiguous((), SAME_TITLE), Unmatched(NOT_FOUND), Ruled(Identifiers())]
)
def test_a_new_note_of_an_unknown_work_has_title_and_key(decision: Decision | None) -> None:
    assert changes(born(resolved(WORK, decision))) == {
        "title": "MASS - Masked Sequence",
        "meta_key": "mass",
    }


def test_a_new_note_follows_the_schema_and_the_wish() -> None:
    manner = Conventions({Field.TITLE: Form("Title"), Field.YEAR: Form("Year")})
    assert changes(born(resolved(), manner=manner)) == {
        "Title": "MASS - Masked Sequence",
        "Year": 2019,
    }
    wish = MergeOptions(frozenset({Field.VENUE}))
    assert list(changes(born(resolved(), wish))) == ["title", "meta_key", "venue"]


def test_patches_are_in_the_order_of_their_paths() -> None:
    notes = tuple(note(name, {"title": "MASS"}) for name in ("z.md", "b.md"))
    new_notes = (NewNote(PurePosixPath("a.md"), "MASS"), NewNote(PurePosixPath("c.md"), "MASS"))
    paths = (*(each.path for each in notes), *(new_note.path for new_note in new_notes))
    of_note = dict.fromkeys(paths, KEY)
    vault = Vault(Path(), notes, SEED, frozenset(each.path for each in notes))
    patches = merge(
        vault,
        Plan((), of_note, {}, new_notes=new_notes),
        Answers({KEY: resolved()}),
        MergeOptions(),
    )
    assert [str(patch.path) for patch in patches] == ["a.md", "b.md", "c.md", "z.md"]


@pytest.mark.parametrize(
    ("least", "share", "old", "new", "matters"),
    [
        (1, 0.0, 100, 101, True), (1, 0.0, 100, 100, False), (5, 0.0, 100, 104, False),
        (5, 0.0, 100, 105, True), (1, 0.05, 1000, 1049, False), (1, 0.05, 1000, 1050, True),
        (10, 0.05, 20, 25, False), (10, 0.05, 1000, 940, True), (1, 0.5, 0, 1, True),
    ],
)  # fmt: skip
def test_a_count_must_have_moved_enough(
    least: int, share: float, old: int, new: int, matters: bool
) -> None:
    assert MergeOptions(least=least, share=share).matters(old, new) is matters


# Publications of preprints

PUBLICATION: Mapping[Field, Value] = {**WORK, Field.YEAR: 2021, Field.VENUE: "TACL"}


def followed(mine: Note, ledger: Ledger, manner: Conventions = SEED) -> Patch:
    """The patch of a note whose preprint was published."""
    vault = Vault(Path(), (mine,), manner, frozenset({mine.path}))
    answers = Answers({KEY: resolved(PUBLICATION)}, published={KEY})
    plan = Plan((), {mine.path: KEY}, {}, claim=claim(vault, ledger))
    (patch,) = merge(vault, plan, answers, MergeOptions())
    return patch


def test_only_what_refmatter_wrote_follows_the_publication() -> None:
    ledger = wrote(year=2019)
    patch = followed(note("mass.md", FULL), ledger)
    assert {c.key: c.new for c in patch.changes if c.field is Field.YEAR} == {"year": 2021}
    assert "venue" not in changes(patch)
    (remark,) = patch.remarks
    assert (remark.kind, remark.field) == (RemarkKind.PUBLISHED_SINCE, Field.VENUE)
    assert (remark.value, remark.other) == ("ICML", "TACL")


def test_without_a_new_publication_year_and_venue_stay() -> None:
    patch = merged(note("mass.md", FULL), resolved(PUBLICATION), ledger=wrote(year=2019))
    assert changes(patch).keys().isdisjoint({"year", "venue"})


def test_of_two_keys_for_venues_none_is_changed_for_a_publication() -> None:
    entries = {"title": "MASS", "conference": "arXiv", "year": 2019}
    ledger = wrote(venue="arXiv")
    patch = followed(note("mass.md", entries), ledger, TWO_KEYS)
    assert changes(patch).keys().isdisjoint({"conference", "journal"})
    assert Field.VENUE in {remark.field for remark in patch.remarks}
