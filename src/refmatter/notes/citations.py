"""Take a reference apart: whether its text is a title, and the title, people and year it cites.

People copy whole citations into their lists: APA, IEEE, ACM, MLA, Chicago, Vancouver, GB/T 7714,
what BibTeX styles print. What is not clearly one of these is left as it is, and looked up whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from refmatter.model import Reference
from refmatter.notes.bylines import ET_AL, FAMILY_WORD, SHORT_INITIALS, people_in_front
from refmatter.notes.note_identifiers import is_identifier
from refmatter.notes.references.links import without_identifiers
from refmatter.notes.title import is_citekey, names_work, word_count
from refmatter.titles import composed, title_key

LABELS = frozenset(
    "abs abstract acl acm anthology article arxiv bib bibtex blog code copy data dataset demo doi "
    "download from full github here homepage html ieee link links local online openreview original "
    "page paper pdf poster post presentation project publication pubmed read repo repository see "
    "semanticscholar slides source springer supplement supplementary talk text this to url version "
    "video view website zotero 代码 原文 下载 文献 论文 链接 源码 링크 논문 원문 コード リンク "
    "論文 ссылка статья lien enlace".split()
)
"""Casefolded words of which labels of links are made; a text of nothing else is no title."""

_MOST_LABELS = 6
_LONGEST_LABEL = 60
_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")
_YEAR = r"(?:1[89]|20)\d\d"
_CJK_NAME = r"[\u4e00-\u9fff·]{2,6}"
_CJK = re.compile(
    rf"(?P<people>{_CJK_NAME}(?:[,，、]\s*{_CJK_NAME})*)(?:[,，]?\s*等)?[.．。]\s*(?P<title>[^\[]+?)\["
)
_SHORT_CITATION = re.compile(
    rf"[\[(]?{FAMILY_WORD}(?:(?:\s*(?:,|&|and)\s*{FAMILY_WORD})*,?\s*(?:et\s+al\.?|等)"
    rf"(?:,?\s*[(\[]?{_YEAR}[a-z]?)?"
    rf"|(?:\s*(?:&|and)\s*{FAMILY_WORD})?,?\s*[(\[]?{_YEAR}[a-z]?)[)\].]*"
)
"""`Vaswani et al. (2017)`, `Kingma & Ba, 2015`, `He 2016`: people and a year, and no title."""

_GB_TYPE = re.compile(r"\s*\[(?:J|C|M|D|R|P|N|S|A|Z|G|CP|DB|EB|CM)(?:/OL)?\]")
_QUOTED = re.compile(r"(?:\"([^\"]+)\"|“([^“”]+)[”\"]|«([^«»]+)»|《([^《》]+)》|``(.+?)'')")
_QUOTE_ENDS = re.compile(r"[.,][^\w\s:–—-](?!\s*[:–—-])|.[^\w\s](?:\s*[.,;(_*]|\s*$|\s+[A-Z\d])")
_IN_BRACKETS = re.compile(rf"[.,]?\s*\(({_YEAR})[a-z]?(?:,[^()]*)?\)\s*[.,:–—-]?\s*")
_BARE_YEAR = re.compile(rf"[.,]?\s*({_YEAR})[a-z]?[.:]\s+")
_AFTERET_AL = re.compile(rf"[.,]?\s*({_YEAR})[a-z]?(?:[.:]|\s+[-–—])\s+")
_YEAR_SENTENCE = re.compile(rf"\.\s*({_YEAR})[a-z]?\.\s+")
_ANY_YEAR = re.compile(rf"(?<![\w/.:–-])({_YEAR})(?![\w–-]|\.\d)")
_SENTENCE_END = re.compile(
    rf"(?<!\bvs)(?<!\bSt)(?<!\bNo)\.(?=\s|$)(?!\s+(?:[IVX]+\b|Part\b))|\s*//|,\s+(?=in\s|arXiv)|(?<=[?!])\s+(?=[*_])"
    rf"|,?\s*[(\[]?{_YEAR}[)\]]?\.?\s*$"
)
_EMPHASIZED = re.compile(r"([*_])(?!\s)(.+?)(?<!\s)\1[.,]?(?=\s|$)")
_STRONG = re.compile(r"(\*\*|__|==)(?=\S)(.+?)(?<=\S)\1")
_VENUE = re.compile(
    r"\b(?:in|proc(?:eedings|\.)?|conf(?:erence|\.)?|journal|trans(?:actions|\.)?|arxiv|corr"
    r"|preprint|advances|press|review|letters|annals|springer|vol(?:ume|\.)?|ieee|acm|nips|neurips"
    r"|icml|iclr|cvpr|iccv|eccv|acl|emnlp|naacl|aaai|ijcai|kdd|nature|science|workshop|symposium"
    r"|university|thesis)\b",
    re.IGNORECASE,
)
_TITLE_FIRST = re.compile(rf"(?P<title>.+?)[,.]?\s*\((?P<year>{_YEAR})\)[,.]\s*(?P<people>\S.*)$")
_TITLE_AND_PEOPLE = re.compile(
    rf"(?P<title>.+?),\s+(?P<people>[^,]+(?:,[^,]+)*?\bet\s+al\.?),?\s*[(\[]?(?P<year>{_YEAR})[)\]]?\.?$"
)
_TITLE_AND_BRACKETS = re.compile(
    rf"(?P<title>.+?)\s*[(\[](?P<people>{FAMILY_WORD},?\s+(?:et\s+al\.?|(?:and|&)\s+{FAMILY_WORD})),?"
    rf"\s+(?P<year>{_YEAR})[a-z]?[)\]]\.?$"
)
_TITLE_SLASH_PEOPLE = re.compile(
    rf"(?P<title>[^/]+?)\s+/\s+(?P<people>[^/]+?)\s+//\s.*?(?<!\d)(?P<year>{_YEAR})(?!\d)"
)
"""GOST R 7.0.5: `Title / A. B. Last, C. Last // Venue. 2019`."""
_LEADING_LABEL = re.compile(r"(\*\*|__)(?=\S)([^*_,.;]{1,40}?)(?<=\S)\1\s*[:–—-]?\s+")
"""`**BERT** Devlin et al. (2019). …`: a short name of the work before its citation."""
_LONG_WORD = re.compile(r"[^\W\d_]{4}|[\u3040-\u9fff]{2}")
_LEAST_WORDS = 2
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Citation:
    """What a reference cites: the title, the people as `Last, First` or `First Last`, the year."""

    title: str
    people: tuple[str, ...] = ()
    year: int | None = None


def is_titled(text: str) -> bool:
    """Whether the text of a reference may be a title: no label of a link (`PDF`), no URL, no
    identifier, no citekey, no `He et al. (2016)`."""
    if " " not in text:
        if "://" in text or is_citekey(text.strip("[]")):
            return False
    elif len(text) > _LONGEST_LABEL:
        return True
    folded = text.casefold().replace("semantic scholar", "semanticscholar")
    words = _WORD.findall(folded)
    if len(words) <= _MOST_LABELS and LABELS.issuperset({*words} - {"and"} or words):
        return False
    if not _DIGIT.search(text):
        return "et al" not in text or _SHORT_CITATION.fullmatch(text) is None
    return not is_identifier(text) and _SHORT_CITATION.fullmatch(text) is None


def title_of(reference: Reference) -> str:
    """Return the title of the work that a reference names; "" where its text is none."""
    return cited(reference.text).title if reference.titled else ""


def cited(text: str) -> Citation:
    """Return what the text of a reference cites: its title alone where it is no whole citation."""
    text = composed(text)
    bare = without_identifiers(text).strip()
    bare = bare if title_key(bare) else text
    if len(bare) <= _LONGEST and (re.search(_YEAR, bare) or _QUOTED.search(bare) or "[" in bare):
        for written in _unlabelled(bare):
            for citation in _readings(_STRONG.sub(r"\2", written).strip()):
                if citation is not None and _is_title(citation.title):
                    return citation
    return Citation(bare)


def _unlabelled(text: str) -> Iterator[str]:
    """Yield a text without a strong label in front of people, if it has one, and as it is."""
    label = _LEADING_LABEL.match(text)
    if label and people_in_front(text[label.end() :])[0]:
        yield text[label.end() :]
    yield text


def _readings(text: str) -> Iterator[Citation | None]:
    """Yield what a text cites by each form of citation that it may have."""
    people, end = people_in_front(text)
    if people:
        rest, named = text[end:], _has_initials(text[:end])
        yield _quoted(people, rest)
        yield _marked(people, rest)
        bare_year = _BARE_YEAR if named else _YEAR_SENTENCE
        yield _dated(people, rest, _AFTERET_AL if text[:end].endswith("al.") else bare_year)
        yield _plain(people, rest, ended=text[end - 1] == ".", named=named)
    elif (quoted := _QUOTED.match(text)) and not text[quoted.end() :].strip(" .,"):
        yield Citation(_group(quoted))
    elif cjk := _CJK.match(text):
        names = tuple(re.split(r"[,，、]\s*", cjk["people"]))
        yield Citation(_trimmed(cjk["title"]), names, _year(text[cjk.end() :]))
    for form in (_TITLE_FIRST, _TITLE_AND_PEOPLE, _TITLE_AND_BRACKETS, _TITLE_SLASH_PEOPLE):
        if found := form.match(text):
            names, end = people_in_front(found["people"])
            if names and not found["people"][end:].strip(" ."):
                yield Citation(_trimmed(found["title"]), names, int(found["year"]))


def _has_initials(people: str) -> bool:
    """Whether initials, or `et al.`, show that these are people."""
    return re.search(rf"(?<![^\W\d_]){SHORT_INITIALS}\b", people) is not None or "et al" in people


def _quoted(people: tuple[str, ...], rest: str) -> Citation | None:
    """Return the citation of a text in which a title in quotes follows the people: IEEE, MLA."""
    dated = _IN_BRACKETS.match(rest) or _BARE_YEAR.match(rest)
    rest = rest[dated.end() :] if dated else rest.lstrip(" .,:")
    found = _QUOTED.match(rest)
    if found is None or not _QUOTE_ENDS.match(rest[found.end() - 2 :]):
        return None  # `"Why Should I Trust You?": Explaining …`, `"Ignorance-Based" Systems`
    year = int(dated[1]) if dated else _year(rest[found.end() :])
    return Citation(_group(found), people, year)


def _marked(people: tuple[str, ...], rest: str) -> Citation | None:
    """Return the citation of a text in which a type in brackets follows the title: GB/T 7714."""
    found = _GB_TYPE.search(rest)
    if found is None or not re.match(r"[.．。,，\s]", rest):
        return None
    return Citation(_trimmed(rest[: found.start()]), people, _year(rest[found.end() :]))


def _dated(people: tuple[str, ...], rest: str, bare_year: re.Pattern[str]) -> Citation | None:
    """Return the citation of a text in which a year follows the people: APA, Harvard, ACM."""
    found = _IN_BRACKETS.match(rest) or bare_year.match(rest)
    if found is None:
        return None
    return Citation(_first_sentence(rest[found.end() :]), people, int(found[1]))


def _plain(people: tuple[str, ...], rest: str, *, ended: bool, named: bool) -> Citation | None:
    """Return the citation of a text in which the title follows the people, and a venue or year the
    title: Vancouver, and what BibTeX's plain styles print. `ended` tells that a full stop ends the
    people, `named` that they clearly are people."""
    opened = re.match(r":?\s+" if ended else r"\s*\.\s+", rest)
    if opened is None:
        return None
    title = _first_sentence(rest[opened.end() :])
    behind = rest[opened.end() + len(title) :]
    year, venue = _year(behind), _VENUE.search(behind)
    certain = (year or venue) if named else (year and venue)
    return Citation(title, people, year) if certain else None


def _first_sentence(text: str) -> str:
    """Return the title with which a text begins: what is emphasised, or the first sentence."""
    if found := _EMPHASIZED.match(text):
        return _trimmed(found[2])
    end = _SENTENCE_END.search(text)
    return _trimmed(text[: end.start()] if end else text)


def _group(quoted: re.Match[str]) -> str:
    return _trimmed(next(filter(None, quoted.groups())))


def _trimmed(title: str) -> str:
    return title.strip(" .,;:*_．。，")


def _year(text: str) -> int | None:
    """Return the year in a text; None for none and for several."""
    years = {int(found) for found in _ANY_YEAR.findall(text)}
    return years.pop() if len(years) == 1 else None


def _is_title(title: str) -> bool:
    """Whether what was cut out may be a title."""
    first = title.split(maxsplit=1)[0].strip(",:") if title else ""
    if not first[:1].isalnum() or (first.isalpha() and first.islower()):
        return False
    if _GB_TYPE.search(title) or ET_AL.search(title) or not _LONG_WORD.search(title):
        return False
    return word_count(title) >= _LEAST_WORDS and names_work(title)
