from __future__ import annotations

import pytest

from refmatter.report.nightly import complaint


@pytest.mark.parametrize(
    ("trouble", "line"),
    [
        ([], ""),
        (["one"], "refmatter: one"),
        (["one", "two", "three"], "refmatter: one; two; three"),
        (["one", "two", "three", "four", "five"], "refmatter: one; two; three; and 2 more"),
    ],
)
def test_what_could_not_be_done_is_one_line(trouble: list[str], line: str) -> None:
    assert complaint(trouble) == line
