"""Tell whether a record is a work of its own, or a review, notice, cover or dataset about one.

Such a record often has the title of the work that it is about, and would be taken for it. A note
may be about one, and then says so by an identifier.
"""

from __future__ import annotations

import re
from functools import lru_cache

from refmatter.model import Work, WorkKind
from refmatter.titles import readable, title_key

COMPANION_KINDS = frozenset(
    {
        WorkKind.REVIEW, WorkKind.ERRATUM, WorkKind.DATASET, WorkKind.PEER_REVIEW,
        WorkKind.PARATEXT, WorkKind.EDITORIAL,
    }
)  # fmt: skip
"""Kinds of records that only an identifier leads to."""

_REVIEW = (
    r"(?:book |film |essay |literature )?reviews?(?: of books| essay)?|reviewed works?"
    r"|(?:buch)?(?:rezension|besprechung)(?:en)?|comptes? rendus?|recensions?|note de lecture"
    r"|reseñas?(?: bibliográficas?| de libros?)?|recensi(?:ón|one|oni|e|es)|resenhas?"
    r"|boek(?:bespreking|recensie)|bokanmeldelse|anmeldelse|recenze|recenzja|kirja-arvostelu"
    r"|рецензи[яи]|рецензія|kitap (?:tanıtımı|incelemesi)|書評|书评|書評論文|서평"
)
_NOTICE = (
    r"(?:publisher |author )?corrections?|corrigend(?:um|a)|errat(?:um|a)|addend(?:um|a)"
    r"|(?:partial )?retract(?:ion|ed)(?: notice| article)?|retraction note|notice of retraction"
    r"|withdrawal|withdrawn(?: article)?|(?:editorial )?expression of concern"
    r"|berichtigung(?:en)?|korrektur|rectificati(?:f|on)s?|fe de erratas?|errat(?:a|um) corrige"
    r"|correzione|correção|errata|rectificación|rectificatie|oprava|исправлени[ея]|опечатки"
    r"|поправка|勘误|勘誤|更正|撤稿(?:声明)?|訂正|正誤表|정정|정오표"
)
_PEER_REVIEW = (
    r"peer review(?: report)?(?: #\d+)?|referee(?:'s)? report(?: #\d+)?|review(?:er)? #\d+"
    r"|(?:author|authors'?|reviewer) responses?|decision letter|elife assessment|review for"
    r"|(?:public|open) review"
)
_PARATEXT = (
    r"(?:table of )?contents|in this issue|front matter|back matter|cover (?:image|picture)"
    r"|inside (?:front |back )?cover|graphical abstract|supplementa(?:ry|l) (?:materials?|data"
    r"|information)|supporting information|inhaltsverzeichnis|índice|sommaire"
)
_DATASET = (
    r"(?:data|dataset|code|replication (?:data|package))(?: from| for| to| of)|dataset|data set"
)
_EDITORIAL = (
    r"(?:guest )?editorial|editor(?:'s|’s|s'|s)? (?:note|choice|introduction)|éditorial|editoriale?"
    r"|leitartikel|редакционная статья|社论|巻頭言|사설|news (?:and|&) views|research highlights?"
)
_KINDS = {
    WorkKind.PEER_REVIEW: _PEER_REVIEW,
    WorkKind.REVIEW: _REVIEW,
    WorkKind.ERRATUM: _NOTICE,
    WorkKind.PARATEXT: _PARATEXT,
    WorkKind.DATASET: _DATASET,
    WorkKind.EDITORIAL: _EDITORIAL,
}
# In front with a sign behind (`Erratum: …`, `[Review] …`), or a word that leads to the work
# (`Review of …`); at the end in brackets or behind a dash.
_LEADS = (
    r"(?:of|to|on|for|from|zu|zum|zur|von|über|de|du|des|del|della|di|a|à|al|sur|van|op|av|на|к)"
)
_SIGN = r"\s*[\])}】」』)]?\s*(?:[:.;|—–]|\s-\s|：|$)"
_PATTERNS = {
    kind: re.compile(
        rf"^[\s\[({{【「『(<]*(?:{words})(?:{_SIGN}|\s+{_LEADS}[\s:：]|[\])】」』]\s*|\s*[“”\"«‘「『])"
        rf"|[\[((【]\s*(?:{words})\s*[\]))】]\W*$"
        + (
            rf"|\s[—–-]+\s*(?:a\s+)?(?:{words})\W*$"
            if kind is not WorkKind.REVIEW
            else r"|\s[—–-]+\s*(?:a\s+)?book review\W*$"
        ),
        re.IGNORECASE,
    )
    for kind, words in _KINDS.items()
}
# What a journal prints over a review: publisher, pages and price of the book.
_BOOK = re.compile(
    r"\bisbn\b|\bpp\.\s?[0-9]{2,4}\b(?!\s?[–-])|\b[0-9]{2,4}\s?(?:pp|pgs?|pages|páginas|pagine|seiten|стр|с)\."
    r"|\b[0-9]{2,4}\s(?:pp|pages|páginas|pagine|seiten|стр)\b"
    r"|[$£€]\s?[0-9]+[.,][0-9]{2}\b|\b(?:usd|eur|gbp)\s?[0-9]",
    re.IGNORECASE,
)


_SLACK = 6
"""Letters that may stand in front of such a word where somebody copied it badly."""


def is_companion(title: str, work: Work) -> bool:
    """Whether a record is not the titled work, but a review, notice or other record about one: its
    service says so, or its title does and the given one does not say the same."""
    if work.kind in COMPANION_KINDS:
        return True
    found = _kind_and_sign(work.title)
    if found is None:
        return False
    kind, sign = found
    place = title_key(title).find(sign)
    is_named = place >= 0 and (place <= _SLACK or not title_key(work.title).startswith(sign))
    return not is_named and kind_in_title(title) is not kind


def kind_in_title(title: str) -> WorkKind | None:
    """Return what a title itself says its record is: `Erratum: …`, `Review of …`, `… (書評)`; None
    for nearly all."""
    found = _kind_and_sign(title)
    return None if found is None else found[0]


@lru_cache(maxsize=1024)
def _kind_and_sign(title: str) -> tuple[WorkKind, str] | None:
    """Return the kind that a title shows, and the letters and digits that show it."""
    plain = readable(title)
    for kind, pattern in _PATTERNS.items():
        if found := pattern.search(plain):
            return kind, title_key(found[0])
    found = _BOOK.search(plain)
    return None if found is None else (WorkKind.REVIEW, title_key(found[0]))
