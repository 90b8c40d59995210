"""Find out what is wrong with YAML that cannot be read, and how the line should be.

The parser's own sentence names neither what the person did nor what to do. So the line that it
stopped at is looked at again, alone. A correction is suggested only if the line can be read with
it and the parser then gets further.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import yaml

_MAX_TEXT = 1 << 16
"""A longer text is not read again and again."""
_MAX_LINE = 400
"""A longer line gets no suggestion: nobody could read it in a message."""
_KEY_VALUE = re.compile(
    r"(?P<lead>[ \t]*(?:-[ \t]+)*(?:\"[^\"]*\"|'[^']*'|[^\s\"'#\[\]{}][^:#]*?)[ \t]*:[ \t]+"
    r"|[ \t]*-[ \t]+)(?P<value>\S.*)$"
)
_TIGHT = re.compile(r"([ \t]*(?:[^\W\d][\w-]*:(?!//)|-(?!-)))(?![ \t]|$)(.+)$")
_FULL = re.compile(r"[ \t]*-(?:[ \t]|$)|[^#]*:(?:[ \t]|$)")
"""A line with an item of a list, or with a key."""
_COMMENT = re.compile(r"\s+#[^\"'\]]*$")
_RESERVED = "@`%*&!|>?,}]"
"""A value without quotes cannot begin with these."""
_ITEM = r"(?:\"[^\"]*\"|'[^']*'|\[\[[^\[\]]+\]\])"
_ITEMS = re.compile(rf"{_ITEM}(?:\s*,\s*{_ITEM})+")


class YamlFaultKind(StrEnum):
    """What makes a line one that YAML cannot read."""

    COLON = "colon"
    """A colon and a blank in a value without quotes."""
    TEXT_AFTER_QUOTES = "text_after_quotes"
    """Text behind the closing quote of a value, mostly quotes within quotes."""
    UNCLOSED_QUOTE = "unclosed_quote"
    UNCLOSED_BRACKET = "unclosed_bracket"
    TEXT_AFTER_BRACKET = "text_after_bracket"
    """Text behind the bracket that closes a list, mostly links without quotes."""
    LIST_ITEM = "list_item"
    """An item of a list in brackets that has to stand in quotes."""
    BACKSLASH = "backslash"
    """A backslash within double quotes."""
    FIRST_CHARACTER = "first_character"
    """A value without quotes begins with a character that has a meaning of its own."""
    TAB = "tab"
    """A tab in front of a line."""
    MISSING_BLANK = "missing_blank"
    """No blank behind the colon of a key, or behind the hyphen of an item."""
    INDENTATION = "indentation"
    """A line that begins further in, or further out, than those around it."""
    NO_KEY = "no_key"
    """A line that is neither a key with its value nor part of the value before it."""
    MERGE_CONFLICT = "merge_conflict"
    """A mark that git leaves where two versions differ."""
    SEVERAL_DOCUMENTS = "several_documents"
    """Another document begins: a line of `---` or `...`."""
    VALUE = "value"
    """A value that looks like a number or a date and is none."""
    TAG = "tag"
    """A tag (`!…`), or a key that is a list or a map."""
    CHARACTER = "character"
    """A character that YAML does not allow."""
    OTHER = "other"


_WORDS: Mapping[YamlFaultKind, str] = MappingProxyType(
    {
        YamlFaultKind.COLON: "a value with a colon needs quotes",
        YamlFaultKind.TEXT_AFTER_QUOTES: "there is text after the closing quote of the value",
        YamlFaultKind.UNCLOSED_QUOTE: "a quote is not closed",
        YamlFaultKind.UNCLOSED_BRACKET: "a bracket is not closed",
        YamlFaultKind.TEXT_AFTER_BRACKET: "there is text after the closing bracket of the list",
        YamlFaultKind.LIST_ITEM: "an item of the list needs quotes",
        YamlFaultKind.BACKSLASH: "a backslash within double quotes",
        YamlFaultKind.FIRST_CHARACTER: "a value that begins with {found} needs quotes",
        YamlFaultKind.TAB: "the line begins with a tab, and YAML allows only spaces",
        YamlFaultKind.MISSING_BLANK: "a space is missing after the `{found}`",
        YamlFaultKind.INDENTATION: "the line is not indented like the lines around it",
        YamlFaultKind.NO_KEY: "the line is not `key: value`, and not part of the value above it",
        YamlFaultKind.MERGE_CONFLICT: "a merge conflict is not resolved",
        YamlFaultKind.SEVERAL_DOCUMENTS: "a second document begins here; keep one",
        YamlFaultKind.VALUE: "a value looks like a number or a date but is none; put it in quotes",
        YamlFaultKind.TAG: "a tag (`!…`) or a key that is not text; put the value in quotes",
        YamlFaultKind.CHARACTER: "a character that YAML does not allow; remove it",
        YamlFaultKind.OTHER: "the lines around it are not valid YAML",
    }
)


@dataclass(frozen=True, slots=True)
class YamlFault:
    """What is wrong with a text: the `line` counts from 1, None if no single one is to blame;
    `suggestion` is the line as it should be, "" if it is not known; `found` is what is wrong in
    it."""

    kind: YamlFaultKind
    line: int | None = None
    suggestion: str = ""
    found: str = ""

    @property
    def wrong(self) -> str:
        """What is wrong, in words; nothing of the line itself, which may have a secret."""
        return _WORDS[self.kind].format(found=self.found)

    @property
    def reason(self) -> str:
        """What is wrong, and the line as it should be, in words."""
        return f"{self.wrong}: write `{self.suggestion}`" if self.suggestion else self.wrong


def diagnose(text: str, error: Exception) -> YamlFault:
    """Return what is wrong with a text that PyYAML raised an error for."""
    marks = (getattr(error, name, None) for name in ("context_mark", "problem_mark"))
    places = [text.count("\n", 0, mark.index) for mark in marks if mark is not None]
    if isinstance(error, yaml.constructor.ConstructorError):
        return YamlFault(YamlFaultKind.TAG, places[-1] + 1 if places else None)
    if not places:
        is_value = not isinstance(error, yaml.YAMLError | UnicodeError)
        return YamlFault(YamlFaultKind.VALUE if is_value else YamlFaultKind.CHARACTER)
    if len(text) > _MAX_TEXT:
        return YamlFault(YamlFaultKind.OTHER, places[-1] + 1)
    broken = _BrokenText(text, places[-1])
    for at in dict.fromkeys((broken.stop, *places, max(0, broken.stop - 1))):
        if (fault := broken.of_line(at)) is not None:
            return fault
    return broken.of_place(dict.fromkeys((places[0], broken.stop, max(0, broken.stop - 1))))


def undefined_alias(text: str, at: int) -> YamlFault:
    """Return what is wrong with a line (from 0) that has an alias to nothing: mostly a value that
    begins with `*`."""
    return _BrokenText(text, at).of_line(at) or YamlFault(YamlFaultKind.OTHER, at + 1)


class _BrokenText:
    """The lines of a text that YAML cannot read, and the line (from 0) at which it `stop`s."""

    def __init__(self, text: str, stop: int) -> None:
        self._lines = text.split("\n")
        self.stop = stop

    def of_line(self, at: int) -> YamlFault | None:
        """Return what is wrong with a line by itself; None if it can be read alone."""
        line = self._lines[at].rstrip()
        if not line.strip() or line.lstrip().startswith("#"):
            return None
        if "\t" in _indent(line):
            return self._fault(YamlFaultKind.TAB, at, self._without_tabs(at))
        found = _KEY_VALUE.match(line)
        if found is None or len(line) > _MAX_LINE or _is_readable(line.strip()):
            return None
        value = found["value"]
        aside = _COMMENT.search(value)
        end = aside[0] if aside else ""
        kind, values = _corrections(value.removesuffix(end))
        fault = self._fault(kind, at, (f"{found['lead']}{v}{end}" for v in values), value[0])
        return fault if fault.suggestion or at == self.stop else None

    def of_place(self, places: Iterable[int]) -> YamlFault:
        """Return what is wrong with lines that can be read alone, but not where they stand."""
        line = self._lines[self.stop].rstrip()
        for at in places:
            text = self._lines[at].rstrip()
            if text.startswith(("<<<<<<<", "=======", ">>>>>>>")):
                return YamlFault(YamlFaultKind.MERGE_CONFLICT, at + 1)
            if text.startswith(("---", "...")):
                return YamlFault(YamlFaultKind.SEVERAL_DOCUMENTS, at + 1)
            if tight := _TIGHT.match(text):
                spaced = (f"{tight[1]} {tight[2]}",)
                fault = self._fault(YamlFaultKind.MISSING_BLANK, at, spaced, tight[1][-1])
                if fault.suggestion:
                    return fault
            elif text.strip() and not _FULL.match(text):
                return YamlFault(YamlFaultKind.NO_KEY, at + 1)
        if not _FULL.match(line):
            return YamlFault(YamlFaultKind.OTHER, self.stop + 1)
        columns = [len(_indent(text)) for text in self._lines[: self.stop] if text.strip()]
        lines = (" " * column + line.lstrip() for column in dict.fromkeys((*columns[::-1], 0)))
        return self._fault(YamlFaultKind.INDENTATION, self.stop, lines)

    def _without_tabs(self, at: int) -> Iterator[str]:
        """Yield a line with blanks in place of its tabs, the likelier column first."""
        line = self._lines[at].rstrip()
        bare = line.lstrip()
        before = next((text for text in self._lines[:at][::-1] if text.strip()), "").rstrip()
        is_within = before.endswith(":") or "\t" in _indent(before) or bare.startswith("- ")
        spaced = _indent(line).expandtabs(2) + bare
        yield from (spaced, bare) if is_within else (bare, spaced)

    def _fault(
        self, kind: YamlFaultKind, at: int, lines: Iterable[str], found: str = ""
    ) -> YamlFault:
        """Return a fault with the first of the lines with which the parser gets further."""
        for line in lines:
            text = "\n".join([*self._lines[:at], line, *self._lines[at + 1 :]])
            stop = _stops_at(text)
            # The next line may have the same fault, as tabs mostly have.
            further = stop is None or (stop > at and stop >= self.stop)
            if further and line != self._lines[at] and _is_readable(line.strip()):
                return YamlFault(kind, at + 1, line, found)
        return YamlFault(kind, at + 1, found=found)


def _corrections(value: str) -> tuple[YamlFaultKind, Iterator[str]]:
    """Return what is wrong with a value that cannot be read, and what it may be instead."""
    first = value[0]
    if first in "\"'":
        return _quoted_wrongly(value)
    if first in "[{" and not value.startswith("{{"):
        return _bracketed_wrongly(value)
    if first in _RESERVED or value.startswith(("- ", "{{")):
        return YamlFaultKind.FIRST_CHARACTER, iter((quoted(value),))
    return YamlFaultKind.COLON, iter((quoted(value),))


def _quoted_wrongly(value: str) -> tuple[YamlFaultKind, Iterator[str]]:
    mark = value[0]
    if _ITEMS.fullmatch(value):
        return YamlFaultKind.TEXT_AFTER_QUOTES, iter((f"[{value}]",))
    if value.count(mark) == 1:
        return YamlFaultKind.UNCLOSED_QUOTE, iter((quoted(value[1:]),))
    whole = value.endswith(mark)
    if mark == '"' and "\\" in value and whole and '"' not in value[1:-1]:
        return YamlFaultKind.BACKSLASH, iter((quoted(value[1:-1]),))
    texts = [value[1:-1]] if whole and not value[1:-1].startswith(mark) else []
    return YamlFaultKind.TEXT_AFTER_QUOTES, iter([quoted(text) for text in (*texts, value)])


def _bracketed_wrongly(value: str) -> tuple[YamlFaultKind, Iterator[str]]:
    first, last = value[0], {"[": "]", "{": "}"}[value[0]]
    if _ITEMS.fullmatch(value):
        items = re.findall(_ITEM, value)
        listed = ", ".join(i if i[0] in "\"'" else quoted(i) for i in items)
        return YamlFaultKind.TEXT_AFTER_BRACKET, iter((f"[{listed}]",))
    if value.count(last) > value.count(first):
        return YamlFaultKind.TEXT_AFTER_BRACKET, iter((value.rstrip(last) + last, quoted(value)))
    if value.count(last) < value.count(first):
        missing = last * (value.count(first) - value.count(last))
        kind, inner = YamlFaultKind.UNCLOSED_BRACKET, value[1:]
        return kind, iter((value + missing, _items_quoted(inner), quoted(value)))
    if value.endswith(last) and value.count(first) == 1 and first == "[":
        return YamlFaultKind.LIST_ITEM, iter((_items_quoted(value[1:-1]),))
    return YamlFaultKind.TEXT_AFTER_BRACKET, iter((quoted(value),))


def _items_quoted(text: str) -> str:
    """Return the items between brackets as a list, those in quotes that have to be."""
    items = [item.strip() for item in text.split(",")]
    shown = (i if _is_readable(f"[{i}]") and "#" not in i else quoted(i) for i in items if i)
    return f"[{', '.join(shown)}]"


def quoted(text: str) -> str:
    """Return a text in quotes, double ones unless it has such or a backslash."""
    text = text.strip()
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _is_readable(line: str) -> bool:
    """Whether a line is YAML by itself; an alias is none, which needs another line."""
    return _stops_at(line, aliases=False) is None


def _stops_at(text: str, *, aliases: bool = True) -> int | None:
    """Return the line (from 0) at which the parser gives up; None if it does not."""
    try:
        events = yaml.parse(text, yaml.CSafeLoader)
        is_whole = all(aliases or not isinstance(event, yaml.AliasEvent) for event in events)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return text.count("\n", 0, mark.index) if mark else 0
    except (yaml.YAMLError, ValueError):
        return 0
    return None if is_whole else 0
