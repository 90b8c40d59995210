"""Parse the YAML of a block into the pairs of its mapping, with their positions.

Values are built here, from the events of PyYAML's C parser and by its implicit tags, so
that nothing but plain Python can come of a note, whatever it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from refmatter.errors import FrontMatterError
from refmatter.model import ListMarks, Quotes, Sequences, ValueStyle
from refmatter.notes.frontmatter import styles
from refmatter.notes.frontmatter.block import Pair, line_of
from refmatter.yaml_fault import YamlFault, undefined_alias

MAX_NODES = 100_000
"""The most nodes a block may come to with its aliases expanded (the "billion laughs")."""
MAX_LETTERS = 1 << 20
"""The most letters its values may come to with its aliases expanded: as many as a block has."""
MAX_DEPTH = 100
"""The most levels a value may be nested."""
MAX_NUMBER = 400
"""The most characters read as a number: Python refuses to print integers of over 4300 digits."""

_TAG = "tag:yaml.org,2002:"
_CONSTRUCTOR = SafeConstructor()
_SCALARS: dict[str, Callable[[yaml.ScalarNode], object]] = {
    _TAG + "null": lambda _: None,
    _TAG + "bool": _CONSTRUCTOR.construct_yaml_bool,
    _TAG + "int": _CONSTRUCTOR.construct_yaml_int,
    _TAG + "float": _CONSTRUCTOR.construct_yaml_float,
}
_QUOTED = {"'": Quotes.SINGLE, '"': Quotes.DOUBLE}
_NULLS = ("", "~", "null", "Null", "NULL")
_ESCAPED = re.compile(r'"[^"\n]*\\[xu][0-9A-Fa-f]{2}')
_TEXTS = frozenset(_TAG + kind for kind in ("str", "timestamp", "merge", "value"))


class MappingReader:
    """The events of a YAML text -> the pairs of its mapping. Events come one at a time, so
    a hostile text is refused before the whole of it was parsed."""

    def __init__(self, text: str, start: int, yml: str) -> None:
        self._text = text
        self._yml = yml
        self._start = start
        self._events: Any = yaml.CSafeLoader(yml)
        self._anchors: dict[str, tuple[object, int, int]] = {}
        self._nodes = 0
        self._letters = 0
        self._end = start
        self.brace: int | None = None

    def pairs(self) -> list[Pair] | None:
        """Return the pairs of the mapping; None where the text is but a scalar."""
        if self._text.startswith("\ufeff", self._start):
            # The C parser leaves this mark out when it counts, so every place would be off.
            raise self._refusal(self._start, "a byte order mark stands at its start; remove it")
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            return []
        root = self._next()
        found: list[Pair] | None = None
        if isinstance(root, yaml.ScalarEvent):
            self._value(root, 0)
        elif isinstance(root, yaml.MappingStartEvent):
            self._check_tag(root, "map")
            self.brace = self._brace(root)
            found = list(self._pairs(1))
        else:
            raise self._refusal(self._start, "it is a list, and should be lines of `key: value`")
        while self._events.check_event():
            if isinstance(self._next(), yaml.DocumentStartEvent):
                raise self._refusal(self._end, "it holds several YAML documents; keep the first")
        return found

    def _pairs(self, depth: int) -> Iterator[Pair]:
        """Yield the pairs of a mapping with their positions; of maps in the root mapping theirs
        too."""
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            start = self._at(event)
            key = _hashable(self._value(event, depth))
            event = self._next()
            inner: list[Pair] = []
            if depth == 1 and isinstance(event, yaml.MappingStartEvent):
                value: object = self._map(event, depth, inner)
            else:
                value = self._value(event, depth)
            yield Pair(
                key=key,
                value=value,
                start=start,
                value_start=self._at(event),
                end=max(self._end, self._at(event)),
                plain=(isinstance(event, yaml.ScalarEvent) and event.style not in ("|", ">"))
                or (isinstance(event, yaml.CollectionStartEvent) and value in ([], {})),
                style=self._style_of_date(event, inner) or self._style(event, start),
                inner=tuple(inner),
                brace=self._brace(event),
            )

    def _brace(self, event: Any) -> int | None:
        """Return the place behind the brace that opens a map."""
        is_flow = isinstance(event, yaml.MappingStartEvent) and event.flow_style
        return self._at(event, end=True) if is_flow else None

    def _map(self, event: Any, depth: int, pairs: list[Pair]) -> dict[object, object]:
        """Return a map's value, and put its pairs into a list."""
        before, begun = self._nodes, self._letters
        self._count(event, depth)
        self._check_tag(event, "map")
        pairs += self._pairs(depth + 1)
        value = {pair.key: pair.value for pair in pairs}
        if event.anchor:
            self._anchors[event.anchor] = value, self._nodes - before, self._letters - begun
        return value

    def _style_of_date(self, event: Any, inner: Sequence[Pair]) -> ValueStyle | None:
        """Return how the list is written that is all there is in a map, as a date in CSL is; None
        for any other value."""
        if len(inner) != 1 or not isinstance(inner[0].value, list):
            return None
        style = inner[0].style
        return replace(style, marks=ListMarks(flow_maps=self._brace(event) is not None))

    def _style(self, event: Any, start: int) -> ValueStyle:
        """Return how a value was written, from its first event and its text."""
        at, end = self._at(event), self._end
        written = self._text[at:end]
        escapes = bool(_ESCAPED.search(written))
        if isinstance(event, yaml.ScalarEvent):
            quotes = _QUOTED.get(written[:1], Quotes.PLAIN)
            null = written.strip() if written.strip() in _NULLS else "null"
            folds = event.style not in ("|", ">") and at < end
            width = styles.width_of_text(self._text, at, end) if folds else None
            return ValueStyle(quotes=quotes, escapes=escapes, null=null, width=width)
        if not isinstance(event, yaml.SequenceStartEvent) or at >= end:
            return ValueStyle()
        quotes = _QUOTED.get(written.lstrip("-[ \t\r\n")[:1], Quotes.PLAIN)
        column = self._column(start)
        if not event.flow_style:
            indent = self._column(at) - column
            sequences = Sequences.INDENTED if indent > 0 else Sequences.BLOCK
            marks = styles.marks_below_key(written, indent)
            width = styles.width_of_lines(self._text, at, end)
            return ValueStyle(sequences, quotes, escapes, width=width, marks=marks)
        lead = self._text[self._text.rfind(":", start, at) + 1 : at]
        marks = styles.marks_in_brackets(written, lead, column)
        broken = "\n" in marks.opening
        width = None if broken else styles.width_of_text(self._text, at, end)
        return ValueStyle(Sequences.FLOW, quotes, escapes, width=width, marks=marks)

    def _column(self, at: int) -> int:
        return at - (self._text.rfind("\n", 0, at) + 1)

    def _next(self) -> Any:
        event = self._events.get_event()
        # The end of a block collection is where the next token starts: no content ends there.
        if event.end_mark.index > event.start_mark.index:
            self._end = self._at(event, end=True)
        return event

    def _at(self, event: Any, *, end: bool = False) -> int:
        mark = event.end_mark if end else event.start_mark
        return self._start + int(mark.index)

    def _refusal(self, at: int, reason: str, fault: YamlFault | None = None) -> FrontMatterError:
        line = line_of(self._text, at)
        return FrontMatterError(f"the front matter is not readable: {reason}", line, fault)

    def _tagged(self, event: Any) -> FrontMatterError:
        return self._refusal(self._at(event), f"the tag {event.tag} is not allowed; remove it")

    def _check_tag(self, event: Any, kind: str) -> None:
        if event.tag not in (None, "!", _TAG + kind):
            raise self._tagged(event)

    def _count(self, event: Any, depth: int, nodes: int = 1, letters: int = 0) -> None:
        self._nodes += nodes
        self._letters += letters
        if self._nodes > MAX_NODES or self._letters > MAX_LETTERS:
            raise self._refusal(self._at(event), "too many values")
        if depth > MAX_DEPTH:
            raise self._refusal(self._at(event), "nested too deep")

    def _value(self, event: Any, depth: int) -> object:
        before, begun = self._nodes, self._letters
        self._count(event, depth, letters=len(getattr(event, "value", "")))
        if isinstance(event, yaml.AliasEvent):
            # An anchor is known once its value is complete: one that holds itself is not.
            if event.anchor not in self._anchors:
                place = self._at(event)
                fault = undefined_alias(self._yml, self._text.count("\n", self._start, place))
                raise self._refusal(place, fault.reason, fault)
            value, nodes, letters = self._anchors[event.anchor]
            self._count(event, depth, nodes, letters)
            return value
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._check_tag(event, "seq")
            value = list(self._items(yaml.SequenceEndEvent, depth))
        else:
            self._check_tag(event, "map")
            items = self._items(yaml.MappingEndEvent, depth)
            value = {_hashable(key): next(items) for key in items}
        if event.anchor:
            self._anchors[event.anchor] = value, self._nodes - before, self._letters - begun
        return value

    def _items(self, end: type[Any], depth: int) -> Iterator[object]:
        while not isinstance(event := self._next(), end):
            yield self._value(event, depth + 1)

    def _scalar(self, event: Any) -> object:
        tag = event.tag
        if tag in (None, "!"):
            tag = self._events.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag in _TEXTS:
            return event.value
        if tag not in _SCALARS:
            raise self._tagged(event)
        return _converted(tag, event.value)


def _converted(tag: str, value: str) -> object:
    """As PyYAML would; what it would fail on (`0b_`, a tag that does not fit) stays text, and
    so does `3:30`, which only YAML 1.1 takes for a number."""
    if len(value) > MAX_NUMBER or (":" in value and tag == _TAG + "int"):
        return value
    try:
        return _SCALARS[tag](yaml.ScalarNode(tag, value))
    except (ArithmeticError, LookupError, ValueError):
        return value


def _hashable(value: object) -> object:
    if isinstance(value, dict):
        return tuple((key, _hashable(item)) for key, item in value.items())
    return tuple(_hashable(item) for item in value) if isinstance(value, list) else value
