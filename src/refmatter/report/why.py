"""A note and its ledger line -> where each value came from, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from refmatter.fields import LOOKED_UP, Field, Value
from refmatter.matching.features import VETOING
from refmatter.model import Identifiers, Match, Note, Provenance, Rung, Work
from refmatter.providers.bundled_catalog import DATE
from refmatter.report.labels import (
    evidence,
    feature,
    found_by,
    found_in,
    names,
    people,
    plain,
)
from refmatter.report.terminal import provider_name
from refmatter.schema.conventions import value_or_absent
from refmatter.state.ledger import LedgerLine, digest, is_ours
from refmatter.state.ownership import is_empty_here, is_theirs, unmarked

_BY = {
    Rung.VAULT: "by its title",
    Rung.IDENTIFIER: "by identifier",
    Rung.CITING: "in the reference list of a note that cites it",
    Rung.TITLES: "by title search",
    Rung.TITLE: "by title search",
    Rung.NAMESAKES: "by title search",
}
_OUT = VETOING | {"identifier", "listed", "first_author", "year"}
"""The features that, at 0, make a candidate another work."""
_TOLD = re.compile("(?:told from its namesakes|confirmed) by (.*)$", re.DOTALL)
_TELLING = {
    "the note's own identifier": ("identifier", "not known by the note's identifier"),
    "the citing note's reference list": ("citing", "not in the citing note's list"),
    "the note's own reference list": ("listed", "not known to cite what the note lists"),
    "the first author": ("first_author", "its authors are not known"),
    "the year": ("year", "its year is not known"),
    "the length of the note's own reference list": ("references", "how much it cites is not known"),
    "the year of the work that cites it": ("earlier", "its year is not known"),
    "the names of its authors": ("names", "its authors are not known"),
}
"""What speaks for a work in a decision's words: the feature, and how one that lacks it lost."""


def why(  # noqa: PLR0913 - what the note, the ledger and the configuration say
    note: Note,
    line: LedgerLine | None,
    written: Mapping[Field, str],
    chosen: Field | None = None,
    own_names: Mapping[Field, str] = MappingProxyType({}),
    *,
    rule: str | None = None,
    origins: Mapping[Field, str] = MappingProxyType({}),
) -> Iterator[str]:
    """The lines of an answer to "where did this come from?"; all fields, or the chosen one.
    `own_names` are those that config.yaml gives to fields; `rule` is the present matcher's
    version, None where it is not to be spoken of; `origins` tell of what the user's own catalogue
    says of the work whose it is."""
    yield f"{note.path}: {note.title or 'no title'}"
    yield from _identity(line, rule)
    yield ""
    for name in (*LOOKED_UP, Field.KEY) if chosen is None else (chosen,):
        value = value_or_absent(note.entries, name, own_names.get(name))
        yield f"{name.value.replace('_', ' ')}: {_shown(value)}"
        said = _origin(name, value, note, line, written)
        yield f"    {_with_origin(said, line, name, origins.get(name, ''))}"


def _identity(line: LedgerLine | None, rule: str | None) -> Iterator[str]:
    if line is None:
        yield "refmatter has not looked for this title yet: run `refmatter enrich`"
        return
    if line.verdict == "ruled":
        yield f"a person ruled: it is {_names(line.identifiers) or 'none of the candidates'}"
        yield f"it was doubtful: {plain(line.reason) or 'nobody says why'}"
    else:
        sure = f", {line.tier}" if line.tier else ""
        yield f"{line.verdict}{sure}: {plain(line.reason)}"
        if rule is not None and line.rule != rule:
            older = f"matcher {plain(line.rule, 40)}" if line.rule else "an older matcher"
            yield f"decided by {older}; the present one is {rule}"
    pro, con = evidence(line.features)
    if pro or con:
        told = [*([f"for: {pro}"] if pro else []), *([f"against: {con}"] if con else [])]
        yield "; ".join(told)
    for remark in line.remarks:
        yield f"left out or cleaned: {plain(remark)}"
    if line.named:
        yield f"the title of its record: {plain(line.named)}"
    if line.identifiers and line.verdict != "ruled":
        said = "it is" if line.verdict == "accepted" else "its notes say that it is"
        yield f"{said} {_names(line.identifiers)}"
    if line.checked and line.verdict != "ruled":
        asked = ", ".join(map(plain, sorted(line.asked)))
        yield f"last asked on {line.checked}: {asked or 'nobody'}"
    for rival in line.rivals:
        yield from _rival(rival, line)


def _rival(rival: Match, line: LedgerLine) -> Iterator[str]:
    """A candidate in a few lines: who it is, what speaks for and against it, why it lost."""
    chosen = line.verdict == "ruled" and rival.candidate.work.identifiers.agrees(line.identifiers)
    maybe = "it might be" if line.verdict == "ambiguous" else "it is not"
    yield f"  {'it is' if chosen else maybe} {describe(rival.candidate.work)}"
    called = ", ".join(names(rival.candidate.work.identifiers)) or "no identifier"
    yield f"    {called} ({found_by(rival.candidate)})"
    pro, con = evidence(rival.features)
    score = [f"score {rival.score:.2g}"] if line.rule else []  # older lines hold none
    told = [*score, *([f"for: {pro}"] if pro else []), *([f"against: {con}"] if con else [])]
    if told:
        yield f"    {'; '.join(told)}"
    if rival.differences:
        yield f"    differs: {'; '.join(map(plain, rival.differences))}"
    if line.verdict == "ambiguous":
        ahead = max(each.score for each in line.rivals) - rival.score
        if ahead >= 0.005:
            yield f"    behind the best by {ahead:.2g}"
    elif line.verdict != "ruled":  # a person need not say why
        yield f"    lost: {', '.join(_losses(rival, line.reason))}"


def describe(work: Work) -> str:
    """A work in a line: title, who, when, where, how often cited."""
    who = people(work.authors, 3) or "no authors"
    where = plain(work.venue or "", 80) or "no venue"
    cited = "" if work.citation_count is None else f", cited {work.citation_count} times"
    return f'"{plain(work.title, 200)}" by {who}, {work.year or "no year"}, {where}{cited}'


def _losses(rival: Match, reason: str) -> list[str]:
    """Why a candidate is not the work; `reason` is why another one is, or none is."""
    features = rival.features
    known = features.get("authors", 0.0) >= 0.5  # whoever of them comes first
    against = [
        feature(name, value)
        for name, value in features.items()
        if name in _OUT and value == 0 and not (name == "first_author" and known)
    ]
    if against:
        return against
    told = _TOLD.search(reason)
    telling = told[1].split(" and ") if told else ()
    for words, (name, lacking) in _TELLING.items():
        if words in telling and features.get(name) != 1:
            against.append(feature(name, features[name]) if name in features else lacking)
    if against:
        return against
    return ["too little speaks for it" if features.get("title") == 1 else "another title"]


def _names(identifiers: Identifiers) -> str:
    return ", ".join(f"{scheme} {plain(name)}" for scheme, name in identifiers)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    return "nothing" if is_empty_here(value) else str(value)


def _origin(
    name: Field, value: object, note: Note, line: LedgerLine | None, written: Mapping[Field, str]
) -> str:
    known = line.values.get(name) if line else None
    if name in written and is_theirs(written[name], value):
        return _since(written[name], value, known)
    if name is Field.KEY:
        if is_empty_here(value):
            return "not written yet"
        return "the file's name" if value == note.path.stem else "yours"
    if name in written and is_ours(written[name], value):
        return _ours(name, known)
    if is_empty_here(value):
        return _said(known).removeprefix("; ") or _absent(line)
    return "yours: refmatter did not write it" + _said(known)


def _ours(name: Field, known: tuple[Value, Provenance] | None) -> str:
    if name is Field.TITLE:
        return "the note's heading or file name"
    return _from(known[1]) if known else "refmatter wrote it; who said it is no longer known"


def _since(written: str, value: object, known: tuple[Value, Provenance] | None) -> str:
    """A value that is a person's since we wrote one, and which that was, as far as it is still
    what a provider says."""
    did = "taken out" if is_empty_here(value) else "changed"
    way = "; `refmatter enrich --refill-removed` fills it again" if is_empty_here(value) else ""
    if known is not None and unmarked(written) in _prints(known[0]):
        told, where = _told(known[0]), known[1]
        return f"yours since: {did} after refmatter wrote {told} ({_from(where)}){way}"
    return f"yours since: {did} after refmatter wrote it{_said(known)}{way}"


def _prints(value: Value) -> set[str]:
    """The fingerprints that a provider's value has in the forms in which vaults write it."""
    forms = [list(value)] if isinstance(value, tuple) else [value, str(value)]
    return {digest(each) for each in forms}


def _absent(line: LedgerLine | None) -> str:
    if line is None:
        return "not looked for yet"
    if line.verdict == "ruled" and not line.identifiers:
        return "not looked for, since a person ruled that it is none of the candidates"
    if line.verdict not in ("accepted", "ruled"):
        return f"not known, as long as the work is {line.verdict}"
    return "nobody who was asked knows it"


def _said(known: tuple[Value, Provenance] | None) -> str:
    """What a provider says, where the note's word stands against it or beside it."""
    if known is None or known[0] == "":
        return ""
    value, where = known
    return f"; {provider_name(where.provider)} says {_told(value)} ({where.fetched})"


def _told(value: Value) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _with_origin(said: str, line: LedgerLine | None, name: Field, origin: str) -> str:
    """The same, and whose value a built catalogue passed on."""
    known = line.values.get(name) if line else None
    if not (origin and known) or known[1].rung is not Rung.CATALOG or known[1].fetched == DATE:
        return said
    whole = _from(known[1])
    return said.replace(whole, f"{whole} (from {origin})")


def _from(where: Provenance) -> str:
    by = found_in(where.rung, where.fetched, _BY) or where.rung.value
    day = f", as of {where.fetched}" if where.fetched else ""
    return f"{provider_name(where.provider)}, {by}{day}"
