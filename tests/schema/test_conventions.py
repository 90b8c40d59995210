from collections.abc import Mapping
from pathlib import PurePosixPath

import pytest

from refmatter.fields import Field, read_year
from refmatter.model import Note, Quotes, Sequences, ValueStyle
from refmatter.people import NameForm
from refmatter.schema.conventions import Conventions, Form, value_of
from refmatter.schema.learning import StyleOverrides, is_filled, learn
from refmatter.schema.venues import WorkVenue
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
    styles = {
        "title": ValueStyle(quotes=Quotes.DOUBLE),
        "tags": ValueStyle(sequences=Sequences.FLOW),
    }
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
    assert learned.forms[Field.CITATION_COUNT] == Form("numCitedBy", ValueStyle(width=80))
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
    assert learned.formatted(Field.AUTHORS, ("A. Adams", "B. Brown")) == "A. Adams, B. Brown"
    assert learned.forms[Field.TITLE].style.quotes is Quotes.DOUBLE
    assert learned.unknown_venue == "omit"
    assert not learned.sorted_rest


def test_a_key_that_few_notes_have_is_an_accident() -> None:
    notes = [code_note() for _ in range(19)] + [code_note(citations=3)]
    assert Field.CITATION_COUNT not in learn(notes).forms
    assert [form.usual for form in learn(notes).keys[Field.CITATION_COUNT]] == [False]
    assert Field.CITATION_COUNT in learn(notes[-5:]).forms


def test_what_the_user_says_comes_first() -> None:
    said = StyleOverrides(
        names={Field.YEAR: "published", Field.VENUE: False, Field.CITATION_COUNT: "cites"},
        order=("year", "title"),
        lists=Sequences.FLOW,
        quotes=Quotes.SINGLE,
        authors=NameForm.LAST_FIRST,
        unknown_venue="none",
        venues="short",
    )
    learned = learn([note("mass.md", SEED)], said)
    assert learned.forms[Field.YEAR].key == "published"
    assert learned.forms[Field.CITATION_COUNT].key == "cites"
    assert Field.VENUE not in learned.forms
    style = learned.forms[Field.AUTHORS].style
    assert (style.sequences, style.quotes) == (Sequences.FLOW, Quotes.SINGLE)
    assert learned.forms[Field.YEAR].style.quotes is Quotes.PLAIN
    assert (learned.order, learned.sorted_rest) == (("year", "title"), False)
    assert learned.formatted(Field.AUTHORS, ("Kaitao Song",)) == ["Song, Kaitao"]
    assert (learned.unknown_venue, learned.venues) == ("none", "short")


def test_without_a_venue_in_the_schema_an_unknown_one_is_left_out() -> None:
    assert (
        learn([note("m.md", SEED)], StyleOverrides(names={Field.VENUE: False})).unknown_venue
        == "omit"
    )


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
        ("Adams, Alice and Brown, Bob", "Song, Kaitao and Plato and de Vries, H."),
        ("Alice Adams and Bob Brown", None),  # or `A, B and C`
        ("Alice Adams, Bob Brown, C D", "Kaitao Song, Plato, de Vries, H."),
        (["[[Alice Adams]]"], ["[[Kaitao Song]]", "[[Plato]]", "[[de Vries, H.]]"]),
    ],
)
def test_authors_are_written_as_the_vault_writes_them(value: object, written: object) -> None:
    learned = learn([note("n.md", SEED | {"authors": value})])
    assert learned.formatted(Field.AUTHORS, ("Kaitao Song", "Plato", "de Vries, H.")) == written


def test_numbers_in_quotes_stay_text() -> None:
    entries = SEED | {"year": "2019"}
    learned = learn([note("n.md", entries, {"year": ValueStyle(quotes=Quotes.DOUBLE)})])
    assert learned.formatted(Field.YEAR, 2020) == "2020"
    assert learned.forms[Field.YEAR].style.quotes is Quotes.DOUBLE
    assert learned.formatted(Field.CITATION_COUNT, 7) == 7


def test_lists_of_fields_without_values_look_like_the_vaults_other_lists() -> None:
    flow = {key: ValueStyle(sequences=Sequences.FLOW) for key in ("authors", "tags")}
    bare = SEED | {"fieldsOfStudy": []}
    learned = learn([note("n.md", bare, flow)])
    assert learned.forms[Field.FIELDS_OF_STUDY].style.sequences is Sequences.FLOW


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
    assert Conventions(forms={}).insertion_index(keys, key) == place


def test_an_order_of_its_own_is_learned_from_the_notes() -> None:
    learned = learn([code_note() for _ in range(3)] + [code_note(doi="x")])
    assert learned.order.index("layout") < learned.order.index("title")
    keys = ["layout", "title", "conference", "tags"]
    assert learned.insertion_index(keys, "authors") == 2
    assert learned.insertion_index(keys, "year") == 3
    assert learned.insertion_index(keys, "never_seen") == 4


@pytest.mark.parametrize(
    ("spelt", "given", "others", "used"),
    [
        (["NIPS"] * 3, "Neural Information Processing Systems", ["NeurIPS", "NIPS"], "NIPS"),
        (["NIPS"] * 3, "NeurIPS", ["Neural Information Processing Systems"], "NIPS"),
        (["ICML", "ACL", "CVPR", "KDD", "ICSE"], "Neural Systems Conference", ["NSC"], "NSC"),
        (["ICML", "ACL", "CVPR", "KDD", "ICSE"], "Some Journal", [], "Some Journal"),
        ([f"Journal of Matter {n}" for n in "abcde"], "ICML", ["Int. Conf. on ML"],
         "International Conference on Machine Learning"),
        (["ICML", "Journal of Matter"], "J. Mach. Learn. Res.", ["JMLR"], "J. Mach. Learn. Res."),
        (["ICML"], "", [], ""),
    ],
)  # fmt: skip
def test_venues_are_named_as_the_vault_names_them(
    spelt: list[str], given: str, others: list[str], used: str
) -> None:
    learned = learn([note("n.md", SEED | {"venue": venue}) for venue in spelt])
    assert learned.written_venue(WorkVenue(given, tuple(others))) == used


def test_a_template_of_other_lists() -> None:
    flow = {"keywords": ValueStyle(sequences=Sequences.FLOW)}
    learned = learn([note("n.md", SEED | {"keywords": ["a"], "odd": {"x": 1}}, flow)])
    assert ("keywords", ("a",)) in learned.template
    assert "odd" not in dict(learned.template)  # a map is nothing to be copied as text
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
    assert read_year(value) == said


def test_what_a_note_holds_under_any_of_its_names() -> None:
    entries = [("Year", 2001), ("conference", ""), ("journal", "Nature"), (None, 1), (True, 2)]
    assert value_of(entries, Field.YEAR) == 2001
    assert value_of(entries, Field.VENUE) == "Nature"
    assert value_of(entries, Field.AUTHORS) is None
    assert value_of([("published", 1999)], Field.YEAR, "published") == 1999
    assert value_of([("year", 1), ("year", 2)], Field.YEAR) == 2


def test_a_note_is_filled_with_two_fields_or_more() -> None:
    assert not is_filled(note("n.md", BARE | {"year": 2001}))
    assert is_filled(note("n.md", BARE | {"year": 2001, "venue": "X"}))


@pytest.mark.parametrize("added", [True, False])
def test_what_we_wrote_ourselves_teaches_nothing(*, added: bool) -> None:
    half = note("n.md", BARE | {"authors": ["A"], "year": 2001})
    assert Field.VENUE not in learn([half]).forms
    ours = dict.fromkeys((Field.AUTHORS, Field.YEAR), added)
    assert Field.VENUE in learn([half], None, lambda _: ours).forms


# -- which keys a vault is given ---------------------------------------------------------------


def keys(learned: Conventions) -> dict[str, str]:
    """The keys that are put into notes without them, by field."""
    return {name.value: form.key for name, form in learned.forms.items()}


def test_keys_that_stand_empty_are_the_schema() -> None:
    bare = {"title": "A", "authors": [], "Year": None, "journal": "", "tags": ["paper"]}
    learned = learn([note(f"{n}.md", bare) for n in range(3)])
    assert (learned.basis, learned.learned_from) == ("notes", 0)
    assert keys(learned) == {
        "title": "title", "authors": "authors", "year": "Year", "venue": "journal",
    }  # fmt: skip
    assert learned.unknown_venue == "omit"


@pytest.mark.parametrize(
    "own",
    [
        {"author": "Google Brain", "time": 1706, "accepted": "NIPS17"},
        {"arxiv": "https://arxiv.org/abs/1706.03762", "date": "2025-01-15"},
        {"DOI": "", "read": False},
        {"auteurs": ["Ada Lovelace"], "année": 1843, "revue": "Memoirs"},
        {"作者": [], "年份": None},
        {"paper": {"authors": ["A B"], "year": 2001}},
        {"citekey": "vaswani2017", "aliases": ["Attention Is All You Need"]},
        {"year": 2001, "stars": 5},
    ],
)
def test_a_vault_with_keys_of_its_own_gets_no_others(own: dict[str, object]) -> None:
    learned = learn([note(f"{n}.md", {"title": "A", "tags": ["paper"]} | own) for n in range(3)])
    assert learned.basis == "notes"
    assert set(keys(learned).values()) <= {"title", *own}


BARE_KEYS = {"authors": "authors", "year": "year", "venue": "venue", "citation_count": "citations"}


def test_a_vault_of_bare_notes_gets_four_plain_keys() -> None:
    bare = {"title": "A", "created": "2024-01-02", "tags": ["paper"]}
    flow = {"tags": ValueStyle(sequences=Sequences.FLOW)}
    notes = [note(f"{n}.md", bare, flow) for n in range(30)]
    learned = learn(notes)
    assert (learned.basis, keys(learned)) == ("defaults", {"title": "title"} | BARE_KEYS)
    assert learned.forms[Field.AUTHORS].style.sequences is Sequences.BLOCK
    assert learned.order == (
        "title", "authors", "year", "venue", "citations", "created", "tags",
    )  # fmt: skip
    assert learned.unknown_venue == "omit"
    odd = note("odd.md", bare | {"author": "", "doi": "10.1/x", "fields": []})
    assert keys(learn([*notes, odd])) == {"title": "title"} | BARE_KEYS | {"authors": "author"}
    assert learn([*notes, odd, odd]).basis == "notes"
    assert learn([*notes[:8], odd]).basis == "notes"


def test_one_note_that_is_filled_shows_the_way_to_many() -> None:
    bare = [note(f"{n}.md", {"tags": ["paper"]}) for n in range(30)]
    learned = learn([*bare, code_note()])
    assert keys(learned) == {"authors": "authors", "year": "year", "venue": "conference"}


@pytest.mark.parametrize("mark", ["pdf_relpath", "meta_key", "numCitedBy"])
def test_the_seeds_dialect_is_followed_where_a_person_used_it(mark: str) -> None:
    notes = [note(f"{n}.md", {"title": "A", mark: "x"}) for n in range(3)]
    assert learn(notes).basis == "seeds"
    assert learn([note("n.md", {"title": "A", "tags": ["gen-from-ref"]})]).basis == "seeds"
    if mark != "pdf_relpath":
        ours = {Field.KEY: True, Field.CITATION_COUNT: True}
        assert learn(notes, None, lambda _: ours).basis == "defaults"


def test_a_schema_is_the_same_after_we_have_filled_it() -> None:
    empty = {"title": "A", "author": "", "year": None, "citations": None, "tags": ["paper"]}
    full = empty | {"author": "Ada Lovelace", "year": 1843, "citations": 7}
    ours = dict.fromkeys((Field.AUTHORS, Field.YEAR, Field.CITATION_COUNT), False)
    before = learn([note("a.md", empty), note("b.md", {"title": "B"})])
    after = learn([note("a.md", full), note("b.md", {"title": "B"})], None, lambda _: ours)
    assert (after.forms, after.keys, after.order) == (before.forms, before.keys, before.order)


def test_notes_that_we_made_are_no_notes_without_a_title() -> None:
    filled_in = {"title": "A", "meta_key": "a", "authors": ["A B"], "year": 1843}
    made = [note(f"m{n}.md", {"title": "B", "meta_key": f"m{n}"}) for n in range(20)]

    def ours(path: PurePosixPath) -> dict[Field, bool]:
        return {Field.TITLE: True, Field.KEY: True} if path.name.startswith("m") else {}

    before, after = (
        learn([note("a.md", filled_in)]),
        learn([note("a.md", filled_in), *made], None, ours),
    )
    assert (after.forms, after.basis) == (before.forms, before.basis)


def test_a_template_asks_for_what_it_names() -> None:
    bare = [note(f"{n}.md", {"title": "A", "tags": ["paper"]}) for n in range(20)]
    asks = {"title": "", "author": "", "year": "", "doi": "", "tags": ["paper"]}
    film = note("Templates/film.md", {"title": "", "year": "", "director": ""}, is_template=True)
    learned = learn([*bare, note("Templates/paper.md", asks, is_template=True), film])
    assert keys(learned) == {"title": "title", "authors": "author", "year": "year"}
    assert keys(learn([*bare, film])) == {"title": "title"} | BARE_KEYS


def test_a_title_is_added_where_notes_mostly_have_it() -> None:
    headed = note("h.md", {"authors": ["A B"], "year": 2001})
    titled = note("t.md", {"title": "A", "authors": ["A B"], "year": 2001})
    assert "title" not in keys(learn([headed] * 3 + [titled]))
    assert "title" in keys(learn([titled] * 3 + [headed]))


def test_config_names_keys_that_no_note_has_or_takes_them_out() -> None:
    bare = [note(f"{n}.md", {"title": "A", "author": "", "year": None}) for n in range(3)]
    said = StyleOverrides(names={Field.CITATION_COUNT: "cites", Field.AUTHORS: False})
    assert keys(learn(bare, said)) == {"title": "title", "year": "year", "citation_count": "cites"}


def test_a_list_is_laid_out_as_the_vaults_own_lists() -> None:
    flow, indented = ValueStyle(sequences=Sequences.FLOW), ValueStyle(sequences=Sequences.INDENTED)
    for layout in (flow, indented):
        names = note("a.md", {"title": "A", "authors": ["A B", "C D"]}, {"authors": layout})
        empty = note("b.md", {"title": "B", "authors": []}, {"authors": flow})
        assert learn([names, empty]).forms[Field.AUTHORS].style.sequences is layout.sequences


def test_a_lone_name_does_not_tell_how_names_are_parted() -> None:
    texts = ["Ada Lovelace", "Plato", "Alan Turing; Alonzo Church", "Aristotle"]
    notes = [note(f"{n}.md", {"author": text, "year": 1}) for n, text in enumerate(texts)]
    assert learn(notes).forms[Field.AUTHORS].joined == "; "


def test_of_two_keys_in_all_notes_the_one_that_is_filled_is_the_vaults() -> None:
    empty = {"Authors": "", "authors": "", "venue": "", "journal": "", "year": 1}
    notes = [note(f"{n}.md", empty) for n in range(5)]
    filled_in = note("f.md", empty | {"authors": "A B, C D", "journal": "Nature"})
    learned = learn([*notes, filled_in])
    assert keys(learned) == {"authors": "authors", "venue": "journal", "year": "year"}


def test_venues_under_two_keys_are_kept_apart() -> None:
    notes = [note(f"{n}.md", {"journal": "Nature", "year": 1}) for n in range(2)]
    notes += [note(f"c{n}.md", {"conference": "ICML", "year": 1}) for n in range(3)]
    learned = learn([*notes, note("odd.md", {"proceedings": "X", "year": 1})])
    assert learned.forms[Field.VENUE].key == "conference"
    able = [(form.key, form.usual) for form in learned.keys[Field.VENUE]]
    assert able == [("conference", True), ("journal", True), ("proceedings", False)]
    assert learned.venue_keys["journal"] == {"Nature": 2}


# -- keys that notes of one kind do without ----------------------------------------------------


def added(
    learned: Conventions, path: str, entries: Mapping[str, object], *names: str
) -> str | None:
    """The key under which a note without a venue is given it."""
    form = learned.form_in(entries.items(), Field.VENUE, names, PurePosixPath(path))
    return form.key if form else None


@pytest.mark.parametrize(
    ("key", "papers", "theses"),
    [
        ("ENTRYTYPE", "inproceedings", "misc"),
        ("type", "paper", "These"),
        ("item-type", "[[Artikel]]", "[[Buch]]"),
        ("publication_types", ["1"], ["7"]),
        ("类型", "论文", "书"),
    ],
)
def test_a_key_is_not_added_to_a_kind_of_notes_that_does_without(
    key: str, papers: object, theses: object
) -> None:
    said = {"title": "A", "authors": ["A B"], "year": 2001}
    notes = [note(f"p{n}.md", said | {key: papers, "venue": "ICML"}) for n in range(6)]
    notes += [note(f"t{n}.md", said | {key: theses}) for n in range(3)]
    learned = learn(notes)
    assert added(learned, "x.md", said | {key: theses}) is None
    assert not learned.wants((said | {key: theses}).items(), Field.VENUE)
    assert added(learned, "x.md", said | {key: theses, "venue": ""}) == "venue"
    assert added(learned, "x.md", said | {key: papers}) == "venue"
    assert added(learned, "x.md", said | {key: "another"}) == "venue"
    assert added(learn(notes[:-1]), "x.md", said | {key: theses}) == "venue"


def test_a_kind_of_notes_is_given_the_key_that_it_has() -> None:
    said = {"title": "A", "authors": ["A B"], "year": 2001}
    notes = [note(f"c{n}.md", said | {"type": "talk", "booktitle": "ICML"}) for n in range(9)]
    notes += [note(f"j{n}.md", said | {"type": "essay", "journal": "Mind"}) for n in range(3)]
    learned = learn(notes)
    for venue in ("ICML", "Mind", "Elsewhere"):
        assert added(learned, "x.md", said | {"type": "essay"}, venue) == "journal"
        assert added(learned, "x.md", said | {"type": "talk"}, venue) == "booktitle"


def test_a_note_without_the_kind_that_all_others_have_is_of_another() -> None:
    said = {"title": "A", "authors": ["A B"], "doi": "10.1/1"}
    notes = [note(f"p{n}.md", said | {"type": "1", "journal": "Mind"}) for n in range(19)]
    event = said | {"event": "A day of talks", "location": "Bern"}
    talk = note("t.md", event)
    learned = learn([*notes, talk])
    assert added(learned, "t.md", event) is None
    assert added(learned, "bare.md", {"title": "A"}) == "journal"
    untold = [note(f"u{n}.md", said | {"journal": "Mind"}) for n in range(3)]
    assert added(learn([*notes, talk, *untold]), "t.md", said) == "journal"


@pytest.mark.parametrize("key", ["status", "rating", "type"])
def test_values_that_say_no_kind_part_no_notes(key: str) -> None:
    said = {"title": "A", "authors": ["A B"], "year": 2001}
    notes = [note(f"p{n}.md", said | {key: f"a{n}", "venue": "ICML"}) for n in range(6)]
    notes += [note(f"t{n}.md", said | {key: "todo"}) for n in range(3)]
    assert added(learn(notes), "x.md", said | {key: "todo"}) == "venue"


def test_a_key_is_not_added_in_a_folder_that_does_without() -> None:
    said = {"title": "A", "authors": ["A B"], "year": 2001}
    notes = [note(f"papers/{n}/index.md", said | {"venue": "ICML"}) for n in range(9)]
    notes += [note(f"books/{n}/index.md", said) for n in range(5)]
    learned = learn(notes)
    assert added(learned, "books/x/index.md", said) is None
    assert added(learned, "books/x.md", said) is None
    assert added(learned, "papers/x.md", said) == "venue"
    assert added(learned, "elsewhere/x.md", said) == "venue"
    assert added(learn(notes[:-1]), "books/x.md", said) == "venue"
    bare = [note(f"new/{n}.md", {"title": "A", "tags": ["paper"]}) for n in range(9)]
    assert added(learn([*notes, *bare]), "new/0.md", {"title": "A"}) == "venue"
    typed = [note(f"t{n}.md", said | {"type": "p", "venue": "X"}) for n in range(3)]
    kinds = learn([*notes, *typed])
    assert added(kinds, "books/x.md", said | {"type": "p"}) == "venue"


def test_a_key_that_config_names_goes_to_all_notes() -> None:
    said = {"title": "A", "authors": ["A B"], "type": "paper"}
    learned = learn(
        [note(f"{n}.md", said) for n in range(9)],
        StyleOverrides(names={Field.VENUE: "published-in"}),
    )
    assert added(learned, "0.md", said) == "published-in"


# -- marks round values ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "marked",
    ["*{}*", "In *{}*", "In _{}_", "**{}**", "[[{}]]", '"{}"', "({})", "「{}」", "《{}》", "„{}“"],
)
def test_venues_get_the_marks_that_the_vault_puts_round_them(marked: str) -> None:
    said = {"title": "A", "authors": ["A B"], "year": 2001}
    spelt = ["ICML", "Nature", "IEEE Trans. Inf. Theory", "Physik (Berlin)"]
    notes = [note(f"{n}.md", said | {"venue": marked.format(v)}) for n, v in enumerate(spelt)]
    learned = learn(notes)
    assert added(learned, "x.md", said, "ICML") == "venue"
    assert learned.wants(said.items(), Field.VENUE)
    for name in ("ICML", "KDD", "Physical Review"):
        assert learned.written_venue(WorkVenue(name)) == marked.format(name)


@pytest.mark.parametrize(
    "venues",
    [
        ["*ICML*", "Nature", "Mind"],
        ["Physik (Berlin)", "ICML (Oral)", "Nature (London)"],
        ["In Proc. of ICML", "In Proc. of ACL"],
        ["*ICML* 2015", "*ACL* 2016"],
        ["*ICML*", "_ACL_", "**NIPS**"],
        [["*ICML*"], ["*ACL*"]],
    ],
)
def test_marks_that_not_all_values_have_round_them_are_no_form(venues: list[object]) -> None:
    said = {"title": "A", "authors": ["A B"], "year": 2001}
    notes = [note(f"{n}.md", said | {"venue": venue}) for n, venue in enumerate(venues)]
    assert added(learn(notes), "x.md", said, "ICML") == "venue"


def test_a_year_that_is_a_link_is_written_as_a_link() -> None:
    said = {"title": "A", "authors": "[[A B]], [[C D]]", "year": "[[2001]]", "venue": "ICML"}
    learned = learn([note(f"{n}.md", said) for n in range(3)])
    wanted = {name for name in Field if learned.wants({"title": "A"}.items(), name)}
    assert wanted == {Field.AUTHORS, Field.VENUE, Field.YEAR}
    assert learned.formatted(Field.YEAR, 2020) == "[[2020]]"


def test_of_many_notes_some_show_what_all_do() -> None:
    notes = [note(f"{n}.md", SEED | {"title": f"T {n}", "year": 1990 + n}) for n in range(40)]
    some, every = learn(notes, many=4), learn(notes)
    assert (keys(some), some.basis, some.order) == (keys(every), every.basis, every.order)
    assert some.learned_from == every.learned_from == 40


@pytest.mark.parametrize(
    ("text", "mark"),
    [("Art; Biology", "; "), ("Art and Biology", " and "), ("Art, Biology", ", "), ("Art", ", ")],
)
def test_fields_of_study_that_stand_in_one_text_are_parted_as_there(text: str, mark: str) -> None:
    notes = [note(f"{n}.md", SEED | {"fieldsOfStudy": text}) for n in range(3)]
    assert learn(notes).forms[Field.FIELDS_OF_STUDY].joined == mark


@pytest.mark.parametrize(
    ("values", "keeps"),
    [
        (["Biology", "Physics", "Computer Science", "Biology"], True),
        (["wheat", "barley", "fallow", "rye"], False),
    ],
)
def test_a_word_for_anything_keeps_the_fields_of_study_where_its_values_are_such(
    values: list[str], keeps: bool
) -> None:
    own = {"title": "A", "authors": ["A B"], "year": 2001, "tags": ["paper"]}
    notes = [note(f"{n}.md", own | {"field": value}) for n, value in enumerate(values)]
    assert (keys(learn(notes)).get("fields_of_study") == "field") is keeps


def test_keys_that_are_numbers_teach_nothing_and_do_no_harm() -> None:
    def learned(*more: tuple[object, object]) -> Conventions:
        own = [*more, ("title", "A"), ("authors", ["A B"]), ("year", 2001)]
        asks = [*more, ("title", ""), ("authors", []), ("year", None), ("doi", "")]
        return learn([note("a.md", own), note("Templates/p.md", asks, is_template=True)])

    assert keys(learned((2024, "x"))) == keys(learned())
