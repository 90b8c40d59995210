"""Cut text into words by the rules of UAX #29 (word boundaries), as Elasticsearch's `standard`
tokenizer does.

A sign between two letters or two digits stays inside a word (`Pandora's`, the `3.5` of `GPT-3.5`),
an ideograph is a word by itself, and marks belong to the letter before them. Written anew here,
not borrowed from the program, so that a mistake there shows.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# The kinds of characters that the rules tell apart, a letter each: A letters, N digits, K Katakana,
# H ideographs and Hiragana, _ what joins words, X what belongs to the character before it, and the
# signs that stay between two letters (:), two digits (a comma), or either (a full stop).
_SIGNS = {
    ":": ":", "·": ":", "\u0387": ":", "\u05f4": ":", "\u2027": ":", "\ufe13": ":",
    "\ufe55": ":", "\uff1a": ":",
    ",": ",", ";": ",", "\u037e": ",", "\u0589": ",", "\u060c": ",", "\u060d": ",", "\u066c": ",",
    "\u2044": ",", "\ufe10": ",", "\ufe14": ",", "\ufe50": ",", "\ufe54": ",", "\uff0c": ",",
    "\uff1b": ",",
    ".": ".", "'": ".", "\u2018": ".", "\u2019": ".", "\u2024": ".", "\ufe52": ".", "\uff07": ".",
    "\uff0e": ".",
    "\u200c": "X", "\u200d": "X", "\u00ad": "X",
}  # fmt: skip
_CATEGORIES = {
    **dict.fromkeys(("Lu", "Ll", "Lt", "Lm", "Lo", "Nl"), "A"),
    **dict.fromkeys(("Mn", "Mc", "Me"), "X"),
    "Nd": "N",
    "Pc": "_",
}
_LETTERS = "(?:AX*)+(?:[:.]X*(?:AX*)+)*"
_DIGITS = "(?:NX*)+(?:[,.]X*(?:NX*)+)*"
_RUN = f"(?:(?:{_LETTERS}|{_DIGITS})+|(?:KX*)+)"
_WORD = re.compile(rf"HX*|(?:_X*)*{_RUN}(?:(?:_X*)+{_RUN})*(?:_X*)*")


class _Kinds(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = _kind(chr(code))
        return self[code]


def _kind(c: str) -> str:
    kind = _SIGNS.get(c) or _CATEGORIES.get(unicodedata.category(c), " ")
    if kind != "A":
        return kind
    name = unicodedata.name(c, "")
    if name.startswith(("CJK", "HIRAGANA", "IDEOGRAPHIC")):
        return "H"
    return "K" if "KATAKANA" in name else "A"


_KINDS = _Kinds()


def words(text: str, *, folding: bool) -> list[str]:
    """The lower-cased words of a text; `folding` takes accents off and makes apostrophes plain."""
    found = [text[word.start() : word.end()] for word in _WORD.finditer(text.translate(_KINDS))]
    return [_folded(word) if folding else word.lower() for word in found]


@lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    plain = word.replace("\u2019", "'").replace("\u2018", "'")
    decomposed = unicodedata.normalize("NFKD", plain).casefold()
    return "".join(c for c in decomposed if not unicodedata.combining(c))
