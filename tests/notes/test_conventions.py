import pytest

from refmatter.model import Field, Note, Quotes, Sequences, Style
from refmatter.notes import conventions
from refmatter.notes.conventions import Conventions, Form, held, year
from refmatter.notes.learning import Said, filled, learn
from support import note

SEED = {
    "title": "MASS - Masked Sequence",
    "authors": ["Kaitao Song", "Xu Tan"],
    "fieldsOfStudy": ["Computer Science"],
    "meta_key": "mass",
    "numCitedBy": 599,
    "pdf_relpath": None,
    "ref_count": 59,
    "status": "todo",
    "tags": ["gen-from-ref", "paper"],
    "venue": "ICML",
    "year": 2019,
}
BARE = {"title": "A", "pdf_relpath": None, "status": "todo", "tags": ["gen-from-ref", "paper"]}


def code_note(**more: object) -> Note:
    entries = {
        "layout": "publication",
        "title": "A: B",
        "authors": "A. Adams, B. Brown, C. Clark",
        "conference": "ICSE",
        "year": 2019,
        "tags": ["x"],
    } | more
    styles = {"title": Style(quotes=Quotes.DOUBLE), "tags": Style(sequences=Sequences.FLOW)}
    return note("n.md", entries, styles)


def test_a_vault_without_a_filled_note_follows_the_seed_dialect() -> None:
    learned = learn([note("a.md", BARE), note("b.md", BARE | {"year": 2001})])
    assert {name: form.key for name, form in learned.forms.items()} == {
        Field.TITLE: "title",
        Field.AUTHORS: "authors",
        Field.YEAR: "year",
        Field.VENUE: "venue",
        Field.CITATION_COUNT: "numCitedBy",
        Field.REFERENCE_COUNT: "ref_count",
        Field.FIELDS_OF_STUDY: "fieldsOfStudy",
        Field.KEY: "meta_key",
    }
    assert learned.learned_from == 0
    assert learned.unknown_venue == "blank"


def test_the_seeds_teach_their_own_dialect() -> None:
    learned = learn([note("mass.md", SEED), note("t5.md", BARE)])
    assert learned == learn([note("mass.md", SEED)])
    assert learned.forms[Field.CITATION_COUNT] == Form("numCitedBy")
    assert learned.sorted_rest
    assert learned.template == (
        ("pdf_relpath", None),
        ("status", "todo"),
        ("tags", ("gen-from-ref", "paper")),
    )


def test_a_vault_keeps_its_own_schema_and_no_key_is_added() -> None:
    learned = learn([code_note() for _ in range(10)])
    assert {name: form.key for name, form in learned.forms.items()} == {
        Field.TITLE: "title",
        Field.AUTHORS: "authors",
        Field.VENUE: "conference",
        Field.YEAR: "year",
    }
    assert learned.forms[Field.AUTHORS].joined == ", "
    assert learned.written(Field.AUTHORS, ("A. Adams", "B. Brown")) == "A. Adams, B. Brown"
    assert learned.forms[Field.TITLE].style.quotes is Quotes.DOUBLE
    assert learned.unknown_venue == "omit"
    assert not learned.sorted_rest


def test_a_key_that_few_notes_have_is_an_accident() -> None:
    notes = [code_note() for _ in range(19)] + [code_note(citations=3)]
    assert Field.CITATION_COUNT not in learn(notes).forms
    assert Field.CITATION_COUNT in learn(notes[-5:]).forms


def test_what_the_user_says_comes_first() -> None:
    said = Said(
        names={Field.YEAR: "published", Field.VENUE: False, Field.CITATION_COUNT: "cites"},
        order=("year", "title"),
        lists=Sequences.FLOW,
        quotes=Quotes.SINGLE,
        authors="last_first",
        unknown_venue="none",
        venues="short",
    )
    learned = learn([note("mass.md", SEED)], said)
    assert learned.forms[Field.YEAR].key == "published"
    assert learned.forms[Field.CITATION_COUNT].key == "cites"
    assert Field.VENUE not in learned.forms
    assert learned.forms[Field.AUTHORS].style == Style(Sequences.FLOW, Quotes.SINGLE)
    assert learned.forms[Field.YEAR].style.quotes is Quotes.PLAIN
    assert (learned.order, learned.sorted_rest) == (("year", "title"), False)
    assert learned.written(Field.AUTHORS, ("Kaitao Song",)) == ["Song, Kaitao"]
    assert (learned.unknown_venue, learned.venues) == ("none", "short")


def test_without_a_venue_in_the_schema_an_unknown_one_is_left_out() -> None:
    assert learn([note("m.md", SEED)], Said(names={Field.VENUE: False})).unknown_venue == "omit"


@pytest.mark.parametrize(
    ("venues", "way"),
    [(["", "X"], "blank"), ([None, "X"], "none"), (["absent", "X"], "omit"), (["X"], "blank")],
)
def test_how_an_unknown_venue_is_written(venues: list[str | None], way: str) -> None:
    entries = [{k: v for k, v in (SEED | {"venue": v}).items() if v != "absent"} for v in venues]
    assert learn([note("n.md", each) for each in entries]).unknown_venue == way


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (["Adams, Alice", "Brown, Bob"], ["Song, Kaitao", "Plato", "de Vries, H."]),
        (["Alice Adams"], ["Kaitao Song", "Plato", "de Vries, H."]),
        ("Alice Adams; Bob Brown", "Kaitao Song; Plato; de Vries, H."),
        ("Alice Adams and Bob Brown", "Kaitao Song and Plato and de Vries, H."),
        ("Alice Adams, Bob Brown, C D", "Kaitao Song, Plato, de Vries, H."),
        (["[[Alice Adams]]"], ["[[Kaitao Song]]", "[[Plato]]", "[[de Vries, H.]]"]),
    ],
)
def test_authors_are_written_as_the_vault_writes_them(value: object, written: object) -> None:
    learned = learn([note("n.md", SEED | {"authors": value})])
    assert learned.written(Field.AUTHORS, ("Kaitao Song", "Plato", "de Vries, H.")) == written


def test_numbers_in_quotes_stay_text() -> None:
    entries = SEED | {"year": "2019"}
    learned = learn([note("n.md", entries, {"year": Style(quotes=Quotes.DOUBLE)})])
    assert learned.written(Field.YEAR, 2020) == "2020"
    assert learned.forms[Field.YEAR].style.quotes is Quotes.DOUBLE
    assert learned.written(Field.CITATION_COUNT, 7) == 7


def test_lists_of_fields_without_values_look_like_the_vaults_other_lists() -> None:
    flow = {key: Style(sequences=Sequences.FLOW) for key in ("authors", "tags")}
    bare = SEED | {"fieldsOfStudy": []}
    assert learn([note("n.md", bare, flow)]).forms[Field.FIELDS_OF_STUDY].style == Style(
        sequences=Sequences.FLOW
    )


@pytest.mark.parametrize(
    ("keys", "key", "place"),
    [
        (["title", "pdf_relpath", "status", "tags"], "authors", 1),
        (["title", "pdf_relpath", "status", "tags"], "fieldsOfStudy", 1),
        (["title", "pdf_relpath", "status", "tags"], "ref_count", 2),
        (["title", "pdf_relpath", "status", "tags"], "year", 4),
        (["Alias", "title", "status"], "authors", 2),
        (["status", "title"], "authors", 2),
        (["no", "1", "title"], "authors", 3),
        ([], "year", 0),
        (["tags"], "title", 0),
    ],
)
def test_new_keys_go_where_the_dialect_wants_them(keys: list[str], key: str, place: int) -> None:
    assert Conventions(forms={}).place(keys, key) == place


def test_an_order_of_its_own_is_learned_from_the_notes() -> None:
    learned = learn([code_note() for _ in range(3)] + [code_note(doi="x")])
    assert learned.order.index("layout") < learned.order.index("title")
    keys = ["layout", "title", "conference", "tags"]
    assert learned.place(keys, "authors") == 2
    assert learned.place(keys, "year") == 3
    assert learned.place(keys, "never_seen") == 4


@pytest.mark.parametrize(
    ("spelt", "given", "others", "used"),
    [
        (["NIPS"] * 3, "Neural Information Processing Systems", ["NeurIPS", "NIPS"], "NIPS"),
        (["NIPS"] * 3, "NeurIPS", ["Neural Information Processing Systems"], "NeurIPS"),
        (["ICML", "ACL", "CVPR", "KDD", "ICSE"], "Neural Systems Conference", ["NSC"], "NSC"),
        (["ICML", "ACL", "CVPR", "KDD", "ICSE"], "Some Journal", [], "Some Journal"),
        ([f"Journal of Matter {n}" for n in "abcde"], "ICML", ["Int. Conf. on ML"],
         "Int. Conf. on ML"),
        (["ICML", "Journal of Matter"], "J. Mach. Learn. Res.", ["JMLR"], "J. Mach. Learn. Res."),
        (["ICML"], "", [], ""),
    ],
)  # fmt: skip
def test_venues_are_named_as_the_vault_names_them(
    spelt: list[str], given: str, others: list[str], used: str
) -> None:
    learned = learn([note("n.md", SEED | {"venue": venue}) for venue in spelt])
    assert learned.venue(given, others) == used


def test_a_template_of_other_lists() -> None:
    flow = {"keywords": Style(sequences=Sequences.FLOW)}
    learned = learn([note("n.md", SEED | {"keywords": ["a"], "odd": {"x": 1}}, flow)])
    assert ("keywords", ("a",)) in learned.template
    assert ("odd", "{'x': 1}") in learned.template
    assert learned.styles["keywords"].sequences is Sequences.FLOW


def test_notes_that_are_no_papers_teach_nothing() -> None:
    assert learn([note("n.md", SEED, is_paper=False)]).learned_from == 0


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (2019, 2019),
        ("2019", 2019),
        (" 2019 ", 2019),
        ("2019\x1f", 2019),  # a blank to str.strip, and not to int
        (True, None),
        ("c. 2019", None),
        (19, None),
    ],
)
def test_year(value: object, said: int | None) -> None:
    assert year(value) == said


def test_what_a_note_holds_under_any_of_its_names() -> None:
    entries = [("Year", 2001), ("conference", ""), ("journal", "Nature"), (None, 1), (True, 2)]
    assert held(entries, Field.YEAR) == 2001
    assert held(entries, Field.VENUE) == "Nature"
    assert held(entries, Field.AUTHORS) is None
    assert held([("published", 1999)], Field.YEAR, "published") == 1999
    assert held([("year", 1), ("year", 2)], Field.YEAR) == 2


def test_a_note_is_filled_with_two_fields_or_more() -> None:
    assert not filled(note("n.md", BARE | {"year": 2001}))
    assert filled(note("n.md", BARE | {"year": 2001, "venue": "X"}))


def test_every_field_that_is_looked_up_has_a_name() -> None:
    assert set(conventions.ALIASES) == set(Field)


def test_what_we_wrote_ourselves_teaches_nothing() -> None:
    half = note("n.md", BARE | {"authors": ["A"], "year": 2001})
    assert Field.VENUE not in learn([half]).forms
    ours = {half.path: frozenset({Field.AUTHORS, Field.YEAR})}
    assert Field.VENUE in learn([half], None, ours).forms
