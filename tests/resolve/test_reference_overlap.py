import pytest

from refmatter.model import Candidate, Overlap, Rung, Work
from refmatter.providers import semantic_scholar
from refmatter.resolve.reference_overlap import ListedWorks, complete_lists
from support import candidate, questions

S2_NAME = semantic_scholar.INFO.name
NAMES = (
    "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    "Attention Is All You Need",
    "Deep Residual Learning for Image Recognition",
    "Multitask Learning",
    "Multi-task learning",
    "Findings of the 2014 Workshop on Statistical Machine Translation",
    "Findings of the 2015 Workshop on Statistical Machine Translation",
)
LIST = ListedWorks(Work(name) for name in NAMES)


def found(title: str) -> list[str]:
    return [work.title for work in LIST.works_titled(title)]


def test_works_of_this_very_title_are_found_and_no_others() -> None:
    assert found("attention is all you need.") == [NAMES[1]]
    assert found("Multitask  Learning") == [NAMES[3], NAMES[4]]
    assert found("Findings of the 2014 Workshop on Statistical Machine Translation") == [NAMES[5]]


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("Pre-training of Deep Bidirectional Transformers", NAMES[0]),
        ("BERT", NAMES[0]),
        ("Attention Is All You Ned", NAMES[1]),
        ("Deep Residual Learning for Image Recognition. In CVPR, 2016", NAMES[2]),
    ],
)
def test_where_there_is_none_those_that_are_near(title: str, first: str) -> None:
    assert found(title)[0] == first


def test_what_is_near_is_few_and_the_matcher_tells_them_apart() -> None:
    near = ListedWorks(Work(f"Findings of the {year} Workshop") for year in range(2000, 2010))
    assert len(near.works_titled("Findings of the 2012 Workshop")) == 3


@pytest.mark.parametrize("title", ["Numerical Optimization", "", "???", "论文"])
def test_what_is_far_is_not_there(title: str) -> None:
    assert found(title) == []


def test_works_without_letters_are_nobodys_and_an_empty_list_has_nothing() -> None:
    assert ListedWorks([Work("???"), Work("")]).works_titled("???") == []
    assert ListedWorks([]).works_titled("Attention Is All You Need") == []


def test_what_it_has_of_a_notes_own_list_is_counted() -> None:
    noted = ["attention is all you need.", "Attention is all you need", "Multitask Learning"]
    assert LIST.overlap([*noted, "Numerical Optimization"]) == Overlap(3, 6, 2, 2)
    assert LIST.overlap(["BERT", "Vaswani, A.: Attention Is All You Need. NIPS"]) == (
        Overlap(2, 6, 0, 2)
    )
    assert LIST.overlap(["?", ""]) == Overlap(0, 6, 0, 0)
    assert ListedWorks([Work("???")]).overlap(noted) is None


def heard(provider: str, rung: Rung, count: int) -> list[Candidate]:
    return [candidate(f"A Title {n}", provider=provider, rung=rung) for n in range(count)]


@pytest.mark.parametrize(
    ("asked", "found", "complete"),
    [
        ((), [], set()),
        (("openalex/title_batch",), [], {"openalex"}),
        (("openalex/title_batch",), heard("openalex", Rung.TITLE_BATCH, 49), {"openalex"}),
        (("openalex/title_batch",), heard("openalex", Rung.TITLE_BATCH, 50), set()),
        (
            ("semantic_scholar/title_batch",),
            heard("semantic_scholar", Rung.TITLE_BATCH, 90),
            {S2_NAME},
        ),
        (
            ("semantic_scholar/same_title_search",),
            heard("semantic_scholar", Rung.SAME_TITLE_SEARCH, 19),
            {S2_NAME},
        ),
        (
            ("semantic_scholar/same_title_search",),
            heard("semantic_scholar", Rung.SAME_TITLE_SEARCH, 20),
            set(),
        ),
        (("semantic_scholar/title_search", "crossref/title_search"), [], set()),
        (("arxiv/title_batch", "catalog/2026-01-01"), heard("catalog", Rung.CATALOG, 1), set()),
        (("openalex/title_batch", "semantic_scholar/title_batch"), [], {"openalex", S2_NAME}),
    ],
)
def test_only_lists_that_are_not_cut_are_complete(
    asked: tuple[str, ...], found: list[Candidate], complete: set[str]
) -> None:
    assert complete_lists(questions(*asked), found) == complete
