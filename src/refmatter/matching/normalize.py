"""Normalise a title: repair its damage, split it into words, and find where its parts end.

What is undone here beside what `titles.readable` undoes stands in no field of a note, so it
changes how titles are compared and never what is written: list marks, Markdown, UTF-8 read as
Latin-1, words broken at the end of a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from refmatter.titles import readable, title_key

_MARKS = re.compile(r"^\s*(?:(?:[-*+•▪]|\[[ xX]\]|\[\d{1,3}\]|\(\d{1,3}\)|\d{1,3}[.)])\s+)+")
_LINK = re.compile(r"!?\[([^\[\]]+)\]\([^()\s]*\)|\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]")
_EMPHASIS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3}|`|~~|==)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_FOREIGN = re.compile(r"[^\x00-\x7f]{2,}")
# Not where a word is left out: `error- and word-level`.
_BROKEN = re.compile(
    r"(?<=[a-z])(?:-|\u00ad|\u2010)\s+(?!(?:and|or|to|und|oder|et|ou|y|e)\b)(?=[a-z])"
)
_THOUSANDS = re.compile(r"(?<=\d),\s?(?=\d{3}\b)")
_WORD = re.compile(r"[^\W_]+(?:\+\+|#(?!\w))?")
_JOINED = re.compile(r"(?<=[a-z0-9])\.(?=[A-Z]|arXiv)")
_STRONG = re.compile(rf"[:;?!–—|()\[\]]|\s-+\s|\.\s|,\s|--|{_JOINED.pattern}|[\"\u201d\u00bb],?\s")
_QUOTES = ('"', "\u201c", "\u00ab")
_CLOSING = re.compile(r"([,.])?[\"\u201d\u00bb],?\s")
# What became of quotation marks and formulas in old PDF files and in their publishers' records.
_QUOTED = re.compile(r"[ªº\\]|(?:^|, )a[A-Z].*,o|/sp?[lu][bp]? ?")
_ORDINAL_MARKS = re.compile(r"(?<!\d)[ªº]")
_AO = re.compile(r"(?:^|(?<=, ))a([A-Z][^,]*)(?:,o(?=\s|$))")
_SLASHES = re.compile(
    r"(?:^|(?<=[\s,.]))\\+(?!Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega)"
    r"(?=[A-Z][a-z]+(?:[\s,.:;-]|$))"
)
_SCRIPTED = re.compile(r"/sp[lu] ([^/]*)/|/su[bp] ([^/]*)/")
_FORM = re.compile(
    r"(?<=\S)\s*[(\[](?:preliminary version|invited paper|"
    r"with discussion)[)\]]$",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?:\.{2,}|…|\[\.\.\.\])\s*$")
_DAMAGED = re.compile(r"[*_`~\[\]=]|^\s*[-+•▪(\d]")


class NormalizedTitle(NamedTuple):
    """A title in the form in which it is compared.

    `text` is the title with its damage undone, `key` its title key, `words` its words folded
    as the key is, `raw` the same with their capitals, `parts` the numbers of words after which
    a part may end (a colon, a dash, a bracket stands there), `colons` those with a colon or a
    dash, `brackets` those with an opening bracket, `closed` those with a quotation mark that
    ends the title of a citation; `cut` tells that it says it was cut short.
    """

    text: str
    key: str
    words: tuple[str, ...]
    raw: tuple[str, ...]
    parts: frozenset[int]
    colons: frozenset[int]
    brackets: frozenset[int]
    closed: frozenset[int]
    cut: bool

    def part(self, start: int, end: int) -> NormalizedTitle:
        """Return the words from one number up to another, as a title."""
        raw = self.raw[start:end]
        text = " ".join(raw)
        parts, colons, brackets, closed = (
            frozenset(place - start for place in places if start < place < end)
            for places in (self.parts, self.colons, self.brackets, self.closed)
        )
        words, cut = self.words[start:end], self.cut and end == len(self.words)
        return NormalizedTitle(
            text, title_key(text), words, raw, parts, colons, brackets, closed, cut
        )


def undo_damage(title: str) -> str:
    """Return a title without the damage that copying does to it."""
    text = title if title.isascii() else _FOREIGN.sub(_reread, title)
    if _QUOTED.search(text):
        text = _SCRIPTED.sub(_named, _AO.sub(r'"\1,"', _ORDINAL_MARKS.sub('"', text)))
        text = _SLASHES.sub('"', text)
    text = readable(text)
    if _DAMAGED.search(text):
        text = _MARKS.sub("", text)
        text = _LINK.sub(lambda found: found[1] or found[2], text)
        text = _MARKS.sub("", _EMPHASIS.sub(r"\2", text))
    if text[-1:] in (")", "]"):
        text = _FORM.sub("", text)
    return text.strip() if title_key(text) else title


def _named(found: re.Match[str]) -> str:
    """`/spl omega//sub 2/` is ω2."""
    name = found[1] or found[2] or ""
    return readable(f"\\{name} ").strip() if found[1] and name.isalpha() else name


def _reread(found: re.Match[str]) -> str:
    """UTF-8 that somebody read as Windows-1252 or Latin-1, read as what it is: letters that
    make sense so are nothing else."""
    for code in ("cp1252", "latin-1"):
        try:
            return found[0].encode(code).decode("utf-8")
        except UnicodeError:
            continue
    return found[0]


@lru_cache(maxsize=512)
def normalize(title: str) -> NormalizedTitle:
    """Return a title, ready to be compared."""
    if quick := normalize_plain(title):
        return quick
    text = undo_damage(title)
    return normalize_plain(text) or normalize_any(text)


def normalize_any(text: str) -> NormalizedTitle:
    """Return the same for any title whose damage is undone."""
    cut = text.rstrip()[-1:] in (".", "…", "]") and bool(_CUT.search(text))
    whole = _THOUSANDS.sub("", text) if "," in text else text
    if "-" in whole or not whole.isascii():
        whole = _BROKEN.sub("", whole)
    folded = _folded(whole.replace("&", " and "))
    raw = tuple(_WORD.findall(folded))
    words = tuple(map(str.casefold, raw))
    parted = _STRONG.search(folded) is not None
    places = _places(enumerate(_WORD.split(folded)[:-1]), raw) if parted else _WHOLE
    return NormalizedTitle(text, title_key(text), words, raw, *places, cut)


_LETTERS = bytes(code for code in range(128) if chr(code).isalnum()) + b" "
_USUAL = _LETTERS + b"-:;,.?!()'"
_STARTS = frozenset(map(str, range(10))) | {"-", "("}
_LOOSE = b"-,.'"
_BLANKED = bytes(code if code in _LETTERS else 32 for code in range(256))


def normalize_plain(title: str) -> NormalizedTitle | None:
    """Return the same for ASCII with no other signs than most titles have, in which there is no
    damage to undo: what are many searches of the whole text elsewhere is one look at its few signs
    here. None for any other title."""
    if not (title.isascii() and title.isprintable()):
        return None
    text = " ".join(title.split())
    letters = text.encode()
    signs = letters.translate(None, _LETTERS)
    if text[:1] in _STARTS or signs.translate(None, _USUAL):
        return None
    if ",o" in text or (text[-1:] == ")" and _FORM.search(text)):
        return None
    parted, whole = False, text
    if signs:
        if b"," in signs:
            whole = _THOUSANDS.sub("", whole)
        if "- " in whole:
            whole = _BROKEN.sub("", whole)
        # Nothing ends a part in most titles: a hyphen or a stop inside a word does not.
        parted = (
            bool(signs.translate(None, _LOOSE))
            or ", " in whole
            or ". " in whole
            or " -" in whole
            or "--" in whole
            or (b"." in signs and _JOINED.search(whole) is not None)
        )
        letters = whole.encode().translate(_BLANKED)
    raw, words = letters.decode().split(), letters.lower().decode().split()
    if not words:
        return None
    places = _places(_plain_gaps(whole, letters), raw) if parted else _WHOLE
    cut = text.endswith("..")
    return NormalizedTitle(text, "".join(words), tuple(words), tuple(raw), *places, cut)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, such as a name, as those of a title; quick for a plain one."""
    plain = text.replace(".", " ")
    if plain.isascii() and plain.replace(" ", "").isalpha():
        return tuple(plain.lower().split())
    return normalize(text).words


_Places: TypeAlias = tuple[frozenset[int], frozenset[int], frozenset[int], frozenset[int]]
_WITHIN = frozenset({" ", "-", "'", "/"})
_GAP = re.compile(r"[^A-Za-z0-9]{2,}|[^A-Za-z0-9 '/-]")
_WHOLE: _Places = (frozenset(), frozenset(), frozenset(), frozenset())


def _places(gaps: Iterable[tuple[int, str]], raw: Sequence[str]) -> _Places:
    """After how many words a part ends: by any sign, by a colon or dash, by a bracket, by the
    quotation mark of a citation. `gaps` are what stands between words, and behind how many; `raw`
    are the words."""
    parts, colons, brackets, closed = set[int](), set[int](), set[int](), set[int]()
    opened = False
    for count, between in gaps:
        if between in _WITHIN:
            continue
        if not count:
            opened = between[-1:] in _QUOTES
            continue
        if _STRONG.search(between) or (between == "." and _is_joined(*raw[count - 1 : count + 1])):
            parts.add(count)
            if ":" in between or " - " in between or "–" in between or "—" in between:
                colons.add(count)
            if "(" in between or "[" in between:
                brackets.add(count)
            quote = _CLOSING.search(between)
            if quote and (quote[1] or not opened):
                closed.add(count)
        opened = opened or between[-1:] in _QUOTES
    return frozenset(parts), frozenset(colons), frozenset(brackets), frozenset(closed)


def _plain_gaps(text: str, letters: bytes) -> list[tuple[int, str]]:
    """Return the gaps of plain text that are more than a blank; `letters` is the same with blanks
    for all its signs."""
    return [
        (len(letters[: found.start()].split()), found[0])
        for found in _GAP.finditer(text)
        if found.end() < len(text)
    ]


def _is_joined(word: str, following: str) -> bool:
    """Whether the blank behind a stop is missing: `networks.In Proceedings`."""
    return _JOINED.search(f"{word}.{following}") is not None


def _folded(text: str) -> str:
    """Without accents and ligatures; separators stay."""
    return text if text.isascii() else _RUN.sub(_bare, text)


def _bare(found: re.Match[str]) -> str:
    return _bared(found[0])


@lru_cache(maxsize=512)
def _bared(run: str) -> str:
    """Letters outside ASCII, without their accents: ASCII ones beside them change nothing."""
    apart = unicodedata.normalize("NFKD", run).translate(_UNDECOMPOSED)
    return "".join(c for c in apart if not unicodedata.combining(c) and c not in _UNSEEN)


_RUN = re.compile("['\x80-\U0010ffff]+")
_UNSEEN = "\u00ad\u200b'’"
_UNDECOMPOSED = str.maketrans(
    {
        "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "AE",
        "œ": "oe", "Œ": "OE", "ß": "ss", "þ": "th", "ð": "d", "ı": "i", "ħ": "h",
    }
)  # fmt: skip
