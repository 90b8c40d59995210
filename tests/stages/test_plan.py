import unicodedata
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType

import pytest

from refmatter.config.loading import load
from refmatter.config.settings import Config
from refmatter.fields import DEFAULT_KEYS, LOOKED_UP, Field
from refmatter.model import Hints, Identifiers, Lookup, Ownership, TitleSource
from refmatter.schema.conventions import Conventions, Form
from refmatter.stages.learn import read_vault
from refmatter.stages.new_notes import NewNote, leans_on_disk
from refmatter.stages.plan import Plan, note_evidence, plan
from refmatter.state.ownership import digest
from support import SEEDS, key_of, note, owned, vault

NEVER, LINKED, ALL = (f"references: {{create: {how}}}" for how in ("never", "linked", "all"))


def configured(folder: Path, text: str) -> Config:
    file = folder / "config.yaml"
    file.write_text(text)
    return load(file)


def planned(
    folder: Path,
    files: dict[str, str],
    said: str = "",
    only: frozenset[Field] = frozenset(LOOKED_UP),
    chosen: str = "",
) -> Plan:
    loaded = configured(folder, said)
    root = vault(folder / "notes", files)
    return plan(
        read_vault(root, loaded.vault, lambda path: chosen in str(path)),
        loaded.settings.references,
        only=only,
    )


def paper(title: str, *references: str, front: str = "") -> str:
    bullets = "".join(f"- {each}\n" for each in references)
    heading = f"\n## References\n\n{bullets}" if references else ""
    return f'---\ntitle: "{title}"\ntags: [paper]\n{front}---\n{heading}'


def only_one(made: Plan) -> Lookup:
    (lookup,) = made.lookups
    return lookup


def new_notes(made: Plan) -> list[str]:
    return [str(new_note.path) for new_note in made.new_notes]


def linked(made: Plan, path: str = "a.md") -> list[tuple[str, str]]:
    return [(reference.text, target) for reference, target in made.links[PurePosixPath(path)]]


# -- lookups -----------------------------------------------------------------------------------


def by_key(made: Plan) -> dict[str, Lookup]:
    return {str(lookup.key): lookup for lookup in made.lookups}


def test_each_note_is_a_lookup_of_its_own_whatever_others_are_called(tmp_path: Path) -> None:
    files = {
        "a.md": paper("BERT: Pre-training"),
        "b.md": paper("BERT - Pretraining"),
        "c.md": paper("Other", "bert – pre-training", "[Bert: Pre-Training](./b.md)"),
    }
    made = planned(tmp_path, files)
    one, two, other, plain = made.lookups
    assert [each.key for each in made.lookups] == [
        key_of("bertpretraining@a.md"),
        key_of("bertpretraining@b.md"),
        key_of("other@c.md"),
        key_of("bertpretraining"),
    ]
    assert (one.title, one.notes) == ("BERT: Pre-training", (PurePosixPath("a.md"),))
    assert (one.spellings, one.cited_by) == ((), ())
    assert (two.title, two.notes) == ("BERT - Pretraining", (PurePosixPath("b.md"),))
    assert two.cited_by == plain.cited_by == (PurePosixPath("c.md"),)
    assert two.spellings == ("Bert: Pre-Training",)
    assert (plain.title, plain.notes) == ("bert – pre-training", ())
    assert [each.linked for each in made.lookups] == [False, True, False, False]
    assert made.cites == {PurePosixPath("c.md"): (plain.key, two.key)}
    assert made.of_note == {
        PurePosixPath("a.md"): one.key,
        PurePosixPath("b.md"): two.key,
        PurePosixPath("c.md"): other.key,
    }


def test_what_one_note_says_is_no_evidence_for_another_of_its_title(tmp_path: Path) -> None:
    filled = "authors: [Jacob Devlin]\nyear: 2018\ndoi: 10.1000/a\n"
    files = {
        "full.md": paper("Attention", "One", "Two", front=filled),
        "bare.md": paper("Attention"),
        "half.md": paper("ATTENTION", front="year: 1999\n"),
    }
    made = by_key(planned(tmp_path, files))
    full, bare, half = (made[f"attention@{name}.md"] for name in ("full", "bare", "half"))
    assert full.hints.identifiers == Identifiers(doi="10.1000/a")
    assert (full.hints.first_author, full.hints.year, full.hints.references) == (
        "Jacob Devlin",
        2018,
        2,
    )
    assert bare.hints == Hints()
    assert half.hints == Hints(year=1999)
    assert bare.evidence == ""
    assert len({full.evidence, bare.evidence, half.evidence}) == 3


def test_a_decision_hangs_on_a_notes_own_evidence_alone(tmp_path: Path) -> None:
    mine = paper("A", front="year: 2018\n")
    alone = planned(tmp_path, {"a.md": mine}).lookups[0]
    files = {
        "a.md": mine,
        "b.md": paper("A", front="year: 2020\nauthors: [X. Y]\ndoi: 10.1000/b\n"),
        "c.md": paper("C", "A", "[A](https://doi.org/10.1000/c)"),
    }
    beside = by_key(planned(tmp_path, files))["a@a.md"]
    assert (beside.hints, beside.evidence) == (alone.hints, alone.evidence)


MANNER = Conventions(forms={name: Form(name.spec.seed_key or name.value) for name in Field})


def evidence(
    said: Mapping[str, object] = MappingProxyType({}),
    written: Mapping[Field, Ownership] = MappingProxyType({}),
) -> str:
    """The digest of the own evidence of a note that says this beside its title."""
    more = {"entries": {"title": "A"}, **said}
    return note_evidence(note("a.md", **more), MANNER, written)[1]  # type: ignore[arg-type]  # fields of a note


NAMED: dict[str, object] = {"identifiers": Identifiers(doi="10.1000/a")}


@pytest.mark.parametrize(
    "other",
    [
        {"entries": {"title": "A", "year": 2018}},
        {"entries": {"title": "A", "authors": ["B. C"]}},
        {"entries": {"title": "A", "authors": ["B. C", "D. E"]}},
        NAMED,
        {"linked_identifiers": Identifiers(doi="10.1000/a")},
        NAMED | {"other_titles": ("B",)},
    ],
)
def test_other_evidence_has_another_digest(other: dict[str, object]) -> None:
    assert evidence() == ""
    assert evidence(other) not in ("", evidence({"identifiers": Identifiers(arxiv="1706.03762")}))
    assert evidence(other) == evidence(other)


def test_a_title_that_refmatter_wrote_is_no_persons() -> None:
    titled: dict[str, object] = {"entries": {"title": "A title of several words"}}
    heading = titled | {"title_source": TitleSource.HEADING}
    mine, ours = NAMED | titled, {Field.TITLE: owned(digest("A title of several words"))}
    assert evidence(mine) != evidence(NAMED | heading)
    assert evidence(mine, ours) == evidence(NAMED | heading)
    assert evidence(mine, {Field.TITLE: owned(digest("B"))}) == evidence(mine)
    assert evidence(heading) == evidence(titled) == ""


def test_what_refmatter_wrote_is_no_evidence_until_a_person_changes_it() -> None:
    written = {Field.YEAR: owned(digest(2018)), Field.AUTHORS: owned(digest(["B. C"]))}
    mine = {"title": "A", "year": 2018, "authors": ["B. C"]}
    assert evidence({"entries": mine}, written) == ""
    theirs = evidence({"entries": mine | {"year": 2019}}, written)
    assert theirs == evidence({"entries": {"title": "A", "year": 2019}})


def test_titles_that_differ_in_a_numeral_are_two(tmp_path: Path) -> None:
    made = planned(tmp_path, {"a.md": paper("Part I", "Part II", "Part 2")})
    assert [lookup.key for lookup in made.lookups] == [
        key_of("parti@a.md"),
        key_of("partii"),
        key_of("part2"),
    ]


def test_a_spelling_is_told_where_its_words_differ(tmp_path: Path) -> None:
    files = {"a.md": paper("A", "Pre-training", "Pretraining", "PRE-TRAINING!", "pretraining")}
    assert planned(tmp_path, files).lookups[1].spellings == ("Pretraining",)


def test_a_plain_reference_is_no_notes_lookup(tmp_path: Path) -> None:
    files = {
        "a.md": paper("Attention", front="doi: 10.1000/a\n"),
        "b.md": paper("Attention", front="doi: 10.1000/b\n"),
        "d.md": paper("Citing", "Attention"),
    }
    made = planned(tmp_path, files)
    assert made.cites[PurePosixPath("d.md")] == (key_of("attention"),)
    plain = by_key(made)["attention"]
    assert (plain.hints, plain.evidence, plain.notes) == (Hints(), "", ())
    assert all(not each.cited_by for each in made.lookups if each is not plain)


def test_a_reference_that_links_to_a_note_is_that_notes_lookup(tmp_path: Path) -> None:
    files = {
        "x/one.md": paper("Attention", front="doi: 10.1000/a\n"),
        "y/two.md": paper("Attention"),
        "d.md": paper("Citing", "[Attention](./y/two.md)", "[[one|how they call it]]"),
    }
    made = planned(tmp_path, files)
    assert made.cites[PurePosixPath("d.md")] == (
        key_of("attention@y/two.md"),
        key_of("attention@x/one.md"),
    )
    assert by_key(made)["attention@y/two.md"].hints.identifiers == Identifiers()
    assert by_key(made)["attention@x/one.md"].spellings == ()  # a name for it, and no title
    assert len(made.lookups) == 3


def test_a_link_to_a_note_that_is_not_meant_leads_to_its_lookup(tmp_path: Path) -> None:
    front = "doi: 10.1000/b\nyear: 2001\n"
    files = {"a.md": paper("A", "[B](./sub/b.md)", "B"), "sub/b.md": paper("B", front=front)}
    made = planned(tmp_path, files, chosen="a.md")
    assert made.cites == {PurePosixPath("a.md"): (key_of("b@sub/b.md"), key_of("b"))}
    linked_to, plain = made.lookups[1:]
    assert linked_to.hints.identifiers == Identifiers(doi="10.1000/b")
    whole = by_key(planned(tmp_path, files))["b@sub/b.md"]
    assert (linked_to.hints, linked_to.evidence) == (whole.hints, whole.evidence)
    assert (linked_to.notes, linked_to.wanted) == ((), frozenset())
    assert plain.hints.identifiers == Identifiers()


def test_references_of_a_title_are_told_apart_by_their_identifiers(tmp_path: Path) -> None:
    arxiv = "[Attention](https://arxiv.org/abs/1706.03762)"
    files = {
        "a.md": paper("A", "Attention", arxiv),
        "b.md": paper("B", arxiv, "[Attention](https://doi.org/10.1000/b)"),
        "c.md": paper("C", "ATTENTION"),
    }
    made = planned(tmp_path, files)
    known = by_key(made)
    first, second = "attention#arxiv:1706.03762", "attention#doi:10.1000/b"
    assert made.cites == {
        PurePosixPath("a.md"): (key_of("attention"), key_of(first)),
        PurePosixPath("b.md"): (key_of(first), key_of(second)),
        PurePosixPath("c.md"): (key_of("attention"),),
    }
    assert known["attention"].hints.identifiers == Identifiers()
    assert known[first].hints.identifiers == Identifiers(arxiv="1706.03762")
    assert known[first].cited_by == (PurePosixPath("a.md"), PurePosixPath("b.md"))
    assert known[second].hints.identifiers == Identifiers(doi="10.1000/b")
    assert not any(each.linked for each in made.lookups)


def test_a_references_identifier_is_no_evidence_for_a_note_of_its_title(tmp_path: Path) -> None:
    cited = "[B](https://arxiv.org/abs/1706.03762)"
    made = by_key(planned(tmp_path, {"a.md": paper("A", cited), "b.md": paper("B")}))
    assert made["b@b.md"].hints.identifiers == Identifiers()
    assert made["b#arxiv:1706.03762"].notes == ()


@pytest.mark.parametrize(
    ("front", "year"),
    [
        ("year: 2018\n", 2018),
        ("year: '2018'\n", 2018),
        ("year: in press\n", None),
        ("year: [2018]\n", 2018),
        ("year: [2018, 2019]\n", None),
        ("issued: {date-parts: [[2018, 6]]}\n", 2018),
    ],
)
def test_a_year_is_a_hint(tmp_path: Path, front: str, year: int | None) -> None:
    assert only_one(planned(tmp_path, {"a.md": paper("A", front=front)})).hints.year == year


@pytest.mark.parametrize(
    ("front", "author"),
    [
        ("authors: [Jacob Devlin, Ming-Wei Chang]\n", "Jacob Devlin"),
        ("author: Jacob Devlin and Ming-Wei Chang\n", "Jacob Devlin"),
        ("authors: ['[[Jacob Devlin]]']\n", "Jacob Devlin"),
        ("authors: Devlin J, Chang M\n", "Devlin, J"),
        ("authors: Devlin & Chang\n", "Devlin"),
        ("authors: Devlin et al.\n", "Devlin"),
        ("author:\n  - given: Jacob\n    family: Devlin\n", "Devlin, Jacob"),
        ("author:\n  - affiliation: Google\n    name: Jacob Devlin\n", "Jacob Devlin"),
        ("authors: []\n", None),
        ("authors: 7\n", None),
        ("author: Google Research\n", None),
        ("author:\n  - unknown: Jacob Devlin\n", None),
    ],
)
def test_the_first_author_is_a_hint(tmp_path: Path, front: str, author: str | None) -> None:
    assert only_one(planned(tmp_path, {"a.md": paper("A", front=front)})).hints.first_author == (
        author
    )


def test_authors_that_can_be_read_are_hints_where_the_first_cannot(tmp_path: Path) -> None:
    front = "authors: [Google Research, Jacob Devlin, et al.]\n"
    hints = only_one(planned(tmp_path, {"a.md": paper("A", front=front)})).hints
    assert (hints.first_author, hints.authors) == (None, ("Jacob Devlin",))


def test_a_title_without_letters_is_nobodys_lookup(tmp_path: Path) -> None:
    made = planned(tmp_path, {"a.md": paper("???", "A", "—", "**")})
    assert [lookup.key for lookup in made.lookups] == [key_of("a")]
    assert made.of_note == {}
    assert made.cites == {PurePosixPath("a.md"): (key_of("a"),)}


def test_a_title_that_stands_twice_in_a_list_counts_once(tmp_path: Path) -> None:
    made = planned(tmp_path, {"a.md": paper("A", "B", "b", "[B](./b.md)")})
    assert made.cites[PurePosixPath("a.md")] == (key_of("b"),)
    assert made.lookups[1].cited_by == (PurePosixPath("a.md"),)
    assert made.lookups[1].linked


@pytest.mark.parametrize("itself", ["A", "[A](./a.md)", "[[a]]", "[[a|A]]"])
def test_a_note_that_names_itself_is_no_evidence_for_itself(tmp_path: Path, itself: str) -> None:
    made = planned(tmp_path, {"a.md": paper("A", itself)})
    mine, plain = made.lookups
    assert mine.notes == plain.cited_by == (PurePosixPath("a.md"),)
    assert mine.cited_by == plain.notes == ()


def test_only_chosen_notes_ask_and_are_cited_from(tmp_path: Path) -> None:
    files = {"a.md": paper("A", "B"), "x/c.md": paper("C", "D")}
    made = planned(tmp_path, files, chosen="x/")
    assert [lookup.key for lookup in made.lookups] == [key_of("c@x/c.md"), key_of("d")]
    assert list(made.cites) == [PurePosixPath("x/c.md")]


def test_resolving_no_references_asks_for_the_notes_alone(tmp_path: Path) -> None:
    said = "references: {resolve: none, create: all}"
    made = planned(tmp_path, {"a.md": paper("A", "B")}, said)
    assert made.cites == {}
    assert [lookup.key for lookup in made.lookups] == [key_of("a@a.md"), key_of("b@b.md")]
    assert new_notes(made) == ["b.md"]
    said = "references: {resolve: none}"
    assert only_one(planned(tmp_path, {"a.md": paper("A", "B")}, said)).key == key_of("a@a.md")


# -- the fields wanted -------------------------------------------------------------------------


def test_what_a_note_lacks_is_wanted(tmp_path: Path) -> None:
    front = "authors: []\nyear: ''\nvenue:\njournal: Nature\nnumCitedBy: 0\nref_count:\n"
    wanted = only_one(planned(tmp_path, {"a.md": paper("A", front=front)})).wanted
    assert wanted == {Field.AUTHORS, Field.YEAR, Field.REFERENCE_COUNT}


def test_each_note_wants_what_it_lacks(tmp_path: Path) -> None:
    full = "authors: [B]\nyear: 2001\nvenue: V\nnumCitedBy: 1\nref_count: 1\nfieldsOfStudy: [C]\n"
    files = {"a.md": paper("A", front=full)}
    assert only_one(planned(tmp_path, files)).wanted == frozenset()
    files["b.md"] = paper("A", front=full.replace("year: 2001\n", ""))
    wanted = {lookup.key: lookup.wanted for lookup in planned(tmp_path, files).lookups}
    assert wanted == {key_of("a@a.md"): frozenset(), key_of("a@b.md"): {Field.YEAR}}


def test_a_field_that_the_vault_does_not_keep_is_not_wanted(tmp_path: Path) -> None:
    files = {
        "full.md": paper("A", front="authors: [B]\nyear: 2001\n"),
        "empty.md": paper("B"),
    }
    wanted = {lookup.key: lookup.wanted for lookup in planned(tmp_path, files).lookups}
    assert wanted == {
        key_of("a@full.md"): frozenset(),
        key_of("b@empty.md"): {Field.AUTHORS, Field.YEAR},
    }
    made = planned(tmp_path, files, "fields: {year: false, venue: journal}")
    assert made.lookups[0].wanted == {Field.AUTHORS, Field.VENUE}


def test_only_what_was_asked_for_is_wanted(tmp_path: Path) -> None:
    files = {"a.md": paper("A", "[B](./b.md)")}
    made = planned(tmp_path, files, LINKED, frozenset({Field.YEAR, Field.VENUE}))
    assert made.lookups[0].wanted == made.lookups[1].wanted == {Field.YEAR, Field.VENUE}
    made = planned(tmp_path, files, LINKED, frozenset())
    assert made.lookups[0].wanted == frozenset()


def test_title_and_key_are_never_asked_for(tmp_path: Path) -> None:
    made = planned(tmp_path, {"a.md": paper("A")}, only=frozenset(Field))
    assert only_one(made).wanted == set(DEFAULT_KEYS)


def test_title_and_key_are_never_asked_for_by_a_note_to_be_made(tmp_path: Path) -> None:
    made = planned(tmp_path, {"a.md": paper("A", "[B](./b.md)")}, LINKED, frozenset(Field))
    assert made.lookups[1].wanted == set(DEFAULT_KEYS)


def test_a_configured_name_is_read(tmp_path: Path) -> None:
    said = "fields: {year: published, authors: creators}"
    files = {"a.md": paper("A", front="published: 2001\ncreators: [Jacob Devlin]\n")}
    lookup = only_one(planned(tmp_path, files, said))
    assert lookup.hints.year == 2001
    assert lookup.hints.first_author == "Jacob Devlin"
    assert not lookup.wanted & {Field.YEAR, Field.AUTHORS}


# -- notes to be made --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "made"),
    [
        (NEVER, []),
        (LINKED, ["linked.md", "sub/wiki.md"]),
        (ALL, ["linked.md", "sub/plain-title.md", "sub/wiki.md"]),
    ],
)
def test_which_references_get_a_note_is_configured(
    tmp_path: Path, said: str, made: list[str]
) -> None:
    files = {"sub/a.md": paper("A", "[Linked](../linked.md)", "[[wiki]]", "Plain: Title")}
    assert new_notes(planned(tmp_path, files, said)) == made


def test_titles_with_accents_apart_are_composed(tmp_path: Path) -> None:
    """Files of macOS and text copied from PDF files have them so."""
    whole = ("Théorie naïve", "Möbius für alle", "Étude à part")
    key, file, reference = (unicodedata.normalize("NFD", title) for title in whole)
    files = {"a.md": paper(key, reference), f"{file}.md": "---\ntags: [paper]\nyear:\n---\n"}
    made = planned(tmp_path, files, ALL)
    assert {lookup.title for lookup in made.lookups} == set(whole)
    (new_note,) = made.new_notes
    assert (str(new_note.path), new_note.title) == ("étude-à-part.md", "Étude à part")


def test_a_note_to_be_made_is_a_lookup(tmp_path: Path) -> None:
    made = planned(tmp_path, {"a.md": paper("A", "[The B](./b.md)", "The C!")}, ALL)
    assert made.new_notes == (
        NewNote(PurePosixPath("b.md"), "The B"),
        NewNote(PurePosixPath("the-c.md"), "The C!"),
    )
    _, b, c = made.lookups
    assert (b.key, b.title, b.notes, b.linked) == (
        key_of("theb@b.md"),
        "The B",
        (PurePosixPath("b.md"),),
        True,
    )
    assert (c.key, c.notes, c.linked) == (
        key_of("thec@the-c.md"),
        (PurePosixPath("the-c.md"),),
        False,
    )
    assert b.wanted == set(DEFAULT_KEYS)
    assert made.of_note[PurePosixPath("b.md")] == b.key
    assert made.cites[PurePosixPath("a.md")] == (b.key, c.key)
    assert b.cited_by == c.cited_by == (PurePosixPath("a.md"),)


def test_a_note_to_be_made_shares_no_lookup_with_a_note_of_its_title(tmp_path: Path) -> None:
    files = {"a.md": paper("A", "[The B](./b.md)"), "old/b2.md": paper("The B")}
    made = planned(tmp_path, files, LINKED)
    assert new_notes(made) == ["b.md"]
    assert made.of_note[PurePosixPath("b.md")] == key_of("theb@b.md")
    assert made.of_note[PurePosixPath("old/b2.md")] == key_of("theb@old/b2.md")
    assert made.cites == {PurePosixPath("a.md"): (key_of("theb@b.md"),)}


@pytest.mark.parametrize(
    "target",
    [
        "./there.md",
        "./there",
        "./THERE.md",
        "./There.MD",
        "./refused.md",
        "./Refused",
        "./plain.md",
        "./a.md",
        "a.md",
        "./a.md#heading",
        "elsewhere",
        "../../outside.md",
        "../notes/../../outside.md",
        "/etc/passwd.md",
        "~/x.md",
        "C:/x.md",
        "file:///x.md",
        "mailto:me@example.org",
        "./folder/",
        "./.hidden/x.md",
        "./.git/hooks/x",
        "./scan.pdf",
        "./figure.PNG",
        "..\\x.md",
        "./%2e%2e/%2e%2e/outside.md",
        "./x%00.md",
        "./" + "x" * 253 + ".md",
    ],
)
@pytest.mark.parametrize("said", [LINKED, ALL])
def test_no_note_is_made_where_one_is_or_none_may_be(
    tmp_path: Path, target: str, said: str
) -> None:
    files = {
        "a.md": paper("A", f"[Some Title](<{target}>)"),
        "there.md": paper("There"),
        "refused.md": "---\ntitle: [\n---\n",
        "plain.md": "no paper note\n",
        "deep/down/Elsewhere.md": paper("Elsewhere"),
    }
    assert new_notes(planned(tmp_path, files, said)) == []


@pytest.mark.parametrize("target", ["#heading", "https://example.org/x.md", "//example.org/x"])
def test_a_link_that_names_no_note_makes_none(tmp_path: Path, target: str) -> None:
    files = {"a.md": paper("A", f"[Some Title]({target})")}
    assert new_notes(planned(tmp_path, files, LINKED)) == []


def test_no_note_is_made_through_a_link_that_leads_out(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "out").symlink_to(tmp_path)
    files = {"a.md": paper("A", "[B](./out/b.md)")}
    assert new_notes(planned(tmp_path, files, LINKED)) == []


@pytest.mark.parametrize("target", ["[[elsewhere]]", "[[Elsewhere|B]]", "[[elsewhere.md]]"])
def test_a_wikilink_finds_a_note_by_its_bare_name_anywhere(tmp_path: Path, target: str) -> None:
    files = {"a/a.md": paper("A", target), "b/Elsewhere.md": "no paper note\n"}
    assert new_notes(planned(tmp_path, files, LINKED)) == []


def test_a_wikilink_finds_a_refused_note_by_its_bare_name(tmp_path: Path) -> None:
    files = {"a/a.md": paper("A", "[[broken]]"), "b/broken.md": "---\ntitle: [\n---\n"}
    assert new_notes(planned(tmp_path, files, LINKED)) == []


def test_a_wikilink_by_path_from_the_top_finds_its_note(tmp_path: Path) -> None:
    files = {"papers/a.md": paper("A", "[[papers/b|B]]"), "papers/b.md": paper("B")}
    assert new_notes(planned(tmp_path, files, LINKED)) == []


@pytest.mark.parametrize(
    ("target", "file"), [("./archive/b.md", "archive/b.md"), ("./b.MD", "b.MD")]
)
def test_no_note_is_made_where_a_file_stands_that_was_left_out(
    tmp_path: Path, target: str, file: str
) -> None:
    said = "references: {create: linked}\nnotes: {exclude: [archive]}"
    files = {"a.md": paper("A", f"[B]({target})"), file: paper("B")}
    assert new_notes(planned(tmp_path, files, said)) == []


def test_no_note_is_made_where_a_broken_one_stands_that_is_not_meant(tmp_path: Path) -> None:
    files = {"a.md": paper("A", "[B](./b.md)"), "b.md": "---\ntitle: [\n---\n"}
    assert new_notes(planned(tmp_path, files, LINKED, chosen="a.md")) == []


def test_two_references_to_one_new_path_are_one_note(tmp_path: Path) -> None:
    files = {
        "a.md": paper("A", "[The B](./b.md)", "[Another](./B.md)"),
        "sub/c.md": paper("C", "[Third](../b)"),
    }
    made = planned(tmp_path, files, LINKED)
    assert made.new_notes == (NewNote(PurePosixPath("b.md"), "The B"),)


@pytest.mark.parametrize(
    "files",
    [
        {"a.md": paper("A", "[GLUE](./glue-benchmark.md)"), "b.md": paper("B", "Glue")},
        {"a.md": paper("A", "GLUE"), "sub/b.md": paper("B", "GLUE")},
    ],
    ids=["once linked", "in two folders"],
)
def test_one_new_title_is_one_new_note(tmp_path: Path, files: dict[str, str]) -> None:
    made = planned(tmp_path, files, ALL)
    assert len(made.new_notes) == 1
    assert all(len(lookup.notes) == 1 for lookup in made.lookups)
    assert len(made.lookups) == 3


def test_a_plain_reference_that_gets_no_link_is_no_evidence_for_a_new_note(tmp_path: Path) -> None:
    files = {"a.md": paper("A", "[GLUE](./glue.md)"), "b.md": paper("B", "Glue")}
    made = planned(tmp_path, files, LINKED)
    assert by_key(made)["glue@glue.md"].cited_by == (PurePosixPath("a.md"),)
    assert by_key(made)["glue"].cited_by == (PurePosixPath("b.md"),)


def test_a_name_is_the_same_however_its_accents_are_encoded(tmp_path: Path) -> None:
    files = {"a.md": paper("A", "[E](./\u00e9tude.md)"), "e\u0301tude.md": paper("E")}
    assert new_notes(planned(tmp_path, files, LINKED)) == []


def test_a_note_of_another_ending_is_found(tmp_path: Path) -> None:
    said = "references: {create: linked}\nnotes: {include: ['**/*.markdown']}"
    files = {"a.markdown": paper("A", "[B](./b.markdown)"), "b.markdown": paper("B")}
    assert new_notes(planned(tmp_path, files, said)) == []


def test_titles_of_one_slug_are_one_note_and_the_first_has_it(tmp_path: Path) -> None:
    made = planned(tmp_path, {"a.md": paper("A", "The C++ Book", "The C Book")}, ALL)
    assert made.new_notes == (NewNote(PurePosixPath("the-c-book.md"), "The C++ Book"),)
    assert linked(made) == [("The C++ Book", "./the-c-book.md")]


def test_a_slug_that_another_note_has_already_gets_no_note_and_no_link(tmp_path: Path) -> None:
    files = {"a.md": paper("A", "The C Book"), "the-c-book.md": paper("Another Title")}
    made = planned(tmp_path, files, ALL)
    assert made.new_notes == ()
    assert made.links == {}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Get To The Point - Summarization: A Survey", "get-to-the-point-summarization-a-survey"),
        ("Résumé & Co. (2nd ed.)", "résumé-co-2nd-ed"),
        ("../../etc/passwd", "etc-passwd"),
        ("notes.pdf", "notes-pdf"),
        ("x" * 300, "x" * 200),
        ("word " * 60, "word-" * 39 + "word"),
        ("é" * 150, "é" * 100),
        ("aé" * 100, "aé" * 66 + "a"),
    ],
)
def test_a_plain_reference_gets_a_file_by_its_titles_slug(
    tmp_path: Path, title: str, name: str
) -> None:
    made = planned(tmp_path, {"sub/a.md": paper("A", title)}, ALL)
    assert new_notes(made) == [f"sub/{name}.md"]
    assert len(f"{name}.md".encode()) <= 255


def test_a_plain_reference_to_a_known_title_gets_a_link_and_no_note(tmp_path: Path) -> None:
    files = {"x/a.md": paper("A", "Known - Title", "A"), "y/k.md": paper("Known: Title")}
    made = planned(tmp_path, files, ALL)
    assert made.new_notes == ()
    assert linked(made, "x/a.md") == [("Known - Title", "../y/k.md")]


def test_a_note_that_is_no_paper_is_not_linked_to(tmp_path: Path) -> None:
    files = {"a.md": paper("A", "Known Title"), "k.md": "# Known Title\n"}
    made = planned(tmp_path, files, ALL)
    assert new_notes(made) == ["known-title.md"]
    assert linked(made) == [("Known Title", "./known-title.md")]


def test_of_two_notes_of_a_title_the_first_is_linked_to(tmp_path: Path) -> None:
    files = {"a.md": paper("A", "K"), "k1.md": paper("K"), "k2.md": paper("K")}
    assert linked(planned(tmp_path, files, ALL)) == [("K", "./k1.md")]


def test_plain_references_are_linked_only_where_all_get_notes(tmp_path: Path) -> None:
    files = {"a.md": paper("A", "K"), "k.md": paper("K")}
    assert planned(tmp_path, files, LINKED).links == {}


def test_a_title_without_letters_gets_no_note_and_no_link(tmp_path: Path) -> None:
    made = planned(tmp_path, {"a.md": paper("A", "???"), "k.md": paper("!!!")}, ALL)
    assert made.new_notes == ()
    assert made.links == {}


@pytest.mark.parametrize(
    ("others", "target"),
    [
        ([], "./k.md"),
        (["[X](./x.md)", "[Y](./y.md)", "[[z]]"], "./k.md"),
        (["[X](x.md)", "[Y](y.md)"], "k.md"),
        (["[[x]]", "[[y]]"], "k"),
        (["[X](./x)", "[Y](./y)", "[[z]]"], "./k"),
    ],
)
def test_a_link_is_spelt_as_the_vaults_others(
    tmp_path: Path, others: list[str], target: str
) -> None:
    files = {"a.md": paper("A", "K", *others), "k.md": paper("K")}
    assert ("K", target) in linked(planned(tmp_path, files, ALL))


def test_a_link_leads_down_and_up(tmp_path: Path) -> None:
    files = {
        "a.md": paper("A", "K"),
        "sub/k.md": paper("K", "A"),
        "sub/s.md": paper("S", "K"),
    }
    made = planned(tmp_path, files, ALL)
    assert linked(made, "a.md") == [("K", "./sub/k.md")]
    assert linked(made, "sub/k.md") == [("A", "../a.md")]
    assert linked(made, "sub/s.md") == [("K", "./k.md")]


def test_the_seeds_lack_one_notes_fields_and_many_linked_notes() -> None:
    loaded = load(None).with_create("linked")
    found = read_vault(SEEDS, loaded.vault)
    made = plan(found, loaded.settings.references)
    t5, mass = (made.of_note[note.path] for note in found.papers())
    by_key = {lookup.key: lookup for lookup in made.lookups}
    assert by_key[t5].wanted == set(LOOKED_UP)
    assert by_key[mass].wanted == frozenset()
    assert by_key[mass].hints.first_author == "Kaitao Song"
    assert by_key[mass].cited_by == (next(found.papers()).path,)
    assert PurePosixPath(
        "glue-a-multi-task-benchmark-and-analysis-platform-for-natural-language-understanding.md"
    ) in {new_note.path for new_note in made.new_notes}
    assert not {new_note.path for new_note in made.new_notes} & {note.path for note in found.notes}
    assert made == plan(found, loaded.settings.references)


@pytest.mark.parametrize(
    ("said", "reference", "leans"),
    [
        (NEVER, "[Paper A](there.md)", False),
        (LINKED, "[Paper A](there.md)", True),
        (LINKED, "[[sub/there]]", True),
        (LINKED, "[Paper A](b.md)", False),
        (LINKED, "[Paper A](../../outside.md)", False),
        (LINKED, "A Plain Title of a Paper", False),
        (ALL, "A Plain Title of a Paper", True),
        (ALL, "The Title of B", False),
    ],
)
def test_whether_notes_are_made_may_hang_on_files_that_are_no_notes(
    tmp_path: Path, said: str, reference: str, leans: bool
) -> None:
    loaded = configured(tmp_path, said)
    root = vault(
        tmp_path / "notes",
        {"a.md": paper("The Title of A", reference), "b.md": paper("The Title of B")},
    )
    assert leans_on_disk(read_vault(root, loaded.vault), loaded.settings.references.create) is leans
