"""The repository's own notes, and small ones that are odd -> bytes to begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_LONGEST = 5000
"""Bytes of the longest note to begin with: with long ones few are tried in a second."""
_ODD = (
    "---\n---\n",
    "\ufeff---\r\na: 1\r\nauthors:\r\n---\r\nbody\r\n",
    "---\n{a: 1, authors: null, c: [x, 'y']}\n---\n",
    "---\na: &x {k: v}\nb:\n  <<: *x\nc: [*x, *x]\n---\n",
    "---\n# c\n\na b: |\n  x\n\n  y\nz: >-\n  1\n# d\n---\n",
    "---\n  indented: 1\n  authors: []  # c\n---\n",
    "---\nno: yes\n2019: 1:30\n~: null\n? [a, {b: c}]\n: 1\n---\n",
    "---\na: 1\na: 2\n'authors': \"\\xE9\\u2028\\U0001F600\"\n---\n---\n",
    "---\n\nprose\n\n---\n\n## References\n\n- A\n",
    "# T\n\nReferences\n---\n1. A [B](./b.md)\n2) [[c|C]] `x`\n   - nested\n\n> q\n",
    "## References\n* <https://doi.org/10.1/x> A\n```\n- no\n```\n<!--\n- no\n-->\n- [ ] B\n",
    '## References\n\n- A\n  lazy\ncontinued\n\t- t\n+ [x](<a b.md> "t") and [y](%2e%2e/z)\n',
)


def notes() -> Iterator[bytes]:
    """The same ones in the same order each time."""
    yield from (text.encode() for text in _ODD)
    for folder in ("seeds", "tests/data/pairs"):
        for path in sorted((_ROOT / folder).rglob("*.md")):
            if path.stat().st_size <= _LONGEST:
                yield path.read_bytes()
