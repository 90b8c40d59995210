"""Normalise titles and names, so that different spellings compare equal.

A title key keeps letters and digits only, so "A: B", "A - B" and "a b" are equal, while
"Part I" and "Part II", or two years, stay different.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

MAX_TITLE_LETTERS = 4000
"""The most letters of a title: no work has a longer one, and two of a megabyte take minutes to
compare."""

_LATEX_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "c": "\u0327",
    "k": "\u0328", "b": "\u0331", "d": "\u0323",
}  # fmt: skip
_LATEX_LETTERS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł",
    "L": "Ł", "aa": "å", "AA": "Å", "i": "i", "j": "j",
}  # fmt: skip
_GREEK = {
    unicodedata.name(chr(code)).split()[-1].lower(): chr(code)
    for code in range(0x3B1, 0x3CA)
    if code != 0x3C2  # the final sigma, which LaTeX has no name for
}
_GREEK["lambda"] = "\u03bb"  # Unicode spells it LAMDA

# What NFKD does not take apart, but readers and services write either way.
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "ħ": "h"}
)

_TAG = re.compile(
    r"</?(?:i|b|em|strong|sub|sup|sc|scp|tt|u|span|p|br|title|jats:[\w-]+|mml:[\w-]+|inline-formula|tex-math)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_TEX_ACCENT = re.compile(
    r"\\([`'^~=.\"]|[urHvckbd](?![A-Za-z]))\s*(?:\{\s*(\\?[A-Za-z])\s*\}|(\\?[A-Za-z]))"
)
_TEX_COMMAND = re.compile(r"\\([A-Za-z]+)\*?\s*")
_TEX_ESCAPE = re.compile(r"\\([&%$#_{}])")
_DAMAGED = re.compile(r"[\\&<{+#$]")
_SOFT_HYPHEN = re.compile(r"\u00ad\s*")
_HUGE_CHARACTER_NUMBER = re.compile("&#[0-9]{9,};?")
_NOT_PLAIN = bytes(code for code in range(128) if not chr(code).isalnum())
_HARMLESS = bytes(code for code in _NOT_PLAIN if not _DAMAGED.match(chr(code)))
_HARMLESS_BUT_NEWLINE = _HARMLESS.replace(b"\n", b"")
_LOWER = bytes(range(256)).lower()
_FOREIGN = re.compile(r"([^\x00-\x7f]+)")
# Soft hyphens, and blanks and joiners without width; other joiners are part of some scripts.
_INVISIBLE = "\u00ad\u180e\u200b\u2060\ufeff"
_PLUSES = re.compile(r"(?<=\w)\+\+")
_SHARP = re.compile(r"\b([CFcf])#")
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_SUFFIX = re.compile(r"(?:,?\s+(?:jr|sr|ii|iii|iv)\.?|\s+\d{4})$", re.IGNORECASE)


def _decode_latex(text: str) -> str:
    """Return the text with LaTeX accents, letters and commands replaced by what they stand for."""

    def accented_letter(found: re.Match[str]) -> str:
        letter = (found[2] or found[3]).lstrip("\\")
        return unicodedata.normalize("NFC", letter + _LATEX_ACCENTS[found[1]])

    def letter_of_command(found: re.Match[str]) -> str:
        name = found[1]
        return _LATEX_LETTERS.get(name) or _GREEK.get(name) or " "

    text = _TEX_ESCAPE.sub(lambda found: found[1] if found[1] in "&%#" else " ", text)
    text = _TEX_ACCENT.sub(accented_letter, text)
    text = _TEX_COMMAND.sub(letter_of_command, text)
    return re.sub(r"[{}$]", "", text)


def _visible(letter: str) -> str:
    """Return a character as it is shown: itself, a blank, or nothing.

    Control characters and line separators give a blank. Surrogates, invisible marks, and marks
    that change a line's direction, which can make text look like another, give nothing.
    """
    if unicodedata.category(letter) in ("Cc", "Zl", "Zp"):
        return " "
    turns = "\u202a" <= letter <= "\u202e" or "\u2066" <= letter <= "\u2069"
    unseen = letter in _INVISIBLE or "\U000e0000" <= letter <= "\U000e007f"
    return "" if turns or unseen or unicodedata.category(letter) == "Cs" else letter


def readable(text: str) -> str:
    """Return a title or name as a person would type it, on one line.

    Markup, entities, LaTeX and control characters are decoded or removed.
    """
    if "&" in text:
        # No character has such a number, and Python reads none of more than 4,300 digits.
        text = html.unescape(_HUGE_CHARACTER_NUMBER.sub("\ufffd", text))
    if "<" in text:
        text = _TAG.sub("", text)
    if "\\" in text or "{" in text:
        text = _decode_latex(text)
    if not text.isprintable():
        # A soft hyphen at the end of a line has broken a word there.
        text = "".join(_visible(c) for c in _SOFT_HYPHEN.sub("", text))
    return " ".join(composed(text).split())


def composed(text: str) -> str:
    """Return a text with each letter and its accents as one character where there is one (NFC):
    file names of macOS and text copied from PDF files have them apart."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def title_key(title: str) -> str:
    """Return the key that all spellings of a title share; "" for a text without letters or digits.

    Case, accents, punctuation, blanks, LaTeX, markup, ligatures and `&`/`and` are folded. Every
    letter and digit stays, so numbers, numerals and part words still tell works apart.
    """
    if title.isascii():
        # Nearly all titles are plain, and one pass both makes their key and tells that they
        # are: a sign of damage would be left in it.
        plain = title.encode().translate(_LOWER, _HARMLESS)
        if plain.isalnum():
            return plain.decode()
    if _DAMAGED.search(title):
        title = readable(title)
        title = _PLUSES.sub("plusplus", _SHARP.sub(r"\1sharp", title)).replace("&", " and ")
    if title.isascii():
        return title.encode().translate(_LOWER, _NOT_PLAIN).decode()
    return "".join(map(_folded_run, _FOREIGN.split(title)))


def title_keys(titles: Sequence[str]) -> list[str]:
    """Return the keys of many titles; much faster than `title_key` for plain ASCII titles."""
    whole = "\n".join(titles)
    if whole.isascii():
        plain = whole.encode().translate(_LOWER, _HARMLESS_BUT_NEWLINE)
        keys = plain.decode().split("\n")
        if len(keys) == len(titles) and plain.replace(b"\n", b"").isalnum():
            return keys
    return list(map(title_key, titles))


@lru_cache(maxsize=512)
def _folded_run(run: str) -> str:
    """Return what a key keeps of a run of letters that are all ASCII, or all not.

    Neither kind changes the other's result, and most foreign runs occur in many titles.
    """
    if run.isascii():
        return run.encode().translate(_LOWER, _NOT_PLAIN).decode()
    folded = unicodedata.normalize("NFKD", run).casefold().translate(_UNDECOMPOSED)
    return "".join(
        c
        for c in unicodedata.normalize("NFKD", folded)
        if not "\u0300" <= c <= "\u036f" and (c.isalnum() or unicodedata.category(c)[0] == "M")
    )


@lru_cache(maxsize=1024)
def family_key(name: str) -> str:
    """Return the key of a person's family name; "" for a name without letters.

    `von Neumann, J.`, `J. von Neumann` and DBLP's `John von Neumann 0001` give `neumann`.
    """
    plain = name.lower().replace(". ", " ")
    if plain.isascii() and plain.replace(" ", "").isalpha():
        _, _, last = plain.strip().rpartition(" ")
        if last not in _SUFFIXES:
            return last  # as of most names, without a look for what else may be in one
    last = _SUFFIX.sub("", readable(name)).partition(",")[0]
    last = _SUFFIX.sub("", last)
    words = [key for word in last.split() if (key := title_key(word))]
    return words[-1] if words else ""


def slug(title: str) -> str:
    """Return the file name (without `.md`) that the seed vault gives a generated note."""
    return re.sub(r"\W+", "-", composed(title).lower()).strip("-")


def query_words(title: str) -> str:
    """Return the letters and digits of a title, with single blanks for everything else."""
    return " ".join(re.findall(r"\w+", readable(title).replace("_", " ")))


# What stays inside a word by UAX #29, and how it is asked for. Its full-width signs do not: who
# writes Chinese or Japanese puts them where a title has a sign and a blank.
_APOSTROPHES = dict.fromkeys("'\u2018\u2019", "'")
_BETWEEN_LETTERS = _APOSTROPHES | {sign: sign for sign in ".:\u00b7"}
_BETWEEN_DIGITS = _APOSTROPHES | {sign: sign for sign in ".,;"}
_SIGN = re.compile(r"[^\w\s]|(?<!\w)_+|_+(?!\w)")
_JOINERS = "\u200c\u200d"


def search_text(title: str) -> str:
    """Return the words of a title as search services cut them, with single blanks.

    Most services cut words by UAX #29 (Elasticsearch's `standard` tokenizer): a sign between two
    letters or two digits stays inside a word, as in `Pandora's`, `Node.js` and `1,000`, and a
    phrase without it is not found. Any other sign is a blank, as it may be syntax to a service.
    """
    return " ".join(_SIGN.sub(_inner_sign, readable(title)).split())


def _inner_sign(found: re.Match[str]) -> str:
    """Return a sign as it is asked for: itself where it is part of a word, else a blank."""
    sign, text = found[0], found.string
    if sign in _JOINERS or (len(sign) == 1 and _is_mark(sign)):
        return sign
    start = found.start()
    while start and _is_mark(text[start - 1]):
        start -= 1
    before, after = text[start - 1 : start], text[found.end() : found.end() + 1]
    if before.isalpha() and after.isalpha():
        return _BETWEEN_LETTERS.get(sign, " ")
    return _BETWEEN_DIGITS.get(sign, " ") if before.isdecimal() and after.isdecimal() else " "


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "M"


def search_spellings(
    title: str, *, apostrophes: bool = False, accents: bool = False
) -> tuple[str, ...]:
    """Return the spellings of a title (`search_text`) to ask a service for, the likeliest first.

    Notes have ligatures of PDF files and colons without a blank where records have none.
    `apostrophes` asks for straight and for curly ones, `accents` also for a title without them: for
    services that tell these apart.
    """
    variations = [_without_ligatures, _without_colons]
    variations += [_with_curly_apostrophes] * apostrophes + [_without_accents] * accents
    spellings = [search_text(title)]
    for vary in variations:
        spellings += [vary(spelling) for spelling in spellings]
    return tuple(dict.fromkeys(spellings))


def _without_ligatures(text: str) -> str:
    return text if text.isascii() else search_text(unicodedata.normalize("NFKC", text))


def _without_colons(text: str) -> str:
    return text.replace(":", " ")


def _with_curly_apostrophes(text: str) -> str:
    return text.replace("'", "\u2019")


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return composed("".join(c for c in apart if not "\u0300" <= c <= "\u036f"))


def has_words(text: str, fewest: int) -> bool:
    """Whether a text has so many words. Not all scripts put blanks between words: a text in another
    one than Latin has enough."""
    return len(text.split()) >= fewest or not title_key(text).isascii()
