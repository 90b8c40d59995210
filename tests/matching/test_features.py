"""What speaks for and against a candidate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from refmatter.matching.decide import decide
from refmatter.matching.features import UNRELATED_TITLE, VETOING, score_candidate, similar_titles
from refmatter.model import (
    Accepted,
    Ambiguous,
    Candidate,
    Identifiers,
    Match,
    Overlap,
    Rung,
    Tier,
    TitleSource,
    Unmatched,
)
from refmatter.titles import title_key
from support import candidate, lookup, s2

TITLE = "Neural machine translation of rare words with subword units"
ALICE, BOB = "Alice Adams", "Bob Brown"


def record(title: str = TITLE, **said: object) -> Candidate:
    return candidate(title, **said)  # type: ignore[arg-type]  # fields of Work


def weighed(asked: str = TITLE, found: Candidate | None = None, **hints: object) -> Match:
    return score_candidate(lookup(asked, **hints), found or record())


@pytest.mark.parametrize(
    "asked",
    [
        TITLE,
        TITLE.upper(),
        "neural machine translation of rare words - with subword units.",
        "- **Neural Machine Translation of Rare Words with Subword Units**",
        "[3] {Neural} machine transla-\ntion of \\emph{rare} words with sub-word units",
        "neural-machine-translation-of-rare-words-with-subword-units",
    ],
)
def test_equal_titles(asked: str) -> None:
    match = weighed(asked)
    assert match.features == {"title": 1.0, "likeness": 1.0}
    assert match.score == 1.0
    assert match.differences == ()


def test_titles_that_have_nothing_to_do_with_each_other() -> None:
    match = weighed("Cooking for engineers", year=2016)
    assert match.features == {"title": 0.0, "likeness": 0.0}
    assert match.score == 0.0


@pytest.mark.parametrize(
    ("asked", "feature"),
    [
        ("Neural machine translation of rare words with 2 subword units", "numbers"),
        ("Neural machine translation of common words with subword units", "words"),
        ("Neural machine translation of very rare words with subword units", "words"),
        ("Neural machine translation of words with subword units", "words"),
        ("Stochastic neural machine translation of rare words with subword units", "front"),
        ("Neural machine translation of rare words with multi-subword units", "prefixes"),
        ("Neural machine translation of rare words without subword units", "negations"),
        ("Neural machine translation of rare words with subword units revisited", "announcing"),
        ("Neural machine translation of rare words with subword units: an odd end", "subtitle"),
    ],
)
def test_each_difference_has_its_feature(asked: str, feature: str) -> None:
    match = weighed(asked)
    assert match.features[feature] == 0.0
    assert match.features["title"] == match.features["forgivable"] == 0.0
    assert 0.5 < match.features["likeness"] < 1.0
    assert match.differences
    assert (match.score == 0.0) is (feature in VETOING)


def test_what_is_missing_has_its_feature() -> None:
    cut = "A thorough comparison of many neural approaches to word alignment"
    for asked, found, feature in [
        ("Rare words", f"Rare words: {TITLE}", "subtitle"),
        (TITLE, f"NMT: {TITLE}", "acronym"),
        (cut, f"{cut} models under noise", "end"),
    ]:
        assert weighed(asked, record(found)).features[feature] == 0.0


def test_forgivable_differences_are_told_and_take_little() -> None:
    match = weighed("Neural machine trasnlation of rare word with subword units")
    assert match.features["forgivable"] == 1.0
    assert len(match.differences) == 2
    assert weighed("Neural machine translation of words with subword units").score < match.score < 1


@pytest.mark.parametrize(
    "title",
    [
        "Introduction",
        "Deep Learning",
        "Learning and Applications",
        "Preface",
        "Proceedings of the Third Workshop on Noisy Text",
        "Computer Vision and Pattern Recognition (CVPR)",
    ],
)
def test_titles_that_many_works_may_have(title: str) -> None:
    alone = score_candidate(lookup(title), record(title))
    assert alone.features["specific"] == 0.0
    assert (
        alone.score
        < score_candidate(lookup(title, first_author=ALICE), record(title, authors=(ALICE,))).score
    )
    assert "specific" not in weighed().features


def test_a_generic_title_is_generic_where_it_is_not_quite_equal_either() -> None:
    assert (
        score_candidate(lookup("The deep learning"), record("Deep learning")).features["specific"]
        == 0.0
    )


@pytest.mark.parametrize(
    ("asked", "found", "value"),
    [
        (s2("1"), s2("1"), 1.0),
        (s2("1"), s2("2"), 0.0),
        (s2("1"), Identifiers(doi="10.1/x"), None),
        (Identifiers(), s2("1"), None),
        (s2("1"), Identifiers(), None),
    ],
)
def test_identifiers(asked: Identifiers, found: Identifiers, value: float | None) -> None:
    match = weighed(TITLE, record(identifiers=found), identifiers=asked)
    assert match.features.get("identifier") == value


def test_an_identifier_speaks_for_a_record_of_quite_another_title() -> None:
    found = record("Cooking for engineers", identifiers=s2("1"), year=2016)
    match = weighed(TITLE, found, identifiers=s2("1"), year=2016)
    assert match.features["title"] == match.features["likeness"] == 0.0
    assert match.features["identifier"] == match.features["year"] == 1.0


@pytest.mark.parametrize(
    ("asked", "authors", "value"),
    [
        ("Alice Adams", [ALICE, BOB], 1.0),
        ("Adams, A.", [ALICE, BOB], 1.0),
        ("A. Adams", ["Adams, Alice"], 1.0),
        ("ADAMS", [ALICE, BOB], 1.0),
        ("Brown, Bob", [ALICE, BOB], 0.5),
        ("Zimmer", [ALICE, BOB], 0.0),
        ("Sennrich, R.", ["Rico Senrich"], 1.0),
        ("Brawn, B.", [BOB], 0.0),
        ("García, G.", ["Gabriel García Márquez"], 1.0),
        ("Gabriel García-Márquez", ["García Márquez, Gabriel"], 1.0),
        ("Schrödinger", ["E. Schrodinger"], 1.0),
        ("Müller, J.", ["Jürgen Mueller"], 1.0),
        ("Adams A", [ALICE, BOB], 1.0),
        ("Adams, B.", [ALICE, BOB], 0.0),
        ("Wei Li", ["Jian Li", ALICE], 0.0),
        ("Robert Brown", [BOB], 1.0),
        ("Van Gool, L.", ["L. Gool"], 1.0),
        ("He Kaiming", ["Kaiming He"], 1.0),
    ],
)
def test_the_first_author(asked: str, authors: list[str], value: float) -> None:
    match = weighed(TITLE, record(authors=tuple(authors)), first_author=asked)
    assert match.features["first_author"] == value


@pytest.mark.parametrize(
    ("asked", "authors"),
    [
        ("???", [ALICE]),
        ("Stanford University", [ALICE]),
        ("何恺明", ["Kaiming He"]),
        ("Weng, Lin", ["Liang Weng"]),
        ("MIT", [ALICE]),
        (ALICE, ["OpenAI"]),
        (ALICE, ["OpenAI", BOB]),
    ],
)
def test_a_name_that_cannot_be_told_says_nothing(asked: str, authors: list[str]) -> None:
    match = weighed(TITLE, record(authors=tuple(authors)), first_author=asked)
    assert "first_author" not in match.features
    assert match.score == weighed(TITLE, record(authors=tuple(authors))).score


@pytest.mark.parametrize("authors", [None, ()])
def test_of_unknown_authors_nothing_is_said(authors: tuple[str, ...] | None) -> None:
    match = weighed(TITLE, record(authors=authors), first_author=ALICE)
    assert match.features == {"title": 1.0, "likeness": 1.0}
    assert "first_author" not in weighed(TITLE, record(authors=(ALICE,))).features


@pytest.mark.parametrize(
    ("asked", "share"),
    [
        ((ALICE, BOB), 1.0),
        ((BOB, ALICE), 1.0),
        ((ALICE, "Zoe Zimmer"), 0.5),
        (("Yves Young", "Zoe Zimmer"), 0.0),
        ((ALICE, "…"), None),
        ((ALICE, BOB, "Stanford University"), 1.0),
        ((ALICE, "Zoe Zimmer", "…"), 0.5),
    ],
)
def test_the_set_of_authors(asked: tuple[str, ...], share: float | None) -> None:
    match = weighed(TITLE, record(authors=(ALICE, BOB)), authors=asked)
    assert match.features.get("authors") == share


def test_who_is_not_known_to_be_the_first_author_may_stand_anywhere() -> None:
    """A note whose first author cannot be read names the others."""
    found = record(authors=(ALICE, BOB))
    assert weighed(TITLE, found, authors=(ALICE,)).features["first_author"] == 0.5
    assert weighed(TITLE, found, authors=(BOB,)).features["first_author"] == 0.5
    assert weighed(TITLE, found, authors=("Zoe Zimmer",)).features["first_author"] == 0.0


def test_a_record_whose_names_are_put_together_wrongly_is_no_other_peoples() -> None:
    asked = ("Anna Meyer", "Clara Osgood", "Emil Quist")
    found = record(authors=("Clara Meyer", "Emil Osgood", "Quist Anna"))
    match = weighed(TITLE, found, authors=asked, first_author=asked[0])
    assert match.features.keys().isdisjoint({"first_author", "authors"})


@pytest.mark.parametrize(
    ("asked", "found", "value"),
    [
        (2016, 2016, 1.0),
        (2015, 2016, 1.0),
        (2017, 2016, 1.0),
        (2014, 2016, 0.5),
        (2019, 2016, 0.5),
        (2012, 2016, 0.0),
        (1985, 2016, 0.0),
        (None, 2016, None),
        (2016, None, None),
    ],
)
def test_the_year(asked: int | None, found: int | None, value: float | None) -> None:
    assert weighed(TITLE, record(year=found), year=asked).features.get("year") == value


def test_the_citing_list() -> None:
    assert (
        weighed(TITLE, record(cited_by="n.md", rung=Rung.CITING_REFERENCES)).features["citing"]
        == 1.0
    )


SHORT = "Neural machine translation"
"""Where there is room above for evidence to add to the score."""


@pytest.mark.parametrize(
    "hints", [{"year": 2016}, {"first_author": ALICE}, {"identifiers": s2("1")}]
)
def test_evidence_for_it_adds_and_evidence_against_it_takes(hints: dict[str, object]) -> None:
    found = record(f"{SHORT}: a thing", year=2016, authors=(ALICE,), identifiers=s2("1"))
    other = record(f"{SHORT}: a thing", year=1985, authors=(BOB,), identifiers=s2("2"))
    alone = weighed(SHORT, found).score
    assert weighed(SHORT, other, **hints).score < alone < weighed(SHORT, found, **hints).score


def test_a_record_without_authors_is_worth_less_where_an_author_is_named_for_a_short_title() -> (
    None
):
    title = "Fake news about kernels"
    bare = score_candidate(lookup(title, first_author=ALICE), record(title))
    assert bare.score < score_candidate(lookup(title), record(title)).score


@pytest.mark.parametrize(
    ("hints", "said"),
    [
        ({"year": 2016}, {"year": 2016}),
        ({"first_author": ALICE}, {}),
        ({"first_author": ALICE, "year": 2016}, {"authors": (BOB,), "year": 2016}),
        ({"first_author": ALICE, "year": 2016}, {"authors": (ALICE,), "year": 1985}),
    ],
)
def test_what_does_not_support_a_heading(hints: dict[str, object], said: dict[str, object]) -> None:
    """A year does not tell one introduction from another."""
    alone = score_candidate(lookup("Introduction"), record("Introduction"))
    match = score_candidate(lookup("Introduction", **hints), record("Introduction", **said))
    assert match.score <= alone.score + 0.1


@pytest.mark.parametrize(
    ("listed", "count", "value"),
    [
        (40, 42, 1.0),
        (40, 40, 1.0),
        (30, 45, 1.0),
        (100, 24, 0.0),
        (100, 25, None),
        (40, 20, None),
        (40, 19, None),
        (40, 10, None),
        (40, 9, 0.5),
        (40, 3, 0.5),
        (40, 0, None),
        (19, 3, None),
        (8, 5, None),
        (10, 300, None),
        (4, 3, None),
        (40, None, None),
        (None, 40, None),
    ],
)
def test_the_length_of_the_reference_list(
    listed: int | None, count: int | None, value: float | None
) -> None:
    """Services know half of a work's list and less, so only a gross difference says anything; a
    handful of references may be a part of the right list."""
    match = weighed(TITLE, record(reference_count=count), references=listed)
    assert match.features.get("references") == value


@pytest.mark.parametrize(
    ("noted", "listed", "shared", "near", "value"),
    [
        (8, 30, 8, 8, 1.0),
        (100, 8, 4, 4, 1.0),
        (100, 8, 3, 3, None),
        (30, 60, 15, 15, 1.0),
        (30, 60, 14, 20, None),
        (4, 4, 3, 3, 1.0),
        (3, 4, 2, 2, None),
        (8, 30, 0, 0, 0.0),
        (10, 30, 1, 1, 0.0),
        (10, 30, 1, 2, None),
        (100, 10, 1, 1, 0.0),
        (10, 30, 0, 3, None),
        (8, 4, 0, 0, None),
        (4, 30, 0, 0, None),
    ],
)
def test_what_a_note_lists_stands_in_the_works_list_or_nothing_of_it_does(
    noted: int, listed: int, shared: int, near: int, value: float | None
) -> None:
    """What is in the lists says more than how long they are."""
    found = replace(record(reference_count=3), overlap=Overlap(noted, listed, shared, near))
    match = weighed(TITLE, found, references=40)
    assert match.features.get("listed") == value
    assert match.features.get("references") == (0.5 if value is None else None)


def test_what_its_own_list_has_speaks_for_a_short_title() -> None:
    shared = replace(record("Introduction"), overlap=Overlap(8, 8, 8, 8))
    assert score_candidate(lookup("Introduction"), shared).score == 1.0
    other = replace(record("Introduction"), overlap=Overlap(8, 8, 0, 0))
    alone = score_candidate(lookup("Introduction"), record("Introduction"))
    assert score_candidate(lookup("Introduction"), other).score == alone.score


def test_a_coined_name_speaks_for_what_follows_it() -> None:
    asked, found = "learning of common words in graphs", "learning of rare words in graphs"
    coined = score_candidate(lookup(f"Word2vec: {asked}"), record(f"Word2vec: {found}"))
    plain = score_candidate(lookup(f"Kernels: {asked}"), record(f"Kernels: {found}"))
    assert plain.features["words"] == coined.features["words"] == 0.0
    assert plain.score < coined.score < 1


def test_a_missing_title_in_front_is_worse_than_a_missing_name() -> None:
    name = record(f"NMT: {TITLE}")
    title = record(f"Models of many kinds in large graphs: {TITLE}")
    assert weighed(TITLE, title).score < weighed(TITLE, name).score


def test_damage_that_the_record_has_is_undone_too() -> None:
    found = record(TITLE.replace("words", "**words**") + " of PoincarÃ©")
    match = score_candidate(lookup(f"{TITLE} of Poincaré"), found)
    assert match.features["title"] == 1.0


def test_venue_and_authors_may_stand_round_a_title() -> None:
    found = record(venue="Transactions of Things", authors=("Rico Sennrich",))
    asked = f"{TITLE}. Transactions of Things"
    assert score_candidate(lookup(asked), found).features["forgivable"] == 1.0
    assert score_candidate(lookup(f"Sennrich: {TITLE}"), found).features["forgivable"] == 1.0
    assert score_candidate(lookup(f"Sennrich: {TITLE}"), record()).features["forgivable"] == 0.0


def test_the_letters_of_a_title_in_another_order_are_looked_at() -> None:
    asked = "With subword units: neural machine translation of rare words"
    assert weighed(asked).differences


@given(
    st.lists(st.text(alphabet="ab c-é", max_size=9), max_size=6),
    st.text(alphabet="abc é", max_size=9),
)
def test_what_is_not_near_is_far(others: list[str], title: str) -> None:
    near_ones = similar_titles(title, others)
    for place, other in enumerate(others):
        is_far = score_candidate(lookup(title), candidate(other)).features is UNRELATED_TITLE
        # A text without letters is equal to none and far from none.
        assert is_far is (place not in near_ones) or not title_key(title) or not title_key(other)
    assert near_ones == sorted(near_ones)


# What a citation says round the title


@pytest.mark.parametrize(
    ("behind", "year", "value"),
    [
        (". In ACL 2016", 2016, 1.0),
        (". In ACL 2016", 2015, 1.0),
        (". In ACL 2016", 2017, 1.0),
        (". In ACL 2016", 2014, None),
        (". In ACL 2016", None, None),
        (". In ACL", 2016, None),
        (". In ACL 2015, 2016", 2016, None),
        ("", 2016, None),
    ],
)
def test_the_year_behind_the_title_is_that_of_the_work(
    behind: str, year: int | None, value: float | None
) -> None:
    match = weighed(TITLE + behind, record(year=year))
    assert match.features.get("place") == value


@pytest.mark.parametrize(
    ("front", "authors", "value"),
    [
        ("A. Adams. ", (ALICE, BOB), 1.0),
        ("Zoe Zimmer, A. Adams, B. Brown: ", (ALICE, BOB), 1.0),
        ("Sennrech, R. ", ("Rico Sennrich",), 1.0),
        ("2016. ", (ALICE, BOB), None),
        ("Zoe Zimmer. ", (ALICE, BOB), None),
        ("A. Adams. ", None, None),
    ],
)
def test_names_of_its_authors_in_front_of_the_title(
    front: str, authors: tuple[str, ...] | None, value: float | None
) -> None:
    match = weighed(front + TITLE, record(authors=authors, year=2016))
    assert match.features.get("byline") == value


def test_the_year_behind_the_title_counts_once() -> None:
    """Where the note tells a year itself, that is what adds."""
    asked, found = f"{SHORT}. In ACL 2016", record(f"{SHORT}: a thing", year=2016)
    placed = weighed(asked, found)
    assert placed.features["place"] == 1.0
    assert weighed(f"{SHORT}. In ACL", found).score < placed.score
    assert weighed(asked, found, year=2016).score == placed.score


@pytest.mark.parametrize(
    ("asked", "feature"),
    [
        ("Adams, A. Deep learning", "byline"),
        ("Adams, A. Deep learning. In ACL, 2015", "byline"),
    ],
)
def test_its_citation_supports_a_generic_title(asked: str, feature: str) -> None:
    match = weighed(asked, record("Deep learning", authors=(ALICE,), year=2015))
    assert match.features["specific"] == 0.0
    assert match.features[feature] == 1.0
    assert match.score >= 0.95


@pytest.mark.parametrize(
    ("asked", "hints"),
    [
        ("Deep learning. In ACL", {}),
        ("Deep learning. In ACL, 2015", {}),
        ("Deep learning. In ACL, 2012", {}),
        ("Zimmer, Z. Deep learning", {}),
        ("Adams, A. Deep learning", {"first_author": "Zoe Zimmer"}),
        ("Deep learning. In ACL, 2015", {"year": 1990}),
    ],
)
def test_what_a_citation_does_not_support(asked: str, hints: dict[str, object]) -> None:
    """A place, other names, and whatever the note itself denies."""
    match = weighed(asked, record("Deep learning", authors=(ALICE,), year=2015), **hints)
    assert match.score < 0.85


GENERIC = [
    "Image segmentation",
    "Deep Learning",
    "DEEP LEARNING",
    "Introduction",
    "ImageNet",
    "Word2vec",
    "Transformer",
    "Einleitung",
    "Réseaux de neurones",
    "Redes neuronales",
    "Neuronale Netze",
    "Глубокое обучение",
    "深度学习",
    "图像分割",
    "機械学習",
    "ニューラルネットワーク",
    "딥 러닝",
    "Untitled",
    "Annual Report 2019",
]


@pytest.mark.parametrize("title", GENERIC)
def test_many_works_may_have_a_short_title_in_any_language(title: str) -> None:
    match = weighed(title, record(title))
    assert match.features["title"] == 1.0
    assert match.features["specific"] == 0.0
    assert match.score < 0.85


@pytest.mark.parametrize(
    "title",
    [
        "Manifold spanning graphs",
        "Mistral 7B",
        "Deep residual learning for image recognition",
        "Réseaux de neurones pour la reconnaissance de visages",
        "基于深度学习的医学图像分割方法",
        "ニューラルネットワークによる画像認識手法",
    ],
)
def test_a_title_of_its_own_is_specific(title: str) -> None:
    assert weighed(title, record(title)).features == {"title": 1.0, "likeness": 1.0}


@pytest.mark.parametrize(
    "title",
    [
        "Introduction",
        "Related Work",
        "Untitled",
        "TODO",
        "Verwandte Arbeiten",
        "Résumé",
        "Conclusiones",
        "Введение",
        "参考文献",
        "はじめに",
        "결론",
    ],
)
def test_words_of_sections_and_placeholders_are_no_titles(title: str) -> None:
    assert weighed(title, record(title)).features["heading"] == 0.0


@pytest.mark.parametrize("source", [TitleSource.HEADING, TitleSource.FILE_NAME, TitleSource.ALIAS])
def test_where_a_short_title_stands_counts(source: TitleSource) -> None:
    for title in ("Neural Turing Machines", "Manifold spanning graphs", "Mistral 7B", "图像分割"):
        assert weighed(title, record(title), title_source=source).features["heading"] == 0.0
        assert "heading" not in weighed(title, record(title)).features
    long = "Neural Turing machines for graphs"
    assert weighed(long, record(long), title_source=source).score == 1.0


@pytest.mark.parametrize(
    ("named", "authors", "good"),
    [
        (("Li",), ("Wei Li",), False),
        (("Wei Li",), ("Wei Li",), True),
        (("Li, W.",), ("Wei Li", "Ann Other"), True),
        (("W. Li",), ("Wei Li",), True),
        (("W. Li",), ("Ming Li",), False),
        (("Ming Li",), ("Li",), False),
        (("Li", "Wang"), ("Wei Li", "Bo Wang"), True),
        (("Li", "Li"), ("Wei Li", "Bo Li"), False),
        (("Li", "Zimmer"), ("Wei Li", "Bo Wang"), False),
        (("Bo Wang",), ("Wei Li", "Bo Wang"), True),
        (("Wang",), ("Wei Li", "Bo Wang"), False),
        (("李明",), ("李明",), True),
        (("李",), ("李明",), False),
        (("García",), ("Ana García",), False),
        (("Ana García",), ("A. García Márquez",), True),
    ],
)
def test_a_family_name_alone_speaks_for_no_generic_title(
    named: tuple[str, ...], authors: tuple[str, ...], good: bool
) -> None:
    hints = {"first_author": named[0], "authors": named, "year": 2015}
    match = weighed("Image segmentation", record("Image segmentation", authors=authors), **hints)
    assert (match.score >= 0.85) is good


# A later title behind the same name

EARLY = "DeepGraphs: Fast learning of words from noise"
LATE = "DeepGraphs: Fast matching of words in text"
KNOWN = {"first_author": ALICE, "year": 2015}


@pytest.mark.parametrize(
    ("asked", "found", "value"),
    [
        (EARLY, LATE, 1.0),
        (EARLY, LATE.replace(":", " -"), 1.0),
        (EARLY.replace("DeepG", "Deep g"), LATE, 1.0),
        (EARLY, f"{EARLY} 2", 1.0),
        (EARLY.replace(":", " of ours, theirs:"), LATE.replace(":", " of ours, theirs:"), None),
        (EARLY.replace("DeepG", "G"), EARLY.replace("DeepG", "G") + " and text", None),
        (EARLY, LATE.replace("DeepGraphs", "DeepTrees"), None),
        (EARLY.replace(":", ""), LATE.replace(":", ""), None),
        (EARLY, LATE.replace(":", ""), None),
    ],
)
def test_both_begin_with_the_same_coined_name(asked: str, found: str, value: float | None) -> None:
    assert weighed(asked, record(found)).features.get("name") == value


@pytest.mark.parametrize(
    ("hints", "kind"),
    [
        (KNOWN, Accepted),
        ({**KNOWN, "year": 2016}, Accepted),
        ({**KNOWN, "year": 2017}, Unmatched),
        ({**KNOWN, "first_author": BOB}, Unmatched),
        ({"first_author": ALICE}, Unmatched),
        ({"year": 2015}, Unmatched),
        ({}, Unmatched),
    ],
)
def test_a_work_that_was_renamed_behind_its_name_is_likely_where_author_and_year_agree(
    hints: dict[str, object], kind: type
) -> None:
    match = weighed(EARLY, record(LATE, authors=(ALICE, BOB), year=2015), **hints)
    decision = decide(lookup(EARLY, **hints), [match])
    assert isinstance(decision, kind)
    assert not isinstance(decision, Accepted) or decision.tier is Tier.LIKELY
    assert (match.score >= 0.82) is (kind is Accepted)


@pytest.mark.parametrize(
    ("found", "feature"),
    [
        (f"{EARLY} 2", "numbers"),
        ("DeepGraphs: A survey of fast learning of words from noise", "announcing"),
        ("DeepGraphs: Fast unlearning of words from noise", "prefixes"),
        ("DeepGraphs: Slow learning of words from noise", "negations"),
    ],
)
def test_a_veto_makes_another_work_of_it_whatever_its_name(found: str, feature: str) -> None:
    match = weighed(EARLY, record(found, authors=(ALICE,), year=2015), **KNOWN)
    assert match.features["name"] == match.features["year"] == 1.0
    assert match.features[feature] == 0.0
    assert match.score < 0.6
    assert isinstance(decide(lookup(EARLY, **KNOWN), [match]), Unmatched)


# Years


@pytest.mark.parametrize("year", [1505, 1599, 0, -3])
def test_figures_that_are_no_year_of_a_publication_are_no_hint(year: int) -> None:
    assert weighed(TITLE, record(year=2016), year=year) == weighed(TITLE, record(year=2016))


def test_the_first_years_that_are_hints() -> None:
    assert weighed(TITLE, record(year=2016), year=1600).features["year"] == 0.0


@pytest.mark.parametrize(
    ("authors", "is_slip"),
    [
        ((ALICE, BOB), True),
        (("Brown, B.", "Adams, A."), True),
        ((ALICE,), False),
        ((ALICE, "Zoe Zimmer"), False),
        (("Zoe Zimmer", "Yves Young"), False),
        ((), False),
    ],
)
def test_where_two_authors_and_more_all_agree_the_year_is_a_slip(
    authors: tuple[str, ...], is_slip: bool
) -> None:
    found = record(authors=(ALICE, BOB), year=2016)
    hints = {"year": 1999, "authors": authors, "first_author": authors[0] if authors else None}
    match = weighed(TITLE, found, **hints)
    assert match.features["year"] == 0.0
    assert (match.score >= 0.9) is is_slip
    assert isinstance(decide(lookup(TITLE, **hints), [match]), Accepted if is_slip else Ambiguous)


@pytest.mark.parametrize(
    ("cited_in", "year", "value"),
    [
        (2016, 2019, 0.0),
        (2016, 2018, None),
        (2016, 2001, None),
        (None, 2019, None),
        (2016, None, None),
    ],
)
def test_a_work_is_not_later_than_what_cites_it(
    cited_in: int | None, year: int | None, value: float | None
) -> None:
    match = weighed(TITLE, record(year=year), cited_in=cited_in)
    assert match.features.get("earlier") == value
    assert match.score == weighed().score


# Figures with a point


@pytest.mark.parametrize(
    ("asked", "found", "equal"),
    [
        ("Web 2. 0 and words", "Web 2.0 and words", True),
        ("Web 2 .0 and words", "Web 2.0 and words", True),
        ("Web 2 . 0 and words", "Web 2. 0 and words", True),
        ("Web 1.2. 3 and words", "Web 1.2.3 and words", True),
        ("Web 20 and words", "Web 2.0 and words", False),
        ("Web 2. 0 and words", "Web 20 and words", False),
        ("Web 1.23 and words", "Web 12.3 and words", False),
        ("Web 2.0 and words.", "Web 2.0 and words", True),
        ("U.S. words", "US words", True),
    ],
)
def test_a_blank_at_the_point_of_a_figure_changes_nothing(
    asked: str, found: str, equal: bool
) -> None:
    for one, other in ((asked, found), (found, asked)):
        match = weighed(one, record(other))
        assert match.features["title"] == float(equal)
        assert (match.features.get("numbers") == 0.0) is not equal
        assert (match.score >= 0.75) is equal


# Titles of other words

MIXED = "Semantic networks for the translation of mixed trees and sentences"


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Theory of trees", "The organisation of memory in trained networks of sensors"),
        ("Rare cats", "Retrieval of articles in catalogues of the past"),
        ("Theory of trees", MIXED.replace("mixed", "many")),
        (MIXED, "Nets of graphs"),
    ],
)
def test_a_title_of_other_words_is_far_though_its_letters_are_all_there(
    title: str, other: str
) -> None:
    assert weighed(title, record(other)).features is UNRELATED_TITLE
    assert similar_titles(title, [other]) == []


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Semantic translation of trees", MIXED),
        ("Semantics of translations of trees", MIXED),
        (MIXED, "Semantic translation of trees"),
        ("TNS trees", "The networks sorted in trees"),
        ("Graqhs anb tress", "Graphs and trees"),
        ("Theory: of trees", "The organisation of memory in trained networks of sensors"),
    ],
)
def test_a_title_of_the_same_words_is_not_far(title: str, other: str) -> None:
    assert weighed(title, record(other)).features is not UNRELATED_TITLE
    assert similar_titles(title, [other]) == [0]


WORDS = st.lists(
    st.text(alphabet="abcdeABC\u00e9\u00df\u00f8\ufb01", min_size=1, max_size=6),
    min_size=1,
    max_size=6,
).map(" ".join)


@given(WORDS, WORDS)
def test_an_equal_title_or_one_that_lacks_its_subtitle_is_never_far(title: str, more: str) -> None:
    others = [title, title.upper(), f"{title}: {more}", title.replace(" ", "-")]
    assert similar_titles(title, others) == [0, 1, 2, 3]
    assert all(weighed(title, record(each)).features is not UNRELATED_TITLE for each in others)
    assert similar_titles(f"{title}: {more}", [title]) == [0]
    assert weighed(f"{title}: {more}", record(title)).features is not UNRELATED_TITLE


@given(WORDS, st.lists(WORDS, max_size=5))
def test_what_is_near_is_what_is_not_far(title: str, others: list[str]) -> None:
    places = [
        n
        for n, each in enumerate(others)
        if weighed(title, record(each)).features is not UNRELATED_TITLE
    ]
    assert similar_titles(title, others) == places


@pytest.mark.parametrize(
    "asked",
    [
        "Neural machine translation rarewords with subword units",
        "Neural machine translation of rare words with subwrodunits",
    ],
)
def test_words_that_ran_together_beside_another_slip_are_forgivable(asked: str) -> None:
    match = weighed(asked)
    assert match.features["forgivable"] == 1.0
    assert len(match.differences) == 1
