"""Turn reasons, remarks and the figures of a run into sentences for people.

The data are values everywhere else; these are the only functions that word them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from refmatter.model import (
    Failure,
    Match,
    Outcome,
    Remark,
    RemarkKind,
    Rung,
    Status,
)
from refmatter.reasons import Difference, DifferenceKind, Feature, Reason, ReasonKind
from refmatter.registry import credit_lines
from refmatter.report.labels import (
    counted,
    evidence,
    feature_text,
    found_by,
    found_in,
    joined,
    names,
    pages,
    people,
    plain,
    provider_name,
    written,
)
from refmatter.report.report_model import AmbiguousTitle, Contribution, ReportModel
from refmatter.report.summary import FieldCoverage, MissingReason, TitleStatus
from refmatter.schema.conventions import is_empty
from refmatter.state.ledger_line import LedgerLine

REVIEW_COMMAND = "refmatter review"
"""The command with which a person settles what is doubtful."""
_METHODS = {
    Rung.LEDGER: "from the ledger",
    Rung.IDENTIFIER: "by identifier",
    Rung.CITING_REFERENCES: "in reference lists",
    Rung.COMPARE_REFERENCES: "in reference lists",
}
_LEFT = {MissingReason.AMBIGUOUS: "doubtful", MissingReason.COULD_NOT_CHECK: "not looked up"}
"""Words of a page where the terminal's are shorter."""


_EVIDENCE: Mapping[Feature, str] = MappingProxyType(
    {
        Feature.IDENTIFIER: "the note's own identifier",
        Feature.LINKED: "the note's link",
        Feature.CITING: "the citing note's reference list",
        Feature.LISTED: "the note's own reference list",
        Feature.REFERENCES: "the length of the note's own reference list",
        Feature.EARLIER: "the year of the work that cites it",
        Feature.FIRST_AUTHOR: "the first author",
        Feature.YEAR: "the year",
        Feature.NO_AUTHORS: "the names of its authors",
    }
)
_REASONS: Mapping[ReasonKind, str] = MappingProxyType(
    {
        ReasonKind.EQUAL_TITLE: "equal titles",
        ReasonKind.NEAR_TITLE: "{differences}",
        ReasonKind.IDENTIFIER: '{evidence}; its record\'s title is "{title}"',
        ReasonKind.SAME_TITLE: "{works} works share this title",
        ReasonKind.SEVERAL_WORKS: "{works} works may be meant by this title",
        ReasonKind.SEVERAL_IDENTIFIED: "the note's identifiers name {works} works",
        ReasonKind.TITLE_ALONE: "only the title is in favour of it, and {evidence} is against it",
        ReasonKind.GENERIC_TITLE: (
            "many works may have so short a title, and nothing else is in favour of this one"
        ),
        ReasonKind.SPARSE_RECORD: "the title fits, but its record does not hold enough",
        ReasonKind.DIFFERENT_TITLE: "it might be this one: {differences}",
        ReasonKind.CATALOG_ONLY: (
            "only the catalogue has it, under another title, and nothing else is in favour of it"
        ),
        ReasonKind.OTHER_TITLE: 'its record has another title: "{title}"',
        ReasonKind.IDENTIFIER_OTHER_TITLE: '{evidence} names another title: "{title}"',
        ReasonKind.NOT_CONFIRMED: "likely, not certain: {differences}",
        ReasonKind.NOT_FOUND: "no service that was asked knows a work of this title",
        ReasonKind.RECORD_BESIDE: "only a record beside a work has this title: {record_kinds}",
        ReasonKind.RULED: "a person ruled",
        ReasonKind.RULING_REVOKED: "a ruling was revoked",
    }
)
_DIFFERENCES: Mapping[DifferenceKind, str] = MappingProxyType(
    {
        DifferenceKind.SPACING: 'spaces: "{asked}" for "{found}"',
        DifferenceKind.FILLER: 'a small word: "{asked}" for "{found}"',
        DifferenceKind.INFLECTION: 'an ending: "{asked}" for "{found}"',
        DifferenceKind.SPELLING: 'spelling: "{asked}" for "{found}"',
        DifferenceKind.SLIP: 'a slip: "{asked}" for "{found}"',
        DifferenceKind.BYLINE: '"{asked}" is in front of the title',
        DifferenceKind.TAIL: '"{asked}" is behind the title',
        DifferenceKind.CLIPPED: 'it is cut off: "{asked}" for "{found}"',
        DifferenceKind.MOVED: '"{asked}" is in another place',
        DifferenceKind.LINE: 'a line number: "{asked}"',
        DifferenceKind.SUBTITLE: 'the subtitle is missing: "{found}"',
        DifferenceKind.HEAD: 'the name in front is missing: "{found}"',
        DifferenceKind.NAME: 'the name in front is missing: "{found}"',
        DifferenceKind.CUT: 'the end is cut off: "{found}"',
        DifferenceKind.PART_ADDED: 'its title ends before "{asked}"',
        DifferenceKind.NAME_ADDED: 'its title has no "{asked}" in front',
        DifferenceKind.REST_ADDED: 'its title ends before "{asked}"',
        DifferenceKind.WORD_MISSING: '"{found}" is missing',
        DifferenceKind.END_MISSING: '"{found}" is missing',
        DifferenceKind.FRONT_MISSING: '"{found}" is missing in front',
        DifferenceKind.FRONT_ADDED: 'its title has no "{asked}" in front',
        DifferenceKind.WORD_ADDED: '"{asked}" is not in its title',
        DifferenceKind.QUALIFIER: 'a variant of it: "{asked}" for "{found}"',
        DifferenceKind.TURNED: 'another small word: "{asked}" for "{found}"',
        DifferenceKind.WORD: 'another word: "{asked}" for "{found}"',
        DifferenceKind.NUMBER: 'another number: "{asked}" for "{found}"',
        DifferenceKind.POINT: 'another number: "{asked}" for "{found}"',
        DifferenceKind.PREFIX: 'another prefix: "{asked}" for "{found}"',
        DifferenceKind.NEGATION: 'a negation: "{asked}" for "{found}"',
        DifferenceKind.ANNOUNCING: 'about another work: "{asked}" for "{found}"',
    }
)
_REMARKS: Mapping[RemarkKind, str] = MappingProxyType(
    {
        RemarkKind.MARKUP: 'markup or stray characters in "{value}"',
        RemarkKind.IMPOSSIBLE_NAME: 'authors left out, not a name: "{value}"',
        RemarkKind.CUT_AUTHORS: 'authors cut short: "{value}"',
        RemarkKind.NO_AUTHORS: "an empty list of authors",
        RemarkKind.TOO_MANY_AUTHORS: "{value} authors",
        RemarkKind.AUTHOR_NUMBER: 'the number of DBLP behind an author: "{value}"',
        RemarkKind.CAPITALS: 'authors in capitals: "{value}"',
        RemarkKind.REPEATED_AUTHORS: "every author is listed twice",
        RemarkKind.IMPOSSIBLE_VENUE: 'not a venue: "{value}"',
        RemarkKind.TITLE_AS_VENUE: 'the title as the venue: "{value}"',
        RemarkKind.IMPOSSIBLE_OTHER_VENUES: (
            'other names of the venue that are none, or repeated: "{value}"'
        ),
        RemarkKind.IMPOSSIBLE_FIELDS: (
            'fields of study that are empty, too long or repeated: "{value}"'
        ),
        RemarkKind.IMPOSSIBLE_COUNT: "{field} {value}, which no work has",
        RemarkKind.IMPOSSIBLE_YEAR: "year {value} is not a year of a publication",
        RemarkKind.YEAR_BEFORE_IDENTIFIER: "year {value} is before {identifier}'s own {other}",
        RemarkKind.YEAR_AFTER_IDENTIFIER: "year {value} is after {identifier}'s own {other}",
        RemarkKind.NOTE_DISAGREES: "{field}: the note has {value}, its work has {other}",
        RemarkKind.PUBLISHED_SINCE: (
            "{field}: the note has {value}, the publication of its preprint has {other}"
        ),
        RemarkKind.ANOTHER_WORK: 'is now about another work than "{other}": {changed}',
    }
)
"""The words of each kind; a name in braces is one of its values."""


def retraction_text(line: LedgerLine) -> str:
    """Return which work was retracted, whose note it is if it has one, and who says so."""
    note = f" ({line.key.note})" if line.key.note else ""
    title = plain(line.matched_title or line.title)
    return f'"{title}"{note}: {joined([provider_name(name) for name in line.retracted])}'


def reason_text(reason: Reason | None) -> str:
    """Return why a title was decided as it was, in a sentence; "" for no reason."""
    if reason is None:
        return ""
    by, out = (joined(_evidence_texts(names)) for names in (reason.evidence, reason.distinguishing))
    if reason.kind is ReasonKind.CONTRADICTED:
        return f"the title fits, but not {_contradicting(reason)}"
    text = _REASONS[reason.kind].format(
        differences=differences_text(reason.differences),
        evidence=by,
        title=plain(reason.title),
        works=reason.works,
        record_kinds=", ".join(reason.record_kinds),
    )
    if reason.kind not in _CONFIRMED:
        return text
    if out:
        return f"{text}; told from its namesakes by {out}"
    return f"{text}; confirmed by {by}" if by else text


_CONFIRMED = (ReasonKind.EQUAL_TITLE, ReasonKind.NEAR_TITLE, ReasonKind.NOT_CONFIRMED)
"""Reasons that end with the evidence for the work."""


def _evidence_texts(features: Sequence[Feature]) -> list[str]:
    return [_EVIDENCE.get(name) or feature_text(name, 0.0) for name in features]


def _contradicting(reason: Reason) -> str:
    """Return what is against the works of a title: one of the note's identifiers may be another
    work's."""
    words = {**_EVIDENCE, Feature.IDENTIFIER: "another of the note's identifiers"}
    return " or ".join(words[name] for name in reason.evidence)


def difference_text(difference: Difference) -> str:
    """Return how two titles differ in one place."""
    words = _DIFFERENCES[difference.kind]
    return words.format(asked=plain(difference.asked), found=plain(difference.found))


def differences_text(differences: Sequence[Difference]) -> str:
    """Return how two titles differ."""
    return "; ".join(map(difference_text, differences))


def remark_text(remark: Remark) -> str:
    """Return what is wrong with a value of a record, or what a note and its work disagree in."""
    parts = (("removed", remark.removed), ("replaced", remark.replaced))
    text = _REMARKS[remark.kind].format(
        field=remark.field.spec.label if remark.field else "",
        value=plain(remark.value),
        other=plain(remark.other),
        identifier=remark.identifier,
        changed="; ".join(f"{', '.join(keys)} {done}" for done, keys in parts if keys),
    )
    return f"{provider_name(remark.provider)}: {text}" if remark.provider else text


def disagreement_text(remark: Remark) -> str:
    """Return in which field a note and its work differ, and both values."""
    label = remark.field.spec.label if remark.field else ""
    return (
        f"{label}: the note has {plain(remark.value, 80)}, its work has {plain(remark.other, 80)}"
    )


def failure_text(failure: Failure) -> str:
    """Return why a service could not answer."""
    return f"{failure.trouble}: {failure.detail}"


def other_format_texts(files: Mapping[str, int]) -> tuple[str, ...]:
    """Return a sentence for each format of front matter that is left alone, with its files."""
    return tuple(
        f"{counted(n, 'file')} with {name} front matter left alone: refmatter changes YAML only"
        for name, n in sorted(files.items())
    )


def no_papers(files: int) -> tuple[str, ...]:
    """Return what to do where none of so many Markdown files is a paper note."""
    if files:
        return (
            "No note has a sign of a paper note. refmatter looked for the tag `paper`, for an",
            "identifier such as `doi`, for two values of different kinds such as `authors` and",
            "`year` beside a title, and for a list of works under `References` beside a long one.",
            "To say which notes are papers, use one of these in config.yaml:",
            "  a tag:        notes: {paper: {tags: [article]}}",
            "  a folder:     notes: {paper: {folders: [Papers]}}",
            "  a key: value  notes: {paper: {keys: {category: research}}}",
            "`refmatter init --papers 'Papers/**'` writes a config.yaml for a folder.",
        )
    return (
        "There are no notes here: name the folder that they are in, or say in config.yaml",
        "which files they are (`notes.include`).",
    )


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A candidate as it is shown: `rows` are (label, text, whether all candidates say so),
    `links` its pages by the name that a system gives it."""

    title: str
    rows: tuple[tuple[str, str, bool], ...]
    links: tuple[tuple[str, str], ...]


def headline(report: ReportModel) -> str:
    """Return one sentence on what the run changed."""
    dry = report.summary.dry
    there = [outcome for outcome in report.changed if outcome.status is Status.WRITTEN]
    made = len(report.changed) - len(there)
    done = [change for outcome in there for change in outcome.changes]
    removed = sum(change.removed for change in done)
    values = len(done) - removed
    parts = []
    if there:
        gain = counted(values, "value") if values else "" if removed else "links"
        verb = "would gain" if dry else "gained"
        if not gain:
            verb = "would lose" if dry else "lost"
            gain = counted(removed, "value")
        elif removed:
            gain += f" and {'would lose' if dry else 'lost'} {removed:,}"
        parts.append(f"{counted(len(there), 'note')} {verb} {gain}")
    if made:
        parts.append(f"{counted(made, 'new note')}{' would be made' if dry else ''}")
    return ", ".join(parts) or ("Nothing to change" if dry else "Nothing changed")


def own_titles(report: ReportModel) -> int:
    """Return how many of the ambiguous titles, the first ones, are notes' own."""
    return sum(any(line is None for _, line in title.places) for title in report.ambiguous)


def waiting(report: ReportModel) -> str:
    """Return what is left to a person or another day, in one sentence."""
    own_count = own_titles(report)
    open_ = report.summary.titles.get(TitleStatus.COULD_NOT_CHECK, 0)
    refused = len(report.summary.refused)
    parts = [
        *(
            [f"{counted(own_count, 'title')} of notes may be one of several works"]
            if own_count
            else []
        ),
        *([f"{open_:,} could not be looked up"] if open_ else []),
        *([f"{counted(refused, 'note')} could not be read or written"] if refused else []),
    ]
    return "; ".join(parts)


def requests_text(report: ReportModel) -> str:
    """Return the number of requests to each provider, in words."""
    parts = [
        f"{count:,} to {plain(provider_name(provider), 60)}"
        for provider, count in report.summary.requests.items()
        if count
    ]
    return f"requests: {', '.join(parts)}" if parts else "no requests"


def left(coverage: FieldCoverage) -> str:
    """Return why a field is still missing, in numbers, and what was renewed."""
    parts = [
        f"{coverage.left[why]:,} {_LEFT.get(why, why.value)}"
        for why in MissingReason
        if coverage.left[why]
    ]
    parts += [f"{coverage.refreshed:,} refreshed"] if coverage.refreshed else []
    parts += [f"{coverage.removed:,} removed"] if coverage.removed else []
    return ", ".join(parts)


def contributor(contribution: Contribution) -> tuple[str, str]:
    """Return the name of a contribution's provider, and how the values were found."""
    if contribution.provider is None or contribution.rung is None:
        return "the note itself", "its file name or heading"
    name = plain(provider_name(contribution.provider), 60)
    return name, found_in(contribution.rung, contribution.last, _METHODS) or "by title search"


def contributed_fields(contribution: Contribution) -> str:
    """Return the fields of a contribution with their counts, in words."""
    return ", ".join(f"{name.spec.label} {count:,}" for name, count in contribution.fields.items())


def span(contribution: Contribution) -> str:
    """Return the day of a contribution, or its first and last day."""
    return (
        contribution.first
        if contribution.first == contribution.last
        else f"{contribution.first} to {contribution.last}"
    )


def in_order(report: ReportModel) -> list[Outcome]:
    """Return what changed, the notes that were there before those that were made."""
    return sorted(report.changed, key=lambda outcome: outcome.status is Status.CREATED)


def value(noted: object) -> str:
    """Return a value of a note on one line."""
    return "nothing" if is_empty(noted) else plain(written(noted), 200)


def changes(outcome: Outcome) -> list[tuple[str, str, str, str]]:
    """Return what became of a note: key, old, new ("removed" for none), and the source."""
    rows = []
    for change in outcome.changes:
        key, old, where = plain(change.key, 60), value(change.old), change.provenance
        if change.removed:
            rows.append((key, old, "removed", "it was written for another work"))
            continue
        source = contributor(Contribution(None, None, {}))[0]
        if where:
            source, method = contributor(
                Contribution(where.provider, where.rung, {}, last=where.fetched)
            )
            source += f", {method}{plain(f', {where.fetched}', 12) if where.fetched else ''}"
        rows.append((key, old, value(change.new), source))
    return rows


def places_text(title: AmbiguousTitle, most: int = 3) -> str:
    """Return where an ambiguous title is used, the first places by name."""
    places = [
        f"{plain(path.as_posix(), 120)} (its own title)"
        if line is None
        else f"{plain(path.as_posix(), 120)}:{line}"
        for path, line in title.places[:most]
    ]
    more = len(title.places) - most
    return " · ".join([*places, f"and {more:,} more"] if more > 0 else places)


def candidate_views(matches: Sequence[Match]) -> list[CandidateView]:
    """Return the candidates as columns of a table, with the values marked that all share."""
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
    citations = "" if work.citation_count is None else f"{counted(work.citation_count, 'time')}"
    return {
        "authors": people(work.authors) or "not known",
        "year": str(work.year) if work.year is not None else "not known",
        "venue": plain(work.venue or "", 120) or "not known",
        "cited": citations,
        "found by": found_by(match.candidate),
        "differs": plain(differences_text(match.differences[:8])),
        "for": pro,
        "against": con,
    }


def refused(outcome: Outcome) -> tuple[str, str]:
    """Return which file was left as it is, with the line, and why."""
    line = f":{outcome.line}" if outcome.line else ""
    return f"{plain(outcome.path.as_posix(), 200)}{line}", plain(outcome.reason)


def review_scope(report: ReportModel) -> str:
    """Return what to do before a doubtful title can be settled, "" where nothing is."""
    if report.summary.dry:
        return "This was a dry run, which keeps nothing: run refmatter enrich first, then"
    return ""


def thanks(report: ReportModel) -> list[tuple[str, str, str]]:
    """Return whose data it is: name, address, terms. The services ask for it."""
    return credit_lines(report.credited)
