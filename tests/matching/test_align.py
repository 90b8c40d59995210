"""What the difference of two titles is."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from refmatter.matching.align import FORGIVABLE, VETOES, align, stretches
from refmatter.matching.citation_context import Surroundings, Words
from refmatter.matching.normalize import normalize
from refmatter.model import Work
from refmatter.reasons import DifferenceKind as Kind

SUBWORDS = "Neural machine translation of rare words with subword units"
BERT = "BERT: Pre-training of deep bidirectional transformers for language understanding"


def kinds(asked: str, found: str, beside: str = "", year: int | None = None) -> list[Kind]:
    work = Work(found, authors=tuple(beside.split()), venue=beside, year=year)
    _, said = align(normalize(asked), normalize(found), Surroundings(work))
    return [each.kind for each in said]


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("Neural machine translation of rare words with sub word units", Kind.SPACING),
        ("Neural machine translation of rare words with sub-word units", Kind.SPACING),
        ("Neural machine translation of rare words with subwordunits", Kind.SPACING),
        ("Neuralmachine translation of rare words with subword units", Kind.SPACING),
        ("Neural machine trans lation of rare words with subword units", Kind.SPACING),
        ("The neural machine translation of rare words with subword units", Kind.FILLER),
        ("Neural machine translation for rare words with subword units", Kind.FILLER),
        ("Neural machine translation of rare words with the subword units", Kind.FILLER),
        ("Neural machine translation of rare words subword units", Kind.FILLER),
        ("Neural machine translation of rare word with subword units", Kind.INFLECTION),
        ("Neural machine translations of rare words with subword units", Kind.INFLECTION),
        ("Neural machine trasnlation of rare words with subword units", Kind.SLIP),
        ("Neural machine transation of rare words with subword units", Kind.SLIP),
        ("Nueral machine translation of rare words with subword units", Kind.SLIP),
        ("Neural machine translation of rare words with subword unitz", Kind.SLIP),
        ("Neural machine tran slatiom of rare words with subword units", Kind.SLIP),
        ("Neural machine 123 translation of rare words with subword units", Kind.LINE),
        ("Neural machine translation of rare words with subword un", Kind.CLIPPED),
        ("Neural machine translation of rare words with subwo", Kind.CLIPPED),
        ("Neural machine translation of rare words with...", Kind.CLIPPED),
        ("Neural machine translation of rare words with subword ...", Kind.CLIPPED),
        ("Neural machine translation of rare words with", Kind.CLIPPED),
        ("Rare words with subword units neural machine translation of", Kind.MOVED),
    ],
)
def test_what_copying_does_is_forgivable(asked: str, kind: Kind) -> None:
    assert kinds(asked, SUBWORDS) == [kind]
    assert kind in FORGIVABLE


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Modelling colour in natural scenes", "Modeling color in natural scenes"),
        ("Optimisation of networks for speech", "Optimization of networks for speech"),
        ("Four ways to train networks for speech", "4 ways to train networks for speech"),
        ("Grammars of language: Part 2", "Grammars of language: Part II"),
        ("The 3rd way to train networks", "The third way to train networks"),
    ],
)
def test_one_thing_spelt_two_ways(asked: str, found: str) -> None:
    assert kinds(asked, found) == [Kind.SPELLING]
    assert kinds(found, asked) == [Kind.SPELLING]


@pytest.mark.parametrize(
    ("asked", "beside", "year"),
    [
        (f"{SUBWORDS}, arXiv preprint arXiv:1508.07909", "", None),
        (f"{SUBWORDS}, in Proceedings of ACL 2016", "", 2016),
        (f"{SUBWORDS} (2016)", "", 2016),
        (f"{SUBWORDS} (2015)", "", 2016),
        (f"{SUBWORDS} (ACL)", "", None),
        (f"{SUBWORDS} (ACL 2016)", "", None),
        (f"{SUBWORDS}. Transactions of Things", "transactions of things", None),
        (f"{SUBWORDS.upper()} (ACL)", "", None),
        (f"{SUBWORDS} Sennrich", "sennrich haddow birch", None),
    ],
)
def test_where_and_when_it_appeared_and_who_wrote_it_is_no_title(
    asked: str, beside: str, year: int | None
) -> None:
    assert kinds(asked, SUBWORDS, beside, year) == [Kind.TAIL]


@pytest.mark.parametrize(
    ("front", "year"),
    [
        ("Sennrich, Haddow: ", None),
        ("R. Sennrich and B. Haddow. 2016. ", 2016),
        ("Sennrich et al. ", None),
        ("Senrich, \u00aa", None),
        ("2016). ", 2016),
        ("Sennrich 2016 ", None),
    ],
)
def test_names_in_front_are_no_title(front: str, year: int | None) -> None:
    assert kinds(front + SUBWORDS, SUBWORDS, "sennrich haddow birch", year) == [Kind.BYLINE]


@pytest.mark.parametrize("front", ["Alan Turing. ", "2016). ", "On Sennrich: ", "A note. "])
def test_other_words_in_front_are_no_names(front: str) -> None:
    said = kinds(front + SUBWORDS, SUBWORDS, "koehn knowles", 2010)
    assert not set(said) <= FORGIVABLE


@pytest.mark.parametrize(
    "behind",
    [
        ". In Proceedings of the 54th Annual Meeting, pages 1715-1725",
        '," in Computational Linguistics, vol 3',
        ". CoRR, abs/1508.07909",
        " (Technical Report 1316)",
        ". A.I. Memo No. 1354, Laboratory of Something",
        ",\u00ba Int'l",
        ". Unpublished doctoral dissertation",
        ". Trans. of Things, 20:103-118",
    ],
)
def test_the_rest_of_a_citation_is_no_title(behind: str) -> None:
    assert kinds(SUBWORDS + behind, SUBWORDS) == [Kind.TAIL]


def test_names_in_front_and_a_place_behind() -> None:
    asked = f"R. Sennrich, B. Haddow. {SUBWORDS}. In ACL, 2016"
    assert kinds(asked, SUBWORDS, "sennrich haddow", 2016) == [Kind.BYLINE, Kind.TAIL]


def test_a_thesis_is_not_the_article_that_became_of_it() -> None:
    asked = f"{SUBWORDS}. PhD thesis"
    assert kinds(asked, SUBWORDS) == [Kind.TAIL]
    assert not set(kinds(asked, SUBWORDS, "acl")) <= FORGIVABLE


def test_a_word_that_lacks_its_beginning_and_the_word_before_it_is_no_lost_blank() -> None:
    title = "A study of {} in networks"
    assert Kind.QUALIFIER in kinds(title.format("plearning"), title.format("deep learning"))


@pytest.mark.parametrize(
    "asked",
    [
        "Neural machine translation of rare words wi h subword units",
        "Neural machine transla tion of rare words with subword units",
    ],
)
def test_a_letter_lost_in_a_blank(asked: str) -> None:
    assert set(kinds(asked, SUBWORDS)) <= {Kind.SLIP, Kind.SPACING}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("A mean eld theory of learning", "A mean field theory of learning"),
        ("An uniied theory of learning", "An unified theory of learning"),
        ("Re ections on theories of learning", "Reflections on theories of learning"),
        ("E\u00adcient theories of deep learning", "Efficient theories of deep learning"),
        ("Classi cation of deep learning rules", "Classification of deep learning rules"),
    ],
)
def test_a_lost_ligature_is_a_slip(asked: str, found: str) -> None:
    assert kinds(asked, found) == [Kind.SLIP]


def test_a_word_that_is_one_has_lost_no_ligature() -> None:
    assert kinds("Learning of low graphs at scale", "Learning of flow graphs at scale") != [
        Kind.SLIP
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Top-down attention for captioning and VQA",
         "Top-down attention for captioning and visual question answering"),
        ("Learning neural nets from rare words", "Learning neural networks from rare words"),
    ],
)  # fmt: skip
def test_short_forms_of_words(asked: str, found: str) -> None:
    assert kinds(asked, found) == [Kind.SPELLING]


def test_two_things_are_not_one_by_the_other() -> None:
    said = kinds("Learning of images and morphology", "Learning of images using morphology")
    assert not set(said) <= FORGIVABLE


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (f"Oriparse - {SUBWORDS}", Kind.NAME_ADDED),
        (f"{SUBWORDS}: understanding the ways of many reviews and texts", Kind.PART_ADDED),
        (f"{SUBWORDS}: a survey", Kind.ANNOUNCING),
        (f"{SUBWORDS}: II. Grammars of many languages", Kind.NUMBER),
        (f"{SUBWORDS}: 2 more ways", Kind.NUMBER),
    ],
)
def test_a_part_that_the_found_title_lacks(asked: str, kind: Kind) -> None:
    assert kinds(asked, SUBWORDS) == [kind]


def test_one_part_for_another_is_no_part_more() -> None:
    said = kinds(f"{SUBWORDS}: methods of use", f"{SUBWORDS}: without any use")
    assert Kind.PART_ADDED not in said


@pytest.mark.parametrize(
    ("asked", "beside", "year"),
    [
        (f"{SUBWORDS} (2016)", "", 2010),
        (f"{SUBWORDS} (2016)", "", None),
        (f"{SUBWORDS}, part of springer", "", None),
        (f"{SUBWORDS}: a view on cooking", "", None),
        (f"{SUBWORDS}, vol 2", "", None),
        (f"{SUBWORDS} (second edition, Springer)", "", None),
    ],
)
def test_what_only_looks_like_it_is_no_tail(asked: str, beside: str, year: int | None) -> None:
    assert not set(kinds(asked, SUBWORDS, beside, year)) <= FORGIVABLE


def test_a_tail_that_the_title_itself_has_is_none() -> None:
    title = "Learning to translate, proceedings of a workshop (ACL)"
    assert kinds(title, title) == []
    assert kinds(title, "Learning to translate proceedings of workshops (ACL)")[0] is not Kind.TAIL


@pytest.mark.parametrize(
    ("asked", "found", "kind"),
    [
        ("Learning labels in large graphs",
         "Learning labels in large graphs: methods and uses", Kind.SUBTITLE),
        ("BERT", BERT, Kind.SUBTITLE),
        ("Pre-training of deep bidirectional transformers for language understanding",
         BERT, Kind.NAME),
        ("Learning labels in large graphs",
         "Models of many kinds: Learning labels in large graphs", Kind.HEAD),
        ("Learning labels in large graphs",
         "Learning labels in large graphs with kernels over trees", Kind.END_MISSING),
        ("Learning labels in large graphs: methods and uses",
         "Learning labels in large graphs", Kind.PART_ADDED),
    ],
)  # fmt: skip
def test_a_part_that_is_missing_or_added(asked: str, found: str, kind: Kind) -> None:
    assert kinds(asked, found) == [kind]
    assert (kind in FORGIVABLE) is (kind is Kind.NAME)


def test_a_title_that_programs_cut_at_a_word_is_cut() -> None:
    asked = "A thorough comparison of many neural approaches to word alignment"
    assert kinds(asked, f"{asked} models under noise in several languages") == [Kind.CUT]
    assert kinds(asked, f"{asked} for machine translation of texts") == [Kind.END_MISSING]


def test_a_part_that_is_missing_beside_a_slip() -> None:
    asked = "Pre-trainng of deep bidirectional transformers for language understanding"
    assert sorted(kinds(asked, BERT)) == sorted([Kind.NAME, Kind.SLIP])


@pytest.mark.parametrize(
    ("asked", "found", "kind"),
    [
        ("common", "rare", Kind.WORD),
        ("many rare", "rare", Kind.WORD_ADDED),
        ("stochastic rare", "rare", Kind.QUALIFIER),
        ("rare", "stochastic rare", Kind.QUALIFIER),
        ("rare", "very rare", Kind.WORD_MISSING),
        ("the common", "rare", Kind.WORD),
    ],
)
def test_another_word(asked: str, found: str, kind: Kind) -> None:
    title = "Neural machine translation of {} words with subword units"
    assert kinds(title.format(asked), title.format(found)) == [kind]


@pytest.mark.parametrize(
    ("asked", "found", "several"),
    [
        ("Neural grpahs sub word translation", "Neural graphs subword translation",
         [Kind.SLIP, Kind.SPACING]),
        ("Learning labels in large graphs of text graph",
         "Learning labels in large graphs of text graphs and trees",
         [Kind.INFLECTION, Kind.WORD_MISSING]),
        ("Models of in supervised learning of graphs", "Models of unsupervised learning of graphs",
         [Kind.NEGATION]),
        ("Modelling the two colour images of large things",
         "Modeling 2 color images of large things",
         [Kind.SPELLING] * 3),
    ],
)  # fmt: skip
def test_a_stretch_may_hold_several_differences(
    asked: str, found: str, several: list[Kind]
) -> None:
    assert kinds(asked, found) == several


VETOED = [
    ("Learning from graphs: Part II", "Learning from graphs: Part IV", Kind.NUMBER),
    ("Learning from graphs: Part 1", "Learning from graphs: Part 2", Kind.NUMBER),
    ("Learning from graphs", "Learning from graphs: Part II", Kind.NUMBER),
    ("Learning from graphs II", "Learning from graphs", Kind.NUMBER),
    ("Learning from graphs 2", "Learning from graphs", Kind.NUMBER),
    ("Learning from graphs 2.0", "Learning from graphs", Kind.NUMBER),
    ("The 2018 challenge of graphs and words", "The 2019 challenge of graphs and words",
     Kind.NUMBER),
    ("SemEval-2010 Task 8: relations of words", "SemEval-2010 Task 9: relations of words",
     Kind.NUMBER),
    ("Learning from words with GPT-3 at scale", "Learning from words with GPT-4 at scale",
     Kind.NUMBER),
    ("Learning word2vec for rare words", "Learning word3vec for rare words", Kind.NUMBER),
    ("Images as 16x16 words for machines", "Images as 16x32 words for machines", Kind.NUMBER),
    ("Two ways to learn from graphs", "Three ways to learn from graphs", Kind.NUMBER),
    ("The first way to learn from graphs", "The second way to learn from graphs", Kind.NUMBER),
    ("Ten ways to learn from graphs", "Ways to learn from graphs", Kind.NUMBER),
    ("Supervised learning from large graphs", "Unsupervised learning from large graphs",
     Kind.PREFIX),
    ("Linear models of large graphs", "Nonlinear models of large graphs", Kind.PREFIX),
    ("Semi-supervised learning from large graphs", "Supervised learning from large graphs",
     Kind.PREFIX),
    ("Agent models of large graphs", "Multi-agent models of large graphs", Kind.PREFIX),
    ("Self-supervised models of large graphs", "Unsupervised models of large graphs",
     Kind.NEGATION),
    ("Learning without labels in graphs", "Learning labels in graphs", Kind.NEGATION),
    ("All words in graphs are equal", "Not all words in graphs are equal", Kind.NEGATION),
    ("Learning with labels in graphs", "Learning without labels in graphs", Kind.NEGATION),
    ("Deep models of large graphs", "Shallow models of large graphs", Kind.NEGATION),
    ("Upper bounds for large graphs", "Lower bounds for large graphs", Kind.NEGATION),
    ("Mining large and dense graphs", "Mining large and sparse graphs", Kind.NEGATION),
    ("Graph kernels revisited in text", "Graph kernels in text", Kind.ANNOUNCING),
    ("Learning from graphs (Second Edition)", "Learning from graphs", Kind.ANNOUNCING),
    ("Reply to: learning from graphs", "Learning from graphs", Kind.ANNOUNCING),
    ("A survey of learning from graphs", "Learning from graphs", Kind.ANNOUNCING),
    ("Learning from graphs: a critique", "Learning from graphs", Kind.ANNOUNCING),
    ("Understanding learning from graphs", "Learning from graphs", Kind.ANNOUNCING),
    ("A review of learning from graphs", "A theory of learning from graphs", Kind.ANNOUNCING),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "found", "kind"), VETOED)
def test_what_makes_another_work_of_it(asked: str, found: str, kind: Kind) -> None:
    assert kind in kinds(asked, found)
    if kind is not Kind.ANNOUNCING:
        assert set(kinds(found, asked)) & VETOES


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Xnet for graphs", "Ynet for graphs"),
        ("Deepwolk for words", "Deepwqlk for words"),
    ],
)
def test_a_short_title_is_forgiven_less(asked: str, found: str) -> None:
    assert kinds(asked, found) == [Kind.WORD]


def test_another_small_word_of_a_short_title_is_not_forgiven() -> None:
    assert kinds("On graphs of words", "In graphs of words") == [Kind.TURNED]
    assert kinds("Graphs for words", "Graphs of words") == [Kind.TURNED]
    assert kinds("Fast learning for rare graphs", "Fast learning of rare graphs") == [Kind.FILLER]


FRONT = [
    ("Search-based structured prediction", "Unsupervised search-based structured prediction"),
    ("A method for stochastic optimization", "A robust method for stochastic optimization"),
    (
        "Text classification with bags of tricks",
        "Efficient text classification with bags of tricks",
    ),
    ("Transfer learning of word senses", "Improved transfer learning of word senses"),
    ("Matching of long sequences", "Highly scalable matching of long sequences"),
    ("The parsing of spoken language", "The deep parsing of spoken language"),
]


@pytest.mark.parametrize(("short", "long"), FRONT)
def test_a_word_in_front_that_says_how_makes_a_variant(short: str, long: str) -> None:
    assert kinds(short, long) == [Kind.FRONT_MISSING]
    assert kinds(long, short) == [Kind.FRONT_ADDED]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("the most out of a corpus of speech", "Getting the most out of a corpus of speech"),
        ("Allocation in coalitional games", "Pareto allocation in coalitional games"),
        ("Robust learning of graphs", "Robust learning of sparse graphs"),
        ("Robust matching of words", "Robust matching of words and deep graphs"),
    ],
)
def test_other_words_and_places_do_not(asked: str, found: str) -> None:
    assert not {Kind.FRONT_MISSING, Kind.FRONT_ADDED} & set(kinds(asked, found))


@pytest.mark.parametrize(
    "title",
    [
        "Semi-supervised learning of graphs",
        "Towards learning of graphs",
        "Learning of graphs revisited",
        "Multi-learning of graphs",
        "Learning of graphs v2",
        "Learning of graphs II",
    ],
)
def test_what_announces_another_work_stays_a_veto(title: str) -> None:
    assert set(kinds("Learning of graphs", title)) & VETOES
    assert set(kinds(title, "Learning of graphs")) & VETOES


def test_a_word_that_is_left_out_behind_its_hyphen_is_not_joined_to_the_next() -> None:
    assert "long" in normalize("Group-aware long- and short-term learning").words
    assert "grund" in normalize("Grund- und Hauptschulen im Vergleich").words
    assert "classification" in normalize("Text classi- fication of words").words


@pytest.mark.parametrize(
    ("asked", "found", "expected"),
    [
        ("Words of the trade", "Words of the trade: six of one, half a dozen of the other", True),
        ("Shapes of rooms", "Shapes of rooms: 2D-3D alignment of surfaces", True),
        ("Shapes of rooms", "Shapes of rooms: I. Theory", False),
        ("Shapes of rooms", "Shapes of rooms: Two dimensions", False),
    ],
)
def test_not_every_figure_in_front_of_a_part_numbers_it(
    asked: str, found: str, expected: bool
) -> None:
    assert (Kind.NUMBER not in kinds(asked, found)) is expected


@pytest.mark.parametrize(
    ("asked", "found", "kind"),
    [
        (
            "Linking of offtheshelf tools for text",
            "Linking of off-the-shelf tools for text",
            "spacing",
        ),
        ("Notification of artefacts in graphs", "Notification of artifacts in graphs", "spelling"),
        ("Exploratory corpus anotation of words", "Exploratory corpus annotation of words", "slip"),
    ],
)
def test_damage_is_forgiven(asked: str, found: str, kind: str) -> None:
    assert kinds(asked, found) == [kind]


def test_no_kind_is_both_forgivable_and_a_veto() -> None:
    assert not FORGIVABLE & VETOES


words = st.lists(
    st.sampled_from(
        "a the of deep shallow learning graphs graph 2 ii part not un supervised bert: survey "
        "(acl) 2016 words, - … colour color trnaslation with rare x".split()
    ),
    max_size=8,
).map(" ".join)


@given(words, words)
@example("the grahp graphs kernel", "grahp of a graphs")
@example("in learning color color colour colour", "color a graph learning graph 2")
def test_differences_are_told_for_any_two_titles(asked: str, found: str) -> None:
    one, other = normalize(asked), normalize(found)
    _, said = align(one, other, Surroundings(Work(found, venue="ACL", year=2016)))
    assert said or one.words == other.words
    for each in said:
        assert each.size >= 1
        assert set(each.asked.split()) <= set(one.words)
        assert set(each.found.split()) <= set(other.words)


@given(words)
def test_a_title_does_not_differ_from_itself(title: str) -> None:
    assert kinds(title, title) == []


RUN = st.lists(st.sampled_from("abcd"), max_size=6).map(tuple)


@given(RUN, RUN)
def test_a_stretch_that_is_told_at_once_is_what_the_edits_say(mine: Words, theirs: Words) -> None:
    told: list[tuple[int, int, int, int]] = []
    for op in Levenshtein.opcodes(mine, theirs):
        if op.tag == "equal":
            continue
        first = (op.src_start, op.dest_start)
        if told and (told[-1][1], told[-1][3]) == first:
            first = (told[-1][0], told.pop()[2])
        told.append((first[0], op.src_end, first[1], op.dest_end))
    if mine != theirs:
        assert stretches(mine, theirs) == told
