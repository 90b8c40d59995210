"""Bytes as a note's body -> its references, found and linked: only the named lines change."""

from __future__ import annotations

from collections.abc import Iterator

from fuzz.notes import notes
from refmatter.errors import NoteError
from refmatter.notes import frontmatter, note_identifiers, references

HEADINGS = ("References", "Paper References")
WORDS = (
    "## References\\x0a", "\\x0a- ", "\\x0a* ", "\\x0a1. ", "\\x0a  - ", "](./", "[[", "]]", "|",
    "\\\\", "`", "```\\x0a", "<!--", "-->", "\\x0a---\\x0a", "\\x0a===\\x0a", "\\x09", "\\x0d",
    "https://doi.org/10.1/", "arXiv:1706.03762", "%2e%2e/", "> ", "<", ">", "**", "_", "[ ] ",
)  # fmt: skip

_TARGETS = ("./a b(c).md", "../x%y.md", "x", "ü#.md")


def corpus() -> Iterator[bytes]:
    """Notes, each behind the byte that chooses what is linked."""
    for number, note in enumerate(notes()):
        yield bytes([number % 256]) + note


def check(data: bytes) -> None:
    """Raises AssertionError where another line changes, or anything but NoteError comes."""
    chosen, note = (data[:1] or b"\0")[0], data[1:]
    try:
        front = frontmatter.read(note)
    except NoteError:
        return
    found = references.find(front.body, front.body_line, HEADINGS, note_identifiers.identify)
    list(references.headings_in(front.body))
    note_identifiers.carried(front.entries, note_identifiers.preamble(front.body))
    plain = [each for each in found.references if each.plain]
    assert all(1 <= each.line <= note.count(b"\n") + 1 for each in found.references)
    links = [
        (each, _TARGETS[number % len(_TARGETS)])
        for number, each in enumerate(plain)
        if (chosen >> number % 8) & 1
    ]
    try:
        linked = references.link(note, links, HEADINGS)
    except NoteError:
        return
    _only_these_changed(note, linked, {each.line for each, _ in links})
    after = frontmatter.read(linked)
    assert repr(after.entries) == repr(front.entries), "the front matter changed"
    again = references.find(after.body, after.body_line, HEADINGS, note_identifiers.identify)
    titles = [(each.text, each.line) for each in found.references]
    assert [(each.text, each.line) for each in again.references] == titles, "a title changed"


def _only_these_changed(before: bytes, after: bytes, named: set[int]) -> None:
    old, new = before.split(b"\n"), after.split(b"\n")
    if not named:
        assert old == new, "something changed without a link"
        return
    # A title may go over several lines; the item that is linked starts on a named one.
    changed = [n for n, (a, b) in enumerate(zip(old, new, strict=True), 1) if a != b]
    starts = sorted(named)
    for line in changed:
        assert starts[0] <= line, "a line before the first link changed"
    assert len(changed) <= sum(max(2, old[n - 1].count(b" ") + 2) for n in starts)
