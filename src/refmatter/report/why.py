"""A note and its ledger line -> where each value came from, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from refmatter.ledger import Line, Rival, is_ours
from refmatter.model import LOOKED_UP, Field, Identifiers, Note, Provenance, Rung, Value
from refmatter.notes.conventions import held, is_empty
from refmatter.report.terminal import provider_name

_BY = {
    Rung.VAULT: "by its title",
    Rung.CATALOG: "bundled with refmatter",
    Rung.IDENTIFIER: "by identifier",
    Rung.CITING: "in the reference list of a note that cites it",
    Rung.TITLES: "by title search",
    Rung.TITLE: "by title search",
    Rung.NAMESAKES: "by title search",
}


def why(
    note: Note,
    line: Line | None,
    written: Mapping[Field, str],
    chosen: Field | None = None,
    names: Mapping[Field, str] = MappingProxyType({}),
) -> Iterator[str]:
    """The lines of an answer to "where did this come from?"; all fields, or the chosen one.
    `names` are those that config.yaml gives to fields."""
    yield f"{note.path}: {note.title}"
    yield from _identity(line)
    yield ""
    for name in (*LOOKED_UP, Field.KEY) if chosen is None else (chosen,):
        value = held(note.entries, name, names.get(name))
        yield f"{name.value.replace('_', ' ')}: {_shown(value)}"
        yield f"    {_origin(name, value, note, line, written)}"


def _identity(line: Line | None) -> Iterator[str]:
    if line is None:
        yield "refmatter has not looked for this title yet: run `refmatter enrich`"
        return
    yield f"{line.verdict}: {line.reason}"
    if line.identifiers:
        yield f"it is {_names(line.identifiers)}"
    if line.checked:
        yield f"last asked on {line.checked}: {', '.join(sorted(line.asked)) or 'nobody'}"
    for rival in line.rivals:
        role = "it might be" if line.verdict == "ambiguous" else "it is not"
        yield f"  {role} {describe(rival)}"


def describe(rival: Rival) -> str:
    """A candidate in a line: who, when, where, how often cited, what speaks for it."""
    people = ", ".join(rival.authors[:3]) or "no authors"
    more = " et al." if len(rival.authors) > 3 else ""
    where = rival.venue or "no venue"
    cited = f", cited {rival.citation_count} times" if rival.citation_count is not None else ""
    evidence = ", ".join(f"{name} {value:g}" for name, value in rival.features.items())
    names = _names(rival.identifiers)
    return (
        f"{rival.title!r} by {people}{more}, {rival.year or 'no year'}, {where}{cited}"
        f" ({names or 'no identifier'}, {provider_name(rival.provider)}; {evidence})"
    )


def _names(identifiers: Identifiers) -> str:
    return ", ".join(f"{scheme} {name}" for scheme, name in identifiers)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    return "nothing" if is_empty(value) else str(value)


def _origin(
    name: Field, value: object, note: Note, line: Line | None, written: Mapping[Field, str]
) -> str:
    if name is Field.KEY:
        if value is None:
            return "not written yet"
        return "the file's name" if value == note.path.stem else "yours"
    known = line.values.get(name) if line else None
    if name in written:
        if not is_ours(written[name], value):
            return "yours: changed since refmatter wrote it" + _said(known)
        return _from(known[1]) if known else "refmatter wrote it; who said it is no longer known"
    if is_empty(value):
        return _said(known).removeprefix("; ") or _absent(line)
    return "yours: refmatter did not write it" + _said(known)


def _absent(line: Line | None) -> str:
    if line is None:
        return "not looked for yet"
    if line.verdict != "accepted":
        return f"not known, as long as the work is {line.verdict}"
    return "nobody who was asked knows it"


def _said(known: tuple[Value, Provenance] | None) -> str:
    """What a provider says, where the note's word stands against it or beside it."""
    if known is None or known[0] == "":
        return ""
    value, where = known
    told = ", ".join(value) if isinstance(value, tuple) else value
    return f"; {provider_name(where.provider)} says {told} ({where.fetched})"


def _from(where: Provenance) -> str:
    by = _BY.get(where.rung, where.rung.value)
    day = f", as of {where.fetched}" if where.fetched else ""
    return f"{provider_name(where.provider)}, {by}{day}"
