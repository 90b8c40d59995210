"""The distortions change what their names say and nothing else."""

from __future__ import annotations

import re
from random import Random

import pytest
from benchmarks.matching.inventions import about, edition, opposite
from benchmarks.matching.noise import DISTORTIONS, OFTEN, distortions
from benchmarks.matching.works import folded
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unmeasured

COLON = "SQuAD2: Learning Efficient Behavior and Naïve Optimization of 3D Models with 10,000 Labels"
PLAIN = "Fast Parsing of the Penn Treebank"
LONG = "A Long Study of How Readers Find Papers and Why They Stop: With Notes on the Habits of Many"
SAME_LETTERS = (
    "caps", "colon_dash", "colon_other", "exact", "hyphen", "lower", "nopunct", "quotes", "slug",
    "trailing",
)  # fmt: skip


def made(kind: str, title: str, seed: int = 0) -> str:
    """The distorted title; fails where it does not lend itself within some tries."""
    chance = Random(seed)  # noqa: S311 - to be the same each time
    for _ in range(50):
        found = DISTORTIONS[kind](title, chance)
        if found is not None:
            return found
    return pytest.fail(f"{kind} never distorts {title!r}")


def letters(title: str) -> str:
    return "".join(folded(title))


def test_every_class_has_its_share() -> None:
    assert set(DISTORTIONS) == set(OFTEN)
    assert len(OFTEN) == 27
    assert 2400 < sum(OFTEN.values()) < 2600


@given(
    kind=st.sampled_from(sorted(DISTORTIONS)), title=st.text(max_size=120), seed=st.integers(0, 99)
)
def test_any_text_is_distorted_or_left(kind: str, title: str, seed: int) -> None:
    one, two = (DISTORTIONS[kind](title, Random(seed)) for _ in range(2))  # noqa: S311
    assert one == two
    assert one is None or isinstance(one, str)


@pytest.mark.parametrize("kind", SAME_LETTERS)
@pytest.mark.parametrize("seed", range(8))
def test_the_letters_stay(kind: str, seed: int) -> None:
    assert letters(made(kind, COLON, seed)) == letters(COLON)


@pytest.mark.parametrize("kind", sorted(set(DISTORTIONS) - {"exact", "combined"}))
def test_something_changes(kind: str) -> None:
    title = LONG if kind == "truncated" else COLON
    assert any(made(kind, title, seed) != title for seed in range(8))


def test_a_colon_becomes_the_seed_notes_dash() -> None:
    assert made("colon_dash", "BERT: Pre-training") == "BERT - Pre-training"
    assert DISTORTIONS["colon_dash"](PLAIN, Random(0)) is None  # noqa: S311


@pytest.mark.parametrize("seed", range(8))
def test_a_cut_title_begins_like_the_whole(seed: int) -> None:
    cut = made("truncated", LONG, seed).rstrip(" .…")
    assert LONG.startswith(cut)
    assert len(cut) < 0.85 * len(LONG)


def test_a_short_title_is_not_cut() -> None:
    assert DISTORTIONS["truncated"](PLAIN, Random(0)) is None  # noqa: S311


@pytest.mark.parametrize("seed", range(8))
def test_a_slip_is_one_or_two(seed: int) -> None:
    slipped = made("typo", PLAIN, seed)
    assert slipped != PLAIN
    assert abs(len(slipped) - len(PLAIN)) <= 2
    changed = [word for word in slipped.split() if word not in PLAIN.split()]
    assert 1 <= len(changed) <= 2


@pytest.mark.parametrize("seed", range(8))
def test_the_short_name_goes_or_moves(seed: int) -> None:
    rest = "Learning Efficient Behavior"
    assert made("prefix_dropped", COLON, seed).startswith(rest)
    moved = made("prefix_only_first", COLON, seed)
    assert moved.startswith(rest)
    assert sorted(folded(moved)) == sorted(folded(COLON))


def test_a_head_of_words_is_no_short_name() -> None:
    assert DISTORTIONS["prefix_dropped"](LONG, Random(0)) is None  # noqa: S311


@pytest.mark.parametrize("seed", range(8))
def test_a_missing_subtitle_leaves_the_head(seed: int) -> None:
    assert made("subtitle_missing", LONG, seed) == LONG.partition(":")[0]


@pytest.mark.parametrize("seed", range(8))
def test_one_word_that_says_something_is_missing(seed: int) -> None:
    left = made("word_missing", COLON, seed).split()
    (gone,) = [word for word in COLON.split() if word not in left]
    assert len(gone) > 3


@pytest.mark.parametrize("seed", range(8))
def test_a_filler_changes_and_all_else_stays(seed: int) -> None:
    before, after = folded(PLAIN), folded(made("function_word", PLAIN, seed))
    assert set(before) ^ set(after) <= {"a", "an", "the", "of", "on", "for"}


def test_mojibake_can_be_undone() -> None:
    assert made("mojibake", COLON).encode("cp1252").decode() == COLON


@pytest.mark.parametrize("seed", range(8))
def test_latex_braces_are_even(seed: int) -> None:
    texed = made("latex", COLON, seed)
    assert texed.count("{") == texed.count("}") > 0


@pytest.mark.parametrize("seed", range(8))
def test_numerals_keep_the_figures(seed: int) -> None:
    title = "3D Views of 10,000 Rooms"
    figures = re.sub(r"\D", "", made("numerals", title, seed))
    assert figures == "310000"


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Optimizing Color", "Optimising Colour"),
        ("Modelling Neighbours", "Modeling Neighbors"),
        ("Visualisation", "Visualization"),
        ("Sizes and Noises", None),
        (PLAIN, None),
    ],
)
def test_spelling_goes_both_ways(title: str, other: str | None) -> None:
    assert DISTORTIONS["spelling"](title, Random(0)) == other  # noqa: S311


@pytest.mark.parametrize("seed", range(20))
def test_a_tail_names_the_work_s_own_venue_or_year(seed: int) -> None:
    ended = distortions("COLING", 1987)["tail"](PLAIN, Random(seed))  # noqa: S311
    assert ended is not None
    assert ended.startswith(PLAIN)
    assert re.search(r"COLING|1987|87|:\d{4}\.", ended.removeprefix(PLAIN))


@pytest.mark.parametrize("seed", range(8))
def test_what_is_another_work_is_never_the_same_title(seed: int) -> None:
    chance = Random(seed)  # noqa: S311
    for title in (COLON, PLAIN, LONG, "World War II Letters, Part I"):
        assert letters(edition(title, chance)) != letters(title)
        # "X++" is another work only for those who read signs
        assert about(title, chance) != title
    assert opposite("Supervised Parsing", chance) in {
        "Unsupervised Parsing",
        "Semi-supervised Parsing",
    }
    assert opposite(PLAIN.replace("Fast", "Quick"), chance) is None
