"""YAML front matter: where its block and its pairs stand, and new values put in by their place."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import yaml
from yaml.reader import ReaderError

from refmatter.errors import FrontMatterError
from refmatter.fields import map_key
from refmatter.model import ListMarks, ValueStyle
from refmatter.notes.frontmatter.block import SAFE_DUMP, Block, KeyEdit, Pair, line_of, place_of
from refmatter.notes.frontmatter.render import rendered
from refmatter.notes.frontmatter.values import MappingReader
from refmatter.yaml_fault import YamlFault, YamlFaultKind, diagnose

MAX_BLOCK = 1 << 20
"""The most characters a block may have; the longest in a real vault has a few thousand."""

_OPENING = re.compile(r"---[ \t]*\r?$", re.MULTILINE)
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)
_FIELD = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*[\w\"'][^\n:]*:(?:[ \t\r]|$)", re.MULTILINE)
_TIGHT_FIELD = re.compile(r"[A-Za-z_][\w-]*:(?!//)")
_NOTHING = ValueStyle(null="")
_LONE_RETURN = re.compile(r"---[ \t]*\r(?!\n)")
_ASIDE = re.compile(r"[ \t]*(?:#[^\n]*)?\r?\n")


class YamlFormat:
    """YAML between lines of `---`, of which `...` may be the last; more dashes are a rule."""

    def detects(self, text: str) -> bool:
        """Whether a text begins with a line that opens a block."""
        bare = text.lstrip()
        return bool(_OPENING.match(bare) or _LONE_RETURN.match(bare))

    def parse_block(self, text: str) -> Block:
        """Return the block of a text, absent if it has none. Raises FrontMatterError."""
        bare = text.lstrip()
        start = len(text) - len(bare)
        line = line_of(text, start)
        if _LONE_RETURN.match(bare):
            raise FrontMatterError("the lines end in CR alone; save the file with LF or CRLF", line)
        start = text.find("\n", start) + 1
        if not start or not _OPENING.match(bare):
            return Block(text)
        closing = _CLOSING.search(text, start)
        if closing is None:
            if _FIELD.match(text, start):
                raise FrontMatterError(
                    f"the front matter that opens on line {line} has no closing `---`; add one",
                    line,
                )
            return Block(text)
        block = _read_block(text, start, closing.start())
        if block.present:
            _refuse_second(block)
        return block

    def edited(self, block: Block, edits: Sequence[KeyEdit]) -> str:
        """Return the text with these values in its block. Raises FrontMatterError."""
        if not block.present:
            return _head(block.text, edits) + _gap(block.text) + block.text
        return _edited(block.text, _edits(block, edits))


YAML = YamlFormat()


def _read_block(text: str, start: int, end: int) -> Block:
    after = text.find("\n", end) + 1 or len(text)
    block = Block(text, start, end, after, present=True)
    line = line_of(text, start)
    yml = text[start:end]
    if len(yml) > MAX_BLOCK:
        raise FrontMatterError(f"the front matter is over {MAX_BLOCK} characters long", line)
    try:
        reader = MappingReader(text, start, yml)
        found = reader.pairs()
    except ReaderError as error:
        line += yml.encode().count(b"\n", 0, error.position)
        raise FrontMatterError(
            f"line {line} has a character that YAML does not allow; remove it", line
        ) from error
    except yaml.MarkedYAMLError as error:
        fault = diagnose(yml, error)
        line += (fault.line or 1) - 1
        raise FrontMatterError(
            f"the front matter is not readable: {fault.reason}", line, fault
        ) from error
    if found is not None:
        return replace(block, pairs=tuple(found), brace=reader.brace)
    if tight := _TIGHT_FIELD.search(yml):
        at = yml.count("\n", 0, tight.start())
        written = yml.split("\n")[at].rstrip()
        spaced = f"{tight[0]} {written[len(tight[0]) :].lstrip()}"
        fault = YamlFault(YamlFaultKind.MISSING_BLANK, at + 1, spaced, ":")
        reason = f"the front matter is not readable: {fault.reason}"
        raise FrontMatterError(reason, line + at, fault)
    return Block(text)  # a Markdown rule, some prose, and another rule


def _refuse_second(block: Block) -> None:
    """Raise FrontMatterError if a second block follows at once, whose keys would be overlooked."""
    text, start = block.text, block.after
    if _OPENING.match(text, start):
        inside = text.find("\n", start) + 1
        if inside and _FIELD.match(text, inside) and _CLOSING.search(text, inside):
            line = line_of(text, start)
            raise FrontMatterError(
                f"a second block of front matter begins on line {line}; join the two", line
            )


def _newline(text: str, at: int) -> str:
    end = text.find("\n", at)
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"


def _head(text: str, entries: Iterable[KeyEdit]) -> str:
    """Return a new block for a note that has none."""
    lines = "".join(rendered(entry.key, entry.value, entry.style) for entry in entries)
    return f"---\n{lines}---\n".replace("\n", _newline(text, 0))


def _gap(text: str) -> str:
    """Return what parts a new block from the text: an empty line, unless one is there."""
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
    here: list[KeyEdit] = []
    inside: dict[str, list[KeyEdit]] = {}
    for entry in entries:
        if block.map_at(entry.key):
            within = replace(entry, key=entry.key.rpartition(".")[2])
            inside.setdefault(map_key(entry.key), []).append(within)
        else:
            here.append(entry)
    yield from _edits_here(block, here)
    for pair in block.pairs:
        if pair.key in inside:
            yield from _edits_here(_map_block(block, pair), inside[str(pair.key)])


def _map_block(block: Block, pair: Pair) -> Block:
    """Return the block that the map of a pair is."""
    text = block.text
    start, end = pair.value_start, pair.end
    if pair.inner and pair.brace is None:
        start = text.rfind("\n", 0, pair.inner[0].start) + 1
        end = text.find("\n", max(inner.end for inner in pair.inner) - 1) + 1
    return replace(block, start=start, end=end, pairs=pair.inner, brace=pair.brace)


def _edits_here(block: Block, entries: Iterable[KeyEdit]) -> Iterator[_Edit]:
    """Yield the edits of the keys of a block or of a map."""
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
    """Whether a value is a list or a map that stands on lines of its own."""
    return isinstance(pair.value, list | dict) and "\n" in block.text[pair.start : pair.end]


def _whole(block: Block, pair: Pair, entry: KeyEdit) -> _Edit:
    """Return the lines of a key and its value with other ones in their place, or none."""
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
    written = text[pair.value_start : pair.end]
    if isinstance(pair.value, str):
        written = "" if written[:1] in ("'", '"') else written.partition("\n")[0]
    written = f"{text[pair.start : pair.value_start]}{written}\n{text[pair.end : end]}"
    return any(line.lstrip().startswith("#") or " #" in line for line in written.splitlines())


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
        usual = replace(entry.style, width=math.inf, marks=ListMarks())
        first, rest = _value_of(replace(entry, style=usual)), ""
    if rest and not first:
        yield colon, end, ""
        yield line_end, line_end, _laid_out(block, rest + "\n")
    else:
        gap = text[colon : pair.value_start] or _gap_behind(block, pair.start, colon)
        folded = _laid_out(block, "\n" + rest).rstrip("\r\n") if rest else ""
        yield colon, end, (gap + first.removeprefix(" ") if first else "") + folded


def _gap_behind(block: Block, start: int, colon: int) -> str:
    """Return what parts a value from the colon of its key: as many blanks as line it up with the
    others, or what all others have, or one blank."""
    text = block.text
    gaps: Counter[str] = Counter()
    columns: Counter[int] = Counter()
    for pair in block.pairs:
        place = len(text[: pair.value_start].rstrip(" \t"))
        gap = text[place : pair.value_start]
        if gap and pair.value_start < pair.end and text[place - 1] == ":":
            gaps[gap] += 1
            columns[pair.value_start - text.rfind("\n", 0, pair.start)] += 1
    usual = gaps.most_common(1)
    if len(gaps) > 1:
        (column, times), *_ = columns.most_common(1)
        width = column - (colon - text.rfind("\n", 0, start))
        if times >= max(2, 0.7 * columns.total()) and width > 0 and "\t" not in "".join(gaps):
            return " " * width
    return usual[0][0] if len(gaps) == 1 else " "


def _value_of(entry: KeyEdit, *, flow: bool = False) -> str:
    """Return what stands behind the colon."""
    key = rendered(entry.key, "x", replace(SAFE_DUMP, needed=entry.style.needed), flow=flow)
    return (
        rendered(entry.key, entry.value, entry.style, flow=flow)
        .removeprefix(key.removesuffix(" x\n"))
        .removesuffix("\n")
    )


def _lines_of_new(block: Block, entry: KeyEdit) -> str:
    """Return the lines of a new key, its value lined up with the others."""
    if entry.inner:
        inner = "".join(rendered(new.key, new.value, new.style) for new in entry.inner)
        lines = inner.splitlines(keepends=True)
        return rendered(entry.key, None, _NOTHING) + "".join("  " + line for line in lines)
    new = rendered(entry.key, entry.value, entry.style)
    value = _value_of(entry)
    if not value.startswith(" ") or not block.pairs:
        return new
    key = new.removesuffix(value + "\n")
    first = block.text.rfind("\n", 0, block.pairs[0].start)
    margin = block.pairs[0].start - first - 1
    # As if it stood at the start of the text, behind as many blanks as the others.
    gap = _gap_behind(block, -1, len(key) + margin - 1)
    return key + gap + value[1:] + "\n"


def _laid_out(block: Block, new: str) -> str:
    """New lines with the newline and the indentation of the block."""
    first = block.pairs[0].start if block.pairs else block.start
    margin = block.text[block.text.rfind("\n", 0, first) + 1 :]
    indent = margin[: len(margin) - len(margin.lstrip(" "))] if block.pairs else ""
    lines = [indent + line if line.strip() else line for line in new.splitlines(keepends=True)]
    return "".join(lines).replace("\n", _newline(block.text, block.start - 2))


def _insertion(block: Block, entry: KeyEdit) -> _Edit:
    """Return the edit that adds a key."""
    text, pairs, at = block.text, block.pairs, place_of(block.pairs, entry)
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
    return place, place, _laid_out(block, _lines_of_new(block, entry))


def _flow_insertion(block: Block, entry: KeyEdit) -> _Edit:
    pairs, at = block.pairs, place_of(block.pairs, entry)
    if at < len(pairs):
        return pairs[at].start, pairs[at].start, _in_flow(entry) + ", "
    return pairs[-1].end, pairs[-1].end, ", " + _in_flow(entry)


def _in_flow(entry: KeyEdit) -> str:
    return rendered(entry.key, entry.value, entry.style, flow=True).removesuffix("\n")
