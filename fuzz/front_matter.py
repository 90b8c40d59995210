"""Bytes as a note -> its front matter, read and changed: refused, or old and new and no more."""

from __future__ import annotations

from collections.abc import Iterator

from fuzz.notes import notes
from refmatter.errors import FrontMatterError
from refmatter.model import Quotes, Sequences, ValueStyle
from refmatter.notes import frontmatter
from refmatter.notes.frontmatter import KeyEdit

WORDS = (
    "---\\x0a", "\\x0a---\\x0a", ": ", "- ", "? ", "&a ", "*a", "<<: *a", "!!str ", "!!python/x ",
    "|\\x0a", ">-\\x0a", "[", "]", "{", "}", "# ", "'", '\\"', "~", "null", "\\x0d\\x0a", "\\x09",
    "\\xef\\xbb\\xbf", "...\\x0a", "%YAML 1.1\\x0a", "authors:", "0x1", "1_0:0", ".nan",
)  # fmt: skip
"""What YAML gives a meaning to, as libFuzzer's dictionaries write it."""

_STYLES = (
    ValueStyle(),
    ValueStyle(Sequences.FLOW, Quotes.SINGLE),
    ValueStyle(Sequences.INDENTED, Quotes.DOUBLE, escapes=True, null="~"),
)
_VALUES: tuple[object, ...] = (["A: B", "# c"], "---\nx", None, 2019, "\x1b[31m\u202e", [])


def corpus() -> Iterator[bytes]:
    """Notes, each behind the byte that chooses what is put in."""
    for number, note in enumerate(notes()):
        yield bytes([number % 256]) + note


def check(data: bytes) -> None:
    """Raises AssertionError where something is lost, or anything but FrontMatterError comes."""
    chosen, note = data[:1] or b"\0", data[1:]
    new = _entries(chosen[0])
    try:
        before = frontmatter.read(note)
        result = frontmatter.splice(note, new)
    except FrontMatterError as error:
        _check_line(error.line, note)
        return
    after = frontmatter.read(result)
    values = {entry.key: entry.value for entry in new}
    kept = [(key, value) for key, value in before.entries if not _is_new(key, values)]
    left = [(key, value) for key, value in after.entries if not _is_new(key, values)]
    assert repr(left) == repr(kept), "an old value changed"
    found = {key: value for key, value in after.entries if _is_new(key, values)}
    assert repr(sorted(found.items())) == repr(sorted(values.items())), "a new value is lost"
    assert len(after.entries) == len(kept) + len(values), "a value stands twice"
    if before.present:
        assert after.body == before.body, "the body changed"
    else:
        assert result.endswith(note.removeprefix(b"\xef\xbb\xbf")), "the text changed"


def _check_line(line: int | None, note: bytes) -> None:
    assert line is None or 1 <= line <= note.count(b"\n") + 1, f"there is no line {line}"


def _entries(chosen: int) -> list[KeyEdit]:
    style = _STYLES[chosen % len(_STYLES)]
    value = _VALUES[chosen // 4 % len(_VALUES)]
    at = (None, 0, 1, 9)[chosen // 32 % 4]
    two = chosen >= 128
    return [KeyEdit("authors", value, style, at), *([KeyEdit("a b", 7, style, 0)] if two else ())]


def _is_new(key: object, values: dict[str, object]) -> bool:
    return isinstance(key, str) and key in values
