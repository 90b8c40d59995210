"""Find the identifiers of the work in a note's front matter, file name and links.

A malformed identifier can sink a whole batch of questions, so whatever does not have the
exact shape its system gives out is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote

from refmatter.fields import folded_key
from refmatter.model import Identifiers
from refmatter.schemes import ACL, ARXIV, ARXIV_NUMBER, DOI, DOI_PREFIX, ISBN, SCHEMES, Scheme

_VOLUMES = frozenset(scheme.name for scheme in SCHEMES.values() if not scheme.names_work)
"""The schemes whose identifiers may be those of volumes that a work is only a part of."""
_MAX_TEXT = 2000  # no URL is longer than browsers and servers take

_SCHEME_OF: Mapping[str, Scheme] = MappingProxyType(
    {key: scheme for scheme in SCHEMES.values() for key in scheme.keys}
)
_SHARED = frozenset(key for scheme in SCHEMES.values() for key in scheme.shared_keys)
"""Keys that speak of more systems than one."""
CITEKEYS = frozenset(
    ("citekey", "citationkey", "bibtexkey", "bibkey", "bibtexcitekey", "refkey", "paperkey")
)
"""Keys under which a note has what bibliographies call its work, without case and separators."""
_LINK_KEYS = frozenset(
    key + ending
    for key in (
        "url", "uri", "link", "href", "website", "webpage", "homepage", "pdf", "paper", "source",
        "sourceurl", "paperurl", "pdfurl", "paperlink", "pdflink", "publisherurl",
    )
    for ending in ("", "s", "url", "urls", "link", "links")
)  # fmt: skip
_ID_MAPS = frozenset(("ids", "identifiers", "identifier", "externalids", "paper"))
"""Keys of maps that hold what other systems call the note's own work."""
_DEEPEST = 4
_LONE_LINK = re.compile(
    r"\s*(?:\[[^\[\]]*\]\(\s*<?([^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)>?\s*\)"
    r"|<?((?:https?://|doi:|arxiv:)\S+?)>?)\s*",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"[ \t>*+-]*([A-Za-z][A-Za-z0-9 ]{1,20}?)[*_]*[ \t]*::?[*_]*[ \t]+(\S.*)")
_LINKED = re.compile(r"\]\(\s*<?([^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)>?\s*\)")
_ENDING = re.compile(r"(?:urls?|links?|s)$")
_FILED_ARXIV = re.compile(
    r"(?<![\w.])(?:arxiv\s*[-_: .]\s*)?(?:\d{4}_)?"
    rf"({ARXIV_NUMBER})(?:v\d+)?(?![\d.]*\d)",
    re.ASCII | re.IGNORECASE,
)
_FILED_DOI = re.compile(
    rf"(?:doi[-_: ]+)?({DOI_PREFIX})[_:\u2215\uff0f-](\S+)$", re.ASCII | re.IGNORECASE
)
_HEADING = re.compile(r" {0,3}(#+)(?:[ \t]|$)")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")


def identify(text: str) -> Identifiers:
    """Return the identifiers that a URL, or a text with a prefix (`arXiv:`, `doi:`), names.

    A bare DOI needs no prefix; other bare forms are too easily something else.
    """
    text = text.strip().strip("<>")
    if len(text) > _MAX_TEXT:
        return Identifiers()
    if "%" in text:
        text = unquote(text)
    for scheme in SCHEMES.values():
        if found := scheme.url.match(text):
            return _named(scheme, found[1])
    for scheme in SCHEMES.values():
        if scheme.prefixed and (found := scheme.prefixed.match(text)):
            return _named(scheme, found[1])
    return Identifiers()


class NoteIdentifiers(NamedTuple):
    """The identifiers that a note carries: those that decide alone, `deciding`, and those in links.

    `keyed` tells whether a key names the scheme of one, and `in_link_keys` whether one is in the
    link of another key; both also where they are undecidable. An ISBN is neither: it may be that of
    the volume a paper is in, or of any book.
    """

    deciding: Identifiers
    linked: Identifiers
    keyed: bool = False
    in_link_keys: bool = False


def carried(
    entries: Sequence[tuple[object, object]],
    preamble: str,
    path: PurePosixPath | None = None,
    links: Iterable[str] = (),
) -> NoteIdentifiers:
    """Return the identifiers of the work that a note is about.

    Own are those under a key that names their scheme (`doi`, `arxiv_url`), and those in the file
    name of a scheme that no key names. Linked are those under other keys of links (`url`, `pdf`,
    `links`), those of the `links` of the heading that gives the title, and those of the lines of
    the preamble that are one link and nothing else, or begin with the name of the scheme
    (`DOI: …`): other links may well lead to other works. An ISBN is linked wherever it stands. A
    scheme that is named twice with different values is left out.
    """
    keyed: list[Identifiers] = []
    linked: list[Identifiers] = []
    for is_deciding, identifiers in _in_fields(entries):
        (keyed if is_deciding else linked).append(identifiers)
    in_link_keys = any(dict(identifiers).keys() - _VOLUMES for identifiers in linked)
    linked += map(identify, links)
    linked += in_lone_lines(preamble)
    linked += _in_labelled_lines(preamble)
    called = _agreed(keyed)
    if path is not None and (filed := in_file_name(path.stem)):
        named = {scheme for identifiers in keyed for scheme, _ in identifiers}
        extra = {scheme: value for scheme, value in filed if scheme not in named}
        called = called.or_else(Identifiers(**extra))
    return NoteIdentifiers(called, _agreed(linked), any(keyed), in_link_keys)


def arxiv_in(name: str) -> re.Match[str] | None:
    """Return the place of a new arXiv id in a file name, which may have a title beside it."""
    return _FILED_ARXIV.search(name)


def in_file_name(name: str) -> Identifiers:
    """Return the identifiers that a file name (without its suffix) says.

    An arXiv id may have other words beside it; a DOI, whose slash stands as another mark, and an id
    of the ACL Anthology are the whole name.
    """
    if found := arxiv_in(name):
        return Identifiers(arxiv=found[1])
    if found := _FILED_DOI.match(name):
        return _named(DOI, f"{found[1]}/{found[2]}")
    return Identifiers(acl=ACL.bare(name))


def is_identifier(text: str) -> bool:
    """Whether a text is an identifier, or the address of a work, and nothing else."""
    text = re.sub(r"\s*:\s*", ":", text.strip())
    if len(text) > _MAX_TEXT or not any(map(str.isdigit, text)):
        return False
    if _FILED_ARXIV.fullmatch(text):
        return True
    return (
        any(_named(scheme, text) for scheme in SCHEMES.values() if not scheme.is_number)
        or bool(_FILED_DOI.match(text))
        or bool(" " not in text and identify(text))
    )


def preamble(body: str, title_at: int = -1) -> str:
    """Return the part of a body that is about the work as a whole: what stands before its second
    heading, or the first that is no title, or its first fenced code. A title is of level 1, or
    begins at `title_at`."""
    titled = False
    at = 0
    for line in body.splitlines(keepends=True):
        heading = _HEADING.match(line)
        is_title = heading is not None and (len(heading[1]) == 1 or at == title_at)
        if _FENCE.match(line) or (heading and (titled or not is_title)):
            return body[:at]
        titled = titled or heading is not None
        at += len(line)
    return body


def _named(scheme: Scheme, text: str) -> Identifiers:
    """Return the identifier that a bare text is, and those that a DOI contains."""
    value = scheme.bare(scheme.trim(text))
    if value is None:
        return Identifiers()
    contained = {other.name: other.of_doi(value) for other in SCHEMES.values() if scheme is DOI}
    return Identifiers(**{**contained, scheme.name: value})


def _in_fields(entries: Iterable[tuple[object, object]]) -> Iterator[tuple[bool, Identifiers]]:
    """Yield the identifiers under each key, and whether it names their scheme."""
    for key, value in entries:
        yield from _under(folded_key(key), value)


def _under(name: str, value: object, depth: int = 0) -> Iterator[tuple[bool, Identifiers]]:
    """Yield what stands under a key, also in a list or a map; a map's own keys name a scheme where
    the map is of identifiers, not where it is of links."""
    scheme, takes_bare = _scheme_of(name)
    if not (scheme or name in _LINK_KEYS or name in _ID_MAPS) or depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            inner = folded_key(key) if name in _ID_MAPS else "url"
            yield from _under(inner, item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _under(name, item, depth + 1)
    elif name not in _ID_MAPS or name in _LINK_KEYS:
        for text in _texts(value, scheme if takes_bare else None):
            bare = _named(scheme, text) if scheme and takes_bare else None
            identifiers = bare or identify(text)
            has_own = bool(scheme and scheme.names_work and getattr(identifiers, scheme.name))
            yield has_own, identifiers


def _scheme_of(name: str) -> tuple[Scheme | None, bool]:
    """Return the scheme that a key names (`doi`, `arxivurl`), and whether a bare identifier may
    stand there (under `doi`, not under `arxivurl`)."""
    if name in _SCHEME_OF:
        return _SCHEME_OF[name], True
    short = _ENDING.sub("", name)
    return (_SCHEME_OF.get(short) if short not in _SHARED else None), False


def names_scheme(key: str) -> bool:
    """Whether a key, without case and separators, names the scheme of an identifier."""
    return _scheme_of(key)[0] is not None


def _texts(value: object, scheme: Scheme | None) -> Iterator[str]:
    """Yield the texts in a value that may be identifiers; arXiv ids, and those that are
    numbers, may have been read as numbers."""
    if isinstance(value, str):
        text = value.strip()
        if scheme is ISBN:  # of several editions, with words about them
            yield from scheme.pattern.findall(text) or [text]
        elif "](" in text and (links := _LINKED.findall(text)):
            yield from links
        else:
            yield text
    elif isinstance(value, float) and scheme is ARXIV:
        yield from _arxiv_of(value)
    elif isinstance(value, int) and not isinstance(value, bool) and scheme and scheme.is_number:
        yield str(value)


def _arxiv_of(value: float) -> Iterator[str]:
    """YAML reads `1706.03762` as a number, and `1706.10` as 1706.1: only what still has all
    the digits of its time (four to 2014, five from then on) is what was written."""
    month, _, number = repr(value).partition(".")
    written = f"{month.zfill(4)}.{number}"
    if ARXIV.bare(written) and len(number) == (5 if written >= "1501" else 4):
        yield written


def in_lone_lines(text: str, *, bullets: bool = False) -> Iterator[Identifiers]:
    """Yield what each line that is one link names; `bullets` may stand before it."""
    for line in text.splitlines():
        bare = line.lstrip(" \t*+-") if bullets else line
        if len(bare) <= _MAX_TEXT and (found := _LONE_LINK.fullmatch(bare)):
            yield identify(found[1] or found[2])


def _in_labelled_lines(text: str) -> Iterator[Identifiers]:
    """Yield what each line names that begins with the name of its scheme: `**DOI**: …`."""
    for line in text.splitlines():
        found = _LABELLED.fullmatch(line) if len(line) <= _MAX_TEXT else None
        if found and names_scheme(key := folded_key(found[1])):
            yield from (identifiers for _, identifiers in _under(key, found[2].strip()))


def _agreed(named: Iterable[Identifiers]) -> Identifiers:
    values: dict[str, set[str]] = {}
    for identifiers in named:
        for scheme, value in identifiers:
            values.setdefault(scheme, set()).add(value)
    return Identifiers(
        **{scheme: min(found) for scheme, found in values.items() if len(found) == 1}
    )


def malformed(entries: Sequence[tuple[object, object]]) -> Iterator[tuple[int, str]]:
    """Yield the numbers of the entries (from 0) whose key names a system and whose value holds no
    identifier at all, with the system's name. Keys that other systems use too are passed over."""
    for index, (key, value) in enumerate(entries):
        name = folded_key(key)
        scheme = _SCHEME_OF.get(name)
        items = [item for item in (value if isinstance(value, list) else [value]) if item]
        found = any(identifiers for _, identifiers in _under(name, items))
        if scheme and name not in _SHARED and items and not found:
            yield index, scheme.label
