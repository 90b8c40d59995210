"""One thing that was checked: what was found, how it is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing is. Only a problem keeps a run from doing its work."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class CheckKind(StrEnum):
    """What was found, for programs."""

    PROGRAM = "program"
    CONFIGURATION_INVALID = "configuration_invalid"
    CONFIGURATION_FOUND = "configuration_found"
    CONFIGURATION_FOREIGN = "configuration_foreign"
    CONFIGURATION_NONE = "configuration_none"
    NOT_CHECKED = "not_checked"
    CONTACT_SET = "contact_set"
    CONTACT_MISSING = "contact_missing"
    KEY_SET = "key_set"
    KEY_NOT_SET = "key_not_set"
    SERVICE_ANSWERS = "service_answers"
    SERVICE_MISCONFIGURED = "service_misconfigured"
    SERVICE_REFUSES_KEY = "service_refuses_key"
    SERVICE_BLOCKS = "service_blocks"
    SERVICE_BUDGET_USED = "service_budget_used"
    SERVICE_RATE_LIMITS = "service_rate_limits"
    SERVICE_UNREACHABLE = "service_unreachable"
    SERVICE_FAILS = "service_fails"
    CACHE_EMPTY = "cache_empty"
    CACHE_FILLED = "cache_filled"
    CACHE_DAMAGED = "cache_damaged"
    CACHE_SET_ASIDE = "cache_set_aside"
    LEDGER_NONE = "ledger_none"
    LEDGER_UNREADABLE = "ledger_unreadable"
    LEDGER_SETTLED = "ledger_settled"
    LEDGER_DOUBTFUL = "ledger_doubtful"
    JOURNAL_UNREADABLE = "journal_unreadable"
    JOURNAL_EMPTY = "journal_empty"
    JOURNAL_FILLED = "journal_filled"
    LOCK_FREE = "lock_free"
    LOCK_HELD = "lock_held"
    NOTES_UNREADABLE = "notes_unreadable"
    NOTES_FOUND = "notes_found"
    NOTES_NO_PAPERS = "notes_no_papers"
    NOTES_OTHER_FORMAT = "notes_other_format"
    NOTE_REFUSED = "note_refused"
    LEFT_OVER = "left_over"
    GIT_NO_REPOSITORY = "git_no_repository"
    GIT_NOT_INSTALLED = "git_not_installed"
    LEDGER_COMMITTED = "ledger_committed"
    LEDGER_IGNORED = "ledger_ignored"
    LEDGER_NOT_COMMITTED = "ledger_not_committed"
    LEDGER_TO_COMMIT = "ledger_to_commit"
    JOURNAL_COMMITTED = "journal_committed"
    CACHE_COMMITTED = "cache_committed"
    CACHE_NOT_IGNORED = "cache_not_ignored"


@dataclass(frozen=True, slots=True)
class Check:
    """`what` was checked, `kind` and `message` are what was found; `way_out` is what to do."""

    what: str
    state: State
    kind: CheckKind
    message: str
    way_out: str = ""


def ok(what: str, kind: CheckKind, message: str, way_out: str = "") -> Check:
    """Return a check that found nothing wrong."""
    return Check(what, State.OK, kind, message, way_out)


def warning(what: str, kind: CheckKind, message: str, way_out: str = "") -> Check:
    """Return a check of what could be better: runs do their work."""
    return Check(what, State.WARNING, kind, message, way_out)


def problem(what: str, kind: CheckKind, message: str, way_out: str = "") -> Check:
    """Return a check of what keeps a run from its work, or a part of it."""
    return Check(what, State.PROBLEM, kind, message, way_out)
