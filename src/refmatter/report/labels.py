"""Format names, numbers, paths, people and evidence as short plain text that is safe to print."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TypeAlias, TypeGuard

from refmatter.model import Candidate, Identifiers, LookupKey, Rung
from refmatter.providers.bundled_catalog import DATE
from refmatter.registry import label
from refmatter.report.screen import safe
from refmatter.schemes import SCHEMES

PathLabel: TypeAlias = Callable[[PurePosixPath], str]
"""What a report calls a path in the vault."""

_WORDS = {
    "title": ("another title", "same title"),
    "likeness": ("another title", "same letters"),
    "forgivable": ("not a slip of copying", "only slips of copying"),
    "numbers": ("another number", "same numbers"),
    "words": ("other words", "same words"),
    "prefixes": ("another prefix", "same prefixes"),
    "negations": ("a negation", "no negation"),
    "announcing": ("announces another work", "announces no other work"),
    "subtitle": ("no subtitle", "same subtitle"),
    "acronym": ("no name in front", "same name in front"),
    "end": ("cut off", "not cut off"),
    "front": ("a word more in one of the titles, in front", "the same word in front"),
    "name_alone": ("but the name before the colon", "more than a name"),
    "heading": ("perhaps no title at all", "no heading"),
    "specific": ("a title many works may have", "a title of its own"),
    "identifier": ("another identifier", "same identifier"),
    "first_author": ("another first author", "same first author"),
    "authors": ("other authors", "same authors"),
    "year": ("another year", "same year"),
    "citing": ("not in the citing note's list", "in the citing note's list"),
    "earlier": ("later than what cites it", "not later than what cites it"),
    "listed": ("its list has nothing of the note's own", "its list has what the note's own has"),
    "references": ("its list is shorter than the note's own", "as long a list as the note's own"),
    "name": ("another name in front", "same name in front"),
    "byline": ("other names in front", "its authors' names in front"),
    "place": ("another year behind", "its year behind the title"),
    "providers": ("not alone in two services' lists", "alone in two services' lists"),
}
"""What a feature says at 0 and at 1."""
_SHARES = {
    "likeness": "{} % of the letters",
    "authors": "{} % of the authors",
    "first_author": "first author among the others",
    "year": "a year close by",
    "references": "but a part of as many references",
}
"""What it says in between."""
_BY = {Rung.CITING_REFERENCES: "reference list", Rung.IDENTIFIER: "identifier"}


def rung_name(rung: Rung) -> str:
    """Return a rung's name as people write it: `title search`."""
    return rung.value.replace("_", " ")


def provider_name(name: str) -> str:
    """Return a provider's name as people know it."""
    return label(name)


def counted(number: int, noun: str) -> str:
    """Return so many of something: `1 note`, `1,204 notes`; an `s` makes the plural."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def joined(words: Sequence[str]) -> str:
    """Return words as a list in a sentence: `a, b and c`."""
    *others, last = words or ("",)
    return f"{', '.join(others)} and {last}" if others else last


def from_here(root: Path) -> PathLabel:
    """Return how a person would type paths in the vault at `root`: from the current folder, or
    whole where they lie outside."""
    return _from(Path.cwd(), root)


def from_repository(root: Path, environ: Mapping[str, str] = os.environ) -> PathLabel:
    """Return how GitHub and others name files of the vault at `root`: from the top of the
    repository that is checked.

    In a workflow that is the outermost repository within `$GITHUB_WORKSPACE` (a checkout may
    have been given a folder of its own, and a submodule is no part of what is annotated), or
    the workspace itself; elsewhere the nearest repository, or else the current folder.
    """
    root = root.resolve()
    above = [root, *root.parents]
    setting = environ.get("GITHUB_WORKSPACE")
    workspace = Path(setting).resolve() if setting else None
    if workspace in above:
        inside = above[: above.index(workspace) + 1][::-1]
        top = next((folder for folder in inside if (folder / ".git").exists()), workspace)
        return _from(top, root)
    top = next((folder for folder in above if (folder / ".git").exists()), Path.cwd())
    return _from(top, root)


def _from(base: Path, root: Path) -> PathLabel:
    root = root.resolve()
    inside = root.is_relative_to(base)
    folder = PurePosixPath((root.relative_to(base) if inside else root).as_posix())
    return lambda path: str(folder / path)


def written(value: object, most: int = 50) -> str:
    """Return a value of a note as a person would write it: a list with commas, a map in braces as
    YAML has it; "" where it says nothing. `most` items of a list are shown."""
    if isinstance(value, (list, tuple)):
        more = [f"and {len(value) - most:,} more"] if len(value) > most else []
        return ", ".join([*filter(None, map(_flow, value[:most])), *more])
    return _flow(value)


def _flow(value: object) -> str:
    """Return a value on one line, as YAML writes it between brackets."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict) or _is_pairs(value):
        pairs = value.items() if isinstance(value, dict) else value
        shown = [(_flow(key), _flow(item)) for key, item in pairs]
        return f"{{{', '.join(f'{key}: {text}' if text else key for key, text in shown)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_flow, value))}]"
    return " ".join(str(value).split())


def _is_pairs(value: object) -> TypeGuard[tuple[tuple[object, object], ...]]:
    """Whether a value is a map that is a key: its pairs, as a key cannot change."""
    return (
        isinstance(value, tuple)
        and bool(value)
        and all(isinstance(pair, tuple) and len(pair) == 2 for pair in value)
    )


def found_in(rung: Rung | None, day: str, words: Mapping[Rung, str]) -> str:
    """Return how a value was found, in the words of `words`; of a catalogue, which one that was, by
    the day (ISO) of its values. "" where nothing is said of it."""
    if rung is Rung.CATALOG:
        return "bundled with refmatter" if day == DATE else "built from dumps"
    return words.get(rung, "") if rung else ""


def plain(text: str, most: int = 300) -> str:
    """Return text on one line, cut to `most` letters, with invisible characters (controls, marks of
    writing direction) as `?`."""
    text_shown = safe(" ".join(text[: 8 * most].split()))
    return text_shown if len(text_shown) <= most else f"{text_shown[: most - 1]}…"


def people(authors: Sequence[str] | None, most: int = 6) -> str:
    """Return authors on one line; "" if none are known."""
    text_shown = ", ".join(plain(name, 80) for name in (authors or ())[:most])
    more = len(authors or ()) - most
    return f"{text_shown} and {more} more" if more > 0 else text_shown


def pages(identifiers: Identifiers) -> list[str]:
    """Return the addresses of a work's pages, the shortest way to see what it is."""
    return [SCHEMES[scheme].address(name) for scheme, name in identifiers]


def names(identifiers: Identifiers) -> list[str]:
    """Return what systems call a work, each with the system's name; long names and the forty digits
    of Semantic Scholar cut."""
    return [
        f"{SCHEMES[scheme].short_label} {plain(name, 13 if scheme == 's2' else 60)}"
        for scheme, name in identifiers
    ]


def title_text(title: str, key: LookupKey) -> str:
    """Return the title of what is looked up; for one without, its identifier or its note."""
    if title or not key.identifier:
        return title or key.note
    return ", ".join(names(Identifiers(**{key.identifier[0]: key.identifier[1]})))


def found_by(candidate: Candidate) -> str:
    """Return who said so, by which way, and on which day."""
    name = provider_name(candidate.provider)
    by = _BY.get(candidate.rung, "title")
    method = "" if candidate.provider == "catalog" else f", by {by}"
    return plain(f"{name}{method}{f', {candidate.fetched}' if candidate.fetched else ''}")


def evidence(features: Mapping[str, float]) -> tuple[str, str]:
    """Return what speaks for a candidate, and what against it, in words."""
    pro: list[str] = []
    con: list[str] = []
    for name, value in features.items():
        if name != "likeness" or features.get("title") != 1:
            (pro if value >= 0.5 else con).append(feature_text(name, value))
    return ", ".join(pro), ", ".join(con)


def feature_text(name: str, value: float) -> str:
    """Return what a feature says, in words, or else by its name and value."""
    if name in _SHARES and value not in (0, 1):
        return _SHARES[name].format(round(100 * value))
    if name in _WORDS:
        return _WORDS[name][value >= 0.5]
    return plain(name.replace("_", " "), 60) + ("" if value in (0, 1) else f" {value:.2g}")
