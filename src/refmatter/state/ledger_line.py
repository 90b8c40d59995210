"""What the ledger knows of one lookup: the decision, its reasons, and what was written of it."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct, field

from refmatter.fields import Field, Value
from refmatter.model import (
    NO_QUESTIONS,
    QUERY_RULES,
    Identifiers,
    LookupKey,
    Match,
    Ownership,
    Provenance,
    Question,
    Remark,
    Tier,
)
from refmatter.reasons import Reason

Verdict: TypeAlias = Literal["accepted", "ambiguous", "unmatched", "ruled"]


class LedgerLine(Struct, frozen=True, gc=False):
    """What the ledger knows of one lookup.

    `remarks` are implausible values of its records, which are left out or cleaned;
    `retracted` names the providers that say it was retracted, `status_checked` is the day (ISO) on
    which that was last asked for its own sake, "" for never. `matched_title` is the title of the
    work's record where it is not the one that was asked for; `matcher_version` is the matcher's
    version that decided, `tier` how sure it was of what it accepted, `features` what spoke for and
    against it.
    `candidates` are the works that a title may mean that is ambiguous, or was before a person
    ruled, and those that an accepted work was told from. `queries` are the questions that were
    answered, kept only while the title is not accepted or a provider's word is still missing;
    `last_checked` is the day (ISO) of the last try and `tries` how many there were, for titles that
    are not settled, and `query_rules` the version of the rules by which a title that was not found
    was asked for; `hints` is the digest of the note's own evidence that was decided by, "" for
    none. `written` tells whose the values are that the note of this line has from us.
    """

    key: LookupKey
    title: str
    verdict: Verdict
    reason: Reason
    identifiers: Identifiers = Identifiers()
    values: Mapping[Field, tuple[Value, Provenance]] = field(default_factory=dict)
    other_venues: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    retracted: tuple[str, ...] = ()
    status_checked: str = ""
    tier: Tier | None = None
    matched_title: str = ""
    matcher_version: str = ""
    features: Mapping[str, float] = field(default_factory=dict)
    candidates: tuple[Match, ...] = ()
    queries: AbstractSet[Question] = NO_QUESTIONS
    last_checked: str = ""
    tries: int = 0
    query_rules: int = QUERY_RULES
    hints: str = ""
    written: Mapping[Field, Ownership] = field(default_factory=dict)

    def is_due(self, today: date, after: int) -> bool:
        """Whether it is time to ask again for a title nobody knew: after `after` days, then
        twice as long with each try, a year at most; at once where it was asked for by older
        rules."""
        outdated = self.verdict == "unmatched" and self.query_rules != QUERY_RULES
        return outdated or today >= self.due_on(after)

    def due_on(self, after: int) -> date:
        """Return the first day on which it is time to ask again."""
        wait: int = min(after * 2 ** min(max(self.tries - 1, 0), 9), 366)
        checked = date.fromisoformat(self.last_checked)
        return checked + min(timedelta(days=wait), date.max - checked)
