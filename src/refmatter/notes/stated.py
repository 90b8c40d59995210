"""Read title, authors and year from labelled lines of a body, and from citations in titles.

Many notes keep them in lines of the body (`**Authors**: …`, `- year:: 2017`), or in a heading or a
file name (`He et al. - 2016 - …`). They are evidence. Labels that occur twice may belong to several
works and are left out, and so are citations without "et al.", "and" or a year between hyphens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from refmatter.notes.references import links_in
from refmatter.notes.title_words import NO_NAMES, SECTION_WORDS, SMALL_WORDS

_TOP = 4_000
"""The number of characters of a body that are read."""
_MOST_HEADINGS = 4
"""Labels behind more headings than these are not about the note as a whole."""

_AUTHORS, _YEAR, _TITLE = "authors", "year", "title"
_LABELS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            "title, paper title, full title, titel, titre, título, titulo, titolo, 标题, 標題, "
            "论文标题, 論文標題, 论文题目, 题目, 題目, タイトル, 제목, название".split(", "),
            _TITLE,
        ),
        **dict.fromkeys(
            "author, authors, author(s), autor, autoren, auteur, auteurs, autores, autore, "
            "autori, 作者, 著者, 저자, автор, авторы".split(", "),
            _AUTHORS,
        ),
        **dict.fromkeys(
            "year, publication year, jahr, année, annee, año, ano, anno, 年份, 年, 年度, "
            "发表年份, 发表时间, 時間, 时间, 연도, 년도, год".split(", "),
            _YEAR,
        ),
    }
)
_ANY_LABEL = re.compile(
    rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(_LABELS, key=len, reverse=True)))})[*_`]*\s?[:：]",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"[ \t]{0,3}(?:>[ \t]*)*(?:[-*+][ \t]+)?(?P<mark>[*_`]{0,3})"
    r"(?P<label>[^\W\d_][^\n:：*_`]{0,18}?)[ \t]?"
    r"(?:(?::{1,2}|：)(?P=mark)|(?P=mark)[ \t]?(?::{1,2}|：))[ \t]*(?P<value>\S.*)?$"
)
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_FENCE = re.compile(r"[ \t>]*(?:```|~~~)")
_MARKS = re.compile(r"[*_`]+")
_EXACT_YEAR = re.compile(r"\W*((?:1[89]|20)\d\d)\W*")

_PARTICLES = r"(?:(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|el|al|bin|ibn|ter|ten|zu)\s+)*"
_SURNAME = rf"{_PARTICLES}[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’-][^\W\d_]+)*"
_ET_AL = rf"{_SURNAME}(?:,\s*{_SURNAME}){{0,2}},?\s+et\s+al\.?"
_TWO = rf"{_SURNAME}\s+(?:and|&)\s+{_SURNAME}"
_IN_YEAR = r"[\s,_(\[–—-]*(?P<{}>(?:1[89]|20)\d\d)[a-z]?[)\]]?"
_IN_FRONT = re.compile(
    rf"[\[(]?(?P<many>{_ET_AL}|{_TWO}){_IN_YEAR.format('y1')}\s*[-–—_:.,]*\s*(?=\w)"
    rf"|(?P<one>{_SURNAME})\s+[-–—]\s+(?P<y2>(?:1[89]|20)\d\d)\s+[-–—]\s+(?=\w)"
)
"""`He et al. - 2016 - …`, `Kingma and Ba (2015): …`, `Chollet - 2017 - …`."""
_BEHIND = re.compile(rf"(?:,\s+|\s+[(\[])(?P<many>{_ET_AL}|{_TWO}),?{_IN_YEAR.format('y1')}\W*$")
"""`…, Sennrich et al., 2016`, `… (Vaswani et al., 2017)`."""
_LEAST_WORDS = 2
"""The least number of words of a title that has a citation."""


class Stated(NamedTuple):
    """The title, authors and year that a note states; "" and None if it does not. `authors` is a
    text for `people.read_people`."""

    title: str = ""
    authors: str = ""
    year: int | None = None


NOTHING = Stated()


def labelled(body: str) -> Stated:
    """Return the values of labelled lines at the top of a body; none if a label occurs twice."""
    top = body[:_TOP]
    if _ANY_LABEL.search(top) is None:
        return NOTHING
    found: dict[str, str] = {}
    for name, value in _labelled_lines(top):
        if name in found:
            return NOTHING
        found[name] = value
    year = _EXACT_YEAR.fullmatch(found.get(_YEAR, ""))
    return Stated(found.get(_TITLE, ""), found.get(_AUTHORS, ""), int(year[1]) if year else None)


def _labelled_lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield the labels and values of lines outside of fenced code."""
    is_fenced, headings = False, 0
    for line in text.splitlines():
        if _FENCE.match(line):
            is_fenced = not is_fenced
        elif not is_fenced and _HEADING.match(line):
            headings += 1
        elif not is_fenced and (found := _LINE.match(line)):
            name = _LABELS.get(found["label"].strip().casefold())
            value = _plain(found["value"] or "")
            if name and value and headings <= _MOST_HEADINGS:
                yield name, value


def _plain(text: str) -> str:
    """Return a value without marks of emphasis and code; links stay, which names are read from."""
    is_linked = any(link.leads_away for link in links_in(text))
    for link in reversed(links_in(text)) if is_linked else ():
        text = text[: link.start] + link.text + text[link.end :]
    return _MARKS.sub("", text).strip()


def cited(text: str) -> Stated:
    """Return the authors and the year before or after the title in a heading or a file name."""
    if not any(map(str.isdigit, text)):
        return NOTHING
    text = _MARKS.sub(" ", text).strip() if "_" not in text else text.replace("_", " - ")
    found = _IN_FRONT.match(text)
    rest = text[found.end() :] if found else ""
    if found is None and (found := _BEHIND.search(text)):
        rest = text[: found.start()]
    if found is None or len(rest.split()) < _LEAST_WORDS:
        return NOTHING
    groups = found.groupdict()
    names, year = groups["many"] or groups["one"], groups["y1"] or groups.get("y2") or ""
    words = {word.casefold() for word in re.findall(r"[^\W\d_]+", names)}
    if words & (NO_NAMES | SECTION_WORDS) or words <= SMALL_WORDS:
        return NOTHING
    return Stated(authors=names, year=int(year))
