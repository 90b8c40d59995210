"""Write new values into a note, and prove that nothing else changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from refmatter.errors import FrontMatterError
from refmatter.fields import map_key
from refmatter.notes.frontmatter.block import BOM, Block, KeyEdit, Pair, decoded, line_of, place_of
from refmatter.notes.frontmatter.detection import parse


def splice(data: bytes, entries: Sequence[KeyEdit]) -> bytes:
    """Return the note with these values in its front matter, every other byte as it was.

    Raises:
        FrontMatterError: the block cannot be read, a key stands twice, the value to be
            replaced is more than an empty or one-line one, or the result does not read
            back as exactly the old values and the new.

    """
    if not entries:
        return data
    front_matter, block = parse(decoded(data))
    keys = [entry.key for entry in entries]
    if len(set(keys)) < len(keys):
        raise FrontMatterError("a key is to be written twice; nothing was written")
    entries = [_plain(entry) for entry in entries]
    result = front_matter.edited(block, entries)
    _prove(result, _union(block, entries), block)
    return (BOM if data.startswith(BOM) else b"") + result.encode()


def _plain(entry: KeyEdit) -> KeyEdit:
    """Return an edit whose texts are of the type `str` and whose sequences are lists."""
    value = entry.value
    if isinstance(value, list | tuple):
        value = [_plain_item(item) for item in value]
    elif isinstance(value, dict):
        value = _plain_item(value)
    elif isinstance(value, str):
        value = str(value)
    inner = tuple(map(_plain, entry.inner))
    return replace(entry, key=str(entry.key), value=value, inner=inner)


def _plain_item(item: object) -> object:
    """Return an item as text or a number, or as a list or a map of such."""
    if isinstance(item, dict):
        return {str(key): _plain_item(value) for key, value in item.items()}
    if isinstance(item, list):
        return [_plain_item(value) for value in item]
    return int(item) if isinstance(item, int) else str(item)


def _union(block: Block, entries: Sequence[KeyEdit]) -> list[tuple[object, object]]:
    """Return the old pairs with the new values in their places, which the result must have."""
    edits = []
    maps: dict[str, list[KeyEdit]] = {}
    for entry in entries:
        if block.map_at(entry.key):
            within = replace(entry, key=entry.key.rpartition(".")[2])
            maps.setdefault(map_key(entry.key), []).append(within)
        elif entry.inner:
            edits.append(replace(entry, value={new.key: new.value for new in entry.inner}))
        else:
            edits.append(entry)
    for pair in block.pairs:
        if pair.key in maps:
            inside = maps[str(pair.key)]
            edits.append(KeyEdit(str(pair.key), dict(_merged(pair.inner, inside))))
    return _merged(block.pairs, edits)


def _merged(pairs: Sequence[Pair], entries: Sequence[KeyEdit]) -> list[tuple[object, object]]:
    """Return the keys and values of pairs, with the new values in their places."""
    values = {entry.key: entry.value for entry in entries}
    gone = {entry.key for entry in entries if entry.removed and not entry.keep_key}
    known = {pair.key for pair in pairs if isinstance(pair.key, str)}
    new = [entry for entry in entries if entry.key not in known and not entry.removed]
    result: list[tuple[object, object]] = []
    for index in range(len(pairs) + 1):
        result += [(entry.key, entry.value) for entry in new if place_of(pairs, entry) == index]
        for pair in pairs[index : index + 1]:
            if not (isinstance(pair.key, str) and pair.key in gone):
                is_new = isinstance(pair.key, str) and pair.key in values
                result.append((pair.key, values[str(pair.key)] if is_new else pair.value))
    return result


def _prove(result: str, expected: list[tuple[object, object]], before: Block) -> None:
    """Raise FrontMatterError unless a text has these pairs, and the body of the block before; an
    empty line may stand between a new block and the body."""
    body = before.text[before.after :]
    bodies = {body} if before.present else {body, f"\n{body}", f"\r\n{body}"}
    try:
        _, found = parse(result)
    except FrontMatterError as error:
        raise FrontMatterError(
            f"with the new values the front matter would not read back ({error.reason});"
            " nothing was written"
        ) from error
    # By their text: 1, True and 1.0 are three things here, and a NaN is itself.
    if repr(list(found.entries)) != repr(expected) or result[found.after :] not in bodies:
        raise FrontMatterError(
            "the new values cannot be put in without changing others; nothing was written",
            line_of(result, found.start) if found.present else None,
        )
