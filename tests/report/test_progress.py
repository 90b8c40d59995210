import io

import pytest
from rich.console import Console

from refmatter.model import Rung
from refmatter.report.progress import Bars


def console() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)


def seen(screen: Console) -> str:
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def test_a_bar_tells_who_is_asked_and_how_far_that_is() -> None:
    screen = console()
    with Bars(screen) as bars:
        bars.start(Rung.IDENTIFIER, "semantic_scholar", 500)
        bars.advance("semantic_scholar", 200)
        bars.advance("semantic_scholar", 50)
    assert "Semantic Scholar, by identifier" in seen(screen)
    assert "250/500" in seen(screen)


def test_each_rung_has_its_own_bar() -> None:
    screen = console()
    with Bars(screen) as bars:
        bars.start(Rung.CITING, "semantic_scholar", 3)
        bars.advance("semantic_scholar", 3)
        bars.start(Rung.TITLE, "arxiv", 7)
        bars.advance("arxiv", 2)
    last = next(frame for frame in seen(screen).split("\x1b[2K") if "2/7" in frame)
    assert "arXiv, by title" in last
    assert "reference lists" not in last


def test_lanes_of_one_rung_have_a_bar_each() -> None:
    screen = console()
    with Bars(screen) as bars:
        bars.start(Rung.TITLE, "semantic_scholar", 4)
        bars.start(Rung.TITLE, "arxiv", 6)
        bars.advance("arxiv", 5)
        bars.advance("semantic_scholar", 1)
    assert "1/4" in seen(screen)
    assert "5/6" in seen(screen)


@pytest.mark.parametrize(
    ("rung", "words"),
    [(Rung.NAMESAKES, "DBLP, namesakes"), (Rung.CATALOG, "DBLP, catalog")],
)
def test_a_rung_is_told_in_words(rung: Rung, words: str) -> None:
    screen = console()
    with Bars(screen) as bars:
        bars.start(rung, "dblp", 1)
    assert words in seen(screen)


def test_the_bars_go_away_even_when_the_run_fails() -> None:
    screen = console()
    bars = Bars(screen)

    def fail() -> None:
        with bars:
            bars.start(Rung.TITLE, "arxiv", 0)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert seen(screen).endswith("\x1b[2K")
    assert "\x1b[?25h" in seen(screen)


def test_where_nobody_watches_nothing_moves() -> None:
    screen = Console(file=io.StringIO(), force_terminal=False)
    with Bars(screen) as bars:
        bars.start(Rung.TITLE, "arxiv", 5)
        bars.advance("arxiv", 5)
    assert "\x1b" not in seen(screen)
