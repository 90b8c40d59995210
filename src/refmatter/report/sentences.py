"""An Account -> the words and the order that its pages, HTML and Markdown, have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from refmatter.model import Match, Outcome, Rung, Status
from refmatter.report.counting import counted
from refmatter.report.labels import evidence, found_by, found_in, names, pages, people, plain
from refmatter.report.report_model import AmbiguousTitle, Contribution, ReportModel
from refmatter.report.summary import FieldCoverage, MissingReason
from refmatter.report.terminal import provider_name
from refmatter.schema.conventions import is_empty

SETTLE = "refmatter review"
"""The command with which a person settles what is doubtful."""
_WAYS = {
    Rung.LEDGER: "from the ledger",
    Rung.VAULT: "by its title",
    Rung.IDENTIFIER: "by identifier",
    Rung.CITING: "in reference lists",
    Rung.LISTS: "in reference lists",
}
_LEFT = {MissingReason.AMBIGUOUS: "doubtful", MissingReason.COULD_NOT_CHECK: "not looked up"}
"""Words of a page where the terminal's are shorter."""
CREDITS = {
    "semantic_scholar": ("Semantic Scholar", "https://www.semanticscholar.org/", "ODC-BY 1.0"),
    "openalex": ("OpenAlex", "https://openalex.org/", "CC0"),
    "crossref": ("Crossref", "https://www.crossref.org/", "facts"),
    "arxiv": ("arXiv", "https://arxiv.org/", "CC0"),
    "dblp": ("DBLP", "https://dblp.org/", "CC0 1.0"),
    "acl": ("ACL Anthology", "https://aclanthology.org/", "CC BY 4.0"),
}
"""Whom to thank, where, and the terms, for each that data is from; they ask for it."""


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A candidate as it is shown: `rows` are (label, text, whether all candidates say so),
    `links` its pages by the name that a system gives it."""

    title: str
    rows: tuple[tuple[str, str, bool], ...]
    links: tuple[tuple[str, str], ...]


def headline(account: ReportModel) -> str:
    """The run in one sentence."""
    dry = account.facts.dry
    there = [each for each in account.changed if each.status is Status.WRITTEN]
    made = len(account.changed) - len(there)
    done = [change for each in there for change in each.changes]
    removed = sum(change.removed for change in done)
    values = len(done) - removed
    said = []
    if there:
        gain = counted(values, "value") if values else "" if removed else "links"
        verb = "would gain" if dry else "gained"
        if not gain:
            verb = "would lose" if dry else "lost"
            gain = counted(removed, "value")
        elif removed:
            gain += f" and {'would lose' if dry else 'lost'} {removed:,}"
        said.append(f"{counted(len(there), 'note')} {verb} {gain}")
    if made:
        said.append(f"{counted(made, 'new note')}{' would be made' if dry else ''}")
    return ", ".join(said) or ("Nothing to change" if dry else "Nothing changed")


def own(account: ReportModel) -> int:
    """How many of the doubtful titles, the first ones, are notes' own."""
    return sum(any(line is None for _, line in each.stands) for each in account.doubts)


def waiting(account: ReportModel) -> str:
    """What is left to a person or another day, in one sentence."""
    own_ = own(account)
    open_ = account.facts.titles.get("could not check", 0)
    refused = len(account.facts.refused)
    said = [
        *([f"{counted(own_, 'title')} of notes may be one of several works"] if own_ else []),
        *([f"{open_:,} could not be looked up"] if open_ else []),
        *([f"{counted(refused, 'note')} could not be read or written"] if refused else []),
    ]
    return "; ".join(said)


def asked(account: ReportModel) -> str:
    """How many questions it took."""
    said = [
        f"{count:,} to {plain(provider_name(who), 60)}"
        for who, count in account.facts.requests.items()
        if count
    ]
    return f"requests: {', '.join(said)}" if said else "nobody was asked"


def left(coverage: FieldCoverage) -> str:
    """Why a field is still missing, in numbers, and what was renewed."""
    said = [
        f"{coverage.left[why]:,} {_LEFT.get(why, why.value)}"
        for why in MissingReason
        if coverage.left[why]
    ]
    said += [f"{coverage.refreshed:,} refreshed"] if coverage.refreshed else []
    said += [f"{coverage.removed:,} removed"] if coverage.removed else []
    return ", ".join(said)


def giver(who: Contribution) -> tuple[str, str]:
    """Who gave values, and how they were found."""
    if who.provider is None or who.rung is None:
        return "the note itself", "its file name or heading"
    name = plain(provider_name(who.provider), 60)
    return name, found_in(who.rung, who.last, _WAYS) or "by title search"


def given(who: Contribution) -> str:
    """What it gave, field by field."""
    return ", ".join(f"{name.spec.label} {count:,}" for name, count in who.fields.items())


def span(who: Contribution) -> str:
    """When it said so: a day, or the first and the last."""
    return who.first if who.first == who.last else f"{who.first} to {who.last}"


def in_order(account: ReportModel) -> list[Outcome]:
    """What changed, the notes that were there before those that were made."""
    return sorted(account.changed, key=lambda outcome: outcome.status is Status.CREATED)


def value(said: object) -> str:
    """A value of a note on one line."""
    if isinstance(said, (list, tuple)):
        said = ", ".join(map(str, said[:50]))
    return "nothing" if is_empty(said) else plain(str(said), 200)


def changes(outcome: Outcome) -> list[tuple[str, str, str, str]]:
    """What became of a note: key, old, new ("removed" for none), and who says so."""
    told = []
    for change in outcome.changes:
        if change.removed:
            why = "it was written for another work"
            told.append((plain(change.key, 60), value(change.old), "removed", why))
            continue
        where = change.provenance
        said = (
            Contribution(where.provider, where.rung, {}, last=where.fetched)
            if where
            else Contribution(None, None, {})
        )
        who, way = giver(said)
        day = f", {where.fetched}" if where and where.fetched else ""
        told.append((plain(change.key, 60), value(change.old), value(change.new), who
                     + (f", {way}{plain(day, 12)}" if where else "")))  # fmt: skip
    return told


def stands(doubt: AmbiguousTitle, most: int = 3) -> str:
    """Where a doubtful title stands."""
    told = [
        f"{plain(path.as_posix(), 120)} (its own title)"
        if line is None
        else f"{plain(path.as_posix(), 120)}:{line}"
        for path, line in doubt.stands[:most]
    ]
    more = len(doubt.stands) - most
    return " · ".join([*told, f"and {more:,} more"] if more > 0 else told)


def suspects(matches: Sequence[Match]) -> list[CandidateView]:
    """Candidates side by side, with what they have in common marked."""
    tables = [_rows(match) for match in matches]
    alike = {
        name
        for name in (tables[0] if len(tables) > 1 else {})
        if len({table[name] for table in tables}) == 1
    }
    return [
        CandidateView(
            title=plain(match.candidate.work.title),
            rows=tuple((name, text, name in alike) for name, text in table.items() if text),
            links=tuple(
                zip(
                    names(match.candidate.work.identifiers),
                    pages(match.candidate.work.identifiers),
                    strict=True,
                )
            ),
        )
        for match, table in zip(matches, tables, strict=True)
    ]


def _rows(match: Match) -> dict[str, str]:
    work = match.candidate.work
    pro, con = evidence(match.features)
    cited = "" if work.citation_count is None else f"{counted(work.citation_count, 'time')}"
    return {
        "authors": people(work.authors) or "not known",
        "year": str(work.year) if work.year is not None else "not known",
        "venue": plain(work.venue or "", 120) or "not known",
        "cited": cited,
        "found by": found_by(match.candidate),
        "differs": plain("; ".join(match.differences[:8])),
        "for": pro,
        "against": con,
    }


def refused(outcome: Outcome) -> tuple[str, str]:
    """Which file was left as it is, with the line, and why."""
    line = f":{outcome.line}" if outcome.line else ""
    return f"{plain(outcome.path.as_posix(), 200)}{line}", plain(outcome.reason)


def settling(account: ReportModel) -> str:
    """What to do before a doubtful title can be settled, "" where nothing is."""
    if account.facts.dry:
        return "This was a dry run, which keeps nothing: run refmatter enrich first, then"
    return ""


def thanks(account: ReportModel) -> list[tuple[str, str, str]]:
    """Whose data it is: name, address, terms."""
    return [said for name, said in CREDITS.items() if name in account.credited]
