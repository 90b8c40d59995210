"""What a note already carries -> the identifiers of its work.

A malformed identifier can sink a whole batch of questions, so whatever does not have the
exact shape its system gives out is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

from msgspec.structs import replace

from refmatter.model import Identifiers

_MAX_TEXT = 2000  # no URL is longer than browsers and servers take

# The grammars are the services' own: arxiv.org/help/arxiv_identifier, the DOI Handbook 2.2,
# aclanthology.org/info/ids, docs.openalex.org ("OpenAlex ID"), dblp.org/faq (record keys).
_ARXIV = r"\d\d(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{2})?/\d{7}"
_DOI = r"10\.\d{4,9}/[!-~]+"
_ACL = r"[A-Z]\d{2}-\d{4,5}|\d{4}\.[a-z][a-z0-9_]*-[a-z0-9_]+\.\d+"
_OPENALEX = r"W\d{2,12}"
_DBLP = r"(?:conf|journals|books|phd|series|reference|tr|www)/[\w.-]+/[\w.+-]+"
_END = r"(?=$|[?#/])"
_FLAGS = re.ASCII | re.IGNORECASE  # digits of other scripts, or ſ for s, are nobody's identifier

_WEB = r"(?:https?:)?//(?:www\.)?"
_IN_URL = {
    "s2": re.compile(
        rf"{_WEB}(?:api\.)?semanticscholar\.org/(?:[^?#]*/)?([0-9a-f]{{40}}){_END}", _FLAGS
    ),
    "arxiv": re.compile(
        rf"{_WEB}(?:[a-z]+\.)?(?:arxiv\.org/(?:abs|pdf|html|format|ps|src|e-print)"
        rf"|alphaxiv\.org/abs|ar5iv(?:\.labs)?(?:\.arxiv)?\.org/(?:abs|html))"
        rf"/({_ARXIV})(?:v\d+)?(?:\.pdf)?{_END}",
        _FLAGS,
    ),
    "doi": re.compile(rf"{_WEB}(?:dx\.)?doi\.org/(?:doi:)?({_DOI})$", _FLAGS),
    "acl": re.compile(
        rf"{_WEB}(?:aclanthology\.(?:org|info)|aclweb\.org/anthology)/(?:papers/)?({_ACL})"
        rf"(?:v\d+)?(?:\.pdf|\.bib)?{_END}",
        re.ASCII,
    ),
    "openalex": re.compile(
        rf"{_WEB}(?:api\.)?openalex\.org/(?:works/)?({_OPENALEX}){_END}", _FLAGS
    ),
    "dblp": re.compile(
        rf"{_WEB}(?:dblp\.org|dblp\.uni-trier\.de|dblp\.dagstuhl\.de)/rec/"
        rf"(?:html/|bibtex/|xml/)?({_DBLP}?)(?:\.(?:html|bib|xml|rdf))?(?=$|[?#])",
        re.ASCII,
    ),
}
_PREFIXED = {
    "arxiv": re.compile(rf"arxiv\s*:\s*({_ARXIV})(?:v\d+)?(?=$|[\s\[])", _FLAGS),
    "doi": re.compile(rf"(?:doi\s*:\s*)?({_DOI})$", _FLAGS),
    "acl": re.compile(rf"acl\s*:\s*({_ACL})$", _FLAGS),
    "openalex": re.compile(rf"openalex\s*:\s*({_OPENALEX})$", _FLAGS),
    "dblp": re.compile(rf"dblp\s*:\s*({_DBLP})$", _FLAGS),
}
_BARE = {
    "s2": re.compile(r"([0-9a-fA-F]{40})$"),
    "arxiv": re.compile(rf"(?:arxiv\s*:\s*)?({_ARXIV})(?:v\d+)?$", _FLAGS),
    "doi": _PREFIXED["doi"],
    "acl": re.compile(rf"({_ACL})$", re.ASCII),
    "openalex": re.compile(rf"({_OPENALEX})$", _FLAGS),
    "dblp": re.compile(rf"({_DBLP})$", re.ASCII),
}
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.({_ARXIV})(?:v\d+)?$", _FLAGS)
_ACL_DOI = re.compile(rf"10\.18653/v1/({_ACL})$", _FLAGS)

_KEYS = {
    "s2": ("s2", "s2id", "s2paperid", "semanticscholar", "semanticscholarid", "paperid"),
    "arxiv": ("arxiv", "arxivid", "eprint"),
    "doi": ("doi",),
    "acl": ("acl", "aclid", "aclanthology", "anthologyid"),
    "openalex": ("openalex", "openalexid"),
    "dblp": ("dblp", "dblpid", "dblpkey"),
}
_SCHEME_OF = {key: scheme for scheme, keys in _KEYS.items() for key in keys}
_SHARED = frozenset({"eprint", "paperid"})
"""Keys that speak of more systems than one."""
_CALLED = {
    "s2": "Semantic Scholar", "arxiv": "arXiv", "doi": "DOI", "acl": "the ACL Anthology",
    "openalex": "OpenAlex", "dblp": "DBLP",
}  # fmt: skip
_LINK_KEYS = frozenset(
    key + ending
    for key in ("url", "link", "href", "website", "pdf", "paper", "source", *_SCHEME_OF)
    for ending in ("", "s", "url", "urls", "link", "links")
)
_LONE_LINK = re.compile(
    r"\s*(?:\[[^\[\]]*\]\(\s*<?([^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)>?\s*\)"
    r"|<?((?:https?://|doi:|arxiv:)\S+?)>?)\s*",
    re.IGNORECASE,
)
_HEADING = re.compile(r" {0,3}(#+)(?:[ \t]|$)")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")


def identify(text: str) -> Identifiers:
    """The identifiers that a URL, or a text with a prefix (`arXiv:`, `doi:`), names.

    A bare DOI needs no prefix; other bare forms are too easily something else.
    """
    text = text.strip().strip("<>")
    if len(text) > _MAX_TEXT:
        return Identifiers()
    if "%" in text:
        text = unquote(text)
    for patterns in (_IN_URL, _PREFIXED):
        for scheme, pattern in patterns.items():
            if found := pattern.match(text):
                return _named(scheme, found[1])
    return Identifiers()


def carried(entries: Sequence[tuple[object, object]], preamble: str) -> Identifiers:
    """The identifiers of the work that a note is about.

    They are taken from front matter keys that name a system (`doi`, `arxiv_id`) or speak of
    links (`url`, `pdf`), and from the lines of the preamble that are one link and nothing
    else: other links may well lead to other works. A system that is named twice with
    different values is undecidable and left out.
    """
    return _agreed([*_in_fields(entries), *_in_lines(preamble)])


def preamble(body: str) -> str:
    """The part of a body that is about the work as a whole: what stands before its second
    heading, or the first that is no title (`##`), or its first fenced code."""
    lines = body.splitlines(keepends=True)
    titled = False
    for number, line in enumerate(lines):
        heading = _HEADING.match(line)
        if _FENCE.match(line) or (heading and (titled or len(heading[1]) > 1)):
            return "".join(lines[:number])
        titled = titled or heading is not None
    return body


def _named(scheme: str, value: str) -> Identifiers:
    if scheme == "s2":
        return Identifiers(s2=value.lower())
    if scheme == "arxiv":
        return Identifiers(arxiv=_bare_arxiv(value))
    if scheme == "openalex":
        return Identifiers(openalex=value.upper())
    if scheme == "doi":
        return _with_doi(_trimmed(value).lower())
    return Identifiers(acl=value) if scheme == "acl" else Identifiers(dblp=value)


def _bare_arxiv(value: str) -> str:
    """`math.GT/0309136` and `math/0309136` are one; archives are in lower case."""
    archive, slash, number = value.lower().partition("/")
    return archive.partition(".")[0] + slash + number if slash else value


def _trimmed(doi: str) -> str:
    """Without the punctuation and the brackets of the sentence it stood in, and what a
    publisher's page adds."""
    doi = re.split(r"[?#\"]", doi, maxsplit=1)[0]
    while doi and (doi[-1] in ".,;:'*_/]}" or (doi[-1] == ")" and doi.count("(") < doi.count(")"))):
        doi = doi[:-1]
    return doi


def _with_doi(doi: str) -> Identifiers:
    if not re.fullmatch(_DOI, doi):
        return Identifiers()
    result = Identifiers(doi=doi)
    if found := _ARXIV_DOI.match(doi):
        result = replace(result, arxiv=_bare_arxiv(found[1]))
    if found := _ACL_DOI.match(doi):
        acl = found[1]
        result = replace(result, acl=acl.upper() if acl[0].isalpha() else acl)
    return result


def _in_fields(entries: Iterable[tuple[object, object]]) -> Iterator[Identifiers]:
    for key, value in entries:
        if not isinstance(key, str):
            continue
        name = re.sub(r"[\W_]+", "", key).lower()
        scheme = _SCHEME_OF.get(name)
        for text in _texts(value, scheme):
            if scheme and (found := _BARE[scheme].match(text)):
                yield _named(scheme, found[1])
            elif scheme or name in _LINK_KEYS:
                yield identify(text)


def _texts(value: object, scheme: str | None) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str):
            yield each.strip()
        elif isinstance(each, float) and scheme == "arxiv":
            yield from _arxiv_of(each)


def _arxiv_of(value: float) -> Iterator[str]:
    """YAML reads `1706.03762` as a number, and `1706.10` as 1706.1: only what still has all
    the digits of its time (four to 2014, five from then on) is what was written."""
    month, _, number = repr(value).partition(".")
    written = f"{month.zfill(4)}.{number}"
    if re.fullmatch(_ARXIV, written) and len(number) == (5 if written >= "1501" else 4):
        yield written


def _in_lines(text: str) -> Iterator[Identifiers]:
    for line in text.splitlines():
        if len(line) <= _MAX_TEXT and (found := _LONE_LINK.fullmatch(line)):
            yield identify(found[1] or found[2])


def _agreed(named: Iterable[Identifiers]) -> Identifiers:
    values: dict[str, set[str]] = {}
    for each in named:
        for scheme, value in each:
            values.setdefault(scheme, set()).add(value)
    return Identifiers(**{scheme: min(said) for scheme, said in values.items() if len(said) == 1})


def malformed(entries: Sequence[tuple[object, object]]) -> Iterator[tuple[int, str]]:
    """The numbers of the entries (from 0) whose key names a system and whose value holds no
    identifier at all, with the system's name. Keys that other systems use too are passed over."""
    for index, (key, value) in enumerate(entries):
        name = re.sub(r"[\W_]+", "", key).lower() if isinstance(key, str) else ""
        scheme = _SCHEME_OF.get(name)
        said = [each for each in (value if isinstance(value, list) else [value]) if each]
        if scheme and name not in _SHARED and said and not any(_in_fields([(key, said)])):
            yield index, _CALLED[scheme]
