"""Find the texts that may name a note's work: title key, headings, file name, aliases.

Around a title people put marks of their own: a footnote, an emoji, `[CVPR 2016]`, "Paper review:",
tags, Markdown. `cleaned` takes these away. What is left names a work unless it is the heading of a
section, a placeholder, a citekey, an identifier, a date or a mark of a template.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import PurePosixPath
from typing import NamedTuple

from refmatter.fields import Field, folded_key
from refmatter.model import TitleSource
from refmatter.notes.note_identifiers import (
    CITEKEYS,
    arxiv_in,
    identify,
    is_identifier,
)
from refmatter.notes.references import Heading, headings_in, links_in
from refmatter.notes.stated import NOTHING, Stated, cited, labelled
from refmatter.notes.title_words import (
    DECORATING,
    NO_NAMES,
    PLACEHOLDERS,
    SECTION_PARTS,
    SECTION_WORDS,
    SECTIONS,
    SMALL_WORDS,
    VENUES,
)
from refmatter.schema import conventions
from refmatter.titles import MAX_TITLE_LETTERS, composed, query_words, title_key

SPECIFIC = 4
"""A text of so many words names one work; a shorter one may be many works' title."""

_MOST_HEADINGS = 200
"""So many headings are looked at."""

_TOP = 2_000
"""So many characters before the first line are looked through for comments."""

_YEAR = r"(?:1[89]|20)\d\d"
_TEMPLATE = re.compile(
    r"\{\{[#/^][^{}]*\}\}|\{\{[&~]?\s*(?:[a-z_]\w*|VALUE|DATE|TIME|NAME|TITLE|CITEKEY|FIELD)(?:[.:][^{}]*)?"
    r"\s*(?:\|[^{}]*)?\}\}|\{\{-?\s*(?:\(?[a-z]\w*\s(?:[^{}]*[\s(])?)?\$?\.[A-Z][a-z]\w*[^{}]*\}\}|<%.*?%>|\{%.*?%\}|\$\{[^{}]*\}",
    re.DOTALL,
)
_TEMPLATE_BYTES = re.compile(_TEMPLATE.pattern.encode(), re.DOTALL)
_PLAIN = re.compile(r"(?!Summary|Review|Note|[^ ]+ et al)[A-Za-z](?:[A-Za-z ,'?]|(?<! )-(?! ))*")
"""Most titles are nothing but words, and have no marks that could be taken away."""

_HTML = re.compile(
    r"<!--.*?-->|<br\s*/?>|</?(?:a|b|i|em|strong|u|s|mark|span|font|center|small|sub|sup|div|p|h[1-6]|img|kbd)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT = re.compile(r"%%.*?%%|\[\w[\w -]*::[^\[\]]*\]|\s+\{[#.][^{}]*\}$")
_IMAGE = re.compile(r"!\[\[[^\[\]]*\]\]|!\[[^\[\]]*\]\([^()]*\)")
_FOOTNOTE = re.compile(r"\^\[[^\[\]]*\]|\[\^[^\[\]\s]+\]|[†‡¶]+$")
_BLOCK_ID = re.compile(r"\s+\^[A-Za-z0-9][A-Za-z0-9-]*$")
_TAGS = re.compile(r"((?:^|\s+)#[^\W\d_][\w/-]*)+$")
_ESCAPED = re.compile(r"\\([\[\]_*#&|<>~`!])")
_EMPHASIS = re.compile(
    r"(?<![\w*_~=`])(\*\*\*|\*\*|\*|___|__|_|~~|==|`+)(?=[^\s*_~=`])([^`]*?[^\s*_~=`])\1(?![\w*_~=`])"
)
_EMOJI = (
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u231a-\u23ff\u25a0-\u25ff\u2190-\u21ff"
    "\u3030\u303d\ufe0e\ufe0f\u200d\u20e3\U000e0020-\U000e007f]"
)
_EMOJIS = re.compile(rf"^(?:{_EMOJI}\s*)+|(?:\s*{_EMOJI})+$")
_SEPARATOR = r"\s*(?:[:：|｜·•]|\s[-–—]+\s|[–—])\s*"
_LED = re.compile(
    r"(?:\[([^\[\]]{1,60})\]|【([^【】]{1,60})】|「([^「」]{1,60})」|［([^［］]{1,60})］|〔([^〔〕]{1,60})〕"
    r"|\(([^()]{1,60})\)|（([^（）]{1,60})）)\s*[:：-]?\s*"
)
_ENDED = re.compile(
    r"\s*(?:\[([^\[\]]{1,60})\]|【([^【】]{1,60})】|［([^［］]{1,60})］|\(([^()]{1,60})\)|（([^（）]{1,60})）)$"
)
_CALLED = re.compile(rf"([^:：|｜–—]{{2,30}}?){_SEPARATOR}(?=\S)")
_SUMMARY_OF = re.compile(
    r"(?:Summary|Review|Notes?) (?:of|on) (?:the )?paper:?\s+|Summary of:?\s+", re.IGNORECASE
)
_EVENT = re.compile(
    r"(?:the|a|an|invited|discussions?|panel|sessions?|workshops?|tutorials?|results|findings|recommendations)\b",
    re.IGNORECASE,
)
_NAME = r"[^\W\d_][\w'’.-]*"
_NAMES = rf"{_NAME}(?:\s+{_NAME}){{0,2}}"
_ET_AL = r"(?:,?\s*et\s+al\.?|\s*等人?|\s+u\.\s?a\.|,?\s+and\s+others)"
_TWO = rf"(?:\s*,\s*{_NAMES})*,?\s+(?:and|&)\s+(?=[A-Z\u00c0-\u00de\u0410-\u042f]){_NAMES}"
_IN_YEAR = rf"(?:,?\s*[-–—]?\s*[(\[]?{_YEAR}[a-z]?[)\]]?)"
_CITED = re.compile(
    rf"[\[(]?(?:{_NAMES}(?:{_ET_AL}{_IN_YEAR}?|{_TWO}{_IN_YEAR})|{_NAME}\+\s*,?\s*{_YEAR})[\])]?"
    rf"(?:{_SEPARATOR}|\.\s+|,\s+)(?=\S)"
)
"""Names, and perhaps a year, before a title: `He et al. 2016 - `, `Kingma and Ba (2015): `."""
_TAILED = re.compile(
    rf"\s+[(\[](?P<cited>{_NAMES}(?:{_ET_AL},?|\s*,){_IN_YEAR})[)\]]$|{_SEPARATOR}(?P<tail>[^:：|｜–—]{{2,24}})$"
)
_SURNAMED = (
    r"(?:(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|el|al|bin|ibn|ter|ten|zu)\s+)*"
    r"[^\W\d_a-zß-öø-ÿ][\w'’.-]*"
)
_PERSON = rf"{_SURNAMED}(?:\s+{_SURNAMED}){{0,2}}"
_ATTRIBUTED = re.compile(
    rf",\s+(?:(?P<led>{_PERSON})(?:,\s+{_PERSON}){{0,3}}"
    rf"(?:{_ET_AL}(?:,?\s*[(\[]?{_YEAR}[a-z]?[)\]]?)?"
    rf"|(?P<last>,?\s+(?:and|&)\s+{_PERSON}),\s*{_YEAR}[a-z]?)"
    rf"|(?P<alone>{_PERSON}),\s*{_YEAR}[a-z]?)\.?$"
)
"""Names, and mostly a year, behind a title: `, Sennrich et al., 2016`, `, Bender and Koller, 2020`,
`, Chollet, 2019`."""
_TAILS = frozenset(("notes", "summary", "papernotes", "readingnotes", "papersummary"))
_CITATION = re.compile(
    rf"@|\[@|[\[(]?{_NAMES}(?:{_ET_AL}|{_TWO})?,?\s*[(\[]?{_YEAR}[a-z]?[)\]]?(?:\W|$)|{_NAMES},?\s*et\s+al\b"
)
_CITEKEY = re.compile(
    rf"@\S+|(?:[\w]+\.)?[^\W\d_][^\W\d]*?[^\W\d](?:[^\W\d_]|[-_:.](?=.{{0,24}}$))*{_YEAR}\w*"
    r"|[A-Z][a-z]+(?:[A-Z][a-z]+)?\d\d(?!\d)(?:[a-z]?|[A-Z][a-z]\w*)",
)
"""`devlinBERT2019`, `frankle_carbin_2019`, `He16Residual`."""
_LONGEST_KEY = 80
_DATE = re.compile(
    rf"{_YEAR}(?:[-_./ ]?(?:\d{{1,2}}|[wWqQ]\d{{1,2}})){{0,2}}(?:[-_T ]?\d{{2,6}}(?:[:.-]\d\d)*)?"
    rf"|\d{{1,2}}[-./ ]\d{{1,2}}[-./ ]{_YEAR}|\d{{4}}年(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?"
    r"|[\d\W_]+"
)
_CALENDAR = frozenset(
    "january february march april may june july august september october november december jan feb "
    "mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday "
    "sunday mon tue wed thu fri sat sun week day daily weekly monthly januar februar märz mai juni "
    "juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag janvier "
    "février mars avril juin juillet août septembre octobre novembre décembre lundi mardi mercredi "
    "jeudi vendredi samedi dimanche enero febrero marzo abril mayo junio julio agosto septiembre "
    "octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo".split()
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)?")
_NUMBERED = re.compile(r"(?:\W|_)*\d{1,4}\W*$")
_NUMBERING = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*[.)]|§\s*\d+)\s+")

_TITLE_LABELS = frozenset(("title", "papertitle"))
_LED_BY = frozenset(("review", "summary", "notes", "note"))
_ONLY_YEAR = re.compile(rf"\s*{_YEAR}\s*")
_APPEARED = re.compile(
    r"(?:the )?(?P<first>[^\W\d_]{2,12})(?:[ -]\w+)?[\s,'’_-]*"
    rf"(?:{_YEAR}|\d\d)(?:\s*[,|-]?\s*\w{{2,12}})?"
    rf"|{_YEAR},?\s*(?P<last>[^\W\d_]{{2,12}})|(?P<alone>[^\W\d_]{{2,12}})",
    re.IGNORECASE,
)
"""A venue, and mostly its year."""

# What stands in front of the title in a file name.
_DATED = re.compile(
    rf"(?:{_YEAR}-\d\d-\d\d|{_YEAR}_\d\d_\d\d|{_YEAR}\.\d\d\.\d\d"
    r"|\d{8}(?:[T_-]?\d{4,6})?|\d{12,14})[\s_.-]+"
)
_YEAR_FIRST = re.compile(
    rf"(?:{_YEAR}(?:\s*[-–—]+\s+|_|[.,]\s+|-(?=\D)|\s+)|[\[(]{_YEAR}[\])][\s_-]*)"
)
_FILED_VENUE = re.compile(
    rf"([^\W\d_]{{2,10}})[ _-]?'?(?:{_YEAR}|\d\d)[ _-]+(?=\D)"
    rf"|{_YEAR}[ _-]([^\W\d_]{{2,10}})[ _-]+"
)
_COUNTED = re.compile(r"\d{1,4}(?:[.)]\s*|\s*_\s*|\s+[-–—]\s+)(?=\D)")
_ZOTERO = re.compile(
    rf"{_NAMES}(?:{_ET_AL}|{_TWO})?\s*[-–—_,]?\s*(?:[(\[]?{_YEAR}[a-z]?[)\]]?)\s*[-–—_]+\s*(?=\S)"
    rf"|{_NAMES}{_ET_AL}\s*[-–—_]+\s*(?=\S)"
)
_KEYED = re.compile(
    rf"(?:@\S+|[^\W\d_]+{_YEAR}[^\W_]*|[A-Z][a-z]+\d\d[A-Z][^\W_]*)(?:\s*[-–—_:]+\s*|\s+)(?=\S)"
)
_SIGNS = re.compile(r"[\d@等]|\bal\b|\bothers\b")
"""One of these is in every mark in front of a title."""
_IN_FRONT = (
    (_DATED, 1),
    (_KEYED, SPECIFIC),
    (_COUNTED, 2),
    (_ZOTERO, 2),
    (_YEAR_FIRST, SPECIFIC),
    (_ZOTERO, 2),
)
"""The marks in the order in which they are taken away, and how many words each has to leave."""
_COLON = re.compile(r"(?<=\w)[_-]\s+(?!(?:and|or|und|oder|et|ou|y|to)\b)")


def has_template_marks(text: str) -> bool:
    """Whether a text holds a mark that a template engine replaces: `{{title}}`, `<% tp.x %>`."""
    return ("{" in text or "<%" in text) and _TEMPLATE.search(text) is not None


def without_template_marks(data: bytes) -> bytes:
    """Return a file with a word in place of each mark of a template, which YAML cannot read."""
    return _TEMPLATE_BYTES.sub(b"template", data)


def word_count(text: str) -> int:
    """Return how many words a text has; two characters of Chinese or Japanese count as one."""
    folded = query_words(text)
    if folded.isascii():
        return folded.count(" ") + 1 if folded else 0
    wide = sum("\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" for c in folded)
    return (wide + 1) // 2 + len(re.sub(r"[\u3040-\u30ff\u3400-\u9fff]+", " ", folded).split())


def names_work(text: str, *, citekey: str = "") -> bool:
    """Whether a cleaned text may be the title of a work.

    `citekey` is the note's own. Section headings, placeholders, marks of templates, citekeys,
    identifiers, links and dates are no titles; a bare number may be one (`1984`).
    """
    key = title_key(text)
    if not key or len(text) > MAX_TITLE_LETTERS:
        return False
    bare = key if text[-1].isalpha() else title_key(_NUMBERED.sub("", text))
    if has_template_marks(text) or bare in PLACEHOLDERS or bare in SECTIONS:
        return False
    title_words = query_words(text).casefold().split()
    if _is_section(title_words) or _is_date(text, title_words):
        return False
    if " " not in text and (is_citekey(text) or "://" in text or is_identifier(text)):
        return False
    return not (citekey and key == title_key(citekey) and len(title_words) < SPECIFIC)


def _is_section(title_words: Sequence[str]) -> bool:
    """Whether words are those of a section's heading, and none else but times: `Papers read in
    October 2023`."""
    weighty = [word for word in title_words if word not in SMALL_WORDS]
    if any(word in _CALENDAR or _ONLY_YEAR.fullmatch(word) for word in weighty):
        weighty = [w for w in weighty if not (w in _CALENDAR or _ORDINAL.fullmatch(w))]
    return bool(weighty) and all(
        word in SECTION_WORDS or SECTION_PARTS.fullmatch(word) for word in weighty
    )


def _is_date(text: str, title_words: Sequence[str]) -> bool:
    """Whether a text is a date, or numbers and signs; a lone number may be a title."""
    if len(title_words) > 1 and all(
        word in _CALENDAR or _ORDINAL.fullmatch(word) for word in title_words
    ):
        return True
    return _DATE.fullmatch(text) is not None and not (text.isdigit() and len(text) < 6)


class Titles(NamedTuple):
    """The texts of a note that may name its work, the best one first, the heading that says
    the best one, and what the note `stated` of its work outside of its front matter."""

    texts: tuple[tuple[TitleSource, str], ...]
    heading: Heading | None = None
    stated: Stated = NOTHING


def titles(
    entries: Sequence[tuple[object, object]],
    path: PurePosixPath,
    body: str,
    own_key: str | None = None,
) -> Titles:
    """Return the texts of a note that may name its work, cleaned.

    In this order: the title key (`own_key`, where config.yaml names one), a labelled line of the
    body (`**Title**: …`), a heading, the file name, an alias. Each stands there only if it names a
    work; equal ones follow each other. At most
    one is of a heading: the first of level 1, or one of level 2 that equals the file name, or of
    any level the first of a body without one of level 1.
    """
    citekey = _citekey(entries)
    keyed = cleaned(_text_of(conventions.value_of(entries, Field.TITLE, own_key)))
    is_keyed = bool(keyed) and names_work(keyed, citekey=citekey)
    key = title_key(keyed) if is_keyed else ""
    # In most vaults the file is called as the title is, which is quick to see.
    filed = keyed if key and title_key(path.stem) == key else _filed(path, citekey)
    heading, place = _heading(body, filed, citekey, key)
    stated = labelled(body)
    found = [(TitleSource.KEY, keyed)] if is_keyed else []
    label = "" if is_keyed else cleaned(stated.title, markdown=True)
    if label and word_count(label) >= SPECIFIC and names_work(label, citekey=citekey):
        found.append((TitleSource.HEADING, label))
    for text in (place.text if place else "", path.stem):
        if not (stated.authors and stated.year):
            citation = cited(text)
            stated = stated._replace(
                authors=stated.authors or citation.authors, year=stated.year or citation.year
            )
    if is_keyed and title_key(heading) == key:
        heading = ""
    elif heading:
        place = None if is_keyed else place
        found.append((TitleSource.HEADING, heading))
    alias = "" if is_keyed else next(_aliases(entries, citekey), "")
    named = [(TitleSource.FILE_NAME, filed)] if filed else []
    if alias:
        short = word_count(filed) < 2
        aliased = (TitleSource.ALIAS, alias)
        named = [aliased, *named] if short else [*named, aliased]
    if is_keyed and not heading and filed is keyed:
        return Titles(tuple(found), place, stated)
    kept: dict[str, list[tuple[TitleSource, str]]] = {}
    for source, text in found + named:
        key = title_key(text)
        if source is TitleSource.FILE_NAME and _cut_short(key, kept):
            continue
        kept.setdefault(key, []).append((source, text))
    texts = tuple(titled for same in kept.values() for titled in same)
    return Titles(texts, place, stated)


def _filed(path: PurePosixPath, citekey: str) -> str:
    """Return what a file name says if it names a work: no lone letter and no number."""
    text = from_file_name(path)
    is_title = len(title_key(text)) > 1 and not text.isdigit() and names_work(text, citekey=citekey)
    return text if is_title else ""


def _cut_short(key: str, longer: Collection[str]) -> bool:
    """Whether a file name is the beginning of another text: names of files are cut."""
    return len(key) >= 20 and any(len(text) > len(key) and text.startswith(key) for text in longer)


def is_citekey(text: str) -> bool:
    """Whether a text is a key as bibliographies have them, and nothing else."""
    return len(text) <= _LONGEST_KEY and _CITEKEY.fullmatch(text) is not None


def _citekey(entries: Sequence[tuple[object, object]]) -> str:
    for key, value in entries:
        if isinstance(value, str) and value and folded_key(key) in CITEKEYS:
            return value.lstrip("@")
    return ""


def _text_of(value: object) -> str:
    """Return the text of a title key's value: of a list its first item's; "" for what is no
    text."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str) and item.strip()), None)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value)


def _aliases(entries: Sequence[tuple[object, object]], citekey: str) -> Iterator[str]:
    """Yield the aliases that name a work: of four words or more, and no citation."""
    for key, value in entries:
        if isinstance(key, str) and key.casefold() in ("aliases", "alias"):
            for alias in value if isinstance(value, list) else [value]:
                if isinstance(alias, str) and not _CITATION.match(alias):
                    text = cleaned(alias)
                    if word_count(text) >= SPECIFIC and names_work(text, citekey=citekey):
                        yield text


def _heading(body: str, filed: str, citekey: str, keyed: str) -> tuple[str, Heading | None]:
    """Return the heading that names the work, as a title and as written; "" where none does.
    `keyed` is what the title key says, as a title key.

    Behind a first heading that is a section's, another one of level 1 may be the title if it is the
    only one that names a work and the file name does not name one. Where none is of level 1, the
    first of all may be.
    """
    wanted = title_key(filed)
    others: list[tuple[str, Heading]] = []
    first = True
    for heading in islice(headings_in(body), _MOST_HEADINGS):
        if heading.level > 1 and (heading.level > 2 or not wanted):
            continue
        text = _whole(heading, wanted)
        key = title_key(text)
        if heading.level > 1:
            if key == wanted:
                return text, heading
            continue
        named = names_work(text, citekey=citekey) and not text.isdigit()
        is_keyed = first and bool(key) and key == keyed
        if is_keyed or (named and (first or key == wanted)):
            return text, heading
        if named and word_count(text) >= SPECIFIC:
            others.append((text, heading))
        first = False
    if first:
        return _lower_heading(body, filed, citekey, keyed)
    return others[0] if len(others) == 1 and word_count(filed) < SPECIFIC else ("", None)


def _lower_heading(body: str, filed: str, citekey: str, keyed: str) -> tuple[str, Heading | None]:
    """Return the first heading of a body without one of level 1, if it is the title all the same.

    It is one link to a work; or the first line of the body, and has links or nothing else names the
    note's work; or it is what the title key says.
    """
    heading = next(headings_in(body), None)
    text = cleaned(heading.text, markdown=True) if heading else ""
    if not heading or word_count(text) < SPECIFIC or not names_work(text, citekey=citekey):
        return "", None
    alone = not keyed and (word_count(filed) < SPECIFIC or _is_linked(heading.text))
    is_title = (
        title_key(text) == keyed or _is_work_link(heading.text) or (alone and _leads(body, heading))
    )
    return (text, heading) if is_title else ("", None)


def _leads(body: str, heading: Heading) -> bool:
    """Whether a heading is the first line of a body."""
    before = body[: heading.start]
    return len(before) <= _TOP and not _HTML.sub("", before).strip()


def _is_work_link(text: str) -> bool:
    """Whether a heading is one link to a work, and nothing else."""
    links = links_in(text)
    whole = len(links) == 1 and not (text[: links[0].start] + text[links[0].end :]).strip()
    return whole and bool(identify(links[0].target))


def _is_linked(text: str) -> bool:
    """Whether a heading is links into the web, or ends with such."""
    links = links_in(text)
    if not links or not all(link.leads_away for link in links):
        return False
    between = pairwise(links)
    rest = [text[first.end : other.start] for first, other in between] + [text[links[-1].end :]]
    return not any(map(str.isalnum, "".join(rest)))


def _whole(heading: Heading, wanted: str) -> str:
    """Return the text of a heading; with the line behind it, where only both are what the file is
    called."""
    text = cleaned(heading.text, markdown=True)
    if heading.following and wanted and title_key(text) != wanted:
        whole = cleaned(f"{heading.text} {heading.following}", markdown=True)
        if title_key(whole) == wanted:
            return whole
    return text


def from_file_name(path: PurePosixPath) -> str:
    """Return the title that a file name (of `index.md` the folder's) says, "" where it says none.

    Dates, numbers, names and citekeys in front are gone, and so are hyphens and underscores that
    stand for blanks; `BERT- Pre-training` is `BERT: Pre-training`.
    """
    stem = path.stem
    if stem.casefold() in conventions.BUNDLES:
        stem = path.parent.name
    stem = re.sub(r"\.(?:pdf|md|txt|html)$", "", stem, flags=re.IGNORECASE).strip()
    named = arxiv_in(stem)
    if named is not None:
        stem = " ".join(
            filter(
                None, (stem[: named.start()].strip(" -_[("), stem[named.end() :].lstrip(" -_])"))
            )
        )
    if is_identifier(stem) or is_citekey(stem):
        return ""
    is_plain = not _SIGNS.search(stem)
    stem = stem if is_plain else _venue_in_front(stem)
    for mark, least in () if is_plain else _IN_FRONT:
        found = mark.match(stem)
        if found is not None and word_count(stem[found.end() :].replace("_", " ")) >= least:
            stem = stem[found.end() :]
    if " " not in stem and ("_" in stem or stem.count("-") > 1):
        stem = re.sub(r"[-_]+", " ", stem)
    return cleaned(_COLON.sub(": ", stem).replace("_", " "))


def _venue_in_front(stem: str) -> str:
    """Return a file name without the venue and year before the title:
    `NIPS-2017-attention-is-…`."""
    found = _FILED_VENUE.match(stem)
    if found and (found[1] or found[2]).casefold() in VENUES:
        rest = re.sub(r"[-_ ]Paper(?:-Conference)?$", "", stem[found.end() :])
        if word_count(rest.replace("_", " ")) >= SPECIFIC:
            return rest
    return stem


def cleaned(text: str, *, markdown: bool = False) -> str:
    """Return a text without what people put round a title.

    `markdown` tells that it is of a body: then tags, block ids and comments go as well.
    """
    text = " ".join(composed(text).split())
    if _PLAIN.fullmatch(text) or len(text) > MAX_TITLE_LETTERS:
        return text
    text = _without_markup(text, markdown=markdown)
    while (less := _undecorated(text)) != text:
        text = less
    return text


def _without_markup(text: str, *, markdown: bool) -> str:
    """Return a text without HTML, links and, in Markdown, comments, tags and numbering."""
    if "<" in text:
        text = _HTML.sub(" ", text).strip()
    if markdown:
        text = _COMMENT.sub("", text).strip()
        text = _BLOCK_ID.sub("", text)
        text = _untagged(text)
        text = _NUMBERING.sub("", text, count=1) if _NUMBERING.match(text) else text
    if "[" in text or "]" in text or "//" in text:
        text = _IMAGE.sub("", text)
        text = _FOOTNOTE.sub("", text)
        text = _unlinked(text, markdown=markdown)
    else:
        text = _FOOTNOTE.sub("", text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    for _ in range(3):
        text, times = _EMPHASIS.subn(r"\2", text)
        if not times:
            break
    return " ".join(text.split())


def _untagged(text: str) -> str:
    """Return the text without the tags at its end, which stand apart from the rest: no `of
    #metoo`."""
    found = _TAGS.search(text)
    if found is None:
        return text
    before = text[: found.start()].split()
    small = ("of", "in", "on", "with", "from", "and", "to", "for", "the", "a", "by", "at", "or")
    if len(before) < 2 or before[-1].casefold() in small or before[-1][-1] in ":,":
        return text
    return text[: found.start()].rstrip()


def _unlinked(text: str, *, markdown: bool) -> str:
    """Return the text with links replaced by their text; in a body, bare addresses beside other
    words are gone."""
    for link in reversed(links_in(text)):
        text_of_link = link.text
        if not text_of_link:
            alone = not (text[: link.start] + text[link.end :]).strip()
            text_of_link = "" if markdown and not alone else text[link.start : link.end]
        elif link.wiki and text_of_link == link.target:
            text_of_link = text_of_link.rpartition("/")[2]
        text = text[: link.start] + text_of_link + text[link.end :]
    return text


def _undecorated(text: str) -> str:
    """Return the text without one of the marks in front or behind."""
    text = _EMOJIS.sub("", text).strip()
    for take in (_unbracketed, _uncalled, _untailed, _uncited, _unattributed, _unsummarised):
        if (less := take(text)) != text:
            return less.strip()
    return text


def _unbracketed(text: str) -> str:
    """Return the text without what its brackets hold beside a title: `[CVPR 2016] A title`, `A
    title (NIPS 2017)`."""
    for leads in (True, False):
        found = _LED.match(text) if leads else _ENDED.search(text)
        if found is not None:
            inner = next(group for group in found.groups() if group)
            square = found[0].strip()[0] in "[【［「〔"
            rest = text[found.end() :] if leads else text[: found.start()]
            if word_count(rest) > 1 and _decorates(inner, square=square, leads=leads):
                return rest
    return text


def _uncalled(text: str) -> str:
    """Return the text without the words that call it a note: `Paper review: A title`, `论文笔记：A
    title`."""
    found = _CALLED.match(text)
    decorated = found is not None and title_key(found[1]) in DECORATING | _TITLE_LABELS
    return text[found.end() :] if found and decorated else text


def _untailed(text: str) -> str:
    """Return the text without what stands behind a dash or in brackets: `A title - Notes`, `A title
    (Vaswani et al., 2017)`."""
    found = _TAILED.search(text)
    if found is None or word_count(text[: found.start()]) < 2:
        return text
    tail = title_key(found["tail"] or "")
    return text[: found.start()] if found["cited"] or tail in DECORATING | _TAILS else text


def _uncited(text: str) -> str:
    """Return the text without a citation in front: `He et al. 2016 - A title`."""
    found = _CITED.match(text)
    rest = text[found.end() :] if found else ""
    return rest if word_count(rest) >= SPECIFIC else text


def _unattributed(text: str) -> str:
    """Return the text without its authors behind it: `A title, He et al., 2016`; but a place or a
    time before the year is the title's own."""
    found = _ATTRIBUTED.search(text) if "," in text else None
    rest = text[: found.start()] if found else ""
    if found is None or word_count(rest) < SPECIFIC or rest.count("(") != rest.count(")"):
        return text
    names = " ".join(filter(None, (found["led"], found["last"], found["alone"])))
    who = query_words(names).casefold().split()
    is_name = any(len(word) > 1 for word in who) and not any(word in NO_NAMES for word in who)
    return rest if is_name and not _CALENDAR.intersection(who) else text


def _unsummarised(text: str) -> str:
    """Return the text without `Summary of` in front, but not of a session or a workshop."""
    found = _SUMMARY_OF.match(text)
    rest = text[found.end() :] if found else ""
    worthy = word_count(rest) >= SPECIFIC and rest[0].isupper() and not _EVENT.match(rest)
    return rest if worthy else text


def _decorates(inner: str, *, square: bool, leads: bool) -> bool:
    """Whether what stands in brackets at an end of a text is no part of the title."""
    key = title_key(inner)
    if not key:
        return square and not leads
    if key in DECORATING or (square and leads and key in _LED_BY):
        return True
    if _ONLY_YEAR.fullmatch(inner) or identify(inner) or is_identifier(inner):
        return True
    found = _APPEARED.fullmatch(inner.strip())
    name = (found["first"] or found["last"] or found["alone"]) if found else ""
    dated = bool(found and not found["alone"])
    if name.casefold() in VENUES:
        return square or dated
    return square and dated and sum(map(str.isupper, name)) > 1
