"""New values -> the bytes of a note with them put in, proven to change nothing else."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from refmatter.errors import FrontMatterError
from refmatter.model import ValueStyle
from refmatter.notes.frontmatter.block import BOM, Block, decoded, parse
from refmatter.notes.frontmatter.render import rendered
from refmatter.notes.frontmatter.values import Pair, line_of

_SAFE_DUMP = ValueStyle()
_ASIDE = re.compile(r"[ \t]*(?:#[^\n]*)?\r?\n")


@dataclass(frozen=True, slots=True)
class KeyEdit:
    """A value to be written: in place where the key stands already, else as a new key.

    A new key goes before the existing key number `at` (from 0), or to the end where that is
    None. `value` is text, a number, a bool, None, or a list or tuple of texts. `removed` takes
    the value of a key out, and the key with it unless `keep_key`.
    """

    key: str
    value: object
    style: ValueStyle = _SAFE_DUMP
    at: int | None = None
    removed: bool = False
    keep_key: bool = False


def splice(data: bytes, entries: Sequence[KeyEdit]) -> bytes:
    """The note with these values in its front matter, every other byte as it was.

    Raises:
        FrontMatterError: the block cannot be read, a key stands twice, the value to be
            replaced is more than an empty or one-line one, or the result does not read
            back as exactly the old values and the new.

    """
    if not entries:
        return data
    text = decoded(data)
    block = parse(text)
    keys = [entry.key for entry in entries]
    if len(set(keys)) < len(keys):
        raise FrontMatterError("a key is to be written twice; nothing was written")
    entries = [_plain(entry) for entry in entries]
    if not block.present:
        head, body = _head(text, entries), _gap(text) + text
        result = head + body
    else:
        result, body = _edited(text, _edits(block, entries)), text[block.after :]
    _prove(result, _union(block, entries), body)
    return (BOM if data.startswith(BOM) else b"") + result.encode()


def _plain(entry: KeyEdit) -> KeyEdit:
    """With texts that are texts and nothing more, and lists that are lists."""
    value = entry.value
    if isinstance(value, list | tuple):
        value = [str(each) for each in value]
    elif isinstance(value, str):
        value = str(value)
    return replace(entry, key=str(entry.key), value=value)


def _newline(text: str, at: int) -> str:
    end = text.find("\n", at)
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"


def _head(text: str, entries: Iterable[KeyEdit]) -> str:
    """A new block for a note that has none."""
    lines = "".join(rendered(entry.key, entry.value, entry.style) for entry in entries)
    return f"---\n{lines}---\n".replace("\n", _newline(text, 0))


def _gap(text: str) -> str:
    """What parts a new block from the text: an empty line, unless one is there."""
    return "" if not text or re.match(r"[ \t]*\r?\n", text) else _newline(text, 0)


_Edit = tuple[int, int, str]


def _edited(text: str, edits: Iterable[_Edit]) -> str:
    parts: list[str] = []
    done = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]])


def _edits(block: Block, entries: Iterable[KeyEdit]) -> Iterator[_Edit]:
    new: list[KeyEdit] = []
    for entry in entries:
        places = [pair for pair in block.pairs if _is(pair.key, entry.key)]
        if len(places) > 1:
            lines = [line_of(block.text, pair.start) for pair in places]
            raise FrontMatterError(
                f"`{entry.key}` stands on line {lines[0]} and again on line {lines[1]};"
                " keep one of them",
                lines[1],
            )
        if places and block.brace is None and (entry.removed or _is_long(block, places[0])):
            yield _whole(block, places[0], entry)
        elif places:
            yield from _replacement(block, places[0], entry)
        elif not entry.removed:
            new.append(entry)
    if block.brace is None:
        yield from (_insertion(block, entry) for entry in new)
    elif block.pairs:
        yield from (_flow_insertion(block, entry) for entry in new)
    else:
        yield block.brace, block.brace, ", ".join(_in_flow(entry) for entry in new)


def _is_long(block: Block, pair: Pair) -> bool:
    """Whether a value is a list that stands on lines of its own."""
    return isinstance(pair.value, list) and "\n" in block.text[pair.start : pair.end]


def _whole(block: Block, pair: Pair, entry: KeyEdit) -> _Edit:
    """The lines of a key and its value with other ones in their place, or none."""
    text = block.text
    start, end = text.rfind("\n", 0, pair.start) + 1, text.find("\n", pair.end - 1) + 1
    if text[start : pair.start].strip() or _has_comment(text, pair, end):
        line = line_of(text, pair.start)
        raise FrontMatterError(
            f"`{entry.key}` on line {line} stands beside a comment or another key;"
            " take its value out by hand",
            line,
        )
    if entry.removed:
        new = f"{entry.key}:\n" if entry.keep_key else ""
    else:
        new = rendered(entry.key, entry.value, entry.style)
    return start, end, _laid_out(block, new)


def _has_comment(text: str, pair: Pair, end: int) -> bool:
    """Whether a comment may stand in the lines of a value, the last of which ends at `end`. One
    is never within text, but behind the mark with which text on lines of its own begins."""
    said = text[pair.value_start : pair.end]
    if isinstance(pair.value, str):
        said = "" if said[:1] in ("'", '"') else said.partition("\n")[0]
    said = f"{text[pair.start : pair.value_start]}{said}\n{text[pair.end : end]}"
    return any(line.lstrip().startswith("#") or " #" in line for line in said.splitlines())


def _is(key: object, wanted: str) -> bool:
    return isinstance(key, str) and key == wanted


def _replacement(block: Block, pair: Pair, entry: KeyEdit) -> Iterator[_Edit]:
    text, line = block.text, line_of(block.text, pair.start)
    colon = len(text[: pair.value_start].rstrip(" \t"))
    if not pair.plain or "\n" in text[pair.start : pair.end] or text[colon - 1] != ":":
        raise FrontMatterError(
            f"the value of `{entry.key}` on line {line} is more than an empty or one-line value;"
            " empty it to have it filled",
            line,
        )
    if block.brace is not None:
        yield colon, pair.end, _value_of(entry, flow=True)
        return
    line_end = text.find("\n", pair.end) + 1
    aside = text[pair.end : line_end].strip()
    end = pair.end if aside else line_end - len(text[pair.end : line_end].lstrip(" \t"))
    first, _, rest = _value_of(entry).partition("\n")
    if first and rest and aside:  # a comment, which cannot be folded
        first = _value_of(replace(entry, style=replace(entry.style, width=math.inf)))
        rest = ""
    if rest and not first:
        yield colon, end, ""
        yield line_end, line_end, _laid_out(block, rest + "\n")
    else:
        gap = text[colon : pair.value_start] or " "
        folded = _laid_out(block, "\n" + rest).rstrip("\r\n") if rest else ""
        yield colon, end, (gap + first.removeprefix(" ") if first else "") + folded


def _value_of(entry: KeyEdit, *, flow: bool = False) -> str:
    """What stands behind the colon."""
    end = "}\n" if flow else "\n"
    key = rendered(entry.key, "x", _SAFE_DUMP, flow=flow).removesuffix(" x" + end)
    return (
        rendered(entry.key, entry.value, entry.style, flow=flow).removeprefix(key).removesuffix(end)
    )


def _laid_out(block: Block, new: str) -> str:
    """New lines with the newline and the indentation of the block."""
    first = block.pairs[0].start if block.pairs else block.start
    margin = block.text[block.text.rfind("\n", 0, first) + 1 :]
    indent = margin[: len(margin) - len(margin.lstrip(" "))] if block.pairs else ""
    lines = [indent + line if line.strip() else line for line in new.splitlines(keepends=True)]
    return "".join(lines).replace("\n", _newline(block.text, block.start - 2))


def _insertion(block: Block, entry: KeyEdit) -> _Edit:
    text, pairs, at = block.text, block.pairs, _place(block, entry)
    place = block.end
    if at < len(pairs):
        place = text.rfind("\n", 0, pairs[at].start) + 1
    # A comment belongs to the key behind it, so the new key goes before the comment.
    floor = pairs[at - 1].end if at else block.start
    while pairs:
        line = text.rfind("\n", 0, place - 1) + 1
        if line < floor or line == place or not _ASIDE.fullmatch(text, line, place):
            break
        place = line
    return place, place, _laid_out(block, rendered(entry.key, entry.value, entry.style))


def _flow_insertion(block: Block, entry: KeyEdit) -> _Edit:
    pairs, at = block.pairs, _place(block, entry)
    if at < len(pairs):
        return pairs[at].start, pairs[at].start, _in_flow(entry) + ", "
    return pairs[-1].end, pairs[-1].end, ", " + _in_flow(entry)


def _in_flow(entry: KeyEdit) -> str:
    text = rendered(entry.key, entry.value, entry.style, flow=True)
    return text.removeprefix("{").removesuffix("}\n")


def _place(block: Block, entry: KeyEdit) -> int:
    return len(block.pairs) if entry.at is None else max(0, min(entry.at, len(block.pairs)))


def _union(block: Block, entries: Sequence[KeyEdit]) -> list[tuple[object, object]]:
    """The old pairs with the new values in their places: what the result has to say."""
    values = {entry.key: entry.value for entry in entries}
    gone = {entry.key for entry in entries if entry.removed and not entry.keep_key}
    known = {pair.key for pair in block.pairs if isinstance(pair.key, str)}
    new = [entry for entry in entries if entry.key not in known and not entry.removed]
    result: list[tuple[object, object]] = []
    for index in range(len(block.pairs) + 1):
        result += [(entry.key, entry.value) for entry in new if _place(block, entry) == index]
        for key, value in block.entries[index : index + 1]:
            if not (isinstance(key, str) and key in gone):
                result.append((key, values.get(key, value) if isinstance(key, str) else value))
    return result


def _prove(result: str, expected: list[tuple[object, object]], body: str) -> None:
    try:
        found = parse(result)
    except FrontMatterError as error:
        raise FrontMatterError(
            f"with the new values the front matter would not read back ({error.reason});"
            " nothing was written"
        ) from error
    # By their text: 1, True and 1.0 are three things here, and a NaN is itself.
    if repr(list(found.entries)) != repr(expected) or result[found.after :] != body:
        raise FrontMatterError(
            "the new values cannot be put in without changing others; nothing was written",
            line_of(result, found.start) if found.present else None,
        )
