"""The table of fields: everything the program knows of a field, in one entry.

A further field is an entry here, and a mapping in each provider that has it: settings,
conventions, reports, schemas and docs read this table.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeAlias

TYPE_CHECKING = False  # the command line imports this: it must load quickly
if TYPE_CHECKING:
    from typing import Self

Value: TypeAlias = str | int | tuple[str, ...] | None
"""A field's value, as providers give it and notes get it; None where nothing is known."""


class ValueShape(StrEnum):
    """What the values of a field are, which decides how they are read and written."""

    TEXT = "text"
    NUMBER = "number"
    YEAR = "year"
    LIST = "list"
    PEOPLE = "people"
    """A list of names, which `people/` reads and writes."""


NUMERIC = frozenset({ValueShape.NUMBER, ValueShape.YEAR})
"""Shapes that are written as numbers, or as text if the vault does so."""
LISTS = frozenset({ValueShape.LIST, ValueShape.PEOPLE})
"""Shapes that are written as lists, or joined into one text if the vault does so."""

_SEMANTIC_SCHOLAR = ("semantic_scholar", "catalog")
_BEST_FIRST = (
    *_SEMANTIC_SCHOLAR, "openalex", "crossref", "dblp", "arxiv", "europe_pmc", "inspire",
    "open_library",
)  # fmt: skip
_COUNTING = ("openalex", "crossref")


_SEPARATORS = re.compile(r"[\W_]+")


def folded_key(key: object) -> str:
    """Return a key without case, accents, blanks and marks, by which keys are compared: `Año`,
    `published-in`, `Journal/Conference`; "" if it is not text."""
    if not isinstance(key, str):
        return ""
    if not key.isascii():
        letters = unicodedata.normalize("NFKD", key.casefold())
        key = "".join(letter for letter in letters if not unicodedata.combining(letter))
        key = unicodedata.normalize("NFKC", key)
    return _SEPARATORS.sub("", key).lower()


def _words(text: str) -> tuple[str, ...]:
    """Return the keys of a text with a blank between them."""
    return tuple(text.split())


class FieldSpec(NamedTuple):
    """What the program knows of a field.

    `label` is its name for people. `keys` are the words under which vaults keep it, in many
    languages, compared as `folded_key` folds them; a note's value is under the first of them that
    is not empty.
    `shared_keys` are words under which some vaults keep it, and others something else: such a key
    is the field's only where its values in the vault's notes are. `sources` are the built-in
    providers that can supply it; the value of the one with the lowest rank is used. Without any,
    the value comes from the note itself. `fallbacks` are those whose value is used only while a
    service among `sources` cannot be asked, and until it answers. `seed_key` is its key in the seed
    vault's dialect, `default_key` the key that a vault of bare notes gets; None for none.

    `sign` names the kind of bibliographic value that it is: two of different kinds beside a title
    are a sign of a paper note, "" is no sign. `evidence` tells whether what a person wrote there is
    evidence about the work, `refreshed` whether the value moves with time, so that what refmatter
    wrote is updated.
    """

    label: str
    keys: tuple[str, ...]
    shape: ValueShape = ValueShape.TEXT
    sources: tuple[str, ...] = ()
    fallbacks: tuple[str, ...] = ()
    seed_key: str | None = None
    default_key: str | None = None
    sign: str = ""
    evidence: bool = False
    refreshed: bool = False
    shared_keys: tuple[str, ...] = ()


_NO_SPEC = FieldSpec("", ())
"""What no member has: `Field("year")` finds a member by its name alone."""


class Field(StrEnum):
    """What a note can say of its work: the names used in config.yaml, ledger and reports."""

    spec: FieldSpec

    def __new__(cls, value: str, spec: FieldSpec = _NO_SPEC) -> Self:
        """Make the member of a name, with its entry."""
        field = str.__new__(cls, value)
        field._value_ = value
        field.spec = spec
        return field

    TITLE = (
        "title",
        FieldSpec(
            "title",
            _words(
                "title papertitle articletitle titre titel titulo titolo tytuł başlık название "
                "заголовок 标题 標題 论文标题 文献标题 题目 題目 论文题目 论文名称 文献名称 "
                "タイトル 論文タイトル 論文名 표제 제목 논문제목 논문명"
            ),
            seed_key="title",
            evidence=True,
        ),
    )
    AUTHORS = (
        "authors",
        FieldSpec(
            "authors",
            _words(
                "authors author authorlist authornames authorstring auteurs auteur autores autor "
                "autoren verfasser autori autore autorzy författare forfattere yazarlar yazar "
                "авторы автор 作者 作者列表 论文作者 著者 著者名 저자 저자명 지은이"
            ),
            shape=ValueShape.PEOPLE,
            sources=_BEST_FIRST,
            seed_key="authors",
            default_key="authors",
            sign="authors",
            evidence=True,
        ),
    )
    YEAR = (
        "year",
        FieldSpec(
            "year",
            _words(
                "year pubyear publicationyear publishedyear yearpublished yearofpublication "
                "publishyear année annéedepublication jahr erscheinungsjahr publikationsjahr año "
                "añodepublicación ano anodepublicação anno annodipubblicazione rok jaar год "
                "годпубликации годиздания 年份 年度 发表年份 出版年份 发表年 出版年 発表年 発行年 "
                "年 연도 년도 발행연도 출판연도 게재연도 발표연도"
            ),
            shared_keys=_words(
                "date datum fecha data дата 日期 发表日期 出版日期 発表日 published "
                "publicationdate publisheddate datepublished publishdate pubdate issued released "
                "날짜 발행일"
            ),
            shape=ValueShape.YEAR,
            sources=_BEST_FIRST,
            seed_key="year",
            default_key="year",
            sign="year",
            evidence=True,
        ),
    )
    VENUE = (
        "venue",
        FieldSpec(
            "venue",
            _words(
                "venue conference journal booktitle proceedings publication containertitle "
                "publicationtitle publicationvenue publicationname publishedin journaltitle "
                "journalname journalconference conferencejournal journalorconference "
                "conferenceorjournal journalvenue venuename conferencename proceedingstitle "
                "bookjournal journalbook journalshort shortjournal journalabbreviation "
                "journalabbrev journalabbr revue conférence zeitschrift fachzeitschrift konferenz "
                "tagung tagungsband revista periódico conferencia congreso publicación conferência "
                "publicação rivista conferenza tijdschrift czasopismo журнал конференция 期刊 会议 "
                "會議 期刊会议 会议期刊 期刊名称 会议名称 期刊名 会议名 发表期刊 发表会议 学会 "
                "学会名 学会論文誌 論文誌 雑誌 雑誌名 会議 会議名 ジャーナル 掲載誌 학회 학회명 "
                "저널 저널명 학술지 게재지"
            ),
            shared_keys=_words("source quelle fonte fuente источник 来源 出处 出典 출처"),
            # arXiv names no venue but itself.
            sources=tuple(name for name in _BEST_FIRST if name not in ("arxiv", "open_library")),
            seed_key="venue",
            default_key="venue",
            sign="venue",
        ),
    )
    CITATION_COUNT = (
        "citation_count",
        FieldSpec(
            "citation count",
            _words(
                "numcitedby citations citationcount citedbycount citedby numcitations "
                "numberofcitations timescited nombredecitations zitationen anzahlzitationen citas "
                "númerodecitas citações citazioni цитирования числоцитирований 引用数 被引数 "
                "引用次数 被引次数 被引用次数 被引用数 인용수 피인용수"
            ),
            shape=ValueShape.NUMBER,
            # A vault's column is not to mix two ways of counting for longer than it must.
            sources=_SEMANTIC_SCHOLAR,
            fallbacks=_COUNTING,
            seed_key="numCitedBy",
            default_key="citations",
            sign="counts",
            refreshed=True,
        ),
    )
    REFERENCE_COUNT = (
        "reference_count",
        FieldSpec(
            "reference count",
            _words("refcount referencecount numreferences numberofreferences 参考文献数"),
            shape=ValueShape.NUMBER,
            sources=_SEMANTIC_SCHOLAR,
            fallbacks=_COUNTING,
            seed_key="ref_count",
            sign="counts",
            refreshed=True,
        ),
    )
    FIELDS_OF_STUDY = (
        "fields_of_study",
        FieldSpec(
            "fields of study",
            _words("fieldsofstudy fieldofstudy"),
            shared_keys=_words("fields field 研究领域 研究分野 연구분야"),
            shape=ValueShape.LIST,
            sources=_SEMANTIC_SCHOLAR,
            fallbacks=("openalex",),
            seed_key="fieldsOfStudy",
        ),
    )
    KEY = (
        "key",
        FieldSpec("key", _words("metakey"), seed_key="meta_key"),
    )


COUNTS = frozenset(field for field in Field if field.spec.refreshed)
"""The fields that move with time, and the only ones that are ever refreshed."""

LOOKED_UP = tuple(field for field in Field if field.spec.sources)
"""The fields that providers know; title and key come from the note itself."""

DEFAULT_KEYS = {field: field.spec.default_key for field in Field if field.spec.default_key}
"""The keys that a vault of bare notes gets, which shows none of its own."""

_BY_KEY = {
    folded_key(key): (field, rank)
    for field in reversed(Field)
    for rank, key in enumerate(field.spec.keys)
}
_SHARED = {folded_key(key): field for field in Field for key in field.spec.shared_keys}


def map_key(key: object) -> str:
    """Return the key of the map that a path leads into: `paper` of `paper.year`; "" for others."""
    return key.rpartition(".")[0] if isinstance(key, str) else ""


def last_key(key: object) -> object:
    """Return the key inside its map that a path leads to: `year` of `paper.year`."""
    return key.rpartition(".")[2] if isinstance(key, str) else key


@lru_cache(maxsize=8192)
def describes_work(key: str, inner: tuple[object, ...]) -> bool:
    """Whether a map of this key with these keys inside says what work a note is about."""
    if "." in key or folded_key(key) in _OTHER_MAPS:
        return False
    kept = {field_of(name) for name in inner} & _NAMING
    return len(kept) > 1 and bool(kept & {Field.TITLE, Field.AUTHORS})


@lru_cache(maxsize=8192)
def field_of(key: object) -> Field | None:
    """Return the field that a key keeps by its name alone, of a path (`paper.year`) by that of its
    last key; None for any other key."""
    found = _BY_KEY.get(folded_key(last_key(key))) or _BY_KEY.get(folded_key(key))
    return found[0] if found else None


@lru_cache(maxsize=8192)
def key_rank(key: str) -> int:
    """Return the place of a field's key among the field's keys: the lower, the rather it is its."""
    found = _BY_KEY.get(folded_key(last_key(key))) or _BY_KEY.get(folded_key(key))
    return found[1] if found else len(_BY_KEY)


@lru_cache(maxsize=8192)
def shared_field_of(key: object) -> Field | None:
    """Return the field that a key keeps in some vaults, while it keeps something else in others."""
    return _SHARED.get(folded_key(key))


_NAMING = frozenset((Field.TITLE, Field.AUTHORS, Field.YEAR, Field.VENUE))
_OTHER_MAPS = frozenset(
    """
    cover image images photo picture banner header hero thumbnail figure video audio music song film
    movie album podcast game review reviewer translation reprint original site blog feed event talk
    slides poster license licence creator submitter dataset data code codebase software repo
    repository series parent related reading created modified updated
    """.split()
)
"""Folded keys of maps that say something of something else than the work."""


def read_number(value: object) -> int | None:
    """Return the count that a number or the text of one is; None for anything else."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,12}", bare := value.strip()):
        return int(bare)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


_DRESSED_YEAR = re.compile(r"[\[({*_\"'#]+(?:[^|\]]*[/|])?\s*(\d{4})\s*[\])}*_\"']*")
"""A year with marks or a link round it: `(2017)`, `[[2017]]`, `[[Years/2017|2017]]`."""


_DATE_PARTS = "dateparts"
"""The folded key of a date in CSL: `issued: {date-parts: [[2017, 6]]}`."""


def unwrapped(value: object) -> tuple[tuple[str, ...], object]:
    """Return what is wrapped round the only item of a value, the outermost first, and that item:
    "" for a list, `date-parts` for the map of a date in CSL."""
    wraps: list[str] = []
    while isinstance(value, list | dict) and len(value) == 1:
        key, item = next(iter(value.items())) if isinstance(value, dict) else ("", value[0])
        if key and folded_key(key) != _DATE_PARTS:
            break
        wraps.append(key)
        value = item
    return tuple(wraps), value


def wrapped(value: object, wraps: tuple[str, ...]) -> object:
    """Return a value with lists and maps round it, as `unwrapped` returns them."""
    for key in reversed(wraps):
        value = {key: value} if key else [value]
    return value


def read_year(value: object) -> int | None:
    """Return the year that a number or the text of one is, or a link to one, be it the only item of
    a list; of a date in CSL its year, of two that of the first; None for anything else."""
    wraps, value = unwrapped(value)
    while any(wraps) and isinstance(value, list) and value:
        value = value[0]
    dressed = _DRESSED_YEAR.fullmatch(value.strip()) if isinstance(value, str) else None
    found = int(dressed[1]) if dressed else read_number(value)
    return found if found is not None and 1000 <= found <= 2999 else None


def read_value(field: Field, value: object) -> Value:
    """Return the value of a field in the shape that it has; None for what cannot be read as one."""
    shape = field.spec.shape
    if shape is ValueShape.NUMBER:
        return read_number(value)
    if shape is ValueShape.YEAR:
        return read_year(value)
    if shape is ValueShape.TEXT:
        text = str(value).strip() if isinstance(value, str | int) else ""
        return text or None
    items = value if isinstance(value, list | tuple) else (value,)
    texts = tuple(item.strip() for item in items if isinstance(item, str) and item.strip())
    return texts or None
