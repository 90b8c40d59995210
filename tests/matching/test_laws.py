"""What holds of the matcher whatever the titles are."""

from __future__ import annotations

import html
import itertools
import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from refmatter.matching.decide import decide
from refmatter.matching.features import score_candidate
from refmatter.matching.normalize import undo_damage
from refmatter.matching.thresholds import Thresholds
from refmatter.model import (
    Accepted,
    Ambiguous,
    Candidate,
    Hints,
    Identifiers,
    Lookup,
    Tier,
    Unmatched,
)
from refmatter.reasons import Feature, ReasonKind
from refmatter.resolve.matching_stage import match
from refmatter.titles import title_key
from support import candidate, lookup, s2

TITLES = [
    "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    "Poincaré Embeddings for Learning Hierarchical Representations",
    "Schrödinger Bridges & the Naïve Bayes Assumption: Notes from a Café in Besançon",
    "Learning Phrase Representations using RNN Encoder-Decoder for Machine Translation",
    "SemEval-2010 Task 8: Multi-Way Classification of Relations between Pairs of Nominals",
    "Programming in C++ for Scientists and Engineers (Part II)",
    "Where do Flows, Fields and Waves come from? A Finite-State Account",
]
ALL = Thresholds(auto_write=Tier.LIKELY)


# Damage


def as_it_is(title: str) -> str:
    return title


def in_latex(title: str) -> str:
    marks = {"\u0301": "'", "\u0308": '"', "\u0327": "c"}
    text = re.sub(
        "([A-Za-z])([\u0301\u0308\u0327])",
        lambda found: f"\\{marks[found[2]]}{{{found[1]}}}",
        unicodedata.normalize("NFD", title),
    )
    return text.replace("&", r"\&").replace("B", "{B}")


def without_accents(title: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", title) if not unicodedata.combining(c))


def decomposed(title: str) -> str:
    return unicodedata.normalize("NFD", title)


def read_in_the_wrong_code(title: str) -> str:
    return title.encode().decode("latin-1")


def with_ligatures(title: str) -> str:
    return title.replace("fl", "ﬂ").replace("Fl", "ﬂ").replace("fi", "ﬁ").replace("Fi", "ﬁ")


def with_entities(title: str) -> str:
    return html.escape(title).replace("é", "&eacute;").replace("ö", "&#246;")


def dashed(title: str) -> str:
    return title.replace(": ", " - ").replace("-", "–")


def with_broken_words(title: str) -> str:
    return re.sub(r"\b([A-Z][a-z]{3})([a-z]{3})", "\\1-\n\\2", title)


def with_soft_hyphens(title: str) -> str:
    return re.sub(r"([a-z]{3})([a-z]{3})", "\\1\u00ad\\2", title)


def without_marks(title: str) -> str:
    return re.sub(r"[:?,()-]", " ", title)


def with_wide_blanks(title: str) -> str:
    return f"\t{title} \n".replace(" ", "\u00a0 ")


LETTERS = [
    as_it_is, in_latex, without_accents, decomposed, read_in_the_wrong_code, with_ligatures,
    with_entities, dashed, with_broken_words, with_soft_hyphens, without_marks, with_wide_blanks,
]  # fmt: skip
DRESSES = [
    "{}", "- {}", "* [ ] {}", "[12] {}", "3. {}", "(7) {}", "**{}**", "- *{}*", "`{}`", "~~{}~~",
    "[{}](./note.md)", "[[{}]]", "- [[note|{}]]", "<i>{}</i>", "{}.", "{}...", "“{}”", '"{}",',
    "\\emph{{{}}}", "  {}  ",
]  # fmt: skip


@pytest.mark.parametrize("dress", DRESSES)
def test_a_title_is_equal_to_itself_whatever_was_done_to_it(dress: str) -> None:
    for letters, title in itertools.product(LETTERS, TITLES):
        damaged = dress.format(letters(title))
        decision = match(lookup(damaged), [candidate(title)])
        assert isinstance(decision, Accepted), damaged
        assert decision.tier is Tier.CERTAIN
        assert decision.reason.kind is ReasonKind.EQUAL_TITLE


@pytest.mark.parametrize("case", [str.upper, str.lower, str.title, str.swapcase, str.casefold])
@pytest.mark.parametrize("letters", [as_it_is, without_accents, decomposed, dashed, without_marks])
def test_capitals_say_nothing(letters: Callable[[str], str], case: Callable[[str], str]) -> None:
    for title in TITLES:
        decision = match(lookup(case(letters(title))), [candidate(title)])
        assert isinstance(decision, Accepted), case(letters(title))
        assert decision.reason.kind is ReasonKind.EQUAL_TITLE


@given(st.text())
@example("Of the, by the, for the")
@example("")
def test_any_text_is_equal_to_itself_without_its_damage(text: str) -> None:
    same = float(bool(title_key(text)))  # what has no letters is no title
    assert score_candidate(lookup(text), candidate(undo_damage(text))).features["title"] == same


# Vetoes

AUTHORS = ("Alice Adams", "Carol Clark")
FRAMES = [
    "Models of language {} and the machines that learn them",
    "Models of language and the machines that learn them: {} of a study",
    "{} models of language and the machines that learn them",
]
TELLING = [
    ("in 2018", "in 2019"), ("Part I", "Part II"), ("Part II", "Part III"), ("Part 2", "Part 3"),
    ("Volume 1", "Volume 2"), ("Vol. IV", "Vol. V"), ("Task 8", "Task 9"), ("GPT-3", "GPT-4"),
    ("Chapter 3", "Chapter 4"), ("first", "second"), ("two", "three"), ("3D", "2D"),
    ("2nd edition", "3rd edition"), ("1000", "10000"), ("100", "1000"), ("word2vec", "word3vec"),
    ("with", "without"), ("not", ""), ("never", "ever"), ("never", ""), ("no", ""),
    ("cannot", "can"), ("without words", "words"), ("neither", "both"),
    ("supervised", "unsupervised"), ("semi-supervised", "supervised"), ("linear", "nonlinear"),
    ("multi-agent", "agent"), ("self-trained", "trained"), ("dependent", "independent"),
    ("deep", "shallow"), ("upper", "lower"), ("online", "offline"), ("open", "closed"),
    ("Part I", ""), ("2", ""), ("II", ""), ("2nd edition", ""),
]  # fmt: skip
HINTS = [
    Hints(),
    Hints(2001, AUTHORS[0], authors=AUTHORS),
    Hints(2001),
    Hints(first_author="Adams, A."),
]


@pytest.mark.parametrize(("one", "other"), TELLING)
def test_what_tells_two_works_apart_is_a_veto_whatever_speaks_for_it(one: str, other: str) -> None:
    for frame, cited, hints in itertools.product(FRAMES, [None, "n.md"], HINTS):
        for asked, found in itertools.permutations((frame.format(one), frame.format(other))):
            record = candidate(found, authors=AUTHORS, year=2001, cited_by=cited)
            wanted = replace(lookup(asked), hints=hints)
            assert isinstance(match(wanted, [record], ALL), Unmatched), (asked, found, hints)


# Any texts

numbers = st.sampled_from([None, -1, 0, 1985, 2000, 2001, 2002, 2019, 99999])
names = st.sampled_from(["Alice Adams", "Adams, A.", "Bob Brown", "brown", "…", "", "Ng"])
pieces = st.lists(
    st.sampled_from(
        "a the of deep shallow learning graph graphs 2 ii part not un BERT: survey (acl) 2016 "
        "word, - … é & **x** [y](z) colour trnaslation with + 10, 000 \u00ad \\emph{q}".split()
    ),
    max_size=9,
).map(" ".join)
texts = st.one_of(
    pieces,
    st.sampled_from(TITLES),
    st.text(st.characters(exclude_categories=["No"]), max_size=30),
)
identifiers = st.builds(
    lambda digit, doi: Identifiers(s2=s2(digit).s2 if digit else None, doi=doi),
    st.sampled_from(["", "1", "2"]),
    st.sampled_from([None, "10.1/x", "10.1/y"]),
)
records = st.builds(
    candidate,
    texts,
    st.sampled_from(["semantic_scholar", "crossref", "arxiv", "vault"]),
    cited_by=st.sampled_from([None, None, "n.md"]),
    authors=st.one_of(st.none(), st.lists(names, max_size=3).map(tuple)),
    year=numbers,
    venue=st.one_of(st.none(), texts),
    identifiers=identifiers,
    preprint=st.sampled_from([None, True, False]),
)
wishes = st.builds(
    lambda title, hints: replace(lookup(title), hints=hints),
    texts,
    st.builds(Hints, numbers, st.one_of(st.none(), names), identifiers, st.lists(names).map(tuple)),
)


@given(wishes, st.lists(records, max_size=4))
def test_no_text_is_too_odd_and_every_figure_is_a_share(
    wanted: Lookup, found: list[Candidate]
) -> None:
    matches = [score_candidate(wanted, each) for each in found]
    for each in matches:
        assert 0.0 <= each.score <= 1.0
        assert all(0.0 <= value <= 1.0 for value in each.features.values())
        assert {"title", "likeness"} <= each.features.keys() <= set(Feature)
    decision = decide(wanted, matches)
    assert isinstance(decision, Accepted | Ambiguous | Unmatched)
    others = decision.others if isinstance(decision, Accepted) else decision.matches
    assert all(lost.candidate < len(others) for lost in decision.reason.rejected)
    shown = decision.matches + getattr(decision, "others", ())
    assert {id(m.candidate) for m in shown} <= {id(each) for each in found}
    for each in shown:
        assert all(0.0 <= value <= 1.0 for value in each.features.values())


@given(wishes, st.lists(records, min_size=2, max_size=4))
def test_the_order_of_the_candidates_decides_nothing(
    wanted: Lookup, found: list[Candidate]
) -> None:
    for order in (found[::-1], found[1:] + found[:1]):
        assert match(wanted, order) == match(wanted, found)


@given(pieces, st.sampled_from(TITLES), st.booleans())
def test_what_is_more_than_damage_is_never_written_for_its_title_alone(
    piece: str, title: str, behind: bool
) -> None:
    asked = f"{title} {piece}" if behind else f"{piece} {title}"
    for one, other in ((asked, title), (title, asked)):
        decision = match(lookup(one), [candidate(other, authors=AUTHORS, year=2001)])
        if isinstance(decision, Accepted):
            assert decision.tier is Tier.CERTAIN
            features = decision.matches[0].features
            assert features["title"] == 1.0 or features["forgivable"] == 1.0


# Evidence

SPELT = [
    *TITLES,
    "BERT",
    "Poincare embeddings of hierarchical representations",
    "Learning phrase representations using RNN encoder decoders",
    "Where do flows, fields and waves come from?",
    "Deep learning",
    "Introduction",
]
FOUND = [*TITLES, "Deep learning", "Introduction"]
WORKS = st.builds(
    lambda title, year: candidate(
        title, authors=AUTHORS, year=year, identifiers=Identifiers(s2=s2("1").s2, doi="10.1/x")
    ),
    st.sampled_from(FOUND),
    st.sampled_from([2001, 2010]),
)
OTHERS = st.lists(
    st.builds(
        lambda title, year, digit: candidate(
            title, authors=("Zoe Zimmer",), year=year, identifiers=s2(digit)
        ),
        st.sampled_from(FOUND),
        st.sampled_from([1985, 2020]),
        st.sampled_from("2345"),
    ),
    max_size=3,
    unique_by=lambda each: each.work.identifiers,
)
AGREEING = ["year", "first_author", "authors", "identifiers"]


@given(
    st.sampled_from(SPELT), WORKS, OTHERS,
    st.sets(st.sampled_from(AGREEING)), st.sampled_from(AGREEING), st.booleans(),
)  # fmt: skip
def test_a_hint_that_agrees_never_makes_it_less_sure(  # noqa: PLR0913, PLR0917 - all that is drawn
    title: str, work: Candidate, others: list[Candidate], known: set[str], more: str, likely: bool
) -> None:
    told = {
        "year": work.work.year,
        "first_author": AUTHORS[0],
        "authors": AUTHORS,
        "identifiers": work.work.identifiers,
    }
    bars = ALL if likely else Thresholds()

    def taken(hints: set[str]) -> bool:
        said = {name: told[name] for name in hints}
        decision = match(lookup(title, **said), [work, *others], bars)
        return isinstance(decision, Accepted) and work in [m.candidate for m in decision.matches]

    assert taken(known | {more}) or not taken(known)
