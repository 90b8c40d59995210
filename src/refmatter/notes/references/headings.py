"""Recognise the headings of reference lists, in many languages and however they are dressed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

REFERENCE_HEADINGS: tuple[str, ...] = (
    # English
    "References", "Reference", "Reference List", "List of References", "Paper References",
    "Key References", "Selected References", "References Cited", "Cited References",
    "Bibliography", "Selected Bibliography", "Annotated Bibliography", "Works Cited", "Cited Works",
    "Papers Cited", "Cited Papers", "Literature", "Literature Cited", "Cited Literature",
    # German, Dutch, Scandinavian, Finnish
    "Literatur", "Literaturverzeichnis", "Literaturangaben", "Literaturliste", "Quellen",
    "Quellenverzeichnis", "Quellenangaben", "Referenzen", "Bibliographie", "Bibliografie",
    "Literatuur", "Literatuurlijst", "Referenties", "Bronnen", "Bronvermelding", "Referenser",
    "Litteratur", "Litteraturliste", "Litteraturlista", "Källor", "Referencer", "Referanser",
    "Kilder", "Lähteet", "Viitteet",
    # Romance languages
    "Références", "Référence", "Références bibliographiques", "Bibliografía", "Referencias",
    "Referencias bibliográficas", "Referências", "Referências bibliográficas", "Bibliografia",
    "Riferimenti", "Riferimenti bibliografici", "Referințe",
    # Slavic and Baltic languages, Hungarian
    "Литература", "Список литературы", "Список источников", "Источники", "Библиография",
    "Література", "Список літератури", "Джерела", "Източници", "Literatura", "Źródła",
    "Spis literatury", "Piśmiennictwo", "Seznam literatury", "Zdroje", "Viri", "Irodalom",
    "Irodalomjegyzék", "Hivatkozások",
    # Greek, Turkish, Hebrew, Arabic, Persian
    "Βιβλιογραφία", "Αναφορές", "Kaynakça", "Kaynaklar", "Referanslar", "ביבליוגרפיה", "מקורות",
    "المراجع", "مراجع", "المصادر", "منابع",
    # Asian languages
    "参考文献", "参考文獻", "參考文獻", "参考", "參考", "参考资料", "參考資料", "参考資料", "引用",
    "引用文献", "引用文獻", "文献", "参考论文", "参考論文", "참고문헌", "참고 문헌", "참고자료",
    "참고 자료", "Tài liệu tham khảo", "Daftar Pustaka", "Daftar Referensi", "Referensi",
    "บรรณานุกรม", "เอกสารอ้างอิง", "संदर्भ",
)  # fmt: skip
"""Headings over a list of the works that a note cites. What is only related to it (`Related notes`,
`Backlinks`, `See also`) is named in config.yaml where it is such a list."""

POSSIBLE_HEADINGS: tuple[str, ...] = (
    "Citations", "Further Reading", "Related Papers", "Related Work", "Related Works", "Sources",
)  # fmt: skip
"""Headings over lists of works in some vaults and of something else in others."""

_COMPANIONS = (
    "Notes", "Footnotes", "Further Reading", "Additional Reading", "Suggested Reading", "Reading",
    "Citations", "Sources", "Links", "Resources", "Useful Links", "Credits", "Related Work",
    "weiterführende Literatur", "liens", "notas", "enlaces", "links úteis", "note",
)  # fmt: skip
"""What stands beside such a heading: `References & Further Reading`."""

_JOINED = re.compile(
    r"\s*(?:[&+/,|·、]|\b(?:and|und|et|y|e|ed|en|och|og|и|та)\b|和|及|与|與)\s*", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]*>")
_ATTRIBUTES = re.compile(r"(?:\{[^{}]*\}|\(\d+\))\s*$")
_NUMBERING = re.compile(
    r"(?:\d+(?:\.\d+)*(?:[.)、:]\s*|\s+|(?=[^\x00-\x7f]))|[ivx]+[.):]\s*|[ivx]+\s+|[a-z][.)]\s+"
    r"|[一二三四五六七八九十]+[、.]\s*)(?=\S)",
    re.IGNORECASE,
)
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


def heading_key(text: str) -> str:
    """Return a heading without case, numbering, emphasis, emoji, tags and attributes."""
    text = _ATTRIBUTES.sub("", _TAG.sub("", text).strip())
    text = _EDGES.sub("", text)
    text = _EDGES.sub("", _NUMBERING.sub("", text, count=1))
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class HeadingSet:
    """The headings that are looked for: their keys, and `needles`, texts of which a casefolded body
    that has one of them contains at least one."""

    keys: frozenset[str]
    needles: tuple[str, ...]

    def may_be_in(self, folded: str) -> bool:
        """Whether a casefolded body may have one of these headings."""
        return any(needle in folded for needle in self.needles)

    def __contains__(self, heading: str) -> bool:
        """Whether a heading is one of these, alone or beside a companion."""
        key = heading_key(heading)
        if key in self.keys:
            return True
        parts = [part.strip() for part in _JOINED.split(key)] if len(key) < 80 else []
        return (
            len(parts) > 1
            and any(part in self.keys for part in parts)
            and all(part in self.keys or part in _COMPANION_KEYS for part in parts)
        )


_COMPANION_KEYS = frozenset(map(heading_key, _COMPANIONS))


@lru_cache(maxsize=32)
def _heading_set(headings: tuple[str, ...]) -> HeadingSet:
    keys = frozenset(filter(None, map(heading_key, headings)))
    words = {key.split()[0] for key in keys}
    needles = {word for word in words if not any(w != word and w in word for w in words)}
    return HeadingSet(keys, tuple(sorted(needles)))


def heading_set(headings: Sequence[str]) -> HeadingSet:
    """Return the set of the known headings and these."""
    return _heading_set((*REFERENCE_HEADINGS, *headings))
