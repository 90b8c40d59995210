"""Find the top-level list items of the reference sections in a body.

Markdown is read line by line, as far as CommonMark 0.31 matters here: headings, lists,
fenced and indented code, HTML comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from refmatter.notes.references.links import unwrapped

CODE_INDENT = 4
"""The columns from which a line is code, unless it belongs to a list (CommonMark 4.4)."""
MAX_LINE = 10_000
"""The most characters of a line in which structure is looked for; longer ones are prose."""

_FENCE = re.compile(r"\s*(`{3,}(?=[^`]*$)|~{3,})")
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_MARKER = re.compile(r"([ \t]*)([-*+]|\d{1,9}[.)])(?:[ \t]+|$)")
_TASK = re.compile(r"\[[^\[\]]\][ \t]+")
_COMMENT = re.compile(r"<!--.*?-->")
_HEADING_OR_BLOCK = re.compile(
    r"^ {0,3}(?:(?P<atx>#{1,6})(?:[ \t]+(?P<text>[^\n]*))?(?=\r?$)"
    r"|(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})"
    r"|(?P<comment><!--)|(?P<line>=+|-+)[ \t\r]*$)",
    re.MULTILINE,
)
_CLOSING = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_NO_PARAGRAPH = re.compile(r" {0,3}(?:[#>|<]|[-*+][ \t]|[-*_=]+[ \t\r]*$|\d{1,9}[.)][ \t]|```|~~~)")
_MOST_LINES = 4
"""So many lines of a paragraph are a heading, or its second half, at most."""
_NUMBERING = re.compile(r"(?:\d+(?:\.\d+)*[.)]?|[IVX]+\.)\s+")


@dataclass(slots=True)
class ListItem:
    """A top-level list item: its place in the body, and its lines of text."""

    line: int
    indent: int
    content: int
    kind: str
    start: int
    end: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its lines as one."""
        return " ".join(self.lines)


def heading_key(text: str) -> str:
    """Return a heading without case, numbering, emphasis, closing colon and spare blanks."""
    text = _NUMBERING.sub("", unwrapped(text.strip(" :")), count=1)
    return " ".join(unwrapped(text).rstrip(" :").split()).casefold()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its text as written, where it begins in the body, and for the first level the
    text that follows without a blank line, in which a heading goes on that was broken in two."""

    level: int
    text: str
    following: str
    start: int


def headings_in(body: str) -> Iterator[Heading]:
    """Yield the headings of a body in order: ATX, and setext ones."""
    at = 0
    while found := _HEADING_OR_BLOCK.search(body, at):
        at = found.end()
        if found["fence"]:
            mark = found["fence"]
            closing = re.compile(rf"^ {{0,3}}{mark[0]}{{{len(mark)},}}[ \t\r]*$", re.MULTILINE)
            closed = closing.search(body, at)
            at = closed.end() if closed else len(body)
        elif found["comment"]:
            closed_at = body.find("-->", at)
            at = closed_at if closed_at >= 0 else len(body)
        elif found["atx"]:
            text = _CLOSING.sub("", (found["text"] or "").strip())
            if text and len(text) <= MAX_LINE:
                level = len(found["atx"])
                following = _paragraph(body, at) if level == 1 else ""
                yield Heading(level, text, following, found.start())
        else:
            text, start = _underlined(body, found.start())
            if text:
                yield Heading(1 if found["line"][0] == "=" else 2, text, "", start)


def _underlined(body: str, end: int) -> tuple[str, int]:
    """Return the paragraph of a few lines that ends before a position, and where it begins; "" if
    there is none."""
    kept: list[str] = []
    while end > 0 and len(kept) < _MOST_LINES:
        start = body.rfind("\n", max(0, end - 1 - MAX_LINE), end - 1) + 1
        line = body[start : end - 1]
        if not line.strip() or _NO_PARAGRAPH.match(line):
            break
        kept.append(line.strip())
        end = start
    return " ".join(reversed(kept)), end


def _paragraph(body: str, at: int) -> str:
    """Return the lines from the next one on, up to a blank one or another block, a few at most."""
    if body.startswith(("\n\n", "\r\n\r", "\n\r"), at):  # as behind most headings
        return ""
    kept: list[str] = []
    for line in body[at : at + MAX_LINE].split("\n")[1 : 1 + _MOST_LINES]:
        if not line.strip() or _NO_PARAGRAPH.match(line):
            break
        kept.append(line.strip())
    return " ".join(kept)


class ItemReader:
    """The lines of a body -> the top-level items of its reference sections."""

    def __init__(self, body: str, headings: set[str]) -> None:
        self._body = body
        self._headings = headings
        self._depth: int | None = None  # of the section's heading; None outside of one
        self._fence = ""
        self._commented = False
        self._paragraph: list[str] = []
        self._blank = True  # the line before was blank, or ended a block
        self._item: ListItem | None = None
        self._nested = False
        self._last_close = body.rfind("-->")
        self.present = False

    def items(self) -> Iterator[ListItem]:
        """Yield each item once all its lines were read. Lines count from 0."""
        offset = 0
        for number, raw in enumerate(self._body.split("\n")):
            before = self._item
            self._take_line(number, offset, raw.rstrip("\r"))
            if before is not None and before is not self._item:
                yield before
            offset += len(raw) + 1
        if self._item is not None:
            yield self._item

    def _take_line(self, number: int, offset: int, line: str) -> None:
        if self._in_code(line):
            return
        if len(line) <= MAX_LINE:
            line = self._uncommented(line, offset)
        if not line.strip():
            self._blank, self._paragraph = True, []
            return
        if len(line) > MAX_LINE:
            self._text(offset, line)
        elif not self._structure(line):
            if self._depth is not None and (marker := _MARKER.match(line)):
                self._marked(number, offset, line, marker)
            else:
                self._text(offset, line)
        self._blank = False

    def _in_code(self, line: str) -> bool:
        if self._fence:
            mark = line.strip()
            if mark.startswith(self._fence) and not mark.strip(self._fence[0]):
                self._fence, self._blank = "", True
            return True
        if self._commented:
            return False
        fence = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if fence and (self._item or _width(line) < CODE_INDENT):
            self._fence, self._paragraph = fence[1], []
            if self._item and _width(line) < self._item.content:
                self._item = None
        return bool(self._fence)

    def _uncommented(self, line: str, offset: int) -> str:
        """Return the line without comments, whose length stays so that places stay places."""
        if self._commented:
            _, close, rest = line.partition("-->")
            self._commented = not close
            line = " " * (len(line) - len(rest)) + rest
        if "<!--" not in line:
            return line
        line = _COMMENT.sub(lambda found: " " * len(found[0]), line)
        at = line.find("<!--")
        # In the middle of a line it opens a comment only if that is closed somewhere.
        if at >= 0 and (not line[:at].strip() or self._last_close > offset + at):
            self._commented = True
            line = line[:at]
        return line

    def _structure(self, line: str) -> bool:
        """Headings and rules: whatever ends an item and a paragraph."""
        if "#" in line and (atx := _ATX.match(line)):
            self._open(len(atx[1]), atx[2] or "")
        elif self._paragraph and (underline := _SETEXT.match(line)):
            self._open(1 if underline[1][0] == "=" else 2, " ".join(self._paragraph))
        elif not _RULE.match(line):
            return False
        self._item, self._paragraph, self._nested = None, [], False
        return True

    def _open(self, depth: int, heading: str) -> None:
        if heading_key(heading) in self._headings:
            self.present = True
            if self._depth is None or depth <= self._depth:
                self._depth = depth
        elif self._depth is not None and depth <= self._depth:
            self._depth = None

    def _marked(self, number: int, offset: int, line: str, marker: re.Match[str]) -> None:
        indent, kind, item = _width(line), marker[2][-1], self._item
        interrupts = kind in "-*+" or marker[2][:-1] == "1"
        if item is None:
            if indent >= CODE_INDENT or (self._paragraph and not interrupts):
                self._text(offset, line)
                return
        elif not self._blank and not interrupts and kind != item.kind:
            self._text(offset, line)
            return
        elif indent > item.indent and (indent >= item.content or kind != item.kind):
            self._nested = True
            return
        task = _TASK.match(line, marker.end())
        start = task.end() if task else marker.end()
        text = line[start:].rstrip()
        self._item = ListItem(
            line=number,
            indent=indent,
            content=len(marker[0].expandtabs(4)),
            kind=kind,
            start=offset + start,
            end=offset + start + len(text),
            lines=[text] if text else [],
        )
        self._paragraph, self._nested = [], False

    def _text(self, offset: int, line: str) -> None:
        item = self._item
        if line.lstrip().startswith(">"):  # a quotation ends a paragraph
            self._paragraph, self._nested = [], True
            if item and _width(line) < item.content:
                self._item = None
        elif item is None:
            if self._paragraph or _width(line) < CODE_INDENT:
                self._paragraph.append(line.strip())
        elif not self._blank and not self._nested:
            item.lines.append(line.strip())
            item.end = offset + len(line.rstrip())
        elif self._blank and _width(line) < item.content:
            self._item, self._paragraph = None, [line.strip()]
        else:
            self._nested = True


def _width(line: str) -> int:
    """Return the columns of white space at the start; tabs stop at every fourth."""
    if not line.startswith((" ", "\t")):
        return 0
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip(" "))
