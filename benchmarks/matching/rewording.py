"""Distortions that touch the words: slips, losses, and what is cut or added.

Each takes a title and a source of chance, and answers with the title as somebody would have it,
or None where the title does not lend itself.
"""

from __future__ import annotations

import re
from random import Random

FILLERS = frozenset(
    ("a", "an", "the", "of", "for", "in", "on", "at", "to", "with", "by", "from", "and", "or",
     "via", "as", "is", "are", "be", "its", "their", "using", "into", "over", "under", "between",
     "through", "within", "per", "vs", "not", "no", "we", "you", "it", "how", "what", "when", "why",
     "do", "does", "can", "your", "our", "that", "this", "than", "towards", "toward", "without"),
)  # fmt: skip
"""Words that say little of what a title is about, or are small."""

_NEAR = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa",
    "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu",
    "z": "x",
}  # fmt: skip
_LIGATURE = re.compile(r"(?<=[a-z])(ffi|ffl|ff|fi|fl)(?=[a-z])")
_VENUES = (
    "NeurIPS", "NIPS", "ICML", "ICLR", "ACL", "EMNLP", "NAACL", "CVPR", "ICCV", "AAAI", "IJCAI",
    "KDD", "COLING", "SIGIR", "WWW", "ECCV",
)  # fmt: skip
_CHANGED = {
    "for": "in", "in": "for", "with": "using", "using": "with", "via": "using", "by": "with",
    "on": "for", "from": "of", "of": "for", "to": "for", "into": "to", "through": "via",
}  # fmt: skip


def ampersand(title: str, chance: Random) -> str | None:
    """`&` for `and`, or the other way round."""
    if "&" in title:
        return title.replace("&", "and")
    if not re.search(r"\band\b", title):
        return None
    return re.sub(r"\band\b", chance.choice(("&", "&", "&amp;")), title)


def typo(title: str, chance: Random) -> str | None:
    """One slip of the hand in a long word, seldom two."""
    for _ in range(1 if chance.random() < 0.75 else 2):
        places = list(re.finditer(r"[A-Za-z]{5,}", title))
        if not places:
            return None
        found = chance.choice(places)
        title = title[: found.start()] + _slip(found[0], chance) + title[found.end() :]
    return title


def ocr(title: str, chance: Random) -> str | None:
    """What is left of a title in a PDF: words split or joined, hyphens of line ends, ligatures
    lost, now and then the number of a line."""
    way = chance.random()
    if way < 0.6:
        if not _LIGATURE.search(title):
            return None
        return _LIGATURE.sub(chance.choice(("", "", "", " ", r"\1 ")), title, count=1)
    words = title.split(" ")
    long = [n for n, word in enumerate(words) if word.isalpha() and len(word) > 5]
    if not long or len(words) < 3:
        return None
    place = chance.choice(long)
    if way > 0.97:
        words.insert(max(1, place), str(chance.randint(1, 300)))
    elif way > 0.87:
        place = chance.randrange(1, len(words))
        words[place - 1 : place + 1] = [words[place - 1] + words[place]]
    else:
        at = chance.randint(2, len(words[place]) - 2)
        sign = chance.choice(("- ", "-\n", "-", " ", "\u00ad", "\u00ad ", "­\n"))
        words[place] = words[place][:at] + sign + words[place][at:]
    return " ".join(words)


def function_word(title: str, chance: Random) -> str | None:
    """A small word more, less, or another."""
    words = title.split(" ")
    small = [
        n for n, word in enumerate(words) if word in ("a", "an", "the", "of", "for", "in", "on")
    ]
    other = [n for n, word in enumerate(words) if word in _CHANGED]
    added = [
        n + 1
        for n, word in enumerate(words[:-1])
        if word in _CHANGED and words[n + 1] not in FILLERS
    ]
    way = chance.choice(("less", "other", "other", "other", "more", "start"))
    if way == "less" and small and len(words) > 3:
        del words[chance.choice(small)]
    elif way == "other" and other:
        place = chance.choice(other)
        words[place] = _CHANGED[words[place]]
    elif way == "more" and added:
        words.insert(chance.choice(added), chance.choice(("the", "a", "the")))
    elif words[0] in ("A", "An", "The"):
        words = words[1:]
    else:
        words = [chance.choice(("A", "The", "On")), *words]
    return " ".join(words)


def word_missing(title: str, chance: Random) -> str | None:
    """A word that says something is gone."""
    words = title.split(" ")
    plain = [
        n for n, word in enumerate(words)
        if len(word) > 3 and word.isalpha() and word.lower() not in FILLERS
    ]  # fmt: skip
    if len(words) < 5 or len(plain) < 4:
        return None
    del words[chance.choice(plain)]
    return " ".join(words)


def subtitle_missing(title: str, chance: Random) -> str | None:
    """What stands before the colon: seldom a single word, which alone would name little."""
    head, colon, rest = title.partition(": ")
    enough = " " in head or (len(head) > 3 and chance.random() < 0.05)
    return head if colon and enough and len(rest) > 5 else None


def prefix_dropped(title: str, _: Random) -> str | None:
    """What stands behind a short name and its colon."""
    head, rest = _named(title)
    return rest[0].upper() + rest[1:] if head else None


def prefix_only_first(title: str, chance: Random) -> str | None:
    """The short name that came first is at the end."""
    head, rest = _named(title)
    if not head:
        return None
    return chance.choice(("{1} ({0})", "{1} ({0})", "{1} ({0})", "{1}: {0}", "{1} - {0}")).format(
        head, rest
    )


def truncated(title: str, chance: Random) -> str | None:
    """The title cut at 58 to 102 letters, sometimes with dots, often inside a word."""
    longest = min(102, len(title) * 5 // 6)
    if longest < 58:
        return None
    made = title[: chance.randint(58, longest)]
    if chance.random() < 0.4:
        made = made.rpartition(" ")[0]
    return made.rstrip(" ,:-") + chance.choice(("", "", "", "...", "…", " ..."))


def tail(title: str, chance: Random, venue: str | None = None, year: int | None = None) -> str:
    """Venue and year behind the title; the work's own, where they are given."""
    year = year or chance.randint(1995, 2023)
    venue = venue if venue and len(venue) < 12 and venue != "Workshop" else chance.choice(_VENUES)
    if chance.random() < 0.28:
        return title + chance.choice((f" ({year})", f", {year}", f". {year}.", f" [{year}]"))
    number = f"{year % 100:02}{chance.randint(1, 12):02}.{chance.randint(1, 19999):05}"
    tails = (
        f", {venue} {year}", f". {venue}, {year}.", f" ({venue} {year})", f". In {venue}, {year}",
        f" [{venue}'{year % 100:02}]", f". arXiv preprint arXiv:{number}", f" ({venue})",
        f". In Proceedings of {venue} {year}", f", arXiv:{number}",
        f". CoRR, abs/{number}, {year}.",
        f" | {venue} {year}", f". {venue} {year}: 1-{chance.randint(8, 20)}", f" - {venue}{year}",
    )  # fmt: skip
    return title.rstrip(".") + chance.choice(tails)


def _named(title: str) -> tuple[str, str]:
    """A short name before the colon, and the rest; ("", "") where there is none."""
    head, colon, rest = title.partition(": ")
    words = head.split()
    coined = any(any(c.isupper() or c.isdigit() for c in word[1:]) for word in words)
    fits = bool(colon) and (len(words) == 1 or (len(words) < 4 and coined))
    return (head, rest) if fits and len(rest.split()) > 2 else ("", "")


def _slip(word: str, chance: Random) -> str:
    """One wrong, lost, doubled or swapped letter inside a word, never the same word."""
    at = chance.randint(1, len(word) - 2)
    one, other = word[at], word[at + 1]
    near = chance.choice(_NEAR.get(one.lower(), "x"))
    ways = [
        word[:at] + word[at + 1 :],
        word[:at] + near + word[at + 1 :],
        word[:at] + one + word[at:],
    ]
    if one != other:
        ways += [word[:at] + other + one + word[at + 2 :]] * 2
    return chance.choice(ways)
