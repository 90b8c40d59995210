"""Apply a ruling to a ledger line, and revoke it.

Nothing of the doubt is lost by a ruling: candidates, reason and what was asked stay in the
line, so that it can be withdrawn without asking anybody anew. No day is written: the same
ruling gives the same line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from refmatter.errors import RefmatterError
from refmatter.fields import Field
from refmatter.matching import precedence
from refmatter.model import NO_QUESTIONS, Identifiers, Match, QuestionSet, Rung
from refmatter.notes import note_identifiers as notation
from refmatter.reasons import Reason, ReasonKind
from refmatter.report.labels import plain
from refmatter.schemes import SCHEMES
from refmatter.state.ledger_line import LedgerLine
from refmatter.titles import title_key

LONG_AGO = "1970-01-01"
"""When a title was asked for of which that is no longer known: it is asked for again."""


class InvalidRuling(RefmatterError):  # noqa: N818 - it says what is the case
    """What a person said cannot be taken as a ruling; its text says what can."""


def accept(
    line: LedgerLine, match: Match, rule: precedence.PrecedenceRule = precedence.DEFAULT
) -> LedgerLine:
    """Return the line ruled to be this candidate, with its identifiers and the values that `rule`
    takes from its provider. Raises InvalidRuling for a candidate without an identifier: a later run
    could not know it again."""
    work = match.candidate.work
    if not work.identifiers:
        raise InvalidRuling("this candidate has no identifier to remember it by; type one instead")
    values = precedence.values([match.candidate], rule)
    venue = values[Field.VENUE][0] if Field.VENUE in values else None
    same = title_key(work.title) == title_key(line.title)
    return replace(
        _ruled(line, work.identifiers),
        values=values,
        other_venues=precedence.other_venues([match.candidate], venue),
        matched_title="" if same else work.title,
    )


def identify(
    line: LedgerLine, identifiers: Identifiers, rule: precedence.PrecedenceRule = precedence.DEFAULT
) -> LedgerLine:
    """Return the line ruled to be the work of these identifiers: a candidate if one has them, else
    a work whose values the next run looks up."""
    known = named(line, identifiers)
    return _ruled(line, identifiers) if known is None else accept(line, known, rule)


def none(line: LedgerLine) -> LedgerLine:
    """Return the line ruled to be none of the candidates: nothing is written or looked up again."""
    return _ruled(line, Identifiers())


def revoke(line: LedgerLine) -> LedgerLine:
    """Return the line as ambiguous as before its ruling. A title without remembered candidates
    becomes one that was not found long ago, so the next run looks it up. What was written to notes
    from the ruling stays there, and is known to be ours."""
    if line.verdict != "ruled":
        return line
    open_ = replace(
        line,
        verdict="ambiguous",
        identifiers=Identifiers(),
        values={},
        other_venues=(),
        matched_title="",
    )
    if line.candidates:
        return replace(open_, last_checked=line.last_checked or LONG_AGO)
    return replace(
        open_,
        verdict="unmatched",
        reason=Reason(ReasonKind.RULING_REVOKED),
        queries=NO_QUESTIONS,
        last_checked=LONG_AGO,
        tries=0,
    )


def shared(
    before: LedgerLine, after: LedgerLine, lines: Iterable[LedgerLine]
) -> Iterator[LedgerLine]:
    """Yield the lines that a ruling changes besides: `before` became `after`, and the notes and
    references of its title that have the same evidence were shown with it. Taking a ruling back
    takes theirs back too."""
    for line in lines:
        if line.key == before.key or not _is_same_case(line, before):
            continue
        if after.verdict == "ruled":
            yield replace(
                _ruled(line, after.identifiers),
                values=after.values,
                other_venues=after.other_venues,
                matched_title=after.matched_title,
            )
        else:
            yield revoke(line)


def _is_same_case(line: LedgerLine, other: LedgerLine) -> bool:
    """Whether one ruling holds for both lines: same evidence, same verdict, no contrary
    identifiers."""
    if _evidence(line) != _evidence(other) or line.verdict != other.verdict:
        return False
    return (
        line.verdict == "ambiguous"
        or line.identifiers.agrees(other.identifiers)
        or not (line.identifiers or other.identifiers)
    )


def _evidence(line: LedgerLine) -> tuple[str, str, tuple[str, ...]]:
    """Return what a line was decided by: its title, the note's own evidence, and the identifier
    that references of that title carry."""
    return line.key.title, line.hints, line.key.identifier


def group(lines: Iterable[LedgerLine]) -> list[list[LedgerLine]]:
    """Return the lines that one ruling is about, together; notes before references."""
    groups: list[list[LedgerLine]] = []
    by_title: dict[str, list[list[LedgerLine]]] = {}
    for line in sorted(lines, key=lambda line: (not line.key.note, line.key)):
        known = by_title.setdefault(line.key.title, [])
        for members in known:
            if _is_same_case(line, members[0]):
                members.append(line)
                break
        else:
            known.append([line])
            groups.append(known[-1])
    return groups


def says(line: LedgerLine, identifiers: Identifiers) -> bool:
    """Whether a line is already ruled to be the work of these identifiers, or none of the
    candidates where there are none, whatever a run has learned of it since."""
    if line.verdict != "ruled" or not identifiers:
        return line.verdict == "ruled" and not line.identifiers
    ruled = dict(line.identifiers)
    return all(ruled.get(scheme) == name for scheme, name in identifiers)


def named(line: LedgerLine, identifiers: Identifiers) -> Match | None:
    """Return the first candidate with one of these identifiers; None if there is none."""
    return next(
        (m for m in line.candidates if m.candidate.work.identifiers.agrees(identifiers)), None
    )


def parse_identifiers(text: str) -> Identifiers:
    """Return the identifiers in what a person typed: a URL (its `https://` may be missing), or bare
    (`1706.03762`, `10.1145/3292500`, forty hex digits, `P19-1001`, `W2741809807`,
    `conf/nips/VaswaniSPUJGKP17`). Raises InvalidRuling where there are none."""
    text = text.strip()
    found = notation.identify(text) or notation.identify(f"//{text}")
    for scheme in SCHEMES.values():
        if not scheme.is_number:
            found = found or notation.carried([(scheme.name, text)], "").deciding
    if not found:
        raise InvalidRuling(
            f'"{plain(text, 80)}" is no known identifier: type one of '
            f"{', '.join(scheme.label for scheme in SCHEMES.values())}, or the address of its page"
        )
    return found


def _ruled(line: LedgerLine, identifiers: Identifiers) -> LedgerLine:
    """Ruled to be this work. What was asked by other identifiers is asked again by these."""
    return replace(
        line,
        verdict="ruled",
        identifiers=identifiers,
        values={},
        other_venues=(),
        tier=None,
        matched_title="",
        queries=QuestionSet(
            question for question in line.queries if question.rung is not Rung.IDENTIFIER
        ),
    )
