"""Build the model of a run that every written report is made from.

What was filled from whom, how old the counts are, which years and venues the notes have, and
where the doubtful titles stand. The renderers count nothing: they read this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from refmatter.fields import Field, read_number, read_year
from refmatter.model import (
    Ambiguous,
    Change,
    Lookup,
    LookupKey,
    Match,
    Outcome,
    Provenance,
    Resolution,
    Rung,
    Status,
)
from refmatter.reasons import Reason
from refmatter.report.labels import title_text
from refmatter.report.summary import RunSummary, TitleStatus, summarise, title_status
from refmatter.run_model import Run
from refmatter.schema.conventions import is_empty

AGES = (7, 30, 90, 365, 730, 1825)
"""The days up to which counts are of one age; what is older is of one more."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """Who said values that were written, by which rung, and how many for each field; no provider
    and no rung where they come from the note itself. `first` and `last` are the days (ISO) on
    which they were said."""

    provider: str | None
    rung: Rung | None
    fields: Mapping[Field, int]
    first: str = ""
    last: str = ""

    @property
    def values(self) -> int:
        """How many values in all."""
        return sum(self.fields.values())


@dataclass(frozen=True, slots=True)
class AmbiguousTitle:
    """A title that may be one of several works. `places` are the notes that are about it (no
    line), then those that cite it, with the line (from 1)."""

    title: str
    reason: Reason
    places: tuple[tuple[PurePosixPath, int | None], ...]
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class ReportModel:
    """All that is told of a run.

    `day` (ISO) is the run's, from which ages are counted. `ages` are notes by the age of their
    citation count, a number for each of AGES and one for what is older; `undated` are notes whose
    count is not the one that is known, so that nobody knows its age. `years` and `venues` are
    those of the paper notes as this run leaves them, None and "" for notes without. `unfound` are
    the notes' own titles that nobody knows, `uncatalogued` those of which only the catalogue was
    asked, which does not have them, `unasked` those that nobody could be asked about.
    `origins` are those whose data the catalogues have.
    """

    summary: RunSummary
    day: str
    contributions: tuple[Contribution, ...]
    ages: tuple[int, ...]
    undated: int
    years: Mapping[int | None, int]
    venues: Mapping[str, int]
    ambiguous: tuple[AmbiguousTitle, ...]
    unfound: tuple[Lookup, ...]
    uncatalogued: tuple[Lookup, ...]
    unasked: tuple[Lookup, ...]
    changed: tuple[Outcome, ...]
    remarked: tuple[Outcome, ...]
    origins: frozenset[str]

    @property
    def credited(self) -> frozenset[str]:
        """Whose data was written or is shown; of a catalogue's data those whom it has it from."""
        credited = {m.candidate.provider for title in self.ambiguous for m in title.matches}
        contributions = credited | {
            contribution.provider for contribution in self.contributions if contribution.provider
        }
        return frozenset(
            contributions | self.origins if "catalog" in contributions else contributions
        )


def build_report(run: Run, known: RunSummary | None = None) -> ReportModel:
    """Return the report of a run; `known` is its summary, if it was made before."""
    counted = known or summarise(run)
    changed = tuple(o for o in run.outcomes if o.status in (Status.WRITTEN, Status.CREATED))
    entries = dict(_after(run, {o.path: o.changes for o in changed}))
    day = run.day or max(_days(run.resolutions.values()), default="")
    ages, undated = _ages(run, entries, day)
    held = run.vault.conventions.value_of
    return ReportModel(
        summary=counted,
        day=day,
        contributions=_contributions(change for outcome in changed for change in outcome.changes),
        ages=ages,
        undated=undated,
        years=Counter(
            read_year(held(held_entries, Field.YEAR)) for held_entries in entries.values()
        ),
        venues=Counter(
            _venue(held(held_entries, Field.VENUE)) for held_entries in entries.values()
        ),
        ambiguous=_ambiguous_titles(run, counted.ambiguous),
        unfound=_own_lookups(run, TitleStatus.NOT_FOUND),
        uncatalogued=_own_lookups(run, TitleStatus.NOT_IN_CATALOG),
        unasked=_own_lookups(run, TitleStatus.COULD_NOT_CHECK),
        changed=changed,
        remarked=tuple(outcome for outcome in run.outcomes if outcome.remarks),
        origins=run.origins,
    )


def _own_lookups(run: Run, status: TitleStatus) -> tuple[Lookup, ...]:
    """Return the lookups of the notes' own titles with a status."""
    return tuple(
        found.lookup
        for found in run.resolutions.values()
        if found.lookup.notes and title_status(found) is status
    )


_Entries = tuple[tuple[object, object], ...]


def _after(
    run: Run, changes: Mapping[PurePosixPath, tuple[Change, ...]]
) -> Iterator[tuple[PurePosixPath, _Entries]]:
    """Yield what the paper notes say when the run is over, those that it made among them."""
    papers = {note.path: note.entries for note in run.vault.papers()}
    for path in (*papers, *(path for path in changes if path not in papers)):
        values = dict(papers.get(path, ()))
        values |= {change.key: change.new for change in changes.get(path, ())}
        yield path, tuple(values.items())


def _venue(value: object) -> str:
    """Return a venue as text; of several, or of something else, the first that can be read so."""
    if isinstance(value, list):
        value = next((item for item in value if not is_empty(item)), None)
    return " ".join(str(value).split()) if isinstance(value, (str, int)) else ""


def _days(resolutions: Iterable[Resolution]) -> Iterator[str]:
    return (where.fetched for found in resolutions for _, where in found.values.values())


def _ages(
    run: Run, entries: Mapping[PurePosixPath, _Entries], day: str
) -> tuple[tuple[int, ...], int]:
    """Notes by the age of their citation count, and those whose count's age is not known: it is
    that of the value which the note says, not of one that it does not."""
    ages, undated = [0] * (len(AGES) + 1), 0
    for path, fields in entries.items():
        count = read_number(run.vault.conventions.value_of(fields, Field.CITATION_COUNT))
        if count is None:
            continue
        key = run.plan.of_note.get(path)
        resolution = run.resolutions.get(key) if key else None
        known = resolution.values.get(Field.CITATION_COUNT) if resolution else None
        if known is None or known[0] != count or not known[1].fetched:
            undated += 1
        else:
            old = (date.fromisoformat(day) - date.fromisoformat(known[1].fetched)).days
            ages[sum(old > limit for limit in AGES)] += 1
    return tuple(ages), undated


def _contributions(changes: Iterable[Change]) -> tuple[Contribution, ...]:
    """Return the contributions of providers, the largest first; the notes themselves last."""
    counts: dict[tuple[str, Rung] | None, Counter[Field]] = {}
    days: dict[tuple[str, Rung] | None, set[str]] = {}
    for change in changes:
        if not is_empty(change.new):
            source = _source_of(change.provenance)
            counts.setdefault(source, Counter())[change.field] += 1
            if change.provenance and change.provenance.fetched:
                days.setdefault(source, set()).add(change.provenance.fetched)
    contributions = [
        Contribution(
            provider=source and source[0],
            rung=source and source[1],
            fields={name: fields[name] for name in Field if fields[name]},
            first=min(days.get(source, ()), default=""),
            last=max(days.get(source, ()), default=""),
        )
        for source, fields in counts.items()
    ]
    return tuple(
        sorted(
            contributions, key=lambda g: (not g.provider, -g.values, g.provider or "", g.rung or "")
        )
    )


def _source_of(where: Provenance | None) -> tuple[str, Rung] | None:
    return (where.provider, where.rung) if where else None


def _ambiguous_titles(run: Run, ambiguous: Iterable[Resolution]) -> tuple[AmbiguousTitle, ...]:
    """Return the ambiguous titles: notes' own titles first, then the most cited."""
    wanted = {found.lookup.key: found for found in ambiguous}
    citing = {path for found in wanted.values() for path in found.lookup.cited_by}
    moved = {} if run.dry else {outcome.path: _moved(outcome) for outcome in run.outcomes}
    lines: dict[LookupKey, dict[PurePosixPath, int]] = {}
    for note in run.vault.notes:
        if note.path in citing:
            for reference in note.references:
                key, _ = run.plan.keys.find(note.path, reference)
                if key and key in wanted:
                    lines.setdefault(key, {}).setdefault(
                        note.path, reference.line + moved.get(note.path, 0)
                    )
    titles = []
    for key, found in wanted.items():
        decision = found.decision
        if not isinstance(decision, Ambiguous):
            continue
        citing_lines = lines.get(key, {})
        titles.append(
            AmbiguousTitle(
                title=title_text(found.lookup.title, key),
                reason=decision.reason,
                places=(
                    *((path, None) for path in found.lookup.notes),
                    *sorted(citing_lines.items()),
                ),
                matches=decision.matches,
            )
        )
    return tuple(sorted(titles, key=_weight))


def _moved(outcome: Outcome) -> int:
    """Return how many lines a body moved down, as the run wrote more lines above it."""
    if outcome.status is not Status.WRITTEN or outcome.before is None or outcome.after is None:
        return 0
    return outcome.after.count(b"\n") - outcome.before.count(b"\n")


def _weight(title: AmbiguousTitle) -> tuple[bool, int, str]:
    citing_lines = sum(line is not None for _, line in title.places)
    return citing_lines == len(title.places), -citing_lines, title.title
