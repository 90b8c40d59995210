"""A title -> the same in the other of the two spellings of English, and figures in another form."""

from __future__ import annotations

import re
from random import Random

_AMERICAN = {
    "behavior": "behaviour", "color": "colour", "neighbor": "neighbour", "modeling": "modelling",
    "modeled": "modelled", "labeling": "labelling", "labeled": "labelled",
    "signaling": "signalling", "traveling": "travelling", "tunneling": "tunnelling",
    "leveled": "levelled", "centered": "centred", "fiber": "fibre", "grayscale": "greyscale",
    "artifact": "artefact", "tumor": "tumour", "defense": "defence", "humor": "humour",
    "favor": "favour", "vapor": "vapour", "rumor": "rumour", "judgment": "judgement",
    "skeptical": "sceptical", "canceling": "cancelling", "catalog": "catalogue",
    "dialog": "dialogue", "center": "centre", "license": "licence", "gray": "grey",
}  # fmt: skip
_BRITISH = {british: american for american, british in _AMERICAN.items()}
_AMERICAN_WORD = re.compile(f"({'|'.join(_AMERICAN)})(?!ue)", re.IGNORECASE)
_BRITISH_WORD = re.compile(f"({'|'.join(_BRITISH)})", re.IGNORECASE)
_IZE = re.compile(
    r"(?<=[a-z]{3}i)z(?=(?:ation|ational|e|ed|es|er|ers|ing|able)s?\b)|(?<=aly)z(?=[ei])"
)
_ISE = re.compile(r"(?<=[a-z]{3}i)s(?=ation)|(?<=aly)s(?=e[drs]?\b|ing)")
_NEVER = re.compile(r"\b\w*(?:siz|priz|seiz|capsiz)\w*", re.IGNORECASE)

_ROMAN = {"II": "2", "III": "3", "IV": "4", "VI": "6", "VII": "7", "VIII": "8"}
_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def spelling(title: str, _: Random) -> str | None:
    """British for American spelling, or the other way round."""
    made = _AMERICAN_WORD.sub(lambda found: _cased(found[0], _AMERICAN), title)
    if made == title:
        made = _BRITISH_WORD.sub(lambda found: _cased(found[0], _BRITISH), title)
    kept = {found[0] for found in _NEVER.finditer(title)}
    words = (
        word if word in kept else _ISE.sub("z", word) if _ISE.search(word) else _IZE.sub("s", word)
        for word in re.split(r"(\W+)", made)
    )
    made = "".join(words)
    return made if made != title else None


def numerals(title: str, chance: Random) -> str | None:
    """The same figure in another form: `3D` is `3-D`, `10,000` is `10, 000`, and now and then
    `II` is `2` and `two` is `2`."""
    ways = _renamed(title) if chance.random() < 0.08 else _spaced(title)
    return chance.choice(ways) if ways else None


def _cased(word: str, pairs: dict[str, str]) -> str:
    made = pairs[word.lower()]
    if word.isupper():
        return made.upper()
    return made.capitalize() if word[0].isupper() else made


def _spaced(title: str) -> list[str]:
    """The title with other blanks, hyphens and commas round its figures."""
    ways = [
        re.sub(r"(?<=\d)-?(?=[A-Z]\b)", chosen, title)  # 3D
        for chosen in ("-", " ", "")
    ]
    ways += [re.sub(r"(?<=\d),(?=\d{3}\b)", chosen, title) for chosen in (", ", "", " ")]
    ways += [re.sub(r"(?<=\d)\.(?=\d)", chosen, title) for chosen in (" . ", ". ")]
    ways += [re.sub(r"(?<=[A-Za-z])-(?=\d)", chosen, title) for chosen in (" ", "")]
    ways += [re.sub(r"(?<=\d)(?=%)", " ", title)]
    ways += [re.sub(r"(?<=\d)(?=(?:st|nd|rd|th)\b)", "-", title)]
    return [way for way in ways if way != title]


def _renamed(title: str) -> list[str]:
    ways = [re.sub(rf"\b{re.escape(roman)}\b", figure, title) for roman, figure in _ROMAN.items()]
    ways.append(re.sub(r"(?<=\bPart )I\b|(?<=\bType )I\b", "1", title))
    for figure, name in enumerate(_NAMES[2:], start=2):
        ways.append(re.sub(rf"(?<![\w.-]){figure}(?![\w.%-])", name, title))
        ways.append(re.sub(rf"\b{name}\b", str(figure), title, flags=re.IGNORECASE))
    return [way for way in ways if way != title]
