"""Find the items of the reference sections in a body.

Markdown is read line by line, as far as CommonMark 0.31 matters here: headings, lists,
fenced and indented code, HTML comments; beside it footnotes, numbers in brackets and callouts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from refmatter.notes.references.headings import HeadingSet
from refmatter.notes.references.links import links_in, unwrapped

CODE_INDENT = 4
"""The columns from which a line is code, unless it belongs to a list (CommonMark 4.4)."""
MAX_LINE = 10_000
"""The most characters of a line in which structure is looked for; longer ones are prose."""

_FENCE = re.compile(r"\s*(`{3,}(?=[^`]*$)|~{3,})")
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_LABEL = (
    r"(?:\*\*)?(?:<a\b[^<>]*>)?\\?\[(?:\d{1,4}|[A-Za-z+]{1,12}\d{2,4}[a-z]?|@[\w:./+-]{1,60}"
    r"|\^[^\[\]\s]{1,60}(?=\]:))\\?\](?:</a>)?:?(?:\*\*)?:?"
)
"""`[1]`, `[Vas17]`, `[^note]:`, `[@key]`: what bibliographies put before an item."""
_MARKER = re.compile(rf"([ \t]*)([-*+]|\d{{1,9}}[.)]|{_LABEL})(?:[ \t]+|$)")
_LABELLED = re.compile(rf"{_LABEL}[ \t]+(?=\S)")
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
_BOLD = re.compile(
    r" {0,3}(?:(\*\*|__)(?P<bold>[^*_].*?)\1|<(h[1-6]|summary|b|strong)\b[^<>]*>(?P<tag>.*?)</\3>)"
    r"[ \t]*[:：]?[ \t]*$",
    re.IGNORECASE,
)
_BOLD_DEPTH = 7
"""A bold line stands below all headings."""
_CALLOUT = re.compile(r" {0,3}>[ \t]*\[!([^\[\]]+)\][+-]?[ \t]*(.*)$")
_QUOTED = re.compile(r" {0,3}>[ \t]?")
_QUOTED_HEADING = re.compile(r" {0,3}>[ \t]?#{1,6}[ \t]")
_BLOCK_ID = re.compile(r"[ \t]+\^[A-Za-z0-9][A-Za-z0-9-]*$")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_GROUP_WORDS = 3
"""A group of references is named in so few words."""
_LEAST_WORDS = 3
"""So many words of a nested item look like a title if they are written as titles are."""
_LONG_WORD = 4
"""A word of so many letters has a capital in a title."""


@dataclass(slots=True)
class ListItem:
    """A list item: its place in the body, its lines of text, and the items below it."""

    line: int
    indent: int
    content: int
    kind: str
    start: int
    end: int
    lines: list[str] = field(default_factory=list)
    children: list[ListItem] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its lines as one."""
        return " ".join(self.lines)

    def extend(self, offset: int, line: str) -> None:
        """Add another line of its text, which begins at `offset`."""
        text = _BLOCK_ID.sub("", line.rstrip())
        self.lines.append(text.strip())
        self.end = offset + len(text)

    @property
    def references(self) -> list[ListItem]:
        """The items that are references: itself, or where it only names a group those below it."""
        return self.children if self._is_group() else [self]

    def _is_group(self) -> bool:
        """Whether it only names a group: a word or two, and below it nothing but works."""
        if not self.children:
            return False
        text = unwrapped(self.text)
        short = len(text.split()) < _GROUP_WORDS + (text != self.text or text.endswith((":", "：")))
        named = short and not (links_in(text) or _YEAR.search(text))
        return named and all(map(_looks_like_work, self.children))


def _looks_like_work(item: ListItem) -> bool:
    """Whether an item is a link, has a year in brackets, or is written as titles are."""
    text = unwrapped(item.text)
    links = links_in(text)
    if links and links[0].start == 0:
        return True
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) >= _LONG_WORD]
    capitals = sum(word[0].isupper() for word in words)
    return len(text.split()) >= _LEAST_WORDS and (
        re.search(rf"[(（]{_YEAR.pattern}[a-z]?[)）]", text) is not None
        or (bool(words) and capitals * 5 >= len(words) * 3 and text[-1] not in ".!?。")
    )


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
    """The lines of a body -> the items of its reference sections that are references."""

    def __init__(self, body: str, headings: HeadingSet) -> None:
        self._body = body
        self._headings = headings
        self._depth: int | None = None  # of the section's heading; None outside of one
        self._fence = ""
        self._commented = False
        self._paragraph: list[str] = []
        self._blank = True  # the line before was blank, or ended a block
        self._item: ListItem | None = None
        self._nested = False
        self._child: ListItem | None = None
        self._callout = False
        self._last_close = body.rfind("-->")
        self.heading = ""

    def items(self) -> Iterator[ListItem]:
        """Yield each item that is a reference once all its lines were read. Lines count from 0."""
        offset = 0
        for number, raw in enumerate(self._body.split("\n")):
            before = self._item
            self._take_line(number, offset, raw.rstrip("\r"))
            if before is not None and before is not self._item:
                yield from before.references
            offset += len(raw) + 1
        if self._item is not None:
            yield from self._item.references

    def _take_line(self, number: int, offset: int, line: str) -> None:
        if self._callout or "[!" in line or ("#" in line and ">" in line):
            quoted = self._in_callout(line)
            if quoted is None:
                return
            offset, line = offset + quoted, line[quoted:]
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

    def _in_callout(self, line: str) -> int | None:
        """Return how many characters before a line are a callout's; None for a callout's title."""
        if self._callout:
            if quoted := _QUOTED.match(line):
                return quoted.end()
            self._callout, self._depth, self._fence = False, None, ""
            self._close()
        if self._fence or self._commented:
            return 0
        if self._depth is None and _QUOTED_HEADING.match(line):
            return self._in_quotation(line)
        callout = _CALLOUT.match(line)
        if callout is None or (callout[2].strip() or callout[1]) not in self._headings:
            return 0
        self._close()
        self._callout, self._depth, self._blank = True, 0, True
        self.heading = self.heading or callout[2].strip() or callout[1]
        return None

    def _in_quotation(self, line: str) -> int:
        """Return how many characters before a heading in a quotation are the quotation's, if it is
        one of references; 0 for any other."""
        quoted = _QUOTED.match(line)
        heading = _ATX.match(line, quoted.end()) if quoted else None
        if quoted is None or heading is None or (heading[2] or "") not in self._headings:
            return 0
        self._close()
        self._callout, self._blank = True, True
        return quoted.end()

    def _close(self) -> None:
        """End the item and the paragraph that are open."""
        self._item, self._child, self._paragraph, self._nested = None, None, [], False

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
        elif not (_RULE.match(line) or (line.lstrip(" ")[:1] in "*_<" and self._is_bold(line))):
            return False
        self._close()
        return True

    def _is_bold(self, line: str) -> bool:
        """Whether a bold line opens a reference section, or ends one that another opened."""
        bold = _BOLD.match(line)
        if bold is None or (self._item and (not self._blank or _width(line) >= self._item.content)):
            return False
        depth, text = _BOLD_DEPTH, bold["bold"] or bold["tag"]
        if bold[3] and bold[3][1:].isdigit():
            depth = int(bold[3][1:])
        elif text not in self._headings and self._depth != _BOLD_DEPTH:
            return False
        self._open(depth, text)
        return True

    def _open(self, depth: int, heading: str) -> None:
        if heading in self._headings:
            self.heading = self.heading or heading
            if self._depth is None or depth <= self._depth:
                self._depth = depth
        elif self._depth is not None and depth <= self._depth:
            self._depth = None

    def _marked(self, number: int, offset: int, line: str, marker: re.Match[str]) -> None:
        indent, kind, item = _width(line), _kind(marker[2]), self._item
        interrupts = kind in "-*+" or marker[2].strip("*[]\\:.)") == "1"
        if item is None:
            if indent >= CODE_INDENT or (self._paragraph and not interrupts):
                self._text(offset, line)
                return
        elif not self._blank and not interrupts and kind != item.kind:
            self._text(offset, line)
            return
        elif indent > item.indent and (indent >= item.content or kind != item.kind):
            self._nested = True
            self._take_child(item, _list_item(number, offset, line, marker))
            return
        self._close()
        self._item = _list_item(number, offset, line, marker)

    def _take_child(self, item: ListItem, child: ListItem) -> None:
        """Add an item below another one, if it stands directly below it."""
        above = self._child
        if above is None or child.indent <= above.indent or child.indent < above.content:
            item.children.append(child)
            self._child = child
        else:
            self._child = replace(above, lines=[])  # what follows belongs to a remark

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
            item.extend(offset, line)
        elif self._blank and _width(line) < item.content:
            self._close()
            self._paragraph = [line.strip()]
        elif not self._blank and self._child is not None:
            self._child.extend(offset, line)
        else:
            self._nested = True


def _kind(marker: str) -> str:
    """Return what kind of list a marker is of: its sign, or `]` for a label in brackets."""
    return "]" if "[" in marker else marker[-1]


def _list_item(number: int, offset: int, line: str, marker: re.Match[str]) -> ListItem:
    """Return the item that a line begins, without its marker, box and number in brackets."""
    start = marker.end()
    if "[" in line:
        for before in (_TASK, _LABELLED):
            found = before.match(line, start)
            start = found.end() if found else start
    text = line[start:].rstrip()
    text = _BLOCK_ID.sub("", text) if "^" in text else text
    return ListItem(
        line=number,
        indent=_width(line),
        content=len(marker[0].expandtabs(4)),
        kind=_kind(marker[2]),
        start=offset + start,
        end=offset + start + len(text),
        lines=[text] if text else [],
    )


def _width(line: str) -> int:
    """Return the columns of white space at the start; tabs stop at every fourth."""
    if not line.startswith((" ", "\t")):
        return 0
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip(" "))
