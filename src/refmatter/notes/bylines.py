"""Read the people with whose names a citation begins."""

from __future__ import annotations

import re

_PARTICLES = r"(?:(?i:van|von|der|den|de|del|della|di|da|dos|du|la|le|el|al|bin|ibn|ter|ten)\s+)*"
_UPPER = "[A-ZÀ-ÖØ-ÞĀ-Ž\u0391-\u03a9\u0400-\u042f]"
FAMILY_WORD = rf"{_PARTICLES}(?:[a-z]{{1,3}}['’]?)?{_UPPER}[^\W\d_]*(?:['’-][^\W\d_]+)*"
_SURNAME = rf"{FAMILY_WORD}(?:\s{_UPPER}[^\W\d_]+)?"
_DOTTED = rf"{_UPPER}\.(?:[\s-]*{_UPPER}\.)*"
_INITIALS = rf"{_UPPER}\.?(?:[\s-]?{_UPPER}\.?(?![^\W\d_])){{0,3}}"
SHORT_INITIALS = rf"(?:{_UPPER}\.\s{_UPPER}(?=\.)|{_UPPER}(?:[\s.-]?{_UPPER}){{0,2}})"
_NOT_GIVEN = (
    rf"(?!\s*{_UPPER}[^\W\d_]+(?:['’-][^\W\d_]+)*(?:\s(?:Jr|Sr|I{{2,3}}|IV))?"
    r"(?:,|\.\s|\s+(?:and|et)\b|\s+&))"
)
"""`Charless C. Fowlkes, …` and `Boyer, K. Varanasi, …`: the initial is that of another name."""
_NAMES = (
    rf"(?P<given1>{_DOTTED})\s*(?P<family1>{_SURNAME})",
    rf"(?P<family2>{_SURNAME}),\s*(?P<given2>(?>{_INITIALS}))(?![^\W\d_]){_NOT_GIVEN}",
    rf"(?P<family3>{_SURNAME})\s+(?P<given3>{SHORT_INITIALS})(?![^\W\d_])\.?+{_NOT_GIVEN}",
    rf"(?P<given4>{_UPPER}[^\W\d_]+(?:-[^\W\d_]+)?(?:\s{_UPPER}\.)*)\s+(?P<family4>{_SURNAME})",
    rf"(?P<family5>{_SURNAME})",
)
"""`A. B. Last`, `Last, A. B.`, `Last AB`, `First B. Last`, and `Last` beside `et al.`"""
_NAME = re.compile("|".join(_NAMES))
_INVERTED = re.compile(
    rf"(?P<family>{FAMILY_WORD}),\s*(?P<given>{_UPPER}[^\W\d_]+(?:[\s-]{_UPPER}[^\W\d_]*\.?)*)"
    rf"(?=,?\s*et\s+al|[.,]\s*[\"“(]"
    rf"|,?\s*(?:and\s|&|,)\s*{_UPPER}(?:[^\W\d_]+(?:\s{_UPPER}\.)*\s|\.(?:[\s-]?{_UPPER}\.)*\s*)"
    rf"{_UPPER}[^\W\d_])"
)
"""`Last, First B.`: the first one as MLA and Chicago have it."""
_BETWEEN = re.compile(
    r"\s*(?:[,;，；、]\s*(?:and\b|&|…|\.\.\.)?|and\b|&|und\b|et\b(?!\s+al)|和)\s*"
)
ET_AL = re.compile(r"[,，]?\s*(?:et\.?\s+al\b\.?|and\s+others\b|等|u\.\s?a\.|и\s+др\.)")


def people_in_front(text: str) -> tuple[tuple[str, ...], int]:
    """Return the people in whose names a text begins, and where these end.

    None where it does not clearly begin with names: several, one with initials or with `et al.`.
    """
    names: list[str] = []
    sure = False
    at = 0
    if (inverted := _INVERTED.match(text)) is not None:
        names, at = [f"{inverted['family']}, {inverted['given']}"], inverted.end()
        between = _BETWEEN.match(text, at)
        at = between.end() if between and _NAME.match(text, between.end()) else at
    while found := _NAME.match(text, at):
        name, is_certain = _name(found)
        names.append(name)
        sure = sure or is_certain
        at = found.end()
        between = _BETWEEN.match(text, at)
        if between is None or not _NAME.match(text, between.end()):
            break
        at = between.end()
    if names and (more := ET_AL.match(text, at)):
        sure, at = True, more.end()
    return (tuple(names), at) if sure or len(names) > 1 else ((), 0)


def _name(found: re.Match[str]) -> tuple[str, bool]:
    """Return a name as `people` reads it, and whether initials show that it is one."""
    form = (found.lastgroup or "")[-1]
    family = found[f"family{form}"]
    if form == "5":
        return family, False
    given = found[f"given{form}"]
    return (f"{given} {family}", False) if form == "4" else (f"{family}, {given}", True)
