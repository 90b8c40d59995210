"""Distortions that leave the words as they are: of punctuation, case, encoding and layout.

Each takes a title and a source of chance, and answers with the title as somebody would have it,
or None where the title does not lend itself.
"""

from __future__ import annotations

import re
import unicodedata
from random import Random

_DASH = re.compile(r"(?<=\w)-(?=\w)")
_LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}
_LIGATURE = re.compile("ffi|ffl|ff|fi|fl")
_TEX = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0308": '"', "\u030a": "r",
    "\u0306": "u", "\u030c": "v", "\u0327": "c", "\u0328": "k", "\u0304": "=", "\u0307": ".",
    "\u030b": "H",
}  # fmt: skip
_TEX_LETTERS = {"ß": "{\\ss}", "ø": "{\\o}", "æ": "{\\ae}", "ł": "{\\l}", "œ": "{\\oe}"}
_TEX_SIGNS = {"&": "\\&", "%": "\\%", "#": "\\#", "_": "\\_", "–": "--", "—": "---"}


def exact(title: str, _: Random) -> str:
    """The title itself."""
    return title


def caps(title: str, chance: Random) -> str | None:
    """Capitals: of all letters, or of each word."""
    made = title.upper() if chance.random() < 0.7 else _capitalised(title)
    return made if made != title else None


def lower(title: str, _: Random) -> str | None:
    """Small letters."""
    made = title.lower()
    return made if made != title else None


def colon_dash(title: str, _: Random) -> str | None:
    """The seed notes' way: `A: B` is `A - B`."""
    if ": " not in title:
        return None
    return " ".join(re.sub(r'\s*[:"](?:\s*[:"])*\s+', " - ", title).split())


def colon_other(title: str, chance: Random) -> str | None:
    """Other signs for the colon, or none."""
    if ": " not in title:
        return None
    return title.replace(": ", chance.choice((". ", ", ", " — ", " – ", " | ", " ", " : ", "; ")))


def trailing(title: str, chance: Random) -> str:
    """A full stop or blanks at the end, as a reference list leaves them."""
    if chance.random() < 0.2:
        return "  " + title.replace(" ", "  ", 2) + "\n"
    return title.rstrip(".") + chance.choice((".", ",", ";", " .", "...", ".,", "*", " \t", ". "))


def quotes(title: str, chance: Random) -> str:
    """The title, or one of its words, in quotation marks."""
    left, right = chance.choice(("“”", '""', "‘’", "''", "«»", "„“", ("``", "''")))
    words = title.split(" ")
    if chance.random() < 0.7:
        place = chance.randrange(len(words))
        words[place] = f"{left}{words[place]}{right}"
        return " ".join(words)
    return f"{left}{title}{chance.choice(('', '', '.', ','))}{right}"


def nopunct(title: str, chance: Random) -> str | None:
    """No punctuation; words that a hyphen joined stand apart or are one."""
    made = " ".join(re.sub(r"[^\w\s]", chance.choice(("", " ")), title).split())
    return made if made != title else None


def hyphen(title: str, chance: Random) -> str | None:
    """A hyphen for a blank, a blank or nothing for a hyphen."""
    hyphens = list(_DASH.finditer(title))
    if hyphens:
        sign = chance.choice((" ", "", "‐", "‑", "–", " - "))
        if chance.random() < 0.5:
            return _DASH.sub(sign, title)
        found = chance.choice(hyphens)
        return title[: found.start()] + sign + title[found.end() :]
    blanks = list(re.finditer(r"(?<=[A-Za-z]{4}) (?=[A-Za-z]{4})", title))
    if not blanks:
        return None
    found = chance.choice(blanks)
    return title[: found.start()] + "-" + title[found.end() :]


def slug(title: str, _: Random) -> str:
    """The title as a file name or the end of a link."""
    return re.sub(r"\W+", "-", title.lower()).strip("-")


def list_mark(title: str, chance: Random) -> str:
    """What a list or Markdown puts round a title."""
    number = chance.randint(1, 80)
    paper = f"P{chance.randint(10, 19)}-{chance.randint(1001, 1999)}"
    marks = (
        f"[{number}] {{}}", f"[{number}] {{}}", f"{number}. {{}}", f"{number}. {{}}",
        f"({number}) {{}}", f"{number}) {{}}", f"[{number}] {{}}.", "- {}", "- {}", "* {}",
        "• {}", "+ {}", "> {}", "**{}**", "*{}*", "- **{}**", "[[{}]]", "`{}`",
        "- [ ] {}", "- [x] {}", "# {}",
        f"[{{}}](https://arxiv.org/abs/{chance.randint(1001, 2311)}.{chance.randint(0, 99999):05})",
        f"- [{{}}](https://aclanthology.org/{paper})",
    )  # fmt: skip
    return chance.choice(marks).format(title)


def mojibake(title: str, chance: Random) -> str | None:
    """UTF-8 read as an older encoding."""
    if title.isascii():
        title = title.replace("'", "’").replace(" - ", " – ")
        if title.isascii() and chance.random() < 0.01:
            title = _DASH.sub("–", title)
    if title.isascii():
        return None
    data = title.encode()
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def unicode(title: str, chance: Random) -> str | None:
    """Accents lost or apart from their letters, ligatures, curly quotes, odd blanks and dashes."""
    ways = [
        _bare(title),
        unicodedata.normalize("NFD", title),
        _LIGATURE.sub(lambda found: _LIGATURES[found[0]], title, count=1),
        title.replace("'", "’"),
        title.replace("-", chance.choice("‐‑–")),
        title.replace(": ", "："),
    ]
    made = [way for way in ways if way != title]
    if not made or chance.random() < 0.05:
        return title.replace(" ", "\u00a0", chance.randint(1, 9)) if chance.random() < 0.2 else None
    return chance.choice(made)


def latex(title: str, chance: Random) -> str | None:
    """The title as a BibTeX entry writes it."""
    made = "".join(_texed(letter) for letter in title)
    if chance.random() < 0.15:
        made = f"{{{made}}}"
    else:
        made = chance.choice((_braced_capitals, _braced_acronyms, _braced_names))(made)
    if chance.random() < 0.4:
        made = _commanded(made, chance)
    made = re.sub(r"(?<=\s)([kKnNLl])(?=[\s-])", r"$\1$", made)
    return made if made != title else None


def _capitalised(title: str) -> str:
    return re.sub(r"(?<![\w'’])[a-z]", lambda found: found[0].upper(), title)


def _bare(title: str) -> str:
    apart = unicodedata.normalize("NFD", title)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _texed(letter: str) -> str:
    if letter in _TEX_SIGNS:
        return _TEX_SIGNS[letter]
    if letter in _TEX_LETTERS:
        return _TEX_LETTERS[letter]
    apart = unicodedata.normalize("NFD", letter)
    if len(apart) == 2 and apart[1] in _TEX:
        return f"{{\\{_TEX[apart[1]]}{apart[0]}}}"
    return letter


def _braced_capitals(title: str) -> str:
    return re.sub(r"(?<!\\)\b([A-Z])(?=[a-z-])", r"{\1}", title)


def _braced_acronyms(title: str) -> str:
    return re.sub(r"(?<!\\)\b([A-Za-z-]*[a-z]?[A-Z]{2,}[\w-]*)", r"{\1}", title)


def _braced_names(title: str) -> str:
    return re.sub(r"(?<!\\)\b([A-Za-z-]*[A-Z]{2,}[\w-]*|[A-Z][a-z]+)", r"{\1}", title)


def _commanded(title: str, chance: Random) -> str:
    words = title.split(" ")
    plain = [n for n, word in enumerate(words) if word.isalpha() and len(word) > 3]
    if not plain:
        return title
    place = chance.choice(plain)
    command = chance.choice(
        ("\\emph{%s}", "\\textit{%s}", "{\\em %s}", "\\textsc{%s}", "{\\it %s}")
    )
    words[place] = command % words[place]
    return " ".join(words)
