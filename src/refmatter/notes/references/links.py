"""Find the links in the text of a list item, and the text that a reader sees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

_AROUND = re.compile(r"(\*\*\*|\*\*|\*|___|__|_|~~|==|`+)(\S.*?\S|\S)\1", re.DOTALL)
_MARKS = ("*", "_", "~", "=", "`")
"""One of these is what a text in emphasis or code begins with."""
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_WIKILINK = re.compile(r"\[\[([^\[\]|]+?)(?:\\?\|([^\[\]]+))?\]\]")
_DESTINATION = re.compile(
    r"\(\s*(?:<((?:\\.|[^<>\\])*)>|((?:\\.|[^\s()\\]|\((?:\\.|[^\s()\\])*\))*))"
    r"(?:\s+(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?\s*\)"
)
_OPENING = re.compile(r"\\.|!\[|\[|<?\bhttps?://", re.IGNORECASE | re.DOTALL)
_BRACKET = re.compile(r"\\.|[\[\]]", re.DOTALL)
_URL = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_UNSAFE = re.compile(r"[\s()<>\"%#?\\\[\]|`]")
_IDENTIFIER = re.compile(
    r"(?<![\w/.-])(?:(?:arxiv|doi|acl|dblp|openalex)\s*:\s*[^\s,;\]]+|(?:arxiv\s*[,:]?\s*)?/?abs/[\w./-]+"
    r"|10\.\d{4,9}/[^\s,;\]]+|20\d\d\.[a-z][a-z0-9_]*-[a-z0-9_]+\.\d{1,4}\b)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_BARE_ARXIV = re.compile(r"\d{4}\.\d{4,5}(?:v\d+)?", re.ASCII)
_ABSTRACT = re.compile(r".*abs/", re.IGNORECASE)
_EMBED = re.compile(r"!\[\[([^\[\]|]+?)(?:\\?\|[^\[\]]+)?\]\]")
_PICTURE = re.compile(
    r"!\[[^\[\]]*\]\([^()]*\)|!\[\[[^\[\]|]+\.(?!md\b|markdown\b)[a-z]\w{1,5}(?:\|[^\[\]]*)?\]\]",
    re.IGNORECASE,
)
_BARE_URL = re.compile(r"<?\bhttps?://[^\s<>]+>?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A link, where it stands in the text, and its target with percent escapes undone.

    `target` is "" for a link into the same note; `text` is "" for a bare URL; `wiki` tells
    a wikilink.
    """

    start: int
    end: int
    text: str
    target: str
    wiki: bool = False

    @property
    def leads_away(self) -> bool:
        """Whether it leads to the web and not to a note."""
        return _URL.match(self.target) is not None


def links_in(text: str) -> list[Link]:
    """Return the links of a text in order: `[t](x)`, `[[x|t]]` and bare URLs."""
    result: list[Link] = []
    if "[" not in text and "//" not in text:  # as in most titles
        return result
    closings = _closings(text)
    at = 0
    while opening := _OPENING.search(text, at):
        start = opening.start()
        found = None
        if opening[0] == "[":
            found = _wikilink(text, start)
            if found is None or text.startswith("(http", found.end):  # `[[pdf]](https://…)`
                found = _markdown_link(text, start, closings.get(start)) or found
        elif opening[0][0] not in "\\!":
            found = _bare(text, start)
        if found:
            result.append(found)
        at = found.end if found else opening.end()
    return result


def identifiers_in(text: str) -> list[str]:
    """Return the identifiers that stand in a text with a prefix: `arXiv:1706.03762`, `doi:10.1/x`;
    those that need none are DOIs, and an arXiv identifier that is the whole text."""
    if not ("." in text or "/" in text or ":" in text) or not _DIGIT.search(text):
        return []  # as of most titles
    if _BARE_ARXIV.fullmatch(text.strip()):
        return [f"arXiv:{text.strip()}"]
    # The brackets behind a DOI may be its own: who reads DOIs takes those away that are not.
    found = (
        token.rstrip(".,;:'\"*_`" if "10." in token else ".,;:)]}'\"*_`")
        for token in _IDENTIFIER.findall(text)
    )
    return [_ABSTRACT.sub("arXiv:", token) for token in found]


def without_identifiers(text: str) -> str:
    """Return a text without the identifiers in it."""
    if not identifiers_in(text):
        return text
    return re.sub(r"[\s,;:(\[]+$", "", _IDENTIFIER.sub("", text))


def embedded(text: str) -> str | None:
    """Return the note that a text embeds, where it is nothing else; None for other texts."""
    found = _EMBED.fullmatch(text)
    return found[1].partition("#")[0].strip() if found and not is_picture(text) else None


def is_picture(text: str) -> bool:
    """Whether a text is an embedded picture or other file, and nothing else."""
    return _PICTURE.fullmatch(text) is not None


def _bare(text: str, at: int) -> Link | None:
    """Return a URL as it stands or in angle brackets; the punctuation behind it is not its own."""
    if not (found := _BARE_URL.match(text, at)):
        return None
    url = found[0] if found[0][0] == "<" else found[0].rstrip(".,;:!?'\"*_)]>")
    return Link(at, at + len(url), "", url.strip("<>"))


def _wikilink(text: str, at: int) -> Link | None:
    if not (found := _WIKILINK.match(text, at)):
        return None
    target = found[1].partition("#")[0].strip()
    return Link(at, found.end(), (found[2] or target or found[1]).strip(), target, wiki=True)


def _markdown_link(text: str, at: int, end: int | None) -> Link | None:
    if end is None or not (found := _DESTINATION.match(text, end)):
        return None
    target = _ESCAPE.sub(r"\1", found[1] if found[1] is not None else found[2])
    if not _URL.match(target):
        target = unquote(target.partition("#")[0], errors="strict") if _decodes(target) else target
    return Link(at, found.end(), text[at + 1 : end - 1], target)


def _decodes(target: str) -> bool:
    try:
        unquote(target, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def _closings(text: str) -> dict[int, int]:
    """For each bracket that is closed, the place behind the one that closes it."""
    opened: list[int] = []
    result: dict[int, int] = {}
    for found in _BRACKET.finditer(text):
        if found[0] == "[":
            opened.append(found.start())
        elif found[0] == "]" and opened:
            result[opened.pop()] = found.end()
    return result


def balanced(text: str) -> bool:
    """Whether a text can be the text of a link as it is."""
    depth = 0
    for found in _BRACKET.finditer(text):
        depth += {"[": 1, "]": -1}.get(found[0], 0)
        if depth < 0:
            break
    return depth == 0 and not text.startswith("[")


def bracketless(text: str) -> str:
    """Return the same text with its brackets escaped."""
    return _BRACKET.sub(lambda found: found[0] if found[0][0] == "\\" else "\\" + found[0], text)


def escaped(target: str) -> str:
    """Return a target as it can stand in `[text](target)`."""
    return _UNSAFE.sub(_percent, target)


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def retargeted(link: str, target: str) -> str:
    """Return the text of a link, `[t](x)` or `[[x|t]]`, with another target; its heading (`#part`),
    its hover text, and what it shows stay."""
    if (wiki := _WIKILINK.match(link)) and wiki.end() == len(link):
        end = wiki.start(1) + len(wiki[1].partition("#")[0])
        return link[: wiki.start(1)] + target + link[end:]
    closing = _closings(link)[0]
    found = _DESTINATION.match(link, closing)
    if found is None:
        raise ValueError(link)
    group = 1 if found[1] is not None else 2
    start = found.start(group)
    end = start + len(found[group].partition("#")[0])
    return link[:start] + escaped(target) + link[end:]


def unwrapped(text: str) -> str:
    """Return a text without the emphasis or code marks round the whole of it."""
    while text[:1] in _MARKS and (found := _AROUND.fullmatch(text)) and found[1] not in found[2]:
        text = found[2].strip()
    return text


def visible_text(text: str) -> str:
    """Return what a reader sees of a title."""
    text = unwrapped(text.strip())
    return " ".join((_ESCAPE.sub(r"\1", text) if "\\" in text else text).split())
