import io
from dataclasses import dataclass

import pytest
from rich.console import Console

from refmatter.model import Rung
from refmatter.report.progress import ProgressBars
from support import absent


def console() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)


def seen(screen: Console) -> str:
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def frame(screen: Console, words: str) -> str:
    """The first picture with these words: all that was on the screen together."""
    return next(each for each in seen(screen).split("\x1b[2K") if words in each)


def test_before_anybody_is_asked_the_notes_are_read() -> None:
    screen = console()
    with ProgressBars(screen):
        pass
    assert "reading the notes" in seen(screen)


def test_a_bar_tells_who_is_asked_and_how_far_that_is() -> None:
    screen = console()
    with ProgressBars(screen) as bars:
        bars.start([(Rung.IDENTIFIER, "semantic_scholar", 500)])
        bars.advance("semantic_scholar", 200)
        bars.advance("semantic_scholar", 50)
    assert "Semantic Scholar, by identifier" in seen(screen)
    assert "250/500" in seen(screen)


def test_bars_of_lanes_that_set_out_earlier_go_away() -> None:
    screen = console()
    with ProgressBars(screen) as bars:
        bars.start(
            [
                (Rung.CITING_REFERENCES, "semantic_scholar", 3),
                (Rung.CITING_REFERENCES, "openalex", 5),
            ]
        )
        bars.advance("semantic_scholar", 3)
        bars.start([(Rung.TITLE_SEARCH, "arxiv", 7)])
        bars.advance("arxiv", 2)
    last = frame(screen, "2/7")
    assert "arXiv, by title" in last
    assert "reference lists" not in last
    assert "reading the notes" not in last


def test_lanes_that_set_out_together_have_a_bar_each() -> None:
    screen = console()
    with ProgressBars(screen) as bars:
        bars.start([(Rung.TITLE_SEARCH, "semantic_scholar", 4), (Rung.TITLE_SEARCH, "arxiv", 6)])
        bars.advance("arxiv", 5)
        bars.advance("semantic_scholar", 1)
    last = frame(screen, "1/4")
    assert "5/6" in last


def test_lanes_of_several_rungs_stand_together() -> None:
    screen = console()
    with ProgressBars(screen) as bars:
        bars.start([(Rung.TITLE_BATCH, "openalex", 40), (Rung.IDENTIFIER, "semantic_scholar", 9)])
        bars.advance("semantic_scholar", 9)
        bars.advance("openalex", 25)
    last = frame(screen, "25/40")
    assert absent(last, "OpenAlex", "titles") == []
    assert "Semantic Scholar, by identifier" in last
    assert "9/9" in last


def test_the_same_lane_may_set_out_again() -> None:
    screen = console()
    with ProgressBars(screen) as bars:
        bars.start([(Rung.TITLE_SEARCH, "arxiv", 6)])
        bars.advance("arxiv", 6)
        bars.start([(Rung.TITLE_SEARCH, "arxiv", 3)])
        bars.advance("arxiv", 1)
    assert "6/6" not in frame(screen, "1/3")


def test_no_lanes_show_no_bar() -> None:
    screen = console()
    with ProgressBars(screen) as bars:
        bars.start([(Rung.TITLE_SEARCH, "arxiv", 6)])
        bars.start([])
    assert "arXiv, by title" in seen(screen)
    assert "arXiv" not in frame(screen, "\x1b[?25h"), "the last one, where the cursor comes back"


@pytest.mark.parametrize(
    ("rung", "words"),
    [
        (Rung.COMPARE_REFERENCES, "DBLP, reference lists of namesakes"),
        (Rung.CATALOG, "DBLP, catalog"),
    ],
)
def test_a_rung_is_told_in_words(rung: Rung, words: str) -> None:
    screen = console()
    with ProgressBars(screen) as bars:
        bars.start([(rung, "dblp", 1)])
    assert words in seen(screen)


def test_the_bars_go_away_even_when_the_run_fails() -> None:
    screen = console()
    bars = ProgressBars(screen)

    def fail() -> None:
        with bars:
            bars.start([(Rung.TITLE_SEARCH, "arxiv", 0)])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert seen(screen).endswith("\x1b[2K")
    assert "\x1b[?25h" in seen(screen)


def test_where_nobody_watches_nothing_moves() -> None:
    screen = Console(file=io.StringIO(), force_terminal=False)
    with ProgressBars(screen) as bars:
        bars.start([(Rung.TITLE_SEARCH, "arxiv", 5)])
        bars.advance("arxiv", 5)
    assert "\x1b" not in seen(screen)


@dataclass(frozen=True, slots=True)
class Used:
    """A service that was used."""

    requests: int
    waited: float


def test_what_is_settled_and_what_it_took_is_told() -> None:
    screen = console()
    with ProgressBars(screen) as bars:
        bars.begin(12, {"arxiv": Used(3, 8.4), "dblp": Used(1, 0.0)})
        bars.resolved(Rung.LEDGER, 0, 9)
        bars.resolved(Rung.CATALOG, 4, 5)
        bars.start([(Rung.TITLE_SEARCH, "arxiv", 5), (Rung.TITLE_SEARCH, "dblp", 5)])
        bars.advance("arxiv", 2)
        bars.resolved(Rung.TITLE_SEARCH, 2, 3)
        bars.advance("arxiv", 1)
    last = frame(screen, "3/5")
    facts = ("12 notes", "6 titles settled", "catalog 4", "title search 2", "3 open")
    assert absent(last, *facts) == []
    assert "3 asked, 8 s waited" in last
    assert "1 asked " in last
